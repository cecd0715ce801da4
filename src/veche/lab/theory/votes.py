"""What a majority costs: prices of votes, oversized majorities against a rival buyer, offers that cost nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from veche.lab.theory._checks import finite, not_empty, within
from veche.study.errors import N_, InputProblem


def majority(n: int) -> int:
    """Give the simple majority of n: floor(n/2) + 1."""
    return n // 2 + 1


def majority_price(*, theta: Sequence[float], q: float, x: float, m: int | None = None) -> float:
    """Give the least sum that carries x against q with certain votes (CF2).

    The sum of the m smallest max(0, need_i), need_i = (x - theta_i)^2 - (q - theta_i)^2.

    Parameters
    ----------
    theta
        Ideals of the voters, shape (n,).
    q, x
        Status quo and proposal.
    m
        Votes needed, 1 to n; by default the simple majority.

    Raises
    ------
    InputProblem
        Without voters, or for m out of range.

    References
    ----------
    Snyder 1991, Economics and Politics 3:93-109 (one vote buyer).

    Examples
    --------
    >>> majority_price(theta=[0.0] * 11, q=0, x=1)
    6.0
    """
    not_empty(theta=theta)
    finite(q=q, x=x, **{f"theta[{n}]": one for n, one in enumerate(theta)})
    needed = majority(len(theta)) if m is None else m
    within(1, len(theta), m=needed)
    prices = sorted(max(0.0, (x - one) ** 2 - (q - one) ** 2) for one in theta)
    return float(sum(prices[:needed]))


@dataclass(frozen=True, slots=True)
class Purchase:
    """The proposal of a buyer of votes, and what is left to him."""

    x: float
    net: float


def optimal_purchase(*, v: float, theta_h: float, m: int, w: float) -> Purchase:
    """Give the best proposal of a buyer when all voters and the status quo stand at w (CF3).

    x = (v theta_h + m w)/(v + m); net = v^2 (theta_h - w)^2/(v + m).

    Parameters
    ----------
    v
        Weight of the buyer's stake against money, over 0.
    theta_h, w
        Ideals of the buyer and of the voters (also the status quo).
    m
        Votes to pay, 0 or more.

    Examples
    --------
    >>> round(optimal_purchase(v=8, theta_h=1, m=6, w=0).x, 6)
    0.571429
    """
    finite(theta_h=theta_h, w=w)
    within(0, math.inf, open_low=True, v=v)
    within(0, math.inf, m=m)
    return Purchase((v * theta_h + m * w) / (v + m), v**2 * (theta_h - w) ** 2 / (v + m))


@dataclass(frozen=True, slots=True)
class Levelling:
    """How many votes beyond the majority a first buyer takes, at what cost; `interior` is the real optimum of that number."""

    extra: int
    cost: float
    interior: float


def groseclose_snyder(*, n: int, W: float, v: float) -> Levelling:  # noqa: N803 - the published symbols
    """Give the cheapest coalition that a second buyer cannot break (CF5).

    Every one of m + j bribed voters is levelled at v + W/(j + 1): cost(j) = (m + j)(v + W/(j + 1)), j = 0..n - m; the interior optimum is
    j* = sqrt((m - 1) W/v) - 1, which for odd n is sqrt((n - 1) W/(2 v)) - 1. Ties go to the smaller coalition.

    Parameters
    ----------
    n
        Voters, 1 or more.
    W
        What the second buyer is ready to pay, 0 or more.
    v
        How strongly voters oppose the proposal, 0 or more.

    References
    ----------
    Groseclose and Snyder 1996, American Political Science Review 90:303-315.

    Examples
    --------
    >>> groseclose_snyder(n=21, W=10, v=4).cost
    90.0
    >>> groseclose_snyder(n=3, W=1, v=0).cost
    1.5
    """
    within(1, math.inf, n=n)
    within(0, math.inf, W=W, v=v)
    m = majority(n)
    costs = [(m + j) * (v + W / (j + 1)) for j in range(n - m + 1)]
    best = min(range(len(costs)), key=lambda j: (round(costs[j], 12), j))
    return Levelling(best, float(costs[best]), math.sqrt((n - 1) * W / (2 * v)) - 1 if v > 0 else math.inf)


@dataclass(frozen=True, slots=True)
class PivotOffer:
    """Whether all vote yes, and what is paid."""

    all_yes: bool
    paid: float


def dal_bo(*, n: int, own_vote_cost: float = 0.0) -> PivotOffer:
    """Give the outcome of offers that are paid only to a pivotal vote (CF6).

    Each is promised a sum if his vote decides; then all vote yes, none is pivotal, nothing is paid. If the yes vote itself costs its giver e, the m
    needed votes are paid e each.

    Parameters
    ----------
    n
        Voters, 3 or more.
    own_vote_cost
        Cost of casting the yes vote, whatever comes of it, 0 or more.

    References
    ----------
    Dal Bo 2007, American Journal of Political Science 51:789-803.

    Examples
    --------
    >>> dal_bo(n=11).paid
    0.0
    >>> round(dal_bo(n=11, own_vote_cost=0.2).paid, 6)
    1.2
    """
    if n < 3:
        raise InputProblem(N_("{n} voters are too few: nobody but the pivot would be left. Give 3 or more."), n=n)
    within(0, math.inf, own_vote_cost=own_vote_cost)
    return PivotOffer(True, majority(n) * own_vote_cost)
