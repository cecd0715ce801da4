"""From a file's paragraphs to turns of talk.

An importer gives a `Draft`: paragraphs in order with what the file knew about each (a bold beginning, a table's first cell, a time, a voice).
`recognise` finds who speaks and returns a `Transcript`: the stored body and its turns, with a count of what was recognised.

How turns are found, in this order: labels of speakers in the text («И.:», "Interviewer:", a surname with initials, a name that
repeats, in bold or not) together with speakers the file itself names (cells, voices); bold questions; dashes; else nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from veche.study.documents import Turn, TurnKind
from veche.study.errors import N_, InputProblem

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


CONVENTIONS = ("labels", "table", "bold", "voices", "dashes", "none")


def recognise(
    draft: Draft, *, speakers: Mapping[str, SpeakerKind] | None = None, convention: str | None = None
) -> Transcript:
    """Find the turns of a draft and make its stored body.

    The body holds the paragraphs in canonical form (`veche.text._canonical.canonical`), joined by LF, blank ones left out, time codes
    taken out. Labels stay in the body; a turn covers only the words after its label, without white space at its ends. A paragraph
    without a label continues the turn. What stands before the first label is one turn of kind "other" without a speaker.
    A footnote comes after the turn it belongs to, as a turn of kind "other". A label with no words after it makes no turn.

    Parameters
    ----------
    draft
        What an importer read.
    speakers
        Labels that the user knows to be speakers, with the kind of their turns; how they are dotted or spaced does not matter.
        They count however rarely they come, and their kinds override what is found. Other labels are found by the usual rules.
        A label of kind "none" is no speaker: it is a part of the words, which go on with the turn before.
    convention
        One of `CONVENTIONS` to use nothing but that; by default what the text shows.

    Returns
    -------
    Transcript
        Turns are numbered from 1, in order, disjoint and never empty. The notices of the draft come first among its notices.

    Raises
    ------
    InputProblem
        For an unknown convention or kind of turn.

    Notes
    -----
    Time codes: one before the words of a turn gives `start_ms`, one at its end `end_ms`; where each turn has only its end (the
    hash form of f4), the end of one turn is taken as the start of the next. Codes in the middle of a turn are left out with a notice.
    """
    from veche.text._layout import lay_out

    if convention is not None and convention not in CONVENTIONS:
        raise InputProblem(
            N_("There is no convention {name} for the turns of a transcript. Choose one of: {known}."),
            name=convention,
            known=", ".join(CONVENTIONS),
        )
    for label, kind in (speakers or {}).items():
        if kind not in ("question", "answer", "other", "none"):
            raise InputProblem(
                N_(
                    "The turns of speaker {label} are given the kind {kind}. Choose one of: question, answer, other, none."
                ),
                label=label,
                kind=kind,
            )
    return lay_out(draft, dict(speakers or {}), convention)
