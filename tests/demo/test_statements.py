"""Statements: parties found in the town, offices held at the time, times that fit the telling."""

import datetime as dt
from collections import Counter, defaultdict

import pytest

from tests.demo.conftest import of
from veche.study import Actor, Interview, Office, Statement, StatementKind, Tenure, Town


@pytest.fixture(params=["russian", "english_study", "still"])
def study(request):
    return request.getfixturevalue(request.param)


def _parties(one):
    return (*one.sources, *one.targets, *one.benefit)


def test_every_party_is_an_actor_or_office_of_the_town_or_above_it(study):
    known = {a.id: a.town_id for a in of(study, Actor)} | {o.id: o.town_id for o in of(study, Office)}
    towns = {i.id: i.town_id for i in of(study, Interview)}
    regions = {t.id: t.region_id for t in of(study, Town)}
    governors = {a.id: a.key.split(".")[0] for a in of(study, Actor) if a.key.endswith(".governor")}
    keys = {r.id: r.key for r in study.records if r.noun == "region"}
    assert len(of(study, Statement)) > 400
    for one in of(study, Statement):
        assert one.sources
        assert one.targets
        for party in _parties(one):
            town = towns[one.interview_id]
            assert known[party] in (town, None)
            if party in governors:
                assert governors[party] == keys[regions[town]]


def test_every_office_named_was_held_when_it_happened(study):
    held = defaultdict(list)
    for tenure in of(study, Tenure):
        held[tenure.office_id].append(tenure)
    for one in of(study, Statement):
        for party in _parties(one):
            if party in held:
                assert any(
                    (t.start is None or t.start < one.end or t.start <= one.start)
                    and (t.end is None or one.start < t.end)
                    for t in held[party]
                ), one


def test_times_lie_before_the_telling(study):
    days = {i.id: i.date for i in of(study, Interview)}
    for one in of(study, Statement):
        assert one.start < one.end <= days[one.interview_id] or one.start == one.end


def test_talk_without_a_time_means_the_year_before(russian):
    days = {i.id: i.date for i in of(russian, Interview)}
    now = [one for one in of(russian, Statement) if one.end == days[one.interview_id]]
    assert len(now) > 300
    undated = [one for one in now if one.start.year == one.end.year - 1 and one.start.month == one.end.month]
    assert len(undated) > 300
    assert all(abs((one.end - one.start).days - 365) <= 4 for one in undated)


def test_the_partnership_of_rudovets_is_told_until_april_2018(russian):
    kinds = {k.id: k.key for k in of(russian, StatementKind)}
    interviews = {i.id: i for i in of(russian, Interview)}
    told = [
        one for one in of(russian, Statement)
        if kinds[one.kind_id] == "partnership" and interviews[one.interview_id].key[0] == "E"
    ]  # fmt: skip
    later = [one for one in told if interviews[one.interview_id].key[1] in "23" and one.start.year == 2011]
    assert len(later) >= 8
    assert {one.end for one in later} == {dt.date(2018, 5, 1)}
    assert len({interviews[one.interview_id].respondent_id for one in told}) >= 10


def test_the_team_of_stozhary_breaks_in_june_2013(russian):
    offices = {o.id: o.key for o in of(russian, Office)}
    actors = {a.id: a.key for a in of(russian, Actor)}
    interviews = {i.id: i for i in of(russian, Interview)}
    kinds = {k.id: k.key for k in of(russian, StatementKind)}
    before = [
        one for one in of(russian, Statement)
        if interviews[one.interview_id].key[0] == "D" and one.start == dt.date(2010, 1, 1) and kinds[one.kind_id] == "partnership"
    ]  # fmt: skip
    first = [one for one in before if interviews[one.interview_id].key[1] == "1"]
    assert len({interviews[one.interview_id].respondent_id for one in first}) >= 3
    assert {one.end for one in before} == {dt.date(2013, 7, 1)}
    assert {offices.get(one.sources[0]) for one in first} == {"D.head"}
    # looking back from wave 2 the partner is the head of that time, not the last one
    second = [one for one in before if interviews[one.interview_id].key[1] == "2"]
    assert {actors.get(s) or offices.get(s) for one in second for s in one.sources} <= {"D.lomakin", "D.head"}


def test_owners_change_with_the_intervention(russian, still):
    interviews = {i.id: i for i in of(russian, Interview)}
    actors = {a.id: a.key for a in of(russian, Actor)}
    now = [
        actors[p]
        for one in of(russian, Statement)
        if interviews[one.interview_id].key[:2] in ("E2", "E3") and one.start >= dt.date(2018, 5, 1)
        for p in _parties(one)
        if actors.get(p, "").startswith("E.owner")
    ]
    assert now
    assert set(now) == {"E.owner"}
    still_actors = {a.id: a.key for a in of(still, Actor)}
    named = {still_actors[p] for one in of(still, Statement) for p in _parties(one) if p in still_actors}
    assert "E.owner" not in named


def test_statements_quote_the_words_of_their_span(russian):
    texts = {text.id: text for text in russian.texts}
    for one in of(russian, Statement):
        (anchor,) = one.quotes
        words = texts[anchor.text_id].body[anchor.start : anchor.end]
        assert len(words.split()) >= 4
        assert "\n" not in words


def test_tone_follows_the_histories(russian):
    """Mean tone of what is told of the present, against what is planted; a quarter of a step."""
    interviews = {i.id: i for i in of(russian, Interview)}
    tones = defaultdict(list)
    for one in of(russian, Statement):
        interview = interviews[one.interview_id]
        if one.tone and one.modality == "asserted" and one.end == interview.date:
            tones[interview.key[0], interview.key[1]].append(one.tone)
    for town, waves in russian.truth["planted"]["tone"].items():
        for wave, expected in waves.items():
            found = tones[town, wave]
            assert len(found) >= 10
            assert abs(sum(found) / len(found) - expected) <= 0.35, (town, wave)


def test_direct_pressure_fails_more_often_than_bargaining(russian):
    """The planted difference in outcomes: pressure in Ветлянск against bargaining in Брусянск."""
    kinds = {k.id: k.key for k in of(russian, StatementKind)}
    outcomes = defaultdict(Counter)
    for one in of(russian, Statement):
        outcomes[kinds[one.kind_id]][one.outcome] += 1

    def success(kind):
        found = outcomes[kind]
        return (found["achieved"] + found["partly"] / 2) / (found["achieved"] + found["partly"] + found["failed"])

    assert success("pressure") < 0.5 < success("bargaining")


def test_all_fourteen_kinds_are_used(russian):
    kinds = {k.id: k.key for k in of(russian, StatementKind)}
    assert len(kinds) == 14
    assert {kinds[one.kind_id] for one in of(russian, Statement)} == set(kinds.values())
