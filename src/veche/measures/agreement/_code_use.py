"""Do two coders use the same codes in a document, and as often? The first two modes of MAXQDA."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._means import interval_of_shares
from veche.measures.agreement._resampling import Resampling
from veche.measures.agreement._result import Agreement, Undefined
from veche.measures.agreement._spans import Spans, check_two, documents_of
from veche.study.errors import N_, InputProblem

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def code_in_document(
    spans: Spans | Sequence[Spans], *, codes: Sequence[Hashable] | None = None, interval: Resampling | None = None
) -> Agreement:
    """Give the share of (document, code) on which two coders agree that the code occurs or not (first MAXQDA mode).

    Parameters
    ----------
    spans
        Of two coders; one document or several.
    codes
        Codes offered: one that neither used in a document counts as agreement. Those used anywhere without it.
    interval
        How to make an interval, by clusters: the documents are drawn. None without it.

    Returns
    -------
    Agreement
        In [0, 1]; design "documents". Undefined without codes. Chance is not taken out: for that, hand presence of
        codes in documents (`presence`) to any coefficient.

    Raises
    ------
    InputProblem
        If there are not two coders, or a code was used that is not offered.

    Examples
    --------
    >>> from veche.measures.agreement import given_spans
    >>> code_in_document(given_spans([[(0, 5, "A"), (6, 9, "A")], [(0, 5, "A"), (6, 9, "B")]])).value
    0.5
    """
    counts, documents = _frequencies(spans, codes, "code_in_document")
    return _of_documents("code_in_document", documents, (counts[0] > 0) == (counts[1] > 0), counts, interval)


def code_frequency(
    spans: Spans | Sequence[Spans], *, codes: Sequence[Hashable] | None = None, interval: Resampling | None = None
) -> Agreement:
    """Give the share of (document, code) on which two coders used the code equally often (second MAXQDA mode).

    Parameters
    ----------
    spans
        Of two coders; one document or several.
    codes
        Codes offered: one that neither used in a document counts as agreement. Those used anywhere without it.
    interval
        How to make an interval, by clusters: the documents are drawn. None without it.

    Returns
    -------
    Agreement
        In [0, 1]; design "documents". Undefined without codes.

    Raises
    ------
    InputProblem
        If there are not two coders, or a code was used that is not offered.

    Examples
    --------
    >>> from veche.measures.agreement import given_spans
    >>> code_frequency(given_spans([[(0, 5, "A"), (6, 9, "A")], [(0, 5, "A"), (6, 9, "B")]])).value
    0.0
    """
    counts, documents = _frequencies(spans, codes, "code_frequency")
    return _of_documents("code_frequency", documents, counts[0] == counts[1], counts, interval)


def _frequencies(
    spans: Spans | Sequence[Spans], codes: Sequence[Hashable] | None, name: str
) -> tuple[Ints, tuple[Spans, ...]]:
    """Return how often each coder used each code in each document, shape (2, documents, codes)."""
    documents = tuple(check_two(one, name) for one in documents_of(spans))
    used = documents[0].values
    offered = used if codes is None else tuple(codes)
    number = {code: place for place, code in enumerate(offered)}
    for code in used:
        if code not in number:
            raise InputProblem(
                N_("The code {code!r} was used and is not among the {number} offered. Add it, or leave its spans out."),
                code=code,
                number=len(offered),
            )
    columns = np.array([number[code] for code in used], dtype=np.int64)
    counts = np.zeros((2, len(documents), len(offered)), dtype=np.int64)
    for place, one in enumerate(documents):
        for coder, layer in enumerate(one.layers):
            counts[coder, place, columns] = np.bincount(layer.value, minlength=len(used))
    return counts, documents


def _of_documents(
    name: str, documents: tuple[Spans, ...], agreed: Bools, counts: Ints, how: Resampling | None
) -> Agreement:
    value = float(agreed.mean()) if agreed.size else None
    share = float((counts > 0).mean()) if counts.size else 0.0
    lack = Undefined(
        "nothing comparable", N_("No code was used or offered, so nothing can agree. Name the codes offered.")
    )
    return Agreement(
        coefficient=name,
        value=value,
        reason=lack if value is None else None,
        observed=value,
        design="documents",
        units=len(documents),
        coders=2,
        silent=tuple(coder for coder in documents[0].coders if all(coder in one.silent for one in documents)),
        prevalence={True: share, False: 1 - share} if counts.size else {},
        interval=None
        if how is None or value is None
        else interval_of_shares(agreed.sum(axis=1).astype(float), np.full(len(documents), float(agreed.shape[1])), how),
    )
