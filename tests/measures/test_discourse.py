import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures import discourse
from veche.study.errors import InputProblem

# budget and land: one actor 2:0 and 1:1, the other 0:1 and 6:0
TWO = discourse.stances([[2, 1], [0, 6]], [[0, 1], [1, 0]])
COUNTS = st.integers(0, 4)


@st.composite
def held(draw):
    actors, issues = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    table = st.lists(st.lists(COUNTS, min_size=issues, max_size=issues), min_size=actors, max_size=actors)
    return discourse.stances(draw(table), draw(table))


def test_two_actors_by_hand():
    assert discourse.congruence(TWO)[0, 1] == 6
    assert discourse.conflict(TWO)[0, 1] == 8
    assert discourse.subtract(TWO)[0, 1] == -2
    assert discourse.ignore(TWO)[0, 1] == 2 * 1 + 2 * 6
    assert discourse.subtract(TWO, "average")[0, 1] == pytest.approx(-2 / 5.5)
    assert discourse.similarity(TWO)[0, 1] == -0.5


def test_similarity_stays_when_an_actor_says_less_often_what_he_says():
    less = discourse.stances([[2, 1], [0, 3]], [[0, 1], [1, 0]])
    assert discourse.similarity(less)[0, 1] == -0.5
    assert (discourse.congruence(less)[0, 1], discourse.conflict(less)[0, 1]) == (3, 5)
    assert discourse.subtract(less, "average")[0, 1] == -0.5


def test_without_an_issue_in_common_similarity_is_missing():
    found = discourse.similarity(discourse.stances([[1, 0], [0, 1]], [[0, 0], [0, 0]]))
    assert np.isnan(found).all()


def test_statements_are_counted():
    found = discourse.counted_stances([0, 0, 1, 0], [1, 1, 0, 1], [True, False, False, True], 2, 2)
    assert found.favour.tolist() == [[0, 2], [0, 0]]
    assert found.against.tolist() == [[0, 1], [1, 0]]
    assert found.activity.tolist() == [3, 1]
    assert found.stance[0, 1] == pytest.approx(1 / 3)
    assert np.isnan(found.stance[0, 0])


@given(held())
def test_similarity_follows_the_definition_within_its_bounds(table):
    found, s = discourse.similarity(table), table.stance
    for i in range(len(s)):
        for j in range(len(s)):
            both = [1 - abs(a - b) for a, b in zip(s[i], s[j], strict=True) if not np.isnan(a + b)]
            if i == j or not both:
                assert np.isnan(found[i, j])
            else:
                assert found[i, j] == pytest.approx(np.mean(both))
                assert -1 <= found[i, j] <= 1


@given(held(), st.integers(2, 5))
def test_repeating_oneself_changes_no_similarity(table, times):
    favour, against = table.favour.copy(), table.against.copy()
    favour[0] *= times
    against[0] *= times
    again = discourse.similarity(discourse.stances(favour, against))
    assert again == pytest.approx(discourse.similarity(table), nan_ok=True)


@given(held())
def test_attention_is_agreement_plus_disagreement(table):
    whole = discourse.congruence(table) + discourse.conflict(table)
    assert whole == pytest.approx(discourse.ignore(table))
    assert discourse.subtract(table) == pytest.approx(discourse.congruence(table) - discourse.conflict(table))
    assert discourse.subtract(table) == pytest.approx(discourse.subtract(table).T)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: discourse.stances([[1]], [[1, 2]]), "shape"),
        (lambda: discourse.stances([[-1]], [[1]]), "actor 0 on issue 0 is -1"),
        (lambda: discourse.counted_stances([0], [0, 1], [True], 1, 2), "1 actors, 2 issues"),
        (lambda: discourse.counted_stances([3], [0], [True], 2, 2), "number 3"),
        (lambda: discourse.congruence(TWO, "cosine"), "cosine"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(InputProblem, match=words):
        call()
