"""Merging a copy of the study that somebody worked on apart: what comes, what clashes, decided row by row, then one act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from veche.study import InputProblem, VecheError
from veche.study.errors import N_
from veche.web.labels import label
from veche.web.pages._one_file import keep_one
from veche.web.pages._row_words import field_title
from veche.web.rendering import NavItem, render
from veche.web.state import State, TheState
from veche.web.uploads import Upload
from veche.words import _

if TYPE_CHECKING:
    from veche.workbench._merge_rules import Side

router = APIRouter()
NAVIGATION = (NavItem("material", N_("Merge copies"), "/merge", 82),)

#: clashes shown on one page; decided ones make room for the others
SHOWN = 100
_FIELD = "clash:"


def _page(
    request: Request, *, problems: tuple[str, ...] = (), merged: int = 0, lost: int = 0, status: int = 200
) -> HTMLResponse:
    return render(
        request, "merge.html", phase="material", problems=problems, merged=merged, lost=lost, status=status,
    )  # fmt: skip


@router.get("/merge", response_class=HTMLResponse, include_in_schema=False)
def merge_page(
    request: Request,
    merged: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    lost: Annotated[int, Query(ge=0, le=10**7)] = 0,
) -> HTMLResponse:
    """Show where to drop the other copy."""
    return _page(request, merged=merged, lost=lost)


@router.post("/merge", response_class=HTMLResponse, include_in_schema=False)
async def receive(request: Request, state: TheState) -> Response:
    """Take the other copy."""
    upload = state.uploads.start()
    try:
        async with request.form(max_files=1, max_fields=10) as form:
            kept = keep_one(upload, form, "copy")
    except InputProblem as problem:
        state.uploads.drop(upload.id)
        return _page(request, problems=(problem.message(_),), status=422)
    if not kept:
        state.uploads.drop(upload.id)
        return _page(
            request, problems=(_("No file was chosen. Drop the other copy here (a .veche file)."),), status=422
        )
    return RedirectResponse(f"/merge/{upload.id}", status_code=303)


@router.get("/merge/{upload_id}", response_class=HTMLResponse, include_in_schema=False)
def preview(request: Request, state: TheState, upload_id: str) -> HTMLResponse:
    """Show what merging would do."""
    return _show(request, state, state.uploads.get(upload_id))


def _show(
    request: Request, state: State, upload: Upload, decisions: Mapping[str, Side] | None = None, *, everything: Side | None = None,
    problem: str = "", status: int = 200,
) -> HTMLResponse:  # fmt: skip
    from veche.store.records import BY_TABLE
    from veche.workbench._merge_words import told_clashes

    if not upload.files:
        return _page(request, problems=(_("These files are not waiting any more. Drop them again."),), status=404)
    try:
        plan = state.study.merge(upload.files[0]).decide_known(decisions or {})
        plan = plan.settle(everything) if everything is not None else plan
    except VecheError as error:
        state.uploads.drop(upload.id)
        return _page(request, problems=(error.message(_),), status=422)
    told = told_clashes(state.study, plan)
    return render(
        request, "merge_preview.html", phase="material", upload=upload, plan=plan, told=told[:SHOWN], hidden=told[SHOWN:],
        counts=[(_(BY_TABLE[name].record.noun), *numbers) for name, numbers in plan.counts().items()], problem=problem, status=status,
        title_of=field_title, said=_said,
    )  # fmt: skip


#: fields with a few fixed words, which are translated
_FIXED = {
    "consent": "consent",
    "archive": "archive",
    "standing": "standing",
    "level": "level",
    "branch": "branch",
    "language": "language",
}


def _said(field: str, value: str) -> str:
    """Say the value of a field: fixed words in the language in use, anything else as it is."""
    if field in _FIXED:
        return label(_FIXED[field], value)
    return _(value) if field == "modality" and value else value


@router.post("/merge/{upload_id}", response_class=HTMLResponse, include_in_schema=False)
async def decide(request: Request, state: TheState, upload_id: str) -> Response:
    """Take decisions, merge, or give up."""
    from starlette.concurrency import run_in_threadpool

    upload = state.uploads.get(upload_id)
    async with request.form(max_files=0, max_fields=100_000) as form:
        given = {name: str(value) for name, value in form.multi_items()}
    return await run_in_threadpool(_decide, request, state, upload, given)


def _decide(request: Request, state: State, upload: Upload, given: Mapping[str, str]) -> Response:
    step = given.get("step", "look")
    if step == "drop":
        state.uploads.drop(upload.id)
        return RedirectResponse("/merge", status_code=303)
    decisions: dict[str, Side] = {
        name.removeprefix(_FIELD): "mine" if value == "mine" else "theirs"
        for name, value in given.items()
        if name.startswith(_FIELD) and value in ("mine", "theirs")
    }
    if step in ("mine", "theirs"):
        return _show(request, state, upload, decisions, everything="mine" if step == "mine" else "theirs")
    if step != "merge":
        return _show(request, state, upload, decisions)
    try:
        plan = state.study.merge(upload.files[0]).decide_known(decisions)
        if plan.open:
            return _show(request, state, upload, decisions, problem=_("Decide every clash first."), status=422)
        done = state.study.carry_out(plan)
    except VecheError as error:
        return _show(request, state, upload, decisions, problem=error.message(_), status=422)
    state.uploads.drop(upload.id)
    state.hub.wake()
    return RedirectResponse(f"/merge?merged={done.entry}&lost={done.lost}", status_code=303)
