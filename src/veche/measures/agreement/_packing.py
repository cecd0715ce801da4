"""The best alignment of the units of several coders: a packing of sets with the greatest saving, solved exactly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._candidates import Candidates, candidates
from veche.measures.agreement._dissimilarity import PairCosts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: a solution of the relaxed program this near to whole numbers is whole
_WHOLE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """Sets of units aligned with each other, single ones included, and the disorder of the alignment.

    Disorder is the sum over sets of the mean over pairs of coders, divided by the mean number of units per coder; in
    units of the price of an empty counterpart.
    """

    sets: tuple[tuple[int, ...], ...]
    disorder: float


def best_alignment(costs: PairCosts) -> Aligned:
    """Find the alignment with the least disorder.

    Every unit alone costs an empty counterpart for each pair of coders; sets that belong together save some of that.
    Choosing sets with no unit in two of them, so that they save most, is an integer program; with two coders an
    assignment.
    """
    found = candidates(costs)
    coders, units = costs.continuum.coders, costs.continuum.start.size
    chosen = _assigned(found[0]) if coders == 2 and found else _packed(found, units)
    together = np.zeros(units, dtype=bool)
    for one in chosen:
        together[list(one)] = True
    sets = [*chosen, *((int(unit),) for unit in np.flatnonzero(~together))]
    cost = sum(cost_of(one, costs) for one in sets)
    mean = costs.continuum.mean_units
    sets.sort(key=lambda one: min((costs.continuum.start[unit], unit) for unit in one))
    return Aligned(tuple(sets), cost / (coders * (coders - 1) / 2) / mean if units else 0.0)


def cost_of(members: Iterable[int], costs: PairCosts) -> float:
    """Return the sum over pairs of coders of the dissimilarity of a set: 1 where either has no unit in it."""
    one = np.array(list(members), dtype=np.int64)
    k, m = one.size, costs.continuum.coders
    first, second = np.triu_indices(k, 1)
    return float(costs(one[first], one[second]).sum()) + m * (m - 1) / 2 - k * (k - 1) / 2


def _assigned(pairs: Candidates) -> list[tuple[int, ...]]:
    """Choose pairs of units of two coders: a matching of greatest weight, each connected part by itself."""
    from scipy.optimize import linear_sum_assignment

    if not pairs.saving.size:
        return []
    chosen: list[tuple[int, ...]] = []
    parts = _connected(pairs.members)
    for part in np.split(np.argsort(parts, kind="stable"), np.cumsum(np.bincount(parts))[:-1]):
        rows, columns = (np.unique(pairs.members[part, side], return_inverse=True) for side in (0, 1))
        weight = np.zeros((rows[0].size, columns[0].size))
        weight[rows[1], columns[1]] = pairs.saving[part]
        for row, column in zip(*linear_sum_assignment(weight, maximize=True), strict=True):
            if weight[row, column] > 0:
                chosen.append((int(rows[0][row]), int(columns[0][column])))
    return chosen


def _connected(pairs: Ints) -> Ints:
    """Return for each pair the number of the connected part it lies in."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = int(pairs.max()) + 1
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    labels = connected_components(graph, directed=False)[1][pairs[:, 0]]
    return np.unique(labels, return_inverse=True)[1].ravel()


def _packed(found: list[Candidates], units: int) -> list[tuple[int, ...]]:
    sizes = [one.members.shape[1] for one in found for _ in one.saving]
    if not sizes:
        return []
    members = np.concatenate([one.members.ravel() for one in found])
    saving = np.concatenate([one.saving for one in found])
    of_set = np.repeat(np.arange(saving.size), sizes)
    chosen = np.flatnonzero(_greatest_packing(members, of_set, saving, units))
    ends = np.cumsum(sizes)
    return [tuple(members[ends[one] - sizes[one] : ends[one]].tolist()) for one in chosen]


def _greatest_packing(members: Ints, of_set: Ints, saving: Floats, units: int) -> Bools:
    """Choose sets, no unit in two of them, with the greatest sum of savings.

    The relaxed program (parts of sets allowed) is solved first and is whole most of the time. If not, its prices of
    units bound what any set can add: a set whose saving stays behind its price by more than the gap to a solution
    known is in no better one, and only the others are left to the integer program.
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    matrix = coo_array((np.ones(members.size), (members, of_set)), shape=(units, saving.size)).tocsr()
    used = np.flatnonzero(np.bincount(members, minlength=units))
    matrix = matrix[used]
    relaxed = linprog(-saving, A_ub=matrix, b_ub=np.ones(used.size), bounds=(0, None), method="highs")
    whole = np.rint(relaxed.x)
    if np.abs(relaxed.x - whole).max() < _WHOLE:
        return np.asarray(whole > 0)
    prices = -relaxed.ineqlin.marginals
    behind = matrix.T @ prices - saving
    known = _greedy(matrix, saving, relaxed.x)
    left = np.flatnonzero(behind <= -relaxed.fun - saving[known].sum() + 1e-9)
    found = np.zeros(saving.size, dtype=bool)
    found[left[_whole_program(matrix[:, left], saving[left])]] = True
    return found


def _whole_program(matrix: object, saving: Floats) -> Bools:
    from scipy.optimize import Bounds, LinearConstraint, milp

    solved = milp(
        -saving,
        constraints=LinearConstraint(matrix, -np.inf, 1),
        integrality=np.ones(saving.size),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    return np.asarray(solved.x > 0.5)


def _greedy(matrix: object, saving: Floats, order: Floats) -> Bools:
    """Choose sets one after another, the fullest in the relaxed program first, as long as no unit is taken twice."""
    columns = matrix.tocsc()  # type: ignore[attr-defined]
    taken = np.zeros(columns.shape[0], dtype=bool)
    found = np.zeros(saving.size, dtype=bool)
    for one in np.lexsort((-saving, -np.round(order, 9))):
        units = columns.indices[columns.indptr[one] : columns.indptr[one + 1]]
        if not taken[units].any():
            taken[units] = True
            found[one] = True
    return found
