"""Web pages, among them the transcripts of noScribe, whose anchors hold times and speakers."""

from __future__ import annotations

import codecs
import re

from veche.importers._blocks import finish
from veche.importers._encoding import decode
from veche.importers._html_reader import read_html
from veche.study.errors import N_
from veche.study.registry import importer
from veche.text.transcripts import Draft, Notice

_BEGINS = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)


def _is_html(content: bytes, name: str) -> bool:
    return _BEGINS.match(content[:8000].removeprefix(b"\xef\xbb\xbf")) is not None


@importer("html", title=N_("web page (html)"), extensions=(".html", ".htm", ".xhtml"), recognises=_is_html)
def html(content: bytes, name: str) -> Draft:
    """Read a web page; scripts and styles are left out.

    Anchors named ``ts_START_END_SPEAKER`` (milliseconds), as noScribe writes them, give the times of their paragraph and its speaker.

    Raises
    ------
    InputProblem
        If the file is empty, binary, nested too deeply, or holds no text.
    """
    text, encoding, notices = _decode(content, name)
    return finish(name, read_html(text, name), notices, encoding)


def _decode(content: bytes, name: str) -> tuple[str, str, list[Notice]]:
    declared = _CHARSET.search(content[:4000])
    if declared and not content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = declared[1].decode("ascii").lower()
        try:
            return content.decode(codecs.lookup(encoding).name), encoding, []
        except (LookupError, UnicodeError, ValueError):
            pass
    return decode(content, name)
