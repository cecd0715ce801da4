"""Relation statements as rows: one for each pair of a source and a target, with its event, who told it, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from veche.study import Evidence, Interview, Statement, StatementKind


@dataclass(frozen=True, slots=True)
class Claim:
    """One ordered pair of one statement; parties are actors or offices, by key. `day` is that of the event, else of the telling (`dated`)."""

    statement: Statement
    kind: StatementKind
    source: str
    target: str
    interview: Interview | None
    wave: str
    town: str
    reporter: str
    day: dt.date | None
    dated: str

    @property
    def valence(self) -> float:
        """How good the relation is, from -1 to 1: as recorded, else the kind's default."""
        return self.statement.valence if self.statement.valence is not None else self.kind.valence


def party_keys(evidence: Evidence) -> dict[str, str]:
    """Return the keys of actors and offices by id; an office with the key of an actor gets ``office:`` before it, so that they stay apart."""
    keys = {one.id: one.key for one in evidence.actors}
    taken = set(keys.values())
    return keys | {one.id: f"office:{one.key}" if one.key in taken else one.key for one in evidence.offices}


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield the pairs of all statements; a party that is not in the study any more is passed over."""
    keys = party_keys(evidence)
    kinds = {one.id: one for one in evidence.kinds}
    for one in evidence.statements:
        interview = evidence.interview_by_id.get(one.interview_id or "")
        wave = evidence.wave_by_id.get(interview.wave_id) if interview else None
        town = evidence.town_by_id.get(interview.town_id) if interview else None
        respondent = evidence.respondent_by_id.get(interview.respondent_id) if interview else None
        kind = kinds.get(one.kind_id)
        if kind is None:
            continue
        for source in one.sources:
            for target in one.targets:
                if source in keys and target in keys:
                    yield Claim(
                        one, kind, keys[source], keys[target], interview, wave.key if wave else "", town.key if town else "",
                        respondent.key if respondent else "", one.start or (interview.date if interview else None),
                        "event" if one.start else "telling" if interview else "",
                    )  # fmt: skip
