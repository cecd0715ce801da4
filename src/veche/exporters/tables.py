"""Quotations and tables of findings as CSV, TSV and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from veche.exporters._writing import FORMULA, in_workbook, replacing
from veche.privacy import Release, ReleasedSummary
from veche.study import Quotation
from veche.study.errors import N_
from veche.study.registry import exporter

_MARKS = frozenset(FORMULA)

QUOTATION_COLUMNS = (
    "town", "wave", "date", "interview", "respondent", "role", "turn", "codes", "coder", "modality", "start", "end", "words",
)  # fmt: skip

SUMMARY_COLUMNS = ("case", "wave", "theme", "quotations", "changed_since", "summary")


def quotation_row(one: Quotation) -> tuple[Any, ...]:
    """Return the cells of a quotation, in the order of `QUOTATION_COLUMNS`."""
    return (
        one.town, one.wave, one.date.isoformat(), one.interview, one.respondent, one.role, one.turn,
        " ".join(one.marks), one.coder, one.modality, one.anchor.start, one.anchor.end, one.words,
    )  # fmt: skip


def _tables(release: Release) -> Iterator[tuple[str, Sequence[str], Iterator[tuple[Any, ...]]]]:
    if release.summaries:
        yield from _matrix(release.summaries)
    elif release.quotations or not release.findings:
        yield "quotations", QUOTATION_COLUMNS, map(quotation_row, release.quotations)
    for finding in release.findings:
        for name, frame in finding.result.tables.items():
            flat = frame.reset_index() if any(frame.index.names) else frame
            rows = (tuple(None if v != v else v for v in row) for row in flat.itertuples(index=False, name=None))
            yield f"{finding.result.name}.{name}", [str(c) for c in flat.columns], rows


def _matrix(summaries: Sequence[ReleasedSummary]) -> Iterator[tuple[str, Sequence[str], Iterator[tuple[Any, ...]]]]:
    """Give the framework matrix as it is looked at, cases by themes, and as one row for each summary."""
    themes = tuple(dict.fromkeys(one.theme for one in summaries))
    held: dict[tuple[str, str], dict[str, str]] = {}
    for one in summaries:
        held.setdefault((one.case, one.wave), {})[one.theme] = one.text
    yield (
        "matrix",
        ("case", "wave", *themes),
        ((*case, *(row.get(theme, "") for theme in themes)) for case, row in held.items()),
    )
    rows = ((one.case, one.wave, one.theme, one.quotations, one.changed, one.text) for one in summaries)
    yield "summaries", SUMMARY_COLUMNS, rows


def _write_text(release: Release, path: Path, delimiter: str) -> tuple[Path, ...]:
    tables = list(_tables(release))
    written = []
    for number, (name, columns, rows) in enumerate(tables):
        # the first table takes the given name; further ones stand beside it under their own
        target = path if number == 0 else path.with_name(f"{path.stem}.{name.rsplit('.', 1)[-1]}{path.suffix}")
        with replacing(target) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
            _write_rows(file, columns, rows, delimiter)
        written.append(target)
    return tuple(written)


def _write_rows(file: IO[str], columns: Sequence[str], rows: Iterator[tuple[Any, ...]], delimiter: str) -> None:
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        # a leading apostrophe keeps a spreadsheet from running words as a formula
        writer.writerow(["'" + cell if cell.__class__ is str and cell[:1] in _MARKS else cell for cell in row])


@exporter("csv", title=N_("Table (CSV)"), extension=".csv")
def csv_file(release: Release, path: Path) -> tuple[Path, ...]:
    """Write CSV in UTF-8 with a byte order mark, as spreadsheets expect; one file per table."""
    return _write_text(release, path, ",")


@exporter("tsv", title=N_("Table (TSV)"), extension=".tsv")
def tsv_file(release: Release, path: Path) -> tuple[Path, ...]:
    """Write tab-separated values in UTF-8; one file per table."""
    return _write_text(release, path, "\t")


@exporter("xlsx", title=N_("Table (Excel)"), extension=".xlsx")
def xlsx_file(release: Release, path: Path) -> tuple[Path, ...]:
    """Write a workbook with one sheet per table."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = openpyxl.Workbook(write_only=True)
    for name, columns, rows in _tables(release):
        sheet = book.create_sheet(name.rsplit(".", 1)[-1][:31])
        heads = [WriteOnlyCell(sheet, value=column) for column in columns]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
        for row in rows:
            cells = []
            for cell in row:
                if isinstance(cell, str):
                    cell = WriteOnlyCell(sheet, value=in_workbook(cell)[:32767])
                    cell.data_type = "s"  # never a formula
                elif isinstance(cell, (tuple, list)):
                    cell = " ".join(map(str, cell))
                elif hasattr(cell, "item"):
                    cell = cell.item()
                cells.append(cell)
            sheet.append(cells)
    made = io.BytesIO()  # a workbook that cannot be written to its file complains once more when it is forgotten
    book.save(made)
    with replacing(path) as part:
        part.write_bytes(made.getvalue())
    return (path,)
