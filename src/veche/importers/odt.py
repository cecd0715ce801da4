"""OpenDocument texts (odt, fodt): paragraphs as a reader sees them after accepting all changes.

Kept: tables (rows of two cells as speaker and words), text boxes, line breaks, tabs, runs of spaces, footnotes and endnotes (marked [1] in
place, their text as an aside after the turn). Left out: tracked deletions, comments and hidden text, each with a notice; headers and
footers; numbers and bullets of lists, except dashes, which begin turns of talk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from veche.importers._archive import ZIP, Archive, parse_xml
from veche.importers._blocks import Paragraph, finish, left_out, list_prefix, row_blocks, tracked_changes
from veche.importers._odt_styles import Look, Styles, value
from veche.study.errors import N_, InputProblem
from veche.study.registry import importer
from veche.text._roles import word_set
from veche.text.transcripts import Block, Draft, Notice

if TYPE_CHECKING:
    from lxml.etree import _Element

_MIMETYPES = (b"application/vnd.oasis.opendocument.text", b"application/vnd.sun.xml.writer")
_NO_TEXT = word_set(
    """text:tracked-changes text:sequence-decls text:variable-decls text:user-field-decls office:forms
    office:annotation-end text:index-title-template table:table-column table:table-columns table:table-
    header-columns text:ruby-text text:note-citation svg:title svg:desc text:alphabetical-index-mark
    text:toc-mark text:user-index-mark office:event-listeners"""
)
_SPACE = re.compile(r"[ \t\r\n]+")
#: more spaces in a row than anybody types
_MAX_SPACES = 1000


def _is_odt(content: bytes, name: str) -> bool:
    if content.startswith(ZIP):
        try:
            return Archive(content, name).read("mimetype").strip().startswith(_MIMETYPES)
        except InputProblem:
            return False
    return content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml") and b"<office:document" in content[:4000]


@importer("odt", title=N_("OpenDocument text (odt)"), extensions=(".odt", ".fodt", ".ott"), recognises=_is_odt)
def odt(content: bytes, name: str) -> Draft:
    """Read an OpenDocument text, packed or flat.

    Raises
    ------
    InputProblem
        If it is damaged, protected by a password, not an OpenDocument text, or holds no text.
    """
    roots = _parts(content, name)
    body = next((text for root in roots for text in _below(root, "office:body", "office:text")), None)
    if body is None:
        raise InputProblem(
            N_("{file} is not an OpenDocument text: it has no text part. Save the text as odt or docx."), file=name
        )
    styles = Styles.of(roots)
    reader = _Reader(styles)
    try:
        blocks = [*reader.blocks(body), *reader.rest()]
        if reader.unfinished:
            # a deletion without an end would swallow the rest: better too much text than too little
            reader = _Reader(styles, deletions_in_place=False)
            blocks = [*reader.blocks(body), *reader.rest()]
    except RecursionError as error:
        raise InputProblem(
            N_("{file} is nested more deeply than any transcript. Save its text anew in the word processor."), file=name
        ) from error
    return finish(name, blocks, reader.notices(name))


def _parts(content: bytes, name: str) -> list[_Element]:
    """Return the roots of content and styles; of a flat file the only one."""
    if content and not content.startswith((ZIP, b"\xd0\xcf")) and b"<" in content[:200]:
        return [parse_xml(content, name, "office:document")]
    archive = Archive(content, name)
    if b"encryption-data" in archive.read("META-INF/manifest.xml") or "encrypted-package" in archive:
        raise InputProblem(
            N_("{file} is protected by a password. Open it in the word processor and save it without one."), file=name
        )
    return [root for part in ("content.xml", "styles.xml") if (root := archive.xml(part)) is not None]


def _below(root: _Element, *path: str) -> Iterator[_Element]:
    if not path:
        yield root
        return
    for child in root:
        if Styles.name(child) == path[0]:
            yield from _below(child, *path[1:])


class _Reader:
    """Walks through a text and counts what it leaves out."""

    def __init__(self, styles: Styles, *, deletions_in_place: bool = True) -> None:
        self._styles = styles
        self._in_place = deletions_in_place
        self._insertions = self._deletions = self._comments = self._hidden = self._notes = 0
        self._deletion_ids: set[str] = set()
        #: deletions inside which we are: some programs leave the deleted text in its place
        self._deleting: set[str] = set()
        self._open: Paragraph | None = None

    def notices(self, name: str) -> list[Notice]:
        """Say what was left out."""
        return tracked_changes(name, self._insertions, self._deletions) + left_out(name, self._comments, self._hidden)

    def blocks(
        self, elements: Iterable[_Element], prefix: str = "", lists: str = "", level: int = 0
    ) -> Iterator[Block]:
        """Read paragraphs, tables and what holds them; `prefix` begins the first paragraph of a list's item."""
        for child in elements:
            kind = Styles.name(child)
            if kind in ("text:p", "text:h"):
                yield from self._paragraph(child, prefix)
                prefix = ""
            elif kind == "table:table":
                yield from self._table(child)
            elif kind == "text:list":
                style = value(child, "text:style-name") or lists
                yield from self.blocks(child, "", style, level + 1)
            elif kind == "text:list-item":
                dash = list_prefix(self._styles.bullets.get((lists, str(level)), ""))
                yield from self.blocks(child, dash, lists, level)
            elif kind == "text:tracked-changes":
                self._count_changes(child)
            elif kind in ("text:change-start", "text:change-end"):
                self._change(child, kind)
            elif kind not in _NO_TEXT:
                yield from self.blocks(child, prefix, lists, level)

    def _count_changes(self, element: _Element) -> None:
        for region in element:
            for change in region:
                self._insertions += Styles.name(change) == "text:insertion"
                if Styles.name(change) == "text:deletion":
                    self._deletions += 1
                    self._deletion_ids |= {value(region, "text:id"), value(region, "xml:id")} - {""}

    def _paragraph(self, element: _Element, prefix: str) -> list[Block]:
        # a deleted end of a paragraph joins it with the next one
        paragraph, self._open = self._open or Paragraph(prefix=prefix), None
        look = self._styles.look(value(element, "text:style-name"), Look(), paragraph=True)
        self._inline(element, paragraph, look)
        if self._deleting:
            self._open = paragraph
            return []
        return paragraph.blocks()

    @property
    def unfinished(self) -> bool:
        """Say whether a deletion began that never ended."""
        return bool(self._deleting)

    def rest(self) -> list[Block]:
        """Return the paragraph that still waits for the next one."""
        last, self._open = self._open, None
        return last.blocks() if last is not None else []

    def _inline(self, element: _Element, paragraph: Paragraph, look: Look) -> None:
        self._text(element.text, paragraph, look)
        for child in element:
            self._child(child, paragraph, look)
            self._text(child.tail, paragraph, look)

    def _child(self, child: _Element, paragraph: Paragraph, look: Look) -> None:
        kind = Styles.name(child)
        if kind in ("text:change-start", "text:change-end"):
            self._change(child, kind)
        elif kind == "text:s":
            count = value(child, "text:c")
            self._sign(" " * min(int(count) if count.isdecimal() else 1, _MAX_SPACES), paragraph, look)
        elif kind == "text:tab":
            self._sign("\t", paragraph, look)
        elif kind == "text:line-break":
            self._sign("\n", paragraph, look)
        elif kind == "text:note":
            self._note(child, paragraph, look)
        elif kind == "office:annotation":
            self._comments += 1
        elif kind in ("text:hidden-text", "text:hidden-paragraph"):
            self._hidden += len(value(child, "text:string-value") or "".join(map(str, child.itertext())))
        elif kind in ("draw:text-box", "table:table", "text:list"):
            paragraph.after.extend(self.blocks([child]))
        elif kind not in _NO_TEXT:
            style = value(child, "text:style-name")
            self._inline(child, paragraph, self._styles.look(style, look) if kind == "text:span" else look)

    def _change(self, element: _Element, kind: str) -> None:
        change = value(element, "text:change-id")
        if kind == "text:change-start" and self._in_place:
            self._deleting |= {change} & self._deletion_ids
        else:
            self._deleting.discard(change)

    def _sign(self, text: str, paragraph: Paragraph, look: Look) -> None:
        if look.hidden:
            self._hidden += len(text)
        elif not self._deleting:
            paragraph.add(text, look.bold)

    def _text(self, text: str | None, paragraph: Paragraph, look: Look) -> None:
        """Add text of the file, in which runs of white space stand for one space and for none at the beginning."""
        if not text or self._deleting:
            return
        folded = _SPACE.sub(" ", text)
        if look.hidden:
            self._hidden += len(folded)
            return
        before = paragraph.pieces[-1][0][-1] if paragraph.pieces else " "
        paragraph.add(folded[1:] if folded[0] == " " and before in " \n" else folded, look.bold)

    def _note(self, element: _Element, paragraph: Paragraph, look: Look) -> None:
        if look.hidden or self._deleting:
            return
        self._notes += 1
        mark = f"[{self._notes}]"
        paragraph.add(mark, look.bold)
        bodies = [child for child in element if Styles.name(child) == "text:note-body"]
        lines = [block.text.strip() for body in bodies for block in self.blocks(body) if block.text.strip()]
        if lines:
            paragraph.after.append(Block(f"{mark} " + "\n".join(lines), aside=True))

    def _table(self, table: _Element) -> Iterator[Block]:
        for row in _rows(table):
            cells = [c for c in row if Styles.name(c) in ("table:table-cell", "table:covered-table-cell")]
            yield from row_blocks([list(self.blocks(c)) for c in cells])


def _rows(table: _Element) -> Iterator[_Element]:
    for child in table:
        kind = Styles.name(child)
        if kind == "table:table-row":
            yield child
        elif kind in ("table:table-rows", "table:table-header-rows", "table:table-row-group"):
            yield from _rows(child)
