"""The XML of a REFI-QDA project: users, codes, documents with their codings, memos, and what shows the rest to other programs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from veche.exporters._refi_names import COLOR, Guids, definition, moment, names_of_codes
from veche.study import Code, Coding, Document, Evidence, Interview, Memo, Record
from veche.study.carried import NAME_LENGTH, UNCODED, held, quotation_name
from veche.study.errors import N_
from veche.study.losses import Loss, loss
from veche.study.whole import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element

PROJECT = "urn:QDA-XML:project:1.0"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = f"{PROJECT} http://schema.qdasoftware.org/versions/Project/v1.0/Project.xsd"

_CHARACTERS = N_("characters that XML cannot hold are left out of it; the notes of veche carry them")
_COLOR = N_("its colour {color} is none that the standard knows; the notes of veche carry it")
_WORDS = {
    "ru": {"statements": "Отношения (из veche)", "wave": "Волна", "town": "Город", "region": "Регион", "date": "Дата", "role": "Роль",
           "respondent": "Респондент", "post": "Должность"},
    "en": {"statements": "Relations (from veche)", "wave": "Wave", "town": "Town", "region": "Region", "date": "Date", "role": "Role",
           "respondent": "Respondent", "post": "Post"},
}  # fmt: skip


class Project:
    """Builds the tree of a project from a released study.

    After `build`: `root` is the tree, `shown` says for each record id what the tree shows of it (to tell later what another program changed),
    `made` lists the elements that only show what the notes carry, `losses` what was left out.
    """

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

    def build(self) -> _Element:
        """Return the tree, without the notes of veche."""
        from lxml import etree

        e = self.evidence
        self.root = etree.Element(f"{{{PROJECT}}}Project", nsmap={None: PROJECT, "xsi": _XSI})  # type: ignore[dict-item]
        self.root.set(f"{{{_XSI}}}schemaLocation", _SCHEMA)
        name = self._held(e.study, e.study.name).strip()
        self._set(self.root, name=name or "–", origin=f"veche {version('veche')}", creationDateTime=moment(self._when))
        self.shown[e.study.id] = {"name": name or "–", "note": self._held(e.study, e.study.note)}
        self._remember_memos()
        self._users()
        self._codes()
        variables = self._child(self.root, "Variables")
        self._cases()
        self._sources()
        self._list_variables(variables)
        self.notes = self._child(self.root, "Notes")
        self._attached.discard(e.study.id)
        for memo in e.memos:
            self._memo(memo)
        for one in e.statements:
            self._statement_note(one)
        self._sets()
        if e.study.note:
            self._child(self.root, "Description", held(e.study.note))
        self._refer(self.root, e.study.id)
        return self.root

    def finish(self) -> None:
        """Take out the lists that stayed empty: the standard wants at least one thing in each."""
        for one in list(self.root):
            if not len(one) and one.tag != f"{{{PROJECT}}}Description" and one.get("targetGUID") is None:
                self.root.remove(one)

    def add_note(self, guid: str, name: str, words: str) -> None:
        """Add a note that is attached to nothing."""
        note = self._child(self.notes, "Note", guid=guid, name=name)
        self._child(note, "PlainTextContent", words)

    # small parts

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

    # lists, in the order of the standard

    def _users(self) -> None:
        users = self._child(self.root, "Users")
        for one in self.evidence.coders:
            name = self._held(one, one.name or one.key)
            self._child(users, "User", guid=self.guids.of("coder", one.id), name=name)
            self.shown[one.id] = {"name": name}

    def _codes(self) -> None:
        codes = self._child(self._child(self.root, "CodeBook"), "Codes")
        book, language = self.evidence.codebook, self.evidence.study.language
        elements: dict[str | None, _Element] = {None: codes}
        position = 0
        for _, one in book.tree():
            if one.id == UNCODED:
                continue
            parent = one.parent_id if one.parent_id in elements and one.parent_id != UNCODED else None
            elements[one.id] = self._code(elements[parent], one, parent, position, language)
            position += 1
        self._kinds(codes)
        if not len(codes):
            self.root.remove(codes.getparent())  # type: ignore[arg-type]

    def _code(self, above: _Element, one: Code, parent: str | None, position: int, language: str) -> _Element:
        color = one.color if COLOR.fullmatch(one.color) else ""
        if color != one.color:
            self.losses.append(loss(one.noun, held(one.key), "", _COLOR, color=held(one.color)))
        for words in (one.label(language), one.definition_ru, one.definition_en):
            self._held(one, words)
        description = definition(one, language)
        name = self._names[one.id]
        code = self._child(
            above, "Code", guid=self.guids.of("code", one.id), name=name, isCodable=str(one.codable).lower(), color=color or None
        )  # fmt: skip
        if description:
            self._child(code, "Description", description)
        self._refer(code, one.id)
        self.shown[one.id] = {
            "name": name, "description": description, "color": color, "parent": parent, "position": position, "codable": one.codable,
        }  # fmt: skip
        return code

    def _kinds(self, codes: _Element) -> None:
        """Show relation statements as codes, one for each kind in use, in a folder of their own."""
        used = {one.kind_id for one in self.evidence.statements}
        kinds = [one for one in self.evidence.kinds if one.id in used]
        if not kinds:
            return
        name = self._words["statements"]
        guid = self._make("Code", self.guids.made("folder of statements"), name)
        folder = self._child(codes, "Code", guid=guid, name=name, isCodable="false")
        for one in kinds:
            label = (one.label_ru if self.evidence.study.language == "ru" else one.label_en) or one.key
            guid = self._make("Code", self.guids.made("kind", one.id))
            self._child(folder, "Code", guid=guid, name=held(label) or one.id, isCodable="true")

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

    def _cases(self) -> None:
        """Show every respondent as a case with the documents of all waves."""
        cases = self._child(self.root, "Cases")
        interviews: defaultdict[str, list[str]] = defaultdict(list)
        for document in self.evidence.documents:
            interview = self.evidence.interview_by_id.get(document.interview_id or "")
            if interview is not None:
                interviews[interview.respondent_id].append(self.guids.of("document", document.id))
        for one in self.evidence.respondents:
            name = held(one.key)
            case = self._child(
                cases, "Case", guid=self._make("Case", self.guids.of("respondent", one.id), name), name=name
            )
            if note := held(one.note):
                self._child(case, "Description", note)
            self._values(case, self._attributes(one.id))
            for guid in interviews[one.id]:
                self._child(case, "SourceRef", targetGUID=guid)

    def _sources(self) -> None:
        sources = self._child(self.root, "Sources")
        codings: defaultdict[str, list[Coding]] = defaultdict(list)
        for coding in self.evidence.codings:
            codings[coding.document_id].append(coding)
        quotes: defaultdict[str, list[tuple[int, int, Any, int]]] = defaultdict(list)
        for statement in self.evidence.statements:
            for number, quote in enumerate(statement.quotes):
                document = self.evidence.document_by_id.get(quote.document_id)
                if document is not None and document.text_id == quote.text_id:
                    quotes[document.id].append((quote.start, quote.end, statement, number))
        for document in self.evidence.documents:
            here = [one for one in codings[document.id] if one.text_id == document.text_id]
            self._source(sources, document, here, quotes[document.id])

    def _source(
        self, sources: _Element, document: Document, codings: Sequence[Coding], quotes: Sequence[tuple[int, int, Any, int]]
    ) -> None:  # fmt: skip
        guid = self.guids.of("document", document.id)
        name = self._held(document, document.name) or guid
        self.shown[document.id] = {"name": name, "text": document.text_id}
        source = self._child(
            sources, "TextSource", guid=guid, name=name, plainTextPath=f"internal://{self.guids.of('text', document.text_id)}.txt"
        )  # fmt: skip
        body = self.evidence.texts[document.text_id].body
        places: defaultdict[tuple[int, int], list[Coding]] = defaultdict(list)
        for one in codings:
            if one.code_id == UNCODED:
                self._selection(source, self.guids.of("coding", one.id), one.start, one.end, body, one)
            else:
                places[one.start, one.end].append(one)
        told: defaultdict[tuple[int, int], list[tuple[Any, int]]] = defaultdict(list)
        for start, end, statement, number in quotes:
            told[start, end].append((statement, number))
        for start, end in sorted({*places, *told}):
            mark = self._selection(
                source, self.guids.made("selection", document.id, start, end), start, end, body, None
            )
            for one in places[start, end]:
                self._coding(mark, one)
            for statement, number in told[start, end]:
                self._relation(mark, statement, number)
        self._refer(source, document.id)
        self._values(source, self._facts(document))

    def _selection(
        self, source: _Element, guid: str, start: int, end: int, body: str, uncoded: Coding | None
    ) -> _Element:
        words = quotation_name(body[start:end])
        mark = self._child(
            source, "PlainTextSelection", guid=guid, name=words, startPosition=str(start), endPosition=str(end),
            creatingUser=self._user(uncoded.coder_id) if uncoded else None, creationDateTime=moment(uncoded.made) if uncoded else None,
        )  # fmt: skip
        if uncoded is not None:
            self._refer(mark, uncoded.id)
        return mark

    def _coding(self, mark: _Element, one: Coding) -> None:
        coding = self._child(
            mark, "Coding", guid=self.guids.of("coding", one.id), creatingUser=self._user(one.coder_id), creationDateTime=moment(one.made)
        )  # fmt: skip
        self._child(coding, "CodeRef", targetGUID=self.guids.of("code", one.code_id))
        self._refer(coding, one.id)

    def _relation(self, mark: _Element, statement: Any, number: int) -> None:
        guid = self._make("Coding", self.guids.made("quote of", statement.id, number))
        coding = self._child(
            mark, "Coding", guid=guid, creatingUser=self._user(statement.coder_id), creationDateTime=moment(statement.made)
        )  # fmt: skip
        self._child(coding, "CodeRef", targetGUID=self.guids.made("kind", statement.kind_id))
        self._refer(coding, f"quotes of {statement.id}")

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

    def _memo(self, one: Memo) -> None:
        title, words = self._held(one, one.title), self._held(one, one.text)
        note = self._child(
            self.notes, "Note", guid=self.guids.of("memo", one.id), name=title, creatingUser=self._user(one.coder_id),
            creationDateTime=moment(one.made),
        )  # fmt: skip
        self._child(note, "PlainTextContent", words)
        self.shown[one.id] = {"title": title, "text": words} | (
            {"attached": True} if one.target_id in self._attached else {}
        )

    def _statement_note(self, one: Any) -> None:
        """Say a relation statement in words: the one thing of it that every program keeps."""
        e = self.evidence
        named = parties(e)
        kind = next((each for each in e.kinds if each.id == one.kind_id), None)
        label = ((kind.label_ru if e.study.language == "ru" else kind.label_en) or kind.key) if kind else ""
        sides = [", ".join(named.get(each, each) for each in side) for side in (one.sources, one.targets)]
        facts = [f"{name}: {value}" for name in ("tone", "readiness", "valence", "outcome", "certainty", "modality", "start", "end")
                 if (value := getattr(one, name)) not in (None, "unknown", "asserted")]  # fmt: skip
        sign = "↔" if kind is not None and kind.symmetric else "→"
        words = held(f"{sides[0]} {sign} {sides[1]}: {label}" + (f" ({'; '.join(facts)})" if facts else ""))
        guid = self._make("Note", self.guids.made("note of", one.id), words[:NAME_LENGTH])
        self.add_note(guid, words[:NAME_LENGTH], words)

    def _sets(self) -> None:
        """Show waves and towns as sets of documents, for programs without variables."""
        sets = self._child(self.root, "Sets")
        members: defaultdict[str, list[str]] = defaultdict(list)
        for document in self.evidence.documents:
            interview = self.evidence.interview_by_id.get(document.interview_id or "")
            if interview is not None:
                for name, value in self._of(interview):
                    if name in ("wave", "town") and value:
                        title = " ".join(held(f"{self._words[name]}: {value}").split())
                        members[title].append(self.guids.of("document", document.id))
        for title, guids in sorted(members.items()):
            one = self._child(sets, "Set", guid=self._make("Set", self.guids.made("set", title), title), name=title)
            for guid in guids:
                self._child(one, "MemberSource", targetGUID=guid)


def parties(evidence: Evidence) -> dict[str, str]:
    """Return what those are called who stand on either side of a statement: actors and offices by id."""
    return {one.id: one.name for one in evidence.actors} | {one.id: one.name for one in evidence.offices}
