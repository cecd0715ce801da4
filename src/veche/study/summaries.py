"""The analyst's own words on one case and one theme: the cells of a framework matrix."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import ClassVar

from veche.study.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Record):
    """What an analyst makes of everything that was said of a code in a case; there is one for each cell.

    The case is anything with an id: a town, a respondent, an interview; with `wave_id` only its part in that wave. `grounds` names
    the quotations on which the text was written, each with a print of its words as they were then (`ground`).
    """

    noun: ClassVar[str] = "summary"

    case_id: str
    code_id: str
    text: str
    wave_id: str | None = None
    coder_id: str | None = None
    made: dt.datetime | None = None
    grounds: tuple[str, ...] = ()


#: characters kept of the print of the words
_KEPT = 12


def ground(coding_id: str, words: str) -> str:
    """Name a quotation as the ground of a summary: its id, a colon, 12 hexadecimal characters of the SHA-256 of its words.

    The print tells later whether the borders of the quotation, or a corrected transcript, changed its words.
    """
    return f"{coding_id}:{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()[:_KEPT]}"
