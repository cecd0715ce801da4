"""Fieldwork: who spoke again, who was lost, who is missing."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given

from tests.analyses.small import example
from tests.strategies import FEW, evidences
from veche.analyses.fieldwork import fieldwork
from veche.analyses.fieldwork.panel import KINDS, classify
from veche.study import Evidence, Grounds, Interview, NotFound


def kind(evidence: Evidence, one: Interview) -> str:
    """The classification in the words of its definition."""

    def post(interview: Interview) -> tuple[str, str]:
        return interview.town_id, interview.post.strip().lower() or evidence.role_by_id[interview.role_id].key

    earlier = [other for other in evidence.interviews if other.wave_id < one.wave_id]
    own = [other for other in earlier if other.respondent_id == one.respondent_id]
    if own:
        last = max(other.wave_id for other in own)
        same = any(post(other) == post(one) for other in own if other.wave_id == last)
        return "same_person_same_post" if same else "same_person_other_post"
    if any(post(other) == post(one) for other in earlier):
        return "same_post_other_person"
    return "new" if any(other.town_id == one.town_id for other in earlier) else "first"


@given(evidences())
@FEW
def test_counts_and_kinds_are_those_of_plain_loops(evidence: Evidence) -> None:
    result = fieldwork(evidence)
    waves = [wave for wave in evidence.waves if any(one.wave_id == wave.id for one in evidence.interviews)]
    towns = [town for town in evidence.towns if any(one.town_id == town.id for one in evidence.interviews)]
    table = result.tables["fieldwork"]
    assert list(table.index) == [
        f"{key} · {wave.key}" for key in ["*", *(town.key for town in towns)] * bool(waves) for wave in waves
    ]
    assert {one.interview.id: one.kind for one in classify(evidence, evidence.interviews, waves)} == {
        one.id: kind(evidence, one) for one in evidence.interviews
    }
    for town in towns:
        seen: list[set[str]] = []
        for wave in waves:
            row = table.loc[f"{town.key} · {wave.key}"]
            here = [one for one in evidence.interviews if one.town_id == town.id and one.wave_id == wave.id]
            people = {one.respondent_id for one in here}
            assert (row["interviews"], row["respondents"]) == (len(here), len(people))
            assert [row[name] for name in KINDS] == [sum(kind(evidence, one) == name for one in here) for name in KINDS]
            assert sorted(filter(None, row["interview_keys"].split(", "))) == sorted(one.key for one in here)
            before = seen[-1] if seen and here else set()
            assert (row["before"], row["again"], row["lost"]) == (
                len(before),
                len(before & people),
                len(before - people),
            )
            assert (
                row["attrition"] == pytest.approx(len(before - people) / len(before))
                if before
                else math.isnan(row["attrition"])
            )
            assert before or row["reason"]
            if here:
                seen.append(people)
    for wave in waves:
        of_towns = table[(table["wave"] == wave.key) & (table["town"] != "*")]
        total = table.loc[f"* · {wave.key}"]
        for name in ("interviews", "before", "again", "lost", *KINDS):
            assert total[name] == of_towns[name].sum()


@given(evidences())
@FEW
def test_roles_and_missing_branches_are_those_of_plain_loops(evidence: Evidence) -> None:
    result = fieldwork(evidence)
    branch = {role.id: role.branch for role in evidence.roles}
    cells: dict[tuple[str, str], set[str]] = {}
    for one in evidence.interviews:
        cells.setdefault((one.town_id, one.wave_id), set()).add(branch[one.role_id])
    expected = set()
    for (town, wave), here in cells.items():
        around = set().union(*(found for (t, w), found in cells.items() if t == town or w == wave))
        keys = evidence.town_by_id[town].key, evidence.wave_by_id[wave].key
        expected |= {f"{keys[0]} · {keys[1]} · {name}" for name in around - here}
    missing = result.tables["missing"]
    assert set(missing.index) == expected
    for _label, row in missing.iterrows():
        wave = next(one.id for one in evidence.waves if one.key == row["wave"])
        others = [t for (t, w), found in cells.items() if w == wave and row["branch"] in found]
        assert row["other_towns"] == len(others)
    roles = result.tables["roles"]
    for _label, row in roles.iterrows():
        count = sum(
            row["town"] in ("*", evidence.town_by_id[one.town_id].key)
            and evidence.wave_by_id[one.wave_id].key == row["wave"]
            and evidence.role_by_id[one.role_id].key == row["role"]
            for one in evidence.interviews
        )
        assert row["interviews"] == count > 0
    assert roles[roles["town"] == "*"]["interviews"].sum() == len(evidence.interviews)
    assert fieldwork(evidence).figure.to_dict()["description"]


def test_an_example_by_hand() -> None:
    """R1 and R2 speak again as heads; R3 is lost; R4 was director and is head; R6 and R7 hold R3's and R5's posts."""
    result = fieldwork(example())
    table = result.table
    second = table.loc["A · 2"]
    assert [second[name] for name in KINDS] == [2, 0, 1, 0, 0]
    assert (second["before"], second["again"], second["lost"], second["lost_keys"]) == (3, 2, 1, "R3")
    assert second["attrition"] == pytest.approx(1 / 3)
    assert [table.loc["B · 2", name] for name in KINDS] == [0, 1, 1, 0, 0]
    assert table.loc["* · 2", "again"] == 3
    assert result.tables["missing"].index.tolist() == ["B · 1 · executive"]
    assert result.sentence.startswith("Of 5 respondents of the wave before, 3 spoke again in second (60%).")
    assert "Most were lost in Birch: 1 of 2." in result.sentence


def test_a_noted_post_is_more_than_the_role() -> None:
    interviews = [
        dataclasses.replace(one, post={"A1-3": "Mill", "A2-3": " MILL ", "B1-2": "Farm"}.get(one.key, ""))
        for one in example().interviews
    ]
    found = classify(example(), interviews, example().waves)
    kinds = {one.interview.key: one.kind for one in found}
    # the mill has another director; nobody had the role without a noted post in Birch but R4
    assert kinds["A2-3"] == "same_post_other_person"
    assert kinds["B2-2"] == "same_post_other_person"
    others = [dataclasses.replace(one, post="Bank" if one.key == "B2-2" else one.post) for one in interviews]
    assert {one.interview.key: one.kind for one in classify(example(), others, example().waves)}["B2-2"] == "new"


def test_it_rests_on_interviews_not_on_codings() -> None:
    result = fieldwork(example())
    assert result.grounds("A · 1") == Grounds()
    assert any("no cell leads to quotations" in note for note in result.notes)
    assert "10 interviews name no post" in " ".join(result.notes)


def test_a_named_wave_and_an_empty_study() -> None:
    assert "spoke again" not in fieldwork(example(), after="1").sentence
    with pytest.raises(NotFound, match="wave 9"):
        fieldwork(example(), after="9")
    empty = dataclasses.replace(example(), interviews=(), documents=(), codings=())
    assert fieldwork(empty).sentence == "There is no interview in this selection."
    assert fieldwork(empty).figure.to_dict()["title"]["text"] == ["There is no interview in this selection"]
