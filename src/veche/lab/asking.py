"""What questions are asked of: draws of a town's conditions, or one scenario; and how an answer is put into words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from veche.lab._whole import whole_from
from veche.lab.calibration import LEVEL, Posterior
from veche.lab.honesty import STATEMENTS
from veche.lab.model import Scenario
from veche.lab.parameters import INDEX
from veche.lab.reference_table import CONDITIONS
from veche.words import _, say

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
#: said of maps and types, not of single answers
_SHARES = STATEMENTS[1]

#: draws of a posterior that are run, and runs of each
DRAWS, RUNS = 60, 4
#: runs of each draw of a scenario: its conditions are known, so that only runs make its answer sure
KNOWN_RUNS = 16
#: points around a scenario at which it is seen what would change the answer, and how far they lie, in shares of the box
NEARBY, AROUND = 60, 0.25
#: share of the draws from which an answer is robust; below its complement it is hardly possible
ROBUST = 0.90
#: rank correlation from which a condition is named among those that would change the answer, in units of its error by chance
TELLING = 2.6


@dataclass(frozen=True)
class Basis:
    """Points to be run: draws of the posterior of a town, or a scenario.

    `values` has shape (points, parameters); `name` says of what; `known` is true for a scenario, whose conditions are given and not inferred: then
    intervals are those of a mean over runs, else of what the draws allow.
    """

    values: Floats
    name: str
    known: bool
    runs: int
    seed: int

    def with_values(self, **fixed: float) -> Floats:
        """Give the points with some parameters set, checked as any parameters.

        Raises
        ------
        InputProblem
            For an unknown parameter or a value out of range.
        """
        from veche.lab.parameters import make_parameters

        make_parameters({name: value for name, value in fixed.items() if not name.startswith(("F_", "pan_"))})
        if any(name.startswith(("F_", "pan_")) for name in fixed):
            make_parameters({"T": float(self.values[0, INDEX["T"]]), **fixed})
        found = self.values.copy()
        for name, value in fixed.items():
            found[:, INDEX[name]] = value
        return found

    def run(self, values: Floats) -> pd.DataFrame:
        """Run points and give the mean of each over its runs: one row per point, one column per observable.

        Tables of points that are run from one basis share their draws point by point: row k of one is the twin of row k of the other.
        """
        import warnings

        import pandas as pd

        from veche.lab.batch import run_points
        from veche.lab.observables import OBSERVED

        seen = run_points(values, runs=self.runs, seed=self.seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # an observable may be undefined in all runs of a point
            return pd.DataFrame(np.nanmean(seen, axis=1), columns=list(OBSERVED))

    def interval(self, values: Floats) -> tuple[float, float, float]:
        """Mean and 90 % interval: of a town what its draws allow (quantiles), of a scenario that of the mean over runs."""
        held = np.asarray(values, dtype=float)
        held = held[~np.isnan(held)]
        if not held.size:
            return float("nan"), float("nan"), float("nan")
        mean = float(held.mean())
        if self.known:
            error = 1.645 * float(held.std(ddof=1)) / np.sqrt(held.size) if held.size > 1 else float("nan")
            return mean, mean - error, mean + error
        low, high = np.quantile(held, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        # of a rare thing the mean may lie beyond the quantiles: the interval holds it all the same
        return mean, min(float(low), mean), max(float(high), mean)


def of_town(
    posterior: Posterior, town: str, wave: str, *, draws: int = DRAWS, runs: int = RUNS, seed: int = 1, name: str = ""
) -> Basis:
    """Ask of a town in a wave: draws of its posterior.

    Raises
    ------
    InputProblem, NotFound
        For too few draws, or a town without evidence.
    """
    _enough(draws, runs)
    values = posterior.values(town, wave, draws=draws)
    return Basis(
        values, name or say(_("town {town}, wave {wave}"), town=town, wave=wave), known=False, runs=runs, seed=seed
    )


def of_scenario(scenario: Scenario, *, draws: int = DRAWS, runs: int = KNOWN_RUNS, seed: int = 1) -> Basis:
    """Ask of a scenario, run `draws` x `runs` times.

    Raises
    ------
    InputProblem
        For too few runs.
    """
    _enough(draws, runs)
    values = np.tile(scenario.parameters.values, (draws, 1))
    return Basis(values, scenario.name or _("the scenario"), known=True, runs=runs, seed=seed)


def _enough(draws: int, runs: int) -> None:
    whole_from(10, draws=draws)
    whole_from(1, runs=runs)


@dataclass(frozen=True)
class Answer:
    """An answer of the model to a question.

    `estimate`, `low`, `high`: what is asked for, with its 90 % interval, in the unit that `measure` names; `table` has the numbers behind; `levers`
    the conditions that would change the answer, with their rank correlation.
    """

    question: str
    title: str
    about: str
    answer: str
    sentence: str
    measure: str
    estimate: float
    low: float
    high: float
    table: pd.DataFrame
    assumptions: tuple[str, ...]
    would_change: tuple[str, ...]
    levers: Mapping[str, float]
    draw: Callable[[Answer], Any] = field(repr=False)
    details: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def figure(self) -> Any:
        """Draw the answer (`veche.figures`)."""
        return self.draw(self)

    def __str__(self) -> str:
        return self.sentence


def strength(share: float) -> str:
    """Name how much of the draws agree: `robust`, `possible` or `hardly`."""
    if share >= ROBUST:
        return "robust"
    return "possible" if share > 1 - ROBUST else "hardly"


def levers(basis: Basis, outcome: Callable[[Basis], Floats], *, own: Floats | None = None) -> dict[str, float]:
    """Conditions with which the outcome goes up or down, by rank correlation, strongest first.

    Of a town they are read off its draws; of a scenario off points around it (each condition up to a quarter of its box away).
    """
    from scipy.stats import spearmanr

    if basis.known:
        near = _nearby(basis)
        values, found = near.values, outcome(near)
    else:
        values, found = basis.values, outcome(basis) if own is None else own
    told: dict[str, float] = {}
    whole = ~np.isnan(found)
    if whole.sum() < 10 or np.ptp(found[whole]) == 0:
        return told
    least = TELLING / np.sqrt(whole.sum())
    for one in CONDITIONS:
        column = values[whole, INDEX[one.name]]
        if np.ptp(column) > 0:
            correlation = float(spearmanr(column, found[whole]).statistic)
            if abs(correlation) >= least:
                told[one.name] = correlation
    return dict(sorted(told.items(), key=lambda one: -abs(one[1])))


def _nearby(basis: Basis) -> Basis:
    rng = np.random.default_rng(basis.seed + 1)
    values = np.tile(basis.values[0], (NEARBY, 1))
    for one in CONDITIONS:
        low, high = one.box or (one.low, one.high)
        at = INDEX[one.name]
        moved = values[:, at] + rng.uniform(-AROUND, AROUND, NEARBY) * (high - low)
        values[:, at] = np.clip(moved, max(one.low, min(low, values[0, at])), min(one.high, max(high, values[0, at])))
    return Basis(values, basis.name, known=False, runs=basis.runs, seed=basis.seed)


def changing(found: Mapping[str, float], more: str) -> tuple[str, ...]:
    """Say what would change an answer: `more` names what grows."""
    if not found:
        return (_("No condition among the draws moves it by itself; more evidence or other assumptions might."),)
    meaning = {one.name: _(one.meaning) for one in CONDITIONS}
    up = [f"{meaning[name]} ({name})" for name, value in found.items() if value > 0][:3]
    down = [f"{meaning[name]} ({name})" for name, value in found.items() if value < 0][:3]
    said = []
    if up:
        said.append(say(_("{more} is higher with more of: {names}."), more=more, names=", ".join(up)))
    if down:
        said.append(say(_("{more} is lower with more of: {names}."), more=more, names=", ".join(down)))
    return tuple(said)


def common_assumptions(basis: Basis) -> tuple[str, ...]:
    """What every answer rests on, in the language in use."""
    own = (
        _("The conditions are those of the scenario, taken as given; intervals are those of means over runs.")
        if basis.known
        else _(
            "The conditions are inferred from coded interviews; intervals hold what the evidence leaves open, and chance."
        )
    )
    return (own, *(_(one) for one in STATEMENTS if one != _SHARES))
