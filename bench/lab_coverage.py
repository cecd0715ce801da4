"""Coverage and sharpness of the calibration on synthetic towns: what docs/lab-calibration.md reports.

Studies of six fictional towns are drawn: conditions with something in common (as in `veche.lab._pooling`) or each from the whole box, one run of the
model per town with draws of its own, three coders with parameters from the priors of the measurement model. Each study goes through the whole chain.

    python bench/lab_coverage.py --towns 400 --out bench/out/lab-coverage.csv
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from veche.lab._pooling import BELIEF, SHARES
from veche.lab.calibration import calibrate
from veche.lab.evidence import COLUMNS, Coded
from veche.lab.indicators import KEYS
from veche.lab.measurement import FIRST, GAP, SLOPE, SPREAD
from veche.lab.reference_table import NAMES, ReferenceTable, open_table, read_table, run_indicators

TOWNS = 6
#: conditions of the towns of a study have something in common, or lie anywhere in the box
KINDS = ("common", "box")


def study(
    rng: np.random.Generator, table: ReferenceTable, number: int, *, common: bool, coders: int = 3
) -> tuple[np.ndarray, Coded]:
    """Draw one study: the true conditions on the probit scale, and what coders say."""
    share = rng.choice(SHARES, len(NAMES), p=BELIEF) if common else np.zeros(len(NAMES))
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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--towns", type=int, default=400)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--out", type=Path, default=Path("bench/out/lab-coverage.csv"))
    given = parser.parse_args()
    table = read_table(given.table) if given.table else open_table()
    rows: list[tuple[Any, ...]] = []
    for kind in given.kinds:
        rng, begun, done = np.random.default_rng(given.seed), time.process_time(), 0
        number = 0
        while done < given.towns:
            truth, coded = study(rng, table, number + (0 if kind == "common" else 5_000), common=kind == "common")
            found = calibrate(coded, table, seed=number)
            for way, draws in (("alone", found.alone), ("pooled", found.pooled)):
                low, high = np.quantile(draws, [0.05, 0.95], axis=1)
                width = (ndtr(high) - ndtr(low)) / 0.9
                inside = (low <= truth) & (truth <= high)
                rank = (draws < truth[:, None, :]).mean(axis=1)
                spread = draws.std(axis=1)
                for town in range(min(TOWNS, given.towns - done)):
                    for at, name in enumerate(NAMES):
                        rows.append(
                            (
                                kind,
                                way,
                                number,
                                town,
                                name,
                                inside[town, at],
                                width[town, at],
                                rank[town, at],
                                spread[town, at],
                            )
                        )
            done, number = done + TOWNS, number + 1
        save(rows, given.out)
        print(kind, "towns:", min(done, given.towns), "processor seconds:", round(time.process_time() - begun))
    report(save(rows, given.out))


def save(rows: list[tuple[Any, ...]], path: Path) -> pd.DataFrame:
    """Write what is measured so far."""
    columns = ["kind", "way", "study", "town", "condition", "inside", "width", "rank", "spread"]
    frame = pd.DataFrame(rows, columns=columns)
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(path, index=False)
    return frame


def report(frame: pd.DataFrame) -> None:
    """Print coverage and sharpness: all conditions together and each."""
    whole = frame.groupby(["kind", "way"])[["inside", "width", "spread"]].mean()
    print(whole.round(3).to_string())
    each = frame.pivot_table(index="condition", columns=["kind", "way"], values=["inside", "width"], sort=False)
    print(each.round(3).to_string())


if __name__ == "__main__":
    main()
