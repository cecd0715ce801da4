"""What the reader shows of one document, gathered from the store as plain values for the page and its scripts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from veche.study import (
    Actor,
    Code,
    Codebook,
    Coder,
    Coding,
    ConsentMark,
    Document,
    Interview,
    Memo,
    Office,
    Respondent,
    Role,
    Statement,
    StatementKind,
    Tenure,
    Text,
    Town,
    Wave,
)  # fmt: skip
from veche.text.tokens import sentences
from veche.web.api.families import family_of
from veche.workbench import Study

#: what an HTML reader would drop or take for a line end
_REPLACED = {0: "\ufffd", 13: "\u2028"}


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the text shown as one paragraph: a turn, or what stands outside the turns (number 0)."""

    number: int
    start: int
    end: int
    kind: str
    speaker: str


def blocks_of(text: Text) -> tuple[Block, ...]:
    """Cut a text into what is shown: its turns, and the lines between them that are more than the label of a speaker.

    Every block is [start, end) of the body in code points; blocks do not overlap and come in order.
    """
    found: list[Block] = []
    at = 0
    for turn in text.turns:
        found.extend(_outside(text.body, at, turn.start, turn.speaker))
        found.append(Block(turn.number, turn.start, turn.end, turn.kind, turn.speaker))
        at = turn.end
    found.extend(_outside(text.body, at, len(text.body), ""))
    return tuple(found)


def _outside(body: str, start: int, end: int, speaker: str) -> Iterable[Block]:
    for line in body[start:end].splitlines(keepends=True):
        inner = line.strip()
        if inner and not (start + len(line) >= end and speaker and inner.startswith(speaker)):
            first = start + line.index(inner[0])
            yield Block(0, first, first + len(inner), "other", "")
        start += len(line)


def shown(body: str, block: Block) -> str:
    """Return the words of a block for a page.

    What an HTML reader would drop or join (NUL, CR, half of a surrogate pair) is replaced one for one, so that positions stay as they are.
    """
    words = body[block.start : block.end].translate(_REPLACED)
    return "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in words) if not _sound(words) else words


def _sound(words: str) -> bool:
    try:
        words.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=64)
def sentences_of(text: Text) -> tuple[int, ...]:
    """Return first and last positions of all sentences of all blocks, one after the other. A stored text never changes."""
    flat: list[int] = []
    for block in blocks_of(text):
        for start, end in sentences(text.body, block.start, block.end):
            flat += (start, end)
    return tuple(flat)


def plain(value: Any) -> Any:
    """Turn a record (or what it holds) into values that JSON knows."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def embedded(data: Any) -> str:
    """Write JSON so that it can stand inside a ``<script type="application/json">`` whatever the transcript says."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def coding_rows(codings: Sequence[Coding]) -> list[list[Any]]:
    """Write codings as rows: id, rev, start, end, code, coder, modality, prompted, made."""
    return [
        [c.id, c.rev, c.start, c.end, c.code_id, c.coder_id, c.modality, c.prompted, c.made.isoformat() if c.made else None]
        for c in codings
    ]  # fmt: skip


def code_view(code: Code, book: Codebook, language: str) -> dict[str, Any]:
    """Return a code with its hue and the labels of its parents."""
    path = [one.label(language) for one in reversed(book.above(code))]
    fields: dict[str, Any] = plain(code)
    return fields | {
        "hue": family_of(code, book),
        "label": code.label(language),
        "path": path,
        "codable": code.codable,
    }


def document_data(study: Study, document: Document, text: Text, language: str) -> dict[str, Any]:
    """Gather everything that the reader's scripts need of one document."""
    store = study.store
    seq = store.last_entry()  # read first: what comes in between is sent again, which does no harm
    codings = [c for c in store.having(Coding, "document_id", [document.id]) if c.text_id == text.id]
    codings.sort(key=lambda c: (c.start, -c.end, c.id))
    statements = [s for s in store.all(Statement) if any(q.document_id == document.id for q in s.quotes)]
    marks = [m for m in store.having(ConsentMark, "document_id", [document.id]) if m.text_id == text.id]
    targets = [document.id, *(c.id for c in codings), *(s.id for s in statements)]
    book = Codebook(store.all(Code))
    interview = store.get(Interview, document.interview_id) if document.interview_id else None
    return {
        "document": plain(document),
        "interview": plain(interview) if interview else None,
        "who": study.who,
        "language": language,
        "blocks": [[b.number, b.start, b.end, b.kind[0], b.speaker] for b in blocks_of(text)],
        "sentences": sentences_of(text),
        "codings": coding_rows(codings),
        "codes": [code_view(code, book, language) for _, code in book.tree()],
        "coders": plain(store.all(Coder)),
        "statements": plain(statements),
        "memos": plain(store.having(Memo, "target_id", targets)),
        "consent_marks": plain(marks),
        "people": people(study, interview, language),
        "seq": seq,
    }


def people(study: Study, interview: Interview | None, language: str) -> dict[str, Any]:
    """Return who and what statements can name: actors and offices of the town first, kinds of acts, resources."""
    store = study.store
    town = interview.town_id if interview else None
    day = interview.date if interview else None
    actors = [a for a in store.all(Actor) if a.merged_into_id is None]
    names = {a.id: a.name for a in actors}
    holders = {
        t.office_id: names.get(t.actor_id, "")
        for t in store.all(Tenure)
        if day is None or ((t.start is None or t.start <= day) and (t.end is None or day < t.end))
    }
    parties = [_party(o.id, o.name, o.town_id == town, holders.get(o.id, "")) for o in store.all(Office)]
    parties += [_party(a.id, a.name, a.town_id == town, "") for a in actors]
    parties.sort(key=lambda p: (not p["near"], p["name"]))
    kinds = sorted(store.all(StatementKind), key=lambda k: (k.position, k.key))
    return {
        "parties": parties,
        "kinds": [plain(k) | {"label": (k.label_ru if language == "ru" else k.label_en) or k.key} for k in kinds],
    }


def _party(row_id: str, name: str, near: bool, holder: str) -> dict[str, Any]:
    return {"id": row_id, "name": name, "near": near, "holder": holder}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An interview of the same town in the left column."""

    document: Document
    interview: Interview
    respondent: str
    role: str
    again: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """The interviews of one wave in one town."""

    wave: Wave
    years: str
    rows: tuple[Neighbour, ...]


def shelves(study: Study, town: Town, language: str) -> tuple[Shelf, ...]:
    """Return the interviews of a town by wave, in order of date; *again* says that the respondent was asked before."""
    store = study.store
    interviews = sorted(store.having(Interview, "town_id", [town.id]), key=lambda i: (i.date, i.key))
    documents = {d.interview_id: d for d in store.having(Document, "interview_id", [i.id for i in interviews])}
    respondents = {r.id: r.key for r in store.all(Respondent)}
    roles = {r.id: (r.label_ru if language == "ru" else r.label_en) or r.key for r in store.all(Role)}
    seen: set[str] = set()
    rows: dict[str, list[Neighbour]] = {}
    for one in interviews:
        if (document := documents.get(one.id)) is not None:
            rows.setdefault(one.wave_id, []).append(
                Neighbour(document, one, respondents.get(one.respondent_id, one.key),
                          one.post or roles.get(one.role_id, ""), one.respondent_id in seen)
            )  # fmt: skip
        seen.add(one.respondent_id)
    waves = sorted(store.all(Wave), key=lambda w: (w.position, w.start))
    return tuple(Shelf(wave, _years(rows[wave.id]), tuple(rows[wave.id])) for wave in waves if wave.id in rows)


def _years(rows: Sequence[Neighbour]) -> str:
    first, last = rows[0].interview.date.year, rows[-1].interview.date.year
    return str(first) if first == last else f"{first}–{last}"


def reach(study: Study, documents: Sequence[Document]) -> dict[str, int]:
    """Return for each document how far its codings reach, in per cent of its text."""
    ends: dict[str, int] = {}
    for coding in study.store.having(Coding, "document_id", [d.id for d in documents]):
        ends[coding.text_id] = max(ends.get(coding.text_id, 0), coding.end)
    lengths = study.store.texts([d.text_id for d in documents])
    return {d.id: round(100 * ends[d.text_id] / max(1, len(lengths[d.text_id].body))) if d.text_id in ends else 0
            for d in documents}  # fmt: skip
