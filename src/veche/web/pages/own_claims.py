"""Claims of one's own: written here or dropped as a YAML file, kept in the study, with every mistake told by its line."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.datastructures import UploadFile as Sent
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from veche.study import VecheError
from veche.study.errors import N_
from veche.web.rendering import NavItem, render
from veche.web.state import State, TheState
from veche.words import _
from veche.workbench import own_claims as own
from veche.workbench.own_claims import Mistake

router = APIRouter()
NAVIGATION = (NavItem("comparison", N_("Claims of your own"), "/claims", 61, many=True),)

#: a claim to begin from
BEGIN = """\
claims:
  - id: MINE
    says: ...
    source: ...
    evidence: ...
    against: ...
    checks:
      - {kind: change, of: {codes: [PROB.FISC]}, expect: rises}
"""


def _page(
    request: Request, state: State, *, name: str = "", text: str = "", mistakes: Sequence[Mistake] = (), problem: str = "",
    wrong_name: str = "", status: int = 200,
) -> HTMLResponse:  # fmt: skip
    return render(
        request, "own_claims.html", phase="comparison", kept=own.kept(state.study), name=name, text=text or BEGIN,
        mistakes=mistakes, problem=problem, wrong_name=wrong_name, status=status, checked=_checked,
    )  # fmt: skip


def _checked(one: own.Kept) -> str:
    """Address of the page on which kept claims are checked."""
    return "/analysis/claims?" + urlencode({"file": one.address})


@router.get("/claims", response_class=HTMLResponse, include_in_schema=False)
def show(request: Request, state: TheState, name: str = "") -> HTMLResponse:
    """Show the claims that the study keeps, and one text of them to write in."""
    chosen = next((one for one in own.kept(state.study) if one.name == name), None)
    return _page(request, state, name=chosen.name if chosen else "", text=chosen.text if chosen else "")


@router.get("/claims/example.yaml", include_in_schema=False)
def example() -> Response:
    """Return the claims of the program as a file."""
    headers = {"Content-Disposition": 'attachment; filename="claims.yaml"'}
    return PlainTextResponse(own.example(), media_type="application/yaml", headers=headers)


@router.post("/claims", response_class=HTMLResponse, include_in_schema=False)
async def keep(request: Request, state: TheState) -> Response:
    """Keep a text of claims, written or sent as a file, and go to their verdicts; with mistakes it stays here with all of them."""
    async with request.form(max_files=1, max_fields=5, max_part_size=2 << 20) as form:
        sent = form.get("file")
        if isinstance(sent, Sent) and sent.filename:
            name, content = sent.filename, await sent.read()
            return await run_in_threadpool(_taken, request, state, name, content)
        return await run_in_threadpool(_kept, request, state, _said(form, "name"), _said(form, "text"))


def _said(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _taken(request: Request, state: State, name: str, content: bytes) -> Response:
    try:
        text = own.text_of(name, content)
    except VecheError as error:
        return _page(request, state, problem=error.message(_), status=422)
    return _kept(request, state, name, text)


def _kept(request: Request, state: State, name: str, text: str) -> Response:
    text = text.replace("\r\n", "\n")
    if found := own.wrong_in(name or "mine.yaml", text):
        return _page(request, state, name=name, text=text, mistakes=found, status=422)
    try:
        kept = own.keep_claims(state.study, name, text)
    except VecheError as error:
        return _page(request, state, name=name, text=text, wrong_name=error.message(_), status=422)
    state.hub.wake()
    return RedirectResponse(_checked(kept), status_code=303)


@router.post("/claims/remove", response_class=HTMLResponse, include_in_schema=False)
async def remove(request: Request, state: TheState) -> Response:
    """Take claims out of the study."""
    async with request.form(max_files=1, max_fields=5) as form:
        name = _said(form, "name")

    def do() -> Response:
        try:
            own.drop_claims(state.study, name)
        except VecheError as error:
            return _page(request, state, problem=error.message(_), status=404)
        state.hub.wake()
        return RedirectResponse("/claims", status_code=303)

    return await run_in_threadpool(do)
