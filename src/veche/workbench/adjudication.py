"""Deciding where coders differ, one disagreement after another; what is decided makes the agreed layer.

The agreed layer is a coder of its own kind. It never enters agreement, and its codings carry what was upheld.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from veche.analyses._shared.differences import ALIKE, Difference, Passage, compare
from veche.study import Assignment, Code, Coder, Coding, Decision, Document, Interview, NotFound, Refused
from veche.study.double_coding import Cause
from veche.study.errors import N_, InputProblem
from veche.workbench.study import Study

#: characters of the text shown before and after a disagreement, at most
AROUND = 300
AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Version:
    """What one coder has on a passage: nothing, or codings with their words."""

    coder: Coder
    codings: tuple[tuple[Coding, Code, str], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One disagreement with its words, what each coder has, and what was decided, if anything."""

    id: str
    difference: Difference
    before: str
    words: str
    after: str
    turn: int
    versions: tuple[Version, ...]
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Docket:
    """All that is to decide on one interview.

    `alike` are passages on which all have the same code; `taken` of them are in the agreed layer already.
    """

    interview: Interview
    coders: tuple[Coder, ...]
    items: tuple[Item, ...]
    alike: tuple[Passage, ...]
    taken: int

    @property
    def undecided(self) -> tuple[Item, ...]:
        """What is still to decide."""
        return tuple(one for one in self.items if one.decision is None)

    def item(self, item_id: str) -> Item:
        """Return a disagreement by its id.

        Raises
        ------
        NotFound
            If there is none: the codings were changed meanwhile.
        """
        for one in self.items:
            if one.id == item_id:
                return one
        raise NotFound(N_("This disagreement is no longer there: the codings were changed. Load the page again."))


def take_docket(study: Study, interview_id: str) -> Docket:
    """Gather the disagreements of one interview, in order of its text.

    Coders are those assigned to it; without assignments, the people who coded it.

    Raises
    ------
    NotFound
        If the interview is not in the study.
    Refused
        If somebody it is assigned to has not finished.
    InputProblem
        If less than two people coded it.
    """
    store = study.store
    interview = store.get(Interview, interview_id)
    documents = store.having(Document, "interview_id", [interview_id])
    people = {one.id: one for one in store.all(Coder)}
    codings = [
        one
        for document in documents
        for one in store.having(Coding, "document_id", [document.id])
        if one.text_id == document.text_id
    ]
    coders = _coders(study, interview, people, codings)
    codes = {one.id: one for one in store.all(Code)}
    decisions = {
        frozenset(one.compared): one for one in store.having(Decision, "document_id", [d.id for d in documents])
    }
    items: list[Item] = []
    alike: list[Passage] = []
    ids = [one.id for one in coders]
    for document in sorted(documents, key=lambda one: (one.name, one.id)):
        own = [one for one in codings if one.document_id == document.id and one.coder_id in ids]
        found = compare(own, ids, alike=ALIKE)
        alike.extend(found.same)
        text = store.text(document.text_id)
        starts = [turn.start for turn in text.turns]
        items.extend(_item(one, text.body, starts, coders, codes, decisions) for one in found.differences)
    agreed = [one for one in codings if people[one.coder_id].kind == "agreed"]
    taken = sum(_there(agreed, one) for one in alike)
    return Docket(interview, coders, tuple(items), tuple(alike), taken)


def _coders(
    study: Study, interview: Interview, people: Mapping[str, Coder], codings: Sequence[Coding]
) -> tuple[Coder, ...]:
    assignments = study.store.having(Assignment, "interview_id", [interview.id])
    waiting = sorted(people[one.coder_id].key for one in assignments if one.finished is None)
    if waiting:
        raise Refused(
            N_(
                "Interview {interview} is not finished by {coders}. What differs can be decided when all have finished."
            ),
            interview=interview.key,
            coders=", ".join(waiting),
        )
    ids = {one.coder_id for one in assignments} if len(assignments) > 1 else {one.coder_id for one in codings}
    coders = sorted((people[one] for one in ids if people[one].kind == "human"), key=lambda one: one.key)
    if len(coders) < 2:
        raise InputProblem(
            N_("Interview {interview} was coded by less than two people. Assign it to a second coder first."),
            interview=interview.key,
        )
    return tuple(coders)


def _item(
    one: Difference, body: str, starts: Sequence[int], coders: Sequence[Coder], codes: Mapping[str, Code],
    decisions: Mapping[frozenset[str], Decision],
) -> Item:  # fmt: skip
    from bisect import bisect_right

    ids = frozenset(c.id for c in one.codings)
    versions = tuple(
        Version(coder, tuple((c, codes[c.code_id], body[c.start : c.end]) for c in one.sides[coder.id]))
        for coder in coders
    )
    return Item(
        hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:16],
        one,
        _tail(body, one.start),
        body[one.start : one.end],
        _head(body, one.end),
        bisect_right(starts, one.start),
        versions,
        decisions.get(ids),
    )


def _tail(body: str, end: int) -> str:
    """Return what stands before a place: at most two lines, cut between words."""
    start = max(0, end - AROUND)
    found = body[start:end]
    lines = found.split("\n")
    if len(lines) > 2:
        return "\n".join(lines[-2:])
    if start and not body[start - 1].isspace():
        first, _space, rest = found.partition(" ")
        return f"… {rest}" if rest else f"…{first}"
    return found


def _head(body: str, start: int) -> str:
    """Return what stands after a place: at most two lines, cut between words."""
    end = min(len(body), start + AROUND)
    found = body[start:end]
    lines = found.split("\n")
    if len(lines) > 2:
        return "\n".join(lines[:2])
    if end < len(body) and not body[end].isspace():
        rest, _space, last = found.rpartition(" ")
        return f"{rest} …" if rest else f"{last}…"
    return found


def _there(agreed: Sequence[Coding], passage: Passage) -> bool:
    return any(
        one.document_id == passage.document_id
        and one.code_id == passage.code_id
        and one.start < passage.end
        and passage.start < one.end
        for one in agreed
    )


def take_over(study: Study, interview_id: str) -> int:
    """Put what all coders agree on into the agreed layer, as one act; returns how many codings that made.

    A passage takes the place from the first to the last character that any of them marked.

    Raises
    ------
    NotFound, Refused, InputProblem
        As `take_docket`.
    """
    docket = take_docket(study, interview_id)
    with study.store.edit(study.who, "take over agreement", docket.interview.key) as edit:
        layer = _layer(study, edit)
        documents = dict.fromkeys(one.document_id for one in docket.alike)
        agreed = [one for one in study.store.having(Coding, "document_id", documents) if one.coder_id == layer.id]
        new = [one for one in docket.alike if not _there(agreed, one)]
        for passage in new:
            edit.add(
                Coding(
                    document_id=passage.document_id, text_id=passage.text_id, start=passage.start, end=passage.end,
                    code_id=passage.code_id, coder_id=layer.id, modality=passage.codings[0].modality, made=_now(),
                )
            )  # fmt: skip
    return len(new)


def decide(
    study: Study, interview_id: str, item_id: str, *, upheld: Collection[str] = (), code_id: str | None = None,
    cause: Cause = "unknown", reason: str = "",
) -> Decision:  # fmt: skip
    """Decide one disagreement, as one act; an earlier decision on it is replaced.

    Parameters
    ----------
    study
        The open study.
    interview_id, item_id
        Which disagreement.
    upheld
        Ids of those of its codings that hold; none: the passage is left without these codes.
    code_id
        Another code that all of the passage gets instead.
    cause, reason
        Why the coders differed, and why it was decided so.

    Raises
    ------
    NotFound, Refused, InputProblem
        As `take_docket`; InputProblem also if a coding is upheld that is not compared here, or both are given.
    """
    docket = take_docket(study, interview_id)
    item = docket.item(item_id)
    codings = {one.id: one for one in item.difference.codings}
    kept = [codings[one] for one in dict.fromkeys(upheld) if one in codings]
    if len(kept) != len(set(upheld)) or (kept and code_id):
        raise InputProblem(
            N_(
                "The decision does not fit the passage: choose what one of the coders has, all of it, none, or another code."
            )
        )
    one = item.difference
    with study.store.edit(study.who, "decide disagreement", docket.interview.key) as edit:
        layer, me = _layer(study, edit), study.coder(None, edit)
        earlier = item.decision
        if earlier is not None:
            for old in study.store.having(Coding, "id", earlier.agreed):
                edit.remove(Coding, old.id)
        places = {(c.start, c.end, c.code_id, c.modality): None for c in kept}
        if code_id is not None:
            places[one.start, one.end, study.store.get(Code, code_id).id, "asserted"] = None
        made = [
            Coding(
                document_id=one.document_id, text_id=one.text_id, start=start, end=end, code_id=code, coder_id=layer.id,
                modality=modality, made=_now(),
            )
            for start, end, code, modality in places
        ]  # fmt: skip
        edit.add(*made)
        decision = Decision(
            document_id=one.document_id, text_id=one.text_id, start=one.start, end=one.end,
            compared=tuple(sorted(codings)), upheld=tuple(sorted(c.id for c in kept)), agreed=tuple(c.id for c in made),
            cause=cause, reason=reason.strip(), coder_id=me.id, made=_now(),
        )  # fmt: skip
        if earlier is not None:
            return edit.replace(dataclasses.replace(decision, id=earlier.id))
        edit.add(decision)
    return decision


def _layer(study: Study, edit: object) -> Coder:
    """Return the coder of the agreed layer, adding it within the edit if it is new."""
    from veche.store import Edit

    assert isinstance(edit, Edit)
    found = [one for one in study.store.all(Coder) if one.kind == "agreed"]
    if found:
        return found[0]
    taken = {one.key for one in study.store.all(Coder)}
    key = AGREED
    while key in taken:
        key += "_"
    coder = Coder(key=key, name="", kind="agreed")
    edit.add(coder)
    return coder


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None, microsecond=0)
