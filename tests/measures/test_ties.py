import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures.ties import Ties, _order, claims, mutual, ties
from veche.measures.windows import given_windows, shares, windows
from veche.study.errors import InputProblem

# a head (0) and an assembly's chair (1), months, two reporters
SOURCES, TARGETS = [[0], [0], [0], [1]], [[1], [1], [1], [0]]
SYMMETRIC = [False, True, True, False]
REPORTER, VALENCE = [0, 0, 1, 1], [-1.0, 0.5, 1.0, 1.0]
START, END = [0, 6, 6, 9], [12, 18, 6, 9]


def town(window: tuple[int, int], kappa: float) -> Ties:
    spread = claims(SOURCES, TARGETS, SYMMETRIC, 2)
    fallen = shares(given_windows([window[0]], [window[1]]), START, END)
    return ties(spread, REPORTER, VALENCE, fallen, kappa=kappa)


def test_tone_of_the_first_year_by_hand():
    found = town((0, 12), 0)
    assert (found.source.tolist(), found.target.tolist()) == ([0, 1], [1, 0])
    assert found.tone == pytest.approx([((-1 + 0.25) / 1.5 + 1) / 2, (0.5 * 0.5 + 1) / 1.5])
    assert found.votes == pytest.approx([2, 1.5])
    assert found.mass == pytest.approx([2.5, 2.5])
    assert found.dispersion == pytest.approx([0.75, 0.25])
    assert found.reporters.tolist() == [2, 2]
    assert town((0, 12), 1).tone == pytest.approx([1 / 6, 0.5])
    assert mutual(found).tone == pytest.approx([0.25])


def test_half_a_vote_in_the_second_year():
    assert town((12, 24), 0).tone == pytest.approx([0.5, 0.5])
    assert town((12, 24), 1).tone == pytest.approx([1 / 6, 1 / 6])


def test_a_pair_nobody_speaks_of_is_missing_not_neutral():
    found = ties(claims([[0]], [[1]], [False], 3), [0], [0.0], shares(windows(0, 1, 1), [0], [0]))
    assert len(found) == 1
    matrix = found.matrix(0)
    assert matrix[0, 1] == 0
    assert np.isnan(matrix).sum() == 8
    assert mutual(found).tone.size == 0


def test_compound_statements_count_in_full_for_every_pair_but_once():
    spread = claims([[0, 1], [0, 1]], [[1, 2], [0, 1]], [False, True], 3)
    pairs = list(zip(spread.statement.tolist(), spread.source.tolist(), spread.target.tolist(), strict=True))
    assert pairs == [(0, 0, 1), (0, 0, 2), (0, 1, 2), (1, 0, 1), (1, 1, 0)]


def test_nothing_said_makes_no_tie():
    empty = ties(claims([], [], [], 2), [], [], shares(windows(0, 9, 3), [], []))
    assert (len(empty), len(mutual(empty).tone)) == (0, 0)
    without_valence = ties(claims([[0]], [[1]], [False], 2), [0], [float("nan")], shares(windows(0, 1, 1), [0], [0]))
    assert len(without_valence) == 0


def plain(rows, laid, kappa):
    """Ties straight from the definition: source, target, reporter, valence, start, duration per row."""
    found = {}
    for w, (a, b) in enumerate(zip(laid.start, laid.end, strict=True)):
        said = {}
        for i, j, p, v, s, d in rows:
            share = float(a <= s < b) if d == 0 else max(0.0, min(s + d, b) - max(s, a)) / d
            if share > 0 and i != j:
                said.setdefault((i, j), {}).setdefault(p, []).append((share, v))
        for (i, j), people in said.items():
            mass = {p: sum(x for x, _ in parts) for p, parts in people.items()}
            tone = {p: sum(x * v for x, v in parts) / mass[p] for p, parts in people.items()}
            votes = sum(min(1, m) for m in mass.values())
            x = sum(min(1, mass[p]) * tone[p] for p in people) / (votes + kappa)
            spread = (max(tone.values()) - min(tone.values())) / 2
            found[w, i, j] = (x, votes, sum(mass.values()), spread, len(people))
    return found


ROWS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(0, 2),
        st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]),
        st.integers(0, 12),
        st.integers(0, 6),
    ),
    max_size=25,
)


def from_rows(rows, laid, kappa):
    i, j, p, v, s, d = zip(*rows, strict=True) if rows else ((), (), (), (), (), ())
    spread = claims([[x] for x in i], [[x] for x in j], [False] * len(rows), 4)
    return ties(spread, p, v, shares(laid, s, np.add(s, d) if rows else []), kappa=kappa)


def as_dict(found):
    columns = (found.tone, found.votes, found.mass, found.dispersion, found.reporters)
    keys = zip(found.window.tolist(), found.source.tolist(), found.target.tolist(), strict=True)
    return dict(zip(keys, zip(*(c.tolist() for c in columns), strict=True), strict=True))


@given(ROWS, st.integers(2, 9), st.integers(1, 9), st.sampled_from([0.0, 0.5, 1.0]))
def test_many_windows_at_once_follow_the_definition(rows, width, step, kappa):
    laid = windows(0, 19, width, min(step, width))
    got, wanted = as_dict(from_rows(rows, laid, kappa)), plain(rows, laid, kappa)
    assert got.keys() == wanted.keys()
    for key in wanted:
        assert got[key] == pytest.approx(wanted[key])


@given(ROWS, st.randoms(use_true_random=False))
def test_order_of_statements_and_names_of_reporters_do_not_matter(rows, random):
    laid = windows(0, 19, 6)
    shuffled = [(i, j, 2 - p, v, s, d) for i, j, p, v, s, d in rows]
    random.shuffle(shuffled)
    one, other = as_dict(from_rows(rows, laid, 1.0)), as_dict(from_rows(shuffled, laid, 1.0))
    assert one.keys() == other.keys()
    for key in one:
        assert one[key] == pytest.approx(other[key])


@given(ROWS, st.integers(0, 2))
def test_repeating_a_reporter_whose_mass_is_at_least_1_changes_nothing_but_the_mass(rows, person):
    # instants of full confidence: every mass is at least 1
    rows = [(i, j, p, v, s, 0) for i, j, p, v, s, _ in rows]
    laid = windows(0, 19, 5)
    one, other = (as_dict(from_rows(x, laid, 0.0)) for x in (rows, rows + [r for r in rows if r[2] == person]))
    assert one.keys() == other.keys()
    for key in one:
        assert [one[key][k] for k in (0, 1, 3, 4)] == pytest.approx([other[key][k] for k in (0, 1, 3, 4)])
        assert other[key][2] >= one[key][2]


@given(ROWS, st.floats(0, 3))
def test_bounds(rows, kappa):
    found = from_rows(rows, windows(0, 19, 6, 2), kappa)
    assert np.all(np.abs(found.tone) <= 1)
    assert np.all((found.dispersion >= 0) & (found.dispersion <= 1))
    assert np.all(found.votes <= found.reporters + 1e-9)
    both = mutual(found)
    for w, i, j, tone in zip(both.window, both.first, both.second, both.tone, strict=True):
        matrix = found.matrix(int(w))
        assert tone == min(matrix[i, j], matrix[j, i])


GOOD = claims([[0]], [[1]], [False], 2)
FALLEN = shares(windows(0, 1, 1), [0], [0])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: claims([[0]], [], [False], 2), "1 sets of sources, 0 of targets"),
        (lambda: claims([[]], [[1]], [False], 2), "no sources"),
        (lambda: claims([[0]], [[2]], [False], 2), "names actor 2"),
        (lambda: ties(GOOD, [0], [0], FALLEN, kappa=-1), "Kappa"),
        (lambda: ties(GOOD, [0], [2], FALLEN), "valence of statement 0"),
        (lambda: ties(GOOD, [0, 1], [0], FALLEN), "2 reporters and 1 valences"),
        (lambda: ties(GOOD, [-1], [0], FALLEN), "whole numbers"),
        (lambda: ties(GOOD, [0.5], [0], FALLEN), "whole numbers"),
        (lambda: ties(GOOD, [], [], FALLEN), "Statement 0"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(InputProblem, match=words):
        call()


@pytest.mark.parametrize("top", [1, 2**16 - 1, 2**16, 2**31, 2**48 - 1, 2**48, 2**62])
def test_keys_of_any_size_are_put_in_order(top):
    """Equal keys stay as they stood; more than 48 bits are sorted by comparison."""
    key = np.random.default_rng(1).integers(0, top + 1, 2000)
    key[::7] = top
    assert np.array_equal(_order(key), np.argsort(key, kind="stable"))
    assert _order(key[:0]).size == 0
