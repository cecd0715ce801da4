"""Double coding: who codes which interview apart from whom, and what was decided where they differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from veche.study.record import Record

#: why coders came to differ, as it seemed to those who decided
Cause = Literal["definition", "overlooked", "boundaries", "reading", "mistake", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment(Record):
    """An interview that a coder is to code. With `blind`, the coders of the interview see each other's work only when all have finished.

    `round` names the occasion (training, first hundred, ...), so that rounds can be compared.
    """

    noun: ClassVar[str] = "assignment"

    interview_id: str
    coder_id: str
    blind: bool = True
    round: str = ""
    made: dt.datetime | None = None
    #: when the coder said that the interview is coded; None: not yet
    finished: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Record):
    """What was decided on one disagreement: the codings compared, those of them that were upheld, why.

    `agreed` are the codings of the agreed layer that came of it; nothing upheld and nothing agreed: the passage is left without the code.
    """

    noun: ClassVar[str] = "decision"

    document_id: str
    text_id: str
    start: int
    end: int
    compared: tuple[str, ...] = ()
    upheld: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    cause: Cause = "unknown"
    reason: str = ""
    coder_id: str | None = None
    made: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Veil:
    """What a coder may not see yet: the work of others on interviews under blind coding that not all have finished."""

    coder_ids: frozenset[str]
    interview_ids: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.interview_ids)

    def hides(self, interview_id: str | None, coder_id: str | None) -> bool:
        """Is a mark of that coder on that interview hidden? A mark of nobody in particular is not."""
        return interview_id in self.interview_ids and coder_id is not None and coder_id not in self.coder_ids


def veil(assignments: Iterable[Assignment], coder_ids: Collection[str]) -> Veil:
    """Say what is hidden from somebody, who goes by these ids among the coders.

    An interview is hidden while the viewer has a blind assignment on it and anybody with a blind assignment on it has not finished. Who is not
    assigned to an interview sees everything on it: somebody has to oversee the work.
    """
    viewer = frozenset(coder_ids)
    by_interview: dict[str, list[Assignment]] = {}
    for one in assignments:
        if one.blind:
            by_interview.setdefault(one.interview_id, []).append(one)
    hidden = frozenset(
        interview_id
        for interview_id, found in by_interview.items()
        if any(one.coder_id in viewer for one in found) and any(one.finished is None for one in found)
    )
    return Veil(viewer, hidden)


def unfinished(assignments: Iterable[Assignment]) -> Mapping[str, frozenset[str]]:
    """Return for each interview the ids of the coders who were assigned to it and have not finished."""
    found: dict[str, set[str]] = {}
    for one in assignments:
        if one.finished is None:
            found.setdefault(one.interview_id, set()).add(one.coder_id)
    return {interview_id: frozenset(coders) for interview_id, coders in found.items()}
