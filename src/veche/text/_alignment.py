"""Which words of a text are still there in its corrected version.

Both texts are cut into words and signs, and aligned from the certain to the less certain: what is equal at both ends; units (turns or
lines) that occur once in both; runs of eight, then three, then single words that occur once in both, each time only inside the gaps that
the step before left (the patience method); and what remains by the shortest edit script (Myers 1986), as long as it is short.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from veche.text._edit_script import shortest_script

#: how a word was matched: not at all, by itself or as part of something larger
NONE, WEAK, STRONG = 0, 1, 2
#: longest edit script looked for in a gap without any unique word
_EDITS = 300
_SLIDE = 2000
_GRAMS = ((8, STRONG), (3, STRONG), (1, WEAK))


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into words and signs: where each begins and ends, and its folded form."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    folded: tuple[str, ...]

    def between(self, start: int, end: int) -> tuple[int, int]:
        """Range of the words that touch [start, end)."""
        first = bisect_left(self.ends, start + 1)
        return first, max(first, bisect_left(self.starts, end))


@dataclass(slots=True)
class Alignment:
    """For each word of the old text its number in the new one (-1: gone), how it was matched, and whether that is beyond doubt."""

    to: list[int]
    strength: bytearray
    certain: bytearray


@lru_cache(maxsize=1)
def _pattern() -> Any:
    import regex

    # scripts without spaces go letter by letter, else one correction would change a whole sentence
    unspaced = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*"
    return regex.compile(rf"{unspaced}|(?:(?![\p{{Han}}\p{{Hiragana}}\p{{Katakana}}\p{{Thai}}\p{{Lao}}\p{{Khmer}}\p{{Myanmar}}])"
                         r"[\p{L}\p{N}_\p{M}])+|\S")  # fmt: skip


def words_of(text: str) -> Words:
    """Cut a text into words and signs; white space is left out. The folded form ignores case and the dots of ё."""
    found = list(_pattern().finditer(text))
    return Words(
        text,
        tuple(m.start() for m in found),
        tuple(m.end() for m in found),
        tuple(m[0].casefold().replace("ё", "е") for m in found),
    )


Ranges = Sequence[tuple[int, int]]


def align(old: Words, new: Words, units_old: Ranges, units_new: Ranges) -> Alignment:
    """Align two texts.

    Parameters
    ----------
    old, new
        The texts as words.
    units_old, units_new
        Character ranges of the units that are looked for first, in order: turns or lines.

    Notes
    -----
    Linear in the length of the texts but for sorting, plus the square of `_EDITS` for each gap without any unique word.
    """
    aligner = _Aligner(old, new)
    aligner.by_units(units_old, units_new)
    aligner.drop_islands()
    aligner.doubt_slides()
    return Alignment(aligner.to, aligner.strength, aligner.certain)


class _Aligner:
    """The work of `align`: every word is one letter of a string, so that comparing and counting is quick."""

    def __init__(self, old: Words, new: Words) -> None:
        numbers: dict[str, int] = {}
        self._old, self._new = old, new
        self.a, self.b = ("".join(_letter(numbers.setdefault(w, len(numbers))) for w in t.folded) for t in (old, new))
        self.to = [-1] * len(self.a)
        self.strength = bytearray(len(self.a))
        self.certain = bytearray(len(self.a))

    def by_units(self, units_old: Ranges, units_new: Ranges) -> None:
        """Match the unique units, then what lies between them."""
        gap = self._trim(0, len(self.a), 0, len(self.b))
        places = [
            _unique([(text[first:last], first, last) for first, last in (w.between(*u) for u in units) if low <= first < last <= high])
            for text, w, units, low, high in (
                (self.a, self._old, units_old, gap[0], gap[1]),
                (self.b, self._new, units_new, gap[2], gap[3]),
            )
        ]  # fmt: skip
        pairs = sorted((where, places[1][unit]) for unit, where in places[0].items() if unit in places[1])
        for (start, size), other in _increasing([((i, j - i), k) for (i, j), (k, _) in pairs]):
            self._match(start, other, size, STRONG)
        self._between_matches(gap, 0)

    def _between_matches(self, gap: tuple[int, int, int, int], level: int) -> None:
        """Look for unique runs of words in what lies between the matches inside a gap."""
        i, i_end, j, j_end = gap
        at = i
        while at < i_end:
            if self.to[at] >= 0:
                self._gap(i, at, j, self.to[at], level)
                i, j = at + 1, self.to[at] + 1
            at += 1
        self._gap(i, i_end, j, j_end, level)

    def _gap(self, i: int, i_end: int, j: int, j_end: int, level: int) -> None:
        i, i_end, j, j_end = self._trim(i, i_end, j, j_end)
        if i >= i_end or j >= j_end:
            return
        if level == len(_GRAMS):
            self._shortest_script(i, i_end, j, j_end)
            return
        size, strength = _GRAMS[level]
        ours = _unique_runs(self.a, i, i_end, size)
        theirs = _unique_runs(self.b, j, j_end, size)
        pairs = [((at, size), theirs[run]) for run, at in ours.items() if run in theirs]
        for (start, length), other in _increasing(sorted(pairs)):
            self._match(start, other, length, strength)
        self._between_matches((i, i_end, j, j_end), level + 1)

    def _trim(self, i: int, i_end: int, j: int, j_end: int) -> tuple[int, int, int, int]:
        """Match what is equal at both ends of a gap."""
        a, b = self.a, self.b
        while i < i_end and j < j_end and a[i] == b[j]:
            self._match(i, j, 1, STRONG)
            i, j = i + 1, j + 1
        while i < i_end and j < j_end and a[i_end - 1] == b[j_end - 1]:
            i_end, j_end = i_end - 1, j_end - 1
            self._match(i_end, j_end, 1, STRONG)
        return i, i_end, j, j_end

    def _match(self, i: int, j: int, size: int, strength: int, certain: bool = True) -> None:
        for k in range(size):
            if self.to[i + k] < 0:
                self.to[i + k], self.strength[i + k], self.certain[i + k] = j + k, strength, certain

    def _shortest_script(self, i: int, i_end: int, j: int, j_end: int) -> None:
        """Match a gap without unique words; a run is beyond doubt if it occurs once in both sides of the gap."""
        a, b = self.a[i:i_end], self.b[j:j_end]
        for x, y, size in _runs(shortest_script(a, b, _EDITS)):
            run = a[x : x + size]
            once = a.find(run, a.find(run) + 1) < 0 and b.find(run, b.find(run) + 1) < 0
            self._match(i + x, j + y, size, WEAK, once)

    def drop_islands(self) -> None:
        """Take back short weak matches amid large edits: such words stand there by chance."""
        runs = list(_runs([(i, j) for i, j in enumerate(self.to) if j >= 0]))
        edges = [(0, 0, 0), *runs, (len(self.a), len(self.b), 0)]
        for before, (i, j, size), after in zip(edges, runs, edges[2:], strict=False):
            left = max(i - before[0] - before[2], j - before[1] - before[2])
            right = max(after[0] - i - size, after[1] - j - size)
            if min(left, right) >= 4 * size and max(self.strength[i : i + size]) == WEAK:
                self.to[i : i + size] = [-1] * size
                self.strength[i : i + size] = self.certain[i : i + size] = bytes(size)

    def doubt_slides(self) -> None:
        """Mark words as doubtful around a repeated piece that was taken out or put in: which of the copies is it?"""
        runs = list(_runs([(i, j) for i, j in enumerate(self.to) if j >= 0]))
        edges = [(0, 0, 0), *runs, (len(self.a), len(self.b), 0)]
        for before, after in pairwise(edges):
            i, i_end = before[0] + before[2], after[0]
            j, j_end = before[1] + before[2], after[1]
            if j == j_end and i < i_end:
                left, right = _slides(self.a, i, i_end)
                self.certain[max(before[0], i - left) : i] = bytes(min(left, before[2]))
                self.certain[i_end : min(i_end + right, i_end + after[2])] = bytes(min(right, after[2]))
            elif i == i_end and j < j_end:
                left, right = _slides(self.b, j, j_end)
                self.certain[max(before[0], i - left) : i] = bytes(min(left, before[2]))
                self.certain[i : min(i + right, i + after[2])] = bytes(min(right, after[2]))


def _letter(number: int) -> str:
    # beyond a million different words two may share a letter; what is found is compared by its real text anyway
    return chr(0x10000 + number % 0x100000)


def _unique(units: Sequence[tuple[str, int, int]]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int] | None] = {}
    for unit, first, last in units:
        found[unit] = None if unit in found else (first, last)
    return {unit: where for unit, where in found.items() if where is not None}


def _unique_runs(text: str, start: int, end: int, size: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for at in range(start, end - size + 1):
        run = text[at : at + size]
        found[run] = -1 if run in found else at
    return {run: at for run, at in found.items() if at >= 0}


def _increasing(pairs: Sequence[tuple[tuple[int, int], int]]) -> list[tuple[tuple[int, int], int]]:
    """Longest chain of ((start, size), other start), sorted by start, in which the other starts increase (patience sorting)."""
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for n, (_, other) in enumerate(pairs):
        k = bisect_left(tails, other)
        before.append(last[k - 1] if k else -1)
        if k == len(tails):
            tails.append(other)
            last.append(n)
        else:
            tails[k], last[k] = other, n
    chain: list[tuple[tuple[int, int], int]] = []
    n = last[-1] if last else -1
    while n >= 0:
        chain.append(pairs[n])
        n = before[n]
    return _disjoint(chain[::-1])


def _disjoint(chain: Sequence[tuple[tuple[int, int], int]]) -> list[tuple[tuple[int, int], int]]:
    """Leave out runs that overlap the one before with another shift."""
    kept: list[tuple[tuple[int, int], int]] = []
    for (start, size), other in chain:
        if kept:
            (earlier, length), there = kept[-1]
            overlap = max(earlier + length - start, there + length - other)
            if overlap > 0 and start - earlier != other - there:
                continue
        kept.append(((start, size), other))
    return kept


def _runs(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Join matches that follow one another in both texts: (old, new, length)."""
    out: list[tuple[int, int, int]] = []
    for i, j in pairs:
        if out and out[-1][0] + out[-1][2] == i and out[-1][1] + out[-1][2] == j:
            out[-1] = (out[-1][0], out[-1][1], out[-1][2] + 1)
        else:
            out.append((i, j, 1))
    return out


def _slides(text: str, start: int, end: int) -> tuple[int, int]:
    """How far [start, end) can slide to the left and right without changing the text that is left when it is taken out."""
    left = right = 0
    while left < _SLIDE and start - left > 0 and text[start - left - 1] == text[end - left - 1]:
        left += 1
    while right < _SLIDE and end + right < len(text) and text[start + right] == text[end + right]:
        right += 1
    return left, right
