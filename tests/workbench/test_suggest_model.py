"""Which passages have which code, against the plain rule."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from veche.study import Code, Coding, Document, Text, Turn
from veche.workbench._suggest_model import definition_words, label_passages, make_corpus

WORDS = 15
ANSWER = " ".join(f"слово{n}" for n in range(WORDS)) + "."
BODY = "\n".join([ANSWER] * 5)
SIZE = len(ANSWER) + 1
TEXT = Text("t", BODY, tuple(Turn(n + 1, n * SIZE, n * SIZE + SIZE - 1, "answer") for n in range(5)))
DOCUMENTS = (Document(id="d", name="d", text_id="t"), Document(id="e", name="e", text_id="t"))
CODES = (Code(id="x", key="X"), Code(id="y", key="Y"))


def coding(start: int, end: int, code: str = "x", text: str = "t") -> Coding:
    return Coding(document_id="d", text_id=text, start=start, end=end, code_id=code, coder_id="c")


spans = st.tuples(st.integers(0, len(BODY) - 1), st.integers(1, 2 * SIZE)).map(
    lambda one: (one[0], min(len(BODY), sum(one)))
)


@given(st.lists(st.tuples(spans, st.sampled_from("xyz")), max_size=6))
def test_labels_follow_the_rule(given_codings: list[tuple[tuple[int, int], str]]) -> None:
    corpus = make_corpus(DOCUMENTS, {"t": TEXT})
    assert len(corpus.spans) == 10 and corpus.rows["e"] == range(5, 10)
    coded, read = label_passages(corpus, CODES, [coding(*span, code) for span, code in given_codings])
    last = max((end for (_, end), _ in given_codings), default=0)
    for n in range(5):
        start, end = corpus.spans[n]
        for column, code in enumerate("xy"):
            wanted = any(
                2 * (min(end, e) - max(start, s)) >= min(end - start, e - s) > 0 and min(end, e) > max(start, s)
                for (s, e), one in given_codings
                if one == code
            )
            assert bool(coded[n, column]) is wanted
        assert bool(read[n]) is (start < last)
    assert not coded[5:].any() and not read[5:].any()


def test_a_coding_of_an_earlier_text_is_left_out() -> None:
    corpus = make_corpus(DOCUMENTS, {"t": TEXT})
    coded, read = label_passages(corpus, CODES, [coding(0, 50, text="before")])
    assert not coded.any() and not read.any()


def test_documents_of_one_interview_stay_together() -> None:
    same = [
        Document(id=name, name=name, text_id="t", interview_id=interview)
        for name, interview in (("a", "i"), ("b", "i"), ("c", None))
    ]
    assert make_corpus(same, {"t": TEXT}).interview_of == (0,) * 10 + (1,) * 5


def test_the_definition_in_the_language_of_the_study() -> None:
    both = Code(key="K", label_ru="Торг", definition_ru="Обмен", label_en="Bargain", example_en="give and take")
    assert definition_words(both, "ru") == "Торг Обмен"
    assert definition_words(both, "en") == "Bargain give and take"
    assert definition_words(Code(key="K", label_en="Bargain"), "ru") == "Bargain"
    assert definition_words(Code(key="K"), "ru") == ""


def test_an_empty_study() -> None:
    corpus = make_corpus((), {})
    coded, read = label_passages(corpus, CODES, [])
    assert coded.shape == (0, 2) and read.shape == (0,)
