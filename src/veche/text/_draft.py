"""What goes into the recognition of turns and what comes out: paragraphs of a file, and the transcript they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from veche.study.documents import Turn, TurnKind

#: what the user can say of a label: the kind of its turns, or that it is no speaker
SpeakerKind = Literal["question", "answer", "other", "none"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know about a file: what was found, where, what to do (template and fields)."""

    template: str
    fields: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph of a file, with what the file says about it."""

    text: str
    #: a voice or speaker the format itself names (WebVTT voice, JSON speaker, first cell of a table's row)
    speaker: str | None = None
    #: the text begins with this many bold code points
    bold: int = 0
    start_ms: int | None = None
    end_ms: int | None = None
    #: a footnote or the like: not said in the talk, it comes after the turn that it belongs to
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What an importer read: paragraphs in order, and notices about what could not be kept."""

    blocks: tuple[Block, ...]
    notices: tuple[Notice, ...] = ()
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A body, its turns, and how they were recognised."""

    body: str
    turns: tuple[Turn, ...]
    #: label of each speaker as written, with how many turns and which kind was taken
    speakers: tuple[tuple[str, int, TurnKind], ...]
    #: name of the convention by which the turns were found: labels, table, bold, voices, dashes, none
    convention: str
    notices: tuple[Notice, ...] = ()
