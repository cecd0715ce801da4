"""The tree of a query: what was understood of what a user typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Word:
    """A word in all its forms."""

    form: str


@dataclass(frozen=True, slots=True)
class Exact:
    """One form of a word."""

    form: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words whose form or lemma begins so."""

    prefix: str


Term: TypeAlias = Word | Exact | Prefix


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to each other in one turn."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Two places in one turn with at most `distance` words between them, in any order."""

    left: Node
    right: Node
    distance: int


@dataclass(frozen=True, slots=True)
class And:
    """Turns in which all `parts` are found and none of `without`; the hits are those of the parts."""

    parts: tuple[Node, ...]
    without: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression over the text of a turn."""

    source: str


Node: TypeAlias = Word | Exact | Prefix | Phrase | Near | And | Or | Pattern


@dataclass(frozen=True, slots=True)
class Query:
    """A query as typed and as understood."""

    text: str
    root: Node

    def nodes(self) -> Iterator[Node]:
        """Go through all nodes of the tree, parents first."""
        waiting: list[Node] = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(children(node)))

    def terms(self) -> tuple[Term, ...]:
        """Return the words, forms and prefixes asked for, each once, in order."""
        return tuple(dict.fromkeys(n for n in self.nodes() if isinstance(n, (Word, Exact, Prefix))))

    @property
    def has_patterns(self) -> bool:
        """Whether the text itself is needed to answer."""
        return any(isinstance(n, Pattern) for n in self.nodes())


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below a node."""
    if isinstance(node, Phrase):
        return node.terms
    if isinstance(node, Near):
        return (node.left, node.right)
    if isinstance(node, And):
        return (*node.parts, *node.without)
    return node.parts if isinstance(node, Or) else ()


def has_places(node: Node) -> bool:
    """Say whether every hit of the node is one place in words, so that a distance to it can be measured."""
    if isinstance(node, Or):
        return all(map(has_places, node.parts))
    return not isinstance(node, And | Pattern)
