"""The strategic coalition (7.7): platform, tolerance and rent, membership, whether it is in force, its renewal."""

from __future__ import annotations

import math

from veche.lab._numbers import insertion_sort
from veche.lab._part import inlined, part
from veche.lab._state import (
    ACCEPT,
    CHOSEN,
    COOL,
    COOLING,
    DELTA_H,
    GOAL,
    I_ALPHA,
    I_CHI,
    I_DELTA0,
    I_EROSION,
    I_LINKK,
    I_N,
    I_PLATFORM,
    I_PSI,
    I_REELECT,
    I_SIG,
    I_TERM,
    I_THETA_H,
    I_V,
    I_VETO,
    IDEAL,
    IN_FORCE,
    INCOME,
    KEY,
    LINK,
    LOYAL,
    N_STR,
    N_TAC,
    NEW_RENT,
    NEW_TOL,
    Q_C,
    RENT,
    S_BEGUN,
    S_ENDED,
    SHADOW,
    SPOT,
    THETA,
    TM,
    TOL,
    TQ,
    U_STR,
    U_TAC,
    X_C,
    Z,
)  # fmt: skip

#: members below which there is no coalition
_LEAST = 3
#: months of experience that replace expectation
_KNOWN = 12


@inlined
def end_link(i, seat, tally):  # type: ignore[no-untyped-def]
    """End the link of a deputy, if there is one."""
    if seat[LINK, i] > 0:
        tally[S_ENDED] += 1
        seat[LINK, i] = seat[TOL, i] = seat[RENT, i] = 0.0


@part
def break_links(n, seat, tally):  # type: ignore[no-untyped-def]
    """The contract is broken: all links end, with cooling off."""
    for i in range(n):
        if seat[LINK, i] > 0:
            end_link(i, seat, tally)
            seat[COOL, i] = COOLING


@part
def _platform(par, head, ideals, members):  # type: ignore[no-untyped-def]
    """Platform of these members and the point to which it erodes until the next issue."""
    weight = par[I_V]
    total = weight * head
    for i in range(int(par[I_N])):
        if members[i] > 0:
            total += par[I_PSI] * ideals[i]
            weight += par[I_PSI]
    x = total / weight if weight > 0 else head
    q = x * (1 - par[I_EROSION]) ** (1 / par[I_ALPHA]) if par[I_ALPHA] > 0 else 0.0
    return x, q


@part
def see_coalition(par, seat, town):  # type: ignore[no-untyped-def]
    """Is the coalition in force this month, and on which platform?"""
    n = int(par[I_N])
    linked = 0
    for i in range(n):
        linked += 1 if seat[LINK, i] > 0 else 0
    town[IN_FORCE] = 0.0
    if linked < _LEAST:
        return
    lasting = par[I_PLATFORM] > 0
    ideals = seat[THETA] if lasting else seat[IDEAL]
    x, q = _platform(par, par[I_THETA_H] if lasting else town[GOAL], ideals, seat[LINK])
    supporters = 0
    for i in range(n):
        if seat[LINK, i] > 0 or (x - ideals[i]) ** 2 - (q - ideals[i]) ** 2 + seat[SPOT, i] <= 0:
            supporters += 1
    town[X_C], town[Q_C] = x, q
    town[IN_FORCE] = 1.0 if supporters >= n // 2 + 1 else 0.0


@part
def _membership(par, x, q, ideals, seat, order):  # type: ignore[no-untyped-def]
    """Choose members by rent until they can block and carry; returns the sum of rents, or -1 where that is not possible."""
    n = int(par[I_N])
    m, m23 = n // 2 + 1, (2 * n + 2) // 3
    delta = par[I_DELTA0] * (1 - (1 - par[I_REELECT]) / par[I_TERM])
    margin = par[I_LINKK] * 2 * abs(x - q) * par[I_SIG]
    defaults = 0
    for i in range(n):
        shield = seat[LOYAL, i] + seat[SHADOW, i]
        resented = par[I_CHI] * seat[Z, i]
        accept = (x - ideals[i]) ** 2 - (q - ideals[i]) ** 2 + resented - shield
        deviation = math.sqrt(max(seat[TQ, i] - seat[TM, i] * seat[TM, i], 0.0))
        tempted = seat[TM, i] + par[I_LINKK] * deviation - shield + resented
        tolerance = max(0.0, accept + margin, tempted)
        seat[ACCEPT, i] = accept + margin
        seat[NEW_TOL, i] = tolerance
        seat[NEW_RENT, i] = tolerance * (1 - delta) / delta if delta > 0 else math.inf
        seat[KEY, i] = seat[NEW_RENT, i] if seat[COOL, i] <= 0 else math.inf
        seat[CHOSEN, i] = 0.0
        order[i] = i
        defaults += 1 if seat[ACCEPT, i] <= 0 else 0
    insertion_sort(order, n, seat[KEY])
    blocking = n - m23 + 1 if par[I_VETO] > 0 else n - m + 1
    members, rents = 0, 0.0
    for place in range(n):
        if members >= blocking and members + defaults >= m + 1:
            break
        i = order[place]
        if seat[KEY, i] == math.inf:
            return -1.0
        seat[CHOSEN, i] = 1.0
        members += 1
        rents += seat[NEW_RENT, i]
        defaults -= 1 if seat[ACCEPT, i] <= 0 else 0
    return rents if members >= blocking and members + defaults >= m + 1 else -1.0


@part
def _offer(par, seat, town, order):  # type: ignore[no-untyped-def]
    """Is a coalition offered (or renewed)? Its members, tolerances and rents are left in `seat`."""
    known = town[N_STR] >= _KNOWN
    if town[N_TAC] < _KNOWN or (known and town[U_STR] < town[U_TAC]):
        return False
    lasting = par[I_PLATFORM] > 0
    ideals = seat[THETA] if lasting else seat[IDEAL]
    head = par[I_THETA_H] if lasting else town[GOAL]
    x, q = _platform(par, head, ideals, seat[LINK])
    rents = _membership(par, x, q, ideals, seat, order)
    if rents < 0:
        return False
    x, q = _platform(par, head, ideals, seat[CHOSEN])
    rents = _membership(par, x, q, ideals, seat, order)
    if rents < 0 or rents > 0.8 * town[INCOME]:
        return False
    worth = expected_worth(par, town, x, q, rents)
    return worth > town[U_TAC] and rents <= town[DELTA_H] / (1 - town[DELTA_H]) * (worth - town[U_TAC])


@inlined
def expected_worth(par, town, x, q, rents):  # type: ignore[no-untyped-def]
    """What a month of coalition is worth to the head: experience where there is enough."""
    if town[N_STR] >= _KNOWN:
        return town[U_STR]
    middle = (x + q) / 2 - par[I_THETA_H]
    return -par[I_V] * (middle * middle + par[I_SIG] * par[I_SIG]) - rents


@part
def renew(par, seat, town, tally, order):  # type: ignore[no-untyped-def]
    """The coalition is renewed, offered or dissolved."""
    offered = _offer(par, seat, town, order)
    for i in range(int(par[I_N])):
        if offered and seat[CHOSEN, i] > 0:
            tally[S_BEGUN] += 1 if seat[LINK, i] <= 0 else 0
            seat[LINK, i], seat[TOL, i], seat[RENT, i] = 1.0, seat[NEW_TOL, i], seat[NEW_RENT, i]
        else:
            end_link(i, seat, tally)
