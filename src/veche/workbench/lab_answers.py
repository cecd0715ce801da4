"""Answers of the model for a face that shows them: asked in the background, kept, drawn, written to files."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from veche import figures
from veche.lab.asking import Answer
from veche.lab.honesty import STATEMENTS
from veche.study import Evidence, NotFound
from veche.study.errors import N_
from veche.words import _, language, number
from veche.workbench import lab as bench
from veche.workbench.jobs import Job
from veche.workbench.lab_evidence import explain, explain_scenario
from veche.workbench.lab_files import table_bytes
from veche.workbench.runs import Runs

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = [
    "Answer",
    "LabQuestion",
    "answer_file",
    "answer_notes",
    "answer_text",
    "drawn",
    "known_answer",
    "start_answer",
]

#: bytes that an answer takes in the cache, about
SIZE = 60_000
ASKING = N_("Asking the model…")


@dataclass(frozen=True, slots=True)
class LabQuestion:
    """A question with its options, and of whom it is asked: `TOWN|WAVE`, a preset by its key, or the defaults (empty)."""

    question: str
    of: str = ""
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def of_town(self) -> bool:
        """Is a town of the study meant?"""
        return "|" in self.of


def _key(runs: Runs, asked: LabQuestion) -> Hashable:
    digest = runs.evidence().digest if asked.of_town else ""
    return ("lab answer", asked, digest, language())


def known_answer(runs: Runs, asked: LabQuestion) -> Answer | None:
    """Return the answer if it was given already."""
    found: Answer | None = runs.cache.get(_key(runs, asked))
    return found


def start_answer(runs: Runs, asked: LabQuestion) -> Job:
    """Ask in the background; a job under way for the same question is joined."""
    evidence = runs.evidence() if asked.of_town else None
    key = _key(runs, asked)

    def work(job: Job) -> Answer:
        job.report(ASKING)
        answer = _answer(asked, evidence, job)
        runs.cache.put(key, answer, SIZE)
        return answer

    return runs.jobs.start(key, work)


def _answer(asked: LabQuestion, evidence: Evidence | None, job: Job) -> Answer:
    options = dict(asked.options)

    def progress(doing: str, done: int, of: int) -> bool:
        job.steps, job.step, job.doing = max(of, 1), done, doing
        return not job.stopping

    if evidence is not None:
        town, _bar, wave = asked.of.partition("|")
        return explain(evidence, town, wave, asked.question, progress=progress, **options)
    if asked.of and asked.of not in {one.key for one in bench.presets()}:
        raise NotFound(
            N_("There is no scenario {name}. Choose a town of the study, or one of: {known}."),
            name=asked.of, known=", ".join(one.key for one in bench.presets()) or "–",
        )  # fmt: skip
    scenario = bench.find_scenario(asked.of)
    if not asked.of:
        scenario = dataclasses.replace(scenario, name=_("a town of default conditions"))
    return explain_scenario(scenario, asked.question, **options)


def drawn(answer: Answer, kind: Literal["svg", "png"], theme: Literal["light", "dark"]) -> bytes:
    """Draw an answer as a file."""
    with figures.using(theme):
        chart = answer.figure()
        return figures.svg(chart).encode() if kind == "svg" else figures.png(chart)


def answer_file(answer: Answer, kind: Literal["csv", "xlsx", "md"]) -> bytes:
    """Write an answer: its numbers as a table, or all of it in words; what the model cannot show is said in each."""
    if kind == "md":
        return answer_text(answer).encode()
    if kind == "csv":
        notes = "".join(f"# {line}\n" for line in (answer.sentence, *answer_notes(answer)))
        return ("\ufeff" + notes + answer.table.to_csv(index=False)).encode()
    return table_bytes({"answer": answer.table}, kind, (answer.sentence, *answer_notes(answer)))


def answer_text(answer: Answer) -> str:
    """Write an answer in words, with its interval, assumptions, and what would change it (Markdown)."""
    span = f"{number(answer.estimate)} ({number(answer.low)} … {number(answer.high)})"
    parts = [
        f"# {answer.title}", f"**{answer.about}: {answer.answer}**", answer.sentence, f"{answer.measure}: {span}",
        f"## {_('What would change it')}", _points(answer.would_change), f"## {_('Assumptions')}", _points(answer.assumptions),
        f"## {_('What the model is not')}", _points(_only(answer)),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _points(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {one}" for one in lines)


def _only(answer: Answer) -> tuple[str, ...]:
    """What the model cannot show, as far as the assumptions do not say it already."""
    return tuple(words for words in map(_, STATEMENTS) if words not in answer.assumptions)


def answer_notes(answer: Answer) -> tuple[str, ...]:
    """Give what stands beside the numbers of an answer: what would change it, what it assumes, what the model cannot show."""
    change, assumed = _("What would change it"), _("Assumption")
    return (
        *(f"{change}: {one}" for one in answer.would_change), *(f"{assumed}: {one}" for one in answer.assumptions), *_only(answer),
    )  # fmt: skip
