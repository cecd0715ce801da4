"""What the page of the lab draws of a run: places on the sheet of the story, events in words, numbers beside it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from veche.words import N_, _, number, percent, say
from veche.workbench.lab import Trial
from veche.workbench.lab_runs import PhaseMap

#: the sheet of the story, in its own units: edges, and top and bottom of each row
WIDTH, LEFT, RIGHT = 860, 44, 8
ROWS = {"policy": (14, 196), "votes": (226, 284), "links": (314, 362), "partnership": (392, 440)}
HEIGHT = 470
#: edges of the band over runs
LOW, HIGH = 0.1, 0.9

#: observables beside the story, in their order, with how they are written
NUMBERS: tuple[tuple[str, str, str], ...] = (
    ("control", N_("Control"), "number"),
    ("adoption", N_("Proposals adopted"), "share"),
    ("yes_share", N_("Yes votes"), "share"),
    ("tone", N_("Tone"), "number"),
    ("temporising", N_("Waiting or blocked"), "share"),
    ("pressed_decisions", N_("Decisions with pressure"), "share"),
    ("coalition_share", N_("Months in coalition"), "share"),
    ("turbulence", N_("Turbulence"), "number"),
    ("partnership_share", N_("Months in partnership"), "share"),
    ("growth", N_("Growth"), "small"),
    ("opposition", N_("Persistent opposition"), "share"),
)


def written(kind: str, value: float) -> str:
    """Write a number of the lab."""
    return percent(value) if kind == "share" else number(value, 4 if kind == "small" else 2)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a month."""

    month: int
    kind: str
    words: str


@dataclass(frozen=True)
class StoryShown:
    """The story of one town on its sheet, with the band of its twins behind it."""

    trial: Trial
    run: int
    other: Trial | None = None

    @property
    def months(self) -> int:
        """Length of the story."""
        return int(self.trial.months.shape[1])

    def x(self, month: float) -> float:
        """Place of a month, from left to right."""
        return LEFT + (month + 0.5) * (WIDTH - LEFT - RIGHT) / self.months

    @cached_property
    def _range(self) -> tuple[float, float]:
        ends = [0.0, self.trial.scenario.parameters["theta_h"]]
        for trial in filter(None, (self.trial, self.other)):
            band = _quantiles(trial, "policy", (0.02, 0.98))
            ends += [float(band.min()), float(band.max())]
        one = self.trial.month("policy")[self.run]
        low, high = min(*ends, float(one.min())), max(*ends, float(one.max()))
        return low, high if high > low else low + 1

    def y(self, value: float, row: str = "policy") -> float:
        """Place of a value in a row; rows but that of policy go from 0 to 1."""
        top, bottom = ROWS[row]
        low, high = self._range if row == "policy" else (0.0, 1.0)
        return bottom - (value - low) / (high - low) * (bottom - top)

    @property
    def band(self) -> str:
        """The outline of the band of policy over the runs."""
        low, high = _quantiles(self.trial, "policy", (LOW, HIGH))
        upper = [f"{self.x(t):.1f},{self.y(value):.1f}" for t, value in enumerate(high)]
        lower = [f"{self.x(t):.1f},{self.y(value):.1f}" for t, value in enumerate(low)]
        return "M" + "L".join(upper + lower[::-1]) + "Z"

    @property
    def median(self) -> str:
        """The median of policy over the runs."""
        return self._line(_quantiles(self.trial, "policy", (0.5,))[0])

    @property
    def policy(self) -> str:
        """The policy of this run."""
        return self._line(self.trial.month("policy")[self.run])

    @property
    def counterfactual(self) -> str:
        """The policy of this run's twin."""
        return self._line(self.other.month("policy")[self.run]) if self.other is not None else ""

    def _line(self, values: Any, row: str = "policy") -> str:
        return "M" + "L".join(f"{self.x(t):.1f},{self.y(float(value), row):.1f}" for t, value in enumerate(values))

    @property
    def capital(self) -> str:
        """Relational capital of this run."""
        return self._line(self.trial.month("capital")[self.run], "partnership")

    @property
    def twin_capital(self) -> str:
        """Relational capital of this run's twin."""
        return self._line(self.other.month("capital")[self.run], "partnership") if self.other is not None else ""

    @property
    def links(self) -> str:
        """The outline of the share of deputies with a link."""
        values = self.trial.month("links")[self.run] / self.trial.scenario.parameters["N"]
        step = (WIDTH - LEFT - RIGHT) / self.months
        points: list[tuple[float, float]] = [(LEFT, self.y(0, "links"))]
        for t, value in enumerate(values):
            points += [
                (LEFT + t * step, self.y(float(value), "links")),
                (LEFT + (t + 1) * step, self.y(float(value), "links")),
            ]
        points.append((WIDTH - RIGHT, self.y(0, "links")))
        return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z"

    @property
    def votes(self) -> Iterator[tuple[float, float, float, bool]]:
        """Votes: place, top and height of each bar, and whether the proposal was adopted."""
        adopted = self.trial.month("adopted")[self.run]
        for t, share in enumerate(self.trial.month("yes")[self.run]):
            if not math.isnan(share):
                top = self.y(float(share), "votes")
                yield self.x(t), top, ROWS["votes"][1] - top, adopted[t] > 0

    @property
    def bar(self) -> float:
        """Width of a bar of votes."""
        return max(1.2, 0.62 * (WIDTH - LEFT - RIGHT) / self.months)

    @property
    def majority(self) -> float:
        """Place of the majority in the row of votes."""
        n = int(self.trial.scenario.parameters["N"])
        return self.y((n // 2 + 1) / n, "votes")

    def spells(self, name: str) -> list[tuple[float, float]]:
        """Give left edge and width of every run of months in which something is so."""
        step = (WIDTH - LEFT - RIGHT) / self.months
        return [(LEFT + a * step, (b - a) * step) for a, b in _spells(self.trial.month(name)[self.run])]

    @property
    def windows(self) -> list[tuple[float, float, str]]:
        """Windows from outside: left edge, width and words."""
        step, found = (WIDTH - LEFT - RIGHT) / self.months, []
        for start, length, words in _windows(self.trial):
            last = min(start + length, self.months)
            if start < last:
                found.append((LEFT + start * step, (last - start) * step, _(words)))
        return found

    @property
    def years(self) -> list[tuple[float, str]]:
        """Marks of the axis: every year, or every few."""
        step = 12 if self.months <= 144 else 24 if self.months <= 300 else 60
        return [(LEFT + t * (WIDTH - LEFT - RIGHT) / self.months, str(t)) for t in range(0, self.months + 1, step)]

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """What happened, in order of months."""
        found = [*self._outside(), *self._inside()]
        return tuple(sorted(found, key=lambda one: one.month))

    def _outside(self) -> Iterator[Event]:
        term = int(self.trial.scenario.parameters["term"])
        for month in range(term, self.months, term):
            yield Event(month, "election", _("elections"))
        for month, removed in enumerate(self.trial.month("head_removed")[self.run]):
            if removed > 0:
                yield Event(month, "removal", _("the head is removed; another comes"))
        for start, length, words in _windows(self.trial):
            if start < self.months:
                yield Event(start, "window", say(N_("{window} begins"), window=_(words)))
            if start + length < self.months:
                yield Event(start + length, "window", say(N_("{window} is over"), window=_(words)))

    def _inside(self) -> Iterator[Event]:
        for name, begins, ends in (
            ("in_force", N_("a strategic coalition is in force"), N_("the coalition is over")),
            ("partnership", N_("head and firm become partners"), N_("the partnership ends")),
        ):
            for start, stop in _spells(self.trial.month(name)[self.run]):
                yield Event(start, name, _(begins))
                if stop < self.months:
                    yield Event(stop, name, _(ends))
        proposed, adopted = self.trial.month("proposed")[self.run], self.trial.month("adopted")[self.run]
        for month in range(self.months):
            if proposed[month] > 0 and not adopted[month] > 0:
                yield Event(month, "defeat", _("a proposal of the head is voted down"))

    @property
    def readings(self) -> dict[str, list[float | None]]:
        """Values of every month for the scripts of the page."""
        names = ("policy", "yes", "adopted", "links", "capital", "partnership", "tone", "in_force", "chair")
        return {name: [_plain(one) for one in self.trial.month(name)[self.run]] for name in names}

    @property
    def sentence(self) -> str:
        """Say what the runs come to."""
        return say(
            N_(
                "Over {runs} towns in these conditions policy stands at {control} of the way to the head's ideal; {adopted} of the head's proposals "
                "pass, a strategic coalition is in force in {coalition} of the months, partnership in {partnership}."
            ),
            runs=len(self.trial.observed), control=percent(self.trial.mean("control")), adopted=percent(self.trial.mean("adoption")),
            coalition=percent(self.trial.mean("coalition_share")), partnership=percent(self.trial.mean("partnership_share")),
        )  # fmt: skip


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 3)


def _windows(trial: Trial) -> list[tuple[int, int, str]]:
    values = trial.scenario.parameters
    named = (("F_t", "F_dur", N_("federal intervention")), ("pan_t", "pan_dur", N_("pandemic")))
    return [(int(values[start]), int(values[length]), words) for start, length, words in named if values[start] >= 0]


def _quantiles(trial: Trial, name: str, levels: Sequence[float]) -> Any:
    import numpy as np

    return np.quantile(trial.month(name), levels, axis=0)


def _spells(values: Any) -> list[tuple[int, int]]:
    """Give start and end (exclusive) of every stretch of months above zero."""
    found, start = [], None
    for at, value in enumerate([*values, 0.0]):
        if value > 0 and start is None:
            start = at
        elif not value > 0 and start is not None:
            found.append((start, at))
            start = None
    return found


@dataclass(frozen=True, slots=True)
class MapShown:
    """A phase map on its sheet: cells with their shade, the scale, and where the conditions of the page stand."""

    found: PhaseMap

    #: the sheet, in its own units
    SIZE = 400

    @property
    def cells(self) -> Iterator[tuple[float, float, float, float, str, str]]:
        """Cells: place, size, class of the colour, words."""
        rows, columns = self.found.values.shape
        width, height = self.SIZE / columns, self.SIZE / rows
        low, high = self.ends
        for row in range(rows):
            for column in range(columns):
                value = float(self.found.values[row, column])
                yield (
                    column * width,
                    self.SIZE - (row + 1) * height,
                    width + 0.3,
                    height + 0.3,
                    self._shade(value, low, high),
                    self._words(row, column),
                )

    @property
    def ends(self) -> tuple[float, float]:
        """Least and greatest value of the map."""
        known = [one for one in self.found.values.ravel().tolist() if not math.isnan(one)]
        return (min(known), max(known)) if known else (math.nan, math.nan)

    @property
    def typed(self) -> bool:
        """Does it show the mechanism that carries control?"""
        return self.found.observable == "model"

    def _shade(self, value: float, low: float, high: float) -> str:
        if math.isnan(value):
            return "none"
        if self.typed:
            return f"t{int(value)}"
        return f"s{round(20 * (value - low) / (high - low)) if high > low else 10}"

    def _words(self, row: int, column: int) -> str:
        value = float(self.found.values[row, column])
        shown = _(PLAYER_WORDS[int(value)]) if self.typed else number(value, 3)
        return f"{self.found.x_name} {number(self.found.x[column])}, {self.found.y_name} {number(self.found.y[row])}: {shown}"

    @property
    def here(self) -> tuple[float, float] | None:
        """Where the conditions of the page stand; None outside of the map."""
        values = self.found.scenario.parameters
        places = []
        for name, axis in ((self.found.x_name, self.found.x), (self.found.y_name, self.found.y)):
            half = (axis[-1] - axis[0]) / max(len(axis) - 1, 1) / 2
            share = (values[name] - axis[0] + half) / (axis[-1] - axis[0] + 2 * half)
            if not 0 <= share <= 1:
                return None
            places.append(share)
        return places[0] * self.SIZE, self.SIZE - places[1] * self.SIZE


PLAYER_WORDS = (N_("entrance selection"), N_("coercion"), N_("manipulation"), N_("bargaining"))
