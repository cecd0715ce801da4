"""Scenarios and runs: a named set of conditions, run once with its story or many times with its observables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from veche.lab.parameters import Parameters, make_parameters
from veche.study.errors import N_, InputProblem, reason_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named set of conditions."""

    name: str
    parameters: Parameters
    about: str = ""


def make_scenario(name: str = "", about: str = "", **values: float) -> Scenario:
    """Make a scenario from parameter values; those not given stand at their defaults.

    Raises
    ------
    InputProblem
        For unknown names or values out of range.
    """
    return Scenario(name, make_parameters(values), about)


def read_scenario(path: Path | str) -> Scenario:
    """Read a scenario from YAML: `name`, `about`, and `parameters` with their values.

    Raises
    ------
    InputProblem
        If the file is no scenario, or a value cannot be used.
    """
    import yaml

    path = Path(path)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputProblem(
            N_("{name} cannot be read as YAML: {reason}. Check the file."),
            name=path.name,
            reason=reason_of(error),
        ) from error
    values = content.get("parameters", {}) if isinstance(content, dict) else None
    if not isinstance(values, dict) or not all(isinstance(one, (int, float)) for one in values.values()):
        raise InputProblem(
            N_("{name} is no scenario. Write `name`, `about` and `parameters` with one number for each."),
            name=path.name,
        )
    for key in content:
        if key not in ("name", "about", "parameters"):
            raise InputProblem(
                N_("{name} says {key} at its top. Only `name`, `about` and `parameters` stand there; write conditions under `parameters`."),
                name=path.name, key=key,
            )  # fmt: skip
    return Scenario(str(content.get("name", path.stem)), make_parameters(values), str(content.get("about", "")))


@dataclass(frozen=True)
class Story:
    """One run told month by month; `months` has one row per month, `observed` what it comes to."""

    scenario: Scenario
    months: pd.DataFrame
    observed: Mapping[str, float]


def tell(scenario: Scenario, *, seed: int = 1, point: int = 0, replicate: int = 0) -> Story:
    """Run a scenario once and keep its story."""
    import pandas as pd

    from veche.lab.batch import run_story
    from veche.lab.observables import MONTH, OBSERVED

    seen, months = run_story(scenario.parameters.values, seed=seed, point=point, replicate=replicate)
    return Story(scenario, pd.DataFrame(months, columns=list(MONTH)), dict(zip(OBSERVED, seen.tolist(), strict=True)))


def simulate(scenario: Scenario, *, runs: int = 300, seed: int = 1, point: int = 0) -> pd.DataFrame:
    """Run a scenario many times; one row per run, one column per observable.

    Runs with the same seed, point and replicate share every draw that is not downstream of a changed condition, so two scenarios can be
    compared pair by pair.
    """
    import pandas as pd

    from veche.lab.batch import run_points
    from veche.lab.observables import OBSERVED

    rows = run_points(scenario.parameters.values[None, :], runs=runs, seed=seed, first_point=point)[0]
    return pd.DataFrame(rows, columns=list(OBSERVED))
