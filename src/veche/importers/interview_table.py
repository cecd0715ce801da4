"""The table of interviews: one row per transcript, from xlsx, csv or tsv; and the empty table to fill in."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from veche.study.errors import N_, InputProblem
from veche.study.files import replacing

#: column -> heading in Russian, heading in English, what belongs there (Russian, English)
COLUMNS: Mapping[str, tuple[str, str, str, str]] = {
    "file": ("файл", "file", "имя файла расшифровки", "name of the transcript's file"),
    "interview": (
        "интервью",
        "interview",
        "код интервью; если пусто, имя файла",
        "code of the interview; empty: the file's name",
    ),
    "town": ("город", "town", "код или название", "code or name"),
    "region": ("регион", "region", "код или название", "code or name"),
    "wave": ("волна", "wave", "код; если пусто, по дате", "code; empty: by the date"),
    "date": ("дата", "date", "2013-05-21 или 21.05.2013", "2013-05-21 or 21.05.2013"),
    "respondent": ("респондент", "respondent", "код, один и тот же во всех волнах", "code, the same in all waves"),
    "role": ("роль", "role", "код роли или её название", "key or label of the role"),
    "post": ("должность", "post", "если важна для панели", "where it matters for the panel"),
    "consent": ("согласие", "consent", "цитировать, пересказ, фон", "quote, paraphrase, background"),
    "archive": ("архив", "archive", "открыто, ограниченно, нет", "open, restricted, no"),
    "language": ("язык", "language", "ru или en", "ru or en"),
    "interviewer": ("интервьюер", "interviewer", "инициалы", "initials"),
    "standing": ("положение", "standing", "лидер, команда, вне команды", "leader, member, outsider"),
    "not_asked": ("не спрошено", "not asked", "темы гида через запятую", "guide topics, separated by commas"),
    "note": ("примечание", "note", "", ""),
}

#: words of the cells that stand for the vocabulary
WORDS: Mapping[str, Mapping[str, str]] = {
    "consent": {
        "quote": "quote", "цитировать": "quote", "цитата": "quote", "да": "quote", "yes": "quote",
        "paraphrase": "paraphrase", "paraphrase_only": "paraphrase", "пересказ": "paraphrase",
        "background": "background", "background_only": "background", "фон": "background", "нет": "background",
        "no": "background",
    },
    "archive": {
        "open": "open", "archive_open": "open", "открыто": "open", "да": "open", "yes": "open",
        "restricted": "restricted", "archive_restricted": "restricted", "ограниченно": "restricted",
        "no": "no", "archive_no": "no", "нет": "no",
    },
    "standing": {
        "leader": "leader", "лидер": "leader", "member": "member", "команда": "member", "член команды": "member",
        "outsider": "outsider", "вне команды": "outsider", "unknown": "unknown", "неизвестно": "unknown",
    },
    "language": {"ru": "ru", "рус": "ru", "русский": "ru", "russian": "ru", "en": "en", "англ": "en", "английский": "en", "english": "en"},
}  # fmt: skip

_LIMIT = 50_000_000


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its number in the file and its cells as text or dates, by column."""

    number: int
    cells: Mapping[str, Any] = field(default_factory=dict)

    def text(self, column: str) -> str:
        """Return a cell as trimmed text; empty if it is not there."""
        value = self.cells.get(column)
        if value is None:
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).strip()


def read_interview_table(path: Path) -> tuple[TableRow, ...]:
    """Read a table of interviews.

    Raises
    ------
    InputProblem
        If the file cannot be read, has no column of files, or an unknown column; the message names it.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputProblem(
            N_("The table {name} cannot be read: {reason}. Check the path."), name=path, reason=error.strerror
        ) from error
    if len(content) > _LIMIT:
        raise InputProblem(N_("The table {name} is larger than 50 MB. Keep one row per interview."), name=path.name)
    rows = _read_xlsx(content, path.name) if content[:2] == b"PK" else _read_csv(content, path.name)
    return _named(rows, path.name)


def _read_xlsx(content: bytes, name: str) -> list[list[Any]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        return [list(row) for row in sheet.iter_rows(values_only=True)]
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        OSError,
        TypeError,
        AttributeError,
        SyntaxError,
    ) as error:
        raise InputProblem(
            N_("The table {name} is not a readable xlsx file. Save it again, or save it as CSV (UTF-8)."), name=name
        ) from error


def _read_csv(content: bytes, name: str) -> list[list[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        import chardet

        found = chardet.detect(content).get("encoding")
        try:
            text = content.decode(found or "cp1251")
        except (UnicodeDecodeError, LookupError) as error:
            raise InputProblem(
                N_("The table {name} is neither xlsx nor readable text. Save it as xlsx or as CSV (UTF-8)."), name=name
            ) from error
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise InputProblem(
            N_("The table {name} is not readable as CSV: {reason}. Save it as xlsx."), name=name, reason=error
        ) from error


def _named(rows: Sequence[Sequence[Any]], name: str) -> tuple[TableRow, ...]:
    headings = {h: column for column, (ru, en, _, _) in COLUMNS.items() for h in (column, ru, en)}
    if not rows or not any(cell not in (None, "") for cell in rows[0]):
        raise InputProblem(N_("The table {name} is empty. Make one with `veche template`."), name=name)
    columns: list[str | None] = []
    for cell in rows[0]:
        word = " ".join(str(cell or "").lower().split())
        if word and word not in headings:
            import difflib

            near = difflib.get_close_matches(word, list(headings), 1, 0.4)
            raise InputProblem(
                N_("The table {name} has a column {column} that is not known. Nearest: {near}. Rename or remove it."),
                name=name,
                column=cell,
                near=near[0] if near else "–",
            )
        columns.append(headings.get(word))
    if "file" not in columns:
        raise InputProblem(
            N_("The table {name} has no column of files (file, файл). Make a table with `veche template`."), name=name
        )
    for column in columns:
        if column is not None and columns.count(column) > 1:
            raise InputProblem(
                N_("The table {name} has the column {column} twice. Remove one of them."), name=name, column=column
            )
    found = []
    for number, row in enumerate(rows[1:], 2):
        cells = {
            column: value for column, value in zip(columns, row, strict=False) if column and value not in (None, "")
        }
        if cells:
            found.append(TableRow(number, cells))
    return tuple(found)


def parse_date(value: Any) -> dt.date | None:
    """Read a day: a date cell, 2013-05-21, 21.05.2013 or 21/05/2013; None if it is none of these."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = str(value).strip()
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y.%m.%d"):
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def choices_of(column: str, language: str) -> str:
    """Return the words that a column of fixed choices takes, separated by commas."""
    return COLUMNS[column][3 if language == "en" else 2].replace(" или ", ", ").replace(" or ", ", ")


def write_template(path: Path, language: str, files: Sequence[str] = ()) -> None:
    """Write an empty table of interviews as xlsx, with headings in the language and one row for each given file.

    Raises
    ------
    InputProblem
        If the file exists already or cannot be written.
    """
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import Font
    from openpyxl.worksheet.datavalidation import DataValidation

    if path.exists():
        raise InputProblem(N_("{name} exists already. Choose another name."), name=path)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "интервью" if language == "ru" else "interviews"
    at = 0 if language == "ru" else 1
    for number, (column, words) in enumerate(COLUMNS.items(), 1):
        cell = sheet.cell(1, number, words[at])
        cell.font = Font(bold=True)
        if words[2 + at]:
            cell.comment = Comment(words[2 + at], "veche")
        sheet.column_dimensions[cell.column_letter].width = 14 if column != "file" else 28
        if column in ("consent", "archive", "standing", "language"):
            choices = choices_of(column, language).replace(", ", ",")
            rule = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
            sheet.add_data_validation(rule)
            rule.add(f"{cell.column_letter}2:{cell.column_letter}2000")
    for number, name in enumerate(files, 2):
        sheet.cell(number, 1, name)
    sheet.freeze_panes = "B2"
    made = io.BytesIO()  # a workbook that cannot be written to its file complains once more when it is forgotten
    book.save(made)
    with replacing(path) as part:
        part.write_bytes(made.getvalue())
