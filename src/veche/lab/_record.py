"""The record of a run: what is added up month by month, and what it comes to."""

from __future__ import annotations

import math

from veche.lab._numbers import l_kurtosis
from veche.lab._part import inlined, part
from veche.lab._state import (
    AGAINST,
    BUDGET,
    CAPITAL,
    CAUSE,
    CHAIR,
    COST,
    GAIN_IN,
    GAIN_OUT,
    GOAL,
    GROWTH,
    I_FDUR,
    I_FT,
    I_N,
    I_T,
    I_THETA_H,
    I_V,
    IDEAL,
    IN_FORCE,
    INTERVENED,
    LAST_CHANGE,
    LINK,
    MONTH_ADOPTED,
    MONTH_PROPOSED,
    MONTH_TONE,
    MONTH_YES,
    MONTHS_IN,
    MONTHS_OUT,
    PARTNER,
    PENDING,
    POLICY,
    REMOVED,
    S_ADOPTED,
    S_BEGUN,
    S_BLOCKED,
    S_CHAIR,
    S_CHANGE,
    S_CHANGE2,
    S_COALITION,
    S_COMPARED,
    S_COMPETENCE,
    S_CONTROL,
    S_COUNTED,
    S_ENDED,
    S_EVALUATED,
    S_FLOW,
    S_GAIN,
    S_GAIN_WEIGHT,
    S_HEADS,
    S_JUDGED,
    S_LINKED,
    S_OPPOSED,
    S_PARTNER,
    S_PRESSED,
    S_PROPOSED,
    S_REVERSED,
    S_TONE,
    S_WAITED,
    S_YES,
    TAU,
    VOTED,
    Z,
)  # fmt: skip
from veche.lab.observables import BURN_IN, CHANGE, OBSERVED

#: decisions, and the share of them, from which a deputy's noes are opposition
_DECISIONS, _OPPOSED = 3, 0.6


@part
def dismiss(i, seat, tally):  # type: ignore[no-untyped-def]
    """Close the record of a deputy: was he in opposition, and what did membership give him?"""
    if seat[VOTED, i] >= _DECISIONS:
        tally[S_JUDGED] += 1
        tally[S_OPPOSED] += 1 if seat[AGAINST, i] > _OPPOSED * seat[VOTED, i] else 0
    if seat[MONTHS_IN, i] > 0 and seat[MONTHS_OUT, i] > 0:
        within, without = seat[GAIN_IN, i] / seat[MONTHS_IN, i], seat[GAIN_OUT, i] / seat[MONTHS_OUT, i]
        tally[S_GAIN] += seat[MONTHS_IN, i] * (within - without)
        tally[S_GAIN_WEIGHT] += seat[MONTHS_IN, i]
    for row in range(VOTED, MONTHS_OUT + 1):
        seat[row, i] = 0.0


@part
def record_gains(par, seat, town):  # type: ignore[no-untyped-def]
    """Add the month's utility to the record of every deputy: as a member in force, or without a coalition."""
    p, in_force = town[POLICY], town[IN_FORCE] > 0
    for i in range(int(par[I_N])):
        utility = -((p - seat[IDEAL, i]) ** 2)
        linked = seat[LINK, i]
        if in_force:
            seat[GAIN_IN, i] += linked * utility
            seat[MONTHS_IN, i] += linked
        else:
            seat[GAIN_OUT, i] += utility
            seat[MONTHS_OUT, i] += 1.0


@part
def record(t, change, competence, par, seat, town, tally, changes):  # type: ignore[no-untyped-def]
    """Add a month to the record."""
    for i in range(int(par[I_N])):
        tally[S_LINKED] += seat[LINK, i]
    tally[S_COALITION] += town[IN_FORCE]
    tally[S_PARTNER] += town[PARTNER]
    tally[S_CHAIR] += town[CHAIR]
    tally[S_COMPETENCE] += competence
    if t < BURN_IN:
        return
    tally[S_CONTROL] += town[POLICY] / par[I_THETA_H]
    away = town[POLICY] - town[GOAL]
    tally[S_FLOW] -= par[I_V] * away * away + town[COST]
    changes[int(tally[S_COUNTED])] = change
    tally[S_COUNTED] += 1
    tally[S_CHANGE] += change
    tally[S_CHANGE2] += change * change
    if abs(change) > CHANGE:
        if town[LAST_CHANGE] != 0.0:
            tally[S_COMPARED] += 1
            tally[S_REVERSED] += 1 if change * town[LAST_CHANGE] < 0 else 0
        town[LAST_CHANGE] = change


@part
def tell_month(row, par, seat, town):  # type: ignore[no-untyped-def]
    """Write the month down, in the order of `MONTH`."""
    n = int(par[I_N])
    resentment = links = 0.0
    for i in range(n):
        resentment += seat[Z, i]
        links += seat[LINK, i]
    row[0], row[1], row[2], row[3], row[4] = town[POLICY], town[PARTNER], town[CAPITAL], town[BUDGET], town[TAU]
    row[5], row[6], row[7], row[8], row[9] = (
        resentment / n,
        links,
        town[CHAIR],
        town[MONTH_PROPOSED],
        town[MONTH_ADOPTED],
    )
    row[10] = town[MONTH_YES] / n if town[MONTH_PROPOSED] > 0 else math.nan
    row[11], row[12], row[13], row[14] = town[MONTH_TONE], town[GROWTH], town[REMOVED], town[INTERVENED]
    row[15], row[16] = town[IN_FORCE], town[PENDING]


@inlined
def _ratio(part_of, whole):  # type: ignore[no-untyped-def]
    return part_of / whole if whole > 0 else math.nan


@part
def conclude(par, seat, town, tally, changes, seen):  # type: ignore[no-untyped-def]
    """Fill `seen` in the order of `OBSERVED`."""
    n, months = int(par[I_N]), par[I_T]
    for i in range(n):
        dismiss(i, seat, tally)
    decisions, evaluated, counted = tally[S_PROPOSED], tally[S_EVALUATED], tally[S_COUNTED]
    seen[0] = _ratio(tally[S_CONTROL], counted)
    seen[1] = _ratio(tally[S_ADOPTED], decisions)
    seen[2] = _ratio(tally[S_YES], decisions)
    seen[3] = _ratio(tally[S_TONE], decisions)
    seen[4] = _ratio(tally[S_WAITED] + tally[S_BLOCKED], evaluated)
    seen[5] = _ratio(tally[S_WAITED], evaluated)
    seen[6] = _ratio(tally[S_BLOCKED], evaluated)
    seen[7] = decisions
    seen[8] = tally[S_ADOPTED]
    won = 0.0
    for cause in range(6):
        won += tally[CAUSE + cause]
    for cause in range(6):
        seen[9 + cause] = _ratio(tally[CAUSE + cause], won)
    seen[15] = _ratio(tally[S_PRESSED], decisions)
    seen[16] = tally[S_COALITION] / months
    seen[17], seen[18], seen[19] = tally[S_BEGUN], tally[S_LINKED], tally[S_ENDED]
    seen[20] = _ratio(tally[S_GAIN], tally[S_GAIN_WEIGHT])
    mean = _ratio(tally[S_CHANGE], counted)
    seen[21] = math.sqrt(max(tally[S_CHANGE2] / counted - mean * mean, 0.0)) if counted > 0 else math.nan
    seen[22] = _ratio(tally[S_REVERSED], tally[S_COMPARED])
    seen[23] = l_kurtosis(changes, int(counted))
    seen[24] = 12 * town[GROWTH] / months
    seen[25] = tally[S_PARTNER] / months
    seen[26] = town[PARTNER]
    seen[27] = math.nan
    if par[I_FT] >= 0 and months >= par[I_FT] + par[I_FDUR] + 12:
        seen[27] = town[PARTNER]
    seen[28] = _ratio(tally[S_OPPOSED], tally[S_JUDGED])
    seen[29] = tally[S_COMPETENCE] / months
    seen[30] = tally[S_CHAIR] / months
    seen[31] = tally[S_HEADS]
    seen[32] = _ratio(tally[S_FLOW], counted)


assert OBSERVED[32] == "head_flow" and len(OBSERVED) == 33  # the order above is that of the names
