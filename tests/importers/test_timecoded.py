"""Transcripts with times in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from veche.importers.timecoded import timecoded
from veche.study import InputProblem
from veche.text.transcripts import Block, recognise


def read(data: Any, name: str = "a.json") -> tuple[Block, ...]:
    content = data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()
    blocks: tuple[Block, ...] = timecoded.read(content, name).blocks
    return blocks


def test_segments_of_whisper_and_its_kin() -> None:
    plain = {
        "text": "all",
        "segments": [{"start": 0.0, "end": 2.5, "text": " Who?"}, {"start": 2.5, "end": 3, "text": " Me."}],
    }
    assert read(plain) == (Block("Who?", start_ms=0, end_ms=2500), Block("Me.", start_ms=2500, end_ms=3000))
    voices = {"segments": [{"start": 1, "end": 2, "text": "Who?", "speaker": "SPEAKER_00", "words": []}]}
    assert read(voices) == (Block("Who?", "SPEAKER_00", start_ms=1000, end_ms=2000),)
    cpp = {
        "transcription": [
            {"timestamps": {"from": "00:00:01,000"}, "offsets": {"from": 1000, "to": 2000}, "text": " Кто?"}
        ]
    }
    assert read(cpp) == (Block("Кто?", start_ms=1000, end_ms=2000),)
    assert read([{"start": 1, "end": 2, "text": "Who?"}, 5]) == (Block("Who?", start_ms=1000, end_ms=2000),)


def test_strange_values_cost_only_their_time() -> None:
    strange: list[object] = [None, True, "1", -1, 1e300, [], {}]
    found = read({"segments": [{"start": v, "end": v, "text": f"n{i}", "speaker": v} for i, v in enumerate(strange)]})
    assert [(b.start_ms, b.end_ms) for b in found] == [(None, None)] * len(strange)
    assert read(b'{"segments": [{"start": NaN, "end": Infinity, "text": "\\ud800a\\u0000b"}]}') == (Block("\ufffdab"),)


def test_otranscribe() -> None:
    text = (
        '<p><span class="timestamp" contenteditable="false" data-timestamp="1.234">0:01</span>И: Кто?</p><p><br></p>'
        '<p><span class="timestamp" data-timestamp="75">1:15</span><b>Р:</b> Я&nbsp;сам.<br />и '
        '<span class="timestamp" data-timestamp="x">тут</span></p>'
    )
    draft = timecoded.read(json.dumps({"text": text, "media": "a.mp3", "media-time": 7}).encode(), "a.otr")
    found = recognise(draft)
    assert [(t.speaker, t.start_ms, found.body[t.start : t.end]) for t in found.turns] == [
        ("И", 1234, "Кто?"), ("Р", 75_000, "Я\u00a0сам.\nи тут"),
    ]  # fmt: skip
    assert found.body == "И: Кто?\nР: Я\u00a0сам.\nи тут"


def test_files_that_cannot_be_used() -> None:
    for content, words in (
        (b"", "is empty"),
        (b"{", "not a transcript"),
        (b'{"a": 1}', "not a transcript"),
        (b'{"segments": [{"text": " "}]}', "contains no text"),
        (b'{"text": "<p></p>", "media": ""}', "contains no text"),
        (b"[" * 100_000, "not a transcript"),
        (b'{"segments": [{"text": "a", "start": ' + b"9" * 5000 + b"}]}", "not a transcript"),
    ):
        with pytest.raises(InputProblem, match=words):
            timecoded.read(content, "дело.json")


def test_what_it_recognises() -> None:
    assert timecoded.recognises is not None
    assert timecoded.recognises(b'\xef\xbb\xbf {"segments": [{"text": "a"}]}', "a.txt")
    assert timecoded.recognises('{"text": "a", "media-time": 1}'.encode("utf-16"), "a.txt")
    assert not timecoded.recognises(b"[not json]", "a.txt")
    assert not timecoded.recognises(b'{"text": "a"}', "a.json")
