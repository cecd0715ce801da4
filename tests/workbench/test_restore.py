"""Going back to an earlier state."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store._small import make_small, state
from veche.store import Store
from veche.study import Conflict, InputProblem, StudyInfo, Town
from veche.workbench import Study
from veche.workbench.restore import plan_restoration, restore


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    small = make_small(str(tmp_path / "s.veche"))
    yield Study(small.store, who="tests")
    small.store.close()


def test_back_and_forth(study: Study) -> None:
    store = study.store
    (town,) = store.all(Town)
    before = state(store)
    at = store.last_entry()
    with store.edit("МС", "edit") as edit:
        edit.replace(dataclasses.replace(town, name="Иначе"))
    with store.edit("АК", "add") as edit:
        added = Town(key="B", name="Б")
        edit.add(added)
    with store.edit("АК", "edit") as edit:
        edit.replace(dataclasses.replace(added, name="В"))
    after = state(store)
    plan = plan_restoration(study, at)
    assert plan.counts() == {"town": (1, 0, 1)}
    seq = restore(study, plan)
    assert state(store) == before
    entry = store.history(limit=1)[0]
    assert (entry.seq, entry.who, entry.action, entry.note, entry.changes) == (seq, "tests", "go back", f"#{at}", 2)
    study.undo()
    assert state(store) == after


def test_what_was_removed_comes_back(study: Study) -> None:
    store = study.store
    with store.edit("АК", "add") as edit:
        town = Town(key="B", name="Б")
        edit.add(town)
    at = store.last_entry()
    with store.edit("АК", "remove") as edit:
        edit.remove(Town, town.id)
    plan = plan_restoration(study, at)
    assert plan.counts() == {"town": (0, 1, 0)}
    restore(study, plan)
    assert store.get(Town, town.id).name == "Б"


def test_what_came_and_went_is_no_difference(study: Study) -> None:
    at = study.store.last_entry()
    with study.store.edit("tests", "add") as edit:
        edit.add(Town(key="B", name="Б"))
    study.undo()
    assert plan_restoration(study, at).changes == ()
    assert restore(study, plan_restoration(study, at)) == study.store.last_entry()


def test_a_later_change_is_not_lost(study: Study) -> None:
    store = study.store
    (town,) = store.all(Town)
    at = store.last_entry()
    with store.edit("АК", "edit") as edit:
        edit.replace(dataclasses.replace(town, name="Б"))
    plan = plan_restoration(study, at)
    with store.edit("МС", "edit") as edit:
        edit.replace(dataclasses.replace(town, name="В"))
    with pytest.raises(Conflict, match="МС"):
        restore(study, plan)
    assert store.get(Town, town.id).name == "В"


@pytest.mark.parametrize("seq", [0, -1, 2, 99])
def test_entries_that_are_not_there(study: Study, seq: int) -> None:
    with pytest.raises(InputProblem, match=str(seq)):
        plan_restoration(study, seq)


@settings(max_examples=8)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("ABC")), min_size=2, max_size=8), st.data())
def test_any_state_can_be_had_again(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str]], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("r") / "s.veche"
    with Study(Store.create(path, StudyInfo(name="x"), who="a"), who="a") as study:
        store = study.store
        states = {store.last_entry(): state(store)}
        for number, name in steps:
            towns = store.all(Town)
            with store.edit("a", "step") as edit:
                if number < len(towns) and name == "C":
                    edit.remove(Town, towns[number].id)
                elif number < len(towns):
                    edit.replace(dataclasses.replace(towns[number], name=name))
                else:
                    edit.add(Town(key=str(len(states)) + name, name=name))
            states[store.last_entry()] = state(store)
        earlier = sorted(states)[:-1]
        if not earlier:
            return
        wanted = data.draw(st.sampled_from(earlier))
        restore(study, plan_restoration(study, wanted))
        assert state(store) == states[wanted]
