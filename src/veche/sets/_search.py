"""The search for all smallest covers, compiled: branching on classes with exclusion, bounded by prices of rows.

A node of the search is a chart of its own: the rows not covered, and the columns that may still be chosen, as *classes*. Columns that cover the same
open rows, or a part of what another one covers, are in the bag of that class (`veche.sets._dominance`): a class stands for its bag, and only
when a cover of classes is found are the bags opened (`veche.sets._bags`). Each cover of columns belongs to just one cover of classes, since every
column is in one bag; and no two of its columns are in the same bag, since then there would be a smaller cover.

Prices of rows, of which no class costs more than 1, prove how many columns the open rows need (weak duality of the linear relaxation,
`veche.sets._prices`). Classes that the rest of the budget cannot pay are dropped. The node branches on a class of the row whose classes promise the
smallest subtrees: first with it, then without it, bounded anew.

State lies in arrays, so that the search can be left after some work and taken up again. Reference for the bounds: Balas and Ho 1980, Mathematical
Programming Study 12:37-60; Caprara, Toth and Fischetti 2000, Annals of Operations Research 98:353-371.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from veche.sets._bags import open_bags
from veche.sets._bits import ZERO, compiled, first_bit, has, mixed, other_bits
from veche.sets._desk import (
    BRANCH,
    CHOSEN,
    COUNT,
    DEPTH,
    ENTER,
    EPS,
    FOLLOWING,
    FOUND,
    FULL,
    HEAD,
    KEPT,
    LEAVE,
    MODE,
    NODES,
    NUMBER,
    OPEN,
    SLOPE,
    STAMP,
    TABLE,
    TICK,
    TOO_MANY,
    TOUCHED,
    UNIT,
    WEIGHT,
    WORK,
    Desk,
)  # fmt: skip
from veche.sets._dominance import move_class, reduce
from veche.sets._prices import climb, raise_prices, spread, total_price, weigh

#: steps of the subgradient method, from how many classes on, and at the first node
STEPS, MANY, FIRST_STEPS = 50, 400, 300
#: how the steps shrink, and at the first node
PACE, FIRST_PACE = 0.95, 0.985
#: a node is made smaller again only if more than one class in so many was dropped
FEW = 8
#: how much dearer a class counts less, when the row to branch on is chosen
STEEP = 4.0


def first_prices(desk: Desk, target: float, steps: int) -> float:
    """Find good prices of all rows; returns their total: no cover is smaller."""
    # called one by one, each is compiled once; a constant in a compiled call would compile it anew
    spread(desk, 0)
    weigh(desk, 0)
    descend(desk, 0, 1 << 30, -1)
    reduce(desk, 1)
    raise_prices(desk, 1)
    total = climb(desk, 1, float(desk.price[1].sum()), target, steps, FIRST_PACE)
    desk.price[0] = desk.price[1]
    return float(total)


def start(desk: Desk, size: int) -> None:
    """Begin a search anew, with the prices of level 0."""
    desk.state[DEPTH], desk.state[MODE], desk.state[FOUND], desk.state[FULL], desk.state[COUNT] = 1, ENTER, 0, 0, 0
    desk.bag[UNIT] = 0
    spread(desk, 0)
    weigh(desk, 0)
    descend(desk, 0, size, -1)


@compiled
def _drop(desk: Any, depth: Any, slack: Any) -> Any:
    """Drop the classes that cost more than is left; returns how many."""
    kept = np.int64(0)
    for k in range(desk.line[NUMBER, depth]):
        if 1 - desk.worth[depth, k] <= slack + EPS:
            if kept != k:
                move_class(desk, depth, k, kept)
            kept += 1
    dropped = desk.line[NUMBER, depth] - kept
    desk.line[NUMBER, depth] = kept
    return dropped


@compiled
def _settle(desk: Any, depth: Any, budget: Any, turn: Any) -> Any:
    """Bound a node and make it small; whether it may hold a cover within the budget."""
    total = 0.0
    while turn < 8:
        if turn and not reduce(desk, depth):
            return False
        if turn == 0 and spread(desk, depth) == 0:
            return False
        number = desk.line[NUMBER, depth]
        desk.state[WORK] += 4 * desk.starts[number]
        total = total_price(desk, depth) + raise_prices(desk, depth)
        if total <= budget + EPS and turn <= 1 and number >= MANY:
            desk.state[WORK] += STEPS * desk.starts[number]
            total = climb(desk, depth, total, float(budget), np.int64(STEPS), PACE)
        if total > budget + EPS:
            return False
        if FEW * _drop(desk, depth, budget - total) <= number and turn:
            break
        turn += 1
    desk.slack[depth] = budget - total
    return True


@compiled
def _choose(desk: Any, depth: Any) -> Any:
    """Choose the class to branch on: of the row whose classes promise least, the one that is worth most."""
    number, slack = desk.line[NUMBER, depth], desk.slack[depth]
    for row in range(desk.row.shape[1]):
        desk.money[SLOPE, row] = 0.0
    for k in range(number):
        promise = np.exp(-STEEP * (1 - desk.worth[depth, k]) / slack) if slack > 1e-3 else 1.0
        for part in range(desk.words.shape[2]):
            left = desk.words[depth, k, part] & desk.rows[KEPT, depth, part]
            while left != ZERO:
                desk.money[SLOPE, part * 64 + first_bit(left)] += promise
                left = other_bits(left)
    best, least = -1, 1e300
    for row in range(desk.row.shape[1]):
        if desk.money[SLOPE, row] < least and has(desk.rows[KEPT, depth], row):
            best, least = row, desk.money[SLOPE, row]
    chosen, most = -1, -1.0
    for k in range(number):
        if has(desk.words[depth, k], best) and desk.worth[depth, k] > most:
            chosen, most = k, desk.worth[depth, k]
    return chosen


@compiled
def _leave_out(desk: Any, depth: Any) -> None:
    """Take out of a node the class that was branched on."""
    chosen, last = desk.line[CHOSEN, depth], desk.line[NUMBER, depth] - 1
    if chosen != last:
        move_class(desk, depth, last, chosen)
    desk.line[NUMBER, depth] = last


@compiled
def descend(desk: Any, depth: Any, budget: Any, chosen: Any) -> None:
    """Make the chart of the level below: without the rows of the class chosen."""
    below, parts = depth + 1, desk.words.shape[2]
    for part in range(parts):
        covered = desk.words[depth, chosen, part] if chosen >= 0 else ZERO
        desk.rows[OPEN, below, part] = desk.rows[OPEN, depth, part] & ~covered
        desk.rows[KEPT, below, part] = desk.rows[KEPT, depth, part] & ~covered
    desk.state[WORK] += desk.line[NUMBER, depth]
    if budget == 1:
        _last(desk, depth, chosen)
        return
    total = 0.0
    for row in range(desk.price.shape[1]):
        desk.price[below, row] = desk.price[depth, row] if has(desk.rows[KEPT, below], row) else 0.0
        total += desk.price[below, row]
    slack, count = budget - total, 0
    desk.state[TICK] += 1
    tick, last = desk.state[TICK], len(desk.seen[TABLE]) - 1
    for k in range(desk.line[NUMBER, depth]):
        if 1 - desk.worth[depth, k] > slack + EPS:
            continue
        worth, mark, empty, touched = desk.worth[depth, k], ZERO, True, chosen < 0
        for part in range(parts):
            value = desk.words[depth, k, part] & desk.rows[KEPT, below, part]
            empty &= value == ZERO
            mark = mixed(mark ^ value)
            if chosen >= 0:
                left = desk.words[depth, k, part] & desk.words[depth, chosen, part]
                while left != ZERO:
                    touched = True
                    worth -= desk.price[depth, part * 64 + first_bit(left)]
                    left = other_bits(left)
        if empty or 1 - worth > slack + EPS:
            continue
        at = np.int64(mark & np.uint64(last))
        while True:
            if desk.seen[STAMP, at] != tick:
                desk.seen[STAMP, at], desk.seen[TABLE, at] = tick, count
                for part in range(parts):
                    desk.words[below, count, part] = desk.words[depth, k, part] & desk.rows[OPEN, below, part]
                desk.wide[WEIGHT, below, count] = desk.wide[WEIGHT, depth, k]
                desk.wide[HEAD, below, count], desk.wide[FOLLOWING, depth, k] = k, -1
                desk.wide[TOUCHED, below, count] = touched
                count += 1
                break
            other, equal = desk.seen[TABLE, at], True
            for part in range(parts):
                if (desk.words[below, other, part] ^ desk.words[depth, k, part]) & desk.rows[KEPT, below, part] != ZERO:
                    equal = False
                    break
            if equal:
                desk.wide[WEIGHT, below, other] += desk.wide[WEIGHT, depth, k]
                desk.wide[FOLLOWING, depth, k], desk.wide[HEAD, below, other] = desk.wide[HEAD, below, other], k
                break
            at = (at + 1) & last
    desk.state[WORK] += 8 * count
    desk.line[NUMBER, below] = count


@compiled
def _last(desk: Any, depth: Any, chosen: Any) -> None:
    """Make the chart of the last column: one class of all that cover what is left."""
    below, parts = depth + 1, desk.words.shape[2]
    desk.line[NUMBER, below] = 0
    for k in range(desk.line[NUMBER, depth]):
        if k == chosen:
            continue
        whole = True
        for part in range(parts):
            if desk.rows[KEPT, below, part] & ~desk.words[depth, k, part] != ZERO:
                whole = False
                break
        if whole:
            desk.wide[FOLLOWING, depth, k] = desk.wide[HEAD, below, 0] if desk.line[NUMBER, below] else -1
            desk.wide[HEAD, below, 0] = k
            desk.line[NUMBER, below] = 1


@compiled
def go_on(desk: Any, size: Any, work: Any) -> Any:
    """Search on for covers of `size` columns, which no cover goes below, for so much work; whether the search has ended."""
    depth, mode, end = desk.state[DEPTH], desk.state[MODE], desk.state[WORK] + work
    while desk.state[WORK] < end and not desk.state[TOO_MANY] and depth > 0:
        budget, turn = size - depth + 1, -1
        if mode == ENTER:
            desk.state[NODES] += 1
            desk.state[WORK] += desk.line[NUMBER, depth] + 20
            mode = LEAVE
            if budget == 1 and desk.line[NUMBER, depth]:
                desk.line[CHOSEN, depth] = 0
                open_bags(desk, depth)
            elif desk.line[NUMBER, depth]:
                turn = 0
        elif mode == BRANCH:
            chosen = _choose(desk, depth)
            desk.line[CHOSEN, depth] = chosen
            descend(desk, depth, budget - 1, chosen)
            depth, mode = depth + 1, ENTER
        else:
            depth, budget = depth - 1, budget + 1
            if depth:
                _leave_out(desk, depth)
                turn = 2
        if turn >= 0:
            mode = BRANCH if _settle(desk, depth, budget, turn) else LEAVE
    desk.state[DEPTH], desk.state[MODE] = depth, mode
    return depth == 0
