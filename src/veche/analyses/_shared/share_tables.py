"""Tables of shares of interviews: by row, place and wave, and their changes between waves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from veche.analyses._shared.moved import Moved, adjusted, moved, roles_alike
from veche.analyses._shared.places import ALL, place_name, row_label
from veche.analyses._shared.remarks import ONE_OF_PANEL, why_missing
from veche.analyses._shared.sample import Bools, Floats, Sample
from veche.analyses._shared.scores import Scores, means
from veche.analyses._shared.wave_pairs import Pair
from veche.study.result import Grounds
from veche.words import _

SHARE_COLUMNS = ("asked", "mentions", "share", "low", "high", "panel_asked", "panel_share", "reason")
CHANGE_COLUMNS = (
    "town", "place", "before", "after", "asked_before", "asked_after", "share_before", "share_after", "difference", "low",
    "high", "standardised_difference", "panel_pairs", "panel_difference", "p_exchange", "p_adjusted", "verdict", "reason",
)  # fmt: skip
COUNTS = frozenset({"asked", "mentions", "panel_asked", "asked_before", "asked_after", "panel_pairs"})
NUMBERS = frozenset(
    {
        "share", "low", "high", "panel_share", "share_before", "share_after", "difference", "standardised_difference",
        "panel_difference", "p_exchange", "p_adjusted",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NamedScores:
    """A row: its key, its name for people, and a share (0 to 1) for every interview that could say so."""

    key: str
    label: str
    scores: Scores


@dataclass
class ShareTables:
    """Makes the tables of one run; `cells` remembers the scores and interviews behind each row."""

    sample: Sample
    weights: Floats
    confidence: float
    minimum: int
    cells: dict[str, tuple[Scores, Bools]] = field(default_factory=dict)
    changed: dict[str, tuple[Scores, Bools, Pair]] = field(default_factory=dict)

    @property
    def places(self) -> tuple[str, ...]:
        """Keys of the places: all towns, then each."""
        return (ALL, *(town.key for town in self.sample.towns))

    def inside(self, place: str) -> Bools:
        """Interviews of a place."""
        if place == ALL:
            return np.ones(self.sample.size, dtype=bool)
        at = [town.key for town in self.sample.towns].index(place)
        return np.asarray(self.sample.town_of == at)

    def shares(self, rows: Sequence[NamedScores]) -> tuple[list[str], list[dict[str, Any]]]:
        """Labels and cells of the table of shares; a wave that did not visit a place has no row."""
        labels, found = [], []
        for row in rows:
            every = means(row.scores, weights=self.weights, confidence=self.confidence, minimum=self.minimum)
            for place, key in enumerate(self.places):
                at = place - 1 if place else len(self.sample.towns)
                for w, wave in enumerate(self.sample.waves):
                    here = self.inside(key) & (self.sample.wave_of == w)
                    if not here.any():
                        continue
                    label = row_label(row.key, key, wave.key)
                    self.cells[label] = (row.scores, here)
                    labels.append(label)
                    values = row.scores.values[here]
                    panel = row.scores.values[here & self.sample.panel]
                    panel = panel[~np.isnan(panel)]
                    both = len(set(self.sample.cluster_of[here & self.sample.panel & row.scores.known].tolist()))
                    asked = int(every.interviews[at, w])
                    found.append(
                        {
                            "town": key, "place": place_name(self.sample.towns, key), "wave": wave.key, "asked": asked,
                            "mentions": int((values > 0).sum()), "share": every.told[at, w], "low": every.low[at, w],
                            "high": every.high[at, w], "panel_asked": panel.size,
                            "panel_share": float(panel.mean()) if both > 1 else math.nan,
                            "reason": self._why(asked, int(every.respondents[at, w]), both),
                        }
                    )  # fmt: skip
        return labels, found

    def _why(self, asked: int, respondents: int, panel: int) -> str:
        if not asked:
            return _("nobody speaks of it")
        why = why_missing(asked, respondents, self.minimum)
        return "; ".join(filter(None, (why, _(ONE_OF_PANEL) if panel == 1 and respondents > 1 else "")))

    def changes(
        self, rows: Sequence[NamedScores], pairs: Sequence[Pair]
    ) -> tuple[list[str], list[str], list[dict[str, Any]]]:
        """Labels, keys of rows and cells of the table of changes; each pair of waves is a family of tests."""
        labels, keys, found = [], [], []
        for pair in pairs:
            every = [
                moved(one.scores, pair, weights=self.weights, confidence=self.confidence, minimum=self.minimum)
                for one in rows
            ]
            # what nobody says in either wave cannot speak for change and is no test
            every = [tuple(_tested(one) for one in each) for each in every]
            for row, places, values in zip(rows, every, adjusted(every), strict=True):
                towns = [one.town for one in places if one.town is not None]
                for one, p_adjusted in zip(places, values, strict=True):
                    cell = self._change(row, pair, one, p_adjusted, towns if one.town is None else [one.town])
                    label = row_label(row.key, cell["town"], f"{cell['before']}→{cell['after']}")
                    labels.append(label)
                    keys.append(row.key)
                    found.append(cell)
        return labels, keys, found

    def _change(self, row: NamedScores, pair: Pair, one: Moved, p_adjusted: float, towns: list[int]) -> dict[str, Any]:
        waves = self.sample.waves
        key = ALL if one.town is None else self.sample.towns[one.town].key
        here = np.isin(self.sample.town_of, towns) & np.isin(self.sample.wave_of, pair)
        label = row_label(row.key, key, f"{waves[pair[0]].key}→{waves[pair[1]].key}")
        self.changed[label] = (row.scores, here, pair)
        alike = roles_alike(row.scores, towns, pair) if min(one.respondents) > 1 else math.nan
        gaps = [] if one.low == one.low else [why_missing(min(one.interviews), min(one.respondents), self.minimum)]
        if alike != alike and min(one.respondents) > 1:
            gaps.append(_("no standardised difference: a branch is missing in one wave"))
        if one.pairs < 2:
            gaps.append(_(ONE_OF_PANEL) if one.pairs else _("nobody was asked in both waves"))
        return {
            "town": key, "place": place_name(self.sample.towns, key), "before": waves[pair[0]].key,
            "after": waves[pair[1]].key, "asked_before": one.interviews[0], "asked_after": one.interviews[1],
            "share_before": one.mean[0], "share_after": one.mean[1], "difference": one.difference, "low": one.low,
            "high": one.high, "standardised_difference": alike, "panel_pairs": one.pairs, "panel_difference": one.panel,
            "p_exchange": one.p, "p_adjusted": p_adjusted, "verdict": one.verdict(p_adjusted, 1 - self.confidence),
            "reason": "; ".join(gaps),
        }  # fmt: skip

    def share_grounds(self, label: str, column: str | None) -> Grounds:
        """Return what a row of the table of shares rests on."""
        scores, here = self.cells[label]
        if column in ("panel_asked", "panel_share"):
            here = here & self.sample.panel
        return scores.grounds(here)

    def change_grounds(self, label: str, column: str | None) -> Grounds:
        """Return what a row of the table of changes rests on: both waves, or the one that a column names."""
        scores, here, pair = self.changed[label]
        for side, name in enumerate(("before", "after")):
            if column and column.endswith(f"_{name}"):
                here = here & (self.sample.wave_of == pair[side])
        if column in ("panel_pairs", "panel_difference"):
            seen = np.zeros((self.sample.cluster_town.size, len(self.sample.waves)), dtype=bool)
            told = here & scores.known
            seen[self.sample.cluster_of[told], self.sample.wave_of[told]] = True
            here = here & np.asarray((seen.sum(axis=1) > 1)[self.sample.cluster_of])
        return scores.grounds(here)


def _tested(one: Moved) -> Moved:
    """Without a test if both means are 0."""
    if any(one.mean):
        return one
    return replace(one, p=math.nan)


def frame(rows: Sequence[dict[str, Any]], columns: Sequence[str], labels: Sequence[str]) -> Any:
    """Make a table with typed columns."""
    import pandas as pd

    made = pd.DataFrame(list(rows), columns=list(columns), index=pd.Index(list(labels), name="row", dtype=object))
    return made.astype(
        {name: "int64" for name in columns if name in COUNTS} | {name: "float64" for name in columns if name in NUMBERS}
    )
