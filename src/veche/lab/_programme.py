"""The head's programme (7.3): which proposal, with which votes secured by what, is worth most.

A candidate is dropped as soon as nothing it could still reach beats the best found: its worth is at most gain - costs so far, less the least that the
votes still missing must cost. The chance to pass is taken from a table first, and worked out only where that might matter; neither changes a result.
Empty seats (columns beyond the deputies) need infinitely much: they have no chance and no price.
"""

from __future__ import annotations

import math

from veche.lab._numbers import QUICK_ERROR, chance, first_least, kth_largest, moments, normal_cdf, placed, quick_cdf
from veche.lab._part import door, inlined, part
from veche.lab._state import (
    BOUGHT,
    CHANCE,
    FOUND,
    FRAMED,
    FREE,
    HOW,
    I_ETA,
    I_N,
    I_REJ,
    I_V,
    IDEAL,
    KEY,
    LOW,
    NEED,
    NET,
    PAID,
    PASS,
    PLACE,
    PRESSED,
    PRESSINGS,
    PRICE,
    ROOM,
    SECURE,
    U_PAY,
    U_PRESS,
)  # fmt: skip

_SURE = 1.0 / (1.0 + math.exp(-SECURE))
_SURE_SPREAD = _SURE * (1.0 - _SURE)
#: differences of worth below this do not count
_NEAR = 1e-12


@door
def free_point(q, goal, n, eta, terms, seat):  # type: ignore[no-untyped-def]
    """How far the head gets without instruments: from q by the m-th largest reach of the deputies, not beyond his goal.

    `terms` is the row of the needs apart from policy and framing.
    """
    s = 1.0 if goal >= q else -1.0
    for i in range(n):
        slack = -seat[terms, i] - SECURE * eta
        lead = s * (seat[IDEAL, i] - q)
        inside = lead * lead + slack
        none = inside < 0 or (slack < 0 and lead <= 0)
        seat[KEY, i] = 0.0 if none else max(lead + math.sqrt(inside), 0.0)
    return q + s * min(kth_largest(seat, KEY, n, n // 2 + 1), abs(goal - q))


@part
def weigh(x, q, framed, terms, cost_press, par, seat, order):  # type: ignore[no-untyped-def]
    """Fill NEED, CHANCE and PRICE: what every vote for x against q still needs, how likely it is as it stands, what securing it costs.

    The price is the cheaper of payment and pressure; infinite where nothing is needed or nothing works. `order` can be asked for the least.
    """
    eta = par[I_ETA]
    margin, narrow = SECURE * eta, 1.0 / eta
    most = 0.0 if par[U_PAY] > 0 else math.inf
    pressing = cost_press if par[U_PRESS] > 0 else math.inf
    square, twice = (x - q) * (x + q), 2.0 * (x - q)
    for i in range(seat.shape[1]):
        need = square - twice * seat[IDEAL, i] + seat[terms, i] - framed * seat[LOW, i]
        gap = need + margin
        paid = gap + most
        pressed = pressing if gap <= seat[ROOM, i] else math.inf
        price = math.inf if gap <= 0 else (pressed if pressed < paid else paid)
        seat[NEED, i], seat[PRICE, i] = need, price
        order[i] = placed(price, i)
        seat[CHANCE, i] = chance(need * narrow)
    if eta <= 0:  # without noise a vote is sure either way
        for i in range(seat.shape[1]):
            seat[CHANCE, i] = 1.0 if seat[NEED, i] <= 0 else 0.0


@inlined
def _take(i, seat, order):  # type: ignore[no-untyped-def]
    """Take a vote off the list: it has no price any more."""
    seat[PRICE, i] = math.inf
    order[i] = placed(math.inf, i)


@inlined
def _passing(expected, spread, m, eta):  # type: ignore[no-untyped-def]
    """Chance that m votes come together."""
    if eta > 0:
        return normal_cdf((expected - m + 0.5) / math.sqrt(spread + 1e-4))
    return 1.0 if expected >= m - 1e-9 else 0.0


@inlined
def _worth(floor, gain, spent, rejection, expected, spread, m, eta):  # type: ignore[no-untyped-def]
    """Worth and chance to pass, where the worth may exceed `floor`; else minus infinity."""
    if eta > 0:
        about = quick_cdf((expected - m + 0.5) / math.sqrt(spread + 1e-4))
        if (about + QUICK_ERROR) * (gain + rejection) < floor + rejection + spent:
            return -math.inf, 0.0
    passing = _passing(expected, spread, m, eta)
    return passing * gain - spent - (1.0 - passing) * rejection, passing


@part
def purchase(par, budget, gain, fixed, floor, seat, order):  # type: ignore[no-untyped-def]
    """Buy votes in the order of price for the proposal that was weighed, and keep the number that is worth most.

    Returns worth, chance to pass and number bought if the worth exceeds `floor`; else `floor`, 0, 0.
    """
    n, eta, rejection = int(par[I_N]), par[I_ETA], par[I_REJ]
    m = n // 2 + 1
    expected, spread = moments(seat, CHANCE)
    best, best_passing, best_count = floor, 0.0, 0
    sure, sure_spread = (_SURE, _SURE_SPREAD) if eta > 0 else (1.0, 0.0)
    margin, pays = SECURE * eta, par[U_PAY] > 0
    paid, spent = 0.0, fixed
    for count in range(n + 1):
        # from here on only a proposal that rather passes than fails may be worth more: so many votes must be bought at least
        missing = m - 0.5 - expected if 2.0 * (best + rejection + spent) >= gain + rejection else 0.0
        if missing <= 0:
            found, passing = _worth(best, gain, spent, rejection, expected, spread, m, eta)
            if found > best + _NEAR:
                best, best_passing, best_count = found, passing, count
        i = first_least(order, seat.shape[1])
        one = seat[PRICE, i]
        if gain - spent - one * max(1.0, math.ceil(missing)) <= best:
            break  # also where nobody is left to buy
        _take(i, seat, order)
        if pays and one >= seat[NEED, i] + margin:
            if paid + one > budget + _NEAR:
                break
            paid += one
        spent += one
        p = seat[CHANCE, i]
        expected += sure - p
        spread += sure_spread - p * (1.0 - p)
    return best, best_passing, best_count


@door
def search(par, budget, q, goal, start, steps, terms, framings, cost_press, cost_frame, seat, town, order):  # type: ignore[no-untyped-def]
    """Find the best proposal between `start` and `goal`; its worth and place are left in `town` (worth 0: none is worth anything).

    `terms` is the row of the needs apart from policy and framing; `framings` is 2 where manipulation may be used, else 1.
    """
    stake, best = par[I_V], 0.0
    town[BOUGHT] = town[FRAMED] = town[PASS] = 0.0
    town[PLACE] = q
    away = (q - goal) ** 2
    last = 0 if start == goal else steps
    # from where a proposal was found last, then from the goal down: gain falls, and below the best found nothing is worth looking at
    first = min(int(town[FOUND]), last)
    for turn in range(-1, last + 1):
        step = first if turn < 0 else last - turn
        if turn >= 0 and step == first:
            continue
        x = start + (goal - start) * step / steps
        gain = stake * (away - (x - goal) ** 2)
        if gain <= best:
            if turn >= 0:
                break
            continue
        for framed in range(framings):
            fixed = cost_frame if framed else 0.0
            if gain - fixed <= best:
                continue
            weigh(x, q, float(framed), terms, cost_press, par, seat, order)
            found, passing, bought = purchase(par, budget, gain, fixed, best, seat, order)
            if found > best + _NEAR:
                best = found
                town[PLACE], town[PASS], town[BOUGHT], town[FRAMED], town[FOUND] = x, passing, bought, framed, step
    town[NET] = best


@door
def settle(par, q, terms, cost_press, seat, town, order):  # type: ignore[no-untyped-def]
    """Fill NEED, CHANCE and HOW for the proposal found by `search`."""
    eta = par[I_ETA]
    weigh(town[PLACE], q, town[FRAMED], terms, cost_press, par, seat, order)
    for i in range(seat.shape[1]):
        seat[HOW, i] = FREE
    pressed = 0.0
    for _vote in range(int(town[BOUGHT])):
        i = first_least(order, seat.shape[1])
        by_payment = par[U_PAY] > 0 and seat[PRICE, i] >= seat[NEED, i] + SECURE * eta
        seat[HOW, i] = PAID if by_payment else PRESSED
        pressed += 0.0 if by_payment else 1.0
        _take(i, seat, order)
    town[PRESSINGS] = pressed
