"""Closed forms: worked examples, limits, monotonicity, symmetry, agreement with brute force and simulation, bad input."""

from __future__ import annotations

import doctest
import importlib
import math
import pkgutil
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.lab import theory
from veche.study import InputProblem

reals = st.floats(-3, 3, allow_nan=False)
shares = st.floats(0.01, 0.99)


@pytest.mark.parametrize("name", [one.name for one in pkgutil.iter_modules(theory.__path__)])
def test_worked_examples(name: str) -> None:
    failed, _tried = doctest.testmod(importlib.import_module(f"veche.lab.theory.{name}"))
    assert failed == 0


@given(reals, reals, reals)
def test_the_setter_gets_the_best_point_that_the_pivot_accepts(pivot: float, q: float, ideal: float) -> None:
    x = theory.agenda_setter(pivot=pivot, q=q, theta_h=ideal)
    assert abs(x - pivot) <= abs(q - pivot) + 1e-9
    accepted = np.linspace(pivot - abs(q - pivot), pivot + abs(q - pivot), 2001)
    assert abs(x - ideal) <= np.abs(accepted - ideal).min() + 1e-9
    assert theory.agenda_setter(pivot=-pivot, q=-q, theta_h=-ideal) == pytest.approx(-x, abs=1e-9)


@given(reals, reals, reals)
def test_a_gatekeeper_never_ends_worse_than_the_status_quo(median: float, gate: float, q: float) -> None:
    x = theory.gatekeeper(median=median, gatekeeper=gate, q=q)
    assert x in (q, median)
    assert abs(x - gate) <= abs(q - gate) + 1e-9


@given(st.lists(reals, min_size=1, max_size=6), reals)
def test_the_win_set_is_what_all_accept_and_shrinks_with_more_players(ideals: list[float], q: float) -> None:
    low, high = theory.win_set(ideals=ideals, q=q)
    for x in np.linspace(-10, 10, 201):
        accepted = all(abs(x - one) <= abs(q - one) for one in ideals)
        if min(abs(x - low), abs(x - high)) > 1e-6:
            assert accepted == (low < x < high)
    more = theory.win_set(ideals=[*ideals, 0.0], q=q)
    assert more[0] >= low - 1e-9
    assert more[1] <= high + 1e-9


@given(st.lists(reals, min_size=1, max_size=7), reals, reals)
def test_the_price_of_a_majority_is_that_of_the_cheapest_majority(theta: list[float], q: float, x: float) -> None:
    m = theory.majority(len(theta))
    needs = [max(0.0, (x - one) ** 2 - (q - one) ** 2) for one in theta]
    best = min(
        sum(n for n, taken in zip(needs, chosen, strict=True) if taken)
        for chosen in product((0, 1), repeat=len(theta))
        if sum(chosen) >= m
    )
    assert theory.majority_price(theta=theta, q=q, x=x) == pytest.approx(best, abs=1e-9)
    assert theory.majority_price(theta=theta[::-1], q=q, x=x) == pytest.approx(best, abs=1e-9)


@given(st.floats(0.1, 10), reals, st.integers(0, 12), reals)
def test_the_optimal_purchase_cannot_be_bettered(v: float, ideal: float, m: int, w: float) -> None:
    found = theory.optimal_purchase(v=v, theta_h=ideal, m=m, w=w)

    def net(x: float) -> float:
        return v * ((w - ideal) ** 2 - (x - ideal) ** 2) - m * (x - w) ** 2

    assert net(found.x) == pytest.approx(found.net, abs=1e-8)
    assert all(net(found.x + step) <= found.net + 1e-9 for step in (-0.1, -0.01, 0.01, 0.1))


@given(st.integers(1, 41), st.floats(0, 40), st.floats(0, 5))
def test_levelling_is_the_cheapest_and_costs_more_with_a_richer_rival(n: int, rival: float, v: float) -> None:
    found = theory.groseclose_snyder(n=n, W=rival, v=v)
    m = theory.majority(n)
    assert found.cost == pytest.approx(min((m + j) * (v + rival / (j + 1)) for j in range(n - m + 1)))
    assert theory.groseclose_snyder(n=n, W=rival + 1, v=v).cost >= found.cost


@given(st.integers(1, 60), shares)
def test_shares_of_a_legislature_are_a_whole_and_patience_costs_the_proposer(n: int, delta: float) -> None:
    k = n // 2 + 1
    found = theory.baron_ferejohn(n=n, delta=delta)
    assert found.proposer + (k - 1) * found.partner == pytest.approx(1)
    assert theory.baron_ferejohn(n=n, delta=delta * 0.9).proposer >= found.proposer - 1e-12


@given(shares, shares)
def test_alternating_offers_are_stationary(d1: float, d2: float) -> None:
    mine, other = theory.rubinstein(d1=d1, d2=d2), theory.rubinstein(d1=d2, d2=d1)
    assert mine == pytest.approx(1 - d2 * other)
    assert theory.rubinstein(d1=d1, d2=0) == 1


@given(st.floats(0.1, 10), st.floats(0.01, 3))
def test_a_war_of_attrition_pays_nobody(prize: float, cost: float) -> None:
    found = theory.war_of_attrition(V=prize, c=cost)
    # both give in at the rate: the first of the two ends it
    assert found.mean_length == pytest.approx(1 / (2 * found.rate))
    assert found.payoff == pytest.approx(prize / 2 - cost * found.mean_length, abs=1e-9)


@given(shares)
def test_waiting_for_one_issue_solves_its_equation(d: float) -> None:
    threshold = theory.waiting_single(d=d)
    assert threshold / d == pytest.approx((1 + threshold**2) / 2)
    assert threshold <= theory.waiting_single(d=min(d * 1.005, 0.995)) + 1e-12


@given(shares, st.floats(0, 1), st.floats(0.01, 1))
def test_waiting_with_renewal_is_a_fixed_point(d: float, s: float, alpha: float) -> None:
    found = theory.waiting_renewal(d=d, s=s, alpha=alpha)
    c = d * s * (found.W - found.V0)
    assert c == pytest.approx(found.threshold)
    assert 0 <= c <= 1
    net = (np.arange(200_000) + 0.5) / 200_000
    value = np.maximum(net + d * found.V0, d * (s * found.W + (1 - s) * found.V0)).mean()
    assert pytest.approx(value, rel=1e-6) == found.W
    assert pytest.approx(d * (alpha * found.W + (1 - alpha) * found.V0)) == found.V0


def test_the_best_of_several_agrees_with_simulation_and_grows() -> None:
    draws = np.random.default_rng(1).normal(size=(200_000, 6))
    for n in (1, 2, 3, 6):
        assert theory.best_of_n(n=n) == pytest.approx(draws[:, :n].max(axis=1).mean(), abs=0.01)
    assert theory.best_of_n(n=2) == pytest.approx(1 / math.sqrt(math.pi))
    assert theory.selected_competence(comp_corr=-0.3, n=1) == 0


@given(reals, reals, st.floats(0, 2))
def test_the_shortfall_lies_between_its_limits(a: float, mu: float, sd: float) -> None:
    value = theory.expected_shortfall(a=a, mu=mu, sd=sd)
    assert value >= max(a - mu, 0) - 1e-12
    assert value <= max(a - mu, 0) + sd
    assert theory.expected_shortfall(a=a, mu=mu, sd=0) == max(a - mu, 0)


def test_effort_of_selection_grows_with_use_and_falls_with_cost() -> None:
    given = {"a": 0.3, "delta_h": 0.9, "term": 60, "lam_free": 0.0, "lam_sd": 0.3, "n_cand": 4}
    base = theory.selection_effort(a_bar=0.2, c_sel=2, **given)
    assert 0 < base < 1
    assert theory.selection_effort(a_bar=0.4, c_sel=2, **given) == pytest.approx(2 * base)
    assert theory.selection_effort(a_bar=0.2, c_sel=4, **given) == pytest.approx(base / 2)
    assert theory.selection_effort(a_bar=9, c_sel=0.1, sel=0.6, **given) == 0.6


@given(shares, st.floats(0, 5))
def test_rent_and_tolerance_are_inverse(delta: float, loss: float) -> None:
    assert theory.tolerance(delta=delta, rent=theory.min_rent(delta=delta, L=loss)) == pytest.approx(loss)


@given(st.integers(1, 30), st.floats(0.01, 3), st.floats(0.001, 3))
def test_at_the_critical_discount_the_budget_is_just_enough(n: int, loss: float, budget: float) -> None:
    delta = theory.delta_star_coalition(n=n, L=loss, budget=budget)
    assert n * theory.min_rent(delta=delta, L=loss) == pytest.approx(budget)


@given(st.floats(0.1, 3), st.floats(0.1, 3), st.floats(0, 0.5))
def test_at_the_critical_discount_cooperation_is_just_worth_it(gain: float, loss: float, hazard: float) -> None:
    d = theory.delta_star_trigger(temptation=gain, reward=0, punishment=-loss, hazard=hazard)
    effective = d * (1 - hazard)
    assert gain + effective / (1 - effective) * -loss == pytest.approx(0, abs=1e-9)


@given(st.floats(0.5, 0.99), st.floats(0.5, 8), st.floats(-0.2, 0.2), st.floats(0.1, 1))
def test_at_the_critical_capital_the_partner_is_indifferent(d: float, g: float, r0: float, r1: float) -> None:
    capital = theory.critical_capital(d=d, g=g, r0=r0, r1=r1)
    assert d / (1 - d) * (r0 + r1 * capital) == pytest.approx(g)


@given(st.floats(0.05, 1), st.floats(0.05, 1), st.floats(0.01, 0.5))
def test_the_critical_length_is_the_last_that_leaves_enough(star: float, start: float, decay: float) -> None:
    found = theory.critical_length(K_star=star, K_0=start, k_dn=decay)
    last = max((n for n in range(1000) if start * (1 - decay) ** n >= star - 1e-12), default=-1)
    assert found.last_returning == last


@given(shares, shares, shares)
def test_capital_from_initiative_is_where_growth_and_decay_meet(e: float, up: float, down: float) -> None:
    k = theory.capital_from_initiative(e=e, k_up=up, k_dn=down)
    assert e * up * (1 - k) == pytest.approx((1 - e) * down * k)


@given(st.floats(0.01, 0.9), st.integers(1, 200))
def test_the_mean_spell_is_a_sum_of_survival(hazard: float, cut: int) -> None:
    assert theory.mean_spell(hazard=hazard, cut=cut) == pytest.approx(sum((1 - hazard) ** t for t in range(cut)))
    assert theory.mean_spell(hazard=hazard) >= theory.mean_spell(hazard=hazard, cut=cut)
    assert theory.hazard_estimate(events=5, exposure=100) == 0.05


def test_ruling_coalitions_of_nearly_equal_powers_have_sizes_1_3_7_15() -> None:
    sizes = {n: len(theory.ruling_coalition(powers=[1 + 0.001 * 1.37**k for k in range(n)])) for n in range(1, 17)}
    assert {sizes[n] for n in sizes} <= {1, 3, 7, 15}
    assert [sizes[n] for n in (1, 2, 3, 6, 7, 14, 15)] == [1, 1, 3, 3, 7, 7, 15]


@given(st.lists(st.floats(0.1, 5), min_size=2, max_size=5), st.data())
def test_landscape_energy_does_not_change_when_camps_are_renamed(size: list[float], data: st.DataObject) -> None:
    n = len(size)
    values = data.draw(st.lists(reals, min_size=n * n, max_size=n * n))
    p = np.array(values).reshape(n, n)
    p = (p + p.T) / 2
    sides = data.draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    energy = theory.landscape_energy(size=size, propensity=p.tolist(), sides=sides)
    assert theory.landscape_energy(size=size, propensity=p.tolist(), sides=[1 - one for one in sides]) == pytest.approx(
        energy
    )
    assert theory.landscape_energy(size=size, propensity=p.tolist(), sides=[0] * n) == 0


@given(st.floats(0.1, 5), reals, st.lists(reals, min_size=1, max_size=5))
def test_common_agency_maximises_the_joint_gain_and_nobody_pays_under_zero(
    a: float, own: float, theta: list[float]
) -> None:
    found = theory.common_agency(a=a, theta_0=own, theta=theta)
    assert min(found.contributions) >= -1e-9

    def joint(x: float) -> float:
        return -a * (x - own) ** 2 - sum((x - one) ** 2 for one in theta)

    assert all(joint(found.x + step) <= joint(found.x) + 1e-12 for step in (-0.1, 0.1, 0.001))


@given(st.lists(st.floats(-100, 100), min_size=4, max_size=12))
def test_l_moments_agree_with_their_definition_over_subsamples(values: list[float]) -> None:
    from itertools import combinations

    def mean_of(r: int, weights: list[int]) -> float:
        found = [sum(w * x for w, x in zip(weights, sorted(one), strict=True)) for one in combinations(values, r)]
        return float(np.mean(found)) / r

    l2, l3, l4 = mean_of(2, [-1, 1]), mean_of(3, [1, -2, 1]), mean_of(4, [-1, 3, -3, 1])
    found = theory.l_moments(values)
    assert found.scale == pytest.approx(l2, abs=1e-7)
    if found.skewness == found.skewness and l2 > 1e-3:
        assert found.skewness == pytest.approx(l3 / l2, abs=1e-5)
        assert found.kurtosis == pytest.approx(l4 / l2, abs=1e-5)


def test_l_kurtosis_of_large_samples_is_that_of_the_distribution() -> None:
    rng = np.random.default_rng(3)
    for name, draw in (
        ("uniform", rng.uniform),
        ("normal", rng.normal),
        ("logistic", rng.logistic),
        ("laplace", rng.laplace),
    ):
        assert theory.l_moments(draw(size=200_000)).kurtosis == pytest.approx(
            theory.l_kurtosis_theory(dist=name), abs=0.005
        )  # type: ignore[arg-type]
    assert math.isnan(theory.l_moments([1, 1, 1, 1]).kurtosis)
    assert math.isnan(theory.l_moments([1, 2]).skewness)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(any), st.data())
def test_voting_power_counts_the_pivots_of_all_orders(weights: list[int], data: st.DataObject) -> None:
    quota = data.draw(st.integers(1, sum(weights)))
    pivots = [0] * len(weights)
    for order in permutations(range(len(weights))):
        total = 0
        for voter in order:
            total += weights[voter]
            if total >= quota:
                pivots[voter] += 1
                break
    expected = [one / math.factorial(len(weights)) for one in pivots]
    assert theory.shapley_shubik(quota=quota, weights=weights) == pytest.approx(expected)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.integers(0, 9))
def test_the_chance_of_a_majority_counts_all_votes(p: list[float], needed: int) -> None:
    expected = sum(
        math.prod(one if yes else 1 - one for one, yes in zip(p, votes, strict=True))
        for votes in product((0, 1), repeat=len(p)) if sum(votes) >= needed
    )  # fmt: skip
    assert theory.poisson_binomial_tail(p=p, at_least=needed) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: theory.agenda_setter(pivot=float("nan"), q=0, theta_h=1), "pivot is nan. Give a number"),
        (lambda: theory.win_set(ideals=[], q=0), "ideals is empty"),
        (lambda: theory.majority_price(theta=[0, 1], q=0, x=1, m=3), r"m is 3. Its range is \[1, 2\]"),
        (lambda: theory.baron_ferejohn(n=5, delta=1.2), r"delta is 1.2. Its range is \[0, 1\]"),
        (lambda: theory.rubinstein(d1=1, d2=1), r"d2 is 1. Its range is \[0, 1\)"),
        (lambda: theory.dal_bo(n=2), "2 voters are too few"),
        (lambda: theory.waiting_single(d=1), r"d is 1. Its range is \(0, 1\)"),
        (lambda: theory.critical_capital(d=0.9, g=1, r0=0, r1=0), "r1 is 0"),
        (lambda: theory.delta_star_trigger(temptation=1, reward=3, punishment=0), "reward is 3"),
        (lambda: theory.ruling_coalition(powers=[1] * 30), "There are 30 actors"),
        (lambda: theory.landscape_energy(size=[1, 2], propensity=[[0, 1]], sides=[0, 1]), "2 sizes, 1 rows"),
        (lambda: theory.shapley_shubik(quota=9, weights=[1, 2]), "quota is 9"),
        (lambda: theory.poisson_binomial_tail(p=0.5, at_least=1), "n is not given"),
        (lambda: theory.l_kurtosis_theory(dist="gamma"), "no distribution gamma"),  # type: ignore[arg-type]
    ],
)
def test_arguments_out_of_range_are_named(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputProblem, match=message):
        call()
