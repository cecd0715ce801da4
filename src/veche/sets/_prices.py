"""Prices of rows, of which no class costs more than 1: their total bounds a cover from below."""

from __future__ import annotations

from typing import Any

import numpy as np

from veche.sets._bits import ONE, ZERO, compiled, copied, has, lowest, ones
from veche.sets._desk import (
    BEFORE,
    BEGINS,
    BEST,
    DEGREE,
    ENDS,
    KEPT,
    NUMBER,
    OF_CLASS,
    OF_ROW,
    SLOPE,
)  # fmt: skip


@compiled
def spread(desk: Any, depth: Any) -> Any:
    """Write the rows of the classes and the classes of the rows one after the other; the row with the fewest classes has so many."""
    number, s = desk.line[NUMBER, depth], 0
    for row in range(desk.row.shape[1]):
        desk.row[DEGREE, row] = 0
    for k in range(number):
        desk.starts[k] = s
        for part in range(desk.words.shape[2]):
            left = desk.words[depth, k, part] & desk.rows[KEPT, depth, part]
            while left != ZERO:
                low = lowest(left)
                left ^= low
                row = part * 64 + ones(low - ONE)
                desk.ink[OF_CLASS, s] = row
                desk.row[DEGREE, row] += 1
                s += 1
    desk.starts[number] = s
    fewest, s = 1 << 40, 0
    for row in range(desk.row.shape[1]):
        desk.row[BEGINS, row] = desk.row[ENDS, row] = s
        s += desk.row[DEGREE, row]
        if desk.row[DEGREE, row] < fewest and has(desk.rows[KEPT, depth], row):
            fewest = desk.row[DEGREE, row]
    for k in range(number):
        for at in range(desk.starts[k], desk.starts[k + 1]):
            held = np.int64(desk.ink[OF_CLASS, at])
            desk.ink[OF_ROW, desk.row[ENDS, held]] = k
            desk.row[ENDS, held] += 1
    return fewest


@compiled
def cost_of(desk: Any, depth: Any, k: Any) -> Any:
    """The price of all rows of a class."""
    value = 0.0
    for at in range(desk.starts[k], desk.starts[k + 1]):
        value += desk.price[depth, desk.ink[OF_CLASS, at]]
    return value


@compiled
def weigh(desk: Any, depth: Any) -> None:
    """Write down the price of all rows of each class."""
    for k in range(desk.line[NUMBER, depth]):
        desk.worth[depth, k] = cost_of(desk, depth, k)


@compiled
def raise_prices(desk: Any, depth: Any) -> Any:
    """Raise each price until a class of its row costs 1; returns by how much in all."""
    weigh(desk, depth)
    gain = 0.0
    for row in range(desk.row.shape[1]):
        if desk.row[DEGREE, row] == 0:
            continue
        more = 1.0
        for at in range(desk.row[BEGINS, row], desk.row[ENDS, row]):
            more = min(more, 1 - desk.worth[depth, desk.ink[OF_ROW, at]])
        if more > 1e-9:
            desk.price[depth, row] += more
            gain += more
            for at in range(desk.row[BEGINS, row], desk.row[ENDS, row]):
                desk.worth[depth, desk.ink[OF_ROW, at]] += more
    return gain


@compiled
def climb(desk: Any, depth: Any, total: Any, target: Any, steps: Any, shrink: Any) -> Any:
    """Look for prices of a greater total: the subgradient method, then prices cut until no class costs more than 1; returns the total."""
    price, rows = desk.price[depth], desk.price.shape[1]
    copied(price, desk.money[BEFORE], rows)
    copied(price, desk.money[BEST], rows)
    best, pace = total, 1.0
    for _step in range(steps):
        value = _relaxed(desk, depth)
        if value > best + 1e-9:
            best = value
            copied(price, desk.money[BEST], rows)
        steepness = 0.0
        for row in range(len(price)):
            if price[row] <= 0 and desk.money[SLOPE, row] < 0:
                desk.money[SLOPE, row] = 0.0
            steepness += desk.money[SLOPE, row] ** 2
        move = pace * (target + 0.3 - value) / steepness if steepness > 1e-12 else 0.0
        if move <= 0:
            break
        for row in range(len(price)):
            price[row] = max(0.0, price[row] + move * desk.money[SLOPE, row])
        pace *= shrink
    copied(desk.money[BEST], price, rows)
    for k in range(desk.line[NUMBER, depth]):
        cost = cost_of(desk, depth, k)
        if cost > 1:
            for at in range(desk.starts[k], desk.starts[k + 1]):
                price[desk.ink[OF_CLASS, at]] /= cost
    raise_prices(desk, depth)
    if total_price(desk, depth) <= total:
        copied(desk.money[BEFORE], price, rows)
        raise_prices(desk, depth)
    return total_price(desk, depth)


@compiled
def total_price(desk: Any, depth: Any) -> Any:
    """The price of all rows together."""
    total = 0.0
    for row in range(desk.price.shape[1]):
        total += desk.price[depth, row]
    return total


@compiled
def _relaxed(desk: Any, depth: Any) -> Any:
    """Give the value of the Lagrangian relaxation for prices of any size, and its slope (into `desk.money[SLOPE]`)."""
    value = 0.0
    for row in range(desk.row.shape[1]):
        desk.money[SLOPE, row] = 1.0 if desk.row[DEGREE, row] else 0.0
        value += desk.price[depth, row]
    for k in range(desk.line[NUMBER, depth]):
        cost = cost_of(desk, depth, k)
        if cost > 1:
            value += 1 - cost
            for at in range(desk.starts[k], desk.starts[k + 1]):
                desk.money[SLOPE, desk.ink[OF_CLASS, at]] -= 1.0
    return value
