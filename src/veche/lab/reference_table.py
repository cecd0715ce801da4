"""The reference table: runs of the model all over the condition box, made once and used by every calibration.

One run per point of a Latin hypercube over the conditions that have a box (`conditions`); other parameters stand at their defaults. The table
is a Parquet file with its format, seed and digest. It is used only as long as the model still gives the same numbers for its first points.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from veche.lab.indicators import Scale, make_scale, observed
from veche.lab.parameters import INDEX, TABLE, Parameter, make_parameters
from veche.study.errors import N_, Cancelled, InputProblem, reason_of
from veche.study.files import replacing

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
#: told how many points are done, and of how many; gives False to stop
Progress = Callable[[int, int], "bool | None"]

FORMAT = "veche reference table 1"
#: points of a table, unless told otherwise; fewest that a calibration takes
POINTS, FEWEST = 40_000, 2_000
#: points run in one go, points run again to see whether the model is still the same, and how many may differ (rounding of another machine)
PART, AGAIN, MAY_DIFFER = 500, 24, 2

#: the conditions that are varied, in the order of the columns
CONDITIONS: tuple[Parameter, ...] = tuple(one for one in TABLE if one.box is not None)
NAMES: tuple[str, ...] = tuple(one.name for one in CONDITIONS)


@dataclass(frozen=True)
class ReferenceTable:
    """Points of the condition box and what one run of each gave.

    `places` has shape (points, conditions), each within the box from 0 to 1; `observables` (points, observables) in the order of `OBSERVED`.
    """

    places: Floats
    observables: Floats
    seed: int

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def digest(self) -> str:
        """Digest of the content: 16 hexadecimal characters of SHA-256."""
        sha = hashlib.sha256(f"{FORMAT} {self.seed} {' '.join(NAMES)}".encode())
        for part in (self.places, self.observables):
            sha.update(np.ascontiguousarray(part, dtype="<f8").tobytes())
        return sha.hexdigest()[:16]

    @cached_property
    def _indicators(self) -> tuple[Floats, Floats]:
        values = observed(_frame(self.observables))
        whole = ~np.isnan(values).any(axis=1)
        return self.places[whole], values[whole]

    @property
    def known_places(self) -> Floats:
        """Places of the points in whose run every indicator is defined."""
        return self._indicators[0]

    @cached_property
    def scale(self) -> Scale:
        """The scale of the evidence: each indicator a standard normal over the points."""
        return make_scale(self._indicators[1])

    @cached_property
    def normal(self) -> Floats:
        """Indicators of the points on that scale: shape (known points, indicators)."""
        return self.scale.normal(self._indicators[1])


def _frame(observables: Floats) -> pd.DataFrame:
    import pandas as pd

    from veche.lab.observables import OBSERVED

    return pd.DataFrame(observables, columns=list(OBSERVED))


def values_at(places: Floats, **fixed: float) -> Floats:
    """Parameter values of places in the box: shape (points, parameters) in the order of `TABLE`.

    Parameters
    ----------
    places
        Shape (points, conditions), from 0 (lowest value of the box) to 1.
    fixed
        Parameters set for all points.

    Raises
    ------
    InputProblem
        For an unknown parameter or a value out of range.
    """
    found = np.tile(make_parameters(fixed).values, (len(places), 1))
    for at, one in enumerate(CONDITIONS):
        if one.name not in fixed and one.box is not None:
            low, high = one.box
            found[:, INDEX[one.name]] = low + (high - low) * places[:, at]
    return found


def run_indicators(places: Floats, scale: Scale, *, seed: int, first_point: int = 0) -> Floats:
    """Run places of the box once each and give the indicators on the scale of the evidence: shape (points, indicators)."""
    return scale.normal(observed(_frame(run_once(values_at(places), seed=seed, first_point=first_point))))


def run_once(values: Floats, *, seed: int, first_point: int = 0) -> Floats:
    """Run each point once, on all cores: shape (points, observables)."""
    from veche.lab.batch import ready, run_points

    ready()  # here, and not in one of the threads, which do not know the language in use
    workers = max(1, min(os.cpu_count() or 1, len(values)))
    if workers == 1 or len(values) < 32:
        return run_points(values, runs=1, seed=seed, first_point=first_point)[:, 0]
    edges = np.linspace(0, len(values), workers + 1).astype(int)
    with ThreadPoolExecutor(workers) as pool:
        parts = pool.map(
            lambda span: run_points(
                values[span[0] : span[1]], runs=1, seed=seed, first_point=first_point + int(span[0])
            ),
            itertools.pairwise(edges),
        )
        return np.concatenate([one[:, 0] for one in parts])


def make_table(*, points: int = POINTS, seed: int = 20, progress: Progress | None = None) -> ReferenceTable:
    """Run a new table.

    Parameters
    ----------
    points
        Points of the Latin hypercube, 2000 or more; 40,000 take a quarter of a minute to a minute.
    seed
        Of the points and of their runs; the same seed gives the same table.
    progress
        Called after each part; if it gives False, the work stops.

    Raises
    ------
    InputProblem
        If there are too few points.
    Cancelled
        If `progress` stops it.
    """
    from scipy.stats import qmc

    if points < FEWEST:
        raise InputProblem(
            N_("A reference table of {points} points is too small for a calibration. Take {fewest} or more ({usual} are usual)."),
            points=points, fewest=FEWEST, usual=POINTS,
        )  # fmt: skip
    places = qmc.LatinHypercube(len(CONDITIONS), rng=np.random.default_rng(seed)).random(points)
    parts = []
    for start in range(0, points, PART):
        parts.append(run_once(values_at(places[start : start + PART]), seed=seed, first_point=start))
        if progress is not None and progress(min(start + PART, points), points) is False:
            raise Cancelled(N_("Stopped; nothing was changed."))
    return ReferenceTable(places, np.concatenate(parts), seed)


def write_table(table: ReferenceTable, path: Path | str) -> Path:
    """Write a table to Parquet; the file appears whole or not at all.

    Raises
    ------
    InputProblem
        If the file cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from veche.lab.observables import OBSERVED

    columns = {f"condition {name}": table.places[:, at] for at, name in enumerate(NAMES)}
    columns |= {name: table.observables[:, at] for at, name in enumerate(OBSERVED)}
    about = {"format": FORMAT, "seed": table.seed, "digest": table.digest}
    made = pa.table(columns).replace_schema_metadata({"veche": json.dumps(about)})
    path = Path(path)
    with replacing(path) as part:
        part.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(made, part)
    return path


def read_table(path: Path | str) -> ReferenceTable:
    """Read a table and see that it is whole and that the model still gives its numbers.

    Raises
    ------
    InputProblem
        If the file is missing, no reference table, of another format, damaged, too small, or made by another version of the model.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from veche.lab.observables import OBSERVED

    path = Path(path)
    if not path.exists():
        raise InputProblem(
            N_("There is no reference table {name}. Give the file of one, or leave it out: then one is made."), name=path.name
        )  # fmt: skip
    try:
        held = pq.read_table(path)
        about = json.loads((held.schema.metadata or {}).get(b"veche", b"{}"))
    except (OSError, pa.ArrowException, ValueError) as error:
        raise InputProblem(
            N_("{name} cannot be read as a reference table: {reason}. Make it again."),
            name=path.name,
            reason=reason_of(error) if isinstance(error, OSError) else N_("it is no Parquet file"),
        ) from error
    wanted = [*(f"condition {name}" for name in NAMES), *OBSERVED]
    if not isinstance(about, dict) or about.get("format") != FORMAT or held.column_names != wanted:
        raise InputProblem(
            N_("{name} is a reference table of another version ({found}). Make it again."),
            name=path.name, found=about.get("format", "–") if isinstance(about, dict) else "–",
        )  # fmt: skip
    data = np.column_stack([held.column(name).to_numpy(zero_copy_only=False) for name in wanted]).astype(float)
    table = ReferenceTable(data[:, : len(NAMES)].copy(), data[:, len(NAMES) :].copy(), int(about.get("seed", 0)))
    if table.digest != about.get("digest"):
        raise InputProblem(
            N_("{name} is damaged: its content does not match its digest. Make it again."), name=path.name
        )
    if len(table) < FEWEST:
        raise _too_small(len(table), path.name)
    _check_model(table, path.name)
    return table


def _check_model(table: ReferenceTable, name: str) -> None:
    again = run_once(values_at(table.places[:AGAIN]), seed=table.seed)
    near = np.isclose(again, table.observables[:AGAIN], rtol=1e-6, atol=1e-9, equal_nan=True)
    other = int((~np.all(near, axis=1)).sum())
    if other > MAY_DIFFER:
        raise InputProblem(
            N_("{name} was made by another version of the model: {count} of {all} runs now give other numbers. Make it again."),
            name=name, count=other, all=len(again),
        )  # fmt: skip


def _too_small(points: int, name: str) -> InputProblem:
    return InputProblem(
        N_("The reference table {name} has {points} points, too few for a calibration. Make one of {fewest} or more ({usual} are usual)."),
        name=name, points=points, fewest=FEWEST, usual=POINTS,
    )  # fmt: skip


def open_table(path: Path | None = None, *, points: int = POINTS, progress: Progress | None = None) -> ReferenceTable:
    """Read the table from a path, by default from the cache of the user; there it is made if it is missing or of another version.

    Raises
    ------
    InputProblem
        As `read_table`, for a path that is given.
    """
    if path is not None:
        return read_table(path)
    target = cached_path(points)
    if target.exists():
        try:
            return read_table(target)
        except InputProblem:  # the model has changed since: the table in the cache is only a copy of its runs
            target.unlink(missing_ok=True)
    table = make_table(points=points, progress=progress)
    try:
        write_table(table, target)
    except InputProblem:  # without a cache that can be written the table serves this time only
        return table
    return table


def cached_path(points: int = POINTS) -> Path:
    """Where the table lies in the cache of the user (on Linux `XDG_CACHE_HOME` or ~/.cache)."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "veche" / f"lab-reference-{points}.parquet"


def describe(table: ReferenceTable) -> dict[str, Any]:
    """Say what a table is, for exports."""
    return {
        "format": FORMAT,
        "points": len(table),
        "seed": table.seed,
        "digest": table.digest,
        "conditions": list(NAMES),
    }
