"""Marks on talk: coders, codings, memos."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, Literal

from veche.study.record import Record

#: asserted: the speaker says so; denied: the speaker says that it is not so; hypothetical: what if
Modality = Literal["asserted", "denied", "hypothetical"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coder(Record):
    """Somebody who codes. The agreed layer and machine suggestions are coders of their own kinds."""

    noun: ClassVar[str] = "coder"

    key: str
    name: str = ""
    kind: Literal["human", "agreed", "suggestion"] = "human"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding(Record):
    """A code on [start, end) of a text by one coder.

    A coding whose `text_id` is no longer the text of its document could not be placed in the corrected transcript and waits for a decision.
    """

    noun: ClassVar[str] = "coding"

    document_id: str
    text_id: str
    start: int
    end: int
    code_id: str
    coder_id: str
    modality: Modality = "asserted"
    #: was it brought up by the interviewer? None: not recorded
    prompted: bool | None = None
    made: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo(Record):
    """A note of a researcher on anything that has an id."""

    noun: ClassVar[str] = "memo"

    target_id: str
    text: str
    title: str = ""
    coder_id: str | None = None
    made: dt.datetime | None = None
