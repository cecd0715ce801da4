"""Passages of talk as vectors: how much each lemma says about a passage.

The unit is a *passage*: whole sentences of one answer, put together until they hold a dozen words. Questions are left out: what an interviewer
says is not what a respondent brings up. The weight of a lemma in a passage is

    (1 + ln n) · (1 + ln((1 + N) / (1 + d))),

with n its count in the passage, d the number of passages that have it, N the number of all; each vector has length 1.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.study import Text
from veche.text._sentences import sentences
from veche.text.lemmas import Lemmatiser
from veche.text.tokens import tokenise

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: a passage is closed at the end of the sentence in which it reaches so many words
ENOUGH_WORDS = 12

#: lemmas that hold sentences together and say nothing of their topic
_FUNCTION_WORDS = (
    "и а но или да не ни же ли бы в во на с со к ко у о об от до из за по при для над под без через между что чтобы как так то это этот "
    "тот такой который кто где когда если потому поэтому быть я ты он она оно мы вы они мой твой наш ваш свой его ее их себя сам весь все "
    "вот ну там тут здесь еще уже только даже просто вообще значит тоже также есть нет чем потом тогда более самый какой нибудь бывать мочь "
    "the an and or but not of to in on at by for from with as is be it its this that these those he she they we you my our your their his her "
    "have has had do does did will would can could there here what who which when where if so then than very just also all"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())


@dataclass(frozen=True, slots=True)
class Passage:
    """[start, end) of a text, and the lemmas that say something of its topic, in order."""

    start: int
    end: int
    lemmas: tuple[str, ...]


def topical(lemmas: Iterable[str]) -> tuple[str, ...]:
    """Return the lemmas that say something of a topic: no function words, single letters or numbers."""
    return tuple(one for one in lemmas if len(one) > 1 and not one[0].isdigit() and one not in FUNCTION_WORDS)


def topical_lemmas(words: str, language: str = "ru") -> tuple[str, ...]:
    """Cut words into lemmas that say something of their topic."""
    return topical(Lemmatiser(language).lemmas(tokenise(words).words(words)))


def passages_of(text: Text) -> tuple[Passage, ...]:
    """Cut the answers of a text into passages; of a text without turns, all of it.

    Returns
    -------
    tuple of Passage
        In order, never overlapping and never over the border of a turn.
    """
    tokens = tokenise(text.body)
    starts = tokens.starts.tolist()
    lemmas = Lemmatiser("ru").lemmas(tokens.words(text.body))
    parts = (
        [(turn.start, turn.end) for turn in text.turns if turn.kind != "question"]
        if text.turns
        else [(0, len(text.body))]
    )
    found: list[Passage] = []
    for first, last in parts:
        for start, end in _together(sentences(text.body, first, last), starts):
            found.append(Passage(start, end, topical(lemmas[bisect_left(starts, start) : bisect_left(starts, end)])))
    return tuple(found)


def _together(spans: Sequence[tuple[int, int]], starts: Sequence[int]) -> list[tuple[int, int]]:
    """Put sentences together until each group has enough words; what remains at the end joins the last group."""
    groups: list[tuple[int, int]] = []
    begin: int | None = None
    for start, end in spans:
        begin = start if begin is None else begin
        if bisect_left(starts, end) - bisect_left(starts, begin) >= ENOUGH_WORDS:
            groups.append((begin, end))
            begin = None
    if begin is not None:
        last = spans[-1][1]
        groups = [*groups[:-1], (groups[-1][0], last)] if groups else [(begin, last)]
    return groups


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """All passages as rows of a sparse matrix; columns are lemmas."""

    matrix: Any
    columns: Mapping[str, int]
    #: the lemma of each column
    lemmas: tuple[str, ...]
    #: 1 + ln((1 + N) / (1 + d)) of each column
    rarity: Floats

    @property
    def unknown_rarity(self) -> float:
        """What a lemma weighs that no passage has."""
        return 1.0 + math.log(1.0 + self.matrix.shape[0])

    def row(self, lemmas: Sequence[str]) -> Any:
        """Return other words as a row of the same columns.

        Lemmas that no passage has count in its length, so that a long definition of which one word occurs is not taken for a match.
        """
        import numpy as np
        from scipy.sparse import csr_matrix

        counts = Counter(lemmas)
        length = math.sqrt(sum(self._weight(lemma, n) ** 2 for lemma, n in counts.items())) or 1.0
        known = sorted(
            (self.columns[lemma], self._weight(lemma, n) / length)
            for lemma, n in counts.items()
            if lemma in self.columns
        )
        values = np.array([value for _column, value in known], dtype=float)
        indices = np.array([column for column, _value in known], dtype=np.int32)
        return csr_matrix((values, indices, np.array([0, len(known)])), shape=(1, len(self.columns)))

    def _weight(self, lemma: str, count: int) -> float:
        column = self.columns.get(lemma)
        rarity = self.unknown_rarity if column is None else float(self.rarity[column])
        return (1.0 + math.log(count)) * rarity


def weigh(passages: Sequence[Sequence[str]]) -> Weights:
    """Weigh the lemmas of all passages.

    Parameters
    ----------
    passages
        The lemmas of each passage; an empty one gets a row of zeros.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    columns: dict[str, int] = {}
    indices: list[int] = []
    values: list[float] = []
    ends = [0]
    for lemmas in passages:
        for lemma, count in Counter(lemmas).items():
            indices.append(columns.setdefault(lemma, len(columns)))
            values.append(1.0 + math.log(count))
        ends.append(len(indices))
    held = np.bincount(np.array(indices, dtype=np.int64), minlength=len(columns))
    rarity = 1.0 + np.log((1.0 + len(passages)) / (1.0 + held))
    places = np.array(indices, dtype=np.int32)
    weighed = np.array(values, dtype=float) * rarity[places]
    lengths = np.sqrt(np.add.reduceat(np.append(weighed**2, 0.0), ends[:-1])) if passages else np.zeros(0)
    sizes = np.diff(ends)
    # of an empty run `reduceat` gives the next value
    weighed /= np.repeat(lengths, sizes)
    matrix = csr_matrix((weighed, places, np.array(ends)), shape=(len(passages), len(columns)))
    return Weights(matrix, columns, tuple(columns), rarity)
