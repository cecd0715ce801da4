"""Interviews arranged by town, wave, branch and respondent, and sums over them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.analyses._shared.codes import rows_under
from veche.analyses._shared.mentions import Mentions, mentions
from veche.analyses._shared.places import ALL, known_interviews, visited
from veche.analyses._shared.speech import words_of_answers
from veche.study.evidence import Evidence
from veche.study.places import Town, Wave

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: places of two waves in the list of waves: earlier, later
Pair = tuple[int, int]


@dataclass(frozen=True)
class Field:
    """The problem field as arrays. Place 0 is all towns together, place 1 the first town, and so on."""

    mentions: Mentions
    towns: tuple[Town, ...]
    waves: tuple[Wave, ...]
    #: of each interview: town, wave, branch of the role, respondent, respondent within town
    town_of: Ints
    wave_of: Ints
    branch_of: Ints
    respondent_of: Ints
    cluster_of: Ints
    branches: tuple[str, ...]
    #: words of the respondent in each interview; NaN where no transcript is at hand
    words: Floats

    @property
    def places(self) -> tuple[str, ...]:
        """Keys of the places."""
        return (ALL, *(town.key for town in self.towns))

    @property
    def size(self) -> tuple[int, int, int]:
        """Numbers of places, waves and problems."""
        return len(self.towns) + 1, len(self.waves), len(self.mentions.rows)

    def inside(self, place: int, wave: int | None = None) -> Bools:
        """Which interviews stand in a place, and in a wave of it?"""
        here = self.town_of == place - 1 if place else np.ones(self.town_of.size, dtype=bool)
        return here if wave is None else here & (self.wave_of == wave)

    def sums(self, values: ArrayLike) -> Floats:
        """Sum values of interviews (first axis) over places and waves: shape (places, waves, ...)."""
        of = np.asarray(values, dtype=float)
        cells = np.zeros((len(self.towns), len(self.waves), *of.shape[1:]))
        np.add.at(cells, (self.town_of, self.wave_of), of)
        return np.concatenate([cells.sum(axis=0, keepdims=True), cells])

    def branch_sums(self, values: ArrayLike) -> Floats:
        """Sum values of interviews over places, waves and branches: shape (places, waves, problems, branches)."""
        of = np.asarray(values, dtype=float)
        cells = np.zeros((len(self.towns), len(self.waves), len(self.branches), of.shape[1]))
        np.add.at(cells, (self.town_of, self.wave_of, self.branch_of), of)
        return np.moveaxis(np.concatenate([cells.sum(axis=0, keepdims=True), cells]), 2, 3)

    def cluster_sums(self, values: ArrayLike) -> Floats:
        """Sum values of interviews over respondents within town and waves: shape (clusters, waves, problems)."""
        of = np.asarray(values, dtype=float)
        cells = np.zeros((self.cluster_town.size, len(self.waves), of.shape[1]))
        np.add.at(cells, (self.cluster_of, self.wave_of), of)
        return cells

    def visited(self, pair: Pair) -> Bools:
        """Was each town visited in both waves of a pair?"""
        return np.array(
            [
                self.inside(town + 1, pair[0]).any() and self.inside(town + 1, pair[1]).any()
                for town in range(len(self.towns))
            ],
            dtype=bool,
        )

    def between(self, pair: Pair) -> Field:
        """Return the field of the towns visited in both waves of a pair, so that like is compared with like."""
        visited = self.visited(pair)
        if visited.all():
            return self
        taken = visited[self.town_of]
        return replace(
            self,
            mentions=self.mentions.only(taken),
            towns=tuple(town for town, both in zip(self.towns, visited, strict=True) if both),
            town_of=_renumbered(self.town_of[taken]),
            wave_of=self.wave_of[taken],
            branch_of=self.branch_of[taken],
            respondent_of=_renumbered(self.respondent_of[taken]),
            cluster_of=_renumbered(self.cluster_of[taken]),
            words=self.words[taken],
        )

    @cached_property
    def cluster_town(self) -> Ints:
        """Town of each respondent within town."""
        towns = np.zeros(int(self.cluster_of.max(initial=-1)) + 1, dtype=np.int64)
        towns[self.cluster_of] = self.town_of
        return towns

    @cached_property
    def panel(self) -> Bools:
        """Does the respondent of an interview speak in at least two waves of a place? Shape (places, interviews)."""
        found = np.zeros((len(self.towns) + 1, self.town_of.size), dtype=bool)
        for place in range(len(self.towns) + 1):
            unit = self.cluster_of if place else self.respondent_of
            seen = np.zeros((int(unit.max(initial=-1)) + 1, len(self.waves)), dtype=bool)
            seen[unit, self.wave_of] = True
            found[place] = (seen.sum(axis=1) > 1)[unit] & self.inside(place)
        return found


def make_field(evidence: Evidence, root: str, level: str) -> Field:
    """Arrange the interviews of the evidence for the problems under a root code."""
    interviews = known_interviews(evidence)
    towns, waves = visited(evidence, interviews)
    branch = {role.id: role.branch for role in evidence.roles}
    of_interview = [branch.get(one.role_id, "other") for one in interviews]
    branches = tuple(dict.fromkeys(of_interview))
    keys = {one.id: one.key for one in evidence.respondents}
    respondents = [(keys.get(one.respondent_id, ""), one.respondent_id) for one in interviews]
    return Field(
        mentions=mentions(evidence, interviews, rows_under(evidence, root, level)),
        towns=towns,
        waves=waves,
        town_of=_places([one.town_id for one in interviews], [town.id for town in towns]),
        wave_of=_places([one.wave_id for one in interviews], [wave.id for wave in waves]),
        branch_of=_places(of_interview, branches),
        # in the order of their keys, so that draws do not depend on the order in which records were made
        respondent_of=_places(respondents, sorted(set(respondents))),
        cluster_of=_clusters([one.town_id for one in interviews], respondents),
        branches=branches,
        words=words_of_answers(evidence, interviews),
    )


def _renumbered(values: Ints) -> Ints:
    """Number the values that occur from 0 on, in their order."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def _places(values: Sequence[Hashable], order: Sequence[Hashable]) -> Ints:
    place = {value: i for i, value in enumerate(order)}
    return np.array([place[value] for value in values], dtype=np.int64)


def _clusters(towns: Sequence[str], respondents: Sequence[tuple[str, str]]) -> Ints:
    pairs = [(who, town) for town, who in zip(towns, respondents, strict=True)]
    return _places(pairs, sorted(set(pairs)))
