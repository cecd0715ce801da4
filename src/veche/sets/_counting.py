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

from veche.sets import _search
from veche.sets._bounds import linear_prices, matrix_of, smallest
from veche.sets._component import Component
from veche.sets._reduction import greedy

Ints = NDArray[np.int64]
#: covers that are written down
MOST_LISTED = 200_000
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
    if rows == 1:
        return Component.of_one(weight.tolist())
    found = greedy(words, rows)
    desk = _search.make_desk(words, weight, rows, len(found) + 1, MOST_LISTED)
    steps = _search.FIRST_STEPS if len(words) > 40 else 0
    floor = float(_search.first_prices(desk, float(len(found)), steps))
    if len(desk.ink[_search.OF_CLASS]) > LARGE and ceil(floor - _search.EPS) < len(found):
        floor = _better_prices(desk, words, rows, found, floor)
    size = max(1, ceil(floor - _search.EPS))
    asked, ask_at = nodes is not None, end - 0.4 * max(end - time.monotonic(), 0.0)
    while True:
        _restart(desk, words, weight)
        ended = _searched(desk, size, end if asked else ask_at, nodes)
        if not (ended or asked or desk.state[_search.TOO_MANY]):
            asked = True
            if desk.state[_search.FOUND] == 0:
                # a small cover, or the proof that there is none of this size, from elsewhere
                better, least = smallest(matrix_of(words, rows), 0.5 * (end - time.monotonic()))
                found = np.asarray(better) if better and len(better) < len(found) else found
                if least > size:
                    size = least
                    continue
            ended = _searched(desk, size, end, nodes)
        if desk.state[_search.TOO_MANY]:
            return None
        if not ended or desk.line[_search.COUNT, 0] > 0:
            return _answer(desk, size, ended, weight, found)
        size += 1


def _better_prices(desk: _search.Desk, words: NDArray[np.uint64], rows: int, found: Ints, floor: float) -> float:
    """Put the prices of the linear relaxation in place of worse ones; returns their total."""
    prices = linear_prices(matrix_of(words, rows), found)
    if prices is None or prices.sum() <= floor:
        return floor
    desk.price[0] = prices
    return float(prices.sum())


def _restart(desk: _search.Desk, words: NDArray[np.uint64], weight: Ints) -> None:
    desk.words[0], desk.wide[_search.WEIGHT, 0], desk.line[_search.NUMBER, 0] = words, weight, len(words)
    desk.wide[_search.HEAD, 0] = np.arange(len(words))
    state = desk.state
    state[_search.DEPTH], state[_search.MODE], state[_search.FOUND], state[_search.FULL] = 0, _search.ENTER, 0, 0


def _searched(desk: _search.Desk, size: int, end: float, nodes: int | None) -> bool:
    while True:
        if _search.go_on(desk, size, SLICE if nodes is None else 1):
            return True
        if desk.state[_search.TOO_MANY] or time.monotonic() > end:
            return False
        if nodes is not None and desk.state[_search.NODES] > nodes:
            return False


def _answer(desk: _search.Desk, size: int, ended: bool, weight: Ints, found: Ints) -> Component:
    most: int | None = None
    if not ended:
        most = _at_most(desk, size)
        _search.fold(desk)
        most += int(desk.line[_search.COUNT, 0])
    count, nodes = int(desk.line[_search.COUNT, 0]), int(desk.state[_search.NODES])
    if count == 0:
        # none of this size was found, nor is it proved that there is none: what is there is the cover of another size
        least = min(size, len(found))
        ways = prod(int(weight[column]) for column in found)
        held = dict.fromkeys(found.tolist(), ways)
        covers = found[None].astype(np.int64)
        return Component(len(found), least, ways, None, held, covers, complete=False, whole=False, nodes=nodes)
    columns = desk.wide[_search.HEAD, 0]
    held = {
        int(columns[k]): int(desk.wide[_search.UNIT, 0, k] * desk.wide[_search.WEIGHT, 0, k])
        for k in np.flatnonzero(desk.wide[_search.UNIT, 0, : desk.line[_search.NUMBER, 0]])
    }
    covers = columns[desk.covers[: desk.state[_search.FOUND], :size]].astype(np.int64)
    return Component(
        size, size, count, count if ended else most, held, covers,
        complete=ended, whole=ended and not desk.state[_search.FULL], nodes=nodes,
    )  # fmt: skip


def _at_most(desk: _search.Desk, size: int) -> int:
    """How many covers the parts of the search that were not looked at can hold, at most.

    A search branches on rows, one after the other. When j classes of at most m rows are chosen, at most j * m rows are closed, so among the j * m + 1
    rows with the fewest columns one is open; that row, or one with fewer, bounds the number of branches.
    """
    depth = int(desk.state[_search.DEPTH])
    way, found = 1, 0
    for level in range(depth + 1):
        number = int(desk.line[_search.NUMBER, level])
        words, weight = desk.words[level, :number], desk.wide[_search.WEIGHT, level, :number]
        cells = np.unpackbits(words.view(np.uint8), axis=1, bitorder="little")[:, : desk.price.shape[1]]
        degree = np.sort(
            (cells * weight[:, None]).sum(axis=0)[matrix_of(desk.open[level][None], cells.shape[1])[:, 0] > 0]
        )
        longest = int(cells.sum(axis=1).max(initial=0))

        def below(taken: int, degree: Ints = degree, longest: int = longest, budget: int = size - level) -> int:
            last = len(degree) - 1
            return prod(int(degree[min(j * longest, last)]) for j in range(taken, budget)) if last >= 0 else 1

        if level == depth and desk.state[_search.MODE] == _search.ENTER:
            return found + way * below(0)
        left = desk.wide[_search.TAKEN, level, desk.line[_search.NEXT, level] : desk.line[_search.BRANCHES, level]]
        if level < depth or desk.state[_search.MODE] == _search.BRANCH:
            found += way * int(weight[left].sum()) * below(1)
        if level < depth:
            way *= int(weight[desk.wide[_search.TAKEN, level, desk.line[_search.NEXT, level] - 1]])
    return found
