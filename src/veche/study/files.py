"""Files are written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from veche.study.errors import N_, InputProblem


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write beside the target and put it in place at the end, so that nothing half written is left or ever found.

    Raises
    ------
    InputProblem
        If it cannot be written.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise InputProblem(
            N_("{name} cannot be written: {reason}. Check the path and the rights, and close it elsewhere."),
            name=path,
            reason=(error.strerror or str(error)) if path.parent.is_dir() else os.strerror(errno.ENOENT),
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
