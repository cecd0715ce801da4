"""Who acts: actors, the offices they hold in time, and the dated events around them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, Literal

from veche.study.record import Record

ActorKind = Literal["person", "body", "firm", "group", "level"]
Branch = Literal["executive", "legislative", "business", "political", "media", "civic", "expert", "other"]
EventKind = Literal[
    "election", "change_of_head", "change_of_governor", "change_of_owner", "intervention", "merger", "conflict", "other"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor(Record):
    """A person, body, firm or group that talk is about. A merged actor points to the one that stands for it."""

    noun: ClassVar[str] = "actor"

    key: str
    name: str
    kind: ActorKind = "person"
    branch: Branch = "other"
    town_id: str | None = None
    merged_into_id: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office(Record):
    """A post that somebody holds: head of the town, chair of the assembly, director of the plant."""

    noun: ClassVar[str] = "office"

    key: str
    name: str
    branch: Branch = "other"
    town_id: str | None = None
    #: weight in the positional measure of power
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure(Record):
    """An actor holds an office from `start` (inclusive) to `end` (exclusive); None: not known or not ended."""

    noun: ClassVar[str] = "tenure"

    office_id: str
    actor_id: str
    start: dt.date | None = None
    end: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Record):
    """A dated happening: [start, end), equal for an instant."""

    noun: ClassVar[str] = "event"

    key: str
    title: str
    kind: EventKind
    start: dt.date
    end: dt.date
    town_id: str | None = None
    region_id: str | None = None
    actor_id: str | None = None
    office_id: str | None = None
    note: str = ""
