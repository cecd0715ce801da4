"""PDF: the text that lies under the pages, put together into paragraphs again.

A PDF holds letters and places, no paragraphs. What a word processor knew (who is bold, what was struck out, tables, footnotes) is
gone, so this is the way of last resort, and a notice says so.
"""

from __future__ import annotations

import threading
from typing import Any

from veche.importers._archive import refuse_unreadable
from veche.importers._blocks import finish, note
from veche.importers._pdf_lines import Line, paragraphs, without_margins
from veche.study.errors import N_, InputProblem
from veche.study.registry import importer
from veche.text.transcripts import Block, Draft

#: the library below must not be entered by two threads at once
_ONE_AT_A_TIME = threading.Lock()


def _is_pdf(content: bytes, name: str) -> bool:
    return b"%PDF-" in content[:1024]


@importer("pdf", title=N_("PDF with text"), extensions=(".pdf",), recognises=_is_pdf)
def pdf(content: bytes, name: str) -> Draft:
    """Read the text of a PDF.

    Lines become paragraphs again by where they end on the page; headers, footers and page numbers that repeat are left out; words
    divided at the end of a line are joined.

    Raises
    ------
    InputProblem
        If the file is damaged, protected by a password, or holds pictures of pages only.
    """
    refuse_unreadable(content, name)
    with _ONE_AT_A_TIME:
        pages = _pages(content, name)
    if not any(line.text.strip() for page in pages for line in page):
        raise InputProblem(
            N_(
                "{file} holds pictures of pages and no text (a scan). Recognise the text with another program and give that."
            ),
            file=name,
        )
    kept, dropped = without_margins(pages)
    found, divided = paragraphs(kept)
    advice = N_(
        "{file} is a PDF: its paragraphs were put together from lines, and struck-out text, tables and footnotes stand among the "
        "words. Compare it with the original, or better give the docx it was made from."
    )
    notices = [note(advice, file=name)]
    if dropped:
        text = N_(
            "Page headers, footers and numbers were left out of {file}: {count} lines, for example “{line}”. Compare."
        )
        notices.append(note(text, file=name, count=len(dropped), line=dropped[0][:60]))
    if divided:
        text = N_(
            "Words divided at the ends of lines were joined in {file}: {count}. Compare where a hyphen may be missing."
        )
        notices.append(note(text, file=name, count=divided))
    return finish(name, [Block(p) for p in found], notices)


def _pages(content: bytes, name: str) -> list[list[Line]]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        try:
            return [_lines(document, number) for number in range(len(document))]
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise InputProblem(
                N_("{file} is protected by a password. Save a copy without one and give that."), file=name
            ) from error
        raise InputProblem(
            N_("{file} is damaged or was cut off: it cannot be read as PDF. Copy it again or save it anew."), file=name
        ) from error


def _lines(document: Any, number: int) -> list[Line]:
    page = document[number]
    width = page.get_width()
    text_page = page.get_textpage()
    try:
        text = text_page.get_text_range()
        placed = len(text) == text_page.count_chars()
        lines: list[Line] = []
        at = 0
        for raw in text.replace("\r\n", "\n\n").split("\n"):
            if raw.strip():
                lines.append(_line(text_page, raw, at, width) if placed else Line(raw))
            at += len(raw) + 1
        return lines
    finally:
        text_page.close()
        page.close()


def _line(text_page: Any, raw: str, at: int, width: float) -> Line:
    """Find where a line begins and ends on its page, and how wide its first word is."""
    first = len(raw) - len(raw.lstrip())
    word_end = next((i for i in range(first, len(raw)) if raw[i].isspace() or raw[i] == "\ufffe"), len(raw)) - 1
    boxes = [_box(text_page, at + i) for i in (first, word_end, len(raw.rstrip()) - 1)]
    if None in boxes:
        return Line(raw)
    (left, bottom, *_), (_, _, word_right, _), (_, _, right, _) = (b for b in boxes if b is not None)
    return Line(raw, left, right, bottom, max(0.0, word_right - left), width)


def _box(text_page: Any, index: int) -> tuple[float, float, float, float] | None:
    import pypdfium2

    try:
        box: tuple[float, float, float, float] = text_page.get_charbox(index)
    except pypdfium2.PdfiumError:
        return None
    return box
