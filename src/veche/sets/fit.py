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
from numpy.typing import ArrayLike, NDArray

from veche.sets._engine import compiled
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
    """Measure a model and its terms; unique coverage is what is lost when the term is taken out.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> fit = sets.fit_model(frame, [(1, -1)])
    >>> round(fit.whole.inclusion, 2), round(fit.whole.coverage, 2)
    (1.0, 0.91)
    """
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


@dataclass(frozen=True, slots=True)
class Fits:
    """Fit of many models: of each whole, shape (models, 3); of each of their terms, shape (models, size, 4).

    The last axis holds inclusion, PRI, coverage and, for terms, unique coverage; NaN where undefined.
    """

    whole: Floats
    terms: Floats

    def model(self, number: int) -> ModelFit:
        """Give the fit of one model."""
        terms = tuple(Sufficiency(*line) for line in self.terms[number].tolist())
        return ModelFit(terms, Sufficiency(*self.whole[number].tolist()))


def fit_models(frame: Frame, cubes: NDArray[np.int64], models: NDArray[np.int64]) -> Fits:
    """Measure many models of equal size at once; the formulae are those of `fit_model`.

    Parameters
    ----------
    frame
        The cases.
    cubes
        Terms, shape (terms, conditions).
    models
        For each model its terms, by their number; shape (models, size).
    """
    used, models = numbered(models, len(cubes))
    members, y = _memberships(frame, cubes[used]), frame.outcome
    whole, unique = np.empty((len(models), 3)), np.empty(models.shape)
    if compiled(models.size * len(y)):
        from veche.sets._fitting import fit_all

        fit_all(members, y, models, whole, unique)
    else:
        _fit_all(members, y, models, whole, unique)
    shared = np.minimum(members, y)
    of_terms = _measured(shared.sum(axis=1), members.sum(axis=1), np.minimum(shared, 1 - y).sum(axis=1), y.sum())
    terms = np.concatenate((of_terms[models], _ratios(unique, np.full(models.shape, y.sum()))[..., None]), axis=2)
    return Fits(_measured(whole[:, 0], whole[:, 1], whole[:, 2], y.sum()), terms)


def numbered(places: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the numbers below `count` that stand in an array, in order, and the array with the place of each among them."""
    there = np.zeros(count, dtype=bool)
    there[places] = True
    used = np.flatnonzero(there)
    return used, (np.cumsum(there) - 1)[places]


def _memberships(frame: Frame, cubes: NDArray[np.int64]) -> Floats:
    """Memberships of all cases in many terms, shape (terms, cases)."""
    found = np.ones((len(cubes), len(frame.cases)))
    for place, literals in enumerate(frame.literals):
        # one line more for a free place
        lines = np.vstack((literals, np.ones(len(frame.cases))))
        np.minimum(found, lines[cubes[:, place]], out=found)
    return found


def _fit_all(members: Floats, y: Floats, models: NDArray[np.int64], whole: Floats, unique: Floats) -> None:
    """Do the same as `veche.sets._fitting.fit_all`, without compiled code."""
    for start in range(0, len(models), 256):
        part = slice(start, start + 256)
        x = members[models[part]]
        best = np.sort(np.concatenate((np.zeros((len(x), 1, len(y))), x), axis=1), axis=1)[:, -2:]
        both = np.minimum(best[:, 1], y)
        whole[part] = np.stack(
            (both.sum(axis=1), best[:, 1].sum(axis=1), np.minimum(both, 1 - y).sum(axis=1)), axis=1
        )  # fmt: skip
        # where a term leads, the second is what is left without it; two that lead together leave all
        rest = np.where(x == best[:, 1:], best[:, :1], best[:, 1:])
        unique[part] = both.sum(axis=1)[:, None] - np.minimum(rest, y).sum(axis=2)


def _measured(shared: Floats, own: Floats, either: Floats, total: float) -> Floats:
    """Inclusion, PRI and coverage from sums; one more axis."""
    return np.stack(
        (_ratios(shared, own), _ratios(shared - either, own - either), _ratios(shared, np.full(shared.shape, total))), axis=-1
    )  # fmt: skip


def _ratios(above: Floats, below: Floats) -> Floats:
    defined = below > 1e-12
    return np.where(defined, above / np.where(defined, below, 1.0), np.nan)
