"""The table of techniques: what the executive tries with the assembly, and how often it succeeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.branches import TECHNIQUE_NAMES, TECHNIQUES, WORTH, Branches
from veche.analyses._shared.places import ALL, place_name, row_label
from veche.analyses.interaction_models.cases import Bools, Case, Cases
from veche.measures.interaction import Told, effectiveness
from veche.measures.proportions import clopper_pearson
from veche.words import N_, _

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "town", "place", "wave", "technique", "way", "tried", "reporters", "achieved", "partly", "failed", "unknown",
    "success", "low", "high", "exact_low", "exact_high", "verdict", "reason",
)  # fmt: skip
#: ways that are shown whether or not anybody tells of them
SHOWN = tuple(one for one in TECHNIQUES if one not in ("none", "compliance"))
TOO_FEW = N_("fewer than two reporters tell an outcome")


@dataclass(frozen=True, slots=True)
class Success:
    """How well a way works: mean over reporters in [0, 1], Wilson's and exact bounds on their number."""

    reporters: int
    mean: float
    low: float
    high: float
    exact_low: float
    exact_high: float


def success_of(held: Branches, acts: Bools, column: int | None, confidence: float = 0.95) -> Success:
    """Give how well some acts succeed; NaN with fewer than two reporters of a known outcome.

    Parameters
    ----------
    held, acts
        All acts between the branches, and which to take.
    column
        Number of the wave whose shares weigh the acts; None: of all waves together.
    """
    relations = held.relations
    weight = held.share[:, column] if column is not None else held.share.sum(axis=1)
    told = [
        Told(int(relations.reporter[k]), "way", float(min(1.0, weight[k])), relations.statements[k].outcome)
        for k in np.flatnonzero(acts & (weight > 0)).tolist()
    ]
    found = effectiveness(told, confidence)
    if not found or found[0].reporters < 2:
        n = found[0].reporters if found else 0
        return Success(n, np.nan, np.nan, np.nan, np.nan, np.nan)
    one = found[0]
    exact = clopper_pearson(one.mean.value * one.reporters, one.reporters, confidence)
    return Success(one.reporters, one.mean.value, one.low, one.high, float(exact.low), float(exact.high))


def technique_acts(cases: Cases, town: str, wave: str, technique: str) -> Bools:
    """Which acts of the executive towards the assembly stand in a row of the table (`ALL` takes every town or wave)?"""
    held = cases.held
    here = np.zeros(len(held.relations), dtype=bool)
    for case in _cases(cases, town, wave):
        here |= case.acts
    found: Bools = here & held.own_down & held.of(technique)
    return found


def _cases(cases: Cases, town: str, wave: str) -> Iterator[Case]:
    return (one for one in cases if town in (ALL, one.town.key) and wave in (ALL, one.wave.key))


def table(cases: Cases) -> pd.DataFrame:
    """Make the table: all towns and each town, all waves and each wave, by technique."""
    import pandas as pd

    rows = []
    for town in (ALL, *(one.key for one in cases.towns)):
        for wave in (ALL, *(one.key for one in cases.waves)):
            if any(True for _case in _cases(cases, town, wave)):
                rows += _rows(cases, town, wave)
    index = [row_label(row["town"], row["wave"], row["technique"]) for row in rows]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=pd.Index(index, name="row", dtype=object))
    counts = ("tried", "reporters", "achieved", "partly", "failed", "unknown")
    numbers = ("success", "low", "high", "exact_low", "exact_high")
    return frame.astype(dict.fromkeys(counts, "int64") | dict.fromkeys(numbers, "float64"))


def _rows(cases: Cases, town: str, wave: str) -> list[dict[str, Any]]:
    held = cases.held
    column = next((one.column for one in cases if one.wave.key == wave), None)
    rows, found = [], {}
    for technique in SHOWN:
        acts = technique_acts(cases, town, wave, technique)
        ids = set(held.relations.ids(acts))
        outcomes = Counter(one.outcome for one in held.relations.evidence.statements if one.id in ids)
        success = found[technique] = success_of(held, acts, column, cases.params.confidence)
        rows.append(
            {
                "town": town, "place": place_name(cases.towns, town), "wave": wave, "technique": technique,
                "way": _(TECHNIQUE_NAMES[technique]), "tried": len(ids), "reporters": held.relations.reporters_of(acts),
                "achieved": outcomes["achieved"], "partly": outcomes["partly"], "failed": outcomes["failed"],
                "unknown": outcomes["unknown"], "success": success.mean, "low": success.low, "high": success.high,
                "exact_low": success.exact_low, "exact_high": success.exact_high,
                "reason": _reason(len(ids), success),
            }
        )  # fmt: skip
    verdict = _verdict(found)
    return [row | {"verdict": verdict if row["technique"] == "pressure" else ""} for row in rows]


def _reason(tried: int, success: Success) -> str:
    if not tried:
        return _("nobody tells of this way")
    return _(TOO_FEW) if np.isnan(success.mean) else ""


def _verdict(found: dict[str, Success]) -> str:
    """Is direct pressure enough? Not if its upper bound lies below the lower bound of another way."""
    pressure = found["pressure"]
    if np.isnan(pressure.mean):
        return ""
    better = [one for name, one in found.items() if name not in ("pressure", "opposition") and one.low > pressure.high]
    return "not_enough" if better else "enough" if pressure.low > 0.5 else "uncertain"


__all__ = ["WORTH", "Success", "success_of", "table", "technique_acts"]
