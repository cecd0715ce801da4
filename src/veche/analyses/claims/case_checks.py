"""Checks on cases: sufficiency and necessity, common variation, counts, coalitions, order, and what moves with what.

Towns are exchanged as wholes: a town keeps its waves together. Up to seven towns all exchanges are counted, above that
a number of random ones.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from veche.analyses._shared.sample import Bools, Floats
from veche.analyses._shared.scores import Scores
from veche.analyses.claims.case_grounds import Case, carried, coalition_ids, two_sides, value_grounds
from veche.analyses.claims.checks import _exact, _sign, _with, region
from veche.analyses.claims.context import Context, Untestable
from veche.analyses.claims.estimates import cell_sums, town_means
from veche.analyses.claims.exchanges import exchanged_p, inclusion, mean_taus, order_key, shuffles, tau, taus, unchanged
from veche.analyses.claims.found import AGAINST, SUPPORTED, UNCLEAR, Found
from veche.analyses.claims.language import Check
from veche.analyses.claims.values import case_values, town_coalitions
from veche.sets.fit import subset_fit, superset_fit
from veche.study.result import Grounds
from veche.words import N_

#: exchanges when several values are asked to hang together; fewest cases on either side
SHUFFLES, EITHER = 500, 2
#: fewest towns and waves in which two values are known
FEWEST = 4
FEW_CASES = N_("fewer than two cases with the condition, or without it")
FEW_OUTCOMES = N_("fewer than two cases with the outcome, or without it")
FEW_KNOWN = N_("known in fewer than four cases")


def _known(x: Floats, y: Floats) -> list[Case]:
    """Towns and waves in which both condition and outcome are known."""
    known = [(int(t), int(w)) for t, w in zip(*np.nonzero(~np.isnan(x) & ~np.isnan(y)), strict=True)]
    if len(known) < FEWEST:
        raise Untestable(FEW_KNOWN)
    return known


def entries_of(check: Check) -> tuple[Mapping[str, Any], ...]:
    """Return the case values that a check looks at, in the order in which its function takes them."""
    named = [check.get(name) for name in ("condition", "outcome", "value") if name in check.fields]
    return (*named, *check.get("values", ()))


def values_of(ctx: Context, check: Check) -> tuple[Floats, ...]:
    """Give the case values that a check looks at."""
    return tuple(case_values(ctx, one) for one in entries_of(check))


_FIT: Mapping[str, Callable[[Floats, Floats], float]] = {
    "sufficient": lambda x, y: subset_fit(x, y).inclusion,
    "necessary": lambda x, y: superset_fit(x, y).inclusion,
    "not necessary": lambda x, y: superset_fit(x, y).inclusion,
    "coincide": lambda x, y: float(np.minimum(x, y).sum() / m) if (m := np.maximum(x, y).sum()) > 0 else math.nan,
}


def cases(ctx: Context, check: Check, x: Floats, y: Floats) -> Found:
    """Check that a condition is sufficient or necessary for an outcome, or that both coincide, over towns and waves.

    Supported if the consistency reaches the cut, no case contradicts it, and exchanged towns hardly ever do as well;
    against if the consistency lies below the cut and cases contradict it.
    """
    known = _known(x, y)
    expect, cut = str(check.get("expect")), float(check.get("cut", 0.8))
    a, b = (np.array([one[case] for case in known]) for one in (x, y))
    if min(int((a > 0.5).sum()), int((a <= 0.5).sum())) < EITHER and expect != "necessary":
        raise Untestable(FEW_CASES)
    if min(int((b > 0.5).sum()), int((b <= 0.5).sum())) < EITHER and expect != "sufficient":
        raise Untestable(FEW_OUTCOMES)
    consistency = _FIT[expect](a, b)
    if consistency != consistency:
        raise Untestable(FEW_CASES)
    contrary = [case for case, u, v in zip(known, a, b, strict=True) if _contrary(expect, u, v)]
    told = [case for case in known if case not in contrary]
    grounds = _case_grounds(ctx, check, (x, y), told, contrary)
    inside = (-math.inf, cut) if expect == "not necessary" else (cut - 1e-9, math.inf)
    found = Found(consistency, inside=inside, cases=len(known), grounds=grounds, note=_named(ctx, contrary))
    if expect == "not necessary":
        # one case with the outcome and without the condition is enough to show it
        return _with(
            found, decided=SUPPORTED if contrary and consistency < cut else AGAINST if not contrary else UNCLEAR
        )
    if consistency < cut:
        return _with(found, decided=AGAINST if contrary else UNCLEAR)
    if ctx.quick:
        return _with(found, tested=True)
    p = exchanged_p(x, y, inclusion(expect), ctx.options.seed)
    if p != p:
        return _with(found, decided=UNCLEAR)
    settled = (consistency, consistency) if not contrary else (math.nan, math.nan)
    return _with(found, tested=True, p=p, bounds=lambda _level: settled)


def _contrary(expect: str, x: float, y: float) -> bool:
    """Does a case contradict: the condition without the outcome, the outcome without the condition?"""
    without_outcome, without_condition = x > 0.5 >= y, y > 0.5 >= x
    if expect == "sufficient":
        return without_outcome
    return without_condition if expect in ("necessary", "not necessary") else without_outcome or without_condition


def _case_grounds(
    ctx: Context, check: Check, values: tuple[Floats, Floats], told: list[Case], contrary: list[Case]
) -> Grounds:
    """What carries outcome and condition where a case fits, and where it contradicts."""
    if ctx.bare:
        return Grounds()
    entries = tuple(zip((check.get("outcome"), check.get("condition")), values[::-1], strict=True))
    return two_sides(
        ctx, *([i for entry, value in entries for i in carried(ctx, entry, value, some)] for some in (told, contrary))
    )


def _named(ctx: Context, some: list[Case]) -> str:
    names = [f"{ctx.sample.towns[t].key}{ctx.sample.waves[w].key}" for t, w in some]
    return ("! " + ", ".join(names)) if names else ""


def goes_with(ctx: Context, check: Check, x: Floats, y: Floats) -> Found:
    """Check that two case values vary together (or oppositely): Kendall's tau-b over towns and waves."""
    known = _known(x, y)
    expect = str(check.get("expect"))
    found_tau = tau(np.array([x[c] for c in known]), np.array([y[c] for c in known]))
    if found_tau != found_tau:
        raise Untestable(N_("one of the two values is the same in all cases"))
    fitting = [c for c in known if ((x[c] > 0.5) == (y[c] > 0.5)) == (expect == "together")]
    grounds = _case_grounds(ctx, check, (x, y), fitting, [c for c in known if c not in fitting])
    found = Found(found_tau, inside=_sign(expect, 0), cases=len(known), tested=True, grounds=grounds)
    if ctx.quick:
        return found
    cache, key = ctx.shared.cache, ("p of tau", order_key(x), order_key(y))
    if key not in cache:
        cache[key] = exchanged_p(x, y, taus, ctx.options.seed, two_sided=True)
    p = cache[key]
    return _with(found, p=p, bounds=(lambda _level: (found_tau, found_tau)) if p == p else None)


def hang_together(ctx: Context, check: Check, *every_value: Floats) -> Found:
    """Check that several case values go together: the mean of Kendall's tau-b over their pairs; towns exchanged value by value."""
    used = [
        k for k, one in enumerate(every_value) if (~np.isnan(one)).sum() >= FEWEST and np.nanmax(one) > np.nanmin(one)
    ]
    values = [every_value[k] for k in used]
    if len(values) < 2:
        raise Untestable(N_("fewer than two of the values are known and vary"))

    order = shuffles(len(values), len(ctx.sample.towns), SHUFFLES, ctx.options.seed)
    estimate = float(mean_taus(values, unchanged(*order.shape[1:]), ctx.shared.cache)[0])
    if estimate != estimate:
        raise Untestable(N_("fewer than two of the values are known and vary"))
    entries = () if ctx.bare else [(check.get("values")[k], every_value[k]) for k in used]
    every = [value_grounds(ctx, entry, _cases_of(value)) for entry, value in entries]
    found = Found(
        estimate, inside=(0.0, math.inf), cases=int(np.mean([(~np.isnan(one)).sum() for one in values])), tested=True,
        grounds=two_sides(ctx, (i for one in every for i in one.supporting), (i for one in every for i in one.opposing)),
    )  # fmt: skip
    if ctx.quick:
        return found
    draws = mean_taus(values, order, ctx.shared.cache)
    reached, below = int((draws >= estimate - 1e-12).sum()), int((draws <= estimate + 1e-12).sum())
    p = min(1.0, 2 * (1 + min(reached, below)) / (1 + len(draws)))
    return _with(found, p=p, bounds=lambda _level: (estimate, estimate))


def count(ctx: Context, check: Check, values: Floats) -> Found:
    """Check the share of cases (or of towns, by the mean of their waves) in which a value is above one half."""
    cases, by_town = _cases_of(values), str(check.get("by", "case")) == "town"
    told = {case: float(values[case]) for case in cases}
    if by_town:
        towns = dict.fromkeys(t for t, _wave in cases)
        told = {(t, 0): float(np.mean([values[case] for case in cases if case[0] == t])) for t in towns}
    if len(told) < EITHER:
        raise Untestable(N_("known in fewer than two cases"))
    yes = [case for case, value in told.items() if value > 0.5]
    mine = [case for case in cases if (case[0], 0 if by_town else case[1]) in yes]
    rest = [case for case in cases if case not in mine]
    sides = [Grounds()] * 2 if ctx.bare else [value_grounds(ctx, check.get("value"), some) for some in (mine, rest)]
    return Found(
        len(yes) / len(told), inside=region(check), cases=len(told), bounds=_exact(len(yes), len(told)),
        grounds=two_sides(ctx, sides[0].supporting, sides[1].opposing, turned=check.get("expect") == "below"),
    )  # fmt: skip


def _cases_of(values: Floats) -> list[Case]:
    """Towns and waves in which a value is known."""
    return [(int(t), int(w)) for t, w in zip(*np.nonzero(~np.isnan(values)), strict=True)]


def coalitions(ctx: Context, check: Check) -> Found:
    """Check the share of coalitions (of a scope) that are of a form: tactical, strategic, mixed or unknown."""
    scope, form = check.get("scope"), str(check.get("form"))
    found = [one for one in town_coalitions(ctx)[1] if scope is None or one.scope == scope]
    known = [one for one in found if one.tactics.label != "unknown"]
    if len(known) < EITHER:
        raise Untestable(N_("fewer than two coalitions whose kind is known"))
    yes = [one for one in known if one.tactics.label == form]

    rest = [one for one in known if one not in yes]
    return Found(
        len(yes) / len(known), inside=region(check), cases=len(known), bounds=_exact(len(yes), len(known)),
        grounds=two_sides(ctx, coalition_ids(yes), coalition_ids(rest), turned=check.get("expect") == "below"),
    )  # fmt: skip


def order(ctx: Context, check: Check) -> Found:
    """Check that one measure rises before another: towns with three waves, the wave of the largest step of each.

    A one-sided sign test over the towns in which the steps fall on different waves.
    """
    sample = ctx.sample
    measures = [ctx.scores(check.get(name)) for name in ("of", "with")]
    steps = []
    for scores in measures:
        sums, counts = cell_sums(scores, sample.wave_of, len(sample.waves))
        steps.append(np.diff(town_means(sums, counts, sample.cluster_town, len(sample.towns)), axis=1))
    known = ~np.isnan(steps[0]) & ~np.isnan(steps[1])
    towns = np.flatnonzero(known.sum(axis=1) >= 2)
    if towns.size < 2:
        raise Untestable(N_("an order in time needs at least two towns with three waves"))
    lead = [int(np.nanargmax(steps[1][t])) - int(np.nanargmax(steps[0][t])) for t in towns]
    apart = [one for one in lead if one]
    if not apart:
        raise Untestable(N_("both rise in the same wave everywhere"))
    first = sum(one > 0 for one in apart)
    p = min(1.0, 2 * sum(math.comb(len(apart), k) for k in range(first, len(apart) + 1)) / 2 ** len(apart))
    told = [np.isin(sample.town_of, towns[[sign * one > 0 for one in lead]]) for sign in (1, -1)]
    return Found(
        first / len(apart), inside=(0.5, math.inf), cases=len(apart), tested=True, p=p, bounds=_exact(first, len(apart)),
        grounds=two_sides(ctx, *(_all_of(measures, here) for here in told)),
    )  # fmt: skip


def moves(ctx: Context, check: Check) -> Found:
    """Check that a measure moves more between waves where one thing changed and another did not than the reverse."""
    scores, sample, expect = ctx.scores(check.get("of")), ctx.sample, str(check.get("expect"))
    sums, counts = cell_sums(scores, sample.wave_of, len(sample.waves))
    means = town_means(sums, counts, sample.cluster_town, len(sample.towns))
    size = np.concatenate([np.full((len(means), 1), np.nan), np.abs(np.diff(means, axis=1))], axis=1)
    when, other = (case_values(ctx, check.get(name)) for name in ("when", "not_when"))
    one = (when > 0.5) & (other <= 0.5) & ~np.isnan(size)
    two = (when <= 0.5) & (other > 0.5) & ~np.isnan(size)
    if not one.any() or not two.any():
        raise Untestable(N_("the two things always change together, or one of them never does"))
    a, b = size[one], size[two]
    estimate = float(a.mean() - b.mean())
    pooled = np.concatenate([a, b])
    splits = list(itertools.islice(itertools.combinations(range(pooled.size), a.size), 20000))
    found = np.array([pooled[list(s)].mean() - np.delete(pooled, s).mean() for s in splits])
    p = min(1.0, 2 * min(float(np.mean(found >= estimate - 1e-12)), float(np.mean(found <= estimate + 1e-12))))
    return Found(
        estimate,
        inside=_sign(expect, 0),
        cases=int(pooled.size),
        tested=True,
        p=p,
        bounds=lambda _level: (estimate, estimate),
        grounds=two_sides(
            ctx, *(_all_of([scores], _around(ctx, some)) for some in (one, two)), turned=expect == "less"
        ),
    )


def _all_of(measures: Sequence[Scores], here: Bools) -> list[str]:
    """Everything that measures rest on in some interviews."""
    every = [one.grounds(here) for one in measures]
    return [i for one in every for i in (*one.supporting, *one.opposing)]


def _around(ctx: Context, steps: Bools) -> Bools:
    """Interviews of the two waves of some steps, which are given by the town and the later wave."""
    here = np.zeros(ctx.sample.size, dtype=bool)
    for town, wave in zip(*np.nonzero(steps), strict=True):
        here |= ctx.sample.inside(int(town), int(wave)) | ctx.sample.inside(int(town), int(wave) - 1)
    return here
