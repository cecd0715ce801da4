"""Reading Rich Text word by word: groups with their state, and the paragraphs they make up.

Rich Text is a stream of control words, groups and text. A group inherits the state around it and gives it back at its end, so the state is a
stack; nothing here is recursive, and a file nested a million times costs memory only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from veche.importers._blocks import Paragraph, list_prefix, row_blocks
from veche.importers._rtf_words import CHARSETS, PAGES, READ, SIGNS, SKIPPED, codec
from veche.text.transcripts import Block

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])|(?P<brace>[{}])"
    r"|[\r\n\x00]+|(?P<text>[^\\{}\r\n\x00]+)|\\",
    re.DOTALL,
)


@dataclass(slots=True)
class _Story:
    """Text that stands by itself: the document, a footnote, a text box."""

    kind: str = "body"
    mark: str = ""
    blocks: list[Block] = field(default_factory=list)
    paragraph: Paragraph = field(default_factory=Paragraph)
    cell: list[Block] = field(default_factory=list)
    cells: list[list[Block]] = field(default_factory=list)

    def end_paragraph(self, in_table: bool) -> None:
        """Close the paragraph, into the cell if it stands in a table."""
        if not in_table and (self.cells or self.cell):
            self.end_row()
        (self.cell if in_table else self.blocks).extend(self.paragraph.blocks())
        self.paragraph = Paragraph()

    def end_cell(self) -> None:
        """Close the cell of a table."""
        self.end_paragraph(True)
        self.cells.append(self.cell)
        self.cell = []

    def end_row(self) -> None:
        """Close the row of a table."""
        if self.cell:
            self.cells.append(self.cell)
        self.blocks.extend(row_blocks(self.cells))
        self.cell, self.cells = [], []

    def close(self) -> list[Block]:
        """Close everything and return the blocks."""
        self.end_paragraph(bool(self.cell or self.cells))
        if self.cells or self.cell:
            self.end_row()
        return self.blocks


@dataclass(slots=True)
class _State:
    """What holds until the end of a group."""

    skipped: bool = False
    fonts: bool = False
    bold: bool = False
    hidden: bool = False
    deleted: bool = False
    in_table: bool = False
    #: how many signs after \u repeat it for old programs
    fallback: int = 1
    font: int | None = None
    story: _Story = field(default_factory=_Story)


class Reader:
    """Reads one file; afterwards `blocks` holds its text and the other attributes what was found on the way."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.insertions = self.deletions = self.comments = self.hidden = 0
        self.complete = False
        self._notes = 0
        self._codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._default_font: int | None = None
        self._bytes = bytearray()
        self._left_to_skip = 0
        self._starred = False
        self._state = _State()
        self._stack: list[_State] = []

    def read(self, content: bytes) -> None:
        """Read the bytes of a file."""
        source = content.decode("latin-1")
        body = self._state.story
        at, started = 0, False
        while at < len(source) and not (started and not self._stack):
            match = _TOKEN.match(source, at)
            if match is None:
                break
            at = match.end()
            if match["word"] == "bin":
                at += max(0, int(match["number"] or 0))
            self._token(match)
            started = started or bool(self._stack)
        self.complete = not self._stack
        while self._stack:
            self._close_group()
        self._flush()
        self.blocks = body.close()

    def _token(self, match: re.Match[str]) -> None:
        if match.lastgroup is None:
            return
        word, number, sign = match["word"], match["number"], match["sign"]
        if match["hex"]:
            self._byte(bytes.fromhex(match["hex"]))
        elif match["text"]:
            self._plain(match["text"])
        elif match["brace"] == "{":
            self._flush()
            self._stack.append(self._state)
            self._state = replace(self._state)
            self._left_to_skip = 0
        elif match["brace"]:
            self._close_group()
        elif sign in ("\n", "\r"):
            self._word("par", None)
        elif sign == "*":
            self._starred = True
            return
        elif sign:
            self._sign(SIGNS.get(sign, ""))
        elif word:
            self._word(word, None if number is None else int(number))
        self._starred = False

    def _plain(self, text: str) -> None:
        skipped = min(self._left_to_skip, len(text))
        self._left_to_skip -= skipped
        if self._state.fonts or self._state.skipped:
            return
        self._bytes += text[skipped:].encode("latin-1")

    def _byte(self, value: bytes) -> None:
        if self._left_to_skip:
            self._left_to_skip -= 1
        elif not (self._state.skipped or self._state.fonts):
            self._bytes += value

    def _sign(self, text: str) -> None:
        if self._left_to_skip:
            self._left_to_skip -= 1
        else:
            self._flush()
            self._say(text)

    def _flush(self) -> None:
        """Decode the bytes read so far in the character set of their font."""
        if self._bytes:
            font = self._state.font if self._state.font is not None else self._default_font
            name = self._fonts.get(font, self._codec) if font is not None else self._codec
            text = self._bytes.decode(name, "replace")
            self._bytes.clear()
            self._say(text)

    def _say(self, text: str) -> None:
        state = self._state
        if state.skipped or state.deleted or not text:
            return
        if state.hidden:
            self.hidden += len(text)
        else:
            state.story.paragraph.add(text, state.bold)

    def _close_group(self) -> None:
        self._flush()
        self._left_to_skip = 0
        if not self._stack:
            return
        inner, self._state = self._state, self._stack.pop()
        if inner.story is not self._state.story and not inner.skipped:
            self._close_story(inner.story)

    def _close_story(self, story: _Story) -> None:
        blocks = story.close()
        around = self._state.story.paragraph
        if story.kind == "marker":
            around.prefix = list_prefix("".join(b.text for b in blocks)) or around.prefix
        elif story.kind == "box":
            around.after.extend(blocks)
        else:
            text = "\n".join(b.text.strip() for b in blocks if b.text.strip())
            if text:
                around.after.append(Block(f"{story.mark} {text}", aside=True))

    def _word(self, word: str, number: int | None) -> None:
        self._flush()
        if word != "u":
            self._left_to_skip = 0
        state = self._state
        if self._group_kind(word, state) or (state.skipped and word != "ud"):
            return
        on = number != 0
        if state.fonts:
            self._font(word, number)
        elif word == "u" and number is not None:
            self._left_to_skip = 0
            self._say(chr(number & 0xFFFF))
            self._left_to_skip = state.fallback
        elif word in SIGNS:
            self._say(SIGNS[word])
        elif word in ("par", "sect", "page"):
            if not state.deleted:
                state.story.end_paragraph(state.in_table)
        elif word in ("cell", "nestcell"):
            state.story.end_cell() if word == "cell" else state.story.end_paragraph(True)
        elif word == "row":
            state.story.end_paragraph(True)
            state.story.end_row()
        elif word in ("b", "v"):
            state.bold, state.hidden = (on, state.hidden) if word == "b" else (state.bold, on)
        elif word in ("deleted", "revised"):
            self._revision(word, on, state)
        elif word == "plain":
            state.bold = state.hidden = state.deleted = False
            state.font = None
        elif word in ("intbl", "pard"):
            state.in_table = word == "intbl"
        else:
            self._setting(word, number, state)

    def _group_kind(self, word: str, state: _State) -> bool:
        """Handle a word that says what its group is; say whether it was one."""
        if word == "ud":
            state.skipped = False
        elif word == "fonttbl":
            state.fonts = True
        elif state.skipped:
            return False
        elif word in ("footnote", "shptxt", "listtext", "pntext"):
            kind = {"footnote": "note", "shptxt": "box"}.get(word, "marker")
            self._open_story(state, kind)
        elif word == "annotation":
            self.comments += 1
            state.skipped = True
        elif word in SKIPPED or (self._starred and word not in READ):
            state.skipped = True
        else:
            return False
        return True

    def _open_story(self, state: _State, kind: str) -> None:
        mark = ""
        if kind == "note":
            if state.deleted or state.hidden:
                state.skipped = True
                return
            self._notes += 1
            mark = f"[{self._notes}]"
            self._say(mark)
        state.story = _Story(kind, mark)
        state.in_table = state.bold = False

    def _revision(self, word: str, on: bool, state: _State) -> None:
        if word == "deleted":
            self.deletions += on and not state.deleted
            state.deleted = on
        else:
            self.insertions += on

    def _font(self, word: str, number: int | None) -> None:
        if number is None:
            return
        if word == "f":
            self._state.font = number
        elif word == "fcharset" and self._state.font is not None and number in CHARSETS:
            self._fonts[self._state.font] = CHARSETS[number]
        elif word == "cpg" and self._state.font is not None and (name := codec(number)):
            self._fonts[self._state.font] = name

    def _setting(self, word: str, number: int | None, state: _State) -> None:
        if word in PAGES:
            self._codec = PAGES[word]
        elif number is None:
            return
        elif word == "ansicpg":
            self._codec = codec(number) or self._codec
        elif word == "uc":
            state.fallback = max(0, number)
        elif word == "f":
            state.font = number
        elif word == "deff":
            self._default_font = number
