import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures.windows import given_windows, kernel, kernel_weights, shares, windows
from veche.study.errors import InputProblem

KERNELS = ["uniform", "triangular", "epanechnikov", "gaussian"]


def test_laying_windows():
    laid = windows(0, 30, 12)
    assert (laid.start.tolist(), laid.end.tolist(), laid.apart) == ([0, 12, 24], [12, 24, 36], True)
    sliding = windows(0, 24, 12, 6)
    assert (sliding.start.tolist(), sliding.end.tolist(), sliding.apart) == ([0, 6, 12], [12, 18, 24], False)
    assert len(windows(0, 5, 12)) == 1


def test_shares_by_hand():
    # [6, 18) falls half into each year; an instant at 12 belongs to the second
    found = shares(windows(0, 24, 12), [6, 12, math.nan], [18, 12, 3], [1.0, 0.5, 1.0])
    assert list(zip(found.statement.tolist(), found.window.tolist(), found.share.tolist(), strict=True)) == [
        (0, 0, 0.5),
        (0, 1, 0.5),
        (1, 1, 0.5),
    ]


def test_a_statement_that_ends_where_a_window_begins_is_not_in_it():
    assert shares(given_windows([12], [24]), [6], [12]).share.size == 0
    assert shares(given_windows([12], [24]), [24], [30]).share.size == 0


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 30), st.floats(0.01, 1)), min_size=1, max_size=20),
    st.floats(1, 40),
)
def test_over_a_partition_of_time_shares_sum_to_the_confidence(rows, width):
    start = np.array([a for a, _, _ in rows])
    end = start + np.array([d for _, d, _ in rows])
    confidence = np.array([c for _, _, c in rows])
    found = shares(windows(0, 131, width), start, end, confidence)
    total = np.bincount(found.statement, found.share, minlength=len(rows))
    assert total == pytest.approx(confidence, rel=1e-6)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), max_size=15), st.integers(1, 8), st.integers(1, 8))
def test_shares_follow_the_definition_in_any_windows(rows, width, step):
    laid = windows(0, 25, width, min(step, width))
    found = shares(laid, [a for a, _ in rows], [a + d for a, d in rows])
    got = {
        (s, w): x for s, w, x in zip(found.statement.tolist(), found.window.tolist(), found.share.tolist(), strict=True)
    }
    wanted = {}
    for s, (a, d) in enumerate(rows):
        for w, (b, e) in enumerate(zip(laid.start.tolist(), laid.end.tolist(), strict=True)):
            part = float(b <= a < e) if d == 0 else max(0.0, min(a + d, e) - max(a, b)) / d
            if part > 0:
                wanted[s, w] = part
    assert got == pytest.approx(wanted)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(1, 9)), min_size=1, max_size=8),
    st.integers(0, 2**32 - 1), st.sampled_from([1.0, 0.25, 1 / 3]),
)  # fmt: skip
def test_many_statements_are_placed_as_few_are(laid, seed, unit):
    """Statements by the hundred go another way to their windows than one by one: also where times meet edges, and windows are alike."""
    draw = np.random.default_rng(seed)
    starts = np.sort([a for a, _ in laid]) * unit
    some = given_windows(starts, starts + unit * np.sort([w for _, w in laid]))
    start = draw.integers(-3, 25, 300) * unit
    end = start + draw.integers(0, 6, 300) * unit
    found = shares(some, start, end)
    places = np.searchsorted(found.statement, np.arange(301))
    for one in range(300):
        rows = slice(places[one], places[one + 1])
        alone = shares(some, start[one : one + 1], end[one : one + 1])
        assert found.window[rows].tolist() == alone.window.tolist()
        assert found.share[rows].tolist() == alone.share.tolist()


def test_windows_far_apart_and_no_windows_at_all():
    """Most windows lie in the first hundredth of the time: a guess by equal stretches is far off there."""
    starts = np.concatenate([np.arange(40) / 40, [1000.0]])
    start = np.linspace(-1, 1002, 5000)
    found = shares(given_windows(starts, starts + 0.5), start, start)
    inside = (starts <= start[:, None]) & (start[:, None] < starts + 0.5)
    statement, window = np.nonzero(inside)
    assert np.array_equal(found.statement, statement) and np.array_equal(found.window, window)
    assert shares(given_windows([], []), start, start).share.size == 0


@pytest.mark.parametrize("name", KERNELS)
def test_kernels_are_even_and_integrate_to_1(name):
    u = np.linspace(-8, 8, 160_001)
    values = kernel(u, name)
    assert values == pytest.approx(kernel(-u, name))
    assert np.trapezoid(values, u) == pytest.approx(1, abs=1e-4)
    assert values.min() >= 0


def test_kernels_at_one_half():
    assert [round(float(kernel(0.5, name)), 4) for name in KERNELS] == [0.5, 0.5, 0.5625, 0.3521]
    assert kernel_weights([3, 6, 9, 13], 6, 12, "triangular") == pytest.approx([0.5, 1, 0.5, 0])
    assert math.isnan(kernel(math.nan, "uniform"))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: windows(0, 10, 0), "width"),
        (lambda: windows(0, 10, 3, 4), "step"),
        (lambda: windows(5, 5, 1), "start before"),
        (lambda: windows(0, math.inf, 1), "start before"),
        (lambda: windows(0, 1e9, 1), "million"),
        (lambda: given_windows([3], [3]), "empty"),
        (lambda: given_windows([3, 1], [4, 5]), "out of order"),
        (lambda: shares(windows(0, 9, 3), [2], [1]), "statement 0 lasts from 2.0 to 1.0"),
        (lambda: shares(windows(0, 9, 3), [2, 3], [4]), "starts"),
        (lambda: shares(windows(0, 9, 3), [2], [3], [0]), "confidence of statement 0"),
        (lambda: shares(windows(0, 9, 3), [2], [3], [1, 1]), "do not fit"),
        (lambda: kernel(0, "cosine"), "no kernel cosine"),
        (lambda: kernel_weights([0], 0, 0, "uniform"), "width"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(InputProblem, match=words):
        call()
