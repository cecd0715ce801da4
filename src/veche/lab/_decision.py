"""The head's month: his proposal, whether he waits, the vote and what follows (7.3 to 7.5)."""

from __future__ import annotations

import numpy as np

from veche.lab._coalition import break_links, end_link, expected_worth
from veche.lab._draws import ALONE, EXPOSURE, VOTES, fill_uniforms, uniforms
from veche.lab._numbers import chance
from veche.lab._part import inlined, part
from veche.lab._programme import free_point, search, settle
from veche.lab._state import (
    ABAR,
    AGAINST,
    BOUGHT,
    BOUND,
    BUDGET,
    CAUSE,
    CHAIR,
    COOL,
    COOLING,
    COST,
    DELTA_H,
    DRAW,
    FRAMED,
    FREE,
    GOAL,
    GROUP,
    HOW,
    I_ALPHA,
    I_BAND,
    I_CHI,
    I_CM,
    I_CP,
    I_DZ,
    I_ETA,
    I_FORE,
    I_IOTA,
    I_KAPPA,
    I_LOSS,
    I_N,
    I_PIE,
    I_PIH,
    I_REC,
    I_RHOP,
    I_SURV,
    IDEAL,
    IN_FORCE,
    KAP,
    LINK,
    LOW,
    LOYAL,
    MONTH_ADOPTED,
    MONTH_PROPOSED,
    MONTH_TONE,
    MONTH_YES,
    NEED,
    NEED_AVERAGE,
    NET,
    OM,
    PAID,
    PASS,
    PENDING,
    PLACE,
    POLICY,
    PRESSED,
    PRESSINGS,
    Q_C,
    QUO,
    RENTS,
    S_ADOPTED,
    S_BLOCKED,
    S_EVALUATED,
    S_PRESSED,
    S_PROPOSED,
    S_TONE,
    S_WAITED,
    S_YES,
    SECURE,
    SHADOW,
    SPOT,
    TAU,
    TOL,
    TONE,
    U_MANIP,
    U_TAC,
    U_WAIT,
    VOTED,
    WAIT,
    X_C,
    YES,
    Z,
)  # fmt: skip

#: places tried beyond the free point, in the open and under contract
_OPEN_STEPS, _CONTRACT_STEPS = np.int64(8), np.int64(3)


@part
def head_moves(key, t, par, seat, town, tally, order):  # type: ignore[no-untyped-def]
    """The head looks for a proposal, and tables it or not."""
    tally[S_EVALUATED] += 1
    contract, cost_press = _choose(par, seat, town, tally, order)
    tabled = False
    if town[NET] <= 0:
        tally[S_BLOCKED] += 1
    elif contract or par[U_WAIT] <= 0 or town[NET] >= _value_of_waiting(par, town):
        tabled = True
    else:
        tally[S_WAITED] += 1
    if par[U_WAIT] > 0 and not contract:
        _learn_waiting(par, town)
    if tabled:
        settle(par, town[QUO], BOUND if contract else SPOT, cost_press, seat, town, order)
        _vote(key, t, par, seat, town)
        _follow(key, t, par, seat, town, tally)
        if town[MONTH_ADOPTED] > 0:
            town[POLICY], town[PENDING] = town[PLACE], 0.0


@part
def _choose(par, seat, town, tally, order):  # type: ignore[no-untyped-def]
    """Find the proposal; returns whether it is under contract, and what pressing a deputy costs."""
    n, delta = int(par[I_N]), town[DELTA_H]
    q, goal, eta, budget = town[QUO], town[GOAL], par[I_ETA], town[BUDGET]
    often = par[I_FORE] * town[ABAR] * delta
    shadow_z = 0.5 * par[I_CHI] * often / (1 - delta * (1 - par[I_DZ]))
    lost = 0.15 * par[I_LOSS] * par[I_IOTA] * (1 - par[I_KAPPA]) * (n // 2 + 1)
    shadow_t = lost * often / (1 - delta * (1 - par[I_REC]))
    cost_press = par[I_CP] + par[I_RHOP] * shadow_z
    cost_frame = par[I_CM] + par[I_PIE] * shadow_t
    framings = 2 if par[U_MANIP] > 0 and par[I_IOTA] > 0 else 1
    start = free_point(q, goal, n, eta, SPOT, seat)
    search(par, budget, q, goal, start, _OPEN_STEPS, SPOT, framings, cost_press, cost_frame, seat, town, order)
    if town[IN_FORCE] <= 0:
        return False, cost_press
    spot, place, passing, bought, framed = town[NET], town[PLACE], town[PASS], town[BOUGHT], town[FRAMED]
    x_c = town[X_C]
    start = free_point(q, x_c, n, eta, BOUND, seat)
    search(par, budget, q, x_c, start, _CONTRACT_STEPS, BOUND, framings, cost_press, cost_frame, seat, town, order)
    worth = expected_worth(par, town, x_c, town[Q_C], town[RENTS])
    if spot - town[NET] <= delta / (1 - delta) * max(0.0, worth - town[U_TAC]):
        return True, cost_press
    break_links(n, seat, tally)
    town[IN_FORCE] = 0.0
    town[NET], town[PLACE], town[PASS], town[BOUGHT], town[FRAMED] = spot, place, passing, bought, framed
    return False, cost_press


@inlined
def _without_issue(par, town):  # type: ignore[no-untyped-def]
    """Value of having no issue."""
    return town[DELTA_H] * par[I_ALPHA] * town[WAIT] / (1 - town[DELTA_H] * (1 - par[I_ALPHA]))


@inlined
def _staying(par, town):  # type: ignore[no-untyped-def]
    """Chance that the issue is still his to decide next month."""
    return par[I_SURV] * (1.0 if town[CHAIR] > 0 else par[I_PIH])


@part
def _value_of_waiting(par, town):  # type: ignore[no-untyped-def]
    """What a proposal must be worth to be tabled now (7.4)."""
    return town[DELTA_H] * _staying(par, town) * (town[WAIT] - _without_issue(par, town))


@part
def _learn_waiting(par, town):  # type: ignore[no-untyped-def]
    """Move the value of an issue at hand towards what this one was worth."""
    none, stays = _without_issue(par, town), _staying(par, town)
    now = town[NET] + town[DELTA_H] * none
    later = town[DELTA_H] * (stays * town[WAIT] + (1 - stays) * none)
    town[WAIT] += 0.05 * (max(now, later) - town[WAIT])


@part
def _vote(key, t, par, seat, town):  # type: ignore[no-untyped-def]
    """Everybody votes."""
    n, eta = int(par[I_N]), par[I_ETA]
    pull = par[I_BAND] if town[PASS] > 0.9 else 0.0
    if eta > 0:
        fill_uniforms(key, VOTES, t, seat[DRAW, : (n + 3) // 4 * 4])
    yes = 0
    for i in range(n):
        effective = -SECURE * eta if seat[HOW, i] != FREE else seat[NEED, i] - pull
        # yes where effective need + logistic noise <= 0
        seat[YES, i] = 1.0 if (seat[DRAW, i] <= chance(effective / eta) if eta > 0 else effective <= 0) else 0.0
        seat[VOTED, i] += 1
        seat[AGAINST, i] += 1 - seat[YES, i]
        yes += int(seat[YES, i])
    town[MONTH_PROPOSED] = 1.0
    town[MONTH_YES] = yes
    town[MONTH_ADOPTED] = 1.0 if yes >= n // 2 + 1 else 0.0


@part
def _follow(key, t, par, seat, town, tally):  # type: ignore[no-untyped-def]
    """What a vote leaves: payments, resentment, broken links, exposure, tone; and the record."""
    n, eta, adopted = int(par[I_N]), par[I_ETA], town[MONTH_ADOPTED] > 0
    if adopted:
        _attribute(par, seat, town, tally)
    average = 0.0
    for i in range(n):
        average += seat[NEED, i] + seat[LOYAL, i]
        yes = seat[YES, i] > 0
        if seat[HOW, i] == PRESSED:
            town[COST] += par[I_CP]
            seat[Z, i] += par[I_RHOP] * (0.5 + 0.5 * seat[OM, i]) + (0.0 if yes else 0.5 * par[I_RHOP])
        elif seat[HOW, i] == PAID and yes and adopted:
            price = seat[NEED, i] + SECURE * eta
            town[BUDGET] = max(town[BUDGET] - price, 0.0)
            town[COST] += price
        if not yes and seat[NEED, i] > 0 and seat[LINK, i] > 0:
            end_link(i, seat, tally)
            seat[COOL, i] = COOLING
    town[NEED_AVERAGE] += 0.01 * (average / n - town[NEED_AVERAGE])
    if town[FRAMED] > 0:
        town[COST] += par[I_CM]
        exposed, _u1, _u2, _u3 = uniforms(key, EXPOSURE, t, ALONE)
        if exposed < par[I_PIE]:
            town[TAU] *= 1 - par[I_LOSS]
            for i in range(n):
                seat[Z, i] += 0.15 * seat[KAP, i]
    resentment = 0.0
    for i in range(n):
        resentment += seat[Z, i]
    share = town[MONTH_YES] / n
    tone = min(max(2 * share - 1 - resentment / n, -1.0), 1.0)
    town[MONTH_TONE] = tone
    town[TONE] += 0.1 * (tone - town[TONE])
    tally[S_PROPOSED] += 1
    tally[S_ADOPTED] += town[MONTH_ADOPTED]
    tally[S_YES] += share
    tally[S_TONE] += tone
    tally[S_PRESSED] += 1 if town[PRESSINGS] > 0 else 0


@part
def _attribute(par, seat, town, tally):  # type: ignore[no-untyped-def]
    """Count the yes votes by their first sufficient cause (section 10); voluntary ones and the free loyalty of others than nominees do not count."""
    x, q = town[PLACE], town[QUO]
    contract = town[IN_FORCE] > 0
    for i in range(int(par[I_N])):
        left = (x - seat[IDEAL, i]) ** 2 - (q - seat[IDEAL, i]) ** 2 + par[I_CHI] * seat[Z, i]
        if seat[YES, i] <= 0 or left <= 0:
            continue
        left -= seat[LOYAL, i]
        if left <= 0:
            if seat[GROUP, i] == 1.0:
                tally[CAUSE] += 1
            continue
        if left <= seat[SHADOW, i]:
            tally[CAUSE + 1] += 1
            continue
        left -= seat[SHADOW, i]
        bound = seat[TOL, i] if contract and seat[LINK, i] > 0 else 0.0
        if bound > 0 and left <= bound:
            tally[CAUSE + 2] += 1
        elif seat[HOW, i] == PAID:
            tally[CAUSE + 3] += 1
        elif seat[HOW, i] == PRESSED:
            tally[CAUSE + 4] += 1
        elif town[FRAMED] > 0 and left - bound <= seat[LOW, i]:
            tally[CAUSE + 5] += 1
