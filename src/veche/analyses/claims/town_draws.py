"""Draws of a mean over towns without one respondent: those of the main run without his column."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from veche.analyses._shared.sample import Bools, Floats, Ints
from veche.analyses.claims.context import Context
from veche.analyses.claims.estimates import average, town_means
from veche.measures.resampling import ratios


class TownDraws:
    """Draws of the mean over towns of some groups of interviews, without one cluster."""

    def __init__(self, ctx: Context, sums: Floats, counts: Floats) -> None:
        self._ctx, self._sums, self._counts = ctx, sums, counts
        self._held: dict[tuple[int, bytes], Floats] = {}

    @cached_property
    def _base(self) -> Floats:
        sample = self._ctx.sample
        return town_means(self._sums, self._counts, sample.cluster_town, len(sample.towns), self._ctx.shared.weights)

    def without(self, cluster: int, towns: Bools) -> Floats:
        """Give the draws, shape (draws, groups), over some towns."""
        sample = self._ctx.sample
        town = int(sample.cluster_town[cluster])
        here = np.flatnonzero(sample.cluster_town == town)
        others = towns.copy()
        others[town] = False
        key = (town, others.tobytes())
        if key not in self._held:
            self._held[key] = self._town(town, here, others)
        if not towns[town]:
            return average(self._base[:, others], 1)
        return self._held[key][:, int(np.searchsorted(here, cluster))]

    def _town(self, town: int, here: Ints, others: Bools) -> Floats:
        """Means over the other towns and this one without each of its clusters: shape (draws, clusters, groups)."""
        drawn = self._ctx.shared.weights[:, here]
        parts = (self._sums[here], self._counts[here])
        left = ratios(*((drawn @ one)[:, None, :] - drawn[:, :, None] * one for one in parts))
        rest = self._base[:, others]
        known, there = ~np.isnan(left), ~np.isnan(rest)
        total = np.where(there, rest, 0.0).sum(axis=1)[:, None, :] + np.where(known, left, 0.0)
        return np.asarray(ratios(total, there.sum(axis=1)[:, None, :] + known))
