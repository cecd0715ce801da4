"""Memberships of towns in waves, each with its error and the codings behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from veche.analyses._shared.codes import rows_named
from veche.analyses._shared.mentions import Mentions, mentions
from veche.analyses._shared.places import known_interviews, row_label, visited
from veche.analyses.qca.rule import SetRule
from veche.study.evidence import Evidence
from veche.study.places import Town, Wave
from veche.study.result import Grounds
from veche.words import N_

NOBODY_JUDGES = N_("nobody judges it here in this wave")
NOBODY_ASKED = N_("nobody could mention it here in this wave")


@dataclass(frozen=True, slots=True)
class Value:
    """Membership of a case in a set: missing if nobody speaks of it; `error` is missing with one interview."""

    town: Town
    wave: Wave
    name: str
    membership: float
    error: float
    interviews: int
    grounds: Grounds
    reason: str

    @property
    def case(self) -> str:
        """Label of the case."""
        return row_label(self.town.key, self.wave.key)


@dataclass(frozen=True, eq=False)
class Material:
    """Towns in waves with the interviews in them, and what each interview says of the codes of a rule."""

    cells: tuple[tuple[Town, Wave, Any], ...]
    counted: tuple[Mentions, ...]

    def values(self, at: int, rule: SetRule) -> tuple[Value, ...]:
        """Apply the rule of place `at`, or the same codes with other numbers, to every case."""
        return tuple(_value(rule, self.counted[at], inside, town, wave) for town, wave, inside in self.cells)


def material(evidence: Evidence, rules: Sequence[SetRule]) -> Material:
    """Count the codes of the rules in every interview.

    Raises
    ------
    NotFound
        If a code is not in the codebook.
    """
    interviews = known_interviews(evidence)
    towns, waves = visited(evidence, interviews)
    cells = []
    for town in towns:
        for wave in waves:
            inside = np.array([one.town_id == town.id and one.wave_id == wave.id for one in interviews], dtype=bool)
            if inside.any():
                cells.append((town, wave, inside))
    counted = tuple(mentions(evidence, interviews, rows_named(evidence, rule.codes, below=True)) for rule in rules)
    return Material(tuple(cells), counted)


def values(held: Material, rules: Sequence[SetRule]) -> tuple[Value, ...]:
    """Apply the rules to every town and wave with an interview.

    A verbal set: an interview's membership is the mean over its judgement codes (each code once), the case's the mean over interviews that judge,
    its error s / sqrt(n). A share: calibrated share of interviews that mention the code among those that could; its error is half the difference of
    the memberships at the share plus and minus sqrt(p (1 - p) / n).
    """
    return tuple(one for at, rule in enumerate(rules) for one in held.values(at, rule))


def _value(rule: SetRule, counted: Mentions, inside: Any, town: Town, wave: Wave) -> Value:
    membership, error, number = _share(rule, counted, inside) if rule.anchors else _verbal(rule, counted, inside)
    reason = "" if number else NOBODY_ASKED if rule.anchors else NOBODY_JUDGES
    grounds = counted.grounds(inside, range(len(rule.codes)), asked=True if rule.anchors else None)
    return Value(town, wave, rule.name, membership, error, number, grounds, reason)


def _verbal(rule: SetRule, counted: Mentions, inside: Any) -> tuple[float, float, int]:
    said = counted.asserted[inside] > 0
    said = said[said.any(axis=1)]
    each = said @ np.asarray(rule.memberships) / said.sum(axis=1)
    if not each.size:
        return float("nan"), float("nan"), 0
    error = float(each.std(ddof=1) / np.sqrt(each.size)) if each.size > 1 else float("nan")
    # the mean of memberships such as .4 and .6 is .5 only up to rounding
    return round(float(each.mean()), 9), error, int(each.size)


def _share(rule: SetRule, counted: Mentions, inside: Any) -> tuple[float, float, int]:
    asked = counted.asked[inside, 0]
    number = int(asked.sum())
    if not number:
        return float("nan"), float("nan"), 0
    share = float((counted.asserted[inside, 0] > 0)[asked].mean())
    spread = float(np.sqrt(share * (1 - share) / number))
    low, middle, high = rule.memberships_of([share - spread, share, share + spread])
    return round(float(middle), 9), float(abs(high - low) / 2) if number > 1 else float("nan"), number
