"""Checks on interviews: change, level, comparison of two measures, first mention, presence, ranks, before and after."""

from __future__ import annotations

import dataclasses
import math
from functools import lru_cache
from typing import Any

import numpy as np

from veche.analyses._shared.moved import strata_of
from veche.analyses._shared.places import wave_named
from veche.analyses._shared.sample import Bools, Floats
from veche.analyses._shared.scores import Scores
from veche.analyses._shared.wave_pairs import compared_waves
from veche.analyses.claims.context import Context, Untestable
from veche.analyses.claims.estimates import (
    average,
    bounds_of,
    cell_sums,
    difference_of,
    people,
    town_means,
    towns_in_both,
)
from veche.analyses.claims.found import AGAINST, CANNOT, SUPPORTED, UNCLEAR, Bounds, Found
from veche.analyses.claims.language import Check
from veche.measures.proportions import clopper_pearson
from veche.measures.resampling import ratios
from veche.measures.score_change import ScoreStratum, exact_score_change
from veche.study.actors import Event
from veche.study.result import Grounds
from veche.words import N_, language

#: a change below this still "stays", in the unit 0 to 1 of a scale
MARGIN = 0.2
TOO_FEW = N_("too few interviews speak of it")
ONE_PERSON = N_("one respondent only speaks of it")
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


def step_grounds(check: Check, scores: Scores, sides: tuple[Bools, Bools], steps: Floats) -> Grounds:
    """Give the sentences behind a step from the interviews of one side to those of the other.

    Of a rise or a fall what says so; of what is to stay all that was said in the towns (with their steps, 0 to 1 of the
    scale) that moved less than the margin, and against it in those that moved more.
    """
    first, second = sides
    expect = str(check.get("expect"))
    if expect != "stays":
        return turned(sided(scores, second, first), against=expect == "falls")
    staying = (np.abs(steps) < float(check.get("margin", MARGIN)))[scores.sample.town_of]
    kept, moved = (scores.grounds((first | second) & where) for where in (staying, ~staying))
    return Grounds((*kept.supporting, *kept.opposing), (*moved.supporting, *moved.opposing))


def change(ctx: Context, check: Check) -> Found:
    """Check that a mean rises, falls or stays between two waves, towns with both waves alike."""
    scores, pair = ctx.scores(check.get("of")), pair_of(ctx, check)
    sample = ctx.sample
    width = scores.high - scores.low
    sums, counts = cell_sums(scores, sample.wave_of, len(sample.waves))
    number = len(sample.towns)
    means = town_means(sums, counts, sample.cluster_town, number)
    towns = towns_in_both(means, pair)
    if not towns:
        raise Untestable(NO_TOWN)
    here = np.isin(sample.town_of, towns) & scores.known
    first, second = (here & (sample.wave_of == wave) for wave in pair)
    for side in (first, second):
        needed(ctx, scores, side)
    both = [float(average(means[towns][:, wave], 0)) for wave in pair]
    if not any(both) and not any(any(ids) for ids in (scores.supporting, scores.opposing)):
        raise Untestable(N_("named in neither wave"))
    found = dataclasses.replace(
        step_asked(check, width), estimate=width * (both[1] - both[0]), interviews=int(first.sum() + second.sum()),
        cases=len(towns), grounds=step_grounds(check, scores, (first, second), means[:, pair[1]] - means[:, pair[0]]),
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


def step_asked(check: Check, width: float) -> Found:
    """Return what is asked of a step between two means, before its estimate is known."""
    expect = str(check.get("expect"))
    stays = expect == "stays"
    inside = _sign(expect, float(check.get("margin", MARGIN)) * width)
    return Found(math.nan, inside=inside, tested=True, equivalence=stays, outside=(0.0, 0.0) if stays else None)


def sign_asked(check: Check) -> Found:
    """Return what is asked of a difference that has a sign, before its estimate is known."""
    return Found(math.nan, inside=_sign(str(check.get("expect")), 0), tested=True)


def level_scores_of(ctx: Context, check: Check) -> Scores:
    """Give the scores whose level a check asks for: of all waves, or of the one it names."""
    scores = ctx.scores(check.get("of"))
    wave = check.get("wave")
    return scores.only(ctx.sample.wave_of == wave_named(ctx.sample.waves, str(wave))) if wave else scores


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


def needed(ctx: Context, scores: Scores, here: Bools) -> None:
    """Ask for the least number of interviews with a score, and for two respondents: of one alone nothing is said in general.

    Raises
    ------
    Untestable
        If there are fewer.
    """
    if int((here & scores.known).sum()) < ctx.options.minimum:
        raise Untestable(TOO_FEW)
    if people(scores, here) < 2:
        raise Untestable(ONE_PERSON)


def level(ctx: Context, check: Check) -> Found:
    """Check that the mean over towns (of all waves, or of one) lies above, below or between numbers."""
    scores, sample = level_scores_of(ctx, check), ctx.sample
    width = scores.high - scores.low
    sums, counts = cell_sums(scores, np.zeros(sample.size, dtype=np.int64), 1)
    means = town_means(sums, counts, sample.cluster_town, len(sample.towns))[:, 0]
    here = scores.known
    needed(ctx, scores, here)
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
    needed(ctx, first, both)
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
    for one in scores:
        needed(ctx, one, one.known)
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


def new(ctx: Context, check: Check) -> Found:
    """Check that a thing is named in the later wave and by nobody before, inside its exposure window."""
    scores, pair = ctx.scores(check.get("of")), pair_of(ctx, check)
    sample = ctx.sample
    first = scores.known & (sample.wave_of == pair[0])
    # any later wave counts: what is possible only then can only be new there
    later = scores.known & (sample.wave_of >= pair[1])
    said = [(scores.values > 0) & side for side in (first, later)]
    needed(ctx, scores, later)
    before, asked = people(scores, said[0]), people(scores, later)
    now = people(scores, said[1])
    grounds = Grounds(
        scores.grounds(later).supporting, (*scores.grounds(first).supporting, *scores.grounds(later).opposing)
    )
    found = _with(
        newly(ctx, now, asked, before, possible=bool(first.any())), interviews=int(first.sum() + later.sum()),
        cases=int(np.unique(sample.town_of[said[1]]).size), grounds=grounds,
    )  # fmt: skip
    if ctx.quick or not found.tested:
        return found
    return _with(found, p=exact_score_change(strata_of(scores, list(range(len(sample.towns))), pair)))


def newly(ctx: Context, now: int, asked: int, before: int, *, possible: bool) -> Found:
    """Judge a thing that so many of those asked name now and so many named before, when it was possible or not."""
    found = Found(now / asked if asked else math.nan, inside=(0.0, math.inf), bounds=_exact(now, asked))
    if before:
        return _with(found, decided=AGAINST, note=N_("it is named before as well"))
    if not possible:
        low, _high = _exact(now, asked)(ctx.options.confidence)
        decided = SUPPORTED if low > 0 and now > 1 else UNCLEAR
        return _with(found, decided=decided, note=N_("not possible before: new by the calendar"))
    return _with(found, tested=True)


def _exact(successes: int, trials: int) -> Bounds:
    return lambda confidence: _exact_interval(successes, trials, confidence)


@lru_cache(maxsize=1024)
def _exact_interval(successes: int, trials: int, confidence: float) -> tuple[float, float]:
    found = clopper_pearson(successes, trials, confidence)
    return float(found.low), float(found.high)


def wanted(check: Check) -> tuple[int, int]:
    """Give the numbers of respondents and of towns that are to say a thing."""
    return int(check.get("respondents", 2)), int(check.get("towns", 1))


def present(ctx: Context, check: Check) -> Found:
    """Check that at least so many respondents in at least so many towns say it."""
    scores = ctx.scores(check.get("of"))
    said = scores.known & (scores.values > (scores.low + scores.high) / 2)
    who, towns = people(scores, said), int(np.unique(ctx.sample.town_of[said]).size)
    least, places = wanted(check)
    needed(ctx, scores, scores.known)
    if people(scores, scores.known) < least or np.unique(ctx.sample.town_of[scores.known]).size < places:
        raise Untestable(N_("fewer respondents or towns were asked than the claim wants to say it"))
    every = scores.grounds(scores.known)
    return Found(
        float(who), inside=(least - 0.5, math.inf), decided=SUPPORTED if who >= least and towns >= places else AGAINST if not who else UNCLEAR,
        interviews=int(scores.known.sum()), cases=towns, grounds=Grounds(scores.grounds(said).supporting, every.opposing),
    )  # fmt: skip


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


def beside_events(ctx: Context, kind: str) -> tuple[Bools, Bools]:
    """Which interviews stand in towns with an event of a kind, and which of them after it?"""
    events, interviews = first_events(ctx, kind), ctx.sample.interviews
    there = np.array([one.town_id in events for one in interviews], dtype=bool)
    after = np.array(
        [one.town_id in events and one.date >= events[one.town_id].start for one in interviews], dtype=bool
    )
    return there, after


def before_after(ctx: Context, check: Check) -> Found:
    """Check that a mean moves in the towns with an event, from the interviews before it to those after it."""
    scores, sample = ctx.scores(check.get("of")), ctx.sample
    there, after = beside_events(ctx, str(check.get("event")))
    there = there & scores.known
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
    for side in (first, second):
        needed(ctx, scores, side)
    width = scores.high - scores.low
    sums, counts = cell_sums(scores.only(inside), after.astype(np.int64), 2)
    means = town_means(sums, counts, sample.cluster_town, len(sample.towns))
    both = [float(average(means[towns][:, side], 0)) for side in (0, 1)]
    found = dataclasses.replace(
        step_asked(check, width), estimate=width * (both[1] - both[0]), interviews=int(first.sum() + second.sum()),
        cases=len(towns), grounds=step_grounds(check, scores, (first, second), means[:, 1] - means[:, 0]),
    )  # fmt: skip
    if ctx.quick:
        return found
    draws = town_means(sums, counts, sample.cluster_town, len(sample.towns), ctx.shared.weights)
    joint = [average(draws[:, towns, side], 1) for side in (0, 1)]
    strata = []
    for town in towns:
        here = sample.town_of == town
        a, b = (by_person(scores, side & here) for side in (first, second))
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


def by_person(scores: Scores, here: Bools) -> dict[int, float]:
    """Mean score of each respondent (by cluster) in some interviews."""
    held: dict[int, list[float]] = {}
    for i in np.flatnonzero(here & scores.known).tolist():
        held.setdefault(int(scores.sample.cluster_of[i]), []).append(float(scores.values[i]))
    return {key: float(np.mean(one)) for key, one in held.items()}


def untestable(ctx: Context, check: Check) -> Found:
    """Say why a check cannot be made on interviews at all."""
    why = check.get("why")
    text = why.get(language()) or next(iter(why.values()), "") if isinstance(why, dict) else str(why)
    return Found(math.nan, decided=CANNOT, note=text)
