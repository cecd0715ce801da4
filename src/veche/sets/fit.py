r"""Parameters of fit: how far one set lies in another.

With memberships x of a term or model and y of the outcome, sums over cases:

.. math::

    inclS = \frac{\sum \min(x, y)}{\sum x},\quad
    PRI = \frac{\sum \min(x, y) - \sum \min(x, y, 1 - y)}{\sum x - \sum \min(x, y, 1 - y)},\quad
    covS = \frac{\sum \min(x, y)}{\sum y}

    inclN = \frac{\sum \min(x, y)}{\sum y},\quad
    covN = \frac{\sum \min(x, y)}{\sum x},\quad
    RoN = \frac{\sum (1 - x)}{\sum (1 - \min(x, y))}

A ratio 0/0 is undefined: NaN. All lie in [0, 1] where defined.

References: Ragin 2006, Political Analysis 14:291-310; Schneider and Wagemann 2012, Set-Theoretic Methods, ch. 5 and 9 (PRI, RoN).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from veche.sets._terms import Cube, Floats, Frame


@dataclass(frozen=True, slots=True)
class Sufficiency:
    """How far a term or model is sufficient: inclusion (consistency), PRI, coverage, and coverage that it alone has."""

    inclusion: float
    pri: float
    coverage: float
    unique: float = float("nan")


@dataclass(frozen=True, slots=True)
class Necessity:
    """How far a condition is necessary: inclusion (consistency), relevance, coverage."""

    inclusion: float
    relevance: float
    coverage: float


def _ratio(above: float, below: float) -> float:
    # sums of memberships carry rounding: what is nothing but rounding is nothing
    return float(above / below) if below > 1e-12 else float("nan")


def sufficiency(x: ArrayLike, y: ArrayLike) -> Sufficiency:
    """Measure how far x is a subset of y; shapes (cases,).

    Examples
    --------
    >>> sufficiency([0.2, 0.8, 1], [0.4, 0.6, 1]).inclusion
    0.9
    """
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    both = np.minimum(a, b)
    either_way = float(np.minimum(both, 1 - b).sum())
    shared = float(both.sum())
    return Sufficiency(
        _ratio(shared, a.sum()), _ratio(shared - either_way, a.sum() - either_way), _ratio(shared, b.sum())
    )


def necessity_of(x: ArrayLike, y: ArrayLike) -> Necessity:
    """Measure how far x is a superset of y; shapes (cases,).

    Examples
    --------
    >>> necessity_of([0.4, 0.6, 1], [0.2, 0.8, 1]).inclusion
    0.9
    """
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    both = np.minimum(a, b)
    return Necessity(_ratio(both.sum(), b.sum()), _ratio((1 - a).sum(), (1 - both).sum()), _ratio(both.sum(), a.sum()))


@dataclass(frozen=True, slots=True)
class ModelFit:
    """Fit of a model and of each of its terms, in the order of the terms."""

    terms: tuple[Sufficiency, ...]
    whole: Sufficiency


def fit_model(frame: Frame, cubes: Sequence[Cube]) -> ModelFit:
    """Measure a model and its terms; unique coverage is what is lost when the term is taken out."""
    y = frame.outcome
    members = [frame.membership(cube) for cube in cubes]
    whole = _union(members, len(y))
    total = float(y.sum())
    covered = float(np.minimum(whole, y).sum())
    found = []
    for at, member in enumerate(members):
        rest = _union(members[:at] + members[at + 1 :], len(y))
        one = sufficiency(member, y)
        unique = _ratio(covered - float(np.minimum(rest, y).sum()), total)
        found.append(Sufficiency(one.inclusion, one.pri, one.coverage, unique))
    return ModelFit(tuple(found), sufficiency(whole, y))


def _union(members: Iterable[Floats], count: int) -> Floats:
    value = np.zeros(count)
    for member in members:
        np.maximum(value, member, out=value)
    return value
