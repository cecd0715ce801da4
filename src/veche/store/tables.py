"""The tables of a study, for SQLite and PostgreSQL alike.

Three kinds: *state* tables, one per record class, whose rows change and are journalled (`rev` counts changes, `gone` is the deletion flag); *content*
tables (texts in pieces, files), which are only ever added to; and the *journal*. What is neither: `presence`, who has what open just now.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

SCHEMA_VERSION = 1

metadata = MetaData()


def _id() -> Column[Any]:
    return Column("id", String(36), primary_key=True)


def _ref(name: str, target: str, *, optional: bool = False, index: bool = False) -> Column[Any]:
    # deferred: a table may refer to itself, and undo restores rows in any order; the rules check before the commit does
    target_id = ForeignKey(f"{target}.id", deferrable=True, initially="DEFERRED")
    return Column(name, String(36), target_id, nullable=optional, index=index)


def _text(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False, server_default="")


def _list(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False, server_default="[]")


def _state(name: str, *columns: Column[Any], key: bool = False) -> Table:
    """Make a state table; with `key`, its rows in force have a unique `key`."""
    table = Table(
        name,
        metadata,
        _id(),
        Column("rev", Integer, nullable=False),
        Column("gone", Boolean, nullable=False, server_default=text("false")),
        *([Column("key", Text, nullable=False)] if key else []),
        *columns,
    )
    if key:
        in_force = text("NOT gone")
        Index(f"{name}_key", table.c.key, unique=True, sqlite_where=in_force, postgresql_where=in_force)
    return table


study = _state(
    "study", _text("name"), _text("language"), _text("note"), Column("smallest_group", Integer, nullable=False)
)
region = _state("region", _text("name"), key=True)
town = _state(
    "town",
    _text("name"),
    _ref("region_id", "region", optional=True),
    _text("kind"),
    Column("monotown", Boolean),
    Column("position", Integer, nullable=False),
    _text("note"),
    key=True,
)
wave = _state(
    "wave",
    _text("label"),
    Column("start", Date, nullable=False),
    Column("end", Date, nullable=False),
    Column("position", Integer, nullable=False),
    key=True,
)
attribute = _state(
    "attribute",
    Column("target_id", String(36), nullable=False, index=True),
    _text("name"),
    _text("value"),
    _ref("wave_id", "wave", optional=True),
)
actor = _state(
    "actor",
    _text("name"),
    _text("kind"),
    _text("branch"),
    _ref("town_id", "town", optional=True),
    _ref("merged_into_id", "actor", optional=True),
    _text("note"),
    key=True,
)
office = _state(
    "office",
    _text("name"),
    _text("branch"),
    _ref("town_id", "town", optional=True),
    Column("weight", Float, nullable=False),
    key=True,
)
tenure = _state(
    "tenure", _ref("office_id", "office"), _ref("actor_id", "actor"), Column("start", Date), Column("end", Date)
)
event = _state(
    "event",
    _text("title"),
    _text("kind"),
    Column("start", Date, nullable=False),
    Column("end", Date, nullable=False),
    _ref("town_id", "town", optional=True),
    _ref("region_id", "region", optional=True),
    _ref("actor_id", "actor", optional=True),
    _ref("office_id", "office", optional=True),
    _text("note"),
    key=True,
)
role = _state(
    "role",
    _text("label_ru"),
    _text("label_en"),
    _text("branch"),
    _text("level"),
    Column("coarse", Text),
    Column("position", Integer, nullable=False),
    key=True,
)
respondent = _state("respondent", _ref("actor_id", "actor", optional=True), _text("note"), key=True)
topic = _state(
    "topic",
    _text("label_ru"),
    _text("label_en"),
    _list("codes"),
    Column("position", Integer, nullable=False),
    key=True,
)
interview = _state(
    "interview",
    _ref("town_id", "town"),
    _ref("wave_id", "wave"),
    _ref("respondent_id", "respondent"),
    _ref("role_id", "role"),
    Column("date", Date, nullable=False),
    _text("post"),
    _text("interviewer"),
    _text("language"),
    _text("consent"),
    _text("archive"),
    _text("standing"),
    _list("not_asked"),
    _text("note"),
    key=True,
)
document = _state(
    "document",
    _text("name"),
    _ref("text_id", "text"),
    _ref("interview_id", "interview", optional=True, index=True),
    _text("format"),
    _text("file_name"),
    _text("file_sha256"),
)
consent_mark = _state(
    "consent_mark",
    _ref("document_id", "document", index=True),
    _ref("text_id", "text"),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    _text("consent"),
    _text("note"),
)
code = _state(
    "code",
    _ref("parent_id", "code", optional=True),
    _text("kind"),
    _text("label_ru"),
    _text("label_en"),
    _text("definition_ru"),
    _text("definition_en"),
    _text("example_ru"),
    _text("example_en"),
    Column("value_set", Text),
    Column("not_before", Date),
    Column("not_after", Date),
    _text("color"),
    Column("position", Integer, nullable=False),
    key=True,
)
coder = _state("coder", _text("name"), _text("kind"), key=True)
coding = _state(
    "coding",
    _ref("document_id", "document", index=True),
    _ref("text_id", "text"),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    _ref("code_id", "code", index=True),
    _ref("coder_id", "coder"),
    _text("modality"),
    Column("prompted", Boolean),
    Column("made", DateTime),
)
memo = _state(
    "memo",
    Column("target_id", String(36), nullable=False, index=True),
    _text("text"),
    _text("title"),
    _ref("coder_id", "coder", optional=True),
    Column("made", DateTime),
)
assignment = _state(
    "assignment",
    _ref("interview_id", "interview", index=True),
    _ref("coder_id", "coder"),
    Column("blind", Boolean, nullable=False),
    _text("round"),
    Column("made", DateTime),
    Column("finished", DateTime),
)
decision = _state(
    "decision",
    _ref("document_id", "document", index=True),
    _ref("text_id", "text"),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    _list("compared"),
    _list("upheld"),
    _list("agreed"),
    _text("cause"),
    _text("reason"),
    _ref("coder_id", "coder", optional=True),
    Column("made", DateTime),
)
summary = _state(
    "summary",
    Column("case_id", String(36), nullable=False, index=True),
    _ref("code_id", "code"),
    _text("text"),
    _ref("wave_id", "wave", optional=True),
    _ref("coder_id", "coder", optional=True),
    Column("made", DateTime),
    _list("grounds"),
)
kind = _state(
    "kind",
    _text("family"),
    _text("label_ru"),
    _text("label_en"),
    Column("symmetric", Boolean, nullable=False),
    Column("valence", Float, nullable=False),
    Column("position", Integer, nullable=False),
    key=True,
)
statement = _state(
    "statement",
    _ref("interview_id", "interview", optional=True, index=True),
    _list("quotes"),
    _ref("kind_id", "kind"),
    _list("sources"),
    _list("targets"),
    Column("issue", Text),
    Column("tone", Integer),
    Column("readiness", Integer),
    Column("valence", Float),
    _text("outcome"),
    _list("benefit"),
    _ref("resource_id", "code", optional=True),
    Column("start", Date),
    Column("end", Date),
    _text("modality"),
    _text("certainty"),
    Column("confidence", Float, nullable=False),
    _ref("coder_id", "coder", optional=True),
    Column("made", DateTime),
)
publication = _state(
    "publication",
    _text("title"),
    _text("language"),
    _list("interviews"),
    Column("frozen", DateTime),
    _text("note"),
    key=True,
)
alias = _state("alias", _ref("publication_id", "publication"), _ref("town_id", "town"), _text("alias"))

#: a stored body: never changed; its turns as columns of one JSON object
text_table = Table(
    "text",
    metadata,
    _id(),
    _text("language"),
    Column("length", Integer, nullable=False),
    Column("first", Integer, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    _text("turns"),
    # where the turns start, as 32-bit integers: enough to tell in which turn a quotation stands
    Column("starts", LargeBinary, nullable=False),
)

#: code points in one piece of a body; a quotation is read without reading the whole text
PIECE = 1000
#: the pieces of all bodies, one text after another: those of a text begin at its `first`
piece = Table("piece", metadata, Column("id", Integer, primary_key=True, autoincrement=False), _text("body"))
file = Table(
    "file",
    metadata,
    Column("sha256", String(64), primary_key=True),
    _text("name"),
    Column("content", LargeBinary, nullable=False),
)

#: one act of a user: edit, undo or redo; `of` is the entry undone or redone; `undone` is kept for edits
entry = Table(
    "entry",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("at", DateTime, nullable=False),
    _text("who"),
    _text("kind"),
    _text("action"),
    _text("note"),
    Column("of", Integer),
    Column("undone", Boolean, nullable=False, server_default=text("false")),
    sqlite_autoincrement=True,
)
change = Table(
    "change",
    metadata,
    Column("seq", Integer, ForeignKey("entry.seq"), primary_key=True),
    Column("n", Integer, primary_key=True),
    _text("name"),
    Column("row_id", String(36), nullable=False, index=True),
    Column("before", Text),
    Column("after", Text),
    sqlite_with_rowid=False,
)
#: acts of another copy of the study that an entry took in by merging; they count as known while that entry is in force
merged = Table(
    "merged",
    metadata,
    Column("seq", Integer, ForeignKey("entry.seq"), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("at", DateTime, nullable=False),
    _text("who"),
    _text("action"),
    _text("note"),
)
#: rows of another copy that are the same thing as a row here under another id (two copies added the same code)
twin = Table(
    "twin",
    metadata,
    Column("seq", Integer, ForeignKey("entry.seq"), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("theirs", String(36), primary_key=True),
    Column("ours", String(36), nullable=False),
)
info = Table("info", metadata, Column("name", String(40), primary_key=True), _text("value"))
#: who has what open in one program that holds the study open; `at` is the moment, in seconds, at which it last said so
presence = Table(
    "presence",
    metadata,
    Column("id", String(36), primary_key=True),
    _text("people"),
    Column("at", Float, nullable=False),
)
