"""Share of passages alike, interview after interview, a panel for each pair of coders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.analyses._shared.places import row_label
from veche.figures import Cell, Frame, Sheet, WaveMark, finish, header, palette
from veche.figures.sheet import Align
from veche.study.result import Result
from veche.words import N_, _, ngettext, percent, say

if TYPE_CHECKING:
    import pandas as pd

WIDTH, HEIGHT, GAP, LEFT, TOP, BELOW = 400, 170, 60, 46, 40, 56
#: most pairs on one figure
MOST = 6


def figure(result: Result) -> Any:
    """Draw the progress of each pair.

    Returns
    -------
    altair.LayerChart
        Rings: interviews, their size the number of passages; line: some interviews in a row together; names of rounds below.
    """
    table = result.tables["progress"]
    pairs = list(dict.fromkeys(table["pair"]))[:MOST]
    if not pairs:
        return finish(Sheet(400, 10), Frame(title=result.sentence.rstrip(".")))
    wide = WIDTH if len(pairs) > 1 else 2 * WIDTH + GAP
    per_line = min(2, len(pairs))
    lines = -(-len(pairs) // per_line)
    sheet = Sheet(LEFT + per_line * (wide + GAP) - GAP, lines * (TOP + HEIGHT + BELOW), tips=_tips())
    for at, pair in enumerate(pairs):
        left = LEFT + at % per_line * (wide + GAP)
        top = at // per_line * (TOP + HEIGHT + BELOW) + TOP
        _panel(sheet, pair, table[table["pair"] == pair], left, top, wide)
    return finish(
        sheet, Frame(title=result.sentence.rstrip("."), caption=_caption(result, len(set(table["pair"])) - len(pairs)))
    )


def _tips() -> dict[str, str]:
    return {"interview": _("Interview"), "said": _("Same code"), "when": _("Finished"), "round": _("Round")}


def _panel(sheet: Sheet, pair: str, rows: pd.DataFrame, left: float, top: float, width: float) -> None:
    p = palette()
    header(sheet, left, top, pair, width)
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = top + HEIGHT * (1 - share)
        sheet.rule(left, y, left + width, y, p.line_2 if share == 0 else p.line)
        if share in (0, 0.5, 1):
            sheet.text(left - 6, y, percent(share), size=11, color=p.ink_2, align="right")
    count = len(rows)

    def x(number: float) -> float:
        return left + width * (number - 0.5) / count

    known = rows[rows["share_of_some"].notna()]
    through = [(x(n), top + HEIGHT * (1 - s)) for n, s in zip(known["number"], known["share_of_some"], strict=True)]
    sheet.line(through, p.hues[0], width=2.2)
    ring = WaveMark("circle", p.paper, p.hues[0])
    for row in rows[rows["share"].notna()].to_dict("records"):
        total = row["same"] + row["disagreements"]
        tip = {
            "interview": row["interview"], "said": f"{percent(row['share'])} ({row['same']}/{total})", "when": row["finished"],
            "round": row["round"],
        }  # fmt: skip
        cell = Cell(row_label(pair, row["interview"]), "share", "progress")
        sheet.point(
            x(row["number"]), top + HEIGHT * (1 - row["share"]), ring, size=min(36 + 3 * total, 150), tip=tip, cell=cell
        )
    _feet(sheet, rows, x, top + HEIGHT, left, width)


def _feet(sheet: Sheet, rows: pd.DataFrame, x: Any, bottom: float, left: float, width: float) -> None:
    """Write the order of interviews and the rounds below the axis."""
    p = palette()
    count = len(rows)
    shown = sorted({1, count} | set(range(5, count - 2, max(5, count // 8))))
    for number in shown:
        sheet.rule(x(number), bottom, x(number), bottom + 4, p.line_2)
        sheet.text(x(number), bottom + 14, str(number), size=11, color=p.ink_2, align="center")
    rounds = [
        (name, own["number"].min(), own["number"].max()) for name, own in rows.groupby("round", sort=False) if name
    ]
    for name, first, last in rounds:
        begin, end = x(first - 0.4), x(last + 0.4)
        sheet.rule(begin, bottom + 26, end, bottom + 26, p.ink_3)
        align: Align = "center"
        sheet.text(
            min(max((begin + end) / 2, left + 10), left + width - 10),
            bottom + 38,
            str(name),
            size=11,
            color=p.ink_2,
            align=align,
        )


def _caption(result: Result, hidden: int) -> str:
    window = result.params.window if result.params else 3
    parts = [
        _(
            "Design: free segments. Share of the coded passages on which both have the same code; chance is not taken out."
        ),
        ngettext("Line: {n} interview.", "Line: {n} interviews in a row together.", window).format(n=window),
        _("Interviews from left to right as both had finished them; the larger a ring, the more passages."),
    ]
    if hidden > 0:
        parts.append(say(N_("Pairs of coders in the table only: {n}."), n=hidden))
    return " ".join(parts)
