"""Overlap in characters of what two coders marked: shares, and kappa as some programs compute it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._means import mean_of
from veche.measures.agreement._resampling import Resampling
from veche.measures.agreement._result import Agreement, Undefined, side_by_side
from veche.measures.agreement._spans import Spans, check_two, one_document
from veche.study.errors import N_, InputProblem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What two coders marked with one code in one document, in characters.

    Parameters
    ----------
    first, second, both, length
        Characters marked by the first coder, the second, both, and in the text.
    jaccard
        both / (first + second - both).
    dice
        2 both / (first + second): Holsti's coefficient on characters.
    kappa
        Cohen's kappa on characters (the NVivo convention).
    percent
        (both + neither) / length (the NVivo convention).
    """

    first: int
    second: int
    both: int
    length: int
    jaccard: Agreement
    dice: Agreement
    kappa: Agreement
    percent: Agreement


def overlap(spans: Spans, *, codes: Sequence[Hashable] | None = None) -> Mapping[Hashable, Overlap]:
    r"""Give the overlap of what two coders marked, per code, in one document.

    With A and B the characters marked by each, spans of one coder joined where they overlap, of L in the text:

    .. math:: J = \frac{|A \cap B|}{|A \cup B|},\quad D = \frac{2|A \cap B|}{|A| + |B|},\quad
              P = \frac{|A \cap B| + L - |A \cup B|}{L},\quad \kappa = \frac{P - P_e}{1 - P_e},\quad
              P_e = \frac{|A||B| + (L - |A|)(L - |B|)}{L^2}

    Parameters
    ----------
    spans
        Of two coders, from `given_spans` with the length of the text.
    codes
        Codes to report, in order; those met without it. A code nobody used has no value but a percentage of 1.

    Returns
    -------
    Mapping
        Per code; J, D and P in [0, 1], kappa in [-1, 1]. J and D are undefined where nobody marked the code, kappa
        where both coders marked nothing or everything; 0 where one of them did.

    Raises
    ------
    InputProblem
        If there are not two coders or the length of the text is missing.

    Notes
    -----
    Neighbouring characters are not independent: there are no intervals from them, and P is high for any rare code.
    The conventions of NVivo were not checked against the program.

    References
    ----------
    Holsti 1969, Content Analysis for the Social Sciences and Humanities, p. 140.

    Examples
    --------
    >>> from veche.measures.agreement import given_spans
    >>> found = overlap(given_spans([[(0, 100, "A")], [(10, 110, "A")]], end=1000))["A"]
    >>> round(found.jaccard.value, 3), found.dice.value, found.percent.value, round(found.kappa.value, 3)
    (0.818, 0.9, 0.98, 0.889)
    """
    check_two(one_document(spans), "overlap")
    length = spans.length
    first, second = (_joined(layer.start, layer.end, layer.value, spans.begin, length) for layer in spans.layers)
    number = len(spans.values)
    a, b = (_lengths(*one, length, number) for one in (first, second))
    both = _common(first, second, length, number)
    by_code = dict(zip(spans.values, zip(a.tolist(), b.tolist(), both.tolist(), strict=True), strict=True))
    wanted = spans.values if codes is None else tuple(codes)
    return {code: _overlap(spans, *by_code.get(code, (0, 0, 0)), length) for code in wanted}


def _joined(start: Ints, end: Ints, code: Ints, begin: int, length: int) -> tuple[Ints, Ints]:
    """Lay the texts of all codes one after another and join spans that touch or overlap."""
    starts, ends = start - begin + code * (length + 1), end - begin + code * (length + 1)
    order = np.argsort(starts, kind="stable")
    starts, reach = starts[order], np.maximum.accumulate(ends[order])
    if not starts.size:
        return starts, reach
    new = np.r_[True, starts[1:] > reach[:-1]]
    last = np.r_[np.flatnonzero(new)[1:] - 1, starts.size - 1]
    return starts[new], reach[last]


def _lengths(starts: Ints, ends: Ints, length: int, codes: int) -> Ints:
    found = np.bincount(starts // (length + 1), weights=ends - starts, minlength=codes)
    return np.rint(found).astype(np.int64)


def _common(one: tuple[Ints, Ints], two: tuple[Ints, Ints], length: int, codes: int) -> Ints:
    """Return the common length per code of two lists of joined spans."""
    starts, ends = one
    shared = _marked_before(two, ends) - _marked_before(two, starts)
    return np.rint(np.bincount(starts // (length + 1), weights=shared, minlength=codes)).astype(np.int64)


def _marked_before(spans: tuple[Ints, Ints], position: Ints) -> Ints:
    """Return how many characters before each position lie in joined spans."""
    starts, ends = spans
    whole = np.r_[0, np.cumsum(ends - starts)]
    place = np.searchsorted(starts, position, side="right")
    last = np.maximum(place - 1, 0)
    inside = (place > 0) & (position < ends[last]) if starts.size else np.zeros(position.size, dtype=bool)
    return np.asarray(whole[place] - np.where(inside, ends[last] - position, 0)) if starts.size else whole[place]


def _overlap(spans: Spans, first: int, second: int, both: int, length: int) -> Overlap:
    union = first + second - both
    unused = Undefined(
        "nothing comparable", N_("Neither coder marked anything with this code. Nothing overlaps or misses.")
    )
    chance = (first * second + (length - first) * (length - second)) / length**2
    same = (both + length - union) / length
    certain = Undefined(
        "no variation",
        N_("Both coders marked the same all or nothing of the text with this code. Read the percentage."),
    )

    def result(name: str, value: float | None, expected: float | None, why: Undefined) -> Agreement:
        return Agreement(
            coefficient=name,
            value=value,
            reason=why if value is None else None,
            observed=same if expected is not None else value,
            expected=expected,
            design="characters",
            units=length,
            coders=2,
            silent=spans.silent,
            prevalence={True: (first + second) / (2 * length), False: 1 - (first + second) / (2 * length)},
        )

    certainty = first == second and first in (0, length)
    return Overlap(
        first=first,
        second=second,
        both=both,
        length=length,
        jaccard=result("jaccard", both / union if union else None, None, unused),
        dice=result("dice", 2 * both / (first + second) if union else None, None, unused),
        kappa=result("character_kappa", None if certainty else (same - chance) / (1 - chance), chance, certain),
        percent=result("character_percent", same, None, unused),
    )


def over_documents(
    documents: Iterable[Overlap],
    *,
    coefficient: Literal["jaccard", "dice", "kappa", "percent"] = "kappa",
    weights: Literal["equal", "length"] = "equal",
    interval: Resampling | None = None,
) -> Agreement:
    """Give the mean over documents of the overlap of one code (the NVivo convention for totals).

    Parameters
    ----------
    documents
        Overlaps of the same code in several documents.
    coefficient
        Which one.
    weights
        "equal": each document counts alike; "length": by its characters.
    interval
        How to make an interval, by clusters: the documents are drawn. None without it.

    Returns
    -------
    Agreement
        Documents where it is undefined are left out; `coverage` is the share of the weight that counts. Undefined if
        all are left out.

    Raises
    ------
    InputProblem
        If the coefficient or the weights are not known, or an interval is not to draw documents.

    Examples
    --------
    >>> from veche.measures.agreement import given_spans
    >>> short = overlap(given_spans([[(0, 10, "A")], [(0, 10, "A")]], end=100))["A"]
    >>> long = overlap(given_spans([[(0, 10, "A")], [(5, 15, "A")]], end=300))["A"]
    >>> over_documents([short, long], coefficient="percent", weights="length").value
    0.975
    """
    if coefficient not in ("jaccard", "dice", "kappa", "percent") or weights not in ("equal", "length"):
        raise InputProblem(
            N_(
                "A mean of {coefficient!r} with {weights!r} weights is wanted. Use 'jaccard', 'dice', 'kappa' or "
                "'percent', and 'equal' or 'length'."
            ),
            coefficient=coefficient,
            weights=weights,
        )
    found = list(documents)
    results: tuple[Agreement, ...] = side_by_side(getattr(one, coefficient) for one in found)
    if not found:
        lack = Undefined(
            "nothing comparable", N_("No document gives a value. Compare documents in which the code was used.")
        )
        return Agreement(
            coefficient=f"mean_{coefficient}", value=None, reason=lack, design="characters", units=0, coders=2
        )
    return mean_of(results, [1.0 if weights == "equal" else float(one.length) for one in found], interval)
