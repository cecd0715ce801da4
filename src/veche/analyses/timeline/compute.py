"""From evidence to shares of interviews over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.claims import sure_bounds
from veche.analyses._shared.codes import CodeRow, row, rows_named
from veche.analyses._shared.mentions import Mentions, mentions
from veche.analyses._shared.options import checked
from veche.analyses._shared.places import known_interviews, quoted, row_label
from veche.analyses._shared.remarks import left_out, why_nobody
from veche.analyses.timeline.periods import Period, periods
from veche.measures.proportions import wilson
from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.study.result import Grounds, Result
from veche.words import N_, _, percent, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.timeline import Params


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the table ``timeline``: one row per code and period.

    Raises
    ------
    NotFound
        If a code is not in the codebook.
    """
    chosen = checked(params)
    interviews = known_interviews(evidence)
    rows = _rows(evidence, interviews, chosen)
    times = periods(evidence, interviews, chosen.step)
    found = mentions(evidence, interviews, rows)
    table = _table(found, times, chosen.confidence)
    move = largest_move(table, chosen.confidence)
    return Result(
        tables={"timeline": table},
        sentence=sentence(table, move),
        evidence=evidence,
        support=_support(found, times),
        highlights=(move.before["row"], move.after["row"]) if move else (),
        notes=_notes(evidence, interviews, found),
    )


def _rows(evidence: Evidence, interviews: Sequence[Interview], params: Params) -> tuple[CodeRow, ...]:
    """Codes named, else the codable ones that most interviews assert, in the order of the codebook."""
    if params.codes:
        return rows_named(evidence, params.codes, below=params.below)
    every = [
        row(evidence.codebook, code, below=params.below) for _depth, code in evidence.codebook.tree() if code.codable
    ]
    said = mentions(evidence, interviews, every).said.sum(axis=0)
    best = np.argsort(-said, kind="stable")[: params.most]
    return tuple(every[k] for k in sorted(best.tolist()) if said[k])


COLUMNS = (
    "code", "label", "period", "period_label", "start", "end", "middle", "asked", "mentions", "share", "low", "high",
    "volunteered", "denied", "respondents", "possible", "reason",
)  # fmt: skip


def _table(found: Mentions, times: Sequence[Period], confidence: float) -> pd.DataFrame:
    import pandas as pd

    cells = [_cell(found, k, one, period, confidence) for k, one in enumerate(found.rows) for period in times]
    index = [row_label(cell["code"], cell["period"]) for cell in cells]
    frame = pd.DataFrame(cells, columns=list(COLUMNS), index=pd.Index(index, name="row", dtype=object))
    counts = ("asked", "mentions", "volunteered", "denied", "respondents")
    return frame.astype(dict.fromkeys(counts, "int64") | dict.fromkeys(("share", "low", "high"), "float64"))


def _cell(found: Mentions, k: int, one: CodeRow, period: Period, confidence: float) -> dict[str, Any]:
    here = list(period.interviews)
    asked, said = int(found.asked[here, k].sum()), int(found.said[here, k].sum())
    bounds = wilson(said, asked, confidence)
    exposed = found.exposed[here, k]
    reason = "" if asked else why_nobody(possible=bool(exposed.any()))
    return {
        "code": one.key, "label": one.label, "period": period.key, "period_label": period.label,
        "start": period.start, "end": period.end,
        "middle": _middle([found.interviews[i].date for i in here if found.asked[i, k]]) or period.middle,
        "asked": asked, "mentions": said, "share": said / asked if asked else np.nan,
        "low": float(bounds.low), "high": float(bounds.high),
        "volunteered": int(found.volunteered[here, k].sum()), "denied": int(found.denies[here, k].sum()),
        "respondents": len({found.interviews[i].respondent_id for i in here if found.asked[i, k]}),
        "possible": "yes" if exposed.all() else "partly" if exposed.any() else "no", "reason": reason,
    }  # fmt: skip


def _middle(days: list[dt.date]) -> dt.date | None:
    """Mean day of the interviews in the denominator, so that a mark stands where the topic was possible."""
    return dt.date.fromordinal(round(sum(day.toordinal() for day in days) / len(days))) if days else None


def _support(found: Mentions, times: Sequence[Period]) -> Callable[[str, Hashable, str | None], Grounds]:
    cells = {row_label(one.key, period.key): (k, period) for k, one in enumerate(found.rows) for period in times}

    def grounds(_table: str, label: Hashable, column: str | None) -> Grounds:
        k, period = cells[str(label)]
        here = np.zeros(len(found.interviews), dtype=bool)
        here[list(period.interviews)] = True
        return found.grounds(here, [k], asked=column != "volunteered", denied=column == "denied")

    return grounds


@dataclass(frozen=True, slots=True)
class Move:
    """The largest sure move of a code: its rows before and after."""

    before: Mapping[Hashable, Any]
    after: Mapping[Hashable, Any]

    @property
    def size(self) -> float:
        """Absolute difference of the shares."""
        return abs(float(self.after["share"]) - float(self.before["share"]))


def largest_move(table: pd.DataFrame, confidence: float) -> Move | None:
    """Find the two periods between which a code moved most, if their bounds, held for all cells at once, do not meet."""
    bounds = sure_bounds(table["mentions"], table["asked"], confidence)
    cells = table.assign(sure_low=bounds.low, sure_high=bounds.high, row=table.index).to_dict("records")
    best: Move | None = None
    for before, after in combinations([cell for cell in cells if cell["asked"]], 2):
        if before["code"] != after["code"]:
            continue
        apart = before["sure_high"] < after["sure_low"] or after["sure_high"] < before["sure_low"]
        move = Move(before, after)
        if apart and (best is None or move.size > best.size):
            best = move
    return best


def sentence(table: pd.DataFrame, move: Move | None) -> str:
    """Say which code moved most, or that none surely did."""
    if not len(table):
        return _("No code is mentioned in this selection.")
    if move is None:
        return _("No code surely moved from one period to another.")
    return say(
        N_("{code} moved most: from {before} ({first}) to {after} ({last})."),
        code=quoted(move.before["label"]), before=percent(move.before["share"]), first=move.before["period_label"],
        after=percent(move.after["share"]), last=move.after["period_label"],
    )  # fmt: skip


def _notes(evidence: Evidence, interviews: Sequence[Interview], found: Mentions) -> tuple[str, ...]:
    people = len({one.respondent_id for one in interviews})
    towns = len({one.town_id for one in interviews})
    notes = [
        say(
            N_(
                "Interviews: {n}, of {people} respondents in {towns} towns. The bands take interviews as independent; "
                "those of one respondent or town are alike, so the bands are somewhat too narrow."
            ),
            n=len(interviews), people=people, towns=towns,
        ),
    ]  # fmt: skip
    outside = int(found.volunteered.sum())
    if outside:
        notes.append(say(N_("Mentions outside the denominators, counted apart: {n}."), n=outside))
    return (*notes, *left_out(evidence, interviews))
