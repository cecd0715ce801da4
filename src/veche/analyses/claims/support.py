"""The way back from verdicts to what was said for and against."""

from __future__ import annotations

from collections.abc import Hashable

from veche.analyses.claims.run import Run, Turned, turned
from veche.analyses.claims.running import Judged
from veche.study.evidence import Evidence
from veche.study.result import Grounds


class Support:
    """What the verdicts rest on: the grounds of a check, or of all checks of a claim.

    Where a verdict turns without somebody: those of them that he, or his town, tells.
    """

    def __init__(self, run: Run, evidence: Evidence) -> None:
        self.evidence = evidence
        self.keys = {one.id: one.key for one in evidence.respondents}
        self.turned = {one.label: one for one in turned(run)}
        self.of: dict[str, list[Judged]] = {}
        for claim, judged in zip(run.claims, run.main, strict=True):
            self.of[claim.id] = list(judged)
            for k, one in enumerate(judged):
                self.of[f"{claim.id} · {k + 1}"] = [one]

    def __call__(self, table: str, label: Hashable, column: str | None) -> Grounds:
        """Return the ids behind a row, whatever its column."""
        if table != "without":
            return self._of(str(label))
        one = self.turned[str(label)]
        whole = self._of(one.claim)
        return Grounds(
            *(tuple(i for i in side if self._told_by(i, one)) for side in (whole.supporting, whole.opposing))
        )

    def _told_by(self, source_id: str, one: Turned) -> bool:
        """Does the respondent, or somebody of the town, say it who is left out?"""
        source = self.evidence.coding_by_id.get(source_id) or self.evidence.statement_by_id.get(source_id)
        interview = self.evidence.interview_of(source) if source else None
        if interview is None:
            return False
        if one.who:
            return self.keys.get(interview.respondent_id, interview.respondent_id) == one.who
        return self.evidence.town_by_id[interview.town_id].key == one.town

    def _of(self, label: str) -> Grounds:
        sides: tuple[dict[str, None], dict[str, None]] = ({}, {})
        for one in self.of[label]:
            for side, ids in zip(sides, (one.found.grounds.supporting, one.found.grounds.opposing), strict=True):
                side.update(dict.fromkeys(ids))
        # one passage may hold two statements that speak for different sides: it is shown on the side of the claim
        taken = {place for one in sides[0] for place in self._places(one)}
        places = {one: set(self._places(one)) for one in sides[1] if one not in sides[0]}
        against = (one for one, at in places.items() if not at or not at <= taken)
        return Grounds(tuple(sides[0]), tuple(against))

    def _places(self, source_id: str) -> list[tuple[str, int, int]]:
        """Where the words of a coding or statement stand."""
        coding = self.evidence.coding_by_id.get(source_id)
        if coding is not None:
            return [(coding.document_id, coding.start, coding.end)]
        statement = self.evidence.statement_by_id.get(source_id)
        return [(one.document_id, one.start, one.end) for one in statement.quotes] if statement else []
