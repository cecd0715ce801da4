"""Claims: verdicts from checks, exchanges counted by hand, the planted study, studies without change, evidence that is missing."""

from __future__ import annotations

import dataclasses
import itertools
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.analyses import brute
from tests.analyses.fictional import only, planted, still, town
from veche.analyses._shared.heads import Heads
from veche.analyses._shared.sample import make_sample
from veche.analyses.claims import claims
from veche.analyses.claims.context import Context, Options, Shared
from veche.analyses.claims.exchanges import exchanged_p, tau, taus
from veche.analyses.claims.found import Found, cannot
from veche.analyses.claims.language import Check, read_claims
from veche.analyses.claims.running import Judged, claim_verdict, judge, run_check
from veche.analyses.claims.values import case_values
from veche.measures.divergence import kendall_tau_b
from veche.measures.score_change import ScoreStratum, exact_score_change
from veche.study import Event, Evidence, Result


def context(evidence: Evidence, resamples: int = 200) -> Context:
    sample = make_sample(evidence)
    shared = Shared(sample, sample.weights(resamples, 1), Heads(evidence))
    return Context(shared, Options(0.95, 3, resamples, 1), np.ones(sample.size, dtype=bool))


def run(evidence: Evidence, **fields: Any) -> Found:
    kind = fields.pop("kind")
    return run_check(context(evidence), Check(kind, {"kind": kind, **fields}))


@cache
def result() -> Result:
    return claims(planted(), resamples=200, leave_out=False)


def found(estimate: float, low: float, high: float, **more: Any) -> Found:
    return Found(estimate, bounds=lambda _level: (low, high), **more)


RISE = {"inside": (0.0, math.inf), "tested": True, "p": 0.01}


@pytest.mark.parametrize(
    ("one", "p", "verdict"),
    [
        (found(0.3, 0.1, 0.5, **RISE), 0.01, "supported"),
        (found(0.3, 0.1, 0.5, **RISE), 0.06, "unclear"),
        (found(0.3, -0.1, 0.5, **RISE), 0.01, "unclear"),
        (found(-0.3, -0.5, -0.1, **RISE), 0.01, "against"),
        (found(-0.3, -0.5, -0.1, **RISE), 0.2, "unclear"),
        (found(0.6, 0.55, 0.7, inside=(0.5, math.inf)), math.nan, "supported"),
        (found(0.6, 0.45, 0.7, inside=(0.5, math.inf)), math.nan, "unclear"),
        (found(0.3, 0.2, 0.4, inside=(0.5, math.inf)), math.nan, "against"),
        (
            found(0.0, -0.1, 0.1, inside=(-0.2, 0.2), tested=True, equivalence=True, outside=(0.0, 0.0)),
            0.9,
            "supported",
        ),
        (found(0.0, -0.3, 0.1, inside=(-0.2, 0.2), tested=True, equivalence=True, outside=(0.0, 0.0)), 0.9, "unclear"),
        (found(0.3, 0.1, 0.5, inside=(-0.2, 0.2), tested=True, equivalence=True, outside=(0.0, 0.0)), 0.01, "against"),
        # a change that is certain and small stays; one that may be small is no proof against it
        (found(0.1, 0.05, 0.15, inside=(-0.2, 0.2), tested=True, equivalence=True, outside=(0, 0)), 0.01, "supported"),
        (found(0.15, 0.05, 0.25, inside=(-0.2, 0.2), tested=True, equivalence=True, outside=(0, 0)), 0.01, "unclear"),
        (Found(math.nan), math.nan, "cannot"),
        (cannot("nothing"), math.nan, "cannot"),
        (Found(0.3, inside=(0.0, math.inf)), math.nan, "unclear"),
    ],
)
def test_the_verdict_of_a_check(one: Found, p: float, verdict: str) -> None:
    assert one.verdict(p, 0.95, 0.95) == verdict


@pytest.mark.parametrize(
    ("verdicts", "combine", "verdict"),
    [
        (["supported", "supported"], "all", "supported"),
        (["supported", "unclear"], "all", "mixed"),
        (["supported", "against"], "all", "mixed"),
        (["supported", "cannot"], "all", "mixed"),
        (["unclear", "cannot"], "all", "not supported"),
        (["against"], "all", "not supported"),
        (["cannot", "cannot"], "all", "cannot be tested here"),
        (["supported", "unclear"], "any", "supported"),
        (["supported", "against"], "any", "mixed"),
    ],
)
def test_the_verdict_of_a_claim(verdicts: list[str], combine: str, verdict: str) -> None:
    (claim,) = read_claims(
        f"claims: [{{id: X, says: x, combine: {combine}, checks: [{{kind: untestable, why: x}}]}}]", "mine.yaml"
    )
    rows = [Judged(claim.checks[0], Found(0.0), math.nan, one, 0, 0, math.nan, one) for one in verdicts]
    assert claim_verdict(claim, rows) == verdict


def test_exchanges_of_towns_are_counted_by_hand() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.random((4, 2)), rng.random((4, 2))
    x[3, 1] = np.nan

    def value(a: np.ndarray) -> float:
        both = ~np.isnan(a) & ~np.isnan(y)
        return float(kendall_tau_b(a[both], y[both]))

    every = [value(x[list(order)]) for order in itertools.permutations(range(4))]
    observed = value(x)
    assert exchanged_p(x, y, taus, 1) == pytest.approx(np.mean([one >= observed - 1e-12 for one in every]))
    two = 2 * min(
        np.mean([one >= observed - 1e-12 for one in every]), np.mean([one <= observed + 1e-12 for one in every])
    )
    assert exchanged_p(x, y, taus, 1, two_sided=True) == pytest.approx(min(1.0, two))
    assert math.isnan(exchanged_p(x[:2], y[:2], taus, 1))


def test_the_fast_rank_correlation_is_the_slow_one() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        a, b = rng.integers(0, 4, 9).astype(float), rng.integers(0, 4, 9).astype(float)
        if np.ptp(a) and np.ptp(b):
            assert tau(a, b) == pytest.approx(float(kendall_tau_b(a, b)))
    assert math.isnan(tau(np.ones(4), np.arange(4.0)))


def test_a_change_of_mentions_is_that_of_plain_loops() -> None:
    evidence = planted()
    code = evidence.code("MAN.STAFF")
    one = run(evidence, kind="change", of={"codes": ["MAN.STAFF"]}, expect="rises")
    shares, strata = {}, []
    for place in "ABCDEF":
        people: dict[str, dict[str, list[bool]]] = {"1": {}, "2": {}}
        for interview in evidence.interviews:
            wave = evidence.wave_by_id[interview.wave_id].key
            if (
                evidence.town_by_id[interview.town_id].key == place
                and wave in people
                and brute.could(evidence, interview, code)
            ):
                said = bool(brute.codings_of(evidence, code, [interview], "asserted"))
                people[wave].setdefault(interview.respondent_id, []).append(said)
        shares[place] = [np.mean([s for own in people[w].values() for s in own]) for w in "12"]
        own = {w: {who: float(np.mean(said)) for who, said in people[w].items()} for w in "12"}
        both = sorted(set(own["1"]) & set(own["2"]))
        strata.append(
            ScoreStratum(
                tuple((own["1"][who], own["2"][who]) for who in both),
                tuple(v for who, v in own["1"].items() if who not in both),
                tuple(v for who, v in own["2"].items() if who not in both),
            )
        )
    assert one.estimate == pytest.approx(np.mean([b - a for a, b in shares.values()]))
    assert one.p == pytest.approx(exact_score_change(strata))
    later = [i for i in evidence.interviews if evidence.wave_by_id[i.wave_id].key == "2"]
    assert set(one.grounds.supporting) == brute.codings_of(evidence, code, later, "asserted")


def test_means_of_cases_are_those_of_plain_loops() -> None:
    evidence = planted()
    ctx = context(evidence)
    values = case_values(ctx, {"mean": {"codes": ["LEAD.MONO"]}})
    code = evidence.code("LEAD.MONO")
    for t, place in enumerate(ctx.sample.towns):
        for w, wave in enumerate(ctx.sample.waves):
            here = [
                i
                for i in evidence.interviews
                if i.town_id == place.id and i.wave_id == wave.id and brute.could(evidence, i, code)
            ]
            if len(here) < 3:
                assert math.isnan(values[t, w])
            else:
                assert values[t, w] == pytest.approx(brute.saying(evidence, code, here, "asserted") / len(here))
    turned = case_values(ctx, {"mean": {"codes": ["LEAD.MONO"]}, "not": True})
    assert np.allclose(turned, 1 - values, equal_nan=True)
    crisp = case_values(ctx, {"mean": {"codes": ["LEAD.MONO"]}, "above": 0.3})
    assert set(crisp[~np.isnan(crisp)]) <= {0.0, 1.0}
    late = case_values(ctx, {"mean": {"codes": ["LEAD.MONO"]}, "earlier": True})
    assert np.isnan(late[:, 0]).all() and np.allclose(late[:, 1], values[:, 0], equal_nan=True)
    both = case_values(ctx, {"all": [{"monotown": True}, {"mean": {"codes": ["LEAD.MONO"]}}]})
    company = [one.key in "CEF" for one in ctx.sample.towns]
    assert np.nanmax(both[~np.array(company)]) == 0
    assert np.allclose(both[company], values[company], equal_nan=True)


def test_heads_and_forms_change_where_they_were_planted() -> None:
    ctx = context(planted())
    towns = [one.key for one in ctx.sample.towns]
    heads = case_values(ctx, {"head_changed": True})[:, 1]
    assert {key for key, one in zip(towns, heads, strict=True) if one == 1} == {"B", "D", "F"}
    forms = case_values(ctx, {"form_changed": "head_form"})[:, 1]
    assert {key for key, one in zip(towns, forms, strict=True) if one == 1} == {"B", "D", "F"}
    events = case_values(ctx, {"event": "intervention"})
    assert events[towns.index("E"), 1] == 1
    assert np.nansum(events) == 1


def test_every_claim_has_a_verdict_and_the_planted_ones_come_out() -> None:
    table = result().table
    assert list(table.index) == [f"H{n}" for n in range(1, 28)]
    verdicts = table["verdict"].to_dict()
    assert set(verdicts.values()) <= {"supported", "mixed", "not supported", "cannot be tested here"}
    # new problems, growing difficulties, pressure that fails, exchange that works, tone between the poles
    assert all(verdicts[name] == "supported" for name in ("H2", "H3", "H9", "H11", "H12"))
    # motivation rose (by the same head and by others), demand rose; efficiency and order in time are not shown
    assert verdicts["H5"] == verdicts["H6"] == "mixed"
    # no town merged with its district
    assert verdicts["H24"] == "cannot be tested here" and "no event" in table.loc["H24", "reason"]
    assert (table["held"] <= table["checked"]).all()
    assert table.loc["H2", "over_all"] == "supported"


def test_what_cannot_be_tested_says_why_and_has_no_numbers() -> None:
    checks = result().tables["checks"]
    idle = checks[checks["verdict"] == "cannot"]
    assert len(idle) >= 5
    assert (idle["reason"] != "").all()
    assert idle["p"].isna().all()
    assert idle["estimate"].isna().all()


def test_grounds_of_a_claim_are_those_of_its_checks() -> None:
    one = result()
    whole = one.grounds("H3", "verdict")
    parts = [one.grounds(f"H3 · {k}", None, "checks") for k in (1, 2, 3)]
    assert set(whole.supporting) == set().union(*(part.supporting for part in parts))
    assert not set(whole.supporting) & set(whole.opposing)
    assert one.quotations("H9") and one.quotations("H9", opposing=True)


def test_a_fall_takes_the_other_side_for_its_grounds() -> None:
    rise = run(planted(), kind="change", of={"level": "MOT.LEVEL"}, expect="rises")
    fall = run(planted(), kind="change", of={"level": "MOT.LEVEL"}, expect="falls")
    assert (rise.grounds.supporting, rise.grounds.opposing) == (fall.grounds.opposing, fall.grounds.supporting)
    assert rise.estimate == fall.estimate and rise.p == fall.p
    assert rise.holds and not fall.holds
    assert fall.verdict(fall.p, 0.95, 0.95) == "against"


def test_a_change_that_was_planted_does_not_stay() -> None:
    one = run(planted(), kind="change", of={"level": "MOT.LEVEL"}, expect="stays", margin=0.1)
    assert one.verdict(one.p, 0.95, 0.95) == "against"


def test_what_is_to_stay_has_the_words_of_towns_that_moved_against_it() -> None:
    """Talvinsk and Bereznik got better heads; where nothing moved, both waves stand for the claim."""
    one = run(planted(), kind="change", of={"level": "MOT.LEVEL"}, expect="stays", margin=0.1)
    towns = [
        {talk.town_id for i in ids if (talk := planted().interview_of(planted().coding_by_id[i]))}
        for ids in (one.grounds.supporting, one.grounds.opposing)
    ]
    assert towns[0] and towns[1] and not towns[0] & towns[1]


def test_a_claim_that_asks_more_than_were_asked_cannot_be_tested() -> None:
    for more in ({"respondents": 1000, "towns": 1}, {"respondents": 1, "towns": 100}):
        one = run(planted(), kind="present", of={"codes": ["COAL.ENTRY"]}, expect="present", **more)
        assert one.decided == "cannot" and one.estimate != one.estimate and one.note.startswith("fewer respondents")


def test_before_and_after_an_intervention() -> None:
    one = run(
        planted(),
        kind="before_after",
        of={"votes": ["BIZ.PARTNER"], "among": ["BIZ"]},
        event="intervention",
        expect="falls",
    )
    assert one.cases == 1 and one.estimate < -0.5
    assert one.verdict(one.p, 0.95, 0.95) == "supported"
    none = run(planted(), kind="before_after", of={"tone": "told"}, event="merger", expect="falls")
    assert none.decided == "cannot"
    early = Event(id="m", key="m", title="m", kind="merger", start=planted().interviews[0].date.replace(year=2000),
                  end=planted().interviews[0].date.replace(year=2000), town_id=town(planted(), "A"))  # fmt: skip
    before = run(
        dataclasses.replace(planted(), events=(*planted().events, early)),
        kind="before_after",
        of={"tone": "told"},
        event="merger",
        expect="falls",
    )
    assert before.decided == "cannot" and "before and after" in before.note


def test_new_is_new_and_not_what_was_named_before() -> None:
    assert run(planted(), kind="new", of={"codes": ["PROB.DEMOG"]}, expect="new").decided == "against"
    swo = run(planted(), kind="new", of={"codes": ["PROB.SWO"]}, expect="new")
    assert swo.decided == "supported" and "calendar" in swo.note


@pytest.mark.parametrize("seed", [31])
def test_studies_without_change_have_no_claim_of_change(seed: int) -> None:
    checks = claims(still(seed), resamples=200, leave_out=False).tables["checks"]
    change = checks[checks["expected"].isin(["rises", "falls", "new"])]
    assert len(change) >= 12
    assert not (change["verdict"] == "supported").any()


def test_leaving_out_shows_on_what_a_verdict_rests() -> None:
    evidence = only(planted(), lambda one: one.town_id in {town(planted(), key) for key in "DEF"})
    told = claims(evidence, only=("H2", "H3", "H8"), resamples=200)
    table, checks = told.table, told.tables["checks"]
    assert "without E" in table.loc["H8", "without_town"]
    assert set(table["panel_verdict"]) <= {"supported", "mixed", "not supported", "cannot be tested here"}
    rows = checks[checks["moved_most_by"] != ""]
    assert len(rows) >= 5
    assert (rows["least_without"] <= rows["estimate"] + 1e-12).all()
    assert (rows["most_without"] >= rows["estimate"] - 1e-12).all()
    # the respondent named is the one without whom the estimate is farthest away
    row = checks.loc["H3 · 1"]
    who = next(one.id for one in evidence.respondents if one.key == row["moved_most_by"])
    alone = run(
        only(evidence, lambda one: one.respondent_id != who), kind="change", of={"codes": ["MAN"]}, expect="rises"
    )
    assert alone.estimate in (pytest.approx(row["least_without"]), pytest.approx(row["most_without"]))


def test_claims_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "claims:\n  - id: MINE\n    says: Demand rose.\n    checks:\n"
        "      - {kind: change, of: {codes: [DEM.ELITE, DEM.POP]}, expect: rises}\n"
        "  - id: LOST\n    says: Nothing of the kind is coded.\n    checks:\n"
        "      - {kind: level, of: {codes: [DEM.ELITEE]}, expect: above, than: 0.1}\n",
        encoding="utf-8",
    )
    table = claims(planted(), file=str(path), leave_out=False, resamples=200).table
    assert table["verdict"].to_dict() == {"MINE": "supported", "LOST": "cannot be tested here"}
    assert "DEM.ELITE" in table.loc["LOST", "reason"]


def test_a_family_of_more_claims_asks_for_more() -> None:
    ctx = context(planted())
    mine = read_claims(
        "claims:\n" + "".join(
            f"  - {{id: C{n}, says: x, checks: [{{kind: change, of: {{codes: [MAN.STAFF]}}, expect: rises, margin: 0.{n + 1}}}]}}\n" for n in range(8)
        ), "mine.yaml",
    )  # fmt: skip
    rows = judge(ctx, mine)
    assert all(row[0].p_adjusted == row[0].found.p for row in rows)
    assert rows[0][0].p_over_all == pytest.approx(8 * rows[0][0].found.p)


@pytest.mark.parametrize("what", ["statements", "codings", "events", "attributes", "offices", "interviews", "actors"])
def test_missing_evidence_is_told_and_never_a_number(what: str) -> None:
    evidence = only(planted(), lambda one: one.town_id in {town(planted(), key) for key in "AE"})
    bare = dataclasses.replace(evidence, **{what: ()})
    if what == "interviews":
        bare = only(evidence, lambda one: False)
    one = claims(bare, resamples=200, leave_out=False)
    idle = one.tables["checks"]["verdict"] == "cannot"
    assert idle.any()
    assert (one.tables["checks"]["reason"][idle] != "").all()
    if what == "interviews":
        assert idle.all()
    if what == "statements":
        for name in ("H9", "H11", "H12", "H13"):
            assert one.table.loc[name, "verdict"] == "cannot be tested here"
