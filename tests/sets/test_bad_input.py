"""Whatever is wrong with what is given, it is named: what was found, where, what to do; nothing else is ever raised."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from veche import sets, words
from veche.study.errors import InputProblem

DATA: dict[str, Any] = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
TOWNS = ["Alder", "Birch", "Cedar", "Dale"]
f = sets.make_frame(DATA, "STABLE", cases=TOWNS)
t = sets.truth_table(f)
n = float("nan")
#: an outcome that hardly anybody has
LOW = sets.make_frame({**DATA, "STABLE": [0.2, 0.1, 0.1, 0.0]}, "STABLE", cases=TOWNS)


def mk(**changed: Any) -> Callable[[], Any]:
    """Read the data with some columns changed."""
    return lambda: sets.make_frame({**DATA, **changed}, "STABLE", cases=TOWNS)


#: what is done, and words that the message must hold
BAD: dict[str, tuple[Callable[[], Any], str]] = {
    "constant outcome": (lambda: sets.make_frame({"A": [1, 0], "Y": [1, 1]}, "Y"), "The outcome Y is 1 in all 2 cases"),
    "missing value": (mk(HEAD=[0.9, None, 0.1, 0.2]), "Case Birch has no value for HEAD"),
    "missing number": (mk(HEAD=[0.9, n, 0.1, 0.2]), "Case Birch has no value for HEAD"),
    "membership over 1": (mk(HEAD=[0.9, 1.3, 0.1, 0.2]), "Case Birch has 1.3 for HEAD"),
    "membership under 0": (mk(HEAD=[0.9, -0.3, 0.1, 0.2]), "Case Birch has -0.3 for HEAD"),
    "word": (mk(HEAD=["x", 1, 0, 0]), "Case Alder has x for HEAD"),
    "inf": (mk(HEAD=[0.9, np.inf, 0.1, 0.2]), ""),
    "condition equals the outcome": (mk(HEAD=DATA["STABLE"]), "Condition HEAD equals the outcome STABLE in every case"),
    "lens": (mk(HEAD=[1, 0]), ""),
    "scalar": (lambda: sets.make_frame({"A": 3, "Y": [1, 0]}, "Y"), ""),
    "nodata": (lambda: sets.make_frame({}, "Y"), ""),
    "norows": (lambda: sets.make_frame({"A": [], "Y": []}, "Y"), ""),
    "dupl": (lambda: sets.make_frame(DATA, "STABLE", ["HEAD", "HEAD"]), "HEAD"),
    "outcome cond": (lambda: sets.make_frame(DATA, "STABLE", ["STABLE"]), ""),
    "emptyname": (lambda: sets.make_frame(DATA, ""), ""),
    "val": (lambda: sets.make_frame(DATA, "STABLE[7]"), ""),
    "cases dup": (lambda: sets.make_frame(DATA, "STABLE", cases=["a", "a", "b", "c"]), "Case a"),
    "cases n": (lambda: sets.make_frame(DATA, "STABLE", cases=["a"]), ""),
    "incl": (lambda: sets.truth_table(f, incl_cut=1.2), ""),
    "incl nan": (lambda: sets.truth_table(f, incl_cut=n), ""),
    "n0": (lambda: sets.truth_table(f, n_cut=0), ""),
    "pri": (lambda: sets.truth_table(f, pri_cut=-1), ""),
    "cuts": (lambda: sets.truth_table(f, incl_cut=(0.5, 0.8)), ""),
    "no cuts": (lambda: sets.truth_table(f, incl_cut=()), ""),
    "three cuts": (lambda: sets.truth_table(f, incl_cut=(0.9, 0.8, 0.7)), "0.90, 0.80, 0.70"),
    "std cuts": (lambda: sets.standard(f, incl_cut=(0.5, 0.8)), "0.50, 0.80"),
    "incl word": (lambda: sets.truth_table(f, incl_cut="x"), ""),
    "no positive row": (
        lambda: sets.minimize(sets.truth_table(LOW)),
        "No row of STABLE is positive at consistency 0.80 and PRI 0.00",
    ),
    "rows with too few cases": (
        lambda: sets.minimize(sets.truth_table(f, n_cut=2)),
        "No combination holds 2 cases or more",
    ),
    "no negative row": (lambda: sets.minimize(sets.truth_table(f, incl_cut=0)), "Every row of STABLE is positive"),
    "kind": (lambda: sets.minimize(t, "xx"), "xx"),
    "exp": (lambda: sets.minimize(t, "intermediate", expectations=["NONE"]), "NONE"),
    "exp2": (lambda: sets.minimize(t, "intermediate", expectations={"HEAD": 4}), ""),
    "exp3": (lambda: sets.minimize(t, "intermediate", expectations=["HEAD**"]), ""),
    "exp4": (lambda: sets.minimize(t, "intermediate", expectations="HEAD"), ""),
    "exp5": (lambda: sets.minimize(t, "intermediate", expectations={"HEAD": "x"}), ""),
    "calib": (lambda: sets.calibrate([1, 2], 1, 2), ""),
    "calib2": (lambda: sets.calibrate(["x"], 1, 2, 3), ""),
    "calib3": (lambda: sets.calibrate([1], 3, 1, 2), "3, 1, 2"),
    "calib4": (lambda: sets.calibrate([1], 1, 2, n), ""),
    "calib5": (lambda: sets.calibrate([1], 1, 2, 3, snap=0.7), ""),
    "calib6": (lambda: sets.calibrate([1], 1, 2, 3, shape="q"), ""),
    "calib8": (lambda: sets.calibrate([1], 1, 2, "z"), ""),
    "crisp": (lambda: sets.crisp([1, n], 1), "Value 2 is missing"),
    "crisp2": (lambda: sets.crisp([1], 2, 1), ""),
    "crisp3": (lambda: sets.crisp(["x"], 2), ""),
    "ind": (lambda: sets.indirect([1, 2], [0.1]), ""),
    "ind2": (lambda: sets.indirect([1, n], [0.1, 0.2]), "Value 2 is missing"),
    "ind3": (lambda: sets.indirect([1, 1], [0.1, 0.2]), ""),
    "ind4": (lambda: sets.indirect([], []), ""),
    "verbal": (lambda: sets.verbal(["a"], ["b", "c"]), "b, c"),
    "verbal2": (lambda: sets.verbal(["a"], ["a", "a"]), ""),
    "verbal3": (lambda: sets.verbal(["a"], ["a"]), ""),
    "verbal4": (lambda: sets.verbal(["a"], ["a", "b"], [1, 0]), ""),
    "verbal5": (lambda: sets.verbal(["a"], []), ""),
    "verbal6": (lambda: sets.verbal(["a"], ["a", "b"], ["q", 1]), ""),
    "skew": (lambda: sets.skew([2]), ""),
    "skew2": (lambda: sets.skew(["a"]), ""),
    "nec": (lambda: sets.necessity(f, incl_cut=2), ""),
    "nec2": (lambda: sets.necessity(f, depth=0), ""),
    "nec nan": (lambda: sets.necessity(f, incl_cut=n), ""),
    "suff": (lambda: sets.sufficiency([0.1], [0.1, 0.2]), ""),
    "suff2": (lambda: sets.necessity_of([n], [0.1]), "Membership 1 is nan"),
    "suff3": (lambda: sets.sufficiency(["x"], [1]), ""),
    "suff4": (lambda: sets.sufficiency([[1]], [[1]]), ""),
    "fit": (lambda: sets.fit_model(f, [(1,)]), ""),
    "fit2": (lambda: sets.fit_model(f, ["NONE"]), ""),
    "fits": (lambda: sets.fit_models(f, np.array([[1]]), np.array([[0]])), ""),
    "fits2": (lambda: sets.fit_models(f, np.array([[1, 1]]), np.array([[3]])), ""),
    "sel": (lambda: sets.select_cases(f, (1, 7)), ""),
    "sel2": (lambda: sets.select_cases(f, "X"), "X"),
    "rob": (lambda: sets.robustness(f, "HEAD", []), ""),
    "rob2": (lambda: sets.robustness(f, "HEAD", ["Q"]), ""),
    "stab": (lambda: sets.stability(f, incl_cuts=[]), "no cut-off"),
    "stab2": (lambda: sets.stability(f, incl_cuts=[2]), ""),
    "stab3": (lambda: sets.stability(f, incl_cuts=[0.8], expectations=["Q"]), ""),
    "cut": (lambda: sets.cut_map(f, ["Q"], incl_cuts=[0.8]), ""),
    "cut2": (lambda: sets.cut_map(f, ["HEAD"], incl_cuts=[3]), ""),
    "perm": (lambda: sets.permuted(f, sets.solver(), shuffles=0), ""),
    "perm2": (lambda: sets.permuted(f, sets.solver(), shuffles=-1), ""),
    "perm3": (lambda: sets.permuted(f, sets.solver(incl_cut=3)), ""),
    "perm4": (lambda: sets.permuted(f, sets.solver(), shuffles=3, seed=-1), "-1"),
    "sens": (
        lambda: sets.sensitivity(
            lambda c: sets.minimize(sets.truth_table(f, incl_cut=c)), 0.8, low=0.5, high=1, step=0
        ),
        "",
    ),
    "sens2": (lambda: sets.sensitivity(None, 0.8, low=0.9, high=1, step=0.1), ""),
    "clus": (lambda: sets.cluster([0.1], [0.1], [1, 2], [1]), ""),
    "clus2": (lambda: sets.cluster([0.1, 0.2], [0.1, n], [1, 2], [1, 1]), ""),
    "clus3": (lambda: sets.cluster([0.1, 0.2], [0.1, 0.3], [1, 2], [1, 1], relation="x"), ""),
    "clus4": (lambda: sets.cluster([0.1, 0.2], [0.1, 0.3], [1, 2], [1, 1], shuffles=-2), ""),
    "by": (lambda: sets.by_cluster(f, [1]), ""),
    "by2": (lambda: sets.by_cluster(f, [1, 1, 2, 2], incl_cut=4), ""),
    "diff": (lambda: sets.differenced([1], [1, 2], [1]), ""),
    "diff2": (lambda: sets.differenced(["x"], [1], [1]), ""),
    "diff3": (lambda: sets.differenced([1, 2], ["a", "a"], [1, None]), "1, None"),
    "stg2": (lambda: sets.stages([1, 0], ["a", "a"], [1, None]), "1, None"),
    "bef": (lambda: sets.before([1], [1, 2]), ""),
    "bef2": (lambda: sets.before(["x"], [1]), ""),
    "stg": (lambda: sets.stages([1], [1, 2], [1]), ""),
    "traj": (lambda: sets.trajectories(f, [1], [1]), ""),
    "traj2": (lambda: sets.trajectories(f, [1, 1, 2, 2], [1, "a", 1, 2]), "1, a"),
    "left": (lambda: sets.left_out(f, [1], sets.solver()), ""),
    "left2": (lambda: sets.left_out(f, [1, 1, 1, 1], sets.solver(incl_cut=3)), ""),
    "drawn": (lambda: sets.drawn([[0.1]], [[0.1, 0.2]], lambda x: f, sets.solver()), ""),
    "drawn2": (lambda: sets.drawn([[0.1]], [[-0.1]], lambda x: f, sets.solver()), ""),
    "within": (lambda: sets.drawn_within(f, {"HEAD": [0.1, 0.2]}, sets.solver()), "2 values for 4 cases"),
    "within2": (lambda: sets.drawn_within(f, {"Q": 0.1}, sets.solver()), "Q"),
    "within3": (lambda: sets.drawn_within(f, {"HEAD": -0.1}, sets.solver()), ""),
    "within4": (lambda: sets.drawn_within(f, {"HEAD": "x"}, sets.solver()), "x"),
    "within5": (
        lambda: sets.drawn_within(
            sets.make_frame({"A": [2, 0, 1], "B": [1, 1, 0], "Y": [1, 0, 0]}, "Y"), {"A": 0.1}, sets.solver()
        ),
        "A",
    ),
    "within6": (lambda: sets.drawn_within(f, {"HEAD": 0.1}, sets.solver(), draws=0), "0"),
    "ind nan": (lambda: sets.indirect([1, 2, 3], [n, n, 0.5]), ""),
    "model place": (lambda: sets.minimize(t).solution.model(9), "9"),
    "enh": (lambda: sets.enhanced(t, necessary=["Q"]), ""),
    "enh2": (lambda: sets.enhanced(t, rows=[99]), "99"),
    "enh3": (lambda: sets.enhanced(t, untenable=["HEAD**"]), ""),
    "theory": (lambda: sets.theory(f, "Q", "HEAD"), ""),
    "theory2": (lambda: sets.theory(f, "HEAD", "Q"), ""),
    "theory3": (lambda: sets.theory(f, "", "HEAD"), ""),
    "ideal": (lambda: sets.ideal_types(DATA, ["Q"]), ""),
    "ideal2": (lambda: sets.ideal_types(DATA, ["HEAD"], {"A": "Q"}), ""),
    "ideal3": (lambda: sets.ideal_types(DATA, ["HEAD"], unit="u", time="t"), ""),
    "ideal4": (lambda: sets.ideal_types(DATA, []), ""),
    "cna": (lambda: sets.redundancy_free(DATA, consistency=2), ""),
    "cna2": (lambda: sets.redundancy_free(DATA, ["Q"]), ""),
    "cna3": (lambda: sets.redundancy_free(DATA, outcomes=["Q"]), ""),
    "cna4": (lambda: sets.redundancy_free(DATA, longest=(0, 1, 1)), ""),
    "cna5": (lambda: sets.redundancy_free({"A": [0, 3, 1]}), ""),
    "rec": (lambda: sets.read_record("x"), ""),
    "rec2": (lambda: sets.read_record("[]"), ""),
    "rec3": (lambda: sets.record(sets.standard(f), calibration={"Q": "x"}), "Q"),
    "neg0": (lambda: sets.negated(sets.read_memberships(DATA, ["HEAD"])), ""),
    "sim": (
        lambda: sets.simultaneous(t, sets.truth_table(sets.make_frame({"A": [1, 0, 1], "Y": [1, 0, 0]}, "Y"))),
        "HEAD, FIRM",
    ),
    "con": (lambda: sets.contradictory(t, "Q", "HEAD"), ""),
    "std": (lambda: sets.standard(f, kinds=["x"]), ""),
    "std2": (lambda: sets.standard(f, necessity_cut=4), ""),
    "std3": (lambda: sets.standard(f, untenable="Q"), ""),
    "std4": (lambda: sets.standard(f, expectations=["Q"]), ""),
    "fig": (lambda: sets.minimize(t).solution.figure(9), ""),
    "fig2": (lambda: sets.minimize(t).venn(5), ""),
    "fig3": (lambda: t.figure("zz"), ""),
    "fig4": (lambda: sets.standard(f).figure(7), ""),
    "chain": (lambda: sets.redundancy_free({"A": [1, 1, 0, 0], "B": [1, 0, 1, 0], "C": [1, 1, 1, 0]}).figure(99), "99"),
    "nfig": (lambda: sets.necessity(f).figure("Q"), ""),
    "cols": (lambda: sets.make_frame(pd.DataFrame([[1, 0, 1], [0, 1, 0]], columns=["A", "A", "Y"]), "Y"), "A"),
}


@pytest.mark.parametrize("name", BAD)
def test_nothing_but_a_named_problem_is_raised(name: str) -> None:
    call, said = BAD[name]
    with pytest.raises(InputProblem) as caught:
        call()
    problem = caught.value
    assert said in problem.message(str)
    # what was found, and what to do
    assert problem.message(str).count(".") + problem.message(str).count(":") >= 2
    with words.using("ru"):
        assert re.search("[а-яё]{4}", problem.message(words._))


def test_what_is_no_mistake_is_read() -> None:
    assert sets.make_frame({"A": [True, False, True], "Y": [True, False, False]}, "Y").literals[0][1].tolist() == [
        1,
        0,
        1,
    ]
    assert np.isnan(sets.calibrate([None, 2], 1, 2, 3)[0])
    assert sets.skew([]).cases == 0 and sets.skew([]).share_above != sets.skew([]).share_above
    # rounding of a computed membership is none of a researcher's business
    assert sets.make_frame({"A": [0.1 + 0.9 + 2e-16, 0.2], "B": [-1e-17, 0.5], "Y": [1, 0]}, "Y").literals[1][
        1
    ].tolist() == [0.0, 0.5]
    assert sets.standard(f, kinds=("parsimonious",)).sides[0].results.keys() == {"parsimonious"}


def test_what_the_data_cannot_carry_is_said_by_case_and_condition() -> None:
    data = {"A": [0.9, 0.2, 0.8], "B": [0.1, 0.7, 0.9], "C": [0.5, 0.6, 0.2], "D": [0.8, 0.1, 0.3], "Y": [1, 0, 0.5]}
    notes = " ".join(sets.standard(sets.make_frame(data, "Y", cases=TOWNS[:3])).notes)
    assert "Case Alder is at exactly 0.5 in C and stands in no row. Decide" in notes
    assert "Case Cedar is at exactly 0.5 in the outcome Y. Decide" in notes
    assert "4 conditions make 16 combinations for 3 cases" in notes and "Fewer conditions" in notes


def test_a_side_without_a_positive_or_negative_row_says_so() -> None:
    strict = sets.standard(LOW).sides[0]
    assert set(strict.problems) == {"conservative", "intermediate", "parsimonious"}
    assert all("No row of STABLE is positive at consistency 0.80" in why for why in strict.problems.values())
    loose = sets.standard(f, incl_cut=0.0).sides[0]
    assert "Every row of STABLE is positive" in loose.problems["parsimonious"]
    assert "No row" in strict._repr_html_()
