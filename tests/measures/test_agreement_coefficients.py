"""Coefficients on given units: by hand, against loops written from the formulas, and what cannot change them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.measures import _agreement_by_hand as by_hand
from tests.measures._agreement_strategies import tables
from veche.measures.agreement import (
    COEFFICIENTS,
    Agreement,
    bennett_s,
    brennan_prediger,
    coefficient,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    given_units,
    gwet_ac1,
    gwet_ac2,
    holsti,
    krippendorff_alpha,
    light_kappa,
    percent,
    randolph_kappa,
    scott_pi,
)

Rows = list[list[Any]]

FOR_MANY = ("percent", "brennan_prediger", "randolph_kappa", "fleiss_kappa", "conger_kappa", "light_kappa", "gwet_ac1")
FOR_TWO = ("holsti", "bennett_s", "scott_pi", "cohen_kappa")
ALPHAS = ("alpha_nominal", "alpha_ordinal", "alpha_interval", "alpha_ratio")
METRICS: dict[str, Callable[[Any, Any, list[Any]], Fraction]] = {
    "nominal": by_hand.nominal,
    "ordinal": by_hand.ordinal,
    "interval": by_hand.interval,
    "ratio": by_hand.ratio,
}


def agrees(found: Agreement, expected: Fraction | None) -> None:
    """Assert a value, or that both say undefined."""
    if expected is None:
        assert found.value is None and found.reason is not None
    else:
        assert found.value == pytest.approx(float(expected), abs=1e-9)


# 12 turns, whether they speak of the budget: both yes 4, only the first 2, only the second 1, neither 5
TURNS: Rows = [[1, 1]] * 4 + [[1, 0]] * 2 + [[0, 1]] + [[0, 0]] * 5


def test_two_coders_by_hand() -> None:
    # A_o = 9/12; first coder 6 of 12 yes, second 5 of 12
    assert percent(TURNS).value == pytest.approx(9 / 12)
    assert holsti(TURNS).value == pytest.approx(2 * 9 / 24)
    assert bennett_s(TURNS).value == pytest.approx(1 / 2)
    assert cohen_kappa(TURNS).value == pytest.approx((3 / 4 - 1 / 2) / (1 / 2))
    expected = (11 / 24) ** 2 + (13 / 24) ** 2
    assert scott_pi(TURNS).value == pytest.approx((3 / 4 - expected) / (1 - expected))
    expected = 2 * (11 / 24) * (13 / 24)
    assert gwet_ac1(TURNS).value == pytest.approx((3 / 4 - expected) / (1 - expected))
    # D_o = 6/24, D_e = 2*11*13/(24*23)
    assert krippendorff_alpha(TURNS).value == pytest.approx(1 - (6 / 24) / (2 * 11 * 13 / (24 * 23)))


def test_observed_and_expected_make_the_value() -> None:
    for name in ("bennett_s", "scott_pi", "cohen_kappa", "fleiss_kappa", "conger_kappa", "gwet_ac1"):
        found = coefficient(name)(TURNS)
        assert found.parts == "agreement" and found.observed == pytest.approx(0.75)
        assert found.value == pytest.approx((found.observed - found.expected) / (1 - found.expected))
    found = krippendorff_alpha(TURNS)
    assert found.parts == "disagreement"
    assert found.value == pytest.approx(1 - found.observed / found.expected)


def test_categories_offered_count_though_nobody_used_them() -> None:
    more = given_units(TURNS, categories=[0, 1, 2])
    assert bennett_s(more).value == pytest.approx((3 / 4 - 1 / 3) / (2 / 3))
    assert brennan_prediger(more).value == randolph_kappa(more).value == bennett_s(more).value
    expected = 2 * (11 / 24) * (13 / 24) / 2
    assert gwet_ac1(more).value == pytest.approx((3 / 4 - expected) / (1 - expected))
    for same in (cohen_kappa, scott_pi, fleiss_kappa, krippendorff_alpha):
        assert same(more).value == pytest.approx(same(TURNS).value)


def test_holsti_counts_decisions_of_one_coder_against_both() -> None:
    # two common decisions, both agreed; the first coder made four decisions and the second three
    rows = [["a", "a"], ["b", "b"], ["a", None], ["b", None], [None, "b"]]
    assert holsti(rows).value == pytest.approx(2 * 2 / (4 + 3))
    assert percent(rows).value == 1.0


def test_prevalence_pulls_kappa_down_and_leaves_ac1() -> None:
    # 100 turns, a rare code: agreed once present and 95 times absent, 4 times in dispute
    rows = [[1, 1]] + [[1, 0]] * 2 + [[0, 1]] * 2 + [[0, 0]] * 95
    assert percent(rows).value == pytest.approx(0.96)
    expected = 0.03 * 0.03 + 0.97 * 0.97
    assert cohen_kappa(rows).value == pytest.approx((0.96 - expected) / (1 - expected))
    assert cohen_kappa(rows).value < 0.32 < 0.95 < gwet_ac1(rows).value
    assert cohen_kappa(rows).prevalence == {0: pytest.approx(0.97), 1: pytest.approx(0.03)}


def test_weights_by_hand() -> None:
    rows = [[1, 1], [1, 2], [2, 2], [3, 3]]
    assert cohen_kappa(rows, weights="linear").value == pytest.approx(1 - (1 / 8) / (7 / 16))
    # quadratic weights: one pair 1 apart of 4, and by chance 1/4 + ... of the products of shares
    apart = {0: 0, 1: 1 / 4, 2: 1}
    chance = sum(p * q * apart[abs(i - j)] for i, p in ((1, 2), (2, 1), (3, 1)) for j, q in ((1, 1), (2, 2), (3, 1)))
    found = cohen_kappa(rows, weights="quadratic")
    assert found.value == pytest.approx(1 - (1 / 16) / (chance / 16))
    assert found.metric == "quadratic"
    linear = [[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]]
    given_matrix = cohen_kappa(rows, weights=linear)
    assert given_matrix.value == pytest.approx(cohen_kappa(rows, weights="linear").value)
    assert given_matrix.metric == "given"
    assert gwet_ac2(rows, weights=linear).value == pytest.approx(21 / 29)
    assert gwet_ac2(rows, weights=np.eye(3)).value == pytest.approx(gwet_ac1(rows).value)


def test_many_coders_by_hand() -> None:
    rows = [["a", "a", "a"], ["a", "b", "b"], ["b", "b", "b"], ["c", "c", "b"]]
    # pairs of coders agree 3, 1, 3, 1 times of 3
    assert percent(rows).value == pytest.approx(2 / 3)
    expected = (4 / 12) ** 2 + (6 / 12) ** 2 + (2 / 12) ** 2
    assert fleiss_kappa(rows).value == pytest.approx((2 / 3 - expected) / (1 - expected))
    assert conger_kappa(rows).value == pytest.approx(15 / 31)
    assert light_kappa(rows).value == pytest.approx((7 / 11 + 3 / 11 + 5 / 9) / 3)
    assert light_kappa(rows).observed is None


def test_light_is_undefined_with_a_pair_without_kappa_and_names_it() -> None:
    units = given_units([["a", "a", "a"], ["a", "a", "b"]], coders=["ann", "bo", "cy"])
    found = light_kappa(units)
    assert found.value is None and found.reason is not None
    assert "Coders ann and bo have no kappa of their own. All values" in str(found.reason)
    assert conger_kappa(units).value is not None


def test_a_metric_given_as_a_matrix() -> None:
    rows = [[1, 1], [1, 2], [2, 2], [3, 1]]
    squares = np.array([[0, 1, 4], [1, 0, 1], [4, 1, 0]])
    assert krippendorff_alpha(rows, metric=squares).value == pytest.approx(
        krippendorff_alpha(rows, metric="interval").value
    )


def test_interval_alpha_keeps_its_digits_far_from_zero() -> None:
    rows = np.array([[1.0, 1.0], [1.0, 2.0], [2.0, 2.0], [3.0, 3.0]])
    near, far = (krippendorff_alpha(rows + shift, metric="interval").value for shift in (0, 1e9))
    assert far == pytest.approx(near, abs=1e-9)


@given(tables())
def test_many_coders_as_by_loops(rows: Rows) -> None:
    values = {value for row in rows for value in row if value is not None}
    agrees(percent(rows), by_hand.percent(rows))
    agrees(fleiss_kappa(rows), by_hand.fleiss(rows))
    agrees(conger_kappa(rows), by_hand.conger(rows))
    agrees(light_kappa(rows), by_hand.light(rows))
    agrees(gwet_ac1(rows), by_hand.gwet(rows, sorted(values)))
    agrees(randolph_kappa(rows), by_hand.uniform(rows, max(len(values), 1)))
    for name, squared in METRICS.items():
        agrees(coefficient(f"alpha_{name}")(rows), by_hand.alpha(rows, squared))


@given(tables(coders=(2, 2)))
def test_two_coders_as_by_loops(rows: Rows) -> None:
    agrees(cohen_kappa(rows), by_hand.cohen(rows))
    agrees(scott_pi(rows), by_hand.scott(rows))
    common = by_hand.complete(rows, 0, 1)
    decisions = sum(value is not None for row in rows for value in row)
    agrees(holsti(rows), Fraction(2 * sum(a == b for a, b in common), decisions) if common else None)


@given(tables(), st.sampled_from(["linear", "quadratic"]))
def test_weighted_as_by_loops(rows: Rows, name: str) -> None:
    values = sorted({value for row in rows for value in row if value is not None})
    assume(len(values) >= 2)
    place = {value: number for number, value in enumerate(values)}

    def weight(a: int, b: int) -> Fraction:
        apart = Fraction(abs(place[a] - place[b]), len(values) - 1)
        return 1 - (apart if name == "linear" else apart**2)

    agrees(gwet_ac2(rows, weights=name), by_hand.gwet(rows, values, weight))  # type: ignore[arg-type]
    if len(rows[0]) == 2:
        agrees(cohen_kappa(rows, weights=name), by_hand.cohen(rows, weight))  # type: ignore[arg-type]


@given(tables(), st.randoms(use_true_random=False))
def test_order_of_units_and_coders_means_nothing(rows: Rows, random: Any) -> None:
    shuffled = [list(row) for row in rows]
    random.shuffle(shuffled)
    places = list(range(len(rows[0])))
    random.shuffle(places)
    moved = [[row[place] for place in places] for row in shuffled]
    names = (*FOR_MANY, *ALPHAS, "gwet_ac2_linear", *(FOR_TWO if len(places) == 2 else ()))
    for name in names:
        one, two = coefficient(name)(rows).value, coefficient(name)(moved).value
        assert (one is None) == (two is None), name
        assert one is None or two == pytest.approx(one, abs=1e-9), name


@given(tables(), st.permutations(["road", "tariff", "school", "clinic"]))
def test_names_of_values_mean_nothing_to_nominal_coefficients(rows: Rows, names: list[str]) -> None:
    renamed = [[None if value is None else names[value] for value in row] for row in rows]
    for name in (*FOR_MANY, "alpha_nominal", *(FOR_TWO if len(rows[0]) == 2 else ())):
        one, two = coefficient(name)(rows).value, coefficient(name)(renamed).value
        assert (one is None) == (two is None), name
        assert one is None or two == pytest.approx(one, abs=1e-9), name


@given(st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=1, max_size=8), st.integers(2, 5))
def test_identical_coders_agree_wholly(values: list[int | None], coders: int) -> None:
    rows = [[value] * coders for value in values]
    varied = len({value for value in values if value is not None}) >= 2
    for name in (*FOR_MANY, *ALPHAS, "gwet_ac2_quadratic", *(FOR_TWO if coders == 2 else ())):
        found = coefficient(name)(rows)
        if name in ("percent", "holsti"):
            assert found.value == (1.0 if any(value is not None for value in values) else None)
        else:
            assert found.value == (pytest.approx(1.0) if varied else None), name
            assert (found.reason is None) == varied


@given(tables())
def test_values_stay_within_bounds(rows: Rows) -> None:
    for name in (*FOR_MANY, *ALPHAS, "gwet_ac2_linear", *(FOR_TWO if len(rows[0]) == 2 else ())):
        found = coefficient(name)(rows)
        assert found.value is None or found.value <= 1 + 1e-12, name
    for name in ("percent", *(("holsti",) if len(rows[0]) == 2 else ())):
        found = coefficient(name)(rows)
        assert found.value is None or 0 <= found.value <= 1
    if len(rows[0]) == 2:
        for name in ("cohen_kappa", "scott_pi", "bennett_s"):
            found = coefficient(name)(rows)
            assert found.value is None or found.value >= -1 - 1e-12
    shares = percent(rows).prevalence
    assert not shares or sum(shares.values()) == pytest.approx(1)


@given(tables())
def test_doubling_the_units(rows: Rows) -> None:
    """Shares do not change; alpha's correction for few values does, by a factor known."""
    doubled = rows + rows
    for name in (*FOR_MANY, "gwet_ac2_quadratic", *(FOR_TWO if len(rows[0]) == 2 else ())):
        one, two = coefficient(name)(rows).value, coefficient(name)(doubled).value
        assert (one is None) == (two is None)
        assert one is None or two == pytest.approx(one, abs=1e-9), name
    n = sum(len(row) for row in by_hand.pairable(rows))
    for name in ALPHAS:
        one, two = coefficient(name)(rows).value, coefficient(name)(doubled).value
        if one is not None:
            # D_o stays, D_e goes with n/(n - 1)
            assert 1 - two == pytest.approx((1 - one) * (2 * n - 1) / (2 * (n - 1)), abs=1e-9), name


@given(tables(coders=(2, 2), missing=False))
def test_with_two_coders_those_for_many_are_those_for_two(rows: Rows) -> None:
    for many, two in (("fleiss_kappa", "scott_pi"), ("conger_kappa", "cohen_kappa"), ("light_kappa", "cohen_kappa")):
        one, other = coefficient(many)(rows).value, coefficient(two)(rows).value
        assert one is None or one == pytest.approx(other, abs=1e-9)
    assert percent(rows).value == pytest.approx(holsti(rows).value)
    assert bennett_s(rows).value == brennan_prediger(rows).value == randolph_kappa(rows).value


@given(tables(most=1))
def test_with_two_values_all_metrics_are_one(rows: Rows) -> None:
    values = [krippendorff_alpha(rows, metric=name).value for name in ("nominal", "ordinal", "interval", "ratio")]
    assert values[0] is None or values == pytest.approx([values[0]] * 4, abs=1e-9)


def test_every_named_coefficient_is_tested_here_or_among_sets() -> None:
    weighted = {"cohen_kappa_linear", "cohen_kappa_quadratic", "gwet_ac2_linear", "gwet_ac2_quadratic"}
    sets = {"alpha_masi", "alpha_masi_dkpro", "alpha_set_thirds"}
    assert set(COEFFICIENTS) == {*FOR_MANY, *FOR_TWO, *ALPHAS} | weighted | sets
