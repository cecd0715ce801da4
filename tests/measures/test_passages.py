"""Passages together, and the language of codes: hand-computed cases and comparison with trying all pairs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures.code_query import Either, Term, Together, answer, keys, parse
from veche.measures.passages import Relation, Span, related
from veche.study import InputProblem

A, B, C = Span("a", "t", 0, 10), Span("b", "t", 10, 20), Span("c", "t", 4, 6)


def test_hand_computed() -> None:
    assert related([A], [B], "and") == frozenset()  # adjacent passages share no character
    assert related([A], [B], "near", 0) == {"a", "b"}
    assert related([A], [C], "and") == {"a", "c"}
    assert related([C], [A], "within") == {"c"} and related([A], [C], "within") == frozenset()
    assert related([A, C], [B], "without") == {"a", "c"} and related([A, B], [C], "without") == {"b"}
    assert related([A], [Span("d", "other", 0, 10)], "near", 500) == frozenset()
    assert related([A], [Span("d", "t", 13, 14)], "near", 2) == frozenset()
    assert related([A], [Span("d", "t", 13, 14)], "near", 3) == {"a", "d"}


def test_no_passage_is_its_own_partner() -> None:
    for relation in ("and", "near", "within"):
        assert related([A], [A], relation, 5) == frozenset()
    assert related([A], [A], "without") == {"a"}
    twin = Span("twin", "t", 0, 10)
    assert related([A, twin], [A, twin], "within") == {"a", "twin"}


@pytest.mark.parametrize("distance", [-1, 1_000_001])
def test_a_distance_out_of_bounds_is_refused(distance: int) -> None:
    with pytest.raises(InputProblem, match="from 0 to 1000000"):
        related([A], [B], "near", distance)


def brute(first: Sequence[Span], second: Sequence[Span], relation: Relation, distance: int) -> set[str]:
    def meets(x: Span, y: Span) -> bool:
        if x.id == y.id or x.text != y.text:
            return False
        if relation == "within":
            return y.start <= x.start and x.end <= y.end
        shared = set(range(x.start, x.end)) & set(range(y.start, y.end))
        if relation == "near":
            return (
                bool(shared)
                or min(abs(p - q) - 1 for p in (x.start, x.end - 1) for q in (y.start, y.end - 1)) <= distance
            )
        return bool(shared)

    met = {x.id for x in first if any(meets(x, y) for y in second)}
    if relation == "without":
        return {x.id for x in first} - met
    if relation == "within":
        return met
    return met | {y.id for y in second if any(meets(y, x) for x in first)}


def _pool(places: list[tuple[str, int, int]]) -> list[Span]:
    return [Span(str(n), text, start, start + length) for n, (text, start, length) in enumerate(places)]


pools = st.lists(st.tuples(st.sampled_from("tu"), st.integers(0, 30), st.integers(1, 12)), max_size=14).map(_pool)
relations: st.SearchStrategy[Relation] = st.sampled_from(("and", "near", "within", "without"))


@given(pools, st.data(), relations, st.integers(0, 8))
def test_as_trying_all_pairs(pool: list[Span], data: st.DataObject, relation: Relation, distance: int) -> None:
    sides = data.draw(
        st.lists(st.sampled_from(("first", "second", "both", "none")), min_size=len(pool), max_size=len(pool))
    )
    first = [span for span, side in zip(pool, sides, strict=True) if side in ("first", "both")]
    second = [span for span, side in zip(pool, sides, strict=True) if side in ("second", "both")]
    assert related(first, second, relation, distance) == brute(first, second, relation, distance)


def test_reading_queries() -> None:
    assert parse("A") == Term("A")
    assert parse('A OR "B C"') == Either(Term("A"), Term("B C"))
    assert parse("A AND B OR C") == Either(Together(Term("A"), Term("B"), "and"), Term("C"))
    assert parse("A NEAR/30 (B OR C)") == Together(Term("A"), Either(Term("B"), Term("C")), "near", 30)
    assert parse("A NEAR B") == Together(Term("A"), Term("B"), "near", 100)
    assert parse("А ВНУТРИ Б БЕЗ В") == parse("А WITHIN Б NOT В")
    assert parse("A or B".replace("or", "OR")) == Either(Term("A"), Term("B"))
    assert parse('"AND"') == Term("AND")
    assert keys(parse("A AND (B OR A) NOT *")) == ("A", "B")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "character 1"), ("A B", "B (character 3)"), ("A AND", "character 6"), ("(A", "opened at character 1"),
        ("A )", ") (character 3)"), ("OR A", "OR (character 1)"), ("A NEAR/x B", "NEAR/x (character 3)"),
        ("A NEAR/9999999 B", "at most 1000000"), ('A AND "B', "quotation mark"), ("A OR/3 B", "OR/3"), ("(" * 60, "40 brackets"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_place(text: str, found: str) -> None:
    with pytest.raises(InputProblem) as problem:
        parse(text)
    assert found in problem.value.message()


def test_answers() -> None:
    spans = {"A": [A], "B": [B], "C": [C], "*": [A, B, C]}
    ask = lambda text: answer(parse(text), spans.__getitem__)  # noqa: E731
    assert ask("A OR B") == {"a", "b"}
    assert ask("(A OR B) AND C") == {"a", "c"}
    assert ask("* WITHIN A") == {"c"}
    assert ask("A AND C NOT B") == {"a", "c"}
    assert ask("A NEAR/0 B AND C") == {"a", "c"}


@given(st.text(alphabet='AB ()"/*NOTRWIHAE0', max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = answer(parse(text), lambda key: [A])
    except InputProblem:
        return
    assert found <= {"a"}
