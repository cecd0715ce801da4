"""The study: interviews by town and wave, the panel, what is to be done next, what happened last."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from veche import words
from veche.study import Wave
from veche.web.pages._history_words import told
from veche.web.rendering import NavItem, render
from veche.web.state import TheState
from veche.words import N_, ngettext
from veche.workbench.overview import Overview, Step, take_overview

router = APIRouter()
NAVIGATION = (NavItem("material", N_("Study"), "/", 10),)


@router.get("/", response_class=HTMLResponse, include_in_schema=False)
def home(request: Request, state: TheState) -> HTMLResponse:
    """Show the study at a glance."""
    overview = state.kept("overview", lambda: take_overview(state.study))
    return render(
        request, "home.html", phase="material", o=overview, steps=[tell(one) for one in overview.steps],
        many=many_waves(overview), last=told(state.study.store.history(limit=6)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A step in words, with where to do it."""

    text: str
    names: str
    href: str
    label: str
    done: bool = False


_STEPS = {
    "no_waves": (N_("The study has no waves yet."), N_("The study has no waves yet."), "/design/wave", N_("Add waves")),
    "no_towns": (N_("The study has no towns yet."), N_("The study has no towns yet."), "/design/town", N_("Add towns")),
    "no_transcripts": (N_("There are no transcripts yet."), N_("There are no transcripts yet."), "/import", N_("Add transcripts")),
    "loose": (N_("{n} document belongs to no interview and is not counted"), N_("{n} documents belong to no interview and are not counted"), "/interviews?show=loose", N_("Look")),
    "unplaced": (N_("{n} coding waits for a place in a corrected transcript"), N_("{n} codings wait for a place in a corrected transcript"), "/interviews?show=unplaced", N_("Look")),
    "no_text": (N_("{n} interview has no transcript"), N_("{n} interviews have no transcript"), "/interviews?show=no_text", N_("Look")),
    "uncoded": (N_("{n} interview has no coding yet"), N_("{n} interviews have no coding yet"), "/interviews?show=uncoded", N_("Begin coding")),
    "all_coded": (N_("Every interview is coded."), N_("Every interview is coded."), "/compare", N_("Compare")),
}  # fmt: skip


def tell(step: Step) -> Told:
    """Say a step in the language in use."""
    one, many, href, label = _STEPS[step.kind]
    text = ngettext(one, many, step.count).format(n=step.count)
    names = ", ".join(step.names) + (", …" if step.count > len(step.names) else "")
    return Told(text, names if step.names else "", href, words._(label), step.kind == "all_coded")


def many_waves(overview: Overview) -> tuple[Wave, ...]:
    """Return the waves in which somebody was met again or before."""
    return tuple(
        wave for n, wave in enumerate(overview.waves) if any(row.meetings[n] for row in overview.panel)
    )


def _plurals() -> None:
    # the numbers of steps, for the catalogues
    ngettext("{n} document belongs to no interview and is not counted", "{n} documents belong to no interview and are not counted", 1)  # fmt: skip
    ngettext("{n} coding waits for a place in a corrected transcript", "{n} codings wait for a place in a corrected transcript", 1)  # fmt: skip
    ngettext("{n} interview has no transcript", "{n} interviews have no transcript", 1)
    ngettext("{n} interview has no coding yet", "{n} interviews have no coding yet", 1)
