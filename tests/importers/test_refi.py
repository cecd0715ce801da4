"""Projects and codebooks as other programs write them: what each element becomes, and what is told as lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.importers._refi import (
    ANNA,
    BORIS,
    PEOPLE,
    SOURCE,
    TALK,
    TAX,
    at,
    coding,
    guid,
    pack,
    project,
    selection,
    source,
)
from veche.importers.foreign import Asked, ForeignStudy
from veche.importers.refi import refi
from veche.study import Attribute, Code, Coder, Coding, Document, Memo, Respondent, StudyInfo
from veche.study.carried import UNCODED


def read(path: Path, **asked: Any) -> ForeignStudy:
    return refi.read(path, Asked(**asked))


def of(found: ForeignStudy, kind: type[Any]) -> list[Any]:
    return [one for one in found.records if isinstance(one, kind)]


def told(found: ForeignStudy) -> list[str]:
    return [" | ".join(one.said()) for one in found.losses]


def test_a_plain_project(tmp_path: Path) -> None:
    marks = selection(1, "Налоги уходят наверх", coding(1, TAX)) + selection(2, "Людей нет", coding(2, PEOPLE, BORIS))
    found = read(pack(tmp_path / "a.qdpx", project(source(marks), after="<Description>о чём</Description>")))
    assert found.program == "Other 1" and told(found) == []
    (info,), (document,) = of(found, StudyInfo), of(found, Document)
    assert (info.name, info.note, info.language) == ("Проект", "о чём", "ru")
    assert (document.id, document.name, document.format) == (SOURCE, "Беседа 1", "txt")
    folder, tax, people = of(found, Code)
    assert [(c.key, c.kind, c.parent_id, c.position) for c in (folder, tax, people)] == [
        ("Проблемы", "group", None, 0), ("Налоги", "other", folder.id, 1), ("Люди", "other", None, 2),
    ]  # fmt: skip
    assert (tax.label_ru, tax.definition_ru, tax.color) == ("Налоги", "о налогах", "#aa0000")
    assert [(c.id, c.key, c.name) for c in of(found, Coder)] == [(ANNA, "anna", "anna"), (BORIS, "boris", "boris")]
    first, second = of(found, Coding)
    assert (first.id, first.code_id, first.coder_id, (first.start, first.end)) == (
        guid(55, 1),
        TAX,
        ANNA,
        at("Налоги уходят наверх"),
    )
    assert first.made == dt.datetime(2024, 5, 1, 7)
    assert second.coder_id == BORIS
    assert found.quotes() == [
        ("Беседа 1", "Налоги", "anna", "Налоги уходят наверх"),
        ("Беседа 1", "Люди", "boris", "Людей нет"),
    ]
    turns = found.texts[0].turns
    assert [(TALK[t.start : t.end], t.kind) for t in turns][:2] == [
        ("Что в городе главное?", "question"), ("Налоги уходят наверх. Людей нет.", "answer"),
    ]  # fmt: skip


def test_the_language_of_a_text_is_that_of_its_letters(tmp_path: Path) -> None:
    texts = {"sources/t.txt": TALK, "sources/e.txt": "Q: Who decides?\nA: The head."}
    other = f'<TextSource guid="{guid(30, 1)}" name="E" plainTextPath="internal://e.txt"/>'
    found = read(pack(tmp_path / "a.qdpx", project(source() + other), texts))
    assert [one.language for one in found.texts] == ["ru", "en"]


def test_labels_in_the_language_asked_for(tmp_path: Path) -> None:
    tax = next(one for one in of(read(pack(tmp_path / "a.qdpx", project()), language="en"), Code) if one.id == TAX)
    assert (tax.label_en, tax.label_ru, tax.definition_en) == ("Налоги", "", "о налогах")


@pytest.mark.parametrize("written", ["{%s}", "%s"])
def test_identifiers_are_one_in_any_spelling(tmp_path: Path, written: str) -> None:
    marks = selection(1, "Людей нет", coding(1, written % TAX.upper(), written % ANNA.upper()))
    found = read(pack(tmp_path / "a.qdpx", project(source(marks))))
    assert told(found) == [] and of(found, Coding)[0].code_id == TAX


def test_codes_of_one_name_get_keys_of_their_own(tmp_path: Path) -> None:
    codes = "".join(
        f'<Code guid="{guid(7, n)}" name="{name}" isCodable="true"/>' for n, name in enumerate(("A", "A", "", " A "))
    )
    found = read(pack(tmp_path / "a.qdpx", project(codes=f"<CodeBook><Codes>{codes}</Codes></CodeBook>")))
    assert [(c.key, c.label_ru) for c in of(found, Code)] == [
        ("A", "A"),
        ("A (2)", "A"),
        ("code 3", ""),
        ("A (3)", " A "),
    ]


def test_a_quotation_without_a_code_is_kept_with_its_comment(tmp_path: Path) -> None:
    marks = selection(1, "Людей нет", "<Description>важно</Description>")
    found = read(pack(tmp_path / "a.qdpx", project(source(marks))))
    (quotation,) = of(found, Coding)
    assert (quotation.id, quotation.code_id, quotation.coder_id) == (guid(44, 1), UNCODED, of(found, Coder)[-1].id)
    (memo,) = of(found, Memo)
    assert (memo.text, memo.target_id) == ("важно", quotation.id)
    assert told(found) == []


def test_names_that_people_gave_to_quotations_are_kept(tmp_path: Path) -> None:
    marks = selection(1, "Людей нет", coding(1, TAX), name="кадры")
    marks += selection(2, "Завод стоит", "<Description>см. выше</Description>" + coding(2, TAX), name="промзона")
    marks += selection(3, "Налоги", coding(3, TAX), name="line:7")
    memos = of(read(pack(tmp_path / "a.qdpx", project(source(marks)))), Memo)
    assert [(one.title, one.text) for one in memos] == [("", "кадры"), ("промзона", "см. выше")]


def test_notes_are_memos_on_what_refers_to_them(tmp_path: Path) -> None:
    note = f'<NoteRef targetGUID="{guid(66, 1)}"/>'
    marks = selection(1, "Людей нет", coding(1, TAX, inside=note) + note)
    notes = f'<Notes><Note guid="{guid(66, 1)}" name="Мысль" creatingUser="{BORIS}"><PlainTextContent>два  пробела</PlainTextContent></Note>'
    notes += f'<Note guid="{guid(66, 2)}"><PlainTextContent>сама по себе</PlainTextContent></Note></Notes>'
    found = read(pack(tmp_path / "a.qdpx", project(source(marks + note), after=notes)))
    first, second, alone = of(found, Memo)
    assert {first.target_id, second.target_id} == {guid(55, 1), SOURCE}
    assert (first.id, first.title, first.text, first.coder_id) == (guid(66, 1), "Мысль", "два  пробела", BORIS)
    assert second.id != first.id and second.text == first.text
    assert alone.target_id == of(found, StudyInfo)[0].id
    assert told(found) == []


def test_a_linked_note_is_attached_other_links_are_told(tmp_path: Path) -> None:
    notes = f'<Notes><Note guid="{guid(66, 1)}"><PlainTextContent>к цитате</PlainTextContent></Note></Notes>'
    links = (
        f'<Links><Link guid="{guid(77, 1)}" name="Memo" direction="OneWay" originGUID="{guid(66, 1)}" targetGUID="{guid(44, 1)}"/>'
        f'<Link guid="{guid(77, 2)}" name="спор" originGUID="{TAX}" targetGUID="{PEOPLE}"/></Links>'
    )
    found = read(
        pack(tmp_path / "a.qdpx", project(source(selection(1, "Людей нет", coding(1, TAX))), after=notes + links))
    )
    assert of(found, Memo)[0].target_id == guid(55, 1)
    assert told(found)[1] == "link | спор |  | links between Налоги and Люди have no place here"


def test_cases_values_and_sets(tmp_path: Path) -> None:
    names = "".join(f'<Variable guid="{guid(88, n)}" name="{name}" typeOfVariable="{kind}"/>'
                    for n, (name, kind) in enumerate((("Волна", "Integer"), ("Город", "Text"))))  # fmt: skip

    def value(number: int, inside: str) -> str:
        return f'<VariableValue><VariableRef targetGUID="{guid(88, number)}"/>{inside}</VariableValue>'

    cases = (
        f'<Cases><Case guid="{guid(99, 1)}" name="Глава Н."><Description>с 2012</Description>{value(1, "<TextValue>Н.</TextValue>")}'
        f'<SourceRef targetGUID="{SOURCE}"/></Case>'
        f'<Case guid="{guid(99, 2)}">{value(0, "<IntegerValue>1</IntegerValue>")}{value(1, "")}<SourceRef targetGUID="{SOURCE}"/></Case></Cases>'
    )
    sets = f'<Sets><Set guid="{guid(98, 1)}" name="gender: male"><MemberSource targetGUID="{SOURCE}"/></Set></Sets>'
    found = read(
        pack(tmp_path / "a.qdpx", project(source(), before=f"<Variables>{names}</Variables>{cases}", after=sets))
    )
    (person,) = of(found, Respondent)
    assert (person.id, person.key, person.note) == (guid(99, 1), "Глава Н.", "с 2012")
    assert {(one.target_id, one.name, one.value) for one in of(found, Attribute)} == {
        (person.id, "Город", "Н."), (SOURCE, "случай", "Глава Н."), (SOURCE, "Волна", "1"), (SOURCE, "Город", ""), (SOURCE, "gender", "male"),
    }  # fmt: skip
    assert told(found) == [
        "variable | Волна |  | values are kept as they are written; that they are of the type Integer is not"
    ]


def test_words_coded_with_a_case_keep_it_as_a_code(tmp_path: Path) -> None:
    cases = f'<Cases><Case guid="{guid(99, 1)}" name="Глава"><SourceRef targetGUID="{SOURCE}"/></Case></Cases>'
    found = read(
        pack(tmp_path / "a.qdpx", project(source(selection(1, "Людей нет", coding(1, guid(99, 1)))), before=cases))
    )
    assert found.quotes() == [("Беседа 1", "Глава", "anna", "Людей нет")]
    assert [one.key for one in of(found, Respondent)] == ["Глава"] and told(found) == []


def test_a_pdf_area_and_its_words_are_one_quotation(tmp_path: Path) -> None:
    start, end = at("Людей нет")
    area = f'<PDFSelection guid="{guid(44, 1)}" page="0" firstX="0" firstY="0" secondX="1" secondY="1">{coding(8, TAX)}{coding(9, PEOPLE)}</PDFSelection>'
    other = f'<PDFSelection guid="{guid(44, 2)}" name="схема" page="0" firstX="0" firstY="0" secondX="1" secondY="1">{coding(7, TAX)}</PDFSelection>'
    words = (
        f'<Representation guid="{guid(31, 1)}" plainTextPath="internal://t.txt"><PlainTextSelection guid="{guid(44, 1)}" startPosition="{start}" '
        f'endPosition="{end}">{coding(1, TAX)}</PlainTextSelection></Representation>'
    )
    pdf = f'<PDFSource guid="{SOURCE}" name="Статья" path="internal://d.pdf">{area}{other}{words}</PDFSource>'
    found = read(pack(tmp_path / "a.qdpx", project(pdf), {"sources/t.txt": TALK, "sources/d.pdf": b"%PDF"}))
    assert found.quotes() == [("Статья", "Налоги", "anna", "Людей нет"), ("Статья", "Люди", "anna", "Людей нет")]
    (document,) = of(found, Document)
    assert (document.format, document.file_name) == ("pdf", "Статья.pdf") and found.files[0].content == b"%PDF"
    assert [line.split(" | ")[:3] for line in told(found)] == [
        ["quotation", "схема", "Статья"],
        ["coding", "Налоги · схема", "Статья"],
    ]


def test_a_transcript_with_its_times(tmp_path: Path) -> None:
    first, last = at("Налоги уходят наверх")
    points = "".join(f'<SyncPoint guid="{guid(32, n)}" timeStamp="{time}" position="{place}"/>'
                     for n, (time, place) in enumerate(((0, 0), (5000, first), (9000, last))))  # fmt: skip
    mark = f'<TranscriptSelection guid="{guid(44, 1)}" fromSyncPoint="{guid(32, 1)}" toSyncPoint="{guid(32, 2)}">{coding(1, TAX)}</TranscriptSelection>'
    sound = (
        f'<AudioSource guid="{SOURCE}" name="запись.m4a" path="relative:///a.m4a"><Transcript guid="{guid(31, 1)}" plainTextPath="internal://t.txt">'
        f'{points}{mark}</Transcript><AudioSelection guid="{guid(44, 2)}" begin="1" end="2">{coding(2, TAX)}</AudioSelection></AudioSource>'
    )
    found = read(pack(tmp_path / "a.qdpx", project(sound)))
    assert found.quotes() == [("запись.m4a", "Налоги", "anna", "Налоги уходят наверх")]
    assert [(t.start_ms, t.end_ms) for t in found.texts[0].turns] == [(0, 5000), (5000, 9000), (9000, None)]
    assert any(line.startswith("coding | Налоги") for line in told(found))


def test_a_note_with_coded_words_is_a_document_too(tmp_path: Path) -> None:
    mark = f'<PlainTextSelection guid="{guid(44, 1)}" startPosition="0" endPosition="7">{coding(1, TAX)}</PlainTextSelection>'
    notes = f'<Notes><Note guid="{guid(66, 1)}" name="Дневник"><PlainTextContent>Запись о поездке</PlainTextContent>{mark}</Note></Notes>'
    found = read(pack(tmp_path / "a.qdpx", project(after=notes)))
    assert found.quotes() == [("Дневник", "Налоги", "anna", "Запись ")]
    assert [one.text for one in of(found, Memo)] == ["Запись о поездке"]


def test_documents_keep_codes_that_stand_on_the_whole(tmp_path: Path) -> None:
    found = read(pack(tmp_path / "a.qdpx", project(source(coding(1, TAX)))))
    assert found.quotes() == [("Беседа 1", "Налоги", "anna", TALK)]
    assert told(found) == [
        "coding | Налоги | Беседа 1 | it stands on the document as a whole: it was put on all its words"
    ]


def test_the_line_ends_and_marks_of_a_file_go_positions_stay(tmp_path: Path) -> None:
    stored = "\ufeff" + TALK.replace("\n", "\r\n")
    shift = {words: TALK[: at(words)[0]].count("\n") for words in ("Людей нет", "Завод стоит.")}
    marks = "".join(
        f'<PlainTextSelection guid="{guid(44, n)}" name="{words}" startPosition="{at(words)[0] + moved}" endPosition="{at(words)[1] + moved}">'
        f"{coding(n, TAX)}</PlainTextSelection>"
        for n, (words, moved) in enumerate(shift.items())
    )
    found = read(pack(tmp_path / "a.qdpx", project(source(marks)), {"sources/t.txt": stored.encode("utf-8")}))
    assert found.texts[0].body == TALK
    assert [quote[3] for quote in found.quotes()] == list(shift)
    (reading,) = found.readings
    assert (reading.taken.name, reading.certainty, reading.asks) == ("points-crlf2-nobom-exclusive", 1.0, False)
    told_so = read(tmp_path / "a.qdpx", reading="points-crlf1-nobom-exclusive")
    assert [quote[3] for quote in told_so.quotes()] != list(shift)


def test_one_text_may_be_counted_otherwise_than_the_others(tmp_path: Path) -> None:
    """A project of many hands: three texts with LF positions, one whose positions count CRLF as two."""
    crlf = TALK.replace("\n", "\r\n")
    texts, sources = {}, ""
    for n in range(4):
        moved = 3 if n == 3 else 0
        start, end = at("Завод стоит")
        words = (
            selection(n, "Завод стоит")
            .replace(f'"{start}"', f'"{start + moved}"')
            .replace(f'"{end}"', f'"{end + moved}"')
        )
        sources += (
            f'<TextSource guid="{guid(30, n)}" name="{n}" plainTextPath="internal://{n}.txt">{words}</TextSource>'
        )
        texts[f"sources/{n}.txt"] = crlf.encode()
    found = read(pack(tmp_path / "a.qdpx", project(sources), texts))
    assert [quote[3] for quote in found.quotes()] == ["Завод стоит"] * 4
    assert [(one.scope, one.taken.name) for one in found.readings] == [
        ("", "points-crlf1-nobom-exclusive"), ("3", "points-crlf2-nobom-exclusive"),
    ]  # fmt: skip


def test_a_codebook(tmp_path: Path) -> None:
    inside = project().partition("<CodeBook>")[2].partition("</CodeBook>")[0]
    sets = f'<Sets><Set guid="{guid(98, 1)}" name="группа"><MemberCode guid="{TAX}"/></Set></Sets>'
    path = tmp_path / "codes.qdc"
    path.write_text(
        f'\ufeff<?xml version="1.0"?><CodeBook xmlns="urn:QDA-XML:codebook:0:4" origin="X">{inside}{sets}</CodeBook>',
        encoding="utf-8",
    )
    found = read(path)
    assert [one.key for one in of(found, Code)] == ["Проблемы", "Налоги", "Люди"]
    lines = told(found)
    assert lines[0].endswith("draft of the standard (urn:QDA-XML:codebook:0:4): what could be understood was read")
    assert lines[1] == "set | группа | Налоги | Налоги cannot belong to a set here"


def test_large_media_beside_the_texts_are_left_where_they_are(tmp_path: Path) -> None:
    import random

    noise = random.Random(1).randbytes(6_000_000)
    files = {"sources/t.txt": TALK, "sources/a.mp3": noise, "sources/silence.wav": bytes(12_000_000)}
    sound = '<AudioSource guid="33333333-0000-0000-0000-000000000009" name="запись" path="internal://a.mp3"/>'
    found = read(pack(tmp_path / "a.qdpx", project(source(selection(1, "Людей нет", coding(1, TAX))) + sound), files))
    assert [quote[3] for quote in found.quotes()] == ["Людей нет"] and found.files == ()
    assert [one.kind for one in found.losses] == ["recording", "file"]
