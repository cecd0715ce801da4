import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures import power
from veche.study.errors import InputProblem


def test_reputation_leaves_out_what_an_actor_says_of_himself():
    # reporter 0 is actor 1: he names himself and actor 0; reporter 2 was asked and names nobody
    found = power.reputation([(0, 1), (0, 0), (1, 1), (1, 1)], [0, 1, 2], 2, {0: 1})
    assert (found.named.tolist(), found.asked.tolist()) == ([1, 1], [3, 2])
    assert found.share == pytest.approx([1 / 3, 1 / 2])


def test_reputation_is_missing_where_nobody_else_was_asked():
    assert np.isnan(power.reputation([], [0], 1, {0: 0}).share[0])


@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 3))), st.dictionaries(st.integers(0, 5), st.integers(0, 3)))
def test_reputation_is_a_share(names, own):
    found = power.reputation(names, range(6), 4, own)
    known = found.share[~np.isnan(found.share)]
    assert np.all((known >= 0) & (known <= 1))


def test_success_and_luck_by_hand():
    nan = float("nan")
    stance = [[1, -1, nan, 1], [1, 1, 1, nan], [nan, nan, nan, -1]]
    first, second, third = power.decision_success(stance, [1, 1, 0, nan])
    assert (first.issues, first.success.value, first.luck.value) == (2, 0.5, 0.75)
    # issue 2 was decided for neither side: half a success
    assert (second.issues, second.success.value) == (3, pytest.approx(2.5 / 3))
    assert second.luck.value == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert third.success.missing
    assert third.luck.reason == "no stand on any decided issue"


@given(st.lists(st.lists(st.floats(-1, 1), min_size=3, max_size=3), min_size=1, max_size=5))
def test_success_turns_round_when_all_decisions_do(stance):
    for one, other in zip(
        power.decision_success(stance, [1, -1, 1]), power.decision_success(stance, [-1, 1, -1]), strict=True
    ):
        assert 0 <= one.success.value <= 1
        assert one.success.value == pytest.approx(1 - other.success.value)


def test_position_and_demand():
    held = [(0, "head"), (0, "head"), (1, "deputy"), (0, "deputy")]
    assert power.position(held, {"head": 3, "deputy": 0.5}, 3).tolist() == [3.5, 0.5, 0]
    assert power.demand([(5, 0), (5, 0), (1, 0), (0, 0), (0, 1)], 2) == ({5: 2, 1: 1}, {0: 1})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: power.reputation([(1, 0)], [0], 1, {}), "not asked"),
        (lambda: power.reputation([(0, 4)], [0], 1, {}), "actor 4"),
        (lambda: power.decision_success([[1]], [1, 1]), "shape"),
        (lambda: power.decision_success([[2]], [1]), "outside"),
        (lambda: power.decision_success([[1]], [0.5]), "outcome"),
        (lambda: power.position([(0, "head")], {}, 1), "no weight"),
        (lambda: power.position([(3, "head")], {"head": 1}, 1), "Actor 3"),
        (lambda: power.demand([(0, 7)], 2), "actor 7"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(InputProblem, match=words):
        call()
