"""Reading records, and the evidence of a study or of a part of it, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, func, select

from veche.store import tables
from veche.store.records import BY_TABLE, CODECS
from veche.store.texts import StoredTexts, chunks
from veche.study import (
    Actor,
    Alias,
    Assignment,
    Attribute,
    Code,
    Codebook,
    Coder,
    Coding,
    ConsentMark,
    Decision,
    Document,
    Event,
    Evidence,
    GuideTopic,
    Interview,
    Memo,
    Office,
    Publication,
    Record,
    Region,
    Respondent,
    Role,
    Statement,
    StatementKind,
    StudyInfo,
    Summary,
    Tenure,
    Town,
    Wave,
    Where,
)  # fmt: skip
from veche.study.errors import no_such

R = TypeVar("R", bound=Record)


@cache
def _all_of(name: str, gone: bool) -> Select[Any]:
    """Make the query for the records of one table once: making queries costs more than running small ones."""
    codec = BY_TABLE[name]
    query = select(*(codec.table.c[field] for field in codec.fields)).order_by(codec.table.c.id)
    return query if gone else query.where(~codec.table.c.gone)


def read(connection: Connection, kind: type[R], *conditions: ColumnElement[bool], gone: bool = False) -> tuple[R, ...]:
    """Read the records of one kind that are in force (with `gone`: also the removed ones), by id."""
    query = _all_of(CODECS[kind].table.name, gone)
    if conditions:
        query = query.where(*conditions)
    return tuple(map(CODECS[kind].record_of, connection.execute(query).all()))


@dataclass(frozen=True, slots=True)
class CodingCount:
    """How many codings of one code and coder there are on one text of a document."""

    document_id: str
    text_id: str
    coder_id: str
    code_id: str
    count: int


#: most rows changed since the last evidence that are read one by one; after more, the tables are read anew
FEW_CHANGES = 400


class Frame:
    """The records of a study as they stood at one entry of the journal, kept for the next evidence.

    Every change is an entry and writers take turns, so the newest entry says whether anything changed, in this process or in another; the
    rows that the entries since then name are read again, the others are still true. Records are frozen: several pieces of evidence may
    share them.
    """

    def __init__(self) -> None:
        self._kept: tuple[tuple[Any, ...] | None, dict[type[Record], tuple[Any, ...]]] = (None, {})

    def keeps(self, kind: type[Record]) -> bool:
        """Are the records of a kind kept?"""
        return kind in self._kept[1]

    def reader(self, connection: Connection) -> Callable[[type[R]], tuple[R, ...]]:
        """Return what reads all records of one kind within the transaction of the connection."""
        row = connection.execute(_NEWEST).first()
        newest = None if row is None else tuple(row)
        of, kept = self._kept
        if newest is None or of != newest:
            kept = _still_true(connection, of, newest, kept)
            self._kept = (newest, kept)

        def records(kind: type[R]) -> tuple[R, ...]:
            if kind not in kept:
                kept[kind] = read(connection, kind)
            return kept[kind]

        return records


def _still_true(
    connection: Connection, of: tuple[Any, ...] | None, newest: tuple[Any, ...] | None, kept: dict[type[Record], tuple[Any, ...]]
) -> dict[type[Record], tuple[Any, ...]]:  # fmt: skip
    """Bring what was kept at one entry up to the newest; what would take longer than reading it anew is left out."""
    e, c = tables.entry.c, tables.change.c
    if of is None or newest is None or of[0] > newest[0] or not kept:
        return {}
    if connection.scalar(select(e.id).where(e.seq == of[0])) != of[1]:  # another journal took its place
        return {}
    changed = connection.execute(select(c.name, c.row_id).where(c.seq > of[0]).limit(FEW_CHANGES + 1)).all()
    if len(changed) > FEW_CHANGES:
        return {}
    touched: dict[str, set[str]] = {}
    for name, row_id in changed:
        touched.setdefault(name, set()).add(row_id)
    found = dict(kept)
    for name, ids in touched.items():
        kind = BY_TABLE[name].record
        if kind in found:
            others = [one for one in found[kind] if one.id not in ids]
            found[kind] = tuple(sorted((*others, *read_in(connection, kind, "id", ids)), key=lambda one: str(one.id)))
    return found


_NEWEST = select(tables.entry.c.seq, tables.entry.c.id).order_by(tables.entry.c.seq.desc()).limit(1)


def read_in(connection: Connection, kind: type[R], column: str, values: Iterable[str]) -> tuple[R, ...]:
    """Read the records of one kind whose column is among many values."""
    wanted = list(dict.fromkeys(values))
    table = CODECS[kind].table
    found: list[R] = []
    for part in chunks(wanted):
        found.extend(read(connection, kind, table.c[column].in_(part)))
    return tuple(found)


def occupied(connection: Connection) -> tuple[dict[str, bool], dict[str, str]]:
    """Return the ids of all rows, each with whether it is in force, and the digest of every stored text by its id."""
    ids: dict[str, bool] = {}
    for codec in CODECS.values():
        ids.update((row.id, not row.gone) for row in connection.execute(select(codec.table.c.id, codec.table.c.gone)))
    t = tables.text_table
    return ids, {row.id: row.sha256 for row in connection.execute(select(t.c.id, t.c.sha256))}


def coding_counts(connection: Connection) -> tuple[CodingCount, ...]:
    """Count the codings in force by document, text, coder and code, without reading them."""
    c = tables.coding
    groups = (c.c.document_id, c.c.text_id, c.c.coder_id, c.c.code_id)
    rows = connection.execute(select(*groups, func.count()).where(~c.c.gone).group_by(*groups)).all()
    return tuple(CodingCount(*row) for row in rows)


def present_texts(connection: Connection) -> list[str]:
    """Return the ids of the documents' present texts by date of interview; those without interview come last."""
    d, i = tables.document, tables.interview
    query = (
        select(d.c.text_id)
        .outerjoin(i, (i.c.id == d.c.interview_id) & ~i.c.gone)
        .where(~d.c.gone)
        .order_by(i.c.id.is_(None), i.c.date, i.c.key, d.c.name)
    )
    return list(connection.scalars(query))


def take_evidence(
    connection: Connection, where: Where, reading: Callable[[], AbstractContextManager[Connection]], frame: Frame
) -> Evidence:
    """Read the evidence that `where` selects; `frame` keeps the records of small tables between calls.

    Raises
    ------
    NotFound
        If `where` names a town, wave, code ... that is not in the study; the message names the nearest.
    """
    all_of = frame.reader(connection)
    publications = all_of(Publication)
    towns, waves = _ordered(all_of(Town)), _ordered(all_of(Wave))
    regions, roles = all_of(Region), _ordered(all_of(Role))
    respondents, coders = all_of(Respondent), all_of(Coder)
    codes = all_of(Code)
    codebook = Codebook(codes)
    interviews = _select_interviews(all_of(Interview), where, towns, regions, waves, roles, respondents, publications)
    chosen_coders = _ids(coders, where.coders, "coder")
    chosen_codes = {
        below.id for one in _named(codes, where.codes, "code") for below in codebook.below(one)
    } if where.codes else None  # fmt: skip
    everything = where == Where()
    interview_ids = {one.id for one in interviews}
    spoke = {one.respondent_id for one in interviews}
    documents = tuple(one for one in all_of(Document) if everything or one.interview_id in interview_ids)
    document_ids = {one.id for one in documents}
    if frame.keeps(Coding) or not (where.codes or where.coders):
        every = all_of(Coding)
    else:  # asked once, by a command: those wanted are read, not all
        every = _read_codings(connection, chosen_codes, chosen_coders)
    codings = _codings(every, document_ids, chosen_codes, chosen_coders, everything)
    statements = tuple(
        one
        for one in all_of(Statement)
        if (everything or one.interview_id in interview_ids) and (not where.coders or one.coder_id in chosen_coders)
    )
    marks = tuple(one for one in all_of(ConsentMark) if one.document_id in document_ids)
    decisions = tuple(one for one in all_of(Decision) if one.document_id in document_ids)
    return Evidence(
        study=all_of(StudyInfo)[0],
        where=where,
        regions=regions,
        towns=towns,
        waves=waves,
        roles=roles,
        topics=_ordered(all_of(GuideTopic)),
        respondents=tuple(one for one in respondents if everything or one.id in spoke),
        interviews=interviews,
        documents=documents,
        codes=codebook.codes,
        coders=coders,
        codings=codings,
        kinds=_ordered(all_of(StatementKind)),
        statements=statements,
        actors=all_of(Actor),
        offices=all_of(Office),
        tenures=all_of(Tenure),
        events=all_of(Event),
        attributes=all_of(Attribute),
        memos=all_of(Memo),
        summaries=all_of(Summary),
        consent_marks=marks,
        assignments=tuple(one for one in all_of(Assignment) if everything or one.interview_id in interview_ids),
        decisions=decisions,
        publications=publications,
        aliases=all_of(Alias),
        texts=StoredTexts(reading, _text_ids(documents, (*codings, *marks, *decisions), statements)),
    )


def _read_codings(connection: Connection, codes: set[str] | None, coders: set[str]) -> tuple[Coding, ...]:
    table = tables.coding
    conditions: list[ColumnElement[bool]] = []
    if codes is not None:
        conditions.append(table.c.code_id.in_(sorted(codes)))
    if coders:
        conditions.append(table.c.coder_id.in_(sorted(coders)))
    return read(connection, Coding, *conditions)


def _codings(
    every: tuple[Coding, ...], documents: set[str], codes: set[str] | None, coders: set[str], everything: bool
) -> tuple[Coding, ...]:
    if everything:
        return every
    return tuple(
        one
        for one in every
        if one.document_id in documents
        and (codes is None or one.code_id in codes)
        and (not coders or one.coder_id in coders)
    )


def _text_ids(
    documents: Iterable[Document], placed: Iterable[Coding | ConsentMark | Decision], statements: Iterable[Statement]
) -> dict[str, None]:
    ids = dict.fromkeys(one.text_id for one in documents)
    ids.update(dict.fromkeys(one.text_id for one in placed))
    ids.update(dict.fromkeys(anchor.text_id for one in statements for anchor in one.quotes))
    return ids


def _ordered(records: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(sorted(records, key=lambda one: (one.position, one.key)))


def _named(records: Sequence[Any], keys: Sequence[str], noun: str) -> list[Any]:
    by_key = {one.key: one for one in records}
    by_key |= {one.name: one for one in records if getattr(one, "name", "") and one.name not in by_key}
    found = []
    for key in keys:
        if key not in by_key:
            raise no_such(noun, key, by_key)
        found.append(by_key[key])
    return found


def _ids(records: Sequence[Any], keys: Sequence[str], noun: str) -> set[str]:
    return {one.id for one in _named(records, keys, noun)}


def _select_interviews(
    interviews: Sequence[Interview], where: Where, towns: Any, regions: Any, waves: Any, roles: Any, respondents: Any,
    publications: Sequence[Publication],
) -> tuple[Interview, ...]:  # fmt: skip
    chosen = list(interviews)
    if where.analysis_set is not None:
        members = set(_named(publications, [where.analysis_set], "publication")[0].interviews)
        chosen = [one for one in chosen if one.id in members]
    if where.regions:
        inside = _ids(regions, where.regions, "region")
        towns_inside = {town.id for town in towns if town.region_id in inside}
        chosen = [one for one in chosen if one.town_id in towns_inside]
    for keys, records, column, noun in (
        (where.towns, towns, "town_id", "town"),
        (where.waves, waves, "wave_id", "wave"),
        (where.roles, roles, "role_id", "role"),
        (where.respondents, respondents, "respondent_id", "respondent"),
        (where.interviews, interviews, "id", "interview"),
    ):
        if keys:
            ids = _ids(records, keys, noun)
            chosen = [one for one in chosen if getattr(one, column) in ids]
    if where.since is not None:
        chosen = [one for one in chosen if one.date >= where.since]
    if where.until is not None:
        chosen = [one for one in chosen if one.date < where.until]
    if where.panel:
        seen: dict[str, set[str]] = {}
        for one in chosen:
            seen.setdefault(one.respondent_id, set()).add(one.wave_id)
        chosen = [one for one in chosen if len(seen[one.respondent_id]) >= 2]
    return tuple(sorted(chosen, key=lambda one: (one.date, one.key)))
