"""A study of six interviews in which two topics are told apart by their words."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from veche.store import Store
from veche.study import (
    Code,
    Coder,
    Coding,
    Document,
    Interview,
    Record,
    Region,
    Respondent,
    Role,
    StudyInfo,
    Text,
    Town,
    Turn,
    Wave,
    new_id,
)  # fmt: skip
from veche.workbench.study import Study

MONEY = (
    "налоги уходят в край",
    "бюджет опять режут",
    "копейки остаются городу",
    "налогов собираем мало",
    "бюджета на год не хватает",
)
ROADS = (
    "дорога в ямах",
    "асфальт кладут раз в пять лет",
    "мост давно закрыт",
    "ямы латают щебнем",
    "дороги до посёлка нет",
)
REST = (
    "с весны разговоров много",
    "мы это обсуждали не раз",
    "народ привык ждать",
    "глава обещал подумать",
    "соседи живут похоже",
    "никто не спорит",
)
ANSWERS = 10


def make_talk(path: Path, *, coded: int = 4, who: str = "АК") -> Study:
    """Make it: in the first `coded` interviews the person coded every answer about money; one code has a definition only."""
    study = Study(Store.create(path, StudyInfo(name="Разговоры"), who=who), who=who)
    draw = random.Random(7)
    town, wave = (
        Town(key="A", name="Тальвинск", region_id=None),
        Wave(key="1", label="I", start=dt.date(2012, 1, 1), end=dt.date(2016, 1, 1)),
    )
    region = Region(key="I", name="Край")
    role = Role(key="head", label_ru="Глава", label_en="Head")
    me, machine = Coder(key=who), Coder(key="machine", kind="suggestion")
    money = Code(key="MONEY", kind="problem", label_ru="Деньги")
    roads = Code(
        key="ROADS", kind="problem", label_ru="Дороги", definition_ru="Дороги города в ямах, асфальт и мост", position=1
    )
    late = Code(key="LATE", kind="problem", label_ru="Ямы и асфальт", not_before=dt.date(2020, 1, 1), position=2)
    records: list[Record] = [region, town, wave, role, me, machine, money, roads, late]
    texts = []
    for n in range(6):
        person = Respondent(key=f"R-{n}")
        interview = Interview(
            key=f"A1-{n}", town_id=town.id, wave_id=wave.id, respondent_id=person.id, role_id=role.id, date=dt.date(2013, 1, n + 1),
            consent="background" if n == 5 else "quote",
        )  # fmt: skip
        body, turns, about_money = "", [], []
        for number in range(ANSWERS):
            topic = MONEY if number % 2 else ROADS
            answer = (
                ", ".join([draw.choice(REST), *draw.sample(topic, 2), draw.choice(REST)]).capitalize() + f", {number}."
            )
            turns.append(Turn(number + 1, len(body), len(body) + len(answer), "answer"))
            about_money += [turns[-1]] if number % 2 else []
            body += answer + "\n"
        text = Text(new_id(), body, tuple(turns))
        document = Document(name=interview.key, text_id=text.id, interview_id=interview.id)
        texts.append(text)
        records += [person, interview, document]
        if n < coded:
            records += [
                Coding(
                    document_id=document.id,
                    text_id=text.id,
                    start=turn.start,
                    end=turn.end,
                    code_id=money.id,
                    coder_id=me.id,
                )
                for turn in about_money
            ]
    with study.store.edit(who, "design and codebook") as edit:
        edit.add_texts(texts)
        edit.add(*records)
    return study
