"""Suggestions for one document: what fits, accepting and refusing."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from veche.text.suggest import can_learn
from veche.web.api.models import CONFLICTS, REFUSALS, Row, Strict, Uuid
from veche.web.state import TheState
from veche.web.wire import to_wire
from veche.workbench.suggestions import Suggestion, desk_of

router = APIRouter(prefix="/documents/{document_id}/suggestions", tags=["suggestions"])

Place = Annotated[int, Field(ge=0, le=2**31 - 1)]


class SuggestionOut(BaseModel):
    """A code for [start, end) of the text, in code points; why, how sure, and how often such suggestions were right."""

    start: int
    end: int
    text_id: str
    code_id: str
    basis: Literal["definition", "codings", "model"]
    score: float | None
    words: list[str]
    precision: float | None


class SuggestionsOut(BaseModel):
    """What is suggested, by place; nothing if it is switched off. `learns`: the package that learns from codings is installed."""

    on: bool
    learns: bool
    suggestions: list[SuggestionOut]
    seq: int


class Decision(Strict):
    """The suggestion decided on; `id` is that of the coding to be made, so that it is made once."""

    text_id: Uuid
    start: Place
    end: Place
    code_id: Uuid
    basis: Literal["definition", "codings", "model"] = "definition"
    id: Uuid | None = None


class Accepted(BaseModel):
    """The coding made."""

    coding: Row
    seq: int


class Declined(BaseModel):
    """The number of the newest entry of the journal."""

    seq: int


class AskedOut(BaseModel):
    """Quotations of a language model that were found in the text, and those dropped."""

    kept: int
    dropped: int


@router.get("", response_model=SuggestionsOut, responses=REFUSALS, name="read_suggestions")
def read_suggestions(state: TheState, document_id: str) -> JSONResponse:
    """Return the suggestions for a document, by place. Nothing is a coding until a person accepts it."""
    desk = desk_of(state.study)
    seq = state.study.store.last_entry()
    found = desk.for_document(document_id)
    return JSONResponse(
        {"on": desk.on, "learns": can_learn(), "suggestions": [as_json(one) for one in found], "seq": seq}
    )


def as_json(one: Suggestion) -> dict[str, Any]:
    """Return a suggestion as JSON has it."""
    made = dataclasses.asdict(one) | {"words": list(one.words)}
    made.pop("document_id")
    return made


@router.post("/accept", response_model=Accepted, responses=CONFLICTS, name="accept_suggestion")
def accept_suggestion(state: TheState, document_id: str, given: Decision) -> JSONResponse:
    """Make a suggestion a coding of the person who works here."""
    coding = desk_of(state.study).decisions.accept(
        document_id,
        text_id=given.text_id,
        start=given.start,
        end=given.end,
        code_id=given.code_id,
        basis=given.basis,
        coding_id=given.id,
    )
    state.hub.wake()
    kept = state.study.store.having(type(coding), "id", [coding.id])
    return JSONResponse({"coding": to_wire(kept[0] if kept else coding), "seq": state.study.store.last_entry()})


@router.post("/refuse", response_model=Declined, responses=CONFLICTS, name="refuse_suggestion")
def refuse_suggestion(state: TheState, document_id: str, given: Decision) -> JSONResponse:
    """Remember that a code does not fit these words; it is not suggested for them again."""
    desk_of(state.study).decisions.refuse(
        document_id, text_id=given.text_id, start=given.start, end=given.end, code_id=given.code_id, basis=given.basis
    )
    state.hub.wake()
    return JSONResponse({"seq": state.study.store.last_entry()})


@router.post("/ask", response_model=AskedOut, responses=CONFLICTS, name="ask_model")
def ask_model(state: TheState, document_id: str) -> JSONResponse:
    """Ask the user's language model, if one is set, for quotations; those that stand in the text are suggested from then on."""
    return JSONResponse(dataclasses.asdict(desk_of(state.study).ask(document_id)))
