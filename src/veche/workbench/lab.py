"""The mechanism lab for the faces of the program: scenarios by name or file, and a quick look at one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veche import lab
from veche.lab.attribution import Attribution
from veche.lab.comparisons import WINDOWS
from veche.lab.model import Scenario
from veche.lab.observables import MONTH, OBSERVABLES, OBSERVED
from veche.lab.parameters import BY_NAME, make_parameters
from veche.study import InputProblem, NotFound
from veche.study.errors import N_
from veche.words import _, number, say

__all__ = [
    "BY_NAME", "EXPLAINING", "OBSERVABLES", "PAIRS", "QUICK", "Attribution", "Scenario", "Trial", "carried_words", "counterfactual_of",
    "find_scenario", "make_parameters", "preset_or_defaults", "presets", "take_change", "take_range", "try_out",
]  # fmt: skip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: runs behind the band of a quick look, pairs of a quick comparison, runs of each subset of a quick attribution
QUICK, PAIRS, EXPLAINING = 40, 60, 48


@dataclass(frozen=True)
class Trial:
    """A quick look at a scenario: the months and observables of some runs."""

    scenario: Scenario
    #: shape (runs, months, columns of `MONTH`)
    months: NDArray[np.float64]
    #: shape (runs, observables)
    observed: NDArray[np.float64]
    seed: int

    def month(self, name: str) -> NDArray[np.float64]:
        """Give a column of all months, shape (runs, months)."""
        found: NDArray[np.float64] = self.months[:, :, MONTH.index(name)]
        return found

    def mean(self, name: str) -> float:
        """Give the mean of an observable over the runs where it is defined."""
        known = [one for one in self.observed[:, OBSERVED.index(name)].tolist() if not math.isnan(one)]
        return sum(known) / len(known) if known else math.nan


def try_out(scenario: Scenario, *, runs: int = QUICK, seed: int = 1) -> Trial:
    """Run a scenario some times and keep every month."""
    import numpy as np

    from veche.lab.batch import run_story

    found = [run_story(scenario.parameters.values, seed=seed, replicate=at) for at in range(runs)]
    return Trial(
        scenario, np.array([months for _seen, months in found]), np.array([seen for seen, _months in found]), seed
    )


def presets() -> tuple[Any, ...]:
    """Give the presets that come with the program: each with `key` and `scenario`."""
    found: tuple[Any, ...] = lab.presets()
    return found


def find_scenario(name: str = "", changes: Iterable[str] = ()) -> Scenario:
    """Give a scenario: a preset by name, a YAML file by path, or the defaults; with changes of the form NAME=VALUE.

    Raises
    ------
    InputProblem
        For an unreadable file, an unknown parameter, or a value that cannot be used.
    NotFound
        If there is neither a preset nor a file of that name.
    """
    given = dict(take_change(one) for one in changes)
    base = _base(name)
    parameters = make_parameters({**dict(base.parameters.given), **given})
    return Scenario(base.name, parameters, base.about)


def _base(name: str) -> Scenario:
    if not name:
        return preset_or_defaults("")
    path = Path(name)
    if path.suffix.lower() in (".yaml", ".yml") or path.exists():
        return lab.read_scenario(path)
    return preset_or_defaults(name)


def preset_or_defaults(name: str) -> Scenario:
    """Give a preset by its name, without one the defaults; no file is read.

    Raises
    ------
    NotFound
        If there is no preset of that name.
    """
    if not name:
        return lab.make_scenario(_("Defaults"))
    known = {one.key: one for one in presets()}
    if name not in known:
        import difflib

        near = difflib.get_close_matches(name, list(known), 3, 0.4)
        raise NotFound(
            N_("There is no preset and no file {name}. Presets: {near}."), name=name, near=", ".join(near or sorted(known))
        )  # fmt: skip
    found: Scenario = known[name].scenario
    return found


def take_change(text: str) -> tuple[str, float]:
    """Read NAME=VALUE.

    Raises
    ------
    InputProblem
        If it is not of that form, or the value is no number.
    """
    name, equals, value = text.partition("=")
    try:
        if not equals:
            raise ValueError
        return name.strip(), float(value.replace(",", ".").replace("−", "-"))
    except ValueError as error:
        raise InputProblem(N_("{text} cannot be read. Write NAME=NUMBER, as S=0.8."), text=text) from error


def take_range(text: str) -> tuple[str, float, float]:
    """Read NAME or NAME=LOW:HIGH; without a range that of the condition box, or of the parameter.

    Raises
    ------
    InputProblem
        If it is not of that form, or an end is out of range.
    """
    name, equals, ends = text.partition("=")
    name = name.strip()
    make_parameters()[name]
    one = BY_NAME[name]
    if not equals:
        low, high = one.box or (one.low, one.high)
        return name, low, high
    first, colon, second = ends.replace(",", ".").replace("−", "-").partition(":")
    try:
        if not colon:
            raise ValueError
        low, high = float(first), float(second)
    except ValueError as error:
        raise InputProblem(N_("{text} cannot be read. Write NAME=LOW:HIGH, as S=0:1.5."), text=text) from error
    if not one.low <= low < high <= one.high:
        raise InputProblem(
            N_("The range {text} cannot be used. Write the lower end first, both from {low} to {high}: {name} is the {meaning}."),
            text=text, low=f"{one.low:g}", high=f"{one.high:g}", name=name, meaning=one.meaning,
        )  # fmt: skip
    return name, low, high


def counterfactual_of(scenario: Scenario, what: str) -> Scenario:
    """Give the counterfactual that a word names: without ``intervention`` or ``pandemic``, or with a switch (``use_...``) off.

    Raises
    ------
    InputProblem
        If the scenario has nothing of the kind to take away.
    """
    if what in WINDOWS:
        from veche.lab.comparisons import without

        return without(scenario, what)
    if not what.startswith("use_"):
        raise InputProblem(
            N_("There is no window {name}. Choose one of: {names}."), name=what, names=", ".join(WINDOWS)
        )
    if not scenario.parameters[what]:
        raise InputProblem(N_("{name} is off in this scenario already. Choose another comparison."), name=what)
    return Scenario(scenario.name, scenario.parameters.replace(**{what: 0}), scenario.about)


def carried_words(found: Attribution) -> str:
    """Say which mechanism carries control, and how sure that is."""
    if not found.shares.max() > 0:
        return _("No mechanism carries control in these conditions.")
    names = {
        "entrance": N_("entrance selection"),
        "coercion": N_("coercion"),
        "manipulation": N_("manipulation"),
        "bargaining": N_("bargaining"),
    }
    fields = {
        "first": _(names[found.first]), "model": _(found.model), "share": number(float(found.shares.max())), "margin": number(found.margin),
        "second": _(names[found.second]),
    }  # fmt: skip
    if found.mixed:
        said = say(
            N_("A mixed case: {first} carries most of control ({share}), but only {margin} more than {second}."),
            **fields,
        )
    else:
        said = say(N_("Control is carried by {first} ({share}; {margin} more than {second}): “{model}”."), **fields)
    if found.first == "coercion":
        said += " " + (
            _("Direct pressure weighs more than dependence.")
            if found.direct
            else _("Dependence weighs more than direct pressure.")
        )
    if found.confrontation:
        said += " " + _("Persistent opposition and a harsh tone make it dominance in confrontation.")
    return said
