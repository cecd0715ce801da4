"""Interviews of one respondent beside one another."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workbench._panel import coding, make_evidence
from veche.study import InputProblem, NotFound
from veche.workbench.alignment import align, panel, passages_of, respondent_named, words_of

EVIDENCE = make_evidence()
FIRST, SECOND, THIRD = (EVIDENCE.interview_by_id[one] for one in ("i1", "i2", "i3"))


def test_rows_are_the_children_of_the_top_groups() -> None:
    found = align(EVIDENCE, (FIRST, SECOND))
    assert [row.topic.key for row in found.rows] == ["PROB.FISC", "DEAL"]
    assert [row.topic.key for row in found.unspoken] == ["PROB.DEMO"]
    money, deal = found.rows
    assert [side.standing for side in money.sides] == ["said", "not_asked"]
    assert (money.only, deal.only) == (0, None)
    assert [side.standing for side in deal.sides] == ["denied", "said"]
    # people leaving is a topic only from 2020 on, and the machine's suggestion of it does not count
    assert [side.standing for side in found.unspoken[0].sides] == ["not_yet", "not_yet"]


def test_overlapping_codings_are_one_passage_and_meeting_ones_are_two() -> None:
    money, deal = align(EVIDENCE, (FIRST, SECOND)).rows
    (joined,) = money.sides[0].passages
    assert (joined.start, joined.end, [one.id for one in joined.codings]) == (0, 14, ["k1", "k2"])
    assert [(one.start, one.end) for one in deal.sides[1].passages] == [(0, 4), (4, 9)]
    assert words_of(EVIDENCE, [joined, *deal.sides[0].passages]) == {
        joined.anchor: ("aaaa bbbb cccc", 1), deal.sides[0].passages[0].anchor: ("eeee", 2),
    }  # fmt: skip


def test_rows_may_be_topics_of_the_guide() -> None:
    found = align(EVIDENCE, (SECOND, THIRD), by="topic")
    assert [(row.topic.label("ru"), row.only) for row in found.rows] == [("Деньги", 1), ("Люди", 1)]
    assert [side.standing for side in found.rows[0].sides] == ["not_asked", "said"]
    assert [side.standing for side in found.rows[1].sides] == ["not_yet", "said"]


def test_a_topic_that_was_asked_and_not_taken_up_is_silent() -> None:
    evidence = make_evidence(codings=(coding("a", 2, 0, 4, "DEAL"),))
    found = align(evidence, (FIRST,), by="topic")
    assert found.rows == ()
    assert [row.sides[0].standing for row in found.unspoken] == ["silent", "not_yet"]
    assert align(evidence, (FIRST, SECOND)).rows[0].sides[0].standing == "silent"


def test_the_panel_has_those_met_twice() -> None:
    assert [(one.key, [each.key for each in held]) for one, held in panel(EVIDENCE)] == [("R-1", ["I1", "I2", "I3"])]


@pytest.mark.parametrize("count", [0, 4])
def test_one_to_three_interviews_stand_side_by_side(count: int) -> None:
    with pytest.raises(InputProblem, match=f"{count} interviews were chosen"):
        align(EVIDENCE, EVIDENCE.interviews[:count])


def test_bad_input_is_refused() -> None:
    with pytest.raises(InputProblem, match="2 interviews"):
        align(EVIDENCE, (FIRST, FIRST))
    with pytest.raises(InputProblem, match="by is words"):
        align(EVIDENCE, (FIRST,), by="words")  # type: ignore[arg-type]
    with pytest.raises(NotFound, match=r"respondent R-9\. Nearest: R-3"):
        respondent_named(EVIDENCE, "R-9")


@given(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 24), st.integers(1, 8)), max_size=25))
def test_passages_hold_every_coding_once_and_never_overlap(given_spans: list[tuple[int, int, int]]) -> None:
    codings = [coding(f"k{n}", text, start, start + size, "DEAL") for n, (text, start, size) in enumerate(given_spans)]
    found = passages_of(codings)
    assert sorted(one.id for passage in found for one in passage.codings) == sorted(one.id for one in codings)
    for before, after in itertools.pairwise(found):
        assert before.text_id < after.text_id or before.end <= after.start
    # a point is covered by a passage exactly where it is covered by a coding
    for text in ("x1", "x2"):
        spoken = {at for one in codings if one.text_id == text for at in range(one.start, one.end)}
        assert spoken == {at for one in found if one.text_id == text for at in range(one.start, one.end)}
