"""Intervals: what is drawn, what they hold, and when there is none."""

from __future__ import annotations

import numpy as np
import pytest

from veche.measures.agreement import (
    COEFFICIENTS,
    Agreement,
    Resampling,
    Spans,
    _matrices,
    alpha_by_category,
    code_frequency,
    code_in_document,
    coefficient,
    cohen_kappa,
    given_spans,
    given_units,
    krippendorff_alpha,
    mean_over_interviews,
    percent,
    segment_agreement,
)
from veche.measures.agreement._resampling import draws_of
from veche.study.errors import InputProblem

#: interview A: wholly agreed; interview B: half of the turns in dispute
AGREED = [[0, 0], [1, 1], [0, 0], [1, 1]]
DISPUTED = [[0, 1], [1, 1], [0, 0], [1, 0]]
UNITS = given_units(AGREED + DISPUTED, clusters=["A"] * 4 + ["B"] * 4)


def test_two_interviews_give_three_values() -> None:
    """Drawing two of two interviews: A twice (1/4), one each (1/2), B twice (1/4)."""
    found = krippendorff_alpha(UNITS, interval=Resampling(seed=3, resamples=4000, thresholds=(-0.5, 0.3, 0.6, 1.0)))
    both = 1 - (4 / 16) / (2 * 8 * 8 / (16 * 15))
    only_b = krippendorff_alpha(DISPUTED + DISPUTED).value
    assert found.value == pytest.approx(both)
    interval = found.interval
    assert interval is not None and interval.method == "clusters"
    assert (interval.low, interval.high) == pytest.approx((only_b, 1.0))
    # drawn with B twice, 1/4; or less than all agreed, 3/4
    assert interval.below[-0.5] == 0.0
    assert interval.below[0.3] == pytest.approx(1 / 4, abs=0.03)
    assert interval.below[0.6] == pytest.approx(3 / 4, abs=0.03)
    assert interval.below[1.0] == pytest.approx(3 / 4, abs=0.03)


def test_the_same_seed_gives_the_same_interval_and_another_another() -> None:
    one, again, other = (
        krippendorff_alpha(UNITS, interval=Resampling(seed=seed, by="units")).interval for seed in (1, 1, 2)
    )
    assert one == again
    assert one is not None and other is not None and one.below != other.below


def test_percent_of_units_follows_the_binomial() -> None:
    """100 units, 80 agreed: resampled units give a binomial share, sd .04."""
    rows = np.array([[0, 0]] * 80 + [[0, 1]] * 20)
    interval = percent(rows, interval=Resampling(seed=5, by="units", resamples=8000)).interval
    assert interval is not None and interval.low is not None and interval.high is not None
    assert interval.low == pytest.approx(0.72, abs=0.011)
    assert interval.high == pytest.approx(0.875, abs=0.011)


def test_single_units_as_clusters_are_units() -> None:
    rng = np.random.default_rng(8)
    truth = rng.integers(0, 3, 60)
    rows = np.where(rng.random((60, 3)) < 0.8, truth[:, None], rng.integers(0, 3, (60, 3)))
    by_unit = krippendorff_alpha(rows, interval=Resampling(seed=1, by="units", resamples=6000)).interval
    alone = given_units(rows, clusters=list(range(60)))
    by_cluster = krippendorff_alpha(alone, interval=Resampling(seed=2, resamples=6000)).interval
    assert by_unit is not None and by_cluster is not None
    assert (by_cluster.low, by_cluster.high) == pytest.approx((by_unit.low, by_unit.high), abs=0.015)


def test_interviews_with_runs_of_errors_make_the_interval_wider() -> None:
    rng = np.random.default_rng(4)
    clusters = np.repeat(np.arange(20), 30)
    truth = rng.integers(0, 2, 600)
    # in every third interview the second coder sees things otherwise
    second = np.where((clusters % 3 == 0) & (rng.random(600) < 0.5), 1 - truth, truth)
    units = given_units(np.column_stack([truth, second]), clusters=clusters)
    widths = {}
    for by in ("clusters", "units", "pairs"):
        interval = krippendorff_alpha(units, interval=Resampling(seed=1, by=by)).interval  # type: ignore[arg-type]
        assert interval is not None and interval.low is not None and interval.high is not None
        widths[by] = interval.high - interval.low
    assert widths["clusters"] > 1.5 * widths["units"]
    assert widths["pairs"] == pytest.approx(widths["units"], rel=0.3)


def test_every_coefficient_has_an_interval_around_it() -> None:
    rng = np.random.default_rng(11)
    truth = rng.integers(0, 3, 90)
    rows = np.where(rng.random((90, 2)) < 0.8, truth[:, None], rng.integers(0, 3, (90, 2))).astype(float)
    rows[::10, 1] = np.nan
    units = given_units(rows, clusters=np.arange(90) // 6)
    for name in COEFFICIENTS:
        if name.startswith(("alpha_masi", "alpha_set")):
            continue
        for by in ("clusters", "units"):
            found = coefficient(name)(units, interval=Resampling(seed=2, by=by, resamples=300))  # type: ignore[arg-type]
            interval = found.interval
            assert interval is not None and interval.low is not None and interval.high is not None
            assert interval.low < found.value < interval.high, name
            assert interval.undefined == 0 and interval.resamples == 300
    for one in alpha_by_category(units, interval=Resampling(seed=2, resamples=300)).values():
        assert one.interval is not None and one.interval.low is not None and one.interval.low < one.value


def test_draws_without_a_value_are_left_out_and_counted() -> None:
    """A draw without either of the two units that differ has one category only: about .25."""
    rows = [[0, 0]] * 6 + [[1, 1], [0, 1]]
    found = krippendorff_alpha(rows, interval=Resampling(seed=1, by="units", resamples=4000)).interval
    assert found is not None
    assert found.undefined / found.resamples == pytest.approx((6 / 8) ** 8, abs=0.03)


def test_there_is_no_interval_if_no_draw_has_a_value() -> None:
    """One draw of two units; the first twice, in a quarter of the seeds, has one category only."""
    found = [
        cohen_kappa([[0, 0], [0, 1]], interval=Resampling(seed=seed, by="units", resamples=1)).interval
        for seed in range(60)
    ]
    empty = [one for one in found if one is not None and one.low is None]
    assert 4 < len(empty) < 30
    assert all("No resample gave a value" in str(one.reason) for one in empty)


def test_ordinal_ranks_are_taken_anew_in_each_draw() -> None:
    """Interval by units of an ordinal alpha, against resampling of rows one by one."""
    rng = np.random.default_rng(21)
    rows = rng.integers(0, 4, (25, 3))
    rows[:, 1] = rows[:, 0]
    interval = krippendorff_alpha(
        rows, metric="ordinal", interval=Resampling(seed=1, by="units", resamples=4000)
    ).interval
    slow = [krippendorff_alpha(rows[rng.integers(0, 25, 25)], metric="ordinal").value for _ in range(800)]
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(np.quantile(slow, [0.025, 0.975]), abs=0.04)


def test_large_tables_are_kept_sparse_and_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    rows = rng.integers(0, 6, (80, 3)).astype(float)
    rows[rng.random(rows.shape) < 0.2] = np.nan

    def everything() -> list[float]:
        units = given_units(rows, clusters=np.arange(80) // 8)
        found: list[float] = []
        for name in COEFFICIENTS:
            if name.startswith(("alpha_masi", "alpha_set")):
                continue
            two = name in ("holsti", "bennett_s", "scott_pi") or name.startswith("cohen")
            for by in ("clusters", "units"):
                how = Resampling(seed=2, by=by, resamples=20)  # type: ignore[arg-type]
                one = coefficient(name)(units.of_coders(0, 1) if two else units, interval=how)
                found += [one.value, one.interval.low, one.interval.high]
        return found

    dense = everything()
    monkeypatch.setattr(_matrices, "LARGE", 0)
    assert everything() == pytest.approx(dense, abs=1e-12)


def test_draws_sum_to_the_number_of_things_and_do_not_depend_on_the_room() -> None:
    counts = np.array([3, 1, 6])
    for width in (1, 2_000_000):
        rng = np.random.default_rng(1)
        drawn = np.concatenate(list(draws_of(counts, 7, rng, width=width)))
        assert drawn.shape == (7, 3) and (drawn.sum(axis=1) == 10).all()
    many = np.ones(500, dtype=np.int64)
    drawn = np.concatenate(list(draws_of(many, 40, np.random.default_rng(1))))
    assert (drawn.sum(axis=1) == 500).all()
    assert drawn.mean() == pytest.approx(1.0) and drawn.var() == pytest.approx(1.0, abs=0.05)
    mixed = np.concatenate(list(draws_of(np.array([1, 2, 1] * 50), 2000, np.random.default_rng(1)))).mean(axis=0)
    assert mixed.reshape(50, 3).mean(axis=0) == pytest.approx([1, 2, 1], abs=0.05)


def test_there_is_no_interval_of_one_interview() -> None:
    units = given_units(DISPUTED, clusters=["A"] * 4)
    found = percent(units, interval=Resampling(seed=1))
    assert found.value == 0.5 and found.interval is not None
    assert found.interval.low is None and "one cluster" in str(found.interval.reason)


def test_there_is_no_interval_without_a_value() -> None:
    assert krippendorff_alpha([[1, 1], [1, 1]], interval=Resampling(seed=1, by="units")).interval is None


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(InputProblem, match="name no clusters"):
        percent(DISPUTED, interval=Resampling(seed=1))
    with pytest.raises(InputProblem, match="Krippendorff's alpha only"):
        cohen_kappa(DISPUTED, interval=Resampling(seed=1, by="pairs"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"seed": -1}, "seed of the draws is -1"),
        ({"seed": 1.5}, "seed of the draws is 1.5"),
        ({"seed": True}, "seed of the draws"),
        ({"seed": 1, "by": "coders"}, "'coders'"),
        ({"seed": 1, "resamples": 0}, "number of resamples is 0"),
        ({"seed": 1, "resamples": 2.5}, "number of resamples is 2.5"),
        ({"seed": 1, "confidence": 1.0}, "confidence level"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(InputProblem, match=words):
        Resampling(**options)  # type: ignore[arg-type]


def _many_documents() -> list[Spans]:
    pairs = [
        ([(0, 10, "a"), (20, 30, "b")], [(0, 10, "a")]),
        ([(5, 15, "a")], [(5, 15, "a")]),
        ([(0, 9, "b")], [(40, 49, "b")]),
    ]
    return [given_spans(list(pair), end=100, coders=["x", "y"]) for pair in pairs * 4]


def test_shares_of_segments_and_codes_draw_documents() -> None:
    documents, how = _many_documents(), Resampling(seed=3, resamples=400)
    segments = segment_agreement(documents, interval=how)
    for one in (
        segments.percent, segments.kappa, code_in_document(documents, interval=how), code_frequency(documents, interval=how),
    ):  # fmt: skip
        assert one.value is not None and one.interval is not None and one.interval.method == "clusters"
        assert one.interval.low is not None and one.interval.high is not None
        assert one.interval.low <= one.value <= one.interval.high
    assert segments.percent.interval is not None and segments.kappa.interval is not None
    # with two codes kappa is 2 P - 1, and so are its bounds
    assert segments.kappa.interval.low == pytest.approx(2 * segments.percent.interval.low - 1)
    alone = segment_agreement(documents[:1], interval=how).percent.interval
    assert alone is not None and alone.low is None and alone.reason is not None
    with pytest.raises(InputProblem, match="by clusters"):
        segment_agreement(documents, interval=Resampling(seed=1, by="units"))


def test_means_over_interviews() -> None:
    results = [
        Agreement(coefficient="gamma", value=value, design="free segments", units=3, coders=2)
        for value in (0.2, None, 0.8, 0.8)
    ]
    mean = mean_over_interviews(results, interval=Resampling(seed=5, resamples=500))
    assert mean.value == pytest.approx(0.6) and mean.coverage == 0.75 and mean.units == 12
    assert mean.interval is not None and mean.interval.low is not None and mean.interval.high is not None
    assert 0.2 - 1e-9 <= mean.interval.low <= 0.6 <= mean.interval.high <= 0.8 + 1e-9
    weighed = mean_over_interviews(results, weights=[3, 9, 1, 0])
    assert weighed.value == pytest.approx(0.35)
    nothing = mean_over_interviews([results[1]])
    assert nothing.value is None and nothing.reason is not None
    other = Agreement(coefficient="u_alpha", value=1.0, design="free segments", units=1, coders=2)
    for wrong in ([], [results[0], other]):
        with pytest.raises(InputProblem, match="one coefficient"):
            mean_over_interviews(wrong)
    for weights in ([1.0], [1, 1, 1, -1], [1, 1, 1, float("nan")]):
        with pytest.raises(InputProblem, match="weights"):
            mean_over_interviews(results, weights=weights)
