"""From evidence to the comparison before and after, and from every cell back to its sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.options import checked
from veche.analyses._shared.places import known_interviews, listed, row_label
from veche.analyses._shared.relations import SIDES, left_out_notes
from veche.analyses._shared.remarks import left_out
from veche.analyses._shared.turning import LEAST, difference
from veche.analyses.intervention import accounts
from veche.analyses.intervention.cases import PAIR_NAMES, PAIRS, Case, Cases, make_cases
from veche.measures.proportions import holm
from veche.study.evidence import Evidence
from veche.study.result import Grounds, Result
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.intervention import Params

COLUMNS = (
    "town", "place", "event", "day", "event_kind", "event_title", "relation", "relation_name", "value_before", "value_after",
    "difference", "low", "high", "p_exchange", "p_adjusted", "panel_difference", "panel_reporters", "other_places",
    "reporters_before", "reporters_after", "statements_before", "statements_after", "verdict", "reason",
)  # fmt: skip
_NUMBERS = (
    "value_before", "value_after", "difference", "low", "high", "p_exchange", "p_adjusted", "panel_difference",
    "other_places",
)  # fmt: skip
TOO_FEW = N_("fewer than three reporters on one side of the day")


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``intervention`` and ``accounts``.

    Raises
    ------
    InputProblem
        If an option does not fit.
    """
    chosen = checked(params)
    cases = make_cases(evidence, chosen)
    main = table(cases)
    told = accounts.table(cases)
    return Result(
        tables={"intervention": main, "accounts": told},
        sentence=sentence(cases, main, told),
        evidence=evidence,
        support=support(cases),
        highlights=tuple(str(one) for one in main.index[main["verdict"].isin(["warmer", "colder"])][:3]),
        notes=(
            *left_out(evidence, known_interviews(evidence)),
            *left_out_notes(cases.relations),
            _("Before and after in one town does not say what brought a difference about."),
        ),
        seed=chosen.seed,
    )


def table(cases: Cases) -> pd.DataFrame:
    """Make the main table: one row an event, town and pair."""
    import pandas as pd

    rows = [_row(cases, case, pair) for case in cases.cases for pair in PAIRS]
    adjusted = holm([row["p_exchange"] for row in rows]).tolist() if rows else []
    for row, p in zip(rows, adjusted, strict=True):
        sure = p == p and p <= 1 - cases.params.confidence
        row["p_adjusted"] = p
        row["verdict"] = "" if p != p else ("warmer" if row["difference"] > 0 else "colder") if sure else "uncertain"
    index = [row_label(row["event"], row["town"], row["relation"]) for row in rows]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=pd.Index(index, name="row", dtype=object))
    counts = ("panel_reporters", "reporters_before", "reporters_after", "statements_before", "statements_after")
    return frame.astype(dict.fromkeys(_NUMBERS, "float64") | dict.fromkeys(counts, "int64"))


def _row(cases: Cases, case: Case, pair: str) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(_NUMBERS, np.nan) | {
        "event": case.event.key, "event_title": case.event.title, "event_kind": case.event.kind,
        "day": case.event.start, "town": case.town.key, "place": case.town.name, "relation": pair,
        "relation_name": _(PAIR_NAMES[pair]), "panel_reporters": 0, "reporters_before": 0, "reporters_after": 0,
        "statements_before": 0, "statements_after": 0, "reason": _(case.reason),
    }  # fmt: skip
    if case.reason:
        return row
    one = cases.turning(case, pair)
    sizes = one.sizes()
    row |= {
        "panel_reporters": int(one.both.sum()), "reporters_before": sizes[0], "reporters_after": sizes[1],
        "statements_before": cases.relations.count(one.shares[:, 0] > 0),
        "statements_after": cases.relations.count(one.shares[:, 1] > 0),
    }  # fmt: skip
    if min(sizes) < LEAST:
        return row | {"reason": _(TOO_FEW)}
    params = cases.params
    rng = np.random.default_rng([params.seed, 7, *row_label(case.key, pair).encode()])
    found = difference(one, resamples=params.resamples, confidence=params.confidence, rng=rng)
    before, after = one.tones()
    other = cases.elsewhere(case, pair)
    return row | {
        "value_before": before, "value_after": after, "difference": found.value, "low": found.low, "high": found.high,
        "p_exchange": found.p, "panel_difference": one.panel(), "other_places": float(np.mean(other)) if other else np.nan,
        "reason": "" if one.both.sum() > 1 else _("fewer than two reporters tell of both sides: no panel"),
    }  # fmt: skip


def sentence(cases: Cases, main: pd.DataFrame, told: pd.DataFrame) -> str:
    """Say what differs, and what people say; never what brought it about."""
    if not cases.cases:
        return _("No event of these kinds is recorded.")
    parts = []
    for case in cases.cases:
        rows = main[(main["event"] == case.event.key) & (main["town"] == case.town.key)]
        sure = [
            f"{row['relation_name']} ({number(float(row['value_before']))} → {number(float(row['value_after']))}, {_(str(row['verdict']))})"
            for _label, row in rows[rows["verdict"].isin(["colder", "warmer"])].iterrows()
        ]
        parts.append(_of_case(case, sure, rows))
        here = told[(told["event"] == case.event.key) & (told["town"] == case.town.key)]
        after, before = int(here["told_after"].sum()), int(here["told_before"].sum())
        if not case.reason and after + before:
            parts.append(
                say(
                    N_("People's own accounts of interference there: {before} told before the day, {after} after."),
                    before=before,
                    after=after,
                )
            )
    return " ".join(parts)


def _of_case(case: Case, sure: list[str], rows: pd.DataFrame) -> str:
    what = {"place": case.town.name, "event": case.event.title, "day": _day(case.event.start)}
    if case.reason:
        return say(N_("{place}, {event} ({day}): not compared, {reason}."), **what, reason=_(case.reason))
    if sure:
        return say(
            N_("{place}, {event} ({day}). Told of the time after otherwise than of the time before: {pairs}."),
            **what,
            pairs=listed(sure),
        )
    if rows["p_exchange"].notna().any():
        return say(
            N_("{place}, {event} ({day}). No difference between before and after that is more than chance may do."),
            **what,
        )
    return say(N_("{place}, {event} ({day}). Too few people tell of both sides."), **what)


def _day(day: dt.date) -> str:
    return day.isoformat()


def support(cases: Cases) -> Callable[[str, Hashable, str | None], Grounds]:
    """Make the way back: statements before and after; what is told, and what denies it."""

    def grounds(table: str, row: Hashable, column: str | None) -> Grounds:
        parts = str(row).split(" · ")
        case = cases.by_key[row_label(parts[0], parts[1])]
        if table == "accounts":
            return _account(cases, case, parts[2], column or "")
        if case.reason:
            return Grounds()
        one = cases.turning(case, parts[2])
        wanted = {
            "value_before": [0], "reporters_before": [0], "statements_before": [0], "value_after": [1],
            "reporters_after": [1], "statements_after": [1],
        }.get(column or "", [0, 1])  # fmt: skip
        acts = (one.shares[:, wanted] > 0).any(axis=1)
        if column in ("panel_difference", "panel_reporters"):
            acts = acts & np.isin(cases.relations.reporter, one.reporters[one.both])
        return Grounds(cases.relations.ids(acts))

    return grounds


def _account(cases: Cases, case: Case, account: str, column: str) -> Grounds:
    found = accounts.told(cases, case, account)
    said, denied = [one for one in found if not one.denied], tuple(one.source_id for one in found if one.denied)
    if column == "denied":
        return Grounds(denied, tuple(one.source_id for one in said))
    side = column.removeprefix("after_")
    chosen = [
        one.source_id
        for one in said
        if not (column.endswith("_before") and one.after)
        and not (column.endswith("_after") and not one.after)
        and not (side in SIDES and (not one.after or one.side != side))
    ]
    return Grounds(tuple(chosen), denied)
