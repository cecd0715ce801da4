"""Identifiers and words as REFI-QDA can hold them."""

from __future__ import annotations

import datetime as dt
import re
import uuid

from veche.study import Code, Evidence
from veche.study.carried import held

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


class Guids:
    """Gives every thing a GUID of its own: its id where that is one, else the same one at every export."""

    def __init__(self, study_id: str) -> None:
        self._space = uuid.uuid5(uuid.NAMESPACE_URL, f"urn:veche:study:{study_id}")
        self._of: dict[tuple[str, str], str] = {}
        self._used: set[str] = set()

    def of(self, kind: str, record_id: str) -> str:
        """Return the GUID of a thing of that kind."""
        key = (kind, record_id)
        if key not in self._of:
            guid = record_id if _GUID.fullmatch(record_id) and record_id not in self._used else ""
            number = 0
            while not guid or guid in self._used:
                guid = str(uuid.uuid5(self._space, f"{kind} {record_id} {number}"))
                number += 1
            self._used.add(guid)
            self._of[key] = guid
        return self._of[key]

    def made(self, *parts: object) -> str:
        """Return the GUID of something that stands only in the project: a selection, a set, a variable."""
        return self.of("made", " ".join(map(str, parts)))


def moment(when: dt.datetime | None) -> str | None:
    """Write a moment in UTC as xsd:dateTime."""
    return None if when is None else f"{when.isoformat()}Z"


def names_of_codes(evidence: Evidence) -> dict[str, str]:
    """Return what the codes are called in the project: their labels, with the key where two would be called the same."""
    language = evidence.study.language
    labels = {one.id: " ".join(held(one.label(language)).split()) or held(one.key) or one.id for one in evidence.codes}
    seen: dict[str, int] = {}
    for label in labels.values():
        seen[label] = seen.get(label, 0) + 1
    return {
        one.id: f"{labels[one.id]} ({held(one.key)})" if seen[labels[one.id]] > 1 else labels[one.id]
        for one in evidence.codes
    }


def definition(one: Code, language: str) -> str:
    """Return the definition in the language, as XML can hold it."""
    return held(one.definition_ru if language == "ru" else one.definition_en)
