"""Adjudication: the disagreements of one interview, one after another, with the words of each side, decision and reason."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse

from veche.analyses.agreement.spans import KINDS
from veche.analyses.agreement_progress.compute import CAUSES
from veche.study import Code, Codebook, VecheError
from veche.study.double_coding import Cause
from veche.study.errors import N_, InputProblem
from veche.web.api.families import family_of
from veche.web.errors import status_of
from veche.web.rendering import render
from veche.web.state import State, TheState
from veche.words import _
from veche.workbench.adjudication import Docket, Item, decide, take_docket, take_over

router = APIRouter()
_CAUSES: tuple[str, ...] = get_args(Cause)


@router.get("/double-coding/decide/{interview_id}", response_class=HTMLResponse, include_in_schema=False)
def show(
    request: Request, state: TheState, interview_id: str, item: Annotated[str, Query(max_length=40)] = ""
) -> HTMLResponse:
    """Show one disagreement; without a choice the first that is not decided."""
    return _page(request, state, interview_id, item)


def _page(
    request: Request, state: State, interview_id: str, item_id: str = "", error: VecheError | None = None
) -> HTMLResponse:
    docket = take_docket(state.study, interview_id)
    chosen = _chosen(docket, item_id)
    at = docket.items.index(chosen) if chosen is not None else 0
    book = Codebook(state.study.store.all(Code))
    return render(
        request, "adjudication.html", phase="coding", docket=docket, chosen=chosen, at=at,
        before=docket.items[at - 1] if chosen and at else None, after=docket.items[at + 1] if chosen and at + 1 < len(docket.items) else None,
        kinds=KINDS, causes=CAUSES, families={one.id: family_of(one, book) for one in book.codes}, labels=book.by_id,
        codes=[one for _depth, one in book.tree() if one.codable], verdict=_verdict(chosen),
        problem=error.message(_) if error is not None else "", status=status_of(error)[0] if error is not None else 200,
    )  # fmt: skip


def _chosen(docket: Docket, item_id: str) -> Item | None:
    for one in docket.items:
        if one.id == item_id:
            return one
    return next(iter((*docket.undecided, *docket.items)), None)


def _verdict(item: Item | None) -> str:
    """Return the choice that stands, as the form names it; empty if none does."""
    if item is None or item.decision is None:
        return ""
    upheld = set(item.decision.upheld)
    if not upheld:
        return "none" if not item.decision.agreed else "other"
    if upheld == {one.id for one in item.difference.codings} and sum(bool(v.codings) for v in item.versions) > 1:
        return "all"
    for version in item.versions:
        if version.codings and upheld == {one.id for one, _code, _words in version.codings}:
            return version.coder.id
    return "all"


@router.post("/double-coding/decide/{interview_id}", response_model=None, include_in_schema=False)
def save(
    request: Request, state: TheState, interview_id: str, item: Annotated[str, Form(max_length=40)],
    verdict: Annotated[str, Form(max_length=100)] = "", code: Annotated[str, Form(max_length=100)] = "",
    cause: Annotated[str, Form(max_length=40)] = "unknown", reason: Annotated[str, Form(max_length=5000)] = "",
) -> HTMLResponse | RedirectResponse:  # fmt: skip
    """Record a decision and go to the next disagreement."""
    study = state.study
    try:
        docket = take_docket(study, interview_id)
        decide(
            study, interview_id, item, cause=_cause(cause), reason=reason, **_taken(docket.item(item), verdict, code)
        )
    except VecheError as error:
        return _page(request, state, interview_id, item, error)
    state.hub.wake()
    return RedirectResponse(_next(docket, interview_id, item), status_code=303)


def _cause(given: str) -> Any:
    if given not in _CAUSES:
        raise InputProblem(N_("The cause is {found}. Choose one of: {known}."), found=given, known=", ".join(_CAUSES))
    return given


def _taken(item: Item, verdict: str, code: str) -> dict[str, Any]:
    """Return what a choice of the form upholds."""
    if verdict == "none":
        return {"upheld": ()}
    if verdict == "all":
        return {"upheld": [one.id for one in item.difference.codings]}
    if verdict == "other" and code:
        return {"code_id": code}
    for version in item.versions:
        if version.coder.id == verdict and version.codings:
            return {"upheld": [one.id for one, _code, _words in version.codings]}
    raise InputProblem(N_("Nothing is decided yet: choose what holds, then save."))


def _next(docket: Docket, interview_id: str, item_id: str) -> str:
    """Return where to go on: the next disagreement that is not decided, after this one or from the start."""
    ids = [one.id for one in docket.items]
    at = ids.index(item_id)
    open_ones = {one.id for one in docket.undecided} - {item_id}
    following = next((one for one in (*ids[at + 1 :], *ids[:at]) if one in open_ones), item_id)
    return f"/double-coding/decide/{interview_id}?item={following}"


@router.post("/double-coding/take-over/{interview_id}", response_model=None, include_in_schema=False)
def take(request: Request, state: TheState, interview_id: str) -> HTMLResponse | RedirectResponse:
    """Put what all coders agree on into the agreed layer."""
    try:
        take_over(state.study, interview_id)
    except VecheError as error:
        return _page(request, state, interview_id, "", error)
    state.hub.wake()
    return RedirectResponse(f"/double-coding/decide/{interview_id}", status_code=303)
