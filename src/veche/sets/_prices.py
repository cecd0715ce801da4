"""Prices of rows, of which no class costs more than 1: their total bounds a cover from below."""

from __future__ import annotations

from typing import Any

from veche.sets._bits import ZERO, compiled, copied, first_bit, has, other_bits
from veche.sets._desk import (
    BEFORE,
    BEGINS,
    BEST,
    DEGREE,
    ENDS,
    EPS,
    KEPT,
    NUMBER,
    OF_CLASS,
    OF_ROW,
    SLOPE,
)  # fmt: skip


@compiled
def spread(desk: Any, depth: Any) -> Any:
    """Write the rows of the classes and the classes of the rows one after the other; the row with the fewest classes has so many."""
    number, parts, s = desk.line[NUMBER, depth], desk.words.shape[2], 0
    words, kept, ink = desk.words[depth], desk.rows[KEPT, depth], desk.ink[OF_CLASS]
    degree, ends = desk.row[DEGREE], desk.row[ENDS]
    for row in range(len(degree)):
        degree[row] = 0
    for k in range(number):
        desk.starts[k] = s
        for part in range(parts):
            left = words[k, part] & kept[part]
            while left != ZERO:
                row = part * 64 + first_bit(left)
                left = other_bits(left)
                ink[s] = row
                degree[row] += 1
                s += 1
    desk.starts[number] = s
    fewest, s = 1 << 40, 0
    for row in range(len(degree)):
        desk.row[BEGINS, row] = ends[row] = s
        s += degree[row]
        if degree[row] < fewest and has(kept, row):
            fewest = degree[row]
    of_row = desk.ink[OF_ROW]
    for k in range(number):
        for at in range(desk.starts[k], desk.starts[k + 1]):
            of_row[ends[ink[at]]] = k
            ends[ink[at]] += 1
    return fewest


@compiled
def cost_of(desk: Any, depth: Any, k: Any) -> Any:
    """The price of all rows of a class."""
    value, price, ink = 0.0, desk.price[depth], desk.ink[OF_CLASS]
    for at in range(desk.starts[k], desk.starts[k + 1]):
        value += price[ink[at]]
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
    gain, worth, ink = 0.0, desk.worth[depth], desk.ink[OF_ROW]
    for row in range(desk.row.shape[1]):
        if desk.row[DEGREE, row] == 0:
            continue
        more = 1.0
        for at in range(desk.row[BEGINS, row], desk.row[ENDS, row]):
            more = min(more, 1 - worth[ink[at]])
            if more <= 1e-9:
                break
        if more > 1e-9:
            desk.price[depth, row] += more
            gain += more
            for at in range(desk.row[BEGINS, row], desk.row[ENDS, row]):
                worth[ink[at]] += more
    return gain


@compiled
def climb(desk: Any, depth: Any, total: Any, target: Any, steps: Any, shrink: Any) -> Any:
    """Look for prices of a greater total: the subgradient method, then prices cut until no class costs more than 1; returns the total.

    A value of the relaxation beyond the target is given back at once, with whatever prices: it is a bound itself.
    """
    price, rows = desk.price[depth], desk.price.shape[1]
    copied(price, desk.money[BEFORE], rows)
    copied(price, desk.money[BEST], rows)
    best, pace = total, 1.0
    for _step in range(steps):
        value = _relaxed(desk, depth)
        if value > best + 1e-9:
            if value > target + EPS:
                return value
            best = value
            copied(price, desk.money[BEST], rows)
        steepness = 0.0
        for row in range(rows):
            if price[row] <= 0 and desk.money[SLOPE, row] < 0:
                desk.money[SLOPE, row] = 0.0
            steepness += desk.money[SLOPE, row] ** 2
        move = pace * (target + 0.3 - value) / steepness if steepness > 1e-12 else 0.0
        if move <= 0:
            break
        for row in range(rows):
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
    value, slope, ink = 0.0, desk.money[SLOPE], desk.ink[OF_CLASS]
    for row in range(desk.row.shape[1]):
        slope[row] = 1.0 if desk.row[DEGREE, row] else 0.0
        value += desk.price[depth, row]
    for k in range(desk.line[NUMBER, depth]):
        cost = cost_of(desk, depth, k)
        if cost > 1:
            value += 1 - cost
            for at in range(desk.starts[k], desk.starts[k + 1]):
                slope[ink[at]] -= 1.0
    return value
