"""The ground of the XML of a REFI-QDA project: elements, identifiers, who refers to which note, variables of documents and cases."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from veche.exporters._refi_names import Guids, names_of_codes
from veche.study import Document, Evidence, Interview, Record
from veche.study.carried import held
from veche.study.errors import N_
from veche.study.losses import Loss, loss
from veche.study.whole import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element

PROJECT = "urn:QDA-XML:project:1.0"

_CHARACTERS = N_("characters that XML cannot hold are left out of it; the notes of veche carry them")
_WORDS = {
    "ru": {"statements": "Отношения (из veche)", "wave": "Волна", "town": "Город", "region": "Регион", "date": "Дата", "role": "Роль",
           "respondent": "Респондент", "post": "Должность"},
    "en": {"statements": "Relations (from veche)", "wave": "Wave", "town": "Town", "region": "Region", "date": "Date", "role": "Role",
           "respondent": "Respondent", "post": "Post"},
}  # fmt: skip


class Tree:
    """A tree of a project that is being built; `root` and `notes` are set by what builds it."""

    root: _Element
    notes: _Element

    def __init__(self, evidence: Evidence, made: dt.datetime) -> None:
        self.evidence = evidence
        self.guids = Guids(evidence.study.id)
        self.shown: dict[str, dict[str, Any]] = {}
        self.made: list[dict[str, str]] = []
        self.losses: list[Loss] = []
        self._when = made
        self._names = names_of_codes(evidence)
        self._words = _WORDS[evidence.study.language]
        self._memos: defaultdict[str, list[str]] = defaultdict(list)
        self._variables: dict[str, str] = {}
        #: ids of what notes are attached to in the tree
        self._attached: set[str] = set()
        # identifiers of what another program must find again come first, so that nothing else takes them
        for kind, records in (
            ("code", evidence.codes), ("coder", evidence.coders), ("document", evidence.documents),
            ("coding", evidence.codings), ("memo", evidence.memos), ("respondent", evidence.respondents),
        ):  # fmt: skip
            for one in records:
                self.guids.of(kind, one.id)

    def finish(self) -> None:
        """Take out the lists that stayed empty: the standard wants at least one thing in each."""
        for one in list(self.root):
            if not len(one) and one.tag != f"{{{PROJECT}}}Description" and one.get("targetGUID") is None:
                self.root.remove(one)

    def add_note(self, guid: str, name: str, words: str) -> None:
        """Add a note that is attached to nothing."""
        note = self._child(self.notes, "Note", guid=guid, name=name)
        self._child(note, "PlainTextContent", words)

    def _child(self, parent: _Element, tag: str, words: str | None = None, **attributes: str | None) -> _Element:
        from lxml import etree

        one = etree.SubElement(parent, f"{{{PROJECT}}}{tag}")
        self._set(one, **attributes)
        if words is not None:
            one.text = words
        return one

    @staticmethod
    def _set(element: _Element, **attributes: str | None) -> None:
        for name, value in attributes.items():
            if value is not None:
                element.set(name, value)

    def _held(self, one: Record, words: str) -> str:
        """Return words as XML can hold them; what had to go is a loss."""
        found = held(words)
        if found != words:
            self.losses.append(loss(one.noun, held(name_of(one)), "", _CHARACTERS))
        return found

    def _user(self, coder_id: str | None) -> str | None:
        return None if coder_id is None else self.guids.of("coder", coder_id)

    def _make(self, element: str, guid: str, name: str = "") -> str:
        self.made.append({"element": element, "guid": guid} | ({"name": name} if name else {}))
        return guid

    def _remember_memos(self) -> None:
        for one in self.evidence.memos:
            self._memos[one.target_id].append(self.guids.of("memo", one.id))
        for statement in self.evidence.statements:
            self._memos[f"quotes of {statement.id}"].append(self.guids.made("note of", statement.id))

    def _refer(self, element: _Element, record_id: str) -> None:
        self._attached.add(record_id)
        for guid in self._memos.get(record_id, ()):
            self._child(element, "NoteRef", targetGUID=guid)

    def _variable(self, name: str) -> str:
        """Return the GUID of a variable, noting that it is needed."""
        name = " ".join(held(name).split()) or "–"
        if name not in self._variables:
            self._variables[name] = self._make("Variable", self.guids.made("variable", name), name)
        return self._variables[name]

    def _list_variables(self, variables: _Element) -> None:
        for name, guid in sorted(self._variables.items()):
            self._child(variables, "Variable", guid=guid, name=name, typeOfVariable="Text")

    def _values(self, element: _Element, values: Iterable[tuple[str, str]]) -> None:
        seen: set[str] = set()
        for name, value in values:
            guid = self._variable(name)
            if guid not in seen:
                seen.add(guid)
                one = self._child(element, "VariableValue")
                self._child(one, "VariableRef", targetGUID=guid)
                self._child(one, "TextValue", held(value))

    def _attributes(self, record_id: str) -> list[tuple[str, str]]:
        return [
            (one.name, one.value)
            for one in self.evidence.attributes
            if one.target_id == record_id and one.wave_id is None
        ]

    def _facts(self, document: Document) -> list[tuple[str, str]]:
        """List what is known of a document and its interview, as other programs show it."""
        e, words = self.evidence, self._words
        found = self._attributes(document.id)
        interview = e.interview_by_id.get(document.interview_id or "")
        if interview is not None:
            found += self._attributes(interview.id) + [
                (words[name], value) for name, value in self._of(interview) if value
            ]
        return found

    def _of(self, interview: Interview) -> list[tuple[str, str]]:
        e = self.evidence
        town = e.town_by_id.get(interview.town_id)
        region = next((one for one in e.regions if town and one.id == town.region_id), None)
        wave, role = e.wave_by_id.get(interview.wave_id), e.role_by_id.get(interview.role_id)
        person = e.respondent_by_id.get(interview.respondent_id)
        label = (role.label_ru if e.study.language == "ru" else role.label_en) or role.key if role else ""
        return [
            ("town", town.name or town.key if town else ""), ("region", region.name or region.key if region else ""),
            ("wave", wave.key if wave else ""), ("date", interview.date.isoformat()), ("role", label),
            ("respondent", person.key if person else ""), ("post", interview.post),
        ]  # fmt: skip


def parties(evidence: Evidence) -> dict[str, str]:
    """Return what those are called who stand on either side of a statement: actors and offices by id."""
    return {one.id: one.name for one in evidence.actors} | {one.id: one.name for one in evidence.offices}
