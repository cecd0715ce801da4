import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures import turbulence as t
from veche.measures.missing import Measured, missing
from veche.measures.windows import windows
from veche.study.errors import InputProblem, Refused

LABELS = st.lists(st.integers(0, 3), min_size=2, max_size=9)
PAIRED = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=9)
AMOUNTS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6)


def parts(before, after):
    return dict(enumerate(before)), dict(enumerate(after))


def test_two_partitions_of_five_by_hand():
    before, after = parts("aabbc", "aabcc")
    # H(P) = H(P') = ln 5 - (4/5) ln 2 and H(P, P') = ln 5 - (2/5) ln 2: VI = (4/5) ln 2
    assert t.membership(before, after).value == pytest.approx(0.8 * math.log(2) / math.log(5))
    assert t.pair_change(t.comembers(before), t.comembers(after)).value == pytest.approx(2 / 3)


def test_all_change_and_no_change():
    before, after = parts("aabb", "abab")
    assert t.membership(before, after).value == pytest.approx(1)
    assert t.pair_change(t.comembers(before), t.comembers(after)).value == 1
    assert t.agenda_change([1, 0], [0, 1]).value == 1
    assert t.tone_change([(1, -1)]).value == 1
    assert t.office_change({"head": "x"}, {"head": "y"}).value == 1
    assert t.actor_change("ab", "cd").value == 1
    assert t.membership(*parts("aabb", "bbaa")).value == 0
    assert t.office_change({"head": "x", "chair": None}, {"head": "x", "chair": None}).value == 0
    assert t.pair_change(set(), set()).value == 0


def test_only_what_is_in_both_windows_is_compared():
    before, after = {1: "a", 2: "a", 3: "b"}, {2: "a", 3: "b", 4: "b"}
    assert t.membership(before, after).value == 0
    assert t.tone_change([(0.5, float("nan")), (0.2, 0.6)]).value == pytest.approx(0.2)
    assert t.office_change({"head": "x", "chair": "y"}, {"head": "z", "clerk": "y"}).value == 1
    assert t.actor_change("abc", "bcd").value == 0.5


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (t.membership({1: "a"}, {1: "a"}), "fewer than two actors"),
        (t.agenda_change([0, 0], [1, 0]), "no issue"),
        (t.tone_change([]), "no pair"),
        (t.office_change({"head": "x"}, {}), "no post"),
        (t.actor_change([], []), "nobody"),
        (t.rate(0, 0, "no coalition at risk"), "no coalition at risk"),
    ],
)
def test_what_cannot_be_compared_is_missing_with_its_reason(found, reason):
    assert found.missing
    assert reason in found.reason


@given(PAIRED)
def test_membership_is_a_symmetric_change_in_0_1_that_is_0_just_for_equal_partitions(labels):
    before, after = parts([a for a, _ in labels], [b for _, b in labels])
    value = t.membership(before, after).value
    assert 0 <= value <= 1
    assert value == pytest.approx(t.membership(after, before).value)
    same = t.comembers(before) == t.comembers(after)
    assert (value == 0) == same
    assert (t.pair_change(t.comembers(before), t.comembers(after)).value == 0) == same


@given(PAIRED, st.permutations(range(4)), st.randoms(use_true_random=False))
def test_names_of_blocks_and_actors_do_not_matter(labels, names, random):
    before, after = parts([a for a, _ in labels], [b for _, b in labels])
    order = list(before)
    random.shuffle(order)
    renamed = {f"actor {k}": names[before[k]] for k in order}, {f"actor {k}": names[after[k]] for k in order}
    assert t.membership(*renamed).value == pytest.approx(t.membership(before, after).value)


@given(AMOUNTS, st.integers(1, 9), st.integers(1, 9))
def test_agenda_change_is_symmetric_and_does_not_change_with_rescaling(amounts, one, other):
    p, q = [a for a, _ in amounts], [b for _, b in amounts]
    found = t.agenda_change(p, q)
    assert found.missing == (not (sum(p) and sum(q)))
    if not found.missing:
        assert 0 <= found.value <= 1
        assert found.value == pytest.approx(t.agenda_change(q, p).value, abs=1e-12)
        assert found.value == pytest.approx(
            t.agenda_change([a * one for a in p], [b * other for b in q]).value, abs=1e-12
        )
        assert (found.value == 0) == all(a * sum(q) == b * sum(p) for a, b in amounts)


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=1, max_size=8))
def test_tone_change_is_symmetric_and_bounded(tones):
    value = t.tone_change(tones).value
    assert 0 <= value <= 1
    assert value == t.tone_change([(b, a) for a, b in tones]).value


def whole(**given_parts):
    none = missing("not asked")
    names = ("membership", "pairs", "hazard", "agenda", "tone", "offices", "actors")
    return t.turbulence(**{name: given_parts.get(name, none) for name in names})


def test_the_composite_is_the_mean_of_what_is_present_from_three_on():
    three = whole(membership=Measured(0.2), agenda=Measured(0.4), tone=Measured(0.9), pairs=Measured(1.0))
    assert (three.composite.value, three.present) == (pytest.approx(0.5), 3)
    two = whole(membership=Measured(0.2), agenda=Measured(0.4), pairs=Measured(1.0), actors=Measured(1.0))
    assert two.composite.missing
    assert (two.composite.reason, two.present) == ("fewer than three components are known", 2)


@given(st.lists(st.floats(0, 1) | st.none(), min_size=5, max_size=5))
def test_the_composite_is_in_0_1_and_0_just_if_all_parts_are(values):
    given_parts = {n: Measured(v) for n, v in zip(t.COMPOSITE, values, strict=True) if v is not None}
    found = whole(**given_parts)
    assert found.present == len(given_parts)
    assert found.composite.missing == (len(given_parts) < 3)
    if not found.composite.missing:
        assert 0 <= found.composite.value <= 1
        if max(v for v in values if v is not None) > 1e-6:
            assert found.composite.value > 0


def test_minimum_evidence():
    many, few = t.EvidenceBase(5, 20), t.EvidenceBase(4, 200)
    assert t.enough(many, many)
    assert not t.enough(many, few)
    assert not t.enough(t.EvidenceBase(50, 19), many)
    assert t.enough(few, few, reporters=3)
    nothing = t.nothing_known("too little evidence")
    assert nothing.composite.reason == nothing.membership.reason == "too little evidence"
    assert nothing.present == 0


def test_change_is_refused_between_windows_that_overlap():
    assert t.check_apart(windows(0, 36, 12)) is not None
    with pytest.raises(Refused, match=r"Window 0 ends at 12.0, after the next has begun at 6.0"):
        t.check_apart(windows(0, 36, 12, 6))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: t.agenda_change([1], [1, 2]), "1 and 2 issues"),
        (lambda: t.agenda_change([-1, 2], [1, 2]), "negative"),
        (lambda: t.agenda_change([float("nan")], [1]), "missing"),
        (lambda: t.tone_change([(2, 0)]), "tone of a pair"),
        (lambda: t.rate(3, 2, "none"), "3 of 2"),
        (lambda: whole(tone=Measured(1.5)), "component tone"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(InputProblem, match=words):
        call()
