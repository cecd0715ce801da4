"""Exchanges of whole towns: how often a measure over towns and waves is as large if towns trade their values.

A town keeps its waves together. Every measure is a ratio of sums over cells of two tables (towns, waves), so what any
pair of towns would bring is summed once, and an exchange only picks from these sums.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.sample import Floats
from veche.measures.resampling import ratios

Ints = NDArray[np.intp]
#: from two tables (towns, waves) and orders of the towns of the first (and of the second) to the measure of each
Measure = Callable[[Floats, Floats, Ints], Floats]

#: most towns whose exchanges are all counted; random exchanges above
ALL_TOWNS, RANDOM = 7, 2000
#: largest table of orders of which the pairs of towns are kept
SMALL = 50_000


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
        pairs = np.stack([least, rest, known.sum(axis=2)]).reshape(3, -1)
        top, bottom, cells = pairs.take(order * len(x) + np.arange(len(x)), axis=1).sum(axis=2)
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
    return _taus(x, y, _Order(order), None if other is None else _Order(other))


@dataclass(frozen=True, eq=False)
class _Order:
    """Orders of towns as a key: an array, or one table of it; equal if they are the same array."""

    array: Ints
    table: int | None = None

    @property
    def orders(self) -> Ints:
        return self.array if self.table is None else self.array[:, self.table]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Order) and self.array is other.array and self.table == other.table

    def __hash__(self) -> int:
        return hash((id(self.array), self.table))


def _taus(x: Floats, y: Floats, order: _Order, other: _Order | None) -> Floats:
    towns, waves = x.shape
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
    sums = np.stack([a @ b.T, (a * a) @ known_b.T, known_a @ (b * b).T]).reshape(3, -1)
    at = _pairs_of_towns(order, other) if order.array.size <= SMALL else _pairs_of_towns.__wrapped__(order, other)
    # a pair of towns brings the same in either order
    agreeing, first, second = sums.take(at, axis=1) @ np.where(np.equal(*_two_towns(towns)), 1.0, 2.0)
    size = first * second
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > 0, agreeing / np.sqrt(np.where(size > 0, size, 1.0)), np.nan)


@lru_cache(maxsize=32)
def _two_towns(towns: int) -> tuple[Ints, Ints]:
    return np.triu_indices(towns)


@lru_cache(maxsize=64)
def _pairs_of_towns(order: _Order, other: _Order | None) -> Ints:
    """Places of the pairs of towns (those of x, those of y) in the table of their sums, for every order."""
    mine = order.orders
    towns = mine.shape[1]
    yours = np.arange(towns)[None, :] if other is None else other.orders
    i, k = _two_towns(towns)
    return np.asarray((mine[:, i] * towns + mine[:, k]) * towns**2 + yours[:, i] * towns + yours[:, k], dtype=np.intp)


def order_key(table: Floats) -> bytes:
    """Give a key of the order of the values of a table, with what is not known: all that tau depends on."""
    _values, places = np.unique(table, return_inverse=True)
    return np.where(np.isnan(table), -1, places.reshape(table.shape)).astype(np.int32).tobytes()


def tau(x: Floats, y: Floats) -> float:
    """Kendall's tau-b of a few values known in both; NaN if one does not vary."""
    a, b = np.sign(x[:, None] - x), np.sign(y[:, None] - y)
    size = float((a * a).sum() * (b * b).sum())
    return float((a * b).sum()) / math.sqrt(size) if size > 0 else math.nan


@lru_cache(maxsize=32)
def unchanged(tables: int, towns: int) -> Ints:
    """Give the one order that leaves several tables as they are: shape (1, tables, towns)."""
    found = np.tile(np.arange(towns, dtype=np.intp), (1, tables, 1))
    found.setflags(write=False)
    return found


def mean_taus(tables: list[Floats], order: Ints, known: dict[Any, Floats] | None = None) -> Floats:
    """Mean of the known taus of all pairs of tables, for every draw of orders (draws, tables, towns); NaN if none is known.

    `known` keeps the taus of pairs of tables for a run in which most tables are the same again.
    """
    held = {} if known is None else known
    ranked = [order_key(one) for one in tables]
    found = []
    for i, k in itertools.combinations(range(len(tables)), 2):
        key = (id(order), i, k, ranked[i], ranked[k])
        if key not in held:
            held[key] = _taus(tables[i], tables[k], _Order(order, i), _Order(order, k))
        found.append(held[key])
    each = np.stack(found)
    there = ~np.isnan(each)
    return np.asarray(ratios(np.where(there, each, 0.0).sum(axis=0), there.sum(axis=0)))
