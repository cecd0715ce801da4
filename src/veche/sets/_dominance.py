"""A node made small: rows that others imply are left aside, and classes within others join their bags."""

from __future__ import annotations

from typing import Any

import numpy as np

from veche.sets._bits import ONE, ZERO, compiled, first_bit, has, other_bits
from veche.sets._desk import (
    BEGINS,
    DEGREE,
    ENDS,
    FOLLOWING,
    HEAD,
    KEPT,
    NUMBER,
    OF_CLASS,
    OF_ROW,
    TOUCHED,
    WEIGHT,
    WORK,
)  # fmt: skip
from veche.sets._prices import spread


@compiled
def imply(desk: Any, depth: Any) -> Any:
    """Leave aside each row that all classes of another row hold too; its price goes to that one. Returns how many."""
    kept, dropped = desk.rows[KEPT, depth], 0
    for row in range(desk.row.shape[1]):
        if desk.row[DEGREE, row] == 0 or not has(kept, row):
            continue
        for part in range(desk.words.shape[2]):
            shared = kept[part]
            for at in range(desk.row[BEGINS, row], desk.row[ENDS, row]):
                shared &= desk.words[depth, desk.ink[OF_ROW, at], part]
                if shared == ZERO:
                    break
            if part == row >> 6:
                shared &= ~(ONE << np.uint64(row & 63))
            while shared != ZERO:
                other = part * 64 + first_bit(shared)
                shared = other_bits(shared)
                kept[part] &= ~(ONE << np.uint64(other & 63))
                desk.price[depth, row] += desk.price[depth, other]
                desk.price[depth, other] = 0.0
                for at in range(desk.row[BEGINS, other], desk.row[ENDS, other]):
                    desk.wide[TOUCHED, depth, desk.ink[OF_ROW, at]] = 1
                dropped += 1
    return dropped


@compiled
def merge(desk: Any, depth: Any, k: Any, into: Any) -> None:
    """Put the classes of the level above that are in `k` into another class."""
    last = desk.wide[HEAD, depth, k]
    while desk.wide[FOLLOWING, depth - 1, last] >= 0:
        last = desk.wide[FOLLOWING, depth - 1, last]
    desk.wide[FOLLOWING, depth - 1, last] = desk.wide[HEAD, depth, into]
    desk.wide[HEAD, depth, into] = desk.wide[HEAD, depth, k]
    desk.wide[WEIGHT, depth, into] += desk.wide[WEIGHT, depth, k]
    desk.wide[WEIGHT, depth, k] = 0


@compiled
def absorb_classes(desk: Any, depth: Any) -> Any:
    """Let each class whose kept rows lie within those of another one join it; returns how many did."""
    number, parts, joined = desk.line[NUMBER, depth], desk.words.shape[2], 0
    kept = desk.rows[KEPT, depth]
    for k in range(number):
        if desk.wide[TOUCHED, depth, k] == 0:
            continue
        desk.wide[TOUCHED, depth, k] = 0
        best, fewest = np.int64(-1), 1 << 40
        for at in range(desk.starts[k], desk.starts[k + 1]):
            row = np.int64(desk.ink[OF_CLASS, at])
            if has(kept, row) and desk.row[DEGREE, row] < fewest:
                best, fewest = row, desk.row[DEGREE, row]
        if best < 0:
            continue
        desk.state[WORK] += fewest
        for at in range(desk.row[BEGINS, best], desk.row[ENDS, best]):
            other = np.int64(desk.ink[OF_ROW, at])
            if other == k or desk.wide[WEIGHT, depth, other] == 0:
                continue
            inside = True
            for part in range(parts):
                if desk.words[depth, k, part] & kept[part] & ~desk.words[depth, other, part] != ZERO:
                    inside = False
                    break
            if inside:
                merge(desk, depth, k, other)
                joined += 1
                break
    if joined:
        _close_up(desk, depth)
    return joined


@compiled
def _close_up(desk: Any, depth: Any) -> None:
    """Take out the classes without columns."""
    at = np.int64(0)
    for k in range(desk.line[NUMBER, depth]):
        if desk.wide[WEIGHT, depth, k]:
            if at != k:
                move_class(desk, depth, k, at)
            at += 1
    desk.line[NUMBER, depth] = at


@compiled
def move_class(desk: Any, depth: Any, k: Any, to: Any) -> None:
    """Give a class another number."""
    for part in range(desk.words.shape[2]):
        desk.words[depth, to, part] = desk.words[depth, k, part]
    desk.wide[WEIGHT, depth, to] = desk.wide[WEIGHT, depth, k]
    desk.wide[HEAD, depth, to] = desk.wide[HEAD, depth, k]
    desk.wide[TOUCHED, depth, to] = desk.wide[TOUCHED, depth, k]
    desk.worth[depth, to] = desk.worth[depth, k]


@compiled
def reduce(desk: Any, depth: Any) -> Any:
    """Make the node small, and spread it; False if a row has no class."""
    while True:
        if spread(desk, depth) == 0:
            return False
        desk.state[WORK] += 4 * desk.starts[desk.line[NUMBER, depth]] + desk.row.shape[1]
        fewer = imply(desk, depth)
        if absorb_classes(desk, depth) == 0:
            if fewer:
                spread(desk, depth)
            return True
