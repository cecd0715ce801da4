"""The problem field: every count and every way back against plain loops, and an example worked by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, rankdata

from tests.analyses import brute
from tests.analyses.small import example
from tests.strategies import FEW, evidences
from veche import words
from veche.analyses.problem_field import problem_field
from veche.analyses.problem_field.change import Compared, verdict
from veche.study import Code, Evidence, InputProblem, Interview, NotFound, Result

LEVELS = st.sampled_from(["leaves", "children"])
ROWS = {
    "leaves": ["PROB.A.1", "PROB.A.2", "PROB.B", "PROB.C", "PROB.D.1"],
    "children": ["PROB.A", "PROB.B", "PROB.C", "PROB.D"],
}


def run(evidence: Evidence, level: str = "leaves", **options: object) -> Result:
    return problem_field(evidence, level=level, resamples=50, **options)


def inside(evidence: Evidence, town: str, wave: str) -> list[Interview]:
    towns = {one.id: one.key for one in evidence.towns}
    waves = {one.id: one.key for one in evidence.waves}
    return [one for one in evidence.interviews if town in ("*", towns[one.town_id]) and waves[one.wave_id] == wave]


def panel(evidence: Evidence, town: str) -> set[str]:
    """Respondents with interviews in two waves of a place."""
    keys = {one.id: one.key for one in evidence.towns}
    seen: dict[str, set[str]] = {}
    for one in evidence.interviews:
        if town in ("*", keys[one.town_id]):
            seen.setdefault(one.respondent_id, set()).add(one.wave_id)
    return {who for who, waves in seen.items() if len(waves) > 1}


@given(evidences(), LEVELS)
@FEW
def test_counts_are_those_of_plain_loops(evidence: Evidence, level: str) -> None:
    table = run(evidence, level).tables["field"]
    waves = [wave.key for wave in evidence.waves if inside(evidence, "*", wave.key)]
    towns = [town.key for town in evidence.towns if any(inside(evidence, town.key, wave) for wave in waves)]
    assert list(table.index) == [
        f"{code} · {town} · {wave}" for town in ["*", *towns] * bool(waves) for wave in waves for code in ROWS[level]
    ]
    for _label, row in table.iterrows():
        code = evidence.code(row["code"])
        here = inside(evidence, row["town"], row["wave"])
        asked = [one for one in here if brute.could(evidence, one, code)]
        again = [one for one in asked if one.respondent_id in panel(evidence, row["town"])]
        said = brute.saying(evidence, code, here, "asserted")
        assert row["asked"] == len(asked)
        assert row["mentions"] == said
        assert row["codings"] == len(brute.codings_of(evidence, code, here, "asserted"))
        assert row["denied"] == brute.saying(evidence, code, here, "denied")
        assert row["volunteered"] == brute.saying(evidence, code, here, "asserted", asked=False)
        assert row["panel_asked"] == len(again)
        assert same(row["share"], said / len(asked) if asked else math.nan)
        assert same(
            row["panel_share"], brute.saying(evidence, code, again, "asserted") / len(again) if again else math.nan
        )
        assert same(row["per_mention"], row["codings"] / said if said else math.nan)
        assert same(row["standardised"], standardised(evidence, code, row["town"], row["wave"]))
        assert row["reason"] or not any(value != value for name, value in row.items() if name != "town_mean")


def same(found: float, expected: float) -> bool:
    return (found != found and expected != expected) or found == pytest.approx(expected)


def standardised(evidence: Evidence, code: Code, town: str, wave: str) -> float:
    """Rates by branch, weighted as the branches are asked in all waves of the place together."""
    branch = {one.id: one.branch for one in evidence.roles}
    everywhere = [one for key in "123" for one in inside(evidence, town, key) if brute.could(evidence, one, code)]
    here = [one for one in inside(evidence, town, wave) if brute.could(evidence, one, code)]
    total = 0.0
    for name in {branch[one.role_id] for one in everywhere}:
        of_branch = [one for one in here if branch[one.role_id] == name]
        if not of_branch:
            return math.nan
        weight = sum(branch[one.role_id] == name for one in everywhere) / len(everywhere)
        total += weight * brute.saying(evidence, code, of_branch, "asserted") / len(of_branch)
    return total if everywhere else math.nan


@given(evidences(), LEVELS)
@FEW
def test_ranks_and_means_over_towns(evidence: Evidence, level: str) -> None:
    table = run(evidence, level).tables["field"]
    for (town, wave), cell in table.groupby(["town", "wave"]):
        known = cell[cell["share"].notna()]
        assert known["rank"].tolist() == rankdata(-known["share"]).tolist()
        assert cell.loc[cell["share"].isna(), "rank"].isna().all()
        for _label, row in cell.iterrows():
            of_towns = table[(table["wave"] == wave) & (table["town"] != "*") & (table["code"] == row["code"])]["share"]
            assert same(row["town_mean"], of_towns.mean() if town == "*" else math.nan)


@given(evidences(), LEVELS)
@FEW
def test_words_of_answers(evidence: Evidence, level: str) -> None:
    """Answers of the body hold 10 words, the whole body 17; a document without turns counts whole."""
    table = run(evidence, level).tables["field"]
    spoken = {}
    for one in evidence.interviews:
        texts = [evidence.texts[document.text_id] for document in evidence.documents if document.interview_id == one.id]
        spoken[one.id] = sum(10 if text.turns else 17 for text in texts) if texts else math.nan
    for _label, row in table.iterrows():
        code = evidence.code(row["code"])
        asked = [one for one in inside(evidence, row["town"], row["wave"]) if brute.could(evidence, one, code)]
        total = sum(spoken[one.id] for one in asked)
        expected = 1000 * row["codings"] / total if total == total and total else math.nan
        assert same(row["per_1000_words"], expected)


@given(evidences(), LEVELS, st.sampled_from(["share", "rank", "denied", "volunteered", "panel_share", None]))
@FEW
def test_every_cell_leads_to_its_codings(evidence: Evidence, level: str, column: str | None) -> None:
    result = run(evidence, level)
    for label, row in result.tables["field"].iterrows():
        code = evidence.code(row["code"])
        here = inside(evidence, row["town"], row["wave"])
        if column == "panel_share":
            here = [one for one in here if one.respondent_id in panel(evidence, row["town"])]
        asked = column != "volunteered"
        sides = [brute.codings_of(evidence, code, here, modality, asked=asked) for modality in ("asserted", "denied")]
        found = result.grounds(label, column)
        if column == "denied":
            sides.reverse()
        assert [set(found.supporting), set(found.opposing)] == sides
        assert len(found) == len(sides[0]) + len(sides[1])


def compared(evidence: Evidence, town: str, pair: tuple[str, str], wave: str) -> list[Interview]:
    """Interviews of a wave in the towns visited in both waves of a pair."""
    both = [one.id for one in evidence.towns if all(inside(evidence, one.key, key) for key in pair)]
    return [one for one in inside(evidence, town, wave) if one.town_id in both]


@given(evidences(least=2), LEVELS)
@FEW
def test_changes_are_those_of_plain_loops(evidence: Evidence, level: str) -> None:
    result = run(evidence, level)
    for label, row in result.tables["change"].iterrows():
        code, pair = evidence.code(row["code"]), (row["before"], row["after"])
        asked = [
            [one for one in compared(evidence, row["town"], pair, wave) if brute.could(evidence, one, code)]
            for wave in pair
        ]
        said = [brute.saying(evidence, code, interviews, "asserted") for interviews in asked]
        shares = [x / len(of) if of else math.nan for x, of in zip(said, asked, strict=True)]
        assert (row["asked_before"], row["asked_after"]) == (len(asked[0]), len(asked[1]))
        assert same(row["difference"], shares[1] - shares[0])
        answers = [
            {
                who: any(brute.codings_of(evidence, code, [one], "asserted") for one in of if one.respondent_id == who)
                for who in {one.respondent_id for one in of}
            }
            for of in asked
        ]
        twice = answers[0].keys() & answers[1].keys()
        b, c = (sum(answers[i][who] and not answers[1 - i][who] for who in twice) for i in (0, 1))
        assert (row["panel_pairs"], row["b"], row["c"]) == (len(twice), b, c)
        assert same(row["panel_difference"], (c - b) / len(twice) if twice else math.nan)
        expected = (binomtest(b, b + c, 0.5).pvalue if b + c else 1.0) if twice else math.nan
        assert same(row["p_panel"], expected)
        for column, who in (("b", {w for w in twice if answers[0][w] and not answers[1][w]}), ("panel_pairs", twice)):
            people = [one for of in asked for one in of if one.respondent_id in who]
            assert set(result.grounds(label, column, "change").supporting) == brute.codings_of(
                evidence, code, people, "asserted"
            )
        for column, of in (("share_before", asked[0]), ("share_after", asked[1]), ("verdict", asked[0] + asked[1])):
            found = result.grounds(label, column, "change")
            assert set(found.supporting) == brute.codings_of(evidence, code, of, "asserted")
            assert set(found.opposing) == brute.codings_of(evidence, code, of, "denied")


@given(evidences(least=4))
@FEW
def test_persistence_counts_its_verdicts_and_leads_to_their_codings(evidence: Evidence) -> None:
    result = run(evidence, "children", minimum=1)
    changes = result.tables["change"]
    for label, row in result.tables["persistence"].iterrows():
        pair = (row["before"], row["after"])
        of = changes[(changes["town"] == row["town"]) & (changes["before"] == pair[0]) & (changes["after"] == pair[1])]
        for kind in ("lasting", "new", "vanished", "risen", "fallen", "uncertain"):
            codes = of[of["verdict"] == kind]["code"]
            assert row[kind] == len(codes)
            interviews = [one for wave in pair for one in compared(evidence, row["town"], pair, wave)]
            expected = set().union(
                *(brute.codings_of(evidence, evidence.code(key), interviews, "asserted") for key in codes)
            )
            assert set(result.grounds(label, kind, "persistence").supporting) == expected
        assert row["jsd"] != row["jsd"] or 0 <= row["jsd_low"] <= row["jsd_high"] <= 1
        assert row["jsd_p"] != row["jsd_p"] or 0 < row["jsd_p"] <= 1


@given(evidences(least=3), st.integers(0, 100))
@FEW
def test_the_order_of_records_does_not_matter(evidence: Evidence, seed: int) -> None:
    shuffle = random.Random(seed)
    fields = ("interviews", "codings", "documents", "respondents", "towns", "waves", "codes", "coders", "topics")
    mixed = dataclasses.replace(
        evidence,
        **{name: tuple(shuffle.sample(getattr(evidence, name), len(getattr(evidence, name)))) for name in fields},
    )
    for name, table in run(evidence).tables.items():
        assert table.equals(run(mixed).tables[name])


@given(evidences(), LEVELS)
@settings(max_examples=5)
def test_every_study_has_a_sentence_and_a_figure(evidence: Evidence, level: str) -> None:
    result = run(evidence, level)
    assert result.sentence.endswith(".")
    spec = result.figure.to_dict()
    assert spec["description"]
    assert spec["title"]["text"][0]


def test_an_example_by_hand() -> None:
    """Two towns, two waves, ten interviews; see `small.example` for who says what."""
    result = problem_field(example(), root="P", minimum=2, resamples=400)
    table = result.tables["field"].set_index(["code", "town", "wave"])
    money = table.loc[("P.MONEY", "*", "1")]
    assert (money["asked"], money["mentions"], money["share"], money["denied"]) == (5, 3, 0.6, 1)
    # towns 2/3 and 1/2: their mean is not the share of all interviews
    assert money["town_mean"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    # 2 codings in one interview, 1 in each of two others
    assert money["per_mention"] == pytest.approx(4 / 3)
    # executive 1 of 2, business 2 of 3, weighted 5:5 as in both waves together
    assert money["standardised"] == pytest.approx(0.5 * 1 / 2 + 0.5 * 2 / 3)
    # R1 and R2 speak in both waves of town A, R4 in those of B; R2 does not mention it
    assert (money["panel_asked"], money["panel_share"]) == (3, pytest.approx(2 / 3))
    virus = table.loc[("P.VIRUS", "*", "2")]
    assert (virus["asked"], virus["mentions"]) == (4, 4)
    assert table.loc[("P.VIRUS", "*", "1"), "asked"] == 0
    assert np.isnan(table.loc[("P.VIRUS", "*", "1"), "share"])
    assert "exposure window" in table.loc[("P.VIRUS", "*", "1"), "reason"]
    roads = table.loc[("P.ROADS", "A", "2")]
    # one interview of three was not asked and mentions it all the same
    assert (roads["asked"], roads["mentions"], roads["volunteered"]) == (2, 1, 1)
    change = result.tables["change"].set_index(["code", "town"])
    assert change.loc[("P.VIRUS", "*"), "verdict"] == "new"
    # R1 yes-no, R2 no-yes, R4 yes-yes
    assert change.loc[("P.MONEY", "*"), ["panel_pairs", "b", "c"]].tolist() == [3, 1, 1]
    assert change.loc[("P.MONEY", "*"), "p_panel"] == 1
    assert change.loc[("P.MONEY", "*"), "standardised_difference"] == pytest.approx(
        table.loc[("P.MONEY", "*", "2"), "standardised"] - money["standardised"]
    )


def known(**changed: object) -> Compared:
    base = Compared(
        asked=(20, 20), possible=(True, True), share=(0.4, 0.5), low=(0.2, 0.3), standardised=(0.4, 0.5),
        difference=(-0.1, 0.3), p_adjusted=1.0,
    )  # fmt: skip
    return dataclasses.replace(base, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (known(), "lasting"),
        (known(low=(0.0, 0.3)), "uncertain"),
        (known(p_adjusted=0.04, difference=(0.02, 0.3)), "risen"),
        # either alone proves nothing
        (known(p_adjusted=0.06, difference=(0.02, 0.3)), "lasting"),
        (known(p_adjusted=0.04), "lasting"),
        (known(p_adjusted=math.nan, difference=(0.02, 0.3)), "lasting"),
        (known(p_adjusted=0.04, difference=(-0.3, -0.02)), "fallen"),
        (known(share=(0.0, 0.5), low=(0.0, 0.3), p_adjusted=0.04, difference=(0.1, 0.6)), "new"),
        (known(share=(0.0, 0.5), low=(0.0, 0.3), p_adjusted=0.2, difference=(0.1, 0.6)), "uncertain"),
        (known(share=(0.5, 0.0), low=(0.3, 0.0), p_adjusted=0.04, difference=(-0.6, -0.1)), "vanished"),
        (known(share=(0.0, 0.0), low=(0.0, 0.0)), "uncertain"),
        (known(possible=(False, True), asked=(0, 20), share=(math.nan, 0.5), low=(math.nan, 0.3)), "new"),
        (known(possible=(False, True), asked=(0, 20), share=(math.nan, 0.1), low=(math.nan, 0.0)), "uncertain"),
        # not asked before is not the same as not possible before
        (known(asked=(0, 20), share=(math.nan, 0.5), low=(math.nan, 0.3)), "uncertain"),
        (known(possible=(True, False), asked=(20, 0)), "uncertain"),
        (known(asked=(20, 2), p_adjusted=0.01, difference=(0.1, 0.9)), "uncertain"),
    ],
)
def test_the_rule_of_the_verdict(one: Compared, expected: str) -> None:
    said, reason = verdict(one, 3, 0.05)
    assert said == expected
    assert bool(reason) == (said == "uncertain")


def test_the_same_seed_gives_the_same_numbers_and_another_seed_other_draws() -> None:
    first, again, other = (problem_field(example(), root="P", minimum=2, seed=seed) for seed in (1, 1, 2))
    assert first.tables["field"].equals(again.tables["field"])
    drawn = [one.tables["persistence"]["jsd_expected"] for one in (first, again, other)]
    assert drawn[0].equals(drawn[1])
    assert not drawn[0].equals(drawn[2])
    assert first.tables["field"]["share"].equals(other.tables["field"]["share"])


@pytest.mark.parametrize(
    ("options", "problem", "message"),
    [
        ({"root": "GONE"}, NotFound, "GONE"),
        ({"root": "P.EMPTY"}, InputProblem, "heading"),
        ({"before": "1"}, InputProblem, "Only one wave"),
        ({"before": "1", "after": "1"}, InputProblem, "Both waves"),
        ({"before": "1", "after": "9"}, NotFound, "wave 9"),
        ({"confidence": 1.0}, InputProblem, "confidence"),
        ({"resamples": 3}, InputProblem, "resamples"),
        ({"level": "all"}, InputProblem, "leaves"),
        ({"minimum": "three"}, InputProblem, "minimum"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, object], problem: type[Exception], message: str) -> None:
    with pytest.raises(problem, match=message):
        problem_field(example(), **{"root": "P", **options})


def test_ready_options_are_checked_too() -> None:
    with pytest.raises(InputProblem, match="resamples"):
        problem_field(example(), problem_field.params(root="P", resamples=0))


def test_a_named_pair_of_waves_is_compared_backwards_too() -> None:
    result = problem_field(example(), root="P", minimum=2, before="2", after="1")
    rows = result.tables["change"].set_index(["code", "town", "before"])
    there, back = (rows.loc[("P.MONEY", "*", wave), "difference"] for wave in ("1", "2"))
    assert there == pytest.approx(-back)
    assert "second" in result.sentence.split("first")[0]


def test_the_sentence_names_what_the_verdicts_say() -> None:
    result = problem_field(example(), root="P", minimum=2)
    assert "Possible only now: “Virus” (100%)" in result.sentence
    assert "No problem changed its share between first and second by more than chance may do." in result.sentence
    assert set(result.highlights) <= set(result.table.index)


def test_what_became_possible_in_a_later_wave_is_told_too() -> None:
    """A third wave of four interviews in town A, all on a topic that could not come up before 2022."""
    study = example()
    wave = dataclasses.replace(
        study.waves[1], id="w3", key="3", label="third", start=dt.date(2023, 1, 1), end=dt.date(2024, 1, 1), position=2
    )
    codes = [
        dataclasses.replace(code, not_before=dt.date(2022, 1, 1) if code.id == "VIRUS" else None)
        for code in study.codes
    ]
    late = [
        dataclasses.replace(
            study.interviews[0], id=f"n{i}", key=f"N{i}", wave_id="w3", respondent_id=f"R{i}", date=dt.date(2023, 5, 1)
        )
        for i in range(1, 5)
    ]
    documents = [dataclasses.replace(study.documents[0], id=f"dn{i}", interview_id=f"n{i}") for i in range(1, 5)]
    codings = [
        dataclasses.replace(study.codings[0], id=f"n{i}", document_id=f"dn{i}", code_id="VIRUS") for i in range(1, 5)
    ]
    result = problem_field(
        dataclasses.replace(
            study, waves=(*study.waves, wave), codes=tuple(codes), interviews=(*study.interviews, *late),
            documents=(*study.documents, *documents), codings=(*study.codings, *codings),
        ),
        root="P",
    )  # fmt: skip
    assert result.sentence.endswith("Possible only from third on: “Virus” (100%).")
    assert result.tables["change"].loc["P.VIRUS · * · 2→3", "verdict"] == "new"
    assert any("only towns visited in both waves are compared; left out: Birch" in note for note in result.notes)


def test_an_empty_study_and_a_single_wave() -> None:
    empty = dataclasses.replace(example(), interviews=(), documents=(), codings=())
    assert problem_field(empty, root="P").sentence == "There is no interview in this selection."
    first = [one for one in example().interviews if one.wave_id == "w1"]
    single = problem_field(dataclasses.replace(example(), interviews=tuple(first)), root="P")
    assert single.sentence == "Most named in first: “Money” (60%) and “Roads” (40%)."
    assert single.tables["change"].empty
    assert single.tables["persistence"].empty
    assert single.figure.to_dict()["title"]["text"][0].startswith("Most named in first")


def test_codings_on_codes_that_are_no_rows_are_told() -> None:
    result = problem_field(example(), root="P")
    assert any("1 coding stands on a code that is not a row" in note for note in result.notes)


def test_labels_follow_the_language() -> None:
    with words.using("ru"):
        table = problem_field(example(), root="P").table
    assert "Деньги" in set(table["problem"])
