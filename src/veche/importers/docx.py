"""Word documents (docx): paragraphs as a reader sees them after accepting all changes.

Kept: tables (rows of two cells as speaker and words), text boxes, tracked insertions, line breaks, tabs, no-break hyphens, the results of
fields, footnotes and endnotes (marked [1] in place, their text as an aside after the turn). Left out: tracked deletions, comments
and hidden text, each with a notice; headers and footers; numbers and bullets of lists, except dashes, which begin turns of talk.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from veche.importers._archive import ZIP, Archive
from veche.importers._blocks import Paragraph, finish, left_out, note, row_blocks, tracked_changes
from veche.importers._docx_parts import Look, Parts, w
from veche.study.errors import N_, InputProblem
from veche.study.registry import importer
from veche.text._roles import word_set
from veche.text.transcripts import Block, Draft, Notice

if TYPE_CHECKING:
    from lxml.etree import _Element

_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "\u2011"}
#: what holds paragraphs or runs without being any itself
_SKIPPED = word_set("""rPr pPr tblPr trPr tcPr sectPr sdtPr instrText delText delInstrText rt""")


def _is_docx(content: bytes, name: str) -> bool:
    if not content.startswith(ZIP):
        return False
    try:
        archive = Archive(content, name)
    except InputProblem:
        return False
    return "[Content_Types].xml" in archive and b"wordprocessingml" in archive.read("[Content_Types].xml")


@importer("docx", title=N_("Word document (docx)"), extensions=(".docx", ".docm", ".dotx"), recognises=_is_docx)
def docx(content: bytes, name: str) -> Draft:
    """Read a Word document.

    Raises
    ------
    InputProblem
        If it is damaged, protected by a password, not a Word document, or holds no text.
    """
    archive = Archive(content, name)
    parts = Parts.of(archive)
    body = next((c for c in parts.document if w(c) == "body"), None) if parts.document is not None else None
    if body is None:
        raise InputProblem(
            N_("{file} is an archive, but not a Word document: it has no text part. Save the text as docx."), file=name
        )
    reader = _Reader(parts)
    try:
        blocks = list(reader.blocks(body))
    except RecursionError as error:
        raise InputProblem(
            N_("{file} is nested more deeply than any transcript. Save its text anew in the word processor."), file=name
        ) from error
    return finish(name, blocks, reader.notices(name))


class _Reader:
    """Walks through a document and counts what it leaves out."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._insertions = self._deletions = self._hidden = self._notes = self._embedded = 0
        self._open: Paragraph | None = None

    def notices(self, name: str) -> list[Notice]:
        """Say what was left out."""
        out = tracked_changes(name, self._insertions, self._deletions)
        out += left_out(name, self._parts.comments, self._hidden)
        if self._embedded:
            text = N_(
                "{file} embeds other documents, which were not read: {count}. Copy their text into the file itself."
            )
            out.append(note(text, file=name, count=self._embedded))
        return out

    def blocks(self, parent: _Element) -> Iterator[Block]:
        """Read the paragraphs and tables below an element."""
        for child in parent:
            kind = w(child)
            if kind == "p":
                yield from self._paragraph(child)
            elif kind == "tbl":
                yield from self._rest()
                yield from self._table(child)
            elif kind in ("del", "moveFrom"):
                self._deletions += 1
            elif kind == "altChunk":
                self._embedded += 1
            elif kind not in _SKIPPED:
                yield from self.blocks(_chosen(child))
        if w(parent) in ("body", "tc", "txbxContent", "footnote", "endnote"):
            yield from self._rest()

    def _rest(self) -> list[Block]:
        """Return the paragraph that still waits for the next one."""
        last, self._open = self._open, None
        return last.blocks() if last is not None else []

    def _paragraph(self, element: _Element) -> list[Block]:
        properties = self._parts.paragraph(element)
        # a deleted paragraph mark joins the paragraph with the next one
        paragraph, self._open = self._open or Paragraph(prefix=properties.prefix), None
        self._inline(element, paragraph, properties.look)
        if properties.mark_deleted:
            self._deletions += 1
            self._open = paragraph
            return []
        return paragraph.blocks()

    def _inline(self, parent: _Element, paragraph: Paragraph, look: Look) -> None:
        """Read what stands inside a paragraph."""
        for child in parent:
            kind = w(child)
            if kind in _SKIPPED:
                continue
            if kind in ("t", "m:t"):
                self._text(child.text or "", paragraph, look)
            elif kind in _BREAKS:
                self._text(_BREAKS[kind], paragraph, look)
            elif kind == "sym":
                self._text(_symbol(child), paragraph, look)
            elif kind in ("footnoteReference", "endnoteReference"):
                self._note(child, kind, paragraph, look)
            elif kind in ("del", "moveFrom"):
                self._deletions += 1
            elif kind == "txbxContent":
                held, self._open = self._open, None
                paragraph.after.extend(self.blocks(child))
                self._open = held
            else:
                self._insertions += kind in ("ins", "moveTo")
                inside = self._parts.run(child, look) if kind == "r" else look
                self._inline(_chosen(child), paragraph, inside)

    def _text(self, text: str, paragraph: Paragraph, look: Look) -> None:
        if look.hidden:
            self._hidden += len(text)
        else:
            paragraph.add(text, look.bold)

    def _note(self, element: _Element, kind: str, paragraph: Paragraph, look: Look) -> None:
        target = self._parts.notes.get((kind.removesuffix("Reference"), self._parts.value(element, "id")))
        if target is None or look.hidden:
            return
        self._notes += 1
        mark = f"[{self._notes}]"
        paragraph.add(mark, look.bold)
        held, self._open = self._open, None
        inside = [block for block in self.blocks(target) if block.text.strip()]
        self._open = held
        text = "\n".join(block.text.strip() for block in inside)
        if text:
            paragraph.after.append(Block(f"{mark} {text}", aside=True))

    def _table(self, table: _Element) -> Iterator[Block]:
        for row in _of_kind(table, "tr"):
            if self._parts.row_deleted(row):
                self._deletions += 1
                continue
            yield from row_blocks([list(self.blocks(cell)) for cell in _of_kind(row, "tc")])


def _chosen(element: _Element) -> _Element:
    """Of alternatives for different programs take one: the same text stands in each."""
    if element.tag != "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent":
        return element
    choices = list(element)
    return choices[0] if choices else element


def _of_kind(parent: _Element, kind: str) -> Iterator[_Element]:
    """Rows of a table, cells of a row: directly below or inside content controls and custom XML."""
    for child in parent:
        if w(child) == kind:
            yield child
        elif w(child) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _of_kind(child, kind)


def _symbol(element: _Element) -> str:
    code = next((value for key, value in element.attrib.items() if str(key).endswith("}char")), "")
    try:
        number = int(str(code), 16)
    except ValueError:
        return ""
    # symbol fonts live in the private area: which sign it is depends on the font
    return "\u25a1" if not 0x20 <= number < 0xE000 or number >= 0xD800 else chr(number)
