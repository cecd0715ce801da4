"""The list of analyses, and a page for each, made from its declaration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from veche.reports import table_title
from veche.study import Cancelled, InputProblem, NotFound, Result, VecheError
from veche.study.errors import N_
from veche.study.registry import Analysis
from veche.web.api.models import REFUSALS
from veche.web.pages import _analysis_form as forms
from veche.web.pages import _analysis_view as view
from veche.web.pages._comparing import (
    TheRuns,
    attachment,
    bundle,
    bundle_version,
    families_of_keys,
    labels_of_keys,
    warm_up,
    waves_of_keys,
)
from veche.web.rendering import PHASES, NavItem, render
from veche.words import _, language
from veche.workbench import registry
from veche.workbench.jobs import Job
from veche.workbench.runs import Question, Runs, file_of

router = APIRouter()

#: how long a request waits for a result before the page says that it is being computed
PATIENCE = 1.0


def installed() -> Iterator[Analysis[Any]]:
    """Yield the analyses; one of another package that cannot be loaded is left out."""
    for name in registry.analysis_names():
        try:
            yield registry.analysis(name)
        except InputProblem:
            continue


NAVIGATION = (
    NavItem("comparison", N_("All analyses"), "/analyses", 55, many=True),
    *(NavItem(one.phase, one.title, f"/analysis/{one.name}", 60, many=True) for one in installed()),
)

Name = Annotated[str, Query(max_length=300)]


@dataclass(frozen=True, slots=True)
class Look:
    """What of a result is looked at: a table, its order and page, one number of it, figure or table first."""

    table: str = ""
    sort: str = ""
    desc: bool = False
    page: int = 1
    row: int | None = None
    col: str = ""
    #: label of the row, as the marks of figures give it; goes before its place in the table
    at: str = ""
    view: Literal["figure", "table"] = "figure"

    def address(self, **changes: Any) -> dict[str, Any]:
        """Return the look as parts of an address, with some of them changed."""
        values = {
            "table": self.table, "sort": self.sort, "desc": 1 if self.desc else "", "page": self.page if self.page > 1 else "",
            "row": self.row, "col": self.col, "view": "table" if self.view == "table" else "",
        } | changes  # fmt: skip
        return {f"_{name}": value for name, value in values.items()}


@router.get("/analyses", response_class=HTMLResponse, include_in_schema=False)
def list_analyses(request: Request) -> HTMLResponse:
    """Show all installed analyses by phase of work."""
    warm_up()
    found = tuple(installed())
    groups = [(title, [one for one in found if one.phase == phase]) for phase, title in PHASES]
    return render(request, "analyses.html", phase="comparison", groups=[one for one in groups if one[1]])


@router.get("/vega/bundle.js", include_in_schema=False)
def vega() -> Response:
    """Return the script that draws figures in the page; it comes from the installed package."""
    # it shows nothing of the study, and its address changes with its version
    return Response(
        bundle(), media_type="text/javascript", headers={"Cache-Control": "private, max-age=31536000, immutable"}
    )


@router.get("/analysis/{name}", response_class=HTMLResponse, include_in_schema=False)
def analysis_page(
    request: Request, runs: TheRuns, name: str,
    table: Annotated[str, Query(alias="_table", max_length=200)] = "", sort: Annotated[str, Query(alias="_sort", max_length=300)] = "",
    desc: Annotated[bool, Query(alias="_desc")] = False, page: Annotated[int, Query(alias="_page", ge=1, le=1_000_000)] = 1,
    row: Annotated[int | None, Query(alias="_row", ge=0, le=10_000_000)] = None,
    col: Annotated[str, Query(alias="_col", max_length=300)] = "", at: Annotated[str, Query(alias="_at", max_length=600)] = "",
    shown: Annotated[Literal["figure", "table"], Query(alias="_view")] = "figure",
    digest: Annotated[str, Query(alias="_digest", max_length=64)] = "", stopped: Annotated[bool, Query(alias="_stopped")] = False,
) -> HTMLResponse:  # fmt: skip
    """Show an analysis: what it asks, its finding, figure, tables, grounds; computed at once or in the background."""
    warm_up()
    analysis = registry.analysis(name)
    asked = forms.read(analysis, request.query_params)
    look = Look(table, sort, desc, page, row, col, at, shown)
    job: Job | None = None
    more: Job | None = None
    question: Question | None = None
    result: Result | None = None
    problem = ""
    try:
        if not asked.wrong:
            question = runs.ask(name, asked.params, asked.where)
            if stopped:
                result = runs.known(question)
            elif analysis.first_look and look == Look(view=look.view) and runs.known(question) is None:
                result, job, more = _first_look(runs, question, asked)
            else:
                result, job = _result(runs, question)
        look = _placed(look, result)
        parts = _parts(runs, question, asked, look, result)
    except (InputProblem, NotFound, Cancelled) as error:
        result, problem = None, "" if forms.beside(error, analysis, asked) else error.message(_)
        parts = {}
    evidence = runs.evidence()
    return render(
        request, "analysis.html", phase=analysis.phase, analysis=analysis, asked=asked, look=look, problem=problem, job=job,
        more=more, first=forms.Asked({**asked.params, **analysis.first_look}, asked.where).address(analysis),
        result=result, question=question, digest=digest, stopped=stopped and result is None,
        fields=forms.fields(analysis, asked, request.query_params, evidence), filters=forms.where_fields(evidence, asked.where),
        query=request.query_params, people=[one.key for one in evidence.respondents], bundle=bundle_version(),
        link=asked.address(analysis, _digest=question.key.digest if question else ""), plain=asked.address(analysis),
        codes=[(c.key, c.label(language())) for c in evidence.codebook.codes if c.codable],
        families=families_of_keys(runs), labels=labels_of_keys(runs, language()), waves=waves_of_keys(runs),
        status=422 if problem or asked.wrong else 200, **parts,
    )  # fmt: skip


def _placed(look: Look, result: Result | None) -> Look:
    """Find the row that a mark of the figure names, and the page of the table on which it stands."""
    if result is None or not look.at:
        return look
    name = look.table or next(iter(result.tables))
    row = view.row_of(result, name, look.at)
    page = view.page_of(result, name, row, sort=look.sort, descending=look.desc)
    return replace(look, table=name, row=row, page=page, at="")


def _result(runs: Runs, question: Question) -> tuple[Result | None, Job | None]:
    """Return the result if it is known or comes soon, else the job."""
    if (known := runs.known(question)) is not None:
        return known, None
    job = runs.start(question)
    return (job.result(), None) if job.wait(PATIENCE) else (None, job)


def _first_look(runs: Runs, question: Question, asked: forms.Asked) -> tuple[Result | None, Job | None, Job | None]:
    """Return what is quick of a result, or the job for it, and the job for the whole."""
    quick = runs.ask(question.analysis.name, {**asked.params, **question.analysis.first_look}, asked.where)
    result, job = _result(runs, quick)
    if result is None or quick.key == question.key:
        return result, job, None
    more = runs.start(question)
    return (more.result(), None, None) if more.wait(0) else (result, None, more)


def _strongest(runs: Runs, question: Question, result: Result) -> view.GroundsShown:
    """Return the grounds of the finding; they are chosen among hundreds of sentences, so they are kept with the result."""
    key = ("grounds", question.key)
    found: view.GroundsShown | None = runs.cache.get(key)
    if found is None:
        found = view.strongest_grounds(result)
        runs.cache.put(key, found, 10_000)
    return found


def _parts(
    runs: Runs, question: Question | None, asked: forms.Asked, look: Look, result: Result | None
) -> dict[str, Any]:
    if result is None or question is None:
        return {}
    analysis = question.analysis
    name = look.table or next(iter(result.tables))
    found = view.table(result, name, sort=look.sort, descending=look.desc, page=look.page)
    grounds = (
        view.grounds(result, name, look.row, look.col) if look.row is not None else _strongest(runs, question, result)
    )

    def at(**changes: Any) -> str:
        return "?" + asked.address(analysis, **look.address(**({"table": name} | changes)))

    return {
        "table": found, "tables": [(one, table_title(one)) for one in result.tables], "grounds": grounds, "at": at,
        "drawn": analysis.draw is not None,
    }  # fmt: skip


@router.get("/analysis/{name}/figure.{kind}", include_in_schema=False)
def figure(
    request: Request, runs: TheRuns, name: str, kind: Literal["json", "svg"],
    theme: Annotated[Literal["light", "dark"], Query(alias="_theme")] = "light",
) -> Response:  # fmt: skip
    """Return the figure for the page: a specification for the script, or a drawing for pages without scripts."""
    question, result = _wanted(request, runs, name)
    drawn = runs.figure(question, result, theme, "svg" if kind == "svg" else "vega")
    return Response(drawn, media_type="image/svg+xml" if kind == "svg" else "application/json")


@router.get("/analysis/{name}/file.{kind}", include_in_schema=False)
def download(request: Request, runs: TheRuns, name: str, kind: str) -> Response:
    """Return figure or tables as a file, after consent."""
    question, result = _wanted(request, runs, name)
    filename, content = file_of(runs.study, result, kind, f"{question.analysis.name}-{question.key.digest[:8]}")
    return attachment(filename, content)


def _wanted(request: Request, runs: Runs, name: str) -> tuple[Question, Result]:
    """Return what an address asks and its result, however long it takes.

    Raises
    ------
    VecheError
        If it cannot be computed.
    """
    analysis = registry.analysis(name)
    asked = forms.read(analysis, request.query_params)
    if asked.wrong:
        field, reason = next(iter(asked.wrong.items()))
        raise InputProblem(
            N_("Option {name} cannot be used: {reason} Go back to the page of the analysis."), name=field, reason=reason
        )
    question = runs.ask(name, asked.params, asked.where)
    known = runs.known(question)
    if known is None:
        job = runs.start(question)
        job.wait()
        known = job.result()
    assert known is not None
    return question, known


# work under way


class JobOut(BaseModel):
    """How far a job is."""

    id: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    step: int
    steps: int
    doing: str
    seconds: float
    message: str


def _job_out(job: Job) -> JobOut:
    message = job.error.message(_) if isinstance(job.error, VecheError) else ""
    return JobOut(
        id=job.id,
        state=job.state,
        step=job.step,
        steps=job.steps,
        doing=_(job.doing),
        seconds=round(job.seconds, 1),
        message=message,
    )


@router.get("/api/analyses/jobs/{job_id}", responses=REFUSALS, tags=["analyses"], name="read_job")
def read_job(runs: TheRuns, job_id: str) -> JobOut:
    """Say how far a job is."""
    return _job_out(runs.jobs.get(job_id))


@router.post("/api/analyses/jobs/{job_id}/cancel", responses=REFUSALS, tags=["analyses"], name="cancel_job")
def cancel_job(runs: TheRuns, job_id: str) -> JobOut:
    """Stop a job as soon as it can be stopped."""
    job = runs.jobs.get(job_id)
    job.cancel()
    job.wait(0.5)
    return _job_out(job)


@router.post("/analysis/{name}/stop/{job_id}", include_in_schema=False)
def stop(request: Request, runs: TheRuns, name: str, job_id: str) -> RedirectResponse:
    """Stop a job from a page without scripts."""
    analysis = registry.analysis(name)
    cancel_job(runs, job_id)
    asked = forms.read(analysis, request.query_params)
    return RedirectResponse(f"/analysis/{analysis.name}?{asked.address(analysis, _stopped=1)}", status_code=303)
