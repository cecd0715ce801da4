"""Krippendorff's alphas for units that coders mark themselves: u, |u, cu and (k)u."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures.agreement._lengths import Lengths, lengths_of
from veche.measures.agreement._resampling import Resampling, interval_of, no_interval, of_clusters
from veche.measures.agreement._result import Agreement, Interval, Undefined
from veche.measures.agreement._scales import given_distances
from veche.measures.agreement._spans import Spans, check_exclusive, documents_of
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Sums = dict[str, Floats]

#: differences between values of units
ValueMetric = Literal["nominal", "interval", "ratio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unitizing:
    """The family of alphas of one layer of spans.

    Parameters
    ----------
    u
        Boundaries and values together, gaps included: the whole.
    binary
        Units against gaps, values ignored (written with a bar before the u).
    cu
        Values where both coders of a pair have units; its `coverage` is the share of the length that is.
    ku
        Each value where both coders have units; its `coverage` is the share of the value's length that is.
    """

    u: Agreement
    binary: Agreement
    cu: Agreement
    ku: Mapping[Hashable, Agreement]


def unitizing_alpha(
    spans: Spans | Sequence[Spans],
    *,
    metric: ValueMetric | ArrayLike = "nominal",
    interval: Resampling | None = None,
) -> Unitizing:
    r"""Give the alphas of free segments in one layer of codes that exclude one another.

    With l_ck the length on which one coder has value c and another k, over ordered pairs of coders, divided by m - 1;
    0 stands for a gap, l_c for row sums, l for the total; S_c the sum of squared lengths of units of value c, or of
    lengths of gaps (a unit does not pair with itself):

    .. math:: e_{ck} = l\,\frac{l_c l_k - [c=k] S_c}{l^2 - \sum S},\quad
              {}_u\alpha = 1 - \frac{l - \sum_c l_{cc}}{l - \sum_c e_{cc}},\quad
              {}_{|u}\alpha = 1 - \frac{l_0 - l_{00}}{e_0 - e_{00}}

    On the parts where both have units (starred: l*_c = l_c - l_c0, S*_c the squared length of each unit covered by
    units of each other coder, summed and divided by m - 1):

    .. math:: e^*_{ck} = \frac{l^*_c l^*_k - [c=k] S^*_c}{l^* - S^*/l^*},\quad
              {}_{cu}\alpha = 1 - \frac{\sum \delta^2_{ck} l^*_{ck}}{\sum \delta^2_{ck} e^*_{ck}},\quad
              {}_{(k)u}\alpha = 1 - \frac{e^*_k}{l^*_k}\,\frac{l^*_k - l^*_{kk}}{e^*_k - e^*_{kk}}

    Parameters
    ----------
    spans
        From `given_spans` with the length of the text, or several documents with the same coders; their lengths add
        up and no unit reaches over documents.
    metric
        Difference of values for cu: "nominal", "interval", "ratio", or a symmetric matrix in the order of the values.
    interval
        How to make intervals, by clusters: the documents are drawn. None without it.

    Returns
    -------
    Unitizing
        Each alpha at most 1. u and binary are undefined where everything is gap or one unit; cu and ku where no units
        of two coders intersect, where these have one value only, or where they are so few that a unit taken off for not
        pairing with itself leaves nothing to be expected.

    Raises
    ------
    InputProblem
        If spans of one coder overlap, the length of a text is missing, or the metric does not fit.

    Notes
    -----
    Units touching each other stay two units. For three coders and more public programs differ in S*: here it is
    summed over the other coders, not taken once over what any of them covers. Cost: one pass over sorted boundaries
    for each pair of coders, never per character.

    References
    ----------
    Krippendorff, Mathet, Bouvry and Widlöcher 2016, Quality and Quantity 50:2347-2364; Krippendorff 2019, Content
    Analysis, 4th ed., section 12.6.

    Examples
    --------
    >>> from veche.measures.agreement import given_spans
    >>> found = unitizing_alpha(given_spans([[(2, 8, "a"), (10, 15, "b")], [(2, 8, "b"), (10, 15, "a")]], end=20))
    >>> round(found.u.value, 4), found.binary.value, round(found.cu.value, 4), found.cu.coverage
    (0.2234, 1.0, -0.4959, 0.55)
    """
    documents = tuple(check_exclusive(one) for one in documents_of(spans))
    values = documents[0].values
    lengths = lengths_of(documents)
    distances = _distances(metric, values)
    name = metric if isinstance(metric, str) else "given"
    family = _Family(documents, lengths, interval)
    return Unitizing(
        u=family.result("u_alpha", _u, why=_all_alike),
        binary=family.result("u_alpha_binary", _binary, why=_all_alike),
        cu=replace(
            family.result("cu_alpha", lambda sums: _cu(sums, distances), why=_not_intersecting, metric=name),
            coverage=float(_coverage(lengths.total())[0]),
        ),
        ku={
            value: replace(
                family.result("ku_alpha", _of_value(number), why=_not_intersecting), coverage=_share(lengths, number)
            )
            for number, value in enumerate(values, start=1)
        },
    )


@dataclass(frozen=True, slots=True)
class _Family:
    documents: tuple[Spans, ...]
    lengths: Lengths
    how: Resampling | None

    def result(
        self,
        name: str,
        value: Callable[[Sums], tuple[Floats, Floats, Floats]],
        *,
        why: Callable[[Floats], Undefined],
        metric: str | None = None,
    ) -> Agreement:
        sums = self.lengths.total()
        found, observed, expected = (float(one[0]) for one in value(sums))
        undefined = bool(np.isnan(found))
        return Agreement(
            coefficient=name,
            value=None if undefined else found,
            reason=why(sums["pairs"][0]) if undefined else None,
            observed=None if np.isnan(observed) else observed,
            expected=None if np.isnan(expected) else expected,
            parts="disagreement",
            design="free segments",
            metric=metric,
            units=sum(one.size for one in self.documents),
            coders=len(self.documents[0].coders),
            silent=_silent(self.documents),
            prevalence=_prevalence(self.documents[0].values, sums),
            interval=None if undefined or self.how is None else self.interval(value, self.how),
        )

    def interval(self, value: Callable[[Sums], tuple[Floats, Floats, Floats]], how: Resampling) -> Interval:
        if how.by != "clusters":
            raise InputProblem(
                N_("An interval by {by} is wanted for free segments. Draw documents: by clusters, one per document."),
                by=how.by,
            )
        if len(self.documents) < 2:
            return no_interval(how, N_("There is one document, so nothing can be resampled. Code more of them twice."))
        return interval_of(of_clusters(self.lengths.by_document(), how, lambda sums: value(sums)[0]), how)


def _silent(documents: Sequence[Spans]) -> tuple[str, ...]:
    quiet = [set(one.silent) for one in documents]
    return tuple(name for name in documents[0].coders if all(name in one for one in quiet))


def _prevalence(values: tuple[Hashable, ...], sums: Sums) -> dict[Hashable, float]:
    rows = sums["pairs"][0].sum(axis=1)
    return {value: float(length / rows.sum()) for value, length in zip(values, rows[1:], strict=True)}


def _ratio(observed: Floats, expected: Floats, scale: Floats) -> tuple[Floats, Floats, Floats]:
    """Return 1 - observed/expected and both as shares of `scale`; NaN where hardly any of it is expected."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(expected > 1e-12 * scale, 1 - observed / expected, np.nan)
        return value, np.where(scale > 0, observed / scale, np.nan), np.where(scale > 0, expected / scale, np.nan)


def _diagonal(matrices: Floats) -> Floats:
    # a view, so that it can be written to
    found: Floats = np.einsum("rcc->rc", matrices)
    return found


def _expected(sums: Sums) -> Floats:
    rows = sums["pairs"].sum(axis=2)
    total = rows.sum(axis=1)
    found = rows[:, :, None] * rows[:, None, :]
    _diagonal(found)[:] -= sums["own"]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(found * (total / (total**2 - sums["own"].sum(axis=1)))[:, None, None])


def _u(sums: Sums) -> tuple[Floats, Floats, Floats]:
    total = sums["pairs"].sum(axis=(1, 2))
    observed = total - _diagonal(sums["pairs"]).sum(axis=1)
    return _ratio(observed, total - _diagonal(_expected(sums)).sum(axis=1), total)


def _binary(sums: Sums) -> tuple[Floats, Floats, Floats]:
    expected = _expected(sums)
    observed = sums["pairs"][:, 0, 1:].sum(axis=1)
    return _ratio(observed, expected[:, 0, 1:].sum(axis=1), sums["pairs"].sum(axis=(1, 2)))


def _starred(sums: Sums) -> tuple[Floats, Floats, Floats]:
    """Return lengths of pairs of values where both have units, what is expected there, and the total."""
    pairs = sums["pairs"][:, 1:, 1:]
    rows = pairs.sum(axis=2)
    total = rows.sum(axis=1)
    expected = rows[:, :, None] * rows[:, None, :]
    _diagonal(expected)[:] -= sums["covered"]
    with np.errstate(divide="ignore", invalid="ignore"):
        room = total - sums["covered"].sum(axis=1) / total
        return pairs, np.asarray(expected / np.where(room > 1e-12 * total, room, np.nan)[:, None, None]), total


def _cu(sums: Sums, distances: Floats) -> tuple[Floats, Floats, Floats]:
    pairs, expected, total = _starred(sums)
    if not pairs.shape[1]:
        return _ratio(total, total, total)
    return _ratio((pairs * distances).sum(axis=(1, 2)), (expected * distances).sum(axis=(1, 2)), total)


def _of_value(number: int) -> Callable[[Sums], tuple[Floats, Floats, Floats]]:
    k = number - 1

    def found(sums: Sums) -> tuple[Floats, Floats, Floats]:
        pairs, expected, total = _starred(sums)
        of_k, expected_of_k = pairs[:, k].sum(axis=1), expected[:, k].sum(axis=1)
        apart, expected_apart = of_k - pairs[:, k, k], expected_of_k - expected[:, k, k]
        # with very few units less than nothing can be expected of a value
        some = (of_k > 0) & (expected_of_k > 1e-12 * total)
        with np.errstate(divide="ignore", invalid="ignore"):
            share, expected_share = apart / of_k, expected_apart / expected_of_k
        return _ratio(
            np.where(some, share, np.nan), np.where(some, expected_share, np.nan), np.where(some, 1.0, np.nan)
        )

    return found


def _coverage(sums: Sums) -> Floats:
    return np.asarray(sums["pairs"][:, 1:, 1:].sum(axis=(1, 2)) / sums["pairs"].sum(axis=(1, 2)))


def _share(lengths: Lengths, number: int) -> float | None:
    row = lengths.total()["pairs"][0, number]
    return float(row[1:].sum() / row.sum()) if row.sum() else None


def _distances(metric: ValueMetric | ArrayLike, values: tuple[Hashable, ...]) -> Floats:
    if not isinstance(metric, str):
        return given_distances(metric, values)
    if metric == "nominal":
        return 1 - np.eye(len(values))
    if metric not in ("interval", "ratio"):
        raise InputProblem(
            N_("The metric {found!r} is not known here. Use 'nominal', 'interval', 'ratio' or a matrix."), found=metric
        )
    if not all(isinstance(value, (int, float)) and np.isfinite(value) for value in values):
        raise InputProblem(
            N_("The {metric} metric needs numbers as values of spans, and some are names. Use the nominal metric."),
            metric=metric,
        )
    numbers = np.array(values, dtype=float)
    apart = numbers[:, None] - numbers[None, :]
    if metric == "interval":
        return np.asarray(apart**2)
    if (numbers < 0).any():
        raise InputProblem(N_("The ratio metric needs values of 0 and more, and one is negative. Use 'interval'."))
    total = numbers[:, None] + numbers[None, :]
    return np.asarray((apart / np.where(total > 0, total, 1)) ** 2)


def _all_alike(pairs: Floats) -> Undefined:
    if not pairs[1:].sum():
        return Undefined(
            "no variation", N_("No coder marked anything: there is no unit to compare. Code the texts first.")
        )
    return Undefined(
        "no variation",
        N_(
            "All coders marked the whole text alike, so agreement cannot be told from chance. "
            "Compare texts in which something is left unmarked or values differ."
        ),
    )


def _not_intersecting(pairs: Floats) -> Undefined:
    if not pairs[1:, 1:].sum():
        return Undefined(
            "nothing comparable",
            N_(
                "No unit of one coder intersects a unit of another, so no values meet. Look at the boundaries first (u)."
            ),
        )
    if (pairs[1:, 1:].sum(axis=1) > 0).sum() > 1:
        return Undefined(
            "no chance level",
            N_(
                "Units of different coders intersect in so few places that nothing can be expected by chance. "
                "Code longer texts, or more of them."
            ),
        )
    return Undefined(
        "no variation",
        N_("Where units of two coders intersect there is no other value than one to disagree about. Read u instead."),
    )
