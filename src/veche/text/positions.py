"""How another program counts positions in a text: found out from its quotations, with how sure that is.

Programs count code points or UTF-16 units, a CRLF as one or as two, a byte order mark or not, and give the end as the first position after a
quotation or as its last. Every combination that makes a difference in the texts at hand is tried: positions outside a text speak against it, names
that repeat the words of their quotations decide, else the borders of words do. What cannot be told apart is read in the commonest way.
"""

from __future__ import annotations

import itertools
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from veche.study.errors import N_, VecheError

Unit = Literal["points", "utf16"]
Basis = Literal["names", "borders", "only", "told", "none"]

#: two readings whose scores of borders are nearer than this cannot be told apart
MARGIN = 0.02
#: of more places than this only some are looked at to find the way
ENOUGH = 10_000
#: below this share of fitting quotations a reading is not taken without asking
SURE = 0.75
#: so few border marks more do not make an uncommon way likelier than a common one
_FEW = 2
#: a name shorter than this says too little about its quotation
_TELLING = 3
#: from this length on a name may be only the beginning of its quotation
_CUT = 40
#: what programs put at the end of a name that they cut
_DOTS = ("…", "...")
_BOM = "\ufeff"

_UNITS = {"points": N_("positions count code points"), "utf16": N_("positions count UTF-16 units")}
_LINE_ENDS = {1: N_("a line end of two characters counts one"), 2: N_("a line end of two characters counts two")}
_MARKS = {False: N_("a byte order mark does not count"), True: N_("a byte order mark counts")}
_ENDS = {
    False: N_("the end is the first position after the words"),
    True: N_("the end is the last character of the words"),
}


@dataclass(frozen=True, slots=True)
class Convention:
    """One way of counting; the default is the commonest."""

    unit: Unit = "points"
    line_end: Literal[1, 2] = 2
    mark: bool = False
    inclusive: bool = False

    @property
    def name(self) -> str:
        """A word for it, to be given back as an answer, such as ``points-crlf2-nobom-exclusive``."""
        mark, end = "bom" if self.mark else "nobom", "inclusive" if self.inclusive else "exclusive"
        return f"{self.unit}-crlf{self.line_end}-{mark}-{end}"

    @property
    def title(self) -> tuple[str, tuple[tuple[str, object], ...]]:
        """What it means: a template and its fields, each of which is a message of its own."""
        parts = {
            "unit": _UNITS[self.unit], "line": _LINE_ENDS[self.line_end], "mark": _MARKS[self.mark], "end": _ENDS[self.inclusive],
        }  # fmt: skip
        return "{unit}; {line}; {mark}; {end}", tuple((key, VecheError(part)) for key, part in parts.items())


@lru_cache(maxsize=1)
def conventions() -> dict[str, Convention]:
    """Return all ways of counting by name, the commonest first."""
    units: tuple[Unit, ...] = ("points", "utf16")
    ends: tuple[Literal[2, 1], ...] = (2, 1)
    found = [
        Convention(unit, line_end, mark, inclusive)
        for unit, inclusive, mark, line_end in itertools.product(units, (False, True), (False, True), ends)
    ]
    return {one.name: one for one in found}


@dataclass(frozen=True, slots=True)
class Span:
    """A place as another program gives it, with the name it gave to it ("" if none)."""

    start: int
    end: int
    name: str = ""


class Raw:
    """A text as another program stored it; `body` is what becomes of it: without byte order mark, with LF line ends.

    With `verbatim` nothing becomes of it: it is known to be as it should.
    """

    def __init__(self, content: str, *, verbatim: bool = False) -> None:
        self.mark = content.startswith(_BOM) and not verbatim
        inside = content[1:] if self.mark else content
        self.body = inside if verbatim else inside.replace("\r\n", "\n").replace("\r", "\n")
        self._pairs: list[int] = []
        at = -1 if verbatim else inside.find("\r\n")
        while at >= 0:
            self._pairs.append(at - len(self._pairs))
            at = inside.find("\r\n", at + 2)
        self._wide = (
            [n for n, letter in enumerate(self.body) if letter > "\uffff"]
            if max(self.body, default="") > "\uffff"
            else []
        )
        self._starts: dict[tuple[bool, bool], list[int]] = {}

    @property
    def pairs(self) -> bool:
        """Does the stored text have line ends of two characters?"""
        return bool(self._pairs)

    @property
    def wide(self) -> bool:
        """Does the text have characters of two UTF-16 units?"""
        return bool(self._wide)

    def place(self, span: Span, way: Convention) -> tuple[int, int] | None:
        """Return a place in code points of `body`, end exclusive; None if it lies outside the text.

        A border between the halves of a line end or of a character is taken as the border before it.
        """
        start, end = self.point(span.start, way), self.point(span.end + way.inclusive, way)
        return None if start is None or end is None else (start, end)

    def point(self, position: int, way: Convention) -> int | None:
        """Return one position in code points of `body`; None if it lies outside the text."""
        starts = self._doubles(way.line_end == 2, way.unit == "utf16")
        wanted = position - (way.mark and self.mark)
        if not 0 <= wanted <= len(self.body) + len(starts):
            return None
        # of a character whose second half is meant, the first half lies before: subtracting it gives the character itself
        return wanted - bisect_left(starts, wanted)

    def clean(self, span: Span, way: Convention) -> bool:
        """Does no border of the place lie between the halves of a line end or of a character?"""
        starts = self._doubles(way.line_end == 2, way.unit == "utf16")
        shift = way.mark and self.mark
        return not any(_inside(starts, one - shift) for one in (span.start, span.end + way.inclusive))

    def _doubles(self, pairs: bool, wide: bool) -> list[int]:
        """Return where, in the other program's counting, the characters begin that count two."""
        key = (pairs, wide)
        if key not in self._starts:
            places = sorted((self._pairs if pairs else []) + (self._wide if wide else []))
            self._starts[key] = [at + n for n, at in enumerate(places)]
        return self._starts[key]


def _inside(starts: Sequence[int], wanted: int) -> bool:
    before = bisect_left(starts, wanted)
    return before > 0 and starts[before - 1] + 1 == wanted


@dataclass(frozen=True, slots=True)
class Resolved:
    """The way of counting that was taken.

    Parameters
    ----------
    way
        The way.
    certainty
        The share of quotations that fit it, from 0 to 1: whose names repeat their words (basis *names*), or whose borders are borders of words (basis
        *borders*). 1 where nothing else was possible (*only*), where a person said so (*told*), or where there is nothing to place (*none*).
    basis
        On what it rests.
    outside
        How many places lie outside their text even so.
    rivals
        Other ways that fit as well or nearly so and would give other words.
    """

    way: Convention
    certainty: float
    basis: Basis
    outside: int = 0
    rivals: tuple[Convention, ...] = ()

    @property
    def asks(self) -> bool:
        """Should a person choose?"""
        return self.basis in ("names", "borders") and (bool(self.rivals) or self.certainty < SURE)


@dataclass(frozen=True, slots=True)
class _Score:
    way: Convention
    outside: int
    named: frozenset[int]
    marks: int
    borders: float
    places: tuple[tuple[int, int] | None, ...]


def resolve(
    texts: Sequence[tuple[Raw, Sequence[Span]]], *, told: Convention | None = None, line_end: Literal[1, 2] = 2
) -> Resolved:
    """Find out how positions are counted in texts that one program wrote.

    Parameters
    ----------
    texts
        Each text with the places in it.
    told
        What a person said; nothing is found out then.
    line_end
        How this program is known to count a CRLF: taken where nothing else tells.

    Notes
    -----
    In this order: most names that repeat their words; fewest places outside the text; the highest mean of five border marks (a word begins at
    the start; none is cut at the end; the last character is no space; the next one is a space, an end or punctuation; no character is cut);
    among those within `MARGIN` or two marks the commonest: code points, exclusive, mark not counted. O(places x ways), at most 16 ways.
    """
    spans = sum(len(places) for _, places in texts)
    if told is not None:
        return Resolved(told, 1.0, "told", _score(texts, told).outside)
    ways = _ways(texts, line_end)
    if not spans:
        return Resolved(ways[0], 1.0, "none")
    sample = _sample(texts, spans)

    def outside(way: Convention) -> int:
        return sum(len(places) - fits(raw, places, way)[0] for raw, places in texts)

    scores = [_score(sample, way) for way in ways]
    most = max(len(one.named) for one in scores)
    basis: Basis = "names" if most else "borders"
    left = [one for one in scores if len(one.named) == most]
    least = min(one.outside for one in left)
    left = [one for one in left if one.outside == least]
    best = max(one.borders for one in left)
    near = [one for one in left if one.borders >= best - MARGIN]
    # ways are in order of commonness; an uncommon one is not taken for the sake of one or two marks
    taken = next(one for one in left if one in near or one.marks >= max(each.marks for each in left) - _FEW)
    rivals = [one for one in near if one.places != taken.places]
    if basis == "names":
        # names that repeat their words in no way of counting are names that a person gave: they say nothing
        telling = len(frozenset[int]().union(*(one.named for one in scores)))
        return Resolved(taken.way, most / telling, basis, outside(taken.way), tuple(one.way for one in rivals))
    if len({one.places for one in scores}) == 1:
        return Resolved(taken.way, 1.0, "only", outside(taken.way))
    return Resolved(taken.way, taken.borders, basis, outside(taken.way), tuple(one.way for one in rivals))


def _sample(texts: Sequence[tuple[Raw, Sequence[Span]]], spans: int) -> Sequence[tuple[Raw, Sequence[Span]]]:
    """Take every so-manieth place of very many: more would tell nothing more."""
    step = spans // ENOUGH + 1
    return texts if step == 1 else [(raw, places[::step]) for raw, places in texts]


def _ways(texts: Sequence[tuple[Raw, Sequence[Span]]], line_end: Literal[1, 2]) -> list[Convention]:
    """List the ways that can make a difference in these texts, the commonest first."""
    pairs, wide, mark = (any(getattr(raw, name) for raw, _ in texts) for name in ("pairs", "wide", "mark"))
    found = [
        one
        for one in conventions().values()
        if (pairs or one.line_end == line_end) and (wide or one.unit == "points") and (mark or not one.mark)
    ]
    return sorted(found, key=lambda one: (one.unit != "points", one.inclusive, one.mark, one.line_end != line_end))


def _score(texts: Sequence[tuple[Raw, Sequence[Span]]], way: Convention) -> _Score:
    outside = marks = seen = 0
    named: set[int] = set()
    found: list[tuple[int, int] | None] = []
    for raw, spans in texts:
        for span in spans:
            place = raw.place(span, way)
            found.append(place)
            if place is None or place[0] > place[1]:
                outside += 1
                continue
            if place[0] == place[1]:
                continue
            if repeats(span.name, raw.body[place[0] : place[1]]):
                named.add(len(found))
            marks += _borders(raw.body, *place) + raw.clean(span, way)
            seen += 5
    return _Score(way, outside, frozenset(named), marks, marks / seen if seen else 0.0, tuple(found))


def repeats(name: str, words: str) -> bool:
    """Does a name repeat the words of its quotation? White space and composition are folded; a long name may be cut, with dots or without."""
    wanted = _fold(name)
    if len(wanted) < _TELLING:
        return False
    found = _fold(words)
    if wanted == found:
        return True
    for dots in _DOTS:
        if wanted.endswith(dots):
            return found.startswith(wanted.removesuffix(dots).rstrip())
    return len(wanted) >= _CUT and found.startswith(wanted)


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _borders(body: str, start: int, end: int) -> int:
    """Count, from 0 to 4, what shows that a quotation begins and ends where words do."""
    before, first = body[start - 1 : start], body[start]
    last, after = body[end - 1], body[end : end + 1]
    if last == "\n" and before in ("", "\n"):
        return 4  # whole lines, with their ends
    return (
        (not first.isspace() and not (_letter(first) and _letter(before)))
        + (not (_letter(last) and _letter(after)))
        + (not last.isspace())
        + (not after or after.isspace() or unicodedata.category(after)[0] == "P")
    )


def _letter(text: str) -> bool:
    return text.isalnum()


def fits(raw: Raw, spans: Sequence[Span], way: Convention) -> tuple[int, int]:
    """Return how many places lie inside a text when read in this way, and how many names repeat their words."""
    score = _score([(raw, spans)], way)
    return len(spans) - score.outside, len(score.named)
