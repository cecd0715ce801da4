"""What the study says by now, and how it leaves: findings for one page, files of each, the sets of interviews of publications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from veche.study import Cancelled, InputProblem, VecheError
from veche.study.errors import N_
from veche.web.pages._comparing import TheRuns, attachment
from veche.web.pages._report_view import findings, publications
from veche.web.rendering import NavItem, render
from veche.words import _
from veche.workbench import registry
from veche.workbench.findings_page import FindingsPage, known_page, start_page
from veche.workbench.jobs import Job
from veche.workbench.runs import Question, Runs

router = APIRouter()
NAVIGATION = (NavItem("report", N_("Findings"), "/report", 10),)

#: how long the page waits for a written page before it shows how far it is
PATIENCE = 0.8


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks: which findings, on the set of interviews of which publication, and whether to write them."""

    chosen: tuple[str, ...] = ()
    publication: str = ""

    @property
    def where(self) -> dict[str, Any]:
        """Return the filter of interviews, as the workbench takes it."""
        return {"analysis_set": self.publication} if self.publication else {}

    def address(self, path: str = "/report", **more: str) -> str:
        """Write the address of a page with the same choice."""
        pairs = [("a", one) for one in self.chosen]
        pairs += [("publication", self.publication)] if self.publication else []
        query = urlencode(pairs + list(more.items()))
        return f"{path}?{query}" if query else path


def _read(
    a: Annotated[list[str], Query(max_length=200)] = [],  # noqa: B006 - read by the framework, never changed
    publication: Annotated[str, Query(max_length=200)] = "",
) -> Asked:
    known = set(registry.analysis_names())
    return Asked(tuple(dict.fromkeys(one for one in a if one in known)), publication.strip())


TheAsked = Annotated[Asked, Depends(_read)]


def _questions(runs: Runs, asked: Asked) -> list[Question]:
    """Return what the chosen analyses ask with their usual options, in the order of the list.

    Raises
    ------
    NotFound
        If there is no such publication.
    """
    return [runs.ask(name, {}, asked.where) for name in asked.chosen]


@router.get("/report", response_class=HTMLResponse, include_in_schema=False)
def show(request: Request, runs: TheRuns, asked: TheAsked, write: bool = False, stopped: bool = False) -> HTMLResponse:
    """Show all findings as far as they are known, and the page that was asked for."""
    page: FindingsPage | None = None
    job: Job | None = None
    problem = ""
    try:
        runs.evidence(asked.where)
    except VecheError as error:
        problem, asked = error.message(_), Asked(asked.chosen)
    try:
        if write and not problem:
            page, job = _page(runs, _questions(runs, asked))
    except Cancelled:
        stopped = True
    except VecheError as error:
        problem = error.message(_)
    found = findings(runs, asked.where)
    evidence = runs.evidence(asked.where)
    return render(
        request, "report.html", phase="report", asked=asked, groups=found.groups, known=found.known, names=found.names, page=page, job=job,
        problem=problem, stopped=stopped and page is None, evidence=evidence, publications=publications(runs.evidence()),
        # what is known already is proposed; what the user chose goes before it
        chosen=set(asked.chosen or (() if write else found.known)), status=422 if problem else 200,
    )  # fmt: skip


def _page(runs: Runs, questions: list[Question]) -> tuple[FindingsPage | None, Job | None]:
    """Return the page if it is known or comes soon, else the job.

    Raises
    ------
    VecheError
        If nothing was chosen, or nothing of it can be computed.
    """
    if not questions:
        raise InputProblem(N_("No finding is chosen for the page. Tick those that are to stand on it."))
    if (known := known_page(runs, questions)) is not None:
        return known, None
    job = start_page(runs, questions)
    return (job.result(), None) if job.wait(PATIENCE) else (None, job)


@router.get("/report/findings.html", include_in_schema=False)
def download(runs: TheRuns, asked: TheAsked) -> Response:
    """Give the page of the chosen findings as a file, however long it takes."""
    questions = _questions(runs, asked)
    page, job = _page(runs, questions)
    if job is not None:
        job.wait()
        page = job.result()
    assert page is not None
    digest = runs.evidence(asked.where).digest[:8]
    return attachment(f"findings-{digest}.html", page.content)


@router.post("/report/stop/{job_id}", include_in_schema=False)
def stop(runs: TheRuns, asked: TheAsked, job_id: str) -> RedirectResponse:
    """Stop the work on a page of findings."""
    runs.jobs.get(job_id).cancel()
    return RedirectResponse(asked.address(stopped="true"), status_code=303)
