"""Ids, the tree of codes, exposure, errors, the registry of options, exported names."""

from __future__ import annotations

import datetime as dt
import pickle
import threading
import uuid
from dataclasses import dataclass

import pytest

import veche
from veche.study import (
    Anchor,
    Code,
    Codebook,
    Evidence,
    GuideTopic,
    InputProblem,
    Interview,
    NotFound,
    Quotation,
    StudyInfo,
    new_id,
)  # fmt: skip
from veche.study.errors import VecheError
from veche.study.quotations import strongest
from veche.study.registry import make_params, option, options
from veche.study.result import Result


def test_ids_are_uuid_7_and_increase_even_across_threads() -> None:
    made: list[str] = []

    def make() -> None:
        made.extend(new_id() for _ in range(5_000))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 20_000
    one = [new_id() for _ in range(2_000)]
    assert one == sorted(one)
    for text in (*made[:50], one[-1]):
        parsed = uuid.UUID(text)
        assert str(parsed) == text and parsed.version == 7 and parsed.variant == uuid.RFC_4122
    milliseconds = uuid.UUID(new_id()).int >> 80
    assert abs(milliseconds / 1000 - dt.datetime.now().timestamp()) < 60


def tree(*pairs: tuple[str, str | None]) -> Codebook:
    return Codebook(Code(id=key, key=key, parent_id=parent, position=n) for n, (key, parent) in enumerate(pairs))


def test_the_tree_of_codes() -> None:
    book = tree(("A", None), ("A.1", "A"), ("A.2", "A"), ("A.1.x", "A.1"), ("B", None), ("C", "lost"))
    assert [c.key for c in book.below(book.by_key["A"])] == ["A", "A.1", "A.1.x", "A.2"]
    assert [c.key for c in book.above(book.by_key["A.1.x"])] == ["A.1", "A"]
    assert [(d, c.key) for d, c in book.tree()] == [(0, "A"), (1, "A.1"), (2, "A.1.x"), (1, "A.2"), (0, "B"), (0, "C")]
    assert [c.key for c in book.children(None)] == ["A", "B", "C"]


def test_a_cycle_of_codes_does_not_hang() -> None:
    book = tree(("A", "B"), ("B", "A"))
    assert {c.key for c in book.below(book.by_key["A"])} == {"A", "B"}
    assert [c.key for c in book.above(book.by_key["A"])] == ["B", "A"]


def test_exposure_window_is_half_open() -> None:
    code = Code(key="PROB.PANDEMIC", not_before=dt.date(2020, 3, 1), not_after=dt.date(2022, 1, 1))
    days = [dt.date(2020, 2, 29), dt.date(2020, 3, 1), dt.date(2021, 12, 31), dt.date(2022, 1, 1)]
    assert [code.exposed(day) for day in days] == [False, True, True, False]
    assert Code(key="x").exposed(dt.date(1900, 1, 1))


def test_not_asked_is_neither_not_mentioned_nor_denied() -> None:
    codes = (Code(id="p", key="PROB"), Code(id="pf", key="PROB.FISC", parent_id="p"), Code(id="m", key="MAN"))
    topics = (
        GuideTopic(key="G01", label_ru="", label_en="", codes=("PROB",)),
        GuideTopic(key="G02", label_ru="", label_en="", codes=("PROB.FISC",)),
    )
    evidence = Evidence(study=StudyInfo(name="s"), codes=codes, topics=topics)

    def interview(*missing: str) -> Interview:
        return Interview(
            key="i", town_id="", wave_id="", respondent_id="", role_id="", date=dt.date(2013, 1, 1), not_asked=missing
        )

    assert evidence.asked(interview(), codes[1])
    assert not evidence.asked(interview("G01"), codes[0])
    assert evidence.asked(interview("G01"), codes[1])  # another topic could bring it up
    assert not evidence.asked(interview("G01", "G02"), codes[1])
    assert evidence.asked(interview("G01", "G02"), codes[2])  # belongs to no topic
    with pytest.raises(NotFound, match=r"PROB\.FISK. Nearest: PROB\.FISC"):
        evidence.code("PROB.FISK")


def test_labels_fall_back() -> None:
    assert Code(key="K", label_ru="ру").label("en") == "ру"
    assert Code(key="K", label_en="en").label("en") == "en"
    assert Code(key="K").label("ru") == "K"


def test_errors_say_their_message_in_any_language_and_can_be_sent_to_another_process() -> None:
    inner = InputProblem("choose {what}", what="x")
    error = NotFound("No {noun} {key}: {advice}", noun="town", key="A", advice=inner)
    assert str(error) == "No town A: choose x"
    words = {
        "No {noun} {key}: {advice}": "{noun} {key}: нет; {advice}",
        "town": "город",
        "choose {what}": "выберите {what}",
    }
    assert error.message(lambda text: words.get(text, text)) == "город A: нет; выберите x"
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is NotFound and str(again) == str(error)
    assert issubclass(NotFound, VecheError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    n: int = option(5, "How many.", low=1, high=9)
    way: str = option("a", "Which way.", choices=("a", "b"))


def test_options_of_an_analysis() -> None:
    assert [(o.name, o.default, o.low, o.choices) for o in options(Params)] == [
        ("n", 5, 1, ()),
        ("way", "a", None, ("a", "b")),
    ]
    assert make_params(Params, {"n": 9}) == Params(n=9)
    for given, message in (
        ({"n": 0}, "from 1 to 9"),
        ({"n": float("nan")}, "from 1"),
        ({"way": "c"}, "one of: a, b"),
        ({"m": 1}, "no option m"),
    ):
        with pytest.raises(InputProblem, match=message):
            make_params(Params, given)


def test_a_result_without_figure_says_so() -> None:
    import pandas as pd

    result = Result(tables={"t": pd.DataFrame({"n": [1]})}, sentence="S.", evidence=Evidence(study=StudyInfo(name="s")))
    with pytest.raises(InputProblem, match="has no figure"):
        _ = result.figure
    assert len(result.grounds(0)) == 0


def quotation(words: str, respondent: str) -> Quotation:
    place = Anchor("d", "t", 0, len(words))
    return Quotation(
        "c", words, place, 1, "i", respondent, "", "", "", dt.date(2013, 1, 1), ("PROB",), "АК", "asserted"
    )


@pytest.mark.parametrize("count", range(6))
def test_strongest_takes_different_respondents_first(count: int) -> None:
    found = [quotation(words, who) for words, who in (("а" * 180, "R-1"), ("б" * 170, "R-1"), ("в" * 20, "R-2"))]
    chosen = strongest(found, count)
    assert [q.words[0] for q in chosen] == ["а", "в", "б"][:count]


@pytest.mark.parametrize(
    "name",
    [
        "veche",
        "veche.study",
        "veche.store",
        "veche.privacy",
        "veche.workbench",
        "veche.exporters",
        "veche.reports",
        "veche.figures",
    ],
)
def test_exported_names_exist(name: str) -> None:
    import importlib

    module = importlib.import_module(name)
    assert len(set(module.__all__)) == len(module.__all__)
    for exported in module.__all__:
        assert getattr(module, exported) is not None
    assert veche.__version__
