import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures import survival
from veche.measures.coalitions import Spell
from veche.measures.survival import durations, kaplan_meier
from veche.measures.turnbull import spell_intervals, turnbull
from veche.study.errors import InputProblem

SPELLS = [Spell((0, 1), 1, 3), Spell((0, 2), 1, 4), Spell((1, 2), 2, 4), Spell((0, 1, 2), 2, 3), Spell((0, 3), 4, 5)]
OBSERVED = st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=25)


def test_five_spells_by_hand():
    curve = kaplan_meier(survival.spell_durations(SPELLS, 1, 5, early="truncate"))
    assert curve.time.tolist() == [2, 3, 4]
    assert (curve.at_risk.tolist(), curve.ended.tolist()) == ([5, 3, 1], [1, 2, 1])
    assert curve.survival == pytest.approx([0.8, 0.8 / 3, 0])
    assert curve.variance == pytest.approx([0.64 / 20, (0.8 / 3) ** 2 * (1 / 20 + 2 / 3), 0])
    assert curve.median.value == 3


def test_spells_alive_in_the_first_window_are_dropped_by_default_and_never_new():
    dropped = survival.spell_durations(SPELLS, 1, 5)
    assert dropped.duration.tolist() == [3, 2, 2]
    assert dropped.ended.tolist() == [True, True, False]
    truncated = survival.spell_durations(SPELLS, 1, 5, early="truncate")
    assert truncated.entry.tolist() == [1, 1, 0, 0, 0]


def test_hazards_by_hand():
    found = survival.hazards(SPELLS, 1, 5)
    assert [(h.before, h.after, h.at_risk, h.ended) for h in found] == [
        (1, 2, 2, 0),
        (2, 3, 4, 0),
        (3, 4, 4, 2),
        (4, 5, 3, 2),
    ]
    assert found[3].rate.value == pytest.approx(2 / 3)
    (nothing,) = survival.hazards([], 0, 1)
    assert nothing.rate.missing
    assert nothing.rate.reason == "no coalition at risk"


def test_left_truncated_ones_are_at_risk_only_from_their_entry():
    curve = kaplan_meier(durations([2, 5, 6], [True, True, True], [0, 3, 0]))
    assert curve.at_risk.tolist() == [2, 2, 1]
    assert curve.survival == pytest.approx([0.5, 0.25, 0])


def test_nothing_ended():
    curve = kaplan_meier(durations([3, 4], [False, False]))
    assert curve.time.size == 0
    assert curve.median.missing
    assert "more than half" in curve.median.reason


@given(OBSERVED)
def test_without_censoring_the_curve_is_the_share_still_alive(rows):
    times = np.array([t for t, _ in rows])
    curve = kaplan_meier(durations(times, np.ones(times.size, bool)))
    assert curve.survival == pytest.approx([(times > t).mean() for t in curve.time])
    # and Greenwood's variance is the binomial one
    s = curve.survival
    assert curve.variance == pytest.approx(s * (1 - s) / times.size)


@given(OBSERVED)
def test_the_curve_falls_within_its_bounds(rows):
    curve = kaplan_meier(durations(*zip(*rows, strict=True)))
    assert np.all(np.diff(curve.survival) < 1e-12)
    assert np.all((curve.survival >= 0) & (curve.survival <= 1))
    assert np.all(curve.variance >= 0)
    low, high = survival.greenwood_bounds(curve)
    inner = (curve.survival > 1e-12) & (curve.survival < 1)
    assert np.all(low[inner] <= curve.survival[inner] + 1e-12)
    assert np.all(high[inner] >= curve.survival[inner] - 1e-12)
    assert np.all((low[inner] >= 0) & (high[inner] <= 1))


def test_log_rank_by_hand():
    # at time 1 one of four ends (group a), at 2 one of three (b), at 3 one of two (a), at 4 the last (b)
    a, b = durations([1, 3], [True, True]), durations([2, 4], [True, True])
    expected = 2 / 4 + 1 / 3 + 1 / 2 + 0
    variance = 1 / 4 + 2 / 9 + 1 / 4
    found = survival.log_rank([a, b])
    assert found.statistic.value == pytest.approx((2 - expected) ** 2 / variance)
    assert found.freedom == 1
    assert 0 < found.p.value < 1


@given(OBSERVED, OBSERVED)
def test_log_rank_does_not_depend_on_which_group_is_first(one, other):
    a, b = (durations(*zip(*rows, strict=True)) for rows in (one, other))
    first, second = survival.log_rank([a, b]).statistic, survival.log_rank([b, a]).statistic
    assert first.missing == second.missing
    if not first.missing:
        assert first.value == pytest.approx(second.value, abs=1e-9)
        assert first.value >= 0


def test_log_rank_without_ends_is_missing():
    found = survival.log_rank([durations([1], [False]), durations([2], [False])])
    assert found.statistic.missing
    assert "too few" in found.statistic.reason


@given(OBSERVED)
def test_turnbull_is_kaplan_and_meier_for_exact_and_right_censored_ends(rows):
    times, ended = np.array([t for t, _ in rows], dtype=float), np.array([e for _, e in rows])
    found = turnbull(times, np.where(ended, times, math.inf), tolerance=1e-12)
    curve = kaplan_meier(durations(times, ended))
    assert found.converged
    for t, s in zip(curve.time, curve.survival, strict=True):
        assert found.survival[found.right <= t][-1] == pytest.approx(s, abs=1e-5)


def test_turnbull_by_hand():
    # ends in (0,1], (1,3], (2,4]: mass can lie in (0,1] and (2,3]; the third of the likelihood p1 p2 p2 is largest
    # at p1 = 1/3
    found = turnbull([0, 1, 2], [1, 3, 4])
    assert list(zip(found.left, found.right, strict=True)) == [(0, 1), (2, 3)]
    assert found.probability == pytest.approx([1 / 3, 2 / 3], abs=1e-6)
    assert turnbull([], []).survival.size == 0


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4) | st.none()), min_size=1, max_size=15))
def test_turnbull_reaches_a_likelihood_no_small_change_improves(rows):
    left = np.array([a for a, _ in rows], dtype=float)
    right = np.array([math.inf if d is None else a + d for a, d in rows])
    found = turnbull(left, right, tolerance=1e-12)
    assert found.probability.sum() == pytest.approx(1)
    inside = (found.left >= left[:, None]) & (found.right <= right[:, None])
    # an interval open at its left end does not hold an exact end there
    exact_inner = found.left == found.right
    inside &= ~(exact_inner & (left != right)[:, None] & (found.left <= left[:, None]))
    slopes = (inside / (inside @ found.probability)[:, None]).sum(axis=0) / len(rows)
    assert slopes.max() <= 1 + 1e-3


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: durations([0], [True]), "Duration 0"),
        (lambda: durations([2], [True], [2]), "entry"),
        (lambda: durations([2], []), "1 durations, 0 marks"),
        (lambda: survival.spell_durations([Spell((0, 1), 0, 3)], 1, 5), "window 0 to 3"),
        (lambda: survival.spell_durations([], 1, 5, early="keep"), "keep"),
        (lambda: survival.log_rank([durations([1], [True])]), "at least two"),
        (lambda: turnbull([2], [1]), "spell 0"),
        (lambda: turnbull([2], []), "1 left and 0 right"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(InputProblem, match=words):
        call()


def test_spells_as_intervals():
    left, right = spell_intervals([Spell((0, 1), 2, 3), Spell((0, 2), 3, 5)], 5)
    assert (left.tolist(), right.tolist()) == ([1, 2], [3, math.inf])
    found = turnbull(left, right)
    # the first ended within (2, 3] as far as the second, who may have outlasted it, leaves open
    assert list(zip(found.left, found.right, strict=True)) == [(2, 3)]
    with pytest.raises(InputProblem, match="window 9"):
        spell_intervals([Spell((0, 1), 2, 9)], 5)


@pytest.mark.parametrize("bad", [[[1], [1, 2]], ["long"], [None, {}]])
def test_what_is_not_a_number_is_refused_in_words(bad):
    with pytest.raises(InputProblem, match="durations stands something that is not a number"):
        durations(bad, [True, True])
