"""How nearly a signed network falls into camps: frustration, clustering cost, line index, degree of balance.

Optimal partitions are often not unique: every result keeps all of them up to a cap, and how often two actors stand
together among them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veche.measures import _frontier, _start
from veche.measures._optimum import Optimum, optimum
from veche.measures.missing import Measured, missing
from veche.measures.signed import (
    TOLERANCE,
    SignedTies,
    canonical,
    components,
    partition_cost,
    restrict,
    weighed,
)
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Partition = tuple[int, ...]

_LINE_STATES = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Partitioning:
    """The least cost of a partition, and the partitions that have it.

    `bound` is a lower bound of the cost and `proved` says whether the two meet. `partitions` number blocks in the
    order of their first actor; `complete` says whether they are all that have this cost. `together` is the share of
    optimal partitions in which two actors stand in one block, in [0, 1].
    """

    cost: float
    bound: float
    proved: bool
    partitions: tuple[Partition, ...]
    complete: bool
    together: Floats

    @property
    def partition(self) -> Partition:
        """One of the optimal partitions; which one is arbitrary."""
        return self.partitions[0]


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """Degree of balance B in [0, 1], share of conflict Q in [0, 1], and the frustration behind B.

    One number cannot tell a field without conflict (B = 1, Q = 0) from two hostile camps (B = 1, Q near 1/2).
    """

    degree: Measured
    conflict: Measured
    frustration: Partitioning


def frustration(ties: SignedTies, *, seconds: float = 10.0, cap: int = 256) -> Partitioning:
    """Give the frustration L: the least cost of a partition into at most two blocks.

    Exact by cutting planes, search and HiGHS, component by component; beyond 1,500 actors, 20,000 ties or the time
    limit the best partition found with its lower bound, not proved.

    Parameters
    ----------
    ties
        From `veche.measures.signed.signed_ties`.
    seconds
        Time for the proof, per component.
    cap
        At most so many optimal partitions are listed.

    Returns
    -------
    Partitioning
        Cost in [0, W/2]. Components are oriented freely to one another, so the listed partitions hold every
        orientation, and actors of different components stand together in half of them.

    References
    ----------
    Cartwright and Harary 1956; Aref and Wilson 2019, J. Complex Networks 7:163-189.

    Examples
    --------
    >>> from veche.measures.signed import signed_ties
    >>> found = frustration(signed_ties([[0, 1, 1], [1, 0, -1], [1, -1, 0]]))
    >>> found.cost, found.proved, len(found.partitions)
    (1.0, True, 3)
    """
    return _by_components(ties, two=True, seconds=seconds, cap=cap)


def clustering_cost(ties: SignedTies, *, seconds: float = 10.0, cap: int = 256) -> Partitioning:
    """Give the clustering cost C: the least cost of a partition into any number of blocks.

    Parameters and limits as for `frustration`. Actors without any way of ties between them never share a block.

    Returns
    -------
    Partitioning
        Cost in [0, L].

    References
    ----------
    Davis 1967, Human Relations 20:181-187.
    """
    return _by_components(ties, two=False, seconds=seconds, cap=cap)


def line_index(
    ties: SignedTies, blocks: int, alpha: float = 0.5, *, cap: int = 256, seconds: float = 10.0
) -> Partitioning:
    r"""Give the line index of Doreian and Mrvar: the least cost over partitions into exactly k non-empty blocks.

    .. math:: \min_{|P| = k}\; \alpha\, neg(P) + (1-\alpha)\, pos(P)

    Exact up to some twenty dense or forty sparse actors; where the search must stop, the best partition found and a
    lower bound from the clustering cost.

    Parameters
    ----------
    ties
        Signed ties; arcs count both if they were read as directed.
    blocks
        Number of blocks k, from 1 to the number of actors.
    alpha
        Weight of negative ties inside blocks, in [0, 1].
    cap, seconds
        As for `frustration`.

    Raises
    ------
    InputProblem
        If k or alpha is out of range.

    References
    ----------
    Doreian and Mrvar 1996, Social Networks 18:149-168; the search follows Brusco and Steinley 2010, J. Mathematical
    Psychology 54:57-70, in spirit.
    """
    _check_blocks(blocks, ties.actors)
    scaled = weighed(ties, alpha)
    net = np.asarray(_start.adjacency(_netted(scaled)).todense())
    slack = TOLERANCE * scaled.total
    start = _start.best_of_starts(net, blocks, blocks, 20)
    upper = partition_cost(scaled, start)
    left = upper - scaled.contradiction + slack
    found = _frontier.cheapest(net, blocks, blocks, left, tolerance=slack, cap=cap, states=_LINE_STATES)
    if found.finished and len(found.partitions):
        partitions = tuple(sorted({canonical(row) for row in found.partitions}))
        cost = partition_cost(scaled, partitions[0])
        return Partitioning(cost, cost, True, partitions, len(partitions) < cap, _shares(partitions, ties.actors))
    bound = min(clustering_cost(scaled, seconds=seconds, cap=1).bound, upper)
    one = (canonical(start),)
    return Partitioning(upper, bound, bound >= upper - slack, one, False, _shares(one, ties.actors))


def _check_blocks(blocks: int, actors: int) -> None:
    if not 1 <= blocks <= min(actors, np.iinfo(np.int8).max):
        raise InputProblem(
            N_("A partition of {actors} actors into {blocks} blocks was asked for. Give a number of blocks from 1 to "
               "the number of actors, at most 127."),
            actors=actors, blocks=blocks,
        )  # fmt: skip


def balance(ties: SignedTies, *, seconds: float = 10.0, cap: int = 256) -> Balance:
    r"""Give the degree of balance with the share of conflict: :math:`B = 1 - 2L/W`, :math:`Q = \sum w^- / W`.

    Both are missing without any tie. If the frustration is not proved, B is a lower bound of the true degree.
    """
    found = frustration(ties, seconds=seconds, cap=cap)
    if not ties.total:
        none = missing(N_("no ties"))
        return Balance(none, none, found)
    degree = min(1.0, max(0.0, 1 - 2 * found.cost / ties.total))
    return Balance(Measured(degree), Measured(ties.conflict_share), found)


def _netted(ties: SignedTies) -> SignedTies:
    """Cancel contradictions; ties of net weight 0 vanish."""
    held = ties.net != 0
    net = ties.net[held]
    return SignedTies(ties.actors, ties.first[held], ties.second[held], np.maximum(net, 0), np.maximum(-net, 0))


def _by_components(ties: SignedTies, *, two: bool, seconds: float, cap: int) -> Partitioning:
    if cap < 1:
        raise InputProblem(N_("The number of partitions to list is {value}. Give at least 1."), value=cap)
    net = _netted(ties)
    parts = components(net)
    found = [
        optimum(part, two=two, cap=cap + 1, seconds=seconds) if part.first.size else _single(part.actors)
        for part in (restrict(net, members) for members in parts)
    ]
    contradiction = ties.contradiction
    cost = contradiction + sum(one.cost for one in found)
    bound = contradiction + sum(one.bound for one in found)
    partitions = tuple(itertools.islice(_combined(found, [p.tolist() for p in parts], ties.actors, two), cap))
    number = math.prod(len(one.partitions) for one in found) * (2 ** max(len(parts) - 1, 0) if two else 1)
    complete = all(one.complete for one in found) and number <= cap
    together = np.full((ties.actors, ties.actors), 0.5 if two else 0.0)
    for members, one in zip(parts, found, strict=True):
        together[np.ix_(members, members)] = _shares(one.partitions, members.size)
    proved = bound >= cost - TOLERANCE * ties.total
    return Partitioning(cost, cost if proved else bound, proved, partitions, complete, together)


def _single(actors: int) -> Optimum:
    return Optimum(0.0, 0.0, np.zeros((1, actors), np.intp), True)


def _combined(found: list[Optimum], parts: list[list[int]], actors: int, two: bool) -> Iterator[Partition]:
    """Put the partitions of components together: in every orientation for two blocks, side by side for more."""
    turns = [(0,)] + [(0, 1)] * (len(parts) - 1) if two else [(0,)] * len(parts)
    choices = [list(itertools.product(one.partitions.tolist(), turn)) for one, turn in zip(found, turns, strict=False)]
    for choice in itertools.product(*choices):
        labels = [0] * actors
        for number, ((blocks, turn), members) in enumerate(zip(choice, parts, strict=True)):
            for actor, block in zip(members, blocks, strict=True):
                labels[actor] = (block + turn) % 2 if two else block + number * actors
        yield canonical(labels)


def _shares(partitions: object, actors: int) -> Floats:
    """Share of partitions in which two actors stand in one block."""
    labels = np.asarray(partitions).reshape(-1, actors)
    total = np.zeros((actors, actors))
    for row in labels:
        total += row[:, None] == row
    return total / max(len(labels), 1)
