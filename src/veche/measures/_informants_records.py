"""What the measurement model of informants works on and gives: priors, judgements, draws, and whether chains agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Priors:
    """Scales of the prior distributions: a, b, c and d of the model, all above 0."""

    thresholds: float = 1.5
    groups: float = 0.75
    reporters: float = 0.5
    reliability: float = 0.3


@dataclass(frozen=True)
class Judgements:
    """Judgements as columns of equal length, numbered from 0: level, case, reporter, group; and how many there are of each."""

    level: Ints
    case: Ints
    reporter: Ints
    group: Ints
    levels: int
    cases: int
    reporters: int
    groups: int


@dataclass(frozen=True)
class Fitted:
    """Draws from the posterior; draws along the first axis.

    `theta` (cases), `thresholds` (levels - 1), `group` (groups; the first is 0), `shift` (reporters), `reliability` (reporters).
    `rhat` is the largest split potential scale reduction of the levels of cases and of the groups.
    """

    theta: Floats
    thresholds: Floats
    group: Floats
    shift: Floats
    reliability: Floats
    rhat: float

    def expected(self) -> Floats:
        """Expected level of each case, from 0 to 1, as a reporter of the first group would judge: shape (draws, cases)."""
        from scipy.special import ndtr

        steps = self.thresholds.shape[1]
        above = 1 - ndtr(self.thresholds[:, None, :] - self.theta[:, :, None])
        return np.asarray(above.sum(axis=2) / steps, dtype=float)


def split_rhat(draws: ArrayLike) -> float:
    r"""Give the largest potential scale reduction of several quantities, each chain split in two halves.

    Parameters
    ----------
    draws
        Shape (chains, draws, quantities), at least 4 draws.

    Returns
    -------
    float
        At least about 1; below 1.05 the chains agree. NaN without quantities.

    References
    ----------
    Gelman, Carlin, Stern, Dunson, Vehtari and Rubin 2013, Bayesian Data Analysis, 3rd edition, section 11.4.
    """
    held = np.asarray(draws, dtype=float)
    half = held.shape[1] // 2
    parts = np.concatenate([held[:, :half], held[:, half : 2 * half]])
    within = parts.var(axis=1, ddof=1).mean(axis=0)
    between = parts.mean(axis=1).var(axis=0, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.sqrt(((half - 1) / half * within + between) / within)
    return float(np.nanmax(found)) if found.size else float("nan")
