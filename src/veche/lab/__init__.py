"""The mechanism lab: an executable model of small-town power, and the theory it rests on.

>>> from veche import lab
>>> town = lab.make_scenario("a town", S=1.0, omega=0.3)
>>> lab.simulate(town, runs=20).control.mean() > 0
True

Names are loaded when they are used, so that importing the lab is quick.
"""

from __future__ import annotations

import importlib
from typing import Any

#: public name -> module that has it
_WHERE = {
    "Parameter": "parameters",
    "Parameters": "parameters",
    "TABLE": "parameters",
    "make_parameters": "parameters",
    "Scenario": "model",
    "Story": "model",
    "make_scenario": "model",
    "read_scenario": "model",
    "simulate": "model",
    "tell": "model",
    "run_points": "batch",
    "Design": "designs",
    "grid": "designs",
    "latin_hypercube": "designs",
    "morris_design": "designs",
    "sobol_design": "designs",
    "scenarios": "designs",
    "Experiment": "experiments",
    "run_experiment": "experiments",
    "Results": "results",
    "read_results": "results",
    "morris_effects": "sensitivity",
    "sobol_indices": "sensitivity",
    "Comparison": "comparisons",
    "Estimate": "comparisons",
    "ablations": "comparisons",
    "compare": "comparisons",
    "replicate": "comparisons",
    "Attribution": "attribution",
    "attribute": "attribution",
    "attribute_points": "attribution",
    "PhaseMap": "phases",
    "axis": "phases",
    "phase_map": "phases",
    "scenario_text": "scenario_text",
    "stylised_facts": "facts",
    "odd_text": "odd",
    "presets": "presets",
    "preset": "presets",
}

__all__ = sorted([*_WHERE, "theory"])


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(importlib.import_module(f"veche.lab.{_WHERE[name]}"), name)
    if name == "theory":
        return importlib.import_module("veche.lab.theory")
    raise AttributeError(f"module 'veche.lab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
