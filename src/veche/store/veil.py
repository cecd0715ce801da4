"""What is hidden from a coder under blind double coding, in the one place through which everything is read.

The rule itself is `veche.study.double_coding.veil`. Here it is applied to records and to the journal: codings, statements and decisions of others
on a hidden interview, memos on these or of others on the interview, and summaries that rest on such codings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from veche.store import journal, tables
from veche.store.journal import Change, Entry
from veche.store.records import BY_TABLE
from veche.store.texts import chunks
from veche.study import Assignment, Coding, Decision, Evidence, Memo, Record, Statement, Summary
from veche.study.double_coding import Veil, veil

R = TypeVar("R", bound=Record)

#: kinds of records that can be hidden
HIDDEN_KINDS: tuple[type[Record], ...] = (Coding, Statement, Decision, Memo, Summary)
_TABLES = frozenset(name for name, codec in BY_TABLE.items() if codec.record in HIDDEN_KINDS)
_NOTHING = Veil(frozenset(), frozenset())


@dataclass(frozen=True)
class Curtain:
    """The veil of one viewer in one transaction."""

    connection: Connection
    veil: Veil

    def __bool__(self) -> bool:
        return bool(self.veil)

    @cached_property
    def documents(self) -> frozenset[str]:
        """Documents of hidden interviews."""
        d = tables.document
        found: set[str] = set()
        for part in chunks(sorted(self.veil.interview_ids)):
            found.update(self.connection.scalars(select(d.c.id).where(d.c.interview_id.in_(part))))
        return frozenset(found)

    @cached_property
    def marks(self) -> frozenset[str]:
        """Ids of hidden codings and statements, also of removed ones."""
        c, s = tables.coding, tables.statement
        found: set[str] = set()
        for part in chunks(sorted(self.documents)):
            rows = self.connection.execute(select(c.c.id, c.c.coder_id).where(c.c.document_id.in_(part)))
            found.update(row.id for row in rows if row.coder_id not in self.veil.coder_ids)
        for part in chunks(sorted(self.veil.interview_ids)):
            rows = self.connection.execute(select(s.c.id, s.c.coder_id).where(s.c.interview_id.in_(part)))
            found.update(row.id for row in rows if row.coder_id not in self.veil.coder_ids)
        return frozenset(found)

    def hides_on(self, document_id: str, coder_id: str) -> bool:
        """Are the codings of a coder on a document hidden from the viewer?"""
        return document_id in self.documents and coder_id not in self.veil.coder_ids

    def hides(self, record: Record) -> bool:
        """Is this record hidden from the viewer?"""
        own = self.veil.coder_ids
        match record:
            case Coding() | Decision():
                return self.hides_on(record.document_id, record.coder_id or "")
            case Statement():
                return record.interview_id in self.veil.interview_ids and record.coder_id not in own
            case Memo() if record.coder_id not in own:
                there = record.target_id in self.documents or record.target_id in self.veil.interview_ids
                return (there and record.coder_id is not None) or record.target_id in self.marks
            case Summary() if record.coder_id not in own:
                return record.case_id in self.veil.interview_ids or bool(self.marks & set(record.grounds))
            case _:
                return False

    def open(self, records: Iterable[R]) -> tuple[R, ...]:
        """Return the records that are not hidden."""
        found = tuple(records)
        if not self.veil or not found or not isinstance(found[0], HIDDEN_KINDS):
            return found
        return tuple(one for one in found if not self.hides(one))

    def hides_row(self, table: str, row: Mapping[str, Any] | None) -> bool:
        """Is a row of a table, as the journal keeps it, hidden?"""
        if row is None or table not in _TABLES:
            return False
        return self.hides(BY_TABLE[table].record_of({name: value for name, value in row.items() if name != "gone"}))

    def hides_change(self, change: Change) -> bool:
        """Is a change hidden: the row before it, or after it?"""
        return self.hides_row(change.table, change.before) or self.hides_row(change.table, change.after)


def curtain(connection: Connection, who: str | None) -> Curtain:
    """Draw the curtain for a viewer, by his or her key among the coders; None: for nobody, everything is seen."""
    if who is None:
        return Curtain(connection, _NOTHING)
    a, c = tables.assignment, tables.coder
    rows = connection.execute(
        select(a.c.interview_id, a.c.coder_id, a.c.finished, c.c.key)
        .join(c, c.c.id == a.c.coder_id)
        .where(a.c.blind, ~a.c.gone)
    ).all()
    if not rows:
        return Curtain(connection, _NOTHING)
    found = [Assignment(interview_id=row.interview_id, coder_id=row.coder_id, finished=row.finished) for row in rows]
    return Curtain(connection, veil(found, {row.coder_id for row in rows if row.key == who}))


def open_evidence(found: Curtain, evidence: Evidence) -> Evidence:
    """Return evidence without what is hidden."""
    if not found:
        return evidence
    return replace(
        evidence,
        codings=found.open(evidence.codings),
        statements=found.open(evidence.statements),
        memos=found.open(evidence.memos),
        summaries=found.open(evidence.summaries),
        decisions=found.open(evidence.decisions),
    )


def open_changes(found: Curtain, changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes that are not hidden."""
    return tuple(changes) if not found else tuple(one for one in changes if not found.hides_change(one))


def open_history(found: Curtain, *, limit: int, before: int | None, row_ids: Sequence[str]) -> tuple[Entry, ...]:
    """Return the newest entries; those of which all is hidden are left out, those partly hidden lose their note."""
    if not found:
        return journal.history(found.connection, limit=limit, before=before, row_ids=row_ids)
    entries: list[Entry] = []
    while len(entries) < limit:
        batch = journal.history(found.connection, limit=limit, before=before, row_ids=row_ids)
        for entry in batch:
            all_of_it = list(journal.changes_of(found.connection, entry.seq))
            seen = open_changes(found, all_of_it)
            if seen or not all_of_it:
                note = entry.note if len(seen) == len(all_of_it) else ""
                entries.append(replace(entry, changes=len(seen), note=note))
        if len(batch) < limit:
            break
        before = batch[-1].seq
    return tuple(entries[:limit])


def hider(found: Curtain) -> Callable[[str, Mapping[str, Any]], bool] | None:
    """Return what tells an edit which rows it must not touch; None if there are none."""
    return found.hides_row if found else None


__all__ = ["HIDDEN_KINDS", "Curtain", "curtain", "hider", "open_changes", "open_evidence", "open_history"]
