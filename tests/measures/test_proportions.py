"""Intervals of shares against published values and against their definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures.proportions import clopper_pearson, difference_bounds, holm, wilson
from veche.study import InputProblem


# Newcombe 1998, Statistics in Medicine 17:857, table I, methods 3 (Wilson) and 5 (Clopper-Pearson)
@pytest.mark.parametrize(
    ("x", "n", "score", "exact"),
    [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_intervals_of_newcombe_1998(x: int, n: int, score: tuple[float, float], exact: tuple[float, float]) -> None:
    for function, expected in ((wilson, score), (clopper_pearson, exact)):
        bounds = function(x, n)
        assert (round(float(bounds.low), 4), round(float(bounds.high), 4)) == expected


# Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: 56/70 - 48/80, and 9/10 - 3/10
@pytest.mark.parametrize(
    ("first", "second", "expected"), [((48, 80), (56, 70), (0.0524, 0.3339)), ((3, 10), (9, 10), (0.1705, 0.8090))]
)
def test_differences_of_newcombe_1998(
    first: tuple[int, int], second: tuple[int, int], expected: tuple[float, float]
) -> None:
    found = difference_bounds(first[0] / first[1], wilson(*first), second[0] / second[1], wilson(*second))
    assert (round(float(found.low), 4), round(float(found.high), 4)) == expected


@given(st.integers(1, 300), st.data(), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_bounds_solve_its_equation(n: int, data: st.DataObject, level: float) -> None:
    """The bounds are the proportions p with |x/n - p| = z sqrt(p(1-p)/n)."""
    from statistics import NormalDist

    x = data.draw(st.integers(0, n))
    z = NormalDist().inv_cdf(0.5 + level / 2)
    bounds = wilson(x, n, level)
    for p in (float(bounds.low), float(bounds.high)):
        assert abs(abs(x / n - p) - z * math.sqrt(p * (1 - p) / n)) < 1e-9
    assert 0 <= bounds.low <= x / n <= bounds.high <= 1


@given(st.integers(1, 60), st.data())
def test_clopper_pearson_tails_hold_the_level(n: int, data: st.DataObject) -> None:
    from scipy.stats import binom

    x = data.draw(st.integers(0, n))
    bounds = clopper_pearson(x, n, 0.9)
    if x:
        assert binom.sf(x - 1, n, float(bounds.low)) == pytest.approx(0.05)
    if x < n:
        assert binom.cdf(x, n, float(bounds.high)) == pytest.approx(0.05)


def test_undefined_is_missing() -> None:
    for function in (wilson, clopper_pearson):
        bounds = function([0, 1], [0, 2])
        assert np.isnan(bounds.low[0])
        assert np.isnan(bounds.high[0])
        assert not np.isnan(bounds.low[1])


@pytest.mark.parametrize(("x", "n", "level"), [(3, 2, 0.95), (-1, 2, 0.95), (1, 2, 1.0), (1, 2, 0.0)])
def test_wrong_counts_are_refused(x: int, n: int, level: float) -> None:
    with pytest.raises(InputProblem, match=r"\d"):
        wilson(x, n, level)


# the four p-values of a textbook example; R: p.adjust(c(.01, .04, .03, .005), "holm")
def test_holm_example() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.one_of(st.floats(0, 1), st.just(math.nan)), max_size=12))
def test_holm_is_monotone_and_never_below_the_raw_values(values: list[float]) -> None:
    adjusted = holm(values)
    known = [(p, q) for p, q in zip(values, adjusted.tolist(), strict=True) if p == p]
    assert np.isnan(adjusted).tolist() == [p != p for p in values]
    assert all(p <= q <= 1 for p, q in known)
    for p, q in known:
        assert all(q <= other for value, other in known if value >= p)
    if known:
        least = min(p for p, _q in known)
        assert min(q for _p, q in known) == pytest.approx(min(1, least * len(known)))


@pytest.mark.parametrize("wrong", [-0.1, 1.2])
def test_holm_refuses_what_is_no_probability(wrong: float) -> None:
    with pytest.raises(InputProblem, match=str(wrong)):
        holm([0.5, wrong])
