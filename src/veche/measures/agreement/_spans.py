"""Spans of text that coders marked: [start, end) in code points with a value, per coder, checked once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._factor import is_missing
from veche.measures.agreement._units import Units, names_of_coders
from veche.study.errors import N_, InputProblem

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Spans of one coder, sorted by start and end; `value` is the number of each span's value."""

    start: Ints
    end: Ints
    value: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """What several coders marked in one document, as `given_spans` makes it.

    Parameters
    ----------
    begin, end
        The text is [begin, end); end is None if its length was not given.
    coders
        Their names.
    values
        Values (codes) in order of their numbers.
    layers
        One per coder.
    """

    begin: int
    end: int | None
    coders: tuple[str, ...]
    values: tuple[Hashable, ...]
    layers: tuple[Layer, ...]

    @property
    def length(self) -> int:
        """Length of the text.

        Raises
        ------
        InputProblem
            If it was not given.
        """
        if self.end is None:
            raise InputProblem(
                N_("The length of the text is not known. Give it with the spans (end=): what nobody marked counts too.")
            )
        return self.end - self.begin

    @property
    def silent(self) -> tuple[str, ...]:
        """Names of coders who marked nothing."""
        return tuple(name for name, layer in zip(self.coders, self.layers, strict=True) if not layer.start.size)

    @property
    def size(self) -> int:
        """Number of spans of all coders."""
        return sum(layer.start.size for layer in self.layers)


def given_spans(
    spans: Sequence[Iterable[Sequence[Any]]],
    *,
    end: int | None = None,
    begin: int = 0,
    coders: Sequence[str] | None = None,
) -> Spans:
    """Take spans of one document: for each coder a list of (start, end, value).

    Parameters
    ----------
    spans
        One list per coder, at least two; start inclusive, end exclusive, in code points. Spans of one coder may
        overlap; coefficients that need a layer of spans that exclude one another say so.
    end, begin
        The text is [begin, end).
    coders
        Names of the coders; without it 1, 2, ...

    Raises
    ------
    InputProblem
        If a span is empty, lies outside the text, has no value or is no span at all; or there is one coder only.

    Examples
    --------
    >>> given_spans([[(0, 5, "tariff")], [(0, 4, "tariff"), (7, 9, "road")]], end=12).values
    ('road', 'tariff')
    """
    try:
        lists = [list(one) for one in spans]
    except TypeError:
        raise InputProblem(
            N_("The spans are {found!r}. Give one list of (start, end, value) for each coder."), found=spans
        ) from None
    if len(lists) < 2:
        raise InputProblem(
            N_("Spans of {found} coders are given. Agreement needs at least two, one list of spans each."),
            found=len(lists),
        )
    names = names_of_coders(coders, len(lists))
    begin, end = _text(begin, end)
    numbers: dict[Hashable, int] = {}
    read = [_layer(one, name, numbers, begin, end) for one, name in zip(lists, names, strict=True)]
    order = sorted(numbers, key=in_order)
    rank = np.empty(len(order), dtype=np.int64)
    rank[[numbers[value] for value in order]] = np.arange(len(order))
    layers = tuple(replace(layer, value=rank[layer.value]) for layer in read)
    return Spans(begin, end, names, tuple(order), tuple(_in_order(layer) for layer in layers))


def in_order(value: Hashable) -> tuple[str, Any]:
    """Return a key that puts values of any kinds into an order that does not depend on the data's."""
    if isinstance(value, (bool, int, float)):
        return "", value
    return type(value).__name__, value if isinstance(value, str) else repr(value)


def _text(begin: int, end: int | None) -> tuple[int, int | None]:
    for bound in (begin, end):
        if bound is not None and (isinstance(bound, bool) or not isinstance(bound, (int, np.integer))):
            raise InputProblem(
                N_("The text reaches to {found!r}. Give its length in code points, a whole number."), found=bound
            )
    if end is not None and end <= begin:
        raise InputProblem(
            N_("The text reaches from {begin} to {end}: it is empty. Give the length of the text."),
            begin=begin,
            end=end,
        )
    return int(begin), None if end is None else int(end)


def _layer(spans: list[Sequence[Any]], coder: str, numbers: dict[Hashable, int], begin: int, end: int | None) -> Layer:
    if not spans:
        nothing = np.empty(0, dtype=np.int64)
        return Layer(nothing, nothing, nothing)
    try:
        starts, ends, values = zip(*spans, strict=True)
        positions = np.array([starts, ends], dtype=float)
    except (TypeError, ValueError):
        raise _not_spans(spans, coder) from None
    whole = np.where(np.isfinite(positions) & (np.abs(positions) < 2**53), positions, 0).astype(np.int64)
    wrong = (whole != positions).any(axis=0) | (whole[0] >= whole[1]) | (whole[0] < begin)
    if end is not None:
        wrong |= whole[1] > end
    if wrong.any():
        raise _misplaced(spans[int(np.flatnonzero(wrong)[0])], coder, begin, end)
    try:
        value = np.array([numbers.setdefault(one, len(numbers)) for one in values], dtype=np.int64)
    except TypeError:
        raise _not_spans(spans, coder) from None
    if any(is_missing(one) for one in numbers):
        raise InputProblem(
            N_("Coder {coder} has a span without a value: {span}. Give every span its code."),
            coder=coder,
            span=next(tuple(span) for span in spans if is_missing(span[2])),
        )
    return Layer(whole[0], whole[1], value)


def _not_spans(spans: list[Sequence[Any]], coder: str) -> InputProblem:
    odd = next((span for span in spans if not _is_span(span)), spans[0])
    return InputProblem(
        N_("Coder {coder} has {found!r} where a span should be. Give (start, end, value), positions as whole numbers."),
        coder=coder,
        found=odd,
    )


def _is_span(span: Any) -> bool:
    try:
        start, end, value = span
        float(start), float(end), hash(value)
    except (TypeError, ValueError):
        return False
    return True


def _misplaced(span: Sequence[Any], coder: str, begin: int, end: int | None) -> InputProblem:
    start, stop, value = span
    if end is not None and isinstance(start, int) and isinstance(stop, int) and start < stop:
        return InputProblem(
            N_(
                "The span {start}-{end} ({value}) of coder {coder} lies outside the text {text_begin}-{text_end}. "
                "Check the positions: they count code points, the end is exclusive."
            ),
            start=start,
            end=stop,
            value=value,
            coder=coder,
            text_begin=begin,
            text_end=end,
        )
    return InputProblem(
        N_(
            "The span {start}-{end} ({value}) of coder {coder} is no stretch of text from {text_begin} on. "
            "Give whole numbers, the start before the end."
        ),
        start=start,
        end=stop,
        value=value,
        coder=coder,
        text_begin=begin,
    )


def _in_order(layer: Layer) -> Layer:
    order = np.lexsort((layer.value, layer.end, layer.start))
    return Layer(layer.start[order], layer.end[order], layer.value[order])


def check_exclusive(spans: Spans) -> Spans:
    """Return spans if no coder has two that overlap.

    Raises
    ------
    InputProblem
        If one has.
    """
    for coder, layer in zip(spans.coders, spans.layers, strict=True):
        over = np.flatnonzero(layer.start[1:] < layer.end[:-1])
        if over.size:
            one, two = (
                f"{layer.start[i]}-{layer.end[i]} ({spans.values[layer.value[i]]})" for i in (over[0], over[0] + 1)
            )
            raise InputProblem(
                N_(
                    "Spans {one} and {two} of coder {coder} overlap. This coefficient takes one layer of codes that "
                    "exclude one another: choose such codes, or use gamma."
                ),
                one=one,
                two=two,
                coder=coder,
            )
    return spans


def documents_of(given: Spans | Sequence[Spans]) -> tuple[Spans, ...]:
    """Return documents with common numbers of values.

    Raises
    ------
    InputProblem
        If there is none, the coders differ between documents, or something else is given.
    """
    if isinstance(given, Units):
        raise InputProblem(
            N_(
                "Given units were handed to a coefficient of spans. Units fixed beforehand are another design: use alpha."
            )
        )
    found = (given,) if isinstance(given, Spans) else tuple(given) if isinstance(given, Sequence) else ()
    if not found or not all(isinstance(one, Spans) for one in found):
        raise InputProblem(N_("No spans are given. Take them with given_spans(), one document each."))
    for one, two in pairwise(found):
        if one.coders != two.coders:
            raise InputProblem(
                N_("One document has the coders {one} and another {two}. Compare the same coders in all documents."),
                one=", ".join(one.coders),
                two=", ".join(two.coders),
            )
    values = sorted({value for one in found for value in one.values}, key=in_order)
    return tuple(_renumbered(one, tuple(values)) for one in found)


def one_document(given: Spans) -> Spans:
    """Return spans of one document.

    Raises
    ------
    InputProblem
        If several documents or something else is given.
    """
    found = documents_of(given)
    if len(found) > 1:
        raise InputProblem(
            N_("Spans of {found} documents are given. This coefficient takes one document at a time: compute each."),
            found=len(found),
        )
    return found[0]


def _renumbered(spans: Spans, values: tuple[Hashable, ...]) -> Spans:
    if spans.values == values:
        return spans
    number = {value: place for place, value in enumerate(values)}
    into = np.array([*(number[value] for value in spans.values), 0], dtype=np.int64)
    return replace(
        spans, values=values, layers=tuple(replace(layer, value=into[layer.value]) for layer in spans.layers)
    )


def check_two(spans: Spans, name: str) -> Spans:
    """Return spans of two coders.

    Raises
    ------
    InputProblem
        If there are more.
    """
    if len(spans.coders) != 2:
        raise InputProblem(
            N_("{name} compares two coders, and {found} were given ({coders}). Choose a pair of them."),
            name=name,
            found=len(spans.coders),
            coders=", ".join(spans.coders),
        )
    return spans
