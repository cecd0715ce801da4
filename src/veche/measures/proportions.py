"""Shares and their intervals, differences of shares, and families of tests."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lower and upper bound of an interval, element by element; NaN where there is none."""

    low: Floats
    high: Floats


def check_confidence(confidence: float) -> float:
    """Return a level of confidence if it lies strictly between 0 and 1.

    Raises
    ------
    InputProblem
        If it does not.
    """
    if not 0 < confidence < 1:
        raise InputProblem(
            N_("The confidence level is {value}. Give a number between 0 and 1, such as 0.95."), value=confidence
        )
    return confidence


def wilson(successes: ArrayLike, trials: ArrayLike, confidence: float = 0.95) -> Bounds:
    r"""Give Wilson's score interval of a proportion.

    With :math:`p = x/n` and the normal quantile :math:`z`, the bounds are

    .. math:: \frac{p + z^2/2n \pm z\sqrt{p(1-p)/n + z^2/4n^2}}{1 + z^2/n}

    Parameters
    ----------
    successes, trials
        Counts x and n, 0 <= x <= n; scalars or arrays that broadcast. x may be fractional.
    confidence
        Level, strictly between 0 and 1.

    Returns
    -------
    Bounds
        In [0, 1]; NaN where n is 0.

    Raises
    ------
    InputProblem
        If x is negative or larger than n, or the level is out of range.

    References
    ----------
    Wilson 1927, J. American Statistical Association 22:209-212; method 3 of Newcombe 1998, Statistics in Medicine
    17:857-872.

    Examples
    --------
    >>> bounds = wilson(81, 263)
    >>> f"{bounds.low:.4f} {bounds.high:.4f}"
    '0.2553 0.3662'
    """
    z = NormalDist().inv_cdf(0.5 + check_confidence(confidence) / 2)
    x, n = np.broadcast_arrays(np.asarray(successes, dtype=float), np.asarray(trials, dtype=float))
    if bool(np.any((x < 0) | (x > n + 1e-9))):
        raise InputProblem(
            N_("A count of successes is negative or larger than its number of trials ({x} of {n}). Check the counts."),
            x=float(x.flat[int(np.argmax((x < 0) | (x > n + 1e-9)))]),
            n=float(n.flat[int(np.argmax((x < 0) | (x > n + 1e-9)))]),
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.minimum(x / n, 1.0)
        middle = p + z**2 / (2 * n)
        half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        scale = 1 + z**2 / n
        low, high = (middle - half) / scale, (middle + half) / scale
    # at 0 and n of n one bound is the proportion itself; rounding would leave it a hair beside
    low = np.where(x <= 0, np.where(n > 0, 0.0, np.nan), low)
    high = np.where(x >= n, np.where(n > 0, 1.0, np.nan), high)
    return Bounds(np.asarray(low, dtype=float)[()], np.asarray(high, dtype=float)[()])


def clopper_pearson(successes: ArrayLike, trials: ArrayLike, confidence: float = 0.95) -> Bounds:
    r"""Give the exact interval of a proportion: bounds that hold the level for every true proportion and number of trials.

    With quantiles B of the beta distribution and :math:`a = (1 - level)/2`, the bounds are :math:`B(a; x, n - x + 1)`
    and :math:`B(1 - a; x + 1, n - x)`. Wider than Wilson's; for claims that must not be wrong more often than stated.

    Parameters
    ----------
    successes, trials
        Counts x and n, 0 <= x <= n; scalars or arrays that broadcast.
    confidence
        Level, strictly between 0 and 1.

    Returns
    -------
    Bounds
        In [0, 1]; NaN where n is 0.

    References
    ----------
    Clopper and Pearson 1934, Biometrika 26:404-413; method 5 of Newcombe 1998, Statistics in Medicine 17:857-872.

    Examples
    --------
    >>> bounds = clopper_pearson(81, 263)
    >>> f"{bounds.low:.4f} {bounds.high:.4f}"
    '0.2527 0.3676'
    """
    from scipy.special import betaincinv

    tail = (1 - check_confidence(confidence)) / 2
    x, n = np.broadcast_arrays(np.asarray(successes, dtype=float), np.asarray(trials, dtype=float))
    inner = np.where(x > 0, betaincinv(np.maximum(x, 1), n - x + 1, tail), 0.0)
    outer = np.where(x < n, betaincinv(x + 1, np.maximum(n - x, 1), 1 - tail), 1.0)
    low, high = (np.where(n > 0, side, np.nan) for side in (inner, outer))
    return Bounds(low[()], high[()])


def difference_bounds(before: ArrayLike, before_bounds: Bounds, after: ArrayLike, after_bounds: Bounds) -> Bounds:
    r"""Give an interval of a difference of two shares from the interval of each (square-and-add).

    .. math:: d - \sqrt{(p_1-l_1)^2 + (u_0-p_0)^2},\quad d + \sqrt{(u_1-p_1)^2 + (p_0-l_0)^2},\quad d = p_1 - p_0

    The shares are taken as independent; if the same people stand in both, the interval is too wide rather than too
    narrow as long as their answers go together.

    Parameters
    ----------
    before, after
        Shares p0 and p1.
    before_bounds, after_bounds
        Their intervals.

    Returns
    -------
    Bounds
        Of p1 - p0, in [-1, 1]; NaN where anything is missing.

    References
    ----------
    Method 10 of Newcombe 1998, Statistics in Medicine 17:873-890; Zou and Donner 2008, Statistics in Medicine
    27:1693-1702.

    Examples
    --------
    >>> found = difference_bounds(48 / 80, wilson(48, 80), 56 / 70, wilson(56, 70))
    >>> f"{-found.high:.4f} {-found.low:.4f}"
    '-0.3339 -0.0524'
    """
    p0, p1 = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    low = p1 - p0 - np.hypot(p1 - after_bounds.low, before_bounds.high - p0)
    high = p1 - p0 + np.hypot(after_bounds.high - p1, p0 - before_bounds.low)
    return Bounds(low[()], high[()])


def holm(p_values: ArrayLike) -> Floats:
    r"""Adjust the p-values of a family of tests so that the chance of any false alarm stays at the level.

    Sorted upwards, the i-th of m becomes :math:`\max_{j \le i} \min(1, (m - j + 1) p_{(j)})`.

    Parameters
    ----------
    p_values
        One-dimensional, each in [0, 1]; NaN marks a test that was not made: it stays NaN and does not count in m.

    Returns
    -------
    numpy.ndarray
        Adjusted values in the order given.

    Raises
    ------
    InputProblem
        If a value lies outside [0, 1].

    References
    ----------
    Holm 1979, Scandinavian Journal of Statistics 6:65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03, 0.005]).round(3).tolist()
    [0.03, 0.06, 0.06, 0.02]
    """
    p = np.asarray(p_values, dtype=float).ravel()
    made = ~np.isnan(p)
    if bool(np.any((p[made] < 0) | (p[made] > 1))):
        wrong = p[made][(p[made] < 0) | (p[made] > 1)][0]
        raise InputProblem(
            N_("A p-value is {value}. Give p-values between 0 and 1 (missing ones as NaN)."), value=float(wrong)
        )
    adjusted = np.full(p.shape, np.nan)
    order = np.argsort(p[made], kind="stable")
    factors = np.arange(order.size, 0, -1)
    steps = np.minimum(1.0, np.maximum.accumulate(p[made][order] * factors)) if order.size else p[made]
    found = np.empty(order.size)
    found[order] = steps
    adjusted[made] = found
    return adjusted
