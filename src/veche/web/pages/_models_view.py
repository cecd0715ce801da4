"""What the screen of models shows of a result: a row for each town, with dots, memberships and attempts at pressure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from veche.figures.dots import packed, rows_of
from veche.study import Result, Town, Wave
from veche.web.labels import label
from veche.words import N_, _, language, ngettext, number, say

STEPS = (1, 2, 3, 4, 5)
STEP_NAMES = {
    1: N_("obedience"), 2: N_("compliance with reservations"), 3: N_("working consensus"), 4: N_("tension"),
    5: N_("antagonism"),
}  # fmt: skip
TYPOLOGIES = ("2014", "2015", "2016")
#: the drawing of tone, in its own units: five steps side by side, rows of dots, distance of dots
WIDTH, ROOM, GAP, RADIUS = 400, 60.0, 7.4, 3.1
#: most squares of attempts in one row
SQUARES = 8
QUESTIONS = ("prevails", "camp", "settled", "exchange", "manipulation", "reasons", "pressure")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Statements of one wave on one step of tone."""

    wave: str
    mark: int
    step: int
    count: int
    dots: tuple[tuple[float, float], ...]
    #: a rectangle around the dots: x, y, width, height
    box: tuple[float, float, float, float]
    title: str


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a wave in a cell, with the row and column behind it."""

    row: str
    column: str
    table: str
    mark: int
    text: str
    value: float
    high: bool
    title: str


@dataclass(frozen=True, slots=True)
class Pressure:
    """Attempts at pressure in a wave: squares (true: it reached its aim), how many more, and words."""

    squares: tuple[bool, ...]
    more: int
    words: str
    cell: Number


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A town."""

    town: str
    name: str
    small: str
    height: float
    lines: tuple[float, ...]
    clusters: tuple[Cluster, ...]
    #: where the median was and became: line, x of both; None if it is not known
    arrow: tuple[float, float, float] | None
    summary: str
    models: tuple[tuple[Number, ...], ...]
    pressure: tuple[Pressure, ...]
    waves: tuple[str, ...]


@dataclass(frozen=True)
class Screen:
    """Everything on the screen that does not depend on what is chosen."""

    result: Result
    typology: str
    shown: tuple[str, ...]

    @cached_property
    def waves(self) -> tuple[Wave, ...]:
        """Waves with a case, in order."""
        held = set(self.result.tables["tone"]["wave"])
        found = [one for one in self.result.evidence.waves if one.key in held]
        return tuple(sorted(found, key=lambda one: (one.position, one.start, one.key)))

    @cached_property
    def marks(self) -> Mapping[str, int]:
        """Number of the mark of each wave, from 1."""
        return {one.key: at + 1 for at, one in enumerate(self.waves)}

    @property
    def types(self) -> tuple[tuple[str, str], ...]:
        """Types of the typology: keys and names."""
        frame = self.result.tables["memberships"]
        found = frame[frame["typology"] == self.typology].drop_duplicates("type")
        return tuple(found[["type", "model_name"]].itertuples(index=False, name=None))

    def values(self, table: str, row: str) -> dict[str, Any]:
        """Return a row of a table; empty if there is none."""
        frame = self.result.tables[table]
        return {str(k): v for k, v in frame.loc[row].items()} if row in frame.index else {}

    @cached_property
    def rows(self) -> tuple[CaseRow, ...]:
        """Rows of the screen, town by town."""
        frame = self.result.tables["tone"].drop_duplicates("town")
        towns = {one.key: one for one in self.result.evidence.towns}
        return tuple(self._row(towns[key]) for key in frame["town"] if key in towns)

    def _row(self, town: Town) -> CaseRow:
        waves = [
            one
            for one in self.waves
            if one.key in self.shown and self.values("tone", _row(town.key, one.key, "all", "tone"))
        ]
        lines, clusters, height = self._dots(town, waves)
        steps = [self._median(town, one) for one in waves]
        return CaseRow(
            town=town.key, name=town.name, small=small_words(self.result, town), height=height, lines=lines,
            clusters=clusters, arrow=_arrow(lines, steps), summary=_summary(town, waves, steps),
            models=tuple(tuple(self._member(town, wave, key, name) for wave in waves) for key, name in self.types),
            pressure=tuple(self._pressure(town, wave) for wave in waves), waves=tuple(one.key for one in waves),
        )  # fmt: skip

    def _median(self, town: Town, wave: Wave) -> float:
        return float(self.values("tone", _row(town.key, wave.key, "all", "tone")).get("median_step", float("nan")))

    def _dots(self, town: Town, waves: list[Wave]) -> tuple[tuple[float, ...], tuple[Cluster, ...], float]:
        """Place the dots: waves in turn above and below a line, a new line for every two."""
        counts = [self._counts(town, one) for one in waves]
        depth = [9 + GAP * max(2, rows_of(max(one.values(), default=0), ROOM, GAP)) for one in counts]
        lines: list[float] = []
        clusters: list[Cluster] = []
        y = 6.0
        for at, wave in enumerate(waves):
            up = at % 2 == 0
            if up:
                y += depth[at]
                lines.append(y)
            clusters += [
                self._cluster(town, wave, step, counts[at][step], y, -1 if up else 1)
                for step in STEPS
                if counts[at][step]
            ]
            if not up:
                y += depth[at] + 10
        last = y + (12 if len(waves) % 2 else 0)
        return tuple(lines), tuple(clusters), max(76.0, last)

    def _counts(self, town: Town, wave: Wave) -> dict[int, int]:
        values = self.values("tone", _row(town.key, wave.key, "all", "tone"))
        return {step: int(values.get(f"n{step}", 0)) for step in STEPS}

    def _cluster(self, town: Town, wave: Wave, step: int, count: int, line: float, way: int) -> Cluster:
        places = packed(count, ROOM, GAP)
        dots = tuple((x_of(step) + shift, line + way * (9.5 + away)) for shift, away in places)
        top, bottom = min(y for _x, y in dots) - 5, max(y for _x, y in dots) + 5
        title = say(
            N_("{place}, {wave}: {step} ({name}), {statements}"), place=town.name, wave=wave.label or wave.key, step=step,
            name=_(STEP_NAMES[step]), statements=statements_words(count),
        )  # fmt: skip
        return Cluster(
            wave.key, self.marks[wave.key], step, count, dots, (x_of(step) - 34, top, 68, bottom - top), title
        )

    def _member(self, town: Town, wave: Wave, key: str, name: str) -> Number:
        values = self.values("memberships", _row(town.key, wave.key, key))
        value = float(values.get("membership", float("nan")))
        known = value == value
        title = f"{name}, {wave.label or wave.key}: " + (number(value) if known else str(values.get("reason", "")))
        return Number(
            _row(town.key, wave.key, key), "membership", "memberships", self.marks[wave.key], number(value), value, known and value >= 0.5, title
        )  # fmt: skip

    def _pressure(self, town: Town, wave: Wave) -> Pressure:
        values = self.values("techniques", _row(town.key, wave.key, "pressure"))
        tried, won = int(values.get("tried", 0)), int(values.get("achieved", 0))
        shown = min(tried, SQUARES)
        words = say(N_("{tried} → {won}"), tried=tried, won=won) if tried else "–"
        title = say(
            N_("Direct pressure, {wave}: {tried} told, {won} with success"),
            wave=wave.label or wave.key,
            tried=tried,
            won=won,
        )
        cell = Number(
            _row(town.key, wave.key, "pressure"), "tried", "techniques", self.marks[wave.key], words, float(tried), False, title
        )  # fmt: skip
        return Pressure(tuple(k < won for k in range(shown)), tried - shown, words, cell)


def x_of(step: float) -> float:
    """Return where a step stands: in the middle of the fifth of the width that is its own."""
    return (step - 0.5) / len(STEPS) * WIDTH


def _row(*parts: str) -> str:
    return " · ".join(parts)


def statements_words(count: int) -> str:
    """Say how many statements."""
    return ngettext("{n} statement", "{n} statements", count).format(n=count)


def lead(result: Result) -> tuple[str, str, str]:
    """Say in a sentence what the screen shows: words that lead to their grounds, the row of these, and the rest."""
    row = _row("*", "*", "pressure")
    techniques, change = result.tables["techniques"], result.tables["change"]
    first, rest = "", []
    if row in techniques.index and int(techniques["tried"][row]):
        tried, won = int(techniques["tried"][row]), int(techniques["achieved"][row])
        first = ngettext(
            "{n} statement on direct pressure, {won} of success",
            "{n} statements on direct pressure, {won} of success",
            tried,
        )
        first = first.format(n=tried, won=won)
        if techniques["verdict"][row] == "not_enough":
            rest.append(_("Pressure is not enough: other ways succeed more often."))
    moved = change[(change["verdict"] == "changed") & (change["compared"] == "tone")]
    for words, frame in (
        (N_("The tone grew sharper: {towns}."), moved[moved["difference"] > 0]),
        (N_("The tone grew milder: {towns}."), moved[moved["difference"] < 0]),
    ):
        if len(frame):
            rest.append(say(words, towns=", ".join(frame["place"])))
    if not len(moved) and change["p_exchange"].notna().any():
        rest.append(_("The tone did not change between waves by more than chance may do."))
    return first, row, " ".join(rest)


def small_words(result: Result, town: Town) -> str:
    """Say what kind of town it is, and in which region."""
    region = next((one.name for one in result.evidence.regions if one.id == town.region_id), "")
    kind = _("company town") if town.monotown else label("kind_town", town.kind)
    return ", ".join(part for part in (kind, region) if part)


def _arrow(lines: tuple[float, ...], steps: list[float]) -> tuple[float, float, float] | None:
    known = steps[:2]
    if not lines or not known or any(step != step for step in known):
        return None
    return lines[0], x_of(known[0]), x_of(known[-1])


def _summary(town: Town, waves: list[Wave], steps: list[float]) -> str:
    told = [
        say(
            N_("{wave}: {step}"),
            wave=wave.label or wave.key,
            step=_(STEP_NAMES[int(step)]) if step == step else _("not known"),
        )
        for wave, step in zip(waves, steps, strict=True)
    ]
    return say(N_("{place}. Median of tone: {steps}."), place=town.name, steps="; ".join(told))


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question of the decision rule."""

    row: str
    words: str
    degree: str
    percent: float
    reason: str


@dataclass(frozen=True, slots=True)
class Inspected:
    """What the column of grounds says of the chosen case before its quotations."""

    title: str
    given: tuple[tuple[str, str, str], ...]
    answers: tuple[Answer, ...]
    sides: tuple[tuple[str, str], ...]
    without: str
    readiness: str


def inspected(screen: Screen, town: str, wave: str, kind: str) -> Inspected:
    """Say of a case: to which models it is given, the answers of the rule, and who says so of the chosen type."""
    place = next((one.name for one in screen.result.evidence.towns if one.key == town), town)
    named = next((one.label or one.key for one in screen.result.evidence.waves if one.key == wave), wave)
    answers = []
    for question in QUESTIONS:
        values = screen.values("questions", _row(town, wave, question))
        degree = float(values.get("degree", float("nan")))
        answers.append(
            Answer(
                _row(town, wave, question), str(values.get("asked_words", "")), number(degree),
                100 * degree if degree == degree else 0.0, str(values.get("reason", "")),
            )
        )  # fmt: skip
    chosen = screen.values("memberships", _row(town, wave, kind))
    low, high = float(chosen.get("left_low", float("nan"))), float(chosen.get("left_high", float("nan")))
    given = [(one, screen.values("labels", _row(town, wave, one))) for one in TYPOLOGIES]
    return Inspected(
        title=f"{place}, {named[:1].lower()}{named[1:]}" if language() == "ru" else f"{place}, {named.lower()}",
        given=tuple((one, str(values.get("model_name") or "–"), _stays(values)) for one, values in given),
        answers=tuple(answers), sides=_sides(chosen),
        without="" if low != low else say(N_("Left out one by one, reporters move it from {low} to {high}."), low=number(low), high=number(high)),
        readiness=_readiness(screen, town, wave),
    )  # fmt: skip


def _stays(values: Mapping[str, Any]) -> str:
    if values.get("stays") == "no":
        return _("depends on single reporters")
    return "" if values.get("model_name") else str(values.get("reason", ""))


def _sides(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    names = (("by_executive", _("executive")), ("by_legislative", _("assembly")), ("by_outside", _("outsiders")))
    return tuple((name, number(float(values.get(column, float("nan"))))) for column, name in names)


def _readiness(screen: Screen, town: str, wave: str) -> str:
    values = screen.values("consensus", _row(town, wave))
    sides = (("executive", _("executive")), ("legislative", _("assembly")))
    told = [
        say(
            N_("{side} {share} of {n}"),
            side=name,
            share=number(float(values[f"ready_{side}"])),
            n=int(values[f"reporters_{side}"]),
        )
        for side, name in sides
        if values and float(values[f"ready_{side}"]) == float(values[f"ready_{side}"])
    ]
    return say(N_("Ready for working relations: {sides}."), sides="; ".join(told)) if told else ""
