"""Projects of other programs in and out of a study: one act, undone whole, nothing twice, nothing of the study changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.importers._refi import PEOPLE, TALK, TAX, coding, guid, pack, project, selection, source
from tests.store._small import state
from veche import workbench
from veche.study import (
    CONSENTS,
    Attribute,
    Code,
    Coding,
    Document,
    InputProblem,
    Interview,
    Memo,
    NotFound,
    Refused,
    Summary,
)
from veche.study.errors import StudyFileProblem
from veche.workbench import Study, exchange

MARKS = selection(1, "Налоги уходят наверх", coding(1, TAX)) + selection(2, "Людей нет", coding(2, PEOPLE))


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    return pack(tmp_path / "foreign.qdpx", project(source(MARKS)))


@pytest.fixture
def demo(demo_path: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(demo_path, tmp_path / "demo.veche"))


def content(study: Study) -> dict[str, dict[str, object]]:
    return state(study.store)


def test_a_new_study_of_a_project(foreign: Path, tmp_path: Path) -> None:
    study, coming = exchange.new_from_project(tmp_path / "new.veche", foreign, who="anna")
    with study:
        assert study.info.name == "Проект"
        assert coming.counts == {"coder": 2, "code": 3, "document": 1, "coding": 2}
        assert sorted(_words(study)) == ["Людей нет", "Налоги уходят наверх"]
        assert [one.kind for one in study.history()] == ["edit", "edit"]
        assert study.search("налоги").total == 1
    with pytest.raises(StudyFileProblem):
        exchange.new_from_project(tmp_path / "new.veche", foreign)


def _words(study: Study) -> list[str]:
    """What the codings of anna of the foreign project stand on."""
    evidence = study.evidence()
    return [
        evidence.texts[one.text_id].body[one.start : one.end]
        for one in evidence.codings
        if one.made == dt.datetime(2024, 5, 1, 7)
    ]


def test_what_cannot_be_read_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "bad.qdpx").write_bytes(b"PK no")
    with pytest.raises(InputProblem, match="damaged"):
        exchange.new_from_project(tmp_path / "new.veche", tmp_path / "bad.qdpx")
    with pytest.raises(NotFound, match=r"no\.qdpx"):
        exchange.new_from_project(tmp_path / "new.veche", tmp_path / "no.qdpx")
    (tmp_path / "note.xyz").write_text("x")
    with pytest.raises(InputProblem, match="is no project of a program that is known here"):
        exchange.read_project(tmp_path / "note.xyz")
    assert not list(tmp_path.glob("new.veche*"))


def test_into_a_study_and_undone_and_done_again(demo: Path, foreign: Path) -> None:
    with workbench.open(demo, who="anna") as study:
        before = content(study)
        coming = exchange.plan_project(study, foreign)
        assert content(study) == before
        came = exchange.add_project(study, coming)
        assert (came.documents, came.records) == (1, len(coming.records))
        after = content(study)
        for kind, records in before.items():
            assert records.items() <= after[kind].items()
        assert study.history(limit=1)[0].action == "import project"
        assert study.search("«уходят наверх»").total >= 1
        study.undo()
        assert content(study) == before
        study.redo()
        assert content(study) == after


def test_twice_changes_nothing_and_after_an_undo_it_comes_again(demo: Path, foreign: Path) -> None:
    with workbench.open(demo, who="anna") as study:
        exchange.add_project(study, exchange.plan_project(study, foreign))
        after = content(study)
        again = exchange.plan_project(study, foreign)
        assert again.records == () and again.texts == () and again.known > 0
        exchange.add_project(study, again)
        assert content(study) == after
        study.undo()
        third = exchange.plan_project(study, foreign)
        exchange.add_project(study, third)
        assert sorted(_words(study)) == ["Людей нет", "Налоги уходят наверх"]


def test_codes_and_coders_of_one_key_are_one(demo: Path, tmp_path: Path) -> None:
    with workbench.open(demo, who="anna") as study:
        code = next(one for one in study.store.all(Code) if one.codable)
        group = next(one for one in study.store.all(Code) if not one.codable)
        codes = (
            f'<CodeBook><Codes><Code guid="{TAX}" name="{code.key}" isCodable="true"><Description>иначе</Description></Code>'
            f'<Code guid="{PEOPLE}" name="{group.key}" isCodable="true"/></Codes></CodeBook>'
        )
        path = pack(tmp_path / "a.qdpx", project(source(MARKS), codes=codes))
        coming = exchange.plan_project(study, path)
        new = [one for one in coming.records if isinstance(one, Code)]
        assert [one.key for one in new] == [f"{group.key} (2)"]  # a heading here, put on words there: beside it
        codings = [one for one in coming.records if isinstance(one, Coding)]
        assert [one.code_id for one in codings] == [code.id, new[0].id]
        assert any(
            one.item == code.key and "differs there (label_ru, definition_ru)" in one.said()[3] for one in coming.losses
        )
        exchange.add_project(study, coming)


def test_a_colleague_codes_elsewhere_and_the_codings_come_back(demo: Path, tmp_path: Path) -> None:
    """Our study goes out, somebody adds a coding in another program, the project comes back into the very study."""
    import uuid
    import zipfile

    from lxml import etree

    space = "{urn:QDA-XML:project:1.0}"
    with workbench.open(demo, who="anna") as study:
        exchange.write_project(
            study, tmp_path / "out.qdpx", levels=CONSENTS, interviews=study.store.all(Interview)[0].key
        )
        with zipfile.ZipFile(tmp_path / "out.qdpx") as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        root = etree.fromstring(files["project.qde"])
        first = next(root.iter(f"{space}TextSource"))
        mark = etree.Element(f"{space}PlainTextSelection", guid=str(uuid.uuid4()), startPosition="0", endPosition="9")
        added = etree.SubElement(mark, f"{space}Coding", guid=str(uuid.uuid4()))
        etree.SubElement(
            added, f"{space}CodeRef", targetGUID=next(one.id for one in study.store.all(Code) if one.codable)
        )
        first.insert(0, mark)
        files["project.qde"] = etree.tostring(root)
        with zipfile.ZipFile(tmp_path / "out.qdpx", "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        before = content(study)
        coming = exchange.plan_project(study, tmp_path / "out.qdpx")
        assert {type(one).__name__ for one in coming.records} <= {"Coding", "Coder"}
        exchange.add_project(study, coming)
        after = content(study)
        assert len(after["Coding"]) == len(before["Coding"]) + 1
        assert {kind for kind in after if after[kind] != before[kind]} <= {"Coding", "Coder"}


def test_black_marks_do_not_come_back_over_the_words(demo: Path, tmp_path: Path) -> None:
    with workbench.open(demo, who="anna") as study:
        before = content(study)
        few = [next(one.key for one in study.store.all(Interview) if one.consent == consent) for consent in CONSENTS]
        written = exchange.write_project(study, tmp_path / "out.qdpx", interviews=few)
        assert any(one.kind == "document" for one in written.losses)
        coming = exchange.plan_project(study, tmp_path / "out.qdpx")
        assert not [one for one in coming.records if isinstance(one, Document)] and coming.texts == ()
        exchange.add_project(study, coming)
        after = content(study)
        assert after["Document"] == before["Document"] and after["Coding"] == before["Coding"]


def test_rules_of_the_study_are_losses_not_failures(demo: Path, tmp_path: Path) -> None:
    """Two values of one set on the same words, a second summary of a cell, an alias in a frozen publication."""
    with workbench.open(demo, who="anna") as study:
        evidence = study.evidence()
        first, second = [one for one in evidence.codes if one.value_set][:2]
        assert first.value_set == second.value_set
        document, coder = evidence.documents[0], evidence.coders[0]
        there = Coding(
            document_id=document.id, text_id=document.text_id, start=0, end=3, code_id=first.id, coder_id=coder.id
        )
        summary = Summary(case_id=evidence.towns[0].id, code_id=evidence.codes[0].id, text="здесь")
        with study.store.edit("anna", "x") as edit:
            edit.add(there, summary)
        _, found = exchange.read_project(pack(tmp_path / "a.qdpx", project()))
        other = dataclasses.replace(there, id=guid(1, 1), code_id=second.id)
        told = dataclasses.replace(summary, id=guid(1, 2), text="там")
        nowhere = dataclasses.replace(summary, id=guid(1, 3), case_id=guid(9, 9))
        found = dataclasses.replace(found, records=(*found.records, other, told, nowhere))
        coming = exchange.fit_project(
            study, tmp_path / "a.qdpx", exchange.registry.project_importer(tmp_path / "a.qdpx"), found
        )
        lost = [one for one in coming.losses if one.kind != "file"]
        assert [one.kind for one in lost] == ["coding", "summary", "summary"]
        assert f"{first.key}" in lost[0].said()[3]
        exchange.add_project(study, coming)


def test_consent_decides_what_is_written(demo: Path, tmp_path: Path) -> None:
    with workbench.open(demo) as study:
        interviews = study.store.all(Interview)
        assert {one.consent for one in interviews} == set(CONSENTS)
        few = [next(one.key for one in interviews if one.consent == consent) for consent in CONSENTS]
        interviews = tuple(one for one in interviews if one.key in few)
        exchange.write_project(study, tmp_path / "some.qdpx", interviews=few)
        exchange.write_project(study, tmp_path / "all.qdpx", levels=CONSENTS, interviews=few)
        _, some = exchange.read_project(tmp_path / "some.qdpx")
        _, everything = exchange.read_project(tmp_path / "all.qdpx")
        held = {one.id for one in interviews if one.consent == "background"}
        assert {one.id for one in everything.records if isinstance(one, Interview)} - {
            one.id for one in some.records
        } == held
        background = next(one.key for one in interviews if one.consent == "background")
        with pytest.raises(Refused, match="Nothing of this study may leave"):
            exchange.write_project(study, tmp_path / "none.qdpx", interviews=background)
        assert not (tmp_path / "none.qdpx").exists()


def test_a_part_of_a_study_goes_and_stands_alone(demo: Path, tmp_path: Path) -> None:
    with workbench.open(demo) as study:
        key = study.store.all(Interview)[0].key
        exchange.write_project(study, tmp_path / "part.qdpx", levels=CONSENTS, interviews=key)
    made, _ = exchange.new_from_project(tmp_path / "part.veche", tmp_path / "part.qdpx")
    with made:
        assert [one.key for one in made.store.all(Interview)] == [key]


def test_the_whole_study_moves_through_a_project(demo: Path, tmp_path: Path) -> None:
    with workbench.open(demo, who="anna") as study:
        with study.store.edit("anna", "x") as edit:
            code = study.store.all(Code)[3]
            edit.add(
                Memo(target_id=code.id, text="к коду"),
                Attribute(target_id=study.store.all(Document)[0].id, name="длина", value=""),
            )
        exchange.write_project(study, tmp_path / "all.qdpx", levels=CONSENTS)
        made, coming = exchange.new_from_project(tmp_path / "copy.veche", tmp_path / "all.qdpx", name=study.info.name)
        with made:
            assert coming.losses == ()
            assert content(made) == content(study)
            assert made.evidence().digest == study.evidence().digest


def test_originals_go_along_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_text(TALK, encoding="utf-8")
    with workbench.new(tmp_path / "a.veche", who="anna") as study:
        study.add(study.plan([tmp_path / "talk.txt"]))
        sha = study.store.all(Document)[0].file_sha256
        without = exchange.write_project(study, tmp_path / "a.qdpx", levels=CONSENTS)
        assert [one.said()[3] for one in without.losses if one.kind == "document"] == [
            "the file it came from (talk.txt) stays in the study"
        ]
        exchange.write_project(study, tmp_path / "b.qdpx", levels=CONSENTS, originals=True)
    made, coming = exchange.new_from_project(tmp_path / "b.veche", tmp_path / "b.qdpx")
    with made:
        assert coming.losses == ()
        assert made.store.file(sha) == ("talk.txt", TALK.encode())


def test_documents_are_put_to_interviews_by_a_table(demo: Path, foreign: Path, tmp_path: Path) -> None:
    with workbench.open(demo, who="anna") as study:
        evidence = study.evidence()
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["файл", "интервью", "город", "волна", "дата", "респондент", "роль", "согласие"])
        town, wave, role = evidence.towns[0], evidence.waves[0], evidence.roles[0]
        sheet.append(["Беседа 1", "X-01", town.name, wave.key, wave.start.isoformat(), "R-900", role.key, "цитировать"])
        book.save(tmp_path / "t.xlsx")
        coming = exchange.with_table(study, exchange.plan_project(study, foreign), tmp_path / "t.xlsx")
        exchange.add_project(study, coming)
        document = study.document("X-01")
        assert document.name == "Беседа 1"
        assert study.quotes(interviews="X-01")[0].words == "Налоги уходят наверх"


def test_unknown_formats_are_refused(demo: Path, tmp_path: Path) -> None:
    with workbench.open(demo) as study:
        with pytest.raises(InputProblem, match=r"cannot be written as \.doc\. Choose one of: .*refi \(\.qdpx\)"):
            exchange.write_project(study, tmp_path / "a.doc", levels=CONSENTS)
        with pytest.raises(InputProblem, match="cannot be written as nvivo"):
            exchange.write_project(study, tmp_path / "a.qdpx", format="nvivo", levels=CONSENTS)
        with pytest.raises(InputProblem, match="There is no folder"):
            exchange.write_project(study, tmp_path / "no" / "a.qdpx", levels=CONSENTS)


def test_what_others_coded_unseen_is_there_once(tmp_path: Path) -> None:
    """Somebody who may not see the codings of another yet brings in a project that holds them: they are neither doubled nor told."""
    from veche.importers.fitting import fit

    path = pack(tmp_path / "a.qdpx", project(source(MARKS)))
    study, _ = exchange.new_from_project(tmp_path / "a.veche", path)
    with study:
        evidence = study.evidence()
        ids, texts = study.store.occupied()
        veiled = dataclasses.replace(evidence, codings=())
        _, found = exchange.read_project(path)
        fitted = fit(found, veiled, ids, texts)
        assert (fitted.records, fitted.texts, fitted.losses) == ((), (), ())
        with study.store.edit("anna", "x") as edit:
            edit.remove(Coding, evidence.codings[0].id)
        again = fit(found, study.evidence(), *study.store.occupied())
        assert [type(one) for one in again.records] == [Coding] and again.records[0].id != evidence.codings[0].id
