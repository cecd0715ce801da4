"""What is given from outside, read with every mistake named: numbers, memberships, terms and models."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.sets._terms import FREE, Cube, Floats, Frame
from veche.study.errors import N_, InputProblem

#: a term as words or as a cube, and a model as words or as terms
Term = Cube | str
Model = str | Iterable[Term]


def read_numbers(values: ArrayLike) -> Floats:
    """Read numbers; missing ones stay missing (NaN).

    Raises
    ------
    InputProblem
        For what is no number; the message names its place.
    """
    try:
        found = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        for place, one in enumerate(_listed(values)):
            try:
                float(one)  # type: ignore[arg-type]
            except (TypeError, ValueError):
                raise InputProblem(
                    N_("Value {place} is {value}, which is no number. Give numbers, and NaN where one is missing."),
                    place=place + 1, value="–" if one is None else str(one)[:60],
                ) from None  # fmt: skip
        raise InputProblem(
            N_("The values are no numbers, or have rows of different lengths. Give one number for each case.")
        ) from None
    if np.isinf(found).any():
        place = int(np.flatnonzero(np.isinf(found))[0])
        raise InputProblem(
            N_("Value {place} is infinite. Give numbers, and NaN where one is missing."), place=place + 1
        )
    return found


def _listed(values: ArrayLike) -> Sequence[object]:
    try:
        return list(values)  # type: ignore[arg-type]
    except TypeError:
        return [values]


def read_pair(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Read the memberships of the same cases in two sets; shapes (cases,).

    Raises
    ------
    InputProblem
        If the numbers of cases differ, or a membership is missing or outside [0, 1]; the message names its place.
    """
    a, b = read_numbers(x), read_numbers(y)
    if a.shape != b.shape or a.ndim != 1:
        raise InputProblem(
            N_("There are {x} memberships in one set and {y} in the other. Give both for every case."),
            x=a.size,
            y=b.size,
        )
    for one in (a, b):
        wrong = np.flatnonzero(~((one >= 0) & (one <= 1)))
        if wrong.size:
            raise InputProblem(
                N_("Membership {place} is {value}. It must lie from 0 to 1: calibrate first, and leave out cases without a value."),
                place=int(wrong[0]) + 1, value=f"{one[wrong[0]]:g}",
            )  # fmt: skip
    return a, b


def read_term(frame: Frame, term: Term) -> Cube:
    """Read a term, given as words or as one value for each condition.

    Raises
    ------
    InputProblem
        If it names what is not there, or has not one value for each condition.
    """
    if isinstance(term, str):
        return frame.read(term)
    cube = tuple(term)
    if len(cube) != frame.width or any(
        not (value == FREE or 0 <= value < len(column)) for value, column in zip(cube, frame.literals, strict=True)
    ):
        raise InputProblem(
            N_("{term} is no term of the conditions {names}. Write it in words, such as {example}."),
            term=str(cube), names=", ".join(frame.names), example=frame.write_literal(0, min(1, frame.levels[0] - 1)),
        )  # fmt: skip
    return cube


def read_terms(frame: Frame, model: Model) -> tuple[Cube, ...]:
    """Read a model: words with ``+`` between the terms, or terms.

    Raises
    ------
    InputProblem
        As `read_term`.
    """
    return frame.read_model(model) if isinstance(model, str) else tuple(read_term(frame, one) for one in model)


def by_unit(
    values: ArrayLike, units: Sequence[Hashable], order: ArrayLike
) -> tuple[Floats, dict[Hashable, NDArray[np.int64]]]:
    """Read the values of units over time: the values, and by unit its rows in the order of time.

    Raises
    ------
    InputProblem
        If the lengths differ, a value is no number, or two times cannot be compared.
    """
    x, t = read_numbers(values), np.asarray(order)
    if x.ndim != 1 or not (x.shape == t.shape == (len(units),)):
        raise InputProblem(
            N_("There are {values} memberships, {units} units and {times} times. Give one of each for every row."),
            values=x.size, units=len(units), times=t.size,
        )  # fmt: skip
    rows_of: dict[Hashable, list[int]] = {}
    for row, unit in enumerate(units):
        rows_of.setdefault(unit, []).append(row)
    times = t.tolist()
    return x, {unit: np.array(in_time(rows, times), dtype=np.int64) for unit, rows in rows_of.items()}


def in_time(rows: Iterable[int], times: Sequence[object]) -> list[int]:
    """Bring rows into the order of their times.

    Raises
    ------
    InputProblem
        If two times cannot be compared.
    """
    found = list(rows)
    try:
        return sorted(found, key=lambda at: times[at])  # type: ignore[arg-type, return-value]
    except TypeError:
        kinds = {type(times[at]).__name__: times[at] for at in found}
        raise InputProblem(
            N_("The times {times} cannot be put in order. Give numbers, or words that sort."),
            times=", ".join(str(one) for one in kinds.values()),
        ) from None  # fmt: skip


def read_seed(seed: int) -> int:
    """Read the seed of random draws.

    Raises
    ------
    InputProblem
        If it is no whole number of 0 or more.
    """
    if seed != seed or seed < 0 or seed != int(seed):
        raise InputProblem(N_("The seed is {seed}. Give a whole number from 0 up."), seed=seed)
    return int(seed)


def at_place(found: Sequence[Any], place: int) -> Any:
    """Give what stands at a place of a list, counted from 0.

    Raises
    ------
    InputProblem
        If there is nothing.
    """
    if not -len(found) <= place < len(found):
        raise InputProblem(
            N_("There is none at place {place}: there are {count}, counted from 0."), place=place, count=len(found)
        )
    return found[place]


def read_runs(value: int, least: int) -> int:
    """Read a number of runs.

    Raises
    ------
    InputProblem
        If it is no whole number, or too small.
    """
    if value != value or value < least or value != int(value):
        raise InputProblem(
            N_("{value} runs were asked for. Give a whole number from {least} up."), value=value, least=least
        )
    return int(value)
