"""Coverage and sharpness of the calibration on synthetic towns: what docs/lab-calibration.md reports.

Studies of six fictional towns are drawn: conditions with something in common (as in `veche.lab._pooling`) or each from the whole box, one run of the
model per town with draws of its own, three coders with parameters from the priors of the measurement model. Each study goes through the whole chain.
No town of these studies is a point of the reference table, on whose points the calibration itself is recalibrated.

    python bench/lab_coverage.py --towns 400 --out bench/out/lab-coverage.csv
    python bench/lab_coverage.py --read bench/out/lab-coverage.csv more.csv

Studies are numbered; `--first` goes on where another file ends, and `--read` puts files together.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from veche.lab._pooling import ALIKE, SHARES
from veche.lab.calibration import LEVEL, between, calibrate
from veche.lab.evidence import COLUMNS, Coded
from veche.lab.indicators import KEYS
from veche.lab.measurement import FIRST, GAP, SLOPE, SPREAD
from veche.lab.reference_table import NAMES, ReferenceTable, open_table, read_table, run_indicators

TOWNS = 6
#: conditions of the towns of a study have something in common, or lie anywhere in the box
KINDS = ("common", "box")
#: a condition is covered well enough within these shares
ENOUGH = (0.88, 0.92)
MEASURED = ("kind", "way", "study", "town", "condition", "inside", "width", "rank", "spread")


def study(
    rng: np.random.Generator, table: ReferenceTable, number: int, *, common: bool, coders: int = 3
) -> tuple[np.ndarray, Coded]:
    """Draw one study: the true conditions on the probit scale, and what coders say."""
    share = rng.choice(SHARES, len(NAMES), p=ALIKE) if common else np.zeros(len(NAMES))
    mean = np.sqrt(share) * rng.standard_normal(len(NAMES))
    truth = mean + np.sqrt(1 - share) * rng.standard_normal((TOWNS, len(NAMES)))
    levels = run_indicators(ndtr(truth), table.scale, seed=9_000 + number, first_point=50_000_000)
    levels = np.where(np.isnan(levels), 0.0, levels)
    slope, cuts = np.exp(rng.normal(*SLOPE)), np.cumsum([rng.normal(*FIRST), *np.exp(rng.normal(*GAP, 3))])
    bias = abs(rng.normal(0, SPREAD)) * rng.standard_normal(coders)
    ease = abs(rng.normal(0, SPREAD)) * rng.standard_normal(len(KEYS))
    heard = slope * levels[..., None] + ease[:, None] + bias + rng.logistic(size=(*levels.shape, coders))
    codes = (cuts < heard[..., None]).sum(axis=-1)
    rows = [
        (f"T{town}", "1", KEYS[at], f"c{coder}", int(codes[town, at, coder]))
        for town in range(TOWNS) for at in range(len(KEYS)) for coder in range(coders)
    ]  # fmt: skip
    return truth, Coded(pd.DataFrame(rows, columns=list(COLUMNS)))


def measure(kind: str, number: int, seed: int, table: ReferenceTable) -> list[tuple[Any, ...]]:
    """Calibrate one study and say of each town and condition whether the interval holds the truth, and how wide it is."""
    drawn = number + (0 if kind == "common" else 500_000)
    truth, coded = study(np.random.default_rng([seed, drawn]), table, drawn, common=kind == "common")
    found = calibrate(coded, table, seed=number)
    rows: list[tuple[Any, ...]] = []
    for way, draws in (("alone", found.alone), ("pooled", found.pooled)):
        for town, (own, true) in enumerate(zip(draws, truth, strict=True)):
            low, _middle, high = between(own)
            measured = np.column_stack([
                (low <= true) & (true <= high), (ndtr(high) - ndtr(low)) / LEVEL, (own < true).mean(axis=0), own.std(axis=0),
            ])  # fmt: skip
            rows += [(kind, way, number, town, name, *one) for name, one in zip(NAMES, measured, strict=True)]
    return rows


def save(rows: list[tuple[Any, ...]], path: Path) -> pd.DataFrame:
    """Write what is measured so far."""
    frame = pd.DataFrame(rows, columns=list(MEASURED))
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(path, index=False)
    return frame


def report(frame: pd.DataFrame) -> None:
    """Print coverage and sharpness: all conditions together and each, and how many are covered well enough."""
    towns = frame.groupby(["kind", "way"]).apply(lambda one: len(one) // len(NAMES), include_groups=False)
    whole = frame.groupby(["kind", "way"])[["inside", "width", "spread"]].mean()
    print(whole.assign(towns=towns).round(3).to_string())
    each = frame.pivot_table(index="condition", columns=["kind", "way"], values=["inside", "width"], sort=False)
    print(each.round(3).to_string())
    for (kind, way), part in frame.groupby(["kind", "way"]):
        of_each = part.groupby("condition", sort=False)["inside"].mean()
        good = of_each.between(*ENOUGH)
        error = (LEVEL * (1 - LEVEL) / towns[kind, way]) ** 0.5
        squares = float((((of_each - LEVEL) / error) ** 2).sum())
        print(
            f"{kind}, {way}: {good.sum()} of {len(good)} conditions within {ENOUGH}, all from {of_each.min():.3f} to {of_each.max():.3f}"
        )
        print(f"  Monte-Carlo error {error:.4f}; sum of squared standardised distances {squares:.1f}")
        print(f"  outside: {', '.join(of_each.index[~good]) or 'none'}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--towns", type=int, default=400, help="of each kind (whole studies of six)")
    parser.add_argument("--first", type=int, default=0, help="number of the first study")
    parser.add_argument("--table", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--out", type=Path, default=Path("bench/out/lab-coverage.csv"))
    parser.add_argument("--read", type=Path, nargs="+", help="only report what these files hold")
    given = parser.parse_args()
    if given.read:
        report(pd.concat([pd.read_csv(one) for one in given.read], ignore_index=True))
        return
    table = read_table(given.table) if given.table else open_table()
    rows: list[tuple[Any, ...]] = []
    for kind in given.kinds:
        begun = time.process_time()
        for number in range(given.first, given.first + -(-given.towns // TOWNS)):
            rows += measure(kind, number, given.seed, table)
            if number % 10 == 9:
                save(rows, given.out)
        print(kind, "processor seconds:", round(time.process_time() - begun), flush=True)
    report(save(rows, given.out))


if __name__ == "__main__":
    main()
