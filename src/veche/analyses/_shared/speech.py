"""Words: how many a respondent says, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from veche.study.documents import Text
from veche.study.evidence import Evidence
from veche.study.interviews import Interview

# letters and digits; stress marks and soft hyphens stand inside words, hyphens and apostrophes join them
_WORD = re.compile(r"[^\W_][\w\u0300-\u036f\u00ad]*(?:[-’'][^\W_][\w\u0300-\u036f\u00ad]*)*")


def count_words(text: str) -> int:
    """Count the words of a text; «кое-кто» and “isn't” are one each.

    Examples
    --------
    >>> count_words("Ну — кое-кто говорил, isn't it?")
    5
    """
    return len(_WORD.findall(text))


def word_bounds(body: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the words of a text begin and end, in code points."""
    spans = np.array([match.span() for match in _WORD.finditer(body)], dtype=np.int64).reshape(-1, 2)
    return spans[:, 0], spans[:, 1]


def _answer_words(text: Text) -> int:
    answers = [turn for turn in text.turns if turn.kind == "answer"]
    if not answers:
        return count_words(text.body)
    return sum(count_words(text.body[turn.start : turn.end]) for turn in answers)


def words_of_answers(evidence: Evidence, interviews: Sequence[Interview]) -> NDArray[np.float64]:
    """Count the words of the respondent in each interview.

    A document without turns of answers (a note, a summary) counts whole. NaN where an interview has no document or
    the text of one is not at hand.
    """
    documents: dict[str, list[str]] = {}
    for document in evidence.documents:
        documents.setdefault(document.interview_id or "", []).append(document.text_id)
    counts = np.full(len(interviews), np.nan)
    for i, interview in enumerate(interviews):
        texts = [evidence.texts.get(text_id) for text_id in documents.get(interview.id, ())]
        if texts and all(text is not None for text in texts):
            counts[i] = sum(_answer_words(text) for text in texts if text is not None)
    return counts
