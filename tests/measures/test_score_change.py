"""Exact test of a change of scores: against complete enumeration, against the test of shares, under relabelling."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures.panel import ChangeStratum, exact_change
from veche.measures.score_change import ScoreStratum, exact_score_change
from veche.study import InputProblem

LEVELS = st.sampled_from([0.0, 0.25, 0.5, 1.0])
STRATA = st.lists(
    st.builds(
        ScoreStratum,
        pairs=st.lists(st.tuples(LEVELS, LEVELS), max_size=3).map(tuple),
        before=st.lists(LEVELS, max_size=4).map(tuple),
        after=st.lists(LEVELS, max_size=4).map(tuple),
    ),
    max_size=2,
)


def sums(stratum: ScoreStratum) -> list[float]:
    """Every value of the later sum that exchange allows, each as often as it is possible; quarters are exact."""
    pairs = [sum(one) for one in itertools.product(*stratum.pairs)]
    pooled = [*stratum.before, *stratum.after]
    groups = [sum(pooled[i] for i in taken) for taken in itertools.combinations(range(len(pooled)), len(stratum.after))]
    return [a + b for a in pairs for b in groups]


@given(STRATA)
def test_it_counts_every_exchange(strata: list[ScoreStratum]) -> None:
    observed = sum(sum(b for _, b in one.pairs) + sum(one.after) for one in strata)
    every = [sum(parts) for parts in itertools.product(*map(sums, strata))]
    upper = sum(one >= observed for one in every) / len(every)
    lower = sum(one <= observed for one in every) / len(every)
    assert exact_score_change(strata) == pytest.approx(min(1.0, 2 * min(upper, lower)))
    assert exact_score_change(strata, sign=1) == pytest.approx(upper)
    assert exact_score_change(strata, sign=-1) == pytest.approx(lower)


@given(STRATA)
def test_exchanging_the_waves_or_the_unit_changes_nothing(strata: list[ScoreStratum]) -> None:
    turned = [ScoreStratum(tuple((b, a) for a, b in one.pairs), one.after, one.before) for one in strata]
    other = [
        ScoreStratum(
            tuple((3 * a + 1, 3 * b + 1) for a, b in one.pairs),
            tuple(3 * a + 1 for a in one.before),
            tuple(3 * a + 1 for a in one.after),
        )
        for one in strata
    ]
    value = exact_score_change(strata)
    assert exact_score_change(turned) == pytest.approx(value)
    assert exact_score_change(other) == pytest.approx(value)


def test_with_yes_and_no_it_is_the_test_of_shares() -> None:
    scores = [ScoreStratum(((1, 0), (0, 1), (0, 1)), (1, 0, 0), (1, 1, 1, 0)), ScoreStratum((), (0, 0), (1,))]
    shares = [ChangeStratum(1, 2, (1, 3), (3, 4)), ChangeStratum(before=(0, 2), after=(1, 1))]
    assert exact_score_change(scores) == pytest.approx(exact_change(shares))


def test_many_people_and_broken_scores() -> None:
    many = ScoreStratum(before=(0.0, 0.5) * 60, after=(0.5, 1.0) * 60)
    assert 0 < exact_score_change([many]) < 1e-8
    assert exact_score_change([]) == 1.0
    assert exact_score_change([ScoreStratum(((1 / 3, 1 / 3),))]) == 1.0
    with pytest.raises(InputProblem, match="score"):
        exact_score_change([ScoreStratum(before=(math.nan,))])
    with pytest.raises(InputProblem, match="direction"):
        exact_score_change([], sign=2)
