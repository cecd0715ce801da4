"""The tables of the search index, and what is written to them.

A text is cut into words once. Each word keeps the number of its form, the number of the form's lemma, and its place;
the numbers of all words of a text stand in arrays (`search_array`, little-endian 32-bit integers), so that a search
reads a few long values instead of many rows. Beside them the database's own full-text index (`search_words`: FTS5 in
SQLite, a tsvector with a GIN index in PostgreSQL) holds the numbers of the lemmas as its words. It tells which texts
can hold a query at all; where exactly is found in the arrays, by the same code for both databases.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    func,
    insert,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy import (
    Text as LongString,
)

from veche.study.documents import Text, Turn
from veche.study.errors import N_, StudyFileProblem
from veche.text import tokens
from veche.text.lemmas import Lemmatiser, form_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.unsignedinteger[Any]]

#: changes whenever the tables or what stands in the arrays change
LAYOUT = "1"
KINDS = ("question", "answer", "other")
#: number of a passage of a text without turns; in the array all numbers stand one higher
NO_TURN = -1
#: code points of the texts that are worked on together, values in one query, bytes of words PostgreSQL takes per row
_TOGETHER, CHUNK, _TSVECTOR_LIMIT = 2_000_000, 500, 1_000_000

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
                "CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5(lemmas, content='', columnsize=0, "
                "detail=full, tokenize='ascii')"
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


def index_text(connection: Connection, text: Text) -> None:
    """Put one text into the index, in place of one with the same id."""
    index_texts(connection, [text])


def index_texts(connection: Connection, texts: Iterable[Text]) -> None:
    """Put texts into the index, in place of those with the same ids.

    Indexed are the words of the turns. Of a text without turns, each line is a passage of kind "other". Words outside
    the turns (labels of speakers) are left out. About 0.3 million words a second.

    Raises
    ------
    StudyFileProblem
        If the index was made with other dictionaries.
    """
    check_versions(connection)
    if connection.dialect.name == "postgresql":
        # writers take turns: numbers of words and texts are counted up
        connection.execute(text("LOCK TABLE search_meta IN SHARE ROW EXCLUSIVE MODE"))
    vocabulary = _Vocabulary(connection)
    for some in _groups(texts):
        known = {t.id for t in some}
        for part in chunks(list(known)):
            for old in (
                connection.execute(select(text_table.c.text_id).where(text_table.c.text_id.in_(part))).scalars().all()
            ):
                drop_text(connection, old)
        _add(connection, some, vocabulary)


def drop_text(connection: Connection, text_id: str) -> None:
    """Take a text out of the index; nothing happens if it is not there."""
    number = connection.execute(select(text_table.c.id).where(text_table.c.text_id == text_id)).scalar()
    if number is None:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("DELETE FROM search_words WHERE id = :id"), {"id": number})
    else:
        # FTS5 keeps no copy of what it indexed: it must be told again
        lemmas = read_arrays(connection, "lemmas", [number])[number]
        connection.execute(
            text("INSERT INTO search_words(search_words, rowid, lemmas) VALUES ('delete', :id, :lemmas)"),
            {"id": number, "lemmas": " ".join(map(str, lemmas.tolist()))},
        )
    connection.execute(delete(array_table).where(array_table.c.id == number))
    connection.execute(delete(text_table).where(text_table.c.id == number))


def read_arrays(connection: Connection, part: str, numbers: Collection[int]) -> dict[int, Array]:
    """Read one array each of some texts: lemmas, forms, starts, lengths (a number per word) or turns (5 rows)."""
    found: dict[int, Array] = {}
    for some in chunks(list(numbers)):
        rows = connection.execute(
            select(array_table.c.id, array_table.c.data).where(array_table.c.part == part, array_table.c.id.in_(some))
        )
        found.update((number, _unpack(data)) for number, data in rows)
    return found


def _pack(values: Any) -> bytes:
    """Write numbers of 0 or more in 1, 2 or 4 bytes each, little-endian, behind a byte that says which."""
    import numpy as np

    most = int(values.max(initial=0))
    width = 1 if most < 1 << 8 else 2 if most < 1 << 16 else 4
    return bytes([width]) + values.astype(np.dtype(f"<u{width}")).tobytes()


def _unpack(data: bytes) -> Array:
    import numpy as np

    return np.frombuffer(data, dtype=np.dtype(f"<u{data[0]}"), offset=1)


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Cut values into parts small enough for one query."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


# --- writing -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Vocabulary:
    """Forms and lemmas with their numbers, as far as they came up; new ones are added to the database."""

    connection: Connection
    #: per word as written: its place in `forms` and `lemmas`
    places: dict[str, int] = field(default_factory=dict)
    forms: list[int] = field(default_factory=list)
    lemmas: list[int] = field(default_factory=list)
    lemmatiser: Lemmatiser = field(default_factory=Lemmatiser)

    def learn(self, words: set[str]) -> None:
        """Make sure that all words have their numbers."""
        new = sorted(words.difference(self.places))
        forms = {word: form_of(word) for word in new}
        distinct = sorted(set(forms.values()))
        numbers = self.numbers_of_forms(distinct)
        for word in new:
            form, lemma = numbers[forms[word]]
            self.places[word] = len(self.forms)
            self.forms.append(form)
            self.lemmas.append(lemma)

    def numbers_of_forms(self, forms: list[str]) -> dict[str, tuple[int, int]]:
        f = form_table.c
        known = {
            form: (number, lemma)
            for part in chunks(forms)
            for number, form, lemma in self.connection.execute(select(f.id, f.form, f.lemma_id).where(f.form.in_(part)))
        }
        new = [form for form in forms if form not in known]
        if new:
            lemmas = self.lemmatiser.lemmas(new)
            numbers = self.numbers_of_lemmas(sorted(set(lemmas)))
            first = self.next_number(form_table)
            rows = [
                {"id": first + n, "form": form, "lemma_id": numbers[lemma]}
                for n, (form, lemma) in enumerate(zip(new, lemmas, strict=True))
            ]
            self.connection.execute(insert(form_table), rows)
            known.update((row["form"], (row["id"], row["lemma_id"])) for row in rows)
        return known

    def numbers_of_lemmas(self, lemmas: list[str]) -> dict[str, int]:
        c = lemma_table.c
        known = {
            lemma: number
            for part in chunks(lemmas)
            for number, lemma in self.connection.execute(select(c.id, c.lemma).where(c.lemma.in_(part)))
        }
        first = self.next_number(lemma_table)
        rows = [{"id": first + n, "lemma": lemma} for n, lemma in enumerate(x for x in lemmas if x not in known)]
        if rows:
            self.connection.execute(insert(lemma_table), rows)
            known.update((row["lemma"], row["id"]) for row in rows)
        return known

    def next_number(self, numbered: Any) -> int:
        return int(self.connection.execute(select(func.coalesce(func.max(numbered.c.id), 0))).scalar_one()) + 1


def _groups(texts: Iterable[Text]) -> Iterator[list[Text]]:
    group: dict[str, Text] = {}
    size = 0
    for one in texts:
        group[one.id] = one
        size += len(one.body)
        if size >= _TOGETHER:
            yield list(group.values())
            group, size = {}, 0
    if group:
        yield list(group.values())


def _add(connection: Connection, texts: list[Text], vocabulary: _Vocabulary) -> None:
    import numpy as np

    cut = [_words_of(one) for one in texts]
    vocabulary.learn({word for words, _, _, _ in cut for word in words})
    forms, lemmas = (np.array(n, dtype=np.uint32) for n in (vocabulary.forms, vocabulary.lemmas))
    first = vocabulary.next_number(text_table)
    rows: list[dict[str, Any]] = []
    arrays: list[dict[str, Any]] = []
    streams: list[dict[str, Any]] = []
    for number, (one, (words, starts, lengths, turns)) in enumerate(zip(texts, cut, strict=True), first):
        places = np.fromiter(map(vocabulary.places.__getitem__, words), dtype=np.intp, count=len(words))
        parts = {"lemmas": lemmas[places], "forms": forms[places], "starts": starts, "lengths": lengths, "turns": turns}
        rows.append({"id": number, "text_id": one.id, "words": len(words)})
        arrays.extend({"id": number, "part": name, "data": _pack(part)} for name, part in parts.items())
        streams.append({"id": number, "lemmas": _stream(connection, parts["lemmas"])})
    connection.execute(insert(text_table), rows)
    connection.execute(insert(array_table), arrays)
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("INSERT INTO search_words (id, lemmas) VALUES (:id, CAST(:lemmas AS tsvector))"), streams
        )
    else:
        connection.execute(text("INSERT INTO search_words (rowid, lemmas) VALUES (:id, :lemmas)"), streams)


def _stream(connection: Connection, lemmas: Array) -> str | None:
    """Write the numbers of lemmas for the full-text index; None if PostgreSQL cannot hold so many in a row."""
    if connection.dialect.name != "postgresql":
        return " ".join(map(str, lemmas.tolist()))
    import numpy as np

    stream = " ".join(map(str, np.unique(lemmas).tolist()))
    return stream if len(stream) < _TSVECTOR_LIMIT else None


def _words_of(one: Text) -> tuple[list[str], Any, Any, Any]:
    """Cut a text: its words inside turns, their starts and lengths, and the turns (number + 1, kind, start, end, first word)."""
    import numpy as np

    turns = sorted(one.turns, key=lambda t: (t.start, t.end)) or _lines(one.body)
    begins, finishes = (np.array(n, dtype=np.int64) for n in ([t.start for t in turns], [t.end for t in turns]))
    cut = tokens.tokenise(one.body)
    turn = np.searchsorted(begins, cut.starts, side="right") - 1
    inside = turn >= 0
    inside[inside] = cut.ends[inside] <= finishes[turn[inside]]
    kept = tokens.Tokens(cut.starts[inside], cut.ends[inside])
    table_of_turns = np.array(
        [
            [t.number - NO_TURN for t in turns],
            [KINDS.index(t.kind) for t in turns],
            begins,
            finishes,
            np.searchsorted(turn[inside], np.arange(len(turns))),
        ],
        dtype=np.uint32,
    )
    return kept.words(one.body), kept.starts, kept.ends - kept.starts, table_of_turns


def _lines(body: str) -> list[Turn]:
    lines = []
    start = 0
    for line in body.split("\n"):
        if line and not line.isspace():
            lines.append(Turn(NO_TURN, start, start + len(line), "other"))
        start += len(line) + 1
    return lines


def _stored_versions(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(_meta.c.name, _meta.c.value).order_by(_meta.c.name)).all()
    return {row.name: row.value for row in rows}


def _note_versions(connection: Connection) -> None:
    connection.execute(delete(_meta))
    connection.execute(insert(_meta), [{"name": name, "value": value} for name, value in versions().items()])
