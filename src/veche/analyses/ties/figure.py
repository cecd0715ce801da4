"""The figure: a panel for each town and window, as a network or as a matrix."""

from __future__ import annotations

from typing import Any

from veche.analyses.ties.drawn_matrix import matrices
from veche.analyses.ties.drawn_network import networks
from veche.analyses.ties.panels import GAP, LABEL, WIDTH, make_panels, tip_titles, tone_color
from veche.figures import Frame, Sheet, blend, finish, palette, text_width
from veche.study.result import Result
from veche.words import N_, _, say


def figure(result: Result) -> Any:
    """Draw the ties of a result.

    Returns
    -------
    altair.LayerChart
        Arrows go from who acts to who is acted upon; solid and cool: accord; dashed and warm: antagonism; thicker:
        more votes. Or matrices: rows act, columns are acted upon.
    """
    panels = make_panels(result)
    if not panels:
        return finish(Sheet(400, 10), Frame(title=result.sentence.rstrip(".")))
    matrix = bool(result.params) and result.params.drawn == "matrix"
    towns = list(dict.fromkeys(one.town for one in panels))
    columns = max(sum(one.town == town for one in panels) for town in towns)
    sheet = Sheet(columns * (WIDTH + GAP) - GAP, 0, tips=tip_titles())
    top = _legend(sheet, matrix)
    for town in towns:
        mine = [one for one in panels if one.town == town]
        top = (matrices if matrix else networks)(sheet, mine, top)
    sheet.height = top
    caption = _caption(matrix)
    return finish(sheet, Frame(title=_title(result), caption=caption, description=f"{result.sentence} {caption}"))


def _legend(sheet: Sheet, matrix: bool) -> float:
    """Say in one line what the marks mean; return where the panels begin."""
    p = palette()
    x, y = 0.0, 9.0
    for tone, sign, words in ((1.0, "+", _("accord")), (-1.0, "−", _("antagonism")), (0.0, "·", _("neither"))):
        if matrix:
            sheet.rect(x, y - 9, x + 18, y + 9, blend(p.panel, tone_color(tone), 0.15 + 0.75 * abs(tone)))
            sheet.text(x + 9, y, sign, size=12, align="center", color=p.paper if tone else p.ink)
        else:
            sheet.line([(x, y), (x + 26, y)], tone_color(tone), width=2.2, dashed=tone < 0)
        x += 26 if matrix else 34
        sheet.text(x, y, words, size=LABEL, color=p.ink_2)
        x += text_width(words, LABEL) + 22
    if not matrix:
        for width, votes in ((1.3, 1), (3.4, 9)):
            sheet.line([(x, y - 5), (x, y + 5)], p.ink_3, width=width)
            sheet.text(x + 7, y, str(votes), size=LABEL, color=p.ink_2)
            x += 26
        sheet.text(x, y, _("votes"), size=LABEL, color=p.ink_2)
    return 34.0


def _title(result: Result) -> str:
    moved = result.tables["tie_change"]
    changed = int(moved["verdict"].isin(["colder", "warmer"]).sum())
    if changed:
        return say(N_("Who is close to whom, who is against whom: ties that surely changed: {n}"), n=changed)
    return _("Who is close to whom, and who is against whom")


def _caption(matrix: bool) -> str:
    if matrix:
        first = _(
            "Rows act, columns are acted upon; plus: accord, minus: antagonism, dot: neither; deeper: stronger. Empty: too few reporters."
        )
    else:
        first = _(
            "Arrow: from who acts to who is acted upon; solid and cool: accord, dashed and warm: antagonism, grey: neither; thicker: more."
        )
    return (
        first
        + " "
        + _("Only ties with enough reporters, by the time of the events. Actors keep their places in all windows.")
    )
