"""A running workbench for tests in a real browser."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web._study import make_study

CHROMIUM = os.environ.get("VECHE_TEST_BROWSER") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SECRET = b"a secret of the tests, 32 bytes."
# what is expected comes, but on a slow machine not within the usual five seconds
expect.set_options(timeout=30_000)


def pytest_configure(config: pytest.Config) -> None:
    """A plugin of the browser tests defines a fixture in a way that pytest will drop; that is not ours to mend."""
    config.addinivalue_line("filterwarnings", "ignore:Session-scoped fixtures defined as instance methods")


@dataclass
class Workbench:
    """A workbench on a port of this machine; it can be stopped and started again on the same port."""

    study: Path
    who: str = "АК"
    language: str = "en"
    port: int = 0
    _server: Any = field(default=None, repr=False)
    _thread: threading.Thread | None = field(default=None, repr=False)
    _app: Any = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Address of the workbench, without token."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def entry(self) -> str:
        """Address that opens it once."""
        return f"{self.url}/?token={self._app.state.keys.token}"

    @property
    def store(self) -> Any:
        """The store of the running workbench."""
        return self._app.state.veche.study.store

    def start(self) -> None:
        """Start serving; the first time on a free port, then on the same."""
        import uvicorn

        from veche.web.app import make_app
        from veche.web.serve import take_port

        self._app = make_app(self.study, who=self.who, language=self.language, secret=SECRET)
        bound = take_port(self.port)
        self.port = bound.getsockname()[1]
        config = uvicorn.Config(
            self._app, log_level="error", access_log=False, timeout_graceful_shutdown=1, ws="websockets-sansio"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [bound]}, daemon=True)
        self._thread.start()
        until = time.monotonic() + 60
        while not self._server.started:
            if time.monotonic() > until:
                pytest.fail("the workbench did not start")
            time.sleep(0.01)
        self._bound = bound

    def stop(self) -> None:
        """Stop serving, as when the program is ended."""
        if self._server is None:
            return
        self._server.should_exit = True
        assert self._thread is not None
        self._thread.join(20)
        with contextlib.suppress(OSError):
            self._bound.close()
        self._server = None


@pytest.fixture(scope="session")
def study_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study that every test gets a copy of."""
    path = tmp_path_factory.mktemp("study") / "study.veche"
    make_study(path).close()
    return path


@pytest.fixture
def workbench(study_file: Path, tmp_path: Path) -> Iterator[Workbench]:
    """A running workbench of a small fictional study."""
    path = tmp_path / "study.veche"
    shutil.copy(study_file, path)
    running = Workbench(path)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def fictional(demo_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """A running workbench of the fictional study, for all tests that only look at it: what one has computed the others find."""
    path = tmp_path_factory.mktemp("fictional") / "study.veche"
    shutil.copy(demo_path, path)
    running = Workbench(path)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def signed_in(fictional: Workbench, browser: Any) -> Any:
    """What the browser keeps after the token of the fictional study was exchanged: its address of entry works once."""
    context = browser.new_context()
    context.new_page().goto(fictional.entry)
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def context(context: Any) -> Any:
    """Patient also where a page is computed first, on a machine that does other things too."""
    context.set_default_timeout(90_000)
    return context


@pytest.fixture
def opened(workbench: Workbench, page: Any) -> Any:
    """A browser page that has exchanged the token and shows the study."""
    page.goto(workbench.entry)
    return page


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the browser of the system."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium here")
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": list(ARGUMENTS)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A window of a common size."""
    return browser_context_args | {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB"}
