"""Opening the database behind a study: one SQLite file, or a PostgreSQL server."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, select, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

from veche.store import search, tables
from veche.study.errors import N_, StudyFileProblem

#: "vech" in ASCII, in the header of every study file (SQLite's application_id)
APPLICATION_ID = 0x76656368
#: how long a writer waits for another one, in seconds
PATIENCE = 30.0

search.search_tables(tables.metadata)


def remove(target: str | Path) -> None:
    """Remove a study file, with what SQLite keeps beside it, where that can be done; nothing of a server."""
    if not is_server(target):
        for end in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                Path(f"{target}{end}").unlink(missing_ok=True)


def is_server(target: str | Path) -> bool:
    """Is the target the address of a PostgreSQL server rather than a file?"""
    return str(target).startswith(("postgresql://", "postgresql+psycopg://"))


def make_engine(target: str | Path) -> Engine:
    """Make an engine for a file or for a PostgreSQL address."""
    if is_server(target):
        address = str(target).replace("postgresql://", "postgresql+psycopg://", 1)
        return create_engine(address, isolation_level="REPEATABLE READ")
    url = URL.create("sqlite", database=str(target))
    engine = create_engine(url, poolclass=QueuePool, connect_args={"timeout": PATIENCE, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite`, never by the driver on its own
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -32000")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("veche_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def create_schema(engine: Engine) -> None:
    """Create all tables and indexes in an empty database.

    Raises
    ------
    StudyFileProblem
        If it cannot be written.
    """
    if engine.dialect.name == "sqlite":
        try:
            with engine.connect() as connection:
                raw = connection.connection.dbapi_connection
                assert raw is not None
                raw.execute("PRAGMA journal_mode = WAL")
        except (OperationalError, sqlite3.OperationalError) as error:
            raise _unreachable(error, _name(engine)) from error
    with writing(engine) as connection:
        tables.metadata.create_all(connection)
        search.create_index(connection)
        connection.execute(insert(tables.info), [{"name": "schema", "value": str(tables.SCHEMA_VERSION)}])
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version = {tables.SCHEMA_VERSION}")


def schema_version(engine: Engine) -> int:
    """Read the schema version of a database.

    Raises
    ------
    StudyFileProblem
        If it is no study, damaged, or not reachable.
    """
    name = _name(engine)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                found = connection.exec_driver_sql("PRAGMA application_id").scalar()
                if found != APPLICATION_ID:
                    raise StudyFileProblem(
                        N_(
                            "{name} is not a study of veche. Give the path of a .veche file, or make one with `veche new`."
                        ),
                        name=name,
                    )
            value = connection.execute(select(tables.info.c.value).where(tables.info.c.name == "schema")).scalar()
    except OperationalError as error:
        raise _unreachable(error, name) from error
    except DatabaseError as error:
        raise damaged(name) from error
    if value is None:
        raise StudyFileProblem(N_("{name} holds no study. Make one with `veche new`."), name=name)
    if not str(value).isascii() or not str(value).isdigit():
        raise damaged(name)
    return int(value)


def damaged(name: str) -> StudyFileProblem:
    """Make the error for a file that cannot be read as a database."""
    return StudyFileProblem(
        N_("{name} is damaged or not a study of veche. Restore the newest backup beside it (`*.backup-*`)."), name=name
    )


def _unreachable(error: OperationalError | sqlite3.OperationalError, name: str) -> StudyFileProblem:
    if "locked" in str(error) or "busy" in str(error):
        return StudyFileProblem(
            N_("{name} has been in use by another program for {seconds} s. Close it there, then try again."),
            name=name,
            seconds=int(PATIENCE),
        )
    if "no such table" in str(error) or "does not exist" in str(error):
        return StudyFileProblem(N_("{name} holds no study. Make one with `veche new`."), name=name)
    reason = (str(getattr(error, "orig", error)).strip().splitlines() or [type(error).__name__])[0]
    if is_server(name):
        return StudyFileProblem(
            N_("{name} cannot be reached: {reason}. Check the address, your name and password there, and that the server runs."),
            name=name, reason=reason,
        )  # fmt: skip
    return StudyFileProblem(
        N_("{name} cannot be opened: {reason}. Check the path, the rights and the space on the disk."),
        name=name,
        reason=reason,
    )


def _name(engine: Engine) -> str:
    """Name a study in messages: its path, or its address without the password."""
    if engine.dialect.name == "sqlite":
        return engine.url.database or ""
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=True)


@contextlib.contextmanager
def writing(engine: Engine, *, in_turn: bool = True) -> Iterator[Connection]:
    """Run one write transaction; writers take turns. On a server, one that writes rows nobody else writes need not wait for its turn."""
    name = _name(engine)
    try:
        with engine.connect() as plain:
            connection = plain.execution_options(veche_writing=True)
            with connection.begin():
                if engine.dialect.name == "postgresql":
                    # READ COMMITTED after the lock, so that a writer sees what the one before it wrote
                    connection.execute(text("SET TRANSACTION ISOLATION LEVEL READ COMMITTED"))
                    if in_turn:
                        connection.execute(text(f"SELECT pg_advisory_xact_lock({APPLICATION_ID})"))
                yield connection
    except OperationalError as error:
        raise _unreachable(error, name) from error


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Run one read transaction: everything read in it is of one moment."""
    name = _name(engine)
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    except OperationalError as error:
        raise _unreachable(error, name) from error
