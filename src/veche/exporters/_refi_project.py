"""The XML of a REFI-QDA project: users, codes, documents with their codings, memos, and what shows the rest to other programs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from veche.exporters._refi_base import PROJECT, Tree, parties
from veche.exporters._refi_names import COLOR, definition, moment
from veche.study import Code, Coding, Document, Memo
from veche.study.carried import NAME_LENGTH, UNCODED, held, quotation_name
from veche.study.errors import N_
from veche.study.losses import loss

if TYPE_CHECKING:
    from lxml.etree import _Element

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = f"{PROJECT} http://schema.qdasoftware.org/versions/Project/v1.0/Project.xsd"

_COLOR = N_("its colour {color} is none that the standard knows; the notes of veche carry it")


class Project(Tree):
    """Builds the tree of a project from a released study.

    After `build`: `root` is the tree, `shown` says for each record id what the tree shows of it (to tell later what another program changed),
    `made` lists the elements that only show what the notes carry, `losses` what was left out.
    """

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
