"""Exact tests of change."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, hypergeom

from veche.measures.panel import ChangeStratum, exact_change, mcnemar_exact
from veche.study import InputProblem


# Fagerland, Lydersen and Laake 2013, BMC Medical Research Methodology 13:91, airway hyper-responsiveness before and
# after stem cell transplantation (Bentur et al. 2009): 1 and 7 discordant pairs, exact .070, mid p .039
def test_mcnemar_of_fagerland_2013() -> None:
    found = mcnemar_exact(1, 7)
    assert (round(found.p, 3), round(found.mid_p, 3)) == (0.070, 0.039)


@given(st.integers(0, 80), st.integers(0, 80))
def test_mcnemar_is_the_binomial_test(b: int, c: int) -> None:
    found = mcnemar_exact(b, c)
    expected = binomtest(b, b + c, 0.5).pvalue if b + c else 1.0
    assert found.p == pytest.approx(expected)
    assert (found.p, found.mid_p) == (mcnemar_exact(c, b).p, mcnemar_exact(c, b).mid_p)
    assert 0 < found.mid_p <= found.p


def test_mcnemar_mid_p_by_hand() -> None:
    """b = 0, c = 3: 2 * 1/8 = 1/4, less the point 1/8; b = c = 2: 1."""
    assert mcnemar_exact(0, 3).p == 0.25
    assert mcnemar_exact(0, 3).mid_p == 0.125
    assert mcnemar_exact(2, 2).mid_p == 1


def test_negative_counts_are_refused() -> None:
    with pytest.raises(InputProblem, match="-1"):
        mcnemar_exact(-1, 2)
    with pytest.raises(InputProblem, match="ChangeStratum"):
        exact_change([ChangeStratum(before=(3, 2))])


@given(st.integers(0, 12), st.integers(0, 12), st.data())
def test_without_pairs_it_is_fishers_test_with_doubled_tail(n0: int, n1: int, data: st.DataObject) -> None:
    yes0, yes1 = data.draw(st.integers(0, n0)), data.draw(st.integers(0, n1))
    law = hypergeom(n0 + n1, yes0 + yes1, n1)
    expected = min(1.0, 2 * min(law.cdf(yes1), law.sf(yes1 - 1)))
    assert exact_change([ChangeStratum(before=(yes0, n0), after=(yes1, n1))]) == pytest.approx(expected)


@given(st.integers(0, 30), st.integers(0, 30))
def test_with_pairs_only_it_is_mcnemars_test(b: int, c: int) -> None:
    assert exact_change([ChangeStratum(b=b, c=c)]) == pytest.approx(mcnemar_exact(b, c).p)


def test_pairs_and_single_people_by_listing_every_exchange() -> None:
    """Two towns with pairs and single people: all swaps of pairs and all exchanges of labels, counted one by one."""
    pairs = [(1, 0), (0, 1), (0, 1), (1, 1)]  # answers before and after of people asked twice
    towns = [([1, 0, 0], [1, 1]), ([0, 0], [1])]  # answers of people asked once: before, after
    observed = sum(after for _before, after in pairs) + sum(sum(after) for _before, after in towns)
    totals = []
    for swaps in itertools.product([False, True], repeat=len(pairs)):
        twice = sum(before if swap else after for (before, after), swap in zip(pairs, swaps, strict=True))
        splits = [itertools.combinations(range(len(before) + len(after)), len(after)) for before, after in towns]
        for chosen in itertools.product(*splits):
            once = sum(
                (before + after)[place]
                for (before, after), places in zip(towns, chosen, strict=True)
                for place in places
            )
            totals.append(twice + once)
    up = sum(total >= observed for total in totals) / len(totals)
    down = sum(total <= observed for total in totals) / len(totals)
    strata = [
        ChangeStratum(b=1, c=2),
        ChangeStratum(before=(1, 3), after=(2, 2)),
        ChangeStratum(before=(0, 2), after=(1, 1)),
    ]
    assert exact_change(strata) == pytest.approx(min(1, 2 * min(up, down)))


def test_nothing_observed_is_no_evidence() -> None:
    assert exact_change([]) == 1
    assert exact_change([ChangeStratum(before=(0, 5), after=(0, 9))]) == 1
