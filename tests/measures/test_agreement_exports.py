"""What the package offers, and the examples in its documentation."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import subprocess
import sys

import pytest

from veche.measures import agreement

MODULES = [f"{agreement.__name__}.{module.name}" for module in pkgutil.iter_modules(agreement.__path__)]


def test_exports_are_those_named_and_in_order() -> None:
    public = {
        name for name, thing in vars(agreement).items() if not name.startswith("_") and not hasattr(thing, "__path__")
    }
    assert public == set(agreement.__all__)
    assert list(agreement.__all__) == sorted(
        agreement.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name)
    )


@pytest.mark.parametrize("name", agreement.__all__)
def test_every_function_is_documented(name: str) -> None:
    thing = getattr(agreement, name)
    if callable(thing) and name != "Design":
        assert thing.__doc__ and not thing.__doc__.startswith(f"{name}(")


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0


def test_scipy_and_pandas_are_not_loaded_before_they_are_needed() -> None:
    code = "import sys, veche.measures.agreement; print([n for n in ('scipy', 'pandas') if n in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
