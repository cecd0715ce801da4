"""The tables of tone and of working consensus: distributions over five steps, by side of the speaker and wave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.models import NOBODY
from veche.analyses._shared.places import row_label
from veche.analyses._shared.relations import SIDE_NAMES, SIDES
from veche.analyses.interaction_models.cases import ONE_REPORTER, Bools, Case, Cases, Floats
from veche.measures.resampling import bootstrap_weights, share_interval
from veche.study.codings import Coding
from veche.study.evidence import Evidence
from veche.words import N_, _

if TYPE_CHECKING:
    import pandas as pd

STEPS = (1, 2, 3, 4, 5)
STEP_NAMES = {
    1: N_("obedience"), 2: N_("compliance with reservations"), 3: N_("working consensus"), 4: N_("tension"),
    5: N_("antagonism"),
}  # fmt: skip
#: sides of the table: everybody, and each
ALL_SIDES = ("all", *SIDES)
FIELDS = {"tone": N_("tone, as told of the past"), "readiness": N_("readiness for the future")}
TONE_COLUMNS = (
    "town", "place", "wave", "side", "speakers", "field", "field_name", "statements", "reporters", "n1", "n2", "n3",
    "n4", "n5", "step1", "step2", "step3", "step4", "step5", "median_step", "between", "low", "high", "reason",
)  # fmt: skip
CONSENSUS_COLUMNS = (
    "town", "place", "wave", "now", "now_low", "now_high", "ready_executive", "ready_legislative", "ready_outside",
    "ready_both", "reporters_executive", "reporters_legislative", "reporters_outside", "reason",
)  # fmt: skip
#: most antagonism that one expects who is ready for working relations
READY = 3
UNHEARD = N_("fewer than two speak of the future")


@dataclass(frozen=True, slots=True)
class Tones:
    """Votes of reporters on the five steps: one row a reporter, rows sum to at most 1."""

    votes: Floats

    def shares(self, weights: Floats | None = None) -> Floats:
        """Give the share of each step, for one or many weightings; NaN without votes."""
        w = np.ones((1, len(self.votes))) if weights is None else weights
        sums = w @ self.votes
        total = sums.sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(total > 0, sums / total, np.nan))


def step_votes(cases: Cases, case: Case, side: str, field: str) -> tuple[Tones, Bools]:
    """Return the votes on the steps, and which acts give one."""
    held = cases.held
    acts = tone_acts(cases, case, side, field)
    taken = np.flatnonzero(acts)
    reporters, row = np.unique(held.relations.reporter[taken], return_inverse=True)
    mass = np.zeros((reporters.size, len(STEPS)))
    steps = held.step(field)[taken].astype(np.intp) - 1
    np.add.at(mass, (row, steps), held.share[taken, case.column])
    return Tones(mass / np.maximum(1.0, mass.sum(axis=1, keepdims=True))), acts


def tone_acts(cases: Cases, case: Case, side: str, field: str) -> Bools:
    """Which acts of a case, told by a side, give a step?"""
    steps = cases.held.step(field)
    found: Bools = cases.of_side(case, "" if side == "all" else side) & ~np.isnan(steps)
    return found


def tone_table(cases: Cases) -> pd.DataFrame:
    """Make the table of tone and readiness."""
    import pandas as pd

    rows = [
        row for case in cases for side in ALL_SIDES for field in FIELDS for row in _tone_row(cases, case, side, field)
    ]
    index = [row_label(row["town"], row["wave"], row["side"], row["field"]) for row in rows]
    frame = pd.DataFrame(rows, columns=list(TONE_COLUMNS), index=pd.Index(index, name="row", dtype=object))
    counts = ("statements", "reporters", *(f"n{k}" for k in STEPS))
    numbers = (*(f"step{k}" for k in STEPS), "median_step", "between", "low", "high")
    return frame.astype(dict.fromkeys(counts, "int64") | dict.fromkeys(numbers, "float64"))


def _tone_row(cases: Cases, case: Case, side: str, field: str) -> Iterator[dict[str, Any]]:
    tones, acts = step_votes(cases, case, side, field)
    steps = cases.held.step(field)
    n = len(tones.votes)
    counts = {k: cases.held.relations.count(acts & (steps == k)) for k in STEPS}
    shares = tones.shares()[0] if n > 1 else np.full(len(STEPS), np.nan)
    between, low, high = _between(cases, case, tones)
    yield {
        "town": case.town.key, "place": case.town.name, "wave": case.wave.key, "side": side,
        "speakers": _("everybody") if side == "all" else _(SIDE_NAMES[side]), "field": field,
        "field_name": _(FIELDS[field]), "statements": sum(counts.values()), "reporters": n,
        **{f"n{k}": counts[k] for k in STEPS}, **{f"step{k}": float(shares[k - 1]) for k in STEPS},
        "median_step": median_step(shares), "between": between, "low": low, "high": high,
        "reason": _why(case, n),
    }  # fmt: skip


def _why(case: Case, reporters: int) -> str:
    if reporters > 1:
        return ""
    if reporters:
        return _(ONE_REPORTER)
    return _(case.reason) if case.reason in (NOBODY,) else _("nobody of them gives a step")


def _between(cases: Cases, case: Case, tones: Tones) -> tuple[float, float, float]:
    """Share of steps between the poles, with its bootstrap interval over reporters."""
    n = len(tones.votes)
    if n < 2:
        return np.nan, np.nan, np.nan
    rng = np.random.default_rng([cases.params.seed, 2, *case.key.encode()])
    drawn = tones.shares(bootstrap_weights(n, cases.params.resamples, rng))[:, 1:4].sum(axis=1)
    value = float(tones.shares()[0, 1:4].sum())
    bounds = share_interval(value, drawn, n, cases.params.confidence).bounds
    return value, float(bounds.low), float(bounds.high)


def median_step(shares: Floats) -> float:
    """Give the lowest step that at least half of the votes do not exceed; NaN without votes."""
    if np.isnan(shares).any():
        return np.nan
    return float(1 + int(np.argmax(np.cumsum(shares) >= 0.5 - 1e-9)))


def ready_codings(
    evidence: Evidence, key: str, case: Case, side: str, sides: dict[str, str]
) -> list[tuple[Coding, str]]:
    """List the codings of readiness in the interviews of a case told by a side, with the respondents."""
    code = evidence.codebook.by_key.get(key)
    if code is None:
        return []
    return [
        (coding, talk.respondent_id)
        for coding, talk in evidence.counted()
        if coding.code_id == code.id and coding.modality != "hypothetical"
        and talk.town_id == case.town.id and talk.wave_id == case.wave.id and sides[talk.id] == side
    ]  # fmt: skip


def consensus_table(cases: Cases) -> pd.DataFrame:
    """Make the table of working consensus: what is, and whether both sides are ready for it."""
    import pandas as pd

    rows = [_consensus_row(cases, case) for case in cases]
    index = pd.Index([case.key for case in cases], name="row", dtype=object)
    frame = pd.DataFrame(rows, columns=list(CONSENSUS_COLUMNS), index=index)
    counts = [name for name in CONSENSUS_COLUMNS if name.startswith("reporters_")]
    numbers = [name for name in CONSENSUS_COLUMNS if name.startswith(("now", "ready_"))]
    return frame.astype(dict.fromkeys(counts, "int64") | dict.fromkeys(numbers, "float64"))


def readiness(cases: Cases, case: Case, side: str) -> dict[str, bool]:
    """Say of each respondent of a side who speaks of it whether he is ready for working relations.

    Ready is who expects or wishes a step of at most 3, or whose words are coded as readiness; who does both one and
    the other is ready if what speaks for it is no less than what speaks against.
    """
    from veche.analyses._shared.relations import side_of

    held, evidence = cases.held, cases.held.relations.evidence
    acts = tone_acts(cases, case, side, "readiness")
    said: dict[str, list[bool]] = {}
    for k in np.flatnonzero(acts).tolist():
        who = held.relations.interviews[k].respondent_id
        said.setdefault(who, []).append(bool(held.step("readiness")[k] <= READY))
    sides = {one.id: side_of(evidence.role_by_id.get(one.role_id)) for one in evidence.interviews}
    for coding, who in ready_codings(evidence, cases.params.ready_code, case, side, sides):
        said.setdefault(who, []).append(coding.modality == "asserted")
    return {who: 2 * sum(given) >= len(given) for who, given in sorted(said.items())}


def _consensus_row(cases: Cases, case: Case) -> dict[str, Any]:
    tones, _acts = step_votes(cases, case, "all", "tone")
    n = len(tones.votes)
    row: dict[str, Any] = {
        "town": case.town.key, "place": case.town.name, "wave": case.wave.key,
        "now": np.nan, "now_low": np.nan, "now_high": np.nan,
    }  # fmt: skip
    if n > 1:
        rng = np.random.default_rng([cases.params.seed, 3, *case.key.encode()])
        drawn = tones.shares(bootstrap_weights(n, cases.params.resamples, rng))[:, 2]
        value = float(tones.shares()[0, 2])
        bounds = share_interval(value, drawn, n, cases.params.confidence).bounds
        row |= {"now": value, "now_low": float(bounds.low), "now_high": float(bounds.high)}
    reasons = [] if n > 1 else [_why(case, n)]
    for side in SIDES:
        people = readiness(cases, case, side)
        enough = len(people) > 1
        row[f"ready_{side}"] = sum(people.values()) / len(people) if enough else np.nan
        row[f"reporters_{side}"] = len(people)
        if not enough:
            reasons.append(f"{_(SIDE_NAMES[side])}: {_(UNHEARD)}")
    row["ready_both"] = float(np.minimum(row["ready_executive"], row["ready_legislative"]))
    return row | {"reason": "; ".join(reasons)}
