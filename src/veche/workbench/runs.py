"""Running analyses for a face that shows them: once per question, in the background, with figures and files of the results."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from veche import figures
from veche.analyses.claims.own import PREFIX, find_kept
from veche.privacy import Release, release_results
from veche.study import Evidence, InputProblem, Result, Where
from veche.study.errors import N_
from veche.study.registry import Analysis, make_params
from veche.words import language
from veche.workbench import registry
from veche.workbench.cache import Cache, FigureKey, ResultKey, size_of
from veche.workbench.choosing import make_where
from veche.workbench.jobs import Job, Jobs
from veche.workbench.study import Study

#: evidence kept at once: of the newest filters
EVIDENCE = 4
FIGURE_FILES = ("png", "svg", "pdf")
TABLE_FILES = ("csv", "tsv", "xlsx")


@dataclass(frozen=True)
class Question:
    """An analysis with its options on evidence: what is to be run."""

    analysis: Analysis[Any]
    params: Any
    evidence: Evidence
    key: ResultKey


class Runs:
    """The analyses of one open study: asked, computed once, kept."""

    def __init__(self, study: Study, *, cache: Cache | None = None, jobs: Jobs | None = None) -> None:
        self.study = study
        self.cache = cache if cache is not None else Cache()
        self.jobs = jobs if jobs is not None else Jobs()
        self._evidence: dict[tuple[int, Where], Evidence] = {}
        self._lock = threading.Lock()

    def evidence(self, where: Mapping[str, Any] | None = None) -> Evidence:
        """Take evidence by the options of `make_where`; taken once until the study changes.

        Raises
        ------
        NotFound, InputProblem
            If an option is unknown or names nothing of the study.
        """
        wanted = make_where(where or {})
        key = (self.study.store.last_entry(), wanted)
        with self._lock:
            held = self._evidence.get(key)
        if held is not None:
            return held
        taken = self.study.store.evidence(wanted)
        with self._lock:
            self._evidence[key] = taken
            for old in list(self._evidence)[:-EVIDENCE]:
                del self._evidence[old]
        return taken

    def ask(self, name: str, given: Mapping[str, Any], where: Mapping[str, Any]) -> Question:
        """Say what is to be run.

        Raises
        ------
        NotFound, InputProblem
            For an unknown analysis, option or filter, or a value that cannot be used.
        """
        analysis = registry.analysis(name)
        evidence = self.evidence(where)
        params = make_params(analysis.params, _settled(name, given, evidence))
        key = ResultKey(analysis.name, analysis.version, repr(params), evidence.digest, language())
        return Question(analysis, params, evidence, key)

    def known(self, question: Question) -> Result | None:
        """Return the result if it was computed already."""
        found: Result | None = self.cache.get(question.key)
        return found

    def start(self, question: Question) -> Job:
        """Compute the result in the background; a job under way for the same question is joined."""
        return self.jobs.start(question.key, lambda job: self._compute(question, job), steps=2)

    def _compute(self, question: Question, job: Job) -> Result:
        if (known := self.known(question)) is not None:
            return known
        job.report(N_("Getting ready"))
        _load()
        job.report(N_("Computing"))
        return self.compute(question, job)

    def compute(self, question: Question, job: Job) -> Result:
        """Compute a result, unless it is known, as a part of a job that is under way.

        Raises
        ------
        VecheError
            If it cannot be computed.
        """
        if (known := self.known(question)) is not None:
            return known
        _load()
        with job.computing():
            result = question.analysis(question.evidence, question.params)
        self.cache.put(question.key, result, size_of(result))
        return result

    def figure(self, question: Question, result: Result, variant: str, kind: str) -> str:
        """Draw the figure of a result: as ``svg``, or as ``vega`` (a Vega-Lite specification in JSON); kept.

        Raises
        ------
        InputProblem
            If the analysis has no figure.
        """
        key = FigureKey(question.key, variant, kind)
        drawn: str | None = self.cache.get(key)
        if drawn is None:
            with figures.using("dark" if variant == "dark" else "light"):
                chart = result.figure
                if kind == "svg":
                    drawn = figures.svg(chart)
                else:
                    drawn = json.dumps(figures.specification(chart), ensure_ascii=False, separators=(",", ":"))
            self.cache.put(key, drawn, 2 * len(drawn))
        return drawn


def _load() -> None:
    """Load what cannot be loaded a second time, so that no stop tears it apart."""
    import altair
    import pandas
    import scipy.optimize
    import scipy.stats

    del altair, pandas, scipy


def _settled(name: str, given: Mapping[str, Any], evidence: Evidence) -> Mapping[str, Any]:
    """Name claims that the study keeps with the print of their text: they may change, and what was computed stays."""
    file = given.get("file")
    if name != "claims" or not isinstance(file, str) or not file.startswith(PREFIX) or "@" in file:
        return given
    return {**given, "file": find_kept(evidence, file).address}


def file_of(study: Study, what: Release | Result, kind: str, stem: str) -> tuple[str, bytes]:
    """Write a release, or that of a result, as one file; returns its name and content.

    Several tables as CSV or TSV come together in a ZIP file.

    Raises
    ------
    InputProblem
        If there is no such kind of file, or the result has no figure.
    """
    release = what if isinstance(what, Release) else release_results([what])
    if kind not in FIGURE_FILES + TABLE_FILES or (kind in FIGURE_FILES and not release.findings):
        known = TABLE_FILES + (FIGURE_FILES if release.findings else ())
        raise InputProblem(
            N_("This cannot be written as {kind}. Choose one of: {known}."), kind=kind, known=", ".join(known)
        )
    with tempfile.TemporaryDirectory(prefix="veche-") as folder:
        target = Path(folder) / f"{stem}.{kind}"
        if kind in FIGURE_FILES:
            figures.save(release.findings[0].result.figure, target)
            return target.name, target.read_bytes()
        written = study.export(release, target)
        if len(written) == 1:
            return written[0].name, written[0].read_bytes()
        return f"{stem}.zip", _zipped(written)


def _zipped(paths: tuple[Path, ...]) -> bytes:
    import io
    import zipfile

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, path.name)
    return held.getvalue()
