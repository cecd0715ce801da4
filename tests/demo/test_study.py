"""The study as a whole: the same from the same seed, complete, parallel in both languages."""

import re
import uuid
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.demo.conftest import of
from veche.demo import make_demo
from veche.demo._ids import Ids
from veche.study import Actor, Code, Event, GuideTopic, InputProblem, Interview, Memo, Record, Statement, StudyInfo


def test_the_same_seed_gives_the_same_study(russian):
    again = make_demo("ru")
    assert again.records == russian.records
    assert again.texts == russian.texts
    assert again.truth == russian.truth


def test_another_seed_gives_another_study_of_the_same_design(russian):
    other = make_demo(seed=5)
    assert [i.key for i in of(other, Interview)] == [i.key for i in of(russian, Interview)]
    assert not {r.id for r in other.records} & {r.id for r in russian.records}
    told = [c["passages"] for c in russian.truth["interviews"].values()]
    assert [c["passages"] for c in other.truth["interviews"].values()] != told


def test_the_study_without_change_shares_no_identifier_with_the_other(russian, still):
    assert not {r.id for r in russian.records} & {r.id for r in still.records}


def test_both_languages_tell_the_same_study(russian, english_study):
    def outline(study):
        return [(type(r), r.id) for r in study.records]

    assert outline(russian) == outline(english_study)
    for first, second in zip(of(russian, Interview), of(english_study, Interview), strict=True):
        assert (first.key, first.date, first.consent, first.not_asked) == (
            second.key,
            second.date,
            second.consent,
            second.not_asked,
        )
    contents = (russian.truth["interviews"], english_study.truth["interviews"])
    assert contents[0] == contents[1]
    for first, second in zip(of(russian, Statement), of(english_study, Statement), strict=True):
        assert (first.sources, first.targets, first.start, first.end, first.tone) == (
            second.sources, second.targets, second.start, second.end, second.tone,
        )  # fmt: skip


def test_each_language_is_told_in_its_letters(russian, english_study):
    def cyrillic(text):
        return len(re.findall(r"[а-яё]", text, re.IGNORECASE)) / len(text)

    assert all(cyrillic(text.body) > 0.7 for text in russian.texts)
    assert all(cyrillic(text.body) < 0.001 for text in english_study.texts)
    for kind in (Actor, Event, Memo):
        names = [getattr(r, "name", None) or r.title for r in of(english_study, kind)]
        assert not any(re.search(r"[а-яё]", name, re.IGNORECASE) for name in names)
    assert of(english_study, StudyInfo)[0].language == "en"


def test_identifiers_are_unique_and_of_version_7(russian):
    ids = [r.id for r in russian.records] + [text.id for text in russian.texts]
    assert len(ids) == len(set(ids))
    for one in ids[:500]:
        parsed = uuid.UUID(one)
        assert str(parsed) == one
        assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)


@given(st.integers(), st.booleans(), st.text(max_size=20), st.text(max_size=20))
def test_an_identifier_depends_on_seed_noun_and_key_alone(seed, null, noun, key):
    first = Ids(seed, null)
    first("something", "else")
    one = first(noun, key)
    assert one == Ids(seed, null)(noun, key)
    assert uuid.UUID(one).version == 7
    assert one != Ids(seed + 1, null)(noun, key)


def test_keys_are_unique_within_their_kind(russian):
    for kind in {type(r) for r in russian.records}:
        keys = [r.key for r in of(russian, kind) if hasattr(r, "key")]
        assert [k for k, n in Counter(keys).items() if n > 1] == [], kind


def test_every_pointer_finds_its_record(russian):
    """Whatever field ends in `_id` points into the study, and so do memos."""
    known = {r.id for r in russian.records} | {text.id for text in russian.texts}
    for record in russian.records:
        for name in type(record).__dataclass_fields__:
            if name.endswith("_id") and (value := getattr(record, name)) is not None:
                assert value in known, (record.noun, name)


def test_parents_come_before_what_points_to_them(russian):
    """Records can be added one after another."""
    seen = {text.id for text in russian.texts}
    for record in russian.records:
        for name in type(record).__dataclass_fields__:
            value = getattr(record, name)
            if name.endswith("_id") and value is not None:
                assert value in seen, (record.noun, name)
        seen.add(record.id)


def test_codes_of_topics_are_in_the_codebook(russian):
    keys = {code.key for code in of(russian, Code)}
    topics = of(russian, GuideTopic)
    assert [t.key for t in topics] == [f"G{n:02d}" for n in range(1, 21)]
    assert all(set(topic.codes) <= keys for topic in topics)


def test_the_study_makes_evidence(evidence):
    assert len(evidence.interviews) == 153
    assert len(evidence.codebook.codes) == 155
    assert sum(1 for _ in evidence.counted()) == len(evidence.codings)


def test_memos_are_about_codes_towns_interviews_and_the_study(russian):
    by_id = {r.id: r for r in russian.records}
    nouns = Counter(by_id[memo.target_id].noun for memo in of(russian, Memo))
    assert nouns == {"code": 6, "town": 4, "interview": 3, "study": 1}


@pytest.mark.parametrize("language", ["fr", "", None, 3])
def test_another_language_is_refused(language):
    with pytest.raises(InputProblem, match="Choose ru or en"):
        make_demo(language)


@pytest.mark.parametrize("seed", ["2024", 1.5, None, True])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(InputProblem, match="whole number"):
        make_demo(seed=seed)


def test_records_are_of_the_study_s_kinds(russian, evidence):
    assert all(isinstance(record, Record) for record in russian.records)
    assert evidence.study.name == "Город, которого нет"
