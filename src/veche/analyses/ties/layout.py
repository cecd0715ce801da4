"""Where the actors of a town stand in its networks: the same places in every window, so that change is seen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: margins for labels, beside and above
WIDE, HIGH = 58.0, 30.0
#: distance that two actors keep if they can, how much more of it side by side, rounds of pushing
APART, FLAT, ROUNDS = 46.0, 1.9, 60
#: steps by which an actor may be moved so that names have room
MOVES = (22.0, 44.0, 66.0)


def layouts(
    actors: Sequence[str],
    weights: Mapping[tuple[str, str], float],
    width: float,
    height: float,
    *,
    variants: Sequence[tuple[float, float]],
) -> Iterator[dict[str, tuple[float, float]]]:
    """Lay actors out so that those of whom much is told together stand near, and none too near.

    Parameters
    ----------
    actors
        Their names, in a fixed order.
    weights
        Votes on pairs, in any order of the two.
    width, height
        Of the panel; a margin stays free for labels.
    variants
        A layout for each of these: how far actors are spread evenly over the panel, 0 not at all to 1 wholly, and by
        how many degrees the whole is turned.

    Yields
    ------
    dict
        Actor -> (x, y); the same for the same input, since nothing is drawn by lot.

    References
    ----------
    Kamada and Kawai 1989, Information Processing Letters 31:7-15.
    """
    import networkx as nx

    if not actors:
        yield {}
        return
    graph = nx.Graph()
    graph.add_nodes_from(actors)
    for one, other in weights:
        graph.add_edge(one, other)
    # much told together: a little nearer than the one step of every other pair with a tie
    most = math.log1p(max(weights.values(), default=1.0))
    wanted = {
        one: {other: _steps(graph, one, other) - _nearer(weights, one, other, most) for other in actors}
        for one in actors
    }
    start = {
        actor: (math.cos(2 * math.pi * k / len(actors)), math.sin(2 * math.pi * k / len(actors)))
        for k, actor in enumerate(actors)
    }
    found = nx.kamada_kawai_layout(graph, dist=wanted, pos=start)
    for spread, degrees in variants:
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        turned = {actor: (float(cos * x - sin * y), float(sin * x + cos * y)) for actor, (x, y) in found.items()}
        yield _fitted(turned, width, height, spread)


def neighbouring(
    at: Mapping[str, tuple[float, float]], actor: str, width: float, height: float
) -> Iterator[dict[str, tuple[float, float]]]:
    """Move one actor a step or two in eight directions, where it stands inside the panel and on no other."""
    x, y = at[actor]
    for far in MOVES:
        for turn in range(8):
            there = (x + 1.4 * far * math.cos(math.pi * turn / 4), y + far * math.sin(math.pi * turn / 4))
            free = all(math.dist(there, place) > APART / 2 for other, place in at.items() if other != actor)
            if free and 20 < there[0] < width - 20 and 16 < there[1] < height - 16:
                yield {**at, actor: there}


def _steps(graph: Any, one: str, other: str) -> float:
    import networkx as nx

    # unconnected actors stand apart, but not so far that the rest is squeezed
    return min(3.0, nx.shortest_path_length(graph, one, other)) if nx.has_path(graph, one, other) else 2.6


def _nearer(weights: Mapping[tuple[str, str], float], one: str, other: str, most: float) -> float:
    votes = weights.get((one, other), weights.get((other, one), 0.0))
    return 0.3 * math.log1p(votes) / most if votes and one != other else 0.0


def _fitted(
    found: dict[str, tuple[float, float]], width: float, height: float, spread: float
) -> dict[str, tuple[float, float]]:
    """Stretch to the panel, loosen the crowd in the middle, and push apart what still stands too near."""
    names = list(found)
    across = _loosened([found[name][0] for name in names], WIDE, width - WIDE, spread)
    down = _loosened([found[name][1] for name in names], HIGH, height - HIGH, spread)
    at = [[x, y] for x, y in zip(across, down, strict=True)]
    for _round in range(ROUNDS):
        for i, one in enumerate(at):
            for other in at[:i]:
                dx, dy = one[0] - other[0], one[1] - other[1]
                # labels are wide and flat: what stands side by side needs more room than one above the other
                near = math.hypot(dx / FLAT, dy)
                if near < APART:
                    push = (APART - near) / 2
                    ux, uy = (dx / near, dy / near) if near > 1e-6 else (1.0, 0.0)
                    for place, sign in ((one, 1), (other, -1)):
                        place[0] = min(max(place[0] + sign * push * ux, WIDE * 0.6), width - WIDE * 0.6)
                        place[1] = min(max(place[1] + sign * push * uy, 16), height - 16)
    return {name: (x, y) for name, (x, y) in zip(names, at, strict=True)}


def _loosened(values: Sequence[float], low: float, high: float, spread: float) -> list[float]:
    """Spread numbers over a stretch: partly by what they are, partly by their rank, so that none are crowded."""
    if len(values) < 2:
        return [(low + high) / 2] * len(values)
    least, span = min(values), max(max(values) - min(values), 1e-9)
    order = sorted(range(len(values)), key=lambda k: (values[k], k))
    rank = {k: place / (len(values) - 1) for place, k in enumerate(order)}
    shares = [(1 - spread) * (value - least) / span + spread * rank[k] for k, value in enumerate(values)]
    return [low + share * (high - low) for share in shares]
