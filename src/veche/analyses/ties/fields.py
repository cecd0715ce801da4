"""The ties of each town: what every reporter says of every pair in every window, ready to be summed in any way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.periods import Period, equal_periods, wave_periods
from veche.analyses._shared.relations import Relations, prepare
from veche.measures.ties import MutualTies, Ties, ToldTies, mutual, over_reporters, told_ties
from veche.study.evidence import Evidence
from veche.study.places import Town

if TYPE_CHECKING:
    from veche.analyses.ties import Params

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]


#: least votes of a tie: less is a trace of events that touch the window with their edge
LEAST_VOTES = 1.0


@dataclass(frozen=True, eq=False)
class TownTies:
    """A town: its acts, windows and ties. Numbers of actors point into `relations.actors`."""

    town: Town
    relations: Relations
    denied: Relations
    periods: tuple[Period, ...]

    @cached_property
    def told(self) -> ToldTies:
        """What each reporter says of each pair in each window."""
        one = self.relations
        return told_ties(one.claims, one.reporter, one.valence, one.shares(self.periods))

    @cached_property
    def ties(self) -> Ties:
        """The ties, described."""
        return over_reporters(self.told)

    @cached_property
    def shrunk(self) -> Ties:
        """The same ties in the same order with one neutral vote added, for decisions."""
        return over_reporters(self.told, 1.0)

    @cached_property
    def mutual(self) -> MutualTies:
        """Mutual tone of pairs, described."""
        return mutual(self.ties)

    @cached_property
    def rows(self) -> tuple[slice, ...]:
        """Rows of `told` that belong to each tie, in order."""
        if not self.told.pair.size:
            return ()
        edges = np.flatnonzero(np.diff(self.told.pair)) + 1
        bounds = [0, *edges.tolist(), self.told.pair.size]
        return tuple(slice(a, b) for a, b in pairwise(bounds))

    def enough(self, minimum: int) -> Bools:
        """Which ties are told of by enough reporters to be given a tone: so many, and one vote in all?"""
        found: Bools = (self.ties.reporters >= minimum) & (self.ties.votes >= LEAST_VOTES)
        return found

    @cached_property
    def in_period(self) -> Floats:
        """Share of every act in every window: shape (acts, windows)."""
        found = np.zeros((len(self.relations), len(self.periods)))
        for at, period in enumerate(self.periods):
            found[:, at] = self.relations.share_in(period)
        return found

    def acts_of(self, relations: Relations, source: int, target: int) -> Bools:
        """Which acts are told of an ordered pair?"""
        found = np.zeros(len(relations), dtype=bool)
        claims = relations.claims
        found[claims.statement[(claims.source == source) & (claims.target == target)]] = True
        return found

    @cached_property
    def _of_pair(self) -> dict[tuple[int, int], Ints]:
        """Places of the acts told of each ordered pair."""
        claims = self.relations.claims
        order = np.lexsort((claims.statement, claims.target, claims.source))
        key = claims.source[order] * claims.actors + claims.target[order]
        pairs, begins = np.unique(key, return_index=True)
        parts = np.split(claims.statement[order], begins[1:])
        names = (divmod(pair, claims.actors) for pair in pairs.tolist())
        return dict(zip(names, parts, strict=True))

    def places(self, window: int, source: int, target: int) -> Ints:
        """Places of the acts that make a tie in a window."""
        found = self._of_pair.get((source, target))
        if found is None:
            return np.zeros(0, dtype=np.intp)
        here: Ints = found[self.in_period[found, window] > 0]
        return here

    def acts(self, window: int, source: int, target: int) -> Bools:
        """Which acts make a tie in a window?"""
        found = np.zeros(len(self.relations), dtype=bool)
        found[self.places(window, source, target)] = True
        return found

    def statements(self, window: int, source: int, target: int) -> int:
        """How many statements make a tie in a window?"""
        statements = self.relations.statements
        return len({statements[k].id for k in self.places(window, source, target).tolist()})

    def denied_ids(self, window: int, source: int, target: int) -> tuple[str, ...]:
        """Ids of the statements that deny an act of a pair in a window."""
        inside = self.denied.share_in(self.periods[window]) > 0
        return self.denied.ids(self.acts_of(self.denied, source, target) & inside)


def town_ties(evidence: Evidence, params: Params) -> tuple[tuple[TownTies, ...], Relations]:
    """Find the ties of every town that was visited; also all prepared statements."""
    how = {"undated": params.undated, "first_hand": params.first_hand}
    relations, denied = (prepare(evidence, modality=one, **how) for one in ("asserted", "denied"))  # type: ignore[arg-type]
    found = []
    for at, town in enumerate(relations.towns):
        periods = _periods(evidence, town, params)
        if periods:
            mine, against = relations.only(relations.town == at), denied.only(denied.town == at)
            found.append(TownTies(town, mine, against, periods))
    return tuple(found), relations


def _periods(evidence: Evidence, town: Town, params: Params) -> tuple[Period, ...]:
    """Windows of a town: from the time of its first wave on; none if nobody was interviewed there."""
    visited = {one.wave_id for one in evidence.interviews if one.town_id == town.id}
    waves = {one.key: one for one in evidence.waves}
    periods = wave_periods(evidence, params.reach)
    first = next((at for at, one in enumerate(periods) if waves[one.key].id in visited), None)
    if first is None:
        return ()
    last = max(at for at, one in enumerate(periods) if waves[one.key].id in visited)
    if params.windows == "waves":
        return periods[first : last + 1]
    return equal_periods(periods[first].start, periods[last].end, params.width)
