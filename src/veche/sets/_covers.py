"""All smallest covers of a chart as one graph that shares equal parts, so that millions of them need no list.

A subproblem is a set of open rows and a set of columns that may still be chosen. In each one, rows that are covered whenever another row is are
dropped; rows that share no column are solved apart (the numbers multiply); columns that cover the same open rows are one branch (the numbers add
up); a subproblem met before is not solved again. A branch takes one column of the row with the fewest and never again a column tried before there, so
every cover is counted once. Rows and columns are bits of integers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Covers that begin with one column of a set (as bits) and go on with a smaller part."""

    size: int
    count: int
    branches: tuple[tuple[int, Part], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """Independent parts, each with covers of its own."""

    size: int
    count: int
    parts: tuple[Part, ...]


Part = Choice | Product
Floats = NDArray[np.float64]
NOTHING = Product(0, 1, ())


def bits(mask: int) -> Iterator[int]:
    """Yield the places of the bits that are set, low ones first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def matrix_of(rows: Sequence[int]) -> Floats:
    """Give rows of bits as a matrix of 0 and 1, shape (rows, columns)."""
    width = max(row.bit_length() for row in rows)
    packed = b"".join(row.to_bytes((width + 7) // 8, "little") for row in rows)
    lines = np.frombuffer(packed, dtype=np.uint8).reshape(len(rows), -1)
    return np.unpackbits(lines, axis=1, count=width, bitorder="little").astype(float)


def without_implied(rows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Drop every row (its columns, itself) whose columns hold all columns of another row: it is covered whenever that one is."""
    kept: list[tuple[int, int]] = []
    for columns, row in sorted(rows, key=_by_count):
        for other, _row in kept:
            if other & columns == other:
                break
        else:
            kept.append((columns, row))
    return kept


def _by_count(one: tuple[int, int]) -> tuple[int, int, int]:
    return one[0].bit_count(), one[0], one[1]


def apart(rows: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Split rows (their columns, themselves) into parts that share no column."""
    parts: list[tuple[int, list[tuple[int, int]]]] = []
    for one in rows:
        columns, members, others = one[0], [one], []
        for part in parts:
            if part[0] & columns:
                columns |= part[0]
                members = part[1] + members
            else:
                others.append(part)
        others.append((columns, members))
        parts = others
    return [members for _columns, members in parts]


class Search:
    """The search for one chart.

    Parameters
    ----------
    holders
        For each row its columns, as bits.
    weights
        For each column how many prime implicants stand behind it.
    prices
        For each row a price not below 0, such that no column costs more than 1: the prices of open rows bound what they need from below.
    end
        When to stop, by `time.monotonic`.
    nodes
        After how many subproblems to stop; None for no limit.
    """

    def __init__(
        self, holders: Sequence[int], weights: Sequence[int], prices: Sequence[float], end: float, nodes: int | None = None
    ) -> None:  # fmt: skip
        self.holders = holders
        self.weights = weights
        self._priced = self._tables(prices) if any(prices) else None
        self.end = end
        self.nodes = nodes
        self.seen = 0
        self.late = False
        self.cover = [0] * len(weights)
        for row, columns in enumerate(holders):
            for column in bits(columns):
                self.cover[column] |= 1 << row
        # a subproblem: its covers, or (as a number) how many columns they have at least
        self._known: dict[tuple[int, int], Part | int] = {}

    def _tables(self, prices: Sequence[float]) -> tuple[Floats, Floats]:
        matrix = np.zeros((len(self.holders), len(self.weights)))
        for row, columns in enumerate(self.holders):
            matrix[row, [*bits(columns)]] = 1
        return np.asarray(prices), matrix

    def _affordable(self, rows: int, budget: int) -> int:
        """Give the columns that can be in a cover of the rows within the budget: what open rows one leaves must be paid by the others."""
        prices, matrix = self._priced  # type: ignore[misc]
        count = len(prices)
        packed = np.frombuffer(rows.to_bytes((count + 7) // 8, "little"), dtype=np.uint8)
        open_prices = prices * np.unpackbits(packed, count=count, bitorder="little")
        good = open_prices @ matrix >= open_prices.sum() + 1 - budget - 1e-6
        return int.from_bytes(np.packbits(good, bitorder="little").tobytes(), "little")

    def covers(self, rows: int, allowed: int, budget: int) -> Part | None:
        """Give the smallest covers of the rows by allowed columns; None if they need more than `budget` columns.

        After the end (`late`) what is given may lack covers, and may not be smallest.
        """
        if not rows:
            return NOTHING
        if self.late:
            return None
        if self._priced is not None:
            allowed &= self._affordable(rows, budget)
        open_rows = [(self.holders[row] & allowed, row) for row in bits(rows)]
        if budget == 0 or not all(columns for columns, _row in open_rows):
            return None
        if budget == 1:
            common = allowed
            for columns, _row in open_rows:
                common &= columns
            return Choice(1, self._weight(common), ((common, NOTHING),)) if common else None
        kept = without_implied(open_rows)
        rows = union = 0
        for columns, row in kept:
            rows |= 1 << row
            union |= columns
        known = self._known.get((rows, union))
        if isinstance(known, int):
            if known > budget:
                return None
        elif known is not None:
            return known if known.size <= budget else None
        found, least = self._solve(kept, rows, union, budget)
        if not self.late:
            self._known[rows, union] = least if found is None else found
        return found

    def _solve(self, kept: Sequence[tuple[int, int]], rows: int, allowed: int, budget: int) -> tuple[Part | None, int]:
        self.seen += 1
        if (self.nodes is not None and self.seen > self.nodes) or (self.seen % 64 == 0 and time.monotonic() > self.end):
            self.late = True
        parts = apart(kept)
        floors = [_disjoint(part) for part in parts]
        if sum(floors) > budget:
            return None, sum(floors)
        if len(parts) > 1:
            return self._product(parts, floors, budget)
        return self._choice(kept, rows, allowed, budget), budget + 1

    def _product(
        self, parts: Sequence[Sequence[tuple[int, int]]], floors: Sequence[int], budget: int
    ) -> tuple[Part | None, int]:
        left = budget - sum(floors)
        found: list[Part] = []
        for part, floor in sorted(zip(parts, floors, strict=True), key=lambda one: len(one[0])):
            rows = union = 0
            for columns, row in part:
                rows |= 1 << row
                union |= columns
            one = self.covers(rows, union, floor + left)
            if one is None:
                return None, budget + 1
            left -= one.size - floor
            found.append(one)
        return Product(sum(one.size for one in found), prod(one.count for one in found), tuple(found)), 0

    def _choice(self, kept: Sequence[tuple[int, int]], rows: int, allowed: int, budget: int) -> Part | None:
        alike: dict[int, int] = {}
        for column in bits(kept[0][0]):
            held = self.cover[column] & rows
            alike[held] = alike.get(held, 0) | 1 << column
        branches: list[tuple[int, Part]] = []
        for held, columns in sorted(alike.items(), key=lambda one: (-one[0].bit_count(), one[0])):
            allowed &= ~columns
            child = self.covers(rows & ~held, allowed, budget - 1)
            if child is not None:
                if child.size < budget - 1 or not branches:
                    budget = child.size + 1
                    branches = []
                branches.append((columns, child))
        if not branches:
            return None
        count = sum(self._weight(columns) * child.count for columns, child in branches)
        return Choice(budget, count, tuple(branches))

    def _weight(self, columns: int) -> int:
        return sum(self.weights[column] for column in bits(columns))


def _disjoint(kept: Sequence[tuple[int, int]]) -> int:
    """How many rows share no column: no cover is smaller."""
    used = count = 0
    for columns, _row in kept:
        if not columns & used:
            used |= columns
            count += 1
    return count


def _below(part: Part) -> Sequence[Part]:
    if isinstance(part, Product):
        return part.parts
    return [child for _columns, child in part.branches] if isinstance(part, Choice) else ()


def held_by(root: Part, weights: Sequence[int]) -> dict[int, int]:
    """Give for each column that is in a cover the number of covers with it, those of its equals counted together with it."""
    order: list[Part] = []
    seen: set[int] = set()
    stack: list[tuple[Part, bool]] = [(root, False)]
    while stack:
        part, done = stack.pop()
        if done:
            order.append(part)
        elif id(part) not in seen:
            seen.add(id(part))
            stack.append((part, True))
            stack.extend((child, False) for child in _below(part))
    ways = {id(root): 1}
    found: dict[int, int] = {}
    for part in reversed(order):
        way = ways.get(id(part), 0)
        if isinstance(part, Product):
            for child in part.parts:
                ways[id(child)] = ways.get(id(child), 0) + way * part.count // child.count
        else:
            for columns, child in part.branches:
                weight = sum(weights[column] for column in bits(columns))
                ways[id(child)] = ways.get(id(child), 0) + way * weight
                for column in bits(columns):
                    found[column] = found.get(column, 0) + way * weights[column] * child.count
    return found


def listed(root: Part) -> Iterator[tuple[int, ...]]:
    """Yield the covers one after the other, as columns."""
    if isinstance(root, Choice):
        for columns, child in root.branches:
            for column in bits(columns):
                for rest in listed(child):
                    yield (column, *rest)
    elif not root.parts:
        yield ()
    else:
        for first in listed(root.parts[0]):
            for rest in listed(Product(0, 1, root.parts[1:])):
                yield (*first, *rest)
