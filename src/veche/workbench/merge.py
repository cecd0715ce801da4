"""Merging two copies of one study that were worked on apart: what comes, what clashes, and the merge itself as one act.

The journals say which acts of the other copy are not known here, and what the rows they touched were before (`veche.store.merging`). Against that
the rows are combined (`veche.workbench._merge_rules`). The acts taken in are written down with the entry, so that merging again brings only what
is new, and a copy that has seen a decision takes it over. The other copy is never changed.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from veche.store import Edit, Store, Taken
from veche.store.merging import (
    Journal,
    Place,
    first_before,
    in_force,
    known_texts,
    present_rows,
    read_journal,
    read_twins,
    touched,
)
from veche.store.records import BY_TABLE
from veche.study import Conflict, Document, InputProblem, Publication, Record, Refused, StudyFileProblem, StudyInfo
from veche.study.errors import N_
from veche.workbench._merge_copy import opened_copy
from veche.workbench._merge_rows import place_of, texts_of
from veche.workbench._merge_rules import Clash, Combined, Copies, Side, combine

#: texts carried over in one go
TOGETHER = 25


@dataclass(frozen=True)
class MergePlan:
    """What merging another copy would do; nothing is changed by making it.

    Parameters
    ----------
    other
        Where the other copy is.
    acts
        The acts of the other copy that are not known here, in order.
    combined
        The state after merging under the present `decisions`.
    """

    other: str
    name: str
    acts: tuple[Taken, ...]
    decisions: Mapping[str, Side]
    combined: Combined
    copies: Copies = dataclasses.field(repr=False)
    #: newest entries of both journals when the plan was made
    here: int = 0
    there: int = 0

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """What both sides did to the same rows."""
        return tuple(self.combined.clashes)

    @property
    def open(self) -> tuple[Clash, ...]:
        """The clashes that wait for a decision."""
        return tuple(one for one in self.combined.clashes if one.open)

    @property
    def nothing(self) -> bool:
        """Is there nothing in the other copy that is not known here?"""
        return not self.acts

    def counts(self) -> dict[str, tuple[int, int, int]]:
        """Return for each kind of row how many come, change, and go."""
        new: Counter[str] = Counter()
        changed: Counter[str] = Counter()
        gone: Counter[str] = Counter(name for name, _ in self.combined.removed)
        for one in self.combined.put:
            place = place_of(one)
            (changed if place in self.copies.mine else new)[place[0]] += 1
        names = sorted({*new, *changed, *gone}, key=list(BY_TABLE).index)
        return {name: (new[name], changed[name], gone[name]) for name in names}

    def people(self) -> dict[str, int]:
        """Return how many acts come of whom."""
        return dict(Counter(one.who for one in self.acts).most_common())

    def decide(self, decisions: Mapping[str, Side] | Side) -> MergePlan:
        """Return the plan with clashes decided: each by its key, or all that are open for one side.

        New clashes may come up by a decision; look at `open` again.

        Raises
        ------
        InputProblem
            If there is no such clash, or no such side.
        """
        if isinstance(decisions, str):
            decisions = {one.key: decisions for one in self.open}
        known = {one.key: one for one in self.combined.clashes}
        for key, side in decisions.items():
            if key not in known:
                raise InputProblem(N_("There is no clash {key} in this merge. Look at the list again."), key=key)
            if side not in known[key].choices:
                raise InputProblem(
                    N_("The clash {key} cannot be decided for {side}. Choose one of: {choices}."),
                    key=key, side=side, choices=", ".join(known[key].choices),
                )  # fmt: skip
        together = {**self.decisions, **decisions}
        return dataclasses.replace(self, decisions=together, combined=combine(self.copies, together))

    def decide_known(self, decisions: Mapping[str, Side]) -> MergePlan:
        """Return the plan with those of the decisions taken that belong to a clash, also to one that comes up by deciding another."""
        plan = self
        while fresh := {
            one.key: decisions[one.key]
            for one in plan.clashes
            if one.key in decisions and one.key not in plan.decisions and decisions[one.key] in one.choices
        }:
            plan = plan.decide(fresh)
        return plan

    def settle(self, side: Side) -> MergePlan:
        """Return the plan with every clash that is open, or comes up by deciding, decided for one side."""
        plan = self
        while plan.open:
            plan = plan.decide(side)
        return plan


def plan_merge(store: Store, other: str | Path, *, name: str | None = None) -> MergePlan:
    """Find what merging another copy of the study would do; neither copy is changed.

    Parameters
    ----------
    other
        Path of the other .veche file, or the address of a study on a server.
    name
        What the other copy is called in the journal; by default the name of the file.

    Raises
    ------
    Refused
        If the other file is no copy of this study, or this very file.
    NotFound, StudyFileProblem
        If it cannot be opened.
    """
    _check_not_the_same(store, other)
    shown = name or (Path(str(other)).name if "://" not in str(other) else str(other).rsplit("/", 1)[-1])
    with opened_copy(other) as there:
        try:
            return _plan(store, there, str(other), shown)
        except (ValueError, KeyError, TypeError, SQLAlchemyError) as error:
            # rows written by something else than veche
            raise StudyFileProblem(
                N_("{name} is damaged: its journal cannot be read ({cause}). Restore a backup of it and merge that."),
                name=shown, cause=type(error).__name__,
            ) from error  # fmt: skip


def _check_not_the_same(store: Store, other: str | Path) -> None:
    same = str(other) == str(store.target)
    if not same and "://" not in f"{other}{store.target}":
        same = Path(other).exists() and Path(other).samefile(store.target)
    if same:
        raise Refused(N_("{name} is this study itself. Give the path of the other copy."), name=other)


def _plan(store: Store, there: Store, other: str, name: str) -> MergePlan:
    with store.reading() as here:
        journal, mine, twins = read_journal(here), in_force(here), read_twins(here)
    with there.reading() as connection:
        others, theirs = read_journal(connection), in_force(connection)
        _check_origin(journal, others, mine, theirs, name)
        known = journal.known()
        news = others.beyond(known)
        before = first_before(connection, [one.seq for one in news])
    unseen = journal.beyond(others.known())
    with store.reading() as here:
        places = touched(here, [one.seq for one in unseen])
    copies = Copies(mine, theirs, before, frozenset(places), twins, _bodies(store, there, mine, theirs))
    fresh = tuple(one for one in others.originals(news) if one.id not in known)
    return MergePlan(other, name, fresh, {}, combine(copies, {}), copies, journal.newest, others.newest)


def _check_origin(
    journal: Journal, others: Journal, mine: Mapping[Place, Record], theirs: Mapping[Place, Record], name: str
) -> None:
    infos = [next((one for one in rows.values() if isinstance(one, StudyInfo)), None) for rows in (mine, theirs)]
    if journal.origin != others.origin or not all(infos) or infos[0].id != infos[1].id:  # type: ignore[union-attr]
        raise Refused(
            N_("{name} holds another study ({other}), not a copy of this one ({study}). Merging takes copies of one file; to bring in "
               "another study, export it as .qdpx and import that."),
            name=name, other=infos[1].name if infos[1] else "–", study=infos[0].name if infos[0] else "–",
        )  # fmt: skip


def _bodies(store: Store, there: Store, mine: Mapping[Place, Record], theirs: Mapping[Place, Record]) -> Any:
    """Return a function that gives the body of a text of either side.

    Only bodies of corrected transcripts are asked for; they are read at once, since the other copy is closed when clashes are decided.
    """
    bodies: dict[str, str] = {}
    for place, one in mine.items():
        other = theirs.get(place)
        if isinstance(one, Document) and isinstance(other, Document) and one.text_id != other.text_id:
            bodies[one.text_id] = store.text(one.text_id).body
            bodies[other.text_id] = there.text(other.text_id).body
    # the same file added on both sides: one document in two texts
    files = {one.file_sha256 for one in mine.values() if isinstance(one, Document) and one.file_sha256}
    for place, one in theirs.items():
        if isinstance(one, Document) and one.file_sha256 in files and place not in mine:
            bodies[one.text_id] = there.text(one.text_id).body

    @lru_cache(maxsize=8)
    def body(text_id: str) -> str:
        if text_id not in bodies:
            bodies[text_id] = store.text(text_id).body
        return bodies[text_id]

    return body


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: rows that came, changed, went; marks carried to corrected transcripts; marks that could not be placed."""

    entry: int
    counts: Mapping[str, tuple[int, int, int]]
    carried: int
    lost: int


def carry_out(store: Store, plan: MergePlan, *, who: str) -> Merged:
    """Merge as planned, as one act that can be undone.

    Raises
    ------
    Conflict
        If clashes wait for a decision, or either copy was changed since the plan was made.
    """
    if plan.open:
        raise Conflict(
            N_("{count} clashes wait for a decision, the first of them {name}. Decide each for this side or the other, then merge."),
            count=len(plan.open), name=plan.open[0].name or plan.open[0].key,
        )  # fmt: skip
    if plan.nothing:
        return Merged(store.last_entry(), {}, 0, 0)
    store.reindex()
    with opened_copy(plan.other) as there:
        if there.last_entry() != plan.there:
            raise Conflict(N_("{name} was changed since the plan was made. Plan the merge again."), name=plan.name)
        # what others did under blind coding comes too, though whoever merges may not see it yet
        with store.whole.edit(who, "merge", plan.name) as edit:
            edit.finished_too = True
            if store.last_entry() != plan.here:
                raise Conflict(N_("The study was changed since the plan was made. Plan the merge again."))
            _bring_texts(store, there, edit, plan.combined.put)
            _write(store, edit, plan.combined)
            edit.take(plan.acts, plan.combined.twins)
    return Merged(store.last_entry(), plan.counts(), plan.combined.carried, plan.combined.lost)


def _write(store: Store, edit: Edit, combined: Combined) -> None:
    """Write the rows: what frees a key before what takes it; a publication last, since it may be frozen once its aliases are in."""
    for name, row_id in combined.removed:
        edit.remove(BY_TABLE[name].record, row_id)
    with store.reading() as connection:
        held = present_rows(connection, [place_of(one) for one in combined.put])
    for last in (False, True):
        group = [one for one in combined.put if isinstance(one, Publication) is last]
        for one in group:
            if place_of(one) in held:
                edit.put(one)
        edit.add(*(one for one in group if place_of(one) not in held))


def _bring_texts(store: Store, there: Store, edit: Edit, records: Iterable[Record]) -> None:
    wanted: dict[str, bool] = {}
    files: dict[str, None] = {}
    for one in records:
        present = isinstance(one, Document)
        for text_id in texts_of(one):
            wanted[text_id] = wanted.get(text_id, False) or present
        if isinstance(one, Document) and one.file_sha256:
            files[one.file_sha256] = None
    with store.reading() as connection:
        held = known_texts(connection, wanted)
    for indexed in (True, False):
        new = [text_id for text_id, present in wanted.items() if text_id not in held and present is indexed]
        for start in range(0, len(new), TOGETHER):
            edit.add_texts([there.text(text_id) for text_id in new[start : start + TOGETHER]], index=indexed)
    for sha256 in files:
        if (kept := there.file(sha256)) is not None:
            edit.add_file(sha256, *kept)
