"""The arrays of a search for smallest covers, and what stands where in them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

#: rounding that prices may carry
EPS = 1e-6
#: counts beyond this do not fit into a machine word
MOST_COUNT = 4e18

#: `Desk.wide`, for each class: its columns; the first class of the level above in it; the next class of this level in the same class of the level
#: below; whether rows of it were taken away, so that it may lie within another one now
WEIGHT, HEAD, FOLLOWING, TOUCHED = range(4)
#: `Desk.line`, for each depth: classes, the class branched on
NUMBER, CHOSEN = range(2)
#: `Desk.rows`, for each depth: rows not covered, and those of them that are not covered anyway when the others are
OPEN, KEPT = range(2)
#: `Desk.row`, for each row: how many classes it has, and where they start and end in `Desk.ink`
DEGREE, BEGINS, ENDS = range(3)
#: `Desk.money`, for each row: slope of the relaxation, the best prices, those before
SLOPE, BEST, BEFORE = range(3)
#: `Desk.ink`: rows of the classes and classes of the rows, one after the other
OF_CLASS, OF_ROW = range(2)
#: `Desk.seen`: classes by the hash of their rows, and when they were put there
TABLE, STAMP = range(2)
#: `Desk.bag`: columns of the bags one after the other; the covers that hold each column (one given prime implicant of it);
#: for each column the next one of its kind
MEMBER, UNIT, KIN = range(3)
#: places in `Desk.state`
DEPTH, MODE, TICK, FOUND, NODES, WORK, TOO_MANY, FULL, COUNT = range(9)
ENTER, BRANCH, LEAVE = range(3)


class Desk(NamedTuple):
    """Arrays of a search; the names above say what a first axis holds. They are few, since each one makes every compiled function longer."""

    words: Any  # rows not covered of each class, (depths, classes, words)
    rows: Any  # (2, depths, words)
    price: Any  # price of each row, (depths, rows)
    worth: Any  # price of all rows of each class, (depths, classes)
    wide: Any  # (4, depths, classes)
    line: Any  # (2, depths)
    slack: Any  # the budget that prices leave, (depths,)
    row: Any  # (3, rows)
    money: Any  # (3, rows)
    starts: Any  # where the rows of each class start, (classes + 1,)
    ink: Any  # (2, ones of the chart)
    seen: Any  # (2, room)
    bag: Any  # (3, classes)
    covers: Any  # covers written down: columns of the chart, (covers, depths)
    state: Any


def make_desk(words: Any, weight: Any, rows: int, depths: int, listed: int) -> Desk:
    """Make the arrays for a chart; words: shape (columns, words), no two equal, weight: shape (columns,)."""
    n, parts = words.shape
    room = 16
    while room < 2 * n:
        room *= 2
    ink = int(np.unpackbits(words.view(np.uint8)).sum()) + 1
    depths += 2
    desk = Desk(
        words=np.empty((depths, n, parts), np.uint64), rows=np.zeros((2, depths, parts), np.uint64),
        price=np.zeros((depths, rows)), worth=np.zeros((depths, n)),
        wide=np.zeros((4, depths, n), np.int64), line=np.zeros((2, depths), np.int64), slack=np.zeros(depths),
        row=np.zeros((3, rows), np.int64), money=np.zeros((3, rows)),
        starts=np.zeros(n + 1, np.int64), ink=np.empty((2, ink), np.uint32), seen=np.zeros((2, room), np.int64),
        bag=np.zeros((3, n), np.int64), covers=np.empty((listed, depths - 2), np.int32), state=np.zeros(9, np.int64),
    )  # fmt: skip
    desk.words[0], desk.wide[WEIGHT, 0], desk.line[NUMBER, 0] = words, weight, n
    desk.rows[:, 0] = np.bitwise_or.reduce(words, axis=0)
    return desk
