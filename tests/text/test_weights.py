"""Passages and their weights."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.study import Text, Turn, new_id
from veche.text.weights import passages_of, topical, topical_lemmas, weigh


def text(*turns: tuple[str, str]) -> Text:
    body, made = "", []
    for n, (kind, words) in enumerate(turns, 1):
        made.append(Turn(n, len(body), len(body) + len(words), kind))  # type: ignore[arg-type]
        body += words + "\n"
    return Text(new_id(), body, tuple(made))


def test_function_words_numbers_and_letters_say_nothing() -> None:
    assert topical_lemmas("И вот мы с ними в 2012 году делили бюджет, а бюджета нет") == (
        "год",
        "делить",
        "бюджет",
        "бюджет",
    )
    assert topical(["a", "1990-е", "the", "power"]) == ("power",)


def test_questions_are_left_out_and_sentences_kept_whole() -> None:
    long = "Налоги уходят наверх, и нам из них остаются одни копейки, вот такие дела."
    given_text = text(
        ("question", "Что главное?"), ("answer", f"{long} Людей нет."), ("answer", f"Да. {long} {long} Нет.")
    )
    found = [given_text.body[one.start : one.end] for one in passages_of(given_text)]
    # 13 words close a passage; what is left at the end joins the last one; «Да.» waits for the next sentence
    assert found == [f"{long} Людей нет.", f"Да. {long}", f"{long} Нет."]


def test_a_text_without_turns_is_one_answer() -> None:
    assert [(one.start, one.end) for one in passages_of(Text(new_id(), "Дорог нет. Денег нет.", ()))] == [(0, 21)]
    assert passages_of(Text(new_id(), "", ())) == ()
    assert passages_of(Text(new_id(), " \n ", ())) == ()


def test_weights_by_hand() -> None:
    made = weigh([("бюджет", "бюджет", "дорога"), ("бюджет",), ()])
    rare, common = 1 + math.log(4 / 2), 1 + math.log(4 / 3)
    first, second = (1 + math.log(2)) * common, rare
    length = math.hypot(first, second)
    dense = made.matrix.toarray()
    assert made.lemmas == ("бюджет", "дорога")
    assert dense[0].tolist() == pytest.approx([first / length, second / length])
    assert dense[1:].tolist() == [[1.0, 0.0], [0.0, 0.0]]


def test_unknown_lemmas_make_a_definition_longer() -> None:
    made = weigh([("бюджет",), ("дорога",)])
    known, unknown = 1 + math.log(3 / 2), 1 + math.log(3)
    row = made.row(("бюджет", "космос")).toarray()[0]
    assert row.tolist() == pytest.approx([known / math.hypot(known, unknown), 0.0])
    assert made.row(()).toarray().tolist() == [[0.0, 0.0]]


@given(st.lists(st.lists(st.sampled_from("абвгд"), max_size=6).map(tuple), max_size=8))
def test_every_row_has_length_one_or_is_empty(passages: list[tuple[str, ...]]) -> None:
    made = weigh(passages)
    assert made.matrix.shape[0] == len(passages)
    for lemmas, row in zip(passages, made.matrix.toarray(), strict=True):
        assert math.sqrt(float(row @ row)) == pytest.approx(1.0 if lemmas else 0.0)


@given(st.text(alphabet="АбвЁё .!?\n—«»2", max_size=120))
def test_passages_hold_every_word_once(body: str) -> None:
    found = passages_of(Text(new_id(), body, ()))
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert "".join("".join(body[one.start : one.end].split()) for one in found) == "".join(body.split())
