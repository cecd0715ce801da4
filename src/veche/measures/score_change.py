"""Exact test of a change of ordered scores: people asked twice and people asked once, together."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from veche.study.errors import N_, InputProblem

#: scores are rounded to this part of their unit, so that sums can be counted
GRID = 60


@dataclass(frozen=True, slots=True)
class ScoreStratum:
    """One stratum (a town): scores (before, after) of people asked twice, and scores of people asked in one wave only."""

    pairs: tuple[tuple[float, float], ...] = ()
    before: tuple[float, ...] = ()
    after: tuple[float, ...] = ()


def exact_score_change(strata: Iterable[ScoreStratum], *, sign: int = 0) -> float:
    r"""Test for a change of scores between two waves under exchange of waves.

    Under no change the label of the wave means nothing: each person asked twice may have given the two scores in
    either order, and within a stratum the people asked once may be exchanged between the waves. So

    .. math:: T = \sum_s \Big(\sum_{i \in pairs_s} X_{i1} + \sum_{j \in after_s} X_j\Big)

    has a distribution that is counted completely: of every pair either score with probability 1/2, of the n people
    asked once in a stratum every subset as large as the group asked only after. The two-sided p-value is twice the
    smaller tail; with `sign` the one-sided tail of a rise (+1) or fall (-1).

    Parameters
    ----------
    strata
        Scores in any unit, finite; they are rounded to 1/60 of it.
    sign
        0, +1 or -1.

    Returns
    -------
    float
        In (0, 1]; 1 if no person could tell a change. With scores 0 and 1 it equals `exact_change`.

    Raises
    ------
    InputProblem
        If a score is not finite or the sign is another.

    References
    ----------
    Fisher 1935, The Design of Experiments, section 21 (pairs); Pitman 1937, Supplement to the J. Royal Statistical
    Society 4:119-130 (groups).

    Examples
    --------
    >>> round(exact_score_change([ScoreStratum(before=(1, 1, 1, 0), after=(1, 0, 0, 0))]), 4)
    0.4857
    """
    if sign not in (-1, 0, 1):
        raise InputProblem(N_("The direction of a test is {sign}. Give 1 (rise), -1 (fall) or 0 (either)."), sign=sign)
    held = [_whole(ScoreStratum(tuple(one.pairs), tuple(one.before), tuple(one.after))) for one in strata]
    step = reduce(math.gcd, (one.step for one in held), 0) or 1
    distribution, observed = np.ones(1), 0
    for one in held:
        found = _distribution(one, step)
        distribution, observed = np.convolve(distribution, found.chances), observed + found.observed
    upper = float(distribution[observed:].sum())
    lower = float(distribution[: observed + 1].sum())
    tail = {1: upper, -1: lower, 0: 2 * min(lower, upper)}[sign]
    return min(1.0, tail)


class _Whole(NamedTuple):
    """A stratum in whole parts of the grid, and their common divisor."""

    first: tuple[int, ...]
    second: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    step: int


class _Sums(NamedTuple):
    """Chances of every sum of a stratum from its least upwards, and how far above the least the observed one lies."""

    chances: NDArray[np.float64]
    observed: int


# a study is asked again and again without one respondent: all strata but his are then the same
@lru_cache(maxsize=4096)
def _whole(one: ScoreStratum) -> _Whole:
    groups = ([a for a, _ in one.pairs], [b for _, b in one.pairs], one.before, one.after)
    first, second, before, after = (tuple(map(_part, group)) for group in groups)
    return _Whole(first, second, before, after, math.gcd(*first, *second, *before, *after))


@lru_cache(maxsize=4096)
def _distribution(one: _Whole, step: int) -> _Sums:
    chances, observed = np.ones(1), 0
    for x, y in zip(one.first, one.second, strict=True):
        low, width = min(x, y) // step, abs(x - y) // step
        observed += y // step - low
        if width:
            either = np.zeros(width + 1)
            either[[0, -1]] = 0.5
            chances = np.convolve(chances, either)
    if one.before and one.after:
        pooled = [value // step for value in (*one.before, *one.after)]
        least = min(pooled)
        observed += sum(value // step - least for value in one.after)
        sums = _subset_sums(tuple(sorted(value - least for value in pooled)), len(one.after))
        chances = np.convolve(chances, sums)
    chances.setflags(write=False)
    return _Sums(chances, observed)


@lru_cache(maxsize=4096)
def _part(value: float) -> int:
    if not math.isfinite(value):
        raise InputProblem(N_("A score is {value}. Leave out people without a score."), value=value)
    return round(Fraction(value).limit_denominator(GRID) * GRID)


@lru_cache(maxsize=1024)
def _subset_sums(values: tuple[int, ...], size: int) -> NDArray[np.float64]:
    """Probabilities of the sums of a random subset of whole numbers from 0 up, from sum 0 upwards."""
    top = sum(sorted(values)[-size:])
    ways = np.zeros((size + 1, top + 1))
    ways[0, 0] = 1.0
    for value in values:
        # each value is taken once: what is added is as it was before it
        if value <= top:
            ways[1:, value:] += ways[:-1, : top + 1 - value].copy()
    found: NDArray[np.float64] = np.asarray(ways[size] / ways[size].sum(), dtype=float)
    found.setflags(write=False)
    return found
