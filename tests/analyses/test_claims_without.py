"""Estimates without each respondent at once are those of a run without him; exchanges of towns are counted by hand."""

from __future__ import annotations

import itertools
import math
from functools import cache

import numpy as np
import pytest

from tests.analyses.fictional import planted
from tests.analyses.test_claims import context
from veche.analyses.claims.compute import load_claims
from veche.analyses.claims.context import Context
from veche.analyses.claims.estimates import Draws
from veche.analyses.claims.exchanges import exchanged_p, inclusion, mean_taus, orders, shuffles, tau, taus
from veche.analyses.claims.language import Check, read_claims
from veche.analyses.claims.running import judge, repeatable, run_check, without_respondents
from veche.analyses.claims.without import estimates, leave_out
from veche.sets.fit import necessity_of, sufficiency

#: kinds of checks and of values that no claim of the program uses, or only where nothing can be told
MORE = """
claims:
  - id: X
    says: x
    checks:
      - {kind: compare, with: {level: MOT.LEVEL}, of: {level: EFF.LEVEL}, expect: less}
      - {kind: level, of: {level: MOT.LEVEL}, wave: "2", expect: above, than: 0.5}
      - {kind: cases, expect: coincide, condition: {head_changed: true}, outcome: {mean: {level: MOT.LEVEL}, above: 0.4}}
      - {kind: cases, expect: sufficient, cut: 0.5, condition: {model: "prevails"}, outcome: {model: "2014.placement", not: true}}
      - {kind: cases, expect: not necessary, condition: {event: intervention}, outcome: {mean: {level: EFF.LEVEL}, earlier: true}}
      - {kind: cases, expect: necessary, condition: {any: [{model: camp}, {monotown: true}]}, outcome: {all: [{model: "2014.pressure"}, {mean: {level: MOT.LEVEL}, not: true}]}}
      - {kind: count, by: town, value: {mean: {level: EFF.LEVEL}}, expect: above, than: 0.5}
      - {kind: count, value: {model: settled}, expect: above, than: 0.5}
      - {kind: goes_with, condition: {model: camp}, outcome: {mean: {level: EFF.LEVEL}}, expect: apart}
"""


@cache
def base() -> Context:
    return context(planted())


def checks() -> list[Check]:
    every = [check for claim in (*load_claims(""), *read_claims(MORE, "more.yaml")) for check in claim.checks]
    return [one for one in every if repeatable(one)]


def test_every_check_without_each_respondent() -> None:
    ctx = base()
    weights, people = leave_out(ctx)
    assert set(people) == {one.respondent_id for one in ctx.sample.interviews}
    tried = set()
    for number, check in enumerate(checks()):
        found = (
            estimates(ctx, check, weights) if run_check(ctx, check).estimate == run_check(ctx, check).estimate else None
        )
        if found is None:
            continue
        tried.add(check.kind)
        for row in range(number % 9, len(people), 9):
            staying = np.array([one.respondent_id != people[row] for one in ctx.sample.interviews])
            alone = run_check(ctx.only(staying, quick=True), check)
            assert found[row] == pytest.approx(alone.estimate, nan_ok=True, abs=1e-9), (check, people[row])
    assert tried >= {
        "change",
        "before_after",
        "level",
        "compare",
        "contrast",
        "together",
        "new",
        "present",
        "cases",
        "goes_with",
        "count",
    }


def test_too_few_are_left() -> None:
    """Without anybody nothing can be estimated; without any one respondent a change can."""
    ctx = base()
    check = Check("change", {"kind": "change", "of": {"level": "MOT.LEVEL"}, "expect": "rises"})
    weights, people = leave_out(ctx)
    nobody = np.zeros((1, weights.shape[1]))
    assert np.isnan(estimates(ctx, check, nobody)).all()
    assert not np.isnan(estimates(ctx, check, weights)).any()
    assert len(people) == len(weights)


def test_who_moves_an_estimate_most_and_how_far() -> None:
    ctx = base()
    claims = [one for one in load_claims("") if one.id in ("H3", "H5")]
    found = without_respondents(ctx, claims, judge(ctx, claims))
    weights, people = leave_out(ctx)
    keys = {one.id: one.key for one in ctx.evidence.respondents}
    for claim, rows in zip(claims, found, strict=True):
        for check, one in zip(claim.checks, rows, strict=True):
            values = estimates(ctx, check, weights)
            assert one is not None and values is not None
            assert (one.least, one.most) == (np.nanmin(values), np.nanmax(values))
            far = np.abs(values - run_check(ctx, check).estimate)
            assert one.who in {keys[people[k]] for k in np.flatnonzero(far >= far.max() - 1e-12)}


def known_in_both(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return ~np.isnan(x) & ~np.isnan(y)


MEASURES = {
    "sufficient": lambda x, y: sufficiency(x, y).inclusion,
    "necessary": lambda x, y: necessity_of(x, y).inclusion,
    "coincide": lambda x, y: float(np.minimum(x, y).sum() / np.maximum(x, y).sum()),
}


@pytest.mark.parametrize("kind", MEASURES)
def test_exchanged_inclusion_is_that_of_every_exchange(kind: str) -> None:
    rng = np.random.default_rng(8)
    for towns in (3, 4, 5):
        x, y = rng.random((towns, 3)), rng.random((towns, 3))
        x[0, 1] = y[1, 2] = y[2, 0] = np.nan
        every = []
        for order in itertools.permutations(range(towns)):
            a = x[list(order)]
            both = known_in_both(a, y)
            every.append(MEASURES[kind](a[both], y[both]))
        np.testing.assert_allclose(inclusion(kind)(x, y, orders(towns, 1)), every)
        assert exchanged_p(x, y, inclusion(kind), 1) == pytest.approx(np.mean(np.array(every) >= every[0] - 1e-12))


def test_taus_of_orders_of_both_tables() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 3, (4, 2)).astype(float), rng.integers(0, 3, (4, 2)).astype(float)
    x[1, 0] = y[3, 1] = np.nan
    one, other = (np.stack([rng.permutation(4) for _ in range(40)]) for _ in range(2))
    found = taus(x, y, one, other)
    for value, mine, yours in zip(found, one, other, strict=True):
        a, b = x[mine], y[yours]
        both = known_in_both(a, b)
        assert value == pytest.approx(tau(a[both], b[both]), nan_ok=True)


def test_more_than_seven_towns_are_exchanged_at_random_with_the_seed() -> None:
    assert len(orders(7, 1)) == math.factorial(7)
    many = orders(8, 1)
    assert many.shape == (2001, 8) and many[0].tolist() == list(range(8)) and (many != orders(8, 2)).any()
    assert (np.sort(many, axis=1) == np.arange(8)).all()
    rng = np.random.default_rng(0)
    x = rng.random((9, 2))
    assert exchanged_p(x, x, taus, 1, two_sided=True) < 0.01
    assert math.isnan(exchanged_p(x[:2], x[:2], taus, 1))


def test_tables_that_hang_together_are_more_alike_than_shuffled_ones() -> None:
    rng = np.random.default_rng(1)
    x = rng.random((6, 2))
    order = shuffles(3, 6, 50, 1)
    assert (order[:, 0] == np.arange(6)).all() and (np.sort(order, axis=2) == np.arange(6)).all()
    found = mean_taus([x, x + 1, x * 2], order)
    kept = np.broadcast_to(np.arange(6), (1, 3, 6))
    assert mean_taus([x, x + 1, x * 2], kept)[0] == pytest.approx(1.0) and found.max() <= 1 and found.mean() < 0.5
    pairs = [(0, 1), (0, 2), (1, 2)]
    by_hand = [np.mean([tau(x[order[k, i]].ravel(), x[order[k, j]].ravel()) for i, j in pairs]) for k in range(5)]
    np.testing.assert_allclose(found[:5], by_hand)
    assert np.isnan(mean_taus([np.ones((3, 1)), np.ones((3, 1))], shuffles(2, 3, 4, 1))).all()


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_bounds_of_draws_are_numpys_percentiles(level: float, size: int) -> None:
    drawn = np.random.default_rng(size).normal(size=size)
    held = Draws(np.concatenate([drawn, [np.nan]]))
    tail = 50 * (1 - level)
    assert held.bounds(level) == pytest.approx(np.percentile(drawn, [tail, 100 - tail]), abs=1e-12)
    assert len(held) == size and held.vary is (size > 1)
