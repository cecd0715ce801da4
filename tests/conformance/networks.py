"""Checkers of vectors on relations and networks; a vector is recognised by what it holds, not by its name.

`KINDS` lists (kind, does it recognise the vector, checker); a checker takes the vector and its folder.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conformance._network_quantities import (
    NOT_MEASURES,
    PLAIN,
    SIGNED,
    Network,
    canonical,
    close,
    edge_jaccard,
)
from tests.conformance._toy_town import check_worked_examples
from veche.measures import balance, brokerage, discourse, survival
from veche.measures.signed import partition_cost, signed_ties

Vector = dict[str, Any]


def _expected(vector: Vector) -> list[Vector]:
    listed = vector.get("expected")
    return listed if isinstance(listed, list) else []


def is_worked_examples(vector: Vector) -> bool:
    expected = vector.get("expected")
    return isinstance(expected, dict) and bool(
        expected.keys() & {"ties", "spells", "turbulence", "strategic", "stances"}
    )


def _edge_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(e, list) and len(e) in (2, 3) for e in value) and bool(value)


def is_signed_network(vector: Vector) -> bool:
    return bool(vector.get("signed")) and "nodes" in vector and _edge_list(vector.get("edges"))


def check_signed_network(vector: Vector, folder: Path) -> None:
    network = Network(vector["nodes"], vector["edges"], vector["directed"])
    assert _expected(vector), "the vector expects nothing"
    for one in _expected(vector):
        _quantity(SIGNED, network, one)
    for name, partition in vector.get("partitions", {}).items():
        if found := re.fullmatch(r"optimal_(\d+)", name):
            best = balance.line_index(network.ties, int(found[1]), cap=10_000)
            assert canonical(network.labels(partition)) in best.partitions


def _quantity(table: dict[str, Callable[[Network, Vector], float]], network: Network, one: Vector) -> None:
    name = one["quantity"]
    assert name in table, f"no measure is known for {name}"
    value = table[name](network, one)
    if "value" in one:
        close(value, one["value"], name)


def is_several_signed_networks(vector: Vector) -> bool:
    return bool(vector.get("signed")) and any("network" in one for one in _expected(vector))


def check_several_signed_networks(vector: Vector, folder: Path) -> None:
    for one in _expected(vector):
        part = vector[one["network"]]
        _quantity(SIGNED, Network(part["nodes"], part["edges"], part["directed"]), one)


def is_signed_relations(vector: Vector) -> bool:
    return bool(vector.get("signed")) and isinstance(vector.get("edges"), dict)


def check_signed_relations(vector: Vector, folder: Path) -> None:
    assert _expected(vector), "the vector expects nothing"
    for one in _expected(vector):
        _quantity(SIGNED, Network(vector["nodes"], vector["edges"][one["relation"]], vector["directed"]), one)


def is_rankings(vector: Vector) -> bool:
    return "ranks" in vector and "weeks" in vector


def check_rankings(vector: Vector, folder: Path) -> None:
    size = len(vector["nodes"])
    ranks = {week: np.array(table) for week, table in zip(vector["weeks"], vector["ranks"], strict=True)}
    before = None
    for one in _expected(vector):
        table = ranks[one["week"]]
        likes, dislikes = (table >= 1) & (table <= 3), table >= size - 3
        ties = signed_ties(likes.astype(float) - dislikes, directed=True)
        for key, value in one.items():
            if re.fullmatch(r"k\d", key):
                found = balance.line_index(ties, int(key[1:]), 0.5, cap=1000)
                assert found.proved
                close(found.cost, value, f"week {one['week']} {key}")
            elif number := re.fullmatch(r"optimal_(\d)_partitions", key):
                assert len(balance.line_index(ties, int(number[1]), 0.5, cap=1000).partitions) == value
        if before is not None and "rank_volatility" in one:
            close(edge_jaccard(before[0], likes), one["jaccard_distance_liking"], "liking")
            close(edge_jaccard(before[1], dislikes), one["jaccard_distance_disliking"], "disliking")
            moved = np.abs(table - before[2]).sum() / (size * (size - 1)) / (size - 2)
            close(moved, one["rank_volatility"], "volatility")
        before = (likes, dislikes, table)


def is_plain_network(vector: Vector) -> bool:
    return "nodes" in vector and _edge_list(vector.get("edges")) and not vector.get("signed")


def check_plain_network(vector: Vector, folder: Path) -> None:
    network = Network(vector["nodes"], vector["edges"], vector["directed"])
    assert _expected(vector), "the vector expects nothing"
    for one in _expected(vector):
        name = one["quantity"]
        if name == "highest_betweenness":
            found = brokerage.betweenness(network.matrix, normalised=True)
            assert network.nodes[int(found.argmax())] == one["value"]
            close(found.max(), one["normalised"], name)
        elif re.fullmatch(r"top\d+_betweenness", name):
            found = brokerage.betweenness(network.matrix, normalised=True)
            order = np.argsort(-found)[: len(one["value"])]
            assert [network.nodes[k] for k in order] == one["value"]
            for score, k in zip(one["scores"], order, strict=True):
                close(found[k], score, name)
        elif attribute := re.fullmatch(r"assortativity_by_(\w+)", name):
            kinds = [record[attribute[1]] for record in network.records]
            close(brokerage.assortativity(network.matrix, kinds).value, one["value"], name)
        elif partition := re.fullmatch(r"(\w+)_partition_modularity", name):
            labels = network.labels(vector["partitions"][partition[1]])
            close(brokerage.modularity(network.matrix, labels).value, one["value"], name)
        else:
            _quantity(PLAIN, network, one)


def is_plain_relations(vector: Vector) -> bool:
    relations = [key for key, value in vector.items() if _edge_list(value) and key != "nodes"]
    return "nodes" in vector and "edges" not in vector and len(relations) > 1 and not vector.get("signed")


def check_plain_relations(vector: Vector, folder: Path) -> None:
    relations = {
        key: Network(vector["nodes"], value, vector["directed"])
        for key, value in vector.items()
        if key not in ("nodes", "expected") and _edge_list(value)
    }
    (one_name, one), (other_name, other) = list(relations.items())[:2]
    for item in _expected(vector):
        name, value = item["quantity"], item["value"]
        if name == "ties_in_both":
            assert np.count_nonzero((one.matrix != 0) & (other.matrix != 0)) / 2 == value
        elif name == f"jaccard_{one_name}_{other_name}":
            close(1 - edge_jaccard(one.matrix, other.matrix), value, name)
        else:
            _of_relation(relations, name, value)


def _of_relation(relations: dict[str, Network], name: str, value: Any) -> None:
    relation = next(key for key in relations if key in name)
    network = relations[relation]
    rest = name.replace(f"_{relation}", "").replace(f"{relation}_", "")
    if rest == "edges":
        assert network.edges == value
    elif rest == "isolates":
        assert [n for n, ties in zip(network.nodes, network.matrix, strict=True) if not ties.any()] == value
    else:
        who, quantity = rest.split("_", 1)
        at = [node.lower() for node in network.nodes].index(who)
        measure = {
            "degree": lambda m: (m > 0).sum(axis=1),
            "betweenness": brokerage.betweenness,
            "burt_constraint": brokerage.constraint,
        }
        assert quantity in measure, f"no measure is known for {name}"
        close(measure[quantity](network.matrix)[at], value, name)


def is_votes(vector: Vector) -> bool:
    return bool(vector.get("two_mode")) and "votes" in vector


def check_votes(vector: Vector, folder: Path) -> None:
    actors, issues = vector["actors"], vector["issues"]
    rows = [(actors.index(a), issues.index(i), v > 0) for a, i, v in vector["votes"]]
    held = discourse.counted_stances(*zip(*rows, strict=True), len(actors), len(issues))
    ties = signed_ties(discourse.subtract(held))
    for one in _expected(vector):
        name, value = one["quantity"], one["value"]
        if name == "votes":
            assert int(held.activity.sum()) == value
        elif name in ("congruence_matrix", "conflict_matrix"):
            found = discourse.congruence(held) if name.startswith("congruence") else discourse.conflict(held)
            assert found.tolist() == value
        elif name == "weighted_frustration_of_congruence_minus_conflict":
            assert balance.frustration(ties).cost == value
        elif name == "correlation_clustering_cost":
            assert balance.clustering_cost(ties).cost == value
        else:
            assert name == "total_absolute_weight", f"no measure is known for {name}"
            assert ties.total == value


#: columns of tables that vectors refer to
_WINDOW_COLUMNS = {"window", "a", "b", "sign"}
_STANCE_COLUMNS = {"organization", "concept", "agreement"}


def read_with(path: Path) -> bool:
    """Whether a table is one that vectors of these kinds refer to."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header = set(next(csv.reader(file), []))
    except (OSError, UnicodeDecodeError, csv.Error):
        return False
    return header >= _WINDOW_COLUMNS or header >= _STANCE_COLUMNS


def _table(folder: Path, columns: set[str], stem: str) -> list[dict[str, str]]:
    """Rows of the table in the folder that has the columns; of several the one whose name is most like the vector's."""
    found = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        if rows and columns <= rows[0].keys():
            found.append((path.stem.startswith(stem), path.name, rows))
    assert found, f"no table with the columns {sorted(columns)} in {folder}"
    return max(found, key=lambda one: one[0])[2]


def is_signed_windows(vector: Vector) -> bool:
    return any("window" in one and "frustration_index" in one for one in _expected(vector))


def check_signed_windows(vector: Vector, folder: Path) -> None:
    rows = _table(folder, _WINDOW_COLUMNS, vector["id"])
    names = sorted({row[side] for row in rows for side in "ab"})
    before = None
    for one in _expected(vector):
        edges = [(r["a"], r["b"], float(r["sign"])) for r in rows if r["window"] == one["window"]]
        network = Network(names, edges, False)
        found = balance.frustration(network.ties, cap=1)
        assert found.proved
        assert found.cost == one["frustration_index"]
        assert network.edges == one["edges"]
        assert int((network.matrix != 0).any(axis=1).sum()) == one["nodes"]
        assert int((network.ties.negative > 0).sum()) == one["negative"]
        if before is not None and "edge_jaccard_distance" in one:
            close(edge_jaccard(before, network.matrix), one["edge_jaccard_distance"], one["window"])
            assert int((before * network.matrix < 0).sum() / 2) == one["sign_flips"]
        before = network.matrix


def is_stance_table(vector: Vector) -> bool:
    return "concepts" in vector and "actors" in vector


def check_stance_table(vector: Vector, folder: Path) -> None:
    rows = _table(folder, _STANCE_COLUMNS, vector["id"])
    held = _stances(vector, rows)
    for one in _expected(vector):
        name = one["quantity"]
        if name in NOT_MEASURES:
            continue
        if "exclude" in one:
            out = one["exclude"]
            kept = [r for r in rows if r["concept"] != out["concept"] and r["organization"] not in out["organization"]]
            _stance_quantity(name, one, _stances(vector, kept))
        else:
            _stance_quantity(name, one, held)
    for name, partition in vector.get("partitions", {}).items():
        if name.startswith("frustration_of_"):
            network = discourse.similarity(held) if "similarity" in name else discourse.subtract(held)
            ties = signed_ties(network)
            labels = [next(k for k, block in enumerate(partition) if actor in block) for actor in vector["actors"]]
            assert partition_cost(ties, labels) == pytest.approx(balance.frustration(ties).cost)


def _stances(vector: Vector, rows: list[dict[str, str]]) -> discourse.Stances:
    actors, concepts = vector["actors"], vector["concepts"]
    return discourse.counted_stances(
        [actors.index(r["organization"]) for r in rows],
        [concepts.index(r["concept"]) for r in rows],
        [r["agreement"] == "1" for r in rows],
        len(actors),
        len(concepts),
    )


def _stance_quantity(name: str, one: Vector, held: discourse.Stances) -> None:
    said = held.favour + held.against
    if name.startswith("congruence_average_sum"):
        value = np.nansum(discourse.congruence(held, "average"))
        close(value, one["exact"], name)
        assert round(float(value)) == one["value"]
        return
    if name.startswith("frustration_of_"):
        ties = signed_ties(discourse.similarity(held) if "similarity" in name else discourse.subtract(held))
        close(ties.total, one["total_absolute_weight"], name)
        close(balance.frustration(ties).cost, one["value"], name)
        return
    if name == "stance_similarity_matrix":
        # the vector writes 0 where two actors have nothing in common
        assert np.nan_to_num(discourse.similarity(held)) == pytest.approx(np.array(one["value"]), abs=1e-9)
        return
    values: dict[str, Any] = {
        "two_mode_shape": list(said.shape),
        "two_mode_ignore_sum": said.sum(),
        "two_mode_edges": np.count_nonzero(said),
        "one_mode_ignore_sum": discourse.ignore(held).sum(),
        "one_mode_edges": np.count_nonzero(discourse.ignore(held)) / 2,
        "congruence_sum": discourse.congruence(held).sum(),
        "conflict_sum": discourse.conflict(held).sum(),
        "subtract_matrix": discourse.subtract(held).tolist(),
    }
    assert name in values, f"no measure is known for {name}"
    assert values[name] == one["value"], name


def is_survival(vector: Vector) -> bool:
    return any(str(one.get("quantity", "")).startswith("km_") for one in _expected(vector))


def check_survival(vector: Vector, folder: Path) -> None:
    groups = {
        key: survival.durations(*zip(*value, strict=True))
        for key, value in vector.items()
        if key != "expected" and _edge_list(value)
    }
    for one in _expected(vector):
        kind, _, group = one["quantity"].partition("_")
        if kind == "km":
            curve = survival.kaplan_meier(groups[group])
            assert curve.time.tolist() == one["times"]
            assert curve.survival == pytest.approx(one["survival"], abs=1e-6)
        elif kind == "median":
            assert survival.kaplan_meier(groups[group]).median.value == one["value"]
        else:
            assert kind == "logrank", f"no measure is known for {one['quantity']}"
            found = survival.log_rank(groups.values())
            close(found.statistic.value, one["value"], "log-rank", digits=2)
            assert found.freedom == one["df"]


KINDS: list[tuple[str, Callable[[Vector], bool], Callable[[Vector, Path], None]]] = [
    ("relations: worked examples", is_worked_examples, check_worked_examples),
    ("relations: several signed networks", is_several_signed_networks, check_several_signed_networks),
    ("relations: signed relations", is_signed_relations, check_signed_relations),
    ("relations: signed network", is_signed_network, check_signed_network),
    ("relations: rankings", is_rankings, check_rankings),
    ("relations: votes", is_votes, check_votes),
    ("relations: stances", is_stance_table, check_stance_table),
    ("relations: signed windows", is_signed_windows, check_signed_windows),
    ("relations: survival", is_survival, check_survival),
    ("relations: network", is_plain_network, check_plain_network),
    ("relations: networks", is_plain_relations, check_plain_relations),
]


def kind_of(vector: Any) -> str | None:
    """Name the kind of a vector, or None if it is none of these."""
    if not isinstance(vector, dict) or "expected" not in vector:
        return None
    return next((kind for kind, recognises, _ in KINDS if recognises(vector)), None)


def check(vector: Vector, folder: Path) -> None:
    """Check a vector of any of these kinds."""
    next(checker for _, recognises, checker in KINDS if recognises(vector))(vector, folder)
