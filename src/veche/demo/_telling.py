"""Statements: who, as a passage tells it, does what to whom, with the parties found in the town."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from veche.demo._coding import begun
from veche.demo._ids import Ids
from veche.demo._roster import Sitting
from veche.demo._transcript import Told, Transcript
from veche.demo._world import World
from veche.study.documents import Anchor
from veche.study.statements import Statement


def statement_records(one: Sitting, transcript: Transcript, world: World, ids: Ids, nth: int) -> list[Statement]:
    """Return the statements of one transcript, in the order of the text."""
    made = begun(one, nth, "AK")
    return [
        _statement(one, transcript, told, written, world, ids, f"{told.entry.passage.id}/{at}", made)
        for told in transcript.told
        for at, written in enumerate(told.entry.passage.statements)
    ]


def _statement(
    one: Sitting, transcript: Transcript, told: Told, written: Mapping[str, Any], world: World, ids: Ids, name: str,
    made: dt.datetime,
) -> Statement:  # fmt: skip
    span = next(s for s in told.spans if s.tag == written["span"])
    document = ids("document", one.key)
    dated = "when" in written
    start, end = _time(written["when"], one.date) if dated else (_year_before(one.date), one.date)

    def parties(field: str) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(world.party(p, one.town, start, one.date, dated=dated) for p in written.get(field, ()))
        )

    return Statement(
        id=ids("statement", f"{one.key}/{name}"), interview_id=ids("interview", one.key),
        quotes=(Anchor(document, transcript.text.id, span.start, span.end),),
        kind_id=ids("kind of statement", written["kind"]), sources=parties("from"), targets=parties("to"),
        issue=world.issue(written.get("issue")), tone=written.get("tone"), readiness=written.get("readiness"),
        valence=None if written.get("valence") is None else float(written["valence"]),
        outcome=written.get("outcome", "unknown"), benefit=parties("benefit"), start=start, end=end,
        modality=written.get("modality", "asserted"), certainty=written.get("certainty", "unknown"),
        coder_id=ids("coder", "AK"), made=made,
    )  # fmt: skip


def _year_before(day: dt.date) -> dt.date:
    """Talk without a time means the twelve months before it."""
    return day.replace(year=day.year - 1, day=min(day.day, 28))


def _time(when: list[Any] | tuple[Any, ...], said: dt.date) -> tuple[dt.date, dt.date]:
    """Return the time of an event as [start, end): the last year or month named belongs to it, nothing after the day of telling does."""
    start, last = (_first_day(str(moment)) for moment in when)
    year, month = last.year, last.month
    end = dt.date(year + 1, 1, 1) if "-" not in str(when[1]) else dt.date(year + month // 12, month % 12 + 1, 1)
    end = min(end, said)
    return start, max(start, end)


def _first_day(moment: str) -> dt.date:
    year, _, month = moment.partition("-")
    return dt.date(int(year), int(month or 1), 1)
