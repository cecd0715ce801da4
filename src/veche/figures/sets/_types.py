"""Ideal types as a heat map: the corners cases stand in, and the named types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.figures.frame import Frame, finish
from veche.figures.sets._heat import WIDE, Tile, draw_heat
from veche.figures.sheet import Sheet
from veche.figures.wrapping import text_width
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    from veche.sets import IdealTypes


def type_map(found: IdealTypes) -> Any:
    """Draw cases (down) by the corners that some case stands in and by the named types (across): the fuller the membership, the stronger.

    Returns
    -------
    altair.LayerChart
        The corner a case stands in is framed; a case without a frame has an indicator at exactly 0.5.
    """
    corners = list(dict.fromkeys(one.corner for one in found.cases if one.corner is not None))
    types = list(found.cases[0].types) if found.cases else []
    tiles = []
    for row, one in enumerate(found.cases):
        values = [one.corners[name] for name in corners] + [one.types[name] for name in types]
        tiles += [
            Tile(row, column, value, number(value, 2), here=column < len(corners) and corners[column] == one.corner)
            for column, value in enumerate(values)
        ]
    names = [*corners, *types]
    wide = max(WIDE, *(text_width(name, 11) + 18 for name in names)) if names else WIDE
    label = max(90.0, *(min(text_width(one.case, 11) + 20, 260.0) for one in found.cases)) if found.cases else 90.0
    sheet = Sheet(label + wide * len(names) + 10, 26 + 30 * len(found.cases))
    draw_heat(sheet, tiles, [one.case for one in found.cases], names, left=0, top=26, label=label, wide=wide)
    title = say(
        N_("{placed} of {all} cases stand in a corner; changes in kind: {kind}, in degree: {degree}"),
        placed=sum(one.corner is not None for one in found.cases), all=len(found.cases),
        kind=sum(one.kind == "change in kind" for one in found.changes),
        degree=sum(one.kind == "change in degree" for one in found.changes),
    )  # fmt: skip
    caption = _(
        "Membership in every corner that some case stands in, then in the named types. Framed: the corner of the case; "
        "without a frame an indicator is at exactly 0.5."
    )
    return finish(sheet, Frame(title=title, caption=caption))
