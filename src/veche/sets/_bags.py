"""A cover of classes opened: how many covers its bags of columns hold, in which columns, and the first of them written down.

A bag holds the columns that may stand for a class of the way. Rows that no bag is sure to cover are *contested*; bags that reach the same contested
rows form a group, and the numbers of choices of the groups multiply. Within a group the bags are gone through one after the other, the largest first:
a *state* is the set of contested rows still to be covered, a *step* leads from a state by one kind of column to another, and choices that have led to
the same state go on together.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from veche.sets._bits import ONE, ZERO, compiled, has, lowest, mixed, ones, same
from veche.sets._desk import (
    CHOSEN, COUNT, FOLLOWING, FOUND, FULL, HEAD, KIN, MEMBER, MOST_COUNT, OPEN, TOO_MANY, UNIT, WEIGHT, WORK,
)  # fmt: skip

#: `Kinds.line`, for each kind of column: prime implicants behind it, its first column, covers of its group that hold a given one of its columns
WEIGHS, BEGIN, WITH = range(3)
#: `Graph.state`, for each state: choices that lead to it, choices that lead on from it, its first step
WAYS, ONWARD, FIRST = range(3)
#: `Graph.step`: the kind of column taken, and the state after
KIND, TO = range(2)


#: choices of the three largest bags of a group from which on it is divided
LARGE = 20_000.0


class Kinds(NamedTuple):
    """Columns of the bags, put together where they cover the same contested rows; kinds of one bag follow one another, and bags of one group."""

    mask: Any  # contested rows, numbered within the group, (kinds, words)
    line: Any  # (3, kinds)
    begins: Any  # where the kinds of each bag start, (bags + 1,)
    later: Any  # what this bag of the group and those after it reach, (bags + 1, words)


class Graph(NamedTuple):
    """States and steps of all groups; those of one bag follow one another."""

    mask: Any  # (states, words)
    state: Any  # (3, states)
    step: Any  # (2, steps)
    begins: Any  # where the states before each bag start, (bags + 2,)


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
        first[:] = pool[height, : depth + 1]
        columns[: first[depth]] = pool[height, depth + 1 : depth + 1 + first[depth]]
        if not _tighten(desk, first, columns, reach, contested):
            continue
        groups = _ordered(first, reach, contested, order, group)
        if not _large(first, order, group):
            _open_box(desk, first, columns, reach, contested, order, group, groups)
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
    line[: len(first)] = first
    line[len(first) : len(first) + first[-1]] = columns[: first[-1]]


@compiled
def _deeper(lines: Any) -> Any:
    deeper = np.empty((2 * len(lines), lines.shape[1]), np.int64)
    deeper[: len(lines)] = lines
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
            low = lowest(left)
            left ^= low
            count = 0
            for at in range(first[-1]):
                count += desk.words[0, columns[at], part] & low != ZERO
            if count < fewest:
                best, fewest = part * 64 + ones(low - ONE), count
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
def _open_box(
    desk: Any, first: Any, columns: Any, reach: Any, contested: Any, order: Any, group: Any, groups: Any
) -> None:
    """Count the covers of one box."""
    kinds = _kinds(desk, first, columns, reach, contested, order, group, groups)
    graph = _forward(desk, kinds, group)
    if _backward(kinds, graph, group) + desk.state[COUNT] > MOST_COUNT:
        desk.state[TOO_MANY] = 1
        return
    slots, total, own = len(group), 1, 1
    for slot in range(slots):
        if slot == 0 or group[slot] != group[slot - 1]:
            total *= graph.state[ONWARD, graph.begins[slot]]
    desk.state[COUNT] += total
    if total == 0:
        return
    for slot in range(slots):
        if slot == 0 or group[slot] != group[slot - 1]:
            own = graph.state[ONWARD, graph.begins[slot]]
        for kind in range(kinds.begins[slot], kinds.begins[slot + 1]):
            column = kinds.line[BEGIN, kind]
            while column >= 0:
                desk.bag[UNIT, column] += kinds.line[WITH, kind] * (total // own)
                column = desk.bag[KIN, column]
    if not desk.state[FULL]:
        _write_down(desk, kinds, graph)


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
        once[:] = ZERO
        twice[:] = ZERO
        for slot in range(slots):
            reach[slot, :] = ZERO
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
    for part in range(len(one)):
        if one[part] & other[part] & among[part] != ZERO:
            return True
    return False


@compiled
def _kinds(desk: Any, first: Any, columns: Any, reach: Any, contested: Any, order: Any, group: Any, groups: Any) -> Any:
    """Put together the columns of each bag that cover the same contested rows."""
    slots, parts = reach.shape
    number, size = np.full(parts * 64, -1, np.int64), np.zeros(groups, np.int64)
    for slot in range(slots):
        for part in range(parts):
            left = reach[order[slot], part] & contested[part]
            while left != ZERO:
                low = lowest(left)
                left ^= low
                row = part * 64 + ones(low - ONE)
                if number[row] < 0:
                    number[row] = size[group[slot]]
                    size[group[slot]] += 1
    words = max(1, (size.max() + 63) // 64)
    kinds = Kinds(
        np.zeros((first[slots], words), np.uint64), np.zeros((3, first[slots]), np.int64), np.zeros(slots + 1, np.int64),
        np.zeros((slots + 1, words), np.uint64),
    )  # fmt: skip
    count = 0
    for slot in range(slots):
        kinds.begins[slot] = count
        for at in range(first[order[slot]], first[order[slot] + 1]):
            column = columns[at]
            for word in range(words):
                kinds.mask[count, word] = ZERO
            for part in range(parts):
                left = desk.words[0, column, part] & contested[part]
                while left != ZERO:
                    low = lowest(left)
                    left ^= low
                    place = number[part * 64 + ones(low - ONE)]
                    kinds.mask[count, place >> 6] |= ONE << np.uint64(place & 63)
            kind = _find(kinds.mask, kinds.begins[slot], count, kinds.mask[count])
            if kind == count:
                kinds.line[WEIGHS, kind], kinds.line[BEGIN, kind] = 0, -1
                count += 1
            kinds.line[WEIGHS, kind] += desk.wide[WEIGHT, 0, column]
            desk.bag[KIN, column] = kinds.line[BEGIN, kind]
            kinds.line[BEGIN, kind] = column
    kinds.begins[slots] = count
    for slot in range(slots - 1, -1, -1):
        for word in range(words):
            value = kinds.later[slot + 1, word] if slot + 1 < slots and group[slot + 1] == group[slot] else ZERO
            for kind in range(kinds.begins[slot], kinds.begins[slot + 1]):
                value |= kinds.mask[kind, word]
            kinds.later[slot, word] = value
    return kinds


@compiled
def _find(masks: Any, begin: Any, end: Any, mask: Any) -> Any:
    """The place of a mask from `begin` on; `end` if it is not there before."""
    for at in range(begin, end):
        if same(masks[at], mask):
            return at
    return end


@compiled
def _forward(desk: Any, kinds: Any, group: Any) -> Any:
    """Go through the bags of all groups: the states, the ways to them and the steps from them."""
    slots, words = len(group), kinds.mask.shape[1]
    mask, state, step = np.zeros((64, words), np.uint64), np.zeros((3, 64), np.int64), np.zeros((2, 256), np.int64)
    table, begins, value = np.full(256, -1, np.int64), np.zeros(slots + 2, np.int64), np.zeros(words, np.uint64)
    mask[0], state[WAYS, 0], states, steps = kinds.later[0], 1, 1, 0
    begins[1] = 1
    for slot in range(slots):
        last = slot == slots - 1 or group[slot + 1] != group[slot]
        if last:
            # one state follows: the group is covered, the next one is not
            if states + 1 >= len(mask):
                mask, state = _longer_mask(mask), _longer(state)
            mask[states] = kinds.later[slot + 1]
            state[WAYS, states] = 1
            states += 1
        for one in range(begins[slot], begins[slot + 1]):
            state[FIRST, one] = steps
            for kind in range(kinds.begins[slot], kinds.begins[slot + 1]):
                good = True
                for word in range(words):
                    value[word] = mask[one, word] & ~kinds.mask[kind, word]
                    if value[word] != ZERO and (last or value[word] & ~kinds.later[slot + 1, word] != ZERO):
                        good = False
                        break
                if not good:
                    continue
                to = begins[slot + 1]
                if not last:
                    if states + 1 >= len(mask):
                        mask, state = _longer_mask(mask), _longer(state)
                    if 2 * (states - to) >= len(table):
                        table = _wider(table, mask, to, states)
                    to = _placed(table, mask, to, states, value)
                    if to == states:
                        mask[states], state[WAYS, states] = value, 0
                        states += 1
                    state[WAYS, to] += state[WAYS, one] * kinds.line[WEIGHS, kind]
                if steps == step.shape[1]:
                    step = _longer(step)
                step[KIND, steps], step[TO, steps] = kind, to
                steps += 1
        begins[slot + 2 if slot + 2 < len(begins) else slot + 1] = states
        desk.state[WORK] += 4 * (begins[slot + 1] - begins[slot]) * (kinds.begins[slot + 1] - kinds.begins[slot])
    state[FIRST, begins[slots]] = steps
    return Graph(mask, state, step, begins)


@compiled
def _placed(table: Any, masks: Any, begin: Any, end: Any, mask: Any) -> Any:
    """The place of a mask among the states from `begin` on; `end`, put into the table, if it is not there."""
    mark, last = ZERO, len(table) - 1
    for word in range(len(mask)):
        mark = mixed(mark ^ mask[word])
    at = np.int64(mark & np.uint64(last))
    # an entry below `begin` is of a bag before, and counts as none
    while table[at] >= begin:
        if same(masks[table[at]], mask):
            return table[at]
        at = (at + 1) & last
    table[at] = end
    return end


@compiled
def _wider(table: Any, masks: Any, begin: Any, end: Any) -> Any:
    wider = np.full(4 * len(table), -1, np.int64)
    for one in range(begin, end):
        _placed(wider, masks, begin, one, masks[one])
    return wider


@compiled
def _longer(lines: Any) -> Any:
    longer = np.zeros((lines.shape[0], 2 * lines.shape[1]), np.int64)
    longer[:, : lines.shape[1]] = lines
    return longer


@compiled
def _longer_mask(masks: Any) -> Any:
    longer = np.zeros((2 * masks.shape[0], masks.shape[1]), np.uint64)
    longer[: masks.shape[0]] = masks
    return longer


@compiled
def _backward(kinds: Any, graph: Any, group: Any) -> Any:
    """Count the choices that lead on from each state, and those with each kind; returns the number of covers, about."""
    slots, rough = len(group), 1.0
    about = np.zeros(graph.begins[slots] + 1)
    for slot in range(slots - 1, -1, -1):
        last = slot == slots - 1 or group[slot + 1] != group[slot]
        for one in range(graph.begins[slot], graph.begins[slot + 1]):
            onward = 0
            for at in range(graph.state[FIRST, one], graph.state[FIRST, one + 1]):
                kind, to = graph.step[KIND, at], graph.step[TO, at]
                beyond = 1 if last else graph.state[ONWARD, to]
                onward += beyond * kinds.line[WEIGHS, kind]
                about[one] += (1.0 if last else about[to]) * kinds.line[WEIGHS, kind]
                kinds.line[WITH, kind] += graph.state[WAYS, one] * beyond
            graph.state[ONWARD, one] = onward
        if slot == 0 or group[slot - 1] != group[slot]:
            rough *= about[graph.begins[slot]]
    return rough


@compiled
def _write_down(desk: Any, kinds: Any, graph: Any) -> None:
    """Write down covers, one column out of each bag, until the room is full."""
    slots = len(kinds.begins) - 1
    state, at = np.zeros(slots + 1, np.int64), np.zeros(slots, np.int64)
    column = np.zeros(slots, np.int64)
    slot = 0
    at[0], column[0] = graph.state[FIRST, 0] - 1, -1
    while slot >= 0:
        if column[slot] >= 0:
            column[slot] = desk.bag[KIN, column[slot]]
        if column[slot] < 0:
            at[slot] += 1
            if at[slot] == graph.state[FIRST, state[slot] + 1]:
                slot -= 1
                continue
            state[slot + 1] = graph.step[TO, at[slot]]
            if graph.state[ONWARD, state[slot + 1]] == 0 and slot < slots - 1:
                continue
            column[slot] = kinds.line[BEGIN, graph.step[KIND, at[slot]]]
        if slot < slots - 1:
            slot += 1
            at[slot], column[slot] = graph.state[FIRST, state[slot]] - 1, -1
            continue
        if desk.state[FOUND] == len(desk.covers):
            desk.state[FULL] = 1
            return
        desk.covers[desk.state[FOUND], :slots] = column
        desk.state[FOUND] += 1
