"""The chart of prime implicants: fewest primes that hold all positive rows, all such choices, and how many there are.

Rows and sets of columns are bits of integers. The steps, each of which leaves every smallest choice as it is: rows that are covered
whenever another row is are
dropped; the chart falls apart into independent components; columns of equal coverage count as one with a multiplicity; columns that a linear bound
shows to be in no smallest choice are dropped; the rest is searched row by row, with a bound from rows that share no column. The number of
models is the product over
components of the sum over choices of the product of multiplicities, so it is exact where no list could be.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, prod

import numpy as np


@dataclass(frozen=True, slots=True)
class Component:
    """One independent part of the chart: its smallest choices of groups of columns.

    `complete` says whether all of them were found; `least` is what is proved of their size.
    """

    size: int
    least: int
    choices: tuple[tuple[int, ...], ...]
    complete: bool


@dataclass(frozen=True, slots=True)
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

    @property
    def count(self) -> int:
        """How many smallest models there are; if not complete, at least so many."""
        return prod(sum(self.weight(choice) for choice in one.choices) for one in self.components)

    def weight(self, choice: Sequence[int]) -> int:
        """How many models one choice of groups stands for."""
        return prod(len(self.groups[group]) for group in choice)

    def share(self) -> dict[int, float]:
        """Give for each group how large a share of the models holds one of its columns; 1 for the core, groups in none are left out."""
        found: dict[int, float] = {}
        for one in self.components:
            total = sum(self.weight(choice) for choice in one.choices)
            for choice in one.choices:
                for group in choice:
                    found[group] = found.get(group, 0.0) + self.weight(choice) / total
        return found

    def models(self) -> Iterator[tuple[int, ...]]:
        """Yield models as columns, one after the other."""

        def parts(at: int) -> Iterator[tuple[int, ...]]:
            if at == len(self.components):
                yield ()
                return
            for choice in self.components[at].choices:
                for columns in _products([self.groups[group] for group in choice]):
                    for rest in parts(at + 1):
                        yield (*columns, *rest)

        return parts(0)


def _products(groups: Sequence[Sequence[int]]) -> Iterator[tuple[int, ...]]:
    if not groups:
        yield ()
        return
    for column in groups[0]:
        for rest in _products(groups[1:]):
            yield (column, *rest)


def solve(coverage: Sequence[int], rows: int, *, seconds: float = 30.0, most: int = 1_000_000) -> Cover:
    """Find all smallest choices of columns that cover all rows.

    Parameters
    ----------
    coverage
        For each column the rows it covers, as bits.
    rows
        How many rows there are; each must be covered by some column.
    seconds
        Time for the search; what is not proved by then is said in the answer.
    most
        Most choices of groups that are kept for one component.
    """
    by_rows: dict[int, list[int]] = {}
    for column, covered in enumerate(coverage):
        by_rows.setdefault(covered, []).append(column)
    groups = tuple(tuple(columns) for columns in by_rows.values())
    masks = list(by_rows)
    holders = [sum(1 << group for group, mask in enumerate(masks) if mask >> row & 1) for row in range(rows)]
    kept = _rows_that_matter(holders)
    end = time.monotonic() + seconds
    parts = _apart(kept)
    components = [_solve_part(part, end if n == len(parts) - 1 else time.monotonic() + (end - time.monotonic()) / (len(parts) - n), most)
                  for n, part in enumerate(parts)]  # fmt: skip
    return Cover(groups, tuple(components))


def _rows_that_matter(holders: Sequence[int]) -> list[int]:
    """Drop every row whose columns hold all columns of another row: it is covered whenever that one is."""
    kept: list[int] = []
    for row in sorted(set(holders), key=lambda one: (one.bit_count(), one)):
        if not any(other & row == other for other in kept):
            kept.append(row)
    return kept


def _apart(rows: Sequence[int]) -> list[list[int]]:
    """Split rows into components that share no column."""
    parts: list[tuple[int, list[int]]] = []
    for row in rows:
        mine, others = (row, [row]), []
        for columns, members in parts:
            if columns & mine[0]:
                mine = (mine[0] | columns, members + mine[1])
            else:
                others.append((columns, members))
        parts = [*others, mine]
    return [members for _, members in parts]


def _solve_part(rows: list[int], end: float, most: int) -> Component:
    if len(rows) == 1:
        choices = tuple((group,) for group in _bits(rows[0]))
        return Component(1, 1, choices[:most], len(choices) <= most)
    rows = sorted(rows, key=int.bit_count)
    columns = [*_bits(_union(rows))]
    size, least, useful = _bounds(rows, columns, end)
    found, complete = _all_of_size(rows, useful, size, end, most)
    if found:
        return Component(size, least, tuple(found), complete and least == size)
    # the time ended before the first: the choice of the bound itself is always there
    return Component(size, least, (tuple(_greedy(rows)),), False)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


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
            for column in _bits(row):
                counts[column] = counts.get(column, 0) + 1
        best = max(counts, key=lambda column: (counts[column], -column))
        chosen.append(best)
        open_rows = [row for row in open_rows if not row >> best & 1]
    return chosen


#: up to how many columns the plain search finds the smallest size by itself
SMALL = 24


def _bounds(rows: list[int], columns: list[int], end: float) -> tuple[int, int, int]:
    """Give the smallest size (or the best found), what is proved of it, and the columns that can be in a smallest choice, as bits."""
    greedy = _greedy(rows)
    everything = _union(rows)
    if len(columns) <= SMALL:
        for size in range(_disjoint(rows, everything), len(greedy) + 1):
            if _all_of_size(rows, everything, size, end, 1)[0]:
                return size, size, everything
    from scipy.optimize import Bounds, LinearConstraint, linprog, milp
    from scipy.sparse import csr_array

    undominated = _undominated(rows, columns)

    def matrix(chosen: Sequence[int]) -> csr_array:
        return csr_array(np.array([[row >> column & 1 for column in chosen] for row in rows], dtype=float))

    least_matrix = matrix(undominated)
    left = max(end - time.monotonic(), 0.5)
    answer = milp(
        np.ones(len(undominated)), integrality=np.ones(len(undominated)), bounds=Bounds(0, 1),
        constraints=LinearConstraint(least_matrix, lb=1), options={"time_limit": left * 0.6},
    )  # fmt: skip
    size = len(greedy) if answer.x is None else min(len(greedy), round(float(np.round(answer.x).sum())))
    bound = getattr(answer, "mip_dual_bound", None)
    least = size if answer.status == 0 else max(_disjoint(rows, everything), ceil((bound or 0) - 1e-6))
    full = matrix(columns)
    relaxed = linprog(np.ones(len(columns)), A_ub=-full, b_ub=-np.ones(len(rows)), bounds=(0, 1), method="highs")
    if relaxed.status != 0:
        return size, least, everything
    prices = -np.asarray(relaxed.ineqlin.marginals)
    # weak duality holds for any prices, so rounding in them costs no model
    prices = np.clip(prices, 0, None)
    reduced = 1 - full.T @ prices
    floor = prices.sum() + np.minimum(reduced, 0).sum()
    useful = 0
    for column, price in zip(columns, reduced, strict=True):
        if floor + max(float(price), 0.0) <= size + 1e-6:
            useful |= 1 << column
    return size, max(least, ceil(floor - 1e-6)), useful


def _undominated(rows: Sequence[int], columns: Sequence[int]) -> list[int]:
    """Leave out columns whose rows another column covers too; enough to find the smallest size."""
    covered = {column: sum(1 << n for n, row in enumerate(rows) if row >> column & 1) for column in columns}
    kept: list[int] = []
    seen: list[int] = []
    for column in sorted(columns, key=lambda one: -covered[one].bit_count()):
        mine = covered[column]
        if not any(mine & other == mine for other in seen):
            kept.append(column)
            seen.append(mine)
    return kept


def _disjoint(rows: Sequence[int], allowed: int) -> int:
    """How many rows share no column: no choice is smaller."""
    used = count = 0
    for row in sorted((one & allowed for one in rows), key=int.bit_count):
        if not row & used:
            used |= row
            count += 1
    return count


def _all_of_size(
    rows: Sequence[int], useful: int, size: int, end: float, most: int
) -> tuple[list[tuple[int, ...]], bool]:
    """List the choices of at most `size` columns that cover all rows; the second value says whether the list is whole."""
    found: list[tuple[int, ...]] = []
    ticks = 0

    def search(open_rows: list[int], allowed: int, chosen: tuple[int, ...]) -> bool:
        nonlocal ticks
        ticks += 1
        if ticks % 256 == 0 and time.monotonic() > end:
            return False
        if not open_rows:
            found.append(tuple(sorted(chosen)))
            return len(found) < most
        left = size - len(chosen)
        if left == 0 or _disjoint(open_rows, allowed) > left:
            return True
        row = min((one & allowed for one in open_rows), key=int.bit_count)
        for column in _bits(row):
            allowed &= ~(1 << column)
            if not search([one for one in open_rows if not one >> column & 1], allowed, (*chosen, column)):
                return False
        return True

    return found, search(list(rows), useful, ())
