"""The command line as a person uses it, in both languages, with bad input: never a traceback."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from veche.cli.main import COMMANDS, main

TALK = "И.: Что главное?\nР.: Налоги уходят наверх. Людей нет.\nИ.: А завод?\nР.: Завод стоит {n} лет."
HEAD = "файл;интервью;город;регион;волна;дата;респондент;роль;согласие"

Run = Callable[..., tuple[int, str, str]]


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
def filled(run: Run, tmp_path: Path) -> Path:
    """A study with four interviews and two codings."""
    folder = tmp_path / "talk"
    folder.mkdir()
    rows = [HEAD]
    for n in range(1, 5):
        (folder / f"{n}.txt").write_text(TALK.format(n=n), encoding="utf-8")
        consent = ("цитировать", "пересказ", "фон", "цитировать")[n - 1]
        rows.append(
            f"{n}.txt;A{n};Тальвинск;Край;{1 if n < 3 else 2};{2012 + 2 * n}-05-01;R-{n};Глава города;{consent}"
        )
    (tmp_path / "t.csv").write_text("\n".join(rows), encoding="utf-8")
    assert run("new", "my.veche")[0] == 0
    code, out, _ = run("add", "talk", "--table", "t.csv", "--yes")
    assert code == 0 and "Added 4 transcripts." in out
    for n in range(1, 5):
        assert run("code", f"A{n}", "PROB.PERS", "--words", "Людей нет")[0] == 0
    return tmp_path / "my.veche"


def test_every_command_has_help(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0 and all(name in out for name in COMMANDS) and "Usage:" in out
    for name in COMMANDS:
        code, out, _ = run(name, "--help")
        assert code == 0 and out.startswith("Usage: veche")


def speak(*arguments: str, **environment: str) -> str:
    """Run veche as a process of its own: one process speaks one language."""
    others = {
        k: v for k, v in os.environ.items() if k not in ("VECHE_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE")
    }
    done = subprocess.run(
        [sys.executable, "-m", "veche", *arguments],
        capture_output=True,
        text=True,
        env=others | environment,
        encoding="utf-8",
    )
    assert done.returncode in (0, 2), done.stderr
    return done.stdout + done.stderr


def test_the_language_of_the_computer_or_the_one_asked_for() -> None:
    russian = {"LANG": "ru_RU.UTF-8", "PYTHONIOENCODING": "utf-8"}
    assert "Использование:" in speak("--help", **russian)
    assert "Искать" in speak("search", "--help", **russian)
    assert "Usage:" in speak("--help", LANG="en_GB.UTF-8") and "Usage:" in speak("--help", LANG="C")
    assert "Использование:" in speak("--help", LANG="en_GB.UTF-8", VECHE_LANG="ru", PYTHONIOENCODING="utf-8")
    assert "Usage:" in speak("--lang", "en", "--help", **russian)
    assert "Использование:" in speak("--lang=ru", "--help", LANG="C", PYTHONIOENCODING="utf-8")
    assert re.search("нет команды", speak("--lang", "ru", "nosuch", PYTHONIOENCODING="utf-8"), re.I)


def test_adding_shows_what_was_recognised_and_asks(run: Run, tmp_path: Path, monkeypatch) -> None:
    run("new", "my.veche")
    (tmp_path / "1.txt").write_text(TALK.format(n=1), encoding="utf-8")
    code, out, _ = run("add", "1.txt", "--dry-run")
    assert (
        code == 0
        and "1.txt" in out
        and "И. × 2 (question)" in out.replace("И × 2", "И. × 2")
        and "Nothing was changed" in out
    )
    code, out, _ = run("add", "1.txt", "--dry-run", "--speaker", "Р=none")
    assert code == 0 and re.search(r"И\.? × 2", out) and not re.search(r"Р\.? × 2", out)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
    code, out, _ = run("add", "1.txt")
    assert code == 0 and "Nothing was changed" in out
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "y")
    code, out, _ = run("add", "1.txt", "--speaker", "И=answer", "--speaker", "Р=question")
    assert code == 0 and "Added 1 transcript." in out
    assert "И × 2 (answer)" in out.replace("И.", "И")
    code, out, _ = run("add", "1.txt", "-y")
    assert code == 0 and "is in the study already" in out and "Nothing to add." in out
    code, _, err = run("add", "1.txt", "--speaker", "И=spoke")
    assert code == 2 and "LABEL=question" in err


def test_the_way_from_transcripts_to_quotations(run: Run, filled: Path) -> None:
    code, out, _ = run("status")
    assert code == 0 and "4 interviews" in out and "Тальвинск" in out
    code, out, _ = run("codebook")
    assert code == 0 and re.search(r"PROB\.PERS .* 4 +4", out)
    code, out, _ = run("codebook", "PROB.PERS")
    assert code == 0 and "Definition" in out
    code, out, _ = run("codebook", "--unplaced")
    assert code == 0 and "No coding waits" in out
    code, out, _ = run("quotes", "--code", "PROB", "--wave", "1")
    assert code == 0 and out.count("«Людей нет»") == 2 and "2 quotations" in out
    code, out, _ = run("search", "человек", "--town", "Тальвинск")
    assert code == 0 and "4 hits in 4 interviews" in out and "by town: Тальвинск 4" in out
    code, out, _ = run("search", "/завод.стоит/", "--limit", "0")
    assert code == 0 and "4 hits" in out
    code, out, _ = run("history")
    assert code == 0 and "add transcripts" in out and "АК" in out
    code, out, _ = run("undo")
    assert code == 0 and out.strip() == "Undone: code · PROB.PERS"
    code, out, _ = run("redo")
    assert code == 0 and out.strip() == "Done again: code · PROB.PERS"
    code, out, _ = run("backup", "--to", "copy.veche")
    assert code == 0 and Path("copy.veche").exists()


def test_what_leaves_is_what_consent_allows(run: Run, filled: Path) -> None:
    code, out, _ = run("quotes", "--out", "q.xlsx")
    assert code == 0 and "1 quotations were held back and 1 left without their words" in out
    rows = list(openpyxl.load_workbook("q.xlsx").worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [(row[3], row[-1]) for row in rows] == [("A1", "Людей нет"), ("A2", None), ("A4", "Людей нет")]
    code, out, _ = run("search", "завод", "--out", "s.csv")
    text = Path("s.csv").read_text("utf-8-sig")
    assert code == 0 and "A1" in text and "A2" in text and "A4" in text and "A3" not in text
    assert "Завод стоит 1" in text and "Завод стоит 2" not in text and "Завод стоит 3" not in text


def test_running_an_analysis(run: Run, filled: Path) -> None:
    code, out, _ = run("run", "--help")
    assert code == 0 and "problem-field" in out and "fieldwork" in out
    code, out, _ = run("run", "problem-field", "--help")
    assert code == 0 and "--resamples" in out and "--town" in out
    code, out, _ = run(
        "run",
        "problem-field",
        "my.veche",
        "--resamples",
        "50",
        "--wave",
        "1",
        "--figure",
        "f.svg",
        "--out",
        "t.xlsx",
        "--page",
        "p.html",
    )
    assert code == 0 and "Written: f.svg" in out
    assert "<svg" in Path("f.svg").read_text("utf-8")
    page = Path("p.html").read_text("utf-8")
    assert "<svg" in page and "src=" not in page and "http-equiv" in page
    code, out, _ = run("run", "my.veche", "fieldwork")
    assert code == 0
    code, _, err = run("run", "problem-feild")
    assert code != 0 and "problem_field" in err
    code, _, err = run("run", "problem-field", "--resamples", "-5")
    assert code == 1 and "resamples is -5" in err
    code, _, err = run("run", "problem-field", "--figure", "f.bmp")
    assert code == 1 and ".bmp" in err


BAD = [
    (["status"], 1, "no study in this folder"),
    (["status", "none.veche"], 1, "There is no file none.veche"),
    (["new"], 1, "a path that ends in .veche"),
    (["new", "x.veche", "--design", "none.yaml"], 1, "none.yaml"),
    (["nosuch"], 2, "There is no command nosuch"),
    (["searhc", "x"], 2, "Did you mean search?"),
    (["--lang", "de", "status"], 2, "'de' is not one of"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), BAD, ids=[" ".join(a) for a, _, _ in BAD])
def test_wrong_use(run: Run, arguments: list[str], code: int, message: str) -> None:
    found, _, err = run(*arguments)
    assert (found, message in err) == (code, True), err


def test_wrong_use_of_a_study(run: Run, filled: Path) -> None:
    cases = {
        ("code", "A1", "NOPE", "--words", "Людей"): "no code NOPE",
        ("code", "A9", "PROB.PERS", "--words", "Людей"): "no interview A9",
        ("code", "A1", "PROB", "--words", "Людей"): "heading",
        ("code", "A1", "PROB.PERS", "--at", "5", "999"): "999",
        ("search", '"незакрытая'): "",
        ("search", "/(a+)+$/"): None,
        ("quotes", "--town", "Тальвинсг"): "Nearest: Тальвинск",
        ("quotes", "--out", "x.docm"): ".docm",
        ("quotes", "--out", "no/such/x.csv"): "cannot be written",
        ("add", "missing.txt"): "missing.txt",
        ("template", "interviews", "-o", "t.csv"): "exists already",
        ("backup", "--to", "my.veche"): "exists already",
    }
    for arguments, message in cases.items():
        code, _, err = run(*arguments)
        if message is not None:
            assert code == 1 and message in err and err.startswith("veche: "), (arguments, err)
            assert len(err.strip().splitlines()) == 1
    code, _, err = run("quotes", "--since", "вчера")
    assert code == 2 and "вчера is not a day" in err
    Path("other.veche").write_bytes(filled.read_bytes())
    code, _, err = run("status")
    assert code == 1 and "There are 2 studies" in err
    code, _, err = run("status", "none.veche", language="ru")
    assert code == 1 and "none.veche" in err and re.search("[а-я]{4}", err)


def test_a_fault_of_the_program_is_one_line(run: Run, filled: Path, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr("veche.workbench.study.Study.history", broken)
    code, _, err = run("history")
    assert code == 70 and "ZeroDivisionError: inside" in err and len(err.strip().splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_ctrl_c_leaves_the_study_as_it_was(run: Run, filled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    for n in range(60):
        (folder / f"m{n}.txt").write_text(TALK.format(n=n) * 200, encoding="utf-8")
    before = filled.read_bytes()
    entries = run("history", "--limit", "1")[1]
    process = subprocess.Popen(
        # what runs in the background of a shell passes on that it heeds no Ctrl-C; a terminal does not
        [sys.executable, "-c", "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
         "import veche.workbench; from veche.cli.main import main; print('loaded', flush=True);"
         "raise SystemExit(main(['--lang', 'en', 'add', 'my.veche', 'more', '--yes']))"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == "loaded\n"
    time.sleep(0.4)
    for _ in range(50):  # Python drops an interrupt that falls into an import; a person presses again
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGINT)
        time.sleep(1.0)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "Stopped. The study is as it was." in err, err
    assert run("history", "--limit", "1")[1] == entries
    assert "4 interviews" in run("status")[1]
    assert len(before) > 0


def test_a_closed_pipe_is_no_fault(filled: Path, tmp_path: Path) -> None:
    command = f'"{sys.executable}" -m veche codebook my.veche | head -1'
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0 and "Traceback" not in done.stderr


def test_the_command_line_starts_quickly_without_heavy_packages() -> None:
    code = "import sys; from veche.cli.main import main; main(['--help']); print([m for m in ('pandas','altair','sqlalchemy','scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip().endswith("[]")


def test_a_name_that_is_no_study_is_told_apart(run: Run, tmp_path: Path) -> None:
    for command in (["new", "mine"], ["status", "mine"], ["merge", "mine", "theirs"]):
        code, _, err = run(*command)
        assert code == 2 and "Not understood: " in err and "ends in .veche" in err


def test_what_is_not_in_the_study_is_answered_with_what_is(run: Run, filled: Path) -> None:
    code, _, err = run("quotes", "--town", "zzzz")
    assert code == 1 and err.strip().endswith("has no town zzzz. Choose one of: Тальвинск.")
    code, _, err = run("quotes", "--publication", "zzzz")
    assert code == 1 and "nor any other. Leave it out" in err
    code, _, err = run("code", "zzzz", "PROB.PERS", "--words", "Людей нет")
    assert code == 1 and "Choose one of: A1, A2, A3, A4." in err


def test_a_study_that_cannot_be_made_leaves_nothing(run: Run, tmp_path: Path) -> None:
    """A path that is as long as a file name may be has no room for the log beside it."""
    name = "n" * (255 - len(".veche")) + ".veche"
    code, _, err = run("new", name)
    assert code == 1 and "cannot be opened: unable to open database file" in err
    assert list(tmp_path.iterdir()) == []


def test_a_password_is_never_said(run: Run) -> None:
    code, _, err = run("status", "postgresql://anna:geheim@127.0.0.1:1/x")
    assert code == 1 and "geheim" not in err and "anna" in err and "Check the address" in err
