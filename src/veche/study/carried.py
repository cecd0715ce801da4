"""What veche has and REFI-QDA has not, as lines of text in Notes of a project: written and read back whole (docs/exchange.md).

A Note of ours is named ``veche:<part>`` and holds a line in words, then one JSON object per line.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

#: names of our Notes: "veche:records 1/3"
NAME = re.compile(r"veche:(records|texts|codings|files|made)(?: \d+/\d+)?")
#: characters of one Note at most: programs cut or refuse longer memos
NOTE_LENGTH = 60_000
#: the code under which quotations without a code are kept
UNCODED = str(uuid.uuid5(uuid.NAMESPACE_URL, "urn:veche:quotation-without-code"))
UNCODED_KEY = "QUOTE"

#: code points of a quotation that stand as its name
NAME_LENGTH = 100

#: what XML 1.0 cannot hold
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: what XML 1.0 cannot hold, and what some programs do not bring back
_RISKY = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff\U0001fffe\U0001ffff]")


def held(text: str) -> str:
    """Return words without what XML 1.0 cannot hold."""
    return _ILLEGAL.sub("", text)


def quotation_name(words: str) -> str:
    """Return what a quotation is called in a project: the beginning of its words, in one line."""
    return " ".join(held(words[:NAME_LENGTH]).splitlines())


def line_of(value: Any) -> str:
    """Write one object as a line of JSON; what XML or another program might change is escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _RISKY.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    number = ord(match.group())
    if number > 0xFFFF:
        number -= 0x10000
        return f"\\u{0xD800 + (number >> 10):04x}\\u{0xDC00 + (number & 0x3FF):04x}"
    return f"\\u{number:04x}"


def notes_of(part: str, head: str, values: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Yield name and text of the Notes that hold these values; each is at most about `NOTE_LENGTH` long, unless one value is longer."""
    pages: list[list[str]] = []
    length = NOTE_LENGTH
    for line in map(line_of, values):
        if length + len(line) >= NOTE_LENGTH:
            pages.append([head])
            length = len(head)
        pages[-1].append(line)
        length += len(line) + 1
    for number, page in enumerate(pages, start=1):
        name = f"veche:{part}" + (f" {number}/{len(pages)}" if len(pages) > 1 else "")
        yield name, "\n".join(page)


def part_of(name: str) -> str | None:
    """Return which part a Note of that name holds; None: it is none of ours."""
    match = NAME.fullmatch(" ".join(name.split()))
    return match.group(1) if match else None


def values_of(text: str) -> Iterator[Any]:
    """Yield the objects in the text of a Note; a line that cannot be read is yielded as a string."""
    for line in text.split("\n"):
        if line.lstrip().startswith("{"):
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                yield line
