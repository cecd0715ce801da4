"""Turbulence: how much of a town's politics changes from wave to wave, part by part, beside what stands still."""

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
    """Options of `turbulence`."""

    theta: float = option(0.25, N_("Least mutual tone of allies."), low=0.01, high=1.0)
    reporters: int = option(2, N_("How many reporters an alliance needs in a window."), low=1, high=100)
    least_reporters: int = option(
        5, N_("Fewest reporters in each wave; with fewer nothing is given."), low=1, high=1000
    )
    least_statements: int = option(
        20, N_("Fewest statements in each wave; with fewer nothing is given."), low=1, high=100_000
    )
    reach: float = option(
        12.0, N_("How many months before its first day the event time of a wave begins."), low=0.0, high=120.0
    )
    high: str = option("TURB.HIGH", N_("Code for a lurching course."), kind="code")
    inertia: str = option("TURB.INERTIA", N_("Code for institutions that stand still."), kind="code")
    rules: tuple[str, ...] = option(("head_form",), N_("Attributes of towns that are rules of the institutions."))
    draws: int = option(199, N_("Most draws for the level of chance."), low=50, high=100_000)
    resamples: int = option(100, N_("Bootstrap draws."), low=50, high=100_000)
    confidence: float = option(0.95, N_("Level of the intervals and of the verdicts."), low=0.5, high=0.999)
    seed: int = option(1, N_("Seed of the random draws: the same seed gives the same numbers."), low=0)


@analysis(
    "turbulence",
    title=N_("Turbulence"),
    question=N_("How much of a town's politics changes from wave to wave, and is it more than chance gives?"),
    method=N_(
        "Between the event times of two waves: variation of information of camps of allies over ln n; 1 - pairs allied in "
        "both / in either; share of coalitions that ended; Jensen-Shannon divergence of issues, a reporter having one vote "
        "on each; mean change of tone / 2; share of posts with another holder; 1 - actors of both / of either. The "
        "composite is the mean of membership, hazard, agenda, tone and offices, missing with fewer than three. Chance: "
        "event times exchanged among the statements of each reporter; sequential p of Besag and Clifford (1991), Holm over "
        "the towns and steps. Intervals: basic bootstrap, reporters resampled within wave. Panel: respondents of both waves."
    ),
)
def turbulence(evidence: Evidence, params: Params) -> Result:
    """Compute the components of turbulence by town and step, against chance, with the panel alone, and inertia apart."""
    from veche.analyses.turbulence.compute import compute

    return compute(evidence, params)


@turbulence.figure
def draw(result: Result) -> Any:
    """Draw the profile of every town and step, composite last, inertia apart."""
    from veche.analyses.turbulence.figure import figure

    return figure(result)
