"""Survival when an end is only known to lie between two looks: Turnbull's self-consistent estimate."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures._arrays import floats
from veche.measures.coalitions import Spell
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class IntervalCurve:
    """Where ends may lie: intervals (left, right], their probability, and survival just after each right end.

    Inside an interval the curve is not determined; it is exact up to its left and from its right end on. `converged`
    is False if the steps ran out.
    """

    left: Floats
    right: Floats
    probability: Floats
    survival: Floats
    converged: bool


def turnbull(left: ArrayLike, right: ArrayLike, *, tolerance: float = 1e-9, steps: int = 20_000) -> IntervalCurve:
    r"""Estimate survival from ends known to lie in (left, right].

    Mass can only lie on the innermost intervals, between a left end and the next right end. Their probabilities are
    the fixed point of :math:`p_j = \frac1n \sum_i \alpha_{ij} p_j / \sum_k \alpha_{ik} p_k`, with
    :math:`\alpha_{ij} = 1` if interval j lies in that of i.

    Parameters
    ----------
    left, right
        Left end at least 0, right end not below it; infinite for what was still alive when last seen. Equal ends are
        an end exactly known.
    tolerance
        Stop when no probability changes by more.
    steps
        At most so many steps.

    Returns
    -------
    IntervalCurve
        Probabilities sum to 1. With exact and right-censored ends only it is Kaplan and Meier's curve.

    Raises
    ------
    InputProblem
        If columns differ in length or ends are out of order.

    References
    ----------
    Turnbull 1976, J. Royal Statistical Society B 38:290-295.

    Examples
    --------
    >>> found = turnbull([0, 1], [1, 2])
    >>> found.survival.round(6).tolist()
    [0.5, 0.0]
    """
    a, b = _checked(left, right)
    if not a.size:
        none = np.zeros(0)
        return IntervalCurve(none, none, none, none, True)
    inner_left, inner_right = _innermost(a, b)
    # an exact end is the closed point [t, t], any other interval is open at its left end
    exact_inner, exact = inner_left == inner_right, a == b
    holds = (inner_right <= b[:, None]) & np.where(
        exact_inner,
        np.where(exact[:, None], inner_left >= a[:, None], inner_left > a[:, None]),
        inner_left >= a[:, None],
    )
    p = np.full(inner_left.size, 1 / inner_left.size)
    converged = False
    for _ in range(steps):
        new = (holds * p / (holds @ p)[:, None]).mean(axis=0)
        converged = bool(np.abs(new - p).max() <= tolerance)
        p = new
        if converged:
            break
    p = p / p.sum()
    return IntervalCurve(inner_left, inner_right, p, np.clip(1 - np.cumsum(p), 0.0, 1.0), converged)


def spell_intervals(spells: Iterable[Spell], last: int) -> tuple[Floats, Floats]:
    """Give between what the durations of spells lie, for `turnbull`.

    A spell seen in D windows began after the window before its first and ended before the window after its last, so
    that it lasted more than D - 1 and less than D + 1 windows; one alive in the last window has no upper end.

    Parameters
    ----------
    spells
        Coalition spells; leave out those alive in the first window, whose start is unknown.
    last
        Last window observed.

    Returns
    -------
    tuple of numpy.ndarray
        Left and right ends.

    Raises
    ------
    InputProblem
        If a spell goes on after the last window.
    """
    held = list(spells)
    for spell in held:
        if spell.last > last:
            raise InputProblem(
                N_(
                    "A spell goes on to window {end}, but the last one observed is {last}. Give the windows of the study."
                ),
                end=spell.last,
                last=last,
            )
    seen = np.array([spell.duration for spell in held], dtype=float)
    alive = np.array([spell.last == last for spell in held], dtype=bool)
    return seen - 1, np.where(alive, np.inf, seen + 1)


def _checked(left: ArrayLike, right: ArrayLike) -> tuple[Floats, Floats]:
    a, b = floats(left, N_("durations")).ravel(), floats(right, N_("durations")).ravel()
    if a.size != b.size:
        raise InputProblem(
            N_("There are {left} left and {right} right ends. Give both for every spell."), left=a.size, right=b.size
        )
    wrong = ~(np.isfinite(a) & (a >= 0) & (b >= a))
    if bool(wrong.any()):
        row = int(np.argmax(wrong))
        raise InputProblem(
            N_("The end of spell {row} lies between {left} and {right}. Give a left end from 0 up and a right end not "
               "before it."),
            row=row, left=float(a[row]), right=float(b[row]),
        )  # fmt: skip
    return a, b


def _innermost(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Give the intervals between a left end and the next right end with no other end between."""
    # at one moment: the beginning of an exact point, then right ends, which are closed, then open left ends
    lefts = [(t, 0 if t == u else 2) for t, u in zip(a.tolist(), b.tolist(), strict=True)]
    ends = sorted(set(lefts + [(u, 1) for u in b.tolist()]))
    found = [(t, u) for (t, rank), (u, next_rank) in itertools.pairwise(ends) if rank != 1 and next_rank == 1]
    return np.array([t for t, _ in found]), np.array([u for _, u in found])
