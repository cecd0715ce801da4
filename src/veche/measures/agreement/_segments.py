"""Agreement of two coders on segments that match, the third mode of MAXQDA."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._means import interval_of_shares
from veche.measures.agreement._resampling import Resampling
from veche.measures.agreement._result import Agreement, Undefined
from veche.measures.agreement._spans import Layer, Spans, check_two, documents_of
from veche.study.errors import N_, InputProblem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: what the common length of two segments is compared with
Reference = Literal["union", "own"]

#: pairs of segments compared at once
_ROOM = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentAgreement:
    """Segments of two coders matched with each other.

    Parameters
    ----------
    matched, only_first, only_second
        Segments with a counterpart (of either coder, if both directions count), and those without.
    percent
        matched / (matched + only_first + only_second).
    kappa
        The same with chance 1/(number of codes) taken out (Brennan and Prediger).
    """

    matched: int
    only_first: int
    only_second: int
    percent: Agreement
    kappa: Agreement


def segment_agreement(
    spans: Spans | Sequence[Spans],
    *,
    threshold: float = 0.9,
    reference: Reference = "union",
    directions: Literal[1, 2] = 2,
    codes: int | None = None,
    interval: Resampling | None = None,
) -> SegmentAgreement:
    r"""Match segments: each needs one of the same code by the other coder with enough overlap (third MAXQDA mode).

    .. math:: P_o = \frac a{a + b + c},\quad P_c = \frac1{\text{codes}},\quad \kappa = \frac{P_o - P_c}{1 - P_c}

    with a matched segments and b, c those of one coder only. There is no fourth cell: what nobody marked does not
    count.

    Parameters
    ----------
    spans
        Of two coders; one document or several.
    threshold
        Least overlap, in (0, 1].
    reference
        Overlap is the common length divided by that of both segments joined ("union") or of the segment that seeks a
        counterpart ("own").
    directions
        2: segments of both coders seek counterparts; 1: those of the first only.
    codes
        Number of codes offered; those used without it.
    interval
        How to make intervals, by clusters: the documents are drawn. None without it.

    Returns
    -------
    SegmentAgreement
        Percent in [0, 1], undefined without segments; kappa at most 1, undefined with one code.

    Raises
    ------
    InputProblem
        If there are not two coders or an option is out of range.

    Notes
    -----
    The convention was partly seen in descriptions and not checked against the program.

    References
    ----------
    Brennan and Prediger 1981, Educational and Psychological Measurement 41:687-699.

    Examples
    --------
    >>> from veche.measures.agreement import given_spans
    >>> found = segment_agreement(given_spans([[(0, 100, "A"), (200, 300, "B")], [(0, 95, "A")]]))
    >>> found.matched, found.only_first, found.only_second
    (2, 1, 0)
    """
    if not 0 < threshold <= 1 or reference not in ("union", "own") or directions not in (1, 2):
        raise InputProblem(
            N_(
                "Segments are to be matched with threshold {threshold}, reference {reference!r} and {directions!r} "
                "directions. Give a threshold above 0 and up to 1, 'union' or 'own', and 1 or 2."
            ),
            threshold=threshold,
            reference=reference,
            directions=directions,
        )
    documents = tuple(check_two(one, "segment_agreement") for one in documents_of(spans))
    offered = _offered(codes, len(documents[0].values))
    found = [_matches(one.layers[0], one.layers[1], threshold, reference) for one in documents]
    hits = sum(int(first.sum()) for first, _ in found), sum(int(second.sum()) for _, second in found)
    misses = sum(int((~first).sum()) for first, _ in found), sum(int((~second).sum()) for _, second in found)
    matched = hits[0] + (hits[1] if directions == 2 else 0)
    missed = misses[0], misses[1] if directions == 2 else 0
    total = matched + sum(missed)
    percent = matched / total if total else None
    chance = 1 / offered
    nothing = Undefined(
        "nothing comparable", N_("No coder marked a segment, so none can match. Code the documents first.")
    )
    one_code = Undefined(
        "no chance level", N_("There is one code only, so segments match by chance. Read the percentage of matches.")
    )
    kappa = None if percent is None or offered == 1 else (percent - chance) / (1 - chance)
    made = _result("segment_percent", documents, percent, nothing, percent, None)
    corrected = _result("segment_kappa", documents, kappa, nothing if percent is None else one_code, percent, chance)
    if interval is not None and percent is not None:
        sides = 2 if directions == 2 else 1
        hit = np.array([sum(float(one.sum()) for one in both[:sides]) for both in found])
        whole = np.array([sum(float(one.size) for one in both[:sides]) for both in found])
        # kappa is a straight line in the percentage, so its interval is that of the line
        made = replace(made, interval=interval_of_shares(hit, whole, interval))
        if kappa is not None:
            line = (hit - chance * whole) / (1 - chance)
            corrected = replace(corrected, interval=interval_of_shares(line, whole, interval))
    return SegmentAgreement(matched=matched, only_first=missed[0], only_second=missed[1], percent=made, kappa=corrected)


def _offered(codes: int | None, used: int) -> int:
    if codes is None:
        return max(used, 1)
    if isinstance(codes, bool) or not isinstance(codes, (int, np.integer)) or codes < max(used, 1):
        raise InputProblem(
            N_(
                "{found!r} codes are said to be offered, and {used} were used. Give the number of codes in the codebook."
            ),
            found=codes,
            used=used,
        )
    return int(codes)


def _result(
    name: str,
    documents: Sequence[Spans],
    value: float | None,
    why: Undefined,
    observed: float | None,
    expected: float | None,
) -> Agreement:
    sizes = np.zeros(len(documents[0].values))
    for one in documents:
        for layer in one.layers:
            sizes += np.bincount(layer.value, minlength=sizes.size)
    total = sizes.sum()
    return Agreement(
        coefficient=name,
        value=value,
        reason=why if value is None else None,
        observed=observed,
        expected=expected,
        design="free segments",
        units=int(total),
        coders=2,
        silent=tuple(name for name in documents[0].coders if all(name in one.silent for one in documents)),
        prevalence=dict(zip(documents[0].values, (sizes / max(total, 1)).tolist(), strict=True)),
    )


def _matches(first: Layer, second: Layer, threshold: float, reference: Reference) -> tuple[Bools, Bools]:
    """Return for the segments of each coder whether one of the other matches."""
    return _matched(first, second, threshold, reference), _matched(second, first, threshold, reference)


def _matched(mine: Layer, yours: Layer, threshold: float, reference: Reference) -> Bools:
    found = np.zeros(mine.start.size, dtype=bool)
    for code in np.intersect1d(mine.value, yours.value):
        own, other = np.flatnonzero(mine.value == code), np.flatnonzero(yours.value == code)
        step = max(1, _ROOM // other.size)
        for begin in range(0, own.size, step):
            part = own[begin : begin + step]
            share = _overlaps(mine.start[part], mine.end[part], yours.start[other], yours.end[other], reference)
            # a share of exactly the threshold must not be lost to rounding
            found[part] = (share >= threshold - 1e-12).any(axis=1)
    return found


def _overlaps(start: Ints, end: Ints, starts: Ints, ends: Ints, reference: Reference) -> Floats:
    common = np.minimum(end[:, None], ends) - np.maximum(start[:, None], starts)
    own = (end - start)[:, None]
    whole = own + (ends - starts) - common if reference == "union" else own
    return np.where(common > 0, common / whole, 0.0)
