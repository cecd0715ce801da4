"""A study of two towns and three waves, with a panel, codings of two coders and something left to do."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from veche.store import Store
from veche.study import (
    Actor,
    Code,
    Coder,
    Coding,
    Document,
    Interview,
    Memo,
    Office,
    Record,
    Region,
    Respondent,
    Role,
    StatementKind,
    StudyInfo,
    Tenure,
    Text,
    Town,
    Turn,
    Wave,
    new_id,
)  # fmt: skip

QUESTION = "И.: Что в городе главное?"
ANSWERS = (
    "Налоги уходят наверх, нам копейки. А людей нет 👩🏽‍🏭 совсем. Вот и всё.",
    "Бюджет делят в области. Мы узнаём последними! Спорить не с кем.",
    "С комбинатом договорились: он чинит дорогу, мы не мешаем. Так и живём.",
)
TOWNS = (
    ("A", "Тальвинск", "town", True),
    ("B", "Верхнеполье", "urban_okrug", False),
    ("C", "Ольховский район", "district", False),
)
WAVES = (("1", "I", 2012, 2016), ("2", "II", 2018, 2020), ("3", "III", 2023, 2025))
ROLES = (
    ("head", "Глава", "Head", "executive"), ("deputy_local", "Депутат", "Deputy", "legislative"),
    ("editor", "Редактор газеты", "Newspaper editor", "media"), ("director", "Директор предприятия", "Plant director", "business"),
)  # fmt: skip
#: respondent: town, role, and the waves in which he or she was met
PEOPLE = (
    ("R-01", "A", "head", "12"), ("R-02", "A", "deputy_local", "123"), ("R-03", "A", "editor", "1"),
    ("R-04", "A", "director", "23"), ("R-05", "B", "head", "1"), ("R-06", "B", "deputy_local", "12"),
    ("R-07", "B", "editor", "2"), ("R-08", "B", "director", "3"), ("R-09", "C", "head", "12"), ("R-10", "C", "deputy_local", "1"),
)  # fmt: skip


def body_and_turns(answer: str) -> tuple[str, tuple[Turn, ...]]:
    """One question and one answer."""
    body = f"{QUESTION}\nР.: {answer}"
    cut = len(QUESTION)
    return body, (Turn(1, 4, cut, "question", "И."), Turn(2, cut + 5, len(body), "answer", "Р."))


def make_study(target: Path | str) -> Store:
    """Make the study; interviews of wave 3 are not coded."""
    store = Store.create(target, StudyInfo(name="Власть в трёх городах"), who="АК")
    region = Region(key="I", name="Край")
    towns: dict[str, Town] = {}
    for n, (key, name, kind_of_town, mono) in enumerate(TOWNS):
        towns[key] = Town(key=key, name=name, region_id=region.id, kind=kind_of_town, monotown=mono, position=n)  # type: ignore[arg-type]
    waves: dict[str, Wave] = {}
    for n, (key, label, first, last) in enumerate(WAVES):
        waves[key] = Wave(key=key, label=label, start=dt.date(first, 1, 1), end=dt.date(last, 1, 1), position=n)
    roles: dict[str, Role] = {}
    for n, (key, ru, en, branch) in enumerate(ROLES):
        roles[key] = Role(key=key, label_ru=ru, label_en=en, branch=branch, position=n)  # type: ignore[arg-type]
    coders = [
        Coder(key="АК", name="Анна К."),
        Coder(key="МС", name="Мария С."),
        Coder(key="machine", kind="suggestion"),
    ]
    top = Code(key="PROB", kind="group", label_ru="Проблемы", label_en="Problems")
    codes = [
        top,
        Code(key="PROB.FISC", parent_id=top.id, kind="problem", label_ru="Нехватка денег", label_en="Lack of money", position=1),
        Code(key="PROB.DEMO", parent_id=top.id, kind="problem", label_ru="Отъезд людей", label_en="People leave", position=2),
        Code(key="TECH.DEAL", kind="technique", label_ru="Торг", label_en="Bargaining", position=3),
    ]  # fmt: skip
    actors = [Actor(key="head", name="Глава", town_id=towns["A"].id), Actor(key="assembly", name="Совет", kind="body")]
    office = Office(key="A.head", name="Глава города", town_id=towns["A"].id)
    tenure = Tenure(office_id=office.id, actor_id=actors[0].id, start=dt.date(2012, 3, 1))
    kind = StatementKind(key="placement", family="hidden control", label_ru="расстановка", label_en="placement")
    records: list[Record] = [
        region, *towns.values(), *waves.values(), *roles.values(), *coders, *codes, *actors, office, tenure, kind,
    ]  # fmt: skip
    texts: list[Text] = []
    n = 0
    for key, town, role, met in PEOPLE:
        person = Respondent(key=key)
        records.append(person)
        for wave in met:
            n += 1
            interview = Interview(
                key=f"{town}{wave}-{key[2:]}", town_id=towns[town].id, wave_id=waves[wave].id, respondent_id=person.id,
                role_id=roles[role].id, date=dt.date(waves[wave].start.year + 1, 1 + n % 12, 3 + n), post="",
                consent="paraphrase" if key == "R-03" else "quote",
            )  # fmt: skip
            body, turns = body_and_turns(ANSWERS[n % 3])
            text = Text(new_id(), body, turns)
            document = Document(
                name=interview.key, text_id=text.id, interview_id=interview.id, file_name=f"{interview.key}.txt"
            )
            texts.append(text)
            records += [interview, document]
            if wave != "3":
                start = turns[1].start
                early = Coding(
                    document_id=document.id,
                    text_id=text.id,
                    start=start,
                    end=start + 20,
                    code_id=codes[1].id,
                    coder_id=coders[0].id,
                )
                second = Coding(
                    document_id=document.id,
                    text_id=text.id,
                    start=start + 10,
                    end=start + 34,
                    code_id=codes[3].id,
                    coder_id=coders[1].id,
                )
                guess = Coding(
                    document_id=document.id,
                    text_id=text.id,
                    start=start,
                    end=start + 5,
                    code_id=codes[2].id,
                    coder_id=coders[2].id,
                )
                records += [early, second, guess]
                if n == 1:
                    records.append(Memo(target_id=early.id, text="Сравнить со второй волной.", coder_id=coders[0].id))
    with store.edit("АК", "design and codebook") as edit:
        edit.add_texts(texts)
        edit.add(*records)
    return store
