"""Ties as bowed arrows: which way each bows, so that it passes by other actors, and where its mark stands."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]
Pair = tuple[str, str]

#: how far an arrow bows, in its length, the most liked first; one that stands alone may bow to the other side too
BOWS = (0.14, 0.22, 0.07, 0.32)
#: where on an arrow its mark may stand, the most liked first
STANDS = (0.5, 0.42, 0.58, 0.34, 0.66)
#: distances that an arrow keeps to actors and a mark to other marks, if it can
CLEAR, APART = 14.0, 12.0
#: what it costs to take the next place of these lists instead
LIKING = 0.5
#: length beyond which an arrow bows no more, pieces of which a curve is drawn
WIDEST, STEPS = 160.0, 16


@dataclass(frozen=True, slots=True)
class Arrow:
    """A drawn tie: its points from source to target, and the point at which its mark stands."""

    points: tuple[Point, ...]
    mark: Point


def arrows(pairs: Sequence[Pair], at: Mapping[str, Point]) -> dict[Pair, Arrow]:
    """Bow the arrows of a panel.

    Parameters
    ----------
    pairs
        Source and target of each tie, once each.
    at
        Place of every actor of the panel, those without a tie too.

    Returns
    -------
    dict
        Pair -> its arrow. The two directions of a pair bow to different sides.
    """
    import numpy as np

    told, found = set(pairs), dict[Pair, Arrow]()
    marks: list[Point] = []
    for source, target in pairs:
        bows = BOWS if (target, source) in told else tuple(sign * bow for bow in BOWS for sign in (1, -1))
        others = [place for actor, place in at.items() if actor not in (source, target)]
        curves = _curves(at[source], at[target], bows)
        points = curves[np.argmin(_nearness(curves, others, CLEAR) + LIKING * np.arange(len(curves)))]
        stands = points[[round(STEPS * share) for share in STANDS]]
        crowd = _nearness(stands[:, None], marks, APART)
        x, y = stands[np.argmin(crowd + LIKING * np.arange(len(stands)))]
        marks.append((float(x), float(y)))
        found[source, target] = Arrow(tuple((float(x), float(y)) for x, y in points), marks[-1])
    return found


def _nearness(curves: Any, others: Sequence[Point], clear: float) -> Any:
    """Sum for each curve (curve, point, x or y), over other points, by how much it comes nearer than it should."""
    import numpy as np

    apart = curves[:, :, None] - np.array(others, dtype=float).reshape(-1, 2)
    return (clear - np.hypot(apart[..., 0], apart[..., 1]).min(axis=1)).clip(0).sum(axis=1)


def _curves(source: Point, target: Point, bows: Sequence[float]) -> Any:
    """Give points (bow, point, x or y) of quadratic curves that leave one actor and end at the edge of the other."""
    import numpy as np

    one, other = np.array(source), np.array(target)
    length = max(math.dist(source, target), 1e-6)
    along = (other - one) / length
    across = np.array((-along[1], along[0]))
    start, end = one + 7 * along, other - 8 * along
    bow = np.array(bows)[:, None, None]
    middle = (one + other) / 2 + np.sign(bow) * np.minimum(WIDEST * abs(bow), abs(bow) * length) * across
    t = np.linspace(0, 1, STEPS + 1)[None, :, None]
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end
