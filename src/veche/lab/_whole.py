"""Numbers of runs, draws, points, months, and seeds: whole numbers from a least one up."""

from __future__ import annotations

from typing import Any

from veche.study.errors import N_, InputProblem

#: seeds, points and runs are numbered below this
MOST = 2**62


def whole_from(low: int, **values: Any) -> None:
    """See that every value is a whole number, `low` or more.

    Raises
    ------
    InputProblem
        With the name and value of the first that is not.

    Examples
    --------
    >>> whole_from(1, runs=3.0, seed=2)
    >>> whole_from(1, runs="three")
    Traceback (most recent call last):
    ...
    veche.study.errors.InputProblem: runs is three. Give a whole number, 1 or more.
    """
    for name, value in values.items():
        try:
            good = not isinstance(value, str) and low <= value < MOST and value == int(value)
        except (TypeError, ValueError, OverflowError):
            good = False
        if not good:
            raise InputProblem(
                N_("{name} is {value}. Give a whole number, {low} or more."), name=name, value=value, low=low
            )
