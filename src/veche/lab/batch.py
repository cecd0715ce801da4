"""Many points, many runs: the compiled loop over a table of conditions.

A run depends on its key only (seed, number of the point, number of the run): any part of a design may be computed anywhere, in any order, on any
number of threads, processes or machines, with the same bytes.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veche.lab._compiled import announced, compile_beside, compiled, kept, source_stamp
from veche.lab._state import make_work
from veche.lab._whole import whole_from
from veche.lab.observables import MONTH, OBSERVED
from veche.lab.parameters import INDEX, TABLE
from veche.study.errors import N_, InputProblem

_lock = threading.Lock()


def run_points(
    values: NDArray[np.float64], *, runs: int, seed: int, first_point: int = 0, first_run: int = 0
) -> NDArray[np.float64]:
    """Run every point of a design.

    Parameters
    ----------
    values
        Shape (points, parameters), columns in the order of `parameters.TABLE`.
    runs
        Runs of each point, 1 or more.
    seed, first_point, first_run
        Point k of the table is number `first_point` + k, its runs are numbers `first_run`, `first_run` + 1, ...: 0 or more.

    Returns
    -------
    Shape (points, runs, observables), in the order of `OBSERVED`; NaN where an observable is undefined in a run. Other threads run meanwhile.

    Raises
    ------
    InputProblem
        If the table has other columns, or a value that is no number or out of range.
    """
    table = checked(values)
    whole_from(1, runs=runs)
    whole_from(0, seed=seed, first_point=first_point, first_run=first_run)
    seen = np.full((len(table), int(runs), len(OBSERVED)), np.nan)
    _fill(table, seed, first_point, first_run, seen, np.zeros((0, 1)))
    return seen


def run_story(
    values: NDArray[np.float64], *, seed: int, point: int = 0, replicate: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Run one point once and keep its months.

    Parameters
    ----------
    values
        Shape (parameters,).
    seed, point, replicate
        The key of the run, as in `run_points`.

    Returns
    -------
    The observables, and the months: shape (T, months' columns), in the order of `MONTH`.

    Raises
    ------
    InputProblem
        As `run_points`.
    """
    table = checked(np.atleast_2d(values))
    whole_from(0, seed=seed, point=point, replicate=replicate)
    seen = np.full((1, 1, len(OBSERVED)), np.nan)
    months = np.zeros((int(table[0, INDEX["T"]]), len(MONTH)))
    _fill(table, seed, point, replicate, seen, months)
    return seen[0, 0], months


def _fill(
    table: NDArray[np.float64], seed: int, first_point: int, first_run: int, seen: NDArray[np.float64], trace: NDArray[np.float64]
) -> None:  # fmt: skip
    """Fill `seen` (points, runs, observables), and `trace` (months, columns) with the last run, from checked values."""
    if len(table):
        work = make_work(int(table[:, INDEX["N"]].max()), int(table[:, INDEX["T"]].max()))
        ready()(table, _expected_best(table), int(seed), int(first_point), int(first_run), seen, trace, work)


def checked(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the table as rows of finite numbers within the ranges of the parameters.

    Raises
    ------
    InputProblem
        As `run_points`.
    """
    try:
        table = np.array(values, dtype=np.float64, order="C")
    except (TypeError, ValueError) as error:
        raise InputProblem(
            N_("The table of points holds what is no number. Give numbers only, one row per point.")
        ) from error
    if table.ndim != 2 or table.shape[1] != len(TABLE):
        raise InputProblem(
            N_("The table of points has shape {shape}. Give one row per point and {count} columns, one per parameter."),
            shape=" × ".join(map(str, table.shape)), count=len(TABLE),
        )  # fmt: skip
    low = np.array([one.low for one in TABLE])
    high = np.array([one.high for one in TABLE])
    whole = np.array([one.kind != "number" for one in TABLE])
    wrong = ~((table >= low) & (table <= high)) | (whole & (table != np.round(table)))
    if wrong.any():
        point, at = map(int, np.argwhere(wrong)[0])
        one = TABLE[at]
        raise InputProblem(
            N_("In point {point}, {name} is {value}. It is the {meaning}; give {low} to {high}."),
            point=point, name=one.name, value=f"{table[point, at]:g}", meaning=one.meaning, low=f"{one.low:g}", high=f"{one.high:g}",
        )  # fmt: skip
    return table


def _expected_best(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the expected loyalty of the chosen of `n_cand`, in standard deviations, for every point."""
    from veche.lab.theory import best_of_n

    counts, at = np.unique(table[:, INDEX["n_cand"]], return_inverse=True)
    return np.array([best_of_n(n=int(count)) for count in counts])[at.reshape(-1)]


def ready() -> Any:
    """Compile the loop, or load it, and give it; who asks meanwhile waits."""
    with _lock:
        return _loop()


def is_ready() -> bool:
    """Is the loop at hand in this process?"""
    return _loop.cache_info().currsize > 0


@cache
def _loop() -> Any:
    from veche.lab._kernel import make_loop

    loop = compiled(make_loop(source_stamp()))
    with announced(loop):
        if not kept(loop) and threading.current_thread() is not threading.main_thread():
            compile_beside("from veche.lab.batch import ready; ready()")
        nothing = np.zeros((0, len(TABLE)))
        loop(nothing, np.zeros(0), 0, 0, 0, np.zeros((0, 0, len(OBSERVED))), np.zeros((0, 1)), make_work(1, 1))
    return loop
