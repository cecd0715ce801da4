"""Compiled steps before the search: prime implicants of all rows with the rows they cover, and the chart made small.

`veche.sets._primes` and `veche.sets._chart` say what each step is for; the same steps without Numba stand there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from veche.sets._bits import ONE, ZERO, compiled, first_bit, has, mixed, ones, other_bits, put_in_order, within


@compiled
def least_edges(edges: Any) -> Any:
    """Keep the edges (bits of conditions) that hold no other edge: small ones first, each once."""
    ordered, kept, count = np.empty(len(edges), np.int64), np.empty(len(edges), np.int64), 0
    for at in range(len(edges)):
        ordered[at] = (ones(np.uint64(edges[at])) << 32) | edges[at]
    put_in_order(ordered)
    for at in range(len(ordered)):
        edge, fresh = ordered[at] & 0xFFFFFFFF, True
        for k in range(count):
            if kept[k] & edge == kept[k]:
                fresh = False
                break
        if fresh:
            kept[count] = edge
            count += 1
    return kept[:count]


@compiled
def hit_all(rows: Any, outside: Any, levels: Any, masks: Any, owners: Any, words: Any) -> Any:
    """Find the primes of all rows, each at the lowest row it covers; the number found, also beyond the room, or -1 - row if one cannot be told.

    Parameters
    ----------
    rows
        Positive rows, shape (rows, conditions).
    outside
        Cubes to keep out, -1 where free; shape (cubes, conditions).
    levels
        How many values of each condition can stand in a term, shape (conditions,).
    masks, owners, words
        Room for what is found: conditions (bits), the row, and the rows covered (words).
    """
    row_count, width = rows.shape
    edges, apart = np.empty(len(outside), np.int64), np.empty(row_count, np.int64)
    found = np.int64(0)  # a literal would compile what it is given to a second time
    for row in range(row_count):
        for other in range(row_count):
            apart[other] = 0
            for place in range(width):
                value = rows[row, place]
                if value < levels[place] and value != rows[other, place]:
                    apart[other] |= np.int64(1) << place
        for at in range(len(outside)):
            edge = np.int64(0)
            for place in range(width):
                value = outside[at, place]
                if rows[row, place] < levels[place] and value >= 0 and value != rows[row, place]:
                    edge |= np.int64(1) << place
            if edge == 0:
                return -1 - row
            edges[at] = edge
        found = _hit_row(least_edges(edges), width, row, apart, masks, owners, words, found)
    return found


@compiled
def _hit_row(edges: Any, width: Any, row: Any, apart: Any, masks: Any, owners: Any, words: Any, found: Any) -> Any:
    """Find the minimal hitting sets of the edges of one row, as `veche.sets._primes.hitting_sets` does, in the same order."""
    parts = (len(edges) + 63) // 64
    met_by = np.zeros((width, parts), np.uint64)
    for at in range(len(edges)):
        for place in range(width):
            if (edges[at] >> place) & 1:
                met_by[place, at >> 6] |= ONE << np.uint64(at & 63)
    depths = width + 2
    open_edges = np.zeros((depths, parts), np.uint64)
    own = np.zeros((depths, depths, parts), np.uint64)  # edges that each condition taken meets alone
    mask, may, rest = np.zeros(depths, np.int64), np.zeros(depths, np.int64), np.zeros(depths, np.int64)
    for at in range(len(edges)):
        open_edges[0, at >> 6] |= ONE << np.uint64(at & 63)
    may[0] = (np.int64(1) << width) - 1
    depth, fresh = 0, True
    while depth >= 0:
        if fresh:
            fresh = False
            best, fewest = np.int64(-1), 99
            for part in range(parts):
                left = open_edges[depth, part]
                while left != ZERO:
                    edge = edges[part * 64 + first_bit(left)] & may[depth]
                    left = other_bits(left)
                    size = ones(np.uint64(edge))
                    if size < fewest:
                        best, fewest = edge, size
            if best < 0:
                found = _keep(mask[depth], row, apart, masks, owners, words, found)
                depth -= 1
                continue
            rest[depth] = best
            may[depth] &= ~best
        bit = rest[depth] & -rest[depth]
        if bit == 0:
            depth -= 1
            continue
        rest[depth] ^= bit
        hit = met_by[ones(np.uint64(bit - 1))]
        good = True
        for level in range(depth):
            alone = False
            for part in range(parts):
                own[depth + 1, level, part] = own[depth, level, part] & ~hit[part]
                alone |= own[depth + 1, level, part] != ZERO
            if not alone:
                good = False
                break
        if good:
            for part in range(parts):
                own[depth + 1, depth, part] = open_edges[depth, part] & hit[part]
                open_edges[depth + 1, part] = open_edges[depth, part] & ~hit[part]
            mask[depth + 1] = mask[depth] | bit
            may[depth + 1] = may[depth]
        may[depth] |= bit
        if good:
            depth += 1
            fresh = True
    return found


@compiled
def _keep(mask: Any, row: Any, apart: Any, masks: Any, owners: Any, words: Any, found: Any) -> Any:
    for other in range(row):
        if apart[other] & mask == 0:
            return found  # found there
    if found < len(masks):
        masks[found] = mask
        owners[found] = row
        for part in range(words.shape[1]):
            words[found, part] = ZERO
        for other in range(row, len(apart)):
            if apart[other] & mask == 0:
                words[found, other >> 6] |= ONE << np.uint64(other & 63)
    return found + 1


@compiled
def needed_rows(words: Any, rows: Any) -> Any:
    """Which rows stay: a row whose columns hold all columns of another one is covered whenever that one is; shape (rows,)."""
    count, parts = len(words), (len(words) + 63) // 64
    holders = np.zeros((rows, parts), np.uint64)
    for column in range(count):
        for part in range(words.shape[1]):
            left = words[column, part]
            while left != ZERO:
                holders[part * 64 + first_bit(left), column >> 6] |= ONE << np.uint64(column & 63)
                left = other_bits(left)
    kept, order = np.zeros(rows, np.bool_), np.empty(rows, np.int64)
    for row in range(rows):
        size = 0
        for part in range(parts):
            size += ones(holders[row, part])
        order[row] = size * rows + row
    put_in_order(order)
    for at in range(rows):
        row = order[at] % rows
        kept[row] = True
        for before in range(at):
            other = order[before] % rows
            if kept[other] and within(holders[other], holders[row]):
                kept[row] = False
                break
    return kept


@compiled
def grouped(words: Any, rows: Any, groups: Any) -> Any:
    """Number columns by the rows they cover among those of `rows` (words): -1 for none; the number of groups.

    `groups` is filled, shape (columns,); groups are numbered in the order of their first column.
    """
    count, parts = words.shape
    room = 16
    while room < 2 * count:
        room *= 2
    table = np.full(room, -1, np.int64)
    found = 0
    for column in range(count):
        mark, empty = ZERO, True
        for part in range(parts):
            value = words[column, part] & rows[part]
            empty &= value == ZERO
            mark = mixed(mark ^ value)
        if empty:
            groups[column] = -1
            continue
        at = np.int64(mark & np.uint64(room - 1))
        while True:
            other = table[at]
            if other < 0:
                table[at] = column
                groups[column] = found
                found += 1
                break
            equal = True
            for part in range(parts):
                if (words[column, part] ^ words[other, part]) & rows[part] != ZERO:
                    equal = False
                    break
            if equal:
                groups[column] = groups[other]
                break
            at = (at + 1) & (room - 1)
    return found


@compiled
def reduced(words: Any, rows: Any) -> Any:
    """Make the chart small: group of each column, first column of each group, independent part of each row (-1: not needed), part of each group."""
    kept, own = needed_rows(words, rows), np.zeros(words.shape[1], np.uint64)
    for row in range(rows):
        if kept[row]:
            own[row >> 6] |= ONE << np.uint64(row & 63)
    of = np.empty(len(words), np.int64)
    count = grouped(words, own, of)
    columns, part_of, done = np.empty(count, np.int64), np.empty(count, np.int64), 0
    for column in range(len(words)):
        if of[column] == done:
            columns[done] = column
            done += 1
    label = labelled(words, columns, kept)
    for group in range(count):
        for row in range(rows):
            if label[row] >= 0 and has(words[columns[group]], row):
                part_of[group] = label[row]
                break
    return of, columns, label, part_of


@compiled
def labelled(words: Any, columns: Any, kept: Any) -> Any:
    """Number the independent parts of the chart for each row that is kept (-1 for others); rows of one part share columns, shape (rows,)."""
    rows = len(kept)
    root = np.arange(rows)
    for column in columns:
        first = -1
        for part in range(words.shape[1]):
            left = words[column, part]
            while left != ZERO:
                row = part * 64 + first_bit(left)
                left = other_bits(left)
                if not kept[row]:
                    continue
                while root[row] != row:
                    root[row] = root[root[row]]
                    row = root[row]
                if first >= 0 and row != first:
                    if row < first:
                        row, first = first, row
                    root[row] = first
                first = row if first < 0 else first
    label, count = np.full(rows, -1, np.int64), 0
    for row in range(rows):
        if kept[row]:
            at = row
            while root[at] != at:
                at = root[at]
            if at == row:
                label[row] = count
                count += 1
            else:
                label[row] = label[at]
    return label


@compiled
def restricted(words: Any, columns: Any, rows: Any) -> Any:
    """Give columns on rows that are numbered anew; shape (columns, words)."""
    out = np.zeros((len(columns), (len(rows) + 63) // 64), np.uint64)
    for at in range(len(columns)):
        for place in range(len(rows)):
            if has(words[columns[at]], rows[place]):
                out[at, place >> 6] |= ONE << np.uint64(place & 63)
    return out


@compiled
def greedy(words: Any, rows: Any) -> Any:
    """Choose the column that covers most open rows, again and again; the columns chosen."""
    count, parts = words.shape
    is_open = np.zeros(parts, np.uint64)
    for row in range(rows):
        is_open[row >> 6] |= ONE << np.uint64(row & 63)
    chosen = np.empty(rows, np.int64)
    size, left = 0, rows
    while left > 0:
        best, most = -1, 0
        for column in range(count):
            worth = 0
            for part in range(parts):
                worth += ones(words[column, part] & is_open[part])
            if worth > most:
                best, most = column, worth
        if best < 0:
            break
        for part in range(parts):
            is_open[part] &= ~words[best, part]
        chosen[size] = best
        size += 1
        left -= most
    return chosen[:size]
