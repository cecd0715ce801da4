"""`veche qca` on a table, as a person uses it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from veche.cli.main import main
from veche.workbench.sets import compare_table

TABLE = """town;HEAD;FIRM;OPEN;STABLE
Alder;0,9;0,8;0,2;0,9
Birch;0,8;0,2;0,7;0,8
Cedar;0,1;0,9;0,6;0,3
Dale;0,2;0,3;0,9;0,2
Elm;0,7;0,7;0,8;0,9
Fern;0,3;0,8;0,3;0,6
"""


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VECHE_LANG", "en")
    path = tmp_path / "towns.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_three_solutions_for_the_outcome_and_its_negation(table: Path) -> None:
    found = compare_table(table, "STABLE")
    assert found.sides[0].table.frame.cases == ("Alder", "Birch", "Cedar", "Dale", "Elm", "Fern")
    written = {(side.outcome, kind): one.solution.write() for side in found.sides for kind, one in side.results.items()}
    assert written["STABLE", "conservative"] == "FIRM*~OPEN + HEAD*OPEN"
    assert written["STABLE", "parsimonious"] == "HEAD + ~OPEN"
    assert written["~STABLE", "parsimonious"] == "~HEAD*OPEN"
    # HEAD in STABLE: .9 .8 .1 .2 .7 .3 = 3.0 of 3.0, of 3.7
    terms = found.tables()["solutions"].set_index(["outcome", "kind", "term"])
    assert terms.loc[("STABLE", "parsimonious", "HEAD"), "inclS"] == pytest.approx(1)
    assert terms.loc[("STABLE", "parsimonious", "HEAD"), "covS"] == pytest.approx(3.0 / 3.7)


def test_the_tables_are_written(table: Path, tmp_path: Path) -> None:
    main(
        ["qca", str(table), "--outcome", "STABLE", "--kind", "parsimonious", "--out", "found.xlsx"],
    )
    book = openpyxl.load_workbook(tmp_path / "found.xlsx")
    assert book.sheetnames == ["solutions", "models", "truth", "necessity"]
    main(["qca", str(table), "--outcome", "STABLE", "--no-negation", "--out", "found.csv"])
    truth = pd.read_csv(tmp_path / "found.truth.csv")
    assert set(truth["outcome"]) == {"STABLE"} and truth["n"].sum() == 6


def test_expectations_make_the_intermediate_solution(table: Path) -> None:
    found = compare_table(table, "STABLE", ["HEAD", "FIRM", "OPEN"], expect=["FIRM", "~OPEN"], both=False)
    assert found.sides[0].results["intermediate"].solution.write() == "FIRM*~OPEN + HEAD"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (("--outcome", "NONE"), "NONE"),
        (("--outcome", "STABLE", "--conditions", "HEAD,NOPE"), "NOPE"),
        (("--outcome", "STABLE", "--incl", "1.5"), "1.5"),
        (("--outcome", "STABLE", "--expect", "HEAD*"), "HEAD*"),
        (("--outcome", "STABLE", "--out", "found.pdf"), "found.pdf"),
    ],
)
def test_mistakes_are_one_line(
    table: Path, given: tuple[str, ...], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["qca", str(table), *given]) != 0
    said = capsys.readouterr().err
    assert word in said and "Traceback" not in said


@pytest.mark.parametrize(
    ("text", "word"),
    [("A;A;Y\n1;0;1\n", "A"), ("A;Y\n", "towns.csv"), ("case;A;Y\nx;0,5;1\ny;;0\n", "y"), ("A;Y\n2,5;1\n0;0\n", "A")],
)
def test_bad_tables_are_named(table: Path, text: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    table.write_text(text, encoding="utf-8")
    assert main(["qca", str(table), "--outcome", "Y"]) != 0
    assert word in capsys.readouterr().err
