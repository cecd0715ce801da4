"""Reader and checkers of vectors of set-theoretic comparison, known by their keys.

Models are compared as sets of sets of literals, fits at 2e-6, cluster scores and calibrations at 2e-6, robustness at the three decimals given.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.conformance.registry import Example, checker, reader
from veche import sets
from veche.study import InputProblem

TOLERANCE = 2e-6
#: key that only vectors of a kind have -> kind
KEYS = {
    "asf": "qca redundancy-free", "rob_fit_both": "qca robustness", "not_y": "qca contradictory assumptions",
    "rows_set_to_0_by_hand": "qca enhanced analysis", "indicators": "qca ideal types", "cluster": "qca clusters",
}  # fmt: skip


@reader
def read_qca(path: Path) -> list[Example] | None:
    """Read one vector per JSON file; the list of ids and the tables hold no examples of their own."""
    if path.suffix.lower() == ".csv":
        return [] if path.parent.name == "data" and (path.parent.parent / "expected").is_dir() else None
    if path.suffix.lower() != ".json":
        return None
    try:
        vector = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        return None
    if isinstance(vector, list) and vector and all(isinstance(one, str) for one in vector):
        return [] if (path.parent / "expected").is_dir() else None
    kind = _kind(vector) if isinstance(vector, dict) else None
    return None if kind is None else [Example(kind, str(vector.get("id", path.stem)), vector, path)]


def _kind(vector: dict[str, Any]) -> str | None:
    for key, kind in KEYS.items():
        if key in vector:
            return kind
    tests = vector.get("tests")
    if (
        isinstance(tests, list)
        and tests
        and isinstance(tests[0], dict)
        and {"column", "args", "result"} <= tests[0].keys()
    ):
        return "qca calibration"
    counts = [one for value in vector.values() if isinstance(value, dict) for one in value.values()]
    if counts and all(isinstance(one, dict) and "exactly_half" in one for one in counts):
        return "qca skew"
    return None


def _table(example: Example, name: str | None = None) -> pd.DataFrame:
    for folder in (example.path.parent, *example.path.parents[1:3]):
        found = folder / (name or example.data["data"])
        if found.is_file():
            return pd.read_csv(found, keep_default_na=False)
    raise AssertionError(f"no table {name or example.data['data']} near {example.path}")


def _near(value: float, expected: float | None, what: object) -> None:
    if expected is None:
        assert np.isnan(value), what
    else:
        assert value == pytest.approx(expected, abs=TOLERANCE), what


def _truth_table(example: Example) -> sets.TruthTable:
    given = example.data
    cut = given["incl_cut"]
    return sets.truth_table(
        _table(example), ("~" if given.get("negate_outcome") else "") + given["outcome"], given["conditions"], cases="case",
        incl_cut=tuple(cut) if isinstance(cut, list) else cut, n_cut=given.get("n_cut", 1), pri_cut=given.get("pri_cut", 0),
    )  # fmt: skip


def _words(frame: sets.Frame, model: Any) -> frozenset[str]:
    return frozenset(map(frame.write, model))


@checker("crisp", "fuzzy", "multivalue", "temporal")
def check_solutions(example: Example) -> None:
    """Rows of the truth table, literals alone, and all solutions with their fits."""
    expected = example.data
    table = _truth_table(example)
    rows = {row.number: row for row in table.rows if row.out != "?"}
    assert set(rows) == {row["row"] for row in expected["truth_table"]}
    for row in expected["truth_table"]:
        found = rows[row["row"]]
        assert (found.out, found.n, sorted(found.cases)) == (row["OUT"], row["n"], sorted(map(str, row["cases"])))
        _near(found.inclusion, row["incl"], row)
        _near(found.pri, row["PRI"], row)
    if "single" in expected:
        _check_single(table.frame, expected["single"])
    for kind in ("conservative", "parsimonious"):
        answer = expected["solutions"].get(kind)
        if answer is None:
            continue
        if "error" in answer:
            with pytest.raises(InputProblem):
                sets.minimize(table, kind)
            continue
        _check_solution(table, sets.minimize(table, kind, listed=5000).solution, answer)
    if answer := expected["solutions"].get("intermediate"):
        _check_intermediate(table, answer)


def _check_single(frame: sets.Frame, expected: list[dict[str, Any]]) -> None:
    single = {one.literal: one for one in sets.necessity(frame, depth=1).single}
    for row in expected:
        one = single[row["literal"]]
        for value, key in (
            (one.necessary.inclusion, "inclN"), (one.necessary.relevance, "RoN"), (one.necessary.coverage, "covN"),
            (one.sufficient.inclusion, "inclS"), (one.sufficient.pri, "PRI"), (one.sufficient.coverage, "covS"),
        ):  # fmt: skip
            _near(value, row[key], (row, key))


def _check_solution(table: sets.TruthTable, found: sets.Solution, expected: dict[str, Any]) -> None:
    frame = table.frame
    assert found.complete
    assert (found.count, found.size) == (expected["n_models"], expected["size"])
    models = {_words(frame, model): model for model in found.models}
    assert set(models) == {frozenset(model) for model in expected["models"]}
    if "prime_implicants" in expected:
        assert _words(frame, found.primes) == set(expected["prime_implicants"])
    assert _words(frame, found.core) == set(expected["essential"])
    for words, fit in zip(expected["models"], expected["fit"], strict=False):
        _check_fit(frame, fit, words)
    for words, rows in zip(expected["models"], expected.get("simplifying_assumption_rows", ()), strict=False):
        number = found.models.index(models[frozenset(words)])
        assert sorted(_number(table.cube_of(one), frame.levels) for one in found.assumed(table, number)) == rows


def _number(cube: tuple[int, ...], levels: tuple[int, ...]) -> int:
    """Number of a row as the vectors count it: "does not apply" is no value there."""
    number = 0
    for value, count in zip(cube, levels, strict=True):
        number = number * count + value
    return number + 1


def _check_fit(frame: sets.Frame, expected: dict[str, Any], words: list[str]) -> None:
    assert {one["term"] for one in expected["terms"]} == set(words)
    found = sets.fit_model(frame, [frame.read(one["term"]) for one in expected["terms"]])
    for one, fit in zip(expected["terms"], found.terms, strict=True):
        for value, key in ((fit.inclusion, "inclS"), (fit.pri, "PRI"), (fit.coverage, "covS"), (fit.unique, "covU")):
            _near(value, one[key], (one, key))
    whole = found.whole
    for value, key in ((whole.inclusion, "inclS"), (whole.pri, "PRI"), (whole.coverage, "covS")):
        _near(value, expected[key], (words, key))


def _check_intermediate(table: sets.TruthTable, expected: dict[str, Any]) -> None:
    frame = table.frame
    result = sets.minimize(table, "intermediate", expectations=expected["directional_expectations"], listed=5000)
    pairs = {tuple(_words(frame, model) for model in one.of or ()): one for one in result.solutions}
    for answer in expected["solutions"]:
        found = pairs[frozenset(answer["conservative"]), frozenset(answer["parsimonious"])]
        assert (found.count, found.size) == (answer["n_models"], answer["size"])
        assert {_words(frame, model) for model in found.models} == {frozenset(model) for model in answer["models"]}
        for words, fit in zip(answer["models"], answer.get("fit", ()), strict=False):
            _check_fit(frame, fit, words)


@checker("qca calibration")
def check_calibration(example: Example) -> None:
    """Memberships by the direct method and crisp cuts; fitted curves (indirect) are information only."""
    for test in example.data["tests"]:
        values = _table(example, test["data"])[test["column"]].astype(float)
        given = test["args"]
        if given.get("method") == "indirect":
            continue
        if given["type"] == "crisp":
            cuts = given["thresholds"]
            found: Any = sets.crisp(values, *(cuts if isinstance(cuts, list) else [cuts]))
        else:
            anchors = {name: float(value) for name, value in re.findall(r"(\w+)=([-\d.]+)", given["thresholds"])}
            order = anchors.values() if len(anchors) == 6 else (anchors[name] for name in ("e", "c", "i"))
            linear = not given.get("logistic", True)
            found = sets.calibrate(
                values, *order, shape="linear" if linear else "logistic", idm=given.get("idm", 0.95), below=given.get("below", 1),
                above=given.get("above", 1), inverted=next(iter(anchors)) == "i1", snap=1e-4 if linear else 0.0,
            )  # fmt: skip
        assert np.asarray(found, dtype=float) == pytest.approx(
            np.asarray(test["result"], dtype=float), abs=TOLERANCE
        ), given


@checker("qca skew")
def check_skew(example: Example) -> None:
    """Cases above the crossover and at exactly 0.5."""
    for name, columns in example.data.items():
        if not isinstance(columns, dict):
            continue
        folder = next(one / "data" for one in example.path.parents if (one / "data").is_dir())
        path = next(one for one in sorted(folder.glob("*.csv")) if one.stem in (name, f"d.{name}"))
        table = pd.read_csv(path, keep_default_na=False)
        for column, expected in columns.items():
            found = sets.skew(table[column].astype(float))
            assert (found.above, found.cases, found.half) == (
                expected["above"],
                expected["n"],
                expected["exactly_half"],
            )


@checker("qca clusters")
def check_clusters(example: Example) -> None:
    """Pooled, between and within scores, distances, coverage."""
    given = example.data
    table = _table(example)
    used = [name for name in table.columns if name not in ("case", given["unit"], given["cluster"])]
    frame = sets.read_memberships(table, used, cases="case")
    for test in given["tests"]:
        outcome = test.get("outcome", used[-1])
        found = sets.cluster(
            frame.union(frame.read_model(test.get("expression") or test["term"])), frame.union(frame.read_model(outcome)),
            list(table[given["unit"]]), list(table[given["cluster"]]), relation=test.get("relation", "sufficiency"), padded=True,
        )  # fmt: skip
        _near(found.pooled, test["pooled"], test)
        _near(found.coverage, test["coverage"]["pooled"], test)
        for scores, name in ((found.between, "between"), (found.within, "within")):
            _near(scores.distance, test[f"d_{name}"], test)
            by_name = {str(key): value for key, value in scores.score.items()}
            for key, value in test[name].items():
                _near(by_name[key], value, (test, key))
            assert list(scores.coverage.values()) == pytest.approx(test["coverage"][name], abs=TOLERANCE)


@checker("qca ideal types")
def check_ideal_types(example: Example) -> None:
    """Corners, named types, changes in kind and in degree."""
    given = example.data
    found = sets.ideal_types(
        _table(example), given["indicators"], given["types"], cases="case", unit="TOWN", time="WAVE"
    )
    by_case = {one.case: one for one in found.cases}
    for expected in given["cases"]:
        one = by_case[expected["case"]]
        assert one.corner == expected["corner"]
        if expected["corner_membership"] is None:
            assert one.membership is None
        else:
            assert one.membership == pytest.approx(expected["corner_membership"], abs=TOLERANCE)
        assert max(one.corners.values()) == pytest.approx(expected["max_membership"], abs=TOLERANCE)
        inside = {name: value for name, value in one.corners.items() if value > 0}
        assert inside == pytest.approx(expected["memberships"], abs=TOLERANCE)
        assert dict(one.types) == pytest.approx(expected["named"], abs=TOLERANCE)
    changes = {(one.unit, one.before, one.after): one for one in found.changes}
    for expected in given["changes"]:
        change = changes[expected["town"], expected["frm"], expected["to"]]
        assert change.kind == expected["change"]
        if expected["delta"] is None:
            assert change.delta is None
        else:
            assert change.delta == pytest.approx(expected["delta"], abs=TOLERANCE)


@checker("qca robustness")
def check_robustness(example: Example) -> None:
    """Fit-oriented robustness against both test sets and each of them."""
    given = example.data
    frame = sets.make_frame(_table(example), given["outcome"], given["conditions"], cases="case")
    initial = frame.read_model(given["initial"]["solution"])
    tests = [frame.read_model(one["solution"]) for one in given["tests"]]
    for name, chosen in (("both", tests), ("first", tests[:1]), ("second", tests[1:2])):
        found = sets.robustness(frame, initial, chosen)
        expected = given[f"rob_fit_{name}"]
        values = {
            "RF_cov": found.coverage, "RF_cons": found.consistency, "RF_SC_minTS": found.least, "RF_SC_maxTS": found.greatest,
        }  # fmt: skip
        assert values == pytest.approx(expected, abs=5.1e-4)
    core = sets.robustness(frame, initial, tests).core
    assert [core.inclusion, core.coverage, core.pri] == pytest.approx(given["core_fit"], abs=5.1e-4)


@checker("qca enhanced analysis")
def check_enhanced(example: Example) -> None:
    """Untenable remainders shut out, and what is left to minimise."""
    given = example.data
    table = sets.enhanced(
        _truth_table(example),
        necessary=given["necessary"],
        untenable=given["untenable"],
        rows=given["rows_set_to_0_by_hand"],
    )
    assert [row.number for row in table.positive] == given["positives_after"]
    found = {frozenset(model) for model in sets.minimize(table, "parsimonious").written()}
    assert found == {frozenset(model) for model in given["enhanced_parsimonious"]}
    against = [f"~{name}" for name in given["conditions"]]
    found = {frozenset(model) for model in sets.minimize(table, "intermediate", expectations=against).written()}
    assert found == {frozenset(model) for model in next(iter(given["enhanced_intermediate"].values()))}


@checker("qca contradictory assumptions")
def check_contradictory(example: Example) -> None:
    """Remainders that solutions of the outcome and of its negation both claim."""
    given = example.data
    table = sets.truth_table(_table(example), "EXPORT", given["conditions"], cases="case", incl_cut=given["incl_cut"])
    model = table.frame.read_model(given["model_y"])
    for other in given["not_y"]:
        found = sets.contradictory(table, model, table.frame.read_model(other["model"]))
        assert list(found) == other["contradictory_rows"]


@checker("qca redundancy-free")
def check_redundancy_free(example: Example) -> None:
    """Models of single outcomes and structures of several."""
    given = example.data
    options = given["options"] or {}
    table = _table(example)
    table.columns = [name if name == "case" else name.upper() for name in table.columns]
    found = sets.redundancy_free(
        table, cases="case", consistency=options.get("con", 1), coverage=options.get("cov", 1),
        outcomes=[options["outcome"].upper()] if "outcome" in options else None, longest=tuple(options.get("maxstep", (3, 4, 10))),
    )  # fmt: skip
    models = {_part(one.text): one for one in found.atomic}
    assert len(models) == given["n_asf"]
    for expected in given["asf"]:
        one = models[_part(expected["condition"])]
        assert (one.consistency, one.coverage) == pytest.approx((expected["con"], expected["cov"]), abs=TOLERANCE)
        assert one.complexity == expected["complexity"]
    structures = {frozenset(_part(one.text) for one in structure.parts) for structure in found.structures}
    assert len(structures) == len(found.structures) == given["n_csf"]
    for expected in given["csf"]:
        assert frozenset(_part(one.strip("() ")) for one in re.split(r"\)\*\(", expected["condition"])) in structures


def _part(text: str) -> tuple[str, frozenset[frozenset[str]]]:
    """Read ``a*B + c <-> D``, small letters or ~ for negation."""
    left, outcome = text.split("<->")
    terms = (frozenset(_literal(one.strip()) for one in term.split("*")) for term in left.split("+"))
    return outcome.strip(), frozenset(terms)


def _literal(text: str) -> str:
    return "~" + text.upper() if text.islower() else text
