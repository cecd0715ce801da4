"""Time codes that transcribers leave in the text: where a turn begins or ends in the recording.

Known forms: ``[00:12:33]``, ``[12:33]``, ``[00:12:33.5 - 00:12:40]``, ``<00:12:33>``, ``{00:12:33}``, ``(12:33)`` at the beginning of a line,
``00:12:33`` bare at the beginning of a line, and the hash forms ``#00:00:06-8#`` (tenths) and ``#00:12:33.5#``. A clock time inside a
sentence (10:30) is talk and stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOCK = r"[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]{1,3})?"
_FULL = r"[0-9]{1,3}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,3})?"
_TO = r"\s*(?:-->|[-–—])\s*"
_HASH = r"#(?P<hash>[0-9]{1,3}:[0-9]{2}:[0-9]{2}(?:[-.,][0-9]{1,3})?)#"


def _pair(clock: str, name: str) -> str:
    return rf"(?P<{name}1>{clock})(?:{_TO}(?P<{name}2>{clock}))?"


_SQUARE = rf"(?:\[\s*{_pair(_CLOCK, 'a')}\s*\]|<\s*{_pair(_CLOCK, 'b')}\s*>|\{{\s*{_pair(_CLOCK, 'c')}\s*\}})"
_LEADING = re.compile(
    rf"\s*(?:{_HASH}|{_SQUARE}|\(\s*{_pair(_CLOCK, 'd')}\s*\)|{_pair(_FULL, 'e')}(?![\w:.,]))[^\S\n]*"
)
_BARE = re.compile(rf"\s*(?P<f1>{_CLOCK})(?:\s+|$)")
_TRAILING = re.compile(rf"[^\S\n]*(?:{_HASH}|{_SQUARE})\s*$")
#: not before a colon: such a code belongs to the label there
_INNER = re.compile(rf"[^\S\n]?(?:{_HASH}|\[\s*{_pair(_FULL, 'a')}\s*\]|<\s*{_pair(_FULL, 'b')}\s*>)(?!\s*:)")
#: "Speaker 1 (00:12): ..." and "Speaker 1  00:12" alone in its line
_AFTER_NAME = re.compile(
    rf"(?P<name>[^:\n\[\](){{}}<>]{{1,60}}?)\s{{0,9}}(?:[\[(]\s?(?P<g1>{_CLOCK})\s?[\])]\s?(?=:|$)|\s(?P<h1>{_CLOCK})\s*$)"
)


@dataclass(slots=True)
class TimedLine:
    """A line without its time codes."""

    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    #: codes that stood in the middle of the line and mark neither its beginning nor its end
    inner: int = 0


def milliseconds(clock: str) -> int | None:
    """Turn ``hh:mm:ss.fff`` or ``mm:ss`` into milliseconds.

    The fraction may follow a point, a comma or, as in ``00:00:06-8``, a hyphen. None if minutes or seconds are 60 or more.
    """
    whole, _, fraction = re.sub("[-,]", ".", clock).partition(".")
    parts = [int(p) for p in whole.split(":")]
    if parts[-1] > 59 or (len(parts) == 3 and parts[1] > 59):
        return None
    seconds = 0
    for part in parts:
        seconds = 60 * seconds + part
    return 1000 * seconds + int(fraction.ljust(3, "0")[:3] or 0)


def _times(match: re.Match[str]) -> tuple[int | None, int | None] | None:
    found = {name: value for name, value in match.groupdict().items() if value and name != "name"}
    values = {name: milliseconds(value) for name, value in found.items()}
    if not values or None in values.values():
        return None
    if "hash" in values:
        return None, values["hash"]
    first, second = (next((v for n, v in values.items() if n.endswith(end)), None) for end in "12")
    return first, second


def leading_time(text: str) -> tuple[int, int | None, int | None] | None:
    """Find a time code at the beginning: its length with the space around it, start and end; None if there is none."""
    match = _LEADING.match(text)
    times = _times(match) if match else None
    return None if match is None or times is None else (match.end(), *times)


def label_time(text: str) -> tuple[str, int, int] | None:
    """Find a time that is one only where a speaker's label stands beside it: ``12:33 Name: ...`` or ``Name  12:33``.

    Returns the text without the time, the length of the name that stood before it (0 if the time came first), and milliseconds.
    """
    for pattern in (_BARE, _AFTER_NAME):
        match = pattern.match(text)
        times = _times(match) if match else None
        if match is None or times is None or times[0] is None:
            continue
        head = len(match["name"].rstrip()) if "name" in match.re.groupindex else 0
        return text[:head] + text[match.end() :], head, times[0]
    return None


def take_times(line: str) -> TimedLine:
    """Take the time codes out of one line and say what they mean for it."""
    out = TimedLine(line)
    if leading := leading_time(line):
        size, out.start_ms, out.end_ms = leading
        out.text = out.text[size:]
    # only the last characters are looked at, so that a long run of spaces costs nothing
    match = _TRAILING.search(out.text, max(0, len(out.text) - 80))
    if match and (times := _times(match)):
        out.text = out.text[: match.start()]
        # a single code at the end of a line marks its end, whatever its brackets
        out.end_ms = times[1] if times[1] is not None else times[0]
        if times[0] is not None and times[1] is not None and out.start_ms is None:
            out.start_ms = times[0]
    if "#" in out.text or "[" in out.text or "<" in out.text:
        out.text = _INNER.sub(lambda m: _count(out, m), out.text)
    return out


def _count(line: TimedLine, match: re.Match[str]) -> str:
    if _times(match) is None:
        return match[0]
    line.inner += 1
    return ""
