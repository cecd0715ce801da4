"""Calibrations of the command line give what the library gives, and mistakes name column, row and value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from veche.cli.main import main
from veche.sets import calibrate, crisp, indirect
from veche.study import InputProblem
from veche.workbench.calibrations import calibrated_column
from veche.workbench.sets import compare_table

RAW = pd.DataFrame(
    {
        "RICH": [900, 700, 300, 420, 800, 350], "JUDGED": [0.9, 0.8, 0.1, 0.3, 0.9, 0.2],
        "OPEN": ["yes", "no", "partly", "yes", "no", "partly"], "Y": [0.9, 0.8, 0.3, 0.2, 0.9, 0.4],
    },
    index=["Alder", "Birch", "Cedar", "Dale", "Elm", "Fern"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("400 550 900", calibrate(RAW["RICH"], 400, 550, 900)),
        ("400 550 900 linear below=2 above=0,5", calibrate(RAW["RICH"], 400, 550, 900, shape="linear", below=2, above=0.5)),
        ("400 550 900 idm=0.9", calibrate(RAW["RICH"], 400, 550, 900, idm=0.9)),
        ("900 550 400", calibrate(RAW["RICH"], 900, 550, 400)),
        ("310 400 500 600 700 850 inverted", calibrate(RAW["RICH"], 310, 400, 500, 600, 700, 850, inverted=True)),
        ("crisp 400 750", crisp(RAW["RICH"], 400, 750)),
        ("indirect JUDGED", indirect(RAW["RICH"], RAW["JUDGED"])),
    ],
)  # fmt: skip
def test_each_calibration_of_raw_values_is_that_of_the_library(words: str, expected: np.ndarray) -> None:
    found = calibrated_column(RAW, "RICH", words)
    assert found.to_numpy() == pytest.approx(expected)
    assert list(found.index) == list(RAW.index)


def test_words_become_memberships_by_hand() -> None:
    assert calibrated_column(RAW, "OPEN", "verbal no, partly=0.6, yes").tolist() == [1.0, 0.0, 0.6, 1.0, 0.0, 0.6]
    assert calibrated_column(RAW, "OPEN", "verbal no, partly, yes").tolist() == [1.0, 0.0, 0.4, 1.0, 0.0, 0.4]


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("RICH", "400 high 900", ("RICH", "400 high 900", "400 550 900")),
        ("RICH", "400 550", ("2", "three")),
        ("RICH", "", ("0", "three")),
        ("RICH", "crisp", ("threshold",)),
        ("RICH", "400 550 900 idm=2", ("idm", "2")),
        ("RICH", "indirect NOPE", ("NOPE",)),
        ("RICH", "indirect OPEN", ("OPEN", "yes", "1")),
        ("RICH", "indirect RICH", ("0 to 1",)),
        ("OPEN", "400 550 900", ("OPEN", "yes", "1")),
        ("OPEN", "verbal no, yes", ("OPEN", "partly", "3", "no, yes")),
        ("OPEN", "verbal no", ("OPEN", "verbal")),
        ("OPEN", "verbal no, partly=2, yes", ("0.0, 2.0, 1.0",)),
        ("OPEN", "verbal no, partly=much, yes", ("OPEN", "much")),
        ("NOPE", "400 550 900", ("NOPE",)),
    ],
)
def test_mistakes_name_what_was_found_and_where(name: str, words: str, said: tuple[str, ...]) -> None:
    with pytest.raises(InputProblem) as problem:
        calibrated_column(RAW, name, words)
    assert all(one in str(problem.value) for one in said), str(problem.value)


def test_the_command_takes_all_of_them_and_judgements_are_no_conditions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "raw.csv"
    RAW.rename_axis("town").to_csv(path)
    given = {"RICH": "indirect JUDGED", "OPEN": "verbal no, partly=0.6, yes"}
    found = compare_table(path, "Y", calibration=given)
    frame = found.sides[0].table.frame
    assert frame.names == ("RICH", "OPEN") and frame.cases == tuple(RAW.index)
    calls = [word for name, words in given.items() for word in ("--calibrate", f"{name}={words}")]
    assert not main(["qca", str(path), "--outcome", "Y", *calls])
    assert "RICH" in capsys.readouterr().out
    # with names of cases that are words and a column of words calibrated, the first column still names the cases
    assert main(["qca", str(path), "--outcome", "Y", "--calibrate", "OPEN=verbal no, yes"]) != 0
    assert "partly" in capsys.readouterr().err
