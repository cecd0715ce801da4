"""Who may not see whose work under blind double coding."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from veche.study import Assignment
from veche.study.double_coding import unfinished, veil

NOW = dt.datetime(2024, 5, 1)

assignments = st.lists(
    st.builds(
        Assignment, interview_id=st.sampled_from("xyz"), coder_id=st.sampled_from("abc"), blind=st.booleans(),
        finished=st.sampled_from([None, NOW]),
    ),
    max_size=8, unique_by=lambda one: (one.interview_id, one.coder_id),
)  # fmt: skip


def one(interview: str, coder: str, *, done: bool = False, blind: bool = True) -> Assignment:
    return Assignment(interview_id=interview, coder_id=coder, blind=blind, finished=NOW if done else None)


def test_hidden_until_all_have_finished() -> None:
    assert veil([one("x", "a"), one("x", "b")], {"a"}).hides("x", "b")
    assert veil([one("x", "a", done=True), one("x", "b")], {"a"}).hides("x", "b")
    assert not veil([one("x", "a", done=True), one("x", "b", done=True)], {"a"}).hides("x", "b")


def test_the_own_work_and_other_interviews_are_seen() -> None:
    found = veil([one("x", "a"), one("x", "b")], {"a"})
    assert not found.hides("x", "a")
    assert not found.hides("y", "b") and not found.hides(None, "b")
    assert found.hides("x", "c")  # also who is not assigned: the agreed layer, suggestions


def test_who_is_not_assigned_sees_everything() -> None:
    assert not veil([one("x", "a"), one("x", "b")], {"lead"})


def test_without_blindness_nothing_is_hidden() -> None:
    assert not veil([one("x", "a", blind=False), one("x", "b", blind=False)], {"a"})


@given(assignments, st.sampled_from("abcd"))
def test_the_rule_by_brute_force(given_ones: list[Assignment], viewer: str) -> None:
    found = veil(given_ones, {viewer})
    for interview in "xyz":
        blind = [a for a in given_ones if a.interview_id == interview and a.blind]
        hidden = any(a.coder_id == viewer for a in blind) and not all(a.finished for a in blind)
        assert (interview in found.interview_ids) == hidden
    waiting = unfinished(given_ones)
    for a in given_ones:
        assert (a.coder_id in waiting.get(a.interview_id, ())) == (a.finished is None)
