"""A scenario as YAML, as `read_scenario` reads it, with the meaning of each value beside it."""

from __future__ import annotations

from veche.lab.honesty import STATEMENTS
from veche.lab.model import Scenario
from veche.lab.parameters import BY_NAME
from veche.words import _


def scenario_text(scenario: Scenario) -> str:
    """Write a scenario as YAML, in the language in use; only what differs from the defaults is named.

    >>> from veche.lab.model import make_scenario
    >>> print(scenario_text(make_scenario("a town", S=1.0)).splitlines()[-1])
      S: 1.0  # capacity to sanction
    """
    import yaml

    head = yaml.safe_dump(
        {"name": scenario.name, "about": scenario.about}, allow_unicode=True, sort_keys=False, width=1000
    )
    lines = [f"# {_(one)}" for one in STATEMENTS] + [
        head.rstrip("\n"),
        "parameters:" if scenario.parameters.given else "parameters: {}",
    ]
    lines += [
        f"  {name}: {value:g}  # {_(BY_NAME[name].meaning)}"
        if value != int(value)
        else f"  {name}: {value:.1f}  # {_(BY_NAME[name].meaning)}"
        for name, value in scenario.parameters.given
    ]
    return "\n".join(lines) + "\n"
