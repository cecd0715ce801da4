"""What is told of the executive and the assembly of a town, wave by wave: direction, technique, share, outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.periods import Period, wave_periods
from veche.analyses._shared.relations import Relations, prepare
from veche.measures.interaction import GROUPS
from veche.study.evidence import Evidence
from veche.study.statements import StatementKind
from veche.words import N_

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: ways of dealing with the other branch; the first four are the groups of the typology of 2014
TECHNIQUES = ("placement", "manipulation", "exchange", "pressure", "reasons", "opposition", "compliance", "none")
TECHNIQUE_NAMES = {
    "placement": N_("own people in the seats"),
    "manipulation": N_("hidden manipulation"),
    "exchange": N_("bargaining or waiting"),
    "pressure": N_("direct pressure"),
    "reasons": N_("reasons and working together"),
    "opposition": N_("resistance and criticism"),
    "compliance": N_("compliance"),
    "none": N_("other"),
}
#: group of kinds in the measure -> technique
_OF_GROUP = {
    "inside man": "placement", "hidden manipulation": "manipulation", "bargaining or waiting": "exchange",
    "direct pressure": "pressure",
}  # fmt: skip
_OF_KIND = {kind: _OF_GROUP[group] for group, kinds in GROUPS.items() for kind in kinds} | {"interference": "none"}
#: for kinds that a study has added
_OF_FAMILY = {
    "coercion": "pressure", "hidden control": "manipulation", "exchange": "exchange", "cooperation": "reasons",
    "compliance": "compliance", "opposition": "opposition",
}  # fmt: skip
WORTH = {"achieved": 1.0, "partly": 0.5, "failed": 0.0}


def technique_of(kind: StatementKind) -> str:
    """Say to which technique a kind of act belongs; kinds added by a study go by their family."""
    return _OF_KIND.get(kind.key) or _OF_FAMILY[kind.family]


@dataclass(frozen=True, eq=False)
class Branches:
    """The acts between the executive and the assembly of the towns, one entry per act in every column.

    `down`: from the executive to the assembly; `up`: back; an act of a symmetric kind is both. `own_down`, `own_up`:
    as recorded, so that the outcome is that of this side. `share` holds the share of each act in each wave, one
    column a wave.
    """

    relations: Relations
    down: Bools
    up: Bools
    own_down: Bools
    own_up: Bools
    technique: tuple[str, ...]
    share: Floats

    @cached_property
    def worth(self) -> Floats:
        """Did the one who acts get what was wanted: 1, 1/2 or 0; NaN where it is not known."""
        return np.array([WORTH.get(one.outcome, np.nan) for one in self.relations.statements], dtype=float)

    @cached_property
    def technique_number(self) -> NDArray[np.intp]:
        """Place of the technique of each act in `TECHNIQUES`."""
        return np.array([TECHNIQUES.index(one) for one in self.technique], dtype=np.intp)

    def step(self, field: str) -> Floats:
        """Return the steps 1 to 5 of `tone` or `readiness`, NaN where the statement gives none."""
        values = (getattr(one, field) for one in self.relations.statements)
        return np.array([np.nan if one is None else one for one in values], dtype=float)

    def inside(self, town: int, wave: int) -> Bools:
        """Which acts count in a town and wave?"""
        found: Bools = (self.relations.town == town) & (self.share[:, wave] > 0)
        return found

    def of(self, *techniques: str) -> Bools:
        """Which acts are of these techniques?"""
        wanted = np.array([one in techniques for one in TECHNIQUES], dtype=bool)
        return np.asarray(wanted[self.technique_number], dtype=bool)

    @cached_property
    def contested(self) -> tuple[Bools, Bools]:
        """Which acts decide whether the executive prevails: those whose success is its own, and those against it.

        Its own: placement, hidden manipulation, exchange, pressure and resistance of the executive, and the compliance
        of the assembly. Against it: resistance, criticism and pressure of the assembly. Working together is no contest.
        """
        ours = self.own_down & self.of("placement", "manipulation", "exchange", "pressure", "opposition")
        yielding = self.own_up & self.of("compliance")
        return ours | yielding, self.own_up & self.of("opposition", "pressure") & ~ours

    @cached_property
    def assembly_acts(self) -> tuple[Bools, Bools, Bools]:
        """Acts of the assembly by which it gets its own way, by which it blocks, and which show a rival camp."""
        ruling = self.own_up & self.of("placement", "manipulation", "exchange", "pressure")
        return ruling, self.own_up & self.of("opposition"), self.own_up & self.of("opposition", "pressure")

    @cached_property
    def gains(self) -> Floats:
        """Of exchanges: 1 if only the executive gains, 0 if the assembly gains too or alone, NaN if it is not said."""
        found = np.full(len(self.relations), np.nan)
        for k in np.flatnonzero(self.of("exchange")).tolist():
            one, talk = self.relations.statements[k], self.relations.interviews[k]
            gained = {self.relations.parties.branch(party, talk.town_id) for party in one.benefit}
            if gained & {"executive", "legislative"}:
                found[k] = float("legislative" not in gained)
        return found

    @cached_property
    def allied(self) -> Bools:
        """Do both branches act together against somebody else?"""
        found = np.zeros(len(self.relations), dtype=bool)
        both = {"executive", "legislative"}
        for k, (sources, targets) in enumerate(self.relations.branches):
            against = self.relations.kinds[k].family in ("coercion", "opposition")
            found[k] = against and both <= sources and bool(targets - both)
        return found


def branches(relations: Relations, *, time: str = "present", reach: float = 12.0) -> Branches:
    """Take the acts between the executive and the assembly out of prepared statements.

    Parameters
    ----------
    relations
        From `veche.analyses._shared.relations.prepare`.
    time
        ``present``: a wave holds what is told in it of events of its period; ``event``: of events of its period,
        whenever told, from the town's first wave on; ``telling``: all that is told in it, whenever it happened.
    reach
        How many months the period of a wave begins before its first day.
    """
    there = np.array(["executive" in a and "legislative" in b for a, b in relations.branches], dtype=bool)
    back = np.array(["legislative" in a and "executive" in b for a, b in relations.branches], dtype=bool)
    if len(relations):
        kept = there | back
        relations, there, back = relations.only(kept), there[kept], back[kept]
    symmetric = relations.symmetric
    return Branches(
        relations=relations, down=there | (back & symmetric), up=back | (there & symmetric), own_down=there,
        own_up=back, technique=tuple(technique_of(kind) for kind in relations.kinds),
        share=_shares(relations, wave_periods(relations.evidence, reach), time),
    )  # fmt: skip


def _shares(relations: Relations, periods: Sequence[Period], time: str) -> Floats:
    found = np.zeros((len(relations), len(periods)))
    if not len(relations) or not periods:
        return found
    told = relations.wave[:, None] == np.arange(len(periods))
    if time == "telling":
        return np.where(told, relations.confidence[:, None], 0.0)
    for wave, period in enumerate(periods):
        found[:, wave] = relations.share_in(period)
    # the day of telling lies in its wave even if the visit was outside the wave's days
    found = np.where(told & relations.undated[:, None], relations.confidence[:, None], found)
    if time == "present":
        return np.where(told, found, 0.0)
    first = _first_waves(relations)
    return np.where(np.arange(len(periods)) >= first[relations.town][:, None], found, 0.0)


def _first_waves(relations: Relations) -> NDArray[np.intp]:
    """Number of the first wave in which each town was visited."""
    towns = {one.id: i for i, one in enumerate(relations.towns)}
    waves = {one.id: i for i, one in enumerate(relations.waves)}
    first = np.full(len(relations.towns), len(relations.waves), dtype=np.intp)
    for one in relations.evidence.interviews:
        if one.town_id in towns and one.wave_id in waves:
            first[towns[one.town_id]] = min(first[towns[one.town_id]], waves[one.wave_id])
    return first


def branches_of(
    evidence: Evidence, *, modality: str = "asserted", time: str = "present", reach: float = 12.0,
    undated: str = "telling", first_hand: bool = False,
) -> Branches:  # fmt: skip
    """Take the acts between executive and assembly straight from evidence; see `prepare` and `branches`."""
    prepared = prepare(evidence, modality=modality, undated=undated, first_hand=first_hand)
    return branches(prepared, time=time, reach=reach)
