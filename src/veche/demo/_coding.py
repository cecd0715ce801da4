"""Two coders over the transcripts: one marks all that is there, the other a third of it, with the slips of a human being."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from veche.demo._data import read
from veche.demo._ids import Ids, chance
from veche.demo._roster import Sitting
from veche.demo._transcript import Transcript
from veche.study.codebook import Code
from veche.study.codings import Coding
from veche.study.documents import Turn

#: the wave's codings are made on working days after it
_BEGUN = {1: dt.datetime(2016, 2, 1, 9, tzinfo=dt.timezone.utc), 2: dt.datetime(2021, 2, 1, 9, tzinfo=dt.timezone.utc),
          3: dt.datetime(2024, 1, 8, 9, tzinfo=dt.timezone.utc)}  # fmt: skip
_WORD = re.compile(r"\w+(?:[-’'.,]\w+)*")


@dataclass(frozen=True, slots=True)
class Mark:
    """A code on a place of a transcript."""

    start: int
    end: int
    code: str
    denied: bool


def begun(one: Sitting, nth: int, coder: str) -> dt.datetime:
    """Return when a coder began a transcript: two a day after the fieldwork, the second coder a month later."""
    return _BEGUN[one.wave] + dt.timedelta(days=nth // 2 + (30 if coder != "AK" else 0), hours=4 * (nth % 2))


def marks_of(transcript: Transcript) -> list[Mark]:
    """Return everything that the passages of a transcript carry, in the order of the text."""
    marks = [
        Mark(span.start, span.end, code, denied)
        for told in transcript.told
        for span in told.spans
        for code, denied in span.codes
    ]
    return sorted(dict.fromkeys(marks), key=lambda m: (m.start, m.end, m.code))


def second_reading(
    one: Sitting, transcript: Transcript, codes: Mapping[str, Code], used: frozenset[str], seed: int
) -> list[Mark]:
    """Return what the second coder marks: some places missed, some borders elsewhere, some codes next to the right one.

    Parameters
    ----------
    used
        Codes that occur in the wave: nobody takes a code for a thing that does not exist yet.
    """
    rates = read("truth")["coding"]
    rng = chance(seed, "second coder", one.key)
    out: list[Mark] = []
    for mark in marks_of(transcript):
        missed, shifted, other = (rng.random() < rates[name] for name in ("missed", "shifted", "other_code"))
        # drawn for every mark, so that both languages slip alike
        side, steps, which = rng.random(), rng.randint(1, 4), rng.random()
        if missed:
            continue
        code = _neighbour(mark.code, codes, used, which) if other else mark.code
        start, end = _shift(mark, transcript, side, steps) if shifted else (mark.start, mark.end)
        out.append(Mark(start, end, code, mark.denied))
    return _exclusive(out, codes)


def _neighbour(key: str, codes: Mapping[str, Code], used: Iterable[str], which: float) -> str:
    """Return another code with the same parent, or the code itself if it has no such neighbour."""
    code = codes[key]
    near = [k for k in sorted(used) if k != key and codes[k].parent_id == code.parent_id and codes[k].kind == code.kind]
    return near[int(which * len(near))] if near else key


def _shift(mark: Mark, transcript: Transcript, side: float, steps: int) -> tuple[int, int]:
    """Move one border by a few words inside the turn; the mark keeps at least two words."""
    turn = _turn_at(transcript.text.turns, mark.start)
    words = [(m.start(), m.end()) for m in _WORD.finditer(transcript.text.body, turn.start, turn.end)]
    first = next(n for n, word in enumerate(words) if word[1] > mark.start)
    last = max(n for n, word in enumerate(words) if word[0] < mark.end)
    if side < 0.25:
        return words[max(0, first - steps)][0], mark.end
    if side < 0.5:
        return words[min(last - 1, first + steps)][0] if last > first else mark.start, mark.end
    if side < 0.75:
        return mark.start, words[min(len(words) - 1, last + steps)][1]
    return mark.start, words[max(first + 1, last - steps)][1] if last > first else mark.end


def _turn_at(turns: Sequence[Turn], position: int) -> Turn:
    return next(turn for turn in turns if turn.start <= position < turn.end)


def _exclusive(marks: Sequence[Mark], codes: Mapping[str, Code]) -> list[Mark]:
    """Keep one value of an exclusive set on one place, and each code once."""
    taken: set[tuple[int, int, str]] = set()
    out = []
    for mark in marks:
        place = (mark.start, mark.end, codes[mark.code].value_set or mark.code)
        if place not in taken:
            taken.add(place)
            out.append(mark)
    return out


def coding_records(
    one: Sitting,
    transcript: Transcript,
    marks: Sequence[Mark],
    coder: str,
    codes: Mapping[str, Code],
    ids: Ids,
    nth: int,
) -> list[Coding]:
    """Return the codings of one coder on one transcript; `nth` orders the transcripts in the coder's work."""
    start = begun(one, nth, coder)
    return [
        Coding(
            id=ids("coding", f"{one.key}/{coder}/{at}"), document_id=ids("document", one.key), text_id=transcript.text.id,
            start=mark.start, end=mark.end, code_id=codes[mark.code].id, coder_id=ids("coder", coder),
            modality="denied" if mark.denied else "asserted", made=start + dt.timedelta(minutes=3 * at),
        )
        for at, mark in enumerate(marks)
    ]  # fmt: skip
