"""Who has which document open, in all programs that hold one study open: a row for each, outside the journal.

A row is no part of the study: no history tells of it, no copy of the study takes it over. It counts while its program says again and again that it is
there; by the clock of the database, so that machines need not agree about the time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, extract, func, insert, select

from veche.store.tables import presence

#: how often a program must say that it is still there, in seconds
BEAT = 10.0
#: after how many seconds of silence it does not count any more: one that was killed, or a machine that sleeps
SILENCE = 2.5 * BEAT

#: somebody (key of a coder) and the id of the document that he or she has open, None: none
Present = tuple[str, str | None]


def _moment() -> ColumnElement[Any]:
    return extract("epoch", func.current_timestamp())


def write(connection: Connection, program_id: str, present: Iterable[Present]) -> None:
    """Say who is present in one program now; nobody takes its row away. Rows of programs long silent go with it."""
    connection.execute(
        delete(presence).where((presence.c.id == program_id) | (presence.c.at < _moment() - 4 * SILENCE))
    )
    if people := sorted(set(present), key=lambda one: (one[0], one[1] or "")):
        words = json.dumps(people, ensure_ascii=False)
        connection.execute(insert(presence).values(id=program_id, people=words, at=_moment()))


def read(connection: Connection, except_id: str = "") -> frozenset[Present]:
    """Return who is present in all programs but one."""
    rows = select(presence.c.people).where(presence.c.id != except_id, presence.c.at >= _moment() - SILENCE)
    return frozenset((who, document) for (people,) in connection.execute(rows) for who, document in json.loads(people))
