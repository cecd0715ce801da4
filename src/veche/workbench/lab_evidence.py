"""The lab's evidence for the faces of the program: a study's towns coded, calibrated, compared with runs, and questions asked of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from veche import __version__
from veche.lab import checks, questions
from veche.lab.asking import KNOWN_RUNS, Answer, Basis, of_scenario, of_town
from veche.lab.calibration import DRAWS, LEVEL, Posterior, about, calibrate, case_of
from veche.lab.evidence import COLUMNS, Coded, judge, read_evidence
from veche.lab.honesty import STATEMENTS
from veche.lab.indicators import INDICATORS, Scale, observed
from veche.lab.model import Scenario
from veche.lab.questions import QUESTIONS
from veche.lab.reference_table import POINTS, ReferenceTable, cached_path, make_table, open_table, read_table
from veche.study import Evidence, InputProblem
from veche.study.errors import N_, reason_of
from veche.words import _, percent, say
from veche.workbench.study import Study

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "QUESTIONS", "STATEMENTS", "Answer", "CalibrationReport", "calibrate_study", "cases", "explain", "explain_scenario", "indicator_table",
    "judged", "model_levels", "read_judgements",
]  # fmt: skip

#: told what is done, and how far: (words marked for translation, done, of); gives False to stop
Progress = Callable[[str, int, int], "bool | None"]

#: posteriors kept: of the newest questions
KEPT = 4
#: points from which the scale is made where no table lies in the cache yet
QUICK = 2_000

MAKING = N_("Running the model all over the condition box; this happens once")
MEASURING = N_("Calibrating the towns")
_lock = threading.Lock()
_posteriors: dict[tuple[Any, ...], Posterior] = {}


def judged(study: Study, **where: Any) -> Coded:
    """Bring the study's codings to ordinal judgements (`veche.lab.evidence.judge`).

    Raises
    ------
    InputProblem
        If nothing of the kind is coded.
    """
    return judge(study.evidence(**where))


def read_judgements(path: Path) -> Coded:
    """Read judgements from a table: csv, tsv, xlsx or parquet with the columns town, wave, indicator, coder, value.

    Raises
    ------
    InputProblem
        If the file cannot be read, or the table cannot be used.
    """
    import pandas as pd

    readers: dict[str, Callable[[Path], pd.DataFrame]] = {
        ".csv": lambda one: pd.read_csv(one, dtype=dict.fromkeys(COLUMNS[:4], str)),
        ".tsv": lambda one: pd.read_csv(one, sep="\t", dtype=dict.fromkeys(COLUMNS[:4], str)),
        ".xlsx": lambda one: pd.read_excel(one),
        ".parquet": lambda one: pd.read_parquet(one),
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputProblem(
            N_("{name} is no table of judgements. Give a file ending in {known}."), name=path.name, known=", ".join(readers)
        )  # fmt: skip
    try:
        frame = reader(path)
    except Exception as error:  # the readers of tables raise whatever their formats do
        raise InputProblem(
            N_("{name} cannot be read as a table: {reason}. Check the file."),
            name=path.name,
            reason=reason_of(error),
        ) from error
    return read_evidence(frame)


@dataclass(frozen=True)
class CalibrationReport:
    """What a calibration gave, ready to be shown and written."""

    posterior: Posterior

    @property
    def conditions(self) -> pd.DataFrame:
        """One row per town, wave and condition: mean, median, 90 % interval, box, share of the prior's width; meanings in the language in use."""
        frame = self.posterior.frame
        return frame.assign(meaning=frame["meaning"].map(_))

    @property
    def indicators(self) -> pd.DataFrame:
        """One row per town, wave and indicator that was judged, as `indicator_table`."""
        return _levels(self.posterior.coded, self.posterior.instrument.measured)

    @cached_property
    def checks(self) -> pd.DataFrame:
        """Predictive checks before and after, one row per town and wave."""
        before, after = checks.prior_check(self.posterior), self.after[0]
        return before.merge(after, on=["town", "wave"], suffixes=("_before", "_after"))

    @cached_property
    def after(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The check after, by town and wave, and by indicator."""
        return checks.posterior_check(self.posterior, seed=self.posterior.seed)

    @property
    def pairs(self) -> pd.DataFrame:
        """Pairs of conditions that trade off."""
        return checks.trade_offs(self.posterior)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What should be known: gaps in the evidence, what it does not tell, what the model may be used for."""
        return (*self.posterior.remarks, *checks.not_told(self.posterior), *(_(one) for one in STATEMENTS))

    @property
    def sentence(self) -> str:
        """What was found, in one sentence."""
        frame = self.posterior.frame
        best = frame.groupby("condition")["share_of_prior"].mean().sort_values()
        return say(
            _(
                "{cases} towns and waves calibrated; the evidence tells most of {best}, and least of {worst}; on average an interval keeps "
                "{share} of what was thought before."
            ),
            cases=len(self.posterior.cases), best=", ".join(map(str, best.index[:3])), worst=", ".join(map(str, best.index[-3:])),
            share=percent(float(best.mean())),
        )  # fmt: skip

    @property
    def about(self) -> dict[str, Any]:
        """How it was made, for exports."""
        return {**about(self.posterior), "statements": list(STATEMENTS)}

    @property
    def made(self) -> str:
        """How it was made, in words."""
        table = self.posterior.table
        return say(
            N_(
                "{draws} draws of each town and wave, seed {seed}; reference table of {points} points (seed {made}, digest {digest}); "
                "coders: {coders}; veche {version}."
            ),
            draws=DRAWS, seed=self.posterior.seed, points=len(table), made=table.seed, digest=table.digest,
            coders=", ".join(self.posterior.coded.coders), version=__version__,
        )  # fmt: skip

    def draws(self, town: str, wave: str) -> NDArray[np.float64]:
        """Draws of a town in a wave as parameter values: shape (draws, parameters)."""
        return self.posterior.values(town, wave)


def calibrate_study(
    study: Study | Evidence | None, *, evidence: Path | None = None, table: Path | None = None, points: int = POINTS, seed: int = 1,
    sequential: int = 0, pooled: bool = True, progress: Progress | None = None,
) -> CalibrationReport:  # fmt: skip
    """Calibrate the towns of a study from its codings, or from a table of judgements.

    Parameters
    ----------
    study
        The study, or evidence of it; with `evidence` it may be None.
    evidence
        A table of judgements to take instead of the codings.
    table
        Reference table; by default that of the user's cache, made if it is missing.
    points
        Points of a table that has to be made.
    seed, sequential, pooled
        As `veche.lab.calibration.calibrate`.
    progress
        Told of each step.

    Raises
    ------
    InputProblem
        If there is no evidence, or the table cannot be used.
    Cancelled
        If `progress` stops it.
    """
    coded = _coded(study, evidence)
    return CalibrationReport(_posterior(coded, table, points, seed, sequential, pooled, progress))


def _coded(study: Study | Evidence | None, evidence: Path | None) -> Coded:
    if evidence is not None:
        return read_judgements(evidence)
    if study is None:
        raise InputProblem(N_("There is nothing to calibrate on. Give a study, or a table of judgements."))
    return judge(study if isinstance(study, Evidence) else study.evidence())


def _posterior(
    coded: Coded, table: Path | None, points: int, seed: int, sequential: int, pooled: bool, progress: Progress | None
) -> Posterior:  # fmt: skip
    reference = _table(table, points, progress)
    key = (_content(coded), reference.digest, seed, sequential, pooled)
    with _lock:
        held = _posteriors.get(key)
    if held is not None:
        return held
    steps = (lambda done, of: progress(MEASURING, done, of)) if progress is not None else None
    found = calibrate(coded, reference, seed=seed, sequential=sequential, pooled=pooled, progress=steps)
    with _lock:
        _posteriors[key] = found
        for old in list(_posteriors)[:-KEPT]:
            del _posteriors[old]
    return found


def _content(coded: Coded) -> str:
    return str(coded.table.sort_values(list(COLUMNS)).to_csv(index=False))


_tables: dict[tuple[str, float, int], ReferenceTable] = {}


def _table(path: Path | None, points: int, progress: Progress | None) -> ReferenceTable:
    """Read or make the table; one that was read is kept as long as its file does not change."""
    target = path if path is not None else cached_path(points)
    key = (str(target), target.stat().st_mtime if target.exists() else 0.0, points)
    with _lock:
        if key in _tables:
            return _tables[key]
    steps = (lambda done, of: progress(MAKING, done, of)) if progress is not None else None
    found = read_table(path) if path is not None else open_table(points=points, progress=steps)
    key = (str(target), target.stat().st_mtime if target.exists() else 0.0, points)
    with _lock:
        _tables.clear()
        _tables[key] = found
    return found


def indicator_table(study: Study | Evidence, *, seed: int = 1) -> pd.DataFrame:
    """What coders say of each town, wave and indicator.

    Levels run from 0 to 1: the share of the condition box of which less could be said (the hidden level through the normal distribution); `low` and
    `high` hold 90 %. Columns: town, wave, indicator, label, construct, level, low, high, hidden, judgements.

    Raises
    ------
    InputProblem
        If nothing of the kind is coded.
    """
    coded = judge(study if isinstance(study, Evidence) else study.evidence())
    return _levels(coded, coded.measure(seed=seed))


def _levels(coded: Coded, measured: Any) -> pd.DataFrame:
    import pandas as pd
    from scipy.special import ndtr

    low, high = measured.quantile((1 - LEVEL) / 2), measured.quantile((1 + LEVEL) / 2)
    counts = coded.table.groupby(["town", "wave", "indicator"]).size()
    rows = []
    for at, (town, wave) in enumerate(coded.cases):
        for place, one in enumerate(INDICATORS):
            if np.isnan(measured.mean[at, place]):
                continue
            rows.append({
                "town": town, "wave": wave, "indicator": one.key, "label": _(one.label), "construct": _(one.construct),
                "level": float(ndtr(measured.mean[at, place])), "low": float(ndtr(low[at, place])), "high": float(ndtr(high[at, place])),
                "hidden": float(measured.mean[at, place]), "judgements": int(counts[town, wave, one.key]),
            })  # fmt: skip
    return pd.DataFrame(rows)


def model_levels(seen: NDArray[np.float64], *, table: Path | None = None) -> pd.DataFrame:
    """Levels of runs on the scale of `indicator_table`: by indicator, mean and the span of the middle 80 % of the runs.

    Parameters
    ----------
    seen
        Runs, shape (runs, observables) in the order of `OBSERVED`.
    table
        Reference table that gives the scale; by default that of the cache, or, before it is made, a small one made at once.
    """
    import pandas as pd
    from scipy.special import ndtr

    from veche.lab.observables import OBSERVED

    levels = ndtr(_scale(table).normal(observed(pd.DataFrame(np.atleast_2d(seen), columns=list(OBSERVED)))))
    rows = {}
    for at, one in enumerate(INDICATORS):
        known = levels[:, at][~np.isnan(levels[:, at])]
        low, high = np.quantile(known, [0.1, 0.9]) if known.size else (np.nan, np.nan)
        rows[one.key] = {
            "label": _(one.label),
            "level": known.mean() if known.size else np.nan,
            "low": low,
            "high": high,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("indicator")


def _scale(table: Path | None) -> Scale:
    if table is not None:
        return _table(table, POINTS, None).scale
    if cached_path().exists():
        try:
            return _table(cached_path(), POINTS, None).scale
        except InputProblem:  # an old table: the calibration will make it anew
            pass
    return _quick_scale()


@lru_cache(maxsize=1)
def _quick_scale() -> Scale:
    return make_table(points=QUICK).scale


def explain(
    study: Study | Evidence | None, town: str, wave: str, question: str = "mechanism", *, seed: int = 1, draws: int = 60, runs: int = 4,
    evidence: Path | None = None, table: Path | None = None, points: int = POINTS, progress: Progress | None = None, **options: Any,
) -> Answer:  # fmt: skip
    """Ask a question of a town in a wave, on draws of its posterior; with a table of judgements (`evidence`) the study may be None.

    Raises
    ------
    InputProblem, NotFound
        For an unknown question, town or option, or if there is no evidence.
    """
    _known_question(question)
    case_of(_coded(study, evidence), town, wave)  # said at once, not after the long work
    report = calibrate_study(study, evidence=evidence, table=table, points=points, seed=seed, progress=progress)
    named = _named(study, town, wave)
    basis: Basis = of_town(report.posterior, town, wave, draws=draws, runs=runs, seed=seed, name=named)
    return questions.ask(question, basis, **options)


def _named(study: Study | Evidence | None, town: str, wave: str) -> str:
    """Give a town and a wave their names, where a study knows them."""
    if study is not None:
        known = study if isinstance(study, Evidence) else study.evidence()
        town = {one.key: one.name for one in known.towns}.get(town, town)
        wave = {one.key: one.label or one.key for one in known.waves}.get(wave, wave)
    return say(_("{town}, {wave}"), town=town, wave=wave)


def explain_scenario(
    scenario: Scenario,
    question: str = "mechanism",
    *,
    seed: int = 1,
    draws: int = 60,
    runs: int = KNOWN_RUNS,
    **options: Any,
) -> Answer:
    """Ask a question of a scenario, run `draws` x `runs` times.

    Raises
    ------
    InputProblem, NotFound
        For an unknown question or option, or a value that cannot be used.
    """
    _known_question(question)
    return questions.ask(question, of_scenario(scenario, draws=draws, runs=runs, seed=seed), **options)


def _known_question(question: str) -> None:
    if question not in questions.QUESTIONS:
        raise questions.unknown(question)


def cases(evidence: Evidence) -> tuple[tuple[str, str, str], ...]:
    """Towns and waves that have interviews: key of town, key of wave, words; in the order of the study."""
    held = {(one.town_id, one.wave_id) for one in evidence.interviews}
    return tuple(
        (town.key, wave.key, f"{town.name}, {wave.label or wave.key}")
        for town in evidence.towns
        for wave in evidence.waves
        if (town.id, wave.id) in held
    )
