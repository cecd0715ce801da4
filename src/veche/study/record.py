"""What all records share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from veche.study.ids import new_id

Language = Literal["ru", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A row of the study: immutable here, changed only through the store's journal.

    `rev` counts the changes of the row in its file. It is not part of the record's identity or equality.
    """

    #: what a user calls such a record, in the singular; also the name of its table
    noun: ClassVar[str] = "record"

    id: str = field(default_factory=new_id)
    rev: int = field(default=0, compare=False, repr=False)
