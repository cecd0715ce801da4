"""Who is present in other programs."""

from __future__ import annotations

from sqlalchemy import func, select, update

from tests.store._small import make_small
from veche.store import presence, tables
from veche.store.database import writing


def _passed(store: object, seconds: float) -> None:
    with writing(store._engine) as connection:  # type: ignore[attr-defined]
        connection.execute(update(tables.presence).values(at=tables.presence.c.at - seconds))


def test_each_program_sees_the_others(target: str) -> None:
    small = make_small(target)
    with small.store as store:
        before = store.last_entry()
        store.say_present("one", [("АК", "d2"), ("АК", None), ("АК", "d2")])
        store.say_present("two", [("МС", "d1")])
        assert store.present_elsewhere("one") == {("МС", "d1")}
        assert store.present_elsewhere("two") == {("АК", "d2"), ("АК", None)}
        assert store.present_elsewhere("three") == {("АК", "d2"), ("АК", None), ("МС", "d1")}
        store.say_present("one", [("АК", "d3")])
        assert store.present_elsewhere("two") == {("АК", "d3")}
        store.say_present("one", [])
        assert store.present_elsewhere("two") == frozenset()
        # it is no part of the study
        assert store.last_entry() == before


def test_a_program_that_was_killed_does_not_count_for_long(target: str) -> None:
    small = make_small(target)
    with small.store as store:
        store.say_present("killed", [("АК", "d1")])
        _passed(store, presence.SILENCE - 2)
        assert store.present_elsewhere("two") == {("АК", "d1")}
        _passed(store, 3)
        assert store.present_elsewhere("two") == frozenset()
        # and its row goes when others say that they are there
        _passed(store, 4 * presence.SILENCE)
        store.say_present("two", [("МС", None)])
        with store.reading() as connection:
            assert connection.execute(select(func.count()).select_from(tables.presence)).scalar() == 1
