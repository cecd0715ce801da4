"""Checks of arguments, with messages that name the argument and its range."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sized
from typing import Any

import numpy as np

from veche.study.errors import N_, InputProblem


def _is_number(name: str, value: Any) -> None:
    if not isinstance(value, (int, float, np.number)):
        raise InputProblem(N_("{name} is {value}, which is no number. Give one."), name=name, value=value)


def finite(**values: float) -> None:
    """Refuse what is not a number.

    Raises
    ------
    InputProblem
        For NaN or infinity.
    """
    for name, value in values.items():
        _is_number(name, value)
        if not math.isfinite(value):
            raise InputProblem(N_("{name} is {value}. Give a number."), name=name, value=value)


def within(low: float, high: float, *, open_low: bool = False, open_high: bool = False, **values: float) -> None:
    """Refuse what lies outside a range.

    Raises
    ------
    InputProblem
        For NaN or a value outside.
    """
    for name, value in values.items():
        _is_number(name, value)
        below = value <= low if open_low else value < low
        above = value >= high if open_high else value > high
        if math.isnan(value) or below or above:
            raise InputProblem(
                N_("{name} is {value}. Its range is {range}."),
                name=name,
                value=value,
                range=f"{'(' if open_low else '['}{low:g}, {high:g}{')' if open_high else ']'}",
            )


def each_within(low: float, high: float, name: str, values: Iterable[float], *, open_low: bool = False) -> None:
    """Refuse a list with a member outside a range.

    Raises
    ------
    InputProblem
        For the first such member.
    """
    for number, value in enumerate(values):
        within(low, high, open_low=open_low, open_high=False, **{f"{name}[{number}]": value})


def not_empty(**values: Sized) -> None:
    """Refuse empty lists.

    Raises
    ------
    InputProblem
        For a list without members.
    """
    for name, value in values.items():
        if len(value) == 0:
            raise InputProblem(N_("{name} is empty. Give at least one value."), name=name)
