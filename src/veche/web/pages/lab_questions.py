"""Questions to the model: of a coded town or of a scenario, with answer, interval, sentence, figure, assumptions, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from veche.study import Cancelled, VecheError
from veche.web.pages import _questions_view as view
from veche.web.pages._comparing import TheRuns, attachment
from veche.web.rendering import NavItem, render
from veche.words import N_, _
from veche.workbench import lab as bench
from veche.workbench import lab_answers, lab_evidence
from veche.workbench.jobs import Job
from veche.workbench.lab_answers import Answer, LabQuestion
from veche.workbench.runs import Runs

router = APIRouter()
NAVIGATION = (NavItem("mechanism", N_("Questions"), "/lab/questions", 20),)

#: how long the page waits for an answer before it shows how far it is
PATIENCE = 0.8
Text = Annotated[str, Query(max_length=300)]
Months = Annotated[int, Query(ge=0, le=1200)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks: the question, of whom (`TOWN|WAVE`, a preset, or empty for the defaults), and its options."""

    question: str
    of: str
    yes: int
    start: int
    months: int
    shorter: int
    effect: float
    who: str

    def query(self, **changed: Any) -> str:
        """Return the address of this question, or of a changed one; what is as usual is left out."""
        values = {name: getattr(self, name) for name in self.__slots__} | changed
        kept = {name: value for name, value in values.items() if value != getattr(USUAL, name)}
        return urlencode(kept)

    def ask(self) -> LabQuestion:
        """Give the question as the workbench takes it."""
        options: dict[str, Any] = {}
        if self.question == "selection":
            options = {"yes": self.yes / 100}
        elif self.question == "intervention":
            options = {"start": self.start, "months": self.months, "shorter": self.shorter, "F_delta": self.effect}
        elif self.question == "horizon":
            options = {"who": self.who}
        return LabQuestion(self.question, self.of, tuple(sorted(options.items())))


USUAL = Asked("mechanism", "", 67, 48, 24, 6, 0.1, "both")


def _read(
    question: Text = USUAL.question, of: Text = USUAL.of, yes: Annotated[int, Query(ge=1, le=99)] = USUAL.yes, start: Months = USUAL.start,
    months: Months = USUAL.months, shorter: Months = USUAL.shorter, effect: Annotated[float, Query(ge=0, le=1)] = USUAL.effect,
    who: Text = USUAL.who,
) -> Asked:  # fmt: skip
    return Asked(question, of, yes, start, months, shorter, effect, who)


TheAsked = Annotated[Asked, view.depends(_read)]


@router.get("/lab/questions", response_class=HTMLResponse, include_in_schema=False)
def show(request: Request, runs: TheRuns, asked: TheAsked, stopped: bool = False) -> HTMLResponse:
    """Show the questions, and the answer to the one that is asked."""
    answer: Answer | None = None
    job: Job | None = None
    problem = ""
    try:
        found = lab_answers.known_answer(runs, asked.ask())
        if found is not None or not stopped:
            job = None if found is not None else lab_answers.start_answer(runs, asked.ask())
            if job is not None and job.wait(PATIENCE):
                found, job = job.result(), None
            answer = found
    except Cancelled:
        stopped = True
    except VecheError as error:
        problem = error.message(_)
    return render(
        request, "lab_questions.html", phase="mechanism", asked=asked, answer=answer, job=job, problem=problem, stopped=stopped and answer is None,
        questions=view.questions(), towns=lab_evidence.cases(runs.evidence()), presets=view.presets(bench.presets()),
        rows=view.rows(answer) if answer is not None else (), columns=view.columns(answer) if answer is not None else (),
        interval=view.interval(answer) if answer is not None else "", statements=[_(one) for one in lab_evidence.STATEMENTS],
        ninety=_("90 % interval"), of_town="|" in asked.of, status=422 if problem else 200,
    )  # fmt: skip


@router.get("/lab/questions/figure.{kind}", include_in_schema=False)
def figure(
    runs: TheRuns, asked: TheAsked, kind: Literal["svg", "png"], theme: Literal["light", "dark"] = "light", file: bool = False
) -> Response:  # fmt: skip
    """Give the figure of an answer, for the page or as a file."""
    content = lab_answers.drawn(_wanted(runs, asked), kind, theme)
    if file:
        return attachment(f"lab-{asked.question}.{kind}", content)
    return Response(content, media_type="image/svg+xml" if kind == "svg" else "image/png")


@router.get("/lab/questions/answer.{kind}", include_in_schema=False)
def download(runs: TheRuns, asked: TheAsked, kind: Literal["csv", "xlsx", "md"]) -> Response:
    """Give the numbers of an answer, or all of it in words, as a file."""
    return attachment(f"lab-{asked.question}.{kind}", lab_answers.answer_file(_wanted(runs, asked), kind))


def _wanted(runs: Runs, asked: Asked) -> Answer:
    """Return the answer, however long it takes."""
    found = lab_answers.known_answer(runs, asked.ask())
    if found is None:
        job = lab_answers.start_answer(runs, asked.ask())
        job.wait()
        found = job.result()
    return found


@router.post("/lab/questions/stop/{job_id}", include_in_schema=False)
def stop(runs: TheRuns, asked: TheAsked, job_id: str) -> RedirectResponse:
    """Stop the work on an answer from a page without scripts."""
    runs.jobs.get(job_id).cancel()
    query = asked.query()
    return RedirectResponse(f"/lab/questions?{query}{'&' if query else ''}stopped=true", status_code=303)
