"""Counting by hand: plain loops over records, written apart from the analyses to check them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from veche.study import Code, Coding, Evidence, Interview


def _remembered(function: Callable[..., Any]) -> Callable[..., Any]:
    """Remember the answers for the last study asked about; loops ask the same again and again."""
    last: list[Any] = [None, {}]

    @functools.wraps(function)
    def remembering(evidence: Evidence, *records: Any) -> Any:
        if last[0] is not evidence:
            last[:] = [evidence, {}]
        about = tuple(record.id for record in records)
        if about not in last[1]:
            last[1][about] = function(evidence, *records)
        return last[1][about]

    return remembering


@_remembered
def counted(evidence: Evidence) -> list[tuple[Coding, Interview]]:
    """Codings by people (or agreed), placed in the present text of a document of an interview."""
    found = []
    for coding in evidence.codings:
        coder = next(one for one in evidence.coders if one.id == coding.coder_id)
        document = next(one for one in evidence.documents if one.id == coding.document_id)
        interview = next((one for one in evidence.interviews if one.id == document.interview_id), None)
        if coder.kind != "suggestion" and coding.text_id == document.text_id and interview is not None:
            found.append((coding, interview))
    return found


@_remembered
def below(evidence: Evidence, code: Code) -> list[Code]:
    """The code and everything under it."""
    found = [code]
    for child in evidence.codes:
        if child.parent_id == code.id:
            found += below(evidence, child)
    return found


def above(evidence: Evidence, code: Code) -> list[str]:
    """Keys of the code and of everything over it."""
    keys = [code.key]
    while code.parent_id:
        code = next(one for one in evidence.codes if one.id == code.parent_id)
        keys.append(code.key)
    return keys


def exposed(code: Code, interview: Interview) -> bool:
    """Inside the exposure window?"""
    early = code.not_before is not None and interview.date < code.not_before
    late = code.not_after is not None and interview.date >= code.not_after
    return not early and not late


@_remembered
def could(evidence: Evidence, interview: Interview, code: Code) -> bool:
    """In the denominator: possible then, and one of the topics of the code (if it has any) asked."""

    def one(code: Code) -> bool:
        topics = [topic.key for topic in evidence.topics if set(topic.codes) & set(above(evidence, code))]
        asked = not topics or any(topic not in interview.not_asked for topic in topics)
        return exposed(code, interview) and asked

    if code.kind != "group":
        return one(code)
    under = [child for child in below(evidence, code) if child.kind != "group"]
    return one(code) and (not under or any(one(child) for child in under))


def codings_of(
    evidence: Evidence,
    code: Code,
    interviews: Iterable[Interview],
    modality: str,
    *,
    asked: bool | None = True,
    deep: bool = True,
    taken: Callable[[Coding], bool] = lambda coding: True,
) -> set[str]:
    """Ids of the codings of a code (and below) in some interviews, inside or outside the denominator, or both."""
    ids = {one.id for one in (below(evidence, code) if deep else [code])}
    here = {one.id for one in interviews if asked is None or could(evidence, one, code) == asked}
    return {
        coding.id
        for coding, interview in counted(evidence)
        if coding.code_id in ids and interview.id in here and coding.modality == modality and taken(coding)
    }


def saying(evidence: Evidence, code: Code, interviews: Iterable[Interview], modality: str, **how: object) -> int:
    """Number of interviews with such a coding."""
    return sum(bool(codings_of(evidence, code, [one], modality, **how)) for one in interviews)  # type: ignore[arg-type]
