"""Means of scores by town and wave for checks: estimates fast, draws where they are asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from veche.analyses._shared.sample import Bools, Floats, Ints
from veche.analyses._shared.scores import Scores
from veche.measures.proportions import wilson
from veche.measures.resampling import ratios

Bounds = Callable[[float], tuple[float, float]]


def cell_sums(scores: Scores, groups: Ints, number: int) -> tuple[Floats, Floats]:
    """Sum scores (0 to 1 of their scale) and count them by cluster and group: two arrays (clusters, groups)."""
    sample, known = scores.sample, scores.known
    shape = (sample.cluster_town.size, number)
    flat = sample.cluster_of * number + groups
    scaled = np.where(known, (scores.values - scores.low) / (scores.high - scores.low), 0.0)
    sums = np.bincount(flat[known], weights=scaled[known], minlength=shape[0] * number).reshape(shape)
    counts = np.bincount(flat[known], minlength=shape[0] * number).astype(float).reshape(shape)
    return np.asarray(sums, dtype=float), counts


def town_means(sums: Floats, counts: Floats, towns: Ints, number: int, weights: Floats | None = None) -> Floats:
    """Mean of each group in each town, of the data or of draws: shape (towns, groups), with draws (draws, towns, groups)."""
    at = np.zeros((number, towns.size))
    at[towns, np.arange(towns.size)] = 1.0
    if weights is None:
        return np.asarray(ratios(at @ sums, at @ counts))
    found = np.full((len(weights), number, sums.shape[1]), np.nan)
    for town in range(number):
        here = towns == town
        found[:, town] = ratios(weights[:, here] @ sums[here], weights[:, here] @ counts[here])
    return found


def average(values: Floats, axis: int) -> Floats:
    """Mean over the known values; NaN where there are none."""
    there = ~np.isnan(values)
    return np.asarray(ratios(np.where(there, values, 0.0).sum(axis=axis), there.sum(axis=axis)))


def bounds_of(draws: Floats, estimate: float, units: int, width: float = 1.0, low: float = 0.0) -> Bounds:
    """Make an interval of a mean that gives any level: percentiles of draws, or Wilson's where the draws do not vary.

    `draws` and `estimate` lie on the scale 0 to 1; bounds are given in the unit of the scores.
    """

    def bounds(level: float) -> tuple[float, float]:
        known = draws[~np.isnan(draws)]
        if units < 2 or not known.size:
            return math.nan, math.nan
        if np.ptp(known) < 1e-12:
            found = wilson(min(max(estimate, 0.0), 1.0) * units, units, level)
            return low + width * float(found.low), low + width * float(found.high)
        tail = 50 * (1 - level)
        first, last = np.percentile(known, [tail, 100 - tail])
        return low + width * float(first), low + width * float(last)

    return bounds


def difference_of(
    draws: tuple[Floats, Floats], estimates: tuple[float, float], units: tuple[int, int], width: float = 1.0
) -> Bounds:
    """Make an interval of a difference (second minus first) that gives any level.

    Percentiles of the joint draws; where the draws of one side do not vary, its Wilson interval is combined with that
    of the other (Newcombe's square-and-add).
    """
    single = [bounds_of(d, e, n) for d, e, n in zip(draws, estimates, units, strict=True)]

    def bounds(level: float) -> tuple[float, float]:
        known = [one[~np.isnan(one)] for one in draws]
        if min(units) < 2 or not all(one.size for one in known):
            return math.nan, math.nan
        difference = draws[1] - draws[0]
        difference = difference[~np.isnan(difference)]
        if difference.size and all(np.ptp(one) >= 1e-12 for one in known):
            tail = 50 * (1 - level)
            first, last = np.percentile(difference, [tail, 100 - tail])
            return width * float(first), width * float(last)
        (l0, u0), (l1, u1) = (one(level) for one in single)
        p0, p1 = estimates
        low = p1 - p0 - math.hypot(p1 - l1, u0 - p0)
        high = p1 - p0 + math.hypot(u1 - p1, p0 - l0)
        return width * low, width * high

    return bounds


def people(scores: Scores, here: Bools) -> int:
    """Count the respondents (within town) who have a score in some interviews."""
    return int(np.unique(scores.sample.cluster_of[here & scores.known]).size)


def towns_in_both(means: Floats, pair: Sequence[int]) -> list[int]:
    """Towns with a mean in both groups of a pair."""
    known = ~np.isnan(means[:, list(pair)]).any(axis=1)
    return [int(one) for one in np.flatnonzero(known)]
