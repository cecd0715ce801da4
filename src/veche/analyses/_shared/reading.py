"""How one statement is read: into acts with their time and actors, or left out with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from veche.analyses._shared.parties import Parties, Stretch, day_number
from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.study.statements import Statement, StatementKind
from veche.words import N_

NO_INTERVIEW = N_("it stands in a document without interview, so nobody is known to say it")
NO_PLACE = N_("its interview has no known town or wave")
NO_KIND = N_("its kind is not in the study any more")
NO_TIME = N_("it gives no time of the event")
BACKWARDS = N_("its event ends before it begins")
UNPLACED = N_("its words could not be placed in the corrected transcript")
NOT_ACCEPTED = N_("it is a suggestion that nobody has accepted")
NOT_FIRST_HAND = N_("it is not first-hand")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A statement that is not used, or only in part: its id, the reason (marked for translation), and which part."""

    statement_id: str
    reason: str
    part: float = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """One act: a statement, or the part of it during which nobody changed office."""

    statement: Statement
    interview: Interview
    kind: StatementKind
    stretch: Stretch
    undated: bool


@dataclass(frozen=True)
class Reading:
    """How statements are read: one by one, into acts and what is left out."""

    evidence: Evidence
    parties: Parties
    undated: str
    first_hand: bool

    @cached_property
    def _kinds(self) -> dict[str, StatementKind]:
        return {one.id: one for one in self.evidence.kinds}

    @cached_property
    def _machine(self) -> frozenset[str]:
        return frozenset(one.id for one in self.evidence.coders if one.kind == "suggestion")

    def acts(self, one: Statement) -> tuple[list[Row], list[LeftOut]]:
        """Read a statement into acts and what of it is left out."""
        interview = self.evidence.interview_by_id.get(one.interview_id or "")
        kind = self._kinds.get(one.kind_id)
        if interview is None or kind is None or (reason := self._unusable(one, interview)):
            why = NO_INTERVIEW if interview is None else NO_KIND if kind is None else reason
            return [], [LeftOut(one.id, why)]
        times = _time(one)
        dated = times is not None
        if times is None:
            if self.undated != "telling":
                return [], [LeftOut(one.id, NO_TIME)]
            times = (day_number(interview.date), day_number(interview.date))
        if times[1] < times[0]:
            return [], [LeftOut(one.id, BACKWARDS)]
        stretches, gaps = self.parties.resolve(one.sources, one.targets, *times)
        rows = [Row(one, interview, kind, stretch, not dated) for stretch in stretches]
        return rows, [LeftOut(one.id, gap.reason, gap.part) for gap in gaps]

    def _unusable(self, one: Statement, interview: Interview) -> str:
        evidence = self.evidence
        if interview.town_id not in evidence.town_by_id or interview.wave_id not in evidence.wave_by_id:
            return NO_PLACE
        if one.coder_id in self._machine:
            return NOT_ACCEPTED
        if one.quotes and not any(self._placed(quote.document_id, quote.text_id) for quote in one.quotes):
            return UNPLACED
        return NOT_FIRST_HAND if self.first_hand and one.certainty != "first_hand" else ""

    def _placed(self, document_id: str, text_id: str) -> bool:
        document = self.evidence.document_by_id.get(document_id)
        return document is None or document.text_id == text_id


def _time(one: Statement) -> tuple[float, float] | None:
    """Time of the event in days; with one date only, an instant."""
    if one.start is None and one.end is None:
        return None
    if one.start is None:
        assert one.end is not None
        return day_number(one.end) - 1, day_number(one.end) - 1
    return day_number(one.start), day_number(one.end or one.start)
