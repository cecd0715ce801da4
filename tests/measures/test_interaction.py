import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures.interaction import GROUPS, Told, clearly_less, effectiveness, interaction_model
from veche.measures.proportions import wilson
from veche.study.errors import InputProblem

KINDS = ["placement", "manipulation", "bargaining", "waiting", "mediation", "pressure", "removal", "support"]
TOLD = st.lists(
    st.builds(
        Told,
        st.integers(0, 4),
        st.sampled_from(KINDS),
        st.floats(0.05, 1),
        st.sampled_from(["achieved", "partly", "failed", "unknown"]),
    ),
    max_size=20,
)


def shares(model):
    return {one.group: one.share.value for one in model.shares}


def test_three_reporters_of_bargaining_make_the_model():
    told = [Told(0, "bargaining"), Told(1, "waiting"), Told(2, "mediation"), Told(3, "pressure")]
    found = interaction_model(told)
    assert shares(found) == {
        "inside man": 0,
        "hidden manipulation": 0,
        "bargaining or waiting": 0.75,
        "direct pressure": 0.25,
    }
    assert found.label == "bargaining or waiting"
    assert interaction_model(told, least_reporters=4).label == "mixed"
    assert interaction_model(told, least_share=0.8).label == "mixed"


def test_kinds_outside_the_groups_count_in_the_whole():
    told = [Told(k, "placement") for k in range(3)] + [Told(k, "support") for k in range(3, 7)]
    found = interaction_model(told)
    assert shares(found)["inside man"] == pytest.approx(3 / 7)
    assert found.label == "mixed"


def test_one_reporter_has_one_vote_divided_over_what_he_says():
    told = [Told(0, "pressure")] * 9 + [Told(0, "bargaining")] * 3 + [Told(1, "bargaining")]
    found = interaction_model(told, least_reporters=1)
    assert shares(found)["direct pressure"] == pytest.approx(0.75 / 2)
    assert found.label == "bargaining or waiting"
    half = interaction_model([Told(0, "pressure", 0.5), Told(1, "bargaining")], least_reporters=1)
    assert shares(half)["direct pressure"] == pytest.approx(1 / 3)


def test_two_leading_groups_are_mixed_and_silence_has_no_label():
    told = [Told(k, "pressure" if k % 2 else "placement") for k in range(6)]
    assert interaction_model(told).label == "mixed"
    silent = interaction_model([])
    assert silent.label == ""
    assert all(one.share.missing and one.share.reason for one in silent.shares)


@given(TOLD, st.integers(0, 4))
def test_shares_are_bounded_and_a_talkative_reporter_of_full_mass_changes_nothing(told, person):
    found = interaction_model(told)
    if told:
        assert sum(shares(found).values()) <= 1 + 1e-9
        assert found.label in {*GROUPS, "mixed"}
    mass = sum(one.share for one in told if one.reporter == person)
    if mass >= 1:
        again = interaction_model(told + [one for one in told if one.reporter == person])
        assert shares(again) == pytest.approx(shares(found))


def test_effectiveness_by_hand():
    told = [
        Told(0, "pressure", outcome="failed"),
        Told(0, "pressure", outcome="partly"),
        Told(1, "pressure", outcome="unknown"),
        Told(2, "pressure", outcome="achieved"),
        Told(0, "waiting"),
    ]
    pressure, waiting = effectiveness(told)
    assert (pressure.kind, pressure.reporters, pressure.mean.value) == ("pressure", 2, 0.625)
    bounds = wilson(1.25, 2)
    assert (pressure.low, pressure.high) == (pytest.approx(float(bounds.low)), pytest.approx(float(bounds.high)))
    assert waiting.mean.missing
    assert waiting.mean.reason == "no outcome is known"
    assert math.isnan(waiting.low)
    assert not clearly_less(pressure, waiting)


def test_direct_pressure_is_not_enough():
    told = [Told(k, "pressure", outcome="failed") for k in range(12)]
    told += [Told(k, "bargaining", outcome="achieved") for k in range(12)]
    bargaining, pressure = effectiveness(told)
    assert clearly_less(pressure, bargaining)
    assert not clearly_less(bargaining, pressure)


@given(TOLD)
def test_effectiveness_lies_in_its_interval(told):
    for one in effectiveness(told):
        assert one.mean.missing or 0 <= one.low <= one.mean.value + 1e-9 <= one.high + 2e-9 <= 1 + 3e-9


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: interaction_model([], least_share=0), "share"),
        (lambda: interaction_model([], least_reporters=0), "reporter"),
        (lambda: interaction_model([], groups={}), "No groups"),
        (
            lambda: interaction_model([], groups={"a": frozenset("x"), "b": frozenset("x")}),
            "stands in the groups a and b",
        ),
        (lambda: interaction_model([Told(0, "pressure", 0.0)]), "share 0.0"),
        (lambda: effectiveness([Told(0, "pressure", outcome="won")]), "won"),
        (lambda: effectiveness([Told(0, "pressure", outcome="failed")], confidence=1.0), "confidence"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(InputProblem, match=words):
        call()
