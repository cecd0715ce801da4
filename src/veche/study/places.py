"""Where and when: regions, towns, waves, and what is known of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, Literal

from veche.study.record import Language, Record

TownKind = Literal["town", "district", "urban_okrug"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyInfo(Record):
    """The study itself: one row."""

    noun: ClassVar[str] = "study"

    name: str
    language: Language = "ru"
    note: str = ""
    #: the narrowest group of people that may share a label under a quotation (k of the disclosure check)
    smallest_group: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Region(Record):
    """A region: the level above the towns."""

    noun: ClassVar[str] = "region"

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Town(Record):
    """A local community: a town or a district. What changes over waves is an `Attribute`."""

    noun: ClassVar[str] = "town"

    key: str
    name: str
    region_id: str | None = None
    kind: TownKind = "town"
    monotown: bool | None = None
    position: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave(Record):
    """A stage of the study: a span of days, `start` inclusive, `end` exclusive."""

    noun: ClassVar[str] = "wave"

    key: str
    label: str
    start: dt.date
    end: dt.date
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute(Record):
    """A named value of a town, respondent, interview or document, optionally of one wave only."""

    noun: ClassVar[str] = "attribute"

    target_id: str
    name: str
    value: str
    wave_id: str | None = None
