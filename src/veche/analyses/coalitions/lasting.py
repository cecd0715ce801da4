"""How long coalitions last: survival by windows and by intervals, and hazards from window to window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.alliances import Field
from veche.analyses._shared.coalitions import ENDED, SCOPES, Coalition, observed_durations
from veche.analyses._shared.places import ALL, row_label
from veche.measures.proportions import clopper_pearson
from veche.measures.survival import Curve, hazards, kaplan_meier
from veche.measures.turnbull import IntervalCurve, turnbull
from veche.study.result import Grounds
from veche.words import N_, _

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.coalitions import Params

Floats = NDArray[np.float64]
NOT_OBSERVED = N_("one of the two windows is not observed")
NOBODY = N_("no coalition at risk")


def groups(found: Sequence[Coalition]) -> dict[str, list[Coalition]]:
    """All coalitions together, and those of every scope that occurs."""
    by_scope = {scope: [one for one in found if one.scope == scope] for scope in SCOPES}
    return {ALL: list(found), **{scope: held for scope, held in by_scope.items() if held}}


def survival(found: Sequence[Coalition], params: Params) -> pd.DataFrame:
    """Make the table of Kaplan and Meier's curves, with bounds from resampled towns."""
    import pandas as pd

    rows, index = [], []
    for group, held in groups(found).items():
        curve = kaplan_meier(observed_durations(held, early=params.early))
        low, high = _town_bounds(held, curve, params)
        for k, duration in enumerate(curve.time.tolist()):
            index.append(row_label(group, str(int(duration))))
            rows.append((group, group_name(group), int(duration), duration * params.months, int(curve.at_risk[k]),
                         int(curve.ended[k]), curve.survival[k], low[k], high[k]))  # fmt: skip
    columns = ["group", "group_name", "windows", "months", "at_risk", "ended", "survival", "low", "high"]
    return pd.DataFrame(rows, index=index, columns=columns)


def group_name(group: str) -> str:
    """Name a group of coalitions."""
    return _("All coalitions") if group == ALL else _(SCOPES[group])


def _town_bounds(held: Sequence[Coalition], curve: Curve, params: Params) -> tuple[Floats, Floats]:
    """Percentile bounds at the times of the curve: towns are drawn, with all their coalitions."""
    by_town: dict[str, list[Coalition]] = {}
    for one in held:
        by_town.setdefault(one.field.town.key, []).append(one)
    towns = [by_town[key] for key in sorted(by_town)]
    none = np.full(curve.time.size, np.nan)
    if len(towns) < 2 or not curve.time.size:
        return none, none
    columns = [observed_durations(of, early=params.early) for of in towns]
    rng = np.random.default_rng(params.seed)
    draws = np.full((params.resamples, curve.time.size), np.nan)
    for k, chosen in enumerate(rng.integers(0, len(towns), (params.resamples, len(towns))).tolist()):
        d = [columns[c] for c in chosen]
        drawn = type(columns[0])(*(np.concatenate([getattr(x, n) for x in d]) for n in ("duration", "ended", "entry")))
        if drawn.duration.size:
            draws[k] = _at(kaplan_meier(drawn), curve.time)
    tail = (1 - params.confidence) / 2
    low, high = np.nanquantile(draws, [tail, 1 - tail], axis=0)
    return low, high


def _at(curve: Curve, times: Floats) -> Floats:
    """Survival just after each time."""
    place = np.searchsorted(curve.time, times, side="right")
    return np.concatenate([[1.0], curve.survival])[place]


def interval_curve(found: Iterable[Coalition], early: str) -> IntervalCurve:
    """Estimate survival from the intervals in which ends must lie, by Turnbull; in windows.

    A beginning that was not seen leaves no upper end, so such coalitions say only that they lasted so long.
    """
    bounds = [one.bounds for one in found if one.start_known or early == "truncate"]
    columns = np.asarray(bounds, dtype=float).reshape(-1, 2).T
    return turnbull(columns[0], columns[1])


def intervals(found: Sequence[Coalition], params: Params) -> pd.DataFrame:
    """Make the table of Turnbull's curve: where ends may lie, with what probability, and survival after."""
    import pandas as pd

    rows, index = [], []
    for group, held in groups(found).items():
        curve = interval_curve(held, params.early)
        for k in range(curve.left.size):
            left, right = float(curve.left[k]), float(curve.right[k])
            ends = [left * params.months, right * params.months if np.isfinite(right) else np.nan]
            index.append(row_label(group, f"{k + 1}"))
            rows.append((group, group_name(group), *ends, curve.probability[k], curve.survival[k], len(held),
                         "" if curve.converged else _("the estimate has not settled")))  # fmt: skip
    columns = ["group", "group_name", "from_months", "to_months", "end_probability", "survival", "coalitions", "reason"]
    return pd.DataFrame(rows, index=index, columns=columns)


def hazard_table(fields: Sequence[Field], params: Params) -> pd.DataFrame:
    """Make the table of hazards: of the coalitions alive in a window, how many ended with it."""
    import pandas as pd

    rows, index = [], []
    for field in fields:
        if not field.spells:
            continue
        first, last = (
            min(s.first for s in field.spells),
            min(max(s.last for s in field.spells) + 1, len(field.periods) - 1),
        )
        for step in hazards(field.spells, first, last):
            seen = bool(field.observed[step.before] and field.observed[step.after])
            known = seen and step.at_risk > 0
            bounds = clopper_pearson(step.ended, step.at_risk, params.confidence) if known else None
            here = field.periods[step.before].label, field.periods[step.after].label
            index.append(row_label(field.town.key, "→".join(here)))
            rows.append((
                field.town.key, field.town.name, *here, step.at_risk, step.ended if seen else np.nan,
                step.rate.value if known else np.nan,
                float(bounds.low) if bounds else np.nan, float(bounds.high) if bounds else np.nan,
                "" if known else _(NOBODY if seen else NOT_OBSERVED),
            ))  # fmt: skip
    columns = ["town", "place", "window_before", "window_after", "at_risk", "ended", "hazard", "low", "high", "reason"]
    return pd.DataFrame(rows, index=index, columns=columns)


def survival_grounds(
    found: Sequence[Coalition], group: str, duration: int | None, column: str | None, early: str
) -> Grounds:
    """Give the statements of the coalitions that a row counts: at risk, or ended at that duration."""
    held = groups(found).get(group, [])
    if duration is not None:
        held = [one for one in held if one.start_known or (early == "truncate" and one.spell.duration > 1)]
        held = [one for one in held if one.spell.duration >= duration]
        if column == "ended":
            held = [one for one in held if one.spell.duration == duration and one.ending in ENDED]
    return of_coalitions(held)


def hazard_grounds(found: Sequence[Coalition], town: str, window: str, column: str | None) -> Grounds:
    """Give the statements of the coalitions alive in a window, or of those that ended with it."""
    held = [one for one in found if one.field.town.key == town]
    held = [o for o in held if window in {p.label for p in o.field.periods[o.spell.first : o.spell.last + 1]}]
    if column == "ended":
        held = [one for one in held if one.field.periods[one.spell.last].label == window]
    return of_coalitions(held)


def of_coalitions(held: Sequence[Coalition]) -> Grounds:
    """Give the statements some coalitions rest on, and those that speak against them."""
    sides: list[dict[str, None]] = [{}, {}]
    for one in held:
        for side, places in zip(sides, (one.support, one.against), strict=True):
            side.update(dict.fromkeys(one.field.acts.statements[a].id for a in places))
    return Grounds(tuple(sides[0]), tuple(i for i in sides[1] if i not in sides[0]))
