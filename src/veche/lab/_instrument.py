"""Coders as an instrument: what a run would be coded as, and what such codes say, with the same coders and the same gaps as in the study."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from veche.lab.indicators import LEVELS
from veche.lab.measurement import GRID, PRIOR, Draws, Measured

Floats = NDArray[np.float64]
#: who judged each indicator of a case, as numbers of coders; empty where nobody did
Pattern = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Instrument:
    """The coders of a study, as the measurement model found them.

    Codes are summed up as the expected level on the hidden scale under the mean of the parameters; codes of runs are drawn with parameters from
    their posterior, so that what is not known of the coders widens what follows.
    """

    measured: Measured

    @cached_property
    def _table(self) -> Floats:
        return self.measured.draws.mean().log_table(0)

    @cached_property
    def _judged(self) -> dict[tuple[int, int], dict[int, int]]:
        """For each case and indicator the level that each coder gave."""
        found: dict[tuple[int, int], dict[int, int]] = {}
        r = self.measured.ratings
        for level, case, indicator, coder in zip(r.level, r.case, r.indicator, r.coder, strict=True):
            found.setdefault((int(case), int(indicator)), {})[int(coder)] = int(level)
        return found

    def pattern(self, case: int) -> Pattern:
        """Who judged what of a case."""
        return tuple(
            tuple(sorted(self._judged.get((case, one), ()))) for one in range(self.measured.ratings.indicators)
        )

    def seen(self, case: int) -> Floats:
        """What the codes of a case say: shape (judged indicators,)."""
        pattern = self.pattern(case)
        return np.array([
            self._expected(at, coders, np.array([[self._judged[case, at][coder] for coder in coders]]))[0]
            for at, coders in enumerate(pattern) if coders
        ])  # fmt: skip

    def coded(self, levels: Floats, pattern: Pattern, rng: np.random.Generator) -> Floats:
        """Code runs and sum up the codes.

        Parameters
        ----------
        levels
            Indicators of runs on the hidden scale: shape (runs, indicators).
        pattern
            Who judges what.
        rng
            Draws coders' parameters and codes.

        Returns
        -------
        Shape (runs, judged indicators).
        """
        draws: Draws = self.measured.draws
        chosen = rng.integers(0, len(draws.slope), len(levels))
        slope, cuts = draws.slope[chosen], draws.cuts[chosen].T.copy()
        columns = []
        for at, coders in enumerate(pattern):
            if not coders:
                continue
            middle = slope * levels[:, at] + draws.ease[chosen, at]
            codes = np.empty((len(levels), len(coders)), dtype=np.int64)
            for place, coder in enumerate(coders):
                heard = middle + draws.bias[chosen, coder] + rng.logistic(size=len(levels))
                codes[:, place] = (cuts < heard).sum(axis=0)
            columns.append(self._expected(at, coders, codes))
        return np.column_stack(columns)

    def _expected(self, indicator: int, coders: tuple[int, ...], codes: NDArray[np.int64]) -> Floats:
        """Expected hidden level given codes, shape (rows, coders); equal rows are computed once."""
        # numbered coder by coder: rows of numbers are slow to compare
        back, first = np.zeros(len(codes), dtype=np.int64), np.zeros(1, dtype=np.int64)
        for place in range(codes.shape[1]):
            _numbers, first, back = np.unique(back * LEVELS + codes[:, place], return_index=True, return_inverse=True)
        different = codes[first]
        summed = np.zeros((len(different), GRID.size))
        for place, coder in enumerate(coders):
            summed += self._table[coder, indicator][different[:, place]]
        held = np.exp(summed - summed.max(axis=1, keepdims=True)) * PRIOR
        return np.asarray((held @ GRID / held.sum(axis=1))[back])
