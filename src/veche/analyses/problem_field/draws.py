"""Resampling of respondents within town: intervals of shares, of changes and of divergences, and chance levels."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veche.analyses.problem_field.field import Bools, Field, Floats, Pair
from veche.measures.divergence import jensen_shannon
from veche.measures.proportions import Bounds
from veche.measures.resampling import (
    Waves,
    basic_interval,
    bootstrap_weights,
    change_interval,
    exchange,
    exchanged_sums,
    ratios,
    share_interval,
)


@dataclass(frozen=True, slots=True)
class Divergence:
    """Jensen-Shannon divergence of a pair of waves: value, interval, and what exchange of waves gives."""

    value: float
    low: float
    high: float
    expected: float
    p: float


@dataclass(frozen=True)
class Intervals:
    """Bounds by place and wave for shares, by pair and place for changes and divergences."""

    low: Floats
    high: Floats
    change: dict[Pair, Bounds]
    divergence: dict[tuple[Pair, int], Divergence]


#: drawn counts, whole numbers far below 2**24: half the memory, and exact
Counts = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Exchanged:
    """Counts of a pair of waves after exchange."""

    before: Counts
    after: Counts


@dataclass(frozen=True)
class _Drawn:
    """What one place brings: numerators and denominators after resampling and after exchange of waves."""

    numerator: Counts
    denominator: Counts
    exchanged: dict[Pair, tuple[_Exchanged, _Exchanged]]


def intervals(
    field: Field, pairs: tuple[Pair, ...], *, resamples: int, confidence: float, seed: int, minimum: int
) -> Intervals:
    """Resample respondents within town and work out every interval of the problem field.

    The same draws serve both waves of a comparison, and all towns together are the sum of the towns' draws. A town's
    draws depend on the seed and its key only.
    """
    said, asked = (field.cluster_sums(one) for one in (field.mentions.said, field.mentions.asked))
    towns = [_draw(field, town, said, asked, pairs, resamples, seed) for town in range(len(field.towns))]
    places, waves, problems = field.size
    low, high = (np.full((places, waves, problems), np.nan) for _side in range(2))
    change = {pair: Bounds(np.full((places, problems), np.nan), np.full((places, problems), np.nan)) for pair in pairs}
    divergence: dict[tuple[Pair, int], Divergence] = {}
    if not towns or not problems:
        return Intervals(low, high, change, divergence)
    shares = ratios(field.sums(field.mentions.said), field.sums(field.mentions.asked))
    enough = field.sums(field.mentions.asked) >= minimum
    speakers = _speakers(field, asked)
    for place in range(places):
        drawn = towns[place - 1] if place else _together(towns, pairs)
        draws = ratios(drawn.numerator, drawn.denominator)
        found = [share_interval(shares[place, w], draws[:, w], speakers[place, w], confidence) for w in range(waves)]
        for w, one in enumerate(found):
            low[place, w] = np.where(enough[place, w], one.bounds.low, np.nan)
            high[place, w] = np.where(enough[place, w], one.bounds.high, np.nan)
        for pair in pairs:
            first, second = pair
            both = enough[place, first] & enough[place, second]
            bounds = change_interval(
                (shares[place, first], shares[place, second]),
                (draws[:, first], draws[:, second]),
                (found[first], found[second]),
                confidence,
            )
            change[pair].low[place] = np.where(both, bounds.low, np.nan)
            change[pair].high[place] = np.where(both, bounds.high, np.nan)
            if both.any():
                two = (shares[place, first], shares[place, second])
                divergence[pair, place] = _divergence(two, draws, drawn.exchanged[pair], pair, both, confidence)
    return Intervals(low, high, change, divergence)


def _draw(
    field: Field, town: int, said: Floats, asked: Floats, pairs: tuple[Pair, ...], resamples: int, seed: int
) -> _Drawn:
    here = field.cluster_town == town
    numerator, denominator = said[here], asked[here]
    key = zlib.crc32(field.towns[town].key.encode("utf-8", "surrogatepass"))
    rng = np.random.default_rng([seed, key])
    weights = bootstrap_weights(int(here.sum()), resamples, rng)
    shape = (resamples, *numerator.shape[1:])
    # whoever was interviewed in a wave, asked about the one problem or not, may trade places
    present = np.zeros((here.size, len(field.waves)), dtype=bool)
    present[field.cluster_of, field.wave_of] = True
    exchanged = {}
    for first, second in pairs:
        swap = exchange(
            present[here, first], present[here, second], np.zeros(numerator.shape[0], dtype=int), resamples, rng
        )
        exchanged[first, second] = (
            _exchanged(exchanged_sums(swap, numerator[:, first], numerator[:, second])),
            _exchanged(exchanged_sums(swap, denominator[:, first], denominator[:, second])),
        )
    flat = (numerator.reshape(len(numerator), -1), denominator.reshape(len(denominator), -1))
    drawn = [(weights @ one).reshape(shape).astype(np.float32) for one in flat]
    return _Drawn(drawn[0], drawn[1], exchanged)


def _exchanged(waves: Waves) -> _Exchanged:
    return _Exchanged(waves.before.astype(np.float32), waves.after.astype(np.float32))


def _together(towns: list[_Drawn], pairs: tuple[Pair, ...]) -> _Drawn:
    def waves(pair: Pair, side: int) -> _Exchanged:
        every = [one.exchanged[pair][side] for one in towns]
        return _Exchanged(_sum([one.before for one in every]), _sum([one.after for one in every]))

    return _Drawn(
        _sum([one.numerator for one in towns]),
        _sum([one.denominator for one in towns]),
        {pair: (waves(pair, 0), waves(pair, 1)) for pair in pairs},
    )


def _sum(arrays: list[Counts]) -> Counts:
    total = arrays[0].copy()
    for one in arrays[1:]:
        total += one
    return total


def _speakers(field: Field, asked: Floats) -> Floats:
    """Respondents in each denominator: shape (places, waves, problems)."""
    present = (asked > 0).astype(float)
    by_town = [present[field.cluster_town == town].sum(axis=0) for town in range(len(field.towns))]
    return np.concatenate([present.sum(axis=0)[None], np.array(by_town)])


def _divergence(
    shares: tuple[Floats, Floats],
    draws: Floats,
    exchanged: tuple[_Exchanged, _Exchanged],
    pair: Pair,
    comparable: Bools,
    confidence: float,
) -> Divergence:
    value = float(jensen_shannon(shares[0][comparable], shares[1][comparable]))
    boot = jensen_shannon(*(np.nan_to_num(draws[:, wave][:, comparable]) for wave in pair))
    bounds = basic_interval(value, boot, confidence)
    numerator, denominator = exchanged
    chance = jensen_shannon(
        *(
            np.nan_to_num(ratios(n, d))[:, comparable]
            for n, d in ((numerator.before, denominator.before), (numerator.after, denominator.after))
        )
    )
    known = chance[~np.isnan(chance)]
    if np.isnan(value) or not known.size:
        return Divergence(value, np.nan, np.nan, np.nan, np.nan)
    reached = int((known >= value - 1e-12).sum())
    return Divergence(
        value,
        float(np.clip(bounds.low, 0, 1)),
        float(np.clip(bounds.high, 0, 1)),
        float(known.mean()),
        (1 + reached) / (1 + known.size),
    )
