"""From lines of pages to paragraphs: margins out, lines joined, divided words made whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from veche.importers._blocks import DASHES
from veche.text._labels import candidate

#: how the library below marks the hyphen at the end of a line, whose line break it takes out
DIVIDED = re.compile("(?<=[^\\W\\d_])[\ufffe\x02]\\s*(?=[^\\W\\d_])")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
#: lines at the top and bottom of a page that may be a header or footer
_EDGE = 3
#: from so many lines on the right margin shows by itself
_MANY = 20
_CLOSING = ",.;:!?…)]»”"
#: second and first parts that keep their hyphen
_AFTER = frozenset(["то", "либо", "нибудь", "таки", "ка", "де", "с"])
_BEFORE = frozenset(["кое", "кой"])


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page in points; without a known place all are 0."""

    text: str
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    #: width of its first word, and of its page
    word: float = 0.0
    page: float = 0.0


def without_margins(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], list[str]]:
    """Leave out headers, footers and page numbers.

    These are lines at the top or bottom that stand at the same height on half of the pages, equal but for digits, and apart from
    the text (or nothing but a number). Returns the pages and the lines left out.
    """
    if len(pages) < 2:
        return [list(page) for page in pages], []
    ends = [(page[:_EDGE], page[::-1][:_EDGE]) for page in pages]
    seen = Counter(key for both in ends for key in {_margin_key(line) for end in both for line in end})
    repeated = {key for key, count in seen.items() if count >= max(2, len(pages) // 2)}
    gap = _usual_gap(pages)
    kept: list[list[Line]] = []
    dropped: list[str] = []
    for page in pages:
        top, bottom = _margin(page, repeated, gap), _margin(page[::-1], repeated, gap)
        end = max(top, len(page) - bottom)
        dropped += [line.text.strip() for line in (*page[:top], *page[end:])]
        kept.append(list(page[top:end]))
    return kept, dropped


def _usual_gap(pages: Sequence[Sequence[Line]]) -> float:
    """Distance between the lines of one paragraph: the lower quartile of all, since other distances are larger."""
    gaps = sorted(abs(a.bottom - b.bottom) for page in pages for a, b in pairwise(page))
    return gaps[len(gaps) // 4] if gaps else 0.0


def _margin(lines: Sequence[Line], repeated: Collection[tuple[str, int]], gap: float) -> int:
    """Count the lines of a margin, from the edge of the page inwards."""
    size = 0
    while size < min(_EDGE, len(lines)) and _margin_key(lines[size]) in repeated:
        size += 1
    while size:
        last = lines[size - 1]
        apart = size == len(lines) or abs(last.bottom - lines[size].bottom) > 1.2 * gap
        if (apart and last.right) or re.fullmatch(r"[\W_]*[0-9]+[\W_]*", last.text):
            return size
        size -= 1
    return 0


def _margin_key(line: Line) -> tuple[str, int]:
    return re.sub(r"[0-9]+", "#", " ".join(line.text.split())), round(line.bottom)


def paragraphs(pages: Sequence[Sequence[Line]]) -> tuple[list[str], int]:
    """Join lines into paragraphs: a line ends one if the first word of the next line would still have fitted in.

    Returns the paragraphs and the number of divided words that were made whole.
    """
    lines = [line for page in pages for line in page]
    margin = _right_margin(lines)
    found: list[str] = []
    before: Line | None = None
    for line in lines:
        if before is None or _begins(before, line, margin):
            found.append(line.text)
        else:
            joint = "" if line.text.lstrip()[0] in _CLOSING else " "
            found[-1] = found[-1].rstrip() + joint + line.text.lstrip()
        before = line
    known = Counter(word.casefold() for text in found for word in _WORD.findall(text))
    whole = _Whole(known)
    return [whole.join(text) for text in found], whole.count


def _right_margin(lines: Sequence[Line]) -> float:
    """Where full lines end: the right edge that all but a fiftieth of many lines stay within; of few, as far as on the left."""
    edges = sorted(line.right for line in lines)
    if not edges or len(edges) >= _MANY:
        return edges[len(edges) * 98 // 100] if edges else 0.0
    return max(edges[-1], lines[0].page - min(line.left for line in lines))


def _begins(before: Line, line: Line, margin: float) -> bool:
    """Say whether a line begins a paragraph."""
    text = line.text.lstrip()
    if text[0] in _CLOSING:
        return False
    if text[0] in DASHES and text[1:2].isspace():
        return True
    hit = candidate(0, text, 0, ())
    if hit is not None and hit.form == "colon" and hit.shape not in ("name", "phrase"):
        return True
    if text[0].islower() and before.text.rstrip()[-1] not in ".?!…":
        return False
    if not before.right or not line.word:
        # places unknown: a line much shorter than usual ends a paragraph
        return len(before.text) < 50
    space = max(2.0, 0.02 * margin)
    return before.right + space + line.word < margin


class _Whole:
    """Makes words whole that were divided at the end of a line, keeping hyphens that belong to them."""

    def __init__(self, known: Counter[str]) -> None:
        self._known = known
        self.count = 0

    def join(self, text: str) -> str:
        """Make the divided words of a text whole; other marks of a line's end become hyphens."""
        out: list[str] = []
        rest = text
        while match := DIVIDED.search(rest):
            left = re.search(r"[^\W\d_]+$", rest[: match.start()])
            right = re.match(r"[^\W\d_]+", rest[match.end() :])
            first, second = (m[0] if m else "" for m in (left, right))
            self.count += 1
            out.append(rest[: match.start()] + ("-" if self._hyphen(first, second) else ""))
            rest = rest[match.end() :]
        return "".join([*out, rest]).replace("\ufffe", "-").replace("\x02", "-")

    def _hyphen(self, first: str, second: str) -> bool:
        a, b = first.casefold(), second.casefold()
        if self._known[f"{a}-{b}"] or self._known[a + b]:
            return self._known[f"{a}-{b}"] >= self._known[a + b]
        if b in _AFTER or a in _BEFORE or second[:1].isupper():
            return True
        dictionary = _dictionary()
        return not dictionary(a + b) and dictionary(a) and dictionary(b) and len(a) > 1 and len(b) > 1


@lru_cache(maxsize=1)
def _dictionary() -> Any:
    """Return a test whether a word is in the dictionary of its language."""
    import pymorphy3
    import simplemma

    russian = pymorphy3.MorphAnalyzer(lang="ru")

    def known(word: str) -> bool:
        return bool(simplemma.is_known(word, lang="en") if word.isascii() else russian.word_is_known(word))

    return known
