"""The application: a study behind pages, an interface for programs and one WebSocket per tab."""

from __future__ import annotations

import contextlib
import gc
import importlib
import pkgutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRouter
from starlette.staticfiles import StaticFiles

from veche import __version__, workbench
from veche.web import api, errors, live, pages
from veche.web.language import Language
from veche.web.rendering import STATIC, NavItem, set_navigation
from veche.web.security import Keys, Security
from veche.web.state import State
from veche.web.uploads import Uploads

#: thresholds of Python's search for circles among objects, from the youngest to the oldest
SELDOM = (10_000, 20, 100)


def make_app(
    study_target: str | Path,
    *,
    who: str | None = None,
    language: str | None = None,
    token: str | None = None,
    hosts: Sequence[str] = ("127.0.0.1", "localhost"),
    secret: bytes | None = None,
) -> FastAPI:
    """Make the application of one study.

    Parameters
    ----------
    study_target
        Path of a .veche file, or the address of a PostgreSQL database.
    who
        Key of the person who works, as it will stand in the journal.
    language
        ru or en for all pages; by default as the browser asks. The user's own choice goes before it.
    token
        One-time token of the opened address (``/?token=...``); by default a random one, in ``app.state.keys``.
    hosts
        Names under which the workbench answers.
    secret
        From what the session is derived; by default random. Kept over a restart, open tabs stay signed in.

    Raises
    ------
    NotFound, StudyFileProblem
        If the study cannot be opened.
    """
    keys = Keys(**{name: value for name, value in (("token", token), ("secret", secret)) if value is not None})  # type: ignore[arg-type]
    study = workbench.open(study_target, who=who)
    state = State(study, live.Hub(study.store), Uploads())

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # A study is some hundred thousand records without circles among them: looking through all of them for
        # circles takes .1 to .2 s, and would happen at nearly every page after a change.
        gc.set_threshold(*SELDOM)
        yield
        await state.hub.close()
        state.uploads.close()
        study.close()

    # the ready-made pages of documentation load scripts from elsewhere; the description itself is /api/openapi.json
    app = FastAPI(
        title="veche", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json", description="The workbench of one study: texts, codes, edits, history.",
    )  # fmt: skip
    app.state.veche, app.state.keys = state, keys
    errors.install(app)
    app.include_router(api.router)
    app.include_router(live.router)
    for router in _pages():
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Security, keys=keys, hosts=hosts)
    app.add_middleware(Language, fallback=language)
    return app


def _pages() -> list[APIRouter]:
    """Load every module of ``veche.web.pages``: each has a `router`, and `NAVIGATION` where it stands in the menu."""
    routers: list[APIRouter] = []
    items: list[NavItem] = []
    for found in sorted(pkgutil.iter_modules(pages.__path__), key=lambda one: one.name):
        if found.name.startswith("_"):
            continue
        module = importlib.import_module(f"{pages.__name__}.{found.name}")
        routers.append(module.router)
        items.extend(getattr(module, "NAVIGATION", ()))
    set_navigation(items)
    return routers
