"""A workbench asked directly, without a network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web._study import make_study


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study that every test gets a copy of."""
    path = tmp_path_factory.mktemp("web") / "study.veche"
    make_study(path).close()
    return path


@pytest.fixture
def study_path(made: Path, tmp_path: Path) -> Path:
    """A copy of the study."""
    path = tmp_path / "study.veche"
    shutil.copy(made, path)
    return path


@pytest.fixture
def app(study_path: Path) -> Any:
    """The application, with the token ``token``."""
    from veche.web import make_app

    return make_app(study_path, who="АК", language="en", token="token")


@pytest.fixture
def stranger(app: Any) -> Iterator[Any]:
    """A client without the session."""
    from starlette.testclient import TestClient

    with TestClient(
        app, base_url="http://127.0.0.1:8331", follow_redirects=False, raise_server_exceptions=False
    ) as client:
        yield client


@pytest.fixture
def client(stranger: Any) -> Any:
    """A client with the session, which sends what a browser sends from a page of the workbench."""
    answer = stranger.get("/?token=token")
    assert answer.status_code == 303
    stranger.headers["Sec-Fetch-Site"] = "same-origin"
    return stranger


@pytest.fixture
def store(app: Any) -> Any:
    """The store behind the application."""
    return app.state.veche.study.store
