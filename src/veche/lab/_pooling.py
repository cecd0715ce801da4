r"""Towns of one study resemble each other: conditions are pooled over the towns of a wave as far as the towns agree.

For one condition, on the probit scale of its place in the box: :math:`z_t = \mu + e_t`, :math:`\mu \sim N(0, \rho)`,
:math:`e_t \sim N(0, 1 - \rho)`. As likely as not the towns have nothing in common, :math:`\rho = 0`; else :math:`\rho \in [0, 0.9]` with a
density in proportion to :math:`0.95 - \rho`. So each town alone still has the uniform prior of the box; only what towns have in
common, :math:`\rho`, is learned. Draws of single towns are weighted anew (two-stage estimation), each condition by itself: what conditions share
within a town is kept.

References
----------
Lunn, Barrett, Sweeting and Thompson 2013, Journal of the Royal Statistical Society C 62:551-572.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: values of the common mean (in its prior deviations) and of the share of variance that towns have in common
MEANS: Floats = np.linspace(-3.0, 3.0, 25)
SHARES: Floats = np.linspace(0.0, 0.9, 10)
#: prior weight of each share where towns may have something in common
ALIKE: Floats = (0.95 - SHARES) / (0.95 - SHARES).sum()
#: prior chance that they have nothing in common: without it, intervals of towns which have not are too narrow
NOTHING = 0.5
#: prior weight of each share
BELIEF: Floats = (1 - NOTHING) * ALIKE + NOTHING * (SHARES == 0)


def pool(draws: Floats) -> tuple[Floats, Floats]:
    """Pool the posteriors of several towns.

    Parameters
    ----------
    draws
        Of each town alone, on the probit scale: shape (towns, draws, conditions).

    Returns
    -------
    Pooled draws of the same shape, and for each condition the mean of the share of variance that towns have in common, from 0 to 0.9.
    """
    if len(draws) < 2:
        return draws, np.full(draws.shape[2], np.nan)
    pooled = np.empty_like(draws)
    shared = np.empty(draws.shape[2])
    for at in range(draws.shape[2]):
        weights, shared[at] = _weights(draws[:, :, at])
        for town in range(len(draws)):
            pooled[town, :, at] = _moved(draws[town, :, at], weights[town])
    return pooled, shared


def _weights(draws: Floats) -> tuple[Floats, float]:
    """Weight of each draw of each town, and the mean share: draws has shape (towns, draws)."""
    mu = (np.sqrt(SHARES)[:, None] * MEANS[None, :]).ravel()
    rho = np.repeat(SHARES, MEANS.size)
    prior = np.outer(BELIEF, np.exp(-(MEANS**2) / 2)).ravel()
    ratio = [
        np.exp(-((one[:, None] - mu) ** 2) / (2 * (1 - rho)) + one[:, None] ** 2 / 2 - np.log(1 - rho) / 2)
        for one in draws
    ]
    each = [one.mean(axis=0) for one in ratio]
    log = np.log(prior) + np.sum([np.log(one) for one in each], axis=0)
    held = np.exp(log - log.max())
    held /= held.sum()
    weights = np.array([one @ (held / mean) for one, mean in zip(ratio, each, strict=True)])
    return weights / weights.sum(axis=1, keepdims=True), float(held @ rho)


def _moved(draws: Floats, weights: Floats) -> Floats:
    """Move draws to the quantiles of the weighted sample, keeping their order."""
    order = np.argsort(draws, kind="stable")
    steps = np.cumsum(weights[order]) - weights[order] / 2
    size = len(draws)
    moved = np.empty_like(draws)
    moved[order] = np.interp((np.arange(size) + 0.5) / size, steps, draws[order])
    return moved
