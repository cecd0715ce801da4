"""The reader: one interview with its codings, its print view, and the search inside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from markupsafe import Markup
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from veche.store import Hit
from veche.study import Code, Codebook, Coder, Coding, Document, Interview, NotFound, Respondent, Role, Text, Town, Wave
from veche.study.errors import N_
from veche.text.kwic import kwic
from veche.text.query import parse
from veche.web.api.models import REFUSALS
from veche.web.pages import _reader_print as printing
from veche.web.pages import _reader_view as view
from veche.web.rendering import NavItem, day, hue, render, wave_name
from veche.web.state import TheStudy
from veche.words import _, language, ngettext
from veche.workbench import Study

router = APIRouter()

NAVIGATION = (NavItem("coding", N_("Reader"), "/read", 10),)

#: places and passages shown at once
MOST = 500


@router.get("/read", include_in_schema=False)
def read_first(study: TheStudy) -> Response:
    """Open the interview that was coded last, else the first one."""
    documents = study.documents()
    if not documents:
        raise NotFound(N_("The study has no interviews yet. Add transcripts first."))
    known = {one.id for one in documents}
    for entry in study.store.history(limit=30):
        for change in study.store.changes(entry.seq) if entry.changes < 50 else ():
            if (
                change.table == "coding"
                and (place := (change.after or change.before or {}).get("document_id")) in known
            ):
                return RedirectResponse(f"/read/{place}", status_code=303)
    return RedirectResponse(f"/read/{documents[0].id}", status_code=303)


@router.get("/read/{document_id}", include_in_schema=False)
def read_document(request: Request, study: TheStudy, document_id: str) -> HTMLResponse:
    """Show one document for reading and coding."""
    document = study.store.get(Document, document_id)
    text = study.text(document)
    data = view.document_data(study, document, text, language())
    data["hues"] = {coder.key: hue(coder.key) for coder in study.store.all(Coder)} | {study.who: hue(study.who)}
    heading = _heading(study, document, text)
    return render(
        request, "reader.html", phase="coding", seq=data["seq"], document=document, text_language=text.language,
        blocks=_shown_blocks(text), data=Markup(view.embedded(data)),
        agreed=any(coder["kind"] == "agreed" for coder in data["coders"]),
        blind=document.interview_id in study.store.hidden_interviews(), **heading,
    )  # fmt: skip


@router.get("/read/{document_id}/print", include_in_schema=False)
def print_document(
    request: Request, study: TheStudy, document_id: str, coder: Annotated[str | None, Query(max_length=200)] = None
) -> HTMLResponse:
    """Show one document for paper: codings as spans, their names in the margin."""
    document = study.store.get(Document, document_id)
    text = study.text(document)
    coders = {one.id: one for one in study.store.all(Coder)}
    book = Codebook(study.store.all(Code))
    codings = [
        one
        for one in study.store.having(Coding, "document_id", [document.id])
        if one.text_id == text.id and (coder is None or coders[one.coder_id].key == coder)
    ]
    labels = {one.id: one.label(language()) for one in book.codes}
    paragraphs = printing.paragraphs(text.body, view.blocks_of(text), codings, labels)
    return render(
        request, "reader_print.html", phase="coding", document=document, text_language=text.language, coder=coder,
        paragraphs=paragraphs, **_heading(study, document, text),
    )  # fmt: skip


class FoundPlace(BaseModel):
    """One place found, with what stands around it; positions are code points."""

    document_id: str
    text_id: str
    start: int
    end: int
    place: str
    href: str
    left: str
    words: str
    right: str


class FoundPlaces(BaseModel):
    """How many hits there are, and the first of them."""

    total: int
    rows: list[FoundPlace]


@router.get("/api/reader/{document_id}/find", responses=REFUSALS, tags=["reading"], name="find_in_document")
def find_in_document(
    study: TheStudy, document_id: str, q: Annotated[str, Query(max_length=400)], everywhere: bool = False,
    extent: Literal["hit", "sentence", "turn"] = "hit",
) -> FoundPlaces:  # fmt: skip
    """Search in one document, or with `everywhere` in all; each place as the words found, their sentence or their turn."""
    document = study.store.get(Document, document_id)
    documents = study.documents() if everywhere else (document,)
    found = study.store.find(parse(q), texts=[one.text_id for one in documents], limit=MOST)
    return FoundPlaces(total=found.total, rows=_places(study, documents, found.hits, extent))


@router.get("/api/reader/{document_id}/reach", responses=REFUSALS, tags=["reading"], name="reach_of_case")
def reach_of_case(study: TheStudy, document_id: str) -> dict[str, int]:
    """Return how far the codings of each document of the same town reach, in per cent of its text."""
    document = study.store.get(Document, document_id)
    interview = study.store.get(Interview, document.interview_id) if document.interview_id else None
    if interview is None:
        return view.reach(study, [document])
    near = study.store.having(Interview, "town_id", [interview.town_id])
    return view.reach(study, study.store.having(Document, "interview_id", [one.id for one in near]))


def _places(study: Study, documents: Sequence[Document], hits: Sequence[Hit], extent: str) -> list[FoundPlace]:
    by_text = {one.text_id: one for one in documents}
    keys = {one.id: one.key for one in study.store.all(Interview)}
    texts = study.store.texts([hit.text_id for hit in hits])
    rows: list[FoundPlace] = []
    seen: set[tuple[str, int, int]] = set()
    for hit in hits:
        document, text = by_text[hit.text_id], texts[hit.text_id]
        start, end = _widened(text, hit, extent)
        if (hit.text_id, start, end) in seen:
            continue
        seen.add((hit.text_id, start, end))
        left, words, right = kwic(text.body, start, end, 40 if end - start < 80 else 0)
        rows.append(FoundPlace(
            document_id=document.id, text_id=text.id, start=start, end=end,
            place=f"{keys.get(document.interview_id or '', document.name)}:{hit.turn_number or 1}",
            href=f"/read/{document.id}#at-{start}-{end}", left=left, words=words, right=right,
        ))  # fmt: skip
    return rows


def _widened(text: Text, hit: Hit, extent: str) -> tuple[int, int]:
    """Return the hit, or the whole sentences or turns that it touches."""
    if extent == "hit":
        return hit.start, hit.end
    if extent == "turn":
        spans = [(block.start, block.end) for block in view.blocks_of(text)]
    else:
        flat = view.sentences_of(text)
        spans = list(zip(flat[::2], flat[1::2], strict=True))
    touched = [(start, end) for start, end in spans if start < hit.end and end > hit.start]
    return (touched[0][0], touched[-1][1]) if touched else (hit.start, hit.end)


def _heading(study: Study, document: Document, text: Text) -> dict[str, Any]:
    """Return title, facts and neighbours of a document."""
    words = _word_count(text)
    counted = ngettext("%(n)s word", "%(n)s words", words) % {"n": f"{words:,}".replace(",", "\u202f")}
    if document.interview_id is None:
        return {
            "title": document.name,
            "facts": [counted],
            "town": None,
            "case_note": "",
            "shelves": (),
            "respondent": "",
        }
    store = study.store
    interview = store.get(Interview, document.interview_id)
    town, wave = store.get(Town, interview.town_id), store.get(Wave, interview.wave_id)
    role = store.get(Role, interview.role_id)
    person = store.get(Respondent, interview.respondent_id).key
    who = interview.post or (role.label_ru if language() == "ru" else role.label_en) or role.key
    near = view.shelves(study, town, language())
    waves = ngettext("%(n)s wave", "%(n)s waves", len(near)) % {"n": len(near)}
    kind = _("single-industry town") if town.monotown else _(_KINDS[town.kind])
    return {
        "title": f"{person}, {who}",
        "respondent": person,
        "facts": [town.name, wave_name(wave.label or wave.key), day(interview.date), counted],
        "town": town, "case_note": f"{kind} · {waves}", "shelves": near,
    }  # fmt: skip


_KINDS = {"town": N_("town"), "district": N_("district"), "urban_okrug": N_("urban district")}


@lru_cache(maxsize=64)
def _word_count(text: Text) -> int:
    return sum(len(text.body[one.start : one.end].split()) for one in view.blocks_of(text))


@lru_cache(maxsize=8)
def _blocks(text: Text) -> tuple[tuple[view.Block, str], ...]:
    return tuple((block, view.shown(text.body, block)) for block in view.blocks_of(text))


def _shown_blocks(text: Text) -> list[dict[str, Any]]:
    """Return the blocks for the template: number, kind, short label of the speaker, words."""
    titles = {"question": _("Interviewer"), "answer": _("Respondent"), "other": ""}
    short = {"question": _("Q"), "answer": _("A"), "other": ""}
    return [
        {
            "number": block.number, "kind": {"question": "q", "answer": "a", "other": "o"}[block.kind], "words": words,
            "speaker": _short(block.speaker) or (short[block.kind] if block.number else ""),
            "speaker_title": block.speaker or titles[block.kind],
        }
        for block, words in _blocks(text)
    ]  # fmt: skip


def _short(speaker: str) -> str:
    label = speaker.strip(" .:-–—")
    return label if len(label) <= 2 else "".join(part[0] for part in label.split()[:2]).upper()
