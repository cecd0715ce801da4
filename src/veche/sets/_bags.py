"""A cover of classes opened: how many covers of columns it stands for.

A bag holds the columns that may stand for a class of the way. Rows that no bag is sure to cover are *contested*; bags that reach the same contested
rows form a group. Choices of one column from each bag are counted box by box (`veche.sets._boxes`); a group with too many choices is divided
first: one bag into its columns with and without a contested row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from veche.sets._bits import ZERO, compiled, copied, first_bit, has, other_bits
from veche.sets._boxes import open_box
from veche.sets._desk import CHOSEN, FOLLOWING, HEAD, MEMBER, OPEN, TOO_MANY, WORK

#: choices of the three largest bags of a group from which on it is divided
LARGE = 20_000.0


@compiled
def open_bags(desk: Any, depth: Any) -> None:
    """Count the covers of a way from level 1 to `depth`: one column out of the bag of each class chosen."""
    first = np.zeros(depth + 1, np.int64)
    _gather(desk, depth, first)
    desk.state[WORK] += 4 * first[depth]
    reach, contested = np.zeros(desk.words[0, :depth].shape, np.uint64), np.zeros(desk.words.shape[2], np.uint64)
    columns = desk.bag[MEMBER]
    if not _tighten(desk, first, columns, reach, contested):
        return
    order, group = np.zeros(depth, np.int64), np.zeros(depth, np.int64)
    # boxes still to be opened: where each bag starts, and the columns
    width = depth + 1 + first[depth]
    pool, height = np.empty((1, width), np.int64), 1
    _put(pool[0], first, columns)
    columns = np.empty(first[depth], np.int64)
    while height and not desk.state[TOO_MANY]:
        height -= 1
        copied(pool[height], first, depth + 1)
        copied(pool[height, depth + 1 :], columns, first[depth])
        if not _tighten(desk, first, columns, reach, contested):
            continue
        groups = _ordered(first, reach, contested, order, group)
        if not _large(first, order, group):
            open_box(desk, first, columns, reach, contested, order, group, groups)
            continue
        desk.state[WORK] += 4 * first[depth]
        row = _fewest(desk, first, columns, contested)
        bag = _widest(desk, first, columns, row)
        while height + 2 > len(pool):
            pool = _deeper(pool)
        for side in range(2):
            _half(desk, pool[height], first, columns, bag, row, side == 1)
            height += 1


@compiled
def _put(line: Any, first: Any, columns: Any) -> None:
    copied(first, line, len(first))
    copied(columns, line[len(first) :], first[-1])


@compiled
def _deeper(lines: Any) -> Any:
    deeper = np.empty((2 * len(lines), lines.shape[1]), np.int64)
    for at in range(len(lines)):
        copied(lines[at], deeper[at], lines.shape[1])
    return deeper


@compiled
def _large(first: Any, order: Any, group: Any) -> Any:
    """Whether a group of bags is so large that it is divided first: by the three largest bags of it."""
    size, nth = 1.0, 0
    for slot in range(len(order)):
        if slot == 0 or group[slot] != group[slot - 1]:
            size, nth = 1.0, 0
        if nth < 3:
            size *= first[order[slot] + 1] - first[order[slot]]
            nth += 1
        if nth > 1 and size > LARGE:
            return True
    return False


@compiled
def _fewest(desk: Any, first: Any, columns: Any, contested: Any) -> Any:
    """The contested row that the fewest columns cover."""
    best, fewest = -1, 1 << 40
    for part in range(len(contested)):
        left = contested[part]
        while left != ZERO:
            row, count = part * 64 + first_bit(left), 0
            left = other_bits(left)
            for at in range(first[-1]):
                count += has(desk.words[0, columns[at]], row)
            if count < fewest:
                best, fewest = row, count
    return best


@compiled
def _widest(desk: Any, first: Any, columns: Any, row: Any) -> Any:
    """The bag of which most columns cover a row."""
    best, most = -1, 0
    for slot in range(len(first) - 1):
        count = 0
        for at in range(first[slot], first[slot + 1]):
            count += has(desk.words[0, columns[at]], row)
        if count > most:
            best, most = slot, count
    return best


@compiled
def _half(desk: Any, line: Any, first: Any, columns: Any, bag: Any, row: Any, with_it: Any) -> None:
    """Write down a box of which one bag keeps the columns with a row, or those without."""
    s, begin = 0, len(first)
    for slot in range(len(first) - 1):
        line[slot] = s
        for at in range(first[slot], first[slot + 1]):
            if slot != bag or has(desk.words[0, columns[at]], row) == with_it:
                line[begin + s] = columns[at]
                s += 1
    line[len(first) - 1] = s


@compiled
def _gather(desk: Any, depth: Any, first: Any) -> None:
    """Write down the columns of each bag."""
    pick = np.zeros(depth + 1, np.int64)
    s = 0
    for slot in range(depth):
        level = slot + 1
        pick[level] = desk.line[CHOSEN, level]
        for above in range(level, 0, -1):
            pick[above - 1] = desk.wide[HEAD, above, pick[above]]
        first[slot] = s
        going = True
        while going:
            desk.bag[MEMBER, s] = pick[0]
            s += 1
            going = False
            for above in range(level):
                after = desk.wide[FOLLOWING, above, pick[above]]
                if after >= 0:
                    pick[above] = after
                    for higher in range(above, 0, -1):
                        pick[higher - 1] = desk.wide[HEAD, higher, pick[higher]]
                    going = True
                    break
    first[depth] = s


@compiled
def _tighten(desk: Any, first: Any, columns: Any, reach: Any, contested: Any) -> Any:
    """Leave out columns that miss a row which only their bag reaches; False if no choice covers all rows."""
    slots, parts = reach.shape
    once, twice = np.empty(parts, np.uint64), np.empty(parts, np.uint64)
    changed = True
    while changed:
        changed = False
        for part in range(parts):
            once[part] = twice[part] = ZERO
        for slot in range(slots):
            for part in range(parts):
                reach[slot, part] = ZERO
            for at in range(first[slot], first[slot + 1]):
                for part in range(parts):
                    reach[slot, part] |= desk.words[0, columns[at], part]
            for part in range(parts):
                twice[part] |= once[part] & reach[slot, part]
                once[part] |= reach[slot, part]
        for part in range(parts):
            if once[part] != desk.rows[OPEN, 0, part]:
                return False
        s = 0
        for slot in range(slots):
            begin, end = first[slot], first[slot + 1]
            first[slot] = s
            for at in range(begin, end):
                good = True
                for part in range(parts):
                    if reach[slot, part] & ~twice[part] & ~desk.words[0, columns[at], part] != ZERO:
                        good = False
                        break
                if good:
                    columns[s] = columns[at]
                    s += 1
                else:
                    changed = True
            if s == first[slot]:
                return False
        first[slots] = s
    for part in range(parts):
        contested[part] = twice[part]
    for slot in range(slots):
        for part in range(parts):
            sure = contested[part]
            if sure != ZERO:
                for at in range(first[slot], first[slot + 1]):
                    sure &= desk.words[0, columns[at], part]
                contested[part] &= ~sure
    return True


@compiled
def _ordered(first: Any, reach: Any, contested: Any, order: Any, group: Any) -> Any:
    """Put the bags into order: those that share contested rows, directly or not, together, the largest first; returns how many groups there are."""
    slots, groups, done = len(reach), 0, 0
    free = np.ones(slots, np.bool_)
    while done < slots:
        start = done
        for slot in range(slots):
            if free[slot]:
                order[done], group[done], free[slot] = slot, groups, False
                done += 1
                break
        at = start
        while at < done:
            for other in range(slots):
                if free[other] and _meets(reach[order[at]], reach[other], contested):
                    order[done], group[done], free[other] = other, groups, False
                    done += 1
            at += 1
        for one in range(start + 1, done):
            slot, at = order[one], one - 1
            size = first[slot + 1] - first[slot]
            while at >= start and first[order[at] + 1] - first[order[at]] < size:
                order[at + 1] = order[at]
                at -= 1
            order[at + 1] = slot
        groups += 1
    return groups


@compiled
def _meets(one: Any, other: Any, among: Any) -> Any:
    for part in range(len(one)):  # noqa: SIM110 - a loop compiles to less
        if one[part] & other[part] & among[part] != ZERO:
            return True
    return False
