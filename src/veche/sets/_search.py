"""The search for all smallest covers, compiled: row branching with exclusion, bounded by prices of rows.

A node of the search is a chart of its own: the open rows, and the columns that may still be chosen, on those rows; columns that are equal there are
one *class* with a weight. Prices of rows, of which no class costs more than 1, prove how many columns the open rows need (weak duality of the linear
relaxation). At each node the prices are raised as far as they go; classes that the rest of the budget cannot pay are dropped; the next row is
the one whose classes promise the smallest subtrees. A class whose rows lie within those of a class that led to nothing is not tried. Each cover is
met once, since a class tried before is excluded from then on.

For each column the search counts the covers that hold it, and it writes down the first covers. State lies in arrays, so that it can be left after
some work and taken up again. Reference for the bounds: Balas and Ho 1980, Mathematical Programming Study 12:37-60; Caprara, Toth and Fischetti 2000,
Annals of Operations Research 98:353-371.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from veche.sets._bits import ONE, ZERO, compiled, has, lowest, mixed, ones, same, within

#: rounding that prices may carry
EPS = 1e-6
#: steps of the subgradient method, from how many classes on, and at the first node
STEPS, MANY, FIRST_STEPS = 50, 400, 300
#: how the steps shrink, and at the first node
PACE, FIRST_PACE = 0.95, 0.985
#: how much dearer a class counts less, when the row to branch on is chosen
STEEP = 4.0
#: counts beyond this do not fit into a machine word
MOST_COUNT = 4e18

#: `Desk.wide`, for each class: its columns; the classes of the row branched on; whether it was tried before; classes that led to nothing;
#: covers with one given column of it; the first class of the level above in it; the next class in the same class of the level below
WEIGHT, TAKEN, OUT, FAILED, UNIT, HEAD, FOLLOWING = range(7)
#: `Desk.line`, for each depth: classes, branches, the next of them, those that failed, covers below
NUMBER, BRANCHES, NEXT, FAILS, COUNT = range(5)
#: `Desk.real`, for each depth: the budget that prices leave; covers below, about
SLACK, ROUGH = range(2)
#: `Desk.row`, for each row: how many classes it has, and where they start and end in `Desk.ink`
DEGREE, BEGINS, ENDS = range(3)
#: `Desk.money`, for each row: slope of the relaxation, the best prices, those before
SLOPE, BEST, BEFORE = range(3)
#: `Desk.ink`: rows of the classes and classes of the rows, one after the other
OF_CLASS, OF_ROW = range(2)
#: `Desk.seen`: classes by the hash of their rows, and when they were put there
TABLE, STAMP = range(2)
#: places in `Desk.state`
DEPTH, MODE, TICK, FOUND, NODES, WORK, TOO_MANY, FULL = range(8)
ENTER, BRANCH, LEAVE = range(3)


class Desk(NamedTuple):
    """Arrays of a search; the names above say what a first axis holds. They are few, since each one makes every compiled function longer."""

    words: Any  # rows of each class, (depths, classes, words)
    open: Any  # open rows, (depths, words)
    price: Any  # price of each row, (depths, rows)
    worth: Any  # price of all rows of each class, (depths, classes)
    wide: Any  # (7, depths, classes)
    line: Any  # (5, depths)
    real: Any  # (2, depths)
    row: Any  # (3, rows)
    money: Any  # (3, rows)
    starts: Any  # where the rows of each class start, (classes + 1,)
    ink: Any  # (2, ones of the chart)
    seen: Any  # (2, room)
    covers: Any  # covers written down: classes of the first level, (covers, depths)
    pick: Any  # for each column of the cover written down its class at each level, (depths, depths)
    state: Any


def make_desk(words: Any, weight: Any, rows: int, depths: int, listed: int) -> Desk:
    """Make the arrays for a chart; words: shape (columns, words), no two equal, weight: shape (columns,)."""
    n, parts = words.shape
    room = 16
    while room < 2 * n:
        room *= 2
    ink = int(np.unpackbits(words.view(np.uint8)).sum()) + 1
    desk = Desk(
        words=np.empty((depths, n, parts), np.uint64), open=np.zeros((depths, parts), np.uint64),
        price=np.zeros((depths, rows)), worth=np.zeros((depths, n)),
        wide=np.zeros((7, depths, n), np.int64), line=np.zeros((5, depths), np.int64), real=np.zeros((2, depths)),
        row=np.zeros((3, rows), np.int64), money=np.zeros((3, rows)),
        starts=np.zeros(n + 1, np.int64), ink=np.empty((2, ink), np.int32), seen=np.zeros((2, room), np.int64),
        covers=np.empty((listed, depths), np.int32), pick=np.zeros((depths, depths), np.int64), state=np.zeros(8, np.int64),
    )  # fmt: skip
    desk.words[0], desk.wide[WEIGHT, 0], desk.line[NUMBER, 0] = words, weight, n
    desk.open[0] = np.bitwise_or.reduce(words, axis=0)
    return desk


@compiled
def _spread(desk: Any, depth: Any) -> Any:
    """Write the rows of the classes and the classes of the rows one after the other; the open row with the fewest classes has so many."""
    number, s = desk.line[NUMBER, depth], 0
    desk.row[DEGREE, :] = 0
    for k in range(number):
        desk.starts[k] = s
        for part in range(desk.words.shape[2]):
            left = desk.words[depth, k, part]
            while left != ZERO:
                low = lowest(left)
                left ^= low
                row = part * 64 + ones(low - ONE)
                desk.ink[OF_CLASS, s] = row
                desk.row[DEGREE, row] += 1
                s += 1
    desk.starts[number] = s
    fewest, s = 1 << 40, 0
    for row in range(len(desk.row[DEGREE])):
        desk.row[BEGINS, row] = desk.row[ENDS, row] = s
        s += desk.row[DEGREE, row]
        if desk.row[DEGREE, row] < fewest and has(desk.open[depth], row):
            fewest = desk.row[DEGREE, row]
    for k in range(number):
        for at in range(desk.starts[k], desk.starts[k + 1]):
            row = desk.ink[OF_CLASS, at]
            desk.ink[OF_ROW, desk.row[ENDS, row]] = k
            desk.row[ENDS, row] += 1
    return fewest


@compiled
def _cost(desk: Any, depth: Any, k: Any) -> Any:
    """The price of all rows of a class."""
    value = 0.0
    for at in range(desk.starts[k], desk.starts[k + 1]):
        value += desk.price[depth, desk.ink[OF_CLASS, at]]
    return value


@compiled
def _raise_prices(desk: Any, depth: Any) -> Any:
    """Raise each price until a class of its row costs 1; returns by how much in all."""
    for k in range(desk.line[NUMBER, depth]):
        desk.worth[depth, k] = _cost(desk, depth, k)
    gain = 0.0
    for row in range(len(desk.row[DEGREE])):
        if desk.row[DEGREE, row] == 0:
            continue
        more = 1.0
        for at in range(desk.row[BEGINS, row], desk.row[ENDS, row]):
            more = min(more, 1 - desk.worth[depth, desk.ink[OF_ROW, at]])
        if more > 1e-9:
            desk.price[depth, row] += more
            gain += more
            for at in range(desk.row[BEGINS, row], desk.row[ENDS, row]):
                desk.worth[depth, desk.ink[OF_ROW, at]] += more
    return gain


@compiled
def _climb(desk: Any, depth: Any, total: Any, target: Any, steps: Any, shrink: Any) -> Any:
    """Look for prices of a greater total: the subgradient method, then prices cut until no class costs more than 1; returns the total."""
    price = desk.price[depth]
    desk.money[BEFORE, :] = price
    desk.money[BEST, :] = price
    best, pace = total, 1.0
    for _step in range(steps):
        value = _relaxed(desk, depth)
        if value > best + 1e-9:
            best = value
            desk.money[BEST, :] = price
        steepness = 0.0
        for row in range(len(price)):
            if price[row] <= 0 and desk.money[SLOPE, row] < 0:
                desk.money[SLOPE, row] = 0.0
            steepness += desk.money[SLOPE, row] ** 2
        move = pace * (target + 0.3 - value) / steepness if steepness > 1e-12 else 0.0
        if move <= 0:
            break
        for row in range(len(price)):
            price[row] = max(0.0, price[row] + move * desk.money[SLOPE, row])
        pace *= shrink
    price[:] = desk.money[BEST]
    for k in range(desk.line[NUMBER, depth]):
        cost = _cost(desk, depth, k)
        if cost > 1:
            for at in range(desk.starts[k], desk.starts[k + 1]):
                price[desk.ink[OF_CLASS, at]] /= cost
    _raise_prices(desk, depth)
    if price.sum() <= total:
        price[:] = desk.money[BEFORE]
        _raise_prices(desk, depth)
    return price.sum()


@compiled
def _relaxed(desk: Any, depth: Any) -> Any:
    """Give the value of the Lagrangian relaxation for prices of any size, and its slope (into `desk.money[SLOPE]`)."""
    value = 0.0
    for row in range(len(desk.money[SLOPE])):
        desk.money[SLOPE, row] = 1.0 if desk.row[DEGREE, row] else 0.0
        value += desk.price[depth, row]
    for k in range(desk.line[NUMBER, depth]):
        cost = _cost(desk, depth, k)
        if cost > 1:
            value += 1 - cost
            for at in range(desk.starts[k], desk.starts[k + 1]):
                desk.money[SLOPE, desk.ink[OF_CLASS, at]] -= 1.0
    return value


@compiled
def first_prices(desk: Any, target: Any, steps: Any) -> Any:
    """Find good prices at the first level; returns their total: no cover is smaller."""
    _spread(desk, 0)
    total = desk.price[0].sum() + _raise_prices(desk, 0)
    return _climb(desk, 0, total, target, steps, FIRST_PACE)


@compiled
def _drop(desk: Any, depth: Any, slack: Any) -> Any:
    """Drop the classes that cost more than is left; returns how many."""
    kept = 0
    for k in range(desk.line[NUMBER, depth]):
        if 1 - desk.worth[depth, k] <= slack + EPS:
            if kept != k:
                desk.words[depth, kept] = desk.words[depth, k]
                desk.wide[WEIGHT, depth, kept] = desk.wide[WEIGHT, depth, k]
                desk.worth[depth, kept] = desk.worth[depth, k]
                desk.wide[HEAD, depth, kept] = desk.wide[HEAD, depth, k]
            kept += 1
    dropped = desk.line[NUMBER, depth] - kept
    desk.line[NUMBER, depth] = kept
    return dropped


@compiled
def _bounded(desk: Any, depth: Any, budget: Any) -> Any:
    """Whether the node may hold a cover within the budget; its prices are raised and its classes dropped."""
    total, dropped = desk.price[depth].sum(), 1
    for turn in range(5):
        if dropped == 0:
            break
        if _spread(desk, depth) == 0:
            return False
        if turn == 4:
            break
        desk.state[WORK] += 4 * desk.starts[desk.line[NUMBER, depth]] + len(desk.row[DEGREE])
        total += _raise_prices(desk, depth)
        if total <= budget + EPS and turn == 0 and depth > 0 and desk.line[NUMBER, depth] >= MANY:
            desk.state[WORK] += STEPS * desk.starts[desk.line[NUMBER, depth]]
            total = _climb(desk, depth, total, budget, STEPS, PACE)
        if total > budget + EPS:
            return False
        dropped = _drop(desk, depth, budget - total)
    desk.real[SLACK, depth] = budget - total
    return True


@compiled
def _choose_row(desk: Any, depth: Any) -> None:
    """Choose the row to branch on, and put its classes into order, the most worth first."""
    number, slack = desk.line[NUMBER, depth], desk.real[SLACK, depth]
    desk.money[SLOPE, :] = 0.0
    for k in range(number):
        promise = np.exp(-STEEP * (1 - desk.worth[depth, k]) / slack) if slack > 1e-3 else 1.0
        for part in range(desk.words.shape[2]):
            left = desk.words[depth, k, part]
            while left != ZERO:
                low = lowest(left)
                left ^= low
                desk.money[SLOPE, part * 64 + ones(low - ONE)] += promise
    best, least = -1, 1e300
    for row in range(len(desk.money[SLOPE])):
        if desk.money[SLOPE, row] < least and has(desk.open[depth], row):
            best, least = row, desk.money[SLOPE, row]
    count = 0
    for k in range(number):
        desk.wide[OUT, depth, k] = 0
        desk.wide[UNIT, depth, k] = 0
        if has(desk.words[depth, k], best):
            at, value = count - 1, desk.worth[depth, k]
            while at >= 0 and desk.worth[depth, desk.wide[TAKEN, depth, at]] < value:
                desk.wide[TAKEN, depth, at + 1] = desk.wide[TAKEN, depth, at]
                at -= 1
            desk.wide[TAKEN, depth, at + 1] = k
            count += 1
    desk.line[BRANCHES, depth], desk.line[NEXT, depth], desk.line[FAILS, depth] = count, 0, 0


@compiled
def _enter(desk: Any, depth: Any, budget: Any) -> Any:
    """Look at a new node; whether it is to be branched on."""
    desk.state[NODES] += 1
    desk.state[WORK] += desk.line[NUMBER, depth] + 20
    desk.line[COUNT, depth], desk.real[ROUGH, depth] = 0, 0.0
    if budget <= 0:
        return False
    if budget == 1:
        for k in range(desk.line[NUMBER, depth]):
            desk.wide[UNIT, depth, k] = 0
            if same(desk.words[depth, k], desk.open[depth]):
                desk.wide[UNIT, depth, k] = 1
                desk.line[COUNT, depth] = desk.wide[WEIGHT, depth, k]
                desk.real[ROUGH, depth] = desk.line[COUNT, depth]
                desk.wide[TAKEN, depth, 0], desk.line[NEXT, depth] = k, 1
                _write_down(desk, depth)
        return False
    if not _bounded(desk, depth, budget):
        return False
    _choose_row(desk, depth)
    return True


@compiled
def _write_down(desk: Any, depth: Any) -> None:
    """Write down the covers of the way from the first level: each choice of one column per class."""
    if desk.state[FULL]:
        return
    for slot in range(depth + 1):
        desk.pick[slot, slot] = desk.wide[TAKEN, slot, desk.line[NEXT, slot] - 1]
        _first_member(desk, slot, slot)
    while True:
        if desk.state[FOUND] == len(desk.covers):
            desk.state[FULL] = 1
            return
        for slot in range(depth + 1):
            desk.covers[desk.state[FOUND], slot] = desk.pick[slot, 0]
        desk.state[FOUND] += 1
        slot = depth
        while slot >= 0 and not _next_member(desk, slot):
            _first_member(desk, slot, slot)
            slot -= 1
        if slot < 0:
            return


@compiled
def _first_member(desk: Any, slot: Any, level: Any) -> None:
    for above in range(level, 0, -1):
        desk.pick[slot, above - 1] = desk.wide[HEAD, above, desk.pick[slot, above]]


@compiled
def _next_member(desk: Any, slot: Any) -> Any:
    """Go on to the next column of the class chosen at a level; False after the last."""
    for level in range(slot):
        after = desk.wide[FOLLOWING, level, desk.pick[slot, level]]
        if after >= 0:
            desk.pick[slot, level] = after
            _first_member(desk, slot, level)
            return True
    return False


@compiled
def _descend(desk: Any, depth: Any, size: Any, chosen: Any) -> None:
    """Make the chart of the level below: without the rows of the class chosen and without the classes tried before."""
    below, parts = depth + 1, desk.words.shape[2]
    for part in range(parts):
        desk.open[below, part] = desk.open[depth, part] & ~desk.words[depth, chosen, part]
    total = 0.0
    for row in range(desk.price.shape[1]):
        desk.price[below, row] = desk.price[depth, row] if has(desk.open[below], row) else 0.0
        total += desk.price[below, row]
    slack, count = size - below - total, 0
    desk.state[TICK] += 1
    tick, last = desk.state[TICK], len(desk.seen[TABLE]) - 1
    for k in range(desk.line[NUMBER, depth]):
        if desk.wide[OUT, depth, k] or 1 - desk.worth[depth, k] > slack + EPS:
            continue
        worth, mark, empty = desk.worth[depth, k], ZERO, True
        for part in range(parts):
            value = desk.words[depth, k, part] & desk.open[below, part]
            empty &= value == ZERO
            mark = mixed(mark ^ value)
            left = desk.words[depth, k, part] & desk.words[depth, chosen, part]
            while left != ZERO:
                low = lowest(left)
                left ^= low
                worth -= desk.price[depth, part * 64 + ones(low - ONE)]
        if empty or 1 - worth > slack + EPS:
            continue
        at = np.int64(mark & np.uint64(last))
        while True:
            if desk.seen[STAMP, at] != tick:
                desk.seen[STAMP, at], desk.seen[TABLE, at] = tick, count
                for part in range(parts):
                    desk.words[below, count, part] = desk.words[depth, k, part] & desk.open[below, part]
                desk.wide[WEIGHT, below, count] = desk.wide[WEIGHT, depth, k]
                desk.wide[HEAD, below, count], desk.wide[FOLLOWING, depth, k] = k, -1
                count += 1
                break
            other, equal = desk.seen[TABLE, at], True
            for part in range(parts):
                if desk.words[below, other, part] != desk.words[depth, k, part] & desk.open[below, part]:
                    equal = False
                    break
            if equal:
                desk.wide[WEIGHT, below, other] += desk.wide[WEIGHT, depth, k]
                desk.wide[FOLLOWING, depth, k], desk.wide[HEAD, below, other] = desk.wide[HEAD, below, other], k
                break
            at = (at + 1) & last
    desk.state[WORK] += desk.line[NUMBER, depth] + 8 * count
    desk.line[NUMBER, below] = count


@compiled
def _ascend(desk: Any, depth: Any) -> None:
    """Add up what was found below the class chosen at this level."""
    below, chosen = depth + 1, desk.wide[TAKEN, depth, desk.line[NEXT, depth] - 1]
    count, weight = desk.line[COUNT, below], desk.wide[WEIGHT, depth, chosen]
    if count == 0:
        desk.wide[FAILED, depth, desk.line[FAILS, depth]] = chosen
        desk.line[FAILS, depth] += 1
        return
    desk.real[ROUGH, depth] += desk.real[ROUGH, below] * weight
    if desk.real[ROUGH, depth] > MOST_COUNT:
        desk.state[TOO_MANY] = 1
    desk.line[COUNT, depth] += count * weight
    desk.wide[UNIT, depth, chosen] += count
    for k in range(desk.line[NUMBER, below]):
        if desk.wide[UNIT, below, k]:
            above = desk.wide[HEAD, below, k]
            while above >= 0:
                desk.wide[UNIT, depth, above] += desk.wide[UNIT, below, k] * weight
                above = desk.wide[FOLLOWING, depth, above]


@compiled
def _next_branch(desk: Any, depth: Any) -> Any:
    """Give the next class to try, or -1; classes within one that led to nothing are passed over."""
    while desk.line[NEXT, depth] < desk.line[BRANCHES, depth]:
        chosen = desk.wide[TAKEN, depth, desk.line[NEXT, depth]]
        desk.line[NEXT, depth] += 1
        desk.wide[OUT, depth, chosen] = 1
        hopeless = False
        for at in range(desk.line[FAILS, depth]):
            if within(desk.words[depth, chosen], desk.words[depth, desk.wide[FAILED, depth, at]]):
                hopeless = True
                break
        if not hopeless:
            return chosen
    return -1


@compiled
def go_on(desk: Any, size: Any, work: Any) -> Any:
    """Search on for covers of `size` columns, which no cover goes below, for so much work; whether the search has ended."""
    depth, mode, end = desk.state[DEPTH], desk.state[MODE], desk.state[WORK] + work
    while desk.state[WORK] < end and not desk.state[TOO_MANY]:
        if mode == ENTER:
            mode = BRANCH if _enter(desk, depth, size - depth) else LEAVE
        elif mode == BRANCH:
            chosen = _next_branch(desk, depth)
            if chosen < 0:
                mode = LEAVE
            else:
                _descend(desk, depth, size, chosen)
                depth, mode = depth + 1, ENTER
        elif depth == 0:
            return True
        else:
            depth, mode = depth - 1, BRANCH
            _ascend(desk, depth)
    desk.state[DEPTH], desk.state[MODE] = depth, mode
    return False


@compiled
def fold(desk: Any) -> None:
    """Add up what was found when the search is left before its end."""
    depth = desk.state[DEPTH]
    if desk.state[MODE] == ENTER:
        desk.line[COUNT, depth] = 0
    while depth > 0:
        depth -= 1
        _ascend(desk, depth)
