"""Projects of Taguette, QualCoder, DNA and RQDA: every quotation where it was made, by whom, under which code; and what had no place is said."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importers import _databases as made
from tests.importers._databases import BODY, units
from tests.strategies import FEW
from veche.importers.dna import dna
from veche.importers.foreign import Asked, ForeignStudy
from veche.importers.qualcoder import qualcoder
from veche.importers.rqda import rqda
from veche.importers.taguette import taguette
from veche.study import (
    Actor,
    Attribute,
    Code,
    Coding,
    Document,
    InputProblem,
    Memo,
    Respondent,
    Statement,
    StatementKind,
)  # fmt: skip

READERS = (taguette, qualcoder, dna, rqda)


def held(found: ForeignStudy, kind: type[Any]) -> list[Any]:
    return [one for one in found.records if isinstance(one, kind)]


def reasons(found: ForeignStudy) -> set[tuple[str, str]]:
    return {(one.kind, one.said()[3].split(":")[0][:60]) for one in found.losses}


# Taguette


def test_taguette_counts_bytes_of_the_text_without_tags(tmp_path: Path) -> None:
    html = "<h1>И.: Что с заводом 🏭?</h1>\n<p>Р.: Завод &laquo;стоит&raquo;.</p><p>Людей <b>нет</b>, ёлки.</p>"
    text = "И.: Что с заводом 🏭?\nР.: Завод «стоит».Людей нет, ёлки."
    path = made.taguette(
        tmp_path / "a.sqlite3",
        html,
        text,
        [("🏭", "Завод"), ("«стоит»", "Завод.Простой"), ("Людей нет, ёлки", "Люди.Отъезд")],
    )
    assert taguette.recognises is not None and taguette.recognises(path)
    found = taguette.read(path, Asked())
    assert sorted(found.quotes()) == sorted(
        [
            ("Разговор", "Завод", "anna", "🏭"), ("Разговор", "Завод.Простой", "boris", "«стоит»"),
            ("Разговор", "Люди.Отъезд", "anna", "Людей нет, ёлки"),
        ]
    )  # fmt: skip
    # blocks without a line end between them do not run together
    assert found.texts[0].body == text.replace(".Людей", ".\nЛюдей")
    codes = {one.key: one for one in held(found, Code)}
    assert codes["Люди"].kind == "group" and codes["Люди.Отъезд"].parent_id == codes["Люди"].id
    assert codes["Завод.Простой"].parent_id == codes["Завод"].id and codes["Завод"].definition_ru == "О Завод"
    assert found.readings[0].certainty == 1.0 and not found.asks
    assert {one.made for one in held(found, Coding)} == {dt.datetime(2024, 5, 1, 10)}


def test_a_line_end_put_between_blocks_belongs_to_no_quotation(tmp_path: Path) -> None:
    html, text = "<p>Мэр</p><p>молчит</p><ul><li>да</li></ul>", "Мэрмолчитда"
    path = made.taguette(tmp_path / "a.sqlite3", html, text, [("Мэр", "А"), ("молчит", "Б"), ("да", "В"), (text, "Г")])
    found = taguette.read(path, Asked())
    assert found.texts[0].body == "Мэр\nмолчит\nда"
    assert sorted(quote[3] for quote in found.quotes()) == sorted(["Мэр", "молчит", "да", "Мэр\nмолчит\nда"])


def test_taguette_says_what_it_could_not_take(tmp_path: Path) -> None:
    path = made.taguette(
        tmp_path / "a.sqlite3", "<p>Мэр молчит</p><img alt='мэр'>", "Мэр молчит", [("Мэр", "А")],
        highlights=[(7, 1, 0, 999, "x"), (8, 5, 0, 4, "x"), (9, 1, 1, 4, "x"), (10, 1, 0, 6, "Мэр"), (11, 1, "z", None, ""), (1, 1, 0, 2, "x")],
        highlight_tags=[(10, 99), (7, 1)], projects=[(2, "Другой", "", "")],
    )  # fmt: skip
    found = taguette.read(path, Asked(language="en"))
    assert [quote[3] for quote in found.quotes()] == ["Мэр"]
    said = reasons(found)
    assert {kind for kind, _ in said} >= {"highlight", "picture", "coding", "author", "project"}
    assert any("does not hold" in reason for _, reason in said) and any(
        "inside a character" in reason for _, reason in said
    )
    assert held(found, Code)[0].label_en == "А"


TEXTS = st.text(st.sampled_from("аб \n&<>é😀.\u00a0"), min_size=1, max_size=30)


@FEW
@given(st.lists(TEXTS, min_size=1, max_size=4), st.data())
def test_any_passage_of_any_page_of_taguette_is_found(
    tmp_path_factory: Any, parts: list[str], data: st.DataObject
) -> None:
    from html import escape

    text = "\n".join(parts)
    text = text.lstrip("\t\n\f ")
    if not text.strip():
        return
    html = "<p>" + escape("\n".join(parts)).replace("😀", "&#128512;") + "</p>"
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = (len(text[:one].encode()) for one in (start, end))
    path = made.taguette(
        tmp_path_factory.mktemp("t") / "a.sqlite3", html, text, [], tags=[(1, 1, "А", "")], highlight_tags=[(1, 1)],
        highlights=[(1, 1, first, last, "")],
    )  # fmt: skip
    assert [quote[3] for quote in taguette.read(path, Asked()).quotes()] == [text[start:end]]


# QualCoder


@pytest.mark.parametrize("version", [8, 17])
def test_qualcoder_of_either_schema(tmp_path: Path, version: int) -> None:
    at, mayor = BODY.index("Людей нет"), BODY.index("Мэр молчит")
    codings = [(1, 1, "Людей нет", at, at + 9, "anna"), (1, 1, "Людей нет", at, at + 9, "boris"), (2, 1, "Мэр", mayor, mayor + 3, "anna"),
               (2, 1, "старые слова", mayor, mayor + 10, "boris"), (2, 1, "x", 50, 5000, "anna"), (9, 1, "x", 0, 3, "anna"),
               (1, 2, "x", 0, 3, "anna"), (1, 1, "", 7, 7, "anna")]  # fmt: skip
    folder = made.qualcoder(tmp_path / "p.qda", version, codings)
    for path in (folder, folder / "data.qda"):
        assert qualcoder.recognises is not None and qualcoder.recognises(path)
        found = qualcoder.read(path, Asked())
        assert [quote[1:] for quote in found.quotes()] == [
            ("Отъезд", "anna", "Людей нет"), ("Отъезд", "boris", "Людей нет"), ("Мэр", "anna", "Мэр"), ("Мэр", "boris", "Мэр молчит"),
        ]  # fmt: skip
    codes = {one.key: one for one in held(found, Code)}
    assert codes["Власть"].parent_id == codes["Люди"].id and codes["Отъезд"].color == "#ff0000"
    assert codes["Люди"].kind == "group" and codes["Люди"].definition_ru == "о людях"
    if version == 17:
        assert codes["Мэр молчит"].parent_id == codes["Мэр"].id
    document, person = held(found, Document)[0], held(found, Respondent)[0]
    assert {(one.target_id, one.name, one.value) for one in held(found, Attribute)} == {
        (document.id, "case", "Р-1"), (document.id, "Волна", "2"), (person.id, "Город", "Н."),
    }  # fmt: skip
    notes = [one.text for one in held(found, Memo)]
    assert any("«Что»\nстранно" in note for note in notes) and "Начали" in notes and "заметка" in notes
    assert ("★ мысль" if version == 17 else "мысль") in notes
    said = {kind for kind, _ in reasons(found)}
    assert said >= {"recording", "coding", "case", "attribute", "graph"}
    assert found.readings[0].certainty == 0.75


# DNA


@pytest.mark.parametrize("two", [False, True])
def test_dna_statements_become_relation_statements(tmp_path: Path, two: bool) -> None:
    path = made.dna(
        tmp_path / "a.dna",
        [(*units(BODY, "Завод стоит"), 1, "Мэр", "Мэрия", "завод", 0), (*units(BODY, "Мэр молчит"), 2, "Мэр", "", "молчание", 1),
         (*units(BODY, "ёлки"), 2, "", "", "завод", 1), (5, 4000, 1, "Мэр", "", "завод", 1)],
        two=two,
    )  # fmt: skip
    assert dna.recognises is not None and dna.recognises(path)
    found = dna.read(path, Asked())
    body = found.texts[0].body
    actors = {one.id: one for one in held(found, Actor)}
    kinds = {one.id: one.key for one in held(found, StatementKind)}
    told = [
        (body[one.quotes[0].start : one.quotes[0].end], [actors[s].name for s in one.sources], [actors[t].name for t in one.targets],
         kinds[one.kind_id], one.issue)
        for one in held(found, Statement)
    ]  # fmt: skip
    assert told == [
        ("Завод стоит", ["Мэр", "Мэрия"], ["завод"], "rejects", "завод"), ("Мэр молчит", ["Мэр"], ["молчание"], "supports", "молчание"),
    ]  # fmt: skip
    assert [one.kind for one in actors.values() if one.name == "завод"] == ["group"]
    assert [quote[1:] for quote in found.quotes()] == [("DNA Statement", "Борис", "ёлки")]
    assert "concept: завод\nagreement: True" in [one.text for one in held(found, Memo)]
    values = {(one.name, one.value) for one in held(found, Attribute)}
    assert {("date", "2020-09-13"), ("author", "Р."), ("source", "газета")} <= values
    assert (("type", "глава") in values) is two
    assert {kind for kind, _ in reasons(found)} == {"actor", "statement", "regular expression"}


def test_dna_asks_how_line_ends_count_and_takes_the_answer(tmp_path: Path) -> None:
    body = BODY.replace("\n", "\r\n")
    one, two = units(BODY, "Мэр молчит"), units(body, "Мэр молчит")
    assert one != two
    for place, reading in ((one, "utf16-crlf1-nobom-exclusive"), (two, "utf16-crlf2-nobom-exclusive")):
        path = made.dna(tmp_path / f"{place[0]}.dna", [(*place, 1, "Мэр", "", "тишина", 1)], body=body)
        asks = dna.read(path, Asked())
        assert asks.asks and reading in [choice.name for choice in asks.readings[0].choices]
        found = dna.read(path, Asked(reading=reading))
        quote = held(found, Statement)[0].quotes[0]
        assert not found.asks and found.texts[0].body[quote.start : quote.end] == "Мэр молчит"


# RQDA

RQDA = (
    "CREATE TABLE source (name, id, file, memo, owner, date, dateM, status)",
    "CREATE TABLE freecode (name, memo, owner, date, dateM, id, status, color)",
    "CREATE TABLE coding (cid, fid, seltext, selfirst, selend, status, owner, date, memo)",
)


def rqda_file(path: Path, *codings: tuple[object, ...]) -> Path:
    return made.database(
        path, *RQDA, source=[("Разговор", 1, BODY, "", "anna", "", "", 1), ("Старый", 2, "x", "", "", "", "", 0)],
        freecode=[("Отъезд", "о людях", "anna", "", "", 1, 1, "")], coding=codings,
    )  # fmt: skip


def test_rqda_is_read_when_its_quotations_fit(tmp_path: Path) -> None:
    at = BODY.index("Людей нет")
    found = rqda.read(
        rqda_file(
            tmp_path / "a.rqda", (1, 1, "Людей нет", at, at + 9, 1, "anna", "", ""), (1, 1, "x", 0, 1, 0, "", "", "")
        ),
        Asked(),
    )
    assert found.quotes() == [("Разговор", "Отъезд", "anna", "Людей нет")]
    assert found.readings[0].certainty == 1.0 and len(held(found, Document)) == 1


def test_rqda_is_refused_when_they_do_not(tmp_path: Path) -> None:
    path = rqda_file(tmp_path / "a.rqda", *((1, 1, "Людей нет", at, at + 9, 1, "anna", "", "") for at in range(3)))
    with pytest.raises(InputProblem, match="only 0% of them stand where"):
        rqda.read(path, Asked())


# hostile files


@pytest.mark.parametrize("reader", READERS, ids=lambda one: one.name)
@pytest.mark.parametrize(
    "content",
    [b"", b"no database", b"SQLite format 3\x00", b"SQLite format 3\x00" + b"\xff" * 5000],
    ids=["empty", "text", "cut", "noise"],
)
def test_what_is_no_database_is_refused(tmp_path: Path, reader: Any, content: bytes) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(content)
    assert not reader.recognises(path)
    with pytest.raises(InputProblem):
        reader.read(path, Asked())


@pytest.mark.parametrize("reader", READERS, ids=lambda one: one.name)
def test_a_foreign_database_is_refused_with_what_it_holds(tmp_path: Path, reader: Any) -> None:
    path = made.database(tmp_path / "x.db", "CREATE TABLE cooking (id, recipe)")
    assert not reader.recognises(path)
    with pytest.raises(InputProblem, match="no table .*cooking"):
        reader.read(path, Asked())


def test_a_file_cut_off_is_refused(tmp_path: Path) -> None:
    path = made.taguette(
        tmp_path / "a.sqlite3", "<p>" + "Мэр молчит. " * 3000 + "</p>", "Мэр молчит. " * 3000, [("Мэр", "А")]
    )
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InputProblem, match="damaged or cut off|no project"):
        taguette.read(path, Asked())


def test_a_view_that_computes_for_ever_is_not_looked_at(tmp_path: Path) -> None:
    endless = "CREATE VIEW commands AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, 'x' AS date, 'x' AS user_login, '{}' AS payload FROM n"
    path = made.database(tmp_path / "a.sqlite3", *(one for one in made.TAGUETTE if "commands" not in one), endless)
    before = time.process_time()
    assert taguette.read(path, Asked()).texts == ()
    assert time.process_time() - before < 2


def test_a_flood_of_text_is_refused_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veche.importers._foreign_sqlite.MAX_TOTAL", 15_000_000)
    page = "<p>" + "x" * 3_000_000
    path = made.database(tmp_path / "a.sqlite3", *made.TAGUETTE)
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO tags SELECT value, 1, ?, '' FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 6) SELECT value FROM n)",
        (page,),
    )
    connection.commit()
    connection.close()
    before = time.process_time()
    with pytest.raises(InputProblem, match="no project is so large"):
        taguette.read(path, Asked())
    assert time.process_time() - before < 2


def test_reading_touches_nothing(tmp_path: Path) -> None:
    path = made.taguette(tmp_path / "a.sqlite3", "<p>Мэр</p>", "Мэр", [("Мэр", "А")])
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("INSERT INTO tags VALUES (9, 1, 'Новый', '')")
    writer.commit()
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir() if not one.name.endswith("-shm")}
    found = taguette.read(path, Asked())
    assert "Новый" in [one.key for one in held(found, Code)], "what still stands in the log is read too"
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir() if not one.name.endswith("-shm")} == before
    writer.close()


JUNK = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(max_size=8),
    st.binary(max_size=6),
    st.sampled_from([0, 1, 2, 3]),
)


@settings(max_examples=max(settings().max_examples // 12, 4))
@given(st.data())
def test_any_values_in_any_column_are_taken_or_refused(tmp_path_factory: Any, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("junk")
    paths = {
        taguette: made.taguette(folder / "a.sqlite3", "<p>Мэр молчит</p>", "Мэр молчит", [("Мэр", "А.Б")]),
        qualcoder: made.qualcoder(folder / "p.qda", 17, [(1, 1, "Что", 4, 7, "anna")]) / "data.qda",
        dna: made.dna(folder / "a.dna", [(0, 5, 1, "Мэр", "Мэрия", "завод", 1)]),
        rqda: rqda_file(folder / "a.rqda", (1, 1, BODY[:3], 0, 3, 1, "anna", "", "")),
    }
    reader = data.draw(st.sampled_from(list(paths)))
    connection = sqlite3.connect(paths[reader])
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for _ in range(data.draw(st.integers(1, 4))):
        table = data.draw(st.sampled_from(tables))
        column = data.draw(st.sampled_from([row[1] for row in connection.execute(f"PRAGMA table_info({table})")]))
        value = data.draw(JUNK)
        given_value = value.encode("utf-8", "replace") if isinstance(value, str) else value
        with contextlib.suppress(sqlite3.Error):
            connection.execute(f'UPDATE {table} SET "{column}" = ?', (given_value,))
    connection.commit()
    connection.close()
    try:
        found = reader.read(paths[reader], Asked())
    except InputProblem as problem:
        assert str(problem)
        return
    bodies = {one.id: one.body for one in found.texts}
    for one in held(found, Coding):
        assert 0 <= one.start < one.end <= len(bodies[one.text_id])
    for loss in found.losses:
        assert loss.said()[3]
