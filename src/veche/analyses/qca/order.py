"""What came first in a town: the time of the first mention of a code, of the first event of a kind, of the first dated statement of a kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from veche.analyses._shared.codes import rows_named
from veche.analyses._shared.mentions import mentions
from veche.analyses._shared.places import ordered_waves
from veche.sets import before
from veche.study.actors import EventKind
from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.study.places import Town


@dataclass(frozen=True, slots=True)
class Mark:
    """One sign that a thing was there: by which wave it is known, its day or else its wave, and the codings or statements that say so."""

    known: int
    day: dt.date | None
    wave: int
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that happens: its marks by town, and where nobody could have spoken of it until when (wave from which somebody could)."""

    marks: Mapping[str, tuple[Mark, ...]]
    asked_from: Mapping[str, int] | None = None

    def known(self, town: str, wave: int) -> tuple[Mark, ...]:
        """Marks of a town that are known by a wave."""
        return tuple(one for one in self.marks.get(town, ()) if one.known <= wave)

    def askable(self, town: str, wave: int) -> bool:
        """Whether it could have been told of by a wave; what is dated by itself always could."""
        return self.asked_from is None or self.asked_from.get(town, wave + 1) <= wave


@dataclass(frozen=True, slots=True)
class Order:
    """The order of two things in one case: 1 or 0, ``-`` where it does not apply, empty if it cannot be known; and what says so."""

    value: str
    ids: tuple[str, ...]


def order(things: Sequence[Thing], town: str, wave: int) -> Order:
    """Say whether the first of two things came before the second, by what is known by a wave.

    Days are compared if both things are dated, else waves: a day belongs to the first wave that ends after it. The same time is not earlier.
    """
    seen = [one.known(town, wave) for one in things]
    if not all(marks or one.askable(town, wave) for one, marks in zip(things, seen, strict=True)):
        return Order("", ())
    dated = all(mark.day is not None for marks in seen for mark in marks)

    def time(mark: Mark) -> int:
        return mark.day.toordinal() if dated and mark.day is not None else mark.wave

    first = [min(map(time, marks), default=float("nan")) for marks in seen]
    value = before(first[:1], first[1:])[0]
    ids = (
        id for marks, when in zip(seen, first, strict=True) for mark in marks if time(mark) == when for id in mark.ids
    )
    return Order(value, tuple(dict.fromkeys(ids)))


def things(evidence: Evidence, interviews: Sequence[Interview], names: Sequence[str]) -> tuple[Thing, ...]:
    """Look up each name: a kind of events, a kind of statements, or else a code.

    Raises
    ------
    NotFound
        If it is none of them.
    """
    kinds = {one.key: one.id for one in evidence.kinds}
    return tuple(
        _events(evidence, name)
        if name in get_args(EventKind)
        else _statements(evidence, interviews, kinds[name])
        if name in kinds
        else _told(evidence, interviews, name)
        for name in names
    )


def _events(evidence: Evidence, kind: str) -> Thing:
    """Events of a kind; one of a region falls on all its towns, one of neither on all towns."""
    waves = ordered_waves(evidence)

    def here(town: Town) -> Iterator[Mark]:
        for one in evidence.events:
            if one.kind != kind or not (
                one.town_id == town.id if one.town_id else one.region_id in (None, town.region_id)
            ):
                continue
            wave = _wave_of(evidence, one.start)
            if wave < len(waves):
                yield Mark(wave, one.start, wave)

    return Thing({town.id: tuple(here(town)) for town in evidence.towns})


def _statements(evidence: Evidence, interviews: Sequence[Interview], kind: str) -> Thing:
    """Dated statements of a kind, told in the interviews of a town."""
    place = {wave.id: at for at, wave in enumerate(ordered_waves(evidence))}
    by_id = {one.id: one for one in interviews}
    marks: dict[str, list[Mark]] = {}
    for one in evidence.statements:
        told = by_id.get(one.interview_id or "")
        if told is None or one.kind_id != kind or one.modality != "asserted" or one.start is None:
            continue
        known = place[told.wave_id]
        marks.setdefault(told.town_id, []).append(
            Mark(known, one.start, min(_wave_of(evidence, one.start), known), (one.id,))
        )
    return Thing({town: tuple(found) for town, found in marks.items()}, _visits(evidence, interviews))


def _told(evidence: Evidence, interviews: Sequence[Interview], key: str) -> Thing:
    """Waves in which interviews of a town assert a code."""
    place = {wave.id: at for at, wave in enumerate(ordered_waves(evidence))}
    counted = mentions(evidence, interviews, rows_named(evidence, [key], below=True))
    marks: dict[str, list[Mark]] = {}
    asked = [one for one, could in zip(interviews, counted.asked[:, 0].tolist(), strict=True) if could]
    for at, one in enumerate(interviews):
        if counted.asserted[at, 0]:
            ids = counted.grounds(np.arange(len(interviews)) == at, [0], asked=None).supporting
            marks.setdefault(one.town_id, []).append(Mark(place[one.wave_id], None, place[one.wave_id], ids))
    return Thing({town: tuple(found) for town, found in marks.items()}, _visits(evidence, asked))


def _visits(evidence: Evidence, interviews: Sequence[Interview]) -> dict[str, int]:
    """The first wave in which a town has one of the interviews."""
    place = {wave.id: at for at, wave in enumerate(ordered_waves(evidence))}
    found: dict[str, int] = {}
    for one in interviews:
        found[one.town_id] = min(place[one.wave_id], found.get(one.town_id, len(place)))
    return found


def _wave_of(evidence: Evidence, day: dt.date) -> int:
    """Place of the first wave that ends after a day; their number if none does."""
    waves = ordered_waves(evidence)
    return next((at for at, wave in enumerate(waves) if day < wave.end), len(waves))
