"""The bank of passages keeps its contract, and has something to say for everybody who is interviewed."""

import datetime as dt
import random
import re
from collections import Counter, defaultdict

import pytest

from veche.demo._data import bank, read
from veche.demo._fit import entries, sayable
from veche.demo._ids import Ids
from veche.demo._plan import Planner
from veche.demo._roster import Sitting, sittings
from veche.demo._world import World
from veche.demo.bank import LANGUAGES, check, draw
from veche.study import Code
from veche.study.design import codes_from

CODES = {code.key: code for code in codes_from(read("codebook"), "codebook.yaml")}


def test_the_bank_keeps_its_contract():
    assert check(bank(), frozenset(CODES)) == []


def test_the_bank_is_large_and_every_file_adds_to_it():
    assert len(bank()) >= 600
    assert len({p.id for p in bank()}) == len(bank())


def test_no_span_carries_two_values_of_one_exclusive_set():
    for passage in bank():
        for tag, pairs in passage.spans.items():
            sets = Counter(CODES[code].value_set for code, _ in pairs if CODES[code].value_set)
            assert all(count == 1 for count in sets.values()), (passage.id, tag)


def test_no_heading_is_put_on_text():
    for passage in bank():
        assert all(CODES[code].codable for pairs in passage.spans.values() for code, _ in pairs), passage.id


@pytest.mark.parametrize("seed", range(3))
def test_every_wording_is_clean_and_its_spans_are_whole_words(seed):
    world = World("ru", Ids(1, False), False)
    english = World("en", Ids(1, False), False)
    for passage in bank():
        town = passage.towns[0] if passage.towns else "A"
        for language, where in (("ru", world), ("en", english)):
            rng = random.Random(f"{seed}/{passage.id}/{language}")
            slots = where.slots(town, dt.date(2013, 10, 1))
            text, spans = draw(passage.answer[language], rng=rng, slots=slots, spans=passage.spans)
            assert not re.search(r"[{}<>|]|  ", text), (passage.id, language, text)
            assert {span.tag for span in spans} == set(passage.spans)
            for span in spans:
                assert not text[span.start - 1 : span.start].isalnum()
                assert not (text[span.end - 1].isalnum() and text[span.end : span.end + 1].isalnum()), (
                    passage.id,
                    text[span.start : span.end],
                )


def test_languages_differ_and_tell_the_same_spans():
    for passage in bank():
        assert set(passage.question) == set(passage.answer) == set(LANGUAGES)
        assert passage.answer["ru"] != passage.answer["en"]


@pytest.fixture(scope="module")
def pools() -> dict[str, tuple[Sitting, list]]:
    world = World("ru", Ids(2024, False), False)
    return {one.key: (one, sayable(one, world, False)) for one in sittings(2024, False)}


def test_everybody_can_greet_part_and_name_each_problem_of_the_town(pools):
    planner = Planner(2024, False)
    lacking = defaultdict(list)
    for key, (one, pool) in pools.items():
        topics = Counter(entry.passage.topic for entry in pool)
        said = {code for entry in pool for code in entry.asserted}
        for topic in ("G00", "G99", "G20"):
            if not topics[topic]:
                lacking[topic].append((key, one.role))
        for problem in planner.problem_chances(one):
            if f"PROB.{problem}" not in said:
                lacking[problem].append((key, one.role))
    assert dict(lacking) == {}


def test_everybody_can_speak_of_the_main_topics(pools):
    for key, (one, pool) in pools.items():
        said = {code for entry in pool for code in entry.asserted}
        topics = {entry.passage.topic for entry in pool}
        assert {"G01", "G02", "G06", "G14", "G15", "G16"} <= topics, (key, one.role)
        assert any(code.startswith("MOT.LEVEL.") for code in said), (key, one.role)
        assert said & {"DEM.ELITE", "DEM.POP", "DEM.LEADER", "DEM.EXECUTOR"}, (key, one.role)


def test_every_town_and_wave_has_acts_of_its_main_kind_for_most_speakers(pools):
    """A town's model rests on passages of its own: three fifths of its speakers know one at least."""
    weights = read("truth")["relations"]
    able, asked = Counter(), Counter()
    for one, pool in pools.values():
        main = max(weights[one.town][one.wave], key=weights[one.town][one.wave].__getitem__)
        asked[one.town, one.wave] += 1
        able[one.town, one.wave] += any(entry.group == main for entry in pool)
    for place, count in asked.items():
        assert able[place] / count >= 3 / 5, (place, able[place], count)


def test_new_problems_wait_for_their_day():
    windows = {c.key: c.not_before for c in _codes_with_windows() if c.not_before}
    assert set(windows) == {"PROB.PANDEMIC", "PROB.SWO"}
    for entry in entries():
        for code in entry.asserted & set(windows):
            if code == "PROB.PANDEMIC":
                assert entry.earliest >= windows[code]
            assert 1 not in entry.passage.waves and entry.passage.waves, entry.passage.id


def _codes_with_windows() -> list[Code]:
    return list(CODES.values())


def test_passages_that_name_a_year_are_told_after_it(pools):
    for one, pool in pools.values():
        for entry in pool:
            for year in re.findall(r"\b20[0-2]\d\b", entry.passage.answer["ru"]):
                assert int(year) <= one.date.year, (entry.passage.id, one.key)


def test_readers_notes_name_passages_that_exist():
    notes, known = read("fits"), {p.id for p in bank()}
    named = {key for keys in notes["sex"].values() for key in keys} | {
        k for keys in notes["trade"].values() for k in keys
    }
    assert named | set(notes["not_for"]) <= known
