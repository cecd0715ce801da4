"""What the analyses of motives, models, informants and claims promise as declared ones: headings, grounds, figures, options."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.analyses.fictional import only, planted, town
from veche.analyses._headings import HEADINGS, TABLES, VALUES
from veche.analyses._shared.heads import Heads
from veche.analyses.business import business
from veche.analyses.claims import claims
from veche.analyses.informants import informants
from veche.analyses.informants.compute import _verdict
from veche.analyses.managerial import managerial
from veche.analyses.motivation import motivation
from veche.study import Evidence, InputProblem, Result
from veche.study.registry import Analysis, options
from veche.words import using

ANALYSES: tuple[Analysis[Any], ...] = (motivation, managerial, business, informants, claims)
GIVEN: dict[str, dict[str, Any]] = {
    "informants": {"draws": 100, "warmup": 100, "chains": 2},
    "claims": {"resamples": 200, "only": ("H2", "H5", "H9", "H17", "H24")},
}
WORDS = {"verdict", "over_all", "panel_verdict", "attached_kind", "alone"}


@cache
def evidence() -> Evidence:
    return only(planted(), lambda one: one.town_id in (town(planted(), "A"), town(planted(), "E")))


@cache
def result(name: str, language: str = "en") -> Result:
    analysis = next(one for one in ANALYSES if one.name == name)
    with using(language):
        return analysis(evidence(), **{"resamples": 60, **GIVEN.get(name, {})} if name not in GIVEN else GIVEN[name])


@pytest.mark.parametrize("name", [one.name for one in ANALYSES])
def test_tables_have_headings_and_words_for_people(name: str) -> None:
    one = result(name)
    for table, frame in one.tables.items():
        assert table in TABLES
        assert frame.index.is_unique
        assert set(frame.columns) <= set(HEADINGS)
        for column in WORDS & set(frame.columns):
            assert set(frame[column]) - {""} <= set(VALUES)
    assert one.sentence.endswith(".")
    assert set(one.highlights) <= set(one.table.index)


@pytest.mark.parametrize("name", [one.name for one in ANALYSES])
def test_every_cell_has_grounds_that_are_in_the_evidence(name: str) -> None:
    one = result(name)
    known = set(evidence().coding_by_id) | set(evidence().statement_by_id)
    for table, frame in one.tables.items():
        for label in list(frame.index)[:60]:
            whole = one.grounds(label, None, table)
            assert not set(whole.supporting) & set(whole.opposing)
            for column in frame.columns:
                found = one.grounds(label, column, table)
                assert {*found.supporting, *found.opposing} <= known


@pytest.mark.parametrize("name", [one.name for one in ANALYSES])
def test_missing_numbers_have_a_reason(name: str) -> None:
    for frame in result(name).tables.values():
        if "reason" in frame.columns and "low" in frame.columns and name != "claims":
            assert (frame["reason"][frame["low"].isna()] != "").all()


@pytest.mark.parametrize("name", [one.name for one in ANALYSES])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_figure_says_what_it_shows(name: str, language: str) -> None:
    with using(language):
        drawn = result(name, language).figure.to_dict()
    assert drawn["description"]
    assert "{" not in drawn["description"] + result(name, language).sentence
    letters = sum("а" <= one <= "я" for one in drawn["description"].lower())
    assert (letters > 50) == (language == "ru")


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda one: one.name)
def test_declarations_and_options(analysis: Analysis[Any]) -> None:
    assert analysis.question.endswith("?") and analysis.method.endswith(".")
    for option in options(analysis.params):
        assert option.help.endswith(".")
        wrong = 1.5 if option.type is str else "?" if option.type is not tuple[str, ...] else ("MAN", 3)
        with pytest.raises(InputProblem, match=option.name):
            analysis(evidence(), **{option.name: wrong})


def test_listing_the_analyses_loads_nothing_heavy() -> None:
    names = ", ".join(f"veche.analyses.{analysis.name}" for analysis in ANALYSES)
    code = f"import sys, {names}; print([m for m in ('numpy', 'pandas', 'altair', 'scipy', 'yaml', 'jax') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_informants_measure_what_was_told() -> None:
    one = result("informants")
    cases = one.tables["cases"]
    levels = motivation(evidence(), resamples=60).tables["levels"]
    for label, row in cases.iterrows():
        assert row["low"] <= row["measured"] <= row["high"]
        assert row["told"] == pytest.approx(levels.loc[f"motivation · {label}", "mean"], abs=0.06)
    assert cases.loc["A · 2", "measured"] > cases.loc["A · 1", "measured"] + 0.2
    groups = one.tables["groups"]
    assert groups["judgements"].sum() == cases["judgements"].sum()
    assert set(groups.index) >= {"outsider", "team"}


def test_informants_need_a_scale_that_is_used() -> None:
    with pytest.raises(InputProblem, match=r"MOT\.LEVEL"):
        informants(evidence(), scale="NOTHING")
    empty = only(evidence(), lambda one: False)
    with pytest.raises(InputProblem, match="judges"):
        informants(empty)


def test_a_planted_self_report_is_found_and_nobody_else_deviates() -> None:
    """Outsiders and teams draw from the same levels; every head calls himself as able as can be."""
    made = planted()
    found = informants(made, sensitivity=False).tables
    assert not found["groups"]["verdict"].isin(["higher", "lower"]).any()
    assert not found["reporters"]["verdict"].isin(["higher", "lower"]).any()
    codes = {one.key: one.id for one in made.codes}
    steps = {codes[f"MOT.LEVEL.{step}"] for step in ("HIGH", "MID", "LOW")}
    heads = Heads(made)
    himself = {one.id for one in made.interviews if heads.speaker(one) == "self"}
    boasting = dataclasses.replace(
        made,
        codings=tuple(
            dataclasses.replace(coding, code_id=codes["MOT.LEVEL.HIGH"])
            if coding.code_id in steps and (talk := made.interview_of(coding)) is not None and talk.id in himself
            else coding
            for coding in made.codings
        ),
    )
    again = informants(boasting, sensitivity=False).tables["groups"]
    assert again.loc["self", "verdict"] == "higher" and again.loc["team", "verdict"] == "uncertain"


def test_a_verdict_holds_for_its_whole_table() -> None:
    """With probability .98 above 0 a shift is sure alone at 95 %, and not as one of ten."""
    draws = np.concatenate([np.full(20, -1.0), np.full(980, 1.0)])
    assert _verdict(draws, 0.95, 1) == "higher" and _verdict(-draws, 0.95, 1) == "lower"
    assert _verdict(draws, 0.95, 10) == "uncertain"
