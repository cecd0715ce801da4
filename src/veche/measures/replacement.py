"""A change of a mean split in two: those who stayed changed, and others came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Split:
    """Change of a mean, its part within holders who stayed, and its part by their replacement; they add up."""

    total: Floats
    within: Floats
    replaced: Floats


def split_change(sums: tuple[ArrayLike, ArrayLike], counts: tuple[ArrayLike, ArrayLike]) -> Split:
    r"""Split the change of a mean over judgements into change within holders and replacement of holders.

    With the share w of the judgements of a wave that concern holder h, and their mean m,

    .. math:: \Delta = \underbrace{\sum_{h\,in\,both} \tfrac12 (w_{h0} + w_{h1}) (m_{h1} - m_{h0})}_{within}
              + \underbrace{\text{the rest}}_{replacement}

    The rest is what entries, exits and shifts of weight towards other holders bring.

    Parameters
    ----------
    sums
        Sum of the scores about each holder before and after; last axis: holders.
    counts
        Number (weight) of the judgements about each holder before and after, not negative.

    Returns
    -------
    Split
        Without the last axis. Missing (NaN) where a wave has no judgement at all; `within` is 0 where nobody stayed.

    Raises
    ------
    InputProblem
        If a count is negative.

    References
    ----------
    Griliches and Regev 1995, J. of Econometrics 65:175-203 (the split of a change into continuing, entering, leaving).

    Examples
    --------
    >>> found = split_change(([2.0, 0.0], [3.0, 1.0]), ([4, 0], [4, 2]))
    >>> round(float(found.total), 4), round(float(found.within), 4)
    (0.1667, 0.2083)
    """
    s0, s1 = (np.asarray(one, dtype=float) for one in sums)
    n0, n1 = (np.asarray(one, dtype=float) for one in counts)
    if bool(np.any(n0 < 0) or np.any(n1 < 0)):
        raise InputProblem(N_("A number of judgements is negative. Give counts from 0 up."))
    with np.errstate(divide="ignore", invalid="ignore"):
        all0, all1 = n0.sum(axis=-1, keepdims=True), n1.sum(axis=-1, keepdims=True)
        total = (s1.sum(axis=-1, keepdims=True) / all1 - s0.sum(axis=-1, keepdims=True) / all0)[..., 0]
        stayed = (n0 > 0) & (n1 > 0)
        weight = (n0 / all0 + n1 / all1) / 2
        moved = np.where(stayed, weight * (s1 / n1 - s0 / n0), 0.0).sum(axis=-1)
    within = np.where(np.isnan(total), np.nan, moved)
    return Split(np.asarray(total)[()], np.asarray(within)[()], np.asarray(total - within)[()])
