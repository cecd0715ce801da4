"""From evidence to the tables of turbulence, and from every cell back to its statements."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from veche.analyses._shared.alliances import Rule
from veche.analyses._shared.options import checked
from veche.analyses._shared.periods import wave_periods
from veche.analyses._shared.relations import Relations, left_out_notes, prepare
from veche.analyses._shared.shifts import PARTS, Least, Shift, shifts, sides_of
from veche.analyses.turbulence import inertia
from veche.analyses.turbulence.chance import COMPOSITE, Chance, Floats, bounds, chance, without_each
from veche.analyses.turbulence.finding import finding
from veche.measures.proportions import holm
from veche.measures.turbulence import Turbulence
from veche.study.evidence import Evidence
from veche.study.result import Grounds, Result
from veche.words import N_, _, percent, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.turbulence import Params

BEYOND, WITHIN = N_("beyond chance"), N_("within chance")


@dataclass(frozen=True)
class Case:
    """A town and step with everything measured of it."""

    shift: Shift
    params: Params

    @cached_property
    def found(self) -> Turbulence:
        """The parts with all respondents."""
        return self.shift.measured()

    @cached_property
    def chance(self) -> Chance:
        """What chance gives."""
        return chance(self.shift, self.params.seed, self.params.draws)

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """Bootstrap bounds."""
        return bounds(self.shift, self.params.seed, self.params.resamples, self.params.confidence)

    @cached_property
    def panel(self) -> Turbulence | None:
        """The parts with the respondents of both waves only, however few; None if there are none."""
        only = self.shift.panel()
        return only.measured(demanding=False) if only and not self.found.composite.missing else None

    @cached_property
    def panel_reporters(self) -> int:
        """Respondents of both waves who make statements."""
        only = self.shift.panel()
        return only.field.acts.reporters_of() if only else 0


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``turbulence``, ``parts`` and ``inertia``.

    Raises
    ------
    InputProblem
        If an option does not fit.
    """
    chosen = checked(params)
    acts = prepare(evidence)
    rule = Rule(theta=chosen.theta, reporters=chosen.reporters, least=1)
    least = Least(reporters=chosen.least_reporters, statements=chosen.least_statements)
    found = [Case(one, chosen) for one in shifts(acts, wave_periods(evidence, chosen.reach), rule, least)]
    adjusted = holm([one.chance.p[COMPOSITE] for one in found]) if found else np.zeros(0)
    said = inertia.talk(evidence, chosen)
    tables = {
        "turbulence": _table(found, adjusted),
        "parts": _parts(found),
        "inertia": inertia.table([one.shift for one in found], said, chosen),
    }
    told = finding(tables["turbulence"], tables["inertia"])
    return Result(
        tables=tables,
        sentence=told.sentence,
        evidence=evidence,
        support=support([one.shift for one in found], said),
        highlights=told.rows,
        notes=tuple(_notes(acts, found, chosen)),
        seed=chosen.seed,
    )


def _table(found: Sequence[Case], adjusted: Floats) -> pd.DataFrame:
    import pandas as pd

    rows = {}
    for one, p in zip(found, adjusted.tolist(), strict=True):
        shift, parts, base = one.shift, one.found, one.shift.bases
        low, high = (side[COMPOSITE] for side in one.bounds)
        composite = one.chance.above(np.array([getattr(parts, name).value for name in PARTS]))[COMPOSITE]
        least, most = without_each(shift)
        rows[shift.key] = [
            shift.field.town.key, shift.field.town.name, shift.before.key, shift.after.key,
            *(getattr(parts, name).value for name in PARTS), low, high, one.chance.mean[COMPOSITE], composite,
            one.chance.p[COMPOSITE], p, "" if p != p else BEYOND if p <= 1 - one.params.confidence else WITHIN,
            parts.present, one.panel.composite.value if one.panel else np.nan, one.panel_reporters, least, most,
            base[0].reporters, base[1].reporters, base[0].statements, base[1].statements, _reasons(parts),
        ]  # fmt: skip
    columns = [
        "town", "place", "before", "after", *COLUMNS.values(), "low", "high", "chance", "above_chance", "p_chance", "p_adjusted",
        "beyond", "present", "panel_composite", "panel_reporters", "least_without", "most_without",
        "reporters_before", "reporters_after", "statements_before", "statements_after", "reason",
    ]  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns) if rows else pd.DataFrame(columns=columns)


def _reasons(parts: Turbulence) -> str:
    reasons = [getattr(parts, name).reason for name in PARTS if getattr(parts, name).missing]
    return "; ".join(_(reason) for reason in dict.fromkeys(reasons))


def _parts(found: Sequence[Case]) -> pd.DataFrame:
    import pandas as pd

    rows, index = [], []
    for one in found:
        shift, low, high = one.shift, *one.bounds
        for k, name in enumerate(PARTS):
            part = getattr(one.found, name)
            index.append(f"{shift.key} · {name}")
            rows.append((
                shift.field.town.key, shift.field.town.name, shift.before.key, shift.after.key, PART_NAMES[name],
                part.value, low[k], high[k], one.chance.mean[k], one.chance.p[k],
                getattr(one.panel, name).value if one.panel else np.nan, _(part.reason),
            ))  # fmt: skip
    columns = [
        "town",
        "place",
        "before",
        "after",
        "part",
        "change",
        "low",
        "high",
        "chance",
        "p_chance",
        "panel_change",
        "reason",
    ]
    return pd.DataFrame(rows, index=index, columns=columns)


#: part -> column of the main table
COLUMNS = {
    "membership": "camps", "pairs": "allied_pairs", "hazard": "coalitions_ended", "agenda": "agenda_change",
    "tone": "tone_change", "offices": "posts_changed", "actors": "actors_changed", "composite": "composite",
}  # fmt: skip
#: English names of the parts, as they stand in the table
PART_NAMES = {
    "membership": N_("camps"), "pairs": N_("allied pairs"), "hazard": N_("coalitions ended"), "agenda": N_("agenda"),
    "tone": N_("tone"), "offices": N_("posts"), "actors": N_("actors"), "composite": N_("composite"),
}  # fmt: skip


def support(found: Sequence[Shift], said: inertia.Talk) -> Callable[[str, Hashable, str | None], Grounds]:
    """Make the way back from a cell to its statements and codings."""
    by_key = {one.key: one for one in found}

    def grounds(table: str, row: Hashable, column: str | None) -> Grounds:
        key = str(row)
        if table == "inertia":
            which = next((k for name, k in _TALK.items() if column and name in column), None)
            return said.grounds(by_key[key], which) if which is not None else Grounds()
        if table == "parts":
            key, _mark, name = key.rpartition(" · ")
        else:
            parts = {of: part for part, of in COLUMNS.items()}
            name = "base" if column in _BASES else parts.get(str(column), "composite")
        shift = by_key[key]
        return base_grounds(shift, str(column)) if name == "base" else part_grounds(shift, name)

    return grounds


_TALK = {"turbulence": 0, "inertia": 1}
_BASES = frozenset({"reporters_before", "reporters_after", "statements_before", "statements_after"})


def base_grounds(shift: Shift, column: str) -> Grounds:
    """The statements of one window."""
    return Grounds(shift.field.acts.ids(shift.inside(0 if column.endswith("before") else 1)))


def part_grounds(shift: Shift, part: str) -> Grounds:
    """The statements that show change, and those that show that something stayed; of the composite of all its parts."""
    names = ("membership", "hazard", "agenda", "tone") if part == "composite" else (part,)
    sides: tuple[dict[str, None], dict[str, None]] = ({}, {})
    for name in names:
        for side, places in zip(sides, sides_of(shift, name), strict=True):
            side.update(dict.fromkeys(shift.field.acts.statements[a].id for a in places))
    return Grounds(tuple(sides[0]), tuple(one for one in sides[1] if one not in sides[0]))


def _notes(acts: Relations, found: Sequence[Case], params: Params) -> list[str]:
    notes = [
        say(
            N_("A wave reaches from {months:g} months before its first day to its last day, in event time; what falls into no wave is not counted."),
            months=params.reach,
        ),
        say(
            N_("Nothing is given for a step with fewer than {reporters} reporters or {statements} statements in one of its waves."),
            reporters=params.least_reporters, statements=params.least_statements,
        ),
        say(
            N_("Intervals at {level}: basic bootstrap; parts are biased upwards in small samples, so compare a value with the one chance gives."),
            level=percent(params.confidence),
        ),
        say(N_("Posts rest on the dates of tenures. Chance does not move them, and reporters do not sway them.")),
        say(N_("The panel are respondents with interviews in both waves; its values are shown however few they are.")),
        say(N_("Inertia is measured apart: both may be high at once.")),
    ]  # fmt: skip
    once = sorted({town.name for k, town in enumerate(acts.towns) if bool((acts.town == k).any())}
                  - {one.shift.field.town.name for one in found})  # fmt: skip
    if once:
        notes.append(say(N_("Visited in one wave only, so nothing to compare: {towns}."), towns=", ".join(once)))
    return notes + left_out_notes(acts)
