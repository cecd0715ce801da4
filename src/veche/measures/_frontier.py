"""Every cheapest partition of a small network: branch and bound over whole levels of partial partitions at once.

Actors are placed one after the other. A partial partition is kept if what it costs, what the other actors cost at
least against those placed, and what they cost at least among themselves, does not exceed the best known. The last part
is the optimum of the same problem on the remaining actors, solved beforehand from the end (Russian doll search).
Levels are cut into bundles that are worked off depth first, so that memory stays bounded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int8]

_BUNDLE = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Cheapest cost, its partitions as rows (in the order of actors given), and whether the search was finished."""

    cost: float
    partitions: Labels
    finished: bool


class _Budget:
    """How many partial partitions may still be looked at."""

    def __init__(self, states: int) -> None:
        self.left = states

    def spend(self, states: int) -> bool:
        self.left -= states
        return self.left >= 0


def cheapest(net: Floats, most: int, least: int, upper: float, *, tolerance: float, cap: int, states: int) -> Found:
    """Find all partitions with the least cost among those that cost at most `upper`.

    Parameters
    ----------
    net
        Symmetric weights, diagonal 0; inside a block a negative weight costs, between blocks a positive one.
    most, least
        Bounds of the number of blocks, none empty.
    upper
        Cost of a known partition, or less.
    tolerance
        Costs this close are equal.
    cap
        At most so many partitions are kept.
    states
        Budget of partial partitions; when it is spent the search stops unfinished.
    """
    order = _order(net)
    weights = net[np.ix_(order, order)]
    budget = _Budget(states)
    rest = _rests(weights, most, tolerance, budget)
    if rest is None:
        return Found(np.inf, np.zeros((0, len(net)), np.int8), False)
    found = _search(weights, rest, most, least, upper, tolerance, cap, budget)
    back = np.empty_like(order)
    back[order] = np.arange(order.size)
    return Found(found.cost, found.partitions[:, back], found.finished)


def _order(net: Floats) -> NDArray[np.intp]:
    """Place strongly tied actors first: each next one has the most weight to those already placed."""
    size = len(net)
    strength = np.abs(net)
    tied = strength.sum(axis=1) * 1e-6
    chosen: list[int] = []
    free = np.ones(size, bool)
    for _ in range(size):
        one = int(np.argmax(np.where(free, tied, -1.0)))
        chosen.append(one)
        free[one] = False
        tied = tied + strength[one]
    return np.asarray(chosen, dtype=np.intp)


def _rests(weights: Floats, most: int, tolerance: float, budget: _Budget) -> Floats | None:
    """For every t the least cost among the actors t, t+1, ... by themselves; None if the budget is spent."""
    size = len(weights)
    rest = np.zeros(size + 1)
    for t in range(size - 2, 0, -1):
        part = weights[t:, t:]
        # the optimum without actor t, who then goes where he costs least: no more than in a block drawn at random
        upper = rest[t + 1] + float(np.where(part[0] > 0, part[0] * (most - 1), -part[0]).sum()) / most
        found = _search(part, rest[t:], most, 1, upper, tolerance, 1, budget)
        if not found.finished:
            return None
        rest[t] = found.cost
    return rest


def _search(
    weights: Floats, rest: Floats, most: int, least: int, upper: float, tolerance: float, cap: int, budget: _Budget
) -> Found:
    size = len(weights)
    best, count = upper, 0
    kept: list[Labels] = []
    most = min(most, size)
    stack: list[tuple[Labels, Floats]] = [(np.zeros((1, 1), np.int8), np.zeros(1))] if size else []
    while stack:
        labels, costs = stack.pop()
        if not budget.spend(len(labels)):
            return Found(best, _stacked(kept, size), False)
        if labels.shape[1] == size:
            used = labels.max(axis=1) + 1 >= least
            labels, costs = labels[used], costs[used]
            if not costs.size or costs.min() > best + tolerance:
                continue
            if costs.min() < best - tolerance:
                best, kept, count = float(costs.min()), [], 0
            if count < cap:
                kept.append(labels[costs <= best + tolerance][: cap - count])
                count += len(kept[-1])
            continue
        labels, costs, bounds = _grow(weights, rest, labels, costs, most, least)
        alive = bounds <= best + tolerance if cap > 1 or not count else bounds < best - tolerance
        labels, costs, bounds = labels[alive], costs[alive], bounds[alive]
        # the most promising bundle comes to the top of the stack
        order = np.argsort(-bounds, kind="stable")
        labels, costs = labels[order], costs[order]
        stack.extend((labels[a : a + _BUNDLE], costs[a : a + _BUNDLE]) for a in range(0, len(costs), _BUNDLE))
    return Found(best if count else np.inf, _stacked(kept, size), True)


def _grow(
    weights: Floats, rest: Floats, labels: Labels, costs: Floats, most: int, least: int
) -> tuple[Labels, Floats, Floats]:
    """Place the next actor in every block it may join, the next new one included; with lower bounds."""
    placed = labels.shape[1]
    size = len(weights)
    used = labels.max(axis=1) + 1
    width = int(min(most, used.max() + 1))
    member = labels[:, :, None] == np.arange(width, dtype=np.int8)
    # sums of weights of the others to each block: state x block x other
    ties = np.matmul(member.transpose(0, 2, 1).astype(float), weights[:placed, placed:])
    positive = np.maximum(weights[:placed, placed:], 0).sum(axis=0)
    added = positive[0] - ties[:, :, 0]
    missing = np.maximum(least - used, 0)
    open_to = np.arange(width) <= used[:, None]
    if least > 1:
        enough = (np.arange(width) == used[:, None]) | (missing[:, None] <= size - placed - 1)
        open_to &= enough
    state, block = np.nonzero(open_to)
    grown = np.concatenate([labels[state], block[:, None].astype(np.int8)], axis=1)
    total = costs[state] + added[state, block]
    full = np.maximum(used[state], block + 1) >= most
    return grown, total, total + rest[placed + 1] + _insertion(weights, ties, positive, state, block, full)


def _insertion(
    weights: Floats,
    ties: Floats,
    positive: Floats,
    state: NDArray[np.intp],
    block: NDArray[np.intp],
    full: NDArray[np.bool_],
) -> Floats:
    """What the actors not yet placed cost at least against those placed."""
    placed = len(weights) - ties.shape[2]
    others = weights[placed, placed + 1 :]
    if not others.size:
        return np.zeros(state.size)
    joined = ties[state][:, :, 1:]
    joined[np.arange(state.size), block] += others
    # a block of one's own costs all positive ties; it is no choice when all blocks are in use
    cheapest_ties = np.where(full[:, None], joined.max(axis=1), np.maximum(joined.max(axis=1), 0))
    return np.asarray((positive[1:] + np.maximum(others, 0) - cheapest_ties).sum(axis=1), dtype=float)


def _stacked(kept: list[Labels], size: int) -> Labels:
    return np.concatenate(kept) if kept else np.zeros((0, size), np.int8)
