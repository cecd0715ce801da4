"""What the measures of relations take: ties of many windows, frustration with proof, spells, resampling.

PYTHONPATH=src python bench/parts_relations.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from veche.measures import balance, coalitions, survival
from veche.measures.signed import SignedTies, signed_ties
from veche.measures.ties import Claims, mutual, ties
from veche.measures.windows import shares, windows

SEED = 20261121


def _least(function: Callable[[], Any], repeat: int) -> float:
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        function()
        best = min(best, time.process_time() - start)
    return best


def _camps(actors: int, ties_wanted: int, noise: float, draw: np.random.Generator) -> SignedTies:
    """Two hidden camps; a share of the ties has the wrong sign."""
    side = draw.integers(0, 2, actors) * 2 - 1
    first, second = np.triu_indices(actors, 1)
    chosen = draw.choice(first.size, ties_wanted, replace=False)
    first, second = first[chosen], second[chosen]
    matrix = np.zeros((actors, actors))
    matrix[first, second] = side[first] * side[second] * np.where(draw.random(ties_wanted) < noise, -1, 1)
    return signed_ties(matrix + matrix.T)


def _ties_of_windows(draw: np.random.Generator) -> list[dict[str, Any]]:
    statements, actors = 100_000, 200
    start = draw.random(statements) * 240
    # half of the events are instants, the others last up to a year
    end = start + np.where(draw.random(statements) < 0.5, 0, draw.random(statements) * 12)
    source = draw.integers(0, actors, statements)
    target = (source + 1 + draw.integers(0, actors - 1, statements)) % actors
    spread = Claims(np.arange(statements), source, target, actors)
    reporter, valence = draw.integers(0, 60, statements), draw.choice([-1, -0.5, 0, 0.5, 1], statements)
    laid = windows(0, 240, 6)

    def all_at_once() -> None:
        ties(spread, reporter, valence, shares(laid, start, end), kappa=1.0)

    found = ties(spread, reporter, valence, shares(laid, start, end), kappa=1.0)
    return [
        _row("ties of 40 windows, 100,000 statements, 200 actors", 1000 * _least(all_at_once, 5), "ms", 50),
        _row("their mutual tones", 1000 * _least(lambda: mutual(found), 5), "ms", 50),
    ]


def _partitions(draw: np.random.Generator) -> list[dict[str, Any]]:
    rows = []
    for noise in (0.1, 0.25, 0.5):
        network = _camps(60, 180, noise, draw)
        start = time.process_time()
        found = balance.frustration(network)
        seconds = time.process_time() - start
        name = f"frustration of 60 actors, 180 ties, {noise:.0%} noise"
        rows.append(_row(f"{name}: {'proved' if found.proved else 'not proved'}", seconds, "s", 1))
    network = _camps(40, 120, 0.1, draw)
    rows.append(
        _row("clustering cost of 40 actors, 120 ties", _least(lambda: balance.clustering_cost(network), 1), "s", 5)
    )
    large = _camps(3000, 9000, 0.1, draw)
    rows.append(
        _row("frustration of 3,000 actors, not proved", _least(lambda: balance.frustration(large, cap=1), 1), "s", 2)
    )
    return rows


def _spells(draw: np.random.Generator) -> list[dict[str, Any]]:
    allied = {
        frozenset((a, b)): np.flatnonzero(draw.random(40) < 0.5).tolist() for a in range(40) for b in range(a + 1, 40)
    }
    duration, ended = draw.integers(1, 200, 10_000), draw.random(10_000) < 0.7
    observed = survival.durations(duration, ended)
    return [
        _row("spells of 40 actors in 40 windows", _least(lambda: coalitions.spells(allied), 1), "s", 2),
        _row("Kaplan-Meier of 10,000 rows", 1000 * _least(lambda: survival.kaplan_meier(observed), 5), "ms", 5),
    ]


def _row(name: str, value: float, unit: str, target: float) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target}


def run() -> list[dict[str, Any]]:
    """Measure all; processor time, the least of a few runs where a run is short."""
    draw = np.random.default_rng(SEED)
    # the first call loads the solver
    balance.frustration(_camps(30, 60, 0.2, draw))
    return [*_ties_of_windows(draw), *_partitions(draw), *_spells(draw)]


if __name__ == "__main__":
    for one in run():
        print(f"{one['name']:<62}{one['value']:>10.3f} {one['unit']} (target {one['target']})")
