"""Moving, merging, splitting and renaming codes: what is there afterwards, and that one undo takes it back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web._study import make_study
from veche import workbench
from veche.study import Code, Codebook, Coder, Coding, Conflict, InputProblem, Memo, NotFound, Refused, new_id
from veche.study.interviews import GuideTopic
from veche.workbench import Study, codebook
from veche.workbench.codebook import positions


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    make_study(tmp_path / "s.veche").close()
    with workbench.open(tmp_path / "s.veche", who="АК") as opened:
        yield opened


def code(study: Study, key: str) -> Code:
    return study.store.having(Code, "key", [key])[0]


def order(study: Study) -> list[tuple[int, str]]:
    return [(depth, one.key) for depth, one in Codebook(study.store.all(Code)).tree()]


def state(study: Study) -> set[tuple[object, ...]]:
    return {(one.id, repr(one)) for kind in (Code, Coding, Memo, GuideTopic) for one in study.store.all(kind)}


def add(study: Study, *records: object) -> None:
    with study.store.edit("АК", "test") as edit:
        edit.add(*records)  # type: ignore[arg-type]


def test_positions_change_as_few_as_possible() -> None:
    a, b, c, new = (Code(key=key, position=at) for key, at in (("A", 0), ("B", 5), ("C", 6), ("N", 90)))
    assert list(positions([a, new, b, c], new).values()) == [0, 1, 5, 6]
    assert list(positions([a, b, new, c], new).values()) == [0, 5, 6, 7]
    assert list(positions([new, a, b, c], new).values()) == [-1, 0, 5, 6]
    assert list(positions([new], new).values()) == [90]


def test_moving_and_undoing(study: Study) -> None:
    before = state(study)
    assert order(study) == [(0, "PROB"), (1, "PROB.FISC"), (1, "PROB.DEMO"), (0, "TECH.DEAL")]
    codebook.move(study, code(study, "TECH.DEAL").id, code(study, "PROB").id, code(study, "PROB.DEMO").id)
    assert order(study) == [(0, "PROB"), (1, "PROB.FISC"), (1, "TECH.DEAL"), (1, "PROB.DEMO")]
    codebook.move(study, code(study, "PROB.FISC").id, None)
    assert order(study) == [(0, "PROB"), (1, "TECH.DEAL"), (1, "PROB.DEMO"), (0, "PROB.FISC")]
    study.undo()
    study.undo()
    assert state(study) == before


def test_moving_where_it_cannot_go(study: Study) -> None:
    prob, fisc, deal = (code(study, key) for key in ("PROB", "PROB.FISC", "TECH.DEAL"))
    with pytest.raises(InputProblem, match="below itself"):
        codebook.move(study, prob.id, fisc.id)
    with pytest.raises(InputProblem, match="new neighbour"):
        codebook.move(study, fisc.id, prob.id, deal.id)
    with pytest.raises(NotFound):
        codebook.move(study, fisc.id, "gone")
    with pytest.raises(Conflict):
        codebook.move(study, fisc.id, None, rev=7)


def test_merging_moves_drops_and_lifts_as_previewed(study: Study) -> None:
    fisc, deal = code(study, "PROB.FISC"), code(study, "TECH.DEAL")
    have = study.store.having(Coding, "code_id", [fisc.id])
    # the same passage by the same coder under both codes: a duplicate; by another modality: none
    double = dataclasses.replace(have[0], id=new_id(), code_id=deal.id)
    denied = dataclasses.replace(double, id=new_id(), modality="denied")
    child = Code(key="FISC.SUB", parent_id=fisc.id, position=9)
    add(
        study,
        double,
        denied,
        child,
        GuideTopic(key="money", label_ru="д", label_en="m", codes=("PROB.FISC", "TECH.DEAL")),
    )
    target_had = len(study.store.having(Coding, "code_id", [deal.id]))
    before = state(study)
    last = study.store.last_entry()
    plan = codebook.plan_merge(study, [fisc.id], deal.id)
    assert (len(plan.moved), len(plan.dropped)) == (len(have) - 1, 1)
    assert plan.dropped[0][0].id == have[0].id and plan.dropped[0][1].id == double.id
    assert [one.key for one in plan.children] == ["FISC.SUB"] and plan.codings_of_target == target_had
    assert state(study) == before  # a preview changes nothing
    assert codebook.merge(study, [fisc.id], deal.id) == plan
    assert study.store.last_entry() == last + 1
    assert not study.store.having(Code, "key", ["PROB.FISC"])
    assert len(study.store.having(Coding, "code_id", [deal.id])) == target_had + len(have) - 1
    assert code(study, "FISC.SUB").parent_id == deal.id
    assert study.store.all(GuideTopic)[0].codes == ("TECH.DEAL",)
    study.undo()
    assert state(study) == before


def test_memos_of_dropped_codings_go_to_those_that_stay(study: Study) -> None:
    fisc, deal = code(study, "PROB.FISC"), code(study, "TECH.DEAL")
    one = study.store.having(Coding, "code_id", [fisc.id])[3]
    double = Coding(
        document_id=one.document_id,
        text_id=one.text_id,
        start=one.start,
        end=one.end,
        code_id=deal.id,
        coder_id=one.coder_id,
    )
    memo, of_code = Memo(target_id=one.id, text="а"), Memo(target_id=fisc.id, text="б")
    add(study, double, memo, of_code)
    codebook.merge(study, [fisc.id], deal.id)
    assert study.store.get(Memo, memo.id).target_id == double.id
    assert study.store.get(Memo, of_code.id).target_id == deal.id


def test_merging_into_a_code_below_lifts_it(study: Study) -> None:
    fisc = code(study, "PROB.FISC")
    middle = Code(key="M", parent_id=fisc.id)
    low = Code(key="L", parent_id=middle.id)
    add(study, middle, low)
    codebook.merge(study, [fisc.id], low.id)
    assert code(study, "L").parent_id == code(study, "PROB").id and code(study, "M").parent_id == low.id


def test_merging_what_cannot_be_merged(study: Study) -> None:
    fisc, prob = code(study, "PROB.FISC"), code(study, "PROB")
    with pytest.raises(InputProblem, match="into itself"):
        codebook.plan_merge(study, [fisc.id], fisc.id)
    with pytest.raises(Refused, match="heading"):
        codebook.plan_merge(study, [fisc.id], prob.id)
    with pytest.raises(Conflict):
        codebook.merge(study, [fisc.id], code(study, "TECH.DEAL").id, revs={fisc.id: 5})


def test_merging_codes_that_exclude_each_other_is_refused_whole(study: Study) -> None:
    fisc, deal = code(study, "PROB.FISC"), code(study, "TECH.DEAL")
    one = study.store.having(Coding, "code_id", [fisc.id])[0]
    third = Code(key="THIRD", value_set="s")
    add(
        study,
        third,
        Coding(
            document_id=one.document_id,
            text_id=one.text_id,
            start=one.start,
            end=one.end,
            code_id=third.id,
            coder_id=one.coder_id,
        ),
    )
    codebook.save(study, dataclasses.replace(deal, value_set="s"), rev=None)
    before = state(study)
    with pytest.raises(InputProblem, match="exclude each other"):
        codebook.merge(study, [fisc.id], deal.id)
    assert state(study) == before


def test_splitting(study: Study) -> None:
    fisc = code(study, "PROB.FISC")
    codings = study.store.having(Coding, "code_id", [fisc.id])
    before = state(study)
    made = codebook.split(study, fisc.id, Code(key="PROB.TAX", kind="problem"), [codings[0].id, codings[2].id])
    assert {one.id for one in study.store.having(Coding, "code_id", [made.id])} == {codings[0].id, codings[2].id}
    assert order(study) == [(0, "PROB"), (1, "PROB.FISC"), (1, "PROB.TAX"), (1, "PROB.DEMO"), (0, "TECH.DEAL")]
    study.undo()
    assert state(study) == before
    for chosen in ([], ["gone"], [study.store.having(Coding, "code_id", [code(study, "TECH.DEAL").id])[0].id]):
        with pytest.raises(InputProblem, match=r"stand under PROB\.FISC"):
            codebook.split(study, fisc.id, Code(key="PROB.TAX"), chosen)
    with pytest.raises(Refused, match="heading"):
        codebook.split(study, fisc.id, Code(key="PROB.TAX", kind="group"), [codings[0].id])


def test_saving_a_new_key_follows_into_the_guide(study: Study) -> None:
    add(study, GuideTopic(key="money", label_ru="д", label_en="m", codes=("PROB.FISC",)))
    fisc = code(study, "PROB.FISC")
    codebook.save(study, dataclasses.replace(fisc, key="PROB.MONEY"), rev=fisc.rev)
    assert study.store.all(GuideTopic)[0].codes == ("PROB.MONEY",)
    with pytest.raises(InputProblem, match="spaces around"):
        codebook.add(study, Code(key=" "))
    with pytest.raises(InputProblem, match="already"):
        codebook.add(study, Code(key="PROB.MONEY"))


def test_removing_only_what_is_not_used(study: Study) -> None:
    with pytest.raises(Refused, match="still used"):
        codebook.remove(study, code(study, "PROB.FISC").id, rev=None)
    made = codebook.add(study, Code(key="PROB.NEW", parent_id=code(study, "PROB").id))
    assert order(study)[3] == (1, "PROB.NEW")
    add(study, GuideTopic(key="t", label_ru="д", label_en="m", codes=("PROB.NEW",)))
    codebook.remove(study, made.id, rev=1)
    assert study.store.all(GuideTopic)[0].codes == ()


def test_usage(study: Study) -> None:
    used = codebook.usage(study.evidence())
    codings = study.store.all(Coding)
    machine = {one.id for one in study.store.all(Coder) if one.kind == "suggestion"}
    fisc, prob, demo = (code(study, key).id for key in ("PROB.FISC", "PROB", "PROB.DEMO"))
    counted = sum(one.code_id == fisc for one in codings)
    assert (used[fisc].codings, used[fisc].interviews, used[prob].codings, used[prob].below) == (
        counted,
        counted,
        0,
        counted,
    )
    # suggestions of the machine do not count
    assert any(one.code_id == demo and one.coder_id in machine for one in codings) and used[demo].codings == 0
