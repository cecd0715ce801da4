"""The table of changes: the tone of a tie from one window to the next, against an exchange of windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.places import row_label
from veche.analyses.ties.fields import Floats, TownTies
from veche.analyses.ties.tables import short_name
from veche.measures.proportions import holm
from veche.measures.resampling import bootstrap_weights, exchange, exchanged_sums, percentile_interval
from veche.measures.turbulence import check_apart
from veche.words import N_, _

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.ties import Params

COLUMNS = (
    "town", "place", "before", "after", "source", "source_name", "target", "target_name", "tone_before", "tone_after",
    "difference", "low", "high", "p_exchange", "p_adjusted", "panel_difference", "panel_reporters", "reporters_before",
    "reporters_after", "verdict", "reason",
)  # fmt: skip
#: fewest reporters in each window for a test
LEAST = 3
#: most draws of one test
MOST_DRAWS = 50_000
TOO_FEW = N_("fewer than three reporters in one of the windows: not tested")


def table(fields: tuple[TownTies, ...], params: Params) -> pd.DataFrame:
    """Make the table: pairs with enough reporters in two neighbouring windows.

    Raises
    ------
    InputProblem
        If windows overlap: they share statements, which hides change.
    """
    import pandas as pd

    pairs = [one for field in fields for one in _pairs(field, params)]
    tested = sum(int(min(field.ties.reporters[[k, later]])) >= LEAST for field, k, later in pairs)
    # as many draws as the smallest p that can matter after Holm needs
    draws = min(MOST_DRAWS, max(params.resamples, int(10 * tested / (1 - params.confidence))))
    rows = [_row(field, k, later, params, draws) for field, k, later in pairs]
    adjusted: Floats = holm([row["p_exchange"] for row in rows]) if rows else np.zeros(0)
    for row, p in zip(rows, adjusted.tolist(), strict=True):
        row["p_adjusted"] = p
        sure = not np.isnan(p) and p <= 1 - params.confidence
        row["verdict"] = (
            "" if np.isnan(p) else ("warmer" if row["difference"] > 0 else "colder") if sure else "uncertain"
        )
    index = [row_label(row["town"], f"{row['before']}→{row['after']}", row["source"], row["target"]) for row in rows]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=pd.Index(index, name="row", dtype=object))
    numbers = ("tone_before", "tone_after", "difference", "low", "high", "p_exchange", "p_adjusted", "panel_difference")
    counts = ("panel_reporters", "reporters_before", "reporters_after")
    return frame.astype(dict.fromkeys(numbers, "float64") | dict.fromkeys(counts, "int64"))


def _pairs(field: TownTies, params: Params) -> list[tuple[TownTies, int, int]]:
    """Ties of two neighbouring windows that have a tone in both."""
    from veche.analyses._shared.periods import as_windows

    check_apart(as_windows(field.periods))
    n = len(field.relations.actors)
    place = {int(pair): k for k, pair in enumerate(field.told.pair[[one.start for one in field.rows]].tolist())}
    given = field.enough(params.minimum)
    later = {k: place[pair + n * n] for pair, k in place.items() if pair + n * n in place}
    return [(field, k, other) for k, other in later.items() if given[k] and given[other]]


def _row(field: TownTies, before: int, after: int, params: Params, draws: int) -> dict[str, Any]:
    ties = field.ties
    window, i, j = int(ties.window[before]), int(ties.source[before]), int(ties.target[before])
    first, second = field.relations.actors[i], field.relations.actors[j]
    sizes = int(ties.reporters[before]), int(ties.reporters[after])
    tones = float(ties.tone[before]), float(ties.tone[after])
    sums = _aligned(field, before, after)
    both = (sums[0][:, 1] > 0) & (sums[1][:, 1] > 0)
    row: dict[str, Any] = {
        "town": field.town.key, "place": field.town.name, "before": field.periods[window].key,
        "after": field.periods[window + 1].key, "source": first.key,
        "source_name": short_name(first.name, field.town.name), "target": second.key,
        "target_name": short_name(second.name, field.town.name), "tone_before": tones[0], "tone_after": tones[1],
        "difference": tones[1] - tones[0], "low": np.nan, "high": np.nan, "p_exchange": np.nan,
        "panel_difference": float(_difference(*(one[both].sum(axis=0)[None] for one in sums))[0]) if both.sum() > 1 else np.nan,
        "panel_reporters": int(both.sum()), "reporters_before": sizes[0], "reporters_after": sizes[1],
        "reason": "" if min(sizes) >= LEAST else _(TOO_FEW),
    }  # fmt: skip
    if min(sizes) < LEAST:
        return row
    return row | _tested(sums, row["difference"], (field.town.key, first.key, second.key), params, draws)


def _aligned(field: TownTies, before: int, after: int) -> tuple[Floats, Floats]:
    """What each reporter of either window brings: vote times tone, and vote."""
    rows = [field.rows[before], field.rows[after]]
    people = np.unique(np.concatenate([field.told.reporter[one] for one in rows]))
    found = []
    for one in rows:
        vote = np.minimum(1.0, field.told.mass[one])
        table = np.zeros((people.size, 2))
        table[np.searchsorted(people, field.told.reporter[one])] = np.column_stack([vote * field.told.tone[one], vote])
        found.append(table)
    return found[0], found[1]


def _difference(before: Floats, after: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(after[:, 0] / after[:, 1] - before[:, 0] / before[:, 1])


def _tested(
    sums: tuple[Floats, Floats], value: float, names: tuple[str, ...], params: Params, draws: int
) -> dict[str, float]:
    rng = np.random.default_rng([params.seed, 6, *"·".join(names).encode()])
    present = sums[0][:, 1] > 0, sums[1][:, 1] > 0
    swap = exchange(*present, np.zeros(present[0].size, dtype=int), draws, rng)
    changed = exchanged_sums(swap, *sums)
    chance = np.abs(_difference(changed.before, changed.after))
    chance = chance[~np.isnan(chance)]
    weights = bootstrap_weights(present[0].size, params.resamples, rng)
    bounds = percentile_interval(_difference(weights @ sums[0], weights @ sums[1]), params.confidence)
    p = (1 + int((chance >= abs(value) - 1e-9).sum())) / (1 + chance.size)
    return {"low": float(bounds.low), "high": float(bounds.high), "p_exchange": p}
