"""Comparisons of scenarios: replications with Monte-Carlo error, paired counterfactuals, ablations.

Two scenarios run with the same seed share every draw that does not lie downstream of what differs, so run k of one is the twin of run k of the
other: differences are of pairs, and their error is much smaller than that of two separate means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from veche.lab._moments import Z95, Moments, moments
from veche.lab._parallel import Batch, Progress, Stop, spread
from veche.lab._whole import whole_from
from veche.lab.model import Scenario
from veche.lab.parameters import INDEX, TABLE
from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    import pandas as pd

#: what can be taken away: the parameters of its window
WINDOWS = {"intervention": ("F_t", "F_dur"), "pandemic": ("pan_t", "pan_dur")}
#: mechanisms that can be switched off one by one
SWITCHES = tuple(one.name for one in TABLE if one.name.startswith("use_"))
#: most runs of one batch
BATCH = 128
#: columns of the month-by-month comparison
MONTHLY = ("policy", "links", "partnership", "capital", "resentment", "development")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over runs with its Monte-Carlo error and 95 % interval; `runs` counts those where it is defined."""

    mean: float
    error: float
    low: float
    high: float
    runs: int


def estimate(values: NDArray[np.float64]) -> Estimate:
    """Give the mean of the values that are there."""
    found = moments(np.asarray(values, dtype=float))
    mean, error = float(found.mean), float(found.error)
    return Estimate(mean, error, mean - Z95 * error, mean + Z95 * error, int(found.count))


def run_table(
    table: NDArray[np.float64], *, runs: int, seed: int, workers: int | None = None, progress: Progress | None = None, stop: Stop | None = None
) -> NDArray[np.float64]:  # fmt: skip
    """Run a few points with the same draws: shape (points, runs, observables)."""
    from veche.lab.observables import OBSERVED

    whole_from(2, runs=runs)
    places = [(point, first) for point in range(len(table)) for first in range(0, runs, BATCH)]
    tasks = [
        Batch(at, table[point : point + 1], 0, min(BATCH, runs - first), first, seed)
        for at, (point, first) in enumerate(places)
    ]
    found = np.full((len(table), runs, len(OBSERVED)), np.nan)
    for at, seen in spread(Batch.compute, tasks, workers=workers, progress=progress, stop=stop):
        point, first = places[at]
        found[point, first : first + seen.shape[1]] = seen[0]
    return found


def replicate(
    scenario: Scenario, *, runs: int = 300, seed: int = 1, workers: int | None = None, progress: Progress | None = None
) -> pd.DataFrame:  # fmt: skip
    """Run a scenario many times: one row per observable with mean, Monte-Carlo error, 95 % interval, spread between runs, runs with a value."""
    import pandas as pd

    from veche.lab.observables import OBSERVED

    seen = run_table(scenario.parameters.values[None, :], runs=runs, seed=seed, workers=workers, progress=progress)[0]
    found = moments(seen)
    rows = _columns(found, "") | {"sd": found.error * np.sqrt(np.maximum(found.count, 1)), "runs": found.count}
    return pd.DataFrame(rows, index=pd.Index(OBSERVED, name="observable"))


def _columns(found: Moments, prefix: str) -> dict[str, Any]:
    return {
        f"{prefix}mean": found.mean, f"{prefix}error": found.error, f"{prefix}low": found.mean - Z95 * found.error,
        f"{prefix}high": found.mean + Z95 * found.error,
    }  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """A scenario and its counterfactual, pair by pair."""

    actual: Scenario
    counterfactual: Scenario
    #: one row per observable: means of both, `difference` (actual less counterfactual) with error and interval, share of pairs where the actual
    #: is higher, number of pairs
    table: pd.DataFrame
    #: one row per month: means of both and the difference with its error, for each of `MONTHLY`; empty without paths
    months: pd.DataFrame
    runs: int
    seed: int


def compare(
    actual: Scenario, counterfactual: Scenario, *, runs: int = 300, seed: int = 1, paths: int = 0, workers: int | None = None,
    progress: Progress | None = None,
) -> Comparison:  # fmt: skip
    """Compare two scenarios pair by pair.

    Parameters
    ----------
    paths
        Pairs whose months are averaged too; 0 for none.

    Raises
    ------
    InputProblem
        If the two are the same, or months are wanted of scenarios of different length.
    """
    import pandas as pd

    from veche.lab.observables import OBSERVED

    first, second = actual.parameters, counterfactual.parameters
    if np.array_equal(first.values, second.values):
        raise InputProblem(N_("The two scenarios are the same. Change a condition of one of them."))
    if paths and first["T"] != second["T"]:
        raise InputProblem(
            N_("One scenario has {first} months and the other {second}. Give both the same T."), first=int(first["T"]), second=int(second["T"])
        )  # fmt: skip
    seen = run_table(np.array([first.values, second.values]), runs=runs, seed=seed, workers=workers, progress=progress)
    apart = seen[0] - seen[1]
    known = ~np.isnan(apart)
    columns: dict[str, Any] = {"actual": moments(seen[0]).mean, "counterfactual": moments(seen[1]).mean}
    found = moments(apart)
    columns |= {
        "difference": found.mean, "error": found.error, "low": found.mean - Z95 * found.error, "high": found.mean + Z95 * found.error,
        "higher": np.where(found.count > 0, ((apart > 0) & known).sum(axis=0) / np.maximum(found.count, 1), np.nan), "pairs": found.count,
    }  # fmt: skip
    table = pd.DataFrame(columns, index=pd.Index(OBSERVED, name="observable"))
    return Comparison(actual, counterfactual, table, _paths(actual, counterfactual, paths, seed), runs, seed)


def stories(scenario: Scenario, *, runs: int, seed: int, first_run: int = 0) -> NDArray[np.float64]:
    """Tell several runs month by month: shape (runs, months, columns of `MONTH`)."""
    from veche.lab.batch import run_story

    values = scenario.parameters.values
    return np.array([run_story(values, seed=seed, replicate=first_run + at)[1] for at in range(runs)])


def _paths(actual: Scenario, counterfactual: Scenario, runs: int, seed: int) -> pd.DataFrame:
    import pandas as pd

    from veche.lab.observables import MONTH

    if not runs:
        return pd.DataFrame()
    first, second = (stories(one, runs=runs, seed=seed) for one in (actual, counterfactual))
    columns: dict[str, Any] = {}
    for name in MONTHLY:
        at = MONTH.index(name)
        one, other = first[:, :, at], second[:, :, at]
        apart = moments(one - other)
        columns |= {name: one.mean(axis=0), f"{name}_counterfactual": other.mean(axis=0)}
        columns |= {f"{name}_difference": apart.mean, f"{name}_error": apart.error}
    return pd.DataFrame(columns).rename_axis("month")


def without(scenario: Scenario, what: str) -> Scenario:
    """Give a scenario without its intervention or pandemic.

    Raises
    ------
    InputProblem
        If there is no such window, or the scenario has none.
    """
    if what not in WINDOWS:
        raise InputProblem(
            N_("There is no window {name}. Choose one of: {names}."), name=what, names=", ".join(WINDOWS)
        )
    start, length = WINDOWS[what]
    if scenario.parameters[start] < 0:
        raise InputProblem(
            N_("The scenario has no {what}: {name} is -1. Give the month in which it begins and its length ({length})."),
            what=what, name=start, length=length,
        )  # fmt: skip
    return Scenario(scenario.name, scenario.parameters.replace(**{start: -1, length: 0}), scenario.about)


def ablations(
    scenario: Scenario, *, runs: int = 300, seed: int = 1, workers: int | None = None, progress: Progress | None = None
) -> pd.DataFrame:  # fmt: skip
    """Switch off one mechanism after another: one row per switch, the mean change of each observable and its error (``name_error``).

    Negative means that the observable is lower without the mechanism. All runs are paired with those of the whole model.
    """
    import pandas as pd

    from veche.lab.observables import OBSERVED

    table = np.repeat(scenario.parameters.values[None, :], len(SWITCHES) + 1, axis=0)
    for at, name in enumerate(SWITCHES):
        table[at + 1, INDEX[name]] = 0.0
    seen = run_table(table, runs=runs, seed=seed, workers=workers, progress=progress)
    rows = {}
    for at, name in enumerate(SWITCHES):
        found = moments(seen[at + 1] - seen[0])
        rows[name] = dict(zip(OBSERVED, found.mean.tolist(), strict=True)) | {
            f"{one}_error": error for one, error in zip(OBSERVED, found.error.tolist(), strict=True)
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("without")
