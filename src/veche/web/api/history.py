"""Who changed what, when."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from veche.store import Change, Entry
from veche.study import NotFound
from veche.study.errors import N_
from veche.web.api.models import REFUSALS, ChangesOut, HistoryOut
from veche.web.state import TheState
from veche.web.wire import change_to_wire

router = APIRouter(prefix="/history", tags=["history"])

Seq = Annotated[int, Query(ge=0, le=2**31 - 1)]


def entry_to_wire(entry: Entry) -> dict[str, Any]:
    """Return one entry of the journal as JSON; moments are UTC."""
    return {
        "seq": entry.seq, "at": entry.at.isoformat(timespec="seconds") + "Z", "who": entry.who, "kind": entry.kind,
        "action": entry.action, "note": entry.note, "of": entry.of, "undone": entry.undone, "changes": entry.changes,
    }  # fmt: skip


@router.get("", response_model=HistoryOut, responses=REFUSALS, name="read_history")
def read_history(
    state: TheState,
    before: Seq | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    row: Annotated[list[str], Query(max_length=50)] = [],  # noqa: B006 - the framework copies it
) -> JSONResponse:
    """Return entries, newest first: all, or those that touched given rows."""
    entries = state.study.store.history(limit=limit, before=before, row_ids=row)
    more = entries[-1].seq if len(entries) == limit else None
    return JSONResponse({"entries": [entry_to_wire(one) for one in entries], "before": more})


@router.get("/{seq}", response_model=ChangesOut, responses=REFUSALS, name="read_changes")
def read_changes(state: TheState, seq: int) -> JSONResponse:
    """Return the changes of one entry: each row before and after.

    Raises
    ------
    NotFound
        If there is no such entry.
    """
    if not 0 < seq <= state.study.store.last_entry():
        raise NotFound(N_("The history has no entry {seq}. Choose one of those listed."), seq=seq)
    changes = state.study.store.changes(seq)
    return JSONResponse({"changes": [_both(one) for one in changes]})


def _both(change: Change) -> dict[str, Any]:
    earlier = Change(change.table, change.row_id, None, change.before)
    before = change_to_wire(earlier)["record"] if change.before is not None else None
    return change_to_wire(change) | {"before": before}
