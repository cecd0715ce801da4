"""Spans and what is refused; overlap in characters, segments that match, codes in documents."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.measures._agreement_strategies import marks
from veche.measures.agreement import (
    code_frequency,
    code_in_document,
    gamma,
    given_spans,
    given_units,
    over_documents,
    overlap,
    percent,
    segment_agreement,
    side_by_side,
    unitizing_alpha,
    unitizing_alpha_2004,
)
from veche.study.errors import InputProblem


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([[(0, 5, "a")]], "Spans of 1 coders"),
        (3, "spans are 3"),
        ([[(0, 5)], []], r"Coder 1 has \(0, 5\) where a span should be"),
        ([[(0, 5, "a"), "b"], []], "Coder 1 has 'b'"),
        ([[("x", 5, "a")], []], "where a span should be"),
        ([[(0, 5, [])], []], "where a span should be"),
        ([[], [(3, 3, "a")]], r"span 3-3 \(a\) of coder 2 is no stretch of text"),
        ([[(5, 3, "a")], []], "no stretch of text"),
        ([[(-1, 3, "a")], []], r"span -1-3 \(a\) of coder 1 lies outside the text 0-20"),
        ([[(0.5, 3, "a")], []], "Give whole numbers"),
        ([[(0, float("nan"), "a")], []], "Give whole numbers"),
        ([[(15, 21, "a")], []], r"span 15-21 \(a\) of coder 1 lies outside the text 0-20"),
        ([[(0, 5, None)], []], r"span without a value: \(0, 5, None\)"),
    ],
)
def test_what_is_no_span_is_refused(spans: Any, words: str) -> None:
    with pytest.raises(InputProblem, match=words):
        given_spans(spans, end=20)


def test_texts_that_are_none_are_refused() -> None:
    with pytest.raises(InputProblem, match="it is empty"):
        given_spans([[], []], end=0)
    with pytest.raises(InputProblem, match=r"reaches to 2\.5"):
        given_spans([[], []], end=2.5)  # type: ignore[arg-type]
    with pytest.raises(InputProblem, match="length of the text is not known"):
        overlap(given_spans([[(0, 5, "a")], []]))


def test_designs_do_not_mix() -> None:
    spans = given_spans([[(0, 5, "a")], [(0, 4, "a")]], end=20)
    units = given_units([["a", "a"]])
    for function in (overlap, unitizing_alpha, unitizing_alpha_2004, segment_agreement, code_in_document):
        with pytest.raises(InputProblem, match="another design"):
            function(units)  # type: ignore[operator]
    with pytest.raises(InputProblem, match="another design"):
        gamma(units, seed=1)  # type: ignore[arg-type]
    with pytest.raises(InputProblem, match="No spans are given"):
        unitizing_alpha([])
    with pytest.raises(InputProblem, match="No spans are given"):
        unitizing_alpha(5)  # type: ignore[arg-type]
    with pytest.raises(InputProblem, match="Spans of 2 documents"):
        overlap([spans, spans])  # type: ignore[arg-type]
    with pytest.raises(InputProblem, match="coders 1, 2 and another x, y"):
        unitizing_alpha([spans, given_spans([[], []], end=5, coders=["x", "y"])])
    with pytest.raises(InputProblem, match="characters"):
        side_by_side([unitizing_alpha(spans).u, overlap(spans)["a"].jaccard])


def test_spans_tell_who_marked_nothing() -> None:
    spans = given_spans([[(0, 5, "a")], []], coders=["ann", "bo"], end=9)
    assert (spans.silent, spans.size, spans.length) == (("bo",), 1, 9)
    assert overlap(spans)["a"].jaccard.silent == ("bo",)


def test_overlap_by_hand() -> None:
    """A text of 100: marked 10-40 against 20-60, so 20 common of 50."""
    found = overlap(given_spans([[(10, 30, "a"), (25, 40, "a")], [(20, 60, "a")]], end=100))["a"]
    assert (found.first, found.second, found.both, found.length) == (30, 40, 20, 100)
    assert found.jaccard.value == pytest.approx(20 / 50)
    assert found.dice.value == pytest.approx(40 / 70)
    assert found.percent.value == pytest.approx(70 / 100)
    chance = (30 * 40 + 70 * 60) / 100**2
    assert found.kappa.value == pytest.approx((0.7 - chance) / (1 - chance))
    assert found.kappa.design == "characters" and found.kappa.interval is None
    assert found.kappa.prevalence == {True: pytest.approx(0.35), False: pytest.approx(0.65)}


def test_overlap_where_there_is_nothing_to_compare() -> None:
    found = overlap(given_spans([[(0, 50, "a")], []], end=50), codes=["a", "b"])
    assert found["a"].jaccard.value == 0.0 and found["a"].kappa.value == 0.0
    unused = found["b"]
    assert unused.percent.value == 1.0
    assert unused.jaccard.value is None and unused.dice.value is None and unused.kappa.value is None
    assert unused.jaccard.reason is not None and unused.jaccard.reason.kind == "nothing comparable"
    everything = overlap(given_spans([[(0, 50, "a")], [(0, 50, "a")]], end=50))["a"]
    assert everything.jaccard.value == 1.0 and everything.kappa.value is None
    assert everything.kappa.reason is not None and everything.kappa.reason.kind == "no variation"


def test_overlap_is_for_two_coders() -> None:
    spans = given_spans([[], [], []], end=5)
    for function in (overlap, segment_agreement, code_frequency):
        with pytest.raises(InputProblem, match="compares two coders, and 3 were given"):
            function(spans)  # type: ignore[operator]


@given(marks(coders=(2, 2), units=5), st.integers(0, 3))
def test_overlap_as_by_sets_of_characters(spans: list[list[tuple[int, int, str]]], begin: int) -> None:
    moved = [[(start + begin, end + begin, value) for start, end, value in coder] for coder in spans]
    found = overlap(given_spans(moved, begin=begin, end=begin + 40), codes=["a", "b"])
    for code in "ab":
        one, two = ({at for s, e, v in coder if v == code for at in range(s, e)} for coder in spans)
        mine = found[code]
        assert (mine.first, mine.second, mine.both) == (len(one), len(two), len(one & two))
        if one | two:
            assert mine.jaccard.value == pytest.approx(len(one & two) / len(one | two))
        table = [[at in one, at in two] for at in range(40)]
        assert mine.percent.value == pytest.approx(percent(table).value)


def test_means_over_documents() -> None:
    """Kappa is undefined in the second document; the third is four times as long as the first."""
    texts = [
        ([(0, 10, "a")], [(0, 10, "a")], 100),
        ([], [], 100),
        ([(0, 200, "a")], [(100, 300, "a")], 400),
    ]
    documents = [overlap(given_spans([one, two], end=end), codes=["a"])["a"] for one, two, end in texts]
    kappa = documents[2].kappa.value
    found = over_documents(documents)
    assert found.value == pytest.approx((1 + kappa) / 2)
    assert (found.coverage, found.coefficient, found.units) == (pytest.approx(2 / 3), "mean_character_kappa", 600)
    weighted = over_documents(documents, weights="length")
    assert weighted.value == pytest.approx((100 * 1 + 400 * kappa) / 500)
    assert over_documents(documents, coefficient="percent").value == pytest.approx((1 + 1 + 0.5) / 3)
    assert over_documents(documents[1:2]).value is None
    assert over_documents([]).value is None
    with pytest.raises(InputProblem, match="A mean of 'alpha'"):
        over_documents(documents, coefficient="alpha")  # type: ignore[arg-type]


# segments


def test_segments_by_hand() -> None:
    """0-100 against 0-95 shares .95; 200-300 against 250-300 shares .5 of both and all of the second's own."""
    spans = given_spans([[(0, 100, "a"), (200, 300, "a")], [(0, 95, "a"), (250, 300, "a")]])
    strict = segment_agreement(spans, codes=4)
    assert (strict.matched, strict.only_first, strict.only_second) == (2, 1, 1)
    assert strict.percent.value == 0.5
    assert strict.kappa.value == pytest.approx((1 / 2 - 1 / 4) / (3 / 4))
    assert strict.kappa.expected == 0.25
    own = segment_agreement(spans, reference="own")
    assert (own.matched, own.only_first, own.only_second) == (3, 1, 0)
    first = segment_agreement(spans, directions=1)
    assert (first.matched, first.only_first, first.only_second) == (1, 1, 0)
    exactly = segment_agreement(spans, threshold=0.95)
    assert exactly.matched == 2
    half = segment_agreement(spans, threshold=0.5, codes=2)
    assert half.matched == 4 and half.kappa.value == 1.0


def test_segments_without_a_value() -> None:
    nothing = segment_agreement(given_spans([[], []]))
    assert nothing.percent.value is None and nothing.kappa.value is None
    one_code = segment_agreement(given_spans([[(0, 5, "a")], [(0, 5, "a")]]))
    assert one_code.percent.value == 1.0 and one_code.kappa.value is None
    assert one_code.kappa.reason is not None and one_code.kappa.reason.kind == "no chance level"


def test_segments_of_several_documents_add_up() -> None:
    one = given_spans([[(0, 10, "a")], [(0, 10, "a")]])
    two = given_spans([[(0, 10, "b")], [(20, 30, "b")]])
    found = segment_agreement([one, two])
    assert (found.matched, found.only_first, found.only_second) == (2, 1, 1)


@pytest.mark.parametrize(
    "options",
    [{"threshold": 0}, {"threshold": 1.1}, {"reference": "other"}, {"directions": 3}, {"codes": 0}, {"codes": 1.5}],
)
def test_options_of_segments_out_of_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InputProblem):
        segment_agreement(given_spans([[(0, 5, "a")], [(0, 5, "b")]]), **options)


@given(marks(coders=(2, 2), units=4), st.sampled_from([0.3, 0.5, 0.9, 1.0]), st.sampled_from(["union", "own"]))
def test_segments_as_by_loops(spans: list[list[tuple[int, int, str]]], threshold: float, reference: Any) -> None:
    def matches(one: tuple[int, int, str], two: tuple[int, int, str]) -> bool:
        mine, yours = set(range(*one[:2])), set(range(*two[:2]))
        whole = mine | yours if reference == "union" else mine
        return one[2] == two[2] and bool(mine & yours) and len(mine & yours) / len(whole) >= threshold

    first, second = spans
    hits = sum(any(matches(one, two) for two in second) for one in first)
    back = sum(any(matches(one, two) for two in first) for one in second)
    found = segment_agreement(given_spans(spans), threshold=threshold, reference=reference)
    assert found.matched == hits + back
    assert (found.only_first, found.only_second) == (len(first) - hits, len(second) - back)


def test_codes_in_documents_by_hand() -> None:
    """Two documents, codes a, b, c: a used alike in both; b by one only in the first; c twice against once."""
    one = given_spans([[(0, 5, "a"), (5, 9, "b"), (9, 12, "c"), (12, 15, "c")], [(0, 5, "a"), (9, 15, "c")]])
    two = given_spans([[(0, 5, "a")], [(3, 5, "a")]])
    assert code_in_document([one, two]).value == pytest.approx(5 / 6)
    assert code_frequency([one, two]).value == pytest.approx(4 / 6)
    assert code_in_document([one, two], codes="abcd").value == pytest.approx(7 / 8)
    assert code_in_document([one, two]).design == "documents"
    assert code_in_document(given_spans([[], []])).value is None
    with pytest.raises(InputProblem, match="code 'c' was used"):
        code_frequency([one, two], codes="ab")
