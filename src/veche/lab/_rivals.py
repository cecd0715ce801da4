"""A rival's month (7.6): what he gets through, and what it tempts the members of a coalition to."""

from __future__ import annotations

from veche.lab._part import door, part
from veche.lab._state import (
    EPS_F,
    GOAL,
    I_CHI,
    I_FIRM,
    I_N,
    I_THETAF,
    I_VETO,
    IDEAL,
    IN_FORCE,
    KEY,
    LINK,
    LOYAL,
    PENDING,
    POLICY,
    QUO,
    SHADOW,
    TM,
    TOL,
    TQ,
    X_C,
    Z,
)  # fmt: skip

_POINTS = 8
#: farther from the reference than the status quo by more than this: harm
_NEAR = 1e-12


@door
def rival_moves(who, which, par, seat, town):  # type: ignore[no-untyped-def]
    """The firm or a deputy proposes the best point that passes; `who` and `which` are uniform draws."""
    n, q = int(par[I_N]), town[QUO]
    if par[I_FIRM] > 0 and who < 0.25:
        ideal = par[I_THETAF] + town[EPS_F]
    else:
        ideal = seat[IDEAL, min(int(which * n), n - 1)]
    reference = town[X_C] if town[IN_FORCE] > 0 else town[GOAL]
    _hold(par, seat)
    half = q + (ideal - q) / 2
    if _harms(half, q, reference):
        _tempt(half, n, q, seat)
    # the nearer to his ideal the better for him: the first that passes is the best
    for step in range(_POINTS, 0, -1):
        x = q + (ideal - q) * step / _POINTS
        if x != q and _passes(x, q, _harms(x, q, reference), par, seat):
            town[POLICY], town[PENDING] = x, 0.0
            return


@part
def _hold(par, seat):  # type: ignore[no-untyped-def]
    """Fill KEY: what holds every deputy from supporting harm to the head."""
    for i in range(int(par[I_N])):
        bound = seat[TOL, i] if seat[LINK, i] > 0 else 0.0
        seat[KEY, i] = seat[LOYAL, i] + seat[SHADOW, i] + bound - par[I_CHI] * seat[Z, i]


@part
def _harms(x, q, reference):  # type: ignore[no-untyped-def]
    return abs(x - reference) > abs(q - reference) + _NEAR


@part
def _passes(x, q, harms, par, seat):  # type: ignore[no-untyped-def]
    """Do enough deputies support x against q? Those who lose nothing and gain something, or, against the head, more than holds them."""
    n = int(par[I_N])
    ideal, hold = seat[IDEAL], seat[KEY]
    square, twice = (q - x) * (q + x), 2.0 * (q - x)
    bar = 1.0 if harms else 0.0
    support = 0
    for i in range(n):
        support += 1 if square - twice * ideal[i] > bar * hold[i] else 0
    return support >= ((2 * n + 2) // 3 if harms and par[I_VETO] > 0 else n // 2 + 1)


@part
def _tempt(half, n, q, seat):  # type: ignore[no-untyped-def]
    """Temptations move towards what half the way would give."""
    for i in range(n):
        gain = max((q - seat[IDEAL, i]) ** 2 - (half - seat[IDEAL, i]) ** 2, 0.0)
        seat[TM, i] += 0.15 * (gain - seat[TM, i])
        seat[TQ, i] += 0.15 * (gain * gain - seat[TQ, i])
