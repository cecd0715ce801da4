"""Gwet's AC1 and AC2: chance from how evenly values are spread, steady where one value prevails."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures.agreement._formula import Formula, Parts, above_chance, evaluate, mean_agreement, ratio
from veche.measures.agreement._kappa import mean_shares
from veche.measures.agreement._resampling import Resampling
from veche.measures.agreement._result import Agreement
from veche.measures.agreement._scales import Weighting, agreement_weights
from veche.measures.agreement._units import Units, check_units

Floats = NDArray[np.float64]


def gwet_ac1(units: Units | object, *, interval: Resampling | None = None) -> Agreement:
    r"""Give Gwet's AC1 of two coders or more; values may be missing.

    .. math:: AC_1 = \frac{A_o - A_e}{1 - A_e},\quad A_e = \frac{\sum_c \pi_c(1 - \pi_c)}{q - 1},
              \quad \pi_c = \frac1{N'} \sum_u \frac{r_{uc}}{r_u}

    with the mean over the N' units that have a value, and q the number of categories offered.

    Parameters
    ----------
    units
        From `given_units` with the categories offered, or a table of shape (units, coders).
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        At most 1; undefined without a pairable unit or without variation.

    References
    ----------
    Gwet 2008, British J. of Mathematical and Statistical Psychology 61:29-48; 2014, Handbook of Inter-Rater
    Reliability, 4th ed.

    Examples
    --------
    >>> rows = [[1, 0], [1, 1], [0, 1], [0, 0], [0, 0], [0, 1], [0, 0], [0, 1], [0, 0], [0, 0]]
    >>> round(gwet_ac1(rows).value, 4)
    0.3103
    """
    return _gwet("gwet_ac1", check_units(units), None, interval)


def gwet_ac2(
    units: Units | object, *, weights: Weighting | ArrayLike = "quadratic", interval: Resampling | None = None
) -> Agreement:
    r"""Give Gwet's AC2, AC1 with weights: values near each other agree in part.

    .. math:: A_o = \frac1N \sum_u \sum_c \frac{r_{uc}(r^*_{uc} - 1)}{r_u(r_u - 1)},\quad
              r^*_{uc} = \sum_k w_{ck} r_{uk},\quad A_e = \frac{T_w}{q(q - 1)} \sum_c \pi_c(1 - \pi_c)

    with T_w the sum of all weights.

    Parameters
    ----------
    units
        From `given_units` with the categories offered in order, or a table of shape (units, coders) of numbers.
    weights
        "linear", "quadratic", or a symmetric matrix in [0, 1] with 1 on the diagonal.
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        At most 1; undefined without a pairable unit or without variation.

    Raises
    ------
    InputProblem
        If weights need an order that the categories do not have.

    References
    ----------
    Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., ch. 4.

    Examples
    --------
    >>> round(gwet_ac2([[1, 1], [1, 2], [2, 2], [3, 3]], weights="linear").value, 4)
    0.7241
    """
    return _gwet("gwet_ac2", check_units(units), weights, interval)


def _gwet(name: str, units: Units, weights: Weighting | ArrayLike | None, interval: Resampling | None) -> Agreement:
    matrix, metric = agreement_weights(units, weights, "AC2")
    q = len(units.categories)
    scale = (q if matrix is None else float(matrix.sum())) / max(q * (q - 1), 1)
    blocks = mean_agreement(units, matrix) | mean_shares(units)

    def finish(sums: Mapping[str, Floats]) -> Parts:
        shares = ratio(sums["shares"], sums["coded"][:, None])
        expected = scale * (shares * (1 - shares)).sum(axis=1)
        return above_chance(ratio(sums["agreed"], sums["pairable"]), expected)

    return evaluate(units, Formula(name, blocks, finish, metric=metric), interval)
