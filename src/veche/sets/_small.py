"""Smallest covers of a chart of few rows and columns, compiled: what most tables need, in a call or two.

Sizes are tried one after the other. A branch takes one column of the row with the fewest; columns of that row tried later are not taken below it, so
every cover is met once. Rows that share no column bound a branch from below.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from veche.sets._bits import ONE, ZERO, compiled, first_bit, ones, other_bits
from veche.sets._desk import MOST_COUNT

#: most rows, and most columns: each is a bit of one word
MOST = 64
#: most covers, and most subproblems; beyond them the larger search is faster
MOST_COVERS, MOST_NODES = 1_000, 3_000


@compiled
def few_covers(words: Any, weight: Any, rows: Any, covers: Any, held: Any) -> Any:
    """Find all smallest covers: their size, how many there are written down and counted, and the subproblems; size 0 if that is too much.

    Parameters
    ----------
    words
        Rows of each column, as bits; shape (columns, 1).
    weight
        How many prime implicants stand behind each column; shape (columns,).
    rows
        How many rows there are; each has a column.
    covers
        Room for the covers; shape (MOST_COVERS, rows).
    held
        Room for the number of covers that hold each column or an equal one, zeros; shape (columns,).
    """
    holders, everything = np.zeros(rows, np.uint64), ZERO
    for column in range(len(words)):
        everything |= ONE << np.uint64(column)
        for row in range(rows):
            if words[column, 0] >> np.uint64(row) & ONE != ZERO:
                holders[row] |= ONE << np.uint64(column)
    is_open, may, left = np.zeros(rows + 2, np.uint64), np.zeros(rows + 2, np.uint64), np.zeros(rows + 2, np.uint64)
    taken = np.zeros(rows + 2, np.int64)
    is_open[0] = ~ZERO >> np.uint64(MOST - rows)
    size = found = count = nodes = 0
    while found == 0:
        size += 1
        may[0], depth, fresh = everything, 0, True
        while depth >= 0:
            if fresh:
                fresh = False
                nodes += 1
                if nodes > MOST_NODES:
                    return 0, 0, 0, nodes
                if is_open[depth] == ZERO:
                    ways, rough = 1, 1.0
                    for at in range(depth):
                        ways *= weight[taken[at]]
                        rough *= weight[taken[at]]
                    if found == len(covers) or rough + count > MOST_COUNT:
                        return 0, 0, 0, nodes
                    for at in range(depth):
                        covers[found, at] = taken[at]
                        held[taken[at]] += ways
                    found += 1
                    count += ways
                    depth -= 1
                    continue
                left[depth] = _row_of(is_open[depth], may[depth], holders, size - depth)
                may[depth] &= ~left[depth]
            if left[depth] == ZERO:
                depth -= 1
                continue
            column = first_bit(left[depth])
            left[depth] = other_bits(left[depth])
            taken[depth] = column
            is_open[depth + 1], may[depth + 1] = is_open[depth] & ~words[column, 0], may[depth]
            may[depth] |= ONE << np.uint64(column)
            depth += 1
            fresh = True
    return size, found, count, nodes


@compiled
def _row_of(is_open: Any, may: Any, holders: Any, budget: Any) -> Any:
    """Columns of the open row that has the fewest; none if so many columns cannot cover the rows."""
    used, apart, best, fewest = ZERO, 0, ZERO, MOST + 1
    while is_open != ZERO:
        own = holders[first_bit(is_open)] & may
        is_open = other_bits(is_open)
        if own & used == ZERO:
            used |= own
            apart += 1
        if apart > budget:
            return ZERO
        size = ones(own)
        if size < fewest:
            best, fewest = own, size
    return best
