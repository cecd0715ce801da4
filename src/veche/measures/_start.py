"""Good partitions to begin with: the leading eigenvector, signs along a tree, and moves of single actors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from veche.measures.signed import Ints, SignedTies

Floats = NDArray[np.float64]


def adjacency(ties: SignedTies) -> Any:
    """Give the symmetric sparse matrix of net weights."""
    from scipy.sparse import csr_matrix

    rows, columns = np.concatenate([ties.first, ties.second]), np.concatenate([ties.second, ties.first])
    return csr_matrix((np.tile(ties.net, 2), (rows, columns)), shape=(ties.actors, ties.actors))


def spectral_sides(ties: SignedTies) -> Floats:
    """Give sides +1, -1 by the leading eigenvector of the normalised signed matrix, then single moves.

    Works on one connected component: a small balanced component would take the leading eigenvalue to itself.
    """
    matrix = adjacency(ties)
    strength = np.asarray(abs(matrix).sum(axis=1)).ravel()
    scale = 1 / np.sqrt(np.maximum(strength, 1e-300))
    if ties.actors <= 400:
        _, vectors = np.linalg.eigh(matrix.toarray() * scale[:, None] * scale)
        leading = vectors[:, -1]
    else:
        leading = _leading(matrix, scale)
    return flip(matrix, np.where(leading >= 0, 1.0, -1.0))


def _leading(matrix: Any, scale: Floats) -> Floats:
    from scipy.sparse import diags
    from scipy.sparse.linalg import ArpackNoConvergence, eigsh

    start = np.random.default_rng(0).standard_normal(scale.size)
    try:
        _, vectors = eigsh(diags(scale) @ matrix @ diags(scale), k=1, which="LA", v0=start, tol=1e-4, maxiter=20_000)
    except ArpackNoConvergence:
        # any beginning will do: single moves follow
        return start
    return np.asarray(vectors[:, 0], dtype=float)


def tree_sides(ties: SignedTies, values: Floats) -> Floats:
    """Give sides that keep a spanning tree of the ties least likely to give way, then single moves."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

    lengths = np.maximum(values, 0) + 1e-3 / (1 + np.abs(ties.net))
    graph = csr_matrix((lengths, (ties.first, ties.second)), shape=(ties.actors, ties.actors))
    order, before = breadth_first_order(minimum_spanning_tree(graph), 0, directed=False)
    matrix = adjacency(ties)
    sign = {(int(a), int(b)): s for a, b, s in zip(ties.first, ties.second, np.sign(ties.net), strict=True)}
    sides = np.ones(ties.actors)
    for actor in order[1:].tolist():
        last = int(before[actor])
        sides[actor] = sides[last] * sign[min(actor, last), max(actor, last)]
    return flip(matrix, sides)


def flip(matrix: Any, sides: Floats) -> Floats:
    """Move single actors to the other side while it pays, the most rewarding first."""
    sides = sides.copy()
    # what an actor gains by staying; below 0 a move pays
    stays = sides * (matrix @ sides)
    pointers, columns, weights = matrix.indptr, matrix.indices, matrix.data
    while stays.size and stays.min() < -1e-12:
        one = int(stays.argmin())
        sides[one] = -sides[one]
        stays[one] = -stays[one]
        part = slice(pointers[one], pointers[one + 1])
        others = columns[part]
        stays[others] += 2 * sides[others] * weights[part] * sides[one]
    return sides


def kept_blocks(ties: SignedTies, values: Floats) -> Ints:
    """Give the blocks joined by positive ties that do not give way."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    held = (ties.net > 0) & (values < 0.5)
    ones = np.ones(int(held.sum()))
    graph = coo_matrix((ones, (ties.first[held], ties.second[held])), shape=(ties.actors, ties.actors))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.intp)


def settled_blocks(matrix: Any, blocks: Ints) -> Ints:
    """Move single actors to the block, of their neighbours or of their own, to which they are tied most, while it pays.

    Sweeps over all actors until nothing moves; the number of blocks is free. Every move lowers the cost.
    """
    labels = blocks.tolist()
    fresh = max(labels, default=-1) + 1
    pointers, columns, weights = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    busy = True
    while busy:
        busy = False
        for actor in range(len(labels)):
            ties: dict[int, float] = {}
            for at in range(pointers[actor], pointers[actor + 1]):
                block = labels[columns[at]]
                ties[block] = ties.get(block, 0.0) + weights[at]
            here = ties.get(labels[actor], 0.0)
            best, most = fresh, 0.0
            for block, weight in ties.items():
                if weight > most + 1e-12:
                    best, most = block, weight
            if most > here + 1e-12:
                fresh += best == fresh
                labels[actor], busy = best, True
    return np.asarray(labels, dtype=np.intp)


def packed_bound(ties: SignedTies, *, two: bool) -> float:
    """Give a quick lower bound of the cost: cycles that must give way, packed so that none uses a tie twice.

    Cycles are closed over a breadth-first tree (of the positive ties only, for any number of blocks).
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    net, n = ties.net, ties.actors
    used = np.ones(net.size, bool) if two else net > 0
    graph = csr_matrix((np.ones(int(used.sum())), (ties.first[used], ties.second[used])), shape=(n, n))
    _, of = connected_components(graph, directed=False)
    name = {(a, b): k for k, (a, b) in enumerate(zip(ties.first.tolist(), ties.second.tolist(), strict=True))}
    left = np.abs(net).tolist()
    depth, before, side = [0] * n, [-1] * n, [1.0] * n
    for root in np.unique(of, return_index=True)[1].tolist():
        order, last = breadth_first_order(graph, root, directed=False)
        for actor in order[1:].tolist():
            up = int(last[actor])
            before[actor], depth[actor] = up, depth[up] + 1
            side[actor] = side[up] * float(np.sign(net[name[min(actor, up), max(actor, up)]]))
    bound = 0.0
    for (a, b), tie in name.items():
        open_cycle = side[a] * side[b] * net[tie] < 0 if two else net[tie] < 0 and of[a] == of[b]
        if open_cycle:
            cycle = [tie, *(name[min(i, before[i]), max(i, before[i])] for i in _climb(a, b, depth, before))]
            most = min(left[k] for k in cycle)
            bound += most
            for k in cycle:
                left[k] -= most
    return bound


def _climb(a: int, b: int, depth: list[int], before: list[int]) -> list[int]:
    """List the actors below the meeting point of two ways up a tree."""
    passed = []
    while a != b:
        if depth[a] < depth[b]:
            a, b = b, a
        passed.append(a)
        a = before[a]
    return passed


def moved(net: Floats, blocks: Ints, most: int, least: int) -> Ints:
    """Move single actors between blocks, or to one of their own, while it pays; between `least` and `most` blocks."""
    labels = np.unique(blocks, return_inverse=True)[1].astype(np.intp)
    size = len(net)
    while True:
        count = int(labels.max(initial=-1)) + 1
        width = min(count + 1, most)
        member = np.zeros((size, width))
        member[np.arange(size), labels] = 1
        ties = net @ member
        gain = ties - ties[np.arange(size), labels][:, None]
        if count <= least:
            alone = member.sum(axis=0)[labels] == 1
            gain[alone] = 0
        if not gain.size or gain.max() <= 1e-12:
            return labels
        actor, block = np.unravel_index(int(gain.argmax()), gain.shape)
        labels[actor] = block
        labels = np.unique(labels, return_inverse=True)[1].astype(np.intp)


def best_of_starts(net: Floats, most: int, least: int, starts: int) -> Ints:
    """Give the best of some random beginnings after single moves, with `least` to `most` blocks."""
    draw = np.random.default_rng(0)
    size = len(net)
    best, best_value = np.zeros(size, np.intp), -np.inf
    for _ in range(starts):
        begin = draw.integers(0, most, size)
        begin[draw.permutation(size)[:least]] = np.arange(least)
        labels = moved(net, begin, most, least)
        value = float(net[labels[:, None] == labels].sum())
        if value > best_value + 1e-12:
            best, best_value = labels, value
    return best
