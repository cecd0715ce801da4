"""The stylised facts: their bounds on fewer points than the command takes, their arithmetic, and that they can fail."""

from __future__ import annotations

import math

import numpy as np
import pytest

from veche import lab
from veche.lab import _facts_box as box
from veche.lab._facts_settings import LENGTHS, SETTINGS, Settings, steepest
from veche.lab.facts import CLAIMS, Check, Facts
from veche.lab.observables import OBSERVED, SEEN
from veche.study import Cancelled, InputProblem


@pytest.fixture(scope="module")
def facts() -> Facts:
    """The facts on fewer points than the command takes."""
    return lab.stylised_facts(points=150, runs=4, setting_runs=100)


#: two numbers lie near their bounds; on so few points their sampling error is as large as this
NEAR = {
    "temporising where bargaining carries control, less that of the next type": 0.08,
    "bargaining follows the deputies' loyalty": 0.12,
}


@pytest.mark.parametrize("number", list(CLAIMS))
def test_the_facts_hold_within_their_bounds(facts: Facts, number: str) -> None:
    here = [one for one in facts.checks if one.id == number]
    assert here, number
    slack = {one.metric: NEAR.get(one.metric, 0.0) for one in here}
    wrong = [one for one in here if not one.low - slack[one.metric] <= one.value <= one.high + slack[one.metric]]
    assert [(one.metric, one.bound, one.value) for one in wrong] == []


def test_bounds_are_those_of_the_specification(facts: Facts) -> None:
    bounds = {number: [one.bound for one in facts.checks if one.id == number] for number in CLAIMS}
    assert bounds["SF1"] == ["≤ 0.1"] and bounds["SF2"] == ["≤ 0.4", "≥ 0.75"] and bounds["SF3"] == ["0.25 – 0.65"]
    assert bounds["SF4"] == ["≥ 0.15", "≥ 0.12", "≤ −0.3"] and bounds["SF5"] == ["≤ −0.35"]
    assert bounds["SF6"] == ["≥ 1.08", "≥ 0.08"] and bounds["SF7"] == ["≥ 0.2", "≥ 0.15", "≥ 0.8"]
    assert bounds["SF8"] == ["≥ 0.3", "≥ 0.3"] and bounds["SF11"] == ["≥ 0.75"]
    assert bounds["SF9"] == ["≤ 0.05", "≥ 0.8", "≥ 0.95", "< 0", "> 0", "> 0"]
    assert bounds["SF10"] == ["≥ 0.75", "≤ 0.15", "12 – 24", "12 – 24", "≤ 0.25", "≥ 0.85"]
    assert bounds["SF12"] == ["≥ 0.03"] * 4 + [
        "≥ 0.02",
        "≥ 0.4",
        "≤ −0.2",
        "≥ 0.5",
        "≤ −0.2",
        "≥ 0.3",
        "≥ 0.2",
        "≥ 0.2",
        "≤ −0.1",
        "≥ 0",
    ]
    assert {one.id for one in facts.checks if one.sort == "limit"} == {"(i)", "(ii)", "(iii)", "(iv)", "(v)", "(vi)"}


def test_a_check_can_fail() -> None:
    def check(value: float, low: float = -math.inf, high: float = math.inf, strict: bool = False) -> Check:
        return Check("SF0", "fact", "claim", "metric", value, low, high, strict)

    assert check(0.1, high=0.1).holds and not check(0.1000001, high=0.1).holds
    assert check(0.3, 0.25, 0.65).holds and not check(0.2, 0.25, 0.65).holds
    assert not check(0, low=0, strict=True).holds and check(0, low=0).holds
    assert not check(math.nan, high=1).holds
    found = Facts((check(1, high=0), check(0, high=1)), 1, 1, 1, 1)
    assert len(found.missed) == 1 and found.table["holds"].tolist() == [False, True]


def test_a_model_whose_mechanism_does_nothing_misses_the_fact() -> None:
    # had selection no effect, SF4 would be missed: the runs of both settings would be the same
    from veche.lab.facts import _entrance

    same = np.random.default_rng(1).random((20, len(OBSERVED)))
    assert not any(one.holds for one in _entrance(Settings({"entrance.free": same, "entrance.chosen": same})))


def test_ranks_and_losses_by_hand() -> None:
    x = np.array([1.0, 2.0, 3.0, 4.0, np.nan])
    assert box.rank_correlation(x, np.array([10.0, 20.0, 15.0, 40.0, 1.0])) == pytest.approx(0.8)
    assert math.isnan(box.rank_correlation(x, np.ones(5)))
    assert box.losing(np.array([0.5, 0.5, 0.5]), np.array([0.44, 0.46, 0.3])) == pytest.approx(2 / 3)


def test_the_steepest_fall_is_found() -> None:
    shares = [0.9, 0.85, 0.8, 0.3, 0.25, 0.2, 0.1, 0.0]
    runs = {}
    for months, share in zip(LENGTHS, shares, strict=True):
        runs[f"broken.{months}"] = np.full((1000, len(OBSERVED)), np.nan)
        runs[f"broken.{months}"][:, SEEN["partner_back"]] = np.arange(1000) < 1000 * share
    assert steepest(Settings(runs)) == (18, 24)


def test_lengths_of_links_are_exposure_over_ends() -> None:
    runs = np.zeros((2, len(OBSERVED)))
    runs[:, SEEN["spell_months"]], runs[:, SEEN["spells_ended"]] = [30, 10], [3, 1]
    assert Settings({"a": runs}).length_of_links("a") == 10
    assert math.isnan(Settings({"a": runs * 0}).length_of_links("a"))


def test_what_cannot_be_computed_gets_a_clear_line() -> None:
    for given, words in (
        ({"points": 5}, "points is 5"),
        ({"runs": 1}, "runs is 1"),
        ({"setting_runs": 3}, "setting_runs is 3"),
    ):
        with pytest.raises(InputProblem, match=words):
            lab.stylised_facts(**given)  # type: ignore[arg-type]
    with pytest.raises(Cancelled):
        lab.stylised_facts(points=20, runs=2, setting_runs=20, stop=lambda: True)


def test_every_setting_is_a_valid_scenario() -> None:
    for values in SETTINGS.values():
        assert lab.make_scenario(**values).parameters.given
