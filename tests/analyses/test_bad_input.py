"""What a study may hold that cannot be used: every analysis leaves it out, says why, and makes no number of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from tests.analyses.fictional import only, planted, town
from veche.study import Evidence, InputProblem, Result
from veche.words import using

ANALYSES = (
    "ties", "interaction_models", "coalitions", "turbulence", "power", "motivation", "managerial", "business",
    "intervention", "informants", "claims",
)  # fmt: skip
#: those that rest on statements alone
OF_STATEMENTS = ("ties", "interaction_models", "coalitions", "turbulence")
LESS: dict[str, dict[str, Any]] = {
    "informants": {"draws": 100, "warmup": 100, "chains": 2, "sensitivity": False},
    "turbulence": {"draws": 50, "resamples": 50},
    "claims": {"resamples": 200, "leave_out": False},
}
LONG_AGO = dt.date(1990, 1, 1)


@cache
def whole() -> Evidence:
    """A town of three waves, with the events that happened there."""
    made = only(planted(), lambda one: one.town_id == town(planted(), "E"))
    return dataclasses.replace(made, towns=tuple(one for one in made.towns if one.key == "E"))


def without_target() -> Evidence:
    return _told(targets=())


def deleted() -> Evidence:
    """Nobody is left whom a statement could name, neither a person nor an office."""
    return dataclasses.replace(whole(), actors=(), offices=(), tenures=())


def merged() -> Evidence:
    """All actors turned out to be one: nobody deals with anybody else."""
    first, *others = whole().actors
    return dataclasses.replace(
        whole(), actors=(first, *(dataclasses.replace(one, merged_into_id=first.id) for one in others))
    )


def vacant() -> Evidence:
    """No office has a holder, and statements name offices only."""
    office = whole().offices[0].id
    return dataclasses.replace(_told(sources=(office,), targets=(whole().offices[1].id,)), tenures=())


def before_the_first_wave() -> Evidence:
    made = _told(start=LONG_AGO, end=LONG_AGO)
    return dataclasses.replace(
        made, events=tuple(dataclasses.replace(one, start=LONG_AGO, end=LONG_AGO) for one in made.events)
    )


def without_evidence() -> Evidence:
    """Interviews in which nothing was marked."""
    return dataclasses.replace(whole(), codings=(), statements=())


def _told(**fields: Any) -> Evidence:
    made = whole()
    return dataclasses.replace(made, statements=tuple(dataclasses.replace(one, **fields) for one in made.statements))


BAD = {
    "without target": without_target, "deleted": deleted, "merged": merged, "vacant": vacant,
    "before the first wave": before_the_first_wave, "without evidence": without_evidence,
}  # fmt: skip


@cache
def run(name: str, bad: str, language: str = "en") -> Result | InputProblem:
    evidence = BAD[bad]()
    with using(language):
        try:
            return getattr(import_module(f"veche.analyses.{name}"), name)(evidence, **LESS.get(name, {}))
        except InputProblem as problem:
            return problem


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("name", ANALYSES)
def test_nothing_fails_and_all_is_said_in_words(name: str, bad: str) -> None:
    """A finding and a figure, or a message that says what to do; every other one in Russian."""
    language = ("en", "ru")[(list(BAD).index(bad) + ANALYSES.index(name)) % 2]
    result = run(name, bad, language)
    if isinstance(result, InputProblem):
        assert (name, bad) == ("informants", "without evidence")
        return
    with using(language):
        drawn = result.figure.to_dict()
    told = " ".join([result.sentence, drawn["description"], *result.notes])
    assert result.sentence.endswith(".") and "{" not in told and " nan" not in told.lower()
    assert any("а" <= letter <= "я" for letter in result.sentence.lower()) or language == "en"


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("name", OF_STATEMENTS)
def test_what_cannot_be_used_makes_no_number(name: str, bad: str) -> None:
    """Of turbulence the posts that change hands and the rules that stay are on record, whatever is told."""
    if (name, bad) == ("coalitions", "before the first wave"):
        return  # coalitions live in the years they are told of, whenever interviews began: see their own tests
    result = run(name, bad)
    assert isinstance(result, Result)
    for title, table in result.tables.items():
        measures = [one for one in table.select_dtypes("float").columns if one != "rules_kept"]
        if title == "inertia":
            continue
        assert table[measures].isna().all(axis=None), (title, table[measures].dropna(how="all").head())


@pytest.mark.parametrize("bad", ["without target", "deleted", "merged", "vacant", "before the first wave"])
@pytest.mark.parametrize("name", OF_STATEMENTS)
def test_what_is_left_out_is_counted_with_its_reason(name: str, bad: str) -> None:
    words = {
        "without target": "nobody who is acted upon is named", "deleted": "not in the study", "merged": "",
        "vacant": "nobody is known to hold the office", "before the first wave": "before the first visit",
    }  # fmt: skip
    result = run(name, bad)
    assert isinstance(result, Result)
    if words[bad] and (name, bad) not in {
        ("coalitions", "before the first wave"),
        ("turbulence", "before the first wave"),
    }:
        assert any(words[bad] in note for note in result.notes), result.notes
