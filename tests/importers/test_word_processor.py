"""The same hard document as a word processor itself converts it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.importers._word import hard
from veche.importers import built_in, read_transcript
from veche.study import InputProblem
from veche.text.transcripts import Draft, Transcript, recognise

FORMATS = ("odt", "rtf", "fodt", "pdf")
LOCKED = (
    'pdf:writer_pdf_Export:{"EncryptFile":{"type":"boolean","value":"true"},'
    '"DocumentOpenPassword":{"type":"string","value":"x"}}'
)


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The document in all formats, by LibreOffice."""
    program = shutil.which("soffice")
    if program is None:
        reason = "soffice (LibreOffice) is not on PATH"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder: Path = tmp_path_factory.mktemp("converted")
    (folder / "hard.docx").write_bytes(hard())
    (folder / "locked.docx").write_bytes(hard())
    for name, kind in [*(("hard", kind) for kind in FORMATS), ("locked", LOCKED)]:
        command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", kind, "--outdir", str(folder), str(folder / f"{name}.docx")]
        subprocess.run(command, check=True, timeout=120, capture_output=True)
    found = {kind: (folder / f"hard.{kind}").read_bytes() for kind in FORMATS}
    return found | {"locked": (folder / "locked.pdf").read_bytes()}


def read(content: bytes, name: str) -> Draft:
    return read_transcript(content, name, built_in())


def said(transcript: Transcript) -> list[tuple[str, str, str]]:
    return [(t.kind, t.speaker, transcript.body[t.start : t.end]) for t in transcript.turns]


@pytest.mark.parametrize("kind", ["odt", "rtf", "fodt"])
def test_nothing_is_lost_on_the_way_to_another_word_processor(kind: str, converted: Mapping[str, bytes]) -> None:
    original, other = read(hard(), "hard.docx"), read(converted[kind], f"hard.{kind}")
    assert other.blocks == original.blocks
    assert [n.template for n in other.notices] == [n.template for n in original.notices]
    assert recognise(other).body == recognise(original).body


def test_pdf_keeps_the_words_in_order(converted: Mapping[str, bytes]) -> None:
    draft = read(converted["pdf"], "hard.pdf")
    transcript = recognise(draft)
    assert said(transcript)[:4] == [
        ("other", "", "Архив проекта\nИнтервью № 3, Рудовец"),
        ("question", "Интервьюер", "Расскажите, кто решает?"),
        ("answer", "Респондент", "Ну, 5 лет назад решал за\u0301вод-гигант1, ёлки.\nВторая строка"),
        ("question", "Интервьюер", "А депутаты?"),
    ]
    assert "better give the docx" in draft.notices[0].template


def test_a_pdf_with_a_password_is_refused(converted: Mapping[str, bytes]) -> None:
    with pytest.raises(InputProblem, match=r"дело\.pdf is protected by a password"):
        read(converted["locked"], "дело.pdf")
