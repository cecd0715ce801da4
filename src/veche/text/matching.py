"""Where a query is found in texts cut into words: pure functions from arrays to positions.

Texts are looked at in a *batch*: their words one after another, numbered through. The hits of words, phrases and NEAR
are runs of words within one turn; a hit of a regular expression is a run of characters. If a query holds a regular
expression, all its hits are given in characters.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from veche.study.errors import N_, InputProblem
from veche.text._query_tree import And, Exact, Near, Node, Or, Pattern, Phrase, Prefix, Query, Term, Word
from veche.text._spans import Spans, near, ordered, turns_of, union
from veche.text.query import compile_pattern

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]
    Mask = NDArray[np.bool_]

#: how long the regular expressions of one query may take, in seconds
PATIENCE = 10.0
#: up to so many numbers, comparing with one after another is fastest
_FEW = 12


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """The words and turns of some texts, one text after another.

    `lemmas`, `forms` hold a number per word, `starts`, `ends` its place in its own text; what a query does not need
    may be None. `firsts` holds the first word of each turn (a turn without words has that of the next one),
    `turn_starts` and `turn_ends` its place in its text, `turn_texts` the index of its text.
    """

    words: int
    firsts: Ints
    turn_texts: Ints
    turn_starts: Ints
    turn_ends: Ints
    lemmas: Ints | None = None
    forms: Ints | None = None
    starts: Ints | None = None
    ends: Ints | None = None

    @property
    def turns(self) -> int:
        """Number of turns."""
        return len(self.firsts)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a term stands for in a batch: numbers of lemmas, or, if these do not say it, of forms."""

    lemmas: tuple[int, ...] = ()
    forms: tuple[int, ...] | None = None


Meanings: TypeAlias = Mapping[Term, Numbers]
Bodies: TypeAlias = Callable[[int], str]


def match(
    query: Query, batch: Batch, meanings: Meanings, *, allowed: Mask, bodies: Bodies, until: float | None = None
) -> Spans:
    """Find a query in a batch.

    Parameters
    ----------
    query
        What to find.
    batch
        Where; `lemmas` and, for exact forms and prefixes, `forms` must be there. If the query has regular
        expressions, `starts` and `ends` too.
    meanings
        The numbers of each term of the query.
    allowed
        For each turn, whether hits in it count.
    bodies
        Gives the body of a text by its index; asked only for regular expressions.
    until
        When the regular expressions must be done, on the clock of `time.monotonic`; by default `PATIENCE` from now.

    Returns
    -------
    Spans
        In characters if the query has a regular expression (`Query.has_patterns`), else in words.

    Raises
    ------
    InputProblem
        If a regular expression takes longer than `PATIENCE`.
    """
    until = time.monotonic() + PATIENCE if until is None else until
    return _Matcher(batch, meanings, bodies, query.has_patterns, until).find(query.root, allowed)


@dataclass(slots=True)
class _Matcher:
    batch: Batch
    meanings: Meanings
    bodies: Bodies
    in_characters: bool
    until: float

    def find(self, node: Node, allowed: Mask) -> Spans:
        if isinstance(node, And):
            return self.all_of(node, allowed)
        if isinstance(node, Pattern):
            return self.pattern(node, allowed)
        if isinstance(node, Or):
            return union([self.find(part, allowed) for part in node.parts])
        found = self.places(node)
        found = found.where(allowed[found.turns])
        return self.characters(found) if self.in_characters else found

    def all_of(self, node: And, allowed: Mask) -> Spans:
        # regular expressions last: by then fewer turns are left to read
        parts = sorted(node.parts, key=_has_pattern)
        found = []
        for part in parts:
            spans = self.find(part, allowed)
            found.append(spans)
            allowed = turns_of(spans, len(allowed))
        for part in sorted(node.without, key=_has_pattern):
            allowed = allowed & ~turns_of(self.find(part, allowed), len(allowed))
        return union([spans.where(allowed[spans.turns]) for spans in found])

    # --- words ---

    def places(self, node: Node) -> Spans:
        """Find words, phrases and their neighbourhoods, in words of the batch, in all turns."""
        if isinstance(node, Near):
            return near(self.places(node.left), self.places(node.right), node.distance)
        if isinstance(node, Or):
            return union([self.places(part) for part in node.parts])
        if isinstance(node, Phrase):
            return self.run(node.terms)
        if isinstance(node, And | Pattern):
            raise TypeError(node)  # the parser never puts these beside NEAR
        return self.run((node,))

    def run(self, terms: tuple[Term, ...]) -> Spans:
        import numpy as np

        starts: Ints = np.flatnonzero(self.mask(terms[0], slice(None)))
        starts = starts[starts + len(terms) <= self.batch.words]
        for n, term in enumerate(terms[1:], 1):
            starts = starts[self.mask(term, starts + n)]
        turns = self.turn_of(starts)
        if len(terms) > 1:
            whole = turns == self.turn_of(starts + len(terms) - 1)
            starts, turns = starts[whole], turns[whole]
        return Spans(turns, starts, starts + len(terms))

    def turn_of(self, words: Ints) -> Ints:
        import numpy as np

        return np.searchsorted(self.batch.firsts, words, side="right") - 1

    def mask(self, term: Term, words: Any) -> Mask:
        numbers = self.meanings[term]
        if numbers.forms is None:
            assert self.batch.lemmas is not None
            return _is_any(self.batch.lemmas[words], numbers.lemmas)
        assert self.batch.forms is not None
        return _is_any(self.batch.forms[words], numbers.forms)

    def characters(self, found: Spans) -> Spans:
        assert self.batch.starts is not None
        assert self.batch.ends is not None
        return Spans(found.turns, self.batch.starts[found.starts], self.batch.ends[found.ends - 1])

    # --- regular expressions ---

    def pattern(self, node: Pattern, allowed: Mask) -> Spans:
        import numpy as np

        compiled = compile_pattern(node.source)
        b = self.batch
        turns: list[int] = []
        places: list[tuple[int, int]] = []
        text, body = -1, ""
        for turn in np.flatnonzero(allowed).tolist():
            if b.turn_texts[turn] != text:
                text = int(b.turn_texts[turn])
                body = self.bodies(text)
            begin = int(b.turn_starts[turn])
            for start, end in self.pattern_places(compiled, body[begin : int(b.turn_ends[turn])]):
                turns.append(turn)
                places.append((begin + start, begin + end))
        table = np.array(places, dtype=np.int64).reshape(-1, 2)
        # an expression may run backwards: (?r)
        return ordered(Spans(np.array(turns, dtype=np.intp), table[:, 0], table[:, 1]))

    def pattern_places(self, compiled: Any, part: str) -> list[tuple[int, int]]:
        left = self.until - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            return [m.span() for m in compiled.finditer(part, timeout=left) if m.end() > m.start()]
        except (TimeoutError, MemoryError, RecursionError) as error:
            raise InputProblem(
                N_(
                    "The regular expression {pattern} in the query took longer than {seconds} s. Simplify it (repeats"
                    " inside repeats are slow), or add a word that must be in the same turn."
                ),
                pattern=compiled.pattern,
                seconds=PATIENCE,
            ) from error


def _has_pattern(node: Node) -> bool:
    return Query("", node).has_patterns


def _is_any(values: Ints, numbers: tuple[int, ...]) -> Mask:
    import numpy as np

    if not 0 < len(numbers) <= _FEW:
        return np.isin(values, np.array(numbers, dtype=np.int64))
    mask: Mask = values == numbers[0]
    for number in numbers[1:]:
        mask |= values == number
    return mask


def asks_forms(query: Query) -> bool:
    """Say whether the numbers of forms are needed to answer a query."""
    return any(isinstance(t, Exact | Prefix) for t in query.terms())


def asks_lemmas(query: Query) -> bool:
    """Say whether the numbers of lemmas are needed to answer a query."""
    return any(isinstance(t, Word) for t in query.terms())
