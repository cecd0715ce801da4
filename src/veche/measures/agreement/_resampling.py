"""How an interval is to be made, and draws of how often each cluster or pattern occurs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._result import Interval, Undefined
from veche.measures.proportions import check_confidence
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]

#: numbers held at once while drawing
_ROOM = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Resampling:
    """How an interval is made.

    Parameters
    ----------
    seed
        Of the draws, a whole number that is not negative; the same seed gives the same interval.
    by
        What is drawn with replacement: "clusters" (interviews; errors of coders come in runs within an interview),
        "units", or "pairs" (pairs of values from the coincidences, expected disagreement held fixed, as in Hayes and
        Krippendorff 2007; for Krippendorff's alpha only, and too narrow where errors come in runs).
    resamples
        Number of draws, at least 1.
    confidence
        Level, strictly between 0 and 1.
    thresholds
        Values t for which the share of draws below t is reported; .667 and .8 are often quoted.

    Raises
    ------
    InputProblem
        If one of them is out of range.

    Notes
    -----
    With fewer than about ten clusters the interval is too narrow, as any bootstrap of so few.
    """

    seed: int
    by: Literal["clusters", "units", "pairs"] = "clusters"
    resamples: int = 1000
    confidence: float = 0.95
    thresholds: tuple[float, ...] = (0.667, 0.8)

    def __post_init__(self) -> None:
        if isinstance(self.seed, bool) or not isinstance(self.seed, (int, np.integer)) or self.seed < 0:
            raise InputProblem(
                N_("The seed of the draws is {found!r}. Give a whole number, 0 or more."), found=self.seed
            )
        if self.by not in ("clusters", "units", "pairs"):
            raise InputProblem(
                N_("Draws are wanted by {found!r}. Resample 'clusters' (interviews), 'units' or 'pairs'."),
                found=self.by,
            )
        if isinstance(self.resamples, bool) or not isinstance(self.resamples, (int, np.integer)) or self.resamples < 1:
            raise InputProblem(
                N_("The number of resamples is {found!r}. Give a whole number, at least 1; 1000 is usual."),
                found=self.resamples,
            )
        check_confidence(self.confidence)


def draws_of(
    counts: NDArray[np.int64], resamples: int, rng: np.random.Generator, *, width: int = 1
) -> Iterator[Floats]:
    """Draw as many things with replacement as there are, of kinds that occur `counts` times; some draws at a time.

    Parameters
    ----------
    counts
        How often each kind occurs.
    resamples
        Number of draws.
    rng
        Source of randomness.
    width
        Numbers that will be computed from each draw; the wider, the fewer draws are given at a time.

    Yields
    ------
    numpy.ndarray
        Shape (some draws, kinds): how often each kind was drawn. Rows sum to the sum of `counts`.
    """
    kinds, things = counts.size, int(counts.sum())
    step = max(1, _ROOM // max(kinds, width, 1))
    for begin in range(0, resamples, step):
        rows = min(step, resamples - begin)
        if things < 4 * kinds:
            yield _by_drawing(counts, rows, rng)
        else:
            yield rng.multinomial(things, counts / things, size=rows).astype(float)


def _by_drawing(counts: NDArray[np.int64], rows: int, rng: np.random.Generator) -> Floats:
    # as many draws as things cost less than one binomial per kind when most kinds occur once
    kinds, things = counts.size, np.repeat(np.arange(counts.size), counts)
    found = np.empty((rows, kinds))
    step = max(1, _ROOM // max(things.size, 1))
    for begin in range(0, rows, step):
        part = min(step, rows - begin)
        drawn = things[rng.integers(0, things.size, size=(part, things.size))] + kinds * np.arange(part)[:, None]
        found[begin : begin + part] = np.bincount(drawn.ravel(), minlength=part * kinds).reshape(part, kinds)
    return found


def cluster_draws(number: int, how: Resampling, *, width: int = 1) -> Iterator[Floats]:
    """Draw as many clusters with replacement as there are; as `draws_of`, from the seed of `how`.

    Many coefficients of one study are resampled alike, so draws that take little room are kept.
    """
    if number * how.resamples * max(width, 1) > _ROOM:
        ones = np.ones(number, dtype=np.int64)
        return draws_of(ones, how.resamples, np.random.default_rng(how.seed), width=width)
    return iter((_kept_draws(number, how.resamples, int(how.seed)),))


@lru_cache(maxsize=2)
def _kept_draws(number: int, resamples: int, seed: int) -> Floats:
    drawn = draws_of(np.ones(number, dtype=np.int64), resamples, np.random.default_rng(seed))
    found = np.concatenate(list(drawn))
    found.flags.writeable = False
    return found


def interval_of(draws: Floats, how: Resampling) -> Interval:
    """Give the percentile interval of draws; undefined draws (NaN) are left out and counted."""
    known = draws[~np.isnan(draws)]
    if not known.size:
        return no_interval(
            how,
            N_("No resample gave a value: nearly all values are equal. Code units where other values occur."),
            undefined=draws.size,
        )
    tail = (1 - how.confidence) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return Interval(
        low=float(low),
        high=float(high),
        level=how.confidence,
        method=how.by,
        resamples=how.resamples,
        undefined=int(draws.size - known.size),
        seed=int(how.seed),
        below={t: float((known < t).mean()) for t in how.thresholds},
    )


def no_interval(how: Resampling, template: str, *, undefined: int = 0, **fields: object) -> Interval:
    """Give an interval without bounds, and why."""
    return Interval(
        low=None,
        high=None,
        level=how.confidence,
        method=how.by,
        resamples=how.resamples,
        undefined=undefined,
        seed=int(how.seed),
        below={},
        reason=Undefined("no interval", template, fields),
    )


def of_clusters(by_cluster: dict[str, Floats], how: Resampling, value: Callable[[dict[str, Floats]], Floats]) -> Floats:
    """Draw clusters with replacement and give the value of each draw.

    Parameters
    ----------
    by_cluster
        Named sums, shape (clusters, ...) each.
    how
        Number of draws and seed.
    value
        From named sums over the clusters drawn, shape (draws, ...), to values, shape (draws,).
    """
    number = next(iter(by_cluster.values())).shape[0]
    return np.concatenate(
        [
            value({name: np.tensordot(weights, sums, axes=1) for name, sums in by_cluster.items()})
            for weights in cluster_draws(number, how)
        ]
    )
