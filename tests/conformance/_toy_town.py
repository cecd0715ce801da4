"""Checker of worked examples: every definition of the measures of relations on a small invented town."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.conformance._network_quantities import close
from veche.measures import coalitions, discourse, survival, tactics, ties, turbulence
from veche.measures.windows import given_windows, shares

Vector = dict[str, Any]


def check_worked_examples(vector: Vector, folder: Path) -> None:
    expected = vector["expected"]
    parts = {
        "ties": _ties,
        "spells": _spells,
        "durability": _durability,
        "strategic": _strategic,
        "turbulence": _turbulence,
        "stances": _stances,
    }
    assert expected.keys() <= parts.keys(), f"no measure is known for {expected.keys() - parts.keys()}"
    for name in expected:
        parts[name](vector, expected[name])


def _ties(vector: Vector, expected: list[Vector]) -> None:
    rows = [dict(zip(vector["statement_columns"], row, strict=True)) for row in vector["statements"]]
    actors = sorted({a for row in rows for side in ("source", "target") for a in row[side]})
    people = sorted({row["reporter"] for row in rows})
    spread = ties.claims(
        [[actors.index(a) for a in row["source"]] for row in rows],
        [[actors.index(a) for a in row["target"]] for row in rows],
        [row["kind"] in vector["symmetric_kinds"] for row in rows],
        len(actors),
    )
    start, end, valence, confidence = ([row[k] for row in rows] for k in ("start", "end", "valence", "confidence"))
    for one in expected:
        fallen = shares(given_windows([one["window"][0]], [one["window"][1]]), start, end, confidence)
        reporter = [people.index(row["reporter"]) for row in rows]
        found = ties.ties(spread, reporter, valence, fallen, kappa=one["kappa"])
        pairs = zip(found.source.tolist(), found.target.tolist(), strict=True)
        row = list(pairs).index((actors.index(one["source"]), actors.index(one["target"])))
        for column in ("tone", "votes", "mass", "dispersion", "reporters"):
            close(getattr(found, column)[row], one[column], f"{column} of {one}")


def _found_spells(vector: Vector, gap: int) -> tuple[list[str], tuple[coalitions.Spell, ...]]:
    actors = sorted({a for one in vector["allied_windows"] for a in one["pair"]})
    allied = {frozenset(actors.index(a) for a in one["pair"]): one["windows"] for one in vector["allied_windows"]}
    return actors, coalitions.spells(allied, least=vector["minimum_windows"], gap=gap)


def _spells(vector: Vector, expected: Vector) -> None:
    for name, listed in expected.items():
        actors, found = _found_spells(vector, int(name.removeprefix("gap")))
        shown = {(tuple(actors[k] for k in s.members), s.first, s.last) for s in found}
        assert shown == {(tuple(sorted(s["members"])), s["first"], s["last"]) for s in listed}, name


def _durability(vector: Vector, expected: Vector) -> None:
    _, found = _found_spells(vector, 0)
    # two of the five are alive in the first window: they stay, as left-truncated
    curve = survival.kaplan_meier(survival.spell_durations(found, 1, vector["windows_total"], early="truncate"))
    columns = zip(curve.time, curve.at_risk, curve.ended, curve.survival, strict=True)
    for one, (time, at_risk, ended, survives) in zip(expected["kaplan_meier"], columns, strict=True):
        assert (time, at_risk, ended) == (one["duration"], one["at_risk"], one["ended"])
        close(survives, one["survival"], f"survival at {time}")
    hazards = survival.hazards(found, 1, vector["windows_total"])
    shown = [{"transition": [h.before, h.after], "at_risk": h.at_risk, "ended": h.ended} for h in hazards]
    assert shown == expected["hazard"]


def _strategic(vector: Vector, expected: list[Vector]) -> None:
    for one in expected:
        benefits = [(one["benefit_ij"], one["benefit_ji"])]
        found = tactics.tactics(one["duration_months"], one["issue_counts"], benefits, term=one["term_months"])
        shown = {
            "d": found.length,
            "I_eff": found.issues,
            "beta": found.breadth,
            "rho": found.reciprocity,
            "strategic": found.strategic,
            "tactical": found.tactical,
        }
        for name, value in shown.items():
            close(value.value, one[name], f"{name} of {one}")


def _turbulence(vector: Vector, expected: list[Vector]) -> None:
    for one in expected:
        before, after = (dict(enumerate(one[f"partition_{side}"])) for side in ("before", "after"))
        posts = dict.fromkeys(range(one["offices"]), "old")
        holders = {k: "new" if k < one["offices_changed"] else "old" for k in posts}
        found = turbulence.turbulence(
            membership=turbulence.membership(before, after),
            pairs=turbulence.pair_change(turbulence.comembers(before), turbulence.comembers(after)),
            hazard=turbulence.rate(one["hazard_ended"], one["hazard_at_risk"], "nothing at risk"),
            agenda=turbulence.agenda_change(one["agenda_before"], one["agenda_after"]),
            tone=turbulence.tone_change(map(tuple, one["tone_pairs"])),
            offices=turbulence.office_change(posts, holders),
            actors=turbulence.actor_change(before.keys(), after.keys()),
        )
        names = {"pair_jaccard": "pairs", "office": "offices"}
        for name in ("membership", "pair_jaccard", "agenda", "tone", "hazard", "office", "composite"):
            close(getattr(found, names.get(name, name)).value, one[name], f"{name} of {one}")


def _stances(vector: Vector, expected: list[Vector]) -> None:
    for one in expected:
        issues = sorted(one["first"].keys() | one["second"].keys())
        counts = np.array([[one[actor].get(issue, [0, 0]) for issue in issues] for actor in ("first", "second")])
        held = discourse.stances(counts[:, :, 0], counts[:, :, 1])
        close(discourse.similarity(held)[0, 1], one["similarity"], "similarity")
        close(discourse.congruence(held)[0, 1], one["congruence"], "congruence")
        close(discourse.conflict(held)[0, 1], one["conflict"], "conflict")
        close(discourse.subtract(held)[0, 1], one["subtract"], "subtract")
        close(discourse.subtract(held, "average")[0, 1], one["subtract_average"], "subtract, average")
