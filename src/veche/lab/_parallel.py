"""Batches of runs on many cores or machines: joblib does the work, lost batches are done again, a caller may watch and stop."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veche.study.errors import N_, Cancelled, VecheError
from veche.words import language, using

#: told how many batches are done, and of how many
Progress = Callable[[int, int], None]
Stop = Callable[[], bool]
#: how often a batch is tried before its failure is reported
TRIES = 3


@dataclass(frozen=True, slots=True)
class Batch:
    """A rectangle of a design: some points, with some of their runs. It says all that is needed to compute it anywhere."""

    number: int
    values: NDArray[np.float64]
    first_point: int
    runs: int
    first_run: int
    seed: int
    #: all points are run as number `first_point`, so that they share their draws
    common: bool = False

    def compute(self) -> NDArray[np.float64]:
        """Run it: shape (points, runs, observables)."""
        from veche.lab.batch import run_points

        given: dict[str, int] = {"runs": self.runs, "seed": self.seed, "first_run": self.first_run}
        if not self.common:
            return run_points(self.values, first_point=self.first_point, **given)
        rows = [run_points(row[None, :], first_point=self.first_point, **given) for row in self.values]
        return np.concatenate(rows)


def _work(work: Callable[[Any], Any], number: int, task: Any, code: str) -> tuple[int, Any, Exception | None]:
    """Do a task in a language; a failure travels back as a value, so that it does not take the other tasks with it."""
    try:
        with using(code):
            return number, work(task), None
    except Exception as problem:
        return number, None, problem


def spread(
    work: Callable[[Any], Any], tasks: Sequence[Any], *, workers: int | None = None, progress: Progress | None = None, stop: Stop | None = None
) -> Iterator[tuple[int, Any]]:  # fmt: skip
    """Do tasks side by side and give each result with its place, in the order in which they are ready.

    Parameters
    ----------
    workers
        How many at once; None takes all cores, or all workers of the cluster that `joblib.parallel_config` names.
    progress, stop
        Told and asked after every task.

    Raises
    ------
    Cancelled
        If `stop` says so.
    VecheError
        What a task raised; another exception of a task after `TRIES` tries.
    """
    import joblib

    left, done, tries = set(range(len(tasks))), 0, 0
    while left:
        tries += 1
        failure: Exception | None = None
        jobs = (joblib.delayed(_work)(work, number, tasks[number], language()) for number in sorted(left))
        found = joblib.Parallel(n_jobs=workers or -1, prefer="threads", return_as="generator_unordered")(jobs)
        try:
            for number, value, problem in found:
                if isinstance(problem, VecheError):
                    raise problem
                if problem is not None:
                    failure = problem
                    continue
                left.remove(number)
                done += 1
                yield number, value
                if progress is not None:
                    progress(done, len(tasks))
                if stop is not None and stop():
                    raise Cancelled(
                        N_("The experiment was stopped. What is finished is kept; start it again to go on.")
                    )
        except (VecheError, GeneratorExit, KeyboardInterrupt):
            raise
        except Exception as lost:  # a worker or a whole machine went away
            failure = lost
        finally:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that what was not wanted any more is thrown away is meant so
                found.close()
        if left and failure is not None and tries >= TRIES:
            raise failure
