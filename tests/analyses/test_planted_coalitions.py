"""The fictional study: the coalitions, breaks, centres and turbulence planted in it are found; without change, none."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from tests.analyses import fictional
from veche.analyses.coalitions import coalitions
from veche.analyses.power import power
from veche.analyses.turbulence import turbulence
from veche.study import Evidence, Result
from veche.workbench import open as open_study


@pytest.fixture(scope="module")
def demo(demo_path: Path) -> Evidence:
    with open_study(demo_path) as study:
        return study.evidence()


@pytest.fixture(scope="module")
def planted(demo_path: Path) -> list[dict[str, Any]]:
    truth = json.loads(demo_path.with_suffix(".truth.json").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = truth["planted"]["coalitions"]
    return found


@pytest.fixture(scope="module")
def found(demo: Evidence) -> Result:
    return coalitions(demo, resamples=50)


@pytest.fixture(scope="module")
def still() -> Evidence:
    """The study in which nothing changes."""
    return fictional.still()


def names(demo: Evidence, town: str, words: list[str], day: dt.date) -> set[str]:
    """Names of the actors that words of the truth mean: holders of offices on a day, else actors."""
    offices = {one.key: one.id for one in demo.offices}
    actors = {one.id: one for one in demo.actors}
    by_key = {one.key: one for one in demo.actors}
    meant = set()
    for word in words:
        held = [
            t for t in demo.tenures if t.office_id == offices.get(f"{town}.{word}")
            and (t.start is None or t.start <= day) and (t.end is None or day < t.end)
        ]  # fmt: skip
        meant |= {actors[t.actor_id].name for t in held} or {by_key[f"{town}.{word}"].name}
    return meant


def test_every_planted_coalition_is_found_with_its_kind_and_its_break(
    demo: Evidence, planted: list[dict[str, Any]], found: Result
) -> None:
    table = found.table
    assert len(planted) == 4
    for one in planted:
        day = dt.date.fromisoformat(one["start"]) if one["start"] else dt.date(2013, 1, 1)
        wanted = names(demo, one["town"], one["members"], day)
        rows = [
            row
            for row in table[table["town"] == one["town"]].to_dict("records")
            if set(row["members"].split(", ")) == wanted
        ]
        assert rows, one
        for row in rows:
            assert row["kind_said"] == {"strategic": "lasting", "tactical": "for one task"}[one["said"]]
        if one["start"] is None:
            continue
        (row,) = rows
        assert row["kind"] == one["kind"] == "strategic"
        assert row["since"] == one["start"] and row["beginning"] == "not seen"
        # the end is known to the window: the planted day lies in the last window or the one after it
        end = dt.date.fromisoformat(one["end"])
        assert int(row["seen_to"]) <= end.year <= int(row["seen_to"]) + 1
        assert abs((dt.date.fromisoformat(row["until"]) - end).days) < 180
        broken_by = next(
            e.title for e in demo.events if e.key == f"{one['town']}.{one['broken_by']}" or e.key == one["broken_by"]
        )
        assert broken_by in row["events_at_end"]
        assert row["stability"] == 1.0


def test_the_split_is_at_odds_and_the_bargains_are_of_no_sure_kind(found: Result) -> None:
    table = found.table
    split = table[table["town"] == "D"].iloc[0]
    assert split["ending"] == "at odds"
    bargains = table[(table["town"] == "B") & (table["scope"] == "between the branches")]
    assert len(bargains) >= 2 and (bargains["strategic_low"] < 0.5).all()
    assert (bargains["said_tactical"] > bargains["said_strategic"]).all()


def test_the_partnership_with_the_plant_alone_is_a_regime(found: Result) -> None:
    regime = found.tables["regime"]
    assert regime.index[regime["regime"] == "regime"].tolist() == ["E"]
    assert (regime.drop("E")["regime"] == "no regime").all()


def test_turbulence_is_beyond_chance_where_a_history_was_planted(demo: Evidence) -> None:
    result = turbulence(demo, resamples=50)
    beyond = result.table.index[result.table["beyond"] == "beyond chance"].tolist()
    assert "E · 1→2" in beyond and not {"A · 1→2", "B · 1→2"} & set(beyond)
    said = result.tables["inertia"]
    assert said["said_turbulence"].idxmax() == "D · 1→2"
    calm = result.table.loc[["A · 1→2", "C · 1→2"], "composite"].max()
    assert result.table.loc[["D · 1→2", "E · 1→2", "F · 1→2"], "composite"].min() > calm


def test_centres_and_heads_are_those_of_the_histories(demo: Evidence) -> None:
    centres = power(demo).tables["centres"]
    kinds = centres.groupby("town")["pattern"].agg(set)
    assert kinds["A"] == {"one centre"} and kinds["B"] == kinds["D"] == kinds["F"] == {"several centres"}
    # in C the manager runs everything, the head by office does not
    assert centres.loc["C · 1", "head_is"] == "somebody else" and centres.loc["C · 1", "said_not_first"] == 6
    assert centres.loc["A · 1", "head_is"] == centres.loc["A · 2", "head_is"] == "the head"


def test_where_nothing_changes_nothing_is_claimed_to(still: Evidence) -> None:
    shaken = turbulence(still, resamples=50)
    assert (shaken.table["beyond"] != "beyond chance").all()
    assert shaken.sentence.startswith("In no town does turbulence exceed what chance gives.")
    assert (shaken.table["posts_changed"].dropna() == 0).all()
    table = coalitions(still, resamples=50).table
    assert not (table["ending"] == "at odds").any() and (table["events_at_end"] == "").all()
    heads = power(still).tables["centres"].groupby("town")["head"].nunique()
    assert (heads == 1).all()
