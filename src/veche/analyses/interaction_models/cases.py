"""Cases: a town in a wave, with what its reporters say of the two branches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.branches import Branches, branches_of
from veche.analyses._shared.models import NOBODY, TYPE_BY_KEY, TYPES, TYPOLOGIES, Cell, make_cell
from veche.analyses._shared.places import row_label, visited
from veche.analyses._shared.relations import SIDES
from veche.analyses._shared.remarks import ONE_REPORTER
from veche.measures.resampling import bootstrap_weights
from veche.study.evidence import Evidence
from veche.study.places import Town, Wave
from veche.words import N_

if TYPE_CHECKING:
    from veche.analyses.interaction_models import Params

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NO_VISIT = N_("no interview here in this wave")
#: label of a case that belongs to no single type, and of one in which the executive does not prevail
MIXED, NONE = "mixed", "none"


@dataclass(frozen=True, eq=False)
class Case:
    """A town in a wave. `acts` says which acts of the study count in it; `reason` why nothing is known."""

    town: Town
    wave: Wave
    column: int
    acts: Bools
    cell: Cell
    reason: str

    @property
    def key(self) -> str:
        """Label of its rows."""
        return row_label(self.town.key, self.wave.key)


@dataclass(frozen=True, eq=False)
class Cases:
    """All cases of evidence, and the acts they rest on: asserted ones, and denied ones for the other side."""

    held: Branches
    denied: Branches
    cases: tuple[Case, ...]
    params: Params

    def __iter__(self) -> Iterator[Case]:
        return iter(self.cases)

    @cached_property
    def by_key(self) -> dict[str, Case]:
        """Cases by label."""
        return {one.key: one for one in self.cases}

    @cached_property
    def towns(self) -> tuple[Town, ...]:
        """Towns of the cases, in order."""
        return tuple(dict.fromkeys(one.town for one in self.cases))

    @cached_property
    def waves(self) -> tuple[Wave, ...]:
        """Waves of the cases, in order."""
        order = {wave.id: i for i, wave in enumerate(self.held.relations.waves)}
        return tuple(sorted(dict.fromkeys(one.wave for one in self.cases), key=lambda wave: order[wave.id]))

    def cell(self, case: Case, side: str = "") -> Cell:
        """Return what is told in a case, by everybody or by the speakers of one side."""
        return make_cell(
            self.held, self.of_side(case, side), self.held.share[:, case.column], lasting=self.params.lasting
        )

    def of_side(self, case: Case, side: str = "") -> Bools:
        """Which acts of a case are told by a side (empty: by anybody)?"""
        if not side:
            return case.acts
        found: Bools = case.acts & np.array([one == side for one in self.held.relations.side], dtype=bool)
        return found

    def denied_in(self, case: Case) -> Bools:
        """Which denied acts belong to a case?"""
        town = next(i for i, one in enumerate(self.denied.relations.towns) if one.id == case.town.id)
        return self.denied.inside(town, case.column)

    def draws(self, case: Case) -> Floats:
        """Bootstrap weights of the reporters of a case; the same on every call."""
        rng = np.random.default_rng([self.params.seed, 1, *case.key.encode()])
        return bootstrap_weights(len(case.cell), self.params.resamples, rng)


def make_cases(evidence: Evidence, params: Params) -> Cases:
    """Find the cases: every town in every wave of the selection in which anybody was interviewed anywhere."""
    how = {"time": params.time, "reach": params.reach, "undated": params.undated, "first_hand": params.first_hand}
    held, denied = (branches_of(evidence, modality=one, **how) for one in ("asserted", "denied"))  # type: ignore[arg-type]
    relations = held.relations
    towns, waves = visited(evidence, evidence.interviews)
    visits = {(one.town_id, one.wave_id) for one in evidence.interviews}
    found = []
    for i, town in enumerate(relations.towns):
        for k, wave in enumerate(relations.waves):
            if town not in towns or wave not in waves:
                continue
            acts = held.inside(i, k)
            cell = make_cell(held, acts, held.share[:, k], lasting=params.lasting)
            met = (town.id, wave.id) in visits
            if params.time != "event" and not met:
                continue
            reason = "" if len(cell) > 1 else ONE_REPORTER if len(cell) else NOBODY if met else NO_VISIT
            found.append(Case(town, wave, k, acts, cell, reason))
    return Cases(held, denied, tuple(found), params)


def label_of(typology: str, degrees: dict[str, Floats], row: int, cell: Cell, present: Bools, params: Params) -> str:
    """Give a case to a type of a typology: its key, `MIXED`, `NONE`, or empty if nothing is known.

    Parameters
    ----------
    degrees, row
        Memberships from `Cell.degrees`, and which weighting to take.
    present
        Which reporters have a weight in it.
    """
    names = [one.key for one in TYPES if one.typology == typology]
    values = np.array([degrees[name][row] for name in names])
    if not present.sum() or np.isnan(values).all():
        return ""
    if typology == "2015" and degrees["prevails"][row] < params.least_share:
        return NONE
    lead = np.nanmax(values)
    first = [name for name, value in zip(names, values.tolist(), strict=True) if value >= lead - 1e-9]
    enough = supporters(first[0], cell)[present].sum() >= params.least_reporters
    return first[0] if len(first) == 1 and lead >= params.least_share - 1e-9 and enough else MIXED


def supporters(name: str, cell: Cell) -> Bools:
    """Which reporters of a cell tell of acts that speak for a type?"""
    from veche.analyses._shared.branches import TECHNIQUES

    one = TYPE_BY_KEY[name]
    down = [TECHNIQUES.index(technique) for technique in one.down]
    up = [TECHNIQUES.index(technique) for technique in one.up]
    found: Bools = (cell.down[:, down].sum(axis=1) + cell.up[:, up].sum(axis=1)) > 0
    return found


__all__ = [
    "MIXED", "NONE", "NO_VISIT", "ONE_REPORTER", "SIDES", "TYPOLOGIES", "Case", "Cases", "label_of", "make_cases",
    "supporters",
]  # fmt: skip
