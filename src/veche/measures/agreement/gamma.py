"""Gamma: agreement on units that coders mark freely, several layers and overlaps allowed; gamma-cat and gamma-k."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._alignment import Aligned, best_alignment
from veche.measures.agreement._continua import Likeness, Sampling, draw
from veche.measures.agreement._result import Agreement, Undefined
from veche.measures.agreement._spans import Spans, documents_of
from veche.measures.agreement.dissimilarity import Continuum, Dissimilarity, PairCosts
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]

#: two-sided 95 % of a normal distribution
_TWO_SIDED = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Units of several coders aligned with each other.

    Parameters
    ----------
    rows
        One per unitary alignment, in order of the text: for each coder the number of the span (in order of start and
        end), or None.
    disorder
        Of the alignment, 0 and more; 0 if all coders marked the same.
    """

    rows: tuple[tuple[int | None, ...], ...]
    disorder: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gamma:
    """Gamma and its relatives.

    Parameters
    ----------
    gamma
        Position, category and presence of units together.
    cat
        Categories of the units aligned in pairs, position as weight (gamma-cat).
    k
        The same for pairs with a unit of each value (gamma-k).
    alignment
        The best one.
    samples, precision, reached, seed, sampling
        Random continua drawn, the relative half-width wanted and reached of the expected disorder at 95 %, the seed,
        and how the continua were drawn.
    """

    gamma: Agreement
    cat: Agreement
    k: Mapping[Hashable, Agreement]
    alignment: Alignment
    samples: int
    precision: float
    reached: float
    seed: int
    sampling: Sampling


def align(spans: Spans, dissimilarity: Dissimilarity | None = None) -> Alignment:
    r"""Find the alignment of the units of several coders with the least disorder, exactly.

    A unitary alignment takes at most one unit of each coder; its disorder is the mean over the pairs of coders of the
    dissimilarity, and Delta_0 where either of the two has no unit in it (so a unit alone has disorder Delta_0). The
    disorder of an alignment, in which each unit occurs once, is the sum over unitary alignments divided by the mean
    number of units per coder.

    Parameters
    ----------
    spans
        From `given_spans`; spans of one coder may overlap.
    dissimilarity
        Weights; alpha = beta = Delta_0 = 1 without it.

    Returns
    -------
    Alignment
        With disorder in [0, m Delta_0] for m coders.

    Raises
    ------
    InputProblem
        If units lie so close that there are too many sets to choose from.

    References
    ----------
    Mathet, Widlöcher and Métivier 2015, Computational Linguistics 41:437-479, section 4.

    Examples
    --------
    >>> from veche.measures.agreement import given_spans
    >>> spans = given_spans([[(1, 5, "a"), (6, 10, "b"), (11, 15, "a")], [(2, 6, "a"), (7, 11, "b")]])
    >>> found = align(spans)
    >>> found.rows, round(found.disorder, 2)
    (((0, 0), (1, 1), (2, None)), 0.45)
    """
    chosen = dissimilarity or Dissimilarity()
    spans = documents_of(spans)[0]
    costs = _costs(_continuum(spans), chosen, spans.values)
    return _named(best_alignment(costs), costs.continuum, chosen.empty)


def pair_dissimilarity(
    one: tuple[int, int, Hashable], two: tuple[int, int, Hashable], dissimilarity: Dissimilarity | None = None
) -> float:
    """Give the dissimilarity of two units (start, end, value), see `Dissimilarity`.

    Examples
    --------
    >>> pair_dissimilarity((1, 5, "a"), (2, 6, "b"))
    1.0625
    """
    from veche.measures.agreement._spans import given_spans

    chosen, spans = dissimilarity or Dissimilarity(), given_spans([[one], [two]], begin=min(one[0], two[0]))
    costs = _costs(_continuum(spans), chosen, spans.values)
    return chosen.empty * float(costs(np.array([0]), np.array([1]))[0])


def gamma(
    spans: Spans,
    *,
    seed: int,
    dissimilarity: Dissimilarity | None = None,
    precision: float = 0.02,
    sampling: Sampling = "statistical",
    samples: int = 30,
    most_samples: int = 2000,
    unaligned: Literal["left out", "counted"] = "left out",
) -> Gamma:
    r"""Give gamma, gamma-cat and gamma-k of units that coders marked freely in one document.

    .. math:: \gamma = 1 - \frac{\text{disorder of the best alignment}}{\text{mean best disorder of random continua}}

    Of the sampled disorders with mean mu and deviation sigma, :math:`(z \sigma / \mu p)^2` are needed for a relative
    precision p of mu at 95 % (z = 1.96); `samples` are drawn first to estimate that.

    Gamma-cat compares categories only: over pairs of units aligned with each other, the mean of dist(c1, c2) with
    weights max(0, 1 - alpha d_pos)/(units in the unitary alignment - 1), observed against expected; gamma-k over pairs
    with at least one unit of value k.

    Parameters
    ----------
    spans
        From `given_spans`; spans of one coder may overlap. The end of the text, if not given, is that of the last span.
    seed
        Of the random continua; two seeds differ by some hundredths.
    dissimilarity
        Weights; alpha = beta = Delta_0 = 1 without it.
    precision
        Wanted of the expected disorder, in (0, 1).
    sampling
        "statistical": numbers of units, gaps and lengths drawn from normal distributions with the means and spreads
        of the coders, values by their shares; "shuffled": units of a random coder moved around the text.
    samples, most_samples
        Random continua drawn at first and at most.
    unaligned
        In gamma-cat and gamma-k, units without a counterpart are "left out", as in Mathet 2017, or "counted" as wholly
        different from each coder who has no unit there, as pygamma-agreement 0.5.9 does.

    Returns
    -------
    Gamma
        gamma at most 1, 0 where the alignment is as bad as by chance; undefined where fewer than two coders marked
        anything. cat and k are undefined where no pair is aligned closely enough to have weight, or no disagreement in
        category is expected.

    Raises
    ------
    InputProblem
        If an option is out of range, or units lie so close that there are too many sets to choose from.

    Notes
    -----
    Gamma has a scale of its own: its values are not comparable with alpha's or kappa's. The best alignment is exact;
    its cost grows with the number of coders more than with the length of the text.

    References
    ----------
    Mathet, Widlöcher and Métivier 2015, Computational Linguistics 41:437-479; Mathet 2017, Computational Linguistics
    43:661-681, for gamma-cat and gamma-k.

    Examples
    --------
    >>> from veche.measures.agreement import given_spans
    >>> same = given_spans([[(1, 5, "a"), (10, 15, "b")], [(1, 5, "a"), (10, 15, "b")]])
    >>> gamma(same, seed=1).gamma.value
    1.0
    """
    chosen = dissimilarity or Dissimilarity()
    spans = documents_of(spans)[0]
    how = _How(seed, precision, sampling, samples, most_samples, unaligned)
    how.check()
    continuum = _continuum(spans)
    costs = _costs(continuum, chosen, spans.values)
    best = best_alignment(costs)
    alignment = _named(best, continuum, chosen.empty)
    observed = _by_category(best, costs, len(spans.values), how)
    if len(spans.coders) - len(spans.silent) < 2:
        chance = _Chance(np.empty(0), np.empty((0, len(spans.values) + 1)), math.nan)
    else:
        chance = _chance(continuum, spans, costs, how)
    expected = chosen.empty * float(chance.disorder.mean()) if chance.disorder.size else None
    by_category = _means(chance.by_category)
    results = [
        _category_result(spans, name, float(observed[place]), float(by_category[place]), chance.disorder.size)
        for place, name in enumerate(["gamma_cat", *["gamma_k"] * len(spans.values)])
    ]
    return Gamma(
        gamma=_gamma(spans, alignment.disorder, expected),
        cat=results[0],
        k=dict(zip(spans.values, results[1:], strict=True)),
        alignment=alignment,
        samples=int(chance.disorder.size),
        precision=precision,
        reached=chance.reached,
        seed=seed,
        sampling=sampling,
    )


@dataclass(frozen=True, slots=True)
class _How:
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


def _continuum(spans: Spans) -> Continuum:
    return Continuum(
        np.concatenate([layer.start for layer in spans.layers]).astype(float),
        np.concatenate([layer.end for layer in spans.layers]).astype(float),
        np.concatenate([layer.value for layer in spans.layers]),
        np.repeat(np.arange(len(spans.layers)), [layer.start.size for layer in spans.layers]),
        len(spans.layers),
    )


def _costs(continuum: Continuum, chosen: Dissimilarity, values: tuple[Hashable, ...]) -> PairCosts:
    return PairCosts(continuum, chosen.alpha, chosen.beta, chosen.between(values))


def _named(best: Aligned, continuum: Continuum, empty: float) -> Alignment:
    first = np.searchsorted(continuum.coder, np.arange(continuum.coders))
    rows = []
    for one in best.sets:
        row: list[int | None] = [None] * continuum.coders
        for unit in one:
            coder = int(continuum.coder[unit])
            row[coder] = unit - int(first[coder])
        rows.append(tuple(row))
    return Alignment(rows=tuple(rows), disorder=empty * best.disorder)


@dataclass(frozen=True, slots=True, eq=False)
class _Chance:
    """Disorders of random continua; of their categories (cat, then each value), NaN where no pair has weight."""

    disorder: Floats
    by_category: Floats
    reached: float


def _chance(continuum: Continuum, spans: Spans, costs: PairCosts, how: _How) -> _Chance:
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
        categories.append(_by_category(best, its_costs, len(spans.values), how))
        if len(disorders) == how.samples:
            wanted = how.enough(np.array(disorders))
    found = np.array(disorders)
    reached = _TWO_SIDED * found.std(ddof=1) / math.sqrt(found.size) / found.mean() if found.mean() else 0.0
    return _Chance(found, np.array(categories), float(reached))


def _by_category(best: Aligned, costs: PairCosts, values: int, how: _How) -> Floats:
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


def _means(by_category: Floats) -> Floats:
    known = ~np.isnan(by_category)
    number = known.sum(axis=0)
    total = np.where(known, by_category, 0.0).sum(axis=0)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _gamma(spans: Spans, observed: float, expected: float | None) -> Agreement:
    lack = None
    if expected is None:
        lack = Undefined(
            "nothing comparable",
            N_("Fewer than two coders marked anything ({silent} marked nothing). Compare coders who both coded."),
            {"silent": ", ".join(spans.silent)},
        )
    elif expected <= 0:
        lack = Undefined(
            "no chance level", N_("Random units show no disorder, so nothing can be better. Check the weights.")
        )
    return _result(
        spans, "gamma", None if lack or expected is None else 1 - observed / expected, lack, observed, expected
    )


def _category_result(spans: Spans, name: str, observed: float, expected: float, samples: int) -> Agreement:
    lack = None
    if math.isnan(observed) or not samples:
        lack = Undefined(
            "nothing comparable",
            N_("No units are aligned closely enough to compare their categories. Look at gamma and the alignment."),
        )
    elif math.isnan(expected) or expected <= 0:
        lack = Undefined("no variation", N_("By chance too the categories would agree: only one is used. Read gamma."))
    return _result(
        spans,
        name,
        None if lack else 1 - observed / expected,
        lack,
        None if math.isnan(observed) else observed,
        None if math.isnan(expected) else expected,
    )


def _result(
    spans: Spans, name: str, value: float | None, lack: Undefined | None, observed: float | None, expected: float | None
) -> Agreement:
    counts = np.bincount(np.concatenate([layer.value for layer in spans.layers]), minlength=len(spans.values))
    return Agreement(
        coefficient=name,
        value=value,
        reason=lack,
        observed=observed,
        expected=expected,
        parts="disagreement",
        design="free segments",
        units=spans.size,
        coders=len(spans.coders),
        silent=spans.silent,
        prevalence=dict(zip(spans.values, (counts / max(spans.size, 1)).tolist(), strict=True)),
    )
