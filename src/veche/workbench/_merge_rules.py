"""Two copies of a study and what they have in common -> one state, and the clashes that a person has to decide.

Row by row against what the row was when the other copy was last known: changed on one side, it takes that side; changed on both, it is a
*clash* and stays as it is here until somebody decides. Rows that both copies added under different ids for one thing (a coder, a code of the same
key) become one. What no row can tell by itself is looked at afterwards: rows that point to something the other side removed, keys given twice,
values that exclude each other, circles in the codebook. A row that was only carried over to a corrected transcript counts as unchanged and
follows the transcript.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from veche.store.merging import Place
from veche.study import (
    Alias,
    Anchor,
    Code,
    Coding,
    ConsentMark,
    Decision,
    Document,
    Publication,
    Record,
    Statement,
    Summary,
)  # fmt: skip
from veche.text.anchors import Placement, reanchor
from veche.workbench._merge_rows import (
    MARKED,
    name_of,
    only_carried,
    references,
    renamed,
    sameness,
    say_the_same,
    table_of,
)

Side = Literal["mine", "theirs"]
#: changed: on both sides; removed: on one side, while the other uses it; same: two rows for one thing; exclusive: values of one set on one
#: passage; circle: codes below one another; frozen: a frozen publication; incomplete: points to what neither side has
ClashKind = Literal["changed", "removed", "same", "exclusive", "circle", "frozen", "incomplete"]


@dataclass(frozen=True, slots=True)
class Clash:
    """Two changes that cannot both hold. `mine` and `theirs` are the row on either side; None: removed there, or never there.

    `follows` counts the further rows that go with the decision. With one choice only there is nothing to decide: it is shown as left out.
    """

    kind: ClashKind
    table: str
    row_id: str
    name: str
    mine: Record | None
    theirs: Record | None
    before: Record | None = None
    follows: int = 0
    choices: tuple[Side, ...] = ("mine", "theirs")
    side: Side | None = None

    @property
    def key(self) -> str:
        """Name of the clash, for decisions."""
        return f"{self.table}:{self.row_id}"

    @property
    def open(self) -> bool:
        """Has somebody still to decide?"""
        return self.side is None and len(self.choices) > 1


@dataclass(frozen=True)
class Copies:
    """Both copies: rows in force by place, and what the rows that the other side touched were before.

    `unseen` are the places touched here that the other side has not seen: elsewhere its state is simply the later one.
    """

    mine: Mapping[Place, Record]
    theirs: Mapping[Place, Record]
    before: Mapping[Place, Record | None]
    unseen: frozenset[Place]
    twins: Mapping[Place, str]
    #: body of a stored text of either side
    body: Callable[[str], str]


@dataclass
class Combined:
    """The state after merging: rows to put, places to remove, clashes, rows that are one thing, marks carried to corrected texts."""

    put: list[Record] = field(default_factory=list)
    removed: list[Place] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    twins: list[tuple[str, str, str]] = field(default_factory=list)
    carried: int = 0
    lost: int = 0


def combine(copies: Copies, decisions: Mapping[str, Side]) -> Combined:
    """Merge; clashes without a decision stay as they are on this side."""
    return _Work(copies, decisions).run()


class _Work:
    def __init__(self, copies: Copies, decisions: Mapping[str, Side]) -> None:
        self._mine = copies.mine
        self._unseen = copies.unseen
        self._body = copies.body
        self._decisions = decisions
        self._out = Combined()
        self._final: dict[Place, Record] = dict(copies.mine)
        ids = {theirs: ours for (_, theirs), ours in copies.twins.items()}
        self._known_twins = set(ids.values())
        ids |= self._new_twins(copies, ids)
        new = {(name, ours) for name, _, ours in self._out.twins}
        self._theirs = {
            (name, ids.get(row_id, row_id)): renamed(one, ids) for (name, row_id), one in copies.theirs.items()
        }
        self._before = {
            (name, ids.get(row_id, row_id)): None if one is None else renamed(one, ids)
            for (name, row_id), one in copies.before.items()
        }
        self._fresh_twins = new

    def run(self) -> Combined:
        for place in sorted(self._before, key=lambda one: (one[0] != "document", one)):
            self._row(place)
        self._keys()
        self._pointers()
        self._circles()
        self._carry()
        self._exclusive()
        self._finish()
        return self._out

    # rows that are one thing

    def _new_twins(self, copies: Copies, known: Mapping[str, str]) -> dict[str, str]:
        """Find rows that both sides added for one thing; those with keys first, since the others point to them."""
        ids = dict(known)
        for keyed in (True, False):
            here = {
                same: one
                for one in copies.mine.values()
                if bool(getattr(one, "key", "")) == keyed and (same := sameness(one)) is not None
            }
            for (name, row_id), before in copies.before.items():
                one = copies.theirs.get((name, row_id))
                if one is None or before is not None or row_id in ids or (name, row_id) in copies.mine:
                    continue
                if bool(getattr(one, "key", "")) != keyed or (same := sameness(renamed(one, ids))) is None:
                    continue
                ours = here.get(same)
                if ours is not None and (name, ours.id) not in copies.theirs:
                    ids[row_id] = ours.id
                    self._out.twins.append((name, row_id, ours.id))
        return ids

    # one row

    def _row(self, place: Place) -> None:
        mine, theirs, before = self._mine.get(place), self._theirs.get(place), self._before[place]
        if place in self._fresh_twins and mine is not None and theirs is not None:
            if not say_the_same(mine, theirs):
                self._choose("same", place, (place,))
            return
        if place[1] in self._known_twins and _alike(mine, before):
            before = mine
        if theirs == before or mine == theirs:
            return
        if any(self._frozen(one) for one in (mine, theirs)):
            self._clash("frozen", place, (), choices=("mine",))
        elif mine == before or place not in self._unseen:
            self._set(place, theirs)
        elif mine is not None and before is not None and only_carried(before, mine):
            if theirs is None or not only_carried(before, theirs) or self._stands(theirs):
                self._set(place, theirs)
        elif not (theirs is not None and before is not None and only_carried(before, theirs)):
            self._choose("changed", place, (place,))

    def _frozen(self, record: Record | None) -> bool:
        """Does the row belong to a publication that is frozen here?"""
        if isinstance(record, Alias):
            record = self._mine.get(("publication", record.publication_id))
        elif record is not None:
            record = self._mine.get((table_of(record), record.id))
        return isinstance(record, Publication) and record.frozen is not None

    def _stands(self, record: Record) -> bool:
        """Does a mark stand on the text that its document will have?"""
        document = self._final.get(("document", getattr(record, "document_id", "")))
        return isinstance(document, Document) and getattr(record, "text_id", None) == document.text_id

    def _set(self, place: Place, record: Record | None) -> None:
        if record is None:
            self._final.pop(place, None)
        else:
            self._final[place] = record

    # clashes

    def _clash(
        self, kind: ClashKind, place: Place, group: Iterable[Place], *, choices: tuple[Side, ...] = ("mine", "theirs")
    ) -> Side:
        """List a clash and return on which side it stands now."""
        others = set(group) - {place}
        mine, theirs = self._mine.get(place), self._theirs.get(place)
        shown = mine or theirs
        key = f"{place[0]}:{place[1]}"
        side = self._decisions.get(key)
        if side not in choices:
            side = None
        name = name_of(shown) if shown is not None else place[1]
        if isinstance(shown, Coding):
            name = name_of(self._final.get(("code", shown.code_id)) or shown) or name
        self._out.clashes.append(
            Clash(kind, *place, name, mine, theirs, self._before.get(place), len(others), choices, side)
        )
        return side or "mine"

    def _choose(self, kind: ClashKind, place: Place, group: Iterable[Place]) -> Side:
        """Let a group of rows be as on one side: the other one if it has seen everything done here, else as decided."""
        group = tuple(dict.fromkeys((place, *group)))
        side = self._clash(kind, place, group) if self._unseen.intersection(group) else "theirs"
        rows = self._mine if side == "mine" else self._theirs
        for one in group:
            self._set(one, rows.get(one))
        return side

    # what no row can tell by itself

    def _keys(self) -> None:
        """Two rows with one key, or two summaries in one cell, after a change on either side."""
        found: defaultdict[Hashable, list[Place]] = defaultdict(list)
        for place, one in self._final.items():
            if (getattr(one, "key", None) or isinstance(one, (Summary, Alias))) and (same := sameness(one)) is not None:
                found[same].append(place)
        for places in found.values():
            if len(places) > 1:
                self._choose("same", next((one for one in places if one in self._before), places[0]), places)

    def _pointers(self) -> None:
        """Rows that point to what the other side removed: it comes back, or they go with it."""
        while missing := self._missing():
            for place, users in missing.items():
                if place in self._final:
                    continue  # brought back for another row
                here, there = place in self._mine, place in self._theirs
                if not here and not there:
                    for user in users:
                        self._clash("incomplete", user, (), choices=("mine",))
                        self._set(user, self._mine.get(user))
                    continue
                self._choose("removed", place, users)

    def _missing(self) -> dict[Place, list[Place]]:
        found: defaultdict[Place, list[Place]] = defaultdict(list)
        for place, one in self._final.items():
            for places in references(one):
                if any(each in self._final for each in places):
                    continue
                if self._mine.get(place) == one and not any(each in self._mine for each in places):
                    continue  # was so before
                held = next((each for each in places if each in self._mine or each in self._theirs), places[0])
                found[held].append(place)
        return dict(found)

    def _circles(self) -> None:
        """Codes that two moves put below one another."""
        for circle in _circles({p[1]: one.parent_id for p, one in self._final.items() if isinstance(one, Code)}):
            places = [("code", row_id) for row_id in circle]
            self._choose("circle", next((one for one in places if one in self._before), places[0]), places)

    def _exclusive(self) -> None:
        """Two values of one set on one passage by one coder, one from either side."""
        sets = {p[1]: one.value_set for p, one in self._final.items() if isinstance(one, Code) and one.value_set}
        if not sets:
            return
        found: defaultdict[Hashable, list[Place]] = defaultdict(list)
        for place, one in self._final.items():
            if isinstance(one, Coding) and one.code_id in sets:
                found[one.coder_id, one.text_id, one.start, one.end, sets[one.code_id]].append(place)
        for places in found.values():
            codes = {getattr(self._final[one], "code_id", None) for one in places}
            if len(codes) > 1 and any(self._mine.get(one) != self._final[one] for one in places):
                self._choose("exclusive", next((p for p in places if p not in self._mine), places[0]), places)

    # corrected transcripts

    def _carry(self) -> None:
        """Carry marks that stood on the present text of either side over to the text that the document has now."""
        old = {
            place[1]: {
                one.text_id
                for rows in (self._mine, self._theirs)
                if isinstance(one := rows.get(place), Document) and one.text_id != document.text_id
            }
            for place, document in self._final.items()
            if isinstance(document, Document)
        }
        wanted: dict[tuple[str, str], list[tuple[Place, int, int]]] = {}
        for place, one in self._final.items():
            if isinstance(one, MARKED):
                for document_id, text_id, start, end in _spans(one):
                    if text_id in old.get(document_id, ()):
                        target = self._final["document", document_id]
                        assert isinstance(target, Document)
                        wanted.setdefault((text_id, target.text_id), []).append((place, start, end))
        places: dict[tuple[str, str, int, int], Placement] = {}
        for (before, after), marks in wanted.items():
            spans = [(start, end) for _, start, end in marks]
            found = reanchor(self._body(before), self._body(after), spans)
            places.update({(before, after, *span): each for span, each in zip(spans, found, strict=True)})
        for place in dict.fromkeys(place for marks in wanted.values() for place, _, _ in marks):
            self._move(place, places)

    def _move(self, place: Place, places: Mapping[tuple[str, str, int, int], Placement]) -> None:
        one = self._final[place]
        moved: list[Anchor] = []
        for document_id, text_id, start, end in _spans(one):
            document = self._final["document", document_id]
            assert isinstance(document, Document)
            found = places.get((text_id, document.text_id, start, end))
            if found is None:
                moved.append(Anchor(document_id, text_id, start, end))
            elif found.certainty == "lost":
                self._out.lost += 1
                return
            else:
                moved.append(Anchor(document_id, document.text_id, found.start, found.end))
        if isinstance(one, Statement):
            self._final[place] = dataclasses.replace(one, quotes=tuple(moved))
        else:
            values = {"text_id": moved[0].text_id, "start": moved[0].start, "end": moved[0].end}
            self._final[place] = dataclasses.replace(one, **values)  # type: ignore[arg-type]
        self._out.carried += 1

    def _finish(self) -> None:
        self._out.removed = [place for place in self._mine if place not in self._final]
        changed = [one for place, one in self._final.items() if self._mine.get(place) != one]
        self._out.put = sorted(changed, key=lambda one: (table_of(one), one.id))


def _alike(first: Record | None, second: Record | None) -> bool:
    return first is not None and second is not None and say_the_same(first, second)


def _spans(one: Record) -> Iterator[tuple[str, str, int, int]]:
    if isinstance(one, Statement):
        for anchor in one.quotes:
            yield anchor.document_id, anchor.text_id, anchor.start, anchor.end
    elif isinstance(one, (Coding, ConsentMark, Decision)):
        yield one.document_id, one.text_id, one.start, one.end


def _circles(parents: Mapping[str, str | None]) -> Iterator[list[str]]:
    done: set[str] = set()
    for start in sorted(parents):
        path: list[str] = []
        one: str | None = start
        while one is not None and one in parents and one not in done:
            if one in path:
                yield path[path.index(one) :]
                break
            path.append(one)
            one = parents[one]
        done.update(path)
