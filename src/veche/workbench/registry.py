"""What is installed: analyses, importers, exporters, ours and those of others, found through entry points."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import entry_points
from typing import Any

from veche.study.errors import N_, InputProblem, NotFound
from veche.study.registry import Analysis, Exporter, Importer

GROUPS = ("veche.analyses", "veche.importers", "veche.exporters")


@lru_cache(maxsize=8)
def _names(group: str) -> Mapping[str, Any]:
    return {point.name: point for point in sorted(entry_points(group=group), key=lambda point: point.name)}


@lru_cache(maxsize=256)
def _load(group: str, name: str) -> Any:
    points = _names(group)
    if name not in points:
        near = difflib.get_close_matches(name, list(points), 3, 0.4) or list(points)
        raise NotFound(N_("There is no analysis {name}. Nearest: {near}."), name=name, near=", ".join(near))
    try:
        return points[name].load()
    except Exception as error:  # a third party's package may fail in any way
        raise InputProblem(
            N_("{name} of the package {package} cannot be loaded: {reason}. Update or remove that package."),
            name=name,
            package=points[name].value,
            reason=error,
        ) from error


def analysis_names() -> tuple[str, ...]:
    """Names of all installed analyses, without loading them."""
    return tuple(_names("veche.analyses"))


def analysis(name: str) -> Analysis[Any]:
    """Load one analysis by name (hyphens count as underscores).

    Raises
    ------
    NotFound
        If none has this name; the message gives the nearest.
    """
    loaded = _load("veche.analyses", name.replace("-", "_"))
    assert isinstance(loaded, Analysis)
    return loaded


def analyses() -> tuple[Analysis[Any], ...]:
    """Load all analyses."""
    return tuple(analysis(name) for name in analysis_names())


def importers() -> tuple[Importer, ...]:
    """Load all importers of transcripts; one of another package that cannot be loaded is left out."""
    found: list[Importer] = []
    for name, point in _names("veche.importers").items():
        try:
            found.append(_load("veche.importers", name))
        except InputProblem:
            if point.value.startswith("veche."):
                raise
    return tuple(found)


def exporter(extension: str) -> Exporter:
    """Load the exporter for a file's extension such as ``.csv``.

    Raises
    ------
    InputProblem
        If no exporter writes such files.
    """
    known = [_load("veche.exporters", name) for name in _names("veche.exporters")]
    for one in known:
        if one.extension == extension.lower():
            return one  # type: ignore[no-any-return]
    raise InputProblem(
        N_("Files of the kind {extension} cannot be written. Choose one of: {known}."),
        extension=extension or "?",
        known=", ".join(sorted(one.extension for one in known)),
    )
