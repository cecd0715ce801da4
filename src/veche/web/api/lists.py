"""Lists that every screen needs: codebook, coders, actors and offices, what the command field finds."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from veche import words
from veche.study import Actor, Code, Codebook, Coder, Coding, Interview, Office, StatementKind, Tenure
from veche.web.api.families import family_of
from veche.web.api.models import REFUSALS, CodebookOut, CodersOut, PeopleOut
from veche.web.rendering import navigation
from veche.web.state import TheState
from veche.web.wire import to_wire
from veche.words import _
from veche.workbench import Study

router = APIRouter(tags=["lists"])


@router.get("/codebook", response_model=CodebookOut, responses=REFUSALS)
def codebook(state: TheState) -> JSONResponse:
    """Return all codes in the order of the codebook, with family and number of codings."""
    return JSONResponse(state.kept("api codebook", lambda: codebook_as_json(state.study)))


def codebook_as_json(study: Study) -> dict[str, Any]:
    """Gather the codebook; suggestions of the machine are not counted."""
    seq = study.store.last_entry()
    book = Codebook(study.store.all(Code))
    machine = {one.id for one in study.store.all(Coder) if one.kind == "suggestion"}
    counts = Counter(one.code_id for one in study.store.all(Coding) if one.coder_id not in machine)
    codes = [
        to_wire(code) | {"depth": depth, "family": family_of(code, book), "count": counts[code.id]}
        for depth, code in book.tree()
    ]
    return {"codes": codes, "seq": seq}


@router.get("/coders", response_model=CodersOut, responses=REFUSALS)
def coders(state: TheState) -> JSONResponse:
    """Return everybody who codes, who works here, and who has a page open."""
    seq = state.study.store.last_entry()
    rows = [to_wire(one) for one in state.study.store.all(Coder)]
    return JSONResponse({"coders": rows, "me": state.who, "online": state.hub.present(), "seq": seq})


@router.get("/people", response_model=PeopleOut, responses=REFUSALS)
def people(state: TheState) -> JSONResponse:
    """Return actors, offices with who held them and when, and kinds of statements."""
    return JSONResponse(state.kept("api people", lambda: _people(state.study)))


def _people(study: Study) -> dict[str, Any]:
    store = study.store
    seq = store.last_entry()
    holders: dict[str, list[dict[str, Any]]] = {}
    for one in store.all(Tenure):
        holders.setdefault(one.office_id, []).append(to_wire(one))
    kinds = sorted(store.all(StatementKind), key=lambda one: (one.position, one.key))
    return {
        "actors": [to_wire(one) for one in store.all(Actor)],
        "offices": [to_wire(one) | {"holders": holders.get(one.id, [])} for one in store.all(Office)],
        "kinds": [to_wire(one) for one in kinds],
        "seq": seq,
    }


@router.get("/palette", responses=REFUSALS)
def palette(state: TheState) -> dict[str, list[dict[str, str]]]:
    """Return what the command field finds besides the words of texts: interviews, codes, pages."""
    made: list[dict[str, str]] = state.kept(f"palette {words.language()}", lambda: _palette(state.study))
    return {"items": made}


def _palette(study: Study) -> list[dict[str, str]]:
    keys = {one.id: one.key for one in study.store.all(Interview)}
    found = [
        {"kind": "interview", "title": keys.get(one.interview_id or "", one.name), "detail": one.name, "href": f"/read/{one.id}"}
        for one in study.documents()
    ]  # fmt: skip
    book = Codebook(study.store.all(Code))
    found += [
        {
            "kind": "code", "title": code.label(words.language()), "detail": code.key, "href": f"/codebook?code={code.id}",
            "family": family_of(code, book), "also": f"{code.label_ru} {code.label_en}".strip(),
        }
        for _depth, code in book.tree()
    ]  # fmt: skip
    found += [{"kind": "page", "title": _(one.title), "detail": one.path, "href": one.path} for one in navigation()]
    return found
