"""From bytes to text: which encoding a plain file is in."""

from __future__ import annotations

import codecs
import re

from veche.importers._archive import refuse_unreadable
from veche.importers._blocks import note
from veche.study.errors import N_, InputProblem
from veche.text.transcripts import Notice

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: legacy encodings that transcripts in Russian and in European languages are met in
_LEGACY = (
    "cp1251", "koi8-r", "cp866", "mac-cyrillic", "iso8859-5", "koi8-u", "cp1252", "cp1250", "iso8859-1", "iso8859-2",
    "iso8859-15", "mac-roman", "cp437", "cp850", "cp852",
)  # fmt: skip
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
#: above this share of control characters (or of bytes that cannot be decoded) a file is not text
_BINARY = 0.05


def decode(content: bytes, name: str) -> tuple[str, str, list[Notice]]:
    """Decode a plain file: by its byte order mark, as strict UTF-8, as UTF-16 without a mark, else by its letters.

    Returns
    -------
    tuple
        The text, the name of the encoding, notices about bytes that could not be read.

    Raises
    ------
    InputProblem
        If the file is empty or not text at all.
    """
    refuse_unreadable(content, name)
    encoding = _marked(content) or _unmarked_wide(content) or _utf8(content) or guessed(content)
    text = content.decode(encoding, "replace")
    broken = (
        text.count("\ufffd") - content.count("\ufffd".encode())
        if encoding.startswith("utf-8")
        else text.count("\ufffd")
    )
    if len(_CONTROL.findall(text)) + max(0, broken) > max(3, _BINARY * len(text)):
        raise InputProblem(
            N_(
                "{file} is not text but binary data. Save a transcript as docx, odt, rtf or plain text, a table as xlsx or csv, and give that."
            ),
            file=name,
        )
    notices: list[Notice] = []
    if broken > 0:
        template = N_(
            "{file} was read as {encoding}, and {count} places could not be decoded (marked \ufffd): it may be cut off or mixed. "
            "Save it anew as UTF-8 and read it again."
        )
        notices.append(note(template, file=name, encoding=encoding, count=broken))
    elif encoding in _LEGACY:
        template = N_(
            "{file} says nothing about its encoding: it was read as {encoding}. If it looks wrong, save it as UTF-8."
        )
        notices.append(note(template, file=name, encoding=encoding))
    return text, encoding, notices


def _marked(content: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if content.startswith(mark) and (encoding != "utf-32" or len(content) % 4 == 0):
            return encoding
    return None


def _unmarked_wide(content: bytes) -> str | None:
    """UTF-16 shows in that every second byte is one of very few (the block of the alphabet), even where it passes as UTF-8."""
    sample = content[: min(len(content) & ~1, 20_000)]
    if len(sample) < 4:
        return None
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        low = sample[::2] if encoding == "utf-16-le" else sample[1::2]
        # Latin, Cyrillic and general punctuation: no byte of theirs is a control character of plain text
        if sum(b in (0x00, 0x04, 0x20) for b in high) >= 0.9 * len(high) and sum(b < 5 for b in high) > 0.5 * len(high):
            return encoding if sum(b in (0x00, 0x04) for b in low) < 0.2 * len(low) else None
    return None


def _utf8(content: bytes) -> str | None:
    """UTF-8 if it decodes, up to a character cut off at the end or very few bad bytes among many good ones."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and any(b > 0x7F for b in content[: error.start]):
            return "utf-8"
        text = content.decode("utf-8", "replace")
        bad = text.count("\ufffd")
        good = sum(c > "\x7f" for c in text) - bad
        return "utf-8" if good > 50 * bad else None
    return "utf-8"


def guessed(content: bytes) -> str:
    """Guess a legacy encoding from the letters of a text that is not UTF-8."""
    import chardet

    # carriage returns alone would be taken for a hint at an old Macintosh, though programs on any system write them
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    found = chardet.detect(lines, include_encodings=_LEGACY, compat_names=False, no_match_encoding="cp1251")
    encoding = (found["encoding"] or "cp1251").lower()
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return "cp1251"
