"""Search on both databases: by hand, and against a slow search that goes word by word."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, MetaData, create_engine

from veche.store import _search_candidates, _search_index, search
from veche.store.search import Hit, count, find
from veche.study.documents import Text, Turn
from veche.study.errors import InputProblem, StudyFileProblem
from veche.text import matching
from veche.text.lemmas import Lemmatiser, form_of
from veche.text.query import And, Exact, Near, Node, Or, Pattern, Phrase, Prefix, Word, compile_pattern, parse

KINDS = ("question", "answer", "other")


def make_text(text_id: str, *turns: str) -> Text:
    """Make a text of labelled turns, questions and answers in alternation: И.: ... Р.: ..."""
    body, made = "", []
    for number, words in enumerate(turns):
        body += "ИР"[number % 2] + ".: "
        made.append(Turn(number, len(body), len(body) + len(words), KINDS[number % 2]))
        body += words + "\n"
    return Text(text_id, body, tuple(made))


FIRST = make_text(
    "t1",
    "Кто решает по бюджету?",
    "Районная дума решает. А бюджеты готовит завод, вместе с районной думой!",
    "И что же дума?",
    "Дума — районная, а власть у завода. Без сити-менеджера Зотовой бюджет не примут.",
)
SECOND = make_text("t2", "Что завод?", "Заво́д закрыли, 😀 а ду\u00adма молчит. Plants were closed in 2010.", "Ещё раз?")
NOTE = Text("t3", "Заметка о думе\n\n  \nЗавод и бюджет района\n", ())
CORPUS = [FIRST, SECOND, NOTE]


def open_engine(target: str) -> Engine:
    engine = create_engine(target if "://" in target else f"sqlite:///{target}")
    metadata = MetaData()
    search.search_tables(metadata)
    with engine.begin() as connection:
        metadata.create_all(connection)
        search.create_index(connection)
    return engine


@pytest.fixture
def connection(target: str) -> Iterator[Connection]:
    """Return a connection to an empty index."""
    engine = open_engine(target)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def full(connection: Connection) -> Connection:
    search.index_texts(connection, CORPUS)
    return connection


def body_of(*texts: Text) -> Callable[[str], str]:
    return {one.id: one.body for one in texts}.__getitem__


def found_words(connection: Connection, query: str, **options: object) -> list[tuple[str, str]]:
    bodies = body_of(*CORPUS)
    hits = find(connection, parse(query), bodies=bodies, limit=None, **options)  # type: ignore[arg-type]
    assert hits.total == len(hits.hits)
    return [(hit.text_id, bodies(hit.text_id)[hit.start : hit.end]) for hit in hits.hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("бюджета", ["t1 бюджету", "t1 бюджеты", "t1 бюджет", "t3 бюджет"]),
        ("=бюджет", ["t1 бюджет", "t3 бюджет"]),
        ("=БЮДЖЕТЫ", ["t1 бюджеты"]),
        ("=бюджетами", []),
        ("губернатор", []),
        ("завод", ["t1 завод", "t1 завода", "t2 завод", "t2 Заво́д", "t3 Завод"]),
        ("дума", ["t1 дума", "t1 думой", "t1 дума", "t1 Дума", "t2 ду\u00adма", "t3 думе"]),
        ("еще", ["t2 Ещё"]),
        ("Зотов", ["t1 Зотовой"]),
        ("plant", ["t2 Plants"]),
        ("close NEAR/1 be", ["t2 were closed"]),
        ("2010", ["t2 2010"]),
        ("сити-менеджер", ["t1 сити-менеджера"]),
        ("сити-*", ["t1 сити-менеджера"]),
        ("менеджер", []),
        ("бюд*", ["t1 бюджету", "t1 бюджеты", "t1 бюджет", "t3 бюджет"]),
        ("закрыв*", []),
        ("закры*", ["t2 закрыли"]),
        ("«районная дума»", ["t1 Районная дума", "t1 районной думой"]),
        ('="районной думой"', ["t1 районной думой"]),
        ('"дума районная"', ["t1 Дума — районная"]),
        ('"дума решает а бюджеты"', ["t1 дума решает. А бюджеты"]),
        ('"бюджету районная"', []),  # the turn ends between them
        ("бюджет NEAR/1 завод", ["t1 бюджеты готовит завод", "t3 Завод и бюджет"]),
        ("бюджет NEAR/0 завод", []),
        ("решать NEAR/1 (районный OR бюджет)", ["t1 решает по бюджету", "t1 решает. А бюджеты"]),
        ('дума NEAR/9 "районная дума"', ["t1 Районная дума решает. А бюджеты готовит завод, вместе с районной думой",
                                         "t1 дума решает. А бюджеты готовит завод, вместе с районной думой"]),
        ("бюджет дума", ["t1 дума", "t1 бюджеты", "t1 думой", "t1 Дума", "t1 бюджет"]),
        ("бюджет район", ["t3 бюджет", "t3 района"]),
        ("дума NOT бюджет", ["t1 дума", "t2 ду\u00adма", "t3 думе"]),
        ("завод бюджет", ["t1 бюджеты", "t1 завод", "t1 завода", "t1 бюджет", "t3 Завод", "t3 бюджет"]),
        ("молчать OR примут", ["t1 примут", "t2 молчит"]),
        ("(молчать OR принять) дума", ["t1 Дума", "t1 примут", "t2 ду\u00adма", "t2 молчит"]),
        ("/заво́?д/", ["t1 завод", "t1 завод", "t2 завод", "t2 Заво́д", "t3 Завод"]),
        ("/^завод/", ["t3 Завод"]),
        ("/(?-i:Д)ума/ OR 2010", ["t1 Дума", "t2 2010"]),
        ("/\\w+т\\b/ дума NOT что", ["t1 дума", "t1 решает", "t1 готовит", "t1 думой", "t1 Дума", "t1 бюджет", "t1 примут",
                                      "t2 ду\u00adма", "t2 молчит"]),
        ("/x*/", []),
        ("и", ["t1 И", "t3 и"]),  # not the speakers' labels
    ],
)  # fmt: skip
def test_hits_by_hand(full: Connection, query: str, expected: list[str]) -> None:
    assert [" ".join(hit) for hit in found_words(full, query)] == expected


def test_a_hit_says_where_it_is(full: Connection) -> None:
    assert find(full, parse('"дума молчит"')).hits == (Hit("t2", 1, 39, 51),)
    assert SECOND.body[39:51] == "ду\u00adма молчит"
    assert find(full, parse("заметка")).hits == (Hit("t3", None, 0, 7),)


def test_texts_come_in_the_order_given(full: Connection) -> None:
    def order(*texts: str) -> list[str]:
        return [hit.text_id for hit in find(full, parse("завод"), texts=texts).hits]

    assert order("t3", "t1") == ["t3", "t1", "t1"]
    assert order("t1", "t3", "t1") == ["t1", "t1", "t3"]
    assert order("not there", "t3") == ["t3"]
    assert order() == []


def test_kinds_of_turns(full: Connection) -> None:
    assert found_words(full, "завод", kinds=["answer"]) == [("t1", "завод"), ("t1", "завода"), ("t2", "Заво́д")]
    assert found_words(full, "завод", kinds=["question", "other"]) == [("t2", "завод"), ("t3", "Завод")]
    assert found_words(full, "/завод/", kinds=["question"]) == [("t2", "завод")]
    assert found_words(full, "завод", kinds=[]) == []
    with pytest.raises(InputProblem, match="no kind of turn song"):
        find(full, parse("завод"), kinds=["song"])  # type: ignore[list-item]


def test_pages_add_up(full: Connection) -> None:
    whole = find(full, parse("дума OR завод"), limit=None)
    assert whole.total == 11
    for size in (1, 2, 3, 7, 20):
        pages = [find(full, parse("дума OR завод"), limit=size, offset=at) for at in range(0, 12, size)]
        assert [hit for page in pages for hit in page.hits] == list(whole.hits)
        assert {page.total for page in pages} == {11}
    assert find(full, parse("дума"), limit=0).hits == ()
    assert find(full, parse("дума"), offset=100) == search.Hits(6, ())


@pytest.mark.parametrize(("limit", "offset"), [(-1, 0), (5, -1)])
def test_pages_before_the_first_are_refused(full: Connection, limit: int, offset: int) -> None:
    with pytest.raises(InputProblem, match="does not exist"):
        find(full, parse("дума"), limit=limit, offset=offset)


def test_counts(full: Connection) -> None:
    assert count(full, parse("завод")) == {"t1": 2, "t2": 2, "t3": 1}
    assert count(full, parse("завод"), ["t3", "t1"], kinds=["answer"]) == {"t1": 2}
    assert count(full, parse("/дума/"), bodies=body_of(*CORPUS)) == {"t1": 3}
    assert count(full, parse("губернатор")) == {}


def test_many_small_batches_give_the_same(full: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = [parse(q) for q in ("завод", '"районная дума"', "бюджет* NOT дума", "дума NEAR/3 завод")]
    at_once = [(find(full, q, limit=3, offset=1), count(full, q)) for q in queries]
    monkeypatch.setattr(search, "_TOGETHER", 1)
    assert [(find(full, q, limit=3, offset=1), count(full, q)) for q in queries] == at_once


def test_indexing_one_by_one_gives_the_same(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    search.index_texts(connection, CORPUS)
    queries = [parse(q) for q in ("завод", "=бюджет", '"районная дума"', "рай*")]
    at_once = [find(connection, q) for q in queries]
    search.clear_index(connection)
    assert [find(connection, q).total for q in queries] == [0, 0, 0, 0]
    monkeypatch.setattr(_search_index, "_TOGETHER", 1)
    search.index_text(connection, SECOND)
    search.index_texts(connection, iter([NOTE, FIRST]))
    assert [find(connection, q) for q in queries] == at_once


def test_a_text_indexed_again_replaces_the_old_one(full: Connection) -> None:
    search.index_texts(full, [make_text("t1", "Тогда был комбинат"), make_text("t1", "Теперь комбинат", "и ГРЭС")])
    assert search.indexed(full) == {"t1", "t2", "t3"}
    assert found_words(full, "завод")[0] == ("t2", "завод")
    assert count(full, parse("комбинат OR грэс")) == {"t1": 2}
    assert count(full, parse("районный")) == {}


def test_a_dropped_text_is_not_found(full: Connection) -> None:
    search.drop_text(full, "t2")
    search.drop_text(full, "t2")
    assert count(full, parse("завод")) == {"t1": 2, "t3": 1}
    search.index_text(full, SECOND)
    assert count(full, parse("завод")) == {"t1": 2, "t2": 2, "t3": 1}


def test_texts_without_words_do_no_harm(connection: Connection) -> None:
    empty = [
        Text("e1", "", ()),
        Text("e2", " \n—\n", ()),
        make_text("e3", "", "…", ""),
        make_text("e4", "", "дума", ""),
    ]
    search.index_texts(connection, empty)
    assert search.indexed(connection) == {"e1", "e2", "e3", "e4"}
    assert count(connection, parse("дума OR /—|…/"), bodies=body_of(*empty)) == {"e2": 1, "e3": 1, "e4": 1}
    assert find(connection, parse("дума")).hits == (Hit("e4", 1, 9, 13),)
    search.index_texts(connection, [])


def test_an_untouched_index_is_in_force_and_another_version_is_not(full: Connection) -> None:
    assert not search.stale(full)
    assert not search.stale(full, search.versions())
    assert search.stale(full, {**search.versions(), "lemmas": "pymorphy3 9.0"})
    search.create_index(full)
    assert count(full, parse("завод")) == {"t1": 2, "t2": 2, "t3": 1}


def test_a_stale_index_is_not_used_until_made_anew(full: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veche.text.tokens.VERSION", "next")
    assert search.stale(full)
    for act in (lambda: find(full, parse("завод")), lambda: search.index_text(full, FIRST)):
        with pytest.raises(StudyFileProblem, match=r"words 1.*words next.*Make the index anew"):
            act()
    search.clear_index(full)
    search.index_texts(full, CORPUS)
    assert not search.stale(full)
    assert count(full, parse("завод")) == {"t1": 2, "t2": 2, "t3": 1}


def test_a_database_without_index_is_stale() -> None:
    with create_engine("sqlite://").connect() as connection:
        assert search.stale(connection)


def test_sqlite_without_full_text_index_is_refused() -> None:
    with create_engine("sqlite://").connect() as connection:
        metadata = MetaData()
        search.search_tables(metadata)
        metadata.create_all(connection)
        raw = connection.connection.dbapi_connection
        raw.create_function("sqlite_compileoption_used", 1, lambda _: 0)  # type: ignore[union-attr]
        with pytest.raises(StudyFileProblem, match="FTS5 is missing"):
            search.create_index(connection)


def test_long_words_and_many_words_fit(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_search_index, "_TSVECTOR_LIMIT", 10)
    long = "щ" * 20_000
    # on SQLite more words than 16 bits can number; the other database takes seconds for these
    many = 66_000 if connection.dialect.name == "sqlite" else 300
    words = " ".join(f"с{n}" for n in range(many))
    search.index_text(connection, make_text("t", f"{long} дума", words))
    assert count(connection, parse(f"{'щ' * 1500} NEAR/0 дума")) == {"t": 1}
    assert find(connection, parse(f"=с{many - 1} OR дума")).hits == (
        Hit("t", 0, 20005, 20009),
        Hit("t", 1, 20014 + len(words) - len(f"с{many - 1}"), 20014 + len(words)),
    )
    assert count(connection, parse("с1*")) == {"t": sum(str(n)[0] == "1" for n in range(many))}


def test_a_slow_pattern_ends_with_a_clear_message(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "PATIENCE", 0.2)
    text = make_text("t", "а" * 4000 + "!", "дума")
    search.index_text(connection, text)
    with pytest.raises(InputProblem, match=r"\(а\|аа\)\+\$ in the query took longer than 0\.2 s"):
        find(connection, parse("/(а|аа)+$/"), bodies=body_of(text))
    # other conditions come first, so that the slow turn is not looked at
    assert find(connection, parse("/(а|аа)+$/ дума"), bodies=body_of(text)).total == 2


def test_bodies_are_read_from_the_study_by_default(target: str, tmp_path: Path) -> None:
    from veche.store import database, texts

    engine = database.make_engine(target)
    database.create_schema(engine)
    with database.writing(engine) as connection:
        texts.add_texts(connection, CORPUS)
        search.index_texts(connection, CORPUS)
    with database.reading(engine) as connection:
        assert count(connection, parse("/завод\\b/")) == {"t1": 1, "t2": 1, "t3": 1}
    engine.dispose()


# --- against a slow search ---------------------------------------------------------------------------------------------

VOCABULARY = [
    "дума", "думы", "Думу", "завод", "заводы", "бюджет", "Бюджета", "районная", "районной", "и", "в", "всё", "все",
    "сити-менеджер", "за\u0301вод", "бюд\u00adжет", "Plants", "plant", "2010", "ёж", "ежа", "😀", "Ефимов", "Ефимовым",
]  # fmt: skip
ASKED = ["дума", "заводу", "бюджет", "районный", "и", "все", "plants", "2010", "ежи", "Ефимов", "Ефимова", "губернатор"]
TOKEN = re.compile(r"\d+|[^\W\d_](?:[\u0300-\u036f\u00ad-]*[^\W\d_])*")

turns_of_words = st.lists(st.sampled_from(VOCABULARY), max_size=12).map(" ".join)
bodies_of_texts = st.lists(st.lists(turns_of_words, max_size=5), min_size=1, max_size=4)
some_terms = st.one_of(
    st.sampled_from(ASKED),
    st.sampled_from(ASKED).map("={}".format),
    st.sampled_from(["д", "бюд", "район", "сити-", "п", "z"]).map("{}*".format),
)
some_phrases = st.lists(some_terms, min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"')
some_places = st.recursive(
    st.one_of(some_terms, some_phrases),
    lambda inner: st.one_of(
        st.tuples(inner, st.integers(0, 4), inner).map(lambda x: "({} NEAR/{} {})".format(*x)),
        st.tuples(inner, inner).map(lambda x: "({} OR {})".format(*x)),
    ),
    max_leaves=4,
)
some_patterns = st.sampled_from([r"/дум\w/", r"/\w+од\b/", r"/^\S+/", r"/(?r)и|в/", r"/ё/"])
some_queries = st.recursive(
    st.one_of(some_places, some_places, some_patterns),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda x: "({} {})".format(*x)),
        st.tuples(inner, inner).map(lambda x: "({} OR {})".format(*x)),
        st.tuples(inner, inner).map(lambda x: "({} NOT {})".format(*x)),
    ),
    max_leaves=4,
)


#: one index serves all examples of a test: it is emptied in between
one_index = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def lemma(word: str) -> str:
    return Lemmatiser().lemmas([word])[0]


class Slow:
    """The same search over one turn, word by word, with sets of places in code points."""

    def __init__(self, body: str, turn: Turn) -> None:
        self.turn = turn
        self.part = body[turn.start : turn.end]
        tokens = list(TOKEN.finditer(self.part))
        self.starts = [turn.start + m.start() for m in tokens]
        self.ends = [turn.start + m.end() for m in tokens]
        self.words = [m[0] for m in tokens]

    def find(self, node: Node) -> set[tuple[int, int]]:
        if isinstance(node, And):
            found = [self.find(part) for part in node.parts]
            return set().union(*found) if all(found) and not any(map(self.find, node.without)) else set()
        if isinstance(node, Or):
            return set().union(*map(self.find, node.parts))
        if isinstance(node, Pattern):
            spans = (m.span() for m in compile_pattern(node.source).finditer(self.part))
            return {(self.turn.start + s, self.turn.start + e) for s, e in spans if s < e}
        return {(self.starts[s], self.ends[e - 1]) for s, e in self.places(node)}

    def places(self, node: Node) -> set[tuple[int, int]]:
        if isinstance(node, Or):
            return set().union(*map(self.places, node.parts))
        if isinstance(node, Near):
            right = self.places(node.right)
            return {near for place in self.places(node.left) if (near := self.nearest(place, right, node.distance))}
        terms = node.terms if isinstance(node, Phrase) else (node,)
        return {
            (s, s + len(terms))
            for s in range(len(self.words) - len(terms) + 1)
            if all(self.is_word(self.words[s + n], term) for n, term in enumerate(terms))
        }

    def is_word(self, word: str, term: Node) -> bool:
        if isinstance(term, Word):
            return lemma(word) in (lemma(term.form), term.form)
        if isinstance(term, Exact):
            return form_of(word) == term.form
        assert isinstance(term, Prefix)
        return form_of(word).startswith(term.prefix) or lemma(word).startswith(term.prefix)

    def nearest(self, place: tuple[int, int], others: set[tuple[int, int]], distance: int) -> tuple[int, int] | None:
        start, end = place
        ranked = sorted(
            [(s - end, False, e - s, s, e) for s, e in others if s >= end and s - end <= distance]
            + [(start - e, True, e - s, s, e) for s, e in others if e <= start and start - e <= distance]
        )
        return (min(start, ranked[0][3]), max(end, ranked[0][4])) if ranked else None


def slow_find(texts: list[Text], node: Node, kinds: list[str] | None) -> list[Hit]:
    return [
        Hit(text.id, turn.number, start, end)
        for text in texts
        for turn in text.turns
        if kinds is None or turn.kind in kinds
        for start, end in sorted(Slow(text.body, turn).find(node))
    ]


@one_index
@given(bodies_of_texts, st.lists(some_queries, min_size=1, max_size=6), st.none() | st.just(["answer"]))
def test_every_operator_agrees_with_the_slow_search(
    connection: Connection, bodies: list[list[str]], queries: list[str], kinds: list[str] | None
) -> None:
    texts = [make_text(f"t{n}", *turns) for n, turns in enumerate(bodies)]
    # a note without turns must not disturb the others
    search.clear_index(connection)
    search.index_texts(connection, [*texts, replace(NOTE, id="zz")])
    ids = [text.id for text in texts]
    for typed in queries:
        query = parse(typed)
        found = find(connection, query, texts=ids, kinds=kinds, limit=None, bodies=body_of(*texts))  # type: ignore[arg-type]
        expected = slow_find([t for t in texts if t.turns], query.root, kinds)
        assert list(found.hits) == expected, typed
        assert sum(count(connection, query, ids, kinds=kinds, bodies=body_of(*texts)).values()) == len(expected)  # type: ignore[arg-type]


@one_index
@given(bodies_of_texts, st.sampled_from(ASKED))
def test_every_hit_has_the_lemma_asked_for(connection: Connection, bodies: list[list[str]], word: str) -> None:
    texts = [make_text(f"t{n}", *turns) for n, turns in enumerate(bodies)]
    search.clear_index(connection)
    search.index_texts(connection, texts)
    body = body_of(*texts)
    hits = find(connection, parse(word), limit=None).hits
    assert all(lemma(body(hit.text_id)[hit.start : hit.end]) in (lemma(word), form_of(word)) for hit in hits)
    assert len(hits) == sum(lemma(w[0]) in (lemma(word), form_of(word)) for t in texts for turn in t.turns
                            for w in TOKEN.finditer(t.body[turn.start : turn.end]))  # fmt: skip


@one_index
@given(st.lists(some_queries, min_size=1, max_size=8))
def test_the_database_never_leaves_out_a_text_with_hits(full: Connection, queries: list[str]) -> None:
    for typed in queries:
        query = parse(typed)
        meanings = _search_candidates.meanings_of(full, query)
        asked = {row.text_id for row in _search_candidates.candidates(full, query, meanings, None)}
        with_hits = {t.id for t in (FIRST, SECOND) if any(Slow(t.body, turn).find(query.root) for turn in t.turns)}
        assert with_hits <= asked, typed
