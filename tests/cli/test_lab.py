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
        (("run", "--set", "S=9"), "S is 9.0. It is the capacity to sanction; give 0 to 5."),
        (("run", "--set", "S=nan"), "S is nan"),
        (("run", "nosuch"), "There is no preset and no file nosuch"),
        (("run", "nosuch.yaml"), "nosuch.yaml cannot be read"),
        (("run", "--set", "F_t=3"), "the window is empty"),
        (("run", "--runs", "2", "--set", "T=3", "--out", "a.doc"), "neither csv"),
        (("explain", "--town", "A"), "Give --town and --wave"),
    ],
)
def test_bad_input_gets_one_line(capsys: Any, call: tuple[str, ...], words: str) -> None:
    code, _out, err = run(capsys, *call)
    assert code == 1 and words in err and err.count("\n") == 1


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
