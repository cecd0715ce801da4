"""What must hold in a study whatever writes to it. Checked inside the transaction, before it is committed."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, Table, func, select

from veche.store import tables
from veche.store.records import BY_TABLE, CODECS
from veche.store.texts import chunks
from veche.study import (
    Alias,
    Code,
    Coding,
    Conflict,
    ConsentMark,
    Decision,
    Event,
    InputProblem,
    Publication,
    Record,
    Refused,
    Statement,
    Summary,
    Tenure,
    Wave,
)  # fmt: skip
from veche.study.errors import N_
from veche.study.statements import VALENCES

#: for each table: the columns of other state tables that point to its rows
_POINTERS: Mapping[str, Sequence[tuple[Table, str]]] = {
    name: [
        (codec.table, column.name)
        for codec in CODECS.values()
        for column in codec.table.columns
        for key in column.foreign_keys
        if key.column.table.name == name
    ]
    for name in {codec.table.name for codec in CODECS.values()}
}


def check_record(record: Record) -> None:
    """Check one record by itself.

    Raises
    ------
    InputProblem
        For an impossible value.
    """
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        for text in (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ():
            if isinstance(text, str):
                check_text(text, f"{record.noun} · {field.name}")
    match record:
        case Coding() | ConsentMark() | Decision():
            _check_span(record.noun, record.start, record.end)
        case Statement():
            _check_statement(record)
        case Wave() | Event():
            last = record.end if isinstance(record, Event) else None
            if record.end < record.start or (last is None and record.end == record.start):
                raise InputProblem(
                    N_("The {noun} {key} ends ({end}) before it begins ({start}). Correct one of the dates."),
                    noun=record.noun,
                    key=record.key,
                    start=record.start,
                    end=record.end,
                )
        case Tenure() if record.start and record.end and record.end < record.start:
            raise InputProblem(
                N_("A tenure ends ({end}) before it begins ({start}). Correct one of the dates."),
                start=record.start,
                end=record.end,
            )
        case _:
            pass


def check_text(text: str, where: str) -> None:
    """Refuse what a database cannot keep: NUL and lone surrogates."""
    if "\x00" in text:
        raise InputProblem(N_("{where} contains a NUL character. Remove it from the text."), where=where)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputProblem(
            N_("{where} contains half of a character (U+{code:04X}) at position {position}. Remove it from the text."),
            where=where,
            code=ord(text[error.start]),
            position=error.start,
        ) from None


def _check_span(noun: str, start: int, end: int) -> None:
    if not 0 <= start < end:
        raise InputProblem(
            N_("The {noun} at {start}–{end} covers no text. Select at least one character."),
            noun=noun,
            start=start,
            end=end,
        )


def _check_statement(one: Statement) -> None:
    if not one.quotes:
        raise InputProblem(N_("A statement has no quotation. Select the words in which it is made."))
    for anchor in one.quotes:
        _check_span(one.noun, anchor.start, anchor.end)
    if not one.sources or not one.targets:
        raise InputProblem(N_("A statement lacks the one who acts or the one acted upon. Name at least one of each."))
    for name in (N_("tone"), N_("readiness")):
        step = getattr(one, name)
        if step is not None and step not in (1, 2, 3, 4, 5):
            raise InputProblem(
                N_("The {noun} of a statement is {value}. Give a step from 1 (obedience) to 5 (antagonism)."),
                noun=name,
                value=step,
            )
    if one.valence is not None and one.valence not in VALENCES:
        raise InputProblem(N_("The valence of a statement is {value}. Give -1, -0.5, 0, 0.5 or 1."), value=one.valence)
    if not 0 < one.confidence <= 1:
        raise InputProblem(
            N_("The confidence of a statement is {value}. Give a number above 0, at most 1."), value=one.confidence
        )
    if one.start is not None and one.end is not None and one.end < one.start:
        raise InputProblem(
            N_("The event of a statement ends ({end}) before it begins ({start}). Correct one of the dates."),
            start=one.start,
            end=one.end,
        )


def _noun(name: str) -> str:
    return BY_TABLE[name].record.noun if name in BY_TABLE else name


def check_references(connection: Connection, records: Iterable[Record]) -> None:
    """Check that everything the records point to is in the study and not removed.

    Raises
    ------
    InputProblem
        If a record points to nothing, or to something removed.
    """
    wanted: dict[str, dict[str, Record]] = defaultdict(dict)
    for record in records:
        for column in CODECS[type(record)].table.columns:
            for key in column.foreign_keys:
                if (target := getattr(record, column.name)) is not None:
                    wanted[key.column.table.name].setdefault(target, record)
        if isinstance(record, Statement):
            for anchor in record.quotes:
                wanted["document"].setdefault(anchor.document_id, record)
                wanted["text"].setdefault(anchor.text_id, record)
    for name, targets in wanted.items():
        table = tables.metadata.tables[name]
        found: set[str] = set()
        for part in chunks(list(targets)):
            query = select(table.c.id).where(table.c.id.in_(part))
            if "gone" in table.c:
                query = query.where(~table.c.gone)
            found.update(connection.scalars(query))
        for target, record in targets.items():
            if target not in found:
                raise InputProblem(
                    N_(
                        "The {noun} {id} points to a {target} that is not in the study (any more). Add or restore it first."
                    ),
                    noun=record.noun,
                    id=getattr(record, "key", record.id),
                    target=_noun(name),
                )
    _check_parties(connection, [record for record in records if isinstance(record, Statement)])


def _check_parties(connection: Connection, statements: Sequence[Statement]) -> None:
    parties = {party for one in statements for party in (*one.sources, *one.targets, *one.benefit)}
    found: set[str] = set()
    for table in (tables.actor, tables.office):
        for part in chunks(sorted(parties)):
            found.update(connection.scalars(select(table.c.id).where(table.c.id.in_(part), ~table.c.gone)))
    if missing := parties - found:
        raise InputProblem(
            N_("A statement names an actor or office that is not in the study ({id}). Add it first."), id=min(missing)
        )


def check_inside_texts(connection: Connection, records: Iterable[Record]) -> None:
    """Check that every span lies inside its text.

    Raises
    ------
    InputProblem
        If one does not.
    """
    spans = list(_spans(records))
    lengths: dict[str, int] = {}
    t = tables.text_table
    for part in chunks(sorted({text_id for _, text_id, _ in spans})):
        lengths.update(
            (row.id, row.length) for row in connection.execute(select(t.c.id, t.c.length).where(t.c.id.in_(part)))
        )
    for noun, text_id, end in spans:
        if end > lengths.get(text_id, 0):
            raise InputProblem(
                N_("A {noun} ends at {end}, but its text has {length} characters. Select inside the text."),
                noun=noun,
                end=end,
                length=lengths.get(text_id, 0),
            )


def _spans(records: Iterable[Record]) -> Iterator[tuple[str, str, int]]:
    for record in records:
        if isinstance(record, (Coding, ConsentMark, Decision)):
            yield record.noun, record.text_id, record.end
        elif isinstance(record, Statement):
            for anchor in record.quotes:
                yield record.noun, anchor.text_id, anchor.end


def check_value_sets(connection: Connection, codings: Sequence[Coding]) -> None:
    """Check that one coder gives one passage at most one value of each exclusive set.

    Raises
    ------
    InputProblem
        If two codes of one set would stand on the same passage.
    """
    if not codings:
        return
    code = tables.code
    sets = {
        row.id: (row.value_set, row.key)
        for row in connection.execute(
            select(code.c.id, code.c.value_set, code.c.key).where(code.c.value_set.is_not(None))
        )
    }
    exclusive = [one for one in codings if one.code_id in sets]
    if not exclusive:
        return
    taken: dict[tuple[str, str, int, int, str], tuple[str, str]] = {}
    c = tables.coding
    for part in chunks(sorted({one.document_id for one in exclusive})):
        query = select(c.c.id, c.c.coder_id, c.c.text_id, c.c.start, c.c.end, c.c.code_id).where(
            c.c.document_id.in_(part), c.c.code_id.in_(list(sets)), ~c.c.gone
        )
        for row in connection.execute(query):
            value_set, key = sets[row.code_id]
            place = (row.coder_id, row.text_id, row.start, row.end, value_set)
            if place in taken and taken[place][0] != row.id and taken[place][1] != key:
                raise InputProblem(
                    N_("{first} and {second} exclude each other on one passage (set {set}). Keep one of them."),
                    first=taken[place][1],
                    second=key,
                    set=value_set,
                )
            taken[place] = (row.id, key)


def check_codes_codable(connection: Connection, codings: Sequence[Coding]) -> None:
    """Check that no heading of the codebook is applied to text.

    Raises
    ------
    Refused
        If a code of kind "group" is used.
    """
    code = tables.code
    for part in chunks(sorted({one.code_id for one in codings})):
        row = connection.execute(select(code.c.key).where(code.c.id.in_(part), code.c.kind == "group")).first()
        if row is not None:
            raise Refused(
                N_("{code} is a heading of the codebook, not a code. Choose one of the codes below it."), code=row.key
            )


def check_not_needed(connection: Connection, table: Table, row_id: str, noun: str, key: str) -> None:
    """Check that nothing in force points to a row that is to be removed.

    Raises
    ------
    Refused
        If something does; the message counts it.
    """
    for other, column in _POINTERS[table.name]:
        count = connection.execute(
            select(func.count()).select_from(other).where(other.c[column] == row_id, ~other.c.gone)
        ).scalar()
        if count:
            raise Refused(
                N_("The {noun} {key} is still used by {count} × {other}. Remove or change those first."),
                noun=noun,
                key=key,
                count=count,
                other=_noun(other.name),
            )


def check_frozen(connection: Connection, before: Record | None, after: Record | None) -> None:
    """Check that a frozen publication, its analysis set and its aliases stay as they are.

    Raises
    ------
    Refused
        If a change touches one.
    """
    if isinstance(before, Publication) and before.frozen is not None:
        raise Refused(
            N_("The publication {key} was frozen on {day}. Make a new publication for another set or other aliases."),
            key=before.key,
            day=before.frozen.date(),
        )
    for record in (before, after):
        if isinstance(record, Alias):
            p = tables.publication
            row = connection.execute(
                select(p.c.key, p.c.frozen).where(p.c.id == record.publication_id, p.c.frozen.is_not(None))
            ).first()
            if row is not None:
                raise Refused(
                    N_(
                        "The publication {key} was frozen on {day}. Make a new publication for another set or other aliases."
                    ),
                    key=row.key,
                    day=row.frozen.date(),
                )


def check_cells(connection: Connection, summaries: Sequence[Summary]) -> None:
    """Check that a summary says something, stands on a case of the study, and is the only one of its cell.

    Raises
    ------
    InputProblem
        If it is empty, or its case is not in the study.
    Conflict
        If its cell has a summary already.
    """
    s = tables.summary
    for one in summaries:
        if not one.text.strip():
            raise InputProblem(N_("A summary says nothing. Write what the quotations come to, or remove it."))
        if not any(
            _in_force(connection, table, one.case_id) for table in (tables.town, tables.respondent, tables.interview)
        ):
            raise InputProblem(
                N_("A summary stands on a case ({id}) that is no town, respondent or interview of the study. Choose the case again."),
                id=one.case_id,
            )  # fmt: skip
        same_wave = s.c.wave_id.is_(None) if one.wave_id is None else s.c.wave_id == one.wave_id
        cell = (s.c.case_id == one.case_id, s.c.code_id == one.code_id, same_wave, s.c.id != one.id, ~s.c.gone)
        if connection.execute(select(s.c.id).where(*cell)).first() is not None:
            raise Conflict(
                N_(
                    "This cell of the matrix has a summary already, written meanwhile. Load the page again and go on from it."
                )
            )


def _in_force(connection: Connection, table: Table, row_id: str) -> bool:
    return connection.execute(select(table.c.id).where(table.c.id == row_id, ~table.c.gone)).first() is not None


def check_no_cycle(connection: Connection, codes: Sequence[Code]) -> None:
    """Check that no code stands below itself.

    Raises
    ------
    InputProblem
        If one would.
    """
    moved = [code for code in codes if code.parent_id is not None]
    if not moved:
        return
    c = tables.code
    parent = {row.id: row.parent_id for row in connection.execute(select(c.c.id, c.c.parent_id).where(~c.c.gone))}
    for code in moved:
        seen = {code.id}
        above = parent.get(code.id)
        while above is not None:
            if above in seen:
                raise InputProblem(
                    N_("The code {key} would stand below itself. Choose a parent outside its own branch."), key=code.key
                )
            seen.add(above)
            above = parent.get(above)
