"""What stands still, and what people say of it: rules that stayed, talk of a lurching course and of inertia."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from veche.analyses._shared.codes import CodeRow
from veche.analyses._shared.mentions import Mentions, mentions
from veche.analyses._shared.places import known_interviews
from veche.analyses._shared.remarks import ONE_REPORTER
from veche.analyses._shared.shifts import Shift
from veche.measures.proportions import wilson
from veche.study.evidence import Evidence
from veche.study.result import Grounds
from veche.words import N_, _

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.turbulence import Params

NO_RULE = N_("no rule of the institutions is known in both waves")
NOT_ASKED = N_("not asked in any interview")
NO_CODE = N_("the codebook has no such code")
#: columns -> which of the two codes
SAID = {"said_turbulence": 0, "said_inertia": 1}


@dataclass(frozen=True)
class Talk:
    """Who says that the course lurches, or that institutions stand still; a place is None without the code."""

    held: Mentions
    places: tuple[int | None, int | None]

    def counts(self, shift: Shift, which: int) -> tuple[int, int]:
        """Respondents of the later wave who say so, and who were asked."""
        place = self.places[which]
        if place is None:
            return 0, 0
        here = self._here(shift)
        who = [talk.respondent_id for talk in self.held.interviews]
        asked = {who[i] for i in np.flatnonzero(here & self.held.asked[:, place]).tolist()}
        said = {who[i] for i in np.flatnonzero(here & self.held.said[:, place]).tolist()}
        return len(said), len(asked)

    def grounds(self, shift: Shift, which: int) -> Grounds:
        """The codings of the later wave: assertions for, denials against."""
        place = self.places[which]
        return self.held.grounds(self._here(shift), [place]) if place is not None else Grounds()

    def _here(self, shift: Shift) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        wave = next(one.id for one in self.held.evidence.waves if one.key == shift.after.key)
        town = shift.field.town.id
        return np.array([one.town_id == town and one.wave_id == wave for one in self.held.interviews], dtype=bool)


def talk(evidence: Evidence, params: Params) -> Talk:
    """Collect the codings of both codes."""
    rows: list[CodeRow] = []
    places: list[int | None] = []
    for key in (params.high, params.inertia):
        top = evidence.codebook.by_key.get(key)
        places.append(len(rows) if top else None)
        if top:
            rows.append(CodeRow(top, frozenset(code.id for code in evidence.codebook.below(top))))
    return Talk(mentions(evidence, known_interviews(evidence), rows), (places[0], places[1]))


def rules_kept(shift: Shift, names: Sequence[str]) -> tuple[int, int]:
    """How many rules of the town have the same value in both waves, and how many are known in both."""
    evidence = shift.field.acts.evidence
    waves = {one.key: one.id for one in evidence.waves}
    here = [one for one in evidence.attributes if one.target_id == shift.field.town.id and one.name in names]
    values: list[dict[str, str]] = []
    for period in (shift.before, shift.after):
        always = {one.name: one.value for one in here if one.wave_id is None}
        values.append(always | {one.name: one.value for one in here if one.wave_id == waves.get(period.key)})
    known = values[0].keys() & values[1].keys()
    return sum(values[0][name] == values[1][name] for name in known), len(known)


def table(found: Sequence[Shift], said: Talk, params: Params) -> pd.DataFrame:
    """Make the table of inertia."""
    import pandas as pd

    rows = {}
    for one in found:
        kept, known = rules_kept(one, params.rules)
        row: list[object] = [one.field.town.key, one.field.town.name, one.before.key, one.after.key,
                             kept / known if known else np.nan]  # fmt: skip
        reasons = [] if known else [_(NO_RULE)]
        for which in SAID.values():
            yes, asked = said.counts(one, which)
            bounds = wilson(yes, asked, params.confidence) if asked > 1 else None
            row += [yes if asked else np.nan, asked, yes / asked if bounds else np.nan]
            row += [float(bounds.low) if bounds else np.nan, float(bounds.high) if bounds else np.nan]
            if asked < 2:
                reasons.append(_(NO_CODE if said.places[which] is None else ONE_REPORTER if asked else NOT_ASKED))
        rows[one.key] = [*row, "; ".join(dict.fromkeys(reasons))]
    columns = [
        "town", "place", "before", "after", "rules_kept",
        "said_turbulence", "asked_turbulence", "share_turbulence", "turbulence_low", "turbulence_high",
        "said_inertia", "asked_inertia", "share_inertia", "inertia_low", "inertia_high", "reason",
    ]  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns) if rows else pd.DataFrame(columns=columns)
