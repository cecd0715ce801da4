"""The study file: what is no study is said so; backups, migration, two processes, a killed process."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests.store._small import make_small, state
from veche.store import Store, migrate, tables
from veche.study import Memo, NotFound, Role, StudyFileProblem, StudyInfo

SOURCE = str(Path(__file__).parents[2])


def test_what_is_no_study(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no file .*nothing\.veche"):
        Store.open(tmp_path / "nothing.veche")
    with pytest.raises(StudyFileProblem, match="is a folder"):
        Store.open(tmp_path)
    text = tmp_path / "text.veche"
    text.write_text("это не база" * 1000)
    with pytest.raises(StudyFileProblem, match="damaged or not a study"):
        Store.open(text)
    other = tmp_path / "other.veche"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE t (x)")
    with pytest.raises(StudyFileProblem, match="not a study of veche"):
        Store.open(other)
    (tmp_path / "empty.veche").touch()
    with pytest.raises(StudyFileProblem, match="not a study of veche"):
        Store.open(tmp_path / "empty.veche")


def test_a_study_is_not_made_over_another(tmp_path: Path) -> None:
    make_small(str(tmp_path / "a.veche")).store.close()
    with pytest.raises(StudyFileProblem, match="exists already"):
        Store.create(tmp_path / "a.veche", StudyInfo(name="x"), who="t")
    with pytest.raises(StudyFileProblem, match="no folder"):
        Store.create(tmp_path / "none" / "a.veche", StudyInfo(name="x"), who="t")


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.veche"
    make_small(str(path)).store.close()
    content = bytearray(path.read_bytes())
    content[4096 : len(content)] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StudyFileProblem):
        Store.open(path).evidence()


def test_a_backup_is_a_whole_study_while_others_write(tmp_path: Path) -> None:
    small = make_small(str(tmp_path / "a.veche"))
    with small.store.edit("t", "memo") as edit:
        edit.add(Memo(target_id=small.town.id, text="до"))
    kept = small.store.backup()
    assert kept.name.startswith("a.veche.backup-")
    with small.store.edit("t", "memo") as edit:
        edit.add(Memo(target_id=small.town.id, text="после"))
    with Store.open(kept) as copy:
        assert [memo.text for memo in copy.all(Memo)] == ["до"]
    named = small.store.backup(tmp_path / "copy.veche")
    with pytest.raises(StudyFileProblem, match="exists already"):
        small.store.backup(named)
    with pytest.raises(StudyFileProblem, match="cannot be written"):
        small.store.backup(tmp_path / "no" / "copy.veche")
    small.store.close()


def test_an_older_study_is_brought_up_to_date_after_a_backup(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    small = make_small(target)
    before = state(small.store)
    small.store.close()
    ran = []

    def step(connection) -> None:
        ran.append(connection.dialect.name)
        connection.exec_driver_sql("ALTER TABLE town ADD COLUMN fresh TEXT")

    monkeypatch.setattr(tables, "SCHEMA_VERSION", tables.SCHEMA_VERSION + 1)
    monkeypatch.setattr(migrate, "STEPS", {tables.SCHEMA_VERSION - 1: step})
    with Store.open(target) as store:
        assert len(ran) == 1
        assert state(store) == before
        if store.dialect == "sqlite":
            assert store.migrated_from is not None and store.migrated_from.exists()
    with Store.open(target) as store:
        assert store.migrated_from is None and len(ran) == 1
    monkeypatch.undo()
    with pytest.raises(StudyFileProblem, match="newer veche"):
        Store.open(target)


def test_a_migration_that_fails_leaves_the_old_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.veche"
    make_small(str(target)).store.close()

    def step(connection) -> None:
        connection.exec_driver_sql("ALTER TABLE town ADD COLUMN fresh TEXT")
        raise RuntimeError("broken off")

    with monkeypatch.context() as patch:
        patch.setattr(tables, "SCHEMA_VERSION", tables.SCHEMA_VERSION + 1)
        patch.setattr(migrate, "STEPS", {tables.SCHEMA_VERSION - 1: step})
        with pytest.raises(RuntimeError):
            Store.open(target)
    with Store.open(target) as store:
        assert state(store)["Town"]


WRITER = """
import sys
from tests.store._small import state
from veche.store import Store
from veche.study import Memo, Town

target, who, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = Store.open(target)
town = store.all(Town)[0]
for n in range(count):
    with store.edit(who, "memo") as edit:
        memo = Memo(target_id=town.id, text=f"{who} {n} " + "ы" * 200)
        edit.add(memo)
    print(memo.id, flush=True)  # acknowledged: the transaction is over
"""


def start_writer(target: str, who: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), target, who, str(count)],
        stdout=subprocess.PIPE, text=True, cwd=SOURCE,
    )  # fmt: skip


def test_two_processes_write_and_a_third_reads(target: str) -> None:
    small = make_small(target)
    writers = [start_writer(target, who, 40) for who in ("АК", "МС")]
    seen = 0
    while any(w.poll() is None for w in writers):
        found = len(small.store.all(Memo))
        assert found >= seen
        seen = found
        time.sleep(0.01)
    ids = {line.strip() for w in writers for line in w.communicate()[0].splitlines()}
    assert all(w.returncode == 0 for w in writers)
    assert len(ids) == 80
    assert {memo.id for memo in small.store.all(Memo)} == ids
    entries = small.store.history(limit=200)
    assert [e.seq for e in entries] == sorted((e.seq for e in entries), reverse=True)
    assert sum(e.who in ("АК", "МС") for e in entries) == 80
    small.store.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes are killed with SIGKILL, which Windows lacks")
def test_a_killed_process_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    target = str(tmp_path / "a.veche")
    small = make_small(target)
    town = small.town.id
    small.store.close()
    acknowledged: set[str] = set()
    for attempt in range(12):
        writer = start_writer(target, "АК", 10_000)
        assert writer.stdout is not None
        for _ in range(1 + attempt * 3):
            acknowledged.add(writer.stdout.readline().strip())
        time.sleep(0.0007 * attempt)  # at another point of a write each time
        writer.send_signal(signal.SIGKILL)
        rest = writer.communicate()[0]
        acknowledged |= {line.strip() for line in rest.splitlines(keepends=True) if line.endswith("\n")}
        with Store.open(target) as store:
            memos = {memo.id: memo for memo in store.all(Memo)}
            assert acknowledged <= set(memos)
            assert len(memos) <= len(acknowledged) + attempt + 1  # at most one written but not yet said, each time
            journalled = {
                c.row_id for e in store.history(limit=100_000) for c in store.changes(e.seq) if c.table == "memo"
            }
            assert journalled == set(memos)
            assert all(memo.target_id == town for memo in memos.values())
        with sqlite3.connect(target) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_turns_survive(tmp_path: Path) -> None:
    small = make_small(str(tmp_path / "a.veche"))
    assert small.store.text(small.text.id) == small.text
    assert json.dumps([t.number for t in small.store.text(small.text.id).turns]) == "[1, 2]"
    small.store.close()


def test_the_index_is_made_anew_for_other_dictionaries(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from veche.store import search
    from veche.text.query import parse

    small = make_small(target)
    assert small.store.find(parse("налог")).total == 1
    small.store.close()
    monkeypatch.setattr("veche.store._search_tables.versions", lambda: {"ru": "another"})
    monkeypatch.setattr(search, "versions", lambda: {"ru": "another"})
    with Store.open(target) as store:
        seen: list[tuple[int, int]] = []
        assert store.reindex(progress=lambda done, total: seen.append((done, total)))
        assert seen == [(1, 1)]
        assert not store.reindex()
        assert store.find(parse("налог")).total == 1


def test_evidence_follows_every_change_of_another_opening(target: str) -> None:
    small = make_small(target)
    here, there = small.store, Store.open(target)
    before = here.evidence()
    assert here.evidence() == before
    memo = Memo(target_id=small.document.id, text="с той стороны")
    with there.edit("МС", "memo") as edit:
        edit.add(memo, Role(key="editor", label_ru="Редактор", label_en="Editor"))
    after = here.evidence()
    assert memo in after.memos
    assert [one.key for one in after.roles] == [*(one.key for one in before.roles), "editor"]
    assert after.digest != before.digest
    there.undo()
    assert here.evidence() == before
    assert here.evidence().digest == before.digest
    there.close()
    here.close()
