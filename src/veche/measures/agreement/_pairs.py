"""Kinds of pairs of values within units, and the interval from drawing such pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._formula import counts_of
from veche.measures.agreement._matrices import count_pairs, scaled_rows
from veche.measures.agreement._resampling import Resampling, interval_of
from veche.measures.agreement._result import Interval
from veche.measures.agreement._units import Units

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PairKinds:
    """Unordered pairs of categories that occur within units.

    `first` <= `second` are numbers of categories; `block`, shape (patterns, kinds), holds the coincidences that each
    pattern brings: 2/(r - 1) for each pair of values in it, so that a pattern's row sums to its r values.
    """

    first: Ints
    second: Ints
    block: Any

    @classmethod
    def of(cls, units: Units) -> PairKinds:
        """Find the pairs in the patterns of units."""
        rows, keys = _pairs_in(units)
        kinds, places = np.unique(keys, return_inverse=True)
        counts = count_pairs(rows, places.ravel().astype(np.int64), len(units.multiplicity), kinds.size)
        scale = 2 / np.maximum(units.given - 1, 1)
        q = max(len(units.categories), 1)
        return cls(kinds // q, kinds % q, scaled_rows(counts, scale))

    @staticmethod
    def counts(units: Units) -> Any:
        """Return how often each category occurs in pairable patterns."""
        return counts_of(units, pairable=True)


def _pairs_in(units: Units) -> tuple[Ints, Ints]:
    q, codes = max(len(units.categories), 1), units.patterns
    rows, keys = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for first in range(codes.shape[1]):
        for second in range(first + 1, codes.shape[1]):
            both = np.flatnonzero((codes[:, first] >= 0) & (codes[:, second] >= 0))
            a, b = codes[both, first], codes[both, second]
            rows.append(both)
            keys.append(np.minimum(a, b) * q + np.maximum(a, b))
    return np.concatenate(rows), np.concatenate(keys)


def pair_interval(kinds: tuple[Floats, Floats, int], expected: float, how: Resampling) -> Interval:
    r"""Give the interval of alpha by drawing pairs of values.

    Of M pairs of values found within units, M are drawn from the distribution of coincidences, and

    .. math:: \alpha^* = 1 - \frac{\sum \delta^2}{M D_e}

    with the expected disagreement held fixed. Errors of coders are taken as independent from unit to unit; where they
    come in runs the interval is too narrow.

    Parameters
    ----------
    kinds
        Squared difference of each kind of pair, its share of the coincidences, and M.
    expected
        D_e, above 0.
    how
        Number of draws and seed.

    References
    ----------
    Hayes and Krippendorff 2007, Communication Methods and Measures 1:77-89.
    """
    squared, shares, number = kinds
    # kinds with one difference are drawn together
    differences, places = np.unique(squared, return_inverse=True)
    chances = np.bincount(places.ravel(), weights=shares)
    rng = np.random.default_rng(how.seed)
    drawn = rng.multinomial(number, chances / chances.sum(), size=how.resamples)
    return interval_of(1 - drawn @ differences / (number * expected), how)
