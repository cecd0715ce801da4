"""Which importer reads a file."""

from __future__ import annotations

import json
import random
import subprocess
import sys

import pytest

from tests.importers._page import pages
from tests.importers._word import hard
from tests.importers.test_odt import packed
from veche.importers import BUILT_IN, built_in, read_transcript
from veche.study import InputProblem
from veche.study.registry import Importer
from veche.text.transcripts import Block, Draft

SAMPLES = {
    "docx": (hard(), "docx", "Интервью № 3, Рудовец"),
    "odt": (packed("<text:p>И.: да</text:p>"), "odt", "И.: да"),
    "rtf": (rb"{\rtf1 I: yes}", "rtf", "I: yes"),
    "pdf": (pages([[(72, 700, "I: yes")]]), "pdf", "I: yes"),
    "html": (b"<!doctype html><p>I: yes", "html", "I: yes"),
    "subtitles": (b"WEBVTT\n\n00:01.000 --> 00:02.000\nyes", "vtt", "yes"),
    "timecoded": (json.dumps({"segments": [{"text": "yes"}]}).encode(), "json", "yes"),
    "plain": ("И.: да".encode(), "txt", "И.: да"),
}


def test_built_in_importers_are_the_objects_of_their_modules() -> None:
    assert tuple(one.name for one in built_in()) == BUILT_IN
    assert set(SAMPLES) == set(BUILT_IN)
    extensions = [e for one in built_in() for e in one.extensions]
    assert len(extensions) == len(set(extensions))


@pytest.mark.parametrize("kind", SAMPLES)
def test_by_extension(kind: str) -> None:
    content, extension, first = SAMPLES[kind]
    draft = read_transcript(content, f"дело.{extension.upper()}", built_in())
    assert draft.blocks[0].text == first
    assert not any("it was read as what it is" in n.template for n in draft.notices)


@pytest.mark.parametrize("kind", [k for k in SAMPLES if k != "plain"])
@pytest.mark.parametrize("extension", [".txt", ".doc", ""])
def test_by_content_whatever_the_name(kind: str, extension: str) -> None:
    content, own, first = SAMPLES[kind]
    importers = list(built_in())
    random.Random(len(kind)).shuffle(importers)
    draft = read_transcript(content, f"дело{extension}", importers)
    assert draft.blocks[0].text == first
    notice = draft.notices[-1]
    assert notice.template.startswith("{file} holds {format} although its name ends in {extension}")
    assert dict(notice.fields)["format"] == (f".{own}" if own != "json" else ".otr")


def test_a_name_that_promises_more_than_the_content_holds() -> None:
    with pytest.raises(InputProblem, match="damaged or was cut off"):
        read_transcript(b"only text", "дело.docx", built_in())


def test_unknown_kinds_and_empty_files() -> None:
    with pytest.raises(InputProblem, match=r"of a kind that cannot be read. Save it as one of: .*\.docx, "):
        read_transcript(b"GIF89a", "дело.gif", built_in())
    with pytest.raises(InputProblem, match="is empty"):
        read_transcript(b"", "дело.gif", built_in())
    with pytest.raises(InputProblem, match="old kind"):
        read_transcript(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "дело.doc", built_in()
        )


def test_importers_of_others_take_part_and_cannot_crash() -> None:
    ours = Draft((Block("да"),))
    other = Importer("other", "Other", (".oth",), lambda content, name: ours)
    assert read_transcript(b"x", "a.oth", [*built_in(), other]) is ours
    for error in (KeyError("x"), RecursionError(), MemoryError()):

        def fail(content: bytes, name: str, error: BaseException = error) -> Draft:
            raise error

        with pytest.raises(InputProblem, match=r"a\.oth"):
            read_transcript(b"x", "a.oth", [Importer("other", "Other", (".oth",), fail)])


def test_declarations_import_nothing_heavy() -> None:
    code = (
        "import sys\nfrom veche.importers import built_in\nbuilt_in()\n"
        "heavy = {'lxml', 'pypdfium2', 'webvtt', 'chardet', 'pymorphy3', 'simplemma', 'regex', 'numpy', 'pandas'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert found.stdout.strip() == "[]"
