"""Experiments: a design run many times, into one columnar file. Stopped or killed, it goes on where it was; a replay gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veche.lab._compiled import source_stamp
from veche.lab._parallel import Batch, Progress, Stop, spread
from veche.lab._whole import whole_from
from veche.lab.designs import Design
from veche.lab.results import MODEL, Results, read_results, write_results
from veche.study.errors import N_, InputProblem
from veche.study.files import replacing

#: runs of one batch, about a second or two of one core
BATCH = 4096


@dataclass(frozen=True)
class Experiment:
    """A design, how often each point is run, and the seed of all draws."""

    design: Design
    runs: int
    seed: int = 1

    def __post_init__(self) -> None:
        whole_from(1, runs=self.runs)
        whole_from(0, seed=self.seed)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything that decides the numbers: design, runs, seed, version of the model, source of the engine."""
        said = json.dumps([self.design.digest, self.runs, self.seed, MODEL, f"{source_stamp():x}"])
        return hashlib.sha256(said.encode()).hexdigest()

    @cached_property
    def batches(self) -> list[tuple[int, int, int, int]]:
        """The parts of the experiment in their order: first point, points, first run, runs."""
        if self.runs >= BATCH:
            return [
                (point, 1, first, min(BATCH, self.runs - first))
                for point in range(len(self.design))
                for first in range(0, self.runs, BATCH)
            ]
        step = max(1, BATCH // self.runs)
        count = len(self.design)
        return [(first, min(step, count - first), 0, self.runs) for first in range(0, count, step)]

    def batch(self, number: int) -> Batch:
        """Give one part, ready to be computed."""
        point, points, run, runs = self.batches[number]
        values = self.design.values(point, point + points)
        common = self.design.common
        return Batch(number, values, 0 if common else point, runs, run, self.seed, common)


def run_experiment(
    experiment: Experiment, path: Path | str, *, workers: int | None = None, progress: Progress | None = None, stop: Stop | None = None
) -> Results:  # fmt: skip
    """Run an experiment into a Parquet file.

    Finished batches stand in a folder beside the file until all are there; after a stop, a kill or a loss of files, only those not found whole
    are run again. Where the finished file is there already, it is read. Inside ``joblib.parallel_config(backend="dask")`` the same call runs on
    the cluster.

    Parameters
    ----------
    path
        The file (``.parquet``).
    workers
        Batches at once; by default all cores.
    progress
        Called with the number of finished batches and of all.
    stop
        Asked after each batch; True stops the experiment.

    Raises
    ------
    InputProblem
        If the file cannot be written, or holds another experiment.
    Cancelled
        If `stop` says so.
    """
    path = Path(path)
    if path.suffix.lower() != ".parquet":
        raise InputProblem(N_("{name} is no name for results. Give one that ends in .parquet."), name=path.name)
    if path.exists():
        found = read_results(path)
        if found.header["experiment"] == experiment.digest:
            return found
        raise InputProblem(
            N_("{name} holds another experiment, or one of another engine. Give another name, or remove the file."), name=path.name
        )  # fmt: skip
    parts = path.with_name(f"{path.name}.parts")
    try:
        parts.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputProblem(
            N_("{name} cannot be written: {reason}. Check the path and the rights."),
            name=parts, reason=error.strerror or str(error),
        ) from error  # fmt: skip
    _fill(experiment, parts, workers, progress, stop)
    write_results(path, experiment, _in_order(experiment, parts))
    shutil.rmtree(parts, ignore_errors=True)
    return read_results(path)


def _fill(
    experiment: Experiment, parts: Path, workers: int | None, progress: Progress | None, stop: Stop | None
) -> None:
    """Compute every batch that is not found whole."""
    all_batches = experiment.batches
    missing = [number for number in range(len(all_batches)) if _read_part(experiment, parts, number) is None]
    before = len(all_batches) - len(missing)

    def tell(done: int, _total: int) -> None:
        if progress is not None:
            progress(before + done, len(all_batches))

    if progress is not None:
        progress(before, len(all_batches))
    tasks = _Tasks(experiment, missing)
    for at, seen in spread(Batch.compute, tasks, workers=workers, progress=tell, stop=stop):
        _write_part(experiment, parts, missing[at], seen)


class _Tasks(Sequence[Batch]):
    """The batches to be computed, made one by one when they are wanted: a million points do not stand in memory at once."""

    def __init__(self, experiment: Experiment, numbers: list[int]) -> None:
        self._experiment, self._numbers = experiment, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, at: Any) -> Any:
        return self._experiment.batch(self._numbers[at])


def _part(parts: Path, number: int) -> Path:
    return parts / f"{number:07d}.npz"


def _write_part(experiment: Experiment, parts: Path, number: int, seen: NDArray[np.float64]) -> None:
    with replacing(_part(parts, number)) as place, place.open("wb") as file:
        np.savez(file, seen=seen, experiment=np.array(experiment.digest))


def _read_part(experiment: Experiment, parts: Path, number: int) -> NDArray[np.float64] | None:
    """Read a batch; None if it is not there, not whole, or of another experiment."""
    _point, points, _run, runs = experiment.batches[number]
    try:
        # opened here: NumPy leaves a file that is no archive open
        with _part(parts, number).open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            if str(file["experiment"]) != experiment.digest:
                return None
            seen: NDArray[np.float64] = file["seen"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return seen if seen.shape[:2] == (points, runs) else None


def _in_order(experiment: Experiment, parts: Path) -> Iterator[NDArray[np.float64]]:
    """Give the batches in their order; one that was lost meanwhile is computed again."""
    for number in range(len(experiment.batches)):
        seen = _read_part(experiment, parts, number)
        yield seen if seen is not None else experiment.batch(number).compute()
