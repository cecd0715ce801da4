"""The coefficient of each code with its interval, beside it how common the code is and how often the coders differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.analyses._shared.places import listed
from veche.analyses.agreement.parts import NAMES, design_words, main_coefficient
from veche.figures import Cell, Frame, Sheet, WaveMark, finish, header, palette, wrap
from veche.study.result import Result
from veche.words import N_, _, number, percent, say

if TYPE_CHECKING:
    import pandas as pd

#: most codes on one figure
MOST = 40
LABELS, PANEL, RARE, DIFFER, GAP, TOP = 250, 430, 138, 110, 22, 44
#: guides for coefficients that take chance out
GUIDES = (0.667, 0.8)
_SHARES = frozenset({"percent", "holsti", "segment_percent", "character_percent", "jaccard", "dice"})


def figure(result: Result) -> Any:
    """Draw the agreement on each code.

    Returns
    -------
    altair.LayerChart
        One row per code, the least agreed first: a disc at the coefficient, a line for its interval; bars for the prevalence and for the number of
        disagreements. Codes without a coefficient stand below, with a dash.
    """
    table = result.tables["codes"]
    main = main_coefficient(result.params)
    if not len(table):
        return finish(Sheet(400, 10), Frame(title=result.sentence.rstrip(".")))
    drawn = table.sort_values("agreement", na_position="last", kind="stable").head(MOST)
    step = 34 if len(drawn) <= 14 else 26
    width = LABELS + GAP + PANEL + GAP + RARE + GAP + DIFFER
    sheet = Sheet(width, TOP + step * len(drawn) + 30, tips=_tips())
    lowest = drawn[["agreement", "low"]].min().min()
    left = LABELS + GAP
    scale = Scale(min(0.0, _down(lowest) if lowest == lowest else 0.0), left)
    bottom = TOP + step * len(drawn)
    header(sheet, left, TOP, _(NAMES[main]), PANEL, large=True)
    header(sheet, left + PANEL + GAP, TOP, _("Prevalence"), RARE)
    header(sheet, left + PANEL + GAP + RARE + GAP, TOP, _("Disagreements"), DIFFER)
    _grid(sheet, scale, main, bottom)
    most = float(drawn["disagreements"].max()), float(drawn["prevalence"].max())
    for at, (code, row) in enumerate(drawn.iterrows()):
        _row(sheet, scale, str(code), row, TOP + (at + 0.5) * step, step, most)
    frame = Frame(
        title=result.sentence.rstrip("."),
        subtitle=say(N_("{coefficient}, {unit}"), coefficient=_(NAMES[main]), unit=design_words(result.params.unit)),
        caption=_caption(result, len(table) - len(drawn)),
    )
    return finish(sheet, frame)


class Scale:
    """Where a coefficient stands: from `least`, 0 or below, to 1."""

    def __init__(self, least: float, left: float) -> None:
        self.least, self.left = least, left

    def x(self, value: float) -> float:
        """Place of a value."""
        return self.left + PANEL * (max(value, self.least) - self.least) / (1 - self.least)


def _down(value: float) -> float:
    """Return the next tenth below, not under -1."""
    import math

    return max(-1.0, math.floor(10 * value) / 10)


def _tips() -> dict[str, str]:
    return {
        "code": _("Code"), "said": _("Coefficient"), "interval": _("Interval"), "rare": _("Prevalence"),
        "apart": _("Disagreements"),
    }  # fmt: skip


def _grid(sheet: Sheet, scale: Scale, main: str, bottom: float) -> None:
    p = palette()
    ticks = [value / 10 for value in range(-10, 11, 2) if value / 10 >= scale.least]
    for value in ticks:
        sheet.rule(scale.x(value), TOP, scale.x(value), bottom, p.line_2 if value == 0 else p.line)
        align = "right" if value == 1 else "left" if value == scale.least else "center"
        sheet.text(scale.x(value), bottom + 14, number(value, 1), size=11, color=p.ink_2, align=align)  # type: ignore[arg-type]
    if main not in _SHARES:
        for value in GUIDES:
            sheet.line([(scale.x(value), TOP), (scale.x(value), bottom)], p.ink_3, width=1, dashed=True)


def _row(
    sheet: Sheet, scale: Scale, code: str, row: pd.Series, y: float, step: float, most: tuple[float, float]
) -> None:
    p = palette()
    sheet.rule(0, y + step / 2, sheet.width, y + step / 2, p.line)
    sheet.text(LABELS, y, wrap(row["label"], LABELS - 4, 12.5, lines=2 if step > 30 else 1), size=12.5, align="right")
    known = row["agreement"] == row["agreement"]
    bounded = row["low"] == row["low"]
    tip = {
        "code": row["label"], "said": number(row["agreement"]), "rare": percent(row["prevalence"], 1),
        "interval": f"{number(row['low'])} – {number(row['high'])}" if bounded else "–", "apart": str(row["disagreements"]),
    }  # fmt: skip
    if bounded:
        sheet.rule(scale.x(row["low"]), y, scale.x(row["high"]), y, p.hues[0], width=1.6)
    if known:
        mark = WaveMark("circle", p.hues[0], p.hues[0])
        sheet.point(scale.x(row["agreement"]), y, mark, size=70, tip=tip, cell=Cell(code, "agreement", "codes"))
    else:
        sheet.text(scale.left + 6, y, _("undefined, see the table"), size=11.5, color=p.ink_3)
    _bars(sheet, row, code, y, most, tip)


def _bars(sheet: Sheet, row: pd.Series, code: str, y: float, most: tuple[float, float], tip: dict[str, str]) -> None:
    p = palette()
    left = LABELS + GAP + PANEL + GAP
    room = RARE - 46
    if row["prevalence"] == row["prevalence"]:
        sheet.rect(left, y - 4, left + max(1.0, room * row["prevalence"] / (most[1] or 1)), y + 4, p.line_2, tip=tip)
        sheet.text(left + RARE, y, percent(row["prevalence"], 1), size=11, color=p.ink_2, align="right")
    left += RARE + GAP
    if row["disagreements"]:
        cell = Cell(code, "disagreements", "codes")
        sheet.rect(
            left, y - 4, left + (DIFFER - 46) * row["disagreements"] / most[0], y + 4, p.accent, tip=tip, cell=cell
        )
    sheet.text(left + DIFFER, y, str(int(row["disagreements"])), size=11, color=p.ink_2, align="right")


def _caption(result: Result, hidden: int) -> str:
    params = result.params
    coders = listed([str(one) for one in result.tables["coders"].index])
    parts = [
        say(N_("Design: {unit}. Coders: {coders}."), unit=design_words(params.unit), coders=coders),
    ]
    if result.tables["codes"]["low"].notna().any():
        drawn = (
            N_("Lines: {level} intervals, interviews drawn {n} times.")
            if params.by == "interviews"
            else N_("Lines: {level} intervals, units drawn {n} times.")
        )
        parts.append(say(drawn, level=percent(params.confidence), n=params.resamples))
    if main_coefficient(params) not in _SHARES:
        parts.append(_("Dashed: 0.667 and 0.8, often quoted. With rare codes the coefficient falls easily."))
    if hidden > 0:
        parts.append(say(N_("Codes in the table only: {n}."), n=hidden))
    return " ".join(parts)
