"""Redundancy-free models (coincidence analysis): several outcomes, and chains of them, without a truth table.

For each outcome, from the bottom up: minimally sufficient conjunctions (consistency reached, by no part of them, and some case stands in them),
then minimal disjunctions of these (consistency and coverage reached, and by no part of them), in which no literal is logically superfluous. Models
of several outcomes are joined to structures; a part that follows from the others is left out. Left out are structures in which a factor cannot
vary, those that imply a shorter form of one of their own parts, and those whose parts all stand in another one; if none is left, each model stands
by itself.

References: Baumgartner 2009, Sociological Methods and Research 38:71-101; Baumgartner and Ambuehl 2020, Political Science Research and Methods
8:526-542; Baumgartner and Falk 2023, British Journal for the Philosophy of Science 74:171-197.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from veche.sets._checks import at_place
from veche.sets._drawing import drawing
from veche.sets._frame import read_memberships
from veche.sets._terms import FREE, Cube, Floats, Frame, covers
from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    import pandas as pd

#: most structures that are put together
MOST = 100_000
#: most factors whose combinations are listed to compare structures
MOST_FACTORS = 16


@dataclass(frozen=True, slots=True)
class Atomic:
    """A model of one outcome: its terms, consistency and coverage."""

    outcome: str
    terms: tuple[Cube, ...]
    text: str
    consistency: float
    coverage: float

    @property
    def complexity(self) -> int:
        """How many literals it has."""
        return sum(value != FREE for cube in self.terms for value in cube)


@dataclass(frozen=True, slots=True)
class Structure:
    """Models of one or several outcomes that hold together, none following from the others; consistency and coverage are the least of its parts."""

    parts: tuple[Atomic, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Its outcomes, in order of name."""
        return tuple(sorted(one.outcome for one in self.parts))

    @property
    def consistency(self) -> float:
        """Least consistency of its parts."""
        return min(one.consistency for one in self.parts)

    @property
    def coverage(self) -> float:
        """Least coverage of its parts."""
        return min(one.coverage for one in self.parts)

    @property
    def complexity(self) -> int:
        """How many literals it has."""
        return sum(one.complexity for one in self.parts)

    @property
    def text(self) -> str:
        """Write it: ``(A + b <-> C)*(C <-> D)``."""
        if len(self.parts) == 1:
            return self.parts[0].text
        return "*".join(f"({one.text})" for one in sorted(self.parts, key=lambda one: one.outcome))


@dataclass(frozen=True, slots=True)
class Chains:
    """All redundancy-free models of single outcomes, and the structures they make; `complete` says whether all structures were looked at."""

    atomic: tuple[Atomic, ...]
    structures: tuple[Structure, ...]
    complete: bool
    names: tuple[str, ...] = ()

    @property
    def ordered(self) -> tuple[Structure, ...]:
        """The structures, the simplest and best first."""
        return tuple(
            sorted(self.structures, key=lambda one: (one.complexity, -one.consistency * one.coverage, one.text))
        )

    def figure(self, structure: int = 0) -> Any:
        """Draw a structure as a chain: terms, the outcomes they bring about, and the terms these stand in; an Altair chart."""
        if self.structures:
            at_place(self.structures, structure)
        return drawing("chain_chart")(self, structure=structure)

    def to_frame(self) -> pd.DataFrame:
        """Give the structures as a table: text, outcomes, consistency, coverage, complexity; the simplest and best first."""
        import pandas as pd

        ordered = self.ordered
        rows = [[one.text, ", ".join(one.outcomes), one.consistency, one.coverage, one.complexity] for one in ordered]
        return pd.DataFrame(rows, columns=["structure", "outcomes", "consistency", "coverage", "complexity"])

    def _repr_html_(self) -> str:
        return str(self.to_frame().round(3).to_html(index=False))


def redundancy_free(
    data: pd.DataFrame | Mapping[str, Sequence[Any]], factors: Sequence[str] | None = None, *, outcomes: Sequence[str] | None = None,
    cases: str | Sequence[str] | None = None, consistency: float = 1.0, coverage: float = 1.0,
    longest: tuple[int, int, int] = (3, 4, 10),
) -> Chains:  # fmt: skip
    r"""Find redundancy-free models.

    With memberships x of a disjunction of conjunctions and y of an outcome, consistency is :math:`\sum \min(x, y) / \sum x` and coverage
    :math:`\sum \min(x, y) / \sum y`; both must be reached, and by no part of the model.

    Parameters
    ----------
    data
        Table of memberships or of crisp values, one row per case.
    factors
        Columns; by default all but `cases`.
    outcomes
        Factors that may be outcomes; by default every one.
    cases
        Column of the names of cases, or the names.
    consistency, coverage
        What a model must reach, in (0, 1].
    longest
        Most literals of a conjunction, most conjunctions of a model, most literals of a model.

    Returns
    -------
    Chains
        Atomic models for each outcome, and the structures made of them; consistency and coverage in (0, 1].

    Raises
    ------
    InputProblem
        For unusable data (see `make_frame`), thresholds or lengths.

    References
    ----------
    Baumgartner 2009, Sociological Methods and Research 38:71-101; Baumgartner and Ambuehl 2020, Political Science Research and Methods 8:526-542.

    Examples
    --------
    >>> from veche import sets
    >>> found = sets.redundancy_free({"A": [1, 1, 0, 0], "B": [1, 0, 1, 0], "C": [1, 1, 1, 0]}, outcomes=["C"])
    >>> [one.text for one in found.atomic]
    ['A + B <-> C']
    """
    if not (0 < consistency <= 1 and 0 < coverage <= 1) or min(longest) < 1:
        raise InputProblem(
            N_("The thresholds are {consistency} and {coverage}, the lengths {longest}. Give shares over 0 up to 1, and lengths of 1 or more."),
            consistency=consistency, coverage=coverage, longest=", ".join(map(str, longest)),
        )  # fmt: skip
    given = [str(one) for one in (data.columns if hasattr(data, "columns") else data)]
    names = [one for one in given if one != cases] if factors is None else list(factors)
    frame = read_memberships(data, names, cases=cases)
    if max(frame.levels) > 2:
        raise InputProblem(
            N_("{name} has several values; redundancy-free models need memberships from 0 to 1. Calibrate it first, or leave it out."),
            name=frame.names[frame.levels.index(max(frame.levels))],
        )  # fmt: skip
    places = [frame.place_of(name) for name in (frame.names if outcomes is None else outcomes)]
    found = [one for place in places for one in _models_of(frame, place, consistency, coverage, longest)]
    found.sort(
        key=lambda one: (
            places.index(frame.place_of(one.outcome)),
            one.complexity,
            -one.consistency * one.coverage,
            one.text,
        )
    )
    structures, complete = _structures(frame, found)
    return Chains(tuple(found), structures, complete, frame.names)


def _models_of(
    frame: Frame, place: int, consistency: float, coverage: float, longest: tuple[int, int, int]
) -> list[Atomic]:
    y = frame.literals[place][1]
    if y.min() == y.max():
        return []
    others = [at for at in range(frame.width) if at != place]
    base = float(y.mean())  # what is no more consistent than everything together says nothing
    sufficient = _minimally_sufficient(frame, others, y, consistency, longest[0])
    found: list[frozenset[Cube]] = []
    models = []
    for size in range(1, longest[1] + 1):
        reached = []
        for parts in combinations(sufficient, size):
            if sum(_length(cube) for cube, _x in parts) > longest[2]:
                continue
            chosen = frozenset(cube for cube, _x in parts)
            if any(one <= chosen for one in found):
                continue
            x = np.max([x for _cube, x in parts], axis=0)
            shared = float(np.minimum(x, y).sum())
            fit = shared / float(x.sum()), shared / float(y.sum())
            if fit[0] >= consistency - 1e-9 and fit[1] >= coverage - 1e-9 and fit[0] > base + 1e-9:
                reached.append(chosen)
                terms = tuple(cube for cube, _x in parts)
                if not _superfluous(terms):
                    models.append(Atomic(frame.names[place], terms, _write(frame, terms, place), *fit))
        found.extend(reached)
    return models


def _length(cube: Cube) -> int:
    return sum(value != FREE for value in cube)


def _minimally_sufficient(
    frame: Frame, others: Sequence[int], y: Floats, consistency: float, most: int
) -> list[tuple[Cube, Floats]]:
    found: list[tuple[Cube, Floats]] = []
    for size in range(1, min(most, len(others)) + 1):
        reached = []
        for places in combinations(others, size):
            for values in product((1, 0), repeat=size):
                cube = _cube(frame.width, places, values)
                if any(covers(one, cube) for one, _x in found):
                    continue
                x = frame.membership(cube)
                total = float(x.sum())
                shared = float(np.minimum(x, y).sum())
                if x.max() > 0.5 and shared / total >= consistency - 1e-9:
                    reached.append((cube, x))
        found.extend(reached)
    return found


def _cube(width: int, places: Sequence[int], values: Sequence[int]) -> Cube:
    cube = [FREE] * width
    for at, value in zip(places, values, strict=True):
        cube[at] = value
    return tuple(cube)


def _write(frame: Frame, terms: Iterable[Cube], place: int) -> str:
    return f"{' + '.join(frame.write(cube) for cube in terms)} <-> {frame.names[place]}"


def _truth(cubes: Sequence[Cube], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each row (all combinations of values) lies in one of the cubes."""
    found = np.zeros(len(rows), dtype=bool)
    for cube in cubes:
        fixed = [at for at, value in enumerate(cube) if value != FREE]
        found |= (rows[:, fixed] == [cube[at] for at in fixed]).all(axis=1)
    return found


def _shortened(terms: Sequence[Cube]) -> Iterator[list[Cube]]:
    """Yield the expression without one of its terms, and without one of its literals; not the empty expression."""
    for n, cube in enumerate(terms):
        rest = [*terms[:n], *terms[n + 1 :]]
        if rest:
            yield rest
        for at, value in enumerate(cube):
            if value != FREE and _length(cube) > 1:
                yield [*rest, (*cube[:at], FREE, *cube[at + 1 :])]


def _superfluous(terms: Sequence[Cube]) -> bool:
    """Whether a literal or a term can go with the expression staying logically the same."""
    used = sorted({at for cube in terms for at, value in enumerate(cube) if value != FREE})
    short = [tuple(cube[at] for at in used) for cube in terms]
    rows = np.array(list(product((0, 1), repeat=len(used))), dtype=np.int64)
    whole = _truth(short, rows)
    return any((_truth(other, rows) == whole).all() for other in _shortened(short))


def _structures(frame: Frame, models: Sequence[Atomic]) -> tuple[tuple[Structure, ...], bool]:
    """Join one model per outcome and leave out the parts that follow from the others."""
    by_outcome: dict[str, list[Atomic]] = {}
    for one in models:
        by_outcome.setdefault(one.outcome, []).append(one)
    if not by_outcome:
        return (), True
    if len(by_outcome) == 1:
        return tuple(Structure((one,)) for one in models), True
    count = int(np.prod([len(one) for one in by_outcome.values()], dtype=float))
    if frame.width > MOST_FACTORS or count > MOST:
        return tuple(Structure((one,)) for one in models), False
    rows = np.array(list(product((0, 1), repeat=frame.width)), dtype=np.int64)
    holds = {one: _truth(one.terms, rows) == rows[:, frame.place_of(one.outcome)].astype(bool) for one in models}
    found: dict[frozenset[Atomic], Structure] = {}
    for parts in product(*by_outcome.values()):
        for kept in _without_redundant(parts, holds):
            key = frozenset(kept)
            if key in found or _constant(frame, kept, holds, rows):
                continue
            if not _partly_redundant(frame, kept, holds, rows):
                found[key] = Structure(tuple(kept))
    # where no models can be joined without redundancy, each stands by itself
    whole = [found[key] for key in _largest(found)] or [Structure((one,)) for one in models]
    whole.sort(key=lambda one: (one.complexity, -one.consistency * one.coverage, one.text))
    return tuple(whole), True


def _largest(structures: Iterable[frozenset[Atomic]]) -> list[frozenset[Atomic]]:
    """Leave out each structure whose parts all stand in another one: it says less than that."""
    holding: dict[Atomic, set[frozenset[Atomic]]] = {}
    for key in structures:
        for one in key:
            holding.setdefault(one, set()).add(key)
    return [key for key in structures if len(set.intersection(*(holding[one] for one in key))) == 1]


def _constant(
    frame: Frame, parts: Sequence[Atomic], holds: Mapping[Atomic, NDArray[np.bool_]], rows: NDArray[np.int64]
) -> bool:
    """Whether a factor never varies where the structure holds: what cannot vary makes no difference."""
    allowed = rows[np.logical_and.reduce([holds[one] for one in parts])]
    used = {frame.place_of(one.outcome) for one in parts}
    used.update(at for one in parts for cube in one.terms for at, value in enumerate(cube) if value != FREE)
    return any(allowed[:, at].min(initial=1) == allowed[:, at].max(initial=0) for at in used)


def _without_redundant(parts: Sequence[Atomic], holds: Mapping[Atomic, NDArray[np.bool_]]) -> list[tuple[Atomic, ...]]:
    """Take out parts that follow from the others, in every order that ends differently."""
    whole = np.logical_and.reduce([holds[one] for one in parts])
    done: set[frozenset[Atomic]] = set()
    found: dict[frozenset[Atomic], tuple[Atomic, ...]] = {}

    def search(kept: tuple[Atomic, ...]) -> None:
        key = frozenset(kept)
        if key in done:
            return
        done.add(key)
        redundant = [
            one
            for one in kept
            if len(kept) > 1
            and (np.logical_and.reduce([holds[other] for other in kept if other is not one]) == whole).all()
        ]
        if not redundant:
            found[key] = kept
            return
        for one in redundant:
            search(tuple(other for other in kept if other is not one))

    search(tuple(parts))
    return list(found.values())


def _partly_redundant(
    frame: Frame, parts: Sequence[Atomic], holds: Mapping[Atomic, NDArray[np.bool_]], rows: NDArray[np.int64]
) -> bool:
    """Whether the structure implies a shorter form of one of its parts: then what was cut off makes no difference wherever the structure holds."""
    allowed = rows[np.logical_and.reduce([holds[one] for one in parts])]
    for one in parts:
        outcome = allowed[:, frame.place_of(one.outcome)].astype(bool)
        if any((_truth(shorter, allowed) == outcome).all() for shorter in _shortened(one.terms)):
            return True
    return False
