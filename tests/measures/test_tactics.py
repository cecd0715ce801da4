import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures.tactics import effective_issues, reciprocity, tactics
from veche.study.errors import InputProblem

COUNTS = st.lists(st.integers(0, 6), max_size=6)
BENEFITS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=4)


def test_four_years_on_three_issues_is_strategic():
    found = tactics(48, [3, 2, 1], [(3, 2)])
    assert found.length.value == 0.8
    assert found.breadth.value == pytest.approx(0.63629212)
    assert found.reciprocity.value == pytest.approx(2 / 3)
    assert found.strategic.value == pytest.approx(0.63629212)
    assert found.label == "strategic"


def test_half_a_year_on_one_issue_is_tactical():
    found = tactics(6, [4], [(1, 0)])
    assert (found.strategic.value, found.tactical.value, found.label) == (0, pytest.approx(0.9), "tactical")


def test_long_narrow_reciprocal_is_mixed():
    found = tactics(36, [5], [(2, 2)])
    assert (found.strategic.value, found.tactical.value, found.label) == (0, pytest.approx(0.4), "mixed")


def test_without_known_benefits_strategic_is_missing_and_the_label_unknown_only_if_it_could_be():
    broad = tactics(48, [1, 1, 1], [(0, 0)])
    assert broad.strategic.missing
    assert broad.strategic.reason == "no benefit is known"
    assert broad.label == "unknown"
    assert tactics(48, [1], []).label == "mixed"
    assert tactics(6, [1], []).label == "tactical"


def test_without_joint_action_breadth_is_missing():
    found = tactics(6, [], [(1, 1)])
    assert found.issues.missing
    assert found.tactical.missing
    assert found.label == "unknown"
    assert tactics(60, [], [(1, 5)]).label == "unknown"
    assert tactics(30, [], [(1, 1)]).label == "mixed"


@given(st.floats(0, 200), COUNTS, BENEFITS)
def test_bounds_and_that_both_cannot_hold(duration, counts, benefits):
    found = tactics(duration, counts, benefits)
    for part in (found.length, found.breadth, found.reciprocity, found.strategic, found.tactical):
        assert part.missing or 0 <= part.value <= 1
        assert part.missing == bool(part.reason)
    if not (found.strategic.missing or found.tactical.missing):
        assert not (found.strategic.value > 0.5 and found.tactical.value > 0.5)
        assert found.label != "unknown"


@given(COUNTS, st.integers(1, 9))
def test_effective_number_of_issues(counts, times):
    found = effective_issues(counts)
    if not sum(counts):
        assert found.missing
        return
    assert 1 <= found.value <= sum(c > 0 for c in counts)
    assert effective_issues([times * c for c in counts]).value == pytest.approx(found.value)
    assert effective_issues([1] * times).value == pytest.approx(times)


@given(BENEFITS)
def test_reciprocity_does_not_depend_on_who_is_first(benefits):
    one, other = reciprocity(benefits), reciprocity([(b, a) for a, b in benefits])
    assert one.missing == other.missing == (not any(max(pair) for pair in benefits))
    assert one.missing or one.value == other.value


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: tactics(-1, [1], []), "duration"),
        (lambda: tactics(float("nan"), [1], []), "duration"),
        (lambda: tactics(1, [1], [], term=0), "term"),
        (lambda: tactics(1, [-1], []), "negative"),
        (lambda: tactics(1, [1], [(-1, 0)]), "benefits"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(InputProblem, match=words):
        call()
