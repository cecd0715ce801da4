"""Actors and the ties that statements report of them, by wave, as GraphML and GEXF: typed attributes, for Gephi, visone, igraph and others."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veche.exporters._claims import Claim, claims, party_keys
from veche.exporters._left_out import left_out
from veche.exporters._writing import replacing
from veche.privacy import Release
from veche.study import Actor, Office, Statement, StatementKind, Wave
from veche.study.errors import N_
from veche.study.losses import Loss, Written
from veche.study.registry import project_exporter

if TYPE_CHECKING:
    import networkx as nx

_KEPT = (Actor, Office, Statement, StatementKind, Wave)
_SUMMED = N_(
    "the graph holds counts and means of statements between two parties in a wave, not each statement with its words"
)
_LOOP = N_("it names one party on both sides: no tie")
#: what XML cannot hold
_NO_XML = {number: None for number in range(32) if number not in (9, 10, 13)} | {0xFFFE: None, 0xFFFF: None}


@project_exporter("graphml", title=N_("Network of actors (GraphML)"), extension=".graphml")
def graphml(release: Release, path: Path) -> Written:
    """Write a directed multigraph: nodes are actors and offices, one edge per source, target, kind and wave."""
    import networkx as nx

    return _write(release, path, lambda graph, part: nx.write_graphml_xml(graph, part, named_key_ids=True))


@project_exporter("gexf", title=N_("Network of actors (GEXF)"), extension=".gexf")
def gexf(release: Release, path: Path) -> Written:
    """Write the same graph as GEXF 1.2."""
    import networkx as nx

    return _write(release, path, lambda graph, part: nx.write_gexf(graph, part, version="1.2draft"))


def _write(release: Release, path: Path, write: Callable[[Any, str], None]) -> Written:
    losses: list[Loss] = []
    graph = network(release, losses)
    evidence = release.held_study
    losses += left_out(evidence, _KEPT)
    if evidence.statements:
        losses.append(Loss(Statement.noun, str(len(evidence.statements)), "", _SUMMED))
    with replacing(path) as part:
        write(graph, str(part))
    return Written((path,), tuple(losses))


def network(release: Release, losses: list[Loss]) -> nx.MultiDiGraph[str]:
    """Make the graph.

    Edge attributes: `kind`, `family`, `wave`, `symmetric`, `statements` (how many), `reporters` (how many different respondents), `denied` (how
    many of the statements), `weight` (how many are asserted), `valence` (mean of those asserted, from -1 to 1), `tone` (mean step, 1 to 5), `first`
    and `last` (days). An undefined value is left out.
    """
    import networkx as nx

    evidence = release.held_study
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=_clean(evidence.study.name))
    towns = {one.id: one.key for one in evidence.towns}
    keys = party_keys(evidence)
    nodes: list[tuple[Actor | Office, str, str]] = [(one, "actor", one.kind) for one in evidence.actors]
    nodes += [(one, "office", "") for one in evidence.offices]
    for one, sort, kind in nodes:
        graph.add_node(
            _clean(keys[one.id]),
            label=_clean(one.name),
            type=sort,
            kind=kind,
            branch=one.branch,
            town=towns.get(one.town_id or "", ""),
        )
    groups: defaultdict[tuple[str, str, str, str], list[Claim]] = defaultdict(list)
    for claim in claims(evidence):
        if claim.source == claim.target:
            losses.append(Loss(Statement.noun, f"{claim.source} · {claim.kind.key}", "", _LOOP))
        else:
            groups[claim.source, claim.target, claim.kind.key, claim.wave].append(claim)
    for number, (_place, found) in enumerate(sorted(groups.items(), key=lambda pair: pair[0])):
        graph.add_edge(_clean(found[0].source), _clean(found[0].target), key=number, **_tie(found))
    return graph


def _tie(found: list[Claim]) -> dict[str, Any]:
    asserted = [one for one in found if one.statement.modality == "asserted"]
    tones = [one.statement.tone for one in asserted if one.statement.tone is not None]
    days = sorted(one.day for one in found if one.day is not None)
    values: dict[str, Any] = {
        "kind": _clean(found[0].kind.key), "family": found[0].kind.family, "wave": _clean(found[0].wave),
        "symmetric": found[0].kind.symmetric, "statements": len(found),
        "reporters": len({one.reporter for one in found if one.reporter}),
        "denied": sum(one.statement.modality == "denied" for one in found), "weight": float(len(asserted)),
    }  # fmt: skip
    if asserted:
        values["valence"] = math.fsum(one.valence for one in asserted) / len(asserted)
    if tones:
        values["tone"] = math.fsum(tones) / len(tones)
    if days:
        values |= {"first": days[0].isoformat(), "last": days[-1].isoformat()}
    return values


def _clean(text: str) -> str:
    return text.translate(_NO_XML)
