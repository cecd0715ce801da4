"""Writing texts into the search index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select, text

from veche.store._search_tables import (
    KINDS,
    NO_TURN,
    array_table,
    check_versions,
    chunks,
    form_table,
    indexed,
    lemma_table,
    pack,
    read_arrays,
    text_table,
)
from veche.study.documents import Text, Turn
from veche.text import tokens
from veche.text.lemmas import Lemmatiser, form_of

if TYPE_CHECKING:
    from veche.store._search_tables import Array

#: code points of the texts that are worked on together; bytes of numbers PostgreSQL takes in a tsvector
_TOGETHER, _TSVECTOR_LIMIT = 2_000_000, 1_000_000


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
    if connection.dialect.name == "postgresql":
        # writers take turns: numbers of words and texts are counted up
        connection.execute(text("LOCK TABLE search_meta IN SHARE ROW EXCLUSIVE MODE"))
    check_versions(connection)
    vocabulary = _Vocabulary(connection)
    for some in _groups(texts):
        for old in sorted(indexed(connection).intersection(one.id for one in some)):
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
        arrays.extend({"id": number, "part": name, "data": pack(part)} for name, part in parts.items())
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
    """Cut a text: words inside turns, their starts and lengths, and the turns (number + 1, kind, start, end, first word)."""
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
