"""Motivation, managerial problems, town hall and firm: every cell against plain loops, the planted truth, studies without change."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from functools import cache

import pytest

from tests.analyses import brute
from tests.analyses.fictional import only, planted, still, town
from veche.analyses.business import business
from veche.analyses.managerial import managerial
from veche.analyses.motivation import motivation
from veche.study import Actor, Code, Evidence, InputProblem, Interview, NotFound, Result


@cache
def motives() -> Result:
    return motivation(planted(), resamples=300)


STEPS = {"HIGH": 1.0, "MID": 0.5, "LOW": 0.0}


def here(evidence: Evidence, place: str, wave: str) -> list[Interview]:
    return [
        one
        for one in evidence.interviews
        if place in ("*", evidence.town_by_id[one.town_id].key) and evidence.wave_by_id[one.wave_id].key == wave
    ]


def judged(evidence: Evidence, stem: str, interview: Interview) -> tuple[float, set[str], set[str]]:
    """Mean of the levels an interview asserts, and the codings above and below the middle."""
    found: dict[str, set[str]] = {}
    for coding, where in brute.counted(evidence):
        key = evidence.codebook.by_id[coding.code_id].key
        own = where.id == interview.id and coding.modality == "asserted" and key.rpartition(".")[0] == stem
        if own and key.rpartition(".")[2] in STEPS:
            found.setdefault(key.rpartition(".")[2], set()).add(coding.id)
    if not found:
        return math.nan, set(), set()
    high = set().union(*(found.get(step, set()) for step in ("HIGH", "MID")))
    return sum(STEPS[step] for step in found) / len(found), high, found.get("LOW", set())


def test_levels_and_their_grounds_are_those_of_plain_loops() -> None:
    evidence, result = planted(), motives()
    table = result.tables["levels"]
    for label, row in table.iterrows():
        stem = {"motivation": "MOT.LEVEL", "efficiency": "EFF"}[label.split(" · ")[0]]
        found = [judged(evidence, stem, one) for one in here(evidence, row["town"], row["wave"])]
        known = [value for value, _, _ in found if value == value]
        assert row["interviews"] == len(known)
        if row["town"] != "*":
            assert row["mean"] == pytest.approx(sum(known) / len(known))
            assert row["level_high"] == pytest.approx(sum(value > 2 / 3 for value in known) / len(known))
            assert row["low"] <= row["mean"] <= row["high"]
        grounds = result.grounds(label, "mean", "levels")
        assert set(grounds.supporting) == set().union(*(high for _, high, _ in found))
        assert set(grounds.opposing) == set().union(*(low for _, _, low in found))


def test_the_mean_of_all_towns_counts_every_town_once() -> None:
    table = motives().tables["levels"]
    for measure in ("motivation", "efficiency"):
        towns = table[(table["measure"] == measure) & (table["town"] != "*") & (table["wave"] == "1")]
        assert table.loc[f"{measure} · * · 1", "mean"] == pytest.approx(towns["mean"].mean())


def test_profile_cells_are_those_of_plain_loops() -> None:
    evidence = only(planted(), lambda one: one.town_id in (town(planted(), "A"), town(planted(), "D")))
    result = motivation(evidence, resamples=50)
    table = result.tables["profile"]
    rows = table[table["dimension"].isin(["motive", "strength", "efficiency"])]
    assert len(rows) > 100
    spoken = {"the leader of himself": "leader", "the team": "member", "outsiders": "outsider"}
    for label, row in rows.iterrows():
        code = evidence.code(row["value"])
        asked = [
            one
            for one in here(evidence, row["town"], row["wave"])
            if brute.could(evidence, one, code)
            and row["speaker"]
            in ("everybody", *(name for name, standing in spoken.items() if standing == one.standing))
        ]
        assert row["asked"] == len(asked)
        assert row["mentions"] == brute.saying(evidence, code, asked, "asserted")
        grounds = result.grounds(label, None, "profile")
        assert set(grounds.supporting) == brute.codings_of(evidence, code, asked, "asserted")
        assert set(grounds.opposing) == brute.codings_of(evidence, code, asked, "denied") - set(grounds.supporting)


def test_the_planted_split_comes_out() -> None:
    """A: the same head grows; B and F: others came; C: nothing; demand grows everywhere."""
    split = motives().tables["split"]
    a, b, c, f = (split.loc[f"motivation · {key} · 1→2"] for key in "ABCF")
    assert (a["verdict"], b["verdict"], c["verdict"]) == ("risen", "risen", "uncertain")
    assert a["within"] == pytest.approx(a["difference"])
    assert math.isnan(a["replaced"])
    assert "Vershinin" in a["same_head"]
    assert b["replaced"] == pytest.approx(b["difference"])
    assert math.isnan(b["within"])
    assert "Tyagunov" in b["other_head"] and "Ryabtseva" in b["other_head"]
    assert f["replaced"] > 0.2 and f["replaced_low"] > 0
    whole = split.loc["motivation · * · 1→2"]
    assert whole["verdict"] == "risen"
    assert whole["within"] + whole["replaced"] == pytest.approx(whole["difference"])
    assert split.loc["demand · * · 1→2", "verdict"] == "risen"
    assert split.loc["efficiency · E · 1→2", "difference"] < -0.2


def test_the_sentence_names_who_changed_and_who_came() -> None:
    said = motives().sentence
    assert "Motivation rose" in said
    assert "Talvinsk (the same head changed" in said
    assert "Brusyansk (another head came" in said


def test_speakers_are_told_apart() -> None:
    table = motives().tables["speakers"]
    rows = table[(table["measure"] == "motivation") & (table["town"] == "A") & (table["wave"] == "1")]
    whole = motives().tables["levels"].loc["motivation · A · 1"]
    assert rows["interviews"].sum() == whole["interviews"]
    outside = rows[rows["speaker"] == "outsiders"].iloc[0]
    team = rows[rows["speaker"] == "the team"].iloc[0]
    assert team["gap"] == pytest.approx(team["mean"] - outside["mean"])
    assert math.isnan(outside["gap"])


def test_passages_about_others_are_not_judgements_of_the_head() -> None:
    """A code of the firm's management over the passage makes it a judgement of the firm, and of nobody else."""
    evidence = planted()
    level = evidence.code("MOT.LEVEL.HIGH").id
    coding, interview = next((c, i) for c, i in evidence.counted() if c.code_id == level)
    mark = dataclasses.replace(coding, id="mark", code_id=evidence.code("ACT.FIRM").id)
    marked = dataclasses.replace(evidence, codings=(*evidence.codings, mark))
    key, wave = evidence.town_by_id[interview.town_id].key, evidence.wave_by_id[interview.wave_id].key
    before, after = (motivation(one, resamples=50) for one in (evidence, marked))
    label = f"motivation · {key} · {wave}"
    assert coding.id in before.grounds(label, None, "levels").supporting
    assert coding.id not in after.grounds(label, None, "levels").supporting
    firm = motivation(marked, holder="firm", resamples=50)
    found = [evidence.coding_by_id[one] for one in firm.grounds(label, None, "levels").supporting]
    assert coding in found
    assert all(one.start < coding.end and coding.start < one.end for one in found)


def test_a_merged_head_and_a_day_without_a_head() -> None:
    evidence = planted()
    head = next(one for one in evidence.actors if one.key == "A.vershinin")
    other = Actor(id="other", key="A.other", name="The other", town_id=head.town_id)
    merged = dataclasses.replace(head, merged_into_id="other")
    moved = dataclasses.replace(evidence, actors=(other, *(merged if one is head else one for one in evidence.actors)))
    assert motivation(moved, resamples=50).tables["levels"].loc["motivation · A · 1", "head"] == "The other"
    tenures = tuple(
        dataclasses.replace(one, start=dt.date(2018, 1, 1)) if one.actor_id == head.id else one
        for one in evidence.tenures
    )
    gap = motivation(dataclasses.replace(evidence, tenures=tenures), resamples=50)
    row = gap.tables["split"].loc["motivation · A · 1→2"]
    assert math.isnan(row["within"]) and math.isnan(row["replaced"])
    assert "not recorded" in row["reason"]
    assert gap.tables["levels"].loc["motivation · A · 1", "mean"] == pytest.approx(0.5)


def test_difficulties_and_their_grounds_are_those_of_plain_loops() -> None:
    evidence = planted()
    result = managerial(evidence, resamples=50)
    table = result.table
    for label, row in table[table["code"] != "MAN"].iterrows():
        code = evidence.code(row["code"])
        inside = here(evidence, row["town"], row["wave"])
        asked = [one for one in inside if brute.could(evidence, one, code)]
        assert row["asked"] == len(asked)
        assert row["mentions"] == brute.saying(evidence, code, inside, "asserted")
        if row["town"] != "*":
            assert row["share"] == pytest.approx(row["mentions"] / row["asked"])
        assert set(result.grounds(label, "share").supporting) == brute.codings_of(evidence, code, asked, "asserted")


def test_difficulties_are_attached_to_heads_or_bodies() -> None:
    result = managerial(planted(), resamples=50)
    table = result.table
    weak = table[(table["code"] == "MAN.WEAKHEAD") & (table["town"] == "D")]
    assert weak["attached_kind"].tolist() == ["tenure", "tenure"]
    assert "Lomakin" in weak["attached"].iloc[0] and "Dorokhova" in weak["attached"].iloc[1]
    assert set(table[table["code"] == "MAN.STAFF"]["attached_kind"]) == {"body"}
    heads = result.tables["by_head"]
    assert (heads["code"] == "MAN.WEAKHEAD").all()
    assert (
        heads["mentions"].sum() == table[(table["code"] == "MAN.WEAKHEAD") & (table["town"] != "*")]["mentions"].sum()
    )


def test_planted_difficulties_grow_in_the_towns_where_they_were_planted() -> None:
    changes = managerial(planted(), resamples=300).tables["changes"]
    assert changes.loc["MAN.STAFF · * · 1→2", "verdict"] == "risen"
    assert changes.loc["MAN.TURNOVER · * · 1→2", "verdict"] == "risen"
    for code in ("MAN.STAFF", "MAN.WEAKHEAD"):
        size = {key: changes.loc[f"{code} · {key} · 1→2", "difference"] for key in "ABCDEF"}
        assert size["F"] > 0.35
        assert min(size["D"], size["F"]) > 0.15
    assert changes.loc["MAN.WAITHELP · * · 1→2", "verdict"] == "uncertain"


def test_models_of_town_hall_and_firm_are_the_planted_ones() -> None:
    """C: benefactor; E: partners until the intervention, then withdrawn; F: debtor, then withdrawn."""
    result = business(planted(), resamples=100)
    models = result.table["model"].to_dict()
    assert models["C · 1"] == models["C · 2"] == "BIZ.BENEFACTOR"
    assert (models["E · 1"], models["E · 2"]) == ("BIZ.PARTNER", "BIZ.WITHDRAW")
    assert (models["F · 1"], models["F · 2"]) == ("BIZ.DEBTOR", "BIZ.WITHDRAW")
    assert result.table.loc["E · 2", "owner"].startswith("2018-04-19")
    assert result.table.loc["F · 1", "firm_state"] == "declining"
    assert "Bekhterev" in result.table.loc["E · 2", "director"]


def test_votes_are_divided_and_small_business_is_left_out() -> None:
    evidence = planted()
    result = business(evidence, resamples=50)
    table = result.tables["models"]
    small, firm = evidence.code("ACT.SME").id, {evidence.code(key).id for key in ("ACT.FIRM", "ACT.OWNER")}
    models = {code.id: code.key for code in brute.below(evidence, evidence.code("BIZ")) if code.key != "BIZ"}
    counted = brute.counted(evidence)
    for place, wave in (("E", "1"), ("D", "1"), ("B", "2")):
        votes: dict[str, float] = {}
        told = 0
        for interview in here(evidence, place, wave):
            own = [c for c, i in counted if i.id == interview.id]
            said = set()
            for one in own:
                over = {c.code_id for c in own if c.start < one.end and one.start < c.end}
                if one.code_id in models and one.modality == "asserted" and not (small in over and not over & firm):
                    said.add(models[one.code_id])
            told += bool(said)
            for key in said:
                votes[key] = votes.get(key, 0.0) + 1 / len(said)
        rows = table[(table["town"] == place) & (table["wave"] == wave)]
        assert set(rows["asked"]) == {told}
        assert {row["code"]: pytest.approx(row["share"]) for _, row in rows.iterrows()} == {
            key: votes.get(key, 0.0) / told for key in models.values()
        }
    several = table[~table["reason"].str.contains("one reporter only$")]
    assert several.groupby(["town", "wave"])["share"].sum().round(9).eq(1).all()
    assert table.drop(several.index)["share"].isna().all()


def test_grounds_of_a_model_are_its_codings_against_those_of_the_others() -> None:
    result = business(planted(), resamples=50)
    label = "E · 1"
    grounds = result.grounds(label, "model")
    codes = {planted().coding_by_id[i].code_id for i in grounds.supporting}
    assert codes == {planted().code("BIZ.PARTNER").id}
    against = [planted().coding_by_id[i] for i in grounds.opposing]
    assert against and all(one.modality == "denied" or one.code_id not in codes for one in against)


def test_few_respondents_have_no_model() -> None:
    evidence = planted()
    table = business(evidence, least_reporters=6, resamples=50).table
    assert table.loc["C · 1", "model"] == "BIZ.BENEFACTOR"
    assert table.loc["C · 2", "model"] == "few"
    assert "fewer than 6 respondents" in table.loc["C · 2", "reason"]


@pytest.mark.parametrize("seed", [31])
def test_studies_without_change_show_none(seed: int) -> None:
    evidence = still(seed)
    for analysis, name in ((motivation, "split"), (managerial, "changes"), (business, "changes")):
        assert set(analysis(evidence, resamples=100).tables[name]["verdict"]) <= {"uncertain"}


@pytest.mark.parametrize("analysis", [motivation, managerial, business])
def test_the_same_seed_gives_the_same_numbers_and_another_only_other_bounds(analysis) -> None:  # type: ignore[no-untyped-def]
    evidence = only(planted(), lambda one: one.town_id == town(planted(), "E"))
    first, again, other = (analysis(evidence, resamples=80, seed=seed).table for seed in (1, 1, 2))
    assert first.equals(again)
    numbers = [name for name in ("mean", "share", "asked", "mentions", "interviews") if name in first.columns]
    assert first[numbers].equals(other[numbers])


def test_a_codebook_without_the_codes_is_told() -> None:
    empty = dataclasses.replace(planted(), codes=(Code(id="X", key="X"),), codings=())
    with pytest.raises(InputProblem, match="MOT"):
        motivation(empty)
    with pytest.raises(NotFound, match="MAN"):
        managerial(empty)
    with pytest.raises(NotFound, match="BIZ"):
        business(empty)
    with pytest.raises(NotFound, match="NOBODY"):
        managerial(planted(), persons=("NOBODY",))
