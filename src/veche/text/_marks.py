"""Lines of a draft, and the marks on them where somebody begins to speak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from veche.text._canonical import canonical
from veche.text._draft import Block
from veche.text._labels import Hit, candidate, speakers_among
from veche.text._roles import speaker_key
from veche.text._timecodes import label_time, take_times

#: the two who talk when only dashes or bold type tell them apart
FIRST, SECOND = "1", "2"
_DASHES = "—–-−―"


@dataclass(slots=True)
class Line:
    """One line of a draft without its time codes."""

    block: int
    text: str
    #: the first line of its block
    first: bool = True
    #: length of the bold beginning, and whether the whole block is bold
    bold: int = 0
    whole_bold: bool = False
    speaker: str | None = None
    #: the file gave the block a time of its own
    timed: bool = False
    aside: bool = False
    start_ms: int | None = None
    end_ms: int | None = None
    #: time codes in the middle of the line
    inner: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """Here somebody begins to speak: whose label, and where the words after it begin."""

    key: str
    label: str
    end: int
    #: the label is not in the text and has to be written before it
    unwritten: bool = False
    #: goes on where the same speaker stopped
    joins: bool = False
    #: only bold type shows that this is a label
    bold: bool = False


def lines_of(blocks: Sequence[Block]) -> list[Line]:
    """Cut blocks into lines of canonical text without time codes; blank ones stay for their times."""
    out: list[Line] = []
    for number, block in enumerate(blocks):
        text = canonical(block.text)
        bold = len(canonical(block.text[: max(0, block.bold)]))
        for row, raw in enumerate(text.split("\n")):
            timed = take_times(raw)
            line = Line(number, timed.text, row == 0, aside=block.aside)
            line.start_ms, line.end_ms, line.inner = timed.start_ms, timed.end_ms, timed.inner
            if line.first:
                if raw.startswith(timed.text) and bold > len(raw) - len(raw.lstrip()):
                    line.bold = min(bold, len(timed.text))
                    line.whole_bold = bold >= len(text.rstrip())
                line.speaker = _named(block.speaker)
                line.timed = block.start_ms is not None
                line.start_ms = line.start_ms if block.start_ms is None else block.start_ms
            out.append(line)
        if block.end_ms is not None:
            out[-1].end_ms = block.end_ms
    return out


def _named(speaker: str | None) -> str | None:
    return " ".join(canonical(speaker or "").split()) or None


def find_marks(
    lines: Sequence[Line], given: frozenset[str], nobody: frozenset[str], convention: str | None
) -> tuple[dict[int, Mark], str]:
    """Find where somebody begins to speak: marks by line, and the name of the convention ("none" without marks).

    `given` and `nobody` are folded labels: those that count whatever they look like, and those that are no speakers.
    Time codes that are such only beside a label are taken out of the lines that turn out to have one.
    """
    dashes = _dashes(lines, forced=True) if convention == "dashes" else _dashes(lines) if convention is None else {}
    voices = _voices(lines, given, nobody, convention) if convention in (None, "voices", "table") else {}
    labels = _labels(lines, given, nobody, convention, voices) if convention in (None, "labels", "bold") else {}
    named = labels | voices
    if named and 2 * len(named) >= len(dashes):
        return named, convention or _name(lines, labels, voices)
    if convention in (None, "bold") and (questions := _bold_questions(lines)):
        return _without(questions, nobody), "bold"
    return _without(dashes, nobody), "dashes" if dashes else "none"


def _without(marks: Mapping[int, Mark], nobody: frozenset[str]) -> dict[int, Mark]:
    return {number: mark for number, mark in marks.items() if mark.key not in nobody}


def _labels(
    lines: Sequence[Line],
    given: frozenset[str],
    nobody: frozenset[str],
    convention: str | None,
    voices: Mapping[int, Mark],
) -> dict[int, Mark]:
    spoken = {lines[n].block for n in voices}
    hits: list[Hit] = []
    timed: dict[int, tuple[str, int]] = {}
    for number, line in enumerate(lines):
        if line.block in spoken or line.aside or not line.text.strip():
            continue
        hit = None
        if beside := label_time(line.text):
            text, head, start_ms = beside
            hit = candidate(number, text, head, given)
            timed[number] = text, start_ms
        if hit is None:
            timed.pop(number, None)
            hit = candidate(number, line.text, 0 if convention == "labels" else line.bold, given)
        if hit and hit.key not in nobody and (convention != "bold" or 0 < len(hit.label) <= line.bold):
            hits.append(hit)
    found = speakers_among(hits, [line.text for line in lines], given)
    for hit in found:
        if hit.line in timed:
            lines[hit.line].text, lines[hit.line].start_ms = timed[hit.line]
    return {h.line: Mark(h.key, h.label, h.end, bold=h.form == "head" and h.line not in timed) for h in found}


def _voices(
    lines: Sequence[Line], given: frozenset[str], nobody: frozenset[str], convention: str | None
) -> dict[int, Mark]:
    """Speakers that the file itself names. The first cell of a table is one if it repeats or names a role."""
    named = [
        (n, line, line.speaker)
        for n, line in enumerate(lines)
        if line.speaker and speaker_key(line.speaker) not in nobody
    ]
    cells = [(n, speaker_key(speaker), speaker) for n, line, speaker in named if not line.timed]
    often = Counter(key for _, key, _ in cells)
    roles = [hit for n, _, speaker in cells if (hit := candidate(n, f"{speaker}:", 0, given))]
    kept = {hit.line for hit in speakers_among(roles, (), given)}
    kept |= {n for n, key, _ in cells if key and (often[key] > 1 or key in given or convention == "table")}
    marks: dict[int, Mark] = {}
    before: Line | None = None
    for number, line, speaker in named:
        if line.timed or number in kept:
            joins = before is not None and _goes_on(before, line)
            label = speaker.rstrip(" \t\u00a0:—–-") or speaker
            marks[number] = Mark(speaker_key(speaker) or label, label, 0, unwritten=True, joins=joins)
            before = line
    return marks


def _goes_on(before: Line, line: Line) -> bool:
    """Captions cut one turn into pieces: the same voice in the next caption goes on."""
    return line.timed and before.timed and before.speaker == line.speaker and line.block == before.block + 1


def _bold_questions(lines: Sequence[Line]) -> dict[int, Mark]:
    """Bold paragraphs are questions when both kinds come at least twice and every second bold one asks."""
    spoken = [(n, line) for n, line in enumerate(lines) if line.first and line.text.strip() and not line.aside]
    bold = [line for _, line in spoken if line.whole_bold]
    if len(bold) < 2 or len(spoken) - len(bold) < 2 or 2 * sum("?" in b.text for b in bold) < len(bold):
        return {}
    marks: dict[int, Mark] = {}
    before: bool | None = None
    for number, line in spoken:
        if line.whole_bold or before is not None:
            if line.whole_bold != before:
                key = FIRST if line.whole_bold else SECOND
                marks[number] = Mark(key, key, 0, bold=True)
            before = line.whole_bold
    return marks


def _dashes(lines: Sequence[Line], forced: bool = False) -> dict[int, Mark]:
    """Lines with a dash in front: two speakers take turns."""
    spoken = [n for n, line in enumerate(lines) if line.text.strip() and not line.aside]
    found = [n for n in spoken if _dash(lines[n].text)]
    if not forced:
        if len(found) < 2 or 10 * len(found) < len(spoken):
            return {}
        # hyphens also make lists: they are talk only if they prevail and somebody asks
        listed = all(lines[n].text.lstrip()[0] == "-" for n in found)
        if listed and (2 * len(found) < len(spoken) or not any("?" in lines[n].text for n in found)):
            return {}
    keys = (FIRST, SECOND)
    return {n: Mark(keys[turn % 2], keys[turn % 2], _dash(lines[n].text)) for turn, n in enumerate(found)}


def _dash(text: str) -> int:
    """Length of the dash at the beginning of a line with the space around it; 0 if there is none."""
    bare = text.lstrip()
    if len(bare) < 2 or bare[0] not in _DASHES:
        return 0
    if not (bare[1].isspace() or (bare[0] in "—–―" and bare[1].isalpha())):
        return 0
    return len(text) - len(bare[1:].lstrip())


def _name(lines: Sequence[Line], labels: Mapping[int, Mark], voices: Mapping[int, Mark]) -> str:
    if len(voices) >= len(labels):
        return "voices" if 2 * sum(lines[n].timed for n in voices) >= len(voices) else "table"
    return "bold" if 2 * sum(mark.bold for mark in labels.values()) >= len(labels) else "labels"
