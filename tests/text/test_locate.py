"""Quotations are found word for word, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.text.locate import locate_quotation

BODY = "И.: Что главное?\nР.: Всё, что ёлки-палки заработали — ушло наверх! А сорок ко\u00adпеек оста\u0301лось нам 👩🏽‍🏭. Так и живём."


@pytest.mark.parametrize(
    ("quote", "wanted"),
    [
        ("что ёлки-палки заработали", "что ёлки-палки заработали"),
        ("ВСЕ ЧТО ЕЛКИ-ПАЛКИ ЗАРАБОТАЛИ, УШЛО НАВЕРХ", "Всё, что ёлки-палки заработали — ушло наверх"),
        ("«а сорок копеек осталось нам»", "А сорок ко\u00adпеек оста\u0301лось нам"),
        ("осталось\n нам. Так", "оста\u0301лось нам 👩🏽‍🏭. Так"),
    ],
)
def test_what_is_taken_are_the_source_s_own_characters(quote: str, wanted: str) -> None:
    place = locate_quotation(BODY, quote)
    assert place is not None and BODY[place[0] : place[1]] == wanted


@pytest.mark.parametrize(
    "quote",
    [
        "что ёлки-палки заработал",
        "ушло вниз наверх",
        "заработали ушло",
        "наверх",
        "",
        "…",
        "сорок нам копеек осталось",
        "нам Так и живём ещё",
    ],
)
def test_changed_words_are_not_found(quote: str) -> None:
    assert locate_quotation(BODY, quote) is None


def test_a_quotation_that_stands_twice_has_no_place() -> None:
    assert locate_quotation("Ну да, конечно, да. Ну да, конечно, нет.", "ну да конечно") is None
    assert locate_quotation("Ну да, конечно, да. Ну да, конечно, нет.", "ну да конечно нет") == (20, 39)


@given(st.text(max_size=60), st.text(max_size=20))
def test_no_input_fails(body: str, quote: str) -> None:
    place = locate_quotation(body, quote, fewest=1)
    assert place is None or 0 <= place[0] < place[1] <= len(body)


@given(st.lists(st.integers(0, 10**6).map(lambda n: f"слово{n}"), min_size=4, max_size=30, unique=True), st.data())
def test_any_run_of_words_is_found(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 3))
    last = data.draw(st.integers(first + 3, len(words)))
    body = ", ".join(words)
    place = locate_quotation(body, " ".join(words[first:last]).upper())
    assert place is not None and body[place[0] : place[1]] == ", ".join(words[first:last])
