"""The least weight of ties that must give way so that a signed network falls into blocks: cutting planes, then HiGHS.

A network falls into two blocks if and only if no cycle has an odd number of negative ties, into any number of blocks
if and only if no cycle has exactly one. So the cost of the best partition is the least weight of ties that meet every
such cycle. The linear relaxation is solved with the cycles violated so far, found as shortest paths; mostly it is
already whole or rounds up to the cost of a known partition. Otherwise an integer programme over the cycles found
settles the rest.

References: Cartwright and Harary 1956 and Davis 1967 on the two kinds of cycle; Barahona and Mahjoub 1986,
Mathematical Programming 36:157-173, and Chopra and Rao 1993, Mathematical Programming 59:87-115, on the inequalities.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veche.measures.signed import Ints, SignedTies

Floats = NDArray[np.float64]
Cut = frozenset[int]

_VIOLATION = 1e-6
#: units in which weights may be whole; then costs are whole in it too and bounds round up
_UNITS = (1.0, 0.5, 0.25, 1 / 3, 1 / 6, 0.1, 0.05, 0.01)


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """Lower bound from the linear relaxation, its values, prices of giving way, and the cycles it rests on."""

    bound: float
    values: Floats
    prices: Floats
    cuts: tuple[Cut, ...]
    finished: bool


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """Lower bound of the integer programme, and its best ties to give way (None if it found none)."""

    bound: float
    values: Floats | None


def unit_of(weights: Floats) -> float:
    """Give the largest unit of which all weights are whole multiples; 0 if there is none."""
    for unit in _UNITS:
        if bool(np.all(np.abs(weights / unit - np.round(weights / unit)) < 1e-9)):
            return unit
    return 0.0


def round_up(bound: float, unit: float) -> float:
    """Raise a lower bound to the next possible cost."""
    return float(np.ceil(bound / unit - 1e-6) * unit) if unit else bound


def relax(ties: SignedTies, *, two: bool, upper: float, until: float) -> Relaxation:
    """Solve the linear relaxation by adding violated cycles until none is left, `upper` is reached or time is over.

    Parameters
    ----------
    ties
        Without contradictions; connected.
    two
        At most two blocks, or any number.
    upper
        Cost of a known partition.
    until
        Time (of `time.monotonic`) when to stop; every bound so far is valid.
    """
    from scipy.optimize import linprog

    weights = np.abs(ties.net)
    unit = unit_of(weights)
    cuts: dict[Cut, None] = {}
    values, prices, bound = np.zeros(weights.size), weights.copy(), 0.0
    while True:
        new = [cut for cut in violated(ties, values, two=two) if cut not in cuts]
        done = not new or round_up(bound, unit) >= upper - 1e-9 * (1 + upper)
        left = until - time.monotonic()
        if done or left <= 0:
            return Relaxation(bound, values, prices, tuple(cuts), done)
        cuts.update(dict.fromkeys(new))
        found = linprog(
            weights,
            A_ub=-incidence(list(cuts), weights.size),
            b_ub=-np.ones(len(cuts)),
            bounds=(0, 1),
            method="highs",
            options={"time_limit": left},
        )
        if found.status != 0:
            return Relaxation(bound, values, prices, tuple(cuts), False)
        values, prices, bound = found.x, found.lower.marginals, max(bound, float(found.fun))


def settle(ties: SignedTies, relaxation: Relaxation, *, two: bool, until: float) -> Settled:
    """Solve the integer programme, beginning with the cycles of the relaxation.

    For two blocks a side is chosen for every actor, which leaves no cycle open; for more blocks cycles that the
    answer leaves open are added and the programme is solved again.
    """
    cuts = dict.fromkeys(relaxation.cuts)
    bound = relaxation.bound
    while True:
        left = until - time.monotonic()
        if left <= 0:
            return Settled(bound, None)
        found = _sides(ties, list(cuts), left) if two else _hitting(ties, list(cuts), left)
        # the solver is told to close the gap, so a status of 0 leaves none but rounding
        bound = max(bound, float(found.mip_dual_bound)) if found.mip_dual_bound is not None else bound
        if found.x is None:
            return Settled(bound, None)
        values = np.round(found.x[-ties.first.size :])
        new = [cut for cut in violated(ties, values, two=two) if cut not in cuts]
        if not new:
            return Settled(bound, values)
        cuts.update(dict.fromkeys(new))


def _sides(ties: SignedTies, cuts: list[Cut], seconds: float) -> Any:
    """Choose a side x of every actor; a tie gives way (f) if x differ along a positive or agree along a negative one."""
    from scipy.optimize import Bounds, LinearConstraint
    from scipy.sparse import csr_matrix, hstack

    n, m = ties.actors, ties.first.size
    rows = np.tile(np.arange(m), 3)
    columns = np.concatenate([ties.first, ties.second, n + np.arange(m)])
    ones, sign = np.ones(m), np.where(ties.net > 0, 1.0, -1.0)
    below = csr_matrix((np.concatenate([-ones, sign, ones]), (rows, columns)), shape=(m, n + m))
    above = csr_matrix((np.concatenate([ones, -sign, ones]), (rows, columns)), shape=(m, n + m))
    positive = sign > 0
    constraints = [
        LinearConstraint(below, np.where(positive, 0.0, -1.0), np.inf),
        LinearConstraint(above, np.where(positive, 0.0, 1.0), np.inf),
    ]
    if cuts:
        cycles = hstack([csr_matrix((len(cuts), n)), incidence(cuts, m)], format="csr")
        constraints.append(LinearConstraint(cycles, 1.0, np.inf))
    upper = np.ones(n + m)
    # one actor's side is free to choose: the one with most ties
    upper[int(np.bincount(np.concatenate([ties.first, ties.second]), minlength=n).argmax())] = 0.0
    cost = np.concatenate([np.zeros(n), np.abs(ties.net)])
    return _solve(cost, constraints, Bounds(0, upper), seconds)


def _hitting(ties: SignedTies, cuts: list[Cut], seconds: float) -> Any:
    from scipy.optimize import Bounds, LinearConstraint

    m = ties.first.size
    constraints = [LinearConstraint(incidence(cuts, m), 1.0, np.inf)] if cuts else []
    return _solve(np.abs(ties.net), constraints, Bounds(0, 1), seconds)


def _solve(cost: Floats, constraints: list[Any], bounds: Any, seconds: float) -> Any:
    from scipy.optimize import milp

    options = {"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0}
    return milp(cost, constraints=constraints, bounds=bounds, integrality=np.ones(cost.size), options=options)


def incidence(cuts: list[Cut], ties: int) -> Any:
    """Give the matrix cycles x ties."""
    from scipy.sparse import csr_matrix

    columns = np.fromiter((tie for cut in cuts for tie in cut), dtype=np.intp)
    pointers = np.concatenate([[0], np.cumsum([len(cut) for cut in cuts])]).astype(np.intp)
    return csr_matrix((np.ones(columns.size), columns, pointers), shape=(len(cuts), ties))


def violated(ties: SignedTies, values: Floats, *, two: bool) -> list[Cut]:
    """Find cycles whose ties give way by less than 1 in all: for each actor, or negative tie, a shortest one."""
    return _odd_cycles(ties, values) if two else _single_cycles(ties, values)


def _odd_cycles(ties: SignedTies, values: Floats) -> list[Cut]:
    """In a doubled network negative ties change sides: a way from an actor to his double has an odd number of them."""
    n, positive = ties.actors, ties.net > 0
    there = np.concatenate([ties.first, ties.first + n])
    back = np.concatenate([ties.second + np.where(positive, 0, n), ties.second + np.where(positive, n, 0)])
    names = np.tile(np.arange(values.size), 2)
    distances, before, tie_of = _shortest(2 * n, there, back, np.tile(values, 2), names, np.arange(n))
    cuts: dict[Cut, None] = {}
    for actor in np.flatnonzero(distances[np.arange(n), np.arange(n) + n] < 1 - _VIOLATION).tolist():
        odd: set[int] = set()
        for tie in _way(before[actor], tie_of, actor, actor + n):
            # a tie walked twice falls out; what remains still holds a cycle with an odd number of negative ties
            odd ^= {tie}
        cuts[frozenset(odd)] = None
    return list(cuts)


def _single_cycles(ties: SignedTies, values: Floats) -> list[Cut]:
    """Close every negative tie by the shortest way along positive ones."""
    positive = ties.net > 0
    starts, row_of = np.unique(ties.first[~positive], return_inverse=True)
    if not starts.size:
        return []
    held = np.flatnonzero(positive)
    distances, before, tie_of = _shortest(ties.actors, ties.first[held], ties.second[held], values[held], held, starts)
    cuts: dict[Cut, None] = {}
    for row, tie in zip(row_of.tolist(), np.flatnonzero(~positive).tolist(), strict=True):
        start, end = int(ties.first[tie]), int(ties.second[tie])
        if distances[row, end] + values[tie] < 1 - _VIOLATION:
            cuts[frozenset([tie, *_way(before[row], tie_of, start, end)])] = None
    return list(cuts)


def _shortest(
    size: int, there: Ints, back: Ints, values: Floats, names: Ints, starts: Ints
) -> tuple[Floats, NDArray[np.int32], dict[tuple[int, int], int]]:
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    # a stored 0 would be no tie; a hair more also prefers short cycles among equals
    lengths = np.maximum(values, 0) + 1e-8
    graph = csr_matrix((lengths, (there, back)), shape=(size, size))
    distances, before = dijkstra(graph, directed=False, indices=starts, return_predecessors=True, limit=1.0)
    tie_of = {}
    for a, b, name in zip(there.tolist(), back.tolist(), names.tolist(), strict=True):
        tie_of[a, b] = tie_of[b, a] = name
    return distances, before, tie_of


def _way(before: NDArray[np.int32], tie_of: dict[tuple[int, int], int], start: int, end: int) -> list[int]:
    ties = []
    while end != start:
        last = int(before[end])
        ties.append(tie_of[last, end])
        end = last
    return ties
