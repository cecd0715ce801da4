"""A whole study as tables: CSV or Parquet (a folder, or a zip of it) or one Excel workbook; every column is explained in the table ``columns``.

One table for every kind of record with all its fields, and four that spare joining: ``texts`` with the bodies, ``turns``, ``quotations`` (codings
with words, code, coder, town, wave, respondent) and ``relations`` (one row for each source and target of a statement).
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import tempfile
import typing
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from veche.exporters._claims import claims
from veche.exporters._columns import MEANINGS, REFERENCE
from veche.exporters._writing import FORMULA, in_workbook, replacing
from veche.privacy import Release
from veche.study import Anchor, Document, Evidence, InputProblem, Record, quotations
from veche.study.errors import N_, VecheError
from veche.study.losses import Loss, Written
from veche.study.registry import project_exporter
from veche.study.whole import kinds, records_of

#: code points that a cell of Excel holds
CELL = 32_767
_LONG = N_(
    "a cell of Excel holds {limit} characters, it has {length}: the rest was cut off. CSV and Parquet hold it whole"
)
_ILLEGAL = N_("characters that Excel cannot hold were left out")
_ORIGINALS = N_("the file itself is not in tables")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, columns with their Python types, and rows."""

    name: str
    columns: tuple[tuple[str, type], ...]
    rows: tuple[tuple[Any, ...], ...]


def sheets(evidence: Evidence) -> Iterator[Sheet]:
    """Yield all tables of a study, the explanation of their columns first."""
    found = [*_records(evidence), _texts(evidence), _turns(evidence), _quotations(evidence), _relations(evidence)]
    yield _explained(found)
    yield from found


def _records(evidence: Evidence) -> Iterator[Sheet]:
    by_kind: dict[type[Record], list[Record]] = {kind: [] for kind in kinds()}
    for one in records_of(evidence):
        by_kind[type(one)].append(one)
    for kind, held in by_kind.items():
        columns = tuple((name, _type(hint)) for name, hint in _fields(kind).items())
        yield Sheet(
            kinds()[kind], columns, tuple(tuple(_cell(getattr(one, name)) for name, _ in columns) for one in held)
        )


def _fields(kind: type[Record]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {one.name: hints[one.name] for one in dataclasses.fields(kind)}


def _type(hint: Any) -> type:
    """Return the type of a column: that of a single value, or text for lists and fixed words."""
    inside = [one for one in typing.get_args(hint) if one is not type(None)] if not isinstance(hint, type) else [hint]
    single = inside[0] if len(inside) == 1 else str
    return single if single in (bool, int, float, dt.date, dt.datetime) else str


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return " ".join(_place(one) if isinstance(one, Anchor) else str(one) for one in value)
    return value


def _place(one: Anchor) -> str:
    return f"{one.document_id}/{one.text_id}:{one.start}-{one.end}"


def _texts(evidence: Evidence) -> Sheet:
    names = {one.text_id: one.name for one in evidence.documents}
    columns: tuple[tuple[str, type], ...] = (
        ("id", str), ("document", str), ("language", str), ("length", int), ("body", str),
    )  # fmt: skip
    found = (evidence.texts[text_id] for text_id in evidence.texts)
    return Sheet("texts", columns, tuple((t.id, names.get(t.id), t.language, len(t.body), t.body) for t in found))


def _turns(evidence: Evidence) -> Sheet:
    columns = (
        ("document", str), ("number", int), ("kind", str), ("speaker", str), ("start", int), ("end", int), ("start_ms", int),
        ("end_ms", int), ("words", str),
    )  # fmt: skip
    rows = []
    for one in evidence.documents:
        text = evidence.texts[one.text_id]
        rows += [
            (one.name, t.number, t.kind, t.speaker, t.start, t.end, t.start_ms, t.end_ms, text.body[t.start : t.end])
            for t in text.turns
        ]
    return Sheet("turns", columns, tuple(rows))


def _quotations(evidence: Evidence) -> Sheet:
    columns = (
        ("id", str), ("interview", str), ("respondent", str), ("town", str), ("wave", str), ("date", dt.date), ("turn", int), ("code", str),
        ("coder", str), ("modality", str), ("start", int), ("end", int), ("words", str),
    )  # fmt: skip
    towns = {one.key: one.town_id for one in evidence.interviews}
    keys = {one.id: one.key for one in evidence.towns}
    rows = (
        (
            q.source_id, q.interview, q.respondent, keys.get(towns.get(q.interview, "")), q.wave, q.date, q.turn, q.marks[0], q.coder,
            q.modality, q.anchor.start, q.anchor.end, q.words,
        )
        for q in quotations(evidence, (coding.id for coding, _ in evidence.counted()))
    )  # fmt: skip
    return Sheet("quotations", columns, tuple(rows))


def _relations(evidence: Evidence) -> Sheet:
    columns = (
        ("id", str), ("source", str), ("target", str), ("kind", str), ("date", dt.date), ("valence", float), ("modality", str),
        ("interview", str), ("respondent", str), ("town", str), ("wave", str),
    )  # fmt: skip
    rows = (
        (
            c.statement.id, c.source, c.target, c.kind.key, c.day, c.valence, c.statement.modality, c.interview.key if c.interview else None,
            c.reporter or None, c.town or None, c.wave or None,
        )
        for c in claims(evidence)
    )  # fmt: skip
    return Sheet("relations", columns, tuple(rows))


_NAMES = {bool: "true or false", int: "integer", float: "number", dt.date: "day", dt.datetime: "moment", str: "text"}


def _explained(found: Sequence[Sheet]) -> Sheet:
    from veche.words import _

    tables = {kind.noun: name for kind, name in kinds().items()}
    rows = []
    for sheet in found:
        for name, kind in sheet.columns:
            meaning = MEANINGS.get(name)
            if meaning is None:
                of = tables.get(name.removesuffix("_id").replace("_", " "), name.removesuffix("_id"))
                said = VecheError(REFERENCE, table=of).message(_)
            else:
                said = _(meaning)
            rows.append((sheet.name, name, _NAMES[kind], said))
    return Sheet("columns", (("table", str), ("column", str), ("type", str), ("meaning", str)), tuple(rows))


# formats


@project_exporter("csv", title=N_("All tables of the study (CSV)"), extension=".csv.zip")
def csv_tables(release: Release, path: Path) -> Written:
    """Write CSV in UTF-8 with a byte order mark, one file per table: a zip if the name ends so, else a folder."""
    return _files(release, path, ".csv", _csv)


@project_exporter("parquet", title=N_("All tables of the study (Parquet)"), extension=".parquet.zip")
def parquet_tables(release: Release, path: Path) -> Written:
    """Write Parquet with typed columns, one file per table: a zip if the name ends so, else a folder."""
    return _files(release, path, ".parquet", _parquet)


def _files(release: Release, path: Path, extension: str, content: Callable[[Sheet], bytes]) -> Written:
    evidence = release.held_study
    made = ((sheet.name + extension, content(sheet)) for sheet in sheets(evidence))
    losses = tuple(_originals(evidence))
    if path.name.lower().endswith(".zip"):
        with replacing(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in made:
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
        return Written((path,), losses)
    return Written(_folder(path, made), losses)


def _folder(path: Path, made: Iterator[tuple[str, bytes]]) -> tuple[Path, ...]:
    """Write a folder of files; what is there already is not overwritten."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputProblem(N_("{name} exists already. Choose a new folder, or an empty one."), name=path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as folder:
            for name, data in made:
                (Path(folder) / name).write_bytes(data)
            path.mkdir(exist_ok=True)
            return tuple(one.replace(path / one.name) for one in sorted(Path(folder).iterdir()))
    except OSError as error:
        raise InputProblem(
            N_("{name} cannot be written: {reason}. Check the path and the rights, and close it elsewhere."),
            name=path, reason=error.strerror or error,
        ) from error  # fmt: skip


def _csv(sheet: Sheet) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(name for name, _ in sheet.columns)
    for row in sheet.rows:
        writer.writerow([_written(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _written(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dt.date):
        return cell.isoformat()
    # an apostrophe keeps a spreadsheet from running words as a formula
    return "'" + cell if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _parquet(sheet: Sheet) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    types = {
        bool: pa.bool_(), int: pa.int64(), float: pa.float64(), dt.date: pa.date32(), dt.datetime: pa.timestamp("us", tz="UTC"), str: pa.string(),
    }  # fmt: skip
    schema = pa.schema([(name, types[kind]) for name, kind in sheet.columns])
    columns = zip(*sheet.rows, strict=True) if sheet.rows else ((),) * len(sheet.columns)
    arrays = [pa.array(list(cells), field.type) for cells, field in zip(columns, schema, strict=True)]
    out = io.BytesIO()
    parquet.write_table(pa.Table.from_arrays(arrays, schema=schema), out)
    return out.getvalue()


@project_exporter("xlsx", title=N_("All tables of the study (Excel workbook)"), extension=".xlsx")
def xlsx_tables(release: Release, path: Path) -> Written:
    """Write one workbook with a sheet per table."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    evidence = release.held_study
    losses = list(_originals(evidence))
    book = openpyxl.Workbook(write_only=True)

    for sheet in sheets(evidence):
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "A2"
        heads = [WriteOnlyCell(page, value=name) for name, _ in sheet.columns]
        for head in heads:
            head.font = Font(bold=True)
        page.append(heads)
        for row in sheet.rows:
            cells: list[Any] = []
            for cell in row:
                if isinstance(cell, str):
                    words = in_workbook(cell)
                    if words != cell:
                        losses.append(Loss(Document.noun, str(row[0]), sheet.name, _ILLEGAL))
                    if len(words) > CELL:
                        fields = (("limit", CELL), ("length", len(words)))
                        losses.append(Loss(Document.noun, str(row[1] or row[0]), sheet.name, _LONG, fields))
                    made = WriteOnlyCell(page, value=words[:CELL])
                    made.data_type = "s"  # never a formula
                    cells.append(made)
                else:
                    cells.append(cell)
            page.append(cells)
    out = io.BytesIO()
    book.save(out)
    with replacing(path) as part:
        part.write_bytes(out.getvalue())
    return Written((path,), tuple(losses))


def _originals(evidence: Evidence) -> Iterator[Loss]:
    for one in evidence.documents:
        if one.file_sha256:
            yield Loss("file", one.file_name or one.name, one.name, _ORIGINALS)
