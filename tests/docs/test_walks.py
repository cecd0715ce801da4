"""The walks of the documents, taken step by step: what a newcomer types does what is said."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs._documents import ROOT, blocks, commands
from veche.cli.main import main


def test_five_minutes_with_the_fictional_study(
    demo_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command of the README on the study that `veche demo` makes; only the browser is left out, and the words to code are looked up."""
    shutil.copy(demo_path, tmp_path / "demo-ru.veche")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VECHE_CODER", "anna")
    monkeypatch.delenv("VECHE_STUDY", raising=False)
    walk = [words for words in commands(ROOT / "README.md") if words[0] not in ("demo", "open")]
    begin = next(n for n, words in enumerate(walk) if words[0] == "status")
    end = next(n for n, words in enumerate(walk) if "quotes.xlsx" in words)
    said = {}
    for words in walk[begin : end + 1]:
        if "..." in words:
            words[words.index("...")] = _of_a1_01()
        assert main(["--lang", "en", *words]) == 0, words
        said[words[0]] = capsys.readouterr().out
    assert "Undone: code · PROB.FISC" in said["undo"] and "Done again" in said["redo"]
    assert "hits in" in said["search"] and (tmp_path / "quotes.xlsx").stat().st_size > 10_000


def _of_a1_01() -> str:
    """Words that stand only once in the interview that the README codes."""
    import veche

    with veche.open("demo-ru.veche") as study:
        body = study.text(study.document("A1-01")).body
    return next(one for one in re.findall(r"[^.?!:\n]{30,}", body) if body.count(one.strip()) == 1).strip()


def test_the_notebook_of_the_readme(demo_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "veche-demo").mkdir()
    shutil.copy(demo_path, tmp_path / "veche-demo" / "demo-ru.veche")
    monkeypatch.chdir(tmp_path)
    (block,) = blocks(ROOT / "README.md", "python")
    names: dict[str, object] = {}
    exec(compile(block.replace("resamples=1000", "resamples=50"), "README.md", "exec"), names)
    result, study = names["result"], names["study"]
    assert len(result.table) > 3 and result.quotations(result.table.index[0])  # type: ignore[attr-defined]
    assert result.figure is not None and result.provenance()["analysis"] == "problem_field"  # type: ignore[attr-defined]
    study.close()  # type: ignore[attr-defined]


def test_an_analysis_of_ones_own(demo_path: Path, tmp_path: Path) -> None:
    """The files of the document, installed beside veche as pip lays them out; then its commands."""
    document = ROOT / "docs" / "add-an-analysis.md"
    code, trial, call, told = blocks(document, "python")
    (settings,) = blocks(document, "toml")
    package = tmp_path / "site" / "my_denials"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(code, encoding="utf-8")
    described = tmp_path / "site" / "my_denials-0.1.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: my-denials\nVersion: 0.1\n", encoding="utf-8")
    points = settings.replace('[project.entry-points."veche.analyses"]', "[veche.analyses]").replace('"', "")
    (described / "entry_points.txt").write_text(points, encoding="utf-8")
    shutil.copy(demo_path, tmp_path / "demo.veche")
    (words,) = [one for one in commands(document) if "denials" in one]
    begin = f"import veche; study = veche.open('demo.veche'); print(len({call.strip()})); study.close()"
    trial = trial.replace("demo-en.veche", "demo.veche") + "print(len(result.table)); study.close()"
    told = (
        "import veche; from veche.study import Grounds; study = veche.open('demo.veche'); evidence = study.evidence()\n"
        f"{told}\nprint(sum(len(support('', row, None)) for row in sides)); study.close()"
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site"), "VECHE_LANG": "en", "PYTHONIOENCODING": "utf-8"}
    environment.pop("VECHE_STUDY", None)
    said = []
    for arguments in (["-m", "veche", *words], ["-c", begin], ["-c", trial], ["-c", told]):
        done = subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    assert re.search(r"\d+ denials of \d+ codes\.", said[0]) and "PROB.PERS" in said[0]
    assert (tmp_path / "denials.svg").read_text(encoding="utf-8").startswith("<svg")
    assert all(int(one) > 0 for one in said[1:])
