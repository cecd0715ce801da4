"""What writers of files share."""

from __future__ import annotations

from veche.study.files import replacing

__all__ = ["FORMULA", "replacing"]

#: what a spreadsheet would take for a formula
FORMULA = ("=", "+", "-", "@", "\t", "\r")
