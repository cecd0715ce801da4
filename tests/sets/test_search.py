"""The chart is searched exactly: counts, cores and lists agree with looking at every set of columns, compiled or not; what is not finished is bounded."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veche import sets
from veche.sets import _chart, fit
from veche.sets._chart import Cover, solve
from veche.sets._plain import all_covers


@pytest.fixture(params=["compiled", "plain"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Solve with and without compiled code."""
    fast = request.param == "compiled"
    for module in (_chart, fit):
        monkeypatch.setattr(module, "compiled", lambda steps: fast)
    yield request.param


def random_chart(seed: int, rows: int, columns: int, share: float) -> list[int]:
    """Columns as bits, some of them equal; every row has at least one."""
    draw = random.Random(seed)
    found = [sum(1 << row for row in range(rows) if draw.random() < share) for _column in range(columns)]
    found += [draw.choice(found) for _again in range(columns // 4)]
    for row in range(rows):
        if not any(mask >> row & 1 for mask in found):
            found.append(1 << row)
    draw.shuffle(found)
    return found


def every_cover(coverage: list[int], rows: int) -> set[frozenset[int]]:
    full = (1 << rows) - 1
    for size in range(1, rows + 1):
        found = set()
        for places in combinations(range(len(coverage)), size):
            union = 0
            for place in places:
                union |= coverage[place]
            if union == full:
                found.add(frozenset(places))
        if found:
            return found
    raise AssertionError("some row has no column")


def held_by_column(cover: Cover) -> dict[int, float]:
    share = cover.share()
    return {column: part / len(cover.groups[group]) for group, part in share.items() for column in cover.groups[group]}


def test_counts_cores_and_lists_agree_with_every_set_of_columns(way: str) -> None:
    for seed in range(250):
        draw = random.Random(seed)
        rows, columns = draw.randint(1, 8), draw.randint(1, 12)
        coverage = random_chart(seed, rows, columns, draw.uniform(0.15, 0.5))
        cover, expected = solve(coverage, rows), every_cover(coverage, rows)
        assert (cover.size, cover.least, cover.complete) == (len(next(iter(expected))),) * 2 + (True,), seed
        assert cover.count == cover.most == len(expected), seed
        listed = [frozenset(model) for model in cover.models()]
        assert len(listed) == len(set(listed)) and set(listed) == expected, seed
        assert set(cover.core) == frozenset.intersection(*expected), seed
        held = {column: sum(column in one for one in expected) / len(expected) for column in set().union(*expected)}
        assert held_by_column(cover) == pytest.approx(held), seed


@pytest.mark.parametrize("seed", range(25))
def test_the_compiled_search_and_the_plain_one_agree_on_larger_charts(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = 70 if seed % 5 == 0 else 24
    coverage = random_chart(seed, rows, 60, 0.06 if rows == 70 else 0.12)
    answers = []
    for fast in (True, False):
        monkeypatch.setattr(_chart, "compiled", lambda steps, fast=fast: fast)
        answers.append(solve(coverage, rows))
    one, other = answers
    assert (one.size, one.count, one.complete, other.complete) == (other.size, other.count, True, True)
    assert held_by_column(one) == held_by_column(other)
    assert set(one.core) == set(other.core)


@pytest.mark.parametrize(
    ("rows", "parts", "more"), [(12, 3, 250), (18, 4, 300), (16, 5, 400), (66, 5, 120), (70, 6, 100)]
)
def test_columns_within_others_are_counted_like_any_other(
    rows: int, parts: int, more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few wide columns that overlap, and very many parts of them: nearly all covers are made of parts."""
    draw = random.Random(rows)
    step = -(-rows // parts)
    wide = [sum(1 << row % rows for row in range(at * step, at * step + step + step // 2)) for at in range(parts)]
    within = [draw.choice(wide) & ~sum(1 << draw.randrange(rows) for _hole in range(rows // 6)) for _one in range(more)]
    coverage = [*wide, *(mask for mask in within if mask)]
    answers = []
    for fast in (True, False):
        monkeypatch.setattr(_chart, "compiled", lambda steps, fast=fast: fast)
        answers.append(solve(coverage, rows))
    one, other = answers
    assert (one.size, one.count, one.complete, other.complete) == (other.size, other.count, True, True)
    assert one.count > 100 and held_by_column(one) == held_by_column(other)
    listed = [frozenset(model) for model in one.cheapest(np.zeros(len(coverage), dtype=np.int64), 3000).tolist()]
    assert len(set(listed)) == len(listed) == min(one.count, 3000)
    for model in listed:
        union = 0
        for column in model:
            union |= coverage[column]
        assert len(model) == one.size and union == (1 << rows) - 1


@pytest.mark.parametrize("nodes", [1, 4, 20, 80])
def test_what_is_not_finished_is_bounded_from_both_sides(nodes: int) -> None:
    stopped = 0
    for seed in range(40):
        coverage = random_chart(1000 + seed, 26, 90, 0.13)
        whole, part = solve(coverage, 26), solve(coverage, 26, nodes=nodes)
        stopped += not part.complete
        assert part.least <= whole.size <= part.size
        for model in part.models():
            union = 0
            for column in model:
                union |= coverage[column]
            assert union == (1 << 26) - 1
        assert set(part.core) <= set(whole.core)
        if part.size == whole.size:
            assert part.count <= whole.count
        if part.most is not None:
            assert part.size == whole.size and whole.count <= part.most
    assert stopped >= (20 if nodes < 80 else 3)


def test_more_models_than_a_machine_word_counts() -> None:
    # rows on a ring, columns cover two neighbours: every other pair with 1,000 columns, or the pairs between with one
    rows = 16
    coverage = [
        1 << row | 1 << (row + 1) % rows for row in range(rows) for _again in range(1000 if row % 2 == 0 else 1)
    ]
    cover = solve(coverage, rows)
    assert (cover.size, cover.count, cover.complete) == (8, 1000**8 + 1, True)
    assert all(share == pytest.approx(1) or share < 1e-20 for share in cover.share().values())
    assert cover.core == ()


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_rows_and_columns_changes_nothing(seed: int, draw: random.Random) -> None:
    rows = 18
    coverage = random_chart(seed, rows, 50, 0.15)
    new_row, order = list(range(rows)), list(range(len(coverage)))
    draw.shuffle(new_row)
    draw.shuffle(order)
    moved = [sum(1 << new_row[row] for row in range(rows) if coverage[at] >> row & 1) for at in order]
    one, other = solve(coverage, rows), solve(moved, rows)
    assert (one.size, one.count) == (other.size, other.count)
    assert held_by_column(one) == {order[column]: share for column, share in held_by_column(other).items()}
    assert set(one.core) == {order[column] for column in other.core}


def test_the_cheapest_models_are_listed_first(way: str) -> None:
    for seed in range(60):
        draw = random.Random(seed)
        # two parts that share no row
        first, second = random_chart(seed, 6, 10, 0.3), random_chart(seed + 500, 5, 9, 0.3)
        coverage = [*first, *(mask << 6 for mask in second)]
        cost = np.array([draw.randint(1, 6) for _column in coverage])
        cover = solve(coverage, 11)
        everything = sorted(int(cost[[*model]].sum()) for model in cover.models())
        assert len(everything) == cover.count
        for most in (1, 7, 150):
            cheapest = cover.cheapest(cost, most)
            assert cost[cheapest].sum(axis=1).tolist() == everything[:most], (seed, most)
            assert len(set(map(frozenset, cheapest.tolist()))) == len(cheapest)


@pytest.mark.parametrize(("steps", "cases"), [(10, 30), (1, 30), (1, 64), (1, 100)])
def test_fits_of_many_models_are_those_of_each(way: str, steps: int, cases: int) -> None:
    """Fuzzy memberships, and crisp ones, which are counted as bits of one word and of two."""
    draw = np.random.default_rng(5)
    data = {name: draw.integers(0, steps + 1, cases) / steps for name in "ABCDY"}
    one = sets.make_frame(data, "Y")
    cubes = np.array([cube for cube in draw.integers(-1, 2, (40, 4)) if (cube >= 0).any()])
    models = np.array([draw.choice(len(cubes), 3, replace=False) for _model in range(300)])
    fits = sets.fit_models(one, cubes, models)
    for number in range(0, 300, 7):
        expected = sets.fit_model(one, [tuple(cubes[at].tolist()) for at in models[number]])
        found = fits.model(number)
        assert [found.whole.inclusion, found.whole.pri, found.whole.coverage] == pytest.approx(
            [expected.whole.inclusion, expected.whole.pri, expected.whole.coverage], nan_ok=True
        )
        for mine, theirs in zip(found.terms, expected.terms, strict=True):
            assert [mine.inclusion, mine.pri, mine.coverage, mine.unique] == pytest.approx(
                [theirs.inclusion, theirs.pri, theirs.coverage, theirs.unique], abs=1e-12, nan_ok=True
            )


def planted(cases: int, seed: int) -> dict[str, list[int]]:
    draw = np.random.default_rng(seed)
    x = draw.integers(0, 2, (cases, 8))
    y = ((x[:, 0] == 1) & (x[:, 1] == 0)) | (x[:, 2] == 1)
    y = np.where(draw.random(cases) < 0.1, ~y, y)
    return {f"C{at}": x[:, at].tolist() for at in range(8)} | {"Y": y.astype(int).tolist()}


def test_the_answer_says_what_was_done() -> None:
    table = sets.truth_table(planted(60, 3), "Y", incl_cut=0.8)
    found = sets.minimize(table, listed=3).solution
    done = found.done
    assert (done.complete, done.size_proved, done.core_proved) == (True, True, True)
    assert done.count == done.most == found.count > 3
    assert (done.listed, done.listed_all, len(found.models)) == (3, False, 3)
    assert sets.minimize(table, listed=100_000).solution.done.listed_all
    assert done.solver in ("compiled", "plain") and done.least == found.size
    assert found.said == f"{found.count} models"


def test_the_list_is_the_shortest_models_whatever_its_length() -> None:
    table = sets.truth_table(planted(60, 3), "Y", incl_cut=0.8)
    whole = sets.minimize(table, listed=100_000).solution
    assert len(whole.models) == whole.count
    for listed in (1, 5, 40):
        assert sets.minimize(table, listed=listed).solution.models == whole.models[:listed]


def test_names_and_values_turned_round_change_nothing() -> None:
    data = planted(50, 8)
    other = {f"Z{9 - int(name[1])}" if name != "Y" else "Y": values for name, values in data.items()}
    other["Z9"] = [1 - value for value in other["Z9"]]  # C0, negated
    one = sets.minimize(sets.truth_table(data, "Y"), listed=100_000).solution
    two = sets.minimize(sets.truth_table(other, "Y"), listed=100_000).solution

    def turned(cube: tuple[int, ...]) -> tuple[int, ...]:
        return (cube[0] if cube[0] < 0 else 1 - cube[0], *cube[1:])

    assert one.count == two.count
    assert {frozenset(model) for model in one.models} == {frozenset(map(turned, model)) for model in two.models}
    assert {turned(cube) for cube in two.core} == set(one.core)


@pytest.mark.parametrize(("rows", "columns", "share"), [(6, 12, 0.3), (18, 45, 0.15), (64, 64, 0.06), (40, 60, 0.05)])
def test_small_charts_are_answered_as_by_the_plain_search(rows: int, columns: int, share: float) -> None:
    """One bit for each row and each column: also the highest."""
    from veche.sets import _small
    from veche.sets._bounds import words_of
    from veche.sets._counting import count_covers

    for seed in range(25):
        draw = np.random.default_rng([seed, rows])
        cells = np.unique(draw.random((columns, rows)) < share, axis=0)
        cells = cells[cells.any(axis=1)]
        cells[-1] |= ~cells.any(axis=0)
        weight = draw.integers(1, 4, len(cells))
        holders = [sum(1 << int(at) for at in np.flatnonzero(cells[:, row])) for row in range(rows)]
        covers, held = np.empty((_small.MOST_COVERS, rows), dtype=np.int64), np.zeros(len(cells), dtype=np.int64)
        size, found, count, _nodes = _small.few_covers(words_of(cells), weight, rows, covers, held)
        expected = all_covers(holders, weight.tolist(), time.monotonic() + 60)
        answer = count_covers(words_of(cells), weight, rows, time.monotonic() + 60)
        assert answer is not None and (answer.size, answer.count, answer.held) == (
            expected.size,
            expected.count,
            expected.held,
        )
        if size:
            assert (size, count) == (expected.size, expected.count)
            assert {at: int(one) for at, one in enumerate(held) if one} == expected.held
            assert {frozenset(line) for line in covers[:found, :size].tolist()} == set(
                map(frozenset, expected.covers.tolist())
            )


def test_without_numba_a_large_chart_is_searched_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_chart, "compiled", lambda steps: False)
    coverage = random_chart(77, 30, 200, 0.12)
    cover = solve(coverage, 30)
    monkeypatch.undo()
    again = solve(coverage, 30)
    assert (cover.size, cover.count, cover.complete, cover.solver) == (again.size, again.count, True, "plain")
    holders = [sum(1 << column for column, mask in enumerate(coverage) if mask >> row & 1) for row in range(30)]
    short = all_covers(holders, [1] * len(coverage), 0.0, nodes=1)
    assert not short.complete and short.least <= cover.size <= short.size


def test_a_structure_in_which_a_factor_cannot_vary_is_left_out() -> None:
    from itertools import product

    from veche.sets.redundancy import Atomic, _constant, _truth

    one = sets.read_memberships(pd.DataFrame({name: [0, 1, 1, 0] for name in "ABC"}), list("ABC"))
    rows = np.array([*product((0, 1), repeat=3)])

    def part(outcome: str, *terms: str) -> Atomic:
        return Atomic(outcome, tuple(map(one.read, terms)), "", 1.0, 1.0)

    def stuck(*parts: Atomic) -> bool:
        holds = {each: _truth(each.terms, rows) == rows[:, one.place_of(each.outcome)].astype(bool) for each in parts}
        return _constant(one, parts, holds, rows)

    # A is C, so A + ~C is always there and B never varies
    assert stuck(part("A", "C"), part("B", "A", "~C"))
    assert not stuck(part("A", "C"), part("B", "A"))


def test_a_structure_that_implies_a_shorter_part_of_itself_is_left_out() -> None:
    """Where D is C, and A and C together are D, C alone is D: A makes no difference, although the structure without it says less."""
    from itertools import product

    from veche.sets.redundancy import Atomic, _partly_redundant, _truth

    one = sets.read_memberships(pd.DataFrame({name: [0, 1, 1, 0] for name in "ABCD"}), list("ABCD"))
    rows = np.array([*product((0, 1), repeat=4)])

    def part(outcome: str, *terms: str) -> Atomic:
        return Atomic(outcome, tuple(map(one.read, terms)), "", 1.0, 1.0)

    def shorter(*parts: Atomic) -> bool:
        holds = {each: _truth(each.terms, rows) == rows[:, one.place_of(each.outcome)].astype(bool) for each in parts}
        return _partly_redundant(one, parts, holds, rows)

    assert shorter(part("C", "D"), part("D", "A*C"))
    # each holds whenever the other does, so B and A add nothing
    assert shorter(part("C", "B", "D"), part("D", "A", "C"))
    assert not shorter(part("C", "A", "B"), part("D", "C"))


def test_a_structure_within_another_one_is_left_out() -> None:
    from veche.sets.redundancy import Atomic, _largest

    one, two, three = (Atomic(name, (), name, 1.0, 1.0) for name in "ABC")
    small, large, other = frozenset({one}), frozenset({one, two}), frozenset({one, three})
    assert set(_largest([small, large, other])) == {large, other}
    assert _largest([small]) == [small]


def test_models_that_cannot_be_joined_stand_by_themselves() -> None:
    # three of four cases of C are D, all with A: C alone is too weak for D; but with "C is D", A would make no difference
    cases = [(1, 1, 1)] * 3 + [(0, 1, 0)] + [(1, 0, 0)] * 3 + [(0, 0, 0)]
    data = {name: [case[at] for case in cases] for at, name in enumerate("ACD")}
    found = sets.redundancy_free(data, outcomes=["C", "D"], consistency=0.8, coverage=0.7)
    assert sorted(one.text for one in found.atomic) == ["A*C <-> D", "D <-> C"]
    assert sorted(one.text for one in found.structures) == ["A*C <-> D", "D <-> C"]
