"""Single rows in the merging of two copies: what they point to, when two of them are one thing, how they follow a corrected transcript."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeAlias, TypeVar

from veche.store.merging import Place
from veche.store.records import CODECS
from veche.study import (
    Alias,
    Anchor,
    Assignment,
    Attribute,
    Coding,
    ConsentMark,
    Decision,
    Document,
    Publication,
    Record,
    Statement,
    StudyInfo,
    Summary,
    Tenure,
)  # fmt: skip

R = TypeVar("R", bound=Record)

#: rows that stand on a passage of a text
Marked: TypeAlias = Coding | ConsentMark | Decision | Statement
MARKED = (Coding, ConsentMark, Decision, Statement)

#: fields that hold ids without a foreign key in the table
_LISTS = ("sources", "targets", "benefit", "interviews", "compared", "upheld", "agreed")
_CASES = ("town", "respondent", "interview")
_PARTIES = ("actor", "office")


def table_of(record: Record) -> str:
    """Return the name of the table of a record."""
    return str(CODECS[type(record)].table.name)


def place_of(record: Record) -> Place:
    """Return table and id of a record."""
    return table_of(record), record.id


def references(record: Record) -> Iterator[tuple[Place, ...]]:
    """Yield what must be in force for the record to stand; of several places, one of them."""
    for column in CODECS[type(record)].table.columns:
        for key in column.foreign_keys:
            target = getattr(record, column.name)
            if target is not None and key.column.table.name != "text":
                yield ((key.column.table.name, target),)
    if isinstance(record, Statement):
        for anchor in record.quotes:
            yield (("document", anchor.document_id),)
        for party in dict.fromkeys((*record.sources, *record.targets, *record.benefit)):
            yield tuple((name, party) for name in _PARTIES)
    elif isinstance(record, Summary):
        yield tuple((name, record.case_id) for name in _CASES)
    elif isinstance(record, Publication):
        for interview in record.interviews:
            yield (("interview", interview),)


def texts_of(record: Record) -> Iterator[str]:
    """Yield the texts that a record stands on."""
    if isinstance(record, Statement):
        yield from dict.fromkeys(anchor.text_id for anchor in record.quotes)
    elif (text_id := getattr(record, "text_id", None)) is not None:
        yield text_id


def renamed(record: R, ids: Mapping[str, str]) -> R:
    """Return the record with every id in it, its own too, exchanged as `ids` says."""
    if not ids:
        return record
    changed: dict[str, object] = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if field.name == "id" or field.name.endswith("_id"):
            new: object = ids.get(value, value)
        elif field.name in _LISTS:
            new = tuple(ids.get(one, one) for one in value)
        elif field.name == "quotes":
            new = tuple(
                Anchor(ids.get(a.document_id, a.document_id), ids.get(a.text_id, a.text_id), a.start, a.end)
                for a in value
            )
        elif field.name == "grounds":
            new = tuple(_ground(one, ids) for one in value)
        else:
            continue
        if new != value:
            changed[field.name] = new
    return dataclasses.replace(record, **changed) if changed else record  # type: ignore[arg-type]


def _ground(text: str, ids: Mapping[str, str]) -> str:
    coding, colon, mark = text.partition(":")
    return ids.get(coding, coding) + colon + mark


def sameness(record: Record) -> Hashable | None:
    """Return what makes two rows with different ids one thing; None if nothing does.

    Rows with a key go by it; a summary by its cell, an attribute by what it describes, a coding by passage, code and coder, a document by the file
    it came from.
    """
    match record:
        case Coding(text_id=text, start=start, end=end):
            return ("coding", text, start, end, record.code_id, record.coder_id, record.modality, record.prompted)
        case Summary():
            return ("summary", record.case_id, record.code_id, record.wave_id)
        case Attribute():
            return ("attribute", record.target_id, record.name, record.wave_id)
        case Alias():
            return ("alias", record.publication_id, record.town_id)
        case Tenure():
            return ("tenure", record.office_id, record.actor_id, record.start, record.end)
        case Assignment():
            return ("assignment", record.interview_id, record.coder_id, record.round)
        case Document():
            return ("document", record.interview_id, record.file_sha256) if record.file_sha256 else None
        case StudyInfo():
            return None
        case _:
            key = getattr(record, "key", None)
            return None if key is None else (table_of(record), key)


#: fields in which two rows may differ and still say the same
_INCIDENTAL = frozenset({"id", "rev", "made", "position"})
#: the same file added on both sides is stored as two texts
_OF_DOCUMENTS = frozenset({"text_id", "file_name"})


def say_the_same(first: Record, second: Record) -> bool:
    """Do two rows that are one thing also say the same of it? Ids, places in the order and moments do not matter."""
    passed = _INCIDENTAL | _OF_DOCUMENTS if isinstance(first, Document) else _INCIDENTAL
    return type(first) is type(second) and all(
        getattr(first, field.name) == getattr(second, field.name)
        for field in dataclasses.fields(first)
        if field.name not in passed
    )


def only_carried(before: Record, after: Record) -> bool:
    """Was the row only carried over to a corrected text, with nothing else changed?"""
    if isinstance(before, Statement) and isinstance(after, Statement):
        same = dataclasses.replace(after, quotes=before.quotes) == before
        return same and list(texts_of(before)) != list(texts_of(after))
    if isinstance(before, (Coding, ConsentMark, Decision)) and isinstance(after, (Coding, ConsentMark, Decision)):
        if type(before) is not type(after) or before.text_id == after.text_id:
            return False
        return dataclasses.replace(after, text_id=before.text_id, start=before.start, end=before.end) == before
    return False


def name_of(record: Record) -> str:
    """Return what a user calls the row: its key, name or title, else nothing."""
    for field in ("key", "name", "title", "alias", "text"):
        if value := getattr(record, field, ""):
            return str(value)[:120]
    return ""
