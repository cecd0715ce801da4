"""Means of a coefficient over interviews, and intervals that draw the interviews."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._formula import ratio
from veche.measures.agreement._resampling import Resampling, interval_of, no_interval, of_clusters
from veche.measures.agreement._result import Agreement, Interval, Undefined, side_by_side
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]


def mean_over_interviews(
    results: Iterable[Agreement], *, weights: Sequence[float] | None = None, interval: Resampling | None = None
) -> Agreement:
    r"""Give the mean over interviews of a coefficient that is computed for each by itself: gamma, boundary similarity, overlap.

    .. math:: \bar a = \frac{\sum_d w_d a_d}{\sum_d w_d}

    over the interviews d in which it is defined.

    Parameters
    ----------
    results
        One for each interview, of one coefficient and one design.
    weights
        Weight of each, 0 or more; equal without it.
    interval
        How to make an interval, by clusters: the interviews are drawn. None without it.

    Returns
    -------
    Agreement
        `coverage` is the share of the weight that counts. Undefined if no interview has a value.

    Raises
    ------
    InputProblem
        If two coefficients or designs are mixed, a weight is missing or below 0, or an interval is not to draw interviews.

    Examples
    --------
    >>> one = Agreement(coefficient="gamma", value=0.5, design="free segments", units=4, coders=2)
    >>> two = Agreement(coefficient="gamma", value=0.8, design="free segments", units=6, coders=2)
    >>> round(mean_over_interviews([one, two], weights=[1, 2]).value, 6)
    0.7
    """
    found = side_by_side(results)
    names = {one.coefficient for one in found}
    if not found or len(names) > 1:
        raise InputProblem(
            N_("A mean of {names} is wanted. Give results of one coefficient, one for each interview."),
            names=", ".join(sorted(names)) or "–",
        )
    weight = [1.0] * len(found) if weights is None else [float(one) for one in weights]
    if len(weight) != len(found) or not all(np.isfinite(one) and one >= 0 for one in weight):
        raise InputProblem(
            N_("There are {found} weights for {wanted} interviews, or one is below 0. Give one of 0 or more for each."),
            found=len(weight),
            wanted=len(found),
        )
    return mean_of(found, weight, interval)


def mean_of(results: Sequence[Agreement], weight: Sequence[float], interval: Resampling | None) -> Agreement:
    """Give the weighted mean of results that were checked."""
    values = [one.value for one in results]
    defined = [(w, value) for w, value in zip(weight, values, strict=True) if value is not None and w > 0]
    total = sum(w for w, _ in defined)
    lack = Undefined(
        "nothing comparable", N_("No document gives a value. Compare documents in which the code was used.")
    )
    return Agreement(
        coefficient=f"mean_{results[0].coefficient}",
        value=sum(w * value for w, value in defined) / total if defined else None,
        reason=None if defined else lack,
        design=results[0].design,
        metric=results[0].metric,
        units=sum(one.units for one in results),
        coders=results[0].coders,
        silent=tuple(name for name in results[0].silent if all(name in one.silent for one in results)),
        coverage=total / sum(weight) if sum(weight) else None,
        interval=_of_mean(weight, values, interval) if defined and interval else None,
    )


def _of_mean(weight: Sequence[float], values: Sequence[float | None], how: Resampling) -> Interval:
    """Draw interviews; those without a value take their place in a draw and add nothing to the mean."""
    known = np.array([value is not None for value in values])
    part = np.where(known, weight, 0.0)
    return interval_of_shares(part * np.array([0.0 if value is None else value for value in values]), part, how)


def interval_of_shares(part: Floats, whole: Floats, how: Resampling) -> Interval:
    """Give the interval of sum(part) / sum(whole) by drawing interviews, of which each brings one number to either.

    Raises
    ------
    InputProblem
        If something else than interviews is to be drawn.
    """
    if how.by != "clusters":
        raise InputProblem(
            N_(
                "An interval by {by} is wanted of a mean over documents. Draw documents: by clusters, one per document."
            ),
            by=how.by,
        )
    if len(whole) < 2:
        return no_interval(how, N_("There is one document, so nothing can be resampled. Code more of them twice."))
    sums = {"part": np.asarray(part, dtype=float), "whole": np.asarray(whole, dtype=float)}
    return interval_of(of_clusters(sums, how, lambda drawn: ratio(drawn["part"], drawn["whole"])), how)
