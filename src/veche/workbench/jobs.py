"""Work that takes long: done in threads of its own, joined when asked for twice, told how far it is, stopped on demand.

Analyses do not know of jobs. So a job is stopped in two ways: at each step that it reports, and, inside the part that it
marks as computing, by an exception raised in its thread. Outside that part, where files and databases are open, nothing
is torn apart. Work inside one call of a compiled library ends when that call returns; its result is then thrown away.
"""

from __future__ import annotations

import contextlib
import contextvars
import ctypes
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from typing import Any, Literal

from veche.study import Cancelled, NotFound, VecheError, new_id
from veche.study.errors import N_

State = Literal["waiting", "running", "done", "failed", "cancelled"]
#: jobs at work at once; others wait
AT_ONCE = 2
#: jobs remembered after their end
KEPT = 60
#: seconds for which work that failed is not begun again: a page that looks for its result would begin it for ever
LATELY = 10.0


class _Stop(BaseException):
    """Raised inside a computing thread to end it; no `except Exception` of an analysis holds it up."""


class Job:
    """One piece of work. `value` is what it gave, `error` why it failed, `fault` an exception that nobody foresaw."""

    def __init__(self, key: Hashable, steps: int) -> None:
        self.id = new_id()
        self.key = key
        self.state: State = "waiting"
        self.step, self.steps, self.doing = 0, steps, ""
        self.value: Any = None
        self.error: VecheError | None = None
        self.fault: Exception | None = None
        self._begun = time.monotonic()
        self._took: float | None = None
        self._over: float | None = None
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._stopping = False
        self._computing: int | None = None

    @property
    def seconds(self) -> float:
        """How long it has been at work, or took."""
        return self._took if self._took is not None else time.monotonic() - self._begun

    @property
    def ended(self) -> bool:
        """Is it over, in whatever way?"""
        return self._ended.is_set()

    @property
    def failed_lately(self) -> bool:
        """Did it fail a moment ago, so that the same work would fail again?"""
        return self.state == "failed" and self._over is not None and time.monotonic() - self._over < LATELY

    @property
    def stopping(self) -> bool:
        """Has it been told to stop?"""
        return self._stopping

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end; returns whether it came."""
        return self._ended.wait(seconds)

    def result(self) -> Any:
        """Return what the work gave.

        Raises
        ------
        VecheError
            What the work raised; `Cancelled` if it was stopped.
        """
        if self.error is not None:
            raise self.error
        if self.fault is not None:
            raise self.fault
        return self.value

    def report(self, doing: str) -> None:
        """Say that the next step begins; `doing` is marked for translation.

        Raises
        ------
        Cancelled
            If the job is to stop.
        """
        if self._stopping:
            raise _cancelled()
        self.step, self.doing = self.step + 1, doing

    @contextlib.contextmanager
    def computing(self) -> Iterator[None]:
        """Mark a part in which the thread may be stopped at any point: it must hold neither files nor locks."""
        with self._lock:
            if self._stopping:
                raise _cancelled()
            self._computing = threading.get_ident()
        try:
            yield
        finally:
            # a stop that comes while this waits for the lock ends the part all the same
            with self._lock:
                self._computing = None

    def cancel(self) -> None:
        """Stop the work as soon as it can be stopped; nothing happens to one that is over."""
        with self._lock:
            self._stopping = True
            if self._computing is not None:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._computing), ctypes.py_object(_Stop))

    def run(self, work: Callable[[Job], Any], room: threading.Semaphore) -> None:
        """Do the work in this thread when there is room."""
        try:
            with room:
                self.state = "running"
                self._begun = time.monotonic()
                self._do(work)
        except _Stop:  # came when the computing had just ended
            self.value, self.error = None, _cancelled()
        finally:
            self._over = time.monotonic()
            self._took = self._over - self._begun
            if isinstance(self.error, Cancelled):
                self.state = "cancelled"
            else:
                self.state = "failed" if self.error is not None or self.fault is not None else "done"
            self._ended.set()

    def _do(self, work: Callable[[Job], Any]) -> None:
        try:
            value = work(self)
            self.value, self.error = (None, _cancelled()) if self._stopping else (value, None)
        except _Stop:
            self.error = _cancelled()
        except VecheError as error:
            self.error = error
        except Exception as error:
            self.fault = error


def _cancelled() -> Cancelled:
    return Cancelled(N_("The work was stopped. Nothing was changed; start it again when you like."))


class Jobs:
    """The jobs of one running workbench."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._room = threading.Semaphore(at_once)
        self._held: dict[str, Job] = {}
        self._lock = threading.Lock()

    def start(self, key: Hashable, work: Callable[[Job], Any], *, steps: int = 1) -> Job:
        """Begin work, or join that of the same key which is under way or failed a moment ago. The thread keeps the language of the caller."""
        with self._lock:
            for one in self._held.values():
                if one.key == key and (one.failed_lately or not (one.ended or one._stopping)):
                    return one
            job = Job(key, steps)
            self._held[job.id] = job
            over = [one.id for one in self._held.values() if one.ended]
            for old in over[: max(0, len(self._held) - KEPT)]:
                del self._held[old]
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(job.run, work, self._room), daemon=True).start()
        return job

    def get(self, job_id: str) -> Job:
        """Return a job.

        Raises
        ------
        NotFound
            If it is not known (any more).
        """
        with self._lock:
            found = self._held.get(job_id)
        if found is None:
            raise NotFound(N_("This work is not known any more. Open the page of the analysis again."))
        return found

    def close(self) -> None:
        """Stop all jobs."""
        with self._lock:
            held = tuple(self._held.values())
        for one in held:
            one.cancel()
