"""History: who changed what, when; undo, redo, and going back to any point, with a preview."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from veche.store import Change, Entry
from veche.store.records import BY_TABLE
from veche.study import Conflict, Refused
from veche.web.pages._history_words import ToldEntry, told
from veche.web.pages._row_words import HIDDEN, Names, field_title
from veche.web.rendering import NavItem, render
from veche.web.state import State, TheState
from veche.words import N_, _, language
from veche.workbench.restore import plan_restoration, restore

router = APIRouter()
NAVIGATION = (NavItem("material", N_("History"), "/history", 90),)

PAGE = 40
#: rows of an entry that are shown; the others are counted
SHOWN = 12


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A changed row in words: its kind, its name, and which fields became what."""

    noun: str
    name: str
    what: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry with the first of its changes."""

    told: ToldEntry
    changes: tuple[ToldChange, ...]
    more: int


@router.get("/history", response_class=HTMLResponse, include_in_schema=False)
def history(
    request: Request, state: TheState, before: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
    row: Annotated[str, Query(max_length=64)] = "",
) -> HTMLResponse:  # fmt: skip
    """Show the journal, newest first: all of it, or of one row."""
    return _page(request, state, before=before, row=row)


def _page(
    request: Request, state: State, *, before: int | None = None, row: str = "", problem: str = "", status: int = 200
) -> HTMLResponse:
    store = state.study.store
    entries = store.history(limit=PAGE, before=before, row_ids=[row] if row else ())
    names = _names(state)
    days = [
        (day, [show(state, one, names) for one in group])
        for day, group in groupby(entries, key=lambda one: one.at.date())
    ]
    return render(
        request, "history.html", phase="material", days=days, row=row, problem=problem, status=status,
        older=entries[-1].seq if len(entries) == PAGE else None, newest=store.last_entry(),
    )  # fmt: skip


def _names(state: State) -> Names:
    return state.kept(f"names {language()}", lambda: Names(state.study.store))


def show(state: State, entry: Entry, names: Names) -> Shown:
    """Gather what the page shows of an entry."""
    # acts of very many rows, such as an import, are not read whole only to show a dozen
    changes = state.study.store.changes(entry.seq) if entry.changes <= 500 else ()
    names.learn(changes[:SHOWN])
    shown = tuple(in_words(one, names) for one in changes[:SHOWN])
    return Shown(told([entry])[0], shown, max(0, entry.changes - len(shown)))


def in_words(change: Change, names: Names) -> ToldChange:
    """Say what became of one row."""
    before = None if change.before is None or change.before["gone"] else change.before
    after = None if change.after is None or change.after["gone"] else change.after
    row: Any = after or before or {}
    what = _("added") if before is None else _("removed") if after is None else _("changed")
    fields: tuple[tuple[str, str, str], ...] = ()
    if before is not None and after is not None:
        fields = tuple(
            (
                field_title(change.table, name),
                _short(names.value(change.table, name, before.get(name))),
                _short(names.value(change.table, name, after[name])),
            )
            for name in after
            if name not in HIDDEN and before.get(name) != after[name]
        )
    return ToldChange(_(BY_TABLE[change.table].record.noun), _short(names.row(change.table, row)), what, fields)


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "…"


@router.post("/history/{step}", response_class=HTMLResponse, include_in_schema=False)
def undo_or_redo(request: Request, state: TheState, step: str) -> Response:
    """Undo or redo one's own newest act."""
    if step not in ("undo", "redo"):
        raise Refused(N_("There is no step {step} in the history. Use the buttons of the page."), step=step)
    try:
        state.study.undo() if step == "undo" else state.study.redo()
    except (Refused, Conflict) as error:
        return _page(request, state, problem=error.message(_), status=409)
    state.hub.wake()
    return RedirectResponse("/history", status_code=303)


@router.get("/history/restore/{seq}", response_class=HTMLResponse, include_in_schema=False)
def preview(request: Request, state: TheState, seq: int) -> HTMLResponse:
    """Show what going back to the state after an entry would do."""
    plan = plan_restoration(state.study, seq)
    store = state.study.store
    target = store.history(limit=1, before=seq + 1)
    # what goes back, seen from now: a row that is there becomes what it was
    names = _names(state)
    names.learn(plan.changes[: 4 * SHOWN])
    changes = [
        in_words(Change(one.table, one.row_id, one.after, one.before), names) for one in plan.changes[: 4 * SHOWN]
    ]
    counts = {BY_TABLE[kind].record.noun: numbers for kind, numbers in plan.counts().items()}
    return render(
        request, "restore.html", phase="material", plan=plan, target=told(target)[0], changes=changes, counts=counts,
        more=max(0, len(plan.changes) - 4 * SHOWN),
    )  # fmt: skip


@router.post("/history/restore/{seq}", response_class=HTMLResponse, include_in_schema=False)
def carry_out(state: TheState, seq: int, upto: Annotated[int, Form(ge=1, le=2**31 - 1)]) -> RedirectResponse:
    """Go back as previewed, unless something was changed since the preview."""
    plan = plan_restoration(state.study, seq)
    if plan.upto != upto:
        raise Conflict(N_("The study was changed (entry {seq}) after the preview was made. Look at the preview again."), seq=plan.upto)  # fmt: skip
    restore(state.study, plan)
    state.hub.wake()
    return RedirectResponse("/history", status_code=303)
