"""Between records and rows: one explicit codec per record class."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Row, Table

from veche.store import tables
from veche.study import (
    Actor,
    Alias,
    Anchor,
    Assignment,
    Attribute,
    Code,
    Coder,
    Coding,
    ConsentMark,
    Decision,
    Document,
    Event,
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
    Turn,
    Wave,
)  # fmt: skip

R = TypeVar("R", bound=Record)

_TABLE_OF: Mapping[type[Record], Table] = {
    StudyInfo: tables.study, Region: tables.region, Town: tables.town, Wave: tables.wave, Attribute: tables.attribute,
    Actor: tables.actor, Office: tables.office, Tenure: tables.tenure, Event: tables.event, Role: tables.role,
    Respondent: tables.respondent, GuideTopic: tables.topic, Interview: tables.interview, Document: tables.document,
    ConsentMark: tables.consent_mark, Code: tables.code, Coder: tables.coder, Coding: tables.coding, Memo: tables.memo,
    Summary: tables.summary, Assignment: tables.assignment, Decision: tables.decision,
    StatementKind: tables.kind, Statement: tables.statement, Publication: tables.publication, Alias: tables.alias,
}  # fmt: skip


def _pack(values: Sequence[Any]) -> str:
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


def _unpack(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text != "[]" else ()


def _pack_anchors(anchors: Sequence[Anchor]) -> str:
    return _pack([[a.document_id, a.text_id, a.start, a.end] for a in anchors])


def _unpack_anchors(text: str) -> tuple[Anchor, ...]:
    return tuple(Anchor(*parts) for parts in json.loads(text))


@dataclass(frozen=True)
class Codec(Generic[R]):
    """How one record class is written to and read from its table."""

    record: type[R]
    table: Table
    fields: tuple[str, ...]
    packed: Mapping[str, tuple[Callable[[Any], str], Callable[[str], Any]]]

    def row(self, record: R) -> dict[str, Any]:
        """Return the columns of a record, without the deletion flag."""
        values = {name: getattr(record, name) for name in self.fields}
        for name, (pack, _) in self.packed.items():
            values[name] = pack(values[name])
        return values

    def record_of(self, row: Row[Any] | Mapping[str, Any]) -> R:
        """Make the record of a row that has the columns of `fields`, in their order or by name."""
        values = dict(zip(self.fields, row, strict=True)) if isinstance(row, Row) else dict(row)
        for name, (_, unpack) in self.packed.items():
            values[name] = unpack(values[name])
        return self.record(**values)


def _codec(record: type[R], table: Table) -> Codec[R]:
    fields = tuple(f.name for f in dataclasses.fields(record))
    packed: dict[str, tuple[Callable[[Any], str], Callable[[str], Any]]] = {}
    for name in (
        "codes",
        "not_asked",
        "sources",
        "targets",
        "benefit",
        "interviews",
        "grounds",
        "compared",
        "upheld",
        "agreed",
    ):
        if name in fields:
            packed[name] = (_pack, _unpack)
    if "quotes" in fields:
        packed["quotes"] = (_pack_anchors, _unpack_anchors)
    return Codec(record, table, fields, packed)


CODECS: Mapping[type[Record], Codec[Any]] = {record: _codec(record, table) for record, table in _TABLE_OF.items()}
BY_TABLE: Mapping[str, Codec[Any]] = {codec.table.name: codec for codec in CODECS.values()}


def to_json(values: Mapping[str, Any]) -> str:
    """Write a row for the journal."""
    return json.dumps(
        {name: v.isoformat() if isinstance(v, dt.date) else v for name, v in values.items()},
        ensure_ascii=False,
        separators=(",", ":"),
    )


_DATES = {
    name: {column.name: column.type.python_type for column in codec.table.columns if "DATE" in str(column.type)}
    for name, codec in BY_TABLE.items()
}


def from_json(table: str, text: str) -> dict[str, Any]:
    """Read a row of the journal."""
    values: dict[str, Any] = json.loads(text)
    for name, kind in _DATES[table].items():
        if values.get(name) is not None:
            values[name] = kind.fromisoformat(values[name])
    return values


_KINDS = {"question": "q", "answer": "a", "other": "o"}
_KIND_OF = {letter: kind for kind, letter in _KINDS.items()}


def pack_turns(turns: Sequence[Turn]) -> str:
    """Write turns as columns: compact, and quick to read partly."""
    speakers = sorted({turn.speaker for turn in turns})
    at = {speaker: i for i, speaker in enumerate(speakers)}
    columns: dict[str, Any] = {
        "start": [turn.start for turn in turns],
        "end": [turn.end for turn in turns],
        "kind": "".join(_KINDS[turn.kind] for turn in turns),
        "speakers": speakers,
        "speaker": [at[turn.speaker] for turn in turns],
    }
    if any(turn.start_ms is not None or turn.end_ms is not None for turn in turns):
        columns["ms"] = [[turn.start_ms, turn.end_ms] for turn in turns]
    return json.dumps(columns, ensure_ascii=False, separators=(",", ":"))


def unpack_turns(text: str) -> tuple[Turn, ...]:
    """Read turns from their columns; they are numbered from 1."""
    columns = json.loads(text)
    times: Iterable[Any] = columns.get("ms") or [(None, None)] * len(columns["start"])
    speakers = columns["speakers"]
    return tuple(
        Turn(number, start, end, _KIND_OF[kind], speakers[speaker], ms[0], ms[1])  # type: ignore[arg-type]
        for number, (start, end, kind, speaker, ms) in enumerate(
            zip(columns["start"], columns["end"], columns["kind"], columns["speaker"], times, strict=True), 1
        )
    )
