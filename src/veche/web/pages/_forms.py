"""Plain forms for records: from the fields of a record class to what stands on the page, and back."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from starlette.datastructures import FormData

from veche.store import Store
from veche.study import (
    Code,
    Codebook,
    Coder,
    Document,
    GuideTopic,
    Interview,
    Record,
    Region,
    Respondent,
    Role,
    StudyInfo,
    Town,
    Wave,
)  # fmt: skip
from veche.study.errors import N_
from veche.web.days import iso_day
from veche.web.labels import CHOICES, label
from veche.web.rendering import day
from veche.words import _, language

FieldKind = Literal["text", "long", "day", "number", "choice", "yes_no", "many"]


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """A field of a form: what it is called, how it is filled in, and a hint."""

    name: str
    title: str
    kind: FieldKind = "text"
    #: choices: the name in `CHOICES`, or the kind of record to choose from (one by its id, several by their keys)
    of: str | type[Record] = ""
    required: bool = False
    empty: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field with its value, its choices and what is wrong with it."""

    plan: FieldPlan
    value: str
    choices: tuple[tuple[str, str], ...]
    wrong: str = ""
    #: of several that may be chosen: those that are
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KindPlan:
    """A kind of record that is edited by form: its titles and fields."""

    name: str
    record: type[Record]
    title: str
    one: str
    fields: tuple[FieldPlan, ...]
    columns: tuple[str, ...]
    addable: bool = True


_KEY = FieldPlan("key", N_("Key"), required=True, hint=N_("short and unique, as it stands in tables"))
_NOTE = FieldPlan("note", N_("Note"), "long")
_POSITION = FieldPlan("position", N_("Place in lists"), "number")

KINDS: Mapping[str, KindPlan] = {
    one.name: one
    for one in (
        KindPlan("town", Town, N_("Towns"), N_("town"), (
            FieldPlan("name", N_("Name"), required=True), _KEY, FieldPlan("kind", N_("Kind"), "choice", "kind_town"),
            FieldPlan("region_id", N_("Region"), "choice", Region, empty=True), FieldPlan("monotown", N_("Monotown"), "yes_no"),
            _POSITION, _NOTE,
        ), ("name", "key", "kind", "region_id")),
        KindPlan("wave", Wave, N_("Waves"), N_("wave"), (
            FieldPlan("label", N_("Name"), required=True), _KEY, FieldPlan("start", N_("First day"), "day", required=True),
            FieldPlan("end", N_("Day after the last"), "day", required=True), _POSITION,
        ), ("label", "key", "start", "end")),
        KindPlan("region", Region, N_("Regions"), N_("region"), (FieldPlan("name", N_("Name"), required=True), _KEY), ("name", "key")),
        KindPlan("respondent", Respondent, N_("Respondents"), N_("respondent"), (
            dataclasses.replace(_KEY, hint=N_("a code such as R-17, the same in all waves; no names")), _NOTE,
        ), ("key", "note")),
        KindPlan("role", Role, N_("Roles"), N_("role"), (
            FieldPlan("label_ru", N_("Name in Russian"), required=True), FieldPlan("label_en", N_("Name in English"), required=True),
            _KEY, FieldPlan("branch", N_("Branch"), "choice", "branch"), FieldPlan("level", N_("Level"), "choice", "level"),
            FieldPlan("coarse", N_("Wider role"), empty=True, hint=N_("key of the role to show where this one would identify")), _POSITION,
        ), ("label_ru", "label_en", "key", "branch", "level")),
        KindPlan("topic", GuideTopic, N_("Topics of the guide"), N_("topic of the guide"), (
            FieldPlan("label_ru", N_("Name in Russian"), required=True), FieldPlan("label_en", N_("Name in English"), required=True),
            dataclasses.replace(_KEY, hint=N_("short and unique; interviews name by it the topics that were not asked")), _POSITION,
            FieldPlan("codes", N_("Codes it may bring up"), "many", Code,
                hint=N_("with all codes below them; where the topic was not asked, they count as not asked, not as not mentioned")),
        ), ("label_ru", "label_en", "key", "codes")),
        KindPlan("coder", Coder, N_("Coders"), N_("coder"), (
            FieldPlan("name", N_("Name")), _KEY, FieldPlan("kind", N_("Kind"), "choice", "kind_coder"),
        ), ("name", "key", "kind")),
        KindPlan("interview", Interview, N_("Interviews"), N_("interview"), (
            _KEY, FieldPlan("date", N_("Date"), "day", required=True), FieldPlan("town_id", N_("Town"), "choice", Town),
            FieldPlan("wave_id", N_("Wave"), "choice", Wave), FieldPlan("respondent_id", N_("Respondent"), "choice", Respondent),
            FieldPlan("role_id", N_("Role"), "choice", Role), FieldPlan("post", N_("Post at that time")),
            FieldPlan("standing", N_("Standing to the head"), "choice", "standing"), FieldPlan("consent", N_("Consent"), "choice", "consent"),
            FieldPlan("archive", N_("Archive"), "choice", "archive"), FieldPlan("interviewer", N_("Interviewer")),
            FieldPlan("language", N_("Language"), "choice", "language"),
            FieldPlan("not_asked", N_("Topics not asked"), "many", GuideTopic, hint=N_("their codes count as not asked here, not as not mentioned")),
            _NOTE,
        ), ("key", "date", "consent")),
        KindPlan("document", Document, N_("Documents"), N_("document"), (
            FieldPlan("name", N_("Name"), required=True), FieldPlan("interview_id", N_("Interview"), "choice", Interview, empty=True),
        ), ("name", "interview_id"), addable=False),
        KindPlan("study", StudyInfo, N_("Study"), N_("study"), (
            FieldPlan("name", N_("Name"), required=True), FieldPlan("language", N_("Language"), "choice", "language"),
            FieldPlan("smallest_group", N_("Smallest group under a quotation"), "number",
                hint=N_("fewer people than this must not share a label that is shown")),
            _NOTE,
        ), ("name",), addable=False),
    )
}  # fmt: skip


def name_of(record: Record) -> str:
    """Return what a record is called in lists."""
    if isinstance(record, (Role, GuideTopic)):
        return record.label_ru if language() == "ru" else record.label_en
    if isinstance(record, Wave):
        return record.label
    for field in ("name", "key"):
        if value := getattr(record, field, ""):
            return str(value)
    return record.id


def choices_of(plan: FieldPlan, store: Store) -> tuple[tuple[str, str], ...]:
    """Return what may be chosen in a field, with labels."""
    if plan.kind == "yes_no":
        return (("", _("not known")), ("true", _("yes")), ("false", _("no")))
    if plan.kind == "many":
        return _keyed(plan.of, store)
    if plan.kind != "choice":
        return ()
    empty = (("", "–"),) if plan.empty else ()
    if isinstance(plan.of, str):
        return empty + tuple((value, label(plan.of, value)) for value in CHOICES[plan.of])
    records = sorted(store.all(plan.of), key=lambda one: (getattr(one, "position", 0), name_of(one)))
    return empty + tuple((one.id, name_of(one)) for one in records)


def _keyed(kind: str | type[Record], store: Store) -> tuple[tuple[str, str], ...]:
    """Return what several may be chosen of, by key; codes as a tree."""
    if kind is Code:
        tree = Codebook(store.all(Code)).tree()
        return tuple((code.key, "\u2003" * depth + code.label(language())) for depth, code in tree)
    topics = sorted(store.all(GuideTopic), key=lambda one: (one.position, one.key))
    return tuple((one.key, name_of(one)) for one in topics)


def shown_fields(
    kind: KindPlan, values: Mapping[str, Any], store: Store, wrong: tuple[str, str] = ("", "")
) -> list[ShownField]:
    """Return the fields of a form with their values; `wrong` is the name of a field and what is wrong with it."""
    return [_shown(one, values.get(one.name), store, wrong[1] if wrong[0] == one.name else "") for one in kind.fields]


def _shown(plan: FieldPlan, value: Any, store: Store, wrong: str) -> ShownField:
    choices = choices_of(plan, store)
    chosen = tuple(map(str, value or ())) if plan.kind == "many" else ()
    known = {key for key, _label in choices}
    # a key that means nothing (any more) stays until it is taken out
    choices += tuple((key, key) for key in chosen if key not in known and choices)
    return ShownField(plan, in_field(value), choices, wrong, chosen)


def in_field(value: Any) -> str:
    """Write a value as it stands in a field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value))
    return str(value)


def from_form(kind: KindPlan, form: FormData) -> dict[str, Any]:
    """Read the fields of a form that was sent, as the interface for programs takes them."""
    found: dict[str, Any] = {}
    for one in kind.fields:
        if one.name not in form:
            continue
        text = str(form[one.name]).replace("\r\n", "\n").strip()
        if one.kind == "many":
            given = (part.strip() for text in form.getlist(one.name) for part in str(text).split(","))
            found[one.name] = list(dict.fromkeys(part for part in given if part))
        elif one.kind == "yes_no":
            found[one.name] = {"true": True, "false": False}.get(text)
        elif one.kind == "number":
            found[one.name] = text or "0"
        elif one.kind == "day":
            found[one.name] = iso_day(text)
        else:
            found[one.name] = None if one.empty and not text else text
    return found


def cells(kind: KindPlan, records: Iterable[Record], store: Store) -> list[tuple[Record, list[str]]]:
    """Return the rows of a list of records, each cell in words."""
    plans = {one.name: one for one in kind.fields}
    labels = {name: dict(choices_of(plans[name], store)) for name in kind.columns}
    return [(one, [_cell(getattr(one, name), labels[name]) for name in kind.columns]) for one in records]


def _cell(value: Any, labels: Mapping[str, str]) -> str:
    if isinstance(value, dt.date):
        return day(value)
    values = value if isinstance(value, tuple) else (value,)
    return ", ".join(labels.get(text, text).strip() for text in map(in_field, values))
