"""Every example of the documentation of `veche.sets` gives what it says, and the main functions have one."""

from __future__ import annotations

import doctest
import inspect
import pkgutil
from importlib import import_module

import pytest

from veche import sets

MODULES = [f"veche.sets.{one.name}" for one in pkgutil.iter_modules(sets.__path__) if not one.name.startswith("_")]


@pytest.mark.parametrize("name", [*MODULES, "veche.workbench.calibrations"])
def test_the_examples_are_right(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


@pytest.mark.parametrize(
    "name",
    [
        "calibrate", "indirect", "crisp", "verbal", "make_frame", "truth_table", "necessity", "minimize", "standard", "cluster", "by_cluster",
        "ideal_types", "robustness", "stability", "theory", "select_cases", "redundancy_free", "permuted", "left_out", "record",
    ],
)  # fmt: skip
def test_main_functions_show_an_example_and_say_what_is_wrong(name: str) -> None:
    words = inspect.getdoc(getattr(sets, name)) or ""
    assert ">>> " in words and "Parameters\n" in words
