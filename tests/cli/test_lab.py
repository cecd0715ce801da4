"""``veche lab``: every command with its files, help in both languages, one line for what cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from veche.cli.main import main
from veche.lab.honesty import STATEMENTS
from veche.lab.observables import OBSERVED


def run(capsys: Any, *arguments: Any, lang: str = "en") -> tuple[int, str, str]:
    """Run a command; returns the code and what it said."""
    code = main(["--lang", lang, "lab", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_scenario_is_run_and_written(capsys: Any, tmp_path: Path) -> None:
    code, out, _err = run(capsys, "run", "--runs", 6, "--set", "T=24", "--set", "S=1", "--out", tmp_path / "a.xlsx", "--figure", tmp_path / "a.svg",
                          "--story", tmp_path / "s.csv")  # fmt: skip
    assert code == 0 and "mean tone of decisions" in out and STATEMENTS[0].split(",")[0] in " ".join(out.split())
    table = pd.read_excel(tmp_path / "a.xlsx", sheet_name="numbers")
    assert table["observable"].tolist() == list(OBSERVED)
    assert "<svg" in (tmp_path / "a.svg").read_text()
    assert len(pd.read_csv(tmp_path / "s.csv")) == 24 and STATEMENTS[0] in (tmp_path / "s.notes.txt").read_text()


def test_a_design_is_kept_and_goes_on(capsys: Any, tmp_path: Path) -> None:
    call = (
        "run",
        "--runs",
        2,
        "--set",
        "T=24",
        "--vary",
        "R",
        "--vary",
        "S=0:1",
        "--design",
        "grid",
        "--points",
        3,
        "--out",
        tmp_path / "a.parquet",
    )
    code, out, _err = run(capsys, *call)
    assert code == 0 and "9 points, 2 runs each." in out
    frame = pd.read_parquet(tmp_path / "a.parquet")
    assert frame["S"].unique().tolist() == [0, 0.5, 1] and len(frame) == 18
    assert run(capsys, *call)[0] == 0  # it is there already
    code, _out, err = run(capsys, *call[:-1], tmp_path / "a.csv")
    assert code == 1 and "ends in .parquet" in err
    code, _out, err = run(capsys, "run", "--vary", "R")
    assert code == 1 and "--out NAME.parquet" in err


def test_a_design_that_is_interrupted_says_how_it_goes_on(
    capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_given: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("signal.signal", lambda *_given: None)
    call = ("run", "--runs", 2, "--set", "T=24", "--vary", "R", "--points", 4, "--out", tmp_path / "a.parquet")
    with monkeypatch.context() as patch:
        patch.setattr("veche.lab.experiments.run_experiment", interrupted)
        code, _out, err = run(capsys, *call)
        assert code == 130 and "What is finished stands beside a.parquet; the same command goes on from there." in err
        code, _out, err = run(capsys, "run", "--vary", "R", "--design", "morris", "--points", 4)
        assert code == 130 and "Stopped." in err and "stands beside" not in err
    assert run(capsys, *call)[0] == 0


def test_indices_are_printed_the_largest_first(capsys: Any) -> None:
    code, out, _err = run(
        capsys,
        "run",
        "--runs",
        2,
        "--set",
        "T=24",
        "--vary",
        "iota",
        "--vary",
        "lam_free",
        "--design",
        "morris",
        "--points",
        4,
    )
    assert code == 0 and "Sensitivity of control:" in out and "12 points" in out
    code, out, _err = run(
        capsys, "run", "--runs", 2, "--set", "T=24", "--vary", "iota", "--vary", "R", "--design", "sobol", "--points", 4
    )
    assert code == 0 and "with interactions" in out


def test_a_map_in_letters_and_files(capsys: Any, tmp_path: Path) -> None:
    call = ("map", "--set", "T=24", "--x", "R", "--y", "S=0:1", "--steps", 3, "--runs", 2)
    code, out, _err = run(capsys, *call, "--out", tmp_path / "m.csv", "--figure", tmp_path / "m.png")
    assert code == 0 and "→ R, ↑ S" in out
    assert len(pd.read_csv(tmp_path / "m.csv")) == 9 and (tmp_path / "m.png").read_bytes().startswith(b"\x89PNG")
    code, out, _err = run(capsys, *call, "--of", "model")
    assert code == 0 and "E entrance selection" in out
    code, _out, err = run(capsys, *call, "--of", "contrl")
    assert code == 1 and "Nearest: control" in err


def test_what_carries_control_and_what_would_have_been(capsys: Any, tmp_path: Path) -> None:
    code, out, _err = run(capsys, "explain", "coercion", "--runs", 30, "--out", tmp_path / "e.csv")
    assert code == 0 and "coercion" in out.splitlines()[0]
    assert pd.read_csv(tmp_path / "e.csv")["mechanism"].tolist() == [
        "entrance",
        "coercion",
        "manipulation",
        "bargaining",
    ]
    window = (
        "--set",
        "F_t=12",
        "--set",
        "F_dur=12",
        "--set",
        "F_delta=0.4",
        "--set",
        "K0=0.9",
        "--set",
        "g_tempt=2",
        "--set",
        "T=36",
    )
    code, out, _err = run(
        capsys, "counterfactual", *window, "--without", "intervention", "--runs", 10, "--figure", tmp_path / "c.svg"
    )
    row = next(line.split() for line in out.splitlines() if "partnership_share" in line)
    assert code == 0 and row[3].startswith("−") and (tmp_path / "c.svg").exists()
    code, out, _err = run(capsys, "counterfactual", "--set", "T=24", "--with", "S=0", "--runs", 5)
    assert code == 0 and "pressed_decisions" in out
    for call, words in (
        ((), "--without NAME"),
        (("--without", "intervention"), "no intervention"),
        (("--with", "S"), "NAME=NUMBER"),
    ):
        code, _out, err = run(capsys, "counterfactual", *call)
        assert code == 1 and words in err


def test_facts_are_printed_with_what_the_model_does_not_show(capsys: Any, tmp_path: Path) -> None:
    code, out, _err = run(
        capsys, "facts", "--points", 20, "--runs", 2, "--setting-runs", 20, "--out", tmp_path / "f.csv"
    )
    table = pd.read_csv(tmp_path / "f.csv")
    assert code == (0 if table["holds"].all() else 1)
    assert out.count("MISSED") == (~table["holds"]).sum()
    for words in ("SF1 Pressure is not needed", "must not be claimed", "(vi) Votes hide antagonism", "SF12", "Verdict"):
        assert words in " ".join(out.split())
    assert {f"SF{n}" for n in range(1, 13)} < set(table["id"])


def test_the_model_is_described_and_presets_are_listed(capsys: Any, tmp_path: Path) -> None:
    code, out, _err = run(capsys, "odd")
    assert code == 0 and "| `erosion` |" in out
    code, out, _err = run(capsys, "odd", "--out", tmp_path / "odd.md", lang="ru")
    assert code == 0 and "месячная эрозия политики" in (tmp_path / "odd.md").read_text()
    code, out, _err = run(capsys, "presets")
    assert code == 0 and "coercion" in out and "entrance" in out
    code, out, _err = run(capsys, "presets", "coercion")
    (tmp_path / "mine.yaml").write_text(out)
    assert code == 0 and run(capsys, "run", tmp_path / "mine.yaml", "--runs", 2)[0] == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (("run", "--set", "Q=1"), "There is no parameter Q"),
        (("run", "--set", "S=9"), "S is 9. It is the capacity to sanction; give 0 to 5."),
        (("run", "--set", "S=nan"), "S is nan"),
        (("run", "nosuch"), "There is no preset and no file nosuch"),
        (("run", "nosuch.yaml"), "nosuch.yaml cannot be read"),
        (("run", "--set", "F_t=3"), "the window is empty"),
        (("run", "--set", "F_t=120", "--set", "F_dur=3"), "a run has 120 months: the window begins after its end"),
        (("run", "--set", "pan_dur=3"), "the window has no beginning"),
        (("run", "--out", "a.doc"), "neither csv"),
        (("run", "--story", "a.doc"), "neither csv"),
        (("map", "--x", "R", "--y", "S", "--figure", "a.doc"), "neither svg nor png nor pdf"),
        (
            ("map", "--x", "R=0:9", "--y", "S"),
            "The range R=0:9 cannot be used. Write the lower end first, both from 0 to 5",
        ),
        (("map", "--x", "R=1:0.5", "--y", "S"), "Write the lower end first"),
        (("map", "--x", "R=0:nan", "--y", "S"), "The range R=0:nan cannot be used"),
        (("map", "--x", "R", "--y", "S", "--of", "contrl"), "Nearest: control"),
        (("counterfactual", "--without", "use_sell"), "Nearest: use_sel"),
        (("presets", "cercion"), "coercion"),
        (("run", "--vary", "S", "--design", "sobol", "--points", 64, "--observable", "contrl"), "Nearest: control"),
        (
            ("run", "--vary", "S", "--story", "a.csv", "--out", "a.parquet"),
            "--story tells of one scenario, and --vary makes many",
        ),
        (("explain", "--town", "A"), "Give --town and --wave"),
        (("explain", "study.veche"), "Give --town and --wave"),
        (
            ("explain", "coercion", "--set", "S=1", "--town", "A", "--wave", "1"),
            "Both a coded town and a scenario are named (coercion, S=1)",
        ),
        (("explain", "--set", "S=1", "--town", "A", "--wave", "1"), "are named (S=1)"),
        (("calibrate", "--evidence", "none.csv"), "none.csv cannot be read as a table"),
    ],
)
def test_bad_input_gets_one_line(capsys: Any, call: tuple[str, ...], words: str) -> None:
    code, _out, err = run(capsys, *call)
    assert code == 1 and words in err and err.count("\n") == 1
    assert not Path("a.doc").exists()


def test_a_wrong_value_is_said_in_russian(capsys: Any) -> None:
    code, _out, err = run(capsys, "run", "--set", "S=9", lang="ru")
    assert code == 1 and "capacity" not in err and "возможность наказать" in err


@pytest.fixture
def judgements(tmp_path: Path) -> Path:
    """Judgements of two invented towns in a file, and a small reference table beside it."""
    from tests.lab._tables import coded_towns, middle, small_table
    from veche.lab.reference_table import write_table

    write_table(small_table(), tmp_path / "table.parquet")
    coded_towns(middle(2)).table.to_csv(tmp_path / "judged.csv", index=False)
    return tmp_path / "judged.csv"


def test_towns_of_a_table_are_calibrated_and_explained(capsys: Any, judgements: Path) -> None:
    folder = judgements.parent
    given = ("--evidence", judgements, "--table", folder / "table.parquet")
    code, out, _err = run(capsys, "calibrate", *given, "--out", folder / "c.xlsx")
    assert code == 0 and "2 towns and waves calibrated" in out
    book = pd.read_excel(folder / "c.xlsx", sheet_name=None)
    assert list(book) == ["conditions", "checks", "pairs", "notes"]
    said = " ".join(map(str, book["notes"].iloc[:, 0]))
    assert "seed 1; reference table of 2400 points" in said and "coders: c0, c1, c2" in said
    assert all(one in said for one in STATEMENTS)
    code, out, _err = run(
        capsys, "explain", *given, "--town", "T1", "--wave", 1, "--question", "horizon", "--out", folder / "e.csv"
    )
    assert code == 0 and "T1, 1" in out and all(out.count(one) == 1 for one in (STATEMENTS[0], STATEMENTS[3]))
    said = (folder / "e.notes.txt").read_text()
    assert "Seed 1" in said and said.count("Assumption: ") >= 3 and "What would change it: " in said
    assert all(said.count(one) == 1 for one in STATEMENTS)


def test_a_table_that_does_not_serve_for_calibration_gets_one_line(capsys: Any, judgements: Path) -> None:
    import pyarrow.parquet as pq

    folder = judgements.parent
    held = pq.read_table(folder / "table.parquet")
    old = held.replace_schema_metadata({"veche": '{"format": "veche reference table 0", "seed": 20}'})
    pq.write_table(old, folder / "old.parquet")
    pq.write_table(held.slice(0, 100), folder / "cut.parquet")
    for table, words in (
        ("none.parquet", "There is no reference table none.parquet"),
        ("judged.csv", "judged.csv cannot be read as a reference table"),
        ("old.parquet", "a reference table of another version (veche reference table 0)"),
        ("cut.parquet", "does not match its digest"),
    ):
        code, _out, err = run(capsys, "calibrate", "--evidence", judgements, "--table", folder / table)
        assert code == 1 and words in err and err.count("\n") == 1, err
    code, _out, err = run(capsys, "calibrate", "--evidence", judgements, "--points", 500)
    assert code == 1 and "A reference table of 500 points is too small" in err
    judgements.write_text("town,wave,indicator,coder,value\n,1,control,c0,2\n")
    code, _out, err = run(capsys, "calibrate", "--evidence", judgements)
    assert code == 1 and "Judgement 1 of the table has no town" in err


def test_a_counterfactual_is_written_with_the_conditions_of_both(capsys: Any, tmp_path: Path) -> None:
    call = ("counterfactual", "--set", "T=24", "--with", "S=0", "--runs", 4, "--out", tmp_path / "c.csv")
    assert run(capsys, *call)[0] == 0
    said = (tmp_path / "c.notes.txt").read_text().splitlines()
    assert "T = 24" in said[0] and said[1].startswith("Counterfactual. Conditions") and "S = 0" in said[1]
    assert said[-4:] == list(STATEMENTS)


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize(
    "name", ["", "run", "map", "explain", "calibrate", "counterfactual", "facts", "odd", "presets"]
)
def test_every_command_has_help_in_the_language(name: str, lang: str) -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "veche", "--lang", lang, "lab", *([name] if name else []), "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    cyrillic = sum("а" <= letter <= "я" for letter in done.stdout.lower())
    latin = sum("a" <= letter <= "z" for letter in done.stdout.lower())
    assert (cyrillic > latin) if lang == "ru" else cyrillic == 0
