"""Checks of options, also of a ready ``Params`` that did not pass through the registry."""

from __future__ import annotations

import dataclasses
import typing
from typing import Any, TypeVar

from veche.study.errors import InputProblem
from veche.study.registry import make_params
from veche.words import N_

P = TypeVar("P")


def checked(params: P) -> P:
    """Return options whose types, choices and bounds have been checked.

    Raises
    ------
    InputProblem
        For a value of another type than declared, outside its choices or its bounds.
    """
    hints = typing.get_type_hints(type(params))
    given = {f.name: getattr(params, f.name) for f in dataclasses.fields(typing.cast("Any", params))}
    for name, value in given.items():
        if not _fits(value, hints[name]):
            raise InputProblem(
                N_("Option {name} is {value!r}. It must be of type {kind}."),
                name=name,
                value=value,
                kind=getattr(hints[name], "__name__", str(hints[name])),
            )
    return make_params(type(params), given)


def _fits(value: Any, kind: Any) -> bool:
    if typing.get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(isinstance(one, str) for one in value)
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)
