"""Which checker takes which kind of vector, and what a folder of vectors holds.

A vector file is JSON: a list of examples under ``examples``, a list, or one example; an example is an object with a
``kind``. Files of other shapes are read by readers. A checker is registered for a kind:

    @checker("coding")
    def check_coding(example: Example) -> None: ...

in a module ``tests/conformance/kinds_*.py``; all of these are imported. Files are known by what they hold, never by
their names.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Example:
    """One example of a vector file."""

    kind: str
    id: str
    data: dict[str, Any]
    path: Path


@dataclass
class Holding:
    """What folders hold: examples that can be checked, kinds that nobody checks, files that nobody reads."""

    examples: list[Example] = field(default_factory=list)
    unknown: dict[str, list[Example]] = field(default_factory=dict)
    unread: list[Path] = field(default_factory=list)


Check = Callable[[Example], None]
Reader = Callable[[Path], Iterable[Example] | None]

CHECKERS: dict[str, Check] = {}
READERS: list[Reader] = []


def checker(*kinds: str) -> Callable[[Check], Check]:
    """Register a function that asserts all an example of these kinds expects."""

    def register(check: Check) -> Check:
        for kind in kinds:
            if CHECKERS.get(kind, check) is not check:
                raise ValueError(f"two checkers for vectors of kind {kind!r}")
            CHECKERS[kind] = check
        return check

    return register


def reader(read: Reader) -> Reader:
    """Register a function that turns a file of its own shape into examples, or answers None."""
    READERS.append(read)
    return read


@reader
def read_examples(path: Path) -> list[Example] | None:
    """Read JSON whose examples name their kinds."""
    if path.suffix.lower() != ".json":
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        return None
    if isinstance(content, dict):
        content = content.get("examples", [content])
    if not isinstance(content, list) or not content:
        return None
    if not all(isinstance(one, dict) and isinstance(one.get("kind"), str) for one in content):
        return None
    return [Example(one["kind"], str(one.get("id", number)), one, path) for number, one in enumerate(content)]


def load_kinds() -> None:
    """Import every module of checkers beside this one."""
    for path in sorted(Path(__file__).parent.glob("kinds_*.py")):
        importlib.import_module(f"{__package__}.{path.stem}")


def _read(path: Path) -> list[Example] | None:
    for read in READERS:
        found = read(path)
        if found is not None:
            return list(found)
    return None


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


def collect(folders: Iterable[Path]) -> Holding:
    """Return what folders hold."""
    load_kinds()
    held = Holding()
    for path in _files(folders):
        found = _read(path)
        if found is None:
            held.unread.append(path)
            continue
        for example in found:
            if example.kind in CHECKERS:
                held.examples.append(example)
            else:
                held.unknown.setdefault(example.kind, []).append(example)
    return held
