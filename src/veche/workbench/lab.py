"""The mechanism lab for the faces of the program: scenarios by name or file, quick runs, maps as jobs, files."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from veche import lab
from veche.lab.attribution import Attribution
from veche.lab.comparisons import WINDOWS, Comparison
from veche.lab.honesty import STATEMENTS
from veche.lab.model import Scenario
from veche.lab.observables import MONTH, OBSERVED
from veche.lab.parameters import BY_NAME, make_parameters
from veche.lab.phases import PhaseMap
from veche.study import InputProblem, NotFound
from veche.study.errors import N_
from veche.words import _, say
from veche.workbench.jobs import Job, Jobs

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

T = TypeVar("T")
#: runs behind the band of a quick look, pairs of a quick comparison, runs of each subset of a quick attribution
QUICK, PAIRS, EXPLAINING = 40, 60, 48
#: answers kept: a person goes back and forth between a few sets of conditions
KEPT = 48
TABLES = (".csv", ".tsv", ".xlsx", ".parquet")


@dataclass(frozen=True)
class Trial:
    """A quick look at a scenario: the months and observables of some runs."""

    scenario: Scenario
    #: shape (runs, months, columns of `MONTH`)
    months: NDArray[np.float64]
    #: shape (runs, observables)
    observed: NDArray[np.float64]
    seed: int

    def month(self, name: str) -> NDArray[np.float64]:
        """Give a column of all months, shape (runs, months)."""
        found: NDArray[np.float64] = self.months[:, :, MONTH.index(name)]
        return found

    def mean(self, name: str) -> float:
        """Give the mean of an observable over the runs where it is defined."""
        known = [one for one in self.observed[:, OBSERVED.index(name)].tolist() if not math.isnan(one)]
        return sum(known) / len(known) if known else math.nan


def try_out(scenario: Scenario, *, runs: int = QUICK, seed: int = 1) -> Trial:
    """Run a scenario some times and keep every month."""
    import numpy as np

    from veche.lab.batch import fill

    months = np.full((runs, int(scenario.parameters["T"]), len(MONTH)), np.nan)
    observed = np.full((runs, len(OBSERVED)), np.nan)
    row = scenario.parameters.values[None, :]
    for at in range(runs):
        fill(row, seed, 0, at, observed[None, at : at + 1], months[at])
    return Trial(scenario, months, observed, seed)


def find_scenario(name: str = "", changes: Iterable[str] = ()) -> Scenario:
    """Give a scenario: a preset by name, a YAML file by path, or the defaults; with changes of the form NAME=VALUE.

    Raises
    ------
    InputProblem
        For an unreadable file, an unknown parameter, or a value that cannot be used.
    NotFound
        If there is neither a preset nor a file of that name.
    """
    given = dict(take_change(one) for one in changes)
    base = _base(name)
    parameters = make_parameters({**dict(base.parameters.given), **given})
    return Scenario(base.name, parameters, base.about)


def _base(name: str) -> Scenario:
    if not name:
        return lab.make_scenario(_("defaults"))
    path = Path(name)
    if path.suffix.lower() in (".yaml", ".yml") or path.exists():
        return lab.read_scenario(path)  # type: ignore[no-any-return]
    known = {one.key: one for one in lab.presets()}
    if name not in known:
        import difflib

        near = difflib.get_close_matches(name, list(known), 3, 0.4)
        raise NotFound(
            N_("There is no preset and no file {name}. Presets: {near}."), name=name, near=", ".join(near or sorted(known))
        )  # fmt: skip
    found: Scenario = known[name].scenario
    return found


def take_change(text: str) -> tuple[str, float]:
    """Read NAME=VALUE.

    Raises
    ------
    InputProblem
        If it is not of that form, or the value is no number.
    """
    name, equals, value = text.partition("=")
    try:
        if not equals:
            raise ValueError
        return name.strip(), float(value.replace(",", ".").replace("−", "-"))
    except ValueError as error:
        raise InputProblem(N_("{text} cannot be read. Write NAME=NUMBER, as S=0.8."), text=text) from error


def take_range(text: str) -> tuple[str, float, float]:
    """Read NAME or NAME=LOW:HIGH; without a range that of the condition box, or of the parameter.

    Raises
    ------
    InputProblem
        If it is not of that form.
    """
    name, equals, ends = text.partition("=")
    name = name.strip()
    make_parameters()[name]
    one = BY_NAME[name]
    if not equals:
        low, high = one.box or (one.low, one.high)
        return name, low, high
    first, colon, second = ends.replace(",", ".").replace("−", "-").partition(":")
    try:
        if not colon:
            raise ValueError
        return name, float(first), float(second)
    except ValueError as error:
        raise InputProblem(N_("{text} cannot be read. Write NAME=LOW:HIGH, as S=0:1.5."), text=text) from error


def counterfactual_of(scenario: Scenario, what: str) -> Scenario:
    """Give the counterfactual that a word names: without ``intervention`` or ``pandemic``, or with a switch (``use_...``) off.

    Raises
    ------
    InputProblem
        If the scenario has nothing of the kind to take away.
    """
    if what in WINDOWS:
        from veche.lab.comparisons import without

        return without(scenario, what)
    if not what.startswith("use_"):
        raise InputProblem(N_("There is no window {name}. Choose one of: {names}."), name=what, names=", ".join(WINDOWS))
    if not scenario.parameters[what]:
        raise InputProblem(N_("{name} is off in this scenario already. Choose another comparison."), name=what)
    return Scenario(scenario.name, scenario.parameters.replace(**{what: 0}), scenario.about)


class Lab:
    """The lab of one running workbench: what was computed for the last sets of conditions is kept."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: T = self._kept[key]
                return found
        value = make()
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return value

    def trial(self, scenario: Scenario, seed: int) -> Trial:
        """Give the quick look at a scenario."""
        return self._once(("trial", scenario.parameters, seed), lambda: try_out(scenario, seed=seed))

    def comparison(self, scenario: Scenario, other: Scenario, seed: int) -> Comparison:
        """Give the quick comparison of two scenarios."""
        key = ("pairs", scenario.parameters, other.parameters, seed)
        return self._once(key, lambda: lab.compare(scenario, other, runs=PAIRS, seed=seed, paths=QUICK))

    def attribution(self, scenario: Scenario, seed: int) -> Attribution:
        """Give the quick attribution of control."""
        key = ("carried", scenario.parameters, seed)
        return self._once(key, lambda: lab.attribute(scenario, runs=EXPLAINING, seed=seed))

    def start_map(self, scenario: Scenario, x: str, y: str, observable: str, *, steps: int, runs: int, seed: int) -> Job:
        """Begin a phase map as a job; joined if it is under way, at once if it is known."""
        axes = tuple((name, lab.axis(*_ends(name), steps)) for name in (x, y))
        key = ("map", scenario.parameters, axes, observable, runs, seed)

        def work(job: Job) -> PhaseMap:
            def tell(done: int, total: int) -> None:
                job.step, job.steps = done, total

            return self._once(
                key, lambda: lab.phase_map(
                    scenario, *axes, observable=observable, runs=runs, seed=seed, progress=tell, stop=lambda: job.stopping
                ),
            )  # fmt: skip

        return self.jobs.start(key, work, steps=1)


def _ends(name: str) -> tuple[float, float]:
    _name, low, high = take_range(name)
    return low, high


def notes(scenario: Scenario | None = None, *, runs: int = 0, seed: int = 0) -> list[str]:
    """Give what stands beside every table and figure that leaves the lab: what it rests on, and what it cannot show."""
    from veche import __version__

    said = []
    if scenario is not None:
        given = ", ".join(f"{name} = {value:g}" for name, value in scenario.parameters.given)
        said.append(say(N_("Conditions: {name}; {given}. All others at their defaults."), name=scenario.name or "–", given=given or "–"))
    if runs:
        said.append(say(N_("{runs} runs, seed {seed}, veche {version}."), runs=runs, seed=seed, version=__version__))
    return said + [_(one) for one in STATEMENTS]


def write_out(tables: Mapping[str, pd.DataFrame], path: Path, said: Iterable[str]) -> tuple[Path, ...]:
    """Write tables with what must be said beside them: a sheet of a workbook, a file beside csv, the metadata of Parquet.

    Raises
    ------
    InputProblem
        For another ending, or if it cannot be written.
    """
    import pandas as pd

    from veche.workbench.sets import write_tables

    lines = list(said)
    kind = path.suffix.lower()
    if kind not in TABLES:
        raise InputProblem(
            N_("{name} is neither csv nor tsv nor xlsx nor parquet. Give a name with one of these endings."), name=path.name
        )
    if kind == ".parquet":
        return _write_parquet(tables, path, lines)
    written = write_tables(tables | {"notes": pd.DataFrame({_("note"): lines})} if kind == ".xlsx" else tables, path)
    if kind == ".xlsx":
        return written
    from veche.exporters._writing import replacing

    beside = path.with_name(f"{path.stem}.notes.txt")
    with replacing(beside) as part:
        part.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return (*written, beside)


def _write_parquet(tables: Mapping[str, pd.DataFrame], path: Path, lines: list[str]) -> tuple[Path, ...]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from veche.exporters._writing import replacing

    written = []
    for at, (name, table) in enumerate(tables.items()):
        target = path if at == 0 else path.with_name(f"{path.stem}.{name}{path.suffix}")
        made = pa.Table.from_pandas(table)
        metadata = {**(made.schema.metadata or {}), b"veche.notes": "\n".join(lines).encode()}
        with replacing(target) as part:
            pq.write_table(made.replace_schema_metadata(metadata), part, compression="zstd")
        written.append(target)
    return tuple(written)


def table_bytes(tables: Mapping[str, pd.DataFrame], kind: str, said: Iterable[str]) -> bytes:
    """Give tables as the content of one file: xlsx, or csv with the notes after the table."""
    import tempfile

    lines = list(said)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"lab.{kind}"
        written = write_out(tables, path, lines)
        content = path.read_bytes()
        if kind == "xlsx" or len(written) == 1:
            return content
        return content + ("\n" + "\n".join(f'"# {one}"' for one in lines) + "\n").encode()


def scenario_file(scenario: Scenario) -> str:
    """Give a scenario as YAML."""
    from veche.lab.scenario_text import scenario_text

    return scenario_text(scenario)
