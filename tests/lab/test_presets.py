"""Presets: each has the model of interaction it names, in both languages; an unknown name brings the nearest."""

from __future__ import annotations

import pytest
import yaml

from veche import demo, lab
from veche.lab._presets import Preset
from veche.study import InputProblem
from veche.words import using

ALL = {one.key: one for one in lab.presets()}
MODELS = {"entrance", "bargaining", "manipulation", "coercion", "confrontation"}


def test_there_is_one_for_every_model_and_every_town_of_the_demonstration() -> None:
    assert {one.model for one in ALL.values() if not one.town} == MODELS
    from pathlib import Path

    towns = yaml.safe_load((Path(demo.__file__).parent / "towns.yaml").read_text(encoding="utf-8"))["towns"]
    assert {one.town for one in ALL.values() if one.town} == set(towns)
    for code in ("ru", "en"):
        with using(code):
            for one in lab.presets():
                assert one.scenario.name and one.scenario.about
                if one.town:
                    assert one.scenario.name == towns[one.town][code]


@pytest.mark.parametrize("one", ALL.values(), ids=ALL)
def test_each_has_the_model_it_names(one: Preset) -> None:
    found = lab.attribute(one.scenario, runs=40)
    if one.model == "confrontation":
        assert found.confrontation
    else:
        assert found.first == one.model
        assert not found.mixed


def test_pressure_presses_and_dependence_does_not() -> None:
    pressed, dependent = (lab.simulate(lab.preset(name), runs=60) for name in ("pressure", "coercion"))
    assert pressed.votes_pressed.mean() > pressed.votes_dependence.mean()
    assert dependent.votes_dependence.mean() > dependent.votes_pressed.mean()


def test_the_intervention_in_the_fifth_town_breaks_its_partnership() -> None:
    town = lab.preset("E")
    assert town.parameters["F_t"] == 87
    without = town.parameters.replace(F_t=-1, F_dur=0)
    broken = lab.simulate(town, runs=60).partner_end.mean()
    whole = lab.simulate(lab.Scenario("", without), runs=60).partner_end.mean()
    assert broken < 0.2 and whole > 0.8


def test_an_unknown_preset_brings_the_nearest() -> None:
    with pytest.raises(InputProblem, match="There is no preset coerzion. Nearest: coercion"):
        lab.preset("coerzion")
    with pytest.raises(InputProblem, match="Nearest: bargaining, coercion"):
        lab.preset("???")
