"""`veche import` and `veche export` as a person uses them, in both languages."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.importers._refi import TALK, TAX, coding, pack, project, selection, source
from veche.cli.main import main

Run = Callable[..., tuple[int, str, str]]
MARKS = selection(1, "Налоги уходят наверх", coding(1, TAX))
SETS = '<Sets><Set guid="77777777-0000-0000-0000-000000000001" name="пусто"/></Sets>'


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VECHE_CODER", "АК")
    for name in ("VECHE_STUDY", "VECHE_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("COLUMNS", "150")

    def call(*arguments: str, language: str = "en") -> tuple[int, str, str]:
        code = main(["--lang", language, *arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        return code, said.out, said.err

    return call


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    return pack(tmp_path / "foreign.qdpx", project(source(MARKS), after=SETS))


def test_a_study_is_made_of_a_project_and_goes_out_again(run: Run, foreign: Path, tmp_path: Path) -> None:
    code, out, err = run("import", "foreign.qdpx", "my.veche", "--yes", "--losses", "lost.csv")
    assert (code, err) == (0, "")
    assert "Written by: Other 1" in out and "Made my.veche: 8 records." in out
    assert "1 item had no place or came over changed:" in out and "1 × set: the set has no documents" in out
    rows = list(csv.reader((tmp_path / "lost.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows == [
        ["kind", "item", "where", "what was lost and why"],
        ["set", "пусто", "", "the set has no documents"],
    ]
    code, out, err = run("export", "out.qdpx")
    assert code == 1 and "Nothing of this study may leave" in err and not (tmp_path / "out.qdpx").exists()
    code, out, _ = run("export", "my.veche", "out.qdpx", "--consent", "background", "--losses", "lost.txt")
    assert code == 0 and "Written: out.qdpx" in out and "lost.txt" in out
    code, out, _ = run("import", "out.qdpx")
    assert code == 0 and "The study has all of it already." in out


def test_into_a_study_and_undone(run: Run, foreign: Path) -> None:
    assert run("new", "my.veche")[0] == 0
    code, out, _ = run("import", "foreign.qdpx", "--dry-run")
    assert code == 0 and "Nothing was changed." in out
    code, out, _ = run("import", "foreign.qdpx", "--yes")
    assert code == 0 and "`veche undo` takes it back" in out
    assert "foreign.qdpx" in run("history")[1]
    assert run("undo")[0] == 0
    assert run("search", "Налоги")[1].count("Налоги уходят") == 0


def test_in_russian(run: Run, foreign: Path) -> None:
    code, out, _ = run("import", "foreign.qdpx", "my.veche", "--yes", language="ru")
    assert code == 0
    assert "Записано программой: Other 1" in out
    assert "в наборе нет документов" in out and "кодирование" in out
    code, out, _ = run("export", "--format", "?", language="ru")
    assert code == 0 and "REFI-QDA" in out and "refi" in out
    code, _, err = run("export", "a.qdpx", language="ru")
    assert code == 1 and "Из этого исследования ничего нельзя" in err


def test_a_person_is_asked_how_positions_are_counted(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One quotation that ends with a space, and no name to tell by."""
    start = TALK.index("Людей")
    mark = f'<PlainTextSelection guid="44444444-0000-0000-0000-000000000001" startPosition="{start}" endPosition="{start + 6}">{coding(1, TAX)}</PlainTextSelection>'
    pack(tmp_path / "a.qdpx", project(source(mark)))
    answers: list[str] = []

    def prompt(text: str, **options: object) -> object:
        answers.append(text)
        return 1 if "looks right" in text else ""

    monkeypatch.setattr("click.prompt", prompt)
    code, out, _ = run("import", "a.qdpx", "my.veche")
    assert code == 0 and "It is not sure how positions are counted" in out
    assert "1. positions count code points; a line end of two characters counts two" in out and "\n     Людей\n" in out
    assert len(answers) == 2
    code, out, _ = run("import", "a.qdpx", "other.veche", "--yes", "--reading", "points-crlf2-nobom-inclusive")
    assert code == 0 and "a person chose it" in out
    code, _, err = run("import", "a.qdpx", "third.veche", "--yes", "--reading", "sideways")
    assert code == 1 and "There is no reading of positions sideways" in err


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"hello"])
def test_bad_files_are_one_line(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.qdpx").write_bytes(content)
    code, _, err = run("import", "bad.qdpx", "my.veche", "--yes")
    assert code == 1 and err.startswith("veche: bad.qdpx") and err.count("\n") == 1
    assert not (tmp_path / "my.veche").exists()


def test_wrong_usage(run: Run, foreign: Path) -> None:
    assert run("import", "nowhere.qdpx", "my.veche")[0] == 1
    assert run("import")[0] == 2
    assert run("import", "foreign.qdpx", "my.veche", "--yes")[0] == 0
    code, _, err = run("export", "a.doc", "--consent", "background")
    assert code == 1 and "cannot be written as .doc" in err
    assert run("export", "a.qdpx", "--consent", "secret")[0] == 2
