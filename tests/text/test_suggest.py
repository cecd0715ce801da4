"""Which codes fit a passage, worked out by hand, and with what was learned."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.study import InputProblem
from veche.text import suggest
from veche.text.suggest import Tally
from veche.text.weights import weigh


def mask(*rows: str) -> np.ndarray:
    return np.array([[one == "1" for one in row] for row in rows])


def test_the_definition_most_alike_comes_first() -> None:
    weights = weigh([("налог", "уходить", "край"), ("человек", "уезжать"), ("налог", "человек"), ()])
    scores = suggest.definition_scores(weights, [("налог", "уходить"), ("человек", "уезжать"), ("рыбалка", "грибы")])
    assert scores.shape == (4, 3)
    assert scores[1].tolist() == pytest.approx([0, 1, 0])
    # one lemma in common is not enough
    assert scores[2].tolist() == [0, 0, 0] and scores[3].tolist() == [0, 0, 0]
    assert 0.5 < scores[0, 0] < 1 and scores[0, 1] == 0
    assert suggest.definition_scores(weights, []).shape == (4, 0)


def test_the_best_definitions_that_are_alike_enough() -> None:
    scores = np.array([[0.5, 0.2, 0.3], [0.1, 0.1, 0.0], [0.2, 0.2, 0.2]])
    assert suggest.by_definition(scores, alike=0.15, best=2).tolist() == mask("101", "000", "110").tolist()
    assert suggest.by_definition(np.zeros((2, 0))).shape == (2, 0)


@given(st.integers(0, 5), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_never_more_than_the_best_nor_less_alike(rows: int, codes: int, seed: int) -> None:
    scores = np.random.default_rng(seed).random((rows, codes))
    chosen = suggest.by_definition(scores, alike=0.4, best=2)
    assert (chosen.sum(axis=1) <= 2).all()
    assert (scores[chosen] >= 0.4).all()


def test_a_tally_by_hand() -> None:
    found = suggest.tally(np.array([True, True, True, False, False]), np.array([True, False, False, True, False]))
    assert found == Tally(suggested=3, right=1, coded=2)
    assert (found.precision, found.recall) == (1 / 3, 1 / 2)
    assert (Tally(0, 0, 0).precision, Tally(0, 0, 0).recall) == (None, None)


@pytest.mark.parametrize(
    ("suggested", "right", "hopeless"), [(20, 1, True), (20, 2, False), (19, 0, False), (100, 9, True)]
)
def test_when_a_definition_is_given_up(suggested: int, right: int, hopeless: bool) -> None:
    assert Tally(suggested, right, 5).hopeless is hopeless
    assert not Tally(suggested, right, 0).hopeless, "a code that was never used is not judged"


def test_what_is_enough_to_learn() -> None:
    coded = np.array([True] * 10 + [False] * 5)
    assert suggest.learnable(coded, [0] * 5 + [1] * 10)
    assert not suggest.learnable(coded, [0] * 15), "all in one interview"
    assert not suggest.learnable(np.array([True] * 9 + [False] * 6), [0] * 5 + [1] * 10)
    assert not suggest.learnable(np.ones(12, dtype=bool), [0] * 6 + [1] * 6), "nothing without the code"


def corpus(seed: int = 1) -> tuple[object, np.ndarray, list[int]]:
    """120 passages of 6 interviews; those with the code speak of taxes, the others of roads, all of much else."""
    draw = random.Random(seed)
    coded = [draw.random() < 0.3 for _ in range(120)]
    noise = [f"слово{n}" for n in range(30)]
    topic = {True: ["налог", "бюджет", "копейка"], False: ["дорога", "яма", "асфальт"]}
    passages = [(*draw.sample(noise, 6), *draw.sample(topic[one], 2)) for one in coded]
    return weigh(passages), np.array(coded), [n % 6 for n in range(120)]


def test_a_code_is_learned_and_its_words_are_named() -> None:
    pytest.importorskip("sklearn")
    weights, coded, interviews = corpus()
    learned = suggest.learn(weights.matrix, coded)  # type: ignore[attr-defined]
    assert ((learned.scores(weights.matrix) > 0) == coded).all()  # type: ignore[attr-defined]
    first = int(coded.nonzero()[0][0])
    assert set(suggest.reasons(weights, first, learned.weights, limit=2)) <= {"налог", "бюджет", "копейка"}  # type: ignore[arg-type]
    again = suggest.learn(weights.matrix, coded)  # type: ignore[attr-defined]
    assert again.weights.tolist() == learned.weights.tolist() and again.border == learned.border


def test_held_out_precision_of_a_code_that_can_be_told_and_of_one_that_cannot() -> None:
    pytest.importorskip("sklearn")
    weights, coded, interviews = corpus()
    good = suggest.held_out(weights.matrix, coded, interviews)  # type: ignore[attr-defined]
    assert good.coded == int(coded.sum()) and good.precision is not None and good.precision >= 0.95
    assert good.recall is not None and good.recall >= 0.95
    chance = np.random.default_rng(5).permutation(coded)
    poor = suggest.held_out(weights.matrix, chance, interviews)  # type: ignore[attr-defined]
    # nothing was leaked: what is put at random is not found out
    assert poor.precision is None or poor.precision < 0.5


def test_words_of_one_interview_teach_nothing_about_itself() -> None:
    """Each interview has a word of its own that stands in its coded passages alone: held out, it helps nobody."""
    pytest.importorskip("sklearn")
    interviews = [n // 10 for n in range(60)]
    coded = np.array([n % 2 == 0 for n in range(60)])
    weights = weigh(
        [
            ((f"примета{i}", "речь") if c else ("разговор", "речь") if i % 2 else ("беседа", "речь"))
            for i, c in zip(interviews, coded, strict=True)
        ]
    )
    learned = suggest.learn(weights.matrix, coded)
    assert ((learned.scores(weights.matrix) > 0) == coded).all()
    one = suggest.held_out(weights.matrix, coded & (np.array(interviews) < 2), interviews)
    assert one.right == 0


@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=2, max_size=40), st.integers(2, 6))
def test_interviews_are_dealt_once_each(rows: list[tuple[int, bool]], folds: int) -> None:
    interviews = [one for one, _ in rows]
    parts = suggest.deal(interviews, np.array([one for _, one in rows]), folds)
    assert 2 <= len(parts) <= folds
    assert sorted(one for part in parts for one in part) == sorted(set(interviews))


def test_what_cannot_be_learned_is_said() -> None:
    pytest.importorskip("sklearn")
    weights = weigh([("налог",), ("дорога",)])
    with pytest.raises(InputProblem, match="All 2 passages are of one kind"):
        suggest.learn(weights.matrix, np.array([True, True]))


def test_without_the_package_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggest, "can_learn", lambda: False)
    with pytest.raises(InputProblem, match=r"scikit-learn, which is not installed.*veche\[suggest\]"):
        suggest.learn(weigh([("налог",), ("дорога",)]).matrix, np.array([True, False]))


def test_what_to_read_next_by_hand() -> None:
    scores = np.array([[0.9, -1.2], [-0.1, 2.0], [0.4, 0.3], [-3.0, -0.2]])
    near = suggest.closeness(scores)
    assert near.tolist() == [0.9, 0.1, 0.3, 0.2]
    assert suggest.most_telling(near, [0, 1, 1, 1], limit=3, each=2) == [1, 3, 0]
    assert suggest.most_telling(near, [0, 1, 1, 1], limit=2, each=9) == [1, 3]
    assert suggest.most_telling(np.array([np.inf, 0.5]), [0, 1], limit=5) == [1]
    assert np.isinf(suggest.closeness(np.zeros((3, 0)))).all()


def test_the_lead_of_a_definition() -> None:
    scores = np.array([[0.5, 0.4, 0.1], [0.1, 0.05, 0.0]])
    assert suggest.definition_margin(scores, alike=0.2).tolist() == [pytest.approx(0.1), np.inf]
    assert np.isinf(suggest.definition_margin(np.array([[0.9]]))).all()
