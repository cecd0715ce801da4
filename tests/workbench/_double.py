"""Three interviews coded by two people, small enough to count by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from veche.store import Store
from veche.study import (
    Assignment,
    Code,
    Coder,
    Coding,
    Document,
    Interview,
    Memo,
    Record,
    Respondent,
    Role,
    StudyInfo,
    Text,
    Town,
    Turn,
    Wave,
)  # fmt: skip
from veche.workbench.study import Study

#: question, then four answers of ten characters each
ANSWERS = ("денег мало", "дорог нет.", "люди едут.", "всё плохо.")
BODY = "Что у вас? " + " ".join(ANSWERS)
START = {n: 11 + 11 * n for n in range(4)}
#: interview: {coder: [(answer, code)]}
CODED = {
    "I1": {"anna": [(0, "MONEY"), (1, "ROADS")], "boris": [(0, "MONEY"), (1, "MONEY")]},
    "I2": {"anna": [(0, "MONEY"), (2, "ROADS")], "boris": [(0, "MONEY")]},
    "I3": {"anna": [(3, "MONEY")], "boris": [(2, "SECRET"), (3, "SECRET")]},
}
SECRET = "тайная пометка Бориса"


def turns() -> tuple[Turn, ...]:
    """A question and four answers."""
    return (
        Turn(1, 0, 10, "question"),
        *(Turn(n + 2, START[n], START[n] + 10, "answer") for n in range(4)),
    )


def records() -> tuple[list[Record], list[Text]]:
    """The records and texts of the study, without assignments; ids are names."""
    found: list[Record] = [
        Town(id="A", key="A", name="Ольхин"),
        Wave(id="w", key="1", label="I", start=dt.date(2012, 1, 1), end=dt.date(2016, 1, 1)),
        Role(id="r", key="head", label_ru="Глава", label_en="Head"),
        Code(id="P", key="P", kind="group", label_ru="Проблемы", label_en="Problems"),
        Code(id="MONEY", key="P.MONEY", parent_id="P", label_ru="Деньги", label_en="Money", position=1),
        Code(id="ROADS", key="P.ROADS", parent_id="P", label_ru="Дороги", label_en="Roads", position=2),
        Code(id="SECRET", key="P.SECRET", parent_id="P", label_ru="Скрытое", label_en="Hidden", position=3),
        Coder(id="ka", key="anna", name="Anna"),
        Coder(id="kb", key="boris", name="Boris"),
    ]
    texts = []
    for n, (key, by_coder) in enumerate(CODED.items()):
        texts.append(Text(f"t{key}", BODY, turns()))
        found += [
            Respondent(id=f"R{n}", key=f"R-{n}"),
            Interview(
                id=key,
                key=key,
                town_id="A",
                wave_id="w",
                respondent_id=f"R{n}",
                role_id="r",
                date=dt.date(2013, 1, 1 + n),
            ),
            Document(id=f"d{key}", name=key, text_id=f"t{key}", interview_id=key),
        ]
        for coder, codings in by_coder.items():
            for answer, code in codings:
                found.append(
                    Coding(
                        id=f"{key}/{coder}/{answer}", document_id=f"d{key}", text_id=f"t{key}", start=START[answer],
                        end=START[answer] + 10, code_id=code, coder_id=f"k{coder[0]}",
                        made=dt.datetime(2024, 1, 1 + n, 12),
                    )
                )  # fmt: skip
    found.append(Memo(id="memo", target_id="I3/boris/2", text=SECRET, coder_id="kb"))
    return found, texts


def make_double(path: Path, *, blind: tuple[str, ...] = (), who: str = "lead") -> Store:
    """Make the study; `blind` are the interviews that both are to code blind and nobody has finished."""
    store = Store.create(path, StudyInfo(id="s", name="Двойное кодирование"), who=who)
    found, texts = records()
    with store.edit(who, "design") as edit:
        edit.add_texts(texts)
        edit.add(*(one for one in found if not isinstance(one, (Coding, Memo))))
    if blind:
        with store.edit(who, "assign interviews") as edit:
            edit.add(
                *(
                    Assignment(id=f"{one}/{coder}", interview_id=one, coder_id=f"k{coder[0]}", round="first")
                    for one in blind
                    for coder in ("anna", "boris")
                )
            )
    for coder in ("anna", "boris"):
        with store.edit(coder, "code", "") as edit:
            edit.add(*(one for one in found if isinstance(one, Coding) and one.coder_id == f"k{coder[0]}"))
            edit.add(*(one for one in found if isinstance(one, Memo) and one.coder_id == f"k{coder[0]}"))
    return store


def opened(path: Path, who: str) -> Study:
    """Open the study as somebody."""
    return Study(Store.open(path), who=who)
