"""Between records and JSON: one rule for all kinds of rows, in both directions."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from veche.store.records import BY_TABLE
from veche.study import Anchor, Record, StudyInfo
from veche.study.errors import N_, InputProblem
from veche.web.errors import FieldProblem

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from veche.store import Change

#: kinds of rows that the browser may change, by the name of their table
KINDS: Mapping[str, type[Record]] = {name: codec.record for name, codec in BY_TABLE.items()}
NAMES: Mapping[type[Record], str] = {record: name for name, record in KINDS.items()}
_FIELDS: Mapping[type[Record], tuple[str, ...]] = {
    kind: tuple(one.name for one in dataclasses.fields(kind)) for kind in KINDS.values()
}

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
#: the largest whole number that both databases keep
_LARGEST = 2**31 - 1


def kind_named(name: str) -> type[Record]:
    """Return the class of records of that name.

    Raises
    ------
    FieldProblem
        If there is none.
    """
    if name not in KINDS:
        raise FieldProblem(
            N_("Field {field}: there is no kind of record {name}. The kinds are: {known}."),
            field="kind", name=name, known=", ".join(KINDS),
        )  # fmt: skip
    return KINDS[name]


def to_wire(record: Record) -> dict[str, Any]:
    """Return the fields of a record as JSON has them: days and moments in ISO form, lists for tuples."""
    return {name: _plain(getattr(record, name)) for name in _FIELDS[type(record)]}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Anchor):
        return {"document_id": value.document_id, "text_id": value.text_id, "start": value.start, "end": value.end}
    return [_plain(one) for one in value]


def from_wire(kind: type[Record], given: Mapping[str, Any]) -> Record:
    """Make a record of what the browser sent; a missing field takes its default, `rev` is not taken from here.

    Raises
    ------
    FieldProblem
        For a field that is unknown, missing or impossible; it names the field.
    """
    from pydantic import ValidationError

    known = _FIELDS[kind]
    for name in given:
        if name not in known:
            raise FieldProblem(
                N_("Field {field} is unknown to the {noun}. Its fields are: {known}."),
                field=name, noun=kind.noun, known=", ".join(known),
            )  # fmt: skip
    values = {name: value for name, value in given.items() if name != "rev"}
    if "id" in values:
        check_id(values["id"])
    try:
        record: Record = _adapter(NAMES[kind]).validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = str(first["loc"][0]) if first["loc"] else "–"
        raise FieldProblem(
            N_("Field {field} of the {noun} is {found}. Give {wanted}."),
            field=field, noun=kind.noun, found=_shown(values.get(field)), wanted=_wanted(first),
        ) from None  # fmt: skip
    return _checked(record)


@lru_cache(maxsize=64)
def _adapter(name: str) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(KINDS[name])


def check_id(value: Any, field: str = "id") -> str:
    """Check that a row's id is a UUID in its usual form.

    Raises
    ------
    FieldProblem
        If it is not.
    """
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise FieldProblem(
            N_("Field {field} is {found}. Give a UUID of 36 lower-case characters."), field=field, found=_shown(value)
        )
    return value


def _checked(record: Record) -> Record:
    """Refuse numbers that a database cannot keep; bring moments to UTC without zone, as they are stored."""
    moments: dict[str, Any] = {}
    for name in _FIELDS[type(record)]:
        value = getattr(record, name)
        for one in value if isinstance(value, tuple) else (value,):
            numbers = (one.start, one.end) if isinstance(one, Anchor) else (one,)
            for number in numbers:
                if isinstance(number, (int, float)) and not (math.isfinite(number) and abs(number) <= _LARGEST):
                    raise FieldProblem(
                        N_("Field {field} of the {noun} is {found}. Give {wanted}."),
                        field=name, noun=record.noun, found=_shown(number), wanted=f"−{_LARGEST} … {_LARGEST}",
                    )  # fmt: skip
        if isinstance(value, dt.datetime) and value.tzinfo is not None:
            try:
                moments[name] = value.astimezone(dt.timezone.utc).replace(tzinfo=None)
            except OverflowError:
                raise FieldProblem(
                    N_("Field {field} of the {noun} is {found}. Give {wanted}."),
                    field=name, noun=record.noun, found=_shown(str(value)), wanted="2013-05-21T10:00:00Z",
                ) from None  # fmt: skip
    return dataclasses.replace(record, **moments) if moments else record


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "–"
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _wanted(error: Any) -> str:
    """Say in signs what a field takes, so that it reads the same in each language."""
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind == "literal_error":
        return str(context["expected"]).replace(" or ", ", ")
    for start, wanted in (
        ("date", "2013-05-21"), ("int", "0, 1, 2 …"), ("float", "0.5"), ("bool", "true, false"), ("tuple", "[…]"),
        ("string", "“…”"), ("dataclass", "{…}"), ("none", "null"),
    ):  # fmt: skip
        if kind.startswith(start):
            return wanted
    return "“…”"


def change_to_wire(change: Change) -> dict[str, Any]:
    """Return one change of the journal: the row as it is after it, or null where it was removed."""
    after = change.after
    codec = BY_TABLE[change.table]
    record = None
    if after is not None and not after["gone"]:
        record = to_wire(codec.record_of({name: value for name, value in after.items() if name != "gone"}))
    return {"kind": change.table, "id": change.row_id, "record": record, "rev": after["rev"] if after else 0}


def check_not_study(kind: type[Record], op: str) -> None:
    """Refuse adding or removing the study itself.

    Raises
    ------
    InputProblem
        If that is asked.
    """
    if kind is StudyInfo and op != "replace":
        raise InputProblem(
            N_("A study file holds one study, which is neither added nor removed. Change its fields instead.")
        )
