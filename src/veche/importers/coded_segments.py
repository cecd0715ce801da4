"""Tables of coded segments (MAXQDA, NVivo, Dedoose and the like): the quotations are found again in the texts of the study.

Such tables hold the words of a quotation but not where they stand. They are looked for in the document of that name, white space folded. Words that
stand there more than once are told apart by the paragraph numbers that MAXQDA writes; where these do not help, a person chooses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from veche.importers._foreign_records import Gathering
from veche.importers._segment_columns import DEPTH, Layout, layout_of
from veche.importers._table_rows import LARGEST, head, tables
from veche.importers.foreign import Asked, Choice, ForeignStudy, Reading
from veche.importers.interview_table import parse_date
from veche.study import Attribute, Code, Coder, Coding, Document, Evidence, InputProblem, Memo
from veche.study.errors import N_
from veche.study.registry import project_importer

_NO_DOCUMENT = N_("row {row}: the study has no document {name}; add its transcript first, then this table")
_NOT_FOUND = N_("row {row}: these words do not stand in the document; its text may be another version")
_OFTEN = N_("row {row}: these words stand in the document {count} times (at {places}); choose, or code it by hand")
_EMPTY = N_("row {row}: it has no code or no words")
_TWICE = N_("row {row}: the same coding stands in the table twice")
_WEIGHT = N_("row {row}: its weight {weight}; a coding has none in veche")
_COLUMN = N_("the column is not known and was not read")
_ELSEWHERE = N_(
    "row {row}: the paragraph numbers of the table ({found}) do not fit; it is the only place with these words"
)

_LEAVE = Choice("leave", N_("leave out quotations that stand in their document more than once, to be coded by hand"))
_FIRST = Choice("first", N_("take the first place of each"))
_ALL = Choice("all", N_("take every place"))
_BASIS = N_("{found} of {all} quotations were found in one place, {often} stand in several, {missing} were not found")
_CLEAR = N_("all {all} quotations were found, each in one place")


def _recognises(path: Path) -> bool:
    if path.suffix.lower() not in (".xlsx", ".csv", ".tsv") or not path.is_file():
        return False
    try:
        return layout_of(head(path, path.stat().st_mtime_ns, DEPTH)) is not None
    except InputProblem:
        return False


@project_importer(
    "coded_segments",
    title=N_("Table of coded segments (MAXQDA, NVivo, Dedoose)"),
    extensions=(".xlsx", ".csv", ".tsv"),
    recognises=_recognises,
)
def coded_segments(path: Path, asked: Asked) -> ForeignStudy:
    """Read codings of a table into the texts that the study has already.

    Parameters
    ----------
    asked
        `evidence` holds the study; `reading` says what to do with words that stand in their document more than once: leave, first, all.

    Raises
    ------
    InputProblem
        If the table has no column of codes and one of words, or there is no study with texts.
    """
    if path.stat().st_size > LARGEST:
        raise InputProblem(
            N_("The table {name} is larger than {limit} MB. Split it."), name=path.name, limit=LARGEST >> 20
        )
    if asked.evidence is None or not asked.evidence.documents:
        raise InputProblem(
            N_("{name} holds quotations without their texts. Add the transcripts to a study first, then import the table into that study."),
            name=path.name,
        )  # fmt: skip
    found: tuple[Layout, list[list[Any]]] | None = None
    for rows in tables(path, asked.encoding):
        layout = layout_of(rows)
        if layout is not None:
            found = layout, rows
            break
    if found is None:
        raise InputProblem(
            N_("{name} has no heading for codes and for the words coded. Name the columns as MAXQDA does: Document name, Code, Segment."),
            name=path.name,
        )  # fmt: skip
    reader = _Reader(asked, asked.evidence, found[0])
    for heading in found[0].other:
        reader.gathered.lose("column", heading, "", _COLUMN)
    for number, row in enumerate(found[1][found[0].row + 1 :], start=found[0].row + 2):
        if any(cell not in (None, "") for cell in row):
            reader.row(number, row)
    return reader.done()


@dataclass
class _Body:
    """A text with white space folded, and where each of its characters stands."""

    document: Document
    body: str
    folded: str
    places: list[int]

    def find(self, words: str) -> list[tuple[int, int]]:
        """Return every place of the words."""
        found: list[tuple[int, int]] = []
        at = self.folded.find(words)
        while at >= 0:
            found.append((self.places[at], self.places[at + len(words) - 1] + 1))
            at = self.folded.find(words, at + 1)
        return found

    def paragraph(self, at: int) -> int:
        """Return the number of the paragraph, from 1, as MAXQDA counts: every line is one."""
        return self.body.count("\n", 0, at) + 1


class _Reader:
    """Reads rows into codings."""

    def __init__(self, asked: Asked, evidence: Evidence, layout: Layout) -> None:
        self.gathered = Gathering("table", asked)
        self._evidence, self._layout = evidence, layout
        self._way = asked.reading if asked.reading in ("first", "all") else "leave"
        self._bodies: dict[str, _Body] = {}
        self._documents = _names(evidence)
        self._codes = _codes(evidence)
        self._coders = {name.casefold(): one for one in evidence.coders for name in (one.key, one.name) if name}
        self._grouped: set[tuple[str, str]] = set()
        self._seen: set[tuple[str, int, int, str, str]] = set()
        self.found = self.often = self.missing = 0

    def row(self, number: int, row: Sequence[Any]) -> None:
        """Read one row."""
        cells = {column: row[at] for column, at in self._layout.columns.items() if at < len(row)}
        words = " ".join(str(cells.get("segment") or "").split())
        names = self._names_of(str(cells.get("code") or ""))
        title = str(cells.get("document") or "")
        if not words or not names:
            self.gathered.lose(Coding.noun, words or title, title, _EMPTY, row=number)
            return
        body = self._body(title)
        if body is None:
            self.missing += 1
            self.gathered.lose(Coding.noun, words, title, _NO_DOCUMENT, row=number, name=title or "?")
            return
        places = self._places(number, body, words, cells)
        coder = self._coder(str(cells.get("coder") or ""))
        for name in names:
            code = self._code(name)
            for start, end in places:
                self._coding(number, body.document, (start, end), code, coder, cells)
        self._beside(number, words, body.document, cells)

    def _coding(
        self, number: int, document: Document, span: tuple[int, int], code: Code, coder: Coder, cells: Mapping[str, Any]
    ) -> None:
        mark = (document.id, *span, code.id, coder.id)
        if mark in self._seen:
            self.gathered.lose(Coding.noun, code.key, document.name, _TWICE, row=number)
            return
        self._seen.add(mark)
        import datetime as dt

        day = parse_date(cells.get("date") or "")
        made = Coding(
            document_id=document.id, text_id=document.text_id, start=span[0], end=span[1], code_id=code.id, coder_id=coder.id,
            made=dt.datetime(day.year, day.month, day.day) if day else None,
        )  # fmt: skip
        self.gathered.add(made)
        comment = str(cells.get("comment") or "").strip()
        if comment:
            self.gathered.add(Memo(target_id=made.id, text=comment, coder_id=coder.id, made=made.made))

    def _beside(self, number: int, words: str, document: Document, cells: Mapping[str, Any]) -> None:
        group = str(cells.get("group") or "").strip()
        if group and (document.id, group) not in self._grouped:
            self._grouped.add((document.id, group))
            self.gathered.add(Attribute(target_id=document.id, name="document group", value=group))
        weight = str(cells.get("weight") or "").strip()
        if weight not in ("", "0", "0.0", "100", "100.0"):
            self.gathered.lose("weight", words, document.name, _WEIGHT, row=number, weight=weight)

    def _places(self, number: int, body: _Body, words: str, cells: Mapping[str, Any]) -> list[tuple[int, int]]:
        found = body.find(words)
        if not found and (cut := re.sub(r"\s*(…|\.\.\.)$", "", words)) != words:
            found = body.find(cut)
        if not found:
            self.missing += 1
            self.gathered.lose(Coding.noun, words, body.document.name, _NOT_FOUND, row=number)
            return []
        first = _number(cells.get("start"))
        if first is not None:
            there = [place for place in found if body.paragraph(place[0]) == first]
            if there:
                found = there
            elif len(found) == 1:
                self.gathered.lose(Coding.noun, words, body.document.name, _ELSEWHERE, row=number, found=first)
        if len(found) == 1:
            self.found += 1
            return found
        self.often += 1
        if self._way == "leave":
            places = ", ".join(f"{start}–{end}" for start, end in found[:5]) + (", …" if len(found) > 5 else "")
            self.gathered.lose(
                Coding.noun, words, body.document.name, _OFTEN, row=number, count=len(found), places=places
            )
            return []
        return found[:1] if self._way == "first" else found

    def _body(self, title: str) -> _Body | None:
        document = self._documents.get(_plain(title)) if title else None
        if document is None and not title and len(self._evidence.documents) == 1:
            document = self._evidence.documents[0]
        if document is None:
            return None
        if document.id not in self._bodies:
            body = self._evidence.texts[document.text_id].body
            self._bodies[document.id] = _Body(document, body, *_fold(body))
        return self._bodies[document.id]

    def _names_of(self, cell: str) -> list[str]:
        parts = cell.split(",") if self._layout.combined else [cell]
        return [name for part in parts if (name := " ".join(part.split()))]

    def _code(self, name: str) -> Code:
        """Return the code of that name; a path (parts after ">" or a backslash) leads down the tree, and what is missing is made."""
        known = self._codes.get(name.casefold())
        if known is not None:
            return known
        parts = [part.strip() for part in re.split(r"\s*(?: > |\\+)\s*", name) if part.strip()]
        if len(parts) > 1 and parts[0].casefold() in (
            "codes",
            "nodes",
            "codesystem",
            "code system",
            "коды",
            "система кодов",
        ):
            parts = parts[1:]
        above: Code | None = None
        path = ""
        for part in parts:
            path = f"{path}>{part.casefold()}" if path else part.casefold()
            known = self._codes.get(path) or self._codes.get(part.casefold())
            above = known or self._new_code(" > ".join(parts), part, above)
            self._codes[path] = above
        made = above or self._new_code(name, name, None)
        self._codes[name.casefold()] = made
        return made

    def _new_code(self, foreign: str, name: str, parent: Code | None) -> Code:
        if not self.gathered.codes:
            for one in self._evidence.codes:
                self.gathered.reserve(Code.noun, one.key)
        return self.gathered.code((foreign, name, parent.id if parent else ""), name, parent=parent)

    def _coder(self, name: str) -> Coder:
        known = self._coders.get(name.strip().casefold())
        return known or self.gathered.coder(name, otherwise="table")

    def done(self) -> ForeignStudy:
        """Return what was read, and how sure it is."""
        every = self.found + self.often + self.missing
        choices = {one.name: one for one in (_LEAVE, _FIRST, _ALL)}
        fields = (("found", self.found), ("all", every), ("often", self.often), ("missing", self.missing))
        clear = self.found == every
        taken = choices[self._way]
        reading = Reading(
            taken, self.found / every if every else 1.0, _CLEAR if clear else _BASIS, fields,
            asks=bool(self.often) and self._way == "leave",
            choices=(taken, *(one for one in choices.values() if one is not taken)) if self.often else (),
        )  # fmt: skip
        self.gathered.readings.append(reading)
        return self.gathered.done()


def _fold(text: str) -> tuple[str, list[int]]:
    letters: list[str] = []
    places: list[int] = []
    for match in re.finditer(r"\s+|\S+", text):
        if match[0][0].isspace():
            letters.append(" ")
            places.append(match.start())
        else:
            letters.append(match[0])
            places.extend(range(match.start(), match.end()))
    return "".join(letters), places


def _plain(name: str) -> str:
    """Fold a name of a document: without folder and extension of a file."""
    folded = " ".join(name.casefold().split())
    suffix = PurePath(folded).suffix
    return folded.removesuffix(suffix) if re.fullmatch(r"\.[a-z]{2,5}", suffix) else folded


def _names(evidence: Evidence) -> dict[str, Document]:
    """Return documents by all the names they go under; a name of two documents is nobody's."""
    found: dict[str, Document | None] = {}
    for one in evidence.documents:
        interview = evidence.interview_by_id.get(one.interview_id or "")
        for name in {_plain(one.name), _plain(one.file_name), _plain(interview.key) if interview else ""} - {""}:
            found[name] = one if found.get(name, one) is one else None
    return {name: one for name, one in found.items() if one is not None}


def _codes(evidence: Evidence) -> dict[str, Code]:
    """Return codes by key, by label where only one has it, and by the path of labels."""
    by_label: dict[str, set[str]] = {}
    found: dict[str, Code] = {}
    codebook = evidence.codebook
    for one in evidence.codes:
        if not one.codable:
            continue
        for label in {one.label_ru.casefold(), one.label_en.casefold()} - {""}:
            by_label.setdefault(label, set()).add(one.id)
        for language in ("ru", "en"):
            path = [each.label(language).casefold() for each in (*reversed(codebook.above(one)), one)]
            found[">".join(path)] = one
    for label, ids in by_label.items():
        if len(ids) == 1:
            found.setdefault(label, codebook.by_id[next(iter(ids))])
    return found | {one.key.casefold(): one for one in evidence.codes if one.codable}


def _number(value: Any) -> int | None:
    try:
        return int(float(str(value).strip()))
    except (ValueError, OverflowError):
        return None
