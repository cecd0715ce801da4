"""Combining codes: a small language for which codings are meant, and its answer on passages.

    PROB.FISC                 codings of this code and of those below it; a star stands for any code
    A OR B                    either
    A AND B                   those of A and of B that share words with one of the other
    A NEAR B, A NEAR/200 B    those with at most so many characters between (100 if not said)
    A WITHIN B                those of A inside one of B
    A NOT B                   those of A that share no words with any of B
    (A OR B) WITHIN C         brackets; without them OR binds last and the others go from left to right

The words are understood in Russian too: И, ИЛИ, РЯДОМ, ВНУТРИ, БЕЗ. A key with spaces or brackets stands in double quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from veche.measures.passages import FARTHEST, Relation, Span, related
from veche.study.errors import N_, InputProblem

#: characters between near passages, if the query does not say
NEAR = 100
#: brackets inside brackets; a query of people has two or three
DEEPEST = 40

_TOKEN = re.compile(r'\s*(?:(?P<bracket>[()])|"(?P<quoted>[^"]*)"|(?P<word>[^\s()"]+))')
_WORDS: dict[str, Relation | str] = {
    "AND": "and", "И": "and", "OR": "or", "ИЛИ": "or", "NEAR": "near", "РЯДОМ": "near", "WITHIN": "within",
    "ВНУТРИ": "within", "NOT": "without", "БЕЗ": "without",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """One code by its key; ``*`` is every code."""

    key: str


@dataclass(frozen=True, slots=True)
class Either:
    """Codings of one side or the other."""

    first: CodeQuery
    second: CodeQuery


@dataclass(frozen=True, slots=True)
class Together:
    """Codings in a relation to those of the other side."""

    first: CodeQuery
    second: CodeQuery
    relation: Relation
    distance: int = 0


CodeQuery = Term | Either | Together


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    kind: str
    place: int


def parse(text: str) -> CodeQuery:
    """Read a query.

    Raises
    ------
    InputProblem
        If it cannot be understood; the message says where.
    """
    return _Reader(tuple(_tokens(text))).whole()


def keys(query: CodeQuery) -> tuple[str, ...]:
    """Return the keys in a query in their order, each once, without the star."""
    if isinstance(query, Term):
        return (query.key,) if query.key != "*" else ()
    return tuple(dict.fromkeys((*keys(query.first), *keys(query.second))))


def answer(query: CodeQuery, spans_of: Callable[[str], Collection[Span]]) -> frozenset[str]:
    """Return the ids of the passages that a query means.

    Parameters
    ----------
    query
        What `parse` made.
    spans_of
        From a key (or ``*``) to the passages of that code and those below it; asked once for every term.

    Raises
    ------
    InputProblem
        For a distance out of bounds.
    """
    return frozenset(_evaluate(query, spans_of))


def _evaluate(query: CodeQuery, spans_of: Callable[[str], Collection[Span]]) -> dict[str, Span]:
    if isinstance(query, Term):
        return {span.id: span for span in spans_of(query.key)}
    first, second = _evaluate(query.first, spans_of), _evaluate(query.second, spans_of)
    if isinstance(query, Either):
        return first | second
    chosen = related(first.values(), second.values(), query.relation, query.distance)
    return {span_id: span for span_id, span in (first | second).items() if span_id in chosen}


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise InputProblem(
                N_("The codes cannot be read from {rest} on (character {place}). Close the quotation mark."),
                rest=text[place:].strip()[:20], place=place + 1,
            )  # fmt: skip
        kind = match.lastgroup or "word"
        found.append(_Token(match[kind], kind, match.start(kind) + 1))
        place = match.end()
    return found


class _Reader:
    """Reads tokens by descent: OR over the relations, the relations over terms and brackets."""

    def __init__(self, tokens: tuple[_Token, ...]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    def whole(self) -> CodeQuery:
        found = self._either()
        if (extra := self._peek()) is not None:
            raise InputProblem(
                N_("After the codes stands {word} (character {place}). Put AND, OR, NEAR, WITHIN or NOT between codes."),
                word=extra.text, place=extra.place,
            )  # fmt: skip
        return found

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _operator(self) -> tuple[str, int] | None:
        """Return the relation word that stands next and its distance, if one does."""
        token = self._peek()
        if token is None or token.kind != "word":
            return None
        name, slash, number = token.text.partition("/")
        relation = _WORDS.get(name.upper() if name.isupper() else "")
        if relation is None:
            return None
        if not slash:
            return relation, NEAR if relation == "near" else 0
        if (
            relation != "near"
            or not (number.isascii() and number.isdigit())
            or len(number) > 7
            or int(number) > FARTHEST
        ):
            raise InputProblem(
                N_("The distance in {word} (character {place}) cannot be used. Write NEAR/200: characters, at most {most}."),
                word=token.text, place=token.place, most=FARTHEST,
            )  # fmt: skip
        return relation, int(number)

    def _either(self) -> CodeQuery:
        found = self._related()
        while (operator := self._operator()) is not None and operator[0] == "or":
            self._at += 1
            found = Either(found, self._related())
        return found

    def _related(self) -> CodeQuery:
        found = self._term()
        while (operator := self._operator()) is not None and operator[0] != "or":
            self._at += 1
            relation: Relation = operator[0]  # type: ignore[assignment]
            found = Together(found, self._term(), relation, operator[1])
        return found

    def _term(self) -> CodeQuery:
        token = self._peek()
        if token is None or (token.text == ")" and token.kind == "bracket") or self._operator() is not None:
            raise InputProblem(
                N_("A code is missing at {word} (character {place}). Name one there, such as PROB."),
                word=token.text if token else "–", place=token.place if token else self._end(),
            )  # fmt: skip
        self._at += 1
        if token.kind != "bracket":
            return Term(token.text)
        self._depth += 1
        if self._depth > DEEPEST:
            raise InputProblem(
                N_("The codes have more than {most} brackets inside one another (character {place}). Use fewer."),
                most=DEEPEST, place=token.place,
            )  # fmt: skip
        inside = self._either()
        closing = self._peek()
        if closing is None or closing.text != ")" or closing.kind != "bracket":
            raise InputProblem(
                N_("The bracket opened at character {place} is not closed. Add a closing bracket."), place=token.place
            )
        self._at += 1
        self._depth -= 1
        return inside

    def _end(self) -> int:
        last = self._tokens[-1] if self._tokens else None
        return last.place + len(last.text) if last else 1
