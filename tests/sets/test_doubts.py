"""Other cut-offs, towns left out, memberships within their error, waves by themselves, rows that clash: by hand, by brute force, with bad input."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche import sets
from veche.sets.cut_offs import Judging
from veche.sets.truth_table import judged
from veche.study import InputProblem

#: six towns in two waves, crisp: Y = A, but for one case (third town, second wave) that has A and not Y
TOWNS = ["a", "a", "b", "b", "c", "c", "d", "d"]
WAVES = [1, 2, 1, 2, 1, 2, 1, 2]
DATA = {"A": [1, 1, 1, 1, 1, 1, 0, 0], "B": [0, 1, 0, 1, 0, 1, 0, 1], "Y": [1, 1, 1, 1, 1, 0, 0, 0]}
CASES = [f"{town}{wave}" for town, wave in zip(TOWNS, WAVES, strict=True)]


def frame() -> sets.Frame:
    return sets.make_frame(DATA, "Y", ["A", "B"], cases=CASES)


def test_a_map_of_cut_offs_by_hand() -> None:
    # rows: A*~B 3 of 3, A*B 2 of 3 (PRI too: crisp), ~A*B and ~A*~B 0
    found = sets.cut_map(frame(), ["A"], incl_cuts=(0.6, 0.7), pri_cuts=(0.0, 0.9))
    # at .6 both rows with A are positive: A; at .7, or with PRI .9, only A*~B is
    assert found.kept == ((1.0, 0.0), (0.0, 0.0))
    assert found.counts == ((1, 1), (1, 1))
    assert sets.cut_map(frame(), ["A*~B"], incl_cuts=(0.6, 0.7)).kept == ((0.0, 1.0),)
    rows = found.to_frame()
    assert rows["kept"].tolist() == [1.0, 0.0, 0.0, 0.0] and rows["pri_cut"].tolist() == [0.0, 0.0, 0.9, 0.9]


def test_a_map_says_why_there_is_no_solution() -> None:
    data = {"A": [1, 1, 0, 0], "B": [1, 1, 0, 1], "Y": [1, 0, 0, 0]}
    found = sets.cut_map(sets.make_frame(data, "Y"), ["A"], incl_cuts=(0.5, 0.8))
    assert found.kept[0][0] == 1 and math.isnan(found.kept[0][1])
    assert found.counts == ((1, 0),) and "0.8" in found.why[(0.8, 0.0)]
    with pytest.raises(InputProblem):
        sets.cut_map(sets.make_frame(data, "Y"), ["A"], incl_cuts=(1.5,))


@given(
    st.lists(st.tuples(*[st.integers(0, 10)] * 4), min_size=5, max_size=14), st.sampled_from([0.5, 0.7, 0.8, 0.9]),
    st.sampled_from([0.0, 0.4]), st.sampled_from([1, 2]),
)  # fmt: skip
def test_judging_again_is_the_same_as_a_new_truth_table(
    rows: list[tuple[int, ...]], incl: float, pri: float, n: int
) -> None:
    data = {name: [row[at] / 10 for row in rows] for at, name in enumerate("ABCY")}
    try:
        one = sets.make_frame(data, "Y", list("ABC"))
    except InputProblem:
        return
    fresh = sets.truth_table(one, incl_cut=incl, pri_cut=pri, n_cut=n)
    assert judged(sets.truth_table(one, incl_cut=0.0), incl, n, pri).rows == fresh.rows
    judging = Judging(one, "parsimonious")
    for _again in range(2):
        try:
            wanted = set(map(frozenset, sets.minimize(fresh).written()))
        except InputProblem:
            with pytest.raises(InputProblem):
                judging.at(incl, n, pri)
        else:
            assert set(map(frozenset, judging.at(incl, n, pri).written())) == wanted


def test_without_a_town_by_hand() -> None:
    solve = sets.solver(incl_cut=0.8)
    found = sets.left_out(frame(), TOWNS, solve)
    # the whole: A*~B alone is at .8; without c the exception is gone: A
    assert found.shares == {"A*~B": 0.5, "~B": pytest.approx(0.25), "A": 0.25}
    assert (found.runs, found.solved) == (4, 4)
    assert found.lost == {"c": ("A*~B",), "d": ("A*~B",)}
    with pytest.raises(InputProblem):
        sets.left_out(frame(), TOWNS[:3], solve)


def test_a_run_in_which_the_outcome_does_not_vary_has_no_solution() -> None:
    data = {"A": [1, 1, 0], "B": [0, 1, 1], "Y": [1, 1, 0]}
    one = replace(sets.make_frame({**data, "Y": [1, 0.9, 0]}, "Y"), outcome=np.array([1.0, 1.0, 0.0]))
    found = sets.left_out(one, ["x", "y", "z"], sets.solver())
    assert found.runs == 3 and found.solved == 2 and "z" in found.lost


def test_memberships_without_error_stay_and_large_errors_move_them() -> None:
    values = np.array([[0.9, 0.8], [0.8, 0.9], [0.2, 0.1], [0.1, 0.3]])

    def make(drawn: np.ndarray) -> sets.Frame:
        return sets.make_frame({"A": drawn[:, 0], "Y": drawn[:, 1]}, "Y", cases=list("wxyz"))

    sure = sets.drawn(values, np.zeros_like(values), make, sets.solver(), draws=20, seed=1)
    assert sure.shares == {"A": 1.0} and sure.solved == sure.runs == 20
    loose = sets.drawn(values, np.full_like(values, 0.6), make, sets.solver(), draws=60, seed=1)
    assert loose.shares["A"] < 1 and loose.solved < 60
    again = sets.drawn(values, np.full_like(values, 0.6), make, sets.solver(), draws=60, seed=1)
    assert again.shares == loose.shares
    missing = sets.drawn(values, np.full_like(values, np.nan), make, sets.solver(), draws=5, seed=1)
    assert missing.shares == {"A": 1.0}
    for errors in (np.zeros((2, 2)), np.full_like(values, -0.1)):
        with pytest.raises(InputProblem):
            sets.drawn(values, errors, make, sets.solver())


def test_waves_by_themselves() -> None:
    found = sets.by_cluster(frame(), WAVES)
    # first wave: B is always 0; A or ~... : Y = A (one row each); second wave: A*B 2 of 3 is not enough
    assert found.shares.loc["A", 1] == 1
    assert found.shares[2].isna().all() and 2 in found.why
    assert found.counts == {1: 1, 2: 0}
    with pytest.raises(InputProblem):
        sets.by_cluster(frame(), WAVES[:2])


def test_a_row_sufficient_for_both_is_named() -> None:
    data = {"A": [0.9, 0.8, 0.1, 0.2], "B": [0.2, 0.3, 0.9, 0.8], "Y": [0.5, 0.45, 0.9, 0.1]}
    one = sets.make_frame(data, "Y")
    both = [sets.truth_table(side, incl_cut=0.62) for side in (one, sets.negated(one))]
    # A*~B holds .8 .7 .1 .2; with Y .5 .45 .1 .1 = 1.15 of 1.8, with ~Y .5 .55 .1 .2 = 1.35 of 1.8; ~A*B with ~Y 1.2 of 2.0 only
    found = sets.simultaneous(*both)
    assert [one.write(row.cube) for row in found] == ["A*~B"]
    notes = sets.standard(one, incl_cut=0.62).notes
    assert any("A*~B" in note and "at once" in note for note in notes)


def test_cases_that_contradict_their_row() -> None:
    table = sets.truth_table(frame(), incl_cut=0.6)
    found = {frame().write(row.cube): against for row, against in table.contradictory}
    assert found == {"A*B": ("c2",)}
    strict = sets.truth_table(frame(), incl_cut=0.9)
    assert {frame().write(row.cube): against for row, against in strict.contradictory} == {"A*B": ("a2", "b2")}
    assert strict.observed == 4


def test_what_is_held_necessary_is_in_every_term_of_the_outcome() -> None:
    rows = [*product((0, 1), repeat=3)]
    # ~A*C is not observed; one case in six of the row A*~B*C is without the outcome, so that no condition equals it
    chosen = [row for row in rows if row not in ((0, 1, 1), (0, 0, 1))] + [(1, 0, 1)] * 5
    outcome = [int(row[0] and row[2]) for row in chosen[:-1]] + [0]
    data = {name: [row[at] for row in chosen] for at, name in enumerate("ABC")} | {"Y": outcome}
    one = sets.make_frame(data, "Y")
    free = sets.standard(one).sides[0].results["parsimonious"].solution.write()
    held = sets.standard(one, necessary="A").sides[0].results["parsimonious"].solution.write()
    assert (free, held) == ("C", "A*C")
    shut = sets.standard(one, untenable="~A*C").sides[0].results["parsimonious"].solution.write()
    assert shut == "A*C"
    with pytest.raises(InputProblem):
        sets.standard(one, untenable="NONE")
