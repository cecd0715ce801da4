"""Conditions of towns from coded evidence: posterior draws by approximate Bayesian computation, recalibrated, pooled, and never a point.

Evidence (`veche.lab.evidence`) is measured, runs of the reference table are coded by the same coders with the same gaps, the nearest are accepted and
adjusted by regression, and the posterior is recalibrated on towns held out of the table, so that intervals cover as often as they say
(docs/lab-calibration.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from veche.lab._instrument import Instrument, Pattern
from veche.lab._pooling import pool
from veche.lab._rejection import Reference, accept, make_reference, ranks, recalibrate, resample
from veche.lab._whole import whole_from
from veche.lab.evidence import Coded
from veche.lab.reference_table import CONDITIONS, FEWEST, NAMES, ReferenceTable, run_indicators, values_at
from veche.study.errors import N_, Cancelled, InputProblem, NotFound

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Case = tuple[str, str]
Progress = Callable[[int, int], "bool | None"]

#: share of the table accepted for a town, fewest points accepted, towns held out for recalibration, draws kept of a posterior
KEPT, FEWEST_KEPT, HELD_OUT, DRAWS = 0.05, 150, 600, 1000
#: level of the intervals
LEVEL = 0.90
#: runs that a sequential round adds, and the share of them drawn from the prior
ROUND, DEFENSIVE = 4000, 0.2


def between(draws: Floats, shares: tuple[float, ...] = ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2)) -> Floats:
    """Give quantiles of draws along the first axis, by default the ends and the middle of the interval: the k-th of n draws stands at (k - 1/2)/n."""
    return np.asarray(np.quantile(draws, shares, axis=0, method="hazen"))


def case_of(coded: Coded, town: str, wave: str) -> int:
    """Return the place of a town in a wave among the cases.

    Raises
    ------
    NotFound
        If nothing was coded there.
    """
    if (town, wave) not in coded.cases:
        raise NotFound(
            N_("There is no evidence of town {town} in wave {wave}. There is some of: {known}."),
            town=town, wave=wave, known=", ".join(f"{one} {number}" for one, number in coded.cases),
        )  # fmt: skip
    return coded.cases.index((town, wave))


@dataclass(frozen=True)
class Posterior:
    """Draws of the conditions of each town and wave.

    `alone` and `pooled` have shape (cases, draws, conditions), on the probit scale of the place in the box (prior: standard normal), conditions in
    the order of `reference_table.NAMES`; `shared` gives by wave, for each condition, how much of the variance towns have in common.
    """

    coded: Coded
    instrument: Instrument
    table: ReferenceTable
    alone: Floats
    pooled: Floats
    shared: Mapping[str, Floats]
    seed: int
    remarks: tuple[str, ...] = field(default=())

    @property
    def cases(self) -> tuple[Case, ...]:
        """Towns and waves, in the order of the draws."""
        return self.coded.cases

    def at(self, town: str, wave: str) -> int:
        """Place of a town in a wave among the cases.

        Raises
        ------
        NotFound
            If nothing was coded there.
        """
        return case_of(self.coded, town, wave)

    def places(self, town: str, wave: str) -> Floats:
        """Draws as places in the box, 0 to 1: shape (draws, conditions)."""
        from scipy.special import ndtr

        return np.asarray(ndtr(self.pooled[self.at(town, wave)]))

    def values(self, town: str, wave: str, *, draws: int | None = None, **fixed: float) -> Floats:
        """Draws as parameter values, ready to be run: shape (draws, parameters).

        Parameters
        ----------
        town, wave
            Keys.
        draws
            How many, evenly taken; all by default.
        fixed
            Parameters set for all.
        """
        places = self.places(town, wave)
        if draws is not None and draws < len(places):
            places = places[np.linspace(0, len(places) - 1, draws).astype(int)]
        return values_at(places, **fixed)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per town, wave and condition: mean, 90 % interval, box, share_of_prior (width of the interval over the prior's), pooled or not."""
        import pandas as pd
        from scipy.special import ndtr

        rows = []
        for at, (town, wave) in enumerate(self.cases):
            places = ndtr(self.pooled[at])
            low, middle, high = between(places)
            for place, one in enumerate(CONDITIONS):
                least, most = one.box or (one.low, one.high)
                span = most - least
                rows.append({
                    "town": town, "wave": wave, "condition": one.name, "meaning": one.meaning, "mean": least + span * places[:, place].mean(),
                    "median": least + span * middle[place], "low": least + span * low[place], "high": least + span * high[place],
                    "least": least, "most": most, "share_of_prior": (high[place] - low[place]) / LEVEL,
                    "shared": self.shared[wave][place],
                })  # fmt: skip
        return pd.DataFrame(rows)


def calibrate(
    coded: Coded,
    table: ReferenceTable,
    *,
    seed: int = 1,
    pooled: bool = True,
    sequential: int = 0,
    held_out: int = HELD_OUT,
    progress: Progress | None = None,
) -> Posterior:
    """Calibrate the conditions of every town and wave that was judged.

    Parameters
    ----------
    coded
        Judgements.
    table
        Reference table, `FEWEST` points or more.
    seed
        The same seed gives the same draws.
    pooled
        Pool over the towns of each wave.
    sequential
        Rounds in which new runs are made where the posterior lies (each `ROUND` runs per town); 0 uses the table alone.
    held_out
        Points of the table on which the posterior is recalibrated.
    progress
        Called with steps done and in all; if it gives False, the work stops.

    Raises
    ------
    InputProblem
        If the table is too small, or rounds are negative.
    Cancelled
        If `progress` stops it.
    """
    if len(table.known_places) < FEWEST:
        raise InputProblem(
            N_("The reference table has {points} usable points, too few for a calibration. Make one of {fewest} or more."),
            points=len(table.known_places), fewest=FEWEST,
        )  # fmt: skip
    whole_from(0, sequential=sequential, seed=seed)
    whole_from(1, held_out=held_out)
    rng = np.random.default_rng(seed)
    instrument = Instrument(coded.measure(seed=seed))
    by_pattern: dict[Pattern, list[int]] = {}
    for case in range(len(coded.cases)):
        by_pattern.setdefault(instrument.pattern(case), []).append(case)
    alone = np.empty((len(coded.cases), DRAWS, len(NAMES)))
    _tell(progress, 0, len(coded.cases))
    done = 0
    for pattern, cases in by_pattern.items():
        stage = make_stage(instrument, table, pattern, rng, held_out=held_out)
        for case in cases:
            alone[case] = stage.posterior(instrument.seen(case), rng, rounds=sequential, seed=seed + 7919 * (case + 1))
            done += 1
            _tell(progress, done, len(coded.cases))
    return _pooled(coded, instrument, table, alone, seed, pooled)


def _tell(progress: Progress | None, done: int, steps: int) -> None:
    if progress is not None and progress(done, steps) is False:
        raise Cancelled(N_("Stopped; nothing was changed."))


def _pooled(
    coded: Coded, instrument: Instrument, table: ReferenceTable, alone: Floats, seed: int, wanted: bool
) -> Posterior:
    together, shared = alone.copy(), {}
    for wave in sorted({wave for _town, wave in coded.cases}):
        here = [at for at, one in enumerate(coded.cases) if one[1] == wave]
        shared[wave] = np.full(len(NAMES), np.nan)
        if wanted:
            together[here], shared[wave] = pool(alone[here])
    return Posterior(coded, instrument, table, alone, together, shared, seed, coded.remarks)


@dataclass(frozen=True)
class Stage:
    """The table coded by one pattern of coders, and the ranks of towns held out of it."""

    instrument: Instrument
    table: ReferenceTable
    pattern: Pattern
    reference: Reference
    kept: int
    ranks: Floats

    def posterior(self, seen: Floats, rng: np.random.Generator, *, rounds: int = 0, seed: int = 0) -> Floats:
        """Give recalibrated draws of a town whose codes say `seen`: shape (draws, conditions)."""
        adjusted, weights = accept(self.reference, seen[None], self.kept)
        draws = resample(adjusted[0], weights[0], DRAWS, rng)
        for number in range(rounds):
            draws = self._again(seen, draws, rng, seed + number)
        return recalibrate(draws, self.ranks)

    def _again(self, seen: Floats, draws: Floats, rng: np.random.Generator, seed: int) -> Floats:
        """One sequential round: new points around the draws, weighted by the prior over what they were drawn from."""
        from scipy.special import ndtr

        mean, size = draws.mean(axis=0), draws.shape[1]
        factor = np.linalg.cholesky(1.2 * np.cov(draws.T) + 1e-6 * np.eye(size))
        new = mean + rng.standard_normal((ROUND, size)) @ factor.T
        wide = rng.random(ROUND) < DEFENSIVE
        new[wide] = rng.standard_normal((int(wide.sum()), size))
        new = np.clip(new, -3.7, 3.7)
        levels = run_indicators(ndtr(new), self.table.scale, seed=seed)
        known = ~np.isnan(levels).any(axis=1)
        new, levels = new[known], levels[known]
        log_prior = -(new**2).sum(axis=1) / 2
        apart = np.linalg.solve(factor, (new - mean).T)
        log_near = -(apart**2).sum(axis=0) / 2 - np.log(np.diag(factor)).sum()
        importance = 1 / (DEFENSIVE + (1 - DEFENSIVE) * np.exp(np.clip(log_near - log_prior, -700, 700)))
        summaries = self.instrument.coded(levels, self.pattern, rng)
        held = self.reference
        near = Reference(new, summaries, held.center, held.weights, held.feature(summaries))
        adjusted, weights = accept(near, seen[None], min(self.kept, len(new) // 2), importance=importance)
        return resample(adjusted[0], weights[0] / weights[0].sum(), DRAWS, rng)


def make_stage(
    instrument: Instrument, table: ReferenceTable, pattern: Pattern, rng: np.random.Generator, *, held_out: int = HELD_OUT
) -> Stage:  # fmt: skip
    """Code the table as the coders of a study would, and see how often posteriors of points held out cover them."""
    from scipy.special import ndtri

    conditions = ndtri(table.known_places)
    summaries = instrument.coded(table.normal, pattern, rng)
    reference = make_reference(conditions, summaries)
    kept = max(FEWEST_KEPT, int(KEPT * len(conditions)))
    rows = rng.choice(len(conditions), min(held_out, len(conditions)), replace=False)
    held = ranks(reference, summaries[rows], conditions[rows], kept, skip=rows)
    return Stage(instrument, table, pattern, reference, kept, held)


def about(posterior: Posterior) -> dict[str, Any]:
    """Say how a posterior was made, for exports."""
    from veche.lab.reference_table import describe

    return {
        "seed": posterior.seed,
        "draws": DRAWS,
        "interval": LEVEL,
        "table": describe(posterior.table),
        "coders": list(posterior.coded.coders),
    }
