"""Necessity, panels, robustness, theory, cases, ideal types and redundancy-free models: values worked out by hand, and bad input."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche import sets
from veche.study import InputProblem

#: memberships of five towns
DATA = {"A": [0.9, 0.7, 0.2, 0.4, 0.1], "B": [0.2, 0.8, 0.9, 0.3, 0.4], "Y": [0.8, 0.9, 0.6, 0.2, 0.3]}
TOWNS = ["Alder", "Birch", "Cedar", "Dale", "Elm"]


def frame() -> sets.Frame:
    return sets.make_frame(DATA, "Y", ["A", "B"], cases=TOWNS)


def test_necessity_of_literals_and_disjunctions_by_hand() -> None:
    found = sets.necessity(frame(), incl_cut=0.9, ron_cut=0.0, depth=2)
    single = {one.literal: one for one in found.single}
    # min(A, Y) = .8 .7 .2 .2 .1 = 2.0 of 2.8; 1 - A = .1 .3 .8 .6 .9 = 2.7; 1 - min = 5 - 2.0 = 3.0
    assert single["A"].necessary.inclusion == pytest.approx(2.0 / 2.8)
    assert single["A"].necessary.relevance == pytest.approx(2.7 / 3.0)
    assert single["A"].necessary.coverage == pytest.approx(2.0 / 2.3)
    assert single["A"].sufficient.inclusion == pytest.approx(2.0 / 2.3)
    # A + B = .9 .8 .9 .4 .4, min with Y = .8 .8 .6 .2 .3 = 2.7 of 2.8
    joint = {one.text: one.fit for one in found.expressions}
    assert joint["A + B"].inclusion == pytest.approx(2.7 / 2.8)
    assert joint["A + B"].relevance == pytest.approx((5 - 3.4) / (5 - 2.7))
    assert "A" not in joint and "A*B" not in joint


def test_a_disjunction_with_a_part_that_is_enough_is_left_out() -> None:
    data = {"A": [1, 1, 1, 0], "B": [1, 0, 1, 0], "Y": [1, 1, 0, 0]}
    found = sets.necessity(sets.make_frame(data, "Y"), incl_cut=1, ron_cut=0, depth=2)
    assert "A" in {one.text for one in found.expressions}
    assert not any("A +" in one.text or one.text.endswith("+ A") for one in found.expressions)


@pytest.mark.parametrize("wrong", [{"incl_cut": 1.2}, {"ron_cut": -0.1}, {"depth": 0}])
def test_necessity_refuses_cut_offs_out_of_bounds(wrong: dict[str, float]) -> None:
    with pytest.raises(InputProblem):
        sets.necessity(frame(), **wrong)  # type: ignore[arg-type]


def test_panel_scores_by_hand_and_an_empty_cell_is_missing() -> None:
    x, y = [1.0, 0.5, 0.0, 0.0], [0.5, 0.5, 1.0, 0.0]
    found = sets.cluster(x, y, ["a", "b", "a", "b"], [1, 1, 2, 2])
    assert found.pooled == pytest.approx(1.0 / 1.5)
    assert found.between.score[1] == pytest.approx(1.0 / 1.5)
    assert math.isnan(found.between.score[2])
    assert found.within.score == pytest.approx({"a": 0.5, "b": 1.0})
    # shares 1/3 and 2/3 against 1/2: sqrt(2 / 36)
    assert found.within.distance == pytest.approx(math.sqrt(2 / 36))
    assert found.within.maximum == pytest.approx(math.sqrt(0.5))
    padded = sets.cluster(x, y, ["a", "b", "a", "b"], [1, 1, 2, 2], padded=True)
    assert padded.between.score[2] == pytest.approx(1.0)


def test_the_reference_of_a_panel_is_reached_always_where_waves_are_alike() -> None:
    x, y = [0.6, 0.6, 0.8, 0.8], [0.3, 0.3, 0.8, 0.8]
    same = sets.cluster(x, y, ["a", "a", "b", "b"], [1, 2, 1, 2], shuffles=50, seed=3)
    assert same.between.distance == pytest.approx(0)
    assert (same.reference, same.exceeded) == (pytest.approx(0), 1.0)
    again = sets.cluster([1, 0.2, 1, 0.3], [1, 0, 1, 0], ["a", "a", "b", "b"], [1, 2, 1, 2], shuffles=99, seed=3)
    assert again.between.distance == pytest.approx(again.between.maximum)
    # the wave that holds agrees in half of the shuffles: both units alike
    assert again.reference < again.between.distance
    assert 0.2 < again.exceeded < 0.8


def test_panels_refuse_missing_memberships_and_lengths() -> None:
    with pytest.raises(InputProblem):
        sets.cluster([0.5, math.nan], [1, 1], ["a", "b"], [1, 1])
    with pytest.raises(InputProblem):
        sets.cluster([0.5], [1, 1], ["a", "b"], [1, 1])


def test_robustness_by_hand() -> None:
    one = frame()
    found = sets.robustness(one, one.read_model("A + B"), [one.read_model("A"), one.read_model("B")])
    # I = .9 .8 .9 .4 .4; least of the tests .2 .7 .2 .3 .1; greatest = I
    assert found.greatest == pytest.approx(1)
    assert found.least == pytest.approx((0.2 + 0.7 + 0.2 + 0.3 + 0.1) / 3.4)
    # core = least: min with Y = .2 .7 .2 .2 .1 = 1.4; I with Y = 2.7
    assert found.coverage == pytest.approx(1.4 / 2.7)
    assert found.consistency == pytest.approx((2.7 / 3.4) / (1.4 / 1.5))
    assert found.cases == {"Alder": "shaky", "Birch": "robust", "Cedar": "shaky", "Dale": "none", "Elm": "none"}
    with pytest.raises(InputProblem):
        sets.robustness(one, one.read_model("A"), [])


def test_sensitivity_stops_where_the_models_change() -> None:
    data = {"A": [1, 1, 1, 1, 0, 0], "B": [0, 0, 1, 1, 1, 0], "Y": [1, 1, 1, 0, 0, 0]}
    one = sets.make_frame(data, "Y")

    def solve(cut: float) -> sets.Result:
        return sets.minimize(sets.truth_table(one, incl_cut=cut), "conservative")

    # row A*B is half consistent: positive up to .5, then not
    found = sets.sensitivity(solve, 0.45, low=0.05, high=0.95, step=0.05, setting="incl")
    assert found.upper == pytest.approx(0.5)
    assert found.lower is None
    assert sets.sensitivity(solve, 0.8, low=0.05, high=0.95, step=0.05).lower == pytest.approx(0.55)
    with pytest.raises(InputProblem):
        sets.sensitivity(solve, 0.8, low=0.9, high=1, step=0.1)


def test_stability_says_why_a_cut_off_has_no_solution() -> None:
    data = {"A": [1, 1, 0, 0], "B": [1, 1, 0, 1], "Y": [1, 0, 0, 0]}
    found = sets.stability(sets.make_frame(data, "Y"), incl_cuts=(0.5, 0.8))
    assert found.shares.loc["A", (0.5, 1)] == 1
    assert found.shares[(0.8, 1)].isna().all()
    assert (0.8, 1) in found.why and found.counts[1] == 0


def test_theory_cuts_the_cases_into_four() -> None:
    one = frame()
    areas = {area.name: area for area in sets.theory(one, "A", one.read_model("B"))}
    assert areas["T*S"].with_outcome == ("Birch",)
    assert areas["~T*S"].with_outcome == ("Cedar",)
    assert areas["T*~S"].with_outcome == ("Alder",)
    assert areas["~T*~S"].without == ("Dale", "Elm")
    assert areas["T*S"].fit.inclusion == pytest.approx((0.2 + 0.7 + 0.2 + 0.2 + 0.1) / (0.2 + 0.7 + 0.2 + 0.3 + 0.1))
    with pytest.raises(InputProblem):
        sets.theory(one, "A*NONE", one.read_model("B"))


def test_cases_are_chosen_by_hand_computed_badness() -> None:
    one = frame()
    found = {case.case: case for case in sets.select_cases(one, one.read("A"), one.read_model("A + B")).cases}
    assert found["Alder"].role == "deviant in degree" and found["Alder"].badness == pytest.approx(0.1 + 0.1)
    assert found["Birch"].role == "typical" and found["Birch"].badness == pytest.approx(0.2 + 0.3)
    assert found["Cedar"].role == "deviant in coverage" and found["Cedar"].badness == pytest.approx(1 - 0.4)
    assert found["Dale"].role == "irrelevant"
    assert found["Alder"].unique and not found["Birch"].unique
    pairs = sets.select_cases(one, one.read("A")).against_irrelevant
    # Birch and Dale: |.7 - .4| + 1 - (.9 - .2)
    assert (pairs[0].typical, pairs[0].other, pairs[0].difference) == ("Birch", "Dale", pytest.approx(0.6))


def test_a_case_at_exactly_half_is_undecided() -> None:
    one = sets.make_frame({"A": [0.5, 1, 0], "Y": [1, 1, 0.2]}, "Y")
    assert {case.case: case.role for case in sets.select_cases(one, (1,)).cases}["0"] == "undecided"


def test_ideal_types_and_changes_by_hand() -> None:
    data = pd.DataFrame(
        {
            "town": ["a", "a", "a", "b", "b"], "wave": [1, 2, 3, 1, 2],
            "P": [0.9, 0.7, 0.7, 0.2, 0.5], "Q": [0.2, 0.4, 0.8, 0.1, 0.1],
        }
    )  # fmt: skip
    found = sets.ideal_types(data, ["P", "Q"], {"LONE": "P*~Q", "ANY": "P + Q"}, unit="town", time="wave")
    first = found.cases[0]
    assert (first.corner, first.membership) == ("P*~Q", pytest.approx(0.8))
    assert first.types == pytest.approx({"LONE": 0.8, "ANY": 0.9}) and first.type is None
    assert found.cases[4].corner is None
    assert [(one.kind, one.delta) for one in found.changes] == [
        ("change in degree", pytest.approx(-0.2)),
        ("change in kind", None),
        ("undetermined", None),
    ]


@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=8))
def test_a_case_stands_in_at_most_one_corner(rows: list[list[float]]) -> None:
    data = {name: [row[at] for row in rows] for at, name in enumerate("PQR")}
    for one in sets.ideal_types(data, ["P", "Q", "R"]).cases:
        over = [name for name, value in one.corners.items() if value > 0.5]
        assert len(over) <= 1 and one.corner == (over[0] if over else None)


def test_ideal_types_refuse_values_and_unknown_columns() -> None:
    with pytest.raises(InputProblem):
        sets.ideal_types({"P": [0, 1, 2]}, ["P"])
    with pytest.raises(InputProblem):
        sets.ideal_types({"P": [0.1, 1]}, ["Q"])
    with pytest.raises(InputProblem):
        sets.ideal_types({"P": [0.1, 1]}, ["P"], unit="town", time="wave")


def test_a_chain_is_found_and_nothing_redundant_in_it() -> None:
    # A + B <-> C and C <-> D need other causes of D to be told apart: C*E <-> D
    rows = [(a, b, int(a or b), e, int((a or b) and e)) for a, b, e in product((0, 1), repeat=3)]
    data = {name: [row[at] for row in rows] for at, name in enumerate("ABCED")}
    found = sets.redundancy_free(data, outcomes=["C", "D"])
    texts = {one.text for one in found.atomic}
    assert "A + B <-> C" in texts and "C*E <-> D" in texts
    assert "(A + B <-> C)*(C*E <-> D)" in {one.text for one in found.structures}
    assert all(one.consistency == one.coverage == 1 for one in found.atomic)


def test_redundancy_free_refuses_thresholds_and_values() -> None:
    with pytest.raises(InputProblem):
        sets.redundancy_free({"A": [0, 1], "B": [0, 1]}, consistency=0)
    with pytest.raises(InputProblem):
        sets.redundancy_free({"A": [0, 1, 2], "B": [0, 1, 1]})


def test_permuted_outcomes_of_a_perfect_rule_are_rarely_as_good() -> None:
    rows = [*product((0, 1), repeat=3)] * 3
    data = {name: [row[at] for row in rows] for at, name in enumerate("ABC")} | {"Y": [row[0] & row[1] for row in rows]}
    found = sets.permuted(sets.make_frame(data, "Y"), sets.solver(), shuffles=60, seed=5)
    assert (found.consistency, found.coverage) == (1, 1)
    assert found.coverage_share <= 0.1


def test_outcomes_are_shuffled_under_the_settings_of_the_solution() -> None:
    """Rows without A are never positive: no shuffled outcome may be explained by ~A either."""
    rows = [*product((0, 1), repeat=3)] * 2
    data = {name: [row[at] for row in rows] for at, name in enumerate("ABC")} | {
        "Y": [row[0] & (1 - row[1]) for row in rows]
    }
    frame, seen = sets.make_frame(data, "Y"), list[str]()
    solve = sets.solver(necessary="A", incl_cut=0.5)

    def watched(one: sets.Frame) -> sets.Result:
        found = solve(one)
        seen.extend(str(literal) for literal in found.solution.write().split(" + "))
        return found

    assert sets.permuted(frame, watched, shuffles=40, seed=2).shuffles == 40
    assert len(set(seen)) > 1 and all("A" in one.split("*") for one in seen)


def test_the_usual_analysis_looks_at_both_outcomes() -> None:
    data = {"A": [1, 1, 0, 0], "B": [1, 0, 1, 0], "Y": [1, 1, 1, 0]}
    found = sets.standard(sets.make_frame(data, "Y"))
    assert [side.outcome for side in found.sides] == ["Y", "~Y"]
    written = {(side.outcome, kind): one.solution.write() for side in found.sides for kind, one in side.results.items()}
    assert written["Y", "parsimonious"] == "A + B"
    assert written["~Y", "parsimonious"] == "~A*~B"
    assert np.allclose(sets.negated(sets.negated(found.sides[0].table.frame)).outcome, data["Y"])
    assert set(found.tables()) == {"solutions", "models", "truth", "necessity"}


def test_intermediate_solutions_say_which_models_they_were_made_from() -> None:
    # M*F*R, M*T*~F and ~T*F*~R are positive; M covers the first two, and F or ~T*~R the third
    data = {
        "M": [1, 1, 0, 0, 0, 1],
        "T": [0, 1, 0, 0, 1, 1],
        "F": [1, 0, 1, 0, 0, 1],
        "R": [1, 0, 0, 1, 0, 0],
        "Y": [1, 1, 1, 0, 0, 1],
    }
    found = sets.standard(sets.make_frame(data, "Y"), both=False)
    tables, results = found.tables(), found.sides[0].results
    assert len(results["parsimonious"].solution.models) > 1 and len(results["conservative"].solution.models) == 1
    for table in ("models", "solutions"):
        pairs = tables[table].drop_duplicates(["kind", "pair"]).set_index("kind")["pair"]
        assert pairs["intermediate"].tolist() == [
            f"C1P{at + 1}" for at in range(len(results["parsimonious"].solution.models))
        ]
        assert pairs.loc[["parsimonious", "conservative"]].isna().all()


def test_a_side_without_solution_says_why() -> None:
    data = {"A": [1, 1, 0, 0], "Y": [1, 0, 1, 0]}
    found = sets.standard(sets.make_frame(data, "Y"), incl_cut=0.8)
    assert set(found.sides[0].problems) == {"conservative", "intermediate", "parsimonious"}
    assert found.tables()["solutions"].empty


def test_the_picture_of_ideal_types_holds_every_membership_and_counts_changes() -> None:
    data = {"town": ["a", "a", "b"], "wave": [1, 2, 1], "P": [0.9, 0.3, 0.5], "Q": [0.2, 0.1, 0.4]}
    found = sets.ideal_types(data, ["P", "Q"], {"ANY": "P + Q"}, cases=["a1", "a2", "b1"], unit="town", time="wave")
    assert found.to_changes().to_dict("records") == [
        {"unit": "a", "before": 1, "after": 2, "change": "change in kind", "delta": None}
    ]
    drawn = str(found.figure().to_dict())
    # corners P*~Q (a1: .8, a2: .3, b1: .5) and ~P*~Q (.1, .7, .5), and ANY (.9, .3, .5)
    for words in ("P*~Q", "~P*~Q", "ANY", "0.80", "0.70", "0.10", "2 of 3 cases stand in a corner", "in kind: 1"):
        assert words in drawn, words
    assert "P*Q" not in drawn.replace("P*~Q", "")


def test_results_over_parts_of_the_cases_draw_themselves() -> None:
    one = sets.make_frame(
        {"A": [0.9, 0.8, 0.1, 0.2, 0.7, 0.3], "B": [0.2, 0.6, 0.7, 0.1, 0.9, 0.4], "Y": [0.9, 0.8, 0.3, 0.2, 0.9, 0.4]}, "Y"
    )  # fmt: skip
    towns, waves = ["a", "b", "c"] * 2, [1, 1, 1, 2, 2, 2]
    by_wave = str(sets.by_cluster(one, waves).figure().to_dict())
    # wave 1 has one smallest model, A; wave 2 has two, A and B
    assert "No term is in the solution of every part" in by_wave and "100%" in by_wave and "50%" in by_wave
    # A in Y: 3.0 of 3.0, covered 3.0 of 3.5
    scores = str(sets.cluster(one.literals[0][1], one.outcome, towns, waves).figure().to_dict())
    assert "Score 1.00 in all cases" in scores and "0.86" in scores
    survived = sets.left_out(one, towns, sets.solver())
    assert "In all 3 runs with a solution: A" in str(survived.figure().to_dict())


def test_rows_between_two_cut_offs_are_contradictions_whatever_their_pri() -> None:
    draw = np.random.default_rng(11)
    data = {name: draw.integers(0, 10, 60) / 9 for name in ("A", "B", "C", "Y")}
    seen = set()
    for row in sets.truth_table(sets.make_frame(data, "Y"), incl_cut=(0.75, 0.65), pri_cut=0.4).rows:
        between, above = 0.65 <= row.inclusion < 0.75, row.inclusion >= 0.75
        assert row.out == ("1" if above and row.pri >= 0.4 else "C" if between else "0")
        seen.add((row.out, row.pri >= 0.4))
    assert {("1", True), ("C", False), ("0", False)} <= seen
