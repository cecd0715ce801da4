"""Codings of several coders matched passage by passage."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from veche.analyses._shared.differences import common_share, compare, passages_of
from veche.study import Coding


def mark(coder: str, start: int, end: int, code: str = "x", modality: str = "asserted") -> Coding:
    return Coding(
        id=f"{coder}{start}-{end}{code}{modality[0]}", document_id="d", text_id="t", start=start, end=end, code_id=code,
        coder_id=coder, modality=modality,
    )  # type: ignore[arg-type]  # fmt: skip


marks = st.lists(
    st.builds(
        lambda coder, start, size, code, modality: mark(coder, start, start + size, code, modality),
        st.sampled_from("ab"), st.integers(0, 25), st.integers(1, 8), st.sampled_from("xyz"),
        st.sampled_from(["asserted", "asserted", "denied"]),
    ),
    max_size=12, unique_by=lambda one: one.id,
)  # fmt: skip
spans = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 6)).map(lambda one: (one[0], one[0] + one[1])), max_size=4
)


def test_the_same_code_on_much_the_same_words() -> None:
    found = compare([mark("a", 0, 10), mark("b", 2, 12)], "ab")
    assert [(one.start, one.end) for one in found.same] == [(0, 12)]
    assert found.differences == ()


def test_other_boundaries() -> None:
    found = compare([mark("a", 0, 10), mark("b", 8, 20)], "ab")
    assert found.same == ()
    assert [(one.kind, one.common) for one in found.differences] == [("boundaries", 0.1)]
    assert compare([mark("a", 0, 10), mark("b", 8, 20)], "ab", alike=0.1).differences == ()


def test_one_side_only() -> None:
    (one,) = compare([mark("a", 3, 9)], "ab").differences
    assert (one.kind, one.start, one.end, one.codes, one.common) == ("missing", 3, 9, ("x",), 0.0)
    assert [len(one.sides[coder]) for coder in "ab"] == [1, 0]


def test_another_code_on_the_same_words() -> None:
    (one,) = compare([mark("a", 0, 10, "x"), mark("b", 1, 10, "y")], "ab").differences
    assert (one.kind, one.codes, one.common) == ("other code", ("x", "y"), 0.9)


def test_codes_far_apart_are_two_disagreements() -> None:
    found = compare([mark("a", 0, 10, "x"), mark("b", 8, 20, "y")], "ab").differences
    assert [one.kind for one in found] == ["missing", "missing"]


def test_what_one_asserts_and_another_denies() -> None:
    (one,) = compare([mark("a", 0, 10), mark("b", 0, 10, modality="denied")], "ab").differences
    assert one.kind == "modality"


def test_two_short_against_one_long() -> None:
    found = compare([mark("a", 0, 5), mark("a", 5, 10), mark("b", 0, 10)], "ab")
    assert len(found.same) == 1 and len(found.same[0].codings) == 3


def test_touching_passages_stay_two() -> None:
    assert [(one.start, one.end) for one in passages_of([mark("a", 0, 5), mark("a", 5, 9)])] == [(0, 5), (5, 9)]


@given(marks)
def test_every_coding_stands_in_one_place(codings: list[Coding]) -> None:
    found = compare(codings, "ab")
    placed = [c.id for one in (*found.same, *found.differences) for c in (one.codings)]
    assert sorted(placed) == sorted(one.id for one in codings)


@given(marks, st.randoms(use_true_random=False))
def test_order_of_codings_makes_no_difference(codings: list[Coding], chance: object) -> None:
    other = list(codings)
    chance.shuffle(other)  # type: ignore[attr-defined]
    one, two = compare(codings, "ab"), compare(other, "ba")
    assert [(d.kind, d.codes, d.start, d.end) for d in one.differences] == [
        (d.kind, d.codes, d.start, d.end) for d in two.differences
    ]
    assert len(one.same) == len(two.same)


@given(marks)
def test_identical_coders_never_differ(codings: list[Coding]) -> None:
    own = [one for one in codings if one.coder_id == "a" and one.modality == "asserted"]
    twin = [mark("b", one.start, one.end, one.code_id) for one in own]
    assert compare([*own, *twin], "ab").differences == ()


@given(st.lists(spans, min_size=1, max_size=3))
def test_common_share_by_counting_characters(sides: list[list[tuple[int, int]]]) -> None:
    covered = [{n for start, end in side for n in range(start, end)} for side in sides]
    some = set().union(*covered)
    expected = len(set.intersection(*covered)) / len(some) if some else 0.0
    assert abs(common_share(sides) - expected) < 1e-12
