"""Rows of tables (xlsx, csv, tsv) as they are, within limits."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from veche.importers._archive import Archive
from veche.importers._encoding import decode
from veche.study import InputProblem
from veche.study.errors import N_

#: a table with more rows, or of more bytes, is none that a person made
MAX_ROWS = 500_000
LARGEST = 100_000_000


@lru_cache(maxsize=4)
def head(path: Path, _changed: int, depth: int) -> list[list[Any]]:
    """Return the first rows of a table; `_changed` is when the file was changed, so that what is kept stays true.

    Raises
    ------
    InputProblem
        If it is no table.
    """
    if path.suffix.lower() == ".xlsx":
        return next(iter(_sheets(path, depth)), [])
    with path.open("rb") as file:
        return _csv_rows(file.read(200_000), path.name, depth)


def tables(path: Path, encoding: str | None) -> Iterator[list[list[Any]]]:
    """Yield the tables of a file: every sheet of a workbook, or the one of a text.

    Raises
    ------
    InputProblem
        If it is damaged, too large, or not in the encoding.
    """
    if path.suffix.lower() == ".xlsx":
        yield from _sheets(path, MAX_ROWS)
        return
    yield _csv_rows(path.read_bytes(), path.name, MAX_ROWS, encoding)


def _sheets(path: Path, most: int) -> Iterator[list[list[Any]]]:
    import openpyxl

    content = path.read_bytes()
    Archive(content, path.name)  # refuses what would unpack to far more than a table
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in book.worksheets:
            yield [list(row) for row in sheet.iter_rows(values_only=True, max_row=most, max_col=400)]
    except InputProblem:
        raise
    except Exception as error:  # what openpyxl raises for a damaged file depends on where it is damaged
        raise InputProblem(
            N_("The table {name} is not a readable xlsx file. Save it again, or save it as CSV (UTF-8)."),
            name=path.name,
        ) from error


def _csv_rows(content: bytes, name: str, most: int, encoding: str | None = None) -> list[list[Any]]:
    if encoding is None:
        text = decode(content, name)[0]
    else:
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError) as error:
            raise InputProblem(
                N_("{file} is not text in {encoding}. Choose another encoding."), file=name, encoding=encoding
            ) from error
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    csv.field_size_limit(LARGEST)
    rows: list[list[Any]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(list(row))
            if len(rows) >= most:
                break
    except csv.Error as error:
        raise InputProblem(
            N_("The table {name} is not readable as CSV: {reason}. Save it as xlsx."), name=name, reason=error
        ) from error
    return rows
