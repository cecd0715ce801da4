"""The workbench as a process of its own, started by its command, so that it can be killed or run twice on one file."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


class Process:
    """``veche open`` on a study; the same port after a restart, and the sessions of open tabs are kept."""

    def __init__(self, study: Path, folder: Path, who: str) -> None:
        self._study, self._folder, self._who = study, folder, who
        self._running: subprocess.Popen[str] | None = None
        self.entry = ""
        self.port = 0

    @property
    def url(self) -> str:
        """Address of the workbench, without token."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait for the address."""
        command = [sys.executable, "-u", "-m", "veche", "--lang", "en", "open", str(self._study)]
        command += ["--no-browser", "--port", str(self.port), "--who", self._who]
        self._running = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | {"XDG_STATE_HOME": str(self._folder), "PYTHONUTF8": "1"},
        )  # fmt: skip
        assert self._running.stdout is not None and self._running.stderr is not None
        line = self._running.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=\S+", line)
        if found is None:
            self.kill()
            pytest.fail(f"the workbench did not start: {line} {self._running.stderr.read()}")
        self.entry, self.port = found[0], int(found[1])

    def kill(self) -> None:
        """End it without any warning, as a power cut does."""
        assert self._running is not None
        self._running.send_signal(signal.SIGKILL)
        self._running.communicate()

    def stop(self) -> None:
        """End it if it runs, and close what it held."""
        if self._running is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._running.kill()
        self._running.communicate()
        self._running = None


@contextlib.contextmanager
def running(study: Path, folder: Path, who: str = "АК") -> Iterator[Process]:
    """Run the workbench of a study in a process of its own."""
    if sys.platform == "win32":
        pytest.skip("processes are killed otherwise there")
    process = Process(study, folder, who)
    process.start()
    try:
        yield process
    finally:
        process.stop()
