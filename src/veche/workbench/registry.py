"""What is installed: analyses, importers, exporters, ours and those of others, found through entry points."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from veche.study.errors import N_, InputProblem, NotFound
from veche.study.registry import Analysis, Exporter, Importer, ProjectExporter, ProjectImporter

PROJECT_IMPORTERS, PROJECT_EXPORTERS = "veche.project_importers", "veche.project_exporters"
GROUPS = ("veche.analyses", "veche.importers", "veche.exporters", PROJECT_IMPORTERS, PROJECT_EXPORTERS)


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
    return tuple(_usable("veche.importers"))


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


def _usable(group: str) -> list[Any]:
    """Load all of a group; what of another package cannot be loaded is left out."""
    found: list[Any] = []
    for name, point in _names(group).items():
        try:
            found.append(_load(group, name))
        except InputProblem:
            if point.value.startswith("veche."):
                raise
    return found


def project_importers() -> tuple[ProjectImporter, ...]:
    """Load all readers of whole projects."""
    return tuple(_usable(PROJECT_IMPORTERS))


def project_exporters() -> tuple[ProjectExporter, ...]:
    """Load all exporters of whole studies."""
    return tuple(_usable(PROJECT_EXPORTERS))


def project_importer(path: Path) -> ProjectImporter:
    """Choose the reader of a project by what the file or folder holds, else by its extension.

    Raises
    ------
    InputProblem
        If no reader knows it.
    """
    known = project_importers()
    extension = path.suffix.lower()
    named = [one for one in known if extension in one.extensions]
    seen = [one for one in known if one.recognises is not None and one.recognises(path)]
    chosen = next((one for one in seen if one in named), None) or next(iter(seen or named), None)
    if chosen is None:
        raise InputProblem(
            N_("{file} is no project of a program that is known here. Give a file or folder of these kinds: {known}."),
            file=path.name,
            known=", ".join(sorted({e for one in known for e in one.extensions})),
        )
    return chosen


def project_exporter(path: Path, name: str | None = None) -> ProjectExporter:
    """Choose the format of a whole study by its name, else by the end of the file's name.

    Raises
    ------
    InputProblem
        If there is no such format.
    """
    known = project_exporters()
    fits = (lambda one: one.name == name) if name else (lambda one: path.name.lower().endswith(one.extension))
    found = sorted((one for one in known if fits(one)), key=lambda one: (-len(one.extension), one.name))
    if found and (name or found[0].extension):
        return found[0]
    raise InputProblem(
        N_("A whole study cannot be written as {found}. Choose one of: {known}."),
        found=name or path.suffix or path.name,
        known=", ".join(f"{one.name} ({one.extension})" if one.extension else one.name for one in known),
    )
