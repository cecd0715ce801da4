"""The older alpha for units that coders mark themselves, kept to compare with studies that report it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._result import Agreement, Undefined
from veche.measures.agreement._spans import Layer, Spans, check_exclusive, one_document
from veche.study.errors import N_

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unitizing2004:
    """Alpha over all values, and of each value."""

    alpha: Agreement
    by_value: Mapping[Hashable, Agreement]


def unitizing_alpha_2004(spans: Spans) -> Unitizing2004:
    r"""Give the unitizing alpha of 1995 and 2004: squared distances of overlapping units, value by value.

    For each value, with units and gaps of m coders on a text of length L, and for sections g and h of two coders,
    taken both ways round

    - both units that intersect: :math:`\delta^2 = (b_g - b_h)^2 + (e_g - e_h)^2` of their begins and ends;
    - one a unit that lies within the other, a gap: :math:`\delta^2` is the unit's squared length;
    - else 0,

    .. math:: D_o = \frac{\sum \delta^2}{m(m-1)L^2},\quad D_e = \frac2L\,
              \frac{\sum_g \left[\frac{N - 1}3(2\ell_g^3 - 3\ell_g^2 + \ell_g)
              + \ell_g^2 \sum_h (\ell_h - \ell_g + 1)^+\right]}{mL(mL - 1) - \sum_g \ell_g(\ell_g - 1)}

    where g runs over the N units and h over the gaps of all coders. Alpha is 1 - D_o/D_e, over all values of the sums
    of D_o and D_e.

    Parameters
    ----------
    spans
        From `given_spans` with the length of the text. Units of different values may overlap, those of one value and
        coder not.

    Returns
    -------
    Unitizing2004
        At most 1; undefined where a value's whole text is one unit or nobody used it.

    Raises
    ------
    InputProblem
        If units of one value and coder overlap, or the length of the text is missing.

    Notes
    -----
    It behaves badly with more than two coders; use `unitizing_alpha` for new work.

    References
    ----------
    Krippendorff 1995, Sociological Methodology 25:47-76; 2004, Content Analysis, 2nd ed., pp. 251-256.

    Examples
    --------
    >>> from veche.measures.agreement import given_spans
    >>> found = unitizing_alpha_2004(given_spans([[(2, 10, "A"), (14, 20, "A")], [(4, 8, "A"), (15, 17, "A")]], end=24))
    >>> round(found.alpha.observed, 5)
    0.03125
    """
    length = float(one_document(spans).length)
    found = {
        value: _of_value(check_exclusive(_only(spans, number)), length) for number, value in enumerate(spans.values)
    }
    observed = sum(one[0] for one in found.values())
    expected = sum(one[1] for one in found.values())
    return Unitizing2004(
        alpha=_result(spans, "unitizing_alpha_2004", observed, expected),
        by_value={value: _result(spans, "unitizing_alpha_2004", *one) for value, one in found.items()},
    )


def _only(spans: Spans, number: int) -> Spans:
    layers = []
    for layer in spans.layers:
        mine = layer.value == number
        layers.append(Layer(layer.start[mine], layer.end[mine], np.zeros(int(mine.sum()), dtype=np.int64)))
    return Spans(spans.begin, spans.end, spans.coders, (spans.values[number],), tuple(layers))


def _result(spans: Spans, name: str, observed: float, expected: float) -> Agreement:
    lack = Undefined(
        "no variation",
        N_("No disagreement is to be expected: no value has both units and gaps. Code texts where values come and go."),
    )
    return Agreement(
        coefficient=name,
        value=1 - observed / expected if expected > 0 else None,
        reason=None if expected > 0 else lack,
        observed=observed,
        expected=expected,
        parts="disagreement",
        design="free segments",
        units=spans.size,
        coders=len(spans.coders),
        silent=spans.silent,
        prevalence=_prevalence(spans),
    )


def _prevalence(spans: Spans) -> dict[Hashable, float]:
    whole = float(spans.length * len(spans.coders))
    covered = np.zeros(len(spans.values))
    for layer in spans.layers:
        covered += np.bincount(layer.value, weights=layer.end - layer.start, minlength=len(spans.values))
    return dict(zip(spans.values, (covered / whole).tolist(), strict=True))


def _of_value(spans: Spans, length: float) -> tuple[float, float]:
    layers, coders = spans.layers, len(spans.layers)
    gaps = [_gaps(layer, spans.begin, spans.begin + spans.length) for layer in layers]
    between = 0.0
    for one in range(coders):
        for two in range(coders):
            if one != two:
                # a pair of intersecting units is met from both sides, a unit in a gap from its own only
                between += _intersecting(layers[one], layers[two]) + 2 * _in_gaps(layers[one], gaps[two])
    observed = between / (coders * (coders - 1) * length**2)
    extents = np.concatenate([layer.end - layer.start for layer in layers]).astype(float)
    empty = np.concatenate([end - start for start, end in gaps]).astype(float)
    among = (extents.size - 1) / 3 * (2 * extents**3 - 3 * extents**2 + extents)
    room = _room_in(np.sort(empty), extents)
    positions = coders * length * (coders * length - 1) - (extents * (extents - 1)).sum()
    return observed, float(2 / length * (among + extents**2 * room).sum() / positions) if positions > 0 else 0.0


def _room_in(empty: Floats, extents: Floats) -> Floats:
    """Return for each extent the sum over gaps at least as long of gap - extent + 1; `empty` is sorted."""
    place = np.searchsorted(empty, extents)
    after = np.append(np.cumsum(empty[::-1])[::-1], 0.0)
    return np.asarray(after[place] + (empty.size - place) * (1 - extents))


def _gaps(layer: Layer, begin: int, end: int) -> tuple[Ints, Ints]:
    starts, ends = np.append(begin, layer.end), np.append(layer.start, end)
    some = starts < ends
    return starts[some], ends[some]


def _intersecting(one: Layer, two: Layer) -> float:
    """Return the summed squared distances of units of two coders that intersect."""
    if not two.start.size:
        return 0.0
    first = np.searchsorted(two.end, one.start, side="right")
    last = np.searchsorted(two.start, one.end, side="left")
    count = np.maximum(last - first, 0)
    mine = np.repeat(np.arange(one.start.size), count)
    yours = np.arange(mine.size) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    apart = (one.start[mine] - two.start[yours]).astype(float) ** 2 + (one.end[mine] - two.end[yours]).astype(
        float
    ) ** 2
    return float(apart.sum())


def _in_gaps(layer: Layer, gaps: tuple[Ints, Ints]) -> float:
    """Return the summed squared lengths of units that lie within a gap of another coder."""
    starts, ends = gaps
    if not starts.size:
        return 0.0
    place = np.searchsorted(starts, layer.start, side="right") - 1
    inside = (place >= 0) & (layer.end <= ends[place])
    return float(((layer.end - layer.start)[inside].astype(float) ** 2).sum())
