"""The main table: one row per problem, place and wave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.places import BRANCHES, place_name, row_label
from veche.analyses._shared.remarks import few_interviews, why_nobody
from veche.analyses.problem_field.field import Field, Floats
from veche.measures.divergence import average_ranks
from veche.measures.resampling import ratios
from veche.measures.standardise import direct_standardisation
from veche.words import N_, _, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.problem_field.draws import Intervals


def measures(field: Field) -> dict[str, Floats]:
    """Work out every number of the main table but the intervals: arrays over places, waves, problems."""
    m = field.mentions
    asked, said = field.sums(m.asked), field.sums(m.said)
    codings = field.sums(np.where(m.asked, m.asserted, 0))
    spoken = field.sums(np.where(m.asked, field.words[:, None], 0.0))
    share = ratios(said, asked)
    events, totals = field.branch_sums(m.said), field.branch_sums(m.asked)
    panel_asked, panel_said = _panel(field)
    return {
        "asked": asked,
        "mentions": said,
        "share": share,
        "town_mean": _town_mean(share),
        "rank": np.array([[average_ranks(one) for one in place] for place in share]).reshape(share.shape),
        "volunteered": field.sums(m.volunteered),
        "denied": field.sums(m.denies),
        "codings": codings,
        "per_mention": ratios(codings, said),
        "per_1000_words": ratios(1000 * codings, spoken),
        "standardised": direct_standardisation(events, totals, totals.sum(axis=1, keepdims=True)),
        "panel_asked": panel_asked,
        "panel_share": ratios(panel_said, panel_asked),
    }


def _panel(field: Field) -> tuple[Floats, Floats]:
    """Interviews of the panel of each place: in denominators, and asserting."""
    found = np.zeros((2, *field.size))
    for place, members in enumerate(field.panel):
        for side, values in enumerate((field.mentions.asked, field.mentions.said)):
            found[side, place] = field.sums(values & members[:, None])[place]
    return found[0], found[1]


def _town_mean(share: Floats) -> Floats:
    """Mean of the towns' shares, for all towns together only."""
    means = np.full(share.shape, np.nan)
    known = ~np.isnan(share[1:])
    means[0] = ratios(np.where(known, share[1:], 0.0).sum(axis=0), known.sum(axis=0))
    return means


def table(field: Field, numbers: dict[str, Floats], found: Intervals, minimum: int) -> pd.DataFrame:
    """Make the main table."""
    import pandas as pd

    places, waves, problems = np.indices(field.size).reshape(3, -1)
    rows, keys = field.mentions.rows, field.places
    names = [place_name(field.towns, key) for key in keys]
    columns: dict[str, Any] = {
        "code": [rows[k].key for k in problems],
        "problem": [rows[k].label for k in problems],
        "town": [keys[p] for p in places],
        "place": [names[p] for p in places],
        "wave": [field.waves[w].key for w in waves],
    }
    for name, values in {**numbers, "low": found.low, "high": found.high}.items():
        flat = values.reshape(-1)
        columns[name] = flat.astype(np.int64) if name in _COUNTS else flat
    columns["reason"] = _reasons(field, numbers, found, minimum)
    index = [row_label(*parts) for parts in zip(columns["code"], columns["town"], columns["wave"], strict=True)]
    return pd.DataFrame({name: columns[name] for name in COLUMNS}, index=pd.Index(index, name="row", dtype=object))


COLUMNS = (
    "code", "problem", "town", "place", "wave", "asked", "mentions", "share", "low", "high", "town_mean", "rank",
    "volunteered", "denied", "codings", "per_mention", "per_1000_words", "standardised", "panel_asked", "panel_share",
    "reason",
)  # fmt: skip
_COUNTS = {"asked", "mentions", "volunteered", "denied", "codings", "panel_asked"}


def _reasons(field: Field, numbers: dict[str, Floats], found: Intervals, minimum: int) -> list[str]:
    visits = field.sums(np.ones(field.town_of.size))
    possible = field.sums(field.mentions.exposed)
    empty = field.branch_sums(field.mentions.asked)
    reasons = []
    for place, wave, problem in np.ndindex(*field.size):
        at = (place, wave, problem)
        if not visits[place, wave]:
            reasons.append(_("no interview here in this wave"))
        elif not numbers["asked"][at]:
            reasons.append(why_nobody(possible=bool(possible[at])))
        else:
            reasons.append("; ".join(_gaps(field, numbers, found, empty, at, minimum)))
    return reasons


def _gaps(
    field: Field,
    numbers: dict[str, Floats],
    found: Intervals,
    asked_by_branch: Floats,
    at: tuple[int, int, int],
    minimum: int,
) -> list[str]:
    """Why some numbers of a row with a denominator are missing."""
    gaps = []
    if np.isnan(found.low[at]):
        few = numbers["asked"][at] < minimum
        gaps.append(few_interviews(minimum) if few else _("one respondent only: no interval"))
    if np.isnan(numbers["per_mention"][at]):
        gaps.append(_("not named: no codings per mention"))
    if np.isnan(numbers["per_1000_words"][at]):
        gaps.append(_("no transcript at hand: words not counted"))
    if np.isnan(numbers["standardised"][at]):
        place, _wave, problem = at
        everywhere = asked_by_branch[place, :, problem].sum(axis=0)
        absent = [
            _(BRANCHES.get(branch, branch))
            for branch, here, all_waves in zip(field.branches, asked_by_branch[at], everywhere, strict=True)
            if all_waves and not here
        ]
        gaps.append(say(N_("not standardised: nobody here of {branches}"), branches=", ".join(absent)))
    if np.isnan(numbers["panel_share"][at]):
        gaps.append(_("nobody of the panel was asked"))
    return gaps
