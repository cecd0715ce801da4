"""Areas of a Venn diagram of one to five sets: every combination of the sets is exactly one area.

Up to three sets are circles (Venn); with four and five the first two are the right and the upper half of the frame, the others a circle and waves
round it (Edwards 1989, New Scientist 121:51-56). Every set is given by its reach from the middle in every direction, so that an area lies between
the farthest reach of the sets it is outside of and the nearest reach of those it is inside of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from math import pi
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Point = tuple[float, float]
#: most sets that can be drawn
MOST = 5
#: directions in a quarter turn, pixels between points at which labels are tried
STEPS, GRID = 60, 3.0
#: half width and half height of the frame in units of the circle, stretch across, and pixels of a unit, by number of sets
_FRAMES = {
    1: (2.0, 1.2, 1.0, 170.0), 2: (1.95, 1.2, 1.0, 170.0), 3: (2.25, 1.58, 1.0, 150.0), 4: (2.2, 1.3, 1.25, 165.0), 5: (2.2, 1.55, 1.25, 170.0),
}  # fmt: skip
#: middles of the circles
_CIRCLES: dict[int, tuple[Point, ...]] = {
    1: ((0.0, 0.0),), 2: ((-0.55, 0.0), (0.55, 0.0)), 3: ((0.0, 0.48), (-0.52, -0.42), (0.52, -0.42)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Area:
    """One combination: which sets it is inside of, and its outline in pixels."""

    inside: tuple[bool, ...]
    outline: tuple[Point, ...]


@dataclass(frozen=True)
class Diagram:
    """Areas and outlines of the sets in a frame of `width` x `height` pixels, y downwards."""

    sets: int
    width: float
    height: float
    areas: tuple[Area, ...]
    outlines: tuple[tuple[Point, ...], ...]

    @cached_property
    def _inside(self) -> NDArray[np.int64]:
        """Number of the area at each point of a grid, inside being the bits of the sets, the first the highest."""
        x = np.arange(GRID / 2, self.width, GRID)
        y = np.arange(GRID / 2, self.height, GRID)
        _half_width, _half_height, stretch, unit = _FRAMES[self.sets]
        across = (x - self.width / 2)[None, :] / unit / stretch
        up = (self.height / 2 - y)[:, None] / unit
        far, turn = np.hypot(across, up), np.arctan2(up, across + 0 * up)
        found = np.zeros(far.shape, dtype=np.int64)
        for at in range(self.sets):
            found = 2 * found + (far < _reach(self.sets, at, turn))
        for at in (2, 3) if self.sets > 3 else ():
            # words keep away from the lines that lead to the names of sets
            leader_x, leader_y = self.leader(at)
            found[(abs(y - leader_y) < 4)[:, None] & (x > leader_x)[None, :]] = -1
        return found

    def leader(self, at: int) -> Point:
        """Point of the outline from which a line leads to the name of a set: right, but downwards from the last of five."""
        # where the set reaches farther than the others: the circle aslant, the waves to the right and downwards
        turn = {2: 0.32, 3: 0.03, 4: 1.53}[at] * pi
        return self.outlines[at][round(turn / (2 * pi) * (len(self.outlines[at]) - 1))]

    def place(self, inside: Sequence[bool], sizes: Sequence[Point]) -> Point | None:
        """Find the middle of a block of centred lines so that all of them lie within an area; None if there is no such place.

        As far as there is room it keeps away from the outlines. What is outside of all circles stands in the lower left corner.

        Parameters
        ----------
        inside
            Which sets the area is inside of.
        sizes
            Width and height of each line, from the upper one down.
        """
        for margin in (12.0, 3.0):
            places = self._places(inside, sizes, margin)
            if len(places):
                corner = self.sets <= 3 and not any(inside)
                wanted = (self.height / GRID, 0.0) if corner else places.mean(axis=0)
                y, x = places[np.argmin(((places - wanted) ** 2).sum(axis=1))]
                return float((x + 0.5) * GRID), float((y + 0.5) * GRID)
        return None

    def _places(self, inside: Sequence[bool], sizes: Sequence[Point], margin: float) -> NDArray[np.int64]:
        """Places on the grid at which a block of lines lies within an area with that much free space; shape (places, 2)."""
        number = sum(1 << (len(inside) - 1 - at) for at, one in enumerate(inside) if one)
        outside = np.pad((self._inside != number).astype(np.int64).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
        tall, wide = self._inside.shape
        # the lines cover the middle of their block, so it lies within the area too
        places = np.argwhere(self._inside == number)
        rows, columns = places[:, 0], places[:, 1]
        good = np.ones(len(places), dtype=bool)
        top = -sum(height for _width, height in sizes) / 2
        for width, height in sizes:
            reach = int(np.ceil((width / 2 + margin) / GRID))
            first = int(np.floor((top - margin) / GRID))
            last = int(np.ceil((top + height + margin) / GRID))
            top += height
            a, b, c, d = rows + first, rows + last + 1, columns - reach, columns + reach + 1
            fits = (a >= 0) & (b <= tall) & (c >= 0) & (d <= wide)
            a, b = np.clip(a, 0, tall), np.clip(b, 0, tall)
            c, d = np.clip(c, 0, wide), np.clip(d, 0, wide)
            good &= fits & (outside[b, d] - outside[a, d] - outside[b, c] + outside[a, c] == 0)
        found: NDArray[np.int64] = places[good]
        return found


@cache
def diagram(sets: int) -> Diagram:
    """Lay out a diagram of one to five sets.

    Parameters
    ----------
    sets
        How many.

    Examples
    --------
    >>> len(diagram(5).areas), diagram(2).areas[0].inside
    (32, (False, False))
    """
    half_width, half_height, stretch, unit = _FRAMES[sets]
    width, height = round(2 * half_width * unit), round(2 * half_height * unit)

    def pixels(turn: Floats, far: Floats) -> tuple[Point, ...]:
        x = width / 2 + unit * stretch * far * np.cos(turn)
        y = height / 2 - unit * far * np.sin(turn)
        return tuple(
            (round(min(max(a, 0.0), width), 1), round(min(max(b, 0.0), height), 1))
            for a, b in zip(x.tolist(), y.tolist(), strict=True)
        )

    # a quarter has its own directions: halves begin and end where quarters do
    corner = float(np.arctan2(half_height, half_width / stretch))
    corners = (corner, pi - corner, pi + corner, 2 * pi - corner)
    quarters = [np.sort([*np.linspace(n * pi / 2, (n + 1) * pi / 2, STEPS + 1), corners[n]]) for n in range(4)]
    turns = quarters if sets > 3 else [np.concatenate([one[:-1] for one in quarters])]
    areas = []
    for inside in product((False, True), repeat=sets):
        if not any(inside) and sets <= 3:
            areas.append(Area(inside, ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))))
            continue
        for turn in turns:
            middle = turn[len(turn) // 2]
            if sets > 3 and inside[:2] != (bool(np.cos(middle) > 0), bool(np.sin(middle) > 0)):
                continue
            areas.append(Area(inside, pixels(*_between(sets, inside, turn, round_trip=sets <= 3))))
    whole = np.linspace(0, 2 * pi, 4 * STEPS + 1)
    outlines = [
        ((width / 2, 0.0), (width / 2, height)) if sets > 3 and at == 0
        else ((0.0, height / 2), (width, height / 2)) if sets > 3 and at == 1
        else pixels(whole, _reach(sets, at, whole))
        for at in range(sets)
    ]  # fmt: skip
    return Diagram(sets, width, height, tuple(areas), tuple(outlines))


def _between(sets: int, inside: Sequence[bool], turn: Floats, *, round_trip: bool) -> tuple[Floats, Floats]:
    """Outline of an area in polar coordinates: out along the nearest reach of what it is inside of, back along the farthest of the others."""
    first = 2 if sets > 3 else 0

    def bounds(at: Floats) -> tuple[Floats, Floats]:
        reaches = [_reach(sets, n, at) for n in range(first, sets)]
        upper, lower = _frame(sets, at), np.zeros_like(at)
        for one, held in zip(reaches, inside[first:], strict=True):
            upper, lower = (np.minimum(upper, one), lower) if held else (upper, np.maximum(lower, one))
        return upper, lower

    upper, lower = bounds(turn)
    open_at = upper - lower > 1e-9
    if open_at.all():
        return (
            (turn, upper) if round_trip else (np.concatenate([turn, turn[::-1]]), np.concatenate([upper, lower[::-1]]))
        )
    if round_trip:
        # begin where nothing is open
        start = int(np.flatnonzero(~open_at)[0])
        turn = np.concatenate([turn[start:], turn[:start] + 2 * pi, turn[start : start + 1] + 2 * pi])
        upper, lower = bounds(turn)
        open_at = upper - lower > 1e-9
    rows = np.flatnonzero(open_at)
    a, b = int(rows[0]), int(rows[-1])
    kept = turn[a : b + 1]
    gap = upper - lower
    # where the two bounds meet, between two directions
    if a:
        kept = np.concatenate([[turn[a - 1] + (turn[a] - turn[a - 1]) * gap[a - 1] / (gap[a - 1] - gap[a])], kept])
    if b + 1 < len(turn):
        kept = np.concatenate([kept, [turn[b] + (turn[b + 1] - turn[b]) * gap[b] / (gap[b] - gap[b + 1])]])
    upper, lower = bounds(kept)
    return np.concatenate([kept, kept[::-1]]), np.concatenate([upper, np.minimum(lower, upper)[::-1]])


def _frame(sets: int, turn: Floats) -> Floats:
    """Reach of the frame in each direction."""
    half_width, half_height, stretch, _unit = _FRAMES[sets]
    with np.errstate(divide="ignore"):
        found: Floats = np.minimum(half_width / stretch / np.abs(np.cos(turn)), half_height / np.abs(np.sin(turn)))
    return found


def _reach(sets: int, at: int, turn: Floats) -> Floats:
    """Reach of a set from the middle in each direction, in units of the circle."""
    if sets <= 3:
        x, y = _CIRCLES[sets][at]
        along = x * np.cos(turn) + y * np.sin(turn)
        found: Floats = along + np.sqrt(along**2 - x**2 - y**2 + 1)
        return found
    if at < 2:
        side = np.cos(turn) if at == 0 else np.sin(turn)
        return np.where(side > 0, np.inf, 0.0)
    if at == 2:
        return np.ones_like(turn)
    wave, high = (2.0, 0.45) if at == 3 else (4.0, 0.32)
    # steeper than a cosine: the areas beside the crossings have room for words
    waved: Floats = 1 + high * np.tanh(2 * np.cos(wave * turn)) / np.tanh(2)
    return waved
