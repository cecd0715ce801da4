"""`veche agreement`, `assign` and `finish` as a person uses them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.importers._refi import BORIS, TALK, TAX, coding, guid, pack, project, source
from tests.workbench._double import make_double
from veche import workbench
from veche.cli.main import main
from veche.store import Store
from veche.study import CONSENTS, Coding
from veche.workbench import exchange

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in ("VECHE_STUDY", "VECHE_LANG", "VECHE_CODER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "150")

    def call(*arguments: str, language: str = "en") -> tuple[int, str, str]:
        code = main(["--lang", language, *arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        return code, said.out, said.err

    return call


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "s.veche"
    make_double(path).close()
    return path


def test_one_study_with_several_coders(run: Run, study: Path) -> None:
    code, out, err = run("agreement", "s.veche", "--resamples", "50")
    assert code == 0, err
    assert "Agreement of anna and boris on 3 codes" in out and "6 disagreements" in out
    assert "«дорог нет.»" in out and "Has it not: anna" in out
    assert "turns of talk as units" in out


def test_two_copies_are_matched_by_their_texts(run: Run, study: Path) -> None:
    shutil.copy(study, study.with_name("b.veche"))
    with Store.open(study.with_name("b.veche")) as store, store.edit("boris", "x") as edit:
        edit.remove(Coding, "I1/anna/0")
    code, out, err = run(
        "agreement", "s.veche", "b.veche", "--unit", "document", "--resamples", "0", "--differences", "0"
    )
    assert code == 0, err
    assert "Agreement of anna and boris on 3 codes" in out and "whole documents" in out


def test_two_projects_of_another_program_give_what_the_study_gives(run: Run, study: Path, tmp_path: Path) -> None:
    with workbench.open(study, who="lead") as one:
        for coder in ("anna", "boris"):
            exchange.write_project(one, tmp_path / f"{coder}.qdpx", levels=CONSENTS, coders=(coder,))
    options = ("--resamples", "0", "--differences", "0", "--coder", "anna", "--coder", "boris")
    here, there = run("agreement", "s.veche", *options), run("agreement", "anna.qdpx", "boris.qdpx", *options)
    assert (here[0], there[0]) == (0, 0), there[2]
    figures = [[line for line in out.splitlines() if line.lstrip().startswith("P.")] for out in (here[1], there[1])]
    assert figures[0] == figures[1] and len(figures[0]) == 3


def test_figure_and_tables_are_written(run: Run, study: Path, tmp_path: Path) -> None:
    code, out, err = run(
        "agreement", "s.veche", "--resamples", "0", "--figure", "a.svg", "--out", "a.csv", "--rows", "0"
    )
    assert code == 0, err
    assert "<svg" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "P.MONEY" in "".join(one.read_text(encoding="utf-8-sig") for one in tmp_path.glob("a*.csv"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("agreement", "s.veche", "nowhere.qdpx"), "There is no file"),
        (("agreement", "s.veche", "--coder", "nobody"), "nobody"),
        (("agreement", "s.veche", "--unit", "segment", "--coefficient", "percent"), "belongs to another design"),
        (("finish", "s.veche", "I1", "--who", "anna"), "not assigned to anna"),
        (("assign", "s.veche", "I9", "--to", "anna"), "I9"),
        (("assign", "s.veche", "I1"), "Nothing to assign"),
    ],
)
def test_bad_input_is_one_line(run: Run, study: Path, arguments: tuple[str, ...], words: str) -> None:
    code, _out, err = run(*arguments)
    assert code == 1 and words in err and err.count("\n") == 1


def test_assigning_and_finishing(run: Run, study: Path) -> None:
    assert "No interview is assigned yet" in run("assign", "s.veche")[1]
    assert (
        "2 assignments made." in run("assign", "s.veche", "I1", "--to", "anna", "--to", "boris", "--round", "first")[1]
    )
    assert "hidden from you" in run("assign", "s.veche", "--who", "anna")[1]
    code, _out, err = run("agreement", "s.veche", "--who", "anna", "--resamples", "0", "--differences", "0")
    assert code == 0, err
    assert "I1 is finished by anna." in run("finish", "s.veche", "I1", "--who", "anna")[1]
    assert "open again" in run("finish", "s.veche", "I1", "--again", "--who", "anna")[1]
    assert (
        run("finish", "s.veche", "I1", "--who", "anna")[0] == run("finish", "s.veche", "I1", "--who", "boris")[0] == 0
    )
    assert "disagreements: 1, decided: 0" in run("assign", "s.veche", "--who", "anna")[1]


def test_in_russian(run: Run, study: Path) -> None:
    code, out, _err = run("agreement", "s.veche", "--resamples", "0", language="ru")
    assert code == 0 and "Согласие" in out and "Agreement" not in out


def test_positions_that_are_read_without_certainty_are_said(run: Run, tmp_path: Path) -> None:
    """Places in the middle of words, under no name: any way of counting is as good as another."""
    places = [(at, at + 4) for at in (6, 17, 26, 33)]
    marks = "".join(
        f'<PlainTextSelection guid="{guid(44, at)}" startPosition="{at}" endPosition="{end}">'
        f"{coding(at, TAX)}{coding(at + 500, TAX, BORIS)}</PlainTextSelection>"
        for at, end in places
    )
    pack(tmp_path / "a.qdpx", project(source(marks)), {"sources/t.txt": TALK.replace("\n", "\r\n")})
    code, out, err = run("agreement", "a.qdpx", "--resamples", "0")
    assert code == 0, err
    assert "a.qdpx: how positions are counted is not certain; taken: points-crlf" in err and "--reading" in err
    assert "anna and boris agree on “Налоги”" in out
