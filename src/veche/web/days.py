"""Days in the fields of forms, written as is usual in the language of the page: 21.05.2013, 2013-05-21. Both are read in either."""

from __future__ import annotations

import datetime as dt
from typing import Any

from veche.study import InputProblem
from veche.study.errors import N_
from veche.words import language

_EXAMPLE = dt.date(2013, 5, 21)


def in_day(value: Any) -> str:
    """Write a day for a field; what is typed and no day stays as it was typed."""
    found = _day(value)
    if found is None:
        return str(value or "")
    return f"{found:%d.%m}.{found.year:04}" if language() == "ru" else found.isoformat()


def read_day(text: str) -> dt.date | None:
    """Read what is typed in a field: None where nothing is.

    Raises
    ------
    InputProblem
        If it is no day.
    """
    found = _day(text)
    if found is None and text.strip():
        raise InputProblem(
            N_("The day is {value}. Give it as {example}."), value=text.strip()[:40], example=in_day(_EXAMPLE)
        )
    return found


def iso_day(text: str) -> str:
    """Write a day that was typed as the study keeps it; anything else stays, for those who check it to name it."""
    found = _day(text)
    return text if found is None else found.isoformat()


def _day(value: Any) -> dt.date | None:
    from veche.workbench.interview_table import parse_date

    return parse_date(value) if value else None
