"""All records of a study in one sequence, and a study from such a sequence."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache

from veche.study.documents import Text, Texts
from veche.study.evidence import Evidence
from veche.study.places import StudyInfo
from veche.study.record import Record


@cache
def kinds() -> dict[type[Record], str]:
    """Return the classes of records of which evidence consists, each with the name of its field."""
    hints = typing.get_type_hints(Evidence)
    found: dict[type[Record], str] = {StudyInfo: "study"}
    for one in fields(Evidence):
        inside = typing.get_args(hints[one.name])
        if inside and isinstance(inside[0], type) and issubclass(inside[0], Record):
            found[inside[0]] = one.name
    return found


def records_of(evidence: Evidence) -> Iterator[Record]:
    """Yield every record of evidence, kind by kind; the study itself first."""
    for name in kinds().values():
        held = getattr(evidence, name)
        if isinstance(held, tuple):
            yield from held
        else:
            yield held


def evidence_of(records: Iterable[Record], texts: Iterable[Text]) -> Evidence:
    """Make evidence of records and texts.

    Raises
    ------
    ValueError
        If there is no `StudyInfo`, or more than one.
    """
    held: dict[str, list[Record]] = {name: [] for name in kinds().values()}
    for one in records:
        held[kinds()[type(one)]].append(one)
    studies = held.pop("study")
    if len(studies) != 1:
        raise ValueError(f"a study has one StudyInfo, not {len(studies)}")
    given: dict[str, typing.Any] = {name: tuple(found) for name, found in held.items()}
    return Evidence(study=typing.cast("StudyInfo", studies[0]), texts=Texts(texts), **given)


def name_of(one: Record) -> str:
    """Return what a user would call a record: its key, title or name, the beginning of its words, else its id."""
    for field in ("key", "title", "name", "alias", "text"):
        if words := str(getattr(one, field, "") or ""):
            return words if len(words) <= 60 else words[:59] + "…"
    return one.id
