"""Measure set-theoretic comparison: all smallest models counted with their core, on seeded tables; and how often a planted model is found again.

    python bench/run.py sets

Tables: a rule of three terms with one case in twenty turned round, and a random outcome; of every size the seeds 1 to 5. Measured is processor
time from the truth table to the count, the core, the listed models (up to 10,000, as places of their terms) and their fits, once the compiled parts
are loaded (that has a line of its own): the best of several times within a fifth of a second, at least of three where one does not take longer than a
second.

How long a table takes hangs on the table more than on its size: on how far the linear bound is from the minimum, and on how many models there are. So
each size has a line for every seed, and a line with the median of its seeds and their range, in seconds, in models, and as a ratio to the
reference. A reference is the time of a prototype on one table of that size, not the same one; how many models that had is known only for 20 x 150:
7,346 in 0.57 s, 78 µs for each. Only models that are listed are measured, so that a table with more than 10,000 has a small time for each.
"""

from __future__ import annotations

import resource
import time
from statistics import median
from typing import Any

import numpy as np

from veche import sets
from veche.study import InputProblem

#: conditions, cases, rule (else random), reference in seconds (0.05 to 0.11 at 15 x 150: the middle), most seconds
TABLES = (
    (6, 50, True, 0.0006, None), (6, 150, False, 0.0023, None), (10, 50, True, 0.0024, None), (10, 50, False, None, None),
    (10, 150, True, None, None), (10, 150, False, None, 60.0), (10, 300, True, 0.052, None), (15, 50, True, None, None),
    (15, 150, True, 0.08, None), (15, 300, True, None, 60.0), (20, 50, True, None, None), (20, 150, True, 0.57, None),
)  # fmt: skip
SEEDS = (1, 2, 3, 4, 5)
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
    _all = found.count, found.core, found.chosen, found.fits
    return found


def measured(conditions: int, cases: int, rule: bool, seed: int, most: float | None) -> dict[str, Any]:
    """Measure one table; its row has besides how many models there are."""
    table = sets.truth_table(made(conditions, cases, rule, seed), "Y", incl_cut=0.8)
    times: list[float] = []
    while not times or (max(times) < 1 and (len(times) < 3 or (sum(times) < 0.2 and len(times) < 50))):
        begin = time.process_time()
        one = answered(table)
        times.append(time.process_time() - begin)
    done, best = one.done, min(times)
    size = f"{one.size} terms" if done.size_proved else f"{done.least} to {one.size} terms"
    return {
        "name": f"{_name(conditions, cases, rule)}-{seed}",
        "what": f"{conditions} conditions, {cases} cases, {'rule' if rule else 'random'}, seed {seed}: {size}, {one.said}, "
        f"{len(one.core)} in all, {done.listed:,} listed with fits, {1e6 * best / one.count:.2g} µs for each model",
        "value": round(best, 5), "unit": "s", "target": most, "kept": most is None or (best <= most and done.complete),
        "models": one.count,
    }  # fmt: skip


def _name(conditions: int, cases: int, rule: bool) -> str:
    return f"{conditions}x{cases}{'' if rule else 'r'}"


def together(
    conditions: int, cases: int, rule: bool, rows: list[dict[str, Any]], reference: float | None
) -> dict[str, Any]:
    """Say for a size the median of its seeds and their range; the ratio is the figure where there is a reference, else the seconds."""
    seconds, models = [row["value"] for row in rows], [row["models"] for row in rows]
    each = [1e6 * one / many for one, many in zip(seconds, models, strict=True)]

    def said(values: list[float], form: str) -> str:
        return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"

    what = (
        f"{conditions} conditions, {cases} cases, {'rule' if rule else 'random'}, median and range of {len(rows)} seeds: {said(seconds, '.2g')} s, "
        f"{said(models, ',.0f')} models, {said(each, '.2g')} µs for each"
    )
    if reference is None:
        return {
            "name": _name(conditions, cases, rule),
            "what": what,
            "value": median(seconds),
            "unit": "s",
            "target": None,
            "kept": True,
        }
    ratios = [one / reference for one in seconds]
    what += f"; {said(ratios, '.2g')} times the reference of {reference:g} s"
    value = round(median(ratios), 2)
    return {
        "name": _name(conditions, cases, rule),
        "what": what,
        "value": value,
        "unit": "x",
        "target": 1.0,
        "kept": value <= 1,
    }


def run() -> list[dict[str, Any]]:
    """Measure and return the rows; the compiled searches are loaded before."""
    begin = time.process_time()
    answered(sets.truth_table(made(10, 150, True), "Y"))
    rows: list[dict[str, Any]] = [{
        "name": "load", "what": "first table of a process: compiled parts loaded from disk, or compiled if they are not there yet",
        "value": round(time.process_time() - begin, 2), "unit": "s", "target": None, "kept": True,
    }]  # fmt: skip
    for conditions, cases, rule, reference, most in TABLES:
        own = [measured(conditions, cases, rule, seed, most) for seed in SEEDS]
        rows += [*own, together(conditions, cases, rule, own, reference)]
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
