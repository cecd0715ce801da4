"""What the page of an analysis shows of a result: tables with links, and the grounds of one number."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from veche.reports import cell_text, heading
from veche.study import InputProblem, Quotation, Result, quotations
from veche.study.errors import N_
from veche.study.quotations import strongest
from veche.words import _

#: columns whose words tell what a row is about
_NAMING = (
    "problem",
    "label",
    "name",
    "code_label",
    "first_label",
    "second_label",
    "place",
    "town_name",
    "attribute",
    "value_label",
    "wave_label",
)
#: what tables are called; one of another package goes by its own name
TABLE_WORDS = {
    "field": N_("Shares"), "change": N_("Changes"), "persistence": N_("Persistence"), "cells": N_("Cells"), "share": N_("Shares of interviews"),
    "codings": N_("Codings"), "interviews": N_("Interviews"), "pairs": N_("Pairs of passages"), "units": N_("Units with both"),
    "jaccard": N_("Jaccard"), "within": N_("One inside the other"), "together": N_("Code by code"), "fieldwork": N_("Towns and waves"),
    "roles": N_("Roles"), "missing": N_("Branches not heard"), "timeline": N_("Periods"),
}  # fmt: skip
#: numbers on one page of a table, its fewest and most rows, and quotations shown on either side
NUMBERS, FEWEST, MOST, QUOTES = 1500, 15, 50, 40


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in addresses, its heading, whether it holds numbers."""

    name: str
    title: str
    number: bool

    @property
    def quoted(self) -> str:
        """The name as it stands in an address."""
        return quote(self.name, safe="")


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of one table; a row is its place in the table and its cells."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class GroundsShown:
    """The sentences behind one number, or behind the finding as a whole."""

    title: str
    of: str
    value: str
    supporting: tuple[Quotation, ...]
    opposing: tuple[Quotation, ...]
    all_supporting: int
    all_opposing: int
    people: int


def table_title(name: str) -> str:
    """Return what a table is called in the language in use."""
    return _(TABLE_WORDS[name]) if name in TABLE_WORDS else heading(name)


def table(result: Result, name: str, *, sort: str = "", descending: bool = False, page: int = 1) -> Shown:
    """Return one page of a table, sorted as wished; the places of rows are those of the unsorted table.

    Raises
    ------
    InputProblem
        If there is no such table or column.
    """
    frame = _frame(result, name)
    keep = [
        c
        for c in frame.columns
        if not frame[c].isna().all() and not (frame[c].dtype.kind == "O" and (frame[c] == "").all())
    ]
    rows = min(MOST, max(FEWEST, NUMBERS // max(1, len(keep))))
    order = list(range(len(frame)))
    if sort:
        column = _column(frame, sort)
        order = _sorted(list(frame[column]), descending)
    pages = max(1, -(-len(order) // rows))
    page = min(max(page, 1), pages)
    chosen = order[(page - 1) * rows : page * rows]
    part = frame[keep].iloc[chosen]
    cells = [tuple(cell_text(value) for value in row) for row in part.itertuples(index=False, name=None)]
    columns = tuple(Column(str(c), heading(c), frame[c].dtype.kind in "if") for c in keep)
    return Shown(name, table_title(name), columns, tuple(zip(chosen, cells, strict=True)), len(frame), page, pages)


def _sorted(values: Sequence[Any], descending: bool) -> list[int]:
    """Return the places of values in order; missing ones come last either way."""
    known = [n for n, value in enumerate(values) if value is not None and value == value]
    missing = [n for n, value in enumerate(values) if value is None or value != value]
    try:
        known.sort(key=lambda n: values[n], reverse=descending)
    except TypeError:  # a column of several kinds of values
        known.sort(key=lambda n: str(values[n]).casefold(), reverse=descending)
    return known + missing


def _frame(result: Result, name: str) -> Any:
    if name not in result.tables:
        raise InputProblem(
            N_("The result has no table {name}. Its tables: {known}."), name=name, known=", ".join(result.tables)
        )
    return result.tables[name]


def _column(frame: Any, name: str) -> Hashable:
    for column in frame.columns:
        if str(column) == name:
            return column  # type: ignore[no-any-return]
    raise InputProblem(
        N_("The table has no column {name}. Its columns: {known}."), name=name, known=", ".join(map(str, frame.columns))
    )


def grounds(result: Result, name: str, row: int, column: str) -> GroundsShown:
    """Return the sentences behind a cell, given by the place of its row and the name of its column (empty: the whole row).

    Raises
    ------
    InputProblem
        If there is no such table, row or column.
    """
    frame = _frame(result, name)
    if not 0 <= row < len(frame):
        raise InputProblem(
            N_("The table {name} has {count} rows, and there is no row {row}. Choose a number on the page."),
            name=name, count=len(frame), row=row + 1,
        )  # fmt: skip
    label: Hashable = frame.index[row]
    chosen = _column(frame, column) if column else None
    found = result.grounds(label, chosen if isinstance(chosen, str) or chosen is None else str(chosen), name)
    value = cell_text(frame[chosen].iloc[row]) if chosen is not None else ""
    supporting = tuple(quotations(result.evidence, found.supporting[:QUOTES]))
    opposing = tuple(quotations(result.evidence, found.opposing[:QUOTES]))
    people = _people(result, (*found.supporting, *found.opposing))
    return GroundsShown(
        row_title(frame, row), heading(column) if column else "", value, supporting, opposing,
        len(found.supporting), len(found.opposing), people,
    )  # fmt: skip


def row_title(frame: Any, row: int) -> str:
    """Return what a row is about: the words in it that name things, else its label."""
    label = frame.index[row]
    values = frame.iloc[row]
    named = [str(values[c]) for c in _NAMING if c in frame.columns and values[c]]
    words = list(dict.fromkeys(one for one in named if one not in ("nan", "None")))
    return " · ".join(words) if words else str(label)


def _people(result: Result, ids: Sequence[str]) -> int:
    evidence = result.evidence
    found: set[str] = set()
    for one in ids:
        source = evidence.coding_by_id.get(one) or evidence.statement_by_id.get(one)
        interview = evidence.interview_of(source) if source is not None else None
        if interview is not None:
            found.add(interview.respondent_id)
    return len(found)


def strongest_grounds(result: Result, count: int = 4) -> GroundsShown:
    """Return the most telling sentences behind the finding: for it and against it."""
    sides: list[tuple[str, ...]] = []
    for opposing in (False, True):
        ids: dict[str, None] = {}
        for row in result.highlights:
            found = result.grounds(row)
            ids.update(dict.fromkeys(found.opposing if opposing else found.supporting))
        sides.append(tuple(ids))
    shown = [strongest(quotations(result.evidence, ids), count) for ids in sides]
    people = _people(result, (*sides[0], *sides[1]))
    return GroundsShown("", "", "", shown[0], shown[1], len(sides[0]), len(sides[1]), people)
