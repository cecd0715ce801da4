"""How sure the tone of a tie is: bootstrap over its reporters, and each of them left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from veche.analyses.ties.fields import Floats, Ints, TownTies
from veche.measures.resampling import bootstrap_weights, share_interval

#: most draws x ties held at once
BLOCK = 4_000_000


@dataclass(frozen=True, slots=True)
class Spread:
    """Bounds of the tone of each tie, and its range with one reporter left out; NaN with a single reporter."""

    low: Floats
    high: Floats
    left_low: Floats
    left_high: Floats


def spread(field: TownTies, *, resamples: int, confidence: float, seed: int) -> Spread:
    """Give the spread of all ties of a town; ties with equally many reporters share their draws."""
    count = len(field.ties)
    found = Spread(*(np.full(count, np.nan) for _ in range(4)))
    sizes = field.ties.reporters
    vote = np.minimum(1.0, field.told.mass)
    for n in np.unique(sizes[sizes > 1]).tolist():
        places = np.flatnonzero(sizes == n)
        weights = bootstrap_weights(n, resamples, np.random.default_rng([seed, 5, n]))
        for some in np.array_split(places, max(1, resamples * places.size // BLOCK)):
            rows = np.array([np.arange(field.rows[k].start, field.rows[k].stop) for k in some.tolist()])
            _fill(found, some, vote[rows], field.told.tone[rows], weights, confidence)
    return found


def _fill(found: Spread, places: Ints, vote: Floats, tone: Floats, weights: Floats, confidence: float) -> None:
    """Work out the spread of some ties: rows are ties, columns reporters."""
    said = vote * tone
    drawn = (weights @ said.T) / (weights @ vote.T)
    value = said.sum(axis=1) / vote.sum(axis=1)
    # the interval of a share, moved from [-1, 1] to [0, 1] and back: where all say the same it is Wilson's
    bounds = share_interval((value + 1) / 2, (drawn + 1) / 2, np.full(len(value), vote.shape[1]), confidence).bounds
    found.low[places], found.high[places] = 2 * bounds.low - 1, 2 * bounds.high - 1
    without = (said.sum(axis=1, keepdims=True) - said) / (vote.sum(axis=1, keepdims=True) - vote)
    found.left_low[places], found.left_high[places] = without.min(axis=1), without.max(axis=1)
