"""The disorder to be expected by chance, from random continua, and what categories contribute to disorder."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._continua import Likeness, Sampling, draw
from veche.measures.agreement._dissimilarity import Continuum, PairCosts
from veche.measures.agreement._packing import Aligned, best_alignment
from veche.measures.agreement._spans import Spans
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]

#: two-sided 95 % of a normal distribution
_TWO_SIDED = 1.959963984540054


@dataclass(frozen=True, slots=True)
class How:
    """How the disorder to be expected is sampled, and what counts in categories."""

    seed: int
    precision: float
    sampling: Sampling
    samples: int
    most: int
    unaligned: str

    def check(self) -> None:
        numbers = (self.seed, self.samples, self.most)
        whole = all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in numbers)
        if not whole or self.seed < 0 or self.samples < 2 or self.most < self.samples:
            raise InputProblem(
                N_(
                    "Gamma is wanted with seed {seed!r}, {samples!r} samples at first and {most!r} at most. Give whole "
                    "numbers: a seed of 0 or more, at least 2 samples, and no fewer at most than at first."
                ),
                seed=self.seed,
                samples=self.samples,
                most=self.most,
            )
        if not 0 < self.precision < 1:
            raise InputProblem(
                N_("The precision of the expected disorder is {found}. Give a share between 0 and 1, such as 0.02."),
                found=self.precision,
            )
        if self.sampling not in get_args(Sampling) or self.unaligned not in ("left out", "counted"):
            raise InputProblem(
                N_(
                    "Random continua are to be drawn {sampling!r} with units unaligned {unaligned!r}. Use 'statistical' "
                    "or 'shuffled', and 'left out' or 'counted'."
                ),
                sampling=self.sampling,
                unaligned=self.unaligned,
            )

    def enough(self, disorders: Floats) -> int:
        """Return how many samples the wanted precision needs, from those drawn first."""
        mean = disorders.mean()
        needed = math.ceil((_TWO_SIDED * disorders.std(ddof=1) / mean / self.precision) ** 2) if mean else 0
        return min(max(self.samples, needed), self.most)


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """Disorders of random continua; of their categories (cat, then each value), NaN where no pair has weight."""

    disorder: Floats
    by_category: Floats
    reached: float


def chance_of(continuum: Continuum, spans: Spans, costs: PairCosts, how: How) -> Chance:
    rng = np.random.default_rng(how.seed)
    end = float(spans.end) if spans.end is not None else float(continuum.end.max())
    like = Likeness.of(continuum, spans.begin)
    disorders: list[float] = []
    categories: list[Floats] = []
    wanted = how.samples
    while len(disorders) < wanted:
        drawn = draw(like, how.sampling, (float(spans.begin), end), rng)
        its_costs = PairCosts(drawn, costs.alpha, costs.beta, costs.distances)
        best = best_alignment(its_costs)
        disorders.append(best.disorder)
        categories.append(category_disorder(best, its_costs, len(spans.values), how))
        if len(disorders) == how.samples:
            wanted = how.enough(np.array(disorders))
    found = np.array(disorders)
    reached = _TWO_SIDED * found.std(ddof=1) / math.sqrt(found.size) / found.mean() if found.mean() else 0.0
    return Chance(found, np.array(categories), float(reached))


def category_disorder(best: Aligned, costs: PairCosts, values: int, how: How) -> Floats:
    """Return the weighted mean distance of categories of aligned pairs: of all, then of those with each value."""
    weight, apart = np.zeros(values + 1), np.zeros(values + 1)
    for one in best.sets:
        units = np.array(one)
        value = costs.continuum.value[units] + 1
        if how.unaligned == "counted":
            absent = float(costs.continuum.coders - units.size)
            for sums in (weight, apart):
                sums[0] += units.size * absent
                np.add.at(sums, value, absent)
        if units.size < 2:
            continue
        first, second = np.triu_indices(units.size, 1)
        a, b = units[first], units[second]
        close = np.maximum(0.0, 1 - costs.position(a, b)) / (units.size - 1)
        distance = costs.category(a, b) * close
        # a pair of one value counts once for it
        other = value[first] != value[second]
        for sums, brought in ((weight, close), (apart, distance)):
            sums[0] += brought.sum()
            np.add.at(sums, value[first], brought)
            np.add.at(sums, value[second][other], brought[other])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(weight > 0, apart / weight, np.nan)


def means_known(by_category: Floats) -> Floats:
    known = ~np.isnan(by_category)
    number = known.sum(axis=0)
    total = np.where(known, by_category, 0.0).sum(axis=0)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)
