"""Figures of set-theoretic comparison: every case, row and term is drawn, in both languages and variants."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from veche import sets, words
from veche.figures import svg, using

TOWNS = ["Alder", "Birch", "Cedar", "Dale", "Elm", "Fern", "Gorse", "Hazel"]


def frame() -> sets.Frame:
    x = {
        "HEAD": [0.9, 0.8, 0.7, 0.2, 0.1, 0.3, 0.6, 0.4], "FIRM": [0.1, 0.9, 0.3, 0.8, 0.2, 0.9, 0.7, 0.1],
        "OPEN": [0.7, 0.2, 0.9, 0.9, 0.1, 0.2, 0.3, 0.8],
    }  # fmt: skip
    y = [0.9, 0.3, 0.8, 0.7, 0.2, 0.3, 0.4, 0.6]
    return sets.make_frame({**x, "STABLE": y}, "STABLE", cases=TOWNS)


def marks(chart: Any) -> list[dict[str, Any]]:
    """All rows of data in a chart."""
    return [row for layer in chart.to_dict()["layer"] for row in layer["data"]["values"]]


def figures() -> dict[str, Any]:
    one = frame()
    found = sets.standard(one, pri_cut=0.4)
    solution = found.sides[0].results["parsimonious"].solution
    cut_map = sets.cut_map(
        one, [one.write(cube) for cube in solution.models[0]], incl_cuts=(0.7, 0.8, 0.9), pri_cuts=(0.2, 0.4)
    )
    return {
        "xy": solution.figure(groups=["1", "2"] * 4), "result": found.sides[0].results["parsimonious"].figure(), "flow": solution.flow(),
        "ambiguity": solution.ambiguity(), "truth": found.sides[0].table.figure(), "chart": found.figure(), "other": found.figure(1),
        "terms": sets.stability(one, incl_cuts=(0.7, 0.8, 0.95)).figure(), "map": cut_map.figure(incl=0.8, pri=0.4),
    }  # fmt: skip


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("variant", ["light", "dark"])
def test_every_figure_is_drawn(language: str, variant: Any) -> None:
    with words.using(language), using(variant):
        for name, chart in figures().items():
            picture = svg(chart)
            label = re.search(r'aria-label="([^"]+)"', picture)
            assert picture.startswith("<svg") and label is not None and len(label[1]) > 20, name
            letters = " ".join(re.findall(r">([^<]+)</t", picture))
            assert bool(re.search("[а-яё]{4}", letters)) == (language == "ru"), name


def test_every_case_is_named_and_placed_by_its_memberships() -> None:
    one = frame()
    rows = marks(figures()["xy"])
    assert {row["t"] for row in rows if "t" in row} >= set(TOWNS)
    model = sets.minimize(sets.truth_table(one, pri_cut=0.4)).solution.models[0]
    dots = {row["case"]: (row["x"], row["y"]) for row in rows if "case" in row and "s" in row}
    for case, x, y in zip(TOWNS, one.union(model), one.outcome, strict=True):
        assert dots[case] == (pytest.approx(60 + 430 * x), pytest.approx(20 + 430 * (1 - y)))


def test_the_truth_table_names_all_cases_with_their_memberships() -> None:
    one = frame()
    table = sets.truth_table(one, pri_cut=0.4)
    texts = {row["t"] for row in marks(table.figure()) if "t" in row}
    for row in table.rows:
        members = one.membership(row.cube)
        for case in row.cases:
            assert f"{case} {members[TOWNS.index(case)]:.2f}" in texts


def test_the_chart_draws_every_literal_of_every_term() -> None:
    side = sets.standard(frame(), pri_cut=0.4).sides[0]
    models = [one.solution.models[0] for one in side.results.values()]
    literals = sum(value >= 0 for model in models for cube in model for value in cube)
    absent = sum(value == 0 for model in models for cube in model for value in cube)
    rows = marks(side.figure())
    assert sum("s" in row for row in rows) == literals
    # a crossed ring has two strokes; the other rules are the lines of the table
    assert sum("w" in row and row["w"] == 1.6 for row in rows) == 2 * absent


def test_the_graph_of_ambiguity_joins_models_with_their_terms() -> None:
    draw = np.random.default_rng(2)
    data = {f"C{at}": draw.integers(0, 2, 30) for at in range(6)} | {"Y": draw.integers(0, 2, 30)}
    solution = sets.minimize(sets.truth_table(data, "Y")).solution
    assert solution.count > 1
    rows = marks(solution.ambiguity())
    lines = {(row["part"], row["c"]) for row in rows if "part" in row}
    shown = solution.models[:16]
    terms = sorted(solution.share, key=lambda cube: (-solution.share[cube], solution.frame.write(cube)))[:24]
    assert len(lines) == sum(cube in terms for model in shown for cube in model)
    one = sets.minimize(sets.truth_table(frame(), pri_cut=0.4)).solution
    if one.count == 1:
        assert "no ambiguity" in one.ambiguity().to_dict()["description"]


def test_a_side_without_solution_is_drawn_with_the_reason() -> None:
    side = sets.standard(sets.make_frame({"A": [1, 1, 0, 0], "Y": [1, 0, 1, 0]}, "Y")).sides[0]
    assert "positive" in side.figure().to_dict()["description"]


def test_values_and_what_does_not_apply_are_written() -> None:
    data = {"URB": [0, 1, 2, 2, 1, 0], "ORDER": ["1", "0", "-", "-", "1", "0"], "Y": [0, 1, 1, 1, 0, 0]}
    found = sets.standard(sets.make_frame(data, "Y"))
    texts = {row["t"] for row in marks(found.sides[0].table.figure()) if "t" in row}
    assert {"2", "–"} <= texts or "2" in texts
    assert svg(found.figure()).startswith("<svg")
