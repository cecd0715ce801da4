"""The mechanism lab: conditions on sliders, the town's story at once, what carries control, counterfactuals, phase maps."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response

from veche.study import InputProblem, VecheError
from veche.web.pages import _lab_parts as parts
from veche.web.pages._comparing import attachment, runs_of
from veche.web.pages._lab_form import Asked, read_asked, shown_groups
from veche.web.pages._lab_view import MapShown, StoryShown
from veche.web.rendering import NavItem, render
from veche.words import N_, _
from veche.workbench import lab as bench
from veche.workbench.jobs import Job
from veche.workbench.lab_files import STATEMENTS
from veche.workbench.lab_runs import Lab

router = APIRouter()
NAVIGATION = (NavItem("mechanism", N_("Lab"), "/lab", 10),)

#: how long the page waits for a map, or for the engine, before it shows how far it is
PATIENCE = 0.4
_lock = threading.Lock()


def lab_of(connection: HTTPConnection) -> Lab:
    """Return the lab of the workbench, made with the first request."""
    runs, app = runs_of(connection), connection.app
    with _lock:
        if not hasattr(app.state, "lab"):
            app.state.lab = Lab(runs.jobs)
    found: Lab = app.state.lab
    return found


TheLab = Annotated[Lab, Depends(lab_of)]


@dataclass(frozen=True)
class MapAsked:
    """The phase map as it is wanted, and how far it is."""

    shown: MapShown | None = None
    job: Job | None = None
    problem: str = ""


@router.get("/lab", response_class=HTMLResponse, include_in_schema=False)
def show(
    request: Request, lab: TheLab, explain: bool = False, map: bool = False, case: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:  # fmt: skip
    """Show one town in the asked conditions; `explain` also says what carries control, `map` draws the phase map, `case` compares a coded town."""
    if engine := lab.warm(PATIENCE):
        return render(request, "lab_waiting.html", phase="mechanism", job=engine)
    problem = ""
    try:
        asked = read_asked(request.query_params)
    except InputProblem as error:
        problem, asked = error.message(_), Asked()
    trial = lab.trial(asked.scenario, asked.seed)
    twin, against_problem = None, ""
    try:
        other = bench.counterfactual_of(asked.scenario, asked.against) if asked.against else None
        twin = lab.trial(other, asked.seed) if other is not None else None
    except VecheError as error:
        other, against_problem = None, error.message(_)
    story = StoryShown(trial, asked.run, twin)
    pairs = lab.comparison(asked.scenario, other, asked.seed) if other is not None else None
    answer = render(
        request, "lab.html", phase="mechanism", asked=asked, story=story, groups=shown_groups(asked), problem=problem,
        against_problem=against_problem, presets=parts.presets_shown(), rows=parts.number_rows(trial, pairs), againsts=parts.againsts(asked.scenario),
        carried=parts.carried(lab.attribution(asked.scenario, asked.seed)) if explain else None, here_at=_address(asked, case),
        case=case, coded=parts.coded(request, lab, trial, case), map=_map(lab, asked) if map else MapAsked(), axes=parts.axes(),
        seen=parts.observables(), statements=[_(one) for one in STATEMENTS],
    )  # fmt: skip
    answer.status_code = 422 if problem else 200
    return answer


def _address(asked: Asked, case: str) -> Any:
    def at(path: str = "/lab", **changed: Any) -> str:
        values = {**asked.query, **({"case": case} if case else {}), **changed}
        kept = {name: value for name, value in values.items() if value not in ("", None, False)}
        return path + (f"?{urlencode(kept)}" if kept else "")

    return at


def _map(lab: Lab, asked: Asked) -> MapAsked:
    try:
        job = lab.start_map(
            asked.scenario, asked.x, asked.y, asked.of, steps=asked.steps, runs=asked.runs, seed=asked.seed
        )
        if not job.wait(PATIENCE):
            return MapAsked(job=job)
        return MapAsked(shown=MapShown(job.result()))
    except VecheError as error:
        return MapAsked(problem=error.message(_))


@router.get("/lab/file/{name}", include_in_schema=False)
def file(
    request: Request,
    lab: TheLab,
    name: Literal[
        "scenario.yaml", "months.csv", "results.csv", "results.xlsx", "map.csv", "story.svg", "story.png", "map.svg", "map.png", "model.md"
    ],
) -> Response:  # fmt: skip
    """Give a file of the asked conditions: the scenario, the months, the numbers, the map, figures, or the description of the model."""
    asked = read_asked(request.query_params)
    return attachment(f"lab-{name}", parts.file_content(lab, asked, name))
