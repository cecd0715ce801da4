"""Case values: one number from 0 to 1 for every town and wave, or missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from veche.analyses._shared.alliances import Field
from veche.analyses._shared.coalitions import Coalition, of_fields
from veche.analyses._shared.models import Cell, make_cell
from veche.analyses._shared.periods import wave_periods
from veche.analyses._shared.regimes import regimes
from veche.analyses._shared.sample import Bools, Floats
from veche.analyses.claims.context import REACH, Context, Untestable
from veche.analyses.claims.entries import word_of
from veche.analyses.claims.estimates import cell_sums, town_means
from veche.measures.turbulence import Turbulence
from veche.words import N_


def case_values(ctx: Context, entry: Mapping[str, Any]) -> Floats:
    """Give a case value: shape (towns, waves), each in [0, 1] or NaN where it is not known.

    Raises
    ------
    Untestable
        If the study has nothing of the kind.
    InputProblem, NotFound
        If the entry names what the program or the study does not know.
    """
    return composed(entry, lambda one: plain(ctx, one))


def composed(entry: Mapping[str, Any], made: Callable[[Mapping[str, Any]], Floats]) -> Floats:
    """Put a value together from plain ones, made by `made`: towns and waves are the last two axes."""
    if "all" in entry or "any" in entry:
        parts = np.stack([composed(one, made) for one in entry.get("all") or entry["any"]])
        found = np.asarray(parts.min(axis=0) if "all" in entry else parts.max(axis=0))
    else:
        found = made(entry)
    if entry.get("earlier"):
        found = np.concatenate([np.full((*found.shape[:-1], 1), np.nan), found[..., :-1]], axis=-1)
    if "above" in entry:
        found = np.where(np.isnan(found), np.nan, (found > float(entry["above"])).astype(float))
    return 1 - found if entry.get("not") else found


def plain(ctx: Context, entry: Mapping[str, Any]) -> Floats:
    """Give a value that is not put together of others: shape (towns, waves)."""
    simple = {
        "mean": _mean, "model": _model, "attribute": _attribute, "monotown": _monotown, "event": _event, "head_changed": _head_changed,
        "form_changed": _form_changed, "coalition": _coalition, "turbulence": _turbulence, "regime": _regime,
    }  # fmt: skip
    kind = next(one for one in simple if one in entry)
    return simple[kind](ctx, entry)


def _shape(ctx: Context) -> tuple[int, int]:
    return len(ctx.sample.towns), len(ctx.sample.waves)


def visited(ctx: Context) -> Bools:
    """Which towns have interviews in which waves?"""
    found = np.zeros(_shape(ctx), dtype=bool)
    found[ctx.sample.town_of[ctx.kept], ctx.sample.wave_of[ctx.kept]] = True
    return found


def _mean(ctx: Context, entry: Mapping[str, Any]) -> Floats:
    """Mean of a measure on the scale 0 to 1; missing with fewer interviews than the minimum."""
    scores = ctx.scores(entry["mean"])
    sample = ctx.sample
    sums, counts = cell_sums(scores, sample.wave_of, len(sample.waves))
    means = town_means(sums, counts, sample.cluster_town, len(sample.towns))
    number = np.zeros(_shape(ctx))
    np.add.at(number, (sample.town_of[scores.known], sample.wave_of[scores.known]), 1)
    return np.where(number >= ctx.options.minimum, means, np.nan)


def cells(ctx: Context) -> dict[tuple[int, int], Cell]:
    """What reporters say of executive and assembly, by town and wave; made once for each set of interviews there."""
    held = ctx.shared.branches
    if not len(held.relations):
        raise Untestable(N_("no usable statement tells of executive and assembly"))
    towns = {one.id: i for i, one in enumerate(held.relations.towns)}
    waves = {one.id: i for i, one in enumerate(held.relations.waves)}
    cache, kept, found = ctx.shared.cache, ctx.acts_of(ctx.shared.branch_places), {}
    for t, town in enumerate(ctx.sample.towns):
        for w, wave in enumerate(ctx.sample.waves):
            key = ("cell", t, w, ctx.town_key(t))
            if key not in cache:
                at = (towns[town.id], waves[wave.id])
                inside = held.inside(*at) & kept
                cache[key] = make_cell(held, inside, held.share[:, at[1]]) if inside.any() else None
            if cache[key] is not None:
                found[t, w] = cache[key]
    return found


def _model(ctx: Context, entry: Mapping[str, Any]) -> Floats:
    """Membership in a model, or answer to a question of the decision rule; missing with too few reporters."""
    found = degrees(ctx).get(str(entry["model"]))
    return np.full(_shape(ctx), np.nan) if found is None else found


def degrees(ctx: Context) -> dict[str, Floats]:
    """All memberships and answers by town and wave."""
    cache, shape, found = ctx.shared.cache, _shape(ctx), dict[str, Floats]()
    for at, cell in cells(ctx).items():
        key = ("degrees", *at, ctx.town_key(at[0]))
        if key not in cache:
            cache[key] = {name: float(value[0]) for name, value in cell.degrees().items()}
        for name, value in cache[key].items():
            if name not in found:
                found[name] = np.full(shape, np.nan)
            if len(cell) >= ctx.options.minimum:
                found[name][at] = value
    return found


def _attribute(ctx: Context, entry: Mapping[str, Any]) -> Floats:
    """1 where an attribute of the town has the value (or one of several), 0 where it has another."""
    name, wanted = str(entry["attribute"]), entry["is"]
    values = {word_of(one) for one in (wanted if isinstance(wanted, list) else [wanted])}
    known = attribute_values(ctx, name)
    if not known:
        raise Untestable(N_("the study does not record the attribute that this needs"))
    found = np.full(_shape(ctx), np.nan)
    for (t, w), value in known.items():
        found[t, w] = float(value in values)
    return found


def attribute_values(ctx: Context, name: str) -> dict[tuple[int, int], str]:
    """Values of an attribute of towns by town and wave; one of all waves counts where the wave has none."""
    held = {(one.target_id, one.wave_id): one.value for one in ctx.evidence.attributes if one.name == name}
    found = {}
    for t, town in enumerate(ctx.sample.towns):
        for w, wave in enumerate(ctx.sample.waves):
            value = held.get((town.id, wave.id), held.get((town.id, None)))
            if value is not None:
                found[t, w] = value
    return found


def _monotown(ctx: Context, entry: Mapping[str, Any]) -> Floats:
    wanted = bool(entry["monotown"])
    column = [np.nan if one.monotown is None else float(one.monotown is wanted) for one in ctx.sample.towns]
    return np.repeat(np.array(column)[:, None], _shape(ctx)[1], axis=1)


def _event(ctx: Context, entry: Mapping[str, Any]) -> Floats:
    """1 where an event of the kind happened in the town since the wave before (or ever before, in the first one)."""
    return np.where(events(ctx, str(entry["event"])), 1.0, np.where(visited(ctx), 0.0, np.nan))


def events(ctx: Context, kind: str) -> Bools:
    """Did an event of the kind happen in the town since the wave before (or ever before, in the first one)?"""
    sample = ctx.sample
    found = np.zeros(_shape(ctx), dtype=bool)
    for one in ctx.evidence.events:
        if one.kind != kind or one.town_id is None:
            continue
        for t, town in enumerate(sample.towns):
            if town.id == one.town_id:
                for w, wave in enumerate(sample.waves):
                    since = sample.waves[w - 1].end if w else None
                    if one.start < wave.end and (since is None or one.start >= since):
                        found[t, w] = True
    return found


def _head_changed(ctx: Context, entry: Mapping[str, Any]) -> Floats:
    """1 where none of the heads of the interviews of a wave was head in those of the wave before, 0 where one was."""
    sample, head = ctx.sample, ctx.shared.head_of
    held = {
        (t, w): set(head[ctx.kept & sample.inside(t, w)].tolist()) - {-1}
        for t in range(len(sample.towns))
        for w in range(len(sample.waves))
    }
    found = np.full(_shape(ctx), np.nan)
    for t, w in held:
        if w and held[t, w] and held.get((t, w - 1)):
            found[t, w] = float(not held[t, w] & held[t, w - 1])
    return found


def _form_changed(ctx: Context, entry: Mapping[str, Any]) -> Floats:
    """1 where an attribute (its name is the value of the field) differs from that of the wave before."""
    values = attribute_values(ctx, str(entry["form_changed"]))
    if not values:
        raise Untestable(N_("the study does not record the attribute that this needs"))
    found = np.full(_shape(ctx), np.nan)
    for (t, w), value in values.items():
        if (t, w - 1) in values:
            found[t, w] = float(value != values[t, w - 1])
    return found


def town_coalitions(ctx: Context) -> tuple[tuple[Field, ...], tuple[Coalition, ...]]:
    """Fields and coalitions of all towns; those of a town are made once for each set of its interviews."""
    cache = ctx.shared.cache
    kept = ctx.acts_of(ctx.shared.act_places) if not ctx.kept.all() else np.ones(len(ctx.shared.relations), dtype=bool)
    if not kept.any():
        raise Untestable(N_("no usable statement tells of who acts with whom"))
    fields, found = list[Field](), list[Coalition]()
    for t in range(len(ctx.sample.towns)):
        key = ("coalitions", t, ctx.town_key(t))
        if key not in cache:
            whole = ctx.shared.fields[t]
            left = None if whole is None else whole.told_by(kept[ctx.shared.acts_of_town[t]])
            made = (left,) if left is not None and len(left.acts) else ()
            cache[key] = (made, of_fields(made, said=ctx.shared.answers))
        fields += cache[key][0]
        found += cache[key][1]
    return tuple(fields), tuple(found)


def _coalition(ctx: Context, entry: Mapping[str, Any]) -> Floats:
    """Largest degree of coalitions that lived in the period of the wave; 0 where the town is spoken of and none is found."""
    wanted, scope = str(entry["coalition"]), entry.get("scope")
    spoken = {one.town.id for one in town_coalitions(ctx)[0] if int(one.observed.sum()) >= one.rule.least}
    values = np.full(_shape(ctx), np.nan)
    there = visited(ctx)
    living = living_coalitions(ctx, scope)
    for t, town in enumerate(ctx.sample.towns):
        for w in range(len(ctx.sample.waves)):
            if not there[t, w] or town.id not in spoken:
                continue
            degrees = [_degree(one, wanted) for one in living.get((t, w), ())]
            values[t, w] = 0.0 if not degrees else np.nan if any(np.isnan(degrees)) else max(degrees)
    return values


def living_coalitions(ctx: Context, scope: object = None) -> dict[tuple[int, int], list[Coalition]]:
    """Coalitions (of a scope) that lived in the period of a wave, by town and wave."""
    periods = {one.key: one for one in wave_periods(ctx.evidence, REACH)}
    number = {town.id: t for t, town in enumerate(ctx.sample.towns)}
    found: dict[tuple[int, int], list[Coalition]] = {}
    for one in town_coalitions(ctx)[1]:
        if scope is not None and one.scope != scope:
            continue
        start, end = one.field.periods[one.spell.first].start, one.field.periods[one.spell.last].end
        for w, wave in enumerate(ctx.sample.waves):
            if start < periods[wave.key].end and end > periods[wave.key].start:
                found.setdefault((number[one.field.town.id], w), []).append(one)
    return found


def _degree(one: Coalition, wanted: str) -> float:
    if wanted == "any":
        return 1.0
    return float(one.tactics.strategic.value if wanted == "strategic" else one.tactics.tactical.value)


def _turbulence(ctx: Context, entry: Mapping[str, Any]) -> Floats:
    """Turbulence since the wave before, or one part of it."""
    part = str(entry["turbulence"])
    cache, steps = ctx.shared.cache, dict[str, Turbulence]()
    kept = ctx.acts_of(ctx.shared.act_places)
    if not kept.any():
        raise Untestable(N_("no usable statement tells of who acts with whom"))
    for t in range(len(ctx.sample.towns)):
        key = ("turbulence", t, ctx.town_key(t))
        if key not in cache:
            some = [one.told_by(kept[ctx.shared.acts_of_town[t]]) for one in ctx.shared.shifts[t]]
            cache[key] = {one.key: one.measured() for one in some if len(one.field.acts)}
        steps.update(cache[key])
    found = np.full(_shape(ctx), np.nan)
    towns = {one.key: t for t, one in enumerate(ctx.sample.towns)}
    waves = {one.key: w for w, one in enumerate(ctx.sample.waves)}
    for label, one in steps.items():
        town, _sep, step = label.partition(" · ")
        after = step.partition("→")[2]
        if town in towns and after in waves:
            found[towns[town], waves[after]] = getattr(one, part).value
    return found


def _regime(ctx: Context, entry: Mapping[str, Any]) -> Floats:
    """Membership of the town's best coalition in urban regimes, the same in every wave."""
    fields, found = town_coalitions(ctx)
    wanted = bool(entry["regime"])
    values = np.full(_shape(ctx), np.nan)
    towns = {one.id: t for t, one in enumerate(ctx.sample.towns)}
    for one in regimes(fields, found):
        if one.town.id in towns and not one.membership.missing:
            values[towns[one.town.id]] = one.membership.value if wanted else 1 - one.membership.value
    return np.where(visited(ctx), values, np.nan)
