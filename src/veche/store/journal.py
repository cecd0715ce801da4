"""The journal: every change of a study is written with who, when, what, before and after, in the transaction that makes it.

An *entry* is one act of a user: an edit, or the undoing or redoing of one. Undo takes back the newest own edit as a new entry, only while
nobody has changed the same rows since; so nothing is ever lost, and the journal read forward gives the study.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from veche.store import rules, search, tables
from veche.store.double_rules import check_double_coding
from veche.store.records import BY_TABLE, CODECS, from_json, to_json
from veche.store.texts import add_file, add_texts, chunks
from veche.study import Code, Coding, Conflict, InputProblem, NotFound, Record, Refused, Summary, Text, new_id
from veche.study.errors import N_

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the journal, without its changes."""

    seq: int
    id: str
    at: dt.datetime
    who: str
    kind: str
    action: str
    note: str
    of: int | None
    undone: bool
    changes: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """An act of another copy of the study, taken in by merging."""

    id: str
    at: dt.datetime
    who: str
    action: str
    note: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row before and after; None: not there."""

    table: str
    row_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def now() -> dt.datetime:
    """Return the present moment in UTC, as the journal writes it (without zone)."""
    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)


class Edit:
    """One act of a user being written: add, replace and remove records inside one transaction."""

    def __init__(self, connection: Connection, who: str, action: str, note: str) -> None:
        self._connection = connection
        self._who, self._action, self._note = who, action, note
        self._changes: list[tuple[str, str, str | None, str | None]] = []
        self._touched: list[Record] = []
        #: says which rows the one who acts may not see, and so not change
        self.hides: Callable[[str, Mapping[str, Any]], bool] | None = None
        #: may codings be touched whose coder has finished the interview (a corrected transcript, a merged code)?
        self.finished_too = False
        self._removed: list[tuple[type[Record], str, str]] = []
        self._taken: list[Taken] = []
        self._twins: list[tuple[str, str, str]] = []

    def add(self, *records: Record) -> None:
        """Add new records.

        Raises
        ------
        InputProblem
            For impossible values, a key that is taken, or references to nothing.
        """
        grouped: dict[type[Record], list[Record]] = {}
        for record in records:
            rules.check_record(record)
            rules.check_frozen(self._connection, None, record)
            grouped.setdefault(type(record), []).append(record)
        for kind, group in grouped.items():
            codec = CODECS[kind]
            rows = [codec.row(record) | {"rev": 1, "gone": False} for record in group]
            self._run(kind, insert(codec.table), rows)
            name = codec.table.name
            self._changes.extend((name, row["id"], None, to_json(row)) for row in rows)
        self._touched.extend(records)

    def replace(self, record: R, *, rev: int | None = None) -> R:
        """Change a record to what is given; returns it with its new `rev`.

        Parameters
        ----------
        rev
            The revision on which the change is based; None takes whatever is there.

        Raises
        ------
        NotFound
            If the record is not in the study.
        Conflict
            If it was changed since `rev`; the message says by whom.
        """
        codec = CODECS[type(record)]
        rules.check_record(record)
        before = self._row(codec.table.name, record.id)
        if before is None or before["gone"]:
            raise NotFound(N_("The {noun} is not in the study (any more). Load it again."), noun=record.noun)
        rules.check_frozen(self._connection, codec.record_of(_without_flag(before)), record)
        if rev is not None and before["rev"] != rev:
            raise self._conflict(record.noun, codec.table.name, record.id)
        after = codec.row(record) | {"rev": before["rev"] + 1, "gone": False}
        if _content(before) != _content(after):
            self._write(codec.table.name, before, after)
            self._touched.append(record)
        return codec.record_of(_without_flag(after))  # type: ignore[no-any-return]

    def remove(self, kind: type[Record], row_id: str, *, rev: int | None = None) -> None:
        """Remove a record (it is flagged, not destroyed).

        Raises
        ------
        NotFound, Conflict, Refused
            If it is not there, was changed since `rev`, or is still pointed to.
        """
        codec = CODECS[kind]
        before = self._row(codec.table.name, row_id)
        if before is None or before["gone"]:
            raise NotFound(N_("The {noun} is not in the study (any more). Load it again."), noun=kind.noun)
        if rev is not None and before["rev"] != rev:
            raise self._conflict(kind.noun, codec.table.name, row_id)
        rules.check_frozen(self._connection, codec.record_of(_without_flag(before)), None)
        self._write(codec.table.name, before, before | {"rev": before["rev"] + 1, "gone": True})
        self._removed.append((kind, row_id, str(before.get("key") or row_id)))

    def put(self, record: R) -> R:
        """Make a record what is given: added, changed, or brought back after a removal.

        Raises
        ------
        InputProblem, Refused
            As `add` and `replace` do.
        """
        codec = CODECS[type(record)]
        before = self._row(codec.table.name, record.id)
        if before is None:
            self.add(record)
            return record
        if not before["gone"]:
            return self.replace(record)
        rules.check_record(record)
        rules.check_frozen(self._connection, None, record)
        after = codec.row(record) | {"rev": before["rev"] + 1, "gone": False}
        self._write(codec.table.name, before, after)
        self._touched.append(record)
        return codec.record_of(_without_flag(after))  # type: ignore[no-any-return]

    def take(self, acts: Iterable[Taken], twins: Iterable[tuple[str, str, str]] = ()) -> None:
        """Write down which acts of another copy this one takes in, and which of its rows are ours under another id.

        Parameters
        ----------
        twins
            (table, id in the other copy, id here).
        """
        self._taken.extend(acts)
        self._twins.extend(twins)

    def add_texts(self, texts: Iterable[Text], *, index: bool = True) -> None:
        """Store bodies of documents and index them for search."""
        texts = list(texts)
        for text in texts:
            rules.check_text(text.body, text.id)
        add_texts(self._connection, texts)
        if index:
            search.index_texts(self._connection, texts)

    def add_file(self, sha256: str, name: str, content: bytes) -> None:
        """Keep the file that a document came from."""
        add_file(self._connection, sha256, name, content)

    def close(self, *, kind: str = "edit", of: int | None = None) -> int | None:
        """Check the whole act and write its entry; returns its number, or None if nothing changed."""
        if not self._changes and not self._taken:
            return None
        codings = [one for one in self._touched if isinstance(one, Coding)]
        codes = [one for one in self._touched if isinstance(one, Code)]
        # at the end, so that a record and what points to it can come or go in one act, in any order
        for kind_removed, row_id, key in self._removed:
            rules.check_not_needed(self._connection, CODECS[kind_removed].table, row_id, kind_removed.noun, key)
        rules.check_references(self._connection, self._touched)
        rules.check_inside_texts(self._connection, self._touched)
        rules.check_codes_codable(self._connection, codings)
        rules.check_value_sets(self._connection, codings)
        rules.check_no_cycle(self._connection, codes)
        rules.check_cells(self._connection, [one for one in self._touched if isinstance(one, Summary)])
        check_double_coding(
            self._connection, self._changes, who=self._who, finished_too=self.finished_too, undoing=kind != "edit"
        )
        entry = {
            "id": new_id(), "at": now(), "who": self._who, "kind": kind, "action": self._action, "note": self._note,
            "of": of, "undone": False,
        }  # fmt: skip
        seq = self._connection.execute(insert(tables.entry).returning(tables.entry.c.seq), [entry]).scalar_one()
        changes = [
            {"seq": seq, "n": n, "name": name, "row_id": row_id, "before": before, "after": after}
            for n, (name, row_id, before, after) in enumerate(self._changes)
        ]
        taken = [{"seq": seq, **dataclasses.asdict(one)} for one in self._taken]
        twins = [{"seq": seq, "name": name, "theirs": theirs, "ours": ours} for name, theirs, ours in self._twins]
        for table, rows in ((tables.change, changes), (tables.merged, taken), (tables.twin, twins)):
            if rows:
                self._connection.execute(insert(table), rows)
        return int(seq)

    def restore(self, change: Change) -> None:
        """Put a row back to what it was before a change, if nobody changed it since."""
        now_there = self._row(change.table, change.row_id)
        after = change.after
        if now_there is None or after is None or _content(now_there) != _content(after):
            raise self._conflict(BY_TABLE[change.table].record.noun, change.table, change.row_id)
        if change.before is None:
            wanted = dict(now_there) | {"gone": True}
        else:
            wanted = dict(change.before)
        wanted["rev"] = now_there["rev"] + 1
        self._write(change.table, now_there, wanted)
        codec = BY_TABLE[change.table]
        if wanted["gone"]:
            self._removed.append((codec.record, change.row_id, str(wanted.get("key") or change.row_id)))
        else:
            self._touched.append(codec.record_of(_without_flag(wanted)))

    def _row(self, name: str, row_id: str) -> dict[str, Any] | None:
        table = BY_TABLE[name].table
        row = self._connection.execute(select(table).where(table.c.id == row_id)).mappings().first()
        hidden = row is not None and self.hides is not None and self.hides(name, dict(row))
        return dict(row) if row is not None and not hidden else None

    def _write(self, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        table = BY_TABLE[name].table
        values = {column: after[column] for column in after if column != "id"}
        statement = update(table).where(and_(table.c.id == before["id"], table.c.rev == before["rev"]))
        done = self._run(BY_TABLE[name].record, statement.values(values))
        if done.rowcount != 1:
            raise self._conflict(BY_TABLE[name].record.noun, name, before["id"])
        self._changes.append((name, before["id"], to_json(before), to_json(after)))

    def _run(self, kind: type[Record], statement: Any, rows: Sequence[Mapping[str, Any]] | None = None) -> Any:
        try:
            return self._connection.execute(statement, rows) if rows else self._connection.execute(statement)
        except IntegrityError as error:
            keys = [str(row.get("key") or row.get("id")) for row in rows or ()]
            raise InputProblem(
                N_("There is already a {noun} with this key or id ({keys}). Keys must differ: choose another."),
                noun=kind.noun,
                keys=", ".join(keys[:3]) + (", …" if len(keys) > 3 else ""),
            ) from error

    def _conflict(self, noun: str, name: str, row_id: str) -> Conflict:
        row = self._connection.execute(
            select(tables.entry.c.who, tables.entry.c.at)
            .join(tables.change, tables.change.c.seq == tables.entry.c.seq)
            .where(tables.change.c.name == name, tables.change.c.row_id == row_id)
            .order_by(tables.entry.c.seq.desc())
            .limit(1)
        ).first()
        return Conflict(
            N_("The {noun} was changed meanwhile by {who} ({at} UTC). Look at the present version, then decide."),
            noun=noun,
            who=row.who if row else "–",
            at=f"{row.at:%Y-%m-%d %H:%M}" if row else "–",
        )


def _content(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "rev"}


def _without_flag(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "gone"}


def undo(connection: Connection, who: str | None) -> Entry:
    """Take back the newest edit (of `who`, or of anybody) that is still in force, as a new entry.

    Raises
    ------
    Refused
        If there is nothing to undo.
    Conflict
        If somebody changed the same rows since.
    """
    e = tables.entry
    query = select(e).where(e.c.kind == "edit", ~e.c.undone)
    if who is not None:
        query = query.where(e.c.who == who)
    row = connection.execute(query.order_by(e.c.seq.desc()).limit(1)).first()
    if row is None:
        raise Refused(N_("There is nothing to undo."))
    _reverse(connection, row.seq, row, kind="undo", of=row.seq, who=who or row.who)
    connection.execute(update(e).where(e.c.seq == row.seq).values(undone=True))
    return _entry(row)


def redo(connection: Connection, who: str | None) -> Entry:
    """Do again what was undone last, unless a new edit was made since.

    Raises
    ------
    Refused
        If there is nothing to redo.
    Conflict
        If somebody changed the same rows since.
    """
    e = tables.entry
    mine = [] if who is None else [e.c.who == who]
    last_edit = connection.execute(
        select(e.c.seq).where(e.c.kind == "edit", *mine).order_by(e.c.seq.desc()).limit(1)
    ).scalar()
    undone = select(e.c.seq).where(e.c.undone).scalar_subquery()
    row = connection.execute(
        select(e)
        .where(e.c.kind == "undo", e.c.of.in_(undone), e.c.seq > (last_edit or 0), ~e.c.undone, *mine)
        .order_by(e.c.seq.desc())
        .limit(1)
    ).first()
    if row is None:
        raise Refused(N_("There is nothing to redo."))
    edit = connection.execute(select(e).where(e.c.seq == row.of)).one()
    _reverse(connection, row.seq, edit, kind="redo", of=row.of, who=who or row.who)
    connection.execute(update(e).where(e.c.seq == row.of).values(undone=False))
    connection.execute(update(e).where(e.c.seq == row.seq).values(undone=True))
    return _entry(edit)


def _reverse(connection: Connection, seq: int, shown: Any, *, kind: str, of: int, who: str) -> None:
    edit = Edit(connection, who, shown.action, shown.note)
    for change in reversed(list(changes_of(connection, seq))):
        edit.restore(change)
    edit.close(kind=kind, of=of)


def changes_of(connection: Connection, seq: int) -> Iterator[Change]:
    """Yield the changes of one entry in order."""
    c = tables.change
    for row in connection.execute(select(c).where(c.c.seq == seq).order_by(c.c.n)):
        yield Change(
            row.name,
            row.row_id,
            None if row.before is None else from_json(row.name, row.before),
            None if row.after is None else from_json(row.name, row.after),
        )


def history(
    connection: Connection, *, limit: int = 50, before: int | None = None, row_ids: Sequence[str] = ()
) -> tuple[Entry, ...]:
    """Return the newest entries, newest first: all, or those that touched given rows."""
    e, c = tables.entry, tables.change
    count = select(func.count()).where(c.c.seq == e.c.seq).scalar_subquery()
    query = select(e, count.label("changes")).order_by(e.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(e.c.seq < before)
    if row_ids:
        touched: set[int] = set()
        for part in chunks(list(row_ids)):
            touched.update(connection.scalars(select(c.c.seq).where(c.c.row_id.in_(part))))
        query = query.where(e.c.seq.in_(sorted(touched)))
    return tuple(_entry(row) for row in connection.execute(query))


def _entry(row: Any) -> Entry:
    return Entry(
        row.seq, row.id, row.at, row.who, row.kind, row.action, row.note, row.of, bool(row.undone),
        getattr(row, "changes", 0),
    )  # fmt: skip
