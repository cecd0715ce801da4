"""The one place where results ask for their pictures: `.figure()` in a notebook. Everything else here knows nothing of drawing."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def drawing(name: str) -> Callable[..., Any]:
    """Give a function of `veche.figures.sets`; found by name when it is asked for, since drawing lies above computing."""
    found: Callable[..., Any] = getattr(import_module("veche.figures.sets"), name)
    return found
