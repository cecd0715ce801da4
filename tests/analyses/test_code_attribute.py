"""Codes by attribute: every cell against plain loops, attributes at every level."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analyses import brute
from tests.analyses.small import example
from tests.strategies import FEW, evidences
from veche.analyses.code_attribute import code_attribute
from veche.measures.proportions import wilson
from veche.study import Attribute, Coding, Evidence, InputProblem, Interview, NotFound

ATTRIBUTES = ["town", "region", "wave", "role", "branch", "respondent", "language", "standing", "coder", "size"]


def values(evidence: Evidence, interview: Interview, attribute: str) -> set[str]:
    """Values of an interview, looked up by hand."""
    town = evidence.town_by_id[interview.town_id]
    role = evidence.role_by_id[interview.role_id]
    simple = {
        "town": town.key,
        "region": next(one.key for one in evidence.regions if one.id == town.region_id),
        "wave": evidence.wave_by_id[interview.wave_id].key,
        "role": role.key,
        "branch": role.branch,
        "respondent": evidence.respondent_by_id[interview.respondent_id].key,
        "language": interview.language,
        "standing": interview.standing,
    }
    if attribute in simple:
        return {simple[attribute]}
    if attribute == "coder":
        ids = {coding.coder_id for coding, where in brute.counted(evidence) if where.id == interview.id}
        return {coder.key for coder in evidence.coders if coder.id in ids}
    documents = [one.id for one in evidence.documents if one.interview_id == interview.id]
    for level in ([interview.id], documents, [interview.respondent_id], [town.id], [town.region_id]):
        for wave in (interview.wave_id, None):
            found = {
                one.value
                for one in evidence.attributes
                if one.name == attribute and one.target_id in level and one.wave_id == wave
            }
            if found:
                return found
    return set()


@given(evidences(), st.sampled_from(ATTRIBUTES), st.booleans())
@FEW
def test_cells_are_those_of_plain_loops(evidence: Evidence, attribute: str, below: bool) -> None:
    if attribute == "size" and not evidence.attributes:
        with pytest.raises(NotFound, match="size"):
            code_attribute(evidence, attribute=attribute)
        return
    result = code_attribute(evidence, attribute=attribute, below=below, minimum=2)
    table = result.tables["cells"]
    counted = [coding.code_id for coding, _interview in brute.counted(evidence)]
    codes = [
        code.key
        for code in evidence.codes
        if {one.id for one in (brute.below(evidence, code) if below else [code])} & set(counted)
    ]
    kinds = {value for one in evidence.interviews for value in values(evidence, one, attribute)}
    assert set(table.index) == {f"{code} · {value}" for code in codes for value in kinds}
    for label, row in table.iterrows():
        code = evidence.code(row["code"])
        here = [one for one in evidence.interviews if row["value"] in values(evidence, one, attribute)]

        def own(coding: Coding, key: str = row["value"]) -> bool:
            return attribute != "coder" or next(c.key for c in evidence.coders if c.id == coding.coder_id) == key

        how = {"deep": below, "taken": own}
        asked = [one for one in here if brute.could(evidence, one, code)]
        said = brute.saying(evidence, code, here, "asserted", **how)
        every = brute.codings_of(evidence, code, here, "asserted", asked=None, deep=below, taken=own)
        assert row["codings"] == len(every)
        assert row["interviews"] == brute.saying(evidence, code, here, "asserted", asked=None, **how)
        assert (row["asked"], row["mentions"]) == (len(asked), said)
        assert row["volunteered"] == row["interviews"] - said
        assert row["denied"] == brute.saying(evidence, code, here, "denied", **how)
        assert row["share"] == pytest.approx(said / len(asked)) if asked else math.isnan(row["share"])
        if len(asked) >= 2:
            bounds = wilson(said, len(asked))
            assert (row["low"], row["high"]) == pytest.approx((float(bounds.low), float(bounds.high)))
        else:
            assert math.isnan(row["low"])
            assert row["reason"]
        for column, inside in (("codings", None), ("share", True), ("volunteered", False), (None, None)):
            expected = brute.codings_of(evidence, code, here, "asserted", asked=inside, deep=below, taken=own)
            assert set(result.grounds(label, column).supporting) == expected
        assert set(result.grounds(label, "denied").supporting) == brute.codings_of(
            evidence, code, here, "denied", deep=below, taken=own
        )
        assert result.tables["share"].loc[row["code"], row["value"]] == pytest.approx(row["share"], nan_ok=True)
        assert result.tables["codings"].loc[row["code"], row["value"]] == row["codings"]
        assert set(result.grounds(row["code"], row["value"], "codings").supporting) == every


def test_the_order_of_values_is_that_of_the_study() -> None:
    result = code_attribute(example(), attribute="town", codes=("P",))
    assert list(result.tables["share"].columns) == ["A", "B"]
    assert result.table["value_label"].tolist() == ["Alder", "Birch"]
    # everybody but B1-2 names a problem; A1-2 names ROADS
    assert result.table["mentions"].tolist() == [6, 3]


def test_nearest_value_of_an_attribute_wins() -> None:
    attributes = (
        Attribute(id="1", target_id="A", name="mood", value="calm"),
        Attribute(id="2", target_id="A", name="mood", value="tense", wave_id="w2"),
        Attribute(id="3", target_id="R1", name="mood", value="own"),
        Attribute(id="4", target_id="A2-1", name="mood", value="that day"),
    )
    evidence = dataclasses.replace(example(), attributes=attributes)
    table = code_attribute(evidence, attribute="mood", codes=("P",)).tables["interviews"]
    # R1's first interview, A1-2 and A1-3, A2-2 and A2-3, A2-1; those of town B have no value
    assert table.loc["P"].to_dict() == {"calm": 2, "own": 1, "tense": 2, "that day": 1}
    notes = code_attribute(evidence, attribute="mood").notes
    assert "Interviews without a value, left out: 4." in notes


def test_an_unknown_attribute_is_named_with_those_there_are() -> None:
    evidence = dataclasses.replace(example(), attributes=(Attribute(id="1", target_id="A", name="mood", value="x"),))
    with pytest.raises(NotFound, match="mood") as caught:
        code_attribute(evidence, attribute="colour")
    assert "town, region, wave" in str(caught.value)
    with pytest.raises(InputProblem, match="attribute"):
        code_attribute(evidence, attribute=3)


def test_only_a_sure_contrast_is_told() -> None:
    assert (
        code_attribute(example(), codes=("P.MONEY",)).sentence
        == "No code is surely named more by one value than by another."
    )
    interviews = [
        dataclasses.replace(example().interviews[0], id=f"n{i}", key=f"N{i}", town_id="AB"[i % 2]) for i in range(24)
    ]
    documents = [dataclasses.replace(example().documents[0], id=f"d{i}", interview_id=f"n{i}") for i in range(24)]
    codings = [dataclasses.replace(example().codings[0], id=f"c{i}", document_id=f"d{i}") for i in range(0, 24, 2)]
    sure = dataclasses.replace(
        example(), interviews=tuple(interviews), documents=tuple(documents), codings=tuple(codings)
    )
    result = code_attribute(sure, codes=("P.MONEY",))
    assert result.sentence == "“Money” differs most: Alder 100%, Birch 0%."
    assert result.highlights == ("P.MONEY · A", "P.MONEY · B")


@given(evidences(), st.sampled_from(ATTRIBUTES[:-1]))
@FEW
def test_every_study_has_a_figure(evidence: Evidence, attribute: str) -> None:
    spec = code_attribute(evidence, attribute=attribute).figure.to_dict()
    assert spec["description"]
