"""`veche merge` as a person uses it, and the other formats on the command line."""

from __future__ import annotations

import csv
import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.importers import _databases as made
from tests.store._small import make_small
from veche.cli.main import main
from veche.store import Store
from veche.study import Code, Memo

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VECHE_CODER", "АК")
    monkeypatch.setenv("COLUMNS", "150")
    monkeypatch.delenv("VECHE_STUDY", raising=False)

    def call(*arguments: str, language: str = "en") -> tuple[int, str, str]:
        code = main(["--lang", language, *arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        return code, said.out, said.err

    return call


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Two copies: one code changed in both, a memo in the other."""
    small = make_small(str(tmp_path / "mine.veche"))
    small.store.backup(tmp_path / "theirs.veche")
    with small.store.edit("АК", "edit code") as edit:
        edit.replace(dataclasses.replace(small.codes[1], definition_ru="Наше"))
    with Store.open(tmp_path / "theirs.veche") as theirs, theirs.edit("МС", "edit code") as edit:
        edit.replace(dataclasses.replace(small.codes[1], definition_ru="Их"))
        edit.add(Memo(target_id=small.codes[1].id, text="Заметка"))
    small.store.close()
    return tmp_path


def definition(path: Path) -> str:
    with Store.open(path) as store:
        return store.having(Code, "key", ["PROB.1"])[0].definition_ru


def test_a_dry_run_says_what_comes_and_changes_nothing(run: Run, copies: Path) -> None:
    before = (copies / "mine.veche").read_bytes()
    code, out, _ = run("merge", "mine.veche", "theirs.veche", "--dry-run")
    assert code == 0 and (copies / "mine.veche").read_bytes() == before
    assert "New in theirs.veche: МС × 1" in out and "definition_ru: Наше  |  Их" in out and "[to be decided]" in out
    assert "Слить" not in out and "изменено" in run("merge", "theirs.veche", "--dry-run", language="ru")[1].casefold()


def test_clashes_stop_a_merge_until_they_are_decided(run: Run, copies: Path) -> None:
    code, _, err = run("merge", "mine.veche", "theirs.veche", "--yes")
    assert code == 1 and "1 clashes wait for a decision" in err and definition(copies / "mine.veche") == "Наше"
    assert run("merge", "mine.veche", "theirs.veche", "--clashes", "c.csv")[0] == 0
    rows = list(csv.reader((copies / "c.csv").read_text(encoding="utf-8-sig").splitlines()))
    rows[1][-1] = "theirs"
    with (copies / "c.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    code, out, _ = run("merge", "mine.veche", "theirs.veche", "--decisions", "c.csv", "--yes")
    assert code == 0 and "Merged as entry" in out and definition(copies / "mine.veche") == "Их"
    assert "nothing that is not known here" in run("merge", "mine.veche", "theirs.veche")[1]
    assert run("undo", "mine.veche")[0] == 0 and definition(copies / "mine.veche") == "Наше"


def test_all_clashes_for_one_side(run: Run, copies: Path) -> None:
    assert run("merge", "mine.veche", "theirs.veche", "--all", "mine", "--yes")[0] == 0
    assert definition(copies / "mine.veche") == "Наше"
    code, out, _ = run("merge", "theirs.veche", "mine.veche", "--yes")
    assert code == 0 and "to be decided" not in out and definition(copies / "theirs.veche") == "Наше"


def test_wrong_copies_are_refused_in_one_line(run: Run, copies: Path) -> None:
    shutil.copy(copies / "mine.veche", copies / "same.veche")
    make_small(str(copies / "other.veche")).store.close()
    for other, reason in (
        ("other.veche", "another study"),
        ("none.veche", "no file"),
        ("mine.veche", "this study itself"),
    ):
        code, _, err = run("merge", "mine.veche", other)
        assert code == 1 and reason in err and err.count("\n") == 1


def test_a_project_becomes_a_study_and_goes_out_again(run: Run, tmp_path: Path) -> None:
    made.taguette(tmp_path / "p.sqlite3", "<p>Мэр молчит</p>", "Мэр молчит", [("Мэр", "Власть")])
    assert run("import", "new.veche", "p.sqlite3", "--yes")[0] == 0
    for name in ("all", "all.csv.zip", "n.graphml", "n.gexf", "e.events.csv", "a.jsonld", "a.dna", "a.xlsx"):
        more = ("--format", "csv") if name == "all" else ()
        code, out, err = run("export", "new.veche", name, *more, "--consent", "background", "--losses", "l.csv")
        assert code == 0 and (tmp_path / name).exists() and "l.csv" in out, err
    assert (tmp_path / "all" / "codings.csv").exists()
    assert run("import", "back.veche", "a.dna", "--yes")[0] == 0
