"""Codings as spans on one line: numbers only, ready to be swept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.codes import CodeRow
from veche.analyses._shared.speech import word_bounds
from veche.study.codings import Coding
from veche.study.documents import Text
from veche.study.errors import InputProblem
from veche.study.evidence import Evidence
from veche.words import N_

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Spans:
    """Codings in the order of documents and positions, each with the row of its code."""

    codings: tuple[Coding, ...]
    row: Ints
    document: Ints
    interview: Ints
    start: Ints
    end: Ints
    rows: int

    def of(self, wanted: Ints) -> Spans:
        """Return some of the codings, by their places."""
        row, document, interview, start, end = (
            values[wanted] for values in (self.row, self.document, self.interview, self.start, self.end)
        )
        return Spans(tuple(self.codings[i] for i in wanted.tolist()), row, document, interview, start, end, self.rows)


def make_spans(evidence: Evidence, rows: Sequence[CodeRow], modality: str) -> Spans:
    """Take the codings that count, of some codes and one modality (or any).

    Raises
    ------
    InputProblem
        If a code belongs to two rows: one of them lies below the other.
    """
    row_of: dict[str, int] = {}
    for k, one in enumerate(rows):
        for code_id in one.ids:
            if code_id in row_of:
                first, second = rows[row_of[code_id]].key, one.key
                raise InputProblem(
                    N_(
                        "Codes {first} and {second} are counted with the codes below them and overlap. Choose one "
                        "of them."
                    ),
                    first=first,
                    second=second,
                )
            row_of[code_id] = k
    documents = {document.id: i for i, document in enumerate(evidence.documents)}
    interviews = {interview.id: i for i, interview in enumerate(evidence.interviews)}
    taken: list[tuple[int, int, int, int, int, Coding]] = [
        (
            documents[coding.document_id],
            coding.start,
            coding.end,
            interviews[interview.id],
            row_of[coding.code_id],
            coding,
        )
        for coding, interview in evidence.counted()
        if coding.code_id in row_of and modality in ("any", coding.modality)
    ]
    taken.sort(key=lambda one: (*one[:5], one[5].id))
    columns = np.array([one[:5] for one in taken], dtype=np.int64).reshape(-1, 5)
    document, start, end, interview, row = (columns[:, i] for i in range(5))
    return Spans(tuple(one[5] for one in taken), row, document, interview, start, end, len(rows))


@dataclass(frozen=True, slots=True)
class Reach:
    """Where spans stand on one line: two of them meet if the later begins before the earlier's reach ends.

    `first` is where a span begins, `last` (exclusive) how far it reaches; `skip` marks spans that meet nothing.
    """

    first: Ints
    last: Ints
    skip: NDArray[np.bool_]


def reach(evidence: Evidence, spans: Spans, unit: str, distance: int, measure: str) -> Reach:
    """Lay the spans on a line so that two meet exactly if they stand together by the unit.

    `overlap`: at least one common character. `near`: at most `distance` characters, or whole words, between them.
    `turn`: a common turn, where a document without turns is one turn. `interview`: the same interview.
    """
    if unit == "interview":
        return Reach(spans.interview, spans.interview + 1, np.zeros(spans.row.size, dtype=bool))
    if unit == "turn":
        first, last = _turns(evidence, spans)
        return _apart(spans, first, last, last <= first)
    if unit == "near" and measure == "words":
        first, last = _words(evidence, spans)
        return _apart(spans, first, last + distance + 1, np.zeros(spans.row.size, dtype=bool))
    if unit == "near":
        return _apart(spans, spans.start, spans.end + distance + 1, np.zeros(spans.row.size, dtype=bool))
    return _apart(spans, spans.start, spans.end, spans.end <= spans.start)


def _apart(spans: Spans, first: Ints, last: Ints, skip: NDArray[np.bool_]) -> Reach:
    """Shift the spans of each document so that no two documents touch."""
    room = int(max(first.max(initial=0), last.max(initial=0))) + 1
    shift = spans.document * room
    return Reach(first + shift, last + shift, skip)


def _texts(evidence: Evidence, spans: Spans) -> list[tuple[int, int, str]]:
    """Return for each document of the spans: its first and last place, and its text."""
    found = []
    for document in np.unique(spans.document).tolist():
        begin, stop = np.searchsorted(spans.document, [document, document + 1]).tolist()
        found.append((begin, stop, evidence.documents[document].text_id))
    return found


def _text(evidence: Evidence, text_id: str, coding: Coding) -> Text:
    text = evidence.texts.get(text_id)
    if text is None:
        name = evidence.document_by_id[coding.document_id].name
        raise InputProblem(
            N_(
                "The text of document {document} is not at hand, so its words and turns cannot be counted. Count "
                "overlaps."
            ),
            document=name,
        )
    return text


def _words(evidence: Evidence, spans: Spans) -> tuple[Ints, Ints]:
    """Count, for each span, the words that end before it and the words that begin before its end."""
    first, last = np.zeros_like(spans.start), np.zeros_like(spans.end)
    for begin, stop, text_id in _texts(evidence, spans):
        starts, ends = word_bounds(_text(evidence, text_id, spans.codings[begin]).body)
        first[begin:stop] = np.searchsorted(ends, spans.start[begin:stop], side="right")
        last[begin:stop] = np.searchsorted(starts, spans.end[begin:stop], side="left")
    return first, last


def _turns(evidence: Evidence, spans: Spans) -> tuple[Ints, Ints]:
    """Find, for each span, the first turn it touches and the one after the last."""
    first, last = np.zeros_like(spans.start), np.zeros_like(spans.end)
    for begin, stop, text_id in _texts(evidence, spans):
        turns = sorted(_text(evidence, text_id, spans.codings[begin]).turns, key=lambda turn: turn.start)
        if not turns:
            last[begin:stop] = 1
            continue
        starts = np.array([turn.start for turn in turns])
        ends = np.array([turn.end for turn in turns])
        first[begin:stop] = np.searchsorted(ends, spans.start[begin:stop], side="right")
        last[begin:stop] = np.searchsorted(starts, spans.end[begin:stop], side="left")
    return first, last
