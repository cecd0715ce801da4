"""Krippendorff's alpha on given units: nominal, ordinal, interval, ratio, sets, given distances, per category."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures.agreement._formula import Block, Formula, Parts, below_chance, evaluate, pair_sums, ratio
from veche.measures.agreement._pairs import PairKinds, pair_interval
from veche.measures.agreement._resampling import Resampling
from veche.measures.agreement._result import Agreement
from veche.measures.agreement._scales import few, given_distances, magnitudes, ranks
from veche.measures.agreement._sets import SET_METRICS, set_distances
from veche.measures.agreement._units import Units, check_units
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Sums = Mapping[str, Floats]

#: differences between values
Metric = Literal["nominal", "ordinal", "interval", "ratio", "masi", "masi_dkpro", "set_thirds"]


@dataclass(frozen=True, slots=True)
class _Difference:
    """Squared differences of a metric.

    `observed` gives what each pattern brings and `sums` turns sums of that, with the counts of values, into the
    summed difference of the pairs within units and of all pairs of values, each divided by the number of values.
    """

    name: str
    blocks: Mapping[str, Block]
    within: Callable[[Sums], Floats]
    among: Callable[[Floats], Floats]
    squared: Callable[[Ints, Ints, Floats], Floats]


def krippendorff_alpha(
    units: Units | object,
    *,
    metric: Metric | ArrayLike = "nominal",
    interval: Resampling | None = None,
) -> Agreement:
    r"""Give Krippendorff's alpha of two coders or more; values may be missing.

    .. math:: \alpha = 1 - \frac{D_o}{D_e},\quad D_o = \frac1n \sum_{ck} o_{ck} \delta^2_{ck},\quad
              D_e = \frac1{n(n - 1)} \sum_{ck} n_c n_k \delta^2_{ck}

    with coincidences o_ck, the sum over units of ordered pairs of values c, k of two coders divided by r_u - 1;
    n_c their row sums, n their total. A single value in a unit does not enter. Differences :math:`\delta^2`:

    - nominal: 0 if equal, else 1;
    - ordinal: :math:`(\sum_{g=c}^k n_g - (n_c + n_k)/2)^2` over the categories from c to k in order;
    - interval: :math:`(c - k)^2`;  ratio: :math:`((c - k)/(c + k))^2`, values not negative, 0 with 0 is 0;
    - masi, masi_dkpro, set_thirds: between sets, see `veche.measures.agreement.set_distances`;
    - a symmetric matrix in the order of the categories: its entries.

    Parameters
    ----------
    units
        From `given_units` or `given_sets`, or a table of shape (units, coders).
    metric
        Name or matrix of differences.
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        At most 1; 0 where coders disagree as by chance. Undefined without a pairable unit or if all pairable values
        are equal.

    Raises
    ------
    InputProblem
        If the metric is unknown or does not fit the values.

    Notes
    -----
    Equal rows are counted, not repeated: 1,000 resamples cost little more than one value.

    References
    ----------
    Krippendorff 2011, Computing Krippendorff's Alpha-Reliability; 2019, Content Analysis, 4th ed., ch. 12. Hayes and
    Krippendorff 2007, Communication Methods and Measures 1:77-89, for intervals by pairs.

    Examples
    --------
    >>> rows = [[1, 0], [1, 1], [0, 1], [0, 0], [0, 0], [0, 1], [0, 0], [0, 1], [0, 0], [0, 0]]
    >>> round(krippendorff_alpha(rows).value, 3)
    0.095
    >>> krippendorff_alpha([[1, 1], [1, None]]).reason.kind
    'no variation'
    """
    found = check_units(units)
    difference = _difference(found, metric)
    result = evaluate(
        found,
        Formula(
            "krippendorff_alpha", difference.blocks, _finish(difference), parts="disagreement", metric=difference.name
        ),
        None if interval is not None and interval.by == "pairs" else interval,
    )
    if interval is None or interval.by != "pairs" or result.value is None or result.expected is None:
        return result
    return replace(result, interval=pair_interval(_pair_kinds(found, difference), result.expected, interval))


def _finish(difference: _Difference) -> Callable[[Sums], Parts]:
    def finish(sums: Sums) -> Parts:
        n = sums["values"].sum(axis=1)
        return below_chance(ratio(difference.within(sums), n), ratio(difference.among(sums["values"]), n * (n - 1)))

    return finish


def _difference(units: Units, metric: Metric | ArrayLike) -> _Difference:
    if not isinstance(metric, str):
        return _of_matrix(units, given_distances(metric, units.categories), "given")
    if metric == "nominal":
        return _fixed(
            units, metric, lambda a, b, _: (a != b).astype(float), lambda n: n.sum(axis=1) ** 2 - (n**2).sum(axis=1)
        )
    if metric == "ordinal":
        return _ordinal(units)
    if metric == "interval":
        return _interval(units)
    if metric == "ratio":
        return _of_matrix(units, _ratio_distances(units), metric)
    if metric == "masi" or metric == "masi_dkpro" or metric == "set_thirds":
        return _of_matrix(units, set_distances(units.categories, metric), metric)
    raise InputProblem(
        N_("The metric {found!r} is not known. Use one of {known}, or a matrix of differences."),
        found=metric,
        known=", ".join(("nominal", "ordinal", "interval", "ratio", *SET_METRICS)),
    )


def _fixed(
    units: Units, name: str, squared: Callable[[Ints, Ints, Floats], Floats], among: Callable[[Floats], Floats]
) -> _Difference:
    """Return a metric whose differences do not depend on how often values occur."""
    nothing = np.empty(0)
    within = 2 * pair_sums(units, lambda a, b: squared(a, b, nothing)) / np.maximum(units.given - 1, 1)
    return _Difference(name, {"within": within}, lambda sums: sums["within"], among, squared)


def _of_matrix(units: Units, distances: Floats, name: str) -> _Difference:
    def among(counts: Floats) -> Floats:
        return np.asarray(((counts @ distances) * counts).sum(axis=1))

    return _fixed(units, name, lambda a, b, _: distances[a, b], among)


def _interval(units: Units) -> _Difference:
    values = magnitudes(units, N_("The interval metric"))
    # differences do not change by a shift, and squares of small numbers lose no digits
    values = values - values.mean() if values.size else np.zeros(1)
    return _fixed(units, "interval", lambda a, b, _: (values[a] - values[b]) ** 2, lambda n: _spread(n, values))


def _spread(counts: Floats, values: Floats) -> Floats:
    """Return the sum over ordered pairs of squared differences of values that occur `counts` times."""
    first, second = (counts * values).sum(axis=1), (counts * values**2).sum(axis=1)
    return np.asarray(2 * (counts.sum(axis=1) * second - first**2))


def _ratio_distances(units: Units) -> Floats:
    few(units)
    values = magnitudes(units, N_("The ratio metric"))
    if values.size and values.min() < 0:
        raise InputProblem(
            N_("The ratio metric needs values of 0 and more, and {found} is negative. Use the interval metric."),
            found=float(values.min()),
        )
    values = values if values.size else np.zeros(1)
    total = values[:, None] + values[None, :]
    return np.where(total > 0, (values[:, None] - values[None, :]) / np.where(total > 0, total, 1), 0.0) ** 2


def _ordinal(units: Units) -> _Difference:
    """Return the ordinal metric: differences of mid-ranks, which depend on how often values occur.

    The number of values from c to k less half of c's and half of k's is the difference of their mid-ranks
    m_c = (values below c) + n_c/2.
    """
    ranks(units, N_("The ordinal metric"))
    kinds = PairKinds.of(units)
    first, second = kinds.first, kinds.second

    def within(sums: Sums) -> Floats:
        place = _mid_ranks(sums["values"])
        return np.asarray((sums["pairs"] * (place[:, first] - place[:, second]) ** 2).sum(axis=1))

    def squared(a: Ints, b: Ints, counts: Floats) -> Floats:
        place = _mid_ranks(counts[None])[0]
        return np.asarray((place[a] - place[b]) ** 2)

    return _Difference("ordinal", {"pairs": kinds.block}, within, lambda n: _spread_of_ranks(n), squared)


def _mid_ranks(counts: Floats) -> Floats:
    return np.asarray(np.cumsum(counts, axis=1) - counts / 2)


def _spread_of_ranks(counts: Floats) -> Floats:
    place = _mid_ranks(counts)
    # mid-ranks average to n/2 exactly; centred squares lose no digits
    place = place - counts.sum(axis=1, keepdims=True) / 2
    return np.asarray(2 * counts.sum(axis=1) * (counts * place**2).sum(axis=1))


def _pair_kinds(units: Units, difference: _Difference) -> tuple[Floats, Floats, int]:
    """Return the squared difference of each kind of pair, its share of the coincidences, and the number of pairs."""
    kinds = PairKinds.of(units)
    weight = np.asarray(units.multiplicity @ kinds.block, dtype=float)
    counts = np.asarray(units.multiplicity @ kinds.counts(units), dtype=float)
    given = units.given
    return (
        difference.squared(kinds.first, kinds.second, counts),
        weight / weight.sum(),
        int((units.multiplicity * given * (given - 1) // 2).sum()),
    )


def alpha_by_category(units: Units | object, *, interval: Resampling | None = None) -> Mapping[Hashable, Agreement]:
    """Give alpha of each category against all others together (nominal, values collapsed to c and not c).

    Parameters
    ----------
    units
        From `given_units`, or a table of shape (units, coders).
    interval
        How to make intervals; none without it.

    Returns
    -------
    Mapping
        From each category in order to its alpha; undefined for a category that nobody used, or nobody left.

    References
    ----------
    Krippendorff 2019, Content Analysis, 4th ed., ch. 12.

    Examples
    --------
    >>> found = alpha_by_category([["a", "a"], ["b", "b"], ["c", "b"], ["c", "c"]])
    >>> {value: round(one.value, 3) for value, one in found.items()}
    {'a': 1.0, 'b': 0.533, 'c': 0.533}
    """
    found = check_units(units)
    return {
        value: replace(krippendorff_alpha(_collapsed(found, number), interval=interval), metric="one against others")
        for number, value in enumerate(found.categories)
    }


def _collapsed(units: Units, number: int) -> Units:
    codes: NDArray[Any] = np.where(units.patterns < 0, -1, np.where(units.patterns == number, 1, 0))
    patterns, places = np.unique(codes, axis=0, return_inverse=True)
    into = (places.ravel()[:, None] == np.arange(len(patterns))).astype(np.int64)
    value = units.categories[number]
    return replace(
        units,
        categories=(_Other(value), value),
        ordered=False,
        patterns=patterns,
        multiplicity=units.multiplicity @ into,
        by_cluster=None if units.by_cluster is None else units.by_cluster @ into,
    )


@dataclass(frozen=True, slots=True)
class _Other:
    """Any value but one."""

    value: Hashable

    def __str__(self) -> str:
        return f"not {self.value}"
