"""Cooperation that holds itself: rents of a coalition, trigger strategies, relational capital and what an intervention does to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from veche.lab.theory._checks import finite, within


def min_rent(*, delta: float, L: float) -> float:  # noqa: N803 - the published symbol
    """Give the monthly rent that buys a tolerance L (CF16): r = L (1 - delta)/delta, so that L = r delta/(1 - delta).

    Parameters
    ----------
    delta
        Discount factor, in (0, 1].
    L
        Loss that the member must be ready to bear once, 0 or more.

    References
    ----------
    Levin 2003, American Economic Review 93:835-857 (relational contracts).

    Examples
    --------
    >>> round(min_rent(delta=0.9, L=0.4), 6)
    0.044444
    """
    within(0, 1, open_low=True, delta=delta)
    within(0, math.inf, L=L)
    return L * (1 - delta) / delta


def tolerance(*, delta: float, rent: float) -> float:
    """Give the loss that a monthly rent makes bearable: r delta/(1 - delta); delta in [0, 1)."""
    within(0, 1, open_high=True, delta=delta)
    within(0, math.inf, rent=rent)
    return rent * delta / (1 - delta)


def delta_star_coalition(*, n: int, L: float, budget: float) -> float:  # noqa: N803
    """Give the least discount factor at which a monthly budget holds n members with tolerance L (CF16): n L/(n L + b).

    Examples
    --------
    >>> round(delta_star_coalition(n=7, L=0.4, budget=0.12), 6)
    0.958904
    """
    within(1, math.inf, n=n)
    within(0, math.inf, open_low=True, L=L)
    within(0, math.inf, budget=budget)
    return n * L / (n * L + budget)


def delta_star_trigger(*, temptation: float, reward: float, punishment: float, hazard: float = 0.0) -> float:
    """Give the least discount factor at which trigger strategies hold cooperation (CF17): (Tem - Rew)/(Tem - Pun).

    With a monthly hazard h that the game ends, the effective discount factor is d (1 - h), so d must be 1/(1 - h) times as high;
    over 1 cooperation cannot be held.

    Parameters
    ----------
    temptation, reward, punishment
        Payoffs, temptation > reward > punishment.
    hazard
        Chance that the game ends, in [0, 1).

    References
    ----------
    Friedman 1971, Review of Economic Studies 38:1-12.

    Examples
    --------
    >>> delta_star_trigger(temptation=5, reward=3, punishment=1)
    0.5
    """
    finite(temptation=temptation)
    within(-math.inf, temptation, open_high=True, reward=reward)
    within(-math.inf, reward, open_high=True, punishment=punishment)
    within(0, 1, open_high=True, hazard=hazard)
    return (temptation - reward) / (temptation - punishment) / (1 - hazard)


def critical_capital(*, d: float, g: float, r0: float, r1: float) -> float:
    """Give the relational capital from which a partnership holds (CF18): K* = ((1 - d)/d g - r0)/r1.

    Parameters
    ----------
    d
        Discount factor of the partner, in (0, 1].
    g
        Temptation to defect, 0 or more.
    r0, r1
        Monthly flow of the partnership, r0 + r1 K; r1 over 0.

    Returns
    -------
    float
        Under 0: holds from nothing. Over 1: never holds.

    Examples
    --------
    >>> round(critical_capital(d=0.95, g=3, r0=-0.05, r1=0.5), 6)
    0.415789
    """
    within(0, 1, open_low=True, d=d)
    within(0, math.inf, g=g)
    finite(r0=r0)
    within(0, math.inf, open_low=True, r1=r1)
    return ((1 - d) / d * g - r0) / r1


@dataclass(frozen=True, slots=True)
class Length:
    """How long an intervention may last: in months as a real number, and the last whole number after which partnership returns."""

    tau: float
    last_returning: int


def critical_length(*, K_star: float, K_0: float, k_dn: float) -> Length:  # noqa: N803
    """Give how long an intervention may last if partnership shall return (CF19): tau* = ln(K*/K_0)/ln(1 - k_dn).

    Parameters
    ----------
    K_star
        Critical capital, in (0, 1].
    K_0
        Capital at its beginning, in (0, 1].
    k_dn
        Monthly decay, in (0, 1).

    Returns
    -------
    Length
        `last_returning` is -1 if the capital is too small from the beginning.

    Examples
    --------
    >>> found = critical_length(K_star=0.415789473684, K_0=1, k_dn=0.05)
    >>> round(found.tau, 3), found.last_returning
    (17.109, 17)
    """
    within(0, 1, open_low=True, K_star=K_star, K_0=K_0)
    within(0, 1, open_low=True, open_high=True, k_dn=k_dn)
    tau = math.log(K_star / K_0) / math.log(1 - k_dn)
    if tau < -1e-12:
        return Length(tau, -1)
    # the whole number itself returns: K_0 (1 - k_dn)^n >= K*
    return Length(tau, math.floor(tau + 1e-12))


def capital_from_initiative(*, e: float, k_up: float, k_dn: float) -> float:
    """Give the capital that initiatives alone keep up in the long run (CF20): e k_up/(e k_up + (1 - e) k_dn).

    Parameters
    ----------
    e
        Monthly chance of a successful initiative, in [0, 1].
    k_up, k_dn
        Growth and decay, in (0, 1].

    Examples
    --------
    >>> round(capital_from_initiative(e=0.3, k_up=0.12, k_dn=0.05), 6)
    0.507042
    """
    within(0, 1, e=e)
    within(0, 1, open_low=True, k_up=k_up, k_dn=k_dn)
    return e * k_up / (e * k_up + (1 - e) * k_dn)
