"""Reading statements by hand: plain loops over records, written from the definitions, apart from the analyses."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from veche.study import Evidence, Interview, Statement, StatementKind

Pair = frozenset[str]
#: event time of the waves of the fictional study: from a year before the first day, not before the wave before
PERIODS = {
    "1": (dt.date(2011, 1, 1), dt.date(2016, 1, 1)), "2": (dt.date(2017, 1, 1), dt.date(2021, 1, 1)),
    "3": (dt.date(2022, 1, 1), dt.date(2024, 1, 1)),
}  # fmt: skip


@dataclass(frozen=True)
class Act:
    """A statement, or the part of it during which the same people hold the offices it names."""

    statement: Statement
    talk: Interview
    kind: StatementKind
    sources: frozenset[str]
    targets: frozenset[str]
    start: dt.date
    end: dt.date
    #: confidence times the part of the whole event
    weight: float

    @property
    def valence(self) -> float:
        return self.kind.valence if self.statement.valence is None else self.statement.valence

    def share(self, start: dt.date, end: dt.date) -> float:
        """What of it falls between two days."""
        if self.start == self.end:
            return self.weight if start <= self.start < end else 0.0
        days = (min(self.end, end) - max(self.start, start)).days
        return self.weight * max(days, 0) / (self.end - self.start).days

    def goes(self, source: str, target: str) -> bool:
        """From one to the other, or between them if the kind counts both ways?"""
        there = source in self.sources and target in self.targets
        return there or (self.kind.symmetric and target in self.sources and source in self.targets)

    def speaks_of(self, pair: Pair) -> bool:
        a, b = pair
        return (a in self.sources and b in self.targets) or (b in self.sources and a in self.targets)

    def joins(self, pair: Pair) -> bool:
        """Do both act together, and not upon each other?"""
        return len(self.sources) > 1 and pair <= self.sources - self.targets


def stands_for(evidence: Evidence, actor_id: str) -> str | None:
    """The actor that an actor was merged into."""
    by_id = {one.id: one for one in evidence.actors}
    while actor_id in by_id and by_id[actor_id].merged_into_id:
        actor_id = by_id[actor_id].merged_into_id or ""
    return actor_id if actor_id in by_id else None


def meant(evidence: Evidence, party: str, day: dt.date) -> set[str]:
    """Who is meant by an actor or office on a day."""
    if party not in {one.id for one in evidence.offices}:
        actor = stands_for(evidence, party)
        return {actor} if actor else set()
    found = set()
    for one in evidence.tenures:
        if one.office_id == party and (one.start is None or one.start <= day) and (one.end is None or day < one.end):
            found.add(stands_for(evidence, one.actor_id) or "")
    return found - {""}


def acts(evidence: Evidence, modality: str = "asserted") -> list[Act]:
    """Read the usable statements, undated ones as of the day of telling."""
    talks = {one.id: one for one in evidence.interviews}
    kinds = {one.id: one for one in evidence.kinds}
    found = []
    for one in evidence.statements:
        talk, kind = talks.get(one.interview_id or ""), kinds.get(one.kind_id)
        if talk is None or kind is None or one.modality != modality or not one.sources or not one.targets:
            continue
        start = one.start or one.end or talk.date
        end = one.end or start
        named = [*one.sources, *one.targets]
        turns = {
            day
            for t in evidence.tenures
            if t.office_id in named
            for day in (t.start, t.end)
            if day and start < day < end
        }
        edges = [start, *sorted(turns), end]
        for first, last in itertools.pairwise(edges):
            if not all(meant(evidence, party, first) for party in named):
                continue
            sides = [
                frozenset().union(*(meant(evidence, p, first) for p in side)) for side in (one.sources, one.targets)
            ]
            if any(a != b for a in sides[0] for b in sides[1]):
                part = (last - first).days / (end - start).days if end > start else 1.0
                found.append(Act(one, talk, kind, sides[0], sides[1], first, last, one.confidence * part))
    return found


def ids(some: Iterable[Act]) -> set[str]:
    return {one.statement.id for one in some}


def tone(
    some: Iterable[Act], source: str, target: str, start: dt.date, end: dt.date, kappa: float = 0.0
) -> float | None:
    """What reporters say of an ordered pair, each with at most one vote; None if nobody does."""
    told: dict[str, list[tuple[float, float]]] = {}
    for one in some:
        if source != target and one.goes(source, target) and (share := one.share(start, end)) > 0:
            told.setdefault(one.talk.respondent_id, []).append((share, one.valence))
    votes = said = 0.0
    for held in told.values():
        mass = sum(share for share, _value in held)
        vote = min(1.0, mass)
        votes += vote
        said += vote * sum(share * value for share, value in held) / mass
    return said / (votes + kappa) if told else None


def shared_sides(some: Iterable[Act], start: dt.date, end: dt.date) -> Iterator[tuple[Pair, str, set[str]]]:
    """Pairs against (or for) the same target on the same issue, as one reporter tells: pair, reporter, statements."""
    told: dict[tuple[str, str, str], dict[str, list[Act]]] = {}
    for one in some:
        if one.statement.issue is not None and one.share(start, end) > 0:
            for target in one.targets:
                held = told.setdefault((one.talk.respondent_id, one.statement.issue, target), {})
                for source in one.sources - {target}:
                    held.setdefault(source, []).append(one)
    for (who, _issue, _target), held in told.items():
        stance = {source: sum(a.valence for a in mine) / len(mine) for source, mine in held.items()}
        for a, b in itertools.combinations(sorted(stance), 2):
            if min(abs(stance[a]), abs(stance[b])) >= 0.5 and stance[a] * stance[b] > 0:
                yield frozenset((a, b)), who, ids([*held[a], *held[b]])


def allied(some: list[Act], start: dt.date, end: dt.date, theta: float = 0.25, reporters: int = 2) -> set[Pair]:
    """Which pairs are allied between two days?"""
    here = [one for one in some if one.share(start, end) > 0]
    people = sorted(frozenset[str]().union(*(one.sources | one.targets for one in here)) if here else ())
    together: dict[Pair, set[str]] = {}
    for pair, who, _ids in shared_sides(here, start, end):
        together.setdefault(pair, set()).add(who)
    found = set()
    for a, b in itertools.combinations(people, 2):
        pair = frozenset((a, b))
        tones = [tone(here, *way, start, end, 1.0) for way in ((a, b), (b, a))]
        known = [one for one in tones if one is not None]
        common = together.get(pair, set()) | {one.talk.respondent_id for one in here if one.joins(pair)}
        speaking = {one.talk.respondent_id for one in here if one.speaks_of(pair)}
        by_tone = len(known) == 2 and min(known) >= theta and len(speaking) >= reporters
        if (by_tone or len(common) >= reporters) and not any(one <= -theta for one in known):
            found.add(pair)
    return found


def supporting(some: list[Act], pairs: set[Pair], windows: list[tuple[dt.date, dt.date]]) -> set[str]:
    """Statements that support a coalition of these pairs in these windows."""
    found: set[str] = set()
    for start, end in windows:
        here = [one for one in some if one.share(start, end) > 0]
        for pair in pairs:
            found |= ids(one for one in here if (one.valence > 0 and one.speaks_of(pair)) or one.joins(pair))
        found |= {i for pair, _who, held in shared_sides(here, start, end) if pair in pairs for i in held}
    return found


def speaking(some: list[Act], pairs: set[Pair], windows: list[tuple[dt.date, dt.date]]) -> list[Act]:
    """Acts that speak of one of the pairs in one of the windows."""
    return [
        one
        for one in some
        if any(one.speaks_of(pair) for pair in pairs) and any(one.share(a, b) > 0 for a, b in windows)
    ]
