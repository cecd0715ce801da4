"""Searching the texts of a study: by lemma, by form, by phrase, by nearness, by regular expression.

    create_index(connection)                    once, after the tables are made
    index_texts(connection, texts)              whenever texts are added; `drop_text` when one is taken away
    stale(connection)                           after opening: if so, `clear_index` and `index_texts` with all texts
    find(connection, parse("власть завод"))     hits, page by page
    count(connection, parse("власть завод"))    how many per text

The database tells which texts can hold the query; the places are found in arrays of words by `veche.text.matching`.
So SQLite and PostgreSQL give the same hits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from veche.store._search_candidates import IndexedText, candidates, meanings_of
from veche.store._search_index import drop_text, index_text, index_texts
from veche.store._search_tables import (
    KINDS,
    NO_TURN,
    check_versions,
    clear_index,
    create_index,
    indexed,
    read_arrays,
    search_tables,
    stale,
    versions,
)
from veche.study.documents import TurnKind
from veche.study.errors import N_, InputProblem
from veche.text import matching
from veche.text._spans import Spans
from veche.text.matching import Batch
from veche.text.query import Query

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "Hit",
    "Hits",
    "clear_index",
    "count",
    "create_index",
    "drop_text",
    "find",
    "index_text",
    "index_texts",
    "indexed",
    "search_tables",
    "stale",
    "versions",
]

#: words of the texts looked at together: some 16 MB
_TOGETHER = 2_000_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A place found: [start, end) of the text, in code points. In a text without turns, no turn number."""

    text_id: str
    turn_number: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of what was found, and how many hits there are in all."""

    total: int
    hits: tuple[Hit, ...]


def find(
    connection: Connection,
    query: Query,
    *,
    texts: Collection[str] | None = None,
    kinds: Collection[TurnKind] | None = None,
    limit: int | None = 50,
    offset: int = 0,
    bodies: Callable[[str], str] | None = None,
) -> Hits:
    """Find a query in the texts of a study.

    Hits come in the order of `texts`, then by position; the same on every call and on both databases.

    Parameters
    ----------
    connection
        A connection to the study.
    query
        What to find (`veche.text.query.parse`).
    texts
        Ids of the texts to search, in the order wanted; those not indexed have no hits. By default all, in the order
        of their ids.
    kinds
        Kinds of turns that count: question, answer, other. By default all. A condition «in the same turn» looks at
        such turns only.
    limit, offset
        Which page: at most `limit` hits after the first `offset`; both at least 0, no limit if None.
    bodies
        Gives the body of a text by its id; by default read from the study. Needed only for regular expressions.

    Raises
    ------
    InputProblem
        For a negative limit or offset, an unknown kind, or a regular expression that takes too long.
    StudyFileProblem
        If the index was made with other dictionaries.
    """
    if offset < 0 or (limit is not None and limit < 0):
        raise InputProblem(
            N_("The page from hit {offset} with {limit} hits does not exist. Give numbers of 0 or more."),
            offset=offset,
            limit=limit,
        )
    total = 0
    hits: list[Hit] = []
    last = None if limit is None else offset + limit
    for found in _search(connection, query, texts, kinds, bodies):
        first, end = max(offset - total, 0), None if last is None else max(last - total, 0)
        hits.extend(found.hits(connection, slice(first, end)))
        total += len(found.spans)
    return Hits(total, tuple(hits))


def count(
    connection: Connection,
    query: Query,
    texts: Collection[str] | None = None,
    *,
    kinds: Collection[TurnKind] | None = None,
    bodies: Callable[[str], str] | None = None,
) -> dict[str, int]:
    """Count the hits of a query in each text that has any; the parameters are those of `find`."""
    import numpy as np

    counts: dict[str, int] = {}
    for found in _search(connection, query, texts, kinds, bodies):
        of_text = found.batch.turn_texts[found.spans.turns]
        numbers = np.bincount(of_text, minlength=len(found.texts)).tolist()
        counts.update((one.text_id, n) for one, n in zip(found.texts, numbers, strict=True) if n)
    return counts


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What was found in one batch of texts."""

    texts: list[IndexedText]
    batch: Batch
    turn_numbers: NDArray[np.int32]
    spans: Spans
    in_characters: bool

    def hits(self, connection: Connection, page: slice) -> Iterator[Hit]:
        spans = self.spans.where(page)
        of_text = self.batch.turn_texts[spans.turns]
        starts, ends = spans.starts.copy(), spans.ends.copy()
        if not self.in_characters:
            self.to_characters(connection, of_text, starts, ends)
        numbers = self.turn_numbers[spans.turns].tolist()
        for text_index, number, start, end in zip(
            of_text.tolist(), numbers, starts.tolist(), ends.tolist(), strict=True
        ):
            yield Hit(self.texts[text_index].text_id, number + NO_TURN if number else None, start, end)

    def to_characters(self, connection: Connection, of_text: Any, starts: Any, ends: Any) -> None:
        """Turn words of the batch into places of their texts, reading the arrays of these texts only."""
        import numpy as np

        first_words = np.cumsum([0, *(one.words for one in self.texts)])
        chosen = np.unique(of_text).tolist()
        ids = [self.texts[i].id for i in chosen]
        begins, lengths = (read_arrays(connection, part, ids) for part in ("starts", "lengths"))
        edges = np.searchsorted(of_text, [*chosen, len(self.texts)]).tolist()
        for i, number, edge, next_edge in zip(chosen, ids, edges, edges[1:], strict=False):
            here = slice(edge, next_edge)
            last = ends[here] - 1 - first_words[i]
            starts[here] = begins[number][starts[here] - first_words[i]]
            ends[here] = begins[number][last].astype(np.int64) + lengths[number][last]


def _search(
    connection: Connection,
    query: Query,
    texts: Collection[str] | None,
    kinds: Collection[TurnKind] | None,
    bodies: Callable[[str], str] | None,
) -> Iterator[_Found]:
    """Search batch after batch, in order."""
    import numpy as np

    check_versions(connection)
    allowed_kinds = _kinds(kinds)
    meanings = meanings_of(connection, query)
    until = time.monotonic() + matching.PATIENCE
    read_body = bodies or _stored_body(connection)
    for some in _groups(candidates(connection, query, meanings, texts)):
        batch, turns = _read_batch(connection, query, some)
        spans = matching.match(
            query,
            batch,
            meanings,
            allowed=np.isin(turns[1], allowed_kinds),
            bodies=lambda i, some=some: read_body(some[i].text_id),  # type: ignore[misc]
            until=until,
        )
        yield _Found(some, batch, turns[0], spans, query.has_patterns)


def _kinds(kinds: Collection[TurnKind] | None) -> list[int]:
    for kind in kinds or ():
        if kind not in KINDS:
            raise InputProblem(
                N_("There is no kind of turn {kind}. Choose from: {known}."), kind=kind, known=", ".join(KINDS)
            )
    return list(range(len(KINDS))) if kinds is None else [KINDS.index(kind) for kind in kinds]


def _stored_body(connection: Connection) -> Callable[[str], str]:
    from veche.store.texts import read_texts

    return lambda text_id: read_texts(connection, [text_id])[text_id].body


def _groups(rows: list[IndexedText]) -> Iterator[list[IndexedText]]:
    group: list[IndexedText] = []
    size = 0
    for row in rows:
        group.append(row)
        size += row.words
        if size >= _TOGETHER:
            yield group
            group, size = [], 0
    if group:
        yield group


def _read_batch(connection: Connection, query: Query, rows: list[IndexedText]) -> tuple[Batch, Any]:
    """Read the arrays a query needs; beside the batch, the turns as rows of number + 1 and kind."""
    import numpy as np

    ids = [row.id for row in rows]

    def joined(part: str, needed: bool) -> Any:
        if not needed:
            return None
        arrays = read_arrays(connection, part, ids)
        return np.concatenate([arrays[i] for i in ids])

    arrays = read_arrays(connection, "turns", ids)
    per_text = [arrays[i].reshape(5, -1) for i in ids]
    turns = np.concatenate(per_text, axis=1, dtype=np.int64)
    sizes = [t.shape[1] for t in per_text]
    first_words = np.cumsum([0, *(row.words for row in rows)])
    starts, lengths = (joined(part, query.has_patterns) for part in ("starts", "lengths"))
    batch = Batch(
        words=int(first_words[-1]),
        firsts=turns[4] + np.repeat(first_words[:-1], sizes),
        turn_texts=np.repeat(np.arange(len(rows)), sizes),
        turn_starts=turns[2],
        turn_ends=turns[3],
        lemmas=joined("lemmas", matching.asks_lemmas(query)),
        forms=joined("forms", matching.asks_forms(query)),
        starts=starts,
        ends=None if starts is None else starts + lengths.astype(np.int64),
    )
    return batch, turns[:2]
