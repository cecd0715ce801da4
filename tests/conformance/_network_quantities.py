"""Quantities that vectors of networks expect, each with the measure that reproduces it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pytest

from veche.measures import balance, brokerage, triads
from veche.measures.signed import partition_cost, signed_ties

#: figures kept in vectors only so that they are recognised; they are not measures of ours
NOT_MEASURES = {
    "polarization_absdiff_maximum_balanced": "its maximum is reached by a split that mixes the camps",
    "polarization_absdiff_minimum_balanced": "belongs to the same criterion",
}


class Network:
    """Nodes and weighted edges or arcs as a vector gives them."""

    def __init__(self, nodes: Sequence[Any], edges: Iterable[Sequence[Any]], directed: bool) -> None:
        self.records = [node if isinstance(node, dict) else {"id": node} for node in nodes]
        self.nodes = [record["id"] for record in self.records]
        self.directed = directed
        at = {node: k for k, node in enumerate(self.nodes)}
        self.matrix = np.zeros((len(at), len(at)))
        self.edges = 0
        for edge in edges:
            i, j = at[edge[0]], at[edge[1]]
            self.matrix[i, j] += edge[2] if len(edge) > 2 else 1
            self.edges += 1
        if not directed:
            self.matrix += self.matrix.T

    @property
    def ties(self):
        return signed_ties(self.matrix, directed=self.directed)

    def labels(self, partition: Sequence[Sequence[str]]) -> list[int]:
        block = {node: k for k, members in enumerate(partition) for node in members}
        return [block[node] for node in self.nodes]


def canonical(labels: Iterable[int]) -> tuple[int, ...]:
    seen: dict[int, int] = {}
    return tuple(seen.setdefault(label, len(seen)) for label in labels)


def close(value: Any, expected: Any, where: str, digits: int = 6) -> None:
    assert not isinstance(value, float) or not math.isnan(value), f"{where}: missing instead of {expected}"
    tolerance = 0.51 * 10**-digits * max(1.0, abs(expected))
    assert abs(float(value) - expected) <= tolerance, f"{where}: {float(value)!r} instead of {expected!r}"


def edge_jaccard(first: np.ndarray, second: np.ndarray) -> float:
    either = np.count_nonzero((first != 0) | (second != 0))
    return 1 - np.count_nonzero((first != 0) & (second != 0)) / either


def _count(network: Network, _: dict[str, Any]) -> float:
    return network.edges


def _negative(network: Network, _: dict[str, Any]) -> float:
    return int((network.ties.negative > 0).sum())


def _total(network: Network, _: dict[str, Any]) -> float:
    return network.ties.total


def _frustration(network: Network, _: dict[str, Any]) -> float:
    found = balance.frustration(network.ties)
    assert found.proved
    return found.cost


def _clustering(network: Network, expected: dict[str, Any]) -> float:
    found = balance.clustering_cost(network.ties)
    assert found.proved
    if "clusters" in expected:
        costs = [balance.line_index(network.ties, expected["clusters"], 0.5).cost * 2]
        assert costs == pytest.approx([found.cost])
    for partition in found.partitions:
        assert partition_cost(network.ties, partition) == pytest.approx(found.cost)
    return found.cost


def _degree(network: Network, _: dict[str, Any]) -> float:
    return balance.balance(network.ties).degree.value


def _optima(blocks: int) -> Callable[[Network, dict[str, Any]], float]:
    def number(network: Network, expected: dict[str, Any]) -> float:
        found = balance.line_index(network.ties, blocks, expected.get("alpha", 0.5), cap=10_000)
        assert found.complete
        if blocks == 2:
            whole = balance.frustration(network.ties, cap=10_000)
            assert set(whole.partitions) >= set(found.partitions)
        return len(found.partitions)

    return number


def _line(network: Network, expected: dict[str, Any]) -> float:
    for key, value in expected.items():
        if key.startswith("k") and key[1:].isdigit():
            found = balance.line_index(network.ties, int(key[1:]), expected["alpha"], cap=10_000)
            assert found.proved
            close(found.cost, value, f"line index at {key}")
    for key, value in expected.items():
        if key.startswith("optimal_") and key.endswith("_partitions"):
            assert _optima(int(key.split("_")[1]))(network, expected) == value
    return math.nan


def _modularity(two: bool) -> Callable[[Network, dict[str, Any]], float]:
    def value(network: Network, _: dict[str, Any]) -> float:
        found = brokerage.best_modularity(network.matrix, two=two)
        assert found.proved
        values = {round(brokerage.modularity(network.matrix, p).value, 9) for p in found.partitions}
        assert len(values) == 1, "optimal partitions differ in modularity"
        return values.pop()

    return value


SIGNED: dict[str, Callable[[Network, dict[str, Any]], float]] = {
    "edges": _count,
    "negative_edges": _negative,
    "total_absolute_weight": _total,
    "frustration_index": _frustration,
    "weighted_frustration": _frustration,
    "correlation_clustering_cost": _clustering,
    "correlation_clustering_cost_arcs": _clustering,
    "balance_degree": _degree,
    "balanced_triangle_fraction": lambda network, _: triads.balanced_triangles(network.ties).value,
    "walk_balance": lambda network, _: triads.walk_balance(network.ties).value,
    "optimal_bipartitions": _optima(2),
    "optimal_2_partitions": _optima(2),
    "optimal_3_partitions": _optima(3),
    "optimal_4_partitions": _optima(4),
    "line_index_by_k": _line,
}

PLAIN: dict[str, Callable[[Network, dict[str, Any]], float]] = {
    "edges": _count,
    "density": lambda network, _: brokerage.density(network.matrix).value,
    "transitivity": lambda network, _: brokerage.transitivity(network.matrix).value,
    "maximum_modularity": _modularity(False),
    "maximum_modularity_two_blocks": _modularity(True),
}
