"""The list of interviews, with a filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from veche.study import Document, Role, Town, Wave
from veche.web.rendering import NavItem, render
from veche.web.state import State, TheState
from veche.words import N_
from veche.workbench.overview import Listed, list_interviews, take_overview
from veche.workbench.panel import Kind

router = APIRouter()
NAVIGATION = (NavItem("material", N_("Interviews"), "/interviews", 20),)

Show = Literal["", "all", "uncoded", "coded", "no_text", "loose", "unplaced", "panel"]
Text = Annotated[str, Query(max_length=200)]

_SHOWS: dict[str, Callable[[Listed], bool]] = {
    "uncoded": lambda one: one.document is not None and not one.codings,
    "coded": lambda one: one.codings > 0,
    "no_text": lambda one: one.document is None,
    "panel": lambda one: one.again,
}
SHOWS = (
    ("", N_("all")), ("uncoded", N_("not coded yet")), ("coded", N_("with codings")), ("panel", N_("met again")),
    ("no_text", N_("without transcript")),
)  # fmt: skip
#: what became of respondents between two waves
MOVED: dict[str, str] = {
    "same": N_("interviewed again in the same post"), "other": N_("interviewed again in another post"), "lost": N_("not interviewed again"),
    "unvisited": N_("not interviewed again: the town was not visited"), "back": N_("interviewed earlier, but not in the wave before"),
    "replaced": N_("new, in a post whose other holder was interviewed before"), "new": N_("new"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed to; empty fields take all."""

    town: str = ""
    wave: str = ""
    role: str = ""
    respondent: str = ""
    text: str = ""
    show: Show = ""
    #: interviews behind a number of the panel; none: not asked
    behind: frozenset[str] | None = None

    def takes(self, one: Listed) -> bool:
        """Does an interview stand in the list?"""
        words = " ".join(
            (one.interview.key, one.town.name, one.role.label_ru, one.role.label_en, one.respondent.key, one.interview.post, one.interview.note)
        ).casefold()  # fmt: skip
        return (
            (self.behind is None or one.interview.id in self.behind)
            and self.town in ("", one.town.key)
            and self.wave in ("", one.wave.key)
            and self.role in ("", one.role.key)
            and self.respondent in ("", one.respondent.key)
            and all(part in words for part in self.text.casefold().split())
            and _SHOWS.get(self.show, _any)(one)
        )


def _any(_: Listed) -> bool:
    return True


@router.get("/interviews", response_class=HTMLResponse, include_in_schema=False)
def interviews(
    request: Request, state: TheState, town: Text = "", wave: Text = "", role: Text = "", respondent: Text = "", text: Text = "",
    show: Show = "", moved: Annotated[Literal["", Kind], Query()] = "", to: Text = "",
) -> HTMLResponse:  # fmt: skip
    """Show the interviews that the filter takes, by date; `moved` and `to`: those behind a number of the panel."""
    move = state.kept("overview", lambda: take_overview(state.study)).panel.move(to, town) if moved else None
    chosen = Filter(
        # those who were lost to a town are listed with the interviews they gave there, or gave elsewhere when all are asked
        town, wave, role, respondent, text, show, None if not moved else move.interviews[moved] if move else frozenset(),
    )  # fmt: skip
    everything = state.kept("interviews", lambda: list_interviews(state.study))
    store = state.study.store
    return render(
        request, "interviews.html", phase="material", f=chosen, shows=SHOWS, everything=len(everything),
        move=move, moved=moved, moved_words=MOVED.get(moved, ""),
        found=[one for one in everything if chosen.takes(one)], loose=_loose(state, show),
        towns=_ordered(store.all(Town)), waves=_ordered(store.all(Wave)), roles=_ordered(store.all(Role)),
    )  # fmt: skip


def _ordered(records: Sequence[Town] | Sequence[Wave] | Sequence[Role]) -> list[Town | Wave | Role]:
    return sorted(records, key=lambda one: (one.position, one.key))


def _loose(state: State, show: str) -> list[tuple[Document, int]]:
    """Return documents without interview, or those whose codings wait for a place, with how many wait."""
    store = state.study.store
    if show == "loose":
        return [(one, 0) for one in store.all(Document) if one.interview_id is None]
    if show == "unplaced":
        waiting: dict[str, int] = {}
        for one in state.study.unplaced():
            waiting[one.document_id] = waiting.get(one.document_id, 0) + 1
        return [(one, waiting[one.id]) for one in store.having(Document, "id", waiting)]
    return []
