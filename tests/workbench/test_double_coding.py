"""Assigning, finishing, deciding: what stands in the study afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workbench._double import make_double, opened
from veche.analyses.agreement import agreement
from veche.study import CONSENTS, Assignment, Coder, Coding, Decision, InputProblem, NotFound, Refused
from veche.workbench import codebook, exchange
from veche.workbench.adjudication import decide, take_docket, take_over
from veche.workbench.double_coding import assign, finish, reopen, take_overview, withdraw


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Everything is coded; nothing is assigned."""
    where = tmp_path / "s.veche"
    make_double(where).close()
    return where


def finish_all(path: Path, interview: str) -> None:
    for who in ("anna", "boris"):
        with opened(path, who) as study:
            finish(study, interview)


def test_assigning_hides_and_finishing_opens(path: Path) -> None:
    with opened(path, "lead") as lead:
        assert assign(lead, ["I1", "I3"], ["anna", "boris"], round=" training ") == 4
        assert assign(lead, ["I1"], ["anna", "boris", "vera"]) == 1
        withdraw(lead, "I1", "vera")
        found = take_overview(lead)
        assert [one.key for one in found.free] == [one.key for one in found.loose] == ["I2"]
        assert {one.round for one in found.tasks} == {"training"}
        assert [share.codings for share in found.tasks[0].shares] == [2, 2]
    with opened(path, "anna") as anna:
        found = take_overview(anna)
        assert all(one.hidden and one.state == "open" for one in found.tasks)
        assert {share.codings for one in found.tasks for share in one.shares if share.coder.key == "boris"} == {None}
        assert len(anna.store.all(Coding)) == 5 + 1  # her own, and what stands open on I2
        finish(anna, "I1")
        reopen(anna, "I1")
        finish(anna, "I1")
    with opened(path, "boris") as boris:
        finish(boris, "I1")
        (task,) = (one for one in take_overview(boris).tasks if one.interview.key == "I1")
        assert (task.hidden, task.differences, task.decided, task.state) == (False, 1, 0, "differing")
        with pytest.raises(Refused):
            reopen(boris, "I1")
        with pytest.raises(Refused):
            withdraw(boris, "I1", "anna")


def test_what_cannot_be_assigned_or_finished(path: Path) -> None:
    with opened(path, "anna") as anna:
        with pytest.raises(InputProblem):
            assign(anna, [], ["anna"])
        with pytest.raises(InputProblem):
            assign(anna, ["I1"], [" "])
        with pytest.raises(NotFound):
            assign(anna, ["nowhere"], ["anna"])
        with pytest.raises(NotFound):
            finish(anna, "I1")
        with pytest.raises(NotFound):
            withdraw(anna, "I1", "nobody")


def test_deciding_makes_the_agreed_layer(path: Path) -> None:
    with opened(path, "lead") as lead:
        assign(lead, ["I1", "I3"], ["anna", "boris"])
    finish_all(path, "I1")
    finish_all(path, "I3")
    with opened(path, "lead") as lead:
        before = agreement(lead.evidence(), resamples=0).table
        docket = take_docket(lead, "I1")
        assert [(one.difference.kind, one.words) for one in docket.items] == [("other code", "дорог нет.")]
        assert (len(docket.alike), docket.taken) == (1, 0)
        item = docket.items[0]
        assert [[code.key for _c, code, _w in version.codings] for version in item.versions] == [
            ["P.ROADS"],
            ["P.MONEY"],
        ]
        first = decide(lead, "I1", item.id, upheld=["I1/anna/1"], cause="definition", reason=" so ")
        assert (first.reason, first.upheld, len(first.agreed)) == ("so", ("I1/anna/1",), 1)
        assert take_over(lead, "I1") == 1 and take_over(lead, "I1") == 0
        layer = next(one for one in lead.store.all(Coder) if one.kind == "agreed")
        agreed = [one for one in lead.store.all(Coding) if one.coder_id == layer.id]
        assert sorted((one.code_id, one.start, one.end) for one in agreed) == [("MONEY", 11, 21), ("ROADS", 22, 32)]
        again = decide(lead, "I1", item.id, upheld=[one.id for one in item.difference.codings])
        assert again.id == first.id and len(lead.store.all(Decision)) == 1
        assert sum(one.coder_id == layer.id for one in lead.store.all(Coding)) == 3
        left = decide(lead, "I1", item.id, cause="mistake")
        assert (left.agreed, left.upheld) == ((), ())
        other = decide(lead, "I1", item.id, code_id="SECRET")
        made = lead.store.get(Coding, other.agreed[0])
        assert (made.code_id, made.start, made.end, made.coder_id) == ("SECRET", 22, 32, layer.id)
        assert take_docket(lead, "I1").undecided == ()
        after = agreement(lead.evidence(), resamples=0).table
        assert before.equals(after)
        lead.undo()
        assert lead.store.all(Decision)[0].agreed == ()


def test_a_decision_must_fit(path: Path) -> None:
    with opened(path, "lead") as lead:
        item = take_docket(lead, "I1").items[0]  # nothing is assigned: the people who coded are compared
        with pytest.raises(InputProblem):
            decide(lead, "I1", item.id, upheld=["I2/anna/0"])
        with pytest.raises(InputProblem):
            decide(lead, "I1", item.id, upheld=["I1/anna/1"], code_id="MONEY")
        with pytest.raises(NotFound):
            decide(lead, "I1", "0" * 16)
        with pytest.raises(NotFound):
            take_docket(lead, "nowhere")
        with lead.store.edit("lead", "x") as edit:
            for one in lead.store.all(Coding):
                if one.coder_id == "kb":
                    edit.remove(Coding, one.id)
        with pytest.raises(InputProblem, match="less than two people"):
            take_docket(lead, "I1")


def test_nothing_is_decided_while_somebody_codes(path: Path) -> None:
    with opened(path, "lead") as lead:
        assign(lead, ["I1"], ["anna", "boris"])
        with pytest.raises(Refused, match="anna, boris"):
            take_docket(lead, "I1")


def test_codes_are_not_merged_over_what_is_hidden(path: Path) -> None:
    with opened(path, "lead") as lead:
        assign(lead, ["I1"], ["anna", "boris"])
    with opened(path, "anna") as anna, pytest.raises(Refused, match="blind"):
        codebook.plan_merge(anna, ["ROADS"], "MONEY")
    finish_all(path, "I1")
    with opened(path, "anna") as anna:
        codebook.merge(anna, ["SECRET"], "ROADS")
        codebook.merge(anna, ["ROADS"], "MONEY")  # touches finished codings: a matter of the codebook, not of coding
        assert {one.code_id for one in anna.store.all(Coding)} == {"MONEY"}
        anna.undo()
        assert {one.code_id for one in anna.store.all(Coding)} == {"MONEY", "ROADS"}


def test_an_export_by_one_who_codes_blind_leaves_the_others_out(path: Path, tmp_path: Path) -> None:
    with opened(path, "lead") as lead:
        assign(lead, ["I1", "I3"], ["anna", "boris"])
    with opened(path, "anna") as anna:
        exchange.write_project(anna, tmp_path / "out.qdpx", levels=CONSENTS)
    _importer, found = exchange.read_project(tmp_path / "out.qdpx")
    theirs = {one.id for one in found.records if isinstance(one, Coding) and one.coder_id == "kb"}
    assert theirs == {"I2/boris/0"}


def test_assignments_and_decisions_travel_with_the_study(path: Path, tmp_path: Path) -> None:
    with opened(path, "lead") as lead:
        assign(lead, ["I1"], ["anna", "boris"], round="first")
    finish_all(path, "I1")
    with opened(path, "lead") as lead:
        item = take_docket(lead, "I1").items[0]
        decide(lead, "I1", item.id, upheld=["I1/anna/1"], cause="reading", reason="so")
        exchange.write_project(lead, tmp_path / "out.qdpx", levels=CONSENTS)
        _importer, found = exchange.read_project(tmp_path / "out.qdpx")
        for kind in (Assignment, Decision):
            assert sorted(map(repr, lead.store.all(kind))) == sorted(
                repr(r) for r in found.records if isinstance(r, kind)
            )
