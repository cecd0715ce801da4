"""Turbulence: parts by hand, bounds and invariances, chance, the panel, inertia apart, bad input."""

from __future__ import annotations

import dataclasses
import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analyses.acts import Told, study
from veche.analyses._headings import HEADINGS, TABLES
from veche.analyses._shared.alliances import Rule
from veche.analyses._shared.periods import wave_periods
from veche.analyses._shared.relations import prepare
from veche.analyses._shared.shifts import PARTS, Least, Shift, shifts, values
from veche.analyses.turbulence import turbulence
from veche.analyses.turbulence.chance import chance
from veche.analyses.turbulence.compute import COLUMNS
from veche.measures.turbulence import Turbulence
from veche.study import Attribute, Evidence

ANY = Least(reporters=1, statements=1)
FAST = {"draws": 50, "resamples": 50, "least_reporters": 1, "least_statements": 1}


def shift_of(evidence: Evidence, rule: Rule | None = None) -> Shift:
    found = shifts(prepare(evidence), wave_periods(evidence), rule or Rule(), ANY)
    assert len(found) == 1
    return found[0]


def measured(told: list[Told], **more: Any) -> Turbulence:
    return shift_of(study(told, **more)).measured()


def both(kind: str, sources: str, targets: str, wave: str, **more: Any) -> list[Told]:
    start = "2013-05" if wave == "1" else "2019-05"
    return [Told(who, kind, sources, targets, start, wave=wave, **more) for who in ("p", "q")]


def test_nothing_changed_is_zero_in_every_part() -> None:
    offices = {"head": [("a", None, None)]}
    told = [
        one for wave in "12"
        for one in (*both("partnership", "a", "b", wave, more={"issue": "land"}), *both("resistance", "c", "a", wave))
    ]  # fmt: skip
    found = measured(told, offices=offices)
    assert values(found).tolist() == [0.0] * len(PARTS)
    assert found.present == 5


def test_everything_changed() -> None:
    """Two pairs of allies part and join crosswise, the agenda and the head are others: camps 1, as for aabb -> abab."""
    before = [*both("partnership", "a", "b", "1", more={"issue": "land"}), *both("partnership", "c", "d", "1")]
    after = [*both("partnership", "a", "c", "2", more={"issue": "roads"}), *both("partnership", "b", "d", "2")]
    found = measured([*before, *after], offices={"head": [("a", None, "2016"), ("b", "2016", None)]})
    assert found.membership.value == pytest.approx(1.0)
    assert (found.pairs.value, found.hazard.value, found.agenda.value, found.offices.value) == (1.0, 1.0, 1.0, 1.0)
    assert found.tone.missing and found.tone.reason == "no pair is observed in both windows"
    assert found.actors.value == 0.0 and found.composite.value == pytest.approx(1.0) and found.present == 4


def test_parts_by_hand() -> None:
    """Camps ab|c -> a|bc: 2H(joint) - H - H over ln 3; tone of a -> c from 1/2 to -1; land, roads -> land."""
    before = [
        *both("partnership", "a", "b", "1", more={"issue": "land"}),
        Told("p", "support", "a", "c", "2013-05", more={"issue": "roads"}),
    ]
    after = [
        *both("partnership", "b", "c", "2", more={"issue": "land"}),
        Told("p", "resistance", "a", "c", "2019-05", wave="2"),
    ]
    found = measured([*before, *after])
    h = -(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3))
    assert found.membership.value == pytest.approx((2 * math.log(3) - 2 * h) / math.log(3))
    assert found.tone.value == pytest.approx(0.75)
    assert found.hazard.value == 1.0 and found.pairs.value == 1.0 and found.actors.value == 0.0
    # votes land 2, roads 1 against land alone
    p, q, m = (2 / 3, 1 / 3), (1.0, 0.0), (5 / 6, 1 / 6)
    entropy = lambda shares: -sum(x * math.log2(x) for x in shares if x)  # noqa: E731
    assert found.agenda.value == pytest.approx(entropy(m) - (entropy(p) + entropy(q)) / 2)
    assert found.offices.missing
    mean = (found.membership.value + 1.0 + found.agenda.value + 0.75) / 4
    assert found.composite.value == pytest.approx(mean)


def test_posts_are_counted_on_the_last_day_of_each_wave_and_a_vacant_one_has_changed() -> None:
    told = [*both("support", "a", "b", "1"), *both("support", "a", "b", "2")]
    offices = {
        "head": [("a", "2010", "2019"), ("b", "2019", None)], "chair": [("c", None, None)],
        "manager": [("d", "2010", "2017")], "empty": [],
    }  # fmt: skip
    assert measured(told, offices=offices).offices.value == pytest.approx(2 / 3)


def town(seed: int, statements: int = 60) -> list[Told]:
    """Six reporters, three of them in both waves, who say anything of anybody at any time."""
    rng = random.Random(seed)
    told = []
    for _ in range(statements):
        who = rng.choice("pqrstu")
        wave = {"p": "1", "q": "1", "r": "2"}.get(who) or rng.choice("12")
        year = rng.randrange(2012, 2016) if wave == "1" else rng.randrange(2018, 2021)
        a, b = rng.sample("abcde", 2)
        kind = rng.choice(["partnership", "support", "resistance", "bargaining", "pressure"])
        issue = rng.choice(["land", "roads", "budget", None])
        told.append(Told(who, kind, a, b, f"{year}-{rng.randrange(1, 13)}", wave=wave, more={"issue": issue}))
    return told


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_bounds_and_invariances(seed: int) -> None:
    told = town(seed)
    found = values(measured(told))
    assert bool(np.all(np.isnan(found) | ((found >= 0) & (found <= 1))))
    rng = random.Random(seed)
    shuffled = values(measured(rng.sample(told, len(told))))
    names = dict(zip("abcde", rng.sample("abcde", 5), strict=True))
    renamed = [dataclasses.replace(t, sources=names[t.sources], targets=names[t.targets]) for t in told]
    twice = values(measured([*told, *told]))
    for other in (shuffled, values(measured(renamed)), twice):
        np.testing.assert_allclose(other, found, atol=1e-9)


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_the_waves_may_be_swapped_in_all_but_the_hazard(seed: int) -> None:
    turn = {"1": "2", "2": "1"}
    told = [dataclasses.replace(t, start="2013-05" if t.wave == "1" else "2019-05") for t in town(seed)]
    swapped = [dataclasses.replace(t, wave=turn[t.wave], start="2019-05" if t.wave == "1" else "2013-05") for t in told]
    one, other = measured(told), measured(swapped)
    for name in ("membership", "pairs", "agenda", "tone", "actors"):
        assert getattr(one, name).value == pytest.approx(getattr(other, name).value, nan_ok=True)


def test_too_little_evidence_gives_nothing_with_the_reason() -> None:
    result = turbulence(study(town(1)), draws=50, resamples=50, least_reporters=9)
    row = result.table.loc["T · 1→2"]
    assert row[list(COLUMNS.values())].isna().all() and row["present"] == 0
    assert row["reason"] == "too few reporters or statements in one of the two waves"
    assert result.sentence.startswith("In no town is there enough evidence")
    assert result.figure.to_dict()["description"]


def test_what_falls_into_no_wave_is_not_counted() -> None:
    """A wave reaches back twelve months: 2011 counts, 2009 and 2016 do not."""
    told = [*both("support", "a", "b", "1"), *both("support", "a", "b", "2")]
    more = [Told("p", "resistance", "c", "d", year) for year in ("2009-05", "2016-06")]
    shift = shift_of(study([*told, *more]))
    assert [base.statements for base in shift.bases] == [2, 2]
    assert shift_of(study([*told, Told("p", "resistance", "c", "d", "2011-05")])).bases[0].statements == 3


def test_the_panel_are_those_interviewed_in_both_waves() -> None:
    told = town(4)
    shift = shift_of(study(told))
    panel = shift.panel()
    assert panel is not None
    waves = {who: {t.wave for t in told if t.reporter == who} for who in "pqrstu"}
    kept = [t for t in told if waves[t.reporter] == {"1", "2"}]
    np.testing.assert_allclose(values(panel.measured(demanding=False)), values(measured(kept)), atol=1e-9)
    alone = shift_of(study([t for t in told if len(waves[t.reporter]) == 1]))
    assert alone.panel() is None


def test_chance_is_beaten_by_a_planted_change_and_not_by_none() -> None:
    """Eight reporters of both waves: allies become enemies, the talk turns from land to roads; else all stays."""
    people = [f"r{k}" for k in range(8)]

    def told(change: bool) -> list[Told]:
        found = []
        for who in people:
            for year, wave in (("2013-05", "1"), ("2014-02", "1"), ("2019-05", "2"), ("2020-02", "2")):
                late = change and wave == "2"
                found.append(Told(who, "resistance" if late else "partnership", "a", "b", year, wave=wave,
                                  more={"issue": "roads" if late else "land"}))  # fmt: skip
                found.append(Told(who, "support", "c", "d", year, wave=wave, more={"issue": "budget"}))
        return found

    moved = turbulence(study(told(True)), **FAST).table.loc["T · 1→2"]
    assert moved["beyond"] == "beyond chance" and moved["composite"] > moved["chance"] and moved["above_chance"] > 0
    still = turbulence(study(told(False)), **FAST)
    assert still.table.loc["T · 1→2", "composite"] == 0.0
    assert still.table.loc["T · 1→2", "p_chance"] == 1.0
    assert "In no town does turbulence exceed what chance gives." in still.sentence


def test_no_false_alarms_where_time_means_nothing() -> None:
    """Of 40 towns without change at most 5 % and its error are beyond chance."""
    found = [chance(shift_of(study(town(seed, 40))), seed, 50).p[PARTS.index("composite")] for seed in range(40)]
    assert np.mean(np.array(found) <= 0.05) <= 0.05 + 2 * 0.034
    assert 0.3 < np.mean(found) < 0.8


def test_the_same_seed_gives_the_same_numbers_and_another_town_changes_none_of_them() -> None:
    evidence = study(town(3))
    one, again = (turbulence(evidence, **FAST).table.loc["T · 1→2"] for _ in range(2))
    assert one.equals(again)
    both_towns = [*town(3), *(dataclasses.replace(t, town="U") for t in town(8))]
    two = turbulence(study(both_towns), **FAST).table.loc["T · 1→2"]
    same = [name for name in one.index if name != "p_adjusted" and name != "beyond"]
    assert one[same].equals(two[same])


def test_inertia_stands_apart() -> None:
    told = [
        *town(2),
        *both("support", "a", "b", "2", codes=("TURB.HIGH",)),
        Told("z", "support", "a", "b", "2019", wave="2", codes=("TURB.INERTIA",)),
    ]
    rules = tuple(
        Attribute(id=f"a{wave}{name}", target_id="T", name=name, value=value, wave_id=wave)
        for name, values_of in (("head_form", "xx"), ("charter", "xy")) for wave, value in zip("12", values_of, strict=True)
    )  # fmt: skip
    result = turbulence(study(told, attributes=rules), **FAST, rules=("head_form", "charter"))
    row = result.tables["inertia"].loc["T · 1→2"]
    late = {t.reporter for t in told if t.wave == "2"}
    assert (row["rules_kept"], row["said_turbulence"], row["said_inertia"], row["asked_inertia"]) == (
        0.5,
        2,
        1,
        len(late),
    )
    assert result.grounds("T · 1→2", "said_inertia", "inertia").supporting == (f"c{len(told) - 1:03d}-TURB.INERTIA",)
    nothing = turbulence(study(town(2), codes=("COAL",)), **FAST).tables["inertia"].loc["T · 1→2"]
    assert math.isnan(nothing["said_turbulence"]) and "codebook" in nothing["reason"]


@pytest.mark.parametrize("seed", range(4))
def test_grounds_of_the_parts_are_those_of_a_plain_filter(seed: int) -> None:
    told = town(seed)
    evidence = study(told)
    result = turbulence(evidence, **FAST)
    key = "T · 1→2"
    waves = [{s.id for s, t in zip(evidence.statements, told, strict=True) if t.wave == wave} for wave in "12"]
    issue = {s.id: s.issue for s in evidence.statements}
    named = [{issue[i] for i in held} - {None} for held in waves]
    talked = {i for held in waves for i in held if issue[i] is not None}
    found = result.grounds(f"{key} · agenda", "change", "parts")
    assert set(found.opposing) == {i for i in talked if issue[i] in named[0] & named[1]}
    assert set(found.supporting) == talked - set(found.opposing)
    people = {s.id: {*s.sources, *s.targets} for s in evidence.statements}
    present = [set().union(*(people[i] for i in held)) for held in waves]
    found = result.grounds(key, "actors_changed")
    assert set(found.supporting) == {i for i in people if not people[i] <= present[0] & present[1]}
    assert set(result.grounds(key, "statements_after").supporting) == waves[1]
    assert not len(result.grounds(key, "posts_changed"))
    known = {one.id for one in (*evidence.statements, *evidence.codings)}
    for name, table in result.tables.items():
        assert name in TABLES and table.index.is_unique and set(table.columns) <= set(HEADINGS)
        for row in table.index:
            for column in (None, *table.columns):
                sides = result.grounds(row, column, name)
                assert set(sides.supporting) | set(sides.opposing) <= known
                assert not set(sides.supporting) & set(sides.opposing)
    assert result.figure.to_dict()["description"]


def test_leaving_out_each_reporter_gives_the_range_shown() -> None:
    told = town(6)
    row = turbulence(study(told), **FAST).table.loc["T · 1→2"]
    # the interviews stay, only what one reporter says is left out
    found = [
        shift_of(study(rest, silent=[("T", t.wave, t.reporter) for t in told])).measured(demanding=False).composite.value
        for who in "pqrstu" if (rest := [t for t in told if t.reporter != who])
    ]  # fmt: skip
    assert (row["least_without"], row["most_without"]) == pytest.approx((min(found), max(found)))


def test_one_wave_one_reporter_and_nothing_at_all() -> None:
    one = turbulence(study(both("support", "a", "b", "1")), **FAST)
    assert one.sentence == "No town was visited in two waves and spoken of in both."
    assert any("Town T" in note for note in one.notes)
    lonely = [Told("p", "support", "a", "b", "2013"), Told("p", "support", "a", "b", "2019", wave="2")]
    row = turbulence(study(lonely), **FAST).table.loc["T · 1→2"]
    assert math.isnan(row["composite"]) and math.isnan(row["low"])
    empty = turbulence(study([]), **FAST)
    assert not len(empty.table) and empty.figure.to_dict()["description"]


@pytest.mark.parametrize(
    "bad",
    [
        Told("p", "support", "a", "", "2013"), Told("p", "support", "a", "gone", "2013"),
        Told("p", "support", "a", "chair", "2013"), Told("p", "support", "a", "b", "2014", "2013"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_changes_nothing_and_is_told(bad: Told) -> None:
    offices = {"chair": [("z", "2015", "2016")]}
    clean = turbulence(study(town(2), offices=offices), **FAST)
    result = turbulence(study([*town(2), bad], offices=offices), **FAST)
    assert result.table["composite"].tolist() == clean.table["composite"].tolist()
    assert any("Statements not used" in note for note in result.notes)
