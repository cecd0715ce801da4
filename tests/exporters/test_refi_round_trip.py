"""A study written as a REFI-QDA project and read again is the same study, record by record and letter by letter."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from lxml import etree

from tests.privacy.test_whole import study as study_of
from tests.whole_studies import UNSHRUNK, studies
from veche.exporters._refi_form import check, faults
from veche.exporters.refi import refi as write
from veche.importers.foreign import Asked, ForeignStudy
from veche.importers.refi import refi as read
from veche.privacy import release_study
from veche.study import CONSENTS, Evidence, InputProblem
from veche.study.whole import records_of
from veche.workbench import open as open_study

SCHEMA = Path("/work/shared/vectors/refi/schema/Project.xsd")


def there_and_back(evidence: Evidence, path: Path) -> ForeignStudy:
    write.write(release_study(evidence, levels=CONSENTS), path)
    return read.read(path, Asked())


def assert_same(evidence: Evidence, found: ForeignStudy) -> None:
    wanted = {one.id: one for one in records_of(evidence)}
    got = {one.id: one for one in found.records}
    assert len(got) == len(found.records), "an id twice"
    assert got.keys() == wanted.keys()
    for record_id, one in wanted.items():
        assert got[record_id] == one
    texts = {one.id: one for one in found.texts}
    needed = {one.text_id for one in evidence.documents} | {one.text_id for one in evidence.codings}
    for text_id in needed:
        assert texts[text_id] == evidence.texts[text_id]
    assert found.losses == ()


@given(studies())
@UNSHRUNK
def test_a_random_study_comes_back_whole(evidence: Evidence) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.qdpx"
        assert_same(evidence, there_and_back(evidence, path))
        with zipfile.ZipFile(path) as archive:
            root = etree.fromstring(archive.read("project.qde"))
        assert list(faults(root)) == []
        if SCHEMA.exists():
            schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
            schema.assertValid(root)


def test_the_fictional_study_comes_back_whole(demo_path: Path, tmp_path: Path) -> None:
    with open_study(demo_path) as study:
        evidence = study.evidence()
        assert_same(evidence, there_and_back(evidence, tmp_path / "demo.qdpx"))


def test_the_same_study_gives_the_same_project(tmp_path: Path) -> None:
    release = release_study(study_of("quote", "paraphrase"))
    write.write(release, tmp_path / "1.qdpx")
    write.write(release, tmp_path / "2.qdpx")
    assert (tmp_path / "1.qdpx").read_bytes() == (tmp_path / "2.qdpx").read_bytes()


@pytest.mark.parametrize("fault", ["name", "order", "stranger", "twice", "colour"])
def test_the_check_of_form_sees_faults(fault: str, tmp_path: Path) -> None:
    write.write(release_study(study_of("quote", "quote")), tmp_path / "small.qdpx")
    with zipfile.ZipFile(tmp_path / "small.qdpx") as archive:
        root = etree.fromstring(archive.read("project.qde"))
    check(root)
    space = "{urn:QDA-XML:project:1.0}"
    code = next(root.iter(f"{space}Code"))
    match fault:
        case "name":
            del root.attrib["name"]
        case "order":
            root.append(root[0])
        case "stranger":
            etree.SubElement(code, f"{space}Smell")
        case "twice":
            code.set("guid", next(root.iter(f"{space}User")).get("guid") or "")
        case _:
            code.set("color", "reddish")
    with pytest.raises(InputProblem, match="would break the standard"):
        check(root)
