"""The chart of prime implicants: fewest primes that hold all positive rows, all such choices, and how many there are.

The steps, each of which leaves every smallest choice as it is: rows that are covered whenever another row is are dropped; columns that are equal on
the rows left count as one with a multiplicity; the chart falls apart into independent components; each is searched by itself
(`veche.sets._counting`, or `veche.sets._plain` where it is small). The number of models is the product over components, so it is exact where no list
could be.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product
from math import prod

import numpy as np
from numpy.typing import NDArray

from veche.sets._bounds import words_of
from veche.sets._component import Component
from veche.sets._covers import apart, bits, without_implied
from veche.sets._engine import compiled
from veche.sets._plain import all_covers, quick_covers

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
#: columns up to which a component is tried without the compiled search
FEW = 1_500
#: models up to which they are put together one by one
SHORT = 100


@dataclass(frozen=True)
class Cover:
    """The whole chart: for each column its group (equal on the rows that matter; -1: on none), the components, and how they were solved.

    Components name groups.
    """

    of: Ints
    components: tuple[Component, ...]
    solver: str

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Columns of each group."""
        order, starts = self._order
        return tuple(tuple(part.tolist()) for part in np.split(order, starts[1:-1]))

    @cached_property
    def _order(self) -> tuple[Ints, Ints]:
        """Columns in the order of their groups, and where each group starts."""
        order = np.argsort(self.of, kind="stable")
        order = order[np.searchsorted(self.of[order], 0) :]
        starts = np.searchsorted(self.of[order], np.arange(self.of.max(initial=-1) + 2))
        return order, starts

    def members(self, group: int) -> Ints:
        """Columns of one group."""
        order, starts = self._order
        found: Ints = order[starts[group] : starts[group + 1]]
        return found

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
        return prod(one.count for one in self.components)

    @cached_property
    def most(self) -> int | None:
        """How many smallest models there are at most: what is proved; None if nothing is."""
        if any(one.most is None for one in self.components):
            return None
        return prod(one.most or 0 for one in self.components)

    @property
    def nodes(self) -> int:
        """Subproblems that were looked at."""
        return sum(one.nodes for one in self.components)

    @cached_property
    def held(self) -> dict[int, tuple[int, int]]:
        """For each group that is in a model: how many models of its component hold one of its columns, and how many models that has."""
        return {group: (count, one.count) for one in self.components for group, count in one.held.items()}

    @property
    def core(self) -> tuple[int, ...]:
        """Columns in every model found; compared as whole numbers, so that 1 - 1e-20 is not all. Of an incomplete component none is named."""
        return tuple(
            int(columns[0])
            for one in self.components if one.complete
            for group, count in one.held.items() if count == one.count
            if len(columns := (self.of == group).nonzero()[0]) == 1
        )  # fmt: skip

    def share(self) -> dict[int, float]:
        """Give for each group how large a share of the models holds one of its columns; groups in none are left out."""
        return {group: with_it / count for group, (with_it, count) in self.held.items()}

    def models(self) -> Iterator[tuple[int, ...]]:
        """Yield the models listed as columns, one after the other."""
        for model in self.cheapest(np.zeros(len(self.of), dtype=np.int64), 1_000_000).tolist():
            yield tuple(model)

    def cheapest(self, cost: Ints, most: int) -> Ints:
        """Give up to `most` models of least cost among those listed, in the order of their cost; shape (models, size).

        Parameters
        ----------
        cost
            Cost of each column, a whole number.
        most
            Most models.
        """
        if self.count <= min(SHORT, most) and all(one.whole for one in self.components):
            return self._short(cost)
        found = np.zeros((1, 0), dtype=np.int64)
        for one in self.components:
            found = _joined(found, self._spelled(one, cost, most), cost, most)
        return found

    def _short(self, cost: Ints) -> Ints:
        """Do the same for a list so short that arrays do not pay."""
        columns = {group: (self.of == group).nonzero()[0].tolist() for one in self.components for group in one.held}
        ways = [
            [way for cover in one.covers.tolist() for way in product(*(columns[group] for group in cover))]
            for one in self.components
        ]
        found = np.array([[*chain.from_iterable(way)] for way in product(*ways)], dtype=np.int64)
        return found[np.argsort(cost[found].sum(axis=1), kind="stable")]

    def _spelled(self, one: Component, cost: Ints, most: int) -> Ints:
        """Put columns for groups, the cheapest first."""
        order, starts = self._order
        order = order[np.lexsort((cost[order], self.of[order]))]
        best = cost[order[starts[:-1]]] if len(order) else cost[:0]
        many, dearer = np.diff(starts), cost[order] - np.repeat(best, np.diff(starts))
        groups = one.covers
        lines, total = _cheapest(np.arange(len(groups)), best[groups].sum(axis=1), most)
        groups = groups[lines].T.copy()
        # place by place: which of the lines before each line goes on from, and with which column of its group
        steps: list[tuple[Ints, Ints]] = []
        own = np.arange(len(lines))  # the cover each line is made from
        for place in range(one.size):
            group = groups[place, own]
            times = many[group]
            before = np.repeat(np.arange(len(own)), times)
            column = np.arange(len(before)) + np.repeat(starts[group] - (np.cumsum(times) - times), times)
            if len(before) > len(own):
                kept, total = _cheapest(np.arange(len(before)), total[before] + dearer[column], most)
                before, column, own = before[kept], column[kept], own[before[kept]]
            steps.append((before, column))
        columns = np.empty((len(own), one.size), dtype=np.int64)
        at = np.arange(len(own))
        for place in range(one.size - 1, -1, -1):
            before, column = steps[place]
            columns[:, place], at = order[column[at]], before[at]
        return columns


def _cheapest(lines: Ints, cost: Ints, most: int) -> tuple[Ints, Ints]:
    # numbers of 16 bits are sorted place by place, in a fraction of the time
    small = len(cost) > 0 and cost.min() >= 0 and cost.max() < 1 << 16
    order = np.argsort(cost.astype(np.uint16) if small else cost, kind="stable")[:most]
    return lines[order], cost[order]


def _joined(one: Ints, other: Ints, cost: Ints, most: int) -> Ints:
    """Combine models of two components, each in the order of cost."""
    # the pair (i, j) has (i + 1) * (j + 1) - 1 pairs that are no dearer
    reach = np.minimum(most // np.arange(1, len(one) + 1), len(other))
    left = np.repeat(np.arange(len(one)), reach)
    right = np.arange(len(left)) - np.repeat(np.cumsum(reach) - reach, reach)
    total = cost[one].sum(axis=1)[left] + cost[other].sum(axis=1)[right]
    kept, _total = _cheapest(np.arange(len(left)), total, most)
    return np.column_stack((one[left[kept]], other[right[kept]]))


@dataclass(frozen=True, slots=True)
class _Part:
    """One component: its groups, and which of its rows they cover (words); shape (groups, words)."""

    groups: Ints
    words: Words
    rows: int


def solve(coverage: Sequence[int] | Words, rows: int, *, seconds: float = 30.0, nodes: int | None = None) -> Cover:
    """Find and count all smallest choices of columns that cover all rows.

    Parameters
    ----------
    coverage
        For each column the rows it covers, as bits; or as words of bits, shape (columns, words).
    rows
        How many rows there are; each must be covered by some column.
    seconds
        Time for the search; what is not proved by then is said in the answer.
    nodes
        Subproblems after which the search of a component ends even before its time; None for no limit.
    """
    words = coverage if isinstance(coverage, np.ndarray) else _packed(coverage, rows)
    fast = compiled(len(words) * rows * 10)
    of, parts = (_reduced if fast else _reduced_plainly)(words, rows)
    weight = np.bincount(of[of >= 0], minlength=1)
    parts.sort(key=lambda part: (part.rows, len(part.groups)))
    end = time.monotonic() + seconds
    components, solvers = [], set()
    for at, part in enumerate(parts):
        now = time.monotonic()
        own_end = now + max(end - now, 0.05) / (len(parts) - at)
        if part.rows == 1:
            components.append(Component.of_one(part.groups, weight[part.groups].tolist()))
            continue
        found, solver = _component(part, weight[part.groups], own_end, nodes)
        components.append(found.renamed(part.groups))
        solvers.add(solver)
    return Cover(of, tuple(components), "compiled" if fast or "compiled" in solvers else "plain")


def _component(part: _Part, weight: Ints, end: float, nodes: int | None) -> tuple[Component, str]:
    fast = compiled(0)
    if not fast and len(part.groups) <= FEW:
        found = quick_covers(_holders(part), weight.tolist()) if nodes is None else None
        if found is not None:
            return found, "plain"
    if fast or compiled(float("inf")):
        from veche.sets._counting import count_covers

        found = count_covers(part.words, weight, part.rows, end, nodes)
        if found is not None:
            return found, "compiled"
    return all_covers(_holders(part), weight.tolist(), end, nodes), "plain"


def _holders(part: _Part) -> list[int]:
    """For each row of a component its columns, as bits."""
    cells = np.unpackbits(part.words.view(np.uint8), axis=1, count=part.rows, bitorder="little")
    return [int.from_bytes(line.tobytes(), "little") for line in np.packbits(cells.T, axis=1, bitorder="little")]


def _packed(coverage: Sequence[int], rows: int) -> Words:
    size = max(1, -(-rows // 64)) * 8
    packed = b"".join(one.to_bytes(size, "little") for one in coverage)
    return np.frombuffer(packed, dtype=np.uint64).reshape(len(coverage), size // 8).copy()


def _reduced(words: Words, rows: int) -> tuple[Ints, list[_Part]]:
    from veche.sets._reduction import reduced, restricted

    of, first, label, part_of = reduced(words, rows)
    parts = []
    for part in range(int(label.max(initial=-1)) + 1):
        own, inside = (label == part).nonzero()[0], (part_of == part).nonzero()[0]
        parts.append(_Part(inside, restricted(words, first[inside], own), len(own)))
    return of, parts


def _reduced_plainly(words: Words, rows: int) -> tuple[Ints, list[_Part]]:
    """The same without compiled code."""
    everything = [int.from_bytes(line.tobytes(), "little") for line in words]
    holders = [0] * rows
    for column, mask in enumerate(everything):
        for row in bits(mask):
            holders[row] |= 1 << column
    parts = apart(without_implied([(columns, row) for row, columns in enumerate(holders)]))
    kept = sum(1 << row for part in parts for _columns, row in part)
    numbers: dict[int, int] = {}
    of = [numbers.setdefault(mask & kept, len(numbers)) if mask & kept else -1 for mask in everything]
    found = []
    for part in sorted(parts, key=lambda part: min(row for _columns, row in part)):
        own = sorted(row for _columns, row in part)
        inside = [number for mask, number in numbers.items() if any(mask >> row & 1 for row in own)]
        masks = [mask for mask in numbers if any(mask >> row & 1 for row in own)]
        cells = np.array([[mask >> row & 1 for row in own] for mask in masks], dtype=np.uint8)
        found.append(_Part(np.array(inside), words_of(cells), len(own)))
    return np.array(of, dtype=np.int64), found
