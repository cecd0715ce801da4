"""Fit of many models at once, compiled; the formulae stand in `veche.sets.fit`."""

from __future__ import annotations

from typing import Any

import numpy as np

from veche.sets._bits import ONE, ZERO, compiled, ones


@compiled
def fit_all(lines: Any, begins: Any, y: Any, cubes: Any, models: Any, whole: Any, terms: Any) -> None:
    """Fill `whole` (inclusion, PRI, coverage of each model) and `terms` (the same and unique coverage of each of its terms).

    Parameters
    ----------
    lines, begins
        Memberships in the values of the conditions one after the other, shape (values, cases), and where each condition begins.
    y
        Memberships in the outcome, shape (cases,).
    cubes
        Terms, -1 where free; shape (terms, conditions).
    models
        Terms of each model, shape (models, size).
    whole, terms
        Room for the answers, shapes (models, 3) and (models, size, 4).
    """
    cases, size, total = len(y), models.shape[1], 0.0
    for case in range(cases):
        total += y[case]
    place = np.full(len(cubes), -1, np.int64)
    used = _number(models, place)
    members, alone = np.empty((used, cases)), np.empty((used, 3))
    for term in range(len(cubes)):
        if place[term] >= 0:
            _member(lines, begins, cubes[term], members[place[term]])
            _measure(members[place[term]], y, total, alone[place[term]])
    top, second, leader = np.empty(cases), np.empty(cases), np.empty(cases, np.int64)
    for m in range(len(models)):
        for case in range(cases):
            top[case], second[case], leader[case] = 0.0, 0.0, -1
        for at in range(size):
            row = members[place[models[m, at]]]
            # without branches, so that a processor does several cases at once
            for case in range(cases):
                value, most = row[case], top[case]
                leader[case] = at if value > most else leader[case]
                second[case] = max(second[case], min(value, most))
                top[case] = max(most, value)
        for at in range(size):
            terms[m, at, 3] = 0.0
        for case in range(cases):
            if leader[case] >= 0:
                terms[m, leader[case], 3] += min(top[case], y[case]) - min(second[case], y[case])
        for at in range(size):
            for which in range(3):
                terms[m, at, which] = alone[place[models[m, at]], which]
            terms[m, at, 3] = _ratio(terms[m, at, 3], total)
        _measure(top, y, total, whole[m])


@compiled
def fit_crisp(words: Any, begins: Any, y: Any, cases: Any, cubes: Any, models: Any, whole: Any, terms: Any) -> None:
    """Do the same where all memberships are 0 or 1: cases are bits, and sums are counts of bits.

    Parameters
    ----------
    words, y
        Cases in each value and in the outcome, shapes (values, words) and (words,).
    cases
        How many there are.
    begins, cubes, models, whole, terms
        As in `fit_all`.
    """
    parts, size, total = len(y), models.shape[1], 0
    for part in range(parts):
        total += ones(y[part])
    place = np.full(len(cubes), -1, np.int64)
    members = np.empty((_number(models, place), parts), np.uint64)
    for term in range(len(cubes)):
        if place[term] >= 0:
            for part in range(parts):
                here = min(64, cases - 64 * part)
                word = ~ZERO if here == 64 else (ONE << np.uint64(here)) - ONE
                for at in range(cubes.shape[1]):
                    if cubes[term, at] >= 0:
                        word &= words[begins[at] + cubes[term, at], part]
                members[place[term], part] = word
    once, twice = np.empty(parts, np.uint64), np.empty(parts, np.uint64)
    for m in range(len(models)):
        for part in range(parts):
            once[part] = twice[part] = ZERO
            for at in range(size):
                word = members[place[models[m, at]], part]
                twice[part] |= once[part] & word
                once[part] |= word
        _count(once, y, total, whole[m])
        for at in range(size):
            row, alone = members[place[models[m, at]]], 0
            for part in range(parts):
                alone += ones(row[part] & ~twice[part] & y[part])
            _count(row, y, total, terms[m, at])
            terms[m, at, 3] = _ratio(float(alone), float(total))


@compiled
def _number(models: Any, place: Any) -> Any:
    """Number the terms that stand in models; returns how many do."""
    used = 0
    for m in range(len(models)):
        for at in range(models.shape[1]):
            if place[models[m, at]] < 0:
                place[models[m, at]] = used
                used += 1
    return used


@compiled
def _count(x: Any, y: Any, total: Any, out: Any) -> None:
    shared = own = 0
    for part in range(len(x)):
        shared += ones(x[part] & y[part])
        own += ones(x[part])
    # no case is in the outcome and out of it, so that PRI is inclusion
    out[0] = out[1] = _ratio(float(shared), float(own))
    out[2] = _ratio(float(shared), float(total))


@compiled
def _member(lines: Any, begins: Any, cube: Any, out: Any) -> None:
    for case in range(len(out)):
        out[case] = 1.0
    for at in range(len(cube)):
        if cube[at] >= 0:
            row = lines[begins[at] + cube[at]]
            for case in range(len(out)):
                out[case] = min(out[case], row[case])


@compiled
def _measure(x: Any, y: Any, total: Any, out: Any) -> None:
    shared = own = either = 0.0
    for case in range(len(x)):
        both = min(x[case], y[case])
        shared += both
        own += x[case]
        either += min(both, 1 - y[case])
    out[0], out[1], out[2] = _ratio(shared, own), _ratio(shared - either, own - either), _ratio(shared, total)


@compiled
def _ratio(above: Any, below: Any) -> Any:
    # sums of memberships carry rounding: what is nothing but rounding is nothing
    return above / below if below > 1e-12 else np.nan
