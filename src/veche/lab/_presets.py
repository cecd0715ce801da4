"""Scenarios that come with the program: one for each model of interaction, and the towns of the demonstration study.

Each is a file of the folder `presets`, with name and meaning in both languages. A town's file holds conditions under which what is planted in its
story is likely; they are one possible reading of it, not an estimate.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from veche.lab.model import Scenario
from veche.lab.parameters import Parameters, make_parameters
from veche.study.errors import N_, InputProblem
from veche.words import language


@dataclass(frozen=True, slots=True)
class Preset:
    """A scenario by its key; `model` is the model of interaction it stands for, `town` the town of the demonstration study, where there is one."""

    key: str
    scenario: Scenario
    model: str
    town: str = ""


def presets() -> tuple[Preset, ...]:
    """Give all presets, models first, in the language in use."""
    code = language()
    return tuple(
        Preset(
            one["key"], Scenario(one["name"][code], _parameters(one["key"]), one["about"][code]), one["model"], one.get("town", "")
        )
        for one in _files()
    )  # fmt: skip


def preset(name: str) -> Scenario:
    """Give the scenario of a preset.

    Parameters
    ----------
    name
        Its key (`entrance`), or the letter of a town of the demonstration study (`B`).

    Raises
    ------
    InputProblem
        If there is none of that name; the nearest are named.

    Examples
    --------
    >>> preset("coercion").parameters["sel"]
    0.0
    """
    found = presets()
    for one in found:
        if name.lower() in (one.key, one.town.lower()):
            return one.scenario
    keys = [one.key for one in found]
    near = difflib.get_close_matches(name.lower(), keys, 3, 0.5)
    raise InputProblem(N_("There is no preset {name}. Nearest: {near}."), name=name, near=", ".join(near or keys))


@cache
def _files() -> tuple[dict[str, Any], ...]:
    import yaml

    paths = sorted((Path(__file__).parent / "presets").glob("*.yaml"))
    found = [{"key": path.stem, **yaml.safe_load(path.read_text(encoding="utf-8"))} for path in paths]
    return tuple(sorted(found, key=lambda one: (one.get("town", ""), one["key"])))


@cache
def _parameters(key: str) -> Parameters:
    return make_parameters(next(one["parameters"] for one in _files() if one["key"] == key))
