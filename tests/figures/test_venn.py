"""Venn diagrams: every combination is exactly one area, with its cases and its result; what cannot be drawn is said."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veche import sets, words
from veche.figures import svg, using
from veche.figures.sets import term_venn, venn
from veche.figures.sets._areas import diagram
from veche.study.errors import InputProblem


def marks(chart: Any, kind: str = "") -> list[dict[str, Any]]:
    """Rows of data of a chart, of one kind of mark if named."""
    return [
        row
        for layer in chart.to_dict()["layer"]
        if not kind or layer["mark"]["type"] == kind
        for row in layer["data"]["values"]
    ]


def inside(points: Any, x: float, y: float) -> bool:
    """Whether a point lies in a polygon: an odd number of edges to its right."""
    found = False
    for (a, b), (c, d) in zip(points, [*points[1:], points[0]], strict=True):
        if (b > y) != (d > y) and x < a + (y - b) * (c - a) / (d - b):
            found = not found
    return found


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_every_combination_is_one_area_and_the_areas_fill_the_frame(count: int) -> None:
    drawn = diagram(count)
    assert [one.inside for one in drawn.areas] == list(product((False, True), repeat=count))
    rng = np.random.default_rng(count)
    edge = 4.0
    for _draw in range(150):
        x, y = rng.uniform(edge, drawn.width - edge), rng.uniform(edge, drawn.height - edge)
        if min(np.hypot(x - a, y - b) for line in drawn.outlines for a, b in line) < edge:
            continue
        held = tuple(
            x > drawn.width / 2 if at == 0 and count > 3
            else y < drawn.height / 2 if at == 1 and count > 3
            else inside(line, x, y)
            for at, line in enumerate(drawn.outlines)
        )  # fmt: skip
        if count > 3 and min(abs(x - drawn.width / 2), abs(y - drawn.height / 2)) < edge:
            continue
        there = [one.inside for one in drawn.areas if inside(one.outline, x, y)]
        # up to three sets what is outside all is the whole frame, below the others
        assert [one for one in there if any(one) or count > 3] == ([held] if any(held) or count > 3 else [])


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_every_area_has_room_for_its_number(count: int) -> None:
    drawn = diagram(count)
    for one in drawn.areas:
        at = drawn.place(one.inside, [(14.0, 12.0)])
        assert at is not None
        assert inside(one.outline, *at)
        others = [other for other in drawn.areas if other is not one and (any(other.inside) or count > 3)]
        assert not any(inside(other.outline, *at) for other in others)
    assert drawn.place(drawn.areas[-1].inside, [(5000.0, 12.0)]) is None


def table_of(count: int, cases: int, seed: int) -> sets.TruthTable:
    draw = np.random.default_rng(seed)
    data = {f"C{at}": draw.integers(0, 2, cases) for at in range(count)}
    data["Y"] = np.append(draw.integers(0, 2, cases - 2), [0, 1])
    if any(
        np.array_equal(data[name], data["Y"]) or np.array_equal(data[name], 1 - data["Y"])
        for name in data
        if name != "Y"
    ):
        data["Y"] = 1 - data["Y"]
        data["Y"][0] = 1 - data["Y"][0]
    return sets.truth_table(sets.make_frame(data, "Y", cases=[f"town{at}" for at in range(cases)]), incl_cut=(0.8, 0.4))


@settings(max_examples=8, deadline=None)
@given(count=st.integers(2, 5), cases=st.integers(4, 24), seed=st.integers(0, 10_000))
def test_every_case_is_named_once_in_the_area_of_its_row(count: int, cases: int, seed: int) -> None:
    try:
        table = table_of(count, cases, seed)
    except InputProblem:
        return  # drawn so, a condition equals the outcome
    chart = venn(table)
    drawn = marks(chart)
    areas = {row["part"]: row for row in drawn if "cases" in row}
    assert len(areas) == 2**count
    named = {row["area"].split(":")[0]: row["cases"] for row in areas.values()}
    for row in table.rows:
        assert named[table.frame.write(row.cube)] == ", ".join(row.cases)
    assert sum(bool(one) for one in named.values()) == len(table.rows)
    # words: the number of every row, its result, and every case, in the area or in the list beside
    texts = " ".join(row["t"] for row in drawn if "t" in row)
    for row in table.rows:
        assert f"{row.number} · {row.out}" in texts or str(row.number) in texts.split()
        assert all(case in texts.replace("\n", " ") for case in row.cases)


def test_colours_say_result_contradiction_and_what_the_model_takes_for_positive() -> None:
    # A*B: two cases that do not agree; A*~B positive; ~A*~B negative; ~A*B empty
    data = {"A": [1, 1, 1, 0], "B": [1, 1, 0, 0], "Y": [1, 0, 1, 0]}
    table = sets.truth_table(sets.make_frame(data, "Y", cases=["a", "b", "c", "d"]), incl_cut=1.0)
    plain = {row["area"].split(":")[0]: row["c"] for row in marks(venn(table), "line") if "cases" in row}
    assert len(set(plain.values())) == 4
    held = {row["area"].split(":")[0]: row["c"] for row in marks(venn(table, [(-1, 1)]), "line") if "cases" in row}
    assert held["~A*B"] != plain["~A*B"] and {**held, "~A*B": ""} == {**plain, "~A*B": ""}
    bold = [
        row["t"]
        for layer in venn(table).to_dict()["layer"]
        if layer["mark"].get("fontWeight") == "bold"
        for row in layer["data"]["values"]
    ]
    # the row of a and b is judged negative, so a, who has the outcome, speaks against it
    assert "a" in bold and not {"b", "c", "d"} & set(bold)


def test_cases_in_no_area_are_named_with_the_reason() -> None:
    data = {"A": [0.5, 0.9, 0.1, 0.2], "ORDER": ["1", "0", "-", "0"], "Y": [1, 0, 1, 0]}
    said = venn(sets.truth_table(sets.make_frame(data, "Y", cases=["Alder", "Birch", "Cedar", "Dale"]))).to_dict()[
        "description"
    ]
    assert "exactly 0.5 in a condition: Alder." in said and "does not apply: Cedar." in said and "Dale" not in said


def test_more_than_five_conditions_become_the_terms_of_the_model() -> None:
    draw = np.random.default_rng(5)
    data = {f"C{at}": draw.integers(0, 2, 12) for at in range(7)} | {"Y": [0, 1] * 6}
    table = sets.truth_table(sets.make_frame(data, "Y"))
    with pytest.raises(InputProblem, match="one to five conditions.*here are 7"):
        table.figure("venn")
    found = sets.minimize(table)
    model = found.models[0]
    frame = table.frame
    areas = {row["part"]: row for row in marks(found.venn(), "line") if "cases" in row}
    assert len(areas) == 2 ** len(model)
    none = [one["cases"] for one in areas.values() if one["area"] == "in no term"]
    assert none == [", ".join(case for case, x in zip(frame.cases, frame.union(model), strict=True) if x <= 0.5)]
    with pytest.raises(InputProblem, match="has 6 terms.*one to five"):
        term_venn(frame, [tuple(1 if at == n else -1 for at in range(7)) for n in range(6)])


def test_terms_that_exclude_one_another_leave_an_impossible_area() -> None:
    data = {"A": [1, 1, 0, 0], "B": [1, 0, 1, 0], "Y": [1, 0, 0, 1]}
    frame = sets.make_frame(data, "Y", cases=["a", "b", "c", "d"])
    chart = term_venn(frame, [(1, 1), (0, 0)])
    assert [row["area"] for row in marks(chart, "line") if row.get("area") == "–"]
    assert "cannot be" in [row["t"] for row in marks(chart, "text")]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("variant", ["light", "dark"])
def test_diagrams_are_drawn_in_both_languages_and_variants(language: str, variant: Any) -> None:
    with words.using(language), using(variant):
        for count in (3, 5):
            picture = svg(table_of(count, 20, 1).figure("venn"))
            assert picture.startswith("<svg")
            assert ("без случаев" in picture or "нет случаев" in picture) == (language == "ru")
