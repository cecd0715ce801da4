"""Of one reporter nothing is said in general: every measure is missing with its reason, in tables, sentences and figures."""

from __future__ import annotations

import dataclasses
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from tests.analyses.fictional import only, planted
from veche.analyses._shared.remarks import ONE_REPORTER
from veche.analyses.informants import informants
from veche.study import Coding, Evidence, Result
from veche.words import using

ANALYSES = (
    "ties", "interaction_models", "coalitions", "turbulence", "power", "motivation", "managerial", "business",
    "intervention", "informants", "claims",
)  # fmt: skip
#: less work than usual
LESS: dict[str, dict[str, Any]] = {
    "informants": {"draws": 100, "warmup": 100, "chains": 2, "sensitivity": False},
    "turbulence": {"draws": 50, "resamples": 50},
    "claims": {"resamples": 200, "leave_out": False},
}
#: numbers that one reporter, or none, is enough for: how much is told, and what is on record of offices and rules
RECORDED = {"votes", "mass", "position", "rules_kept"}


@cache
def alone() -> Evidence:
    """All that one respondent says in two waves: the one with most statements."""
    talks: dict[str, list[str]] = {}
    for one in planted().interviews:
        talks.setdefault(one.respondent_id, []).append(one.id)
    told = [one.interview_id for one in planted().statements]
    twice = [who for who, held in talks.items() if len(held) > 1]
    most = max(twice, key=lambda who: sum(told.count(i) for i in talks[who]))
    return only(planted(), lambda one: one.respondent_id == most)


@cache
def one_each() -> Evidence:
    """One interview of every town and wave: several respondents, and nowhere two."""
    first: dict[tuple[str, str], str] = {}
    for one in planted().interviews:
        first.setdefault((one.town_id, one.wave_id), one.id)
    return only(planted(), lambda one: one.id in first.values())


@cache
def run(name: str, study: str, language: str = "en") -> Result:
    evidence = alone() if study == "alone" else one_each()
    with using(language):
        return getattr(import_module(f"veche.analyses.{name}"), name)(evidence, **LESS.get(name, {}))


@pytest.mark.parametrize("name", ANALYSES)
def test_of_a_study_of_one_respondent_nothing_is_measured(name: str) -> None:
    for title, table in run(name, "alone").tables.items():
        for column in table.select_dtypes("float").columns:
            assert column in RECORDED or table[column].isna().all(), (title, column)


@pytest.mark.parametrize("name", ANALYSES)
@pytest.mark.parametrize("study", ["alone", "one each"])
def test_what_is_missing_has_a_reason(name: str, study: str) -> None:
    """Every row whose measures are all missing says why."""
    for title, table in run(name, study).tables.items():
        measures = [one for one in table.select_dtypes("float").columns if one not in RECORDED]
        if "reason" in table.columns and measures and name != "claims":
            empty = table[table[measures].isna().all(axis=1)]
            assert (empty["reason"] != "").all(), (title, empty[empty["reason"] == ""].head(3).T)


@pytest.mark.parametrize("name", ANALYSES)
@pytest.mark.parametrize(("study", "language"), [("alone", "ru"), ("one each", "en")])
def test_sentence_and_figure_are_made_in_both_languages(name: str, study: str, language: str) -> None:
    result = run(name, study, language)
    with using(language):
        drawn = result.figure.to_dict()
    assert result.sentence.endswith(".") and "nan" not in (result.sentence + drawn["description"]).lower()


@pytest.mark.parametrize("name", ["motivation", "managerial", "business", "power", "ties", "interaction_models"])
def test_a_town_and_wave_with_one_respondent_has_no_number(name: str) -> None:
    """What a head says of himself is the exception: nobody else can say it. Several towns together are told of by several."""
    for title, table in run(name, "one each").tables.items():
        rows = table
        if "town" in table.columns:
            rows = rows[rows["town"] != "*"]
        if "wave" in table.columns:
            rows = rows[rows["wave"] != "*"]
        if "speaker" in table.columns:
            rows = rows[~rows["speaker"].str.startswith("the leader")]
        of_one_wave = name in ("ties", "power") or (name, title) == ("interaction_models", "techniques")
        for column in rows.select_dtypes("float").columns:
            # an event may be told of in several waves, by another respondent in each
            if column not in RECORDED and not of_one_wave:
                assert rows[column].isna().all(), (title, column)


# informants


def mixed() -> Evidence:
    """One interview of town A in wave 1, the others whole; the respondent of A speaks there only."""
    waves: dict[str, set[tuple[str, str]]] = {}
    for one in planted().interviews:
        waves.setdefault(one.respondent_id, set()).add((one.town_id, one.wave_id))
    here = {one.id: one for one in planted().interviews if (place(one.town_id), wave(one.wave_id)) == ("A", "1")}
    judged = {i for i in here if len(waves[here[i].respondent_id]) == 1 and levels(i)}
    kept = min(judged)
    return only(planted(), lambda one: one.id not in here or one.id == kept)


def place(town_id: str) -> str:
    return planted().town_by_id[town_id].key


def wave(wave_id: str) -> str:
    return planted().wave_by_id[wave_id].key


@cache
def _levels() -> dict[str, list[Coding]]:
    steps = {one.id for one in planted().codes if one.key in ("MOT.LEVEL.LOW", "MOT.LEVEL.MID", "MOT.LEVEL.HIGH")}
    found: dict[str, list[Coding]] = {}
    for coding, talk in planted().counted():
        if coding.code_id in steps and coding.modality == "asserted":
            found.setdefault(talk.id, []).append(coding)
    return found


def levels(interview_id: str) -> list[Coding]:
    return _levels().get(interview_id, [])


def test_a_case_with_one_reporter_has_no_level_and_the_others_have() -> None:
    result = informants(mixed(), draws=150, warmup=100, chains=2)
    cases, reporters = result.tables["cases"], result.tables["reporters"]
    row = cases.loc["A · 1"]
    measured = ["told", "measured", "low", "high", "hidden", "hidden_low", "hidden_high", "least", "most"]
    assert (row["respondents"], row["reason"]) == (1, ONE_REPORTER) and row["judgements"] >= 1
    assert row[measured].isna().all()
    others = cases[cases["respondents"] > 1]
    assert len(others) >= 5 and (others["reason"] == "").all() and not others[measured].isna().any().any()
    # nobody can be compared with who speaks there, and what he says is still to be read
    assert set(cases.index[cases["respondents"] < 2]) == set(cases.index[cases["reason"] != ""])
    who = {one.key for one in mixed().respondents if any(
        t.respondent_id == one.id and (place(t.town_id), wave(t.wave_id)) == ("A", "1") for t in mixed().interviews
    )}  # fmt: skip
    (his,) = who & set(reporters.index)
    assert np.isnan(reporters.loc[his, "shift"]) and reporters.loc[his, "verdict"] == ""
    assert reporters.loc[his, "reason"] and reporters.index[-1] in reporters.index[reporters["reason"] != ""]
    shown = result.grounds("A · 1", "measured", "cases")
    talks = [one.id for one in mixed().interviews if (place(one.town_id), wave(one.wave_id)) == ("A", "1")]
    assert {*shown.supporting, *shown.opposing} == {one.id for talk in talks for one in levels(talk)}
    assert "one reporter only, which have no level: " in result.sentence
    assert not result.tables["sensitivity"]["largest_move"].isna().any()


def test_who_judges_alone_still_helps_to_place_the_thresholds() -> None:
    """His answer is one more by the common thresholds: without it the other levels move, if little."""
    settings = {"draws": 250, "warmup": 150, "chains": 2, "sensitivity": False}
    whole = informants(mixed(), **settings).tables["cases"]
    silent = only(mixed(), lambda one: (place(one.town_id), wave(one.wave_id)) != ("A", "1"))
    without = informants(silent, **settings).tables["cases"]
    moved = (whole.loc[without.index, "measured"] - without["measured"]).abs()
    assert 0 < moved.max() < 0.05


def test_the_figure_says_why_in_place_of_a_mark() -> None:
    result = informants(mixed(), draws=100, warmup=100, chains=2, sensitivity=False)
    data = str(result.figure.to_dict())
    assert ONE_REPORTER in data and "NaN" not in data


def test_a_group_of_one_reporter_has_no_shift() -> None:
    """All speak as outsiders but one: his group is he himself."""
    made = planted()
    judges = sorted({one.respondent_id for one in made.interviews if levels(one.id)})
    evidence = dataclasses.replace(
        made,
        respondents=tuple(dataclasses.replace(one, actor_id=None) for one in made.respondents),
        interviews=tuple(
            dataclasses.replace(one, standing="member" if one.respondent_id == judges[0] else "outsider")
            for one in made.interviews
        ),
    )
    result = informants(evidence, draws=100, warmup=100, chains=2)
    row = result.tables["groups"].loc["team"]
    assert (row["respondents"], row["verdict"], row["reason"]) == (1, "", ONE_REPORTER)
    assert row[["shift", "low", "high", "probability"]].isna().all()
    assert result.sentence.startswith("No group of reporters can be compared with another.")
    assert result.tables["sensitivity"]["shift"].isna().all() and (result.tables["sensitivity"]["reason"] != "").all()


def test_two_groups_that_never_judge_the_same_place_are_not_compared() -> None:
    made = planted()
    towns = sorted({one.town_id for one in made.interviews})
    evidence = dataclasses.replace(
        made,
        respondents=tuple(dataclasses.replace(one, actor_id=None) for one in made.respondents),
        interviews=tuple(
            dataclasses.replace(one, standing="member" if one.town_id == towns[0] else "outsider")
            for one in made.interviews
        ),
    )
    row = informants(evidence, draws=100, warmup=100, chains=2, sensitivity=False).tables["groups"].loc["team"]
    assert row["respondents"] > 1 and np.isnan(row["shift"]) and row["reason"].startswith("no other group")
