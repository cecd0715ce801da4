import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.measures._signed_small import all_partitions, cost_of, matrices
from veche.measures.signed import canonical, components, partition_cost, restrict, signed_ties, weighed
from veche.study.errors import InputProblem


def test_parts_of_a_small_network():
    ties = signed_ties([[9, 1, -2], [1, 9, float("nan")], [-2, float("nan"), 9]])
    assert ties.total == 3
    assert ties.net.tolist() == [1, -2]
    assert ties.conflict_share == pytest.approx(2 / 3)
    assert math.isnan(signed_ties(np.zeros((3, 3))).conflict_share)
    assert signed_ties([]).actors == 0


def test_arcs_that_contradict_one_another_cost_in_any_partition():
    ties = signed_ties([[0, 3], [-1, 0]], directed=True)
    assert (ties.positive.tolist(), ties.negative.tolist(), ties.contradiction) == ([3], [1], 1)
    assert partition_cost(ties, [0, 0]) == 1
    assert partition_cost(ties, [0, 1]) == 3


def test_alpha_weighs_the_two_kinds_of_wrong_ties():
    ties = signed_ties([[0, 1, -2], [1, 0, -4], [-2, -4, 0]])
    assert partition_cost(ties, [0, 1, 0], 0.25) == pytest.approx(0.25 * 2 + 0.75 * 1)
    assert partition_cost(weighed(ties, 0.25), [0, 1, 0]) == pytest.approx(1.25)


@given(matrices(most=5), st.data())
def test_cost_follows_the_definition(matrix, data):
    labels = data.draw(st.sampled_from(list(all_partitions(len(matrix)))))
    assert partition_cost(signed_ties(matrix), labels) == pytest.approx(cost_of(matrix, labels))


def test_components_and_their_ties():
    matrix = np.zeros((5, 5))
    matrix[0, 3] = matrix[3, 0] = 1
    matrix[2, 4] = matrix[4, 2] = -2
    ties = signed_ties(matrix)
    assert sorted(c.tolist() for c in components(ties)) == [[0, 3], [1], [2, 4]]
    part = restrict(ties, np.array([4, 2]))
    assert (part.actors, part.first.tolist(), part.second.tolist(), part.negative.tolist()) == (2, [0], [1], [2])
    assert components(signed_ties([])) == []


def test_blocks_are_numbered_by_first_appearance():
    assert canonical([5, 5, 1, 0, 1]) == (0, 0, 1, 2, 1)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        ([[0, 1]], "shape"),
        ([[0, 1], [2, 0]], "symmetric"),
        ([[0, float("inf")], [float("inf"), 0]], "infinite"),
        ([["a"]], "not a number"),
        ([[0, 1], [1]], "not a number"),
    ],
)
def test_bad_matrices_are_refused_in_words(matrix, words):
    with pytest.raises(InputProblem, match=words):
        signed_ties(matrix)


def test_bad_partitions_are_refused():
    ties = signed_ties(np.zeros((3, 3)))
    with pytest.raises(InputProblem, match="2 blocks for 3 actors"):
        partition_cost(ties, [0, 1])
    with pytest.raises(InputProblem, match="alpha"):
        partition_cost(ties, [0, 1, 1], 1.5)
