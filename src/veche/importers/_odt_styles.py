"""Styles of an OpenDocument text, as far as they matter for a transcript: bold, hidden, markers of lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_SPACES = {
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": "draw",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0": "fo",
    "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0": "svg",
}
_BACK = {short: long for long, short in _SPACES.items()} | {"xml": "http://www.w3.org/XML/1998/namespace"}
_BOLD = {"bold": True, "600": True, "700": True, "800": True, "900": True}


def value(element: _Element, name: str) -> str:
    """Return an attribute by its usual prefix and name, or an empty string."""
    prefix, _, local = name.partition(":")
    return str(element.get(f"{{{_BACK[prefix]}}}{local}", ""))


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks, as far as it matters here."""

    bold: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class _Style:
    parent: str
    bold: bool | None
    hidden: bool | None


@dataclass(slots=True)
class Styles:
    """The styles of one text."""

    #: by family (text or paragraph) and name
    _styles: dict[tuple[str, str], _Style] = field(default_factory=dict)
    #: marker of each bulleted list by style and level
    bullets: dict[tuple[str, str], str] = field(default_factory=dict)

    @staticmethod
    def name(element: _Element) -> str:
        """Return the name of an element with its usual prefix, whatever prefix the file uses."""
        space, _, local = str(element.tag).lstrip("{").partition("}")
        return f"{_SPACES.get(space, '')}:{local}"

    @classmethod
    def of(cls, roots: Sequence[_Element]) -> Styles:
        """Collect the styles of all parts."""
        styles = cls()
        for root in roots:
            for group in root:
                if cls.name(group) in ("office:automatic-styles", "office:styles"):
                    for element in group:
                        styles._add(element)
        return styles

    def _add(self, element: _Element) -> None:
        kind = self.name(element)
        if kind == "style:style":
            properties = next((c for c in element if self.name(c) == "style:text-properties"), None)
            weight = value(properties, "fo:font-weight") if properties is not None else ""
            display = value(properties, "text:display") if properties is not None else ""
            self._styles[value(element, "style:family"), value(element, "style:name")] = _Style(
                value(element, "style:parent-style-name"),
                _BOLD.get(weight, False) if weight else None,
                display == "none" if display else None,
            )
        elif kind == "text:list-style":
            for level in element:
                if self.name(level) == "text:list-level-style-bullet":
                    key = value(element, "style:name"), value(level, "text:level")
                    self.bullets[key] = value(level, "text:bullet-char")

    def look(self, name: str, around: Look, *, paragraph: bool = False) -> Look:
        """Return the look of a style inside text that looks as `around`."""
        bold: bool | None = None
        hidden: bool | None = None
        seen: set[str] = set()
        family = "paragraph" if paragraph else "text"
        while (style := self._styles.get((family, name))) is not None and name not in seen:
            seen.add(name)
            bold = style.bold if bold is None else bold
            hidden = style.hidden if hidden is None else hidden
            name = style.parent
        return Look(around.bold if bold is None else bold, around.hidden if hidden is None else hidden)
