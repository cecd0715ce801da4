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

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.sets._checks import Term, read_pair, read_term
from veche.sets._engine import compiled
from veche.sets._terms import Floats, Frame
from veche.study.errors import N_, InputProblem


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
    r"""Measure how far x is a subset of y: inclusion :math:`\sum \min(x, y) / \sum x`, PRI and coverage as in this module.

    Parameters
    ----------
    x, y
        Memberships of the cases in the set and in the outcome, in [0, 1]; shapes (cases,).

    Returns
    -------
    Sufficiency
        Ratios in [0, 1]; NaN where 0/0. Unique coverage needs a model (`fit_model`) and is NaN.

    Raises
    ------
    InputProblem
        If the shapes differ, or a membership is missing or outside [0, 1]; the message names its place.

    References
    ----------
    Ragin 2006, Political Analysis 14:291-310; Schneider and Wagemann 2012, Set-Theoretic Methods (PRI).

    Examples
    --------
    >>> sufficiency([0.2, 0.8, 1], [0.4, 0.6, 1]).inclusion
    0.9
    """
    return subset_fit(*read_pair(x, y))


def subset_fit(a: Floats, b: Floats) -> Sufficiency:
    """Do the same as `sufficiency` with memberships that were read already."""
    both = np.minimum(a, b)
    either_way = float(np.minimum(both, 1 - b).sum())
    shared = float(both.sum())
    return Sufficiency(
        _ratio(shared, a.sum()), _ratio(shared - either_way, a.sum() - either_way), _ratio(shared, b.sum())
    )


def necessity_of(x: ArrayLike, y: ArrayLike) -> Necessity:
    r"""Measure how far x is a superset of y: inclusion :math:`\sum \min(x, y) / \sum y`, relevance and coverage as in this module.

    Parameters
    ----------
    x, y
        Memberships of the cases in the set and in the outcome, in [0, 1]; shapes (cases,).

    Returns
    -------
    Necessity
        Ratios in [0, 1]; NaN where 0/0. A relevance near 0 is a condition that nearly every case fulfils.

    Raises
    ------
    InputProblem
        If the shapes differ, or a membership is missing or outside [0, 1]; the message names its place.

    References
    ----------
    Ragin 2006, Political Analysis 14:291-310; Schneider and Wagemann 2012, Set-Theoretic Methods (RoN).

    Examples
    --------
    >>> necessity_of([0.4, 0.6, 1], [0.2, 0.8, 1]).inclusion
    0.9
    """
    return superset_fit(*read_pair(x, y))


def superset_fit(a: Floats, b: Floats) -> Necessity:
    """Do the same as `necessity_of` with memberships that were read already."""
    both = np.minimum(a, b)
    return Necessity(_ratio(both.sum(), b.sum()), _ratio((1 - a).sum(), (1 - both).sum()), _ratio(both.sum(), a.sum()))


@dataclass(frozen=True, slots=True)
class ModelFit:
    """Fit of a model and of each of its terms, in the order of the terms."""

    terms: tuple[Sufficiency, ...]
    whole: Sufficiency


def fit_model(frame: Frame, cubes: Iterable[Term]) -> ModelFit:
    r"""Measure a model and its terms.

    With m the union (greatest membership) of all terms and m_{-t} that of all but the term t, its unique coverage is
    :math:`(\sum \min(m, y) - \sum \min(m_{-t}, y)) / \sum y`: what is lost without it. The other ratios are those of `sufficiency`.

    Parameters
    ----------
    frame
        Cases, conditions and outcome, from `make_frame`.
    cubes
        Terms in words, or as values of the conditions (-1 where a condition plays no part).

    Returns
    -------
    ModelFit
        Of every term in their order, and of the whole; ratios in [0, 1], NaN where 0/0.

    Raises
    ------
    InputProblem
        If a term names what is not there.

    References
    ----------
    Ragin 2006, Political Analysis 14:291-310; Schneider and Wagemann 2012, Set-Theoretic Methods (raw and unique coverage).

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
    members = [frame.membership(read_term(frame, cube)) for cube in cubes]
    whole = _union(members, len(y))
    total = float(y.sum())
    covered = float(np.minimum(whole, y).sum())
    found = []
    for at, member in enumerate(members):
        rest = _union(members[:at] + members[at + 1 :], len(y))
        one = subset_fit(member, y)
        unique = _ratio(covered - float(np.minimum(rest, y).sum()), total)
        found.append(Sufficiency(one.inclusion, one.pri, one.coverage, unique))
    return ModelFit(tuple(found), subset_fit(whole, y))


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

    Returns
    -------
    Fits
        Arrays of shapes (models, 3) and (models, size, 4); ratios in [0, 1], NaN where 0/0. About 5 microseconds for each model.

    Raises
    ------
    InputProblem
        If the terms have not one value for each condition, or a model names a term that is not there.

    References
    ----------
    Ragin 2006, Political Analysis 14:291-310; Schneider and Wagemann 2012, Set-Theoretic Methods.

    Examples
    --------
    >>> import numpy as np
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> terms = np.array([[1, -1], [1, 1], [-1, 0]])  # HEAD, HEAD*FIRM, ~FIRM
    >>> sets.fit_models(frame, terms, np.array([[0], [1], [2]])).whole.round(2)[:, 0]
    array([1.  , 1.  , 0.72])
    """
    _check_models(frame, cubes, models)
    y, whole = frame.outcome, np.empty((len(models), 3))
    if compiled(models.size * len(y)):
        from veche.sets._fitting import fit_all, fit_crisp

        # whatever is given, one kind of arrays: each further kind would be compiled anew
        own, of = np.require(models, np.int64, ("C", "W")), np.require(cubes, np.int64, ("C", "W"))
        terms, (lines, begins) = np.empty((*models.shape, 4)), frame.stacked
        if frame.packed is None:
            fit_all(lines, begins, np.array(y), of, own, whole, terms)
        else:
            words, outcome = frame.packed
            fit_crisp(words, begins, outcome, len(y), of, own, whole, terms)
        return Fits(whole, terms)
    used, models = numbered(models, len(cubes))
    members, unique = _memberships(frame, cubes[used]), np.empty(models.shape)
    _fit_all(members, y, models, whole, unique)
    shared = np.minimum(members, y)
    of_terms = _measured(shared.sum(axis=1), members.sum(axis=1), np.minimum(shared, 1 - y).sum(axis=1), y.sum())
    terms = np.concatenate((of_terms[models], _ratios(unique, np.full(models.shape, y.sum()))[..., None]), axis=2)
    return Fits(_measured(whole[:, 0], whole[:, 1], whole[:, 2], y.sum()), terms)


def _check_models(frame: Frame, cubes: NDArray[np.int64], models: NDArray[np.int64]) -> None:
    tops = [len(column) for column in frame.literals]
    good = cubes.ndim == 2 and cubes.shape[1] == frame.width and models.ndim == 2
    if good and cubes.size:
        good = bool(cubes.min() >= -1 and (cubes.max(axis=0) < tops).all())
    if not good or (models.size and not (models.min() >= 0 and models.max() < len(cubes))):
        raise InputProblem(
            N_(
                "The terms have the shape {terms}, the models the shape {models}. Give one value (-1 for none) for each of {conditions} "
                "conditions, and models of terms by their number from 0."
            ),
            terms=str(cubes.shape), models=str(models.shape), conditions=frame.width,
        )  # fmt: skip


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
    """Fill `whole` (sums for each model: shared, own, either way) and `unique` (what the others leave of each term's part)."""
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
