"""Small signed networks, and the plain way to find their best partitions: try all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from hypothesis import strategies as st


def all_partitions(n: int, most: int | None = None) -> Iterator[tuple[int, ...]]:
    """All partitions of n actors as restricted growth strings."""

    def grow(labels: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(labels) == n:
            yield labels
            return
        for block in range(max(labels, default=-1) + 2):
            if most is None or block < most:
                yield from grow((*labels, block))

    yield from grow(())


def cost_of(matrix: np.ndarray, labels: tuple[int, ...], alpha: float | None = None) -> float:
    """Cost of a partition, pair by pair, straight from the definition."""
    inside, between = (1.0, 1.0) if alpha is None else (alpha, 1 - alpha)
    total = 0.0
    for i in range(len(matrix)):
        for j in range(i + 1, len(matrix)):
            if labels[i] == labels[j]:
                total += inside * max(0.0, -matrix[i, j])
            else:
                total += between * max(0.0, matrix[i, j])
    return total


def best_by_trial(matrix: np.ndarray, most: int | None = None) -> tuple[float, set[tuple[int, ...]]]:
    costs = {labels: cost_of(matrix, labels) for labels in all_partitions(len(matrix), most)}
    best = min(costs.values())
    return best, {labels for labels, cost in costs.items() if cost <= best + 1e-9}


@st.composite
def matrices(draw: st.DrawFn, least: int = 2, most: int = 7, whole: bool = True) -> np.ndarray:
    n = draw(st.integers(least, most))
    weight = st.integers(-2, 2) if whole else st.floats(-1, 1, width=32).map(lambda x: round(x, 3))
    matrix = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1, n):
            matrix[i, j] = matrix[j, i] = draw(weight)
    return matrix


def planted(n: int, m: int, noise: float, seed: int) -> np.ndarray:
    """Two hidden camps, m ties at random, some of the wrong sign."""
    draw = np.random.default_rng(seed)
    side = draw.integers(0, 2, n) * 2 - 1
    first, second = np.triu_indices(n, 1)
    chosen = draw.choice(first.size, m, replace=False)
    first, second = first[chosen], second[chosen]
    matrix = np.zeros((n, n))
    matrix[first, second] = side[first] * side[second] * np.where(draw.random(m) < noise, -1, 1)
    return matrix + matrix.T
