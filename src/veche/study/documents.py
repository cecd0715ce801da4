"""Texts: documents, their stored bodies, turns of talk, and places in them.

Positions are Unicode code points over the stored text with LF line ends, start inclusive, end exclusive.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from veche.study.interviews import Consent
from veche.study.record import Record

TurnKind = Literal["question", "answer", "other"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in one stored text."""

    document_id: str
    text_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of talk: [start, end) of the text without the label of the speaker; `number` counts from 1."""

    number: int
    start: int
    end: int
    kind: TurnKind
    speaker: str = ""
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """The stored body of a document: never changed; a corrected transcript gets a new one."""

    id: str
    body: str
    turns: tuple[Turn, ...]
    language: str = "ru"

    @property
    def sha256(self) -> str:
        """Digest of the body in UTF-8, as 64 hexadecimal characters."""
        return hashlib.sha256(self.body.encode("utf-8", "surrogatepass")).hexdigest()


class Texts(Mapping[str, Text]):
    """Stored texts by id. This one holds them in memory; the store's fetches what is asked for."""

    def __init__(self, texts: Iterable[Text] = ()) -> None:
        self._texts = {text.id: text for text in texts}

    def __getitem__(self, text_id: str) -> Text:
        return self._texts[text_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def words(self, anchors: Sequence[Anchor]) -> list[str]:
        """Return the words at each anchor, in order."""
        return [self[a.text_id].body[a.start : a.end] for a in anchors]

    def turn_starts(self, text_ids: Collection[str]) -> dict[str, Sequence[int]]:
        """Return for each text where its turns start."""
        return {text_id: [turn.start for turn in self[text_id].turns] for text_id in text_ids}

    def turn_numbers(self, anchors: Sequence[Anchor]) -> list[int]:
        """Return for each anchor the number of the turn in which it starts; 0 before the first turn."""
        starts = self.turn_starts({a.text_id for a in anchors})
        return [bisect_right(starts[a.text_id], a.start) for a in anchors]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Record):
    """A transcript or note of the study; `text_id` is its present body, `file_sha256` the file it came from."""

    noun: ClassVar[str] = "document"

    name: str
    text_id: str
    interview_id: str | None = None
    format: str = "txt"
    file_name: str = ""
    file_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentMark(Record):
    """A passage under another consent than its interview: the stricter of the two holds."""

    noun: ClassVar[str] = "consent mark"

    document_id: str
    text_id: str
    start: int
    end: int
    consent: Consent
    note: str = ""
