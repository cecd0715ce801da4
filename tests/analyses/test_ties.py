"""Ties: the worked example of the definitions, every cell against a filter, invariances, bad input."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import random
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analyses.acts import Told
from tests.analyses.branch_acts import demo, town
from veche import words
from veche.analyses._headings import HEADINGS, TABLES
from veche.analyses._shared.relations import prepare
from veche.analyses.ties import ties
from veche.analyses.ties.arrows import arrows
from veche.analyses.ties.drawn_network import laid_out, short_names
from veche.analyses.ties.fields import town_ties
from veche.analyses.ties.layout import layouts, neighbouring
from veche.analyses.ties.panels import make_panels
from veche.figures.labels import Box
from veche.study import Evidence, Interview, Statement
from veche.study.registry import make_params


def example() -> Evidence:
    """The example of the definitions with months from January 2012 on, told by two reporters of the first wave."""
    return town([
        Told("p1", "pressure", "h", "a", "2012-01", "2013-01"),
        Told("p1", "bargaining", "h", "a", "2012-07", "2013-07"),
        Told("p2", "partnership", "h", "a", "2012-07"),
        Told("p2", "obedience", "a", "h", "2012-10"),
    ])  # fmt: skip


def test_the_example_of_the_definitions() -> None:
    """relations.md: x_HA = .25, D = .75, x_AH = .8333, mutual .25, for decisions .1667 (days instead of months: near)."""
    table = ties(example(), reach=0, windows="equal", width=12).tables["ties"]
    row, back = table.loc["T · 2012-01 · T.h · T.a"], table.loc["T · 2012-01 · T.a · T.h"]
    assert row["tone"] == pytest.approx(0.25, abs=0.003)
    assert row["dispersion"] == pytest.approx(0.75, abs=0.003)
    assert row["tone_for_decisions"] == pytest.approx(0.1667, abs=0.003)
    assert row["mutual"] == pytest.approx(0.25, abs=0.003)
    assert back["tone"] == pytest.approx(0.8333, abs=0.003)
    assert (row["votes"], row["reporters"], row["statements"]) == (2, 2, 3)
    later = table.loc["T · 2012-12 · T.h · T.a"]
    assert math.isnan(later["tone"])
    assert "fewer than 2 reporters" in later["reason"]


def test_one_reporter_alone_gives_no_tone_but_is_counted() -> None:
    made = town([Told("p", "pressure", "h", "a"), Told("p", "pressure", "h", "a", "2014")])
    row = ties(made).tables["ties"].iloc[0]
    assert math.isnan(row["tone"]) and math.isnan(row["low"]) and math.isnan(row["dispersion"])
    assert (row["reporters"], row["statements"]) == (1, 2)
    assert ties(made).sentence == "No tie is told of by enough reporters."


def test_windows_without_evidence_are_missing_with_the_reason() -> None:
    made = town(
        [
            Told("p", "pressure", "h", "a"),
            Told("q", "pressure", "h", "a"),
            Told("q", "pressure", "h", "a", "2014", wave="2"),
        ]
    )
    windows = ties(made).tables["windows"]
    assert windows.loc["T · 2", "statements"] == 0
    assert windows.loc["T · 2", "reason"] == "nobody tells of events of this time"
    assert math.isnan(windows.loc["T · 2", "mean_tone"])


def test_events_before_the_first_visit_make_no_tie() -> None:
    told = [Told(who, "pressure", "h", "a", year) for who in ("p", "q") for year in ("2005", "2013")]
    result = ties(town(told))
    assert result.tables["ties"].loc["T · 1 · T.h · T.a", "statements"] == 2
    assert any("before the first visit" in note and note.endswith("2.") for note in result.notes)
    assert result.grounds("T · 1 · T.h · T.a", "tone", "ties").supporting == ("s001", "s003")


def test_a_change_of_holder_does_not_join_two_careers() -> None:
    told = [Told(who, "support", "head", "a", year) for who in ("p", "q") for year in ("2013", "2015")]
    held = {"head": [("h", None, "2014"), ("k", "2014", None)]}
    table = ties(town(told, offices=held)).tables["ties"]
    assert set(table["source"]) == {"T.h", "T.k"}
    assert table["statements"].tolist() == [2, 2]


def test_a_study_without_interviews_has_no_ties() -> None:
    empty = ties(dataclasses.replace(example(), statements=(), interviews=()))
    assert len(empty.tables["ties"]) == 0
    assert empty.figure is not None


def only(evidence: Evidence, key: str) -> Evidence:
    """The evidence of one town."""
    home = next(one for one in evidence.towns if one.key == key)
    talks = tuple(one for one in evidence.interviews if one.town_id == home.id)
    ids = {one.id for one in talks}
    return dataclasses.replace(
        evidence, interviews=talks, statements=tuple(one for one in evidence.statements if one.interview_id in ids)
    )


# by another way


def brute(
    evidence: Evidence, window: tuple[dt.date, dt.date], source: str, target: str
) -> Iterator[tuple[Statement, Interview]]:
    """Statements that make a tie, by plain loops over records."""
    kinds = {one.id: one for one in evidence.kinds}
    offices = {one.id for one in evidence.offices}
    actors = {one.id: one.key for one in evidence.actors}

    def holders(party: str, one: Statement, day: dt.date) -> set[str]:
        if party not in offices:
            return {actors[party]}
        return {
            actors[t.actor_id]
            for t in evidence.tenures
            if t.office_id == party and (t.start is None or t.start <= day) and (t.end is None or day < t.end)
        }

    for one in evidence.statements:
        talk = evidence.interview_of(one)
        if talk is None or one.modality != "asserted" or one.start is None or one.end is None:
            continue
        # the days on which anything can differ: the first of the event, of the window, and of a change of holder
        turns = [day for t in evidence.tenures for day in (t.start, t.end) if day is not None]
        last = one.end if one.end > one.start else one.start + dt.timedelta(days=1)
        days = [day for day in (one.start, window[0], *turns) if one.start <= day < last]
        for day in days:
            if not window[0] <= day < window[1]:
                continue
            first = set().union(*(holders(party, one, day) for party in one.sources))
            second = set().union(*(holders(party, one, day) for party in one.targets))
            way, back = source in first and target in second, source in second and target in first
            if source != target and (way or (back and kinds[one.kind_id].symmetric)):
                yield one, talk
                break


def test_every_cell_of_a_town_rests_on_what_a_filter_finds() -> None:
    evidence = demo()
    result = ties(only(evidence, "B"), resamples=50)
    place = next(one for one in evidence.towns if one.key == "B")
    windows = {
        "1": (dt.date(2011, 1, 1), dt.date(2016, 1, 1)),
        "2": (dt.date(2017, 1, 1), dt.date(2021, 1, 1)),
    }
    table = result.tables["ties"]
    assert len(table) > 15
    for label, row in table.iterrows():
        found = [
            (one, talk)
            for one, talk in brute(evidence, windows[row["period"]], row["source"], row["target"])
            if talk.town_id == place.id
        ]
        grounds = result.grounds(label, "statements", "ties")
        assert set(grounds.supporting) == {one.id for one, _talk in found}, label
        assert row["statements"] == len(found)
        assert row["reporters"] == len({talk.respondent_id for _one, talk in found})
        cell = result.grounds(label, "tone", "ties")
        assert set(cell.supporting) | set(cell.opposing) >= set(grounds.supporting)
        assert not set(cell.supporting) & set(cell.opposing)
        kinds = {one.id: one for one in evidence.kinds}
        for one, _talk in found:
            valence = kinds[one.kind_id].valence if one.valence is None else one.valence
            assert (one.id in cell.opposing) == (valence * row["tone"] < 0), label


def test_quotations_lead_to_the_words() -> None:
    result = ties(only(demo(), "C"), resamples=50)
    row = result.highlights[0]
    assert all(quote.words for quote in result.quotations(row, "tone", "ties"))


def test_a_town_with_a_planted_change_is_found_and_the_null_study_is_quiet() -> None:
    moved = ties(only(demo(), "C"), resamples=400).tables["tie_change"]
    assert moved.loc["C · 1→2 · C.assembly · C.kachurin", "verdict"] == "colder"
    quiet = ties(demo(null=True), resamples=400)
    assert not quiet.tables["tie_change"]["verdict"].isin(["colder", "warmer"]).any()
    assert "No tie changed" in quiet.sentence


# invariances


def values(evidence: Evidence) -> dict[str, tuple[float, ...]]:
    table = ties(evidence, resamples=50).tables["ties"]
    return {
        str(label): tuple(
            round(float(row[name]), 9) for name in ("tone", "mutual", "tone_for_decisions", "dispersion", "votes")
        )
        for label, row in table.fillna(9).iterrows()
    }


KINDS = st.sampled_from(["pressure", "bargaining", "partnership", "support", "resistance"])
SIDE = st.sampled_from(["h", "a", "f", "h a"])
TOLD = st.lists(
    st.tuples(st.sampled_from("pqr"), KINDS, SIDE, SIDE, st.sampled_from(["2013", "2014"])), min_size=1, max_size=12
)


@settings(max_examples=15)
@given(told=TOLD, seed=st.integers(0, 99))
def test_order_and_names_change_nothing(told: list[tuple[str, str, str, str, str]], seed: int) -> None:
    made = town([Told(*one) for one in told])
    shuffled = list(made.statements)
    random.Random(seed).shuffle(shuffled)
    first = values(made)
    assert values(dataclasses.replace(made, statements=tuple(shuffled))) == first
    renamed = tuple(dataclasses.replace(one, key={"T.h": "T.z"}.get(one.key, one.key)) for one in made.actors)
    assert values(dataclasses.replace(made, actors=renamed)) == {
        label.replace("T.h", "T.z"): found for label, found in first.items()
    }


@settings(max_examples=15)
@given(told=TOLD)
def test_a_talkative_reporter_cannot_outvote_the_others(told: list[tuple[str, str, str, str, str]]) -> None:
    """All events are instants inside the window: saying everything twice changes nothing but the amount told."""
    assert values(town([Told(*one) for one in told])) == values(
        town([Told(*one) for one in told for _twice in range(2 if one[0] == "p" else 1)])
    )


@settings(max_examples=15)
@given(told=TOLD)
def test_tones_stay_in_their_bounds(told: list[tuple[str, str, str, str, str]]) -> None:
    table = ties(town([Told(*one) for one in told]), resamples=50).tables["ties"]
    for name, low, high in (("tone", -1, 1), ("low", -1, 1), ("high", -1, 1), ("mutual", -1, 1), ("dispersion", 0, 1)):
        assert table[name].dropna().between(low - 1e-9, high + 1e-9).all()
    known = table[table["tone"].notna()]
    assert (known["low"] <= known["high"]).all()
    assert (known["left_low"] <= known["tone"] + 1e-9).all() and (known["left_high"] >= known["tone"] - 1e-9).all()
    assert table["reason"][table["tone"].isna()].ne("").all()


# figure and declaration


def test_headings_and_figure() -> None:
    result = ties(only(demo(), "E"), resamples=50)
    for name, table in result.tables.items():
        assert name in TABLES
        assert set(table.columns) <= set(HEADINGS)
        assert table.index.is_unique
    for drawn in ("network", "matrix"):
        chart = ties(only(demo(), "E"), resamples=50, drawn=drawn).figure.to_dict()
        rows = {
            datum["row"] for data in _data(chart) for datum in data if datum.get("table") == "ties" and datum.get("row")
        }
        assert rows and rows <= set(result.tables["ties"].index)


def _data(spec: object) -> Iterator[list[dict[str, object]]]:
    if isinstance(spec, dict):
        values_ = spec.get("values")
        if isinstance(values_, list) and values_ and isinstance(values_[0], dict):
            yield values_
        for one in spec.values():
            yield from _data(one)
    elif isinstance(spec, list):
        for one in spec:
            yield from _data(one)


def test_places_are_inside_the_panel_and_not_on_one_another() -> None:
    names = [f"actor {k}" for k in range(12)]
    weights = {(names[k], names[(k * 5 + 1) % 12]): 1.0 + k for k in range(11) if names[k] != names[(k * 5 + 1) % 12]}
    variants = ((0.45, 0.0), (0.45, 90.0), (0.0, 0.0))
    found = list(layouts(names, weights, 372, 300, variants=variants))
    assert found == list(layouts(names, weights, 372, 300, variants=variants))
    assert len(found) == 3 and found[0] != found[1]
    for one in found:
        points = list(one.values())
        assert all(0 < x < 372 and 0 < y < 300 for x, y in points)
        assert min(math.dist(a, b) for k, a in enumerate(points) for b in points[:k]) > 20
    assert list(layouts([], {}, 10, 10, variants=variants)) == [{}]


def test_an_actor_moves_alone_and_onto_no_other() -> None:
    at = {"a": (100.0, 100.0), "b": (130.0, 100.0), "c": (30.0, 30.0)}
    found = list(neighbouring(at, "a", 372, 300))
    assert len(found) > 10
    for one in found:
        assert {actor for actor in at if one[actor] != at[actor]} == {"a"}
        assert min(math.dist(one["a"], one[other]) for other in "bc") > 20
        assert 0 < one["a"][0] < 372 and 0 < one["a"][1] < 300


def test_arrows_pass_by_other_actors_and_marks_keep_apart() -> None:
    at = {"a": (50.0, 100.0), "b": (250.0, 100.0), "c": (150.0, 100.0 + 0.07 * 200)}
    alone = arrows([("a", "b")], at)["a", "b"]
    assert min(math.dist(point, at["c"]) for point in alone.points) > 14
    both = arrows([("a", "b"), ("b", "a")], {"a": at["a"], "b": at["b"]})
    assert both["a", "b"].mark[1] > 100 > both["b", "a"].mark[1]
    crossing = arrows([("a", "b"), ("d", "e")], {**at, "d": (150.0, 20.0), "e": (150.0, 190.0)})
    assert math.dist(crossing["a", "b"].mark, crossing["d", "e"].mark) >= 12
    for (source, target), arrow in both.items():
        assert math.dist(arrow.points[0], at[source]) == pytest.approx(7)
        assert math.dist(arrow.points[-1], at[target]) == pytest.approx(8)
    assert arrows([], at) == {}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_name_of_the_demonstration_study_is_clear_of_arrows_and_marks(language: str) -> None:
    with words.using(language):
        panels = make_panels(ties(demo(), resamples=50))
        for town in dict.fromkeys(one.town for one in panels):
            mine = [one for one in panels if one.town == town]
            layout = laid_out(mine, short_names(mine))
            for drawing in layout.drawings:
                marks = [Box(x, y, 1, 1) for one in drawing.arrows.values() for x, y in (*one.points, one.mark)]
                marks += [Box(x, y, 9, 9) for x, y in layout.at.values()]
                assert len(drawing.boxes) == len(layout.at)
                for place, box in enumerate(drawing.boxes):
                    assert not any(box.overlap(mark) for mark in marks), (town, place)
                    assert not any(box.overlap(other) for other in drawing.boxes[:place]), (town, place)


def test_the_numbers_of_the_measure_are_those_of_the_table() -> None:
    """The tone is the one of `veche.measures.ties`, for every tie of the study."""
    evidence = demo()
    fields, _all = town_ties(evidence, make_params(ties.params, {}))
    table = ties(evidence, resamples=50).tables["ties"]
    assert sum(len(one.ties) for one in fields) == len(table)
    field = fields[0]
    matrix = field.ties.matrix(0)
    actors = [one.key for one in prepare(evidence).actors]
    here = table[(table["town"] == field.town.key) & (table["period"] == "1") & table["tone"].notna()]
    for _label, row in here.iterrows():
        assert row["tone"] == pytest.approx(matrix[actors.index(row["source"]), actors.index(row["target"])])
    assert np.isfinite(matrix).sum() >= len(here) > 5
