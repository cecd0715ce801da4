import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.measures._signed_small import all_partitions, best_by_trial, cost_of, matrices, planted
from veche.measures import _cover, _optimum, balance
from veche.measures._start import packed_bound, spectral_sides, tree_sides
from veche.measures.signed import components, partition_cost, restrict, signed_ties
from veche.study.errors import InputProblem


def complete_negative(n: int) -> np.ndarray:
    return np.eye(n) - 1


def test_triangle_with_one_negative_tie():
    ties = signed_ties([[0, 1, 1], [1, 0, -1], [1, -1, 0]])
    found = balance.balance(ties)
    assert (found.frustration.cost, found.frustration.proved) == (1, True)
    assert found.degree.value == pytest.approx(1 / 3)
    assert found.conflict.value == pytest.approx(1 / 3)


@pytest.mark.parametrize("n", range(2, 8))
def test_all_negative_graphs_have_the_known_frustration_and_no_clustering_cost(n):
    ties = signed_ties(complete_negative(n))
    assert balance.frustration(ties).cost == n * (n - 1) / 2 - n * n // 4
    clusters = balance.clustering_cost(ties)
    assert (clusters.cost, clusters.partitions) == (0, (tuple(range(n)),))


def test_no_conflict_and_two_hostile_camps_share_a_degree_but_not_a_share_of_conflict():
    friends = balance.balance(signed_ties(-complete_negative(4)))
    side = np.array([1, 1, -1, -1])
    camps = balance.balance(signed_ties(np.outer(side, side) - np.eye(4)))
    assert (friends.degree.value, friends.conflict.value) == (1, 0)
    assert (camps.degree.value, camps.conflict.value) == (1, pytest.approx(4 / 6))
    assert camps.frustration.partition == (0, 0, 1, 1)


def test_without_ties_balance_is_missing_with_its_reason():
    found = balance.balance(signed_ties(np.zeros((3, 3))))
    assert math.isnan(found.degree.value)
    assert found.degree.reason == "no ties"
    assert (found.frustration.cost, found.frustration.proved) == (0, True)
    assert balance.frustration(signed_ties([])).partitions == ((),)


@given(matrices(most=7))
def test_frustration_is_what_trying_all_partitions_gives(matrix):
    best, optimal = best_by_trial(matrix, 2)
    found = balance.frustration(signed_ties(matrix), cap=1000)
    assert found.proved
    assert found.complete
    assert found.cost == pytest.approx(best)
    assert set(found.partitions) == optimal
    together = np.mean([np.equal.outer(row, row) for row in map(np.array, sorted(optimal))], axis=0)
    assert found.together == pytest.approx(together)


@given(matrices(most=6))
def test_clustering_cost_is_what_trying_all_partitions_gives(matrix):
    best, optimal = best_by_trial(matrix)
    ties = signed_ties(matrix)
    found = balance.clustering_cost(ties, cap=1000)
    assert found.proved
    assert found.cost == pytest.approx(best)
    of = {actor: k for k, members in enumerate(components(ties)) for actor in members.tolist()}
    # actors whom no way of ties joins never share a block
    apart = {
        labels
        for labels in optimal
        if all(labels[i] != labels[j] or of[i] == of[j] for i, j in itertools.combinations(range(len(matrix)), 2))
    }
    assert set(found.partitions) == apart


@given(matrices(least=3, most=6), st.integers(1, 6), st.sampled_from([0.0, 0.2, 0.5, 1.0]))
def test_line_index_is_what_trying_all_partitions_gives(matrix, blocks, alpha):
    blocks = min(blocks, len(matrix))
    costs = {p: cost_of(matrix, p, alpha) for p in all_partitions(len(matrix)) if max(p) + 1 == blocks}
    found = balance.line_index(signed_ties(matrix), blocks, alpha, cap=1000)
    assert found.proved
    assert found.cost == pytest.approx(min(costs.values()), abs=1e-9)
    assert set(found.partitions) == {p for p, c in costs.items() if c <= min(costs.values()) + 1e-9}


@given(matrices(most=7, whole=False), st.booleans())
@settings(max_examples=40)
def test_cutting_planes_agree_with_trial(matrix, two):
    ties = signed_ties(matrix)
    best, _ = best_by_trial(matrix, 2 if two else None)
    total = bound = 0.0
    for members in components(ties):
        part = restrict(ties, members)
        if part.first.size:
            start = np.zeros(part.actors, np.intp)
            upper = partition_cost(part, start)
            found = _optimum._by_cuts(part, start, upper, two=two, cap=50, slack=1e-9, until=math.inf)
            total, bound = total + found.cost, bound + found.bound
    assert total == pytest.approx(best, abs=1e-6)
    assert bound == pytest.approx(best, abs=1e-6)


@given(matrices(most=7), st.booleans())
@settings(max_examples=40)
def test_the_integer_programme_alone_agrees_with_trial(matrix, two):
    best, _ = best_by_trial(matrix, 2 if two else None)
    total = 0.0
    ties = signed_ties(matrix)
    for members in components(ties):
        part = restrict(ties, members)
        if part.first.size:
            nothing = _cover.Relaxation(0.0, np.zeros(part.first.size), np.abs(part.net), (), False)
            settled = _cover.settle(part, nothing, two=two, until=math.inf)
            assert settled.values is not None
            total += float((np.abs(part.net) * settled.values).sum())
    assert total == pytest.approx(best)


@given(matrices(most=7), st.data())
def test_switching_all_signs_at_one_actor_leaves_frustration_unchanged(matrix, data):
    actor = data.draw(st.integers(0, len(matrix) - 1))
    switched = matrix.copy()
    switched[actor] *= -1
    switched[:, actor] *= -1
    assert balance.frustration(signed_ties(matrix)).cost == balance.frustration(signed_ties(switched)).cost


@given(matrices(most=7), st.randoms(use_true_random=False))
def test_names_of_actors_do_not_matter(matrix, random):
    order = list(range(len(matrix)))
    random.shuffle(order)
    one, other = (signed_ties(m) for m in (matrix, matrix[np.ix_(order, order)]))
    assert balance.frustration(one).cost == balance.frustration(other).cost
    assert balance.clustering_cost(one).cost == balance.clustering_cost(other).cost


@given(matrices(most=7, whole=False))
def test_bounds_of_costs_and_degree(matrix):
    ties = signed_ties(matrix)
    found = balance.balance(ties)
    clusters = balance.clustering_cost(ties)
    assert 0 <= clusters.cost <= found.frustration.cost + 1e-9
    assert found.frustration.cost <= ties.total / 2 + 1e-9
    assert found.degree.missing or 0 <= found.degree.value <= 1


def test_planted_camps_are_found_and_proved_among_sixty():
    matrix = planted(60, 180, 0.1, 3)
    found = balance.frustration(signed_ties(matrix))
    assert found.proved
    assert found.bound == found.cost
    assert {cost_of(matrix, p) for p in found.partitions} == {found.cost}


def test_beyond_the_limit_the_best_value_comes_with_a_lower_bound_and_is_not_proved():
    matrix = planted(1600, 4000, 0.2, 1)
    ties = signed_ties(matrix)
    found = balance.frustration(ties, cap=3)
    assert not found.proved
    assert 0 < found.bound < found.cost <= ties.total / 2
    assert partition_cost(ties, found.partition) == found.cost
    clusters = balance.clustering_cost(ties, cap=3)
    assert not clusters.proved
    assert 0 < clusters.bound < clusters.cost <= found.cost


def test_out_of_time_the_bound_stays_valid():
    matrix = planted(40, 200, 0.5, 1)
    found = balance.frustration(signed_ties(matrix), seconds=0.0)
    exact = balance.frustration(signed_ties(matrix))
    assert exact.proved
    assert found.bound <= exact.cost <= found.cost


@given(matrices(least=3, most=8), st.booleans())
def test_quick_bound_and_quick_partitions_enclose_the_optimum(matrix, two):
    ties = signed_ties(matrix)
    for members in components(ties):
        part = restrict(ties, members)
        if part.first.size:
            sub = matrix[np.ix_(members, members)]
            best, _ = best_by_trial(sub, 2 if two else None)
            assert packed_bound(part, two=two) <= best + 1e-9
            if two:
                for sides in (spectral_sides(part), tree_sides(part, np.zeros(part.first.size))):
                    assert partition_cost(part, sides) >= best - 1e-9


def test_components_are_oriented_freely():
    matrix = np.zeros((4, 4))
    matrix[0, 1] = matrix[1, 0] = 1
    matrix[2, 3] = matrix[3, 2] = -1
    found = balance.frustration(signed_ties(matrix))
    assert set(found.partitions) == {(0, 0, 0, 1), (0, 0, 1, 0)}
    assert found.together[0].tolist() == [1, 1, 0.5, 0.5]
    assert found.together[2, 3] == 0
    assert balance.clustering_cost(signed_ties(matrix)).partitions == ((0, 0, 1, 2),)


def test_the_list_of_optima_stops_at_the_cap():
    ties = signed_ties(complete_negative(6))
    assert len(balance.frustration(ties).partitions) == 10
    short = balance.frustration(ties, cap=4)
    assert (len(short.partitions), short.complete, short.proved) == (4, False, True)


@pytest.mark.parametrize("blocks", [0, 4])
def test_impossible_numbers_of_blocks_are_refused(blocks):
    with pytest.raises(InputProblem, match="number of blocks"):
        balance.line_index(signed_ties(np.zeros((3, 3))), blocks)


def test_other_bad_input():
    ties = signed_ties(np.zeros((3, 3)))
    with pytest.raises(InputProblem, match="alpha"):
        balance.line_index(ties, 2, 2.0)
    with pytest.raises(InputProblem, match="at least 1"):
        balance.frustration(ties, cap=0)


@pytest.mark.parametrize("unit", [1e-12, 1e-3, 1e9])
def test_the_unit_of_weights_does_not_matter(unit):
    matrix = planted(30, 90, 0.3, 2)
    one, other = balance.frustration(signed_ties(matrix)), balance.frustration(signed_ties(matrix * unit))
    assert other.proved
    assert other.cost / unit == pytest.approx(one.cost)
    assert set(other.partitions) == set(one.partitions)
