"""What is taken as units, what is refused, and what a result tells of them."""

from __future__ import annotations

import numpy as np
import pytest

from veche.measures.agreement import (
    COEFFICIENTS,
    Agreement,
    alpha_by_category,
    coefficient,
    cohen_kappa,
    given_spans,
    given_units,
    gwet_ac2,
    holsti,
    krippendorff_alpha,
    percent,
    side_by_side,
    summary,
)
from veche.study.errors import InputProblem, NotFound

ROWS = [["a", "a"], ["a", "b"], ["b", None], ["b", "b"]]


def test_missing_values_may_be_none_nan_a_mask_or_a_masked_array() -> None:
    numbers = np.array([[1, 1], [1, 2], [2, 9], [2, 2]])
    mask = np.zeros((4, 2), dtype=bool)
    mask[2, 1] = True
    floats = numbers.astype(float)
    floats[2, 1] = np.nan
    same = [
        given_units([[1, 1], [1, 2], [2, None], [2, 2]]),
        given_units([[1, 1], [1, 2], [2, float("nan")], [2, 2]]),
        given_units(floats),
        given_units(numbers, missing=mask),
        given_units(np.ma.array(numbers, mask=mask)),
    ]
    for units in same:
        assert units.categories == (1, 2)
        assert (units.pairable, units.size, units.share_missing) == (3, 4, 0.125)
        assert percent(units).value == pytest.approx(2 / 3)


def test_a_result_says_what_it_rests_on() -> None:
    found = krippendorff_alpha(given_units(ROWS, coders=["ann", "bo"]))
    assert (found.coefficient, found.metric, found.design) == ("krippendorff_alpha", "nominal", "given units")
    assert (found.units, found.coders, found.share_missing) == (3, 2, 0.125)
    assert found.prevalence == {"a": 0.5, "b": 0.5}
    # o_ab = o_ba = 1, n = 6: D_o = 2/6, D_e = 2*3*3/30
    assert (found.observed, found.expected) == (pytest.approx(1 / 3), pytest.approx(0.6))
    assert found.value == pytest.approx(4 / 9)
    assert found.interval is None and found.reason is None and found.silent == ()


def test_equal_patterns_are_counted_once() -> None:
    units = given_units([[0, 1]] * 5 + [[1, 0]] + [[1, None]])
    assert units.patterns.tolist() == [[0, 1], [1, -1], [1, 0]]
    assert units.multiplicity.tolist() == [5, 1, 1]


def test_many_coders_and_values_need_no_table_of_keys() -> None:
    rng = np.random.default_rng(5)
    rows = rng.integers(0, 50, (40, 12))
    units = given_units(np.vstack([rows, rows[:7]]))
    assert units.multiplicity.sum() == 47 and (units.multiplicity == 2).sum() == 7
    wide = given_units(np.vstack([rows, rows[:7]]), clusters=list(range(47)))
    assert np.asarray(wide.by_cluster).sum(axis=0).tolist() == wide.multiplicity.tolist()
    assert krippendorff_alpha(wide).value == pytest.approx(krippendorff_alpha(units).value)


def test_numbers_far_apart_and_texts_are_categories_too() -> None:
    far = given_units(np.array([[10**15, 10**15], [0, 10**15], [3, 3]]))
    assert far.categories == (0, 3, 10**15)
    assert given_units(np.array([[0.5, 0.5], [1.5, np.nan]])).categories == (0.5, 1.5)
    assert given_units(np.array([["б", "а"], ["а", "а"]])).categories == ("а", "б")
    assert given_units(np.array([[True, False], [True, True]])).categories == (False, True)
    assert given_units([["a", 1], [None, "b"]]).categories == (1, "a", "b")
    assert krippendorff_alpha(given_units([["a", 1], [1, 1]]), metric="nominal").value == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([["a", "b"], ["a"]], "Unit 1 has 1 values"),
        ([["a"], ["b"]], "1 columns"),
        ([], "0 columns"),
        (7, "not a table"),
        ("ab", "not a row of values"),
        ([["a", "b"], "ab"], "Unit 1 is 'ab'"),
        (np.zeros((2, 2, 2)), "3 dimensions"),
        ([[{}, "a"]], "cannot be a category"),
        ([["a", ["b"]]], "cannot be a category"),
    ],
)
def test_what_is_no_table_is_refused(values: object, words: str) -> None:
    with pytest.raises(InputProblem, match=words):
        percent(values)


def test_options_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputProblem, match="value 'b' of unit 1, coder 1, is none of the categories offered"):
        given_units(ROWS, categories=["a", "c"])
    with pytest.raises(InputProblem, match="offered twice"):
        given_units(ROWS, categories=["a", "b", "a"])
    with pytest.raises(InputProblem, match="cannot be one"):
        given_units(ROWS, categories=["a", "b", []])
    with pytest.raises(InputProblem, match="Give a list"):
        given_units(ROWS, categories=5)  # type: ignore[arg-type]
    with pytest.raises(InputProblem, match="mask of missing values has shape"):
        given_units(ROWS, missing=[[True, False]])
    with pytest.raises(InputProblem, match="mask of missing values"):
        given_units(ROWS, missing=[[True, False], [True]])
    with pytest.raises(InputProblem, match="name of its own"):
        given_units(ROWS, coders=["ann", "ann"])
    with pytest.raises(InputProblem, match="name of its own"):
        given_units(ROWS, coders=["ann"])
    with pytest.raises(InputProblem, match="3 clusters are named for 4 units"):
        given_units(ROWS, clusters=["x", "x", "y"])
    with pytest.raises(InputProblem, match="Unit 2 lies in no cluster"):
        given_units(ROWS, clusters=["x", "x", None, "y"])
    with pytest.raises(InputProblem, match="list or a set"):
        given_units(ROWS, clusters=["x", "x", [], "y"])
    with pytest.raises(InputProblem, match="'documents'"):
        given_units(ROWS, design="characters")  # type: ignore[arg-type]


def test_metrics_need_values_they_fit() -> None:
    names = given_units([["low", "high"], ["high", "high"]])
    with pytest.raises(InputProblem, match="are names"):
        krippendorff_alpha(names, metric="ordinal")
    with pytest.raises(InputProblem, match="needs numbers, and the value 'high'"):
        krippendorff_alpha(names, metric="interval")
    with pytest.raises(InputProblem, match="needs ordered categories"):
        cohen_kappa(names, weights="linear")
    with pytest.raises(InputProblem, match="is negative"):
        krippendorff_alpha([[-1, 2], [2, 2]], metric="ratio")
    with pytest.raises(InputProblem, match="needs numbers"):
        krippendorff_alpha([[float("inf"), 2], [2, 2]], metric="interval")
    with pytest.raises(InputProblem, match="metric 'cosine' is not known"):
        krippendorff_alpha([[1, 2], [2, 2]], metric="cosine")  # type: ignore[arg-type]
    with pytest.raises(InputProblem, match="no set of codes"):
        krippendorff_alpha([[1, 2], [2, 2]], metric="masi")
    with pytest.raises(InputProblem, match="weights are 'cubic'"):
        cohen_kappa([[1, 2], [2, 2]], weights="cubic")  # type: ignore[arg-type]
    ordered = given_units([["low", "high"], ["high", "high"]], categories=["low", "high"])
    assert krippendorff_alpha(ordered, metric="ordinal").value == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        ([[0, 1]], "has shape"),
        ([[0, 1], [2, 0]], "not symmetric"),
        ([[0, -1], [-1, 0]], "negative"),
        ([[0, np.nan], [np.nan, 0]], "missing number"),
        ([[1, 0], [0, 1]], "diagonal"),
        ([["x", "y"], ["z", "w"]], "no matrix of numbers"),
    ],
)
def test_distances_that_are_none_are_refused(matrix: object, words: str) -> None:
    with pytest.raises(InputProblem, match=words):
        krippendorff_alpha([[1, 2], [2, 2]], metric=matrix)


def test_weights_above_1_are_refused() -> None:
    with pytest.raises(InputProblem, match=r"weight of agreement is 1\.5"):
        gwet_ac2([[1, 2], [2, 2]], weights=[[1, 1.5], [1.5, 1]])


def test_coefficients_for_two_coders_refuse_three() -> None:
    for name in ("cohen_kappa", "scott_pi", "bennett_s", "holsti"):
        with pytest.raises(InputProblem, match=rf"{name} compares two coders, and 3 were given \(1, 2, 3\)"):
            coefficient(name)([[1, 1, 2], [2, 2, 2]])
    units = given_units([[1, 1, 2], [2, 2, 2], [1, 1, 2]])
    assert holsti(units.of_coders(0, 1)).value == 1.0


def test_no_pairable_unit_is_undefined_and_says_so() -> None:
    for name in COEFFICIENTS:
        if not name.startswith(("alpha_masi", "alpha_set")):
            found = coefficient(name)([[1, None], [None, 2], [1, None]])
            assert found.value is None and found.reason is not None
            assert found.reason.kind == "nothing comparable", name
            assert "None of the 3 units" in str(found.reason) or "no kappa of their own" in str(found.reason)
    empty = percent(np.empty((0, 3)))
    assert empty.value is None and empty.share_missing is None and empty.units == 0


def test_a_coder_without_values_is_named() -> None:
    units = given_units([["a", None], ["b", None]], coders=["ann", "bo"])
    found = cohen_kappa(units)
    assert found.silent == ("bo",)
    assert "bo gave no value at all" in str(found.reason)
    three = given_units([["a", None, "a"], ["b", None, "a"]], coders=["ann", "bo", "cy"])
    found = krippendorff_alpha(three)
    assert found.value is not None and found.silent == ("bo",) and found.coders == 3


def test_one_category_is_undefined_even_if_more_were_offered() -> None:
    units = given_units([["a", "a"], ["a", "a"]], categories=["a", "b", "c"])
    for name in COEFFICIENTS:
        found = coefficient(name)(units) if not name.startswith(("alpha_i", "alpha_r", "alpha_m", "alpha_s")) else None
        if found is None:
            continue
        if name in ("percent", "holsti"):
            assert found.value == 1.0
        else:
            assert found.value is None and found.reason is not None
            assert found.reason.kind == "no variation" and "'a'" in str(found.reason)


def test_reasons_are_translated_with_what_they_contain() -> None:
    reason = krippendorff_alpha([[1, 1], [1, 1]]).reason
    assert reason is not None
    assert reason.message(
        lambda text: text.upper().replace("{UNITS}", "{units}").replace("{VALUE!R}", "{value!r}")
    ) == (
        "ALL VALUES ON THE 2 PAIRABLE UNITS ARE 1: AGREEMENT CANNOT BE TOLD FROM CHANCE. READ THE PERCENTAGE, OR CODE "
        "UNITS WHERE OTHER VALUES OCCUR."
    )


def test_designs_do_not_mix() -> None:
    spans = given_spans([[(0, 3, "a")], [(0, 3, "a")]], end=5)
    with pytest.raises(InputProblem, match="Spans are free segments"):
        krippendorff_alpha(spans)
    documents = percent(given_units(ROWS, design="documents"))
    with pytest.raises(InputProblem, match="Results of two designs stand together"):
        side_by_side([percent(ROWS), documents])
    assert side_by_side([]) == ()


def test_a_summary_has_what_fits_the_number_of_coders() -> None:
    two, three = summary(ROWS), summary([["a", "a", "b"], ["b", "b", "b"]])
    assert [one.coefficient for one in two][1:3] == ["cohen_kappa", "scott_pi"]
    assert [one.coefficient for one in three][1:3] == ["fleiss_kappa", "conger_kappa"]
    chosen: tuple[Agreement, ...] = summary(ROWS, names=["alpha_nominal"])
    assert chosen[0].value == pytest.approx(4 / 9)
    with pytest.raises(NotFound, match="no coefficient 'beta'"):
        summary(ROWS, names=["beta"])


def test_alpha_by_category_collapses_to_one_against_others() -> None:
    units = given_units([["a", "a"], ["b", "b"], ["c", "b"], ["c", "c"]], categories=["a", "b", "c", "d"])
    found = alpha_by_category(units)
    assert list(found) == ["a", "b", "c", "d"]
    assert found["a"].value == 1.0
    # b: values 3 of 8, one unit of four disagrees: 1 - 7*2/(2*3*5)
    assert found["b"].value == pytest.approx(1 - 7 * 2 / 30)
    assert found["d"].value is None and found["d"].reason is not None and found["d"].reason.kind == "no variation"
