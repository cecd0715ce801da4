"""Labels beside points so that they stay readable: each takes the free place that covers least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

#: directions tried, in order of liking: right, left, above, below, and between
_WAYS = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))


#: distances from the point that are tried
_FAR = (3.0, 9.0, 17.0, 27.0)
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
    import numpy as np

    def sides(boxes: Sequence[Box]) -> Any:
        return np.array([(one.x, one.y, one.width, one.height) for one in boxes], dtype=float).reshape(-1, 4)

    order = sorted(range(len(points)), key=lambda k: (_room(points, k), k))
    dots = sides([Box(x, y, 2 * r, 2 * r) for (x, y), r in zip(points, radii, strict=True)])
    others, choices = sides(avoid), [_choices(points[k], sizes[k], radii[k], width, height) for k in range(len(points))]
    # what a choice covers of points and of what is to be avoided stays the same in every pass
    fixed = []
    for boxes in choices:
        liking = np.array([0.6 * far + 0.3 * place for far in _FAR for place in range(len(_WAYS))])
        fixed.append(liking + 2 * _covered(sides(boxes), dots) + _covered(sides(boxes), others) / 2)
    found: dict[int, int] = {}
    for _pass in range(PASSES):
        # the first pass places, the others let each label move once more, knowing where all the rest went
        for k in order:
            labels = sides([choices[i][at] for i, at in found.items() if i != k])
            found[k] = int(np.argmin(fixed[k] + 3 * _covered(sides(choices[k]), labels)))
    return [choices[k][found[k]] for k in range(len(points))]


def _choices(
    point: tuple[float, float], size: tuple[float, float], radius: float, width: float, height: float
) -> list[Box]:
    """List the places around a point, the nearest first."""
    return [_inside(_beside(point, size, radius + far, dx, dy), width, height) for far in _FAR for dx, dy in _WAYS]


def _covered(boxes: Any, others: Any) -> Any:
    """Area of other rectangles that each of some rectangles covers: rows are (x, y, width, height)."""
    import numpy as np

    apart = np.abs(boxes[:, None, :2] - others[None, :, :2])
    shared = np.clip((boxes[:, None, 2:] + others[None, :, 2:]) / 2 - apart, 0, None)
    return shared.prod(axis=2).sum(axis=1)


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
