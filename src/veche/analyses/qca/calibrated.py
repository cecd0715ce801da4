"""Memberships of towns in waves, each with its error and the codings behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from veche.analyses._shared.codes import rows_named
from veche.analyses._shared.mentions import Mentions, mentions
from veche.analyses._shared.places import known_interviews, ordered_waves, row_label, visited
from veche.analyses.qca.order import Order, Thing, order, things
from veche.analyses.qca.rule import SetRule
from veche.sets import indirect
from veche.sets._terms import DASH
from veche.study.errors import InputProblem
from veche.study.evidence import Evidence
from veche.study.places import Town, Wave
from veche.study.result import Grounds
from veche.words import N_

NOBODY_JUDGES = N_("nobody judges it here in this wave")
NOBODY_ASKED = N_("nobody could mention it here in this wave")
NOBODY_TOLD = N_("nobody could tell of both here up to this wave")
APART = N_("does not apply: nothing is told of one of them here up to this wave")
TOO_FEW = N_("too few cases are judged, or all of them alike: nothing can be fitted")


@dataclass(frozen=True, slots=True)
class Value:
    """Membership of a case in a set: missing if nobody speaks of it; `error` is missing with one interview.

    Of what came first it is 1 or 0, missing and `apart` where the order does not apply.
    """

    town: Town
    wave: Wave
    name: str
    membership: float
    error: float
    interviews: int
    grounds: Grounds
    reason: str
    apart: bool = False

    @property
    def known(self) -> bool:
        """Whether the case has a value here, be it that the condition does not apply."""
        return self.apart or self.membership == self.membership

    @property
    def case(self) -> str:
        """Label of the case."""
        return row_label(self.town.key, self.wave.key)


@dataclass(frozen=True, eq=False)
class Material:
    """Towns in waves with the interviews in them, and for each set of a rule what interviews say of its codes, or its two things."""

    cells: tuple[tuple[Town, Wave, Any], ...]
    sources: tuple[Mentions | tuple[Thing, ...], ...]
    places: Mapping[str, int]

    def values(self, at: int, rule: SetRule) -> tuple[Value, ...]:
        """Apply the rule of place `at`, or the same codes with other numbers, to every case."""
        source = self.sources[at]
        if not isinstance(source, Mentions):
            return tuple(
                _ordered(rule, order(source, town.id, self.places[wave.id]), town, wave)
                for town, wave, _inside in self.cells
            )
        if rule.kind == "indirect":
            return _fitted(rule, source, self.cells)
        return tuple(_value(rule, source, inside, town, wave) for town, wave, inside in self.cells)


def material(evidence: Evidence, rules: Sequence[SetRule]) -> Material:
    """Count the codes of the rules in every interview, and look up the things whose order is asked for.

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
    sources = tuple(
        things(evidence, interviews, rule.codes)
        if rule.kind == "before"
        else mentions(evidence, interviews, rows_named(evidence, rule.codes, below=True))
        for rule in rules
    )
    return Material(tuple(cells), sources, {wave.id: at for at, wave in enumerate(ordered_waves(evidence))})


def values(held: Material, rules: Sequence[SetRule]) -> tuple[Value, ...]:
    """Apply the rules to every town and wave with an interview.

    A verbal set: an interview's membership is the mean over its judgement codes (each code once), the case's the mean over interviews that judge,
    its error s / sqrt(n). A share: calibrated share of interviews that mention the code among those that could; its error is half the difference of
    the memberships at the share plus and minus sqrt(p (1 - p) / n). An indirect set: the same share, by the curve fitted to the judgements of the
    cases that have both. Values of a share and what came first have no error.
    """
    return tuple(one for at, rule in enumerate(rules) for one in held.values(at, rule))


def _value(rule: SetRule, counted: Mentions, inside: Any, town: Town, wave: Wave) -> Value:
    if rule.kind == "verbal":
        columns = np.arange(len(rule.codes))
        membership, error, number = _judged(rule, counted, inside, columns)
        grounds = counted.grounds(inside, columns.tolist(), asked=None)
        return Value(town, wave, rule.name, membership, error, number, grounds, "" if number else NOBODY_JUDGES)
    share, spread, number = _share(counted, inside)
    if not number:
        return _missing(rule, counted, inside, town, wave)
    low, middle, high = rule.memberships_of([share - spread, share, share + spread])
    return _of_share(rule, counted, inside, town, wave, (low, middle, high), number)


def _missing(
    rule: SetRule, counted: Mentions, inside: Any, town: Town, wave: Wave, reason: str = NOBODY_ASKED
) -> Value:
    return Value(town, wave, rule.name, float("nan"), float("nan"), 0, counted.grounds(inside, [0]), reason)


def _of_share(
    rule: SetRule, counted: Mentions, inside: Any, town: Town, wave: Wave, around: Sequence[float], number: int
) -> Value:
    """Make the value of a share from the memberships below it, at it and above it."""
    low, middle, high = (float(one) for one in around)
    error = abs(high - low) / 2 if number > 1 and rule.fuzzy else float("nan")
    return Value(town, wave, rule.name, round(middle, 9), error, number, counted.grounds(inside, [0]), "")


def _judged(rule: SetRule, counted: Mentions, inside: Any, columns: Any) -> tuple[float, float, int]:
    said = counted.asserted[np.ix_(inside, columns)] > 0
    said = said[said.any(axis=1)]
    each = said @ np.asarray(rule.memberships) / said.sum(axis=1)
    if not each.size:
        return float("nan"), float("nan"), 0
    error = float(each.std(ddof=1) / np.sqrt(each.size)) if each.size > 1 else float("nan")
    # the mean of memberships such as .4 and .6 is .5 only up to rounding
    return round(float(each.mean()), 9), error, int(each.size)


def _share(counted: Mentions, inside: Any) -> tuple[float, float, int]:
    """Share of interviews that mention the first code among those that could, its error, and how many could."""
    asked = counted.asked[inside, 0]
    number = int(asked.sum())
    if not number:
        return float("nan"), float("nan"), 0
    share = float((counted.asserted[inside, 0] > 0)[asked].mean())
    return share, float(np.sqrt(share * (1 - share) / number)), number


def _fitted(rule: SetRule, counted: Mentions, cells: Sequence[tuple[Town, Wave, Any]]) -> tuple[Value, ...]:
    """Calibrate shares by the curve of the judgements; a case without a judgement lies on the curve of the others."""
    columns = np.arange(1, len(rule.codes))
    shares = [_share(counted, inside) for _town, _wave, inside in cells]
    judged = [_judged(rule, counted, inside, columns)[0] for _town, _wave, inside in cells]
    there = [at for at, (_share, _spread, number) in enumerate(shares) if number]
    share, spread = (np.array([shares[at][which] for at in there]) for which in (0, 1))
    nothing = [float("nan")] * len(there)
    try:
        curve = indirect(
            [*share, *(share - spread), *(share + spread)], [*(judged[at] for at in there), *nothing, *nothing]
        )
    except InputProblem:
        return tuple(_missing(rule, counted, inside, town, wave, TOO_FEW) for town, wave, inside in cells)
    around = dict(zip(there, curve.reshape(3, -1)[[1, 0, 2]].T.tolist(), strict=True))
    found = []
    for at, (town, wave, inside) in enumerate(cells):
        if at not in around:
            found.append(_missing(rule, counted, inside, town, wave))
            continue
        one = _of_share(rule, counted, inside, town, wave, around[at], shares[at][2])
        judging = counted.grounds(inside, columns.tolist(), asked=None)
        found.append(replace(one, grounds=_both(one.grounds, judging)))
    return tuple(found)


def _both(one: Grounds, other: Grounds) -> Grounds:
    return Grounds(
        tuple(dict.fromkeys((*one.supporting, *other.supporting))), tuple(dict.fromkeys((*one.opposing, *other.opposing)))
    )  # fmt: skip


def _ordered(rule: SetRule, found: Order, town: Town, wave: Wave) -> Value:
    membership = float(found.value) if found.value in ("0", "1") else float("nan")
    apart = found.value == DASH
    reason = APART if apart else "" if found.value else NOBODY_TOLD
    return Value(town, wave, rule.name, membership, float("nan"), 0, Grounds(found.ids), reason, apart)
