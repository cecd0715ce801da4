"""The compiled programme against the plain one, its closed forms, and its symmetries; the elementary functions it rests on."""

from __future__ import annotations

import math

import numba as nb
import numpy as np
import pytest
from scipy.special import erfc

from tests.lab.reference import FREE, PAY, Stance, programme
from veche.lab import _numbers as numbers
from veche.lab import theory
from veche.lab._programme import free_point, search, settle
from veche.lab._state import (
    FRAMED,
    HOW,
    IDEAL,
    LOW,
    NEED,
    NET,
    PAID,
    PASS,
    PLACE,
    ROOM,
    SEAT_ROWS,
    SPOT,
    TOWN_NUMBERS,
    width,
)  # fmt: skip
from veche.lab._state import (
    FREE as NONE,
)
from veche.lab.parameters import TABLE, make_parameters

FREE_VOTE = {"use_pay": 0, "use_press": 0, "use_manip": 0}


class Case:
    """A vote before the head: the same numbers for the engine and for the reference."""

    def __init__(self, rng: np.random.Generator, **values: float) -> None:
        self.par = make_parameters(values)
        self.n = int(self.par["N"])
        self.ideal = rng.normal(0, 0.6, self.n)
        self.terms = rng.normal(-0.1, 0.3, self.n)
        self.low = rng.uniform(0, 0.4, self.n)
        self.room = rng.uniform(0, 0.5, self.n)
        self.q, self.goal = float(rng.normal(0.3, 0.4)), float(rng.normal(1, 0.3))
        self.budget = float(rng.uniform(0, 1.5))
        self.press, self.frame = float(rng.uniform(0.05, 0.4)), float(rng.uniform(0.05, 0.4))

    def engine(self, scale: float = 1.0, order: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, float]:
        """Town numbers after the search, HOW by deputy, free point; with the axis rescaled, or the deputies in another order."""
        n, order = self.n, np.arange(self.n) if order is None else order
        square = scale * scale
        par = self.par.values.copy()
        at = {one.name: k for k, one in enumerate(TABLE)}
        par[at["eta"]] *= square
        par[at["rej_cost"]] *= square
        seat, town = np.zeros((SEAT_ROWS, width(n))), np.zeros(TOWN_NUMBERS)
        for row, values, factor in (
            (IDEAL, self.ideal, scale), (SPOT, self.terms, square), (LOW, self.low, square), (ROOM, self.room, square)
        ):  # fmt: skip
            seat[row, :n] = values[order] * factor
        seat[SPOT, n:] = np.inf
        q, goal = self.q * scale, self.goal * scale
        start = free_point(q, goal, n, par[at["eta"]], SPOT, seat)
        framings = 2 if self.par["use_manip"] and self.par["iota"] > 0 else 1
        press, frame = self.press * square, self.frame * square
        places = np.zeros(width(n), dtype=np.int64)
        search(par, self.budget * square, q, goal, start, 8, SPOT, framings, press, frame, seat, town, places)
        settle(par, q, SPOT, press, seat, town, places)
        how = np.empty(n)
        how[order] = seat[HOW, :n]
        self.needs = np.empty(n)
        self.needs[order] = seat[NEED, :n]
        return town, how, start

    def reference(self) -> object:
        stances = [Stance(*one) for one in zip(self.ideal, self.terms, self.low, self.room, strict=True)]
        par = {one.name: float(value) for one, value in zip(TABLE, self.par.values, strict=True)}
        return programme(self.q, self.goal, 9, stances, par, self.press, self.frame, self.budget)


@pytest.mark.parametrize(
    "values",
    [{}, {"eta": 0}, {"use_press": 0}, {"use_pay": 0}, {"N": 13, "eta": 0.15, "v_head": 3}, {"iota": 0}],
    ids=str,
)
def test_the_quick_search_finds_what_the_full_one_finds(values: dict[str, float]) -> None:
    rng = np.random.default_rng(3)
    found = 0
    for _draw in range(60):
        case = Case(rng, **values)
        town, how, _start = case.engine()
        plain = case.reference()
        assert town[NET] == pytest.approx(max(plain.net, 0.0), abs=1e-9)
        if plain.net > 1e-9:
            found += 1
            assert (town[PLACE], town[PASS]) == pytest.approx((plain.x, plain.passing), abs=1e-9)
            assert bool(town[FRAMED]) == plain.framed
            assert [FREE if one == NONE else PAY if one == PAID else "press" for one in how] == plain.how
            assert case.needs == pytest.approx(np.array(plain.needs), abs=1e-9)
    assert found > 20


def test_the_search_does_not_ask_in_which_order_deputies_sit() -> None:
    rng = np.random.default_rng(4)
    for _draw in range(40):
        case = Case(rng, use_press=0)
        town, how, start = case.engine()
        moved, moved_how, moved_start = case.engine(order=rng.permutation(case.n))
        assert moved_start == start
        assert moved[[NET, PLACE, PASS]] == pytest.approx(town[[NET, PLACE, PASS]], abs=1e-12)
        assert (moved_how == how).all()


def test_the_axis_has_neither_unit_nor_side() -> None:
    rng = np.random.default_rng(5)
    for _draw in range(40):
        case = Case(rng)
        town, how, start = case.engine()
        doubled, doubled_how, doubled_start = case.engine(scale=2.0)  # powers of two round alike
        assert doubled_start == pytest.approx(2 * start, abs=1e-12)
        assert doubled[PLACE] == pytest.approx(2 * town[PLACE], abs=1e-12)
        case.ideal, case.q, case.goal = -case.ideal, -case.q, -case.goal
        mirrored, mirrored_how, mirrored_start = case.engine()
        assert mirrored_start == -start
        assert mirrored[PLACE] == -town[PLACE] and mirrored[NET] == town[NET]
        assert (mirrored_how == how).all()
        if abs(doubled[PASS] - town[PASS]) < 1e-6:  # the small constant under the root of the spread has a unit
            assert (doubled_how == how).all()


def test_without_noise_just_as_many_votes_are_secured_as_are_missing() -> None:
    rng = np.random.default_rng(6)
    bought = 0
    for _draw in range(100):
        case = Case(rng, N=11, eta=0, v_head=50, use_press=0, use_manip=0)
        case.budget = 100.0
        town, how, _start = case.engine()
        if town[NET] > 0:
            free = int((case.needs <= 0).sum())
            assert int((how == PAID).sum()) == max(0, 6 - free)
            assert town[PASS] == 1
            bought += int((how == PAID).sum())
    assert bought > 50


def test_a_majority_costs_and_the_best_purchase_is_what_theory_says() -> None:
    rng = np.random.default_rng(7)
    case = Case(rng, N=11, eta=0, use_press=0, use_manip=0)
    case.ideal, case.terms, case.q, case.goal, case.budget = np.zeros(11), np.zeros(11), 0.0, 1.0, 100.0
    town, how, _start = case.engine()
    closed = theory.optimal_purchase(v=8, m=6, w=0, theta_h=1)
    # nine places only: at most half a step, 1/16, beside the best one, where the loss is (v + m) times its square
    assert abs(town[PLACE] - closed.x) <= 1 / 16
    assert town[NET] == pytest.approx(closed.net - 14 * (town[PLACE] - closed.x) ** 2, abs=1e-12)
    price = theory.majority_price(theta=[0.0] * 11, q=0, x=float(town[PLACE]))
    assert case.needs[how == PAID].sum() == pytest.approx(price)
    assert town[NET] == pytest.approx(8 * (1 - (1 - town[PLACE]) ** 2) - price)


# -- elementary functions -------------------------------------------------------------------------------------------------------------------


def test_elementary_functions_are_as_exact_as_numbers_are() -> None:
    @nb.njit(error_model="numpy")
    def all_of(x, u, found):  # type: ignore[no-untyped-def]
        for i in range(x.size):
            found[0, i] = numbers.exp(x[i])
            found[1, i] = numbers.log(u[i])
            found[2, i], found[3, i] = numbers.turn(u[i])
            found[4, i] = numbers.quick_cdf(x[i] / 60)
            found[5, i] = numbers.chance(x[i] / 0.5)

    rng = np.random.default_rng(8)
    x = np.concatenate(
        [rng.uniform(-600, 600, 20_000), rng.normal(0, 100, 20_000), [0.0, -1e-300, 1e4, -1e4, math.inf, -math.inf]]
    )
    u = np.concatenate([rng.uniform(0, 1, x.size - 3), [0.5 / 2**32, 1 - 0.5 / 2**32, 0.5]])
    found = np.zeros((6, x.size))
    all_of(x, u, found)
    inside = np.abs(x) <= 700
    assert np.abs(found[0, inside] / np.exp(x[inside]) - 1).max() < 1e-15
    assert np.abs(found[1] / np.log(u) - 1).max() < 1e-15
    assert (
        np.abs(found[2] - np.cos(2 * np.pi * u)).max() < 1e-15
        and np.abs(found[3] - np.sin(2 * np.pi * u)).max() < 1e-15
    )
    exact = 0.5 * erfc(-x / 60 / math.sqrt(2))
    assert np.abs(found[4] - exact).max() < numbers.QUICK_ERROR
    with np.errstate(over="ignore"):
        assert np.abs(found[5] - 1 / (1 + np.exp(x / 0.5))).max() < 1e-15


def test_the_least_is_found_with_its_first_place_and_the_kth_largest_with_equals() -> None:
    @nb.njit(error_model="numpy")
    def found(table, k):  # type: ignore[no-untyped-def]
        order = np.empty(table.shape[1], dtype=np.int64)
        for i in range(table.shape[1]):
            order[i] = numbers.placed(table[1, i], i)
        return numbers.first_least(order, order.size), numbers.kth_largest(table, 1, table.shape[1], k)

    rng = np.random.default_rng(8)
    for size in (4, 8, 24, 40):
        for draw in range(60):
            table = rng.integers(0, 6, (2, size)).astype(float)
            table[table == 5] = math.inf
            if draw % 2:  # prices of any size, and none
                table *= rng.lognormal(0, 8, size)
            k = int(rng.integers(1, size + 1))
            assert found(table, k) == (int(np.argmin(table[1])), np.sort(table[1])[-k])


def test_sorting_keeps_equals_by_index_and_sums_are_sums() -> None:
    @nb.njit(error_model="numpy")
    def both(order, key, chances):  # type: ignore[no-untyped-def]
        numbers.insertion_sort(order, key.size, key)
        return numbers.moments(chances, 0)

    rng = np.random.default_rng(9)
    for size in (1, 4, 20, 35):
        key = rng.integers(0, 5, size).astype(float)
        key[key == 4] = math.inf
        order = rng.permutation(size)
        chances = rng.uniform(size=(1, 36))
        total, spread = both(order, key, chances)
        assert order.tolist() == sorted(range(size), key=lambda i: (key[i], i))
        assert (total, spread) == pytest.approx((chances.sum(), (chances * (1 - chances)).sum()))


def test_l_kurtosis_is_that_of_the_library() -> None:
    @nb.njit(error_model="numpy")
    def of(values, count):  # type: ignore[no-untyped-def]
        return numbers.l_kurtosis(values, count)

    rng = np.random.default_rng(10)
    values = rng.laplace(size=90)
    assert of(np.concatenate([values, [99.0]]), 90) == pytest.approx(theory.l_moments(values).kurtosis)
    assert math.isnan(of(np.ones(9), 9)) and math.isnan(of(values, 3))
    for count in (4, 5, 58, 1200):
        values = np.round(rng.normal(size=count), 1)
        assert of(values.copy(), count) == pytest.approx(theory.l_moments(values).kurtosis)
