"""Changing the codebook: move, merge, split, rename, remove. Each is one entry of the journal, so that one undo takes it back."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from veche.store.journal import Edit
from veche.study import Code, Codebook, Coding, Evidence, InputProblem, Memo, NotFound, Refused
from veche.study.errors import N_
from veche.study.interviews import GuideTopic
from veche.workbench.study import Study
from veche.workbench.summaries import move_summaries


@dataclass(frozen=True, slots=True)
class Usage:
    """How often a code is used: codings, interviews, and codings of it and all codes below it. Suggestions do not count."""

    codings: int
    interviews: int
    below: int


def usage(evidence: Evidence) -> Mapping[str, Usage]:
    """Count the use of every code, by id."""
    codings: dict[str, int] = defaultdict(int)
    interviews: dict[str, set[str]] = defaultdict(set)
    for coding, interview in evidence.counted():
        codings[coding.code_id] += 1
        interviews[coding.code_id].add(interview.id)
    book = evidence.codebook
    return {
        code.id: Usage(codings[code.id], len(interviews[code.id]), sum(codings[one.id] for one in book.below(code)))
        for code in book.codes
    }


# moving


def positions(order: Sequence[Code], moved: Code) -> dict[str, int]:
    """Return new positions for codes that share a parent, so that they stand in the given order; as few as possible change.

    The moved code takes the place after the one before it; those after it give way only as far as needed.
    """
    given: dict[str, int] = {}
    before: int | None = None
    for n, code in enumerate(order):
        own = code.position
        if code.id == moved.id:
            after = order[n + 1].position if n + 1 < len(order) else 0
            own = before + 1 if before is not None else after - 1 if n + 1 < len(order) else own
        if before is not None and own <= before:
            own = before + 1
        given[code.id] = before = own
    return given


def move(
    study: Study, code_id: str, parent_id: str | None, before_id: str | None = None, *, rev: int | None = None
) -> Code:
    """Put a code under another one (None: at the top), before a given sibling or at the end.

    Raises
    ------
    NotFound, Conflict
        If a code is not in the study, or was changed since `rev`.
    InputProblem
        If the code would stand below itself, or the sibling stands elsewhere.
    """
    book = Codebook(study.store.all(Code))
    code = _code(book, code_id)
    parent = _code(book, parent_id) if parent_id is not None else None
    order = [one for one in book.children(parent) if one.id != code.id]
    if before_id is None:
        order.append(code)
    else:
        places = [n for n, one in enumerate(order) if one.id == before_id]
        if not places:
            raise InputProblem(
                N_(
                    "The code {key} cannot be put there: its new neighbour stands under another code. Load the page again."
                ),
                key=code.key,
            )
        order.insert(places[0], code)
    given = positions(order, code)
    with study.store.edit(study.who, "move code", code.key) as edit:
        made = edit.replace(dataclasses.replace(code, parent_id=parent_id, position=given[code.id]), rev=rev)
        for one in order:
            if one.id != code.id and one.position != given[one.id]:
                edit.replace(dataclasses.replace(one, position=given[one.id]))
    return made


# one code


def add(study: Study, code: Code) -> Code:
    """Add a code as the last one under its parent.

    Raises
    ------
    InputProblem
        If the key is taken or empty, or the parent is not in the study.
    """
    _check_key(code)
    book = Codebook(study.store.all(Code))
    parent = _code(book, code.parent_id) if code.parent_id is not None else None
    last = max((one.position for one in book.children(parent)), default=-1)
    made = dataclasses.replace(code, position=last + 1)
    with study.store.edit(study.who, "add code", code.key) as edit:
        edit.add(made)
    return made


def save(study: Study, code: Code, *, rev: int | None) -> Code:
    """Change a code; a new key is written into the topics of the guide that name the old one.

    Raises
    ------
    NotFound, Conflict
        If it is not in the study, or was changed since `rev`.
    InputProblem
        If the key is taken or empty, or the code would stand below itself.
    """
    _check_key(code)
    before = study.store.get(Code, code.id)
    with study.store.edit(study.who, "edit code", code.key) as edit:
        made = edit.replace(code, rev=rev)
        if before.key != code.key:
            _rename_in_topics(study, edit, {before.key: code.key})
    return made


def remove(study: Study, code_id: str, *, rev: int | None) -> None:
    """Remove a code that is not used.

    Raises
    ------
    NotFound, Conflict
        If it is not in the study, or was changed since `rev`.
    Refused
        If codings or other codes point to it.
    """
    code = study.store.get(Code, code_id)
    with study.store.edit(study.who, "remove code", code.key) as edit:
        edit.remove(Code, code_id, rev=rev)
        _rename_in_topics(study, edit, {code.key: None})


# merging


@dataclass(frozen=True, slots=True)
class Merge:
    """What merging codes into another one does."""

    sources: tuple[Code, ...]
    target: Code
    #: codings that get the code of the target
    moved: tuple[Coding, ...]
    #: codings that say what another coding says already, with the one that stays
    dropped: tuple[tuple[Coding, Coding], ...]
    #: codes below the sources that come under the target
    children: tuple[Code, ...]
    #: topics of the guide that name a source
    topics: tuple[GuideTopic, ...]
    #: the target as it is after: elsewhere in the tree if it stood below a source
    target_after: Code
    codings_of_target: int


def plan_merge(study: Study, source_ids: Iterable[str], target_id: str) -> Merge:
    """Say what merging codes into another one would do; nothing is changed.

    An exact duplicate is a coding of the same passage by the same coder with the same modality: one of them stays.

    Raises
    ------
    NotFound
        If a code is not in the study.
    InputProblem
        If there is nothing to merge, or the target is among the sources.
    Refused
        If the target is a heading and there are codings to move.
    """
    _check_sighted(study)
    book = Codebook(study.store.all(Code))
    sources = tuple(_code(book, one) for one in dict.fromkeys(source_ids))
    target = _code(book, target_id)
    if not sources or target in sources:
        raise InputProblem(
            N_("The code {key} cannot be merged into itself. Choose another code to merge it into."), key=target.key
        )
    ids = {one.id for one in sources}
    present = study.store.having(Coding, "code_id", [target.id])
    moved, dropped = _divide(study.store.having(Coding, "code_id", sorted(ids)), present)
    if moved and not target.codable:
        raise Refused(
            N_("{code} is a heading of the codebook, not a code. Choose one of the codes below it."), code=target.key
        )
    children = tuple(
        child for one in sources for child in book.children(one) if child.id not in ids and child.id != target.id
    )
    keys = {one.key for one in sources}
    topics = tuple(one for one in study.store.all(GuideTopic) if keys & set(one.codes))
    return Merge(sources, target, moved, dropped, children, topics, _lifted(book, target, ids), len(present))


def _divide(
    codings: Sequence[Coding], present: Sequence[Coding]
) -> tuple[tuple[Coding, ...], tuple[tuple[Coding, Coding], ...]]:
    """Divide codings into those that move and those that double one that is there or moves before them."""
    there = {_place(one): one for one in present}
    moved: list[Coding] = []
    dropped: list[tuple[Coding, Coding]] = []
    for one in codings:
        if (kept := there.get(_place(one))) is not None:
            dropped.append((one, kept))
        else:
            there[_place(one)] = one
            moved.append(one)
    return tuple(moved), tuple(dropped)


def _place(one: Coding) -> tuple[str, str, int, int, str, str]:
    return (one.document_id, one.text_id, one.start, one.end, one.coder_id, one.modality)


def _lifted(book: Codebook, target: Code, sources: set[str]) -> Code:
    """Return the target out of the branch of the sources: under the nearest code above them that stays."""
    above = book.above(target)
    highest = max((n for n, one in enumerate(above) if one.id in sources), default=None)
    return target if highest is None else dataclasses.replace(target, parent_id=above[highest].parent_id)


def merge(study: Study, source_ids: Iterable[str], target_id: str, *, revs: Mapping[str, int] | None = None) -> Merge:
    """Merge codes into another one, as one entry of the journal; returns what was done.

    Codings move (exact duplicates are dropped, their memos go to the coding that stays), codes below come under the
    target, topics of the guide name the target, memos and summaries on a source go to the target, and the sources are removed.

    Parameters
    ----------
    study
        The open study.
    source_ids, target_id
        Codes that go, and the one that stays.
    revs
        Revisions of the codes on which the decision was based; what was changed since is refused.

    Raises
    ------
    NotFound, InputProblem, Refused
        As `plan_merge`; InputProblem also if two codes that exclude each other would stand on one passage.
    Conflict
        If a code was changed since.
    """
    plan = plan_merge(study, source_ids, target_id)
    known = revs or {}
    homes = {gone.id: kept.id for gone, kept in plan.dropped} | {one.id: plan.target.id for one in plan.sources}
    memos = study.store.having(Memo, "target_id", homes)
    note = ", ".join(one.key for one in plan.sources) + f" → {plan.target.key}"
    with study.store.edit(study.who, "merge codes", note) as edit:
        edit.finished_too = True
        edit.replace(plan.target_after, rev=known.get(plan.target.id))
        for memo in memos:
            edit.replace(dataclasses.replace(memo, target_id=homes[memo.target_id]))
        for coding in plan.moved:
            edit.replace(dataclasses.replace(coding, code_id=plan.target.id))
        for coding, _kept in plan.dropped:
            edit.remove(Coding, coding.id)
        for child in plan.children:
            edit.replace(dataclasses.replace(child, parent_id=plan.target.id))
        move_summaries(study, edit, [one.id for one in plan.sources], plan.target.id)
        _rename_in_topics(study, edit, {one.key: plan.target.key for one in plan.sources})
        for source in plan.sources:
            edit.remove(Code, source.id, rev=known.get(source.id))
    return plan


# splitting


def split(study: Study, code_id: str, new: Code, coding_ids: Iterable[str]) -> Code:
    """Make a new code and give it some of the codings of another one, as one entry of the journal.

    Parameters
    ----------
    study
        The open study.
    code_id
        The code that gives codings away.
    new
        The new code; its place is beside the old one, after it, whatever its parent says.
    coding_ids
        The codings that it takes, at least one.

    Raises
    ------
    NotFound
        If a code or coding is not in the study.
    InputProblem
        If no coding is chosen, one of them is of another code, or the key is taken or empty.
    Refused
        If the new code is a heading.
    """
    _check_key(new)
    _check_sighted(study)
    book = Codebook(study.store.all(Code))
    code = _code(book, code_id)
    wanted = dict.fromkeys(coding_ids)
    codings = [one for one in study.store.having(Coding, "id", wanted) if one.code_id == code.id]
    if not wanted or len(codings) != len(wanted):
        raise InputProblem(
            N_("{chosen} quotations were chosen, and {found} of them stand under {key}. Choose some of this code on the page, loaded again."),
            chosen=len(wanted), found=len(codings), key=code.key,
        )  # fmt: skip
    placed = dataclasses.replace(new, parent_id=code.parent_id)
    siblings = list(book.children(book.by_id.get(code.parent_id or "")))
    siblings.insert(siblings.index(code) + 1, placed)
    given = positions(siblings, placed)
    made = dataclasses.replace(placed, position=given[new.id])
    with study.store.edit(study.who, "split code", f"{code.key} → {new.key}") as edit:
        edit.finished_too = True
        edit.add(made)
        for one in siblings:
            if one.id != new.id and one.position != given[one.id]:
                edit.replace(dataclasses.replace(one, position=given[one.id]))
        for coding in codings:
            edit.replace(dataclasses.replace(coding, code_id=made.id))
    return made


def _check_sighted(study: Study) -> None:
    """Refuse what would have to touch codings that the one who works may not see."""
    if hidden := study.store.hidden_interviews():
        raise Refused(
            N_(
                "You code {count} interviews blind, and codes cannot be merged or split over codings you may not see. Finish them, or let "
                "somebody do it who does not code blind."
            ),
            count=len(hidden),
        )


def _code(book: Codebook, code_id: str) -> Code:
    found = book.by_id.get(code_id)
    if found is None:
        raise NotFound(N_("The {noun} is not in the study (any more). Load it again."), noun=Code.noun)
    return found


def _check_key(code: Code) -> None:
    if not code.key.strip() or code.key != code.key.strip():
        raise InputProblem(
            N_("The key of the code is “{key}”. Give it a short name without spaces around it, such as PROB.FISC."),
            key=code.key,
        )


def _rename_in_topics(study: Study, edit: Edit, names: Mapping[str, str | None]) -> None:
    """Write new keys of codes into the topics of the guide; None takes a key out."""
    for topic in study.store.all(GuideTopic):
        renamed = tuple(dict.fromkeys(new for key in topic.codes if (new := names.get(key, key)) is not None))
        if renamed != topic.codes:
            edit.replace(dataclasses.replace(topic, codes=renamed))
