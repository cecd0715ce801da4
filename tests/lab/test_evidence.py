"""Judgements: from codings and from tables, and what cannot be one."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analyses.small import example
from veche.lab.evidence import COLUMNS, judge, read_evidence
from veche.lab.indicators import BY_KEY, INDICATORS, KEYS, make_scale, observed
from veche.lab.observables import OBSERVED
from veche.study import Code, Coding, Evidence, InputProblem


def table(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS))


FULL = ("A", "1", "influence", "k", 3)


def test_fourteen_indicators_name_construct_observables_and_codes() -> None:
    assert len(INDICATORS) == len(set(KEYS)) == 14
    for one in INDICATORS:
        assert one.label and one.construct and one.says
        assert set(one.observables) <= set(OBSERVED)
        assert all(0 <= value <= 1 for value in one.says.values())
    taken = [name for one in INDICATORS for name in one.observables]
    assert len(taken) == len(set(taken))


def test_steps_and_memberships() -> None:
    steps = read_evidence(table(FULL, ("A", "1", "tone" if "tone" in KEYS else "obedience", "k", 0)))
    assert steps.table["value"].tolist() == [3, 0]
    fuzzy = read_evidence(
        table(("A", "1", "influence", "k", 0.6), ("B", "1", "influence", "k", 0.05), ("C", "1", "influence", "k", 1))
    )
    assert fuzzy.table["value"].tolist() == [2, 0, 4]
    # 1 alone may be a step or a membership: said explicitly it is what was said
    assert read_evidence(table(("A", "1", "influence", "k", 1)), scale="steps").table["value"].tolist() == [1]
    assert read_evidence(table(("A", "1", "influence", "k", 1))).table["value"].tolist() == [4]


@given(st.floats(0, 1))
def test_a_membership_goes_to_the_nearest_step(value: float) -> None:
    step = read_evidence(table(("A", "1", "influence", "k", value)), scale="membership").table["value"].iloc[0]
    assert abs(step / 4 - value) <= 0.125 + 1e-12


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("A", "1", "influense", "k", 2)], "no indicator influense. Nearest: influence"),
        ([("A", "1", "influence", "k", 5)], "k gives influence of town A, wave 1 the value 5"),
        ([("A", "1", "influence", "k", 2.5), ("A", "1", "obedience", "k", 3)], "the value 2.5"),
        ([("A", "1", "influence", "k", -1)], "the value -1"),
        ([("A", "1", "influence", "k", "much")], "the value much"),
        ([FULL, ("A", 1.0, "influence", "k", 2)], "k judges influence of town A, wave 1 twice"),
        ([("A", "1", "influence", "k", None)], "no judgement of any indicator"),
        ([], "no judgement of any indicator"),
    ],
)
def test_what_cannot_be_a_judgement_is_named(rows: list[tuple[object, ...]], said: str) -> None:
    with pytest.raises(InputProblem) as raised:
        read_evidence(table(*rows))
    assert said in str(raised.value.message())


def test_a_table_without_its_columns_says_which() -> None:
    with pytest.raises(InputProblem) as raised:
        read_evidence(pd.DataFrame({"town": ["A"], "value": [1]}))
    assert "no column wave, indicator, coder" in raised.value.message()
    with pytest.raises(InputProblem, match="no scale fuzzy"):
        read_evidence(table(FULL), scale="fuzzy")


def test_one_coder_missing_waves_and_indicators_are_said() -> None:
    coded = read_evidence(table(FULL, ("A", "2", "influence", "k", 1), ("B", "2", "influence", "k", 4)))
    one_coder, unseen, gaps = coded.remarks
    assert one_coder.startswith("Only k has coded")
    assert "assembly votes with the head" in unseen
    assert "influence of the head" not in unseen
    assert gaps == "No judgement of: B 1. Nothing is said of them."
    whole = [(town, "1", key, coder, 2) for town in "AB" for key in KEYS for coder in "kl"]
    assert read_evidence(table(*whole)).remarks == ()


# from codings


def study(marks: dict[str, list[tuple[str, str, str]]], keys: dict[str, str | None]) -> Evidence:
    """The small study with these codes (key: parent) and codings: interview -> (code, coder, modality)."""
    held = example()
    codes = tuple(
        Code(id=key, key=key, parent_id=parent, kind="other", position=at)
        for at, (key, parent) in enumerate(keys.items())
    )
    codings = tuple(
        Coding(id=f"{name}{at}", document_id=f"d{name}", text_id=f"t{name}", start=20 + at, end=30 + at, code_id=code, coder_id=coder, modality=modality)  # type: ignore[arg-type]
        for name, found in marks.items() for at, (code, coder, modality) in enumerate(found)
    )  # fmt: skip
    return dataclasses.replace(held, codes=codes, codings=codings, topics=())


TREE = {
    "TECH": None, "TECH.PRESS": "TECH", "TECH.PRESS.JOB": "TECH.PRESS", "TECH.WAIT": "TECH", "TONE": None, "TONE.1": "TONE", "TONE.2": "TONE",
    "TONE.5": "TONE", "LEAD": None, "LEAD.MONO": "LEAD",
}  # fmt: skip


def values(evidence: Evidence) -> dict[tuple[str, ...], int]:
    rows = judge(evidence).table
    return {(r.town, r.wave, r.indicator, r.coder): r.value for r in rows.itertuples()}


def test_levels_from_codings_counted_by_hand() -> None:
    """Wave 1 of A: three interviews speak of techniques, one of pressure (of a job): a third, so step 3 (a quarter to a half)."""
    found = values(
        study(
            {
                "A1-1": [("TECH.PRESS.JOB", "k", "asserted"), ("TONE.1", "k", "asserted")],
                "A1-2": [("TECH.WAIT", "k", "asserted"), ("TONE.2", "k", "asserted"), ("TONE.5", "k", "asserted")],
                "A1-3": [("TECH.WAIT", "k", "asserted"), ("TECH.PRESS", "k", "denied")],
                "B1-1": [("LEAD.MONO", "k", "denied"), ("LEAD.MONO", "k", "hypothetical")],
                "B1-2": [("TECH.PRESS", "l", "hypothetical")],
            },
            TREE,
        )
    )
    assert found["A", "1", "pressure", "k"] == 3
    assert found["A", "1", "temporising", "k"] == 4
    assert found["A", "1", "manipulation", "k"] == 0
    # tone: (1 + (.75 + 0)/2)/2 = .6875, step 3
    assert found["A", "1", "obedience", "k"] == 3
    # denied: the opposite end; hypothetical: not counted
    assert found["B", "1", "influence", "k"] == 0
    assert not [one for one in found if one[0] == "B" and one[2] != "influence"]


def test_a_study_without_such_codes_says_so() -> None:
    with pytest.raises(InputProblem, match="no judgement of any indicator"):
        judge(example())


def test_codes_under_a_missing_root_are_found_by_their_names() -> None:
    found = values(study({"A1-1": [("TECH.WAIT", "k", "asserted")]}, {"TECH.WAIT": None}))
    assert found["A", "1", "temporising", "k"] == 4
    assert found["A", "1", "pressure", "k"] == 0


def test_the_fictional_study_shows_what_was_planted(demo_path: Path) -> None:
    from veche import workbench

    with workbench.open(demo_path) as held:
        coded = judge(held.evidence())
    frame = coded.table.groupby(["town", "wave", "indicator"])["value"].mean()
    assert len(coded.coders) == 2
    assert len(coded.cases) == 14
    # A: own people in the seats; B: bargaining and waiting; C: hidden steering; F: pressure; D: opposition
    for town, key in (
        ("A", "entrance"),
        ("B", "exchange"),
        ("C", "manipulation"),
        ("F", "pressure"),
        ("D", "opposition"),
    ):
        level = frame[town, "1", key]
        others = [frame[other, "1", key] for other in "ABCDF" if other != town and (other, "1", key) in frame.index]
        assert level >= 3
        assert level >= max(others)
    assert "No judgement of: L 2" in coded.remarks[0]


# observables on the scale of the evidence


def test_observables_become_normal_scores() -> None:
    scale = make_scale(np.array([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [4.0, 5.0]]))
    found = scale.normal(np.array([[2.0, 0.0], [np.nan, 5.0], [9.0, 9.0]]))
    from scipy.special import ndtri

    # of four values the second has mid-rank 2 of 4: (1 + 2 + 1)/2/5 = .4
    assert found[0, 0] == pytest.approx(ndtri(0.4))
    # three ties: (0 + 3 + 1)/2/5 = .4; the largest: (3 + 4 + 1)/2/5 = .8
    assert found[0, 1] == pytest.approx(ndtri(0.4))
    assert found[1, 1] == pytest.approx(ndtri(0.8))
    assert np.isnan(found[1, 0])
    assert found[2] == pytest.approx(ndtri([0.9, 0.9]))


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=30), st.floats(-6, 6), st.floats(-6, 6))
def test_the_scale_keeps_the_order(values: list[float], one: float, other: float) -> None:
    scale = make_scale(np.sort(np.array(values))[:, None])
    low, high = scale.normal(np.array([[min(one, other)], [max(one, other)]]))[:, 0]
    assert low <= high


def test_shares_of_votes_without_votes_are_none_and_others_stay_missing() -> None:
    frame = pd.DataFrame(np.full((1, len(OBSERVED)), np.nan), columns=list(OBSERVED)).assign(
        votes_link=0.25, votes_paid=0.5
    )
    found = dict(zip(KEYS, observed(frame)[0], strict=True))
    assert found["exchange"] == 0.75
    assert found["pressure"] == 0
    assert np.isnan(found["influence"])
    assert BY_KEY["exchange"].observables == ("votes_link", "votes_paid")
