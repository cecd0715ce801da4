r"""The query language: from what a user types to a tree.

::

    query   = any
    any     = all { ("OR" | "ИЛИ") all }
    all     = part { ["AND" | "И"] part }
    part    = ["NOT" | "НЕ"] near
    near    = item { ("NEAR/n" | "РЯДОМ/n") item }
    item    = word | "=" word | prefix "*" | ["="] phrase | pattern | "(" any ")"
    phrase  = quote { word | "=" word | prefix "*" } quote
    pattern = "/" regular expression "/"

============================  ===============================================================================
``бюджет``                    the word in all its forms (by lemma), or any word whose lemma is written so
``=бюджету``                  this form only; case, ё or е, stress marks do not matter here either
``бюджет*``                   words whose form or lemma begins so
``"районная дума"``           words next to each other, by lemma; ``="районной думой"`` by form
``власть NEAR/5 завод``       in one turn, in any order, at most 5 words between them; also РЯДОМ/5
``власть завод``              both in the same turn; also ``власть AND завод``, ``власть И завод``
``завод OR комбинат``         either of them; also ИЛИ
``дума NOT бюджет``           turns with the one and without the other; also НЕ
``(завод OR дума) бюджет``    parentheses group
``/бюджет\w*\s+на\s+\d{4}/``  a regular expression over the text of each turn, in any case; ``\/`` is a slash
============================  ===============================================================================

Operators are written in capitals; in quotes they are words. Quotes may be ``" "``, « », “ ”, „ “. What several words
are made of without a space («т.е.», «2,5») is a phrase. NEAR joins words, phrases and alternatives of them.
"""

from __future__ import annotations

from typing import NoReturn

from veche.study.errors import N_, InputProblem
from veche.text._query_marks import DEEPEST, FARTHEST, Mark, compile_pattern, marks, problem, too_deep
from veche.text._query_tree import (
    And,
    Exact,
    Near,
    Node,
    Or,
    Pattern,
    Phrase,
    Prefix,
    Query,
    Term,
    Word,
    children,
    has_places,
)

__all__ = [
    "DEEPEST",
    "FARTHEST",
    "LONGEST_QUERY",
    "And",
    "Exact",
    "Near",
    "Node",
    "Or",
    "Pattern",
    "Phrase",
    "Prefix",
    "Query",
    "Term",
    "Word",
    "children",
    "compile_pattern",
    "parse",
]

#: how many code points a query may have
LONGEST_QUERY = 2000


def parse(text: str) -> Query:
    """Read a query in the language described above.

    Parameters
    ----------
    text
        What the user typed; at most `LONGEST_QUERY` code points.

    Raises
    ------
    InputProblem
        If it is empty, asks only for what must not be there, has unbalanced quotes or parentheses, an operator
        without its sides, or a regular expression that is none. The field ``position`` says where, counted from 1.
    """
    if len(text) > LONGEST_QUERY:
        raise InputProblem(
            N_("The query is {length} characters long, more than {most}. Shorten it, or search in several steps."),
            length=len(text),
            most=LONGEST_QUERY,
        )
    return Query(text, _Parser(text).query())


class _Parser:
    """Recursive descent over the marks of one query."""

    def __init__(self, text: str) -> None:
        self.marks = list(marks(text))
        self.next = 0
        self.depth = 0
        self.length = len(text)

    def query(self) -> Node:
        if not self.marks:
            raise InputProblem(N_("The query is empty. Write a word to search for."))
        node = self.any()
        if self.next < len(self.marks):
            self.stray(self.marks[self.next])  # only a closing parenthesis can be left over
        return node

    def peek(self) -> str:
        return self.marks[self.next].kind if self.next < len(self.marks) else ""

    def take(self) -> Mark:
        self.next += 1
        return self.marks[self.next - 1]

    def any(self) -> Node:
        parts = [self.all()]
        while self.peek() == "OR":
            self.take()
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def all(self) -> Node:
        at = self.marks[self.next].at if self.next < len(self.marks) else self.length
        parts: list[Node] = []
        without: list[Node] = []
        self.part(parts, without)
        while self.peek() in ("AND", "NOT", "item", "("):
            if self.peek() == "AND":
                self.take()
            self.part(parts, without)
        if not parts:
            raise problem(
                N_(
                    "The part of the query from character {position} only says what must not be there (NOT). Add a "
                    "word to find, as in: бюджет NOT дума."
                ),
                at,
            )
        return parts[0] if len(parts) == 1 and not without else And(tuple(parts), tuple(without))

    def part(self, parts: list[Node], without: list[Node]) -> None:
        if self.peek() == "NOT":
            self.take()
            without.append(self.near())
        else:
            parts.append(self.near())

    def near(self) -> Node:
        node = self.item()
        while self.peek() == "NEAR":
            mark = self.take()
            other = self.item()
            if not (has_places(node) and has_places(other)):
                raise problem(
                    N_(
                        "NEAR at character {position} of the query stands beside AND, NOT or a regular expression. "
                        "Join words or phrases with it, or alternatives of them with OR."
                    ),
                    mark.at,
                )
            node = Near(node, other, mark.number)
        return node

    def item(self) -> Node:
        kind = self.peek()
        if kind == "item":
            node = self.take().node
            assert node is not None
            return node
        return self.group() if kind == "(" else self.refuse()

    def group(self) -> Node:
        opened = self.take()
        self.depth += 1
        if self.depth > DEEPEST:
            raise too_deep(opened.at)
        if self.peek() == ")":
            raise problem(
                N_(
                    "The parentheses at character {position} of the query are empty. Put words in them, or remove them."
                ),
                opened.at,
            )
        node = self.any()
        if self.peek() != ")":
            raise problem(
                N_("The parenthesis opened at character {position} of the query is not closed. Close it."), opened.at
            )
        self.take()
        self.depth -= 1
        return node

    def refuse(self) -> NoReturn:
        """Say why no item can begin here."""
        here = self.marks[self.next] if self.next < len(self.marks) else None
        before = self.marks[self.next - 1] if self.next else None
        if here is not None and here.kind == ")" and not self.depth:
            self.stray(here)
        if before is not None and before.kind in ("AND", "OR", "NOT", "NEAR") and (here is None or here.kind == ")"):
            here = before
        if here is None or here.kind == ")":
            raise problem(
                N_("A word is missing at character {position} of the query. Add it, or remove what stands there."),
                here.at if here else self.length,
            )
        raise problem(
            N_(
                "The operator {operator} at character {position} of the query lacks a word beside it. Add it; to "
                "search for the word itself, put it in quotes."
            ),
            here.at,
            operator=here.typed,
        )

    def stray(self, mark: Mark) -> NoReturn:
        raise problem(
            N_("The parenthesis at character {position} of the query closes nothing. Open it before, or remove it."),
            mark.at,
        )
