"""Bounds for sentences: many shares are looked at, so what is said of one must hold for all of them at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from veche.measures.proportions import Bounds, clopper_pearson


def sure_bounds(successes: ArrayLike, trials: ArrayLike, confidence: float) -> Bounds:
    """Give exact bounds of several shares that all hold together at the level (Bonferroni).

    If the bounds of two shares do not meet, the shares differ, and the chance that any such statement about them is
    wrong is at most 1 - confidence, provided the trials are independent.
    """
    counts = np.atleast_1d(np.asarray(trials, dtype=float))
    looked_at = max(int((counts > 0).sum()), 1)
    return clopper_pearson(successes, trials, 1 - (1 - confidence) / looked_at)
