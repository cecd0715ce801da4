"""What the page of an analysis shows of a result: tables with links, and the grounds of one number."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from veche.analyses._headings import HEADINGS
from veche.reports import cell_text, heading, table_title
from veche.study import InputProblem, Quotation, Result
from veche.study.errors import N_
from veche.study.quotations import passages, strongest
from veche.words import language

#: numbers on one page of a table, its fewest and most rows, and quotations shown on either side
NUMBERS, FEWEST, MOST, QUOTES = 1500, 15, 50, 40
#: columns that hold keys of waves
WAVES = frozenset({"wave", "before", "after"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in addresses (empty: the labels of the rows), its heading, whether it holds numbers."""

    name: str
    title: str
    number: bool

    @property
    def quoted(self) -> str:
        """The name as it stands in an address."""
        return quote(self.name, safe="")


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of one table; a row is its place in the table, its cells, and why some of them are missing."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[int, tuple[str, ...], str], ...]
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
    #: why the number is missing, where it is
    reason: str = ""
    #: of a number that rests on interviews as such: their keys, and their documents if there are
    interviews: tuple[tuple[str, str | None], ...] = ()


def table(result: Result, name: str, *, sort: str = "", descending: bool = False, page: int = 1) -> Shown:
    """Return one page of a table, sorted as wished; the places of rows are those of the unsorted table.

    Raises
    ------
    InputProblem
        If there is no such table or column.
    """
    frame = _frame(result, name)
    keep = _filled(frame)
    room = _rows_on_page(len(keep))
    order = _order(frame, sort, descending)
    pages = max(1, -(-len(order) // room))
    page = min(max(page, 1), pages)
    chosen = order[(page - 1) * room : page * room]
    part = frame[keep].iloc[chosen].itertuples(index=False, name=None)
    cells = [tuple(_cell(result, c, value) for c, value in zip(keep, row, strict=True)) for row in part]
    columns = [Column(str(c), _title(result, c), _numeric(frame, c)) for c in keep]
    if columns and columns[0].number:  # nothing in the table names its rows but their labels
        columns.insert(
            0, Column("", heading("label" if frame.index.name == "code" else frame.index.name or "row"), number=False)
        )
        cells = [(_label(result, frame.index[place]), *row) for place, row in zip(chosen, cells, strict=True)]
    rows = [(place, row, _reason(frame, place)) for place, row in zip(chosen, cells, strict=True)]
    return Shown(name, table_title(name), tuple(columns), tuple(rows), len(frame), page, pages)


def _label(result: Result, label: Hashable) -> str:
    """Return a label of a row or column in words, if it is the key of a code."""
    code = result.evidence.codebook.by_key.get(str(label))
    return code.label(language()) if code is not None else str(label)


def _title(result: Result, column: Hashable) -> str:
    return _label(result, column) if str(column) in result.evidence.codebook.by_key else heading(column)


def _reason(frame: Any, row: int) -> str:
    """Return why numbers of a row are missing, if the table says so."""
    text = frame["reason"].iloc[row] if "reason" in frame.columns else ""
    return text.rstrip(".") if isinstance(text, str) else ""


def _filled(frame: Any) -> list[Any]:
    """List the columns that hold anything, without the keys of what other columns name."""
    found = [
        c for c in frame.columns if not frame[c].isna().all() and not (_texts(frame, c) and (frame[c] == "").all())
    ]
    named = [c for c in found if not HEADINGS.get(str(c), "").endswith("(key)")]
    return named if any(not _numeric(frame, c) for c in named) else found


def _numeric(frame: Any, column: Hashable) -> bool:
    return bool(frame[column].dtype.kind in "if")


def _texts(frame: Any, column: Hashable) -> bool:
    return bool(frame[column].dtype.kind == "O")


def _cell(result: Result, column: Hashable, value: Any) -> str:
    """Write a cell; the key of a wave by the name of the wave."""
    if column in WAVES and isinstance(value, str):
        return next((one.label for one in result.evidence.waves if one.key == value and one.label), value)
    return cell_text(value)


def _rows_on_page(columns: int) -> int:
    return min(MOST, max(FEWEST, NUMBERS // max(1, columns)))


def _order(frame: Any, sort: str, descending: bool) -> list[int]:
    return _sorted(list(frame[_column(frame, sort)]), descending) if sort else list(range(len(frame)))


def row_of(result: Result, name: str, label: str) -> int:
    """Return the place of a row by its label, as the marks of a figure name it.

    Raises
    ------
    InputProblem
        If there is no such table or row.
    """
    frame = _frame(result, name)
    for place, one in enumerate(frame.index):
        if str(one) == label:
            return place
    raise InputProblem(
        N_("Table {name} has no row {row}. Rows look like {sample}."),
        name=name, row=label, sample=frame.index[0] if len(frame) else "–",
    )  # fmt: skip


def page_of(result: Result, name: str, row: int, *, sort: str = "", descending: bool = False) -> int:
    """Return on which page of the table a row stands, given its place in the unsorted table."""
    frame = _frame(result, name)
    return _order(frame, sort, descending).index(row) // _rows_on_page(len(_filled(frame))) + 1


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
    (supporting, many), (opposing, others) = (
        passages(result.evidence, ids, QUOTES) for ids in (found.supporting, found.opposing)
    )
    people = _people(result, (*found.supporting, *found.opposing))
    return GroundsShown(
        row_title(result, frame, row), _title(result, column) if column else "", value, supporting, opposing,
        many, others, people, _reason(frame, row) if value == "–" else "",
        () if found else _interviews(result, frame, row),
    )  # fmt: skip


def _interviews(result: Result, frame: Any, row: int) -> tuple[tuple[str, str | None], ...]:
    """Return the interviews that a row names, with a document of each."""
    keys = str(frame["interview_keys"].iloc[row]).split(", ") if "interview_keys" in frame.columns else []
    ids = {one.key: one.id for one in result.evidence.interviews}
    documents = {one.interview_id: one.id for one in result.evidence.documents}
    return tuple((key, documents.get(ids[key])) for key in keys if key in ids)


def row_title(result: Result, frame: Any, row: int) -> str:
    """Return what a row is about: the words before its first number, else its label."""
    words: list[str] = []
    for column in _filled(frame):
        if _numeric(frame, column) or len(words) == 4:
            break
        words.append(_cell(result, column, frame[column].iloc[row]))
    named = list(dict.fromkeys(one for one in words if one not in ("", "–")))
    return " · ".join(named) if named else _label(result, frame.index[row])


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
    for against in (False, True):
        ids: dict[str, None] = {}
        for row in result.highlights:
            found = result.grounds(row)
            ids.update(dict.fromkeys(found.opposing if against else found.supporting))
        sides.append(tuple(ids))
    (supporting, many), (opposing, others) = (passages(result.evidence, ids) for ids in sides)
    people = _people(result, (*sides[0], *sides[1]))
    return GroundsShown("", "", "", strongest(supporting, count), strongest(opposing, count), many, others, people)
