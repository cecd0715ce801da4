"""Measure set-theoretic comparison: all smallest models counted with their core, on seeded tables; and how often a planted model is found again.

    python bench/run.py sets

Tables: a rule of three terms with one case in twenty turned round, and a random outcome. Measured is processor time from the truth table to the
count, the core, the listed models (up to 10,000) and their fits, once the compiled parts are loaded; loading them has a line of its own. A reference
is the time of a prototype on tables of the same sizes (not the same tables), none where that one gave no whole answer; its ratio is given. How long a
table takes hangs on the table more than on its size (how far the linear bound is from the minimum, how many models there are), so there are several
seeds of each; at 20 x 150 the reference is for a table with 7,346 models, 78 µs for each.
"""

from __future__ import annotations

import resource
import time
from typing import Any

import numpy as np

from veche import sets
from veche.study import InputProblem

#: conditions, cases, rule (else random), seeds, reference in seconds, most seconds (the target where there is no reference)
TABLES = (
    (6, 50, True, (1, 2, 3), 0.0006, None), (6, 150, False, (1, 2, 3), 0.0023, None), (10, 50, True, (1, 2, 3), 0.0024, None),
    (10, 50, False, (1,), None, None), (10, 150, True, (1,), None, None), (10, 150, False, (1, 2, 3, 4), None, 60.0),
    (10, 300, True, (1, 2), 0.052, None), (15, 50, True, (1,), None, None), (15, 150, True, (1, 2, 3), 0.11, None),
    (15, 300, True, (1, 2), None, 60.0), (20, 50, True, (1,), None, None), (20, 150, True, (1, 2, 3, 4, 5), 0.57, None),
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


def answered(table: sets.TruthTable) -> sets.Solution:
    """Count, list and measure all smallest models."""
    found = sets.minimize(table, listed=10_000, seconds=60).solution
    _all = found.count, found.core, found.models, found.fits
    return found


def measured(
    conditions: int, cases: int, rule: bool, seed: int, reference: float | None, most: float | None
) -> dict[str, Any]:
    """Measure one table; the best of three times where that does not take long."""
    table = sets.truth_table(made(conditions, cases, rule, seed), "Y", incl_cut=0.8)
    best = float("inf")
    for _again in range(3):
        begin = time.process_time()
        one = answered(table)
        best = min(best, time.process_time() - begin)
        if best > 1:
            break
    done, target = one.done, reference if reference is not None else most
    size = f"{one.size} terms" if done.size_proved else f"{done.least} to {one.size} terms"
    ratio = "" if reference is None else f", {best / reference:.2g} of reference"
    return {
        "name": f"{conditions}x{cases}{'' if rule else 'r'}-{seed}",
        "what": f"{conditions} conditions, {cases} cases, {'rule' if rule else 'random'}, seed {seed}: {size}, {one.said}, "
        f"{len(one.core)} in all, {done.listed:,} listed with fits, {1e6 * best / one.count:.2g} µs for each model{ratio}",
        "value": round(best, 4), "unit": "s", "target": target, "kept": target is None or (best <= target and done.complete),
    }  # fmt: skip


def run() -> list[dict[str, Any]]:
    """Measure and return the rows; the compiled searches are loaded before."""
    begin = time.process_time()
    answered(sets.truth_table(made(10, 150, True), "Y"))
    rows: list[dict[str, Any]] = [{
        "name": "load", "what": "first table of a process: compiled parts loaded from disk, or compiled if they are not there yet",
        "value": round(time.process_time() - begin, 2), "unit": "s", "target": None, "kept": True,
    }]  # fmt: skip
    for conditions, cases, rule, seeds, reference, most in TABLES:
        rows += [measured(conditions, cases, rule, seed, reference, most) for seed in seeds]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows.append({
        "name": "memory", "what": "most memory of the process in all of these", "value": round(peak), "unit": "MB", "target": 1000,
        "kept": peak <= 1000,
    })  # fmt: skip
    for turned, cases in PLANTED:
        share = found_again(turned, cases)
        rows.append({
            "name": f"planted{turned}of{cases}", "what": f"planted model not found, {turned} of {cases} cases turned round",
            "value": round(1 - share, 3), "unit": "", "target": None, "kept": True,
        })  # fmt: skip
    return rows
