"""Who stands behind the id in a statement: merged actors followed, offices resolved to their holders in time."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from veche.study.actors import Actor, Office, Tenure
from veche.study.evidence import Evidence
from veche.words import N_

#: what a party is in the town of the interview; "above" are levels and persons of no town
BRANCHES = ("executive", "legislative", "business", "political", "media", "civic", "expert", "other", "above")

GONE = N_("an actor or office that it names is not in the study any more")
NO_HOLDER = N_("nobody is known to hold the office at the time of the event")
NO_SOURCE = N_("nobody who acts is named")
NO_TARGET = N_("nobody who is acted upon is named")
HIMSELF = N_("after merging, an actor would act on himself only")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an event during which the same actors hold the offices: days [start, end), equal for an instant."""

    start: float
    end: float
    sources: frozenset[str]
    targets: frozenset[str]
    #: part of the length of the whole event, in (0, 1]
    part: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of an event that cannot be used, with the reason in English, marked for translation."""

    reason: str
    part: float


class Parties:
    """The actors, offices and tenures of evidence."""

    def __init__(self, evidence: Evidence) -> None:
        self._actors: Mapping[str, Actor] = {one.id: one for one in evidence.actors}
        self._offices: Mapping[str, Office] = {one.id: one for one in evidence.offices}
        self._tenures: dict[str, list[Tenure]] = {}
        for tenure in evidence.tenures:
            self._tenures.setdefault(tenure.office_id, []).append(tenure)

    @cached_property
    def actors(self) -> tuple[Actor, ...]:
        """The actors that were not merged into another, by key."""
        return tuple(sorted((one for one in self._actors.values() if self.actor(one.id) is one), key=lambda a: a.key))

    def actor(self, actor_id: str) -> Actor | None:
        """Return the actor that stands for this one; None if there is none, or merging runs in a circle."""
        seen: set[str] = set()
        found = self._actors.get(actor_id)
        while found is not None and found.merged_into_id is not None and found.id not in seen:
            seen.add(found.id)
            found = self._actors.get(found.merged_into_id)
        return None if found is None or found.id in seen else found

    def known(self, party_id: str) -> bool:
        """Is it an actor or office of the study?"""
        return party_id in self._offices or self.actor(party_id) is not None

    def office(self, party_id: str) -> Office | None:
        """Return the office of that id, if it is one."""
        return self._offices.get(party_id)

    def name(self, party_id: str) -> str:
        """Name an actor or office; empty if it is neither."""
        found = self._offices.get(party_id) or self.actor(party_id)
        return found.name if found else ""

    def branch(self, party_id: str, town_id: str) -> str:
        """Say what a party is, seen from a town: one of `BRANCHES`; empty if it is not in the study.

        An office counts by its own branch, whoever holds it. What belongs to no town or to another one, and every
        actor of the kind ``level``, is above.
        """
        found = self._offices.get(party_id) or self.actor(party_id)
        if found is None:
            return ""
        if found.town_id != town_id or (isinstance(found, Actor) and found.kind == "level"):
            return "above"
        return found.branch

    def holders(self, party_id: str, day: float) -> frozenset[str]:
        """Return who is meant on a day (as an ordinal): the actor, or all who hold the office then."""
        if party_id not in self._offices:
            found = self.actor(party_id)
            return frozenset({found.id}) if found else frozenset()
        holding = (one for one in self._tenures.get(party_id, ()) if _begin(one) <= day < _end(one))
        people = (self.actor(one.actor_id) for one in holding)
        return frozenset(one.id for one in people if one)

    def turns(self, party_ids: Iterable[str], start: float, end: float) -> list[float]:
        """List the days strictly inside [start, end) on which a holder of one of the offices changes."""
        days = {
            moment
            for party_id in party_ids
            for one in self._tenures.get(party_id, ())
            for moment in (_begin(one), _end(one))
            if start < moment < end
        }
        return sorted(days)

    def resolve(
        self, sources: Sequence[str], targets: Sequence[str], start: float, end: float
    ) -> tuple[list[Stretch], list[Gap]]:
        """Resolve the two sides of a statement over the time of its event.

        Parameters
        ----------
        sources, targets
            Ids of actors and offices.
        start, end
            Days as ordinals, half-open; equal for an instant.

        Returns
        -------
        tuple
            Stretches with the actors of both sides, and gaps; the parts of both together sum to 1.
        """
        if not sources or not targets:
            return [], [Gap(NO_TARGET if sources else NO_SOURCE, 1.0)]
        if not all(self.known(one) for one in (*sources, *targets)):
            return [], [Gap(GONE, 1.0)]
        edges = [start, *self.turns((*sources, *targets), start, end), end]
        stretches, gaps = [], []
        for first, last in pairwise(edges):
            part = (last - first) / (end - start) if end > start else 1.0
            sides = [frozenset().union(*(self.holders(one, first) for one in side)) for side in (sources, targets)]
            if not all(self.holders(one, first) for one in (*sources, *targets)):
                # a compound side with an empty office would shift what is said of all to those who remain
                gaps.append(Gap(NO_HOLDER, part))
            elif not any(i != j for i in sides[0] for j in sides[1]):
                gaps.append(Gap(HIMSELF, part))
            else:
                stretches.append(Stretch(first, last, sides[0], sides[1], part))
        return stretches, gaps


def day_number(day: dt.date) -> float:
    """Return the ordinal of a day as a float."""
    return float(day.toordinal())


def _begin(one: Tenure) -> float:
    return -math.inf if one.start is None else day_number(one.start)


def _end(one: Tenure) -> float:
    return math.inf if one.end is None else day_number(one.end)
