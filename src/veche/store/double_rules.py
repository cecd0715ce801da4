"""What must hold of double coding, whatever writes: one assignment each, finished work stays, blind stays blind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from veche.store import tables
from veche.store.texts import chunks
from veche.study import InputProblem, Refused
from veche.study.errors import N_

#: a change as an edit keeps it: table, row, before, after (JSON; None: not there)
RawChange = tuple[str, str, str | None, str | None]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Both:
    """A row before and after; None where it was or is not in force."""

    before: Row | None
    after: Row | None

    @property
    def id(self) -> str:
        """The row's id."""
        row = self.before or self.after
        return str(row["id"]) if row is not None else ""


def check_double_coding(
    connection: Connection, changes: Sequence[RawChange], *, who: str, finished_too: bool, undoing: bool
) -> None:
    """Check an act against the assignments of double coding.

    Parameters
    ----------
    connection
        Inside the transaction of the act, after its changes.
    changes
        What the act changed.
    who
        Key of the person who acts.
    finished_too
        The act carries over what was done elsewhere, or touches every mark (a corrected transcript, a merged code, a merged copy): it may touch
        finished work, and assignments as they come.
    undoing
        The act takes back or repeats another one: its codings are not looked at, since finishing comes later than they and must be taken back first.

    Raises
    ------
    InputProblem
        If an assignment is not to a person, or stands twice.
    Refused
        If finished work would be changed or opened again after it was seen, or somebody would end his or her own blindness.
    """
    touched = [_both(before, after) for name, _row, before, after in changes if name == "assignment"]
    codings = [_both(before, after) for name, _row, before, after in changes if name == "coding"]
    if touched:
        _check_whole(connection, [one.after for one in touched if one.after is not None])
        earlier = _earlier(connection, touched)
        for one in touched:
            if one.before is not None and not finished_too:
                _check_reopened(connection, one, earlier)
                _check_lifted(connection, one, earlier, who)
    if codings and not finished_too and not undoing:
        _check_finished(connection, codings, {one.id: one.before for one in touched})


def _both(before: str | None, after: str | None) -> _Both:
    rows = [None if text is None else json.loads(text) for text in (before, after)]
    return _Both(*(None if row is None or row["gone"] else row for row in rows))


def _check_whole(connection: Connection, rows: Sequence[Row]) -> None:
    c, a, i = tables.coder, tables.assignment, tables.interview
    for row in rows:
        coder = connection.execute(select(c.c.key, c.c.kind).where(c.c.id == row["coder_id"])).first()
        key = connection.execute(select(i.c.key).where(i.c.id == row["interview_id"])).scalar()
        if coder is not None and coder.kind != "human":
            raise InputProblem(
                N_(
                    "{coder} is no person who codes, and interview {interview} cannot be assigned to it. Choose a coder."
                ),
                coder=coder.key,
                interview=key or "–",
            )
        same = select(a.c.id).where(
            a.c.interview_id == row["interview_id"], a.c.coder_id == row["coder_id"], a.c.id != row["id"], ~a.c.gone
        )
        if connection.execute(same).first() is not None:
            raise InputProblem(
                N_("Interview {interview} is assigned to {coder} already. Leave it, or choose another interview."),
                interview=key or "–",
                coder=coder.key if coder is not None else "–",
            )


def _earlier(connection: Connection, touched: Sequence[_Both]) -> dict[str, list[Row]]:
    """Return for each interview touched its assignments as they were before the act."""
    a = tables.assignment
    interviews = sorted({row["interview_id"] for one in touched for row in (one.before, one.after) if row is not None})
    now = {row["id"]: row for one in touched for row in [one.before or one.after] if row is not None}
    changed = {row["id"] for one in touched for row in (one.before, one.after) if row is not None}
    found: dict[str, list[Row]] = {interview: [] for interview in interviews}
    for part in chunks(interviews):
        query = select(a).where(a.c.interview_id.in_(part), ~a.c.gone)
        for row in connection.execute(query).mappings():
            if row["id"] not in changed:
                found[row["interview_id"]].append(dict(row))
    before = [one.before for one in touched if one.before is not None]
    for one in before:
        found[one["interview_id"]].append(now[one["id"]])
    return found


def _check_reopened(connection: Connection, one: _Both, earlier: Mapping[str, list[Row]]) -> None:
    before, after = one.before, one.after
    assert before is not None
    opened = before["finished"] is not None and (after is None or after["finished"] is None)
    others = [row for row in earlier[before["interview_id"]] if row["id"] != before["id"] and row["blind"]]
    if opened and before["blind"] and others and all(row["finished"] is not None for row in others):
        raise Refused(
            N_(
                "All coders of interview {interview} have finished and seen each other's codings, so {coder} cannot code it "
                "blind any more. Decide the differences instead."
            ),
            interview=_interview(connection, before["interview_id"]),
            coder=_coder(connection, before["coder_id"]),
        )


def _check_lifted(connection: Connection, one: _Both, earlier: Mapping[str, list[Row]], who: str) -> None:
    """Refuse that one who codes blind takes the veil off."""
    before, after = one.before, one.after
    assert before is not None
    kept = after is not None and all(after[name] == before[name] for name in ("blind", "interview_id", "coder_id"))
    rows = [row for row in earlier[before["interview_id"]] if row["blind"]]
    me = connection.execute(select(tables.coder.c.id).where(tables.coder.c.key == who, ~tables.coder.c.gone)).scalar()
    if kept and (before["coder_id"] == me or before["finished"] == after["finished"]):  # type: ignore[index]
        return
    mine = any(row["coder_id"] == me for row in rows)
    if (
        mine
        and any(row["finished"] is None for row in rows)
        and _coded_by_others(connection, before["interview_id"], me)
    ):
        raise Refused(
            N_(
                "{coder} codes interview {interview} blind, and others have begun: who codes it cannot change this. Finish it, "
                "or let somebody change it who does not code it."
            ),
            coder=who,
            interview=_interview(connection, before["interview_id"]),
        )


def _coded_by_others(connection: Connection, interview_id: str, me: Any) -> bool:
    c, d = tables.coding, tables.document
    query = (
        select(c.c.id)
        .join(d, d.c.id == c.c.document_id)
        .where(d.c.interview_id == interview_id, c.c.coder_id != me, ~c.c.gone)
    )
    return connection.execute(query.limit(1)).first() is not None


def _check_finished(connection: Connection, codings: Sequence[_Both], before: Mapping[str, Row | None]) -> None:
    """Refuse changes of codings by coders who had finished their interview before the act."""
    rows = [row for one in codings for row in (one.before, one.after) if row is not None]
    a, d = tables.assignment, tables.document
    if connection.execute(select(a.c.id).where(~a.c.gone).limit(1)).first() is None:
        return
    interviews: dict[str, str] = {}
    for part in chunks(sorted({row["document_id"] for row in rows})):
        found = connection.execute(select(d.c.id, d.c.interview_id).where(d.c.id.in_(part)))
        interviews.update((row.id, row.interview_id) for row in found if row.interview_id is not None)
    finished: set[tuple[str, str]] = set()
    for part in chunks(sorted(set(interviews.values()))):
        for row in connection.execute(select(a).where(a.c.interview_id.in_(part), ~a.c.gone)).mappings():
            # what the same act finishes was open while its codings were made, as when a copy of the study comes in
            then = before.get(row["id"], row)
            if then is not None and then["finished"] is not None:
                finished.add((row["interview_id"], row["coder_id"]))
    _refuse_finished(connection, rows, interviews, finished)


def _refuse_finished(
    connection: Connection, rows: Iterable[Row], interviews: Mapping[str, str], finished: set[tuple[str, str]]
) -> None:
    for row in rows:
        interview = interviews.get(row["document_id"])
        if interview is not None and (interview, row["coder_id"]) in finished:
            raise Refused(
                N_(
                    "{coder} has finished interview {interview}, and agreement rests on these codings: they stay as they are. "
                    "Open the assignment again, or decide the difference in the agreed layer."
                ),
                coder=_coder(connection, row["coder_id"]),
                interview=_interview(connection, interview),
            )


def _coder(connection: Connection, row_id: str) -> str:
    return connection.execute(select(tables.coder.c.key).where(tables.coder.c.id == row_id)).scalar() or "–"


def _interview(connection: Connection, row_id: str) -> str:
    return connection.execute(select(tables.interview.c.key).where(tables.interview.c.id == row_id)).scalar() or "–"
