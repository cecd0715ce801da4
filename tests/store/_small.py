"""A very small study, and its whole state for comparison."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from veche.store import Store
from veche.store.records import CODECS
from veche.study import (
    Actor,
    Code,
    Coder,
    Document,
    Interview,
    Office,
    Region,
    Respondent,
    Role,
    StatementKind,
    StudyInfo,
    Text,
    Town,
    Turn,
    Wave,
    new_id,
)  # fmt: skip

BODY = "И.: Что в городе главное?\nР.: Налоги уходят наверх, нам копейки. А людей нет 👩🏽‍🏭 совсем."


@dataclass
class Small:
    """The records of the small study."""

    store: Store
    town: Town
    wave: Wave
    interview: Interview
    document: Document
    text: Text
    codes: list[Code]
    coders: list[Coder]
    actors: list[Actor]
    office: Office
    kind: StatementKind


def make_small(target: str, body: str = BODY, turns: tuple[Turn, ...] | None = None) -> Small:
    """Make the small study with one interview."""
    store = Store.create(target, StudyInfo(name="Малое исследование"), who="tests")
    region = Region(key="I", name="Край")
    town = Town(key="A", name="Тальвинск", region_id=region.id)
    wave = Wave(key="1", label="I", start=dt.date(2012, 1, 1), end=dt.date(2016, 1, 1))
    role = Role(key="deputy_local", label_ru="Депутат", label_en="Deputy")
    respondent = Respondent(key="R-01")
    interview = Interview(
        key="A1-01",
        town_id=town.id,
        wave_id=wave.id,
        respondent_id=respondent.id,
        role_id=role.id,
        date=dt.date(2013, 5, 21),
    )
    if turns is None:
        cut = body.find("\n")
        turns = (Turn(1, 4, cut, "question", "И."), Turn(2, cut + 5, len(body), "answer", "Р."))
    text = Text(new_id(), body, turns)
    document = Document(name="A1-01", text_id=text.id, interview_id=interview.id)
    top = Code(key="PROB", kind="group", label_ru="Проблемы")
    codes = [top, *(Code(key=f"PROB.{n}", parent_id=top.id, kind="problem", position=n) for n in range(1, 4))]
    codes += [Code(key=f"TONE.{n}", kind="scale", value_set="TONE") for n in (1, 2)]
    coders = [Coder(key="АК"), Coder(key="МС")]
    actors = [Actor(key="head", name="Глава", town_id=town.id), Actor(key="assembly", name="Совет", kind="body")]
    office = Office(key="A.head", name="Глава города", town_id=town.id)
    kind = StatementKind(key="placement", family="hidden control")
    with store.edit("tests", "set up") as edit:
        edit.add_texts([text])
        edit.add(region, town, wave, role, respondent, interview, document, *codes, *coders, *actors, office, kind)
    return Small(store, town, wave, interview, document, text, codes, coders, actors, office, kind)


def state(store: Store) -> dict[str, Any]:
    """Everything that is in force in a study, by kind and id (revisions apart)."""
    with store.reading() as connection:
        from veche.store import snapshot

        return {kind.__name__: {record.id: record for record in snapshot.read(connection, kind)} for kind in CODECS}
