"""Blind double coding in the store: what is hidden, and what nobody may change."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from tests.workbench._double import CODED, SECRET, make_double
from veche.store import Store
from veche.study import Assignment, Coder, Coding, InputProblem, Memo, NotFound, Refused, new_id

NOW = dt.datetime(2024, 6, 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """I1 and I3 are coded blind by both; I2 is open."""
    return make_double(tmp_path / "s.veche", blind=("I1", "I3"))


def ids(store: Store) -> set[str]:
    return {one.id for one in store.all(Coding)}


def own(coder: str, interviews: tuple[str, ...] = tuple(CODED)) -> set[str]:
    return {f"{i}/{coder}/{n}" for i in interviews for n, _code in CODED[i][coder]}


def finish(store: Store, interview: str, coder: str) -> None:
    row = store.get(Assignment, f"{interview}/{coder}")
    with store.edit(coder, "finish coding") as edit:
        edit.replace(dataclasses.replace(row, finished=NOW))


def test_a_coder_sees_the_own_work_and_what_is_open(store: Store) -> None:
    anna = store.seen_by("anna")
    assert ids(anna) == own("anna") | own("boris", ("I2",))
    assert ids(store.seen_by("boris")) == own("boris") | own("anna", ("I2",))
    assert ids(store) == ids(store.seen_by("lead")) == own("anna") | own("boris")
    assert anna.hidden_interviews() == {"I1", "I3"}
    assert ids(anna.whole) == ids(store)


def test_every_way_of_reading_leaves_it_out(store: Store) -> None:
    anna = store.seen_by("anna")
    hidden = own("boris", ("I1", "I3"))
    with pytest.raises(NotFound):
        anna.get(Coding, "I3/boris/2")
    assert not {one.id for one in anna.having(Coding, "document_id", ["dI1", "dI3"])} & hidden
    assert anna.all(Memo) == () and anna.having(Memo, "target_id", ["I3/boris/2"]) == ()
    assert store.seen_by("boris").all(Memo)[0].text == SECRET
    evidence = anna.evidence()
    assert {one.id for one in evidence.codings} == ids(anna)
    assert evidence.memos == ()
    assert evidence.digest != store.evidence().digest


def test_the_history_tells_nothing_of_it(store: Store) -> None:
    anna = store.seen_by("anna")
    everything = store.history()
    seen = {one.seq: one for one in anna.history()}
    for entry in everything:
        hidden = [one for one in store.changes(entry.seq) if one.row_id in own("boris", ("I1", "I3")) | {"memo"}]
        left = anna.changes(entry.seq)
        assert not {one.row_id for one in left} & {one.row_id for one in hidden}
        assert len(left) == entry.changes - len(hidden)
        assert seen[entry.seq].changes == len(left)
    assert anna.last_entry() == store.last_entry()
    assert len(anna.history(limit=2)) == 2


def test_an_act_of_which_all_is_hidden_is_not_listed(store: Store) -> None:
    with store.edit("boris", "code", "P.SECRET") as edit:
        edit.add(
            Coding(document_id="dI1", text_id="tI1", start=0, end=3, code_id="SECRET", coder_id="kb"),
        )
    newest = store.last_entry()
    assert newest in {one.seq for one in store.history()}
    assert newest not in {one.seq for one in store.seen_by("anna").history()}
    assert newest in {one.seq for one in store.seen_by("boris").history()}


def test_when_both_have_finished_everything_is_seen(store: Store) -> None:
    finish(store, "I1", "anna")
    assert "I1" in store.seen_by("anna").hidden_interviews()
    finish(store, "I1", "boris")
    assert ids(store.seen_by("anna")) == own("anna") | own("boris", ("I1", "I2"))


def test_what_is_hidden_cannot_be_changed(store: Store) -> None:
    anna = store.seen_by("anna")
    row = store.get(Coding, "I3/boris/2")
    with pytest.raises(NotFound), anna.edit("anna", "x") as edit:
        edit.replace(dataclasses.replace(row, code_id="MONEY"))
    with pytest.raises(NotFound), anna.edit("anna", "x") as edit:
        edit.remove(Coding, row.id)


def test_finished_work_stays_as_it_is(store: Store) -> None:
    finish(store, "I1", "anna")
    row = store.get(Coding, "I1/anna/0")
    changes = (
        lambda edit: edit.replace(dataclasses.replace(row, code_id="ROADS")),
        lambda edit: edit.remove(Coding, row.id),
        lambda edit: edit.add(dataclasses.replace(row, id=new_id(), start=0, end=4)),
    )
    for change in changes:
        with pytest.raises(Refused, match="anna has finished interview I1"), store.edit("anna", "x") as edit:
            change(edit)
    with store.edit("boris", "x") as edit:  # the other one goes on, and so does anna elsewhere
        edit.remove(Coding, "I1/boris/1")
        edit.remove(Coding, "I3/anna/3")


def test_a_corrected_transcript_moves_finished_codings_too(store: Store) -> None:
    finish(store, "I1", "anna")
    row = store.get(Coding, "I1/anna/0")
    with store.edit("lead", "add transcripts") as edit:
        edit.finished_too = True
        edit.replace(dataclasses.replace(row, start=row.start - 1))
    assert store.get(Coding, row.id).start == row.start - 1


def test_finishing_is_taken_back_while_others_code_and_not_after(store: Store) -> None:
    finish(store, "I1", "anna")
    store.undo("anna")
    assert store.get(Assignment, "I1/anna").finished is None
    finish(store, "I1", "anna")
    finish(store, "I1", "boris")
    with pytest.raises(Refused, match="cannot code it"):
        store.undo("anna")
    row = store.get(Assignment, "I1/anna")
    with pytest.raises(Refused), store.edit("anna", "x") as edit:
        edit.replace(dataclasses.replace(row, finished=None))
    with pytest.raises(Refused), store.edit("lead", "x") as edit:
        edit.remove(Assignment, row.id)


def test_who_codes_blind_cannot_take_the_veil_off(store: Store) -> None:
    for change in (
        lambda edit: edit.remove(Assignment, "I1/anna"),
        lambda edit: edit.remove(Assignment, "I1/boris"),
        lambda edit: edit.replace(dataclasses.replace(store.get(Assignment, "I1/boris"), blind=False)),
        lambda edit: edit.replace(dataclasses.replace(store.get(Assignment, "I1/boris"), finished=NOW)),
        lambda edit: edit.replace(dataclasses.replace(store.get(Assignment, "I1/anna"), interview_id="I2")),
    ):
        with pytest.raises(Refused, match="codes interview I1 blind"), store.edit("anna", "x") as edit:
            change(edit)
    with store.edit("lead", "x") as edit:
        edit.remove(Assignment, "I1/boris")
    assert store.seen_by("anna").hidden_interviews() == {"I1", "I3"}


def test_assignments_are_to_people_and_stand_once(store: Store) -> None:
    with pytest.raises(InputProblem, match="assigned to anna already"), store.edit("lead", "x") as edit:
        edit.add(Assignment(interview_id="I1", coder_id="ka"))
    agreed = Coder(key="agreed", kind="agreed")
    with pytest.raises(InputProblem, match="no person"), store.edit("lead", "x") as edit:
        edit.add(agreed, Assignment(interview_id="I2", coder_id=agreed.id))


def test_codings_and_finishing_may_come_in_one_act(store: Store) -> None:
    """As when another copy of the study is merged."""
    row = store.get(Assignment, "I1/boris")
    with store.edit("lead", "merge") as edit:
        edit.add(Coding(id="new", document_id="dI1", text_id="tI1", start=0, end=5, code_id="MONEY", coder_id="kb"))
        edit.replace(dataclasses.replace(row, finished=NOW))
    assert store.get(Coding, "new").code_id == "MONEY"


def test_merging_a_copy_brings_finished_work_though_it_is_hidden(store: Store, tmp_path: Path) -> None:
    """Anna merges the copy of Boris: his codings and that he has finished come, and stay hidden where she has not."""
    from veche.workbench.merge import carry_out, plan_merge

    copy = store.backup(tmp_path / "boris.veche")
    with Store.open(copy) as other:
        with other.edit("boris", "code") as edit:
            edit.add(
                Coding(id="his", document_id="dI1", text_id="tI1", start=0, end=5, code_id="SECRET", coder_id="kb")
            )
        finish(other, "I1", "boris")
    anna = store.seen_by("anna")
    carry_out(anna, plan_merge(anna, copy), who="anna")
    assert store.get(Assignment, "I1/boris").finished == NOW
    assert "his" in ids(store) and "his" not in ids(anna)
    finish(store, "I1", "anna")
    assert "his" in ids(anna)
