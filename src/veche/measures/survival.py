"""How long things last: Kaplan and Meier's curve, Greenwood's variance, hazards between windows, the log-rank test."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures._arrays import floats
from veche.measures.coalitions import Spell
from veche.measures.missing import Measured, missing
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Early = Literal["drop", "truncate"]


@dataclass(frozen=True, slots=True, eq=False)
class Durations:
    """Durations above 0; whether the end was seen; how old each was when first seen (0 unless left-truncated)."""

    duration: Floats
    ended: Bools
    entry: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Survival after each duration at which something ended: at risk, ended, S in [0, 1], Greenwood's variance."""

    time: Floats
    at_risk: Floats
    ended: Floats
    survival: Floats
    variance: Floats

    @property
    def median(self) -> Measured:
        """The first duration by which half have ended."""
        below = np.flatnonzero(self.survival <= 0.5 + 1e-12)
        if not below.size:
            return missing(N_("more than half last beyond what was observed"))
        return Measured(float(self.time[below[0]]))


@dataclass(frozen=True, slots=True)
class Hazard:
    """Of the spells alive in window `before`, how many ended with it; the rate in [0, 1], missing if none was alive."""

    before: int
    after: int
    at_risk: int
    ended: int
    rate: Measured


@dataclass(frozen=True, slots=True)
class LogRank:
    """Chi-square of the log-rank test, its degrees of freedom and p-value."""

    statistic: Measured
    freedom: int
    p: Measured


def durations(duration: ArrayLike, ended: ArrayLike, entry: ArrayLike | None = None) -> Durations:
    """Take durations with their censoring.

    Parameters
    ----------
    duration
        Time from start to end, or to when it was last seen; above 0.
    ended
        Whether the end was seen; otherwise the duration is right-censored.
    entry
        Age at which it came under observation, at least 0 and below the duration; None is 0 for all.

    Raises
    ------
    InputProblem
        If columns differ in length or a time is out of range.
    """
    t, e = floats(duration, N_("durations")).ravel(), np.asarray(ended, dtype=bool).ravel()
    a = np.zeros(t.size) if entry is None else floats(entry, N_("durations")).ravel()
    if not t.size == e.size == a.size:
        raise InputProblem(
            N_("There are {durations} durations, {ends} marks of an end and {entries} entries. Give one of each."),
            durations=t.size, ends=e.size, entries=a.size,
        )  # fmt: skip
    wrong = ~(np.isfinite(t) & (t > 0) & (a >= 0) & (a < t))
    if bool(wrong.any()):
        row = int(np.argmax(wrong))
        raise InputProblem(
            N_("Duration {row} runs from age {entry} to {duration}. Give a duration above 0 and an entry from 0 up to it."),
            row=row, entry=float(a[row]), duration=float(t[row]),
        )  # fmt: skip
    return Durations(t, e, a)


def spell_durations(spells: Iterable[Spell], first: int, last: int, *, early: Early = "drop") -> Durations:
    """Give the durations of spells in windows: alive in the last window is right-censored, never ended.

    Parameters
    ----------
    spells
        Coalition spells.
    first, last
        First and last window observed.
    early
        What to do with spells alive in the first window, whose start is unknown: "drop" them, or "truncate": they
        come under observation at an unknown age, taken as the age shown, and only from then on count as at risk.

    Notes
    -----
    A truncated spell enters at age 1 (one window already passed) with its observed duration: a lower bound of its age.

    Raises
    ------
    InputProblem
        If a spell lies outside the windows observed, or `early` is unknown.
    """
    if early not in ("drop", "truncate"):
        raise InputProblem(N_("Early spells cannot be treated by {name}. Use drop or truncate."), name=early)
    rows = []
    for spell in spells:
        if not first <= spell.first <= spell.last <= last:
            raise InputProblem(
                N_("A spell runs from window {start} to {end}, but windows {first} to {last} were observed. Give the "
                   "windows of the study."),
                start=spell.first, end=spell.last, first=first, last=last,
            )  # fmt: skip
        known = spell.first > first
        if known or (early == "truncate" and spell.duration > 1):
            rows.append((spell.duration, spell.last < last, 0 if known else 1))
    columns = np.asarray(rows, dtype=float).reshape(-1, 3).T
    return durations(columns[0], columns[1] > 0, columns[2])


def kaplan_meier(observed: Durations) -> Curve:
    r"""Give the survival curve :math:`S(d) = \prod_{d' \le d} (1 - e_{d'}/n_{d'})`.

    With Greenwood's variance :math:`S^2 \sum e/(n(n - e))`, 0 where S has reached 0. Left-truncated ones are at risk
    from their entry on.

    Returns
    -------
    Curve
        One row for every duration at which something ended; no row if nothing did. Spells that share members are not
        independent: resample towns or reporters for intervals.

    References
    ----------
    Kaplan and Meier 1958, J. American Statistical Association 53:457-481; Greenwood 1926.

    Examples
    --------
    >>> kaplan_meier(durations([2, 3, 3, 4], [True, True, False, True])).survival.tolist()
    [0.75, 0.5, 0.0]
    """
    times, ended = np.unique(observed.duration[observed.ended], return_counts=True)
    stays, enters = np.sort(observed.duration), np.sort(observed.entry)
    at_risk = np.searchsorted(enters, times, side="left") - np.searchsorted(stays, times, side="left")
    survival = np.cumprod(1 - ended / at_risk)
    left = at_risk - ended
    parts = np.divide(ended, at_risk * left, out=np.zeros(times.size), where=left > 0)
    variance = survival**2 * np.cumsum(parts)
    return Curve(times, at_risk.astype(float), ended.astype(float), survival, variance)


def hazards(spells: Iterable[Spell], first: int, last: int) -> tuple[Hazard, ...]:
    """Give, for every transition t-1 -> t, the share of the spells alive at t-1 whose last window is t-1.

    Parameters
    ----------
    spells
        Coalition spells.
    first, last
        First and last window observed.

    Returns
    -------
    tuple of Hazard
        Rate in [0, 1], missing where no coalition was alive.
    """
    held = list(spells)
    found = []
    for before in range(first, last):
        alive = [spell for spell in held if spell.first <= before <= spell.last]
        ended = sum(spell.last == before for spell in alive)
        rate = Measured(ended / len(alive)) if alive else missing(N_("no coalition at risk"))
        found.append(Hazard(before, before + 1, len(alive), ended, rate))
    return tuple(found)


def log_rank(groups: Iterable[Durations]) -> LogRank:
    r"""Test whether groups share one survival curve.

    At every duration the ends expected in group j are :math:`n_j e/n`; the statistic is
    :math:`(O-E)' V^{-1} (O-E)` with the hypergeometric covariance, on one degree of freedom less than groups.

    Raises
    ------
    InputProblem
        With fewer than two groups.

    References
    ----------
    Mantel 1966, Cancer Chemotherapy Reports 50:163-170.
    """
    held = list(groups)
    if len(held) < 2:
        raise InputProblem(N_("The log-rank test was given {count} groups. Give at least two."), count=len(held))
    times = np.unique(np.concatenate([one.duration[one.ended] for one in held]))
    risk = np.array([[_at_risk(one, t) for t in times] for one in held]).reshape(len(held), times.size)
    ends = np.array([[np.sum(one.ended & (one.duration == t)) for t in times] for one in held], dtype=float)
    ends = ends.reshape(len(held), times.size)
    n, e = risk.sum(axis=0), ends.sum(axis=0)
    share = risk / n if times.size else risk
    difference = (ends - share * e).sum(axis=1)[:-1]
    scale = np.divide(e * (n - e), n - 1, out=np.zeros(n.shape), where=n > 1)
    covariance = np.diag((share * scale).sum(axis=1)) - (share * scale) @ share.T
    covariance = covariance[:-1, :-1]
    if not times.size or np.linalg.matrix_rank(covariance) < len(held) - 1:
        none = missing(N_("too few ended while several groups were at risk"))
        return LogRank(none, len(held) - 1, none)
    from scipy.stats import chi2

    statistic = float(difference @ np.linalg.solve(covariance, difference))
    return LogRank(Measured(statistic), len(held) - 1, Measured(float(chi2.sf(statistic, len(held) - 1))))


def _at_risk(observed: Durations, t: float) -> float:
    return float(np.sum((observed.entry < t) & (observed.duration >= t)))


def greenwood_bounds(curve: Curve, z: float = 1.959963984540054) -> tuple[Floats, Floats]:
    r"""Give pointwise bounds of the curve on the log-log scale, so that they stay in [0, 1].

    .. math:: S^{\exp(\pm z\,\sigma)}, \quad \sigma^2 = \sum \frac{e}{n(n-e)} / (\ln S)^2

    NaN where S is 0 or 1. They take spells as independent; resampling is to be preferred.
    """
    s = curve.survival
    inner = (s > 0) & (s < 1)
    low, high = np.full(s.shape, math.nan), np.full(s.shape, math.nan)
    logs = np.log(s[inner])
    spread = np.sqrt(curve.variance[inner]) / (s[inner] * np.abs(logs))
    low[inner], high[inner] = s[inner] ** np.exp(z * spread), s[inner] ** np.exp(-z * spread)
    return low, high
