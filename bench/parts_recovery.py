"""Measure how often a planted rule is found again among the smallest models, by noise and number of cases.

    python bench/run.py recovery
    python bench/parts_recovery.py docs/planted-rules.png      also draws it

A run: one of the rules below on five crisp conditions, cases drawn evenly from all 32 combinations, and in a share of the cases the outcome turned
round (that share of the cases exactly, rounded). It counts as found if the planted rule is among the smallest parsimonious models at a cut-off of
consistency. With few cases most combinations are not observed, and a shorter rule says the same of those that are: that is not a fault of the search.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from veche import sets
from veche.sets.cut_offs import Judging
from veche.study import InputProblem

CONDITIONS = "ABCDE"
#: planted rules; each is the only smallest model of its own complete truth table
RULES = ("A*~B + C*D", "A*B + ~A*C", "A*~B*C + D*~E")
NOISE = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
CASES = (10, 20, 40, 80, 160, 320)
RUNS = 30
#: cut-offs of consistency: a usual one, and little more than a majority of the cases of a row
INCL = (0.8, 0.6)


def truth(rule: str, x: Any) -> Any:
    """Give the outcome of a rule for rows of zeros and ones; shape (cases,)."""
    found = np.zeros(len(x), dtype=bool)
    for term in rule.split(" + "):
        inside = np.ones(len(x), dtype=bool)
        for literal in term.split("*"):
            column = x[:, CONDITIONS.index(literal.lstrip("~"))]
            inside &= column == (0 if literal.startswith("~") else 1)
        found |= inside
    return found


def made(rule: str, cases: int, noise: float, seed: int) -> dict[str, Any]:
    """Make one table."""
    draw = np.random.default_rng([seed, cases, round(noise * 1000), RULES.index(rule)])
    x = draw.integers(0, 2, (cases, len(CONDITIONS)))
    y = truth(rule, x)
    wrong = draw.choice(cases, round(noise * cases), replace=False)
    y[wrong] = ~y[wrong]
    return {**{name: x[:, at] for at, name in enumerate(CONDITIONS)}, "Y": y.astype(int)}


def found_again(rule: str, data: dict[str, Any]) -> dict[float, bool]:
    """Say at each cut-off whether the planted rule is among the smallest models."""
    try:
        judging = Judging(sets.make_frame(data, "Y"), "parsimonious")
    except InputProblem:
        # an outcome that does not vary, or that a single condition equals by chance
        return dict.fromkeys(INCL, False)
    found = {}
    for cut in INCL:
        try:
            models = judging.at(cut).written()
        except InputProblem:
            models = ()
        found[cut] = frozenset(rule.split(" + ")) in map(frozenset, models)
    return found


def shares(runs: int = RUNS) -> Iterator[tuple[float, int, dict[float, float]]]:
    """Yield noise, number of cases, and by cut-off the share of runs over all rules in which the planted one was found."""
    for noise in NOISE:
        for cases in CASES:
            found = [found_again(rule, made(rule, cases, noise, seed)) for rule in RULES for seed in range(runs)]
            yield noise, cases, {cut: sum(one[cut] for one in found) / len(found) for cut in INCL}


def run() -> list[dict[str, Any]]:
    """Measure; returns the rows."""
    return [
        {
            "name": f"planted{noise}of{cases}at{cut}",
            "what": f"planted rule among the models at consistency {cut}, {noise:.0%} of {cases} cases turned round",
            "value": round(share, 3), "unit": "", "target": None, "kept": True,
        }
        for noise, cases, found in shares()
        for cut, share in found.items()
    ]  # fmt: skip


def picture(path: Path, runs: int = RUNS) -> Path:
    """Draw the shares as a heat map for each cut-off."""
    from veche.figures import Frame, Sheet, finish, save
    from veche.figures.sets import Tile, draw_heat
    from veche.words import percent

    found = list(shares(runs))
    most = CASES[-1]
    sheet = Sheet(880, 64 + 32 * len(NOISE))
    sheet.text(92, 38, "turned round", size=11.5, align="right")
    for nth, cut in enumerate(INCL):
        left = 400.0 * nth
        tiles = [
            Tile(NOISE.index(noise), CASES.index(cases), one[cut], percent(one[cut])) for noise, cases, one in found
        ]
        names = [percent(one) for one in NOISE]
        draw_heat(sheet, tiles, names, [str(one) for one in CASES], left=left, top=50, label=100, height=32, wide=50)
        sheet.text(
            left + 100 + 25 * len(CASES),
            10,
            f"consistency {cut}, by number of cases",
            size=12.5,
            align="center",
            bold=True,
        )
    at = {(noise, cases): one for noise, cases, one in found}
    clean, usual, low = at[0.0, most][INCL[0]], at[0.1, most][INCL[0]], at[0.1, most][INCL[1]]
    title = (
        f"Without noise the planted rule is among the models in {percent(clean)} of runs; "
        f"with a tenth of {most} cases turned round in {percent(usual)} at a cut-off of {INCL[0]}, in {percent(low)} at {INCL[1]}"
    )
    caption = (
        f"Share of {runs * len(RULES)} runs each in which the planted rule ({', '.join(RULES)}) is among the smallest parsimonious models. "
        "Five crisp conditions; in a share of the cases the outcome is turned round. With few cases a shorter rule says the same of all "
        "that is observed."
    )
    return save(finish(sheet, Frame(title=title, caption=caption)), path)


if __name__ == "__main__":
    print(picture(Path(sys.argv[1] if len(sys.argv) > 1 else "planted-rules.png")))
