"""Every edit is journalled; undo and redo give exactly what was there."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store._small import BODY, Small, make_small, state
from veche.store import Store
from veche.store.records import BY_TABLE, from_json
from veche.study import (
    Alias,
    Anchor,
    Attribute,
    Code,
    Coder,
    Coding,
    Conflict,
    ConsentMark,
    Event,
    InputProblem,
    Interview,
    Memo,
    NotFound,
    Publication,
    Refused,
    Respondent,
    Statement,
    Tenure,
    Wave,
)  # fmt: skip


@pytest.fixture
def small(target: str) -> Small:
    made = make_small(target)
    yield made
    made.store.close()


def coding(small: Small, start: int = 30, end: int = 44, code: int = 1, coder: int = 0) -> Coding:
    return Coding(
        document_id=small.document.id, text_id=small.text.id, start=start, end=end, code_id=small.codes[code].id,
        coder_id=small.coders[coder].id, made=dt.datetime(2020, 1, 2, 3, 4, 5),
    )  # fmt: skip


def statement(small: Small) -> Statement:
    return Statement(
        interview_id=small.interview.id, quotes=(Anchor(small.document.id, small.text.id, 30, 44),), kind_id=small.kind.id,
        sources=(small.office.id,), targets=(small.actors[1].id,), tone=2, valence=0.0, outcome="achieved",
        start=dt.date(2012, 1, 1), end=dt.date(2013, 1, 1), benefit=(small.actors[0].id,), coder_id=small.coders[0].id,
    )  # fmt: skip


def test_all_kinds_come_back_as_they_were(small: Small) -> None:
    publication = Publication(
        key="art", title="Статья", interviews=(small.interview.id,), frozen=dt.datetime(2014, 1, 1)
    )
    records = [
        coding(small),
        statement(small),
        Memo(target_id=small.town.id, text="Вернуться «к» этому", made=dt.datetime(2020, 1, 1)),
        ConsentMark(document_id=small.document.id, text_id=small.text.id, start=1, end=5, consent="background"),
        Attribute(target_id=small.town.id, name="head_form", value="chosen_by_contest", wave_id=small.wave.id),
        Tenure(office_id=small.office.id, actor_id=small.actors[0].id, start=dt.date(2010, 1, 1)),
        Event(key="e", title="Выборы", kind="election", start=dt.date(2013, 9, 8), end=dt.date(2013, 9, 8)),
        publication,
        Alias(publication_id=publication.id, town_id=small.town.id, alias="N"),
    ]
    with pytest.raises(Refused, match="frozen"), small.store.edit("tests", "all") as edit:
        edit.add(*records)
        edit.add(Alias(publication_id=publication.id, town_id=small.town.id, alias="K"))
    records[-2] = dataclasses.replace(publication, frozen=None)
    with small.store.edit("tests", "all") as edit:
        edit.add(*records)
        edit.replace(publication)
    for record in records[:-2]:
        assert small.store.get(type(record), record.id) == record
    assert small.store.get(Publication, publication.id) == publication


def test_a_frozen_publication_stays(small: Small) -> None:
    publication = Publication(key="art", title="Статья", frozen=dt.datetime(2014, 1, 1))
    with small.store.edit("tests", "add") as edit:
        edit.add(publication)
    for act in (
        lambda edit: edit.replace(dataclasses.replace(publication, title="Другая")),
        lambda edit: edit.remove(Publication, publication.id),
        lambda edit: edit.add(Alias(publication_id=publication.id, town_id=small.town.id, alias="N")),
    ):
        with pytest.raises(Refused, match="art was frozen on 2014-01-01"), small.store.edit("tests", "x") as edit:
            act(edit)


def test_undo_and_redo(small: Small) -> None:
    first = state(small.store)
    one, two = coding(small), coding(small, 5, 9, 2)
    with small.store.edit("АК", "code") as edit:
        edit.add(one)
    with small.store.edit("АК", "code") as edit:
        edit.add(two)
    with small.store.edit("АК", "edit") as edit:
        edit.replace(dataclasses.replace(one, end=50))
    last = state(small.store)
    for _ in range(3):
        small.store.undo("АК")
    assert state(small.store) == first
    with pytest.raises(Refused, match="nothing to undo"):
        small.store.undo("АК")
    for _ in range(3):
        small.store.redo("АК")
    assert state(small.store) == last
    with pytest.raises(Refused, match="nothing to redo"):
        small.store.redo("АК")
    small.store.undo("АК")
    with small.store.edit("АК", "code") as edit:
        edit.add(coding(small, 1, 3, 3))
    with pytest.raises(Refused, match="nothing to redo"):  # a new edit ends the line of redo
        small.store.redo("АК")


def test_undo_takes_back_ones_own_edit_and_not_others(small: Small) -> None:
    one, two = coding(small), coding(small, 5, 9, 2, 1)
    with small.store.edit("АК", "code") as edit:
        edit.add(one)
    with small.store.edit("МС", "code") as edit:
        edit.add(two)
    small.store.undo("АК")
    assert [c.id for c in small.store.all(Coding)] == [two.id]


def test_undo_is_refused_when_somebody_changed_the_row_since(small: Small) -> None:
    one = coding(small)
    with small.store.edit("АК", "code") as edit:
        edit.add(one)
    with small.store.edit("МС", "edit") as edit:
        edit.replace(dataclasses.replace(one, end=50))
    before = state(small.store)
    with pytest.raises(Conflict, match="changed meanwhile by МС"):
        small.store.undo("АК")
    assert state(small.store) == before
    small.store.undo("МС")
    small.store.undo("АК")
    assert small.store.all(Coding) == ()


def test_undo_is_refused_while_others_need_the_record(small: Small) -> None:
    new = Code(key="NEW", kind="problem")
    with small.store.edit("АК", "add code") as edit:
        edit.add(new)
    with small.store.edit("МС", "code") as edit:
        edit.add(dataclasses.replace(coding(small, coder=1), code_id=new.id))
    with pytest.raises(Refused, match="code NEW is still used by 1 × coding"):
        small.store.undo("АК")


def test_a_change_based_on_an_old_revision_is_refused(small: Small) -> None:
    one = coding(small)
    with small.store.edit("АК", "code") as edit:
        edit.add(one)
    with small.store.edit("МС", "edit") as edit:
        assert edit.replace(dataclasses.replace(one, end=50), rev=1).rev == 2
    with pytest.raises(Conflict, match="МС"), small.store.edit("АК", "edit") as edit:
        edit.replace(dataclasses.replace(one, end=51), rev=1)
    with pytest.raises(Conflict, match="МС"), small.store.edit("АК", "edit") as edit:
        edit.remove(Coding, one.id, rev=1)
    assert small.store.get(Coding, one.id).end == 50


def test_an_edit_that_fails_leaves_nothing(small: Small) -> None:
    before, entries = state(small.store), small.store.last_entry()
    with pytest.raises(InputProblem), small.store.edit("АК", "code") as edit:
        edit.add(coding(small))
        edit.add(coding(small, 30, len(BODY) + 1))
    with pytest.raises(KeyboardInterrupt), small.store.edit("АК", "code") as edit:
        edit.add(coding(small))
        raise KeyboardInterrupt
    assert state(small.store) == before
    assert small.store.last_entry() == entries


def test_an_edit_without_change_leaves_no_entry(small: Small) -> None:
    entries = small.store.last_entry()
    with small.store.edit("АК", "nothing") as edit:
        edit.replace(small.town)
    assert small.store.last_entry() == entries


BAD = [
    (lambda s: coding(s, 10, 10), "covers no text"),
    (lambda s: coding(s, -1, 5), "covers no text"),
    (lambda s: coding(s, 0, 10_000), "its text has"),
    (lambda s: dataclasses.replace(coding(s), code_id="nowhere"), "points to a code"),
    (lambda s: coding(s, code=0), "heading of the codebook"),
    (lambda s: Code(key="PROB.1"), "already a code"),
    (lambda s: Memo(target_id=s.town.id, text="a\x00b"), "NUL"),
    (lambda s: Memo(target_id=s.town.id, text="a\ud800b"), "half of a character"),
    (lambda s: dataclasses.replace(statement(s), tone=6), "step from 1"),
    (lambda s: dataclasses.replace(statement(s), readiness=0), "step from 1"),
    (lambda s: dataclasses.replace(statement(s), valence=0.3), "valence"),
    (lambda s: dataclasses.replace(statement(s), confidence=0.0), "confidence"),
    (lambda s: dataclasses.replace(statement(s), quotes=()), "no quotation"),
    (lambda s: dataclasses.replace(statement(s), targets=()), "lacks the one"),
    (lambda s: dataclasses.replace(statement(s), sources=("nobody",)), "actor or office"),
    (lambda s: dataclasses.replace(statement(s), end=dt.date(2000, 1, 1)), "before it begins"),
    (lambda s: Wave(key="x", label="", start=dt.date(2000, 1, 1), end=dt.date(2000, 1, 1)), "before it begins"),
    (lambda s: Tenure(office_id=s.office.id, actor_id=s.actors[0].id, start=dt.date(2000, 1, 1), end=dt.date(1999, 1, 1)), "before"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message for _, message in BAD])
def test_impossible_records_are_refused(small: Small, make, message: str) -> None:
    before = state(small.store)
    with pytest.raises((InputProblem, Refused), match=message), small.store.edit("АК", "bad") as edit:
        edit.add(make(small))
    assert state(small.store) == before


def test_values_of_one_set_exclude_each_other(small: Small) -> None:
    with small.store.edit("АК", "code") as edit:
        edit.add(coding(small, code=4), coding(small, code=1))
        edit.add(coding(small, code=5, coder=1))  # another coder may judge otherwise
        edit.add(coding(small, 31, 44, code=5))  # another passage may have another value
    with (
        pytest.raises(InputProblem, match=r"TONE.1 and TONE.2|TONE.2 and TONE.1"),
        small.store.edit("АК", "code") as edit,
    ):
        edit.add(coding(small, code=5))


def test_a_code_cannot_stand_below_itself(small: Small) -> None:
    top, child = small.codes[0], small.codes[1]
    with pytest.raises(InputProblem, match="below itself"), small.store.edit("АК", "move") as edit:
        edit.replace(dataclasses.replace(top, parent_id=child.id))


def test_a_record_and_what_points_to_it_can_go_in_one_act(small: Small) -> None:
    one = coding(small)
    with small.store.edit("АК", "code") as edit:
        edit.add(one)
    with pytest.raises(Refused, match="still used by 1 × coding"), small.store.edit("АК", "remove") as edit:
        edit.remove(Code, small.codes[1].id)
    with small.store.edit("АК", "remove") as edit:
        edit.remove(Code, small.codes[1].id)
        edit.remove(Coding, one.id)
    small.store.undo("АК")
    assert small.store.get(Coding, one.id) == one


def test_a_key_is_free_again_after_removal(small: Small) -> None:
    with small.store.edit("АК", "remove") as edit:
        edit.remove(Code, small.codes[3].id)
    with small.store.edit("АК", "add") as edit:
        edit.add(Code(key="PROB.3", kind="problem"))
    with pytest.raises(InputProblem, match="already a code"), small.store.edit("АК", "restore") as edit:
        edit.add(Code(key="PROB.3"))


def test_removed_records_are_not_found(small: Small) -> None:
    with pytest.raises(NotFound), small.store.edit("АК", "remove") as edit:
        edit.remove(Respondent, "nobody")
    with pytest.raises(NotFound):
        small.store.get(Coder, "nobody")
    with small.store.edit("АК", "remove") as edit:
        edit.remove(Coder, small.coders[1].id)
    with pytest.raises(NotFound):
        small.store.get(Coder, small.coders[1].id)
    with pytest.raises(NotFound), small.store.edit("АК", "edit") as edit:
        edit.replace(small.coders[1])


def test_the_journal_read_forward_gives_the_study(small: Small) -> None:
    one = coding(small)
    with small.store.edit("АК", "code") as edit:
        edit.add(one, statement(small))
    with small.store.edit("МС", "edit") as edit:
        edit.replace(dataclasses.replace(one, end=50))
        edit.replace(dataclasses.replace(small.interview, date=dt.date(2014, 1, 1)))
    small.store.undo("МС")
    small.store.redo("МС")
    rows: dict[tuple[str, str], dict] = {}
    for entry in reversed(small.store.history(limit=1000)):
        for change in small.store.changes(entry.seq):
            if change.before is not None:
                assert rows[change.table, change.row_id] == change.before
            rows[change.table, change.row_id] = dict(change.after)
    replayed: dict[str, dict] = {kind: {} for kind in state(small.store)}
    for (table, row_id), row in rows.items():
        if not row.pop("gone"):
            codec = BY_TABLE[table]
            replayed[codec.record.__name__][row_id] = codec.record_of(row)
    assert replayed == state(small.store)
    assert from_json("interview", '{"date":"2014-01-01"}') == {"date": dt.date(2014, 1, 1)}
    assert small.store.get(Interview, small.interview.id).date == dt.date(2014, 1, 1)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("code"), st.integers(0, 60), st.integers(1, 30), st.integers(1, 5), st.integers(0, 1)),
        st.tuples(st.just("move"), st.integers(0, 9), st.integers(0, 60), st.integers(1, 20)),
        st.tuples(st.just("remove"), st.integers(0, 9)),
        st.tuples(st.just("memo"), TEXTS),
        st.tuples(st.just("rename"), TEXTS),
        st.tuples(st.just("undo")),
        st.tuples(st.just("redo")),
    ),
    max_size=14,
)


def perform(small: Small, act: tuple) -> None:
    store = small.store
    with store.edit("АК", act[0]) as edit:
        if act[0] == "code":
            _, start, length, code, coder = act
            edit.add(coding(small, start, min(start + length, len(small.text.body)), code, coder))
        elif act[0] in ("move", "remove"):
            found = store.all(Coding)
            if found:
                one = found[act[1] % len(found)]
                if act[0] == "remove":
                    edit.remove(Coding, one.id)
                else:
                    edit.replace(dataclasses.replace(one, start=act[2], end=min(act[2] + act[3], len(small.text.body))))
        elif act[0] == "memo":
            edit.add(Memo(target_id=small.town.id, text=act[1]))
        else:
            edit.replace(dataclasses.replace(small.town, name=act[1]))


def check_history(small: Small, acts: list[tuple]) -> None:
    """Run acts against a plain stack of states, then undo and redo everything."""
    with small.store.edit("АК", "mark") as edit:
        edit.add(Memo(target_id=small.town.id, text="from here"))
    done, undone = [state(small.store)], []
    for act in acts:
        entries = small.store.last_entry()
        if act[0] in ("undo", "redo"):
            source, sink = (done, undone) if act[0] == "undo" else (undone, done)
            if len(source) > (1 if act[0] == "undo" else 0):
                getattr(small.store, act[0])("АК")
                sink.append(source.pop())
        else:
            try:
                perform(small, act)
            except InputProblem:
                continue
            if small.store.last_entry() != entries:
                done.append(state(small.store))
                undone.clear()
        assert state(small.store) == done[-1]
    last, steps = state(small.store), len(done) - 1
    for _ in range(steps):
        small.store.undo("АК")
    assert state(small.store) == done[0]
    for _ in range(steps):
        small.store.redo("АК")
    assert state(small.store) == last


@given(acts=ACTS, body=TEXTS.filter(lambda t: len(t) > 3))
@settings(max_examples=40)
def test_any_edits_undone_and_redone_are_equal(acts: list[tuple], body: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        small = make_small(str(Path(folder) / "s.veche"), body=body * 4, turns=())
        try:
            assert small.store.text(small.text.id).body == body * 4
            check_history(small, acts)
        finally:
            small.store.close()


def test_a_long_history_undone_and_redone_on_both_databases(small: Small) -> None:
    acts = [("code", n, 5 + n, 1 + n % 5, n % 2) for n in range(8)]
    acts += [
        ("move", 2, 3, 9),
        ("remove", 4),
        ("undo",),
        ("redo",),
        ("undo",),
        ("memo", "ы\u0301👩‍👧"),
        ("rename", "«Город»"),
    ]
    check_history(small, acts)


def test_saved_and_loaded_from_the_file_again(target: str) -> None:
    small = make_small(target)
    with small.store.edit("АК", "code") as edit:
        edit.add(coding(small), statement(small))
    before = state(small.store)
    small.store.close()
    with Store.open(target) as store:
        assert state(store) == before
