"""A project of another program in veche's own records: what every reader of projects returns.

A reader only reads: it writes nothing and asks nobody. What it is not sure of it says in `ForeignStudy.readings`; what had no place it says in
`ForeignStudy.losses`, item by item.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from veche.study import (
    Coder,
    Coding,
    Document,
    Evidence,
    Language,
    Record,
    Statement,
    StudyInfo,
    Text,
    Turn,
    VecheError,
)
from veche.study.losses import Loss


@dataclass(frozen=True, slots=True)
class Choice:
    """One way in which positions could be read: its name (to give back as an answer) and what it means (a template marked with `N_`)."""

    name: str
    title: str
    fields: tuple[tuple[str, object], ...] = ()

    def said(self, translate: Callable[[str], str] = str) -> str:
        """Return what it means in the language of `translate`."""
        return VecheError(self.title, **dict(self.fields)).message(translate)


@dataclass(frozen=True, slots=True)
class Reading:
    """Which reading of positions was taken and how sure it is.

    Parameters
    ----------
    taken
        The reading taken.
    certainty
        Between 0 and 1: the share of the evidence that speaks for it.
    basis, fields
        On what it rests: a template marked with `N_`, and its fields.
    scope
        Name of the document it holds for; empty for the whole project.
    asks
        Is it so unsure that a person should choose? `choices` are then the readings to choose from, the one taken first.
    """

    taken: Choice
    certainty: float
    basis: str
    fields: tuple[tuple[str, object], ...] = ()
    scope: str = ""
    asks: bool = False
    choices: tuple[Choice, ...] = ()

    def said(self, translate: Callable[[str], str] = str) -> str:
        """Return on what the reading rests, in the language of `translate`."""
        return VecheError(self.basis, **dict(self.fields)).message(translate)


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """A file that comes inside a project, kept with the study under the digest of its content (`Document.file_sha256`)."""

    sha256: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader may use beside the project: answers of a person, and the study into which the project goes.

    Parameters
    ----------
    reading
        Name of the reading of positions to take (`Choice.name`); None: find out.
    encoding
        Encoding of texts that are not UTF-8; None: refuse those.
    language
        Language of labels whose language the project does not say.
    evidence
        The study into which the project goes; None: a new one.
    """

    reading: str | None = None
    encoding: str | None = None
    language: Language = "ru"
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class ForeignStudy:
    """A project of another program, read.

    Parameters
    ----------
    program
        Which program wrote it, as it says itself.
    records
        Everything that has a place in veche; references between them are ids, as in a study. At most one is a `StudyInfo`.
    texts
        Bodies of the documents.
    losses
        What had no place, item by item.
    readings
        How positions in texts were read.
    files
        Files to keep with the study.
    """

    program: str
    records: tuple[Record, ...]
    texts: tuple[Text, ...] = ()
    losses: tuple[Loss, ...] = ()
    readings: tuple[Reading, ...] = ()
    files: tuple[ForeignFile, ...] = ()

    @property
    def info(self) -> StudyInfo | None:
        """What the project says about itself, if anything."""
        return next((one for one in self.records if isinstance(one, StudyInfo)), None)

    @property
    def asks(self) -> bool:
        """Should a person choose a reading before the project is added?"""
        return any(one.asks for one in self.readings)

    def samples(self, count: int) -> list[str]:
        """Return the words of the first codings and statements: by these a person sees whether positions were read rightly."""
        bodies = {one.id: one.body for one in self.texts}
        places: list[tuple[str, int, int]] = []
        for one in self.records:
            if isinstance(one, Coding):
                places.append((one.text_id, one.start, one.end))
            elif isinstance(one, Statement):
                places.extend((quote.text_id, quote.start, quote.end) for quote in one.quotes[:1])
            if len(places) >= count:
                break
        return [bodies.get(text_id, "")[start:end] for text_id, start, end in places[:count]]

    def quotes(self) -> list[tuple[str, str, str, str]]:
        """Return (document, code, coder, words) of every coding: what must survive any exchange."""
        named = {one.id: getattr(one, "key", "") or getattr(one, "name", "") for one in self.records}
        names = {one.id: one.name for one in self.records if isinstance(one, Document)}
        coders = {one.id: one.name or one.key for one in self.records if isinstance(one, Coder)}
        bodies = {one.id: one.body for one in self.texts}
        return [
            (
                names.get(one.document_id, ""),
                named.get(one.code_id, ""),
                coders.get(one.coder_id, ""),
                bodies[one.text_id][one.start : one.end],
            )
            for one in self.records
            if isinstance(one, Coding)
        ]


def unique_key(wanted: str, taken: set[str], *, otherwise: str = "?") -> str:
    """Return a key that nobody has yet, from a name of another program, and take it.

    White space is folded; a name that is taken gets a number in brackets; an empty one becomes `otherwise`.
    """
    base = " ".join(wanted.replace("\x00", "").split()) or otherwise
    key = base
    if key in taken:
        # numbers are given in order, so the first free one is found by halving: a project may have any number of one name
        low, high = 1, 2
        while f"{base} ({high})" in taken:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if f"{base} ({middle})" in taken else (low, middle)
        key = f"{base} ({high})"
    taken.add(key)
    return key


def folded(text: str) -> str:
    """Fold white space and Unicode composition, to compare a quotation with the words of a text."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def language_of(body: str) -> Language:
    """Tell the language of a text by its letters: more Cyrillic ones than Latin ones is Russian."""
    sample = body[:20_000]
    cyrillic = sum("а" <= letter <= "я" or letter == "ё" for letter in sample.lower())
    latin = sum("a" <= letter <= "z" for letter in sample.lower())
    return "ru" if cyrillic >= latin else "en"


def by_kind(records: Iterable[Record]) -> dict[str, int]:
    """Count records by what a user calls them."""
    found: dict[str, int] = {}
    for one in records:
        found[one.noun] = found.get(one.noun, 0) + 1
    return found


def turns_of(body: str) -> tuple[Turn, ...]:
    """Find who speaks in a text that must stay as it is: the turns that `veche.text.transcripts.recognise` finds in its lines.

    Returns
    -------
    tuple of Turn
        In positions of `body`; empty if no convention is recognised, or if recognising would change the words
        (time codes are taken out of transcripts).
    """
    from veche.text.transcripts import Block, Draft, recognise

    blocks = tuple(Block(line) for line in body.split("\n") if line.strip())
    try:
        found = recognise(Draft(blocks))
    except VecheError:
        return ()
    if found.convention == "none":
        return ()
    # white space may differ between the two bodies: what counts is the number of other characters before a place
    ours = [at for at, letter in enumerate(body) if not letter.isspace()]
    theirs = [letter for letter in found.body if not letter.isspace()]
    if [body[at] for at in ours] != theirs:
        return ()
    before = [0]
    for letter in found.body:
        before.append(before[-1] + (not letter.isspace()))
    turns: list[Turn] = []
    for turn in found.turns:
        first, last = before[turn.start], before[turn.end]
        if first < last:
            turns.append(Turn(len(turns) + 1, ours[first], ours[last - 1] + 1, turn.kind, turn.speaker))
    return tuple(turns)
