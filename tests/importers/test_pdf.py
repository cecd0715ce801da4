"""PDF: lines back to paragraphs."""

from __future__ import annotations

import pytest

from tests.importers._page import Placed, pages
from veche.importers._pdf_lines import Line, paragraphs, without_margins
from veche.importers.pdf import pdf
from veche.study import InputProblem
from veche.text.transcripts import recognise

FULL = "and they went on and on about the budget of the town and the road to the mill and then about the x"


def page(number: int, *lines: str) -> list[Placed]:
    body = [(72.0, 740.0 - 14 * n, line) for n, line in enumerate(lines)]
    return [(72.0, 800.0, "Archive of the study"), *body, (290.0, 40.0, f"- {number} -")]


CONTENT = pages(
    [
        page(1, "I: Who decides here?", f"R: The head does, {FULL[:70]}", FULL[:88], "until the very end."),
        page(2, "I: And the assembly?", f"R: The assembly is silent, {FULL[:60]}"),
        page(3, FULL[:88], "and that is all.", "I: Thank you?"),
    ]
)


def test_paragraphs_across_pages_without_headers_and_numbers() -> None:
    draft = pdf.read(CONTENT, "a.pdf")
    found = recognise(draft)
    assert [found.body[t.start : t.end] for t in found.turns] == [
        "Who decides here?",
        f"The head does, {FULL[:70].strip()} {FULL[:88].strip()} until the very end.",
        "And the assembly?",
        f"The assembly is silent, {FULL[:60].strip()} {FULL[:88].strip()} and that is all.",
        "Thank you?",
    ]
    advice, margins = draft.notices
    assert "give the docx" in advice.template
    assert dict(margins.fields) == {"file": "a.pdf", "count": 6, "line": "Archive of the study"}


def test_files_that_cannot_be_used() -> None:
    for content, words in (
        (b"", "is empty"),
        (b"%PDF-1.4 nothing", "damaged or was cut off"),
        (b"text", "damaged or was cut off"),
        (CONTENT[: len(CONTENT) // 3], "damaged or was cut off|no text"),
        (pages([[], []]), r"\(a scan\)"),
    ):
        with pytest.raises(InputProblem, match=words) as problem:
            pdf.read(content, "дело.pdf")
        assert "дело.pdf" in str(problem.value)


def placed(*texts: str, margin: float = 500.0, **more: float) -> list[Line]:
    """Lines whose letters are all five points wide, so that a line of 80 is full."""
    return [
        Line(t, 100.0, 100.0 + 5 * len(t), 700.0 - 14 * n, 5 * len(t.split()[0]), 600.0, **more)
        for n, t in enumerate(texts)
    ]


def test_a_line_ends_a_paragraph_if_the_next_word_had_fitted_in() -> None:
    full = ("слово " * 13).strip()
    lines = placed(full, "и ещё.", "Потом", "Главное.", *[full] * 16)
    found, _ = paragraphs([lines])
    assert found[:3] == [f"{full} и ещё.", "Потом", "Главное."]
    assert found[3] == " ".join([full] * 16)


def test_labels_and_dashes_begin_and_closing_signs_go_on() -> None:
    full = ("слово " * 13).strip()
    found, _ = paragraphs([placed(full, "И.: да", "— нет", ", но.", *[full] * 17)])
    assert found[:3] == [full, "И.: да", "— нет, но."]


def test_without_places_the_length_decides() -> None:
    long = "слово " * 20
    found, _ = paragraphs([[Line(long), Line("Конец."), Line("Начало")]])
    assert found == [f"{long.strip()} Конец.", "Начало"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("адми\ufffeнистрация", "администрация"),
        ("говорили по\ufffeрусски", "говорили по-русски"),
        ("когда\ufffeнибудь", "когда-нибудь"),
        ("кое\ufffeкто", "кое-кто"),
        ("социально\ufffeэкономический", "социально-экономический"),
        ("Ростов\ufffeНадгорный", "Ростов-Надгорный"),
        ("deci\x02\r\nsion", "decision"),
        ("2010\ufffe2012", "2010-2012"),
        ("бумпромовский бумпро\ufffeмовский", "бумпромовский бумпромовский"),
        ("лес-комбинат лес\ufffeкомбинат", "лес-комбинат лес-комбинат"),
    ],
)
def test_divided_words(text: str, whole: str) -> None:
    found, count = paragraphs([[Line(text)]])
    assert found == [whole]
    assert count == ("2010" not in text)


def test_margins_need_the_same_place_and_a_distance() -> None:
    def leaf(number: int, shift: float = 0.0) -> list[Line]:
        return [
            Line("Архив", 100, 200, 800 + shift, 50),
            Line(f"И.: Вопрос номер {number}", 100, 200, 740, 50),
            Line("Р.: Да.", 100, 200, 726, 50),
            Line("Р.: Нет.", 100, 200, 712, 50),
            Line(f"Стр. {number}", 100, 200, 40, 50),
        ]

    kept, dropped = without_margins([leaf(1), leaf(2), leaf(3)])
    assert [[line.text for line in page_] for page_ in kept] == [
        [f"И.: Вопрос номер {n}", "Р.: Да.", "Р.: Нет."] for n in (1, 2, 3)
    ]
    assert dropped == ["Архив", "Стр. 1", "Архив", "Стр. 2", "Архив", "Стр. 3"]
    kept, dropped = without_margins([leaf(1), leaf(2, 9.0)])
    assert dropped == ["Стр. 1", "Стр. 2"]
    assert without_margins([leaf(1)]) == ([leaf(1)], [])
