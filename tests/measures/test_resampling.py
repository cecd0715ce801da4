"""Resampling: unbiased variance, intervals that hold their level, exchange that keeps the design."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures.proportions import wilson
from veche.measures.resampling import (
    basic_interval,
    bootstrap_weights,
    change_interval,
    exchange,
    exchanged_sums,
    percentile_interval,
    ratios,
    share_interval,
    stratified_weights,
)
from veche.study import InputProblem


@given(st.integers(1, 9), st.integers(0, 10**6))
def test_weights_of_a_stratum_sum_to_its_size(clusters: int, seed: int) -> None:
    weights = bootstrap_weights(clusters, 20, np.random.default_rng(seed))
    assert weights.sum(axis=1) == pytest.approx(np.full(20, clusters))
    assert (weights >= 0).all()


def test_the_variance_of_a_mean_is_estimated_without_bias() -> None:
    """Over draws the variance of the mean must be s^2/n with the n - 1 in s^2, here for six clusters."""
    values = np.array([1.0, 2.0, 4.0, 7.0, 7.0, 9.0])
    weights = bootstrap_weights(6, 200_000, np.random.default_rng(1))
    means = weights @ values / 6
    assert means.mean() == pytest.approx(values.mean(), abs=0.01)
    assert means.var() == pytest.approx(values.var(ddof=1) / 6, rel=0.01)


def test_strata_are_drawn_apart() -> None:
    strata = np.array([0, 0, 0, 1, 1, 2])
    weights = stratified_weights(strata, 50, np.random.default_rng(3))
    for stratum, size in ((0, 3), (1, 2), (2, 1)):
        assert weights[:, strata == stratum].sum(axis=1) == pytest.approx(np.full(50, size))


def test_resamples_must_be_positive() -> None:
    with pytest.raises(InputProblem, match="0"):
        bootstrap_weights(3, 0, np.random.default_rng(1))


def test_percentiles_leave_out_undefined_draws() -> None:
    draws = np.column_stack(
        [np.arange(100.0), np.where(np.arange(100) % 2, np.nan, np.arange(100.0)), np.full(100, np.nan)]
    )
    bounds = percentile_interval(draws, 0.8)
    assert bounds.low[0] == pytest.approx(9.9)
    assert bounds.high[1] == pytest.approx(np.quantile(np.arange(0, 100, 2), 0.9))
    assert np.isnan(bounds.low[2])


def test_basic_interval_mirrors_the_percentiles() -> None:
    draws = np.linspace(0.2, 0.6, 1001)
    bounds = basic_interval(0.3, draws, 0.9)
    assert (bounds.low, bounds.high) == pytest.approx((0.6 - 0.58, 0.6 - 0.22))


def test_a_share_without_variation_gets_wilsons_interval_over_clusters() -> None:
    found = share_interval(
        np.array([0.0, 1.0, 0.5]), np.array([[0.0, 1.0, 0.4]] * 2 + [[0.0, 1.0, 0.6]] * 2), [9, 5, 8]
    )
    assert found.flat.tolist() == [True, True, False]
    assert found.bounds.high[0] == pytest.approx(float(wilson(0, 9).high))
    assert found.bounds.low[1] == pytest.approx(float(wilson(5, 5).low))
    assert found.bounds.low[2] == pytest.approx(0.4)


def test_one_cluster_has_no_interval() -> None:
    assert np.isnan(share_interval(0.5, np.full(10, 0.5), 1).bounds.low)


def test_a_change_from_nothing_keeps_the_uncertainty_of_nothing() -> None:
    """0 of 8 to 4 of 8: draws of the first share are all 0, so its interval comes from Wilson's upper bound."""
    draws = np.random.default_rng(2).binomial(8, 0.5, 4000) / 8
    zero = np.zeros(4000)
    intervals = share_interval(0.0, zero, 8), share_interval(0.5, draws, 8)
    found = change_interval((0.0, 0.5), (zero, draws), intervals)
    assert found.low == pytest.approx(0.5 - np.hypot(0.5 - intervals[1].bounds.low, float(wilson(0, 8).high)))
    assert found.low < percentile_interval(draws - zero).low


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 2)), min_size=1, max_size=12), st.integers(0, 99)
)
def test_exchange_keeps_who_was_there_how_often(clusters: list[tuple[bool, bool, int]], seed: int) -> None:
    before, after, strata = (np.array(column) for column in zip(*clusters, strict=True))
    swap = exchange(before, after, strata, 25, np.random.default_rng(seed))
    assert not swap[:, ~(before | after)].any()
    for stratum in set(strata.tolist()):
        here = strata == stratum
        found = exchanged_sums(swap[:, here], before[here].astype(float), after[here].astype(float))
        assert (found.before == before[here].sum()).all()
        assert (found.after == after[here].sum()).all()


def test_exchange_of_single_clusters_is_every_split_alike() -> None:
    """Two clusters before and one after: each of the three is the one after in a third of the draws."""
    swap = exchange([1, 1, 0], [0, 0, 1], [0, 0, 0], 30_000, np.random.default_rng(5))
    after = np.where(swap, [1, 1, 0], [0, 0, 1])
    assert after.mean(axis=0) == pytest.approx([1 / 3] * 3, abs=0.01)


def test_intervals_of_a_clustered_design_hold_their_level() -> None:
    """Six towns of ten respondents with one or two interviews each, who agree with themselves: coverage of 95 % intervals.

    Respondents have a propensity of their own (beta with mean .35), so interviews are not independent. 600 studies; the
    Monte-Carlo error of a coverage of .95 is .009.
    """
    rng = np.random.default_rng(20)
    strata = np.repeat(np.arange(6), 10)
    covered, naive = [], []
    for _study in range(600):
        propensity = rng.beta(0.7, 1.3, 60)
        asked = rng.integers(1, 3, 60)
        said = rng.binomial(asked, propensity)
        weights = stratified_weights(strata, 300, rng)
        share = said.sum() / asked.sum()
        bounds = share_interval(share, ratios(weights @ said, weights @ asked), 60).bounds
        covered.append(bounds.low <= 0.35 <= bounds.high)
        independent = wilson(int(said.sum()), int(asked.sum()))
        naive.append(independent.low <= 0.35 <= independent.high)
    assert 0.95 - 3 * 0.009 <= np.mean(covered) <= 0.95 + 3 * 0.009
    assert np.mean(naive) < np.mean(covered), "a test that intervals blind to clustering would pass is no test"


def test_intervals_of_changes_in_a_panel_hold_their_level() -> None:
    """Half of the respondents speak twice with correlated answers; the true change is .2."""
    rng = np.random.default_rng(21)
    strata = np.repeat(np.arange(6), 12)
    covered = []
    for _study in range(500):
        mood = rng.random(72)
        first, second = (mood < 0.3).astype(float), (mood < 0.5).astype(float)
        asked_first, asked_second = np.ones(72), np.ones(72)
        asked_second[::4] = 0
        asked_first[1::4] = 0
        weights = stratified_weights(strata, 300, rng)
        draws = [
            ratios(weights @ (said * asked), weights @ asked)
            for said, asked in ((first, asked_first), (second, asked_second))
        ]
        shares = [(first * asked_first).sum() / asked_first.sum(), (second * asked_second).sum() / asked_second.sum()]
        intervals = [
            share_interval(share, draw, asked.sum())
            for share, draw, asked in zip(shares, draws, (asked_first, asked_second), strict=True)
        ]
        found = change_interval((shares[0], shares[1]), (draws[0], draws[1]), (intervals[0], intervals[1]))
        covered.append(found.low <= 0.2 <= found.high)
    assert 0.95 - 3 * 0.01 <= np.mean(covered) <= 1.0
