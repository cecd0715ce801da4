"""How answers of the model are shown: questions to choose from, numbers as cells."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fastapi import Depends

from veche.words import _, number, percent
from veche.workbench.lab_evidence import QUESTIONS, Answer

depends: Callable[..., Any] = Depends
#: observables that are shares, written in per cent
SHARES = ("yes_share", "adoption", "partner_end", "partnership_share")


def questions() -> list[tuple[str, str, str]]:
    """Key, title and hint of each question."""
    return [(one.key, _(one.title), _(one.hint)) for one in QUESTIONS.values()]


def presets(found: Iterable[Any]) -> list[tuple[str, str, str]]:
    """Key, name and words of each preset."""
    return [(one.key, _(one.scenario.name), _(one.scenario.about)) for one in found]


def columns(answer: Answer) -> list[str]:
    """Heads of the table of numbers."""
    if answer.question == "mechanism":
        return [_("Mechanism"), _("Control"), _("90 % interval"), _("Comes first")]
    if answer.question == "horizon":
        return [_("Horizon, months"), _("Months in partnership"), _("90 % interval"), _("Holds half of the time")]
    return [_("Observable"), _("Course"), _("Mean"), _("90 % interval"), _("Difference"), _("90 % interval")]


def rows(answer: Answer) -> list[list[str]]:
    """Cells of the table of numbers."""
    found = []
    for row in answer.table.to_dict("records"):
        if answer.question == "mechanism":
            found.append([row["label"], number(row["mean"]), _span(row, number), percent(row["first"])])
        elif answer.question == "horizon":
            found.append([number(row["months"], 0), percent(row["mean"]), _span(row, percent), percent(row["holds"])])
        else:
            found.append(_arm(row))
    return found


def _arm(row: Mapping[Any, Any]) -> list[str]:
    name = row["observable"]
    write: Callable[..., str] = (
        percent if name in SHARES else (lambda value: number(value, 3 if name == "growth" else 2))
    )
    first = row["change"] == 0 and row["change_low"] == 0 == row["change_high"]
    change = {"low": row["change_low"], "high": row["change_high"]}
    return [
        row["label"], row["arm_label"], write(row["mean"]), _span(row, write), "" if first else _signed(row["change"], write),
        "" if first else _span(change, lambda value: _signed(value, write)),
    ]  # fmt: skip


def _signed(value: float, write: Callable[..., str]) -> str:
    text = write(value)
    return f"+{text}" if value > 0 and text.strip("0.,% ") else text


def _span(row: Mapping[Any, Any], write: Callable[..., str]) -> str:
    return f"{write(row['low'])} … {write(row['high'])}"


def interval(answer: Answer) -> str:
    """Write what is asked for with its interval."""
    if answer.question == "horizon":
        write: Callable[[float], str] = lambda value: number(value, 0) if math.isfinite(value) else "∞"  # noqa: E731
    elif answer.question == "mechanism":
        write = number
    else:
        write = percent
    return f"{write(answer.estimate)} ({write(answer.low)} … {write(answer.high)})"
