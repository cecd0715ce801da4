"""Relation statements: who, as somebody tells it, does what to whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, Literal

from veche.study.codings import Modality
from veche.study.documents import Anchor
from veche.study.record import Record

Family = Literal["coercion", "hidden control", "exchange", "cooperation", "compliance", "opposition"]
Outcome = Literal["achieved", "partly", "failed", "unknown"]
Certainty = Literal["first_hand", "second_hand", "rumour", "inference", "unknown"]
VALENCES = (-1.0, -0.5, 0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementKind(Record):
    """A kind of act between actors, with its family and default valence."""

    noun: ClassVar[str] = "kind of statement"

    key: str
    family: Family
    label_ru: str = ""
    label_en: str = ""
    symmetric: bool = False
    valence: float = 0.0
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Record):
    """One coded claim of one respondent that some actors did something to, or with, others.

    `sources`, `targets` and `benefit` hold ids of actors or of offices; an office means its holder at the time of the
    event. Event time [start, end) is apart from the day of telling, which is the day of the interview. `tone` and
    `readiness` are steps 1 (obedience) to 5 (antagonism); `valence` runs from -1 (antagonism) to 1 (accord); None takes
    the kind's default.
    """

    noun: ClassVar[str] = "statement"

    interview_id: str | None
    quotes: tuple[Anchor, ...]
    kind_id: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    issue: str | None = None
    tone: int | None = None
    readiness: int | None = None
    valence: float | None = None
    outcome: Outcome = "unknown"
    benefit: tuple[str, ...] = ()
    resource_id: str | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    modality: Modality = "asserted"
    certainty: Certainty = "unknown"
    confidence: float = 1.0
    coder_id: str | None = None
    made: dt.datetime | None = None
