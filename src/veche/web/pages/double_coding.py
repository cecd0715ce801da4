"""Double coding: who codes which interview, one's own tasks, what is ready to be decided, and whether it gets better."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse

from veche.study import Code, Result, VecheError
from veche.study.errors import N_
from veche.web.errors import status_of
from veche.web.pages._comparing import TheRuns, warm_up
from veche.web.rendering import NavItem, render
from veche.web.state import State, TheState
from veche.words import _
from veche.workbench.double_coding import assign, finish, reopen, take_overview, withdraw
from veche.workbench.runs import Runs

router = APIRouter()
NAVIGATION = (NavItem("coding", N_("Double coding"), "/double-coding", 50),)

#: codes that divide the coders most, shown on the page
MOST = 6
Key = Annotated[str, Form(max_length=200)]


@router.get("/double-coding", response_class=HTMLResponse, include_in_schema=False)
def show(request: Request, state: TheState, runs: TheRuns) -> HTMLResponse:
    """Show the page."""
    return _page(request, state, runs)


def _page(request: Request, state: State, runs: Runs, error: VecheError | None = None) -> HTMLResponse:
    warm_up()
    overview = take_overview(state.study)
    mine = [one for one in overview.tasks if (share := one.share_of(state.who)) and share.assignment.finished is None]
    waiting = [
        one
        for one in overview.tasks
        if (share := one.share_of(state.who)) and share.assignment.finished is not None and one.state == "open"
    ]
    progress = _progress(runs)
    worst: list[Any] = []
    if progress is not None:
        worst = progress.tables["definitions"].query("disagreements > 0").head(MOST).reset_index().to_dict("records")
    return render(
        request, "double_coding.html", phase="coding", overview=overview, mine=mine, waiting=waiting, me=state.who,
        progress=progress, worst=worst, ids={one.key: one.id for one in state.study.store.all(Code)},
        problem=error.message(_) if error is not None else "",
        rounds=sorted({one.round for one in overview.tasks if one.round}),
        status=status_of(error)[0] if error is not None else 200,
    )  # fmt: skip


def _progress(runs: Runs) -> Result | None:
    """Return the agreement over time if there is any to see."""
    try:
        question = runs.ask("agreement_progress", {}, {})
        known = runs.known(question)
        if known is None:
            job = runs.start(question)
            job.wait()
            known = job.result()
    except VecheError:
        return None  # less than two coders: nothing to follow yet
    return known if known is not None and len(known.table) else None


def _done(state: State) -> RedirectResponse:
    state.hub.wake()
    return RedirectResponse("/double-coding", status_code=303)


@router.post("/double-coding/assign", response_model=None, include_in_schema=False)
def assign_interviews(
    request: Request, state: TheState, runs: TheRuns, interview: Annotated[list[str], Form()] = [],  # noqa: B006 - the framework copies it
    coder: Annotated[list[str], Form()] = [], other: Key = "", round: Key = "", blind: Annotated[bool, Form()] = False,  # noqa: B006
) -> HTMLResponse | RedirectResponse:  # fmt: skip
    """Assign interviews to coders."""
    try:
        assign(state.study, interview, [*coder, *other.split(",")], blind=blind, round=round)
    except VecheError as error:
        return _page(request, state, runs, error)
    return _done(state)


@router.post("/double-coding/{step}", response_model=None, include_in_schema=False)
def act(
    request: Request, state: TheState, runs: TheRuns, step: str, interview: Key, coder: Key = ""
) -> HTMLResponse | RedirectResponse:
    """Finish an interview, code it again, or withdraw it from a coder."""
    try:
        if step == "finish":
            finish(state.study, interview)
        elif step == "reopen":
            reopen(state.study, interview)
        elif step == "withdraw":
            withdraw(state.study, interview, coder)
    except VecheError as error:
        return _page(request, state, runs, error)
    return _done(state)
