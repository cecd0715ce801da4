"""Bounds and invariances of the definitions on relations that hold for every input, beside those of each module's own tests."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures import alliances
from veche.measures.coalitions import Supporting, spells, with_support
from veche.measures.power import decision_success
from veche.measures.survival import hazards
from veche.measures.ties import claims, mutual, ties
from veche.measures.turbulence import actor_change, comembers, office_change, pair_change, rate
from veche.measures.windows import shares, windows

VALENCES = st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0])
#: sources, target, reporter, valence, start, duration
TOLD = st.lists(
    st.tuples(st.sets(st.integers(0, 3), min_size=1, max_size=2), st.integers(0, 4), st.integers(0, 2), VALENCES,
              st.integers(0, 30), st.integers(0, 20)),
    min_size=1, max_size=30,
)  # fmt: skip
BLOCKS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=8)
PEOPLE = st.sets(st.integers(0, 6))


def alliance(rows):
    """Allied windows, and what could support a spell, of statements on a few years."""
    laid = windows(0, 48, 12)
    sources, targets = [sorted(s) for s, *_ in rows], [[t] for _s, t, *_ in rows]
    reporter, valence = [r[2] for r in rows], [r[3] for r in rows]
    start = np.array([float(r[4]) for r in rows])
    fallen = shares(laid, start, start + [float(r[5]) for r in rows])
    spread = claims(sources, targets, [False] * len(rows), 5)
    joint = [[a for a in s if a not in t] for s, t in zip(sources, targets, strict=True)]
    common = alliances.joint_actions(joint, reporter, fallen)
    allied = alliances.allied_windows(alliances.pair_evidence(spread, reporter, valence, fallen, common))
    supporting = []
    for k, (s, t) in enumerate(zip(sources, targets, strict=True)):
        run = frozenset(fallen.window[fallen.statement == k].tolist())
        pairs = frozenset(frozenset((i, j)) for i in s for j in t if i != j)
        acting = frozenset(map(frozenset, itertools.combinations(joint[k], 2)))
        supporting.append(Supporting(k, pairs, run, valence[k]))
        supporting.append(Supporting(k, acting, run, 0.0, shared_side=True))
    return allied, supporting


@given(TOLD)
def test_without_its_whole_support_no_pair_of_a_coalition_is_allied_in_its_run(rows):
    allied, supporting = alliance(rows)
    for spell in with_support(spells(allied), supporting):
        assert spell.support
        kept = [row for k, row in enumerate(rows) if k not in spell.support]
        left = alliance(kept)[0] if kept else {}
        for pair in itertools.combinations(spell.members, 2):
            assert not set(left.get(frozenset(pair), ())) & set(range(spell.first, spell.last + 1))


@given(TOLD, st.floats(0, 3))
def test_mutual_tone_is_the_worse_direction_and_missing_without_both(rows, kappa):
    fallen = shares(windows(0, 60, 12), [r[4] for r in rows], [r[4] + r[5] for r in rows])
    spread = claims([sorted(r[0]) for r in rows], [[r[1]] for r in rows], [False] * len(rows), 5)
    found = ties(spread, [r[2] for r in rows], [r[3] for r in rows], fallen, kappa=kappa)
    tone = {key: x for *key_, x in zip(found.window.tolist(), found.source.tolist(), found.target.tolist(), found.tone.tolist(), strict=True) for key in [tuple(key_)]}  # fmt: skip
    both = mutual(found)
    got = dict(zip(zip(both.window.tolist(), both.first.tolist(), both.second.tolist(), strict=True), both.tone.tolist(), strict=True))  # fmt: skip
    wanted = {(w, i, j): min(x, tone[w, j, i]) for (w, i, j), x in tone.items() if i < j and (w, j, i) in tone}
    assert got == wanted and all(-1 <= x <= 1 for x in got.values())


@given(
    st.dictionaries(
        st.sampled_from(list(map(frozenset, itertools.combinations(range(4), 2)))), st.sets(st.integers(0, 6))
    )
)
def test_hazards_are_shares_of_those_at_risk_and_every_end_is_counted_once(allied):
    found = spells(allied)
    every = hazards(found, 0, 6)
    for one in every:
        if one.rate.missing:
            assert one.at_risk == 0
        else:
            assert 0 <= one.rate.value <= 1 and one.rate.value == one.ended / one.at_risk
    assert sum(one.ended for one in every) == sum(spell.last < 6 for spell in found)


@given(BLOCKS, st.permutations(range(8)))
def test_change_of_pairs_is_bounded_symmetric_zero_just_for_the_same_pairs_and_blind_to_names(labels, names):
    before, after = (comembers({k: label[side] for k, label in enumerate(labels)}) for side in (0, 1))
    value = pair_change(before, after).value
    assert 0 <= value <= 1 and value == pair_change(after, before).value
    assert (value == 0) == (before == after)
    renamed = [{frozenset(names[a] for a in pair) for pair in side} for side in (before, after)]
    assert pair_change(*renamed).value == value


@given(PEOPLE, PEOPLE, st.permutations(range(7)))
def test_change_of_actors_is_bounded_symmetric_zero_just_for_the_same_and_blind_to_names(before, after, names):
    found = actor_change(before, after)
    if not before | after:
        assert found.missing and math.isnan(found.value)
        return
    assert 0 <= found.value <= 1 and found.value == actor_change(after, before).value
    assert (found.value == 0) == (before == after) and (found.value == 1) == (not before & after)
    assert actor_change({names[a] for a in before}, {names[a] for a in after}).value == found.value


@given(
    st.dictionaries(st.integers(0, 5), st.integers(0, 2) | st.none()),
    st.dictionaries(st.integers(0, 5), st.integers(0, 2) | st.none()),
)
def test_change_of_offices_is_bounded_symmetric_and_zero_just_for_the_same_holders(before, after):
    found, common = office_change(before, after), before.keys() & after.keys()
    if not common:
        assert found.missing and math.isnan(found.value)
        return
    assert 0 <= found.value <= 1 and found.value == office_change(after, before).value
    assert (found.value == 0) == all(before[post] == after[post] for post in common)


@given(st.integers(0, 9), st.integers(0, 9))
def test_a_rate_is_a_share_or_missing_where_nothing_is_at_risk(part, rest):
    found = rate(part, part + rest, "nothing at risk")
    assert found.missing if not part + rest else 0 <= found.value <= 1


@given(st.lists(st.lists(st.floats(-1, 1) | st.just(math.nan), min_size=3, max_size=3), min_size=1, max_size=5),
       st.lists(st.sampled_from([-1.0, 0.0, 1.0, math.nan]), min_size=3, max_size=3))  # fmt: skip
def test_success_and_luck_are_bounded_and_missing_without_a_stand_on_a_decided_issue(stance, outcome):
    for row, one in zip(stance, decision_success(stance, outcome), strict=True):
        decided = [k for k in range(3) if not math.isnan(outcome[k]) and not math.isnan(row[k])]
        assert one.issues == len(decided)
        for value in (one.success, one.luck):
            assert value.missing if not decided else -1e-12 <= value.value <= 1 + 1e-12
    if len(stance) == 1:
        # alone, one's success is all there is to luck
        (only,) = decision_success(stance, outcome)
        assert only.luck.value == pytest.approx(only.success.value, nan_ok=True)
