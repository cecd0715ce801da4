"""Sets of units of different coders that may stand together in a best alignment.

Costs are sums over the M = m(m - 1)/2 pairs of coders in units of the price of an empty counterpart: a set of k units
costs the dissimilarities of its k(k - 1)/2 pairs and 1 for each other pair of coders. Kept together rather than apart
it *saves* (k - 1) M + k(k - 1)/2 less its dissimilarities. Cut into parts of p and r units it is better kept only if
the dissimilarities across the cut sum to less than M + p r. So a set worth keeping has, across every cut, a pair below
M/(k - 1) + 1: it is connected by such pairs, and growing connected sets one neighbour at a time finds all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._dissimilarity import PairCosts
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: sets kept at most; more would not fit into memory with the program that chooses among them
_MOST = 2_000_000

#: numbers held at once while looking for neighbours
_ROOM = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Sets of one size: members in columns, shape (sets, size), and what each saves."""

    members: Ints
    saving: Floats


def candidates(costs: PairCosts) -> list[Candidates]:
    """Return all sets of two units and more that a best alignment may hold, by size.

    Raises
    ------
    InputProblem
        If there are more than can be kept.
    """
    pairs = costs.continuum.coders * (costs.continuum.coders - 1) / 2
    widest = _Neighbours.of(costs, pairs + 1)
    return [
        _of_size(size, widest.below(pairs / (size - 1) + 1), costs) for size in range(2, costs.continuum.coders + 1)
    ]


def _of_size(size: int, neighbours: _Neighbours, costs: PairCosts) -> Candidates:
    pairs = costs.continuum.coders * (costs.continuum.coders - 1) / 2
    members = neighbours.pairs()
    apart = _pairwise(members, costs)
    for _ in range(2, size):
        # in a set worth keeping the dissimilarities of each unit sum to less than M + k - 1
        possible = (apart.sum(axis=2) < pairs + size - 1).all(axis=1)
        members = _grown(members[possible], neighbours, costs)
        apart = _pairwise(members, costs)
    needed = _worth_keeping(apart, pairs)
    saving = (size - 1) * pairs + size * (size - 1) / 2 - apart[needed].sum(axis=(1, 2)) / 2
    return Candidates(members[needed], saving)


@dataclass(frozen=True, slots=True, eq=False)
class _Neighbours:
    """Units of other coders near each unit: `ends[first[i]:first[i + 1]]` for unit i, as far away as `apart` says."""

    first: Ints
    ends: Ints
    apart: Floats

    @classmethod
    def of(cls, costs: PairCosts, limit: float) -> _Neighbours:
        """Find pairs with a dissimilarity below a limit."""
        rows, columns = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
        units, coder = costs.continuum.start.size, costs.continuum.coder
        everybody = np.arange(units)
        step = max(1, _ROOM // max(units, 1))
        for begin in range(0, units, step):
            part = everybody[begin : begin + step]
            close = (costs(part[:, None], everybody[None, :]) < limit) & (coder[part][:, None] != coder[None, :])
            row, column = np.nonzero(close)
            rows.append(row + begin)
            columns.append(column)
        row, column = np.concatenate(rows), np.concatenate(columns)
        return cls(np.r_[0, np.cumsum(np.bincount(row, minlength=units))], column, costs(row, column))

    def below(self, limit: float) -> _Neighbours:
        """Return the nearer ones among them."""
        near = self.apart < limit
        row = np.repeat(np.arange(self.first.size - 1), np.diff(self.first))[near]
        first = np.r_[0, np.cumsum(np.bincount(row, minlength=self.first.size - 1))]
        return _Neighbours(first, self.ends[near], self.apart[near])

    def pairs(self) -> Ints:
        """Return pairs of neighbours, the smaller number first."""
        row = np.repeat(np.arange(self.first.size - 1), np.diff(self.first))
        return np.column_stack([row, self.ends])[row < self.ends]

    def joined(self, units: Ints) -> tuple[Ints, Ints]:
        """Return the place in `units` and the neighbour, for every neighbour of every unit."""
        count = self.first[units + 1] - self.first[units]
        place = np.repeat(np.arange(units.size), count)
        within = np.arange(place.size) - np.repeat(np.cumsum(count) - count, count)
        return place, self.ends[self.first[units][place] + within]


def _pairwise(members: Ints, costs: PairCosts) -> Floats:
    """Return the dissimilarities within each set, shape (sets, size, size)."""
    size = members.shape[1]
    found = np.zeros((members.shape[0], size, size))
    for one in range(size):
        for two in range(one + 1, size):
            found[:, one, two] = found[:, two, one] = costs(members[:, one], members[:, two])
    return found


def _worth_keeping(apart: Floats, pairs: float) -> Bools:
    """Tell which sets cost less than when cut into any two parts."""
    size = apart.shape[1]
    found = np.ones(apart.shape[0], dtype=bool)
    for part in _parts(size):
        across = apart[:, part][:, :, ~part].sum(axis=(1, 2))
        found &= across < pairs + part.sum() * (~part).sum()
    return found


def _parts(size: int) -> Iterator[Bools]:
    """Return one side of each cut of `size` things into two parts that are not empty."""
    for bits in range(1, 2 ** (size - 1)):
        yield np.array([bool(bits >> place & 1) for place in range(size)])


def _grown(members: Ints, neighbours: _Neighbours, costs: PairCosts) -> Ints:
    """Add to each set every neighbour of a coder it has no unit of; each new set once."""
    coder, size = costs.continuum.coder, members.shape[1]
    grown = [np.empty((0, size + 1), dtype=np.int64)]
    for column in range(size):
        place, unit = neighbours.joined(members[:, column])
        if place.size > 8 * _MOST:
            _too_many(place.size)
        new = (coder[members[place]] != coder[unit][:, None]).all(axis=1)
        grown.append(np.sort(np.column_stack([members[place[new]], unit[new]]), axis=1))
    found = _distinct(np.concatenate(grown), costs.continuum.start.size)
    if found.shape[0] > _MOST:
        _too_many(found.shape[0])
    return found


def _distinct(sets: Ints, units: int) -> Ints:
    if units ** sets.shape[1] >= 2**62:
        return np.unique(sets, axis=0)
    keys = sets[:, 0]
    for column in range(1, sets.shape[1]):
        keys = keys * units + sets[:, column]
    return sets[np.unique(keys, return_index=True)[1]]


def _too_many(number: int) -> None:
    raise InputProblem(
        N_(
            "The units of the coders lie so close that more than {most} sets of them could belong together ({number} "
            "in one step). Compare fewer coders, fewer layers of codes, or shorter texts."
        ),
        most=_MOST,
        number=number,
    )
