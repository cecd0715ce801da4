"""Lengths on which pairs of coders have pairs of values: all that the unitizing alphas need of a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._spans import Layer, Spans

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Lengths:
    """Sums of each document; value 0 is a gap.

    Parameters
    ----------
    pairs
        Shape (documents, values + 1, values + 1): length on which one coder has c and another k, over ordered pairs
        of coders, divided by m - 1.
    own
        Shape (documents, values + 1): squared lengths of units, lengths of gaps.
    covered
        Shape (documents, values): squared length of each unit covered by units of another coder, summed over the
        other coders and divided by m - 1.
    """

    pairs: Floats
    own: Floats
    covered: Floats

    def by_document(self) -> dict[str, Floats]:
        """Return the sums of each document."""
        return {"pairs": self.pairs, "own": self.own, "covered": self.covered}

    def total(self) -> dict[str, Floats]:
        """Return the sums over all documents, with a leading axis of one."""
        return {name: sums.sum(axis=0, keepdims=True) for name, sums in self.by_document().items()}


def lengths_of(documents: Sequence[Spans]) -> Lengths:
    """Return the sums of documents whose spans do not overlap within a coder."""
    q = len(documents[0].values)
    found = [_of_document(one, q) for one in documents]
    return Lengths(*(np.stack(parts) for parts in zip(*found, strict=True)))


def _of_document(spans: Spans, q: int) -> tuple[Floats, Floats, Floats]:
    length = float(spans.length)
    others = len(spans.coders) - 1
    own, covered = np.zeros(q + 1), np.zeros(q)
    for layer in spans.layers:
        extent = (layer.end - layer.start).astype(float)
        own[1:] += np.bincount(layer.value, weights=extent**2, minlength=q)
        own[0] += length - extent.sum()
    cuts = np.unique(np.concatenate([[spans.begin, spans.begin + spans.length], *_bounds(spans)]))
    at, extents = cuts[:-1], np.diff(cuts).astype(float)
    places = [_unit_at(layer, at) for layer in spans.layers]
    pairs = np.zeros((q + 1) ** 2)
    values = [_value_at(layer, place) for layer, place in zip(spans.layers, places, strict=True)]
    for one, two in combinations(range(len(places)), 2):
        pairs += np.bincount(values[one] * (q + 1) + values[two], weights=extents, minlength=(q + 1) ** 2)
        both = (places[one] >= 0) & (places[two] >= 0)
        for coder in (one, two):
            layer = spans.layers[coder]
            shared = np.bincount(places[coder][both], weights=extents[both], minlength=layer.start.size)
            covered += np.bincount(layer.value, weights=shared**2, minlength=q)
    matrix = pairs.reshape(q + 1, q + 1)
    return (matrix + matrix.T) / others, own, covered / others


def _bounds(spans: Spans) -> list[Ints]:
    return [bound for layer in spans.layers for bound in (layer.start, layer.end)]


def _unit_at(layer: Layer, at: Ints) -> Ints:
    """Return the number of the unit in which each stretch lies, -1 in a gap."""
    if not layer.start.size:
        return np.full(at.size, -1, dtype=np.int64)
    place = np.searchsorted(layer.start, at, side="right") - 1
    return np.where((place >= 0) & (at < layer.end[place]), place, -1)


def _value_at(layer: Layer, place: Ints) -> Ints:
    return np.where(place >= 0, np.append(layer.value, 0)[place] + 1, 0)
