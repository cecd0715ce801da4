"""Stability over cut-offs as heat maps: which terms survive, and where the found solution ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.figures.frame import Frame, finish
from veche.figures.sheet import Cell, Sheet
from veche.figures.theme import blend, palette
from veche.figures.wrapping import text_width, wrap
from veche.words import N_, _, number, percent, say

if TYPE_CHECKING:
    from veche.sets import CutMap, Stability

WIDE = 52.0


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: its place, a share in [0, 1] (NaN: no solution), words on it, whether it is the present point, and what a click shows."""

    row: int
    column: int
    share: float
    words: str
    here: bool = False
    cell: Cell | None = None


def draw_heat(
    sheet: Sheet, tiles: Sequence[Tile], rows: Sequence[str], columns: Sequence[str], *, left: float, top: float, label: float = 150.0,
    height: float = 30.0, wide: float = WIDE,
) -> float:  # fmt: skip
    """Draw tiles, the stronger the larger their share; returns where the map ends below.

    Parameters
    ----------
    sheet
        Where to draw.
    tiles
        What to draw.
    rows, columns
        Names, in order.
    left, top, label, height, wide
        Place, room for names of rows, and size of a tile, in pixels.
    """
    p = palette()
    for at, name in enumerate(columns):
        sheet.text(left + label + wide * (at + 0.5), top - 12, name, size=11, color=p.ink_2, align="center")
    for at, name in enumerate(rows):
        sheet.text(
            left + label - 8, top + height * (at + 0.5), wrap(name, label - 10, 11, lines=2), size=11, align="right"
        )
    for one in tiles:
        x, y = left + label + wide * one.column, top + height * one.row
        known = one.share == one.share
        if one.here:
            sheet.rect(x - 1, y - 1, x + wide, y + height, p.ink)
        color = blend(p.paper, p.accent, 0.06 + 0.6 * one.share) if known else p.panel
        sheet.rect(x + 1, y + 1, x + wide - 2, y + height - 2, color, cell=one.cell)
        sheet.text(
            x + wide / 2, y + height / 2, one.words, size=11, align="center", bold=one.here, color=p.ink if known else p.ink_3, cell=one.cell
        )  # fmt: skip
    return top + height * len(rows)


def term_map(found: Stability) -> Any:
    """Draw terms by cut-offs: the share of smallest models that hold each.

    Returns
    -------
    altair.LayerChart
        An empty column is a setting without a solution.
    """
    terms = [str(one) for one in found.shares.index]
    several = len({n for _cut, n in found.settings}) > 1
    names = [f"{number(cut, 2)} · {n}" if several else number(cut, 2) for cut, n in found.settings]
    tiles = []
    for column, setting in enumerate(found.settings):
        for row, term in enumerate(terms):
            share = float(found.shares[setting].loc[term])
            tiles.append(Tile(row, column, share, percent(share) if share == share else "–"))
    label = max(150.0, *(min(text_width(term, 11) + 20, 320.0) for term in terms)) if terms else 150.0
    sheet = Sheet(label + WIDE * len(names) + 10, 26 + 30 * len(terms))
    draw_heat(sheet, tiles, terms, names, left=0, top=26, label=label)
    always = [term for term in terms if (found.shares.loc[term].dropna() == 1).all()]
    title = (
        say(N_("At every cut-off with a solution: {terms}"), terms=" + ".join(always))
        if always else _("No term is in every solution at every cut-off")
    )  # fmt: skip
    caption = _("Share of smallest models that hold a term, by cut-off of consistency; dashes: no solution there.")
    return finish(sheet, Frame(title=title, caption=caption))


def stability_map(found: CutMap, *, incl: float | None = None, pri: float | None = None) -> Any:
    """Draw cut-offs of consistency (across) by PRI (down): how much of the present model survives, and how many models there are.

    Parameters
    ----------
    found
        From `veche.sets.cut_map`.
    incl, pri
        The present cut-offs, which are marked if they are on the map.

    Returns
    -------
    altair.LayerChart
    """
    here = (incl, pri)
    tiles = [
        Tile(row, column, found.kept[row][column], str(found.counts[row][column]) if found.counts[row][column] else "–", (cut, least) == here)
        for row, least in enumerate(found.pri_cuts)
        for column, cut in enumerate(found.incl_cuts)
    ]  # fmt: skip
    sheet = Sheet(150 + WIDE * len(found.incl_cuts) + 10, 30 + 30 * len(found.pri_cuts) + 26)
    below = draw_heat(
        sheet, tiles, [say(N_("PRI {cut}"), cut=number(one, 2)) for one in found.pri_cuts], [number(one, 2) for one in found.incl_cuts],
        left=0, top=30,
    )  # fmt: skip
    sheet.text(
        150 + WIDE * len(found.incl_cuts) / 2,
        below + 14,
        _("Consistency"),
        size=11,
        align="center",
        color=palette().ink_2,
    )
    whole = sum(value == 1 for line in found.kept for value in line)
    title = say(
        N_("{model} survives whole at {whole} of {all} pairs of cut-offs"),
        model=" + ".join(found.terms), whole=whole, all=len(found.incl_cuts) * len(found.pri_cuts),
    )  # fmt: skip
    caption = _(
        "Colour: share of the terms that still stand in a smallest model. Number: how many smallest models there are; a dash: no solution. "
        "Framed: the cut-offs in use."
    )
    return finish(sheet, Frame(title=title, caption=caption))
