"""The set-theoretic comparison of a study: memberships by hand, every cell's codings, both outcomes, bad rules."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pytest

from tests.analyses.small import example
from veche import workbench
from veche.analyses._headings import HEADINGS, TABLES
from veche.analyses.ideal_types import ideal_types
from veche.analyses.qca import qca
from veche.analyses.qca.rule import read_rule, read_rule_file
from veche.study import Evidence, InputProblem, NotFound, Result

RULE = "Y = share P.MONEY 0.1 0.5 0.9; R = share P.ROADS 0.1 0.5 0.9"


@pytest.fixture(scope="module")
def evidence(demo_path: Path) -> Evidence:
    with workbench.open(demo_path) as study:
        return study.evidence()


@pytest.fixture(scope="module")
def result(evidence: Evidence) -> Result:
    return qca(evidence, draws=12)


def test_a_share_is_calibrated_with_its_anchors_and_error() -> None:
    table = qca(example(), rule=RULE, outcome="Y", draws=10).tables["calibrated"]
    # money in A, wave 1: two of three interviews
    p, n = 2 / 3, 3
    slope = math.log(19) / 0.4

    def m(x: float) -> float:
        return 1 / (1 + math.exp(-slope * (x - 0.5)))

    row = table.loc["Y · A · 1"]
    spread = math.sqrt(p * (1 - p) / n)
    assert row["membership"] == pytest.approx(m(p), abs=1e-6)
    assert row["error"] == pytest.approx((m(p + spread) - m(p - spread)) / 2)
    assert row["interviews"] == 3


def test_judgements_are_averaged_over_interviews_that_judge() -> None:
    rule = "Y = P.ROADS:0.2 P.MONEY:0.8; R = share P.VIRUS 0.1 0.5 0.9"
    result = qca(example(), rule=rule, outcome="Y", draws=10)
    row = result.tables["calibrated"].loc["Y · B · 1"]
    # one interview says both, one nothing
    assert (row["membership"], row["interviews"]) == (pytest.approx(0.5), 1)
    assert math.isnan(row["error"])
    other = result.tables["calibrated"].loc["Y · A · 1"]
    # .8, .2 (money is denied there), .8
    assert other["membership"] == pytest.approx(0.6)
    assert other["error"] == pytest.approx(0.2)


def test_a_value_leads_to_its_codings_and_to_no_others(evidence: Evidence, result: Result) -> None:
    codes = {evidence.code(f"EFF.{one}").id for one in ("LOW", "MID", "HIGH")}
    for label, row in result.tables["calibrated"].iterrows():
        if row["set"] != "EFFECT":
            continue
        town = next(one.id for one in evidence.towns if one.key == row["town"])
        wave = next(one.id for one in evidence.waves if one.key == row["wave"])
        there = {
            coding.id
            for coding, interview in evidence.counted()
            if coding.code_id in codes and interview.town_id == town and interview.wave_id == wave
            and coding.modality == "asserted"
        }  # fmt: skip
        assert set(result.grounds(label, table="calibrated").supporting) == there


def test_the_default_rule_compares_the_fictional_study(result: Result) -> None:
    models = result.tables["solution_counts"]
    assert set(models["outcome"]) == {"EFFECT", "~EFFECT"}
    assert set(models["solution"]) == {"conservative", "intermediate", "parsimonious"}
    assert models["all_counted"].all() and (models["minimal_models"] >= 1).all()
    calibrated = result.tables["calibrated"]
    assert calibrated["membership"].dropna().between(0, 1).all()
    missing = calibrated["membership"].isna()
    assert (calibrated["reason"] != "").equals(missing)
    whole = result.tables["solutions"]
    assert whole["inclusion"].dropna().between(0, 1).all()
    for label in whole.index:
        assert len(result.grounds(label)) > 0


def test_tables_have_titles_headings_and_rows_of_their_own(result: Result, evidence: Evidence) -> None:
    for one in (result, ideal_types(evidence)):
        for name, table in one.tables.items():
            assert name in TABLES and table.index.is_unique
            assert set(table.columns) <= set(HEADINGS)


def test_shares_of_doubt_are_shares_and_the_seed_gives_the_same(evidence: Evidence, result: Result) -> None:
    again = qca(evidence, draws=12)
    for name, table in result.tables.items():
        assert table.equals(again.tables[name]), name
    assert result.tables["term_survival"]["share"].dropna().between(0, 1).all()
    assert result.tables["stability"]["share"].dropna().between(0, 1).all()


def test_a_codebook_without_the_codes_of_the_default_rule_gives_empty_tables_and_the_reason() -> None:
    found = qca(example())
    assert found.tables["solutions"].empty
    assert "EFF.LOW" in found.sentence


@pytest.mark.parametrize(
    "rule",
    ["", "Y = P.MONEY", "Y = A B; Y = A B", "Y = A:0.5 B:0.2; R = A B", "Y = share P.MONEY 1 2; R = A B", "Y = A:x B:1; R = A B",
     "Y P.MONEY P.ROADS; R = A B", "Y = A A; R = A B", "Y = share P.MONEY 0.1 0.1 0.9; R = A B"],
)  # fmt: skip
def test_a_rule_that_cannot_be_read_is_named(rule: str) -> None:
    with pytest.raises(InputProblem):
        read_rule(rule)


def test_a_rule_from_a_file_is_the_same_rule(tmp_path: Path) -> None:
    path = tmp_path / "rule.yaml"
    path.write_text(
        "Y: [P.ROADS, P.MONEY]\nR: {P.VIRUS: 0.1, P.MONEY: 0.9}\nS: {share: P.ROADS, anchors: [0.1, 0.5, 0.9]}\n",
        "utf-8",
    )
    assert read_rule_file(str(path)) == read_rule(
        "Y = P.ROADS P.MONEY; R = P.VIRUS:0.1 P.MONEY:0.9; S = share P.ROADS 0.1 0.5 0.9"
    )


@pytest.mark.parametrize(
    "text",
    ["- a\n", "Y: {share: A}\nR: [A, B]\n", "Y: 1\nR: [A, B]\n", "a: [\n", "Y: {share: A, anchors: 3}\nR: [A, B]"],
)
def test_a_bad_file_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "rule.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputProblem):
        read_rule_file(str(path))
    with pytest.raises(InputProblem):
        read_rule_file(str(tmp_path / "none.yaml"))


def test_unknown_codes_and_outcomes_are_named() -> None:
    with pytest.raises(NotFound):
        qca(example(), rule="Y = P.NONE P.MONEY; R = share P.ROADS 0 0.5 1", outcome="Y")
    with pytest.raises(InputProblem):
        qca(example(), rule=RULE, outcome="Z")


def test_a_constant_outcome_is_said_not_raised() -> None:
    evidence = dataclasses.replace(example(), codings=())
    found = qca(evidence, rule=RULE, outcome="Y")
    assert found.tables["solutions"].empty and "Y" in found.sentence


def test_ideal_types_follow_the_degrees(evidence: Evidence) -> None:
    found = ideal_types(evidence)
    placed = found.tables["placed"]
    for label, row in placed[placed["corner"] != ""].iterrows():
        degrees = {name: float(value) for name, value in (one.split() for one in row["answers"].split(", "))}
        least = min(1 - degrees[one[1:]] if one[0] == "~" else degrees[one] for one in row["corner"].split("*"))
        assert row["membership"] == pytest.approx(least, abs=0.006) and row["membership"] > 0.5
        assert len(found.grounds(label)) > 0
    assert (placed["reason"] != "").equals(placed["corner"] == "")
    for row in found.tables["type_changes"].to_dict("records"):
        same = row["corner_before"] == row["corner_after"] != ""
        assert (row["kind_of_change"] in ("change in degree", "no change")) == same


def test_ideal_types_of_a_study_without_statements_are_empty_with_the_reason() -> None:
    found = ideal_types(example())
    assert (found.tables["placed"]["corner"] == "").all() and (found.tables["placed"]["reason"] != "").all()


@pytest.mark.parametrize("wrong", [{"indicators": "NONE"}, {"indicators": ""}, {"types": "A"}, {"types": "A = NONE"}])
def test_ideal_types_name_what_cannot_be_read(wrong: dict[str, str]) -> None:
    with pytest.raises(InputProblem):
        ideal_types(example(), **wrong)


def test_both_figures_draw(result: Result, evidence: Evidence) -> None:
    for one in (result, ideal_types(evidence), qca(example()), ideal_types(example())):
        chart = one.figure.to_dict()
        assert chart["description"]
