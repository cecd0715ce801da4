"""What the lab says of itself: the description of the model, scenarios as YAML, honest words in everything that leaves it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import veche.lab as package
from veche import lab, words
from veche.lab._parallel import spread
from veche.lab.honesty import STATEMENTS
from veche.lab.observables import OBSERVED
from veche.lab.parameters import TABLE
from veche.study import InputProblem, NotFound
from veche.workbench import lab as bench
from veche.workbench import lab_files as files
from veche.workbench import lab_tables as tables


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_description_is_made_from_the_tables_of_the_program(language: str) -> None:
    with words.using(language):
        text = lab.odd_text()
        for one in TABLE:
            row = next(line for line in text.splitlines() if line.startswith(f"| `{one.name}` |"))
            assert f"| {one.default:g} |".replace("-", "−") in row and words._(one.meaning) in row
        for name in OBSERVED:
            assert f"| `{name}` |" in text
        for one in STATEMENTS:
            assert f"- {words._(one)}" in text
    assert text.count("\n## ") == 12
    assert ("Глава: идеал" in text) == (language == "ru")
    assert "{" not in text.replace("`{", "")


def test_scenarios_are_written_and_read_again(tmp_path: Path) -> None:
    scenario = lab.make_scenario(
        "a: town, № 1", about='with "quotes" and # signs', S=1.25, F_t=60, F_dur=12, lam_free=-0.3, use_pay=0
    )
    path = tmp_path / "town.yaml"
    path.write_text(lab.scenario_text(scenario), encoding="utf-8")
    assert lab.read_scenario(path) == scenario
    assert all(one in path.read_text() for one in STATEMENTS)
    bare = tmp_path / "bare.yaml"
    bare.write_text(lab.scenario_text(lab.make_scenario("bare")), encoding="utf-8")
    assert lab.read_scenario(bare).parameters.given == ()


def test_exported_names_are_there() -> None:
    assert sorted(package._WHERE) == sorted(set(package.__all__) - {"theory"})
    for name in package.__all__:
        assert getattr(lab, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        lab.nothing  # noqa: B018


def test_presets_are_found_by_name_and_changed() -> None:
    known = [one.key for one in bench.presets()]
    assert len(known) == len(set(known)) >= 5
    first = bench.find_scenario(known[0], ["S=0,75", "F_t=-1", "F_dur=0"])
    assert first.parameters["S"] == 0.75
    with pytest.raises(NotFound, match=known[0]):
        bench.find_scenario(known[0] + "x")


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: bench.take_change("S"), "Write NAME=NUMBER"),
        (lambda: bench.take_change("S=much"), "Write NAME=NUMBER"),
        (lambda: bench.take_range("S=1"), "Write NAME=LOW:HIGH"),
        (lambda: bench.take_range("Z=1:2"), "no parameter Z"),
        (lambda: bench.take_range("S=0:inf"), "The range S=0:inf cannot be used"),
        (lambda: bench.find_scenario("", ["S=nan"]), "S is nan"),
        (lambda: bench.find_scenario("", ["qqqq=1"]), "veche lab odd"),
        (lambda: bench.find_scenario("", ["F_dur=6"]), "F_t is -1"),
        (lambda: bench.counterfactual_of(lab.make_scenario(use_pay=0), "use_pay"), "off in this scenario"),
        (lambda: bench.counterfactual_of(lab.make_scenario(), "pandemic"), "no pandemic"),
        (lambda: bench.counterfactual_of(lab.make_scenario(), "rain"), "no window rain"),
        (lambda: bench.find_scenario("", ["s=1"]), "Nearest: S, "),
        (lambda: bench.find_scenario("", ["sanction=1"]), "Nearest: S, phi"),
        (
            lambda: tables.make_design(lab.make_scenario(), ["S", "BOX", "S=0:1"], "latin-hypercube", 4, 1),
            "S is varied twice",
        ),
        (lambda: files.write_out({}, Path("a.doc"), ()), "neither csv nor tsv nor xlsx nor parquet"),
        (lambda: files.check_text_name(Path("a.docx")), "a.docx is neither md nor txt"),
    ],
)
def test_bad_words_get_a_clear_line(call, text: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputProblem) as problem:
        call()
    assert text in str(problem.value)


def test_a_range_that_is_named_goes_before_that_of_the_box() -> None:
    for named in (["BOX", "S=0.2:0.3"], ["S=0.2:0.3", "box"]):
        design = tables.make_design(lab.make_scenario(), named, "latin-hypercube", 50, 1)
        at = design.points[:, design.varied.index("S")]
        assert len(design.varied) == 22
        assert 0.2 <= at.min() < at.max() <= 0.3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: a town\nS: 0.8\n", "says S at its top"),
        ("name: a town\nconditions:\n  S: 0.8\n", "says conditions at its top"),
        ("parameters:\n  S: .nan\n", "S is nan"),
        ("parameters: {S: much}\n", "is no scenario"),
        ("", "is no scenario"),
        ("{", "cannot be read as YAML"),
    ],
)
def test_a_file_that_is_no_scenario_gets_a_clear_line(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    path.write_text(text)
    with pytest.raises(InputProblem) as problem:
        bench.find_scenario(str(path))
    assert said in str(problem.value)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    import pandas as pd

    for kind in ("csv", "xlsx", "parquet"):
        with pytest.raises(InputProblem, match=r"cannot be written: No such file or directory"):
            files.write_out({"t": pd.DataFrame({"a": [1]})}, tmp_path / "nowhere" / f"a.{kind}", ())


def test_ranges_come_from_the_box_where_none_is_given() -> None:
    assert bench.take_range("S") == ("S", 0.0, 1.5)
    assert bench.take_range("K0") == ("K0", 0.0, 1.0)
    assert bench.take_range("lam_free=−0,5:0.1") == ("lam_free", -0.5, 0.1)


def test_everything_that_leaves_the_lab_says_what_it_cannot_show(tmp_path: Path) -> None:
    import openpyxl
    import pandas as pd
    import pyarrow.parquet as pq

    from veche import figures
    from veche.lab.drawing import attribution_figure, comparison_figure, map_figure, story_figure

    scenario = lab.make_scenario("town", T=24, S=1)
    frame = pd.DataFrame({"a": [1.5]})
    said = files.notes(scenario, runs=4, seed=1)
    assert said[-4:] == list(STATEMENTS) and "S = 1" in said[0]
    files.write_out({"numbers": frame, "more": frame}, tmp_path / "a.csv", said)
    files.write_out({"numbers": frame}, tmp_path / "a.xlsx", said)
    files.write_out({"numbers": frame}, tmp_path / "a.parquet", said)
    assert STATEMENTS[0] in (tmp_path / "a.notes.txt").read_text() and (tmp_path / "a.more.csv").exists()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert STATEMENTS[0] in [row[0].value for row in book["notes"].iter_rows()]
    assert STATEMENTS[0] in pq.read_schema(tmp_path / "a.parquet").metadata[b"veche.notes"].decode()
    assert STATEMENTS[0] in files.table_bytes({"numbers": frame}, "csv", said).decode()
    results = lab.run_experiment(
        lab.Experiment(lab.grid({"R": [0.1]}, base=scenario.parameters), runs=2), tmp_path / "runs.parquet"
    )
    assert STATEMENTS[0] in results.header["says"]
    months = bench.try_out(scenario, runs=4).months
    found = lab.attribute(scenario, runs=4)
    pairs = lab.compare(scenario, bench.counterfactual_of(scenario, "use_pay"), runs=4, paths=3)
    phase = lab.phase_map(scenario, ("R", (0, 0.3)), ("S", (0, 1)), runs=2)
    typed = lab.phase_map(scenario, ("R", (0, 0.3)), ("S", (0, 1)), runs=2, observable="model")
    for chart in (
        story_figure(scenario, months), attribution_figure(found, scenario, bench.carried_words(found)), comparison_figure(pairs, "Less"),
        map_figure(phase), map_figure(typed),
    ):  # fmt: skip
        assert all(one in figures.svg(chart) for one in STATEMENTS)


def test_the_sentence_says_which_mechanism_and_how_sure(tmp_path: Path) -> None:
    import numpy as np

    from veche.lab.attribution import SUBSETS, attribution_of

    observed = dict.fromkeys(OBSERVED, 0.0)
    noise = np.random.default_rng(1).normal(0, 0.005, (50, SUBSETS))

    def made(*shares: float, **seen: float) -> str:
        values = np.array([sum(shares[k] for k in range(4) if subset >> k & 1) for subset in range(SUBSETS)])
        return bench.carried_words(attribution_of(values + noise, observed | seen))

    assert made(0.1, 0.4, 0.0, 0.2) == (
        "Control is carried by coercion (0.40; 0.20 more than bargaining): “dominance by coercion”. Dependence weighs more than direct pressure."
    )
    assert made(0.3, 0.29, 0.0, 0.0).startswith(
        "A mixed case: entrance selection carries most of control (0.30), but only 0.01 more"
    )
    assert "Direct pressure weighs more" in made(0.1, 0.4, 0, 0, votes_pressed=0.3)
    assert "dominance in confrontation" in made(0.1, 0.4, 0, 0, opposition=0.4, tone=0.1, control=0.6)
    assert made(-0.1, -0.2, -0.3, -0.1) == "No mechanism carries control in these conditions."
    assert json.dumps(observed)


def test_what_is_said_inside_of_workers_is_said_in_the_language_in_use() -> None:
    with words.using("ru"):
        said = sorted(spread(_say_in_a_worker, ["The town", "The town"], workers=2))
    assert said == [(0, "ru"), (1, "ru")]


def _say_in_a_worker(_task: str) -> str:
    return words.language()
