"""Words by which transcripts call the one who asks and the one who answers, and words that look like names and are none."""

from __future__ import annotations

import re
from typing import Literal

Role = Literal["question", "answer"]


def word_set(text: str) -> frozenset[str]:
    """Make a set of the words of a text."""
    return frozenset(text.split())


_QUESTION_LETTERS = word_set("и в i q")
_ANSWER_LETTERS = word_set("р о r p а a")
_QUESTION_WORDS = word_set(
    """инт интв интервьюер интервьюэр интервьюерка вопр вопрос модератор мод модер ведущий ведущая
    корреспондент корр исследователь исследовательница социолог журналист журналистка int iv interviewer
    question moderator mod host facilitator researcher"""
)
_ANSWER_WORDS = word_set(
    """респ респондент респондентка отв ответ информант информантка инф собеседник собеседница эксперт участник
    участница resp respondent interviewee answer informant expert participant"""
)
#: words that mean a role only beside their partner: «Вопрос: зачем?» is also said inside an answer
PAIRS = {"вопрос": "ответ", "ответ": "вопрос", "question": "answer", "answer": "question"}
#: speakers that are numbered rather than named
NUMBERED = word_set(
    """speaker спикер говорящий диктор голос voice person персона участник участница респондент мужчина женщина"""
)
#: words with a colon that begin a sentence and name nobody
NOT_NAMES = word_set(
    """во-первых во-вторых в-третьих итог итоги итого главное вывод выводы пример примеры например кстати важно первое второе третье
    четвёртое примечание примечания комментарий внимание цитата тема дата место время город имя возраст пол
    должность интервью источник см да нет так вот значит словом короче понятно проблема причина результат
    задача цель плюс минус правда факт суть смысл дальше далее потом дело вообще ещё еще всё все это он она
    они я мы вы ты и а но то там тут здесь сейчас теперь ну иначе иными другое другие один одна два три раз
    разница ссылка сайт телефон адрес список приложение таблица рисунок note notes summary result results
    conclusion example examples date place time city name age topic first second third yes no so well look
    problem reason important main thing he she they we you it this that there here now then but and or nb ps
    fact point source table figure page url http https"""
)
_NUMBER = re.compile(r"[\s№#_-]*[0-9]+$")


def speaker_key(label: str) -> str:
    """Fold a label so that its writings meet: «И», «И.» and «и .» are one speaker."""
    folded = re.sub(r"[.\s]+", " ", label.casefold().replace("ё", "е")).strip(" :—–-#@[](){}")
    return re.sub(r"(?<=[^\W\d_]) (?=[0-9]+$)", "", folded)


def base_key(key: str) -> str:
    """Return a folded label without its number: «респондент2» is «респондент»."""
    return _NUMBER.sub("", key)


def role_of(key: str) -> Role | None:
    """Say whether a folded label names a role: the one who asks or the one who answers."""
    base = base_key(key)
    if base in _QUESTION_WORDS or base in _QUESTION_LETTERS:
        return "question"
    return "answer" if base in _ANSWER_WORDS or base in _ANSWER_LETTERS else None


def numbered(key: str) -> bool:
    """Say whether a folded label is a numbered voice such as "speaker 1"."""
    return _NUMBER.search(key) is not None and base_key(key) in NUMBERED
