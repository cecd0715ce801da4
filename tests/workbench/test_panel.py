"""The panel between waves: counted by hand on the small study, and by its own definition on random evidence."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given

from tests.strategies import FEW, evidences
from tests.web._study import make_study
from veche.study import Evidence, Interview, Role, Town, Wave
from veche.workbench import Study
from veche.workbench.overview import take_overview
from veche.workbench.panel import AFTER, BEFORE, Move, Panel, take_panel


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    store = make_study(tmp_path / "study.veche")
    yield take_overview(Study(store, who="АК")).panel
    store.close()


def told(move: Move) -> dict[str, tuple[str, ...]]:
    """The kinds that somebody belongs to."""
    return {kind: people for kind, people in move.people.items() if people}


def test_of_the_study(panel: Panel) -> None:
    # wave I: R-01, 02, 03 in A, 05, 06 in B, 09, 10 in C; II: R-01, 02, 04 in A, 06, 07 in B, 09 in C; III: R-02, 04 in A, 08 in B
    first, second = panel.moves
    assert told(first) == {
        "same": ("R-01", "R-02", "R-06", "R-09"),
        "lost": ("R-03", "R-05", "R-10"),
        "new": ("R-04", "R-07"),
    }
    assert (first.asked, first.again, first.reachable, first.share) == (7, 4, 7, pytest.approx(4 / 7))
    # nobody went to C in wave III, so R-09 could not be met again
    assert told(second) == {
        "same": ("R-02", "R-04"),
        "lost": ("R-01", "R-06", "R-07"),
        "unvisited": ("R-09",),
        "new": ("R-08",),
    }
    assert (second.asked, second.reachable, second.share) == (6, 5, 0.4)


def test_of_each_town(panel: Panel) -> None:
    rows = {one.town.key: one.moves for one in panel.towns}
    assert [told(one) if one else None for one in rows["A"]] == [
        {"same": ("R-01", "R-02"), "lost": ("R-03",), "new": ("R-04",)},
        {"same": ("R-02", "R-04"), "lost": ("R-01",)},
    ]
    assert rows["C"][1] is None
    assert panel.move("2", "B") is rows["B"][0]
    assert panel.move("2") is panel.moves[0]
    assert panel.move("1", "B") is None
    assert panel.move("2", "nowhere") is None


WAVES = [Wave(key=str(n), label=str(n), start=dt.date(2000 + n, 1, 1), end=dt.date(2001 + n, 1, 1)) for n in range(4)]
TOWNS = [Town(key=key, name=key) for key in "AB"]
HEAD, EDITOR = (Role(key=key, label_ru=key, label_en=key) for key in ("head", "editor"))


def met(person: str, wave: int, town: int = 0, role: Role = HEAD, post: str = "") -> Interview:
    return Interview(
        key=f"{person}{wave}{town}{role.key}{post}", town_id=TOWNS[town].id, wave_id=WAVES[wave].id, respondent_id=person,
        role_id=role.id, date=WAVES[wave].start, post=post,
    )  # fmt: skip


def moves(*interviews: Interview) -> Panel:
    return take_panel(WAVES, TOWNS, interviews, {one.id: one for one in (HEAD, EDITOR)}, {})


def test_posts_successors_and_those_who_come_back() -> None:
    found = moves(
        met("a", 0), met("b", 0, role=EDITOR), met("c", 0, post="The mill"),
        met("a", 1, role=EDITOR), met("d", 1), met("e", 1, post="The bank"),
        met("b", 3, role=EDITOR), met("e", 3, post=" the  BANK"), met("f", 3, post="the mill"), met("a", 3, town=1),
    )  # fmt: skip
    # wave 2 was not held; d holds the post of a; e holds one that nobody held
    assert [(one.before and one.before.key, one.after.key) for one in found.moves] == [("0", "1"), ("1", "3")]
    assert told(found.moves[0]) == {"other": ("a",), "lost": ("b", "c"), "replaced": ("d",), "new": ("e",)}
    # a went to another town; b comes back after a wave; f holds the post of c
    assert told(found.moves[1]) == {"same": ("e",), "other": ("a",), "lost": ("d",), "back": ("b",), "replaced": ("f",)}
    first, second = found.towns[0].moves[1], found.towns[1].moves[1]
    assert first is not None and told(first)["lost"] == ("a", "d")
    # the other town was never visited before: a is no stranger, and nobody could be lost
    assert second is not None and second.before is None and told(second) == {"back": ("a",)}
    assert (second.asked, second.share) == (0, None)


def test_a_person_met_twice_in_a_wave_counts_once_and_in_any_of_the_posts() -> None:
    (found,) = moves(met("a", 0), met("a", 0, role=EDITOR), met("a", 1, role=EDITOR), met("a", 1, post="Bank")).moves
    assert told(found) == {"same": ("a",)}
    assert len(found.interviews["same"]) == 2


def test_without_interviews_there_is_no_panel() -> None:
    assert moves() == Panel((), ())
    assert moves(met("a", 2)).moves == ()


@given(evidences())
@FEW
def test_everybody_is_counted_once_and_with_their_interviews(evidence: Evidence) -> None:
    names = {one.id: one.id for one in evidence.respondents}
    panel = take_panel(evidence.waves, evidence.towns, evidence.interviews, evidence.role_by_id, names)
    for town, row in [("", panel.moves), *((one.town.id, one.moves) for one in panel.towns)]:
        for move in row:
            if move is None:
                continue
            here = [one for one in evidence.interviews if town in ("", one.town_id)]
            before = {one.respondent_id for one in here if move.before and one.wave_id == move.before.id}
            after = {one.respondent_id for one in here if one.wave_id == move.after.id}
            sides = [[who for kind in kinds for who in move.people[kind]] for kinds in (BEFORE, (*BEFORE[:2], *AFTER))]
            assert sorted(sides[0]) == sorted(before)
            assert sorted(sides[1]) == sorted(after)
            assert {*move.people["same"], *move.people["other"]} == before & after
            by_id = {one.id: one for one in here}
            for kind, ids in move.interviews.items():
                wave = move.before if kind in ("lost", "unvisited") else move.after
                assert {by_id[one].respondent_id for one in ids} == set(move.people[kind])
                assert not ids or (wave is not None and {by_id[one].wave_id for one in ids} == {wave.id})


@given(evidences())
@FEW
def test_the_order_of_the_interviews_does_not_matter(evidence: Evidence) -> None:
    turned = dataclasses.replace(evidence, interviews=evidence.interviews[::-1])
    found = [take_panel(one.waves, one.towns, one.interviews, one.role_by_id, {}).moves for one in (evidence, turned)]
    assert found[0] == found[1]
