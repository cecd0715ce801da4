"""What the pages of one respondent over waves show, as plain values for their templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from veche.study import Anchor, Code, Coding, Document, Evidence, Interview
from veche.web.api.families import family_of
from veche.web.pages._reader_print import Span, paragraphs
from veche.web.pages._reader_view import Block, blocks_of
from veche.words import N_, _
from veche.workbench.alignment import Alignment, Passage, Row, Side, words_of

#: characters of a passage shown in a cell; all of it is in the reader
LONGEST = 700
#: a label of a wave that is no name by itself
SHORT = 4

STANDINGS: Mapping[str, str] = {
    "silent": N_("not mentioned"), "not_asked": N_("not asked"), "not_yet": N_("did not exist yet, or no more"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marked:
    """A coding under a passage: code, its family, coders, modality."""

    label: str
    family: str
    coders: str
    modality: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage for the page."""

    words: str
    turn: int
    href: str
    denied: bool
    marks: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """An interview as the head of a column."""

    interview: Interview
    document_id: str
    town: str
    wave: str
    role: str


@dataclass(frozen=True, slots=True)
class ShownSide:
    """A cell: its passages, or in words why there are none."""

    quotes: tuple[Quoted, ...]
    why: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the aligned view."""

    key: str
    label: str
    family: str
    code: str
    only: int | None
    sides: tuple[ShownSide, ...]


@dataclass(frozen=True, slots=True)
class TopicMark:
    """A topic that begins in a turn; `only`: no other of the chosen interviews speaks of it."""

    key: str
    label: str
    family: str
    only: bool


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """A paragraph of the reading mode: its block, spans, the topics begun in it, and the keys of all topics that touch it."""

    block: Block
    spans: tuple[Span, ...]
    begins: tuple[TopicMark, ...]
    keys: str


def meeting_of(evidence: Evidence, interview: Interview, language: str) -> Meeting:
    """Return the head of a column: the document is the first by name, empty if there is none."""
    role = evidence.role_by_id[interview.role_id]
    documents = documents_of(evidence, interview)
    wave = evidence.wave_by_id[interview.wave_id]
    return Meeting(
        interview, documents[0].id if documents else "", evidence.town_by_id[interview.town_id].name, wave_title(wave.label or wave.key),
        (role.label_ru if language == "ru" else role.label_en) or role.key,
    )  # fmt: skip


def wave_title(label: str) -> str:
    """Return how a wave is called in a heading: a number or letter gets the word before it."""
    return _("Wave %(label)s") % {"label": label} if len(label) <= SHORT else label


def documents_of(evidence: Evidence, interview: Interview) -> list[Document]:
    """Return the documents of an interview by name."""
    return sorted((one for one in evidence.documents if one.interview_id == interview.id), key=lambda one: one.name)


def shown_rows(evidence: Evidence, rows: Sequence[Row], language: str) -> list[ShownRow]:
    """Return rows for the page, with the words of all passages read together."""
    words = words_of(evidence, [one for row in rows for side in row.sides for one in side.passages])
    book = evidence.codebook
    return [
        ShownRow(
            row.topic.key, row.topic.label(language), family_of(row.topic.codes[0], book) if row.topic.codes else "mech",
            row.topic.codes[0].key if row.topic.codes else "", row.only,
            tuple(shown_side(evidence, one, words, language) for one in row.sides),
        )
        for row in rows
    ]  # fmt: skip


def shown_side(evidence: Evidence, side: Side, words: Mapping[Anchor, tuple[str, int]], language: str) -> ShownSide:
    """Return a cell for the page."""
    quotes = tuple(_quoted(evidence, one, words[one.anchor], language) for one in side.passages)
    return ShownSide(quotes, _(STANDINGS[side.standing]) if not quotes else "")


def _quoted(evidence: Evidence, passage: Passage, said: tuple[str, int], language: str) -> Quoted:
    words, turn = said
    # lines and labels between two turns are no words of the passage
    shown = " ".join(words.split())
    if len(shown) > LONGEST:
        shown = shown[:LONGEST].rsplit(" ", 1)[0] + " …"
    href = f"/read/{passage.document_id}#c-{passage.codings[0].id}"
    return Quoted(shown, turn, href, passage.denied, _marks(evidence, passage.codings, language))


def _marks(evidence: Evidence, codings: Iterable[Coding], language: str) -> tuple[Marked, ...]:
    book = evidence.codebook
    coders = {one.id: one.key for one in evidence.coders}
    held: dict[tuple[str, str], dict[str, None]] = {}
    for one in codings:
        held.setdefault((one.code_id, one.modality), {})[coders.get(one.coder_id, "?")] = None
    return tuple(
        Marked(
            book.by_id[code_id].label(language), family_of(book.by_id[code_id], book), ", ".join(sorted(who)), modality
        )
        for (code_id, modality), who in held.items()
    )


def read_turns(evidence: Evidence, aligned: Alignment, at: int, language: str) -> list[ReadTurn]:
    """Return the full text of one of the aligned interviews, with the topics that begin in and touch every paragraph."""
    documents = documents_of(evidence, aligned.interviews[at])
    if not documents:
        return []
    text = evidence.texts[documents[0].text_id]
    book = evidence.codebook
    spans: list[tuple[Passage, TopicMark]] = []
    for row in aligned.rows:
        family = family_of(row.topic.codes[0], book) if row.topic.codes else "mech"
        mark = TopicMark(row.topic.key, row.topic.label(language), family, row.only == at)
        spans.extend((one, mark) for one in row.sides[at].passages if one.text_id == text.id)
    codings = list({one.id: one for passage, _mark in spans for one in passage.codings}.values())
    found = []
    for paragraph in paragraphs(text.body, blocks_of(text), codings, {}):
        block = paragraph.block
        touching = [(one, mark) for one, mark in spans if one.start < block.end and block.start < one.end]
        begins = dict.fromkeys(mark for one, mark in touching if one.start >= block.start)
        keys = " ".join(dict.fromkeys(_word(mark.key) for _one, mark in touching))
        found.append(ReadTurn(block, paragraph.spans, tuple(begins), keys))
    return found


def _word(key: str) -> str:
    """Return a key without spaces, so that several can stand in one attribute."""
    return "_".join(key.split())


def family(evidence: Evidence, code: Code) -> str:
    """Return the family of a code."""
    return family_of(code, evidence.codebook)
