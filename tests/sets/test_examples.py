"""Every public function of `veche.sets` is documented alike, and every example gives what it says."""

from __future__ import annotations

import doctest
import inspect
import pkgutil
import re
from importlib import import_module

import pytest

from veche import sets

MODULES = [f"veche.sets.{one.name}" for one in pkgutil.iter_modules(sets.__path__)]
FUNCTIONS = sorted(name for name in sets.__all__ if inspect.isfunction(getattr(sets, name)))
CLASSES = sorted(name for name in sets.__all__ if inspect.isclass(getattr(sets, name)))
#: what takes only what other functions made, and cannot fail on it
NEVER = {"data_digest", "term_shares"}
SECTIONS = ("Parameters", "Returns", "References", "Examples")


@pytest.mark.parametrize("name", ["veche.sets", *MODULES, "veche.workbench.calibrations"])
def test_the_examples_are_right(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_what_it_takes_gives_refuses_and_where_it_comes_from(name: str) -> None:
    function = getattr(sets, name)
    words = inspect.getdoc(function) or ""
    wanted = SECTIONS if name in NEVER else (*SECTIONS, "Raises")
    heads = re.findall(r"^(\w+)\n-+$", words, re.MULTILINE)
    assert set(wanted) <= set(heads), f"{name} says nothing of {', '.join(set(wanted) - set(heads))}"
    parts = dict(re.findall(r"^(\w+)\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", words, re.MULTILINE | re.DOTALL))
    # every parameter is described, and none that is not there
    lines = re.findall(r"^(\S.*)$", parts["Parameters"], re.MULTILINE)
    described = {one.strip() for line in lines for one in line.split(",")}
    assert described == set(inspect.signature(function).parameters)
    assert ">>> " in parts["Examples"]
    assert re.search(r"\d{4}|`", parts["References"])
    if "Raises" in parts:
        assert parts["Raises"].startswith("InputProblem\n    ")


@pytest.mark.parametrize("name", sorted(NEVER))
def test_what_says_nothing_of_errors_raises_none(name: str) -> None:
    assert "raise " not in inspect.getsource(getattr(sets, name))


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_and_its_methods_are_explained(name: str) -> None:
    found = getattr(sets, name)
    assert (found.__doc__ or "").strip()
    assert not found.__doc__.startswith(f"{name}(")
    for method, function in inspect.getmembers(found, inspect.isfunction):
        if not method.startswith("_"):
            assert (inspect.getdoc(function) or "").strip(), f"{name}.{method}"
