import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures import uncertainty as u
from veche.study.errors import InputProblem

VALUES = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 1.0])
REPORTER = [0, 0, 1, 2, 2, 3]


def mean_of_reporters(rows, who):
    """Mean of the means of reporters; NaN without any."""
    if not rows.size:
        return math.nan
    return float(np.mean([VALUES[rows[who == p]].mean() for p in np.unique(who)]))


def test_reporters_are_resampled_with_all_they_said():
    seen = []

    def measure(rows, who):
        seen.append((rows, who))
        return mean_of_reporters(rows, who)

    found = u.reporter_bootstrap(measure, REPORTER, [0, 0, 0, 0, 0, 1], rng=np.random.default_rng(1), draws=400)
    assert found.estimate == 0.75
    assert found.low < 0.75 < found.high
    assert (found.draws, found.defined) == (400, 400)
    for rows, who in seen[1:]:
        assert np.unique(who).size == 4
        for person in np.unique(who):
            # whole reporters only
            assert sorted(rows[who == person].tolist()) in ([0, 1], [2], [3, 4], [5])
        # the one reporter of the second stratum is always there
        assert np.sum(rows == 5) == 1
    # somebody drawn twice counts as two reporters
    assert any(np.sum(rows == 2) > 1 for rows, _ in seen[1:])


def test_the_same_seed_gives_the_same_interval():
    one, other = (
        u.reporter_bootstrap(mean_of_reporters, REPORTER, [0] * 6, rng=np.random.default_rng(7), draws=50) for _ in "ab"
    )
    assert (one.low, one.high) == (other.low, other.high)


def test_an_interval_needs_two_reporters_in_some_stratum():
    found = u.reporter_bootstrap(mean_of_reporters, [0, 1], [0, 1], rng=np.random.default_rng(1), draws=5)
    assert (found.estimate, math.isnan(found.low), math.isnan(found.high)) == (0.5, True, True)
    undefined = u.reporter_bootstrap(lambda *_: math.nan, [0, 1], [0, 0], rng=np.random.default_rng(1), draws=5)
    assert (undefined.defined, math.isnan(undefined.low)) == (0, True)


def test_the_panel_is_those_of_all_waves():
    found = u.panel_effect(mean_of_reporters, REPORTER, [0, 1, 0, 0, 1, 1])
    assert (found.reporters, found.panel_reporters) == (4, 2)
    assert (found.everybody, found.panel) == (0.75, 0.5)
    nobody = u.panel_effect(mean_of_reporters, [0, 1], [0, 1])
    assert (nobody.panel_reporters, math.isnan(nobody.panel)) == (0, True)


@given(st.lists(st.integers(0, 4), max_size=20), st.integers(0, 100))
def test_times_are_exchanged_within_reporters_only(reporter, seed):
    order = u.permuted_times(np.array(reporter, dtype=int), np.random.default_rng(seed))
    assert sorted(order.tolist()) == list(range(len(reporter)))
    assert [reporter[k] for k in order] == reporter


def test_what_is_beyond_chance():
    # four statements of one reporter, two before and two after; all of one issue first, all of another later
    issue, time = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1])

    def changed(order):
        when = time[order]
        before, after = issue[when == 0].mean(), issue[when == 1].mean()
        return abs(after - before)

    found = u.chance_level(changed, [0, 0, 0, 0], rng=np.random.default_rng(3), draws=3000)
    # of six ways to choose the early two, two give 1 and four give 0
    assert found.value == 1
    assert found.chance.value == pytest.approx(1 / 3, abs=0.03)
    assert found.above_chance.value == pytest.approx(1)
    assert found.p.value == pytest.approx(1 / 3, abs=0.03)


def test_chance_of_what_is_undefined_or_always_1():
    none = u.chance_level(lambda order: math.nan, [0], rng=np.random.default_rng(1), draws=2)
    assert none.chance.missing
    assert "undefined" in none.above_chance.reason
    always = u.chance_level(lambda order: 1.0, [0], rng=np.random.default_rng(1), draws=2)
    assert (always.chance.value, always.above_chance.reason, always.p.value) == (1, "chance alone gives 1", 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda r: u.reporter_bootstrap(mean_of_reporters, [0], [0], rng=r, draws=0), "resamples is 0"),
        (lambda r: u.reporter_bootstrap(mean_of_reporters, [0], [0], rng=r, confidence=2.0), "confidence"),
        (lambda r: u.reporter_bootstrap(mean_of_reporters, [0], [0, 1], rng=r), "1 reporters and 2 strata"),
        (lambda r: u.reporter_bootstrap(mean_of_reporters, ["p1"], [0], rng=r), "reporter does not hold"),
        (lambda r: u.chance_level(lambda order: 0.0, [0], rng=r, draws=0), "resamples"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(InputProblem, match=words):
        call(np.random.default_rng(0))
