"""The table of changes: models and tone of a town from one wave to the next, against an exchange of waves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.branches import TECHNIQUES
from veche.analyses._shared.places import row_label
from veche.analyses.interaction_models.cases import MIXED, Case, Cases, Floats, label_of
from veche.analyses.interaction_models.tables import model_name
from veche.analyses.interaction_models.tone import median_step, step_votes, tone_acts
from veche.measures.proportions import holm
from veche.measures.resampling import bootstrap_weights, exchange, exchanged_sums, percentile_interval
from veche.words import N_, _

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "town", "place", "before", "after", "compared", "measure_name", "was", "became", "difference", "low", "high",
    "p_exchange", "p_adjusted", "panel_difference", "panel_reporters", "reporters_before", "reporters_after", "verdict",
    "reason",
)  # fmt: skip
MEASURES = {
    "models": N_("executive's ways: share of the votes that moved"),
    "tone": N_("tone: sharper later minus milder later, of all pairs of votes"),
}
TOO_FEW = N_("fewer than three reporters in one of the waves")
#: fewest reporters in each wave for a verdict
LEAST = 3
#: most draws of one test
MOST_DRAWS = 50_000


@dataclass(frozen=True, slots=True)
class Panel:
    """What reporters bring to the two waves: rows of reporters, columns of items, zeros where one is not present."""

    before: Floats
    after: Floats
    distance: Callable[[Floats, Floats], Floats]

    def value(self, rows: Any = slice(None)) -> float:
        """Give the distance of the sums of some rows."""
        found = self.distance(self.before[rows].sum(axis=0)[None], self.after[rows].sum(axis=0)[None])
        return float(found[0])

    @property
    def present(self) -> tuple[Any, Any]:
        """Which reporters bring anything to either wave?"""
        return self.before.sum(axis=1) > 0, self.after.sum(axis=1) > 0


def moved(before: Floats, after: Floats) -> Floats:
    """Give half the summed absolute difference of two rows of shares, in [0, 1]: the share that moved."""
    return np.asarray(np.abs(_shares(after) - _shares(before)).sum(axis=1) / 2)


def sharper(before: Floats, after: Floats) -> Floats:
    """Give P(later step above earlier) - P(later below earlier) over all pairs of votes, in [-1, 1]."""
    first, second = _shares(before), _shares(after)
    below = np.cumsum(first, axis=1) - first
    above = 1 - below - first
    return np.asarray((second * (below - above)).sum(axis=1))


def _shares(sums: Floats) -> Floats:
    total = sums.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(total > 0, sums / total, np.nan))


def table(cases: Cases) -> pd.DataFrame:
    """Make the table of changes between consecutive waves in which a town was visited."""
    import pandas as pd

    pairs = [pair for town in cases.towns for pair in pairwise([one for one in cases if one.town == town])]
    # as many draws as the smallest p that can matter after Holm needs
    needed = int(10 * len(pairs) * len(MEASURES) / (1 - cases.params.confidence))
    draws = min(MOST_DRAWS, max(cases.params.resamples, needed))
    rows = [row for before, after in pairs for row in _rows(cases, before, after, draws)]
    adjusted: Floats = holm([row["p_exchange"] for row in rows]) if rows else np.zeros(0)
    level = 1 - cases.params.confidence
    for row, p in zip(rows, adjusted, strict=True):
        row["p_adjusted"] = float(p)
        row["verdict"] = "" if np.isnan(p) else "changed" if p <= level else "uncertain"
    index = [row_label(row["town"], f"{row['before']}→{row['after']}", row["compared"]) for row in rows]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=pd.Index(index, name="row", dtype=object))
    numbers = ("difference", "low", "high", "p_exchange", "p_adjusted", "panel_difference")
    counts = ("panel_reporters", "reporters_before", "reporters_after")
    return frame.astype(dict.fromkeys(numbers, "float64") | dict.fromkeys(counts, "int64"))


def _rows(cases: Cases, before: Case, after: Case, draws: int) -> Iterator[dict[str, Any]]:
    for measure in MEASURES:
        panel = _ways(before, after) if measure == "models" else _tones(cases, before, after)
        yield {
            "town": before.town.key, "place": before.town.name, "before": before.wave.key, "after": after.wave.key,
            "compared": measure, "measure_name": _(MEASURES[measure]), "was": _state(cases, before, measure),
            "became": _state(cases, after, measure),
        } | _numbers(cases, before, panel, draws)  # fmt: skip


def _state(cases: Cases, case: Case, measure: str) -> str:
    if measure == "tone":
        tones, _acts = step_votes(cases, case, "all", "tone")
        step = median_step(tones.shares()[0]) if len(tones.votes) > 1 else np.nan
        return "" if np.isnan(step) else str(int(step))
    if case.reason:
        return ""
    present = np.ones(len(case.cell), dtype=bool)
    return model_name(label_of("2014", case.cell.degrees(), 0, case.cell, present, cases.params))


def _ways(before: Case, after: Case) -> Panel:
    """Votes on the four groups of 2014 and the rest."""
    rows = []
    groups = [TECHNIQUES.index(name) for name in ("placement", "manipulation", "exchange", "pressure")]
    for case in (before, after):
        votes = case.cell.votes
        rest = votes.sum(axis=1) - votes[:, groups].sum(axis=1)
        rows.append((case.cell.reporters, np.column_stack([votes[:, groups], rest])))
    return Panel(*_aligned(rows), moved)


def _tones(cases: Cases, before: Case, after: Case) -> Panel:
    rows = []
    for case in (before, after):
        tones, _acts = step_votes(cases, case, "all", "tone")
        reporters = np.unique(cases.held.relations.reporter[tone_acts(cases, case, "all", "tone")])
        rows.append((reporters, tones.votes))
    return Panel(*_aligned(rows), sharper)


def _aligned(rows: list[tuple[Any, Floats]]) -> tuple[Floats, Floats]:
    everybody = np.unique(np.concatenate([who for who, _votes in rows]))
    found = []
    for who, votes in rows:
        table = np.zeros((everybody.size, votes.shape[1]))
        table[np.searchsorted(everybody, who)] = votes
        found.append(table)
    return found[0], found[1]


def _numbers(cases: Cases, case: Case, panel: Panel, draws: int) -> dict[str, Any]:
    first, second = panel.present
    sizes = int(first.sum()), int(second.sum())
    both = first & second
    row: dict[str, Any] = {
        "difference": np.nan, "low": np.nan, "high": np.nan, "p_exchange": np.nan, "panel_difference": np.nan,
        "panel_reporters": int(both.sum()), "reporters_before": sizes[0], "reporters_after": sizes[1], "reason": "",
    }  # fmt: skip
    if min(sizes) < LEAST:
        return row | {"reason": _(TOO_FEW)}
    params = cases.params
    rng = np.random.default_rng([params.seed, 4, *case.key.encode()])
    value = panel.value()
    swap = exchange(first, second, np.zeros(first.size, dtype=int), draws, rng)
    sums = exchanged_sums(swap, panel.before, panel.after)
    chance = np.abs(panel.distance(sums.before, sums.after))
    known = chance[~np.isnan(chance)]
    weights = bootstrap_weights(first.size, params.resamples, rng)
    drawn = panel.distance(weights @ panel.before, weights @ panel.after)
    bounds = percentile_interval(drawn, params.confidence)
    return row | {
        "difference": value, "low": float(bounds.low), "high": float(bounds.high),
        "p_exchange": (1 + int((known >= abs(value) - 1e-9).sum())) / (1 + known.size),
        "panel_difference": panel.value(both) if both.sum() > 1 else np.nan,
        "reason": "" if both.sum() > 1 else _("fewer than two reporters of both waves: no panel"),
    }  # fmt: skip


__all__ = ["MIXED", "table"]
