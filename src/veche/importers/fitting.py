"""Fitting a foreign project into a study: what is there already, what gets another id, what cannot come.

What has a key (towns, waves, roles, respondents, interviews, codes, coders ...) is the same thing if its id or its key is the same; a document is the
same if its id and its text are, or its name and its words. Nothing that is in the study is changed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from veche.importers.foreign import ForeignStudy
from veche.study import (
    Alias,
    Anchor,
    Code,
    Coding,
    Document,
    Evidence,
    Interview,
    Record,
    Respondent,
    StudyInfo,
    Summary,
    Text,
    Town,
    new_id,
)  # fmt: skip
from veche.study.errors import N_
from veche.study.losses import Loss, loss
from veche.study.whole import name_of, records_of

#: fields that hold ids of other records in a list
_LISTS = ("sources", "targets", "benefit", "interviews", "compared", "upheld", "agreed")
#: fields in which two records of one key may differ without being worth a word
_SILENT = ("id", "rev", "position", "made")

#: what a summary may stand on
_CASES = (Interview, Respondent, Town)

_DIFFERS = N_("it is in the study already and differs there ({fields}); it stays as it is there")
_OTHER_TEXT = N_("the study has a document of this id with another text; this one comes beside it")
_CELL = N_("this cell of the matrix has a summary in the study already; that one stays")
_EXCLUDED = N_("the study has {other} on the same words by the same coder, and the two exclude each other (set {set})")
_NO_CASE = N_("it stands on a case that is neither in the project nor in the study")
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


def fit(foreign: ForeignStudy, evidence: Evidence, ids: Mapping[str, bool], texts: Mapping[str, str]) -> Fitted:
    """Fit a foreign project into a study; nothing is changed.

    Parameters
    ----------
    foreign
        The project.
    evidence
        The whole study, as far as whoever works may see it.
    ids
        Ids that are or were in the study, with whether the record is in force.
    texts
        Stored texts: id -> digest of the body.
    """
    same, losses = _same(foreign, evidence, texts)
    to, coming_texts = _text_ids(foreign, evidence, texts, same)
    present = {one.id: one for one in records_of(evidence)}
    for one in foreign.records:
        in_force = type(present.get(one.id)) is type(one) and not isinstance(one, Document)
        to[one.id] = same.get(one.id) or (new_id() if one.id in ids and not in_force else one.id)
    # what others coded and may not be seen yet: it is there, and more is not to be told
    hidden = {one.id for one in foreign.records if ids.get(one.id) and one.id not in present}
    to.update((one, one) for one in hidden)
    rename = _keys_beside(foreign, evidence, same)
    contents = {_content(one) for one in present.values()}
    gate = _Gate(evidence, [_moved(one, to, rename) for one in foreign.records])
    coming: list[Record] = []
    known = 0
    for one in foreign.records:
        moved = _moved(one, to, rename)
        if one.id in same or one.id in hidden or moved.id in present or _content(moved) in contents:
            known += 1
            if (
                one.id not in same
                and moved.id in present
                and one.id not in hidden
                and _content(present[moved.id]) != _content(moved)
            ):
                losses.append(loss(one.noun, name_of(one), "", _TAKEN))
        elif (refused := gate.refuses(moved)) is not None:
            losses.append(refused)
        else:
            coming.append(moved)
    needed = _texts_of(coming)
    return Fitted(tuple(coming), tuple(one for one in coming_texts if one.id in needed), known, tuple(losses))


def _same(foreign: ForeignStudy, evidence: Evidence, texts: Mapping[str, str]) -> tuple[dict[str, str], list[Loss]]:
    """Find what the study has: id in the project -> id in the study; and say where the two differ."""
    found: dict[str, str] = {}
    losses: list[Loss] = []
    present = {one.id: one for one in records_of(evidence)}
    keys: dict[tuple[type[Record], str], Record] = {
        (type(one), key): one for one in present.values() if (key := getattr(one, "key", None)) is not None
    }
    named = {(one.name, texts.get(one.text_id)): one for one in evidence.documents}
    bodies = {one.id: one.sha256 for one in foreign.texts}
    coded = {one.code_id for one in foreign.records if isinstance(one, Coding)}
    for one in foreign.records:
        own = present.get(one.id)
        there: Record | None = own if type(own) is type(one) else None
        if isinstance(one, StudyInfo):
            there = evidence.study
        elif isinstance(one, Document):
            sha = bodies.get(one.text_id, "")
            if isinstance(there, Document) and there.text_id != one.text_id and texts.get(there.text_id) != sha:
                losses.append(loss(one.noun, one.name, "", _OTHER_TEXT))
                there = None
            there = there or named.get((one.name, sha))
        elif (key := getattr(one, "key", None)) is not None:
            there = there or keys.get((type(one), key))
            if isinstance(there, Code) and not there.codable and one.id in coded:
                there = None  # what is put on words there is a heading here: it comes beside it
            losses.extend(_differences(one, there))
        else:
            continue
        if there is not None:
            found[one.id] = there.id
    return found, losses


def _differences(one: Record, there: Record | None) -> list[Loss]:
    if there is None:
        return []
    names = [f.name for f in dataclasses.fields(one) if f.name not in _SILENT and not f.name.endswith("_id")]
    # what the project leaves at its default it does not speak of
    defaults = {f.name: f.default for f in dataclasses.fields(one)}
    other = [
        name
        for name in names
        if getattr(one, name) not in (defaults[name], "") and getattr(one, name) != getattr(there, name)
    ]
    return [loss(one.noun, name_of(one), "", _DIFFERS, fields=", ".join(other))] if other else []


def _keys_beside(foreign: ForeignStudy, evidence: Evidence, same: Mapping[str, str]) -> dict[str, str]:
    """Give a code that comes beside a heading of the same key a key of its own: id -> key."""
    taken = {one.key for one in evidence.codes} | {one.key for one in foreign.records if isinstance(one, Code)}
    here = {one.key for one in evidence.codes}
    given: dict[str, str] = {}
    for one in foreign.records:
        if isinstance(one, Code) and one.id not in same and one.key in here:
            number = 2
            while f"{one.key} ({number})" in taken:
                number += 1
            given[one.id] = f"{one.key} ({number})"
            taken.add(given[one.id])
    return given


def _text_ids(
    foreign: ForeignStudy, evidence: Evidence, texts: Mapping[str, str], same: Mapping[str, str]
) -> tuple[dict[str, str], list[Text]]:
    """Give every text the id under which it is, or will be, stored; and list those to be stored."""
    documents = evidence.document_by_id
    there = {
        one.text_id: documents[same[one.id]].text_id
        for one in foreign.records
        if isinstance(one, Document) and one.id in same
    }
    to: dict[str, str] = {}
    coming: list[Text] = []
    for text in foreign.texts:
        if text.id in there:
            to[text.id] = there[text.id]
        elif texts.get(text.id) == text.sha256:  # still stored, though nothing points to it any more
            to[text.id] = text.id
        else:
            to[text.id] = new_id() if text.id in texts else text.id
            coming.append(dataclasses.replace(text, id=to[text.id]))
    return to, coming


def _texts_of(records: Sequence[Record]) -> set[str]:
    needed = {text_id for one in records if (text_id := getattr(one, "text_id", None)) is not None}
    return needed | {quote.text_id for one in records for quote in getattr(one, "quotes", ())}


def _moved(one: Record, to: Mapping[str, str], rename: Mapping[str, str]) -> Record:
    """Return a record with the ids (and the key) that it has in the study."""
    changed: dict[str, Any] = {"id": to[one.id]}
    for name in (field.name for field in dataclasses.fields(one)):
        value = getattr(one, name)
        if name.endswith("_id"):
            changed[name] = to.get(value, value)
        elif name in _LISTS:
            changed[name] = tuple(to.get(each, each) for each in value)
        elif name == "quotes":
            changed[name] = tuple(
                Anchor(to.get(q.document_id, q.document_id), to.get(q.text_id, q.text_id), q.start, q.end)
                for q in value
            )
        elif name == "grounds":
            changed[name] = tuple(
                f"{to.get(head, head)}{sign}{tail}" for head, sign, tail in (g.partition(":") for g in value)
            )
    if one.id in rename:
        changed["key"] = rename[one.id]
    return dataclasses.replace(one, **changed)


class _Gate:
    """The rules of a study that could stop a whole import: asked for each record before."""

    def __init__(self, evidence: Evidence, coming: Sequence[Record]) -> None:
        self._cells = {(one.case_id, one.code_id, one.wave_id) for one in evidence.summaries}
        self._cases = {
            one.id
            for one in (*coming, *evidence.towns, *evidence.respondents, *evidence.interviews)
            if isinstance(one, _CASES)
        }
        self._frozen = {one.id: one.key for one in evidence.publications if one.frozen is not None}
        known = (*coming, *evidence.codes)
        self._sets = {one.id: (one.value_set, one.key) for one in known if isinstance(one, Code) and one.value_set}
        self._placed = {
            (one.coder_id, one.text_id, one.start, one.end, self._sets[one.code_id][0]): one.code_id
            for one in evidence.codings
            if one.code_id in self._sets
        }

    def refuses(self, one: Record) -> Loss | None:
        """Say why a record cannot come in; None: it can."""
        match one:
            case Summary():
                if one.case_id not in self._cases:
                    return loss(one.noun, name_of(one), "", _NO_CASE)
                cell = (one.case_id, one.code_id, one.wave_id)
                if cell in self._cells:
                    return loss(one.noun, name_of(one), "", _CELL)
                self._cells.add(cell)
            case Alias() if one.publication_id in self._frozen:
                return loss(one.noun, one.alias, "", _FROZEN, key=self._frozen[one.publication_id])
            case Coding() if one.code_id in self._sets:
                value_set, key = self._sets[one.code_id]
                place = (one.coder_id, one.text_id, one.start, one.end, value_set)
                other = self._placed.setdefault(place, one.code_id)
                if other != one.code_id:
                    there = self._sets[other][1]
                    return loss(one.noun, key, f"{one.start}–{one.end}", _EXCLUDED, other=there, set=value_set)
            case _:
                pass
        return None


def _content(one: Record) -> tuple[Any, ...]:
    """What a record says, without its id and moment: the same is not said twice."""
    fields = (getattr(one, f.name) for f in dataclasses.fields(one) if f.name not in ("id", "rev", "made"))
    return (type(one).__name__, *fields)
