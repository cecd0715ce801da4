"""Files of the lab: written beside their place and moved there whole, so that nothing half written is ever found."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from veche.study.errors import N_, InputProblem


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Write a file beside its place; it is moved there at the end, and nothing remains if that end is not reached.

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
            N_("{name} cannot be written: {reason}. Check the path and the rights."),
            name=path, reason=error.strerror or str(error),
        ) from error  # fmt: skip
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
