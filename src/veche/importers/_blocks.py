"""What all importers share: paragraphs in the making, rows of tables, and the finished draft."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from veche.study.errors import N_, InputProblem
from veche.text._canonical import canonical, stray_characters
from veche.text.transcripts import Block, Draft, Notice

#: longest first cell of a row that can be a speaker
SPEAKER_LENGTH = 60
_CLOCK = re.compile(r"[\[(<#]?([0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?(?:[.,-][0-9]{1,3})?)[\])>#]?")
DASHES = "—–-−"


@dataclass(slots=True)
class Paragraph:
    """A paragraph in the making: pieces of text, each bold or not, and what comes after it."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    #: footnotes and text boxes anchored in it
    after: list[Block] = field(default_factory=list)
    #: what stands before it without being typed, such as the dash of a list
    prefix: str = ""

    def add(self, text: str, bold: bool = False) -> None:
        """Add text at the end."""
        if text:
            self.pieces.append((text, bold))

    def blocks(self) -> list[Block]:
        """Return the paragraph as a block, if it has any text, and what comes after it."""
        text = "".join(piece for piece, _ in self.pieces)
        own = [Block(self.prefix + text, bold=0 if self.prefix else self._bold())] if text.strip() else []
        return own + self.after

    def _bold(self) -> int:
        """Length of the bold beginning; white space is as bold as what stands beside it."""
        size = bold = 0
        for piece, is_bold in self.pieces:
            size += len(piece)
            if is_bold:
                bold = size if piece.strip() else bold
            elif piece.strip():
                break
        return bold


def row_blocks(cells: Sequence[Sequence[Block]]) -> list[Block]:
    """Turn one row of a table into blocks.

    In a row of two cells a short first cell becomes the speaker of the second; an empty one continues. A cell that holds nothing but
    a time code gives the time of the row. Any other row is one block with tabs between the cells, or, if a cell has several paragraphs,
    a block for each paragraph.
    """
    times = [c for c in cells if len(c) == 1 and _CLOCK.fullmatch(c[0].text.strip())]
    if len(times) == 1 and len(cells) > 1:
        found = _CLOCK.fullmatch(times[0][0].text.strip())
        blocks = row_blocks([c for c in cells if c is not times[0]])
        if found and blocks:
            blocks[0] = replace(blocks[0], text=f"[{found[1].replace('-', '.')}] {blocks[0].text}", bold=0)
        return blocks
    filled = [c for c in cells if c]
    if (
        len(cells) == 2
        and len(filled) == 2
        and len(cells[0]) == 1
        and not any(b.speaker or b.aside for b in cells[1][:1])
    ):
        label = cells[0][0].text.strip()
        if len(label) <= SPEAKER_LENGTH and "\n" not in label:
            return [replace(cells[1][0], speaker=label, bold=0), *cells[1][1:]]
    if len(filled) > 1 and all(len(c) == 1 and not c[0].speaker and not c[0].aside for c in filled):
        return [Block("\t".join(c[0].text for c in filled))]
    return [block for cell in cells for block in cell]


def note(template: str, **fields: object) -> Notice:
    """Make a notice from a template and its fields."""
    return Notice(template, tuple(fields.items()))


def finish(name: str, blocks: Iterable[Block], notices: Iterable[Notice] = (), encoding: str = "") -> Draft:
    """Make the draft: text in canonical form, control characters out (with a notice), empty paragraphs out.

    Raises
    ------
    InputProblem
        If there is no text at all.
    """
    kept: list[Block] = []
    stray = 0
    for block in blocks:
        stray += stray_characters(block.text)
        text = canonical(block.text)
        if text.strip():
            kept.append(replace(block, text=text, bold=len(canonical(block.text[: block.bold]))))
    if not kept:
        raise InputProblem(
            N_("{file} contains no text. If it is a picture of pages, give the text that was typed from it."), file=name
        )
    out = list(notices)
    if stray:
        text = N_(
            "Control characters that cannot be shown were taken out of {file}: {count}. Look at the text around gaps."
        )
        out.append(note(text, file=name, count=stray))
    return Draft(tuple(kept), tuple(out), encoding)


def tracked_changes(name: str, insertions: int, deletions: int) -> list[Notice]:
    """Make the notice about tracked changes, if there are any."""
    if not insertions and not deletions:
        return []
    text = N_(
        "{file} has tracked changes: insertions kept: {insertions}, deletions left out: {deletions}. "
        "To decide otherwise, accept or reject them in the word processor and read the file again."
    )
    return [note(text, file=name, insertions=insertions, deletions=deletions)]


def left_out(name: str, comments: int, hidden: int) -> list[Notice]:
    """Make the notices about comments and hidden text, if there are any."""
    out: list[Notice] = []
    if comments:
        text = N_(
            "Comments in {file} are not part of the transcript and were left out: {count}. Keep the file for them."
        )
        out.append(note(text, file=name, count=comments))
    if hidden:
        text = N_(
            "Hidden text in {file} was left out: {count} characters. To keep it, make it visible in the word processor."
        )
        out.append(note(text, file=name, count=hidden))
    return out


def list_prefix(marker: str) -> str:
    """Return what a list's marker adds to the text: a dash begins a turn of talk, other markers are decoration."""
    return "— " if marker.strip() and all(c in DASHES for c in marker.strip()) else ""
