"""The figure: towns by the tone between executive and assembly, the models of 2014, and attempts at pressure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.models import TYPES
from veche.analyses._shared.places import row_label
from veche.analyses.interaction_models.finding import pressure_words
from veche.analyses.interaction_models.tone import STEP_NAMES, STEPS
from veche.figures import Cell, Frame, Sheet, WaveMark, finish, key, palette, wave_marks, wrap
from veche.figures.dots import packed, rows_of
from veche.study.result import Result
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    import pandas as pd

NAME, AXIS, MODEL, PRESSURE, GAP = 128, 380, 92, 132, 24
TOP = 74
STEP_ROOM, DOT_GAP = 52.0, 6.5
WAYS = tuple(one for one in TYPES if one.typology == "2014")


@dataclass(frozen=True)
class Plan:
    """What is drawn: towns with their waves."""

    result: Result
    towns: tuple[tuple[str, str], ...]
    waves: tuple[tuple[str, str], ...]

    def tone(self, town: str, wave: str) -> dict[str, Any] | None:
        """Row of the tone of a town and wave as told by everybody."""
        return self._row("tone", row_label(town, wave, "all", "tone"))

    def model(self, town: str, wave: str, kind: str) -> dict[str, Any] | None:
        """Row of a membership."""
        return self._row("memberships", row_label(town, wave, kind))

    def _row(self, table: str, label: str) -> dict[str, Any] | None:
        frame: pd.DataFrame = self.result.tables[table]
        return {str(k): v for k, v in frame.loc[label].items()} if label in frame.index else None

    @cached_property
    def marks(self) -> dict[str, WaveMark]:
        """How each wave is drawn."""
        return {wave: mark for (wave, _label), mark in zip(self.waves, wave_marks(len(self.waves)), strict=True)}

    def waves_of(self, town: str) -> list[str]:
        """Waves in which a town was visited."""
        return [wave for wave, _label in self.waves if self.tone(town, wave) is not None]

    def lanes(self, town: str) -> list[tuple[str, float, int]]:
        """Waves of a town with the line they stand on (from the top of its row) and their direction (-1: upwards)."""
        found: list[tuple[str, float, int]] = []
        line = 0.0
        for at, wave in enumerate(self.waves_of(town)):
            upwards = at % 2 == 0
            if upwards:
                line += (self._depth(town, self.waves_of(town)[at - 1]) + 14 if at else 0) + self._depth(town, wave)
            found.append((wave, line, -1 if upwards else 1))
        return found

    def _depth(self, town: str, wave: str) -> float:
        row = self.tone(town, wave) or {}
        most = max((int(row.get(f"n{k}", 0)) for k in STEPS), default=0)
        return 14 + DOT_GAP * max(2, rows_of(most, STEP_ROOM, DOT_GAP))

    def height(self, town: str) -> float:
        """Height of the row of a town."""
        lanes = self.lanes(town)
        if not lanes:
            return 56.0
        wave, line, direction = lanes[-1]
        return max(64.0, line + (self._depth(town, wave) if direction > 0 else 16))


def figure(result: Result) -> Any:
    """Draw the models of a result.

    Returns
    -------
    altair.LayerChart
        One row a town: dots are statements on their step of tone, first wave above the line, second below; bars are
        memberships in the models of 2014 by wave; squares are attempts at direct pressure, filled where it worked.
    """
    plan = make_plan(result)
    caption = _caption()
    if not plan.towns:
        return finish(Sheet(400, 10), Frame(title=result.sentence.rstrip(".")))
    columns = NAME + AXIS + GAP
    sheet = Sheet(columns + len(WAYS) * MODEL + PRESSURE, TOP, tips=_tips())
    key(sheet, [(plan.marks[wave], label) for wave, label in plan.waves], NAME, 10)
    _heads(sheet, columns)
    y = float(TOP)
    for town, name in plan.towns:
        height = plan.height(town)
        sheet.rule(0, y, sheet.width, y, palette().line)
        middle = y + height / 2
        sheet.text(0, middle, wrap(name, NAME - 10, 14, bold=True, lines=2), size=14, bold=True)
        _tone(sheet, plan, town, y)
        _models(sheet, plan, town, columns, y, height)
        _pressure(sheet, plan, town, columns + len(WAYS) * MODEL, y, height)
        y += height
    sheet.rule(0, y, sheet.width, y, palette().line)
    sheet.height = y + 10
    title = pressure_words(result.tables["techniques"]) or _("Models of interaction")
    description = f"{result.sentence} {caption}"
    return finish(sheet, Frame(title=title.rstrip("."), caption=caption, description=description))


def make_plan(result: Result) -> Plan:
    """Choose what is drawn: all towns and waves of the table of tone."""
    tone = result.tables["tone"]
    labels = {wave.key: wave.label or wave.key for wave in result.evidence.waves}
    towns = tone.drop_duplicates("town")[["town", "place"]].itertuples(index=False, name=None)
    order = [wave.key for wave in sorted(result.evidence.waves, key=lambda one: (one.position, one.start, one.key))]
    held = set(tone["wave"])
    return Plan(result, tuple(towns), tuple((wave, labels[wave]) for wave in order if wave in held))


def _tips() -> dict[str, str]:
    return {"town": _("Town"), "wave_name": _("Wave"), "what": _("What"), "value": _("Value")}


def _x(step: float) -> float:
    return NAME + 34 + (step - 1) / (len(STEPS) - 1) * (AXIS - 68)


def _heads(sheet: Sheet, left: float) -> None:
    p = palette()
    for step in STEPS:
        sheet.text(
            _x(step), TOP - 22, wrap(_(STEP_NAMES[step]), 84, 11, lines=3), size=11, color=p.ink_2, align="center"
        )
    for at, kind in enumerate(WAYS):
        lines = wrap(_(kind.name), MODEL - 6, 11, lines=3)
        sheet.text(left + at * MODEL, TOP - 22, lines, size=11, color=p.ink_2)
    lines = wrap(_("Pressure: attempts, successes"), PRESSURE, 11, lines=3)
    sheet.text(left + len(WAYS) * MODEL, TOP - 22, lines, size=11, color=p.ink_2)


def _tone(sheet: Sheet, plan: Plan, town: str, top: float) -> None:
    p = palette()
    lanes = plan.lanes(town)
    for line in dict.fromkeys(line for _wave, line, _direction in lanes):
        sheet.rule(_x(1) - 22, top + line, _x(5) + 22, top + line, p.line_2)
        for step in STEPS:
            sheet.rule(_x(step), top + line - 2, _x(step), top + line + 2, p.line_2)
    for wave, line, direction in lanes:
        row = plan.tone(town, wave) or {}
        for step in STEPS:
            cell = Cell(row_label(town, wave, "all", "tone"), f"n{step}", "tone")
            tip = {
                "town": row["place"],
                "wave_name": dict(plan.waves)[wave],
                "what": _(STEP_NAMES[step]),
                "value": str(row[f"n{step}"]),
            }
            for shift, away in packed(int(row[f"n{step}"]), STEP_ROOM, DOT_GAP):
                y = top + line + direction * (9 + away)
                sheet.point(_x(step) + shift, y, plan.marks[wave], size=22, tip=tip, cell=cell)
    _arrow(sheet, plan, town, top)


def _arrow(sheet: Sheet, plan: Plan, town: str, top: float) -> None:
    """Show how the median moved between the first two waves, or where it stayed."""
    lanes = plan.lanes(town)[:2]
    steps = [float((plan.tone(town, wave) or {}).get("median_step", float("nan"))) for wave, _line, _direction in lanes]
    ink = palette().ink
    if not steps or any(step != step for step in steps):
        return
    y = top + lanes[0][1]
    first, last = _x(steps[0]), _x(steps[-1])
    if first == last:
        sheet.rule(last, y - 4, last, y + 4, ink, width=1.6)
        return
    back = -6 if last > first else 6
    sheet.rule(first, y, last, y, ink, width=1.6)
    sheet.rule(last, y, last + back, y - 4, ink, width=1.6)
    sheet.rule(last, y, last + back, y + 4, ink, width=1.6)


def _models(sheet: Sheet, plan: Plan, town: str, left: float, top: float, height: float) -> None:
    p = palette()
    waves = plan.waves_of(town)
    step = min(30.0, (height - 8) / max(1, len(waves)))
    for at, kind in enumerate(WAYS):
        x = left + at * MODEL
        for k, wave in enumerate(waves):
            row = plan.model(town, wave, kind.key) or {}
            value = float(row.get("membership", float("nan")))
            y = top + height / 2 + (k - (len(waves) - 1) / 2) * step
            high = value >= 0.5
            cell = Cell(row_label(town, wave, kind.key), "membership", "memberships")
            tip = {
                "town": row.get("place", ""),
                "wave_name": dict(plan.waves)[wave],
                "what": _(kind.name),
                "value": number(value),
            }
            sheet.point(x + 4, y - 3, plan.marks[wave], size=26, tip=tip, cell=cell)
            color = p.ink if high else p.ink_3
            sheet.text(x + 13, y - 3, number(value), size=12, bold=high, color=color, cell=cell)
            if value == value:
                sheet.rect(x, y + 7, x + MODEL - 22, y + 10, p.line, tip=tip, cell=cell)
                fill = p.hues[5] if high else p.line_2
                sheet.rect(x, y + 7, x + max(2.0, value * (MODEL - 22)), y + 10, fill, tip=tip, cell=cell)


def _pressure(sheet: Sheet, plan: Plan, town: str, left: float, top: float, height: float) -> None:
    p = palette()
    frame = plan.result.tables["techniques"]
    waves = plan.waves_of(town)
    step = min(34.0, (height - 8) / max(1, len(waves)))
    for k, wave in enumerate(waves):
        label = row_label(town, wave, "pressure")
        if label not in frame.index:
            continue
        row: dict[str, Any] = {str(name): value for name, value in frame.loc[label].items()}
        y = top + height / 2 + (k - (len(waves) - 1) / 2) * step
        tried, won = int(row["tried"]), int(row["achieved"])
        cell = Cell(label, "tried", "techniques")
        words = say(N_("{tried} → {won}"), tried=tried, won=won)
        tip = {"town": row["place"], "wave_name": dict(plan.waves)[wave], "what": row["way"], "value": words}
        shown = min(tried, 10)
        for i in range(shown):
            mark = WaveMark("square", p.ink if i < won else p.paper, p.ink if i < won else p.ink_3)
            sheet.point(left + 5 + i * 11, y - 5, mark, size=52, tip=tip, cell=cell)
        if tried > shown:
            sheet.text(left + 5 + shown * 11, y - 5, "…", size=11, color=p.ink_3)
        sheet.text(left, y + 8, words if tried else "–", size=11.5, color=p.ink_2, cell=cell)


def _caption() -> str:
    return " ".join(
        [
            _("Dot: one statement on the two branches, on its step of tone; arrow: how the median moved."),
            _("Numbers: membership in the models of 2014, one vote a reporter; bold from one half."),
            _("Squares: statements on direct pressure, filled where it reached its aim."),
        ]
    )
