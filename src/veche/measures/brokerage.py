"""Networks of ties without sign: betweenness, Burt's constraint, density, transitivity, assortativity, modularity."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures.balance import Partitioning, clustering_cost, frustration
from veche.measures.missing import Measured, missing
from veche.measures.signed import signed_ties, square
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]


def network(weights: ArrayLike, *, symmetric: bool = True) -> Floats:
    """Check a matrix of ties: square, weights at least 0, symmetric unless said otherwise; the diagonal is set to 0.

    Raises
    ------
    InputProblem
        If it is not so.
    """
    matrix = square(weights).copy()
    if matrix.size and not (bool(np.isfinite(matrix).all()) and matrix.min() >= 0):
        raise InputProblem(N_("A weight of the network is negative or missing. Give weights from 0 up."))
    if symmetric and not np.allclose(matrix, matrix.T):
        raise InputProblem(N_("The network is not symmetric. Give every tie both ways."))
    np.fill_diagonal(matrix, 0)
    return matrix


def betweenness(ties: ArrayLike, *, normalised: bool = False) -> Floats:
    r"""Give how many shortest ways between others pass through each actor, ways of equal length sharing.

    .. math:: b_i = \sum_{s<t} \sigma_{st}(i)/\sigma_{st}

    Ties count as one step whatever their weight.

    Parameters
    ----------
    ties
        Symmetric matrix, above 0 where there is a tie.
    normalised
        Divide by the number of pairs of others, (n-1)(n-2)/2, so that values lie in [0, 1]; all 0 below 3 actors.

    References
    ----------
    Freeman 1977, Sociometry 40:35-41; algorithm of Brandes 2001, J. Mathematical Sociology 25:163-177, in time
    proportional to actors x ties.
    """
    matrix = network(ties)
    near = [np.flatnonzero(row).tolist() for row in matrix]
    total = np.zeros(len(near))
    for start in range(len(near)):
        total += _passing(near, start)
    total /= 2
    n = len(near)
    return total / ((n - 1) * (n - 2) / 2) if normalised and n > 2 else total


def _passing(near: list[list[int]], start: int) -> Floats:
    """Dependence of one actor on every other."""
    n = len(near)
    ways, depth = np.zeros(n), np.full(n, -1)
    ways[start], depth[start] = 1, 0
    order: list[int] = []
    before: list[list[int]] = [[] for _ in range(n)]
    queue = deque([start])
    while queue:
        one = queue.popleft()
        order.append(one)
        for other in near[one]:
            if depth[other] < 0:
                depth[other] = depth[one] + 1
                queue.append(other)
            if depth[other] == depth[one] + 1:
                ways[other] += ways[one]
                before[other].append(one)
    passing = np.zeros(n)
    for other in reversed(order):
        for one in before[other]:
            passing[one] += ways[one] / ways[other] * (1 + passing[other])
    passing[start] = 0
    return passing


def constraint(ties: ArrayLike) -> Floats:
    r"""Give Burt's constraint: how far an actor's contacts are tied to one another.

    .. math:: c_i = \sum_j \left(p_{ij} + \sum_q p_{iq} p_{qj}\right)^2

    over contacts j of i, with :math:`p_{ij}` the share of i's ties, both ways, that goes to j.

    Parameters
    ----------
    ties
        Weights from 0 up, not necessarily symmetric.

    Returns
    -------
    numpy.ndarray
        NaN for actors without ties. Usually at most 1, but up to 9/8 for small closed groups.

    References
    ----------
    Burt 1992, Structural Holes, chapter 2.
    """
    matrix = network(ties, symmetric=False)
    both = matrix + matrix.T
    total = both.sum(axis=1)
    p = np.divide(both, total[:, None], out=np.zeros(both.shape), where=total[:, None] > 0)
    invested = (p + p @ p) ** 2
    found = np.where(both > 0, invested, 0).sum(axis=1)
    return np.where(total > 0, found, np.nan)


def density(ties: ArrayLike) -> Measured:
    """Give the share of pairs that are tied, in [0, 1]; missing below two actors."""
    matrix = network(ties)
    n = len(matrix)
    if n < 2:
        return missing(N_("fewer than two actors"))
    return Measured(float(np.count_nonzero(matrix)) / (n * (n - 1)))


def transitivity(ties: ArrayLike) -> Measured:
    """Give the share of two-step ways that are closed to triangles, in [0, 1]; missing without any."""
    tied = (network(ties) > 0).astype(float)
    degree = tied.sum(axis=1)
    ways = float((degree * (degree - 1)).sum())
    if not ways:
        return missing(N_("no actor has two ties"))
    return Measured(float(((tied @ tied) * tied).sum()) / ways)


def assortativity(ties: ArrayLike, attribute: Sequence[Hashable]) -> Measured:
    r"""Give how far ties stay within kinds of actors: :math:`(\mathrm{tr}\,e - \sum e^2)/(1 - \sum e^2)`, at most 1.

    e is the share of ties between kinds. Missing without ties, or if all ties are within one kind.

    Raises
    ------
    InputProblem
        If there is not one attribute per actor.

    References
    ----------
    Newman 2003, Physical Review E 67:026126.
    """
    matrix = network(ties)
    kinds = _numbered(attribute, len(matrix))
    member = np.eye(int(kinds.max(initial=-1)) + 1)[kinds]
    mixing = member.T @ matrix @ member
    if not mixing.sum():
        return missing(N_("no ties"))
    e = mixing / mixing.sum()
    expected = float(e.sum(axis=0) @ e.sum(axis=1))
    if 1 - expected < 1e-12:
        return missing(N_("all ties are within one kind"))
    return Measured((float(np.trace(e)) - expected) / (1 - expected))


def modularity(ties: ArrayLike, blocks: Sequence[Hashable]) -> Measured:
    r"""Give the modularity of a partition: :math:`\sum_{same} (A_{ij} - k_i k_j/2m)/2m`, in [-1/2, 1].

    Missing without ties.

    References
    ----------
    Newman and Girvan 2004, Physical Review E 69:026113.
    """
    matrix = network(ties)
    labels = _numbered(blocks, len(matrix))
    total = matrix.sum()
    if not total:
        return missing(N_("no ties"))
    return Measured(float(_gains(matrix)[labels[:, None] == labels].sum() / total))


def best_modularity(ties: ArrayLike, *, two: bool = False, seconds: float = 10.0, cap: int = 256) -> Partitioning:
    """Find the partition of highest modularity, as that of least clustering cost of what ties exceed chance by.

    Parameters
    ----------
    ties
        Symmetric matrix of weights from 0 up.
    two
        At most two blocks.
    seconds, cap
        As for `veche.measures.balance.frustration`. The network of gains is dense: provable to some thirty actors.

    Returns
    -------
    Partitioning
        Its cost is that of the gains; give a partition of it to `modularity`.
    """
    matrix = network(ties)
    gains = signed_ties(_gains(matrix)) if matrix.sum() else signed_ties(matrix)
    search = frustration if two else clustering_cost
    return search(gains, seconds=seconds, cap=cap)


def _gains(matrix: Floats) -> Floats:
    """What ties exceed chance by."""
    degree = matrix.sum(axis=1)
    return np.asarray(matrix - np.outer(degree, degree) / degree.sum(), dtype=float)


def _numbered(labels: Sequence[Hashable], actors: int) -> NDArray[np.intp]:
    if len(labels) != actors:
        raise InputProblem(
            N_("There are {labels} labels for {actors} actors. Give one for every actor."),
            labels=len(labels),
            actors=actors,
        )
    seen: dict[Hashable, int] = {}
    return np.asarray([seen.setdefault(label, len(seen)) for label in labels], dtype=np.intp)
