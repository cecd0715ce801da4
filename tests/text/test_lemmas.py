import subprocess
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from veche.study.errors import InputProblem
from veche.text.lemmas import LONGEST, Lemmatiser, form_of


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("Бюджет", "бюджет"),
        ("ЁЖ", "еж"),
        ("Лы́сый", "лысый"),
        ("е\u0308ж", "еж"),
        ("и\u0306од", "йод"),
        ("мои\u0301\u0306", "мой"),
        ("бюд\u00adжет", "бюджет"),
        ("Ў\u0301зень", "ўзень"),
        ("д’Артен", "д'артен"),
        ("вице‑мэр", "вице-мэр"),
        ("Cafe\u0301", "café"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("2010", "2010"),
        ("—", "—"),
        ("", ""),
    ],
)
def test_form_by_hand(word: str, form: str) -> None:
    assert form_of(word) == form


def test_a_long_form_is_cut() -> None:
    assert form_of("Я" * 500) == "я" * LONGEST


@given(st.text(st.one_of(st.sampled_from("Ёёйи\u0301\u0306\u0308\u0345\u00adIİßЇѓ’"), st.characters())))
@example("\u0345\u0301")
def test_the_form_of_a_form_is_itself_and_composing_does_not_matter(word: str) -> None:
    form = form_of(word)
    assert form_of(form) == form
    assert form_of(unicodedata.normalize("NFD", word)) == form_of(unicodedata.normalize("NFC", word))
    assert "ё" not in form
    assert len(form) <= LONGEST


#: by hand, with the dictionaries' own choice where a form has several readings
LEMMAS = {
    "Бюджету": "бюджет",
    "бюджетами": "бюджет",
    "районной": "районный",
    "людей": "человек",
    "люди": "человек",
    "шёл": "идти",
    "шли": "идти",
    "был": "быть",
    "стали": "стать",
    "большие": "большой",
    "ещё": "еще",
    "ЕЩЕ": "еще",
    "всё-таки": "все-таки",
    "кто-то": "кто-то",
    "завод-то": "завод",
    "скажи-ка": "сказать",
    "пришёл-таки": "прийти",
    "вице-мэра": "вице-мэр",
    "сити-менеджером": "сити-менеджер",
    "единороссов": "единоросс",
    "горсовета": "горсовет",
    "Зотовой": "зотов",
    "Зотову": "зотов",
    "Сычева": "сычев",
    "Сычёва": "сычев",
    "го́рода": "город",
    "горо\u00adда": "город",
    "90-х": "90-й",
    "2010": "2010",
    "deputies": "deputy",
    "was": "be",
    "went": "go",
    "mayor’s": "mayor",
    "Budgets": "budget",
    "French": "french",
    "ΛΟΓΟΣ": "λογοσ",
    "…": "…",
}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_lemmas_by_hand_are_the_same_in_both_languages(language: str) -> None:
    assert dict(zip(LEMMAS, Lemmatiser(language).lemmas(list(LEMMAS)), strict=True)) == LEMMAS


def test_all_forms_of_a_word_meet_in_one_lemma() -> None:
    forms = ["дума", "думы", "думе", "думу", "думой", "думою", "дум", "думам", "думами", "думах"]
    assert set(Lemmatiser("ru").lemmas(forms)) == {"дума"}


def test_order_and_repetitions_are_kept() -> None:
    assert Lemmatiser().lemmas(["заводы", "the", "завода", "заводы"]) == ["завод", "the", "завод", "завод"]
    assert Lemmatiser().lemmas([]) == []


def test_version_names_the_packages() -> None:
    from importlib.metadata import version

    text = Lemmatiser("en").version
    assert all(f"{name} {version(name)}" in text for name in ("pymorphy3", "pymorphy3-dicts-ru", "simplemma"))
    assert text == Lemmatiser("ru").version


def test_unknown_language_is_refused() -> None:
    with pytest.raises(InputProblem, match=r"language fi\. Choose one of: ru, en"):
        Lemmatiser("fi")


@given(st.lists(st.text(st.one_of(st.sampled_from("абьъ-'z1ўі"), st.characters())), max_size=5))
def test_any_words_have_lemmas_that_are_forms(words: list[str]) -> None:
    lemmas = Lemmatiser().lemmas(words)
    assert len(lemmas) == len(words)
    assert all(form_of(lemma) == lemma for lemma in lemmas)
    assert Lemmatiser().lemmas([form_of(w) for w in words]) == lemmas


def test_a_full_cache_starts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    from veche.text import lemmas

    monkeypatch.setattr(lemmas, "_CACHE_LIMIT", 2)
    for _ in range(2):
        assert Lemmatiser().lemmas(["дороги", "реки", "мосты"]) == ["дорога", "река", "мост"]
    assert len(lemmas._cache) == 3


def test_dictionaries_are_loaded_only_when_needed() -> None:
    code = (
        "import sys; import veche.text.lemmas, veche.text.query, veche.store.search;"
        " print([m for m in ('pymorphy3', 'simplemma', 'numpy', 'regex') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
