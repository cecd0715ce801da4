"""What the commands of the lab compute: each with a progress bar, as tables and figures that can be written."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veche import lab
from veche.lab.comparisons import Comparison
from veche.lab.designs import BOX, Design
from veche.lab.facts import Facts
from veche.lab.model import Scenario
from veche.lab.phases import PhaseMap
from veche.lab.results import Results
from veche.study.errors import N_, Cancelled, InputProblem
from veche.words import say
from veche.workbench.lab import Attribution, carried_words, counterfactual_of, take_change, take_range, try_out
from veche.workbench.lab_answers import Answer, answer_notes
from veche.workbench.lab_files import notes, seed_words, write_out

if TYPE_CHECKING:
    import pandas as pd

    from veche.lab._parallel import Progress
    from veche.workbench.ingest import Progress as Bar
    from veche.workbench.lab_evidence import CalibrationReport

#: pairs whose months are averaged
PATHS = 60


def _told(bar: Bar) -> Progress:
    return lambda done, total: bar(done, total, "")


def replicated(scenario: Scenario, runs: int, seed: int, workers: int | None, bar: Bar) -> pd.DataFrame:
    """Give the means of a scenario."""
    return lab.replicate(scenario, runs=runs, seed=seed, workers=workers, progress=_told(bar)).reset_index()


def ablations(scenario: Scenario, runs: int, seed: int, workers: int | None) -> pd.DataFrame:
    """Give what changes without each mechanism."""
    return lab.ablations(scenario, runs=runs, seed=seed, workers=workers).reset_index()


def months(scenario: Scenario, seed: int) -> pd.DataFrame:
    """Give one run month by month."""
    return lab.tell(scenario, seed=seed).months.rename_axis("month").reset_index()


def make_design(scenario: Scenario, vary: Iterable[str], kind: str, points: int, seed: int) -> Design:
    """Make a design of words: BOX, NAME or NAME=LOW:HIGH; a range that is named goes before that of the box.

    Raises
    ------
    InputProblem
        If a condition is named twice, or a range cannot be used.
    """
    words = list(vary)
    ranges: dict[str, tuple[float, float]] = dict(BOX) if any(one.upper() == "BOX" for one in words) else {}
    named = [take_range(one) for one in words if one.upper() != "BOX"]
    for at, (name, low, high) in enumerate(named):
        if name in [one[0] for one in named[:at]]:
            raise InputProblem(N_("{name} is varied twice. Name it once, with one range."), name=name)
        ranges[name] = (low, high)
    base = scenario.parameters
    if kind == "grid":
        return lab.grid({name: lab.axis(name, low, high, points) for name, (low, high) in ranges.items()}, base=base)
    if kind == "sobol":
        return lab.sobol_design(points, seed=seed, ranges=ranges, base=base)
    if kind == "morris":
        return lab.morris_design(points, seed=seed, ranges=ranges, base=base)
    return lab.latin_hypercube(points, seed=seed, ranges=ranges, base=base)


def run_design(design: Design, runs: int, seed: int, out: Path | None, workers: int | None, bar: Bar) -> Results:
    """Run a design into a file; without one, into a file that lasts as long as the process.

    Raises
    ------
    InputProblem
        If the file cannot be written, or holds another experiment.
    Cancelled
        If the user interrupts a run into a file, which can go on.
    """
    experiment = lab.Experiment(design, runs, seed)
    if out is None:
        folder = tempfile.mkdtemp(prefix="veche-lab-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return lab.run_experiment(experiment, Path(folder) / "runs.parquet", workers=workers, progress=_told(bar))
    try:
        return lab.run_experiment(experiment, out, workers=workers, progress=_told(bar))
    except KeyboardInterrupt as stopped:
        raise Cancelled(
            N_("Stopped. What is finished stands beside {name}; the same command goes on from there."), name=out.name
        ) from stopped


def check_observable(name: str) -> None:
    """See that there is such an observable.

    Raises
    ------
    InputProblem
        If there is none, with the nearest.
    """
    from veche.lab.observables import OBSERVED
    from veche.lab.sensitivity import unknown_observable

    if name not in OBSERVED:
        raise unknown_observable(name)


def indices(results: Results, design: Design, observable: str) -> pd.DataFrame:
    """Give indices of sensitivity."""
    from veche.lab.sensitivity import indices_of

    return indices_of(results, design, observable)


def mapped(
    scenario: Scenario, x: str, y: str, observable: str, steps: int, runs: int, seed: int, workers: int | None, bar: Bar
) -> PhaseMap:
    """Give a phase map."""
    axes = []
    for text in (x, y):
        name, low, high = take_range(text)
        axes.append((name, lab.axis(name, low, high, steps)))
    return lab.phase_map(
        scenario, *axes, observable=observable, runs=runs, seed=seed, workers=workers, progress=_told(bar)
    )


def attributed(scenario: Scenario, runs: int, seed: int, workers: int | None, bar: Bar) -> Attribution:
    """Give the attribution of control."""
    return lab.attribute(scenario, runs=runs, seed=seed, workers=workers, progress=_told(bar))


def compared(
    scenario: Scenario, without: str, other: Iterable[str], runs: int, seed: int, workers: int | None, bar: Bar
) -> Comparison:
    """Compare a scenario with its counterfactual."""
    twin = counterfactual_of(scenario, without) if without else scenario
    changed = dict(take_change(one) for one in other)
    if changed:
        twin = Scenario(twin.name, twin.parameters.replace(**changed), twin.about)
    return lab.compare(
        scenario, twin, runs=runs, seed=seed, paths=min(runs, PATHS), workers=workers, progress=_told(bar)
    )


def facts(points: int, runs: int, setting_runs: int, seed: int, workers: int | None, bar: Bar) -> Facts:
    """Compute the stylised facts."""
    return lab.stylised_facts(
        points=points, runs=runs, setting_runs=setting_runs, seed=seed, workers=workers, progress=_told(bar)
    )


def write(
    tables: Mapping[str, pd.DataFrame], path: Path, scenario: Scenario | None, runs: int, seed: int
) -> tuple[Path, ...]:
    """Write tables with what must be said beside them."""
    return write_out(tables, path, notes(scenario, runs=runs, seed=seed))


def write_answer(answer: Answer, path: Path, seed: int) -> tuple[Path, ...]:
    """Write the numbers of an answer with its sentence, what would change it and what it rests on."""
    said = (f"{answer.title} {answer.about}: {answer.answer}", answer.sentence, seed_words(seed), *answer_notes(answer))
    return write_out({"answer": answer.table}, path, said)


def write_comparison(found: Comparison, path: Path, runs: int, seed: int) -> tuple[Path, ...]:
    """Write the differences of pairs and their months, with the conditions of both."""
    said = notes(found.actual, runs=runs, seed=seed)
    other = notes(found.counterfactual)[0]
    tables = {"counterfactual": found.table.reset_index(), "months": found.months.reset_index()}
    return write_out(tables, path, [said[0], say(N_("Counterfactual. {conditions}"), conditions=other), *said[1:]])


def write_calibration(found: CalibrationReport, path: Path) -> tuple[Path, ...]:
    """Write the conditions of towns, the checks and what trades off, with what all rests on."""
    tables = {"conditions": found.conditions, "checks": found.checks, "pairs": found.pairs}
    return write_out(tables, path, (found.sentence, found.made, *found.remarks))


def map_chart(found: PhaseMap) -> Any:
    """Draw a phase map."""
    from veche.lab.drawing import map_figure

    return map_figure(found)


def save_figure(chart: Any, path: Path) -> Path:
    """Write a figure."""
    from veche import figures

    figures.save(chart, path)
    return path


def story_chart(scenario: Scenario, seed: int) -> Any:
    """Draw the story of one run."""
    from veche.lab.drawing import story_figure

    return story_figure(scenario, try_out(scenario, seed=seed).months, seed=seed)


def attribution_chart(found: Attribution, scenario: Scenario) -> Any:
    """Draw what carries control."""
    from veche.lab.drawing import attribution_figure

    return attribution_figure(found, scenario, carried_words(found))


def comparison_chart(found: Comparison) -> Any:
    """Draw a counterfactual."""
    from veche.lab.drawing import comparison_figure
    from veche.words import number

    row: dict[Any, Any] = found.table.loc["control"].to_dict()
    words = say(
        N_("Control {actual} instead of {other}"),
        actual=number(float(row["actual"])),
        other=number(float(row["counterfactual"])),
    )
    return comparison_figure(found, words)
