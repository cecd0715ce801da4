"""Changes between waves: how much, proven or not, and by whom: the same heads changed, or others came."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.heads import UNKNOWN
from veche.analyses._shared.moved import Moved, adjusted, moved
from veche.analyses._shared.places import ALL, listed, place_name, row_label
from veche.analyses._shared.remarks import ONE_OF_PANEL, why_missing
from veche.analyses._shared.sample import Floats
from veche.analyses._shared.scores import Scores
from veche.analyses._shared.wave_pairs import Pair
from veche.analyses.motivation.judged import MEASURES, Judged
from veche.measures.replacement import split_change
from veche.measures.resampling import percentile_interval
from veche.study.result import Grounds
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.motivation import Params

COLUMNS = (
    "measure", "town", "place", "before", "after", "interviews_before", "interviews_after", "mean_before", "mean_after",
    "difference", "low", "high", "within", "within_low", "within_high", "replaced", "replaced_low", "replaced_high",
    "same_head", "other_head", "panel_pairs", "panel_difference", "p_exchange", "p_adjusted", "verdict", "reason",
)  # fmt: skip
SPLIT = ("within", "within_low", "within_high", "replaced", "replaced_low", "replaced_high")
_COUNTS = ("interviews_before", "interviews_after", "panel_pairs")
_NUMBERS = (
    "mean_before", "mean_after", "difference", "low", "high", "within", "within_low", "within_high", "replaced",
    "replaced_low", "replaced_high", "panel_difference", "p_exchange", "p_adjusted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """A change split in two, with draws; and the heads who were judged in both waves, and those in one."""

    within: float
    replaced: float
    within_draws: Floats
    replaced_draws: Floats
    same: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]


def split(judged: Judged, scores: Scores, town: int, pair: Pair, weights: Floats) -> Parts | None:
    """Split the change of a town's mean by its heads; None if some judgement falls on a day without a known head."""
    sample = judged.sample
    inside = (sample.town_of == town) & scores.known & np.isin(sample.wave_of, pair)
    heads = list(dict.fromkeys(judged.head_of[inside].tolist()))
    if any(judged.head_list[one] == UNKNOWN for one in heads):
        return None
    width = scores.high - scores.low
    value = np.where(scores.known, (scores.values - scores.low) / width, 0.0)
    clusters = sample.cluster_town.size
    sums, counts = (np.zeros((2, clusters, len(heads))) for _ in range(2))
    for side, wave in enumerate(pair):
        for h, head in enumerate(heads):
            here = inside & (sample.wave_of == wave) & (judged.head_of == head)
            np.add.at(sums[side, :, h], sample.cluster_of[here], value[here])
            np.add.at(counts[side, :, h], sample.cluster_of[here], 1.0)
    whole = split_change((sums[0].sum(0), sums[1].sum(0)), (counts[0].sum(0), counts[1].sum(0)))
    draws = split_change((weights @ sums[0], weights @ sums[1]), (weights @ counts[0], weights @ counts[1]))
    there = [counts[side].sum(axis=0) > 0 for side in range(2)]
    return Parts(
        within=width * float(whole.within), replaced=width * float(whole.replaced),
        within_draws=width * draws.within, replaced_draws=width * draws.replaced,
        same=tuple(head for h, head in enumerate(heads) if there[0][h] and there[1][h]),
        before=tuple(head for h, head in enumerate(heads) if there[0][h] and not there[1][h]),
        after=tuple(head for h, head in enumerate(heads) if there[1][h] and not there[0][h]),
    )  # fmt: skip


@dataclass
class Changes:
    """Makes the table of changes; `cells` remembers the scores and towns of each row."""

    judged: Judged
    weights: Floats
    params: Params

    def table(self, pairs: Sequence[Pair]) -> pd.DataFrame:
        """Make the table: one row per measure, pair of waves and place."""
        import pandas as pd

        p = self.params
        rows, labels = [], []
        for pair in pairs:
            every = {
                name: moved(scores, pair, weights=self.weights, confidence=p.confidence, minimum=p.minimum)
                for name, scores in self.judged.compared.items()
            }
            corrected = adjusted(list(every.values()))
            for (name, found), values in zip(every.items(), corrected, strict=True):
                for one, value in zip(found, values, strict=True):
                    row = self._row(name, pair, one, value, [m.town for m in found if m.town is not None])
                    labels.append(row_label(name, row["town"], f"{row['before']}→{row['after']}"))
                    rows.append(row)
        frame = pd.DataFrame(rows, columns=list(COLUMNS), index=pd.Index(labels, name="row", dtype=object))
        return frame.astype(dict.fromkeys(_COUNTS, "int64") | dict.fromkeys(_NUMBERS, "float64"))

    def _row(self, name: str, pair: Pair, one: Moved, p_adjusted: float, towns: list[int]) -> dict[str, Any]:
        sample = self.judged.sample
        key = ALL if one.town is None else sample.towns[one.town].key
        verdict = one.verdict(p_adjusted, 1 - self.params.confidence)
        gaps = (
            [] if one.low == one.low else [why_missing(min(one.interviews), min(one.respondents), self.params.minimum)]
        )
        if one.pairs < 2:
            gaps.append(_(ONE_OF_PANEL) if one.pairs else _("nobody judged it in both waves"))
        parts, why = self._parts(name, pair, towns if one.town is None else [one.town])
        if min(one.respondents) < 2:
            parts |= dict.fromkeys(SPLIT, math.nan)
        for part, other in (("within", "replaced"), ("replaced", "within")):
            if one.town is not None and parts[part] == parts[part] and parts[other] != parts[other]:
                # the whole change is of one kind: so is its interval
                parts |= {f"{part}_low": one.low, f"{part}_high": one.high}
        return {
            "measure": _(MEASURES[name]), "town": key, "place": place_name(sample.towns, key),
            "before": sample.waves[pair[0]].key, "after": sample.waves[pair[1]].key,
            "interviews_before": one.interviews[0], "interviews_after": one.interviews[1],
            "mean_before": one.mean[0], "mean_after": one.mean[1], "difference": one.difference, "low": one.low,
            "high": one.high, **parts, "panel_pairs": one.pairs, "panel_difference": one.panel, "p_exchange": one.p,
            "p_adjusted": p_adjusted, "verdict": verdict, "reason": "; ".join([*gaps, *why]),
        }  # fmt: skip

    def _parts(self, name: str, pair: Pair, towns: list[int]) -> tuple[dict[str, Any], list[str]]:
        missing = dict.fromkeys(SPLIT, math.nan)
        named = {"same_head": "", "other_head": ""}
        if name == "demand":
            return {**missing, **named}, [_("demand has no holder: not split")]
        found = [split(self.judged, self.judged.compared[name], town, pair, self.weights) for town in towns]
        if any(one is None for one in found):
            return {**missing, **named}, [_("the head of some days is not recorded: not split")]
        parts = [one for one in found if one is not None]
        names = self._names(parts[0]) if len(towns) == 1 else ("", "")
        why = []
        values = dict(missing)
        if any(one.same for one in parts):
            values |= _part("within", [(one.within, one.within_draws) for one in parts], self.params.confidence)
        else:
            why.append(_("no head was judged in both waves"))
        if any(one.before or one.after for one in parts):
            values |= _part("replaced", [(one.replaced, one.replaced_draws) for one in parts], self.params.confidence)
        else:
            why.append(_("only the same heads were judged"))
        return {**values, "same_head": names[0], "other_head": names[1]}, why

    def _names(self, parts: Parts) -> tuple[str, str]:
        name = self.judged.head_name
        same = ", ".join(map(name, parts.same))
        if not parts.before and not parts.after:
            return same, ""
        return same, " → ".join(", ".join(map(name, side)) or "–" for side in (parts.before, parts.after))

    def grounds(self, label: str, column: str | None, table: pd.DataFrame) -> Grounds:
        """Return the codings of both waves, or those that a number rests on."""
        row = table.loc[label]
        judged, sample = self.judged, self.judged.sample
        scores = judged.compared[label.split(" · ")[0]]
        waves = [at for side in ("before", "after") if (at := sample.wave_at(str(row[side]))) is not None]
        if column in ("interviews_before", "mean_before"):
            waves = waves[:1]
        elif column in ("interviews_after", "mean_after"):
            waves = waves[1:]
        here = np.isin(sample.wave_of, waves)
        if row["town"] == ALL:
            same = table[
                (table["measure"] == row["measure"])
                & (table["before"] == row["before"])
                & (table["after"] == row["after"])
            ]
            here &= np.isin([town.key for town in sample.towns], same["town"])[sample.town_of]
        else:
            here &= np.array([sample.towns[town].key == row["town"] for town in sample.town_of], dtype=bool)
        if column in ("panel_pairs", "panel_difference"):
            here &= self._in_both(scores, here)
        return scores.grounds(here)

    def _in_both(self, scores: Scores, here: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        sample = self.judged.sample
        seen = np.zeros((sample.cluster_town.size, len(sample.waves)), dtype=bool)
        inside = here & scores.known
        seen[sample.cluster_of[inside], sample.wave_of[inside]] = True
        return np.asarray((seen.sum(axis=1) > 1)[sample.cluster_of])


def _part(name: str, found: list[tuple[float, Floats]], confidence: float) -> dict[str, float]:
    """Mean over towns of one part, with its interval."""
    draws = np.mean([one for _, one in found], axis=0)
    bounds = percentile_interval(draws, confidence)
    return {
        name: float(np.mean([one for one, _ in found])), f"{name}_low": float(bounds.low), f"{name}_high": float(bounds.high),
    }  # fmt: skip


def who_changed(row: Any) -> str:
    """Say of a proven change of one town by whom: the same head, another head, or both."""
    within, replaced = row["within"], row["replaced"]
    if within != within and replaced != replaced:
        return ""
    if replaced != replaced:
        return say(N_("the same head changed: {name}"), name=row["same_head"])
    if within != within:
        return say(N_("another head came: {names}"), names=row["other_head"])
    return say(
        N_("the same head changed: {name}; others came: {names}"), name=row["same_head"], names=row["other_head"]
    )


def _kind(row: Any) -> str:
    """As `who_changed`, without names."""
    if row["within"] != row["within"]:
        return _("another head") if row["replaced"] == row["replaced"] else ""
    return _("the same head") if row["replaced"] != row["replaced"] else _("the same head and others")


def sentence(
    table: pd.DataFrame, measure: str, before: str, after: str, names: dict[str, str], *, brief: bool = False
) -> str:
    """Say what became of a measure between two waves: all towns, then the towns with a proven change and by whom.

    `brief` leaves out the names of heads, for a title.
    """
    rows = table[(table["before"] == before) & (table["after"] == after)]
    rows = rows[[label.split(" · ")[0] == measure for label in rows.index]]
    if not len(rows):
        return ""
    whole = rows[rows["town"] == ALL].iloc[0]
    parts = []
    for kind, template in _TOWNS.items():
        told = [
            f"{row['place']} ({who})" if (who := _kind(row) if brief else who_changed(row)) else str(row["place"])
            for _label, row in rows[(rows["town"] != ALL) & (rows["verdict"] == kind)].iterrows()
        ]
        if told:
            parts.append(say(template, towns=listed(told)))
    words = _MEANS[whole["verdict"]] if whole["low"] == whole["low"] else TOO_FEW
    head = say(
        words, measure=_(_SUBJECT[measure]), before=number(whole["mean_before"]), after=number(whole["mean_after"]),
        first=names[before], second=names[after],
    )  # fmt: skip
    return head + (": " + "; ".join(parts) if parts else "") + "."


_SUBJECT = {
    "motivation": N_("Motivation"),
    "efficiency": N_("Efficiency"),
    "demand": N_("Demand for power"),
}
TOO_FEW = N_("{measure}: too few interviews to compare {first} and {second}")
_MEANS = {
    "risen": N_("{measure} rose from {before} to {after} (mean of the towns, {first} to {second})"),
    "fallen": N_("{measure} fell from {before} to {after} (mean of the towns, {first} to {second})"),
    "uncertain": N_("{measure}: no change of the mean of the towns beyond chance ({first} {before}, {second} {after})"),
}
_TOWNS = {"risen": N_("risen in {towns}"), "fallen": N_("fallen in {towns}")}
