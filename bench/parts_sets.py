"""Measure set-theoretic comparison: all smallest models counted with their core, on seeded tables; and how often a planted model is found again.

    python bench/run.py sets

Tables: a rule of three terms with one case in twenty turned round, and a random outcome. A target is the time of a prototype on tables of the
same sizes; it is none where that one gave no whole answer.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from veche import sets
from veche.study import InputProblem

#: conditions, cases, rule (else random), target in seconds
TABLES = (
    (6, 50, True, 0.0006), (6, 150, False, 0.0023), (10, 50, True, 0.0024), (10, 50, False, None), (10, 150, True, None), (10, 150, False, 60.0),
    (10, 300, True, 0.052), (15, 50, True, None), (15, 150, True, 0.11), (15, 300, True, 60.0), (20, 50, True, None), (20, 150, True, 0.57),
)  # fmt: skip
PLANTED = ((0, 20), (0, 50), (1, 20), (1, 50), (3, 50), (3, 150))
RUNS = 20


def made(conditions: int, cases: int, rule: bool, seed: int = 1, noise: float = 0.05) -> dict[str, Any]:
    """Make a table of crisp conditions and the outcome Y."""
    draw = np.random.default_rng(seed)
    x = draw.integers(0, 2, (cases, conditions))
    if rule:
        y = (
            ((x[:, 0] == 1) & (x[:, 1] == 0))
            | ((x[:, 2] == 1) & (x[:, 3] == 1))
            | ((x[:, 0] == 0) & (x[:, 4] == 1) & (x[:, 5] == 1))
        )
        y = np.where(draw.random(cases) < noise, ~y, y).astype(int)
    else:
        y = draw.integers(0, 2, cases)
    return {**{f"C{at}": x[:, at] for at in range(conditions)}, "Y": y}


def found_again(turned: int, cases: int) -> float:
    """Share of seeded tables of four conditions in which the planted model is among the smallest, with so many cases turned round."""
    count = 0
    for seed in range(RUNS):
        draw = np.random.default_rng([seed, cases, turned])
        x = draw.integers(0, 2, (cases, 4))
        y = ((x[:, 0] == 1) & (x[:, 1] == 0)) | (x[:, 2] == 1)
        wrong = draw.choice(cases, turned, replace=False)
        y[wrong] = ~y[wrong]
        data = {**{name: x[:, at] for at, name in enumerate("ABCD")}, "Y": y.astype(int)}
        try:
            models = sets.minimize(sets.truth_table(data, "Y", incl_cut=0.75)).written()
        except InputProblem:
            # by chance a condition equals the outcome in every case
            continue
        count += frozenset({"A*~B", "C"}) in {frozenset(one) for one in models}
    return count / RUNS


def run() -> list[dict[str, Any]]:
    """Measure and return the rows; the compiled searches are loaded before."""
    sets.minimize(sets.truth_table(made(10, 150, True), "Y"), listed=10)
    rows: list[dict[str, Any]] = []
    for conditions, cases, rule, target in TABLES:
        table = sets.truth_table(made(conditions, cases, rule), "Y", incl_cut=0.8)
        best = float("inf")
        for _again in range(3):
            begin = time.process_time()
            one = sets.minimize(table, listed=10, seconds=60).solution
            best = min(best, time.process_time() - begin)
            if best > 1:
                break
        said = f"{one.count:,} models" if one.complete else f"at least {one.count:,}"
        size = f"{one.size} terms" if one.size == one.cover.least else f"{one.cover.least} to {one.size} terms"
        rows.append({
            "name": f"{conditions}x{cases}{'' if rule else 'r'}",
            "what": f"{conditions} conditions, {cases} cases, {'rule' if rule else 'random'}: {size}, {said}",
            "value": round(best, 4), "unit": "s", "target": target, "kept": target is None or best <= target,
        })  # fmt: skip
    for turned, cases in PLANTED:
        share = found_again(turned, cases)
        rows.append({
            "name": f"planted{turned}of{cases}", "what": f"planted model not found, {turned} of {cases} cases turned round",
            "value": round(1 - share, 3), "unit": "", "target": None, "kept": True,
        })  # fmt: skip
    return rows
