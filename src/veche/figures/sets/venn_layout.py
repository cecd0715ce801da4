"""Where everything of a Venn diagram stands: areas, outlines and words in pixels, before they are drawn on a sheet or in a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Literal

from veche.figures.sets._areas import MOST, Diagram, Point, diagram
from veche.figures.sheet import Align
from veche.figures.wrapping import text_width, wrap

Fill = Literal["positive", "negative", "contradiction", "assumed", "empty", "impossible"]
Inside = tuple[bool, ...]
#: most sets
LARGEST = MOST
#: size of cases and of names of sets, widest name of a set beside the frame
SIZE, LARGE, BESIDE = 11.0, 12.5, 130.0
#: width to which names of cases are broken where they do not fit
NARROW = 40.0


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in an area: heading, its combination, cases (with whether each speaks against it), its fit in words, fill and its strength."""

    head: str
    name: str
    cases: tuple[tuple[str, bool], ...]
    fit: str
    fill: Fill
    strength: float = 0.0


@dataclass(frozen=True, slots=True)
class Word:
    """Lines of words whose middle stands at a place; `inside` says of which area they speak, None for the name of a set."""

    x: float
    y: float
    lines: tuple[str, ...]
    size: float
    align: Align
    bold: bool
    inside: Inside | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A diagram in a rectangle of `width` x `height` pixels.

    `frame` is left, top, right and lower edge of the frame, `areas` the outline of every area, `outlines` and `leaders` the lines of each set, and
    `aside` the areas whose cases have no room inside.
    """

    width: float
    height: float
    frame: tuple[float, float, float, float]
    areas: Mapping[Inside, tuple[Point, ...]]
    outlines: tuple[tuple[Point, ...], ...]
    leaders: Mapping[int, tuple[Point, Point]]
    words: tuple[Word, ...]
    aside: tuple[Inside, ...]


def lay_out(names: Sequence[str], contents: Mapping[Inside, Content]) -> Layout:
    """Lay out a diagram of one to five sets with what stands in its areas.

    Parameters
    ----------
    names
        Of the sets.
    contents
        By area (which sets it is inside of) what stands there; every area is named.
    """
    drawn = diagram(len(names))
    many = len(names) > 3
    left = min(text_width(negated(names[1]), 12, bold=True) + 6, BESIDE) + 12 if many else 0.0
    right = max(min(text_width(name, LARGE, bold=True), BESIDE) for name in names[2:]) + 14 if many else 0.0
    top, below = 26.0 if many else 0.0, 26.0 if len(names) > 4 else 4.0

    def moved(points: Sequence[Point]) -> tuple[Point, ...]:
        return tuple((left + x, top + y) for x, y in points)

    words, aside = [], []
    for area in drawn.areas:
        told, mine = _inside(drawn, area.inside, contents[area.inside], left, top)
        words += mine
        if not told:
            aside.append(area.inside)
    outlines = tuple(map(moved, drawn.outlines))
    frame = (left, top, left + drawn.width, top + drawn.height)
    leaders = {at: _leader(at, moved([drawn.leader(at)])[0], frame) for at in range(2, len(names)) if many}
    for at, name in enumerate(names):
        words += _names(at, name, frame, outlines, leaders)
    return Layout(
        left + drawn.width + right, top + drawn.height + below, frame, {one.inside: moved(one.outline) for one in drawn.areas},
        outlines, leaders, tuple(words), tuple(aside),
    )  # fmt: skip


def _inside(drawn: Diagram, inside: Inside, one: Content, left: float, top: float) -> tuple[bool, list[Word]]:
    """Place heading and cases where they fit, else how many there are; says whether all cases are named."""
    head = [(one.head, False, 10.0)] if one.head else []
    names = [(case, against, SIZE) for case, against in one.cases]
    counted = [(str(len(one.cases)), any(against for _case, against in one.cases), 14.0)] if names else []
    narrow = [(line, against, SIZE) for case, against in one.cases for line in wrap(case, NARROW, SIZE, bold=against)]
    number_only = [(one.head.split(" ")[0], False, 10.0)] if one.head else counted
    for told, lines in (
        (True, [*head, *names]),
        (True, [*head, *narrow]),
        (False, [*head, *counted]),
        (False, head),
        (False, number_only),
    ):
        sizes = [(text_width(words, size, bold=bold), size * 1.2) for words, bold, size in lines]
        at = drawn.place(inside, sizes) if lines else None
        if at is None:
            continue
        y = top + at[1] - sum(high for _wide, high in sizes) / 2
        found = []
        for (words, bold, size), (_wide, high) in zip(lines, sizes, strict=True):
            found.append(Word(left + at[0], y + high / 2, (words,), size, "center", bold, inside))
            y += high
        return told or not names, found
    return not names, []


def _leader(at: int, start: Point, frame: tuple[float, float, float, float]) -> tuple[Point, Point]:
    """Line from the outline of a set to its name: down from the last of five, right from the others."""
    x, y = start
    return (start, (x, frame[3] + 6)) if at == 4 else (start, (frame[2] + 6, y))


def _names(
    at: int, name: str, frame: tuple[float, float, float, float], outlines: Sequence[Sequence[Point]], leaders: Mapping[int, tuple[Point, Point]]
) -> list[Word]:  # fmt: skip
    """Name a set outside the areas; of four or five, the halves along the edges of the frame, the others where their lines end."""
    left, top, right, below = frame
    middle_x, middle_y = (left + right) / 2, (top + below) / 2
    if len(outlines) <= 3:
        turn = {1: (0.25,), 2: (0.75, 0.25), 3: (0.14, 1.22, -0.22)}[len(outlines)][at] * pi
        xs, ys = [x for x, _y in outlines[at]], [y for _x, y in outlines[at]]
        x, y, reach = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, (max(xs) - min(xs)) / 2 + 10
        align: Align = "left" if cos(turn) > 0 else "right"
        x, y = x + reach * cos(turn), y - reach * sin(turn)
        room = (right - x if align == "left" else x - left) - 8
        return [Word(x, y, broken(name, room, LARGE, 3), LARGE, align, bold=True)]
    if at == 0:
        places = ((negated(name), (left + middle_x) / 2), (name, (middle_x + right) / 2))
        wide = (right - left) / 2 - 20
        return [Word(x, top - 13, broken(words, wide, LARGE, 1), LARGE, "center", bold=True) for words, x in places]
    if at == 1:
        rows = ((name, (top + middle_y) / 2), (negated(name), (middle_y + below) / 2))
        return [Word(left - 10, y, broken(words, BESIDE, 12, 3), 12, "right", bold=True) for words, y in rows]
    x, y = leaders[at][1]
    if at == 4:
        return [Word(x, y + 10, broken(name, (right - left) / 2, LARGE, 1), LARGE, "center", bold=True)]
    return [Word(x + 4, y, broken(name, BESIDE, LARGE, 3), LARGE, "left", bold=True)]


def negated(name: str) -> str:
    """Write what is not in a set: ``~A``, and ``~(A*B)`` for a term."""
    return f"~({name})" if set(name) & set("~*") else f"~{name}"


def broken(name: str, room: float, size: float, lines: int) -> tuple[str, ...]:
    """Break the name of a set into lines, terms after their stars."""
    return tuple(one.replace("* ", "*") for one in wrap(name.replace("*", "* "), room, size, bold=True, lines=lines))
