"""Do interviews that say one thing say another more often? Respondents who say it against those who do not."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from veche.analyses._shared.sample import Bools, Floats
from veche.analyses.claims.checks import by_person, sign_asked, turned
from veche.analyses.claims.context import Context, Untestable
from veche.analyses.claims.estimates import Draws
from veche.analyses.claims.found import Bounds, Found
from veche.analyses.claims.language import Check
from veche.measures.resampling import bootstrap_weights
from veche.measures.score_change import ScoreStratum, exact_score_change
from veche.study.result import Grounds
from veche.words import N_


@dataclasses.dataclass(frozen=True)
class Apart:
    """A town and wave: second measure of the respondents who do not say the first, and of those who do, by cluster."""

    town: int
    wave: int
    other: Mapping[int, float]
    says: Mapping[int, float]

    def without(self, cluster: int) -> Apart:
        """Return the same without one respondent."""
        sides = [{who: value for who, value in side.items() if who != cluster} for side in (self.other, self.says)]
        return dataclasses.replace(self, other=sides[0], says=sides[1])

    @property
    def told(self) -> bool:
        """Do some say it and others not?"""
        return bool(self.other and self.says)

    @property
    def stratum(self) -> ScoreStratum:
        """As a stratum of the exact test."""
        return ScoreStratum(before=tuple(self.other.values()), after=tuple(self.says.values()))


def apart(ctx: Context, check: Check) -> tuple[list[Apart], Bools, Bools]:
    """Split the interviews with both measures: who says the first and who does not, by town and wave, and as masks."""
    first, second = ctx.scores(check.get("of")), ctx.scores(check.get("with"))
    sample = ctx.sample
    both = first.known & second.known
    says = both & (first.values > (first.low + first.high) / 2)
    found = [
        Apart(town, wave, *(by_person(second, sample.inside(town, wave) & side) for side in (both & ~says, says)))
        for town in range(len(sample.towns))
        for wave in range(len(sample.waves))
    ]
    return found, both, says


def together(ctx: Context, check: Check) -> Found:
    """Check that interviews which say one thing say another more often (or less), within town and wave.

    The difference of the second measure between interviews above the middle of the first and the others; exact test
    of exchange within towns and waves, one score per respondent and side.
    """
    every, both, says = apart(ctx, check)
    second, expect = ctx.scores(check.get("with")), str(check.get("expect"))
    strata = [one for one in every if one.told]
    if not strata:
        raise Untestable(N_("in no town and wave do some say it and others not"))
    weight = _weights_of(strata)
    steps = np.array([np.mean(list(one.says.values())) - np.mean(list(one.other.values())) for one in strata])
    other = both & ~says
    grounds = Grounds(
        second.grounds(says).supporting, (*second.grounds(other).supporting, *second.grounds(says).opposing)
    )
    found = dataclasses.replace(
        sign_asked(check), estimate=float((steps * weight).sum() / weight.sum()), interviews=int(both.sum()),
        cases=len(strata), grounds=turned(grounds, against=expect == "apart"),
    )  # fmt: skip
    if ctx.quick:
        return found
    return dataclasses.replace(
        found, bounds=apart_bounds(ctx, strata), p=exact_score_change([one.stratum for one in strata])
    )


def _weights_of(strata: Sequence[Apart]) -> Floats:
    return np.array([len(one.other) * len(one.says) / (len(one.other) + len(one.says)) for one in strata])


def apart_bounds(ctx: Context, strata: Sequence[Apart]) -> Bounds:
    """Make the interval of a weighted mean of differences: respondents resampled within town, wave and side."""

    @cache
    def draws() -> Draws:
        weight = _weights_of(strata)
        total = np.zeros(ctx.options.resamples)
        for one, w in zip(strata, weight, strict=True):
            total += w * (_drawn_mean(ctx, one, 1) - _drawn_mean(ctx, one, 0))
        return Draws(total / weight.sum())

    return lambda level: draws().bounds(level)


def _drawn_mean(ctx: Context, one: Apart, side: int) -> Floats:
    values = tuple((one.says if side else one.other).values())
    key, held = ("drawn mean", one.town, one.wave, side, values), ctx.shared.cache
    if key not in held:
        rng = np.random.default_rng([ctx.options.seed, one.town, one.wave, side])
        drawn = bootstrap_weights(len(values), ctx.options.resamples, rng)
        held[key] = drawn @ np.array(values) / drawn.sum(axis=1)
    return held[key]  # type: ignore[no-any-return]
