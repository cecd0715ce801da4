"""Checks on interviews: change, level, comparison of two measures, first mention, presence, ranks, before and after."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from veche.analyses._shared.codes import rows_under
from veche.analyses._shared.moved import strata_of
from veche.analyses._shared.places import wave_named
from veche.analyses._shared.sample import Bools, Floats
from veche.analyses._shared.scores import Scores
from veche.analyses._shared.wave_pairs import compared_waves
from veche.analyses.claims.context import Context, Untestable
from veche.analyses.claims.estimates import (
    Draws,
    average,
    bounds_of,
    cell_sums,
    difference_of,
    people,
    town_means,
    towns_in_both,
)
from veche.analyses.claims.found import AGAINST, CANNOT, SUPPORTED, UNCLEAR, Found
from veche.analyses.claims.language import Check
from veche.measures.divergence import tie_groups, top_overlap
from veche.measures.proportions import clopper_pearson
from veche.measures.resampling import bootstrap_weights, ratios
from veche.measures.score_change import ScoreStratum, exact_score_change
from veche.study.actors import Event
from veche.study.result import Grounds
from veche.words import N_, language

#: smallest change that counts against "stays", in the unit 0 to 1 of a scale
MARGIN = 0.2
TOO_FEW = N_("too few interviews speak of it")
ONE_WAVE = N_("one wave only")
NO_TOWN = N_("no town has it in both waves")


def pair_of(ctx: Context, check: Check) -> tuple[int, int]:
    """Give the waves that a check compares: those it names, else the pair with most interviews.

    Raises
    ------
    Untestable
        If there is only one wave.
    NotFound
        If a named wave has no interview.
    """
    sample = ctx.sample
    named = [str(one) for one in check.get("between", ())]
    if named:
        return wave_named(sample.waves, named[0]), wave_named(sample.waves, named[1])
    found = compared_waves(sample.waves, sample.interviews, "", "")[1]
    if found is None:
        raise Untestable(ONE_WAVE)
    return found


def sided(scores: Scores, rising: Bools, falling: Bools) -> Grounds:
    """Grounds of a rise: what supports in the later interviews and opposes in the earlier; against: the reverse."""
    late, early = scores.grounds(rising), scores.grounds(falling)
    return Grounds((*late.supporting, *early.opposing), (*late.opposing, *early.supporting))


def turned(grounds: Grounds, *, against: bool) -> Grounds:
    """Swap the sides if the claim says the opposite."""
    return Grounds(grounds.opposing, grounds.supporting) if against else grounds


def change(ctx: Context, check: Check) -> Found:
    """Check that a mean rises, falls or stays between two waves, towns with both waves alike."""
    scores, pair = ctx.scores(check.get("of")), pair_of(ctx, check)
    sample, expect = ctx.sample, str(check.get("expect"))
    width = scores.high - scores.low
    sums, counts = cell_sums(scores, sample.wave_of, len(sample.waves))
    number = len(sample.towns)
    means = town_means(sums, counts, sample.cluster_town, number)
    towns = towns_in_both(means, pair)
    if not towns:
        raise Untestable(NO_TOWN)
    here = np.isin(sample.town_of, towns) & scores.known
    first, second = (here & (sample.wave_of == wave) for wave in pair)
    if min(int(first.sum()), int(second.sum())) < ctx.options.minimum:
        raise Untestable(TOO_FEW)
    both = [float(average(means[towns][:, wave], 0)) for wave in pair]
    if not any(both) and not any(any(ids) for ids in (scores.supporting, scores.opposing)):
        raise Untestable(N_("named in neither wave"))
    grounds = turned(sided(scores, second, first), against=expect == "falls")
    if expect == "stays":
        every = scores.grounds(first | second)
        grounds = Grounds((*every.supporting, *every.opposing))
    margin = float(check.get("margin", MARGIN)) * width
    found = Found(
        width * (both[1] - both[0]), inside=_sign(expect, margin), interviews=int(first.sum() + second.sum()),
        cases=len(towns), grounds=grounds, tested=True, equivalence=expect == "stays",
        outside=(0.0, 0.0) if expect == "stays" else None,
    )  # fmt: skip
    if ctx.quick:
        return found
    draws = town_means(sums, counts, sample.cluster_town, number, ctx.shared.weights)
    joint = [average(draws[:, towns, wave], 1) for wave in pair]
    strata = strata_of(scores, towns, pair)
    return _with(
        found,
        bounds=difference_of(
            (joint[0], joint[1]), (both[0], both[1]), (people(scores, first), people(scores, second)), width
        ),
        p=exact_score_change(strata),
    )


def _sign(expect: str, margin: float) -> tuple[float, float]:
    return {
        "rises": (0.0, math.inf), "more": (0.0, math.inf), "together": (0.0, math.inf), "falls": (-math.inf, 0.0),
        "less": (-math.inf, 0.0), "apart": (-math.inf, 0.0), "stays": (-margin, margin),
    }[expect]  # fmt: skip


def _with(found: Found, **fields: Any) -> Found:
    return dataclasses.replace(found, **fields)


def region(check: Check) -> tuple[float, float]:
    """Where an estimate must lie: above or below a number, or between two."""
    than, expect = check.get("than"), check.get("expect")
    if expect == "between":
        return float(than[0]), float(than[1])
    return (float(than), math.inf) if expect == "above" else (-math.inf, float(than))


def level(ctx: Context, check: Check) -> Found:
    """Check that the mean over towns (of all waves, or of one) lies above, below or between numbers."""
    scores, sample = ctx.scores(check.get("of")), ctx.sample
    if wave := check.get("wave"):
        scores = scores.only(sample.wave_of == wave_named(sample.waves, str(wave)))
    width = scores.high - scores.low
    sums, counts = cell_sums(scores, np.zeros(sample.size, dtype=np.int64), 1)
    means = town_means(sums, counts, sample.cluster_town, len(sample.towns))[:, 0]
    here = scores.known
    if int(here.sum()) < ctx.options.minimum:
        raise Untestable(TOO_FEW)
    mean = float(average(means, 0))
    below = check.get("expect") == "below"
    found = Found(
        scores.low + width * mean, inside=region(check), interviews=int(here.sum()), cases=int((~np.isnan(means)).sum()),
        grounds=turned(scores.grounds(here), against=below),
    )  # fmt: skip
    if ctx.quick:
        return found
    draws = average(town_means(sums, counts, sample.cluster_town, len(sample.towns), ctx.shared.weights)[:, :, 0], 1)
    return _with(found, bounds=bounds_of(draws, mean, people(scores, here), width, scores.low))


def compare(ctx: Context, check: Check) -> Found:
    """Check that the same respondents have more (or less) of one measure than of another."""
    first, second = ctx.scores(check.get("with")), ctx.scores(check.get("of"))
    both = first.known & second.known
    a, b = first.only(both), second.only(both)
    if int(both.sum()) < ctx.options.minimum:
        raise Untestable(TOO_FEW)
    zero = np.zeros(ctx.sample.size, dtype=np.int64)
    sums = [cell_sums(one, zero, 1) for one in (a, b)]
    per = [np.asarray(ratios(one[0][:, 0], one[1][:, 0])) for one in sums]
    known = ~np.isnan(per[0])
    estimates = [float(one[known].mean()) for one in per]
    grounds = Grounds(second.grounds(both).supporting, first.grounds(both).supporting)
    expect = str(check.get("expect"))
    found = Found(
        estimates[1] - estimates[0], inside=_sign(expect, 0), interviews=int(both.sum()), tested=True,
        cases=int(np.unique(ctx.sample.town_of[both]).size), grounds=turned(grounds, against=expect == "less"),
    )  # fmt: skip
    if ctx.quick:
        return found
    weights = ctx.shared.weights[:, known]
    draws = [weights @ one[known] / weights.sum(axis=1) for one in per]
    strata = [ScoreStratum(pairs=tuple(zip(per[0][known].tolist(), per[1][known].tolist(), strict=True)))]
    units = int(known.sum())
    return _with(
        found,
        bounds=difference_of((draws[0], draws[1]), (estimates[0], estimates[1]), (units, units)),
        p=exact_score_change(strata),
    )


def contrast(ctx: Context, check: Check) -> Found:
    """Check that the mean of one measure lies above (or below) that of another, whoever speaks of them."""
    scores = [ctx.scores(check.get(name)) for name in ("with", "of")]
    sample, expect = ctx.sample, str(check.get("expect"))
    width = scores[0].high - scores[0].low
    if any(int(one.known.sum()) < ctx.options.minimum for one in scores):
        raise Untestable(TOO_FEW)
    zero = np.zeros(sample.size, dtype=np.int64)
    sums = [cell_sums(one, zero, 1) for one in scores]
    estimates = [float(one[0].sum() / one[1].sum()) for one in sums]
    grounds = Grounds(
        (*scores[1].grounds(scores[1].known).supporting, *scores[0].grounds(scores[0].known).opposing),
        (*scores[1].grounds(scores[1].known).opposing, *scores[0].grounds(scores[0].known).supporting),
    )
    found = Found(
        width * (estimates[1] - estimates[0]), inside=_sign(expect, 0), interviews=int(sum(one.known.sum() for one in scores)),
        cases=len(sample.towns), grounds=turned(grounds, against=expect == "less"),
    )  # fmt: skip
    if ctx.quick:
        return found
    draws = [np.asarray(ratios(ctx.shared.weights @ s[:, 0], ctx.shared.weights @ n[:, 0])) for s, n in sums]
    units = [people(one, one.known) for one in scores]
    return _with(
        found, bounds=difference_of((draws[0], draws[1]), (estimates[0], estimates[1]), (units[0], units[1]), width)
    )


def together(ctx: Context, check: Check) -> Found:
    """Check that interviews which say one thing say another more often (or less), within town and wave.

    The difference of the second measure between interviews above the middle of the first and the others; exact test
    of exchange within towns and waves, one score per respondent and side.
    """
    first, second = ctx.scores(check.get("of")), ctx.scores(check.get("with"))
    sample, expect = ctx.sample, str(check.get("expect"))
    both = first.known & second.known
    says = both & (first.values > (first.low + first.high) / 2)
    other = both & ~says
    strata, parts = [], []
    for town in range(len(sample.towns)):
        for wave in range(len(sample.waves)):
            inside = sample.inside(town, wave)
            sides = [_one_each(second, inside & side) for side in (other, says)]
            if all(sides):
                strata.append(ScoreStratum(before=tuple(sides[0]), after=tuple(sides[1])))
                parts.append(
                    (
                        float(np.mean(sides[1]) - np.mean(sides[0])),
                        len(sides[0]) * len(sides[1]) / (len(sides[0]) + len(sides[1])),
                    )
                )
    if not parts:
        raise Untestable(N_("in no town and wave do some say it and others not"))
    weight = np.array([one for _, one in parts])
    estimate = float((np.array([one for one, _ in parts]) * weight).sum() / weight.sum())
    grounds = Grounds(
        second.grounds(says).supporting, (*second.grounds(other).supporting, *second.grounds(says).opposing)
    )
    found = Found(
        estimate, inside=_sign(expect, 0), interviews=int(both.sum()), cases=len(parts), tested=True,
        grounds=turned(grounds, against=expect == "apart"),
    )  # fmt: skip
    if ctx.quick:
        return found
    return _with(found, bounds=_stratified(strata, weight, ctx), p=exact_score_change(strata))


def _one_each(scores: Scores, here: Bools) -> list[float]:
    """One score per respondent: the mean of the interviews."""
    held: dict[int, list[float]] = {}
    for i in np.flatnonzero(here & scores.known).tolist():
        held.setdefault(int(scores.sample.cluster_of[i]), []).append(float(scores.values[i]))
    return [float(np.mean(one)) for one in held.values()]


def _stratified(strata: Sequence[ScoreStratum], weight: Floats, ctx: Context) -> Any:
    """Interval of a weighted mean of differences: respondents resampled within stratum and side."""
    rng = np.random.default_rng([ctx.options.seed, len(strata)])
    total = np.zeros(ctx.options.resamples)
    for one, w in zip(strata, weight, strict=True):
        sides = []
        for values in (one.before, one.after):
            drawn = bootstrap_weights(len(values), ctx.options.resamples, rng)
            sides.append(drawn @ np.array(values) / drawn.sum(axis=1))
        total += w * (sides[1] - sides[0])
    total /= weight.sum()
    return Draws(total).bounds


def new(ctx: Context, check: Check) -> Found:
    """Check that a thing is named in the later wave and by nobody before, inside its exposure window."""
    scores, pair = ctx.scores(check.get("of")), pair_of(ctx, check)
    sample = ctx.sample
    first = scores.known & (sample.wave_of == pair[0])
    # any later wave counts: what is possible only then can only be new there
    later = scores.known & (sample.wave_of >= pair[1])
    said = [(scores.values > 0) & side for side in (first, later)]
    if int(later.sum()) < ctx.options.minimum:
        raise Untestable(TOO_FEW)
    before, asked = people(scores, said[0]), people(scores, later)
    now = people(scores, said[1])
    low = float(clopper_pearson(now, asked, ctx.options.confidence).low)
    grounds = Grounds(
        scores.grounds(later).supporting, (*scores.grounds(first).supporting, *scores.grounds(later).opposing)
    )
    share = now / asked if asked else math.nan
    found = Found(
        share, inside=(0.0, math.inf), bounds=_exact(now, asked), interviews=int(first.sum() + later.sum()),
        cases=int(np.unique(sample.town_of[said[1]]).size), grounds=grounds,
    )  # fmt: skip
    if before:
        return _with(found, decided=AGAINST, note=N_("it is named before as well"))
    if not first.any():
        decided = SUPPORTED if low > 0 and now > 1 else UNCLEAR
        return _with(found, decided=decided, note=N_("not possible before: new by the calendar"))
    if ctx.quick:
        return _with(found, tested=True)
    return _with(found, tested=True, p=exact_score_change(strata_of(scores, list(range(len(sample.towns))), pair)))


def _exact(successes: int, trials: int) -> Any:
    def bounds(confidence: float) -> tuple[float, float]:
        found = clopper_pearson(successes, trials, confidence)
        return float(found.low), float(found.high)

    return bounds


def present(ctx: Context, check: Check) -> Found:
    """Check that at least so many respondents in at least so many towns say it."""
    scores = ctx.scores(check.get("of"))
    said = scores.known & (scores.values > (scores.low + scores.high) / 2)
    who, towns = people(scores, said), int(np.unique(ctx.sample.town_of[said]).size)
    least, places = int(check.get("respondents", 2)), int(check.get("towns", 1))
    if int(scores.known.sum()) < ctx.options.minimum:
        raise Untestable(TOO_FEW)
    every = scores.grounds(scores.known)
    return Found(
        float(who), inside=(least - 0.5, math.inf), decided=SUPPORTED if who >= least and towns >= places else AGAINST if not who else UNCLEAR,
        interviews=int(scores.known.sum()), cases=towns, grounds=Grounds(scores.grounds(said).supporting, every.opposing),
    )  # fmt: skip


def ranks(ctx: Context, check: Check) -> Found:
    """Check that the most named codes below a root are the same in two waves: the overlap of the first so many."""
    pair, sample = pair_of(ctx, check), ctx.sample
    top = int(check.get("top", 5))
    rows = rows_under(ctx.evidence, str(check.get("root")), "leaves")
    scores = {row.key: ctx.scores({"codes": [row.key]}) for row in rows}
    # only what could be named in both waves is ranked
    open_ = [
        key
        for key, one in scores.items()
        if all((one.known & (sample.wave_of == wave)).sum() >= ctx.options.minimum for wave in pair)
    ]
    if len(open_) <= top:
        raise Untestable(N_("too few codes could be named in both waves"))
    sums = [cell_sums(scores[key], sample.wave_of, len(sample.waves)) for key in open_]
    towns = [t for t in range(len(sample.towns)) if all((ctx.kept & sample.inside(t, w)).any() for w in pair)]
    inside = np.isin(sample.cluster_town, towns)

    def shares(weights: Floats | None) -> Floats:
        taken = np.ones((1, int(inside.sum()))) if weights is None else weights[:, inside]
        return np.stack(
            [np.asarray(ratios(taken @ s[inside], taken @ n[inside]))[:, list(pair)] for s, n in sums], axis=2
        )

    def overlaps(found: Floats) -> Floats:
        return np.array([top_overlap(tie_groups(open_, one[0]), tie_groups(open_, one[1]), top) for one in found])

    estimate = float(overlaps(shares(None))[0])
    if estimate != estimate:
        raise Untestable(N_("named in neither wave"))
    used = np.isin(sample.wave_of, pair)
    ids = [scores[key].grounds(used) for key in open_]
    found = Found(
        estimate, inside=region(check), interviews=int((ctx.kept & used).sum()), cases=len(towns),
        grounds=Grounds(tuple(i for one in ids for i in one.supporting), tuple(i for one in ids for i in one.opposing)),
    )  # fmt: skip
    if ctx.quick:
        return found
    draws = overlaps(shares(ctx.shared.weights[: min(400, ctx.options.resamples)]))
    return _with(found, bounds=bounds_of(draws, estimate, people(scores[open_[0]], used)))


def first_events(ctx: Context, kind: str) -> dict[str, Event]:
    """The first event of a kind in each town that has one, by id of the town.

    Raises
    ------
    Untestable
        If there is none.
    """
    events: dict[str, Event] = {}
    for one in sorted(ctx.evidence.events, key=lambda e: e.start):
        if one.kind == kind and one.town_id:
            events.setdefault(one.town_id, one)
    if not events:
        raise Untestable(N_("no event of this kind is recorded in a town"))
    return events


def before_after(ctx: Context, check: Check) -> Found:
    """Check that a mean moves in the towns with an event, from the interviews before it to those after it."""
    scores, sample, expect = ctx.scores(check.get("of")), ctx.sample, str(check.get("expect"))
    events = first_events(ctx, str(check.get("event")))
    after: Bools = np.array(
        [one.town_id in events and one.date >= events[one.town_id].start for one in sample.interviews], dtype=bool
    )
    there = np.array([one.town_id in events for one in sample.interviews], dtype=bool) & scores.known
    first, second = there & ~after, there & after
    towns = [
        t
        for t in range(len(sample.towns))
        if (first & (sample.town_of == t)).any() and (second & (sample.town_of == t)).any()
    ]
    inside = np.isin(sample.town_of, towns)
    first, second = first & inside, second & inside
    if not towns:
        raise Untestable(N_("no town with the event was visited before and after it"))
    if min(int(first.sum()), int(second.sum())) < ctx.options.minimum:
        raise Untestable(TOO_FEW)
    width = scores.high - scores.low
    sums, counts = cell_sums(scores.only(inside), after.astype(np.int64), 2)
    means = town_means(sums, counts, sample.cluster_town, len(sample.towns))
    both = [float(average(means[towns][:, side], 0)) for side in (0, 1)]
    grounds = turned(sided(scores, second, first), against=expect == "falls")
    found = Found(
        width * (both[1] - both[0]), inside=_sign(expect, float(check.get("margin", MARGIN)) * width), tested=True,
        equivalence=expect == "stays", outside=(0.0, 0.0) if expect == "stays" else None,
        interviews=int(first.sum() + second.sum()), cases=len(towns), grounds=grounds,
    )  # fmt: skip
    if ctx.quick:
        return found
    draws = town_means(sums, counts, sample.cluster_town, len(sample.towns), ctx.shared.weights)
    joint = [average(draws[:, towns, side], 1) for side in (0, 1)]
    strata = []
    for town in towns:
        here = sample.town_of == town
        a, b = (_by_person(scores, side & here) for side in (first, second))
        pairs = tuple((a[one], b[one]) for one in a if one in b)
        strata.append(
            ScoreStratum(
                pairs, tuple(v for k, v in a.items() if k not in b), tuple(v for k, v in b.items() if k not in a)
            )
        )
    return _with(
        found,
        bounds=difference_of(
            (joint[0], joint[1]), (both[0], both[1]), (people(scores, first), people(scores, second)), width
        ),
        p=exact_score_change(strata),
    )


def _by_person(scores: Scores, here: Bools) -> dict[int, float]:
    held: dict[int, list[float]] = {}
    for i in np.flatnonzero(here & scores.known).tolist():
        held.setdefault(int(scores.sample.cluster_of[i]), []).append(float(scores.values[i]))
    return {key: float(np.mean(one)) for key, one in held.items()}


def untestable(ctx: Context, check: Check) -> Found:
    """Say why a check cannot be made on interviews at all."""
    why = check.get("why")
    text = why.get(language()) or next(iter(why.values()), "") if isinstance(why, dict) else str(why)
    return Found(math.nan, decided=CANNOT, note=text)
