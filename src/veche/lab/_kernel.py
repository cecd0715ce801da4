"""One run of the model: the months of a town, in the order of the specification's schedule."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from veche.lab._coalition import end_link, renew, see_coalition
from veche.lab._decision import head_moves
from veche.lab._draws import (
    ARRIVAL,
    DEVELOPED,
    INITIATIVE,
    LEADERS,
    NORMAL,
    RECOGNISED,
    REMOVAL,
    TEMPTED,
    draw_month,
    mix,
)
from veche.lab._entrance import elect
from veche.lab._numbers import exp
from veche.lab._part import inlined, part
from veche.lab._record import conclude, record, record_gains, tell_month
from veche.lab._rivals import rival_moves
from veche.lab._state import (
    ABAR,
    BOUND,
    BUDGET,
    CAPITAL,
    CHAIR,
    COMP,
    COOL,
    COST,
    DELTA_H,
    EPS,
    EPS_F,
    EPS_H,
    GOAL,
    GROUP,
    GROWTH,
    I_ALPHA,
    I_BCAP,
    I_CHI,
    I_DELTA0,
    I_DELTAF,
    I_DRIFT,
    I_DZ,
    I_EROSION,
    I_FDELTA,
    I_FDUR,
    I_FG,
    I_FH,
    I_FIRM,
    I_FR,
    I_FS,
    I_FT,
    I_GCOMP,
    I_GPART,
    I_GSD,
    I_GSDV,
    I_GSTAB,
    I_GTEMPT,
    I_H0,
    I_HCONF,
    I_INIT,
    I_IOTA,
    I_K0,
    I_KDN,
    I_KUP,
    I_LAMF,
    I_N,
    I_PANDUR,
    I_PANEPS,
    I_PANR,
    I_PANT,
    I_PHI,
    I_PIH,
    I_R,
    I_R0,
    I_R1,
    I_REC,
    I_RHO,
    I_RPART,
    I_S,
    I_SIG,
    I_SURV,
    I_T,
    I_TERM,
    I_THETA_H,
    I_V,
    IDEAL,
    ILL,
    IN_FORCE,
    INCOME,
    INTERVENED,
    KAP,
    LAM,
    LINK,
    LOW,
    LOYAL,
    MONTH_ADOPTED,
    MONTH_PROPOSED,
    MONTH_TONE,
    MONTH_YES,
    N_STR,
    N_TAC,
    NEED_AVERAGE,
    OM,
    PARTNER,
    PENDING,
    POLICY,
    QUO,
    REMOVED,
    RENT,
    RENTS,
    ROOM,
    S_HEADS,
    SANCTION,
    SEAT_ROWS,
    SHADOW,
    SPOT,
    TAU,
    THETA,
    TM,
    TOL,
    TONE,
    TQ,
    U_CHAIR,
    U_LINK,
    U_PAY,
    U_STR,
    U_TAC,
    WAIT,
    Z,
)  # fmt: skip
from veche.lab.observables import MONTH, OBSERVED, SEEN

__all__ = ["MONTH", "OBSERVED", "SEEN", "U_CHAIR", "U_PAY", "run"]


@part
def run(seed, point, replicate, par, best, seen, trace, seat, town, tally, changes, order, drawn):  # type: ignore[no-untyped-def]
    """Run one town: fill `seen` (OBSERVED) and, as far as it has rows, `trace` (MONTH).

    `par` are the values of all parameters, `best` the expected greatest of `n_cand` standard normals; the last six are work (`_state.make_work`),
    `seat` with exactly the columns of so many deputies.
    """
    key = mix(seed, point, replicate)
    _begin(par, seat, town, tally)
    for t in range(int(par[I_T])):
        before = town[POLICY]
        _windows(t, par, town)
        draw_month(key, t, drawn)
        if t % int(par[I_TERM]) == 0:
            elect(key, t, par, best, seat, town, tally)
        _shock(drawn, par, seat, town)
        _remove(drawn, par, seat, town, tally)
        _partner(drawn, par, town)
        _pay_rents(par, seat, town, tally)
        lapses = _arrive(drawn, par, town)
        _stand(par, seat, town)
        see_coalition(par, seat, town)
        if town[PENDING] > 0:
            _decide(key, t, drawn, par, seat, town, tally, order)
        if town[PENDING] > 0 and lapses > par[I_SURV]:
            town[PENDING] = 0.0
        _learn(t, par, town)
        record_gains(par, seat, town)
        if t % 6 == 5 and par[U_LINK] > 0:
            renew(par, seat, town, tally, order)
        _decay(par, seat, town)
        change = town[POLICY] - before
        competence = _develop(drawn, change, par, seat, town)
        record(t, change, competence, par, seat, town, tally, changes)
        if t < trace.shape[0]:
            tell_month(trace[t], par, seat, town)
    conclude(par, seat, town, tally, changes, seen)


@part
def _begin(par, seat, town, tally):  # type: ignore[no-untyped-def]
    """The town before its first month (5)."""
    seat[:, :] = 0.0
    seat[SPOT, int(par[I_N]) :] = seat[BOUND, int(par[I_N]) :] = math.inf  # empty seats: no price, no chance
    town[:] = 0.0
    tally[:] = 0.0
    town[POLICY] = 0.4 * par[I_THETA_H]
    town[TAU] = 1.0
    town[CAPITAL] = par[I_K0]
    town[ABAR] = par[I_ALPHA] / 2
    town[TONE] = town[NEED_AVERAGE] = 0.3
    town[DELTA_H] = par[I_DELTA0] * (1 - par[I_H0])


@inlined
def _within(t, start, length):  # type: ignore[no-untyped-def]
    return start >= 0 and start <= t < start + length


@part
def _windows(t, par, town):  # type: ignore[no-untyped-def]
    """What is exogenous this month, and a clean sheet for what happens in it."""
    intervened = _within(t, par[I_FT], par[I_FDUR])
    town[INTERVENED] = 1.0 if intervened else 0.0
    town[ILL] = 1.0 if _within(t, par[I_PANT], par[I_PANDUR]) else 0.0
    town[SANCTION] = par[I_S] * (1 + par[I_FS]) if intervened else par[I_S]
    town[COST] = town[MONTH_PROPOSED] = town[MONTH_ADOPTED] = town[MONTH_YES] = 0.0
    town[MONTH_TONE] = math.nan


@part
def _shock(drawn, par, seat, town):  # type: ignore[no-untyped-def]
    """Momentary interests (7.2)."""
    rho = par[I_RHO]
    size = par[I_SIG] * (1 + par[I_PANEPS] if town[ILL] > 0 else 1.0)
    fresh = math.sqrt(1 - rho * rho) * size
    for i in range(int(par[I_N])):
        seat[EPS, i] = rho * seat[EPS, i] + fresh * drawn[NORMAL + i % 4, i // 4]
    town[EPS_H] = rho * town[EPS_H] + fresh * drawn[NORMAL, LEADERS]
    town[EPS_F] = rho * town[EPS_F] + fresh * drawn[NORMAL + 1, LEADERS]
    town[GOAL] = par[I_THETA_H] + town[EPS_H]


@part
def _remove(drawn, par, seat, town, tally):  # type: ignore[no-untyped-def]
    """The region may remove the head (7.9); his horizon follows."""
    added = par[I_FH] if town[INTERVENED] > 0 else 0.0
    hazard = min(par[I_H0] + par[I_HCONF] * max(0.0, -town[TONE]) + added, 1.0)
    removed = drawn[0, REMOVAL] < hazard
    town[REMOVED] = 1.0 if removed else 0.0
    if removed:
        tally[S_HEADS] += 1
        for i in range(int(par[I_N])):
            end_link(i, seat, tally)
            seat[Z, i] *= 0.5
        town[CAPITAL] *= 0.5
        town[WAIT] = town[U_STR] = town[N_STR] = 0.0
        town[TAU] = max(town[TAU], 0.7)
        town[TONE] = 0.3
        hazard = min(par[I_H0] + added, 1.0)
    town[DELTA_H] = par[I_DELTA0] * (1 - hazard)


@part
def _partner(drawn, par, town):  # type: ignore[no-untyped-def]
    """Partnership with the firm (7.8)."""
    town[PARTNER] = 0.0
    if par[I_FIRM] <= 0:
        return
    intervened = town[INTERVENED] > 0
    flow = par[I_R0] + par[I_R1] * town[CAPITAL]
    spread = par[I_GSD]
    lure = par[I_FG] if intervened else 0.0
    head_tempted = par[I_GTEMPT] * exp(spread * drawn[NORMAL, TEMPTED] - spread * spread / 2)
    firm_tempted = par[I_GTEMPT] * exp(spread * drawn[NORMAL + 1, TEMPTED] - spread * spread / 2) + lure
    delta_h = town[DELTA_H]
    delta_f = par[I_DELTAF] * (1 - par[I_FDELTA] if intervened else 1.0)
    held = head_tempted * (1 - delta_h) <= delta_h * flow and firm_tempted * (1 - delta_f) <= delta_f * flow
    together = flow > 0 and held
    town[PARTNER] = 1.0 if together else 0.0
    if not together and not intervened:
        together = drawn[0, INITIATIVE] < par[I_INIT]
    if together:
        town[CAPITAL] += par[I_KUP] * (1 - town[CAPITAL])
    else:
        town[CAPITAL] *= 1 - par[I_KDN]


@part
def _pay_rents(par, seat, town, tally):  # type: ignore[no-untyped-def]
    """Money of the month; links that it cannot bear are broken."""
    income = par[I_R] + par[I_RPART] * town[PARTNER]
    income *= 1 + par[I_FR] if town[INTERVENED] > 0 else 1.0
    income *= 1 - par[I_PANR] if town[ILL] > 0 else 1.0
    rents = 0.0
    for i in range(int(par[I_N])):
        rents += seat[RENT, i]
    for i in range(int(par[I_N])):
        if rents > income + 1e-12 and seat[LINK, i] > 0:
            rents -= seat[RENT, i]
            end_link(i, seat, tally)
    rents = max(rents, 0.0)
    town[INCOME], town[RENTS] = income, rents
    town[BUDGET] = min(par[I_BCAP], town[BUDGET] + income - rents)
    town[COST] += rents


@part
def _arrive(drawn, par, town):  # type: ignore[no-untyped-def]
    """Policy erodes; an issue may arrive. Returns the draw that decides whether an undecided one lapses."""
    town[QUO] = town[POLICY] = (1 - par[I_EROSION]) * town[POLICY]
    if town[PENDING] <= 0 and drawn[0, ARRIVAL] < par[I_ALPHA]:
        town[PENDING] = 1.0
    return drawn[2, ARRIVAL]


@part
def _stand(par, seat, town):  # type: ignore[no-untyped-def]
    """Where every deputy stands this month, and what the head has against him."""
    chi, phi, sanction, framing = par[I_CHI], par[I_PHI], town[SANCTION], par[I_IOTA] * town[TAU]
    partner_loyalty = par[I_LAMF] * town[PARTNER]
    for i in range(int(par[I_N])):
        exposed = sanction * (1 - seat[OM, i])
        loyal = seat[LAM, i] + (partner_loyalty if seat[GROUP, i] == 2.0 else 0.0)
        shadow = phi * exposed
        spot = chi * seat[Z, i] - loyal - shadow
        seat[IDEAL, i] = seat[THETA, i] + seat[EPS, i]
        seat[LOYAL, i], seat[SHADOW, i], seat[SPOT, i] = loyal, shadow, spot
        seat[BOUND, i] = spot - seat[TOL, i]
        seat[ROOM, i] = (1 - phi) * exposed
        seat[LOW, i] = framing * (1 - seat[KAP, i])


@part
def _decide(key, t, drawn, par, seat, town, tally, order):  # type: ignore[no-untyped-def]
    """Recognition (step 7) and the proposal of the head or of a rival."""
    if town[CHAIR] > 0 or drawn[0, RECOGNISED] < par[I_PIH]:
        head_moves(key, t, par, seat, town, tally, order)
    else:
        rival_moves(drawn[1, RECOGNISED], drawn[2, RECOGNISED], par, seat, town)
    if town[CHAIR] > 0:
        for i in range(int(par[I_N])):
            seat[TM, i] *= 0.95
            seat[TQ, i] *= 0.95


@part
def _learn(t, par, town):  # type: ignore[no-untyped-def]
    """What months with and without a coalition are worth to the head."""
    away = town[POLICY] - town[GOAL]
    flow = -par[I_V] * away * away - town[COST]
    if town[IN_FORCE] > 0:
        town[N_STR] += 1
        town[U_STR] += max(0.05, 1 / town[N_STR]) * (flow - town[U_STR])
    elif t >= 6:
        town[N_TAC] += 1
        town[U_TAC] += max(0.05, 1 / town[N_TAC]) * (flow - town[U_TAC])


@part
def _decay(par, seat, town):  # type: ignore[no-untyped-def]
    """Resentment fades, credulity comes back, cooling off goes on; how often the head proposes is remembered (step 11)."""
    for i in range(int(par[I_N])):
        seat[Z, i] *= 1 - par[I_DZ]
        seat[COOL, i] = max(seat[COOL, i] - 1, 0.0)
    town[TAU] += par[I_REC] * (1 - town[TAU])
    if town[MONTH_PROPOSED] > 0:
        town[ABAR] += 0.03 * (1 - town[ABAR])
    else:
        town[ABAR] = max(town[ABAR] * 0.97, 0.02)


@part
def _develop(drawn, change, par, seat, town):  # type: ignore[no-untyped-def]
    """Development (7.10); returns the mean competence."""
    competence = 0.0
    for i in range(int(par[I_N])):
        competence += seat[COMP, i]
    competence /= par[I_N]
    steady = par[I_DRIFT] + par[I_GPART] * town[PARTNER] - par[I_GSTAB] * abs(change)
    town[GROWTH] += steady + par[I_GCOMP] * competence + par[I_GSDV] * drawn[NORMAL, DEVELOPED]
    return competence


def make_loop(stamp: int) -> Callable[..., Any]:
    """Make the loop over points and runs, with a stamp of the sources in its closure."""

    def loop(table, best, seed, first_point, first_run, seen, trace, work):  # type: ignore[no-untyped-def]
        if stamp < 0:
            return  # never: the stamp is here to be part of the closure
        seat, town, tally, changes, order, drawn = work
        for point in range(seen.shape[0]):
            columns = (int(table[point, 0]) + 7) // 8 * 8
            seats = seat[: SEAT_ROWS * columns].reshape(SEAT_ROWS, columns)
            for one in range(seen.shape[1]):
                run(
                    seed, first_point + point, first_run + one, table[point], best[point], seen[point, one], trace, seats, town, tally, changes,
                    order, drawn,
                )  # fmt: skip

    return loop
