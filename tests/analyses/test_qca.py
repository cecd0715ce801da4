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


def test_the_map_of_cut_offs_is_that_of_the_library(result: Result) -> None:
    from veche import sets

    calibrated = (
        result.tables["calibrated"].pivot_table(index=["town", "wave"], columns="set", values="membership").dropna()
    )
    frame = sets.make_frame(
        calibrated.reset_index(drop=True), "EFFECT", ["MOTIVE", "TEAM", "MONO"],
        cases=[f"{town} · {wave}" for town, wave in calibrated.index],
    )  # fmt: skip
    shown = result.tables["solutions"]
    mine = shown[(shown["outcome"] == "EFFECT") & (shown["solution"] == "intermediate") & shown["unique"].notna()]
    found = sets.cut_map(frame, list(mine["term"]), incl_cuts=(0.6, 0.8, 0.9), pri_cuts=(0.2, 0.5), kind="intermediate")
    rows = result.tables["cut_map"].set_index(["cut", "cut_pri"])
    for p, least in enumerate(found.pri_cuts):
        for i, cut in enumerate(found.incl_cuts):
            assert rows.loc[(cut, least), "kept"] == pytest.approx(found.kept[p][i], nan_ok=True)
            assert rows.loc[(cut, least), "minimal_models"] == found.counts[p][i]


def test_ranges_hold_and_end_where_they_say(evidence: Evidence, result: Result) -> None:
    def models(**given: object) -> set[tuple[str, ...]]:
        table = qca(evidence, draws=0, **given).tables["solutions"]
        mine = table[(table["outcome"] == "EFFECT") & (table["solution"] == "intermediate")]
        return {tuple(part["term"]) for _model, part in mine.groupby("model")}

    ranges = result.tables["set_ranges"]
    high = ranges.loc["Consistency", "highest"]
    assert models(incl=round(high, 4)) == models() != models(incl=round(high + 0.05, 4))
    middle = ranges.loc["EFFECT, number 2"]
    base = "MOTIVE = MOT.LEVEL.LOW MOT.LEVEL.MID MOT.LEVEL.HIGH; TEAM = LEAD.TEAM.WEAK LEAD.TEAM.STRONG; MONO = LEAD.POLY LEAD.MONO"

    def at(value: float) -> set[tuple[str, ...]]:
        return models(rule=f"EFFECT = EFF.LOW:0 EFF.MID:{value:g} EFF.HIGH:1; {base}")

    assert at(middle["highest"]) == models() != at(middle["highest"] + 0.05)


def test_how_cases_spread_is_counted(result: Result) -> None:
    values = result.tables["calibrated"]
    for name, row in result.tables["set_spread"].iterrows():
        mine = values[values["set"] == name]["membership"].dropna()
        assert (row["above"], row["below"], row["half"]) == (
            (mine > 0.5).sum(),
            (mine < 0.5).sum(),
            (mine == 0.5).sum(),
        )
        assert row["cases"] == len(mine)


def test_the_record_says_what_was_run_and_changes_with_it(evidence: Evidence, result: Result) -> None:
    held = result.tables["set_record"]["recorded"]
    assert held["incl_cut"] == "0.8" and held["set EFFECT"].startswith("EFFECT = EFF.LOW:0")
    assert {"data", "solver", "version", "answer"} <= set(held.index)
    assert qca(evidence, draws=0).tables["set_record"]["recorded"].equals(held)
    other = qca(evidence, draws=0, incl=0.95).tables["set_record"]["recorded"]
    assert other["data"] == held["data"] and other["answer"] != held["answer"]


def test_without_draws_only_the_long_tests_are_left_out(evidence: Evidence, result: Result) -> None:
    quick = qca(evidence, draws=0)
    for name, table in result.tables.items():
        if name in ("term_survival", "set_ranges", "chains"):
            assert quick.tables[name].empty and len(table)
        else:
            assert table.equals(quick.tables[name]), name


def test_waves_ways_and_theory_have_rows_with_grounds(evidence: Evidence) -> None:
    found = qca(evidence, draws=0, theory="MOTIVE*TEAM")
    areas = found.tables["theory_areas"]
    cases = {
        case for words in areas["cases_with"] + ", " + areas["cases_without"] for case in words.split(", ") if case
    }
    # at exactly 0.5 a case stands in no area
    assert cases and cases <= {
        f"{row['town']} · {row['wave']}" for row in found.tables["calibrated"].to_dict("records")
    }
    assert any(len(found.grounds(label, table="theory_areas")) for label in areas.index)
    ways = found.tables["trajectories"]
    assert (ways["moves"] >= 0).all() and all(len(found.grounds(label, table="trajectories")) for label in ways.index)
    waves = found.tables["wave_solutions"]
    assert set(waves["wave"]) == {"1", "2"} and waves["share"].dropna().between(0, 1).all()
    panel = found.tables["set_panel"]
    known = panel[panel["inclusion"].notna() & (panel["place"] != "")]
    assert len(known) and panel[panel["inclusion"].isna()]["covered"].fillna(0).eq(0).all()


@pytest.mark.parametrize("wrong", [{"theory": "NONE"}, {"untenable": "A**"}, {"necessary": "NONE"}, {"expect": "NONE"}])
def test_expressions_that_cannot_be_read_are_named(evidence: Evidence, wrong: dict[str, str]) -> None:
    with pytest.raises(InputProblem):
        qca(evidence, draws=0, **wrong)


@pytest.mark.parametrize(
    ("said", "kind"), [("share P.MONEY 0.5", 1), ("share P.MONEY 0.1 0.5 0.9 linear", 3), ("share P.MONEY 0.1 0.2 0.3 0.5 0.6 0.9", 6)]
)  # fmt: skip
def test_shares_may_be_crisp_linear_or_bells(said: str, kind: int) -> None:
    from veche.analyses.qca.rule import write_rule
    from veche.sets import calibrate, crisp

    rules = read_rule(f"Y = {said}; R = share P.ROADS 0.1 0.5 0.9")
    assert len(rules[0].numbers) == kind and read_rule(write_rule(rules)) == rules
    shares = [0.0, 0.25, 0.5, 2 / 3, 1.0]
    numbers = rules[0].numbers
    wanted = (
        crisp(shares, *numbers)
        if kind == 1
        else calibrate(shares, *numbers, shape="linear" if rules[0].linear else "logistic")
    )
    assert rules[0].memberships_of(shares) == pytest.approx(wanted)
    row = qca(example(), rule=write_rule(rules), outcome="R", draws=0).tables["calibrated"].loc["Y · A · 1"]
    assert row["membership"] == pytest.approx(float(rules[0].memberships_of([2 / 3])[0]), abs=1e-6)


def test_memberships_in_types_move_by_their_difference(evidence: Evidence) -> None:
    found = ideal_types(evidence).tables["type_memberships"]
    for (_town, _kind), rows in found.groupby(["town", "ideal_type"]):
        values = rows["type_membership"].to_numpy()
        for at, moved in enumerate(rows["difference"]):
            wanted = values[at] - values[at - 1] if at else math.nan
            assert moved == pytest.approx(wanted, nan_ok=True)


def test_pairs_are_typical_cases_with_the_most_similar_others(result: Result) -> None:
    pairs, cases = result.tables["case_pairs"], result.tables["set_cases"]
    standing = {(row["term"], row["case"]): row["standing"] for row in cases.to_dict("records")}
    assert len(pairs)
    for label, row in pairs.iterrows():
        assert standing[row["term"], row["typical_case"]] == "typical"
        assert standing[row["term"], row["case"]] in ("deviant in consistency", "irrelevant")
        assert len(result.grounds(label, table="case_pairs"))
    for _key, part in pairs.groupby(["term", "set_apart_by"]):
        assert part["apart"].is_monotonic_increasing


def test_chains_reach_what_they_must(result: Result) -> None:
    chains = result.tables["chains"]
    assert len(chains) and (chains["inclusion"] >= 0.8 - 1e-9).all() and (chains["covered"] >= 0.7 - 1e-9).all()
    shuffled = result.tables["term_survival"]
    assert shuffled[shuffled["term"] == "consistency as uneven over waves"]["share"].between(0, 1).all()
