"""Boundary similarity: by hand, against matching by trial, and bounds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures.agreement import boundaries_of_masses, boundary_edits, boundary_similarity
from veche.study.errors import InputProblem

POSITIONS = st.frozensets(st.integers(1, 12), max_size=7)
TYPED = st.frozensets(st.tuples(st.integers(1, 8), st.sampled_from("ab")), max_size=8)


def test_near_misses_by_hand() -> None:
    found = boundary_edits([2, 5, 9], [2, 6, 12])
    assert (found.matches, found.additions, found.transpositions) == (1, 2, ((5, 6),))
    assert found.similarity == pytest.approx(1 - (2 + 1 / 2) / 4)
    wider = boundary_edits([2, 5, 9], [2, 6, 12], near=4)
    assert wider.transpositions == ((5, 6), (9, 12))
    assert wider.similarity == pytest.approx(1 - (1 / 4 + 3 / 4) / 3)
    assert boundary_edits([2, 5], [2, 6], near=1).additions == 2


def test_types_by_hand() -> None:
    """At 3 a turn stands for a topic; the other topic moved by one; a story is added."""
    found = boundary_edits([(3, "turn"), (7, "topic")], [(3, "topic"), (8, "topic"), (11, "story")])
    assert (found.substitutions, found.transpositions, found.additions, found.matches) == (1, ((7, 8),), 1, 0)
    assert found.similarity == pytest.approx(1 - (1 + 1 + 1 / 2) / 3)


def test_two_substitutions_are_not_undone_by_a_near_miss() -> None:
    found = boundary_edits([(3, "a"), (5, "b")], [(3, "b"), (5, "a")], near=3)
    assert (found.substitutions, found.transpositions) == (2, ())
    one_end = boundary_edits([(3, "a")], [(3, "b"), (4, "a")])
    assert (one_end.transpositions, one_end.additions) == (((3, 4),), 1)


def test_no_boundary_at_all_is_one_by_definition() -> None:
    assert boundary_edits([], []).similarity == 1.0
    found = boundary_similarity([[], [], []], length=10)
    assert found.value == 1.0 and found.silent == ("1", "2", "3")


def test_more_coders_are_compared_in_pairs() -> None:
    """B of the pairs: .75, 1, .75."""
    found = boundary_similarity([[2, 5], [2, 4], [2, 5]], length=11, coders=["ann", "bo", "cy"])
    assert found.value == pytest.approx((0.75 + 1 + 0.75) / 3)
    assert (found.design, found.units, found.coders) == ("free segments", 10, 3)
    assert boundary_similarity([(p for p in [2, 5]), [2, 5]], length=11).value == 1.0  # type: ignore[list-item]


def test_masses() -> None:
    assert boundaries_of_masses([2, 3, 6]) == (2, 5)
    assert boundaries_of_masses([11]) == () == boundaries_of_masses([])
    with pytest.raises(InputProblem, match="length 0"):
        boundaries_of_masses([2, 0])


@pytest.mark.parametrize(
    ("first", "options", "words"),
    [
        ([0], {}, "boundary is given as 0"),
        (["x"], {}, "boundary is given as 'x'"),
        ([2.5], {}, "boundary is given as 2.5"),
        ([(2, [])], {}, "type of the boundary"),
        ([9], {"length": 9}, "stands at 9, and the text ends at 9"),
        (5, {}, "boundaries are 5"),
        ([2], {"near": 0}, "within 0 positions"),
        ([2], {"near": 1.5}, "within 1.5 positions"),
    ],
)
def test_what_does_not_fit_is_refused(first: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputProblem, match=words):
        boundary_edits(first, [1], **options)


def test_divisions_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputProblem, match="1 divisions"):
        boundary_similarity([[1]], length=5)
    with pytest.raises(InputProblem, match="length 0"):
        boundary_similarity([[], []], length=0)
    with pytest.raises(InputProblem, match="name of its own"):
        boundary_similarity([[], []], length=5, coders=["x"])


def most_near_misses(one: frozenset[int], two: frozenset[int]) -> int:
    """Greatest number of neighbouring boundaries in pairs, by trial."""
    if not one:
        return 0
    first = min(one)
    found = most_near_misses(one - {first}, two)
    for other in (first - 1, first + 1):
        if other in two:
            found = max(found, 1 + most_near_misses(one - {first}, two - {other}))
    return found


@given(POSITIONS, POSITIONS)
def test_neighbours_are_matched_as_often_as_possible(one: frozenset[int], two: frozenset[int]) -> None:
    found = boundary_edits(one, two)
    pairs = most_near_misses(one - two, two - one)
    assert found.matches == len(one & two)
    assert len(found.transpositions) == pairs
    assert found.additions == len(one ^ two) - 2 * pairs
    total = found.additions + pairs + found.matches
    assert found.similarity == (pytest.approx(1 - (found.additions + pairs / 2) / total) if total else 1.0)


@given(TYPED, TYPED, st.integers(1, 4))
def test_bounds_symmetry_and_names_of_types(one: frozenset[Any], two: frozenset[Any], near: int) -> None:
    found = boundary_edits(one, two, near=near)
    assert 0 <= found.similarity <= 1
    assert boundary_edits(two, one, near=near).similarity == pytest.approx(found.similarity)
    renamed = [frozenset((position, {"a": 1, "b": 2}[kind]) for position, kind in each) for each in (one, two)]
    assert boundary_edits(*renamed, near=near) == found
    assert boundary_edits(one, one, near=near).similarity == 1.0
    boundaries = len(one) + len(two)
    assert found.additions + 2 * (found.substitutions + len(found.transpositions) + found.matches) == boundaries
