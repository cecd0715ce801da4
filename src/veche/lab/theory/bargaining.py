"""Bargaining over time: legislatures, two parties, wars of attrition."""

from __future__ import annotations

import math
from dataclasses import dataclass

from veche.lab.theory._checks import within


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of a unit prize: of the proposer and of each partner that he buys."""

    proposer: float
    partner: float


def baron_ferejohn(*, n: int, delta: float, quota: int | None = None) -> Shares:
    """Give the stationary shares when a random member proposes under a closed rule (CF4).

    The partner gets his continuation value delta/n; the proposer keeps 1 - delta (k - 1)/n, k the quota.

    Parameters
    ----------
    n
        Members, 1 or more.
    delta
        Discount factor, in [0, 1].
    quota
        Votes needed, 1 to n; by default the simple majority.

    References
    ----------
    Baron and Ferejohn 1989, American Political Science Review 83:1181-1206.

    Examples
    --------
    >>> round(baron_ferejohn(n=21, delta=0.95, quota=11).proposer, 6)
    0.547619
    """
    within(1, math.inf, n=n)
    within(0, 1, delta=delta)
    k = n // 2 + 1 if quota is None else quota
    within(1, n, quota=k)
    return Shares(1 - delta * (k - 1) / n, delta / n)


def rubinstein(*, d1: float, d2: float) -> float:
    """Give the share of the first mover in alternating offers (CF7): (1 - d2)/(1 - d1 d2).

    Parameters
    ----------
    d1, d2
        Discount factors of first and second mover, in [0, 1], not both 1.

    References
    ----------
    Rubinstein 1982, Econometrica 50:97-109.

    Examples
    --------
    >>> round(rubinstein(d1=0.9, d2=0.9), 6)
    0.526316
    """
    within(0, 1, d1=d1)
    within(0, 1, open_high=d1 == 1, d2=d2)
    return (1 - d2) / (1 - d1 * d2)


@dataclass(frozen=True, slots=True)
class Attrition:
    """The mixed equilibrium: rate at which each gives in, mean length, expected payoff of each."""

    rate: float
    mean_length: float
    payoff: float


def war_of_attrition(*, V: float, c: float) -> Attrition:  # noqa: N803 - the published symbol
    """Give the symmetric war of attrition with prize V and flow cost c (CF8): concession rate c/V each, mean length V/(2c), payoff 0.

    Parameters
    ----------
    V, c
        Prize and cost per unit of time, over 0.

    References
    ----------
    Maynard Smith 1974, Journal of Theoretical Biology 47:209-221; Alesina and Drazen 1991, American Economic Review 81:1170-1188.

    Examples
    --------
    >>> war_of_attrition(V=3, c=0.5).mean_length
    3.0
    """
    within(0, math.inf, open_low=True, V=V, c=c)
    return Attrition(c / V, V / (2 * c), 0.0)
