"""What a check finds without each respondent in turn: the rules of the main run, on sums without him.

A respondent who says nothing of what a check looks at leaves it as it is. Of the others only their own town is reckoned
anew; the draws of the interval are those of the main run without his column. Checks for which no such way is known are
run again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from veche.analyses._shared.sample import Bools, Floats, Sample
from veche.analyses._shared.scores import Groups, Scores
from veche.analyses.claims import case_checks
from veche.analyses.claims.checks import beside_events, level_scores_of, newly, pair_of, region, sign_asked, step_asked
from veche.analyses.claims.context import Context, Untestable
from veche.analyses.claims.estimates import bounds_of, cell_sums, difference_of
from veche.analyses.claims.found import CANNOT, Bounds, Found
from veche.analyses.claims.language import Check
from veche.analyses.claims.ranks import RANKINGS, Ranking, ranked_codes, ranking
from veche.analyses.claims.running import OF_VALUES, reasoned, run_check
from veche.analyses.claims.together import Apart, apart, apart_bounds
from veche.analyses.claims.town_draws import TownDraws
from veche.analyses.claims.without import Step, estimates, interviews, spoken, step
from veche.analyses.claims.without_values import case_values
from veche.measures.resampling import ratios
from veche.measures.score_change import ScoreStratum, exact_score_change
from veche.study.errors import InputProblem, NotFound

GONE = Found(math.nan, decided=CANNOT)


@dataclass(frozen=True)
class LeftOut:
    """Every way of leaving out a respondent: weights of clusters (1 stays, 0 goes), and the clusters that go."""

    ctx: Context
    weights: Floats

    @cached_property
    def clusters(self) -> tuple[tuple[int, ...], ...]:
        """Clusters that go, by row: one, or several for who was interviewed in several towns."""
        return tuple(tuple(np.flatnonzero(row == 0).tolist()) for row in self.weights)

    def again(self, row: int) -> Context:
        """Return the run on the interviews that stay."""
        return self.ctx.only(self.weights[row, self.ctx.sample.cluster_of] > 0, bare=True)


def found_without(out: LeftOut, check: Check, main: Found) -> list[Found]:
    """Give what a check finds for every row; the very object `main` where the respondent has no part in it."""
    if check.kind == "untestable":
        return [main] * len(out.weights)
    try:
        if check.kind in OF_VALUES:
            return _of_values(out, check, main)
        return (_MADE.get(check.kind) or _again)(out, check, main)
    except (Untestable, NotFound, InputProblem):
        return [GONE] * len(out.weights)


def _of_values(out: LeftOut, check: Check, main: Found) -> list[Found]:
    entries = case_checks.entries_of(check)
    bare = out.ctx.only(np.ones(out.ctx.sample.size, dtype=bool), bare=True)
    whole = case_checks.values_of(bare, check)
    without = [case_values(out.ctx, one, out.weights) for one in entries]
    known: dict[bytes, Found] = {b"".join(one.tobytes() for one in whole): main}
    found = []
    for row in range(len(out.weights)):
        values = [np.ascontiguousarray(one[row]) for one in without]
        key = b"".join(one.tobytes() for one in values)
        if key not in known:
            known[key] = reasoned(lambda values=values: OF_VALUES[check.kind](bare, check, *values))  # type: ignore[misc]
        found.append(known[key])
    return found


def _measures(ctx: Context, check: Check) -> list[Scores]:
    return [ctx.scores(check.get(name)) for name in ("of", "with") if isinstance(check.get(name), Mapping)]


def _bearing(out: LeftOut, some: Sequence[Scores]) -> Bools:
    """Which respondents have a score at all?"""
    there = np.zeros(out.ctx.sample.cluster_town.size, dtype=bool)
    for one in some:
        there |= spoken(one, one.known) > 0
    return np.asarray(((out.weights == 0) & there).any(axis=1), dtype=bool)


def _again(out: LeftOut, check: Check, main: Found) -> list[Found]:
    """Run the check again without each respondent who has a part in it."""
    some = _measures(out.ctx, check)
    bearing = _bearing(out, some) if some and check.kind != "moves" else np.ones(len(out.weights), dtype=bool)
    return [run_check(out.again(row), check) if has else main for row, has in enumerate(bearing)]


def _each(
    out: LeftOut, check: Check, main: Found, some: Sequence[Scores], one: Callable[[int, int], Found]
) -> list[Found]:
    """Make what is found for each row and the cluster that goes; who was interviewed in several towns: run again."""
    found = []
    for row, has in enumerate(_bearing(out, some)):
        clusters = out.clusters[row]
        if not has:
            found.append(main)
        elif len(clusters) > 1:
            found.append(run_check(out.again(row), check))
        else:
            found.append(one(row, clusters[0]))
    return found


def _later(made: Callable[[], Bounds]) -> Bounds:
    """Make bounds when they are first asked for."""
    held: list[Bounds] = []

    def bounds(level: float) -> tuple[float, float]:
        if not held:
            held.append(made())
        return held[0](level)

    return bounds


def _change(out: LeftOut, check: Check, main: Found) -> list[Found]:
    sample = out.ctx.sample
    scores, pair = out.ctx.scores(check.get("of")), pair_of(out.ctx, check)
    return _stepped(out, check, main, scores, Groups(sample.wave_of, len(sample.waves)), pair)


def _before_after(out: LeftOut, check: Check, main: Found) -> list[Found]:
    there, after = beside_events(out.ctx, str(check.get("event")))
    return _stepped(
        out, check, main, out.ctx.scores(check.get("of")).only(there), Groups(after.astype(np.int64), 2), (0, 1)
    )


def _stepped(
    out: LeftOut, check: Check, main: Found, scores: Scores, groups: Groups, pair: tuple[int, int]
) -> list[Found]:
    """Judge a step between two groups of interviews, waves or before and after."""
    ctx, sample = out.ctx, out.ctx.sample
    width = scores.high - scores.low
    held = step(ctx, scores, groups.of, groups.number, pair, out.weights)
    draws = TownDraws(ctx, *(one[:, list(pair)] for one in cell_sums(scores, groups.of, groups.number)))
    by_person = _by_person(scores, groups, pair)
    strata = [_stratum(by_person[sample.cluster_town == town]) for town in range(len(sample.towns))]
    asked = step_asked(check, width)

    def one(row: int, cluster: int) -> Found:
        if math.isnan(held.estimate[row]):
            return GONE
        own = int(sample.cluster_town[cluster])
        towns = np.flatnonzero(held.towns[row]).tolist()
        some = [_stratum_without(by_person, sample, cluster) if town == own else strata[town] for town in towns]
        return replace(
            asked, estimate=float(held.estimate[row]), p=exact_score_change(some),
            bounds=_later(lambda: _step_bounds(draws.without(cluster, held.towns[row]), held, row, width)),
        )  # fmt: skip

    return _each(out, check, main, [scores], one)


def _step_bounds(drawn: Floats, held: Step, row: int, width: float) -> Bounds:
    before, after = held.means[row].tolist()
    people = held.people[row].astype(int).tolist()
    return difference_of((drawn[:, 0], drawn[:, 1]), (before, after), (people[0], people[1]), width)


def _by_person(scores: Scores, groups: Groups, pair: tuple[int, int]) -> Floats:
    """Mean score of every cluster in two groups of interviews, NaN without one: shape (clusters, 2)."""
    sums, counts = cell_sums(scores, groups.of, groups.number)
    return np.asarray(scores.low + (scores.high - scores.low) * ratios(sums, counts), dtype=float)[:, list(pair)]


def _stratum(by_person: Floats) -> ScoreStratum:
    """Give the scores of a town as a stratum, sorted, so that equal strata are counted once."""
    there = ~np.isnan(by_person)
    both = there.all(axis=1)
    once = [tuple(sorted(by_person[there[:, side] & ~both, side].tolist())) for side in range(2)]
    return ScoreStratum(tuple(sorted(map(tuple, by_person[both].tolist()))), once[0], once[1])


def _stratum_without(by_person: Floats, sample: Sample, cluster: int) -> ScoreStratum:
    kept = sample.cluster_town == sample.cluster_town[cluster]
    kept[cluster] = False
    return _stratum(by_person[kept])


def _level(out: LeftOut, check: Check, main: Found) -> list[Found]:
    ctx, sample = out.ctx, out.ctx.sample
    scores = level_scores_of(ctx, check)
    sums, counts = cell_sums(scores, np.zeros(sample.size, dtype=np.int64), 1)
    told, draws = estimates(ctx, check, out.weights), TownDraws(ctx, sums, counts)
    assert told is not None
    width, people = scores.high - scores.low, out.weights @ (counts[:, 0] > 0)
    every = np.ones(len(sample.towns), dtype=bool)

    def one(row: int, cluster: int) -> Found:
        if math.isnan(told[row]):
            return GONE
        mean = (float(told[row]) - scores.low) / width
        return Found(
            float(told[row]), inside=region(check),
            bounds=_later(
                lambda: bounds_of(draws.without(cluster, every)[:, 0], mean, int(people[row]), width, scores.low)
            ),
        )  # fmt: skip

    return _each(out, check, main, [scores], one)


def _contrast(out: LeftOut, check: Check, main: Found) -> list[Found]:
    ctx = out.ctx
    scores = [ctx.scores(check.get(name)) for name in ("with", "of")]
    zero = np.zeros(ctx.sample.size, dtype=np.int64)
    sums = [tuple(part[:, 0] for part in cell_sums(one, zero, 1)) for one in scores]
    drawn, width = ctx.shared.weights, scores[0].high - scores[0].low
    columns = np.ascontiguousarray(drawn.T)
    totals = [tuple(drawn @ part for part in side) for side in sums]
    told = estimates(ctx, check, out.weights)
    assert told is not None
    both = [np.asarray(ratios(*(out.weights @ part for part in side))) for side in sums]
    people = [out.weights @ (side[1] > 0) for side in sums]

    def one(row: int, cluster: int) -> Found:
        if math.isnan(told[row]):
            return GONE

        def made() -> Bounds:
            a, b = (
                np.asarray(ratios(*(t - columns[cluster] * part[cluster] for t, part in zip(total, side, strict=True))))
                for total, side in zip(totals, sums, strict=True)
            )
            means, size = (float(both[0][row]), float(both[1][row])), (int(people[0][row]), int(people[1][row]))
            return difference_of((a, b), means, size, width)

        return replace(sign_asked(check), estimate=float(told[row]), tested=False, bounds=_later(made))

    return _each(out, check, main, scores, one)


def _together(out: LeftOut, check: Check, main: Found) -> list[Found]:
    ctx = out.ctx
    every, _both, _says = apart(ctx, check)
    told = estimates(ctx, check, out.weights)
    assert told is not None
    town_of = ctx.sample.cluster_town

    def one(row: int, cluster: int) -> Found:
        town = int(town_of[cluster])
        some: list[Apart] = [stratum.without(cluster) if stratum.town == town else stratum for stratum in every]
        some = [stratum for stratum in some if stratum.told]
        if not some:
            return GONE
        return replace(
            sign_asked(check), estimate=float(told[row]), bounds=apart_bounds(ctx, some),
            p=exact_score_change([stratum.stratum for stratum in some]),
        )  # fmt: skip

    return _each(out, check, main, _measures(ctx, check), one)


def _new(out: LeftOut, check: Check, main: Found) -> list[Found]:
    ctx, sample = out.ctx, out.ctx.sample
    scores, pair = ctx.scores(check.get("of")), pair_of(ctx, check)
    first, later = sample.wave_of == pair[0], sample.wave_of >= pair[1]
    named = scores.values > 0
    before, possible, now, asked = (
        (out.weights @ spoken(scores, here)).astype(int) for here in (first & named, first, later & named, later)
    )
    told = estimates(ctx, check, out.weights)
    assert told is not None
    by_person = _by_person(scores, Groups(sample.wave_of, len(sample.waves)), pair)
    strata = [_stratum(by_person[sample.cluster_town == town]) for town in range(len(sample.towns))]

    def one(row: int, cluster: int) -> Found:
        if math.isnan(told[row]):
            return GONE
        found = newly(ctx, int(now[row]), int(asked[row]), int(before[row]), possible=bool(possible[row]))
        if not found.tested:
            return found
        own = int(sample.cluster_town[cluster])
        some = [_stratum_without(by_person, sample, cluster) if t == own else s for t, s in enumerate(strata)]
        return replace(found, p=exact_score_change(some))

    return _each(out, check, main, [scores], one)


def _ranks(out: LeftOut, check: Check, main: Found) -> list[Found]:
    ctx, sample = out.ctx, out.ctx.sample
    held, pair = ranking(ctx, check), pair_of(ctx, check)
    scores = [ctx.scores({"codes": [key]}) for key in held.codes]
    drawn = ctx.shared.weights[:RANKINGS][:, held.clusters]
    totals = [np.tensordot(drawn, one, axes=1) for one in (held.said, held.asked)]
    place = np.cumsum(held.clusters) - 1
    used = np.isin(sample.wave_of, pair)
    people = out.weights @ spoken(scores[0], used)

    same = _same_ranking(out, check, held)

    def one(row: int, cluster: int) -> Found:
        if not same[row] or not held.clusters[cluster]:
            return run_check(out.again(row), check)
        at = int(place[cluster])
        whole = [side.sum(axis=0, keepdims=True) - side[at] for side in (held.said, held.asked)]
        estimate = float(held.overlaps_of(*whole)[0])
        if math.isnan(estimate):
            return GONE

        def made() -> Bounds:
            parts = (
                total - drawn[:, at, None, None] * side[at]
                for total, side in zip(totals, (held.said, held.asked), strict=True)
            )
            return bounds_of(held.overlaps_of(*parts), estimate, int(people[row]))

        return Found(estimate, inside=region(check), bounds=_later(made))

    return _each(out, check, main, scores, one)


def _same_ranking(out: LeftOut, check: Check, held: Ranking) -> Bools:
    """For which rows are the same codes and the same towns ranked?"""
    ctx, sample, pair = out.ctx, out.ctx.sample, pair_of(out.ctx, check)
    same = np.ones(len(out.weights), dtype=bool)
    for key in ranked_codes(ctx, check):
        known = ctx.scores({"codes": [key]}).known
        told = np.stack([interviews(ctx.scores({"codes": [key]}), known & (sample.wave_of == w)) for w in pair], axis=1)
        same &= ((out.weights @ told >= ctx.options.minimum).all(axis=1)) == (key in held.codes)
    there = ctx.shared.interview_counts[:, list(pair)]
    for town in range(len(sample.towns)):
        here = sample.cluster_town == town
        same &= ((out.weights[:, here] @ there[here]) > 0).all(axis=1) == (town in held.towns)
    return same


_MADE: Mapping[str, Callable[[LeftOut, Check, Found], list[Found]]] = {
    "change": _change, "before_after": _before_after, "level": _level, "contrast": _contrast, "together": _together, "new": _new, "ranks": _ranks,
}  # fmt: skip
