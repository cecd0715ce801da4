"""Periods of event time: what each visit to a town can tell of, or windows of equal width."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from veche.analyses._shared.parties import day_number
from veche.analyses._shared.places import ordered_waves
from veche.measures.windows import Windows, given_windows, windows
from veche.study.evidence import Evidence

#: days of a month, on average
MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of event time with its name: days [start, end) as ordinals."""

    key: str
    label: str
    start: float
    end: float

    @property
    def first_day(self) -> dt.date:
        """First day."""
        return dt.date.fromordinal(max(1, int(self.start)))


def wave_periods(evidence: Evidence, reach: float = 12.0) -> tuple[Period, ...]:
    """Give the period of event time of every wave, in order.

    Talk of «now» means the months before the interview, so the period of a wave begins `reach` months before its
    first day, but not before the end of the wave before it; it ends with the last day of the wave.
    """
    found: list[Period] = []
    for wave in ordered_waves(evidence):
        start, end = day_number(wave.start), day_number(wave.end)
        begin = start - float(round(reach * MONTH))
        if found:
            begin = max(begin, min(found[-1].end, start))
        found.append(Period(wave.key, wave.label or wave.key, begin, end))
    return tuple(found)


def equal_periods(start: float, end: float, width: float, step: float | None = None) -> tuple[Period, ...]:
    """Lay periods of `width` months from `start` to `end` (days), each `step` months after the one before.

    Raises
    ------
    InputProblem
        If width or step cannot be used.
    """
    laid = windows(start, end, width * MONTH, None if step is None else step * MONTH)
    # whole days, so that a window neither begins nor ends within one
    edges = zip(np.round(laid.start).tolist(), np.round(laid.end).tolist(), strict=True)
    return tuple(Period(_day(a), f"{_day(a)} – {_day(b)}", float(a), float(b)) for a, b in edges)


def as_windows(periods: tuple[Period, ...]) -> Windows:
    """Give the periods to the measures."""
    return given_windows(np.array([one.start for one in periods]), np.array([one.end for one in periods]))


def _day(moment: float) -> str:
    day = dt.date.fromordinal(max(1, min(round(moment), dt.date.max.toordinal())))
    return day.isoformat()[:7]
