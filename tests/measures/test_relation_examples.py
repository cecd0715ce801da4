"""The examples in the docstrings of the measures of relations give what they say."""

import doctest
import importlib

import pytest

MODULES = (
    "alliances",
    "balance",
    "brokerage",
    "coalitions",
    "discourse",
    "interaction",
    "power",
    "signed",
    "survival",
    "tactics",
    "ties",
    "triads",
    "turbulence",
    "turnbull",
    "uncertainty",
    "windows",
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(f"veche.measures.{name}")
    assert doctest.testmod(module).failed == 0
    # every public function is documented
    for key, value in vars(module).items():
        if not key.startswith("_") and getattr(value, "__module__", "") == module.__name__ and callable(value):
            assert value.__doc__, f"{name}.{key}"
