"""The listing of smallest covers, compiled where Numba is installed: row branching with exclusion, and prices of rows as the bound.

State lies in arrays, so that the search can be left after some nodes and taken up again. At every node a column stays only if what it leaves open can
be paid: with prices of which no column costs more than 1, open rows that cost P need at least P columns, and a column that covers rows worth p leaves
P - p for the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veche.sets._covers import bits, matrix_of

#: nodes between two looks at the clock
SLICE = 20_000
#: choices that are listed one by one; above that number they are counted without a list
MOST_LISTED = 200_000


def list_covers(
    rows: Sequence[int], useful: int, size: int, prices: Sequence[float], end: float, nodes: int
) -> list[tuple[int, ...]] | None:
    """List all covers of `size` columns, the smallest number there is; None if they are too many, the time or the nodes end, or Numba is absent.

    Parameters
    ----------
    rows
        For each row its columns, as bits.
    useful
        The columns that may be chosen, as bits.
    size
        The smallest size.
    prices
        For each row a price not below 0, such that no column costs more than 1.
    end
        When to stop, by `time.monotonic`.
    nodes
        Most nodes that are looked at.
    """
    step = _compiled()
    if step is None:
        return None
    columns = [*bits(useful)]
    matrix = matrix_of(rows)[:, columns]
    of_rows, of_columns = _words(matrix), _words(matrix.T)
    state = np.zeros(4, dtype=np.int64)
    open_rows = np.zeros((size + 2, of_columns.shape[1]), dtype=np.uint64)
    allowed = np.zeros((size + 2, of_rows.shape[1]), dtype=np.uint64)
    open_rows[0] = _words(np.ones((1, len(rows)), dtype=np.uint8))[0]
    allowed[0] = _words(np.ones((1, len(columns)), dtype=np.uint8))[0]
    rest = np.zeros_like(allowed)
    chosen = np.zeros(size + 2, dtype=np.int64)
    found = np.empty((MOST_LISTED, size), dtype=np.int32)
    money = np.asarray(prices, dtype=float)
    state[2] = 1
    while state[0] >= 0:
        step(of_rows, of_columns, money, size, state, open_rows, allowed, rest, chosen, found, SLICE)
        nodes -= SLICE
        if state[1] >= MOST_LISTED or (state[0] >= 0 and (time.monotonic() > end or nodes < 0)):
            return None
    return [tuple(columns[at] for at in line) for line in found[: state[1]].tolist()]


def _words(matrix: NDArray[Any]) -> NDArray[np.uint64]:
    """Pack rows of zeros and ones into words of 64 bits; shape (rows, words)."""
    wide = np.zeros((matrix.shape[0], -(-matrix.shape[1] // 64) * 64), dtype=np.uint8)
    wide[:, : matrix.shape[1]] = matrix
    return np.packbits(wide, axis=1, bitorder="little").view(np.uint64)


def _step(
    of_rows: Any, of_columns: Any, prices: Any, size: Any, state: Any, open_rows: Any, allowed: Any, rest: Any, chosen: Any, found: Any, most: Any
) -> None:  # fmt: skip
    """Go on with the search for up to `most` nodes; state: depth (-1 at the end), covers found, whether the level is new."""
    one = np.uint64(1)
    zero = np.uint64(0)
    m1, m2, m4 = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
    h01, by1, by2, by4, by56 = np.uint64(0x0101010101010101), np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)
    row_words, column_words = of_columns.shape[1], of_rows.shape[1]
    row_count = of_rows.shape[0]
    depth, fresh = state[0], state[2] == 1
    looked = 0
    while depth >= 0 and looked < most and state[1] < len(found):
        left = size - depth
        if fresh:
            fresh = False
            looked += 1
            total = 0.0
            done = True
            for row in range(row_count):
                if (open_rows[depth, row >> 6] >> np.uint64(row & 63)) & one:
                    total += prices[row]
                    done = False
            if done:
                # fewer columns than the smallest size cannot do, so this is the last level
                for at in range(size):
                    found[state[1], at] = chosen[at]
                state[1] += 1
                depth -= 1
                continue
            good = left > 0 and total <= left + 1e-6
            if good:
                for word in range(column_words):
                    mask = allowed[depth, word]
                    kept = mask
                    while mask != zero:
                        low = mask & (~mask + one)
                        mask ^= low
                        x = low - one
                        x = x - ((x >> by1) & m1)
                        x = (x & m2) + ((x >> by2) & m2)
                        x = (x + (x >> by4)) & m4
                        column = word * 64 + int((x * h01) >> by56)
                        worth = 0.0
                        whole = True
                        for part in range(row_words):
                            hit = of_columns[column, part] & open_rows[depth, part]
                            if hit != open_rows[depth, part]:
                                whole = False
                            while hit != zero:
                                bit = hit & (~hit + one)
                                hit ^= bit
                                x = bit - one
                                x = x - ((x >> by1) & m1)
                                x = (x & m2) + ((x >> by2) & m2)
                                x = (x + (x >> by4)) & m4
                                worth += prices[part * 64 + int((x * h01) >> by56)]
                        if total - worth > left - 1 + 1e-6 or (left == 1 and not whole):
                            kept ^= low
                    allowed[depth, word] = kept
                best, fewest = -1, 1 << 30
                for row in range(row_count):
                    if (open_rows[depth, row >> 6] >> np.uint64(row & 63)) & one:
                        count = 0
                        for word in range(column_words):
                            x = of_rows[row, word] & allowed[depth, word]
                            x = x - ((x >> by1) & m1)
                            x = (x & m2) + ((x >> by2) & m2)
                            x = (x + (x >> by4)) & m4
                            count += int((x * h01) >> by56)
                        if count < fewest:
                            best, fewest = row, count
                            if count == 0:
                                good = False
                                break
                if good:
                    for word in range(column_words):
                        rest[depth, word] = of_rows[best, word] & allowed[depth, word]
            if not good:
                depth -= 1
                continue
        # the next column of the row of this level
        column = -1
        for word in range(column_words):
            mask = rest[depth, word]
            if mask != zero:
                low = mask & (~mask + one)
                rest[depth, word] ^= low
                allowed[depth, word] &= ~low
                x = low - one
                x = x - ((x >> by1) & m1)
                x = (x & m2) + ((x >> by2) & m2)
                x = (x + (x >> by4)) & m4
                column = word * 64 + int((x * h01) >> by56)
                break
        if column < 0:
            depth -= 1
            continue
        chosen[depth] = column
        for part in range(row_words):
            open_rows[depth + 1, part] = open_rows[depth, part] & ~of_columns[column, part]
        for word in range(column_words):
            allowed[depth + 1, word] = allowed[depth, word]
        depth += 1
        fresh = True
    state[0] = depth
    state[2] = 1 if fresh else 0
    state[3] += looked


@cache
def _compiled() -> Callable[..., None] | None:
    """Compile the search; kept on disk between runs. None where Numba is not installed."""
    try:
        from numba import njit
    except ImportError:
        return None
    compiled: Callable[..., None] = njit(cache=True)(_step)
    return compiled
