"""The head's programme (7.3): which proposal, with which votes secured by what, is worth most."""

from __future__ import annotations

import math

import numba as nb
import numpy as np

FREE, PAID, PRESSED = 0, 1, 2
#: margin, in units of vote noise, at which a vote counts as secured (p = 0.9526)
SECURE = 3.0


@nb.njit(cache=True, inline="always")
def normal_cdf(x):  # type: ignore[no-untyped-def]
    return 0.5 * math.erfc(-x * 0.7071067811865476)


@nb.njit(cache=True)
def evaluate(  # type: ignore[no-untyped-def]
    x, q, goal, stake, man, n, m, theta, base, low_man, press_room, cost_press, shadow_man, budget, eta, rej, use_pay, use_press, need, how,
):  # fmt: skip
    """Value of proposing x: buys votes in the order of price and keeps the number that is worth most.

    Fills `need` (shape n, without the secured margin) and `how` (how each vote is secured); returns net, pass chance, sum paid, pressed votes.
    """
    gain = stake * ((q - goal) ** 2 - (x - goal) ** 2)
    probability = np.empty(n)
    price = np.empty(n)
    kind = np.zeros(n, dtype=np.int64)
    total = 0.0
    spread = 0.0
    secured_p = 1.0 / (1.0 + math.exp(-SECURE))
    for i in range(n):
        value = (x - theta[i]) ** 2 - (q - theta[i]) ** 2 + base[i]
        if man:
            value -= low_man[i]
        need[i] = value
        how[i] = FREE
        if eta > 0:
            r = value / eta
            p = 1.0 / (1.0 + math.exp(r)) if r < 500 else 0.0
        else:
            p = 1.0 if value <= 0 else 0.0
        probability[i] = p
        total += p
        spread += p * (1 - p)
        price[i] = math.inf
        gap = value + SECURE * eta
        if gap > 0:
            if use_pay:
                price[i] = gap
                kind[i] = PAID
            if use_press and gap <= press_room[i] and cost_press < price[i]:
                price[i] = cost_press
                kind[i] = PRESSED
    fixed = shadow_man if man else 0.0

    if eta > 0:
        passing = normal_cdf((total - m + 0.5) / math.sqrt(spread + 1e-4))
    else:
        passing = 1.0 if total >= m - 1e-9 else 0.0
    best = passing * gain - fixed - (1 - passing) * rej
    best_count = 0
    best_pass = passing
    order = np.argsort(price)
    spent = 0.0
    cost = 0.0
    paid_best = 0.0
    for count in range(n):
        i = order[count]
        if price[i] == math.inf:
            break
        if kind[i] == PAID:
            if spent + price[i] > budget + 1e-12:
                break
            spent += price[i]
        cost += price[i]
        p = probability[i]
        sure = secured_p if eta > 0 else 1.0
        total += sure - p
        spread += sure * (1 - sure) - p * (1 - p)
        if eta > 0:
            passing = normal_cdf((total - m + 0.5) / math.sqrt(spread + 1e-4))
        else:
            passing = 1.0 if total >= m - 1e-9 else 0.0
        value = passing * gain - fixed - cost - (1 - passing) * rej
        if value > best + 1e-12:
            best = value
            best_count = count + 1
            best_pass = passing
            paid_best = spent
        if passing > 0.9999999:
            break
    pressed = 0
    for count in range(best_count):
        i = order[count]
        how[i] = kind[i]
        if kind[i] == PRESSED:
            pressed += 1
    return best, best_pass, paid_best, pressed


@nb.njit(cache=True)
def free_point(q, goal, n, m, theta, base, eta):  # type: ignore[no-untyped-def]
    """How far the head gets without instruments: from q by the m-th largest reach of the deputies, not beyond his goal."""
    s = 1.0 if goal >= q else -1.0
    reach = np.empty(n)
    for i in range(n):
        slack = -base[i]
        lead = s * (theta[i] - q)
        inside = (q - theta[i]) ** 2 + slack - SECURE * eta
        if inside < 0 or (slack < SECURE * eta and lead <= 0):
            reach[i] = 0.0
        else:
            reach[i] = max(lead + math.sqrt(inside), 0.0)
    reach.sort()
    return q + s * min(reach[n - m], abs(goal - q))
