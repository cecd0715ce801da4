"""What hypothesis draws for tests of agreement."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import strategies as st


@st.composite
def tables(
    draw: st.DrawFn, *, coders: tuple[int, int] = (2, 4), most: int = 3, missing: bool = True, units: int = 8
) -> list[list[Any]]:
    """Units x coders of whole numbers from 0, some missing."""
    m = draw(st.integers(*coders))
    value = st.integers(0, most)
    cell = st.one_of(st.none(), value, value, value) if missing else value
    return draw(st.lists(st.lists(cell, min_size=m, max_size=m), min_size=1, max_size=units))


@st.composite
def layers(
    draw: st.DrawFn, *, coders: tuple[int, int] = (2, 3), length: int = 12, values: str = "abc", units: int = 4
) -> tuple[list[list[tuple[int, int, str]]], int]:
    """Spans that do not overlap within a coder, and the length of the text."""
    end = draw(st.integers(2, length))
    found = []
    for _ in range(draw(st.integers(*coders))):
        cuts = sorted(draw(st.sets(st.integers(0, end), max_size=2 * units)))
        spans = [(a, b, draw(st.sampled_from(values))) for a, b in pairwise(cuts)]
        keep = draw(st.lists(st.booleans(), min_size=len(spans), max_size=len(spans)))
        found.append([span for span, kept in zip(spans, keep, strict=True) if kept])
    return found, end


@st.composite
def marks(draw: st.DrawFn, *, coders: tuple[int, int] = (2, 3), units: int = 3) -> list[list[tuple[int, int, str]]]:
    """Spans that may overlap within a coder."""
    span = st.tuples(st.integers(0, 30), st.integers(1, 8), st.sampled_from("ab"))
    return [
        [(start, start + size, value) for start, size, value in draw(st.lists(span, max_size=units, unique=True))]
        for _ in range(draw(st.integers(*coders)))
    ]
