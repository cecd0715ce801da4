"""Ties between actors, by town and window of time, as several reporters tell of them."""

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
    """Options of `ties`."""

    windows: str = option(
        "waves",
        N_("Windows of event time: the times of the waves, or windows of equal width."),
        choices=("waves", "equal"),
    )
    width: float = option(24.0, N_("Width of equal windows, in months."), low=1, high=600)
    reach: float = option(12.0, N_("Months by which the time of a wave begins before its first day."), low=0, high=120)
    minimum: int = option(2, N_("Fewest reporters of a tie for a tone to be given."), low=2, high=100)
    undated: str = option(
        "telling",
        N_("Events without a date: taken as of the day of telling, or left out."),
        choices=("telling", "leave"),
    )
    first_hand: bool = option(False, N_("Only what speakers know at first hand."))
    drawn: str = option("network", N_("Figure: networks, or matrices."), choices=("network", "matrix"))
    resamples: int = option(1000, N_("Bootstrap draws, and draws of the tests of change."), low=50, high=100_000)
    confidence: float = option(0.95, N_("Level of the intervals and of the verdicts."), low=0.5, high=0.999)
    seed: int = option(1, N_("Seed of the random draws: the same seed gives the same numbers."), low=0)


@analysis(
    "ties",
    title=N_("Ties"),
    question=N_("Who is close to whom and who is against whom, as several people tell it?"),
    method=N_(
        "Event time, not the time of telling, decides on the window; an office stands for whoever held it then. A "
        "reporter has at most one vote on an ordered pair of actors: his tone is the mean valence of what he tells, "
        "from -1 (antagonism) to 1 (accord), weighed by the part of the event in the window. Tone of the tie: mean "
        "over reporters by vote; dispersion: half the distance between the extreme reporters; mutual tone: the lesser "
        "of both directions. Tone for decisions: one neutral vote is added. Intervals: bootstrap over reporters; left "
        "out one by one beside. Change between windows that do not overlap: exchange of windows within reporters, "
        "adjusted by Holm. Balance: 1 minus twice the frustration over all weight of the mutual ties (Aref and Wilson "
        "2019), read beside the share of conflict."
    ),
)
def ties(evidence: Evidence, params: Params) -> Result:
    """Compute ties by town and window, their change, and what each window rests on."""
    from veche.analyses.ties.compute import compute

    return compute(evidence, params)


@ties.figure
def draw(result: Result) -> Any:
    """Draw networks or matrices of ties, one a town and window."""
    from veche.analyses.ties.figure import figure

    return figure(result)
