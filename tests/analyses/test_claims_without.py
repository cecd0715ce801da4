"""Estimates without each respondent at once are those of a run without him; exchanges of towns are counted by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import math
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.analyses.fictional import only, planted
from tests.analyses.small import example
from tests.analyses.test_claims import context
from veche.analyses._shared.alliances import field_of
from veche.analyses._shared.shifts import Shift
from veche.analyses.claims import claims
from veche.analyses.claims.compute import load_claims
from veche.analyses.claims.context import Context
from veche.analyses.claims.estimates import Draws
from veche.analyses.claims.exchanges import exchanged_p, inclusion, mean_taus, orders, shuffles, tau, taus
from veche.analyses.claims.found_without import LeftOut, found_without
from veche.analyses.claims.language import KINDS, Check, Claim, read_claims
from veche.analyses.claims.respondents import verdict_of, without_respondents
from veche.analyses.claims.running import Judged, judge, run_check
from veche.analyses.claims.without import estimates, leave_out
from veche.sets.fit import necessity_of, sufficiency
from veche.study import Evidence, Interview

#: kinds of checks and of values that no claim of the program uses, or only where nothing can be told
MORE = """
claims:
  - id: X
    says: x
    checks:
      - {kind: compare, with: {level: MOT.LEVEL}, of: {level: EFF.LEVEL}, expect: less}
      - {kind: level, of: {level: MOT.LEVEL}, wave: "2", expect: above, than: 0.5}
      - {kind: cases, expect: coincide, condition: {head_changed: true}, outcome: {mean: {level: MOT.LEVEL}, above: 0.4}}
      - {kind: cases, expect: sufficient, cut: 0.5, condition: {model: "prevails"}, outcome: {model: "2014.placement", not: true}}
      - {kind: cases, expect: not necessary, condition: {event: intervention}, outcome: {mean: {level: EFF.LEVEL}, earlier: true}}
      - {kind: cases, expect: necessary, condition: {any: [{model: camp}, {monotown: true}]}, outcome: {all: [{model: "2014.pressure"}, {mean: {level: MOT.LEVEL}, not: true}]}}
      - {kind: count, by: town, value: {mean: {level: EFF.LEVEL}}, expect: above, than: 0.5}
      - {kind: count, value: {model: settled}, expect: above, than: 0.5}
      - {kind: goes_with, condition: {model: camp}, outcome: {mean: {level: EFF.LEVEL}}, expect: apart}
      - {kind: hang_together, values: [{model: camp}, {mean: {level: EFF.LEVEL}}, {turbulence: tone}], expect: together}
      - {kind: ranks, root: PROB, top: 3, expect: above, than: 0.4}
      - {kind: goes_with, condition: {coalition: tactical, earlier: true}, outcome: {regime: true}, expect: together}
      - {kind: change, of: {level: MOT.LEVEL}, between: ["2", "3"], expect: falls}
      - {kind: before_after, of: {level: EFF.LEVEL}, event: intervention, expect: stays}
      - {kind: coalitions, form: strategic, expect: below, than: 0.6}
      - {kind: moves, of: {level: EFF.LEVEL}, when: {head_changed: true}, not_when: {event: intervention}, expect: more}
      - {kind: order, of: {codes: [DEM]}, with: {level: MOT.LEVEL}, expect: before}
      - {kind: untestable, why: nobody tells it}
"""


@cache
def base() -> Context:
    return context(planted())


def every_claim() -> tuple[Claim, ...]:
    return (*load_claims(""), *read_claims(MORE, "more.yaml"))


def test_every_check_without_each_respondent() -> None:
    """Estimates made for all respondents at once are those of a run without each; every kind of check is tried."""
    ctx = base()
    weights, people = leave_out(ctx)
    assert set(people) == {one.respondent_id for one in ctx.sample.interviews}
    tried = set()
    for number, check in enumerate(one for claim in every_claim() for one in claim.checks):
        main = run_check(ctx, check)
        made = estimates(ctx, check, weights) if main.estimate == main.estimate else None
        found = found_without(LeftOut(ctx, weights), check, main)
        tried.add(check.kind)
        for row in range(number % 30, len(people), 30):
            alone = run_check(without(ctx, people[row]), check)
            if made is not None:
                assert made[row] == pytest.approx(alone.estimate, nan_ok=True, abs=1e-9), (check, people[row])
            assert found[row].estimate == pytest.approx(alone.estimate, nan_ok=True, abs=1e-9), (check, people[row])
            assert found[row].p == pytest.approx(alone.p, nan_ok=True, abs=1e-9), (check, people[row])
            assert (found[row].inside, found[row].decided, found[row].tested) == (
                alone.inside,
                alone.decided,
                alone.tested,
            ), (check, people[row])
            for level in (0.95, 0.99):
                assert found[row].interval(level) == pytest.approx(alone.interval(level), nan_ok=True, abs=1e-9), check
    assert tried == set(KINDS)


def without(ctx: Context, who: str) -> Context:
    return ctx.only(np.array([one.respondent_id != who for one in ctx.sample.interviews]), bare=True)


def test_verdicts_without_each_respondent_are_those_of_runs_without_him() -> None:
    ctx, given = base(), every_claim()
    found = without_respondents(ctx, given, judged_main())
    ids = {one.key: one.id for one in ctx.evidence.respondents}
    usual = [Counter(one.verdict for one in each).most_common(1)[0][0] for each in found.claims]
    turned = [
        k for each, most in zip(found.claims, usual, strict=True) for k, one in enumerate(each) if one.verdict != most
    ]
    rows = sorted({*turned[:2], *turned[-2:], *range(0, len(found.who), 60)})
    for row in rows:
        alone = judge(without(ctx, ids[found.who[row]]), given)
        for at, (claim, judged) in enumerate(zip(given, alone, strict=True)):
            assert found.claims[at][row] == verdict_of(claim, [one.verdict for one in judged]), (
                claim.id,
                found.who[row],
            )
            for k, one in enumerate(judged):
                told = found.checks[at][k]
                if told is not None:
                    others = [verdict for verdict, names in told.turned.items() if found.who[row] in names]
                    main = judged_main()[at][k].verdict
                    assert others == ([one.verdict] if one.verdict != main else []), (claim.id, k, found.who[row])


@cache
def judged_main() -> list[list[Judged]]:
    return judge(base(), every_claim())


OWN = """
claims:
  - id: BOTH
    says: The virus is spoken of in both towns.
    checks: [{kind: present, of: {codes: [P.VIRUS]}, respondents: 2, towns: 2, expect: present}]
"""


def test_one_reporter_alone_carries_a_claim() -> None:
    """R1, R2 and R6 of town A name the virus, and of town B R4 alone, the only one asked: without R4 nothing is known of B."""
    ctx, own = context(example()), read_claims(OWN, "own.yaml")
    main = judge(ctx, own)
    found = without_respondents(ctx, own, main)
    assert main[0][0].verdict == "supported" and sorted(found.who) == ["R1", "R2", "R3", "R4", "R5", "R6", "R7"]
    verdicts = dict(zip(found.who, (one.verdict for one in found.claims[0]), strict=True))
    assert verdicts == dict.fromkeys(found.who, "supported") | {"R4": "cannot be tested here"}
    told = found.checks[0][0]
    assert told is not None and told.turned == {"cannot": ("R4",)} and (told.least, told.most) == (3, 4)


def six(said: int = 6) -> Evidence:
    """Six people of one town, asked twice: nobody names money first, so many do the second time."""
    base = example()
    interviews, documents, codings = [], [], []
    for wave, year in ((1, 2013), (2, 2020)):
        for at in range(6):
            key = f"A{wave}-{at}"
            interviews.append(
                Interview(id=key, key=key, town_id="A", wave_id=f"w{wave}", respondent_id=f"R{at + 1}", role_id="business",
                          date=dt.date(year, 5, at + 1))
            )  # fmt: skip
            documents.append(dataclasses.replace(base.documents[0], id=f"d{key}", name=key, interview_id=key))
            if wave == 2 and at < said:
                codings.append(dataclasses.replace(base.codings[0], id=key, document_id=f"d{key}", code_id="MONEY"))
    return dataclasses.replace(
        base, interviews=tuple(interviews), documents=tuple(documents), codings=tuple(codings), towns=base.towns[:1]
    )


RISES = """
claims:
  - id: RISE
    says: Money is named more.
    checks: [{kind: change, of: {codes: [P.MONEY]}, expect: rises}]
"""


def test_six_pairs_are_just_enough_for_an_exact_test_and_five_are_not(tmp_path: Path) -> None:
    """Of 2^6 exchanges one rises as much: p = 2/64 holds at 95 %; without any one of the six p = 2/32 does not."""
    file = tmp_path / "own.yaml"
    file.write_text(RISES, encoding="utf-8")
    result = claims(six(), file=str(file), resamples=200)
    assert result.tables["checks"].loc["RISE · 1", "p"] == 2 / 64
    assert result.table.loc["RISE", "verdict"] == "supported"
    assert "R1, R2, R3, R4, R5, R6" in result.table.loc["RISE", "without_respondent"]
    turned = result.tables["without"]
    assert turned[turned["left_out"] == "one respondent"]["who"].tolist() == [f"R{i}" for i in range(1, 7)]
    assert set(turned["verdict"]) == {"not supported"} and set(turned["was"]) == {"supported"}
    # what leads from the row is what the one left out says
    assert result.grounds("RISE · A · R3", table="without").supporting == ("A2-2",)
    # with one who does not change it is not enough to begin with, and nobody's leaving makes it so
    fewer = claims(six(5), file=str(file), resamples=200)
    assert fewer.tables["checks"].loc["RISE · 1", "p"] == 2 / 32
    assert fewer.table.loc["RISE", "verdict"] == "not supported" and not len(fewer.tables["without"])


def test_who_is_interviewed_in_two_towns_leaves_both() -> None:
    """R4 moves from town B to town A: leaving him out takes his interviews in either."""
    base = example()
    moved = dataclasses.replace(
        base,
        interviews=tuple(
            dataclasses.replace(one, town_id="A") if one.key == "B2-1" else one for one in base.interviews
        ),
    )
    ctx = context(moved)
    text = (
        OWN
        + "      - {kind: change, of: {codes: [P.MONEY]}, expect: rises}\n      - {kind: level, of: {codes: [P]}, expect: above, than: 0.3}\n"
    )
    claims_ = read_claims(text.replace("checks: [", "checks:\n      - ").replace("present}]", "present}"), "own.yaml")
    weights, people = leave_out(ctx)
    row = people.index("R4")
    assert len(LeftOut(ctx, weights).clusters[row]) == 2
    for check in claims_[0].checks:
        found = found_without(LeftOut(ctx, weights), check, run_check(ctx, check))[row]
        alone = run_check(without(ctx, "R4"), check)
        assert (found.estimate, found.decided) == (pytest.approx(alone.estimate, nan_ok=True), alone.decided)
        assert found.p == pytest.approx(alone.p, nan_ok=True)


def test_what_is_left_of_a_town_without_reporters_is_that_of_the_town_read_anew() -> None:
    """Alliances, coalitions and steps of turbulence taken in parts are those of the statements that stay."""
    shared = base().shared
    whole, compared = shared.relations, 0
    for at, field, steps in zip(shared.acts_of_town, shared.fields, shared.shifts, strict=True):
        assert field is not None
        for out in np.unique(whole.reporter[at])[::3]:
            kept = whole.reporter[at] != out
            alone = dataclasses.replace(whole.only(at[kept]))
            anew = field_of(alone, field.town, field.periods, field.rule)
            left = field.told_by(kept)
            for name in ("observed", "windows_of", "pairs_of", "joint_of", "companions", "_sides", "said", "allied"):
                found, wanted = getattr(left, name), getattr(anew, name)
                if name == "observed":
                    assert np.array_equal(found, wanted)
                elif name == "said":  # what is not known is no number, and equals nothing
                    assert repr(found) == repr(wanted)
                else:
                    assert found == wanted, name
            assert left.spells == anew.spells
            for step in steps:
                again = Shift(
                    field_of(alone, field.town, step.field.periods, step.field.rule),
                    step.before,
                    step.after,
                    step.least,
                )
                assert repr(step.told_by(kept).measured()) == repr(again.measured())
            compared += len(left.spells)
    assert compared > 50


def test_too_few_are_left() -> None:
    """Without anybody nothing can be estimated; without any one respondent a change can."""
    ctx = base()
    check = Check("change", {"kind": "change", "of": {"level": "MOT.LEVEL"}, "expect": "rises"})
    weights, people = leave_out(ctx)
    nobody = np.zeros((1, weights.shape[1]))
    assert np.isnan(estimates(ctx, check, nobody)).all()
    assert not np.isnan(estimates(ctx, check, weights)).any()
    assert len(people) == len(weights)


def test_who_moves_an_estimate_most_and_how_far() -> None:
    ctx = base()
    some = [one for one in load_claims("") if one.id in ("H3", "H5")]
    found = without_respondents(ctx, some, judge(ctx, some)).checks
    weights, people = leave_out(ctx)
    keys = {one.id: one.key for one in ctx.evidence.respondents}
    for claim, rows in zip(some, found, strict=True):
        for check, one in zip(claim.checks, rows, strict=True):
            values = estimates(ctx, check, weights)
            assert one is not None and values is not None
            assert (one.least, one.most) == (np.nanmin(values), np.nanmax(values))
            far = np.abs(values - run_check(ctx, check).estimate)
            assert one.who in {keys[people[k]] for k in np.flatnonzero(far >= far.max() - 1e-12)}


def known_in_both(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return ~np.isnan(x) & ~np.isnan(y)


MEASURES = {
    "sufficient": lambda x, y: sufficiency(x, y).inclusion,
    "necessary": lambda x, y: necessity_of(x, y).inclusion,
    "coincide": lambda x, y: float(np.minimum(x, y).sum() / np.maximum(x, y).sum()),
}


@pytest.mark.parametrize("kind", MEASURES)
def test_exchanged_inclusion_is_that_of_every_exchange(kind: str) -> None:
    rng = np.random.default_rng(8)
    for towns in (3, 4, 5):
        x, y = rng.random((towns, 3)), rng.random((towns, 3))
        x[0, 1] = y[1, 2] = y[2, 0] = np.nan
        every = []
        for order in itertools.permutations(range(towns)):
            a = x[list(order)]
            both = known_in_both(a, y)
            every.append(MEASURES[kind](a[both], y[both]))
        np.testing.assert_allclose(inclusion(kind)(x, y, orders(towns, 1)), every)
        assert exchanged_p(x, y, inclusion(kind), 1) == pytest.approx(np.mean(np.array(every) >= every[0] - 1e-12))


def test_taus_of_orders_of_both_tables() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 3, (4, 2)).astype(float), rng.integers(0, 3, (4, 2)).astype(float)
    x[1, 0] = y[3, 1] = np.nan
    one, other = (np.stack([rng.permutation(4) for _ in range(40)]) for _ in range(2))
    found = taus(x, y, one, other)
    for value, mine, yours in zip(found, one, other, strict=True):
        a, b = x[mine], y[yours]
        both = known_in_both(a, b)
        assert value == pytest.approx(tau(a[both], b[both]), nan_ok=True)


def test_more_than_seven_towns_are_exchanged_at_random_with_the_seed() -> None:
    assert len(orders(7, 1)) == math.factorial(7)
    many = orders(8, 1)
    assert many.shape == (2001, 8) and many[0].tolist() == list(range(8)) and (many != orders(8, 2)).any()
    assert (np.sort(many, axis=1) == np.arange(8)).all()
    rng = np.random.default_rng(0)
    x = rng.random((9, 2))
    assert exchanged_p(x, x, taus, 1, two_sided=True) < 0.01
    assert math.isnan(exchanged_p(x[:2], x[:2], taus, 1))


def test_tables_that_hang_together_are_more_alike_than_shuffled_ones() -> None:
    rng = np.random.default_rng(1)
    x = rng.random((6, 2))
    order = shuffles(3, 6, 50, 1)
    assert (order[:, 0] == np.arange(6)).all() and (np.sort(order, axis=2) == np.arange(6)).all()
    found = mean_taus([x, x + 1, x * 2], order)
    kept = np.broadcast_to(np.arange(6), (1, 3, 6))
    assert mean_taus([x, x + 1, x * 2], kept)[0] == pytest.approx(1.0) and found.max() <= 1 and found.mean() < 0.5
    pairs = [(0, 1), (0, 2), (1, 2)]
    by_hand = [np.mean([tau(x[order[k, i]].ravel(), x[order[k, j]].ravel()) for i, j in pairs]) for k in range(5)]
    np.testing.assert_allclose(found[:5], by_hand)
    assert np.isnan(mean_taus([np.ones((3, 1)), np.ones((3, 1))], shuffles(2, 3, 4, 1))).all()


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_bounds_of_draws_are_numpys_percentiles(level: float, size: int) -> None:
    drawn = np.random.default_rng(size).normal(size=size)
    held = Draws(np.concatenate([drawn, [np.nan]]))
    tail = 50 * (1 - level)
    assert held.bounds(level) == pytest.approx(np.percentile(drawn, [tail, 100 - tail]), abs=1e-12)
    assert len(held) == size and held.vary is (size > 1)


def test_of_one_respondent_nothing_is_said_in_general() -> None:
    """R4 alone, in two waves of a town: no check can be made, none gives a number, and nobody can be left out."""
    alone = only(planted(), lambda one: one.respondent_id == planted().interviews[0].respondent_id)
    table = claims(alone, minimum=1, resamples=200).tables["checks"]
    made = table[~table["verdict"].isin(["cannot"])]
    assert set(made["verdict"]) <= {"unclear"} and not made["p"].lt(0.5).any()
    assert made[["low", "high"]].isna().all(axis=None)
    kinds = {f"{one.id} · {k}": check.kind for one in load_claims("") for k, check in enumerate(one.checks, start=1)}
    assert not {kinds[key] for key in made.index} & {"level", "contrast", "present", "new"}
    assert (table.loc[table["verdict"] == "cannot", "reason"] != "").all()
