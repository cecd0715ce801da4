"""Direct standardisation: what the share would be if the strata were mixed alike everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.study.errors import N_, InputProblem


def direct_standardisation(events: ArrayLike, totals: ArrayLike, weights: ArrayLike) -> NDArray[np.float64]:
    r"""Weight the rates of strata by a standard mix: :math:`\sum_s w_s\, e_s / n_s` with weights made to sum to 1.

    Parameters
    ----------
    events, totals
        Counts e and n, strata along the last axis, 0 <= e <= n.
    weights
        The standard mix, not negative, strata along the last axis; broadcasts against the others.

    Returns
    -------
    numpy.ndarray
        In [0, 1], without the last axis. NaN where a stratum with weight is empty (its rate is unknown, so the
        standardised share is too) or where all weights are 0.

    Raises
    ------
    InputProblem
        If a weight is negative.

    Notes
    -----
    Removes the effect of a different mix of the strata, and of nothing else.

    References
    ----------
    Rothman, Greenland and Lash 2008, Modern Epidemiology, 3rd edition, chapter 3.

    Examples
    --------
    >>> float(direct_standardisation([2, 6], [4, 8], [3, 1]))
    0.5625
    """
    e, n, w = np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in (events, totals, weights)))
    if bool(np.any(w < 0)):
        raise InputProblem(
            N_("A weight of the standard mix is {value}. Weights cannot be negative."), value=float(w[w < 0][0])
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(w > 0, e / n, 0.0)
        return np.asarray((rate * w).sum(axis=-1) / w.sum(axis=-1), dtype=float)[()]
