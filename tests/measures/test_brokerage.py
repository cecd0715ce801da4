import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.measures._signed_small import all_partitions
from veche.measures import brokerage
from veche.study.errors import InputProblem

STAR = np.array([[0, 1, 1, 1], [1, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]])
SQUARE = np.array([[0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]])


@st.composite
def graphs(draw, most=7):
    n = draw(st.integers(2, most))
    matrix = np.zeros((n, n))
    for i, j in itertools.combinations(range(n), 2):
        matrix[i, j] = matrix[j, i] = draw(st.integers(0, 1))
    return matrix


def test_the_middle_of_a_star_is_between_all_others():
    assert brokerage.betweenness(STAR).tolist() == [3, 0, 0, 0]
    assert brokerage.betweenness(STAR, normalised=True).tolist() == [1, 0, 0, 0]
    assert brokerage.betweenness(SQUARE).tolist() == [0.5] * 4


def shortest_ways(matrix, s, t):
    """All shortest ways, by trying all orders of actors between."""
    others = [k for k in range(len(matrix)) if k not in (s, t)]
    for length in range(len(others) + 1):
        ways = [
            (s, *between, t)
            for between in itertools.permutations(others, length)
            if all(matrix[a, b] for a, b in itertools.pairwise((s, *between, t)))
        ]
        if ways:
            return ways
    return []


@given(graphs(most=6))
def test_betweenness_is_what_counting_shortest_ways_gives(matrix):
    expected = np.zeros(len(matrix))
    for s, t in itertools.combinations(range(len(matrix)), 2):
        ways = shortest_ways(matrix, s, t)
        for way in ways:
            expected[list(way[1:-1])] += 1 / len(ways)
    assert brokerage.betweenness(matrix) == pytest.approx(expected)


def test_constraint_by_hand():
    # the middle spreads over three who do not know one another; each of them has one contact only
    assert brokerage.constraint(STAR) == pytest.approx([3 * (1 / 3) ** 2, 1, 1, 1])
    # in a triangle everybody has (1/2 + 1/2 * 1/2)^2 twice
    assert brokerage.constraint(1 - np.eye(3)) == pytest.approx([2 * 0.75**2] * 3)
    assert np.isnan(brokerage.constraint(np.zeros((2, 2)))).all()


@given(graphs(), st.floats(0.1, 9))
def test_constraint_does_not_change_with_the_unit(matrix, unit):
    found = brokerage.constraint(matrix)
    assert brokerage.constraint(matrix * unit) == pytest.approx(found, nan_ok=True)
    known = found[~np.isnan(found)]
    assert np.all((known > 0) & (known <= 9 / 8 + 1e-9))


def test_density_transitivity_assortativity():
    triangle_and_one = np.zeros((4, 4))
    for i, j in [(0, 1), (1, 2), (0, 2), (2, 3)]:
        triangle_and_one[i, j] = triangle_and_one[j, i] = 1
    assert brokerage.density(triangle_and_one).value == pytest.approx(4 / 6)
    # 1 + 1 + 3 two-step ways, of which three are closed
    assert brokerage.transitivity(triangle_and_one).value == pytest.approx(3 / 5)
    # e = [[1/4, 1/4], [1/4, 1/4]] for the kinds {0, 1} and {2, 3}: as chance has it
    square = brokerage.assortativity(SQUARE, ["a", "a", "b", "b"])
    assert square.value == pytest.approx(0)
    assert brokerage.assortativity(SQUARE, ["a", "b", "a", "b"]).value == -1


def test_what_cannot_be_measured_is_missing_with_a_reason():
    none = np.zeros((3, 3))
    assert brokerage.density([[0]]).reason == "fewer than two actors"
    assert brokerage.transitivity(none).reason == "no actor has two ties"
    assert brokerage.assortativity(none, "abc").reason == "no ties"
    assert brokerage.assortativity(SQUARE, "aaaa").reason == "all ties are within one kind"
    assert brokerage.modularity(none, "abc").reason == "no ties"
    assert brokerage.best_modularity(none).cost == 0


@given(graphs(most=6))
def test_best_modularity_is_what_trying_all_partitions_gives(matrix):
    if not matrix.sum():
        return
    for two in (False, True):
        values = [brokerage.modularity(matrix, p).value for p in all_partitions(len(matrix), 2 if two else None)]
        found = brokerage.best_modularity(matrix, two=two)
        assert found.proved
        assert brokerage.modularity(matrix, found.partition).value == pytest.approx(max(values))
        assert -0.5 <= max(values) <= 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: brokerage.betweenness([[0, 1], [0, 0]]), "not symmetric"),
        (lambda: brokerage.betweenness([[0, -1], [-1, 0]]), "negative"),
        (lambda: brokerage.constraint([[0, 1]]), "square"),
        (lambda: brokerage.modularity(SQUARE, "ab"), "2 labels for 4 actors"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(InputProblem, match=words):
        call()
