"""Statistics that the theory and the engine need: L-moments, voting power, chances of a majority."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from veche.lab.theory._checks import each_within, not_empty, within
from veche.study.errors import N_, InputProblem


@dataclass(frozen=True, slots=True)
class LMoments:
    """First two L-moments and the L-ratios: skewness and kurtosis; NaN where undefined."""

    mean: float
    scale: float
    skewness: float
    kurtosis: float


def l_moments(values: ArrayLike) -> LMoments:
    """Give sample L-moments from unbiased probability-weighted moments b_r = mean of x_(j) C(j-1, r)/C(n-1, r).

    l1 = b0, l2 = 2 b1 - b0, l3 = 6 b2 - 6 b1 + b0, l4 = 20 b3 - 30 b2 + 12 b1 - b0; skewness l3/l2 in (-1, 1), kurtosis l4/l2 in [-1/4, 1).

    Parameters
    ----------
    values
        Shape (n,); skewness needs three values, kurtosis four, and values that are not all alike.

    References
    ----------
    Hosking 1990, Journal of the Royal Statistical Society B 52:105-124.

    Examples
    --------
    >>> l_moments([1, 2, 3, 4]).scale.__round__(6)
    0.833333
    """
    x = np.sort(np.asarray(values, dtype=float))
    x = x[~np.isnan(x)]
    n = len(x)
    nan = float("nan")
    if n == 0:
        return LMoments(nan, nan, nan, nan)
    place = np.arange(n, dtype=float)
    b = [float(x.mean())]
    weight = np.ones(n)
    for r in range(1, 4):
        if n <= r:
            b.append(nan)
            continue
        weight = weight * (place - (r - 1)) / (n - r)
        b.append(float((weight * x).mean()))
    scale = 2 * b[1] - b[0]
    if not scale > 1e-12 * max(1.0, float(np.abs(x).max())):
        return LMoments(b[0], scale, nan, nan)
    third, fourth = 6 * b[2] - 6 * b[1] + b[0], 20 * b[3] - 30 * b[2] + 12 * b[1] - b[0]
    return LMoments(b[0], scale, third / scale, fourth / scale)


def l_kurtosis_theory(*, dist: Literal["uniform", "normal", "logistic", "laplace"]) -> float:
    """Give the L-kurtosis of a distribution: uniform 0, normal 30/pi arctan(sqrt 2) - 9, logistic 1/6, Laplace 17/72.

    Raises
    ------
    InputProblem
        For another distribution.

    Examples
    --------
    >>> round(l_kurtosis_theory(dist="normal"), 6)
    0.122602
    """
    known = {
        "uniform": 0.0, "normal": 30 / math.pi * math.atan(math.sqrt(2)) - 9, "logistic": 1 / 6, "laplace": 17 / 72,
    }  # fmt: skip
    if dist not in known:
        raise InputProblem(
            N_("There is no distribution {name} here. Choose one of: {known}."), name=dist, known=", ".join(known)
        )
    return known[dist]


#: most voters whose orders are counted exactly; the count grows with the sum of weights only
MOST_VOTERS = 400


def shapley_shubik(*, quota: float, weights: Sequence[float]) -> list[float]:
    """Give the share of orders in which each voter turns a losing coalition into a winning one.

    By the generating function over numbers and weights of those before him: n^2 times the number of distinct sums.

    Parameters
    ----------
    quota
        Weight that wins, over 0 and not over the sum of weights.
    weights
        Weights, 0 or more, shape (n,).

    Returns
    -------
    list of float
        Sums to 1.

    References
    ----------
    Shapley and Shubik 1954, American Political Science Review 48:787-792.

    Examples
    --------
    >>> [round(one, 4) for one in shapley_shubik(quota=51, weights=[50, 49, 1])]
    [0.6667, 0.1667, 0.1667]
    """
    not_empty(weights=weights)
    each_within(0, math.inf, "weights", weights)
    within(0, sum(weights), open_low=True, quota=quota)
    if len(weights) > MOST_VOTERS:
        raise InputProblem(N_("There are {count} voters. Give at most {most}."), count=len(weights), most=MOST_VOTERS)
    n = len(weights)
    orders = [math.factorial(k) * math.factorial(n - 1 - k) for k in range(n)]
    total = math.factorial(n)
    found = []
    for voter, weight in enumerate(weights):
        ways: dict[tuple[int, float], int] = {(0, 0.0): 1}
        for other, held in enumerate(weights):
            if other != voter:
                for (count, value), number in list(ways.items()):
                    if value + held < quota:
                        key = (count + 1, value + held)
                        ways[key] = ways.get(key, 0) + number
        pivotal = sum(
            number * orders[count] for (count, value), number in ways.items() if value < quota <= value + weight
        )
        found.append(pivotal / total)
    return found


def poisson_binomial_tail(*, p: float | Sequence[float], at_least: int, n: int | None = None) -> float:
    """Give the chance that at least so many of independent votes are yes.

    Parameters
    ----------
    p
        Chance of each vote, in [0, 1]; or one chance for all, with `n`.
    at_least
        Votes needed.
    n
        Number of votes where p is one number.

    Raises
    ------
    InputProblem
        If a single chance comes without n, or a list with another n.

    Examples
    --------
    >>> round(poisson_binomial_tail(n=20, p=0.6, at_least=11), 6)
    0.755337
    """
    if isinstance(p, (int, float)):
        if n is None:
            raise InputProblem(N_("p is one number, but n is not given. Give n, or a list of chances."))
        chances = [float(p)] * n
    else:
        chances = [float(one) for one in p]
        if n is not None and n != len(chances):
            raise InputProblem(N_("There are {count} chances, but n is {n}. Leave n out."), count=len(chances), n=n)
    each_within(0, 1, "p", chances)
    law = np.zeros(len(chances) + 1)
    law[0] = 1.0
    for chance in chances:
        law[1:] = law[1:] * (1 - chance) + law[:-1] * chance
        law[0] *= 1 - chance
    return float(law[max(at_least, 0) :].sum()) if at_least <= len(chances) else 0.0
