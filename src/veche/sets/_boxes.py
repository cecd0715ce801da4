"""The covers of a box of bags: counted, with the columns they hold, and the first of them written down.

The numbers of choices of the groups of bags multiply. Within a group the bags are gone through one after the other, the largest first: a *state* is
the set of contested rows still to be covered, a *step* leads from a state by one kind of column to another, and choices that have led to the same
state go on together. So a count costs as much as there are states, not as there are covers.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from veche.sets._bits import ONE, ZERO, compiled, copied, first_bit, mixed, other_bits, same
from veche.sets._desk import COUNT, FOUND, FULL, KIN, MOST_COUNT, TOO_MANY, UNIT, WEIGHT, WORK

#: `Kinds.line`, for each kind of column: prime implicants behind it, its first column, covers of its group that hold a given one of its columns
WEIGHS, BEGIN, WITH = range(3)
#: `Graph.state`, for each state: choices that lead to it, choices that lead on from it, its first step
WAYS, ONWARD, FIRST = range(3)
#: `Graph.step`: the kind of column taken, and the state after
KIND, TO = range(2)


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
def open_box(
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
def _kinds(desk: Any, first: Any, columns: Any, reach: Any, contested: Any, order: Any, group: Any, groups: Any) -> Any:
    """Put together the columns of each bag that cover the same contested rows."""
    slots, parts = reach.shape
    number, size = np.full(parts * 64, -1, np.int64), np.zeros(groups, np.int64)
    for slot in range(slots):
        for part in range(parts):
            left = reach[order[slot], part] & contested[part]
            while left != ZERO:
                row = part * 64 + first_bit(left)
                left = other_bits(left)
                if number[row] < 0:
                    number[row] = size[group[slot]]
                    size[group[slot]] += 1
    words = max(1, (size.max() + 63) // 64)
    kinds = Kinds(
        np.zeros((first[slots], words), np.uint64), np.zeros((3, first[slots]), np.int64), np.zeros(slots + 1, np.int64),
        np.zeros((slots + 1, words), np.uint64),
    )  # fmt: skip
    count = np.int64(0)
    for slot in range(slots):
        kinds.begins[slot] = count
        for at in range(first[order[slot]], first[order[slot] + 1]):
            column = columns[at]
            for word in range(words):
                kinds.mask[count, word] = ZERO
            for part in range(parts):
                left = desk.words[0, column, part] & contested[part]
                while left != ZERO:
                    at_row = number[part * 64 + first_bit(left)]
                    left = other_bits(left)
                    kinds.mask[count, at_row >> 6] |= ONE << np.uint64(at_row & 63)
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
    copied(kinds.later[0], mask[0], words)
    state[WAYS, 0], states, steps = 1, 1, 0
    begins[1] = 1
    for slot in range(slots):
        last = slot == slots - 1 or group[slot + 1] != group[slot]
        if last:
            # one state follows: the group is covered, the next one is not
            if states + 1 >= len(mask):
                mask, state = _longer_mask(mask), _longer(state)
            copied(kinds.later[slot + 1], mask[states], words)
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
                        copied(value, mask[states], words)
                        state[WAYS, states] = 0
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
    for at in range(len(lines)):
        copied(lines[at], longer[at], lines.shape[1])
    return longer


@compiled
def _longer_mask(masks: Any) -> Any:
    longer = np.zeros((2 * masks.shape[0], masks.shape[1]), np.uint64)
    for at in range(len(masks)):
        copied(masks[at], longer[at], masks.shape[1])
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
        for one in range(slots):
            desk.covers[desk.state[FOUND], one] = column[one]
        desk.state[FOUND] += 1
