r"""From judgements to levels: a hierarchical ordered logit with common cut points and coders who judge high or low.

Level y in 0..K-1 that coder r gives indicator i of case c (a town in a wave):

.. math:: P(y \le k) = \Lambda(\gamma_k - a\,\theta_{ci} - d_i - b_r)

- :math:`\theta_{ci} \sim N(0, 1)`: what is so, on the scale on which observables of the model are standard normal over the condition box;
- :math:`\gamma_1 \sim N(-2.5, 1.5)`, :math:`\gamma_k = \gamma_{k-1} + e^{g_k}`, :math:`g_k \sim N(\log 1.6, 0.5)`: cut points, common to all;
- :math:`\log a \sim N(\log 2, 0.4)`: how well judgements tell levels apart;
- :math:`b_r \sim N(0, \sigma_b)`, :math:`d_i \sim N(0, \sigma_d)`, both spreads half-normal with scale 0.5: coder bias, ease of an indicator.

Levels are integrated out on a grid; the rest is drawn by Hamiltonian Monte Carlo, scaled by the curvature at the mode.

References
----------
Johnson and Albert 1999, Ordinal Data Modeling, chapters 4-5; Neal 2011, MCMC using Hamiltonian dynamics, section 5.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veche.measures.informants import split_rhat
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: levels on the hidden scale at which integrals are taken, and their prior weights
GRID: Floats = np.linspace(-4.0, 4.0, 41)
PRIOR: Floats = np.exp(-(GRID**2) / 2) / np.exp(-(GRID**2) / 2).sum()
#: steps of the sampler that go farther from the prior's middle than this are refused
FAR = 25.0
#: prior: mean and spread of the first cut, of the log gaps, of the log slope; scales of the two spreads
FIRST, GAP, SLOPE, SPREAD = (-2.5, 1.5), (np.log(1.6), 0.5), (np.log(2.0), 0.4), 0.5


@dataclass(frozen=True)
class Ratings:
    """Judgements as columns of equal length, numbered from 0; and how many there are of each."""

    level: Ints
    case: Ints
    indicator: Ints
    coder: Ints
    levels: int
    cases: int
    indicators: int
    coders: int


@dataclass(frozen=True)
class Draws:
    """Draws of the measurement parameters: `slope` (n,), `cuts` (n, levels-1), `ease` (n, indicators), `bias` (n, coders)."""

    slope: Floats
    cuts: Floats
    ease: Floats
    bias: Floats

    def mean(self) -> Draws:
        """Give the mean of the draws as one draw."""
        return Draws(*(one.mean(axis=0, keepdims=True) for one in (self.slope, self.cuts, self.ease, self.bias)))

    def log_table(self, at: int) -> Floats:
        """Log-probability of each level at each grid point: shape (coders, indicators, levels, grid)."""
        shift = self.bias[at][:, None] + self.ease[at][None, :]
        return log_levels(self.cuts[at], self.slope[at] * GRID + shift[..., None])


@dataclass(frozen=True)
class Measured:
    """What the judgements say: draws of the parameters, and of each case and indicator the weights of the grid.

    `weights` has shape (cases, indicators, grid) and is missing where nothing was judged.
    """

    ratings: Ratings
    draws: Draws
    weights: Floats
    rhat: float

    @cached_property
    def mean(self) -> Floats:
        """Mean level on the hidden scale: shape (cases, indicators)."""
        return np.asarray(self.weights @ GRID)

    def quantile(self, share: float) -> Floats:
        """Quantile of the level on the hidden scale: shape (cases, indicators), missing where nothing was judged."""
        steps = np.cumsum(self.weights, axis=2) - self.weights / 2
        found = np.full(self.weights.shape[:2], np.nan)
        for at in np.ndindex(*found.shape):
            if not np.isnan(self.weights[at][0]):
                found[at] = np.interp(share, steps[at], GRID)
        return found


def log_levels(cuts: Floats, eta: Floats) -> Floats:
    """Log-probability of each level: shape of `eta` with the levels as second-last axis."""
    upper, lower = _sides(cuts, eta)
    return np.asarray(np.log(np.maximum(upper - lower, 1e-300)))


def _sides(cuts: Floats, eta: Floats) -> tuple[Floats, Floats]:
    from scipy.special import expit

    below = expit(cuts[:, None] - eta[..., None, :])
    edge = np.zeros((*eta.shape[:-1], 1, eta.shape[-1]))
    return np.concatenate([below, edge + 1], axis=-2), np.concatenate([edge, below], axis=-2)


def measure(ratings: Ratings, *, draws: int = 400, warmup: int = 100, chains: int = 2, seed: int = 1) -> Measured:
    """Draw from the posterior of the measurement model.

    Parameters
    ----------
    ratings
        Judgements; one coder is enough, but then his bias is told by the prior alone.
    draws, warmup, chains
        Draws kept and thrown away of each chain.
    seed
        The same seed gives the same draws.

    Raises
    ------
    InputProblem
        If there is no judgement, or one lies outside the scale.
    """
    if not ratings.level.size:
        raise InputProblem(
            N_("There is no judgement of any indicator. Code interviews first, or give a table of judgements.")
        )
    if ratings.level.min() < 0 or ratings.level.max() >= ratings.levels:
        raise InputProblem(
            N_("A judgement is {level} on a scale of {levels} steps. Give whole numbers from 0 up to below the number of steps."),
            level=int(ratings.level.max()), levels=ratings.levels,
        )  # fmt: skip
    target = _Target(ratings)
    kept = _hamiltonian(target, draws, warmup, chains, np.random.default_rng(seed))
    flat = kept.reshape(-1, kept.shape[-1])
    named = target.named(flat)
    told = np.column_stack([named.slope, named.cuts, named.ease, named.bias]).reshape(chains, draws, -1)
    weights = np.mean([target.weights(row)[1] for row in flat[:: max(1, len(flat) // 200)]], axis=0)
    full = np.full((ratings.cases, ratings.indicators, GRID.size), np.nan)
    full.reshape(-1, GRID.size)[target.cells] = weights
    return Measured(ratings, named, full, split_rhat(told))


class _Target:
    """Log-posterior of the measurement parameters with levels integrated out, and its gradient.

    The vector: first cut, log gaps, log slope, log spreads of coders and indicators, their standard shifts.
    """

    def __init__(self, ratings: Ratings) -> None:
        cell = ratings.case * ratings.indicators + ratings.indicator
        order = np.argsort(cell, kind="stable")
        self.cells, self.starts = np.unique(cell[order], return_index=True)
        self.level, self.coder, self.indicator = (
            one[order] for one in (ratings.level, ratings.coder, ratings.indicator)
        )
        self.of_cell = np.repeat(np.arange(self.cells.size), np.diff([*self.starts, cell.size]))
        self.levels, self.coders, self.indicators = ratings.levels, ratings.coders, ratings.indicators
        self.cut_count = ratings.levels - 1
        self.head = self.cut_count + 3
        self.size = self.head + self.coders + self.indicators
        self.center = np.concatenate([
            [FIRST[0]], np.full(self.cut_count - 1, GAP[0]), [SLOPE[0], *np.log([SPREAD / 2, SPREAD / 2])], np.zeros(self.coders + self.indicators),
        ])  # fmt: skip
        self.scale = np.concatenate([[FIRST[1]], np.full(self.cut_count - 1, GAP[1]), [SLOPE[1]]])

    def parts(self, x: Floats) -> tuple[Floats, float, Floats, Floats]:
        """Cuts, slope, shifts of coders and of indicators."""
        n = self.cut_count
        cuts = np.cumsum(np.concatenate([x[:1], np.exp(x[1:n])]))
        bias = np.exp(x[n + 1]) * x[self.head : self.head + self.coders]
        ease = np.exp(x[n + 2]) * x[self.head + self.coders :]
        return cuts, float(np.exp(x[n])), bias, ease

    def weights(self, x: Floats) -> tuple[float, Floats]:
        """Log-likelihood, and of each judged cell the weights of the grid."""
        cuts, slope, bias, ease = self.parts(x)
        table = log_levels(cuts, slope * GRID + (bias[:, None] + ease[None, :])[..., None])
        return self._cells(table)

    def _cells(self, table: Floats) -> tuple[float, Floats]:
        summed = np.add.reduceat(table[self.coder, self.indicator, self.level], self.starts, axis=0)
        top = summed.max(axis=1, keepdims=True)
        held = np.exp(summed - top) * PRIOR
        total = held.sum(axis=1, keepdims=True)
        return float((np.log(total) + top).sum()), held / total

    def __call__(self, x: Floats) -> tuple[float, Floats]:
        """Log-posterior and its gradient; far outside of all that the priors allow it is minus infinity."""
        if not np.all(np.abs(x - self.center) < FAR):
            return -np.inf, np.zeros(self.size)
        cuts, slope, bias, ease = self.parts(x)
        upper, lower = _sides(cuts, slope * GRID + (bias[:, None] + ease[None, :])[..., None])
        inside = np.maximum(upper - lower, 1e-300)
        value, weights = self._cells(np.log(inside))
        at = (self.coder, self.indicator, self.level)
        held = weights[self.of_cell]
        low, high, width = lower[at], upper[at], inside[at]
        by_eta = held * (low + high - 1)
        rated = by_eta.sum(axis=1)
        n = self.cut_count
        found = np.zeros(self.size)
        share = held / width
        by_cut = np.bincount(self.level + 1, (share * (high - high * high)).sum(axis=1), n + 2)
        by_cut -= np.bincount(self.level, (share * (low - low * low)).sum(axis=1), n + 2)
        tail = np.cumsum(by_cut[1 : n + 1][::-1])[::-1]
        found[0] = tail[0]
        found[1:n] = tail[1:] * np.exp(x[1:n])
        found[n] = slope * (by_eta @ GRID).sum()
        by_bias = np.bincount(self.coder, rated, self.coders)
        by_ease = np.bincount(self.indicator, rated, self.indicators)
        found[n + 1], found[n + 2] = by_bias @ bias, by_ease @ ease
        found[self.head :] = np.concatenate([np.exp(x[n + 1]) * by_bias, np.exp(x[n + 2]) * by_ease])
        prior, slope_of_prior = self._prior(x)
        return value + prior, found + slope_of_prior

    def _prior(self, x: Floats) -> tuple[float, Floats]:
        n, found = self.cut_count, np.zeros(self.size)
        z = (x[: n + 1] - self.center[: n + 1]) / self.scale
        spread = np.exp(x[n + 1 : n + 3])
        raw = x[self.head :]
        found[: n + 1] = -z / self.scale
        found[n + 1 : n + 3] = 1 - (spread / SPREAD) ** 2
        found[self.head :] = -raw
        value = -(z**2).sum() / 2 + (x[n + 1 : n + 3] - (spread / SPREAD) ** 2 / 2).sum() - (raw**2).sum() / 2
        return float(value), found

    def named(self, rows: Floats) -> Draws:
        """Name the parts of many draws."""
        parts: list[Any] = [self.parts(row) for row in rows]
        cuts, slope, bias, ease = (np.array(one) for one in zip(*parts, strict=True))
        return Draws(slope, cuts, ease, bias)


def _mode(target: _Target) -> tuple[Floats, Floats]:
    """Mode of the posterior, and a factor of its covariance from the curvature there."""
    from scipy.optimize import minimize

    def minus(x: Floats) -> tuple[float, Floats]:
        value, gradient = target(x)
        return -value, -gradient

    solved: Any = minimize(minus, target.center, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    best = np.asarray(solved.x, dtype=float)
    step = 1e-4
    rows = [
        (target(best + step * unit)[1] - target(best - step * unit)[1]) / (2 * step) for unit in np.eye(target.size)
    ]
    curvature = -(np.array(rows) + np.array(rows).T) / 2
    values, vectors = np.linalg.eigh(curvature)
    return best, vectors / np.sqrt(np.clip(values, 0.25, None))


def _hamiltonian(target: _Target, draws: int, warmup: int, chains: int, rng: np.random.Generator) -> Floats:
    """Hamiltonian Monte Carlo in the coordinates in which the posterior is about standard: shape (chains, draws, size)."""
    best, factor = _mode(target)
    kept = np.empty((chains, draws, target.size))
    for chain in range(chains):
        place = 0.5 * rng.standard_normal(target.size)
        value, slope = target(best + factor @ place)
        step = 0.35
        for at in range(warmup + draws):
            there, speed = place.copy(), rng.standard_normal(target.size)
            energy = value - speed @ speed / 2
            length, new_slope = step * rng.uniform(0.8, 1.2), slope
            speed = speed + length / 2 * (factor.T @ new_slope)
            for turn in range(5):
                there = there + length * speed
                new_value, new_slope = target(best + factor @ there)
                if not np.isfinite(new_value):
                    break
                speed = speed + (length if turn < 4 else length / 2) * (factor.T @ new_slope)
            chance = (
                math.exp(min(0.0, float(new_value - speed @ speed / 2 - energy))) if np.isfinite(new_value) else 0.0
            )
            if rng.random() < chance:
                place, value, slope = there, new_value, new_slope
            if at < warmup:
                step *= float(np.exp((chance - 0.8) / (1 + at) ** 0.6))
            else:
                kept[chain, at - warmup] = best + factor @ place
    return kept
