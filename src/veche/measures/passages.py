"""Passages that stand together: overlapping, near, one inside the other.

All four relations reduce to one sweep. Passages of the other side are put in order of their starts; of every beginning
of that order the furthest end is known, so that one look-up tells whether any of them reaches far enough. For n and m
passages this takes O((n + m) log m), whatever their lengths.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from veche.study.errors import N_, InputProblem

Relation = Literal["and", "near", "within", "without"]
#: farthest distance that can be asked, in characters
FARTHEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Span:
    """A passage: its id, its text, and [start, end) in code points."""

    id: str
    text: str
    start: int
    end: int


def related(first: Iterable[Span], second: Iterable[Span], relation: Relation, distance: int = 0) -> frozenset[str]:
    """Return the ids of the passages that stand in a relation to a passage of the other side. None is its own partner.

    ====================  ==========================================================================================
    ``and``               of either side: shares at least one character with one of the other side
    ``near``              of either side: at most `distance` characters lie between; adjacent and overlapping count
    ``within``            of the first side: lies wholly inside one of the second side, equal limits included
    ``without``           of the first side: shares no character with any other one of the second side
    ====================  ==========================================================================================

    Parameters
    ----------
    first, second
        Passages of both sides; a passage may stand on both.
    relation
        One of the above.
    distance
        For ``near``: 0 to 1,000,000 characters.

    Raises
    ------
    InputProblem
        For a distance out of bounds.

    Examples
    --------
    >>> tax, town = Span("1", "t", 0, 5), Span("2", "t", 7, 9)
    >>> sorted(related([tax], [town], "near", 2)), sorted(related([tax], [town], "and"))
    (['1', '2'], [])
    """
    if not 0 <= distance <= FARTHEST:
        raise InputProblem(
            N_("The distance between passages is {value}. Give a number of characters from 0 to {most}."),
            value=distance, most=FARTHEST,
        )  # fmt: skip
    one, other = tuple(first), tuple(second)
    if relation == "within":
        reach = _Reach(other)
        return frozenset(span.id for span in one if reach.covered(span))
    # to overlap is to have a gap of −1 or less: limits are whole numbers and the end is exclusive
    gap = distance if relation == "near" else -1
    met = _meeting(one, other, gap)
    if relation == "without":
        return frozenset(span.id for span in one) - met
    return met | _meeting(other, one, gap)


def _meeting(spans: Sequence[Span], others: Sequence[Span], gap: int) -> frozenset[str]:
    reach = _Reach(others)
    return frozenset(span.id for span in spans if reach.met(span, gap))


@dataclass(frozen=True, slots=True)
class _Ends:
    """Of the passages of one text by start: the starts, and for every beginning of the list the two furthest ends of different passages."""

    starts: list[int]
    furthest: list[tuple[int, str, int]]


class _Reach:
    """How far passages reach, text by text."""

    def __init__(self, spans: Iterable[Span]) -> None:
        by_text: defaultdict[str, list[Span]] = defaultdict(list)
        for span in spans:
            by_text[span.text].append(span)
        self._of: Mapping[str, _Ends] = {text: _ends(found) for text, found in by_text.items()}

    def met(self, span: Span, gap: int) -> bool:
        """Does another passage lie at most `gap` characters away?"""
        return self._furthest(span, span.end + gap) >= span.start - gap

    def covered(self, span: Span) -> bool:
        """Does the span lie wholly inside another passage?"""
        return self._furthest(span, span.start) >= span.end

    def _furthest(self, span: Span, latest_start: int) -> float:
        """Return the furthest end of the passages, other than the span itself, that start no later than `latest_start`."""
        ends = self._of.get(span.text)
        count = bisect_right(ends.starts, latest_start) if ends is not None else 0
        if ends is None or not count:
            return float("-inf")
        best, best_id, second = ends.furthest[count - 1]
        return best if best_id != span.id else second if second >= 0 else float("-inf")


def _ends(spans: list[Span]) -> _Ends:
    spans.sort(key=lambda span: span.start)
    furthest: list[tuple[int, str, int]] = []
    # −1: there is no such passage; every real end is above 0
    best, best_id, second = -1, "", -1
    for span in spans:
        if span.id == best_id:
            best = max(best, span.end)
        elif span.end > best:
            best, best_id, second = span.end, span.id, best
        else:
            second = max(second, span.end)
        furthest.append((best, best_id, second))
    return _Ends([span.start for span in spans], furthest)
