"""Which interviews were coded by several people, each for himself or herself, and who worked on which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from veche.study.codings import Coder, Coding
from veche.study.documents import Document
from veche.study.double_coding import unfinished
from veche.study.errors import InputProblem
from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.words import N_


@dataclass(frozen=True)
class DoubleCoded:
    """Documents coded by at least two coders, and what each of them coded there.

    Parameters
    ----------
    coders
        Those compared, in order of their keys; never the agreed layer.
    documents
        With their interviews, by date; only those on which two of the coders worked.
    worked
        For each document the places (among `coders`) of those who worked on it.
    codings
        Of these coders on these documents, with the place of the coder and of the document.
    alone
        Interviews on which one of the coders only worked.
    waiting
        Interviews left out because an assigned coder has not finished.
    """

    coders: tuple[Coder, ...]
    documents: tuple[tuple[Document, Interview], ...]
    worked: tuple[frozenset[int], ...]
    codings: tuple[tuple[Coding, int, int], ...]
    alone: int
    waiting: int

    @property
    def names(self) -> tuple[str, ...]:
        """Keys of the coders."""
        return tuple(one.key for one in self.coders)

    @property
    def interviews(self) -> tuple[Interview, ...]:
        """The interviews, each once, by date."""
        return tuple({interview.id: interview for _document, interview in self.documents}.values())

    def of_coders(self, *places: int) -> DoubleCoded:
        """Return what some of the coders have in common."""
        new = {old: at for at, old in enumerate(places)}
        kept = [at for at, who in enumerate(self.worked) if len(who & set(places)) >= 2]
        moved = {old: at for at, old in enumerate(kept)}
        return DoubleCoded(
            coders=tuple(self.coders[at] for at in places),
            documents=tuple(self.documents[at] for at in kept),
            worked=tuple(frozenset(new[one] for one in self.worked[at] if one in new) for at in kept),
            codings=tuple(
                (coding, new[coder], moved[document])
                for coding, coder, document in self.codings
                if coder in new and document in moved
            ),
            alone=self.alone,
            waiting=self.waiting,
        )


def double_coded(evidence: Evidence, coders: Sequence[str] = ()) -> DoubleCoded:
    """Find what was coded by several coders.

    A coder worked on an interview if he or she finished an assignment on it or, where no assignment says so, gave it any code. Where a coder
    worked and gave no code, that is a value (not this code); where not, it is missing. The agreed layer never enters; suggestions of the machine
    do only when named.

    Parameters
    ----------
    evidence
        A study or a part of it.
    coders
        Keys or names of the coders to compare; by default those the filter names, else all people who coded.

    Raises
    ------
    InputProblem
        If less than two coders remain, one of those named coded nothing here, or the agreed layer is named.
    """
    present = {one.id: one.text_id for one in evidence.documents}
    placed = [one for one in evidence.codings if present.get(one.document_id) == one.text_id]
    chosen = _chosen(evidence, tuple(coders) or evidence.where.coders, {one.coder_id for one in placed})
    number = {one.id: at for at, one in enumerate(chosen)}
    waiting_for = unfinished(evidence.assignments)
    assigned = {(one.interview_id, one.coder_id) for one in evidence.assignments}
    done = {(one.interview_id, one.coder_id) for one in evidence.assignments if one.finished is not None}
    coded = {(one.document_id, one.coder_id) for one in placed}
    documents: list[tuple[Document, Interview]] = []
    worked: list[frozenset[int]] = []
    alone: set[str] = set()
    waiting: set[str] = set()
    for document, interview in _in_order(evidence):
        if waiting_for.get(interview.id, frozenset()) & set(number):
            waiting.add(interview.id)
            continue
        who = frozenset(
            at
            for coder_id, at in number.items()
            if (interview.id, coder_id) in done
            or ((interview.id, coder_id) not in assigned and (document.id, coder_id) in coded)
        )
        if len(who) >= 2:
            documents.append((document, interview))
            worked.append(who)
        elif who:
            alone.add(interview.id)
    place = {document.id: at for at, (document, _interview) in enumerate(documents)}
    codings = tuple(
        (one, number[one.coder_id], place[one.document_id])
        for one in placed
        if one.coder_id in number
        and one.document_id in place
        and number[one.coder_id] in worked[place[one.document_id]]
    )
    return DoubleCoded(chosen, tuple(documents), tuple(worked), codings, len(alone), len(waiting))


def _in_order(evidence: Evidence) -> list[tuple[Document, Interview]]:
    found = []
    for document in evidence.documents:
        interview = evidence.interview_by_id.get(document.interview_id or "")
        if interview is not None:
            found.append((document, interview))
    return sorted(found, key=lambda one: (one[1].date, one[1].key, one[0].name, one[0].id))


def _chosen(evidence: Evidence, names: Sequence[str], active: set[str]) -> tuple[Coder, ...]:
    """Return the coders to compare.

    An assigned coder who has finished counts as active even without codings: nothing coded is an answer too.
    """
    finished = {one.coder_id for one in evidence.assignments if one.finished is not None}
    by_key = {one.key: one for one in evidence.coders}
    by_key |= {one.name: one for one in evidence.coders if one.name and one.name not in by_key}
    if not names:
        chosen = [one for one in evidence.coders if one.kind == "human" and one.id in active | finished]
    else:
        chosen = []
        for name in dict.fromkeys(names):
            one = by_key.get(name)
            if one is None:
                raise InputProblem(
                    N_("The study has no coder {name}. Its coders: {known}."),
                    name=name,
                    known=", ".join(sorted(coder.key for coder in evidence.coders)) or "–",
                )
            _check_coder(one, active | finished, len(evidence.interviews))
            chosen.append(one)
    if len(chosen) < 2:
        raise InputProblem(
            N_(
                "Agreement compares at least two coders, and in these {interviews} interviews there is {found}. Let a second "
                "person code some of them, or choose other interviews."
            ),
            interviews=len(evidence.interviews),
            found=", ".join(one.key for one in chosen) or "–",
        )
    return tuple(sorted(chosen, key=lambda one: (one.key, one.id)))


def _check_coder(one: Coder, active: set[str], interviews: int) -> None:
    if one.kind == "agreed":
        raise InputProblem(
            N_(
                "{coder} is the agreed layer, which was made by looking at what the coders did: it never enters agreement. "
                "Name the people who coded."
            ),
            coder=one.key,
        )
    if one.id not in active:
        raise InputProblem(
            N_(
                "Coder {coder} has no codings in these {interviews} interviews. Choose interviews that this coder coded, or "
                "another coder."
            ),
            coder=one.key,
            interviews=interviews,
        )
