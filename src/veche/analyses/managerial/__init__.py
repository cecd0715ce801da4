"""Managerial problems: what is amiss inside the authority, of whom it is said, and whether it grew."""

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
    """Options of `managerial`."""

    root: str = option("MAN", N_("Code whose subcodes are the difficulties of governing."), kind="code")
    persons: tuple[str, ...] = option(
        ("MAN.WEAKHEAD",),
        N_("Difficulties said of the head in person: attached to whoever held the office that day."),
        kind="code",
    )
    office: str = option("head", N_("Key of the office of head, alone or after the town's key and a dot."))
    before: str = option("", N_("Earlier wave of the comparison to speak of; empty: chosen by the data."), kind="wave")
    after: str = option("", N_("Later wave of that comparison."), kind="wave")
    minimum: int = option(3, N_("Fewest interviews in a cell for an interval and a verdict."), low=1, high=1000)
    resamples: int = option(1000, N_("Bootstrap draws."), low=50, high=100_000)
    confidence: float = option(0.95, N_("Level of the intervals and of the verdicts."), low=0.5, high=0.999)
    seed: int = option(1, N_("Seed of the random draws: the same seed gives the same numbers."), low=0)


@analysis(
    "managerial",
    title=N_("Managerial problems"),
    question=N_("What is amiss inside the authority, of which heads and bodies is it said, and did it grow?"),
    method=N_(
        "Share of interviews that assert a difficulty among those that could; the first row counts interviews that name "
        "any. Difficulties of persons are attached to the head in office on the day of the interview, the others to the "
        "town hall. All towns: mean of the towns. Intervals: respondents resampled within town with all their "
        "interviews. Change: exact test of exchange of waves within respondents and towns (Fisher, Pitman), Holm over "
        "the difficulties, for single towns over difficulties and towns; beside it the difference with the branches of "
        "respondents held alike, and that of the panel alone."
    ),
)
def managerial(evidence: Evidence, params: Params) -> Result:
    """Compute shares of difficulties by town and wave with what they are attached to, by head, and their changes."""
    from veche.analyses.managerial.compute import compute

    return compute(evidence, params)


@managerial.figure
def draw(result: Result) -> Any:
    """Draw shares by wave: the mean of all towns, then each town on the same rows."""
    from veche.analyses.managerial.figure import figure

    return figure(result)
