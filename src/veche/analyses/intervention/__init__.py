"""Intervention: events from above, and how what is told of a town differs before and after them."""

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
    """Options of `intervention`."""

    kinds: tuple[str, ...] = option(
        ("intervention",),
        N_("Kinds of events that are looked at."),
        choices=(
            "intervention", "change_of_governor", "change_of_owner", "merger", "change_of_head", "conflict", "election",
            "other",
        ),
    )  # fmt: skip
    months: float = option(
        0.0, N_("Months looked at on either side of the event; 0: from the town's first wave on."), low=0, high=600
    )
    reach: float = option(12.0, N_("Months by which the time of a wave begins before its first day."), low=0, high=120)
    codes: tuple[str, ...] = option(
        ("EXT", "COAL.BREAK"), N_("Codes of what people themselves say of it, with all below."), kind="code"
    )
    undated: str = option(
        "telling",
        N_("Events without a date: taken as of the day of telling, or left out."),
        choices=("telling", "leave"),
    )
    first_hand: bool = option(False, N_("Only what speakers know at first hand."))
    resamples: int = option(2000, N_("Bootstrap draws, and draws of the tests of change."), low=50, high=100_000)
    confidence: float = option(0.95, N_("Level of the intervals and of the verdicts."), low=0.5, high=0.999)
    seed: int = option(1, N_("Seed of the random draws: the same seed gives the same numbers."), low=0)


@analysis(
    "intervention",
    title=N_("Intervention from above"),
    question=N_("What is different in a town after an event from above, and what do people there say of it?"),
    method=N_(
        "Within the town of the event: tone between its executive and the assembly, business, and those above, told of "
        "the time before and after the day, by event time; a reporter has one vote on either side. Difference: after "
        "minus before, bootstrap over reporters, exchange of the two sides within reporters, adjusted by Holm; beside "
        "it the difference among those who tell of both sides, and the mean difference of the other towns over the "
        "same day. Accounts: what people themselves say of interference, told before and after. It is a comparison of "
        "two stretches of time in one town: it does not say what brought a difference about."
    ),
)
def intervention(evidence: Evidence, params: Params) -> Result:
    """Compare before and after each event from above, and list the accounts of it."""
    from veche.analyses.intervention.compute import compute

    return compute(evidence, params)


@intervention.figure
def draw(result: Result) -> Any:
    """Draw the tone before and after each event, with intervals, beside the other towns."""
    from veche.analyses.intervention.figure import figure

    return figure(result)
