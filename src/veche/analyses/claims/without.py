"""Estimates of checks when respondents are left out, one at a time: all at once, as sums over those who stay.

`weights` has one row per way of leaving out, one column per cluster (a respondent in a town): 1 stays, 0 is left out.
Every function gives what `running.run_check` estimates on the interviews that stay, NaN where that cannot be made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from veche.analyses._shared.places import wave_named
from veche.analyses._shared.sample import Bools, Floats, Ints
from veche.analyses._shared.scores import Scores
from veche.analyses.claims.case_checks import EITHER, FEWEST
from veche.analyses.claims.checks import beside_events, pair_of, wanted
from veche.analyses.claims.context import Context
from veche.analyses.claims.estimates import average, cell_sums, town_means
from veche.analyses.claims.exchanges import tau
from veche.analyses.claims.language import Check
from veche.analyses.claims.without_values import case_values
from veche.measures.resampling import ratios


def leave_out(ctx: Context) -> tuple[Floats, list[str]]:
    """Weights that leave out each respondent of the sample once, and who that is."""
    sample = ctx.sample
    people = dict.fromkeys(one.respondent_id for one, kept in zip(sample.interviews, ctx.kept, strict=True) if kept)
    row = {who: k for k, who in enumerate(people)}
    weights = np.ones((len(row), sample.cluster_town.size))
    for i, one in enumerate(sample.interviews):
        if one.respondent_id in row:
            weights[row[one.respondent_id], sample.cluster_of[i]] = 0.0
    return weights, list(row)


def estimates(ctx: Context, check: Check, weights: Floats) -> Floats | None:
    """Estimate a check for each row of weights; None if checks of this kind are not made this way."""
    made = _MADE.get(check.kind)
    return made(ctx, check, weights) if made else None


def _enough(ctx: Context, values: Floats, *counts: Floats) -> Floats:
    """Blank the estimates that rest on fewer interviews than the minimum."""
    least = np.minimum.reduce(counts)
    return np.where(least >= ctx.options.minimum, values, np.nan)


class Step(NamedTuple):
    """Step between the means of two groups, one row for each weighting; means on the scale 0 to 1."""

    estimate: Floats
    #: shape (rows, 2): means over the towns that have both, and respondents there
    means: Floats
    people: Floats
    #: shape (rows, towns): which have both
    towns: Bools


def step(ctx: Context, scores: Scores, groups: Ints, number: int, pair: tuple[int, int], weights: Floats) -> Step:
    """Give the difference of the means of two groups over the towns that have both."""
    sample = ctx.sample
    sums, counts = cell_sums(scores, groups, number)
    towns = len(sample.towns)
    means = town_means(sums, counts, sample.cluster_town, towns, weights)[:, :, list(pair)]
    both = np.asarray(~np.isnan(means).any(axis=2), dtype=bool)
    here, people = (
        np.stack([weights[:, sample.cluster_town == t] @ one[sample.cluster_town == t] for t in range(towns)], axis=1)
        * both[:, :, None]
        for one in (counts[:, list(pair)], (counts[:, list(pair)] > 0).astype(float))
    )
    mean = np.asarray(ratios(np.where(both[:, :, None], means, 0.0).sum(axis=1), both.sum(axis=1)[:, None]))
    found = (scores.high - scores.low) * (mean[:, 1] - mean[:, 0])
    if not any(any(ids) for ids in (scores.supporting, scores.opposing)):
        found = np.where(mean.any(axis=1), found, np.nan)
    told: Floats = np.asarray(people.sum(axis=1), dtype=float)
    found = np.where((told > 1).all(axis=1), found, np.nan)
    return Step(_enough(ctx, found, here[:, :, 0].sum(axis=1), here[:, :, 1].sum(axis=1)), mean, told, both)


def _change(ctx: Context, check: Check, weights: Floats) -> Floats:
    sample = ctx.sample
    return step(
        ctx, ctx.scores(check.get("of")), sample.wave_of, len(sample.waves), pair_of(ctx, check), weights
    ).estimate


def _before_after(ctx: Context, check: Check, weights: Floats) -> Floats:
    there, after = beside_events(ctx, str(check.get("event")))
    return step(ctx, ctx.scores(check.get("of")).only(there), after.astype(np.int64), 2, (0, 1), weights).estimate


def _level(ctx: Context, check: Check, weights: Floats) -> Floats:
    scores, sample = ctx.scores(check.get("of")), ctx.sample
    if wave := check.get("wave"):
        scores = scores.only(sample.wave_of == wave_named(sample.waves, str(wave)))
    sums, counts = cell_sums(scores, np.zeros(sample.size, dtype=np.int64), 1)
    means = town_means(sums, counts, sample.cluster_town, len(sample.towns), weights)[:, :, 0]
    told = np.where(weights @ (counts[:, 0] > 0) > 1, average(means, 1), np.nan)
    return _enough(ctx, scores.low + (scores.high - scores.low) * told, weights @ counts[:, 0])


def _compare(ctx: Context, check: Check, weights: Floats) -> Floats:
    first, second = ctx.scores(check.get("with")), ctx.scores(check.get("of"))
    both = first.known & second.known
    zero = np.zeros(ctx.sample.size, dtype=np.int64)
    (a, counts), (b, _same) = (cell_sums(one.only(both), zero, 1) for one in (first, second))
    known = counts[:, 0] > 0
    difference = (b[known, 0] - a[known, 0]) / counts[known, 0]
    people = weights[:, known].sum(axis=1)
    mean = np.where(people > 1, ratios(weights[:, known] @ difference, people), np.nan)
    return _enough(ctx, mean, weights @ counts[:, 0])


def _contrast(ctx: Context, check: Check, weights: Floats) -> Floats:
    scores = [ctx.scores(check.get(name)) for name in ("with", "of")]
    zero = np.zeros(ctx.sample.size, dtype=np.int64)
    parts = [
        (weights @ sums[:, 0], weights @ counts[:, 0]) for sums, counts in (cell_sums(one, zero, 1) for one in scores)
    ]
    first, second = (np.asarray(ratios(*one)) for one in parts)
    for one in scores:
        first = np.where(weights @ spoken(one, one.known) > 1, first, np.nan)
    return _enough(ctx, (scores[0].high - scores[0].low) * (second - first), *(counts for _sums, counts in parts))


def _together(ctx: Context, check: Check, weights: Floats) -> Floats:
    first, second = ctx.scores(check.get("of")), ctx.scores(check.get("with"))
    sample = ctx.sample
    both = first.known & second.known
    says = first.values > (first.low + first.high) / 2
    waves = len(sample.waves)
    held = second.only(both)
    # one column for each wave and side; a cluster has one score in each: the mean of its interviews
    flat = sample.cluster_of * 2 * waves + sample.wave_of * 2 + says
    size = sample.cluster_town.size * 2 * waves
    known = held.known
    counts = np.bincount(flat[known], minlength=size).reshape(-1, waves, 2)
    sums = np.bincount(flat[known], weights=held.values[known], minlength=size).reshape(-1, waves, 2)
    scores, there = np.nan_to_num(ratios(sums, counts)), (counts > 0).astype(float)
    total, mass = np.zeros(len(weights)), np.zeros(len(weights))
    for town in range(len(sample.towns)):
        here = sample.cluster_town == town
        number = np.einsum("rc,cws->rws", weights[:, here], there[here])
        mean = np.nan_to_num(ratios(np.einsum("rc,cws->rws", weights[:, here], scores[here]), number))
        weight = np.nan_to_num(ratios(number.prod(axis=2), number.sum(axis=2)))
        total += ((mean[:, :, 1] - mean[:, :, 0]) * weight).sum(axis=1)
        mass += weight.sum(axis=1)
    return np.asarray(ratios(total, mass), dtype=float)


def spoken(scores: Scores, here: Bools) -> Floats:
    """Which clusters have a score in some interviews?"""
    found = np.zeros(scores.sample.cluster_town.size)
    found[scores.sample.cluster_of[here & scores.known]] = 1.0
    return found


def interviews(scores: Scores, here: Bools) -> Floats:
    """Number of interviews with a score by cluster."""
    sample = scores.sample
    return np.bincount(sample.cluster_of[here & scores.known], minlength=sample.cluster_town.size).astype(float)


def _new(ctx: Context, check: Check, weights: Floats) -> Floats:
    scores, pair = ctx.scores(check.get("of")), pair_of(ctx, check)
    later = ctx.sample.wave_of >= pair[1]
    now, asked = (weights @ spoken(scores, one) for one in (later & (scores.values > 0), later))
    return _enough(ctx, np.where(asked > 1, ratios(now, asked), np.nan), weights @ interviews(scores, later))


def _present(ctx: Context, check: Check, weights: Floats) -> Floats:
    scores = ctx.scores(check.get("of"))
    said = scores.values > (scores.low + scores.high) / 2
    least, places = wanted(check)
    asked, town_of = spoken(scores, scores.known), np.eye(len(ctx.sample.towns))[ctx.sample.cluster_town]
    towns = ((weights * asked) @ town_of > 0).sum(axis=1)
    enough = (weights @ asked >= max(least, 2)) & (towns >= places)
    told = np.where(enough, weights @ spoken(scores, said), np.nan)
    return _enough(ctx, told, weights @ interviews(scores, scores.known))


def _cases(ctx: Context, check: Check, weights: Floats) -> Floats:
    x, y, known = _both(ctx, check, weights)
    expect = str(check.get("expect"))
    a, b = np.where(known, x, 0.0), np.where(known, y, 0.0)
    below = {"sufficient": a, "coincide": np.maximum(a, b)}.get(expect, b)
    whole = below.sum(axis=1)
    found = np.where(whole > 1e-12, ratios(np.minimum(a, b).sum(axis=1), whole), np.nan)
    for values, spared in ((x, "necessary"), (y, "sufficient")):
        with_it, without = ((known & one).sum(axis=1) for one in (values > 0.5, values <= 0.5))
        if expect != spared:
            found = np.where(np.minimum(with_it, without) >= EITHER, found, np.nan)
    return np.where(known.sum(axis=1) >= FEWEST, found, np.nan)


def _goes_with(ctx: Context, check: Check, weights: Floats) -> Floats:
    x, y, known = _both(ctx, check, weights)
    found = np.full(len(x), np.nan)
    for row in np.flatnonzero(known.sum(axis=1) >= FEWEST):
        here = known[row]
        found[row] = tau(x[row, here], y[row, here])
    return found


def _both(ctx: Context, check: Check, weights: Floats) -> tuple[Floats, Floats, Bools]:
    """Condition and outcome, one row for each weighting, one column for each town and wave."""
    x, y = (case_values(ctx, check.get(name), weights).reshape(len(weights), -1) for name in ("condition", "outcome"))
    return x, y, ~np.isnan(x) & ~np.isnan(y)


def _count(ctx: Context, check: Check, weights: Floats) -> Floats:
    values = case_values(ctx, check.get("value"), weights)
    values = average(values, 2) if str(check.get("by", "case")) == "town" else values.reshape(len(weights), -1)
    known = (~np.isnan(values)).sum(axis=1)
    return np.where(known >= EITHER, ratios((values > 0.5).sum(axis=1), known), np.nan)


_MADE: Mapping[str, Callable[[Context, Check, Floats], Floats]] = {
    "change": _change, "before_after": _before_after, "level": _level, "compare": _compare, "contrast": _contrast,
    "together": _together, "new": _new, "present": _present, "cases": _cases, "goes_with": _goes_with, "count": _count,
}  # fmt: skip
