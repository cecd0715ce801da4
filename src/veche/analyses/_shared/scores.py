"""Scores: one number per interview (a share, a level, a tone), with its grounds, its means and their intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from veche.analyses._shared.codes import CodeRow
from veche.analyses._shared.mentions import mentions
from veche.analyses._shared.sample import Bools, Floats, Ints, Sample
from veche.measures.proportions import Bounds
from veche.measures.resampling import ShareInterval, ratios, share_interval
from veche.study.codings import Coding
from veche.study.result import Grounds


@dataclass(frozen=True)
class Scores:
    """One score per interview of a sample, NaN where the interview says nothing of the matter.

    `low` and `high` are the ends of the scale; `supporting` and `opposing` hold the ids behind each score.
    """

    sample: Sample
    values: Floats
    supporting: tuple[tuple[str, ...], ...]
    opposing: tuple[tuple[str, ...], ...]
    low: float = 0.0
    high: float = 1.0
    #: are the numbers alone wanted, without the ids?
    silent: bool = False

    @property
    def known(self) -> Bools:
        """Which interviews have a score?"""
        return ~np.isnan(self.values)

    def only(self, kept: Bools) -> Scores:
        """Return the scores of some interviews, the others missing; the sample stays."""
        return replace(self, values=np.where(kept, self.values, np.nan))

    def on(self, kept: Bools) -> Scores:
        """Return the scores on the sample of some interviews."""
        at = np.flatnonzero(kept)
        return replace(
            self,
            sample=self.sample.only(kept),
            values=self.values[at],
            supporting=tuple(self.supporting[i] for i in at),
            opposing=tuple(self.opposing[i] for i in at),
        )

    def grounds(self, kept: Bools) -> Grounds:
        """Return the ids behind the scores of some interviews, each once."""
        if self.silent:
            return Grounds()
        at = np.flatnonzero(kept & self.known)
        sides = (dict.fromkeys(one for i in at for one in side[i]) for side in (self.supporting, self.opposing))
        first, second = (tuple(side) for side in sides)
        return Grounds(first, tuple(one for one in second if one not in set(first)))


@dataclass(frozen=True)
class Means:
    """Means of scores over towns (first axis; the last entry of it is the mean of the towns) and waves, with draws."""

    interviews: Floats
    respondents: Floats
    mean: Floats
    low: Floats
    high: Floats
    #: shape (resamples, towns + 1, waves)
    draws: Floats = field(repr=False)
    #: intervals on the scale 0 to 1, one per wave
    scaled: tuple[ShareInterval, ...] = field(repr=False)

    @property
    def told(self) -> Floats:
        """Means of two respondents or more; what one person says is no mean, and is missing."""
        return np.where(self.respondents > 1, self.mean, np.nan)


@dataclass(frozen=True, slots=True)
class Groups:
    """A group of each interview, numbered from 0, and how many there are."""

    of: Ints
    number: int


def mention_scores(sample: Sample, row: CodeRow, taken: Callable[[Coding], bool] = lambda coding: True) -> Scores:
    """Score 1 an interview that asserts a code (or one below it), 0 one that could and does not.

    Grounds: assertions for; denials against. `taken` says which codings count.
    """
    found = mentions(sample.evidence, sample.interviews, [row], taken)
    every = [found.grounds(np.arange(sample.size) == i, [0], asked=True) for i in range(sample.size)]
    return Scores(
        sample,
        np.where(found.asked[:, 0], found.said[:, 0].astype(float), np.nan),
        tuple(one.supporting for one in every),
        tuple(one.opposing for one in every),
    )


def level_scores(sample: Sample, levels: Mapping[str, float], taken: frozenset[str] | None = None) -> Scores:
    """Score an interview by the levels it asserts: the mean of the different levels, each once.

    Parameters
    ----------
    sample
        Interviews.
    levels
        Id of the code -> its place on the scale, from 0 to 1.
    taken
        Ids of the codings that count; None: all.

    Notes
    -----
    Grounds: codings above the middle of the scale support, those below it oppose; those at the middle support.
    """
    place = {one.id: i for i, one in enumerate(sample.interviews)}
    said: list[dict[str, list[str]]] = [{} for _ in sample.interviews]
    for coding, interview in sample.evidence.counted_of(levels):
        i = place.get(interview.id)
        if i is None or coding.modality != "asserted":
            continue
        if taken is None or coding.id in taken:
            said[i].setdefault(coding.code_id, []).append(coding.id)
    values = [float(np.mean([levels[code] for code in one])) if one else np.nan for one in said]
    above = [tuple(i for code, ids in one.items() if levels[code] >= 0.5 for i in ids) for one in said]
    below = [tuple(i for code, ids in one.items() if levels[code] < 0.5 for i in ids) for one in said]
    return Scores(sample, np.array(values, dtype=float), tuple(above), tuple(below))


def means(scores: Scores, *, weights: Floats, confidence: float, minimum: int, by: Groups | None = None) -> Means:
    """Average scores by town and wave, with intervals from draws of respondents within towns.

    Parameters
    ----------
    scores
        One per interview.
    weights
        Draws of `Sample.weights`.
    confidence
        Level of the intervals.
    minimum
        Fewest interviews with a score for an interval.
    by
        Other groups of interviews in place of the waves.

    Returns
    -------
    Means
        The last place of the first axis is the plain mean over the towns that have a score in the wave.
    """
    sample, known = scores.sample, scores.known
    groups = by or Groups(sample.wave_of, len(sample.waves))
    towns, waves = len(sample.towns), groups.number
    width = scores.high - scores.low
    scaled = np.where(known, (scores.values - scores.low) / width, 0.0)
    clusters = sample.cluster_town.size
    sums, counts = (np.zeros((clusters, waves)) for _side in range(2))
    np.add.at(sums, (sample.cluster_of, groups.of), scaled)
    np.add.at(counts, (sample.cluster_of, groups.of), known.astype(float))
    shape = (towns + 1, waves)
    mean, interviews, people = np.full(shape, np.nan), np.zeros(shape), np.zeros(shape)
    draws = np.full((len(weights), *shape), np.nan)
    for at in range(towns):
        here = sample.cluster_town == at
        interviews[at], people[at] = counts[here].sum(axis=0), (counts[here] > 0).sum(axis=0)
        mean[at] = ratios(sums[here].sum(axis=0), counts[here].sum(axis=0))
        draws[:, at] = ratios(weights[:, here] @ sums[here], weights[:, here] @ counts[here])
    interviews[-1], people[-1] = interviews[:-1].sum(axis=0), people[:-1].sum(axis=0)
    mean[-1], draws[:, -1] = _average(mean[:-1], axis=0), _average(draws[:, :-1], axis=1)
    every = [share_interval(mean[:, w], draws[:, :, w], people[:, w], confidence) for w in range(waves)]
    enough = interviews >= minimum
    bounds = [
        np.where(enough, scores.low + width * np.array([getattr(one.bounds, side) for one in every]).T, np.nan)
        if every
        else np.full(shape, np.nan)
        for side in ("low", "high")
    ]
    return Means(
        interviews, people, scores.low + width * mean, bounds[0], bounds[1], scores.low + width * draws, tuple(every)
    )


def _average(values: Floats, axis: int) -> Floats:
    """Mean over the known values; NaN where there are none."""
    there = ~np.isnan(values)
    return np.asarray(ratios(np.where(there, values, 0.0).sum(axis=axis), there.sum(axis=axis)))


def scaled_bounds(bounds: Bounds, scores: Scores) -> tuple[Floats, Floats]:
    """Bounds of a difference on the scale 0 to 1, in the unit of the scores."""
    width = scores.high - scores.low
    return np.asarray(bounds.low) * width, np.asarray(bounds.high) * width


def respondent_scores(scores: Scores, town: int, waves: Sequence[int]) -> Floats:
    """Mean score of each cluster of a town in some waves: shape (clusters of the town, waves); NaN without a score."""
    sample, known = scores.sample, scores.known
    sums, counts = (np.zeros((sample.cluster_town.size, len(sample.waves))) for _side in range(2))
    np.add.at(sums, (sample.cluster_of, sample.wave_of), np.where(known, scores.values, 0.0))
    np.add.at(counts, (sample.cluster_of, sample.wave_of), known.astype(float))
    every: Floats = np.asarray(ratios(sums, counts), dtype=float)
    here: Floats = every[sample.cluster_town == town][:, list(waves)]
    return here
