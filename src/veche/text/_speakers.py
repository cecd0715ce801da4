"""Who asks and who answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from veche.study.documents import TurnKind
from veche.text._roles import role_of


@dataclass(frozen=True, slots=True)
class Talk:
    """What one speaker did in a text."""

    key: str
    turns: int
    #: turns in which a question mark stands
    asking: int
    words: int


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kind of turn of each speaker, and how it was found out."""

    kinds: Mapping[str, TurnKind]
    #: folded label of the speaker taken as the interviewer by how they talk, not by name
    guessed: str | None = None
    #: nobody seems to ask
    unknown: bool = False


def talk(key: str, texts: Sequence[str]) -> Talk:
    """Count turns, asking turns and words of one speaker."""
    return Talk(key, len(texts), sum("?" in t for t in texts), sum(len(re.findall(r"\w+", t)) for t in texts))


def kinds_of(talks: Sequence[Talk], given: Mapping[str, TurnKind]) -> Kinds:
    """Say for each speaker whether their turns are questions, answers or something else.

    What the user gave comes first, then the words for roles. Among the others the interviewer is the one with the highest
    share of turns with a question mark × (1 − share of all words); when a role names the interviewer already, the others answer.
    """
    kinds: dict[str, TurnKind] = {t.key: given[t.key] for t in talks if t.key in given}
    for one in talks:
        role = role_of(one.key)
        if one.key not in kinds and role:
            kinds[one.key] = role
    if len(talks) > 1 and all(kinds.get(t.key) == "question" and t.key not in given for t in talks):
        # И. and В. of the same text are initials of two people rather than two who ask
        kinds = {}
    rest = [t for t in talks if t.key not in kinds]
    if not rest:
        return Kinds(kinds)
    if "question" in kinds.values():
        return Kinds(kinds | {t.key: "answer" for t in rest})
    asker = _asker(rest, talks)
    if asker is None:
        return Kinds(kinds | {t.key: "other" for t in rest}, unknown=True)
    return Kinds(kinds | {t.key: "question" if t.key == asker else "answer" for t in rest}, guessed=asker)


def _asker(rest: Sequence[Talk], everybody: Sequence[Talk]) -> str | None:
    if len(everybody) < 2:
        return None
    words = sum(t.words for t in everybody) or 1
    scores = [((t.asking / (t.turns + 1)) * (1 - t.words / words), -t.words, t.key) for t in rest]
    best = max(scores)
    return best[2] if best[0] > 0 else None
