"""Order of events, stages, ways through the truth table: by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from veche import sets
from veche.study import InputProblem


def test_what_came_first_is_a_temporal_condition() -> None:
    order = sets.before([1, 3, 2, math.nan], [2, 3, 1, 4])
    assert order == ["1", "0", "0", "-"]
    frame = sets.make_frame({"FIRST": order, "A": [1, 1, 0, 0], "Y": [1, 0, 0, 1]}, "Y")
    rows = sets.truth_table(frame, incl_cut=1).rows
    assert {frame.write(row.cube): row.out for row in rows} == {
        "FIRST*A": "1", "~FIRST*A": "0", "~FIRST*~A": "0", "FIRST{-}*~A": "1",
    }  # fmt: skip
    # two values of A, three of FIRST: "does not apply" is one
    assert sets.truth_table(frame).possible == 6
    with pytest.raises(InputProblem):
        sets.before([1, 2], [1])


def test_stages_count_crossings_and_missing_values_change_nothing() -> None:
    found = sets.stages([0.2, 0.8, 0.5, 0.3, math.nan, 0.9], ["a"] * 6, [1, 2, 3, 4, 5, 6])
    # up at 2; exactly 0.5 stays in; down at 4; missing stays; up at 6
    assert found["a"].tolist() == [0, 1, 1, 2, 2, 3]
    shuffled = sets.stages([0.3, 0.2, 0.8], ["a", "a", "a"], [3, 1, 2])
    assert shuffled["a"].tolist() == [0, 1, 2]
    with pytest.raises(InputProblem):
        sets.stages([0.1], ["a", "b"], [1, 2])


def test_stages_are_values_of_a_condition() -> None:
    found = sets.stages([0.2, 0.8, 0.3, 0.1, 0.2, 0.3, 0.1, 0.9, 0.9], [*"aaabbbccc"], [1, 2, 3] * 3)
    stage = np.concatenate([found[unit] for unit in "abc"])
    frame = sets.make_frame({"STAGE": stage, "B": [0, 1, 0, 0, 0, 1, 0, 1, 1], "Y": [0, 1, 1, 0, 0, 0, 0, 1, 1]}, "Y")
    assert frame.levels[0] == 3 and frame.write((2, -1)) == "STAGE[2]"
    assert sets.minimize(sets.truth_table(frame, incl_cut=1)).solution.write() == "STAGE[1] + STAGE[2]"


def test_ways_of_units_through_the_rows() -> None:
    data = {"A": [0.9, 0.8, 0.2, 0.5, 0.1], "B": [0.1, 0.9, 0.9, 0.9, 0.2], "Y": [1, 0, 1, 1, 0]}
    frame = sets.make_frame(data, "Y", ["A", "B"], cases=["a1", "a2", "a3", "b2", "b1"])
    ways = {way.unit: way for way in sets.trajectories(frame, ["a", "a", "a", "b", "b"], [1, 2, 3, 2, 1])}
    assert ways["a"].pattern == "A*~B → A*B → ~A*B" and ways["a"].moves == 2
    assert ways["b"].rows == ("~A*~B", None) and ways["b"].pattern == "~A*~B → ?" and ways["b"].moves == 0
    with pytest.raises(InputProblem):
        sets.trajectories(frame, ["a"], [1])
