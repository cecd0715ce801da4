"""Every result of `veche.sets` is a table, shows itself in a notebook, and draws itself; none can be added without."""

from __future__ import annotations

import dataclasses
import inspect
import re
from typing import Any

import numpy as np
import pytest

from veche import sets, words
from veche.figures import svg, using

#: parts and inputs of results, no results themselves: cases, one row, one number with its fit, settings
PARTS = {
    "Area", "Done", "Fits", "Frame", "ModelFit", "Necessity", "Row", "Settings", "Sufficiency", "Trajectory",
}  # fmt: skip
#: what has nothing to draw: a record is words
WORDS = {"Record"}
TOWNS = ["Alder", "Birch", "Cedar", "Dale", "Elm", "Fern", "Gorse", "Hazel"]
CLASSES = sorted(name for name in sets.__all__ if inspect.isclass(getattr(sets, name)))


def frame() -> sets.Frame:
    x = {
        "HEAD": [0.9, 0.8, 0.7, 0.2, 0.1, 0.3, 0.6, 0.4], "FIRM": [0.1, 0.9, 0.3, 0.8, 0.2, 0.9, 0.7, 0.1],
        "OPEN": [0.7, 0.2, 0.9, 0.9, 0.1, 0.2, 0.3, 0.8],
    }  # fmt: skip
    return sets.make_frame({**x, "STABLE": [0.9, 0.3, 0.8, 0.7, 0.2, 0.3, 0.4, 0.6]}, "STABLE", cases=TOWNS)


def solve(cut: float) -> sets.Result:
    return sets.minimize(sets.truth_table(frame(), incl_cut=cut))


def results() -> dict[str, Any]:
    """One result of every class."""
    one = frame()
    standard = sets.standard(one, pri_cut=0.4)
    side = standard.sides[0]
    found = side.results["parsimonious"]
    model = found.solution.models[0]
    towns, waves = [name[0] for name in TOWNS[:4]] * 2, [1] * 4 + [2] * 4
    crisp = {"A": [1, 1, 0, 0, 1, 0], "B": [1, 0, 1, 0, 0, 0], "C": [1, 1, 1, 0, 1, 0], "D": [1, 1, 1, 0, 1, 1]}
    types = {"LAW": [0.9, 0.2, 0.5], "MONEY": [0.3, 0.6, 0.7]}
    made = [
        standard, side, found, found.solution, side.table, side.necessary, sets.select_cases(one, model[0], model),
        sets.robustness(one, model, [solve(0.7).models[0], solve(0.9).models[0]]), sets.permuted(one, sets.solver(), shuffles=30, seed=1),
        sets.redundancy_free(crisp, outcomes=["C", "D"], consistency=0.8, coverage=0.8), sets.theory(one, "HEAD*FIRM", model),
        sets.trajectories(one, towns, waves), sets.by_cluster(one, waves), sets.cluster(one.union(model), one.outcome, towns, waves),
        sets.cut_map(one, [one.write(cube) for cube in model], incl_cuts=(0.7, 0.9), pri_cuts=(0.2, 0.4)),
        sets.ideal_types(types, ["LAW", "MONEY"], {"BOTH": "LAW*MONEY"}, cases=TOWNS[:3]), sets.stability(one, incl_cuts=(0.7, 0.8, 0.99)),
        sets.left_out(one, towns, sets.solver()), sets.skew([0, 0.2, 0.5, 0.7, 1, 1]), sets.record(standard),
        sets.sensitivity(solve, 0.8, low=0.5, high=1.0, step=0.05, setting="consistency"),
    ]  # fmt: skip
    return {type(result).__name__: result for result in made}


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return results()


def test_every_class_is_a_result_or_named_as_a_part(made: dict[str, Any]) -> None:
    assert set(CLASSES) == set(made) | PARTS
    assert not set(made) & PARTS and set(made) >= WORDS
    for name in CLASSES:
        assert dataclasses.is_dataclass(getattr(sets, name)) and getattr(sets, name).__dataclass_params__.frozen, name


@pytest.mark.parametrize("name", [name for name in CLASSES if name not in PARTS])
def test_every_result_is_a_table_and_shows_itself(made: dict[str, Any], name: str) -> None:
    import pandas as pd

    result = made[name]
    tables = result.tables().values() if hasattr(result, "tables") else [result.to_frame()]
    for table in tables:
        assert isinstance(table, pd.DataFrame) and len(table), name
        assert table.columns.is_unique
    shown = result._repr_html_()
    assert "<table" in shown and "</table>" in shown
    assert (inspect.getdoc(type(result)) or "").strip()


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", [name for name in CLASSES if name not in PARTS | WORDS])
def test_every_result_draws_itself(made: dict[str, Any], name: str, language: str) -> None:
    variant: Any = "dark" if language == "ru" else "light"
    with words.using(language), using(variant):
        picture = svg(made[name].figure())
    label = re.search(r'aria-label="([^"]+)"', picture)
    assert picture.startswith("<svg") and label is not None and len(label[1]) > 20
    assert bool(re.search("[а-яё]{4}", label[1])) == (language == "ru"), label[1]


def marks(chart: Any) -> list[dict[str, Any]]:
    return [row for layer in chart.to_dict()["layer"] for row in layer["data"]["values"]]


def bold(chart: Any) -> set[str]:
    layers = [layer for layer in chart.to_dict()["layer"] if layer["mark"].get("fontWeight") == "bold"]
    return {row["t"] for layer in layers for row in layer["data"]["values"]}


def test_the_plot_of_necessity_marks_those_in_the_outcome_and_not_in_the_set() -> None:
    found = sets.necessity(frame(), incl_cut=0.6)
    one = frame()
    assert found.best in {expression.text for expression in found.expressions}
    for text in ("HEAD", "HEAD + OPEN", found.best):
        x = one.union(one.read_model(text))
        chart = found.figure(text)
        dots = {row["case"]: (row["x"], row["y"]) for row in marks(chart) if "s" in row and "case" in row}
        for case, a, b in zip(TOWNS, x, one.outcome, strict=True):
            assert dots[case] == (pytest.approx(60 + 430 * a), pytest.approx(20 + 430 * (1 - b)))
        against = {case for case, a, b in zip(TOWNS, x, one.outcome, strict=True) if a <= 0.5 < b}
        assert bold(chart) & set(TOWNS) == against
        fit = sets.necessity_of(x, one.outcome)
        assert f"{fit.inclusion:.2f}" in chart.to_dict()["description"]
    with pytest.raises(sets_problem(), match="NONE"):
        found.figure("NONE")


def sets_problem() -> type[Exception]:
    from veche.study.errors import InputProblem

    return InputProblem


def test_no_expression_passes_and_the_best_literal_is_drawn() -> None:
    found = sets.necessity(frame(), incl_cut=1.0, ron_cut=1.0)
    assert not found.expressions
    assert found.best == max(found.single, key=lambda one: one.necessary.inclusion).literal
    assert found.best in found.figure().to_dict()["description"]


def test_the_histograms_count_every_shuffle_with_a_solution_once() -> None:
    found = sets.permuted(frame(), sets.solver(), shuffles=40, seed=3)
    assert len(found.drawn) == found.solved
    reach = 1 + sum(one >= found.consistency - 1e-12 for one, _cover in found.drawn)
    assert found.consistency_share == pytest.approx(reach / 41)
    bars = [row for row in marks(found.figure()) if "x2" in row and "w" not in row]
    most = {0: 0, 1: 0}
    for at, values in enumerate(zip(*found.drawn, strict=True)):
        counts = np.histogram(np.minimum(values, 1 - 1e-12), bins=20, range=(0, 1))[0]
        most[at] = counts.max()
        heights = sum(row["y2"] - row["y"] for row in bars if (row["x"] >= 360) == bool(at))
        assert heights * most[at] / 150 == pytest.approx(found.solved)


def test_every_case_of_a_selection_is_drawn_and_the_closest_pairs_are_joined() -> None:
    one = frame()
    found = sets.select_cases(one, one.read("OPEN"))
    chart = found.figure(pairs=2)
    dots = {row["case"] for row in marks(chart) if "s" in row and "case" in row}
    assert dots == set(TOWNS)
    joined = {row["part"] for row in marks(chart) if "at" in row}
    assert len(joined) == min(2, len(found.against_consistency)) + min(2, len(found.against_irrelevant))
    for pair in (*found.against_consistency[:2], *found.against_irrelevant[:2]):
        assert f"{pair.typical} – {pair.other}" in chart.to_dict()["description"]


def test_every_case_of_a_robustness_is_drawn_with_its_memberships() -> None:
    found = results()["Robustness"]
    one = frame()
    assert found.to_frame()["outcome"].tolist() == one.outcome.tolist()
    texts = [row["t"] for row in marks(found.figure()) if "t" in row]
    for case, (initial, least, greatest, _y) in found.memberships.items():
        assert case in texts and least <= greatest
        assert (initial > 0.5 and least > 0.5) == (found.cases[case] == "robust")
    assert texts.count("robust") == sum(kind == "robust" for kind in found.cases.values())


def test_a_chain_leads_through_its_middle_outcome() -> None:
    # A or B brings about C, C alone brings about D
    data = {
        "A": [1, 1, 0, 0, 0],
        "B": [1, 0, 1, 0, 0],
        "E": [1, 0, 0, 1, 0],
        "C": [1, 1, 1, 0, 0],
        "D": [1, 1, 1, 1, 0],
    }
    found = sets.redundancy_free(data, ["A", "B", "E", "C", "D"], outcomes=["C", "D"])
    assert found.complete and any(len(one.parts) == 2 for one in found.structures)
    at = next(n for n, one in enumerate(found.ordered) if one.text == "(A + B <-> C)*(E + C <-> D)")
    rows = marks(found.figure(at))
    place = {row["t"]: row["x"] for row in rows if "t" in row}
    discs = sorted(row["x"] for row in rows if "s" in row)
    assert len(discs) == 2 and place["A"] < discs[0] < place["E"] < discs[1]
    dashed = [
        layer for layer in found.figure(at).to_dict()["layer"]
        if layer["mark"]["type"] == "line" and layer["mark"]["strokeDash"] == [3, 3]
    ]  # fmt: skip
    assert len({row["part"] for row in dashed[0]["data"]["values"]}) == 1
    none = sets.redundancy_free({"A": [1, 0, 1, 0], "B": [1, 1, 0, 0]}, outcomes=["B"])
    assert not none.structures and "No redundancy-free" in none.figure().to_dict()["description"]


def test_a_theory_is_drawn_with_every_case_that_is_in_an_area() -> None:
    found = results()["Theory"]
    texts = " ".join(row["t"] for row in marks(found.figure()) if "t" in row)
    for area in found:
        assert all(case in texts for case in (*area.with_outcome, *area.without))
    half = sets.theory(
        sets.make_frame({"A": [0.5, 0.9, 0.1], "Y": [0.9, 0.8, 0.1]}, "Y", cases=["a", "b", "c"]), "A", [(1,)]
    )
    assert half.nowhere == ("a",) and "exactly 0.5: a." in half.figure().to_dict()["description"]


def test_ways_are_drawn_with_a_tile_for_every_time() -> None:
    one = frame()
    found = sets.trajectories(one, ["north"] * 4 + ["south"] * 4, [1, 2, 3, 4] * 2)
    assert len(found.to_frame()) == 8 and found[0].unit == "north"
    texts = [row["t"] for row in marks(found.figure()) if "t" in row]
    for way in found:
        assert all((row or "?") in texts for row in way.rows)


def test_ranges_and_spreads_say_their_numbers() -> None:
    found = sets.sensitivity(solve, 0.8, low=0.5, high=1.0, step=0.05, setting="consistency")
    said = found.figure().to_dict()["description"]
    for value in (found.lower, found.upper):
        assert value is None or f"{value:.2f}" in said
    texts = [row["t"] for row in marks(sets.skew([0, 0.2, 0.5, 0.7, 1, 1]).figure()) if "t" in row]
    assert {"2 (at 0: 1)", "1", "3 (at 1: 2)"} <= set(texts)


def test_terms_that_may_stand_for_one_another_are_named_with_the_models() -> None:
    # B and C are alike wherever there are cases, so that each may stand with A
    data = {"A": [1, 1, 0, 0], "B": [1, 0, 1, 0], "C": [1, 0, 1, 0], "Y": [1, 0, 0, 0]}
    found = sets.standard(sets.make_frame(data, "Y"), kinds=["parsimonious"], both=False)
    solution = found.sides[0].results["parsimonious"].solution
    assert {tuple(map(solution.frame.write, group)) for group in solution.interchangeable} == {("A*B", "A*C")}
    assert found.tables()["models"]["interchangeable"].tolist() == ["A*B | A*C"]
    assert [solution.model(at) for at in range(2)] == list(solution.models)
