"""Minimisation by looking at every term and every set of terms, from the definitions alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import combinations, product

Cube = tuple[int, ...]


def holds(cube: Cube, row: Cube) -> bool:
    return all(value in (-1, at) for value, at in zip(cube, row, strict=True))


def terms(levels: Sequence[int]) -> list[Cube]:
    return list(product(*((-1, *range(count)) for count in levels)))


def rows_of(levels: Sequence[int]) -> list[Cube]:
    return list(product(*(range(count) for count in levels)))


@cache
def rows_held(levels: tuple[int, ...]) -> dict[Cube, int]:
    """Every term with the rows that it holds, as bits."""
    everything = rows_of(levels)
    return {cube: sum(1 << n for n, row in enumerate(everything) if holds(cube, row)) for cube in terms(levels)}


def primes(levels: Sequence[int], positive: Iterable[Cube], allowed: Iterable[Cube]) -> set[Cube]:
    """Terms whose rows are all allowed, that hold a positive row, and that no shorter such term holds."""
    number = {row: n for n, row in enumerate(rows_of(levels))}
    outside = ~sum(1 << number[row] for row in set(allowed))
    wanted = sum(1 << number[row] for row in set(positive))
    held = rows_held(tuple(levels))
    good = {cube for cube, rows in held.items() if not rows & outside}
    return {
        cube
        for cube in good
        if held[cube] & wanted
        and not any((*cube[:at], -1, *cube[at + 1 :]) in good for at, value in enumerate(cube) if value != -1)
    }


def models(found: Iterable[Cube], positive: Sequence[Cube]) -> set[frozenset[Cube]]:
    """All sets of fewest primes that hold every positive row."""
    columns = sorted(found)
    masks = [sum(1 << n for n, row in enumerate(positive) if holds(cube, row)) for cube in columns]
    full = (1 << len(positive)) - 1
    for size in range(1, len(columns) + 1):
        chosen = set()
        for places in combinations(range(len(columns)), size):
            union = 0
            for place in places:
                union |= masks[place]
            if union == full:
                chosen.add(frozenset(columns[place] for place in places))
        if chosen:
            return chosen
    return set()
