"""Who headed a town on a day, who speaks of whom, and whom a passage is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from veche.analyses._shared.parties import Parties, day_number
from veche.study.actors import Actor, Office
from veche.study.codings import Coding
from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.words import N_

#: the head is not known on that day
UNKNOWN = "?"

#: speakers by their distance to the head
SPEAKERS = {
    "self": N_("the leader of himself"),
    "team": N_("the team"),
    "outsider": N_("outsiders"),
    "unknown": N_("not known"),
}
_STANDING = {"leader": "self", "member": "team", "outsider": "outsider"}

#: whom a passage is about, by the codes that stand on it
HOLDERS = {
    "head": N_("the head"),
    "team": N_("the team"),
    "deputies": N_("the deputies"),
    "firm": N_("the management of the firm"),
}
_HOLDER_CODES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("head", ("ACT.HEAD", "ACT.CITYMAN")),
    ("team", ("LEAD.TEAM",)),
    ("deputies", ("ACT.SPEAKER", "ACT.DEP")),
    ("firm", ("ACT.FIRM", "ACT.OWNER")),
)


@dataclass(frozen=True)
class Heads:
    """The heads of the towns of a study in time.

    The office of head is, for each town, the one whose key is `office` or ends in it after a dot (``A.head``).
    """

    evidence: Evidence
    office: str = "head"

    @cached_property
    def offices(self) -> Mapping[str, Office]:
        """Office of head by town."""
        found: dict[str, Office] = {}
        for one in sorted(self.evidence.offices, key=lambda one: one.key):
            if one.town_id and (one.key == self.office or one.key.endswith("." + self.office)):
                found.setdefault(one.town_id, one)
        return found

    @cached_property
    def _parties(self) -> Parties:
        return Parties(self.evidence)

    def actor(self, actor_id: str) -> Actor | None:
        """Return the actor of an id; of a merged one, the actor that stands for it."""
        return self._parties.actor(actor_id)

    def on(self, town_id: str, day: dt.date) -> Actor | None:
        """Return the head of a town on a day; None if there is none, several, or the office is not recorded."""
        office = self.offices.get(town_id)
        if office is None:
            return None
        held = self._parties.holders(office.id, day_number(day))
        return self.actor(next(iter(held))) if len(held) == 1 else None

    def of(self, interview: Interview) -> Actor | None:
        """Return the head of the town on the day of an interview."""
        return self.on(interview.town_id, interview.date)

    def speaker(self, interview: Interview) -> str:
        """Say who speaks of the head: self, team, outsider or unknown."""
        head = self.of(interview)
        respondent = self.evidence.respondent_by_id.get(interview.respondent_id)
        if head is not None and respondent is not None and respondent.actor_id == head.id:
            return "self"
        return _STANDING.get(interview.standing, "unknown")


def holders_of(evidence: Evidence, codings: list[Coding], default: str = "head") -> dict[str, str]:
    """Say whom each coding is about: the holder whose code overlaps it in the same document, else `default`.

    If codes of several holders overlap, the first in the order head, team, deputies, firm counts.
    """
    of_code = {
        code.id: holder
        for code in evidence.codes
        for holder, keys in _HOLDER_CODES
        if any(code.key == key or code.key.startswith(key + ".") for key in keys)
    }
    marks: dict[str, list[tuple[int, int, str]]] = {}
    for one, _interview in evidence.counted():
        if one.code_id in of_code and one.modality == "asserted":
            marks.setdefault(one.document_id, []).append((one.start, one.end, of_code[one.code_id]))
    order = list(HOLDERS)
    found = {}
    for one in codings:
        here = [who for start, end, who in marks.get(one.document_id, ()) if start < one.end and one.start < end]
        found[one.id] = min(here, key=order.index) if here else default
    return found
