"""Case values when respondents are left out, one at a time: one number for every way, town and wave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from veche.analyses._shared.sample import Floats
from veche.analyses.claims import values
from veche.analyses.claims.context import Context, Untestable
from veche.analyses.claims.estimates import cell_sums, town_means


def case_values(ctx: Context, entry: Mapping[str, Any], weights: Floats) -> Floats:
    """Give a case value for each row of weights: shape (rows, towns, waves), NaN where it is not known."""

    def plain(one: Mapping[str, Any]) -> Floats:
        made = {
            "mean": _mean, "model": _model, "event": _event, "head_changed": _head_changed, "coalition": _acts,
            "turbulence": _acts, "regime": _acts,
        }  # fmt: skip
        kind = next((name for name in made if name in one), None)
        if kind is not None:
            return made[kind](ctx, one, weights)
        # attributes of towns do not hang on who speaks
        return np.broadcast_to(values.plain(ctx, one), _shape(ctx, weights))

    return values.composed(entry, plain)


def _shape(ctx: Context, weights: Floats) -> tuple[int, int, int]:
    return len(weights), len(ctx.sample.towns), len(ctx.sample.waves)


def _by_town(ctx: Context, weights: Floats, counts: Floats) -> Floats:
    """Sum what clusters (first axis) bring to their town: shape (rows, towns, ...)."""
    sample = ctx.sample
    here = [sample.cluster_town == town for town in range(len(sample.towns))]
    return np.stack([np.tensordot(weights[:, one], counts[one], axes=1) for one in here], axis=1)


def _mean(ctx: Context, entry: Mapping[str, Any], weights: Floats) -> Floats:
    scores, sample = ctx.scores(entry["mean"]), ctx.sample
    sums, counts = cell_sums(scores, sample.wave_of, len(sample.waves))
    means = town_means(sums, counts, sample.cluster_town, len(sample.towns), weights)
    return np.where(_by_town(ctx, weights, counts) >= ctx.options.minimum, means, np.nan)


def _visited(ctx: Context, weights: Floats) -> Any:
    return _by_town(ctx, weights, ctx.shared.interview_counts) > 0


def _event(ctx: Context, entry: Mapping[str, Any], weights: Floats) -> Floats:
    happened = values.events(ctx, str(entry["event"]))
    return np.where(happened, 1.0, np.where(_visited(ctx, weights), 0.0, np.nan))


def _head_changed(ctx: Context, entry: Mapping[str, Any], weights: Floats) -> Floats:
    held = _by_town(ctx, weights, ctx.shared.head_counts) > 0
    known = np.asarray(held.any(axis=3), dtype=bool)
    stayed = (held[:, :, 1:] & held[:, :, :-1]).any(axis=3)
    found = np.full(_shape(ctx, weights), np.nan)
    found[:, :, 1:] = np.where(known[:, :, 1:] & known[:, :, :-1], (~stayed).astype(float), np.nan)
    return found


def _model(ctx: Context, entry: Mapping[str, Any], weights: Floats) -> Floats:
    """Only the towns and waves of which somebody speaks change when he is left out."""
    name = str(entry["model"])
    found = np.repeat(values.plain(ctx, entry)[None], len(weights), axis=0)
    for (town, wave), cell in values.cells(ctx).items():
        least = len(cell) - 1 >= ctx.options.minimum
        without = _without_each(ctx, (town, wave))[name] if least else np.full(len(cell), np.nan)
        rows = _rows(ctx, weights, town)
        for place, reporter in enumerate(cell.reporters.tolist()):
            for row in rows.get(ctx.shared.relations.reporters[reporter], ()):
                found[row, town, wave] = without[place]
    return found


def _acts(ctx: Context, entry: Mapping[str, Any], weights: Floats) -> Floats:
    """Coalitions, turbulence, regimes: found again in the town of which somebody left out speaks, else as they are."""
    sample, places = ctx.sample, ctx.shared.act_places
    found = np.repeat(values.plain(ctx, entry)[None], len(weights), axis=0)
    speaks = np.zeros(sample.cluster_town.size, dtype=bool)
    speaks[sample.cluster_of[places[places >= 0]]] = True
    for row, cluster in zip(*np.nonzero((weights == 0) & speaks), strict=True):
        town = int(sample.cluster_town[cluster])
        kept = (sample.town_of == town) & (weights[row, sample.cluster_of] > 0)
        try:
            found[row, town] = values.plain(ctx.only(kept, quick=True), entry)[town]
        except Untestable:
            found[row, town] = np.nan
    # who does not speak of acts may be the only one who was there
    return found if "turbulence" in entry else np.where(_visited(ctx, weights), found, np.nan)


def _without_each(ctx: Context, at: tuple[int, int]) -> Mapping[str, Floats]:
    cache, key = ctx.shared.cache, ("without each", *at, ctx.town_key(at[0]))
    if key not in cache:
        cache[key] = values.cells(ctx)[at].without_each()
    return cache[key]  # type: ignore[no-any-return]


def _rows(ctx: Context, weights: Floats, town: int) -> Mapping[str, list[int]]:
    """Rows of weights that leave out a respondent of a town, by his id."""
    cache, key = ctx.shared.cache, ("rows", town, id(weights))
    if key not in cache:
        sample, found = ctx.sample, dict[str, list[int]]()
        for i in ctx.shared.of_town[town].tolist():
            rows = np.flatnonzero(weights[:, sample.cluster_of[i]] == 0).tolist()
            found.setdefault(sample.interviews[i].respondent_id, rows)
        # the weights are kept with the rows, so that their number stays theirs
        cache[key] = (weights, found)
    return cache[key][1]  # type: ignore[no-any-return]
