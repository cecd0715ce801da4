"""Changing the study: acts of several rows, single rows with If-Match, undo and redo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path
from starlette.responses import JSONResponse

from veche.store.rules import check_text
from veche.study import Conflict, InputProblem, NotFound, Record, VecheError
from veche.study.errors import N_
from veche.web.api.models import CONFLICTS, KINDS_KNOWN, Act, Applied, EntryAnswer, Replacement, RowChange
from veche.web.errors import NeedsRev, error_response
from veche.web.state import State, TheState
from veche.web.wire import check_id, check_not_study, from_wire, kind_named, to_wire
from veche.workbench import Study

router = APIRouter(tags=["editing"])


@router.post("/edits", response_model=Applied, responses=CONFLICTS, name="apply_act")
def apply_act(state: TheState, act: Act) -> JSONResponse:
    """Apply one act: all its changes, or none.

    A replacement or removal says in `rev` on which revision it is based: without it the answer is 428, with an old one
    409 and the present rows. The same act sent again is recognised and applied once.
    """
    rows = [_Row(change) for change in act.changes]
    for text, name in ((act.action, "action"), (act.note, "note")):
        check_text(text, name)
    try:
        seq, revs = _write(state.study, act, rows)
    except VecheError as error:
        before = applied_before(state, act, rows)
        if before is None:
            return _refusal(state.study, error, rows)
        seq, revs = before
    state.hub.wake()
    return JSONResponse({"seq": seq, "revs": revs})


class _Row:
    """One change with its record read."""

    def __init__(self, change: RowChange) -> None:
        self.kind = kind_named(change.kind)
        self.op, self.rev = change.op, change.rev
        check_not_study(self.kind, change.op)
        if change.op != "add" and change.rev is None:
            raise NeedsRev(
                N_("A change of the {noun} does not say on which revision it is based. Load it again and send `rev`."),
                noun=self.kind.noun,
            )
        self.record: Record | None = None
        if change.op == "remove":
            self.id = check_id(change.record.get("id"))
        else:
            if change.op == "replace" or "id" in change.record:
                check_id(change.record.get("id"))
            self.record = from_wire(self.kind, change.record)
            self.id = self.record.id

    @property
    def rev_after(self) -> int:
        """The revision that the row has once this is applied."""
        return (self.rev or 0) + 1


def _write(study: Study, act: Act, rows: Sequence[_Row]) -> tuple[int, dict[str, int]]:
    revs: dict[str, int] = {}
    with study.store.edit(study.who, act.action, act.note) as edit:
        for row in rows:
            if row.op == "remove":
                edit.remove(row.kind, row.id, rev=row.rev)
                revs[row.id] = row.rev_after
            elif row.op == "replace":
                assert row.record is not None
                revs[row.id] = edit.replace(row.record, rev=row.rev).rev
            else:
                assert row.record is not None
                edit.add(row.record)
                revs[row.id] = 1
    return study.store.last_entry(), revs


def applied_before(state: State, act: Act, rows: Sequence[_Row]) -> tuple[int, dict[str, int]] | None:
    """Find the entry of the journal in which exactly this act was applied already, by the same person.

    A row has each of its revisions once. So an entry that brought the same rows to the same revisions with the same
    content is this act, whatever happened to the rows since; this holds over a restart of the server too.
    """
    store = state.study.store
    wanted = {(row.id, row.rev_after): to_wire(row.record) if row.record is not None else None for row in rows}
    for entry in store.history(limit=200, row_ids=[rows[0].id]):
        if entry.kind != "edit" or entry.who != state.who or entry.action != act.action or entry.note != act.note:
            continue
        if _made_by(store.changes(entry.seq)) == _without_rev(wanted):
            return entry.seq, dict(wanted.keys())
    return None


def _made_by(changes: Sequence[Any]) -> dict[tuple[str, int], Any]:
    from veche.web.wire import change_to_wire

    made = (change_to_wire(one) for one in changes)
    return _without_rev({(one["id"], one["rev"]): one["record"] for one in made})


def _without_rev(rows: dict[tuple[str, int], Any]) -> dict[tuple[str, int], Any]:
    return {
        place: None if record is None else {name: value for name, value in record.items() if name != "rev"}
        for place, record in rows.items()
    }


def _refusal(study: Study, error: VecheError, rows: Sequence[_Row]) -> JSONResponse:
    """Answer a refused act; a conflict with the present rows and who changed them."""
    stale = [row for row in rows if row.op != "add"]
    gone = isinstance(error, NotFound) and bool(stale)
    if isinstance(error, Conflict) or gone:
        present = [one for row in stale if (one := present_row(study, row.kind, row.id))["rev"] != row.rev]
        if present and gone:
            who, at = present[0]["who"] or "–", (present[0]["at"] or "–").replace("T", " ")
            error = Conflict(
                N_("The {noun} was removed meanwhile by {who} ({at} UTC). Undo that, or leave it."),
                noun=stale[0].kind.noun, who=who, at=at[:16],
            )  # fmt: skip
        answer = error_response({"path": "/api"}, error, {"rows": present})
    else:
        answer = error_response({"path": "/api"}, error)
    assert isinstance(answer, JSONResponse)
    return answer


def present_row(study: Study, kind: type[Record], row_id: str) -> dict[str, Any]:
    """Return a row as it is now, null if it was removed, with who changed it last and when."""
    from veche.web.wire import NAMES

    found = study.store.having(kind, "id", [row_id])
    last = study.store.history(limit=1, row_ids=[row_id])
    return {
        "kind": NAMES[kind], "id": row_id, "rev": found[0].rev if found else 0,
        "record": to_wire(found[0]) if found else None, "who": last[0].who if last else None,
        "at": last[0].at.isoformat(timespec="seconds") if last else None,
    }  # fmt: skip


def revision(if_match: str | None, noun: str) -> int:
    """Read the revision in an If-Match header, with or without quotes.

    Raises
    ------
    NeedsRev
        If there is none.
    InputProblem
        If it is no revision.
    """
    if if_match is None:
        raise NeedsRev(
            N_("A change of the {noun} does not say on which revision it is based. Load it again and send it in the header If-Match."),
            noun=noun,
        )  # fmt: skip
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InputProblem(
            N_('The header If-Match is {value}. Give the revision of the row in quotes, such as "3".'), value=if_match
        )
    return int(text)


IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match", description='revision of the row in quotes, such as "3"',
        json_schema_extra={"pattern": r'^"[0-9]{1,9}"$'},
    ),
]  # fmt: skip
Kind = Annotated[str, Path(description="kind of record", json_schema_extra=KINDS_KNOWN)]


@router.put("/records/{kind}/{row_id}", response_model=Applied, responses=CONFLICTS, name="replace_row")
def replace_row(state: TheState, kind: Kind, row_id: str, given: Replacement, if_match: IfMatch = None) -> JSONResponse:
    """Replace one row, if it still has the revision of If-Match."""
    rev = revision(if_match, kind_named(kind).noun)
    change = RowChange(op="replace", kind=kind, record=given.record | {"id": row_id}, rev=rev)
    return _one(state, change, given.action, given.note)


@router.delete("/records/{kind}/{row_id}", response_model=Applied, responses=CONFLICTS, name="remove_row")
def remove_row(state: TheState, kind: Kind, row_id: str, if_match: IfMatch = None) -> JSONResponse:
    """Remove one row, if it still has the revision of If-Match."""
    rev = revision(if_match, kind_named(kind).noun)
    return _one(state, RowChange(op="remove", kind=kind, record={"id": row_id}, rev=rev), "remove", "")


def _one(state: State, change: RowChange, action: str, note: str) -> JSONResponse:
    from veche.study import new_id

    return apply_act(state, Act(id=new_id(), action=action, note=note, changes=[change]))


@router.post("/undo", response_model=EntryAnswer, responses=CONFLICTS, name="undo_act")
def undo_act(state: TheState) -> JSONResponse:
    """Take back one's own newest act."""
    from veche.web.api.history import entry_to_wire

    entry = state.study.undo()
    state.hub.wake()
    return JSONResponse({"entry": entry_to_wire(entry)})


@router.post("/redo", response_model=EntryAnswer, responses=CONFLICTS, name="redo_act")
def redo_act(state: TheState) -> JSONResponse:
    """Do again what one undid last."""
    from veche.web.api.history import entry_to_wire

    entry = state.study.redo()
    state.hub.wake()
    return JSONResponse({"entry": entry_to_wire(entry)})
