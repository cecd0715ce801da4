"""Shapley shares, comparisons, maps, sensitivity: hand-computed cases, properties, and what the model must give."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veche import lab
from veche.lab.attribution import (
    ALL,
    NONE,
    OFF,
    PLAYERS,
    SUBSETS,
    attribution_of,
    confronts,
    mask,
    only,
    shapley_values,
)
from veche.lab.comparisons import SWITCHES, estimate, run_table, stories, without
from veche.lab.observables import OBSERVED, SEEN
from veche.lab.parameters import INDEX
from veche.study import Cancelled, InputProblem

values_of_four = st.lists(st.floats(-5, 5, allow_nan=False), min_size=16, max_size=16).map(np.array)


def by_orders(values: np.ndarray) -> list[float]:
    """Shares by their definition: the mean of what a player adds over all orders of arrival."""
    shares = np.zeros(4)
    for order in itertools.permutations(range(4)):
        here = 0
        for player in order:
            shares[player] += values[here | 1 << player] - values[here]
            here |= 1 << player
    return list(shares / math.factorial(4))


@settings(max_examples=60, deadline=None)
@given(values_of_four, values_of_four)
def test_shapley_shares_are_means_over_orders_and_keep_their_axioms(one: np.ndarray, other: np.ndarray) -> None:
    shares = shapley_values(one)
    assert shares == pytest.approx(by_orders(one), abs=1e-9)
    assert shares.sum() == pytest.approx(one[15] - one[0], abs=1e-9)
    assert shapley_values(one + other) == pytest.approx(shares + shapley_values(other), abs=1e-9)
    # a player who adds nothing gets nothing
    idle = np.array([one[subset & ~4] for subset in range(16)])
    assert shapley_values(idle)[2] == pytest.approx(0, abs=1e-12)
    # two who are the same get the same
    swap = [subset & ~3 | (subset & 1) << 1 | subset >> 1 & 1 for subset in range(16)]
    assert shapley_values(one + one[swap])[0] == pytest.approx(shapley_values(one + one[swap])[1], abs=1e-9)


def test_the_voting_game_of_a_textbook() -> None:
    # weights 51, 50, 49 of which 76 win would be symmetric; 2, 1, 1 with quota 3: 2/3, 1/6, 1/6
    weights = (2, 1, 1)
    game = np.array([float(sum(w for k, w in enumerate(weights) if subset >> k & 1) >= 3) for subset in range(8)])
    assert shapley_values(game) == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    with pytest.raises(InputProblem, match="3 values of subsets"):
        shapley_values(np.zeros(3))


def test_a_subset_switches_off_what_it_leaves_out() -> None:
    table = lab.make_parameters({"S": 1.2}).values[None, :]
    assert (only(table, ALL) == table).all()
    bare = only(table, NONE)[0]
    assert [bare[INDEX[name]] for names in OFF.values() for name in names] == [0.0] * 7
    one = only(table, mask(("coercion",)))[0]
    assert (
        one[INDEX["S"]] == 1.2
        and one[INDEX["use_press"]] == 1
        and one[INDEX["use_pay"]] == 0
        and one[INDEX["use_sel"]] == 0
    )
    assert table[0, INDEX["S"]] == 1.2  # what was given is not changed


def test_the_rule_of_types() -> None:
    observed = dict.fromkeys(OBSERVED, 0.5) | {
        "votes_pressed": 0.2,
        "votes_dependence": 0.4,
        "opposition": 0.3,
        "tone": 0.1,
    }
    noise = np.random.default_rng(1).normal(0, 0.01, (50, SUBSETS))
    adding = np.array([sum((0.1, 0.4, 0.05, 0.2)[k] for k in range(4) if subset >> k & 1) for subset in range(SUBSETS)])
    found = attribution_of(adding + noise, observed)
    assert found.shares == pytest.approx([0.1, 0.4, 0.05, 0.2], abs=0.01)
    assert (found.first, found.second, found.mixed) == ("coercion", "bargaining", False)
    assert found.margin == pytest.approx(0.2, abs=0.01) and found.margin_error < 0.01
    assert not found.direct and found.confrontation and found.model == "dominance by coercion"
    near = np.array([sum((0.4, 0.39, 0.0, 0.0)[k] for k in range(4) if subset >> k & 1) for subset in range(SUBSETS)])
    assert attribution_of(near + noise, observed).mixed
    assert confronts(0.3, 0.19, 0.41)
    assert not confronts(0.29, 0.19, 0.41) and not confronts(0.3, 0.2, 0.41) and not confronts(0.3, 0.19, 0.4)
    assert list(found.table.index) == list(PLAYERS)


def test_the_whole_and_nothing_are_the_runs_themselves() -> None:
    scenario = lab.make_scenario(T=48)
    found = lab.attribute(scenario, runs=12, seed=4)
    runs = lab.simulate(scenario, runs=12, seed=4)
    assert found.values[ALL] == pytest.approx(runs.control.mean(), abs=1e-12)
    assert found.observed["tone"] == pytest.approx(runs.tone.mean(), abs=1e-12)
    assert found.shares.sum() == pytest.approx(found.values[ALL] - found.values[NONE], abs=1e-12)
    at_points = lab.attribute_points(scenario.parameters.values[None, :], runs=12, seed=4)
    np.testing.assert_allclose(at_points.values[0], found.values, atol=1e-12)
    np.testing.assert_allclose(at_points.shares[0], found.shares, atol=1e-12)
    assert PLAYERS[int(at_points.types[0])] == found.first


def test_a_mechanism_without_means_carries_nothing() -> None:
    found = lab.attribute(lab.make_scenario(T=36, S=0, iota=0), runs=6)
    assert found.shares[1] == 0 and found.shares[2] == 0


def test_a_comparison_is_of_pairs() -> None:
    actual = lab.make_scenario(T=48, F_t=20, F_dur=12, F_delta=0.4, K0=0.9, g_tempt=2)
    twin = without(actual, "intervention")
    found = lab.compare(actual, twin, runs=20, seed=3, paths=10)
    first, second = lab.simulate(actual, runs=20, seed=3), lab.simulate(twin, runs=20, seed=3)
    apart = first.partnership_share - second.partnership_share
    row = found.table.loc["partnership_share"]
    assert row["difference"] == pytest.approx(apart.mean()) and row["error"] == pytest.approx(
        apart.std(ddof=1) / math.sqrt(20)
    )
    assert row["higher"] == pytest.approx((apart > 0).mean()) and row["difference"] < -0.1
    # nothing differs before it begins, in no pair
    assert (found.months.loc[:19, [f"{name}_difference" for name in ("policy", "links", "capital")]] == 0).all().all()
    assert found.months["partnership_difference"][20:32].max() < 0
    assert (stories(actual, runs=3, seed=3)[:, :20] == stories(twin, runs=3, seed=3)[:, :20]).sum() >= 3 * 20 * 14


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: lab.compare(lab.make_scenario(), lab.make_scenario(), runs=2), "the same"),
        (
            lambda: lab.compare(lab.make_scenario(T=24), lab.make_scenario(T=36), runs=2, paths=1),
            "24 months and the other 36",
        ),
        (lambda: lab.compare(lab.make_scenario(), lab.make_scenario(S=1), runs=1), "runs is 1"),
        (lambda: without(lab.make_scenario(), "intervention"), "has no intervention: F_t is -1"),
        (lambda: without(lab.make_scenario(), "flood"), "There is no window flood"),
        (lambda: lab.attribute(lab.make_scenario(), runs=1), "runs is 1"),
        (lambda: lab.phase_map(lab.make_scenario(), ("R", (0, 1)), ("R", (0, 1))), "Both axes are R"),
        (
            lambda: lab.phase_map(lab.make_scenario(), ("R", (0, 1)), ("S", (0, 1)), observable="contrl"),
            "Nearest: control",
        ),
        (lambda: lab.phase_map(lab.make_scenario(), ("R", (0, 1)), ("S", (0, 1)), runs=1), "runs is 1"),
        (lambda: lab.phase_map(lab.make_scenario(), ("R", (0, 99)), ("S", (0, 1))), "R is 99"),
        (lambda: lab.sobol_indices(lab.grid({"R": [0, 1]}), np.zeros(2)), "need a sobol sample"),
        (
            lambda: lab.sobol_indices(lab.sobol_design(2, seed=1, ranges={"R": (0, 1)}), np.zeros(5)),
            "5 values for 6 points",
        ),
        (
            lambda: lab.sobol_indices(lab.sobol_design(2, seed=1, ranges={"R": (0, 1)}), np.full(6, np.nan)),
            "no value at 6 points",
        ),
        (
            lambda: lab.sobol_indices(lab.sobol_design(2, seed=1, ranges={"R": (0, 1)}), np.ones(6)),
            "no variance to explain",
        ),
    ],
)
def test_bad_questions_get_a_clear_line(call, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputProblem) as problem:
        call()
    assert words in str(problem.value)


def test_estimates_leave_out_what_is_missing() -> None:
    found = estimate(np.array([1.0, 2.0, 3.0, np.nan]))
    assert (found.mean, found.runs) == (2.0, 3) and found.error == pytest.approx(1 / math.sqrt(3))
    assert found.high - found.low == pytest.approx(2 * 1.959963984540054 / math.sqrt(3))
    nothing = estimate(np.array([np.nan]))
    assert math.isnan(nothing.mean) and nothing.runs == 0


def test_replications_and_ablations_agree_with_the_runs() -> None:
    scenario = lab.make_scenario(T=36)
    table = lab.replicate(scenario, runs=150, seed=2)  # more than one batch
    runs = lab.simulate(scenario, runs=150, seed=2)
    for name in ("control", "tone", "l_kurtosis", "votes_paid"):
        assert table.loc[name, "mean"] == pytest.approx(runs[name].mean())
        assert table.loc[name, "error"] == pytest.approx(runs[name].std(ddof=1) / math.sqrt(runs[name].count()))
        assert table.loc[name, "sd"] == pytest.approx(runs[name].std(ddof=1))
    changes = lab.ablations(scenario, runs=10, seed=2)
    assert list(changes.index) == list(SWITCHES)
    bare = lab.simulate(lab.make_scenario(T=36, use_manip=0), runs=10, seed=2).control - runs.control[:10]
    assert changes.loc["use_manip", "control"] == pytest.approx(bare.mean())
    assert changes.loc["use_manip", "control_error"] == pytest.approx(bare.std(ddof=1) / math.sqrt(10))


def test_a_map_has_the_runs_of_its_points_and_can_be_stopped() -> None:
    scenario = lab.make_scenario(T=24)
    told: list[tuple[int, int]] = []
    found = lab.phase_map(
        scenario, ("R", (0, 0.3)), ("S", (0, 0.5, 1)), runs=5, seed=6, progress=lambda *at: told.append(at)
    )
    assert found.values.shape == (3, 2) and told[-1][0] == told[-1][1]
    for row, s in enumerate((0, 0.5, 1)):
        for column, r in enumerate((0, 0.3)):
            runs = lab.simulate(lab.make_scenario(T=24, R=r, S=s), runs=5, seed=6).control
            assert found.values[row, column] == pytest.approx(runs.mean())
            assert found.errors[row, column] == pytest.approx(runs.std(ddof=1) / math.sqrt(5))
    frame = found.table
    assert list(frame.columns) == ["R", "S", "control", "control_error"] and frame["R"].tolist() == [0, 0.3] * 3
    typed = lab.phase_map(scenario, ("S", (0, 1.5)), ("iota", (0, 1)), observable="model", runs=4)
    assert set(typed.table["model"]) <= set(PLAYERS)
    one = lab.attribute(lab.make_scenario(T=24, S=1.5, iota=1), runs=4)
    assert typed.table["model"][3] == one.first
    with pytest.raises(Cancelled):
        lab.phase_map(scenario, ("R", (0, 0.3)), ("S", (0, 1)), runs=1200, stop=lambda: True)


def test_sobol_indices_of_a_known_function() -> None:
    # y = 3a + b: shares of the variance 0.9 and 0.1, no interactions
    design = lab.sobol_design(512, seed=1, ranges={"R": (0, 1), "S": (0, 1), "iota": (0, 1)})
    a, b = design.points[:, 0], design.points[:, 1]
    found = lab.sobol_indices(design, 3 * a + b)
    assert found["first"].tolist() == pytest.approx([0.9, 0.1, 0.0], abs=0.02)
    assert found["total"].tolist() == pytest.approx([0.9, 0.1, 0.0], abs=0.02)
    # y = a' b' with centred a', b': all of the variance is interaction
    product = lab.sobol_indices(design, (a - 0.5) * (b - 0.5))
    assert product["first"].tolist() == pytest.approx([0, 0, 0], abs=0.05)
    assert product["total"].tolist() == pytest.approx([1, 1, 0], abs=0.05)


def test_morris_effects_of_a_known_function() -> None:
    design = lab.morris_design(30, seed=1, ranges={"R": (0, 1), "S": (0, 2), "iota": (0, 1)})
    found = lab.morris_effects(design, -3 * design.points[:, 0] + design.points[:, 1])
    # effects are of the whole range
    assert found["effect"].tolist() == pytest.approx([-3, 2, 0])
    assert found["size"].tolist() == pytest.approx([3, 2, 0]) and found["spread"].tolist() == pytest.approx(
        [0, 0, 0], abs=1e-9
    )


def test_the_head_is_stronger_with_means_than_with_chance_alone() -> None:
    seen = run_table(np.array([lab.make_parameters({"T": 60, "R": r}).values for r in (0.0, 0.6)]), runs=40, seed=1)
    control = seen[:, :, SEEN["control"]].mean(axis=1)
    assert control[1] > control[0]
