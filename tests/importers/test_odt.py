"""OpenDocument texts."""

from __future__ import annotations

import pytest

from tests.importers._word import archive
from veche.importers.odt import odt
from veche.study import InputProblem
from veche.text.transcripts import Block, Draft, recognise

SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in {
        "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing",
        "fo": "xsl-fo-compatible",
    }.items()
)  # fmt: skip
STYLES = (
    '<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="BB" style:family="text" style:parent-style-name="B"/>'
    '<style:style style:name="N" style:family="text"><style:text-properties fo:font-weight="normal"/></style:style>'
    '<style:style style:name="V" style:family="text"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="P" style:family="paragraph"><style:text-properties fo:font-weight="700"/></style:style>'
    '<text:list-style style:name="L"><text:list-level-style-bullet text:level="1" text:bullet-char="–"/>'
    '<text:list-level-style-bullet text:level="2" text:bullet-char="•"/></text:list-style>'
)


def packed(body: str, manifest: str = "") -> bytes:
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{STYLES}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    parts = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    return archive(parts | ({"META-INF/manifest.xml": manifest} if manifest else {}))


def read(body: str) -> Draft:
    found: Draft = odt.read(packed(body), "a.odt")
    return found


def texts(body: str) -> list[str]:
    return [block.text for block in read(body).blocks]


def messages(draft: Draft) -> str:
    return " ".join(n.template.format(**dict(n.fields)) for n in draft.notices)


def test_white_space_is_as_the_format_says() -> None:
    body = (
        "<text:p>\n   а \n б<text:s/><text:s text:c='3'/>в <text:span> г</text:span><text:tab/>д<text:line-break/> е </text:p>"
        "<text:h>заголовок</text:h><text:p/>"
    )
    assert texts(body) == ["а б    в г\tд\nе ", "заголовок"]


def test_bold_beginnings() -> None:
    body = (
        '<text:p><text:span text:style-name="B">Анна:</text:span> кто</text:p>'
        '<text:p><text:span text:style-name="BB">А<text:span text:style-name="N">нна</text:span></text:span></text:p>'
        '<text:p text:style-name="P">весь<text:span text:style-name="N"> нет</text:span></text:p>'
    )
    assert [block.bold for block in read(body).blocks] == [5, 1, 4]


def test_tables_lists_and_boxes() -> None:
    def cell(text: str) -> str:
        return f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"

    body = (
        "<table:table><table:table-header-rows><table:table-row>" + cell("И.") + cell("Кто?")
        + "</table:table-row></table:table-header-rows><table:table-row>" + cell("Р.") + cell("Я.") + "</table:table-row>"
        + "<table:table-row><table:covered-table-cell/>" + cell("и он") + "</table:table-row></table:table>"
        '<text:list text:style-name="L"><text:list-item><text:p>Где?</text:p><text:p>А?</text:p><text:list><text:list-item>'
        "<text:p>внутри</text:p></text:list-item></text:list></text:list-item></text:list>"
        "<text:section><text:p>до<draw:frame><draw:text-box><text:p>рамка</text:p></draw:text-box></draw:frame> после</text:p></text:section>"
    )  # fmt: skip
    assert [(block.speaker, block.text) for block in read(body).blocks] == [
        ("И.", "Кто?"), ("Р.", "Я."), (None, "и он"), (None, "— Где?"), (None, "А?"), (None, "внутри"),
        (None, "до после"), (None, "рамка"),
    ]  # fmt: skip


def region(change: str, kind: str, inside: str = "") -> str:
    return f'<text:changed-region text:id="{change}"><text:{kind}>{inside}</text:{kind}></text:changed-region>'


def test_tracked_changes_kept_aside_or_in_place() -> None:
    body = (
        "<text:tracked-changes>" + region("1", "insertion") + region("2", "deletion", "<text:p>прочь</text:p>") + region("3", "deletion")
        + '</text:tracked-changes><text:p>а<text:change-start text:change-id="1"/>б<text:change-end text:change-id="1"/>'
        '<text:change text:change-id="2"/>в</text:p><text:p>И.: начало<text:change-start text:change-id="3"/> прочь <text:s/></text:p>'
        '<text:p>и это<text:change-end text:change-id="3"/> и конец</text:p>'
    )  # fmt: skip
    draft = read(body)
    assert [block.text for block in draft.blocks] == ["абв", "И.: начало и конец"]
    assert "insertions kept: 1, deletions left out: 2" in messages(draft)


def test_a_deletion_without_an_end_swallows_nothing() -> None:
    changes = "<text:tracked-changes>" + region("3", "deletion") + "</text:tracked-changes>"
    assert texts(changes + '<text:p>а<text:change-start text:change-id="3"/>б</text:p><text:p>в</text:p>') == [
        "аб",
        "в",
    ]


def test_notes_comments_and_hidden_text() -> None:
    body = (
        "<text:p>Р.: завод<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Комбинат.</text:p>"
        "<text:p>Старый.</text:p></text:note-body></text:note> стоит<office:annotation><text:p>проверить</text:p></office:annotation>"
        '<text:span text:style-name="V">тайно</text:span>.</text:p>'
    )
    draft = read(body)
    assert draft.blocks == (Block("Р.: завод[1] стоит."), Block("[1] Комбинат.\nСтарый.", aside=True))
    assert "left out: 1" in messages(draft)
    assert "left out: 5 characters" in messages(draft)
    assert recognise(draft).body == "Р.: завод[1] стоит.\n[1] Комбинат.\nСтарый."


def test_a_flat_file_and_what_is_recognised() -> None:
    inside = "<office:body><office:text><text:p>да</text:p></office:text></office:body>"
    flat = f'<?xml version="1.0"?><office:document {SPACES}>{inside}</office:document>'.encode()
    assert odt.read(flat, "a.fodt").blocks == (Block("да"),)
    assert odt.recognises is not None
    assert odt.recognises(flat, "a.xml")
    assert odt.recognises(packed("<text:p/>"), "a.zip")
    assert not odt.recognises(archive({"mimetype": "application/epub+zip"}), "a.odt")
    assert not odt.recognises(b"PK\x03\x04", "a.odt")


def refused(content: bytes) -> str:
    with pytest.raises(InputProblem) as problem:
        odt.read(content, "дело.odt")
    assert "дело.odt" in str(problem.value)
    return str(problem.value)


def test_files_that_cannot_be_used() -> None:
    assert "is empty" in refused(b"")
    assert "protected by a password" in refused(packed("<text:p>x</text:p>", "<m><encryption-data/></m>"))
    assert "damaged or was cut off" in refused(packed("<text:p>да</text:p>")[:-40])
    assert "not an OpenDocument text" in refused(archive({"content.xml": f"<office:document-content {SPACES}/>"}))
    assert "contains no text" in refused(packed("<text:p> </text:p>"))
    assert "cannot be read" in refused(archive({"content.xml": "<a>"}))
    assert "document type or entities" in refused(archive({"content.xml": "<!DOCTYPE a><a/>"}))
    assert "cannot be read" in refused(packed("<text:section>" * 300 + "<text:p>да</text:p>" + "</text:section>" * 300))
    assert texts("<text:span>" * 3 + "<text:p>да</text:p>" + "</text:span>" * 3) == ["да"]
    assert texts("<text:p>" + "<text:span>" * 240 + "да" + "</text:span>" * 240 + "</text:p>") == ["да"]
