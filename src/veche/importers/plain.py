"""Plain text and Markdown."""

from __future__ import annotations

import re
from pathlib import PurePath

from veche.importers._blocks import finish
from veche.importers._encoding import decode
from veche.study.errors import N_
from veche.study.registry import importer
from veche.text.transcripts import Block, Draft

#: longest line of a text that was broken into lines by hand or by a mail program
_WRAPPED = 100
_EMPHASIS = re.compile(r"\s*(?P<mark>\*\*\*|\*\*|__)(?P<bold>[^*_\s][^\n]{0,200}?)(?P=mark)")
_INSIDE = re.compile(r"(?<![\w*])(\*\*\*|\*\*|\*)(?=[^\s*])([^*\n]+?)(?<=[^\s*])\1(?![\w*])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@importer("plain", title=N_("plain text"), extensions=(".txt", ".text", ".md", ".markdown"))
def plain(content: bytes, name: str) -> Draft:
    """Read plain text or Markdown.

    A line is a paragraph. Where blank lines divide a text whose lines are all short, what stands between them is one paragraph. An
    emphasised beginning (``**Name:**``) is bold; in Markdown other emphasis and escapes are removed too.

    Raises
    ------
    InputProblem
        If the file is empty, binary, or holds nothing but white space.
    """
    text, encoding, notices = decode(content, name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    markdown = PurePath(name).suffix.lower() in (".md", ".markdown")
    return finish(name, [_block(p, markdown) for p in _paragraphs(text)], notices, encoding)


def _paragraphs(text: str) -> list[str]:
    lines = text.split("\n")
    if max(map(len, lines)) <= _WRAPPED and "\n\n" in text.strip("\n"):
        return [p for p in re.split(r"\n\s*\n", text) if p.strip()]
    return [line for line in lines if line.strip()]


def _block(text: str, markdown: bool) -> Block:
    bold = 0
    if (match := _EMPHASIS.match(text)) and (markdown or _is_label(match["bold"], text[match.end() :])):
        text = match["bold"] + text[match.end() :]
        bold = len(match["bold"])
    if markdown:
        head, rest = (_plain(part) for part in (text[:bold], text[bold:]))
        text, bold = head + rest, len(head)
    return Block(text, bold=bold)


def _is_label(bold: str, rest: str) -> bool:
    return bold.rstrip().endswith(":") or rest.lstrip().startswith(":")


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", _INSIDE.sub(r"\2", text))
