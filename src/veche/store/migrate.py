"""From an older schema to the present one, one step after another, with a backup first."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import Connection, Engine, update

from veche.store import tables
from veche.store.database import damaged, is_server, schema_version, writing
from veche.study.errors import N_, StudyFileProblem

#: for each older schema version: what makes the next one of it
STEPS: Mapping[int, Callable[[Connection], None]] = {}


def backup(source: Path, target: Path | None = None) -> Path:
    """Copy a study file while others may be writing to it.

    Parameters
    ----------
    target
        Where to; by default beside the file, with the moment in the name.

    Raises
    ------
    StudyFileProblem
        If the target exists, or cannot be written.
    """
    if target is None:
        stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
        target = source.with_name(f"{source.name}.backup-{stamp}")
        number = 1
        while target.exists():
            number += 1
            target = source.with_name(f"{source.name}.backup-{stamp}-{number}")
    if target.exists():
        raise StudyFileProblem(N_("{target} exists already. Choose another name for the backup."), target=target)
    part = target.with_name(target.name + ".part")
    try:
        with _opened(source) as old, _opened(part) as new:
            old.backup(new)
            # one file that can be carried away: no write-ahead log beside it
            new.execute("PRAGMA journal_mode = DELETE")
        part.replace(target)
    except sqlite3.DatabaseError as error:
        part.unlink(missing_ok=True)
        if "unable to open" in str(error) or "disk" in str(error):
            raise StudyFileProblem(
                N_(
                    "The backup {target} cannot be written: {reason}. Check the path, the rights and the space on the disk."
                ),
                target=target,
                reason=str(error),
            ) from error
        raise damaged(str(source)) from error
    except OSError as error:
        raise StudyFileProblem(
            N_(
                "The backup {target} cannot be written: {reason}. Check the path, the rights and the space on the disk."
            ),
            target=target,
            reason=error.strerror,
        ) from error
    return target


class _opened:  # noqa: N801 - reads as a verb
    """A SQLite connection that is closed at the end (the driver's own context manager only commits)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> sqlite3.Connection:
        self._connection = sqlite3.connect(self._path, timeout=30)
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def bring_up_to_date(engine: Engine, target: str | Path) -> Path | None:
    """Migrate a study of an older schema; returns the backup that was made first, or None if nothing was to do.

    Raises
    ------
    StudyFileProblem
        If the study was made by a newer veche.
    """
    found = schema_version(engine)
    if found == tables.SCHEMA_VERSION:
        return None
    if found > tables.SCHEMA_VERSION:
        raise StudyFileProblem(
            N_(
                "{name} was made by a newer veche (schema {found}, this one knows {known}). Update veche: `pip install -U veche`."
            ),
            name=target,
            found=found,
            known=tables.SCHEMA_VERSION,
        )
    kept = None if is_server(target) else backup(Path(target))
    with writing(engine) as connection:
        for version in range(found, tables.SCHEMA_VERSION):
            STEPS[version](connection)
        info = tables.info
        connection.execute(update(info).where(info.c.name == "schema").values(value=str(tables.SCHEMA_VERSION)))
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA user_version = {tables.SCHEMA_VERSION}")
    return kept
