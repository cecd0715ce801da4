"""Figures of answers: shares of control, arms side by side, partnership by horizon."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from veche.figures import Frame, Sheet, WaveMark, finish, key, palette, wave_marks, wrap
from veche.lab.honesty import STATEMENTS
from veche.words import _, number, percent, say

if TYPE_CHECKING:
    from veche.lab.asking import Answer

LABELS, WIDTH, STEP, TOP = 230, 560, 46, 44


def draw_mechanisms(answer: Answer) -> Any:
    """Draw how much of control each mechanism carries, with intervals, and how often it comes first."""
    p, rows = palette(), answer.table
    sheet = Sheet(
        LABELS + WIDTH + 130, TOP + STEP * len(rows) + 26, tips={"said": _("Control"), "interval": _("Interval")}
    )
    low, high = min(0.0, *rows["low"]), max(0.2, *rows["high"])
    room = _Axis(low, high, LABELS, WIDTH)
    _ticks(sheet, room, TOP, TOP + STEP * len(rows))
    sheet.text(LABELS + WIDTH + 120, TOP - 14, _("comes first"), size=12, color=p.ink_2, align="right")
    for at, row in enumerate(rows.to_dict("records")):
        y = TOP + (at + 0.5) * STEP
        colour = p.accent if at == 0 else p.ink_3
        sheet.rule(LABELS, TOP + at * STEP, LABELS + WIDTH + 120, TOP + at * STEP, p.line)
        sheet.text(
            LABELS - 14, y, wrap(str(row["label"]), LABELS - 20, 13, lines=2), size=13, align="right", bold=at == 0
        )
        sheet.rule(room(row["low"]), y, room(row["high"]), y, colour, width=6, opacity=0.28)
        tip = {"said": number(row["mean"]), "interval": f"{number(row['low'])} – {number(row['high'])}"}
        sheet.point(room(row["mean"]), y, WaveMark("circle", colour, colour), size=120, tip=tip)
        sheet.text(LABELS + WIDTH + 120, y, percent(row["first"]), size=13, align="right", bold=at == 0)
    return finish(
        sheet,
        _frame(answer, _("Dots: control that each mechanism adds, in units of the head's aim; bars: 90 % intervals.")),
    )


def draw_arms(answer: Answer) -> Any:
    """Draw each observable in each arm, with intervals; every row on a scale of its own unit."""
    p, table = palette(), answer.table
    arms, marks = answer.details["arms"], wave_marks(len(answer.details["arms"]))
    # development has a scale of its own, and stands last
    observables = sorted(dict.fromkeys(table["observable"]), key=lambda name: name == "growth")
    height = 20 + 16 * len(arms)
    sheet = Sheet(
        LABELS + WIDTH + 110,
        TOP + height * len(observables) + (56 if "growth" in observables else 30),
        tips={"arm": _("Course"), "said": _("Mean"), "interval": _("Interval")},
    )
    key(sheet, [(mark, label) for mark, label in zip(marks, arms.values(), strict=True)], LABELS, 10)
    shares = _Axis(min(0.0, *(low for low in table["low"] if not math.isnan(low))), 1.0, LABELS, WIDTH)
    line = answer.details.get("line")
    for at, name in enumerate(observables):
        rows = table[table["observable"] == name].to_dict("records")
        own = name == "growth"
        top = TOP + at * height + (26 if own else 0)
        scale = _own(rows) if own else shares
        _ticks(
            sheet, scale, top, top + height, words=own or at == len(observables) - 1 or observables[at + 1] == "growth"
        )
        sheet.rule(LABELS, top, LABELS + WIDTH + 110, top, p.line)
        sheet.text(
            LABELS - 14, top + height / 2, wrap(str(rows[0]["label"]), LABELS - 20, 13, lines=2), size=13, align="right"
        )
        if line and line[0] == name:
            sheet.rule(scale(line[1]), top + 3, scale(line[1]), top + height - 3, p.accent, width=1.4)
        for place, (row, mark) in enumerate(zip(rows, marks, strict=True)):
            y = top + 18 + 16 * place
            if math.isnan(row["mean"]):
                continue
            sheet.rule(scale(row["low"]), y, scale(row["high"]), y, mark.stroke, width=5, opacity=0.26)
            tip = {
                "arm": row["arm_label"],
                "said": number(row["mean"]),
                "interval": f"{number(row['low'])} – {number(row['high'])}",
            }
            sheet.point(scale(row["mean"]), y, mark, size=85, tip=tip)
            words = number(row["mean"], 3) if name == "growth" else number(row["mean"])
            sheet.text(LABELS + WIDTH + 100, y, words, size=12, align="right", color=p.ink_2)
    caption = _(
        "Marks: means; bars: 90 % intervals. Arms share their draws, so that their differences are those of what was changed."
    )
    if "growth" in observables:
        caption += " " + _("Development has a scale of its own.")
    if line:
        caption += " " + say(_("Red line: {yes} yes votes."), yes=percent(line[1]))
    return finish(sheet, _frame(answer, caption))


def draw_horizon(answer: Answer) -> Any:
    """Draw the share of months in partnership by horizon, with its band, and the horizon needed."""
    p, rows = palette(), answer.table.to_dict("records")
    left, bottom = 60.0, TOP + 250.0
    sheet = Sheet(left + WIDTH + 180, bottom + 62)
    across = _Axis(math.log(rows[0]["months"]), math.log(rows[-1]["months"]), left, WIDTH + 140)

    def y(share: float) -> float:
        return bottom - 250 * share

    for share in (0, 0.25, 0.5, 0.75, 1):
        sheet.rule(left, y(share), left + WIDTH + 140, y(share), p.line_2 if share == 0.5 else p.line)
        sheet.text(left - 10, y(share), percent(share), size=11.5, align="right", color=p.ink_2)
    sheet.text(left, TOP - 24, _("months in partnership"), size=12, color=p.ink_2)
    for row in rows:
        if row["months"] in _labelled([one["months"] for one in rows]):
            sheet.text(
                across(math.log(row["months"])),
                bottom + 16,
                number(row["months"], 0),
                size=11.5,
                align="center",
                color=p.ink_2,
            )
    sheet.text(left + WIDTH + 140, bottom + 36, _("horizon, months"), size=12, align="right", color=p.ink_2)
    clip = [(across(math.log(r["months"])), y(min(max(r["high"], 0), 1)), y(min(max(r["low"], 0), 1))) for r in rows]
    sheet.band(clip, p.hues[1], opacity=0.18)
    sheet.line([(across(math.log(r["months"])), y(min(max(r["mean"], 0), 1))) for r in rows], p.hues[1], width=2.6)
    if math.isfinite(answer.estimate):
        x = across(math.log(min(max(answer.estimate, rows[0]["months"]), rows[-1]["months"])))
        sheet.rule(x, TOP, x, bottom, p.accent, width=1.4)
        end = x > left + WIDTH
        sheet.text(
            x - 7 if end else x + 7,
            TOP + 4,
            answer.answer,
            size=12.5,
            color=p.accent,
            bold=True,
            align="right" if end else "left",
        )
    caption = _(
        "Line: mean share of months in partnership; band: 90 % interval; the scale of months is logarithmic. Red: shortest horizon at "
        "which it holds half of the time."
    )
    return finish(sheet, _frame(answer, caption))


def _labelled(months: list[float]) -> list[float]:
    """Horizons that are named on the axis: not nearer than a fifth to each other."""
    found: list[float] = []
    for one in months:
        if not found or one >= 1.18 * found[-1]:
            found.append(one)
    return found


def _own(rows: list[dict[str, Any]]) -> _Axis:
    values = [row[name] for row in rows for name in ("low", "high") if not math.isnan(row[name])] or [0.0]
    low, high = min(0.0, *values), max(0.0, *values)
    return _Axis(low, high if high > low else low + 1, LABELS, WIDTH)


def _ticks(sheet: Sheet, axis: _Axis, top: float, bottom: float, *, words: bool = True) -> None:
    p = palette()
    step = next(
        one
        for one in (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
        if (axis.high - axis.low) / one <= 7
    )
    for at in range(math.ceil(axis.low / step - 1e-9), math.floor(axis.high / step + 1e-9) + 1):
        value = at * step
        sheet.rule(axis(value), top, axis(value), bottom, p.line_2 if at == 0 else p.line)
        if words:
            digits = 3 if step < 0.01 else 2 if step < 0.1 else 1
            sheet.text(axis(value), bottom + 14, number(value, digits), size=11.5, align="center", color=p.ink_2)


class _Axis:
    """Places of values across a width; values beyond the ends stand at the ends."""

    def __init__(self, low: float, high: float, left: float, width: float) -> None:
        self.low, self.high, self.left, self.width = low, high if high > low else low + 1, left, width

    def __call__(self, value: float) -> float:
        held = min(max(value, self.low), self.high)
        return self.left + self.width * (held - self.low) / (self.high - self.low)


def _frame(answer: Answer, caption: str) -> Frame:
    honest = _(STATEMENTS[0])
    about = answer.about[:1].upper() + answer.about[1:]
    return Frame(
        title=answer.title,
        subtitle=f"{about}: {answer.answer}",
        caption=f"{caption} {honest}",
        description=f"{answer.sentence} {caption}",
    )
