"""Codings laid over units: turns, sentences or whole documents, and who worked on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.double_coding import DoubleCoded
from veche.measures.agreement._units import UnitDesign
from veche.study.codings import Coding
from veche.study.documents import Document, Text
from veche.study.errors import InputProblem
from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.text._sentences import sentences
from veche.words import N_

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Laid:
    """Units of all documents in order, and which of them each coding touches.

    Parameters
    ----------
    design
        Given units, or documents.
    document, number
        For each unit its document (place in `DoubleCoded.documents`) and its number there from 1 (that of the turn, for turns).
    worked
        Shape (units, coders): who worked on the unit.
    coding, unit
        One entry per coding and unit it touches: places of both.
    outside
        Codings that touch no unit: on the words of the interviewer, or between turns.
    """

    design: UnitDesign
    document: Ints
    number: Ints
    worked: Bools
    coding: Ints
    unit: Ints
    outside: int

    @property
    def size(self) -> int:
        """Number of units."""
        return int(self.document.size)


def lay(evidence: Evidence, double: DoubleCoded, unit: str) -> Laid:
    """Lay codings over units.

    `turn`: turns of talk that are not questions; a document without turns is one unit. `sentence`: sentences of these turns. `document`: whole
    documents.

    Raises
    ------
    InputProblem
        If a coding lies outside its text, or a text that is needed is not at hand.
    """
    placed: list[list[tuple[int, Coding]]] = [[] for _document in double.documents]
    for at, (coding, _coder, place) in enumerate(double.codings):
        placed[place].append((at, coding))
    documents: list[int] = []
    numbers: list[int] = []
    codings: list[Ints] = []
    units: list[Ints] = []
    outside = 0
    for at, (document, interview) in enumerate(double.documents):
        first = len(documents)
        starts, ends, names = _bounds(evidence, document, interview, placed[at], unit)
        documents += [at] * len(names)
        numbers += names
        if not placed[at]:
            continue
        spans = np.array([(one.start, one.end) for _place, one in placed[at]], dtype=np.int64)
        low = np.searchsorted(ends, spans[:, 0], side="right")
        count = np.searchsorted(starts, spans[:, 1], side="left") - low
        outside += int((count <= 0).sum())
        count = np.maximum(count, 0)
        places = np.array([place for place, _one in placed[at]], dtype=np.int64)
        codings.append(np.repeat(places, count))
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        units.append(first + np.repeat(low, count) + within)
    worked = np.zeros((len(double.documents), len(double.coders)), dtype=bool)
    for at, who in enumerate(double.worked):
        worked[at, sorted(who)] = True
    document_of = np.array(documents, dtype=np.int64)
    nothing = np.empty(0, dtype=np.int64)
    return Laid(
        design="documents" if unit == "document" else "given units",
        document=document_of,
        number=np.array(numbers, dtype=np.int64),
        worked=worked[document_of],
        coding=np.concatenate(codings) if codings else nothing,
        unit=np.concatenate(units) if units else nothing,
        outside=outside,
    )


def _bounds(
    evidence: Evidence, document: Document, interview: Interview, placed: Sequence[tuple[int, Coding]], unit: str
) -> tuple[Ints, Ints, list[int]]:
    """Return where the units of a document start and end, and their numbers."""
    last = max((one.end for _place, one in placed), default=1)
    if unit == "document" and document.text_id not in evidence.texts:
        return np.array([0]), np.array([last]), [1]
    text = text_of(evidence, document, interview)
    check_inside(text, document, interview, [one for _place, one in placed])
    if unit == "document":
        return np.array([0]), np.array([max(len(text.body), last)]), [1]
    turns = sorted((turn for turn in text.turns if turn.kind != "question"), key=lambda turn: turn.start)
    if not turns:
        spans = [(0, len(text.body), 1)]
    elif unit == "turn":
        spans = [(turn.start, turn.end, turn.number) for turn in turns]
    if unit == "sentence":
        found = [span for turn in turns for span in sentences(text.body, turn.start, turn.end)]
        spans = [(start, end, n) for n, (start, end) in enumerate(found or sentences(text.body), 1)]
    columns = np.array(spans, dtype=np.int64).reshape(-1, 3)
    return columns[:, 0], columns[:, 1], columns[:, 2].tolist()


def text_of(evidence: Evidence, document: Document, interview: Interview) -> Text:
    """Return the text of a document.

    Raises
    ------
    InputProblem
        If it is not at hand.
    """
    text = evidence.texts.get(document.text_id)
    if text is None:
        raise InputProblem(
            N_(
                "The text of interview {interview} is not at hand, so it cannot be cut into units. Compare whole documents "
                "(unit=document)."
            ),
            interview=interview.key,
        )
    return text


def check_inside(text: Text, document: Document, interview: Interview, codings: Sequence[Coding]) -> None:
    """Check that codings lie inside their text.

    Raises
    ------
    InputProblem
        If one does not; it names the interview and the place.
    """
    for one in codings:
        if not 0 <= one.start < one.end <= len(text.body):
            raise InputProblem(
                N_(
                    "A coding at {start}–{end} in interview {interview} ({document}) lies outside its text of {length} "
                    "characters. Correct its positions: they count characters from 0, the end is not included."
                ),
                start=one.start,
                end=one.end,
                interview=interview.key,
                document=document.name,
                length=len(text.body),
            )
