"""The canonical form in which a text is stored: decided once at import and never changed afterwards."""

from __future__ import annotations

import re
import unicodedata

_SURROGATE = re.compile("[\ud800-\udfff]")
#: line breaks of typewriters and mainframes: vertical tab (a break inside a paragraph), form feed, next line
_BREAKS = dict.fromkeys((0x0B, 0x0C, 0x85), "\n")
#: soft hyphen, byte order mark, and the sign by which PDF marks a word joined over two lines
_JOINS = dict.fromkeys((0xAD, 0xFEFF, 0x02), "")
#: what neither XML nor a reader can show
_STRAY = dict.fromkeys(
    [c for c in (*range(0x20), *range(0x7F, 0xA0)) if c not in (0x02, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85)]
    + [0xFFFE, 0xFFFF],
    "",
)
_TABLE = _BREAKS | _JOINS | _STRAY
_STRAY_SET = re.compile("[" + "".join(re.escape(chr(c)) for c in _STRAY) + "]")


def canonical(text: str) -> str:
    """Return the stored form of a text.

    Line ends become LF; soft hyphens, byte order marks and control characters go; the rest is composed (NFC). No-break spaces, ё, stress
    marks and the separators U+2028 and U+2029 stay as they are. Halves of surrogate pairs are joined, a lone half becomes U+FFFD. The result
    holds only characters that UTF-8 and XML 1.0 can hold, and the function applied again changes nothing.
    """
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE)
    return unicodedata.normalize("NFC", text)


def stray_characters(text: str) -> int:
    """Count the control characters and lone surrogates that `canonical` takes out of a text."""
    found = len(_STRAY_SET.findall(text))
    if _SURROGATE.search(text):
        joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        found += joined.count("\ufffd") - text.count("\ufffd")
    return found
