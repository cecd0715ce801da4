"""Several findings on one page that leaves the program: computed in the background, kept while the study stays as it is."""

from __future__ import annotations

import tempfile
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path

from veche.privacy import release_results
from veche.study import Cancelled, InputProblem, VecheError
from veche.study.errors import N_
from veche.words import _
from veche.workbench.jobs import Job
from veche.workbench.runs import Question, Runs


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """A written page: its HTML, how many findings stand on it, and which could not be computed, with the reason."""

    content: bytes
    findings: int
    missing: tuple[tuple[str, str], ...] = ()


def _key(questions: Sequence[Question]) -> Hashable:
    return ("findings page", tuple(one.key for one in questions))


def known_page(runs: Runs, questions: Sequence[Question]) -> FindingsPage | None:
    """Return the page if it was written already."""
    found: FindingsPage | None = runs.cache.get(_key(questions))
    return found


def start_page(runs: Runs, questions: Sequence[Question]) -> Job:
    """Compute the findings that are not known yet and write the page, in the background; a job under way for the same page is joined.

    The job fails with `InputProblem` if none of the findings can be computed.
    """
    key = _key(questions)

    def work(job: Job) -> FindingsPage:
        page = _written(runs, questions, job)
        runs.cache.put(key, page, len(page.content))
        return page

    return runs.jobs.start(key, work, steps=len(questions) + 1)


def _written(runs: Runs, questions: Sequence[Question], job: Job) -> FindingsPage:
    from veche.reports import write_page

    results, missing = [], []
    for one in questions:
        job.report(one.analysis.title)
        try:
            results.append(runs.compute(one, job))
        except Cancelled:
            raise
        except VecheError as error:
            missing.append((_(one.analysis.title), error.message(_)))
    job.report(N_("Writing the page"))
    if not results:
        raise InputProblem(
            N_("None of the findings could be computed. The first: {reason} Choose others."),
            reason=missing[0][1] if missing else _("nothing was chosen."),
        )
    with tempfile.TemporaryDirectory(prefix="veche-") as folder:
        path = write_page(release_results(results), Path(folder) / "findings.html")
        return FindingsPage(path.read_bytes(), len(results), tuple(missing))
