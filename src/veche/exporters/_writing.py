"""What writers of files share."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from veche.study import InputProblem
from veche.study.errors import N_

#: what a spreadsheet would take for a formula
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write beside the target and put it in place at the end, so that nothing half written is left.

    Raises
    ------
    InputProblem
        If it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise InputProblem(
            N_("{name} cannot be written: {reason}. Check the path and the rights, and close it elsewhere."),
            name=path,
            reason=error.strerror or error,
        ) from error
    finally:
        part.unlink(missing_ok=True)
