import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures import alliances, coalitions
from veche.measures.coalitions import PairEvidence, Spell, Supporting, allied, fill_gaps, spells
from veche.measures.ties import claims
from veche.measures.windows import shares, windows
from veche.study.errors import InputProblem

H, A, F, G = range(4)
TOWN = {
    frozenset((H, A)): [1, 2, 3, 5],
    frozenset((H, F)): [1, 2, 3, 4],
    frozenset((A, F)): [2, 3, 4],
    frozenset((H, G)): [4, 5],
}


def shown(found):
    return {(s.members, s.first, s.last) for s in found}


def test_five_windows_by_hand():
    assert shown(spells(TOWN)) == {
        ((H, A), 1, 3),
        ((H, F), 1, 4),
        ((A, F), 2, 4),
        ((H, A, F), 2, 3),
        ((H, G), 4, 5),
    }
    # with the gap of head and assembly filled, assembly and firm are part of the three
    assert shown(spells(TOWN, gap=1)) == {((H, A), 1, 5), ((H, F), 1, 4), ((H, A, F), 2, 4), ((H, G), 4, 5)}
    assert shown(spells(TOWN, least=4)) == {((H, F), 1, 4)}


def test_order_and_duration():
    found = spells(TOWN)
    assert [(s.first, s.last) for s in found] == sorted((s.first, s.last) for s in found)
    assert [s.duration for s in found] == [3, 4, 2, 3, 2]


def by_trial(windows_of, least, gap):
    """All groups, all runs, straight from the definition."""
    filled = {pair: set(fill_gaps(w, gap)) for pair, w in windows_of.items()}
    actors = sorted({a for pair in windows_of for a in pair})
    last = max((w for run in filled.values() for w in run), default=0)
    found = set()
    for size in range(2, len(actors) + 1):
        for group in itertools.combinations(actors, size):
            pairs = [filled.get(frozenset(p), set()) for p in itertools.combinations(group, 2)]
            common = set.intersection(*pairs)
            for s in range(last + 1):
                for e in range(s + least - 1, last + 1):
                    run = set(range(s, e + 1))
                    if run <= common and s - 1 not in common and e + 1 not in common:
                        found.add((group, s, e))
    return {
        (group, s, e)
        for group, s, e in found
        if not any(set(group) < set(other) and a <= s and e <= b for other, a, b in found)
    }


ALLIED = st.dictionaries(
    st.sampled_from([frozenset(p) for p in itertools.combinations(range(5), 2)]),
    st.lists(st.integers(0, 6), max_size=7),
    max_size=10,
)


@given(ALLIED, st.integers(1, 3), st.integers(0, 2))
def test_spells_are_what_trying_all_groups_and_runs_gives(windows_of, least, gap):
    assert shown(spells(windows_of, least=least, gap=gap)) == by_trial(windows_of, least, gap)


@given(st.sets(st.integers(0, 20)), st.integers(0, 3))
def test_gaps_are_filled_inside_only(run, gap):
    filled = fill_gaps(run, gap)
    assert set(filled) >= run
    if run:
        assert (filled[0], filled[-1]) == (min(run), max(run))
    for window in set(filled) - run:
        before = max(w for w in run if w < window)
        after = min(w for w in run if w > window)
        assert after - before - 1 <= gap


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (PairEvidence(mutual=0.25, reporters=2, worst=0.25), True),
        (PairEvidence(mutual=0.24, reporters=2, worst=0.24), False),
        (PairEvidence(mutual=0.9, reporters=1, worst=0.9), False),
        (PairEvidence(common=2), True),
        (PairEvidence(common=1), False),
        (PairEvidence(common=5, worst=-0.25), False),
        (PairEvidence(reporters=4), False),
    ],
)
def test_when_a_pair_is_allied(evidence, expected):
    assert allied(evidence) is expected


def test_support_is_all_that_speaks_for_the_spell_in_its_run():
    pair, other = frozenset((H, A)), frozenset((F, G))
    statements = [
        Supporting(1, frozenset([pair]), frozenset([1]), 0.5),
        Supporting(2, frozenset([pair]), frozenset([9]), 0.5),
        Supporting(3, frozenset([pair]), frozenset([2]), -0.5),
        Supporting(4, frozenset([pair]), frozenset([2, 3]), 0.0, shared_side=True),
        Supporting(5, frozenset([other]), frozenset([2]), 1.0),
    ]
    (found,) = coalitions.with_support([Spell((H, A), 1, 3)], statements)
    assert found.support == (1, 4)


def test_shared_sides():
    stance = {(0, 9, 1): 1.0, (1, 9, 1): 0.5, (2, 9, 1): -0.5, (3, 9, 1): 0.4, (4, 9, 1): -1.0, (5, 8, 1): 1.0}
    assert coalitions.sides(stance) == {
        frozenset((0, 1)): frozenset([(9, 1)]),
        frozenset((2, 4)): frozenset([(9, 1)]),
    }


def town_statements():
    """Two reporters tell of accord of 0 and 1 in two years, one of a joint action of 0 and 2 against 3."""
    sources = [[0], [1], [0], [1], [0, 2]]
    targets = [[1], [0], [1], [0], [3]]
    return sources, targets, [0, 0, 1, 1, 0], [1.0, 0.5, 1.0, 1.0, -1.0], [0, 0, 0, 0, 12], [24, 24, 24, 24, 12]


def test_allied_windows_from_statements():
    sources, targets, reporter, valence, start, end = town_statements()
    fallen = shares(windows(0, 24, 12), start, end)
    spread = claims(sources, targets, [False] * 5, 4)
    common = alliances.joint_actions(sources, reporter, fallen)
    evidence = alliances.pair_evidence(spread, reporter, valence, fallen, common)
    one = evidence[0, frozenset((0, 1))]
    # either year holds half of every vote: tones (.5 + .5)/(1 + 1) and (.25 + .5)/(1 + 1)
    assert (one.mutual, one.reporters, one.common, one.worst) == (pytest.approx(0.375), 2, 0, pytest.approx(0.375))
    joint = evidence[1, frozenset((0, 2))]
    assert (joint.common, joint.reporters, math.isnan(joint.mutual)) == (1, 0, True)
    assert evidence[1, frozenset((0, 3))].worst == -0.5
    assert alliances.allied_windows(evidence) == {frozenset((0, 1)): (0, 1)}
    assert alliances.allied_windows(evidence, reporters=1)[frozenset((0, 2))] == (1,)


def test_without_its_support_a_spell_is_gone():
    sources, targets, *columns = town_statements()
    reporter, valence, start, end = map(np.array, columns)
    fallen = shares(windows(0, 24, 12), start.astype(float), end.astype(float))
    pairs = [frozenset(frozenset((i, j)) for i in s for j in t) for s, t in zip(sources, targets, strict=True)]
    falls = [frozenset(fallen.window[fallen.statement == k].tolist()) for k in range(5)]
    statements = [Supporting(k, pairs[k], falls[k], float(valence[k])) for k in range(5)]

    def found(kept):
        spread = claims([sources[k] for k in kept], [targets[k] for k in kept], [False] * len(kept), 4)
        part = shares(windows(0, 24, 12), start[kept].astype(float), end[kept].astype(float))
        people, values = reporter[kept].astype(int), valence[kept].astype(float)
        evidence = alliances.pair_evidence(spread, people, values, part)
        return coalitions.with_support(spells(alliances.allied_windows(evidence)), statements)

    (spell,) = found(list(range(5)))
    assert spell.support == (0, 1, 2, 3)
    assert found([k for k in range(5) if k not in spell.support]) == ()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: allied(PairEvidence(), theta=0), "above 0"),
        (lambda: allied(PairEvidence(), reporters=0), "at least 1 reporter"),
        (lambda: fill_gaps([1], -1), "gap"),
        (lambda: spells({frozenset([1]): [1]}), "1 actors"),
        (lambda: spells({}, least=0), "shortest spell"),
        (lambda: coalitions.sides({(0, 1, 2): 1.5}), "stance of actor 0"),
        (lambda: alliances.joint_actions([[0]], [], shares(windows(0, 1, 1), [0], [0])), "1 sets of sources"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(InputProblem, match=words):
        call()
