"""Questions that a researcher asks, answered by paired runs of the model.

Each gives an `Answer`: in words, with an interval, a sentence, a figure, its assumptions, and what would change it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from veche.lab._question_parts import TITLES
from veche.lab.asking import Answer, Basis, of_scenario, of_town
from veche.lab.model import Scenario
from veche.lab.question_horizon import partnership_horizon
from veche.lab.question_intervention import intervention
from veche.lab.question_mechanism import which_mechanism
from veche.lab.question_selection import manageable_without_selection
from veche.study.errors import N_, InputProblem, NotFound

__all__ = [
    "QUESTIONS", "Answer", "Basis", "Question", "ask", "intervention", "manageable_without_selection", "of_scenario", "of_town",
    "partnership_horizon", "unknown", "which_mechanism",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its words (marked for translation), and the function that answers it."""

    key: str
    title: str
    hint: str
    answered_by: Callable[..., Answer]


QUESTIONS: Mapping[str, Question] = {
    key: Question(key, TITLES[key], hint, function)
    for key, hint, function in (
        (
            "mechanism",
            N_("Entrance, coercion, manipulation, bargaining: how much of control each carries."),
            which_mechanism,
        ),
        ("selection", N_("The same town with nobody chosen at the door."), manageable_without_selection),
        ("intervention", N_("Three histories with the same draws."), intervention),
        ("horizon", N_("From how many months on town and firm stay together."), partnership_horizon),
    )
}


def ask(question: str, basis: Basis | Scenario, **options: Any) -> Answer:
    """Ask a question by its key, of draws of a town, of draws of a scenario, or of a scenario (with as many runs as `of_scenario` takes).

    Raises
    ------
    NotFound
        For an unknown question.
    InputProblem
        For an option that the question does not have, or a value that cannot be used.
    """
    if question not in QUESTIONS:
        raise unknown(question)
    function = QUESTIONS[question].answered_by
    accepted = inspect.signature(function).parameters.values()
    own = [one.name for one in accepted if one.kind is inspect.Parameter.KEYWORD_ONLY]
    free = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in accepted)
    if wrong := [name for name in options if name not in own and not free]:
        raise InputProblem(
            N_("There is no option {name} here. The options are: {known}."), name=wrong[0], known=", ".join(own) or "–"
        )
    return function(of_scenario(basis) if isinstance(basis, Scenario) else basis, **options)


def unknown(question: str) -> NotFound:
    """Make the error for a question that there is not."""
    return NotFound(
        N_("There is no question {question}. Choose one of: {known}."), question=question, known=", ".join(QUESTIONS)
    )
