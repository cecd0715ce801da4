"""How a score moved between two waves: difference, interval, the panel alone, exact test, verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from veche.analyses._shared.sample import Floats
from veche.analyses._shared.scores import Means, Scores, means, respondent_scores, scaled_bounds
from veche.analyses._shared.wave_pairs import Pair
from veche.measures.proportions import holm
from veche.measures.resampling import change_interval
from veche.measures.score_change import ScoreStratum, exact_score_change
from veche.measures.standardise import direct_standardisation


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of a mean score in one place. `town` is its number, or None for the mean of the towns."""

    town: int | None
    interviews: tuple[int, int]
    respondents: tuple[int, int]
    #: missing (NaN) where one respondent only speaks
    mean: tuple[float, float]
    low: float
    high: float
    #: respondents with a score in both waves, and the mean of their changes if there are two or more
    pairs: int
    panel: float
    p: float

    @property
    def difference(self) -> float:
        """After minus before."""
        return self.mean[1] - self.mean[0]

    def verdict(self, p_adjusted: float, level: float) -> str:
        """Say risen, fallen or uncertain: proven if the interval leaves out 0 and the adjusted p is at most the level."""
        proven = p_adjusted <= level
        return "risen" if proven and self.low > 0 else "fallen" if proven and self.high < 0 else "uncertain"


def strata_of(scores: Scores, towns: Sequence[int], pair: Pair, *, panel: bool = False) -> list[ScoreStratum]:
    """Scores of respondents by town: those of both waves as pairs, and unless `panel` those of one wave only."""
    found = []
    for town in towns:
        by_person = respondent_scores(scores, town, pair)
        there = ~np.isnan(by_person)
        both = there.all(axis=1)
        once = [tuple(by_person[there[:, side] & ~both, side].tolist()) for side in range(2)]
        pairs = tuple((float(a), float(b)) for a, b in by_person[both])
        found.append(ScoreStratum(pairs, () if panel else once[0], () if panel else once[1]))
    return found


def compared_towns(found: Means, pair: Pair) -> list[int]:
    """Towns with a score in both waves: only they are compared."""
    known = ~np.isnan(found.mean[:-1])
    return [int(at) for at in np.flatnonzero(known[:, pair[0]] & known[:, pair[1]])]


def moved(scores: Scores, pair: Pair, *, weights: Floats, confidence: float, minimum: int) -> tuple[Moved, ...]:
    """Compare two waves: first the mean of the towns that have scores in both, then each of these towns.

    Returns
    -------
    tuple of Moved
        Empty without a town to compare. With fewer than `minimum` interviews, or one respondent, in a wave the interval
        and the test of a town are missing.
    """
    whole = means(scores, weights=weights, confidence=confidence, minimum=minimum)
    towns = compared_towns(whole, pair)
    if not towns:
        return ()
    inside = np.isin(scores.sample.town_of, towns)
    found = means(scores.only(inside), weights=weights, confidence=confidence, minimum=minimum)
    return tuple(
        _moved(scores, found, pair, place, [place] if place < len(scores.sample.towns) else towns, confidence, minimum)
        for place in (len(scores.sample.towns), *towns)
    )


def _moved(
    scores: Scores, found: Means, pair: Pair, place: int, towns: list[int], confidence: float, minimum: int
) -> Moved:
    first, second = pair
    width = scores.high - scores.low
    shares = [(found.mean[place, wave] - scores.low) / width for wave in pair]
    draws = [(found.draws[:, place, wave] - scores.low) / width for wave in pair]
    spans = [
        type(found.scaled[wave])(
            type(found.scaled[wave].bounds)(
                found.scaled[wave].bounds.low[place], found.scaled[wave].bounds.high[place]
            ),
            found.scaled[wave].flat[place],
        )
        for wave in pair
    ]
    bounds = change_interval((shares[0], shares[1]), (draws[0], draws[1]), (spans[0], spans[1]), confidence)
    low, high = scaled_bounds(bounds, scores)
    people = found.respondents[place, [first, second]]
    enough = bool((found.interviews[place, [first, second]] >= minimum).all() and (people > 1).all())
    strata = strata_of(scores, towns, pair)
    changes = [b - a for one in strata for a, b in one.pairs]
    return Moved(
        town=place if place < len(scores.sample.towns) else None,
        interviews=(int(found.interviews[place, first]), int(found.interviews[place, second])),
        respondents=(int(people[0]), int(people[1])),
        mean=(float(found.told[place, first]), float(found.told[place, second])),
        low=float(low) if enough else math.nan,
        high=float(high) if enough else math.nan,
        pairs=len(changes),
        panel=float(np.mean(changes)) if len(changes) > 1 else math.nan,
        p=exact_score_change(strata) if enough else math.nan,
    )


def roles_alike(scores: Scores, towns: Sequence[int], pair: Pair) -> float:
    """Difference of the pooled means of two waves as if the branches of respondents had the same weights in both.

    Missing (NaN) if a branch that judges in one wave is absent in the other.
    """
    sample = scores.sample
    branch = {role.id: role.branch for role in sample.evidence.roles}
    of = [branch.get(one.role_id, "other") for one in sample.interviews]
    names = list(dict.fromkeys(of))
    column = np.array([names.index(one) for one in of], dtype=np.int64)
    sums, counts = (np.zeros((2, len(names))) for _ in range(2))
    for side, wave in enumerate(pair):
        here = scores.known & np.isin(sample.town_of, towns) & (sample.wave_of == wave)
        np.add.at(sums[side], column[here], (scores.values[here] - scores.low) / (scores.high - scores.low))
        np.add.at(counts[side], column[here], 1.0)
    found = direct_standardisation(sums, counts, counts.sum(axis=0, keepdims=True))
    return float(found[1] - found[0]) * (scores.high - scores.low)


def adjusted(found: Sequence[Sequence[Moved]]) -> list[list[float]]:
    """Adjust the p-values of several scores by Holm: one family for the means of towns, one for the single towns."""
    out = [[math.nan] * len(rows) for rows in found]
    for together in (True, False):
        at = [(i, k) for i, rows in enumerate(found) for k, one in enumerate(rows) if (one.town is None) == together]
        for (i, k), value in zip(at, holm([found[i][k].p for i, k in at]).tolist(), strict=True):
            out[i][k] = value
    return out
