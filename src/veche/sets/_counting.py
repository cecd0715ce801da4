"""Smallest covers of one independent part of the chart: counted, listed and bounded, by the compiled search.

The size is proved from below, one after the other: no cover of the linear bound's size, none of one more, ..., until there is one. Then all of
that size are counted. HiGHS is asked where the search alone takes long: for prices of large charts, and for a small cover if none was found in a
good part of the time.
"""

from __future__ import annotations

import time
from math import ceil, prod

import numpy as np
from numpy.typing import NDArray

from veche.sets import _desk, _search, _small
from veche.sets._bounds import linear_prices, matrix_of, smallest
from veche.sets._component import Component
from veche.sets._reduction import greedy

Ints = NDArray[np.int64]
#: covers that are written down
MOST_LISTED = 50_000
#: work between two looks at the clock, about a tenth of a second
SLICE = 20_000_000
#: from how many ones in the chart on the linear relaxation is solved
LARGE = 12_000


def count_covers(
    words: NDArray[np.uint64], weight: Ints, rows: int, end: float, nodes: int | None = None
) -> Component | None:
    """Find and count all smallest covers of a chart; None if there are more than a machine word counts.

    Parameters
    ----------
    words
        Rows that each column covers, as words of bits; no two equal; shape (columns, words).
    weight
        How many prime implicants stand behind each column; shape (columns,).
    rows
        How many rows there are.
    end
        When to stop, by `time.monotonic`.
    nodes
        Subproblems after which to stop; None for no limit.
    """
    if nodes is None and rows <= _small.MOST and len(words) <= _small.MOST:
        quick = _few(words, weight, rows)
        if quick is not None:
            return quick
    found = greedy(words, rows)
    desk = _desk.make_desk(words, weight, rows, len(found), MOST_LISTED)
    steps = _search.FIRST_STEPS if len(words) > 40 else 0
    floor = float(_search.first_prices(desk, float(len(found)), steps))
    if ceil(floor - _desk.EPS) < len(found):
        floor = _better_prices(desk, rows, floor)
    size = max(1, ceil(floor - _desk.EPS))
    asked, ask_at = nodes is not None, end - 0.4 * max(end - time.monotonic(), 0.0)
    while True:
        _search.start(desk, size)
        ended = _searched(desk, size, end if asked else ask_at, nodes)
        if not (ended or asked or desk.state[_desk.TOO_MANY]):
            asked = True
            if desk.state[_desk.COUNT] == 0:
                # a small cover, or the proof that there is none of this size, from elsewhere
                better, least = smallest(matrix_of(words, rows), 0.5 * (end - time.monotonic()))
                found = np.asarray(better) if better and len(better) < len(found) else found
                if least > size:
                    size = least
                    continue
            ended = _searched(desk, size, end, nodes)
        if desk.state[_desk.TOO_MANY]:
            return None
        if not ended or desk.state[_desk.COUNT] > 0:
            return _answer(desk, size, ended, weight, found)
        size += 1


def _few(words: NDArray[np.uint64], weight: Ints, rows: int) -> Component | None:
    covers, held = np.empty((_small.MOST_COVERS, rows), dtype=np.int64), np.zeros(len(words), dtype=np.int64)
    size, found, count, nodes = _small.few_covers(words, weight, rows, covers, held)
    if not size:
        return None
    by = {column: one for column, one in enumerate(held.tolist()) if one}
    return Component(size, size, count, count, by, covers[:found, :size].copy(), complete=True, whole=True, nodes=nodes)


def _better_prices(desk: _desk.Desk, rows: int, floor: float) -> float:
    """Put the prices of the linear relaxation in place of worse ones, where the chart is large; returns their total."""
    classes = np.ascontiguousarray(desk.words[1, : desk.line[_desk.NUMBER, 1]])
    if np.unpackbits(classes.view(np.uint8)).sum() <= LARGE:
        return floor
    # a column costs no more than the class that holds its rows
    prices = linear_prices(matrix_of(classes, rows), greedy(classes, rows))
    if prices is None or prices.sum() <= floor:
        return floor
    desk.price[0] = prices
    return float(prices.sum())


def _searched(desk: _desk.Desk, size: int, end: float, nodes: int | None) -> bool:
    while True:
        if _search.go_on(desk, size, SLICE if nodes is None else 1):
            return True
        if desk.state[_desk.TOO_MANY] or time.monotonic() > end:
            return False
        if nodes is not None and desk.state[_desk.NODES] > nodes:
            return False


def _answer(desk: _desk.Desk, size: int, ended: bool, weight: Ints, found: Ints) -> Component:
    count, nodes = int(desk.state[_desk.COUNT]), int(desk.state[_desk.NODES])
    if count == 0:
        # none of this size was found, nor is it proved that there is none: what is there is the cover of another size
        least = min(size, len(found))
        ways = prod(int(weight[column]) for column in found)
        held = dict.fromkeys(found.tolist(), ways)
        covers = found[None].astype(np.int64)
        return Component(len(found), least, ways, None, held, covers, complete=False, whole=False, nodes=nodes)
    most = count if ended else count + _at_most(desk, size)
    unit = desk.bag[_desk.UNIT]
    held = {int(k): int(unit[k] * weight[k]) for k in np.flatnonzero(unit)}
    covers = desk.covers[: desk.state[_desk.FOUND], :size]
    return Component(
        size, size, count, most, held, covers,
        complete=ended, whole=ended and not desk.state[_desk.FULL], nodes=nodes,
    )  # fmt: skip


def _at_most(desk: _desk.Desk, size: int) -> int:
    """How many covers the parts of the search that were not looked at can hold, at most.

    A search may branch on rows, one after the other. When j classes of at most m rows are chosen, at most j * m rows are closed, so among the
    j * m + 1 rows with the fewest columns one is open; that row, or one with fewer, bounds the number of branches.
    """
    depth, mode = int(desk.state[_desk.DEPTH]), int(desk.state[_desk.MODE])
    rows = desk.price.shape[1]
    way, found = 1, 0
    for level in range(1, depth + 1):
        number, chosen = int(desk.line[_desk.NUMBER, level]), int(desk.line[_desk.CHOSEN, level])
        weight = desk.wide[_desk.WEIGHT, level, :number].copy()
        if level < depth:
            # what is below the class chosen comes with the next level; here is what is without it
            below, weight[chosen] = int(weight[chosen]), 0
        elif mode == _desk.LEAVE:
            break
        cells = matrix_of(desk.words[level, :number], rows).astype(np.int64)
        is_open = matrix_of(desk.rows[_desk.KEPT, level][None], rows)[:, 0] > 0
        degree = np.sort((cells @ weight)[is_open])
        longest = int(cells[is_open].sum(axis=0).max(initial=0))
        last = len(degree) - 1
        found += way * prod(int(degree[min(j * longest, last)]) for j in range(size - level + 1))
        if level < depth:
            way *= below
    return found
