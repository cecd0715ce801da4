"""The profile of turbulence: a row for a town and step, a column for each part, composite last, inertia apart."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.cells import word
from veche.analyses.turbulence.compute import BEYOND, PART_NAMES
from veche.figures import Cell, Frame, Sheet, WaveMark, finish, key, palette, wrap
from veche.study.result import Result
from veche.words import N_, _, number, percent, say

if TYPE_CHECKING:
    import pandas as pd

LABELS, COLUMN, GAP, TOP, ROW, MOST = 196, 84, 16, 84, 34, 40
ORDER = ("membership", "hazard", "agenda", "tone", "offices", "pairs", "actors", "composite")
Line = dict[Hashable, Any]


def figure(result: Result) -> Any:
    """Draw the profile.

    Returns
    -------
    altair.LayerChart
        Disc: value; tick: what chance gives; ring: the panel alone; line under the composite: its interval.
    """
    table = result.tables["turbulence"]
    shown = table[table["composite"].notna()].sort_values("composite", ascending=False).head(MOST)
    title, _dot, rest = result.sentence.partition(". ")
    if not len(shown):
        return finish(Sheet(400, 10), Frame(title=title.rstrip("."), subtitle=rest))
    edge = _left(len(ORDER)) + 24
    sheet = Sheet(edge + 2 * (COLUMN + GAP), TOP + len(shown) * ROW + 34, tips=_tips())
    _key(sheet)
    for at, name in enumerate(ORDER):
        _column(sheet, result.tables["parts"], name, shown, _left(at))
    _inertia(sheet, result.tables["inertia"], shown, edge)
    for at, row in enumerate(shown.to_dict("records")):
        words = wrap(f"{row['place']} {row['before']}–{row['after']}", LABELS - 8, 12.5, lines=1)
        sheet.text(LABELS - 8, _y(at), words, size=12.5, align="right", bold=row["beyond"] == BEYOND)
    hidden = len(table) - len(shown)
    return finish(sheet, Frame(title=title.rstrip("."), subtitle=rest, caption=_caption(hidden),
                               description=f"{result.sentence} {_caption(hidden)}"))  # fmt: skip


def _left(at: int) -> float:
    # beside the composite stand the parts that do not enter it
    extra = 12 if ORDER[min(at, len(ORDER) - 1)] in ("pairs", "actors") else 24 if at >= ORDER.index("composite") else 0
    return LABELS + at * (COLUMN + GAP) + extra


def _y(at: int) -> float:
    return TOP + (at + 0.5) * ROW


def _column(sheet: Sheet, parts: pd.DataFrame, name: str, shown: pd.DataFrame, left: float) -> None:
    p, bold = palette(), name == "composite"
    bottom = TOP + len(shown) * ROW
    lines = wrap(_(PART_NAMES[name]), COLUMN + 8, 12, bold=bold, lines=2)
    sheet.text(left, TOP - 14 - (len(lines) - 1) * 7, lines, size=12, bold=bold, color=p.ink if bold else p.ink_2)
    if bold:
        sheet.rect(left - 8, TOP, left + COLUMN + 8, bottom, p.panel)
    for share in (0, 0.5, 1):
        x = left + share * COLUMN
        sheet.rule(x, TOP, x, bottom, p.line_2 if share == 0 else p.line)
        if share != 0.5:
            sheet.text(x, bottom + 12, number(share, 0), size=10.5, color=p.ink_2, align="center")
    for at, (index, row) in enumerate(shown.iterrows()):
        _mark(
            sheet,
            parts.loc[f"{index} · {name}"],
            f"{index} · {name}",
            left,
            _y(at),
            strong=bold and row["beyond"] == BEYOND,
        )


def _mark(sheet: Sheet, part: Any, row: str, left: float, y: float, *, strong: bool) -> None:
    p = palette()
    if part["change"] != part["change"]:
        sheet.text(left, y, "–", size=12, color=p.ink_3)
        return
    color = p.accent if strong else p.hues[0]
    x = left + part["change"] * COLUMN
    if row.endswith("composite") and part["low"] == part["low"]:
        sheet.rule(left + part["low"] * COLUMN, y + 9, left + part["high"] * COLUMN, y + 9, color, width=1.4)
    sheet.rule(left, y, x, y, color, width=2, opacity=0.35)
    if part["chance"] == part["chance"]:
        chance = left + part["chance"] * COLUMN
        sheet.rule(chance, y - 8, chance, y + 8, p.ink_3, width=1.6)
    if part["panel_change"] == part["panel_change"]:
        sheet.point(left + part["panel_change"] * COLUMN, y, WaveMark("circle", p.paper, p.ink_3), size=46)
    tip = {
        "place": part["place"], "part": word(part, "part"), "value": number(part["change"]), "chance": number(part["chance"]),
        "panel": number(part["panel_change"]),
    }  # fmt: skip
    sheet.point(x, y, WaveMark("circle", color, color), size=80, tip=tip, cell=Cell(row, "change", "parts"))


def _inertia(sheet: Sheet, table: pd.DataFrame, shown: pd.DataFrame, left: float) -> None:
    """Draw what people say: that the course lurches, that institutions stand still."""
    p = palette()
    for k, (name, words) in enumerate((("turbulence", _("say: course lurches")), ("inertia", _("say: stands still")))):
        x0 = left + k * (COLUMN + GAP) + 16
        lines = wrap(words, COLUMN + 10, 12, lines=2)
        sheet.text(x0, TOP - 14 - (len(lines) - 1) * 7, lines, size=12, color=p.ink_2)
        bottom = TOP + len(shown) * ROW
        sheet.rule(x0, TOP, x0, bottom, p.line_2)
        for at, index in enumerate(shown.index):
            row, y = table.loc[index], _y(at)
            share = row[f"share_{name}"]
            if share != share:
                sheet.text(x0 + 4, y, "–", size=12, color=p.ink_3)
                continue
            color = p.hues[2] if name == "turbulence" else p.hues[1]
            tip = {
                "place": row["place"],
                "part": words,
                "value": f"{row[f'said_{name}']:.0f}/{row[f'asked_{name}']:.0f}",
            }
            sheet.rect(x0, y - 6, x0 + max(share * COLUMN * 0.6, 1), y + 6, color, opacity=0.8, tip=tip,
                       cell=Cell(str(index), f"said_{name}", "inertia"))  # fmt: skip
            sheet.text(x0 + share * COLUMN * 0.6 + 6, y, percent(share), size=11, color=p.ink_2)


def _key(sheet: Sheet) -> None:
    p = palette()
    entries = [
        (WaveMark("circle", p.hues[0], p.hues[0]), _("change")), (WaveMark("circle", p.accent, p.accent), _(BEYOND)),
        (WaveMark("M0,-1L0,1", p.ink_3, p.ink_3), _("what chance gives")), (WaveMark("circle", p.paper, p.ink_3, 0.6), _("panel alone")),
    ]  # fmt: skip
    key(sheet, entries, 0, 12)


def _tips() -> dict[str, str]:
    return {
        "place": _("Place"),
        "part": _("Part"),
        "value": _("Change"),
        "chance": _("By chance"),
        "panel": _("Panel alone"),
    }


def _caption(hidden: int) -> str:
    words = _(
        "Every part runs from 0, nothing changed, to 1. The composite is the mean of the first five; the line under it is "
        "its interval. Allied pairs and actors stand beside it."
    )
    return words + (" " + say(N_("Steps without enough evidence or not drawn: {n}."), n=hidden) if hidden else "")
