"""Suggestions of this computer: the switch, how good they are, what to read next, and a language model of the user's own."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse

from veche.study import Code, Codebook, Interview, VecheError
from veche.study.errors import N_
from veche.text.suggest import ENOUGH_PASSAGES, can_learn
from veche.web.api.families import family_of
from veche.web.errors import status_of
from veche.web.rendering import NavItem, render
from veche.web.state import State, TheState
from veche.words import _
from veche.workbench.suggestions import Basis, desk_of

router = APIRouter()
NAVIGATION = (NavItem("coding", N_("Suggestions"), "/suggestions", 40),)

#: on what a suggestion rests
BASIS_WORDS: dict[Basis, str] = {
    "definition": N_("definition of the code"), "codings": N_("your codings"), "model": N_("language model"),
}  # fmt: skip


@router.get("/suggestions", response_class=HTMLResponse, include_in_schema=False)
def show(
    request: Request, state: TheState, measure: bool = False,
    kept: Annotated[int | None, Query(ge=0, le=10**6)] = None, dropped: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> HTMLResponse:  # fmt: skip
    """Show the page; where measuring takes long, only when asked to measure."""
    return _page(request, state, measure=measure, asked=None if kept is None else (kept, dropped))


def _page(
    request: Request, state: State, *, measure: bool = False, asked: tuple[int, int] | None = None,
    error: VecheError | None = None, typed: tuple[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    desk = desk_of(state.study)
    on = desk.on
    quality = desk.quality() if on and (measure or desk.quick()) else None
    book = Codebook(state.study.store.all(Code))
    keys = {one.id: one.key for one in state.study.store.all(Interview)}
    endpoint = desk.settings.endpoint
    address, model = typed or (endpoint.address, endpoint.model)
    return render(
        request, "suggestions.html", phase="coding", on=on, learns=can_learn(), enough=ENOUGH_PASSAGES,
        quality=sorted((one for one in quality if one.coded or one.tally.suggested), key=lambda one: -one.coded) if quality is not None else None,
        telling=desk.next_passages() if on else (), codes=book.by_id, families={one.id: family_of(one, book) for one in book.codes},
        counts=desk.log.counts(), endpoint=endpoint, address=address, model=model, asked=asked, basis_words=BASIS_WORDS,
        documents=[(one.id, keys.get(one.interview_id or "", one.name)) for one in state.study.documents()] if endpoint.address else [],
        problem=error.message(_) if error is not None else "", status=status_of(error)[0] if error is not None else 200,
    )  # fmt: skip


@router.post("/suggestions/switch", include_in_schema=False)
def switch(state: TheState, on: Annotated[Literal["yes", "no"], Form()]) -> RedirectResponse:
    """Switch suggestions on or off for this study and this user."""
    desk_of(state.study).switch(on == "yes")
    return RedirectResponse("/suggestions", status_code=303)


@router.post("/suggestions/decide", include_in_schema=False)
def decide(
    state: TheState, step: Annotated[Literal["accept", "refuse"], Form()], document: Annotated[str, Form(max_length=100)],
    text: Annotated[str, Form(max_length=100)], code: Annotated[str, Form(max_length=100)], basis: Annotated[Basis, Form()],
    start: Annotated[int, Form(ge=0, le=2**31 - 1)], end: Annotated[int, Form(ge=0, le=2**31 - 1)],
) -> RedirectResponse:  # fmt: skip
    """Accept or refuse one suggestion."""
    desk = desk_of(state.study)
    if step == "accept":
        desk.decisions.accept(document, text_id=text, start=start, end=end, code_id=code, basis=basis)
    else:
        desk.decisions.refuse(document, text_id=text, start=start, end=end, code_id=code, basis=basis)
    state.hub.wake()
    return RedirectResponse("/suggestions#next", status_code=303)


@router.post("/suggestions/model", response_model=None, include_in_schema=False)
def choose_model(
    request: Request, state: TheState, address: Annotated[str, Form(max_length=300)] = "", model: Annotated[str, Form(max_length=200)] = "",
    elsewhere: Annotated[bool, Form()] = False,
) -> HTMLResponse | RedirectResponse:  # fmt: skip
    """Set the language model to ask; an empty address: none."""
    try:
        desk_of(state.study).choose_endpoint(address, model, elsewhere=elsewhere)
    except VecheError as error:
        return _page(request, state, error=error, typed=(address, model))
    return RedirectResponse("/suggestions#model", status_code=303)


@router.post("/suggestions/ask", response_model=None, include_in_schema=False)
def ask(
    request: Request, state: TheState, document: Annotated[str, Form(max_length=100)]
) -> HTMLResponse | RedirectResponse:
    """Ask the language model about one interview."""
    try:
        found = desk_of(state.study).ask(document)
    except VecheError as error:
        return _page(request, state, error=error)
    return RedirectResponse(
        "/suggestions?" + urlencode({"kept": found.kept, "dropped": found.dropped}) + "#model", status_code=303
    )
