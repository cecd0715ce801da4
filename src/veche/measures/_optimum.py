"""The cheapest partitions of one connected signed network into at most two, or any number of, blocks."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veche.measures import _cover, _frontier, _start
from veche.measures.signed import TOLERANCE, Ints, SignedTies, partition_cost

Floats = NDArray[np.float64]

#: up to here the search over partial partitions is tried before cutting planes
_SMALL = 24
#: beyond either of these only the heuristic and a quick bound are used
_MOST_ACTORS, _MOST_TIES = 1500, 20_000
#: partial partitions looked at: to list all optima once the cost is proved; else before the integer programme
_LISTING, _TRYING = 400_000, 60_000
#: prices are as exact as the solver's tolerance; only what exceeds the gap by more is used
_SAFE = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """Best cost found, a lower bound, partitions with that cost as rows, and whether these are all of them."""

    cost: float
    bound: float
    partitions: Ints
    complete: bool

    @property
    def proved(self) -> bool:
        """Whether the bound meets the cost."""
        return self.bound >= self.cost


@dataclass(frozen=True, slots=True, eq=False)
class _Contracted:
    """Groups of actors who stand together, or opposed, in every optimal partition."""

    group: Ints
    sign: Floats
    net: Floats
    fixed_cost: float


def optimum(ties: SignedTies, *, two: bool, cap: int, seconds: float) -> Optimum:
    """Find the cheapest partitions.

    Parameters
    ----------
    ties
        Connected, without contradictions, at least one tie.
    two
        At most two blocks, or any number.
    cap
        At most so many partitions are kept.
    seconds
        Time for the proof.
    """
    scale = _scale(ties)
    scaled = SignedTies(ties.actors, ties.first, ties.second, ties.positive / scale, ties.negative / scale)
    found = _optimum(scaled, two, cap, time.monotonic() + seconds)
    cost = partition_cost(ties, found.partitions[0])
    return Optimum(cost, cost if found.proved else found.bound * scale, found.partitions, found.complete)


def _scale(ties: SignedTies) -> float:
    """A power of 2 that brings weights near to 1 where they are far from it: the solver's tolerances are absolute."""
    largest = float(np.abs(ties.net).max())
    return 1.0 if 1e-2 <= largest <= 1e4 else float(2.0 ** np.round(np.log2(largest)))


def _optimum(ties: SignedTies, two: bool, cap: int, until: float) -> Optimum:
    slack = TOLERANCE * ties.total
    start = _beginning(ties, two)
    upper = partition_cost(ties, start)
    if ties.actors > _MOST_ACTORS or ties.first.size > _MOST_TIES:
        bound = _cover.round_up(_start.packed_bound(ties, two=two), _cover.unit_of(np.abs(ties.net)))
        return Optimum(upper, min(bound, upper), start[None], False)
    if ties.actors <= _SMALL:
        whole = _enumerate(ties, _whole(ties), upper, slack, two, cap, _TRYING)
        if whole.proved:
            return whole
    return _by_cuts(ties, start, upper, two=two, cap=cap, slack=slack, until=until)


def _by_cuts(ties: SignedTies, best: Ints, upper: float, *, two: bool, cap: int, slack: float, until: float) -> Optimum:
    relaxation = _cover.relax(ties, two=two, upper=upper, until=until)
    best, upper = _better(ties, best, upper, _rounded(ties, relaxation.values, two))
    contracted = _contract(ties, relaxation.prices > upper - relaxation.bound + _SAFE, two)
    bound = _cover.round_up(relaxation.bound, _cover.unit_of(np.abs(ties.net)))
    states = _LISTING if bound >= upper - slack else _TRYING
    found = _enumerate(ties, contracted, upper, slack, two, cap, states)
    if found.proved:
        return found
    best, upper = _better(ties, best, upper, found.partitions[0]) if len(found.partitions) else (best, upper)
    if bound < upper - slack:
        settled = _cover.settle(ties, relaxation, two=two, until=until)
        if settled.values is not None:
            best, upper = _better(ties, best, upper, _rounded(ties, settled.values, two))
        bound = _cover.round_up(max(bound, settled.bound), _cover.unit_of(np.abs(ties.net)))
    several = len(found.partitions) > 0 and found.cost <= upper + slack
    return Optimum(upper, min(bound, upper), found.partitions if several else best[None], False)


def _beginning(ties: SignedTies, two: bool) -> Ints:
    sides = (_start.spectral_sides(ties) < 0).astype(np.intp)
    if two:
        return sides
    matrix = _start.adjacency(ties)
    starts = [_start.settled_blocks(matrix, blocks) for blocks in (sides, np.arange(ties.actors, dtype=np.intp))]
    return min(starts, key=lambda blocks: partition_cost(ties, blocks))


def _rounded(ties: SignedTies, values: Floats, two: bool) -> Ints:
    if two:
        return (_start.tree_sides(ties, values) < 0).astype(np.intp)
    return _start.settled_blocks(_start.adjacency(ties), _start.kept_blocks(ties, values))


def _better(ties: SignedTies, best: Ints, upper: float, other: Ints) -> tuple[Ints, float]:
    cost = partition_cost(ties, other)
    return (other, cost) if cost < upper else (best, upper)


def _whole(ties: SignedTies) -> _Contracted:
    return _contract(ties, np.zeros(ties.first.size, bool), two=False)


def _contract(ties: SignedTies, kept: NDArray[np.bool_], two: bool) -> _Contracted:
    """Join actors along ties that keep their sense in every partition as good as the best known.

    A tie keeps it if its price in the relaxation exceeds the gap between bound and best cost. For any number of
    blocks only positive ties join; what a negative one says is found again by the search.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    n, sense = ties.actors, np.sign(ties.net)
    used = kept if two else kept & (sense > 0)
    graph = csr_matrix((np.ones(int(used.sum())), (ties.first[used], ties.second[used])), shape=(n, n))
    count, group = connected_components(graph, directed=False)
    side = np.ones(n)
    if two:
        sign = {(int(a), int(b)): s for a, b, s in zip(ties.first, ties.second, sense, strict=True)}
        for root in np.unique(group, return_index=True)[1].tolist():
            order, before = breadth_first_order(graph, root, directed=False)
            for actor in order[1:].tolist():
                up = int(before[actor])
                side[actor] = side[up] * sign[min(actor, up), max(actor, up)]
    turned = ties.net * side[ties.first] * side[ties.second]
    positive, negative = np.zeros((count, count)), np.zeros((count, count))
    np.add.at(positive, (group[ties.first], group[ties.second]), np.maximum(turned, 0))
    np.add.at(negative, (group[ties.first], group[ties.second]), np.maximum(-turned, 0))
    inside = float(np.trace(negative))
    positive, negative = positive + positive.T, negative + negative.T
    np.fill_diagonal(positive, 0)
    np.fill_diagonal(negative, 0)
    fixed = inside + float(np.minimum(positive, negative).sum()) / 2
    return _Contracted(np.asarray(group, dtype=np.intp), side, positive - negative, fixed)


def _enumerate(
    ties: SignedTies, contracted: _Contracted, upper: float, slack: float, two: bool, cap: int, states: int
) -> Optimum:
    """Search all partitions of the groups; the bound is 0 if the search had to be stopped, with what it had found."""
    groups = len(contracted.net)
    if groups > np.iinfo(np.int8).max:
        return Optimum(np.inf, 0.0, np.zeros((0, ties.actors), np.intp), False)
    most = min(2, groups) if two else groups
    found = _frontier.cheapest(
        contracted.net, most, 1, upper - contracted.fixed_cost + slack, tolerance=slack, cap=cap, states=states
    )
    labels = found.partitions.astype(np.intp)[:, contracted.group]
    if two:
        labels = np.where(contracted.sign < 0, 1 - labels, labels)
    cost = partition_cost(ties, labels[0]) if len(labels) else np.inf
    finished = found.finished and len(labels) > 0
    return Optimum(cost, cost if finished else 0.0, labels, finished and len(labels) < cap)
