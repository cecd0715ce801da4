"""`veche qca` on a table, as a person uses it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from veche.cli.main import main
from veche.study import InputProblem
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
    assert book.sheetnames == ["solutions", "models", "truth", "necessity", "spread"]
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


RAW = """town;WEALTH;URBAN;STABLE
Alder;900;0,9;0,9
Birch;700;0,2;0,8
Cedar;300;0,9;0,3
Dale;420;0,3;0,2
Elm;800;0,7;0,9
Fern;350;0,8;0,4
"""


def test_raw_values_are_calibrated_and_kept_in_the_record(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from veche.sets import calibrate, read_record

    path = tmp_path / "raw.csv"
    path.write_text(RAW, encoding="utf-8")
    call = ["qca", str(path), "--outcome", "STABLE", "--calibrate", "WEALTH=400 550 900"]
    main([*call, "--record", "record.json", "--figure", "chart.svg", "--theory", "WEALTH"])
    said = capsys.readouterr().out
    assert "expected and found" in said and "Alder, Birch, Elm" in said
    held = read_record((tmp_path / "record.json").read_text("utf-8"))
    assert dict(held.calibration) == {"WEALTH": "400 550 900"}
    assert (tmp_path / "chart.svg").read_text("utf-8").startswith("<svg")
    frame = compare_table(path, "STABLE", calibration={"WEALTH": "400 550 900"}).sides[0].table.frame
    assert frame.literals[0][1] == pytest.approx(calibrate([900, 700, 300, 420, 800, 350], 400, 550, 900))
    main([*call, "--check", "record.json"])
    assert "The same answer" in capsys.readouterr().out
    crisp = compare_table(path, "STABLE", calibration={"WEALTH": "crisp 550"}).sides[0].table.frame
    assert crisp.literals[0][1].tolist() == [1, 1, 0, 0, 1, 0]


@pytest.mark.parametrize("draw", ["xy", "truth", "venn", "ambiguity", "flow"])
def test_every_figure_is_written(table: Path, tmp_path: Path, draw: str) -> None:
    main(["qca", str(table), "--outcome", "STABLE", "--no-negation", "--figure", "one.png", "--draw", draw])
    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")


def test_a_solution_is_doubted_on_any_table(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from veche import sets
    from veche.workbench.set_doubts import doubts
    from veche.workbench.sets import spread

    found = compare_table(table, "STABLE", kind="parsimonious", both=False)
    side = found.sides[0]
    frame, model = side.table.frame, side.results["parsimonious"].solution.model()
    tables = doubts(found, shuffles=20).tables
    for term in model:
        rows = tables["roles"][tables["roles"]["term"] == frame.write(term)]
        chosen = sets.select_cases(frame, term, model)
        assert list(zip(rows["case"], rows["role"], strict=True)) == [(one.case, one.role) for one in chosen.cases]
    assert set(tables["robustness"]["case"]) == set(frame.cases)
    assert tables["left_out"].equals(sets.left_out(frame, frame.cases, sets.solver()).to_frame())
    assert tables["chance"]["reached by chance"].between(1 / 21, 1).all()
    lying = spread(found)
    assert lying["set"].tolist() == ["STABLE", *frame.names] and (lying["cases"] == len(frame.cases)).all()
    assert lying["above"].tolist() == [
        int((x > 0.5).sum()) for x in (frame.outcome, *(one[1] for one in frame.literals))
    ]
    for language in ("en", "ru"):
        main(
            [
                "--lang",
                language,
                "qca",
                str(table),
                "--outcome",
                "STABLE",
                "--doubts",
                "--no-negation",
                "--out",
                "all.xlsx",
            ]
        )
        said = capsys.readouterr().out
        assert ("Cases by their role" if language == "en" else "Случаи по ролям") in said
        assert ("typical" in said) == (language == "en")
    assert {"roles", "stability", "robustness", "left_out", "chance", "spread"} <= set(
        openpyxl.load_workbook("all.xlsx").sheetnames
    )


def test_untenable_and_necessary_are_heeded(table: Path) -> None:
    found = compare_table(table, "STABLE", untenable="~HEAD*~FIRM*~OPEN", necessary="HEAD + FIRM")
    assert found.sides[0].results["parsimonious"].solution.write() != "HEAD + ~OPEN"
    assert found.settings.necessary == "HEAD + FIRM"


BAD = {
    "constant outcome": ("A,Y\n0.1,1\n0.9,1\n", [], ("Y", "nothing can be compared")),
    "missing value": ("town,A,B,Y\nAlder,0.1,1,1\nBirch,,0,0\n", ["--conditions", "A,B"], ("Birch", "A")),
    "membership outside": ("town,A,B,Y\nAlder,0.1,1,1\nBirch,1.5,0,0\n", [], ("Birch", "A", "1.5")),
    "equals the outcome": ("A,B,Y\n0,1,0\n1,1,1\n1,0,1\n", [], ("A", "Y", "Take it out")),
    "word for a number": ("town,A,B,Y\nAlder,high,1,1\nBirch,1,0,0\n", ["--conditions", "A,B", "--cases", "town"], ("Alder", "high")),
    "unknown condition": ("A,Y\n0,1\n1,0\n", ["--conditions", "B"], ("B",)),
    "same case twice": ("town,A,B,Y\nAlder,0,1,1\nAlder,1,0,0\n", [], ("Alder", "more than once")),
    "calibration of nothing": ("A,B,Y\n0,1,1\n1,0,0\n", ["--calibrate", "C=1 2 3"], ("C",)),
    "anchors out of order": ("A,B,Y\n0,1,1\n1,0,0\n", ["--calibrate", "A=3 1 2"], ("3, 1, 2",)),
    "anchors that are words": ("A,B,Y\n0,1,1\n1,0,0\n", ["--calibrate", "A=low high"], ("low high",)),
    "no calibration": ("A,B,Y\n0,1,1\n1,0,0\n", ["--calibrate", "A"], ("NAME=",)),
    "the opposite of the outcome": ("A,B,Y\n0,1,1\n1,1,0\n0,0,1\n", [], ("~A", "Take it out")),
    "no record": ("A,B,Y\n1,1,1\n0,1,0\n1,0,0\n", ["--check", "none.json"], ("none.json",)),
    "theory of nothing": ("A,B,Y\n0,1,1\n1,0,0\n1,1,1\n0,0,0\n0,1,0\n", ["--theory", "NONE", "--incl", "0.4"], ("NONE",)),
    "no solution to draw": ("A,B,Y\n1,1,1\n1,1,0\n1,0,0\n", ["--figure", "a.png", "--draw", "xy"], ("no solution",)),
    "too many conditions for a diagram": (
        "A,B,C,D,E,F,Y\n1,1,1,0,1,1,1\n1,1,0,1,0,0,0\n0,0,1,1,1,1,0\n0,0,0,0,0,0,0\n1,0,0,0,0,1,0\n0,1,0,1,1,0,1\n", ["--incl", "1", "--n", "2", "--figure", "a.png", "--draw", "venn"],
        ("here are 6", "A, B, C"),
    ),
    "second cut-off above the first": ("A,B,Y\n1,1,1\n1,1,0\n1,0,0\n", ["--incl0", "0.9"], ("0.80, 0.90", "second lower")),
    "error that is no number": ("A,B,Y\n1,1,1\n0,1,0\n1,0,0\n", ["--error", "A=much"], ("A=much", "NAME=COLUMN")),
    "error below 0": ("A,B,Y\n1,1,1\n0,1,0\n1,0,0\n", ["--error", "-0.1"], ("-0.1", "from 0 to 1")),
    "error of nothing": ("A,B,Y\n1,1,1\n0,1,0\n1,0,0\n", ["--error", "C=0.1"], ("C", "A, B")),
    "error of values": ("A,B,Y\n2,1,1\n0,1,0\n1,0,1\n1,1,1\n0,0,0\n", ["--error", "A=0.1"], ("A", "Leave its error out")),
    "no column of units": ("A,B,Y\n1,1,1\n0,1,0\n1,0,0\n", ["--unit", "TOWN"], ("TOWN",)),
    "a time without units": ("TOWN,A,B,Y\n1,1,1,1\n2,0,1,0\n3,1,0,0\n", ["--time", "TOWN"], ("--unit and --time",)),
    "a unit is empty": ("TOWN,A,B,Y\nx,1,1,1\n,0,1,0\ny,1,0,0\n", ["--unit", "TOWN"], ("TOWN", "row 2")),
    "rose without units": ("A,B,W,Y\n1,1,3,1\n0,1,4,0\n1,0,5,0\n", ["--calibrate", "G=rose W"], ("G", "W", "--unit")),
    "before with one event": ("A,E,Y\n1,1,1\n0,1,0\n1,0,0\n", ["--calibrate", "F=before E"], ("before E", "before FIRST, SECOND")),
    "before with a word": ("A,E,D,Y\n1,1,1,1\n0,soon,1,0\n1,0,1,0\n", ["--calibrate", "F=before E,D"], ("soon", "row 2")),
    "no ideal type": ("A,B,Y\n1,1,1\n0,1,0\n1,0,0\n", ["--ideal-type", "STRONG"], ("STRONG", "NAME=")),
    "ideal type twice": ("A,B,Y\n1,1,1\n0,1,0\n1,0,0\n", ["--ideal-type", "T=A", "--ideal-type", "T=B"], ("T", "twice")),
    "ideal type of nothing": ("A,B,Y\n1,1,1\n0,1,0\n1,0,0\n", ["--ideal-type", "T=C"], ("C",)),
    "chains of nothing": ("A,B,Y\n1,1,1\n0,1,0\n1,0,0\n", ["--chains", "C"], ("C",)),
    "chains at no consistency": ("A,B,Y\n1,1,1\n0,1,0\n1,0,0\n", ["--chains", "all", "--con", "0"], ("0.0", "over 0")),
    "chains of values": ("A,B,Y\n2,1,1\n0,1,0\n1,0,1\n1,1,1\n0,0,0\n", ["--chains", "all"], ("A", "several values")),
    "a figure of what was not asked for": ("A,B,Y\n1,1,1\n0,1,0\n1,0,0\n", ["--figure", "a.png", "--draw", "ways"], ("ways", "--unit")),
    "wrong ending": ("A,B,Y\n1,1,1\n1,1,0\n1,0,0\n", ["--figure", "a.gif"], ("a.gif",)),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_names_case_and_condition(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    text, more, said = BAD[name]
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    assert main(["qca", str(path), "--outcome", "Y", *more]) != 0
    told = capsys.readouterr()
    for part in said:
        assert part in told.err + told.out
    assert "Traceback" not in told.err


def test_what_the_data_cannot_carry_is_said(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "thin.csv"
    path.write_text(
        "town,A,B,C,D,Y\nAlder,0.9,0.1,0.5,0.8,1\nBirch,0.2,0.7,0.6,0.1,0\nCedar,0.8,0.9,0.2,0.3,0.5\n",
        encoding="utf-8",
    )
    main(["qca", str(path), "--outcome", "Y"])
    said = " ".join(capsys.readouterr().out.split())
    assert "Case Alder is at exactly 0.5 in C" in said and "Case Cedar is at exactly 0.5 in the outcome Y" in said
    assert "4 conditions make 16 combinations for 3 cases" in said and "2 of 16 possible combinations" in said


PANEL = """town;wave;HEAD;FIRM;OPEN;STABLE;WEALTH;LEFT;BUILT;SE
Alder;2;0,8;0,2;0,7;0,8;5;2010;2012;0,01
Alder;10;0,9;0,8;0,2;0,9;3;2010;2012;0,02
Cedar;2;0,1;0,9;0,6;0,3;2;;2012;0
Cedar;10;0,2;0,3;0,9;0,2;9;-;2012;
Elm;2;0,7;0,7;0,8;0,9;1;2014;2012;0
Elm;10;0,3;0,8;0,3;0,6;4;2014;2012;0
"""


@pytest.fixture
def panel(table: Path) -> Path:
    path = table.with_name("panel.csv")
    path.write_text(PANEL, encoding="utf-8")
    return path


def test_a_second_cut_off_makes_contradictions(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from veche import sets

    found = compare_table(table, "STABLE", incl0=0.6)
    frame = found.sides[0].table.frame
    expected = sets.truth_table(frame, incl_cut=(0.8, 0.6))
    assert [row.out for row in found.sides[0].table.rows] == [row.out for row in expected.rows]
    assert "C" in [row.out for row in expected.rows]
    assert [row.out for row in found.sides[1].table.rows] == [
        row.out for row in sets.truth_table(sets.negated(frame), incl_cut=(0.8, 0.6)).rows
    ]
    kept = sets.record(found)
    again = sets.read_record(kept.to_json())
    assert again == kept and again.settings.incl_cut == (0.8, 0.6)
    again.rerun(frame)
    main(["qca", str(table), "--outcome", "STABLE", "--incl0", "0.6", "--doubts", "--no-negation"])
    assert "Cases by their role" in capsys.readouterr().out


def test_draws_within_the_error_are_those_of_the_library(panel: Path) -> None:
    from veche import sets
    from veche.workbench.set_cases import read_cases
    from veche.workbench.set_doubts import drawn_terms
    from veche.workbench.sets import compare

    held = read_cases(panel, "STABLE", ["HEAD", "FIRM", "OPEN"], unit="town", time="wave", errors=["SE"])
    assert held.frame.cases[:2] == ("Alder 2", "Alder 10") and held.times == (2, 10) * 3
    found = compare(held, kind="parsimonious")
    errors = {"HEAD": [0.01, 0.02, 0, 0, 0, 0], "STABLE": 0.1}
    with pytest.raises(InputProblem, match="SE"):
        held.errors(["SE"])  # one is empty
    mine = drawn_terms(found, errors, draws=30, seed=4)
    assert mine.shares == sets.drawn_within(held.frame, errors, sets.solver(), draws=30, seed=4).shares
    values = [[one.literals[0][1][at], one.outcome[at]] for one in (held.frame,) for at in range(6)]
    wide = [[a, 0.1] for a in errors["HEAD"]]  # type: ignore[attr-defined]
    data = {"FIRM": held.frame.literals[1][1], "OPEN": held.frame.literals[2][1]}

    def make(x: object) -> sets.Frame:
        whole = {"HEAD": x[:, 0], **data, "STABLE": x[:, 1]}  # type: ignore[index]
        return sets.make_frame(whole, "STABLE", cases=held.frame.cases)

    assert sets.drawn(values, wide, make, sets.solver(), draws=30, seed=4).shares == mine.shares


def test_units_over_time_and_what_came_first(panel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from veche import sets
    from veche.workbench.set_cases import read_cases
    from veche.workbench.set_panels import panel as over_time
    from veche.workbench.sets import compare

    words = {"FIRST": "before LEFT, BUILT", "GREW": "rose WEALTH", "STAGE": "stages OPEN"}
    held = read_cases(panel, "STABLE", unit="town", time="wave", calibration=words, errors=["HEAD=SE"])
    # wave 10 comes after wave 2; the first wave of each town has nothing before it
    assert held.frame.cases == ("Alder 10", "Cedar 10", "Elm 10")
    assert held.frame.names == ("HEAD", "FIRM", "FIRST", "GREW", "STAGE")
    columns = dict(zip(held.frame.names, held.frame.literals, strict=True))
    # first left, then built; never left; left later
    assert columns["FIRST"].argmax(axis=0).tolist() == [1, 2, 0]
    assert columns["GREW"].argmax(axis=0).tolist() == [0, 1, 1]
    assert columns["STAGE"].argmax(axis=0).tolist() == [1, 0, 1]
    assert "Alder 2, Cedar 2, Elm 2" in held.notes[0]

    held = read_cases(panel, "STABLE", ["HEAD", "FIRM", "OPEN"], unit="town", time="wave")
    found = compare(held, kind="parsimonious", both=False)
    tables = over_time(found, held).tables
    model = found.sides[0].results["parsimonious"].solution.model()
    expected = sets.cluster(held.frame.union(model), held.frame.outcome, held.units, held.times)
    last = tables["panel"][tables["panel"]["term"] == held.frame.write_model(model)]
    assert last["score"].tolist() == pytest.approx(
        [expected.pooled, *expected.between.score.values(), *expected.within.score.values()]
    )
    assert tables["ways"]["ways"].tolist() == [
        one.pattern for one in sets.trajectories(held.frame, held.units, held.times)
    ]
    for language in ("en", "ru"):
        main(
            [
                "--lang",
                language,
                "qca",
                str(panel),
                "--outcome",
                "STABLE",
                "--conditions",
                "HEAD,FIRM,OPEN",
                "--unit",
                "town",
                "--time",
                "wave",
            ]
        )
        said = capsys.readouterr().out
        assert ("Ways of the units" if language == "en" else "Пути единиц") in said and "→" in said


def test_ideal_types_and_chains_on_any_table(panel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from veche import sets

    given = ["--conditions", "HEAD,FIRM,OPEN", "--unit", "town", "--time", "wave", "--no-negation"]
    main(
        [
            "qca",
            str(panel),
            "--outcome",
            "~STABLE",
            *given,
            "--ideal-type",
            "OWN=HEAD*~FIRM",
            "--chains",
            "all",
            "--out",
            "all.xlsx",
        ]
    )
    book = {name: pd.read_excel("all.xlsx", sheet_name=name) for name in ("types", "changes", "chains")}
    place = book["types"].set_index("case")
    assert place.loc["Alder 2", "type"] == "OWN" and place.loc["Alder 2", "OWN"] == pytest.approx(0.8)
    assert book["changes"]["change"].tolist() == ["change in kind"] * 3
    data = {
        "HEAD": [0.8, 0.9, 0.1, 0.2, 0.7, 0.3], "FIRM": [0.2, 0.8, 0.9, 0.3, 0.7, 0.8], "OPEN": [0.7, 0.2, 0.6, 0.9, 0.8, 0.3],
        "STABLE": [0.8, 0.9, 0.3, 0.2, 0.9, 0.6],
    }  # fmt: skip
    expected = sets.redundancy_free(data, consistency=0.8, coverage=0.7).to_frame()
    assert set(book["chains"]["structure"]) == set(expected["structure"]) and len(expected) > 0
    main(
        [
            "qca",
            str(panel),
            "--outcome",
            "STABLE",
            *given,
            "--chains",
            "STABLE",
            "--con",
            "0.9",
            "--cov",
            "0.9",
            "--figure",
            "c.png",
            "--draw",
            "chains",
        ]
    )
    only = sets.redundancy_free(data, outcomes=["STABLE"], consistency=0.9, coverage=0.9)
    said = " ".join(capsys.readouterr().out.split())
    assert all(one.text in said for one in only.structures) and only.structures
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    for draw, more in (("ways", []), ("types", ["--ideal-type", "OWN=HEAD*~FIRM"]), ("cuts", ["--doubts"])):
        main(["qca", str(panel), "--outcome", "STABLE", *given, *more, "--figure", f"{draw}.svg", "--draw", draw])
        assert (tmp_path / f"{draw}.svg").read_text("utf-8").startswith("<svg")
