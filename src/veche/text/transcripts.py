"""From a file's paragraphs to turns of talk.

An importer gives a `Draft`: paragraphs in order with what the file knew about each (a bold beginning, a table's first cell, a time, a voice).
`recognise` finds who speaks and returns a `Transcript`: the stored body and its turns, with a count of what was recognised.

How turns are found, in this order: labels of speakers in the text («И.:», "Interviewer:", a surname with initials, a name that
repeats, in bold or not) together with speakers the file itself names (cells, voices); bold questions; dashes; else nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from veche.study.errors import N_, InputProblem
from veche.text._draft import Block, Draft, Notice, SpeakerKind, Transcript
from veche.text._layout import lay_out

__all__ = ["CONVENTIONS", "Block", "Draft", "Notice", "SpeakerKind", "Transcript", "recognise"]

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
