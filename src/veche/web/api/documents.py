"""One document as the reader needs it: text, turns, sentences and every mark on them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from veche.study import (
    Coding,
    ConsentMark,
    Document,
    Interview,
    Memo,
    NotFound,
    Record,
    Respondent,
    Role,
    Statement,
    Text,
    Town,
    Wave,
)  # fmt: skip
from veche.text._sentences import sentences
from veche.web.api.models import REFUSALS, DocumentOut, DocumentsOut
from veche.web.state import TheState
from veche.web.wire import to_wire
from veche.workbench import Study

router = APIRouter(tags=["reading"])


@router.get("/documents", response_model=DocumentsOut, responses=REFUSALS, name="list_documents")
def list_documents(state: TheState) -> JSONResponse:
    """List all documents with their interviews, by date."""
    return JSONResponse(state.kept("api documents", lambda: _documents(state.study)))


def _documents(study: Study) -> dict[str, Any]:
    seq = study.store.last_entry()
    named = _Names(study)
    interviews = {one.id: one for one in study.store.all(Interview)}
    rows = [
        to_wire(one) | {"interview": named.describe(interviews.get(one.interview_id or ""))}
        for one in study.documents()
    ]
    return {"documents": rows, "seq": seq}


@router.get("/documents/{document_id}", response_model=DocumentOut, responses=REFUSALS, name="read_document")
def read_document(state: TheState, document_id: str) -> JSONResponse:
    """Return one document with its text, turns, sentences, codings, statements, memos and consent marks.

    Positions are Unicode code points. `unplaced` holds the codings that stand on an earlier text of the document.
    """
    return JSONResponse(document_as_json(state.study, document_id))


def document_as_json(study: Study, document_id: str) -> dict[str, Any]:
    """Gather one document with everything that stands on it.

    Raises
    ------
    NotFound
        If there is no such document.
    """
    store = study.store
    # the number first: what is changed while the rest is read comes again over the live connection
    seq = store.last_entry()
    document = store.get(Document, document_id)
    text = store.text(document.text_id)
    interview = _one(study, Interview, document.interview_id)
    codings = store.having(Coding, "document_id", [document.id])
    statements = store.having(Statement, "interview_id", [interview.id]) if interview is not None else ()
    marks = store.having(ConsentMark, "document_id", [document.id])
    targets = [document.id, *(one.id for one in (*codings, *statements, *marks))]
    memos = store.having(Memo, "target_id", [*targets, interview.id] if interview is not None else targets)
    present = [one for one in codings if one.text_id == text.id]
    return {
        "document": to_wire(document),
        "interview": _Names(study).describe(interview),
        "text": _text(text),
        "codings": [to_wire(one) for one in sorted(present, key=lambda c: (c.start, c.end, c.id))],
        "unplaced": [to_wire(one) for one in codings if one.text_id != text.id],
        "statements": [to_wire(one) for one in statements],
        "memos": [to_wire(one) for one in memos],
        "consent_marks": [to_wire(one) for one in marks],
        "seq": seq,
    }


def _one(study: Study, kind: type[Interview], row_id: str | None) -> Interview | None:
    try:
        return study.store.get(kind, row_id) if row_id else None
    except NotFound:
        return None


def _text(text: Text) -> dict[str, Any]:
    return {
        "id": text.id,
        "language": text.language,
        "body": text.body,
        "turns": [
            {"number": one.number, "start": one.start, "end": one.end, "kind": one.kind, "speaker": one.speaker}
            for one in text.turns
        ],
        "sentences": sentences_of(text),
    }


# a stored text never changes, so its sentences are found once
@lru_cache(maxsize=16)
def sentences_of(text: Text) -> list[tuple[int, int]]:
    """Return the sentences of a text, turn by turn; of a text without turns, of the whole."""
    if not text.turns:
        return sentences(text.body)
    return [span for turn in text.turns for span in sentences(text.body, turn.start, turn.end)]


class _Names:
    """Names of towns, waves, roles and respondents, for rows that hold only their ids."""

    def __init__(self, study: Study) -> None:
        kinds: tuple[type[Record], ...] = (Town, Wave, Role, Respondent)
        self._rows = {one.id: to_wire(one) for kind in kinds for one in study.store.all(kind)}

    def describe(self, interview: Interview | None) -> dict[str, Any] | None:
        """Return an interview with the town, wave, role and respondent themselves beside their ids."""
        if interview is None:
            return None
        near = {
            name: self._rows.get(getattr(interview, f"{name}_id")) for name in ("town", "wave", "role", "respondent")
        }
        return to_wire(interview) | near
