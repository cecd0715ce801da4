"""Agreement on a study: counted by hand and by loops, in each design, with the bad input that can be given."""

from __future__ import annotations

import dataclasses
import datetime as dt
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbench._double import BODY, records, turns
from veche.analyses.agreement import agreement
from veche.analyses.agreement_progress import agreement_progress
from veche.measures.agreement import given_spans, given_units, krippendorff_alpha, overlap, unitizing_alpha
from veche.study import (
    Assignment,
    Code,
    Coder,
    Coding,
    Decision,
    Document,
    Evidence,
    InputProblem,
    Interview,
    StudyInfo,
    Text,
    Where,
)  # fmt: skip

NOW = dt.datetime(2024, 7, 1)


def study(**changes: Any) -> Evidence:
    """The study of three interviews as evidence."""
    found, texts = records()

    def of(kind: type) -> tuple[Any, ...]:
        return tuple(one for one in found if isinstance(one, kind))

    values: dict[str, Any] = {
        "study": StudyInfo(id="s", name="s"), "codes": of(Code), "coders": of(Coder), "codings": of(Coding),
        "interviews": of(Interview), "documents": of(Document), "texts": {one.id: one for one in texts},
    }  # fmt: skip
    return Evidence(**(values | changes))


def more(evidence: Evidence, *codings: Coding, coders: tuple[Coder, ...] = ()) -> Evidence:
    return dataclasses.replace(evidence, codings=evidence.codings + codings, coders=evidence.coders + coders)


def marked(answer: int, code: str, coder: str, interview: str = "I1") -> Coding:
    start = 11 + 11 * answer
    return Coding(
        id=f"new/{interview}/{answer}/{code}/{coder}", document_id=f"d{interview}", text_id=f"t{interview}", start=start,
        end=start + 10, code_id=code, coder_id=coder,
    )  # fmt: skip


def test_turns_counted_by_hand() -> None:
    result = agreement(study(), resamples=0)
    # 12 answers; money: anna I1.1 I2.1 I3.4, boris I1.1 I1.2 I2.1: 2 turns differ
    money = result.table.loc["P.MONEY"]
    values = [[1, 1], [0, 1], [0, 0], [0, 0], [1, 1], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0], [1, 0]]
    assert money["agreement"] == pytest.approx(krippendorff_alpha(given_units(values)).value)
    assert (money["units_compared"], money["disagreements"], money["percent"]) == (12, 2, pytest.approx(10 / 12))
    assert money["prevalence"] == pytest.approx(6 / 24)
    assert dict(result.table["disagreements"]) == {"P.MONEY": 2, "P.ROADS": 2, "P.SECRET": 2}
    assert "turns of talk as units" in result.notes[0]


def test_where_they_disagree() -> None:
    result = agreement(study(), resamples=0)
    frame = result.tables["disagreements"]
    row = frame.loc["P.MONEY · I1:3"]
    assert (row["has"], row["has_not"], row["instead"]) == ("boris", "anna", "Roads")
    grounds = result.grounds("P.MONEY · I1:3", table="disagreements")
    assert (grounds.supporting, grounds.opposing) == (("I1/boris/1",), ("I1/anna/1",))
    pairs = result.tables["confusions"]
    assert dict(pairs["times"]) == {"P.MONEY · P.ROADS": 1, "P.MONEY · P.SECRET": 1}
    behind = result.grounds("P.MONEY · P.ROADS", table="confusions")
    assert set(behind.supporting) == {"I1/boris/1"} and set(behind.opposing) == {"I1/anna/1"}
    of_code = result.grounds("P.MONEY")
    assert set(of_code.supporting) == {"I1/anna/0", "I1/boris/0", "I2/anna/0", "I2/boris/0"}
    assert set(of_code.opposing) == {"I1/boris/1", "I3/anna/3"}


@pytest.mark.parametrize("unit", ["turn", "sentence", "document"])
def test_support_is_what_was_counted(unit: str) -> None:
    evidence = study()
    result = agreement(evidence, unit=unit, resamples=0)
    for code in result.table.index:
        grounds = result.grounds(code)
        expected = {one.id for one in evidence.codings if evidence.codebook.by_id[one.code_id].key == code}
        assert set(grounds.supporting) | set(grounds.opposing) == expected
        assert not set(grounds.supporting) & set(grounds.opposing)


def test_documents_and_sentences() -> None:
    documents = agreement(study(), unit="document", resamples=0).table
    assert documents.loc["P.MONEY", "units_compared"] == 3
    assert documents.loc["P.MONEY", "disagreements"] == 1  # I3
    sentences = agreement(study(), unit="sentence", resamples=0).table
    assert sentences.loc["P.ROADS", "disagreements"] == 2


def test_characters_as_the_measure_gives_them() -> None:
    result = agreement(study(), unit="character", resamples=0)
    values = []
    for key in ("I1", "I2", "I3"):
        spans = [
            [(c.start, c.end, "m") for c in study().codings if c.document_id == f"d{key}" and c.coder_id == k and c.code_id == "MONEY"]
            for k in ("ka", "kb")
        ]  # fmt: skip
        values.append(overlap(given_spans(spans, end=len(BODY)), codes=["m"])["m"].kappa.value)
    assert result.table.loc["P.MONEY", "agreement"] == pytest.approx(np.mean(values))
    assert "overall" not in result.tables


def test_segments_as_the_measure_gives_them() -> None:
    result = agreement(study(), unit="segment", resamples=0)
    documents = []
    for key in ("I1", "I2", "I3"):
        spans = [
            [(c.start, c.end, "m") for c in study().codings if c.document_id == f"d{key}" and c.coder_id == k and c.code_id == "MONEY"]
            for k in ("ka", "kb")
        ]  # fmt: skip
        documents.append(given_spans(spans, end=len(BODY), coders=["anna", "boris"]))
    assert result.table.loc["P.MONEY", "agreement"] == pytest.approx(unitizing_alpha(documents).u.value)
    assert {"u_alpha", "u_alpha_binary", "cu_alpha"} <= set(result.tables["overall"].index)
    kinds = dict(result.tables["disagreements"]["kind"].value_counts())
    assert kinds == {"code on one side only": 2, "another code": 2}


def test_overlapping_segments_of_one_coder_have_no_value_and_the_reason() -> None:
    evidence = more(study(), dataclasses.replace(marked(0, "MONEY", "ka"), start=15, end=30))
    row = agreement(evidence, unit="segment", resamples=0).table.loc["P.MONEY"]
    assert np.isnan(row["agreement"])
    assert "In interview I1 the segments 11–21 (P.MONEY) and 15–30 (P.MONEY) of coder anna overlap" in row["reason"]


def test_the_agreed_layer_never_enters() -> None:
    layer = Coder(id="kl", key="agreed", kind="agreed")
    evidence = more(study(), *(marked(n, "MONEY", "kl") for n in range(4)), coders=(layer,))
    for unit in ("turn", "segment", "character"):
        one, other = (agreement(each, unit=unit, resamples=0) for each in (study(), evidence))
        assert one.table.equals(other.table)
    named = dataclasses.replace(evidence, where=Where(coders=("anna", "agreed")))
    with pytest.raises(InputProblem, match="never enters agreement"):
        agreement(named)


def test_suggestions_enter_only_when_named() -> None:
    machine = Coder(id="km", key="machine", kind="suggestion")
    evidence = more(study(), marked(0, "MONEY", "km"), coders=(machine,))
    assert list(agreement(evidence, resamples=0).tables["coders"].index) == ["anna", "boris"]
    named = dataclasses.replace(evidence, where=Where(coders=("anna", "machine")))
    assert list(agreement(named, resamples=0).tables["coders"].index) == ["anna", "machine"]


def test_what_somebody_did_not_work_on_is_missing() -> None:
    third = Coder(id="kc", key="vera")
    evidence = more(study(), marked(0, "MONEY", "kc"), coders=(third,))
    row = agreement(evidence, resamples=0).table.loc["P.MONEY"]
    # vera worked on I1 only: 8 of 36 values are missing
    assert row["missing"] == pytest.approx(8 / 36)
    assert "conger_kappa" in row.index
    overall = agreement(evidence, resamples=0).tables["overall"]
    assert list(overall.index) == ["anna · boris · vera", "anna · boris", "anna · vera", "boris · vera"]


def test_unfinished_assignments_are_left_out_and_finished_ones_count_without_codings() -> None:
    def given(interview: str, coder: str, finished: dt.datetime | None) -> Assignment:
        return Assignment(interview_id=interview, coder_id=coder, finished=finished)

    waiting = dataclasses.replace(study(), assignments=(given("I1", "ka", NOW), given("I1", "kb", None)))
    result = agreement(waiting, resamples=0)
    assert result.table.loc["P.MONEY", "units_compared"] == 8
    assert any("1 interview is left out" in note for note in result.notes)
    bare = dataclasses.replace(
        study(), assignments=(given("I2", "ka", NOW), given("I2", "kb", NOW)),
        codings=tuple(one for one in study().codings if not one.id.startswith("I2/boris")),
    )  # fmt: skip
    assert agreement(bare, resamples=0).table.loc["P.MONEY", "units_compared"] == 12


def test_intervals_and_their_seed() -> None:
    one, two = (agreement(study(), resamples=200, seed=7).table for _ in range(2))
    assert one.equals(two)
    row = one.loc["P.MONEY"]
    assert row["low"] <= row["agreement"] <= row["high"] <= 1
    assert 0 <= row["below_667"] <= row["below_8"] <= 1
    by_units = agreement(study(), resamples=200, by="units").table.loc["P.MONEY"]
    assert by_units["low"] <= by_units["agreement"] <= by_units["high"]


@pytest.mark.parametrize(
    ("given_options", "words"),
    [
        ({"unit": "segment", "coefficient": "cohen_kappa"}, "belongs to another design"),
        ({"unit": "turn", "coefficient": "jaccard"}, "belongs to another design"),
        ({"unit": "segment", "by": "units"}, "free segments have none"),
        ({"unit": "paragraph"}, "unit"),
        ({"codes": ("P", "P.MONEY"), "below": True}, "overlap"),
    ],
)
def test_options_that_do_not_fit(given_options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputProblem, match=words):
        agreement(study(), **given_options)


def test_bad_evidence_says_what_where_and_what_to_do() -> None:
    evidence = study()
    with pytest.raises(InputProblem, match=r"compares at least two coders.*anna"):
        agreement(dataclasses.replace(evidence, codings=tuple(c for c in evidence.codings if c.coder_id == "ka")))
    silent = dataclasses.replace(
        evidence, coders=(*evidence.coders, Coder(id="kc", key="vera")), where=Where(coders=("anna", "vera"))
    )
    with pytest.raises(InputProblem, match=r"vera has no codings in these 3 interviews"):
        agreement(silent)
    with pytest.raises(InputProblem, match="no coder nobody"):
        agreement(dataclasses.replace(evidence, where=Where(coders=("nobody", "anna"))))
    outside = more(evidence, dataclasses.replace(marked(0, "MONEY", "ka"), end=999))
    for unit in ("turn", "sentence", "segment", "character", "document"):
        with pytest.raises(InputProblem, match=r"at 11–999 in interview I1 .* outside its text of 54 characters"):
            agreement(outside, unit=unit)
    third = more(evidence, marked(0, "MONEY", "kc"), coders=(Coder(id="kc", key="vera"),))
    for options in (
        {"unit": "character"},
        {"unit": "segment", "coefficient": "segment_kappa"},
        {"coefficient": "scott_pi"},
    ):
        with pytest.raises(InputProblem, match=r"compares two coders, and there are 3"):
            agreement(third, **options)
    with pytest.raises(InputProblem, match="not at hand"):
        agreement(dataclasses.replace(evidence, texts={}), unit="turn")


def test_nothing_in_common_is_undefined_with_the_reason() -> None:
    evidence = study()
    apart = tuple(c for c in evidence.codings if (c.coder_id == "ka") == (c.document_id == "dI1"))
    for unit in ("turn", "document", "segment", "character"):
        result = agreement(dataclasses.replace(evidence, codings=apart), unit=unit)
        assert len(result.table) == 0
        assert result.sentence.startswith("No interview was coded by two")
        named = agreement(dataclasses.replace(evidence, codings=apart), unit=unit, codes=("P.MONEY",))
        assert np.isnan(named.table.loc["P.MONEY", "agreement"])
        assert named.table.loc["P.MONEY", "reason"]


def test_a_code_on_every_unit_is_undefined_not_one() -> None:
    everywhere = [marked(n, "SECRET", k, i) for n, k, i in product(range(4), ("ka", "kb"), ("I1", "I2", "I3"))]
    kept = [c for c in study().codings if c.code_id != "SECRET"]
    row = agreement(study(codings=(*kept, *everywhere)), resamples=50).table.loc["P.SECRET"]
    assert np.isnan(row["agreement"]) and np.isnan(row["low"])
    assert row["percent"] == 1
    assert "All values on the 12 pairable units are True" in row["reason"]


def test_codings_on_questions_are_said() -> None:
    evidence = more(study(), dataclasses.replace(marked(0, "MONEY", "ka"), start=0, end=5))
    result = agreement(evidence, resamples=0)
    assert any("left out: 1." in note and "questions" in note for note in result.notes)
    assert result.table.loc["P.MONEY"].equals(agreement(study(), resamples=0).table.loc["P.MONEY"])


def test_codes_with_those_below() -> None:
    result = agreement(study(), codes=("P",), below=True, resamples=0)
    # any problem on a turn: I1 1,2 both; I2 1 both, 3 anna; I3 3 boris, 4 both
    assert result.table.loc["P", "disagreements"] == 2


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["I1", "I2", "I3"]), st.integers(0, 3), st.sampled_from(["MONEY", "ROADS"]), st.sampled_from(["ka", "kb"])
        ),
        max_size=20, unique=True,
    ),
    st.sampled_from(["turn", "document"]),
)  # fmt: skip
def test_any_codings_by_brute_force(cells: list[tuple[str, int, str, str]], unit: str) -> None:
    codings = tuple(marked(n, code, coder, interview) for interview, n, code, coder in cells)
    evidence = study(codings=codings)
    if {coder for *_, coder in cells} != {"ka", "kb"}:
        with pytest.raises(InputProblem):
            agreement(evidence)
        return
    result = agreement(evidence, unit=unit, resamples=0)
    both = [i for i in ("I1", "I2", "I3") if {k for x, _n, _c, k in cells if x == i} == {"ka", "kb"}]
    for code in ("MONEY", "ROADS"):
        there = {(i, n if unit == "turn" else 0, k) for i, n, c, k in cells if c == code}
        values = [
            [(i, n, k) in there for k in ("ka", "kb")] for i in both for n in (range(4) if unit == "turn" else range(1))
        ]
        if f"P.{code}" not in result.table.index:
            assert not any(map(any, values))
            continue
        row = result.table.loc[f"P.{code}"]
        value = krippendorff_alpha(given_units(values, categories=[False, True])).value if values else None
        assert (np.isnan(row["agreement"]) and value is None) or row["agreement"] == pytest.approx(value)
        assert row["disagreements"] == sum(a != b for a, b in values)


def test_coders_renamed_or_reordered_give_the_same() -> None:
    evidence = study()
    one = agreement(evidence, resamples=0).table
    other = dataclasses.replace(
        evidence, coders=tuple(dataclasses.replace(c, key=f"z{9 - n}") for n, c in enumerate(evidence.coders)),
        codings=tuple(reversed(evidence.codings)),
    )  # fmt: skip
    two = agreement(other, resamples=0).table
    assert one["agreement"].equals(two["agreement"]) and one["disagreements"].equals(two["disagreements"])


def test_identical_coders_agree_wholly() -> None:
    evidence = study()
    own = [c for c in evidence.codings if c.coder_id == "ka"]
    twins = [dataclasses.replace(c, id=f"{c.id}/twin", coder_id="kb") for c in own]
    for unit in ("turn", "sentence", "segment", "character"):
        table = agreement(study(codings=(*own, *twins)), unit=unit, resamples=0).table
        assert table["agreement"].dropna().tolist() == pytest.approx([1.0] * int(table["agreement"].notna().sum()))
        assert table["agreement"].notna().any() and not table["disagreements"].any()


# over time


def test_progress_of_a_pair() -> None:
    result = agreement_progress(study())
    table = result.table
    assert list(table["interview"]) == ["I1", "I2", "I3"]
    # I1: money alike, roads/money one other-code difference; I2: money alike, roads missing; I3: nothing alike
    assert list(table["same"]) == [1, 1, 0]
    assert list(table["disagreements"]) == [1, 1, 2]
    assert list(table["share"]) == [0.5, 0.5, 0.0]
    assert table["share_of_some"].iloc[-1] == pytest.approx(2 / 6)
    assert result.tables["definitions"].loc["P.SECRET", "disagreements"] == 2
    grounds = result.grounds("anna · boris · I2")
    assert set(grounds.supporting) == {"I2/anna/0", "I2/boris/0"} and grounds.opposing == ("I2/anna/2",)


def test_rounds_and_order_of_finishing() -> None:
    assignments = tuple(
        Assignment(interview_id=i, coder_id=k, round=name, finished=NOW + dt.timedelta(days=day))
        for i, name, day in (("I1", "second", 9), ("I2", "first", 1), ("I3", "second", 5))
        for k in ("ka", "kb")
    )
    result = agreement_progress(dataclasses.replace(study(), assignments=assignments))
    assert list(result.table["interview"]) == ["I2", "I3", "I1"]
    rounds = result.tables["rounds"].set_index("round")
    assert (rounds.loc["first", "share"], rounds.loc["second", "interviews"]) == (0.5, 2)


def test_causes_named_in_decisions() -> None:
    decision = Decision(
        document_id="dI1", text_id="tI1", start=22, end=32, compared=("I1/anna/1", "I1/boris/1"), cause="definition"
    )
    result = agreement_progress(dataclasses.replace(study(), decisions=(decision,)))
    assert dict(result.tables["causes"]["decisions"]) == {"definition": 1}
    assert result.tables["definitions"].loc["P.ROADS", "definition"] == 1


@pytest.mark.parametrize("unit", ["turn", "segment", "character"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_name_their_design(unit: str, theme: str) -> None:
    from veche import figures

    result = agreement(study(), unit=unit, resamples=20)
    with figures.using(theme):
        drawn = str(result.figure.to_dict())
    assert {"turn": "turns of talk as units", "segment": "free segments", "character": "characters"}[unit] in drawn
    assert "anna" in agreement_progress(study()).figure.to_json()


def test_texts_stand_as_they_should() -> None:
    assert len(BODY) == 54
    assert all(Text("x", BODY, turns()).body[t.start : t.end].strip() for t in turns())


@pytest.mark.parametrize("unit", ["turn", "sentence", "document", "segment", "character"])
def test_every_table_and_column_is_named_for_people(unit: str) -> None:
    from veche.analyses._headings import HEADINGS, TABLES

    for result in (agreement(study(), unit=unit, resamples=20, gamma=unit == "segment"), agreement_progress(study())):
        assert result.sentence.endswith(".")
        assert set(result.highlights) <= set(result.table.index)
        for name, table in result.tables.items():
            assert name in TABLES
            assert table.index.is_unique
            assert set(table.columns) <= set(HEADINGS)


def test_gamma_of_each_document() -> None:
    table = agreement(study(), unit="segment", resamples=0, gamma=True).tables["gamma"]
    assert list(table.index) == ["I1", "I2", "I3"]
    assert (table["gamma"] <= 1).all() and (table["samples"] >= 30).all()
    # the same places with one name that differs: above what is met by chance, not whole
    assert 0 < table.loc["I1", "gamma"] < 1


@pytest.mark.parametrize("unit", ["turn", "segment", "character"])
def test_figures_without_any_value(unit: str) -> None:
    evidence = study()
    apart = tuple(c for c in evidence.codings if (c.coder_id == "ka") == (c.document_id == "dI1"))
    nothing = dataclasses.replace(evidence, codings=apart)
    for result in (agreement(nothing, unit=unit), agreement(nothing, unit=unit, codes=("P.MONEY",))):
        assert "nothing to compare" in result.figure.to_json()
    assert "no progress to see" in agreement_progress(nothing).figure.to_json()
