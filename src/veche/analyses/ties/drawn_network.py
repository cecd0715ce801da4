"""The ties of a town as networks, one a window, in which every actor keeps its place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from veche.analyses._shared.places import row_label
from veche.analyses.ties.arrows import Arrow, Point, arrows
from veche.analyses.ties.layout import layouts, neighbouring
from veche.analyses.ties.panels import GAP, HEAD, LABEL, WIDTH, Panel, shown_actors, tip, tone_color
from veche.figures import Cell, Sheet, WaveMark, header, palette, text_width, wrap
from veche.figures.labels import Box, placed_labels, unclear_labels
from veche.words import _

Row = dict[Any, Any]

HEIGHT = 340
#: width at which a name is broken, radius of an actor
NAME, DOT = 104, 5.5
#: how evenly actors are spread over the panel and by how much they are turned, the most liked first; the next where a
#: name would lie on something
VARIANTS = ((0.45, 0.0), (0.45, 90.0))
#: how often every actor whose name is not clear yet may be moved
ROUNDS = 2
#: a name farther from its actor than this has a line that leads to it
LEADS = 10.0
#: distance at which an arrow seems to touch an actor
NEAR = 9.0
#: side of the squares by which names stay clear of an arrow
PIECE = 6.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A network as it will be drawn: its ties, their arrows, and where the names stand."""

    rows: list[Row]
    arrows: dict[tuple[str, str], Arrow]
    boxes: list[Box]
    #: actors whose names lie on something or might be taken for the name of another, or that the arrow of others touches
    unclear: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Places of the actors of a town, and its networks drawn with them."""

    at: dict[str, Point]
    drawings: tuple[Drawing, ...]

    @property
    def unclear(self) -> list[str]:
        """Actors whose names are not clear, once for every window."""
        return [actor for drawing in self.drawings for actor in drawing.unclear]


def networks(sheet: Sheet, panels: list[Panel], top: float) -> float:
    """Draw the networks of a town side by side; return where the next town begins."""
    names = short_names(panels)
    layout = laid_out(panels, names)
    sheet.text(0, top + 14, panels[0].place, size=16, bold=True)
    for column, (panel, drawing) in enumerate(zip(panels, layout.drawings, strict=True)):
        _network(sheet, panel, drawing, names, layout.at, column * (WIDTH + GAP), top + HEAD)
    return top + HEAD + HEIGHT + 26


def short_names(panels: list[Panel]) -> dict[str, list[str]]:
    """Break the names of the actors of a town into lines."""
    return {key: wrap(name, NAME, LABEL, lines=3) for key, name in shown_actors(panels).items()}


def laid_out(panels: list[Panel], names: dict[str, list[str]]) -> Layout:
    """Choose the places of a town's actors by which the most names are clear in all windows."""
    told = [_rows(panel, names) for panel in panels]
    weights: dict[tuple[str, str], float] = {}
    for row in (row for rows in told for row in rows):
        pair = (min(row["source"], row["target"]), max(row["source"], row["target"]))
        weights[pair] = weights.get(pair, 0.0) + row["votes"]
    first, *others = layouts(tuple(names), weights, WIDTH, HEIGHT, variants=VARIANTS)
    best = _drawn(told, names, first)
    for at in others:
        best = _better(best, told, names, at)
    for _round in range(ROUNDS):
        for actor in dict.fromkeys(best.unclear):
            for moved in neighbouring(best.at, actor, WIDTH, HEIGHT):
                best = _better(best, told, names, moved)
    return best


def _rows(panel: Panel, names: Mapping[str, list[str]]) -> list[Row]:
    """List the ties of a panel between actors that are shown, those told by fewer first: the others lie on top."""
    rows: list[Row] = [
        *panel.rows[panel.rows["source"].isin(names) & panel.rows["target"].isin(names)].to_dict("records")
    ]
    return sorted(rows, key=lambda one: (float(one["votes"]), one["source"], one["target"]))


def _drawn(told: list[list[Row]], names: dict[str, list[str]], at: dict[str, Point]) -> Layout:
    return Layout(at, tuple(_drawing(rows, names, at) for rows in told))


def _better(best: Layout, told: list[list[Row]], names: dict[str, list[str]], at: dict[str, Point]) -> Layout:
    """Draw a town with other places too, as long as that may be clearer; give the clearer one."""
    drawings: list[Drawing] = []
    for rows in told:
        if sum(len(one.unclear) for one in drawings) >= len(best.unclear):
            return best
        drawings.append(_drawing(rows, names, at))
    other = Layout(at, tuple(drawings))
    return other if len(other.unclear) < len(best.unclear) else best


def _drawing(rows: list[Row], names: dict[str, list[str]], at: dict[str, Point]) -> Drawing:
    """Bow the arrows of a window and find a place for each name beside its actor, clear of arrows and marks."""
    drawn = arrows([(row["source"], row["target"]) for row in rows], at)
    sizes = [(max(text_width(line, LABEL) for line in some) + 4, 14.0 * len(some)) for some in names.values()]
    taken = [] if rows else [Box(WIDTH / 2, 18, WIDTH, 16)]
    taken += [box for arrow in drawn.values() for box in _covered(arrow)]
    points = [at[key] for key in names]
    boxes = placed_labels(points, sizes, [DOT] * len(names), WIDTH, HEIGHT, taken)
    keys = tuple(names)
    unclear = [*(keys[k] for k in unclear_labels(points, boxes, taken)), *_touched(drawn, at)]
    return Drawing(rows, drawn, boxes, tuple(unclear))


def _touched(drawn: Mapping[tuple[str, str], Arrow], at: Mapping[str, Point]) -> list[str]:
    """List the actors that arrows of others come too near to."""
    return [
        actor
        for ends, arrow in drawn.items()
        for actor, place in at.items()
        if actor not in ends and min(math.dist(point, place) for point in arrow.points) < NEAR
    ]


def _network(
    sheet: Sheet, panel: Panel, drawing: Drawing, names: dict[str, list[str]], at: dict[str, Point], left: float, top: float
) -> None:  # fmt: skip
    p = palette()
    header(sheet, left, top, panel.label, WIDTH)
    sheet.rect(left, top, left + WIDTH, top + HEIGHT, p.panel)
    for row in drawing.rows:
        _tie(sheet, panel, row, drawing.arrows[row["source"], row["target"]], left, top)
    active = {row[side] for row in drawing.rows for side in ("source", "target")}
    for (key, lines), box in zip(names.items(), drawing.boxes, strict=True):
        here = key in active
        x, y = at[key]
        mark = WaveMark("circle", p.ink_2 if here else p.panel, p.ink_2 if here else p.line_2)
        sheet.point(left + x, top + y, mark, size=62)
        color = p.ink if here else p.ink_3
        _lead(sheet, at[key], box, left, top)
        sheet.text(left + box.x, top + box.y, lines, size=LABEL, align="center", color=color, halo=p.panel)
    if not drawing.rows:
        words = panel.reason or _("no tie with enough reporters")
        sheet.text(left + WIDTH / 2, top + 18, words, size=11, color=p.ink_2, align="center")


def _lead(sheet: Sheet, point: Point, box: Box, left: float, top: float) -> None:
    """Draw a thin line from an actor to its name where the two stand apart."""
    (x, y), half = point, (box.width / 2, box.height / 2)
    end = (min(max(x, box.x - half[0]), box.x + half[0]), min(max(y, box.y - half[1]), box.y + half[1]))
    if math.dist(point, end) > DOT + LEADS:
        sheet.rule(left + x, top + y, left + end[0], top + end[1], palette().ink_3, width=0.7)


def _covered(arrow: Arrow) -> list[Box]:
    """Cover an arrow and its mark with small squares, without holes."""
    found = [Box(*arrow.mark, 10, 10)]
    for (x, y), (x2, y2) in pairwise(arrow.points):
        many = max(1, math.ceil(math.hypot(x2 - x, y2 - y) / PIECE))
        found += [Box(x + (x2 - x) * k / many, y + (y2 - y) * k / many, PIECE, PIECE) for k in range(many)]
    return found


def _tie(sheet: Sheet, panel: Panel, row: Mapping[Any, Any], arrow: Arrow, left: float, top: float) -> None:
    """Draw a tie as an arrow with a mark that leads to its grounds."""
    shifted = [(left + x, top + y) for x, y in arrow.points]
    tone = float(row["tone"])
    color, width = tone_color(tone), 1.0 + min(2.4, 0.26 * float(row["votes"]))
    sheet.line(shifted, color, width=width, dashed=tone < 0)
    tip_at, back = shifted[-1], shifted[-2]
    angle = math.atan2(tip_at[1] - back[1], tip_at[0] - back[0])
    for turn in (2.6, -2.6):
        wing = (tip_at[0] + 7.5 * math.cos(angle + turn), tip_at[1] + 7.5 * math.sin(angle + turn))
        sheet.line([tip_at, wing], color, width=max(1.4, 0.8 * width))
    cell = Cell(row_label(panel.town, panel.period, row["source"], row["target"]), "tone", "ties")
    mark = WaveMark("circle", palette().panel, color)
    sheet.point(left + arrow.mark[0], top + arrow.mark[1], mark, size=26, tip=tip(panel, row), cell=cell)
