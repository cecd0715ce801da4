"""Compiling: kept between sessions where a folder can be written, made anew whenever a source of the engine changes."""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from veche.words import _

#: the files whose text decides whether a kept compilation may be used
SOURCES = (
    "observables.py", "_part.py", "_numbers.py", "_draws.py", "_state.py", "_entrance.py", "_programme.py", "_coalition.py", "_decision.py",
    "_rivals.py", "_record.py", "_kernel.py",
)  # fmt: skip
#: a kept compilation is loaded sooner than this, in seconds
SOON = 4.0


def source_stamp() -> int:
    """Give a number that changes with the source of the engine.

    Numba looks at the file of the outermost function only; a stamp in its closure makes it look at all of them.
    """
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((here / name).read_bytes())
    return int.from_bytes(digest.digest()[:7], "big")


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function that lets other threads run, kept on disk where that is possible."""
    import numba

    try:
        return numba.njit(nogil=True, error_model="numpy", cache=True)(function)
    except RuntimeError:  # no folder for the cache can be written
        return numba.njit(nogil=True, error_model="numpy")(function)


@contextlib.contextmanager
def announced(function: Any) -> Iterator[None]:
    """Say on the error stream what is going on, in the language in use: at once where nothing is kept, else if loading takes unexpectedly long."""
    message = _("The model is being compiled; this happens once and takes up to half a minute.")
    waiting = threading.Timer(SOON if kept(function) else 0.0, _say, [message])
    waiting.daemon = True
    waiting.start()
    try:
        yield
    finally:
        waiting.cancel()


def kept(function: Any) -> bool:
    """Is there a kept compilation of a compiled function that is no older than the sources?"""
    folder = function.stats.cache_path
    if folder is None:
        return False
    name = function.py_func.__qualname__.replace("<locals>", "locals")
    newest = max(path.stat().st_mtime for path in (Path(__file__).parent / one for one in SOURCES))
    return any(path.stat().st_mtime >= newest for path in Path(folder).glob(f"*.{name}-*.nbi"))


def compile_beside(work: str) -> None:
    """Do `work` (Python), which compiles and keeps what it compiled, in a process of its own.

    A compiler holds the interpreter for most of its time: in a thread of a server it would make every page wait. Where that process cannot be
    started, or finds no folder to keep its work in, the caller compiles as if this had not been tried.
    """
    quiet = subprocess.DEVNULL
    with contextlib.suppress(OSError, ValueError):
        subprocess.run([sys.executable or "python", "-c", work], stdin=quiet, stdout=quiet, stderr=quiet, check=False)


def _say(message: str) -> None:
    sys.stderr.write(message + "\n")
    sys.stderr.flush()
