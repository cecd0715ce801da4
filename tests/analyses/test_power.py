"""Power: names, decisions, offices and brokers by hand; centres; lists that disagree; cells against filters; bad input."""

from __future__ import annotations

import dataclasses
import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analyses.acts import Told, study
from veche.analyses._headings import HEADINGS, TABLES
from veche.analyses.power import power
from veche.study import Evidence, Result

OFFICES = {"head": [("ann", "2010", None)], "chair": [("bob", None, None)]}


def named(who: str, *codes: str, wave: str = "1", kind: str = "support") -> Told:
    """Somebody speaks of influence and names holders of offices in the same answer."""
    return Told(who, kind, "ann", "bob", "2013" if wave == "1" else "2019", wave=wave, codes=("LEAD", *codes))


def act(
    who: str, kind: str, source: str, target: str, issue: str | None, outcome: str = "achieved", **more: Any
) -> Told:
    return Told(who, kind, source, target, "2013-05", more={"issue": issue, "outcome": outcome}, **more)


def run(told: list[Told], **more: Any) -> Result:
    return power(study(told, offices=OFFICES, **more), minimum=1)


def test_reputation_counts_others_who_name_among_others_asked() -> None:
    told = [
        named("p", "ACT.HEAD"), named("q", "ACT.HEAD", "ACT.SPEAKER"), named("q", "ACT.HEAD"), named("r"),
        named("boss", "ACT.HEAD"), Told("s", "support", "ann", "bob", codes=("ACT.SPEAKER",)),
    ]  # fmt: skip
    # boss is the head himself: he neither names himself nor is asked of himself; s does not speak of influence
    result = run(told, own={"boss": "ann"})
    table = result.table
    ann, bob = table.loc["T · 1 · T.ann"], table.loc["T · 1 · T.bob"]
    assert (ann["named"], ann["asked"], ann["named_share"]) == (2, 4, 0.5)
    assert (bob["named"], bob["asked"]) == (1, 5)
    assert result.grounds("T · 1 · T.ann", "named").supporting == ("c000-ACT.HEAD", "c001-ACT.HEAD", "c002-ACT.HEAD")
    assert bool(ann["is_head"]) and not bool(bob["is_head"])


def test_a_code_means_whoever_held_the_office_on_that_day() -> None:
    offices = {"head": [("ann", "2010", "2017"), ("eve", "2017", None)]}
    told = [named("p", "ACT.HEAD"), named("p", "ACT.HEAD", wave="2")]
    table = power(study(told, offices=offices)).table
    assert table.loc["T · 1 · T.ann", "named"] == 1 and table.loc["T · 2 · T.eve", "named"] == 1
    assert "T · 2 · T.ann" not in table.index


def test_success_in_decisions_with_luck_beside_it() -> None:
    """land: ann over cat's resistance, achieved; roads: bob, failed; cat supports neither. ann 1, bob 0, cat (0 + 1/2)/2."""
    told = [
        act("p", "pressure", "ann", "cat", "land"), act("q", "pressure", "ann", "cat", "land"),
        *(act(who, "placement", "bob", "cat", "roads", "failed") for who in "pq"),
    ]  # fmt: skip
    table = run(told).table
    ann, bob, cat = (table.loc[f"T · 1 · T.{name}"] for name in ("ann", "bob", "cat"))
    assert (ann["success"], ann["decided"], ann["started"]) == (1.0, 1, 1)
    assert (bob["success"], bob["luck"]) == (0.0, pytest.approx(0.25))
    # of one who takes no side a decision gives one half whatever its outcome
    assert (cat["success"], cat["decided"], cat["started"]) == (0.25, 2, 0)
    assert ann["luck"] == pytest.approx(0.5) and ann["beyond_luck"] == pytest.approx(0.5)


def test_reporters_who_disagree_on_an_outcome_and_what_is_no_decision() -> None:
    told = [
        act("p", "pressure", "ann", "cat", "land"), act("q", "pressure", "ann", "cat", "land", "failed"),
        *[act("q", "pressure", "ann", "cat", "land", "failed")] * 3,
        act("p", "pressure", "ann", "cat", None), act("p", "pressure", "ann", "cat", "roads", "unknown"),
    ]  # fmt: skip
    found = run(told).tables["decisions"]
    assert found["came_of_it"].tolist() == ["partly"] and found["reporters"].tolist() == [2]
    assert found["opposed"].tolist() == ["Cat"]


def test_position_weighs_the_offices_held_on_the_last_day() -> None:
    evidence = study([named("p")], offices={**OFFICES, "manager": [("ann", None, None), ("cat", None, "2013")]})
    weights = {"head": 3.0, "chair": 2.0, "manager": 1.5}
    heavy = dataclasses.replace(
        evidence, offices=tuple(dataclasses.replace(one, weight=weights[one.id]) for one in evidence.offices)
    )
    table = power(heavy).table
    assert table.loc["T · 1 · T.ann", "position"] == 4.5 and table.loc["T · 1 · T.bob", "position"] == 2.0
    assert "T · 1 · T.cat" not in table.index


def test_brokers_stand_between_others() -> None:
    told = [act(who, "support", "ann", other, "x") for who in "pq" for other in ("bob", "cat", "dan")]
    table = run(told).table
    assert table.loc["T · 1 · T.ann", "betweenness"] == 1.0
    assert table.loc["T · 1 · T.cat", "betweenness"] == 0.0
    assert table.loc["T · 1 · T.cat", "constraint"] == pytest.approx(1.0)
    assert table.loc["T · 1 · T.ann", "constraint"] == pytest.approx(3 / 9)


@pytest.mark.parametrize(
    ("mono", "poly", "pattern"),
    [(3, 0, "one centre"), (2, 1, "one centre"), (1, 2, "several centres"), (2, 2, "divided"), (1, 1, "not known")],
)
def test_one_centre_or_several(mono: int, poly: int, pattern: str) -> None:
    told = [Told(f"m{k}", "support", "ann", "bob", codes=("LEAD.MONO",)) for k in range(mono)]
    told += [Told(f"n{k}", "support", "ann", "bob", codes=("LEAD.POLY",)) for k in range(poly)]
    row = power(study(told, offices=OFFICES), minimum=3).tables["centres"].loc["T · 1"]
    assert (row["pattern"], row["said_one"], row["said_several"]) == (pattern, mono, poly)
    assert bool(row["reason"].startswith("too few")) == (pattern == "not known")


def test_who_denies_one_centre_says_several() -> None:
    evidence = study([Told("p", "support", "ann", "bob", codes=("LEAD.MONO",))], offices=OFFICES)
    denied = dataclasses.replace(
        evidence, codings=tuple(dataclasses.replace(one, modality="denied") for one in evidence.codings)
    )
    row = power(denied, minimum=1).tables["centres"].loc["T · 1"]
    assert (row["said_one"], row["said_several"], row["pattern"]) == (0, 1, "several centres")


@pytest.mark.parametrize(
    ("codes", "head"),
    [
        (("ACT.HEAD",), "the head"), (("ACT.SPEAKER",), "somebody else"),
        (("ACT.HEAD", "ACT.SPEAKER"), "the head and others"), ((), "not known"),
    ],
)  # fmt: skip
def test_the_head_against_the_one_named_most(codes: tuple[str, ...], head: str) -> None:
    result = power(study([named(who, *codes) for who in "pqr"], offices=OFFICES))
    row = result.tables["centres"].loc["T · 1"]
    assert row["head_is"] == head and row["head"] == "Ann"
    assert ("not the head" in result.sentence) == (head == "somebody else")


def test_named_by_one_is_not_first() -> None:
    row = power(study([named("p", "ACT.SPEAKER"), named("q")], offices=OFFICES)).tables["centres"].loc["T · 1"]
    assert row["first_named"] == "" and row["head_is"] == "not known"
    assert "nobody is named by two others" in row["reason"]


def test_lists_that_agree_and_that_do_not() -> None:
    """Names: ann, bob, cat; offices the same way or the other way round."""
    codes = {"ann": "ACT.HEAD", "bob": "ACT.SPEAKER"}
    told = [named(who, codes["ann"]) for who in "pqr"] + [named("p", codes["bob"]), Told("p", "support", "cat", "ann")]
    told += [act("p", "support", "cat", "ann", "x")]
    for weights, sign in (((3.0, 2.0), 1), ((2.0, 3.0), -1)):
        evidence = study(told, offices=OFFICES)
        heavy = dataclasses.replace(
            evidence,
            offices=tuple(
                dataclasses.replace(one, weight=weight) for one, weight in zip(evidence.offices, weights, strict=True)
            ),
        )
        tau = power(heavy).tables["centres"].loc["T · 1", "named_and_position"]
        # three pairs: two agree in any case, that of ann and bob turns
        assert tau == pytest.approx(1.0 if sign > 0 else 1 / 3)


def test_levels_above_the_town_are_listed_but_not_first_in_it() -> None:
    told = [act(who, "pressure", "governor", "cat", "land") for who in "pq"]
    told += [act(who, "support", "ann", "bob", "roads", "partly") for who in "pq"]
    evidence = study(told, offices=OFFICES)
    above = dataclasses.replace(
        evidence,
        actors=tuple(
            dataclasses.replace(one, town_id=None, key="R.governor") if one.id == "governor" else one
            for one in evidence.actors
        ),
    )
    result = power(above, minimum=1)
    assert result.table.loc["T · 1 · R.governor", "success"] == 1.0
    assert result.table.loc["T · 1 · R.governor", "branch_name"] == "above the town"
    # it is the governor's will, so that of the town's own actors those who met half of theirs come first
    assert result.tables["centres"].loc["T · 1", "first_success"] == "Ann and Bob"


def arena(seed: int) -> Evidence:
    rng = random.Random(seed)
    told = []
    for _ in range(50):
        a, b = rng.sample(["ann", "bob", "cat", "dan"], 2)
        told.append(
            Told(
                rng.choice("pqrst"), rng.choice(["pressure", "support", "resistance", "placement"]), a, b,
                f"{rng.randrange(2012, 2015)}-05",
                codes=tuple(rng.sample(["LEAD", "RES", "LEAD.MONO", "ACT.HEAD", "ACT.SPEAKER"], rng.randrange(3))),
                more={
                    "issue": rng.choice(["land", "roads", None]),
                    "outcome": rng.choice(["achieved", "partly", "failed", "unknown"]),
                },
            )
        )  # fmt: skip
    return study(told, offices=OFFICES, own={"t": "ann"})


@pytest.mark.parametrize("seed", range(8))
def test_counts_and_grounds_are_those_of_plain_filters(seed: int) -> None:
    evidence = arena(seed)
    result = power(evidence, minimum=1)
    place = {one.id: (one.text_id, one.start // 20) for one in evidence.codings}
    code = {one.id: one.code_id for one in evidence.codings}
    who = {one.id: one.document_id.rpartition("-")[2] for one in evidence.codings}
    influence = {place[i] for i in code if code[i] in ("LEAD", "RES", "LEAD.MONO", "LEAD.POLY", "LEAD.HEADNOT1")}
    for name, key in (("ann", "ACT.HEAD"), ("bob", "ACT.SPEAKER")):
        row = f"T · 1 · T.{name}"
        ids = {i for i in code if code[i] == key and place[i] in influence and not (name == "ann" and who[i] == "t")}
        assert set(result.grounds(row, "named").supporting) == ids
        assert result.table.loc[row, "named"] == len({who[i] for i in ids})
        acts = [
            s for s in evidence.statements
            if name in (*s.sources, *s.targets) and s.issue is not None and s.outcome != "unknown"
        ]  # fmt: skip
        found = result.grounds(row, "success")
        assert set(found.supporting) | set(found.opposing) == {s.id for s in acts}
        assert result.table.loc[row, "decided"] == len({(s.issue, s.sources, s.targets) for s in acts})
        tied = {s.id for s in evidence.statements if name in (*s.sources, *s.targets)}
        assert set(result.grounds(row, "betweenness").supporting) == tied
    known = {one.id for one in (*evidence.statements, *evidence.codings)}
    for name, table in result.tables.items():
        assert name in TABLES and table.index.is_unique and set(table.columns) <= set(HEADINGS)
        for row in table.index:
            for column in (None, *table.columns):
                sides = result.grounds(row, column, name)
                assert set(sides.supporting) | set(sides.opposing) <= known
                assert not set(sides.supporting) & set(sides.opposing)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_bounds(seed: int) -> None:
    table = power(arena(seed)).table
    for name in ("named_share", "low", "high", "success", "success_low", "success_high", "luck", "betweenness"):
        known = table[name].dropna()
        assert ((known >= 0) & (known <= 1)).all()
    known = table.dropna(subset=["named_share"])
    assert ((known["low"] <= known["named_share"] + 1e-9) & (known["named_share"] <= known["high"] + 1e-9)).all()
    assert (table["reason"] == "").eq((table["asked"] > 1) & (table["decided"] >= 3)).all()


def test_of_one_who_was_asked_no_share_is_made() -> None:
    """One other names the head, and nobody else was asked: the name stands, a share of one does not."""
    row = power(study([named("p", "ACT.HEAD")], offices=OFFICES)).table.loc["T · 1 · T.ann"]
    assert (row["named"], row["asked"]) == (1, 1)
    assert math.isnan(row["named_share"]) and math.isnan(row["low"]) and math.isnan(row["high"])
    assert row["reason"].startswith("one other respondent only was asked")


def test_what_one_reporter_tells_is_no_measure_of_power() -> None:
    """Decisions, ties and centres of one reporter are missing with the reason; offices are on record and need none."""
    told = [act("p", "pressure", "ann", "cat", issue) for issue in ("land", "roads", "budget")]
    told += [Told("p", "support", "ann", "bob", codes=("LEAD.MONO",))]
    result = run(told)
    ann = result.table.loc["T · 1 · T.ann"]
    assert ann["decided"] == 3 and ann["position"] == 1.0
    for name in ("success", "success_low", "success_high", "luck", "beyond_luck", "betweenness", "constraint"):
        assert math.isnan(ann[name]), name
    assert "one reporter only tells of the decisions" in ann["reason"] and "of them" in ann["reason"]
    centre = result.tables["centres"].loc["T · 1"]
    assert centre["said_one"] == 1 and math.isnan(centre["share_one"]) and math.isnan(centre["low"])
    assert centre["reason"].startswith("one reporter only") and centre["first_success"] == ""
    assert len(result.grounds("T · 1 · T.ann", "success").supporting) == 3


def test_not_asked_is_not_unnamed() -> None:
    """Without a code of influence in the codebook nobody was asked: no share, with the reason."""
    result = power(study([named("p", "ACT.HEAD")], offices=OFFICES), topics=("NOTHING",))
    row = result.table.loc["T · 1 · T.ann"]
    assert row["asked"] == 0 and math.isnan(row["named_share"])
    assert row["reason"].startswith("nobody else was asked")
    assert result.figure.to_dict()["description"]


@pytest.mark.parametrize(
    "bad",
    [
        Told("p", "support", "ann", ""), Told("p", "support", "ann", "gone"), Told("p", "support", "ann", "manager"),
        Told("p", "support", "ann", "bob", "1999"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_counts_nowhere(bad: Told) -> None:
    offices = {**OFFICES, "manager": [("zoe", "2016", None)]}
    good = [act("p", "support", "ann", "cat", "land"), act("q", "support", "cat", "bob", "roads")]
    bad = dataclasses.replace(bad, more={"issue": "land", "outcome": "failed"})
    clean, result = (power(study(told, offices=offices)) for told in (good, [*good, bad]))
    assert result.table.equals(clean.table)


def test_merged_actors_vacant_offices_and_nothing_at_all() -> None:
    told = [act("p", "support", "old", "ann", "land"), act("p", "support", "cat", "ann", "roads")]
    table = power(study(told, offices=OFFICES, merged={"old": "cat"})).table
    assert table.loc["T · 1 · T.cat", "decided"] == 2 and "T · 1 · T.old" not in table.index
    vacant = power(study(told, offices={"head": [("ann", None, "2012")]})).tables["centres"].loc["T · 1"]
    assert vacant["head"] == "" and "nobody held the office of head" in vacant["reason"]
    empty = power(study([]))
    assert not len(empty.table) and empty.sentence == "No town was visited." and empty.figure.to_dict()["description"]
    silent = power(study([], silent=[("T", "1", "p")]))
    assert len(silent.tables["centres"]) == 1 and silent.figure.to_dict()["description"]


def test_codes_without_an_actor_are_told() -> None:
    result = power(study([named("p", "ACT.HEAD")], offices=OFFICES), names=("ACT.HEAD=head", "ACT.KING=king"))
    assert "Codes of actors that the codebook does not have: ACT.KING." in result.notes
