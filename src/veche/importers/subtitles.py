"""Subtitles: WebVTT with its voices, and SubRip (srt)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from veche.importers._blocks import finish, note
from veche.importers._encoding import decode
from veche.study.errors import N_, InputProblem
from veche.study.registry import importer
from veche.text.transcripts import Block, Draft, Notice

_CLOCK = r"(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{1,2}[.,][0-9]{1,3}"
_TIMING = re.compile(rf"\s*(?P<start>{_CLOCK})\s*-->\s*(?P<end>{_CLOCK})")
_FIRST = re.compile(rb"\s*(?:[0-9]{1,9}[ \t]*\r?\n)?\s*(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{1,2}[.,][0-9]{1,3}\s*-->")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]{1,200})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<[0-9:.]{5,20}>|\{\\[^{}]{1,40}\}")


def _is_vtt(content: bytes) -> bool:
    return content.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")


def _is_subtitles(content: bytes, name: str) -> bool:
    return _is_vtt(content) or _FIRST.match(content[:200].removeprefix(b"\xef\xbb\xbf")) is not None


@importer("subtitles", title=N_("subtitles (vtt, srt)"), extensions=(".vtt", ".srt"), recognises=_is_subtitles)
def subtitles(content: bytes, name: str) -> Draft:
    """Read subtitles: each caption becomes a block with its times, in WebVTT with its voice.

    Raises
    ------
    InputProblem
        If the file is empty, binary, or holds no captions.
    """
    text, encoding, notices = decode(content, name)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if text.startswith("WEBVTT"):
        blocks, more = _vtt(text, name)
        return finish(name, blocks, notices + more, encoding)
    blocks = list(_srt(text))
    if not blocks:
        raise InputProblem(
            N_(
                "{file} holds no captions with times such as 00:00:01,000 --> 00:00:02,000. If it is plain text, name it .txt."
            ),
            file=name,
        )
    return finish(name, blocks, notices, encoding)


def _vtt(text: str, name: str) -> tuple[list[Block], list[Notice]]:
    import webvtt

    try:
        file = webvtt.from_string(text)
    except Exception as error:  # the library has several kinds, none of which says more than its words
        raise InputProblem(
            N_("{file} is not WebVTT that can be read: {reason}. Correct that place or export the subtitles anew."),
            file=name,
            reason=str(error).replace("\n", " ")[:120],
        ) from error
    blocks = [
        Block(part, voice, start_ms=_milliseconds(caption.start), end_ms=_milliseconds(caption.end))
        for caption in file.captions
        for voice, part in _voices(caption.raw_text)
    ]
    notices: list[Notice] = []
    if lost := sum("-->" in line for line in text.split("\n")) - len(file.captions):
        template = N_(
            "Captions of {file} whose times cannot be read were left out: {count}. Correct them and read it again."
        )
        notices.append(note(template, file=name, count=lost))
    if comments := text.count("\nNOTE"):
        template = N_("Notes in {file} are not part of the talk and were left out: {count}. Keep the file for them.")
        notices.append(note(template, file=name, count=comments))
    return blocks, notices


def _voices(raw: str) -> Iterator[tuple[str | None, str]]:
    """Cut one caption where another voice begins."""
    pieces = _VOICE.split(raw)
    for voice, text in zip([None, *pieces[1::2]], pieces[::2], strict=True):
        if words := _words(text):
            yield (html.unescape(voice).strip() or None if voice else None), words


def _srt(text: str) -> Iterator[Block]:
    times: re.Match[str] | None = None
    lines: list[str] = []
    for line in [*text.split("\n"), ""]:
        found = _TIMING.match(line)
        if found or not line.strip():
            if found and lines and lines[-1].strip().isdecimal():
                # the number of the next caption, when no blank line stands between
                lines.pop()
            if times and (words := _words("\n".join(lines))):
                yield Block(words, start_ms=_milliseconds(times["start"]), end_ms=_milliseconds(times["end"]))
                times = None if not found else times
            lines = []
            times = found or times
        elif times is not None:
            lines.append(line)


def _words(raw: str) -> str:
    """Return the words of a caption without tags: its lines joined, unless a dash begins another speaker's."""
    lines = [" ".join(html.unescape(_TAG.sub("", line)).split(" ")).strip() for line in raw.split("\n")]
    out = ""
    for line in filter(None, lines):
        out += ("\n" if line[0] in "-–—" else " ") + line if out else line
    return out


def _milliseconds(clock: str) -> int:
    whole, _, fraction = clock.replace(",", ".").partition(".")
    seconds = 0
    for part in whole.split(":"):
        seconds = 60 * seconds + int(part)
    return 1000 * seconds + int(fraction.ljust(3, "0")[:3])
