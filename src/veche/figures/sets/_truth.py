"""The truth table drawn: combinations as filled and empty squares, consistency as bars, cases with their memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.figures.frame import Frame, finish
from veche.figures.sheet import Sheet
from veche.figures.theme import blend, palette
from veche.figures.wrapping import text_width, wrap
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    from veche.sets import TruthTable
    from veche.sets.truth_table import Row

STEP, BOX, BAR, NAMES = 26.0, 15.0, 92.0, 430.0


def truth_table(table: TruthTable, *, most: int = 64) -> Any:
    """Draw the rows that hold cases, positive ones first.

    Parameters
    ----------
    table
        From `veche.sets.truth_table`.
    most
        Most rows that are drawn; what is left out is said.

    Returns
    -------
    altair.LayerChart
        A filled square is a condition that is present, an empty one an absent one; a condition with several values shows its value, one that does
        not apply a dash.
    """
    order = {"1": 0, "C": 1, "0": 2, "?": 3}
    rows = sorted(table.rows, key=lambda row: (order[row.out], -row.n, row.number))
    shown = rows[:most]
    names = table.frame.names
    wide = [max(34.0, text_width(name, 11) + 14) for name in names]
    edges = [sum(wide[:at]) for at in range(len(wide) + 1)]
    left = edges[-1] + 16
    top = 26.0
    sheet = Sheet(left + 60 + 2 * (BAR + 54) + NAMES, top + STEP * len(shown) + 6)
    _head(sheet, table, edges, left, top)
    for at, row in enumerate(shown):
        _line(sheet, table, row, edges, left, top + STEP * (at + 0.5))
    observed = len([row for row in table.rows if row.out != "?"])
    title = say(
        N_("{positive} of {observed} observed combinations go with {outcome}; {possible} are possible"),
        positive=len(table.positive), observed=observed, outcome=table.frame.outcome_name, possible=table.possible,
    )  # fmt: skip
    caption = [
        _(
            "Filled square: present; empty: absent. Beside the cases their membership in the combination; in bold cases without the outcome in a "
            "row that goes with it."
        )
    ]
    if len(rows) > most:
        caption.append(_("{n} more rows.").format(n=len(rows) - most))
    return finish(sheet, Frame(title=title, subtitle=_cuts(table), caption=" ".join(caption)))


def _cuts(table: TruthTable) -> str:
    return say(
        N_("Consistency from {incl}, PRI from {pri}, cases from {n}"),
        incl=number(table.incl_cut[0], 2), pri=number(table.pri_cut, 2), n=table.n_cut,
    )  # fmt: skip


def _head(sheet: Sheet, table: TruthTable, edges: list[float], left: float, top: float) -> None:
    p = palette()
    for at, name in enumerate(table.frame.names):
        sheet.text((edges[at] + edges[at + 1]) / 2, top - 14, name, size=11, color=p.ink_2, align="center")
    sheet.text(left, top - 14, table.frame.outcome_name, size=11, color=p.ink_2)
    for at, words in enumerate((_("Consistency"), _("PRI"))):
        sheet.text(left + 60 + at * (BAR + 54), top - 14, words, size=11, color=p.ink_2)
    sheet.text(left + 60 + 2 * (BAR + 54), top - 14, _("Cases"), size=11, color=p.ink_2)
    sheet.rule(0, top - 3, sheet.width, top - 3, p.line_2)


def _line(sheet: Sheet, table: TruthTable, row: Row, edges: list[float], left: float, y: float) -> None:
    p = palette()
    positive = row.out == "1"
    for at, value in enumerate(row.cube):
        x = (edges[at] + edges[at + 1]) / 2
        if table.frame.multi[at]:
            sheet.text(x, y, str(value), size=12, align="center", bold=positive)
        elif value >= table.frame.levels[at]:
            sheet.text(x, y, "–", size=12, align="center", color=p.ink_2)
        else:
            ink = p.ink if positive else p.ink_3
            sheet.rect(x - BOX / 2, y - BOX / 2, x + BOX / 2, y + BOX / 2, ink)
            if not value:
                sheet.rect(x - BOX / 2 + 1.5, y - BOX / 2 + 1.5, x + BOX / 2 - 1.5, y + BOX / 2 - 1.5, p.paper)
    sheet.text(left, y, {"1": "1", "0": "0", "C": "C", "?": "?"}[row.out], size=12.5, bold=positive)
    sheet.text(left + 28, y, say(N_("n {n}"), n=row.n), size=11, color=p.ink_2, align="center")
    for at, fit in enumerate((row.inclusion, row.pri)):
        x = left + 60 + at * (BAR + 54)
        sheet.rect(x, y - 3, x + BAR, y + 3, p.line)
        if fit == fit and fit > 0:
            sheet.rect(x, y - 3, x + BAR * fit, y + 3, p.accent if positive else blend(p.paper, p.ink_3, 0.7))
        sheet.text(x + BAR + 8, y, number(fit, 2), size=11, color=p.ink_2 if fit == fit else p.ink_3)
    _cases(sheet, table, row, left + 60 + 2 * (BAR + 54), y)
    sheet.rule(0, y + STEP / 2, sheet.width, y + STEP / 2, p.line)


def _cases(sheet: Sheet, table: TruthTable, row: Row, x: float, y: float) -> None:
    p = palette()
    frame = table.frame
    place = {case: at for at, case in enumerate(frame.cases)}
    members = frame.membership(row.cube)
    room = x + NAMES
    ordered = sorted(row.cases, key=lambda case: -members[place[case]])
    for nth, case in enumerate(ordered):
        contrary = row.out == "1" and frame.outcome[place[case]] <= 0.5
        words = f"{case} {number(members[place[case]], 2)}"
        wide = text_width(words, 11, bold=contrary)
        rest = f"+{len(row.cases) - nth}"
        if x + wide + text_width(rest, 11) + 14 > room and nth:
            sheet.text(x, y, rest, size=11, color=p.ink_2)
            return
        words = wrap(words, room - x, 11, bold=contrary, lines=1)[0] if x + wide > room else words
        sheet.text(x, y, words, size=11, color=p.ink if row.out == "1" else p.ink_2, bold=contrary)
        x += wide + 14
