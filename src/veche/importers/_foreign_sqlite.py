"""Databases of other programs: opened for reading only, with limits, and trusted in nothing."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from veche.study.errors import N_, InputProblem

#: the first bytes of every SQLite file
MAGIC = b"SQLite format 3\0"
#: longest value, all values together (characters), rows in all, seconds of work inside SQLite
MAX_VALUE = 32_000_000
MAX_TOTAL = 150_000_000
MAX_ROWS = 3_000_000
PATIENCE = 60.0
#: what a study cannot keep: NUL and halves of characters
_UNKEPT = re.compile("[\0\ud800-\udfff]")
#: instructions of SQLite between two looks at the clock
_STEPS = 200_000


def is_sqlite(path: Path) -> bool:
    """Does the file begin as a SQLite database?"""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def tables_in(path: Path) -> dict[str, frozenset[str]]:
    """Return the tables of a database with their columns, in lower case; nothing if it cannot be read."""
    if not is_sqlite(path):
        return {}
    try:
        with ForeignDatabase(path) as found:
            return found.tables
    except InputProblem:
        return {}


class ForeignDatabase:
    """A SQLite file of another program.

    Views and virtual tables are not looked at, since a hostile one could compute for ever; rows and time are limited; text that is no UTF-8 keeps
    its bytes as lone surrogates, so that it can be told.

    Raises
    ------
    InputProblem
        If it is no database, damaged, or too large.
    """

    def __init__(self, path: Path, *, shown: str | None = None) -> None:
        self.name = shown or path.name
        self._rows = self._size = 0
        self._closing = contextlib.ExitStack()
        if not is_sqlite(path):
            raise InputProblem(
                N_("{file} is no database (SQLite). Give the project file itself, as its program saved it."),
                file=self.name,
            )
        try:
            self._connection = self._open(path)
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.execute("PRAGMA query_only = ON")
            self._connection.execute("PRAGMA mmap_size = 0")
            self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
            self._connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            self._until = time.monotonic() + PATIENCE
            self._connection.set_progress_handler(lambda: time.monotonic() > self._until, _STEPS)
            self.tables = self._read_tables()
        except sqlite3.Error as error:
            self._closing.close()
            raise self._damaged(error) from error

    def _open(self, path: Path) -> sqlite3.Connection:
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            # the newest rows are still in the log beside the file: both are read from a copy, so that nothing of theirs is touched
            folder = Path(self._closing.enter_context(tempfile.TemporaryDirectory(prefix="veche-read-")))
            shutil.copyfile(log, folder / log.name)
            path = Path(shutil.copyfile(path, folder / path.name))
            connection = sqlite3.connect(path)
        else:
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        self._closing.callback(connection.close)
        return connection

    def _read_tables(self) -> dict[str, frozenset[str]]:
        rows = self._connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchmany(2000)
        found = {}
        for name, sql in rows:
            if isinstance(name, str) and isinstance(sql, str) and not sql.lstrip().upper().startswith("CREATE VIRTUAL"):
                columns = self._connection.execute("SELECT name FROM pragma_table_info(?)", (name,)).fetchall()
                found[name.lower()] = frozenset(str(one[0]).lower() for one in columns)
        return found

    def __enter__(self) -> ForeignDatabase:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def has(self, table: str, *columns: str) -> bool:
        """Has the database this table with these columns?"""
        return table in self.tables and self.tables[table].issuperset(columns)

    def need(self, program: str, **tables: Sequence[str]) -> None:
        """Refuse a database that lacks a table or a column.

        Raises
        ------
        InputProblem
            If one is missing; the message says which.
        """
        for table, columns in tables.items():
            if table not in self.tables:
                raise InputProblem(
                    N_("{file} is no project of {program}: it has no table {table}. Its tables: {found}."),
                    file=self.name, program=program, table=table, found=", ".join(sorted(self.tables)[:12]) or "–",
                )  # fmt: skip
            if missing := sorted(set(columns) - self.tables[table]):
                raise InputProblem(
                    N_("The table {table} of {file} lacks the columns {missing}, which a project of {program} has. Open the project in its "
                       "program, save it there, and give it again."),
                    table=table, file=self.name, missing=", ".join(missing), program=program,
                )  # fmt: skip

    def rows(self, table: str, *columns: str, order: str | None = None) -> Iterator[tuple[object, ...]]:
        """Yield the rows of a table: these columns, None for those it lacks; nothing if there is no such table.

        Raises
        ------
        InputProblem
            If the file is damaged there, or holds more than any project.
        """
        if table not in self.tables:
            return
        chosen = ", ".join(f'"{one}"' if one in self.tables[table] else "NULL" for one in columns)
        ordered = f' ORDER BY "{order}"' if order is not None and order in self.tables[table] else ""
        try:
            for row in self._connection.execute(f'SELECT {chosen} FROM "{table}"{ordered}'):
                self._rows += 1
                self._size += sum(len(one) for one in row if isinstance(one, (str, bytes)))
                if self._rows > MAX_ROWS or self._size > MAX_TOTAL:
                    raise InputProblem(
                        N_("{file} holds more than {limit} rows or {characters} characters: no project is so large. Check what it is."),
                        file=self.name, limit=MAX_ROWS, characters=MAX_TOTAL,
                    )  # fmt: skip
                yield row
        except sqlite3.Error as error:
            raise self._damaged(error) from error

    def _damaged(self, error: sqlite3.Error) -> InputProblem:
        return InputProblem(
            N_("{file} is damaged or cut off ({reason}). Open it in its program, save it anew, and give it again."),
            file=self.name, reason=str(error)[:80],
        )  # fmt: skip


def whole(value: object) -> int | None:
    """Return a whole number as SQLite may hold it; anything else is None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = int(value)
    except (ValueError, OverflowError):
        return None
    return number if float(value) == number and abs(number) < 2**53 else None


def words(value: object) -> str:
    """Return a value as text without what a study cannot keep; bytes and nothing are empty."""
    if value is None or isinstance(value, bytes):
        return ""
    return _UNKEPT.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
