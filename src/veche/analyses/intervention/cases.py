"""Events and the towns they fall on, and whether a comparison can be made there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from veche.analyses._shared.parties import day_number
from veche.analyses._shared.periods import Period, wave_periods
from veche.analyses._shared.places import row_label
from veche.analyses._shared.relations import Relations, prepare
from veche.analyses._shared.turning import LEAST, Bools, Turning, sides_of_day, turning
from veche.study.actors import Event
from veche.study.evidence import Evidence
from veche.study.places import Town
from veche.words import N_

if TYPE_CHECKING:
    from veche.analyses.intervention import Params

#: with whom the executive of the town deals: name -> branch
PAIRS = {"assembly": "legislative", "business": "business", "above": "above"}
PAIR_NAMES = {
    "assembly": N_("head and assembly"), "business": N_("head and business"), "above": N_("head and those above"),
}  # fmt: skip
NO_VISIT = N_("nobody was interviewed in this town")
TOO_EARLY = N_("before the time of the town's first wave: what was before is not known")
TOO_LATE = N_("after the last interview in this town: what came after is not known")


@dataclass(frozen=True, slots=True)
class Case:
    """An event in a town; `reason` says why nothing can be compared there."""

    event: Event
    town: Town
    number: int
    day: float
    first: float
    reason: str

    @property
    def key(self) -> str:
        """Label of its rows."""
        return row_label(self.event.key, self.town.key)


@dataclass(frozen=True, eq=False)
class Cases:
    """All events looked at in all towns they fall on."""

    evidence: Evidence
    relations: Relations
    cases: tuple[Case, ...]
    params: Params

    @cached_property
    def by_key(self) -> dict[str, Case]:
        """Cases by label."""
        return {one.key: one for one in self.cases}

    def sides(self, case: Case) -> tuple[Period, Period]:
        """The two stretches of time."""
        return sides_of_day(case.day, case.first, self.params.months)

    def acts(self, town: int, pair: str) -> Bools:
        """Acts between the executive of a town and the other side, in either direction."""
        relations = self.relations
        found: Bools = (relations.town == town) & (
            relations.between("executive", PAIRS[pair]) | relations.between(PAIRS[pair], "executive")
        )
        return found

    def turning(self, case: Case, pair: str) -> Turning:
        """What is told before and after an event of one pair."""
        return turning(self.relations, self.acts(case.number, pair), self.sides(case))

    def elsewhere(self, case: Case, pair: str) -> list[float]:
        """Differences over the same day in the other towns, where enough reporters tell of both sides."""
        hit = {one.number for one in self.cases if one.event.id == case.event.id}
        found = []
        for number, town in enumerate(self.relations.towns):
            first = first_day(self.evidence, town, self.params.reach)
            if number in hit or np.isnan(first) or first >= case.day:
                continue
            sides = sides_of_day(case.day, first, self.params.months)
            one = turning(self.relations, self.acts(number, pair), sides)
            before, after = one.tones()
            if min(one.sizes()) >= LEAST:
                found.append(after - before)
        return found


def first_day(evidence: Evidence, town: Town, reach: float) -> float:
    """Where the time of the town's first wave begins; NaN if nobody was interviewed there."""
    visited = {one.wave_id for one in evidence.interviews if one.town_id == town.id}
    keys = {one.key for one in evidence.waves if one.id in visited}
    return next((one.start for one in wave_periods(evidence, reach) if one.key in keys), float("nan"))


def make_cases(evidence: Evidence, params: Params) -> Cases:
    """Find the events of the kinds asked for; one of a region falls on all its towns, one of neither on all towns."""
    relations = prepare(evidence, undated=params.undated, first_hand=params.first_hand)
    found = []
    for event in sorted(evidence.events, key=lambda one: (one.start, one.key)):
        if event.kind not in params.kinds:
            continue
        for number, town in enumerate(relations.towns):
            here = event.town_id == town.id if event.town_id else event.region_id in (None, town.region_id)
            if here:
                found.append(_case(evidence, event, town, number, params))
    return Cases(evidence, relations, tuple(found), params)


def _case(evidence: Evidence, event: Event, town: Town, number: int, params: Params) -> Case:
    day, first = day_number(event.start), first_day(evidence, town, params.reach)
    told = [day_number(one.date) for one in evidence.interviews if one.town_id == town.id]
    reason = ""
    if not told or np.isnan(first):
        reason = NO_VISIT
    elif day <= first:
        reason = TOO_EARLY
    elif day >= max(told):
        reason = TOO_LATE
    return Case(event, town, number, day, first, reason)
