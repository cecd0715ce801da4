"""The parts of a Word document beside its text: styles, lists, notes, comments."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from veche.importers._archive import Archive
from veche.importers._blocks import list_prefix

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
_M = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}",
    "{http://purl.oclc.org/ooxml/officeDocument/math}",
)


def w(element: _Element) -> str:
    """Return the local name of an element of WordprocessingML ("m:t" for the text of formulas), else an empty string."""
    tag = str(element.tag)
    space, _, local = tag.rpartition("}")
    if space + "}" in _W:
        return local
    return "m:t" if space + "}" in _M and local == "t" else ""


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks, as far as it matters here."""

    bold: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Properties:
    """What a paragraph says about itself."""

    look: Look
    prefix: str = ""
    mark_deleted: bool = False


@dataclass(frozen=True, slots=True)
class _Style:
    parent: str
    bold: bool | None
    hidden: bool | None
    numbering: tuple[str, str] | None


@dataclass(slots=True)
class Parts:
    """The parts of one document."""

    document: _Element | None
    notes: Mapping[tuple[str, str], _Element] = field(default_factory=dict)
    comments: int = 0
    _styles: dict[str, _Style] = field(default_factory=dict)
    #: markers of bulleted lists by list and level
    _bullets: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, archive: Archive) -> Parts:
        """Find the parts by the document's relations, else by their usual names."""
        main = _target(archive, "", "officeDocument") or "word/document.xml"
        parts = cls(archive.xml(main))

        def part(kind: str) -> _Element | None:
            return archive.xml(_target(archive, main, kind) or f"word/{kind}.xml")

        parts._styles = {str(cls.value(s, "styleId")): _style(s) for s in _children(part("styles"), "style")}
        parts._bullets = _bullets(part("numbering"))
        parts.comments = len(list(_children(part("comments"), "comment")))
        parts.notes = {
            (kind, cls.value(element, "id")): element
            for kind in ("footnote", "endnote")
            for element in _children(part(f"{kind}s"), kind)
            if cls.value(element, "type") in ("", "normal")
        }
        return parts

    @staticmethod
    def value(element: _Element | None, name: str = "val") -> str:
        """Return an attribute of WordprocessingML, or an empty string."""
        if element is not None:
            for space in _W:
                if (found := element.get(space + name)) is not None:
                    return str(found)
        return ""

    def paragraph(self, element: _Element) -> Properties:
        """Return what a paragraph says about itself."""
        own = _child(element, "pPr")
        if own is None:
            return Properties(self._look(""))
        style = self.value(_child(own, "pStyle"))
        mark = _child(own, "rPr")
        deleted = mark is not None and (_child(mark, "del") is not None or _child(mark, "moveFrom") is not None)
        numbering = _numbering(own) or next((s.numbering for s in self._chain(style) if s.numbering), None)
        return Properties(
            self._look(style), list_prefix(self._bullets.get(numbering, "")) if numbering else "", deleted
        )

    def run(self, element: _Element, around: Look) -> Look:
        """Return the look of a run inside a paragraph that looks as `around`."""
        own = _child(element, "rPr")
        if own is None:
            return around
        chain = self._chain(self.value(_child(own, "rStyle")))
        bold = _first([_flag(own, "b"), *(s.bold for s in chain)], around.bold)
        return Look(bold, _first([_flag(own, "vanish"), *(s.hidden for s in chain)], around.hidden))

    def row_deleted(self, row: _Element) -> bool:
        """Say whether a row of a table was deleted with changes tracked."""
        properties = _child(row, "trPr")
        return properties is not None and _child(properties, "del") is not None

    def _look(self, style: str) -> Look:
        chain = self._chain(style)
        return Look(_first([s.bold for s in chain], False), _first([s.hidden for s in chain], False))

    def _chain(self, style: str) -> list[_Style]:
        """Return a style and those it is based on, nearest first."""
        found: list[_Style] = []
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            found.append(self._styles[style])
            style = found[-1].parent
        return found


def _target(archive: Archive, source: str, kind: str) -> str | None:
    """Name of the part that a part refers to by a relation of this kind."""
    folder = PurePosixPath(source).parent
    relations = archive.xml(str(folder / "_rels" / f"{PurePosixPath(source).name}.rels"))
    for relation in relations if relations is not None else ():
        if str(relation.get("Type", "")).endswith(f"/{kind}") and relation.get("TargetMode") != "External":
            target = str(relation.get("Target", ""))
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(str(folder / target))
            if path in archive:
                return path
    return None


def _children(parent: _Element | None, kind: str) -> Iterable[_Element]:
    return [child for child in parent if w(child) == kind] if parent is not None else []


def _child(parent: _Element, kind: str) -> _Element | None:
    return next((child for child in parent if w(child) == kind), None)


def _first(values: Iterable[bool | None], default: bool) -> bool:
    return next((value for value in values if value is not None), default)


def _flag(properties: _Element | None, name: str) -> bool | None:
    """Return a switch that is on, off, or not set at all."""
    found = _child(properties, name) if properties is not None else None
    return None if found is None else Parts.value(found).lower() not in ("0", "false", "off", "none")


def _style(element: _Element) -> _Style:
    run, paragraph = _child(element, "rPr"), _child(element, "pPr")
    return _Style(
        Parts.value(_child(element, "basedOn")),
        _flag(run, "b"),
        _flag(run, "vanish"),
        _numbering(paragraph) if paragraph is not None else None,
    )


def _numbering(properties: _Element) -> tuple[str, str] | None:
    found = _child(properties, "numPr")
    if found is None:
        return None
    return Parts.value(_child(found, "numId")), Parts.value(_child(found, "ilvl")) or "0"


def _bullets(numbering: _Element | None) -> dict[tuple[str, str], str]:
    abstract: dict[str, dict[str, str]] = {}
    for one in _children(numbering, "abstractNum"):
        levels = {
            Parts.value(level, "ilvl"): Parts.value(_child(level, "lvlText"))
            for level in _children(one, "lvl")
            if Parts.value(_child(level, "numFmt")) == "bullet"
        }
        abstract[Parts.value(one, "abstractNumId")] = levels
    return {
        (Parts.value(one, "numId"), level): text
        for one in _children(numbering, "num")
        for level, text in abstract.get(Parts.value(_child(one, "abstractNumId")), {}).items()
    }
