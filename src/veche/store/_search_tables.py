"""The tables of the search index, and its versions.

A text is cut into words once. Each word keeps the number of its form, the number of the form's lemma, and its place;
the numbers of all words of a text stand in packed arrays (`search_array`), so that a search reads a few long values
instead of many rows. Beside them the database's own full-text index (`search_words`: FTS5 in
SQLite, a tsvector with a GIN index in PostgreSQL) holds the numbers of the lemmas as its words. It tells which texts
can hold a query at all; where exactly is found in the arrays, by the same code for both databases.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    column,
    delete,
    insert,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy import Text as LongString

from veche.study.errors import N_, StudyFileProblem
from veche.text import tokens
from veche.text.lemmas import Lemmatiser

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.unsignedinteger[Any]]

#: changes whenever the tables or what stands in the arrays change
LAYOUT = "1"
KINDS = ("question", "answer", "other")
#: number of a passage of a text without turns; in the array all numbers stand one higher
NO_TURN = -1
#: values in one query
CHUNK = 500

# compared byte by byte in both databases, so that ranges of words are the same
_Words = LongString().with_variant(LongString(collation="C"), "postgresql")

_meta = table("search_meta", column("name"), column("value"))
lemma_table = table("search_lemma", column("id"), column("lemma"))
form_table = table("search_form", column("id"), column("form"), column("lemma_id"))
text_table = table("search_text", column("id"), column("text_id"), column("words"))
array_table = table("search_array", column("id"), column("part"), column("data", LargeBinary))


def search_tables(metadata: MetaData) -> None:
    """Define the tables of the index in the metadata of a study, all with names that begin with ``search_``."""
    Table(
        "search_meta",
        metadata,
        Column("name", String(40), primary_key=True),
        Column("value", LongString, nullable=False),
    )
    Table(
        "search_lemma",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("lemma", _Words, nullable=False, unique=True),
    )
    Table(
        "search_form",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("form", _Words, nullable=False, unique=True),
        Column("lemma_id", Integer, nullable=False, index=True),
    )
    Table(
        "search_text",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("text_id", LongString, nullable=False, unique=True),
        Column("words", Integer, nullable=False),
    )
    Table(
        "search_array",
        metadata,
        Column("part", String(10), primary_key=True),
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("data", LargeBinary, nullable=False),
    )


def create_index(connection: Connection) -> None:
    """Create the database's own full-text index beside the tables of `search_tables`, and note the versions in use.

    Does nothing where it exists already.

    Raises
    ------
    StudyFileProblem
        If this SQLite was built without FTS5.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("CREATE TABLE IF NOT EXISTS search_words (id integer PRIMARY KEY, lemmas tsvector)"))
        connection.execute(text("CREATE INDEX IF NOT EXISTS search_words_lemmas ON search_words USING gin (lemmas)"))
        # numbers hardly shrink, and unpacking them costs more than reading them
        connection.execute(text("ALTER TABLE search_array ALTER COLUMN data SET STORAGE EXTERNAL"))
    else:
        if not connection.execute(text("SELECT sqlite_compileoption_used('ENABLE_FTS5')")).scalar():
            raise StudyFileProblem(
                N_(
                    "The SQLite of this Python ({version}) cannot search texts: FTS5 is missing. Use a Python from "
                    "python.org."
                ),
                version=connection.execute(text("SELECT sqlite_version()")).scalar(),
            )
        connection.execute(
            text(
                "CREATE VIRTUAL TABLE IF NOT EXISTS search_words"
                " USING fts5(lemmas, content='', columnsize=0, detail=full, tokenize='ascii')"
            )
        )
    if not _stored_versions(connection):
        _note_versions(connection)


def versions() -> dict[str, str]:
    """Return what the index depends on: lemmas with their packages, the rules of words, the layout of the tables."""
    return {"lemmas": Lemmatiser("ru").version, "words": tokens.VERSION, "layout": LAYOUT}


def stale(connection: Connection, now: Mapping[str, str] | None = None) -> bool:
    """Say whether the index must be made anew (`clear_index`, then `index_texts` with all texts) before it can be used.

    Parameters
    ----------
    connection
        A connection to the study.
    now
        The versions to compare with, by default those of this program (`versions`).
    """
    if not inspect(connection).has_table("search_meta"):
        return True
    return _stored_versions(connection) != dict(versions() if now is None else now)


def indexed(connection: Connection) -> set[str]:
    """Return the ids of the texts in the index."""
    return set(connection.execute(select(text_table.c.text_id)).scalars())


def check_versions(connection: Connection) -> None:
    """Refuse an index made with other dictionaries.

    Raises
    ------
    StudyFileProblem
        If the index is stale.
    """
    stored, now = _stored_versions(connection), versions()
    if stored != now:
        raise StudyFileProblem(
            N_(
                "The words of this study were indexed with other dictionaries ({stored}) than the ones in use "
                "({now}). Make the index anew: close the study and open it for writing."
            ),
            stored="; ".join(f"{k} {v}" for k, v in stored.items()) or "–",
            now="; ".join(f"{k} {v}" for k, v in now.items()),
        )


def clear_index(connection: Connection) -> None:
    """Empty the index and note the versions in use."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DELETE FROM search_words"))
    else:
        connection.execute(text("INSERT INTO search_words(search_words) VALUES ('delete-all')"))
    for emptied in (_meta, lemma_table, form_table, text_table, array_table):
        connection.execute(delete(emptied))
    _note_versions(connection)


def read_arrays(connection: Connection, part: str, numbers: Collection[int]) -> dict[int, Array]:
    """Read one array each of some texts: lemmas, forms, starts, lengths (a number per word) or turns (5 rows)."""
    found: dict[int, Array] = {}
    for some in chunks(list(numbers)):
        rows = connection.execute(
            select(array_table.c.id, array_table.c.data).where(array_table.c.part == part, array_table.c.id.in_(some))
        )
        found.update((number, _unpack(data)) for number, data in rows)
    return found


def pack(values: Any) -> bytes:
    """Write numbers of 0 or more in 1, 2 or 4 bytes each, little-endian, behind a byte that says which."""
    import numpy as np

    most = int(values.max(initial=0))
    width = 1 if most < 1 << 8 else 2 if most < 1 << 16 else 4
    raw: bytes = values.astype(np.dtype(f"<u{width}")).tobytes()
    return bytes([width]) + raw


def _unpack(data: bytes) -> Array:
    import numpy as np

    return np.frombuffer(data, dtype=np.dtype(f"<u{data[0]}"), offset=1)


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Cut values into parts small enough for one query."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _stored_versions(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(_meta.c.name, _meta.c.value).order_by(_meta.c.name)).all()
    return {row.name: row.value for row in rows}


def _note_versions(connection: Connection) -> None:
    connection.execute(delete(_meta))
    connection.execute(insert(_meta), [{"name": name, "value": value} for name, value in versions().items()])
