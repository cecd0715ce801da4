"""Approximate Bayesian computation: rejection with regression adjustment, and recalibration by ranks of towns held out of the table.

All conditions are on the probit scale of their place in the box, on which the prior is standard normal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: rows compared in one go
TOGETHER = 16
#: least weight of an accepted point: with few judgements many points are equally far away
LEAST = 0.05


@dataclass(frozen=True)
class Reference:
    """Reference points: `conditions` (points, conditions) on the probit scale, `summaries` (points, summaries), and `features` for distances."""

    conditions: Floats
    summaries: Floats
    center: Floats
    weights: Floats
    features: Floats

    def feature(self, summaries: Floats) -> Floats:
        """Predicted conditions of summaries, the space in which distances are taken: shape (rows, conditions)."""
        return _terms(summaries - self.center) @ self.weights


def _terms(centred: Floats) -> Floats:
    """Summaries and their squares."""
    return np.concatenate([centred, centred**2], axis=1)


def make_reference(conditions: Floats, summaries: Floats) -> Reference:
    """Learn the space of distances: conditions as predicted by a quadratic regression on the summaries.

    Summaries that tell nothing then do not count in distances (semi-automatic summaries).

    References
    ----------
    Fearnhead and Prangle 2012, Journal of the Royal Statistical Society B 74:419-474.
    """
    center = summaries.mean(axis=0)
    terms = _terms(summaries - center)
    ridge = 1e-3 * len(terms) * np.eye(terms.shape[1])
    shifted = terms - terms.mean(axis=0)
    weights = np.linalg.solve(shifted.T @ shifted + ridge, shifted.T @ conditions)
    return Reference(conditions, summaries, center, weights, terms @ weights)


def accept(
    reference: Reference, seen: Floats, kept: int, *, skip: NDArray[np.int64] | None = None, importance: Floats | None = None
) -> tuple[Floats, Floats]:  # fmt: skip
    """Accept the nearest points for each row of `seen` and adjust them by local linear regression.

    Parameters
    ----------
    seen
        Summaries, shape (rows, summaries).
    kept
        Points accepted for each row.
    skip
        For each row the number of a point that may not be taken (the row itself, if it is one of the points).
    importance
        Weight of each point, if the points were not drawn from the prior.

    Returns
    -------
    Adjusted conditions (rows, kept, conditions) and their weights (rows, kept), which sum to 1.

    References
    ----------
    Beaumont, Zhang and Balding 2002, Genetics 162:2025-2035.
    """
    rows, count = len(seen), reference.conditions.shape[1]
    adjusted, weights = np.empty((rows, kept, count)), np.empty((rows, kept))
    for row, (chosen, apart, weight) in enumerate(_neighbours(reference, seen, kept, skip, importance)):
        adjusted[row] = _adjust(reference.conditions[chosen], apart, weight)
        weights[row] = weight
    return adjusted, weights


def ranks(
    reference: Reference, seen: Floats, truth: Floats, kept: int, *, skip: NDArray[np.int64] | None = None
) -> Floats:
    """Share of the posterior below the truth, for each row of `seen`: shape (rows, conditions), from 0 to 1.

    The posteriors are those of `accept`; they are not kept.
    """
    found = np.empty_like(truth)
    for row, (chosen, apart, weight) in enumerate(_neighbours(reference, seen, kept, skip, None)):
        found[row] = weight @ (_adjust(reference.conditions[chosen], apart, weight) < truth[row])
    return found


def _neighbours(
    reference: Reference, seen: Floats, kept: int, skip: NDArray[np.int64] | None, importance: Floats | None
) -> Iterator[tuple[NDArray[np.int64], Floats, Floats]]:
    """For each row of `seen` the nearest points: their numbers, their summaries less the row's, and their weights, which sum to 1."""
    squares = (reference.features**2).sum(axis=1)
    for start in range(0, len(seen), TOGETHER):
        part = seen[start : start + TOGETHER]
        place = reference.feature(part)
        distance = squares - 2 * place @ reference.features.T + (place**2).sum(axis=1, keepdims=True)
        if skip is not None:
            distance[np.arange(len(part)), skip[start : start + TOGETHER]] = np.inf
        for own, far in zip(part, distance, strict=True):
            taken = np.argpartition(far, kept)[: kept + 1]
            apart = np.sqrt(np.maximum(far[taken], 0.0))
            order = np.argsort(apart)[:kept]
            width = apart.max()
            weight = np.maximum(1 - (apart[order] / width) ** 2, LEAST) if width > 0 else np.ones(kept)
            chosen = taken[order]
            if importance is not None:
                weight = weight * importance[chosen]
            yield chosen, reference.summaries[chosen] - own, weight / weight.sum()


def _adjust(conditions: Floats, apart: Floats, weight: Floats) -> Floats:
    design = np.concatenate([np.ones((len(apart), 1)), apart], axis=1)
    weighted = design * weight[:, None]
    ridge = 1e-6 * weight.sum() * np.eye(design.shape[1])
    slope = np.linalg.solve(weighted.T @ design + ridge, weighted.T @ conditions)
    return np.asarray(conditions - apart @ slope[1:])


def resample(adjusted: Floats, weights: Floats, size: int, rng: np.random.Generator) -> Floats:
    """Draw `size` equally weighted draws of one row by systematic resampling, in random order: shape (size, conditions)."""
    places = (np.arange(size) + rng.random()) / size
    chosen = np.searchsorted(np.cumsum(weights), places).clip(max=len(weights) - 1)
    found: Floats = adjusted[rng.permutation(chosen)]
    return found


def recalibrate(draws: Floats, found: Floats) -> Floats:
    """Move draws so that their intervals cover as often as they say, keeping the order of draws within each condition.

    Where towns held out lie outside a posterior more often than it says, its draws are spread: the draw at share p of its condition moves to the
    quantile at which a share p of the ranks lie below: of n ranks the k-th lowest is taken for k/(n + 1), as a further town falls below it
    with that chance (conformal prediction).

    Parameters
    ----------
    draws
        Shape (draws, conditions), equally weighted.
    found
        Ranks of the truth in posteriors of towns held out: shape (towns, conditions).

    References
    ----------
    Rodrigues, Prangle and Sisson 2018, Computational Statistics and Data Analysis 126:53-66; Vovk, Gammerman and Shafer 2005, Algorithmic Learning in
    a Random World, chapter 2.
    """
    size = len(draws)
    shares = (np.arange(size) + 0.5) / size
    moved = np.empty_like(draws)
    for at in range(draws.shape[1]):
        wanted = np.quantile(found[:, at], shares, method="weibull")
        order = np.argsort(draws[:, at], kind="stable")
        moved[order, at] = _stretched(draws[order, at], wanted)
    return moved


def _stretched(ordered: Floats, shares: Floats) -> Floats:
    """Quantiles of sorted draws; beyond the outermost draws the tail goes on as that of a normal."""
    from scipy.special import ndtri

    size = len(ordered)
    found = np.interp(shares, (np.arange(size) + 0.5) / size, ordered)
    tail = np.median(ordered) + float(np.std(ordered)) * ndtri(np.clip(shares, 1e-4, 1 - 1e-4))
    low, high = shares < 0.5 / size, shares > 1 - 0.5 / size
    found[low] = np.minimum(ordered[0], tail[low])
    found[high] = np.maximum(ordered[-1], tail[high])
    return np.asarray(found)
