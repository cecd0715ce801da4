"""Who was asked: respondents (the panel), roles, interviews, and what may be done with what they said."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, Literal

from veche.study.actors import Branch
from veche.study.record import Language, Record

#: what may be done with the words of an interview or passage, from most to least
Consent = Literal["quote", "paraphrase", "background"]
CONSENTS: tuple[Consent, ...] = ("quote", "paraphrase", "background")
ArchiveConsent = Literal["open", "restricted", "no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Record):
    """A role in which somebody is interviewed. `coarse` names the role to fall back on where this one would identify."""

    noun: ClassVar[str] = "role"

    key: str
    label_ru: str
    label_en: str
    branch: Branch = "other"
    level: Literal["municipal", "regional", "federal", "none"] = "municipal"
    coarse: str | None = None
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Respondent(Record):
    """A person who was interviewed, once or over several waves, under a code such as R-17. No names here."""

    noun: ClassVar[str] = "respondent"

    key: str
    actor_id: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideTopic(Record):
    """A topic of the interview guide and the codes it may bring up."""

    noun: ClassVar[str] = "topic"

    key: str
    label_ru: str
    label_en: str
    codes: tuple[str, ...] = ()
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview(Record):
    """One conversation. The role, the post and the consent belong to it, not to the person.

    `not_asked` lists the keys of the guide topics that did not come up: their codes are *not asked* here, which is neither *not mentioned* nor
    *denied*.
    """

    noun: ClassVar[str] = "interview"

    key: str
    town_id: str
    wave_id: str
    respondent_id: str
    role_id: str
    date: dt.date
    #: the post held at that time, if any; None: the role stands for it
    post: str = ""
    interviewer: str = ""
    language: Language = "ru"
    consent: Consent = "quote"
    archive: ArchiveConsent = "no"
    #: does the speaker belong to the head's team: leader, member, outsider
    standing: Literal["leader", "member", "outsider", "unknown"] = "unknown"
    not_asked: tuple[str, ...] = ()
    note: str = ""
