"""Compiling: kept between sessions where a folder can be written, made anew whenever a source of the engine changes."""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from veche.words import _

#: the files whose text decides whether a kept compilation may be used
SOURCES = (
    "_part.py", "_numbers.py", "_draws.py", "_state.py", "_entrance.py", "_programme.py", "_coalition.py", "_decision.py", "_rivals.py", "_record.py",
    "_kernel.py",
)  # fmt: skip
#: a kept compilation is loaded sooner than this, in seconds
SOON = 2.5


def source_stamp() -> int:
    """Give a number that changes with the source of the engine.

    Numba looks at the file of the outermost function only; a stamp in its closure makes it look at all of them.
    """
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for name in SOURCES:
        path = here / name
        digest.update(path.read_bytes() if path.exists() else b"")
    return int.from_bytes(digest.digest()[:7], "big")


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function that lets other threads run, kept on disk where that is possible."""
    import numba

    try:
        return numba.njit(nogil=True, error_model="numpy", cache=True)(function)
    except RuntimeError:  # no folder for the cache can be written
        return numba.njit(nogil=True, error_model="numpy")(function)


@contextmanager
def announced() -> Iterator[None]:
    """Say on the error stream what is going on where it takes longer than loading a kept compilation."""
    waiting = threading.Timer(SOON, _announce)
    waiting.daemon = True
    waiting.start()
    try:
        yield
    finally:
        waiting.cancel()


def _announce() -> None:
    print(_("The model is being compiled; this happens once and takes up to half a minute."), file=sys.stderr, flush=True)
