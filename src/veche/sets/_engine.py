"""Which way a table goes: compiled parts are loaded only where that pays, and not at all where Numba is absent."""

from __future__ import annotations

import importlib.util
import sys

#: from how many elementary steps on the compiled parts pay for being loaded
LARGE = 150_000


def compiled(steps: float) -> bool:
    """Whether the compiled parts are to be used for so many elementary steps: they are loaded already, or there are many steps and Numba is there."""
    if "veche.sets._search" in sys.modules and "veche.sets._reduction" in sys.modules:
        return True
    return steps > LARGE and importlib.util.find_spec("numba") is not None
