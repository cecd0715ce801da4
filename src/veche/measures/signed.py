"""Signed ties between actors, whatever they were measured by, and the cost of a partition of the actors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures._arrays import floats
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

#: what rounding may leave of a difference of costs, per unit of total weight
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SignedTies:
    """Pairs of actors with their positive and negative weight; every pair stands once, first < second.

    A pair has both weights if two arcs in opposite directions, or two layers, contradict one another.
    """

    actors: int
    first: Ints
    second: Ints
    positive: Floats
    negative: Floats

    @property
    def total(self) -> float:
        """W, the sum of absolute weights."""
        return float(self.positive.sum() + self.negative.sum())

    @property
    def contradiction(self) -> float:
        """Cost that no partition avoids: the smaller weight of every pair that has both."""
        return float(np.minimum(self.positive, self.negative).sum())

    @property
    def net(self) -> Floats:
        """Positive minus negative weight of every pair."""
        return self.positive - self.negative

    @property
    def conflict_share(self) -> float:
        """Q, the share of negative weight in all weight, in [0, 1]; NaN without any weight."""
        total = self.total
        return float(self.negative.sum()) / total if total else float("nan")


def signed_ties(weights: ArrayLike, *, directed: bool = False) -> SignedTies:
    """Read signed ties from a square matrix of weights.

    Parameters
    ----------
    weights
        Square; positive for accord, negative for conflict, 0 or NaN where there is no tie. The diagonal is ignored.
    directed
        False: the matrix is symmetric and each pair counts once. True: entries are arcs and both arcs of a pair
        count, as in the line indices of Doreian and Mrvar.

    Returns
    -------
    SignedTies
        Pairs without any weight are left out.

    Raises
    ------
    InputProblem
        If the matrix is not square, not symmetric though undirected, or holds an infinite weight.

    Examples
    --------
    >>> ties = signed_ties([[0, 1, -2], [1, 0, 0], [-2, 0, 0]])
    >>> ties.total, ties.conflict_share.__round__(4)
    (3.0, 0.6667)
    """
    matrix = square(weights)
    if bool(np.isinf(matrix).any()):
        raise InputProblem(N_("A weight of the signed ties is infinite. Give finite weights, 0 where there is no tie."))
    matrix = np.nan_to_num(matrix)
    if not directed and not np.allclose(
        matrix, matrix.T, rtol=0, atol=1e-12 * max(1.0, float(np.abs(matrix).max(initial=0)))
    ):
        i, j = (int(k) for k in np.argwhere(~np.isclose(matrix, matrix.T, rtol=0, atol=1e-12))[0])
        raise InputProblem(
            N_("The tie of actors {i} and {j} has the weight {there} one way and {back} the other. "
               "Give a symmetric matrix, or say that the ties are directed."),
            i=i, j=j, there=float(matrix[i, j]), back=float(matrix[j, i]),
        )  # fmt: skip
    first, second = np.triu_indices(matrix.shape[0], 1)
    there, back = matrix[first, second], matrix[second, first] if directed else np.zeros(first.size)
    positive = np.maximum(there, 0) + np.maximum(back, 0)
    negative = np.maximum(-there, 0) + np.maximum(-back, 0)
    held = (positive > 0) | (negative > 0)
    return SignedTies(matrix.shape[0], first[held], second[held], positive[held], negative[held])


def square(weights: ArrayLike) -> Floats:
    """Return a matrix as floats if it is square.

    Raises
    ------
    InputProblem
        If it is not.
    """
    matrix = floats(weights, N_("weights"))
    if matrix.size == 0:
        return np.zeros((0, 0))
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise InputProblem(
            N_("The matrix of ties has the shape {shape}. Give a square one, a row and a column for every actor."),
            shape=matrix.shape,
        )
    return matrix


def partition_cost(ties: SignedTies, blocks: ArrayLike, alpha: float | None = None) -> float:
    r"""Give the cost of a partition: negative weight inside blocks and positive weight between them.

    .. math:: cost(P) = \sum_{same} w^- + \sum_{different} w^+

    With `alpha` the parts are weighed, :math:`\alpha\, neg + (1-\alpha)\, pos`, so that .5 gives half of the cost.

    Parameters
    ----------
    ties
        Signed ties.
    blocks
        Block of every actor, any labels.
    alpha
        Weight of negative ties inside blocks, in [0, 1]; None weighs both parts 1.

    Returns
    -------
    float
        In [0, W].

    Raises
    ------
    InputProblem
        If there is not one block per actor, or alpha is out of range.

    Examples
    --------
    >>> partition_cost(signed_ties([[0, 1, -2], [1, 0, 0], [-2, 0, 0]]), "aaa")
    2.0
    """
    labels = np.asarray(list(blocks) if isinstance(blocks, str) else blocks)
    if labels.shape != (ties.actors,):
        raise InputProblem(
            N_("The partition has {blocks} blocks for {actors} actors. Give the block of every actor."),
            blocks=labels.size,
            actors=ties.actors,
        )
    inside, between = (1.0, 1.0) if alpha is None else (check_alpha(alpha), 1 - alpha)
    same = labels[ties.first] == labels[ties.second]
    return float(inside * ties.negative[same].sum() + between * ties.positive[~same].sum())


def check_alpha(alpha: float) -> float:
    """Return the weight of negative ties if it lies in [0, 1].

    Raises
    ------
    InputProblem
        If it does not.
    """
    if not 0 <= alpha <= 1:
        raise InputProblem(
            N_("The weight alpha of negative ties is {value}. Give a number from 0 to 1, such as 0.5."), value=alpha
        )
    return alpha


def weighed(ties: SignedTies, alpha: float) -> SignedTies:
    """Weigh negative ties by alpha and positive ones by 1 - alpha."""
    return SignedTies(
        ties.actors, ties.first, ties.second, ties.positive * (1 - check_alpha(alpha)), ties.negative * alpha
    )


def components(ties: SignedTies) -> list[Ints]:
    """Give the actors of each connected component, ties of either sign connecting; isolated actors stand alone."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not ties.actors:
        return []
    ones = np.ones(ties.first.size)
    graph = coo_matrix((ones, (ties.first, ties.second)), shape=(ties.actors, ties.actors))
    count, of = connected_components(graph, directed=False)
    order = np.argsort(of, kind="stable")
    return list(np.split(order, np.searchsorted(of[order], np.arange(1, count))))


def restrict(ties: SignedTies, actors: Ints) -> SignedTies:
    """Give the ties among some actors, who are numbered anew in the order given."""
    number = np.full(ties.actors, -1)
    number[actors] = np.arange(actors.size)
    first, second = number[ties.first], number[ties.second]
    held = (first >= 0) & (second >= 0)
    low, high = np.minimum(first, second)[held], np.maximum(first, second)[held]
    return SignedTies(int(actors.size), low, high, ties.positive[held], ties.negative[held])


def canonical(labels: ArrayLike) -> tuple[int, ...]:
    """Number blocks in the order in which they first appear.

    Examples
    --------
    >>> canonical([3, 1, 3, 0])
    (0, 1, 0, 2)
    """
    seen: dict[int, int] = {}
    return tuple(seen.setdefault(int(label), len(seen)) for label in np.asarray(labels).tolist())
