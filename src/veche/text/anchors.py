"""Quotations in a corrected transcript: where each of them is now, or that it cannot be said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from veche.study.documents import Turn
from veche.study.errors import N_, InputProblem
from veche.text._alignment import Alignment, Words, align, words_of

Certainty = Literal["exact", "moved", "changed", "lost"]

#: shortest passage (white space folded) that is looked for elsewhere
MOVED_LENGTH = 12
#: how many other characters may stand around a part of a word that is looked for in its place
NEAR = 40
#: least share of the words of a quotation that must have survived
SURVIVING = 0.5


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a quotation is in the new text.

    *exact*: the same words at their own place; *moved*: the same words, which occur once, at another place; *changed*: words
    inside were corrected; *lost*: gone or not certain, start and end are -1. `ratio` is the share of the quotation's words that survive.
    """

    start: int
    end: int
    certainty: Certainty
    ratio: float


def reanchor(
    old: str,
    new: str,
    spans: Sequence[tuple[int, int]],
    *,
    turns_old: Sequence[Turn] | None = None,
    turns_new: Sequence[Turn] | None = None,
) -> list[Placement]:
    """Find the quotations of a text in its corrected version.

    The words of both texts are aligned (`veche.text._alignment`). A quotation whose text stands unchanged where its words went is
    exact. Else, if its text (white space folded, `MOVED_LENGTH` characters or more) occurs exactly once in either text, it has moved. Else, if at
    least half of its words survive, it has changed, and its borders are those of the first and last surviving words. Otherwise it is
    lost; so is one that may be any of several equal places, since a wrong guess is worse than a question.

    Parameters
    ----------
    old, new
        The two texts.
    spans
        Quotations as [start, end) in code points of the old text.
    turns_old, turns_new
        Turns of both texts; when both are given, turns rather than lines are matched first.

    Returns
    -------
    list of Placement
        One for each span, in order. A zero-length span is lost.

    Raises
    ------
    InputProblem
        If a span or turn lies outside its text.

    Notes
    -----
    About n log n in the number of words; no bound on the number of corrections.
    """
    _check(old, spans)
    if old == new:
        return [Placement(s, e, "exact", 1.0) if s < e else _lost(0.0) for s, e in spans]
    units_old, units_new = _lines(old), _lines(new)
    if turns_old and turns_new:
        units_old, units_new = [[(t.start, t.end) for t in turns] for turns in (turns_old, turns_new)]
        _check(old, units_old)
        _check(new, units_new)
    words_old, words_new = words_of(old), words_of(new)
    alignment = align(words_old, words_new, units_old, units_new)
    finder = _Finder(words_old, words_new, alignment)
    return [finder.place(start, end) for start, end in spans]


def _check(text: str, spans: Sequence[tuple[int, int]]) -> None:
    for start, end in spans:
        if not 0 <= start <= end <= len(text):
            raise InputProblem(
                N_(
                    "The passage from {start} to {end} lies outside its text of {length} characters. Give positions inside."
                ),
                start=start,
                end=end,
                length=len(text),
            )


def _lines(text: str) -> list[tuple[int, int]]:
    return [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]


def _lost(ratio: float) -> Placement:
    return Placement(-1, -1, "lost", ratio)


class _Finder:
    """Places quotations by an alignment of two texts."""

    def __init__(self, old: Words, new: Words, alignment: Alignment) -> None:
        self._old, self._new, self._alignment = old, new, alignment
        self._folded: tuple[str, str] | None = None
        self._new_positions: list[int] = []

    def place(self, start: int, end: int) -> Placement:
        """Place one quotation."""
        if start == end:
            return _lost(0.0)
        first, last = self._old.between(start, end)
        sure = [n for n in range(first, last) if self._sure(n)]
        exact = self._unchanged(start, end, sure) if sure else self._in_place(start, end, first, last)
        return exact or self._moved(start, end) or self._changed(first, last, bool(sure))

    def _sure(self, number: int) -> bool:
        return self._alignment.to[number] >= 0 and bool(self._alignment.certain[number])

    def _unchanged(self, start: int, end: int, sure: Sequence[int]) -> Placement | None:
        quotation = self._old.text[start:end]
        for number in dict.fromkeys((sure[0], sure[-1], sure[len(sure) // 2])):
            at = self._new.starts[self._alignment.to[number]] - self._old.starts[number] + start
            if at >= 0 and self._new.text[at : at + end - start] == quotation:
                return Placement(at, at + end - start, "exact", 1.0)
        return None

    def _in_place(self, start: int, end: int, first: int, last: int) -> Placement | None:
        """Find a part of a word, or white space, between the nearest words that are certain."""
        to, count = self._alignment.to, len(self._alignment.to)
        before, after = first - 1, last
        while before >= 0 and not self._sure(before):
            before -= 1
        while after < count and not self._sure(after):
            after += 1
        low = self._old.ends[before] if before >= 0 else 0
        high = self._old.starts[after] if after < count else len(self._old.text)
        new_low = self._new.ends[to[before]] if before >= 0 else 0
        new_high = self._new.starts[to[after]] if after < count else len(self._new.text)
        quotation = self._old.text[start:end]
        if max(high - low, new_high - new_low) > len(quotation) + NEAR:
            return None
        at = _only(self._new.text, quotation, new_low, new_high)
        if at is None or _only(self._old.text, quotation, low, high) is None:
            return None
        return Placement(at, at + end - start, "exact", 1.0)

    def _moved(self, start: int, end: int) -> Placement | None:
        """Find the passage elsewhere, if there is one such passage before and one now."""
        passage = " ".join(self._old.text[start:end].split())
        if len(passage) < MOVED_LENGTH:
            return None
        if self._folded is None:
            folded, self._new_positions = _fold(self._new.text)
            self._folded = _fold(self._old.text)[0], folded
        old, new = self._folded
        at, was = _only(new, passage, 0, len(new)), _only(old, passage, 0, len(old))
        if at is None or was is None:
            return None
        size = len(passage)
        if (_in_word(old, was), _in_word(old, was + size)) != (_in_word(new, at), _in_word(new, at + size)):
            return None
        return Placement(self._new_positions[at], self._new_positions[at + size - 1] + 1, "moved", 1.0)

    def _changed(self, first: int, last: int, sure: bool) -> Placement:
        to = self._alignment.to
        if first == last:
            return _lost(0.0)
        spoken = [n for n in range(first, last) if _is_word(self._old.folded[n])] or list(range(first, last))
        alive = [n for n in spoken if to[n] >= 0]
        ratio = len(alive) / len(spoken)
        if not alive or not sure or ratio < SURVIVING:
            return _lost(ratio)
        left, right = alive[0], alive[-1]
        # signs around the words belong to the quotation as long as they, too, are still there
        while left > first and to[left] > 0 and to[left - 1] == to[left] - 1:
            left -= 1
        while right < last - 1 and to[right + 1] == to[right] + 1:
            right += 1
        inside = sum(_is_word(w) for w in self._new.folded[to[left] : to[right] + 1])
        if inside > 3 * len(spoken) + 10:
            return _lost(ratio)
        return Placement(self._new.starts[to[left]], self._new.ends[to[right]], "changed", ratio)


def _only(text: str, part: str, low: int, high: int) -> int | None:
    """Where `part` is in text[low:high], if it is there exactly once."""
    at = text.find(part, low, high)
    return at if at >= 0 and text.find(part, at + 1, high) < 0 else None


def _in_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _is_word(folded: str) -> bool:
    return any(c.isalnum() for c in folded)


def _fold(text: str) -> tuple[str, list[int]]:
    """Fold white space into single spaces; return the text and the position of each of its characters before."""
    letters: list[str] = []
    positions: list[int] = []
    for match in re.finditer(r"\s+|\S+", text):
        if match[0][0].isspace():
            letters.append(" ")
            positions.append(match.start())
        else:
            letters.append(match[0])
            positions.extend(range(match.start(), match.end()))
    return "".join(letters), positions
