"""A change split into those who stayed and those who were replaced: hand-computed, and always the whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures.replacement import split_change
from veche.study import InputProblem

COUNTS = st.lists(st.integers(0, 5), min_size=1, max_size=4)


def test_by_hand() -> None:
    """One head stays (0.5 to 0.8), one leaves (0.2), one comes (1.0), by three judgements each before, two and four after."""
    found = split_change(([1.5, 0.6, 0.0], [1.6, 0.0, 4.0]), ([3, 3, 0], [2, 0, 4]))
    assert float(found.total) == pytest.approx((1.6 + 4.0) / 6 - 2.1 / 6)
    assert float(found.within) == pytest.approx((3 / 6 + 2 / 6) / 2 * 0.3)


@given(COUNTS, st.data())
def test_the_parts_add_up(before: list[int], data: st.DataObject) -> None:
    after = data.draw(st.lists(st.integers(0, 5), min_size=len(before), max_size=len(before)))
    sums = [[n * data.draw(st.sampled_from([0.0, 0.5, 1.0])) for n in side] for side in (before, after)]
    found = split_change((sums[0], sums[1]), (before, after))
    if not sum(before) or not sum(after):
        assert np.isnan(found.total)
        return
    assert float(found.within + found.replaced) == pytest.approx(float(found.total))
    assert float(found.total) == pytest.approx(sum(sums[1]) / sum(after) - sum(sums[0]) / sum(before))
    stayed = [a > 0 and b > 0 for a, b in zip(before, after, strict=True)]
    if not any(stayed):
        assert found.within == 0
    if all(a == b for a, b in zip(before, after, strict=True)):
        assert float(found.replaced) == pytest.approx(0.0)


def test_draws_are_split_one_by_one_and_nonsense_is_refused() -> None:
    sums, counts = np.array([[1.0, 0.0], [2.0, 1.0]]), np.array([[2.0, 0.0], [2.0, 2.0]])
    both = split_change((sums, sums), (counts, counts))
    assert both.total.tolist() == [0.0, 0.0]
    with pytest.raises(InputProblem, match="negative"):
        split_change(([1.0], [1.0]), ([-1], [1]))
