"""Statements of evidence as arrays for the measures of relations, and what could not be used, with the reason.

A statement becomes one act, or several if the holder of an office that it names changed during the event: each act
has its own part of the event's time and of the statement's confidence, so that shares still sum to the confidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.analyses._shared.parties import Parties, day_number
from veche.analyses._shared.periods import Period, as_windows
from veche.analyses._shared.places import listed, ordered_towns, ordered_waves
from veche.analyses._shared.reading import LeftOut, Reading, Row
from veche.measures.ties import Claims, claims
from veche.measures.windows import Shares, shares
from veche.study.actors import Actor
from veche.study.evidence import Evidence
from veche.study.interviews import Interview, Role
from veche.study.places import Town, Wave
from veche.study.statements import Statement, StatementKind
from veche.words import N_, _, say

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: who speaks, seen from the two branches of a town
SIDES = ("executive", "legislative", "outside")
SIDE_NAMES = {"executive": N_("executive"), "legislative": N_("assembly"), "outside": N_("outsiders")}


@dataclass(frozen=True, eq=False)
class Relations:
    """Acts as columns of equal length; `statements` holds the statement of each act.

    Numbers of `reporter` point into `reporters` (ids of respondents), of `town` and `wave` into `towns` and `waves`
    (those of the interview: the time of *telling*), of `sources` and `targets` into `actors`. `start` and `end` are
    days of the *event* as ordinals, NaN if unknown; `told` is the day of the interview.
    """

    evidence: Evidence
    parties: Parties
    actors: tuple[Actor, ...]
    towns: tuple[Town, ...]
    waves: tuple[Wave, ...]
    reporters: tuple[str, ...]
    statements: tuple[Statement, ...]
    interviews: tuple[Interview, ...]
    kinds: tuple[StatementKind, ...]
    sources: tuple[frozenset[int], ...]
    targets: tuple[frozenset[int], ...]
    reporter: Ints
    town: Ints
    wave: Ints
    valence: Floats
    start: Floats
    end: Floats
    told: Floats
    confidence: Floats
    #: was the time of the event taken from the day of telling?
    undated: Bools
    left_out: tuple[LeftOut, ...] = ()

    def __len__(self) -> int:
        return len(self.statements)

    def only(self, wanted: ArrayLike) -> Relations:
        """Return the same for some of the acts, by truth values or places."""
        mask = np.asarray(wanted)
        places = np.flatnonzero(mask) if mask.dtype == bool else mask.astype(np.intp)
        columns: dict[str, Any] = {name: getattr(self, name)[places] for name in _ARRAYS}
        at = places.tolist()
        columns |= {name: tuple(map(getattr(self, name).__getitem__, at)) for name in _TUPLES}
        found = replace(self, **columns)
        if mask.dtype == bool and "claims" in self.__dict__:
            # spread once, taken in parts
            spread, number = self.claims, np.cumsum(mask) - 1
            kept = mask[spread.statement]
            found.__dict__["claims"] = Claims(
                number[spread.statement[kept]], spread.source[kept], spread.target[kept], spread.actors
            )
        return found

    def shares(self, periods: Sequence[Period]) -> Shares:
        """Give the share of every act in every period; acts without a time fall into none."""
        return shares(as_windows(tuple(periods)), self.start, self.end, self.confidence)

    def share_in(self, period: Period) -> Floats:
        """Give the share of every act in one period, 0 outside."""
        found = self.shares([period])
        column = np.zeros(len(self))
        column[found.statement] = found.share
        return column

    @cached_property
    def symmetric(self) -> Bools:
        """Does the kind of the act count in both directions?"""
        return np.array([one.symmetric for one in self.kinds], dtype=bool)

    @cached_property
    def claims(self) -> Claims:
        """The acts spread over ordered pairs of actors."""
        return claims(self.sources, self.targets, self.symmetric, len(self.actors))

    @cached_property
    def side(self) -> tuple[str, ...]:
        """Who speaks, of each act: one of `SIDES`."""
        roles = self.evidence.role_by_id
        return tuple(side_of(roles.get(one.role_id)) for one in self.interviews)

    @cached_property
    def branches(self) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
        """What the sources and the targets of each act are, seen from the town (see `Parties.branch`)."""
        known: dict[tuple[str, str], str] = {}

        def of(ids: Iterable[str], town: str) -> frozenset[str]:
            for one in ids:
                if (one, town) not in known:
                    known[one, town] = self.parties.branch(one, town)
            return frozenset(known[one, town] for one in ids)

        return tuple(
            (of(one.sources, interview.town_id), of(one.targets, interview.town_id))
            for one, interview in zip(self.statements, self.interviews, strict=True)
        )

    def between(self, source: str, target: str) -> Bools:
        """Which acts go from one branch to another; symmetric kinds count both ways."""
        there = np.array([source in a and target in b for a, b in self.branches], dtype=bool)
        back = np.array([source in b and target in a for a, b in self.branches], dtype=bool)
        found: Bools = there | (back & self.symmetric) if len(self) else there
        return found

    def ids(self, wanted: ArrayLike | None = None) -> tuple[str, ...]:
        """Return the ids of the statements of some acts (or all), each once, in order."""
        places = range(len(self)) if wanted is None else np.flatnonzero(np.asarray(wanted)).tolist()
        return tuple(dict.fromkeys(self.statements[i].id for i in places))

    def count(self, wanted: ArrayLike | None = None) -> int:
        """Count the statements of some acts."""
        return len(self.ids(wanted))

    def reporters_of(self, wanted: ArrayLike | None = None) -> int:
        """Count the reporters of some acts."""
        who = self.reporter if wanted is None else self.reporter[np.asarray(wanted)]
        return int(np.unique(who).size)


_ARRAYS = ("reporter", "town", "wave", "valence", "start", "end", "told", "confidence", "undated")
_TUPLES = ("statements", "interviews", "kinds", "sources", "targets")


def side_of(role: Role | None) -> str:
    """Say who speaks: somebody of the town's executive, of its assembly, or an outsider to both."""
    if role is not None and role.level == "municipal" and role.branch in ("executive", "legislative"):
        return role.branch
    return "outside"


def prepare(
    evidence: Evidence, *, modality: str = "asserted", undated: str = "telling", first_hand: bool = False
) -> Relations:
    """Take the statements of evidence that can be used, as arrays.

    Parameters
    ----------
    evidence
        Evidence.
    modality
        Only statements of this modality; those of others are not even listed as left out.
    undated
        ``telling``: an event without a time is taken as of the day of the interview; ``leave``: it is left out.
    first_hand
        Only what speakers know at first hand.

    Returns
    -------
    Relations
        In the order of interviews (town, wave, day, key) and of the places in the text.
    """
    parties = Parties(evidence)
    towns, waves = ordered_towns(evidence), ordered_waves(evidence)
    reading = Reading(evidence, parties, undated, first_hand)
    rows: list[Row] = []
    left: list[LeftOut] = []
    for statement in evidence.statements:
        if statement.modality == modality:
            found, lost = reading.acts(statement)
            rows += found
            left += lost
    place = {one.id: i for i, one in enumerate(towns)}
    stage = {one.id: i for i, one in enumerate(waves)}
    rows.sort(key=lambda row: _order(row, place, stage))
    numbers = {one.id: i for i, one in enumerate(parties.actors)}
    reporters = tuple(sorted({row.interview.respondent_id for row in rows}))
    who = {one: i for i, one in enumerate(reporters)}
    return Relations(
        evidence=evidence, parties=parties, actors=parties.actors, towns=towns, waves=waves, reporters=reporters,
        statements=tuple(row.statement for row in rows), interviews=tuple(row.interview for row in rows),
        kinds=tuple(row.kind for row in rows),
        sources=tuple(frozenset(numbers[one] for one in row.stretch.sources) for row in rows),
        targets=tuple(frozenset(numbers[one] for one in row.stretch.targets) for row in rows),
        reporter=np.array([who[row.interview.respondent_id] for row in rows], dtype=np.intp),
        town=np.array([place[row.interview.town_id] for row in rows], dtype=np.intp),
        wave=np.array([stage[row.interview.wave_id] for row in rows], dtype=np.intp),
        valence=np.array([_valence(row.statement, row.kind) for row in rows], dtype=float),
        start=np.array([row.stretch.start for row in rows], dtype=float),
        end=np.array([row.stretch.end for row in rows], dtype=float),
        told=np.array([day_number(row.interview.date) for row in rows], dtype=float),
        confidence=np.array([row.statement.confidence * row.stretch.part for row in rows], dtype=float),
        undated=np.array([row.undated for row in rows], dtype=bool),
        left_out=tuple(left),
    )  # fmt: skip


def _order(row: Row, place: dict[str, int], stage: dict[str, int]) -> tuple[object, ...]:
    one, talk = row.statement, row.interview
    at = one.quotes[0].start if one.quotes else 0
    return place[talk.town_id], stage[talk.wave_id], talk.date, talk.key, at, one.id, row.stretch.start


def _valence(statement: Statement, kind: StatementKind) -> float:
    return kind.valence if statement.valence is None else statement.valence


def left_out_notes(relations: Relations) -> list[str]:
    """Say how many statements are not used, or only in part, by reason."""
    counts: dict[str, int] = {}
    seen: set[tuple[str, str]] = set()
    for one in relations.left_out:
        if (one.statement_id, one.reason) not in seen:
            seen.add((one.statement_id, one.reason))
            counts[one.reason] = counts.get(one.reason, 0) + 1
    notes = []
    if counts:
        named = listed([f"{_(reason)} ({n})" for reason, n in counts.items()])
        notes.append(say(N_("Statements not used, wholly or for part of their time: {reasons}."), reasons=named))
    undated = relations.count(relations.undated)
    if undated:
        notes.append(say(N_("Events without a date, taken as of the day of telling: {n}."), n=undated))
    return notes
