"""The lab of one running workbench: what was computed for the last sets of conditions is kept, long work is done as jobs."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from veche import lab
from veche.lab.attribution import Attribution
from veche.lab.comparisons import Comparison
from veche.lab.model import Scenario
from veche.lab.observables import MONTH
from veche.lab.phases import PhaseMap
from veche.study import VecheError
from veche.words import language
from veche.workbench.jobs import Job, Jobs
from veche.workbench.lab import EXPLAINING, PAIRS, QUICK, Trial, counterfactual_of, take_range, try_out
from veche.workbench.lab_files import figure_bytes, notes, table_bytes
from veche.workbench.study import Study

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KEPT", "Comparison", "Lab", "PhaseMap"]
T = TypeVar("T")
#: answers kept: a person goes back and forth between a few sets of conditions
KEPT = 48


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

    def warm(self, patience: float) -> Job | None:
        """Load the engine, or compile it where that was not done yet; gives the job if that takes longer than `patience` seconds."""
        from veche.lab.batch import is_ready, ready

        if is_ready():
            return None
        job = self.jobs.start("engine", lambda _job: ready())
        if not job.wait(patience):
            return job
        job.result()
        return None

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

    def start_map(
        self, scenario: Scenario, x: str, y: str, observable: str, *, steps: int, runs: int, seed: int
    ) -> Job:
        """Begin a phase map as a job; joined if it is under way, at once if it is known."""
        axes = tuple((name, lab.axis(name, *_ends(name), steps)) for name in (x, y))
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

    def coded_levels(self, study: Study, trial: Trial) -> pd.DataFrame | None:
        """Give the coded levels of all towns and waves; None while they, or the scale that they share with the runs, are being made."""
        from veche.workbench import lab_evidence

        key = ("coded", study.store.last_entry(), language())

        def work(_job: Job) -> pd.DataFrame:
            lab_evidence.model_levels(trial.observed)
            return self._once(key, lambda: _named(study, lab_evidence.indicator_table(study)))

        job = self.jobs.start(key, work)
        if not job.wait(0.2 if key not in self._kept else 5.0):
            return None
        table: pd.DataFrame = job.result()
        return table

    def model_levels(self, trial: Trial) -> Mapping[str, float]:
        """Give the level of each indicator in the runs, on the scale of the coded levels; empty where there is no scale yet."""
        from veche.workbench import lab_evidence

        found = lab_evidence.model_levels(trial.observed)
        return {} if found is None else {str(key): float(level) for key, level in found["level"].items()}

    def story_file(self, scenario: Scenario, seed: int, run: int, kind: str) -> bytes:
        """Give the story as a figure."""
        from veche.lab.drawing import story_figure

        return figure_bytes(story_figure(scenario, self.trial(scenario, seed).months, run, seed=seed), kind)

    def map_file(
        self, scenario: Scenario, x: str, y: str, observable: str, *, steps: int, runs: int, seed: int, kind: str
    ) -> bytes:
        """Give a phase map as a figure or a table; waits until it is there."""
        from veche.lab.drawing import map_figure

        job = self.start_map(scenario, x, y, observable, steps=steps, runs=runs, seed=seed)
        job.wait()
        found: PhaseMap = job.result()
        if kind == "csv":
            return table_bytes({"map": found.table}, kind, notes(scenario, runs=runs, seed=seed))
        return figure_bytes(map_figure(found), kind)

    def tables_file(self, scenario: Scenario, seed: int, run: int, against: str, *, months: bool, kind: str) -> bytes:
        """Give the months of one run, or the numbers of all runs, with the counterfactual if there is one."""
        import pandas as pd

        trial = self.trial(scenario, seed)
        if months:
            frame = pd.DataFrame(trial.months[run], columns=list(MONTH)).rename_axis("month").reset_index()
            return table_bytes({"months": frame}, kind, notes(scenario, runs=1, seed=seed))
        tables = {"numbers": lab.replicate(scenario, runs=QUICK, seed=seed).reset_index()}
        try:
            other = counterfactual_of(scenario, against) if against else None
        except VecheError:
            other = None
        if other is not None:
            tables = {"counterfactual": self.comparison(scenario, other, seed).table.reset_index(), **tables}
        return table_bytes(tables, kind, notes(scenario, runs=QUICK, seed=seed))


def _named(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """Give towns and waves their names."""
    from veche.study import Town, Wave

    towns = {one.key: one.name or one.key for one in study.store.all(Town)}
    waves = {one.key: one.label or one.key for one in study.store.all(Wave)}
    return table.assign(
        town_name=[towns.get(one, one) for one in table["town"]],
        wave_name=[waves.get(one, one) for one in table["wave"]],
    )


def _ends(name: str) -> tuple[float, float]:
    _name, low, high = take_range(name)
    return low, high
