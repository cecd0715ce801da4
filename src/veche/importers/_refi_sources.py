"""Documents, codings and quotations of a REFI-QDA project; what is a picture or a recording is told as lost, item by item."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from veche.importers._refi_bodies import Body, lose_coding, lose_mark
from veche.importers._refi_book import code_of_case, read_values, uncoded
from veche.importers._refi_container import MAX_TEXT
from veche.importers._refi_state import State, clean
from veche.importers._refi_tree import child, children, own, target, whole
from veche.importers.foreign import ForeignFile, folded, language_of, turns_of
from veche.study import Attribute, Code, Coding, Document, Text, Turn
from veche.study.carried import held, quotation_name
from veche.study.errors import N_
from veche.study.losses import Loss
from veche.text.positions import repeats

if TYPE_CHECKING:
    from veche.importers._refi_xml import Node

_OUTSIDE = N_("its positions {start}–{end} lie outside the text ({length} characters)")
_BACKWARDS = N_("its positions {start}–{end} run backwards")
_EMPTY = N_("its positions {start}–{end} cover no text")
_UNKNOWN_CODE = N_("it refers to a code that the project does not have ({guid}); the words are kept without it")
_UNKNOWN_CODE_HERE = N_("it refers to a code that the project does not have ({guid})")
_WHOLE = N_("it stands on the document as a whole: it was put on all its words")
_WHOLE_EMPTY = N_("it stands on a document without words")
_MEDIA = N_("pictures and recordings have no place here: the file and what is marked in it stay in the project")
_AREA = N_("it marks an area of a page; areas without words have no place here")
_STRETCH = N_("it marks a stretch of a picture or recording, which has no place here")
_NO_STATEMENT = N_(
    "it was coded with a kind of relation, which does not say who acts and on whom: make a statement of it by hand"
)
_SYNC = N_("the transcript keeps its times by turns")
#: names that programs give by themselves
_NUMBERED = re.compile(r"line:\d+")
#: from this length on a name is taken for the beginning of its words
_BEGINNING = 40
_KINDS = {
    "PictureSource": N_("picture"), "PDFSource": N_("PDF"), "AudioSource": N_("recording"), "VideoSource": N_("recording"),
}  # fmt: skip


class Sources:
    """Makes documents of texts, and codings of what is marked in them."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.texts: list[Text] = []
        self.files: dict[str, ForeignFile] = {}
        self._keys: dict[str, str] = {}
        #: identifier of a selection -> where it stands; and a place -> the codes on it
        self._selections: dict[str, tuple[Document, int, int]] = {}
        self._coded: defaultdict[tuple[str, int, int], set[str]] = defaultdict(set)

    def add(self, body: Body) -> None:
        """Make the document of a text, its codings, quotations, values and memos."""
        state = self._state
        element, owner = body.element, body.owner
        guid = own(owner) if owner.name in ("TextSource", "PDFSource") else own(element)
        holder = owner if guid == own(owner) else element
        kind = N_("note") if element.name == "Note" else N_("document")
        document_id = (
            state.take(holder, kind, body.name) if element.name != "Note" else state.invent(guid, "note as a document")
        )
        text = self._text(body, document_id)
        sha, file_name = self._original(body)
        extension = PurePosixPath(file_name or body.path).suffix.lstrip(".").lower() or "txt"
        document = Document(
            id=document_id, name=body.name, text_id=text.id, format=extension, file_name=file_name, file_sha256=sha
        )
        self.texts.append(text)
        state.records.append(document)
        for each in (own(owner), own(element)):
            state.documents.setdefault(each, document_id)
            state.ids.setdefault(each, document_id)
        for mark, span in body.marks:
            place = body.raw.place(span, body.way)
            if place is None or place[0] >= place[1]:
                reason = _OUTSIDE if place is None else _BACKWARDS if place[0] > place[1] else _EMPTY
                lose_mark(state, body, mark, reason, start=span.start, end=span.end, length=len(body.raw.body))
            else:
                self._mark(body, document, mark, *place)
        if element.name != "Note":
            for one in dict.fromkeys((holder, element)):
                self._around(one, document, len(body.raw.body))
            body.marks.clear()  # they are codings now
            element.let_go("PlainTextSelection", "TranscriptSelection", "PlainTextContent")

    def _text(self, body: Body, document_id: str) -> Text:
        carried = self._state.carried
        words = body.raw.body
        sha = hashlib.sha256(words.encode("utf-8")).hexdigest()
        held = carried.text_like(sha, document_id)
        if held is not None:
            return carried.text_of(held, words)
        text_id = self._state.invent(document_id, f"text {sha}")
        return Text(text_id, words, _timed(body) or turns_of(words), language_of(words))

    def _original(self, body: Body) -> tuple[str, str]:
        """Keep the styled text or the PDF behind a text; return its digest and name."""
        path = body.element.get("richTextPath")
        if not path and body.owner.name == "PDFSource":
            path = body.owner.get("path")
        if not path:
            return "", ""
        found = self._state.container.read(path, MAX_TEXT)
        if isinstance(found, Loss):
            self._state.losses.append(Loss(found.kind, found.item, body.name, found.reason, found.fields))
            return "", ""
        sha = hashlib.sha256(found).hexdigest()
        extension = PurePosixPath(path).suffix
        name = body.name if body.name.lower().endswith(extension.lower()) else body.name + extension
        self.files[sha] = ForeignFile(sha, name, found)
        return sha, name

    def _mark(self, body: Body, document: Document, mark: Node, start: int, end: int) -> None:
        """Make codings of a selection; without any code it becomes a quotation without a code."""
        state = self._state
        words = body.raw.body[start:end]
        name = mark.get("name") or " ".join(words.split())[:60]
        codings = []
        ours = list(children(mark, "Coding"))
        marks = [one for one in ours if not self._shadow(one, name, body.name)]
        if ours and not marks:
            return
        for one in marks:
            code = self._code(one, name, body.name, _UNKNOWN_CODE)
            if code is not None:
                codings.append(self._coding(one, (one, mark, body.owner), document, start, end, code))
        if not codings:
            maker = state.author(mark, body.owner) or state.nobody()
            codings.append(
                Coding(
                    id=state.take(mark, N_("quotation"), name), document_id=document.id, text_id=document.text_id,
                    start=start, end=end, code_id=uncoded(state), coder_id=maker, made=state.made(mark),
                )
            )  # fmt: skip
        elif own(mark):
            state.ids.setdefault(own(mark), codings[0].id)
        state.records.extend(codings)
        self._selections[own(mark)] = (document, start, end)
        state.names.setdefault(own(mark), name)
        state.attach(mark, codings[0].id)
        given = clean(mark.get("name")).strip()
        if _NUMBERED.fullmatch(given) or _says_nothing(given, words):
            given = ""
        state.describe(mark, codings[0].id, title=given, otherwise=given)

    def _shadow(self, one: Node, name: str, where: str) -> bool:
        """Does a coding only show a statement of ours? One that somebody added with the code of a statement says too little to be one."""
        reference = child(one, "CodeRef")
        if reference is None or target(reference) not in self._state.shadows:
            return False
        if not self._state.carried.made("Coding", own(one)):
            self._state.lose(N_("coding"), name, where, _NO_STATEMENT)
        return True

    def _coding(
        self, one: Node, makers: tuple[Node, ...], document: Document, start: int, end: int, code: str
    ) -> Coding:
        state = self._state
        coding = Coding(
            id=state.take(one, N_("coding"), state.names.get(own(one), "")), document_id=document.id, text_id=document.text_id,
            start=start, end=end, code_id=code, coder_id=state.author(*makers) or state.nobody(), made=state.made(*makers[:2]),
        )  # fmt: skip
        state.attach(one, coding.id)
        self._coded[document.id, start, end].add(code)
        return coding

    def _code(self, one: Node, name: str, where: str, reason: str) -> str | None:
        """Return the code that a coding means; None (and a loss) if the project does not have it."""
        state = self._state
        reference = child(one, "CodeRef")
        guid = target(reference) if reference is not None else ""
        if guid in state.codes:
            return state.codes[guid]
        if guid in state.names and state.given.get(state.ids.get(guid, "")) == "Case":
            return code_of_case(state, guid)
        state.lose(N_("coding"), name, where, reason, guid=guid or "–")
        return None

    def _around(self, source: Node, document: Document, length: int) -> None:
        """Read what stands on the document as a whole: codes, values, memos."""
        state = self._state
        state.attach(source, document.id)
        state.describe(source, document.id)
        for one in children(source, "Coding"):
            code = self._code(one, document.name, document.name, _UNKNOWN_CODE_HERE)
            if code is None:
                continue
            if not length:
                state.lose(N_("coding"), document.name, document.name, _WHOLE_EMPTY)
                continue
            state.records.append(self._coding(one, (one, source), document, 0, length, code))
            state.lose(N_("coding"), self._key_of(code), document.name, _WHOLE)
        for guid, name, value in read_values(state, source):
            state.records.append(
                Attribute(id=state.invent(document.id, f"value {guid}"), target_id=document.id, name=name, value=value)
            )

    def _key_of(self, code: str) -> str:
        """Return what a person calls a code; codes are many, and few are asked for before all are read."""
        if code not in self._keys:
            self._keys = {one.id: one.key for one in self._state.records if isinstance(one, Code)}
        return self._keys[code]

    def lose_media(self, source: Node) -> None:
        """Tell what of a picture, a PDF or a recording has no place: the file, and each thing marked in it."""
        state = self._state
        kind = source.name
        name = clean(source.get("name")) or own(source)
        if kind not in _KINDS:
            return
        document = state.documents.get(own(source))
        if kind != "PDFSource" or document is None:
            state.lose(_KINDS[kind], name, "", _MEDIA)
            for one in children(source, "Description", "VariableValue", "NoteRef"):
                words = one.words.strip() or one.get("targetGUID")
                if words:
                    state.lose(_KINDS[kind], words[:60], name, _MEDIA)
        if any(child(one, "SyncPoint") is not None for one in children(source, "Transcript")):
            state.lose(N_("transcript"), name, name, _SYNC)
        for one in children(source, "PictureSelection", "PDFSelection", "AudioSelection", "VideoSelection"):
            self._stretch(one, name, _AREA if kind == "PDFSource" else _STRETCH)
        if document is None or kind != "PDFSource":
            for one in children(source, "Coding"):
                lose_coding(state, one, name, name, _MEDIA)

    def _stretch(self, one: Node, name: str, reason: str) -> None:
        """An area whose words are marked under the same identifier is that quotation; its codes are joined to it."""
        state = self._state
        there = self._selections.get(own(one))
        if there is None:
            lose_mark(state, name, one, reason)
            if words := found.words if (found := child(one, "Description")) is not None else "":
                state.lose(N_("memo"), words[:60], name, reason)
            return
        document, start, end = there
        known = frozenset(self._coded[document.id, start, end])
        for coding in children(one, "Coding"):
            code = self._code(coding, name, name, _UNKNOWN_CODE)
            if code is not None and code not in known:
                state.records.append(self._coding(coding, (coding, one), document, start, end, code))


def _says_nothing(name: str, words: str) -> bool:
    """Is a name only the words themselves, or their beginning? What XML cannot hold is missing in names."""
    there = "".join(folded(held(words)).split())
    given = "".join(folded(name).split())
    return (
        repeats(name, words)
        or name == quotation_name(words).strip()
        or there == given
        or (len(given) >= _BEGINNING and there.startswith(given))
    )


def _timed(body: Body) -> tuple[Turn, ...]:
    """Make turns between the moments of a recording that have a place in its transcript."""
    points = []
    for one in children(body.element, "SyncPoint"):
        position, time = whole(one.get("position")), whole(one.get("timeStamp"))
        place = None if position is None else body.raw.point(position, body.way)
        if place is not None and time is not None and 0 <= time < 2**31:
            points.append((place, time))
    if len(points) < 2:
        return ()
    points.sort()
    turns: list[Turn] = []
    words = body.raw.body
    for (start, begin), (end, until) in zip(points, [*points[1:], (len(words), None)], strict=True):
        inside = words[start:end]
        first, last = start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())
        if first < last:
            turns.append(Turn(len(turns) + 1, first, last, "other", "", begin, until))
    return tuple(turns)
