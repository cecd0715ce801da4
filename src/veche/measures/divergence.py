"""How alike two agendas are: divergence of shares, overlap and correlation of rankings."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]


def jensen_shannon(first: ArrayLike, second: ArrayLike) -> Floats:
    r"""Give the Jensen-Shannon divergence, base 2: :math:`H(m) - (H(p) + H(q))/2` with :math:`m = (p + q)/2`.

    Parameters
    ----------
    first, second
        Amounts, not negative, categories along the last axis; each is made to sum to 1.

    Returns
    -------
    numpy.ndarray
        In [0, 1] without the last axis: 0 for equal shares, 1 for shares without a common category; NaN where either
        has nothing.

    Raises
    ------
    InputProblem
        If an amount is negative.

    Notes
    -----
    The divergence of two samples from one agenda is above 0, more so in small samples: compare with its value under
    exchange (`veche.measures.resampling.exchange`).

    References
    ----------
    Lin 1991, IEEE Transactions on Information Theory 37:145-151.

    Examples
    --------
    >>> round(float(jensen_shannon([5, 3, 2], [2, 3, 5])), 5)
    0.09582
    """
    p, q = (np.asarray(one, dtype=float) for one in (first, second))
    if bool(np.any(p < 0) or np.any(q < 0)):
        raise InputProblem(N_("An amount of an agenda is negative. Shares and counts start at 0: check the figures."))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = p / p.sum(axis=-1, keepdims=True)
        q = q / q.sum(axis=-1, keepdims=True)
        m = (p + q) / 2
        value = _entropy(m) - (_entropy(p) + _entropy(q)) / 2
    return np.clip(value, 0.0, 1.0)[()]


def _entropy(p: Floats) -> Floats:
    """Entropy in bits along the last axis, 0 log 0 = 0; NaN stays NaN."""
    return np.asarray(-(p * np.log2(np.where(p > 0, p, 1.0))).sum(axis=-1), dtype=float)


def average_ranks(values: ArrayLike) -> Floats:
    """Rank values from the largest (1) down; equal ones share the average of their ranks, NaN stays NaN.

    Parameters
    ----------
    values
        One-dimensional.

    Examples
    --------
    >>> average_ranks([0.2, 0.5, 0.2, float("nan"), 0.1]).tolist()
    [2.5, 1.0, 2.5, nan, 4.0]
    """
    x = np.asarray(values, dtype=float).ravel()
    known = ~np.isnan(x)
    ranks = np.full(x.shape, np.nan)
    if known.any():
        _unique, inverse, counts = np.unique(-x[known], return_inverse=True, return_counts=True)
        last = np.cumsum(counts)
        ranks[known] = (last - (counts - 1) / 2)[inverse]
    return ranks


def tie_groups(items: Sequence[Hashable], scores: ArrayLike) -> list[frozenset[Hashable]]:
    """Order items by score from the largest down, equal ones in one group; items scored 0 or NaN are left out.

    Examples
    --------
    >>> [sorted(group) for group in tie_groups("abcd", [0.5, 0.2, 0.5, 0.0])]
    [['a', 'c'], ['b']]
    """
    groups: dict[float, set[Hashable]] = {}
    for item, score in zip(items, np.asarray(scores, dtype=float), strict=True):
        if score > 0:
            groups.setdefault(float(score), set()).add(item)
    return [frozenset(groups[score]) for score in sorted(groups, reverse=True)]


def rank_biased_overlap(
    first: Sequence[frozenset[Hashable]], second: Sequence[frozenset[Hashable]], p: float = 0.9
) -> float:
    r"""Compare two rankings, the top counting most: extrapolated rank-biased overlap.

    .. math:: RBO = \frac{1-p}{p} \sum_{d=1}^{l} A_d\, p^d + A_l\, p^l

    where :math:`A_d` is the agreement of the two lists down to depth d (common items over items). Items that tie all
    stand at the depth where their group begins, :math:`A_d = 2X_d/(|S_d| + |T_d|)`. Beyond the end of the shorter
    list its agreement is taken to go on.

    Parameters
    ----------
    first, second
        Rankings from the top, as groups of items that tie (see `tie_groups`); lengths may differ.
    p
        Persistence, strictly between 0 and 1: the weight of depth d falls as p^(d-1). With .9 the first ten ranks
        carry 86 % of the weight (`top_weight`).

    Returns
    -------
    float
        In [0, 1]: 1 for the same ranking, 0 for no common item; NaN if a ranking is empty.

    Raises
    ------
    InputProblem
        If p is out of range.

    References
    ----------
    Webber, Moffat and Zobel 2010, ACM Transactions on Information Systems 28(4), article 20.

    Examples
    --------
    >>> one, other = [[frozenset(item) for item in word] for word in ("abc", "cba")]
    >>> round(rank_biased_overlap(one, other), 3)
    0.855
    """
    check_persistence(p)
    if not first or not second:
        return math.nan
    short, long = sorted((_depths(first), _depths(second)), key=len)
    total, agreement, at_end = 0.0, 0.0, 0.0
    for depth in range(1, len(long) + 1):
        upper = long[depth - 1]
        if depth <= len(short):
            lower = short[depth - 1]
            agreement = at_end = 2 * len(lower & upper) / (len(lower) + len(upper))
        else:
            common = len(short[-1] & upper) + at_end * (depth - len(short))
            agreement = 2 * common / (depth + len(upper))
        total += agreement * p**depth
    return min(1.0, (1 - p) / p * total + agreement * p ** len(long))


def check_persistence(p: float) -> float:
    """Return the persistence if it lies strictly between 0 and 1.

    Raises
    ------
    InputProblem
        If it does not.
    """
    if not 0 < p < 1:
        raise InputProblem(N_("The persistence p is {value}. Give a number between 0 and 1, such as 0.9."), value=p)
    return p


def _depths(groups: Sequence[frozenset[Hashable]]) -> list[frozenset[Hashable]]:
    """For each depth the items that stand at it or above."""
    found: list[frozenset[Hashable]] = []
    upto: frozenset[Hashable] = frozenset()
    for group in groups:
        upto |= group
        found.extend([upto] * len(group))
    return found


def top_weight(p: float, depth: int) -> float:
    r"""Give the share of the weight of `rank_biased_overlap` that the first ranks carry.

    .. math:: W = 1 - p^{d-1} + \frac{1-p}{p}\, d \left(\ln\frac{1}{1-p} - \sum_{i=1}^{d-1} \frac{p^i}{i}\right)

    Parameters
    ----------
    p
        Persistence, strictly between 0 and 1.
    depth
        Number of ranks d, at least 1.

    References
    ----------
    Equation 21 of Webber, Moffat and Zobel 2010, who give .86 for p = .9 and ten ranks.

    Examples
    --------
    >>> round(top_weight(0.9, 10), 2)
    0.86
    """
    check_persistence(p)
    rest = math.log(1 / (1 - p)) - sum(p**i / i for i in range(1, depth))
    return 1 - p ** (depth - 1) + (1 - p) / p * depth * rest


def top_overlap(first: Sequence[frozenset[Hashable]], second: Sequence[frozenset[Hashable]], depth: int = 5) -> float:
    """Give the agreement of two rankings at a depth: 2 x common items / items of both, ties counted in.

    An item is at the top if its group begins at the depth or above, so a tie at the border takes in all of its items.

    Returns
    -------
    float
        In [0, 1]; NaN if a ranking is empty.

    Examples
    --------
    >>> one, other = [[frozenset(item) for item in word] for word in ("abcdefg", "gfabcde")]
    >>> top_overlap(one, other)
    0.6
    """
    if not first or not second:
        return math.nan
    one, other = (_depths(groups) for groups in (first, second))
    a, b = (depths[min(depth, len(depths)) - 1] for depths in (one, other))
    return 2 * len(a & b) / (len(a) + len(b))


def top_overlaps(first: ArrayLike, second: ArrayLike, depth: int = 5) -> NDArray[np.float64]:
    """Give `top_overlap` of many pairs of rankings at once, from the scores of the items.

    Parameters
    ----------
    first, second
        Shape (rankings, items), of the same items; an item scored 0 or NaN is not ranked.
    depth
        At least 1.

    Returns
    -------
    numpy.ndarray
        Shape (rankings,), in [0, 1]; NaN where a ranking is empty.

    Examples
    --------
    >>> top_overlaps([[3, 2, 1, 0]], [[0, 2, 2, 1]], 2).tolist()
    [0.5]
    """
    one, other = (_at_top(np.nan_to_num(np.atleast_2d(np.asarray(s, dtype=float))), depth) for s in (first, second))
    sizes = one.sum(axis=1) + other.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 2 * (one & other).sum(axis=1) / sizes
    return np.where(one.any(axis=1) & other.any(axis=1), found, np.nan)


def _at_top(scores: NDArray[np.float64], depth: int) -> NDArray[np.bool_]:
    """Which items are ranked, with fewer than `depth` items above them?"""
    if scores.shape[1] <= depth:
        return np.asarray(scores > 0)
    least = -np.partition(-scores, depth - 1, axis=1)[:, depth - 1]
    return np.asarray((scores > 0) & (scores >= least[:, None]))


def kendall_tau_b(first: ArrayLike, second: ArrayLike) -> float:
    r"""Give Kendall's rank correlation with correction for ties.

    .. math:: \tau_b = (P - Q)/\sqrt{(n_0 - n_1)(n_0 - n_2)}

    P and Q count concordant and discordant pairs, n0 all pairs, n1 and n2 the pairs tied in either.

    Parameters
    ----------
    first, second
        Scores of the same items, one-dimensional; items with NaN in either are left out. Time grows with the square
        of their number.

    Returns
    -------
    float
        In [-1, 1]; NaN if either is constant or fewer than two items remain.

    Raises
    ------
    InputProblem
        If the two differ in length.

    References
    ----------
    Kendall 1945, Biometrika 33:239-251.

    Examples
    --------
    >>> round(kendall_tau_b([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]), 4)
    -0.4714
    """
    x, y = (np.asarray(one, dtype=float).ravel() for one in (first, second))
    if x.size != y.size:
        raise InputProblem(
            N_("Two rankings have {first} and {second} items. Give the scores of the same items."),
            first=x.size,
            second=y.size,
        )
    known = ~(np.isnan(x) | np.isnan(y))
    i, j = np.triu_indices(int(known.sum()), 1)
    dx, dy = np.sign(x[known][i] - x[known][j]), np.sign(y[known][i] - y[known][j])
    scale = math.sqrt(float(np.count_nonzero(dx)) * float(np.count_nonzero(dy)))
    return float((dx * dy).sum() / scale) if scale else math.nan
