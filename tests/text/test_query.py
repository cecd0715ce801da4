import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.study.errors import InputProblem
from veche.text.query import (
    LONGEST_QUERY,
    And,
    Exact,
    Near,
    Node,
    Or,
    Pattern,
    Phrase,
    Prefix,
    Word,
    compile_pattern,
    parse,
)

A, B, C, D = (Word(x) for x in "абвг")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("Бюджет", Word("бюджет")),
        ("  ёлка\n", Word("елка")),
        ("=Бюджету", Exact("бюджету")),
        ('="бюджету"', Exact("бюджету")),
        ('"бюджет"', Word("бюджет")),
        ('"районная дума"', Phrase((Word("районная"), Word("дума")))),
        ("«районная дума»", Phrase((Word("районная"), Word("дума")))),
        ("“районная дума”", Phrase((Word("районная"), Word("дума")))),
        ("„районная дума“", Phrase((Word("районная"), Word("дума")))),
        ("«районная, — =думой»", Phrase((Word("районная"), Exact("думой")))),
        ('="районной дум*"', Phrase((Exact("районной"), Prefix("дум")))),
        ('"И НЕ NEAR"', Phrase((Word("и"), Word("не"), Word("near")))),
        ("бюджет*", Prefix("бюджет")),
        ("Вице-*", Prefix("вице-")),
        ("вице-мэр", Word("вице-мэр")),
        ("т.е.", Phrase((Word("т"), Word("е")))),
        ("а NEAR/5 б", Near(A, B, 5)),
        ("а РЯДОМ/0 б NEAR/100 в", Near(Near(A, B, 0), C, 100)),
        ('а NEAR/2 "б в"', Near(A, Phrase((B, C)), 2)),
        ("(а OR б) NEAR/3 в", Near(Or((A, B)), C, 3)),
        ("а б", And((A, B))),
        ("а AND б И в", And((A, B, C))),
        ("а и б", And((A, Word("и"), B))),
        ("а OR б ИЛИ в", Or((A, B, C))),
        ("а OR б в", Or((A, And((B, C))))),
        ("(а OR б) в", And((Or((A, B)), C))),
        ("а NOT б", And((A,), (B,))),
        ("НЕ б а", And((A,), (B,))),
        ("а AND NOT б НЕ в г", And((A, D), (B, C))),
        ("а NOT б NEAR/1 в", And((A,), (Near(B, C, 1),))),
        ("а NOT (б OR в)", And((A,), (Or((B, C)),))),
        ("((а))", A),
        (r"/бюджет\w*/", Pattern(r"бюджет\w*")),
        (r"/а\/б (в|г)\\/ а", And((Pattern(r"а/б (в|г)\\"), A))),
        ('а"б в"', And((A, Phrase((B, C))))),
    ],
)
def test_trees_by_hand(text: str, tree: Node) -> None:
    query = parse(text)
    assert query.root == tree
    assert query.text == text


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("NOT а", 1, "only says what must not be there"),
        ("а OR НЕ б", 6, "only says what must not be there"),
        ("а (NOT б)", 4, "only says what must not be there"),
        ('а "б в', 3, 'The quote " opened at character 3'),
        ("«а", 1, "Close it with »"),
        ("а»", 2, "closing quote » at character 2"),
        ('а ""', 3, "no word in the quotes"),
        ("«…»", 1, "no word in the quotes"),
        ("(а б", 1, "is not closed"),
        ("а)", 2, "closes nothing"),
        (") а", 1, "closes nothing"),
        ("а ()", 3, "are empty"),
        ("(а OR)", 4, "operator OR at character 4"),
        ("а OR", 3, "operator OR at character 3"),
        ("И а", 1, "operator И at character 1"),
        ("а AND ИЛИ б", 7, "operator ИЛИ at character 7"),
        ("а НЕ НЕ б", 6, "operator НЕ at character 6"),
        ("NEAR/5 а", 1, "operator NEAR/5 at character 1"),
        ("а NEAR/5", 3, "operator NEAR/5 at character 3"),
        ("а NEAR б", 3, "needs a number of words from 0 to 100"),
        ("а РЯДОМ/ б", 3, "needs a number of words from 0 to 100"),
        ("а NEAR/101 б", 3, "needs a number of words from 0 to 100"),
        ("а NEAR/" + "9" * 30 + " б", 3, "needs a number of words from 0 to 100"),
        ("(а б) NEAR/5 в", 7, "stands beside AND, NOT or a regular expression"),
        ("а NEAR/5 /в/", 3, "stands beside AND, NOT or a regular expression"),
        ("а *", 3, "does not end a word"),
        ("а б*в", 4, "does not end a word"),
        ("а б**", 4, "does not end a word"),
        ("т.е*", 4, "does not end a word"),
        ("=*", 2, "does not end a word"),
        ("а !!!", 3, "no word in !!!"),
        ("= а", 1, "no word in ="),
        ("а -б", 3, "dash before б at character 3"),
        ("а /бв", 3, "is not closed"),
        ("а /бв\\/", 3, "is not closed"),
        ("а //", 3, "is empty"),
        ("а /(б/", 3, "cannot be read: missing )"),
        ("/[а/", 1, "cannot be read"),
        (r"/\L<б>/", 1, "cannot be read"),
        ("/" + "(" * 499 + "/", 1, "nested more than 50 deep"),
        ("а /" + "(?:" * 51 + "б" + ")" * 51 + "/", 3, "nested more than 50 deep"),
        ("/" + "([)]" * 99 + ")" * 99 + "/", 1, "nested more than 50 deep"),
        ("/" + "(" * 50 + r"\(" * 9 + "/", 1, "cannot be read"),
        ("/" + "а" * 501 + "/", 1, "501 characters long, more than 500"),
        ("(" * 60 + "а" + ")" * 60, 51, "nested more than 50 deep"),
    ],
)
def test_mistakes_are_shown_with_their_place(text: str, position: int, message: str) -> None:
    with pytest.raises(InputProblem, match=re.escape(message)) as caught:
        parse(text)
    assert caught.value.fields["position"] == position
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_an_empty_query_is_refused(text: str) -> None:
    with pytest.raises(InputProblem, match="The query is empty"):
        parse(text)


def test_a_long_query_is_refused() -> None:
    assert parse("а " * (LONGEST_QUERY // 2)).terms() == (A,)
    with pytest.raises(InputProblem, match=r"2002 characters long, more than 2000"):
        parse("а " * (LONGEST_QUERY // 2 + 1))


def test_terms_are_listed_once_in_order() -> None:
    query = parse('а "б =в" NEAR/3 г* OR а NOT д')
    assert query.terms() == (A, B, Exact("в"), Prefix("г"), Word("д"))
    assert not query.has_patterns
    assert parse("а OR (б /в/)").has_patterns


def test_patterns_disregard_case() -> None:
    assert compile_pattern("бюджет").search("БЮДЖЕТ")
    assert not compile_pattern("(?-i:бюджет)").search("БЮДЖЕТ")


PIECES = [
    "а",
    "бюджет",
    "*",
    "=",
    '"',
    "«",
    "»",
    "(",
    ")",
    "/",
    "\\",
    " ",
    " ",
    "AND",
    "И",
    "OR",
    "NOT",
    "НЕ",
    "NEAR/3",
]
ODD_PIECES = ["[", ".", "😀", "\x00", "\ud800"]


@given(st.one_of(st.lists(st.sampled_from(PIECES + ODD_PIECES), max_size=14).map("".join), st.text()))
def test_any_text_is_a_query_or_a_clear_problem(text: str) -> None:
    try:
        query = parse(text)
    except InputProblem as problem:
        assert 1 <= problem.fields.get("position", 1) <= len(text) + 1
        assert str(problem).endswith(".") or str(problem).endswith("*.")
    else:
        assert query.terms() or query.has_patterns
