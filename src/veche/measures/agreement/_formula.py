"""A coefficient as sums over units and a function of the sums; evaluated once on the data and once per resample."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._matrices import count_pairs
from veche.measures.agreement._resampling import Resampling, cluster_draws, draws_of, interval_of, no_interval
from veche.measures.agreement._result import Agreement, Interval, Undefined
from veche.measures.agreement._units import Units
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: a difference from certain agreement by chance smaller than this is rounding
NOTHING = 1e-12

#: what each pattern brings to a sum: shape (patterns,) or (patterns, k); sparse if large
Block = Any


class Parts(NamedTuple):
    """Value, and what it is made of; NaN where undefined. One number per set of sums."""

    value: Floats
    observed: Floats | None = None
    expected: Floats | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """A coefficient on patterns of values.

    Parameters
    ----------
    name
        Of the coefficient.
    blocks
        What each pattern brings to each named sum.
    finish
        From named sums, shape (draws,) or (draws, k), to the value of each draw.
    parts
        What observed and expected measure.
    metric
        Name of weights or distances.
    corrected
        Is agreement by chance taken out? Then there is no value without variation.
    lack
        Why there is no value though there are pairs and variation; called on the data only.
    """

    name: str
    blocks: Mapping[str, Block]
    finish: Callable[[Mapping[str, Floats]], Parts]
    parts: Literal["agreement", "disagreement"] = "agreement"
    metric: str | None = None
    corrected: bool = True
    lack: Callable[[Units], Undefined | None] | None = None


def above_chance(observed: Floats, expected: Floats) -> Parts:
    """Give (observed - expected)/(1 - expected) of two agreements; NaN where agreement is certain by chance."""
    room = 1 - expected
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(room > NOTHING, (observed - expected) / room, np.nan)
    return Parts(value, observed, expected)


def below_chance(observed: Floats, expected: Floats) -> Parts:
    """Give 1 - observed/expected of two disagreements; NaN where none is expected."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(expected > 0, 1 - observed / expected, np.nan)
    return Parts(value, observed, expected)


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Divide; NaN where the denominator is not above 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(denominator > 0, numerator / denominator, np.nan), dtype=float)


def pair_sums(units: Units, of: Callable[[Ints, Ints], NDArray[Any]]) -> Floats:
    """Sum a function of two categories over the unordered pairs of values in each pattern, shape (patterns,)."""
    found = np.zeros(units.patterns.shape[0])
    for first in range(units.patterns.shape[1]):
        for second in range(first + 1, units.patterns.shape[1]):
            a, b = units.patterns[:, first], units.patterns[:, second]
            both = np.flatnonzero((a >= 0) & (b >= 0))
            found[both] += of(a[both], b[both])
    return found


def mean_agreement(units: Units, weights: Floats | None = None) -> dict[str, Block]:
    """Return the blocks "agreed" and "pairable": mean agreement of the pairs in a unit, and is there any pair."""
    given = units.given
    agreed = pair_sums(units, np.equal if weights is None else lambda a, b: weights[a, b])
    pairs = np.maximum(given * (given - 1) / 2, 1)
    return {"agreed": agreed / pairs, "pairable": (given >= 2).astype(float)}


def counts_of(units: Units, *, pairable: bool) -> Block:
    """Return how often each category occurs in each pattern, shape (patterns, categories).

    With `pairable`, patterns with one value count nothing.
    """
    q, patterns = max(len(units.categories), 1), units.patterns.shape[0]
    rows, columns = np.nonzero(units.patterns >= 0)
    if pairable:
        enough = units.given[rows] >= 2
        rows, columns = rows[enough], columns[enough]
    return count_pairs(rows, units.patterns[rows, columns], patterns, q)


def evaluate(units: Units, formula: Formula, interval: Resampling | None = None) -> Agreement:
    """Give the value of a coefficient on units, or why there is none, and its interval if one is wanted."""
    blocks = {**formula.blocks, "values": counts_of(units, pairable=True)}
    sums = {name: np.atleast_1d(units.multiplicity @ block)[None] for name, block in blocks.items()}
    sums = {name: array.reshape(1, *blocks[name].shape[1:]) for name, array in sums.items()}
    parts = _finish(formula, sums)
    value = float(parts.value[0])
    found = Agreement(
        coefficient=formula.name,
        value=None if np.isnan(value) else value,
        reason=_reason(units, formula, sums["values"][0]) if np.isnan(value) else None,
        observed=_number(parts.observed),
        expected=_number(parts.expected),
        parts=formula.parts,
        design=units.design,
        metric=formula.metric,
        units=units.pairable,
        coders=len(units.coders),
        silent=units.silent,
        share_missing=units.share_missing,
        prevalence=_prevalence(units.categories, sums["values"][0]),
    )
    if interval is None or found.value is None:
        return found
    return replace(found, interval=_interval(units, formula, blocks, interval))


def _finish(formula: Formula, sums: Mapping[str, Floats]) -> Parts:
    parts = formula.finish(sums)
    if not formula.corrected:
        return parts
    varied = (sums["values"] > 0).sum(axis=1) >= 2
    return parts._replace(value=np.where(varied, parts.value, np.nan))


def _number(found: Floats | None) -> float | None:
    return None if found is None or np.isnan(found[0]) else float(found[0])


def _prevalence(categories: tuple[Hashable, ...], counts: Floats) -> dict[Hashable, float]:
    total = counts.sum()
    return {value: float(n / total) for value, n in zip(categories, counts, strict=False)} if total else {}


def _reason(units: Units, formula: Formula, counts: Floats) -> Undefined:
    if not units.pairable:
        return no_pairable(units)
    found = formula.lack(units) if formula.lack is not None else None
    if found is not None:
        return found
    used = np.flatnonzero(counts > 0)
    if used.size == 1:
        return Undefined(
            "no variation",
            N_(
                "All values on the {units} pairable units are {value!r}: agreement cannot be told from chance. "
                "Read the percentage, or code units where other values occur."
            ),
            {"units": units.pairable, "value": units.categories[used[0]]},
        )
    return Undefined(
        "no chance level",
        N_(
            "By chance alone the coders would agree on all {units} pairable units, so nothing can be above chance. "
            "Read the percentage."
        ),
        {"units": units.pairable},
    )


def no_pairable(units: Units) -> Undefined:
    """Say that no unit has two values, naming coders without any."""
    if units.silent:
        return Undefined(
            "nothing comparable",
            N_(
                "None of the {units} units has values of two coders; {coders} gave no value at all. "
                "Let two coders code the same units."
            ),
            {"units": units.size, "coders": ", ".join(units.silent)},
        )
    return Undefined(
        "nothing comparable",
        N_("None of the {units} units has values of two coders. Let two coders code the same units."),
        {"units": units.size},
    )


def _interval(units: Units, formula: Formula, blocks: Mapping[str, Block], how: Resampling) -> Interval:
    if how.by == "pairs":
        raise InputProblem(
            N_("An interval by pairs is wanted of {name}. It is for Krippendorff's alpha only: resample clusters."),
            name=formula.name,
        )
    if how.by == "units":
        counts = units.multiplicity
    else:
        counts, blocks = _of_clusters(units, blocks)
        if counts.size < 2:
            return no_interval(
                how, N_("All units lie in one cluster, so nothing can be resampled. Code more interviews twice.")
            )
    width = sum(int(np.prod(block.shape[1:])) for block in blocks.values())
    drawn = (
        draws_of(counts, how.resamples, np.random.default_rng(how.seed), width=width)
        if how.by == "units"
        else cluster_draws(counts.size, how, width=width)
    )
    draws = [_finish(formula, {name: weights @ block for name, block in blocks.items()}).value for weights in drawn]
    return interval_of(np.concatenate(draws), how)


def _of_clusters(units: Units, blocks: Mapping[str, Block]) -> tuple[Ints, dict[str, Block]]:
    if units.clusters is None:
        raise InputProblem(
            N_(
                "An interval by clusters is wanted, and the units name no clusters. Give the interview of each unit "
                "(clusters=), or resample units."
            )
        )
    return np.ones(len(units.clusters), dtype=np.int64), {
        name: units.by_cluster @ block for name, block in blocks.items()
    }
