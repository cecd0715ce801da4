"""Coalitions: how long they last, which of them rule, how parties fall into two camps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from veche.lab.theory._checks import each_within, not_empty, within
from veche.study.errors import N_, InputProblem


def mean_spell(*, hazard: float, cut: int | None = None) -> float:
    """Give the mean length of coalitions with a monthly hazard, observed for at most `cut` months (CF21): (1 - (1 - h)^c)/h.

    Parameters
    ----------
    hazard
        Monthly chance to end, in (0, 1].
    cut
        Months of observation, 1 or more; None without an end.

    Examples
    --------
    >>> round(mean_spell(hazard=0.05, cut=60), 6)
    19.078604
    """
    within(0, 1, open_low=True, hazard=hazard)
    if cut is None:
        return 1 / hazard
    within(1, math.inf, cut=cut)
    return (1 - (1 - hazard) ** cut) / hazard


def hazard_estimate(*, events: int, exposure: float) -> float:
    """Give the estimate of a constant hazard from censored spells: events per month of exposure; exposure over 0."""
    within(0, math.inf, events=events)
    within(0, math.inf, open_low=True, exposure=exposure)
    return events / exposure


#: most actors whose coalitions are looked at one by one
MOST_ACTORS = 18


def ruling_coalition(*, powers: Sequence[float], share: float = 0.5) -> list[float]:
    """Give the powers of the members of the ultimate ruling coalition (CF22).

    From smaller to larger coalitions: X is self-enforcing iff no proper subset that wins in X (more than `share` of its power) is itself
    self-enforcing. If the whole is not, the self-enforcing subset that wins in it and has the least power rules.

    Parameters
    ----------
    powers
        Power of each actor, over 0; at most 18 actors, generic (no two sets of equal power) for a unique answer.
    share
        Share of power that wins, in [0.5, 1).

    References
    ----------
    Acemoglu, Egorov and Sonin 2008, Review of Economic Studies 75:987-1009.

    Examples
    --------
    >>> ruling_coalition(powers=[3, 4, 5, 10])
    [3, 4, 5]
    """
    not_empty(powers=powers)
    each_within(0, math.inf, "powers", powers, open_low=True)
    within(0.5, 1, open_high=True, share=share)
    if len(powers) > MOST_ACTORS:
        raise InputProblem(N_("There are {count} actors. Give at most {most}."), count=len(powers), most=MOST_ACTORS)
    n = len(powers)
    sums = [0.0] * (1 << n)
    for mask in range(1, 1 << n):
        low = mask & -mask
        sums[mask] = sums[mask ^ low] + powers[low.bit_length() - 1]
    whole = (1 << n) - 1
    enforcing = _self_enforcing(np.array(sums), n, share)
    if whole in enforcing:
        chosen = whole
    else:
        chosen = min((one for one in enforcing if sums[one] > share * sums[whole]), key=lambda one: sums[one])
    return [powers[one] for one in range(n) if chosen >> one & 1]


def _self_enforcing(sums: NDArray[np.float64], n: int, share: float) -> list[int]:
    """List the self-enforcing coalitions as bits, from the smallest; each that is found shuts out the larger ones in which it wins."""
    out = np.zeros(1 << n, dtype=bool)
    found = []
    for members in chain.from_iterable(combinations(range(n), size) for size in range(1, n + 1)):
        mask = sum(1 << one for one in members)
        if out[mask]:
            continue
        found.append(mask)
        larger = np.array([mask])
        for one in range(n):
            if not mask >> one & 1:
                larger = np.concatenate([larger, larger | 1 << one])
        out[larger[sums[mask] > share * sums[larger]]] = True
    return found


def landscape_energy(
    *, size: Sequence[float], propensity: Sequence[Sequence[float]], sides: Sequence[int],
    distance: Sequence[Sequence[float]] | None = None,
) -> float:  # fmt: skip
    """Give the energy of a division into camps (CF23): the sum over i != j of s_i s_j p_ij d_ij.

    Lower is more stable; d_ij is 0 within a camp and 1 between camps unless distances are given.

    Parameters
    ----------
    size
        Size of each actor, shape (n,).
    propensity
        Propensity to work together, symmetric, shape (n, n); the diagonal does not count.
    sides
        Camp of each actor.
    distance
        Distances instead of camps, shape (n, n).

    References
    ----------
    Axelrod and Bennett 1993, British Journal of Political Science 23:211-233.

    Examples
    --------
    >>> landscape_energy(size=[2, 1, 1], propensity=[[0, 1, -1], [1, 0, 0.5], [-1, 0.5, 0]], sides=[0, 0, 1])
    -3.0
    """
    not_empty(size=size)
    n = len(size)
    if len(sides) != n or len(propensity) != n or any(len(row) != n for row in propensity):
        raise InputProblem(
            N_("There are {count} sizes, {rows} rows of propensities and {sides} sides. Give one of each for every actor."),
            count=n, rows=len(propensity), sides=len(sides),
        )  # fmt: skip
    total = 0.0
    for i in range(n):
        for j in range(n):
            if i != j:
                apart = float(sides[i] != sides[j]) if distance is None else distance[i][j]
                total += size[i] * size[j] * propensity[i][j] * apart
    return total
