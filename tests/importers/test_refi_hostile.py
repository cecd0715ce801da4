"""Broken and hostile projects: refused in words or reported, quickly, without memory, without a trace on the disk."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importers._refi import TALK, TAX, coding, guid, pack, project, selection, source
from veche.importers.foreign import Asked, ForeignStudy
from veche.importers.refi import refi
from veche.study import InputProblem, VecheError

MARKED = project(source(selection(1, "Людей нет", coding(1, TAX))))


def read(path: Path, **asked: str) -> ForeignStudy:
    return refi.read(path, Asked(**asked))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("xml", "says"),
    [
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>' + MARKED.partition("?>")[2], "declares a document type"),
        (MARKED[:300], "XML cannot be read"),
        ("<html/>", "no REFI-QDA project or codebook (it begins with html)"),
        (b"\xff\xfe\x00", "XML cannot be read"),
        ("", "XML cannot be read"),
        (project(codes="<CodeBook><Codes>" + f'<Code guid="{guid(1, 1)}" name="a" isCodable="true">' * 300 + "</Code>" * 300 + "</Codes></CodeBook>"),
         "deeper than 256 levels"),
    ],
)  # fmt: skip
def test_xml_that_cannot_be_used_is_refused(tmp_path: Path, xml: str | bytes, says: str) -> None:
    with pytest.raises(InputProblem, match="bad.qdpx") as caught:
        read(pack(tmp_path / "bad.qdpx", xml))
    assert says in str(caught.value)


def test_entities_in_other_encodings_are_refused_too(tmp_path: Path) -> None:
    laughs = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]>'
    xml = (laughs + MARKED.partition("?>")[2].replace("Проект", "&c;")).encode("utf-16")
    with pytest.raises(InputProblem, match="document type"):
        read(pack(tmp_path / "bad.qdpx", xml))


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"readme.txt": "x"}, "holds no project"),
        ({"a.qde": MARKED, "b.qde": MARKED}, "holds 2 projects (a.qde, b.qde)"),
    ],
)
def test_archives_without_just_one_project_are_refused(tmp_path: Path, files: dict[str, str], says: str) -> None:
    with zipfile.ZipFile(tmp_path / "bad.qdpx", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with pytest.raises(InputProblem) as caught:
        read(tmp_path / "bad.qdpx")
    assert says in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"a project"])
def test_files_that_are_no_archives_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.qdpx").write_bytes(content)
    with pytest.raises(InputProblem, match="bad.qdpx"):
        read(tmp_path / "bad.qdpx")


def test_a_password_is_asked_to_be_taken_off(tmp_path: Path) -> None:
    path = pack(tmp_path / "locked.qdpx", MARKED)
    content = bytearray(path.read_bytes())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        content[content.index(mark) + (6 if mark == b"PK\x03\x04" else 8)] |= 1
    path.write_bytes(bytes(content))
    with pytest.raises(InputProblem, match="protected by a password"):
        read(path)


@pytest.mark.parametrize(
    ("name", "inner"),
    [("Project.qde", "Sources/t.txt"), ("Trial.qde", "sources/T.TXT"), ("top/project.qde", "top/sources/t.txt")],
)
def test_other_spellings_and_a_folder_around_are_understood(tmp_path: Path, name: str, inner: str) -> None:
    found = read(pack(tmp_path / "a.qdpx", MARKED, {inner: TALK}, inner=name))
    assert [quote[3] for quote in found.quotes()] == ["Людей нет"] and found.losses == ()


@pytest.mark.parametrize("path", ["internal://../../etc/hostname", "internal:///etc/hostname", "../t.txt", "internal://c:\\t.txt",
                                  "absolute:///etc/hostname", "relative:///t.txt", "file:///etc/hostname"])  # fmt: skip
def test_paths_that_lead_out_are_not_followed(tmp_path: Path, path: str) -> None:
    found = read(pack(tmp_path / "a.qdpx", project(source(selection(1, "Людей нет", coding(1, TAX)), path=path))))
    assert found.texts == () and found.quotes() == []
    assert [one.kind for one in found.losses][:4] == ["file", "document", "quotation", "coding"]


def test_texts_that_are_not_utf8_are_refused_until_an_encoding_is_named(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.qdpx", MARKED, {"sources/t.txt": TALK.encode("cp1251")})
    with pytest.raises(InputProblem, match=r"t\.txt is not in UTF-8 .* It may be in cp1251"):
        read(path)
    assert read(path, encoding="cp1251").texts[0].body == TALK
    for wrong in ("utf-8", "ascii", "no-such-encoding"):
        with pytest.raises(InputProblem, match=wrong):
            read(path, encoding=wrong)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (("5", "99999"), "lie outside the text"), (("7", "7"), "cover no text"), (("9", "3"), "run backwards"), (("-4", "3"), "outside"),
        (("x", "3"), "are no numbers"), (("1", "9" * 400), "are no numbers"),
    ],
)  # fmt: skip
def test_impossible_places_are_reported_the_rest_comes(tmp_path: Path, place: tuple[str, str], says: str) -> None:
    bad = f'<PlainTextSelection guid="{guid(44, 9)}" startPosition="{place[0]}" endPosition="{place[1]}">{coding(9, TAX)}</PlainTextSelection>'
    found = read(pack(tmp_path / "a.qdpx", project(source(selection(1, "Людей нет", coding(1, TAX)) + bad))))
    assert [quote[3] for quote in found.quotes()] == ["Людей нет"]
    assert [one.kind for one in found.losses] == ["quotation", "coding"]
    assert says in found.losses[0].said()[3]


def test_references_to_nothing_are_reported(tmp_path: Path) -> None:
    missing = guid(0, 7)
    marks = selection(1, "Людей нет", coding(1, missing) + f'<NoteRef targetGUID="{missing}"/>')
    xml = project(
        source(marks),
        after=f'<Links><Link guid="{guid(1, 2)}" originGUID="{missing}" targetGUID="{missing}"/></Links>'
        f'<Sets><Set guid="{guid(1, 3)}" name="s"><MemberSource targetGUID="{missing}"/></Set></Sets>',
    )
    found = read(pack(tmp_path / "a.qdpx", xml))
    assert [quote[3] for quote in found.quotes()] == ["Людей нет"]  # the words stay, without a code
    kinds = [one.kind for one in found.losses]
    assert kinds.count("coding") == 1 and kinds.count("link") == 1 and kinds.count("set") == 2


def test_identifiers_used_twice_move_nothing_in_silence(tmp_path: Path) -> None:
    codes = f'<CodeBook><Codes><Code guid="{TAX}" name="A" isCodable="1"/><Code guid="{TAX}" name="B" isCodable="1"/></Codes></CodeBook>'
    sources = source(selection(1, "Людей нет", coding(1, TAX))) + source(
        selection(1, "Людей нет", coding(1, TAX)), name="Беседа 2"
    )
    found = read(pack(tmp_path / "a.qdpx", project(sources, codes=codes)))
    assert [quote[:2] + quote[3:] for quote in found.quotes()] == [
        ("Беседа 1", "A", "Людей нет"),
        ("Беседа 2", "A", "Людей нет"),
    ]
    assert len({one.id for one in found.records}) == len(found.records)
    assert {one.kind for one in found.losses} >= {"code", "document"}


BOMB = r"""
import re, sys, time
from pathlib import Path
from veche.importers.foreign import Asked
from veche.importers.refi import refi
from veche.study import VecheError
begin = time.process_time()
try:
    refi.read(Path(sys.argv[1]), Asked())
    said = "read"
except VecheError as error:
    said = type(error).__name__
status = Path("/proc/self/status")  # the peak since this program began; what getrusage says is that of whoever started it
peak = int(re.search(r"VmHWM:\s+(\d+)", status.read_text()).group(1)) // 1024 if status.exists() else 0
print(said, time.process_time() - begin, peak)
"""


@pytest.mark.parametrize("where", ["project.qde", "sources/t.txt", "sources/other.txt"])
def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path, where: str) -> None:
    path = tmp_path / "bomb.qdpx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if where != "project.qde":
            archive.writestr("project.qde", MARKED)
        with archive.open(where, "w") as stream:
            for _ in range(300):
                stream.write(bytes(1_000_000))
    said, seconds, megabytes = measured(path)
    assert said == "InputProblem"
    assert seconds < 2 and megabytes < 200
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bomb.qdpx"]


def measured(path: Path) -> tuple[str, float, int]:
    """What a process of its own says of a project: read or refused, seconds of the processor, megabytes at most."""
    done = subprocess.run([sys.executable, "-c", BOMB, str(path)], capture_output=True, text=True, check=True)
    said, seconds, megabytes = done.stdout.split()
    return said, float(seconds), int(megabytes)


def attributes(count: int) -> str:
    """An element with very many attributes."""
    return "<a " + " ".join(f'b{n}=""' for n in range(count)) + "/>"


@pytest.mark.parametrize(
    "filler",
    ["<a/>" * 200_000, "<Coding/>" * 260_000, "<CodeRef/>" * 260_000, attributes(26) * 60_000,
     f'<a b="{"x" * 20_000_000}"/>', f"<!--{'x' * 20_000_000}-->", attributes(1_000_000)],
    ids=["unknown", "codings", "references", "attributes", "value", "comment", "tag"],
)  # fmt: skip
def test_more_than_a_project_holds_is_refused_while_it_is_read(tmp_path: Path, filler: str) -> None:
    path = tmp_path / "big.qde"
    path.write_text(project(source(filler)), encoding="utf-8")
    said, seconds, megabytes = measured(path)
    assert said == "InputProblem" and seconds < 2 and megabytes < 200
    with pytest.raises(InputProblem, match="54 MB of XML with 250000 quotations and codings and 150000 other elements"):
        read(path)


def test_a_large_project_is_read_in_little_memory(tmp_path: Path) -> None:
    """Twenty thousand codings: a tree of a general library would take a hundred megabytes more."""
    marks = "".join(selection(n, "Людей нет", coding(n, TAX)) for n in range(20_000))
    path = pack(tmp_path / "big.qdpx", project(source(marks)))
    said, _, megabytes = measured(path)
    assert said == "read" and megabytes < 100


def test_words_of_a_project_may_be_longer_than_ten_megabytes(tmp_path: Path) -> None:
    words = "Завод стоит. " * 500_000
    path = tmp_path / "long.qde"
    path.write_text(
        project(
            f'<TextSource guid="{guid(33, 1)}" name="long"><PlainTextContent>{words}</PlainTextContent></TextSource>'
        ),
        encoding="utf-8",
    )
    assert [one.body for one in read(path).texts] == [words]


def test_elements_that_the_standard_does_not_know_are_told_wherever_they_stand(tmp_path: Path) -> None:
    xml = project(
        source(selection(1, "Людей нет", coding(1, TAX, inside="<Weight>5</Weight>"))), after="<Extras/><User/>"
    )
    lost = [(one.kind, one.item) for one in read(pack(tmp_path / "a.qdpx", xml)).losses]
    assert lost == [("element", "Weight"), ("element", "Extras"), ("element", "User")]


@given(st.data())
def test_no_damage_crashes_the_reader(data: st.DataObject) -> None:
    """Bytes of the XML changed, cut or doubled: read or refused, never anything else."""
    import tempfile

    xml = bytearray(MARKED.encode("utf-8"))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(xml) - 1))
        match data.draw(st.sampled_from(["set", "cut", "double"])):
            case "set":
                xml[at] = data.draw(st.integers(0, 255))
            case "cut":
                del xml[at : at + data.draw(st.integers(1, 60))]
            case _:
                xml[at:at] = xml[at : at + data.draw(st.integers(1, 200))]
        if not xml:
            return
    with tempfile.TemporaryDirectory() as folder:
        path = pack(Path(folder) / "a.qdpx", bytes(xml))
        try:
            found = read(path)
        except VecheError as error:
            assert str(error)
        else:
            assert len({one.id for one in found.records}) == len(found.records)


def test_very_many_of_one_name_and_identifier_take_no_longer_for_it(tmp_path: Path) -> None:
    """Ten thousand codes and codings that share a name and an identifier: numbered, reported, in time in proportion to their number."""
    import time

    many = 10_000
    codes = f'<Code guid="{TAX}" name="A" isCodable="1"/>' * many
    marks = selection(1, "Людей нет", coding(1, TAX)) * many
    path = pack(tmp_path / "a.qdpx", project(source(marks), codes=f"<CodeBook><Codes>{codes}</Codes></CodeBook>"))
    begin = time.process_time()
    found = read(path)
    took = time.process_time() - begin
    assert len({one.id for one in found.records}) == len(found.records)
    assert {quote[1] for quote in found.quotes()} == {"A"} and len(found.quotes()) == many
    assert took < 10  # in proportion: about one second
