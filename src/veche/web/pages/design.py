"""Towns, waves, respondents, roles, topics of the guide, interviews: plain forms that know on which revision they are based."""

from __future__ import annotations

import dataclasses
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from veche.study import Code, Conflict, GuideTopic, NotFound, Record, VecheError
from veche.study.errors import N_
from veche.web.days import in_day
from veche.web.errors import FieldProblem
from veche.web.pages._forms import KINDS, KindPlan, cells, choices_of, from_form, in_field, name_of, shown_fields
from veche.web.rendering import NavItem, render
from veche.web.state import State, TheState
from veche.web.wire import from_wire, to_wire
from veche.words import _, language
from veche.workbench import guide

router = APIRouter()
NAVIGATION = (NavItem("material", N_("Towns, waves, people"), "/design", 40),)

#: those in the list on the left
LISTED = ("town", "wave", "region", "respondent", "role", "topic", "interview", "coder", "study")


def _kind(name: str) -> KindPlan:
    if name not in KINDS:
        raise NotFound(N_("There is no list of {name}. Choose one of: {known}."), name=name, known=", ".join(LISTED))
    return KINDS[name]


@router.get("/design", include_in_schema=False)
def begin() -> RedirectResponse:
    """Lead to the towns."""
    return RedirectResponse("/design/town", status_code=303)


@router.get("/design/{name}", response_class=HTMLResponse, include_in_schema=False)
def records(request: Request, state: TheState, name: str) -> Response:
    """List the records of one kind."""
    kind = _kind(name)
    store = state.study.store
    if name == "study":
        return RedirectResponse(f"/design/study/{state.study.info.id}", status_code=303)
    found = sorted(store.all(kind.record), key=lambda one: (getattr(one, "position", 0), name_of(one)))
    if language() == "en" and kind.columns[:2] == ("label_ru", "label_en"):
        kind = dataclasses.replace(kind, columns=("label_en", "label_ru", *kind.columns[2:]))
    titles = {one.name: one.title for one in kind.fields}
    return render(
        request, "design_list.html", phase="material", kind=kind, rows=cells(kind, found, store), counts=_counts(state),
        titles=[titles[column] for column in kind.columns],
    )  # fmt: skip


def _counts(state: State) -> list[tuple[KindPlan, int]]:
    return state.kept("design counts", lambda: [(KINDS[name], len(state.study.store.all(KINDS[name].record))) for name in LISTED])  # fmt: skip


@router.get("/design/{name}/{row_id}", response_class=HTMLResponse, include_in_schema=False)
def form(request: Request, state: TheState, name: str, row_id: str) -> HTMLResponse:
    """Show the form of one record; of ``new``: an empty one."""
    kind = _kind(name)
    if row_id == "new":
        return _show(request, state, kind, None, _defaults(kind), rev=0)
    record = state.study.store.get(kind.record, row_id)
    return _show(request, state, kind, record, to_wire(record), rev=record.rev)


def _defaults(kind: KindPlan) -> dict[str, Any]:
    return {one.name: one.default for one in dataclasses.fields(kind.record) if one.default is not dataclasses.MISSING}


def _show(
    request: Request, state: State, kind: KindPlan, record: Record | None, values: dict[str, Any], *, rev: int,
    error: VecheError | None = None, present: Record | None = None,
) -> HTMLResponse:  # fmt: skip
    store = state.study.store
    wrong = (error.field, error.message(_)) if isinstance(error, FieldProblem) else ("", "")
    known = {one.name for one in kind.fields}
    return render(
        request, "design_form.html", phase="material", kind=kind, record=record, rev=rev, counts=_counts(state),
        fields=shown_fields(kind, values, store, wrong), name=name_of(record) if record is not None else "",
        problem=error.message(_) if error is not None and wrong[0] not in known else "",
        conflict=_conflict(kind, values, present, state) if present is not None else [], present=present,
        by=_who(state, present), status=200 if error is None else 409 if isinstance(error, Conflict) else 422,
    )  # fmt: skip


def _who(state: State, present: Record | None) -> str:
    last = state.study.store.history(limit=1, row_ids=[present.id]) if present is not None else ()
    return last[0].who if last else ""


def _conflict(kind: KindPlan, mine: dict[str, Any], present: Record, state: State) -> list[tuple[str, str, str]]:
    """Return the fields in which one's own version and the present one differ: title, mine, theirs."""
    theirs = to_wire(present)
    differing = []
    for one in kind.fields:
        own, other = in_field(mine.get(one.name)), in_field(theirs[one.name])
        if own != other:
            labels = dict(choices_of(one, state.study.store))
            if one.kind == "day":
                own, other = in_day(own), in_day(other)
            differing.append((one.title, labels.get(own, own), labels.get(other, other)))
    return differing


@router.post("/design/{name}/{row_id}", response_class=HTMLResponse, include_in_schema=False)
async def save(request: Request, state: TheState, name: str, row_id: str) -> Response:
    """Save or remove a record, if nobody changed it since the form was made."""
    async with request.form(max_files=1, max_fields=100) as sent:
        return await run_in_threadpool(_save, request, state, _kind(name), row_id, sent)


def _save(request: Request, state: State, kind: KindPlan, row_id: str, sent: FormData) -> Response:
    store = state.study.store
    record = None if row_id == "new" else store.get(kind.record, row_id)
    rev = _rev(sent)
    typed = from_form(kind, sent)
    base = _defaults(kind) if record is None else to_wire(record)
    values = {name: value for name, value in base.items() if name not in ("rev",)} | typed
    try:
        _check_codes(state, values if kind.record is GuideTopic and sent.get("step") != "remove" else {})
        if record is None:
            _add(state, kind, values)
        elif sent.get("step") == "remove":
            with store.edit(state.who, f"remove {kind.name}", name_of(record)) as edit:
                if isinstance(record, GuideTopic):
                    guide.rename_topic(store, edit, record.key, None)
                edit.remove(kind.record, row_id, rev=rev)
        else:
            made = from_wire(kind.record, values)
            with store.edit(state.who, f"edit {kind.name}", name_of(made)) as edit:
                edit.replace(made, rev=rev)
                if isinstance(made, GuideTopic) and isinstance(record, GuideTopic):
                    guide.rename_topic(store, edit, record.key, made.key)
    except Conflict as error:
        present = store.get(kind.record, row_id)
        # what is typed is kept; sent again it is based on what is now shown beside it
        return _show(request, state, kind, record, values, rev=present.rev, error=error, present=present)
    except VecheError as error:
        return _show(request, state, kind, record, values, rev=rev, error=error)
    state.hub.wake()
    back = "/interviews" if kind.name in ("interview", "document") else f"/design/{kind.name}"
    return RedirectResponse(back if kind.name != "study" else "/", status_code=303)


def _check_codes(state: State, values: dict[str, Any]) -> None:
    """Refuse codes that are not in the codebook."""
    known = {one.key for one in state.study.store.all(Code)} if values.get("codes") else set()
    if unknown := [key for key in values.get("codes", ()) if key not in known]:
        raise FieldProblem(
            N_("There is no code {name} ({field}). Choose codes of the codebook."),
            name=", ".join(unknown),
            field="codes",
        )


def _add(state: State, kind: KindPlan, values: dict[str, Any]) -> None:
    if not kind.addable:
        raise FieldProblem(N_("A {noun} is not added by form ({field}). Add transcripts instead."), noun=kind.one, field="id")  # fmt: skip
    made = from_wire(kind.record, {name: value for name, value in values.items() if name != "id"})
    with state.study.store.edit(state.who, f"add {kind.name}", name_of(made)) as edit:
        edit.add(made)


def _rev(sent: FormData) -> int:
    text = str(sent.get("rev", ""))
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise FieldProblem(N_("The form does not say on which revision it is based ({field}). Load the page again."), field="rev")  # fmt: skip
    return int(text)
