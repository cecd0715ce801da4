"""Words in the cells of tables, in the language in use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veche.words import _


def word(row: Mapping[Any, Any], column: str) -> str:
    """Return the word of a cell, which stands there in English, in the language in use."""
    return _(str(row[column]))
