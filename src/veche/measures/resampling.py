"""Resampling of clusters within strata: bootstrap intervals, and exchange of waves for a chance level.

A cluster is what was drawn together, here a respondent with all interviews of all waves; a stratum is what was fixed
by design, here a town.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures.proportions import Bounds, check_confidence, difference_bounds, wilson
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class ShareInterval(NamedTuple):
    """Interval of a share, and where the draws did not vary so that Wilson's interval stands in."""

    bounds: Bounds
    flat: Bools


class Waves(NamedTuple):
    """Sums of a numerator over clusters in two waves after exchange, resamples along the first axis."""

    before: Floats
    after: Floats


def bootstrap_weights(clusters: int, resamples: int, rng: np.random.Generator) -> Floats:
    """Draw bootstrap weights of the clusters of one stratum.

    Of n clusters n - 1 are drawn with replacement and each draw weighs n/(n - 1), so that the variance of a mean over
    the draws is the unbiased estimate s^2/n; drawing n would give (n - 1)/n of it, which matters in a town with a
    dozen respondents.

    Parameters
    ----------
    clusters
        Their number n. A single cluster keeps weight 1: its variance cannot be known.
    resamples
        Number of draws, at least 1.
    rng
        Source of randomness.

    Returns
    -------
    numpy.ndarray
        Shape (resamples, clusters); rows sum to n.

    References
    ----------
    Rao and Wu 1988, J. American Statistical Association 83:231-241; Rao, Wu and Yue 1992, Survey Methodology
    18:209-217.
    """
    if resamples < 1:
        raise InputProblem(N_("The number of resamples is {value}. Give at least 1; 1000 is usual."), value=resamples)
    if clusters <= 1:
        return np.ones((resamples, clusters))
    counts = rng.multinomial(clusters - 1, np.full(clusters, 1 / clusters), size=resamples)
    return np.asarray(counts * (clusters / (clusters - 1)), dtype=float)


def stratified_weights(strata: ArrayLike, resamples: int, rng: np.random.Generator) -> Floats:
    """Draw bootstrap weights of clusters, each stratum by itself.

    Parameters
    ----------
    strata
        Stratum of each cluster, as whole numbers.
    resamples
        Number of draws, at least 1.
    rng
        Source of randomness.

    Returns
    -------
    numpy.ndarray
        Shape (resamples, clusters).
    """
    of = np.asarray(strata)
    weights = np.empty((resamples, of.size))
    for stratum in np.unique(of):
        members = of == stratum
        weights[:, members] = bootstrap_weights(int(members.sum()), resamples, rng)
    return weights


def ratios(numerator: ArrayLike, denominator: ArrayLike) -> Floats:
    """Divide element by element; NaN where the denominator is 0.

    Examples
    --------
    >>> ratios([1, 0, 2], [2, 0, 2]).tolist()
    [0.5, nan, 1.0]
    """
    n, d = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(d > 0, n / d, np.nan), dtype=float)[()]


def percentile_interval(draws: ArrayLike, confidence: float = 0.95) -> Bounds:
    """Give the percentile interval of bootstrap draws: their (1 - confidence)/2 quantiles from either side.

    Parameters
    ----------
    draws
        Resamples along the first axis; undefined draws are NaN and left out.
    confidence
        Level, strictly between 0 and 1.

    Returns
    -------
    Bounds
        Without the first axis; NaN where no draw is defined.

    References
    ----------
    Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13.

    Examples
    --------
    >>> bounds = percentile_interval(np.arange(101) / 100, 0.9)
    >>> f"{bounds.low:.2f} {bounds.high:.2f}"
    '0.05 0.95'
    """
    tail = (1 - check_confidence(confidence)) / 2
    low, high = _quantiles(np.asarray(draws, dtype=float), tail)
    return Bounds(low, high)


def basic_interval(estimate: ArrayLike, draws: ArrayLike, confidence: float = 0.95) -> Bounds:
    """Give the basic (reversed percentile) interval: 2 x estimate minus the percentile bounds, sides swapped.

    It takes the bias that the draws show out of the interval, so for a biased measure the estimate may lie outside.

    Parameters
    ----------
    estimate
        The value on the data.
    draws
        Resamples along the first axis; undefined draws are NaN and left out.
    confidence
        Level, strictly between 0 and 1.

    References
    ----------
    Davison and Hinkley 1997, Bootstrap Methods and their Application, section 5.2.

    Examples
    --------
    >>> bounds = basic_interval(0.2, np.arange(101) / 100, 0.9)
    >>> f"{bounds.low:.2f} {bounds.high:.2f}"
    '-0.55 0.35'
    """
    found = percentile_interval(draws, confidence)
    twice = 2 * np.asarray(estimate, dtype=float)
    return Bounds(np.asarray(twice - found.high)[()], np.asarray(twice - found.low)[()])


def share_interval(share: ArrayLike, draws: ArrayLike, clusters: ArrayLike, confidence: float = 0.95) -> ShareInterval:
    """Give the percentile interval of a share, or Wilson's over the clusters where no cluster differs from another.

    If nobody or everybody says a thing, all draws are alike and their percentiles would claim certainty. Then
    Wilson's interval of the share among as many independent trials as there are clusters is given.

    Parameters
    ----------
    share
        The share on the data, in [0, 1]; NaN if undefined.
    draws
        Bootstrap draws of it along the first axis.
    clusters
        Number of clusters (respondents) in the denominator.
    confidence
        Level, strictly between 0 and 1.

    Returns
    -------
    ShareInterval
        Bounds in [0, 1], NaN with fewer than two clusters, whose variance cannot be known.

    Examples
    --------
    >>> bounds, flat = share_interval(0.0, np.zeros(100), 8)
    >>> f"{bounds.low:.2f} {bounds.high:.2f} {flat}"
    '0.00 0.32 True'
    """
    taken, n = np.asarray(draws, dtype=float), np.asarray(clusters, dtype=float)
    value = np.asarray(share, dtype=float)
    found = percentile_interval(taken, confidence)
    flat = np.fmax.reduce(taken, axis=0) - np.fmin.reduce(taken, axis=0) < 1e-12
    instead = wilson(np.nan_to_num(value) * n, n, confidence)
    unknown = (n < 2) | np.isnan(value)
    low, high = (
        np.where(unknown, np.nan, np.where(flat, wide, narrow))[()]
        for narrow, wide in ((found.low, instead.low), (found.high, instead.high))
    )
    return ShareInterval(Bounds(low, high), np.asarray(flat)[()])


def change_interval(
    shares: tuple[ArrayLike, ArrayLike],
    draws: tuple[ArrayLike, ArrayLike],
    intervals: tuple[ShareInterval, ShareInterval],
    confidence: float = 0.95,
) -> Bounds:
    """Give the interval of a change of share from joint draws of two waves.

    Percentiles of the differences draw by draw, so that people in both waves are compared with themselves. Where the
    draws of either wave do not vary, half of the uncertainty would be lost: there the intervals of the two shares are
    combined by `difference_bounds`.

    Parameters
    ----------
    shares
        On the data, before and after.
    draws
        Bootstrap draws of both on the same resamples, first axis.
    intervals
        Of each share, from `share_interval`.
    confidence
        Level, strictly between 0 and 1.

    Returns
    -------
    Bounds
        In [-1, 1]; NaN where either share has no interval.
    """
    before, after = (np.asarray(one, dtype=float) for one in draws)
    found = percentile_interval(after - before, confidence)
    combined = difference_bounds(shares[0], intervals[0].bounds, shares[1], intervals[1].bounds)
    flat = intervals[0].flat | intervals[1].flat
    unknown = np.isnan(combined.low)
    low, high = (
        np.where(unknown, np.nan, np.where(flat, wide, narrow))[()]
        for narrow, wide in ((found.low, combined.low), (found.high, combined.high))
    )
    return Bounds(low, high)


def _quantiles(draws: Floats, tail: float) -> tuple[Floats, Floats]:
    flat = draws.reshape(draws.shape[0], -1)
    bounds = np.full((2, flat.shape[1]), np.nan)
    missing = np.isnan(flat)
    whole = ~missing.any(axis=0)
    if whole.any():
        bounds[:, whole] = np.quantile(flat[:, whole], [tail, 1 - tail], axis=0)
    # columns with some undefined draws are few: one by one is faster than nanquantile over all
    for column in np.flatnonzero(~whole & ~missing.all(axis=0)):
        known = flat[~missing[:, column], column]
        bounds[:, column] = np.quantile(known, [tail, 1 - tail])
    low, high = bounds.reshape(2, *draws.shape[1:])
    return low[()], high[()]


def exchange(before: ArrayLike, after: ArrayLike, strata: ArrayLike, resamples: int, rng: np.random.Generator) -> Bools:
    """Draw which clusters change waves, if the label of the wave meant nothing.

    A cluster present in both waves swaps them with probability 1/2. The clusters present in one wave only exchange
    places at random within their stratum, so that each wave keeps their number.

    Parameters
    ----------
    before, after
        Is the cluster present in the wave? One truth value per cluster.
    strata
        Stratum of each cluster, as whole numbers.
    resamples
        Number of draws.
    rng
        Source of randomness.

    Returns
    -------
    numpy.ndarray
        Shape (resamples, clusters), true where the cluster's waves are swapped.
    """
    first, second, of = np.asarray(before, dtype=bool), np.asarray(after, dtype=bool), np.asarray(strata)
    swap = np.zeros((resamples, of.size), dtype=bool)
    both = first & second
    swap[:, both] = rng.random((resamples, int(both.sum()))) < 0.5
    for stratum in np.unique(of):
        once = np.flatnonzero((of == stratum) & (first ^ second))
        if once.size:
            labels = np.broadcast_to(second[once], (resamples, once.size))
            swap[:, once] = rng.permuted(labels, axis=1) != labels
    return swap


def exchanged_sums(swap: Bools, before: ArrayLike, after: ArrayLike) -> Waves:
    """Sum what clusters bring to each wave after exchange.

    Parameters
    ----------
    swap
        Shape (resamples, clusters), from `exchange`.
    before, after
        What each cluster brings, shape (clusters,) or (clusters, items).
    """
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    # what swapping moves from one wave to the other
    moved = swap.astype(float) @ (first - second)
    return Waves(first.sum(axis=0) - moved, second.sum(axis=0) + moved)
