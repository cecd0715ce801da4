"""What the page of findings shows: each analysis with its sentence as far as it is known, and the publications."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from veche.study import Evidence, VecheError
from veche.study.registry import Analysis
from veche.web.rendering import PHASES
from veche.words import _
from veche.workbench import registry
from veche.workbench.runs import Runs


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """An analysis on the page: what it found if that is known, else what it asks; `query` is the filter for its addresses."""

    name: str
    title: str
    sentence: str
    question: str
    drawn: bool
    query: str


@dataclass(frozen=True, slots=True)
class Findings:
    """All analyses by phase of work, and the names of those whose result is known."""

    groups: tuple[tuple[str, tuple[ShownFinding, ...]], ...]
    names: tuple[str, ...]
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownPublication:
    """A publication: its set of interviews, when it was frozen, and how towns are called in it."""

    id: str
    key: str
    title: str
    interviews: int
    frozen: dt.date | None
    towns: tuple[tuple[str, str], ...]


def findings(runs: Runs, where: Mapping[str, Any]) -> Findings:
    """Return every installed analysis with its finding on the evidence that `where` selects; nothing is computed here."""
    shown: dict[str, list[ShownFinding]] = {}
    for name in registry.analysis_names():
        try:
            found = registry.analysis(name)
        except VecheError:
            continue  # one of another package that cannot be loaded
        shown.setdefault(found.phase, []).append(_finding(runs, found, where))
    groups = tuple((title, tuple(shown[phase])) for phase, title in PHASES if phase in shown)
    every = [one for _title, group in groups for one in group]
    return Findings(
        groups, tuple(one.name for one in every), tuple(one.name for one in every if one.sentence)
    )  # fmt: skip


def _finding(runs: Runs, analysis: Analysis[Any], where: Mapping[str, Any]) -> ShownFinding:
    result = runs.known(runs.ask(analysis.name, {}, where))
    query = urlencode({f"in_{name}": value for name, value in where.items()})
    return ShownFinding(
        analysis.name, _(analysis.title), result.sentence if result is not None else "", _(analysis.question),
        analysis.draw is not None, query,
    )  # fmt: skip


def publications(evidence: Evidence) -> list[ShownPublication]:
    """Return the publications of the study, the newest frozen first."""
    names = {town.id: town.name for town in evidence.towns}
    aliases: dict[str, list[tuple[str, str]]] = {}
    for one in evidence.aliases:
        aliases.setdefault(one.publication_id, []).append((names.get(one.town_id, "–"), one.alias))
    shown = [
        ShownPublication(
            one.id, one.key, one.title or one.key, len(one.interviews), one.frozen.date() if one.frozen is not None else None,
            tuple(sorted(aliases.get(one.id, ()))),
        )
        for one in evidence.publications
    ]  # fmt: skip
    return sorted(shown, key=lambda one: (one.frozen or dt.date.max, one.key), reverse=True)
