"""Elections (7.1): who keeps the seat, who comes, and whether the head holds the chair."""

from __future__ import annotations

import math

from veche.lab._coalition import end_link
from veche.lab._draws import CANDIDATES, ELECTIONS, normals, uniforms
from veche.lab._numbers import normal_cdf
from veche.lab._part import door, part
from veche.lab._record import dismiss
from veche.lab._state import (
    ABAR,
    CHAIR,
    COMP,
    COOL,
    DELTA_H,
    EPS,
    GROUP,
    I_CHAIR,
    I_CORR,
    I_CSEL,
    I_FIRM,
    I_KAPPA,
    I_LAM_FREE,
    I_LAM_SD,
    I_LAMF,
    I_N,
    I_NCAND,
    I_OMEGA,
    I_PHI,
    I_PHIF,
    I_POL,
    I_REELECT,
    I_SEL,
    I_TERM,
    I_THETA_SD,
    I_THETAF,
    KAP,
    LAM,
    NEED_AVERAGE,
    OM,
    PARTNER,
    SANCTION,
    THETA,
    TM,
    TQ,
    U_CHAIR,
    U_SEL,
    Z,
)  # fmt: skip

#: counters of a seat's candidates; the last is for his traits
_SLOTS = 128


@door
def elect(key, t, par, best, seat, town, tally):  # type: ignore[no-untyped-def]
    """Hold elections and see who holds the chair."""
    share = _effort(par, best, town)
    for i in range(int(par[I_N])):
        keep, listed, firm_listed, side = uniforms(key, ELECTIONS, t, i)
        if t > 0:
            if keep < par[I_REELECT]:
                continue
            end_link(i, seat, tally)
            dismiss(i, seat, tally)
        if listed < share:
            _seat(key, t, i, par, seat, 1.0, 1.0)
        elif par[I_FIRM] > 0 and firm_listed < par[I_PHIF]:
            _seat(key, t, i, par, seat, 2.0, 0.0)
        else:
            _seat(key, t, i, par, seat, 0.0, 1.0 if side < 0.5 else -1.0)
    _chair(par, seat, town)


@part
def _shortfall(a, mu, sd):  # type: ignore[no-untyped-def]
    """Expected (a - lam)^+ for a normal lam."""
    if sd <= 0:
        return max(a - mu, 0.0)
    z = (a - mu) / sd
    return (a - mu) * normal_cdf(z) + sd * math.exp(-z * z / 2) * 0.3989422804014327


@part
def _effort(par, best, town):  # type: ignore[no-untyped-def]
    """Share of open seats filled from the head's list."""
    share = par[I_SEL] if par[U_SEL] > 0 else 0.0
    if share <= 0 or par[I_CSEL] <= 0:
        return share
    d, a = town[DELTA_H], town[NEED_AVERAGE]
    months = (1 - d ** par[I_TERM]) / (1 - d)
    free = _shortfall(a, par[I_LAM_FREE], par[I_LAM_SD])
    chosen = _shortfall(a, par[I_LAM_FREE] + best * par[I_LAM_SD], par[I_LAM_SD])
    return min(max(town[ABAR] * months * (free - chosen) / (2 * par[I_CSEL]), 0.0), share)


@part
def _seat(key, t, i, par, seat, group, bloc):  # type: ignore[no-untyped-def]
    """Seat a newcomer: of the head's list the most loyal candidate, else the first."""
    loyalty, place, skill, _spare = normals(key, CANDIDATES, t, i * _SLOTS)
    if group == 1.0:
        for candidate in range(1, int(par[I_NCAND])):
            a, b, c, _spare = normals(key, CANDIDATES, t, i * _SLOTS + candidate)
            if a > loyalty:
                loyalty, place, skill = a, b, c
    corr = par[I_CORR]
    seat[GROUP, i] = group
    seat[LAM, i] = par[I_LAM_FREE] + par[I_LAM_SD] * loyalty + par[I_POL] * bloc
    if group == 2.0:
        seat[THETA, i] = par[I_THETAF] + 0.3 * par[I_THETA_SD] * place
    else:
        seat[THETA, i] = par[I_THETA_SD] * place + 0.5 * par[I_POL] * bloc
    seat[COMP, i] = corr * loyalty + math.sqrt(max(1 - corr * corr, 0.0)) * skill
    first_trait, second_trait, _a, _b = normals(key, CANDIDATES, t, i * _SLOTS + _SLOTS - 1)
    seat[OM, i] = min(max(par[I_OMEGA] + 0.2 * first_trait, 0.0), 1.0)
    seat[KAP, i] = min(max(par[I_KAPPA] + 0.2 * second_trait, 0.0), 1.0)
    seat[EPS, i] = seat[Z, i] = seat[COOL, i] = 0.0
    seat[TM, i], seat[TQ, i] = 0.1, 0.02


@part
def _chair(par, seat, town):  # type: ignore[no-untyped-def]
    """The head holds the chair if a majority of deputies are loyal or dependent enough."""
    n = int(par[I_N])
    reliable = 0
    for i in range(n):
        loyal = seat[LAM, i] + (par[I_LAMF] if town[PARTNER] > 0 and seat[GROUP, i] == 2.0 else 0.0)
        if loyal + par[I_PHI] * town[SANCTION] * (1 - seat[OM, i]) > par[I_CHAIR]:
            reliable += 1
    town[CHAIR] = 1.0 if par[U_CHAIR] > 0 and reliable >= n // 2 + 1 else 0.0
