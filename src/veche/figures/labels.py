"""Labels beside points so that they stay readable: each takes the free place that covers least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

#: directions tried, in order of liking: right, left, above, below, and between
_WAYS = (
    (1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1),
    (0.5, -1), (-0.5, -1), (0.5, 1), (-0.5, 1), (1, -0.5), (-1, -0.5), (1, 0.5), (-1, 0.5),
    (0.25, -1), (-0.25, -1), (0.25, 1), (-0.25, 1), (0.75, -1), (-0.75, -1), (0.75, 1), (-0.75, 1),
)  # fmt: skip
#: distances from the point that are tried
_FAR = (3.0, 9.0, 17.0, 27.0, 38.0)
#: what it costs to stand no nearer to the own point than to another: the reader would take the one for the other
_TAKEN_FOR_ANOTHER = 12.0
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
        covers least of other labels, of points and of what is to be avoided, the nearer ones before the farther, and
        those where it might be taken for the label of another point last.

    Examples
    --------
    >>> [(round(b.x), round(b.y)) for b in placed_labels([(50, 50)], [(30, 10)], [5], 200, 100)]
    [(73, 50)]
    """
    import numpy as np

    order = sorted(range(len(points)), key=lambda k: (_room(points, k), k))
    dots = _sides([Box(x, y, 2 * r, 2 * r) for (x, y), r in zip(points, radii, strict=True)])
    others, liking = _sides(avoid), np.array([0.6 * far + 0.3 * place for far in _FAR for place in range(len(_WAYS))])
    choices = [_choices(*one, width, height) for one in zip(points, sizes, radii, strict=True)]
    # what a choice covers of points and of what is to be avoided stays the same in every pass
    fixed = []
    for k, boxes in enumerate(choices):
        gaps = _gaps(boxes, dots)
        unclear = gaps[:, k] + 2 > np.delete(gaps, k, axis=1).min(axis=1, initial=np.inf)
        covered = 2 * _covered(boxes, dots) + _covered(boxes, others[_near(boxes, others)]) / 2
        fixed.append(liking + covered + _TAKEN_FOR_ANOTHER * unclear)
    found: dict[int, int] = {}
    for _pass in range(PASSES):
        # the first pass places, the others let each label move once more, knowing where all the rest went
        before = dict(found)
        for k in order:
            labels = np.array([choices[i][at] for i, at in found.items() if i != k]).reshape(-1, 4)
            found[k] = int(np.argmin(fixed[k] + 3 * _covered(choices[k], labels)))
        if found == before:
            break
    return [Box(*map(float, choices[k][found[k]])) for k in range(len(points))]


def unclear_labels(points: Sequence[tuple[float, float]], boxes: Sequence[Box], avoid: Sequence[Box] = ()) -> list[int]:
    """List the labels that lie on what is to be avoided, or stand nearer to another point than to their own.

    Examples
    --------
    >>> unclear_labels([(0, 0), (40, 0)], [Box(30, 0, 10, 10), Box(60, 0, 10, 10)])
    [0]
    """
    import numpy as np

    mine, dots = _sides(boxes), _sides([Box(x, y, 0, 0) for x, y in points])
    gaps = _gaps(mine, dots)
    taken = np.diagonal(gaps) > gaps.min(axis=1, initial=np.inf)
    return [int(k) for k in np.flatnonzero(taken | (_covered(mine, _sides(avoid)) > 0))]


def _choices(point: tuple[float, float], size: tuple[float, float], radius: float, width: float, height: float) -> Any:
    """List the places around a point inside a panel, the nearest first, as rows (x, y, width, height)."""
    import numpy as np

    far, way = np.repeat(_FAR, len(_WAYS))[:, None], np.tile(_WAYS, (len(_FAR), 1))
    reach = (radius + far) * np.where(way.all(axis=1), 0.75, 1.0)[:, None]
    half, panel = np.array(size) / 2, np.array((width, height))
    middles = np.array(point) + way * (reach + half)
    # a label wider than the panel begins at its left or upper edge
    inside = np.minimum(np.maximum(middles, half), np.maximum(panel - half, half))
    return np.hstack([inside, np.tile(size, (len(inside), 1))])


def _sides(boxes: Sequence[Box]) -> Any:
    """Write rectangles as rows (x, y, width, height)."""
    import numpy as np

    return np.array([(one.x, one.y, one.width, one.height) for one in boxes], dtype=float).reshape(-1, 4)


def _covered(boxes: Any, others: Any) -> Any:
    """Area of other rectangles that each of some rectangles covers: rows are (x, y, width, height)."""
    wide, high = (_shared(boxes, others, side) for side in (0, 1))
    return (wide.clip(0) * high.clip(0)).sum(axis=1)


def _near(boxes: Any, others: Any) -> Any:
    """Which of other rectangles may touch any of some? Most of a panel is far from one label."""
    import numpy as np

    low, high = (boxes[:, :2] - boxes[:, 2:] / 2).min(axis=0), (boxes[:, :2] + boxes[:, 2:] / 2).max(axis=0)
    half = others[:, 2:] / 2
    return np.all((others[:, :2] + half >= low) & (others[:, :2] - half <= high), axis=1)


def _gaps(boxes: Any, others: Any) -> Any:
    """Distance of some rectangles from others, 0 where they touch: rows are (x, y, width, height)."""
    import numpy as np

    return np.hypot(*(_shared(boxes, others, side).clip(max=0) for side in (0, 1)))


def _shared(boxes: Any, others: Any, side: int) -> Any:
    """Length that rectangles share along x (0) or y (1), below 0 by how far they stand apart."""
    half = (boxes[:, None, side + 2] + others[None, :, side + 2]) / 2
    return half - abs(boxes[:, None, side] - others[None, :, side])


def _room(points: Sequence[tuple[float, float]], k: int) -> float:
    """Distance to the nearest other point."""
    x, y = points[k]
    return min((hypot(x - a, y - b) for i, (a, b) in enumerate(points) if i != k), default=0.0)
