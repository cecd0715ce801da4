"""Minimisation agrees with looking at everything; models are counted exactly; the order of cases and conditions changes nothing."""

from __future__ import annotations

import random
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sets import _brute
from veche import sets
from veche.sets import _chart, _primes, fit
from veche.sets._chart import solve
from veche.sets._engine import compiled
from veche.sets._primes import merged, primes_against
from veche.sets._terms import covers
from veche.sets.minimization import shortened
from veche.study import InputProblem


def random_table(seed: int) -> sets.TruthTable | None:
    """A table of up to five conditions: crisp, fuzzy or with three values."""
    draw = random.Random(seed)
    kind = draw.choice(["crisp", "fuzzy", "three"])
    width = draw.randint(2, 3 if kind == "three" else 5)
    count = draw.randint(4, 14)
    data: dict[str, list[float]] = {}
    for at in range(width):
        if kind == "fuzzy":
            data[f"C{at}"] = [draw.choice([0, 0.2, 0.4, 0.6, 0.8, 1]) for _case in range(count)]
        else:
            data[f"C{at}"] = [float(draw.randrange(3 if kind == "three" else 2)) for _case in range(count)]
    data["Y"] = [
        draw.choice([0, 0.2, 0.7, 1]) if kind == "fuzzy" else float(draw.random() < 0.5) for _case in range(count)
    ]
    try:
        return sets.truth_table(data, "Y", incl_cut=draw.choice([0.6, 0.75, 0.9]), n_cut=1)
    except InputProblem:
        return None


@pytest.mark.parametrize("part", range(8))
def test_two_thousand_random_tables_agree_with_brute_force(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of them by the compiled parts, which leave tables so small to the plain ones when they are not loaded yet."""
    fast = part % 2 == 0 and compiled(float("inf"))
    for module in (_primes, _chart, fit):
        monkeypatch.setattr(module, "compiled", lambda steps: fast)
    compared = 0
    for seed in range(part * 350, part * 350 + 350):
        table = random_table(seed)
        if table is None or not table.positive or not table.negative:
            continue
        compared += 1
        levels = table.frame.levels
        positive = [row.cube for row in table.positive]
        negative = {row.cube for row in table.negative}
        everything = set(_brute.rows_of(levels))
        for kind, allowed in (("conservative", set(positive)), ("parsimonious", everything - negative)):
            found = sets.minimize(table, kind, listed=100_000).solution  # type: ignore[arg-type]
            expected = _brute.primes(levels, positive, allowed)
            assert set(found.primes) == expected, (seed, kind)
            models = _brute.models(expected, positive)
            assert {frozenset(model) for model in found.models} == models, (seed, kind)
            assert (found.count, found.complete) == (len(models), True), (seed, kind)
            for cube, share in found.share.items():
                assert share == pytest.approx(sum(cube in model for model in models) / len(models))
    assert compared > 250


@pytest.mark.parametrize("seed", range(60))
def test_intermediate_solutions_follow_the_definition(seed: int) -> None:
    table = random_table(5000 + seed)
    if table is None or not table.positive or not table.negative:
        return
    frame = table.frame
    draw = random.Random(seed)
    expected = {
        name: draw.randrange(levels)
        for name, levels in zip(frame.names, frame.levels, strict=True)
        if draw.random() < 0.7
    }
    single = {frame.place_of(name): {value} for name, value in expected.items()}
    positive = [row.cube for row in table.positive]
    observed = {row.cube for row in table.rows}
    remainders = [row for row in _brute.rows_of(frame.levels) if row not in observed]
    for one in sets.minimize(table, "intermediate", expectations=expected, listed=100_000).solutions:
        assert one.of is not None
        plain, short = one.of
        terms = [shortened(c, p, single) for c in plain for p in short if covers(p, c)]
        easy = [
            row for row in remainders
            if any(_brute.holds(p, row) for p in short) and any(_brute.holds(term, row) for term in terms)
        ]  # fmt: skip
        primes = _brute.primes(frame.levels, positive, [*positive, *easy])
        assert set(one.primes) == primes
        assert {frozenset(model) for model in one.models} == _brute.models(primes, positive)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_cases_and_conditions_changes_nothing(seed: int, draw: random.Random) -> None:
    table = random_table(seed)
    if table is None or not table.positive or not table.negative:
        return
    frame = table.frame
    cases, places = list(range(len(frame.cases))), list(range(frame.width))
    draw.shuffle(cases)
    draw.shuffle(places)
    other = sets.Frame(
        tuple(frame.names[at] for at in places), tuple(frame.levels[at] for at in places), tuple(frame.multi[at] for at in places),
        tuple(frame.literals[at][:, cases] for at in places), tuple(frame.cases[at] for at in cases), frame.outcome[cases], "Y",
    )  # fmt: skip
    again = sets.truth_table(other, incl_cut=table.incl_cut[0])

    def words(found: sets.Result) -> set[frozenset[str]]:
        return {frozenset("*".join(sorted(term.split("*"))) for term in model) for model in found.written()}

    assert words(sets.minimize(table, listed=10_000)) == words(sets.minimize(again, listed=10_000))


def test_the_number_of_models_is_the_product_over_components() -> None:
    # three rows that share no column, with 4, 5 and 6 columns each of equal coverage, and one row with two different columns
    coverage = [1] * 4 + [2] * 5 + [4] * 6 + [8, 8 | 1]
    cover = solve(coverage, 4)
    listed = {frozenset(model) for model in cover.models()}
    assert cover.size == 3
    assert cover.count == len(listed) == 5 * 6  # the column that covers two rows at once is in every model
    assert all(16 in model for model in listed)


def test_a_search_without_time_says_so_and_still_gives_a_model() -> None:
    draw = random.Random(4)
    coverage = list({sum(1 << row for row in range(40) if draw.random() < 0.12) for _column in range(300)} - {0})
    coverage += [1 << row for row in range(40)]
    cover = solve(coverage, 40, seconds=0.0, nodes=3)
    assert not cover.complete
    assert cover.least <= cover.size
    union = 0
    for column in next(cover.models()):
        union |= coverage[column]
    assert union == (1 << 40) - 1
    assert cover.count >= 1


def test_the_compiled_search_finds_the_same_primes(monkeypatch: pytest.MonkeyPatch) -> None:
    from veche.sets import _primes

    draw = random.Random(7)
    rows = list(dict.fromkeys(tuple(draw.randrange(2) for _at in range(8)) for _row in range(60)))
    positive, negative = rows[:25], rows[25:]
    monkeypatch.setattr(_primes, "compiled", lambda steps: False)
    plain = primes_against(positive, negative, [2] * 8)
    monkeypatch.setattr(_primes, "compiled", lambda steps: True)
    assert primes_against(positive, negative, [2] * 8) == plain
    assert len(set(plain)) == len(plain)
    assert set(plain) == _brute.primes([2] * 8, positive, set(_brute.rows_of([2] * 8)) - set(negative))


def test_merging_takes_all_values_of_a_condition() -> None:
    rows = [(0, 1), (1, 1), (2, 1), (2, 0)]
    assert set(merged(rows, [3, 2])) == {(-1, 1), (2, -1)}


def test_a_planted_rule_is_found() -> None:
    rows = list(product((0, 1), repeat=4))
    data = pd.DataFrame(rows, columns=list("ABCD"))
    data["Y"] = (data.A & ~data.B.astype(bool) | data.C & data.D).astype(int)
    found = sets.minimize(sets.truth_table(data, "Y", incl_cut=1)).solution
    assert found.write() == "A*~B + C*D"
    assert (found.count, found.complete, len(found.core)) == (1, True, 2)
    assert found.fit().whole.inclusion == found.fit().whole.coverage == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Y": [1, 1, 1, 1]}, "outcome Y is 1 in all 4 cases"),
        ({"A": [1, 0, None, 0]}, "Case c has no value for A; cases without one: 1"),
        ({"A": [1, 0, 1.2, 0]}, r"Case c has 1\.2 for A"),
        ({"A": [1, 0, "x", 0]}, "Case c has x for A"),
        ({"A": [1, 1, 0, 0]}, "Condition A equals the outcome Y"),
        ({"A": [0, 0, 1, 1]}, "Condition ~A equals the outcome Y"),
        ({"case": ["a", "a", "c", "d"]}, "Case a stands in the table more than once"),
    ],
)
def test_bad_data_is_named_with_case_and_condition(change: dict[str, list[object]], message: str) -> None:
    data = {"case": ["a", "b", "c", "d"], "A": [1, 0, 1, 0], "B": [1, 0.3, 1, 0], "Y": [1, 1, 0, 0], **change}
    with pytest.raises(InputProblem, match=message):
        sets.truth_table(data, "Y", cases="case")


def test_bad_cut_offs_and_empty_sides_say_what_to_do() -> None:
    data = {"A": [1, 0, 1, 0], "B": [1, 1, 0, 0], "Y": [1, 1, 0, 0.4]}
    with pytest.raises(InputProblem, match="The table has no column AA"):
        sets.truth_table(data, "Y", ["AA"])
    with pytest.raises(InputProblem, match="stands among the conditions"):
        sets.truth_table(data, "Y", ["A", "Y"])
    with pytest.raises(InputProblem, match="cut-offs are incl"):
        sets.truth_table(data, "Y", incl_cut=1.4)
    with pytest.raises(InputProblem, match="No row of Y is positive"):
        sets.minimize(sets.truth_table({**data, "Y": [0.6, 0.6, 0, 0.4]}, "Y", incl_cut=1))
    with pytest.raises(InputProblem, match="Every row of Y is positive"):
        sets.minimize(sets.truth_table(data, "Y", incl_cut=0))
    table = sets.truth_table({**data, "A": [1, 0.5, 1, 0]}, "Y", incl_cut=0.8)
    assert any("at exactly 0.5 in A" in note for note in table.notes)
    many = pd.DataFrame(np.eye(6, 8).astype(int), columns=list("ABCDEFGH")).assign(Y=[1, 0, 1, 0, 1, 0])
    assert any("256 combinations for 6 cases" in note for note in sets.truth_table(many, "Y").notes)
