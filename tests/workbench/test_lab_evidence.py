"""From a study to calibrated towns and answers: the fictional study through the whole chain."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.lab._tables import small_table
from veche import words, workbench
from veche.lab.indicators import KEYS
from veche.lab.model import make_scenario
from veche.lab.observables import OBSERVED
from veche.lab.reference_table import NAMES, write_table
from veche.study import Cancelled, Evidence, InputProblem, NotFound
from veche.workbench import lab_answers, lab_evidence
from veche.workbench.jobs import Jobs
from veche.workbench.lab_evidence import (
    calibrate_study,
    cases,
    explain,
    explain_scenario,
    indicator_table,
    model_levels,
    read_judgements,
)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_table(small_table(), tmp_path_factory.mktemp("lab") / "table.parquet")


@pytest.fixture(scope="module")
def demo(demo_path: Path) -> Iterator[Evidence]:
    with workbench.open(demo_path) as study:
        yield study.evidence()


@pytest.fixture(scope="module")
def wave_one(demo_path: Path) -> Evidence:
    """The first wave of three towns: fewer gaps, so quick."""
    with workbench.open(demo_path) as study:
        return study.evidence(waves="1", towns=("A", "C", "F"))


def test_the_fictional_towns_go_through_the_whole_chain(
    wave_one: Evidence, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_evidence, "_posteriors", {})
    steps: list[tuple[str, int, int]] = []
    report = calibrate_study(wave_one, table=table, seed=2, progress=lambda *one: steps.append(one))
    assert steps[-1] == (lab_evidence.MEASURING, 3, 3)
    frame = report.conditions
    assert len(frame) == 3 * len(NAMES)
    median = frame.pivot_table(index="town", columns="condition", values="median")
    # what is planted: own people in A, hidden steering in C, pressure in F
    assert median["sel"].idxmax() == "A"
    assert median["iota"].idxmax() == "C"
    assert median["S"].idxmax() == "F"
    assert report.sentence.startswith("3 towns and waves calibrated; the evidence tells most of ")
    assert {"chance_before", "chance_after"} <= set(report.checks.columns)
    assert any("never that it happened" in one for one in report.remarks)
    assert report.about["table"]["digest"] == small_table().digest
    assert report.draws("A", "1").shape[0] == 1000
    # asked again, the same posterior is at hand
    assert calibrate_study(wave_one, table=table, seed=2).posterior is report.posterior


def test_a_question_about_a_town(wave_one: Evidence, table: Path) -> None:
    found = explain(wave_one, "A", "1", "selection", table=table, seed=2, draws=12, runs=1)
    assert found.about == "Тальвинск, 2012–2016" or found.about.startswith("Тальвинск, ")
    assert len(found.table) == 10
    with pytest.raises(NotFound, match="no evidence of town Q"):
        explain(wave_one, "Q", "1", table=table, seed=2)
    with pytest.raises(NotFound, match="no question why"):
        explain(wave_one, "A", "1", "why", table=table)
    assert explain_scenario(make_scenario("Hill"), "selection", draws=10, runs=1).about == "Hill"


def test_levels_of_towns_and_of_runs_stand_on_one_scale(demo: Evidence, table: Path) -> None:
    coded = indicator_table(demo)
    assert set(coded["indicator"]) <= set(KEYS)
    assert (
        (coded["low"] >= 0)
        & (coded["low"] <= coded["level"])
        & (coded["level"] <= coded["high"])
        & (coded["high"] <= 1)
    ).all()
    held = small_table().observables
    model = model_levels(held[:400], table=table)
    # runs all over the box lie all over the scale
    assert model.index.tolist() == list(KEYS)
    assert model["level"].mean() == pytest.approx(0.5, abs=0.05)
    assert (model["high"] - model["low"]).min() > 0.4
    order = np.argsort(held[:, OBSERVED.index("control")])
    strong, weak = (
        model_levels(held[rows], table=table).loc["influence", "level"] for rows in (order[-50:], order[:50])
    )
    assert strong > 0.9
    assert weak < 0.1


def test_judgements_from_files(tmp_path: Path, table: Path) -> None:
    frame = pd.DataFrame(
        {"town": ["A", "A"], "wave": [1, 1], "indicator": ["influence", "obedience"], "coder": "k", "value": [4, 2]}
    )
    frame.to_csv(tmp_path / "j.csv", index=False)
    frame.to_excel(tmp_path / "j.xlsx", index=False)
    frame.to_parquet(tmp_path / "j.parquet")
    frame.to_csv(tmp_path / "j.tsv", index=False, sep="\t")
    read = [read_judgements(tmp_path / f"j.{kind}") for kind in ("csv", "xlsx", "parquet", "tsv")]
    assert all(one.table.equals(read[0].table) for one in read)
    assert read[0].cases == (("A", "1"),)
    (tmp_path / "j.doc").write_text("")
    with pytest.raises(InputProblem, match=r"j\.doc is no table of judgements. Give a file ending in \.csv"):
        read_judgements(tmp_path / "j.doc")
    for broken in ("j.parquet", "empty.csv", "nowhere.xlsx"):
        if broken != "nowhere.xlsx":
            (tmp_path / broken).write_bytes(b"")
        with pytest.raises(InputProblem, match="cannot be read as a table"):
            read_judgements(tmp_path / broken)
    with pytest.raises(InputProblem, match="nothing to calibrate on"):
        calibrate_study(None)


def test_cases_are_those_with_interviews(demo: Evidence) -> None:
    found = [(town, wave) for town, wave, _words in cases(demo)]
    assert ("E", "3") in found
    assert ("L", "2") not in found
    assert len(found) == 14


def test_calibration_can_be_stopped(wave_one: Evidence, table: Path) -> None:
    with pytest.raises(Cancelled):
        calibrate_study(wave_one, table=table, seed=99, progress=lambda _doing, _done, _of: False)


# answers for a face


class Held:
    """What answers need of the runs of a workbench."""

    def __init__(self, evidence: Evidence) -> None:
        from veche.workbench.cache import Cache

        self.cache, self.jobs, self._evidence = Cache(), Jobs(), evidence

    def evidence(self) -> Evidence:
        return self._evidence


def test_answers_are_kept_drawn_and_written(wave_one: Evidence) -> None:
    runs: object = Held(wave_one)
    asked = lab_answers.LabQuestion("horizon", "", (("who", "both"),))
    assert lab_answers.known_answer(runs, asked) is None  # type: ignore[arg-type]
    job = lab_answers.start_answer(runs, asked)  # type: ignore[arg-type]
    job.wait(120)
    answer = job.result()
    assert lab_answers.known_answer(runs, asked) is answer  # type: ignore[arg-type]
    assert lab_answers.drawn(answer, "svg", "dark").startswith(b"<svg")
    assert lab_answers.drawn(answer, "png", "light").startswith(b"\x89PNG")
    text = lab_answers.answer_file(answer, "md").decode()
    assert text.startswith("# How long a horizon does a partnership need?")
    for part in (answer.sentence, *answer.assumptions, *answer.would_change, "Policy has one dimension."):
        assert part in text
    csv = lab_answers.answer_file(answer, "csv").decode("utf-8-sig")
    assert csv.startswith(f"# {answer.sentence}\n")
    assert "never that it happened" in csv
    assert "delta,months,mean" in csv
    book = pd.read_excel(io.BytesIO(lab_answers.answer_file(answer, "xlsx")), sheet_name=None)
    assert len(book["answer"]) == len(answer.table)
    assert book["notes"].iloc[0, 0] == answer.sentence
    with words.using("ru"):
        assert lab_answers.known_answer(runs, asked) is None  # type: ignore[arg-type]


def test_an_answer_about_a_town_of_any_name_becomes_a_workbook() -> None:
    answer = explain_scenario(make_scenario(), "horizon")
    odd = dataclasses.replace(
        answer, sentence="=1+1: \ufffe«Верхний \uffff\x00Бор»", table=answer.table.assign(town="\ufffe=Бор")
    )
    book = pd.read_excel(io.BytesIO(lab_answers.answer_file(odd, "xlsx")), sheet_name=None)
    assert set(book["answer"]["town"]) == {"'=Бор"}
    assert book["notes"].iloc[0, 0] == "'=1+1: «Верхний Бор»"


def test_an_unknown_scenario_is_named(wave_one: Evidence) -> None:
    job = lab_answers.start_answer(Held(wave_one), lab_answers.LabQuestion("horizon", "/etc/hosts"))  # type: ignore[arg-type]
    job.wait(60)
    with pytest.raises(NotFound, match="no scenario /etc/hosts"):
        job.result()
