import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from veche.study.errors import InputProblem
from veche.text.tokens import sentences, tokenise

#: the same rules as one regular expression, slower
WORD = re.compile(
    r"(?:[^\W_](?<!\d)|\d(?![\ufe0f\u20e3]))"
    r"(?:[\u0300-\u036f\u00ad]*(?:[-\u2010\u2011'\u2019][\u0300-\u036f\u00ad]*)?(?:[^\W_](?<!\d)|\d(?![\ufe0f\u20e3])))*"
    r"[\u0300-\u036f]*"
)
TRICKY = "аБёйzЩ09_-'’‐ \n.,\u0301\u0306\u0308\u00ad\u200d\ufe0f\u20e3😀🇷\ud800ß²①"


def words(text: str) -> list[str]:
    return tokenise(text).words(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("— … !?", []),
        ("Дума приняла бюджет.", ["Дума", "приняла", "бюджет"]),
        ("вице-мэр, сити-менеджер", ["вице-мэр", "сити-менеджер"]),
        ("завод - это завод", ["завод", "это", "завод"]),
        ("а--б", ["а", "б"]),
        ("-а- 'б'", ["а", "б"]),
        ("д'Артен и д’Артен", ["д'Артен", "и", "д’Артен"]),
        ("don't, mayors' o'clock", ["don't", "mayors", "o'clock"]),
        ("Лы́сый го́род", ["Лы́сый", "го́род"]),
        ("бюд\u00adжет", ["бюд\u00adжет"]),
        ("бюджет\u00ad ный", ["бюджет", "ный"]),
        ("го-\u00adрод", ["го-\u00adрод"]),
        ("\u0301слово\u0301\u0301 да", ["слово\u0301\u0301", "да"]),
        ("в 2010-м, 90-е, 5%", ["в", "2010-м", "90-е", "5"]),
        ("2,5 млн т.е. много", ["2", "5", "млн", "т", "е", "много"]),
        ("снежный_ком", ["снежный", "ком"]),
        ("да😀нет 👩‍👩‍👧 🇷🇺 1️⃣ 2", ["да", "нет", "2"]),
        ("«ООО „Исток“»", ["ООО", "Исток"]),
        ("𝔸𝔹 日本 x²", ["𝔸𝔹", "日本", "x²"]),
        ("\ud800а\udfff", ["а"]),
    ],
)
def test_words_by_hand(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_positions_count_code_points() -> None:
    found = tokenise("😀 Да, ко́мбинат")
    assert list(zip(found.starts.tolist(), found.ends.tolist(), strict=True)) == [(2, 4), (6, 15)]
    assert len(found) == 2


def test_decomposed_text_has_the_same_words() -> None:
    text = "Мой ёж и чужой Йод — всё моё"
    decomposed = unicodedata.normalize("NFD", text)
    assert len(decomposed) > len(text)
    assert [unicodedata.normalize("NFC", w) for w in words(decomposed)] == words(text)


@given(st.text(st.one_of(st.sampled_from(TRICKY), st.characters())))
@example("а\u0301\u0301-\u00adб\u0301")
@example("1\ufe0f2\u20e33")
def test_any_text_is_cut_as_the_expression_says(text: str) -> None:
    found = tokenise(text)
    places = list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
    assert places == [m.span() for m in WORD.finditer(text)]
    assert found.words(text) == [text[s:e] for s, e in places]
    assert all(s < e for s, e in places)
    assert all(before[1] <= after[0] for before, after in pairwise(places))


@given(st.text(st.sampled_from("абвейё -\n.,"), max_size=60))
def test_composing_does_not_change_words(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert [unicodedata.normalize("NFC", w) for w in words(decomposed)] == words(text)


#: | stands between sentences
SENTENCES = """
Глава ушёл.| Дума осталась.
Бюджет писал А. Б. Орешкин вместе с финансистами.| Потом его приняли.
Решение принял Орешкин А. Б.| Он тогда был главой.
В. И. Орешкин пришёл позже.
В г. Лысогорске всё решает завод.
Это было в 2010 г.| Тогда завод ещё работал.
Это было в 2010 г. осенью.
Дали 5 тыс. руб. на школу.
Дали 300 руб.| Больше не дали.
Были депутаты, директора и т. д.| Потом все разошлись.
Были депутаты, директора и т.д. и т.п. в зале.
Администрация, т. е. глава, молчит.
Администрация, т.е. Орешкин, молчит.
Завод им. Калиткина закрыли.
Мы помогали им.| Они молчали.
Ну… не знаю.
Ну…| Москва решила.
Как сказать... это сложно.
Вы серьёзно?!| Да.
«Куда?» — спросил он.
Он сказал: «Уходите!»| Мы ушли.
Он сказал: «Уходите».| Мы ушли.
— Да.| — Нет.
— Пойдём! — сказал он и ушёл.
1. Бюджет.| Потом земля.
Он (см. ниже) прав.| Я не спорю.
Жил на ул. Мира, д. 5.| Потом уехал.
Собрались в 5 ч. 30 мин. вечера.
Это сказал проф. Зимин.| А мы поверили.
Было 20 чел.| Ушли все.
Он пришёл. и сел.
Кто решает?| Глава!| И точка.
Так решила «Единая сила».| Мы — против.
В 1990-х гг.| Всё изменилось.
И. о. главы молчал.
Рост 3.5 процента.| Это мало.
Ну вот. 😀
Dr. Fell met Mr. Stone.| They talked.
We had roads, e.g. Main street, etc.| Then came the plant.
He said no.| Then he left.
See fig. 5 and no. 7.| It is clear.
J. R. Stone was the head.| She left.
"Will you go?" he asked.| "No."
"""


@pytest.mark.parametrize("marked", SENTENCES.strip().split("\n"))
def test_sentences_by_hand(marked: str) -> None:
    text = marked.replace("|", "")
    assert [text[s:e] for s, e in sentences(text)] == [part.strip() for part in marked.split("|")]


def test_sentences_end_at_lines_and_count_from_the_beginning_of_the_text() -> None:
    text = "И.: Кто решает\nР.: Глава. Больше никто.\n\n  \n"
    assert sentences(text, 19) == [(19, 25), (26, 39)]
    assert [text[s:e] for s, e in sentences(text)] == ["И.: Кто решает", "Р.: Глава.", "Больше никто."]
    assert sentences("", 0, 0) == []


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 6)])
def test_sentences_outside_the_text_are_refused(start: int, end: int) -> None:
    with pytest.raises(InputProblem, match="not inside the text of 5"):
        sentences("Глава", start, end)


@given(st.text(st.sampled_from("аБвГ яHe1.!?…»«\"') —\n"), max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_sentences_cover_the_part_and_do_not_overlap(text: str, first: int, second: int) -> None:
    start, end = sorted((min(first, len(text)), min(second, len(text))))
    found = sentences(text, start, end)
    assert "".join("".join(text[s:e].split()) for s, e in found) == "".join(text[start:end].split())
    assert all(start <= s < e <= end and text[s:e] == text[s:e].strip() and "\n" not in text[s:e] for s, e in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
