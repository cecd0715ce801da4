"""Paragraphs of a web page: block elements, line breaks, tables, bold beginnings, anchors with times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from veche.importers._blocks import Paragraph, row_blocks
from veche.study.errors import N_, InputProblem
from veche.text._roles import word_set
from veche.text.transcripts import Block

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLOCKS = word_set(
    """address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hgroup hr html li main nav ol p pre section summary table tbody tfoot thead ul
    tr td th"""
)
_SKIPPED = word_set(
    """script style head template noscript iframe object svg math select textarea button input audio video"""
)
_BOLD = word_set("b strong h1 h2 h3 h4 h5 h6 th")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_ANCHOR = re.compile(r"ts_([0-9]{1,10})_([0-9]{1,10})_(.*)", re.DOTALL)
_WEIGHT = re.compile(r"font-weight\s*:\s*(bold|bolder|[6-9]00)", re.IGNORECASE)


def read_html(text: str, name: str) -> list[Block]:
    """Read the paragraphs of a web page or of a piece of one.

    Spans of the class ``timestamp`` (oTranscribe) become time codes in the text.

    Raises
    ------
    InputProblem
        If it is nested too deeply or cannot be parsed.
    """
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace").replace(b"\0", b""), parser)
    except (etree.LxmlError, ValueError) as error:
        raise InputProblem(
            N_("{file} is not a web page that can be read ({reason}). Copy its text into a plain text file."),
            file=name,
            reason=str(error).replace("\n", " ")[:120],
        ) from error
    if root is None:
        return []
    reader = _Reader()
    try:
        reader.walk(root, False, False)
    except RecursionError as error:
        raise InputProblem(
            N_("{file} is nested more deeply than any transcript. Copy its text into a plain text file."), file=name
        ) from error
    reader.end()
    return reader.blocks


class _Reader:
    """Walks through a page and collects its paragraphs."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._paragraph = Paragraph()
        self._times: list[tuple[int, int, str]] = []

    def end(self) -> None:
        """Close the paragraph."""
        found = self._paragraph.blocks()
        if found and self._times:
            speaker = self._times[0][2]
            text = found[0].text.lstrip()
            spoken = text.removeprefix(f"{speaker}:") if speaker else text
            named = speaker if speaker and spoken != text else None
            said = replace(found[0], start_ms=self._times[0][0], end_ms=self._times[-1][1])
            found[0] = replace(said, text=spoken, speaker=named, bold=0) if named else said
        self.blocks.extend(found)
        self._paragraph, self._times = Paragraph(), []

    def walk(self, element: _Element, bold: bool, kept: bool) -> None:
        """Read an element: `bold` and `kept` (white space as written) hold around it."""
        kind = str(element.tag).lower()
        if kind in _SKIPPED:
            return
        style = str(element.get("style", ""))
        bold = bold or kind in _BOLD or _WEIGHT.search(style) is not None
        kept = kept or kind == "pre" or "pre-wrap" in style
        if kind == "table":
            self._table(element)
            return
        if kind in _BLOCKS:
            self.end()
        elif kind == "br":
            self._paragraph.add("\n")
        elif kind == "a" and (match := _ANCHOR.fullmatch(str(element.get("name", "")))):
            self._times.append((int(match[1]), int(match[2]), match[3].strip()))
        elif "timestamp" in str(element.get("class", "")).split() and (code := _code(element)):
            self._paragraph.add(code)
            return
        self._text(element.text, bold, kept)
        for child in element:
            self.walk(child, bold, kept)
            self._text(child.tail, bold, kept)
        if kind in _BLOCKS:
            self.end()

    def _text(self, text: str | None, bold: bool, kept: bool) -> None:
        if not text:
            return
        if not kept:
            text = _SPACE.sub(" ", text)
            before = self._paragraph.pieces[-1][0][-1] if self._paragraph.pieces else " "
            text = text[1:] if text[0] == " " and before in " \n" else text
        self._paragraph.add(text, bold)

    def _table(self, table: _Element) -> None:
        self.end()
        for row in _inside(table, "tr"):
            cells: list[list[Block]] = []
            for cell in _inside(row, "td", "th"):
                reader = _Reader()
                reader.walk(cell, False, False)
                reader.end()
                cells.append(reader.blocks)
            self.blocks.extend(row_blocks(cells))


def _inside(parent: _Element, *kinds: str) -> Iterator[_Element]:
    """Rows or cells of this table, not of one inside it."""
    for child in parent:
        if child.tag in kinds:
            yield child
        elif child.tag != "table":
            yield from _inside(child, *kinds)


def _code(element: _Element) -> str:
    """Turn the timestamp of a span into a time code."""
    try:
        seconds = float(str(element.get("data-timestamp", "")))
    except ValueError:
        return ""
    if not 0 <= seconds < 1_000_000:
        return ""
    whole = round(1000 * seconds)
    return f"[{whole // 3_600_000}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}] "
