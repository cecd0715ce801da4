"""From statements between the two branches to corners of the space of ideal types."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from veche.analyses._shared.branches import Branches, branches_of
from veche.analyses._shared.models import NOBODY, make_cell
from veche.analyses._shared.options import checked
from veche.analyses._shared.places import known_interviews, row_label, visited
from veche.analyses._shared.relations import left_out_notes
from veche.analyses._shared.remarks import left_out
from veche.sets import ideal_types
from veche.study.errors import InputProblem
from veche.study.evidence import Evidence
from veche.study.places import Town, Wave
from veche.study.result import Grounds, Result
from veche.words import N_, _, say

if TYPE_CHECKING:
    from veche.analyses.ideal_types import Params

INDICATORS = ("prevails", "camp", "settled", "exchange", "manipulation", "reasons", "pressure")
PLACED = (
    "town",
    "place",
    "wave",
    "corner",
    "membership",
    "ideal_type",
    "type_membership",
    "answers",
    "reporters",
    "reason",
)
CHANGES = ("town", "place", "before", "after", "kind_of_change", "corner_before", "corner_after", "difference")
MEMBERSHIPS = ("town", "place", "wave", "ideal_type", "type_membership", "difference", "reason")
UNKNOWN = N_("not answered: {names}")


@dataclass(frozen=True, eq=False)
class Case:
    """A town in a wave: the degrees of the indicators (missing where not known), reporters, and the acts behind it."""

    town: Town
    wave: Wave
    degrees: dict[str, float]
    reporters: int
    acts: NDArray[np.bool_]

    @property
    def key(self) -> str:
        """Label of its row."""
        return row_label(self.town.key, self.wave.key)

    @property
    def reason(self) -> str:
        """Why it cannot be placed."""
        if not self.reporters:
            return _(NOBODY)
        lacking = [name for name, value in self.degrees.items() if value != value]
        return say(UNKNOWN, names=", ".join(lacking)) if lacking else ""


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute ``placed`` and ``type_changes``.

    Raises
    ------
    InputProblem
        If an option does not fit: an unknown indicator, a type that cannot be read.
    """
    chosen = checked(params)
    indicators = _indicators(chosen.indicators)
    types = _types(chosen.types)
    held = branches_of(
        evidence, modality="asserted", time=chosen.time, reach=chosen.reach, undated=chosen.undated, first_hand=chosen.first_hand
    )  # fmt: skip
    cases = _cases(evidence, held, indicators, chosen.lasting)
    known = [one for one in cases if not one.reason]
    # types are read even where nothing can be placed, so that a mistake in them is named
    data = pd.DataFrame([one.degrees for one in known] or [dict.fromkeys(indicators, 0.0)], columns=list(indicators))
    data["unit"] = [one.town.key for one in known] or [""]
    data["time"] = [one.wave.position for one in known] or [0]
    found = ideal_types(data, indicators, types, cases=[one.key for one in known] or ["–"], unit="unit", time="time")
    placed = {one.case: one for one in found.cases}
    tables = {
        "placed": _placed(cases, placed), "type_changes": _changes(known, placed, found.changes if known else ()),
        "type_memberships": _memberships(cases, placed, types),
    }  # fmt: skip
    return Result(
        tables=tables,
        sentence=_sentence(tables["placed"], tables["type_changes"]),
        evidence=evidence,
        support=_support(cases, held, tables["type_changes"], tables["type_memberships"]),
        notes=(*left_out(evidence, known_interviews(evidence)), *left_out_notes(held.relations)),
        highlights=tuple(tables["placed"].index[tables["placed"]["corner"] != ""][:3]),
    )


def _indicators(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.replace(",", " ").upper().split()))
    wrong = [name for name in names if name.lower() not in INDICATORS]
    if wrong or not names:
        raise InputProblem(
            N_("There is no indicator {name}. Choose among {known}."),
            name=wrong[0] if wrong else "–", known=", ".join(one.upper() for one in INDICATORS),
        )  # fmt: skip
    return names


def _types(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        name, sign, said = (one.strip() for one in part.partition("="))
        if not sign or not name or not said or name in found:
            raise InputProblem(
                N_("The types have {part}. Write each once, as NAME = PREVAILS*~CAMP."), part=part.strip()
            )
        found[name] = said
    return found


def _cases(evidence: Evidence, held: Branches, indicators: tuple[str, ...], lasting: float) -> list[Case]:
    relations = held.relations
    met = {(one.town_id, one.wave_id) for one in evidence.interviews}
    towns, waves = visited(evidence, evidence.interviews)
    found = []
    for i, town in enumerate(relations.towns):
        for k, wave in enumerate(relations.waves):
            if town not in towns or wave not in waves or (town.id, wave.id) not in met:
                continue
            acts = held.inside(i, k)
            cell = make_cell(held, acts, held.share[:, k], lasting=lasting)
            values = cell.degrees() if len(cell) else {}
            degrees = {
                name: round(float(values[name.lower()][0]), 9) if values else float("nan") for name in indicators
            }
            found.append(Case(town, wave, degrees, len(cell), acts))
    return found


def _placed(cases: list[Case], placed: dict[str, Any]) -> pd.DataFrame:
    lines = []
    for one in cases:
        mine = placed.get(one.key) if not one.reason else None
        half = mine is not None and mine.corner is None
        kind = (mine.type or "") if mine is not None else ""
        lines.append({
            "town": one.town.key, "place": one.town.name, "wave": one.wave.key, "corner": (mine.corner or "") if mine else "",
            "membership": mine.membership if mine and mine.corner else np.nan, "ideal_type": kind,
            "type_membership": mine.types[kind] if mine and kind else np.nan,
            "answers": ", ".join(f"{name} {value:.2f}" for name, value in one.degrees.items() if value == value),
            "reporters": one.reporters, "reason": _("an answer is at exactly 0.5") if half else one.reason,
        })  # fmt: skip
    return pd.DataFrame(
        lines, columns=list(PLACED), index=pd.Index([one.key for one in cases], name="row", dtype=object)
    )


def _memberships(cases: list[Case], placed: dict[str, Any], types: dict[str, str]) -> pd.DataFrame:
    """Membership of every case in every named type, and how far it moved since the town's case before."""
    lines, names = [], []
    last: dict[tuple[str, str], float] = {}
    for one in cases:
        mine = placed.get(one.key) if not one.reason else None
        for kind in types:
            value = mine.types[kind] if mine is not None else np.nan
            before = last.get((one.town.key, kind), np.nan)
            lines.append({
                "town": one.town.key, "place": one.town.name, "wave": one.wave.key, "ideal_type": kind, "type_membership": value,
                "difference": round(value - before, 9), "reason": one.reason,
            })  # fmt: skip
            names.append(row_label(one.town.key, one.wave.key, kind))
            last[one.town.key, kind] = value
    return pd.DataFrame(lines, columns=list(MEMBERSHIPS), index=pd.Index(names, name="row", dtype=object))


def _changes(cases: list[Case], placed: dict[str, Any], changes: Any) -> pd.DataFrame:
    by_time = {(one.town.key, one.wave.position): one for one in cases}
    lines, names = [], []
    for one in changes:
        before, after = by_time[one.unit, one.before], by_time[one.unit, one.after]
        names.append(row_label(before.town.key, f"{before.wave.key}→{after.wave.key}"))
        lines.append({
            "town": before.town.key, "place": before.town.name, "before": before.wave.key, "after": after.wave.key,
            "kind_of_change": one.kind, "corner_before": placed[before.key].corner or "", "corner_after": placed[after.key].corner or "",
            "difference": np.nan if one.delta is None else one.delta,
        })  # fmt: skip
    return pd.DataFrame(lines, columns=list(CHANGES), index=pd.Index(names, name="row", dtype=object))


def _sentence(placed: pd.DataFrame, changes: pd.DataFrame) -> str:
    known = placed[placed["corner"] != ""]
    if not len(known):
        return _("No town can be placed: nobody tells enough of head and assembly.")
    corner, count = Counter(known["corner"]).most_common(1)[0]
    kinds = Counter(changes["kind_of_change"])
    return say(
        N_("Most often {corner} ({count} of {cases} cases); from wave to wave {kind} changes in kind, {degree} in degree only."),
        corner=corner, count=count, cases=len(known), kind=kinds["change in kind"], degree=kinds["change in degree"],
    )  # fmt: skip


def _support(
    cases: list[Case], held: Branches, changes: pd.DataFrame, memberships: pd.DataFrame
) -> Callable[[str, Hashable, str | None], Grounds]:
    by_key = {one.key: one for one in cases}

    def grounds(table: str, row: Hashable, _column: str | None) -> Grounds:
        if table == "placed":
            return Grounds(held.relations.ids(by_key[str(row)].acts))
        if table == "type_memberships":
            cell: Any = memberships.loc[str(row)].to_dict()
            return Grounds(held.relations.ids(by_key[row_label(cell["town"], cell["wave"])].acts))
        line: Any = changes.loc[str(row)].to_dict()
        both = [by_key[row_label(line["town"], line[when])].acts for when in ("before", "after")]
        return Grounds(held.relations.ids(both[0] | both[1]))

    return grounds
