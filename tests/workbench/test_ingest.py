"""Adding transcripts with a table: what goes where, what is refused and why, and that it is all or nothing."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import veche
from tests.store._small import state
from veche.importers.interview_table import COLUMNS, parse_date, read_interview_table, write_template
from veche.study import (
    Code,
    Coding,
    Document,
    InputProblem,
    Interview,
    Memo,
    NotFound,
    Region,
    Respondent,
    Town,
    VecheError,
)  # fmt: skip

TALK = "И.: Что главное?\nР.: Налоги уходят наверх. Людей нет.\nИ.: А завод?\nР.: Завод стоит {n} лет."


@pytest.fixture
def study(tmp_path: Path):
    with veche.new(tmp_path / "s.veche", who="АК") as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "talk"
    made.mkdir()
    for n in range(1, 5):
        (made / f"{n}.txt").write_text(TALK.format(n=n), encoding="utf-8")
    return made


def table(path: Path, *rows: dict[str, object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    names = list(dict.fromkeys(name for row in rows for name in row))
    sheet.append(names)
    for row in rows:
        sheet.append([row.get(name) for name in names])
    book.save(path)
    return path


def row(n: int, **other: object) -> dict[str, object]:
    return {
        "file": f"{n}.txt", "town": "Тальвинск", "region": "Край", "wave": "1", "date": dt.date(2013, 5, n),
        "respondent": f"R-{n}", "role": "deputy_local", "consent": "quote",
    } | other  # fmt: skip


def test_what_goes_where(study, folder: Path, tmp_path: Path) -> None:
    rows = [
        row(1, interview="A1-01", archive="restricted", standing="вне команды", not_asked="G02, G05", interviewer="ПД"),
        row(2, wave=None, date="03.04.2019", respondent="R-1", role="Глава города", consent="пересказ", post="глава"),
        row(3, town="тальвинск", region=None, consent="фон", language="рус"),
    ]
    plan = study.plan([folder], table=table(tmp_path / "t.xlsx", *rows))
    assert [item.state for item in plan.items] == ["new"] * 4
    assert [t.name for t in plan.towns] == ["Тальвинск"] and [r.name for r in plan.regions] == ["Край"]
    assert study.store.all(Interview) == ()  # a plan changes nothing
    added = study.add(plan)
    assert added.documents == 4
    interviews = {one.key: one for one in study.store.all(Interview)}
    assert set(interviews) == {"A1-01", "2", "3"}
    first, second, third = interviews["A1-01"], interviews["2"], interviews["3"]
    assert (first.archive, first.standing, first.not_asked, first.interviewer) == (
        "restricted", "outsider", ("G02", "G05"), "ПД",
    )  # fmt: skip
    assert first.respondent_id == second.respondent_id != third.respondent_id
    assert (second.date, second.consent, second.post) == (dt.date(2019, 4, 3), "paraphrase", "глава")
    assert study.evidence().wave_by_id[second.wave_id].start <= second.date
    assert third.consent == "background" and third.town_id == first.town_id
    loose = [d for d in study.store.all(Document) if d.interview_id is None]
    assert [d.name for d in loose] == ["4"]
    text = study.text(study.document("A1-01"))
    assert [(t.kind, text.body[t.start : t.end]) for t in text.turns][1] == (
        "answer",
        "Налоги уходят наверх. Людей нет.",
    )
    name, content = study.store.file(study.document("A1-01").file_sha256)
    assert (name, content) == ("1.txt", (folder / "1.txt").read_bytes())


def test_adding_is_one_act_that_can_be_undone(study, folder: Path, tmp_path: Path) -> None:
    before = state(study.store)
    study.add(study.plan([folder], table=table(tmp_path / "t.xlsx", row(1), row(2))))
    after = state(study.store)
    assert len(study.search("налог").hits) == 4
    study.undo()
    assert state(study.store) == before
    assert study.search("налог").hits == ()
    study.redo()
    assert state(study.store) == after
    assert len(study.search("налог").hits) == 4


def test_interrupted_it_leaves_the_study_as_it_was(study, folder: Path) -> None:
    before = state(study.store)
    plan = study.plan([folder])

    def stop(done: int, total: int, name: str) -> None:
        if done == total:  # everything is written, but not yet committed
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study.add(plan, progress=stop)
    assert state(study.store) == before
    assert study.search("налог").hits == ()
    assert study.add(study.plan([folder])).documents == 4


def test_the_same_file_twice_says_so(study, folder: Path) -> None:
    study.add(study.plan([folder]))
    plan = study.plan([folder])
    assert [item.state for item in plan.items] == ["known"] * 4
    assert study.add(plan).documents == 0
    (folder / "copy of 1.txt").write_bytes((folder / "1.txt").read_bytes())
    plan = study.plan([folder])
    assert {item.path.name: item.state for item in plan.items}["copy of 1.txt"] == "known"


def test_bad_files_get_a_line_each_and_the_others_are_added(study, folder: Path) -> None:
    (folder / "5.docx").write_bytes(b"PK\x03\x04 damaged")
    (folder / "6.txt").write_bytes(b"")
    (folder / "7.bin").write_bytes(bytes(range(256)) * 9)
    (folder / ".hidden").write_text("x")
    (folder / "~$5.docx").write_text("x")
    plan = study.plan([folder])
    states = {item.path.name: item.state for item in plan.items}
    assert states == {f"{n}.txt": "new" for n in range(1, 5)} | dict.fromkeys(("5.docx", "6.txt", "7.bin"), "refused")
    for item in plan.items:
        if item.state == "refused":
            assert isinstance(item.problem, VecheError)
            assert item.path.name in str(item.problem)
            assert "\n" not in str(item.problem)
    assert study.add(plan).documents == 4


BAD_ROWS = [
    ({"date": "май"}, "Row 2 .*column date: май: write it as"),
    ({"date": None}, "column date"),
    ({"role": "депутать"}, "column role: депутать: nearest"),
    ({"wave": "9"}, "column wave: 9: choose one of: 1, 2, 3"),
    ({"wave": None, "date": "1999-01-01"}, "column wave.*no wave"),
    ({"consent": None}, "column consent: –: choose one of: quote, paraphrase, background"),
    ({"consent": "может быть"}, "column consent"),
    ({"town": None}, "column town"),
    ({"respondent": None}, "column respondent"),
    ({"language": "deutsch"}, "column language"),
]


@pytest.mark.parametrize(("other", "message"), BAD_ROWS)
def test_a_bad_row_refuses_its_file_only(study, folder: Path, tmp_path: Path, other, message: str) -> None:
    plan = study.plan([folder], table=table(tmp_path / "t.xlsx", row(1, **other), row(2)))
    states = {item.path.name: item for item in plan.items}
    assert states["1.txt"].state == "refused"
    with pytest.raises(InputProblem, match=message):
        raise states["1.txt"].problem
    assert states["2.txt"].state == "new"


def test_a_town_that_looks_like_a_slip_is_asked_about(study, folder: Path, tmp_path: Path) -> None:
    study.add(study.plan([folder / "1.txt"], table=table(tmp_path / "t.xlsx", row(1))))
    plan = study.plan([folder / "2.txt"], table=table(tmp_path / "u.xlsx", row(2, town="Тальвенск")))
    assert "did you mean Тальвинск" in str(plan.items[0].problem)
    assert len(study.store.all(Town)) == 1 and len(study.store.all(Region)) == 1


def test_rows_without_file_and_files_named_twice(study, folder: Path, tmp_path: Path) -> None:
    plan = study.plan([folder], table=table(tmp_path / "t.xlsx", row(1), row(2), row(2), row(9)))
    assert plan.items[1].state == "refused" and "two rows" in str(plan.items[1].problem)
    assert [dict(n.fields)["file"] for n in plan.notices if "row" in dict(n.fields)] == ["9.txt"]


def test_tables_that_cannot_be_used(tmp_path: Path) -> None:
    cases = {
        "none.csv": (None, "cannot be read"),
        "empty.csv": (b"", "is empty"),
        "nofile.csv": ("город;дата\nА;2013-01-01\n".encode(), "no column of files"),
        "wrong.csv": ("файл;горад\nа;б\n".encode(), "column горад that is not known. Nearest: город"),
        "twice.csv": ("файл;город;town\nа;б;в\n".encode(), "column town twice"),
        "broken.xlsx": (b"PK\x03\x04 nothing", "not a readable xlsx"),
    }
    for name, (content, message) in cases.items():
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InputProblem, match=message):
            read_interview_table(path)


def test_csv_of_a_russian_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("файл;город;дата\n1.txt;Стожары;21.05.2013\n;;\n".encode("cp1251"))
    (one,) = read_interview_table(path)
    assert (one.number, one.text("file"), one.text("town"), parse_date(one.cells["date"])) == (
        2, "1.txt", "Стожары", dt.date(2013, 5, 21),
    )  # fmt: skip


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_template_can_be_filled_in_and_read(tmp_path: Path, language: str) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path, language, ["1.txt", "2.txt"])
    rows = read_interview_table(path)
    assert [r.text("file") for r in rows] == ["1.txt", "2.txt"]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.max_column == len(COLUMNS)
    with pytest.raises(InputProblem, match="exists already"):
        write_template(path, language)


def test_a_corrected_transcript_keeps_its_codings(study, folder: Path, tmp_path: Path) -> None:
    study.add(study.plan([folder / "1.txt"], table=table(tmp_path / "t.xlsx", row(1, interview="A1-01"))))
    kept = study.code("A1-01", "PROB.FISC.SPLIT", words="Налоги уходят наверх.")
    changed = study.code("A1-01", "PROB.ECON.FIRM", words="Завод стоит 1 лет.")
    lost = study.code("A1-01", "PROB.PERS", words="Людей нет.")
    before = state(study.store)
    corrected = "И.: Скажите, что главное?\nР.: Налоги уходят наверх. \nИ.: А завод?\nР.: Наш завод стоит 11 лет."
    (folder / "1.txt").write_text(corrected, encoding="utf-8")
    plan = study.plan([folder / "1.txt"])
    assert plan.items[0].state == "refused" and "--update" in str(plan.items[0].problem)
    plan = study.plan([folder / "1.txt"], update=True)
    assert plan.items[0].state == "corrected"
    (correction,) = study.add(plan).corrections
    assert correction.exact == 1 and correction.changed == 1 and [c.id for c in correction.lost] == [lost.id]
    body = study.text(study.document("A1-01")).body
    placed = {
        c.id: body[c.start : c.end] for c in study.store.all(Coding) if c.text_id == study.document("A1-01").text_id
    }
    assert placed[kept.id] == "Налоги уходят наверх."
    assert "стоит" in placed[changed.id] and "лет" in placed[changed.id]
    assert [c.id for c in study.unplaced()] == [lost.id]
    assert lost.id not in {q.source_id for q in study.quotes()}  # what waits is not counted
    study.undo()
    assert state(study.store) == before


def test_coding_by_words(study, folder: Path, tmp_path: Path) -> None:
    study.add(study.plan([folder / "1.txt"], table=table(tmp_path / "t.xlsx", row(1, interview="A1-01"))))
    coding = study.code("a1-01", "PROB.PERS", words="Людей нет", modality="denied")
    (quote,) = study.quotes(codes="PROB")
    assert (quote.words, quote.modality, quote.turn, quote.coder, quote.source_id) == (
        "Людей нет",
        "denied",
        2,
        "АК",
        coding.id,
    )
    with pytest.raises(NotFound, match="do not stand"):
        study.code("A1-01", "PROB.PERS", words="Чего нет")
    with pytest.raises(InputProblem, match="times"):
        study.code("A1-01", "PROB.PERS", words="н")
    with pytest.raises(NotFound, match=r"no code PROB\.PERZ. Nearest: PROB\.PERS"):
        study.code("A1-01", "PROB.PERZ", words="Людей нет")
    with pytest.raises(NotFound, match="no interview A1-09. Nearest: A1-01"):
        study.code("A1-09", "PROB.PERS", words="Людей нет")
    with pytest.raises(InputProblem, match="Say what to code"):
        study.code("A1-01", "PROB.PERS")


def test_evidence_by_filter(study, folder: Path, tmp_path: Path) -> None:
    rows = [
        row(1),
        row(2, town="Мшанск"),
        row(3, wave="2", date="2019-01-01", respondent="R-1"),
        row(4, role="head_town"),
    ]
    study.add(study.plan([folder], table=table(tmp_path / "t.xlsx", *rows)))
    for n in range(1, 5):
        study.code(str(n), "PROB.PERS", words="Людей нет")

    def keys(**where) -> list[str]:
        return [q.interview for q in study.quotes(**where)]

    assert keys() == ["1", "2", "4", "3"]
    assert keys(towns="Мшанск") == ["2"]
    assert keys(waves="1") == ["1", "2", "4"]
    assert keys(waves=["1", "2"], panel=True) == ["1", "3"]
    assert keys(waves="1", panel=True) == []
    assert keys(roles="head_town") == ["4"]
    assert keys(respondents="R-1", since=dt.date(2014, 1, 1)) == ["3"]
    assert keys(until=dt.date(2013, 5, 2)) == ["1"]
    assert keys(regions="Край", interviews=["1", "2"]) == ["1", "2"]
    assert keys(coders="АК", codes="PROB") == ["1", "2", "4", "3"]
    assert keys(codes="MAN") == []
    with pytest.raises(NotFound, match="no town Мшанскк. Nearest: Мшанск"):
        study.evidence(towns="Мшанскк")
    with pytest.raises(InputProblem, match="no option wafe"):
        study.evidence(wafe="1")
    one, two = study.evidence(waves="1"), study.evidence(waves="1")
    assert one.digest == two.digest != study.evidence().digest
    with study.store.edit("АК", "memo") as edit:
        edit.add(Memo(target_id=study.info.id, text="x"))
    assert study.evidence(waves="1").digest == one.digest  # a memo is no evidence
    study.code("1", "PROB.FISC", words="Налоги уходят")
    assert study.evidence(waves="1").digest != one.digest


def test_a_new_study_from_own_files(tmp_path: Path) -> None:
    (tmp_path / "codebook.yaml").write_text(veche.workbench.starter("codebook"), encoding="utf-8")
    (tmp_path / "design.yaml").write_text(veche.workbench.starter("design"), encoding="utf-8")
    with veche.new(tmp_path / "a.veche", design=tmp_path / "design.yaml", codebook=tmp_path / "codebook.yaml") as study:
        assert len(study.store.all(Code)) > 100
        assert study.store.all(Respondent) == ()
    with pytest.raises(InputProblem, match="cannot be read"):
        veche.new(tmp_path / "b.veche", design=tmp_path / "none.yaml")
    assert not (tmp_path / "b.veche").exists()


#: adds transcripts and is killed at one of its steps, or never. Says how many steps it took.
KILLED = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from veche.cli.main import main
taken = 0
def step(*_):
    global taken
    taken += 1
    if taken == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
for name in ("before_cursor_execute", "commit"):
    event.listen(Engine, name, step)
assert main(["add", *sys.argv[2:], "--yes"]) == 0
print(taken)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes are killed with SIGKILL, which Windows lacks")
def test_killed_while_adding_it_is_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "s.veche"
    veche.new(path, who="АК").close()
    folder = tmp_path / "talk"
    folder.mkdir()
    for n in range(30):
        (folder / f"{n}.txt").write_text(TALK.format(n=n) * 60, encoding="utf-8")
    with veche.open(path) as study:
        before = state(study.store)
    for _again in range(2):  # the first time a study takes a few steps more
        done = subprocess.run(
            [sys.executable, "-c", KILLED, "0", str(path), str(folder)], capture_output=True, text=True, check=True
        )
        with veche.open(path) as study:
            assert study.search("налог").total == 30 * 60
            study.store.undo()
            assert state(study.store) == before
    steps = int(done.stdout.split()[-1])
    assert steps > 20
    there = set()
    for step in (1, steps // 3, 2 * steps // 3, steps - 1, steps):
        process = subprocess.run([sys.executable, "-c", KILLED, str(step), str(path), str(folder)], capture_output=True)
        assert process.returncode == -signal.SIGKILL
        with veche.open(path, who="АК") as study:
            there.add(len(study.store.all(Document)))
            if study.store.all(Document):
                assert study.search("налог").total == 30 * 60
                study.store.undo()
            assert state(study.store) == before
    assert there == {0, 30}
