"""Periods of time with their interviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from veche.analyses._shared.places import ordered_waves
from veche.study.evidence import Evidence
from veche.study.interviews import Interview


@dataclass(frozen=True, slots=True)
class Period:
    """A period [start, end) with the places of its interviews; `middle` is the mean day of these."""

    key: str
    label: str
    start: dt.date
    end: dt.date
    middle: dt.date
    interviews: tuple[int, ...]


def periods(evidence: Evidence, interviews: Sequence[Interview], step: str) -> tuple[Period, ...]:
    """List the periods that have interviews: waves, calendar years, or half-years (January to June, July to December)."""
    if step == "wave":
        spans = [(wave.key, wave.label or wave.key, wave.start, wave.end) for wave in ordered_waves(evidence)]
        keys = {wave.id: wave.key for wave in evidence.waves}
        of = [keys[one.wave_id] for one in interviews]
    else:
        spans = sorted({_calendar(one.date, step) for one in interviews}, key=lambda span: span[2])
        of = [_calendar(one.date, step)[0] for one in interviews]
    found = []
    for key, label, start, end in spans:
        places = tuple(i for i, one in enumerate(of) if one == key)
        if places:
            days = [interviews[i].date.toordinal() for i in places]
            found.append(Period(key, label, start, end, dt.date.fromordinal(round(sum(days) / len(days))), places))
    return tuple(found)


def _calendar(day: dt.date, step: str) -> tuple[str, str, dt.date, dt.date]:
    """Key, label, start and end of the year or half-year of a day."""
    new_year = dt.date(day.year + 1, 1, 1) if day.year < dt.MAXYEAR else dt.date.max
    if step == "year":
        return str(day.year), str(day.year), dt.date(day.year, 1, 1), new_year
    july = dt.date(day.year, 7, 1)
    if day < july:
        return f"{day.year}-1", f"{day.year}/1", dt.date(day.year, 1, 1), july
    return f"{day.year}-2", f"{day.year}/2", july, new_year
