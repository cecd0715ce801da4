"""What may be done with words: the consent of the interview, and of the passage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from veche.study import CONSENTS, Anchor, Consent, ConsentMark, Evidence

_RANK: Mapping[str, int] = {consent: rank for rank, consent in enumerate(CONSENTS)}


def stricter(first: Consent, second: Consent) -> Consent:
    """Return the stricter of two consents: quote, paraphrase, background from mildest to strictest."""
    return first if _RANK[first] >= _RANK[second] else second


class Consents:
    """The consent in force at every place of some evidence."""

    def __init__(self, evidence: Evidence) -> None:
        interviews = evidence.interview_by_id
        self._of_document: dict[str, Consent] = {
            one.id: interviews[one.interview_id].consent
            for one in evidence.documents
            if one.interview_id is not None and one.interview_id in interviews
        }
        marks: defaultdict[str, list[ConsentMark]] = defaultdict(list)
        for mark in evidence.consent_marks:
            marks[mark.text_id].append(mark)
        self._marks: Mapping[str, list[ConsentMark]] = dict(marks)
        inside: defaultdict[str, tuple[ConsentMark, ...]] = defaultdict(tuple)
        for mark in evidence.consent_marks:
            inside[mark.document_id] += (mark,)
        self._marks_in: Mapping[str, tuple[ConsentMark, ...]] = dict(inside)

    def of_document(self, document_id: str) -> Consent:
        """Return the consent of the interview of a document; a document that belongs to no interview has nobody's: background."""
        return self._of_document.get(document_id, "background")

    def marks_in(self, document_id: str) -> tuple[ConsentMark, ...]:
        """Return the passages of a document that are under a consent of their own, in whatever version of its text."""
        return self._marks_in.get(document_id, ())

    def at(self, anchor: Anchor) -> Consent:
        """Return the consent at a place: of its interview, or a stricter one of a passage that it touches.

        A document that belongs to no interview has nobody's consent: background.
        """
        consent = self._of_document.get(anchor.document_id, "background")
        for mark in self._marks.get(anchor.text_id, ()):
            if mark.start < anchor.end and anchor.start < mark.end:
                consent = stricter(consent, mark.consent)
        return consent

    def strictest(self, anchors: Iterable[Anchor]) -> Consent:
        """Return the strictest consent of several places."""
        consent: Consent = "quote"
        for anchor in anchors:
            consent = stricter(consent, self.at(anchor))
        return consent
