"""Transcripts: turns, wording, length, and that no two interviews are alike."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from tests.demo.conftest import of
from veche.study import ConsentMark, Document, Interview

BOTH = ["russian", "english_study"]


@pytest.fixture(params=[*BOTH, "still"])
def study(request):
    return request.getfixturevalue(request.param)


def test_turns_cover_the_body_without_the_labels(study):
    for text in study.texts:
        lines = text.body.split("\n")
        assert len(lines) == len(text.turns)
        at = 0
        for line, turn in zip(lines, text.turns, strict=True):
            label, _, words = line.partition(": ") if ":" in line else ("", "", line)
            assert text.body[turn.start : turn.end] == words
            assert turn.speaker == label.rstrip(".")
            assert turn.start == at + len(line) - len(words)
            at += len(line) + 1
        assert [turn.number for turn in text.turns] == list(range(1, len(lines) + 1))
        assert all(first.kind != second.kind for first, second in pairwise(text.turns))
        assert text.turns[0].kind == "question"


def test_two_conventions_of_labels_are_in_use(russian, english_study):
    for study, expected in ((russian, {"И.:", "Интервьюер:"}), (english_study, {"I:", "Interviewer:"})):
        found = Counter(text.body.split(" ", 1)[0] for text in study.texts)
        assert set(found) == expected
        assert min(found.values()) >= 20


def test_nothing_of_the_bank_s_notation_is_left(study):
    for text in study.texts:
        assert not re.search(r"[{}<>|\\]|  | \n|\n\n| [,.;!?]", text.body), text.id


def test_length_is_that_of_an_excerpt(russian, still):
    words = sorted(len(text.body.split()) for text in russian.texts)
    assert words[0] >= 1000
    assert words[-1] <= 1500
    assert 1100 <= sum(words) / len(words) <= 1350
    assert all(850 <= len(text.body.split()) <= 1500 for text in still.texts)


def test_documents_know_their_text(study):
    texts = {text.id: text for text in study.texts}
    documents = of(study, Document)
    assert len(documents) == len(texts) == 153
    assert all(texts[d.text_id].sha256 == d.file_sha256 for d in documents)
    assert {d.interview_id for d in documents} == {i.id for i in of(study, Interview)}


def test_no_passage_is_told_twice_in_an_interview_or_by_a_person(russian):
    told = {}
    for key, content in russian.truth["interviews"].items():
        assert len(content["passages"]) == len(set(content["passages"])), key
        told.setdefault(content["respondent"], []).extend(content["passages"])
    again = Counter(p for passages in told.values() for p, n in Counter(passages).items() if n > 1)
    # the bank is small for some speakers; a rare repetition over the years is what people do
    assert sum(again.values()) <= 30


@pytest.mark.parametrize("name", ["russian", "still"])
def test_no_two_interviews_are_alike(name, request):
    study = request.getfixturevalue(name)
    sets = {key: set(content["passages"]) for key, content in study.truth["interviews"].items()}
    keys = list(sets)
    most = max(len(sets[a] & sets[b]) / min(len(sets[a]), len(sets[b])) for at, a in enumerate(keys) for b in keys[:at])
    assert most <= 0.40
    assert most == pytest.approx(study.truth["bank"]["most_alike"])


def test_the_use_of_passages_is_spread(russian):
    used = Counter(p for content in russian.truth["interviews"].values() for p in content["passages"])
    assert len(used) >= 550
    assert max(used.values()) <= 30


def test_the_same_passage_reads_differently_in_two_interviews(russian):
    """Of the answers that share their passage most differ in wording."""
    answers = Counter()
    for text in russian.texts:
        answers.update(text.body[t.start : t.end] for t in text.turns if t.kind == "answer" and t.end - t.start > 250)
    assert sum(n for n in answers.values() if n > 1) / sum(answers.values()) < 0.10


def test_an_interview_begins_with_a_greeting_and_ends_with_a_farewell(russian):
    for key, content in russian.truth["interviews"].items():
        topics = [p.split("-")[1] for p in content["passages"]]
        assert topics.count("G00") == topics.count("G99") == 1, key
    met = {i.key for i in of(russian, Interview)}
    panel = {key for keys in russian.truth["panel"].values() for key in keys[1:]}
    for key in met:
        greeting = next(p for p in russian.truth["interviews"][key]["passages"] if "-G00-" in p)
        assert ("-R" in greeting) == (key in panel), (key, greeting)


def test_topics_not_asked_do_not_come_up(study):
    for key, content in study.truth["interviews"].items():
        topics = {p.split("-")[1] for p in content["passages"]}
        assert not topics & set(content["not_asked"]), key


def test_what_must_not_be_repeated_is_marked_as_background(russian):
    texts = {text.id: text for text in russian.texts}
    marks = of(russian, ConsentMark)
    told = [p for content in russian.truth["interviews"].values() for p in content["passages"] if "-G20-" in p]
    assert len(marks) == len(told) >= 15
    for mark in marks:
        assert mark.consent == "background"
        turns = texts[mark.text_id].turns
        assert any(turn.kind == "answer" and (turn.start, turn.end) == (mark.start, mark.end) for turn in turns)


def test_a_speaker_does_not_change_sex(russian):
    """Words that show who speaks agree with each other within an interview."""
    from veche.demo._fit import entries

    sex = {entry.passage.id: entry.sex for entry in entries() if entry.sex}
    assert len(sex) >= 30
    for key, content in russian.truth["interviews"].items():
        assert len({sex[p] for p in content["passages"] if p in sex}) <= 1, key
