"""Small projects of other programs, made as those programs make them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

BODY = "И.: Что с заводом 🏭?\nР.: Завод стоит. Людей нет, ёлки.\nИ.: А мэр?\nР.: Мэр молчит. Людей нет."


def database(path: Path, *statements: str, **rows: Iterable[tuple[object, ...]]) -> Path:
    """Make a SQLite file of statements and rows of its tables."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    for one in statements:
        connection.execute(one)
    for table, values in rows.items():
        for row in values:
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    connection.commit()
    connection.close()
    return path


TAGUETTE = (
    "CREATE TABLE alembic_version (version_num)",
    "CREATE TABLE projects (id, name, description, created)",
    "CREATE TABLE documents (id, name, description, filename, created, project_id, text_direction, contents)",
    "CREATE TABLE tags (id, project_id, path, description)",
    "CREATE TABLE highlights (id, document_id, start_offset, end_offset, snippet)",
    "CREATE TABLE highlight_tags (highlight_id, tag_id)",
    "CREATE TABLE commands (id, date, user_login, project_id, document_id, payload)",
)


def taguette(
    path: Path, html: str, text: str, quotes: Iterable[tuple[str, str]], **more: Iterable[tuple[object, ...]]
) -> Path:
    """Make a project of Taguette with one document; quotes are (words, tag), found in the text that Taguette counts."""
    tags: dict[str, int] = {}
    highlights, links, commands = [], [], []
    for number, (words, tag) in enumerate(quotes, start=1):
        at = text.index(words)
        start, end = (len(text[:one].encode()) for one in (at, at + len(words)))
        highlights.append((number, 1, start, end, words))
        links.append((number, tags.setdefault(tag, len(tags) + 1)))
        added = {"type": "highlight_add", "highlight_id": number, "start_offset": start, "end_offset": end}
        commands.append(
            (number, "2024-05-01 10:00:00.000000", "anna" if number % 2 else "boris", 1, 1, json.dumps(added))
        )
    rows: dict[str, Iterable[tuple[object, ...]]] = {
        "alembic_version": [("x",)], "projects": [(1, "Проект", "", "2024-05-01")],
        "documents": [(1, "Разговор", "", "a.html", "2024-05-01", 1, "ltr", html)],
        "tags": [(number, 1, tag, f"О {tag}") for tag, number in tags.items()],
        "highlights": highlights, "highlight_tags": links, "commands": commands,
    }  # fmt: skip
    return database(path, *TAGUETTE, **{table: [*rows[table], *more.get(table, ())] for table in rows})


def qualcoder(
    folder: Path, version: int, codings: Iterable[tuple[object, ...]], **more: Iterable[tuple[object, ...]]
) -> Path:
    """Make a project of QualCoder of an older (8) or newer (17) schema; codings are (cid, fid, seltext, pos0, pos1, owner)."""
    newer = version >= 17
    database(
        folder / "data.qda",
        "CREATE TABLE project (databaseversion text, date text, memo text, about text)",
        "CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text, date text)",
        "CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer)",
        "CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text, color text"
        + (", supercid integer)" if newer else ")"),
        "CREATE TABLE code_text (ctid integer primary key, cid, fid, seltext, pos0, pos1, owner, date, memo, avid"
        + (", important)" if newer else ")"),
        "CREATE TABLE annotation (anid integer primary key, fid, pos0, pos1, memo, owner, date)",
        "CREATE TABLE cases (caseid integer primary key, name, memo, owner, date)",
        "CREATE TABLE case_text (id integer primary key, caseid, fid, pos0, pos1, owner, date, memo)",
        "CREATE TABLE attribute (attrid integer primary key, name, attr_type, value, id, date, owner)",
        "CREATE TABLE attribute_type (name, date, owner, memo, caseOrFile, valuetype)",
        "CREATE TABLE journal (jid integer primary key, name, jentry, date, owner)",
        "CREATE TABLE code_image (imid integer primary key, id, x1, y1, width, height, cid, memo)",
        "CREATE TABLE graph (grid integer primary key, name)",
        project=[(f"v{version}", "2024-05-01", "О проекте", "QualCoder")],
        source=[(1, "Разговор", BODY, None, "заметка", "anna", "2024-05-01"), (2, "плёнка.mp3", None, "/audio/плёнка.mp3", "", "anna", "")],
        code_cat=[(1, "Люди", "anna", "", "о людях", None), (2, "Власть", "anna", "", "", 1)],
        code_name=[
            (1, "Отъезд", "уезжают", 1, "anna", "", "#ff0000", *((None,) if newer else ())),
            (2, "Мэр", "", 2, "anna", "", "", *((None,) if newer else ())),
            *([(3, "Мэр молчит", "", None, "anna", "", "", 2)] if newer else []),
        ],
        code_text=[
            (number, *one, "2024-05-02 11:12:13", "мысль" if number == 1 else "", None, *((1 if number == 1 else None,) if newer else ()))
            for number, one in enumerate(codings, start=1)
        ],
        annotation=[(1, 1, 4, 7, "странно", "boris", "2024-05-02 11:12:13")],
        cases=[(1, "Р-1", "жительница", "anna", "")],
        case_text=[(1, 1, 1, 0, len(BODY), "anna", "", ""), (2, 1, 1, 0, 5, "anna", "", "")],
        attribute=[(1, "Город", "case", "Н.", 1, "", ""), (2, "Волна", "file", "2", 1, "", ""), (3, "Лишний", "journal", "1", 9, "", "")],
        journal=[(1, "Дневник", "Начали", "2024-05-01 10:00:00", "anna")],
        code_image=[(1, 2, 0, 0, 5, 5, 1, "лицо")],
        graph=[(1, "Схема")],
        **more,
    )  # fmt: skip
    return folder


def dna(path: Path, statements: Iterable[tuple[object, ...]], *, body: str = BODY, two: bool = False) -> Path:
    """Make a file of DNA 3.0, or 2.0; statements are (start, stop, coder, person, organization, concept, agreement), empty words left out."""
    entities: dict[tuple[int, str], int] = {}
    rows, texts, yes = [], [], []
    for number, (start, stop, coder, *words, agrees) in enumerate(statements, start=1):
        rows.append((number, 1, 1, start, stop, coder))
        yes.append((number, number, 4, agrees))
        for variable, word in enumerate(words, start=1):
            if word:
                entity = entities.setdefault((variable, str(word)), len(entities) + 1)
                texts.append((len(texts) + 1, number, variable, word if two else entity))
    return database(
        path,
        "CREATE TABLE SETTINGS(Property, Value)",
        "CREATE TABLE CODERS(ID, Name)",
        "CREATE TABLE DOCUMENTS(ID, Title, Text, Coder, Author, Source, Section, Notes, Type, Date)",
        "CREATE TABLE STATEMENTTYPES(ID, Label)",
        "CREATE TABLE VARIABLES(ID, Variable, DataType, StatementTypeId)",
        "CREATE TABLE STATEMENTS(ID, StatementTypeId, DocumentId, Start, Stop, Coder)",
        f"CREATE TABLE DATASHORTTEXT(ID, StatementId, VariableId, {'Value' if two else 'Entity'})",
        "CREATE TABLE DATABOOLEAN(ID, StatementId, VariableId, Value)",
        *(["CREATE TABLE ATTRIBUTES(ID, VariableId, Value, Type, Alias, Notes)"] if two else []),
        *([] if two else ["CREATE TABLE ENTITIES(ID, VariableId, Value, ChildOf)"]),
        "CREATE TABLE REGEXES(Label)",
        SETTINGS=[("version", "2.0" if two else "3.0.11")],
        CODERS=[(1, "Анна"), (2, "Борис")],
        DOCUMENTS=[(1, "Разговор", body, 1, "Р.", "газета", "", "о чём", "", 1_600_000_000_000 if two else 1_600_000_000)],
        STATEMENTTYPES=[(1, "DNA Statement")],
        VARIABLES=[(1, "person", "short text", 1), (2, "organization", "short text", 1), (3, "concept", "short text", 1),
                   (4, "agreement", "boolean", 1)],
        STATEMENTS=rows, DATASHORTTEXT=texts, DATABOOLEAN=yes,
        **({"ATTRIBUTES": [(1, 1, "Мэр", "глава", "", "давно")]} if two else
           {"ENTITIES": [(number, variable, word, None) for (variable, word), number in entities.items()]}),
        REGEXES=[("завод",)],
    )  # fmt: skip


def units(body: str, words: str) -> tuple[int, int]:
    """Return where words stand in UTF-16 units."""
    at = body.index(words)
    start, end = (len(body[:one].encode("utf-16-le")) // 2 for one in (at, at + len(words)))
    return start, end
