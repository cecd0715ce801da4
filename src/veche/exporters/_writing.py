"""What writers of files share."""

from __future__ import annotations

import re

from veche.study.files import replacing

__all__ = ["FORMULA", "in_workbook", "replacing"]

#: what a spreadsheet would take for a formula
FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: a workbook is XML, which has no place for these characters
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_workbook(words: str) -> str:
    """Leave out the characters that an Excel workbook cannot hold."""
    return _NOT_IN_XML.sub("", words)
