"""Labels beside points so that they stay readable: each takes the free place that covers least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

#: directions tried, in order of liking: right, left, above, below, and between
_WAYS = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))


#: how often each label may choose
PASSES = 4


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: middle, width and height."""

    x: float
    y: float
    width: float
    height: float

    def overlap(self, other: Box) -> float:
        """Area that two rectangles share."""
        wide = (self.width + other.width) / 2 - abs(self.x - other.x)
        high = (self.height + other.height) / 2 - abs(self.y - other.y)
        return wide * high if wide > 0 and high > 0 else 0.0


def placed_labels(
    points: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    radii: Sequence[float],
    width: float,
    height: float,
    avoid: Sequence[Box] = (),
) -> list[Box]:
    """Place a label at every point of a panel.

    Parameters
    ----------
    points
        Middles of the points.
    sizes
        Width and height of each label.
    radii
        Radius of each point, which no label should cover.
    width, height
        Of the panel: labels stay inside as far as they fit.
    avoid
        What else should not be covered, such as pieces of lines; it counts half.

    Returns
    -------
    list of Box
        Places in the order of the points. Crowded points choose first; a label takes the place around its point that
        covers least of other labels, of points and of what is to be avoided, the nearer ones before the farther.

    Examples
    --------
    >>> [(round(b.x), round(b.y)) for b in placed_labels([(50, 50)], [(30, 10)], [5], 200, 100)]
    [(73, 50)]
    """
    dots = [Box(x, y, 2 * r, 2 * r) for (x, y), r in zip(points, radii, strict=True)]
    order = sorted(range(len(points)), key=lambda k: (_room(points, k), k))
    found: dict[int, Box] = {}
    for _pass in range(PASSES):
        # the first pass places, the others let each label move once more, knowing where all the rest went
        for k in order:
            others = [box for i, box in found.items() if i != k]
            found[k] = _best(points[k], sizes[k], radii[k], (width, height), others, dots, avoid)
    return [found[k] for k in range(len(points))]


def _best(
    point: tuple[float, float],
    size: tuple[float, float],
    radius: float,
    panel: tuple[float, float],
    labels: Sequence[Box],
    dots: Sequence[Box],
    avoid: Sequence[Box],
) -> Box:
    tried = []
    for far in (3.0, 9.0, 17.0, 27.0):
        for place, (dx, dy) in enumerate(_WAYS):
            box = _inside(_beside(point, size, radius + far, dx, dy), *panel)
            cover = 3 * sum(box.overlap(other) for other in labels) + 2 * sum(box.overlap(dot) for dot in dots)
            cover += sum(box.overlap(other) for other in avoid) / 2
            tried.append((cover + 0.6 * far + 0.3 * place, box))
    return min(tried, key=lambda one: one[0])[1]


def _room(points: Sequence[tuple[float, float]], k: int) -> float:
    """Distance to the nearest other point."""
    x, y = points[k]
    return min((hypot(x - a, y - b) for i, (a, b) in enumerate(points) if i != k), default=0.0)


def _beside(point: tuple[float, float], size: tuple[float, float], away: float, dx: int, dy: int) -> Box:
    reach = away * (0.75 if dx and dy else 1.0)
    return Box(point[0] + dx * (reach + size[0] / 2), point[1] + dy * (reach + size[1] / 2), size[0], size[1])


def _inside(box: Box, width: float, height: float) -> Box:
    x = min(max(box.x, box.width / 2), max(width - box.width / 2, box.width / 2))
    y = min(max(box.y, box.height / 2), max(height - box.height / 2, box.height / 2))
    return Box(x, y, box.width, box.height)
