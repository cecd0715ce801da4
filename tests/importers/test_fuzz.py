"""Whatever the bytes are: a draft, or one clear refusal."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importers._word import archive
from tests.importers.test_choice import SAMPLES
from veche.importers import built_in, read_transcript
from veche.study import InputProblem
from veche.study.registry import Importer
from veche.text._canonical import canonical
from veche.text.transcripts import Draft, recognise

IMPORTERS = {one.name: one for one in built_in()}
PIECES = {
    "rtf": st.lists(
        st.sampled_from([
            "{", "}", "\\par ", "\\b ", "\\u1044?", "\\u-1 ", "\\uc9 ", "\\'e0", "\\'", "\\bin99 ", "\\footnote ", "\\cell ", "\\row ",
            "\\*", "\\", "\\fonttbl", "\\f1 ", "\\fcharset128 ", "\\ansicpg9999999999 ", "\\deleted ", "\\intbl ", "\\listtext ", "\\ud ", "\\upr ",
            "\\cpg932 ", "\\shptxt ", "\\~", "text", "\r\n", "\\v ", "\\pard ", "\\u55357?", "\\plain ",
        ]), max_size=30).map(lambda found: ("{\\rtf1 " + "".join(found)).encode("latin-1")),
    "html": st.lists(
        st.sampled_from(["<p>", "</p>", "<table>", "<tr>", "<td>", "<b>", "<br>", "&#0;", "&#xD800;", "<a name='ts_1_2_S'>", "<pre>", "\0", "да ",
                         "<span class=timestamp data-timestamp=nan>", "</table>", "<![CDATA[", "<svg>", "<!--", "<?xml version='1.0'?>"]),
        max_size=30).map(lambda found: "".join(found).encode()),
    "subtitles": st.lists(
        st.sampled_from(["WEBVTT\n", "\n", "\n\n", "00:01.000 --> 00:02.000", "99:99:99,9 --> 1:1:1,1", "<v А>",
                         "<v", ">", "NOTE", "1", "да", "-->"]),
        max_size=20).map(lambda found: "".join(found).encode()),
    "timecoded": st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(
            st.sampled_from(["segments", "text", "start", "end", "speaker", "offsets", "media", "transcription", "from"]), inner, max_size=5)),
        max_leaves=12).map(lambda data: json.dumps(data).encode()),
}  # fmt: skip
XML = st.lists(
    st.sampled_from([
        "<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>да</w:t>", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>", "<w:ins>", "</w:ins>",
        "<w:del>", "</w:del>", "<w:footnoteReference w:id='1'/>", "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>", "<w:txbxContent>", "</w:txbxContent>",
        "<w:sym w:char='D800'/>", "<w:br/>", "&amp;", "<w:sdt/>",
    ]), max_size=25).map("".join)  # fmt: skip


def check(one: Importer, content: bytes) -> None:
    """Read and recognise: only a draft with text or an `InputProblem` with a message of one line."""
    try:
        draft = one.read(content, "дело.x")
    except InputProblem as problem:
        assert "\n" not in str(problem)
        assert "дело.x" in str(problem)
        return
    assert isinstance(draft, Draft)
    assert any(block.text.strip() for block in draft.blocks)
    assert all(canonical(block.text) == block.text for block in draft.blocks)
    assert all(notice.template.format(**dict(notice.fields)) for notice in draft.notices)
    transcript = recognise(draft)
    transcript.body.encode("utf-8")


@pytest.mark.parametrize("name", IMPORTERS)
@given(content=st.binary(max_size=300))
def test_any_bytes(name: str, content: bytes) -> None:
    check(IMPORTERS[name], content)


@pytest.mark.parametrize("name", IMPORTERS)
@given(seed=st.integers(0, 2**32))
def test_damaged_files(name: str, seed: int) -> None:
    luck = random.Random(seed)
    content = bytearray(SAMPLES[name][0])
    for _ in range(luck.randint(1, 12)):
        content[luck.randrange(len(content))] = luck.randrange(256)
    check(IMPORTERS[name], bytes(content[: luck.randint(1, len(content))] if luck.random() < 0.4 else content))


@pytest.mark.parametrize("name", PIECES)
@given(data=st.data())
def test_pieces_of_the_format_in_any_order(name: str, data: st.DataObject) -> None:
    check(IMPORTERS[name], data.draw(PIECES[name]))


@given(XML)
def test_elements_of_word_in_any_order(body: str) -> None:
    from lxml import etree

    # unclosed elements are closed, as far as the recovering parser can
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    root = etree.fromstring(
        f'<w:document xmlns:w="{w}"><w:body>{body}</w:body></w:document>', etree.XMLParser(recover=True)
    )
    check(
        IMPORTERS["docx"],
        archive({"word/document.xml": etree.tostring(root), "word/footnotes.xml": etree.tostring(root)}),
    )


@given(st.binary(max_size=200), st.sampled_from(["a.txt", "a.docx", "a", "a.json", ".", "\0.html", "a.srt"]))
def test_the_choice_of_an_importer(content: bytes, name: str) -> None:
    try:
        assert isinstance(read_transcript(content, name, built_in()), Draft)
    except InputProblem as problem:
        assert str(problem)
