"""A small reference table, made once for all tests, and judgements of invented towns."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from veche.lab.evidence import COLUMNS, Coded, read_evidence
from veche.lab.indicators import KEYS
from veche.lab.reference_table import NAMES, ReferenceTable, make_table, run_indicators

#: enough for the tests, too few for work
POINTS = 2_400


@cache
def small_table() -> ReferenceTable:
    """The table."""
    return make_table(points=POINTS, seed=20)


def coded_towns(
    places: np.ndarray, *, coders: int = 3, seed: int = 1, slope: float = 4.0, skip: tuple[str, ...] = ()
) -> Coded:
    """Run towns at places of the box, and let coders judge them by the ordered logit: bias .5, 0, -.5 ..."""
    table, rng = small_table(), np.random.default_rng(seed)
    levels = np.nan_to_num(run_indicators(places, table.scale, seed=seed, first_point=1_000_000))
    bias = np.linspace(0.5, -0.5, coders) if coders > 1 else np.zeros(1)
    cuts = np.array([-3.5, -1.2, 1.2, 3.5])
    heard = slope * levels[..., None] + bias + rng.logistic(size=(*levels.shape, coders))
    steps = (cuts < heard[..., None]).sum(axis=-1)
    rows = [
        (f"T{town}", "1", key, f"c{coder}", int(steps[town, at, coder]))
        for town in range(len(places)) for at, key in enumerate(KEYS) for coder in range(coders) if key not in skip
    ]  # fmt: skip
    return read_evidence(pd.DataFrame(rows, columns=list(COLUMNS)), scale="steps")


def middle(towns: int) -> np.ndarray:
    """Places in the middle of the box."""
    return np.full((towns, len(NAMES)), 0.5)
