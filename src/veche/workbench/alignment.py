"""The interviews of one respondent beside one another: what each of them says on the same topic.

Pure: evidence in, rows and passages out. *Not mentioned*, *not asked* and *could not come up yet* are kept apart in every cell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from veche.study import Anchor, Code, Coding, Evidence, InputProblem, Interview, Respondent
from veche.study.errors import N_, no_such

By = Literal["code", "topic"]
#: said: there are passages; denied: all of them say that it is not so; silent: asked, but not mentioned; not_asked; not_yet
Standing = Literal["said", "denied", "silent", "not_asked", "not_yet"]
#: interviews that fit beside one another
MOST = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """Words under one or more codings that touch one another, in one text: [start, end) in code points."""

    document_id: str
    text_id: str
    start: int
    end: int
    codings: tuple[Coding, ...]

    @property
    def anchor(self) -> Anchor:
        """Where it stands."""
        return Anchor(self.document_id, self.text_id, self.start, self.end)

    @property
    def denied(self) -> bool:
        """Do all its codings say that it is not so?"""
        return all(one.modality == "denied" for one in self.codings)


@dataclass(frozen=True, slots=True)
class Side:
    """One cell: what one interview says on a topic."""

    standing: Standing
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """What a row is about: its key, its names in both languages, its codes with all those below them."""

    key: str
    label_ru: str
    label_en: str
    codes: tuple[Code, ...]

    def label(self, language: str) -> str:
        """Return the name in the language, else in the other one, else the key."""
        first, second = (self.label_ru, self.label_en) if language == "ru" else (self.label_en, self.label_ru)
        return first or second or self.key


@dataclass(frozen=True, slots=True)
class Row:
    """A topic with one side for each interview."""

    topic: Topic
    sides: tuple[Side, ...]

    @property
    def only(self) -> int | None:
        """The place of the one interview that speaks of it, if the others do not; None if several do, or none does."""
        speaking = [n for n, side in enumerate(self.sides) if side.passages]
        return speaking[0] if len(speaking) == 1 and len(self.sides) > 1 else None


@dataclass(frozen=True, slots=True)
class Alignment:
    """Interviews side by side: rows of which at least one side speaks, and the topics of which none does."""

    interviews: tuple[Interview, ...]
    rows: tuple[Row, ...]
    unspoken: tuple[Row, ...]


def panel(evidence: Evidence) -> tuple[tuple[Respondent, tuple[Interview, ...]], ...]:
    """Return the respondents with two interviews or more, by key, with their interviews by date."""
    held: dict[str, list[Interview]] = {}
    for one in sorted(evidence.interviews, key=lambda one: (one.date, one.key)):
        held.setdefault(one.respondent_id, []).append(one)
    people = sorted(evidence.respondents, key=lambda one: one.key)
    return tuple((one, tuple(held[one.id])) for one in people if len(held.get(one.id, ())) > 1)


def respondent_named(evidence: Evidence, key: str) -> Respondent:
    """Return the respondent of that key.

    Raises
    ------
    NotFound
        If there is none; the message names the nearest.
    """
    known = {one.key: one for one in evidence.respondents}
    if key in known:
        return known[key]
    raise no_such(Respondent.noun, key, known)


def topics_by_code(evidence: Evidence) -> tuple[Topic, ...]:
    """Return one topic for each code below a top group, and for each top code that is no group, in order of the codebook."""
    book = evidence.codebook
    tops: list[Code] = []
    for top in book.children(None):
        tops.extend(book.children(top) if not top.codable else (top,))
    return tuple(Topic(one.key, one.label_ru, one.label_en, book.below(one)) for one in tops)


def topics_of_guide(evidence: Evidence) -> tuple[Topic, ...]:
    """Return the topics of the interview guide, each with its codes and those below them."""
    book = evidence.codebook
    found = []
    for topic in evidence.topics:
        codes = {one.id: one for key in topic.codes if key in book.by_key for one in book.below(book.by_key[key])}
        found.append(Topic(topic.key, topic.label_ru, topic.label_en, tuple(codes.values())))
    return tuple(found)


def codings_by_interview(evidence: Evidence, interviews: Collection[Interview]) -> dict[str, list[Coding]]:
    """Return the counted codings of each interview in order of place."""
    wanted: dict[str, list[Coding]] = {one.id: [] for one in interviews}
    for coding, interview in evidence.counted():
        if interview.id in wanted:
            wanted[interview.id].append(coding)
    for found in wanted.values():
        found.sort(key=lambda one: (one.document_id, one.start, -one.end, one.id))
    return wanted


def passages_of(codings: Iterable[Coding]) -> tuple[Passage, ...]:
    """Join codings that overlap in one text into passages, in order of place.

    Passages of one text do not overlap; each coding stands in exactly one of them. Codings that only meet (one ends where the next begins)
    stay apart.
    """
    found: list[Passage] = []
    for one in sorted(codings, key=lambda one: (one.document_id, one.text_id, one.start, -one.end, one.id)):
        last = found[-1] if found else None
        if last is not None and last.text_id == one.text_id and one.start < last.end:
            found[-1] = Passage(
                last.document_id, last.text_id, last.start, max(last.end, one.end), (*last.codings, one)
            )
        else:
            found.append(Passage(one.document_id, one.text_id, one.start, one.end, (one,)))
    return tuple(found)


def side_of(evidence: Evidence, interview: Interview, codes: Sequence[Code], codings: Iterable[Coding]) -> Side:
    """Return what an interview says on some codes, given its codings.

    Without passages: *not_yet* if none of the codes existed then, *not_asked* if no topic that could bring one of those that did came up,
    else *silent*.
    """
    ids = {one.id for one in codes}
    found = passages_of(one for one in codings if one.code_id in ids)
    if found:
        return Side("denied" if all(one.denied for one in found) else "said", found)
    exposed = [one for one in codes if one.codable and one.exposed(interview.date)]
    if not exposed and any(one.codable for one in codes):
        return Side("not_yet")
    if exposed and not any(evidence.asked(interview, one) for one in exposed):
        return Side("not_asked")
    return Side("silent")


def align(evidence: Evidence, interviews: Sequence[Interview], *, by: By = "code") -> Alignment:
    """Put interviews side by side, topic by topic.

    Parameters
    ----------
    evidence
        The study, or the part of it that holds the interviews.
    interviews
        One to three of them, in the order of the sides.
    by
        Rows are codes (children of the top groups, each with all below) or topics of the interview guide. By topic a coding may stand in
        several rows.

    Raises
    ------
    InputProblem
        For no interview or more than three, the same one twice, or another word than code or topic.
    """
    if by not in get_args(By):
        raise InputProblem(
            N_("Option {name} is {value}. Choose one of: {choices}."),
            name="by",
            value=by,
            choices=", ".join(get_args(By)),
        )
    if not 1 <= len(interviews) <= MOST or len({one.id for one in interviews}) != len(interviews):
        raise InputProblem(
            N_("{count} interviews were chosen to stand side by side. Choose one to {most}, each once."),
            count=len(interviews), most=MOST,
        )  # fmt: skip
    held = codings_by_interview(evidence, interviews)
    topics = topics_by_code(evidence) if by == "code" else topics_of_guide(evidence)
    rows = []
    for topic in topics:
        if by == "topic":
            sides = tuple(_asked_side(evidence, one, topic, held[one.id]) for one in interviews)
        else:
            sides = tuple(side_of(evidence, one, topic.codes, held[one.id]) for one in interviews)
        rows.append(Row(topic, sides))
    return Alignment(
        tuple(interviews), tuple(row for row in rows if any(side.passages for side in row.sides)),
        tuple(row for row in rows if not any(side.passages for side in row.sides)),
    )  # fmt: skip


def _asked_side(evidence: Evidence, interview: Interview, topic: Topic, codings: Iterable[Coding]) -> Side:
    """Return the side of a guide topic: whether it was asked is known of itself."""
    side = side_of(evidence, interview, topic.codes, codings)
    if side.standing in ("silent", "not_asked"):
        return Side("not_asked" if topic.key in interview.not_asked else "silent")
    return side


def words_of(evidence: Evidence, passages: Sequence[Passage]) -> Mapping[Anchor, tuple[str, int]]:
    """Return the words and the number of the turn of each passage, read together."""
    anchors = list(dict.fromkeys(one.anchor for one in passages))
    return dict(
        zip(anchors, zip(evidence.texts.words(anchors), evidence.texts.turn_numbers(anchors), strict=True), strict=True)
    )
