"""The best alignment of units that coders marked freely, and how far two such units are apart."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from veche.measures.agreement._dissimilarity import Continuum, Dissimilarity, PairCosts
from veche.measures.agreement._packing import Aligned, best_alignment
from veche.measures.agreement._spans import Spans, given_spans, one_document


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Units of several coders aligned with each other.

    Parameters
    ----------
    rows
        One per unitary alignment, in order of the text: for each coder the number of the span (in order of start and
        end), or None.
    disorder
        Of the alignment, 0 and more; 0 if all coders marked the same.
    """

    rows: tuple[tuple[int | None, ...], ...]
    disorder: float


def align(spans: Spans, dissimilarity: Dissimilarity | None = None) -> Alignment:
    r"""Find the alignment of the units of several coders with the least disorder, exactly.

    A unitary alignment takes at most one unit of each coder; its disorder is the mean over the pairs of coders of the
    dissimilarity, and Delta_0 where either of the two has no unit in it (so a unit alone has disorder Delta_0). The
    disorder of an alignment, in which each unit occurs once, is the sum over unitary alignments divided by the mean
    number of units per coder.

    Parameters
    ----------
    spans
        From `given_spans`; spans of one coder may overlap.
    dissimilarity
        Weights; alpha = beta = Delta_0 = 1 without it.

    Returns
    -------
    Alignment
        With disorder in [0, m Delta_0] for m coders.

    Raises
    ------
    InputProblem
        If units lie so close that there are too many sets to choose from.

    References
    ----------
    Mathet, Widlöcher and Métivier 2015, Computational Linguistics 41:437-479, section 4.

    Examples
    --------
    >>> from veche.measures.agreement import given_spans
    >>> spans = given_spans([[(1, 5, "a"), (6, 10, "b"), (11, 15, "a")], [(2, 6, "a"), (7, 11, "b")]])
    >>> found = align(spans)
    >>> found.rows, round(found.disorder, 2)
    (((0, 0), (1, 1), (2, None)), 0.45)
    """
    chosen = dissimilarity or Dissimilarity()
    spans = one_document(spans)
    costs = costs_of(continuum_of(spans), chosen, spans.values)
    return named(best_alignment(costs), costs.continuum, chosen.empty)


def pair_dissimilarity(
    one: tuple[int, int, Hashable], two: tuple[int, int, Hashable], dissimilarity: Dissimilarity | None = None
) -> float:
    """Give the dissimilarity of two units (start, end, value), see `Dissimilarity`.

    Examples
    --------
    >>> pair_dissimilarity((1, 5, "a"), (2, 6, "b"))
    1.0625
    """
    chosen, spans = dissimilarity or Dissimilarity(), given_spans([[one], [two]], begin=min(one[0], two[0]))
    costs = costs_of(continuum_of(spans), chosen, spans.values)
    return chosen.empty * float(costs(np.array([0]), np.array([1]))[0])


def continuum_of(spans: Spans) -> Continuum:
    """Return the units of spans in flat arrays."""
    return Continuum(
        np.concatenate([layer.start for layer in spans.layers]).astype(float),
        np.concatenate([layer.end for layer in spans.layers]).astype(float),
        np.concatenate([layer.value for layer in spans.layers]),
        np.repeat(np.arange(len(spans.layers)), [layer.start.size for layer in spans.layers]),
        len(spans.layers),
    )


def costs_of(continuum: Continuum, chosen: Dissimilarity, values: tuple[Hashable, ...]) -> PairCosts:
    """Return the dissimilarities of the units of a continuum."""
    return PairCosts(continuum, chosen.alpha, chosen.beta, chosen.between(values))


def named(best: Aligned, continuum: Continuum, empty: float) -> Alignment:
    """Return an alignment with the numbers of the units of each coder."""
    first = np.searchsorted(continuum.coder, np.arange(continuum.coders))
    rows = []
    for one in best.sets:
        row: list[int | None] = [None] * continuum.coders
        for unit in one:
            coder = int(continuum.coder[unit])
            row[coder] = unit - int(first[coder])
        rows.append(tuple(row))
    return Alignment(rows=tuple(rows), disorder=empty * best.disorder)
