"""Smallest covers of one independent part of the chart without compiled code: for small charts, and where Numba is absent.

The rest is searched by `veche.sets._covers`, after a linear bound where the chart is not small.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil

import numpy as np

from veche.sets._bounds import Floats, Ints, linear_prices, smallest
from veche.sets._component import Component
from veche.sets._covers import NOTHING, Choice, Part, Search, bits, held_by, listed, matrix_of

#: subproblems up to which the plain search goes on without a linear bound
PLAIN = 1_000
#: covers that are listed one by one
MOST_LISTED = 200_000


def quick_covers(rows: Sequence[int], weight: Sequence[int]) -> Component | None:
    """Solve a chart that is small enough for a few subproblems; None if it is not.

    Parameters
    ----------
    rows
        For each row its columns, as bits; columns are numbered without a gap.
    weight
        How many prime implicants stand behind each column.
    """
    search = Search(rows, weight, [0.0] * len(rows), time.monotonic() + 3600, PLAIN)
    found = search.covers((1 << len(rows)) - 1, (1 << len(weight)) - 1, len(_greedy(rows)))
    if found is None or search.late or found.count > MOST_LISTED:
        return None
    return _component(found, found.size, weight, search.seen, complete=True)


def all_covers(rows: Sequence[int], weight: Sequence[int], end: float, nodes: int | None = None) -> Component:
    """Solve a chart of any size until `end` (by `time.monotonic`) or so many subproblems; parameters as in `quick_covers`."""
    greedy = _greedy(rows)
    bound = _bound(rows, len(weight), greedy, end)
    search = Search(rows, weight, bound.prices, end, nodes)
    found = search.covers((1 << len(rows)) - 1, bound.useful, len(bound.best))
    if found is not None and not search.late:
        return _component(found, found.size, weight, search.seen, complete=True)
    if found is None or found.size > len(bound.best):
        # the search ended before its first cover of this size: the one of the bound is always there
        found = NOTHING
        for column in bound.best:
            found = Choice(found.size + 1, found.count * weight[column], ((1 << column, found),))
    return _component(found, min(bound.least, found.size), weight, search.seen, complete=False)


def _component(root: Part, least: int, weight: Sequence[int], nodes: int, *, complete: bool) -> Component:
    covers = np.array([*islice(listed(root), MOST_LISTED + 1)], dtype=np.int64).reshape(-1, root.size)
    return Component(
        root.size, least, root.count, root.count if complete else None, held_by(root, weight), covers[:MOST_LISTED],
        complete=complete, whole=complete and len(covers) <= MOST_LISTED, nodes=nodes,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Bound:
    """A small cover, what is proved of the size, the columns that can be in a smallest cover (as bits), and prices of rows."""

    best: tuple[int, ...]
    least: int
    useful: int
    prices: tuple[float, ...]


def _bound(rows: Sequence[int], columns: int, greedy: Sequence[int], end: float) -> _Bound:
    full = matrix_of(rows)
    prices = linear_prices(full, np.asarray(greedy))
    if prices is None:
        return _Bound(tuple(greedy), 1, (1 << columns) - 1, (0.0,) * len(rows))
    best, least = tuple(greedy), ceil(float(prices.sum()) - 1e-6)
    if len(best) > least:
        left = max(end - time.monotonic(), 0.5) * 0.5
        found, proved = smallest(full, left, _useful(full, prices, len(best)))
        best = found if found and len(found) < len(best) else best
        least = max(least, min(proved, len(best)))
    useful = sum(1 << column for column in _useful(full, prices, len(best)).tolist())
    return _Bound(best, least, useful, tuple(prices.tolist()))


def _useful(full: Floats, prices: Floats, size: int) -> Ints:
    """Columns that can be in a cover of that size: what they leave must be paid."""
    return np.flatnonzero(prices.sum() + 1 - full.T @ prices <= size + 1e-6)


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
