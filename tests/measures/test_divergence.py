"""Divergence of agendas and likeness of rankings."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import kendalltau, rankdata

from veche.measures.divergence import (
    average_ranks,
    jensen_shannon,
    kendall_tau_b,
    rank_biased_overlap,
    tie_groups,
    top_overlap,
    top_overlaps,
    top_weight,
)
from veche.study import InputProblem

amounts = st.lists(st.integers(0, 9), min_size=4, max_size=4)


# agenda (.5, .3, .2) -> (.2, .3, .5): .09582; (1, 0) -> (0, 1): 1; the same agenda: 0
def test_divergence_examples() -> None:
    assert round(float(jensen_shannon([0.5, 0.3, 0.2], [0.2, 0.3, 0.5])), 5) == 0.09582
    assert jensen_shannon([1, 0], [0, 1]) == 1
    assert jensen_shannon([3, 1], [6, 2]) == 0


@given(amounts, amounts)
def test_divergence_against_scipy_and_its_bounds(p: list[int], q: list[int]) -> None:
    found = float(jensen_shannon(p, q))
    if not sum(p) or not sum(q):
        assert math.isnan(found)
        return
    assert found == pytest.approx(float(jensenshannon(p, q, 2)) ** 2, abs=1e-9)
    assert 0 <= found <= 1
    assert found == pytest.approx(float(jensen_shannon(q, p)))


def test_negative_amounts_are_refused() -> None:
    with pytest.raises(InputProblem, match="negative"):
        jensen_shannon([1, -1], [1, 1])


@given(st.lists(st.integers(0, 4), min_size=1, max_size=9))
def test_ranks_are_scipys_average_ranks_from_the_top(values: list[int]) -> None:
    assert average_ranks(values).tolist() == rankdata([-value for value in values]).tolist()


def groups(*tied: str) -> list[frozenset[str]]:
    return [frozenset(group) for group in tied]


# hand-computed: abc / cba at p = .9: agreements 0, 1/2, 1; (1/9)(.5 * .81 + .729) + .729 = .855
# ab / cab: agreements 0, 1/2 and, with the shorter list going on, (2 + 1/2)/3 = 5/6 at depth 3:
# (1/9)(.5 * .81 + 5/6 * .729) + 5/6 * .729 = .72
# (ab)c / abc: all of the tie stands at depth 1: 2*1/3, then 1, 1: (1/9)(2/3 * .9 + .81 + .729) + .729 = .966667
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("a", "b", "c"), ("c", "b", "a"), 0.855),
        (("a", "b"), ("c", "a", "b"), 0.72),
        (("ab", "c"), ("a", "b", "c"), 0.9666667),
        (("a", "b", "c"), ("a", "b", "c"), 1.0),
        (("a", "b"), ("c", "d"), 0.0),
    ],
)
def test_rank_biased_overlap_by_hand(first: tuple[str, ...], second: tuple[str, ...], expected: float) -> None:
    assert rank_biased_overlap(groups(*first), groups(*second)) == pytest.approx(expected, abs=1e-7)


# Webber, Moffat and Zobel 2010: "p = 0.9 means that the first 10 ranks have 86% of the weight"
def test_weight_of_the_first_ten_ranks() -> None:
    assert round(top_weight(0.9, 10), 2) == 0.86


@given(st.floats(0.05, 0.95), st.integers(1, 12))
def test_weights_grow_to_one(p: float, depth: int) -> None:
    assert 0 < top_weight(p, depth) < top_weight(p, depth + 1) + 1e-12
    assert top_weight(p, depth) <= 1 + 1e-9


scores = st.lists(st.integers(0, 3), min_size=1, max_size=8)


@given(scores, st.data())
def test_overlap_bounds_symmetry_and_identity(first: list[int], data: st.DataObject) -> None:
    second = data.draw(st.lists(st.integers(0, 3), min_size=len(first), max_size=len(first)))
    items = list(range(len(first)))
    one, other = tie_groups(items, first), tie_groups(items, second)
    found = rank_biased_overlap(one, other)
    if not one or not other:
        assert math.isnan(found)
        assert math.isnan(top_overlap(one, other))
        return
    assert 0 <= found <= 1
    assert found == pytest.approx(rank_biased_overlap(other, one))
    assert rank_biased_overlap(one, one) == pytest.approx(1)
    assert 0 <= top_overlap(one, other) <= 1


@given(
    st.lists(
        st.tuples(*[st.lists(st.sampled_from([0, 0, 1, 2, 3, math.nan]), min_size=6, max_size=6)] * 2),
        min_size=1,
        max_size=8,
    ),
    st.integers(1, 8),
)
def test_many_overlaps_at_once_are_those_one_by_one(pairs: list[tuple[list[float], list[float]]], depth: int) -> None:
    found = top_overlaps([one for one, _ in pairs], [other for _, other in pairs], depth)
    for value, sides in zip(found, pairs, strict=True):
        alone = top_overlap(*(tie_groups(range(6), side) for side in sides), depth)
        assert value == pytest.approx(alone, nan_ok=True)


def test_top_overlap_by_hand() -> None:
    """First five abcde and fgabc: three common of five; a tie at the border comes in whole."""
    assert top_overlap(groups(*"abcdefg"), groups(*"fgabcde")) == pytest.approx(0.6)
    assert top_overlap(groups("a", "b", "c", "d", "ef"), groups(*"abcde")) == pytest.approx(2 * 5 / 11)


def test_persistence_must_be_a_share() -> None:
    with pytest.raises(InputProblem, match=r"1\.0"):
        rank_biased_overlap(groups("a"), groups("a"), 1.0)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=10), st.data())
def test_tau_b_is_scipys(first: list[int], data: st.DataObject) -> None:
    second = data.draw(st.lists(st.integers(0, 5), min_size=len(first), max_size=len(first)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = float(kendalltau(first, second).statistic)
    found = kendall_tau_b(first, second)
    assert found == pytest.approx(expected) if not math.isnan(expected) else math.isnan(found)


def test_tau_b_leaves_out_what_is_missing() -> None:
    assert kendall_tau_b([1, 2, np.nan, 3], [1, 2, 9, 3]) == 1
    with pytest.raises(InputProblem, match="2 and 3"):
        kendall_tau_b([1, 2], [1, 2, 3])
