"""Stored texts: bodies in pieces, read whole or only where a quotation stands."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import Connection, func, insert, select, tuple_

from veche.store import tables
from veche.store.records import pack_turns, unpack_turns
from veche.study import Anchor, Text, Texts

PIECE = tables.PIECE
#: how many bound values one query may carry
CHUNK = 400


def chunks(values: Sequence[str] | Sequence[tuple[str, int]]) -> Iterator[Sequence[object]]:
    """Cut a sequence into parts small enough for one query."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def add_texts(connection: Connection, texts: Iterable[Text]) -> None:
    """Store texts."""
    rows: list[dict[str, object]] = []
    pieces: list[dict[str, object]] = []
    for text in texts:
        rows.append(
            {
                "id": text.id,
                "language": text.language,
                "length": len(text.body),
                "sha256": text.sha256,
                "turns": pack_turns(text.turns),
            }
        )
        pieces.extend(
            {"text_id": text.id, "n": n, "body": text.body[n * PIECE : (n + 1) * PIECE]}
            for n in range((len(text.body) + PIECE - 1) // PIECE)
        )
    if rows:
        connection.execute(insert(tables.text_table), rows)
    if pieces:
        connection.execute(insert(tables.piece), pieces)


def add_file(connection: Connection, sha256: str, name: str, content: bytes) -> None:
    """Keep the file that a document came from, compressed; the same content is kept once."""
    known = connection.execute(select(tables.file.c.sha256).where(tables.file.c.sha256 == sha256)).first()
    if known is None:
        packed = zlib.compress(content, 6)
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
    for part in chunks(list(text_ids)):
        bodies: dict[str, list[str]] = defaultdict(list)
        piece = tables.piece
        for text_id, body in connection.execute(
            select(piece.c.text_id, piece.c.body).where(piece.c.text_id.in_(part)).order_by(piece.c.text_id, piece.c.n)
        ):
            bodies[text_id].append(body)
        t = tables.text_table
        for text_id, language, turns in connection.execute(
            select(t.c.id, t.c.language, t.c.turns).where(t.c.id.in_(part))
        ):
            found[text_id] = Text(text_id, "".join(bodies[text_id]), unpack_turns(turns), language)
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
        needed = sorted(
            {
                (a.text_id, n)
                for a in anchors
                for n in range(a.start // PIECE, (max(a.end, a.start + 1) - 1) // PIECE + 1)
            }
        )
        pieces: dict[tuple[str, int], str] = {}
        piece = tables.piece
        with self._reading() as connection:
            whole = connection.execute(select(func.count()).select_from(piece)).scalar() or 0
            if len(needed) > whole // 2:  # most of the texts: one pass is cheaper than many look-ups
                wanted = set(needed)
                for text_id, n, body in connection.execute(select(piece.c.text_id, piece.c.n, piece.c.body)):
                    if (text_id, n) in wanted:
                        pieces[text_id, n] = body
            else:
                for part in chunks(needed):
                    where = tuple_(piece.c.text_id, piece.c.n).in_(part)
                    for text_id, n, body in connection.execute(
                        select(piece.c.text_id, piece.c.n, piece.c.body).where(where)
                    ):
                        pieces[text_id, n] = body
        return [_cut(pieces, a) for a in anchors]

    def turn_starts(self, text_ids: Collection[str]) -> dict[str, list[int]]:
        """Return for each text where its turns start, without reading the bodies."""
        found: dict[str, list[int]] = {}
        t = tables.text_table
        with self._reading() as connection:
            for part in chunks(list(text_ids)):
                for text_id, turns in connection.execute(select(t.c.id, t.c.turns).where(t.c.id.in_(part))):
                    found[text_id] = json.loads(turns)["start"]
        return found


def _cut(pieces: dict[tuple[str, int], str], anchor: Anchor) -> str:
    first, last = anchor.start // PIECE, max(anchor.end - 1, anchor.start) // PIECE
    body = pieces.get((anchor.text_id, first), "")
    if last > first:
        body += "".join(pieces.get((anchor.text_id, n), "") for n in range(first + 1, last + 1))
    offset = first * PIECE
    return body[anchor.start - offset : anchor.end - offset]
