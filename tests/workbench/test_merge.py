"""Two copies of a study, worked on apart, come together: nothing is lost, nothing is overwritten, both end up the same."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings

from tests.store._small import Small, make_small, state
from tests.workbench._copies import Act, act, acts, coding, copied, fresh, two_copies
from veche.store import Store
from veche.store.records import BY_TABLE
from veche.study import (
    Alias,
    Code,
    Coder,
    Coding,
    Conflict,
    Document,
    InputProblem,
    Memo,
    NotFound,
    Publication,
    Refused,
    Respondent,
    StudyFileProblem,
    StudyInfo,
    Text,
    new_id,
)  # fmt: skip
from veche.workbench._merge_words import differences, read_decisions, write_clashes
from veche.workbench.correct import correct
from veche.workbench.merge import MergePlan, carry_out, plan_merge

Pair = tuple[Small, Store, Store]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    small, mine, theirs = two_copies(tmp_path)
    yield small, mine, theirs
    mine.close()
    theirs.close()


def add(store: Store, *records: Any, who: str = "МС") -> None:
    with store.edit(who, "edit") as edit:
        edit.add(*records)


def change(store: Store, record: Any, **values: Any) -> None:
    with store.edit("МС", "edit") as edit:
        edit.replace(dataclasses.replace(store.get(type(record), record.id), **values))


def remove(store: Store, record: Any) -> None:
    with store.edit("МС", "edit") as edit:
        edit.remove(type(record), record.id)


def merge(into: Store, other: Store, side: Any = None) -> MergePlan:
    plan = plan_merge(into, str(other.target))
    plan = plan.settle(side) if side else plan
    carry_out(into, plan, who="АК")
    return plan


def code_of(store: Store, small: Small, number: int) -> Code:
    return store.get(Code, small.codes[number].id)


def test_codings_made_apart_come_together_and_merging_again_changes_nothing(pair: Pair) -> None:
    small, mine, theirs = pair
    here, there = coding(small, 30, 44, 1, 0), coding(small, 31, 45, 2, 1)
    add(mine, here)
    add(theirs, there)
    plan = merge(mine, theirs)
    assert plan.counts() == {"coding": (1, 0, 0)} and not plan.clashes and plan.people() == {"МС": 1}
    assert {here.id, there.id} <= set(state(mine)["Coding"])
    before = mine.last_entry()
    again = merge(mine, theirs)
    assert again.nothing and mine.last_entry() == before
    merge(theirs, mine)
    assert state(mine) == state(theirs)
    assert plan_merge(mine, str(theirs.target)).nothing


def test_the_merge_is_one_act_that_can_be_undone_and_done_again(pair: Pair) -> None:
    small, mine, theirs = pair
    add(theirs, coding(small, 31, 45, 2, 1))
    add(theirs, Memo(target_id=small.codes[1].id, text="Думаю"))
    before = state(mine)
    merge(mine, theirs)
    merged = state(mine)
    mine.undo("АК")
    assert state(mine) == before
    assert plan_merge(mine, str(theirs.target)).counts() == {"coding": (1, 0, 0), "memo": (1, 0, 0)}
    mine.redo("АК")
    assert state(mine) == merged
    mine.undo("АК")
    merge(mine, theirs)
    assert state(mine) == merged


def test_the_other_copy_is_not_changed_by_a_byte(pair: Pair) -> None:
    small, mine, theirs = pair
    add(theirs, coding(small, 31, 45, 2, 1))
    target = Path(str(theirs.target))

    def bytes_of() -> dict[str, bytes]:
        return {
            one.name: one.read_bytes()
            for one in target.parent.iterdir()
            if one.name.startswith("theirs") and not one.name.endswith("-shm")
        }

    before = bytes_of()
    merge(mine, theirs)
    assert bytes_of() == before


def test_a_row_changed_on_both_sides_waits_for_a_decision(pair: Pair) -> None:
    small, mine, theirs = pair
    change(mine, small.codes[1], definition_ru="Мы")
    change(theirs, small.codes[1], definition_ru="Они")
    change(theirs, small.codes[2], definition_ru="Только они")
    plan = plan_merge(mine, str(theirs.target))
    (clash,) = plan.clashes
    assert (clash.kind, clash.table, clash.name, clash.open) == ("changed", "code", "PROB.1", True)
    assert [(one.field, one.mine, one.theirs) for one in differences(plan, clash)] == [("definition_ru", "Мы", "Они")]
    with pytest.raises(Conflict, match=r"1 clashes wait.*PROB\.1"):
        carry_out(mine, plan, who="АК")
    assert code_of(mine, small, 2).definition_ru == ""
    done = plan.decide({clash.key: "mine"})
    assert not done.open and plan.open
    carry_out(mine, done, who="АК")
    assert (code_of(mine, small, 1).definition_ru, code_of(mine, small, 2).definition_ru) == ("Мы", "Только они")
    # the other copy takes the decision over without asking again
    back = merge(theirs, mine)
    assert not back.clashes and state(mine) == state(theirs)


def test_their_side_of_a_clash_can_be_taken(pair: Pair) -> None:
    small, mine, theirs = pair
    change(mine, small.codes[1], definition_ru="Мы")
    change(theirs, small.codes[1], definition_ru="Они")
    merge(mine, theirs, "theirs")
    assert code_of(mine, small, 1).definition_ru == "Они"
    assert not merge(theirs, mine).clashes and state(mine) == state(theirs)


def test_the_same_change_on_both_sides_is_no_clash(pair: Pair) -> None:
    small, mine, theirs = pair
    for store in (mine, theirs):
        change(store, small.codes[1], definition_ru="Одно")
        remove(store, store.all(Coding)[0])
    plan = merge(mine, theirs)
    assert not plan.clashes and not plan.counts() and state(mine) == state(theirs)


def test_deletions_travel_and_a_deletion_against_a_change_is_decided(pair: Pair) -> None:
    small, mine, theirs = pair
    first, second, third = mine.all(Coding)
    remove(theirs, first)
    remove(theirs, second)
    change(mine, second, modality="denied")
    remove(mine, third)
    plan = plan_merge(mine, str(theirs.target))
    assert [one.row_id for one in plan.clashes] == [second.id] and plan.counts() == {"coding": (0, 0, 1)}
    assert plan.decide("theirs").counts() == {"coding": (0, 0, 2)}
    carry_out(mine, plan.decide("mine"), who="АК")
    assert [one.id for one in mine.all(Coding)] == [second.id]


@pytest.mark.parametrize(("side", "codes", "codings"), [("mine", 1, 4), ("theirs", 0, 3)])
def test_a_code_removed_there_and_used_here_is_decided_with_what_stands_on_it(
    pair: Pair, side: Any, codes: int, codings: int
) -> None:
    small, mine, theirs = pair
    unused = Code(key="PROB.9", parent_id=small.codes[0].id, kind="problem")
    add(mine, unused)
    merge(theirs, mine)
    remove(theirs, unused)
    add(mine, dataclasses.replace(coding(small, 30, 40), code_id=unused.id))
    plan = plan_merge(mine, str(theirs.target))
    (clash,) = plan.clashes
    assert (clash.kind, clash.name, clash.follows) == ("removed", "PROB.9", 1)
    carry_out(mine, plan.decide(side), who="АК")
    assert (len(mine.having(Code, "key", ["PROB.9"])), len(mine.all(Coding))) == (codes, codings)
    assert not merge(theirs, mine).clashes and state(mine) == state(theirs)


@pytest.mark.parametrize(("side", "codings"), [("mine", 3), ("theirs", 4)])
def test_a_code_removed_here_and_used_there(pair: Pair, side: Any, codings: int) -> None:
    small, mine, theirs = pair
    unused = Code(key="PROB.9", parent_id=small.codes[0].id, kind="problem")
    add(mine, unused)
    merge(theirs, mine)
    remove(mine, unused)
    add(theirs, dataclasses.replace(coding(small, 30, 40), code_id=unused.id))
    merge(mine, theirs, side)
    assert len(mine.all(Coding)) == codings
    assert not merge(theirs, mine).clashes and state(mine) == state(theirs)


def test_one_coder_added_in_both_copies_is_one_coder(pair: Pair) -> None:
    small, mine, theirs = pair
    ours, others = Coder(key="ЕЛ", name="Елена"), Coder(key="ЕЛ", name="Елена")
    for store, coder, at in ((mine, ours, 30), (theirs, others, 33)):
        add(store, coder, dataclasses.replace(coding(small, at, at + 9), coder_id=coder.id))
    plan = merge(mine, theirs)
    assert not plan.clashes and plan.counts() == {"coding": (1, 0, 0)}
    assert [one.id for one in mine.having(Coder, "key", ["ЕЛ"])] == [ours.id]
    assert {one.coder_id for one in mine.all(Coding) if one.start in (30, 33)} >= {ours.id}
    # what they do later under their id comes to ours
    add(theirs, dataclasses.replace(coding(small, 40, 50, 2), coder_id=others.id))
    merge(mine, theirs)
    (late,) = [one for one in mine.all(Coding) if one.start == 40]
    assert late.coder_id == ours.id


@pytest.mark.parametrize(("side", "label"), [("mine", "Наше"), ("theirs", "Их")])
def test_one_key_for_two_codes_is_decided_and_their_codings_follow(pair: Pair, side: Any, label: str) -> None:
    small, mine, theirs = pair
    ours, others = (Code(key="PROB.NEW", kind="problem", label_ru=one) for one in ("Наше", "Их"))
    add(mine, ours)
    add(theirs, others, dataclasses.replace(coding(small, 30, 40), code_id=others.id))
    plan = plan_merge(mine, str(theirs.target))
    assert [one.kind for one in plan.clashes] == ["same"]
    carry_out(mine, plan.decide(side), who="АК")
    (kept,) = mine.having(Code, "key", ["PROB.NEW"])
    assert (kept.id, kept.label_ru) == (ours.id, label)
    assert [one.code_id for one in mine.all(Coding) if (one.start, one.end) == (30, 40)] == [ours.id]
    assert merge(mine, theirs).nothing


def test_the_same_coding_made_twice_is_one(pair: Pair) -> None:
    small, mine, theirs = pair
    add(mine, coding(small, 50, 60))
    add(theirs, coding(small, 50, 60))
    merge(mine, theirs)
    assert len(mine.all(Coding)) == 4


def test_one_transcript_added_on_both_sides_is_one_document(pair: Pair) -> None:
    small, mine, theirs = pair
    body, sha = "И.: Что?\nР.: Дороги чинят, и люди вернулись.", "ab" * 32
    for store, words in ((mine, "Дороги чинят"), (theirs, "люди вернулись")):
        interview = dataclasses.replace(small.interview, id=new_id(), key="A1-02")
        text = Text(new_id(), body, ())
        document = Document(name="A1-02", text_id=text.id, interview_id=interview.id, file_sha256=sha)
        at = body.index(words)
        with store.edit("МС", "add transcripts") as edit:
            edit.add_texts([text])
            edit.add(interview, document)
            edit.add(
                Coding(
                    document_id=document.id, text_id=text.id, start=at, end=at + len(words), code_id=small.codes[1].id,
                    coder_id=small.coders[0].id,
                )
            )  # fmt: skip
    plan = merge(mine, theirs)
    assert not plan.clashes and plan.counts() == {"coding": (1, 0, 0)}
    (document,) = [one for one in mine.all(Document) if one.name == "A1-02"]
    found = mine.having(Coding, "document_id", [document.id])
    assert {mine.text(one.text_id).body[one.start : one.end] for one in found} == {"Дороги чинят", "люди вернулись"}
    assert {one.text_id for one in found} == {document.text_id}
    assert merge(mine, theirs).nothing


def test_values_that_exclude_each_other_are_decided(pair: Pair) -> None:
    small, mine, theirs = pair
    first, second = coding(small, 30, 40, 4), coding(small, 30, 40, 5)
    add(mine, first)
    add(theirs, second)
    plan = plan_merge(mine, str(theirs.target))
    assert [one.kind for one in plan.clashes] == ["exclusive"]
    carry_out(mine, plan.decide("theirs"), who="АК")
    assert second.id in state(mine)["Coding"] and first.id not in state(mine)["Coding"]


def test_codes_moved_below_one_another_are_decided(pair: Pair) -> None:
    small, mine, theirs = pair
    change(mine, small.codes[1], parent_id=small.codes[2].id)
    change(theirs, small.codes[2], parent_id=small.codes[1].id)
    plan = plan_merge(mine, str(theirs.target))
    assert [one.kind for one in plan.clashes] == ["circle"]
    carry_out(mine, plan.decide("theirs"), who="АК")
    assert code_of(mine, small, 1).parent_id == small.codes[0].id
    assert code_of(mine, small, 2).parent_id == small.codes[1].id


def corrected(store: Store, words: str, instead: str) -> Text:
    document = store.all(Document)[0]
    body = store.text(document.text_id).body.replace(words, instead)
    text = Text(new_id(), body, ())
    with store.edit("МС", "correct") as edit:
        edit.add_texts([text])
        correct(store, edit, document, text, file_name="b.txt", sha256="")
    return text


def words_of(store: Store) -> set[str]:
    return {store.text(one.text_id).body[one.start : one.end] for one in store.all(Coding)}


@pytest.mark.parametrize("here", [True, False])
def test_a_transcript_corrected_on_one_side_keeps_the_codings_of_both(pair: Pair, here: bool) -> None:
    small, mine, theirs = pair
    body = small.text.body
    at = body.index("А людей нет")
    fixer, coder = (mine, theirs) if here else (theirs, mine)
    text = corrected(fixer, "Налоги", "Все-все налоги")
    change(coder, coder.all(Coding)[0], modality="denied")
    remove(coder, coder.all(Coding)[1])
    add(coder, coding(small, at, at + 11, 2, 1))
    plan = merge(mine, theirs)
    assert not plan.clashes
    assert {one.text_id for one in mine.all(Coding)} == {text.id} and len(mine.all(Coding)) == 3
    assert "А людей нет" in words_of(mine) and mine.all(Coding)[0].modality == "denied"
    merge(theirs, mine)
    assert state(mine) == state(theirs)
    assert mine.find(__import__("veche.text.query", fromlist=["parse"]).parse("все-все")).total == 1


def test_a_transcript_corrected_on_both_sides_is_one_decision(pair: Pair) -> None:
    small, mine, theirs = pair
    corrected(mine, "Налоги", "Наши налоги")
    text = corrected(theirs, "копейки", "сущие копейки")
    plan = plan_merge(mine, str(theirs.target))
    assert [one.table for one in plan.clashes] == ["document"]
    carry_out(mine, plan.decide("theirs"), who="АК")
    assert {one.text_id for one in mine.all(Coding)} == {text.id}
    merge(theirs, mine)
    assert state(mine) == state(theirs)


def test_a_coding_that_finds_no_place_in_the_corrected_transcript_waits(pair: Pair) -> None:
    small, mine, theirs = pair
    at = small.text.body.index("А людей нет")
    add(theirs, coding(small, at, at + 11, 2, 1))
    corrected(mine, "А людей нет", "Тут всё иначе")
    plan = plan_merge(mine, str(theirs.target))
    done = carry_out(mine, plan, who="АК")
    assert done.lost == 1
    assert [one.text_id for one in mine.all(Coding) if (one.start, one.end) == (at, at + 11)] == [small.text.id]


def test_a_frozen_publication_stays_and_what_comes_to_it_is_left_out_with_notice(pair: Pair) -> None:
    import datetime as dt

    small, mine, theirs = pair
    paper = Publication(key="2020", title="Статья")
    add(mine, paper)
    merge(theirs, mine)
    change(mine, paper, frozen=dt.datetime(2024, 1, 1))
    change(theirs, paper, title="Другая")
    plan = merge(mine, theirs)
    assert [(one.kind, one.open) for one in plan.clashes] == [("frozen", False)]
    assert mine.get(Publication, paper.id).title == "Статья"
    # and one frozen there with its aliases arrives whole
    second = Publication(key="2021", title="Книга")
    add(theirs, second, Alias(publication_id=second.id, town_id=small.town.id, alias="X"))
    change(theirs, second, frozen=dt.datetime(2024, 1, 1))
    merge(mine, theirs)
    assert mine.get(Publication, second.id).frozen is not None and [one.alias for one in mine.all(Alias)] == ["X"]


def test_an_alias_for_a_publication_frozen_here_is_left_out_with_notice(pair: Pair) -> None:
    import datetime as dt

    small, mine, theirs = pair
    paper = Publication(key="2020", title="Статья")
    add(mine, paper)
    merge(theirs, mine)
    change(mine, paper, frozen=dt.datetime(2024, 1, 1))
    add(theirs, Alias(publication_id=paper.id, town_id=small.town.id, alias="X"))
    plan = merge(mine, theirs)
    assert [(one.kind, one.table) for one in plan.clashes] == [("frozen", "alias")] and not mine.all(Alias)


def test_three_copies_in_any_order_come_to_the_same(tmp_path: Path) -> None:
    small, first, second = two_copies(tmp_path)
    third = copied(first, tmp_path / "third.veche")
    for n, store in enumerate((first, second, third)):
        add(store, coding(small, 30 + n, 50 + n, 1, n % 2), Respondent(key=f"R-1{n}"))
    merge(second, third)
    change(third, third.having(Respondent, "key", ["R-12"])[0], note="позже")
    merge(first, second)
    merge(first, third)
    merge(third, first)
    merge(second, first)
    assert state(first) == state(second) == state(third)
    assert first.having(Respondent, "key", ["R-12"])[0].note == "позже"
    assert all(
        plan_merge(a, str(b.target)).nothing
        for a in (first, second, third)
        for b in (first, second, third)
        if a is not b
    )
    for store in (first, second, third):
        store.close()


def test_their_undo_travels(pair: Pair) -> None:
    small, mine, theirs = pair
    add(theirs, coding(small, 31, 45, 2, 1))
    merge(mine, theirs)
    theirs.undo("МС")
    plan = merge(mine, theirs)
    assert plan.counts() == {"coding": (0, 0, 1)} and state(mine) == state(theirs)


def test_a_changed_study_or_copy_makes_the_plan_void(pair: Pair) -> None:
    small, mine, theirs = pair
    add(theirs, coding(small, 31, 45))
    plan = plan_merge(mine, str(theirs.target))
    add(mine, Respondent(key="R-99"))
    with pytest.raises(Conflict, match="The study was changed"):
        carry_out(mine, plan, who="АК")
    plan = plan_merge(mine, str(theirs.target))
    add(theirs, coding(small, 32, 45))
    with pytest.raises(Conflict, match="theirs.veche was changed"):
        carry_out(mine, plan, who="АК")


def test_what_cannot_be_merged_is_refused_with_its_reason(pair: Pair, tmp_path: Path) -> None:
    small, mine, theirs = pair
    with pytest.raises(Refused, match="this study itself"):
        plan_merge(mine, str(mine.target))
    with pytest.raises(NotFound, match="no file"):
        plan_merge(mine, tmp_path / "none.veche")
    with pytest.raises(StudyFileProblem, match="folder"):
        plan_merge(mine, tmp_path)
    other = make_small(str(tmp_path / "other.veche"))
    with pytest.raises(Refused, match="another study"):
        plan_merge(mine, tmp_path / "other.veche")
    other.store.close()
    (tmp_path / "text.veche").write_text("И.: Что?" * 500, encoding="utf-8")
    with pytest.raises(StudyFileProblem):
        plan_merge(mine, tmp_path / "text.veche")
    plan = plan_merge(mine, str(theirs.target))
    with pytest.raises(InputProblem, match="no clash"):
        plan.decide({"code:nothing": "mine"})


def test_a_journal_that_somebody_else_wrote_into_is_refused(pair: Pair) -> None:
    small, mine, theirs = pair
    add(theirs, coding(small, 31, 45))
    theirs.close()
    raw = sqlite3.connect(str(theirs.target))
    for damage in (
        "UPDATE change SET after = 'x', before = '{' WHERE seq > 3",
        "UPDATE change SET name = 'nowhere' WHERE seq > 3",
    ):
        raw.execute(damage)
        raw.commit()
        with pytest.raises(StudyFileProblem, match="damaged"):
            plan_merge(mine, str(theirs.target))
    raw.close()


def test_decisions_go_out_and_come_back_as_a_table(pair: Pair, tmp_path: Path) -> None:
    small, mine, theirs = pair
    change(mine, small.codes[1], definition_ru="=Мы")
    change(theirs, small.codes[1], definition_ru="Они")
    plan = plan_merge(mine, str(theirs.target))
    table = tmp_path / "clashes.csv"
    write_clashes(plan, table)
    text = table.read_text(encoding="utf-8-sig")
    assert "definition_ru: =Мы" in text and text.count("\n") == 2
    table.write_text(text.rstrip("\r\n") + "Their\n".replace("Their", "их"), encoding="utf-8")
    assert read_decisions(table) == {plan.clashes[0].key: "theirs"}
    table.write_text(text.rstrip("\r\n") + "maybe\n", encoding="utf-8")
    with pytest.raises(InputProblem, match="Line 2 .* decides maybe"):
        read_decisions(table)
    for bad in (b"\xff\xfe\x00", b""):
        table.write_bytes(bad)
        try:
            assert read_decisions(table) == {}
        except InputProblem as error:
            assert "no table" in str(error)


APART = ("code", "memo", "state")


@settings(max_examples=max(settings().max_examples // 15, 4))
@given(acts(*APART), acts(*APART))
def test_disjoint_work_merges_to_the_union_in_either_order(
    tmp_path_factory: Any, first: list[Act], second: list[Act]
) -> None:
    folder = fresh(tmp_path_factory.mktemp("union") / "x")
    _, mine, theirs = two_copies(folder)
    start = state(mine)
    for store, who, done in ((mine, "АК", first), (theirs, "МС", second)):
        for one in done:
            act(store, who, one)
    ours, others = state(mine), state(theirs)
    turned = copied(theirs, folder / "turned.veche")
    plan = merge(mine, theirs)
    assert not plan.clashes
    merge_file(turned, folder / "mine before.veche", mine)
    for kind, rows in state(mine).items():
        assert rows == start[kind] | ours[kind] | others[kind]
    for store in (mine, theirs, turned):
        store.close()


def merge_file(into: Store, target: Path, other: Store) -> None:
    """Merge the copy as it was before it took anything in: its state goes back by undoing the merge in a copy of it."""
    before = copied(other, target)
    if before.history(limit=1)[0].action == "merge":
        before.undo("АК")
    ours = state(other)
    merge(into, before)
    assert state(into) == ours
    before.close()


@settings(max_examples=max(settings().max_examples // 12, 5))
@given(acts(), acts(), acts())
@example([("correct", 1, 0, 0), ("code", 3, 4, 1)], [("correct", 2, 1, 0), ("recode", 0, 1, 0)], [("uncode", 1, 0, 0)])
@example(
    [("drop code", 3, 0, 0), ("new code", 0, 1, 0)], [("code", 1, 1, 2), ("new code", 0, 1, 1)], [("rename", 2, 1, 0)]
)
@example([("move", 1, 2, 0)], [("move", 2, 1, 0)], [("undo", 0, 0, 0)])
def test_any_work_comes_to_one_state_and_no_decision_is_asked_twice(
    tmp_path_factory: Any, first: list[Act], second: list[Act], later: list[Act]
) -> None:
    _, mine, theirs = two_copies(fresh(tmp_path_factory.mktemp("any") / "x"))
    for store, who, done in ((mine, "АК", first), (theirs, "МС", second)):
        for one in done:
            act(store, who, one)
    ours = state(mine)
    plan = plan_merge(mine, str(theirs.target))
    clashing = {(BY_TABLE[one.table].record.__name__, one.row_id) for one in plan.clashes}
    kept = plan.settle("mine")
    carry_out(mine, kept, who="АК")
    for kind, row_id in clashing:
        if row_id in ours[kind] and kind == "Code":  # marks may have been carried to a corrected text
            assert state(mine)[kind].get(row_id) == ours[kind][row_id]
    merged = state(mine)
    assert plan_merge(mine, str(theirs.target)).nothing
    back = plan_merge(theirs, str(mine.target))
    assert not back.open
    carry_out(theirs, back, who="МС")
    if not kept.combined.twins:
        assert state(theirs) == merged
    for one in later:
        act(theirs, "МС", one)
    again = plan_merge(mine, str(theirs.target)).settle("theirs")
    carry_out(mine, again, who="АК")
    mine.undo("АК") if not again.nothing and again.counts() else None
    assert state(mine) == merged
    mine.close()
    theirs.close()


def _moved(store: Store, target: str) -> Store:
    """Copy every row of a study, its journal too, into an empty study elsewhere."""
    from sqlalchemy import create_engine, insert, select, text

    from veche.store.tables import metadata

    Store.create(target, StudyInfo(name="Пустое"), who="tests").close()
    here, there = create_engine(f"sqlite:///{store.target}"), create_engine(target)
    with here.connect() as source, there.begin() as to:
        for table in reversed(metadata.sorted_tables):
            to.execute(table.delete())
        for table in metadata.sorted_tables:
            if rows := [dict(row) for row in source.execute(select(table)).mappings()]:
                to.execute(insert(table), rows)
        to.execute(text("select setval(pg_get_serial_sequence('entry', 'seq'), max(seq)) from entry"))
    for engine in (here, there):
        engine.dispose()
    return Store.open(target)


def test_merging_on_a_server_does_what_it_does_in_a_file(pair: Pair, target: str) -> None:
    small, mine, theirs = pair
    add(theirs, coding(small, 31, 45, 2, 1), Memo(target_id=small.codes[1].id, text="Заметка"))
    change(theirs, small.codes[1], definition_ru="Их")
    change(mine, small.codes[1], definition_ru="Наше")
    remove(theirs, theirs.all(Coding)[0])
    served = mine if target.endswith(".veche") else _moved(mine, target)
    plan = plan_merge(served, str(theirs.target))
    clash, *others = plan.combined.clashes
    assert not others and plan.acts
    carry_out(served, plan.settle("theirs"), who="АК")
    assert served.get(Code, small.codes[1].id).definition_ru == "Их"
    assert {one.id for one in served.all(Coding)} == {one.id for one in theirs.all(Coding)}
    assert [one.text for one in served.all(Memo)] == ["Заметка"]
    assert not plan_merge(served, str(theirs.target)).acts
    assert clash.row_id == small.codes[1].id
    # and the other way round: what stands on the server comes into the file
    carry_out(theirs, plan_merge(theirs, str(served.target)), who="МС")
    assert state(theirs) == state(served)
    served.close()
