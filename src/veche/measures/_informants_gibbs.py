"""Gibbs sampler of the measurement model of informants: all sets and chains at once, as the first axis of every array.

In each step the thresholds, and a common move of thresholds and levels, are drawn with the hidden answers integrated out
(Cowles 1996, Statistics and Computing 6:101-111); then the hidden answers (Albert and Chib 1993, J. American
Statistical Association 88:669-679), and given them levels, groups and shifts from their normal conditionals; shifts
enter as spread times a standard normal, so that a small spread does not trap the chain; reliabilities by random walk.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from veche.measures._informants_records import Fitted, Floats, Judgements, Priors, split_rhat

#: hidden answers and thresholds lie within this many units
_FAR = 12.0


@dataclass
class _State:
    """Present values; first axis: sets x chains."""

    theta: Floats
    first: Floats
    gaps: Floats
    group: Floats
    spread: Floats
    shift: Floats
    scatter: Floats
    beta: Floats


def run_gibbs(
    data: list[Judgements], priors: list[Priors], draws: int, warmup: int, chains: int, seed: int
) -> list[Fitted]:
    """Draw from the posteriors of several sets of judgements."""
    sampler = _Sampler(data, priors, chains, np.random.default_rng(seed))
    kept = sampler.run(draws, warmup)
    found = []
    for at in range(len(data)):
        rows = slice(at * chains, (at + 1) * chains)
        parts = [np.moveaxis(one[:, rows], 0, 1) for one in kept]
        checked = np.concatenate([parts[0], parts[2][..., 1:]], axis=2)
        flat = [one.reshape(-1, one.shape[-1]) for one in parts]
        found.append(Fitted(flat[0], flat[1], flat[2], flat[3], flat[4], split_rhat(checked)))
    return found


class _Sampler:
    """Data of all sets and chains, and the steps of the sampler."""

    def __init__(self, data: list[Judgements], priors: list[Priors], chains: int, rng: np.random.Generator) -> None:
        one = data[0]
        self.rng, self.size = rng, len(data) * chains
        self.levels, self.cases, self.reporters, self.groups = one.levels, one.cases, one.reporters, one.groups
        self.level, self.case, self.reporter, self.group = (
            np.repeat(np.stack([getattr(each, name) for each in data]), chains, axis=0)
            for name in ("level", "case", "reporter", "group")
        )
        self.scale = {
            name: np.repeat([getattr(each, name) for each in priors], chains)[:, None].astype(float)
            for name in ("thresholds", "groups", "reporters", "reliability")
        }
        # where the case, reporter, group and thresholds of every judgement stand in the flattened values of all chains
        rows = np.arange(self.size)[:, None]
        self.at_case, self.at_reporter, self.at_group = (
            (rows * size + at).ravel()
            for at, size in ((self.case, self.cases), (self.reporter, self.reporters), (self.group, self.groups))
        )
        self.at_cut = (rows * (self.levels + 1) + self.level).ravel()
        ones = np.ones(self.level.shape)
        self.of_reporter, self.of_group = (
            self._sum(ones, at, size) for at, size in ((self.at_reporter, self.reporters), (self.at_group, self.groups))
        )
        self.walk, self.wander = 0.8, 0.2
        self.step: dict[str, Floats] = {
            "cuts": np.full((self.size, 1), 0.3),
            "move": np.full((self.size, 1), 0.3),
        }
        draw = rng.standard_normal
        gaps = 0.3 * draw((self.size, max(self.levels - 2, 0)))
        self.state = _State(
            theta=0.5 * draw((self.size, self.cases)), first=-0.5 + 0.3 * draw((self.size, 1)), gaps=gaps,
            group=np.zeros((self.size, self.groups)), spread=0.1 + 0.4 * rng.random((self.size, 1)),
            shift=0.3 * draw((self.size, self.reporters)), scatter=0.05 + 0.2 * rng.random((self.size, 1)),
            beta=0.3 * draw((self.size, self.reporters)),
        )  # fmt: skip

    def run(self, draws: int, warmup: int) -> tuple[Floats, ...]:
        """Return draws of levels, thresholds, groups, shifts and reliabilities: shape (draws, sets x chains, ...)."""
        kept: list[tuple[Floats, ...]] = []
        for at in range(warmup + draws):
            weight = self._weight()
            middle = self._middle(weight, self.state.theta)
            likelihood = self._cuts(middle, adapt=at < warmup)
            middle = self._move(weight, middle, likelihood, adapt=at < warmup)
            self._given_answers(weight, self._answers(middle))
            if at >= warmup:
                s = self.state
                kept.append((s.theta, _cuts(s), s.group, s.spread * s.shift, np.exp(s.scatter * s.beta)))
        return tuple(np.stack([one[part] for one in kept]) for part in range(5))

    def _sum(self, values: Floats, at: np.ndarray, size: int) -> Floats:
        """Sum values of judgements by case, reporter or group, chain by chain."""
        found = np.bincount(at, weights=values.ravel(), minlength=self.size * size).reshape(self.size, size)
        return np.asarray(found, dtype=float)

    def _of(self, values: Floats, at: np.ndarray) -> Floats:
        """Spread values of cases, reporters or groups over the judgements."""
        return np.asarray(values.ravel().take(at).reshape(self.level.shape))

    def _middle(self, weight: Floats, theta: Floats) -> Floats:
        """Mean of the hidden answer of every judgement."""
        s = self.state
        level = self._of(theta, self.at_case)
        return weight * level + self._of(s.group, self.at_group) + s.spread * self._of(s.shift, self.at_reporter)

    def _weight(self) -> Floats:
        """Reliability of the reporter of every judgement."""
        return self._of(np.exp(self.state.scatter * self.state.beta), self.at_reporter)

    def _likelihood(self, first: Floats, gaps: Floats, middle: Floats) -> Floats:
        """Log-likelihood of each chain with the hidden answers integrated out: shape (chains, 1)."""
        low, high = self._bounds(first, gaps, middle)
        flip = low > 0
        low, high = np.where(flip, -high, low), np.where(flip, -low, high)
        found: Floats = np.log(np.maximum(ndtr(high) - ndtr(low), 1e-300)).sum(axis=1, keepdims=True)
        return found

    def _bounds(self, first: Floats, gaps: Floats, middle: Floats) -> tuple[Floats, Floats]:
        """Where the hidden answer of every judgement lies, relative to its mean."""
        end = np.full((self.size, 1), 4 * _FAR)
        cuts = np.concatenate([-end, np.cumsum(np.concatenate([first, np.exp(gaps)], axis=1), axis=1), end], axis=1)
        return self._of(cuts, self.at_cut) - middle, self._of(cuts, self.at_cut + 1) - middle

    def _prior(self, first: Floats, gaps: Floats) -> Floats:
        scale = self.scale["thresholds"]
        found: Floats = -0.5 * ((first / scale) ** 2 + ((gaps / (scale / 2)) ** 2).sum(axis=1, keepdims=True))
        return found

    def _accept(self, gain: Floats, name: str, *, adapt: bool) -> np.ndarray:
        """Accept a proposal of each chain by the gain of its log posterior; in the warmup fit the steps to 35 % acceptance."""
        taken = np.log(self.rng.random((self.size, 1))) < gain
        if adapt:
            self.step[name] = np.clip(self.step[name] * np.exp(0.05 * (taken - 0.35)), 0.02, 3.0)
        return taken

    def _cuts(self, middle: Floats, *, adapt: bool) -> Floats:
        """Move the thresholds; return the log-likelihood of each chain."""
        s = self.state
        step = self.step["cuts"]
        first = s.first + step * self.rng.standard_normal(s.first.shape)
        gaps = s.gaps + step * self.rng.standard_normal(s.gaps.shape)
        new, old = (self._likelihood(*cuts, middle) for cuts in ((first, gaps), (s.first, s.gaps)))
        gain = new + self._prior(first, gaps)
        gain -= old + self._prior(s.first, s.gaps)
        taken = self._accept(gain, "cuts", adapt=adapt)
        s.first, s.gaps = np.where(taken, first, s.first), np.where(taken, gaps, s.gaps)
        return np.where(taken, new, old)

    def _move(self, weight: Floats, middle: Floats, likelihood: Floats, *, adapt: bool) -> Floats:
        """Move thresholds and levels together, which the likelihood hardly notices; return the mean of the hidden answers."""
        s = self.state
        by = self.step["move"] * self.rng.standard_normal((self.size, 1))
        first, theta = s.first + by, s.theta + by
        moved = self._middle(weight, theta)
        gain = self._likelihood(first, s.gaps, moved) - likelihood
        gain += self._prior(first, s.gaps) - self._prior(s.first, s.gaps)
        gain -= 0.5 * (theta**2 - s.theta**2).sum(axis=1, keepdims=True)
        taken = self._accept(gain, "move", adapt=adapt)
        s.first, s.theta = np.where(taken, first, s.first), np.where(taken, theta, s.theta)
        return np.where(taken, moved, middle)

    def _answers(self, middle: Floats) -> Floats:
        """Draw the hidden answers."""
        low, high = self._bounds(self.state.first, self.state.gaps, middle)
        # on the right of the mean the other tail is drawn, where probabilities do not round to 1
        flip = low > 0
        low, high = np.where(flip, -high, low), np.where(flip, -low, high)
        p, q = ndtr(low), ndtr(high)
        drawn = ndtri(np.clip(p + (q - p) * self.rng.random(middle.shape), 1e-300, 1 - 1e-16))
        drawn = np.clip(drawn, np.maximum(low, -3 * _FAR), np.minimum(high, 3 * _FAR))
        found: Floats = middle + np.where(flip, -drawn, drawn)
        return found

    def _given_answers(self, beta: Floats, answers: Floats) -> None:
        """Draw levels, groups, shifts, spreads and reliabilities given the hidden answers; `beta`: weight of every judgement."""
        s, normal = self.state, self.rng.standard_normal
        own = s.spread * self._of(s.shift, self.at_reporter)
        side = self._of(s.group, self.at_group)
        precision = 1 + self._sum(beta**2, self.at_case, self.cases)
        mean = self._sum(beta * (answers - side - own), self.at_case, self.cases) / precision
        s.theta = mean + normal(mean.shape) / np.sqrt(precision)
        level = self._of(s.theta, self.at_case)
        rest = answers - beta * level
        if self.groups > 1:
            precision = self.scale["groups"] ** -2 + self.of_group
            mean = self._sum(rest - own, self.at_group, self.groups) / precision
            s.group = mean + normal(mean.shape) / np.sqrt(precision)
            s.group[:, 0] = 0.0
        side = self._of(s.group, self.at_group)
        shift = self._shifts(rest - side)
        self._reliabilities(level, answers - side - s.spread * shift)

    def _shifts(self, rest: Floats) -> Floats:
        """Draw the shifts of reporters and their spread; return the standardised shift of every judgement."""
        s = self.state
        precision = 1 + s.spread**2 * self.of_reporter
        mean = s.spread * self._sum(rest, self.at_reporter, self.reporters) / precision
        s.shift = mean + self.rng.standard_normal(mean.shape) / np.sqrt(precision)
        of = self._of(s.shift, self.at_reporter)
        precision = self.scale["reporters"] ** -2 + (of**2).sum(axis=1, keepdims=True)
        mean = (of * rest).sum(axis=1, keepdims=True) / precision
        deviation = 1 / np.sqrt(precision)
        # a normal cut off at 0, drawn by its upper tail
        tail = ndtr(mean / deviation)
        drawn = ndtri(np.clip(tail * self.rng.random(mean.shape), 1e-300, 1 - 1e-16))
        s.spread = np.maximum(mean - deviation * drawn, 1e-6)
        return of

    def _reliabilities(self, theta: Floats, rest: Floats) -> None:
        """Random walks of the reliabilities and of their scatter; `theta`: level of the case of every judgement."""
        s = self.state
        linear = self._sum(rest * theta, self.at_reporter, self.reporters)
        square = self._sum(theta**2, self.at_reporter, self.reporters)

        def fitting(beta: Floats, scatter: Floats) -> Floats:
            weight = np.exp(scatter * beta)
            return weight * linear - 0.5 * weight**2 * square

        new = s.beta + self.walk * self.rng.standard_normal(s.beta.shape)
        gain = fitting(new, s.scatter) - fitting(s.beta, s.scatter) - 0.5 * (new**2 - s.beta**2)
        s.beta = np.where(np.log(self.rng.random(s.beta.shape)) < gain, new, s.beta)
        scatter = np.abs(s.scatter + self.wander * self.rng.standard_normal(s.scatter.shape))
        change = fitting(s.beta, scatter) - fitting(s.beta, s.scatter)
        prior = self.scale["reliability"]
        total = change.sum(axis=1, keepdims=True) - 0.5 * (scatter**2 - s.scatter**2) / prior**2
        s.scatter = np.where(np.log(self.rng.random(s.scatter.shape)) < total, scatter, s.scatter)


def _cuts(s: _State) -> Floats:
    return np.cumsum(np.concatenate([s.first, np.exp(s.gaps)], axis=1), axis=1)
