"""The chart of prime implicants: fewest primes that hold all positive rows, all such choices, and how many there are.

Rows and sets of columns are bits of integers. The steps, each of which leaves every smallest choice as it is: rows that are covered whenever another
row is are dropped; the chart falls apart into independent components; columns of equal coverage count as one with a multiplicity; columns that a
linear bound shows to be in no smallest choice are dropped; the rest is searched by `veche.sets._covers`. The number of models is the product over
components of the sum over choices of the product of multiplicities, so it is exact where no list could be.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import ceil, prod

import numpy as np
from numpy.typing import NDArray

from veche.sets._branching import list_covers
from veche.sets._covers import (
    NOTHING,
    Choice,
    Listed,
    Part,
    Product,
    Search,
    apart,
    bits,
    held_by,
    listed,
    matrix_of,
    without_implied,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: subproblems up to which the plain search goes on without a linear bound
PLAIN = 200
#: nodes up to which covers are listed before they are counted without a list
MOST_NODES = 100_000_000


@dataclass(frozen=True, slots=True)
class Component:
    """One independent part of the chart: its smallest choices of groups of columns, as a graph.

    `complete` says whether all of them were found; `least` is what is proved of their size.
    """

    size: int
    least: int
    root: Part
    complete: bool


@dataclass(frozen=True)
class Cover:
    """The whole chart: groups of columns with equal coverage, and the components."""

    groups: tuple[tuple[int, ...], ...]
    components: tuple[Component, ...]

    @property
    def size(self) -> int:
        """How many primes the smallest models have (or the smallest found)."""
        return sum(one.size for one in self.components)

    @property
    def least(self) -> int:
        """How many primes a model has at least: what is proved."""
        return sum(one.least for one in self.components)

    @property
    def complete(self) -> bool:
        """Whether every smallest model was counted."""
        return all(one.complete for one in self.components)

    @cached_property
    def count(self) -> int:
        """How many smallest models there are; if not complete, at least so many."""
        return prod(one.root.count for one in self.components)

    @cached_property
    def held(self) -> dict[int, tuple[int, int]]:
        """For each group that is in a model: how many models of its component hold one of its columns, and how many models that has."""
        weights = [len(columns) for columns in self.groups]
        return {
            group: (count, one.root.count)
            for one in self.components
            for group, count in held_by(one.root, weights).items()
        }

    @property
    def core(self) -> tuple[int, ...]:
        """Columns in every model found; compared as whole numbers, so that 1 - 1e-20 is not all."""
        return tuple(
            self.groups[group][0]
            for group, (with_it, count) in self.held.items()
            if with_it == count and len(self.groups[group]) == 1
        )

    def share(self) -> dict[int, float]:
        """Give for each group how large a share of the models holds one of its columns; groups in none are left out."""
        return {group: with_it / count for group, (with_it, count) in self.held.items()}

    def models(self) -> Iterator[tuple[int, ...]]:
        """Yield models as columns, one after the other."""

        def parts(at: int) -> Iterator[tuple[int, ...]]:
            if at == len(self.components):
                yield ()
                return
            for choice in listed(self.components[at].root):
                for columns in product(*(self.groups[group] for group in choice)):
                    for rest in parts(at + 1):
                        yield (*columns, *rest)

        return parts(0)


def solve(coverage: Sequence[int], rows: int, *, seconds: float = 30.0, nodes: int | None = None) -> Cover:
    """Find all smallest choices of columns that cover all rows.

    Parameters
    ----------
    coverage
        For each column the rows it covers, as bits.
    rows
        How many rows there are; each must be covered by some column.
    seconds
        Time for the search; what is not proved by then is said in the answer.
    nodes
        Subproblems after which the search of a component ends even before its time; None for no limit.
    """
    by_rows: dict[int, list[int]] = {}
    for column, covered in enumerate(coverage):
        by_rows.setdefault(covered, []).append(column)
    groups = tuple(tuple(columns) for columns in by_rows.values())
    holders = [0] * rows
    for group, mask in enumerate(by_rows):
        for row in bits(mask):
            holders[row] |= 1 << group
    parts = apart(without_implied([(columns, row) for row, columns in enumerate(holders)]))
    parts.sort(key=len)
    end = time.monotonic() + seconds
    weights = [len(columns) for columns in groups]
    components = []
    for at, part in enumerate(parts):
        now = time.monotonic()
        own_end = now + max(end - now, 0.05) / (len(parts) - at)
        components.append(_component([columns for columns, _row in part], weights, own_end, nodes))
    return Cover(groups, tuple(components))


def _component(rows: list[int], weights: Sequence[int], end: float, nodes: int | None) -> Component:
    columns = [*bits(_union(rows))]
    place = {column: at for at, column in enumerate(columns)}
    # columns are renumbered, so that the integers are as short as the component
    own = [sum(1 << place[column] for column in bits(row)) for row in rows]
    found = _solve(own, [weights[column] for column in columns], end, nodes)
    return Component(found.size, found.least, _renamed(found.root, columns, {}), found.complete)


def _renamed(part: Part, columns: Sequence[int], done: dict[int, Part]) -> Part:
    if id(part) in done:
        return done[id(part)]
    new: Part
    if isinstance(part, Choice):
        branches = []
        for mask, child in part.branches:
            branches.append((sum(1 << columns[at] for at in bits(mask)), _renamed(child, columns, done)))
        new = Choice(part.size, part.count, tuple(branches))
    elif isinstance(part, Listed):
        new = Listed(part.size, part.count, tuple(tuple(columns[at] for at in cover) for cover in part.covers))
    else:
        new = Product(part.size, part.count, tuple(_renamed(child, columns, done) for child in part.parts))
    done[id(part)] = new
    return new


def _solve(rows: list[int], weights: Sequence[int], end: float, nodes: int | None) -> Component:
    everything, all_rows = _union(rows), (1 << len(rows)) - 1
    greedy = _greedy(rows)
    plain = Search(rows, weights, [0.0] * len(rows), end, PLAIN if nodes is None else min(nodes, PLAIN))
    found = plain.covers(all_rows, everything, len(greedy))
    if found is not None and not plain.late:
        return Component(found.size, found.size, found, complete=True)
    bound = _bound(rows, greedy, end)
    size = len(bound.best)
    if bound.least == size:
        covers = list_covers(
            rows, bound.useful, size, bound.prices, end - (end - time.monotonic()) / 2, nodes or MOST_NODES
        )
        if covers is not None:
            count = sum(prod(weights[column] for column in cover) for cover in covers)
            return Component(size, size, Listed(size, count, tuple(covers)), complete=True)
    search = Search(rows, weights, bound.prices, end, nodes)
    found = search.covers(all_rows, bound.useful, size)
    if found is not None and not search.late:
        return Component(found.size, found.size, found, complete=True)
    if found is None or found.size > size:
        # the search ended before its first cover of this size: the one of the bound is always there
        found = NOTHING
        for column in bound.best:
            found = Choice(found.size + 1, found.count * weights[column], ((1 << column, found),))
    return Component(found.size, min(bound.least, found.size), found, complete=False)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A small choice, what is proved of the size, the columns that can be in a smallest choice (as bits), and prices of rows."""

    best: tuple[int, ...]
    least: int
    useful: int
    prices: tuple[float, ...]


def _bound(rows: list[int], greedy: Sequence[int], end: float) -> _Bound:
    # the columns of a component are numbered without a gap
    full = matrix_of(rows)
    pool, prices = _prices(full, greedy)
    if prices is None:
        return _Bound(tuple(greedy), 1, _union(rows), (0.0,) * len(rows))
    floor = float(prices.sum())
    best, least = tuple(greedy), ceil(floor - 1e-6)
    # a good choice among the columns of the bound, then the smallest of all that the bound leaves
    for chosen in (pool, None):
        if len(best) == least:
            break
        columns = _useful(full, prices, len(best)) if chosen is None else chosen
        share = 0.15 if chosen is not None else 0.4
        found, proved = _smallest(full, columns, max(end - time.monotonic(), 0.5) * share)
        best = found if found and len(found) < len(best) else best
        if chosen is None:
            least = max(least, min(proved, len(best)))
    useful = 0
    for column in _useful(full, prices, len(best)).tolist():
        useful |= 1 << column
    return _Bound(best, least, useful, tuple(prices.tolist()))


def _useful(full: Floats, prices: Floats, size: int) -> Ints:
    """Columns that can be in a choice of that size: what they leave must be paid."""
    return np.flatnonzero(prices.sum() + 1 - full.T @ prices <= size + 1e-6)


def _prices(full: Floats, greedy: Sequence[int]) -> tuple[Ints, Floats | None]:
    """Solve the linear relaxation, columns added as they are missed; returns the columns added and the prices of the rows."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    held = full.sum(axis=0)
    pool = np.union1d(np.argsort(-held, kind="stable")[:200], np.asarray(greedy, dtype=np.int64))
    while True:
        relaxed = linprog(
            np.ones(len(pool)),
            A_ub=csr_array(-full[:, pool]),
            b_ub=-np.ones(len(full)),
            bounds=(0, None),
            method="highs",
        )
        if relaxed.status != 0:
            return pool, None
        prices = np.clip(-np.asarray(relaxed.ineqlin.marginals), 0, None)
        cost = full.T @ prices
        missed = np.flatnonzero(cost > 1 + 1e-7)
        missed = missed[np.argsort(-cost[missed], kind="stable")][:300]
        if not missed.size or np.isin(missed, pool).all():
            # weak duality holds for any prices of which no column costs more than 1, so rounding in them costs no model
            return pool, prices / max(1.0, float(cost.max()))
        pool = np.union1d(pool, missed)


def _smallest(full: Floats, columns: Ints, seconds: float) -> tuple[tuple[int, ...], int]:
    """Give a smallest choice of those columns (or the best found, or none), and what is proved of its size."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    columns = columns[_undominated(full[:, columns])]
    answer = milp(
        np.ones(len(columns)), integrality=np.ones(len(columns)), bounds=Bounds(0, 1),
        constraints=LinearConstraint(csr_array(full[:, columns]), lb=1), options={"time_limit": seconds},
    )  # fmt: skip
    found = () if answer.x is None else tuple(columns[answer.x > 0.5].tolist())
    bound = len(found) if answer.status == 0 else ceil((getattr(answer, "mip_dual_bound", None) or 1) - 1e-6)
    return found, bound


def _union(masks: Sequence[int]) -> int:
    value = 0
    for mask in masks:
        value |= mask
    return value


def _greedy(rows: Sequence[int]) -> list[int]:
    open_rows, chosen = list(rows), []
    while open_rows:
        counts: dict[int, int] = {}
        for row in open_rows:
            for column in bits(row):
                counts[column] = counts.get(column, 0) + 1
        best = max(counts, key=lambda column: (counts[column], -column))
        chosen.append(best)
        open_rows = [row for row in open_rows if not row >> best & 1]
    return chosen


def _undominated(full: Floats) -> Ints:
    """Leave out columns whose rows another column covers too; enough to find the smallest size."""
    # no two columns are equal, so a column lies in another one if they share as many rows as it has
    held = full.sum(axis=0)
    order = np.argsort(-held, kind="stable")
    kept: list[int] = []
    for start in range(0, len(order), 512):
        part = order[start : start + 512]
        if kept:
            part = part[((full[:, kept].T @ full[:, part]) < held[part]).all(axis=0)]
        shared = full[:, part].T @ full[:, part]
        within = (shared == held[part][:, None]) & (held[part][None, :] > held[part][:, None])
        kept.extend(part[~within.any(axis=1)].tolist())
    return np.asarray(kept, dtype=np.int64)
