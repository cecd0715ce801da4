"""Questions to the model: answers against what theory says, words, and what cannot be asked."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche import figures, words
from veche.lab.asking import Answer, Basis, changing, levers, of_scenario, strength
from veche.lab.honesty import STATEMENTS
from veche.lab.model import make_scenario
from veche.lab.parameters import INDEX
from veche.lab.question_horizon import horizon_needed
from veche.lab.questions import QUESTIONS, ask
from veche.lab.reference_table import NAMES, values_at
from veche.lab.theory import critical_capital
from veche.study import InputProblem, NotFound


def scenario(draws: int = 24, runs: int = 2, **values: float) -> Basis:
    return of_scenario(make_scenario("Hill", **values), draws=draws, runs=runs, seed=3)


def town(draws: int = 24, **fixed: float) -> Basis:
    """A town of which little is known: places all over the box."""
    places = np.random.default_rng(1).random((draws, len(NAMES)))
    return Basis(values_at(places, **fixed), "Alder, first", known=False, runs=2, seed=3)


@cache
def answers(known: bool) -> dict[str, Answer]:
    basis = scenario(delta0=0.95, g_tempt=3, init_coop=0.2) if known else town()
    return {key: ask(key, basis) for key in QUESTIONS}


def test_of_a_town_where_only_entrance_works_entrance_carries_control() -> None:
    basis = scenario(sel=0.8, pol=0.6, S=0, use_press=0, use_manip=0, use_pay=0, use_link=0)
    found = ask("mechanism", basis)
    rows = found.table.set_index("mechanism")
    assert found.answer == "selection at the entrance"
    assert rows.loc[["coercion", "manipulation", "bargaining"], "mean"].tolist() == [0, 0, 0]
    assert rows.loc["entrance", "first"] > 0.9
    assert found.estimate == rows.loc["entrance", "mean"] > 0
    assert found.low < found.estimate < found.high


def test_shares_sum_to_what_all_mechanisms_add() -> None:
    basis = scenario(draws=12)
    off = {"use_sel": 0, "use_chair": 0, "S": 0, "use_press": 0, "use_manip": 0, "use_pay": 0, "use_link": 0}
    every, none = basis.run(basis.values)["control"], basis.run(basis.with_values(**off))["control"]
    assert ask("mechanism", basis).table["mean"].sum() == pytest.approx((every - none).mean())


def test_without_selection_nothing_changes_where_there_was_none() -> None:
    found = ask("selection", scenario(sel=0))
    rows = found.table[found.table["arm"] == "without"]
    assert rows[["change", "change_low", "change_high"]].to_numpy().ravel().tolist() == [0] * 15
    assert "no more and no fewer than with it" in found.sentence


def test_selection_makes_a_hostile_assembly_manageable() -> None:
    """SF4: with disloyal deputies selection lifts the share of yes votes."""
    found = ask("selection", scenario(lam_free=-0.25, comp_corr=-0.5, sel=1), yes=0.7)
    rows = found.table.set_index(["observable", "arm"])["mean"]
    assert rows["yes_share", "with"] - rows["yes_share", "without"] >= 0.12
    assert rows["competence", "with"] < rows["competence", "without"]
    assert found.answer == "no"
    assert found.details["line"] == ("yes_share", 0.7)
    assert ask("selection", scenario(lam_free=0.3), yes=0.5).answer == "yes"


def test_a_long_intervention_ends_partnership_and_a_short_one_does_not() -> None:
    """SF10: six months are survived, four years are not."""
    given = {"delta0": 0.95, "delta_f": 0.95, "g_tempt": 3, "init_coop": 0.05, "K0": 0.9, "T": 240}
    found = ask("intervention", scenario(draws=40, **given), start=96, months=48, shorter=6)
    ends = found.table[found.table["observable"] == "partner_end"].set_index("arm")["mean"]
    assert ends["long"] <= 0.2
    assert ends["short"] >= 0.6
    assert ends["none"] >= ends["short"] - 0.05
    assert found.answer == "it would matter"
    assert found.estimate == pytest.approx(ends["none"] - ends["long"])
    assert found.details["growth"][0] > 0


def test_an_intervention_changes_nothing_where_there_is_no_firm() -> None:
    found = ask("intervention", scenario(firm=0))
    assert (found.estimate, found.low, found.high) == (0, 0, 0)
    assert found.answer == "there is no partnership to lose"


def test_the_horizon_needed_lies_beyond_the_closed_form() -> None:
    """No partnership below the discount factor at which even full capital holds it (CF18 at K = 1)."""
    g, r0, r1 = 3.0, -0.05, 0.5
    found = ask("horizon", scenario(g_tempt=g, g_sd=0, init_coop=0.3, h0=0, h_conf=0))
    threshold = g / (g + r0 + r1)
    assert critical_capital(d=threshold, g=g, r0=r0, r1=r1) == pytest.approx(1)
    below = found.table[found.table["delta"] < threshold]
    assert below["mean"].tolist() == [0] * len(below)
    assert len(below) >= 2
    assert found.estimate >= 1 / (1 - threshold)
    assert found.low <= found.estimate <= found.high
    assert found.table["mean"].iloc[-1] > 0.5


def test_a_horizon_that_nothing_reaches() -> None:
    found = ask("horizon", scenario(draws=10, firm=0))
    assert found.estimate == float("inf")
    assert found.answer == "longer than any tried"
    assert "at no horizon up to 100 months" in found.sentence
    head = ask("horizon", scenario(draws=10, delta_f=0.5), who="head")
    assert head.estimate == float("inf")


def test_horizons_by_hand() -> None:
    months = np.array([5.0, 10.0, 20.0])
    found = horizon_needed(
        np.array([[0.6, 0.7, 0.8], [0.0, 0.5, 0.9], [0.8, 0.2, 0.8], [0, 0, 0.4], [0, np.nan, 0.9]]), months
    )
    assert found[0] == 5
    assert found[1] == 10
    # held at first, lost, and held again: only what lasts counts
    assert found[2] == pytest.approx(15)
    assert np.isnan(found[3])


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_horizons_lie_among_those_tried(shares: list[float]) -> None:
    found = horizon_needed(np.array([shares]), np.array([5.0, 10.0, 20.0]))[0]
    assert np.isnan(found) == (shares[2] < 0.5)
    assert np.isnan(found) or 5 <= found <= 20


# what all answers have


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("key", list(QUESTIONS))
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_answer_says_what_it_rests_on(key: str, known: bool, language: str) -> None:
    found = answers(known)[key]
    assert found.question == key
    assert found.low <= found.estimate <= found.high or np.isnan(found.estimate)
    assert found.about in found.sentence
    assert "never that it happened" in " ".join(found.assumptions)
    assert found.would_change
    with words.using(language), figures.using("dark" if known else "light"):
        svg = figures.svg(found.figure())
        honest = words._(STATEMENTS[0])
    assert svg.startswith("<svg")
    assert all(word in svg for word in honest.split())


def test_the_sentence_is_said_in_russian() -> None:
    with words.using("ru"):
        found = ask("horizon", scenario(draws=10))
    assert found.sentence.startswith("В модели")
    assert found.title == "Какой горизонт нужен партнёрству?"


def test_the_same_seed_gives_the_same_answer() -> None:
    first, again = (ask("selection", scenario(draws=12)) for _once in (1, 2))
    assert first.table.equals(again.table)
    assert first.sentence == again.sentence


def test_intervals_of_a_town_are_quantiles_and_of_a_scenario_those_of_a_mean() -> None:
    values = np.arange(101.0)
    assert town().interval(values) == pytest.approx((50, 5, 95))
    rare = np.array([0.0] * 99 + [50.0])
    assert town().interval(rare) == (0.5, 0, 0.5)
    mean, low, high = scenario().interval(values)
    assert mean == 50
    assert high - low == pytest.approx(2 * 1.645 * np.std(values, ddof=1) / np.sqrt(101))
    assert np.isnan(scenario().interval(np.array([np.nan]))[0])


def test_levers_name_what_moves_the_outcome() -> None:
    basis = town(draws=60)
    found = levers(basis, lambda one: one.values[:, INDEX["sel"]] - 2 * one.values[:, INDEX["iota"]])
    assert list(found)[:2] == ["iota", "sel"]
    assert found["iota"] < 0 < found["sel"]
    said = changing(found, "It")
    assert said[0].startswith("It is higher with more of: share of open seats filled from the head's list (sel)")
    assert "(iota)" in said[1]
    assert levers(basis, lambda one: np.zeros(len(one.values))) == {}
    near = levers(scenario(sel=0.5), lambda one: one.values[:, INDEX["sel"]])
    assert near == {"sel": pytest.approx(1)}


def test_strengths() -> None:
    assert [strength(share) for share in (0.95, 0.9, 0.5, 0.11, 0.05)] == [
        "robust",
        "robust",
        "possible",
        "possible",
        "hardly",
    ]


@pytest.mark.parametrize(
    ("key", "options", "said"),
    [
        ("selection", {"yes": 1.5}, "yes is 1.5"),
        ("selection", {"no": 1}, "no option no here. The options are: yes"),
        ("intervention", {"months": 3, "shorter": 6}, "does not fit into 120 months"),
        ("intervention", {"start": 100}, "An intervention from month 100 of 24 months"),
        ("intervention", {"F_x": 1}, "no effect F_x. Choose of: F_delta"),
        ("intervention", {"F_delta": 3}, "F_delta is 3"),
        ("horizon", {"who": "voters"}, "no voters. Choose one of: both, head, firm"),
    ],
)
def test_what_cannot_be_asked(key: str, options: dict[str, object], said: str) -> None:
    with pytest.raises(InputProblem) as raised:
        ask(key, scenario(draws=10), **options)
    assert said in raised.value.message()


def test_a_scenario_is_asked_as_it_stands() -> None:
    town = make_scenario(T=24)
    assert ask("selection", town).sentence == ask("selection", of_scenario(town)).sentence


def test_unknown_questions_and_too_few_draws() -> None:
    with pytest.raises(NotFound, match="no question why"):
        ask("why", scenario(draws=10))
    with pytest.raises(InputProblem, match="draws is 3"):
        scenario(draws=3)
    with pytest.raises(InputProblem, match="no parameter seal"):
        scenario(draws=10).with_values(seal=1)
