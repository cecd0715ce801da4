"""Reference table, posterior, recalibration, pooling, checks: values where they are known, coverage in small, and what cannot be used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr, ndtri

from tests.lab._tables import POINTS, coded_towns, middle, small_table
from veche.lab import calibration, checks, reference_table
from veche.lab._instrument import Instrument
from veche.lab._pooling import pool
from veche.lab._rejection import accept, make_reference, ranks, recalibrate, resample
from veche.lab.calibration import Posterior, Stage, calibrate, make_stage
from veche.lab.evidence import COLUMNS, read_evidence
from veche.lab.indicators import KEYS
from veche.lab.measurement import Draws, Measured
from veche.lab.parameters import INDEX, TABLE
from veche.lab.reference_table import (
    CONDITIONS,
    NAMES,
    ReferenceTable,
    make_table,
    open_table,
    read_table,
    run_indicators,
    values_at,
    write_table,
)
from veche.study import Cancelled, InputProblem, NotFound

#: points held out: fewer than in work
FEW = 150
AT = {name: place for place, name in enumerate(NAMES)}


@pytest.fixture(scope="module")
def planted() -> Posterior:
    """Towns with much selection at the entrance and with none; much sanction and none."""
    places = middle(4)
    places[:2, AT["sel"]], places[2:, AT["sel"]] = 0.97, 0.03
    places[[0, 2], AT["S"]], places[[1, 3], AT["S"]] = 0.97, 0.03
    places[[0, 2], AT["phi"]] = 0.9
    return calibrate(coded_towns(places), small_table(), seed=1, held_out=FEW)


@pytest.fixture(scope="module")
def stage(planted: Posterior) -> Stage:
    """The table coded as the towns were, with more points held out."""
    return make_stage(
        planted.instrument, small_table(), planted.instrument.pattern(0), np.random.default_rng(7), held_out=500
    )


# the table


def test_the_condition_box_has_twenty_two_conditions() -> None:
    wanted = "R S sel iota omega pol delta0 kappa pi_h sig_eps theta_sd phi_f init_coop g_tempt lam_free lam_sd theta_h erosion v_head phi comp_corr band"
    assert set(NAMES) == set(wanted.split())


def test_places_become_values() -> None:
    values = values_at(np.array([[0.0] * len(NAMES), [1.0] * len(NAMES)]), sel=0.25)
    for one in CONDITIONS:
        assert one.box is not None
        assert values[:, INDEX[one.name]].tolist() == pytest.approx(
            [0.25, 0.25] if one.name == "sel" else list(one.box)
        )
    assert values[0, INDEX["T"]] == TABLE[INDEX["T"]].default
    with pytest.raises(InputProblem, match="sel is 2"):
        values_at(np.zeros((1, len(NAMES))), sel=2)


def test_a_table_is_written_read_and_the_same_again(tmp_path: Path) -> None:
    table = small_table()
    path = write_table(table, tmp_path / "folder" / "t.parquet")
    again = read_table(path)
    assert again.digest == table.digest
    assert np.array_equal(again.observables, table.observables, equal_nan=True)
    assert [one.name for one in path.parent.iterdir()] == ["t.parquet"]
    # each condition is spread over its box: one point in each part of a Latin hypercube
    assert np.array_equal(np.sort((table.places * POINTS).astype(int), axis=0)[:, 0], np.arange(POINTS))


def test_parts_of_a_table_do_not_depend_on_how_it_was_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    table = small_table()
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    alone = reference_table.run_once(values_at(table.places[500:540]), seed=20, first_point=500)
    assert np.array_equal(alone, table.observables[500:540], equal_nan=True)


def changed(tmp_path: Path, **changes: object) -> Path:
    """A table file with something wrong."""
    import json

    import pyarrow.parquet as pq

    path = write_table(small_table(), tmp_path / "t.parquet")
    held = pq.read_table(path)
    about = json.loads(held.schema.metadata[b"veche"]) | changes
    pq.write_table(held.replace_schema_metadata({"veche": json.dumps(about)}), path)
    return path


def test_tables_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputProblem, match=r"There is no reference table nowhere\.parquet"):
        read_table(tmp_path / "nowhere.parquet")
    (tmp_path / "words.parquet").write_text("no table")
    with pytest.raises(InputProblem, match=r"words\.parquet cannot be read"):
        read_table(tmp_path / "words.parquet")
    with pytest.raises(InputProblem, match=r"another version \(veche reference table 0\)"):
        read_table(changed(tmp_path, format="veche reference table 0"))
    with pytest.raises(InputProblem, match="is damaged"):
        read_table(changed(tmp_path, digest="0" * 16))
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(InputProblem, match="another version"):
        read_table(tmp_path / "other.parquet")
    table = small_table()
    few = ReferenceTable(table.places[:300], table.observables[:300], 20)
    with pytest.raises(InputProblem, match=r"has 300 points, too few for a calibration. Make one of 2000 or more"):
        read_table(write_table(few, tmp_path / "few.parquet"))
    with pytest.raises(InputProblem, match="A reference table of 100 points is too small"):
        make_table(points=100)
    with pytest.raises(InputProblem, match=r"2\d\d usable points, too few"):
        calibrate(read_evidence(pd.DataFrame([("A", "1", "influence", "k", 2)], columns=list(COLUMNS))), few)


def test_a_table_of_another_version_of_the_model_is_refused(tmp_path: Path) -> None:
    table = small_table()
    other = ReferenceTable(table.places, table.observables + 0.01, 20)
    with pytest.raises(InputProblem, match=r"24 of 24 runs now give other numbers"):
        read_table(write_table(other, tmp_path / "t.parquet"))


def test_the_cache_makes_an_old_table_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_table, "cached_path", lambda points=0: tmp_path / "cached.parquet")
    made = []
    monkeypatch.setattr(reference_table, "make_table", lambda **_given: made.append(1) or small_table())
    assert open_table().digest == small_table().digest
    assert open_table().digest == small_table().digest
    assert len(made) == 1
    (tmp_path / "cached.parquet").write_text("damaged")
    open_table()
    assert len(made) == 2


def test_making_can_be_watched_and_stopped() -> None:
    seen: list[tuple[int, int]] = []

    def stop(done: int, of: int) -> bool:
        seen.append((done, of))
        return False

    with pytest.raises(Cancelled):
        make_table(points=2000, progress=stop)
    assert seen == [(reference_table.PART, 2000)]


# rejection, recalibration, pooling on cases that are known


def linear(size: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """One condition seen through noise: the posterior of z given s is normal with mean s/(1+n²), variance n²/(1+n²)."""
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((size, 1))
    return z, z + noise * rng.standard_normal((size, 1))


def test_rejection_gives_the_posterior_of_a_normal_mean() -> None:
    z, s = linear(20_000, 0.5, 1)
    adjusted, weights = accept(make_reference(z, s), np.array([[1.0], [-0.4]]), 800)
    draws = [resample(adjusted[at], weights[at], 4000, np.random.default_rng(1)) for at in (0, 1)]
    assert draws[0].mean() == pytest.approx(0.8, abs=0.05)
    assert draws[1].mean() == pytest.approx(-0.32, abs=0.05)
    assert draws[0].std() == pytest.approx(np.sqrt(0.2), abs=0.03)
    assert weights.sum(axis=1) == pytest.approx([1, 1])


def test_a_point_held_out_does_not_tell_of_itself() -> None:
    z, s = linear(400, 0.001, 2)
    reference = make_reference(z, s)
    adjusted, weights = accept(reference, s[:5], 30, skip=np.arange(5))
    assert not (np.abs(adjusted - z[:5, None, :]) < 1e-12).any()
    assert weights.shape == (5, 30)


def test_ranks_are_the_share_of_the_posterior_below() -> None:
    z, s = linear(600, 0.5, 6)
    reference, rows = make_reference(z, s), np.arange(40)
    adjusted, weights = accept(reference, s[rows], 50, skip=rows)
    found = ranks(reference, s[rows], z[rows], 50, skip=rows)
    assert np.allclose(found, np.where(adjusted < z[rows][:, None], weights[..., None], 0).sum(axis=1), atol=1e-12)
    assert found.min() < 0.2 < 0.8 < found.max()


@pytest.mark.parametrize("towns", [9, 99])
def test_ranks_where_a_further_town_would_be_expected_move_nothing(towns: int) -> None:
    """The k-th of n ranks is expected at k/(n + 1): posteriors whose ranks stand there say already what they should."""
    draws = np.random.default_rng(8).standard_normal((200, 1))
    even = (np.arange(towns)[:, None] + 1) / (towns + 1)
    inside = np.abs(ndtr(draws) - 0.5) < 0.35
    assert np.allclose(recalibrate(draws, even)[inside], draws[inside], atol=1e-9)


def test_ends_of_an_interval_are_draws_at_their_shares() -> None:
    draws = np.arange(1000.0)[:, None]
    assert calibration.between(draws)[:, 0] == pytest.approx([49.5, 499.5, 949.5])


def test_as_many_coders_as_one_likes_can_judge() -> None:
    """Thirty coders give more patterns than whole numbers count; codes are summed up all the same, each row as if it were alone."""
    ratings = coded_towns(middle(2), coders=30).ratings()
    parameters = Draws(
        np.array([2.0]), np.array([[-2.0, -0.5, 0.5, 2.0]]), np.zeros((1, len(KEYS))), np.linspace(-1, 1, 30)[None]
    )
    instrument = Instrument(Measured(ratings, parameters, np.zeros((2, len(KEYS), 41)), 1.0))
    pattern = instrument.pattern(0)
    assert [len(one) for one in pattern] == [30] * len(KEYS)
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 5, (40, 30))
    codes[20:] = codes[:20]
    together = instrument._expected(2, pattern[2], codes)
    alone = np.concatenate([instrument._expected(2, pattern[2], row[None]) for row in codes])
    assert np.allclose(together, alone, atol=1e-12)


def test_recalibration_spreads_a_posterior_that_is_too_narrow() -> None:
    """Posteriors half as wide as they should be: the ranks pile up at the ends, and the spread is doubled again."""
    rng = np.random.default_rng(3)
    truth = rng.standard_normal((4000, 1))
    found = ndtr(2 * truth)
    narrow = 0.5 * rng.standard_normal((4000, 1))
    moved = recalibrate(narrow, found)
    assert moved.std() == pytest.approx(1, abs=0.06)
    assert (np.diff(moved[np.argsort(narrow[:, 0]), 0]) >= 0).all()
    kept = recalibrate(narrow, rng.random((4000, 1)))
    assert kept.std() == pytest.approx(0.5, abs=0.03)


def test_pooling_draws_towns_that_agree_together_and_leaves_the_rest() -> None:
    rng = np.random.default_rng(4)
    near = 1.2 + 0.6 * rng.standard_normal((6, 1000, 1))
    pooled, shared = pool(near)
    far = np.concatenate([near[:3], -near[3:]])
    apart, less = pool(far)
    assert shared[0] > less[0]
    assert pooled.std(axis=1).mean() < near.std(axis=1).mean()
    # of one odd town among five the posterior goes towards the others
    odd = near.copy()
    odd[5] -= 2.0
    assert odd[5].mean() < pool(odd)[0][5].mean() < 1.2
    assert apart[:3].mean() > 0.5 > -0.5 > apart[3:].mean()
    alone, nothing = pool(near[:1])
    assert np.array_equal(alone, near[:1])
    assert np.isnan(nothing).all()


def test_pooling_leaves_a_prior_a_prior() -> None:
    """Towns of which nothing is known stay as wide as the box."""
    draws = np.random.default_rng(5).standard_normal((6, 2000, 1))
    pooled, _shared = pool(draws)
    assert pooled.std() == pytest.approx(1, abs=0.08)
    assert abs(pooled.mean()) < 0.05


# the whole chain


def test_planted_conditions_are_found_again(planted: Posterior) -> None:
    medians = planted.frame.pivot_table(index="town", columns="condition", values="median")
    assert medians.loc[["T0", "T1"], "sel"].min() > medians.loc[["T2", "T3"], "sel"].max()
    assert medians.loc[["T0", "T2"], "S"].min() > medians.loc[["T1", "T3"], "S"].max()
    frame = planted.frame.set_index(["town", "condition"])
    assert frame.loc[("T0", "sel"), "high"] > 0.6
    assert frame.loc[("T2", "sel"), "low"] < 0.1
    assert (frame["low"] <= frame["median"]).all()
    assert (frame["median"] <= frame["high"]).all()
    assert frame["share_of_prior"].between(0, 1.12).all()
    # what the codes tell of is narrower than what they do not
    width = planted.frame.groupby("condition")["share_of_prior"].mean()
    assert width[["S", "sel", "iota"]].max() < width[["comp_corr", "phi_f"]].min()


def test_draws_are_values_that_can_be_run(planted: Posterior) -> None:
    values = planted.values("T0", "1", draws=20, use_sel=0)
    assert values.shape == (20, len(TABLE))
    for one in CONDITIONS:
        low, high = one.box or (0, 0)
        assert ((values[:, INDEX[one.name]] >= low) & (values[:, INDEX[one.name]] <= high)).all()
    assert (values[:, INDEX["use_sel"]] == 0).all()
    with pytest.raises(NotFound, match=r"no evidence of town T0 in wave 9. There is some of: T0 1, T1 1"):
        planted.values("T0", "9")


def test_the_same_seed_gives_the_same_posterior(planted: Posterior) -> None:
    again = calibrate(planted.coded, small_table(), seed=1, pooled=False, held_out=FEW)
    assert np.array_equal(again.alone, planted.alone)
    assert np.array_equal(again.pooled, again.alone)
    assert np.isnan(again.shared["1"]).all()


def test_coverage_in_small(planted: Posterior, stage: Stage) -> None:
    """A hundred and twenty towns that took no part, all conditions together: 90 % intervals cover about so many (docs/lab-calibration.md has 1,500)."""
    rng = np.random.default_rng(11)
    table, instrument = small_table(), planted.instrument
    truth = rng.random((120, len(NAMES)))
    levels = np.nan_to_num(run_indicators(truth, table.scale, seed=12))
    found = np.array([stage.posterior(one, rng) for one in instrument.coded(levels, stage.pattern, rng)])
    low, high = np.quantile(ndtr(found), [0.05, 0.95], axis=1)
    inside = (low <= truth) & (truth <= high)
    assert 0.87 <= inside.mean() <= 0.93
    assert 0.75 < ((high - low) / 0.9).mean() < 0.97


def test_one_coder_and_missing_indicators_widen(planted: Posterior) -> None:
    held = planted.coded.table
    part = read_evidence(held[(held["coder"] == "c0") & held["indicator"].isin(KEYS[:3])], scale="steps")
    less = calibrate(part, small_table(), seed=1, held_out=FEW)
    assert less.frame["share_of_prior"].mean() > planted.frame["share_of_prior"].mean() + 0.02
    assert less.remarks[0].startswith("Only c0 has coded")
    assert less.remarks[1].startswith("Not judged anywhere: waiting and postponing")


def test_waves_are_pooled_apart_and_towns_with_other_gaps_work() -> None:
    first = coded_towns(middle(2), coders=1).table
    second = first.assign(wave="2")
    second = second[~((second["town"] == "T1") & second["indicator"].isin(KEYS[:6]))]
    lonely = first[first["town"] == "T0"].assign(wave="3")
    found = calibrate(
        read_evidence(pd.concat([first, second, lonely]), scale="steps"), small_table(), seed=1, held_out=FEW
    )
    assert found.cases == (("T0", "1"), ("T1", "1"), ("T0", "2"), ("T1", "2"), ("T0", "3"))
    assert not np.isnan(found.shared["1"]).any()
    assert np.isnan(found.shared["3"]).all()
    assert np.array_equal(found.pooled[4], found.alone[4])
    assert "No judgement of: T1 3. Nothing is said of them." in found.remarks


def test_a_sequential_round_stays_where_the_posterior_is(
    planted: Posterior, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "ROUND", 1500)
    rng = np.random.default_rng(1)
    much, none = (stage.posterior(planted.instrument.seen(at), rng, rounds=1, seed=5) for at in (0, 3))
    for name in ("sel", "S"):
        assert np.median(much[:, AT[name]]) > np.median(none[:, AT[name]]) + 0.3
    assert 0.6 < much.std(axis=0).mean() < 1.05
    with pytest.raises(InputProblem, match="sequential is -1"):
        calibrate(planted.coded, small_table(), sequential=-1)


def test_work_can_be_watched_and_stopped() -> None:
    with pytest.raises(Cancelled):
        calibrate(coded_towns(middle(1), coders=1), small_table(), held_out=20, progress=lambda done, of: done < 1)


# what the data do not say


def test_checks_before_and_after(planted: Posterior) -> None:
    before = checks.prior_check(planted)
    assert before["fits"].all()
    whole, parts = checks.posterior_check(planted, runs=80)
    assert whole["fits"].all()
    assert len(parts) == 4 * len(KEYS)
    assert parts["fits"].mean() > 0.8
    assert parts["lower"].between(0, 1).all()


def test_codes_that_no_run_would_get_do_not_fit() -> None:
    """Everything at its highest and its lowest at once: full manipulation, entrance, pressure, dependence and exchange together."""
    high = {
        "manipulation",
        "entrance",
        "pressure",
        "dependence",
        "exchange",
        "turbulence",
        "opposition",
        "obedience",
        "coalition",
    }
    rows = [("X", "1", key, coder, 4 if key in high else 0) for key in KEYS for coder in "klm"]
    ordinary = coded_towns(middle(2)).table
    odd = read_evidence(pd.concat([ordinary, pd.DataFrame(rows, columns=list(COLUMNS))]), scale="steps")
    found = checks.prior_check(calibrate(odd, small_table(), seed=1, pooled=False, held_out=FEW)).set_index("town")
    assert found.loc["X", "chance"] < 0.05
    assert not found.loc["X", "fits"]


def test_what_is_not_told_is_said(planted: Posterior) -> None:
    wide = checks.unidentified(planted)
    assert {"comp_corr", "theta_sd"} <= set(wide)
    assert not {"S", "sel"} & set(wide)
    said = checks.not_told(planted)
    assert "correlation of competence with loyalty (comp_corr)" in said[0]
    assert said[-1].startswith("Codes tell what respondents say")
    pairs = checks.trade_offs(planted, least=0.15)
    assert (pairs["correlation"].abs() >= 0.15).all()
    assert pairs["correlation"].abs().is_monotonic_decreasing
    found = np.corrcoef(planted.pooled[0].T)
    first = pairs[pairs["town"] == "T0"].iloc[0]
    assert first["correlation"] == pytest.approx(found[AT[first["first"]], AT[first["second"]]])


def test_everything_is_on_the_probit_scale(planted: Posterior) -> None:
    places = planted.places("T1", "1")
    assert ((places > 0) & (places < 1)).all()
    assert ndtri(places) == pytest.approx(planted.pooled[1], abs=1e-6)
