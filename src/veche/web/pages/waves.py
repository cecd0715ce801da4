"""One respondent over the waves: interviews side by side, and all that was said on one code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from veche.study import Evidence, Interview, NotFound, Respondent
from veche.study.errors import N_
from veche.web.pages import _waves_view as view
from veche.web.pages._comparing import TheRuns
from veche.web.rendering import NavItem, render
from veche.words import language
from veche.workbench import alignment, trajectory

router = APIRouter()
NAVIGATION = (
    NavItem("comparison", N_("Two waves"), "/waves", 20), NavItem("comparison", N_("Trajectory"), "/trajectory", 22),
)  # fmt: skip

Key = Annotated[str, Query(max_length=200)]


@router.get("/waves", response_class=HTMLResponse, include_in_schema=False)
def waves(
    request: Request, runs: TheRuns, respondent: Key = "", by: Literal["code", "topic"] = "code",
    mode: Literal["topics", "texts"] = "topics", i: Annotated[list[Key] | None, Query(max_length=20)] = None,
) -> HTMLResponse:  # fmt: skip
    """Show two or three interviews of a respondent beside one another."""
    evidence = runs.evidence()
    people = alignment.panel(evidence)
    if not people and not respondent:
        return render(request, "waves.html", phase="comparison", person=None, people=people)
    person = alignment.respondent_named(evidence, respondent) if respondent else people[0][0]
    held = trajectory.meetings(evidence, person)
    chosen = _chosen(held, i or [])
    if not chosen:
        raise NotFound(N_("Respondent {key} has no interview yet. Choose another one."), key=person.key)
    aligned = alignment.align(evidence, chosen, by=by)
    tongue = language()

    def at(**changed: object) -> str:
        values: dict[str, object] = {"respondent": person.key, "by": by, "mode": mode, "i": [one.key for one in chosen]}
        return "/waves?" + urlencode(values | changed, doseq=True)

    return render(
        request, "waves.html", phase="comparison", person=person, people=people, held=held, chosen=chosen, at=at, by=by, mode=mode,
        other=_other_choice(held, chosen), heads=[view.meeting_of(evidence, one, tongue) for one in chosen],
        wave_names={one.id: view.wave_title(one.label or one.key) for one in evidence.waves},
        rows=view.shown_rows(evidence, aligned.rows, tongue) if mode == "topics" else (),
        unspoken=[row.topic.label(tongue) for row in aligned.unspoken],
        texts=[view.read_turns(evidence, aligned, n, tongue) for n in range(len(chosen))] if mode == "texts" else (),
    )  # fmt: skip


def _chosen(held: Sequence[Interview], keys: Sequence[str]) -> list[Interview]:
    """Return the interviews that stand side by side: those named, else the first and the last."""
    named = [one for one in held if one.key in keys]
    if named:
        return named[: alignment.MOST]
    return list(held) if len(held) < 3 else [held[0], held[-1]]


def _other_choice(held: Sequence[Interview], chosen: Sequence[Interview]) -> dict[str, list[str]]:
    """Return for each interview what is chosen after its button is pressed: it comes or goes; one always stays."""
    now = [one.key for one in chosen]
    choice: dict[str, list[str]] = {}
    for one in held:
        if one.key not in now:
            choice[one.key] = [*now, one.key] if len(now) < alignment.MOST else [*now[1:], one.key]
        else:
            choice[one.key] = [key for key in now if key != one.key] or now
    return choice


@router.get("/trajectory", response_class=HTMLResponse, include_in_schema=False)
def follow(request: Request, runs: TheRuns, respondent: Key = "", code: Key = "") -> HTMLResponse:
    """Show all that a respondent said on one code, wave after wave."""
    evidence = runs.evidence()
    people = alignment.panel(evidence)
    if not respondent and not people:
        return render(request, "trajectory.html", phase="comparison", person=None, people=people)
    person: Respondent = alignment.respondent_named(evidence, respondent) if respondent else people[0][0]
    chosen = evidence.code(code) if code else trajectory.first_code(evidence, person)
    found = trajectory.trajectory(evidence, person, chosen)
    reached = trajectory.reached(evidence, person)
    tongue = language()
    words = alignment.words_of(evidence, [one for station in found.stations for one in station.side.passages])
    return render(
        request, "trajectory.html", phase="comparison", person=person, people=people, code=chosen, label=chosen.label(tongue),
        family=view.family(evidence, chosen), above=[one.label(tongue) for one in reversed(evidence.codebook.above(chosen))],
        codes=_codes(evidence, reached, tongue),
        stations=[
            (one, view.meeting_of(evidence, one.interview, tongue), view.shown_side(evidence, one.side, words, tongue))
            for one in found.stations
        ],
    )  # fmt: skip


def _codes(
    evidence: Evidence, reached: Sequence[trajectory.Reach], tongue: str
) -> list[tuple[trajectory.Reach, str, str]]:
    return [(one, one.code.label(tongue), view.family(evidence, one.code)) for one in reached]
