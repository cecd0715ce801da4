"""Hits of a search as lines with their surroundings, and their release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from veche.privacy import Release, release_quotations
from veche.store import Hit
from veche.study import Anchor, Evidence, Quotation
from veche.text.kwic import kwic


@dataclass(frozen=True, slots=True)
class Line:
    """One hit with what stands to the left and right of it."""

    hit_in: Hit
    place: str
    left: str
    hit: str
    right: str


def concordance(evidence: Evidence, hits: Sequence[Hit], width: int = 50) -> tuple[Line, ...]:
    """Set hits in their surroundings, `width` characters on either side, cut at words."""
    keys = {one.text_id: _place(evidence, one.interview_id, one.name) for one in evidence.documents}
    # only what is shown is read, and a little more, so that words at the edge can be seen whole
    margin = width + 60
    around = [Anchor("", hit.text_id, max(0, hit.start - margin), hit.end + margin) for hit in hits]
    lines = []
    for hit, place, words in zip(hits, around, evidence.texts.words(around), strict=True):
        left, found, right = kwic(words, hit.start - place.start, hit.end - place.start, width)
        lines.append(Line(hit, f"{keys.get(hit.text_id, '')}:{hit.turn_number}", left, found, right))
    return tuple(lines)


def _place(evidence: Evidence, interview_id: str | None, name: str) -> str:
    interview = evidence.interview_by_id.get(interview_id or "")
    return interview.key if interview else name


def release_hits(evidence: Evidence, hits: Sequence[Hit], width: int = 50) -> Release:
    """Release hits with their surroundings, after consent for everything that is shown of them."""
    documents = {one.text_id: one for one in evidence.documents}
    found: list[Quotation] = []
    for hit in hits:
        document = documents.get(hit.text_id)
        interview = evidence.interview_by_id.get((document.interview_id if document else None) or "")
        if document is None or interview is None:
            continue
        body = evidence.texts[hit.text_id].body
        left, _, right = kwic(body, hit.start, hit.end, width)
        start = max(0, hit.start - len(left) - 1)
        end = min(len(body), hit.end + len(right) + 1)
        role = evidence.role_by_id[interview.role_id]
        found.append(
            Quotation(
                "",
                body[start:end].strip(),
                Anchor(document.id, hit.text_id, start, end),
                hit.turn_number or 0,
                interview.key,
                evidence.respondent_by_id[interview.respondent_id].key,
                role.label_ru if evidence.study.language == "ru" else role.label_en,
                evidence.town_by_id[interview.town_id].name,
                evidence.wave_by_id[interview.wave_id].key,
                interview.date,
                (),
                "",
                "asserted",
            )
        )
    return release_quotations(evidence, found)
