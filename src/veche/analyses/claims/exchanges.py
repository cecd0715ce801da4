"""Exchanges of whole towns: how often a measure over towns and waves is as large if towns trade their values.

A town keeps its waves together. Every measure is a ratio of sums over cells of two tables (towns, waves), so what any
pair of towns would bring is summed once, and an exchange only picks from these sums.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.sample import Floats
from veche.measures.resampling import ratios

Ints = NDArray[np.intp]
#: from two tables (towns, waves) and orders of the towns of the first (and of the second) to the measure of each
Measure = Callable[[Floats, Floats, Ints], Floats]

#: most towns whose exchanges are all counted; random exchanges above
ALL_TOWNS, RANDOM = 7, 2000


@lru_cache(maxsize=32)
def orders(towns: int, seed: int) -> Ints:
    """Give all orders of up to seven towns, the unchanged one first; above that so many random ones after it."""
    if towns <= ALL_TOWNS:
        found = np.array(list(itertools.permutations(range(towns))), dtype=np.intp).reshape(-1, towns)
    else:
        rng = np.random.default_rng(seed)
        found = np.stack([np.arange(towns), *(rng.permutation(towns) for _ in range(RANDOM))]).astype(np.intp)
    found.setflags(write=False)
    return found


@lru_cache(maxsize=32)
def shuffles(tables: int, towns: int, draws: int, seed: int) -> Ints:
    """Draw orders of the towns of several tables: shape (draws, tables, towns); the first table stays as it is."""
    rng = np.random.default_rng(seed)
    found = np.empty((draws, tables, towns), dtype=np.intp)
    found[:, 0] = np.arange(towns)
    for draw in range(draws):
        for table in range(1, tables):
            found[draw, table] = rng.permutation(towns)
    found.setflags(write=False)
    return found


def exchanged_p(x: Floats, y: Floats, measure: Measure, seed: int, *, two_sided: bool = False) -> float:
    """Share of exchanges of whole towns in which a measure is at least as large as observed; the observed one counts.

    Parameters
    ----------
    x, y
        Shape (towns, waves), NaN where not known.
    measure
        One of those made by `inclusion`, or `taus`.
    seed
        For random exchanges, above seven towns.
    two_sided
        Twice the smaller of the shares of at least and at most as large.

    Returns
    -------
    float
        In (0, 1]; missing (NaN) with fewer than three towns: too few exchanges to say anything.
    """
    towns = np.flatnonzero((~np.isnan(x)).any(axis=1) | (~np.isnan(y)).any(axis=1))
    if towns.size < 3:
        return math.nan
    found = measure(x[towns], y[towns], orders(int(towns.size), seed))
    observed = float(found[0])
    if observed != observed:
        return math.nan
    # an exchange that leaves nothing to measure does not reach what was observed
    above = float(np.mean(np.nan_to_num(found, nan=-np.inf) >= observed - 1e-12))
    if not two_sided:
        return above
    return min(1.0, 2 * min(above, float(np.mean(np.nan_to_num(found, nan=np.inf) <= observed + 1e-12))))


def inclusion(below: str) -> Measure:
    r"""Make the measure :math:`\sum \min(x, y) / \sum z` over the cells known in both.

    z is x (``sufficient``), y (``necessary``) or max(x, y) (``coincide``). Missing with fewer than two known cells, or
    a sum of 0 below.
    """

    def measure(x: Floats, y: Floats, order: Ints) -> Floats:
        a, b = x[:, None, :], y[None, :, :]
        known = ~np.isnan(a) & ~np.isnan(b)
        least = np.where(known, np.minimum(a, b), 0.0).sum(axis=2)
        whole = {"sufficient": a, "necessary": b, "coincide": np.maximum(a, b)}[below]
        rest = np.where(known, whole, 0.0).sum(axis=2)
        at = (order, np.arange(len(x)))
        top, bottom, cells = (one[at].sum(axis=1) for one in (least, rest, known.sum(axis=2)))
        return np.where((cells > 1) & (bottom > 1e-12), ratios(top, bottom), np.nan)

    return measure


def taus(x: Floats, y: Floats, order: Ints, other: Ints | None = None) -> Floats:
    """Kendall's tau-b of the cells known in both, for every order of the towns of x (and of y); NaN if one does not vary.

    Parameters
    ----------
    x, y
        Shape (towns, waves).
    order, other
        Shape (orders, towns): which town of x, of y stands at each place.
    """
    towns, waves = x.shape
    there = np.broadcast_to(np.arange(towns), order.shape) if other is None else other
    sides = []
    for table in (x, y):
        flat = table.ravel()
        known = ~np.isnan(flat)
        signs = np.sign(np.where(known, flat, 0.0)[:, None] - np.where(known, flat, 0.0))
        both = (known[:, None] & known).astype(float)
        # cells of one pair of towns side by side
        sides.append(
            [
                one.reshape(towns, waves, towns, waves).transpose(0, 2, 1, 3).reshape(towns**2, -1)
                for one in (signs * both, both)
            ]
        )
    (a, known_a), (b, known_b) = sides
    mine = (order[:, :, None] * towns + order[:, None, :]).reshape(len(order), -1)
    yours = (there[:, :, None] * towns + there[:, None, :]).reshape(len(order), -1)
    at = mine * towns**2 + yours
    agreeing, first, second = (
        table.ravel()[at].sum(axis=1) for table in (a @ b.T, (a * a) @ known_b.T, known_a @ (b * b).T)
    )
    size = first * second
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > 0, agreeing / np.sqrt(np.where(size > 0, size, 1.0)), np.nan)


def tau(x: Floats, y: Floats) -> float:
    """Kendall's tau-b of a few values known in both; NaN if one does not vary."""
    a, b = np.sign(x[:, None] - x), np.sign(y[:, None] - y)
    size = float((a * a).sum() * (b * b).sum())
    return float((a * b).sum()) / math.sqrt(size) if size > 0 else math.nan


def mean_taus(tables: list[Floats], order: Ints) -> Floats:
    """Mean of the known taus of all pairs of tables, for every draw of orders (draws, tables, towns); NaN if none is known."""
    found = np.stack(
        [taus(tables[i], tables[k], order[:, i], order[:, k]) for i, k in itertools.combinations(range(len(tables)), 2)]
    )
    known = ~np.isnan(found)
    return np.asarray(ratios(np.where(known, found, 0.0).sum(axis=0), known.sum(axis=0)))
