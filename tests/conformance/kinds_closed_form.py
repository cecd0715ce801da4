"""Checker of closed forms: a function of `veche.lab.theory`, its arguments, the expected number, list or fields."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.registry import Example, checker
from veche.lab import theory


@checker("closed_form")
def check_closed_form(example: Example) -> None:
    """Call the function; compare numbers, lists, and the fields that are given."""
    given = example.data
    found = getattr(theory, given["function"])(**given["inputs"])
    _compare(found, given["expected"], given["tol"])


def _compare(found: Any, expected: Any, tolerance: float) -> None:
    if isinstance(expected, dict):
        for name, value in expected.items():
            _compare(getattr(found, name), value, tolerance)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, value in zip(found, expected, strict=True):
            _compare(one, value, tolerance)
    elif isinstance(expected, bool):
        assert found is expected
    else:
        assert found == pytest.approx(expected, abs=tolerance)
