"""Alphas of free segments: by hand, against counting characters, and what cannot change them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.measures import _agreement_by_hand as by_hand
from tests.measures._agreement_strategies import layers
from veche.measures.agreement import Resampling, Unitizing, given_spans, unitizing_alpha, unitizing_alpha_2004
from veche.study.errors import InputProblem

Spans = list[list[tuple[int, int, str]]]


def figures(found: Unitizing) -> dict[str, Any]:
    return {
        "u": found.u.value,
        "binary": found.binary.value,
        "cu": found.cu.value,
        "cu_coverage": found.cu.coverage,
    } | {f"k {value}": one.value for value, one in found.ku.items()}


def same(one: dict[str, Any], two: dict[str, Any]) -> None:
    assert one.keys() == two.keys()
    for name, value in one.items():
        assert two[name] == (None if value is None else pytest.approx(value, abs=1e-9)), name


def test_two_coders_by_hand() -> None:
    """A text of 10: coder 1 marks 0-4 as a, coder 2 marks 2-6 as a; 12 positions of 20 are gaps, units have length 4.

    Common 2, gaps of both 4, mixed 8 ordered. Pairs of positions of unlike kind: 2*8*12 of 20*19 + 20 - 12 - 2*16
    (no position with its own unit, no gap position with itself).
    """
    found = unitizing_alpha(given_spans([[(0, 4, "a")], [(2, 6, "a")]], end=10))
    chance = 20 * 2 * 8 * 12 / (20 * 20 - 12 - 2 * 16)
    assert found.binary.value == pytest.approx(1 - 8 / chance)
    assert found.u.value == pytest.approx(found.binary.value)
    assert found.cu.value is None and found.cu.coverage == pytest.approx(4 / 20)
    assert found.ku["a"].coverage == pytest.approx(0.5)
    assert found.u.prevalence == {"a": pytest.approx(0.4)}
    assert (found.u.design, found.u.units, found.u.coders) == ("free segments", 2, 2)


@given(layers())
def test_u_as_by_counting_pairs_of_characters(drawn: tuple[Spans, int]) -> None:
    spans, length = drawn
    found, expected = unitizing_alpha(given_spans(spans, end=length)), by_hand.unitizing(spans, length)
    for mine, name in ((found.u, "u"), (found.binary, "binary")):
        number = expected[name]
        assert mine.value == (None if number is None else pytest.approx(float(number), abs=1e-9)), name
        assert (mine.reason is None) == (number is not None)


@given(layers())
def test_values_as_by_counting_characters(drawn: tuple[Spans, int]) -> None:
    spans, length = drawn
    found, expected = unitizing_alpha(given_spans(spans, end=length)), by_hand.values_where_both(spans, length)
    assert found.cu.coverage == pytest.approx(float(expected["coverage"]))
    assert found.cu.value == (None if expected["cu"] is None else pytest.approx(float(expected["cu"]), abs=1e-9))
    for value, (number, coverage) in expected["k"].items():
        assert found.ku[value].value == (None if number is None else pytest.approx(float(number), abs=1e-9))
        assert found.ku[value].coverage == pytest.approx(float(coverage))


@given(layers(), st.permutations(["x", "y", "z"]), st.randoms(use_true_random=False))
def test_order_of_coders_and_names_of_values_mean_nothing(
    drawn: tuple[Spans, int], names: list[str], random: Any
) -> None:
    spans, length = drawn
    new = dict(zip("abc", names, strict=True))
    changed = [[(s, e, new[v]) for s, e, v in random.sample(coder, len(coder))] for coder in spans]
    random.shuffle(changed)
    one, two = (unitizing_alpha(given_spans(each, end=length)) for each in (spans, changed))
    same(figures(one), {name if name[0] != "k" else f"k {name[2]}": v for name, v in figures_renamed(two, new).items()})


def figures_renamed(found: Unitizing, new: dict[str, str]) -> dict[str, Any]:
    old = {renamed: name for name, renamed in new.items()}
    return {f"k {old[name[2:]]}" if name.startswith("k ") else name: value for name, value in figures(found).items()}


@given(layers(coders=(2, 2)), st.integers(2, 4))
def test_identical_coders_agree_wholly(drawn: tuple[Spans, int], coders: int) -> None:
    spans, length = drawn
    found = unitizing_alpha(given_spans([spans[0]] * coders, end=length))
    for one in (found.u, found.binary, found.cu, *found.ku.values()):
        assert one.value is None or one.value == pytest.approx(1.0)
    marked = sum(end - start for start, end, _ in spans[0])
    assert (found.binary.value is None) == (marked in (0, length))


@given(layers(), st.integers(1, 5))
def test_several_documents_are_one_long_text_with_nothing_across(drawn: tuple[Spans, int], at: int) -> None:
    spans, length = drawn
    cut = min(at, length - 1)
    if any(start < cut < end for coder in spans for start, end, _ in coder):
        return
    first = given_spans([[one for one in coder if one[1] <= cut] for coder in spans], end=cut)
    second = given_spans([[one for one in coder if one[0] >= cut] for coder in spans], begin=cut, end=length)
    whole = figures(unitizing_alpha(given_spans(spans, end=length)))
    same(whole, figures(unitizing_alpha([first, second])))


@given(layers(), st.integers(1, 1000))
def test_where_the_text_begins_means_nothing(drawn: tuple[Spans, int], shift: int) -> None:
    spans, length = drawn
    moved = [[(start + shift, end + shift, value) for start, end, value in coder] for coder in spans]
    one = unitizing_alpha(given_spans(spans, end=length))
    same(figures(one), figures(unitizing_alpha(given_spans(moved, begin=shift, end=shift + length))))


def test_touching_units_stay_two() -> None:
    whole, cut = (
        unitizing_alpha(given_spans([first, [(0, 6, "a")]], end=12)).u.value
        for first in ([(0, 6, "a")], [(0, 3, "a"), (3, 6, "a")])
    )
    assert whole == 1.0 and cut == 1.0
    other = [[(0, 4, "a"), (4, 8, "a")], [(2, 6, "a")]]
    joined = [[(0, 8, "a")], [(2, 6, "a")]]
    one, two = (unitizing_alpha(given_spans(each, end=12)).u.value for each in (other, joined))
    assert one != pytest.approx(two)


def test_a_metric_of_values() -> None:
    """Values 1 to 3 on common units; distances as a matrix are those of the interval metric."""
    spans = [[(0, 4, 1), (5, 9, 2), (10, 14, 3)], [(0, 4, 1), (5, 9, 3), (10, 14, 3)]]
    given_all = given_spans(spans, end=20)
    interval = unitizing_alpha(given_all, metric="interval").cu
    matrix = unitizing_alpha(given_all, metric=[[0, 1, 4], [1, 0, 1], [4, 1, 0]]).cu
    # lengths 8 of 1, 4 of 2, 12 of 3; own units 2*16, 16, 3*16; one pair of length 4 differs by 1, both ways round
    room = 24 - (2 + 1 + 3) * 16 / 24
    chance = 2 * (8 * 4 * 1 + 8 * 12 * 4 + 4 * 12 * 1) / room
    assert interval.value == pytest.approx(1 - 2 * 4 / chance)
    assert matrix.value == pytest.approx(interval.value) and matrix.metric == "given"
    ratio = unitizing_alpha(given_all, metric="ratio").cu
    chance = 2 * (8 * 4 / 9 + 8 * 12 / 4 + 4 * 12 / 25) / room
    assert ratio.value == pytest.approx(1 - 2 * 4 / 25 / chance)


def test_metrics_that_do_not_fit_are_refused() -> None:
    spans = given_spans([[(0, 4, "a")], [(0, 4, "b")]], end=9)
    with pytest.raises(InputProblem, match="needs numbers"):
        unitizing_alpha(spans, metric="interval")
    with pytest.raises(InputProblem, match="'ordinal' is not known here"):
        unitizing_alpha(spans, metric="ordinal")  # type: ignore[arg-type]
    with pytest.raises(InputProblem, match="negative"):
        unitizing_alpha(given_spans([[(0, 4, -1)], [(0, 4, 1)]], end=9), metric="ratio")


def test_spans_of_one_layer_must_not_overlap() -> None:
    spans = given_spans([[(0, 4, "a")], [(0, 4, "a"), (3, 6, "b")]], end=9, coders=["ann", "bo"])
    for function in (unitizing_alpha, lambda given: unitizing_alpha([given, given])):
        with pytest.raises(InputProblem, match=r"Spans 0-4 \(a\) and 3-6 \(b\) of coder bo overlap"):
            function(spans)
    with pytest.raises(InputProblem, match="overlap"):
        unitizing_alpha_2004(given_spans([[(0, 4, "a")], [(0, 4, "a"), (3, 6, "a")]], end=9))


def test_undefined_with_reasons() -> None:
    nothing = unitizing_alpha(given_spans([[], []], end=9))
    assert nothing.u.value is None and "No coder marked anything" in str(nothing.u.reason)
    assert nothing.u.silent == ("1", "2")
    everything = unitizing_alpha(given_spans([[(0, 9, "a")], [(0, 9, "a")]], end=9))
    assert everything.u.value is None and "whole text alike" in str(everything.u.reason)
    apart = unitizing_alpha(given_spans([[(0, 4, "a")], [(5, 9, "a")]], end=9))
    assert apart.u.value is not None and apart.cu.value is None
    assert apart.cu.reason is not None and apart.cu.reason.kind == "nothing comparable"
    one_value = unitizing_alpha(given_spans([[(0, 4, "a")], [(2, 9, "a")]], end=10))
    assert one_value.cu.reason is not None and one_value.cu.reason.kind == "no variation"
    # three coders, of whom two meet in one place: the length of one unit with itself is all there is
    few = unitizing_alpha(given_spans([[], [(1, 2, "b"), (2, 4, "c")], [(1, 4, "a")]], end=5))
    assert few.ku["a"].value is None and "so few places" in str(few.ku["a"].reason)
    exactly_none = unitizing_alpha(given_spans([[(0, 2, "a")], [], [(0, 1, "b"), (1, 2, "b")]], end=6))
    assert exactly_none.ku["a"].value is None and exactly_none.ku["a"].expected is None
    one_silent = unitizing_alpha(given_spans([[(0, 4, "a")], []], end=10))
    # whatever one coder marks the other has as gap: worse than chance
    assert one_silent.u.value is not None and one_silent.u.value < 0 and one_silent.u.silent == ("2",)


def test_an_interval_draws_documents() -> None:
    """Two documents drawn twice: the value of each alone bounds the interval."""
    good = given_spans([[(0, 5, "a"), (8, 9, "b")], [(0, 5, "a"), (8, 9, "b")]], end=10)
    bad = given_spans([[(0, 5, "a"), (8, 9, "b")], [(4, 9, "b")]], end=10)
    found = unitizing_alpha([good, bad], interval=Resampling(seed=1, resamples=500)).u
    alone = unitizing_alpha([bad, bad]).u.value
    assert found.interval is not None and found.interval.method == "clusters"
    assert (found.interval.low, found.interval.high) == pytest.approx((alone, 1.0))
    single = unitizing_alpha(good, interval=Resampling(seed=1)).u
    assert single.interval is not None and single.interval.low is None and "one document" in str(single.interval.reason)
    with pytest.raises(InputProblem, match="Draw documents"):
        unitizing_alpha([good, bad], interval=Resampling(seed=1, by="units"))


@given(layers(values="a", length=14))
def test_the_older_alpha_as_section_by_section(drawn: tuple[Spans, int]) -> None:
    spans, length = drawn
    found = unitizing_alpha_2004(given_spans(spans, end=length))
    if not any(spans):
        assert found.alpha.value is None and found.by_value == {}
        return
    observed, expected = by_hand.unitizing_2004(spans, length)
    assert found.alpha.observed == pytest.approx(float(observed))
    assert found.alpha.expected == pytest.approx(float(expected))
    assert found.alpha.value == (pytest.approx(1 - float(observed / expected)) if expected else None)
    assert found.by_value["a"].value == found.alpha.value


def test_the_older_alpha_adds_values_up() -> None:
    spans = given_spans([[(0, 4, "a"), (2, 6, "b")], [(0, 4, "a"), (3, 8, "b")]], end=12)
    found = unitizing_alpha_2004(spans)
    parts = found.by_value.values()
    assert found.by_value["a"].value == 1.0
    assert found.alpha.value == pytest.approx(1 - sum(p.observed for p in parts) / sum(p.expected for p in parts))
