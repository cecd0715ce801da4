"""Interviews arranged by town, wave and respondent, with the draws of respondents that every interval rests on."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.places import known_interviews, visited
from veche.measures.resampling import bootstrap_weights
from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.study.places import Town, Wave

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Sample:
    """Interviews with their town, wave and cluster: the respondent within the town."""

    evidence: Evidence
    interviews: tuple[Interview, ...]
    towns: tuple[Town, ...]
    waves: tuple[Wave, ...]
    town_of: Ints
    wave_of: Ints
    cluster_of: Ints
    #: town of each cluster
    cluster_town: Ints

    @property
    def size(self) -> int:
        """Number of interviews."""
        return len(self.interviews)

    def inside(self, town: int, wave: int) -> Bools:
        """Which interviews stand in a town and wave, both by their place?"""
        return np.asarray((self.town_of == town) & (self.wave_of == wave))

    def wave_at(self, key: str) -> int | None:
        """Place of a wave by its key; None if no interview belongs to it."""
        return next((at for at, wave in enumerate(self.waves) if wave.key == key), None)

    def without(self, *, town: int | None = None, respondent: str | None = None) -> Sample:
        """Return the sample without a town or a respondent."""
        kept = np.array(
            [
                (town is None or self.town_of[i] != town) and (respondent is None or one.respondent_id != respondent)
                for i, one in enumerate(self.interviews)
            ],
            dtype=bool,
        )
        return self.only(kept)

    def only(self, kept: Bools) -> Sample:
        """Return the sample of some interviews; towns and waves keep their places."""
        taken = np.asarray(kept, dtype=bool)
        numbers, clusters = np.unique(self.cluster_of[taken], return_inverse=True)
        return replace(
            self,
            interviews=tuple(one for one, keep in zip(self.interviews, taken, strict=True) if keep),
            town_of=self.town_of[taken],
            wave_of=self.wave_of[taken],
            cluster_of=clusters.astype(np.int64),
            cluster_town=self.cluster_town[numbers],
        )

    @cached_property
    def panel(self) -> Bools:
        """Does the respondent of an interview speak in at least two waves of the town?"""
        seen = np.zeros((self.cluster_town.size, len(self.waves)), dtype=bool)
        seen[self.cluster_of, self.wave_of] = True
        return np.asarray((seen.sum(axis=1) > 1)[self.cluster_of], dtype=bool)

    def weights(self, resamples: int, seed: int) -> Floats:
        """Draw bootstrap weights of the clusters, each town by itself: shape (resamples, clusters).

        The draws of a town depend on the seed, its key and the number of its respondents only.
        """
        found = np.ones((resamples, self.cluster_town.size))
        for at, town in enumerate(self.towns):
            here = self.cluster_town == at
            rng = np.random.default_rng([seed, zlib.crc32(town.key.encode("utf-8", "surrogatepass"))])
            found[:, here] = bootstrap_weights(int(here.sum()), resamples, rng)
        return found


def make_sample(evidence: Evidence, interviews: Sequence[Interview] | None = None) -> Sample:
    """Arrange the interviews of the evidence that have a known town and wave."""
    taken = tuple(known_interviews(evidence) if interviews is None else interviews)
    towns, waves = visited(evidence, taken)
    town_at = {town.id: at for at, town in enumerate(towns)}
    wave_at = {wave.id: at for at, wave in enumerate(waves)}
    keys = {one.id: one.key for one in evidence.respondents}
    people = [(town_at[one.town_id], keys.get(one.respondent_id, ""), one.respondent_id) for one in taken]
    # in the order of their keys, so that draws do not depend on the order in which records were made
    order = {who: at for at, who in enumerate(sorted(set(people)))}
    return Sample(
        evidence=evidence,
        interviews=taken,
        towns=towns,
        waves=waves,
        town_of=np.array([town_at[one.town_id] for one in taken], dtype=np.int64),
        wave_of=np.array([wave_at[one.wave_id] for one in taken], dtype=np.int64),
        cluster_of=np.array([order[who] for who in people], dtype=np.int64),
        cluster_town=np.array([town for town, _key, _id in sorted(set(people))], dtype=np.int64),
    )
