"""Fuzzy-set ideal types of interaction between head and assembly, with change in kind and in degree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.study.registry import analysis, option
from veche.words import N_

if TYPE_CHECKING:
    from veche.study.evidence import Evidence
    from veche.study.result import Result

TYPES = "COERCION = PREVAILS*~CAMP*SETTLED; PLAY = PREVAILS*~CAMP*~SETTLED; CONFRONTATION = PREVAILS*CAMP; NO_DOMINANCE = ~PREVAILS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Options of `ideal_types`."""

    indicators: str = option(
        "PREVAILS SETTLED CAMP",
        N_(
            "Answers that span the space: PREVAILS, CAMP, SETTLED, and shares of ways EXCHANGE, MANIPULATION, REASONS, PRESSURE; spaces between."
        ),
    )
    types: str = option(TYPES, N_("Named types, with ; between: NAME = PREVAILS*~CAMP + SETTLED."))
    time: str = option(
        "present",
        N_(
            "Which statements a wave holds: those told in it of its own time; of its time, whenever told; or all told "
            "in it."
        ),
        choices=("present", "event", "telling"),
    )
    reach: float = option(12.0, N_("Months by which the time of a wave begins before its first day."), low=0, high=120)
    undated: str = option(
        "telling",
        N_("Events without a date: taken as of the day of telling, or left out."),
        choices=("telling", "leave"),
    )
    first_hand: bool = option(False, N_("Only what speakers know at first hand."))
    lasting: float = option(12.0, N_("Months of conflict that make a rival camp a lasting one."), low=0, high=240)


@analysis(
    "ideal_types",
    title=N_("Ideal types of interaction"),
    question=N_("Which type of interaction is a town nearest to, and did it change in kind or only in degree?"),
    method=N_(
        "Answers to the questions of the models of interaction are memberships from 0 to 1. Indicators span a space; membership in a corner is "
        "the least of its answers, and a case belongs to the one corner with a membership over 0.5. Another corner in the next wave is a change "
        "in kind, the same corner with another membership a change in degree (Kvist 1999)."
    ),
)
def ideal_types(evidence: Evidence, params: Params) -> Result:
    """Place towns and waves in the space of ideal types."""
    from veche.analyses.ideal_types.compute import compute

    return compute(evidence, params)


@ideal_types.figure
def draw(result: Result) -> Any:
    """Draw towns by waves with the corner each stands in."""
    from veche.analyses.ideal_types.figure import figure

    return figure(result)
