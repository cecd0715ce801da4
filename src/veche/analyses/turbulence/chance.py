"""How sure turbulence is: against exchanged event times, with reporters resampled, and without each of them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.shift_draws import Draw, ShiftDraws
from veche.analyses._shared.shifts import PARTS, Shift, values
from veche.measures.resampling import basic_interval
from veche.measures.uncertainty import permuted_times

Floats = NDArray[np.float64]
#: as many draws at or above the value, and the p-value is known well enough to stop (Besag and Clifford 1991)
ENOUGH = 20
COMPOSITE = PARTS.index("composite")


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """Mean of the parts under exchanged times, p-value of each, and how many draws were made."""

    mean: Floats
    p: Floats
    draws: int

    def above(self, value: Floats) -> Floats:
        """What is beyond chance: (T - T0)/(1 - T0), at most 1, may be negative."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.mean < 1, (value - self.mean) / (1 - self.mean), np.nan)


def chance(shift: Shift, seed: int, draws: int) -> Chance:
    """Exchange event times among the statements of each reporter, until the composite's p-value is settled.

    A part whose draws are all missing has no level of chance. The p-values count the value itself among the draws,
    save that of a composite whose draws stopped early: it is the share of draws at or above it, which is valid too.
    """
    observed = values(shift.measured())
    rng = np.random.default_rng([seed, _number(shift)])
    sums, known, reached = (np.zeros(len(PARTS)) for _ in range(3))
    made = 0
    if np.isnan(observed[COMPOSITE]):
        none = np.full(len(PARTS), np.nan)
        return Chance(none, none, 0)
    for drawn in _retimed(shift, draws, rng):
        made += 1
        there = ~np.isnan(drawn)
        known += there
        sums += np.where(there, drawn, 0.0)
        # a missing draw counts as high, so that it cannot make a value look rare
        reached += ~there | (drawn >= observed - 1e-12)
        if reached[COMPOSITE] >= ENOUGH:
            break
    mean = np.divide(sums, known, out=np.full(len(PARTS), np.nan), where=known > 0)
    p = (reached + 1) / (made + 1)
    if reached[COMPOSITE] >= ENOUGH:
        p[COMPOSITE] = reached[COMPOSITE] / made
    return Chance(mean, np.where(np.isnan(observed) | (known == 0), np.nan, p), made)


def _retimed(shift: Shift, draws: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Give the parts of draws with exchanged event times, some at a time: most are settled early."""
    who = shift.field.acts.reporter
    every, many, made = np.arange(who.size), ShiftDraws(shift), 0
    while made < draws:
        some = min(2 * ENOUGH if made else ENOUGH, draws - made)
        made += some
        yield from many.values([Draw(every, who, permuted_times(who, rng)) for _ in range(some)])


def bounds(shift: Shift, seed: int, resamples: int, confidence: float) -> tuple[Floats, Floats]:
    """Give basic bootstrap bounds of the parts in [0, 1]: reporters resampled within the wave of telling."""
    observed = values(shift.measured())
    acts = shift.field.acts
    rng = np.random.default_rng([seed, _number(shift), 1])
    clusters = [
        [np.flatnonzero((acts.reporter == who) & (acts.wave == wave)) for who in np.unique(acts.reporter[acts.wave == wave])]
        for wave in np.unique(acts.wave)
    ]  # fmt: skip
    none = np.full(len(PARTS), np.nan)
    if np.isnan(observed[COMPOSITE]) or all(len(held) < 2 for held in clusters):
        return none, none
    drawn = ShiftDraws(shift).values([_resampled(clusters, rng) for _ in range(resamples)])
    low, high = none.copy(), none.copy()
    for k in range(len(PARTS)):
        held = drawn[~np.isnan(drawn[:, k]), k]
        # offices rest on dates, not on what reporters say
        if held.size and not np.isnan(observed[k]) and PARTS[k] != "offices":
            found = basic_interval(observed[k], held, confidence)
            low[k], high[k] = np.clip([float(found.low), float(found.high)], 0.0, 1.0)
    return low, high


def _resampled(clusters: list[list[NDArray[np.intp]]], rng: np.random.Generator) -> Draw:
    chosen = [held[k] for held in clusters for k in rng.integers(0, len(held), len(held)).tolist()]
    rows = np.concatenate(chosen)
    return Draw(rows, np.repeat(np.arange(len(chosen)), [one.size for one in chosen]), rows)


def without_each(shift: Shift) -> tuple[float, float]:
    """Give the least and the greatest composite when each reporter is left out once; NaN if there is none."""
    if shift.measured().composite.missing:
        return float("nan"), float("nan")
    acts = shift.field.acts
    rows = [np.flatnonzero(acts.reporter != who) for who in np.unique(acts.reporter).tolist()]
    found = ShiftDraws(shift).values([Draw(one, acts.reporter[one], one) for one in rows])[:, COMPOSITE]
    known = found[~np.isnan(found)]
    return (float(known.min()), float(known.max())) if known.size else (float("nan"), float("nan"))


def _number(shift: Shift) -> int:
    """Number of a shift, so that its draws do not depend on the other towns."""
    return zlib.crc32(shift.key.encode("utf-8", "surrogatepass"))
