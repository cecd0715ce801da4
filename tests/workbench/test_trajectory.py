"""A respondent on one code, wave after wave."""

from __future__ import annotations

import dataclasses

import pytest

from tests.workbench._panel import make_evidence
from veche.study import NotFound
from veche.workbench.alignment import respondent_named
from veche.workbench.trajectory import first_code, meetings, reached, trajectory

EVIDENCE = make_evidence()
PERSON = respondent_named(EVIDENCE, "R-1")


def test_every_meeting_is_a_station_in_order_of_date() -> None:
    found = trajectory(EVIDENCE, PERSON, EVIDENCE.code("PROB.FISC"))
    assert [(one.interview.key, one.wave.label, one.town.key, one.role.key) for one in found.stations] == [
        ("I1", "I", "A", "head"), ("I2", "II", "A", "head"), ("I3", "III", "B", "editor"),
    ]  # fmt: skip
    assert [one.side.standing for one in found.stations] == ["said", "not_asked", "said"]
    assert [one.moved for one in found.stations] == [False, False, True]
    assert [[(p.start, p.end) for p in one.side.passages] for one in found.stations] == [[(0, 14)], [], [(5, 9)]]


def test_a_heading_takes_in_all_below_it() -> None:
    found = trajectory(EVIDENCE, PERSON, EVIDENCE.code("PROB"))
    assert [len(one.side.passages) for one in found.stations] == [1, 0, 2]


def test_what_a_respondent_speaks_of_is_counted_by_passages() -> None:
    assert [(one.depth, one.code.key, one.counts, one.total) for one in reached(EVIDENCE, PERSON)] == [
        (0, "PROB", (1, 0, 2), 3), (1, "PROB.FISC", (1, 0, 1), 2), (2, "PROB.FISC.TAX", (1, 0, 0), 1),
        (1, "PROB.DEMO", (0, 0, 1), 1), (0, "DEAL", (1, 2, 0), 3),
    ]  # fmt: skip
    assert first_code(EVIDENCE, PERSON).key == "DEAL"


def test_a_respondent_who_said_nothing_begins_with_the_first_code() -> None:
    silent = respondent_named(EVIDENCE, "R-3")
    assert meetings(EVIDENCE, silent) == () == trajectory(EVIDENCE, silent, EVIDENCE.code("DEAL")).stations
    assert first_code(EVIDENCE, silent).key == "PROB"
    with pytest.raises(NotFound, match="codebook of the study is empty"):
        first_code(dataclasses.replace(EVIDENCE, codes=(), codings=()), PERSON)
