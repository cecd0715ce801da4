"""The texts of a REFI-QDA project: where each stands, its words, and the places in it as the project gives them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from veche.importers._refi_state import State, clean
from veche.importers._refi_tree import child, children, guid_of, own, target, whole
from veche.importers.foreign import Choice, Reading
from veche.study.errors import N_, InputProblem, VecheError
from veche.study.losses import Loss
from veche.text.positions import Convention, Raw, Resolved, Span, conventions, fits, resolve

if TYPE_CHECKING:
    from veche.importers._refi_xml import Node

_BOTH = N_("it has its words in a file and inside as well, which the standard forbids: the file was taken")
_NO_TEXT = N_("its words are not in the project ({path}): it cannot come, nor what is coded in it")
_NOWHERE = N_("it has no words, neither in a file nor inside: it cannot come, nor what is coded in it")
_WITHOUT_WORDS = N_("its document came without its words")
_BAD_POSITION = N_("its positions ({start}, {end}) are no numbers")
_BAD_SYNC = N_("it runs between moments of the recording that have no place in the transcript")


@dataclass
class Body:
    """A text with the elements that stand in it.

    Parameters
    ----------
    element
        What holds the words: TextSource, Representation, Transcript, TextDescription or Note.
    owner
        The source it belongs to; the element itself for a text.
    raw
        Its words as stored.
    marks
        Selections with their places.
    way
        How positions are counted, once that is known.
    """

    element: Node
    owner: Node
    name: str
    raw: Raw
    path: str = ""
    verbatim: bool = False
    marks: list[tuple[Node, Span]] = field(default_factory=list)
    way: Convention = field(default_factory=Convention)

    @property
    def spans(self) -> list[Span]:
        """The places, without what stands at them."""
        return [span for _, span in self.marks]


def text_elements(project: Node) -> Iterator[tuple[Node, Node]]:
    """Yield every element that may hold the words of a document, with the source it belongs to."""
    for source in children(child(project, "Sources")):
        match source.name:
            case "TextSource":
                yield source, source
            case "PDFSource":
                yield from ((one, source) for one in children(source, "Representation"))
            case "PictureSource":
                yield from ((one, source) for one in children(source, "TextDescription"))
            case _:
                yield from ((one, source) for one in children(source, "Transcript"))
    for note in children(child(project, "Notes"), "Note"):
        if any(child(one, "Coding") is not None for one in children(note, "PlainTextSelection")):
            yield note, note


def read_body(state: State, element: Node, owner: Node) -> Body | None:
    """Read the words of an element and the places in them; None (and losses) if there are none."""
    name = clean(element.get("name") or owner.get("name"))
    path = element.get("plainTextPath")
    name = name or PurePosixPath(path.rpartition("/")[2]).stem or own(element)
    content = read_words(state, element, name)
    if content is None:
        for one in children(element, "PlainTextSelection", "TranscriptSelection"):
            lose_mark(state, name, one, _WITHOUT_WORDS)
        for one in children(owner, "Coding"):
            lose_coding(state, one, name, name, _WITHOUT_WORDS)
        return None
    verbatim = bool(state.carried) and state.carried.known_body(content, state.carried.id_of(own(owner)))
    body = Body(element, owner, name, Raw(content, verbatim=verbatim), path, verbatim)
    for one in children(element, "PlainTextSelection"):
        _add_mark(state, body, one, one.get("startPosition"), one.get("endPosition"))
    points = {own(one): one.get("position") for one in children(element, "SyncPoint")}
    for one in children(element, "TranscriptSelection"):
        ends = [points.get(guid_of(one.get(name)), "") for name in ("fromSyncPoint", "toSyncPoint")]
        _add_mark(state, body, one, *ends)
    return body


def _add_mark(state: State, body: Body, one: Node, first: str, last: str) -> None:
    start, end = whole(first), whole(last)
    if start is not None and end is not None:
        body.marks.append((one, Span(start, end, one.get("name"))))
    elif one.name == "TranscriptSelection":
        lose_mark(state, body, one, _BAD_SYNC)
    else:
        lose_mark(state, body, one, _BAD_POSITION, start=first or "–", end=last or "–")


def lose_mark(state: State, body: Body | str, one: Node, reason: str, /, **fields: object) -> None:
    """Note that a selection cannot come, with each coding on it."""
    where = body if isinstance(body, str) else body.name
    name = one.get("name") or one.get("guid")
    state.lose(N_("quotation"), name, where, reason, **fields)
    for coding in children(one, "Coding"):
        lose_coding(state, coding, name, where, reason, **fields)


def lose_coding(state: State, one: Node, item: str, where: str, reason: str, /, **fields: object) -> None:
    """Note that a coding cannot come: with its code and what it stands on."""
    reference = child(one, "CodeRef")
    code = target(reference) if reference is not None else ""
    state.lose(N_("coding"), f"{state.names.get(code, code or '–')} · {item}", where, reason, **fields)


def read_words(state: State, element: Node, name: str) -> str | None:
    """Return the words of an element from its file or from inside it; None (and a loss) if it has neither."""
    path = element.get("plainTextPath")
    inside = child(element, "PlainTextContent")
    words = None if inside is None else inside.words
    kind = N_("note") if element.name == "Note" else N_("document")
    if path:
        found = state.container.read(path)
        if not isinstance(found, Loss):
            if words:
                state.lose(kind, name, "", _BOTH)
            return clean(decode(found, path.rpartition("/")[2], state.asked.encoding))
        if words is None:
            state.losses.append(Loss(found.kind, found.item, name, found.reason, found.fields))
    if words is not None:
        return clean(words)
    if path:
        state.lose(kind, name, "", _NO_TEXT, path=path)
    else:
        state.lose(kind, name, "", _NOWHERE)
    return None


def decode(content: bytes, name: str, encoding: str | None) -> str:
    """Decode a text: strictly as UTF-8 (a byte order mark stays), or in the encoding that a person named.

    Raises
    ------
    InputProblem
        If it is no UTF-8, or not in that encoding; never is a character replaced in silence.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if encoding is None:
            from veche.importers._encoding import guessed

            wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
            raise InputProblem(
                N_(
                    "The text {file} is not in UTF-8 (byte {position}). It may be in {guess}: name an encoding and look whether "
                    "the words come out right, or export the project anew."
                ),
                file=name, position=error.start, guess="utf-16" if wide else guessed(content),
            ) from error  # fmt: skip
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise InputProblem(
            N_("The text {file} is not in {encoding} ({reason}). Name another encoding, or export the project anew."),
            file=name, encoding=encoding, reason=str(error)[:80],
        ) from error  # fmt: skip


def settle(state: State, bodies: list[Body]) -> list[Reading]:
    """Find out how positions are counted, for the whole project and where needed for single texts; the bodies learn it."""
    told = None
    if state.asked.reading is not None:
        told = conventions().get(state.asked.reading)
        if told is None:
            raise InputProblem(
                N_("There is no reading of positions {name}. Choose one of: {known}."),
                name=state.asked.reading, known=", ".join(conventions()),
            )  # fmt: skip
    line_end: Literal[1, 2] = 1 if any(name in state.program.lower() for name in ("atlas", "qualcoder")) else 2
    ours = told is None and bool(state.carried) and all(one.verbatim for one in bodies)
    found = resolve([(one.raw, one.spans) for one in bodies], told=Convention() if ours else told, line_end=line_end)
    if found.basis == "none":
        return []
    readings = [_reading(found, "", _OURS if ours else None)]
    for one in bodies:
        one.way = found.way
        if told is None and not ours and not _all_fit(one, found.way):
            single = resolve([(one.raw, one.spans)], line_end=line_end)
            if fits(one.raw, one.spans, single.way) > fits(one.raw, one.spans, found.way):
                one.way = single.way
                readings.append(_reading(single, one.name, None))
    return readings


def _all_fit(body: Body, way: Convention) -> bool:
    """Do all places lie inside the text, and do all names repeat their words?"""
    inside, named = fits(body.raw, body.spans, way)
    return inside == len(body.marks) and named in (0, len(body.marks))


_OURS = N_("veche wrote it, and its words are as they were")
_BASES = {
    "names": N_("names of quotations repeat their words"),
    "borders": N_("quotations begin and end where words do"),
    "only": N_("every way of counting gives the same words here"),
    "told": N_("a person chose it"),
}


def _reading(found: Resolved, scope: str, basis: str | None) -> Reading:
    ways = (found.way, *found.rivals)
    choices = tuple(Choice(way.name, *way.title) for way in ways)
    rest = (
        tuple(Choice(way.name, *way.title) for way in conventions().values() if way not in ways) if found.asks else ()
    )
    return Reading(
        choices[0], found.certainty, _BASIS, (("basis", VecheError(basis or _BASES[found.basis])), ("share", f"{found.certainty:.0%}"),
        ("outside", found.outside)), scope, found.asks, choices + rest if found.asks else (),
    )  # fmt: skip


_BASIS = N_("{basis} ({share}); places outside their text: {outside}")
