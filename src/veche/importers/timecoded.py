"""Transcripts with times in JSON: oTranscribe (.otr), Whisper and its kin (faster-whisper, WhisperX, whisper.cpp)."""

from __future__ import annotations

import json
import math
from typing import Any

from veche.importers._archive import refuse_unreadable
from veche.importers._blocks import finish
from veche.importers._html_reader import read_html
from veche.study.errors import N_, InputProblem
from veche.study.registry import importer
from veche.text.transcripts import Block, Draft

#: longest recording that is believed, in seconds
_LONGEST = 1_000_000


def _load(content: bytes) -> Any:
    try:
        return json.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return None


def _segments(data: Any) -> list[Any] | None:
    """Find the list of segments: under "segments" (Whisper) or "transcription" (whisper.cpp), or the whole file."""
    if isinstance(data, dict):
        data = next((data[key] for key in ("segments", "transcription") if isinstance(data.get(key), list)), None)
    if isinstance(data, list) and any(isinstance(s, dict) and isinstance(s.get("text"), str) for s in data):
        return data
    return None


def _is_otr(data: Any) -> bool:
    return isinstance(data, dict) and isinstance(data.get("text"), str) and bool({"media", "media-time"} & data.keys())


def _is_timecoded(content: bytes, name: str) -> bool:
    if content[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")[:1] not in (b"{", b"["):
        return False
    data = _load(content)
    return _is_otr(data) or _segments(data) is not None


@importer(
    "timecoded", title=N_("time-coded transcript (otr, json)"), extensions=(".otr", ".json"), recognises=_is_timecoded
)
def timecoded(content: bytes, name: str) -> Draft:
    """Read the JSON of oTranscribe or of a recogniser of speech.

    Raises
    ------
    InputProblem
        If the file is empty, not JSON, of another shape, or holds no text.
    """
    refuse_unreadable(content, name)
    data = _load(content)
    if _is_otr(data):
        return finish(name, read_html(data["text"], name))
    segments = _segments(data)
    if segments is None:
        raise InputProblem(
            N_(
                "{file} is not a transcript of oTranscribe or Whisper: no text with segments was found. Export it anew."
            ),
            file=name,
        )
    return finish(name, [_block(s) for s in segments if isinstance(s, dict) and isinstance(s.get("text"), str)])


def _block(segment: dict[str, Any]) -> Block:
    speaker = segment.get("speaker")
    start, end = _milliseconds(segment.get("start")), _milliseconds(segment.get("end"))
    if isinstance(offsets := segment.get("offsets"), dict):
        # whisper.cpp counts milliseconds
        start, end = (_milliseconds(offsets.get(key), 1) for key in ("from", "to"))
    named = speaker.strip() if isinstance(speaker, str) else ""
    return Block(segment["text"].strip(), named or None, start_ms=start, end_ms=end)


def _milliseconds(value: Any, unit: int = 1000) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return round(value * unit) if 0 <= value <= _LONGEST * 1000 / unit else None
