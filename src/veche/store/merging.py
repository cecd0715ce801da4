"""What merging two copies of a study asks of their journals: which acts one knows of the other, and which rows the others touched."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, select

from veche.store import tables
from veche.store.journal import Taken
from veche.store.records import BY_TABLE, from_json
from veche.store.texts import chunks
from veche.study import Record

#: table and id of a row
Place: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Act:
    """An entry of a journal as merging sees it; `took` are the acts of other copies that it took in."""

    seq: int
    taken: Taken
    kind: str
    of: int | None
    undone: bool
    took: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class Journal:
    """All acts of a copy, in order, without their changes."""

    acts: tuple[Act, ...]

    def known(self) -> dict[str, Taken]:
        """Return all acts that the copy knows: its own, and those taken in by merges that are in force."""
        own = {one.taken.id: one.taken for one in self.acts}
        for one in self.acts:
            if not one.undone:
                own.update((each.id, each) for each in one.took if each.id not in own)
        return own

    def beyond(self, known: Collection[str]) -> tuple[Act, ...]:
        """Return the acts that somebody who knows `known` has not seen.

        A merge that only took in known acts brings nothing of its own. To undo a merge is no judgement about its rows: it does not travel.
        """
        echoes = {
            one.seq for one in self.acts if one.took and (one.undone or all(each.id in known for each in one.took))
        }
        return tuple(
            one
            for one in self.acts
            if one.taken.id not in known and one.seq not in echoes and (one.of is None or one.of not in echoes)
        )

    def originals(self, acts: Collection[Act]) -> tuple[Taken, ...]:
        """Return the acts of people among some acts: for a merge, those that it took in."""
        found: dict[str, Taken] = {}
        for one in acts:
            for each in one.took or (one.taken,):
                found[each.id] = each
        return tuple(found.values())

    @property
    def origin(self) -> str:
        """Id of the first act: copies of one study have it in common."""
        return self.acts[0].taken.id if self.acts else ""

    @property
    def newest(self) -> int:
        """Number of the newest act."""
        return self.acts[-1].seq if self.acts else 0


def read_journal(connection: Connection) -> Journal:
    """Read all acts of a study without their changes."""
    took: dict[int, list[Taken]] = {}
    m, e = tables.merged, tables.entry
    for row in connection.execute(select(m).order_by(m.c.seq, m.c.id)):
        took.setdefault(row.seq, []).append(Taken(row.id, row.at, row.who, row.action, row.note))
    return Journal(
        tuple(
            Act(
                row.seq, Taken(row.id, row.at, row.who, row.action, row.note), row.kind, row.of, bool(row.undone),
                tuple(took.get(row.seq, ())),
            )
            for row in connection.execute(select(e).order_by(e.c.seq))
        )
    )  # fmt: skip


def read_twins(connection: Connection) -> dict[Place, str]:
    """Return for rows of other copies the id under which they are kept here."""
    t, e = tables.twin, tables.entry
    query = select(t).join(e, e.c.seq == t.c.seq).where(~e.c.undone).order_by(t.c.seq)
    return {(row.name, row.theirs): row.ours for row in connection.execute(query)}


def first_before(connection: Connection, seqs: Collection[int]) -> dict[Place, Record | None]:
    """Return every row that the acts touched as it was before the first of them; None: not there."""
    found: dict[Place, Record | None] = {}
    c = tables.change
    for part in chunks(sorted(seqs)):
        for row in connection.execute(select(c).where(c.c.seq.in_(part)).order_by(c.c.seq, c.c.n)):
            place = (row.name, row.row_id)
            if place not in found:
                found[place] = None if row.before is None else _record(row.name, from_json(row.name, row.before))
    return found


def touched(connection: Connection, seqs: Collection[int]) -> set[Place]:
    """Return the places that the acts touched."""
    found: set[Place] = set()
    c = tables.change
    for part in chunks(sorted(seqs)):
        found.update(
            (row.name, row.row_id) for row in connection.execute(select(c.c.name, c.c.row_id).where(c.c.seq.in_(part)))
        )
    return found


def _record(name: str, row: Mapping[str, Any]) -> Record | None:
    if row["gone"]:
        return None
    record: Record = BY_TABLE[name].record_of({key: value for key, value in row.items() if key != "gone"})
    return record


def in_force(connection: Connection) -> dict[Place, Record]:
    """Return every record in force by its place."""
    from veche.store.snapshot import read

    return {(name, one.id): one for name, codec in BY_TABLE.items() for one in read(connection, codec.record)}


def known_texts(connection: Connection, text_ids: Collection[str]) -> set[str]:
    """Return those of the texts that the study holds."""
    t = tables.text_table
    found: set[str] = set()
    for part in chunks(sorted(text_ids)):
        found.update(connection.scalars(select(t.c.id).where(t.c.id.in_(part))))
    return found


def present_rows(connection: Connection, places: Collection[Place]) -> set[Place]:
    """Return those of the places at which there is a row, in force or removed."""
    by_table: dict[str, list[str]] = {}
    for name, row_id in places:
        by_table.setdefault(name, []).append(row_id)
    found: set[Place] = set()
    for name, ids in by_table.items():
        table = BY_TABLE[name].table
        for part in chunks(sorted(ids)):
            found.update(
                (name, row_id) for row_id in connection.scalars(select(table.c.id).where(table.c.id.in_(part)))
            )
    return found
