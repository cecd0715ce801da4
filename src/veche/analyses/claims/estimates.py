"""Means of scores by town and wave for checks: estimates fast, draws where they are asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property

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
    # the clusters of a sample stand in the order of their towns
    edges = np.searchsorted(towns, np.arange(number + 1))
    for town in range(number):
        here = slice(edges[town], edges[town + 1])
        found[:, town] = ratios(weights[:, here] @ sums[here], weights[:, here] @ counts[here])
    return found


def average(values: Floats, axis: int) -> Floats:
    """Mean over the known values; NaN where there are none."""
    there = ~np.isnan(values)
    return np.asarray(ratios(np.where(there, values, 0.0).sum(axis=axis), there.sum(axis=axis)))


class Draws:
    """Known draws in order, sorted once for however many levels are asked for."""

    def __init__(self, drawn: Floats) -> None:
        self._drawn = drawn

    @cached_property
    def _known(self) -> Floats:
        return self._drawn[~np.isnan(self._drawn)]

    @cached_property
    def _sorted(self) -> Floats:
        return np.sort(self._known)

    def __len__(self) -> int:
        return int(self._known.size)

    @cached_property
    def vary(self) -> bool:
        """Does any draw differ from another?"""
        return len(self) > 0 and float(self._known.max() - self._known.min()) >= 1e-12

    def bounds(self, level: float) -> tuple[float, float]:
        """Percentiles that hold so much of the draws between them, as numpy's linear ones."""
        tail = 50 * (1 - level)
        return self._at(tail / 100), self._at((100 - tail) / 100)

    def _at(self, share: float) -> float:
        place = share * (len(self) - 1)
        low = min(int(place), len(self) - 1)
        first, last = float(self._sorted[low]), float(self._sorted[min(low + 1, len(self) - 1)])
        part = place - low
        return first + (last - first) * part if part < 0.5 else last - (last - first) * (1 - part)


def bounds_of(draws: Floats, estimate: float, units: int, width: float = 1.0, low: float = 0.0) -> Bounds:
    """Make an interval of a mean that gives any level: percentiles of draws, or Wilson's where the draws do not vary.

    `draws` and `estimate` lie on the scale 0 to 1; bounds are given in the unit of the scores.
    """
    held = Draws(draws)

    def bounds(level: float) -> tuple[float, float]:
        if units < 2 or not len(held):
            return math.nan, math.nan
        if not held.vary:
            found = wilson(min(max(estimate, 0.0), 1.0) * units, units, level)
            return low + width * float(found.low), low + width * float(found.high)
        first, last = held.bounds(level)
        return low + width * first, low + width * last

    return bounds


def difference_of(
    draws: tuple[Floats, Floats], estimates: tuple[float, float], units: tuple[int, int], width: float = 1.0
) -> Bounds:
    """Make an interval of a difference (second minus first) that gives any level.

    Percentiles of the joint draws; where the draws of one side do not vary, its Wilson interval is combined with that
    of the other (Newcombe's square-and-add).
    """
    single = [bounds_of(d, e, n) for d, e, n in zip(draws, estimates, units, strict=True)]
    sides, difference = [Draws(one) for one in draws], Draws(draws[1] - draws[0])

    def bounds(level: float) -> tuple[float, float]:
        if min(units) < 2 or not all(len(one) for one in sides):
            return math.nan, math.nan
        if len(difference) and all(one.vary for one in sides):
            first, last = difference.bounds(level)
            return width * first, width * last
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
