"""Events from above: before and after by hand, the planted break, cells against a filter, nothing causal, bad input."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from functools import cache

import pytest

from tests.analyses.acts import Told
from tests.analyses.branch_acts import demo, town
from veche import words
from veche.analyses._headings import HEADINGS, TABLES
from veche.analyses.intervention import intervention
from veche.study import Event, InputProblem, Result

DAY = dt.date(2014, 1, 1)


def event(day: dt.date = DAY, kind: str = "intervention", home: str | None = "T") -> Event:
    return Event(id="e", key="e", title="The shares are taken", kind=kind, start=day, end=day, town_id=home)  # type: ignore[arg-type]


def told_twice(kind_before: str, kind_after: str, people: str = "pqrs", pair: str = "h f") -> list[Told]:
    one, other = pair.split()
    return [
        Told(who, kind, one, other, year, wave=wave)
        for who in people
        for kind, year, wave in ((kind_before, "2013", "1"), (kind_after, "2015", "2"))
    ]


def run(told: list[Told], *events: Event, **more: object) -> Result:
    return intervention(town(told, events=events or (event(),)), resamples=200, **more)


def test_before_and_after_by_hand() -> None:
    """Partnership (+1) before, pressure (-1) after, told by four people of both sides."""
    row = run(told_twice("partnership", "pressure")).table.loc["e · T · business"]
    assert (row["value_before"], row["value_after"], row["difference"]) == (1, -1, -2)
    assert (row["reporters_before"], row["reporters_after"], row["panel_reporters"]) == (4, 4, 4)
    assert (row["statements_before"], row["statements_after"]) == (4, 4)
    assert row["panel_difference"] == -2
    # four people who all swap or all stay: 2 of 16 exchanges are as far
    assert row["p_exchange"] == pytest.approx(2 / 16, abs=0.06)


def test_an_event_over_the_day_counts_on_both_sides_by_its_parts() -> None:
    told = [Told(who, "partnership", "h", "f", "2013-01", "2015-01") for who in "pqr"]
    told += [Told(who, "pressure", "h", "f", "2015-06") for who in "pqr"]
    row = run(told).table.loc["e · T · business"]
    assert row["value_before"] == 1
    # 365 days of 730 on either side: half a vote of +1, one of -1, and no more than one vote in all
    assert row["value_after"] == pytest.approx((0.5 - 1) / 1.5)
    assert (row["statements_before"], row["statements_after"]) == (3, 6)


def test_months_limit_both_sides() -> None:
    told = told_twice("partnership", "pressure") + [Told(who, "pressure", "h", "f", "2012-01") for who in "pqrs"]
    assert run(told).table.loc["e · T · business", "value_before"] == 0
    assert run(told, months=18).table.loc["e · T · business", "value_before"] == 1


def test_the_other_towns_stand_beside() -> None:
    told = told_twice("partnership", "pressure")
    told += [
        Told(who, kind, "h", "f", year, town="U")
        for who in "uvw"
        for kind, year in (("pressure", "2013"), ("support", "2015"))
    ]
    made = town(told, events=(event(),))
    # in U actors of T come from elsewhere, so nothing of U is known
    assert math.isnan(intervention(made, resamples=50).table.loc["e · T · business", "other_places"])
    found = intervention(demo(), resamples=100).table
    assert abs(found.loc["E.intervention-2018 · E · assembly", "other_places"]) < 0.1


# bad input


def test_events_that_cannot_be_compared_say_why() -> None:
    told = told_twice("partnership", "pressure")
    for day, reason in (
        (dt.date(2009, 1, 1), "before the time of the town's first wave: what was before is not known"),
        (dt.date(2022, 1, 1), "after the last interview in this town: what came after is not known"),
    ):
        row = run(told, event(day)).table.loc["e · T · business"]
        assert math.isnan(row["value_before"]) and row["reason"] == reason
        assert reason in run(told, event(day)).sentence
    one = run(told_twice("partnership", "pressure", "p")).table.loc["e · T · business"]
    assert math.isnan(one["difference"]) and one["reason"] == "fewer than three reporters on one side of the day"
    assert run(told, event(kind="election")).sentence == "No event of these kinds is recorded."
    assert run(told, event(kind="election")).figure is not None
    with pytest.raises(InputProblem):
        run(told, kinds=("wedding",))


def test_an_event_of_nowhere_falls_on_every_town() -> None:
    told = [*told_twice("partnership", "pressure"), Told("z", "pressure", "h", "f", "2013", town="U")]
    table = run(told, event(home=None)).table
    assert set(table["town"]) == {"T", "U"}


# the planted truth


@cache
def found(null: bool = False) -> Result:
    return intervention(demo(null), resamples=1000)


def test_the_break_after_the_planted_intervention_is_found() -> None:
    table = found().table
    assert list(dict.fromkeys(table["event"])) == ["E.intervention-2018"]
    row = table.loc["E.intervention-2018 · E · business"]
    assert row["verdict"] == "colder"
    assert row["value_before"] > 0.4 > -0.1 > row["value_after"]
    assert row["high"] < 0 and row["panel_difference"] < 0
    accounts = found().tables["accounts"]
    assert accounts.loc["E.intervention-2018 · E · EXT.FED", "told_before"] == 0
    assert accounts.loc["E.intervention-2018 · E · EXT.FED", "told_after"] > 10


def test_the_study_without_change_has_no_event_and_no_claim() -> None:
    assert found(null=True).sentence == "No event of these kinds is recorded."
    # the same day in the study without change: nothing differs
    evidence = demo(null=True)
    home = next(one for one in evidence.towns if one.key == "E")
    made = dataclasses.replace(evidence, events=(Event(id="e", key="e", title="Nothing", kind="intervention", start=dt.date(2018, 4, 19), end=dt.date(2018, 4, 19), town_id=home.id),))  # fmt: skip
    assert not intervention(made, resamples=1000).table["verdict"].isin(["colder", "warmer"]).any()


def test_no_word_says_what_brought_a_difference_about() -> None:
    causal = {
        "en": r"\b(cause[sd]?|because|effect|impact|led to|due to|result of|broke|destroyed)\b",
        "ru": r"(причин|вызва|привел|из-за|вследствие|повлия|эффект|разруш|послужил)",
    }
    for language, pattern in causal.items():
        with words.using(language):
            result = intervention(demo(), resamples=100)
            chart = result.figure.to_dict()
            told = [
                result.sentence,
                *result.notes,
                words._(result.method),
                str(chart["title"]),
                str(chart["description"]),
            ]
        for text in told:
            assert not re.search(pattern, text.lower()), text


# by another way


def test_cells_rest_on_what_a_filter_finds() -> None:
    evidence, result = demo(), found()
    home = next(one for one in evidence.towns if one.key == "E")
    day = dt.date(2018, 4, 19)
    branch = {one.id: one.branch for one in (*evidence.actors, *evidence.offices) if one.town_id == home.id}
    levels = {one.id for one in evidence.actors if one.kind == "level"}
    before, after = set(), set()
    for one in evidence.statements:
        talk = evidence.interview_of(one)
        if talk is None or talk.town_id != home.id or one.modality != "asserted":
            continue
        sources = {branch.get(party) for party in one.sources if party not in levels}
        targets = {branch.get(party) for party in one.targets if party not in levels}
        if ("executive" in sources and "business" in targets) or ("business" in sources and "executive" in targets):
            assert one.start is not None and one.end is not None
            if one.start < day:
                before.add(one.id)
            if one.end > day or one.start >= day:
                after.add(one.id)
    label = "E.intervention-2018 · E · business"
    assert set(result.grounds(label, "value_before").supporting) == before
    assert set(result.grounds(label, "value_after").supporting) == after
    assert set(result.grounds(label, "difference").supporting) == before | after
    assert result.table.loc[label, "statements_before"] == len(before)
    code = next(one for one in evidence.codes if one.key == "COAL.BREAK")
    later = {
        coding.id
        for coding, talk in evidence.counted()
        if coding.code_id == code.id and coding.modality == "asserted" and talk.town_id == home.id and talk.date >= day
    }
    row = "E.intervention-2018 · E · COAL.BREAK"
    assert set(result.grounds(row, "told_after", "accounts").supporting) == later
    assert result.tables["accounts"].loc[row, "told_after"] == len(later)
    sides = [f"after_{side}" for side in ("executive", "legislative", "outside")]
    assert sum(result.tables["accounts"].loc[row, side] for side in sides) == len(later)
    for side in sides:
        ids = result.grounds(row, side, "accounts").supporting
        assert len(ids) == result.tables["accounts"].loc[row, side]


def test_headings() -> None:
    for name, table in found().tables.items():
        assert name in TABLES
        assert set(table.columns) <= set(HEADINGS)
        assert table.index.is_unique
    assert found().sentence.endswith(".")
