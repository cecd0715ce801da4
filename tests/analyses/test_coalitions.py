"""Coalitions: spells and ends by hand, kinds by the figures of the definitions, cells against filters, bad input."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analyses.acts import Told, day, study
from veche.analyses._headings import HEADINGS, TABLES
from veche.analyses._shared.alliances import Rule, calendar_periods
from veche.analyses._shared.coalitions import Coalition, coalitions, observed_durations
from veche.analyses._shared.relations import prepare
from veche.analyses.coalitions import coalitions as analysis
from veche.measures.survival import kaplan_meier
from veche.study import Event, Evidence, InputProblem

TWO = ("p", "q")


def both(kind: str, sources: str, targets: str, start: str, end: str | None = None, **more: Any) -> list[Told]:
    """The same told by two reporters."""
    return [Told(who, kind, sources, targets, start, end, **more) for who in TWO]


def talk_of_others(*years: int) -> list[Told]:
    """Two reporters speak of others: the windows are observed."""
    return [one for year in years for one in both("manipulation", "x", "y", f"{year}-03")]


def spans(found: tuple[Coalition, ...]) -> dict[frozenset[str], tuple[str, str]]:
    return {
        frozenset(one.id for one in c.members): (
            c.field.periods[c.spell.first].label, c.field.periods[c.spell.last].label
        )
        for c in found
    }  # fmt: skip


def only(evidence: Evidence, **rule: Any) -> Coalition:
    found = coalitions(evidence, rule=Rule(**rule))
    assert len(found) == 1
    return found[0]


def test_a_run_of_allied_windows_is_a_coalition_with_its_span() -> None:
    told = [*both("partnership", "a", "b", "2010-02", "2013-01"), *talk_of_others(2009, 2013)]
    one = only(study(told))
    assert spans((one,)) == {frozenset("ab"): ("2010", "2012")}
    assert one.start_known and one.ending == "unheard" and one.bounds == (2.0, 4.0)
    assert [dt.date.fromordinal(int(d)) for d in one.span] == [dt.date(2010, 2, 1), dt.date(2013, 1, 1)]
    assert one.reporters == set(TWO)


def test_one_reporter_is_no_coalition_unless_one_is_enough() -> None:
    told = [Told("p", "partnership", "a", "b", "2010", "2013"), *talk_of_others(2010, 2011, 2012)]
    assert coalitions(study(told)) == ()
    one = [replaced for replaced in told if replaced.reporter == "p"]
    assert spans(coalitions(study(one), rule=Rule(reporters=1, theta=0.1))) == {frozenset("ab"): ("2010", "2012")}


@pytest.mark.parametrize(
    ("after", "ending", "bounds"),
    [
        ([], "alive", (1.0, math.inf)),
        (both("resistance", "a", "b", "2013-05"), "broken", (1.0, 3.0)),
        (both("waiting", "a", "b", "2013-05"), "cooled", (1.0, 3.0)),
        ([*talk_of_others(2013), Told("p", "resistance", "a", "b", "2013-05")], "cooled", (1.0, 3.0)),
        (talk_of_others(2013), "unheard", (1.0, 3.0)),
        (talk_of_others(2014), "lost", (1.0, 4.0)),
        (both("partnership", "a", "b", "2014-01", "2016-01"), "lost", (1.0, math.inf)),
    ],
)
def test_what_becomes_of_a_coalition(after: list[Told], ending: str, bounds: tuple[float, float]) -> None:
    """Seen in 2011 and 2012; what two reporters tell of later years decides the end."""
    told = [*both("partnership", "a", "b", "2011", "2013"), *talk_of_others(2010), *after]
    first = coalitions(study(told))[0]
    assert (first.ending, first.bounds) == (ending, bounds)
    assert first.ended == (ending not in ("alive", "lost"))


def test_who_goes_on_without_somebody() -> None:
    told = [
        *both("partnership", "a b", "b c", "2010", "2012"), *both("partnership", "a", "c", "2010", "2012"),
        *both("partnership", "a", "b", "2012", "2014"), *both("partnership", "a", "b", "2010", "2012"),
    ]  # fmt: skip
    found = {frozenset(x.id for x in one.members): one for one in coalitions(study(told))}
    assert found[frozenset("abc")].ending == "smaller"
    assert found[frozenset("ab")].ending == "alive"


def test_a_first_window_leaves_the_beginning_open() -> None:
    one = only(study(both("partnership", "a", "b", "2010", "2012")))
    assert not one.start_known and one.bounds == (1.0, math.inf)
    held = observed_durations([one])
    assert (held.duration.tolist(), held.ended.tolist(), held.entry.tolist()) == ([2.0], [False], [1.0])
    assert observed_durations([one], early="drop").duration.size == 0


def test_a_joint_action_makes_allies_and_a_quarrel_does_not() -> None:
    told = both("pressure", "a b", "c", "2010", "2012")
    assert spans(coalitions(study(told))) == {frozenset("ab"): ("2010", "2011")}
    # said of both as sources and as targets, it is an act upon each other and no joint one
    assert coalitions(study(both("resistance", "a b", "b a", "2010", "2012"))) == ()


def test_a_shared_side_on_an_issue_makes_allies() -> None:
    issue = {"issue": "land"}
    told = [
        one
        for year in ("2010", "2011")
        for who in "ab"
        for one in both("resistance", who, "c", f"{year}-04", more=issue)
    ]
    found = coalitions(study(told))
    assert spans(found) == {frozenset("ab"): ("2010", "2011")}
    assert len(found[0].support) == len(told)
    apart = [dataclasses.replace(one, more={"issue": "land" if one.sources == "a" else "roads"}) for one in told]
    assert coalitions(study(apart)) == ()


def test_kind_by_the_figures_of_the_definition() -> None:
    """48 months, issues 3:2:1 (by reporters), gains 3 and 2: length .8, breadth .636, reciprocity .667, strategic."""
    issues = [("p", "land"), ("q", "land"), ("r", "land"), ("p", "plan"), ("q", "plan"), ("r", "roads")]
    gains = [("a",), ("a",), ("a",), ("b",), ("b",), ()]
    people = ["p", "q", "r", "s", "t", "u"]
    told = [
        Told(who, "partnership", "a", "b", "2010", "2014", more={"issue": issue}) for who, issue in issues
    ] + [
        Told(who, "partnership", "a", "b", "2010", "2014", more={"benefit": gain})
        for who, gain in zip(people, gains, strict=True)
    ]  # fmt: skip
    judged = only(study(told)).tactics
    assert judged.length.value == pytest.approx(0.8, abs=0.001)
    assert judged.breadth.value == pytest.approx(0.63629, abs=1e-4)
    assert judged.reciprocity.value == pytest.approx(2 / 3)
    assert judged.label == "strategic" and judged.strategic.value == pytest.approx(0.636, abs=1e-3)


def test_gains_of_an_office_are_those_of_its_holder_and_a_talker_counts_once() -> None:
    told = [
        *both("partnership", "head", "b", "2010", "2012", more={"issue": "land", "benefit": ("head", "b")}),
        *[Told("p", "partnership", "head", "b", "2010", "2012", more={"issue": "roads", "benefit": ("b",)})] * 5,
    ]
    one = only(study(told, offices={"head": [("a", None, None)]}))
    assert {x.id for x in one.members} == {"a", "b"}
    assert one.tactics.reciprocity.value == 1.0
    # land two reporters, roads one however often he says so
    assert one.tactics.issues.value == pytest.approx(math.exp(-(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3))))


def test_who_gains_by_member() -> None:
    told = [
        *both("partnership", "a", "b", "2010", "2012", more={"issue": "land", "benefit": ("a", "stranger")}),
        Told("r", "partnership", "a", "b", "2010", "2012", more={"benefit": ("b",)}),
        Told("s", "partnership", "a", "b", "2010", "2012"),
    ]
    result = analysis(study(told))
    table = result.tables["gains"]
    assert table["say_gained"].tolist() == [2, 1] and table["tell_gains"].tolist() == [3, 3]
    assert table["share_gained"].tolist() == [pytest.approx(2 / 3), pytest.approx(1 / 3)]
    assert table["gained_in"].tolist() == ["land", ""]
    found = result.grounds("T · 1 · T.a", "say_gained", "gains")
    assert (found.supporting, found.opposing) == (("s000", "s001"), ("s002",))
    none = analysis(study(both("partnership", "a", "b", "2010", "2012"))).tables["gains"]
    assert none["share_gained"].isna().all() and (none["reason"] == "no benefit is known").all()


def test_judgements_come_from_codings_in_the_same_answers() -> None:
    told = [
        *both("partnership", "a", "b", "2010", "2012", codes=("COAL.TACT", "COAL.FORCED")),
        Told("r", "partnership", "a", "b", "2010", "2012", codes=("COAL.STRAT",)),
        Told("r", "manipulation", "x", "y", "2010-05", codes=("COAL.TACT",)),
    ]
    result = analysis(study(told))
    row = result.table.loc["T · 1"]
    assert (row["said_tactical"], row["said_strategic"], row["kind_said"], row["voluntary"]) == (
        2,
        1,
        "for one task",
        "forced",
    )
    assert result.grounds("T · 1", "said_tactical").supporting == ("c000-COAL.TACT", "c001-COAL.TACT")
    assert result.grounds("T · 1", "said_tactical").opposing == ("c002-COAL.STRAT",)


def test_motives_are_those_named_in_the_same_answers() -> None:
    """Two name the town's good, one the firm's; what is said in other answers does not count."""
    told = [
        *both("partnership", "a", "b", "2010", "2012", codes=("MOT.SERVICE",)),
        Told("r", "partnership", "a", "b", "2010", "2012", codes=("MOT.CORP",)),
        Told("r", "manipulation", "x", "y", "2010-05", codes=("MOT.GAIN",)),
    ]
    codes = ("COAL", "MOT", "MOT.SERVICE", "MOT.CORP", "MOT.GAIN")
    result = analysis(study(told, codes=codes))
    row = result.table.loc["T · 1"]
    assert (row["motive_public"], row["motive_corporate"], row["motive_own"]) == (2, 1, 0)
    assert row["motive_said"] == "the public good"
    found = result.grounds("T · 1", "motive_said")
    assert found.supporting == ("c000-MOT.SERVICE", "c001-MOT.SERVICE") and found.opposing == ("c002-MOT.CORP",)
    assert result.grounds("T · 1", "motive_corporate").supporting == ("c002-MOT.CORP",)
    other = analysis(study(told, codes=codes), public=(), own=("MOT.SERVICE",)).table.loc["T · 1"]
    assert other["motive_said"] == "one's own" and other["motive_public"] == 0
    even = analysis(study([one for one in told if one.reporter != "q"], codes=codes), reporters=1).table.loc["T · 1"]
    assert even["motive_said"] == "divided"
    silent = analysis(study(both("partnership", "a", "b", "2010", "2012"), codes=codes)).table.loc["T · 1"]
    assert silent["motive_said"] == "nobody says"


def test_events_stand_beside_the_end_only_where_it_must_lie() -> None:
    def happening(key: str, start: str, kind: str = "conflict") -> Event:
        begin = day(start)
        assert begin
        return Event(id=key, key=key, title=key, kind=kind, start=begin, end=begin, town_id="T")  # type: ignore[arg-type]

    events = [happening("split", "2013-06"), happening("early", "2011-06"), happening("vote", "2013-07", "election")]
    told = [*both("partnership", "a", "b", "2010", "2013"), *both("resistance", "a", "b", "2013-07")]
    assert analysis(study(told, events=events)).table.loc["T · 1", "events_at_end"] == "split"


def test_a_regime_needs_all_four_and_having_none_is_normal() -> None:
    kinds = {"a": "executive", "f": "business", "c": "civic"}
    told = both("partnership", "a", "f", "2010", "2015", more={"issue": "plan", "outcome": "achieved"})
    regime = analysis(study(told, branches=kinds)).tables["regime"].loc["T"]
    assert regime[["partners", "capacity", "themes", "regime"]].tolist() == [1.0, 1.0, 1.0, "regime"]
    weak = [dataclasses.replace(one, more={"issue": "plan", "outcome": "failed"}) for one in told]
    regime = analysis(study(weak, branches=kinds)).tables["regime"].loc["T"]
    assert regime["capacity"] == regime["membership"] == 0.0 and regime["regime"] == "no regime"
    civic = [dataclasses.replace(one, targets="c") for one in told]
    assert analysis(study(civic, branches=kinds)).tables["regime"].loc["T", "partners"] == 0.5
    nobody = analysis(study(talk_of_others(2012, 2013))).tables["regime"].loc["T"]
    assert nobody["membership"] == 0.0 and nobody["regime"] == "no regime"
    thin = analysis(study([Told("p", "partnership", "a", "f", "2012")])).tables["regime"].loc["T"]
    assert math.isnan(thin["membership"]) and thin["reason"].startswith("too few windows")


def town_of_pairs(seed: int) -> list[Told]:
    """Pairs of actors told of by chance, without joint actions and shared sides."""
    rng = random.Random(seed)
    told = []
    for _ in range(60):
        a, b = rng.sample("abcd", 2)
        start = 2010 + rng.randrange(5)
        kind = rng.choice(["partnership", "partnership", "support", "bargaining", "resistance", "waiting"])
        told.append(
            Told(rng.choice("pqrs"), kind, a, b, f"{start}-{rng.randrange(1, 13)}", f"{start + rng.randrange(1, 4)}-12")
        )
    return told


@pytest.mark.parametrize("seed", range(12))
def test_the_grounds_of_every_coalition_are_those_of_a_plain_filter(seed: int) -> None:
    told = town_of_pairs(seed)
    evidence = study(told)
    result = analysis(evidence, least=1, resamples=50)
    values = {kind.id: kind.valence for kind in evidence.kinds}
    for key, row in result.table.iterrows():
        names = {name.lower() for name in row["members"].split(", ")}
        low, high = dt.date(int(row["seen_from"]), 1, 1), dt.date(int(row["seen_to"]) + 1, 1, 1)
        spoken = [
            s for s in evidence.statements
            if {*s.sources, *s.targets} <= names and s.start < high and (s.end > low or (s.start == s.end and s.start >= low))
        ]  # fmt: skip
        expected = {s.id for s in spoken if values[s.kind_id] > 0}
        against = {s.id for s in spoken if values[s.kind_id] < 0}
        assert set(result.grounds(key).supporting) == expected
        assert set(result.grounds(key).opposing) == against
        assert row["statements"] == len(expected)
        rest = dataclasses.replace(evidence, statements=tuple(s for s in evidence.statements if s.id not in expected))
        again = spans(coalitions(rest, rule=Rule(least=1)))
        assert frozenset(names) not in again or not low.year <= int(again[frozenset(names)][0]) < high.year


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_names_and_order_and_repetition_change_nothing(seed: int) -> None:
    told = town_of_pairs(seed)
    before = spans(coalitions(study(told)))
    rng = random.Random(seed)
    shuffled = rng.sample(told, len(told))
    assert spans(coalitions(study(shuffled))) == before
    names = dict(zip("abcd", rng.sample("abcd", 4), strict=True))
    renamed = [dataclasses.replace(t, sources=names[t.sources], targets=names[t.targets]) for t in told]
    assert spans(coalitions(study(renamed))) == {frozenset(names[x] for x in pair): run for pair, run in before.items()}


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_degrees_stay_in_their_bounds_and_ends_are_told_apart(seed: int) -> None:
    for one in coalitions(study(town_of_pairs(seed)), rule=Rule(least=1)):
        judged = one.tactics
        for part in (judged.length, judged.breadth, judged.reciprocity, judged.strategic, judged.tactical):
            assert part.missing or 0 <= part.value <= 1
        assert not (judged.strategic.value > 0.5 and judged.tactical.value > 0.5)
        low, high = one.bounds
        assert low < one.spell.duration <= high
        assert one.span[0] <= one.span[1]


def test_survival_is_that_of_the_durations_shown() -> None:
    result = analysis(study(town_of_pairs(3)), least=1, resamples=50)
    curve = result.tables["survival"]
    assert ((curve["survival"] >= 0) & (curve["survival"] <= 1)).all()
    for _group, rows in curve.groupby("group"):
        assert rows["survival"].is_monotonic_decreasing
    found = coalitions(study(town_of_pairs(3)), rule=Rule(least=1))
    expected = kaplan_meier(observed_durations(found))
    assert curve[curve["group"] == "*"]["survival"].tolist() == pytest.approx(expected.survival.tolist())
    ends = result.tables["intervals"]
    assert ends[ends["group"] == "*"]["end_probability"].sum() == pytest.approx(1)
    hazards = result.tables["hazards"]
    assert (hazards["hazard"].isna() == (hazards["reason"] != "")).all()
    known = hazards[hazards["hazard"].notna()]
    assert (known["hazard"] == known["ended"] / known["at_risk"]).all()


def test_members_between_waves() -> None:
    told = [
        *both("partnership", "a", "b", "2012", "2014"), *both("partnership", "c", "d", "2012", "2014"),
        *both("resistance", "c", "d", "2014-02"), *both("waiting", "a", "b", "2014-03"),
        *both("partnership", "a", "e", "2018", "2020", wave="2"), *both("partnership", "b", "e", "2018", "2020", wave="2"),
    ]  # fmt: skip
    moves = analysis(study(told)).tables["moves"]
    said = dict(zip(moves["actor"], moves["move"], strict=True))
    assert said == {
        "A": "stands with others",
        "B": "stands with others",
        "C": "goes out",
        "D": "goes out",
        "E": "comes in",
    }


@pytest.mark.parametrize("view", ["timeline", "survival", "members"])
def test_every_cell_leads_to_sentences_and_the_figure_is_drawn(view: str) -> None:
    told = [*town_of_pairs(5), *both("partnership", "a", "b", "2018", "2020", wave="2")]
    evidence = study(told)
    result = analysis(evidence, view=view, least=1, resamples=50)
    known = {one.id for one in (*evidence.statements, *evidence.codings)}
    for name, table in result.tables.items():
        assert name in TABLES and table.index.is_unique and set(table.columns) <= set(HEADINGS)
        for row in table.index:
            for column in (None, *table.columns):
                found = result.grounds(row, column, name)
                assert set(found.supporting) | set(found.opposing) <= known
                assert not set(found.supporting) & set(found.opposing)
    assert result.figure.to_dict()["description"]
    assert result.sentence.endswith(".")


BAD = {
    "without target": Told("p", "partnership", "a", "", "2010", "2012"),
    "of a deleted actor": Told("p", "partnership", "a", "gone", "2010", "2012"),
    "of an office nobody holds": Told("p", "partnership", "a", "chair", "2010", "2012"),
    "that ends before it begins": Told("p", "partnership", "a", "b", "2012", "2010"),
}


def rows_of(chart: Any) -> Iterator[dict[str, Any]]:
    """All rows of data inside a chart."""
    if isinstance(chart, dict):
        held = chart.get("values")
        yield from (row for row in (held if isinstance(held, list) else []) if isinstance(row, dict))
        for value in chart.values():
            yield from rows_of(value)
    elif isinstance(chart, list):
        for value in chart:
            yield from rows_of(value)


def test_hazards_are_drawn_with_a_way_back_and_open_ends_are_marked() -> None:
    """Two coalitions: one ends at odds after two years, one is seen to the last."""
    told = [
        *both("partnership", "a", "b", "2010", "2012"), *both("resistance", "a", "b", "2012-06"),
        *both("partnership", "c", "d", "2010", "2014"),
    ]  # fmt: skip
    result = analysis(study(told), view="survival", resamples=50)
    drawn = result.figure.to_dict()
    rows = list(rows_of(drawn))
    known = result.tables["hazards"][result.tables["hazards"]["hazard"].notna()]
    assert {row["row"] for row in rows if row.get("table") == "hazards"} == set(known.index) and len(known) > 1
    assert {row["t"] for row in rows if row.get("table") == "hazards" and "t" in row} == {
        f"{int(row['ended'])} : {row['at_risk']}" for _label, row in known.iterrows()
    }
    open_ = result.table[result.table["ending"] == "seen to the last"]
    marks = [row for row in rows if row.get("w") == 1.8]
    assert len(open_) == 1 and len(marks) == 1


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_used_is_left_out_with_the_reason(name: str) -> None:
    good = both("partnership", "a", "b", "2010", "2012")
    offices = {"chair": [("z", "2015", None)]}
    result = analysis(study([*good, BAD[name]], offices=offices))
    assert result.table.index.tolist() == ["T · 1"]
    assert result.table.loc["T · 1", "statements"] == 2
    assert any("Statements not used" in note for note in result.notes)


def test_a_merged_actor_stands_for_both() -> None:
    told = [Told("p", "partnership", "a", "old", "2010", "2012"), Told("q", "partnership", "a", "b", "2010", "2012")]
    one = only(study(told, merged={"old": "b"}))
    assert {x.id for x in one.members} == {"a", "b"}


def test_nothing_to_find_is_said_in_words() -> None:
    for evidence in (study([]), study([Told("p", "pressure", "a", "b")]), study([], silent=[("T", "1", "p")])):
        for view in ("timeline", "survival", "members"):
            result = analysis(evidence, view=view)
            assert not len(result.table) and result.sentence.endswith(".")
            assert result.figure.to_dict()["description"]


def test_events_before_the_first_wave_are_told_of_all_the_same_but_not_centuries_apart() -> None:
    early = only(study(both("partnership", "a", "b", "2004", "2006")))
    assert spans((early,)) == {frozenset("ab"): ("2004", "2005")}
    told = [*both("partnership", "a", "b", "0021", "0023"), *talk_of_others(2013)]
    evidence = study(told)
    assert len(calendar_periods(prepare(evidence), 12)) == 1993
    with pytest.raises(InputProblem, match="wider windows"):
        analysis(evidence, months=1)


@pytest.mark.parametrize(("months", "label"), [(12, "2010"), (6, "2010-01"), (24, "2010–2011")])
def test_windows_follow_the_calendar(months: int, label: str) -> None:
    periods = calendar_periods(prepare(study(both("partnership", "a", "b", "2010-03", "2012-02"))), months)
    assert periods[0].label == label
    assert periods[0].start == dt.date(2010, 1, 1).toordinal()
    assert all(a.end == b.start for a, b in pairwise(periods))
    assert periods[-1].start < dt.date(2012, 2, 1).toordinal() <= periods[-1].end


def test_a_key_with_the_mark_of_rows_in_it_is_no_trouble() -> None:
    told = [dataclasses.replace(one, town="T · x") for one in both("partnership", "a", "b", "2010", "2012")]
    result = analysis(study(told), least=1)
    assert result.grounds("T · x · 1").supporting == ("s000", "s001")
    for name, table in result.tables.items():
        for row in table.index:
            assert set(result.grounds(row, None, name).supporting) <= {"s000", "s001"}
