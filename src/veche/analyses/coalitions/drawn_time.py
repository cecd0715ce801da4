"""Coalitions as bars over the years: one row each, towns apart, the end marked by what became of it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.cells import word
from veche.analyses._shared.coalitions import ENDED, ENDINGS
from veche.figures import Cell, Frame, Sheet, WaveMark, finish, key, palette, wrap
from veche.figures.theme import blend
from veche.figures.wrapping import text_width
from veche.study.result import Result
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    import pandas as pd

WIDTH, LABELS, PARTS, TOP, ROW, TOWN = 1160, 352, 150, 62, 28, 34
#: most coalitions on one figure; the rest stand in the table
MOST = 40
SHAPES = {"broken": "cross", "cooled": "circle", "unheard": "circle", "smaller": "triangle-down"}
Line = dict[Hashable, Any]


@dataclass(frozen=True)
class Axis:
    """Days to pixels."""

    first: float
    last: float

    def x(self, day: float) -> float:
        """Where a day stands."""
        left, right = LABELS + 16, WIDTH - PARTS - 20
        return left + (right - left) * (min(max(day, self.first), self.last) - self.first) / (self.last - self.first)


def timeline(result: Result) -> Any:
    """Draw the coalitions in time."""
    table = result.tables["coalitions"]
    shown, hidden = table.head(MOST), max(len(table) - MOST, 0)
    title = result.sentence.split(". ")[0].rstrip(".")
    if not len(shown):
        return finish(Sheet(400, 10), Frame(title=title))
    axis = _axis(shown)
    towns = shown.groupby("town", sort=False).size()
    height = TOP + sum(TOWN + int(n) * ROW for n in towns) + 26
    sheet = Sheet(WIDTH, height, tips=_tips())
    _key(sheet)
    _years(sheet, axis, height - 26)
    y = float(TOP)
    for _town, rows in shown.groupby("town", sort=False):
        sheet.text(0, y + 20, str(rows["place"].iloc[0]), size=14, bold=True)
        _events(sheet, axis, result, str(_town), y + 22, y + TOWN + len(rows) * ROW)
        y += TOWN
        for row in rows.reset_index(names="key").to_dict("records"):
            _row(sheet, axis, row, y + ROW / 2)
            y += ROW
        sheet.rule(0, y + 2, WIDTH, y + 2, palette().line)
    return finish(sheet, Frame(title=title, subtitle=result.sentence.split(". ", 1)[-1], caption=_caption(hidden),
                               description=f"{result.sentence} {_caption(hidden)}"))  # fmt: skip


def kind_color(kind: str) -> str:
    """Colour of a kind."""
    p = palette()
    return {"strategic": p.hues[0], "of mixed kind": p.hues[1], "tactical": p.hues[2]}.get(kind, p.ink_3)


def _axis(shown: pd.DataFrame) -> Axis:
    days = [dt.date.fromisoformat(day).toordinal() for name in ("since", "until") for day in shown[name]]
    first, last = dt.date.fromordinal(min(days)).year, dt.date.fromordinal(max(days)).year + 1
    return Axis(dt.date(first, 1, 1).toordinal(), dt.date(min(last, 9998) + 1, 1, 1).toordinal() - 366 / 2)


def _years(sheet: Sheet, axis: Axis, bottom: float) -> None:
    p = palette()
    first, last = dt.date.fromordinal(int(axis.first)).year, dt.date.fromordinal(int(axis.last)).year
    step = max(1, math.ceil((last - first) / 16))
    for year in range(first, last + 1, step):
        x = axis.x(dt.date(year, 1, 1).toordinal())
        sheet.rule(x, TOP + 6, x, bottom, p.line)
        sheet.text(x, TOP - 4, str(year), size=11.5, color=p.ink_2, align="center")
    for at, name in enumerate((_("length"), _("breadth"), _("gains"))):
        words = wrap(name, 58, 10.5, lines=1)
        sheet.text(WIDTH - PARTS + 25 + at * 50, TOP - 4, words, size=10.5, color=p.ink_2, align="center")


def _row(sheet: Sheet, axis: Axis, row: Line, y: float) -> None:
    p, color = palette(), kind_color(row["kind"])
    name = row["members"].replace(f" ({row['place']})", "")
    # three members or more need two lines
    size = 11.5 if text_width(name, 11.5) <= LABELS - 8 else 10.5
    sheet.text(LABELS, y, wrap(name, LABELS - 8, size, lines=1 if size > 11 else 2), size=size, align="right")
    since, until = (float(dt.date.fromisoformat(row[name]).toordinal()) for name in ("since", "until"))
    a, b = axis.x(since), max(axis.x(until), axis.x(since) + 4)
    tip = {
        "members": row["members"], "span": f"{row['since']} – {row['until']}", "kind": word(row, "kind"),
        "end": word(row, "ending"), "said": word(row, "kind_said"),
    }  # fmt: skip
    cell = Cell(row["key"], "", "coalitions")
    sheet.rect(a, y - 7, b, y + 7, blend(p.paper, color, 0.78), tip=tip, cell=cell)
    if row["beginning"] == "not seen":
        # a beginning that was not seen fades in
        for step in range(3):
            sheet.rect(a + 3 * step, y - 7, a + 3 * step + 1.5, y + 7, p.paper)
    ending = next(name for name, english in ENDINGS.items() if english == row["ending"])
    if ending in ENDED:
        fill = p.paper if ending in ("unheard", "smaller") else p.accent if ending == "broken" else color
        stroke = p.accent if ending == "broken" else color
        sheet.point(
            b,
            y,
            WaveMark(SHAPES[ending], fill, stroke),
            size=105,
            tip=tip,
            cell=Cell(row["key"], "ending", "coalitions"),
        )
    else:
        sheet.line([(b, y), (b + 16, y)], color, width=2, dashed=True)
    for at, part in enumerate(("length", "breadth", "reciprocity")):
        _part(sheet, row, part, WIDTH - PARTS + 25 + at * 50, y, color)


def _part(sheet: Sheet, row: Line, part: str, x: float, y: float, color: str) -> None:
    """Draw a part as a short bar on a hairline, with its number."""
    p, value = palette(), row[part]
    sheet.rule(x - 19, y + 8, x + 19, y + 8, p.line_2)
    if value == value:
        sheet.rule(x - 19, y + 8, x - 19 + 38 * value, y + 8, color, width=3)
    tip = {"members": row["members"], "kind": word(row, "kind")}
    sheet.text(x, y - 2, number(value), size=10.5, color=p.ink_2, align="center")
    sheet.point(
        x,
        y,
        WaveMark("circle", p.paper, p.paper),
        size=60,
        opacity=0.01,
        tip=tip,
        cell=Cell(row["key"], part, "coalitions"),
    )


def _events(sheet: Sheet, axis: Axis, result: Result, town: str, top: float, bottom: float) -> None:
    """Draw the events of a town that stand beside an end, with their titles in the line of the town's name."""
    p = palette()
    named = {
        title for titles in result.tables["coalitions"].loc[lambda t: t["town"] == town, "events_at_end"] for title in [titles]
    }  # fmt: skip
    ids = {one.key: one.id for one in result.evidence.towns}
    taken = -math.inf
    for event in sorted(result.evidence.events, key=lambda one: one.start):
        day = float(event.start.toordinal())
        if event.town_id not in (ids.get(town), None) or not any(event.title in one for one in named):
            continue
        x = axis.x(day)
        sheet.rule(x, top, x, bottom, p.accent, width=1.2, opacity=0.75)
        words = f"{event.start.year}-{event.start.month:02d} {event.title}"
        room = WIDTH - x - 8
        lines = wrap(words, max(room, 160), 11, lines=1)
        width = text_width(lines[0], 11)
        left = x + 5 if width <= room else x - 5 - width
        if left > taken:
            sheet.text(left, top - 4, lines, size=11, color=p.accent)
            taken = left + width


def _key(sheet: Sheet) -> None:
    p = palette()
    entries = [(WaveMark("square", blend(p.paper, kind_color(kind), 0.78), kind_color(kind)), _(kind))
               for kind in ("strategic", "of mixed kind", "tactical", "not known")]  # fmt: skip
    ends = [
        (WaveMark("cross", p.accent, p.accent), word(ENDINGS, "broken")), (WaveMark("circle", p.ink_3, p.ink_3), word(ENDINGS, "cooled")),
        (WaveMark("circle", p.paper, p.ink_3), word(ENDINGS, "unheard")),
        (WaveMark("triangle-down", p.paper, p.ink_3), word(ENDINGS, "smaller")),
    ]  # fmt: skip
    key(sheet, [*entries, *ends], 0, 12)


def _tips() -> dict[str, str]:
    return {
        "members": _("Members"), "span": _("Told of"), "kind": _("Kind"), "end": _("End"), "said": _("Speakers call it"),
    }  # fmt: skip


def _caption(hidden: int) -> str:
    words = _(
        "A bar reaches from the first to the last supporting event told; stripes at the left: the beginning was not seen; "
        "dashes at the right: no end was seen. Upright lines are events that fall where an end must lie."
    )
    more = " " + say(N_("Not drawn: {n}, see the table."), n=hidden) if hidden else ""
    return words + more
