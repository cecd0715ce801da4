"""How sure a measure of relations is: resampling of reporters, the panel alone, and what chance would give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures.missing import Measured, missing
from veche.measures.proportions import check_confidence
from veche.measures.resampling import percentile_interval
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
#: rows of statements, and the reporter each is to be taken for -> the measure (NaN if undefined)
Measure = Callable[[Ints, Ints], float]


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """The measure on the data, percentile bounds over draws, and in how many of the draws it was defined."""

    estimate: float
    low: float
    high: float
    draws: int
    defined: int


@dataclass(frozen=True, slots=True, eq=False)
class PanelEffect:
    """A measure of change with everybody, and with only those interviewed in both waves; NaN if undefined."""

    everybody: float
    panel: float
    reporters: int
    panel_reporters: int


@dataclass(frozen=True, slots=True, eq=False)
class ChanceLevel:
    """The measure T, its mean T0 if event times meant nothing, (T - T0)/(1 - T0), and the share of draws >= T."""

    value: float
    chance: Measured
    above_chance: Measured
    p: Measured
    draws: int


def reporter_bootstrap(
    measure: Measure,
    reporter: ArrayLike,
    stratum: ArrayLike,
    *,
    rng: np.random.Generator,
    draws: int = 1000,
    confidence: float = 0.95,
) -> Interval:
    """Resample reporters, with all they said, within strata (towns and waves).

    As many reporters are drawn with replacement as a stratum has. Somebody drawn twice counts as two reporters, so
    that he has two votes.

    Parameters
    ----------
    measure
        Called with rows of statements and a reporter number for each of these rows.
    reporter, stratum
        Of every statement, whole numbers from 0. A reporter in two strata is resampled in each by himself.
    rng
        Source of randomness.
    draws
        At least 1; 1,000 or more for a publication.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Interval
        Bounds are NaN if no stratum has two reporters, since nothing varies then, or no draw is defined.

    Raises
    ------
    InputProblem
        If columns differ in length or a number is out of range.
    """
    check_confidence(confidence)
    who, where = _whole(reporter, N_("reporter")), _whole(stratum, N_("stratum"))
    _check_draws(draws, who, where)
    rows = np.arange(who.size)
    estimate = measure(rows, who)
    clusters = _clusters(who, where)
    values = np.array([measure(*_drawn(clusters, rng)) for _ in range(draws)])
    defined = int(np.sum(~np.isnan(values)))
    if not defined or all(len(of_stratum) < 2 for of_stratum in clusters):
        return Interval(estimate, np.nan, np.nan, draws, defined)
    bounds = percentile_interval(values, confidence)
    return Interval(estimate, float(bounds.low), float(bounds.high), draws, defined)


def _clusters(who: Ints, where: Ints) -> list[list[Ints]]:
    """Rows of every reporter, stratum by stratum."""
    return [
        [np.flatnonzero((who == person) & (where == stratum)) for person in np.unique(who[where == stratum])]
        for stratum in np.unique(where)
    ]


def _drawn(clusters: list[list[Ints]], rng: np.random.Generator) -> tuple[Ints, Ints]:
    chosen = [of_stratum[k] for of_stratum in clusters for k in rng.integers(0, len(of_stratum), len(of_stratum))]
    if not chosen:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    sizes = [rows.size for rows in chosen]
    return np.concatenate(chosen), np.repeat(np.arange(len(chosen)), sizes)


def panel_effect(measure: Measure, reporter: ArrayLike, wave: ArrayLike) -> PanelEffect:
    """Compute a measure of change with everybody, and again with only the reporters of all waves.

    Raises
    ------
    InputProblem
        If columns differ in length.
    """
    who, when = _whole(reporter, N_("reporter")), _whole(wave, N_("wave"))
    _check_draws(1, who, when)
    waves = np.unique(when)
    people = np.unique(who)
    panel = [p for p in people.tolist() if np.unique(when[who == p]).size == waves.size]
    rows = np.flatnonzero(np.isin(who, panel))
    everybody = measure(np.arange(who.size), who) if who.size else np.nan
    return PanelEffect(everybody, measure(rows, who[rows]) if rows.size else np.nan, people.size, len(panel))


def permuted_times(reporter: ArrayLike, rng: np.random.Generator) -> Ints:
    """Give an order of statements that exchanges event times among the statements of each reporter.

    Statement r takes the time of statement order[r]; every reporter keeps his times and his statements.
    """
    who = _whole(reporter, N_("reporter"))
    order = np.arange(who.size)
    for person in np.unique(who):
        rows = np.flatnonzero(who == person)
        order[rows] = rng.permutation(rows)
    return order


def chance_level(
    measure: Callable[[Ints], float], reporter: ArrayLike, *, rng: np.random.Generator, draws: int = 1000
) -> ChanceLevel:
    r"""Give what a measure would be if event times meant nothing: T0, and :math:`(T - T_0)/(1 - T_0)`.

    Parameters
    ----------
    measure
        Called with the order of `permuted_times`; in [0, 1], NaN if undefined.
    reporter
        Of every statement.
    rng
        Source of randomness.
    draws
        At least 1.

    Returns
    -------
    ChanceLevel
        What is beyond chance is at most 1 and may be negative; missing if T or T0 is, or T0 is 1. `p` counts T itself
        among the draws, so that it is never 0.

    Raises
    ------
    InputProblem
        If the number of draws is below 1.

    References
    ----------
    Phipson and Smyth 2010, Statistical Applications in Genetics and Molecular Biology 9(1), article 39, on p.
    """
    who = _whole(reporter, N_("reporter"))
    _check_draws(draws, who, who)
    value = measure(np.arange(who.size))
    values = np.array([measure(permuted_times(who, rng)) for _ in range(draws)])
    known = values[~np.isnan(values)]
    if np.isnan(value) or not known.size:
        none = missing(N_("the measure is undefined on the data or in all draws"))
        return ChanceLevel(value, none, none, none, draws)
    chance = float(known.mean())
    above = Measured((value - chance) / (1 - chance)) if chance < 1 else missing(N_("chance alone gives 1"))
    p = (1 + int(np.sum(known >= value - 1e-12))) / (1 + known.size)
    return ChanceLevel(value, Measured(chance), above, Measured(p), draws)


def _whole(column: ArrayLike, name: str) -> Ints:
    values = np.asarray(column).ravel()
    if values.size and not np.issubdtype(values.dtype, np.integer):
        raise InputProblem(
            N_("The column {noun} does not hold whole numbers. Number what it names: 0, 1, 2 ..."), noun=name
        )
    return values.astype(np.intp)


def _check_draws(draws: int, who: Ints, where: Ints) -> None:
    if draws < 1:
        raise InputProblem(N_("The number of resamples is {value}. Give at least 1; 1000 is usual."), value=draws)
    if who.size != where.size:
        raise InputProblem(
            N_("There are {first} reporters and {second} strata. Give both for every statement."),
            first=who.size, second=where.size,
        )  # fmt: skip
