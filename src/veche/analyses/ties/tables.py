"""The tables of ties and of windows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.places import row_label
from veche.analyses.ties.draws import Spread, spread
from veche.analyses.ties.fields import TownTies
from veche.measures.balance import balance
from veche.measures.missing import Measured, missing
from veche.measures.signed import signed_ties
from veche.words import N_, _, ngettext

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.ties import Params

TIE_COLUMNS = (
    "town", "place", "period", "period_label", "source", "source_name", "target", "target_name", "tone", "low", "high",
    "left_low", "left_high", "mutual", "tone_for_decisions", "dispersion", "reporters", "votes", "mass", "statements",
    "reason",
)  # fmt: skip
WINDOW_COLUMNS = (
    "town", "place", "period", "period_label", "start", "end", "statements", "reporters", "actors", "ties", "mean_tone",
    "conflict_share", "balance", "proved", "reason",
)  # fmt: skip
_NUMBERS = (
    "tone", "low", "high", "left_low", "left_high", "mutual", "tone_for_decisions", "dispersion", "votes", "mass",
    "mean_tone", "conflict_share", "balance",
)  # fmt: skip
NOBODY = N_("nobody tells of events of this time")
NO_PAIR = N_("no pair with enough reporters in both directions")


def short_name(name: str, town: str) -> str:
    """Name an actor without the town that is known from the row: «Assembly (Talvinsk)» is «Assembly»."""
    ending = f" ({town})"
    return name[: -len(ending)] if name.endswith(ending) and len(name) > len(ending) else name


def tie_table(fields: tuple[TownTies, ...], params: Params) -> pd.DataFrame:
    """Make the table of ties: one row an ordered pair in a window about which anybody speaks."""
    rows = [row for field in fields for row in _ties(field, params)]
    return _frame(rows, TIE_COLUMNS, ("reporters", "statements"))


def _ties(field: TownTies, params: Params) -> Iterator[tuple[str, dict[str, Any]]]:
    found, told = field.ties, field.shrunk
    sure = spread(field, resamples=params.resamples, confidence=params.confidence, seed=params.seed)
    both = {
        (w, i, j): m
        for w, a, b, m in zip(
            field.mutual.window.tolist(), field.mutual.first.tolist(), field.mutual.second.tolist(),
            field.mutual.tone.tolist(), strict=True,
        )
        for i, j in ((a, b), (b, a))
    }  # fmt: skip
    given = field.enough(params.minimum)
    enough = {
        (int(found.window[k]), int(found.source[k]), int(found.target[k])): bool(given[k]) for k in range(len(found))
    }
    for k in range(len(found)):
        window, i, j = int(found.window[k]), int(found.source[k]), int(found.target[k])
        known = enough[window, i, j]
        first, second = field.relations.actors[i], field.relations.actors[j]
        period = field.periods[window]
        mutual = both.get((window, i, j), np.nan) if known and enough.get((window, j, i)) else np.nan
        yield row_label(field.town.key, period.key, first.key, second.key), {
            "town": field.town.key, "place": field.town.name, "period": period.key, "period_label": period.label,
            "source": first.key, "source_name": short_name(first.name, field.town.name), "target": second.key,
            "target_name": short_name(second.name, field.town.name), **_tones(k, known, field, sure),
            "mutual": mutual, "tone_for_decisions": float(told.tone[k]) if known else np.nan,
            "dispersion": float(found.dispersion[k]) if known else np.nan, "reporters": int(found.reporters[k]),
            "votes": float(found.votes[k]), "mass": float(found.mass[k]),
            "statements": field.statements(window, i, j), "reason": _reason(known, int(found.reporters[k]), mutual, params),
        }  # fmt: skip


def _tones(k: int, known: bool, field: TownTies, sure: Spread) -> dict[str, float]:
    if not known:
        return dict.fromkeys(("tone", "low", "high", "left_low", "left_high"), np.nan)
    return {
        "tone": float(field.ties.tone[k]), "low": float(sure.low[k]), "high": float(sure.high[k]),
        "left_low": float(sure.left_low[k]), "left_high": float(sure.left_high[k]),
    }  # fmt: skip


def _reason(known: bool, reporters: int, mutual: float, params: Params) -> str:
    if not known and reporters >= params.minimum:
        return _("less than one vote in all: no tone")
    if not known:
        few = ngettext("fewer than {n} reporter: no tone", "fewer than {n} reporters: no tone", params.minimum)
        return few.format(n=params.minimum)
    return _("only one direction is told: no mutual tone") if np.isnan(mutual) else ""


def window_table(fields: tuple[TownTies, ...], params: Params) -> pd.DataFrame:
    """Make the table of windows: on what each rests, and how far its field is in conflict and in balance."""
    rows = [_window(field, at, params) for field in fields for at in range(len(field.periods))]
    return _frame(rows, WINDOW_COLUMNS, ("statements", "reporters", "actors", "ties"))


def _window(field: TownTies, at: int, params: Params) -> tuple[str, dict[str, Any]]:
    period = field.periods[at]
    acts = field.in_period[:, at] > 0
    here = (field.ties.window == at) & field.enough(params.minimum)
    degree, conflict, proved = _balance(field, at, params)
    statements = field.relations.count(acts)
    spoken = {
        actor
        for k in np.flatnonzero(acts).tolist()
        for actor in (*field.relations.sources[k], *field.relations.targets[k])
    }
    return row_label(field.town.key, period.key), {
        "town": field.town.key, "place": field.town.name, "period": period.key, "period_label": period.label,
        "start": period.first_day, "end": last_day(period.end), "statements": statements,
        "reporters": field.relations.reporters_of(acts), "actors": len(spoken), "ties": int(here.sum()),
        "mean_tone": float(field.ties.tone[here].mean()) if here.any() else np.nan, "conflict_share": conflict.value,
        "balance": degree.value, "proved": "" if degree.missing else "yes" if proved else "no",
        "reason": _(NOBODY) if not statements else _(degree.reason or conflict.reason),
    }  # fmt: skip


def last_day(moment: float) -> Any:
    """Day on which a window has ended."""
    import datetime as dt

    return dt.date.fromordinal(max(1, int(moment)))


def _balance(field: TownTies, at: int, params: Params) -> tuple[Measured, Measured, bool]:
    """Balance and conflict of the mutual ties of a window, as they are taken for decisions."""
    found = field.shrunk
    enough = field.enough(params.minimum)
    actors = np.unique(
        np.concatenate([found.source[enough & (found.window == at)], found.target[enough & (found.window == at)]])
    )
    place = {int(actor): k for k, actor in enumerate(actors)}
    tone = np.full((actors.size, actors.size), np.nan)
    for k in np.flatnonzero(enough & (found.window == at)).tolist():
        tone[place[int(found.source[k])], place[int(found.target[k])]] = found.tone[k]
    weights = np.minimum(tone, tone.T)
    if not actors.size or not np.isfinite(weights).any() or not np.nansum(np.abs(weights)):
        return missing(NO_PAIR), missing(NO_PAIR), False
    made = balance(signed_ties(np.nan_to_num(weights)), seconds=2.0, cap=4)
    return made.degree, made.conflict, made.frustration.proved


def _frame(rows: list[tuple[str, dict[str, Any]]], columns: tuple[str, ...], counts: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    index = pd.Index([label for label, _row in rows], name="row", dtype=object)
    frame = pd.DataFrame([row for _label, row in rows], columns=list(columns), index=index)
    types: dict[str, Any] = dict.fromkeys((one for one in _NUMBERS if one in columns), "float64")
    return frame.astype(types | dict.fromkeys(counts, "int64"))
