"""Power side by side: for every town and wave who is named, who prevails and who holds office."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.cells import word
from veche.analyses._shared.centres import UNKNOWN
from veche.figures import Cell, Frame, Sheet, WaveMark, finish, key, palette, wrap
from veche.figures.sheet import Row
from veche.study.result import Result
from veche.words import N_, _, number, percent, say

if TYPE_CHECKING:
    import pandas as pd

WIDTH, LABELS, COLUMN, GAP, TOP, ROW, HEAD = 1160, 248, 84, 14, 48, 22, 62
#: actors of a panel, and panels of a figure
ACTORS, MOST = 6, 40
Line = dict[Hashable, Any]


def figure(result: Result) -> Any:
    """Draw the lists.

    Returns
    -------
    altair.LayerChart
        Bars: share of others who name, and weight of offices; disc: success, tick: luck; bold: the formal head.
    """
    table, centres = result.tables["power"], result.tables["centres"]
    title, _dot, rest = result.sentence.partition(". ")
    panels = [str(at) for at in centres.index][:MOST]
    if not panels or not len(table):
        return finish(Sheet(400, 10), Frame(title=title.rstrip("."), subtitle=rest))
    chosen = {panel: _chosen(table, panel, centres.loc[panel]) for panel in panels}
    heights = [HEAD + max(len(chosen[a]) for a in panels[k : k + 2]) * ROW + 16 for k in range(0, len(panels), 2)]
    sheet = Sheet(WIDTH, TOP + sum(heights), tips=_tips())
    _key(sheet)
    top = float(TOP)
    heaviest = max(float(table["position"].max()), 1.0)
    for k, height in enumerate(heights):
        for side, panel in enumerate(panels[2 * k : 2 * k + 2]):
            _panel(sheet, chosen[panel], centres.loc[panel], side * (WIDTH + GAP) / 2, top, heaviest)
        top += height
    caption = _caption(len(centres) - len(panels))
    frame = Frame(title=title.rstrip("."), subtitle=rest, caption=caption, description=f"{result.sentence} {caption}")
    return finish(sheet, frame)


def _chosen(table: pd.DataFrame, panel: str, centre: Any) -> list[Line]:
    """Actors of a panel: those named, then those in most decisions, then the holders of offices."""
    rows = table[(table["town"] == centre["town"]) & (table["wave"] == centre["wave"])].reset_index(names="key")
    ranked = rows.assign(weight=3 * rows["named"] + rows["decided"] + rows["position"] + 100 * rows["is_head"])
    best = ranked.sort_values("weight", ascending=False, kind="stable").head(ACTORS)
    found: list[Line] = rows.loc[sorted(best.index)].to_dict("records")
    return found


def _panel(sheet: Sheet, rows: list[Line], centre: Any, left: float, top: float, heaviest: float) -> None:
    p = palette()
    sheet.text(left, top + 10, f"{centre['place']} {centre['wave']}", size=14, bold=True)
    if centre["pattern"] != UNKNOWN:
        sheet.text(
            left,
            top + 29,
            f"{word(centre, 'pattern')} ({centre['said_one']} : {centre['said_several']})",
            size=11.5,
            color=p.ink_2,
        )
    start = left + LABELS
    for at, name in enumerate((_("named"), _("prevails"), _("office"))):
        x = start + at * (COLUMN + GAP)
        sheet.text(x, top + HEAD - 12, wrap(name, COLUMN, 11.5, lines=1), size=11.5, color=p.ink_2)
        sheet.rule(x, top + HEAD - 2, x, top + HEAD + len(rows) * ROW, p.line_2)
    middle = start + COLUMN + GAP + COLUMN / 2
    sheet.rule(middle, top + HEAD - 2, middle, top + HEAD + len(rows) * ROW, p.line)
    for at, row in enumerate(rows):
        y = top + HEAD + (at + 0.5) * ROW
        lines = wrap(
            str(row["actor"]).replace(f" ({row['place']})", ""), LABELS - 12, 12, bold=bool(row["is_head"]), lines=1
        )
        sheet.text(start - 8, y, lines, size=12, align="right", bold=bool(row["is_head"]))
        tip: Row = {"actor": row["actor"], "offices": row["offices_held"] or "–"}
        _named(sheet, row, start, y, tip)
        _success(sheet, row, start + COLUMN + GAP, y, tip)
        _office(sheet, row, start + 2 * (COLUMN + GAP), y, heaviest, tip)


def _named(sheet: Sheet, row: Line, x: float, y: float, tip: Row) -> None:
    p = palette()
    if not row["asked"]:
        sheet.text(x + 4, y, "–", size=11, color=p.ink_3)
        return
    end = x + max(row["named_share"] * (COLUMN - 26), 1)
    more = {"value": f"{percent(row['named_share'])} ({row['named']}/{row['asked']})"}
    sheet.rect(x, y - 6, end, y + 6, p.hues[0], opacity=0.85, tip=tip | more, cell=Cell(row["key"], "named", "power"))
    if row["named"]:
        sheet.text(end + 5, y, str(row["named"]), size=11, color=p.ink_2)


def _success(sheet: Sheet, row: Line, x: float, y: float, tip: Row) -> None:
    p = palette()
    if row["success"] != row["success"]:
        sheet.text(x + 4, y, "–", size=11, color=p.ink_3)
        return
    luck, at = x + row["luck"] * COLUMN, x + row["success"] * COLUMN
    sheet.rule(min(luck, at), y, max(luck, at), y, p.hues[1], width=2, opacity=0.5)
    sheet.rule(luck, y - 6, luck, y + 6, p.ink_3, width=1.5)
    more = {"value": f"{number(row['success'])} ({row['decided']})", "luck": number(row["luck"])}
    sure = row["reason"] == "" or row["decided"] > 2
    sheet.point(at, y, WaveMark("circle", p.hues[1], p.hues[1]), size=64, opacity=1 if sure else 0.45, tip=tip | more,
                cell=Cell(row["key"], "success", "power"))  # fmt: skip


def _office(sheet: Sheet, row: Line, x: float, y: float, heaviest: float, tip: Row) -> None:
    if row["position"] > 0:
        end = x + row["position"] / heaviest * (COLUMN - 26)
        sheet.rect(
            x, y - 6, end, y + 6, palette().hues[2], opacity=0.85, tip=tip | {"value": number(row["position"], 0)}
        )


def _key(sheet: Sheet) -> None:
    p = palette()
    entries = [
        (WaveMark("square", p.hues[0], p.hues[0]), _("named by how many others")),
        (WaveMark("circle", p.hues[1], p.hues[1]), _("success in decisions")), (WaveMark("M0,-1L0,1", p.ink_3, p.ink_3), _("luck")),
        (WaveMark("square", p.hues[2], p.hues[2]), _("weight of offices")),
    ]  # fmt: skip
    key(sheet, entries, 0, 12)


def _tips() -> dict[str, str]:
    return {"actor": _("Actor"), "offices": _("Offices"), "value": _("Value"), "luck": _("Luck")}


def _caption(hidden: int) -> str:
    words = _(
        "Bold: the formal head. In brackets how many say one centre and how many several. Pale: fewer than three decisions. Dash: none, "
        "or one reporter only tells of them. "
        "Luck is the mean success of all who took a stand on the same decisions."
    )
    return words + (" " + say(N_("Not drawn: {n}, see the table."), n=hidden) if hidden > 0 else "")
