"""The body of a transcript and its turns, built from lines and the marks on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from veche.study.documents import Turn, TurnKind
from veche.study.errors import N_
from veche.text._draft import Draft, Notice, SpeakerKind, Transcript
from veche.text._marks import FIRST, SECOND, Line, Mark, find_marks, lines_of
from veche.text._roles import speaker_key
from veche.text._speakers import Kinds, kinds_of, talk
from veche.text._timecodes import leading_time


@dataclass(slots=True)
class _Open:
    """A turn while it is being built: without words as long as `end` is 0."""

    mark: Mark | None
    start: int = 0
    end: int = 0
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(slots=True)
class _Body:
    """A body and its turns while they are built."""

    parts: list[str] = field(default_factory=list)
    size: int = 0
    turns: list[_Open] = field(default_factory=list)
    #: time codes that mark neither the beginning nor the end of a turn
    unused: int = 0

    def write(self, turn: _Open, text: str, said_from: int, joint: str = "\n") -> None:
        """Add a line, or go on in the last one, and let the turn cover its words from `said_from` on."""
        if self.parts:
            self.parts.append(joint)
            self.size += len(joint)
        words = text[said_from:]
        if words.strip():
            if turn.end == 0:
                turn.start = self.size + len(text) - len(words.lstrip())
            turn.end = self.size + len(text.rstrip())
        self.parts.append(text)
        self.size += len(text)

    def open(self, mark: Mark | None) -> _Open:
        """Begin a turn."""
        self.turns.append(_Open(mark))
        return self.turns[-1]


def lay_out(draft: Draft, given: Mapping[str, SpeakerKind], convention: str | None) -> Transcript:
    """Find the marks of a draft's lines, build body and turns, and say who asks."""
    lines = lines_of(draft.blocks)
    kinds_given: dict[str, TurnKind] = {speaker_key(label): kind for label, kind in given.items() if kind != "none"}
    nobody = frozenset(speaker_key(label) for label, kind in given.items() if kind == "none") - kinds_given.keys()
    marks, name = find_marks(lines, frozenset(kinds_given), nobody, convention)
    body = _build(lines, marks)
    found = _finish(body, name, kinds_given, convention)
    return replace(found, notices=draft.notices + found.notices)


def _build(lines: Sequence[Line], marks: Mapping[int, Mark]) -> _Body:
    """Write the lines and begin a turn at every mark; without any mark at every paragraph."""
    body = _Body(unused=sum(line.inner for line in lines))
    asides: list[Line] = []
    now: _Open | None = None
    waiting: int | None = None
    for number, line in enumerate(lines):
        mark = marks.get(number)
        if line.aside:
            asides.append(line)
        elif mark is None and not line.text.strip():
            waiting = line.start_ms if line.start_ms is not None else waiting
            if now is not None and line.end_ms is not None:
                now.end_ms = line.end_ms
        else:
            joins = now is not None and now.end > 0 and _joins(lines, number, mark)
            if now is None or (mark is not None and not joins) or (not marks and line.first):
                _write_asides(body, asides)
                now = body.open(mark)
            line.start_ms, waiting = line.start_ms if line.start_ms is not None else waiting, None
            _write(body, now, line, mark, joins)
    _write_asides(body, asides)
    return body


def _joins(lines: Sequence[Line], number: int, mark: Mark | None) -> bool:
    """Say whether a line goes on in the middle of a sentence: captions cut the talk by time, not by sense."""
    if mark is not None:
        return mark.joins
    return number > 0 and lines[number].first and lines[number].timed and lines[number - 1].timed


def _write(body: _Body, turn: _Open, line: Line, mark: Mark | None, joins: bool) -> None:
    text, said_from = line.text, mark.end if mark else 0
    if mark and mark.unwritten and not joins:
        label = line.speaker if line.speaker and line.speaker[-1] in ":—–" else f"{mark.label}:"
        text, said_from = (f"{label} {text}" if text.strip() else label), len(label)
    elif mark is None and line.speaker:
        text = f"{line.speaker}: {text}"
    elif mark and (leading := leading_time(text[said_from:])):
        # a time between the label and the words
        size, start_ms, end_ms = leading
        label, words = text[:said_from], text[said_from + size :]
        text = f"{label.rstrip()} {words}" if words else label
        said_from = min(len(label.rstrip()) + 1, len(text))
        line.start_ms = line.start_ms if start_ms is None else start_ms
        line.end_ms = line.end_ms if end_ms is None else end_ms
    _clock(body, turn, line, joins)
    body.write(turn, text, said_from, " " if joins else "\n")


def _clock(body: _Body, turn: _Open, line: Line, joins: bool) -> None:
    """Give the times of a line to its turn: the first start and the last end hold."""
    if line.start_ms is not None:
        if turn.end == 0 and turn.start_ms is None:
            turn.start_ms = line.start_ms
        elif not joins:
            body.unused += 1
    if line.end_ms is not None:
        body.unused += turn.end_ms is not None and not joins
        turn.end_ms = line.end_ms


def _write_asides(body: _Body, asides: list[Line]) -> None:
    """Write the waiting footnotes, each as a turn of its own."""
    turn: _Open | None = None
    for line in asides:
        if line.text.strip():
            turn = body.open(None) if line.first or turn is None else turn
            body.write(turn, line.text, 0)
    asides.clear()


def _finish(body: _Body, name: str, given: Mapping[str, TurnKind], asked: str | None) -> Transcript:
    """Number the turns that have words, say who asks, and tell the user what to look at."""
    text = "".join(body.parts)
    found = [turn for turn in body.turns if turn.end > 0]
    said: dict[str, list[str]] = {}
    labels: dict[str, Counter[str]] = {}
    for one in found:
        if one.mark:
            said.setdefault(one.mark.key, []).append(text[one.start : one.end])
            labels.setdefault(one.mark.key, Counter())[one.mark.label] += 1
    kinds = kinds_of([talk(key, texts) for key, texts in said.items()], given)
    shown = {key: counts.most_common(1)[0][0] for key, counts in labels.items()}
    turns: list[Turn] = []
    for one in found:
        start_ms, end_ms = one.start_ms, one.end_ms
        if start_ms is None and end_ms is not None and turns:
            start_ms = turns[-1].end_ms
        if start_ms is not None and end_ms is not None and end_ms < start_ms:
            end_ms = None
        kind = kinds.kinds[one.mark.key] if one.mark else "other"
        speaker = shown[one.mark.key] if one.mark else ""
        turns.append(Turn(len(turns) + 1, one.start, one.end, kind, speaker, start_ms, end_ms))
    counts = tuple((shown[key], len(texts), kinds.kinds[key]) for key, texts in said.items())
    name = name if said else "none"
    notices = _notices(name, asked, kinds, shown, body.unused)
    return Transcript(text, tuple(turns), counts, name, notices)


def _notices(name: str, asked: str | None, kinds: Kinds, shown: Mapping[str, str], unused: int) -> tuple[Notice, ...]:
    out: list[Notice] = []
    if name == "none" and asked not in (None, "none"):
        text = N_("No turns by the convention {convention} were found in the text. Try another one.")
        out.append(Notice(text, (("convention", asked),)))
    if name == "none" and asked != "none":
        text = N_(
            "No speakers were found in the text: every paragraph became a turn of its own. "
            "Begin each turn with the speaker, as in «И.: ...», or say which labels the speakers have."
        )
        out.append(Notice(text))
    elif name == "dashes":
        text = N_(
            "Only dashes divide the talk: two speakers were taken to alternate. Look through the turns and confirm."
        )
        out.append(Notice(text))
    elif name == "bold" and set(shown) <= {FIRST, SECOND}:
        text = N_(
            "Only bold type divides the talk: bold paragraphs were taken as one speaker. Look through and confirm."
        )
        out.append(Notice(text))
    elif kinds.guessed is not None:
        text = N_(
            "{speaker} asks most and was taken as the interviewer. Change the kinds of the turns if it is not so."
        )
        out.append(Notice(text, (("speaker", shown[kinds.guessed]),)))
    elif kinds.unknown:
        out.append(Notice(N_("It is not clear from the text who asks. Say which speaker is the interviewer.")))
    if unused:
        text = N_(
            "Time codes in the middle of turns were left out: {count}. Put them at the beginning of a turn to keep them."
        )
        out.append(Notice(text, (("count", unused),)))
    return tuple(out)
