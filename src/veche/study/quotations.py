"""Quotations: the sentences behind a number, with who said them, where and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from veche.study.codings import Coding, Modality
from veche.study.documents import Anchor
from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.study.statements import Statement


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a respondent with their place. `source_id` is the coding or statement, `marks` its codes or kind."""

    source_id: str
    words: str
    anchor: Anchor
    turn: int
    interview: str
    respondent: str
    role: str
    town: str
    wave: str
    date: dt.date
    marks: tuple[str, ...]
    coder: str
    modality: Modality

    @property
    def place(self) -> str:
        """Where it stands, for people: interview and turn."""
        return f"{self.interview}:{self.turn}"


def quotations(evidence: Evidence, ids: Iterable[str]) -> Iterator[Quotation]:
    """Yield the quotations of codings and statements, in the order of the ids; ids not in the evidence are passed over.

    A statement with several anchors gives one quotation per anchor.
    """
    language = evidence.study.language
    coders = {coder.id: coder.key for coder in evidence.coders}
    kinds = {kind.id: kind.key for kind in evidence.kinds}
    codes = {code.id: code.key for code in evidence.codes}
    towns = {town.id: town.name for town in evidence.towns}
    waves = {wave.id: wave.key for wave in evidence.waves}
    roles = {role.id: role.label_ru if language == "ru" else role.label_en for role in evidence.roles}
    respondents = {one.id: one.key for one in evidence.respondents}
    found: list[tuple[Coding | Statement, Anchor, Interview]] = []
    for source_id in ids:
        source = evidence.coding_by_id.get(source_id) or evidence.statement_by_id.get(source_id)
        if source is not None:
            found.extend((source, anchor, interview) for anchor, interview in _places(evidence, source))
    anchors = [anchor for _, anchor, _ in found]
    texts = evidence.texts
    for (source, anchor, interview), words, turn in zip(
        found, texts.words(anchors), texts.turn_numbers(anchors), strict=True
    ):
        mark = codes.get(source.code_id, "") if isinstance(source, Coding) else kinds.get(source.kind_id, "")
        yield Quotation(
            source.id, words, anchor, turn, interview.key, respondents.get(interview.respondent_id, ""),
            roles.get(interview.role_id, ""), towns.get(interview.town_id, ""), waves.get(interview.wave_id, ""),
            interview.date, (mark,), coders.get(source.coder_id or "", ""), source.modality,
        )  # fmt: skip


def passages(evidence: Evidence, ids: Iterable[str], most: int | None = None) -> tuple[tuple[Quotation, ...], int]:
    """Return the passages of codings and statements, and how many there are; `most` is the number of the first to return.

    Words that several coders mark, or several codes, are one passage, with all their marks and coders; what is asserted
    and what is denied there are two.
    """
    sources: dict[tuple[Anchor, Modality], dict[str, None]] = {}
    for source_id in ids:
        source = evidence.coding_by_id.get(source_id) or evidence.statement_by_id.get(source_id)
        if source is not None:
            for anchor, _ in _places(evidence, source):
                sources.setdefault((anchor, source.modality), {})[source_id] = None
    shown = list(sources)[:most]
    marked: dict[tuple[Anchor, Modality], list[Quotation]] = {}
    for one in quotations(evidence, dict.fromkeys(id_ for place in shown for id_ in sources[place])):
        marked.setdefault((one.anchor, one.modality), []).append(one)
    return tuple(_united(marked[place]) for place in shown), len(sources)


def _united(each: Sequence[Quotation]) -> Quotation:
    marks = dict.fromkeys(mark for one in each for mark in one.marks)
    coders = dict.fromkeys(one.coder for one in each if one.coder)
    return replace(each[0], marks=tuple(marks), coder=", ".join(coders))


def _places(evidence: Evidence, source: Coding | Statement) -> Iterator[tuple[Anchor, Interview]]:
    if isinstance(source, Coding):
        anchors: tuple[Anchor, ...] = (Anchor(source.document_id, source.text_id, source.start, source.end),)
    else:
        anchors = source.quotes
    for anchor in anchors:
        document = evidence.document_by_id.get(anchor.document_id)
        interview = evidence.interview_by_id.get((document.interview_id if document else None) or "")
        if interview is not None:
            yield anchor, interview


#: share of common words from which two quotations count as the same
ALIKE = 0.6


def strongest(found: Iterable[Quotation], count: int = 3, *, length: int = 180) -> tuple[Quotation, ...]:
    """Choose a few telling quotations, no two nearly alike.

    Different respondents come first, asserted before denied, of a length that can be printed.
    Within a respondent the quotation whose length is nearest to `length` characters (on a log scale) is taken; ties go to the earlier one.
    """
    from math import log

    best: dict[str, tuple[tuple[bool, float], Quotation]] = {}
    rest: list[tuple[tuple[bool, float], Quotation]] = []
    for one in found:
        rank = (one.modality != "asserted", abs(log(max(len(one.words), 1) / length)))
        held = best.get(one.respondent)
        if held is None or rank < held[0]:
            if held is not None:
                rest.append(held)
            best[one.respondent] = (rank, one)
        else:
            rest.append((rank, one))
    first = sorted(best.values(), key=lambda pair: pair[0])
    chosen = [one for _, one in first] + [one for _, one in sorted(rest, key=lambda pair: pair[0])]
    distinct: list[Quotation] = []
    seen: list[frozenset[str]] = []
    for one in chosen:
        if len(distinct) == count:
            break
        words = frozenset(one.words.lower().split())
        # two respondents may say nearly the same; one of them is enough on a page
        if all(len(words & other) <= ALIKE * len(words | other) for other in seen):
            distinct.append(one)
            seen.append(words)
    return tuple(distinct)
