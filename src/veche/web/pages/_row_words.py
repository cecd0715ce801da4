"""Rows of the journal in words: what their fields are called, what stands in them, what each row is called."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from veche.store import Change, Store
from veche.store.records import BY_TABLE
from veche.study import (
    Actor,
    Code,
    Coder,
    Coding,
    ConsentMark,
    Document,
    Event,
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
    Summary,
    Town,
    Wave,
)  # fmt: skip
from veche.web.labels import CHOICES, label
from veche.web.pages._forms import name_of
from veche.web.rendering import day
from veche.words import N_, _, language, number

#: field -> what it is called; with the table before it where tables differ
FIELDS: dict[str, str] = {
    "actor_id": N_("Actor"), "agreed": N_("Agreed codings"), "alias": N_("Alias"), "archive": N_("Archive"), "benefit": N_("Who gains"),
    "blind": N_("Blind"), "branch": N_("Branch"), "case_id": N_("Case"), "cause": N_("Cause"), "certainty": N_("How it is known"),
    "coarse": N_("Wider role"), "code_id": N_("Code"), "coder_id": N_("Coder"), "codes": N_("Codes"), "color": N_("Colour"),
    "compared": N_("Compared codings"), "confidence": N_("Confidence of the coder"), "consent": N_("Consent"), "date": N_("Date"),
    "definition_en": N_("Definition in English"), "definition_ru": N_("Definition in Russian"), "document_id": N_("Document"),
    "end": N_("Day after the last"), "example_en": N_("Example in English"), "example_ru": N_("Example in Russian"),
    "family": N_("Family"), "file_name": N_("File"), "finished": N_("Finished"), "format": N_("Format"), "frozen": N_("Frozen"),
    "grounds": N_("Quotations behind it"), "interview_id": N_("Interview"), "interviewer": N_("Interviewer"), "interviews": N_("Interviews"),
    "issue": N_("Issue"), "key": N_("Key"), "kind": N_("Kind"), "kind_id": N_("Kind of statement"), "label": N_("Name"),
    "label_en": N_("Name in English"), "label_ru": N_("Name in Russian"), "language": N_("Language"), "level": N_("Level"),
    "merged_into_id": N_("Merged into"), "modality": N_("Modality"), "monotown": N_("Monotown"), "name": N_("Name"),
    "not_after": N_("Possible until"), "not_asked": N_("Topics not asked"), "not_before": N_("Possible from"), "note": N_("Note"),
    "office_id": N_("Office"), "outcome": N_("Outcome"), "parent_id": N_("Under the code"), "position": N_("Place in lists"),
    "post": N_("Post at that time"), "prompted": N_("Brought up by the interviewer"), "publication_id": N_("Publication"),
    "quotes": N_("Passages"), "readiness": N_("Readiness to act"), "reason": N_("Reason"), "region_id": N_("Region"),
    "resource_id": N_("Resource"), "respondent_id": N_("Respondent"), "role_id": N_("Role"), "round": N_("Round"),
    "smallest_group": N_("Smallest group under a quotation"), "sources": N_("Who acts"), "standing": N_("Standing to the head"),
    "start": N_("First day"), "symmetric": N_("Mutual"), "target_id": N_("About"), "targets": N_("On whom"), "text": N_("Text"),
    "text_id": N_("Version of the text"), "title": N_("Title"), "tone": N_("Tone"), "town_id": N_("Town"), "upheld": N_("Codings upheld"),
    "valence": N_("Valence"), "value": N_("Value"), "value_set": N_("Set of exclusive codes"), "wave_id": N_("Wave"), "weight": N_("Weight"),
    "coding.start": N_("Begins at character"), "coding.end": N_("Ends before character"),
    "consent_mark.start": N_("Begins at character"), "consent_mark.end": N_("Ends before character"),
    "decision.start": N_("Begins at character"), "decision.end": N_("Ends before character"),
}  # fmt: skip
#: fields that say nothing to people
HIDDEN = frozenset({"id", "rev", "gone", "made", "file_sha256"})
#: fields that hold an id, or a list of ids, and of what; empty: of anything
_IDS: dict[str, tuple[type[Record], ...]] = {
    "actor_id": (Actor,), "agreed": (Coding,), "benefit": (Actor, Office), "case_id": (Town, Respondent, Interview), "code_id": (Code,),
    "coder_id": (Coder,), "compared": (Coding,), "document_id": (Document,), "interview_id": (Interview,), "interviews": (Interview,),
    "kind_id": (StatementKind,), "merged_into_id": (Actor,), "office_id": (Office,), "parent_id": (Code,), "publication_id": (Publication,),
    "region_id": (Region,), "resource_id": (Code,), "respondent_id": (Respondent,), "role_id": (Role,), "sources": (Actor, Office),
    "target_id": (), "targets": (Actor, Office), "town_id": (Town,), "upheld": (Coding,), "wave_id": (Wave,),
}  # fmt: skip
#: kinds of which a study has few: all their names are read at once
_FEW = (
    Actor,
    Code,
    Coder,
    Document,
    Event,
    Interview,
    Office,
    Publication,
    Region,
    Respondent,
    Role,
    StatementKind,
    Town,
    Wave,
)
#: kinds of which a study has many: those that are named are read
_MANY = (Coding, Statement, Memo, ConsentMark, Summary)


def field_title(table: str, name: str) -> str:
    """Return what a field is called in the language in use; an unknown one as it is, with spaces."""
    title = FIELDS.get(f"{table}.{name}", FIELDS.get(name))
    return _(title) if title is not None else name.replace("_", " ")


class Names:
    """Names of the rows of a study by id; those that were removed keep theirs."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._names = {one.id: _called(one) for kind in _FEW for one in store.all(kind, gone=True)}

    def learn(self, changes: Iterable[Change]) -> None:
        """Read the names of the rows, of kinds with many, that changes point to."""
        wanted = {
            str(row["target_id"])
            for one in changes
            for row in (one.before, one.after)
            if row is not None and row.get("target_id") and row["target_id"] not in self._names
        }
        for kind in _MANY if wanted else ():
            for record in self._store.having(kind, "id", wanted):
                self._names[record.id] = self.row(BY_TABLE_NAME[kind], _row(record))

    def of(self, row_id: object) -> str:
        """Return the name of a row; of one that is not known, what can be said."""
        return self._names.get(str(row_id), _("a removed row"))

    def row(self, table: str, row: Mapping[str, Any]) -> str:
        """Return what a row of the journal is called."""
        if "code_id" in row:
            place = row.get("document_id") or row.get("case_id")
            return " · ".join(self.of(one) for one in (row["code_id"], place) if one)
        if table == "statement":
            return " · ".join(self.of(one) for one in (row["kind_id"], row["interview_id"]) if one)
        if table in ("tenure", "assignment", "decision", "consent_mark"):
            ids = ("office_id", "actor_id", "interview_id", "document_id", "coder_id")
            return " · ".join(self.of(row[one]) for one in ids if row.get(one))
        if row.get("id") in self._names:
            return self._names[row["id"]]
        for field in (
            "name",
            "title",
            "label_ru" if language() == "ru" else "label_en",
            "label",
            "key",
            "text",
            "alias",
        ):
            if row.get(field):
                return str(row[field])
        return ""

    def value(self, table: str, field: str, value: Any) -> str:
        """Return what stands in a field, as people read it."""
        if value is None or value in ("", "[]"):
            return "–"
        listed = _listed(value)
        if field in _IDS:
            return ", ".join(self.of(one) for one in listed) if listed is not None else self.of(value)
        if field == "grounds" or field == "quotes":
            return number(len(listed or ()), 0)
        if listed is not None:
            return ", ".join(map(str, listed))
        if field == "text_id":
            return str(value)[-6:]
        if isinstance(value, bool) or (field in ("monotown", "symmetric", "prompted", "blind") and value in (0, 1)):
            return _("yes") if value else _("no")
        if isinstance(value, float):
            return number(value)
        return _day(value) or _choice(table, field, str(value))


def _row(record: Record) -> dict[str, Any]:
    return {"id": record.id} | {name: getattr(record, name) for name in BY_TABLE[BY_TABLE_NAME[type(record)]].fields}


BY_TABLE_NAME: Mapping[type[Record], str] = {codec.record: name for name, codec in BY_TABLE.items()}


def _called(record: Record) -> str:
    if isinstance(record, Code):
        return record.label(language())
    if isinstance(record, StatementKind):
        return (record.label_ru if language() == "ru" else record.label_en) or record.key
    if isinstance(record, (Event, Publication)):
        return record.title or record.key
    return name_of(record)


def _listed(value: Any) -> list[Any] | None:
    """Return the values of a packed list; None if it is none."""
    if not isinstance(value, str) or not value.startswith("["):
        return list(value) if isinstance(value, (list, tuple)) else None
    try:
        found = json.loads(value)
    except ValueError:
        return None
    return found if isinstance(found, list) else None


def _day(value: Any) -> str:
    """Write a day or moment in words; anything else as nothing."""
    if isinstance(value, dt.datetime):
        return f"{day(value.date())}, {value:%H:%M}"
    if isinstance(value, dt.date):
        return day(value)
    if not isinstance(value, str) or len(value) < 10 or value[4] != "-" or value[7] != "-":
        return ""
    try:
        return day(dt.date.fromisoformat(value[:10])) + (f", {value[11:16]}" if len(value) > 10 else "")
    except ValueError:
        return ""


#: fields whose words are those of a list of choices of another name
_CHOICES_OF = {f"{kind}.kind": f"kind_{kind}" for kind in ("town", "coder", "code", "actor", "event")}


def _choice(table: str, field: str, value: str) -> str:
    name = _CHOICES_OF.get(f"{table}.{field}", field)
    return label(name, value) if value in CHOICES.get(name, {}) else value
