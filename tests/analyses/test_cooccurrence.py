"""Codes that stand together: every cell of every matrix against all pairs of codings, looked at one by one."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Callable
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analyses import brute
from tests.analyses.small import example
from tests.strategies import FEW, evidences
from veche.analyses.cooccurrence import cooccurrence
from veche.analyses.cooccurrence.figure import chosen, clustered
from veche.study import Coding, Evidence, InputProblem, NotFound

UNITS = st.sampled_from(["overlap", "near", "turn", "interview"])
Together = Callable[[Coding, Coding], bool]


def together(evidence: Evidence, unit: str, distance: int, measure: str) -> Together:
    """Do two codings stand together? Written as the words say."""
    texts = {one.id: one for one in evidence.texts.values()}
    owner = {one.id: one.interview_id for one in evidence.documents}

    def words_between(text: str, start: int, end: int) -> int:
        """Words that lie wholly in [start, end)."""
        spans = [m.span() for m in re.finditer(r"[^\W_]+(?:-[^\W_]+)*", text)]
        return sum(start <= a and b <= end for a, b in spans)

    def answer(one: Coding, other: Coding) -> bool:
        if unit == "interview":
            return owner[one.document_id] == owner[other.document_id]
        if one.document_id != other.document_id:
            return False
        if unit == "turn":
            turns = texts[one.text_id].turns
            touched = [{t.number for t in turns if max(t.start, c.start) < min(t.end, c.end)} for c in (one, other)]
            return not turns or bool(touched[0] & touched[1])
        if max(one.start, other.start) < min(one.end, other.end):
            return True
        if unit == "overlap":
            return False
        first, second = sorted((one, other), key=lambda c: c.start)
        gap = second.start - first.end
        if measure == "words":
            gap = words_between(texts[one.text_id].body, first.end, second.start)
        return gap <= distance

    return answer


def taken(evidence: Evidence, modality: str) -> list[tuple[str, Coding]]:
    keys = {code.id: code.key for code in evidence.codes}
    return [
        (keys[coding.code_id], coding)
        for coding, _interview in brute.counted(evidence)
        if modality in ("any", coding.modality)
    ]


@given(
    evidences(),
    UNITS,
    st.integers(0, 12),
    st.sampled_from(["words", "characters"]),
    st.sampled_from(["asserted", "any"]),
)
@FEW
def test_pairs_and_their_codings(evidence: Evidence, unit: str, distance: int, measure: str, modality: str) -> None:
    result = cooccurrence(evidence, unit=unit, distance=distance, measure=measure, modality=modality)
    codings, meet = taken(evidence, modality), together(evidence, unit, distance, measure)
    table = result.tables["pairs"]
    used = {coding.code_id for coding, _interview in brute.counted(evidence)}
    assert list(table.index) == list(table.columns) == [code.key for code in evidence.codes if code.id in used]
    found: dict[tuple[str, str], list[tuple[Coding, Coding]]] = {}
    for (a, one), (b, other) in combinations(codings, 2):
        if meet(one, other):
            for pair in {(a, b), (b, a)}:
                found.setdefault(pair, []).append((one, other))
    for a in table.index:
        for b in table.columns:
            pairs = found.get((a, b), [])
            assert table.loc[a, b] == len(pairs)
            expected = {coding.id for pair in pairs for coding in pair}
            grounds = result.grounds(a, b)
            assert set(grounds.supporting) | set(grounds.opposing) == expected
            assert len(grounds) == len(expected)
            denied = {coding.id for pair in pairs for coding in pair if coding.modality == "denied"}
            assert set(grounds.opposing) == (denied if modality == "any" else set())
        row = {c.id for (x, _y), pairs in found.items() if x == a for pair in pairs for c in pair}
        assert {*result.grounds(a).supporting, *result.grounds(a).opposing} == row
    listed = result.tables["together"]
    assert sorted(zip(listed["code_a"], listed["code_b"], strict=True)) == sorted(
        {(a, b) for a, b in combinations(table.index, 2) if (a, b) in found}
    )
    assert listed["pairs"].is_monotonic_decreasing


@given(evidences(), st.sampled_from(["turn", "interview"]))
@FEW
def test_units_that_hold_both_codes(evidence: Evidence, unit: str) -> None:
    result = cooccurrence(evidence, unit=unit)
    held: dict[str, set[object]] = {}
    owner = {one.id: one.interview_id for one in evidence.documents}
    for key, coding in taken(evidence, "asserted"):
        text = evidence.texts[coding.text_id]
        turns = [t.number for t in text.turns if max(t.start, coding.start) < min(t.end, coding.end)]
        places = [(coding.document_id, n) for n in (turns if text.turns else [0])]
        held.setdefault(key, set()).update([owner[coding.document_id]] if unit == "interview" else places)
    units, jaccard = result.tables["units"], result.tables["jaccard"]
    for a in units.index:
        for b in units.columns:
            first, second = held.get(a, set()), held.get(b, set())
            assert units.loc[a, b] == len(first & second)
            either = len(first | second)
            if a == b or not either:
                assert np.isnan(jaccard.loc[a, b])
            else:
                assert jaccard.loc[a, b] == pytest.approx(len(first & second) / either)


@given(evidences())
@FEW
def test_passages_with_the_other_code_and_passages_inside(evidence: Evidence) -> None:
    result = cooccurrence(evidence)
    codings, meet = taken(evidence, "asserted"), together(evidence, "overlap", 0, "words")
    units, jaccard, within = (result.tables[name] for name in ("units", "jaccard", "within"))
    for a in units.index:
        for b in units.columns:
            of = [[coding for key, coding in codings if key == one] for one in (a, b)]
            if a != b:
                with_other = sum(any(meet(one, other) for other in of[1]) for one in of[0])
                with_other += sum(any(meet(one, other) for other in of[0]) for one in of[1])
                assert units.loc[a, b] == with_other
                total = len(of[0]) + len(of[1])
                assert jaccard.loc[a, b] == pytest.approx(with_other / total) if total else True
            inside = [
                (one, other)
                for one, other in permutations({c.id: c for c in [*of[0], *of[1]]}.values(), 2)
                if one in of[0] and other in of[1] and one.document_id == other.document_id
                and other.start <= one.start < one.end <= other.end
            ]  # fmt: skip
            assert within.loc[a, b] == len(inside)
            assert set(result.grounds(a, b, "within").supporting) == {c.id for pair in inside for c in pair}


@given(evidences())
@FEW
def test_codes_with_those_below_them(evidence: Evidence) -> None:
    """Counting PROB.A and PROB.B with all below them is counting a study coded with them alone."""
    keys = ("PROB.A", "PROB.B", "TECH")
    result = cooccurrence(evidence, codes=keys, below=True)
    flat = {one.id: evidence.code(key).id for key in keys for one in brute.below(evidence, evidence.code(key))}
    merged = tuple(
        dataclasses.replace(coding, code_id=flat[coding.code_id])
        for coding in evidence.codings
        if coding.code_id in flat
    )
    plain = cooccurrence(dataclasses.replace(evidence, codings=merged), codes=keys)
    for name in ("pairs", "units", "jaccard", "within"):
        assert result.tables[name].equals(plain.tables[name])


def test_an_example_by_hand() -> None:
    """MONEY stands twice in A1-1 on [20, 40) and [30, 50); ROADS and MONEY together in the interview B1-1 on one passage."""
    result = cooccurrence(example(), codes=("P.MONEY", "P.ROADS", "P.VIRUS"))
    pairs = result.tables["pairs"]
    assert pairs.loc["P.MONEY", "P.MONEY"] == 1
    assert pairs.loc["P.MONEY", "P.ROADS"] == 1
    # A2-1 and A2-3 hold ROADS and VIRUS, A2-2 and B2-1 MONEY and VIRUS, all on the same passage
    assert pairs.loc["P.VIRUS"].tolist() == [2, 2, 0]
    # of 7 codings of MONEY and 4 of VIRUS two and two stand together
    assert result.tables["jaccard"].loc["P.VIRUS", "P.MONEY"] == pytest.approx(4 / 11)
    # ROADS and VIRUS also stand together twice, but 4 of their 8 codings do
    assert result.sentence == "Most often “Roads” and “Virus” overlap: 2 pairs of passages, Jaccard 0.50."
    assert result.highlights == ("P.ROADS", "P.VIRUS")


def test_touching_is_not_overlapping_but_near() -> None:
    evidence = example()
    codings = tuple(
        Coding(id=name, document_id="dA1-1", text_id="tA1-1", start=a, end=b, code_id=code, coder_id="k")
        for name, a, b, code in (("x", 13, 18, "MONEY"), ("y", 18, 30, "ROADS"), ("z", 49, 53, "VIRUS"))
    )
    evidence = dataclasses.replace(evidence, codings=codings)
    assert cooccurrence(evidence).tables["pairs"].to_numpy().sum() == 0
    near = cooccurrence(evidence, unit="near", distance=0, measure="characters").tables["pairs"]
    assert near.loc["P.MONEY", "P.ROADS"] == 1
    assert near.loc["P.ROADS", "P.VIRUS"] == 0
    # between 30 and 49: «ещё и ещё. Слово за » holds «и ещё Слово за»
    for distance, expected in ((18, 0), (19, 1)):
        table = cooccurrence(evidence, unit="near", distance=distance, measure="characters").tables["pairs"]
        assert table.loc["P.ROADS", "P.VIRUS"] == expected


def test_wrong_options_are_refused() -> None:
    with pytest.raises(InputProblem, match=r"P and P\.MONEY"):
        cooccurrence(example(), codes=("P", "P.MONEY"), below=True)
    with pytest.raises(NotFound, match="GONE"):
        cooccurrence(example(), codes=("GONE",))
    with pytest.raises(InputProblem, match="unit"):
        cooccurrence(example(), unit="page")
    with pytest.raises(InputProblem, match="distance"):
        cooccurrence(example(), distance=-1)


def test_a_missing_text_is_told_where_words_are_needed() -> None:
    evidence = dataclasses.replace(example(), texts={})
    assert cooccurrence(evidence).tables["pairs"].to_numpy().sum() > 0
    with pytest.raises(InputProblem, match="A1-1"):
        cooccurrence(evidence, unit="turn")


def test_several_coders_are_told() -> None:
    assert not any("twice" in note for note in cooccurrence(example()).notes)
    more = tuple(dataclasses.replace(coding, id=f"{coding.id}+", coder_id="l") for coding in example().codings)
    result = cooccurrence(dataclasses.replace(example(), codings=example().codings + more, coders=()))
    assert any("twice" in note for note in result.notes)


def test_the_figure_shows_neighbours_and_nothing_where_there_is_nothing() -> None:
    result = cooccurrence(example())
    keys = chosen(result.tables["pairs"])
    assert set(keys) == {"P", "P.MONEY", "P.ROADS", "P.VIRUS"}
    assert sorted(clustered(result.tables["jaccard"], keys)) == sorted(keys)
    empty = cooccurrence(dataclasses.replace(example(), codings=()))
    assert empty.sentence == "No two codes stand together here."
    assert empty.figure.to_dict()["title"]["text"] == ["No two codes stand together here"]


def test_twenty_thousand_codings_are_counted_exactly_and_soon() -> None:
    """A bound well above the measured time, so that only another order of growth breaks it; see bench/ for figures."""
    rng = np.random.default_rng(1)
    evidence = example()
    documents = evidence.documents
    codes = [code.id for code in evidence.codes if code.codable]
    starts = rng.integers(0, 100_000, 20_000)
    codings = tuple(
        Coding(
            id=str(i), document_id=documents[i % 10].id, text_id=documents[i % 10].text_id, start=int(start),
            end=int(start) + 60, code_id=codes[i % 4], coder_id="k",
        )
        for i, start in enumerate(starts)
    )  # fmt: skip
    begin = time.process_time()
    result = cooccurrence(dataclasses.replace(evidence, codings=codings))
    assert time.process_time() - begin < 5
    # two codings of one document overlap if their starts are less than 60 apart
    total = 0
    for document in range(10):
        ordered = np.sort(starts[document::10])
        total += int((np.searchsorted(ordered, ordered + 60, side="left") - np.arange(1, ordered.size + 1)).sum())
    assert np.triu(result.tables["pairs"].to_numpy()).sum() == total
