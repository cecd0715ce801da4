"""Reader and checker of REFI-QDA files: a list of files with what is expected of a reader, beside the files themselves.

Such a list is known by its entries: each names a ``file`` and what to ``expect`` of it. Files with texts have their quotations in a truth file: named like
them, or named in what is expected.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

from tests.conformance.registry import Example, checker, reader
from veche.exporters.refi import refi as write_project
from veche.exporters.refi import refi_codebook as write_codebook
from veche.importers.foreign import Asked, ForeignStudy
from veche.importers.refi import refi
from veche.privacy import release_study
from veche.study import (
    CONSENTS,
    Attribute,
    Code,
    Coder,
    Coding,
    Document,
    InputProblem,
    Respondent,
    StudyInfo,
    VecheError,
)
from veche.study.carried import UNCODED
from veche.study.whole import evidence_of

SECONDS, BYTES = 2.0, 200_000_000
#: suffixes that files of such a list have, read through the list
_SUFFIXES = (".qdpx", ".qde", ".qdc", ".xsd")


@reader
def read_list(path: Path) -> list[Example] | None:
    """Read a list of files; the files themselves and their truth hold no examples of their own."""
    if path.suffix.lower() in _SUFFIXES or path.name.endswith(".truth.json"):
        return []
    if path.suffix.lower() != ".json":
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        return None
    if not isinstance(content, list) or not content:
        return None
    if not all(isinstance(one, dict) and {"file", "expect"} <= one.keys() for one in content):
        return None
    return [Example("refi file", one["file"], one, path) for one in content if Path(one["file"]).suffix in _SUFFIXES]


@checker("refi file")
def check_file(example: Example) -> None:
    """Check all that is expected of one file: what comes, what is refused, what is told, and that it goes out again whole."""
    path = example.path.parent / example.data["file"]
    expect = str(example.data["expect"])
    found = _read_safely(path)
    if isinstance(found, VecheError):
        assert "refuse" in expect, f"refused though it should not be: {found}"
        _is_plain(found, path)
        return
    assert not expect.startswith("refuse ") or " or " in expect or "refuse the path" in expect, (
        "should have been refused"
    )
    if "report" in expect or expect.startswith("refuse"):
        assert found.losses, "nothing was reported"
    _counts(found, example.data)
    _truth(found, path, expect)
    _special(found, path, expect)
    _goes_round(found, path, example.path.parent)


def _read_safely(path: Path) -> ForeignStudy | VecheError:
    """Read a file in an empty folder: within two seconds and 200 MB, and nothing is written anywhere near."""
    before = sorted(path.parent.iterdir())
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / "a" / "b"
        inside.mkdir(parents=True)
        os.chdir(inside)
        tracemalloc.start()
        begin = time.process_time()
        try:
            found: ForeignStudy | VecheError = refi.read(path, Asked())
        except VecheError as error:
            found = error
        finally:
            took, (_, peak) = time.process_time() - begin, tracemalloc.get_traced_memory()
            tracemalloc.stop()
            os.chdir(here)
        assert sorted(Path(folder).rglob("*")) == [Path(folder) / "a", inside]
    assert took < 4 * SECONDS, f"{took:.1f} s"  # traced: about four times as slow
    assert peak < BYTES, f"{peak / 1e6:.0f} MB"
    assert sorted(path.parent.iterdir()) == before
    return found


def _is_plain(error: VecheError, path: Path) -> None:
    """A message names what, where and what to do, in words."""
    assert isinstance(error, InputProblem)
    said = str(error)
    assert "Traceback" not in said and len(said) > 40
    assert path.name in said or "text" in said


def _of(found: ForeignStudy, kind: type[Any]) -> list[Any]:
    return [one for one in found.records if isinstance(one, kind)]


def _counts(found: ForeignStudy, data: dict[str, Any]) -> None:
    """What is not there is told as lost."""
    lost = [one.kind for one in found.losses]
    codes = [one for one in _of(found, Code) if one.id != UNCODED and one.kind != "actor"]
    codings = [one for one in _of(found, Coding) if one.code_id != UNCODED]
    documents = _of(found, Document)
    if "codes" in data:
        assert len(codes) == data["codes"]
    if "users" in data:
        assert len(_of(found, Coder)) >= data["users"]
    if "codings" in data:
        assert len(codings) <= data["codings"] <= len(codings) + lost.count("coding")
    if "text_selections" in data and documents:
        places = {(one.document_id, one.start, one.end) for one in _of(found, Coding)}
        assert len(places) <= data["text_selections"] + lost.count("coding") + lost.count("transcript")
    if "sources" in data:
        assert data["sources"] <= len(documents) + lost.count("document") + lost.count("picture") + lost.count(
            "recording"
        ) + lost.count("PDF")
    if data.get("variables"):
        assert (
            len(
                {one.name for one in _of(found, Attribute)}
                | {one.item for one in found.losses if one.kind == "variable"}
            )
            >= data["variables"]
        )
    if "graphs" in data:
        assert lost.count("drawing") == data["graphs"]


def _truth(found: ForeignStudy, path: Path, expect: str) -> None:
    """Every quotation is, letter by letter, what it is in the truth."""
    named = re.search(r"[\w.]+\.truth\.json", expect)
    truth = path.with_name(named.group()) if named else path.with_suffix(".truth.json")
    if not truth.exists():
        return
    content = json.loads(truth.read_text(encoding="utf-8"))
    codings = content if isinstance(content, list) else content.get("codings")
    if codings is None:
        assert content["quote"] in {words for _, _, _, words in found.quotes()}
        return
    wanted = sorted((one["code"], one["coder"], one["quote"]) for one in codings)
    uncoded = {one.key for one in _of(found, Code) if one.id == UNCODED}
    assert sorted((code, coder, words) for _, code, coder, words in found.quotes() if code not in uncoded) == wanted
    if isinstance(content, dict) and "annotation" in content:
        assert any(code in uncoded for _, code, _, _ in found.quotes())


def _special(found: ForeignStudy, path: Path, expect: str) -> None:
    """What single files are there for."""
    told = "\n".join(" ".join(one.said()) for one in found.losses)
    if "nameless Case" in expect:
        assert not _of(found, Respondent)
        documents = {one.id for one in _of(found, Document)}
        assert {one.target_id for one in _of(found, Attribute)} <= documents
        assert any(one.value == "" for one in _of(found, Attribute))
    if "no element may vanish" in expect:
        _nothing_vanishes(found, path, told)
    if "local file" in expect or "refuse the path" in expect:
        assert "hostname" in told
        secret = Path("/etc/hostname").read_text(encoding="utf-8").strip() if Path("/etc/hostname").exists() else ""
        assert not secret or all(secret not in one.body for one in found.texts)
    if "namespace" in expect or "old drafts" in expect:
        assert "draft of the standard" in told or "urn:QDA-XML:codebook:1.0" in _xml(path)
    if "source as missing" in expect or "all sources missing" in expect or "texts absent" in expect:
        assert "not in the" in told
    if "codings must not move silently" in expect:
        assert "identifier" in told


def _xml(path: Path) -> str:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return archive.read(next(one for one in archive.namelist() if one.lower().endswith(".qde"))).decode("utf-8")
    return path.read_text(encoding="utf-8-sig")


def _nothing_vanishes(found: ForeignStudy, path: Path, told: str) -> None:
    """Each element with an identifier became a record, or its name or identifier stands in the report."""
    from lxml import etree

    ids = {one.id for one in found.records}
    names = {one.name for one in _of(found, Attribute)} | {one.name for one in _of(found, Document)}
    root = etree.fromstring(_xml(path).encode("utf-8"))
    for one in root.iter():
        guid = one.get("guid")
        tag = etree.QName(one).localname
        if guid is None or guid.lower() in ids:
            continue
        inside = [each.get("guid", "").lower() in ids for each in one if etree.QName(each).localname == "Coding"]
        if inside and all(inside):
            continue  # a selection lives on in its codings
        if tag in ("Representation", "TextDescription", "SyncPoint"):
            continue  # its words are a document; moments are the times of turns
        if tag == "Coding":  # told by its code and by what it stood on
            one = one.getparent()
            guid = one.get("guid")
        name = one.get("name") or ""
        assert guid.lower() in told.lower() or (name and (name in told or name in names)), (
            f"{tag} {guid} {name} vanished"
        )


def _goes_round(found: ForeignStudy, path: Path, folder: Path) -> None:
    """Written by us and read again, nothing of it is lost; and the standard's schema, where it is at hand, accepts what we write."""
    info = found.info or StudyInfo(name="codebook")
    records = (*([] if found.info else [info]), *found.records)
    release = release_study(evidence_of(records, found.texts), levels=CONSENTS)
    with tempfile.TemporaryDirectory() as temporary:
        if path.suffix == ".qdc":
            out = Path(temporary) / "again.qdc"
            write_codebook.write(release, out)
            again = refi.read(out, Asked())
            assert [(c.id, c.parent_id, c.label_ru) for c in _of(again, Code)] == [
                (c.id, c.parent_id, c.label_ru) for c in _of(found, Code)
            ]
            _validate(out.read_bytes(), folder / "schema" / "Codebook.xsd")
            return
        out = Path(temporary) / "again.qdpx"
        write_project.write(release, out)
        again = refi.read(out, Asked())
        assert sorted(again.quotes()) == sorted(found.quotes())
        assert {one.id: one for one in again.records} == {one.id: one for one in found.records}
        with zipfile.ZipFile(out) as archive:
            _validate(archive.read("project.qde"), folder / "schema" / "Project.xsd")


def _validate(xml: bytes, schema: Path) -> None:
    from lxml import etree

    if schema.exists():
        etree.XMLSchema(etree.parse(str(schema))).assertValid(etree.fromstring(xml))
