"""Conditions, literals and terms: how they are written, read and measured.

A *cube* is a tuple with one entry per condition: the value it fixes, or `FREE`. It is the working form of a term such as ``A*~B`` or
``DEV[2]*LIT[1]``. Values of a fuzzy or crisp condition are 1 (in the set) and 0 (out of it); those of a multi-value condition are 0, 1, ...;
`APART` marks a case to which a temporal condition does not apply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from veche.study.errors import N_, InputProblem

Cube = tuple[int, ...]
Floats = NDArray[np.float64]
FREE = -1
#: how "does not apply" stands in data of temporal conditions
DASH = "-"


@dataclass(frozen=True)
class Frame:
    """Cases measured on conditions and on one outcome.

    Parameters
    ----------
    names
        Names of the conditions, in order.
    levels
        How many values each has that can stand in a term: 2 for fuzzy, crisp and temporal ones.
    multi
        Whether each is written with its value in brackets.
    literals
        For each condition an array of shape (values, cases): membership of the cases in each value; a temporal condition has a last value more
        than `levels`, "does not apply".
    cases
        Names of the cases.
    outcome
        Membership in the outcome (already negated where it is), shape (cases,).
    outcome_name
        As it is written, with ``~`` where negated.
    """

    names: tuple[str, ...]
    levels: tuple[int, ...]
    multi: tuple[bool, ...]
    literals: tuple[Floats, ...]
    cases: tuple[str, ...]
    outcome: Floats
    outcome_name: str

    @property
    def width(self) -> int:
        """How many conditions there are."""
        return len(self.names)

    @cached_property
    def place(self) -> dict[str, int]:
        """Place of each condition by its name."""
        return {name: at for at, name in enumerate(self.names)}

    def membership(self, cube: Cube) -> Floats:
        """Give the membership of all cases in a term: the least over its literals, 1 for the empty term; shape (cases,)."""
        value = np.ones(len(self.cases))
        for column, wanted in zip(self.literals, cube, strict=True):
            if wanted != FREE:
                np.minimum(value, column[wanted], out=value)
        return value

    def union(self, cubes: Iterable[Cube]) -> Floats:
        """Give the membership in a model: the greatest over its terms, 0 for none; shape (cases,)."""
        value = np.zeros(len(self.cases))
        for cube in cubes:
            np.maximum(value, self.membership(cube), out=value)
        return value

    @cached_property
    def corners(self) -> NDArray[np.int64]:
        """The row each case stands in, its membership there above 0.5; -1 where a membership is exactly 0.5; shape (cases, conditions)."""
        found = np.full((len(self.cases), self.width), -1)
        for at, column in enumerate(self.literals):
            for value, membership in enumerate(column):
                found[membership > 0.5, at] = value
        return found

    @cached_property
    def stacked(self) -> tuple[Floats, NDArray[np.int64]]:
        """Memberships in all values of all conditions, shape (values, cases), and where each condition begins."""
        begins = np.cumsum([0, *map(len, self.literals)], dtype=np.int64)[:-1]
        return np.concatenate(self.literals), begins

    @cached_property
    def packed(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64]] | None:
        """The same where everything is 0 or 1, and the outcome: cases as bits, shapes (values, words) and (words,); None where something is fuzzy."""
        from veche.sets._bounds import words_of

        lines = np.vstack((self.stacked[0], self.outcome))
        if not ((lines == 0) | (lines == 1)).all():
            return None
        words = words_of(lines)
        return words[:-1].copy(), words[-1].copy()

    def write(self, cube: Cube) -> str:
        """Write a term; conditions in their order, joined by ``*``; the empty term is ``1``."""
        return (
            "*".join([names[value] for names, value in zip(self._literals, cube, strict=True) if value != FREE]) or "1"
        )

    @cached_property
    def _literals(self) -> tuple[tuple[str, ...], ...]:
        """All literals, written."""
        return tuple(
            tuple(self.write_literal(at, value) for value in range(len(found)))
            for at, found in enumerate(self.literals)
        )

    def write_literal(self, at: int, value: int) -> str:
        """Write one literal."""
        if self.multi[at]:
            return f"{self.names[at]}[{value}]"
        if value >= self.levels[at]:
            return f"{self.names[at]}{{{DASH}}}"
        return self.names[at] if value else f"~{self.names[at]}"

    def read(self, text: str) -> Cube:
        """Read a term such as ``A*~B`` or ``DEV[2]*LIT[1]``.

        Raises
        ------
        InputProblem
            For an unknown condition or value, or a condition named twice; the message says which.
        """
        cube = [FREE] * self.width
        for part in text.split("*"):
            found = _LITERAL.fullmatch(part.strip())
            if found is None:
                raise InputProblem(
                    N_("{part} in {text} is no condition. Write terms as A*~B, or A[2]*B[0] for several values."),
                    part=part.strip() or "–",
                    text=text,
                )
            at = self.place_of(found["name"])
            value = int(found["value"]) if found["value"] is not None else 1
            if found["not"]:
                if self.levels[at] != 2:
                    raise InputProblem(
                        N_("{name} has {count} values, so ~{name} says too little. Write them: {name}[0]."),
                        name=found["name"],
                        count=self.levels[at],
                    )
                value = 1 - value
            if value >= self.levels[at]:
                raise InputProblem(
                    N_("{name} has no value {value}. Its values are 0 to {top}."),
                    name=found["name"],
                    value=value,
                    top=self.levels[at] - 1,
                )
            if cube[at] != FREE:
                raise InputProblem(N_("{name} stands twice in {text}. Name it once."), name=found["name"], text=text)
            cube[at] = value
        return tuple(cube)

    def place_of(self, name: str) -> int:
        """Find a condition by its name.

        Raises
        ------
        InputProblem
            If there is none; the message names the nearest.
        """
        if name not in self.place:
            raise unknown(name, self.names)
        return self.place[name]

    def read_model(self, text: str | Iterable[str]) -> tuple[Cube, ...]:
        """Read a model: terms joined by ``+``, or a list of terms."""
        parts = text.split("+") if isinstance(text, str) else list(text)
        return tuple(self.read(part) for part in parts)

    def write_model(self, cubes: Iterable[Cube]) -> str:
        """Write a model, its terms in the order of their words."""
        return " + ".join(sorted(self.write(cube) for cube in cubes)) or "0"


_LITERAL = re.compile(r"(?P<not>~?)\s*(?P<name>[^\s~*+\[\]{}]+)\s*(?:\[(?P<value>\d+)\])?")


def unknown(name: str, known: Sequence[str]) -> InputProblem:
    """Make the error for a name that is not there, with the nearest."""
    import difflib

    near = difflib.get_close_matches(name, list(known), 3, 0.4)
    return InputProblem(
        N_("There is no condition {name}. Nearest: {near}."), name=name, near=", ".join(near) or ", ".join(known[:8])
    )


def covers(outer: Cube, inner: Cube) -> bool:
    """Whether every row of the inner cube lies in the outer one."""
    return all(a in (FREE, b) for a, b in zip(outer, inner, strict=True))


def meet(one: Cube, other: Cube) -> Cube | None:
    """Give what two cubes have in common; None if nothing."""
    found = []
    for a, b in zip(one, other, strict=True):
        if a != FREE and b != FREE and a != b:
            return None
        found.append(b if a == FREE else a)
    return tuple(found)


def absorb(cubes: Iterable[Cube]) -> list[Cube]:
    """Leave out every cube that lies in another one."""
    kept: list[Cube] = []
    for cube in sorted(set(cubes), key=lambda one: (sum(value != FREE for value in one), one)):
        if not any(covers(other, cube) for other in kept):
            kept.append(cube)
    return kept


def complement(cubes: Sequence[Cube], values: Sequence[int]) -> list[Cube]:
    """Give cubes, none within another, that together hold exactly the rows outside all given ones.

    Split on the condition that most cubes fix, until a cube fixes nothing (all is covered) or no cube is left.
    """

    def outside(rest: list[Cube], fixed: Cube) -> list[Cube]:
        if not rest:
            return [fixed]
        counts = [sum(cube[at] != FREE for cube in rest) for at in range(len(values))]
        top = max(counts, default=0)
        if top == 0 or any(all(value == FREE for value in cube) for cube in rest):
            return []
        at = counts.index(top)
        found: list[Cube] = []
        for value in range(values[at]):
            part = [(*cube[:at], FREE, *cube[at + 1 :]) for cube in rest if cube[at] in (FREE, value)]
            found.extend(outside(part, (*fixed[:at], value, *fixed[at + 1 :])))
        return found

    return absorb(outside(list(cubes), (FREE,) * len(values)))
