"""Before and after a day, within a town: what reporters tell of two branches on either side of it, in event time.

Nothing here says what brought a difference about: it compares two stretches of time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.periods import MONTH, Period
from veche.analyses._shared.relations import Relations
from veche.measures.resampling import bootstrap_weights, exchange, exchanged_sums, percentile_interval

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: fewest reporters on either side for an interval and a test
LEAST = 3


@dataclass(frozen=True, eq=False)
class Turning:
    """What each reporter tells on either side of a day: vote times tone in the first column, vote in the second.

    `shares`: part of every act before and after, two columns. Rows of `before` and `after` are the same reporters.
    """

    reporters: NDArray[np.intp]
    before: Floats
    after: Floats
    shares: Floats

    @property
    def both(self) -> Bools:
        """Who tells of both sides?"""
        found: Bools = (self.before[:, 1] > 0) & (self.after[:, 1] > 0)
        return found

    def tones(self) -> tuple[float, float]:
        """Tone before and after: the mean over reporters by vote, in [-1, 1]; NaN where nobody tells."""
        return _tone(self.before.sum(axis=0)), _tone(self.after.sum(axis=0))

    def sizes(self) -> tuple[int, int]:
        """How many reporters tell of the time before, and after."""
        return int((self.before[:, 1] > 0).sum()), int((self.after[:, 1] > 0).sum())

    def panel(self) -> float:
        """Difference of tone among those who tell of both sides; NaN with fewer than two of them."""
        if self.both.sum() < 2:
            return float("nan")
        return _tone(self.after[self.both].sum(axis=0)) - _tone(self.before[self.both].sum(axis=0))


@dataclass(frozen=True, slots=True)
class Difference:
    """Tone after minus tone before, bootstrap bounds over reporters, and p under exchange of the two sides."""

    value: float
    low: float
    high: float
    p: float


def _tone(sums: Floats) -> float:
    return float(sums[0] / sums[1]) if sums[1] > 0 else float("nan")


def sides_of_day(day: float, first: float, months: float = 0.0) -> tuple[Period, Period]:
    """Give the stretches before and after a day: `months` long, or (0) back to `first` and without end."""
    reach = months * MONTH
    start = max(first, day - reach) if reach else first
    return (
        Period("before", "before", min(start, day - 1), day),
        Period("after", "after", day, day + reach if reach else day + 1e5),
    )


def turning(relations: Relations, acts: Bools, sides: tuple[Period, Period]) -> Turning:
    """Gather what reporters tell of some acts on either side of a day.

    Parameters
    ----------
    relations, acts
        Prepared statements, and which to take. An event that lasts over the day counts on both sides, by its parts.
    sides
        From `sides_of_day`.
    """
    shares = np.column_stack([relations.share_in(one) for one in sides]) * acts[:, None]
    taken = np.flatnonzero(shares.any(axis=1) & ~np.isnan(relations.valence))
    reporters, row = np.unique(relations.reporter[taken], return_inverse=True)
    found = []
    for side in range(2):
        # without any act NumPy counts in whole numbers
        mass = np.bincount(row, shares[taken, side], minlength=reporters.size).astype(float)
        said = np.bincount(row, shares[taken, side] * relations.valence[taken], minlength=reporters.size).astype(float)
        vote = np.minimum(1.0, mass)
        tone = np.divide(said, mass, out=np.zeros_like(said), where=mass > 0)
        found.append(np.column_stack([vote * tone, vote]))
    return Turning(reporters, found[0], found[1], shares)


def difference(one: Turning, *, resamples: int, confidence: float, rng: np.random.Generator) -> Difference:
    """Give the difference of tone with its interval and an exchange test; NaN with fewer than three reporters a side."""
    before, after = one.tones()
    if min(one.sizes()) < LEAST:
        return Difference(after - before, np.nan, np.nan, np.nan)
    present = one.before[:, 1] > 0, one.after[:, 1] > 0
    swap = exchange(*present, np.zeros(one.reporters.size, dtype=int), resamples, rng)
    sums = exchanged_sums(swap, one.before, one.after)
    chance = np.abs(_differences(sums.before, sums.after))
    chance = chance[~np.isnan(chance)]
    weights = bootstrap_weights(one.reporters.size, resamples, rng)
    bounds = percentile_interval(_differences(weights @ one.before, weights @ one.after), confidence)
    p = (1 + int((chance >= abs(after - before) - 1e-9).sum())) / (1 + chance.size)
    return Difference(after - before, float(bounds.low), float(bounds.high), p)


def _differences(before: Floats, after: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(after[:, 0] / after[:, 1] - before[:, 0] / before[:, 1])
