"""Codings of several files on the same texts brought together in memory, so that their coders can be compared.

Nothing is written. Texts are matched by their content; where a text differs, codings are placed in the first file's text only when asked, by a
difference of the two.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from veche.importers.foreign import ForeignStudy
from veche.study import (
    Code,
    Coder,
    Coding,
    Document,
    Evidence,
    InputProblem,
    Interview,
    Record,
    Respondent,
    StudyInfo,
    Text,
    new_id,
)
from veche.study.errors import N_
from veche.text.anchors import reanchor


@dataclass(frozen=True)
class Source:
    """What one file holds: its name for people, its records, its texts by id."""

    name: str
    records: tuple[Record, ...]
    texts: Mapping[str, Text]

    def of(self, kind: type[Any]) -> list[Any]:
        """Return the records of one kind."""
        return [one for one in self.records if isinstance(one, kind)]


@dataclass(frozen=True)
class Joined:
    """Several files as one evidence.

    Parameters
    ----------
    evidence
        Documents that at least two files (or two coders of one) share, with all codings on them.
    matched
        Documents that stand in more than one file.
    alone
        Names of documents that stand in one file only, with the file.
    differing
        Names of documents whose text differs between files and that were left out.
    moved, lost
        Codings placed by a difference of texts, and those that found no place.
    """

    evidence: Evidence
    matched: int
    alone: tuple[tuple[str, str], ...]
    differing: tuple[str, ...]
    moved: int
    lost: int


def source_of(name: str, found: ForeignStudy | Evidence) -> Source:
    """Take a foreign project, or evidence of a study, as a source."""
    if isinstance(found, ForeignStudy):
        return Source(name, found.records, {one.id: one for one in found.texts})
    records: tuple[Record, ...] = (
        found.study, *found.interviews, *found.documents, *found.codes, *found.coders, *found.codings, *found.respondents
    )  # fmt: skip
    return Source(name, records, found.texts)


def join(sources: Sequence[Source], *, place_anew: bool = False) -> Joined:
    """Bring codings of several files together on the texts they share.

    Codes are the same if their ids or, folded, their keys are; so are coders, unless every file has one coder only: then each file is a coder of
    its own, whatever it calls itself.

    Parameters
    ----------
    sources
        At least one.
    place_anew
        Where a document has the same name but another text, place its codings in the text of the first file that has it.

    Raises
    ------
    InputProblem
        If there is nothing to compare: no file, no document in common, or texts that differ all without `place_anew`.
    """
    if not sources:
        raise InputProblem(N_("No file is given. Name the files whose coders are to be compared."))
    work = _Work(sources, place_anew=place_anew)
    for source in sources:
        work.take(source)
    return work.finish()


class _Work:
    """The join under way."""

    def __init__(self, sources: Sequence[Source], *, place_anew: bool) -> None:
        self._several = len(sources) > 1
        self._place_anew = place_anew
        self._one_each = self._several and all(len(_active(one)) == 1 for one in sources)
        self._documents: dict[str, Document] = {}
        self._texts: dict[str, Text] = {}
        #: for each document of the join, the numbers of the files that have it
        self._files: dict[str, list[int]] = {}
        self._by_content: dict[str, list[str]] = {}
        self._by_name: dict[str, list[str]] = {}
        self._names = _distinct([one.name for one in sources])
        self._at = -1
        self._interviews: dict[str, Interview] = {}
        self._codes: dict[str, Code] = {}
        self._coders: dict[str, Coder] = {}
        self._codings: dict[tuple[Any, ...], Coding] = {}
        self._differing: list[str] = []
        self._moved = self._lost = 0
        self._info = next((i for one in sources for i in one.of(StudyInfo)), StudyInfo(name=sources[0].name))

    def take(self, source: Source) -> None:
        """Take in one file."""
        self._at += 1
        codes = self._take_codes(source.of(Code))
        coders = self._take_coders(source)
        codings: dict[str, list[Coding]] = {}
        for one in source.of(Coding):
            codings.setdefault(one.document_id, []).append(one)
        interviews = {one.id: one for one in source.of(Interview)}
        for document in source.of(Document):
            text = source.texts.get(document.text_id)
            if text is None:
                continue
            own = [one for one in codings.get(document.id, ()) if one.text_id == document.text_id]
            home = self._home(document, text, interviews.get(document.interview_id or ""))
            if home is not None:
                self._place(home, text, own, codes, coders)

    def _take_codes(self, codes: Iterable[Code]) -> dict[str, str]:
        by_key = {one.key.casefold(): one.id for one in self._codes.values()}
        new: dict[str, str] = {}
        for one in codes:
            known = one.id if one.id in self._codes else by_key.get(one.key.casefold())
            new[one.id] = known or one.id
            if known is None:
                self._codes[one.id] = one
        for code_id in new.values():
            code = self._codes[code_id]
            if code.parent_id in new and new[code.parent_id] != code.parent_id:
                self._codes[code_id] = replace(code, parent_id=new[code.parent_id])
        return new

    def _take_coders(self, source: Source) -> dict[str, str]:
        new: dict[str, str] = {}
        taken = {one.key for one in self._coders.values()}
        by_key = {one.key.casefold(): one.id for one in self._coders.values()}
        # who coded nothing in a file is named there only because the study knows them
        active = {one.coder_id for one in source.of(Coding)}
        for one in source.of(Coder):
            if one.id not in active:
                continue
            known = None
            if not self._one_each:
                known = one.id if one.id in self._coders else by_key.get(one.key.casefold())
            if known is None:
                key = one.key if one.key not in taken else f"{one.key} ({self._names[self._at]})"
                made = replace(one, id=new_id() if one.id in self._coders else one.id, key=key)
                self._coders[made.id] = made
                known = made.id
            new[one.id] = known
        return new

    def _home(self, document: Document, text: Text, interview: Interview | None) -> str | None:
        """Return the document of the join for a document of a file; None if its text differs and may not be placed anew."""
        digest, name = text.sha256, _plain(document.name)
        known = self._free(self._by_content.get(digest, ()), name)
        if (
            known is None
            and (known := self._free(self._by_name.get(name, ()), name)) is not None
            and not self._place_anew
        ):
            self._differing.append(document.name)
            return None
        if known is None:
            known = document.id if document.id not in self._documents else new_id()
            text_id = text.id if text.id not in self._texts else new_id()
            meeting = interview or _meeting(document)
            if meeting.id in self._interviews and self._interviews[meeting.id] != meeting:
                meeting = replace(meeting, id=new_id())
            self._interviews[meeting.id] = meeting
            self._texts[text_id] = replace(text, id=text_id)
            self._documents[known] = replace(document, id=known, text_id=text_id, interview_id=meeting.id)
            self._by_name.setdefault(name, []).append(known)
            self._by_content.setdefault(digest, []).append(known)
        self._files.setdefault(known, []).append(self._at)
        return known

    def _free(self, homes: Sequence[str], name: str) -> str | None:
        """Return a document that this file has not brought yet, rather one of the same name."""
        free = [one for one in homes if self._at not in self._files[one]]
        named = [one for one in free if _plain(self._documents[one].name) == name]
        return next(iter((*named, *free)), None)

    def _place(
        self, home: str, text: Text, codings: Sequence[Coding], codes: Mapping[str, str], coders: Mapping[str, str]
    ) -> None:
        document = self._documents[home]
        body = self._texts[document.text_id].body
        usable = [one for one in codings if one.code_id in codes and one.coder_id in coders]
        spans = [(one.start, one.end) for one in usable]
        if text.body != body:
            placed = reanchor(text.body, body, spans)
            self._moved += sum(one.certainty != "lost" for one in placed)
            self._lost += sum(one.certainty == "lost" for one in placed)
            spans = [(one.start, one.end) if one.certainty != "lost" else (0, 0) for one in placed]
        for one, (start, end) in zip(usable, spans, strict=True):
            if start >= end:
                continue
            coder, code = coders[one.coder_id], codes[one.code_id]
            # both copies of a study may hold the same coding
            place = (home, start, end, code, coder, one.modality)
            if place not in self._codings:
                self._codings[place] = replace(
                    one, id=new_id(), document_id=home, text_id=document.text_id, start=start, end=end, code_id=code,
                    coder_id=coder,
                )  # fmt: skip

    def finish(self) -> Joined:
        """Return what came together."""
        shared = {one for one, files in self._files.items() if len(set(files)) > 1}
        if self._several and not shared:
            if self._differing:
                raise InputProblem(
                    N_(
                        "The files share documents by name only ({names}): their texts differ. Let the codings be placed in the text "
                        "of the first file by a difference of the texts (--reanchor)."
                    ),
                    names=", ".join(self._differing[:5]),
                )
            raise InputProblem(
                N_(
                    "The files share no document, neither by text nor by name: {names}. Compare codings of the same texts."
                ),
                names=", ".join(self._names),
            )
        kept = shared if self._several else set(self._documents)
        documents = tuple(one for one in self._documents.values() if one.id in kept)
        wanted = {one.interview_id for one in documents}
        evidence = Evidence(
            study=self._info,
            interviews=tuple(one for one in self._interviews.values() if one.id in wanted),
            respondents=tuple(
                {
                    one.respondent_id: Respondent(id=one.respondent_id, key=one.key)
                    for one in self._interviews.values()
                    if one.id in wanted
                }.values()
            ),
            documents=documents,
            codes=tuple(self._codes.values()),
            coders=tuple(self._coders.values()),
            codings=tuple(one for one in self._codings.values() if one.document_id in kept),
            texts=self._texts,  # type: ignore[arg-type]
        )
        alone = tuple(
            (self._documents[one].name, self._names[files[0]])
            for one, files in self._files.items()
            if self._several and one not in shared
        )
        return Joined(evidence, len(shared), alone, tuple(self._differing), self._moved, self._lost)


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names with a number where two are the same."""
    return [name if names.count(name) == 1 else f"{name} {at + 1}" for at, name in enumerate(names)]


def _active(source: Source) -> set[str]:
    """Ids of the people who coded in a file."""
    people = {one.id for one in source.of(Coder) if one.kind == "human"}
    return people & {one.coder_id for one in source.of(Coding)}


def _plain(name: str) -> str:
    """Fold the name of a document: without the extension of a file, letters alike."""
    return Path(name).stem.casefold() if Path(name).suffix.lower() in _EXTENSIONS else name.casefold()


_EXTENSIONS = frozenset({".txt", ".docx", ".doc", ".odt", ".rtf", ".pdf", ".md", ".html"})


def _meeting(document: Document) -> Interview:
    """Make an interview for a document that has none: files of other programs do not know them."""
    return Interview(
        key=document.name, town_id="", wave_id="", respondent_id=new_id(), role_id="", date=dt.date(1970, 1, 1)
    )
