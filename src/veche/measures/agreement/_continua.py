"""Random continua like an observed one, for the disorder to be expected by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._dissimilarity import Continuum

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: how random continua are made
Sampling = Literal["statistical", "shuffled"]


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """What random continua take from an observed one: means and spreads of counts, gaps and lengths, and its values."""

    continuum: Continuum
    counts: tuple[float, float]
    gaps: tuple[float, float]
    lengths: tuple[float, float]
    shares: Floats

    @classmethod
    def of(cls, continuum: Continuum, begin: float) -> Likeness:
        """Measure a continuum that begins at `begin` and has at least one unit."""
        gaps = [np.zeros(1)]
        for coder in range(continuum.coders):
            mine = continuum.coder == coder
            start, end = continuum.start[mine], continuum.end[mine]
            gaps.append(start[1:] - end[:-1])
            if start.size and start[0] > begin:
                gaps.append(start[:1] - begin)
        return cls(
            continuum,
            _spread(np.bincount(continuum.coder, minlength=continuum.coders).astype(float)),
            _spread(np.concatenate(gaps)),
            _spread(continuum.end - continuum.start),
            np.bincount(continuum.value) / continuum.value.size,
        )


def _spread(numbers: Floats) -> tuple[float, float]:
    return float(numbers.mean()), float(numbers.std())


def draw(likeness: Likeness, how: Sampling, bounds: tuple[float, float], rng: np.random.Generator) -> Continuum:
    """Draw a random continuum with at least one unit."""
    while True:
        found = _statistical(likeness, rng) if how == "statistical" else _shuffled(likeness.continuum, bounds, rng)
        if found.start.size:
            return found


def _statistical(like: Likeness, rng: np.random.Generator) -> Continuum:
    """Draw for each coder a number of units, gaps and lengths from normal distributions, values by their shares."""
    parts = []
    for coder in range(like.continuum.coders):
        number = abs(int(rng.normal(*like.counts)))
        gaps = rng.normal(*like.gaps, size=number)
        lengths = np.abs(rng.normal(*like.lengths, size=number))
        # a length of 0 has no chance in theory, and no place in practice
        lengths = np.where(lengths > 0, lengths, like.lengths[0])
        ends = np.cumsum(gaps + lengths)
        values = rng.choice(like.shares.size, size=number, p=like.shares)
        parts.append((ends - lengths, ends, values, np.full(number, coder)))
    return _continuum(parts, like.continuum.coders)


def _shuffled(continuum: Continuum, bounds: tuple[float, float], rng: np.random.Generator) -> Continuum:
    """Give each coder the units of a random coder, moved around the text by a random distance.

    Units pushed over the end come in again at the beginning. Distances of the coders differ by at least half a mean
    length where the text leaves room for that, so that nobody is compared with the same units.
    """
    begin, end = bounds
    length = end - begin
    apart = float((continuum.end - continuum.start).mean()) / 2
    moves: list[float] = []
    parts = []
    for coder in range(continuum.coders):
        move = _move(moves, length, apart, rng)
        moves.append(move)
        mine = continuum.coder == rng.integers(continuum.coders)
        start = continuum.start[mine] + move
        start = np.where(start >= end, start - length, start)
        lengths = continuum.end[mine] - continuum.start[mine]
        parts.append((start, start + lengths, continuum.value[mine], np.full(start.size, coder)))
    return _continuum(parts, continuum.coders)


def _move(taken: list[float], length: float, apart: float, rng: np.random.Generator) -> float:
    cuts = np.array(
        sorted({0.0, length, *(min(max(t + side, 0.0), length) for t in taken for side in (-apart, apart))})
    )
    middle = (cuts[1:] + cuts[:-1]) / 2
    free = np.array([all(abs(at - t) > apart for t in taken) for at in middle], dtype=bool)
    room = np.where(free, np.diff(cuts), 0.0)
    if room.sum() <= 0:
        return float(rng.uniform(0, length))
    at = float(rng.uniform(0, room.sum()))
    stretch = min(int(np.searchsorted(np.cumsum(room), at, side="right")), room.size - 1)
    return float(cuts[stretch] + at - (np.cumsum(room)[stretch] - room[stretch]))


def _continuum(parts: list[tuple[Floats, Floats, Ints, Ints]], coders: int) -> Continuum:
    start, end, value, coder = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = np.lexsort((end, start, coder))
    return Continuum(start[order], end[order], value[order].astype(np.int64), coder[order].astype(np.int64), coders)
