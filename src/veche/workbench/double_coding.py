"""Double coding: interviews are assigned to coders, coded apart, finished, and then compared.

What a coder may not see is left out by the store itself (`Store.seen_by`); here is who codes what, and how far it is.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from veche.analyses._shared.differences import ALIKE, compare
from veche.study import Assignment, Coder, Coding, Decision, Document, Interview, NotFound, Refused
from veche.study.errors import N_, InputProblem
from veche.workbench.study import Study

#: open: somebody codes; done: all have finished and nothing differs or is left to decide; differing: to be decided
State = Literal["open", "differing", "done"]


@dataclass(frozen=True, slots=True)
class Share:
    """What one coder has to do with one interview; `codings` is None where the viewer may not know."""

    assignment: Assignment
    coder: Coder
    codings: int | None


@dataclass(frozen=True, slots=True)
class Task:
    """One interview that is coded by several: who, how far, and what is left to decide.

    `hidden`: the viewer codes it blind and sees only the own work. `differences` and `decided` are None until all have finished.
    """

    interview: Interview
    documents: tuple[Document, ...]
    shares: tuple[Share, ...]
    hidden: bool
    differences: int | None
    decided: int | None

    @property
    def state(self) -> State:
        """How far it is."""
        if self.differences is None:
            return "open"
        return "differing" if self.differences > (self.decided or 0) else "done"

    @property
    def round(self) -> str:
        """Name of the round, if any."""
        return next((one.assignment.round for one in self.shares if one.assignment.round), "")

    def share_of(self, key: str) -> Share | None:
        """Return what a coder, by key, has to do with it."""
        return next((one for one in self.shares if one.coder.key == key), None)


@dataclass(frozen=True, slots=True)
class Overview:
    """All double coding of a study, as the viewer may see it."""

    tasks: tuple[Task, ...]
    coders: tuple[Coder, ...]
    #: interviews with a transcript that nobody is assigned to
    free: tuple[Interview, ...]
    #: those of them that several people coded all the same
    loose: tuple[Interview, ...]


def take_overview(study: Study) -> Overview:
    """Gather who codes which interview apart from whom, and how far it is."""
    store = study.store
    assignments = store.all(Assignment)
    interviews = {one.id: one for one in store.all(Interview)}
    coders = {one.id: one for one in store.all(Coder)}
    documents: dict[str, list[Document]] = {}
    for one in store.all(Document):
        documents.setdefault(one.interview_id or "", []).append(one)
    by_interview: dict[str, list[Assignment]] = {}
    for given in assignments:
        by_interview.setdefault(given.interview_id, []).append(given)
    wanted = [document.id for key in by_interview for document in documents.get(key, ())]
    codings: dict[str, list[Coding]] = {}
    for coding in store.having(Coding, "document_id", wanted):
        codings.setdefault(coding.document_id, []).append(coding)
    decisions: dict[str, list[Decision]] = {}
    for decision in store.having(Decision, "document_id", wanted):
        decisions.setdefault(decision.document_id, []).append(decision)
    hidden = store.hidden_interviews()
    twice = _coded_twice(study, coders, {one.id: key for key, own in documents.items() for one in own})
    tasks = []
    for interview_id, own in by_interview.items():
        if interview_id in interviews:
            tasks.append(
                _task(
                    interviews[interview_id], tuple(documents.get(interview_id, ())), own, coders, codings, decisions,
                    hidden=interview_id in hidden, me=study.who,
                )
            )  # fmt: skip
    free = [one for one in interviews.values() if one.id not in by_interview and documents.get(one.id)]
    return Overview(
        tuple(sorted(tasks, key=_order)),
        tuple(sorted((one for one in coders.values() if one.kind == "human"), key=lambda one: one.key)),
        tuple(sorted(free, key=lambda one: (one.date, one.key))),
        tuple(sorted((one for one in free if one.id in twice), key=lambda one: (one.date, one.key))),
    )


def _coded_twice(study: Study, coders: dict[str, Coder], interview_of: dict[str, str]) -> set[str]:
    """Return the interviews on which at least two people have codings."""
    people: dict[str, set[str]] = {}
    for row in study.store.coding_counts():
        if row.coder_id in coders and coders[row.coder_id].kind == "human":
            people.setdefault(interview_of.get(row.document_id, ""), set()).add(row.coder_id)
    return {key for key, own in people.items() if key and len(own) > 1}


def _order(one: Task) -> tuple[int, dt.datetime, str]:
    first = min((s.assignment.made or dt.datetime.min for s in one.shares), default=dt.datetime.min)
    return (("open", "differing", "done").index(one.state), first, one.interview.key)


def _task(
    interview: Interview, documents: tuple[Document, ...], own: Sequence[Assignment], coders: dict[str, Coder],
    codings: dict[str, list[Coding]], decisions: dict[str, list[Decision]], *, hidden: bool, me: str,
) -> Task:  # fmt: skip
    placed = [one for document in documents for one in codings.get(document.id, ()) if one.text_id == document.text_id]
    shares = tuple(
        Share(
            one,
            coders[one.coder_id],
            sum(c.coder_id == one.coder_id for c in placed) if not hidden or coders[one.coder_id].key == me else None,
        )
        for one in sorted(own, key=lambda a: coders[a.coder_id].key)
    )
    differences = decided = None
    if len(own) > 1 and all(one.finished is not None for one in own):
        ids = [one.coder_id for one in own]
        found = [
            frozenset(c.id for c in one.codings)
            for document in documents
            for one in compare(
                [c for c in placed if c.document_id == document.id and c.coder_id in ids], ids, alike=ALIKE
            ).differences
        ]
        ready = {frozenset(one.compared) for document in documents for one in decisions.get(document.id, ())}
        differences, decided = len(found), sum(one in ready for one in found)
    return Task(interview, documents, shares, hidden, differences, decided)


def assign(
    study: Study, interview_ids: Iterable[str], coder_keys: Iterable[str], *, blind: bool = True, round: str = ""
) -> int:
    """Assign interviews to coders, as one act; who has an interview already keeps it. Returns how many assignments were made.

    Parameters
    ----------
    study
        The open study.
    interview_ids
        At least one.
    coder_keys
        Keys of the coders; a key that is new becomes a coder.
    blind
        Hide the others' codings until all coders of the interview have finished.
    round
        Name of the round, to compare rounds later.

    Raises
    ------
    InputProblem
        If no interview or coder is named, or one of them is no person.
    NotFound
        If an interview is not in the study.
    """
    interviews = list(dict.fromkeys(interview_ids))
    keys = [one for key in dict.fromkeys(coder_keys) if (one := key.strip())]
    if not interviews or not keys:
        raise InputProblem(N_("Nothing to assign: choose at least one interview and at least one coder."))
    known = {one.id for one in study.store.having(Interview, "id", interviews)}
    for one in interviews:
        if one not in known:
            raise NotFound(N_("The {noun} is not in the study (any more). Load it again."), noun=Interview.noun)
    there = {(one.interview_id, one.coder_id) for one in study.store.having(Assignment, "interview_id", interviews)}
    made = 0
    with study.store.edit(study.who, "assign interviews", f"{len(interviews)} → {', '.join(keys)}") as edit:
        coders = [study.coder(key, edit) for key in keys]
        for interview_id in interviews:
            for coder in coders:
                if (interview_id, coder.id) not in there:
                    edit.add(
                        Assignment(
                            interview_id=interview_id, coder_id=coder.id, blind=blind, round=round.strip(), made=_now()
                        )
                    )
                    made += 1
    return made


def finish(study: Study, interview_id: str) -> Assignment:
    """Say that one's own coding of an interview is finished; it stays as it is from then on.

    Raises
    ------
    NotFound
        If the interview is not assigned to the one who works.
    """
    return _mark(study, interview_id, _now(), "finish coding")


def reopen(study: Study, interview_id: str) -> Assignment:
    """Take one's own finished interview up again, while others still code it blind.

    Raises
    ------
    NotFound
        If the interview is not assigned to the one who works.
    Refused
        If all have finished: the codings of the others were open to see.
    """
    return _mark(study, interview_id, None, "code again")


def _mark(study: Study, interview_id: str, finished: dt.datetime | None, action: str) -> Assignment:
    me = study.store.having(Coder, "key", [study.who])
    own = [
        one for one in study.store.having(Assignment, "interview_id", [interview_id]) if me and one.coder_id == me[0].id
    ]
    if not own:
        raise NotFound(
            N_("This interview is not assigned to {who}. Choose one of your own, or let it be assigned to you."),
            who=study.who,
        )
    if (own[0].finished is None) == (finished is None):
        return own[0]
    interviews = study.store.having(Interview, "id", [interview_id])
    with study.store.edit(study.who, action, interviews[0].key if interviews else "") as edit:
        return edit.replace(dataclasses.replace(own[0], finished=finished), rev=own[0].rev)


def withdraw(study: Study, interview_id: str, coder_key: str) -> None:
    """Take an interview from a coder; the codings stay.

    Raises
    ------
    NotFound
        If it is not assigned to the coder.
    Refused
        If that would open what somebody codes blind, or end finished double coding.
    """
    coder = study.store.having(Coder, "key", [coder_key])
    found = [
        one
        for one in study.store.having(Assignment, "interview_id", [interview_id])
        if coder and one.coder_id == coder[0].id
    ]
    if not found:
        raise NotFound(N_("This interview is not assigned to {who}. Load the page again."), who=coder_key)
    if found[0].finished is not None:
        raise Refused(
            N_("{coder} has finished this interview, and agreement rests on it: the assignment stays."), coder=coder_key
        )
    with study.store.edit(study.who, "withdraw assignment", coder_key) as edit:
        edit.remove(Assignment, found[0].id, rev=found[0].rev)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None, microsecond=0)
