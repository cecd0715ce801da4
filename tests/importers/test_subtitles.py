"""Subtitles."""

from __future__ import annotations

import pytest

from veche.importers.subtitles import subtitles
from veche.study import InputProblem
from veche.text.transcripts import Block, Draft, recognise


def read(content: bytes | str, name: str = "a.vtt") -> Draft:
    found: Draft = subtitles.read(content.encode() if isinstance(content, str) else content, name)
    return found


VTT = """WEBVTT - беседа

NOTE проверить

STYLE
::cue {}

1
00:01.000 --> 00:02.500 align:start
<v Анна Сомова>Кто у вас
здесь <i>решает</i>?</v>

00:00:02.600 --> 00:00:04.000
<v.loud Пётр>Глава &amp; Ко.<v Анна Сомова>Да?

00:00:05.000 --> 00:00:06.000
— Да.
— Нет.
"""


def test_voices_times_tags_and_notes() -> None:
    draft = read(VTT)
    assert draft.blocks == (
        Block("Кто у вас здесь решает?", "Анна Сомова", start_ms=1000, end_ms=2500),
        Block("Глава & Ко.", "Пётр", start_ms=2600, end_ms=4000),
        Block("Да?", "Анна Сомова", start_ms=2600, end_ms=4000),
        Block("— Да.\n— Нет.", start_ms=5000, end_ms=6000),
    )
    assert dict(draft.notices[0].fields)["count"] == 1
    found = recognise(draft)
    assert found.convention == "voices"
    assert found.speakers == (("Анна Сомова", 2, "question"), ("Пётр", 1, "answer"))


def test_byte_order_mark_carriage_returns_and_other_encodings() -> None:
    plain = "WEBVTT\n\n00:01.000 --> 00:02.000\nКто решает у вас в городе?\n"
    for content in ("\ufeff" + plain, plain.replace("\n", "\r\n"), plain.replace("\n", "\r")):
        assert [b.text for b in read(content).blocks] == ["Кто решает у вас в городе?"]
    assert [b.text for b in read(plain.encode("cp1251")).blocks] == ["Кто решает у вас в городе?"]


def test_subrip() -> None:
    srt = (
        "1\r\n00:00:01,000 --> 00:00:02,500\r\nИ: <i>Кто</i> у вас\r\nрешает?\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,5 X1:1\r\n"
        "{\\an8}Р: Глава.\r\n3\r\n1:00:05.250 --> 1:00:06,000\r\nИ только. 5 < 6\r\n\r\n"
    )
    draft = read(srt, "a.srt")
    assert draft.blocks == (
        Block("И: Кто у вас решает?", start_ms=1000, end_ms=2500),
        Block("Р: Глава.", start_ms=3000, end_ms=4500),
        Block("И только. 5 < 6", start_ms=3_605_250, end_ms=3_606_000),
    )
    found = recognise(draft)
    assert [(t.kind, found.body[t.start : t.end], t.end_ms) for t in found.turns] == [
        ("question", "Кто у вас решает?", 2500), ("answer", "Глава. И только. 5 < 6", 3_606_000),
    ]  # fmt: skip


def test_a_caption_with_a_blank_line_keeps_its_words_and_numbers() -> None:
    srt = "1\n00:00:01,000 --> 00:00:02,000\n\nПервое\n\n2\n00:00:03,000 --> 00:00:04,000\n1999\n"
    assert [b.text for b in read(srt, "a.srt").blocks] == ["Первое", "1999"]


def test_captions_with_impossible_times_are_left_out_with_a_notice() -> None:
    draft = read("WEBVTT\n\n00:99.000 --> 00:01.000\nx\n\n00:01.000 --> 00:02.000\ny\n")
    assert [b.text for b in draft.blocks] == ["y"]
    assert "left out: {count}" in draft.notices[0].template
    assert dict(draft.notices[0].fields)["count"] == 1


def test_files_that_cannot_be_used() -> None:
    for content, words in (
        (b"", "is empty"),
        (b"WEBVTT\n\n", "contains no text"),
        ("просто текст, без времени".encode(), "holds no captions"),
    ):
        with pytest.raises(InputProblem, match=words):
            subtitles.read(content, "дело.vtt")


def test_what_it_recognises() -> None:
    assert subtitles.recognises is not None
    assert subtitles.recognises(VTT.encode(), "a.txt")
    assert subtitles.recognises(b"\xef\xbb\xbf1\r\n00:00:01,000 --> 00:00:02,000\r\nx", "a.txt")
    assert not subtitles.recognises("[00:00:01] И: да".encode(), "a.txt")
