"""A study that went through another program: what was changed there is taken, what the notes carry stays, what was taken out is taken out."""

from __future__ import annotations

import re
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from veche.exporters.refi import refi as write
from veche.exporters.refi import refi_codebook
from veche.importers.foreign import Asked, ForeignStudy
from veche.importers.refi import refi as read
from veche.privacy import release_study
from veche.study import CONSENTS, Code, Coder, Coding, Document, Evidence, Memo, Statement, StudyInfo, Summary
from veche.study.whole import records_of
from veche.workbench import open as open_study

NS = "{urn:QDA-XML:project:1.0}"


@pytest.fixture(scope="module")
def evidence(demo_path: Path) -> Evidence:
    with open_study(demo_path) as study:
        names = [one.key for one in study.evidence().interviews[:2]]
        taken = study.evidence(interviews=names)
        texts = {one.text_id: taken.texts[one.text_id] for one in taken.documents}
        from dataclasses import replace

        coding = taken.codings[0]
        memos = (
            Memo(target_id=coding.id, text="к цитате", title="мысль"),
            Memo(target_id=taken.codes[1].id, text="к коду"),
        )
        return replace(taken, texts=texts, memos=memos, summaries=())


def through(evidence: Evidence, folder: Path, change: Callable[[etree._Element], None], **files: str) -> ForeignStudy:
    path = folder / "study.qdpx"
    write.write(release_study(evidence, levels=CONSENTS), path)
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    root = etree.fromstring(content["project.qde"])
    change(root)
    content["project.qde"] = etree.tostring(root)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return read.read(path, Asked())


def by_id(found: ForeignStudy) -> dict[str, object]:
    return {one.id: one for one in found.records}


def test_nothing_changed_nothing_differs(evidence: Evidence, tmp_path: Path) -> None:
    found = through(evidence, tmp_path, lambda root: None)
    assert by_id(found) == {one.id: one for one in records_of(evidence)}


def test_new_names_are_taken_the_rest_of_the_code_stays(evidence: Evidence, tmp_path: Path) -> None:
    code = next(one for one in evidence.codes if one.codable and one.parent_id)

    def rename(root: etree._Element) -> None:
        element = next(one for one in root.iter(f"{NS}Code") if one.get("guid") == code.id)
        element.set("name", "Новое имя")
        element.set("color", "#123456")

    found = by_id(through(evidence, tmp_path, rename))[code.id]
    assert isinstance(found, Code)
    assert (found.label_ru, found.color) == ("Новое имя", "#123456")
    assert (found.key, found.kind, found.label_en, found.definition_en) == (
        code.key,
        code.kind,
        code.label_en,
        code.definition_en,
    )


def test_a_code_that_was_moved_and_a_new_one(evidence: Evidence, tmp_path: Path) -> None:
    tops = [one for one in evidence.codes if one.parent_id is None]
    moved = next(one for one in evidence.codes if one.parent_id == tops[0].id)
    added = str(uuid.uuid4())

    def move(root: etree._Element) -> None:
        codes = {one.get("guid"): one for one in root.iter(f"{NS}Code")}
        codes[tops[1].id].append(codes[moved.id])
        etree.SubElement(codes[tops[1].id], f"{NS}Code", guid=added, name="Добавлен", isCodable="true")

    found = by_id(through(evidence, tmp_path, move))
    assert found[moved.id].parent_id == tops[1].id and found[moved.id].key == moved.key  # type: ignore[attr-defined]
    assert found[added].label_ru == "Добавлен" and found[added].parent_id == tops[1].id  # type: ignore[attr-defined]


def test_codings_added_and_taken_out_elsewhere(evidence: Evidence, tmp_path: Path) -> None:
    gone = evidence.codings[0]
    added = str(uuid.uuid4())

    def change(root: etree._Element) -> None:
        for one in list(root.iter(f"{NS}Coding")):
            if one.get("guid") == gone.id:
                mark = one.getparent()
                mark.remove(one)
                if mark.find(f"{NS}Coding") is None:
                    mark.getparent().remove(mark)
        source = next(root.iter(f"{NS}TextSource"))
        mark = etree.Element(f"{NS}PlainTextSelection", guid=str(uuid.uuid4()), startPosition="0", endPosition="5")
        coding = etree.SubElement(mark, f"{NS}Coding", guid=added)
        etree.SubElement(coding, f"{NS}CodeRef", targetGUID=evidence.codings[1].code_id)
        source.insert(0, mark)

    found = through(evidence, tmp_path, change)
    ids = by_id(found)
    assert gone.id not in ids
    assert isinstance(ids[added], Coding)
    # the memo on it lost what it was on: it is told, and kept on the study
    memo = next(one for one in evidence.memos if one.target_id == gone.id)
    assert ids[memo.id].target_id == evidence.study.id  # type: ignore[attr-defined]
    assert [one.said()[3] for one in found.losses if one.kind == "memo"] == [
        "another program took out what it was attached to: it is kept as a memo on the study"
    ]
    others = {one.id for one in evidence.codings} - {gone.id}
    assert others <= ids.keys()


def test_a_document_taken_out_takes_along_what_hangs_on_it(evidence: Evidence, tmp_path: Path) -> None:
    gone = evidence.documents[0]

    def change(root: etree._Element) -> None:
        for one in list(root.iter(f"{NS}TextSource")):
            if one.get("guid") == gone.id:
                one.getparent().remove(one)

    found = through(evidence, tmp_path, change)
    ids = by_id(found)
    assert gone.id not in ids
    for one in found.records:
        if isinstance(one, Coding):
            assert one.document_id in ids
        if isinstance(one, Statement):
            assert all(quote.document_id in ids for quote in one.quotes)
    assert any(one.kind == "document" and "took it out" in one.said()[3] for one in found.losses)


def test_words_changed_elsewhere_are_a_new_text(evidence: Evidence, tmp_path: Path) -> None:
    path = tmp_path / "study.qdpx"
    write.write(release_study(evidence, levels=CONSENTS), path)
    document = evidence.documents[0]
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    name = f"sources/{document.text_id}.txt"
    content[name] += "Приписано.".encode()
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in content.items():
            archive.writestr(member, data)
    found = read.read(path, Asked())
    changed = by_id(found)[document.id]
    assert isinstance(changed, Document) and changed.text_id != document.text_id
    assert changed.interview_id == document.interview_id
    body = next(one.body for one in found.texts if one.id == changed.text_id)
    assert body == evidence.texts[document.text_id].body + "Приписано."
    here = [one for one in found.records if isinstance(one, Coding) and one.document_id == document.id]
    assert here and all(one.text_id == changed.text_id for one in here)
    assert any(one.kind == "statement" for one in found.losses) or not any(
        quote.document_id == document.id for one in evidence.statements for quote in one.quotes
    )


def test_new_identifiers_everywhere_still_bring_it_back(evidence: Evidence, tmp_path: Path) -> None:
    """Some programs give everything a new identifier on export: names tell what is what."""
    path = tmp_path / "study.qdpx"
    write.write(release_study(evidence, levels=CONSENTS), path)
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    root = etree.fromstring(content["project.qde"])
    fresh: dict[str, str] = {}
    for one in root.iter():
        for name in ("guid", "targetGUID", "creatingUser", "creatingUserGUID"):
            if (old := one.get(name)) is not None:
                one.set(name, fresh.setdefault(old, str(uuid.uuid4())))
    content["project.qde"] = etree.tostring(root)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    found = read.read(path, Asked())
    ids = by_id(found)
    for kind in (Code, Coder, Document, StudyInfo):
        assert {i: one for i, one in ids.items() if isinstance(one, kind)} == {
            one.id: one for one in records_of(evidence) if isinstance(one, kind)
        }

    def without_id(one: Coding) -> tuple[object, ...]:
        return (one.document_id, one.text_id, one.start, one.end, one.code_id, one.coder_id, one.modality, one.prompted)

    assert sorted(map(repr, map(without_id, (one for one in found.records if isinstance(one, Coding))))) == sorted(
        map(repr, map(without_id, evidence.codings))
    )
    assert {one.id for one in evidence.statements} <= ids.keys()


def test_a_note_that_was_spoilt_is_told(evidence: Evidence, tmp_path: Path) -> None:
    def spoil(root: etree._Element) -> None:
        note = next(one for one in root.iter(f"{NS}Note") if (one.get("name") or "").startswith("veche:records"))
        words = note.find(f"{NS}PlainTextContent")
        assert words is not None and words.text is not None
        words.text = re.sub(r'\{"record":"town"', '{"record":"city"', words.text, count=1)

    found = through(evidence, tmp_path, spoil)
    assert any(one.kind == "note" and "cannot be read any more" in one.said()[3] for one in found.losses)


def test_what_other_programs_see(evidence: Evidence, tmp_path: Path) -> None:
    """Users, codes, variables, cases, sets and a readable note of every statement."""
    path = tmp_path / "study.qdpx"
    written = write.write(release_study(evidence, levels=CONSENTS), path)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        root = etree.fromstring(archive.read("project.qde"))
    assert names[0] == "project.qde" and all(re.fullmatch(r"sources/[0-9a-f-]{36}\.txt", one) for one in names[1:])
    assert {one.get("name") for one in root.iter(f"{NS}User")} == {one.name or one.key for one in evidence.coders}
    variables = {one.get("name") for one in root.iter(f"{NS}Variable")}
    assert {"Волна", "Город", "Дата", "Роль", "Респондент"} <= variables
    assert {one.get("name") for one in root.iter(f"{NS}Case")} == {one.key for one in evidence.respondents}
    assert any((one.get("name") or "").startswith("Волна: ") for one in root.iter(f"{NS}Set"))
    notes = [
        "".join(one.itertext()) for one in root.iter(f"{NS}Note") if not (one.get("name") or "").startswith("veche:")
    ]
    assert len(notes) == len(evidence.statements) + len(evidence.memos)
    assert sum(" → " in one or " ↔ " in one for one in notes) == len(evidence.statements)
    mark = next(one for one in root.iter(f"{NS}PlainTextSelection"))
    source = mark.getparent()
    body = next(evidence.texts[one.text_id].body for one in evidence.documents if one.id == source.get("guid"))
    quote = body[int(mark.get("startPosition") or 0) : int(mark.get("endPosition") or 0)]
    assert mark.get("name") == " ".join(quote[:100].splitlines())
    assert {one.kind for one in written.losses} >= {"town", "wave", "interview", "statement"}


def test_a_codebook_goes_and_comes(evidence: Evidence, tmp_path: Path) -> None:
    written = refi_codebook.write(release_study(evidence, levels=CONSENTS), tmp_path / "codes.qdc")
    found = read.read(tmp_path / "codes.qdc", Asked())
    codes = [one for one in found.records if isinstance(one, Code)]
    assert [(one.id, one.parent_id, one.codable, one.definition_ru) for one in codes] == [
        (one.id, one.parent_id, one.codable, one.definition_ru) for _, one in evidence.codebook.tree()
    ]
    windows = [one for one in evidence.codes if one.not_before]
    assert windows and all(
        any(loss.item == one.key and "not_before" in loss.said()[3] for loss in written.losses) for one in windows
    )


def test_summaries_hang_on_codes(evidence: Evidence, tmp_path: Path) -> None:
    """A code that another program took out takes its summary along, and says so."""
    from dataclasses import replace

    code = next(one for one in evidence.codes if one.codable and not any(c.code_id == one.id for c in evidence.codings)
                and not any(other.parent_id == one.id for other in evidence.codes))  # fmt: skip
    summary = Summary(case_id=evidence.towns[0].id, code_id=code.id, text="итог")

    def drop(root: etree._Element) -> None:
        for one in list(root.iter(f"{NS}Code")):
            if one.get("guid") == code.id:
                one.getparent().remove(one)

    found = through(replace(evidence, summaries=(summary,)), tmp_path, drop)
    ids = by_id(found)
    assert code.id not in ids and summary.id not in ids
    assert {one.kind for one in found.losses} == {"code", "summary"}
