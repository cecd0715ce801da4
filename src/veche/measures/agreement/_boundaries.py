"""Boundary similarity: how alike two divisions of a text into segments are."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from veche.measures.agreement._result import Agreement
from veche.measures.agreement._spans import in_order
from veche.measures.agreement._units import names_of_coders
from veche.study.errors import N_, InputProblem

#: boundaries of a division: positions, or pairs (position, type)
Boundaries = Iterable[int | tuple[int, Hashable]]

#: types of the boundaries at each position that has any
_At = Mapping[int, frozenset[Hashable]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryEdits:
    """What turns one division into the other.

    Parameters
    ----------
    similarity
        Boundary similarity, in [0, 1].
    matches, additions, substitutions
        Boundaries in both; in one only; of different types at one position.
    transpositions
        Near misses: pairs of positions, the first always the smaller.
    """

    similarity: float
    matches: int
    additions: int
    substitutions: int
    transpositions: tuple[tuple[int, int], ...]


def boundaries_of_masses(masses: Sequence[int]) -> tuple[int, ...]:
    """Return positions of boundaries between segments of given lengths.

    Raises
    ------
    InputProblem
        If a length is not a whole number above 0.

    Examples
    --------
    >>> boundaries_of_masses([2, 3, 6])
    (2, 5)
    """
    for mass in masses:
        if isinstance(mass, bool) or not isinstance(mass, (int, np.integer)) or mass < 1:
            raise InputProblem(N_("A segment has the length {found!r}. Lengths are whole numbers above 0."), found=mass)
    return tuple(np.cumsum(masses)[:-1].tolist()) if len(masses) else ()


def boundary_edits(first: Boundaries, second: Boundaries, *, near: int = 2, length: int | None = None) -> BoundaryEdits:
    r"""Compare two divisions of a text by their boundaries.

    A boundary of one division and one of the same type of the other, fewer than `near` positions apart, make a near
    miss (transposition). With M boundaries matching, A in one division only, S positions where one type stands for
    another, T near misses of distances d:

    .. math:: B = 1 - \frac{A + S + \sum_T d/n_t}{A + S + T + M},\quad n_t = \text{near}

    Near misses are sought at small distances first, from left to right, each boundary in one of them at most, and not
    where they would undo a substitution at both their ends; then what is left at each position is substituted as far
    as it goes and added for the rest.

    Parameters
    ----------
    first, second
        Positions of boundaries, 1 or more (0 is the beginning of the text); pairs (position, type) if there are
        several types.
    near
        n_t, at least 1; 2 takes neighbouring positions as near misses, 1 none.
    length
        Of the text; boundaries must lie before its end. Not checked without it.

    Returns
    -------
    BoundaryEdits
        With B in [0, 1]; 1 if neither division has a boundary, by definition.

    Raises
    ------
    InputProblem
        If a position or `near` is out of range.

    Notes
    -----
    It does not take out chance. Positions are those the coders could choose from: between turns or sentences rather
    than between characters, else hardly a miss is near.

    References
    ----------
    Fournier 2013, Proceedings of the 51st Annual Meeting of the ACL, pp. 1702-1712.

    Examples
    --------
    >>> found = boundary_edits([2, 5], [2, 4])
    >>> found.similarity, found.transpositions
    (0.75, ((4, 5),))
    >>> boundary_edits([(3, "turn"), (7, "topic")], [(3, "topic")]).similarity
    0.0
    """
    if isinstance(near, bool) or not isinstance(near, (int, np.integer)) or near < 1:
        raise InputProblem(
            N_("Near misses are looked for within {found!r} positions. Give a whole number, at least 1; 2 is usual."),
            found=near,
        )
    one, two = _typed(first, length), _typed(second, length)
    matches = sum(len(types & two.get(position, frozenset())) for position, types in one.items())
    left = _differences(one, two)
    transpositions = _transpositions(one, two, int(near), left)
    substitutions = sum(min(len(mine), len(yours)) for mine, yours in left.values())
    additions = sum(abs(len(mine) - len(yours)) for mine, yours in left.values())
    total = additions + substitutions + len(transpositions) + matches
    cost = additions + substitutions + sum(end - start for start, end in transpositions) / near
    return BoundaryEdits(
        similarity=1 - cost / total if total else 1.0,
        matches=matches,
        additions=additions,
        substitutions=substitutions,
        transpositions=tuple(transpositions),
    )


def _typed(boundaries: Boundaries, length: int | None) -> _At:
    found: dict[int, set[Hashable]] = {}
    if isinstance(boundaries, (str, bytes)) or not isinstance(boundaries, Iterable):
        raise InputProblem(
            N_("The boundaries are {found!r}. Give a list of positions, or of (position, type)."), found=boundaries
        )
    for boundary in boundaries:
        position, kind = boundary if isinstance(boundary, (tuple, list)) and len(boundary) == 2 else (boundary, "")
        if isinstance(position, bool) or not isinstance(position, (int, np.integer)) or position < 1:
            raise InputProblem(
                N_("A boundary is given as {found!r}. Give positions as whole numbers from 1, or (position, type)."),
                found=boundary,
            )
        if length is not None and position >= length:
            raise InputProblem(
                N_("A boundary stands at {position}, and the text ends at {length}. Correct the position."),
                position=int(position),
                length=length,
            )
        try:
            found.setdefault(int(position), set()).add(kind)
        except TypeError as error:
            raise InputProblem(
                N_("The type of the boundary {found!r} cannot be one. Give names or numbers as types."), found=boundary
            ) from error
    return {position: frozenset(kinds) for position, kinds in found.items()}


def _differences(one: _At, two: _At) -> dict[int, tuple[set[Hashable], set[Hashable]]]:
    """Return per position the types in the first only and in the second only, where there are any."""
    none: frozenset[Hashable] = frozenset()
    found = {}
    for position in sorted(one.keys() | two.keys()):
        mine, yours = one.get(position, none), two.get(position, none)
        if mine != yours:
            found[position] = (set(mine - yours), set(yours - mine))
    return found


def _transpositions(
    one: _At, two: _At, near: int, left: dict[int, tuple[set[Hashable], set[Hashable]]]
) -> list[tuple[int, int]]:
    """Find near misses and take them out of what is left at each position."""
    found: list[tuple[int, int]] = []
    none: frozenset[Hashable] = frozenset()
    for distance in range(1, near):
        for start in list(left):
            end = start + distance
            if end not in left:
                continue
            moved = (one.get(start, none) & two.get(end, none)) | (two.get(start, none) & one.get(end, none))
            for kind in sorted(moved, key=in_order):
                # still unused at both ends, on different sides
                free = _side(left[start], kind) * _side(left[end], kind) == -1
                if free and not (_substitutes(left[start]) and _substitutes(left[end])):
                    found.append((start, end))
                    for place in (start, end):
                        left[place][0].discard(kind)
                        left[place][1].discard(kind)
    return found


def _side(left: tuple[set[Hashable], set[Hashable]], kind: Hashable) -> int:
    return int(kind in left[0]) - int(kind in left[1])


def _substitutes(left: tuple[set[Hashable], set[Hashable]]) -> bool:
    return bool(left[0]) and bool(left[1])


def boundary_similarity(
    divisions: Sequence[Boundaries], *, length: int, near: int = 2, coders: Sequence[str] | None = None
) -> Agreement:
    """Give boundary similarity of two coders, or its mean over all pairs of more.

    Parameters
    ----------
    divisions
        Boundaries by each coder, as in `boundary_edits`.
    length
        Number of positions of the text (its end is no boundary).
    near
        As in `boundary_edits`.
    coders
        Names of the coders; without it 1, 2, ...

    Returns
    -------
    Agreement
        In [0, 1]; 1 if nobody set a boundary, by definition. `units` counts positions where a boundary could be,
        `silent` names coders without any. Chance is not taken out.

    Raises
    ------
    InputProblem
        If there are fewer than two divisions, or a position is out of range.

    References
    ----------
    Fournier 2013, Proceedings of the 51st Annual Meeting of the ACL, pp. 1702-1712.

    Examples
    --------
    >>> boundary_similarity([[2, 5], [2, 4], [2, 5]], length=11).value  # doctest: +ELLIPSIS
    0.833...
    """
    if len(divisions) < 2:
        raise InputProblem(
            N_("{found} divisions are given. Agreement needs at least two, one per coder."), found=len(divisions)
        )
    if isinstance(length, bool) or not isinstance(length, (int, np.integer)) or length < 1:
        raise InputProblem(N_("The text has the length {found!r}. Give a whole number above 0."), found=length)
    names = names_of_coders(coders, len(divisions))
    known = [list(one) if isinstance(one, Iterable) else one for one in divisions]
    found = [boundary_edits(one, two, near=near, length=length).similarity for one, two in combinations(known, 2)]
    value = float(np.mean(found))
    return Agreement(
        coefficient="boundary_similarity",
        value=value,
        observed=value,
        design="free segments",
        units=int(length) - 1,
        coders=len(names),
        silent=tuple(name for name, one in zip(names, known, strict=True) if not one),
    )
