"""Gamma: agreement on units that coders mark freely, several layers and overlaps allowed; gamma-cat and gamma-k."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._alignment import Alignment, continuum_of, costs_of, named
from veche.measures.agreement._chance import Chance, How, category_disorder, chance_of, means_known
from veche.measures.agreement._continua import Sampling
from veche.measures.agreement._dissimilarity import Dissimilarity
from veche.measures.agreement._packing import best_alignment
from veche.measures.agreement._result import Agreement, Undefined
from veche.measures.agreement._spans import Spans, one_document
from veche.study.errors import N_

Floats = NDArray[np.float64]

#: two-sided 95 % of a normal distribution
_TWO_SIDED = 1.959963984540054


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
    >>> gamma(same, seed=1, most_samples=30).gamma.value
    1.0
    """
    chosen = dissimilarity or Dissimilarity()
    spans = one_document(spans)
    how = How(seed, precision, sampling, samples, most_samples, unaligned)
    how.check()
    continuum = continuum_of(spans)
    costs = costs_of(continuum, chosen, spans.values)
    best = best_alignment(costs)
    alignment = named(best, continuum, chosen.empty)
    observed = category_disorder(best, costs, len(spans.values), how)
    if len(spans.coders) - len(spans.silent) < 2:
        chance = Chance(np.empty(0), np.empty((0, len(spans.values) + 1)), math.nan)
    else:
        chance = chance_of(continuum, spans, costs, how)
    expected = chosen.empty * float(chance.disorder.mean()) if chance.disorder.size else None
    by_category = means_known(chance.by_category)
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
