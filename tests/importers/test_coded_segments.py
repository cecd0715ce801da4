"""Tables of coded segments: the words are found again in the texts of the study, or it is said why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import FEW
from veche.importers.coded_segments import coded_segments
from veche.importers.foreign import Asked, ForeignStudy
from veche.study import (
    Attribute,
    Code,
    Coder,
    Coding,
    Document,
    Evidence,
    InputProblem,
    Memo,
    StudyInfo,
    Text,
)  # fmt: skip

BODY = "И.: Что с заводом 🏭?\nР.: Завод стоит.  Людей\n нет, ёлки.\nИ.: А мэр?\nР.: Мэр молчит. Завод стоит."
OTHER = "Nobody shouts here. Quietly.\nThen the firm's people talk to him. Quietly."
CODES = (
    Code(id="c1", key="PROB.WORK", label_ru="Работа", kind="problem"),
    Code(id="c2", key="MAN", label_ru="Власть", label_en="Power"),
    Code(id="c3", key="MAN.MAYOR", label_ru="Мэр", label_en="Mayor", parent_id="c2"),
    Code(id="c4", key="TOP", label_ru="Верх", kind="group"),
)


def study(*codings: Coding) -> Evidence:
    return Evidence(
        study=StudyInfo(id="s", name="s"),
        documents=(
            Document(id="d1", name="Разговор 1", text_id="t1", file_name="talk1.docx"),
            Document(id="d2", name="Interview 2", text_id="t2"),
        ),
        codes=CODES,
        coders=(Coder(id="k1", key="АК", name="Анна"),),
        codings=codings,
        texts={"t1": Text("t1", BODY, ()), "t2": Text("t2", OTHER, ())},  # type: ignore[arg-type]
    )


def table(path: Path, rows: list[list[Any]], *, sheet: str = "x") -> Path:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        book.worksheets[0].title = sheet
        for row in rows:
            book.worksheets[0].append(row)
        book.save(path)
    else:
        sign = ";" if path.suffix == ".csv" else "\t"
        lines = [
            sign.join('"' + str("" if cell is None else cell).replace('"', '""') + '"' for cell in row) for row in rows
        ]
        path.write_text("\r\n".join(lines), encoding="utf-8-sig", newline="")
    return path


def read(path: Path, reading: str | None = None) -> ForeignStudy:
    assert coded_segments.recognises is not None and coded_segments.recognises(path)
    return coded_segments.read(path, Asked(reading=reading, evidence=study()))


def placed(found: ForeignStudy) -> list[tuple[str, str, str]]:
    keys = {one.id: one.key for one in (*CODES, *found.records) if isinstance(one, Code)}
    bodies = {"t1": BODY, "t2": OTHER}
    return [
        (one.document_id, keys[one.code_id], bodies[one.text_id][one.start : one.end])
        for one in found.records
        if isinstance(one, Coding)
    ]


MAXQDA = [
    "Color",
    "Comment",
    "Document group",
    "Document name",
    "Code",
    "Beginning",
    "End",
    "Weight score",
    "Segment",
    "Created by",
    "Creation date",
]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".tsv"])
def test_a_table_of_maxqda(tmp_path: Path, suffix: str) -> None:
    found = read(
        table(
            tmp_path / f"t{suffix}",
            [
                MAXQDA,
                ["●", "важно", "Волна 1", "Разговор 1", "Работа", 3, 3, 0, "нет, ёлки", "Анна", "01.05.2024"],
                ["●", "", "Волна 1", "Разговор 1", "Power > Mayor", 5, 5, 50, "Мэр молчит.", "Вера", ""],
                ["●", "", "", "talk1", "Новое > Совсем", 2, 3, 0, "Людей нет", "Вера", ""],
            ],
        )
    )
    assert placed(found) == [
        ("d1", "PROB.WORK", "нет, ёлки"),
        ("d1", "MAN.MAYOR", "Мэр молчит."),
        ("d1", "Совсем", "Людей\n нет"),
    ]
    codings = [one for one in found.records if isinstance(one, Coding)]
    assert codings[0].coder_id == "k1" and str(codings[0].made) == "2024-05-01 00:00:00"
    assert [one.key for one in found.records if isinstance(one, Coder)] == ["Вера"]
    parents = {one.key: one.parent_id for one in found.records if isinstance(one, Code)}
    assert set(parents) == {"Новое", "Совсем"} and parents["Совсем"] is not None
    assert [one.text for one in found.records if isinstance(one, Memo)] == ["важно"]
    assert [(one.name, one.value) for one in found.records if isinstance(one, Attribute)] == [
        ("document group", "Волна 1")
    ]
    assert [one.kind for one in found.losses] == ["weight"] and found.readings[0].certainty == 1.0


@pytest.mark.parametrize(
    "heads",
    [
        ["Dokumentname", "Code", "Textstelle", "Autor"], ["Имя документа", "Код", "Сегмент", "Автор"],
        ["Source Name", "Node", "Coded Text", "Coded By"], ["Media Title", "Codes Applied Combined", "Excerpt Copy", "Excerpt Creator"],
    ],
)  # fmt: skip
def test_headings_of_other_languages_and_programs(tmp_path: Path, heads: list[str]) -> None:
    rows: list[list[Any]] = [["Отчёт о кодировании"], [], heads, ["Разговор 1.docx", "Мэр", "Мэр  молчит", "Анна"]]
    assert placed(read(table(tmp_path / "t.xlsx", rows))) == [("d1", "MAN.MAYOR", "Мэр молчит")]


def test_several_codes_in_a_cell_of_dedoose(tmp_path: Path) -> None:
    rows = [
        ["Media Title", "Codes Applied Combined", "Excerpt Copy"],
        ["Interview 2", "Power, Работа", "Nobody shouts here"],
    ]
    assert placed(read(table(tmp_path / "t.xlsx", rows))) == [
        ("d2", "MAN", "Nobody shouts here"),
        ("d2", "PROB.WORK", "Nobody shouts here"),
    ]


def test_words_that_stand_there_twice(tmp_path: Path) -> None:
    rows = [MAXQDA, *(["", "", "", "Разговор 1", "Работа", at, at, "", "Завод стоит.", "", ""] for at in ("", 2, 5, 9))]
    path = table(tmp_path / "t.xlsx", rows)
    first, second = (BODY.index("Завод стоит"), BODY.rindex("Завод стоит"))

    def starts(reading: str | None) -> list[int]:
        return [one.start for one in read(path, reading).records if isinstance(one, Coding)]

    left = read(path)
    # the paragraph tells two of the rows apart; the others wait for a choice
    assert starts(None) == [first, second] and left.asks
    assert [one.name for one in left.readings[0].choices] == ["leave", "first", "all"]
    assert sum("choose, or code it by hand" in one.reason for one in left.losses) == 2
    assert f"{first}–{first + 12}, {second}–{second + 12}" in left.losses[0].said()[3]
    assert set(starts("first")) == {first, second} and not read(path, "first").asks
    assert sorted(set(starts("all"))) == [first, second]


def test_what_cannot_be_placed_is_said_row_by_row(tmp_path: Path) -> None:
    rows = [
        ["Документ", "Код", "Цитата", "Оттенок"], ["Разговор 1", "Работа", "таких слов нет", ""], ["Другой", "Работа", "Мэр", ""],
        ["Разговор 1", "", "Мэр", ""], ["Разговор 1", "Верх", "А мэр", ""], ["Разговор 1", "Работа", "А мэр", ""],
        ["Разговор 1", "Работа", "А мэр", ""], ["Разговор 1", "Работа", "Мэр молч…", ""],
    ]  # fmt: skip
    found = read(table(tmp_path / "t.csv", rows))
    said = [one.said()[3] for one in found.losses]
    assert [text.split(":")[0] for text in said[1:]] == ["row 2", "row 3", "row 4", "row 7"]
    assert said[0].startswith("the column is not known") and found.losses[0].item == "Оттенок"
    # a heading of the codebook takes no codings: the code comes beside it
    assert ("d1", "Верх", "А мэр") in placed(found) and ("d1", "PROB.WORK", "Мэр молч") in placed(found)
    assert found.readings[0].certainty == pytest.approx(4 / 6)


def test_a_table_needs_its_texts_and_its_headings(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", [["Код", "Цитата"], ["Работа", "Мэр"]])
    with pytest.raises(InputProblem, match="without their texts"):
        coded_segments.read(path, Asked())
    other = table(tmp_path / "u.csv", [["Имя", "Возраст"], ["А", "5"]])
    assert coded_segments.recognises is not None and not coded_segments.recognises(other)
    with pytest.raises(InputProblem, match="no heading for codes"):
        coded_segments.read(other, Asked(evidence=study()))


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"\x00\xff\x00", b"PK" + b"x" * 999, b'"' * 999],
    ids=["empty", "cut", "bytes", "no zip", "quotes"],
)
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_damaged_tables_are_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"t{suffix}"
    path.write_bytes(content)
    assert coded_segments.recognises is not None and not coded_segments.recognises(path)
    with pytest.raises(InputProblem):
        coded_segments.read(path, Asked(evidence=study()))


CELLS = st.one_of(st.none(), st.integers(), st.floats(allow_nan=False), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=9),
                  st.sampled_from(["Разговор 1", "Работа", "Мэр", "Завод стоит.", " > ", "\\", "…", "а > б"]))  # fmt: skip


@FEW
@given(
    st.lists(st.lists(CELLS, min_size=4, max_size=4), max_size=6), st.sampled_from([None, "leave", "first", "all", "?"])
)
def test_any_cells_are_taken_or_reported(tmp_path_factory: Any, rows: list[list[Any]], reading: str | None) -> None:
    path = table(tmp_path_factory.mktemp("t") / "t.csv", [["Документ", "Код", "Цитата", "Начало"], *rows])
    found = coded_segments.read(path, Asked(reading=reading, evidence=study()))
    for document, _code, words in placed(found):
        assert words.strip() and document in ("d1", "d2")
    assert 0 <= found.readings[0].certainty <= 1
