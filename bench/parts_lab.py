"""What the mechanism lab takes: runs a second, beside Mesa on the same rules, and a phase map on two cores.

    python bench/run.py lab --peers /path/to/python
    python bench/parts_lab.py --peers /path/to/python [--check 400]

Mesa is measured in the interpreter given (or in VECHE_PEERS, or in this one). `--check RUNS` compares the engine with the plain reference in
long runs: every observable of six settings, with its distance in standard errors.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from veche.lab import make_parameters, run_points
from veche.lab.batch import ready
from veche.lab.observables import SEEN
from veche.lab.parameters import TABLE

HERE = Path(__file__).parent
SEED = 20261121
MESA_RUNS = 20


def _per_run(values: np.ndarray[Any, Any], runs: int, repeat: int = 7) -> float:
    """Least processor time of a run, of some batches, in seconds."""
    run_points(values[None], runs=20, seed=SEED)
    best = float("inf")
    for batch in range(repeat):
        start = time.process_time()
        run_points(values[None], runs=runs, seed=SEED, first_run=batch * runs)
        best = min(best, time.process_time() - start)
    return best / runs


def _mesa(values: np.ndarray[Any, Any], python: str) -> dict[str, Any]:
    """Mesa's time and means in its own interpreter."""
    par = {one.name: float(value) for one, value in zip(TABLE, values, strict=True)}
    command = [python, str(HERE / "peers_lab.py"), str(MESA_RUNS), "1", json.dumps(par)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        return {"missing": f"mesa ({done.stderr.strip().splitlines()[-1]})"}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def run(peers: str | None = None) -> list[dict[str, Any]]:
    """Measure; rows as the page wants them."""
    ready()
    values = make_parameters({}).values
    engine = _per_run(values, 500)
    row: dict[str, Any] = {
        "name": "one run of the full model (20 deputies, 120 months)", "value": round(engine * 1e3, 4), "unit": "ms", "target": 0.4,
    }  # fmt: skip
    rows = [row]
    mesa = _mesa(values, peers or os.environ.get("VECHE_PEERS") or sys.executable)
    if "missing" in mesa:
        print(f"not measured: {mesa['missing']}", file=sys.stderr)
        return rows
    row["peer"] = round(mesa["seconds"] * 1e3, 2)
    times = mesa["seconds"] / engine
    name = f"how many times quicker than Mesa {mesa['version']}, per core"
    rows.append({"name": name, "value": round(times, 1), "unit": "x", "target": 30, "kept": times >= 30})
    seen = run_points(values[None], runs=2000, seed=SEED)[0]
    for name in ("control", "yes_share", "tone"):
        ours = seen[:, SEEN[name]]
        error = np.nanstd(ours) / MESA_RUNS**0.5
        print(
            f"{name}: {np.nanmean(ours):.3f} (Mesa, {MESA_RUNS} runs: {mesa[name]:.3f} ± {error:.3f})", file=sys.stderr
        )
    return rows


def check(runs: int) -> None:
    """Compare the engine with the plain reference, every observable in every setting of the test."""
    sys.path.insert(0, str(HERE.parent))
    from tests.lab.reference import run_reference
    from tests.lab.test_reference import SETTINGS

    from veche.lab import make_scenario, simulate

    for name, given in SETTINGS.items():
        scenario = make_scenario(**given)
        par = {one.name: float(value) for one, value in zip(TABLE, scenario.parameters.values, strict=True)}
        rng = np.random.default_rng(SEED)
        plain = [run_reference(par, rng) for _run in range(runs)]
        fast = simulate(scenario, runs=20 * runs, seed=SEED)
        print(f"{name} ({runs} runs of the reference)")
        for observable in plain[0]:
            slow, quick = np.array([one[observable] for one in plain], dtype=float), fast[observable].to_numpy()
            slow, quick = slow[np.isfinite(slow)], quick[np.isfinite(quick)]
            if slow.size < 2 or quick.size < 2:
                continue
            error = quick.std() * (1 / slow.size + 1 / quick.size) ** 0.5
            away = (slow.mean() - quick.mean()) / error if error > 0 else 0.0
            print(f"  {observable:20s}{slow.mean():9.4f}{quick.mean():9.4f}{away:7.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", help="interpreter in which Mesa is installed")
    parser.add_argument("--check", type=int, metavar="RUNS", help="compare with the plain reference instead")
    given = parser.parse_args()
    if given.check:
        check(given.check)
    else:
        for row in run(given.peers):
            print(f"{row['name']}: {row['value']} {row['unit']}")
