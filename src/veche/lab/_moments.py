"""Means with their Monte-Carlo error, where some runs have no value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: half the width of a 95 % interval, in standard errors, for as many runs as are usual here
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Moments:
    """Means along one axis: `mean` (NaN without a value), `error` (standard error; NaN below two values), `count` of values."""

    mean: NDArray[np.float64]
    error: NDArray[np.float64]
    count: NDArray[np.int64]


def moments(values: NDArray[np.float64], axis: int = 0) -> Moments:
    """Give mean, standard error and count of the values that are there.

    >>> moments(np.array([1.0, 3.0, np.nan])).mean.item(), moments(np.array([1.0, 3.0, np.nan])).count.item()
    (2.0, 2)
    """
    known = ~np.isnan(values)
    count = np.asarray(known.sum(axis=axis))
    total = np.where(known, values, 0.0).sum(axis=axis)
    some = np.maximum(count, 1)
    mean = np.where(count > 0, total / some, np.nan)
    apart = np.where(known, values - np.expand_dims(mean, axis), 0.0)
    squares = (apart**2).sum(axis=axis)
    error = np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1) / some), np.nan)
    return Moments(np.asarray(mean), np.asarray(error), count)


class RunningMoments:
    """Means and errors of many groups, added up part by part (Chan, Golub and LeVeque 1983): nothing but sums stays in memory."""

    def __init__(self, groups: int, columns: int) -> None:
        self._count = np.zeros((groups, columns))
        self._mean = np.zeros((groups, columns))
        self._squares = np.zeros((groups, columns))

    def add(self, first: int, values: NDArray[np.float64]) -> None:
        """Add values of the groups from `first` on: shape (groups, runs, columns), NaN where there is none."""
        known = ~np.isnan(values)
        count = known.sum(axis=1)
        mean = np.where(known, values, 0.0).sum(axis=1) / np.maximum(count, 1)
        squares = (np.where(known, values - mean[:, None, :], 0.0) ** 2).sum(axis=1)
        at = slice(first, first + len(values))
        total = self._count[at] + count
        step = mean - self._mean[at]
        self._squares[at] += squares + step**2 * self._count[at] * count / np.maximum(total, 1)
        self._mean[at] += step * count / np.maximum(total, 1)
        self._count[at] = total

    def moments(self) -> Moments:
        """Give what the values added so far come to."""
        count = self._count
        mean = np.where(count > 0, self._mean, np.nan)
        error = np.where(count > 1, np.sqrt(self._squares / np.maximum(count - 1, 1) / np.maximum(count, 1)), np.nan)
        return Moments(mean, error, count.astype(np.int64))
