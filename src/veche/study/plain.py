"""Records as plain values (for JSON) and back: the form in which they travel in the files of other programs."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any

from veche.study.documents import Anchor, Text, Turn
from veche.study.errors import N_, InputProblem
from veche.study.record import Record
from veche.study.whole import kinds

#: fields of this file that no program needs
_LEFT_OUT = frozenset({"rev"})


@cache
def _by_noun() -> dict[str, type[Record]]:
    return {kind.noun: kind for kind in kinds()}


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {one.name: hints[one.name] for one in dataclasses.fields(kind)}


@cache
def _defaults(kind: type[Any]) -> dict[str, Any]:
    return {one.name: one.default for one in dataclasses.fields(kind) if one.default is not dataclasses.MISSING}


def to_plain(record: Record) -> dict[str, Any]:
    """Return a record as a dictionary of plain values: its kind under ``record``, and every field that is not at its default.

    Days and moments are written in ISO 8601 (moments in UTC without zone), places in texts as ``[document, text, start, end]``.
    """
    found: dict[str, Any] = {"record": record.noun}
    kind: Any = type(record)
    defaults = _defaults(kind)
    for one in dataclasses.fields(record):
        value = getattr(record, one.name)
        if one.name not in _LEFT_OUT and (one.name not in defaults or value != defaults[one.name]):
            found[one.name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Anchor):
        return [value.document_id, value.text_id, value.start, value.end]
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def from_plain(given: object) -> Record:
    """Make a record of the plain values of `to_plain`; fields that are not known are passed over.

    Raises
    ------
    InputProblem
        If it is no such dictionary, of a kind that is not known, lacks a field, or has a value that cannot be.
    """
    if not isinstance(given, Mapping) or given.get("record") not in _by_noun():
        raise InputProblem(
            N_("{found} is no record. Leave the lines of this note as they were written."), found=repr(given)[:60]
        )
    kind: Any = _by_noun()[given["record"]]
    hints = _hints(kind)
    values = {name: _value(hints[name], given[name], name) for name in hints if name in given and name not in _LEFT_OUT}
    try:
        record: Record = kind(**values)
    except TypeError as error:
        raise InputProblem(
            N_("A {noun} lacks a field ({reason}). It was not taken."), noun=kind.noun, reason=str(error)
        ) from error
    return record


def _value(hint: Any, value: Any, name: str) -> Any:
    if value is None:
        if hint is type(None) or type(None) in typing.get_args(hint):
            return None
        raise _wrong(name, value)
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        inside = [one for one in typing.get_args(hint) if one is not type(None)]
        return _value(inside[0], value, name)
    if origin is tuple:
        if not isinstance(value, list):
            raise _wrong(name, value)
        return tuple(_value(typing.get_args(hint)[0], one, name) for one in value)
    if origin is typing.Literal:
        if value in typing.get_args(hint):
            return value
        raise _wrong(name, value)
    return _single(hint, value, name)


def _single(hint: Any, value: Any, name: str) -> Any:
    if hint is Anchor:
        if isinstance(value, list) and [type(one) for one in value] == [str, str, int, int]:
            return Anchor(*value)
    elif hint in (dt.date, dt.datetime):
        try:
            return hint.fromisoformat(value)
        except (TypeError, ValueError):
            raise _wrong(name, value) from None
    elif hint is float:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    elif hint is int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    elif isinstance(value, hint):
        return value
    raise _wrong(name, value)


def _wrong(name: str, value: object) -> InputProblem:
    return InputProblem(
        N_("The field {name} holds {found}, which it cannot. The record was not taken."),
        name=name,
        found=repr(value)[:60],
    )


def turns_to_plain(text: Text) -> list[list[Any]]:
    """Return the turns of a text as lists: start, end, kind, speaker, and the two times where there are any."""
    return [
        [one.start, one.end, one.kind, one.speaker]
        + ([one.start_ms, one.end_ms] if one.start_ms is not None or one.end_ms is not None else [])
        for one in text.turns
    ]


def turns_from_plain(given: object, length: int) -> tuple[Turn, ...]:
    """Make turns of what `turns_to_plain` returned.

    Raises
    ------
    InputProblem
        If they are no turns of a text of that length.
    """
    turns: list[Turn] = []
    for number, one in enumerate(given if isinstance(given, list) else [given], start=1):
        match one:
            case [int(start), int(end), "question" | "answer" | "other" as kind, str(speaker), *times] if (
                0 <= start <= end <= length
                and len(times) in (0, 2)
                and all(t is None or isinstance(t, int) for t in times)
            ):
                turns.append(Turn(number, start, end, kind, speaker, *times))
            case _:
                raise _wrong("turns", one)
    return tuple(turns)
