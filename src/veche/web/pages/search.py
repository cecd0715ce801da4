"""Searching all texts: hits with what stands around them, page by page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from veche.study import InputProblem
from veche.web.rendering import render
from veche.web.state import State, TheState
from veche.words import _
from veche.workbench.concordance import Line, concordance

router = APIRouter()

PAGE = 50


@router.get("/search", response_class=HTMLResponse, include_in_schema=False)
def search(
    request: Request, state: TheState, q: Annotated[str, Query(max_length=400)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:  # fmt: skip
    """Show what a query finds; what is wrong with a query stands beside it."""
    lines: tuple[tuple[Line, str], ...] = ()
    total, problem = 0, ""
    if q.strip():
        try:
            total, lines = _find(state, q, page)
        except InputProblem as error:
            problem = error.message(_)
    return render(
        request, "search.html", phase="material", q=q, page=page, pages=-(-total // PAGE), total=total, lines=lines,
        problem=problem, status=422 if problem else 200,
    )  # fmt: skip


def _find(state: State, q: str, page: int) -> tuple[int, tuple[tuple[Line, str], ...]]:
    hits = state.study.search(q, limit=PAGE, offset=(page - 1) * PAGE)
    evidence = state.kept("evidence", state.study.evidence)
    documents = {one.text_id: one.id for one in evidence.documents}
    lines = concordance(evidence, hits.hits, 70)
    return hits.total, tuple((line, documents[line.hit_in.text_id]) for line in lines)
