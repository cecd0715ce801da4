"""Conditions on the page of the lab: groups of sliders, and the address that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from starlette.datastructures import QueryParams

from veche.study import InputProblem
from veche.study.errors import N_
from veche.words import _, number
from veche.workbench import lab as bench
from veche.workbench.lab import BY_NAME, QUICK, Scenario, make_parameters

#: groups of sliders: title and names, in their order
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Means and instruments"), ("R", "S", "phi", "iota", "sel")),
    (N_("The head"), ("theta_h", "v_head", "delta0", "pi_h")),
    (N_("The assembly"), ("lam_free", "lam_sd", "omega", "kappa", "pol", "theta_sd", "sig_eps", "band", "comp_corr")),
    (N_("Firm and partnership"), ("init_coop", "g_tempt", "phi_f", "K0", "erosion")),
    (N_("Federal intervention"), ("F_dur", "F_t", "F_delta", "F_h", "F_R", "F_S")),
    (N_("Pandemic"), ("pan_dur", "pan_t", "pan_R", "pan_eps")),
)
SWITCHES = tuple(name for name in BY_NAME if name.startswith("use_"))
#: ranges of sliders that are not in the condition box
RANGES = {
    "K0": (0.0, 1.0), "F_dur": (0.0, 60.0), "F_t": (0.0, 119.0), "F_delta": (0.0, 0.5), "F_h": (0.0, 0.1), "F_R": (-1.0, 2.0), "F_S": (-1.0, 2.0),
    "pan_dur": (0.0, 36.0), "pan_t": (0.0, 119.0), "pan_R": (0.0, 1.0), "pan_eps": (0.0, 2.0),
}  # fmt: skip
#: what else an address of the page may hold
OTHERS = {"preset", "seed", "run", "against", "x", "y", "of", "steps", "runs", "explain", "map", "case", "token"}
#: where a window begins as soon as it has a length
BEGINS = 48.0
WINDOWS = (("F_t", "F_dur"), ("pan_t", "pan_dur"))
#: most points along an axis of a map, and most runs of a point, from the page
STEPS, RUNS = (10, 20, 30, 40), (10, 20, 50)


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    preset: str = ""
    given: Mapping[str, float] = field(default_factory=dict)
    seed: int = 1
    run: int = 0
    against: str = ""
    x: str = "R"
    y: str = "S"
    of: str = "control"
    steps: int = 20
    runs: int = 20

    @cached_property
    def scenario(self) -> Scenario:
        """The conditions."""
        base = bench.preset_or_defaults(self.preset)
        return Scenario(base.name, make_parameters({**dict(base.parameters.given), **self.given}), base.about)

    @cached_property
    def query(self) -> dict[str, Any]:
        """The shortest address that asks for the same."""
        base = bench.preset_or_defaults(self.preset).parameters
        found: dict[str, Any] = {"preset": self.preset} if self.preset else {}
        found |= {name: f"{value:g}" for name, value in self.given.items() if value != base[name]}
        plain = Asked()
        for name in ("seed", "run", "against", "x", "y", "of", "steps", "runs"):
            if getattr(self, name) != getattr(plain, name):
                found[name] = getattr(self, name)
        return found


@dataclass(frozen=True, slots=True)
class Slider:
    """A condition on the page."""

    name: str
    label: str
    value: float
    shown: str
    low: float
    high: float
    step: float
    changed: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Some conditions under one title."""

    title: str
    sliders: tuple[Slider, ...]
    changed: bool


def read_asked(query: QueryParams) -> Asked:
    """Read the address.

    Raises
    ------
    InputProblem
        For a condition that does not exist, or a value that cannot be used.
    NotFound
        For a preset that does not exist.
    """
    given = {name: _number(name, text) for name, text in query.items() if name in BY_NAME and text.strip()}
    for name in query:
        if name not in OTHERS:
            make_parameters()[name]  # an unknown one is named with the nearest
    preset = query.get("preset", "")
    base = bench.preset_or_defaults(preset).parameters
    for start, length in WINDOWS:
        months = given.get(length, base[length])
        if months == 0 and (start in given or length in given):
            given[start], given[length] = -1.0, 0.0
        elif months > 0 and given.get(start, base[start]) < 0:
            given[start] = BEGINS
    asked = Asked(
        preset=preset, given=given, seed=_whole(query, "seed", 1, 0, 999_999), run=_whole(query, "run", 0, 0, QUICK - 1),
        against=_one_of(query, "against", ("", "intervention", "pandemic", *SWITCHES)), x=_one_of(query, "x", tuple(BY_NAME), "R"),
        y=_one_of(query, "y", tuple(BY_NAME), "S"), of=query.get("of", "control"), steps=_whole(query, "steps", 20, 2, STEPS[-1]),
        runs=_whole(query, "runs", 20, 2, RUNS[-1]),
    )  # fmt: skip
    assert asked.scenario  # values out of range are found here
    return asked


def _number(name: str, text: str) -> float:
    try:
        return float(text.replace(",", ".").replace("−", "-"))
    except ValueError as error:
        raise InputProblem(
            N_("{text} cannot be read. Write NAME=NUMBER, as S=0.8."), text=f"{name}={text[:40]}"
        ) from error


def _whole(query: QueryParams, name: str, plain: int, low: int, high: int) -> int:
    text = query.get(name, "")
    if not text:
        return plain
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise InputProblem(
            N_("{name} is {value}. Give a whole number from {low} to {high}."), name=name, value=text[:40], low=low, high=high
        )  # fmt: skip
    return int(text)


def _one_of(query: QueryParams, name: str, known: tuple[str, ...], plain: str = "") -> str:
    value = query.get(name, plain)
    if value not in known:
        raise InputProblem(
            N_("{value} is nothing that {name} can be. Choose it on the page."), value=value[:40], name=name
        )
    return value


def shown_groups(asked: Asked) -> tuple[Group, ...]:
    """Give the sliders as they stand."""
    return tuple(_group(asked, title, names) for title, names in GROUPS)


def _group(asked: Asked, title: str, names: tuple[str, ...]) -> Group:
    sliders = tuple(_slider(asked, name) for name in names)
    return Group(_(title), sliders, any(one.changed for one in sliders))


def _slider(asked: Asked, name: str) -> Slider:
    one, value = BY_NAME[name], asked.scenario.parameters[name]
    low, high = one.box or RANGES[name]
    changed = value != one.default
    if name in {start for start, _length in WINDOWS} and value < 0:
        value = BEGINS
    low, high = min(low, value), max(high, value)
    whole = one.kind == "whole"
    step = 1.0 if whole else 0.001 if high - low <= 0.2 else 0.01 if high - low <= 3 else 0.05
    return Slider(name, _(one.meaning), value, written(value, step), low, high, step, changed)


def written(value: float, step: float) -> str:
    """Write the value of a slider."""
    return number(value, 0 if step >= 1 else 3 if step < 0.01 else 2)
