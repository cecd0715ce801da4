"""Where the actors of a town stand in its networks: the same places in every window, so that change is seen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any


def places(
    actors: Sequence[str], weights: Mapping[tuple[str, str], float], width: float, height: float
) -> dict[str, tuple[float, float]]:
    """Lay actors out so that those of whom much is told together stand near, and none too near.

    Parameters
    ----------
    actors
        Their names, in a fixed order.
    weights
        Votes on pairs, in any order of the two.
    width, height
        Of the panel; a margin stays free for labels.

    Returns
    -------
    dict
        Actor -> (x, y); the same for the same input, since nothing is drawn by lot.

    References
    ----------
    Kamada and Kawai 1989, Information Processing Letters 31:7-15.
    """
    import networkx as nx

    if not actors:
        return {}
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
    return _fitted({actor: (float(x), float(y)) for actor, (x, y) in found.items()}, width, height)


def _steps(graph: Any, one: str, other: str) -> float:
    import networkx as nx

    # unconnected actors stand apart, but not so far that the rest is squeezed
    return min(3.0, nx.shortest_path_length(graph, one, other)) if nx.has_path(graph, one, other) else 2.6


def _nearer(weights: Mapping[tuple[str, str], float], one: str, other: str, most: float) -> float:
    votes = weights.get((one, other), weights.get((other, one), 0.0))
    return 0.3 * math.log1p(votes) / most if votes and one != other else 0.0


def _fitted(found: dict[str, tuple[float, float]], width: float, height: float) -> dict[str, tuple[float, float]]:
    """Stretch to the panel and push apart what stands too near."""
    wide, high = 58.0, 30.0
    xs, ys = [x for x, _y in found.values()], [y for _x, y in found.values()]
    span_x, span_y = max(max(xs) - min(xs), 1e-9), max(max(ys) - min(ys), 1e-9)
    at = {
        actor: [
            wide + (x - min(xs)) / span_x * (width - 2 * wide) if len(xs) > 1 else width / 2,
            high + (y - min(ys)) / span_y * (height - 2 * high) if len(ys) > 1 else height / 2,
        ]
        for actor, (x, y) in found.items()
    }
    names = list(at)
    for _round in range(60):
        for i, one in enumerate(names):
            for other in names[:i]:
                dx, dy = at[one][0] - at[other][0], at[one][1] - at[other][1]
                # labels are wide and flat: what stands side by side needs more room than one above the other
                near = math.hypot(dx / 1.9, dy)
                if near < 34:
                    push = (34 - near) / 2
                    ux, uy = (dx / near, dy / near) if near > 1e-6 else (1.0, 0.0)
                    for actor, sign in ((one, 1), (other, -1)):
                        at[actor][0] = min(max(at[actor][0] + sign * push * ux, wide * 0.6), width - wide * 0.6)
                        at[actor][1] = min(max(at[actor][1] + sign * push * uy, 16), height - 16)
    return {actor: (x, y) for actor, (x, y) in at.items()}
