"""Another copy of a study, opened so that it is not changed in any way."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from veche.store import Store
from veche.study.errors import N_, InputProblem, NotFound, StudyFileProblem

#: how often copying is tried anew while somebody writes to the file
TRIES = 5


@contextlib.contextmanager
def opened_copy(target: str | Path) -> Iterator[Store]:
    """Open another copy of a study for reading: a file as a copy of its own in a temporary folder, a server's as it is.

    Opening a study may bring it up to date or write its log beside it; on the copy that does no harm.

    Raises
    ------
    NotFound
        If there is no such file.
    StudyFileProblem
        If it is no study, damaged, or being written to without pause.
    """
    if str(target).startswith(("postgresql://", "postgresql+psycopg://")):
        with Store.open(target) as store:
            yield store
        return
    path = Path(target)
    if not path.exists():
        raise NotFound(N_("There is no file {name}. Check the path."), name=path)
    if path.is_dir():
        raise StudyFileProblem(N_("{name} is a folder. Give the path of a .veche file."), name=path)
    with (
        tempfile.TemporaryDirectory(prefix="veche-merge-", ignore_cleanup_errors=True) as folder,
        Store.open(_copied(path, Path(folder))) as store,
    ):
        yield store


def _copied(path: Path, folder: Path) -> Path:
    log = path.with_name(path.name + "-wal")
    target = folder / path.name
    for _ in range(TRIES):
        before = _stamps(path, log)
        try:
            shutil.copyfile(path, target)
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(log, folder / log.name)
        except OSError as error:
            raise InputProblem(
                N_("{name} cannot be read: {reason}. Check the path."), name=path, reason=error.strerror or error
            ) from error
        if _stamps(path, log) == before:
            return target
        (folder / log.name).unlink(missing_ok=True)
    raise StudyFileProblem(
        N_("{name} is being written to without pause. Close it elsewhere, then try again."), name=path
    )


def _stamps(*paths: Path) -> list[tuple[int, int] | None]:
    found: list[tuple[int, int] | None] = []
    for path in paths:
        try:
            state = path.stat()
            found.append((state.st_mtime_ns, state.st_size))
        except OSError:
            found.append(None)
    return found
