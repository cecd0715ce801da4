"""Publications, each with its own frozen set of interviews and its own aliases of towns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from veche.study.record import Language, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication(Record):
    """An article, book or report. Once `frozen`, its analysis set and aliases cannot change."""

    noun: ClassVar[str] = "publication"

    key: str
    title: str
    language: Language = "ru"
    interviews: tuple[str, ...] = ()
    frozen: dt.datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias(Record):
    """The letter or name under which a town goes in one publication."""

    noun: ClassVar[str] = "alias"

    publication_id: str
    town_id: str
    alias: str
