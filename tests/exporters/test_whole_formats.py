"""A whole study in the formats of others: what is written is there, typed, through consent, and what is not there is said."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import openpyxl
import pytest
from hypothesis import given, settings

from tests.store._small import make_small
from tests.whole_studies import studies
from veche.exporters.dna import digest
from veche.exporters.dna import dna as write_dna
from veche.exporters.events import events
from veche.exporters.networks import gexf, graphml
from veche.exporters.webannotation import webannotation
from veche.exporters.whole_tables import csv_tables, parquet_tables, xlsx_tables
from veche.importers.dna import dna as read_dna
from veche.importers.foreign import Asked
from veche.privacy import Release, release_study
from veche.study import (
    CONSENTS,
    Anchor,
    Coding,
    Document,
    Evidence,
    InputProblem,
    Memo,
    Office,
    Statement,
    StatementKind,
    Text,
    new_id,
)  # fmt: skip
from veche.study.dna_layout import CARRIED
from veche.study.whole import kinds, records_of

WRITERS = (webannotation, graphml, gexf, events, csv_tables, parquet_tables, xlsx_tables, write_dna)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    small = make_small(str(tmp_path_factory.mktemp("formats") / "small.veche"))
    body = small.text.body
    d, t, e = small.document.id, small.text.id, body.index("👩🏽‍🏭")
    head, assembly = small.actors
    other = StatementKind(
        key="bargain", family="exchange", label_ru="торг", label_en="bargain", valence=0.5, symmetric=True
    )
    coding = Coding(
        document_id=d, text_id=t, start=e, end=e + 4, code_id=small.codes[1].id, coder_id=small.coders[0].id, modality="denied",
        made=dt.datetime(2024, 5, 1, 10, 30, 1, 5),
    )  # fmt: skip
    anchor = Anchor(d, t, 30, 44)
    told: dict[str, Any] = {"interview_id": small.interview.id, "kind_id": other.id, "coder_id": small.coders[1].id}
    statements = [
        Statement(quotes=(anchor, Anchor(d, t, e, e + 4)), sources=(head.id,), targets=(assembly.id, small.office.id),
                  start=dt.date(2010, 3, 1), tone=2, issue="бюджет", **told),
        Statement(quotes=(anchor,), sources=(head.id,), targets=(assembly.id,), tone=5, valence=-1.0, confidence=0.5, **told),
        Statement(quotes=(anchor,), sources=(head.id,), targets=(assembly.id,), modality="denied", **told),
        Statement(quotes=(anchor,), sources=(head.id,), targets=(head.id,), **told),
    ]  # fmt: skip
    with small.store.edit("tests", "more") as edit:
        edit.add(other, coding, *statements, Memo(target_id=coding.id, text="=1+1", coder_id=small.coders[0].id))
    yield small.store.evidence()
    small.store.close()


def release(evidence: Evidence) -> Release:
    return release_study(evidence, levels=CONSENTS)


def test_annotations_hold_words_in_context_and_positions(evidence: Evidence, tmp_path: Path) -> None:
    written = webannotation.write(release(evidence), tmp_path / "a.jsonld")
    found = json.loads((tmp_path / "a.jsonld").read_text(encoding="utf-8"))
    assert (found["@context"], found["type"], found["total"]) == (
        "http://www.w3.org/ns/anno.jsonld",
        "AnnotationCollection",
        6,
    )
    items = found["first"]["items"]
    assert len({one["id"] for one in items}) == 6 and all(one["type"] == "Annotation" for one in items)
    (tagged,) = [one for one in items if one["motivation"] == "tagging"]
    body = evidence.texts[evidence.documents[0].text_id].body
    quote, position = tagged["target"]["selector"]
    at = body.index("👩🏽‍🏭")
    assert quote == {
        "type": "TextQuoteSelector",
        "exact": "👩🏽‍🏭",
        "prefix": body[at - 32 : at],
        "suffix": body[at + 4 : at + 36],
    }
    assert position == {"type": "TextPositionSelector", "start": at, "end": at + 4}
    assert [one["value"] for one in tagged["body"]] == ["PROB.1", "denied"]
    assert tagged["created"] == "2024-05-01T10:30:01Z" and tagged["creator"]["nickname"] == "АК"
    told = [one for one in items if one["motivation"] == "describing"]
    assert "Глава → Совет, Глава города: торг (бюджет)" in [one["body"][0]["value"] for one in told]
    assert sorted(len(one["target"]) if isinstance(one["target"], list) else 1 for one in told) == [1, 1, 1, 2]
    (note,) = [one for one in items if one["motivation"] == "commenting"]
    assert note["target"] == tagged["id"]
    assert {loss.kind for loss in written.losses} >= {"town", "interview", "respondent"}


@pytest.mark.parametrize(
    ("writer", "read"), [(graphml, nx.read_graphml), (gexf, nx.read_gexf)], ids=["graphml", "gexf"]
)
def test_the_network_has_typed_ties_by_wave(evidence: Evidence, tmp_path: Path, writer: Any, read: Any) -> None:
    path = tmp_path / "n.xml"
    written = writer.write(release(evidence), path)
    graph = read(path)
    assert graph.is_directed()
    assert {key: (node["label"], node["type"]) for key, node in graph.nodes(data=True)} == {
        "head": ("Глава", "actor"), "assembly": ("Совет", "actor"), "A.head": ("Глава города", "office"),
    }  # fmt: skip
    (tie,) = [one for *_, one in graph.out_edges("head", data=True) if one["statements"] == 3]
    assert {name: tie[name] for name in ("kind", "family", "wave", "symmetric", "reporters", "denied", "weight")} == {
        "kind": "bargain", "family": "exchange", "wave": "1", "symmetric": True, "reporters": 1, "denied": 1, "weight": 2.0,
    }  # fmt: skip
    assert tie["valence"] == pytest.approx((0.5 - 1.0) / 2) and tie["tone"] == 3.5
    assert (tie["first"], tie["last"]) == ("2010-03-01", "2013-05-21")
    assert graph.number_of_edges() == 2
    assert [loss.item for loss in written.losses if "both sides" in loss.reason] == ["head · bargain"]


def test_an_office_with_the_key_of_an_actor_stays_apart(evidence: Evidence, tmp_path: Path) -> None:
    import dataclasses

    office = dataclasses.replace(evidence.offices[0], key="head")
    graphml.write(release(dataclasses.replace(evidence, offices=(office,))), tmp_path / "n.graphml")
    graph = nx.read_graphml(tmp_path / "n.graphml")
    assert set(graph.nodes) == {"head", "assembly", "office:head"} and graph.has_edge("head", "office:head")


def test_events_are_in_order_with_missing_values_as_na(evidence: Evidence, tmp_path: Path) -> None:
    events.write(release(evidence), tmp_path / "e.events.csv")
    raw = (tmp_path / "e.events.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw
    rows = list(csv.DictReader(io.StringIO(raw.decode())))
    assert list(rows[0])[:5] == ["time", "source", "target", "type", "weight"]
    assert [row["time"] for row in rows] == ["2010-03-01"] * 2 + ["2013-05-21"] * 3
    assert [(row["source"], row["target"]) for row in rows[:2]] == [("head", "A.head"), ("head", "assembly")]
    assert rows[0]["day"] == str((dt.date(2010, 3, 1) - dt.date(1970, 1, 1)).days) and rows[0]["dated"] == "event"
    strong = next(row for row in rows if row["valence"] == "-1.0")
    assert (strong["weight"], strong["tone"], strong["readiness"], strong["dated"]) == ("0.5", "5", "NA", "telling")
    assert {row["reporter"] for row in rows} == {"R-01"} and {row["wave"] for row in rows} == {"1"}


def test_an_event_without_any_day_is_reported(evidence: Evidence, tmp_path: Path) -> None:
    import dataclasses

    lone = dataclasses.replace(evidence.statements[1], id=new_id(), interview_id=None)
    held = dataclasses.replace(evidence, statements=(*evidence.statements, lone))
    written = events.write(release(held), tmp_path / "e.events.csv")
    assert [loss.where for loss in written.losses if "neither a day" in loss.reason] == ["A1-01 30–44"]


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_all_tables_with_every_column_explained(evidence: Evidence, tmp_path: Path) -> None:
    (zipped,) = csv_tables.write(release(evidence), tmp_path / "all.csv.zip").files
    folder = csv_tables.write(release(evidence), tmp_path / "all").files
    with zipfile.ZipFile(zipped) as archive:
        tables = {name.removesuffix(".csv"): rows_of(archive.read(name)) for name in archive.namelist()}
        assert {one.name: one.read_bytes() for one in folder} == {
            name: archive.read(name) for name in archive.namelist()
        }
    assert set(tables) == {*kinds().values(), "columns", "texts", "turns", "quotations", "relations"}
    for name, rows in tables.items():
        explained = {row["column"]: row["meaning"] for row in tables["columns"] if row["table"] == name}
        assert name == "columns" or (set(explained) >= set(rows[0] if rows else ()) and all(explained.values()))
    (quotation,) = tables["quotations"]
    assert quotation["words"] == "👩🏽‍🏭" and (quotation["town"], quotation["wave"], quotation["code"]) == (
        "A",
        "1",
        "PROB.1",
    )
    assert [row["body"] for row in tables["texts"]] == [evidence.texts[evidence.documents[0].text_id].body]
    assert len(tables["relations"]) == 5 and tables["memos"][0]["text"] == "'=1+1"
    assert len(tables["turns"]) == 2 and tables["turns"][1]["speaker"] == "Р."
    with pytest.raises(InputProblem, match="exists already"):
        csv_tables.write(release(evidence), tmp_path / "all")


def test_parquet_has_types(evidence: Evidence, tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    parquet_tables.write(release(evidence), tmp_path / "p")
    table = parquet.read_table(tmp_path / "p" / "statements.parquet")
    types = {field.name: field.type for field in table.schema}
    assert (types["tone"], types["start"], types["valence"]) == (pa.int64(), pa.date32(), pa.float64())
    assert sorted(table.column("tone").to_pylist(), key=str) == [2, 5, None, None]
    codings = parquet.read_table(tmp_path / "p" / "codings.parquet")
    assert codings.schema.field("prompted").type == pa.bool_() and codings.schema.field("made").type == pa.timestamp(
        "us", tz="UTC"
    )
    assert parquet.read_table(tmp_path / "p" / "aliases.parquet").num_rows == 0


def test_a_workbook_has_a_sheet_per_table_and_says_what_it_cut(evidence: Evidence, tmp_path: Path) -> None:
    import dataclasses

    long = Text(new_id(), "б" * 40_000, ())
    document = Document(name="длинный", text_id=long.id, interview_id=evidence.interviews[0].id)
    texts = {one: evidence.texts[one] for one in evidence.texts} | {long.id: long}
    held = dataclasses.replace(evidence, documents=(*evidence.documents, document), texts=texts)  # type: ignore[arg-type]
    written = xlsx_tables.write(release(held), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames[0] == "columns" and "quotations" in book.sheetnames
    assert book["memos"]["D2"].value == "=1+1" and book["memos"]["D2"].data_type == "s"
    assert [(loss.item, loss.where) for loss in written.losses if "was cut off" in loss.reason] == [
        ("длинный", "texts")
    ]


def test_characters_that_no_workbook_can_hold_are_left_out_and_said(evidence: Evidence, tmp_path: Path) -> None:
    import dataclasses

    first = dataclasses.replace(evidence.towns[0], name="А\x01Б\ufffeВ\uffffГ")
    held = dataclasses.replace(evidence, towns=(first, *evidence.towns[1:]))
    written = xlsx_tables.write(release(held), tmp_path / "a.xlsx")
    page = openpyxl.load_workbook(tmp_path / "a.xlsx")["towns"]
    assert "АБВГ" in {cell.value for row in page.iter_rows(min_row=2) for cell in row}
    assert [(loss.item, loss.where) for loss in written.losses if "cannot hold" in loss.reason] == [(first.id, "towns")]


# DNA: there and back


def test_dna_holds_one_statement_per_pair_at_utf16_positions(evidence: Evidence, tmp_path: Path) -> None:
    path = tmp_path / "a.dna"
    written = write_dna.write(release(evidence), path)
    connection = sqlite3.connect(path)
    text = connection.execute("SELECT Text FROM DOCUMENTS").fetchone()[0]
    places = connection.execute("SELECT Start, Stop FROM STATEMENTS").fetchall()
    assert len(places) == 5
    words = {text.encode("utf-16-le")[2 * start : 2 * stop].decode("utf-16-le") for start, stop in places}
    assert words == {text[30:44]}
    sides = connection.execute(
        "SELECT v.Variable, e.Value FROM DATASHORTTEXT d JOIN ENTITIES e ON e.ID = d.Entity JOIN VARIABLES v ON v.ID = d.VariableId WHERE d.StatementId = 1"
    ).fetchall()
    assert dict(sides)["source"] == "Глава" and dict(sides)["relation"] == "торг" and dict(sides)["reporter"] == "R-01"
    assert connection.execute("SELECT sum(Value) FROM DATABOOLEAN").fetchone()[0] == 4
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == [] and connection.execute(
        "PRAGMA integrity_check"
    ).fetchone() == ("ok",)
    connection.close()
    assert {loss.kind for loss in written.losses} >= {"coding", "memo", "statement", "setting"}


def assert_back(evidence: Evidence, path: Path) -> None:
    write_dna.write(release(evidence), path)
    found = read_dna.read(path, Asked())
    wanted = {one.id: one for one in records_of(release(evidence).held_study) if isinstance(one, CARRIED)}
    present = {one.id: one.text_id for one in evidence.documents}
    stale = {one.id for one in evidence.statements if present.get(one.quotes[0].document_id) != one.quotes[0].text_id}
    got = {one.id: one for one in found.records}
    assert len(got) == len(found.records)
    for record_id, one in wanted.items():
        if record_id in stale or not getattr(one, "sources", "x") or not getattr(one, "targets", "x"):
            assert record_id not in got
        else:
            assert got[record_id] == one
    texts = {one.id: one for one in found.texts}
    for document in evidence.documents:
        assert texts[document.text_id] == evidence.texts[document.text_id]
    assert set(got) <= set(wanted)


def test_dna_comes_back_whole(evidence: Evidence, tmp_path: Path) -> None:
    assert_back(evidence, tmp_path / "a.dna")


def plain(evidence: Evidence) -> bool:
    """Bodies without what SQLite or the other program cannot keep as it is."""
    return not any(
        "\r" in evidence.texts[one.text_id].body or evidence.texts[one.text_id].body.startswith("\ufeff")
        for one in evidence.documents
    )


@given(studies().filter(plain))
@settings(max_examples=max(settings().max_examples // 6, 8))
def test_the_statements_of_any_study_come_back_from_dna(tmp_path_factory: Any, evidence: Evidence) -> None:
    assert_back(evidence, tmp_path_factory.mktemp("dna") / "a.dna")


@given(studies())
@settings(max_examples=max(settings().max_examples // 15, 4))
def test_any_study_can_be_written_in_every_format(tmp_path_factory: Any, evidence: Evidence) -> None:
    folder = tmp_path_factory.mktemp("any")
    for number, writer in enumerate(WRITERS):
        path = folder / f"{number}{writer.extension}"
        written = writer.write(release(evidence), path)
        assert path.stat().st_size and all(loss.said()[3] for loss in written.losses)


def test_what_the_other_program_changed_is_taken_from_there(evidence: Evidence, tmp_path: Path) -> None:
    path = tmp_path / "a.dna"
    write_dna.write(release(evidence), path)
    connection = sqlite3.connect(path)
    gone = connection.execute(
        "SELECT StatementId, Value FROM DATALONGTEXT ORDER BY StatementId DESC LIMIT 1"
    ).fetchone()
    connection.execute("DELETE FROM STATEMENTS WHERE ID = ?", (gone[0],))
    connection.execute("UPDATE STATEMENTS SET Stop = Stop - 3 WHERE ID = 1")
    connection.execute("INSERT INTO STATEMENTS VALUES (99, 1, 1, 0, 2, 2)")
    target = connection.execute("SELECT ID FROM ENTITIES WHERE Value = 'Совет'").fetchone()[0]
    source = connection.execute("SELECT ID FROM ENTITIES WHERE Value = 'Глава' AND VariableId = 1").fetchone()[0]
    connection.execute("INSERT INTO DATASHORTTEXT VALUES (900, 99, 1, ?)", (source,))
    connection.execute("INSERT INTO DATASHORTTEXT VALUES (901, 99, 2, ?)", (target,))
    connection.commit()
    connection.close()
    found = read_dna.read(path, Asked())
    back = {one.id: one for one in found.records if isinstance(one, Statement)}
    assert gone[1] not in back and back[evidence.statements[0].id].quotes[0].end == 41
    (fresh,) = [one for one in back.values() if one.id not in {each.id for each in evidence.statements}]
    assert [fresh.sources, fresh.targets] == [(evidence.actors[0].id,), (evidence.actors[1].id,)] or len(
        fresh.sources
    ) == 1
    assert any("removed in the other program" in loss.reason for loss in found.losses)


def test_a_broken_setting_is_said_and_the_tables_are_read(evidence: Evidence, tmp_path: Path) -> None:
    path = tmp_path / "a.dna"
    write_dna.write(release(evidence), path)
    for value in (
        "{",
        "[]",
        '{"version": 99, "records": [], "texts": {}}',
        '{"version": 1, "records": [{"kind": "x"}, 5], "texts": {}}',
    ):
        connection = sqlite3.connect(path)
        connection.execute("UPDATE SETTINGS SET Value = ? WHERE Property = 'veche'", (value,))
        connection.commit()
        connection.close()
        found = read_dna.read(path, Asked())
        assert len([one for one in found.records if isinstance(one, Statement)]) == 5
        assert any(loss.kind == "setting" for loss in found.losses)


def test_offices_and_actors_of_one_name_stay_apart(evidence: Evidence, tmp_path: Path) -> None:
    import dataclasses

    twin = Office(key="second", name="Глава")
    one = dataclasses.replace(evidence.statements[0], id=new_id(), targets=(twin.id,))
    held = dataclasses.replace(evidence, offices=(*evidence.offices, twin), statements=(*evidence.statements, one))
    path = tmp_path / "a.dna"
    write_dna.write(release(held), path)
    connection = sqlite3.connect(path)
    assert {row[0] for row in connection.execute("SELECT Value FROM ENTITIES")} >= {"head: Глава", "second: Глава"}
    connection.close()
    assert_back(held, tmp_path / "b.dna")


def test_the_digest_of_a_password_is_salted() -> None:
    first, second = digest("veche"), digest("veche")
    assert first != second and len(first) == len(second) == 64


@pytest.mark.parametrize("writer", WRITERS, ids=lambda one: one.name)
def test_words_under_other_consent_do_not_leave(evidence: Evidence, tmp_path: Path, writer: Any) -> None:
    import dataclasses

    told = tuple(dataclasses.replace(one, consent="paraphrase") for one in evidence.interviews)
    held = dataclasses.replace(evidence, interviews=told)
    path = tmp_path / f"x{writer.extension}"
    writer.write(release_study(held), path)
    content = path.read_bytes()
    if path.suffix in (".zip", ".xlsx"):
        with zipfile.ZipFile(path) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    for words in ("копейки", "Налоги", "👩🏽‍🏭"):
        assert words.encode() not in content and words.encode("utf-16-le") not in content


@pytest.mark.parametrize("writer", WRITERS, ids=lambda one: one.name)
def test_a_file_that_cannot_be_written_is_said(evidence: Evidence, tmp_path: Path, writer: Any) -> None:
    with pytest.raises(InputProblem, match="cannot be written"):
        writer.write(release(evidence), tmp_path / "no such folder" / f"x{writer.extension}")
    assert list(tmp_path.glob("*.part")) == []
