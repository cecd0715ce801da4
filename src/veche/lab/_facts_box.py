"""Stylised facts that hold over the condition box: points of a Latin hypercube, each with and without single mechanisms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from veche.lab._moments import moments
from veche.lab._parallel import Batch, Progress, Stop, spread
from veche.lab.attribution import (
    ALL,
    CONFRONTATION,
    NONE,
    PLAYERS,
    SUBSETS,
    Player,
    PointAttributions,
    confronts,
    mask,
    only,
)
from veche.lab.designs import latin_hypercube
from veche.lab.parameters import INDEX

#: single switches turned off, beside the sixteen subsets
ARMS = ("use_press", "use_link", "use_wait")
#: a loss of control that counts
LOSS = 0.05
#: runs of one batch
BATCH = 2048


@dataclass(frozen=True)
class Box:
    """Means over the runs of every point of the box."""

    values: NDArray[np.float64]
    attributions: PointAttributions
    #: mean observables by point, with a switch off: name of the switch -> (points, observables)
    without: Mapping[str, NDArray[np.float64]]

    def condition(self, name: str) -> NDArray[np.float64]:
        """Give the values of a condition, by point."""
        return self.values[:, INDEX[name]]

    def seen(self, name: str, without: str = "") -> NDArray[np.float64]:
        """Give the means of an observable, by point; with a switch off if wanted."""
        from veche.lab.observables import SEEN

        table = self.without[without] if without else self.attributions.observed
        return np.asarray(table[:, SEEN[name]])

    def control(self, subset: int) -> NDArray[np.float64]:
        """Give the mean control with a subset of mechanisms, by point."""
        return np.asarray(self.attributions.values[:, subset])

    @cached_property
    def types(self) -> Mapping[str, float]:
        """Share of the points by the mechanism with the largest Shapley share, and of those in confrontation."""
        counts = np.bincount(self.attributions.types, minlength=len(PLAYERS)) / len(self.values)
        opposed = [
            confronts(*row)
            for row in zip(self.seen("opposition"), self.seen("tone"), self.seen("control"), strict=True)
        ]
        return {**dict(zip(PLAYERS, counts.tolist(), strict=True)), CONFRONTATION: float(np.mean(opposed))}

    def share_of(self, player: Player) -> NDArray[np.float64]:
        """Give the Shapley share of a mechanism, by point."""
        return np.asarray(self.attributions.shares[:, PLAYERS.index(player)])

    def temporising_by_type(self) -> Mapping[str, float]:
        """Give the mean temporising of the points of each type; NaN for a type without points."""
        found = self.seen("temporising")
        return {player: moments(found[self.attributions.types == at]).mean.item() for at, player in enumerate(PLAYERS)}


def run_box(
    points: int, runs: int, *, seed: int, workers: int | None = None, progress: Progress | None = None, stop: Stop | None = None
) -> Box:  # fmt: skip
    """Run the box with each of the sixteen subsets, and without each of `ARMS`; a point has the same draws in all of them."""
    from veche.lab.observables import OBSERVED

    values = latin_hypercube(points, seed=seed).values()
    tables = {subset: only(values, subset) for subset in range(SUBSETS)}
    for at, name in enumerate(ARMS):
        tables[SUBSETS + at] = values.copy()
        tables[SUBSETS + at][:, INDEX[name]] = 0.0
    step = max(1, BATCH // runs)
    places = [(arm, first) for first in range(0, points, step) for arm in tables]
    tasks = [
        Batch(at, tables[arm][first : first + step], first, runs, 0, seed) for at, (arm, first) in enumerate(places)
    ]
    found = np.full((len(tables), points, len(OBSERVED)), np.nan)
    for at, seen in spread(Batch.compute, tasks, workers=workers, progress=progress, stop=stop):
        arm, first = places[at]
        found[arm, first : first + seen.shape[0]] = moments(seen, axis=1).mean
    without = {name: found[SUBSETS + at] for at, name in enumerate(ARMS)}
    return Box(values, PointAttributions(found[:SUBSETS, :, 0].T.copy(), found[ALL]), without)


def rank_correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Give Spearman's rank correlation of the points where both are known; NaN where one does not vary."""
    from scipy.stats import rankdata

    known = ~(np.isnan(x) | np.isnan(y))
    a, b = rankdata(x[known]), rankdata(y[known])
    if known.sum() < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def losing(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """Give the share of points that lose more than `LOSS` of control."""
    return float(np.mean(before - after > LOSS))


def recovered(box: Box) -> float:
    """Give the median share of the head's control that pressure recovers as the only instrument."""
    everything, nothing = box.control(ALL), box.control(NONE)
    alone = box.control(mask(("coercion",)))
    gained = everything - nothing
    known = np.abs(gained) > 1e-9
    return float(np.median((alone - nothing)[known] / gained[known]))
