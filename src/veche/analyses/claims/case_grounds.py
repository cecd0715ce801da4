"""What case values rest on, as far as it rests on words: what speaks for a value being high, and for its being low."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from veche.analyses._shared.alliances import Field
from veche.analyses._shared.coalitions import Coalition
from veche.analyses._shared.model_grounds import model_sides
from veche.analyses._shared.regimes import regimes
from veche.analyses._shared.sample import Floats
from veche.analyses._shared.shifts import sides_of
from veche.analyses.claims.context import Context
from veche.analyses.claims.values import living_coalitions, town_coalitions
from veche.study.result import Grounds

#: a town (its number) and a wave (its number)
Case = tuple[int, int]
#: of the composite of turbulence: its parts that rest on statements
_PARTS = ("membership", "hazard", "agenda", "tone")


def value_grounds(ctx: Context, entry: Mapping[str, Any], cases: Iterable[Case]) -> Grounds:
    """Return what speaks for a high value and what for a low one in some towns and waves.

    Of a mean: the grounds of its measure there. Of a model: the acts told there that speak for it, against the others.
    Of a coalition: what supports those of the scope that lived then, against discord among their members. Of
    turbulence: what shows change since the wave before, against what shows that something stayed. Of a regime: the
    grounds of the town's coalition nearest to one. Attributes, events and heads are on record and rest on no words.
    """
    wanted = [(t, w - 1) for t, w in cases if w] if entry.get("earlier") else list(cases)
    parts = entry.get("all") or entry.get("any")
    every = [value_grounds(ctx, one, wanted) for one in parts] if parts else [_plain(ctx, entry, wanted)]
    found = _joined(every)
    return Grounds(found.opposing, found.supporting) if entry.get("not") else found


def carried(ctx: Context, entry: Mapping[str, Any], values: Floats, cases: Iterable[Case]) -> tuple[str, ...]:
    """Return what carries a value in some cases: what speaks for it where it is above one half, against it elsewhere."""
    some = list(cases)
    high = value_grounds(ctx, entry, [case for case in some if values[case] > 0.5])
    low = value_grounds(ctx, entry, [case for case in some if values[case] <= 0.5])
    return tuple(dict.fromkeys((*high.supporting, *low.opposing)))


def two_sides(ctx: Context, first: Iterable[str], second: Iterable[str], *, turned: bool = False) -> Grounds:
    """Put both sides together, each sentence once: on the side of the claim if on both. `turned` swaps them."""
    if ctx.bare:
        return Grounds()
    mine, other = (tuple(dict.fromkeys(one)) for one in ((second, first) if turned else (first, second)))
    return Grounds(mine, tuple(one for one in other if one not in set(mine)))


def coalition_ids(some: Iterable[Coalition], *, against: bool = False) -> tuple[str, ...]:
    """Ids of the statements that support coalitions, or of those that speak against them."""
    return tuple(dict.fromkeys(i for one in some for i in _ids(one.field, one.against if against else one.support)))


def _plain(ctx: Context, entry: Mapping[str, Any], cases: list[Case]) -> Grounds:
    if "mean" in entry:
        here = np.zeros(ctx.sample.size, dtype=bool)
        for town, wave in cases:
            here |= ctx.sample.inside(town, wave)
        return ctx.scores(entry["mean"]).grounds(here)
    if "model" in entry:
        return _joined([_model(ctx, str(entry["model"]), case) for case in cases])
    if "coalition" in entry:
        living = living_coalitions(ctx, entry.get("scope"))
        return _of_coalitions([one for case in cases for one in living.get(case, ())])
    if "regime" in entry:
        best = _best(ctx)
        some = _of_coalitions([best[town] for town in dict.fromkeys(town for town, _wave in cases) if town in best])
        return some if entry["regime"] else Grounds(some.opposing, some.supporting)
    if "turbulence" in entry:
        return _joined([_turbulence(ctx, str(entry["turbulence"]), case) for case in cases])
    return Grounds()


def _joined(every: list[Grounds]) -> Grounds:
    first, second = (
        tuple(dict.fromkeys(i for one in every for i in getattr(one, side))) for side in ("supporting", "opposing")
    )
    return Grounds(first, tuple(one for one in second if one not in set(first)))


def _model(ctx: Context, name: str, case: Case) -> Grounds:
    held = ctx.shared.branches
    towns = {one.id: i for i, one in enumerate(held.relations.towns)}
    waves = {one.id: i for i, one in enumerate(held.relations.waves)}
    town, wave = towns[ctx.sample.towns[case[0]].id], waves[ctx.sample.waves[case[1]].id]
    here = held.inside(town, wave) & ctx.acts_of(ctx.shared.branch_places)
    mine, other = (held.relations.ids(side) for side in model_sides(held, here, name))
    return Grounds(mine, tuple(one for one in other if one not in set(mine)))


def _of_coalitions(some: list[Coalition]) -> Grounds:
    mine = coalition_ids(some)
    return Grounds(mine, tuple(one for one in coalition_ids(some, against=True) if one not in set(mine)))


def _best(ctx: Context) -> dict[int, Coalition]:
    """The coalition nearest to a regime of each town that has any."""
    number = {town.id: t for t, town in enumerate(ctx.sample.towns)}
    return {number[one.town.id]: one.coalition for one in regimes(*town_coalitions(ctx)) if one.coalition is not None}


def _turbulence(ctx: Context, part: str, case: Case) -> Grounds:
    town, wave = case
    sides: tuple[list[str], list[str]] = ([], [])
    for one in ctx.shared.shifts[town]:
        if one.after.key != ctx.sample.waves[wave].key:
            continue
        for name in _PARTS if part == "composite" else (part,):
            for side, places in zip(sides, sides_of(one, name), strict=True):
                side += _ids(one.field, places)
    mine = tuple(dict.fromkeys(sides[0]))
    return Grounds(mine, tuple(one for one in dict.fromkeys(sides[1]) if one not in set(mine)))


def _ids(field: Field, places: Iterable[int]) -> tuple[str, ...]:
    return tuple(field.acts.statements[a].id for a in places)
