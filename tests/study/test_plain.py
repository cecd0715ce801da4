"""Records as plain values and back: every kind, every field; what is no record is refused in words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from tests.whole_studies import UNSHRUNK, studies
from veche.study import Code, Evidence, InputProblem, Text, Turn
from veche.study.carried import NOTE_LENGTH, line_of, notes_of, part_of, quotation_name, values_of
from veche.study.losses import counted, loss, to_csv, to_frame, to_text
from veche.study.plain import from_plain, to_plain, turns_from_plain, turns_to_plain
from veche.study.whole import evidence_of, kinds, name_of, records_of


@given(studies())
@UNSHRUNK
def test_every_record_comes_back_through_a_line(evidence: Evidence) -> None:
    for one in records_of(evidence):
        line = line_of(to_plain(one))
        assert line.isprintable() or all(letter >= " " for letter in line)
        assert from_plain(json.loads(line)) == one
    for name in ("documents",):
        for document in getattr(evidence, name):
            text = evidence.texts[document.text_id]
            assert turns_from_plain(json.loads(line_of(turns_to_plain(text))), len(text.body)) == text.turns
    again = evidence_of(list(records_of(evidence))[::-1], [evidence.texts[one] for one in evidence.texts])
    assert {one.id: one for one in records_of(again)} == {one.id: one for one in records_of(evidence)}


def test_all_kinds_of_records_are_known() -> None:
    from veche.store.records import CODECS

    assert set(kinds()) == set(CODECS)
    assert len({kind.noun for kind in kinds()}) == len(kinds())


@pytest.mark.parametrize(
    "given_value",
    [
        None, 5, [], {}, {"record": "city"}, {"record": "code"}, {"record": "code", "key": 5}, {"record": "code", "key": "A", "kind": "colour"},
        {"record": "code", "key": "A", "position": True}, {"record": "code", "key": "A", "not_before": "soon"},
        {"record": "statement", "interview_id": None, "quotes": [["a", "b", 1]], "kind_id": "k", "sources": [], "targets": []},
        {"record": "office", "key": "a", "name": "a", "weight": "heavy"}, {"record": "code", "key": None},
    ],
)  # fmt: skip
def test_what_is_no_record_is_refused(given_value: object) -> None:
    with pytest.raises(InputProblem) as caught:
        from_plain(given_value)
    assert len(str(caught.value)) > 20


def test_fields_of_later_versions_are_passed_over() -> None:
    assert from_plain({"record": "code", "id": "c", "key": "A", "smell": "sweet", "rev": 7}) == Code(id="c", key="A")


@pytest.mark.parametrize(
    "turns",
    [[[0, 5, "song", "x"]], [[3, 1, "answer", ""]], [[0, 99, "answer", ""]], [[0, 1, "answer", "", 5]], "x", [5]],
)
def test_what_are_no_turns_is_refused(turns: object) -> None:
    with pytest.raises(InputProblem):
        turns_from_plain(turns, 10)


def test_times_of_turns_come_back() -> None:
    text = Text("t", "abcdef", (Turn(1, 0, 3, "question", "A", 0, None), Turn(2, 3, 6, "answer")))
    assert turns_from_plain(turns_to_plain(text), 6) == text.turns


def test_notes_are_cut_between_lines_and_named() -> None:
    values = [{"n": n, "words": "х" * 900} for n in range(200)]
    notes = list(notes_of("records", "head", values))
    assert [name for name, _ in notes] == [f"veche:records {n}/{len(notes)}" for n in range(1, len(notes) + 1)]
    assert all(len(words) <= NOTE_LENGTH + 10 and words.startswith("head\n") for _, words in notes)
    assert [one for _, words in notes for one in values_of(words)] == values
    assert {part_of(name) for name, _ in notes} == {"records"}
    assert part_of("my note") is None and part_of("veche:other") is None
    assert [name for name, _ in notes_of("made", "h", [{}])] == ["veche:made"]
    assert list(values_of('{"a":1}\r\n {broken\nwords')) == [{"a": 1}, " {broken"]


def test_a_name_of_a_quotation_is_one_line_of_what_xml_can_hold() -> None:
    assert quotation_name("Налоги\nуходят\x01 наверх") == "Налоги уходят наверх"
    assert quotation_name("а" * 300) == "а" * 100


def test_a_loss_report_as_table_text_and_groups() -> None:
    reason = "its colour {color} is none"
    losses = [
        loss("code", "=A", "", reason, color="x"),
        loss("code", "B", "дом", reason, color="y"),
        loss("link", "L", "", "gone"),
    ]
    assert to_csv(losses).splitlines()[1:] == [
        "code,'=A,,its colour x is none",
        "code,B,дом,its colour y is none",
        "link,L,,gone",
    ]
    assert to_text(losses).splitlines()[1] == "code · B · дом: its colour y is none"
    assert counted(losses) == [("code", "its colour x is none", 2), ("link", "gone", 1)]
    frame = to_frame(losses)
    assert list(frame.columns) == ["kind", "item", "where", "reason"] and len(frame) == 3
    assert len(to_frame([])) == 0


def test_names_of_records() -> None:
    assert name_of(Code(id="c", key="A" * 70)) == "A" * 59 + "…"
