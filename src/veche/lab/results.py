"""Results of experiments: Parquet files with parameters, seed, version and a content hash, read and written as a stream."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from veche.lab._moments import RunningMoments
from veche.lab.honesty import STATEMENTS
from veche.lab.parameters import TABLE
from veche.study.errors import N_, InputProblem
from veche.study.files import replacing

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from veche.lab.experiments import Experiment

#: version of the model (its specification); results of another version are not read together with those of this one
MODEL = 1
#: version of the layout of the file
LAYOUT = 1
KEY = b"veche.lab"


@dataclass(frozen=True)
class Results:
    """A finished experiment on disk. Rows are runs: number of the point and of the run, the varied parameters, the observables."""

    path: Path
    #: seed, runs, base parameters, varied parameters, kind of the design, versions, digest of the experiment, content hash
    header: dict[str, Any]

    @property
    def observables(self) -> tuple[str, ...]:
        """Names of the observables, in their order."""
        return tuple(self.header["observables"])

    @property
    def varied(self) -> tuple[str, ...]:
        """Names of the varied parameters, in their order."""
        return tuple(self.header["varied"])

    @property
    def points(self) -> int:
        """Number of points."""
        return int(self.header["points"])

    def batches(self) -> Iterator[tuple[int, NDArray[np.float64], NDArray[np.float64]]]:
        """Stream the runs: number of the first point, parameters (points, varied), observables (points, runs, observables)."""
        for table in _groups(self.path):
            first, values, seen = _taken_apart(table, self.varied, self.observables)
            yield first, values, seen

    def frame(self) -> pd.DataFrame:
        """Read all runs at once."""
        import pyarrow.parquet as pq

        table: pd.DataFrame = pq.read_table(self.path).to_pandas()
        return table

    def means(self) -> pd.DataFrame:
        """Give one row per point: the varied parameters, and mean (`name`), Monte-Carlo error (`name_error`) and runs with a value (`name_runs`).

        Streamed: memory does not grow with the number of runs.
        """
        import pandas as pd

        sums = RunningMoments(self.points, len(self.observables))
        values = np.full((self.points, len(self.varied)), np.nan)
        for first, at_points, seen in self.batches():
            sums.add(first, seen)
            values[first : first + len(at_points)] = at_points
        found = sums.moments()
        columns: dict[str, Any] = {name: values[:, at] for at, name in enumerate(self.varied)}
        for at, name in enumerate(self.observables):
            columns[name] = found.mean[:, at]
            columns[f"{name}_error"] = found.error[:, at]
            columns[f"{name}_runs"] = found.count[:, at]
        return pd.DataFrame(columns, index=pd.RangeIndex(self.points, name="point"))


def write_results(path: Path, experiment: Experiment, batches: Iterable[NDArray[np.float64]]) -> None:
    """Write the batches of an experiment, in their order, into one Parquet file: the same experiment gives the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from veche.lab.observables import OBSERVED

    design = experiment.design
    header: dict[str, Any] = {
        "layout": LAYOUT, "model": MODEL, "veche": version("veche"), "experiment": experiment.digest, "seed": int(experiment.seed),
        "runs": int(experiment.runs), "points": len(design), "kind": design.kind, "common": design.common, "made": dict(design.made),
        "varied": list(design.varied), "observables": list(OBSERVED),
        "says": list(STATEMENTS),
        "base": {one.name: float(value) for one, value in zip(TABLE, design.base.values, strict=True)},
    }  # fmt: skip
    names = ("point", "run", *design.varied, *OBSERVED)
    schema = pa.schema([(name, pa.int32() if at < 2 else pa.float64()) for at, name in enumerate(names)])
    digest = _digest_of(header)
    plain = ["point", "run", *design.varied]
    with replacing(path) as place, pq.ParquetWriter(place, schema, compression="zstd", use_dictionary=plain) as writer:
        for (point, points, run, runs), seen in zip(experiment.batches, batches, strict=True):
            table = _table(schema, design.points[point : point + points], point, run, runs, seen)
            _absorb(digest, table)
            writer.write_table(table, row_group_size=max(1, points * runs))
        header["content"] = digest.hexdigest()
        writer.add_key_value_metadata({KEY: json.dumps(header, sort_keys=True, ensure_ascii=False).encode()})


def _table(
    schema: pa.Schema, values: NDArray[np.float64], point: int, run: int, runs: int, seen: NDArray[np.float64]
) -> pa.Table:  # fmt: skip
    import pyarrow as pa

    points = len(values)
    columns: list[Any] = [
        pa.array(np.repeat(np.arange(point, point + points, dtype=np.int32), runs)),
        pa.array(np.tile(np.arange(run, run + runs, dtype=np.int32), points)),
        *(pa.array(np.repeat(values[:, at], runs)) for at in range(values.shape[1])),
        # what is undefined in a run is missing in the file, in whatever program it is read
        *(pa.array(np.ascontiguousarray(seen[:, :, at]).reshape(-1), from_pandas=True) for at in range(seen.shape[2])),
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _digest_of(header: dict[str, Any]) -> Any:
    said = json.dumps(
        {name: value for name, value in header.items() if name != "content"}, sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(said.encode())


def _absorb(digest: Any, table: pa.Table) -> None:
    for column in table.columns:
        values = column.to_numpy().astype("<f8")
        values[np.isnan(values)] = np.nan  # one NaN of the many
        digest.update(values.tobytes())


def _groups(path: Path) -> Iterator[pa.Table]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for at in range(file.num_row_groups):
            yield file.read_row_group(at)


def _taken_apart(
    table: pa.Table, varied: Sequence[str], observables: Sequence[str]
) -> tuple[int, NDArray[np.float64], NDArray[np.float64]]:
    numbers = table["point"].to_numpy()
    first, points = int(numbers[0]), int(numbers[-1]) - int(numbers[0]) + 1
    runs = len(numbers) // points
    seen = np.stack([table[name].to_numpy().reshape(points, runs) for name in observables], axis=-1)
    values = np.stack([table[name].to_numpy()[::runs] for name in varied], axis=-1) if varied else np.zeros((points, 0))
    return first, values, seen


def read_results(path: Path | str, *, check: bool = True) -> Results:
    """Open a file of results, and see whether its content is still that which was written.

    Parameters
    ----------
    check
        Without it, only the header is looked at.

    Raises
    ------
    InputProblem
        If it is no file of results, of another version of the model, or its content was changed.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = Path(path)
    try:
        with path.open("rb"), pq.ParquetFile(path) as file:
            metadata = file.metadata.metadata or {}
        header = json.loads(metadata[KEY]) if KEY in metadata else None
    except OSError as error:
        reason = error.strerror or str(error).splitlines()[0]
        raise InputProblem(
            N_("{name} cannot be read: {reason}. Check the file."), name=path.name, reason=reason
        ) from error
    except (pa.ArrowException, ValueError):
        header = None
    if not isinstance(header, dict) or not {"layout", "model", "content", "points", "varied", "observables"} <= set(
        header
    ):
        raise InputProblem(
            N_("{name} is no file of results of the lab. Give one that `veche lab run --out NAME.parquet` wrote."), name=path.name
        )  # fmt: skip
    if (header["layout"], header["model"]) != (LAYOUT, MODEL):
        raise InputProblem(
            N_(
                "{name} was written by veche {version} for version {found} of the model; this is version {here}. "
                "Run the experiment again, or read the file with that veche."
            ),
            name=path.name, version=header.get("veche", "?"), found=header["model"], here=MODEL,
        )  # fmt: skip
    if check and _content(path, header) != header["content"]:
        raise InputProblem(
            N_("The content of {name} is not what was written: its hash is another. Take the file from where it came, or run it again."),
            name=path.name,
        )  # fmt: skip
    return Results(path, header)


def _content(path: Path, header: dict[str, Any]) -> str:
    import pyarrow as pa

    digest = _digest_of(header)
    try:
        for table in _groups(path):
            _absorb(digest, table)
    except (OSError, pa.ArrowException):
        return ""
    return str(digest.hexdigest())
