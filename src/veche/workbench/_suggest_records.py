"""What suggestions are: a code for a passage, how good such are, which passages would teach most, what a model returned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from veche.study import Code, Document, Interview
from veche.text import suggest

Basis = Literal["definition", "codings", "model"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code for [start, end) of a text, why, and how often such suggestions were right."""

    document_id: str
    text_id: str
    start: int
    end: int
    code_id: str
    basis: Basis
    #: definition: cosine, 0 to 1; codings: distance from the border, above 0 where the code fits; model: none
    score: float | None
    #: words of the passage that speak most for the code
    words: tuple[str, ...]
    precision: float | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """How good the suggestions of one code are; `low` and `high` bound the precision at 95 % (Wilson)."""

    code: Code
    basis: Basis
    coded: int
    tally: suggest.Tally
    low: float | None
    high: float | None
    #: its definition was hardly ever right: it suggests no more
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """A passage whose coding would teach most, with what is suggested for it."""

    document: Document
    interview: Interview | None
    start: int
    end: int
    words: str
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a model returned: quotations found in the text, and those dropped because they do not stand there or name no code."""

    kept: int
    dropped: int


def place_of(document_id: str, text_id: str, start: int, end: int, code_id: str, basis: str) -> dict[str, Any]:
    """Give the place, code and basis of a suggestion, as the log keeps them."""
    return {"document": document_id, "text": text_id, "start": start, "end": end, "code": code_id, "basis": basis}


def line_of(one: Suggestion) -> dict[str, Any]:
    """Give a suggestion as the log keeps it."""
    score = None if one.score is None else round(one.score, 3)
    return place_of(one.document_id, one.text_id, one.start, one.end, one.code_id, one.basis) | {"score": score}
