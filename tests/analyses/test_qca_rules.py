"""Sets of a rule that need more than one code: what came first in a town, and shares calibrated by judgements; by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.analyses.small import example
from veche import sets, workbench
from veche.analyses.qca import qca
from veche.analyses.qca.calibrated import material, values
from veche.analyses.qca.rule import read_rule, read_rule_file, write_rule
from veche.study import Anchor, Event, Evidence, InputProblem, NotFound, Statement, StatementKind

OTHER = "; R = share P.ROADS 0.1 0.5 0.9"


def found(evidence: Evidence, words: str) -> dict[str, Any]:
    """Values of the set F by case."""
    rules = read_rule(f"F = {words}{OTHER}")
    return {one.case: one for one in values(material(evidence, rules), rules) if one.name == "F"}


def said(evidence: Evidence, words: str) -> dict[str, str]:
    return {
        case: "-" if one.apart else "" if math.isnan(one.membership) else f"{one.membership:g}"
        for case, one in found(evidence, words).items()
    }


def test_a_code_told_in_an_earlier_wave_comes_first() -> None:
    # money is told in wave 1 of both towns, the virus in wave 2; in wave 1 nobody could tell of the virus
    assert said(example(), "before P.MONEY P.VIRUS") == {"A · 1": "", "A · 2": "1", "B · 1": "", "B · 2": "1"}
    assert said(example(), "before P.VIRUS P.MONEY") == {"A · 1": "", "A · 2": "0", "B · 1": "", "B · 2": "0"}
    # both in wave 1: the same time is not earlier
    assert said(example(), "before P.ROADS P.MONEY") == dict.fromkeys(("A · 1", "A · 2", "B · 1", "B · 2"), "0")
    # nobody ever tells of it, though everybody could
    assert set(said(example(), "before P.ROADS P.EMPTY").values()) == {"-"}


def test_the_first_mentions_are_the_grounds_of_an_order() -> None:
    value = found(example(), "before P.MONEY P.VIRUS")["A · 2"]
    assert set(value.grounds.supporting) == {
        "A1-1/MONEY/0", "A1-1/MONEY/1", "A1-3/MONEY/0", "A2-1/VIRUS/0", "A2-2/VIRUS/0", "A2-3/VIRUS/0",
    }  # fmt: skip
    assert value.reason == "" and found(example(), "before P.MONEY P.VIRUS")["A · 1"].reason
    assert found(example(), "before P.ROADS P.EMPTY")["A · 1"].reason


def dated() -> Evidence:
    """The small study with an election in Alder, a merger everywhere, and a dated statement in each town."""

    def event(kind: Any, day: str, town: str | None) -> Event:
        when = dt.date.fromisoformat(day)
        return Event(id=f"{kind}{day}", key=f"{kind}{day}", title=kind, kind=kind, start=when, end=when, town_id=town)

    def statement(interview: str, day: str) -> Statement:
        quote = Anchor(f"d{interview}", f"t{interview}", 20, 40)
        return Statement(
            id=f"s{interview}", interview_id=interview, quotes=(quote,), kind_id="K", sources=(), targets=(), start=dt.date.fromisoformat(day)
        )  # fmt: skip

    return dataclasses.replace(
        example(),
        events=(
            event("election", "2014-03-01", "A"),
            event("merger", "2019-01-01", None),
            event("other", "2020-12-31", "B"),
        ),
        kinds=(StatementKind(id="K", key="pressure", family="coercion"),),
        statements=(statement("A1-1", "2014-02-01"), statement("B2-1", "2019-06-01")),
    )


def test_days_are_compared_where_both_things_are_dated() -> None:
    # the merger of 2019 is not known in wave 1, which ends with 2015; in Birch there is no election
    assert said(dated(), "before election merger") == {"A · 1": "-", "A · 2": "1", "B · 1": "-", "B · 2": "-"}
    # the statement of 2014-02-01 tells of an earlier day than the election of the same wave
    assert said(dated(), "before pressure election") == {"A · 1": "1", "A · 2": "1", "B · 1": "-", "B · 2": "-"}
    assert said(dated(), "before merger pressure") == {"A · 1": "-", "A · 2": "0", "B · 1": "-", "B · 2": "1"}
    assert found(dated(), "before pressure election")["A · 1"].grounds.supporting == ("sA1-1",)


def test_a_day_and_a_code_are_compared_by_waves() -> None:
    # 2019 belongs to wave 2; money is told in wave 1
    assert said(dated(), "before P.MONEY merger") == {"A · 1": "-", "A · 2": "1", "B · 1": "-", "B · 2": "1"}
    assert said(dated(), "before merger P.VIRUS") == {"A · 1": "", "A · 2": "0", "B · 1": "", "B · 2": "0"}


def test_an_indirect_set_lies_on_the_curve_of_the_judged_cases() -> None:
    words = "indirect P.MONEY P.ROADS:0.2 P.VIRUS:0.9"
    there = found(example(), words)
    # interviews that mention money, of those that could: 2 of 3, 1 of 2, 1 of 3, 2 of 2
    share = np.array([2 / 3, 1 / 3, 1 / 2, 1.0])
    # judgements: roads alone .2; virus and roads together .55, virus .9; roads .2; virus .9
    judged = np.array([0.2, (0.55 + 0.9 + 0.55) / 3, 0.2, 0.9])
    cases = ["A · 1", "A · 2", "B · 1", "B · 2"]
    expected = sets.indirect(share, judged)
    assert [there[case].membership for case in cases] == pytest.approx(expected.tolist(), abs=1e-4)
    spread = np.sqrt(share * (1 - share) / np.array([3, 3, 2, 2]))
    nothing = np.full(4, np.nan)
    around = sets.indirect([*share, *(share - spread), *(share + spread)], [*judged, *nothing, *nothing])
    assert [there[case].error for case in cases] == pytest.approx((around[8:] - around[4:8]) / 2, abs=1e-4)
    assert {"A2-1/VIRUS/0", "A2-1/ROADS/0", "A2-2/MONEY/0"} <= set(there["A · 2"].grounds.supporting)


def test_a_case_that_nobody_judges_lies_on_the_curve_of_the_others() -> None:
    # nobody speaks of the virus in wave 1
    there = found(example(), "indirect P.ROADS P.VIRUS:0.3 P:0.8")
    assert all(0 <= one.membership <= 1 for one in there.values())
    curve = sets.indirect([0.2, 0.6, 0.4], [0.1, 0.9, np.nan])
    assert curve[0] < curve[2] < curve[1]
    assert sets.indirect([0.2, 0.6], [0.1, 0.9]) == pytest.approx(curve[:2], abs=1e-4)


def test_judgements_that_are_alike_fit_nothing() -> None:
    there = found(example(), "indirect P.MONEY P.VIRUS:0.3 P.EMPTY:0.8")
    assert all(math.isnan(one.membership) and one.reason for one in there.values())


def test_thresholds_of_a_share_make_several_values() -> None:
    # shares of money: 2 of 3, 1 of 3, 1 of 2, 2 of 2
    assert said(example(), "values P.MONEY 0.4 0.9") == {"A · 1": "1", "A · 2": "0", "B · 1": "1", "B · 2": "2"}
    assert all(math.isnan(one.error) for one in found(example(), "values P.MONEY 0.4 0.9").values())


RULE = "A = before P.ROADS P.MONEY; B = indirect P.ROADS P.MONEY:0.1 P.VIRUS:0.9; C = share P.ROADS 0.5; D = values P.ROADS 0.3 0.6"


def test_a_rule_is_written_as_it_is_read_also_from_a_file(tmp_path: Path) -> None:
    rules = read_rule(RULE)
    assert write_rule(rules) == RULE and [one.kind for one in rules] == ["before", "indirect", "share", "values"]
    path = tmp_path / "rule.yaml"
    path.write_text(
        "A: {before: [P.ROADS, P.MONEY]}\nB: {share: P.ROADS, judged: {P.MONEY: 0.1, P.VIRUS: 0.9}}\nC: {share: P.ROADS, anchors: 0.5}\nD: {share: P.ROADS, values: [0.3, 0.6]}\n", "utf-8"
    )  # fmt: skip
    assert read_rule_file(str(path)) == rules
    assert rules[1].with_numbers([0.2, 0.8]).memberships == (0.2, 0.8)


@pytest.mark.parametrize(
    ("words", "part"),
    [("before P.ROADS", "before FIRST SECOND"), ("before P.ROADS P.ROADS", "before FIRST SECOND"), ("before P.A P.B P.C", "P.A P.B P.C"),
     ("indirect P.ROADS P.MONEY", "indirect CODE LOW HIGH"), ("indirect P.ROADS P.ROADS P.MONEY", "other codes"),
     ("indirect P.ROADS P.A:0.9 P.B:0.1", "P.A:0.9 P.B:0.1"), ("values P.ROADS 0.5", "values CODE 0.3 0.6"),
     ("values P.ROADS 0.5 0.2", "rising"), ("values P.ROADS 0 0.5", "over 0"), ("values P.ROADS 0.5 1.2", "up to 1"), ("values P.ROADS x 1", "x 1")],
)  # fmt: skip
def test_what_cannot_be_read_is_named(words: str, part: str) -> None:
    with pytest.raises(InputProblem, match=part):
        read_rule(f"F = {words}{OTHER}")


def test_what_is_not_there_is_named_and_an_order_explains_but_is_not_explained() -> None:
    with pytest.raises(NotFound, match="P.NONE"):
        found(example(), "before P.NONE P.MONEY")
    with pytest.raises(InputProblem, match="Set A holds no memberships"):
        qca(example(), rule=RULE, outcome="A")
    with pytest.raises(InputProblem, match="second lower"):
        qca(example(), rule=RULE, outcome="C", incl0=0.9)


@pytest.fixture(scope="module")
def evidence(demo_path: Path) -> Iterator[Evidence]:
    with workbench.open(demo_path) as study:
        yield study.evidence()


def test_an_order_is_a_condition_of_the_comparison(evidence: Evidence) -> None:
    rule = (
        "EFFECT = EFF.LOW EFF.MID EFF.HIGH; MOTIVE = MOT.LEVEL.LOW MOT.LEVEL.MID MOT.LEVEL.HIGH; TEAM = LEAD.TEAM.WEAK LEAD.TEAM.STRONG; "
        "FIRST = before interference LEAD.POLY"
    )
    result = qca(evidence, rule=rule, draws=6)
    calibrated = result.tables["calibrated"]
    mine = calibrated[calibrated["set"] == "FIRST"].set_index(["town", "wave"])
    terms = result.tables["truth_table"]
    for _label, row in terms[terms["outcome"] == "EFFECT"].iterrows():
        word = next(one for one in row["term"].split("*") if "FIRST" in one)
        for case in row["cases"].split(", "):
            value = mine.loc[tuple(case.split(" · ")), "membership"]
            assert word == ("FIRST{-}" if math.isnan(value) else "FIRST" if value else "~FIRST")
    kinds = {("FIRST{-}" in one, "~FIRST" in one) for one in terms["term"]}
    assert kinds == {(True, False), (False, True), (False, False)}
    for label, row in calibrated[calibrated["set"] == "FIRST"].iterrows():
        assert bool(result.grounds(label, table="calibrated").supporting) or row["reason"]
    assert result.tables["term_survival"]["share"].dropna().between(0, 1).all() and len(result.tables["set_ranges"])
    assert result.tables["set_record"].loc["set FIRST", "recorded"] == "FIRST = before interference LEAD.POLY"


def test_a_second_cut_off_marks_contradictions(evidence: Evidence) -> None:
    result, plain = qca(evidence, draws=0, incl=0.9, pri=0, incl0=0.6), qca(evidence, draws=0, incl=0.9, pri=0)
    rows, before = result.tables["truth_table"], plain.tables["truth_table"]
    between = (before["result"] == "0") & (before["inclusion"] >= 0.6)
    assert between.any() and (rows["result"] == before["result"].mask(between, "C")).all()
    assert result.tables["solutions"].equals(plain.tables["solutions"])


@pytest.mark.parametrize("view", ["solutions", "truth", "venn", "ambiguity", "flow"])
def test_every_view_of_the_comparison_is_drawn(evidence: Evidence, view: str) -> None:
    chart = json.dumps(qca(evidence, draws=0, view=view).figure.to_dict(), ensure_ascii=False)
    assert "MOTIVE" in chart
    if view in ("truth", "venn", "flow"):
        assert all(town.name in chart for town in evidence.towns)
    with pytest.raises(InputProblem, match="solutions"):
        qca(evidence, draws=0, view="pie")


def test_a_view_that_cannot_be_drawn_says_why(evidence: Evidence) -> None:
    codes = [
        "MOT.LEVEL.LOW MOT.LEVEL.HIGH",
        "PROB.FISC 0.4",
        "PROB.PERS 0.4",
        "PROB.DEMOG 0.4",
        "PROB.ECON.INFRA 0.4",
        "ACT.SME 0.6",
    ]
    sets_of = [f"S{at} = {'' if at == 0 else 'share '}{words}" for at, words in enumerate(codes)]
    rule = "; ".join(["EFFECT = EFF.LOW EFF.MID EFF.HIGH", *sets_of])
    result = qca(evidence, rule=rule, draws=0, view="venn", pri=0.0, incl=0.7)
    assert len(result.tables["set_cases"])
    assert result.figure.to_dict()["description"]


def test_a_set_of_several_values_is_a_condition_of_the_comparison(evidence: Evidence) -> None:
    rule = "EFFECT = EFF.LOW EFF.MID EFF.HIGH; MOTIVE = share MOT.LEVEL.HIGH 0.3; MONEY = values PROB.FISC 0.6 0.8"
    result = qca(evidence, rule=rule, draws=6, pri=0.0)
    there = result.tables["calibrated"].query("set == 'MONEY'").set_index(["town", "wave"])["membership"]
    assert set(there) == {0.0, 1.0, 2.0}
    rows = result.tables["truth_table"].query("outcome == 'EFFECT'")
    for _label, row in rows.iterrows():
        for case in row["cases"].split(", "):
            assert f"MONEY[{there[tuple(case.split(' · '))]:.0f}]" in row["term"]
    assert "MONEY" not in set(result.tables["set_spread"]["set"]) and len(result.tables["term_survival"])
    assert result.figure.to_dict()["description"]
