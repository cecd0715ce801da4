"""Alignments against trying all, gamma and its relatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.measures import _agreement_by_hand as by_hand
from tests.measures._agreement_strategies import marks
from veche.measures.agreement import Dissimilarity, align, gamma, given_spans, pair_dissimilarity
from veche.measures.agreement import _candidates as candidates_module
from veche.measures.agreement._continua import Likeness, draw
from veche.measures.agreement._dissimilarity import Continuum
from veche.measures.agreement._packing import _greatest_packing
from veche.study.errors import InputProblem

Spans = list[list[tuple[int, int, str]]]


def test_dissimilarity_by_hand() -> None:
    one, two = (0, 10, "a"), (4, 12, "b")
    assert pair_dissimilarity(one, two) == pytest.approx((6 / 18) ** 2 + 1)
    how = Dissimilarity(alpha=3, beta=2, empty=0.5)
    assert pair_dissimilarity(one, two, how) == pytest.approx(0.5 * (3 * (6 / 18) ** 2 + 2))
    assert pair_dissimilarity(one, one) == 0
    near = Dissimilarity(categories=[[0, 0.25], [0.25, 0]])
    assert pair_dissimilarity((0, 4, "a"), (0, 4, "b"), near) == pytest.approx(0.25)


def test_ordinal_categories_are_ranks_apart() -> None:
    spans = given_spans([[(0, 4, 1), (10, 14, 3)], [(0, 4, 2), (10, 14, 3)]])
    assert align(spans, Dissimilarity(categories="ordinal")).disorder == pytest.approx((1 / 2) / 2)


def test_alignment_of_two_coders_by_hand() -> None:
    """Two units fit, the third has no counterpart: (1/36 + 0 + 1)/2.5."""
    spans = given_spans([[(0, 6, "a"), (10, 15, "b"), (40, 44, "a")], [(0, 6, "a"), (10, 15, "b")]])
    found = align(spans)
    assert found.rows == ((0, 0), (1, 1), (2, None))
    assert found.disorder == pytest.approx(1 / 2.5)


def test_alignment_of_three_coders_by_hand() -> None:
    """All three mark 0-6, the third otherwise named; a unit of one coder alone costs three empty pairs."""
    spans = given_spans([[(0, 6, "a")], [(0, 6, "a"), (50, 60, "a")], [(0, 6, "b")]])
    found = align(spans)
    assert found.rows == ((0, 0, 0), (None, 1, None))
    assert found.disorder == pytest.approx((2 / 3 + 1) / (4 / 3))


def test_units_of_one_coder_may_overlap_and_are_numbered_in_order() -> None:
    spans = given_spans([[(5, 9, "b"), (0, 20, "a")], [(0, 20, "a"), (5, 9, "b")]])
    assert align(spans).rows == ((0, 0), (1, 1))
    assert align(spans).disorder == 0


def test_nothing_marked_is_no_disorder() -> None:
    assert align(given_spans([[], []])).rows == ()
    alone = align(given_spans([[(0, 4, "a"), (6, 8, "b")], [], []]))
    assert alone.rows == ((0, None, None), (1, None, None))
    assert alone.disorder == pytest.approx(2 / (2 / 3))


@given(marks(coders=(2, 4), units=3), st.sampled_from([(1.0, 1.0), (3.0, 1.0), (0.5, 0.0), (0.0, 1.0)]))
def test_the_best_alignment_is_the_best_of_all(spans: Spans, how: tuple[float, float]) -> None:
    units = [(coder, s, e, v) for coder, own in enumerate(spans) for s, e, v in own][:9]
    kept = [[(s, e, v) for c, s, e, v in units if c == coder] for coder in range(len(spans))]
    found = align(given_spans(kept), Dissimilarity(alpha=how[0], beta=how[1]))
    if not units:
        assert found.disorder == 0
        return
    assert found.disorder == pytest.approx(by_hand.least_disorder(units, len(spans), how), abs=1e-9)
    for coder, own in enumerate(kept):
        numbers = [row[coder] for row in found.rows if row[coder] is not None]
        assert sorted(numbers) == list(range(len(own)))


@settings(max_examples=25)
@given(marks(coders=(3, 4), units=4), st.randoms(use_true_random=False))
def test_order_of_coders_names_and_scale_mean_nothing(spans: Spans, random: Any) -> None:
    changed = [[(7 * s, 7 * e, {"a": "q", "b": "p"}[v]) for s, e, v in own] for own in spans]
    random.shuffle(changed)
    assert align(given_spans(changed)).disorder == pytest.approx(align(given_spans(spans)).disorder, abs=1e-9)


def packed(sets: list[tuple[int, ...]], saving: list[float]) -> float:
    """Saving of the packing found; it must be one."""
    members = np.array([unit for one in sets for unit in one])
    of_set = np.repeat(np.arange(len(sets)), [len(one) for one in sets])
    found = _greatest_packing(members, of_set, np.array(saving), int(members.max()) + 1)
    taken = [unit for one, chosen in zip(sets, found, strict=True) if chosen for unit in one]
    assert len(taken) == len(set(taken))
    return float(np.array(saving)[found].sum())


def test_a_packing_in_which_halves_would_save_more() -> None:
    """Of three pairs of three things one can be had, though half of each would save 4.5 of the relaxed program."""
    assert packed([(0, 1), (1, 2), (0, 2)], [3.0, 3.0, 3.0]) == 3.0
    assert packed([(0, 1), (1, 2), (0, 2), (0, 3), (2, 4)], [3.0, 3.0, 3.5, 1.0, 1.5]) == 4.5


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sets(st.integers(0, 6), min_size=2, max_size=3), st.integers(1, 9)), min_size=1, max_size=9)
)
def test_packings_are_the_best_of_all(drawn: list[tuple[set[int], int]]) -> None:
    sets, saving = [tuple(sorted(one)) for one, _ in drawn], [float(value) for _, value in drawn]

    def best(left: int, taken: frozenset[int]) -> float:
        if left == len(sets):
            return 0.0
        without = best(left + 1, taken)
        if taken & set(sets[left]):
            return without
        return max(without, saving[left] + best(left + 1, taken | set(sets[left])))

    assert packed(sets, saving) == best(0, frozenset())


def test_too_many_sets_are_refused_and_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates_module, "_MOST", 20)
    crowd = [[(start, start + 30, "a") for start in range(6)] for _ in range(4)]
    with pytest.raises(InputProblem, match="more than 20 sets"):
        align(given_spans(crowd))


# gamma

PAIR = [
    [(0, 10, "a"), (12, 25, "b"), (30, 44, "a"), (50, 58, "c"), (60, 75, "b")],
    [(1, 10, "a"), (12, 24, "b"), (31, 44, "b"), (50, 58, "c"), (63, 75, "b")],
]


def test_gamma_is_one_less_observed_through_expected_disorder() -> None:
    found = gamma(given_spans(PAIR, end=80), seed=4, samples=40, most_samples=60)
    one = found.gamma
    assert one.value == pytest.approx(1 - one.observed / one.expected)
    assert one.observed == pytest.approx(found.alignment.disorder)
    parts = [(1 / 19) ** 2, (1 / 25) ** 2, (1 / 27) ** 2 + 1, 0, (3 / 27) ** 2]
    assert one.observed == pytest.approx(sum(parts) / 5)
    assert 0.6 < one.value < 0.9
    assert 40 <= found.samples <= 60 and found.seed == 4
    assert (one.design, one.units, one.coders) == ("free segments", 10, 2)


def test_gamma_cat_weighs_by_position() -> None:
    """Observed: one pair of five differs, each with weight 1 less its distance."""
    found = gamma(given_spans(PAIR, end=80), seed=4, most_samples=40)
    weights = [1 - (1 / 19) ** 2, 1 - (1 / 25) ** 2, 1 - (1 / 27) ** 2, 1, 1 - (3 / 27) ** 2]
    assert found.cat.observed == pytest.approx(weights[2] / sum(weights))
    assert found.cat.value == pytest.approx(1 - found.cat.observed / found.cat.expected)
    # pairs with an a: the first and the third, which differs
    assert found.k["a"].observed == pytest.approx(weights[2] / (weights[0] + weights[2]))
    assert found.k["b"].observed == pytest.approx(weights[2] / (weights[1] + weights[2] + weights[4]))
    assert found.k["c"].observed == 0.0 and found.k["c"].value == 1.0


def test_units_without_a_counterpart_count_if_wanted() -> None:
    """Two aligned alike in category, one alone: left out 0; counted 1 of 2 + 1."""
    spans = given_spans([[(0, 10, "a"), (20, 30, "b")], [(0, 10, "a"), (20, 30, "b"), (60, 70, "b")]], end=80)
    left, counted = (
        gamma(spans, seed=1, samples=10, most_samples=10, unaligned=how)  # type: ignore[arg-type]
        for how in ("left out", "counted")
    )
    assert left.cat.observed == 0.0
    assert counted.cat.observed == pytest.approx(1 / 3)
    assert counted.k["b"].observed == pytest.approx(1 / 2)
    assert counted.gamma.value == left.gamma.value


def test_the_same_seed_gives_the_same_gamma() -> None:
    spans = given_spans(PAIR, end=80)
    for sampling in ("statistical", "shuffled"):
        one, again, other = (
            gamma(spans, seed=seed, sampling=sampling, most_samples=30).gamma.value  # type: ignore[arg-type]
            for seed in (1, 1, 2)
        )
        assert one == again != other
        assert other == pytest.approx(one, abs=0.15)


def test_more_precision_takes_more_samples() -> None:
    spans = given_spans(PAIR, end=80)
    rough, fine = (gamma(spans, seed=1, precision=precision) for precision in (0.2, 0.05))
    assert rough.samples == 30 < fine.samples
    assert fine.reached < 0.06 < rough.reached
    capped = gamma(spans, seed=1, precision=0.001, most_samples=35)
    assert capped.samples == 35 and capped.reached > 0.001


def test_identical_coders_agree_wholly_and_random_ones_hardly() -> None:
    same = gamma(given_spans([PAIR[0]] * 3, end=80), seed=1, samples=5, most_samples=5)
    assert same.gamma.value == 1.0 and same.cat.value == 1.0
    values = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        starts = np.cumsum(rng.integers(8, 20, (2, 12)), axis=1)
        spans = [[(int(s), int(s) + 7, "abc"[rng.integers(3)]) for s in row] for row in starts]
        values.append(gamma(given_spans(spans), seed=1, most_samples=30).gamma.value)
    assert abs(float(np.mean(values))) < 0.2


def test_undefined_with_reasons() -> None:
    alone = gamma(given_spans([[(0, 4, "a")], []], end=9, coders=["ann", "bo"]), seed=1)
    assert alone.gamma.value is None and "bo marked nothing" in str(alone.gamma.reason)
    assert alone.samples == 0 and alone.cat.value is None
    nobody = gamma(given_spans([[], []], end=9), seed=1)
    assert nobody.gamma.value is None and nobody.k == {}
    one_code = gamma(given_spans([[(0, 4, "a"), (6, 9, "a")], [(0, 4, "a"), (6, 9, "a")]]), seed=1, most_samples=30)
    assert one_code.gamma.value == 1.0
    assert one_code.cat.value is None and "only one is used" in str(one_code.cat.reason)
    far = gamma(given_spans([[(0, 4, "a")], [(4, 8, "b")]], end=400), seed=1, most_samples=30)
    assert far.cat.value is None and "closely enough" in str(far.cat.reason)


@pytest.mark.parametrize(
    "options",
    [
        {"seed": -1},
        {"seed": 1.5},
        {"seed": 1, "samples": 1},
        {"seed": 1, "samples": 30, "most_samples": 20},
        {"seed": 1, "precision": 0},
        {"seed": 1, "sampling": "guessed"},
        {"seed": 1, "unaligned": "halved"},
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InputProblem):
        gamma(given_spans(PAIR, end=80), **options)


@pytest.mark.parametrize(
    "weights",
    [
        {"alpha": -1},
        {"empty": 0},
        {"alpha": 0, "beta": 0},
        {"alpha": float("nan")},
    ],
)
def test_weights_out_of_range_are_refused(weights: dict[str, Any]) -> None:
    with pytest.raises(InputProblem, match="The weights of gamma"):
        Dissimilarity(**weights)


def test_distances_of_categories_out_of_range_are_refused() -> None:
    spans = given_spans(PAIR)
    with pytest.raises(InputProblem, match="between 0 and 1"):
        align(spans, Dissimilarity(categories=[[0, 2, 0], [2, 0, 0], [0, 0, 0]]))
    with pytest.raises(InputProblem, match="'cosine'"):
        align(spans, Dissimilarity(categories="cosine"))  # type: ignore[arg-type]


# random continua


def continuum() -> Continuum:
    start = np.array([5.0, 20, 40, 6, 22, 70])
    return Continuum(
        start, start + np.array([5, 8, 4, 5, 8, 10]), np.array([0, 1, 0, 0, 1, 1]), np.array([0, 0, 0, 1, 1, 1]), 2
    )


def test_statistical_continua_have_the_numbers_lengths_and_shares_of_the_coders() -> None:
    like = Likeness.of(continuum(), 0)
    rng = np.random.default_rng(1)
    drawn = [draw(like, "statistical", (0, 100), rng) for _ in range(400)]
    sizes = np.array([one.start.size for one in drawn])
    # three units by each coder, no spread
    assert (sizes == 6).all()
    lengths = np.concatenate([one.end - one.start for one in drawn])
    assert lengths.min() > 0
    assert lengths.mean() == pytest.approx(40 / 6, abs=0.2)
    assert np.concatenate([one.value for one in drawn]).mean() == pytest.approx(0.5, abs=0.03)


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_shuffled_continua_hold_units_of_a_coder_moved_around(seed: int) -> None:
    found = draw(Likeness.of(continuum(), 0), "shuffled", (0, 100), np.random.default_rng(seed))
    for coder in (0, 1):
        mine = found.coder == coder
        lengths = sorted((found.end - found.start)[mine].tolist())
        assert lengths == pytest.approx([4, 5, 8]) or lengths == pytest.approx([5, 8, 10])
        assert (found.start[mine] >= 0).all() and (found.start[mine] < 100).all()


def test_moves_keep_half_a_mean_length_apart_while_there_is_room() -> None:
    from veche.measures.agreement._continua import _move

    rng = np.random.default_rng(1)
    for _ in range(200):
        moves: list[float] = []
        for _ in range(4):
            moves.append(_move(moves, 100.0, 8.0, rng))
        assert min(abs(a - b) for i, a in enumerate(moves) for b in moves[:i]) >= 8.0
    crowded = [_move([50.0], 60.0, 80.0, rng) for _ in range(20)]
    assert all(0 <= move <= 60 for move in crowded)
