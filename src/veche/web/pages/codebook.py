"""The codebook: its tree, one code with its definitions and history, merging and splitting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from veche.study import Code, Conflict, VecheError, quotations
from veche.study.codebook import CodeKind
from veche.study.errors import N_
from veche.study.quotations import strongest
from veche.web.api.families import family_of
from veche.web.days import iso_day
from veche.web.errors import FieldProblem
from veche.web.labels import CHOICES
from veche.web.pages._comparing import TheRuns, families_of_keys, labels_of_keys, passages_of, waves_of_keys
from veche.web.rendering import NavItem, render
from veche.web.state import State, TheState
from veche.web.wire import from_wire, to_wire
from veche.words import _, language
from veche.workbench import codebook as book
from veche.workbench.runs import Runs

router = APIRouter()
NAVIGATION = (NavItem("coding", N_("Codebook"), "/codebook", 20),)

KIND_WORDS = CHOICES["kind_code"]
assert set(KIND_WORDS) == set(get_args(CodeKind))

_TEXTS = ("key", "kind", "label_ru", "label_en", "definition_ru", "definition_en", "example_ru", "example_en")
_DAYS = ("not_before", "not_after")
_EMPTY_IS_NONE = ("parent_id", "value_set", *_DAYS)
#: quotations of one code on the page of splitting
MOST = 500


@router.get("/codebook", response_class=HTMLResponse, include_in_schema=False)
def show(
    request: Request, state: TheState, runs: TheRuns, code: str = "", new: bool = False, under: str = ""
) -> HTMLResponse:
    """Show the tree, and the chosen code or an empty form beside it."""
    evidence = runs.evidence()
    if new:
        parent = evidence.codebook.by_id.get(under)
        blank = Code(
            key=f"{parent.key}." if parent else "", parent_id=parent.id if parent else None, kind=_kind_under(parent)
        )
        return _page(request, state, runs, None, to_wire(blank), new=True)
    chosen = state.study.store.get(Code, code) if code else None
    return _page(request, state, runs, chosen, to_wire(chosen) if chosen else {})


def _kind_under(parent: Code | None) -> CodeKind:
    return parent.kind if parent is not None and parent.codable else "other"


def _page(
    request: Request, state: State, runs: Runs, chosen: Code | None, values: Mapping[str, Any], *, new: bool = False,
    error: VecheError | None = None, rev: int | None = None,
) -> HTMLResponse:  # fmt: skip
    evidence = runs.evidence()
    tree = evidence.codebook
    used = state.kept("usage", lambda: book.usage(evidence))
    history = state.study.store.history(limit=6, row_ids=[chosen.id]) if chosen is not None else ()
    wrong = (error.field, error.message(_)) if isinstance(error, FieldProblem) else ("", "")
    return render(
        request, "codebook.html", phase="coding", tree=tree, used=used, code=chosen, values=values, new=new, history=history,
        families={one.id: family_of(one, tree) for one in tree.codes}, kinds=KIND_WORDS, wrong=wrong,
        most=max((one.codings for one in used.values()), default=0), sets=sorted({one.value_set for one in tree.codes if one.value_set}),
        problem=error.message(_) if error is not None and not wrong[0] else "", conflict=isinstance(error, Conflict),
        rev=rev if rev is not None else chosen.rev if chosen is not None else 0, told=_told(state, runs, chosen),
        by_key=families_of_keys(runs), labels=labels_of_keys(runs, language()), waves=waves_of_keys(runs),
        status=200 if error is None else 409 if isinstance(error, Conflict) else 422,
    )  # fmt: skip


def _told(state: State, runs: Runs, chosen: Code | None) -> Any:
    """Return the most telling quotations of a code."""
    if chosen is None:
        return ()
    codings = passages_of(state, runs).by_code.get(chosen.id, ())
    # enough to choose from, without reading thousands
    return strongest(quotations(runs.evidence(), (coding.id for coding in codings[:200])), 3)


@router.post("/codebook/save", response_class=HTMLResponse, include_in_schema=False)
async def save(request: Request, state: TheState, runs: TheRuns) -> Response:
    """Save a code, add a new one, or remove one, if nobody changed it since the form was made."""
    sent = await request.form(max_files=1, max_fields=60)
    return await run_in_threadpool(_save, request, state, runs, sent)


def _save(request: Request, state: State, runs: Runs, sent: FormData) -> Response:
    study, code_id = state.study, _text(sent, "id")
    before = study.store.get(Code, code_id) if code_id else None
    values = (to_wire(before) if before is not None else to_wire(Code(key=""))) | _typed(sent)
    try:
        if before is not None and sent.get("step") == "remove":
            book.remove(study, before.id, rev=_rev(sent))
            state.hub.wake()
            return RedirectResponse("/codebook", status_code=303)
        made = from_wire(Code, {name: value for name, value in values.items() if name != "rev"})
        assert isinstance(made, Code)
        done = book.save(study, made, rev=_rev(sent)) if before is not None else book.add(study, made)
    except VecheError as error:
        # a form sent again after a conflict is based on what is there now
        rev = study.store.get(Code, before.id).rev if before is not None and isinstance(error, Conflict) else None
        return _page(request, state, runs, before, values, new=before is None, error=error, rev=rev)
    state.hub.wake()
    return RedirectResponse(f"/codebook?code={done.id}", status_code=303)


def _text(sent: FormData, name: str) -> str:
    return str(sent.get(name, "")).replace("\r\n", "\n").strip()


def _typed(sent: FormData) -> dict[str, Any]:
    typed: dict[str, Any] = {name: _text(sent, name) for name in _TEXTS if name in sent}
    typed |= {name: _text(sent, name) or None for name in _EMPTY_IS_NONE if name in sent}
    typed |= {name: iso_day(typed[name]) for name in _DAYS if typed.get(name)}
    return typed


def _rev(sent: FormData, name: str = "rev") -> int:
    text = _text(sent, name)
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise FieldProblem(
            N_("The form does not say on which revision it is based ({field}). Load the page again."), field=name
        )
    return int(text)


@router.post("/codebook/move", include_in_schema=False)
async def move(request: Request, state: TheState) -> Response:
    """Put a code under another one, before a sibling or at the end."""
    sent = await request.form(max_files=1, max_fields=10)

    def do() -> Response:
        code_id = _text(sent, "id")
        book.move(state.study, code_id, _text(sent, "parent") or None, _text(sent, "before") or None, rev=_rev(sent))
        state.hub.wake()
        return RedirectResponse(f"/codebook?code={code_id}", status_code=303)

    return await run_in_threadpool(do)


@router.get("/codebook/merge", response_class=HTMLResponse, include_in_schema=False)
def preview_merge(request: Request, state: TheState, runs: TheRuns, code: str, into: str = "") -> HTMLResponse:
    """Show what merging a code into another one would do."""
    return _merge_page(request, state, runs, code, into)


def _merge_page(
    request: Request, state: State, runs: Runs, code: str, into: str, error: VecheError | None = None
) -> HTMLResponse:
    source = state.study.store.get(Code, code)
    plan = None
    if into and error is None:
        try:
            plan = book.plan_merge(state.study, [code], into)
        except VecheError as problem:
            error = problem
    tree = runs.evidence().codebook
    return render(
        request, "codebook_merge.html", phase="coding", code=source, into=into, plan=plan, tree=tree,
        problem=error.message(_) if error is not None else "",
        status=200 if error is None else 409 if isinstance(error, Conflict) else 422,
    )  # fmt: skip


@router.post("/codebook/merge", response_class=HTMLResponse, include_in_schema=False)
async def merge(request: Request, state: TheState, runs: TheRuns) -> Response:
    """Merge a code into another one."""
    sent = await request.form(max_files=1, max_fields=10)

    def do() -> Response:
        code, into = _text(sent, "code"), _text(sent, "into")
        try:
            book.merge(state.study, [code], into, revs={code: _rev(sent), into: _rev(sent, "rev_into")})
        except VecheError as error:
            return _merge_page(request, state, runs, code, into, error)
        state.hub.wake()
        return RedirectResponse(f"/codebook?code={into}", status_code=303)

    return await run_in_threadpool(do)


@router.get("/codebook/split", response_class=HTMLResponse, include_in_schema=False)
def show_split(request: Request, state: TheState, runs: TheRuns, code: str) -> HTMLResponse:
    """Show the quotations of a code, to choose those that a new code takes."""
    return _split_page(request, state, runs, code, {}, frozenset())


def _split_page(
    request: Request, state: State, runs: Runs, code: str, values: Mapping[str, str], chosen: frozenset[str],
    error: VecheError | None = None,
) -> HTMLResponse:  # fmt: skip
    source = state.study.store.get(Code, code)
    passages = passages_of(state, runs)
    rows = sorted(
        (row for row in passages.rows.values() if row.coding.code_id == source.id),
        key=lambda row: (row.interview.date, row.interview.key, row.coding.start, row.coding.id),
    )
    return render(
        request, "codebook_split.html", phase="coding", code=source, quotes=passages.quotations(rows[:MOST]), total=len(rows),
        values=values, chosen=chosen, waves=waves_of_keys(runs), family=family_of(source, runs.evidence().codebook),
        problem=error.message(_) if error is not None else "", status=200 if error is None else 422,
    )  # fmt: skip


@router.post("/codebook/split", response_class=HTMLResponse, include_in_schema=False)
async def split(request: Request, state: TheState, runs: TheRuns) -> Response:
    """Give a new code some of the quotations of another one."""
    sent = await request.form(max_files=1, max_fields=MOST + 20)

    def do() -> Response:
        source = state.study.store.get(Code, _text(sent, "code"))
        chosen = frozenset(str(one) for one in sent.getlist("coding"))
        values = {name: _text(sent, name) for name in ("key", "label_ru", "label_en")}
        new = Code(
            key=values["key"],
            label_ru=values["label_ru"],
            label_en=values["label_en"],
            kind=source.kind,
            color=source.color,
        )
        try:
            made = book.split(state.study, source.id, new, sorted(chosen))
        except VecheError as error:
            return _split_page(request, state, runs, source.id, values, chosen, error)
        state.hub.wake()
        return RedirectResponse(f"/codebook?code={made.id}", status_code=303)

    return await run_in_threadpool(do)
