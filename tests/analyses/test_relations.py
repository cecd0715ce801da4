"""Statements as acts: offices resolved in time, merged and deleted actors, what is left out and why."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analyses.acts import Told
from tests.analyses.branch_acts import demo, town
from veche.analyses._shared import parties, reading
from veche.analyses._shared.periods import MONTH, Period, equal_periods, wave_periods
from veche.analyses._shared.relations import left_out_notes, prepare
from veche.study import Coder, Evidence, InputProblem, Tenure


def reasons(evidence: Evidence, **how: object) -> dict[str, str]:
    return {one.statement_id: one.reason for one in prepare(evidence, **how).left_out}  # type: ignore[arg-type]


def ordinal(text: str) -> float:
    return float(dt.date.fromisoformat(text).toordinal())


def test_an_office_stands_for_whoever_held_it_then() -> None:
    held = {"head": [("h", "2010", "2013-01"), ("k", "2013-01", None)]}
    found = prepare(town([Told("p", "pressure", "head", "a", "2012", "2014")], offices=held))
    assert [sorted(found.actors[i].id for i in some) for some in found.sources] == [["h"], ["k"]]
    assert found.start.tolist() == [ordinal("2012-01-01"), ordinal("2013-01-01")]
    # 366 days of 731 fall to the first holder
    assert found.confidence.tolist() == pytest.approx([366 / 731, 365 / 731])
    assert found.left_out == ()


def test_two_who_hold_an_office_at_once_are_both_meant() -> None:
    found = prepare(
        town(
            [Told("p", "pressure", "head", "a", "2012-06")], offices={"head": [("h", None, None), ("k", "2012", None)]}
        )
    )
    assert sorted(found.actors[i].id for i in found.sources[0]) == ["h", "k"]


def test_a_time_without_holder_is_left_out_by_its_part() -> None:
    held = {"head": [("h", "2012", "2013-01")]}
    found = prepare(town([Told("p", "pressure", "head", "a", "2012-01", "2014-01")], offices=held))
    assert len(found) == 1
    assert found.confidence[0] == pytest.approx(366 / 731)
    assert [(one.reason, round(one.part, 6)) for one in found.left_out] == [(parties.NO_HOLDER, round(365 / 731, 6))]
    assert "nobody is known to hold the office" in left_out_notes(found)[0]


def test_merged_actors_are_one_and_never_act_on_themselves() -> None:
    made = town(
        [Told("p", "pressure", "h2", "a"), Told("p", "pressure", "h2", "h"), Told("p", "partnership", "h2 a", "h")],
        merged={"h2": "h"},
    )
    found = prepare(made)
    assert [found.statements[k].id for k in range(len(found))] == ["s000", "s002"]
    assert [found.actors[i].id for i in found.sources[0]] == ["h"]
    assert reasons(made) == {"s001": parties.HIMSELF}
    assert "h2" not in {one.id for one in found.actors}


def test_what_cannot_be_used_says_why() -> None:
    told = [
        Told("p", "pressure", "gone", "a"),
        Told("p", "pressure", "h", "a", None),
        Told("p", "pressure", "h", "a", "2013", "2012"),
        Told("p", "nosuchkind", "h", "a"),
        Told("p", "pressure", "h", "a", more={"certainty": "rumour"}),
        Told("p", "pressure", "h", "a", more={"certainty": "first_hand", "coder_id": "machine"}),
        Told("p", "pressure", "", "a"),
        Told("p", "pressure", "h", ""),
    ]
    made = dataclasses.replace(town(told), coders=(Coder(id="machine", key="m", kind="suggestion"),))
    assert reasons(made, undated="leave", first_hand=True) == {
        "s000": reading.NOT_FIRST_HAND, "s001": reading.NOT_FIRST_HAND, "s002": reading.NOT_FIRST_HAND,
        "s003": reading.NO_KIND, "s004": reading.NOT_FIRST_HAND, "s005": reading.NOT_ACCEPTED,
        "s006": reading.NOT_FIRST_HAND, "s007": reading.NOT_FIRST_HAND,
    }  # fmt: skip
    assert reasons(made, undated="leave") == {
        "s000": parties.GONE, "s001": reading.NO_TIME, "s002": reading.BACKWARDS, "s003": reading.NO_KIND,
        "s005": reading.NOT_ACCEPTED, "s006": parties.NO_SOURCE, "s007": parties.NO_TARGET,
    }  # fmt: skip
    # an event without a date is one of the day of telling
    found = prepare(made)
    undated = np.flatnonzero(found.undated).tolist()
    assert [found.statements[k].id for k in undated] == ["s001"]
    assert found.start[undated[0]] == found.end[undated[0]] == ordinal("2014-06-01")


def test_statements_without_interview_or_place_are_left_out() -> None:
    made = town([Told("p", "pressure", "h", "a"), Told("q", "pressure", "h", "a")])
    lost = dataclasses.replace(
        made,
        statements=(dataclasses.replace(made.statements[0], interview_id=None), made.statements[1]),
        waves=made.waves[1:],
    )
    assert reasons(lost) == {"s000": reading.NO_INTERVIEW, "s001": reading.NO_PLACE}
    moved = dataclasses.replace(
        made, documents=tuple(dataclasses.replace(one, text_id="corrected") for one in made.documents)
    )
    assert set(reasons(moved).values()) == {reading.UNPLACED}


def test_actors_merged_in_a_circle_are_gone_not_a_loop() -> None:
    made = town([Told("p", "pressure", "h2", "a")], merged={"h2": "h3", "h3": "h2"})
    assert reasons(made) == {"s000": parties.GONE}


def test_branches_are_seen_from_the_town() -> None:
    found = prepare(town([Told("p", "pressure", "g", "h a f")]))
    assert found.branches == ((frozenset({"above"}), frozenset({"executive", "legislative", "business"})),)


def test_denied_and_hypothetical_statements_do_not_mix_with_asserted() -> None:
    told = [Told("p", "pressure", "h", "a", more={"modality": one}) for one in ("asserted", "denied", "hypothetical")]
    made = town(told)
    for k, modality in enumerate(("asserted", "denied", "hypothetical")):
        assert prepare(made, modality=modality).ids() == (f"s{k:03d}",)


def test_the_order_of_statements_changes_nothing() -> None:
    evidence = demo()
    shuffled = list(evidence.statements)
    random.Random(4).shuffle(shuffled)
    one, other = prepare(evidence), prepare(dataclasses.replace(evidence, statements=tuple(shuffled)))
    assert one.statements == other.statements
    assert np.array_equal(one.start, other.start)


@given(
    start=st.integers(0, 3000), length=st.integers(0, 2000), turns=st.lists(st.integers(-100, 5200), max_size=5, unique=True),
    width=st.integers(20, 900),
)  # fmt: skip
def test_parts_and_shares_sum_to_the_confidence(start: int, length: int, turns: list[int], width: int) -> None:
    """Over periods that partition the time line, the acts of a statement and its gaps sum to its confidence."""
    zero = dt.date(2000, 1, 1)
    days = [zero + dt.timedelta(days=one) for one in sorted(turns)]
    told = Told("p", "pressure", "head", "a", more={"confidence": 0.8})
    made = town([told], offices={"head": []})
    first, last = zero + dt.timedelta(days=start), zero + dt.timedelta(days=start + length)
    # every other stretch has a holder
    tenures = tuple(
        Tenure(id=f"t{k}", office_id="head", actor_id="a2" if k % 4 else "h", start=a, end=b)
        for k, (a, b) in enumerate(zip([None, *days], [*days, None], strict=True))
        if k % 2 == 0
    )
    made = dataclasses.replace(
        made,
        statements=(dataclasses.replace(made.statements[0], start=first, end=last),),
        tenures=tenures,
        actors=(*made.actors, *(dataclasses.replace(made.actors[0], id=one, key=one) for one in ("h", "a2"))),
    )
    found = prepare(made)
    origin = float(zero.toordinal()) - 50
    laid = equal_periods(origin, origin + 5400, width / MONTH)
    gaps = 0.8 * sum(one.part for one in found.left_out)
    assert found.shares(laid).share.sum() + gaps == pytest.approx(0.8)
    assert found.confidence.sum() + gaps == pytest.approx(0.8)


def test_periods_of_waves_do_not_overlap_and_reach_back() -> None:
    first, second = wave_periods(town([Told("p", "pressure", "h", "a")]), reach=12)
    assert first == Period("1", "first", ordinal("2011-01-01"), ordinal("2016-01-01"))
    assert second.start == ordinal("2017-01-01")
    # reaching over the wave before it, a wave begins where that one ends
    assert wave_periods(town([Told("p", "pressure", "h", "a")]), reach=60)[1].start == ordinal("2016-01-01")


def test_equal_periods_refuse_a_width_of_nothing() -> None:
    with pytest.raises(InputProblem):
        equal_periods(0, 100, 0)
