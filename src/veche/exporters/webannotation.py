"""The coded evidence as W3C Web Annotations (JSON-LD): each with its words in context and with its positions.

Positions are code points of the present text, end exclusive, as the recommendation says; the words around survive small edits of the text.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from veche.exporters._left_out import NO_PLACE, left_out, name_of, where_of
from veche.exporters._writing import replacing
from veche.privacy import Release
from veche.study import Anchor, Code, Coder, Coding, Document, Evidence, Memo, Office, Statement, StatementKind
from veche.study.actors import Actor
from veche.study.errors import N_
from veche.study.losses import Loss, Written
from veche.study.registry import project_exporter

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
#: code points of the text before and after a quotation
AROUND = 32
_KEPT = (Coding, Statement, Memo, Document, Coder, Code, StatementKind, Actor, Office)
_OLD_TEXT = N_("it stands on an earlier version of the text and waits for a place in the present one")


@project_exporter("webannotation", title=N_("W3C Web Annotation (JSON-LD)"), extension=".jsonld")
def webannotation(release: Release, path: Path) -> Written:
    """Write one annotation per coding and statement, and one per memo on these."""
    evidence = release.held_study
    losses: list[Loss] = []
    items = list(_annotations(evidence, losses))
    losses += left_out(evidence, _KEPT)
    body = {
        "@context": CONTEXT,
        "id": f"urn:uuid:{evidence.study.id}",
        "type": "AnnotationCollection",
        "label": evidence.study.name,
        "total": len(items),
        "first": {"type": "AnnotationPage", "startIndex": 0, "items": items},
    }
    with replacing(path) as part:
        part.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    return Written((path,), tuple(losses))


def _annotations(evidence: Evidence, losses: list[Loss]) -> Iterator[dict[str, Any]]:
    coders = {one.id: one for one in evidence.coders}
    written: set[str] = set()
    for one in _in_order(evidence):
        anchors = (
            one.quotes if isinstance(one, Statement) else (Anchor(one.document_id, one.text_id, one.start, one.end),)
        )
        targets = [target for anchor in anchors if (target := _target(evidence, anchor)) is not None]
        if not targets:
            losses.append(Loss(one.noun, name_of(evidence, one), where_of(evidence, one), _OLD_TEXT))
            continue
        written.add(one.id)
        bodies = _coding_bodies(evidence, one) if isinstance(one, Coding) else _statement_bodies(evidence, one)
        yield {
            "id": f"urn:uuid:{one.id}",
            "type": "Annotation",
            "motivation": "tagging" if isinstance(one, Coding) else "describing",
            **_made_by(coders.get(one.coder_id or ""), one.made),
            "body": bodies,
            "target": targets[0] if len(targets) == 1 else targets,
        }
    for memo in evidence.memos:
        if memo.target_id in written or memo.target_id in evidence.document_by_id:
            yield {
                "id": f"urn:uuid:{memo.id}",
                "type": "Annotation",
                "motivation": "commenting",
                **_made_by(coders.get(memo.coder_id or ""), memo.made),
                "body": {"type": "TextualBody", "value": memo.text, "purpose": "commenting", "format": "text/plain"},
                "target": f"urn:uuid:{memo.target_id}",
            }
        else:
            losses.append(Loss(memo.noun, name_of(evidence, memo), "", NO_PLACE))


def _in_order(evidence: Evidence) -> list[Coding | Statement]:
    """Return codings and statements by document and place."""
    names = {one.id: one.name for one in evidence.documents}

    def place(one: Coding | Statement) -> tuple[str, int, int, str]:
        anchor = one.quotes[0] if isinstance(one, Statement) else one
        return names.get(anchor.document_id, ""), anchor.start, anchor.end, one.id

    return sorted((*evidence.codings, *evidence.statements), key=place)


def _target(evidence: Evidence, anchor: Anchor) -> dict[str, Any] | None:
    document = evidence.document_by_id.get(anchor.document_id)
    if document is None or document.text_id != anchor.text_id:
        return None
    text = evidence.texts[anchor.text_id]
    body = text.body
    return {
        "source": {
            "id": f"urn:uuid:{document.id}", "type": "Text", "format": "text/plain", "language": text.language, "label": document.name,
        },
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": body[anchor.start : anchor.end],
                "prefix": body[max(0, anchor.start - AROUND) : anchor.start],
                "suffix": body[anchor.end : anchor.end + AROUND],
            },
            {"type": "TextPositionSelector", "start": anchor.start, "end": anchor.end},
        ],
    }  # fmt: skip


def _coding_bodies(evidence: Evidence, one: Coding) -> list[dict[str, Any]]:
    code = evidence.codebook.by_id.get(one.code_id)
    bodies: list[dict[str, Any]] = [
        {"type": "TextualBody", "value": code.key if code else one.code_id, "purpose": "tagging"}
    ]
    if code is not None:
        bodies[0]["id"] = f"urn:uuid:{code.id}"
        labels = (("ru", code.label_ru), ("en", code.label_en))
        bodies += [
            {"type": "TextualBody", "value": label, "purpose": "classifying", "language": language}
            for language, label in labels
            if label
        ]
    if one.modality != "asserted":
        bodies.append({"type": "TextualBody", "value": one.modality, "purpose": "assessing"})
    return bodies


def _statement_bodies(evidence: Evidence, one: Statement) -> list[dict[str, Any]]:
    names = {each.id: each.name for each in evidence.actors} | {each.id: each.name for each in evidence.offices}
    kind = next((each for each in evidence.kinds if each.id == one.kind_id), None)
    sides = [", ".join(names.get(each, each) for each in side) for side in (one.sources, one.targets)]
    russian = evidence.study.language == "ru"
    label = (kind.label_ru if russian else kind.label_en) or kind.key if kind is not None else one.kind_id
    words = f"{sides[0]} → {sides[1]}: {label}" + (f" ({one.issue})" if one.issue else "")
    bodies: list[dict[str, Any]] = [
        {"type": "TextualBody", "value": words, "purpose": "describing"},
        {"type": "TextualBody", "value": kind.key if kind else one.kind_id, "purpose": "tagging"},
    ]
    if one.modality != "asserted":
        bodies.append({"type": "TextualBody", "value": one.modality, "purpose": "assessing"})
    return bodies


def _made_by(coder: Coder | None, made: dt.datetime | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if coder is not None:
        software = coder.kind == "suggestion"
        found["creator"] = {
            "id": f"urn:uuid:{coder.id}", "type": "Software" if software else "Person", "nickname": coder.key,
            **({"name": coder.name} if coder.name else {}),
        }  # fmt: skip
    if made is not None:
        found["created"] = made.replace(microsecond=0).isoformat() + "Z"
    return found
