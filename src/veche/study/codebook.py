"""The codebook: what is looked for in talk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from veche.study.record import Record

CodeKind = Literal[
    "group", "problem", "motive", "scale", "indicator", "demand", "leadership", "actor", "resource", "technique",
    "relation_model", "coalition", "regime", "outcome", "business_model", "intervention", "institution", "event", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Record):
    """A code. `key` is its short unique name, such as PROB.FISC.

    *Exposure window*: a topic cannot be mentioned before it exists, so interviews outside [not_before, not_after) are left out of its denominators.
    *Value set*: codes with the same `value_set` exclude each other on one passage of one coder.
    """

    noun: ClassVar[str] = "code"

    key: str
    parent_id: str | None = None
    kind: CodeKind = "other"
    label_ru: str = ""
    label_en: str = ""
    definition_ru: str = ""
    definition_en: str = ""
    example_ru: str = ""
    example_en: str = ""
    value_set: str | None = None
    not_before: dt.date | None = None
    not_after: dt.date | None = None
    color: str = ""
    position: int = 0

    @property
    def codable(self) -> bool:
        """A group is a heading and never applied to text."""
        return self.kind != "group"

    def label(self, language: str) -> str:
        """Return the label in the language, else in the other one, else the key."""
        first, second = (self.label_ru, self.label_en) if language == "ru" else (self.label_en, self.label_ru)
        return first or second or self.key

    def exposed(self, day: dt.date) -> bool:
        """Can the topic come up in an interview of that day?"""
        return (self.not_before is None or day >= self.not_before) and (self.not_after is None or day < self.not_after)


class Codebook:
    """The codes of a study as a tree, in the order of the codebook."""

    def __init__(self, codes: Iterable[Code]) -> None:
        self.codes: tuple[Code, ...] = tuple(sorted(codes, key=lambda c: (c.position, c.key)))
        self.by_id: Mapping[str, Code] = {code.id: code for code in self.codes}
        self.by_key: Mapping[str, Code] = {code.key: code for code in self.codes}
        children: dict[str | None, list[Code]] = {}
        for code in self.codes:
            parent = code.parent_id if code.parent_id in self.by_id else None
            children.setdefault(parent, []).append(code)
        self._children = children

    def children(self, code: Code | None) -> tuple[Code, ...]:
        """Codes directly below; of None: the top of the tree."""
        return tuple(self._children.get(code.id if code else None, ()))

    def below(self, code: Code) -> tuple[Code, ...]:
        """The code and everything below it, depth first."""
        found: list[Code] = []
        stack = [code]
        seen: set[str] = set()
        while stack:
            one = stack.pop()
            if one.id in seen:
                continue
            seen.add(one.id)
            found.append(one)
            stack.extend(reversed(self.children(one)))
        return tuple(found)

    def above(self, code: Code) -> tuple[Code, ...]:
        """The chain of parents, nearest first."""
        chain: list[Code] = []
        while (parent := self.by_id.get(code.parent_id or "")) is not None and parent not in chain:
            chain.append(parent)
            code = parent
        return tuple(chain)

    def tree(self) -> tuple[tuple[int, Code], ...]:
        """All codes depth first with their depth."""
        out: list[tuple[int, Code]] = []

        def walk(parent: Code | None, depth: int) -> None:
            for code in self.children(parent):
                out.append((depth, code))
                walk(code, depth + 1)

        walk(None, 0)
        return tuple(out)
