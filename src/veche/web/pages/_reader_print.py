"""The print view: paragraphs cut into spans, with the names of the codings that begin in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from veche.study import Coding
from veche.web.pages._reader_view import Block, shown

#: levels of depth that can be told apart on paper
LEVELS = 3


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text under the same number of codings; `begins` are the numbers of those that begin with it."""

    words: str
    depth: int
    begins: tuple[int, ...]
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block with its spans and its marginal names (number, label)."""

    block: Block
    spans: tuple[Span, ...]
    names: tuple[tuple[int, str], ...]


def paragraphs(
    body: str, blocks: Sequence[Block], codings: Sequence[Coding], labels: Mapping[str, str]
) -> tuple[Paragraph, ...]:
    """Cut a text for print. Codings are numbered by place, so that a name in the margin is found in the text.

    The spans of a paragraph put together give its words.
    """
    ordered = sorted(codings, key=lambda c: (c.start, -c.end, c.id))
    numbers = {coding.id: number for number, coding in enumerate(ordered, 1)}
    found = []
    for block in blocks:
        inside = [c for c in ordered if c.start < block.end and c.end > block.start]
        begins = [c for c in inside if c.start >= block.start]
        names = tuple((numbers[c.id], labels.get(c.code_id, "?")) for c in begins)
        found.append(Paragraph(block, tuple(_spans(body, block, inside, numbers)), names))
    return tuple(found)


def _spans(body: str, block: Block, codings: Sequence[Coding], numbers: Mapping[str, int]) -> list[Span]:
    words = shown(body, block)
    cuts = {block.start, block.end}
    for coding in codings:
        cuts |= {max(coding.start, block.start), min(coding.end, block.end)}
    edges = sorted(cuts)
    return [
        Span(
            words[start - block.start : end - block.start],
            min(LEVELS, sum(c.start < end and c.end > start for c in codings)),
            tuple(numbers[c.id] for c in codings if c.start == start),
            tuple(numbers[c.id] for c in codings if c.end == end),
        )
        for start, end in pairwise(edges)
    ]
