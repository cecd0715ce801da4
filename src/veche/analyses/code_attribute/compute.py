"""From evidence to matrices of codes by values of an attribute."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.claims import sure_bounds
from veche.analyses._shared.codes import CodeRow, rows_named, rows_used
from veche.analyses._shared.mentions import Mentions, mentions
from veche.analyses._shared.options import checked
from veche.analyses._shared.places import known_interviews, quoted, row_label
from veche.analyses._shared.remarks import few_interviews, left_out, why_nobody
from veche.analyses.code_attribute.values import Value, values_of
from veche.measures.proportions import wilson
from veche.measures.resampling import ratios
from veche.study.codings import Coding
from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.study.result import Grounds, Result
from veche.words import N_, _, percent, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.code_attribute import Params


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the table ``cells`` (code x value) and the matrices ``share``, ``codings`` and ``interviews``.

    Raises
    ------
    NotFound
        If a code or the attribute is not in the study.
    """
    chosen = checked(params)
    interviews = known_interviews(evidence)
    rows = (
        rows_named(evidence, chosen.codes, below=chosen.below)
        if chosen.codes
        else rows_used(evidence, below=chosen.below)
    )
    values = values_of(evidence, interviews, chosen.attribute)
    columns = _columns(evidence, interviews, rows, values)
    cells = _cells(columns, rows, chosen)
    contrast = largest_contrast(cells, chosen.confidence)
    return Result(
        tables={
            "cells": cells,
            **{name: _matrix(cells, name, rows, values) for name in ("share", "codings", "interviews")},
        },
        sentence=sentence(contrast),
        highlights=(contrast.more["row"], contrast.less["row"]) if contrast else (),
        evidence=evidence,
        support=_support(columns, rows),
        notes=_notes(evidence, interviews, values),
    )


@dataclass(frozen=True, slots=True)
class Column:
    """One value with the mentions it is counted from, and which interviews have it."""

    value: Value
    mentions: Mentions
    here: NDArray[np.bool_]


def _columns(
    evidence: Evidence, interviews: Sequence[Interview], rows: Sequence[CodeRow], values: Sequence[Value]
) -> list[Column]:
    """Count once for all values; only coders, who each have codings of their own, are counted one by one."""
    every = mentions(evidence, interviews, rows) if any(not value.coder for value in values) else None
    found = []
    for value in values:
        here = np.array([one.id in value.interviews for one in interviews], dtype=bool)
        own = every if every is not None else mentions(evidence, interviews, rows, _made_by(value.coder))
        found.append(Column(value, own, here))
    return found


def _made_by(coder: str) -> Callable[[Coding], bool]:
    return lambda coding: coding.coder_id == coder


COLUMNS = (
    "code", "label", "value", "value_label", "codings", "interviews", "asked", "mentions", "share", "low", "high",
    "volunteered", "denied", "reason",
)  # fmt: skip


def _cells(columns: Sequence[Column], rows: Sequence[CodeRow], params: Params) -> pd.DataFrame:
    import pandas as pd

    found = [_cell(column, k, row, params) for k, row in enumerate(rows) for column in columns]
    index = [row_label(cell["code"], cell["value"]) for cell in found]
    frame = pd.DataFrame(found, columns=list(COLUMNS), index=pd.Index(index, name="row", dtype=object))
    counts = ("codings", "interviews", "asked", "mentions", "volunteered", "denied")
    return frame.astype(dict.fromkeys(counts, "int64") | dict.fromkeys(("share", "low", "high"), "float64"))


def _cell(column: Column, k: int, row: CodeRow, params: Params) -> dict[str, Any]:
    m, here = column.mentions, column.here
    asked, said = int(m.asked[here, k].sum()), int(m.said[here, k].sum())
    bounds = wilson(said, asked, params.confidence)
    enough = asked >= params.minimum
    reason = "" if enough else few_interviews(params.minimum)
    if not asked:
        reason = why_nobody(possible=bool(m.exposed[here, k].any()))
    return {
        "code": row.key, "label": row.label, "value": column.value.key, "value_label": column.value.label,
        "codings": int(m.asserted[here, k].sum()), "interviews": int((m.asserted[here, k] > 0).sum()),
        "asked": asked, "mentions": said, "share": float(ratios(said, asked)),
        "low": float(bounds.low) if enough else np.nan, "high": float(bounds.high) if enough else np.nan,
        "volunteered": int(m.volunteered[here, k].sum()), "denied": int(m.denies[here, k].sum()), "reason": reason,
    }  # fmt: skip


def _matrix(cells: pd.DataFrame, name: str, rows: Sequence[CodeRow], values: Sequence[Value]) -> pd.DataFrame:
    import pandas as pd

    numbers = cells[name].to_numpy().reshape(len(rows), len(values))
    keys = pd.Index([row.key for row in rows], name="code", dtype=object)
    return pd.DataFrame(numbers, index=keys, columns=[value.key for value in values])


def _support(columns: Sequence[Column], rows: Sequence[CodeRow]) -> Callable[[str, Hashable, str | None], Grounds]:
    places = {row.key: k for k, row in enumerate(rows)}
    by_value = {column.value.key: column for column in columns}
    cells = {row_label(row.key, column.value.key): (column, k) for k, row in enumerate(rows) for column in columns}

    def grounds(table: str, label: Hashable, column: str | None) -> Grounds:
        if table == "cells":
            return _grounds(*cells[str(label)], column)
        kind = {"share": "share"}.get(table)
        chosen = columns if column is None else [by_value[column]]
        found = [_grounds(one, places[str(label)], kind) for one in chosen]
        # an interview may have several values of an attribute: each coding once
        return Grounds(
            tuple(dict.fromkeys(i for one in found for i in one.supporting)),
            tuple(dict.fromkeys(i for one in found for i in one.opposing)),
        )

    return grounds


def _grounds(column: Column, k: int, name: str | None) -> Grounds:
    """Codings of a cell: counts of codings and interviews rest on all of them, shares on those of the denominator."""
    asked = {"volunteered": False}.get(name or "", True if name in _SHARES else None)
    return column.mentions.grounds(column.here, [k], asked=asked, denied=name == "denied")


_SHARES = ("asked", "mentions", "share", "low", "high", "denied")


@dataclass(frozen=True, slots=True)
class Contrast:
    """The largest sure difference of a code between two values: its cells."""

    more: Mapping[Hashable, Any]
    less: Mapping[Hashable, Any]

    @property
    def size(self) -> float:
        """Difference of the shares."""
        return float(self.more["share"]) - float(self.less["share"])


def largest_contrast(cells: pd.DataFrame, confidence: float) -> Contrast | None:
    """Find the code that differs most between two values, if their bounds, held for all cells at once, do not meet."""
    bounds = sure_bounds(cells["mentions"], cells["asked"], confidence)
    known = cells.assign(sure_low=bounds.low, sure_high=bounds.high, row=cells.index)[cells["asked"] > 0]
    best: Contrast | None = None
    for _code, of_code in known.groupby("code", sort=False):
        rows = of_code.to_dict("records")
        found = Contrast(max(rows, key=lambda row: row["sure_low"]), min(rows, key=lambda row: row["sure_high"]))
        apart = found.more["sure_low"] > found.less["sure_high"]
        if apart and (best is None or found.size > best.size):
            best = found
    return best


def sentence(contrast: Contrast | None) -> str:
    """Say which code differs most between two values, or that none surely does."""
    if contrast is None:
        return _("No code is surely named more by one value than by another.")
    more, less = contrast.more, contrast.less
    return say(
        N_("{code} differs most: {more} {share}, {less} {other}."),
        code=quoted(more["label"]), more=more["value_label"], share=percent(more["share"]), less=less["value_label"],
        other=percent(less["share"]),
    )  # fmt: skip


def _notes(evidence: Evidence, interviews: Sequence[Interview], values: Sequence[Value]) -> tuple[str, ...]:
    notes = []
    without = len(interviews) - len(frozenset[str]().union(*(value.interviews for value in values)))
    if without:
        notes.append(say(N_("Interviews without a value, left out: {n}."), n=without))
    several = sum(len(value.interviews) for value in values) - (len(interviews) - without)
    if several:
        notes.append(say(N_("Interviews counted under several values: {n} times more than once."), n=several))
    people = len({one.respondent_id for one in interviews})
    if people < len(interviews):
        notes.append(
            say(
                N_(
                    "Intervals take {n} interviews as independent, but they are of {people} respondents: "
                    "somewhat too narrow."
                ),
                n=len(interviews), people=people,
            )
        )  # fmt: skip
    return (*notes, *left_out(evidence, interviews))
