"""Draws of turbulence counted together are those counted one by one, from the records of the measures."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analyses.acts import Told, study
from tests.analyses.fictional import planted
from tests.analyses.test_turbulence import ANY, town
from veche.analyses._shared.alliances import Rule, field_of
from veche.analyses._shared.periods import wave_periods
from veche.analyses._shared.relations import prepare
from veche.analyses._shared.shift_draws import TOGETHER, Draw, ShiftDraws
from veche.analyses._shared.shifts import PARTS, Shift, shifts, values
from veche.measures.alliances import CommonActs, allied_pairs, allied_windows, pair_evidence
from veche.measures.ties import claims, told_ties
from veche.measures.windows import Shares
from veche.study.errors import InputProblem


def one_by_one(shift: Shift, draw: Draw) -> np.ndarray:
    """The acts of the draw as a field of its own."""
    acts = shift.field.acts
    taken = replace(acts.only(draw.rows), reporter=draw.who, start=acts.start[draw.times], end=acts.end[draw.times])
    field = field_of(taken, shift.field.town, shift.field.periods, shift.field.rule)
    return values(replace(shift, field=field).measured(demanding=False))


def some_draw(shift: Shift, rng: np.random.Generator) -> Draw:
    """Some people, any of them more than once, each with any of what he tells, at any of the times."""
    acts = shift.field.acts
    people = rng.choice(np.unique(acts.reporter), int(rng.integers(1, 9)))
    held = [rng.permutation(np.flatnonzero(acts.reporter == who)) for who in people]
    held = [one[: rng.integers(0, one.size + 1)] for one in held]
    rows = np.concatenate(held)
    who = np.repeat(np.arange(len(held)), [one.size for one in held])
    return Draw(rows, who, rng.integers(0, len(acts), rows.size))


@cache
def demo_shifts() -> tuple[Shift, ...]:
    evidence = planted()
    return shifts(prepare(evidence), wave_periods(evidence), Rule(least=1), ANY)


def test_draws_of_the_fictional_study() -> None:
    rng = np.random.default_rng(3)
    for shift in demo_shifts():
        draws = [some_draw(shift, rng) for _ in range(6)]
        every = np.arange(len(shift.field.acts))
        draws.append(Draw(every, shift.field.acts.reporter, every))
        found = ShiftDraws(shift).values(draws)
        np.testing.assert_allclose(found, [one_by_one(shift, one) for one in draws], atol=1e-12)
        np.testing.assert_allclose(found[-1], values(shift.measured(demanding=False)), atol=1e-12)


def more(seed: int) -> list[Told]:
    """Statements with several actors on a side, and without an issue."""
    rng = np.random.default_rng(seed)
    found = []
    for one in town(seed, 40):
        sides = rng.permutation(list("abcdef"))
        one = replace(one, sources=" ".join(sides[: rng.integers(1, 4)]), targets=" ".join(sides[4:]))
        found.append(one)
    return found


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from([0.05, 0.25, 0.9]), st.integers(1, 3))
def test_draws_of_any_town(seed: int, theta: float, reporters: int) -> None:
    rule = Rule(theta=theta, reporters=reporters, least=1)
    told = study(more(seed))
    (shift,) = shifts(prepare(told), wave_periods(told), rule, ANY)
    rng = np.random.default_rng(seed)
    draws = [some_draw(shift, rng) for _ in range(5)]
    found = ShiftDraws(shift).values(draws)
    np.testing.assert_allclose(found, [one_by_one(shift, one) for one in draws], atol=1e-12)


def test_nothing_drawn_is_missing_and_many_draws_come_in_their_order() -> None:
    told = study(town(5))
    (shift,) = shifts(prepare(told), wave_periods(told), Rule(least=1), ANY)
    none = np.zeros(0, np.intp)
    rng = np.random.default_rng(0)
    draws = [some_draw(shift, rng) for _ in range(TOGETHER + 3)] + [Draw(none, none, none)]
    found = ShiftDraws(shift).values(draws)
    assert found.shape == (TOGETHER + 4, len(PARTS))
    assert np.isnan(
        found[-1, [PARTS.index(name) for name in ("membership", "hazard", "agenda", "tone", "composite")]]
    ).all()
    for at in (0, TOGETHER - 1, TOGETHER, TOGETHER + 2):
        np.testing.assert_allclose(found[at], one_by_one(shift, draws[at]), atol=1e-12)
    assert ShiftDraws(shift).values([]).shape == (0, len(PARTS))


@settings(max_examples=60)
@given(st.integers(0, 100_000))
def test_allied_pairs_in_columns_are_those_of_the_records(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size, actors, laid = int(rng.integers(0, 30)), 5, 3
    sources = [set(rng.integers(0, actors, rng.integers(1, 3)).tolist()) for _ in range(size)]
    targets = [set(rng.integers(0, actors, rng.integers(1, 3)).tolist()) for _ in range(size)]
    spread = claims(sources, targets, rng.random(size) < 0.5, actors)
    who, value = rng.integers(0, 4, size), rng.choice([-1, -0.5, 0, 0.5, 1, np.nan], size)
    statement = np.sort(rng.integers(0, max(size, 1), 2 * size)) if size else np.zeros(0, np.intp)
    fallen = Shares(statement, rng.integers(0, laid, statement.size), rng.uniform(0.1, 1, statement.size))
    rows = int(rng.integers(0, 12))
    first = rng.integers(0, actors, rows)
    common = CommonActs(
        rng.integers(0, laid, rows), rng.integers(0, 4, rows), first, (first + rng.integers(1, actors, rows)) % actors
    )
    for given_common in (common, None):
        slow = allied_windows(pair_evidence(spread, who, value, fallen, given_common), theta=0.2, reporters=2)
        fast = allied_pairs(told_ties(spread, who, value, fallen), given_common, theta=0.2, reporters=2)
        found: dict[frozenset[int], list[int]] = {}
        for window, a, b in zip(fast.window.tolist(), fast.first.tolist(), fast.second.tolist(), strict=True):
            assert a < b
            found.setdefault(frozenset((a, b)), []).append(window)
        assert {pair: tuple(at) for pair, at in found.items()} == slow


def test_the_rule_of_allied_pairs_is_checked() -> None:
    none = told_ties(
        claims([], [], [], 2), np.zeros(0, np.intp), [], Shares(np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0))
    )
    with pytest.raises(InputProblem):
        allied_pairs(none, theta=0.0)
    assert allied_pairs(none).window.size == 0
