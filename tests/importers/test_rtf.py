"""Rich Text."""

from __future__ import annotations

import pytest
from striprtf.striprtf import rtf_to_text

from veche.importers.rtf import rtf
from veche.study import InputProblem
from veche.text.transcripts import Block, Draft, recognise

FONTS = r"{\fonttbl{\f0\fnil\fcharset0 Times;}{\f1\fnil\fcharset204 Arial{\*\falt Helvetica};}}"


def read(body: str, head: str = r"\ansi\ansicpg1252\deff0") -> Draft:
    found: Draft = rtf.read(("{\\rtf1" + head + FONTS + body + "}").encode("latin-1"), "a.rtf")
    return found


def texts(body: str, head: str = r"\ansi\ansicpg1252\deff0") -> list[str]:
    return [block.text for block in read(body, head).blocks]


def messages(draft: Draft) -> str:
    return " ".join(n.template.format(**dict(n.fields)) for n in draft.notices)


def hexed(text: str, encoding: str = "cp1251") -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode(encoding))


def test_letters_by_font_by_page_and_by_number() -> None:
    assert texts(r"{\f1 " + hexed("Да") + "}" + hexed("é", "cp1252")) == ["Даé"]
    assert texts(hexed("Да"), r"\ansi\ansicpg1251\deff0") == ["Да"]
    assert texts(hexed("Да", "mac-cyrillic"), r"\ansi\ansicpg10007") == ["Да"]
    assert texts(hexed("é", "mac-roman"), r"\mac") == ["é"]
    assert texts(r"\uc1\u1044?\u1072\'e0\uc0\u33 {\uc2\u1044??}!") == ["Да!Д!"]
    assert texts(r"\u-10180?\u-8337?") == ["🍯"]
    assert texts(r"a\emdash b\~c\_d\-e\line f\tab g\{\}\\") == ["a—b\u00a0c\u2011de\nf\tg{}\\"]


def test_paragraphs_bold_and_what_is_skipped() -> None:
    body = (
        r"{\stylesheet{\s0 Normal;}}{\info{\title No}{\author No}}{\header No\par}{\*\generator No;}{\pict\pngblip 89504e47}"
        r"{\b I:} Who?\par {\field{\*\fldinst HYPERLINK x}{\fldrslt R:}} Me.\b  yes\b0\par\plain\b all\plain  no\sect last"
    )
    assert [(b.text, b.bold) for b in read(body).blocks] == [
        ("I: Who?", 2), ("R: Me. yes", 0), ("all no", 3), ("last", 0),
    ]  # fmt: skip


def test_binary_data_and_dividing_words() -> None:
    assert texts(r"{\pict\bin5 }}{{\}a\par" + "\r\nb\\\nc") == ["a", "b", "c"]
    assert texts(r"{\upr{ansi}{\*\ud{\u1044?}}}") == ["Д"]


def test_tables() -> None:
    body = (
        r"\trowd\pard\intbl I:\cell\pard\intbl Who?\par there?\cell\row \trowd\pard\intbl\b R\b0\cell Me.\cell\row\pard after\par"
        r"\pard\intbl x\cell y\cell z\cell\row"
    )
    assert [(b.speaker, b.text) for b in read(body).blocks] == [
        ("I:", "Who?"), (None, "there?"), ("R", "Me."), (None, "after"), (None, "x\ty\tz"),
    ]  # fmt: skip


def test_notes_changes_comments_hidden() -> None:
    body = (
        r"R: plant{\super\chftn}{\footnote\pard{\super\chftn} Old.\par Big.} stands{\deleted  gone\par}{\revised  now}{\v secret}"
        r"{\*\annotation check}.{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt\pard box\par}}{\shprslt no}}\par next"
    )
    draft = read(body)
    assert draft.blocks == (
        Block("R: plant[1] stands now."), Block("[1] Old.\nBig.", aside=True), Block("box"), Block("next"),
    )  # fmt: skip
    assert "insertions kept: 1, deletions left out: 1" in messages(draft)
    assert "left out: 1" in messages(draft)
    assert "left out: 6 characters" in messages(draft)


def test_dashes_of_lists_begin_turns() -> None:
    body = r"{\listtext\pard\plain \u8211?\tab}Who?\par{\pntext\f1\'b7\tab}me\par{\listtext 1.\tab}one\par"
    assert texts(body) == ["— Who?", "me", "one"]


def test_time_codes_of_f4() -> None:
    found = recognise(read(r"I: Who? #00:00:06-8#\par R: Me. #00:00:09-1#\par"))
    assert [(t.start_ms, t.end_ms) for t in found.turns] == [(None, 6_800), (6_800, 9_100)]


@pytest.mark.parametrize("encoding", ["cp1251", "numbers"])
def test_the_same_words_as_another_reader_finds(encoding: str) -> None:
    lines = [f"Р.: Вопрос {n}, «ответ» — да?" for n in range(200)]
    if encoding == "cp1251":
        body = "\\par\n".join(hexed(line) for line in lines)
    else:
        body = "\\par\n".join("".join(f"\\u{ord(c)}?" for c in line) for line in lines)
    source = "{\\rtf1\\ansi\\ansicpg1251\\deff1" + FONTS + "\\f1 " + body + "}"
    assert [b.text for b in rtf.read(source.encode(), "a.rtf").blocks] == str(rtf_to_text(source)).split("\n")


def test_files_that_cannot_be_used_and_a_cut_off_one() -> None:
    for content, words in (
        (b"", "is empty"),
        (b"text", "is not Rich Text"),
        (rb"{\rtf1 }", "contains no text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old binary Office file"),
    ):
        with pytest.raises(InputProblem, match=words):
            rtf.read(content, "дело.rtf")
    assert "cut off" in messages(rtf.read(rb"{\rtf1{\b I:} Who", "a.rtf"))
    deep = rtf.read(b"{\\rtf1" + b"{" * 100_000 + b"on the ground" + b"}" * 100_001, "a.rtf")
    assert deep.blocks == (Block("on the ground"),)
