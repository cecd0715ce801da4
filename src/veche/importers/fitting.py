"""Fitting a foreign project into a study: what is there already, what gets another id, what cannot come.

What has a key (towns, waves, roles, respondents, interviews, codes, coders ...) is the same thing if its id or its key is the same; a document is the
same if its id and its text are, or its name and its words. Nothing that is in the study is changed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from veche.importers.foreign import ForeignStudy
from veche.study import Alias, Anchor, Code, Coding, Document, Evidence, Publication, Record, StudyInfo, Summary, Text, new_id
from veche.study.errors import N_
from veche.study.losses import Loss, loss
from veche.study.whole import kinds, records_of

#: fields that hold ids of other records in a list
_LISTS = ("sources", "targets", "benefit", "interviews", "compared", "upheld", "agreed")
#: fields in which two records of one key may differ without being worth a word
_SILENT = ("id", "rev", "position", "made")

_DIFFERS = N_("it is in the study already with another {fields}; it stays as it is there")
_OTHER_TEXT = N_("the study has a document of this id with another text; this one comes beside it")
_CELL = N_("this cell of the matrix has a summary in the study already; that one stays")
_EXCLUDED = N_("the study has {other} on the same words by the same coder, and the two exclude each other (set {set})")
_FROZEN = N_("the publication {key} is frozen in the study and takes no further aliases")
_TAKEN = N_("it is in the study already in another form; it stays as it is there")


@dataclass(frozen=True)
class Fitted:
    """What of a foreign project comes into a study.

    Parameters
    ----------
    records, texts
        What is to be added, with ids that are free.
    known
        How many records are in the study already.
    losses
        What does not come, or comes otherwise, because of what the study has.
    """

    records: tuple[Record, ...]
    texts: tuple[Text, ...]
    known: int
    losses: tuple[Loss, ...]


def fit(foreign: ForeignStudy, evidence: Evidence, ids: frozenset[str], texts: Mapping[str, str]) -> Fitted:
    """Fit a foreign project into a study; nothing is changed.

    Parameters
    ----------
    foreign
        The project.
    evidence
        The whole study.
    ids
        Ids that are or were in the study.
    texts
        Stored texts: id -> digest of the body.
    """
    return _Fitting(foreign, evidence, ids, texts).fitted()


class _Fitting:
    def __init__(self, foreign: ForeignStudy, evidence: Evidence, ids: frozenset[str], texts: Mapping[str, str]) -> None:
        self._foreign, self._evidence, self._ids, self._stored = foreign, evidence, ids, texts
        self._present = {one.id: one for one in records_of(evidence)}
        self._to: dict[str, str] = {}
        self._losses: list[Loss] = []
        self._coded = {one.code_id for one in foreign.records if isinstance(one, Coding)}

    def fitted(self) -> Fitted:
        same = self._same()
        texts = self._texts()
        for one in self._foreign.records:
            if one.id not in self._to:
                self._to[one.id] = new_id() if one.id in self._ids and not self._again(one) else one.id
        contents = {_content(one) for one in self._present.values()}
        coming: list[Record] = []
        known = len(same)
        for one in self._foreign.records:
            if one.id in same:
                continue
            moved = self._moved(one)
            if moved.id in self._present or _content(moved) in contents:
                known += 1
                there = self._present.get(moved.id)
                if there is not None and _content(there) != _content(moved):
                    self._losses.append(loss(one.noun, name_of(one), "", _TAKEN))
            elif self._admitted(moved):
                coming.append(moved)
        return Fitted(tuple(coming), texts, known, tuple(self._losses))

    def _again(self, one: Record) -> bool:
        """Is it in force under its own id?"""
        return type(self._present.get(one.id)) is type(one)

    def _same(self) -> set[str]:
        """Find the records that the study has under the same id or key; returns their ids."""
        found: set[str] = set()
        keys = {(type(one), one.key): one for one in self._present.values() if hasattr(one, "key")}
        bodies = {text_id: sha for text_id, sha in self._stored.items()}
        named = {(one.name, bodies.get(one.text_id)): one for one in self._evidence.documents}
        foreign_texts = {one.id: one.sha256 for one in self._foreign.texts}
        for one in self._foreign.records:
            there: Record | None = None
            if isinstance(one, StudyInfo):
                there = self._evidence.study
            elif isinstance(one, Document):
                there = self._same_document(one, foreign_texts.get(one.text_id, ""), named)
            elif hasattr(one, "key"):
                there = self._present.get(one.id) if self._again(one) else keys.get((type(one), one.key))
                if isinstance(there, Code) and not there.codable and one.id in self._coded:
                    there = None
                self._compare(one, there)
            if there is not None:
                found.add(one.id)
                self._to[one.id] = there.id
        self._free_keys(keys, found)
        return found

    def _free_keys(self, keys: Mapping[tuple[type[Record], str], Record], same: set[str]) -> None:
        """A code that must come beside a heading of the same key gets a key of its own."""
        self._renamed = {
            one.id: f"{one.key} (2)"
            for one in self._foreign.records
            if isinstance(one, Code) and one.id not in same and (Code, one.key) in keys
        }

    def _same_document(self, one: Document, sha: str, named: Mapping[tuple[str, str | None], Document]) -> Document | None:
        there = self._present.get(one.id)
        if isinstance(there, Document):
            if there.text_id == one.text_id or self._stored.get(there.text_id) == sha:
                return there
            self._losses.append(loss(one.noun, one.name, "", _OTHER_TEXT))
            self._to[one.id] = new_id()
            return None
        return named.get((one.name, sha))

    def _compare(self, one: Record, there: Record | None) -> None:
        if there is None or isinstance(one, StudyInfo):
            return
        names = [f.name for f in dataclasses.fields(one) if f.name not in _SILENT and not f.name.endswith("_id")]
        other = [name for name in names if getattr(one, name) != getattr(there, name) and getattr(one, name)]
        if other:
            self._losses.append(loss(one.noun, name_of(one), "", _DIFFERS, fields=", ".join(other)))

    def _texts(self) -> tuple[Text, ...]:
        """Give every text a free id, unless the very same body is stored under it; returns those to be stored."""
        here = {sha: text_id for text_id, sha in self._stored.items()}
        present = {one.text_id for one in self._evidence.documents}
        same = {one.text_id: self._to[one.id] for one in self._foreign.records if isinstance(one, Document) and one.id in self._to}
        documents = self._evidence.document_by_id
        coming = []
        for text in self._foreign.texts:
            there = documents.get(same.get(text.id, ""))
            if there is not None and (there.text_id == text.id or self._stored.get(there.text_id) == text.sha256):
                self._to[text.id] = there.text_id
            elif self._stored.get(text.id) == text.sha256 or (
                text.id in self._stored and text.id in present
            ):
                self._to[text.id] = text.id
            elif text.id in self._stored:
                self._to[text.id] = new_id()
                coming.append(dataclasses.replace(text, id=self._to[text.id]))
            else:
                self._to[text.id] = text.id
                coming.append(text)
        del here
        return tuple(coming)

    def _moved(self, one: Record) -> Record:
        changed: dict[str, Any] = {"id": self._to[one.id]}
        for field in dataclasses.fields(one):
            value = getattr(one, field.name)
            if isinstance(value, str) and (field.name.endswith("_id")) and value in self._to:
                changed[field.name] = self._to[value]
            elif field.name in _LISTS and value:
                changed[field.name] = tuple(self._to.get(each, each) for each in value)
            elif field.name == "quotes":
                changed["quotes"] = tuple(
                    Anchor(self._to.get(q.document_id, q.document_id), self._to.get(q.text_id, q.text_id), q.start, q.end)
                    for q in value
                )
            elif field.name == "grounds":
                changed["grounds"] = tuple(
                    f"{self._to.get(head, head)}{sign}{tail}" for head, sign, tail in (g.partition(":") for g in value)
                )
        if one.id in self._renamed:
            changed["key"] = self._renamed[one.id]
        return dataclasses.replace(one, **changed)

    def _admitted(self, one: Record) -> bool:
        """Say whether the rules of the study let a record in; if not, it is a loss."""
        match one:
            case Summary():
                cell = (one.case_id, one.code_id, one.wave_id)
                if cell in self._cells:
                    self._losses.append(loss(one.noun, name_of(one), "", _CELL))
                    return False
                self._cells.add(cell)
            case Alias():
                frozen = self._frozen.get(one.publication_id)
                if frozen is not None:
                    self._losses.append(loss(one.noun, one.alias, "", _FROZEN, key=frozen))
                    return False
            case Coding():
                return self._one_of_set(one)
            case _:
                pass
        return True

    @property
    def _frozen(self) -> dict[str, str]:
        return {one.id: one.key for one in self._evidence.publications if one.frozen is not None}

    @property
    def _cells(self) -> set[tuple[str, str, str | None]]:
        if not hasattr(self, "_cells_held"):
            self._cells_held = {(one.case_id, one.code_id, one.wave_id) for one in self._evidence.summaries}
        return self._cells_held

    def _one_of_set(self, one: Coding) -> bool:
        if not hasattr(self, "_sets"):
            codes: Iterable[Record] = (*self._evidence.codes, *self._foreign.records)
            self._sets = {
                self._to.get(code.id, code.id): (code.value_set, code.key)
                for code in codes
                if isinstance(code, Code) and code.value_set
            }
            self._placed = {
                (each.coder_id, each.text_id, each.start, each.end, self._sets[each.code_id][0]): each.code_id
                for each in self._evidence.codings
                if each.code_id in self._sets
            }
        if one.code_id not in self._sets:
            return True
        value_set, key = self._sets[one.code_id]
        place = (one.coder_id, one.text_id, one.start, one.end, value_set)
        other = self._placed.setdefault(place, one.code_id)
        if other == one.code_id:
            return True
        where = f"{one.start}–{one.end}"
        self._losses.append(loss(one.noun, key, where, _EXCLUDED, other=self._sets[other][1], set=value_set))
        return False


def _content(one: Record) -> tuple[Any, ...]:
    """What a record says, without its id and moment: equal content is said once."""
    fields = (getattr(one, f.name) for f in dataclasses.fields(one) if f.name not in ("id", "rev", "made"))
    return (type(one).__name__, *fields)


def name_of(one: Record) -> str:
    """Return what a user would call a record: its key, title or name, the beginning of its words, else its id."""
    for field in ("key", "title", "name", "alias", "text"):
        if words := str(getattr(one, field, "") or ""):
            return words if len(words) <= 60 else words[:59] + "…"
    return one.id


__all__ = ["Fitted", "fit", "kinds", "name_of", "Publication"]
