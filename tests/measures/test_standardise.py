"""Direct standardisation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures.standardise import direct_standardisation
from veche.study import InputProblem


def test_by_hand() -> None:
    """Rates 1/2 and 3/4 in the mix 3:1 give 9/16; in the mix 0:1 the empty stratum does not matter."""
    assert direct_standardisation([2, 6], [4, 8], [3, 1]) == pytest.approx(0.5625)
    assert direct_standardisation([0, 6], [0, 8], [0, 1]) == pytest.approx(0.75)


def test_an_empty_stratum_with_weight_makes_it_missing() -> None:
    assert np.isnan(direct_standardisation([0, 6], [0, 8], [1, 1]))
    assert np.isnan(direct_standardisation([1, 6], [2, 8], [0, 0]))


def test_negative_weights_are_refused() -> None:
    with pytest.raises(InputProblem, match=r"-1\.0"):
        direct_standardisation([1], [2], [-1])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9), st.integers(1, 5)), min_size=1, max_size=5))
def test_the_own_mix_gives_the_crude_rate_and_any_mix_stays_between_the_rates(
    strata: list[tuple[int, int, int]],
) -> None:
    events = np.array([min(e, n) for e, n, _w in strata])
    totals, weights = np.array([n for _e, n, _w in strata]), np.array([w for _e, _n, w in strata])
    assert direct_standardisation(events, totals, totals) == pytest.approx(events.sum() / totals.sum())
    rates = events / totals
    assert rates.min() - 1e-12 <= direct_standardisation(events, totals, weights) <= rates.max() + 1e-12


def test_several_at_once() -> None:
    events, totals = np.array([[1, 2], [0, 4]]), np.array([[2, 2], [1, 4]])
    assert direct_standardisation(events, totals, [1, 3]).tolist() == [0.875, 0.75]
