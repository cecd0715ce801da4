"""Single fields of a loaded entry: read as what they should be, or refused with their place."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from veche.study.errors import N_, InputProblem

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def where(name: str, entry: object) -> str:
    """Say where an entry stands: file and line, or the file alone if the line is not known."""
    line = getattr(entry, "line", None)
    return f"{name}:{line}" if line else name


def key_of(entry: Mapping[str, Any], field: str, name: str, section: str, at: int) -> str:
    """Read the name of an entry: a word or a whole number.

    Raises
    ------
    InputProblem
        If it is missing, empty, or something that YAML took for another thing (`no` is read as false).
    """
    value = entry.get(field)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise InputProblem(
        N_("Entry {number} of {section} ({where}) has {found} as its {field}. Give it a short name of its own, in quotes if need be."),
        number=at, section=section, where=where(name, entry), found=repr(value), field=field,
    )  # fmt: skip


def _refuse(entry: Mapping[str, Any], field: str, name: str, wanted: str) -> InputProblem:
    return InputProblem(
        N_("Field {field} of {key} ({where}) is {found}. Give {wanted}."),
        field=field, key=entry.get("id", entry.get("code", "?")), where=where(name, entry),
        found=repr(entry.get(field)), wanted=wanted,
    )  # fmt: skip


def text(entry: Mapping[str, Any], field: str, name: str) -> str:
    """Read words; a missing field is empty, numbers and dates are taken as they are written."""
    value = entry.get(field)
    if value is None:
        return ""
    if isinstance(value, (str, int, float, dt.date)):
        return " ".join(str(value).split())
    raise InputProblem(
        N_("Field {field} of {key} ({where}) holds a list or fields of its own. Write plain words, in quotes if need be."),
        field=field, key=entry.get("id", "?"), where=where(name, entry),
    )  # fmt: skip


def choice(entry: Mapping[str, Any], field: str, allowed: Sequence[str], name: str, default: str | None = None) -> str:
    """Read one of a few words; a missing field takes the default, if there is one."""
    value = entry.get(field)
    if value is None and default is not None:
        return default
    if isinstance(value, str) and value in allowed:
        return value
    raise InputProblem(
        N_("Field {field} of {key} ({where}) is {found}. Choose one of: {allowed}."),
        field=field, key=entry.get("id", "?"), where=where(name, entry), found=repr(value), allowed=", ".join(allowed),
    )  # fmt: skip


def flag(entry: Mapping[str, Any], field: str, name: str) -> bool:
    """Read yes or no; a missing field is no."""
    value = entry.get(field)
    if value is None:
        return False
    if isinstance(value, bool):
        return value
    raise _refuse(entry, field, name, "true, false")


def number(entry: Mapping[str, Any], field: str, name: str, *, low: float, high: float) -> float:
    """Read a number from `low` to `high`; a missing field is 0."""
    value = entry.get(field)
    if value is None:
        return 0.0
    if (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and math.isfinite(value)
        and low <= value <= high
    ):
        return float(value)
    raise _refuse(entry, field, name, f"{low:g} … {high:g}")


def _parts(entry: Mapping[str, Any], field: str, name: str) -> tuple[int, int, int] | None:
    """Year, month and day as written; 0 where not given."""
    value = entry.get(field)
    if value is None:
        return None
    if isinstance(value, dt.date):
        return value.year, value.month, value.day
    if isinstance(value, (int, str)) and not isinstance(value, bool) and (m := _DAY.fullmatch(str(value).strip())):
        year, month, one = (int(part or 0) for part in m.groups())
        try:
            dt.date(year, month or 1, one or 1)
        except ValueError:
            pass
        else:
            return year, month, one
    raise _refuse(entry, field, name, "2020-03-01 | 2020-03 | 2020")


def day(entry: Mapping[str, Any], field: str, name: str) -> dt.date | None:
    """Read a day; of a year or month its first day. A missing field is None.

    Raises
    ------
    InputProblem
        If it is no day of the calendar.
    """
    parts = _parts(entry, field, name)
    return dt.date(parts[0], parts[1] or 1, parts[2] or 1) if parts else None


def day_after(entry: Mapping[str, Any], field: str, name: str) -> dt.date | None:
    """Read an inclusive last day, month or year, and return the first day after it.

    Raises
    ------
    InputProblem
        If it is no day of the calendar, or the last that the calendar can count.
    """
    parts = _parts(entry, field, name)
    if parts is None:
        return None
    year, month, one = parts
    try:
        if one:
            return dt.date(year, month, one) + dt.timedelta(days=1)
        if month:
            return dt.date(year + month // 12, month % 12 + 1, 1)
        return dt.date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        raise _refuse(entry, field, name, "2020-03-01 | 2020-03 | 2020") from None
