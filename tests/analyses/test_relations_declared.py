"""Coalitions, turbulence, power: what every analysis promises, and that no damaged study makes one of them crash."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analyses.acts import Told, study
from veche.analyses._headings import HEADINGS, TABLES
from veche.analyses.coalitions import coalitions
from veche.analyses.power import power
from veche.analyses.turbulence import turbulence
from veche.study import Evidence, InputProblem
from veche.study.registry import Analysis, options

ANALYSES: tuple[Analysis[Any], ...] = (coalitions, turbulence, power)
QUICK: dict[str, dict[str, Any]] = {
    "coalitions": {"resamples": 50, "reporters": 1, "least": 1},
    "turbulence": {"draws": 50, "resamples": 50, "least_reporters": 1, "least_statements": 1, "reporters": 1},
    "power": {"minimum": 1},
}


def small() -> Evidence:
    told = [
        Told(who, "partnership", "a", "b", "2012", "2014", more={"issue": "land", "outcome": "achieved"})
        for who in "pq"
    ]
    told += [Told(who, "resistance", "a", "b", "2019", wave="2", codes=("LEAD", "ACT.HEAD")) for who in "pq"]
    return study(told, offices={"head": [("a", None, None)]})


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda one: one.name)
def test_declarations_say_what_they_are(analysis: Analysis[Any]) -> None:
    assert analysis.question.endswith("?") and analysis.method.endswith(".") and analysis.draw is not None
    assert all(option.help.endswith(".") for option in options(analysis.params))
    result = analysis(small(), **QUICK[analysis.name])
    assert result.sentence.endswith(".") and set(result.highlights) <= set(result.table.index) and result.highlights
    for name, table in result.tables.items():
        assert name in TABLES and set(table.columns) <= set(HEADINGS) and table.index.is_unique
    with pytest.raises(InputProblem, match="row"):
        result.grounds("nowhere")


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda one: one.name)
def test_every_option_refuses_another_type(analysis: Analysis[Any]) -> None:
    for option in options(analysis.params):
        wrong = 1.5 if option.type is str else "?" if option.type is not tuple[str, ...] else ("PROB", 3)
        with pytest.raises(InputProblem, match=option.name):
            analysis(small(), **{option.name: wrong})


def test_listing_them_loads_nothing_heavy() -> None:
    names = ", ".join(f"veche.analyses.{analysis.name}" for analysis in ANALYSES)
    code = f"import sys, {names}; print([m for m in ('numpy', 'pandas', 'altair', 'scipy') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def damaged(seed: int) -> Evidence:
    """Statements, people and offices with anything missing or pointing nowhere."""
    rng = random.Random(seed)
    names = ["a", "b", "c", "head", "gone", ""]
    told = [
        Told(
            rng.choice("pqr"), rng.choice(["partnership", "resistance", "joint_action", "waiting"]),
            " ".join(rng.sample(names, rng.randrange(3))), " ".join(rng.sample(names, rng.randrange(1, 3))),
            rng.choice([None, "2011", "2013-05", "2019-02", "1995"]), rng.choice([None, "2012", "2014-02", "2020"]),
            wave=rng.choice("12"), town=rng.choice("TU"),
            codes=tuple(rng.sample(["LEAD", "ACT.HEAD", "COAL.TACT", "TURB.HIGH", "LEAD.MONO"], rng.randrange(3))),
            more={
                "issue": rng.choice([None, "land"]), "outcome": rng.choice(["achieved", "failed", "unknown"]),
                "benefit": rng.choice([(), ("a",), ("gone", "head")]), "modality": rng.choice(["asserted"] * 5 + ["denied"]),
                "valence": rng.choice([None, 1.0, 0.0, -1.0]), "confidence": rng.choice([1.0, 0.3]),
            },
        )
        for _ in range(rng.randrange(25))
    ]  # fmt: skip
    offices = {"head": [("a", None, "2013"), ("b", rng.choice(["2013", "2015"]), None)][: rng.randrange(3)]}
    evidence = study(
        told, offices=offices, merged={"c": rng.choice(["a", "c", "nobody"])} if rng.random() < 0.5 else {}
    )
    if rng.random() < 0.5 and evidence.statements:
        first, *others = evidence.statements
        lost = dataclasses.replace(first, interview_id=rng.choice([None, "nowhere"]), quotes=())
        evidence = dataclasses.replace(evidence, statements=(lost, *others))
    if rng.random() < 0.3:
        evidence = dataclasses.replace(evidence, texts={}, waves=evidence.waves[:1], respondents=())
    if rng.random() < 0.2:
        gone = tuple(dataclasses.replace(one, town_id="nowhere") for one in evidence.interviews[:1])
        evidence = dataclasses.replace(evidence, interviews=(*gone, *evidence.interviews[1:]))
    return evidence


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda one: one.name)
@settings(max_examples=25)
@given(seed=st.integers(0, 100_000))
def test_no_damaged_study_makes_it_crash(analysis: Analysis[Any], seed: int) -> None:
    evidence = damaged(seed)
    result = analysis(evidence, **QUICK[analysis.name])
    known = {one.id for one in (*evidence.statements, *evidence.codings)}
    for name, table in result.tables.items():
        for row in table.index[:4]:
            found = result.grounds(row, None, name)
            assert set(found.supporting) | set(found.opposing) <= known
    assert result.sentence.endswith(".")
    assert result.figure.to_dict()["description"]


def test_dates_at_the_ends_of_the_calendar() -> None:
    told = [Told(who, "partnership", "a", "b", "9998", "9999") for who in "pq"]
    evidence = study(told)
    last = dt.date.max
    late = dataclasses.replace(
        evidence, statements=tuple(dataclasses.replace(s, end=last) for s in evidence.statements)
    )
    for analysis in ANALYSES:
        assert analysis(late, **QUICK[analysis.name]).figure.to_dict()["description"]
