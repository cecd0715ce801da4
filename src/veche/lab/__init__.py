"""The mechanism lab: an executable model of small-town power, and the theory it rests on.

>>> from veche import lab
>>> town = lab.make_scenario("a town", S=1.0, omega=0.3)
>>> bool(lab.simulate(town, runs=20).control.mean() > 0)
True

Names are loaded when they are used, so that importing the lab is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from veche.lab import theory
    from veche.lab._presets import preset, presets
    from veche.lab.asking import Answer, of_scenario, of_town
    from veche.lab.attribution import Attribution, attribute, attribute_points
    from veche.lab.batch import run_points
    from veche.lab.calibration import Posterior, calibrate
    from veche.lab.comparisons import Comparison, Estimate, ablations, compare, replicate
    from veche.lab.designs import Design, grid, latin_hypercube, morris_design, scenarios, sobol_design
    from veche.lab.evidence import Coded, judge, read_evidence
    from veche.lab.experiments import Experiment, run_experiment
    from veche.lab.facts import stylised_facts
    from veche.lab.model import Scenario, Story, make_scenario, read_scenario, simulate, tell
    from veche.lab.odd import odd_text
    from veche.lab.parameters import TABLE, Parameter, Parameters, make_parameters
    from veche.lab.phases import PhaseMap, axis, phase_map
    from veche.lab.question_horizon import partnership_horizon
    from veche.lab.question_intervention import intervention
    from veche.lab.question_mechanism import which_mechanism
    from veche.lab.question_selection import manageable_without_selection
    from veche.lab.questions import ask
    from veche.lab.reference_table import ReferenceTable, make_table, open_table, read_table, write_table
    from veche.lab.results import Results, read_results
    from veche.lab.scenario_files import scenario_text
    from veche.lab.sensitivity import morris_effects, sobol_indices

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
    "scenario_text": "scenario_files",
    "stylised_facts": "facts",
    "odd_text": "odd",
    "Coded": "evidence",
    "judge": "evidence",
    "read_evidence": "evidence",
    "ReferenceTable": "reference_table",
    "make_table": "reference_table",
    "open_table": "reference_table",
    "read_table": "reference_table",
    "write_table": "reference_table",
    "Posterior": "calibration",
    "calibrate": "calibration",
    "Answer": "asking",
    "of_scenario": "asking",
    "of_town": "asking",
    "ask": "questions",
    "intervention": "question_intervention",
    "manageable_without_selection": "question_selection",
    "partnership_horizon": "question_horizon",
    "which_mechanism": "question_mechanism",
    "presets": "_presets",
    "preset": "_presets",
}

__all__ = [
    "TABLE",
    "Answer",
    "Attribution",
    "Coded",
    "Comparison",
    "Design",
    "Estimate",
    "Experiment",
    "Parameter",
    "Parameters",
    "PhaseMap",
    "Posterior",
    "ReferenceTable",
    "Results",
    "Scenario",
    "Story",
    "ablations",
    "ask",
    "attribute",
    "attribute_points",
    "axis",
    "calibrate",
    "compare",
    "grid",
    "intervention",
    "judge",
    "latin_hypercube",
    "make_parameters",
    "make_scenario",
    "make_table",
    "manageable_without_selection",
    "morris_design",
    "morris_effects",
    "odd_text",
    "of_scenario",
    "of_town",
    "open_table",
    "partnership_horizon",
    "phase_map",
    "preset",
    "presets",
    "read_evidence",
    "read_results",
    "read_scenario",
    "read_table",
    "replicate",
    "run_experiment",
    "run_points",
    "scenario_text",
    "scenarios",
    "simulate",
    "sobol_design",
    "sobol_indices",
    "stylised_facts",
    "tell",
    "theory",
    "which_mechanism",
    "write_table",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(importlib.import_module(f"veche.lab.{_WHERE[name]}"), name)
    if name == "theory":
        return importlib.import_module("veche.lab.theory")
    raise AttributeError(f"module 'veche.lab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
