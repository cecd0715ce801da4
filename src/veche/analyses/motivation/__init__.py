"""Motivation and efficiency of those who govern, and the demand for power: how high, since when, by whom told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.study.registry import analysis, option
from veche.words import N_

if TYPE_CHECKING:
    from veche.study.evidence import Evidence
    from veche.study.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Options of `motivation`."""

    holder: str = option(
        "head",
        N_("Whose motivation: passages with a code of another holder on them are told apart."),
        choices=("head", "team", "deputies", "firm"),
    )
    office: str = option("head", N_("Key of the office of head, alone or after the town's key and a dot."))
    motives: str = option("MOT", N_("Code above motives, levels and changes of motivation."), kind="code")
    efficiency: str = option("EFF", N_("Code above levels and signs of efficiency."), kind="code")
    demand: str = option("DEM", N_("Code above what is expected of the authority."), kind="code")
    before: str = option("", N_("Earlier wave of the comparison to speak of; empty: chosen by the data."), kind="wave")
    after: str = option("", N_("Later wave of that comparison."), kind="wave")
    minimum: int = option(3, N_("Fewest interviews in a cell for an interval and a verdict."), low=1, high=1000)
    resamples: int = option(1000, N_("Bootstrap draws."), low=50, high=100_000)
    confidence: float = option(0.95, N_("Level of the intervals and of the verdicts."), low=0.5, high=0.999)
    seed: int = option(1, N_("Seed of the random draws: the same seed gives the same numbers."), low=0)


@analysis(
    "motivation",
    title=N_("Motivation and efficiency"),
    question=N_(
        "How strongly do heads want to act and how well do they govern: did the same heads change, or did others come?"
    ),
    method=N_(
        "Each interview has one judgement, the mean of the levels it asserts: low 0, medium 0.5, high 1. A judgement "
        "concerns whoever held the office of head on the day of the interview. Change of a town's mean is split into "
        "the part of heads judged in both waves and the part of their replacement (Griliches and Regev 1995); the two "
        "add up. All towns: mean of the towns with judgements in both waves. Intervals: respondents resampled within "
        "town with all their interviews. Exact test of exchange of waves within respondents and towns (Fisher, "
        "Pitman), Holm over the measures compared, for single towns over measures and towns. Risen or fallen: the "
        "interval leaves out 0 and the adjusted p reaches the level."
    ),
)
def motivation(evidence: Evidence, params: Params) -> Result:
    """Compute levels by town, wave, head and speaker, their changes split by persons, motives, and demand."""
    from veche.analyses.motivation.compute import compute

    return compute(evidence, params)


@motivation.figure
def draw(result: Result) -> Any:
    """Draw the levels of both waves by town, with who changed or who came."""
    from veche.analyses.motivation.figure import figure

    return figure(result)
