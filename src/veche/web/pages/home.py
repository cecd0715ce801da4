"""The study: interviews by town and wave, the panel, what is to be done next, what happened last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from veche.web.pages._history_words import told
from veche.web.rendering import NavItem, render
from veche.web.state import TheState
from veche.words import N_, _, ngettext
from veche.workbench.overview import Step, StepKind, take_overview
from veche.workbench.panel import Kind

router = APIRouter()
NAVIGATION = (NavItem("material", N_("Study"), "/", 10),)


#: what became of respondents between two waves, in short
KINDS: tuple[tuple[Kind, str], ...] = (
    ("same", N_("same post")), ("other", N_("other post")), ("lost", N_("not met again")), ("unvisited", N_("town not visited")),
    ("back", N_("back after a break")), ("replaced", N_("new in a known post")), ("new", N_("new")),
)  # fmt: skip


@router.get("/", response_class=HTMLResponse, include_in_schema=False)
def home(request: Request, state: TheState) -> HTMLResponse:
    """Show the study at a glance."""
    overview = state.kept("overview", lambda: take_overview(state.study))
    return render(
        request, "home.html", phase="material", o=overview, steps=[tell(one) for one in overview.steps], kinds=KINDS,
        last=told(state.study.store.history(limit=6)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A step in words, with where to do it."""

    text: str
    names: str
    href: str
    label: str
    done: bool = False


#: for each step: its text by number, where it is done, and what the button says
_STEPS: dict[StepKind, tuple[Callable[[int], str], str, str]] = {
    "no_waves": (lambda _n: _("The study has no waves yet."), "/design/wave", N_("Add waves")),
    "no_towns": (lambda _n: _("The study has no towns yet."), "/design/town", N_("Add towns")),
    "no_transcripts": (lambda _n: _("There are no transcripts yet."), "/import", N_("Add transcripts")),
    "loose": (
        lambda n: ngettext("{n} document belongs to no interview and is not counted", "{n} documents belong to no interview and are not counted", n),
        "/interviews?show=loose", N_("Look"),
    ),
    "unplaced": (
        lambda n: ngettext("{n} coding waits for a place in a corrected transcript", "{n} codings wait for a place in a corrected transcript", n),
        "/interviews?show=unplaced", N_("Look"),
    ),
    "no_text": (
        lambda n: ngettext("{n} interview has no transcript", "{n} interviews have no transcript", n),
        "/interviews?show=no_text", N_("Look"),
    ),
    "uncoded": (
        lambda n: ngettext("{n} interview has no coding yet", "{n} interviews have no coding yet", n),
        "/interviews?show=uncoded", N_("Begin coding"),
    ),
    "undefined": (
        lambda n: ngettext("{n} code is used without a definition", "{n} codes are used without a definition", n),
        "/codebook", N_("Define"),
    ),
    "all_coded": (lambda _n: _("Every interview is coded."), "/analyses", N_("Compare")),
}  # fmt: skip


def tell(step: Step) -> Told:
    """Say a step in the language in use."""
    text, href, label = _STEPS[step.kind]
    names = ", ".join(step.names) + (", …" if step.count > len(step.names) else "")
    said = text(step.count).format(n=step.count)
    return Told(said, names if step.names else "", href, _(label), step.kind == "all_coded")
