"""Fixtures for all tests: an empty study on each database, the fictional study, the language."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from veche import words

settings.register_profile(
    "veche",
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "veche"))

POSTGRES = os.environ.get("VECHE_TEST_POSTGRES")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English."""
    with words.using("en"):
        yield


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a study can be made: a path, or a schema of its own on the PostgreSQL server of VECHE_TEST_POSTGRES."""
    if request.param == "sqlite":
        yield str(tmp_path / "study.veche")
        return
    if not POSTGRES:
        if os.environ.get("CI"):
            pytest.fail("VECHE_TEST_POSTGRES is not set: the store must be tested on PostgreSQL too")
        pytest.skip("VECHE_TEST_POSTGRES names no PostgreSQL server")
    from sqlalchemy import create_engine, text

    schema = f"t{uuid.uuid4().hex}"
    engine = create_engine(POSTGRES)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    # what a crash of the server would lose is not asked here: nothing waits for its disk
    yield f"{POSTGRES}?options=-csearch_path%3D{schema}%20-csynchronous_commit%3Doff"
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture(scope="session")
def demo_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fictional study in Russian, made once; copy it before changing it."""
    import veche

    path = tmp_path_factory.mktemp("demo") / "demo.veche"
    veche.open_demo(path, language="ru").close()
    return path
