"""The examples in the docstrings are true."""

from __future__ import annotations

import doctest

import pytest

from veche.measures import divergence, panel, proportions, resampling, standardise


@pytest.mark.parametrize("module", [divergence, panel, proportions, resampling, standardise])
def test_examples(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted > 0
    assert found.failed == 0
