"""REFI-QDA: whole studies as projects (.qdpx), codebooks (.qdc), valid against the standard and with notes that bring back what it cannot hold.

What other programs see, and what travels in the notes, is told in docs/exchange.md.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from veche.exporters._refi_base import parties
from veche.exporters._refi_form import check
from veche.exporters._refi_names import COLOR, Guids, definition, names_of_codes
from veche.exporters._refi_project import Project
from veche.exporters._writing import replacing
from veche.privacy import Release
from veche.study import (
    Attribute,
    Code,
    Coder,
    Coding,
    Document,
    Evidence,
    InputProblem,
    Interview,
    Memo,
    Record,
    Region,
    Respondent,
    Role,
    Statement,
    StudyInfo,
    Town,
    Wave,
)  # fmt: skip
from veche.study.carried import UNCODED, held, notes_of
from veche.study.errors import N_, VecheError
from veche.study.losses import Loss, Written, loss
from veche.study.plain import to_plain, turns_to_plain
from veche.study.registry import project_exporter
from veche.study.whole import name_of, records_of

CODEBOOK = "urn:QDA-XML:codebook:1.0"

_IN_NOTES = N_("the standard has no place for it: it travels in the notes of veche, which other programs show as text")
_AS_VARIABLES = N_("other programs show it in variables and sets; as what it is it travels in the notes of veche")
_SEEN_AS: dict[type[Record], str] = {
    Respondent: N_("other programs show it as a case; as what it is it travels in the notes of veche"),
    Attribute: N_("other programs show it as a variable where it is one of a document or case; whole it travels in the notes of veche"),
    Statement: N_("other programs show it as codings and a note in words; whole it travels in the notes of veche"),
    Interview: _AS_VARIABLES, Town: _AS_VARIABLES, Wave: _AS_VARIABLES, Region: _AS_VARIABLES, Role: _AS_VARIABLES,
}  # fmt: skip
_MODALITY = N_("that it is {modality}, or whether it was prompted, travels in the notes of veche only")
_OLD_PLACE = N_("it stands in a former version of the text: it travels in the notes of veche only")
_FILE_STAYS = N_("the file it came from ({name}) stays in the study")
_NO_PLACE = N_("a codebook has no place for {fields}")
#: what each note says to somebody who opens it elsewhere
_HEADS = {
    "records": "Written by veche so that the study comes back whole (docs/exchange.md). Please leave as it is.",
    "texts": "Turns of talk and former versions of texts, written by veche. Please leave as it is.",
    "codings": "What veche knows of codings beyond their place, written by veche. Please leave as it is.",
    "files": "Files that documents came from, written by veche. Please leave as it is.",
    "made": "Elements that veche added only to show its data to other programs. Please leave as it is.",
}
#: records that the elements of a project show themselves
_SHOWN = (Code, Coder, Document, Memo, StudyInfo)


@project_exporter("refi", title=N_("REFI-QDA project (NVivo, ATLAS.ti, MAXQDA, QualCoder ...)"), extension=".qdpx")
def refi(release: Release, path: Path) -> Written:
    """Write a project: text as UTF-8 with LF, positions in code points, end exclusive, in UTC, without any byte order mark.

    Raises
    ------
    InputProblem
        If the file cannot be written, or would break the standard.
    """
    from lxml import etree

    evidence = release.held_study
    made = release.made.astimezone(dt.timezone.utc).replace(tzinfo=None, microsecond=0)
    project = Project(evidence, made)
    project.build()
    losses = project.losses
    older = _older_texts(evidence)
    files: dict[str, bytes] = {
        f"sources/{project.guids.of('text', one.text_id)}.txt": evidence.texts[one.text_id].body.encode("utf-8")
        for one in evidence.documents
    }
    originals = list(_originals(release, project.guids, files, losses))
    parts: dict[str, Iterator[Any]] = {
        "records": _records(evidence, project, losses),
        "texts": _texts(evidence, older),
        "codings": _codings(evidence, project.guids, losses),
        "files": iter(originals),
    }
    for part, values in parts.items():
        _carry(project, part, values)
    _carry(project, "made", iter(project.made))
    project.finish()
    check(project.root)
    xml = etree.tostring(project.root, xml_declaration=True, encoding="UTF-8")
    with replacing(path) as target, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "project.qde", xml)
        for name, content in files.items():
            _put(archive, name, content)
    return Written((path,), tuple(losses))


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a member with a fixed moment: the same study gives the same bytes, but for the moment of its release."""
    archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def _carry(project: Project, part: str, values: Iterator[Any]) -> None:
    for name, words in notes_of(part, _HEADS[part], values):
        project.add_note(project.guids.made("veche", name), name, words)


def _records(evidence: Evidence, project: Project, losses: list[Loss]) -> Iterator[dict[str, Any]]:
    """Yield every record but the codings on present texts, which the project itself tells."""
    present = {one.id: one.text_id for one in evidence.documents}
    kinds = {Code: "code", Coder: "coder", Document: "document", Memo: "memo"}
    for one in records_of(evidence):
        if isinstance(one, Coding):
            if present.get(one.document_id) == one.text_id:
                continue
            losses.append(loss(one.noun, one.id, "", _OLD_PLACE))
        elif not isinstance(one, _SHOWN):
            losses.append(loss(one.noun, _called(one, evidence), "", _SEEN_AS.get(type(one), _IN_NOTES)))
        plain = to_plain(one)
        kind = kinds.get(type(one))
        if kind is not None and (guid := project.guids.of(kind, one.id)) != one.id:
            plain["guid"] = guid
        if one.id in project.shown and isinstance(one, _SHOWN):
            plain["shown"] = project.shown[one.id]
        yield plain


def _called(one: Record, evidence: Evidence) -> str:
    if isinstance(one, Statement):
        named = parties(evidence)
        sides = [", ".join(named.get(each, each) for each in side) for side in (one.sources, one.targets)]
        return f"{sides[0]} → {sides[1]}"
    return name_of(one)


def _older_texts(evidence: Evidence) -> list[str]:
    """Return the texts that something points to and that are no document's present one."""
    present = {one.text_id for one in evidence.documents}
    needed: dict[str, None] = {}
    for one in records_of(evidence):
        if isinstance(text_id := getattr(one, "text_id", None), str):
            needed[text_id] = None
        needed.update(dict.fromkeys(quote.text_id for quote in getattr(one, "quotes", ())))
    return [one for one in needed if one not in present and one in evidence.texts]


def _texts(evidence: Evidence, older: list[str]) -> Iterator[dict[str, Any]]:
    for text_id in [*dict.fromkeys(one.text_id for one in evidence.documents), *older]:
        text = evidence.texts[text_id]
        plain = {"id": text.id, "sha256": text.sha256, "language": text.language, "turns": turns_to_plain(text)}
        yield plain | ({"body": text.body} if text_id in older else {})


def _codings(evidence: Evidence, guids: Guids, losses: list[Loss]) -> Iterator[dict[str, Any]]:
    """Yield what is to be said of codings beyond what the project tells."""
    present = {one.id: one.text_id for one in evidence.documents}
    keys = {one.id: one.key for one in evidence.codes}
    for one in evidence.codings:
        if present.get(one.document_id) != one.text_id:
            continue
        guid = guids.of("coding", one.id)
        plain: dict[str, Any] = {"guid": guid} | ({"id": one.id} if guid != one.id else {})
        if one.modality != "asserted" or one.prompted is not None:
            # the place too, since some programs give new identifiers to everything
            place = [one.document_id, one.start, one.end, one.code_id, one.coder_id]
            plain |= {"modality": one.modality, "prompted": one.prompted, "at": place}
            losses.append(
                loss(
                    one.noun,
                    keys.get(one.code_id, one.id),
                    f"{one.start}–{one.end}",
                    _MODALITY,
                    modality=VecheError(one.modality),
                )
            )
        if len(plain) > 1:
            yield plain


def _originals(release: Release, guids: Guids, files: dict[str, bytes], losses: list[Loss]) -> Iterator[dict[str, str]]:
    for one in release.held_study.documents:
        if not one.file_sha256:
            continue
        found = release.originals(one.file_sha256)
        if found is None:
            losses.append(loss(one.noun, one.name, "", _FILE_STAYS, name=one.file_name or one.format))
            continue
        name, content = found
        member = f"{guids.made('file', one.file_sha256)}{PurePosixPath(name).suffix}"
        if f"sources/{member}" not in files:
            files[f"sources/{member}"] = content
            yield {"sha256": hashlib.sha256(content).hexdigest(), "name": name, "member": member}


@project_exporter("refi_codebook", title=N_("REFI-QDA codebook (codes alone)"), extension=".qdc")
def refi_codebook(release: Release, path: Path) -> Written:
    """Write the codes alone.

    Raises
    ------
    InputProblem
        If there is no code, or the file cannot be written.
    """
    from importlib.metadata import version

    from lxml import etree

    evidence = release.held_study
    codes = [(depth, one) for depth, one in evidence.codebook.tree() if one.id != UNCODED]
    if not codes:
        raise InputProblem(N_("The study has no codes, and a codebook without any is none. Add codes first."))
    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", nsmap={None: CODEBOOK})  # type: ignore[dict-item]
    root.set("origin", f"veche {version('veche')}")
    guids, names = Guids(evidence.study.id), names_of_codes(evidence)
    elements: dict[str | None, Any] = {None: etree.SubElement(root, f"{{{CODEBOOK}}}Codes")}
    losses: list[Loss] = []
    for _, one in codes:
        above = elements.get(one.parent_id, elements[None])
        element = etree.SubElement(above, f"{{{CODEBOOK}}}Code", guid=guids.of("code", one.id), name=names[one.id],
                                   isCodable=str(one.codable).lower())  # fmt: skip
        if COLOR.fullmatch(one.color):
            element.set("color", one.color)
        if words := definition(one, evidence.study.language):
            etree.SubElement(element, f"{{{CODEBOOK}}}Description").text = words
        elements[one.id] = element
        if lost := _without_place(one, evidence.study.language):
            losses.append(loss(one.noun, held(one.key), "", _NO_PLACE, fields=", ".join(lost)))
    check(root)
    with replacing(path) as target:
        target.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
    return Written((path,), tuple(losses))


def _without_place(one: Code, language: str) -> list[str]:
    """Return the fields of a code that a codebook cannot hold."""
    other = "en" if language == "ru" else "ru"
    wanted = (
        "key",
        f"label_{other}",
        f"definition_{other}",
        "example_ru",
        "example_en",
        "value_set",
        "not_before",
        "not_after",
    )
    found = [name for name in wanted if getattr(one, name)]
    if one.kind not in ("other", "group"):
        found.append("kind")
    if one.color and not COLOR.fullmatch(one.color):
        found.append("color")
    return found
