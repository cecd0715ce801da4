"""A corrected transcript: the new text takes the place of the old one and keeps its codings."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from veche.store import Edit, Store
from veche.study import Anchor, Coding, ConsentMark, Document, Statement, Text
from veche.text.anchors import Placement, reanchor


@dataclass(frozen=True, slots=True)
class Correction:
    """What became of the marks on a corrected transcript: counts, and those that wait for a decision."""

    document: Document
    exact: int
    moved: int
    changed: int
    lost: tuple[Coding, ...]
    lost_marks: tuple[ConsentMark, ...] = ()
    lost_statements: tuple[Statement, ...] = ()


def correct(store: Store, edit: Edit, document: Document, text: Text, *, file_name: str, sha256: str) -> Correction:
    """Put `text`, already stored, in place of the document's present text; re-anchor everything that stands on it."""
    old = store.text(document.text_id)
    codings = [c for c in store.having(Coding, "document_id", [document.id]) if c.text_id == old.id]
    marks = [m for m in store.having(ConsentMark, "document_id", [document.id]) if m.text_id == old.id]
    statements = [
        s
        for s in (store.having(Statement, "interview_id", [document.interview_id]) if document.interview_id else ())
        if any(a.text_id == old.id for a in s.quotes)
    ]
    placed: list[Coding | ConsentMark] = [*codings, *marks]
    anchors = [Anchor(document.id, old.id, one.start, one.end) for one in placed]
    anchors += [a for s in statements for a in s.quotes if a.text_id == old.id]
    spans = [(a.start, a.end) for a in anchors]
    places = dict(zip(spans, reanchor(old.body, text.body, spans), strict=True))
    edit.replace(dataclasses.replace(document, text_id=text.id, file_name=file_name, file_sha256=sha256))
    lost = [one for one in codings if not _move(edit, one, text.id, places)]
    lost_marks = [one for one in marks if not _move(edit, one, text.id, places)]
    lost_statements = [one for one in statements if not _move_statement(edit, one, old.id, text.id, places)]
    kinds = [places[span].certainty for span in spans]
    return Correction(
        document, kinds.count("exact"), kinds.count("moved"), kinds.count("changed"), tuple(lost), tuple(lost_marks),
        tuple(lost_statements),
    )  # fmt: skip


def _move(edit: Edit, one: Coding | ConsentMark, text_id: str, places: dict[tuple[int, int], Placement]) -> bool:
    place = places[one.start, one.end]
    if place.certainty == "lost":
        return False
    edit.replace(dataclasses.replace(one, text_id=text_id, start=place.start, end=place.end))
    return True


def _move_statement(
    edit: Edit, one: Statement, old_id: str, text_id: str, places: dict[tuple[int, int], Placement]
) -> bool:
    quotes: list[Anchor] = []
    for anchor in one.quotes:
        place = places[anchor.start, anchor.end] if anchor.text_id == old_id else None
        if place is None:
            quotes.append(anchor)
        elif place.certainty == "lost":
            return False
        else:
            quotes.append(Anchor(anchor.document_id, text_id, place.start, place.end))
    edit.replace(dataclasses.replace(one, quotes=tuple(quotes)))
    return True


def waiting(codings: Sequence[Coding], documents: Sequence[Document]) -> tuple[Coding, ...]:
    """Return the codings that could not be placed in their document's present text."""
    present = {one.id: one.text_id for one in documents}
    return tuple(one for one in codings if present.get(one.document_id) not in (None, one.text_id))
