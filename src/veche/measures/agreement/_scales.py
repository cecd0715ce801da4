"""Weights of agreement and distances of disagreement between categories."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures.agreement._units import Units
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]

#: names of weights of agreement
Weighting = Literal["linear", "quadratic"]

#: more values than this need a matrix too large to keep
_MOST = 4000


def ranks(units: Units, purpose: str) -> Floats:
    """Return 0, 1, 2, ... for the categories in order.

    Raises
    ------
    InputProblem
        If the categories are names without an order.
    """
    if not units.ordered:
        raise InputProblem(
            N_(
                "{purpose} needs ordered categories, and {found} are names. "
                "Give the categories in order (categories=), or use a nominal coefficient."
            ),
            purpose=purpose,
            found=", ".join(repr(value) for value in units.categories[:5]),
        )
    return np.arange(max(len(units.categories), 1), dtype=float)


def magnitudes(units: Units, purpose: str) -> Floats:
    """Return the categories as numbers.

    Raises
    ------
    InputProblem
        If a category is not a finite number.
    """
    found = [_number(value) for value in units.categories]
    for value, number in zip(units.categories, found, strict=True):
        if number is None:
            raise InputProblem(
                N_("{purpose} needs numbers, and the value {value!r} is none. Use a nominal or ordinal coefficient."),
                purpose=purpose,
                value=value,
            )
    return np.array(found, dtype=float)


def _number(value: object) -> float | None:
    number = float(value) if isinstance(value, (bool, int, float, np.number, np.bool_)) else math.nan
    return number if math.isfinite(number) else None


def agreement_weights(
    units: Units, weights: Weighting | ArrayLike | None, purpose: str
) -> tuple[Floats | None, str | None]:
    r"""Return weights of agreement of each pair of categories, 1 on the diagonal, and their name; None without weights.

    Linear :math:`1 - |i - j|/(q - 1)`, quadratic :math:`1 - (i - j)^2/(q - 1)^2` of ranks i, j of q categories.

    Raises
    ------
    InputProblem
        If the name is not known, the categories have no order, or a matrix does not fit.
    """
    if weights is None:
        return None, None
    q = few(units)
    if isinstance(weights, str):
        if weights not in ("linear", "quadratic"):
            raise InputProblem(
                N_("The weights are {found!r}. Use 'linear', 'quadratic', a matrix, or none."), found=weights
            )
        place = ranks(units, purpose) / max(q - 1, 1)
        apart = np.abs(place[:, None] - place[None, :])
        return 1 - (apart if weights == "linear" else apart**2), weights
    return _given(weights, units.categories, diagonal=1.0), "given"


def given_distances(distances: ArrayLike, categories: tuple[Hashable, ...]) -> Floats:
    """Return a matrix of distances of categories if it is one: symmetric, 0 on the diagonal, not negative.

    Raises
    ------
    InputProblem
        If it is not.
    """
    return _given(distances, categories, diagonal=0.0)


def _given(matrix: ArrayLike, categories: tuple[Hashable, ...], *, diagonal: float) -> Floats:
    try:
        found = np.asarray(matrix, dtype=float)
    except (TypeError, ValueError) as error:
        raise InputProblem(
            N_("The weights or distances are no matrix of numbers. Give one row and one column per category.")
        ) from error
    q = len(categories)
    if found.shape != (q, q):
        raise InputProblem(
            N_("The matrix has shape {found}, and there are {wanted} categories. Give a row and a column for each."),
            found=found.shape,
            wanted=q,
        )
    if not (np.isfinite(found).all() and (found >= 0).all() and np.allclose(found, found.T)):
        raise InputProblem(
            N_("The matrix holds a negative or missing number, or is not symmetric. Correct weights or distances.")
        )
    if diagonal and (found > 1 + 1e-9).any():
        raise InputProblem(
            N_("A weight of agreement is {found}. Weights lie between 0 (no agreement) and 1 (equal)."),
            found=float(found.max()),
        )
    if not np.allclose(np.diag(found), diagonal):
        raise InputProblem(
            N_("The diagonal of the matrix is not {wanted}. Equal values have weight 1 and distance 0."),
            wanted=diagonal,
        )
    return found


def few(units: Units) -> int:
    """Return the number of categories, at least 1, if a matrix of them can be kept.

    Raises
    ------
    InputProblem
        If there are too many.
    """
    q = len(units.categories)
    if q > _MOST:
        raise InputProblem(
            N_("There are {found} different values, more than {most}. Round or group them first."), found=q, most=_MOST
        )
    return max(q, 1)
