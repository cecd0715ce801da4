"""Stored texts: bodies in pieces, read whole or only where a quotation stands."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from sqlalchemy import Connection, func, insert, select

from veche.store import tables
from veche.store.records import pack_turns, unpack_turns
from veche.study import Anchor, Text, Texts

T = TypeVar("T")
PIECE = tables.PIECE
#: how many bound values one query may carry
CHUNK = 400


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a sequence into parts small enough for one query."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def add_texts(connection: Connection, texts: Iterable[Text]) -> None:
    """Store texts."""
    first = connection.execute(select(func.coalesce(func.max(tables.piece.c.id), 0) + 1)).scalar_one()
    rows: list[dict[str, object]] = []
    pieces: list[dict[str, object]] = []
    for text in texts:
        begin = first + len(pieces)
        rows.append(
            {
                "id": text.id,
                "language": text.language,
                "length": len(text.body),
                "first": begin,
                "sha256": text.sha256,
                "turns": pack_turns(text.turns),
                "starts": array("I", [turn.start for turn in text.turns]).tobytes(),
            }
        )
        pieces.extend(
            {"id": begin + n, "body": text.body[n * PIECE : (n + 1) * PIECE]} for n in range(_count(len(text.body)))
        )
    if rows:
        connection.execute(insert(tables.text_table), rows)
    if pieces:
        connection.execute(insert(tables.piece), pieces)


def _count(length: int) -> int:
    return (length + PIECE - 1) // PIECE


def add_file(connection: Connection, sha256: str, name: str, content: bytes) -> None:
    """Keep the file that a document came from, compressed; the same content is kept once."""
    known = connection.execute(select(tables.file.c.sha256).where(tables.file.c.sha256 == sha256)).first()
    if known is None:
        packed = zlib.compress(content, 1)
        connection.execute(insert(tables.file), [{"sha256": sha256, "name": name, "content": packed}])


def read_file(connection: Connection, sha256: str) -> tuple[str, bytes] | None:
    """Return name and content of a kept file."""
    row = connection.execute(
        select(tables.file.c.name, tables.file.c.content).where(tables.file.c.sha256 == sha256)
    ).first()
    return (row.name, zlib.decompress(row.content)) if row else None


def read_texts(connection: Connection, text_ids: Collection[str]) -> dict[str, Text]:
    """Read whole texts."""
    found: dict[str, Text] = {}
    t, piece = tables.text_table, tables.piece
    for part in chunks(list(text_ids)):
        query = select(t.c.id, t.c.language, t.c.length, t.c.first, t.c.turns).where(t.c.id.in_(part))
        for text_id, language, length, first, turns in connection.execute(query).all():
            bodies = connection.scalars(
                select(piece.c.body).where(piece.c.id.between(first, first + _count(length) - 1)).order_by(piece.c.id)
            )
            found[text_id] = Text(text_id, "".join(bodies), unpack_turns(turns), language)
    return found


class StoredTexts(Texts):
    """Texts of a study, read from its database when asked for; they never change, so late reading is safe.

    Only the text read last is kept, so that going through all of them needs no more memory than one.
    """

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]], text_ids: Iterable[str]) -> None:
        super().__init__()
        self._reading = reading
        self._ids = dict.fromkeys(text_ids)
        self._last: Text | None = None

    def __getitem__(self, text_id: str) -> Text:
        last = self._last
        if last is not None and last.id == text_id:
            return last
        if text_id not in self._ids:
            raise KeyError(text_id)
        with self._reading() as connection:
            text = read_texts(connection, [text_id])[text_id]
        self._last = text
        return text

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def words(self, anchors: Sequence[Anchor]) -> list[str]:
        """Return the words at each anchor, reading only the pieces they stand in."""
        t, piece = tables.text_table, tables.piece
        firsts: dict[str, int] = {}
        bodies: dict[int, str] = {}
        with self._reading() as connection:
            for part in chunks(list({a.text_id for a in anchors})):
                rows = connection.execute(select(t.c.id, t.c.first).where(t.c.id.in_(part)))
                firsts.update((text_id, first) for text_id, first in rows)
            needed = sorted({n for a in anchors for n in _pieces_of(firsts[a.text_id], a)})
            whole = connection.execute(select(func.count()).select_from(piece)).scalar_one()
            if len(needed) > whole // 2:  # most of the texts: one pass is cheaper than many look-ups
                wanted = set(needed)
                rows = connection.execute(select(piece.c.id, piece.c.body))
                bodies.update((n, body) for n, body in rows if n in wanted)
            else:
                for some in chunks(needed):
                    found = connection.execute(select(piece.c.id, piece.c.body).where(piece.c.id.in_(some))).all()
                    bodies.update((row[0], row[1]) for row in found)
        return [_cut(bodies, firsts[a.text_id], a) for a in anchors]

    def turn_starts(self, text_ids: Collection[str]) -> dict[str, Sequence[int]]:
        """Return for each text where its turns start, without reading the bodies."""
        found: dict[str, Sequence[int]] = {}
        t = tables.text_table
        with self._reading() as connection:
            for part in chunks(list(text_ids)):
                for text_id, starts in connection.execute(select(t.c.id, t.c.starts).where(t.c.id.in_(part))):
                    found[text_id] = array("I", starts)
        return found


def _pieces_of(first: int, anchor: Anchor) -> range:
    return range(first + anchor.start // PIECE, first + max(anchor.end - 1, anchor.start) // PIECE + 1)


def _cut(bodies: dict[int, str], first: int, anchor: Anchor) -> str:
    body = "".join(bodies.get(n, "") for n in _pieces_of(first, anchor))
    offset = anchor.start // PIECE * PIECE
    return body[anchor.start - offset : anchor.end - offset]
