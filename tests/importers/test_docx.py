"""Word documents."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.importers._word import HEAD, NUMBERING, W, archive, b, document, hard, p, r, table
from veche.importers.docx import docx
from veche.study import InputProblem
from veche.text.transcripts import Block, Draft, recognise

CHANGE = 'w:id="1" w:author="К" w:date="2014-05-01T10:00:00Z"'


def read(body: str, **parts: str) -> Draft:
    found: Draft = docx.read(document(body, **parts), "a.docx")
    return found


def texts(body: str, **parts: str) -> list[str]:
    return [block.text for block in read(body, **parts).blocks]


def messages(draft: Draft) -> str:
    return " ".join(n.template.format(**dict(n.fields)) for n in draft.notices)


def test_a_document_with_everything() -> None:
    draft = docx.read(hard(), "hard.docx")
    transcript = recognise(draft)
    assert [(t.kind, t.speaker, transcript.body[t.start : t.end]) for t in transcript.turns] == [
        ("other", "", "Интервью № 3, Рудовец"),
        ("question", "Интервьюер", "Расскажите, кто решает?"),
        ("answer", "Респондент", "Ну, 5\u00a0лет назад решал за\u0301вод\u2011гигант[1], ёлки.\nВторая строка"),
        ("other", "", "[1] Комбинат в Рудовце."),
        ("question", "Интервьюер", "А депутаты?"),
        ("answer", "Респондент", "Депутаты всегда молчат.\nпервое дело\nвторое дело"),
        ("question", "Интервьюер", "Что было потом?"),
        ("answer", "Респондент", "Потом завод\nуехал."),
        ("question", "Интервьюер", "Спасибо?"),
    ]
    assert transcript.speakers == (("Интервьюер", 4, "question"), ("Респондент", 3, "answer"))
    assert "insertions kept: 1, deletions left out: 1" in messages(draft)
    assert "Архив" not in transcript.body


def test_bold_beginnings() -> None:
    draft = read(
        p(b("Анна:"), " кто?") + p(b("Ан"), b("на"), " ", b("Петровна"), " кто?") + p("кто ", b("там")) + p(b("Всё жирно?"))
        + p(r("Нет", '<w:b w:val="0"/>'), b("да")) + p(r("стиль", '<w:rStyle w:val="Strong"/>'), " нет")
        + p("заголовок", properties='<w:pStyle w:val="H1"/>'),
        styles=f'<w:styles {W}><w:style w:type="character" w:styleId="Base"><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Strong"><w:basedOn w:val="Base"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="H1"><w:rPr><w:b w:val="true"/></w:rPr></w:style></w:styles>',
    )  # fmt: skip
    assert [block.bold for block in draft.blocks] == [5, 13, 0, 10, 0, 5, 9]


def test_what_stands_inside_other_things_is_kept() -> None:
    body = (
        p("<w:smartTag w:element='place'>" + r("Руд") + r("овец") + "</w:smartTag>", '<w:hyperlink r:id="x">' + r(" там") + "</w:hyperlink>")
        + f"<w:sdt><w:sdtPr/><w:sdtContent>{p('в поле')}</w:sdtContent></w:sdt>"
        + p("<w:sdt><w:sdtContent>" + r("и внутри") + "</w:sdtContent></w:sdt>", '<w:fldSimple w:instr=" PAGE ">' + r(" 7") + "</w:fldSimple>")
        + f"<w:customXml>{p('раз')}</w:customXml>"
        + p('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "x" </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>', "ссылка", '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
        + p('<w:r><w:ruby><w:rt><w:r><w:t>верх</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>низ</w:t></w:r></w:rubyBase></w:ruby></w:r>')
        + p("<w:r><w:t>а</w:t><w:tab/><w:t>б</w:t><w:noBreakHyphen/><w:t>в</w:t><w:softHyphen/><w:t>г</w:t><w:cr/><w:t>д</w:t></w:r>")
        + p('<w:r><w:sym w:font="X" w:char="2014"/><w:sym w:font="Wingdings" w:char="F0E0"/><w:sym w:char="zz"/></w:r>')
    )  # fmt: skip
    assert texts(body) == ["Рудовец там", "в поле", "и внутри 7", "раз", "ссылка", "низ", "а\tб\u2011вг\nд", "—□"]


def test_text_boxes_are_read_once_and_come_after_their_paragraph() -> None:
    box = f"<w:txbxContent>{p('в рамке')}</w:txbxContent>"
    alternate = (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(p("до ", alternate, "после") + p("дальше")) == ["до после", "в рамке", "дальше"]


def test_tracked_changes() -> None:
    body = (
        p("а", f'<w:ins {CHANGE}>{r("б")}<w:del {CHANGE}><w:r><w:delText>в</w:delText></w:r></w:del></w:ins>',
          f'<w:moveFrom {CHANGE}>{r("г")}</w:moveFrom>', f'<w:moveTo {CHANGE}>{r("д")}</w:moveTo>')
        + p("И.: начало", properties=f"<w:rPr><w:del {CHANGE}/></w:rPr>") + p(" и конец")
        + "<w:tbl><w:tr><w:trPr><w:del w:id='3'/></w:trPr><w:tc>" + p("прочь") + "</w:tc></w:tr></w:tbl>"
    )  # fmt: skip
    draft = read(body)
    assert [block.text for block in draft.blocks] == ["абд", "И.: начало и конец"]
    assert "insertions kept: 2, deletions left out: 4" in messages(draft)


def test_a_deleted_mark_before_a_table_or_at_the_end_loses_nothing() -> None:
    mark = f"<w:rPr><w:del {CHANGE}/></w:rPr>"
    body = p("перед", properties=mark) + table((p("в"),)) + p("последний", properties=mark)
    assert texts(body) == ["перед", "в", "последний"]


def test_rows_of_tables() -> None:
    body = (
        table((p("И."), p("Кто?")), (p("Р."), p("Я.") + p("Один.")), (p(""), p("И всё.")), (p("Итог"), p("")))
        + table((p("00:00:12"), p("И."), p("Так?")), (p("1"), p("а"), p("б")))
        + table((p("x" * 61), p("длинно")), (p("а") + p("б"), p("в")))
        + table((table((p("Р."), p("внутри"))) + p("хвост"),))
    )
    assert [(block.speaker, block.text) for block in read(body).blocks] == [
        ("И.", "Кто?"), ("Р.", "Я."), (None, "Один."), (None, "И всё."), (None, "Итог"),
        ("И.", "[00:00:12] Так?"), (None, "1\tа\tб"), (None, "x" * 61 + "\tдлинно"),
        (None, "а"), (None, "б"), (None, "в"), ("Р.", "внутри"), (None, "хвост"),
    ]  # fmt: skip


def test_hidden_text_and_comments_are_left_out_with_notices() -> None:
    comments = f'<w:comments {W}><w:comment w:id="0">{p("проверить")}</w:comment></w:comments>'
    draft = read(p("видно", r("скрыто", "<w:vanish/>"), '<w:r><w:commentReference w:id="0"/></w:r>'), comments=comments)
    assert [block.text for block in draft.blocks] == ["видно"]
    assert "Hidden text in a.docx was left out: 6 characters" in messages(draft)
    assert "Comments in a.docx are not part of the transcript and were left out: 1" in messages(draft)


def test_dashes_of_lists_begin_turns_and_numbers_are_decoration() -> None:
    dash, number = (f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{n}"/></w:numPr>' for n in (1, 2))
    body = p("Кто?", properties=dash) + p("Глава.", properties=dash) + p("пункт", properties=number)
    draft = read(body, numbering=NUMBERING)
    assert [block.text for block in draft.blocks] == ["— Кто?", "— Глава.", "пункт"]
    assert recognise(draft).convention == "dashes"


def test_other_prefixes_strict_spaces_and_another_place_of_the_main_part() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    relations = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"
    content = archive({
        "[Content_Types].xml": "<Types>wordprocessingml</Types>",
        "_rels/.rels": f'{HEAD}<R xmlns="x"><Relationship Type="{relations}" Target="/docs/main.xml"/></R>',
        "docs/main.xml": f'<z:document xmlns:a="b" xmlns:z="{strict}"><z:body><z:p><z:r><z:rPr><z:b z:val="on"/></z:rPr>'
        "<z:t>И.:</z:t></z:r><z:r><z:t> Кто?</z:t></z:r></z:p></z:body></z:document>",
    })  # fmt: skip
    assert docx.read(content, "a.docx").blocks == (Block("И.: Кто?", bold=3),)


def refused(content: bytes) -> str:
    with pytest.raises(InputProblem) as problem:
        docx.read(content, "дело.docx")
    assert "дело.docx" in str(problem.value)
    assert "\n" not in str(problem.value)
    return str(problem.value)


def test_files_that_cannot_be_used() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert "is empty" in refused(b"")
    assert "protected by a password" in refused(ole + "EncryptedPackage".encode("utf-16-le"))
    assert "old kind (.doc)" in refused(ole + "WordDocument".encode("utf-16-le"))
    assert "old binary Office file" in refused(ole)
    assert "damaged or was cut off" in refused(b"just text")
    assert "damaged or was cut off" in refused(hard()[:-100])
    assert "not a Word document" in refused(archive({"a.txt": "да"}))
    assert "contains no text" in refused(document(p("")))
    broken = document(p("да")).replace(b"PK\x03\x04", b"PK\x03\x05", 4)
    assert "damaged or was cut off" in refused(broken)
    assert "cannot be read" in refused(archive({"word/document.xml": "<w:document"}))


def test_archives_that_unpack_to_far_too_much() -> None:
    assert "would unpack to far more" in refused(archive({"word/document.xml": b"a" * 30_000_000}))
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as packed:
        for n in range(10_001):
            packed.writestr(f"{n}", b"")
    assert "would unpack to far more" in refused(many.getvalue())
    lying = bytearray(archive({"word/document.xml": "<a/>"}))
    where = lying.index(b"PK\x01\x02") + 24
    lying[where : where + 4] = (3_000_000_000).to_bytes(4, "little")
    assert "would unpack to far more" in refused(bytes(lying))


def test_entities_and_document_types_are_refused_in_any_encoding() -> None:
    entity = '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document {}><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>'
    for encoding in ("utf-8", "utf-16"):
        data = f'<?xml version="1.0" encoding="{encoding}"?>{entity.format(W)}'.encode(encoding)
        assert "document type or entities" in refused(archive({"word/document.xml": data}))


def test_a_password_on_the_archive_itself() -> None:
    content = bytearray(archive({"word/document.xml": "<a/>"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "protected by a password" in refused(bytes(content))


def test_deep_nesting() -> None:
    for depth in (200, 5000):
        body = "<w:sdt>" * depth + p("на дне") + "</w:sdt>" * depth
        if depth == 200:
            assert texts(body) == ["на дне"]
        else:
            assert "cannot be read" in refused(document(body))
    smart = "<w:smartTag>" * 230 + r("да") + "</w:smartTag>" * 230
    assert texts(p(smart)) == ["да"]


def test_what_it_recognises() -> None:
    assert docx.recognises is not None
    assert docx.recognises(hard(), "a.txt")
    assert not docx.recognises(archive({"[Content_Types].xml": "spreadsheetml"}), "a.docx")
    assert not docx.recognises(b"PK\x03\x04 damaged", "a.docx")
    assert not docx.recognises(b"text", "a.docx")
