"""What the reader shows: blocks, sentences, data inside a page, print spans."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from veche.study import Code, Codebook, Coding, Text, Turn
from veche.web.pages import _reader_print as printing
from veche.web.pages import _reader_view as view

BODY = "Запись в кабинете\nИ.: Кто решает?\nР.: Глава. И область 👩🏽‍🏭.\n(смеётся)"
_Q, _A = BODY.index("Кто"), BODY.index("Глава")
TURNS = (
    Turn(1, _Q, BODY.index("?") + 1, "question", "И."),
    Turn(2, _A, BODY.index("\n(смеётся)"), "answer", "Р."),
)


def _text(body: str = BODY, turns: tuple[Turn, ...] = TURNS) -> Text:
    return Text("t", body, turns)


def test_blocks_are_turns_and_lines_between_without_labels() -> None:
    blocks = view.blocks_of(_text())
    shown = [(b.number, BODY[b.start : b.end]) for b in blocks]
    assert shown == [(0, "Запись в кабинете"), (1, "Кто решает?"), (2, "Глава. И область 👩🏽‍🏭."), (0, "(смеётся)")]


def test_a_text_without_turns_is_shown_by_lines() -> None:
    body = "Одна строка\n\n  Другая строка "
    assert [body[b.start : b.end] for b in view.blocks_of(_text(body, ()))] == ["Одна строка", "Другая строка"]


def test_an_empty_text_has_no_blocks() -> None:
    assert view.blocks_of(_text("", ())) == ()
    assert view.sentences_of(_text("", ())) == ()


def test_sentences_of_all_blocks_in_order() -> None:
    flat = view.sentences_of(_text())
    words = [BODY[a:z] for a, z in zip(flat[::2], flat[1::2], strict=True)]
    assert words == ["Запись в кабинете", "Кто решает?", "Глава.", "И область 👩🏽‍🏭.", "(смеётся)"]


@given(st.text(min_size=1))
def test_shown_words_keep_every_position(body: str) -> None:
    shown = view.shown(body, view.Block(1, 0, len(body), "answer", ""))
    assert len(shown) == len(body)
    shown.encode("utf-8")
    assert "\0" not in shown and "\r" not in shown
    kept = [(a, b) for a, b in zip(body, shown, strict=True) if a not in "\0\r" and not "\ud800" <= a <= "\udfff"]
    assert all(a == b for a, b in kept)


@given(st.recursive(st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_embedded_data_cannot_end_its_element(data: object) -> None:
    text = view.embedded(data)
    assert "<" not in text and "\u2028" not in text
    assert json.loads(text) == data


def test_the_path_of_a_code_goes_from_the_top() -> None:
    top = Code(key="A", kind="group", label_ru="Верх", label_en="Top")
    middle = Code(key="A.1", parent_id=top.id, kind="problem", label_ru="Середина", label_en="Middle")
    low = Code(key="A.1.1", parent_id=middle.id, kind="problem", label_ru="Низ")
    shown = view.code_view(low, Codebook([top, middle, low]), "en")
    assert (shown["label"], shown["path"], shown["hue"], shown["codable"]) == ("Низ", ["Top", "Middle"], "prob", True)


def _coding(start: int, end: int, code: str = "c") -> Coding:
    return Coding(document_id="d", text_id="t", start=start, end=end, code_id=code, coder_id="k")


def test_print_spans_of_overlapping_codings() -> None:
    block = view.Block(1, 0, 10, "answer", "")
    (paragraph,) = printing.paragraphs(
        "абвгдежзик", [block], [_coding(2, 6, "x"), _coding(4, 8, "y")], {"x": "Икс", "y": "Игрек"}
    )
    assert [(s.words, s.depth, s.begins, s.ends) for s in paragraph.spans] == [
        ("аб", 0, (), ()), ("вг", 1, (1,), ()), ("де", 2, (2,), (1,)), ("жз", 1, (), (2,)), ("ик", 0, (), ()),
    ]  # fmt: skip
    assert paragraph.names == ((1, "Икс"), (2, "Игрек"))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=12))
def test_print_spans_give_the_words_back(places: list[tuple[int, int]]) -> None:
    body = "Глава решает сам,\nа совет узнаёт потом."
    text = _text(body, (Turn(1, 0, 17, "answer", ""), Turn(2, 18, len(body), "answer", "")))
    codings = [_coding(start, min(start + length, len(body))) for start, length in places]
    found = printing.paragraphs(body, view.blocks_of(text), codings, {"c": "Код"})
    assert ["".join(s.words for s in p.spans) for p in found] == ["Глава решает сам,", "а совет узнаёт потом."]
    for paragraph in found:
        at = paragraph.block.start
        for span in paragraph.spans:
            depth = sum(c.start < at + len(span.words) and c.end > at for c in codings)
            assert span.depth == min(printing.LEVELS, depth)
            at += len(span.words)
