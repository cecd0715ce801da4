"""Who was interviewed: counts, dates, the panel, consent."""

import datetime as dt
from collections import Counter, defaultdict

from tests.demo.conftest import PANDEMIC, of
from veche.study import Alias, Attribute, Event, Interview, Publication, Respondent, Role, Tenure, Town, Wave


def _by_place(study):
    towns, waves = {t.id: t.key for t in of(study, Town)}, {w.id: w.key for w in of(study, Wave)}
    return Counter((towns[i.town_id], waves[i.wave_id]) for i in of(study, Interview))


COUNTS = {
    ("A", "1"): 11, ("B", "1"): 11, ("C", "1"): 12, ("D", "1"): 12, ("E", "1"): 12, ("F", "1"): 11, ("L", "1"): 12,
    ("A", "2"): 11, ("B", "2"): 10, ("C", "2"): 11, ("D", "2"): 11, ("E", "2"): 11, ("F", "2"): 10, ("E", "3"): 8,
}  # fmt: skip


def test_counts_are_those_of_the_design(russian, still, english_study):
    assert sum(n for (town, wave), n in COUNTS.items() if wave == "1" and town != "L") == 69
    assert sum(n for (_, wave), n in COUNTS.items() if wave == "2") == 64
    for study in (russian, still, english_study):
        assert _by_place(study) == COUNTS


def test_dates_lie_in_their_waves_and_respect_the_histories(russian):
    waves = {w.id: w for w in of(russian, Wave)}
    towns = {t.id: t.key for t in of(russian, Town)}
    for one in of(russian, Interview):
        wave, town = waves[one.wave_id], towns[one.town_id]
        assert wave.start <= one.date < wave.end
        assert one.date.weekday() < 6
        if town == "D":
            assert one.date >= dt.date(2013, 9, 1)
        if town == "E" and wave.key == "2":
            assert one.date.year in (2019, 2020)


def test_about_a_fifth_of_wave_2_was_after_the_pandemic_began(russian):
    waves = {w.id: w.key for w in of(russian, Wave)}
    second = [i for i in of(russian, Interview) if waves[i.wave_id] == "2"]
    assert 0.17 <= sum(i.date >= PANDEMIC for i in second) / len(second) <= 0.23


def test_interview_keys_say_town_wave_and_order(russian):
    dates = defaultdict(list)
    for one in of(russian, Interview):
        dates[one.key[:2]].append((one.key, one.date))
    assert dates["A1"][2][0] == "A1-03"
    for talks in dates.values():
        assert [key for key, _ in talks] == [f"{talks[0][0][:3]}{n:02d}" for n in range(1, len(talks) + 1)]
        assert [day for _, day in talks] == sorted(day for _, day in talks)


def test_the_panel_has_all_kinds_of_second_meetings(russian):
    """Of 26 people met again some kept their post and some changed it; other posts passed to another person."""
    talks = defaultdict(list)
    for one in sorted(of(russian, Interview), key=lambda i: i.date):
        talks[one.respondent_id].append(one)
    again = [many for many in talks.values() if len(many) > 1]
    assert len(again) == 26
    assert sum(len(many) for many in again) == 53
    same = sum(many[0].post == many[1].post for many in again)
    assert same == 21
    assert len(again) - same == 5
    first = {(i.town_id, i.post) for i in of(russian, Interview) if i.key[1] == "1"}
    heirs = [
        i for i in of(russian, Interview)
        if i.key[1] == "2" and (i.town_id, i.post) in first and len(talks[i.respondent_id]) == 1
    ]  # fmt: skip
    assert len(heirs) >= 12


def test_nobody_is_interviewed_in_two_towns_or_twice_in_a_wave(russian):
    seen = Counter((i.respondent_id, i.wave_id) for i in of(russian, Interview))
    assert set(seen.values()) == {1}
    towns = defaultdict(set)
    for one in of(russian, Interview):
        towns[one.respondent_id].add(one.town_id)
    assert all(len(where) == 1 for where in towns.values())


def test_respondents_are_numbered_by_their_first_interview(russian):
    keys = {r.id: r.key for r in of(russian, Respondent)}
    assert sorted(keys.values(), key=lambda k: int(k[2:])) == [f"R-{n:02d}" for n in range(1, 127)]
    first = {}
    for one in sorted(of(russian, Interview), key=lambda i: (i.date, i.key)):
        first.setdefault(keys[one.respondent_id], one.date)
    days = [first[f"R-{n:02d}"] for n in range(1, 127)]
    assert days == sorted(days)


def test_roles_are_the_seventeen_fine_ones_and_five_stand_by(russian):
    roles = {r.id: r for r in of(russian, Role)}
    used = {roles[i.role_id].key for i in of(russian, Interview)}
    assert len(roles) == 22
    assert len(used) == 17
    assert {r.key for r in roles.values()} - used == {"official", "business", "expert", "elite_local", "elite_regional"}
    assert all(r.coarse is None or r.coarse in {one.key for one in roles.values()} for r in roles.values())


def test_consent_and_standing(russian):
    interviews, roles = of(russian, Interview), {r.id: r.key for r in of(russian, Role)}
    consents = Counter(i.consent for i in interviews)
    assert (consents["quote"], consents["paraphrase"], consents["background"]) == (115, 26, 12)
    assert all(i.archive == "no" for i in interviews if i.consent == "background")
    assert Counter(i.archive for i in interviews).keys() == {"open", "restricted", "no"}
    assert len({i.interviewer for i in interviews}) == 3
    for one in interviews:
        expected = {
            "head_town": "leader",
            "city_manager": "leader",
            "deputy_head": "member",
            "entrepreneur": "outsider",
        }
        if roles[one.role_id] in expected:
            assert one.standing == expected[roles[one.role_id]]


def test_topics_that_did_not_come_up(russian):
    """About 8 % of topics; in wave 1 nobody could be asked what has changed since last time."""
    interviews = of(russian, Interview)
    other = [len([t for t in i.not_asked if t != "G17"]) for i in interviews]
    assert 0.06 <= sum(other) / (18 * len(interviews)) <= 0.10
    assert all("G17" in i.not_asked for i in interviews if i.key[1] == "1")


def test_heads_are_interviewed_while_in_office(russian):
    roles, actors = {r.id: r.key for r in of(russian, Role)}, {r.id: r.actor_id for r in of(russian, Respondent)}
    tenures = of(russian, Tenure)
    heads = [
        i
        for i in of(russian, Interview)
        if roles[i.role_id] in ("head_town", "head_district", "speaker", "city_manager")
    ]
    assert len(heads) == 26
    for one in heads:
        held = [t for t in tenures if t.actor_id == actors[one.respondent_id]]
        assert any((t.start is None or t.start <= one.date) and (t.end is None or one.date < t.end) for t in held), (
            one.key
        )


def test_offices_are_held_by_one_person_at_a_time(russian, still):
    for study in (russian, still):
        held = defaultdict(list)
        for tenure in of(study, Tenure):
            held[tenure.office_id].append((tenure.start, tenure.end))
        for spans in held.values():
            for (_, end), (start, _) in zip(sorted(spans), sorted(spans)[1:], strict=False):
                assert end == start


def test_publications_are_frozen_sets_with_their_own_letters(russian):
    publications = {p.key: p for p in of(russian, Publication)}
    interviews, towns = {i.id: i for i in of(russian, Interview)}, {t.id: t.key for t in of(russian, Town)}
    models = publications["models-2016"]
    assert len(models.interviews) == 34
    assert Counter(interviews[i].key[:2] for i in models.interviews) == {"A1": 11, "B1": 11, "L1": 12}
    again = publications["return-2024"]
    count = Counter(i.respondent_id for i in interviews.values())
    assert set(again.interviews) == {i.id for i in interviews.values() if count[i.respondent_id] > 1}
    assert all(p.frozen is not None for p in publications.values())
    letters = defaultdict(dict)
    for alias in of(russian, Alias):
        letters[alias.publication_id][towns[alias.town_id]] = alias.alias
    assert letters[models.id] == {"A": "N", "B": "K", "L": "район"}
    assert set(letters[again.id]) == set("ABCDEF")
    assert not set(letters[again.id].values()) & set(letters[models.id].values())


def test_events_and_states_of_the_towns(russian, still):
    kinds = Counter(e.kind for e in of(russian, Event))
    assert kinds["change_of_head"] == 5
    assert (kinds["intervention"], kinds["change_of_owner"], kinds["conflict"]) == (1, 1, 1)
    assert {e.kind for e in of(still, Event)} == {"election"}
    names = {"head_form", "main_firm_state", "population_band", "monotown"}
    values = defaultdict(set)
    for attribute in of(russian, Attribute):
        values[attribute.target_id, attribute.wave_id].add(attribute.name)
    assert len(values) == 14
    assert all(found == names for found in values.values())
    still_values = defaultdict(set)
    for attribute in of(still, Attribute):
        still_values[attribute.target_id, attribute.name].add(attribute.value)
    assert all(len(found) == 1 for found in still_values.values())
