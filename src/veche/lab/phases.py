"""Phase maps: an observable, or the model of interaction, over two conditions; all points with the same draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from veche.lab._moments import moments
from veche.lab._parallel import Batch, Progress, Stop, spread
from veche.lab._whole import whole_from
from veche.lab.attribution import PLAYERS, attribute_points
from veche.lab.designs import checked_range, grid
from veche.lab.model import Scenario
from veche.lab.parameters import INDEX, TABLE
from veche.lab.sensitivity import unknown_observable
from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    import pandas as pd

#: what a map shows in place of an observable: the mechanism with the largest share
MODEL = "model"
#: runs of one batch
BATCH = 2000


@dataclass(frozen=True)
class PhaseMap:
    """Values over two conditions: `values[row, column]` belongs to `y[row]` and `x[column]`."""

    scenario: Scenario
    observable: str
    x_name: str
    y_name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    #: means; of `MODEL`, numbers of `PLAYERS`
    values: NDArray[np.float64]
    #: Monte-Carlo errors; of `MODEL`, the margin of the first share to the second
    errors: NDArray[np.float64]
    runs: int
    seed: int

    @property
    def table(self) -> pd.DataFrame:
        """Give one row per point: both conditions, the mean and its error, or the mechanism and its margin."""
        import pandas as pd

        xs, ys = np.meshgrid(self.x, self.y)
        columns = {self.x_name: xs.ravel(), self.y_name: ys.ravel()}
        if self.observable == MODEL:
            names = [PLAYERS[int(one)] for one in self.values.ravel()]
            return pd.DataFrame({**columns, MODEL: names, "margin": self.errors.ravel()})
        return pd.DataFrame(
            {**columns, self.observable: self.values.ravel(), f"{self.observable}_error": self.errors.ravel()}
        )


def axis(name: str, low: float, high: float, steps: int) -> tuple[float, ...]:
    """Give the values of an axis, evenly spaced with both ends; whole numbers for parameters that are whole, each once.

    Raises
    ------
    InputProblem
        If the ends are not apart, or the steps no whole number from 2 to 200.
    """
    low, high = checked_range(name, (low, high))
    whole_from(0, steps=steps)
    if not 2 <= steps <= 200:
        raise InputProblem(N_("{name} is {value}. Give a whole number from 2 to 200."), name="steps", value=steps)
    values = np.linspace(low, high, int(steps))
    if name in INDEX and TABLE[INDEX[name]].kind != "number":
        values = np.unique(np.round(values))
    return tuple(float(round(one, 10)) for one in values)


def phase_map(
    scenario: Scenario, x: tuple[str, Sequence[float]], y: tuple[str, Sequence[float]], *, observable: str = "control", runs: int = 50, seed: int = 1,
    workers: int | None = None, progress: Progress | None = None, stop: Stop | None = None,
) -> PhaseMap:  # fmt: skip
    """Map an observable over two conditions.

    Parameters
    ----------
    x, y
        A condition and its values, as `axis` gives them; all others stand as in the scenario.
    observable
        One of the observables, or ``model``: the mechanism with the largest Shapley share (sixteen times the runs).

    Raises
    ------
    InputProblem
        For unknown conditions or observables, the same condition twice, or values out of range.
    Cancelled
        If `stop` says so.
    """
    from veche.lab.observables import OBSERVED

    if observable not in (*OBSERVED, MODEL):
        raise unknown_observable(observable)
    if x[0] == y[0]:
        raise InputProblem(N_("Both axes are {name}. Give two different conditions."), name=x[0])
    whole_from(2, runs=runs)
    design = grid({y[0]: y[1], x[0]: x[1]}, base=scenario.parameters)
    shape = len(y[1]), len(x[1])
    table = design.values()
    if observable == MODEL:
        found = attribute_points(
            table, runs=runs, seed=seed, common=True, workers=workers, progress=progress, stop=stop
        )
        ordered = np.sort(found.shares, axis=1)
        values, errors = found.types.astype(float), ordered[:, -1] - ordered[:, -2]
    else:
        values, errors = _means(table, OBSERVED.index(observable), runs, seed, workers, progress, stop)
    return PhaseMap(
        scenario, observable, x[0], y[0], tuple(map(float, x[1])), tuple(map(float, y[1])), values.reshape(shape), errors.reshape(shape),
        runs, seed,
    )  # fmt: skip


def _means(
    table: NDArray[np.float64], observable: int, runs: int, seed: int, workers: int | None, progress: Progress | None, stop: Stop | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # fmt: skip
    step = max(1, BATCH // runs)
    tasks = [
        Batch(at, table[first : first + step], 0, runs, 0, seed, common=True)
        for at, first in enumerate(range(0, len(table), step))
    ]
    means, errors = np.full(len(table), np.nan), np.full(len(table), np.nan)
    for at, seen in spread(Batch.compute, tasks, workers=workers, progress=progress, stop=stop):
        found = moments(seen[:, :, observable], axis=1)
        rows = slice(at * step, at * step + len(seen))
        means[rows], errors[rows] = found.mean, found.error
    return means, errors
