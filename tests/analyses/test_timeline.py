"""Codes over time against plain loops; periods, windows, and the one sure move."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analyses import brute
from tests.analyses.small import example
from tests.strategies import CODES, FEW, evidences
from veche.analyses.timeline import timeline
from veche.measures.proportions import wilson
from veche.study import Evidence, Interview, NotFound

KEYS = tuple(key for key, *_rest in CODES)


def period(evidence: Evidence, interview: Interview, step: str) -> str:
    if step == "wave":
        return evidence.wave_by_id[interview.wave_id].key
    year = interview.date.strftime("%Y")
    return year if step == "year" else f"{year}-{1 if interview.date.month < 7 else 2}"


@given(evidences(), st.sampled_from(["wave", "year", "half-year"]), st.booleans())
@FEW
def test_cells_are_those_of_plain_loops(evidence: Evidence, step: str, below: bool) -> None:
    result = timeline(evidence, codes=KEYS, step=step, below=below)
    table = result.table
    times = sorted({period(evidence, one, step) for one in evidence.interviews})
    assert list(table.index) == [f"{key} · {time}" for key in KEYS for time in times]
    for label, row in table.iterrows():
        code = evidence.code(row["code"])
        here = [one for one in evidence.interviews if period(evidence, one, step) == row["period"]]
        assert all(row["start"] <= one.date < row["end"] for one in here)
        asked = [one for one in here if brute.could(evidence, one, code)]
        said = brute.saying(evidence, code, here, "asserted", deep=below)
        if below or code.kind != "group":
            assert (row["asked"], row["mentions"]) == (len(asked), said)
            assert row["volunteered"] == brute.saying(evidence, code, here, "asserted", asked=False, deep=below)
            assert row["denied"] == brute.saying(evidence, code, here, "denied", deep=below)
            assert row["respondents"] == len({one.respondent_id for one in asked})
            if asked:
                bounds = wilson(said, len(asked))
                assert (row["share"], row["low"]) == pytest.approx((said / len(asked), float(bounds.low)))
                days = [one.date.toordinal() for one in asked]
                assert abs(row["middle"].toordinal() - sum(days) / len(days)) <= 0.5
            else:
                assert math.isnan(row["share"])
                assert row["reason"]
            for column, inside in (("share", True), ("volunteered", False), ("denied", True)):
                kind = "denied" if column == "denied" else "asserted"
                expected = brute.codings_of(evidence, code, here, kind, asked=inside, deep=below)
                assert set(result.grounds(label, column).supporting) == expected
        if code.kind != "group":
            possible = {brute.exposed(code, one) for one in here}
            assert row["possible"] == {(True,): "yes", (False,): "no"}.get(tuple(possible), "partly")


@given(evidences(), st.sampled_from(["wave", "half-year"]))
@FEW
def test_every_study_has_a_figure(evidence: Evidence, step: str) -> None:
    assert timeline(evidence, step=step).figure.to_dict()["description"]


def test_by_default_the_codes_named_in_most_interviews() -> None:
    result = timeline(example(), most=2, below=False)
    # MONEY in 6 interviews, VIRUS in 4, ROADS in 3 of those asked
    assert list(dict.fromkeys(result.table["code"])) == ["P.MONEY", "P.VIRUS"]
    with pytest.raises(NotFound, match="GONE"):
        timeline(example(), codes=("GONE",))


def test_years_and_half_years() -> None:
    table = timeline(example(), codes=("P.MONEY",), step="half-year").table
    assert table["period"].tolist() == ["2013-1", "2019-1", "2020-1"]
    assert table["start"].tolist() == [dt.date(2013, 1, 1), dt.date(2019, 1, 1), dt.date(2020, 1, 1)]
    assert table["end"].tolist() == [dt.date(2013, 7, 1), dt.date(2019, 7, 1), dt.date(2020, 7, 1)]
    assert timeline(example(), codes=("P.MONEY",), step="year").table["mentions"].tolist() == [3, 1, 2]


def test_only_a_sure_move_is_told_and_not_through_a_closed_window() -> None:
    assert timeline(example()).sentence == "No code surely moved from one period to another."
    interviews = [
        dataclasses.replace(example().interviews[0], id=f"n{i}", key=f"N{i}", date=dt.date(2013 + 7 * (i % 2), 5, 1), wave_id=f"w{1 + i % 2}")
        for i in range(24)
    ]  # fmt: skip
    documents = [dataclasses.replace(example().documents[0], id=f"d{i}", interview_id=f"n{i}") for i in range(24)]
    codings = [
        dataclasses.replace(example().codings[0], id=f"{code}{i}", document_id=f"d{i}", code_id=code)
        for i in range(1, 24, 2) for code in ("ROADS", "VIRUS")
    ]  # fmt: skip
    study = dataclasses.replace(
        example(), interviews=tuple(interviews), documents=tuple(documents), codings=tuple(codings)
    )
    result = timeline(study, below=False)
    assert result.sentence == "“Roads” moved most: from 0% (first) to 100% (second)."
    assert result.highlights == ("P.ROADS · 1", "P.ROADS · 2")
    spec = result.figure.to_dict()
    texts = [row["t"] for layer in spec["layer"] for row in layer["data"]["values"] if "t" in row]
    assert "not possible" in texts


def test_an_empty_study() -> None:
    empty = dataclasses.replace(example(), interviews=(), documents=(), codings=())
    assert timeline(empty).sentence == "No code is mentioned in this selection."
    assert timeline(empty).table.empty
