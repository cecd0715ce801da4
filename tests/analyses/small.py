"""A study of ten interviews, small enough to count by hand."""

from __future__ import annotations

import datetime as dt
from functools import cache

from veche.study import (
    Code,
    Coder,
    Coding,
    Document,
    Evidence,
    GuideTopic,
    Interview,
    Respondent,
    Role,
    StudyInfo,
    Text,
    Town,
    Turn,
    Wave,
)

#: key: town, wave, respondent, branch, day, topics not asked, {code: number of assertions, negative: denials}
INTERVIEWS = {
    "A1-1": ("A", 1, "R1", "executive", "2013-05-01", (), {"MONEY": 2}),
    "A1-2": ("A", 1, "R2", "executive", "2013-05-02", (), {"MONEY": -1, "ROADS": 1}),
    "A1-3": ("A", 1, "R3", "business", "2013-05-03", (), {"MONEY": 1}),
    "B1-1": ("B", 1, "R4", "business", "2013-06-01", (), {"MONEY": 1, "ROADS": 1}),
    "B1-2": ("B", 1, "R5", "business", "2013-06-02", (), {}),
    "A2-1": ("A", 2, "R1", "executive", "2020-05-01", (), {"VIRUS": 1, "ROADS": 1}),
    "A2-2": ("A", 2, "R2", "executive", "2020-05-02", (), {"VIRUS": 1, "MONEY": 1}),
    "A2-3": ("A", 2, "R6", "business", "2020-05-03", ("G2",), {"VIRUS": 1, "ROADS": 1}),
    "B2-1": ("B", 2, "R4", "executive", "2020-06-01", (), {"VIRUS": 1, "MONEY": 1}),
    "B2-2": ("B", 2, "R7", "business", "2019-06-02", (), {"MONEY": 1, "P": 1}),
}
BODY = "Что скажете? " + "Слово за словом, ещё и ещё. " * 20


@cache
def example() -> Evidence:
    """Make the study."""
    codes = (
        Code(id="P", key="P", kind="problem", label_en="Problems", label_ru="Проблемы"),
        Code(id="MONEY", key="P.MONEY", parent_id="P", kind="problem", label_en="Money", label_ru="Деньги", position=1),
        Code(id="ROADS", key="P.ROADS", parent_id="P", kind="problem", label_en="Roads", label_ru="Дороги", position=2),
        Code(
            id="VIRUS", key="P.VIRUS", parent_id="P", kind="problem", label_en="Virus", label_ru="Вирус", position=3,
            not_before=dt.date(2020, 3, 1),
        ),
        Code(id="EMPTY", key="P.EMPTY", kind="group", label_en="Nothing", position=4),
    )  # fmt: skip
    interviews, documents, codings, texts = [], [], [], {}
    for key, (town, wave, who, branch, day, not_asked, said) in INTERVIEWS.items():
        interviews.append(
            Interview(
                id=key, key=key, town_id=town, wave_id=f"w{wave}", respondent_id=who, role_id=branch,
                date=dt.date.fromisoformat(day), not_asked=not_asked,
            )
        )  # fmt: skip
        documents.append(Document(id=f"d{key}", name=key, text_id=f"t{key}", interview_id=key))
        texts[f"t{key}"] = Text(f"t{key}", BODY, (Turn(1, 0, 13, "question"), Turn(2, 13, len(BODY), "answer")))
        for code, number in said.items():
            codings += [
                Coding(
                    id=f"{key}/{code}/{i}", document_id=f"d{key}", text_id=f"t{key}", start=20 + 10 * i, end=40 + 10 * i,
                    code_id=code, coder_id="k", modality="asserted" if number > 0 else "denied",
                )
                for i in range(abs(number))
            ]  # fmt: skip
    return Evidence(
        study=StudyInfo(id="s", name="example"),
        towns=(Town(id="A", key="A", name="Alder"), Town(id="B", key="B", name="Birch", position=1)),
        waves=(
            Wave(id="w1", key="1", label="first", start=dt.date(2012, 1, 1), end=dt.date(2016, 1, 1)),
            Wave(id="w2", key="2", label="second", start=dt.date(2018, 1, 1), end=dt.date(2021, 1, 1), position=1),
        ),
        roles=(
            Role(id="executive", key="head", label_ru="Глава", label_en="Head", branch="executive"),
            Role(id="business", key="boss", label_ru="Директор", label_en="Director", branch="business", position=1),
        ),
        topics=(
            GuideTopic(id="G1", key="G1", label_ru="", label_en="", codes=("P.MONEY", "P.VIRUS")),
            GuideTopic(id="G2", key="G2", label_ru="", label_en="", codes=("P.ROADS",)),
        ),
        respondents=tuple(Respondent(id=f"R{i}", key=f"R{i}") for i in range(1, 8)),
        interviews=tuple(interviews),
        documents=tuple(documents),
        codes=codes,
        coders=(Coder(id="k", key="k"),),
        codings=tuple(codings),
        texts=texts,
    )
