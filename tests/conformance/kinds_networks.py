"""Reader and checkers of vectors of relations and networks, which are known by their keys."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conformance.networks import KINDS, check, kind_of, read_with
from tests.conformance.registry import Example, checker, reader


@reader
def read_network(path: Path) -> list[Example] | None:
    """Read one vector per JSON file; tables that such vectors refer to hold no examples of their own."""
    if path.suffix.lower() == ".csv":
        return [] if read_with(path) else None
    if path.suffix.lower() != ".json":
        return None
    try:
        vector = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        return None
    kind = kind_of(vector)
    return None if kind is None else [Example(kind, str(vector.get("id", path.stem)), vector, path)]


@checker(*(kind for kind, _, _ in KINDS))
def check_network(example: Example) -> None:
    """Check one vector; tables are looked for in its folder."""
    check(example.data, example.path.parent)
