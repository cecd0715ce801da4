"""Results kept within bounds, work in the background that can be stopped, and quotations under filters."""

from __future__ import annotations

import datetime as dt
import io
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web._study import make_study
from veche import words, workbench
from veche.study import Cancelled, Coding, InputProblem, NotFound
from veche.workbench import Study
from veche.workbench.cache import Cache
from veche.workbench.jobs import Job, Jobs
from veche.workbench.passages import GROUPS, PassageFilter, Passages, codes_of
from veche.workbench.runs import Runs, file_of


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    make_study(tmp_path / "s.veche").close()
    with workbench.open(tmp_path / "s.veche", who="АК") as opened:
        yield opened


def test_the_cache_keeps_its_bound_and_forgets_what_is_not_used() -> None:
    cache = Cache(10)
    cache.put("a", 1, 4)
    cache.put("b", 2, 4)
    assert cache.get("a") == 1
    cache.put("c", 3, 4)
    assert (cache.get("a"), cache.get("b"), cache.get("c"), cache.size, len(cache)) == (1, None, 3, 8, 2)
    cache.put("a", 5, 2)
    assert (cache.get("a"), cache.size) == (5, 6)
    cache.put("a", 6, 11)  # too large to be kept, and the old value is not true any more
    assert (cache.get("a"), cache.size) == (None, 4)


def test_work_is_joined_and_gives_its_value_or_error() -> None:
    jobs, gate = Jobs(), threading.Event()
    first = jobs.start("k", lambda job: gate.wait(10))
    assert jobs.start("k", lambda job: None) is first and jobs.get(first.id) is first
    assert not first.wait(0.01) and first.state in ("waiting", "running")
    gate.set()
    assert first.wait(10) and first.state == "done" and first.result() is True

    def wrong(job: Job) -> None:
        raise InputProblem("no")

    job = jobs.start("k", wrong)
    assert job.wait(10) and job.state == "failed"
    with pytest.raises(InputProblem, match="no"):
        job.result()
    fault = jobs.start("f", lambda job: 1 // 0)
    assert fault.wait(10) and fault.state == "failed"
    with pytest.raises(ZeroDivisionError):
        fault.result()
    with pytest.raises(NotFound):
        jobs.get("unknown")


def test_computing_that_does_not_look_up_can_be_stopped() -> None:
    jobs, begun = Jobs(), threading.Event()

    def endless(job: Job) -> None:
        job.report("Computing")
        with job.computing():
            begun.set()
            try:
                while True:
                    sum(range(100))
            except Exception:  # an analysis that catches everything is stopped all the same
                pass

    job = jobs.start("k", endless)
    assert begun.wait(10)
    start = time.monotonic()
    job.cancel()
    assert job.wait(10) and time.monotonic() - start < 5
    assert job.state == "cancelled" and job.step == 1
    with pytest.raises(Cancelled):
        job.result()
    job.cancel()  # once more does nothing
    again = jobs.start("k", lambda job: 7)
    assert again.wait(10) and again.result() == 7


def test_work_that_waits_or_steps_can_be_stopped() -> None:
    jobs, gate = Jobs(at_once=1), threading.Event()
    first = jobs.start("a", lambda job: gate.wait(10))
    second = jobs.start("b", lambda job: job.report("Computing"))
    second.cancel()
    gate.set()
    assert first.wait(10) and second.wait(10) and second.state == "cancelled"


def test_the_language_of_the_asker_is_that_of_the_work() -> None:
    with words.using("ru"):
        job = Jobs().start("k", lambda job: words.language())
    assert job.wait(10) and job.result() == "ru"


def test_a_question_is_computed_once_until_the_study_changes(study: Study) -> None:
    runs = Runs(study)
    question = runs.ask("cooccurrence", {"unit": "overlap"}, {"waves": ("1",)})
    assert runs.known(question) is None
    job = runs.start(question)
    assert job.wait(60)
    result = job.result()
    assert runs.known(runs.ask("cooccurrence", {"unit": "overlap"}, {"waves": ("1",)})) is result
    assert runs.known(runs.ask("cooccurrence", {"unit": "turn"}, {"waves": ("1",)})) is None
    assert runs.known(runs.ask("cooccurrence", {"unit": "overlap"}, {})) is None
    with words.using("ru"):
        assert runs.known(runs.ask("cooccurrence", {"unit": "overlap"}, {"waves": ("1",)})) is None
    again = runs.start(question)
    assert again.wait(60) and again.result() is result
    one = study.store.all(Coding)[0]
    with study.store.edit("АК", "test") as edit:
        edit.remove(Coding, one.id)
    assert runs.known(runs.ask("cooccurrence", {"unit": "overlap"}, {"waves": ("1",)})) is None
    with pytest.raises(NotFound):
        runs.ask("cooccurrence", {}, {"towns": ("Z",)})
    with pytest.raises(InputProblem):
        runs.ask("cooccurrence", {"unit": "nothing"}, {})


def test_files(study: Study) -> None:
    result = study.cooccurrence()
    name, content = file_of(study, result, "csv", "pairs")
    assert name == "pairs.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.namelist()) == len(result.tables)
    name, content = file_of(study, study.release(study.evidence()), "csv", "quotes")
    assert name == "quotes.csv" and "Налоги уходят" in content.decode("utf-8-sig")
    with pytest.raises(InputProblem, match="csv, tsv, xlsx"):
        file_of(study, study.release(study.evidence()), "png", "quotes")
    with pytest.raises(InputProblem, match="exe"):
        file_of(study, result, "exe", "x")


def test_quotations_under_filters(study: Study) -> None:
    passages = Passages(study.evidence())
    every = passages.select(PassageFilter())
    # the coded interviews have a coding of each of two people; suggestions of the machine are no quotations
    coded = len({row.interview.id for row in every.rows})
    assert len(every.rows) == 2 * coded and every.interviews == coded
    both = passages.select(PassageFilter(codes="PROB AND TECH.DEAL"))
    assert len(both.rows) == 2 * coded
    assert len(passages.select(PassageFilter(codes="PROB WITHIN TECH.DEAL")).rows) == 0
    assert len(passages.select(PassageFilter(codes="PROB NOT TECH.DEAL")).rows) == 0
    first = passages.select(PassageFilter(codes="PROB.FISC", waves=("1",), towns=("A",)))
    assert [row.interview.key for row in first.rows] == ["A1-01", "A1-02", "A1-03"]
    assert [
        row.interview.key for row in passages.select(PassageFilter(respondents=("R-01",), coders=("МС",))).rows
    ] == ["A1-01", "A2-01"]
    assert len(passages.select(PassageFilter(memo="with")).rows) == 1
    assert (
        len(passages.select(PassageFilter(memo="волной")).rows) == 1
        and not passages.select(PassageFilter(memo="другое")).rows
    )
    assert len(passages.select(PassageFilter(memo="without")).rows) == 2 * coded - 1
    assert not passages.select(PassageFilter(modalities=("denied",))).rows
    assert not passages.select(PassageFilter(until=dt.date(2012, 1, 1))).rows
    assert len(passages.select(PassageFilter(since=dt.date(2012, 1, 1), roles=("editor",))).rows) == 4
    assert [one.key for one in codes_of("PROB AND NOBODY", passages.evidence)] == ["PROB"] and codes_of(
        "(", passages.evidence
    ) == ()


def test_groups_hold_together_and_add_up(study: Study) -> None:
    passages = Passages(study.evidence())
    for group in GROUPS:
        found = passages.select(PassageFilter(), group, language="ru")
        assert sum(one.size for one in found.groups) == len(found.rows) == len(found.group_of)
        assert list(found.group_of) == sorted(found.group_of)
    towns = passages.select(PassageFilter(), "town", language="ru")
    assert [one.name for one in towns.groups] == ["Тальвинск", "Верхнеполье", "Ольховский район"]


@pytest.mark.parametrize(
    "wanted", [PassageFilter(towns=("Z",)), PassageFilter(coders=("Z",)), PassageFilter(codes="ZZZ")]
)
def test_names_that_are_not_there(study: Study, wanted: PassageFilter) -> None:
    with pytest.raises(NotFound):
        Passages(study.evidence()).select(wanted)


def test_release_obeys_consent(study: Study) -> None:
    passages = Passages(study.evidence())
    release = passages.release(passages.select(PassageFilter(roles=("editor",))).rows)
    wordless = [one for one in release.quotations if not one.words]
    assert {one.respondent for one in wordless} == {"R-03"} and release.paraphrase_only == 2
