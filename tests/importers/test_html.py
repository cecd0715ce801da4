"""Web pages and the transcripts of noScribe."""

from __future__ import annotations

import pytest

from veche.importers.html import html
from veche.study import InputProblem
from veche.text.transcripts import Block, Draft, recognise


def read(content: bytes | str) -> Draft:
    found: Draft = html.read(content.encode() if isinstance(content, str) else content, "a.html")
    return found


def test_paragraphs_breaks_bold_and_white_space() -> None:
    page = """<!DOCTYPE html><html><head><title>No</title><style>p {}</style><script>no()</script></head><body>
      <h1>Заголовок</h1> просто <div>до<p><b>И.:</b>  Кто
      здесь&nbsp;решает&#63;<br> второй</p>после</div>
      <p><span style="font-weight:600">Р.:</span> <!-- no -->Глава &amp; Ко</p><pre>а  б
в</pre><ul><li>раз<li>два</ul></body></html>"""
    assert [(b.text, b.bold) for b in read(page).blocks] == [
        ("Заголовок", 9), ("просто ", 0), ("до", 0), ("И.: Кто здесь\u00a0решает?\nвторой", 3), ("после", 0),
        ("Р.: Глава & Ко", 3), ("а  б\nв", 0), ("раз", 0), ("два", 0),
    ]  # fmt: skip


def test_tables() -> None:
    page = (
        "<table><tr><th>И.</th><td>Кто?<table><tr><td>х</td><td>у</td></tr></table></td></tr>"
        "<tbody><tr><td>Р.</td><td><p>Я.</p><p>Один.</p></td></tr><tr><td>00:12</td><td>И.</td><td>Да?</td></tr></tbody></table>"
    )
    assert [(b.speaker, b.text) for b in read(page).blocks] == [
        ("И.", "Кто?"), ("х", "у"), ("Р.", "Я."), (None, "Один."), ("И.", "[00:12] Да?"),
    ]  # fmt: skip


def test_anchors_of_noscribe() -> None:
    page = (
        '<html><body><p>Transcribed</p><p><a name="ts_0_2560_S00">S00: Кто у вас</a><a name="ts_2560_5000_S00"> решает?</a></p>'
        '<p><a name="ts_5100_7000_S01">S01: Глава.</a></p><p><a name="ts_7000_8000_S01">И только.</a></p>'
        '<p><a name="ts_8100_9000_S00">S00: Да?</a></p></body></html>'
    )
    found = recognise(read(page))
    assert [(t.speaker, t.start_ms, t.end_ms, found.body[t.start : t.end]) for t in found.turns] == [
        ("", None, None, "Transcribed"),
        ("S00", 0, 5000, "Кто у вас решает?"),
        ("S01", 5100, 8000, "Глава. И только."),
        ("S00", 8100, 9000, "Да?"),
    ]


def test_names_that_were_put_in_by_hand_win_over_those_of_the_anchors() -> None:
    page = "".join(
        f'<p><a name="ts_{n}000_{n}900_S0{n % 2}">{["Анна", "Пётр"][n % 2]}: Слово {n}{"?" if n % 2 == 0 else "."}</a></p>'
        for n in range(4)
    )
    found = recognise(read(page))
    assert found.speakers == (("Анна", 2, "question"), ("Пётр", 2, "answer"))
    assert [(t.start_ms, t.end_ms) for t in found.turns][:2] == [(0, 900), (1000, 1900)]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r", "utf-16"])
def test_encodings(encoding: str) -> None:
    page = f'<html><head><meta charset="{encoding}"></head><body><p>И.: Кто решает?</p></body></html>'
    assert [b.text for b in read(page.encode(encoding)).blocks] == ["И.: Кто решает?"]
    undeclared = "<html><body><p>И.: Кто решает у вас в городе такие вопросы?</p></body></html>"
    assert [b.text for b in read(undeclared.encode(encoding)).blocks] == [
        "И.: Кто решает у вас в городе такие вопросы?"
    ]
    wrong = page.replace(encoding, "no-such-thing").encode("utf-8")
    assert [b.text for b in read(wrong).blocks] == ["И.: Кто решает?"]


def test_files_that_cannot_be_used() -> None:
    for content, words in (
        (b"", "is empty"),
        (b"<html><script>x</script></html>", "contains no text"),
        (b"\x00\x01" * 500, "binary"),
    ):
        with pytest.raises(InputProblem, match=words):
            html.read(content, "дело.html")


def test_deep_nesting_is_read_or_refused() -> None:
    assert [b.text for b in read("<div>" * 200 + "да" + "</div>" * 200).blocks] == ["да"]
    try:
        assert [b.text for b in read("<div>" * 5000 + "да").blocks] == ["да"]
    except InputProblem as problem:
        assert "nested more deeply" in str(problem) or "no text" in str(problem) or "cannot" in str(problem)


def test_what_it_recognises() -> None:
    assert html.recognises is not None
    assert html.recognises(b"\xef\xbb\xbf <!-- x --><!DOCTYPE HTML PUBLIC>", "a")
    assert html.recognises(b"<html lang='ru'>", "a")
    assert not html.recognises("И.: <html>".encode(), "a")
    assert read("<p>только кусок").blocks == (Block("только кусок"),)
